//! The signature fields of a file: found from its catalog, never by their looks.

use super::file::File;
use super::object::{Dictionary, Object, Reference};
use core::ops::Range;
use std::collections::BTreeSet;

/// More form fields than are looked at.
const MOST_FIELDS: usize = 1 << 16;

/// A signature field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its full name: the partial names with points between.
    pub(super) name: String,
    pub(super) reference: Reference,
    pub(super) dictionary: Dictionary,
    /// Its value, if it has one.
    pub(super) value: Option<Value>,
}

/// What stands in a signature field.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Value {
    /// The object that it lies in: its own, or the field's.
    pub(super) holder: Reference,
    /// `None` if it is no dictionary.
    pub(super) dictionary: Option<Dictionary>,
    /// Where /Contents stands in the file, < and > included; `None` if it is not there as a string.
    pub(super) contents: Option<Range<usize>>,
}

impl Value {
    /// Whether it is a time-stamp over the document and no person's signature.
    pub(super) fn is_document_timestamp(&self) -> bool {
        self.dictionary.as_ref().and_then(|dictionary| dictionary.name(b"SubFilter")) == Some(b"ETSI.RFC3161")
    }
}

/// Every signature field, in the order of the form. `None` if the form is damaged, or loops.
pub(super) fn signature_fields(file: &File<'_>) -> Option<Vec<Field>> {
    let (_, catalog) = file.root()?;
    let form = match file.value(&catalog, b"AcroForm")? {
        Object::Null => return Some(Vec::new()),
        Object::Dictionary(form) => form,
        _ => return None,
    };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(Object, String, bool)> = Vec::new();
    push_kids(&mut open, file.value(&form, b"Fields")?, "", false)?;
    while let Some((kid, above, is_signature)) = open.pop() {
        let reference = kid.reference()?;
        // A field with two parents, or among its own, is nobody's.
        (seen.insert(reference.number) && seen.len() <= MOST_FIELDS).then_some(())?;
        let dictionary = match file.object(reference)? {
            Object::Dictionary(dictionary) => dictionary,
            // A field that is not there does no harm.
            Object::Null => continue,
            _ => return None,
        };
        let name = match file.value(&dictionary, b"T")? {
            Object::Null => above,
            Object::String(partial) if above.is_empty() => text(&partial),
            Object::String(partial) => format!("{above}.{}", text(&partial)),
            _ => return None,
        };
        let is_signature = match file.value(&dictionary, b"FT")? {
            Object::Null => is_signature,
            Object::Name(kind) => kind == b"Sig",
            _ => return None,
        };
        push_kids(&mut open, file.value(&dictionary, b"Kids")?, &name, is_signature)?;
        if is_signature {
            let value = value(file, reference, &dictionary)?;
            found.push(Field { name, reference, dictionary, value });
        }
    }
    Some(found)
}

/// Kids in an order in which the first is taken first.
fn push_kids(
    open: &mut Vec<(Object, String, bool)>,
    kids: Object,
    above: &str,
    is_signature: bool,
) -> Option<()> {
    match kids {
        Object::Null => Some(()),
        Object::Array(kids) => {
            (open.len().saturating_add(kids.len()) <= MOST_FIELDS).then_some(())?;
            open.extend(kids.into_iter().rev().map(|kid| (kid, above.to_owned(), is_signature)));
            Some(())
        }
        _ => None,
    }
}

/// The value of a signature field. Outer `None` if the file is damaged there.
#[expect(clippy::option_option, reason = "damage and absence are two things")]
fn value(file: &File<'_>, field: Reference, dictionary: &Dictionary) -> Option<Option<Value>> {
    let (holder, found) = match dictionary.get(b"V") {
        None => return Some(None),
        Some(Object::Reference(reference)) => (*reference, file.object(*reference)?),
        Some(direct) => (field, direct.clone()),
    };
    let Object::Dictionary(own) = found else {
        return Some(Some(Value { holder, dictionary: None, contents: None }));
    };
    // Only what lies plainly in the file has a place there.
    let is_plain = file.offset_of(holder.number).is_some();
    let is_string = matches!(own.get(b"Contents"), Some(Object::String(_)));
    let contents = own.span(b"Contents").filter(|_| is_plain && is_string);
    Some(Some(Value { holder, dictionary: Some(own), contents }))
}

/// A text string (section 7.9.2.2): UTF-16, UTF-8, or one byte a character.
pub(super) fn text(bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let units = wide.chunks(2).map(|unit| match unit {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0xFFFD,
        });
        return char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    if let Some(utf8) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8_lossy(utf8).into_owned();
    }
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
