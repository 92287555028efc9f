//! `info`: what the card tells without a PIN.

use crate::args::InfoArgs;
use crate::output::{Failure, Output};
use crate::station::Station;
use honnin::card::What;
use honnin::{ResultCode, clock};
use serde_json::{Value, json};

pub(super) fn run(
    station: &Station,
    arguments: &InfoArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let what = What {
        expiry: true,
        certificates: true,
        serial: arguments.serial,
        municipality: arguments.municipality,
    };
    station.with_card(output, |card, output| {
        output.line("カード", "Card", card.kind().name());
        let details = match card.details_read(what) {
            // A phone has no common application; what it has is still worth telling.
            Err(error) if error.code == ResultCode::CardFeatureAbsent && !arguments.serial && !arguments.municipality => {
                card.details_read(What { expiry: false, ..what })?
            }
            other => other?,
        };
        let expiry = details.expiry.map(|date| date.to_string());
        output.field("expires", expiry.clone());
        output.field(
            "certificates",
            json!({"signing": details.signing_certificate, "authentication": details.authentication_certificate}),
        );
        if let Some(expiry) = expiry {
            let expired = details.expiry.zip(clock::today_in_japan().ok()).map(|(expiry, today)| expiry < today);
            output.field("expired", expired);
            let note = match expired {
                Some(true) => output.language().choose(" (期限切れ)", " (expired)"),
                _ => "",
            };
            output.line("カードの有効期限", "Card expires", format!("{expiry}{note}"));
        }
        let yes_no = |told: Option<bool>, output: &Output| match told {
            Some(true) => output.language().choose("あり", "yes"),
            Some(false) => output.language().choose("なし", "no"),
            None => output.language().choose("不明", "not told"),
        };
        let signing = yes_no(details.signing_certificate, output);
        output.line("署名用証明書", "Signing certificate", signing);
        let authentication = yes_no(details.authentication_certificate, output);
        output.line("利用者証明用証明書", "Authentication certificate", authentication);
        for (asked, name, ja, en, value) in [
            (arguments.serial, "serial", "製造番号", "Serial number", &details.serial),
            (arguments.municipality, "municipality", "市区町村コード", "Municipality", &details.municipality),
        ] {
            if asked {
                output.field(name, value.clone().map_or(Value::Null, Value::from));
                output.line(ja, en, value.clone().unwrap_or_default());
            }
        }
        Ok(details.result())
    })
}
