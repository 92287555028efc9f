//! What came after a signature: the file as it was signed, held against the file as it is.
//!
//! The appended bytes are accounted for first (`appended`). Then each object of the signed file that
//! became another must be explained by a rule, and each rule names the clause that it follows
//! ([`Kind`]). What no rule explains is not allowed: viewers may show it. docs/pdf-changes.md says the
//! same in plain words.

mod catalog;
mod form;
mod graph;
mod structure;
mod widget;

use super::appended;
use super::fault::{Fault, Result};
use super::fields::{Field, Form, form};
use super::file::File;
use super::object::{Dictionary, Object, Reference};
use super::permissions::Permissions;
use core::cell::{OnceCell, RefCell};
use graph::Graph;
use std::collections::{BTreeMap, BTreeSet};

/// A kind of change that may follow a signature. Sections are those of ISO 32000-2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// A signature in a new field or in one that was empty (12.7.5.5, 12.8).
    Signature,
    /// A signature field without a value (12.7.5.5).
    EmptyField,
    /// A time-stamp over the document (12.8.5).
    DocumentTimestamp,
    /// Certificates, revocation lists and responses (12.8.4.3).
    ValidationData,
    /// Fields filled in, where a certification permits it (12.8.2.2).
    FilledField,
    /// Defaults for the text of fields that the signed file has no use for (12.7.3).
    FormDefaults,
    /// Metadata of the document that nothing else uses (14.3).
    Metadata,
    /// The version and the developer extensions of the catalog (7.12, 7.7.2).
    Version,
    /// The logical structure: a new field in the tree of a tagged file (14.7).
    Structure,
}

impl Kind {
    const ALL: [(Kind, &'static str); 9] = [
        (Kind::Signature, "a further signature"),
        (Kind::EmptyField, "an empty signature field"),
        (Kind::DocumentTimestamp, "a time-stamp over the document"),
        (Kind::ValidationData, "material for validation"),
        (Kind::FilledField, "fields filled in"),
        (Kind::FormDefaults, "defaults of the form"),
        (Kind::Metadata, "metadata"),
        (Kind::Version, "version and extensions"),
        (Kind::Structure, "the structure of a tagged file"),
    ];
}

/// What came after a signature, where all of it is allowed.
#[derive(Default, Debug)]
pub(super) struct Later {
    pub(super) kinds: BTreeSet<Kind>,
    /// The names of the fields that were filled in.
    pub(super) filled: Vec<String>,
}

impl Later {
    /// One English sentence on what came.
    pub(super) fn text(&self) -> String {
        let came: Vec<&str> =
            Kind::ALL.iter().filter(|(kind, _)| self.kinds.contains(kind)).map(|(_, text)| *text).collect();
        match came.is_empty() {
            true => String::from("nothing that counts came after it"),
            false => format!("only this came after it: {}", came.join(", ")),
        }
    }
}

/// Why a change is not allowed: one English sentence.
pub(super) type Objection = String;

/// Compares the signed file with the whole one. `unheld` are the fields of `whole` whose time-stamps
/// over the document do not hold.
pub(super) fn compare(
    signed: &File<'_>,
    whole: &File<'_>,
    unheld: &BTreeSet<u32>,
) -> core::result::Result<Later, Objection> {
    appended::check(signed, whole).map_err(|fault| fault.to_string())?;
    let comparison = Comparison::new(signed, whole, unheld).map_err(|fault| fault.to_string())?;
    comparison.judge()?;
    Ok(comparison.later.into_inner())
}

/// Turns a fault in what was appended into an objection.
fn readable<T>(read: Result<T>) -> core::result::Result<T, Objection> {
    read.map_err(|fault: Fault| fault.to_string())
}

type Judgement = core::result::Result<(), Objection>;

fn object_to<T>(text: impl Into<String>) -> core::result::Result<T, Objection> {
    Err(text.into())
}

struct Comparison<'a> {
    signed: &'a File<'a>,
    whole: &'a File<'a>,
    root: Reference,
    old_catalog: Dictionary,
    new_catalog: Dictionary,
    old_form: Form,
    new_form: Form,
    permissions: Permissions,
    unheld: &'a BTreeSet<u32>,
    /// The objects of the signed file that became others.
    changed: BTreeMap<u32, Reference>,
    graph: Graph,
    /// Those of them that a rule explains.
    explained: RefCell<BTreeSet<u32>>,
    later: RefCell<Later>,
    /// On how many pages of the signed file each annotation is.
    pages_of: OnceCell<BTreeMap<u32, usize>>,
}

impl<'a> Comparison<'a> {
    fn new(signed: &'a File<'a>, whole: &'a File<'a>, unheld: &'a BTreeSet<u32>) -> Result<Comparison<'a>> {
        let (root, old_catalog) = signed.root()?;
        let (_, new_catalog) = whole.root()?;
        let old_form = form(signed)?;
        let new_form = form(whole)?;
        let permissions = Permissions::of(signed, &old_form)?;
        let mut changed = BTreeMap::new();
        for reference in signed.references() {
            let number = reference.number;
            if signed.place(number) == whole.place(number) || whole.is_free(number) {
                continue;
            }
            let is_same = whole.reference_of(number) == Some(reference) && {
                let (old, new) = (signed.object(reference)?, whole.object(reference)?);
                is_same(signed, &old, whole, &new)
            };
            if !is_same {
                changed.insert(number, reference);
            }
        }
        let fields = old_form.signatures.iter();
        let signatures = fields.flat_map(|field| {
            let widgets = field.widgets.iter().map(|(widget, _)| widget.number);
            core::iter::once(field.reference.number).chain(widgets)
        });
        let graph = Graph::of(signed, whole, &changed, &signatures.collect())?;
        Ok(Comparison {
            signed,
            whole,
            root,
            old_catalog,
            new_catalog,
            old_form,
            new_form,
            permissions,
            unheld,
            changed,
            graph,
            explained: RefCell::default(),
            later: RefCell::default(),
            pages_of: OnceCell::new(),
        })
    }

    fn judge(&self) -> Judgement {
        self.trailers()?;
        if let Some(gone) = self.signed.references().find(|one| self.whole.is_free(one.number)) {
            return object_to(format!("object {} of the signed file was taken away", gone.number));
        }
        if let Some(number) = self.graph.awaited {
            let text = "was added, and the signed file has a use for it";
            return object_to(format!("object {number} {text}"));
        }
        self.new_objects()?;
        self.catalog()?;
        self.signature_fields()?;
        self.pages()?;
        self.filled_fields()?;
        let explained = self.explained.borrow();
        match self.changed.keys().find(|number| !explained.contains(number)) {
            None => Ok(()),
            Some(number) => object_to(format!(
                "object {number} of the signed file was changed as no rule for later changes allows{}",
                self.whole.offset_of(*number).map(|at| format!(", at byte {at}")).unwrap_or_default()
            )),
        }
    }

    /// Later trailers name the same catalog, and nothing that a trailer has no use for.
    fn trailers(&self) -> Judgement {
        let own = self.signed.trailers();
        let had = |key: &[u8], value: Option<&Object>| own.iter().any(|trailer| trailer.get(key) == value);
        let root = self.signed.trailer(b"Root");
        for section in self.whole.sections_since(self.signed) {
            let at = section.at;
            if at < self.signed.bytes.len() {
                continue;
            }
            if section.trailer.get(b"Root") != root {
                return object_to(format!(
                    "another catalog was put in place of the signed one, at byte {at}"
                ));
            }
            for key in section.trailer.keys() {
                let is_known = match key {
                    b"Root" | b"Size" | b"Prev" | b"ID" => true,
                    b"Info" => section.trailer.get(key).is_none_or(|info| info.reference().is_some()),
                    // A table may repeat what the trailers before it had, /XRefStm among it.
                    b"XRefStm" => section.stream.is_none() && had(key, section.trailer.get(key)),
                    b"Type" | b"W" | b"Index" | b"Length" | b"Filter" | b"DecodeParms" => {
                        section.stream.is_some() || had(key, section.trailer.get(key))
                    }
                    key => had(key, section.trailer.get(key)),
                };
                if !is_known {
                    let key = String::from_utf8_lossy(key).escape_debug().to_string();
                    return object_to(format!("a later trailer has /{key}, at byte {at}"));
                }
            }
        }
        self.information()
    }

    /// New objects that a rebuilding viewer might take for the document.
    fn new_objects(&self) -> Judgement {
        for reference in self.whole.references().filter(|one| self.is_fresh(one.number)) {
            let object = readable(self.whole.object(reference))?;
            let kind = object.dictionary().and_then(|dictionary| dictionary.name(b"Type"));
            if let Some(b"Catalog" | b"Pages" | b"Page" | b"Template") = kind {
                let number = reference.number;
                return object_to(format!("object {number} was added, and is a catalog or a page"));
            }
        }
        Ok(())
    }

    /// Whether an object came after the signature.
    fn is_fresh(&self, number: u32) -> bool {
        self.signed.is_free(number) && !self.whole.is_free(number)
    }

    /// Notes that a rule explains how an object became another.
    fn explain(&self, number: u32) {
        self.explained.borrow_mut().insert(number);
    }

    fn note(&self, kind: Kind) {
        self.later.borrow_mut().kinds.insert(kind);
    }

    /// The signed and the present form of an object that became another.
    fn before_and_after(&self, number: u32) -> core::result::Result<Option<(Object, Object)>, Objection> {
        match self.changed.get(&number) {
            None => Ok(None),
            Some(reference) => {
                let before = readable(self.signed.object(*reference))?;
                let after = self.whole.reference_of(number).filter(|after| after == reference);
                let Some(after) = after else {
                    return object_to(format!("object {number} was replaced by one of another generation"));
                };
                Ok(Some((before, readable(self.whole.object(after))?)))
            }
        }
    }

    /// The signature field of the signed file that has that object.
    fn old_field(&self, number: u32) -> Option<&Field> {
        self.old_form.signatures.iter().find(|field| field.reference.number == number)
    }

    /// An array that stands in a dictionary, or that its value leads to; empty if it is not there.
    fn array(
        &self,
        file: &File<'_>,
        dictionary: &Dictionary,
        key: &[u8],
    ) -> core::result::Result<Vec<Object>, Objection> {
        match readable(file.value(dictionary, key))? {
            Object::Null => Ok(Vec::new()),
            Object::Array(items) => Ok(items),
            _ => object_to(format!("/{} is no array", String::from_utf8_lossy(key))),
        }
    }

    /// What an array of a dictionary gained at its end; everything before must be as it was. The array
    /// may be an object of its own if nothing else in the signed file uses it.
    fn gained(
        &self,
        owner: u32,
        old: &Dictionary,
        new: &Dictionary,
        key: &[u8],
    ) -> core::result::Result<Vec<Object>, Objection> {
        let (before, after) = (self.array(self.signed, old, key)?, self.array(self.whole, new, key)?);
        if let Some(array) = old.get(key).and_then(Object::reference) {
            let is_own = self.graph.is_used_only_by(array.number, &[owner]);
            if self.changed.contains_key(&array.number) && !is_own {
                return object_to(format!("array {} grew, and is used in more than one place", array.number));
            }
            if new.get(key).and_then(Object::reference) == Some(array) {
                self.explain(array.number);
            }
        }
        match after.strip_prefix(before.as_slice()) {
            Some(gained) => Ok(gained.to_vec()),
            None => {
                let key = String::from_utf8_lossy(key).into_owned();
                object_to(format!("/{key} of object {owner} lost or changed what it had"))
            }
        }
    }
}

/// Whether both objects say the same, stream data included.
fn is_same(old_file: &File<'_>, old: &Object, new_file: &File<'_>, new: &Object) -> bool {
    match (old, new) {
        (Object::Stream(old, before), Object::Stream(new, after)) => {
            old == new && old_file.bytes.get(before.clone()) == new_file.bytes.get(after.clone())
        }
        (Object::Stream(..), _) | (_, Object::Stream(..)) => false,
        _ => old == new,
    }
}

/// The keys whose values differ.
fn differing<'d>(old: &'d Dictionary, new: &'d Dictionary) -> BTreeSet<&'d [u8]> {
    old.keys().chain(new.keys()).filter(|key| old.get(key) != new.get(key)).collect()
}

/// Whether a value is plain data: texts, names, numbers and collections of them, without references.
fn is_plain(value: &Object) -> bool {
    let mut is_plain = true;
    value.walk(|part| {
        is_plain &= !matches!(part, Object::Reference(_) | Object::Stream(..) | Object::Word(_));
    });
    is_plain
}
