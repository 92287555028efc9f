//! `compare`: the holder of a card, of a certificate or of an earlier answer beside what is registered.
//!
//! Neither side is printed: whoever reads the answer need not see what the other has.

use crate::args::CompareArgs;
use crate::output::{Failure, Output};
use crate::station::Station;
use crate::{entry, input};
use honnin::holder::{Holder, HolderSource, PartialDate, Sex};
use honnin::identity::{Registered, Script, compare};
use honnin::result::{Difference, Differences};
use honnin::{Certificate, CertificateKind, PinKind, ResultCode};
use serde_json::Value;
use std::path::Path;

pub(super) fn run(
    station: &Station,
    arguments: &CompareArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let registered = registered(arguments)?;
    let holder = holder(station, arguments, output)?;
    let report = compare(&holder, &registered)?;
    output.field("findings", crate::output::findings_json(&report));
    for finding in report.findings() {
        output.text(finding.staff_text(output.language().tag()).unwrap_or_default());
    }
    Ok(report.result())
}

fn holder(station: &Station, arguments: &CompareArgs, output: &mut Output) -> Result<Holder, Failure> {
    if let Some(path) = &arguments.holder {
        return holder_of(&object(path)?, path);
    }
    if let Some(path) = &arguments.file {
        return Ok(Certificate::parse(&input::read(path)?)?.holder()?);
    }
    let source = entry::source(PinKind::Signing, &arguments.pin)?;
    let certificate = station.with_card(output, |card, _| {
        station.verify(card, PinKind::Signing, &arguments.pin, source)?;
        Ok(card.certificate_read(CertificateKind::Signing)?)
    })?;
    Ok(certificate.holder()?)
}

/// One JSON object in a file.
fn object(path: &Path) -> Result<Value, Failure> {
    let value: Option<Value> = serde_json::from_slice(&input::read(path)?).ok();
    value.filter(Value::is_object).ok_or_else(|| wrong(path, "not an object of JSON"))
}

fn wrong(path: &Path, about: &str) -> Failure {
    Failure::usage(format!("{}: {about}", path.display()))
}

/// A field that is a text, null or not there.
fn text(object: &Value, name: &str, path: &Path) -> Result<Option<String>, Failure> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(path, &format!("{name} is not a text"))),
    }
}

/// The holder of an answer: of `read --json` or `cert show --json`, whole or its field "holder" alone.
fn holder_of(answer: &Value, path: &Path) -> Result<Holder, Failure> {
    let object = answer.get("holder").unwrap_or(answer);
    let date = text(object, "birth_date", path)?.as_deref().and_then(PartialDate::from_text);
    let sex = text(object, "sex", path)?;
    let flags = |detail: &str, whether: &str| {
        let some = object.get(whether).and_then(Value::as_bool).unwrap_or(false);
        let flags: Vec<bool> =
            text(object, detail, path)?.unwrap_or_default().chars().map(|one| one != '0').collect();
        // Some, and nobody says which.
        Ok::<_, Failure>(if flags.is_empty() && some { vec![true] } else { flags })
    };
    Ok(Holder {
        name: text(object, "name", path)?,
        name_kana: text(object, "name_kana", path)?,
        address: text(object, "address", path)?,
        birth_date: date.ok_or_else(|| wrong(path, "birth_date is not YYYY-MM-DD"))?,
        sex: sex.map(|sex| parse_sex(&sex).map_err(|about| wrong(path, &about))).transpose()?,
        name_substituted: flags("name_substitutes", "name_substituted")?,
        address_substituted: flags("address_substitutes", "address_substituted")?,
        source: HolderSource::Certificate,
    })
}

fn registered(arguments: &CompareArgs) -> Result<Registered, Failure> {
    let accept = differences(&arguments.accept)?;
    let Some(path) = &arguments.registered else {
        return Ok(Registered {
            name: arguments.name.clone(),
            script: arguments.script.as_deref().map(parse_script).transpose().map_err(Failure::usage)?,
            name_kana: arguments.name_kana.clone(),
            address: arguments.address.clone(),
            birth_date: arguments.birth_date,
            sex: arguments.sex,
            accept,
        });
    };
    let object = object(path)?;
    let date = text(&object, "birth_date", path)?.map(|date| parse_date(&date));
    let sex = text(&object, "sex", path)?.map(|sex| parse_sex(&sex));
    let script = text(&object, "script", path)?.map(|script| parse_script(&script));
    Ok(Registered {
        name: text(&object, "name", path)?,
        script: script.transpose().map_err(|about| wrong(path, &about))?,
        name_kana: text(&object, "name_kana", path)?,
        address: text(&object, "address", path)?,
        birth_date: date.transpose().map_err(|about| wrong(path, &about))?,
        sex: sex.transpose().map_err(|about| wrong(path, &about))?,
        accept,
    })
}

/// What may pass, if anything is said: `spelling` and `nothing` are sets.
fn differences(names: &[String]) -> Result<Option<Differences>, Failure> {
    let mut accepted = Differences::NONE;
    for name in names {
        let plain = name.replace('-', "_");
        let known = Difference::ALL.iter().find(|one| one.name().eq_ignore_ascii_case(&plain));
        accepted |= match (known, plain.to_ascii_lowercase().as_str()) {
            (Some(one), _) => (*one).into(),
            (None, "spelling") => Differences::SPELLING,
            (None, "nothing") => Differences::NONE,
            (None, _) => {
                let all = Differences::ACCEPTABLE.iter().map(|one| one.name().to_ascii_lowercase());
                let all: Vec<String> = all.collect();
                return Err(Failure::usage(format!(
                    "--accept: one of spelling, nothing, {}",
                    all.join(", ")
                )));
            }
        };
    }
    Ok((!names.is_empty()).then_some(accepted))
}

/// A birth date: YYYY-MM-DD, unknown parts 00.
pub(crate) fn parse_date(text: &str) -> Result<PartialDate, String> {
    PartialDate::from_text(text).ok_or_else(|| "a date is YYYY-MM-DD, unknown parts 00".to_owned())
}

pub(crate) fn parse_sex(text: &str) -> Result<Sex, String> {
    let all = [Sex::Male, Sex::Female, Sex::Unknown];
    all.into_iter()
        .find(|sex| sex.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| "one of male, female, unknown".to_owned())
}

fn parse_script(text: &str) -> Result<Script, String> {
    match text.to_ascii_lowercase().as_str() {
        "kanji" => Ok(Script::Kanji),
        "kana" => Ok(Script::Kana),
        "latin" => Ok(Script::Latin),
        _ => Err("one of kanji, kana, latin".to_owned()),
    }
}
