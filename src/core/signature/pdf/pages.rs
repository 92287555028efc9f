//! The page tree (ISO 32000-2, section 7.7.3), read so that every viewer finds the same pages.
//!
//! Viewers trust different parts of a damaged tree: the count, the kinds, the way to the parent. Each
//! shows other pages then, so the parts must agree.

use super::fault::{Fault, Result};
use super::file::File;
use super::object::{Dictionary, Object, Reference};
use std::collections::BTreeSet;

/// More nodes than are read.
const MAX_NODES: usize = 1 << 20;

/// How deep nodes may lie in each other.
const MAX_DEPTH: usize = 64;

/// The ways in which the content of a page may be encoded.
const FILTERS: &[&[u8]] = &[
    b"FlateDecode",
    b"LZWDecode",
    b"ASCII85Decode",
    b"ASCIIHexDecode",
    b"RunLengthDecode",
    b"Fl",
    b"LZW",
    b"A85",
    b"AHx",
    b"RL",
];

/// A node of the tree whose kids are being read.
struct Open {
    reference: Reference,
    kids: Vec<Object>,
    count: i64,
    /// How many pages the node says to hold.
    stated: i64,
}

/// The pages of a file in their order.
///
/// # Errors
/// The place of a node on whose pages viewers disagree.
pub(super) fn pages(file: &File<'_>) -> Result<Vec<Reference>> {
    let (root, catalog) = file.root()?;
    let fault = |number: u32, found| Fault::new(file.offset_of(number).unwrap_or(file.start()), found);
    let top = catalog.get(b"Pages").and_then(Object::reference);
    let top = top.ok_or(fault(root.number, "the catalog leads to no page tree"))?;
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<Open> = Vec::new();
    let mut next = Some(top);
    loop {
        if let Some(reference) = next.take() {
            let number = reference.number;
            if !seen.insert(number) || seen.len() > MAX_NODES || open.len() > MAX_DEPTH {
                let found = "the page tree leads in a circle, has a page twice, or is too deep";
                return Err(fault(number, found));
            }
            let Object::Dictionary(node) = file.object(reference)? else {
                return Err(fault(number, "a node of the page tree is no dictionary"));
            };
            let parent = node.get(b"Parent").map(Object::reference);
            let is_kid_of = open.last().map(|open| Some(open.reference));
            if parent != is_kid_of {
                return Err(fault(number, "a node of the page tree names another parent than has it"));
            }
            check_node(file, &node).map_err(|found| fault(number, found))?;
            match (node.name(b"Type"), file.value(&node, b"Kids")?, node.integer(b"Count")) {
                (Some(b"Pages"), Object::Array(mut kids), Some(stated)) => {
                    kids.reverse();
                    open.push(Open { reference, kids, count: 0, stated });
                }
                (Some(b"Page"), Object::Null, _) => {
                    check_contents(file, &node)?.map_or(Ok(()), |found| Err(fault(number, found)))?;
                    found.push(reference);
                    if let Some(parent) = open.last_mut() {
                        parent.count = parent.count.saturating_add(1);
                    }
                }
                _ => return Err(fault(number, "a node of the page tree is neither pages nor a page")),
            }
        }
        let Some(last) = open.last_mut() else { return Ok(found) };
        match last.kids.pop() {
            Some(Object::Reference(kid)) => next = Some(kid),
            Some(_) => return Err(fault(last.reference.number, "a kid of the page tree is no reference")),
            None => {
                let Some(Open { reference, count, stated, .. }) = open.pop() else { return Ok(found) };
                // A count that is too large leads to no page; one that is too small hides one from some.
                if count > stated {
                    let found = "the page tree has more pages than it says";
                    return Err(fault(reference.number, found));
                }
                match open.last_mut() {
                    Some(parent) => parent.count = parent.count.saturating_add(count),
                    None => return Ok(found),
                }
            }
        }
    }
}

/// What keeps viewers from agreeing on a node's own entries.
fn check_node(file: &File<'_>, node: &Dictionary) -> core::result::Result<(), &'static str> {
    if node.keys().filter_map(|key| node.get(key)).any(Object::has_word) {
        return Err("a node of the page tree has a word that viewers read in different ways");
    }
    for key in [&b"MediaBox"[..], b"CropBox"] {
        match file.value(node, key) {
            Ok(Object::Null) => {}
            Ok(Object::Array(sides)) if sides.len() == 4 => {
                let is_number = |side: &Object| file.resolved(side).is_ok_and(|side| side.number().is_some());
                if !sides.iter().all(is_number) {
                    return Err("a box of a page is not four numbers");
                }
            }
            _ => return Err("a box of a page is not four numbers"),
        }
    }
    match file.value(node, b"Rotate") {
        Ok(Object::Null) => Ok(()),
        Ok(Object::Integer(degrees)) if degrees.rem_euclid(90) == 0 => Ok(()),
        _ => Err("a page is turned by something else than quarters"),
    }
}

/// What keeps viewers from agreeing on the content of a page.
fn check_contents(file: &File<'_>, page: &Dictionary) -> Result<Option<&'static str>> {
    let contents = match page.get(b"Contents") {
        None => return Ok(None),
        Some(contents) => match file.resolved(contents)? {
            Object::Array(parts) => parts,
            Object::Stream(..) => vec![contents.clone()],
            _ => return Ok(Some("the content of a page is no stream")),
        },
    };
    for part in &contents {
        let Object::Stream(dictionary, _) = file.resolved(part)? else {
            return Ok(Some("a part of the content of a page is no stream"));
        };
        let is_known =
            |filter: &Object| matches!(filter, Object::Name(name) if FILTERS.contains(&name.as_slice()));
        let is_plain = !dictionary.has(b"F")
            && match file.value(&dictionary, b"Filter")? {
                Object::Null => !dictionary.has(b"Filter"),
                Object::Array(filters) => filters.iter().all(is_known),
                filter => is_known(&filter),
            };
        if !is_plain {
            return Ok(Some("the content of a page is encoded as viewers do not agree on"));
        }
    }
    Ok(None)
}
