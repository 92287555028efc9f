//! The words for people: the texts and hints of a code in its situation.

use crate::enums::Choice;
use honnin::result::ReaderInterface;
use honnin::{Audience, CardKind, PinKind, Reason, ResultCode, Situation, Tags};
use pyo3::prelude::*;

/// The situation that Python describes: `(code, reason, pin, card_kind, reader_interface, tries_left)`.
type Facts = (
    Choice<ResultCode>,
    Option<Choice<Reason>>,
    Option<Choice<PinKind>>,
    Option<Choice<CardKind>>,
    Choice<ReaderInterface>,
    Option<u8>,
);

fn situation(facts: Facts) -> Situation {
    let (code, reason, pin, card_kind, reader_interface, tries_left) = facts;
    Situation {
        reason: reason.map(|reason| reason.0),
        pin: pin.map(|pin| pin.0),
        card_kind: card_kind.map(|kind| kind.0),
        reader_interface: reader_interface.0,
        tries_left,
        ..Situation::of(code.0)
    }
}

fn offered(bits: u32) -> Tags {
    Tags::ALL
        .iter()
        .filter(|(_, tag)| bits & tag.bits() != 0)
        .fold(Tags::NONE, |all, (_, tag)| all.with(*tag))
}

/// The text true for every situation of a code.
#[pyfunction]
pub(crate) fn code_message(code: Choice<ResultCode>, audience: Choice<Audience>, lang: &str) -> &'static str {
    code.0.message(audience.0, lang)
}

/// Every hint for a code: `(name, tags, text)`.
#[pyfunction]
pub(crate) fn code_hints(
    code: Choice<ResultCode>,
    audience: Choice<Audience>,
    lang: &str,
) -> Vec<(&'static str, u32, String)> {
    code.0.hints(audience.0, lang).into_iter().map(|hint| (hint.name, hint.tags.bits(), hint.text)).collect()
}

/// The text that fits a situation.
#[pyfunction]
pub(crate) fn situation_message(facts: Facts, audience: Choice<Audience>, lang: &str) -> String {
    situation(facts).message(audience.0, lang)
}

/// The hints that fit a situation, with those that depend on what the shop offers.
#[pyfunction]
pub(crate) fn situation_hints(
    facts: Facts,
    audience: Choice<Audience>,
    lang: &str,
    offering: u32,
) -> Vec<(&'static str, u32, String)> {
    situation(facts)
        .offering(offered(offering))
        .hints(audience.0, lang)
        .into_iter()
        .map(|hint| (hint.name, hint.tags.bits(), hint.text))
        .collect()
}

/// What people call a PIN.
#[pyfunction]
pub(crate) fn pin_label(pin: Choice<PinKind>, lang: &str) -> &'static str {
    pin.0.label(lang)
}

/// The languages of the texts.
#[pyfunction]
pub(crate) fn languages() -> Vec<&'static str> {
    honnin::result::languages().to_vec()
}
