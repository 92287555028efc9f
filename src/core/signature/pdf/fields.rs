//! The fields of a file's form, found from its catalog and never by their looks.

use super::fault::{Fault, Result};
use super::file::File;
use super::object::{Dictionary, Object, Reference};
use core::ops::Range;
use std::collections::BTreeSet;
use std::rc::Rc;

/// More form fields than are read.
const MAX_FIELDS: usize = 1 << 16;

/// More signatures than any file has; each has the file read once more, up to where it was signed.
const MAX_SIGNATURES: usize = 32;

/// How deep fields may lie in each other, the longest full name, and the bytes of all names together
/// in a file of no size.
const MAX_DEPTH: usize = 64;
const MAX_NAME: usize = 4096;
const MAX_NAMES: usize = 1 << 20;

/// How many parts the dictionaries of all signature fields may have.
const MAX_PARTS: usize = 1 << 17;

/// The form of a file.
#[derive(Default)]
pub(super) struct Form {
    /// The signature fields, in the order of the form.
    pub(super) signatures: Vec<Field>,
    /// The fields that hold other fields, and the other fields that hold a value.
    pub(super) others: Vec<OtherField>,
}

/// A signature field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its full name: the partial names with points between.
    pub(super) name: String,
    pub(super) reference: Reference,
    pub(super) dictionary: Dictionary,
    /// The field that holds it.
    pub(super) parent: Option<Reference>,
    /// Where it shows, if that is not in its own dictionary: widgets with objects of their own.
    pub(super) widgets: Vec<(Reference, Dictionary)>,
    /// Its value, if it has one.
    pub(super) value: Option<Value>,
}

/// A field that is no signature field.
#[derive(Clone, Debug)]
pub(super) struct OtherField {
    pub(super) name: String,
    pub(super) reference: Reference,
    /// Whether it holds a value: text, a choice or a button. If not, it holds fields.
    pub(super) has_kind: bool,
    /// The objects of its widgets, if it is not its own widget.
    pub(super) widgets: Vec<Reference>,
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
        let form = self.dictionary.as_ref().and_then(|dictionary| dictionary.name(b"SubFilter"));
        form == Some(b"ETSI.RFC3161")
    }
}

impl Field {
    /// The widgets of the field with their dictionaries: itself, or those below it.
    pub(super) fn shown(&self) -> Vec<(Reference, &Dictionary)> {
        let own = self.widgets.is_empty().then_some((self.reference, &self.dictionary));
        own.into_iter().chain(self.widgets.iter().map(|(reference, widget)| (*reference, widget))).collect()
    }
}

/// A field that waits to be read.
struct Waiting {
    kid: Object,
    /// The names above with a point behind each.
    above: Rc<str>,
    parent: Option<usize>,
    depth: usize,
}

/// A field that has been read, and what the fields below inherit.
struct Read {
    name: Rc<str>,
    reference: Reference,
    dictionary: Option<Dictionary>,
    parent: Option<usize>,
    kind: Option<Vec<u8>>,
    widgets: Vec<(Reference, Option<Dictionary>)>,
    has_fields: bool,
}

/// Reads the form of a file.
pub(super) fn form(file: &File<'_>) -> Result<Form> {
    let (_, catalog) = file.root()?;
    let start = file.start();
    let fault = |found| Fault::new(start, found);
    let form = match file.value(&catalog, b"AcroForm")? {
        Object::Null => return Ok(Form::default()),
        Object::Dictionary(form) => form,
        _ => return Err(fault("the form of the file is no dictionary")),
    };
    let mut read: Vec<Read> = Vec::new();
    let (mut seen, mut names, mut parts) = (BTreeSet::new(), 0_usize, 0_usize);
    let mut waiting = Vec::new();
    push_kids(&mut waiting, file.value(&form, b"Fields")?, &Rc::from(""), None, 0, start)?;
    while let Some(Waiting { kid, above, parent, depth }) = waiting.pop() {
        let reference = kid.reference().ok_or(fault("a field of the form is not named by a reference"))?;
        if !seen.insert(reference.number) || seen.len() > MAX_FIELDS || depth > MAX_DEPTH {
            return Err(fault("the fields of the form lead in a circle, lie too deep or are too many"));
        }
        let dictionary = match file.object(reference)? {
            Object::Dictionary(dictionary) => dictionary,
            // A field that is not there shows nothing and holds nothing.
            Object::Null => continue,
            _ => return Err(fault("a field of the form is no dictionary")),
        };
        let own_kind = match file.value(&dictionary, b"FT")? {
            Object::Null => None,
            Object::Name(kind) => Some(kind),
            _ => return Err(fault("the kind of a field is no name")),
        };
        let inherited = parent.and_then(|parent| read.get(parent));
        let kind = own_kind.or_else(|| inherited.and_then(|parent| parent.kind.clone()));
        let is_signature = kind.as_deref() == Some(b"Sig");
        let kept = match is_signature {
            true => Some(dictionary.clone()),
            false => None,
        };
        if is_signature {
            Object::Dictionary(dictionary.clone()).walk(|_| parts = parts.saturating_add(1));
        }
        let partial = match file.value(&dictionary, b"T")? {
            Object::Null => None,
            Object::String(partial) => Some(text(&partial)),
            _ => return Err(fault("the name of a field is no text")),
        };
        let is_widget = partial.is_none() && parent.is_some();
        let kids = file.value(&dictionary, b"Kids")?;
        if is_widget && kids == Object::Null {
            if let Some(parent) = parent.and_then(|parent| read.get_mut(parent)) {
                parent.widgets.push((reference, kept));
            }
        } else {
            let name: Rc<str> = Rc::from(format!("{above}{}", partial.unwrap_or_default()));
            names = names.saturating_add(name.len());
            if name.len() > MAX_NAME || names > file.bytes.len().saturating_add(MAX_NAMES) {
                return Err(fault("the names of the fields are too long"));
            }
            if let Some(parent) = parent.and_then(|parent| read.get_mut(parent)) {
                parent.has_fields = true;
            }
            let index = read.len();
            let below: Rc<str> = Rc::from(format!("{name}."));
            push_kids(&mut waiting, kids, &below, Some(index), depth.saturating_add(1), start)?;
            read.push(Read {
                name,
                reference,
                dictionary: kept,
                parent,
                kind,
                widgets: Vec::new(),
                has_fields: false,
            });
        }
        if parts > MAX_PARTS {
            return Err(fault("the signature fields have more parts than are read"));
        }
    }
    sorted_out(file, read)
}

/// Signature fields with their values, and the others.
fn sorted_out(file: &File<'_>, read: Vec<Read>) -> Result<Form> {
    let mut form = Form::default();
    let references: Vec<Reference> = read.iter().map(|field| field.reference).collect();
    let mut values = 0_usize;
    for field in read {
        let Read { name, reference, dictionary, parent, kind, widgets, has_fields } = field;
        match dictionary.filter(|_| !has_fields) {
            Some(dictionary) => {
                let value = value(file, reference, &dictionary)?;
                values = values.saturating_add(usize::from(value.is_some()));
                if values > MAX_SIGNATURES {
                    return Err(Fault::new(file.start(), "the file has more signatures than are read"));
                }
                let widgets = widgets.into_iter().filter_map(|(widget, own)| Some((widget, own?))).collect();
                let parent = parent.and_then(|parent| references.get(parent)).copied();
                let name = name.as_ref().to_owned();
                form.signatures.push(Field { name, reference, dictionary, parent, widgets, value });
            }
            None => form.others.push(OtherField {
                name: name.as_ref().to_owned(),
                reference,
                has_kind: kind.is_some() && !has_fields,
                widgets: widgets.into_iter().map(|(widget, _)| widget).collect(),
            }),
        }
    }
    Ok(form)
}

/// Kids in an order in which the first is taken first.
fn push_kids(
    waiting: &mut Vec<Waiting>,
    kids: Object,
    above: &Rc<str>,
    parent: Option<usize>,
    depth: usize,
    start: usize,
) -> Result<()> {
    let kids = match kids {
        Object::Null => return Ok(()),
        Object::Array(kids) => kids,
        _ => return Err(Fault::new(start, "the fields of the form, or those in a field, are no array")),
    };
    if waiting.len().saturating_add(kids.len()) > MAX_FIELDS {
        return Err(Fault::new(start, "the form has more fields than are read"));
    }
    let wait = |kid| Waiting { kid, above: Rc::clone(above), parent, depth };
    waiting.extend(kids.into_iter().rev().map(wait));
    Ok(())
}

/// The value of a signature field.
fn value(file: &File<'_>, field: Reference, dictionary: &Dictionary) -> Result<Option<Value>> {
    let (holder, found) = match dictionary.get(b"V") {
        None => return Ok(None),
        Some(Object::Reference(reference)) => (*reference, file.object(*reference)?),
        Some(direct) => (field, direct.clone()),
    };
    let Object::Dictionary(own) = found else {
        return Ok(Some(Value { holder, dictionary: None, contents: None }));
    };
    // Only what lies plainly in the file has a place there.
    let is_plain = file.offset_of(holder.number).is_some();
    let is_string = matches!(own.get(b"Contents"), Some(Object::String(_)));
    let contents = own.span(b"Contents").filter(|_| is_plain && is_string);
    Ok(Some(Value { holder, dictionary: Some(own), contents }))
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
