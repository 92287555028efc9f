//! `pin`: tries left, form, verify, change.

use crate::args::PinCommand;
use crate::entry::{self, Source};
use crate::output::{Failure, Output};
use crate::station::Station;
use honnin::card::{Card, Pin, pin_check};
use honnin::{Error, PinKind, ResultCode};
use serde_json::{Value, json};

pub(super) fn run(
    station: &Station,
    command: &PinCommand,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    match command {
        PinCommand::Status { pin } => status(station, pin, output),
        PinCommand::Check { which, entry } => {
            let source = entry::source(which.pin, entry)?;
            let options = entry::options(entry, &source);
            let pin = take(station, which.pin, source, output)?;
            pin_check(which.pin, &pin, &options)?;
            output.field("pin", which.pin.name());
            output.text(output.language().choose(
                "形式は正しいです(カードでは確認していません)",
                "The form is right; no card was asked",
            ));
            Ok(ResultCode::Ok)
        }
        PinCommand::Verify { which, entry } => {
            let source = entry::source(which.pin, entry)?;
            output.field("pin", which.pin.name());
            station.with_card(output, |card, output| {
                station.verify(card, which.pin, entry, source)?;
                output.text(output.language().choose("一致しました", "The card accepted it"));
                Ok(ResultCode::Ok)
            })
        }
        PinCommand::Change { which, entry, new_pin_env, new_pin_fd } => {
            let old = entry::source(which.pin, entry)?;
            let new = entry::find(new_pin_env.as_deref(), *new_pin_fd)?;
            let mut options = entry::options(entry, &old);
            options.fold |= matches!(new, Source::Prompt);
            output.field("pin", which.pin.name());
            station.with_card(output, |card, output| {
                let old = take(station, which.pin, old, output)?;
                let watch = station.context.canceller().watch();
                let new = match new {
                    Source::Given(pin) => pin,
                    Source::Prompt => entry::prompt_new(which.pin, output.language(), &watch)?,
                    Source::Nobody => return Err(nobody(which.pin)),
                };
                card.pin_change(which.pin, Some(&old), &new, &options)?;
                output.text(output.language().choose("変更しました", "Changed"));
                Ok(ResultCode::Ok)
            })
        }
    }
}

/// The PIN itself, asking for it if need be.
fn take(station: &Station, kind: PinKind, source: Source, output: &Output) -> Result<Pin, Failure> {
    match source {
        Source::Given(pin) => Ok(pin),
        Source::Prompt => {
            let mut ask = entry::prompt(output.language(), station.context.canceller().watch());
            Ok(ask(kind, None)?)
        }
        Source::Nobody => Err(nobody(kind)),
    }
}

fn nobody(kind: PinKind) -> Failure {
    Error::new(ResultCode::PinRequired, "no PIN was given, and there is no terminal to ask at")
        .with_pin(kind)
        .into()
}

fn status(station: &Station, asked: &[PinKind], output: &mut Output) -> Result<ResultCode, Failure> {
    let kinds = if asked.is_empty() { &[PinKind::Signing, PinKind::Authentication][..] } else { asked };
    station.with_card(output, |card, output| {
        let mut rows = Vec::new();
        for kind in kinds {
            let (state, tries) = state_of(card, *kind)?;
            rows.push(json!({"pin": kind.name(), "state": state, "tries_left": tries}));
            let text = match (state, tries) {
                ("ok", Some(tries)) => {
                    output.language().choose(format!("あと{tries}回"), format!("{tries} tries left"))
                }
                ("locked", _) => output.language().choose("ロックされています", "locked").to_owned(),
                _ => output.language().choose("このカードにはありません", "not on this card").to_owned(),
            };
            output.named(kind.label(output.language().tag()), text);
        }
        output.field("pins", Value::Array(rows));
        Ok(ResultCode::Ok)
    })
}

/// How a PIN stands. Only what keeps the question from being answered is a failure.
fn state_of(card: &mut Card, kind: PinKind) -> Result<(&'static str, Option<u8>), Failure> {
    match card.pin_tries(kind) {
        Ok(tries) => Ok(("ok", tries)),
        Err(error) if error.code == ResultCode::PinLocked => Ok(("locked", Some(0))),
        Err(error) if error.code == ResultCode::CardFeatureAbsent => Ok(("absent", None)),
        Err(error) => Err(error.into()),
    }
}
