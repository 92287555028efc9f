//! What a reader tells about itself without a command to the card.

use crate::result::ReaderInterface;
use std::ffi::CString;

/// How the card meets the reader, from its answer to reset and the reader's name. A hint for texts and hints
/// only: what the card is, is never decided by it.
pub(super) fn interface(atr: &[u8], reader_name: &str) -> ReaderInterface {
    if is_contactless_atr(atr) {
        return ReaderInterface::Contactless;
    }
    let name = reader_name.to_lowercase();
    if ["contactless", "picc", "nfc", "pasori", "felica"].iter().any(|word| name.contains(word)) {
        ReaderInterface::Contactless
    } else if name.contains("contact") {
        ReaderInterface::Contact
    } else {
        ReaderInterface::Unknown
    }
}

/// PC/SC Part 3 has the reader make up an answer to reset for a contactless card: 3B 8n 80 01, n historical
/// bytes, and a check byte.
fn is_contactless_atr(atr: &[u8]) -> bool {
    match atr {
        [0x3B, format, 0x80, 0x01, rest @ ..] if format & 0xF0 == 0x80 => {
            rest.len() == usize::from(format & 0x0F) + 1
        }
        _ => false,
    }
}

/// Part 10: which functions the driver has.
const GET_FEATURES: u16 = 3400;
/// Part 10: the feature that lists the properties of the reader.
const FEATURE_GET_TLV_PROPERTIES: u8 = 0x12;
/// Part 10: the property that says how much data an APDU can carry; 0 where only short ones pass.
const MAX_APDU_DATA_SIZE: u8 = 0x0A;

/// The control code of the property list, from the driver's list of features.
pub(super) fn properties_code(features: &[u8]) -> Option<u32> {
    feature_code(features, FEATURE_GET_TLV_PROPERTIES)
}

/// The control code of a feature, from the driver's list of features (tag, 4, big-endian code).
pub(super) fn feature_code(features: &[u8], feature: u8) -> Option<u32> {
    find(features, feature).and_then(|value| value.try_into().ok()).map(u32::from_be_bytes)
}

/// Whether extended-length APDUs pass, from the property list (tag, length, little-endian value).
fn extended_length(properties: &[u8]) -> Option<bool> {
    let size = find(properties, MAX_APDU_DATA_SIZE).and_then(|value| value.try_into().ok());
    size.map(u32::from_le_bytes).map(|size| size > 256)
}

/// The value of a tag in a list of one-byte tags and one-byte lengths. A list that ends too early ends there.
fn find(mut list: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [tag, length, rest @ ..] = list {
        let (value, next) = rest.split_at_checked(usize::from(*length))?;
        if *tag == wanted {
            return Some(value);
        }
        list = next;
    }
    None
}

/// What the driver of a reader told: of itself, not of a card, so it is asked once for all cards that lie there.
#[derive(Default)]
pub(super) struct Driver {
    raw_name: CString,
    features: Option<Vec<u8>>,
    extended_length: Option<bool>,
}

impl Driver {
    /// Its list of features; empty if it has none.
    pub(super) fn features(&mut self, card: &pcsc::Card, raw_name: &CString) -> Vec<u8> {
        if self.raw_name != *raw_name {
            *self = Driver { raw_name: raw_name.clone(), ..Driver::default() };
        }
        if self.features.is_none() {
            let mut room = [0; 256];
            let answer = card.control(pcsc::ctl_code(GET_FEATURES.into()), &[], &mut room);
            self.features = match answer {
                Ok(list) => Some(list.to_vec()),
                Err(pcsc::Error::UnsupportedFeature) => Some(Vec::new()),
                // Perhaps the card has just left: no answer.
                Err(_) => None,
            };
        }
        self.features.clone().unwrap_or_default()
    }

    /// Whether extended-length APDUs pass, by the control code of its list of properties.
    pub(super) fn extended_length(&mut self, card: &pcsc::Card, code: u32) -> Option<bool> {
        if self.extended_length.is_none() {
            let mut room = [0; 256];
            let list = card.control(code.into(), &[], &mut room).ok()?;
            self.extended_length = extended_length(list);
        }
        self.extended_length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_reset_of_a_contactless_card_has_a_form_of_its_own() {
        let contactless = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];
        assert_eq!(interface(&contactless, "Reader"), ReaderInterface::Contactless);
        let contact = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];
        assert_eq!(interface(&contact, "Reader"), ReaderInterface::Unknown);
        assert_eq!(interface(&contact, "Reader [Contact]"), ReaderInterface::Contact);
        assert_eq!(interface(&[], "Sony PaSoRi"), ReaderInterface::Contactless);
        assert_eq!(interface(&[0x3B, 0x8F, 0x80, 0x01], "Reader"), ReaderInterface::Unknown, "cut short");
    }

    #[test]
    fn a_driver_that_lists_its_properties_tells_about_extended_length() {
        let features = [0x06, 4, 0x42, 0x33, 0x00, 0x06, 0x12, 4, 0x42, 0x33, 0x00, 0x12];
        assert_eq!(properties_code(&features), Some(0x4233_0012));
        assert_eq!(extended_length(&[0x03, 1, 0, 0x0A, 4, 0, 0, 1, 0]), Some(true));
        assert_eq!(extended_length(&[0x0A, 4, 0, 0, 0, 0]), Some(false));
    }

    #[test]
    fn a_list_that_is_cut_short_tells_nothing() {
        assert_eq!(properties_code(&[0x12, 4, 0x42, 0x33]), None);
        assert_eq!(extended_length(&[0x0A]), None);
        assert_eq!(extended_length(&[0x0A, 2, 0, 1]), None);
        assert_eq!(extended_length(&[]), None);
    }
}
