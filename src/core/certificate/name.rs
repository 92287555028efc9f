//! Distinguished names as they are compared (RFC 5280, section 7.1): the kind of string, case and the number of
//! spaces do not matter, the order of the parts does.

use super::fields::{Fields, is_oid, oid};
use core::cmp::Ordering;
use der::Tag;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// The attribute of a name that holds an address of electronic mail.
const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

/// The most parts of one name that are looked at.
const MAX_PARTS: usize = 64;

/// A name in the form in which names are compared: its parts, first to last. They are folded when they are first looked
/// at: most names that are compared are the same byte for byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    /// The name in DER; empty for one that never stood anywhere.
    der: Vec<u8>,
    parts: OnceLock<Vec<Vec<Attribute>>>,
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.is_same(other) || self.parts() == other.parts()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        if self.is_same(other) { Ordering::Equal } else { self.parts().cmp(other.parts()) }
    }
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
        let mut count: usize = 0;
        each_attribute(der, |_, _, _| count = count.saturating_add(1))?;
        (count <= MAX_PARTS).then_some(())?;
        Some(Name { der: der.to_vec(), parts: OnceLock::new() })
    }

    /// Whether both are the same byte for byte.
    fn is_same(&self, other: &Name) -> bool {
        !self.der.is_empty() && self.der == other.der
    }

    fn parts(&self) -> &[Vec<Attribute>] {
        self.parts.get_or_init(|| folded(&self.der).unwrap_or_default())
    }

    /// Whether an attribute of that kind (the content of its OBJECT IDENTIFIER) has that value, letter for letter.
    pub(super) fn has(&self, kind: &[u8], value: &str) -> bool {
        let mut found = false;
        let _ = each_attribute(&self.der, |name, _, content| {
            found |= name == kind && content == value.as_bytes()
        });
        found
    }

    /// The name that has one part more: how a distribution point may name itself below its issuer.
    pub(super) fn with_part(&self, set_content: &[u8]) -> Option<Name> {
        let mut longer = self.parts().to_vec();
        longer.push(part(set_content)?);
        Some(Name { der: Vec::new(), parts: OnceLock::from(longer) })
    }

    /// How many bytes it has in DER; 0 for one that never stood anywhere.
    pub(super) fn len(&self) -> usize {
        self.der.len()
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.parts().is_empty()
    }

    /// Whether it lies in the subtree that begins with `base`.
    pub(super) fn is_within(&self, base: &Name) -> bool {
        self.parts().starts_with(base.parts())
    }

    /// The addresses of electronic mail in it.
    pub(super) fn email_addresses(&self) -> impl Iterator<Item = &str> {
        self.parts().iter().flatten().filter(|attribute| attribute.kind == EMAIL_ADDRESS).filter_map(
            |attribute| match &attribute.value {
                Value::Text(text) => Some(text.as_str()),
                Value::Bytes(..) => None,
            },
        )
    }
}

/// Hands over the kind, tag and content of every attribute. `None` if the name cannot be read.
fn each_attribute(der: &[u8], mut told: impl FnMut(&[u8], Tag, &[u8])) -> Option<()> {
    let mut list = Fields::in_sequence(der)?;
    while !list.is_empty() {
        let mut set = Fields::in_content(list.content(Tag::Set)?)?;
        if set.is_empty() {
            return None;
        }
        while !set.is_empty() {
            let mut fields = Fields::in_content(set.content(Tag::Sequence)?)?;
            let kind = fields.content(Tag::ObjectIdentifier)?;
            is_oid(kind).then_some(())?;
            let (tag, content) = fields.any()?;
            fields.end()?;
            told(kind, tag, content);
        }
    }
    Some(())
}

/// The parts of a name in DER.
fn folded(der: &[u8]) -> Option<Vec<Vec<Attribute>>> {
    let mut list = Fields::in_sequence(der)?;
    let mut parts = Vec::new();
    while !list.is_empty() {
        parts.push(part(list.content(Tag::Set)?)?);
    }
    Some(parts)
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
