//! Strict DER, field by field. Certificates come from files and cards of strangers: every length is checked by
//! the `der` crate, nothing recurses, and what is left over at the end of an object is an error.
//!
//! Object identifiers are kept as dotted text: policies of people's own may have arcs of any size, and an
//! unknown one must not make a certificate unreadable.

use crate::holder::days_in_month;
use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

/// The fields inside a SEQUENCE or another constructed object, read from first to last.
pub(crate) struct Fields<'a> {
    reader: SliceReader<'a>,
}

impl<'a> Fields<'a> {
    /// The fields in the content of an object (without its tag and length).
    pub(crate) fn in_content(content: &'a [u8]) -> Option<Fields<'a>> {
        Some(Fields { reader: SliceReader::new(content).ok()? })
    }

    /// The fields of the one SEQUENCE that `bytes` is, with nothing behind it.
    pub(crate) fn in_sequence(bytes: &'a [u8]) -> Option<Fields<'a>> {
        Fields::in_content(whole(bytes, Tag::Sequence)?)
    }

    /// The next field with its tag and content.
    pub(crate) fn any(&mut self) -> Option<(Tag, &'a [u8])> {
        let field = AnyRef::decode(&mut self.reader).ok()?;
        Some((field.tag(), field.value()))
    }

    /// The content of the next field, which must have that tag.
    pub(crate) fn content(&mut self, tag: Tag) -> Option<&'a [u8]> {
        let (found, content) = self.any()?;
        (found == tag).then_some(content)
    }

    /// The next field with its tag and length, which must have that tag.
    pub(crate) fn object(&mut self, tag: Tag) -> Option<&'a [u8]> {
        (self.reader.peek_tag().ok()? == tag).then_some(())?;
        self.reader.tlv_bytes().ok()
    }

    /// The next field with its tag and length, whatever its tag.
    pub(crate) fn whole_object(&mut self) -> Option<&'a [u8]> {
        self.reader.tlv_bytes().ok()
    }

    /// The content of the next field if it has that tag; otherwise the field is left where it is.
    pub(crate) fn optional(&mut self, tag: Tag) -> Option<Option<&'a [u8]>> {
        if self.reader.is_finished() || self.reader.peek_tag().ok()? != tag {
            return Some(None);
        }
        self.content(tag).map(Some)
    }

    /// How many bytes are left.
    pub(crate) fn remaining(&self) -> usize {
        usize::try_from(self.reader.remaining_len()).unwrap_or(0)
    }

    /// Whether no field is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.reader.is_finished()
    }

    /// Success only if no field is left.
    pub(crate) fn end(self) -> Option<()> {
        self.is_empty().then_some(())
    }
}

/// The context-specific tag `[number]` around other fields.
pub(crate) const fn tagged(number: TagNumber) -> Tag {
    Tag::ContextSpecific { constructed: true, number }
}

/// The context-specific tag `[number]` of a plain value.
pub(crate) const fn tagged_value(number: TagNumber) -> Tag {
    Tag::ContextSpecific { constructed: false, number }
}

/// The content of the one object that `bytes` is, which must have that tag and nothing behind it.
pub(crate) fn whole(bytes: &[u8], tag: Tag) -> Option<&[u8]> {
    let mut fields = Fields::in_content(bytes)?;
    let content = fields.content(tag)?;
    fields.end()?;
    Some(content)
}

/// Whether the content of an OBJECT IDENTIFIER is one: arcs in their shortest form, and the last one complete.
pub(crate) fn is_oid(content: &[u8]) -> bool {
    let mut begins = true;
    for byte in content {
        if begins && *byte == 0x80 {
            return false;
        }
        begins = byte & 0x80 == 0;
    }
    !content.is_empty() && begins
}

/// The content of an OBJECT IDENTIFIER as dotted text. An arc beyond 128 bits makes "#" and the content in hex.
pub(crate) fn oid(content: &[u8]) -> Option<String> {
    is_oid(content).then_some(())?;
    let mut text = String::with_capacity(content.len().saturating_mul(3));
    let mut arc: u128 = 0;
    for byte in content {
        let Some(shifted) = arc.checked_mul(128) else {
            return Some(format!("#{}", hex(content, false)));
        };
        arc = shifted | u128::from(byte & 0x7F);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let root = (arc / 40).min(2);
            push_number(&mut text, root);
            arc -= root * 40;
        }
        text.push('.');
        push_number(&mut text, arc);
        arc = 0;
    }
    Some(text)
}

/// Appends a number in decimal digits. Every certificate has dozens of these, so small ones take the short way.
fn push_number(text: &mut String, number: u128) {
    match u8::try_from(number) {
        Ok(digit @ 0..=9) => text.push(char::from(b'0'.wrapping_add(digit))),
        Ok(small @ 10..=99) => {
            text.push(char::from(b'0'.wrapping_add(small / 10)));
            text.push(char::from(b'0'.wrapping_add(small % 10)));
        }
        _ => match u64::try_from(number) {
            Ok(small) => text.push_str(&small.to_string()),
            Err(_) => text.push_str(&number.to_string()),
        },
    }
}

/// The moment in a UTCTime or GeneralizedTime as RFC 5280 allows them (seconds, and Z), in seconds since
/// 1970-01-01T00:00:00Z. Two-digit years from 50 on belong to the last century.
pub(crate) fn time(tag: Tag, content: &[u8]) -> Option<i64> {
    let (digits, z) = content.split_at_checked(content.len().checked_sub(1)?)?;
    if z != b"Z" || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |range| core::str::from_utf8(digits.get(range)?).ok()?.parse::<u16>().ok();
    let (year, at) = match (tag, digits.len()) {
        (Tag::UtcTime, 12) => {
            let short = number(0..2)?;
            (if short < 50 { 2000 + short } else { 1900 + short }, 2)
        }
        (Tag::GeneralizedTime, 14) => (number(0..4)?, 4),
        _ => return None,
    };
    let month = u8::try_from(number(at..at + 2)?).ok()?;
    let day = u8::try_from(number(at + 2..at + 4)?).ok()?;
    let (hour, minute, second) = (number(at + 4..at + 6)?, number(at + 6..at + 8)?, number(at + 8..at + 10)?);
    let exists = day >= 1 && day <= days_in_month(year, month) && hour < 24 && minute < 60 && second < 60;
    exists.then(|| {
        let hours = days_since_1970(year, month, day) * 24 + i64::from(hour);
        (hours * 60 + i64::from(minute)) * 60 + i64::from(second)
    })
}

/// A number that is not negative. One beyond 32 bits is as good as the largest.
pub(crate) fn small_number(content: &[u8]) -> Option<u32> {
    match content {
        [] | [0x80..=0xFF, ..] | [0, 0..=0x7F, ..] => None,
        _ => Some(
            content
                .iter()
                .try_fold(0_u32, |number, byte| {
                    number.checked_mul(256).map(|shifted| shifted | u32::from(*byte))
                })
                .unwrap_or(u32::MAX),
        ),
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, counted in years that begin with March so that the
/// leap day comes last.
pub(crate) fn days_since_1970(year: u16, month: u8, day: u8) -> i64 {
    let (year, month) = if month > 2 {
        (i64::from(year), i64::from(month) - 3)
    } else {
        (i64::from(year) - 1, i64::from(month) + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 306 days from March to December; 719_468 days from 0000-03-01 to 1970-01-01.
    year * 365 + leap_days + (month * 306 + 5).div_euclid(10) + i64::from(day) - 1 - 719_468
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8], upper: bool) -> String {
    let letter = if upper { b'A' } else { b'a' };
    let digit = |value: u8| match value {
        0..=9 => char::from(b'0'.wrapping_add(value)),
        _ => char::from(letter.wrapping_add(value).wrapping_sub(10)),
    };
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_rfc_5280_says() {
        let utc = |text: &str| time(Tag::UtcTime, text.as_bytes());
        let general = |text: &str| time(Tag::GeneralizedTime, text.as_bytes());
        assert_eq!(utc("700101000000Z"), Some(0));
        assert_eq!(utc("330715145959Z"), Some(2_005_052_399));
        assert_eq!(utc("491231235959Z"), general("20491231235959Z"));
        assert_eq!(utc("500101000000Z"), general("19500101000000Z"));
        assert_eq!(general("20500101000000Z"), Some(2_524_608_000));
        assert_eq!(general("20000229120000Z"), Some(951_825_600));
        assert_eq!(general("00000101000000Z"), Some(-62_167_219_200));
        for bad in [
            "3307151459Z",
            "330715145959+0900",
            "330715145959",
            "",
            "Z",
            "331301000000Z",
            "330230000000Z",
            "330715245959Z",
            "330715146059Z",
            "330715145960Z",
            "33071514595٩Z",
        ] {
            assert_eq!(utc(bad), None, "{bad}");
        }
        assert_eq!(general("330715145959Z"), None);
        assert_eq!(general("20330715145959.5Z"), None);
    }

    #[test]
    fn object_identifiers_of_any_size_are_read() {
        assert_eq!(oid(&[0x2A, 0x86, 0x48]).unwrap(), "1.2.840");
        assert_eq!(oid(&[0x88, 0x37, 0x83, 0x08, 0x01]).unwrap(), "2.999.392.1");
        assert_eq!(oid(&[0x27]).unwrap(), "0.39");
        let huge: Vec<u8> = [&[0x69][..], &[0xFF; 30], &[0x7F]].concat();
        assert!(oid(&huge).unwrap().starts_with('#'));
        for bad in [&[][..], &[0x80, 0x01], &[0x2A, 0x86], &[0x2A, 0x80, 0x01]] {
            assert_eq!(oid(bad), None);
        }
    }
}
