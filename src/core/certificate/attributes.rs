//! The attributes of the person inside a signing certificate: six otherNames of subjectAltName.
//!
//! They are told apart by object identifier, never by order: cards have them in the order 1, 4, 3, 5, 2, 6 (H).
//! Furigana were to come during 2026 (L), so further identifiers and further kinds of name are passed over.

use super::fields::{Fields, oid, tagged, whole};
use crate::holder::{Holder, HolderSource, PartialDate, Sex};
use crate::result::{Error, Result, ResultCode};
use der::{Tag, TagNumber};

/// The arc of the attributes: 1 name, 2 substitutes of the name, 3 sex, 4 birth date, 5 address,
/// 6 substitutes of the address (H).
const ARC: &str = "1.2.392.200149.8.5.5.";

/// Reads the GeneralNames of a subjectAltName, given in DER.
pub(super) fn read(general_names: &[u8]) -> Result<Holder> {
    let malformed =
        || Error::new(ResultCode::CertificateMalformed, "the attributes of the person cannot be read");
    let values = values(general_names).ok_or_else(malformed)?;
    if values.iter().all(Option::is_none) {
        return Err(Error::new(ResultCode::NotFound, "the certificate has no attributes of a person"));
    }
    holder(&values).ok_or_else(malformed)
}

/// The texts of the six attributes, where they are present. `None` if one is doubled or is not clean UTF-8.
fn values(general_names: &[u8]) -> Option<[Option<&str>; 6]> {
    let mut names = Fields::in_sequence(general_names)?;
    let mut values = [None; 6];
    while !names.is_empty() {
        let (tag, content) = names.any()?;
        if tag != tagged(TagNumber::N0) {
            continue;
        }
        let mut other_name = Fields::in_content(content)?;
        let kind = oid(other_name.content(Tag::ObjectIdentifier)?)?;
        let value = other_name.content(tagged(TagNumber::N0))?;
        other_name.end()?;
        let number = kind.strip_prefix(ARC).and_then(|number| number.parse::<usize>().ok());
        let Some(slot) = number.and_then(|number| values.get_mut(number.checked_sub(1)?)) else {
            continue;
        };
        let text = core::str::from_utf8(whole(value, Tag::Utf8String)?).ok()?;
        if slot.is_some() || text.chars().any(char::is_control) {
            return None;
        }
        *slot = Some(text);
    }
    Some(values)
}

fn holder(values: &[Option<&str>; 6]) -> Option<Holder> {
    let [name, name_flags, sex, birth, address, address_flags] = *values;
    let name = name.filter(|name| !name.is_empty())?;
    Some(Holder {
        name: Some(name.to_owned()),
        name_kana: None,
        address: Some(address?.to_owned()),
        birth_date: birth_date(birth?)?,
        sex: match sex?.as_bytes() {
            [digit] => Some(Sex::from_digit(*digit)?),
            _ => return None,
        },
        name_substituted: substituted(name_flags?)?,
        address_substituted: substituted(address_flags?)?,
        source: HolderSource::Certificate,
    })
}

/// One digit for the era (1 明治 to 5 令和) and eight for the Gregorian date, unknown parts 00 (H).
fn birth_date(text: &str) -> Option<PartialDate> {
    match text.as_bytes().split_first()? {
        (b'1'..=b'5', digits) => PartialDate::from_digits(digits),
        _ => None,
    }
}

/// One digit a character; '0' is a character as registered, any other a substitute (H).
fn substituted(flags: &str) -> Option<Vec<bool>> {
    flags.bytes().map(|flag| flag.is_ascii_digit().then_some(flag != b'0')).collect()
}
