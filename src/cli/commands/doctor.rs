//! `doctor`: why no card can be read, and what to do about it.

use super::readers::as_json;
use crate::args::DoctorArgs;
use crate::output::{Failure, Output};
use crate::station::Station;
use honnin::reader::{Diagnosis, ReaderCondition, ServiceCondition, diagnose};
use honnin::{Error, ResultCode};
use serde_json::{Map, Value};

pub(super) fn run(
    station: &Station,
    arguments: &DoctorArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let Diagnosis { service, readers, .. } = diagnose(&station.context);
    let (name, error) = service_state(service);
    output.field("service", name);
    let works = output.language().choose("使えます", "works");
    output.line("PC/SC", "PC/SC", if error.is_some() { name } else { works });
    let found: Vec<Value> = readers
        .iter()
        .map(|(reader, condition)| {
            let mut object = match as_json(reader) {
                Value::Object(object) => object,
                _ => Map::new(),
            };
            object.insert("condition".into(), condition_name(*condition).into());
            Value::Object(object)
        })
        .collect();
    output.field("readers", found);
    for (reader, condition) in &readers {
        output.named(reader.name.clone(), condition_name(*condition));
    }
    if let Some(error) = error {
        return Err(error.into());
    }
    if readers.is_empty() {
        return Err(Error::new(ResultCode::ReaderNotFound, "PC/SC works, but no reader is connected").into());
    }
    if arguments.card {
        return station.with_card(output, |card, output| {
            output.line("カード", "Card", card.kind().name());
            Ok(ResultCode::Ok)
        });
    }
    Ok(ResultCode::Ok)
}

fn service_state(service: ServiceCondition) -> (&'static str, Option<Error>) {
    match service {
        ServiceCondition::Usable => ("usable", None),
        ServiceCondition::NotAsked => ("not asked", None),
        ServiceCondition::LibraryAbsent(error) => ("library absent", Some(error)),
        ServiceCondition::ServiceStopped(error) => ("service stopped", Some(error)),
        ServiceCondition::ProtocolMismatch(error) => ("protocol mismatch", Some(error)),
        ServiceCondition::AccessRefused(error) => ("access refused", Some(error)),
        ServiceCondition::Failed(error) => ("failed", Some(error)),
        _ => ("unknown", None),
    }
}

fn condition_name(condition: ReaderCondition) -> &'static str {
    match condition {
        ReaderCondition::Empty => "no card",
        ReaderCondition::CardMute => "card does not answer",
        ReaderCondition::CardPresent => "card present",
        _ => "card in use",
    }
}
