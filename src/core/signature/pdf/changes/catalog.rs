//! What may change in the catalog and the information dictionary: nothing that a viewer shows.

use super::{Comparison, Judgement, Kind, Objection, differing, is_plain, object_to, readable};
use crate::signature::pdf::file::File;
use crate::signature::pdf::object::{Dictionary, Object, Reference};
use std::collections::BTreeSet;

impl Comparison<'_> {
    pub(super) fn catalog(&self) -> Judgement {
        let (old, new) = (&self.old_catalog, &self.new_catalog);
        for key in differing(old, new) {
            match key {
                // Judged below, whether or not the catalog itself was changed.
                b"AcroForm" | b"DSS" | b"StructTreeRoot" => {}
                b"Extensions" => self.plain_entry(key)?,
                b"MarkInfo" => {
                    self.plain_entry(key)?;
                    self.note(Kind::Structure);
                }
                b"Version" => {
                    let is_version = |name: &[u8]| matches!(name, [b'1' | b'2', b'.', b'0'..=b'9']);
                    if !new.name(key).is_some_and(is_version) {
                        return object_to("the catalog names a version that there is not");
                    }
                    self.note(Kind::Version);
                }
                b"Metadata" => self.new_metadata()?,
                b"Perms" => self.permissions_of_signature()?,
                key => {
                    let key = String::from_utf8_lossy(key).escape_debug().to_string();
                    return object_to(format!("/{key} of the catalog was changed"));
                }
            }
        }
        self.explain(self.root.number);
        self.extensions_in_place()?;
        self.metadata_in_place()?;
        self.form_dictionary()?;
        self.validation_data()?;
        self.structure()
    }

    /// An entry of the catalog that is plain data now, and was before.
    fn plain_entry(&self, key: &[u8]) -> Judgement {
        let after = readable(self.whole.value(&self.new_catalog, key))?;
        let is_new = match self.new_catalog.get(key).and_then(Object::reference) {
            None => true,
            Some(reference) => self.is_fresh(reference.number),
        };
        if !is_new || !matches!(after, Object::Dictionary(_)) || !is_plain(&after) {
            let key = String::from_utf8_lossy(key).into_owned();
            return object_to(format!("/{key} of the catalog is not plain data"));
        }
        self.note(Kind::Version);
        Ok(())
    }

    /// The object that an entry of the catalog leads to, if only that entry does.
    fn sole_target(&self, key: &[u8]) -> Option<u32> {
        let number = self.old_catalog.get(key)?.reference()?.number;
        let is_elsewhere = self
            .old_catalog
            .keys()
            .filter(|other| *other != key)
            .filter_map(|other| self.old_catalog.get(other))
            .flat_map(Object::references)
            .any(|used| used.number == number);
        let is_sole = !is_elsewhere && self.graph.is_used_only_by(number, &[self.root.number]);
        is_sole.then_some(number)
    }

    /// /Extensions and /MarkInfo that are objects of their own.
    fn extensions_in_place(&self) -> Judgement {
        for key in [&b"Extensions"[..], b"MarkInfo"] {
            let Some(number) = self.sole_target(key) else { continue };
            let Some((before, after)) = self.before_and_after(number)? else { continue };
            let is_dictionary = |object: &Object| matches!(object, Object::Dictionary(_));
            if is_dictionary(&before) && is_dictionary(&after) && is_plain(&before) && is_plain(&after) {
                self.explain(number);
                self.note(Kind::Version);
            }
        }
        Ok(())
    }

    /// A metadata stream that is new in the catalog.
    fn new_metadata(&self) -> Judgement {
        let reference = self.new_catalog.get(b"Metadata").and_then(Object::reference);
        let Some(reference) = reference.filter(|one| self.is_fresh(one.number)) else {
            return object_to("the catalog takes another object of the signed file for its metadata");
        };
        match is_metadata(&readable(self.whole.object(reference))?) {
            true => self.note(Kind::Metadata),
            false => return object_to("the new metadata of the catalog is no metadata stream"),
        }
        Ok(())
    }

    /// The metadata stream of the catalog, written over.
    fn metadata_in_place(&self) -> Judgement {
        let Some(number) = self.sole_target(b"Metadata") else { return Ok(()) };
        if let Some((before, after)) = self.before_and_after(number)?
            && is_metadata(&before)
            && is_metadata(&after)
        {
            self.explain(number);
            self.note(Kind::Metadata);
        }
        Ok(())
    }

    /// The information dictionary: new, or written over where nothing else uses it (14.3.3).
    pub(super) fn information(&self) -> Judgement {
        let (old, new) = (self.signed.trailer(b"Info"), self.whole.trailer(b"Info"));
        if let Some(reference) = new.and_then(Object::reference)
            && old != new
        {
            let after = readable(self.whole.object(reference))?;
            let is_plain_text = matches!(&after, Object::Dictionary(_)) && is_plain(&after);
            if !self.is_fresh(reference.number) || !is_plain_text {
                return object_to("the trailer takes another object for the information dictionary");
            }
            self.note(Kind::Metadata);
        }
        let Some(number) = old.and_then(Object::reference).map(|reference| reference.number) else {
            return Ok(());
        };
        let Some((Object::Dictionary(before), Object::Dictionary(after))) = self.before_and_after(number)?
        else {
            return Ok(());
        };
        // What was there may lie in objects of its own; what is there now is plain.
        let is_text = |key: &&[u8]| after.get(key).is_none_or(is_plain);
        if self.graph.is_used_only_by_trailers(number)
            && differing(&before, &after).iter().all(is_text)
            && before.name(b"Type").is_none()
        {
            self.explain(number);
            self.note(Kind::Metadata);
        }
        Ok(())
    }

    /// /Perms that names the certification which came with it (12.8.6).
    fn permissions_of_signature(&self) -> Judgement {
        let entries = |file: &File<'_>, catalog| match readable(file.value(catalog, b"Perms"))? {
            Object::Null => Ok(Dictionary::default()),
            Object::Dictionary(entries) => Ok(entries),
            _ => object_to("/Perms of the catalog is no dictionary"),
        };
        let old = entries(self.signed, &self.old_catalog)?;
        let new = entries(self.whole, &self.new_catalog)?;
        for key in differing(&old, &new) {
            let holder = new.get(key).and_then(Object::reference);
            let is_signature = self.new_form.signatures.iter().any(|field| {
                let value = field.value.as_ref().map(|value| value.holder);
                value.is_some() && value == holder
            });
            let is_new = holder.is_some_and(|holder| self.is_fresh(holder.number));
            if key != b"DocMDP" || old.has(key) || !is_signature || !is_new {
                return object_to("/Perms of the catalog was changed, and not by a new signature");
            }
        }
        self.note(Kind::Signature);
        Ok(())
    }

    /// Material for validation (12.8.4.3). No viewer shows it, so what is reached from /DSS alone may
    /// become anything.
    fn validation_data(&self) -> Judgement {
        match readable(self.whole.value(&self.new_catalog, b"DSS"))? {
            Object::Null | Object::Dictionary(_) => {}
            _ => return object_to("/DSS of the catalog is no dictionary"),
        }
        if self.old_catalog.get(b"DSS") != self.new_catalog.get(b"DSS") {
            self.note(Kind::ValidationData);
        }
        for number in self.region(b"DSS", &[])? {
            if self.changed.contains_key(&number) {
                self.explain(number);
                self.note(Kind::ValidationData);
            }
        }
        Ok(())
    }

    /// The changed objects that an entry of the catalog leads to, over any number of references but not
    /// over those under the keys `not_over`, and that no other entry leads to, nor any trailer.
    pub(super) fn region(
        &self,
        key: &[u8],
        not_over: &[&[u8]],
    ) -> core::result::Result<BTreeSet<u32>, Objection> {
        if self.changed.is_empty() || !self.old_catalog.has(key) {
            return Ok(BTreeSet::new());
        }
        let entry = self.old_catalog.get(key).cloned().into_iter().collect();
        let mut inside = self.reached(entry, not_over)?;
        inside.retain(|number| self.changed.contains_key(number));
        if inside.is_empty() {
            return Ok(inside);
        }
        let others = self.old_catalog.keys().filter(|other| *other != key);
        let mut outside: Vec<Object> =
            others.filter_map(|other| self.old_catalog.get(other)).cloned().collect();
        if let Some(trailer) = self.signed.newest_trailer() {
            let keys = trailer.keys().filter(|key| *key != b"Root");
            outside.extend(keys.filter_map(|key| trailer.get(key)).cloned());
        }
        let outside = self.reached(outside, &[])?;
        inside.retain(|number| !outside.contains(number));
        Ok(inside)
    }

    /// The objects of the signed file that others lead to. The catalog leads no further.
    fn reached(
        &self,
        mut open: Vec<Object>,
        not_over: &[&[u8]],
    ) -> core::result::Result<BTreeSet<u32>, Objection> {
        let mut reached = BTreeSet::from([self.root.number]);
        while let Some(object) = open.pop() {
            for reference in references_over(&object, not_over) {
                if reached.insert(reference.number) {
                    open.push(readable(self.signed.object(reference))?);
                }
            }
        }
        reached.remove(&self.root.number);
        Ok(reached)
    }
}

fn is_metadata(object: &Object) -> bool {
    matches!(object, Object::Stream(dictionary, _) if dictionary.name(b"Type") == Some(b"Metadata"))
}

/// The references of an object, except those under certain keys of its dictionaries.
fn references_over(object: &Object, not_over: &[&[u8]]) -> Vec<Reference> {
    let (mut found, mut open) = (Vec::new(), vec![object]);
    while let Some(part) = open.pop() {
        match part {
            Object::Reference(reference) => found.push(*reference),
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => {
                let keys = dictionary.keys().filter(|key| !not_over.contains(key));
                open.extend(keys.filter_map(|key| dictionary.get(key)));
            }
            _ => {}
        }
    }
    found
}
