//! The situation that a text must fit, and the text that fits it.

use super::super::{CardKind, Error, PinKind, ReaderInterface, Reason, ResultCode};
use super::{Audience, Hint, Tags, hint, language, table};

/// What decides which words are right: the code and what is known around it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Situation {
    /// What happened.
    pub code: ResultCode,
    /// The detail within the code.
    pub reason: Option<Reason>,
    /// The PIN that it is about.
    pub pin: Option<PinKind>,
    /// The kind of card, where one was recognised.
    pub card_kind: Option<CardKind>,
    /// How the card meets the reader.
    pub reader_interface: ReaderInterface,
    /// How many tries remain, as the card said.
    pub tries_left: Option<u8>,
    /// What only the program can know: that it has another way, that a phone is the reader.
    pub offers: Tags,
}

impl Situation {
    /// The situation of which nothing but the code is known.
    pub fn of(code: ResultCode) -> Situation {
        Situation {
            code,
            reason: None,
            pin: None,
            card_kind: None,
            reader_interface: ReaderInterface::Unknown,
            tries_left: None,
            offers: Tags::NONE,
        }
    }

    /// Says what only the program can know, so that hints about it are shown too.
    #[must_use]
    pub fn offering(mut self, tags: Tags) -> Situation {
        self.offers = self.offers.with(tags);
        self
    }

    /// The text that fits, with the number of tries and the name of the PIN filled in.
    pub fn message(&self, audience: Audience, lang: &str) -> String {
        let (language, text) = self.words(audience, lang);
        self.fill(text, language)
    }

    /// What to try next, the most helpful first; only what fits.
    pub fn hints(&self, audience: Audience, lang: &str) -> Vec<Hint> {
        hint::find(self, audience, lang)
    }

    /// The text that fits, before anything is filled in.
    pub(super) fn template(&self, audience: Audience, lang: &str) -> &'static str {
        self.words(audience, lang).1
    }

    /// The same with the language that it is in.
    fn words(&self, audience: Audience, lang: &str) -> (&'static str, &'static str) {
        table::text(self, audience)
            .map(|words| table::words(words, audience, language::find(lang)))
            // The tests show that every code has its texts; the name is still better than nothing.
            .unwrap_or(("en", self.code.name()))
    }

    /// Fills in `{tries}` and `{pin}`.
    pub(super) fn fill(&self, template: &str, language: &'static str) -> String {
        let text = template.replace("{pin}", table::pin_label(self.pin, language));
        match self.tries_left {
            Some(tries) => text.replace("{tries}", &tries.to_string()),
            None => text,
        }
    }
}

impl From<&Error> for Situation {
    fn from(error: &Error) -> Situation {
        Situation {
            code: error.code,
            reason: error.reason,
            pin: error.pin,
            card_kind: error.card_kind,
            reader_interface: error.reader_interface,
            tries_left: error.tries_left,
            offers: Tags::NONE,
        }
    }
}
