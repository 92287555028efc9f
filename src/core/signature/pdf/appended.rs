//! Whether each byte that was appended after a signature belongs to something that the file lists.
//!
//! A viewer that rebuilds a file takes the last object of a number, wherever it stands. So behind the
//! signed revision there may be only objects that a section lists there, cross-reference sections with
//! their trailers and ends, and white space (ISO 32000-2, section 7.5.6); and nowhere in those bytes,
//! be it in a string or a stream, what a rebuilding viewer would take for an object or a trailer.

use super::fault::{Fault, Result, TOO_MUCH_WORK};
use super::file::File;
use super::object::{Object, Reference, is_space};
use super::xref::{Place, Section, end_of_revision};
use std::collections::{BTreeMap, BTreeSet};

/// The longest comment between a trailer and startxref; iText names itself there.
const MAX_COMMENT: usize = 128;

/// Walks over what was appended to `signed` and has become `whole`.
pub(super) fn check(signed: &File<'_>, whole: &File<'_>) -> Result<()> {
    let sections = whole.sections_since(signed);
    let end = signed.bytes.len();
    let mut begins: BTreeSet<usize> = BTreeSet::new();
    let mut objects: BTreeMap<usize, Reference> = BTreeMap::new();
    let mut tables: BTreeMap<usize, &Section> = BTreeMap::new();
    for section in sections {
        if section.at < end {
            // The stream of a hybrid file that a later trailer names once more.
            continue;
        }
        if section.has_comment {
            return Err(Fault::new(section.at, "a comment stands in the trailer of a later section"));
        }
        tables.insert(section.at, section);
        for (number, place) in &section.entries {
            let known = signed.place(*number);
            match *place {
                Place::InUse { offset, generation } if *place != known => {
                    if offset < end {
                        let found = "a later section lists an object that lay hidden in the signed file";
                        return Err(Fault::new(section.at, found));
                    }
                    objects.insert(offset, Reference { number: *number, generation });
                }
                Place::Nowhere if known != Place::Nowhere => {
                    return Err(Fault::new(section.at, "a later section lists an object at byte 0"));
                }
                _ => {}
            }
        }
    }
    let bytes = whole.bytes;
    let mut here = end;
    while let Some(byte) = bytes.get(here) {
        if is_space(*byte) {
            here = here.saturating_add(1);
        } else if let Some(section) = tables.get(&here) {
            begins.insert(here);
            here = end_of_section(bytes, section)?;
        } else if let Some(reference) = objects.get(&here) {
            begins.insert(here);
            let (object, end) = whole.plain(*reference, here)?;
            check_object(&object, here)?;
            here = end;
        } else {
            return Err(Fault::new(here, "bytes stand here that belong to no object, section or trailer"));
        }
    }
    whole.budget().spend(here.saturating_sub(end)).ok_or(Fault::new(end, TOO_MUCH_WORK))?;
    check_streams(signed, whole)?;
    check_words(bytes, end, &begins, &tables)
}

/// Refuses what viewers read in different ways, and cross-reference streams that no section leads to.
fn check_object(object: &Object, at: usize) -> Result<()> {
    if object.has_word() {
        return Err(Fault::new(at, "a later object has a word that viewers read in different ways"));
    }
    let is_stream = matches!(object, Object::Stream(own, _) if own.name(b"Type") == Some(b"XRef"));
    match is_stream {
        true => Err(Fault::new(at, "a cross-reference stream stands here to which nothing leads")),
        false => Ok(()),
    }
}

/// The byte behind `%%EOF` of a section's revision.
fn end_of_section(bytes: &[u8], section: &Section) -> Result<usize> {
    let mut here = section.end;
    let skip_white = |here: usize| {
        let rest = bytes.get(here..).unwrap_or_default();
        here.saturating_add(rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len()))
    };
    here = skip_white(here);
    if bytes.get(here) == Some(&b'%') {
        let rest = bytes.get(here..).unwrap_or_default();
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        if length > MAX_COMMENT {
            return Err(Fault::new(here, "a comment behind a trailer is too long"));
        }
        here = skip_white(here.saturating_add(length));
    }
    let (start, end) = end_of_revision(bytes, here)?;
    // A carriage return alone ends a line too, but iText does not find the section then.
    let lines = bytes.get(here..end).unwrap_or_default();
    if lines.windows(2).any(|pair| matches!(pair, [b'\r', other] if *other != b'\n')) {
        return Err(Fault::new(
            here,
            "a line of the end of a later revision ends with a carriage return alone",
        ));
    }
    match start == section.at {
        true => Ok(end),
        false => Err(Fault::new(here, "startxref names another section than the one before it")),
    }
}

/// Each object of an appended object stream is listed there, and no other.
fn check_streams(signed: &File<'_>, whole: &File<'_>) -> Result<()> {
    let mut listed: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
    for section in whole.sections_since(signed) {
        for (number, place) in &section.entries {
            if let Place::Compressed { stream, index } = *place
                && signed.place(*number) != *place
            {
                listed.entry(stream).or_default().insert(index, *number);
            }
        }
    }
    for section in whole.sections_since(signed) {
        for (number, place) in &section.entries {
            let Place::InUse { offset, .. } = *place else { continue };
            let is_stream = offset >= signed.bytes.len() && is_object_stream(whole, *number, offset)?;
            if !is_stream {
                continue;
            }
            let fault = "an object stream holds objects that its section does not list";
            let is_newest = whole.offset_of(*number) == Some(offset);
            let held = is_newest.then(|| whole.numbers_in_stream(*number)).transpose()?;
            let listed = listed.remove(number).unwrap_or_default();
            let is_listed = held.is_some_and(|held| {
                held.len() == listed.len() && held.iter().zip(listed.values()).all(|(a, b)| a == b)
            });
            is_listed.then_some(()).ok_or(Fault::new(offset, fault))?;
        }
    }
    match listed.keys().next() {
        None => Ok(()),
        Some(_) => {
            let found = "a later section lists an object in a stream of the signed file";
            Err(Fault::new(whole.start(), found))
        }
    }
}

fn is_object_stream(whole: &File<'_>, number: u32, offset: usize) -> Result<bool> {
    let generation = match whole.reference_of(number) {
        Some(reference) => reference.generation,
        None => 0,
    };
    let (object, _) = whole.plain(Reference { number, generation }, offset)?;
    Ok(object.dictionary().is_some_and(|dictionary| dictionary.name(b"Type") == Some(b"ObjStm")))
}

/// Finds what a viewer would take for an object, a trailer or an end, outside of the places where they
/// are.
fn check_words(
    bytes: &[u8],
    end: usize,
    begins: &BTreeSet<usize>,
    tables: &BTreeMap<usize, &Section>,
) -> Result<()> {
    const HIDDEN: &str = "a viewer that rebuilds the file would find an object or trailer here";
    let appended = bytes.get(end..).unwrap_or_default();
    for at in finds(appended, b"obj") {
        let at = end.saturating_add(at);
        if let Some(begin) = head_before(bytes, at)
            && !begins.contains(&begin)
        {
            return Err(Fault::new(begin, HIDDEN));
        }
    }
    for word in [&b"trailer"[..], b"startxref"] {
        let found = finds(appended, word).count();
        let awaited = tables.values().filter(|section| word != b"trailer" || section.stream.is_none());
        if found != awaited.count() {
            let at = finds(appended, word).last().unwrap_or_default();
            return Err(Fault::new(end.saturating_add(at), HIDDEN));
        }
    }
    Ok(())
}

/// Where a word stands in bytes.
fn finds<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(word.len().max(1)).enumerate().filter(move |(_, window)| *window == word).map(|(at, _)| at)
}

/// Where the two numbers begin that stand before the word obj, if they do.
fn head_before(bytes: &[u8], obj: usize) -> Option<usize> {
    let back = |from: usize, is_part: fn(&u8) -> bool| {
        let before = bytes.get(..from).unwrap_or_default();
        before.iter().rposition(|byte| !is_part(byte)).map_or(0, |at| at.saturating_add(1))
    };
    let white: fn(&u8) -> bool = |byte| is_space(*byte);
    let generation_end = back(obj, white);
    let generation = back(generation_end, u8::is_ascii_digit);
    let number_end = back(generation, white);
    let number = back(number_end, u8::is_ascii_digit);
    let is_head = generation < generation_end && number_end < generation && number < number_end;
    is_head.then_some(number)
}
