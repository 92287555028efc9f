//! Is the person on the card the person in the books? Name, address, birth date and sex, each by itself.
//!
//! `glyph` keeps a written character with all its forms, `variants` the kanji that are forms of one, `align` lays two
//! runs of glyphs side by side; `name`, `reading` and `latin` know names, `address` addresses. What is common to
//! them: a difference that a program may accept is told by its kind; what only a person can judge is undecided; and
//! no normal form ever makes two people one.
//!
//! Nothing here is sent to a card or over a network.

mod address;
mod align;
mod glyph;
mod latin;
mod name;
mod reading;
mod variants;

pub use name::Script;

use crate::holder::{Holder, PartialDate, Sex};
use crate::result::{Difference, Differences, Error, Finding, Report, Result, ResultCode, Subject, Verdict};
use align::{Likeness, Nearness};

/// The longest text that is compared, in characters. A card has at most 100 or so.
const LONGEST: usize = 500;

/// What a business has registered of a person. What is `None` is not compared.
#[derive(Clone, Default)]
pub struct Registered {
    /// The name.
    pub name: Option<String>,
    /// What `name` is written in; `None` finds out.
    pub script: Option<Script>,
    /// The reading of the name.
    pub name_kana: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The birth date, unknown parts 00.
    pub birth_date: Option<PartialDate>,
    /// The sex.
    pub sex: Option<Sex>,
    /// Which differences may pass as equivalent; `None`: differences of spelling.
    pub accept: Option<Differences>,
}

/// Shows nothing of the person.
impl core::fmt::Debug for Registered {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Registered(accept: {:?})", self.accept)
    }
}

/// Compares a holder with what is registered: a finding each for what is given, in the order NAME, ADDRESS,
/// BIRTH_DATE, SEX. The name and its reading are one finding.
///
/// INVALID_ARGUMENT if nothing is registered, a text is empty or longer than 500 characters; UNSUPPORTED_OPTION if
/// `accept` has a kind that nobody can accept.
pub fn compare(holder: &Holder, registered: &Registered) -> Result<Report> {
    let accept = registered.accept.unwrap_or(Differences::SPELLING);
    if !accept.is_within(Differences::ACCEPTABLE) {
        return Err(Error::new(ResultCode::UnsupportedOption, "a difference that can never be accepted"));
    }
    for text in [&registered.name, &registered.name_kana, &registered.address].into_iter().flatten() {
        if text.trim().is_empty() || text.chars().count() > LONGEST {
            return Err(Error::new(ResultCode::InvalidArgument, "a registered text is empty or too long"));
        }
    }
    let mut report = Report::new();
    let mut push = |subject, likeness: Option<Likeness>| {
        let (verdict, reasons) = judge(likeness, accept);
        report.push(Finding::compared(subject, verdict, reasons));
    };
    if registered.name.is_some() || registered.name_kana.is_some() {
        push(Subject::Name, names(holder, registered));
    }
    if let Some(address) = &registered.address {
        let card = holder.address.as_deref().filter(|text| is_comparable(text));
        push(Subject::Address, card.map(|card| address::compare(card, &holder.address_substituted, address)));
    }
    if let Some(date) = registered.birth_date {
        push(Subject::BirthDate, Some(dates(holder.birth_date, date)));
    }
    if let Some(sex) = registered.sex {
        push(Subject::Sex, holder.sex.map(|card| sexes(card, sex)));
    }
    if report.findings().is_empty() {
        return Err(Error::new(ResultCode::InvalidArgument, "nothing is registered to compare with"));
    }
    Ok(report)
}

/// The verdict, once it is known what may pass.
fn judge(likeness: Option<Likeness>, accept: Differences) -> (Verdict, Differences) {
    let Some(Likeness { nearness, differences }) = likeness else {
        return (Verdict::NotComparable, Difference::Script.into());
    };
    let verdict = match nearness {
        Nearness::Same if differences.is_empty() => Verdict::Match,
        Nearness::Same if differences.is_within(accept) => Verdict::Equivalent,
        Nearness::Same | Nearness::Unsure => Verdict::Undecided,
        Nearness::Different => Verdict::Mismatch,
    };
    (verdict, differences)
}

/// A text of a card that is of a length that one can have.
fn is_comparable(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST
}

/// The name and the reading, each in the scripts that both sides have. `None` if there is none.
fn names(holder: &Holder, registered: &Registered) -> Option<Likeness> {
    let card = holder.name.as_deref().filter(|text| is_comparable(text));
    let reading = holder.name_kana.as_deref().filter(|text| is_comparable(text));
    let flags = &holder.name_substituted;
    let in_kana = |text: &str| name::compare_readings(reading.or(card)?, text);
    let by_name = registered.name.as_deref().and_then(|text| match registered.script {
        Some(Script::Kana) => in_kana(text),
        // A name in kana is the name itself if that of the card is; otherwise it can only be the reading.
        None => card
            .and_then(|card| name::compare(card, flags, text))
            .or_else(|| reading.and_then(|reading| name::compare_readings(reading, text))),
        Some(Script::Kanji | Script::Latin) => card.and_then(|card| name::compare(card, flags, text)),
    });
    let by_reading = registered.name_kana.as_deref().and_then(in_kana);
    match (by_name, by_reading) {
        (Some(name), Some(reading)) => Some(name.and(reading)),
        (name, reading) => name.or(reading),
    }
}

fn dates(card: PartialDate, registered: PartialDate) -> Likeness {
    let parts = |date: PartialDate| [date.year(), date.month().into(), date.day().into()];
    let mut pairs = parts(card).into_iter().zip(parts(registered));
    if pairs.any(|(a, b)| a != 0 && b != 0 && a != b) {
        return Likeness::different(Difference::Value);
    }
    if card.is_complete() && registered.is_complete() {
        Likeness::SAME
    } else {
        Likeness::unsure(Difference::PartOmitted)
    }
}

fn sexes(card: Sex, registered: Sex) -> Likeness {
    match (card, registered) {
        (Sex::Unknown, _) | (_, Sex::Unknown) => Likeness::unsure(Difference::PartOmitted),
        (a, b) if a == b => Likeness::SAME,
        _ => Likeness::different(Difference::Value),
    }
}

#[cfg(test)]
mod tests;
