//! A PDF file, or one of its revisions: the cross-reference sections, and the objects they lead to.
//!
//! Nothing is repaired or looked for by its text: a file whose cross-references do not lead to its
//! objects is refused, with the byte at which that shows. Repairing lets two programs see two
//! documents in one file. Signing and verifying read with this one reader.

use super::budget::Budget;
use super::fault::{Fault, Result, TOO_MUCH_WORK};
use super::inflate::decoded;
use super::marks::Source;
use super::object::{Dictionary, Object, Reader, Reference};
use super::pages::pages;
use super::xref::{Place, Section, indirect, offset, start_of_newest};
use core::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// More sections than any file has: each save adds one or two.
const MAX_SECTIONS: usize = 1024;

/// A file whose cross-references have been read.
pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    /// The sections of the whole file, the newest first.
    sections: Rc<Vec<Rc<Section>>>,
    /// The newest section of this revision.
    newest: usize,
    /// The places of the objects in ascending order of their numbers.
    places: Vec<(u32, Place)>,
    budget: Rc<Budget>,
    /// Object streams, by where they begin.
    unpacked: Rc<RefCell<BTreeMap<usize, Rc<Unpacked>>>>,
}

/// An object stream, decoded.
struct Unpacked {
    data: Vec<u8>,
    /// The number of each object, and where it begins.
    index: Vec<(u32, usize)>,
}

impl<'a> File<'a> {
    /// Reads the cross-references of a file to its last byte. [`File::check`] reads the rest.
    pub(super) fn open(bytes: &'a [u8]) -> Result<File<'a>> {
        let budget = Rc::new(Budget::new(bytes.len()));
        check_header(bytes)?;
        let sections = sections(bytes, &budget)?;
        File::of(bytes, Rc::new(sections), 0, budget, Rc::default())
    }

    /// Reads the catalog, and every object that is listed. A file that is encrypted fails here.
    pub(super) fn check(&self) -> Result<()> {
        self.root()?;
        self.check_objects(|_| true)?;
        pages(self).map(drop)
    }

    /// The file as its first `end` bytes are: the beginning that a signature covers.
    pub(super) fn revision(&self, end: usize) -> Result<File<'a>> {
        const FAULT: &str = "what a signature covers does not end where a revision of the file ends";
        let bytes = self.bytes.get(..end).ok_or(Fault::new(end, FAULT))?;
        let start = start_of_newest(bytes)?;
        let newest = self.sections.iter().position(|section| section.at == start);
        let newest = newest.ok_or(Fault::new(start, FAULT))?;
        // A hybrid file's stream is no section to begin with: only its table leads to it.
        let is_hidden = self.sections.iter().any(|table| table.offset(b"XRefStm") == Ok(Some(start)));
        (!is_hidden).then_some(()).ok_or(Fault::new(start, FAULT))?;
        let older = self.sections.get(newest..).unwrap_or_default();
        if older.iter().any(|section| section.end > end) {
            return Err(Fault::new(end, FAULT));
        }
        let (sections, budget) = (Rc::clone(&self.sections), Rc::clone(&self.budget));
        let file = File::of(bytes, sections, newest, budget, Rc::clone(&self.unpacked))?;
        file.root()?;
        // What lies in the same place as in the whole file has been read there.
        file.check_objects(|number| file.place(number) != self.place(number))?;
        Ok(file)
    }

    fn of(
        bytes: &'a [u8],
        sections: Rc<Vec<Rc<Section>>>,
        newest: usize,
        budget: Rc<Budget>,
        unpacked: Rc<RefCell<BTreeMap<usize, Rc<Unpacked>>>>,
    ) -> Result<File<'a>> {
        let places = places(sections.get(newest..).unwrap_or_default(), &budget)?;
        Ok(File { bytes, sections, newest, places, budget, unpacked })
    }

    /// The budget of the call.
    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// The newest section.
    fn section(&self) -> Result<&Section> {
        let section = self.sections.get(self.newest).map(Rc::as_ref);
        section.ok_or(Fault::new(0, "the file has no cross-reference section"))
    }

    /// Where the newest section begins, as `startxref` says.
    pub(super) fn start(&self) -> usize {
        self.section().map_or(0, |section| section.at)
    }

    /// Whether the newest section is a stream.
    pub(super) fn is_stream(&self) -> bool {
        self.section().is_ok_and(|section| section.stream.is_some())
    }

    /// The value of a key in the newest trailer.
    pub(super) fn trailer(&self, key: &[u8]) -> Option<&Object> {
        self.section().ok()?.trailer.get(key)
    }

    /// The newest trailer.
    pub(super) fn newest_trailer(&self) -> Option<&Dictionary> {
        self.section().ok().map(|section| &section.trailer)
    }

    /// All trailers, the newest first.
    pub(super) fn trailers(&self) -> Vec<&Dictionary> {
        self.sections.iter().skip(self.newest).map(|section| &section.trailer).collect()
    }

    /// The sections that this file has and an older revision of it has not, the newest first.
    pub(super) fn sections_since(&self, older: &File<'_>) -> &[Rc<Section>] {
        self.sections.get(self.newest..older.newest).unwrap_or_default()
    }

    /// The catalog, and its reference.
    pub(super) fn root(&self) -> Result<(Reference, Dictionary)> {
        let at = self.start();
        let fault = Fault::new(at, "the trailer's /Root leads to no catalog");
        let reference = self.trailer(b"Root").and_then(Object::reference).ok_or(fault)?;
        match self.object(reference)? {
            Object::Dictionary(catalog) if catalog.name(b"Type") == Some(b"Catalog") => {
                Ok((reference, catalog))
            }
            _ => Err(fault),
        }
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.sections.iter().skip(self.newest).any(|section| section.trailer.has(b"Encrypt"))
    }

    /// The references of all objects, in ascending order of their numbers.
    pub(super) fn references(&self) -> impl Iterator<Item = Reference> {
        self.places.iter().filter_map(|(number, place)| reference_of(*number, *place))
    }

    /// The first number that no section names.
    pub(super) fn next_number(&self) -> u32 {
        let beyond = self.places.last().map_or(1, |(last, _)| last.saturating_add(1));
        let size = self.section().and_then(Section::size).unwrap_or(1);
        beyond.max(size).max(1)
    }

    pub(super) fn place(&self, number: u32) -> Place {
        let found = self.places.binary_search_by_key(&number, |(number, _)| *number);
        found.ok().and_then(|index| self.places.get(index)).map_or(Place::Free, |(_, place)| *place)
    }

    /// Whether no object has that number.
    pub(super) fn is_free(&self, number: u32) -> bool {
        matches!(self.place(number), Place::Free | Place::Nowhere)
    }

    /// The reference of an object that there is.
    pub(super) fn reference_of(&self, number: u32) -> Option<Reference> {
        reference_of(number, self.place(number))
    }

    /// The object behind a reference; null if there is none (section 7.3.10).
    pub(super) fn object(&self, reference: Reference) -> Result<Object> {
        match self.place(reference.number) {
            Place::InUse { offset, generation } if generation == reference.generation => {
                self.plain(reference, offset).map(|(object, _)| object)
            }
            Place::Compressed { stream, index } if reference.generation == 0 => {
                self.compressed(reference.number, stream, index)
            }
            _ => Ok(Object::Null),
        }
    }

    /// The object that a section lists at a byte, and the byte behind it.
    pub(super) fn plain(&self, expected: Reference, at: usize) -> Result<(Object, usize)> {
        let length = |length| self.length(length, at);
        let (found, object, end) = indirect(self.bytes, at, &self.budget, length)?;
        match found == expected {
            true => Ok((object, end)),
            false => Err(Fault::new(at, "an object has another number than the section that lists it")),
        }
    }

    /// The object itself, or what its reference leads to. A reference to a reference is a fault.
    pub(super) fn resolved(&self, object: &Object) -> Result<Object> {
        match object {
            Object::Reference(reference) => match self.object(*reference)? {
                Object::Reference(_) => Err(Fault::new(self.start(), "a reference leads to a reference")),
                object => Ok(object),
            },
            other => Ok(other.clone()),
        }
    }

    /// A value of a dictionary, resolved. Null if it is not there.
    pub(super) fn value(&self, dictionary: &Dictionary, key: &[u8]) -> Result<Object> {
        dictionary.get(key).map_or(Ok(Object::Null), |value| self.resolved(value))
    }

    /// Where an object that lies plainly in the file begins.
    pub(super) fn offset_of(&self, number: u32) -> Option<usize> {
        match self.place(number) {
            Place::InUse { offset, .. } => Some(offset),
            _ => None,
        }
    }

    /// The length of a stream that begins at byte `at` and is kept in another object.
    fn length(&self, reference: Reference, at: usize) -> Result<usize> {
        let fault = Fault::new(at, "the /Length of a stream leads to no number");
        let found = match self.place(reference.number) {
            Place::InUse { offset, generation } if generation == reference.generation => {
                // A length is a number, so it is in no stream whose length would have to be known.
                let (found, object, _) = indirect(self.bytes, offset, &self.budget, |_| Err(fault))?;
                (found == reference).then_some(object)
            }
            Place::Compressed { stream, index } if reference.generation == 0 => {
                Some(self.compressed(reference.number, stream, index)?)
            }
            _ => None,
        };
        found.as_ref().and_then(offset).ok_or(fault)
    }

    fn compressed(&self, number: u32, stream: u32, index: u32) -> Result<Object> {
        let at = self.offset_of(stream).unwrap_or_default();
        let unpacked = self.object_stream(stream)?;
        let index = usize::try_from(index).ok();
        let found = index.and_then(|index| unpacked.index.get(index)).filter(|(found, _)| *found == number);
        let (_, begin) =
            found.ok_or(Fault::new(at, "an object stream has another object at the index that is listed"))?;
        let mut reader = Reader::in_stream(&unpacked.data, *begin, at, &self.budget);
        match reader.object()? {
            Object::Reference(_) => Err(Fault::new(at, "an object stream holds a bare reference")),
            object => Ok(object),
        }
    }

    /// The numbers of the objects in an object stream, in its order.
    pub(super) fn numbers_in_stream(&self, stream: u32) -> Result<Vec<u32>> {
        Ok(self.object_stream(stream)?.index.iter().map(|(number, _)| *number).collect())
    }

    fn object_stream(&self, number: u32) -> Result<Rc<Unpacked>> {
        let Place::InUse { offset: at, generation: 0 } = self.place(number) else {
            let fault = "an object is listed in an object stream that does not lie plainly in the file";
            return Err(Fault::new(self.start(), fault));
        };
        if let Some(known) = self.unpacked.borrow().get(&at) {
            return Ok(Rc::clone(known));
        }
        let unpacked = Rc::new(self.unpack(number, at)?);
        let mut cache = self.unpacked.borrow_mut();
        let kept: usize = cache.values().map(|unpacked| unpacked.data.len()).sum();
        if kept.saturating_add(unpacked.data.len()) > self.budget.most_unpacked() {
            cache.clear();
        }
        cache.insert(at, Rc::clone(&unpacked));
        Ok(unpacked)
    }

    fn unpack(&self, number: u32, at: usize) -> Result<Unpacked> {
        let fault = |found| Fault::new(at, found);
        let form = fault("an object stream is not in its form");
        // The length of an object stream does not lie in an object stream (section 7.5.7).
        let length = |reference: Reference| match self.place(reference.number) {
            Place::InUse { .. } => self.length(reference, at),
            _ => Err(form),
        };
        let (found, object, _) = indirect(self.bytes, at, &self.budget, length)?;
        let (Object::Stream(dictionary, range), true) = (object, found.number == number) else {
            return Err(form);
        };
        (dictionary.name(b"Type") == Some(b"ObjStm")).then_some(()).ok_or(form)?;
        let count = dictionary.get(b"N").and_then(offset).ok_or(form)?;
        let first = dictionary.get(b"First").and_then(offset).ok_or(form)?;
        self.budget.spend_entries(count).ok_or(fault(TOO_MUCH_WORK))?;
        let data = decoded(&dictionary, self.bytes.get(range).unwrap_or_default(), &self.budget)
            .ok_or(fault("an object stream cannot be unpacked within bounds"))?;
        let mut reader = Reader::in_stream(data.get(..first).ok_or(form)?, 0, at, &self.budget);
        let mut index = Vec::new();
        let mut numbers = BTreeSet::new();
        for _ in 0..count {
            const HEAD: &str = "the head of an object stream is not made of numbers and places";
            let number = u32::try_from(reader.digits(HEAD)?).map_err(|_| form)?;
            let begin = usize::try_from(reader.digits(HEAD)?).ok().and_then(|at| first.checked_add(at));
            if !numbers.insert(number) {
                return Err(fault("an object stream holds one object number twice"));
            }
            index.push((number, begin.filter(|begin| *begin <= data.len()).ok_or(form)?));
        }
        reader.skip_space();
        if !reader.rest().is_empty() {
            return Err(fault("the head of an object stream is longer than its count"));
        }
        Ok(Unpacked { data, index })
    }

    /// Reads the objects that are listed, so that none lies where a viewer looks for it in vain, and no
    /// viewer finds another end of a stream or another object behind a reference.
    fn check_objects(&self, is_unread: impl Fn(u32) -> bool) -> Result<()> {
        for reference in self.references().filter(|one| is_unread(one.number)) {
            let at = self.offset_of(reference.number).unwrap_or(self.start());
            let object = self.object(reference)?;
            if matches!(object, Object::Reference(_)) {
                return Err(Fault::new(at, "an object is a bare reference"));
            }
            if let Object::Stream(dictionary, data) = &object {
                if dictionary.has(b"F") {
                    return Err(Fault::new(at, "the data of a stream are said to lie in another file"));
                }
                let data_of = self.bytes.get(data.clone()).unwrap_or_default();
                if let Some(end) = find(data_of, b"endstream") {
                    let found = "the word endstream stands inside a stream";
                    return Err(Fault::new(data.start.saturating_add(end), found));
                }
            }
            let mut wrong = None;
            object.walk(|part| {
                let Some(used) = part.reference() else { return };
                match self.place(used.number) {
                    Place::Nowhere => wrong = Some("an object is used that is listed at byte 0"),
                    place => {
                        if reference_of(used.number, place).is_some_and(|there| there != used) {
                            wrong = Some("a reference names another generation than the object has");
                        }
                    }
                }
            });
            wrong.map_or(Ok(()), |found| Err(Fault::new(at, found)))?;
        }
        Ok(())
    }
}

/// Where a word begins in bytes.
fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = word.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from.checked_add(rest.iter().position(|byte| byte == first)?)?;
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(word)) {
            return Some(at);
        }
        from = at.checked_add(1)?;
    }
}

impl Source for File<'_> {
    fn resolved(&self, object: &Object) -> Option<Object> {
        File::resolved(self, object).ok()
    }

    fn encoded(&self, stream: &Object) -> Option<&[u8]> {
        let Object::Stream(_, data) = stream else { return None };
        self.bytes.get(data.clone())
    }

    fn spend(&self, work: usize) -> Option<()> {
        self.budget.spend(work)
    }

    fn most_unpacked(&self) -> usize {
        self.budget.most_unpacked()
    }
}

fn reference_of(number: u32, place: Place) -> Option<Reference> {
    match place {
        Place::Free | Place::Nowhere => None,
        Place::InUse { generation, .. } => Some(Reference { number, generation }),
        Place::Compressed { .. } => Some(Reference { number, generation: 0 }),
    }
}

fn check_header(bytes: &[u8]) -> Result<()> {
    let version = bytes.strip_prefix(b"%PDF-");
    match version {
        Some([b'1' | b'2', b'.', b'0'..=b'9', ..]) => Ok(()),
        _ => Err(Fault::new(0, "the file does not begin with %PDF- and a version")),
    }
}

/// The sections that `startxref` and each `/Prev` lead to, the newest first. Behind each table that
/// names a stream by `/XRefStm` comes that stream: a signer may copy the name into its own trailer.
fn sections(bytes: &[u8], budget: &Budget) -> Result<Vec<Rc<Section>>> {
    let mut sections: Vec<Rc<Section>> = Vec::new();
    let mut streams: BTreeMap<usize, Rc<Section>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(start_of_newest(bytes)?);
    while let Some(at) = next {
        if !seen.insert(at) || seen.len() > MAX_SECTIONS {
            return Err(Fault::new(at, "the cross-reference sections lead in a circle, or are too many"));
        }
        let section = Rc::new(Section::read(bytes, at, budget)?);
        next = section.offset(b"Prev")?;
        sections.push(Rc::clone(&section));
        if let Some(at) = hidden_stream(&section)? {
            let stream = match streams.get(&at) {
                Some(known) => Rc::clone(known),
                None => Rc::new(Section::read(bytes, at, budget)?),
            };
            let same = |key: &[u8]| {
                stream.trailer.get(key).is_none_or(|value| section.trailer.get(key) == Some(value))
            };
            if stream.stream.is_none() || !same(b"Root") || !same(b"Prev") {
                let fault = "the stream of a hybrid file has another catalog or older section than its table";
                return Err(Fault::new(at, fault));
            }
            streams.insert(at, Rc::clone(&stream));
            sections.push(stream);
        }
    }
    match streams.keys().find(|at| seen.contains(at)) {
        None => Ok(sections),
        Some(at) => Err(Fault::new(*at, "one section is both newer and hidden in a hybrid file")),
    }
}

/// Where the stream of a hybrid section begins. A stream's own `/XRefStm` means nothing.
fn hidden_stream(section: &Section) -> Result<Option<usize>> {
    if section.stream.is_some() { Ok(None) } else { section.offset(b"XRefStm") }
}

/// Where each object is: what the newest section says that lists it.
///
/// In a hybrid file the table is read by all programs, and its stream only by those that know streams.
/// What both list as used the table decides in every viewer. What the table calls free and its own
/// stream does not, viewers disagree on. Otherwise the stream may show what tables call free.
fn places(sections: &[Rc<Section>], budget: &Budget) -> Result<Vec<(u32, Place)>> {
    let all: Vec<usize> = (0..sections.len()).collect();
    let merged = merged(sections, &all, budget)?;
    let mut hidden = Vec::new();
    for (index, table) in sections.iter().enumerate() {
        if hidden.last() != Some(&index) && hidden_stream(table)?.is_some() {
            let stream_at = index.saturating_add(1);
            let Some(stream) = sections.get(stream_at) else { continue };
            let is_disputed = |(number, place): &(u32, Place)| {
                *place != Place::Free && table.place(*number) == Some(Place::Free)
            };
            if stream.entries.iter().any(is_disputed) {
                return Err(Fault::new(table.at, TWO_DOCUMENTS));
            }
            hidden.push(stream_at);
        }
    }
    if !hidden.is_empty() {
        // Those who know tables only; and those who read a stream where it was first named.
        let plain: Vec<usize> = all.iter().filter(|index| !hidden.contains(index)).copied().collect();
        let is_last = |index: &usize| {
            let own = sections.get(*index);
            let later = sections.iter().skip(index.saturating_add(1));
            !hidden.contains(index)
                || own.is_some_and(|own| later.into_iter().all(|other| !Rc::ptr_eq(other, own)))
        };
        let once: Vec<usize> = all.iter().filter(|index| is_last(index)).copied().collect();
        let plain = self::merged(sections, &plain, budget)?;
        let shows_same = |(number, place): (&u32, &Place)| {
            *place == Place::Free || merged.get(number).is_some_and(|other| other == place)
        };
        if !plain.iter().all(shows_same) || self::merged(sections, &once, budget)? != merged {
            let at = sections.first().map_or(0, |section| section.at);
            return Err(Fault::new(at, TWO_DOCUMENTS));
        }
    }
    Ok(merged.into_iter().collect())
}

const TWO_DOCUMENTS: &str = "a hybrid file shows different programs different objects";

/// What those sections say together; the first that lists a number decides.
fn merged(sections: &[Rc<Section>], which: &[usize], budget: &Budget) -> Result<BTreeMap<u32, Place>> {
    let mut merged: BTreeMap<u32, Place> = BTreeMap::new();
    for section in which.iter().filter_map(|index| sections.get(*index)) {
        let work = section.entries.len().saturating_mul(ENTRY_WORK);
        budget.spend(work).ok_or(Fault::new(section.at, TOO_MUCH_WORK))?;
        for (number, place) in &section.entries {
            merged.entry(*number).or_insert(*place);
        }
    }
    Ok(merged)
}

/// What merging one entry costs, in bytes read.
const ENTRY_WORK: usize = 16;
