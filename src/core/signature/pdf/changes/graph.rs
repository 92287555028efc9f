//! What the comparison asks of all objects of the signed file: who refers to what, and which default
//! appearances of text there are.

use crate::signature::pdf::fault::{Fault, Result, TOO_MUCH_WORK};
use crate::signature::pdf::file::File;
use crate::signature::pdf::object::{Object, Reference};
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
    /// Names in default appearances (/DA) of any object, among them those of fonts. Viewers also show
    /// fields that the form does not list.
    pub(super) names_in_appearances: BTreeSet<Vec<u8>>,
    /// Objects with a field for text, a choice or a button that has no default appearance of its own.
    pub(super) without_appearance: BTreeSet<u32>,
}

impl Graph {
    pub(super) fn of(
        signed: &File<'_>,
        whole: &File<'_>,
        changed: &BTreeMap<u32, Reference>,
    ) -> Result<Graph> {
        let mut graph = Graph {
            users: BTreeMap::new(),
            in_trailer: BTreeSet::new(),
            awaited: None,
            names_in_appearances: BTreeSet::new(),
            without_appearance: BTreeSet::new(),
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
            graph.note_appearances(signed, user.number, &object);
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
            let appearance = match signed.value(dictionary, b"DA") {
                Ok(Object::String(appearance)) => Some(appearance),
                _ => None,
            };
            let names = appearance.iter().flat_map(|text| text.split(|byte| *byte == b'/').skip(1));
            self.names_in_appearances.extend(
                names.map(|name| {
                    name.iter().copied().take_while(|byte| !byte.is_ascii_whitespace()).collect()
                }),
            );
            let shows_value = matches!(dictionary.name(b"FT"), Some(b"Tx" | b"Ch" | b"Btn"));
            if shows_value && appearance.is_none() {
                self.without_appearance.insert(number);
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
