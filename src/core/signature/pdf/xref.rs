//! Cross-reference sections (ISO 32000-2, section 7.5): tables, streams, and the end of a file.
//!
//! The layout is taken literally, because each viewer gives up at another deviation and rebuilds the
//! file from its text, which lets an object win that no section lists.

use super::budget::Budget;
use super::fault::{Fault, Result, TOO_MUCH_WORK};
use super::inflate::decoded;
use super::object::{Dictionary, MAX_NUMBER, Object, Reader, Reference, is_space};
use core::ops::Range;

/// How far before its end a file says where its cross-references begin; viewers look no farther.
const TAIL: usize = 1024;

/// An entry of a table has twenty bytes.
const ENTRY: usize = 20;

/// Where an object is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Free,
    /// Listed as in use at byte 0, as some producers list numbers that they did not use.
    Nowhere,
    InUse {
        offset: usize,
        generation: u16,
    },
    Compressed {
        stream: u32,
        index: u32,
    },
}

/// One cross-reference section.
pub(super) struct Section {
    pub(super) at: usize,
    /// The byte behind its trailer, or behind the object that the stream is.
    pub(super) end: usize,
    /// The entries in ascending order of their numbers.
    pub(super) entries: Vec<(u32, Place)>,
    pub(super) trailer: Dictionary,
    /// The reference of a cross-reference stream; `None` for a table.
    pub(super) stream: Option<Reference>,
    /// Whether a comment stands in the trailer of a table.
    pub(super) has_comment: bool,
}

impl Section {
    /// Reads the section at a byte.
    pub(super) fn read(bytes: &[u8], at: usize, budget: &Budget) -> Result<Section> {
        let rest = bytes.get(at..).unwrap_or_default();
        let section = if rest.starts_with(b"xref") {
            table(bytes, at, budget)?
        } else if rest.first().is_some_and(u8::is_ascii_digit) {
            stream(bytes, at, budget)?
        } else {
            return Err(Fault::new(at, "no cross-reference section begins here"));
        };
        section.check_trailer()?;
        Ok(section)
    }

    /// What the section says of an object. `None` if it does not list it.
    pub(super) fn place(&self, number: u32) -> Option<Place> {
        let found = self.entries.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.entries.get(found).map(|(_, place)| *place)
    }

    /// The byte that an entry of the trailer names. `Ok(None)` if the trailer lacks it.
    pub(super) fn offset(&self, key: &[u8]) -> Result<Option<usize>> {
        match self.trailer.get(key) {
            None => Ok(None),
            Some(value) => offset(value)
                .map(Some)
                .ok_or(Fault::new(self.at, "a trailer names a place that is not a whole number")),
        }
    }

    /// How many object numbers there are, by the trailer: each is below.
    pub(super) fn size(&self) -> Result<u32> {
        let size = self.trailer.integer(b"Size").and_then(|size| u32::try_from(size).ok());
        size.filter(|size| (1..=MAX_NUMBER).contains(size))
            .ok_or(Fault::new(self.at, "the /Size of a trailer is missing, or is no count of objects"))
    }

    fn check_trailer(&self) -> Result<()> {
        let size = self.size()?;
        let is_used = |place: &Place| *place != Place::Free;
        if self.entries.iter().any(|(number, place)| *number >= size && is_used(place)) {
            return Err(Fault::new(self.at, "a section lists an object number beyond the trailer's /Size"));
        }
        if self.trailer.has_word_outside(b"ID") {
            return Err(Fault::new(self.at, "a trailer has a word that is no object"));
        }
        Ok(())
    }
}

impl Dictionary {
    fn has_word_outside(&self, key: &[u8]) -> bool {
        self.keys().filter(|other| *other != key).filter_map(|other| self.get(other)).any(Object::has_word)
    }
}

/// A number that is not negative, as an offset or a length.
pub(super) fn offset(object: &Object) -> Option<usize> {
    match object {
        Object::Integer(number) => usize::try_from(*number).ok(),
        _ => None,
    }
}

/// The end of line at a byte: its length, 0 if there is none.
fn line_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Passes over digits from a byte on: the number, and where it ends.
fn digits(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let rest = bytes.get(at..)?;
    let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let text = rest.get(..length).filter(|text| !text.is_empty() && text.len() <= 19)?;
    Some((core::str::from_utf8(text).ok()?.parse().ok()?, at.checked_add(length)?))
}

/// Passes over spaces and one end of line. `None` if something else stands there.
fn line(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let spaces = rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len());
    let end = at.checked_add(spaces)?;
    match line_end(bytes, end) {
        0 => None,
        length => end.checked_add(length),
    }
}

/// `startxref`, a number and `%%EOF`, each on a line: where the newest section begins, and the byte
/// behind the end-of-file marker.
pub(super) fn end_of_revision(bytes: &[u8], at: usize) -> Result<(usize, usize)> {
    const START: &[u8] = b"startxref";
    const END: &[u8] = b"%%EOF";
    const FAULT: &str = "startxref, a plain number and %%EOF do not stand on a line each";
    let fault = Fault::new(at, FAULT);
    let rest = bytes.get(at..).unwrap_or_default();
    rest.starts_with(START).then_some(()).ok_or(fault)?;
    let number_at = line(bytes, at.saturating_add(START.len())).ok_or(fault)?;
    let (start, after) = digits(bytes, number_at).ok_or(fault)?;
    let has_padding = bytes.get(number_at) == Some(&b'0') && after.saturating_sub(number_at) > 1;
    (!has_padding).then_some(()).ok_or(fault)?;
    let marker = line(bytes, after).ok_or(fault)?;
    bytes.get(marker..).is_some_and(|rest| rest.starts_with(END)).then_some(()).ok_or(fault)?;
    let start = usize::try_from(start).map_err(|_| fault)?;
    Ok((start, marker.saturating_add(END.len())))
}

/// Where the newest cross-reference section of a file begins. Only white space may follow `%%EOF`.
pub(super) fn start_of_newest(bytes: &[u8]) -> Result<usize> {
    const START: &[u8] = b"startxref";
    let tail_at = bytes.len().saturating_sub(TAIL);
    let tail = bytes.get(tail_at..).unwrap_or_default();
    let found = tail.windows(START.len()).rposition(|window| window == START);
    let missing = Fault::new(tail_at, "the last 1024 bytes of the file have no startxref");
    let at = tail_at.saturating_add(found.ok_or(missing)?);
    let (start, end) = end_of_revision(bytes, at)?;
    let behind = bytes.get(end..).unwrap_or_default();
    match behind.iter().position(|byte| !is_space(*byte)) {
        None => Ok(start),
        Some(more) => {
            Err(Fault::new(end.saturating_add(more), "bytes follow %%EOF that belong to no revision"))
        }
    }
}

fn table(bytes: &[u8], at: usize, budget: &Budget) -> Result<Section> {
    const HEAD: &str = "a subsection of a cross-reference table has no plain head: first number, count";
    let mut entries: Vec<(u32, Place)> = Vec::new();
    let mut here = line(bytes, at.saturating_add(4))
        .ok_or(Fault::new(at, "the word xref does not stand alone on its line"))?;
    let mut subsections = 0_usize;
    while !is_trailer(bytes, here) {
        let fault = Fault::new(here, HEAD);
        let (first, after) = digits(bytes, here).ok_or(fault)?;
        (bytes.get(after) == Some(&b' ')).then_some(()).ok_or(fault)?;
        let (count, after) = digits(bytes, after.saturating_add(1)).ok_or(fault)?;
        let begin = line(bytes, after).ok_or(fault)?;
        let (Ok(first), Ok(count)) = (u32::try_from(first), usize::try_from(count)) else {
            return Err(fault);
        };
        let length = count.checked_mul(ENTRY).ok_or(fault)?;
        let end = begin.checked_add(length).ok_or(fault)?;
        let lines = bytes.get(begin..end).ok_or(Fault::new(here, "a table is longer than the file"))?;
        // Only word processors write an empty subsection, and it is the only one then.
        let is_last = is_trailer(bytes, end);
        if count == 0 && !(first == 0 && subsections == 0 && is_last) {
            return Err(Fault::new(here, "a subsection of a cross-reference table is empty"));
        }
        budget.spend_entries(count).ok_or(Fault::new(here, TOO_MUCH_WORK))?;
        for (index, line) in lines.chunks_exact(ENTRY).enumerate() {
            let place = index.saturating_mul(ENTRY).saturating_add(begin);
            let fault = Fault::new(place, "an entry of a cross-reference table is not in its 20-byte form");
            let number = u32::try_from(index).ok().and_then(|index| first.checked_add(index));
            entries.push((number.ok_or(fault)?, entry(line).ok_or(fault)?));
        }
        subsections = subsections.saturating_add(1);
        here = end;
    }
    if subsections == 0 {
        return Err(Fault::new(at, "a cross-reference table has no subsection"));
    }
    let mut reader = Reader::at(bytes, here, budget);
    reader.skip_white();
    reader.advance(b"trailer".len());
    reader.skip_white();
    let fault = reader.fault("behind the word trailer stands no dictionary");
    let Object::Dictionary(trailer) = reader.object()? else { return Err(fault) };
    let entries = sorted(entries, at)?;
    let (end, has_comment) = (reader.position(), reader.saw_comment());
    Ok(Section { at, end, entries, trailer, stream: None, has_comment })
}

/// Whether the word trailer follows, be it after empty lines.
fn is_trailer(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let white = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len());
    rest.get(white..).is_some_and(|rest| rest.starts_with(b"trailer"))
}

/// The twenty bytes of an entry: offset, space, generation, space, n or f, end of line.
fn entry(line: &[u8]) -> Option<Place> {
    let (offset, rest) = line.split_at_checked(10)?;
    let (generation, rest) = rest.strip_prefix(b" ")?.split_at_checked(5)?;
    let (kind, end) = match rest.strip_prefix(b" ")? {
        [kind, end @ ..] => (*kind, end),
        [] => return None,
    };
    matches!(end, b" \r" | b" \n" | b"\r\n").then_some(())?;
    let number =
        |text: &[u8]| digits(text, 0).filter(|(_, end)| *end == text.len()).map(|(number, _)| number);
    let (offset, generation) = (number(offset)?, number(generation)?);
    if kind == b'f' {
        // Some producers give the head of the free objects the generation 65536.
        return Some(Place::Free);
    }
    let (offset, generation) = (usize::try_from(offset).ok()?, u16::try_from(generation).ok()?);
    match (kind, offset) {
        (b'n', 0) => Some(Place::Nowhere),
        (b'n', _) => Some(Place::InUse { offset, generation }),
        _ => None,
    }
}

/// The entries by number. A number that one section lists twice leads to two documents in one file.
fn sorted(mut entries: Vec<(u32, Place)>, at: usize) -> Result<Vec<(u32, Place)>> {
    entries.sort_unstable_by_key(|(number, _)| *number);
    let has_doubles = entries.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
    match has_doubles {
        true => Err(Fault::new(at, "a cross-reference section lists one object number twice")),
        false => Ok(entries),
    }
}

fn stream(bytes: &[u8], at: usize, budget: &Budget) -> Result<Section> {
    const FORM: &str = "a cross-reference stream is not in its form";
    let fault = Fault::new(at, FORM);
    let direct = |_| Err(Fault::new(at, "the length of a cross-reference stream is not direct"));
    let (reference, object, end) = indirect(bytes, at, budget, direct)?;
    let Object::Stream(dictionary, data) = object else { return Err(fault) };
    (dictionary.name(b"Type") == Some(b"XRef")).then_some(()).ok_or(fault)?;
    let data = decoded(&dictionary, bytes.get(data).unwrap_or_default(), budget)
        .ok_or(Fault::new(at, "a cross-reference stream cannot be unpacked within bounds"))?;
    let entries = stream_entries(&dictionary, &data, at, budget)?;
    Ok(Section { at, end, entries, trailer: dictionary, stream: Some(reference), has_comment: false })
}

fn stream_entries(
    dictionary: &Dictionary,
    data: &[u8],
    at: usize,
    budget: &Budget,
) -> Result<Vec<(u32, Place)>> {
    let fault = |found| Fault::new(at, found);
    let numbers = |object: &Object| match object {
        Object::Array(items) => items.iter().map(offset).collect::<Option<Vec<usize>>>(),
        _ => None,
    };
    let widths = dictionary.get(b"W").and_then(numbers).filter(|widths| widths.iter().all(|one| *one <= 8));
    let Some([kind_width, second_width, third_width]) = widths.as_deref() else {
        return Err(fault("the /W of a cross-reference stream is not three widths of at most 8"));
    };
    if *kind_width == 0 {
        // Allowed by section 7.5.8.2; iText rebuilds such a file.
        return Err(fault("the entries of a cross-reference stream do not say of which kind they are"));
    }
    let row = kind_width.saturating_add(*second_width).saturating_add(*third_width);
    let ranges = match dictionary.get(b"Index") {
        None => dictionary.get(b"Size").and_then(offset).map(|size| vec![0, size]),
        Some(index) => numbers(index),
    };
    let ranges = ranges.ok_or(fault("the /Index of a cross-reference stream is not made of counts"))?;
    let mut entries = Vec::new();
    let mut rows = data.chunks_exact(row.max(1));
    for range in ranges.chunks(2) {
        let [first, count] = range else {
            return Err(fault("the /Index of a cross-reference stream is not made of pairs"));
        };
        budget.spend_entries(*count).ok_or(fault(TOO_MUCH_WORK))?;
        for number in *first..first.saturating_add(*count) {
            let row = rows.next().ok_or(fault("a cross-reference stream is shorter than its /Index"))?;
            let (kind, rest) = row.split_at_checked(*kind_width).unwrap_or_default();
            let (second, third) = rest.split_at_checked(*second_width).unwrap_or_default();
            let place = match (value(kind), value(second), value(third)) {
                (Some(0), ..) => Some(Place::Free),
                (Some(1), Some(0), _) => Some(Place::Nowhere),
                (Some(1), Some(offset), Some(generation)) => usize::try_from(offset)
                    .ok()
                    .zip(u16::try_from(generation).ok())
                    .map(|(offset, generation)| Place::InUse { offset, generation }),
                (Some(2), Some(stream), Some(index)) => u32::try_from(stream)
                    .ok()
                    .zip(u32::try_from(index).ok())
                    .map(|(stream, index)| Place::Compressed { stream, index }),
                _ => None,
            };
            let place = place.ok_or(fault("a cross-reference stream has an entry of no known kind"))?;
            let number = u32::try_from(number).ok().filter(|number| *number <= MAX_NUMBER);
            entries.push((number.ok_or(fault("an object number is greater than there are"))?, place));
        }
    }
    if rows.next().is_some() {
        return Err(fault("a cross-reference stream is longer than its /Index"));
    }
    sorted(entries, at)
}

/// A number of at most eight bytes, the highest first.
fn value(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0_u64, |value, byte| value.checked_mul(256)?.checked_add(u64::from(*byte)))
}

/// The indirect object at a byte: its reference, the object, and the byte behind the word endobj.
/// `length_of` finds the length of a stream that is kept in another object.
pub(super) fn indirect(
    bytes: &[u8],
    at: usize,
    budget: &Budget,
    length_of: impl Fn(Reference) -> Result<usize>,
) -> Result<(Reference, Object, usize)> {
    const HEAD: &str = "no object begins here, although a cross-reference section lists one";
    let fault = Fault::new(at, HEAD);
    bytes.get(at).filter(|byte| byte.is_ascii_digit()).ok_or(fault)?;
    let mut reader = Reader::at(bytes, at, budget);
    let number = u32::try_from(reader.digits(HEAD)?).map_err(|_| fault)?;
    let generation = u16::try_from(reader.digits(HEAD)?).map_err(|_| fault)?;
    reader.keyword(b"obj", HEAD)?;
    if reader.saw_comment() {
        return Err(Fault::new(at, "a comment stands in the head of an object"));
    }
    let mut object = reader.object()?;
    let mut ahead = reader;
    ahead.skip_white();
    if let Object::Dictionary(dictionary) = object {
        if ahead.rest().starts_with(b"stream") {
            ahead.advance(b"stream".len());
            let data = stream_range(bytes, ahead.position(), &dictionary, length_of)?;
            reader = Reader::at(bytes, data.end, budget);
            reader.skip_white();
            if !reader.rest().starts_with(b"endstream") {
                return Err(reader.fault("a stream does not end where its /Length says"));
            }
            reader.advance(b"endstream".len());
            object = Object::Stream(dictionary, data);
        } else {
            object = Object::Dictionary(dictionary);
        }
    }
    reader.keyword(b"endobj", "an object does not end with endobj")?;
    Ok((Reference { number, generation }, object, reader.position()))
}

/// Where the data of a stream stand, given where the keyword ended.
fn stream_range(
    bytes: &[u8],
    after: usize,
    dictionary: &Dictionary,
    length_of: impl Fn(Reference) -> Result<usize>,
) -> Result<Range<usize>> {
    let rest = bytes.get(after..).unwrap_or_default();
    let line = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] => 1,
        _ => return Err(Fault::new(after, "the word stream is not followed by a line feed")),
    };
    let fault = Fault::new(after, "the /Length of a stream is missing, or reaches beyond the file");
    let length = match dictionary.get(b"Length").ok_or(fault)? {
        Object::Reference(reference) => length_of(*reference)?,
        direct => offset(direct).ok_or(fault)?,
    };
    let begin = after.saturating_add(line);
    let end = begin.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(fault)?;
    Ok(begin..end)
}
