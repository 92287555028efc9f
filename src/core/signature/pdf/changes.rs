//! What was changed after a signature: the file as it was signed, held against the file as it is, object by object.
//!
//! Allowed is what a later signer must do to sign, and no more: a new signature in a new field or in an empty one, time-stamps
//! over the document, material for validation (/DSS), metadata that nothing else uses. Filling in forms is not told from
//! covering up what was signed, so it is not allowed. A certification signature may allow less (/DocMDP).

use super::fields::{Field, signature_fields};
use super::file::{File, Place};
use super::object::{Dictionary, Object, Reference};
use std::collections::BTreeSet;

/// What became of a document after a signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Allowed,
    NotAllowed(&'static str),
}

/// Compares the signed file with the whole one. `locked`: the signature certifies that nobody signs after it.
pub(super) fn compare(signed: &File<'_>, whole: &File<'_>, locked: bool) -> Verdict {
    match objection(signed, whole, locked) {
        None => Verdict::Allowed,
        Some(text) => Verdict::NotAllowed(text),
    }
}

fn objection(signed: &File<'_>, whole: &File<'_>, locked: bool) -> Option<&'static str> {
    const DAMAGED: &str = "what came after the signature is damaged";
    if signed.start == whole.start {
        return Some("bytes follow the signed file that belong to no revision");
    }
    let same_root = signed.trailer.get(b"Root") == whole.trailer.get(b"Root");
    if !same_root || whole.is_encrypted() {
        return Some("another catalog was put in place of the signed one");
    }
    if whole.is_hybrid && !signed.is_hybrid {
        return Some("a later revision shows different programs different objects");
    }
    if signed.numbers().any(|number| whole.place(number) == Place::Free) {
        return Some("an object of the signed file was taken away");
    }
    let (Some(old_fields), Some(new_fields)) = (signature_fields(signed), signature_fields(whole)) else {
        return Some(DAMAGED);
    };
    let Some((root, catalog)) = signed.root() else { return Some(DAMAGED) };
    let known: BTreeSet<u32> = old_fields.iter().map(|field| field.reference.number).collect();
    let added: Vec<&Field> =
        new_fields.iter().filter(|field| !known.contains(&field.reference.number)).collect();
    for field in &added {
        if let Some(text) = objection_to_field(signed, field, locked) {
            return Some(text);
        }
    }
    let empty =
        old_fields.iter().filter(|field| field.value.is_none()).map(|field| field.reference.number).collect();
    let fresh = added.iter().map(|field| field.reference).collect();
    let comparison = Comparison { signed, whole, root, catalog: &catalog, empty, fresh, locked };
    let Some(awaited) = dangling(signed) else { return Some(DAMAGED) };
    for number in whole.numbers() {
        let (before, after) = (signed.place(number), whole.place(number));
        if before == Place::Free && awaited.contains(&number) {
            return Some("an object was added for which the signed file had a place");
        }
        if before == after || before == Place::Free {
            continue;
        }
        let (Some(old_name), Some(new_name)) = (signed.reference_of(number), whole.reference_of(number))
        else {
            return Some(DAMAGED);
        };
        let (Some(old), Some(new)) = (signed.object(old_name), whole.object(new_name)) else {
            return Some(DAMAGED);
        };
        if old_name != new_name {
            return Some("an object of the signed file was replaced");
        }
        if !comparison.same(&old, &new) && !comparison.may_become(number, &old, &new) {
            return Some("an object of the signed file was changed");
        }
    }
    None
}

/// The numbers that the signed file refers to and does not have: whatever is put there shows.
fn dangling(signed: &File<'_>) -> Option<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    for number in signed.numbers() {
        let object = signed.object(signed.reference_of(number)?)?;
        let missing = |reference: &Reference| signed.place(reference.number) == Place::Free;
        found.extend(object.references().into_iter().filter(missing).map(|reference| reference.number));
    }
    Some(found)
}

/// Why a field may not be added.
fn objection_to_field(signed: &File<'_>, field: &Field, locked: bool) -> Option<&'static str> {
    if signed.place(field.reference.number) != Place::Free {
        return Some("an object of the signed file was made a signature field");
    }
    if field.dictionary.has(b"Kids") || field.dictionary.has(b"Parent") {
        return Some("a field was added that is not only a signature field");
    }
    match &field.value {
        Some(value) if locked && !value.is_document_timestamp() => {
            Some("the document was certified against further signatures")
        }
        Some(_) => None,
        None if locked || field.dictionary.has(b"AP") => {
            Some("a signature field was added that shows something and holds no signature")
        }
        None => None,
    }
}

struct Comparison<'a> {
    signed: &'a File<'a>,
    whole: &'a File<'a>,
    root: Reference,
    catalog: &'a Dictionary,
    /// The numbers of the signature fields that were empty.
    empty: BTreeSet<u32>,
    /// The signature fields that were added.
    fresh: BTreeSet<Reference>,
    locked: bool,
}

impl Comparison<'_> {
    /// Whether both say the same, stream data included.
    fn same(&self, old: &Object, new: &Object) -> bool {
        match (old, new) {
            (Object::Stream(old, before), Object::Stream(new, after)) => {
                old == new && self.signed.bytes.get(before.clone()) == self.whole.bytes.get(after.clone())
            }
            (Object::Stream(..), _) | (_, Object::Stream(..)) => false,
            _ => old == new,
        }
    }

    /// Whether an object of the signed file may have become that.
    fn may_become(&self, number: u32, old: &Object, new: &Object) -> bool {
        let is = |key: &[u8], in_dictionary: &Dictionary| {
            in_dictionary.get(key).and_then(Object::reference).is_some_and(|found| found.number == number)
        };
        match (old, new) {
            (Object::Array(old), Object::Array(new)) => self.grew_by_fields(old, new),
            (Object::Stream(old, _), Object::Stream(new, _)) => {
                is(b"Metadata", self.catalog)
                    && [old, new].iter().all(|stream| stream.name(b"Type") == Some(b"Metadata"))
                    && self.is_used_only_by(number, Some(self.root.number))
            }
            (Object::Dictionary(old), Object::Dictionary(new)) => {
                if number == self.root.number {
                    return self.catalog_may_become(old, new);
                }
                if is(b"AcroForm", self.catalog) {
                    return self.form_may_become(old, new);
                }
                if is(b"DSS", self.catalog) {
                    return self.is_used_only_by(number, Some(self.root.number));
                }
                if is(b"Info", &self.signed.trailer) {
                    return is_plain_information(old)
                        && is_plain_information(new)
                        && self.is_used_only_by(number, None);
                }
                if old.name(b"Type") == Some(b"Page") {
                    return self.page_may_become(old, new);
                }
                self.empty_field_was_signed(number, old, new)
            }
            _ => false,
        }
    }

    fn catalog_may_become(&self, old: &Dictionary, new: &Dictionary) -> bool {
        differing(old, new).into_iter().all(|key| match key {
            b"AcroForm" => {
                // It may be new; in place of an old one stands one that only grew.
                let form = |file: &File<'_>, catalog| match file.value(catalog, b"AcroForm") {
                    Some(Object::Null) => Some(Dictionary::default()),
                    Some(Object::Dictionary(form)) => Some(form),
                    _ => None,
                };
                match (form(self.signed, old), form(self.whole, new)) {
                    (Some(before), Some(after)) => self.form_may_become(&before, &after),
                    _ => false,
                }
            }
            b"DSS" | b"Extensions" | b"Version" => true,
            b"Metadata" => new
                .get(b"Metadata")
                .and_then(Object::reference)
                .is_some_and(|found| self.signed.place(found.number) == Place::Free),
            _ => false,
        })
    }

    fn form_may_become(&self, old: &Dictionary, new: &Dictionary) -> bool {
        let array = |file: &File<'_>, form| match file.value(form, b"Fields") {
            Some(Object::Null) => Some(Vec::new()),
            Some(Object::Array(fields)) => Some(fields),
            _ => None,
        };
        differing(old, new).into_iter().all(|key| match key {
            b"Fields" => match (array(self.signed, old), array(self.whole, new)) {
                (Some(before), Some(after)) => before == after || self.grew_by_fields(&before, &after),
                _ => false,
            },
            b"SigFlags" => true,
            // Without these a form that was not there before looks empty all the same.
            b"DA" | b"DR" => !old.has(key) && !old.has(b"Fields"),
            _ => false,
        })
    }

    fn page_may_become(&self, old: &Dictionary, new: &Dictionary) -> bool {
        let array = |file: &File<'_>, page| match file.value(page, b"Annots") {
            Some(Object::Null) => Some(Vec::new()),
            Some(Object::Array(annotations)) => Some(annotations),
            _ => None,
        };
        differing(old, new).into_iter().all(|key| {
            key == b"Annots"
                && match (array(self.signed, old), array(self.whole, new)) {
                    (Some(before), Some(after)) => before == after || self.grew_by_fields(&before, &after),
                    _ => false,
                }
        })
    }

    /// Whether an array only got new signature fields, behind what it had.
    fn grew_by_fields(&self, old: &[Object], new: &[Object]) -> bool {
        let is_fresh = |item: &Object| item.reference().is_some_and(|item| self.fresh.contains(&item));
        new.strip_prefix(old).is_some_and(|added| added.iter().all(is_fresh))
    }

    /// Whether an empty signature field got its signature, and at most its looks.
    fn empty_field_was_signed(&self, number: u32, old: &Dictionary, new: &Dictionary) -> bool {
        let is_new = |value: &Object| match value.reference() {
            Some(reference) => self.signed.place(reference.number) == Place::Free,
            None => true,
        };
        self.empty.contains(&number)
            && !self.locked
            && new.get(b"V").is_some_and(is_new)
            && differing(old, new).into_iter().all(|key| matches!(key, b"V" | b"AP" | b"AS" | b"F" | b"M"))
    }

    /// Whether no other object of the signed file refers to that one: what is changed there is seen nowhere else.
    fn is_used_only_by(&self, number: u32, user: Option<u32>) -> bool {
        let refers = |object: &Object| object.references().iter().any(|found| found.number == number);
        let in_trailer = self.signed.trailer.values().filter(|value| refers(value)).count();
        if in_trailer > usize::from(user.is_none()) {
            return false;
        }
        self.signed.numbers().filter(|other| Some(*other) != user).all(|other| {
            let object = self.signed.reference_of(other).and_then(|name| self.signed.object(name));
            // Cross-reference streams are trailers too.
            let is_trailer = |object: &Object| match object {
                Object::Stream(dictionary, _) => dictionary.name(b"Type") == Some(b"XRef"),
                _ => false,
            };
            object.is_some_and(|object| is_trailer(&object) || !refers(&object))
        })
    }
}

/// The keys whose values differ.
fn differing<'a>(old: &'a Dictionary, new: &'a Dictionary) -> BTreeSet<&'a [u8]> {
    old.keys().chain(new.keys()).filter(|key| old.get(key) != new.get(key)).collect()
}

/// Whether a dictionary has texts and names only, as the information about a document has.
fn is_plain_information(dictionary: &Dictionary) -> bool {
    dictionary.values().all(|value| matches!(value, Object::String(_) | Object::Name(_) | Object::Boolean(_)))
}
