//! The table behind handles: numbers that a C program holds, looked up here and never followed as pointers. A number
//! that was closed is not given again, so that use after close is an answer and not a crash.

use crate::life::closed;
use honnin_core::result::{Error, Result, ResultCode};
use std::collections::VecDeque;

/// The lowest two bits say what a handle is of; they make it odd, as no pointer to an object is.
pub(crate) const CONTEXT_TAG: usize = 1;
pub(crate) const CARD_TAG: usize = 3;
const INDEX_BITS: u32 = 14;
const GENERATION_SHIFT: u32 = INDEX_BITS + 2;
const LAST_GENERATION: usize = usize::MAX >> GENERATION_SHIFT;

struct Place<T> {
    generation: usize,
    entry: Option<T>,
}

/// Entries by number: a place and the generation of its use. A place whose generations are used up is not used again.
pub(crate) struct Table<T> {
    tag: usize,
    places: Vec<Place<T>>,
    /// The place that was freed first is used first, so that numbers stay away as long as possible.
    free: VecDeque<usize>,
}

impl<T: Clone> Table<T> {
    pub(crate) const fn new(tag: usize) -> Table<T> {
        Table { tag, places: Vec::new(), free: VecDeque::new() }
    }

    pub(crate) fn insert(&mut self, entry: T) -> Result<usize> {
        let index = match self.free.pop_front() {
            Some(index) => index,
            None if self.places.len() < 1 << INDEX_BITS => {
                self.places.push(Place { generation: 0, entry: None });
                self.places.len() - 1
            }
            None => return Err(Error::new(ResultCode::OutOfMemory, "too many open handles")),
        };
        let place = self.places.get_mut(index).ok_or_else(closed)?;
        place.entry = Some(entry);
        Ok((place.generation << GENERATION_SHIFT) | (index << 2) | self.tag)
    }

    fn place(&mut self, handle: usize) -> Option<(usize, &mut Place<T>)> {
        let index = (handle >> 2) & ((1 << INDEX_BITS) - 1);
        let place = self.places.get_mut(index)?;
        let same = handle & 3 == self.tag && place.generation == handle >> GENERATION_SHIFT;
        same.then_some((index, place))
    }

    pub(crate) fn get(&mut self, handle: usize) -> Option<T> {
        self.place(handle)?.1.entry.clone()
    }

    pub(crate) fn remove(&mut self, handle: usize) -> Option<T> {
        let (index, place) = self.place(handle)?;
        let entry = place.entry.take()?;
        if place.generation < LAST_GENERATION {
            place.generation += 1;
            self.free.push_back(index);
        }
        Some(entry)
    }

    pub(crate) fn all(&self) -> Vec<T> {
        self.places.iter().filter_map(|place| place.entry.clone()).collect()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_handle_that_was_closed_is_never_found_again() {
        let mut table: Table<u32> = Table::new(CARD_TAG);
        let first = table.insert(1).unwrap();
        assert_eq!(first & 3, CARD_TAG);
        assert_eq!(table.remove(first), Some(1));
        assert!(table.remove(first).is_none() && table.get(first).is_none());
        let second = table.insert(2).unwrap();
        assert_ne!(first, second);
        assert!(table.get(first).is_none());
        assert_eq!(table.get(second), Some(2));
    }

    #[test]
    fn a_handle_of_another_kind_or_a_pointer_is_none() {
        let mut table: Table<u32> = Table::new(CARD_TAG);
        let handle = table.insert(1).unwrap();
        for other in [0, handle ^ 2, handle + 1, handle - 1, usize::MAX, handle + 4] {
            assert!(table.get(other).is_none(), "{other:x}");
        }
    }

    #[test]
    fn a_place_whose_generations_are_used_up_is_not_used_again() {
        let mut table: Table<u32> = Table::new(CONTEXT_TAG);
        let handle = table.insert(1).unwrap();
        table.remove(handle);
        table.places[0].generation = LAST_GENERATION;
        let last = table.insert(2).unwrap();
        assert_eq!(table.get(last), Some(2));
        table.remove(last);
        let next = table.insert(3).unwrap();
        assert_eq!((next >> 2) & 1, 1, "another place");
    }
}
