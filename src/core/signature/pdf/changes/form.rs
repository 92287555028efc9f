//! What may change in the form: it may gain signature fields, and defaults that nothing signed uses.

use super::{Comparison, Judgement, Kind, Objection, differing, object_to, readable};
use crate::signature::pdf::file::File;
use crate::signature::pdf::object::{Dictionary, Object, Reference};
use crate::signature::pdf::permissions::Level;
use std::collections::BTreeSet;

/// What a field may say of itself that only holds signature fields.
const HOLDER_KEYS: &[&[u8]] = &[b"FT", b"Ff", b"Kids", b"Parent", b"T", b"TM", b"TU"];

impl Comparison<'_> {
    /// The dictionary of the form, whether it is an object of its own or part of the catalog.
    pub(super) fn form_dictionary(&self) -> Judgement {
        let own = |catalog: &Dictionary| catalog.get(b"AcroForm").and_then(Object::reference);
        let (before, after) = (own(&self.old_catalog), own(&self.new_catalog));
        if let Some(after) = after
            && before != Some(after)
            && !self.is_fresh(after.number)
        {
            return object_to("the catalog takes another object of the signed file for its form");
        }
        let read = |file: &File<'_>, catalog| match readable(file.value(catalog, b"AcroForm"))? {
            Object::Null => Ok(Dictionary::default()),
            Object::Dictionary(form) => Ok(form),
            _ => object_to("the form is no dictionary"),
        };
        let (old, new) = (read(self.signed, &self.old_catalog)?, read(self.whole, &self.new_catalog)?);
        let owner = before.map_or(self.root.number, |before| before.number);
        for key in differing(&old, &new) {
            match key {
                // Judged below, whether or not the dictionary was changed.
                b"Fields" => {}
                b"SigFlags" => {
                    let flags = |form: &Dictionary| form.integer(key).unwrap_or(0);
                    let kept = flags(&old) & !flags(&new);
                    if !(0..=3).contains(&flags(&new)) || kept != 0 {
                        return object_to("the form lost a flag that says it is signed");
                    }
                }
                b"DA" if !old.has(key) && matches!(new.get(key), Some(Object::String(_))) => {
                    self.no_defaults_in_use(&old)?;
                    self.note(Kind::FormDefaults);
                }
                b"DR" => {
                    self.no_defaults_in_use(&old)?;
                    self.default_resources(&old, &new)?;
                }
                key => {
                    let key = String::from_utf8_lossy(key).escape_debug().to_string();
                    return object_to(format!("/{key} of the form was changed"));
                }
            }
        }
        if old.get(b"DR") == new.get(b"DR") && self.has_changed_resources(&old)? {
            self.no_defaults_in_use(&old)?;
            self.default_resources(&old, &new)?;
        }
        for field in self.gained(owner, &old, &new, b"Fields")? {
            self.is_new_field(&field, None)?;
        }
        if let Some(before) = before
            && self.changed.contains_key(&before.number)
        {
            if !self.graph.is_used_only_by(before.number, &[self.root.number]) {
                return object_to("the dictionary of the form is used in more than one place");
            }
            self.explain(before.number);
        }
        self.fields_with_kids()
    }

    /// A field that the form gained: a new signature field, or a new field that holds such fields.
    fn is_new_field(&self, item: &Object, parent: Option<u32>) -> Judgement {
        let number = item.reference().map(|reference| reference.number);
        let is_fresh = number.is_some_and(|number| self.is_fresh(number));
        let is_signature = self.new_form.signatures.iter().any(|field| {
            Some(field.reference.number) == number && field.parent.map(|parent| parent.number) == parent
        });
        let mut others = self.new_form.others.iter();
        let holds_fields = match others.find(|field| Some(field.reference.number) == number) {
            Some(field) if !field.has_kind => self.holds_new_fields(field.reference)?,
            _ => false,
        };
        match is_fresh && (is_signature || holds_fields) {
            true => Ok(()),
            false => object_to("the form gained a field that is no new signature field"),
        }
    }

    /// Whether a new field says no more than that it holds new fields.
    fn holds_new_fields(&self, field: Reference) -> core::result::Result<bool, Objection> {
        let Object::Dictionary(own) = readable(self.whole.object(field))? else { return Ok(false) };
        let kids = self.array(self.whole, &own, b"Kids")?;
        let is_fresh = |kid: &Object| kid.reference().is_some_and(|kid| self.is_fresh(kid.number));
        Ok(own.keys().all(|key| HOLDER_KEYS.contains(&key)) && kids.iter().all(is_fresh))
    }

    /// Fields of the signed file that hold other fields may gain signature fields (12.7.4.1).
    fn fields_with_kids(&self) -> Judgement {
        for field in self.old_form.others.iter().filter(|field| !field.has_kind) {
            let number = field.reference.number;
            let Some(reference) = self.signed.reference_of(number) else { continue };
            let before = readable(self.signed.object(reference))?;
            let after = readable(self.whole.object(reference))?;
            let (Object::Dictionary(before), Object::Dictionary(after)) = (before, after) else { continue };
            if before == after && !self.has_changed_array(&before, b"Kids") {
                continue;
            }
            if differing(&before, &after).iter().any(|key| *key != b"Kids") {
                continue;
            }
            for kid in self.gained(number, &before, &after, b"Kids")? {
                self.is_new_field(&kid, Some(number))?;
            }
            self.explain(number);
        }
        Ok(())
    }

    pub(super) fn has_changed_array(&self, dictionary: &Dictionary, key: &[u8]) -> bool {
        let array = dictionary.get(key).and_then(Object::reference);
        array.is_some_and(|array| self.changed.contains_key(&array.number))
    }

    /// Defaults of the form show in what has no appearance of its own, and in every field if viewers are
    /// asked to make the appearances.
    fn no_defaults_in_use(&self, old: &Dictionary) -> Judgement {
        if let Some(number) = self.graph.uses_defaults {
            return object_to(format!("the form gained defaults, and object {number} is drawn by them"));
        }
        match old.get(b"NeedAppearances") {
            None | Some(Object::Boolean(false)) => Ok(()),
            Some(_) => object_to("the form gained defaults, and has its fields drawn by them"),
        }
    }

    /// Whether default resources that are objects of their own were written over.
    fn has_changed_resources(&self, form: &Dictionary) -> core::result::Result<bool, Objection> {
        let is_changed = |value: Option<&Object>| {
            value.and_then(Object::reference).is_some_and(|one| self.changed.contains_key(&one.number))
        };
        let resources = readable(self.signed.value(form, b"DR"))?;
        let fonts = resources.dictionary().and_then(|resources| resources.get(b"Font"));
        Ok(is_changed(form.get(b"DR")) || is_changed(fonts))
    }

    /// Default resources may gain fonts, encodings and pictures, and lose or replace none.
    fn default_resources(&self, old: &Dictionary, new: &Dictionary) -> Judgement {
        let resources = |file: &File<'_>, form: &Dictionary, key: &[u8]| {
            let all = match readable(file.value(form, b"DR"))? {
                Object::Null => Dictionary::default(),
                Object::Dictionary(all) => all,
                _ => return object_to("the default resources of the form are no dictionary"),
            };
            if key.is_empty() {
                return Ok(all);
            }
            match readable(file.value(&all, key))? {
                Object::Null => Ok(Dictionary::default()),
                Object::Dictionary(some) => Ok(some),
                _ => object_to("the default resources of the form are no dictionaries"),
            }
        };
        let all = (resources(self.signed, old, b"")?, resources(self.whole, new, b"")?);
        let keys: BTreeSet<&[u8]> = all.0.keys().chain(all.1.keys()).collect();
        for key in keys {
            let may_grow = matches!(key, b"Font" | b"Encoding" | b"XObject");
            if !may_grow && all.0.get(key) == all.1.get(key) {
                continue;
            }
            if !may_grow {
                return object_to("the default resources of the form gained what later signers do not add");
            }
            let before = resources(self.signed, old, key)?;
            let after = resources(self.whole, new, key)?;
            for name in differing(&before, &after) {
                if before.has(name) {
                    return object_to("a default resource of the form was put in place of another");
                }
            }
        }
        self.resources_in_place(old, new)?;
        self.note(Kind::FormDefaults);
        Ok(())
    }

    /// Dictionaries of default resources that are objects of their own may grow as those in the form.
    fn resources_in_place(&self, old: &Dictionary, new: &Dictionary) -> Judgement {
        let mut owner = (old.clone(), new.clone());
        for key in [&b"DR"[..], b"Font"] {
            let (before, after) = (owner.0.get(key), owner.1.get(key));
            if let Some(number) = before.and_then(Object::reference).map(|one| one.number)
                && before == after
                && self.changed.contains_key(&number)
            {
                if self.graph.users_of(number).count() != 1 {
                    return object_to("default resources of the form are used in more than one place");
                }
                self.explain(number);
            }
            let dictionaries =
                (readable(self.signed.value(&owner.0, key))?, readable(self.whole.value(&owner.1, key))?);
            let (Object::Dictionary(before), Object::Dictionary(after)) = dictionaries else { break };
            owner = (before, after);
        }
        Ok(())
    }

    /// Fields filled in after a certification that permits it (12.8.2.2).
    pub(super) fn filled_fields(&self) -> Judgement {
        if self.permissions.level != Level::Filling {
            return Ok(());
        }
        for field in self.old_form.others.iter().filter(|field| field.has_kind) {
            let mut is_filled = false;
            let objects = core::iter::once(&field.reference).chain(&field.widgets);
            for reference in objects {
                let number = reference.number;
                let Some((before, after)) = self.before_and_after(number)? else { continue };
                let (Object::Dictionary(before), Object::Dictionary(after)) = (before, after) else {
                    continue;
                };
                let may_differ = |key: &&[u8]| matches!(*key, b"V" | b"AP" | b"AS" | b"I" | b"RV" | b"M");
                if !differing(&before, &after).iter().all(may_differ) {
                    continue;
                }
                if after.name(b"Subtype") == Some(b"Widget") || after.has(b"Rect") {
                    self.check_filled_widget(number, &after)?;
                }
                self.explain(number);
                is_filled = true;
            }
            is_filled |= self.appearances_in_place(field)?;
            if !is_filled {
                continue;
            }
            // A value that changes shows in each widget, so each has to bring its appearance.
            for widget in &field.widgets {
                if let Object::Dictionary(own) = readable(self.whole.object(*widget))? {
                    self.check_filled_widget(widget.number, &own)?;
                }
            }
            if self.permissions.locks(&field.name) {
                return object_to("a field was filled in that a signature locks");
            }
            self.note(Kind::FilledField);
            self.later.borrow_mut().filled.push(field.name.clone());
        }
        Ok(())
    }
}
