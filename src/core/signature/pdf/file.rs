//! A PDF file: its cross-reference sections (tables, streams, hybrid), and the objects that they lead to.
//!
//! Nothing is repaired, and nothing is looked for by its text: a file whose cross-references do not lead to its objects is
//! damaged. Repairing is what lets two programs see two documents in one file.

use super::inflate::{Budget, decoded};
use super::object::{Dictionary, Object, Reader, Reference};
use core::cell::RefCell;
use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// More sections than any file has: each save adds one or two.
const MOST_SECTIONS: usize = 1024;

/// More objects than are looked at.
const MOST_OBJECTS: usize = 1 << 21;

/// How far before its end a file says where its cross-references begin.
const TAIL: usize = 1024;

/// Where an object is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Free,
    InUse { offset: usize, generation: u16 },
    Compressed { stream: u32, index: usize },
}

/// A file whose cross-references have been read.
pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    pub(super) trailer: Dictionary,
    /// Where the newest section begins, as `startxref` says.
    pub(super) start: usize,
    /// Whether the newest section is a stream.
    pub(super) is_stream: bool,
    /// Whether any section is hybrid: two views of one file.
    pub(super) is_hybrid: bool,
    budget: Budget,
    unpacked: RefCell<BTreeMap<u32, Rc<Unpacked>>>,
}

/// An object stream, decoded.
struct Unpacked {
    data: Vec<u8>,
    /// The number of each object, and where it begins.
    index: Vec<(u32, usize)>,
}

/// One cross-reference section.
struct Section {
    entries: BTreeMap<u32, Place>,
    trailer: Dictionary,
    is_stream: bool,
}

impl<'a> File<'a> {
    /// Reads a file to its last byte. `None` if it is damaged.
    pub(super) fn read(bytes: &'a [u8]) -> Option<File<'a>> {
        is_header(bytes).then_some(())?;
        let start = start_of_sections(bytes)?;
        let budget = Budget::new(bytes.len());
        let newest = section(bytes, start, &budget)?;
        let mut file = File {
            bytes,
            places: BTreeMap::new(),
            trailer: newest.trailer.clone(),
            start,
            is_stream: newest.is_stream,
            is_hybrid: false,
            budget,
            unpacked: RefCell::default(),
        };
        // What is seen by those who know tables only.
        let mut plain = BTreeMap::new();
        let mut seen = BTreeSet::from([start]);
        let mut next = Some(newest);
        while let Some(section_here) = next {
            if seen.len() > MOST_SECTIONS {
                return None;
            }
            for (number, place) in &section_here.entries {
                plain.entry(*number).or_insert(*place);
            }
            let mut sections = vec![section_here.entries];
            if let Some(hybrid) = section_here.trailer.get(b"XRefStm") {
                let at = offset(hybrid)?;
                seen.insert(at).then_some(())?;
                file.is_hybrid = true;
                let hidden = section(bytes, at, &file.budget).filter(|section| section.is_stream)?;
                let same_root = |root| Some(root) == section_here.trailer.get(b"Root");
                hidden.trailer.get(b"Root").is_none_or(same_root).then_some(())?;
                // What the table calls free the stream may have: it is hidden from those who know tables only. What both
                // have they have in one place.
                if let Some(table) = sections.first_mut() {
                    for (number, place) in &hidden.entries {
                        match table.get(number) {
                            Some(Place::Free) => drop(table.remove(number)),
                            Some(known) if known != place => return None,
                            _ => {}
                        }
                    }
                }
                sections.push(hidden.entries);
            }
            for entries in sections {
                for (number, place) in entries {
                    file.places.entry(number).or_insert(place);
                }
                (file.places.len() <= MOST_OBJECTS).then_some(())?;
            }
            next = match section_here.trailer.get(b"Prev") {
                None => None,
                Some(previous) => {
                    let at = offset(previous)?;
                    seen.insert(at).then_some(())?;
                    Some(section(bytes, at, &file.budget)?)
                }
            };
        }
        file.has_one_reading(&plain).then_some(())?;
        file.root()?;
        Some(file)
    }

    /// Whether those who know tables only see the same, except that some objects are hidden from them. Otherwise two
    /// programs show two documents, and a signature would be worth as much as the choice between them.
    fn has_one_reading(&self, plain: &BTreeMap<u32, Place>) -> bool {
        !self.is_hybrid
            || plain.iter().all(|(number, place)| *place == Place::Free || self.place(*number) == *place)
    }

    /// The number of the catalog, and the catalog.
    pub(super) fn root(&self) -> Option<(Reference, Dictionary)> {
        let reference = self.trailer.get(b"Root")?.reference()?;
        match self.object(reference)? {
            Object::Dictionary(catalog) if catalog.name(b"Type") == Some(b"Catalog") => {
                Some((reference, catalog))
            }
            _ => None,
        }
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.trailer.has(b"Encrypt")
    }

    /// The numbers that lead to an object.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.places.iter().filter(|(_, place)| **place != Place::Free).map(|(number, _)| *number)
    }

    /// The first number that no section names.
    pub(super) fn next_number(&self) -> Option<u32> {
        let beyond = self.places.last_key_value().map_or(Some(1), |(last, _)| last.checked_add(1))?;
        let size = self.trailer.integer(b"Size").and_then(|size| u32::try_from(size).ok())?;
        Some(beyond.max(size).max(1))
    }

    pub(super) fn place(&self, number: u32) -> Place {
        self.places.get(&number).copied().unwrap_or(Place::Free)
    }

    /// The reference of an object that there is.
    pub(super) fn reference_of(&self, number: u32) -> Option<Reference> {
        match self.place(number) {
            Place::Free => None,
            Place::InUse { generation, .. } => Some(Reference { number, generation }),
            Place::Compressed { .. } => Some(Reference { number, generation: 0 }),
        }
    }

    /// The object behind a reference; null if there is none (section 7.3.10). `None` if it is damaged.
    pub(super) fn object(&self, reference: Reference) -> Option<Object> {
        match self.place(reference.number) {
            Place::Free => Some(Object::Null),
            Place::InUse { generation, .. } if generation != reference.generation => Some(Object::Null),
            Place::InUse { offset, .. } => {
                indirect(self.bytes, offset, reference, &self.budget, |length| self.length(length))
            }
            Place::Compressed { .. } if reference.generation != 0 => Some(Object::Null),
            Place::Compressed { stream, index } => self.compressed(reference.number, stream, index),
        }
    }

    /// The object itself, or what its reference leads to. References to references are damage.
    pub(super) fn resolved(&self, object: &Object) -> Option<Object> {
        match object {
            Object::Reference(reference) => {
                self.object(*reference).filter(|found| found.reference().is_none())
            }
            other => Some(other.clone()),
        }
    }

    /// A value of a dictionary, resolved. `Some(Null)` if it is not there.
    pub(super) fn value(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Object> {
        dictionary.get(key).map_or(Some(Object::Null), |value| self.resolved(value))
    }

    /// The data of a stream, decoded.
    pub(super) fn stream_data(&self, stream: &Object) -> Option<Vec<u8>> {
        let Object::Stream(dictionary, data) = stream else { return None };
        decoded(dictionary, self.bytes.get(data.clone())?, &self.budget)
    }

    /// The length of a stream that is kept in another object.
    fn length(&self, reference: Reference) -> Option<usize> {
        match self.place(reference.number) {
            Place::Compressed { stream, index } if reference.generation == 0 => {
                offset(&self.compressed(reference.number, stream, index)?)
            }
            _ => self.plain_length(reference),
        }
    }

    /// The same for an object stream itself, whose length does not lie in an object stream.
    fn plain_length(&self, reference: Reference) -> Option<usize> {
        match self.place(reference.number) {
            Place::InUse { offset: at, generation } if generation == reference.generation => {
                offset(&indirect(self.bytes, at, reference, &self.budget, |_| None)?)
            }
            _ => None,
        }
    }

    fn compressed(&self, number: u32, stream: u32, index: usize) -> Option<Object> {
        let known = self.unpacked.borrow().get(&stream).cloned();
        let unpacked = match known {
            Some(unpacked) => unpacked,
            None => {
                let unpacked = Rc::new(self.unpack(stream)?);
                self.unpacked.borrow_mut().insert(stream, Rc::clone(&unpacked));
                unpacked
            }
        };
        let (found, at) = *unpacked.index.get(index)?;
        (found == number).then_some(())?;
        let mut reader = Reader::at(&unpacked.data, at);
        let object = reader.object();
        self.budget.note_read(reader.position().saturating_sub(at))?;
        let object = object?;
        object.reference().is_none().then_some(object)
    }

    fn unpack(&self, number: u32) -> Option<Unpacked> {
        // Object streams lie plainly in the file (section 7.5.7).
        let Place::InUse { offset: at, generation: 0 } = self.place(number) else { return None };
        let stream = indirect(self.bytes, at, Reference { number, generation: 0 }, &self.budget, |length| {
            self.plain_length(length)
        })?;
        let dictionary = stream.dictionary()?;
        (dictionary.name(b"Type") == Some(b"ObjStm")).then_some(())?;
        let count = usize::try_from(dictionary.integer(b"N")?).ok()?;
        let first = usize::try_from(dictionary.integer(b"First")?).ok()?;
        let data = self.stream_data(&stream)?;
        (count <= data.len()).then_some(())?;
        let mut reader = Reader::at(data.get(..first)?, 0);
        let mut index = Vec::with_capacity(count);
        for _ in 0..count {
            let number = u32::try_from(reader.number()?).ok()?;
            let at = first.checked_add(usize::try_from(reader.number()?).ok()?)?;
            index.push((number, at));
        }
        Some(Unpacked { data, index })
    }

    /// Where an object that lies plainly in the file begins.
    pub(super) fn offset_of(&self, number: u32) -> Option<usize> {
        match self.place(number) {
            Place::InUse { offset, .. } => Some(offset),
            _ => None,
        }
    }
}

fn is_header(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"%PDF-").is_some_and(|rest| matches!(rest, [b'1' | b'2', b'.', b'0'..=b'9', ..]))
}

/// A number that is not negative, as an offset or a length.
fn offset(object: &Object) -> Option<usize> {
    match object {
        Object::Integer(number) => usize::try_from(*number).ok(),
        _ => None,
    }
}

/// What `startxref` at the end of the file says. Behind the %%EOF is only white space.
fn start_of_sections(bytes: &[u8]) -> Option<usize> {
    const START: &[u8] = b"startxref";
    const END: &[u8] = b"%%EOF";
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..)?;
    let at = tail.windows(START.len()).rposition(|window| window == START)?;
    let mut reader = Reader::at(tail, at);
    reader.keyword(START)?;
    let start = usize::try_from(reader.number()?).ok()?;
    let rest = reader.rest();
    let end = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let behind = rest.get(end..)?.strip_prefix(END)?;
    behind.iter().all(|byte| byte.is_ascii_whitespace()).then_some(start)
}

/// The indirect object at an offset, with the number that it must have.
fn indirect(
    bytes: &[u8],
    at: usize,
    expected: Reference,
    budget: &Budget,
    length_of: impl Fn(Reference) -> Option<usize>,
) -> Option<Object> {
    let mut reader = Reader::at(bytes, at);
    (reader.number()? == u64::from(expected.number)).then_some(())?;
    (reader.number()? == u64::from(expected.generation)).then_some(())?;
    reader.keyword(b"obj")?;
    let object = reader.object();
    budget.note_read(reader.position().checked_sub(at)?)?;
    let object = object?;
    let mut ahead = reader;
    if let (Object::Dictionary(dictionary), Some(())) = (&object, ahead.keyword(b"stream")) {
        let data = stream_range(bytes, ahead.position(), dictionary, length_of)?;
        let mut behind = Reader::at(bytes, data.end);
        behind.keyword(b"endstream")?;
        behind.keyword(b"endobj")?;
        let Object::Dictionary(dictionary) = object else { return None };
        return Some(Object::Stream(dictionary, data));
    }
    reader.keyword(b"endobj")?;
    Some(object)
}

/// Where the data of a stream stand, given where the keyword ended.
fn stream_range(
    bytes: &[u8],
    after: usize,
    dictionary: &Dictionary,
    length_of: impl Fn(Reference) -> Option<usize>,
) -> Option<Range<usize>> {
    let rest = bytes.get(after..)?;
    let line = if rest.starts_with(b"\r\n") {
        2
    } else if rest.starts_with(b"\n") {
        1
    } else {
        return None;
    };
    let length = match dictionary.get(b"Length")? {
        Object::Reference(reference) => length_of(*reference)?,
        direct => offset(direct)?,
    };
    let begin = after.checked_add(line)?;
    let end = begin.checked_add(length)?;
    (end <= bytes.len()).then_some(begin..end)
}

/// The section at an offset: a table, or a stream.
fn section(bytes: &[u8], at: usize, budget: &Budget) -> Option<Section> {
    let mut reader = Reader::at(bytes, at);
    if reader.keyword(b"xref").is_some() {
        return table(bytes, reader);
    }
    let mut reader = Reader::at(bytes, at);
    let number = u32::try_from(reader.number()?).ok()?;
    let generation = u16::try_from(reader.number()?).ok()?;
    let stream = indirect(bytes, at, Reference { number, generation }, budget, |_| None)?;
    let Object::Stream(dictionary, data) = stream else { return None };
    (dictionary.name(b"Type") == Some(b"XRef")).then_some(())?;
    let data = decoded(&dictionary, bytes.get(data)?, budget)?;
    let entries = stream_entries(&dictionary, &data)?;
    Some(Section { entries, trailer: dictionary, is_stream: true })
}

fn table(bytes: &[u8], mut reader: Reader<'_>) -> Option<Section> {
    let mut entries = BTreeMap::new();
    loop {
        let mut ahead = reader;
        if ahead.keyword(b"trailer").is_some() {
            let Object::Dictionary(trailer) = ahead.object()? else { return None };
            return Some(Section { entries, trailer, is_stream: false });
        }
        let first = u32::try_from(reader.number()?).ok()?;
        let count = u32::try_from(reader.number()?).ok()?;
        // An entry has twenty bytes.
        (u64::from(count) * 18 <= u64::try_from(bytes.len()).ok()?).then_some(())?;
        for number in first..first.checked_add(count)? {
            let offset = usize::try_from(reader.number()?).ok()?;
            let generation = reader.number()?;
            let mut free = reader;
            let place = if free.keyword(b"f").is_some() {
                reader = free;
                Place::Free
            } else {
                reader.keyword(b"n")?;
                Place::InUse { offset, generation: u16::try_from(generation).ok()? }
            };
            // Twice in one section: two documents in one file.
            entries.insert(number, place).is_none().then_some(())?;
        }
    }
}

fn stream_entries(dictionary: &Dictionary, data: &[u8]) -> Option<BTreeMap<u32, Place>> {
    let numbers = |object: &Object| match object {
        Object::Array(items) => items.iter().map(offset).collect::<Option<Vec<usize>>>(),
        _ => None,
    };
    let widths = numbers(dictionary.get(b"W")?)?;
    let [kind_width, second_width, third_width] = widths.as_slice() else { return None };
    widths.iter().all(|width| *width <= 8).then_some(())?;
    let size = offset(dictionary.get(b"Size")?)?;
    let ranges = match dictionary.get(b"Index") {
        None => vec![0, size],
        Some(index) => numbers(index)?,
    };
    let mut entries = BTreeMap::new();
    let mut rest = data;
    let mut take = |width: usize| -> Option<u64> {
        let (digits, after) = rest.split_at_checked(width)?;
        rest = after;
        digits.iter().try_fold(0_u64, |value, digit| value.checked_mul(256)?.checked_add(u64::from(*digit)))
    };
    for range in ranges.chunks(2) {
        let [first, count] = range else { return None };
        (*count <= data.len().max(1)).then_some(())?;
        for number in *first..first.checked_add(*count)? {
            let kind = if *kind_width == 0 { 1 } else { take(*kind_width)? };
            let (second, third) = (take(*second_width)?, take(*third_width)?);
            let place = match kind {
                0 => Place::Free,
                1 => Place::InUse {
                    offset: usize::try_from(second).ok()?,
                    generation: u16::try_from(third).ok()?,
                },
                2 => Place::Compressed {
                    stream: u32::try_from(second).ok()?,
                    index: usize::try_from(third).ok()?,
                },
                _ => return None,
            };
            entries.insert(u32::try_from(number).ok()?, place).is_none().then_some(())?;
        }
    }
    Some(entries)
}
