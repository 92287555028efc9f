//! What the comparison asks of all objects of the signed file: who refers to what, and whether something
//! is drawn by the defaults of the form.

use crate::signature::pdf::fault::{Fault, Result, TOO_MUCH_WORK};
use crate::signature::pdf::file::File;
use crate::signature::pdf::object::{Dictionary, Object, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// More references to changed objects than are remembered.
const MAX_REFERENCES: usize = 1 << 18;

/// The references of the signed file to objects that became others.
pub(super) struct Graph {
    /// The objects that refer to each of them. Cross-reference streams count as trailers.
    users: BTreeMap<u32, BTreeSet<u32>>,
    /// How many trailers refer to each of them.
    in_trailer: BTreeSet<u32>,
    /// A number that the signed file refers to and did not have, and that the whole file has: what is
    /// put there shows.
    pub(super) awaited: Option<u32>,
    /// An annotation that viewers draw by the defaults of the form, because it is a field or a text and
    /// has no appearance of its own. It need not be among the fields of the form.
    pub(super) uses_defaults: Option<u32>,
    /// Whether there is any field for a value, or text, that viewers may draw by the form.
    pub(super) has_drawn_values: bool,
}

impl Graph {
    /// Reads all objects of the signed file. `signatures` are the objects of its signature fields.
    pub(super) fn of(
        signed: &File<'_>,
        whole: &File<'_>,
        changed: &BTreeMap<u32, Reference>,
        signatures: &BTreeSet<u32>,
    ) -> Result<Graph> {
        let mut graph = Graph {
            users: BTreeMap::new(),
            in_trailer: BTreeSet::new(),
            awaited: None,
            uses_defaults: None,
            has_drawn_values: false,
        };
        let mut count = 0_usize;
        for user in signed.references() {
            let object = signed.object(user)?;
            let is_trailer = matches!(&object, Object::Stream(own, _) if own.name(b"Type") == Some(b"XRef"));
            if is_trailer {
                continue;
            }
            let users = &mut graph.users;
            let awaited = &mut graph.awaited;
            object.walk(|part| {
                let Some(used) = part.reference().map(|used| used.number) else { return };
                if changed.contains_key(&used) && users.entry(used).or_default().insert(user.number) {
                    count = count.saturating_add(1);
                } else if signed.is_free(used) && !whole.is_free(used) {
                    *awaited = Some(used);
                }
            });
            if !signatures.contains(&user.number) {
                graph.note_appearances(signed, user.number, &object);
            }
            if count > MAX_REFERENCES {
                return Err(Fault::new(signed.start(), TOO_MUCH_WORK));
            }
        }
        if let Some(trailer) = signed.newest_trailer() {
            graph.in_trailer =
                trailer.values().flat_map(Object::references).map(|used| used.number).collect();
        }
        Ok(graph)
    }

    fn note_appearances(&mut self, signed: &File<'_>, number: u32, object: &Object) {
        object.walk(|part| {
            let Some(dictionary) = part.dictionary() else { return };
            let is_drawn = matches!(dictionary.name(b"Subtype"), Some(b"Widget" | b"FreeText"))
                || matches!(dictionary.name(b"FT"), Some(b"Tx" | b"Ch" | b"Btn"));
            let is_signature = dictionary.name(b"FT") == Some(b"Sig");
            if !is_drawn || is_signature {
                return;
            }
            self.has_drawn_values = true;
            if !has_appearance(signed, dictionary) {
                self.uses_defaults = Some(number);
            }
        });
    }

    /// Whether only those objects refer to that one, and no trailer does.
    pub(super) fn is_used_only_by(&self, number: u32, users: &[u32]) -> bool {
        !self.in_trailer.contains(&number) && self.users_of(number).all(|user| users.contains(&user))
    }

    /// Whether only trailers refer to that object.
    pub(super) fn is_used_only_by_trailers(&self, number: u32) -> bool {
        self.users_of(number).next().is_none()
    }

    /// The objects that refer to that one.
    pub(super) fn users_of(&self, number: u32) -> impl Iterator<Item = u32> {
        self.users.get(&number).into_iter().flatten().copied()
    }
}

/// Whether an annotation has a normal appearance, or one for each of its states.
fn has_appearance(signed: &File<'_>, annotation: &Dictionary) -> bool {
    match signed.value(annotation, b"AP") {
        Ok(Object::Dictionary(appearances)) => {
            matches!(signed.value(&appearances, b"N"), Ok(Object::Stream(..) | Object::Dictionary(_)))
        }
        _ => false,
    }
}
