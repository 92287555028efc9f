//! The logical structure of a tagged file (14.7): it may grow by a new field, and no viewer shows it.

use super::{Comparison, Judgement, Kind, differing, object_to, readable};
use crate::signature::pdf::object::{Dictionary, Object};

/// The keys that lead from the structure to what it describes.
const TO_CONTENT: &[&[u8]] = &[b"Pg", b"Obj", b"Stm", b"AF"];

impl Comparison<'_> {
    /// The structure tree: new, or grown.
    pub(super) fn structure(&self) -> Judgement {
        let (old, new) = (&self.old_catalog, &self.new_catalog);
        let reference = |catalog: &Dictionary| catalog.get(b"StructTreeRoot").and_then(Object::reference);
        if old.get(b"StructTreeRoot") != new.get(b"StructTreeRoot") {
            let is_new = reference(new).is_some_and(|one| self.is_fresh(one.number));
            if old.has(b"StructTreeRoot") || !is_new {
                return object_to("another structure was put in place of the signed one");
            }
            self.note(Kind::Structure);
        }
        for number in self.region(b"StructTreeRoot", TO_CONTENT)? {
            let Some((before, after)) = self.before_and_after(number)? else { continue };
            let has_grown = match (&before, &after) {
                (Object::Array(before), Object::Array(after)) => self.has_grown(before, after),
                (Object::Dictionary(before), Object::Dictionary(after)) => {
                    differing(before, after).into_iter().all(|key| self.entry_has_grown(key, before, after))
                }
                _ => false,
            };
            if has_grown {
                self.explain(number);
                self.note(Kind::Structure);
            }
        }
        Ok(())
    }

    fn entry_has_grown(&self, key: &[u8], before: &Dictionary, after: &Dictionary) -> bool {
        let items = |value: Option<&Object>| match value {
            None => Vec::new(),
            Some(Object::Array(items)) => items.clone(),
            Some(other) => vec![other.clone()],
        };
        match key {
            b"K" | b"Nums" | b"Kids" => {
                // One kid may become an array of kids.
                self.has_grown(&items(before.get(key)), &items(after.get(key)))
            }
            b"ParentTreeNextKey" => after.integer(key).is_some(),
            b"Limits" => after.get(key).is_some_and(super::is_plain),
            b"ParentTree" => {
                let target = after.get(key).and_then(Object::reference);
                !before.has(key) && target.is_some_and(|target| self.is_fresh(target.number))
            }
            _ => false,
        }
    }

    /// Whether an array kept what it had, in its order, and gained only numbers and new objects.
    fn has_grown(&self, before: &[Object], after: &[Object]) -> bool {
        let mut kept = before.iter().peekable();
        let is_gain = |item: &Object| match item {
            Object::Integer(_) => true,
            Object::Reference(reference) => {
                self.is_fresh(reference.number)
                    && readable(self.whole.object(*reference)).is_ok_and(|object| is_structure(&object))
            }
            Object::Dictionary(own) => is_structure(&Object::Dictionary(own.clone())),
            _ => false,
        };
        let all_gained = after.iter().all(|item| match kept.peek() {
            Some(next) if *next == item => kept.next().is_some(),
            _ => is_gain(item),
        });
        all_gained && kept.next().is_none()
    }
}

/// Whether an object is a part of a structure tree or of its number tree.
fn is_structure(object: &Object) -> bool {
    match object {
        Object::Array(_) => true,
        Object::Dictionary(own) => {
            matches!(own.name(b"Type"), None | Some(b"StructElem" | b"OBJR" | b"MCR"))
        }
        _ => false,
    }
}
