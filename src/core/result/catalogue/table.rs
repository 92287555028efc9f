//! The tables made from `texts/`, and how one text is chosen from them.
//!
//! A text is chosen by the situation first and the language second, so that every language says the same thing.

use super::super::{CardKind, PinKind, ReaderInterface, Reason, ResultCode};
use super::{Audience, Situation, Tags, language};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// Words by language.
pub(super) type Words = &'static [(&'static str, &'static str)];

/// The texts of one code in one situation.
pub(super) struct Text {
    pub(super) code: ResultCode,
    pub(super) when: When,
    pub(super) words: &'static [(Audience, Words)],
}

/// The words of one hint.
pub(super) struct HintText {
    pub(super) name: &'static str,
    pub(super) codes: &'static [ResultCode],
    pub(super) audience: Audience,
    pub(super) tags: Tags,
    /// Situations whose text says the same already.
    pub(super) unless: &'static [(&'static [ResultCode], When)],
    pub(super) words: Words,
}

impl HintText {
    /// Whether the text of the situation says the same already.
    pub(super) fn is_said(&self, situation: &Situation) -> bool {
        self.unless
            .iter()
            .any(|(codes, when)| codes.contains(&situation.code) && when.fit(situation).is_some())
    }
}

/// The help sheet for the counter; `sheet` makes a page of it.
#[cfg(test)]
pub(super) struct Sheet {
    pub(super) title: Words,
    pub(super) note: Words,
    pub(super) sections: &'static [Section],
}

/// Sentences of the catalogue under a heading.
#[cfg(test)]
pub(super) struct Section {
    pub(super) heading: Words,
    pub(super) situation: Option<fn() -> Situation>,
    pub(super) hints: &'static [&'static str],
}

/// In which situations a text is right. What is not asked for is left empty.
pub(super) struct When {
    pub(super) reason: &'static [Reason],
    pub(super) card: &'static [CardKind],
    pub(super) pin: Pins,
    pub(super) interface: &'static [ReaderInterface],
    pub(super) tries: Tries,
}

/// For which PIN a text is right.
#[derive(Clone, Copy)]
pub(super) enum Pins {
    /// Whether or not it is about one.
    Unasked,
    /// For whatever PIN, as long as we know which.
    Any,
    /// For these.
    Of(&'static [PinKind]),
}

/// For how many tries a text is right.
#[derive(Clone, Copy)]
pub(super) enum Tries {
    /// Whether or not the card told.
    Unasked,
    /// Whatever number the card told, as long as there is a try left.
    Known,
    /// Just this many.
    Exactly(u8),
}

impl When {
    /// How specific the situation is, if it fits: the text with the highest number is used. A reason outweighs a
    /// kind of card, that a PIN, that an interface, that the number of tries.
    pub(super) fn fit(&self, situation: &Situation) -> Option<u32> {
        Some(
            listed(self.reason, situation.reason, 64)?
                + listed(self.card, situation.card_kind, 32)?
                + self.pin_fit(situation.pin)?
                + listed(self.interface, Some(situation.reader_interface), 4)?
                + self.tries_fit(situation.tries_left)?,
        )
    }

    fn pin_fit(&self, pin: Option<PinKind>) -> Option<u32> {
        match self.pin {
            Pins::Unasked => Some(0),
            Pins::Any => pin.map(|_| 8),
            Pins::Of(pins) => listed(pins, pin, 16),
        }
    }

    fn tries_fit(&self, tries: Option<u8>) -> Option<u32> {
        match self.tries {
            Tries::Unasked => Some(0),
            Tries::Known => tries.filter(|tries| *tries > 0).map(|_| 1),
            Tries::Exactly(count) => (tries == Some(count)).then_some(2),
        }
    }
}

fn listed<T: PartialEq>(list: &[T], value: Option<T>, weight: u32) -> Option<u32> {
    if list.is_empty() {
        return Some(0);
    }
    value.is_some_and(|value| list.contains(&value)).then_some(weight)
}

/// The words for a situation and an audience, in all their languages.
pub(super) fn text(situation: &Situation, audience: Audience) -> Option<Words> {
    TEXTS
        .iter()
        .filter(|text| text.code == situation.code)
        .filter_map(|text| {
            let (_, words) = text.words.iter().find(|(whom, _)| *whom == audience)?;
            Some((text.when.fit(situation)?, *words))
        })
        .max_by_key(|(fit, _)| *fit)
        .map(|(_, words)| words)
}

/// The hints of a code for an audience.
pub(super) fn hints(code: ResultCode, audience: Audience) -> impl Iterator<Item = &'static HintText> {
    HINTS.iter().filter(move |hint| hint.audience == audience && hint.codes.contains(&code))
}

/// The words in a language of the catalogue, and the language that they are in: a text that it lacks is shown in
/// Japanese, for developers in English.
pub(super) fn words(words: Words, audience: Audience, language: &str) -> (&'static str, &'static str) {
    let fallback = if audience == Audience::Developer { "en" } else { "ja" };
    [language, fallback]
        .into_iter()
        .find_map(|wanted| words.iter().find(|(language, _)| *language == wanted))
        .or(words.first())
        .copied()
        .unwrap_or((fallback, ""))
}

/// The name of a PIN, or the word for any PIN.
pub(super) fn pin_label(pin: Option<PinKind>, lang: &str) -> &'static str {
    PINS.iter()
        .find(|(known, _)| *known == pin)
        .map_or("", |(_, label)| words(label, Audience::Cardholder, language::find(lang)).1)
}
