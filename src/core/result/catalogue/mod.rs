//! The words for people: what to tell the person with the card, the staff, and whoever wrote the program.
//!
//! `texts/` holds every sentence, by code and situation, for a translator to edit; `build.rs` makes `table` of it.
//! `situation` chooses among them, `hint` adds what to try next, `language` finds the language meant. What the
//! texts promise is kept by the tests in `style`; `page` renders them all for reading, `sheet` the page for the counter,
//! `manual` the one for `man`.

mod hint;
mod language;
#[cfg(test)]
mod manual;
#[cfg(test)]
mod page;
#[cfg(test)]
mod sheet;
mod situation;
#[cfg(test)]
mod style;
mod table;

pub use hint::{Hint, Tags};
pub use language::languages;
pub use situation::Situation;

use super::situation::numbered;
use super::{Error, PinKind, ResultCode};

numbered! {
    /// Whom a text is for.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Audience {
        /// For the person with the card: polite, without jargon, without blame.
        Cardholder = 1, "CARDHOLDER";
        /// For the staff.
        Operator = 2, "OPERATOR";
        /// For whoever wrote or runs the program. Always there in English.
        Developer = 3, "DEVELOPER";
        /// For the person with the card, on a small display: at most 20 full-width or 40 half-width characters.
        CardholderShort = 4, "CARDHOLDER_SHORT";
    }
}

impl ResultCode {
    /// The text that is true for every PIN, card and reader. Never empty; an unknown language is answered in Japanese.
    pub fn message(self, audience: Audience, lang: &str) -> &'static str {
        Situation::of(self).template(audience, lang)
    }

    /// Every hint for this code, for a program that chooses by the tags itself.
    pub fn hints(self, audience: Audience, lang: &str) -> Vec<Hint> {
        Situation::of(self).offering(Tags::OFFERED).hints(audience, lang)
    }
}

impl Error {
    /// The text that fits the situation, with the number of tries that the card gave.
    ///
    /// For developers the facts of the error stand first, then what the code means.
    pub fn message(&self, audience: Audience, lang: &str) -> String {
        let text = Situation::from(self).message(audience, lang);
        match audience {
            Audience::Developer => format!("{self} | {text}"),
            _ => text,
        }
    }

    /// What to try next, the most helpful first; only what fits the situation.
    ///
    /// Hints that depend on what the shop offers come through [`Situation::offering`]. A small display
    /// (CARDHOLDER_SHORT) has no hints.
    pub fn hints(&self, audience: Audience, lang: &str) -> Vec<Hint> {
        Situation::from(self).hints(audience, lang)
    }
}

impl PinKind {
    /// What people call this PIN in that language; in English with the Japanese term to point at.
    pub fn label(self, lang: &str) -> &'static str {
        table::pin_label(Some(self), lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::{CardKind, ReaderInterface, Reason};

    fn wrong(pin: PinKind, tries: Option<u8>) -> Error {
        Error::new(ResultCode::PinIncorrect, "the card refused the PIN").with_pin(pin).with_tries(tries)
    }

    #[test]
    fn a_wrong_signing_password_tells_how_many_tries_remain() {
        let text = wrong(PinKind::Signing, Some(4)).message(Audience::Cardholder, "ja");
        assert!(text.contains("あと4回"), "{text}");
        assert!(text.contains("ほかのお店やアプリ"), "{text}");
        assert!(text.contains("ここでやめれば"), "{text}");
        let text = wrong(PinKind::Signing, Some(4)).message(Audience::Cardholder, "en-GB");
        assert!(text.contains("4 more tries"), "{text}");
    }

    #[test]
    fn an_unknown_number_of_tries_is_never_shown_as_a_number() {
        for pin in PinKind::ALL {
            for lang in languages() {
                let text = wrong(*pin, None).message(Audience::Cardholder, lang);
                assert!(!text.contains("あと"), "{text}");
                assert!(!text.contains("tries left"), "{text}");
            }
        }
    }

    #[test]
    fn a_locked_password_on_a_phone_is_not_the_one_of_the_plastic_card() {
        let mut error = Error::new(ResultCode::PinLocked, "").with_pin(PinKind::Signing);
        error.card_kind = Some(CardKind::Plastic);
        assert!(error.message(Audience::Cardholder, "ja").contains("市区町村"));
        error.card_kind = Some(CardKind::Android);
        assert!(error.message(Audience::Cardholder, "ja").contains("スマートフォン"));
    }

    #[test]
    fn a_card_in_a_slot_is_told_about_the_chip_and_never_about_bluetooth() {
        let mut error = Error::new(ResultCode::CardMute, "");
        error.reader_interface = ReaderInterface::Contact;
        assert!(error.message(Audience::Cardholder, "ja").contains("ICチップ"));
        error.code = ResultCode::CardUnstable;
        let hints = error.hints(Audience::Cardholder, "ja");
        assert!(hints.iter().any(|hint| hint.text.contains("ICチップ")));
        assert!(hints.iter().all(|hint| !hint.text.contains("Bluetooth")));
    }

    #[test]
    fn a_text_that_a_language_lacks_is_japanese_throughout() {
        let error = wrong(PinKind::Authentication, Some(2));
        assert_eq!(error.message(Audience::Operator, "ja-x-easy"), error.message(Audience::Operator, "ja"));
    }

    #[test]
    fn another_way_is_offered_only_where_the_program_says_there_is_one() {
        let error = Error::new(ResultCode::CardUnsupported, "").with_reason(Reason::Juki);
        let offers = |hints: Vec<Hint>| hints.iter().any(|hint| hint.tags.contains(Tags::OTHER_WAY));
        assert!(!offers(error.hints(Audience::Cardholder, "ja")));
        assert!(offers(Situation::from(&error).offering(Tags::OTHER_WAY).hints(Audience::Cardholder, "ja")));
    }

    #[test]
    fn developers_get_the_facts_first() {
        let text =
            wrong(PinKind::Signing, Some(4)).with_status_word(0x63C4).message(Audience::Developer, "ja");
        assert!(text.starts_with("PIN_INCORRECT: the card refused the PIN"), "{text}");
        assert!(text.contains("[SW 63C4] | "), "{text}");
    }

    #[test]
    fn audiences_are_numbered_as_in_c() {
        assert_eq!(Audience::from_number(4), Some(Audience::CardholderShort));
        assert_eq!(Audience::from_name("cardholder-short"), Some(Audience::CardholderShort));
    }
}
