//! `doctor`: why no card can be read, and what to do about it. `state` has what can be wrong and the remedy on each
//! `system`; `report` is what a shop may share about a card.

mod report;
mod state;
mod system;

pub(crate) use system::System;

use super::readers::as_json;
use crate::args::DoctorArgs;
use crate::output::{Failure, Output};
use crate::station::Station;
use honnin::card::Examination;
use honnin::reader::{Diagnosis, Reader, ReaderCondition, ServiceCondition, diagnose};
use honnin::result::ReaderInterface;
use honnin::{Error, ResultCode};
use report::Place;
use serde_json::{Map, Value, json};
use state::State;

pub(super) fn run(
    station: &Station,
    arguments: &DoctorArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    if arguments.report.is_some() {
        report::ask_consent(arguments.yes)?;
    }
    let (here, release) = System::here();
    let mut visit = Visit { system: arguments.system.unwrap_or(here), release, found: Vec::new() };
    let outcome = visit.examine(station, arguments, output);
    visit.tell(output);
    outcome
}

/// A look at everything, and what was found on the way.
struct Visit {
    system: System,
    release: String,
    /// What was found, and at which reader.
    found: Vec<(State, Option<String>)>,
}

impl Visit {
    fn note(&mut self, state: State, reader: Option<&str>) {
        self.found.push((state, reader.map(str::to_owned)));
    }

    fn examine(
        &mut self,
        station: &Station,
        arguments: &DoctorArgs,
        output: &mut Output,
    ) -> Result<ResultCode, Failure> {
        let Diagnosis { service, readers, .. } = diagnose(&station.context);
        let (name, trouble) = service_state(service);
        output.field("service", name);
        let readers: Vec<(Reader, ReaderCondition)> = readers
            .into_iter()
            .filter(|(reader, _)| station.reader().is_none_or(|wanted| reader.name == wanted))
            .collect();
        output.field("readers", readers.iter().map(described).collect::<Vec<_>>());
        if let Some((state, error)) = trouble {
            self.note(state, None);
            return Err(error.into());
        }
        if readers.is_empty() {
            self.note(State::NoReader, None);
            return Err(
                Error::new(ResultCode::ReaderNotFound, "PC/SC works, but there is no such reader").into()
            );
        }
        let trouble = self.look_into_readers(&readers);
        if arguments.card {
            return self.look_into_card(station, arguments, &readers, output);
        }
        trouble.map_or(Ok(ResultCode::Ok), |error| Err(error.into()))
    }

    /// Says what is in each reader. The error is why no card could be read, unless that is only for lack of one.
    fn look_into_readers(&mut self, readers: &[(Reader, ReaderCondition)]) -> Option<Error> {
        let mut trouble = None;
        let mut cards = 0_u32;
        for (reader, condition) in readers {
            let (state, code) = match condition {
                ReaderCondition::Empty => (State::NoCard, None),
                ReaderCondition::CardMute => (State::CardMute, Some(ResultCode::CardMute)),
                ReaderCondition::CardPresent if !reader.in_use => (State::CardPresent, None),
                // Shared with another program it can be read all the same, as long as that one lets go.
                ReaderCondition::CardPresent => (State::CardInUse, None),
                _ => (State::CardInUse, Some(ResultCode::ReaderBusy)),
            };
            cards = cards.saturating_add(u32::from(reader.card_present));
            trouble = trouble.or(code.map(|code| Error::new(code, "the card cannot be used as it is")));
            self.note(state, Some(&reader.name));
        }
        if cards > 1 {
            self.note(State::CardAmbiguous, None);
            return Some(Error::new(ResultCode::CardAmbiguous, "cards are in more than one reader"));
        }
        trouble
    }

    /// Opens the card and examines it; writes the report, also of a card that could not be opened.
    fn look_into_card(
        &mut self,
        station: &Station,
        arguments: &DoctorArgs,
        readers: &[(Reader, ReaderCondition)],
        output: &mut Output,
    ) -> Result<ResultCode, Failure> {
        let mut interface = ReaderInterface::Unknown;
        let examined = station.with_card(output, |card, output| {
            output.line("カード", "Card", card.kind().name());
            interface = card.reader_interface();
            Ok((card.reader().to_owned(), card.examine()?))
        });
        let release = self.release.clone();
        let with_card = readers.iter().find(|(reader, _)| reader.card_present).map(|(reader, _)| reader);
        let is_virtual = with_card.is_some_and(|reader| reader.is_virtual);
        let place = |reader| Place { system: &release, reader, interface, is_virtual };
        let (report, outcome) = match examined {
            Ok((reader, examination)) => {
                let report = report::compose(&place(&reader), Ok(&examination));
                (report, self.conclude(&reader, &examination, output))
            }
            Err(failure) => {
                let reader = with_card.map_or("", |reader| reader.name.as_str());
                let state = match failure.code() {
                    ResultCode::CardUnsupported => Some(State::CardNotOurs),
                    // Said already.
                    ResultCode::CardAbsent
                    | ResultCode::CardMute
                    | ResultCode::CardAmbiguous
                    | ResultCode::ReaderBusy => None,
                    _ => Some(State::CardFailed),
                };
                if let Some(state) = state {
                    self.note(state, Some(reader).filter(|reader| !reader.is_empty()));
                }
                (report::compose(&place(reader), Err(failure.error())), Err(failure))
            }
        };
        if let Some(path) = &arguments.report {
            report::write(path, &report)?;
            output.field("report", path.display().to_string());
            output.line("レポート", "Report", path.display().to_string());
        }
        outcome
    }

    fn conclude(
        &mut self,
        reader: &str,
        examination: &Examination,
        output: &mut Output,
    ) -> Result<ResultCode, Failure> {
        output.field("extended_length", examination.extended_length);
        output.field("pin_pad", examination.pin_pad);
        if let Some(error) = &examination.ended_by {
            self.note(State::CardFailed, Some(reader));
            return Err(error.clone().into());
        }
        // What was seen before the card was opened, or before it came, is outdone by it.
        self.found.retain(|(state, at)| {
            at.as_deref() != Some(reader) || !matches!(state, State::NoCard | State::CardPresent)
        });
        self.note(State::CardReadable, Some(reader));
        let length = match examination.extended_length {
            Some(true) => State::ExtendedLength,
            Some(false) => State::ShortLengthOnly,
            None => State::LengthUnknown,
        };
        self.note(length, Some(reader));
        Ok(ResultCode::Ok)
    }

    /// Says what was found, what to do about it here, and what to say on the phone.
    fn tell(&self, output: &mut Output) {
        let findings: Vec<Value> = self.found.iter().map(finding).collect();
        output.field("findings", findings);
        output.field("system", self.system.name());
        let language = output.language();
        for (state, reader) in &self.found {
            let message = state.message();
            let subject = reader.clone().unwrap_or_else(|| "PC/SC".to_owned());
            output.named(subject, format!("{} {}", state.number(), language.choose(message.ja, message.en)));
            if let Some(remedy) = state.remedy(self.system) {
                output.line("  対処", "  Remedy", language.choose(remedy.ja, remedy.en));
            }
        }
        let mut numbers: Vec<u32> = self.found.iter().map(|(state, _)| state.number()).collect();
        numbers.dedup();
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        let read_out = format!("{} / {} / {}", env!("CARGO_PKG_VERSION"), self.release, numbers.join(" "));
        output.field("read_out", read_out.clone());
        output.line("電話で伝える内容", "Say on the phone", read_out);
    }
}

/// A finding with every remedy: whoever helps may sit at another system.
fn finding((state, reader): &(State, Option<String>)) -> Value {
    let both = |text: state::Text| json!({"ja": text.ja, "en": text.en});
    let remedies: Map<String, Value> = System::ALL
        .into_iter()
        .filter_map(|system| Some((system.name().to_owned(), both(state.remedy(system)?))))
        .collect();
    json!({
        "number": state.number(),
        "state": state.name(),
        "reader": reader,
        "trouble": state.is_trouble(),
        "message": both(state.message()),
        "remedy": remedies,
    })
}

fn described((reader, condition): &(Reader, ReaderCondition)) -> Value {
    let mut object = match as_json(reader) {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    object.insert("condition".into(), condition_name(*condition).into());
    Value::Object(object)
}

fn service_state(service: ServiceCondition) -> (&'static str, Option<(State, Error)>) {
    match service {
        ServiceCondition::Usable => ("usable", None),
        ServiceCondition::NotAsked => ("not asked", None),
        ServiceCondition::LibraryAbsent(error) => ("library absent", Some((State::LibraryAbsent, error))),
        ServiceCondition::ServiceStopped(error) => ("service stopped", Some((State::ServiceStopped, error))),
        ServiceCondition::ProtocolMismatch(error) => {
            ("protocol mismatch", Some((State::ProtocolMismatch, error)))
        }
        ServiceCondition::AccessRefused(error) => ("access refused", Some((State::AccessRefused, error))),
        ServiceCondition::Failed(error) => ("failed", Some((State::ServiceFailed, error))),
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
