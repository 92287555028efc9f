//! Hints: what to try next, each with tags that say where it belongs.

use super::super::flags::flags;
use super::super::{CardKind, PinKind, ReaderInterface};
use super::{Audience, Situation, language, table};
use core::fmt;

/// Where a hint belongs. A program that knows its shop can choose by them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tags(u32);

flags!(Tags {
    /// For readers into which the card is inserted.
    CONTACT = 1;
    /// For readers to which the card is held.
    CONTACTLESS = 2;
    /// For the plastic card.
    PLASTIC = 4;
    /// For a phone that is the reader. No error shows this: the program offers it.
    PHONE_AS_READER = 8;
    /// For a phone that is the card.
    PHONE_AS_CARD = 16;
    /// About the signing password (署名用パスワード).
    PIN_SIGNING = 32;
    /// About the PIN for authentication (利用者証明用暗証番号).
    PIN_AUTHENTICATION = 64;
    /// About the other 4-digit PINs.
    PIN_OTHER = 128;
    /// About numbers printed on the card: 照合番号A and B, 生年月日.
    PIN_PRINTED = 256;
    /// Sends the person to the municipal office.
    OFFICE = 512;
    /// Offers another way of identification. Only where the program has one: the program offers it.
    OTHER_WAY = 1024;
    /// For a business that serves only under the registered name: the program offers it.
    NAME_MUST_MATCH = 2048;
});

impl Tags {
    /// What only the program can know. Hints with these tags are shown where it says so with [`Situation::offering`].
    pub const OFFERED: Tags = Tags::PHONE_AS_READER.with(Tags::OTHER_WAY).with(Tags::NAME_MUST_MATCH);

    const fn meets(self, other: Tags) -> bool {
        self.0 & other.0 != 0
    }
}

/// One thing to try next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// Its name in the source of the texts; stays the same when the words change.
    pub name: &'static str,
    /// Where it belongs.
    pub tags: Tags,
    /// The words.
    pub text: String,
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The hints for a situation, in the order of the source.
pub(super) fn find(situation: &Situation, audience: Audience, lang: &str) -> Vec<Hint> {
    let lang = language::find(lang);
    table::hints(situation.code, audience)
        .filter(|hint| fits(hint.tags, situation))
        .filter(|hint| !hint.is_said(situation))
        .map(|hint| {
            let (language, words) = table::words(hint.words, audience, lang);
            Hint { name: hint.name, tags: hint.tags, text: situation.fill(words, language) }
        })
        .collect()
}

/// A hint is shown unless one of its tags contradicts what is known. What only the program can know is not
/// shown until the program says it.
fn fits(tags: Tags, situation: &Situation) -> bool {
    let needed = Tags(tags.0 & Tags::OFFERED.0);
    situation.offers.contains(needed)
        && fits_one_of(tags, Tags::CONTACT.with(Tags::CONTACTLESS), interface_tag(situation.reader_interface))
        && fits_one_of(tags, Tags::PLASTIC.with(Tags::PHONE_AS_CARD), card_tag(situation))
        && fits_one_of(tags, PIN_TAGS, situation.pin.map(pin_tag))
}

const PIN_TAGS: Tags =
    Tags::PIN_SIGNING.with(Tags::PIN_AUTHENTICATION).with(Tags::PIN_OTHER).with(Tags::PIN_PRINTED);

/// Whether tags of that group, if any, include the one known, if one is known.
fn fits_one_of(tags: Tags, group: Tags, known: Option<Tags>) -> bool {
    known.is_none_or(|known| !tags.meets(group) || tags.contains(known))
}

fn interface_tag(interface: ReaderInterface) -> Option<Tags> {
    match interface {
        ReaderInterface::Unknown => None,
        ReaderInterface::Contact => Some(Tags::CONTACT),
        ReaderInterface::Contactless => Some(Tags::CONTACTLESS),
    }
}

fn card_tag(situation: &Situation) -> Option<Tags> {
    match situation.card_kind {
        Some(CardKind::Plastic) => Some(Tags::PLASTIC),
        Some(CardKind::Android | CardKind::Iphone) => Some(Tags::PHONE_AS_CARD),
        // A phone does not go into a slot.
        None if situation.reader_interface == ReaderInterface::Contact => Some(Tags::PLASTIC),
        Some(CardKind::Other) | None => None,
    }
}

fn pin_tag(pin: PinKind) -> Tags {
    match pin {
        PinKind::Signing => Tags::PIN_SIGNING,
        PinKind::Authentication => Tags::PIN_AUTHENTICATION,
        PinKind::Text | PinKind::Resident | PinKind::Common => Tags::PIN_OTHER,
        PinKind::TextCodeA
        | PinKind::TextCodeB
        | PinKind::FaceBirthDate
        | PinKind::FaceCodeB
        | PinKind::FaceCodeA => Tags::PIN_PRINTED,
    }
}
