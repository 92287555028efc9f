//! Distinguished names as they are compared (RFC 5280, section 7.1): the kind of string, case and the number of
//! spaces do not matter, the order of the parts does.

use super::fields::{Fields, oid};
use der::Tag;
use unicode_normalization::UnicodeNormalization;

/// The attribute of a name that holds an address of electronic mail.
const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

/// The most parts of one name that are looked at.
const MAX_PARTS: usize = 64;

/// A name in the form in which names are compared: its parts, first to last.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Name {
    parts: Vec<Vec<Attribute>>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Attribute {
    kind: String,
    value: Value,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Value {
    /// Compared by its characters.
    Text(String),
    /// Compared by its bytes: not a string, or not one that can be read.
    Bytes(u8, Vec<u8>),
}

impl Name {
    /// Reads a Name in DER.
    pub(super) fn read(der: &[u8]) -> Option<Name> {
        let mut list = Fields::in_sequence(der)?;
        let mut parts = Vec::new();
        while !list.is_empty() {
            parts.push(part(list.content(Tag::Set)?)?);
            (parts.len() <= MAX_PARTS).then_some(())?;
        }
        Some(Name { parts })
    }

    /// The name that has one part more: how a distribution point may name itself below its issuer.
    pub(super) fn with_part(&self, set_content: &[u8]) -> Option<Name> {
        let mut longer = self.clone();
        longer.parts.push(part(set_content)?);
        Some(longer)
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether it lies in the subtree that begins with `base`.
    pub(super) fn is_within(&self, base: &Name) -> bool {
        self.parts.starts_with(&base.parts)
    }

    /// The addresses of electronic mail in it.
    pub(super) fn email_addresses(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flatten().filter(|attribute| attribute.kind == EMAIL_ADDRESS).filter_map(
            |attribute| match &attribute.value {
                Value::Text(text) => Some(text.as_str()),
                Value::Bytes(..) => None,
            },
        )
    }
}

fn part(set_content: &[u8]) -> Option<Vec<Attribute>> {
    let mut set = Fields::in_content(set_content)?;
    let mut attributes = Vec::new();
    while !set.is_empty() {
        let mut fields = Fields::in_content(set.content(Tag::Sequence)?)?;
        let kind = oid(fields.content(Tag::ObjectIdentifier)?)?;
        let (tag, content) = fields.any()?;
        fields.end()?;
        let value = match text(tag, content) {
            Some(text) => Value::Text(text),
            None => Value::Bytes(tag.octet(), content.to_vec()),
        };
        attributes.push(Attribute { kind, value });
        (attributes.len() <= MAX_PARTS).then_some(())?;
    }
    // The attributes of one part are a set.
    attributes.sort();
    (!attributes.is_empty()).then_some(attributes)
}

/// The characters of a string, folded: compatibility forms, case, and runs of spaces are one.
fn text(tag: Tag, content: &[u8]) -> Option<String> {
    let text: String = match tag {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::VisibleString => {
            core::str::from_utf8(content).ok()?.to_owned()
        }
        Tag::BmpString => {
            let (units, rest) = content.as_chunks::<2>();
            rest.is_empty().then_some(())?;
            let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()?
        }
        // T.61 is read by nobody as it was meant; names in it are compared as Latin-1, as everybody does.
        Tag::TeletexString => content.iter().map(|byte| char::from(*byte)).collect(),
        _ => return None,
    };
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    Some(folded.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{object, oid, sequence};
    use super::*;

    fn name(parts: &[(u8, &[u8])]) -> Name {
        let part = |(tag, text): &(u8, &[u8])| object(0x31, &sequence(&[oid("2.5.4.3"), object(*tag, text)]));
        let parts: Vec<_> = parts.iter().map(part).collect();
        Name::read(&sequence(&parts)).unwrap()
    }

    #[test]
    fn kinds_of_string_case_and_spaces_do_not_matter() {
        let plain = name(&[(0x13, b"Good CA")]);
        for other in [&b"good  ca"[..], b" GOOD CA ", "ｇｏｏｄ\u{3000}ca".as_bytes()] {
            assert_eq!(plain, name(&[(0x0C, other)]));
        }
        assert_eq!(plain, name(&[(0x1E, b"\0G\0o\0o\0d\0 \0C\0A")]));
        assert_ne!(plain, name(&[(0x0C, b"goodca")]));
        assert_ne!(plain, name(&[(0x0C, b"Good CA"), (0x0C, b"more")]));
        // What is no string is compared by its bytes.
        assert_ne!(name(&[(0x04, b"A")]), name(&[(0x04, b"a")]));
    }

    #[test]
    fn a_subtree_holds_what_begins_like_it() {
        let [short, long] = [name(&[(0x0C, b"a")]), name(&[(0x0C, b"A"), (0x0C, b"b")])];
        assert!(long.is_within(&short) && short.is_within(&short) && !short.is_within(&long));
        assert!(short.is_within(&Name::default()));
        assert!(!name(&[(0x0C, b"ab")]).is_within(&short));
    }
}
