//! Objects written behind a file, and the gap in them that takes the signature (ISO 32000-2, 7.5.6).

use super::fault::{self, Fault};
use super::file::File;
use super::object::{Dictionary, MAX_NUMBER, Object, Reference};
use crate::result::{Error, Result, ResultCode};
use crate::signature::Hash;
use crate::signature::hash::Digests;
use core::ops::Range;
use std::collections::BTreeMap;
use std::io::Read;

/// How many object numbers an update takes at most.
const ROOM_FOR_NUMBERS: u32 = 4096;

/// Room for /ByteRange: three numbers of up to twenty digits.
const RANGE: usize = 68;

/// Objects to be written behind a file.
pub(super) struct Update<'a> {
    file: &'a File<'a>,
    next: u32,
    objects: BTreeMap<u32, (u16, Object)>,
    streams: BTreeMap<u32, Vec<u8>>,
}

impl<'a> Update<'a> {
    pub(super) fn new(file: &'a File<'a>) -> fault::Result<Update<'a>> {
        // Behind the objects there are, and behind those that are only referred to.
        let mut next = file.next_number();
        for reference in file.references() {
            file.object(reference)?.walk(|part| {
                next = next.max(part.reference().map_or(0, |used| used.number.saturating_add(1)));
            });
        }
        if next > MAX_NUMBER.saturating_sub(ROOM_FOR_NUMBERS) {
            return Err(Fault::new(file.start(), "the file has no object numbers left"));
        }
        Ok(Update { file, next, objects: BTreeMap::new(), streams: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, object: Object) -> Reference {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        self.objects.insert(number, (0, object));
        Reference { number, generation: 0 }
    }

    pub(super) fn add_stream(&mut self, dictionary: Dictionary, data: Vec<u8>) -> Reference {
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        let reference = self.add(Object::Stream(dictionary.with("Length", Object::Integer(length)), 0..0));
        self.streams.insert(reference.number, data);
        reference
    }

    pub(super) fn set(&mut self, reference: Reference, object: Object) {
        self.objects.insert(reference.number, (reference.generation, object));
    }

    /// The object as it will be.
    pub(super) fn object(&self, reference: Reference) -> fault::Result<Object> {
        match self.objects.get(&reference.number) {
            Some((_, object)) => Ok(object.clone()),
            None => self.file.object(reference),
        }
    }

    /// Puts a field into the form, and makes the form if there is none.
    pub(super) fn add_to_form(&mut self, field: Reference) -> fault::Result<()> {
        let (root, mut catalog) = self.file.root()?;
        let fault = Fault::new(self.file.start(), "the form of the file is no dictionary");
        let (holder, mut form) = match catalog.get(b"AcroForm") {
            None => (None, Dictionary::default()),
            Some(Object::Dictionary(form)) => (None, form.clone()),
            Some(Object::Reference(reference)) => match self.object(*reference)? {
                Object::Dictionary(form) => (Some(*reference), form),
                _ => return Err(fault),
            },
            Some(_) => return Err(fault),
        };
        let is_appended = self.append(&mut form, b"Fields", field)?;
        let has_flags = form.integer(b"SigFlags") == Some(3);
        form.set(b"SigFlags", Object::Integer(3));
        match holder {
            _ if !is_appended && has_flags => {}
            Some(holder) => self.set(holder, Object::Dictionary(form)),
            None => {
                catalog.set(b"AcroForm", Object::Dictionary(form));
                self.set(root, Object::Dictionary(catalog));
            }
        }
        Ok(())
    }

    /// Puts a field onto a page.
    pub(super) fn add_to_page(&mut self, page: Reference, field: Reference) -> fault::Result<()> {
        let Object::Dictionary(mut dictionary) = self.object(page)? else {
            return Err(Fault::new(self.file.start(), "a page is no dictionary"));
        };
        if self.append(&mut dictionary, b"Annots", field)? {
            self.set(page, Object::Dictionary(dictionary));
        }
        Ok(())
    }

    /// Appends to an array of a dictionary. Returns whether the dictionary itself was changed; otherwise
    /// the array is an object of its own.
    fn append(&mut self, dictionary: &mut Dictionary, key: &[u8], item: Reference) -> fault::Result<bool> {
        let fault = Fault::new(self.file.start(), "the fields of the form or the annotations are no array");
        let item = Object::Reference(item);
        match dictionary.get(key).cloned() {
            None => dictionary.set(key, Object::Array(vec![item])),
            Some(Object::Array(mut items)) => {
                items.push(item);
                dictionary.set(key, Object::Array(items));
            }
            Some(Object::Reference(reference)) => match self.object(reference)? {
                Object::Array(mut items) => {
                    items.push(item);
                    self.set(reference, Object::Array(items));
                    return Ok(false);
                }
                Object::Null => dictionary.set(key, Object::Array(vec![item])),
                _ => return Err(fault),
            },
            Some(_) => return Err(fault),
        }
        Ok(true)
    }

    /// The file with the update behind it, and the gap in the signature dictionary.
    pub(super) fn write(mut self, signature: Reference, dictionary: &Dictionary, room: usize) -> Prepared {
        let mut out = self.file.bytes.to_vec();
        if !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        let mut offsets: BTreeMap<u32, (usize, u16)> = BTreeMap::new();
        let (mut range, mut gap) = (0..0, 0..0);
        for (number, (generation, object)) in core::mem::take(&mut self.objects) {
            offsets.insert(number, (out.len(), generation));
            out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            if number == signature.number {
                out.extend_from_slice(b"<</ByteRange ");
                let begin = out.len();
                out.extend_from_slice(&[b' '; RANGE]);
                range = begin..out.len();
                out.extend_from_slice(b"\n/Contents ");
                let begin = out.len();
                out.push(b'<');
                out.resize(out.len().saturating_add(room.saturating_mul(2)), b'0');
                out.push(b'>');
                gap = begin..out.len();
                out.push(b'\n');
                // The rest of the dictionary, without the << that stands already.
                let mut rest = Vec::new();
                Object::Dictionary(dictionary.clone()).write(&mut rest);
                out.extend_from_slice(rest.strip_prefix(b"<<").unwrap_or(&rest));
            } else {
                object.write(&mut out);
            }
            if let Some(data) = self.streams.get(&number) {
                out.extend_from_slice(b"\nstream\n");
                out.extend_from_slice(data);
                out.extend_from_slice(b"\nendstream");
            }
            out.extend_from_slice(b"\nendobj\n");
        }
        self.write_sections(&mut out, offsets);
        let (first, second) = (gap.start, gap.end);
        let text = format!("[0 {first} {second} {}]", out.len().saturating_sub(second));
        if let Some(place) = out.get_mut(range) {
            for (to, from) in place.iter_mut().zip(text.bytes()) {
                *to = from;
            }
        }
        Prepared { bytes: out, gap }
    }

    /// The cross-references of the update, in the form that the newest ones of the file have.
    fn write_sections(&self, out: &mut Vec<u8>, mut offsets: BTreeMap<u32, (usize, u16)>) {
        let start = out.len();
        let integer = |number: usize| Object::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        let mut trailer = Dictionary::default();
        for key in [&b"Root"[..], b"Info", b"ID"] {
            if let Some(value) = self.file.trailer(key) {
                trailer.set(key, value.clone());
            }
        }
        let mut size = self.next;
        if self.file.is_stream() {
            offsets.insert(size, (start, 0));
            size = size.saturating_add(1);
        }
        trailer.set(b"Size", Object::Integer(i64::from(size)));
        trailer.set(b"Prev", integer(self.file.start()));
        if self.file.is_stream() {
            let mut data = Vec::new();
            let mut index = Vec::new();
            for (number, (offset, generation)) in &offsets {
                index.extend([Object::Integer(i64::from(*number)), Object::Integer(1)]);
                data.push(1);
                data.extend_from_slice(&u64::try_from(*offset).unwrap_or(u64::MAX).to_be_bytes());
                data.extend_from_slice(&generation.to_be_bytes());
            }
            let stream = trailer
                .with("Type", Object::name("XRef"))
                .with("W", Object::Array([1, 8, 2].map(Object::Integer).to_vec()))
                .with("Index", Object::Array(index))
                .with("Length", integer(data.len()));
            out.extend_from_slice(format!("{} 0 obj\n", self.next).as_bytes());
            Object::Dictionary(stream).write(out);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&data);
            out.extend_from_slice(b"\nendstream\nendobj\n");
        } else {
            out.extend_from_slice(b"xref\n");
            for (number, (offset, generation)) in &offsets {
                out.extend_from_slice(format!("{number} 1\n{offset:010} {generation:05} n \n").as_bytes());
            }
            out.extend_from_slice(b"trailer\n");
            Object::Dictionary(trailer).write(out);
            out.push(b'\n');
        }
        out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    }
}

/// A PDF that is ready but for the signature.
pub(crate) struct Prepared {
    pub(super) bytes: Vec<u8>,
    /// The string of /Contents, with < and >.
    gap: Range<usize>,
}

impl Prepared {
    /// The digest of all but the gap.
    pub(crate) fn digest(&self, hash: Hash) -> Result<Vec<u8>> {
        let before = self.bytes.get(..self.gap.start).unwrap_or_default();
        let after = self.bytes.get(self.gap.end..).unwrap_or_default();
        let digests = Digests::read(&[hash], &mut before.chain(after), |_| Ok(()))?;
        let lost = || Error::new(ResultCode::Internal, "a digest was lost");
        digests.get(hash).map(<[u8]>::to_vec).ok_or_else(lost)
    }

    /// The file with a CMS in the gap.
    ///
    /// # Errors
    /// INTERNAL if it does not fit, TIMESTAMP_INVALID if it is a time-stamp that makes it too long.
    pub(crate) fn with(&self, cms: &[u8]) -> Result<Vec<u8>> {
        Prepared { bytes: self.bytes.clone(), gap: self.gap.clone() }.finish(cms)
    }

    /// The same, where no second version is needed: the file is not copied.
    ///
    /// # Errors
    /// As [`Prepared::with`].
    pub(crate) fn finish(self, cms: &[u8]) -> Result<Vec<u8>> {
        let mut signed = self.bytes;
        let room = signed.get_mut(self.gap.start..self.gap.end).unwrap_or_default();
        let digits = cms.iter().flat_map(|byte| [hex(byte >> 4), hex(byte & 0xF)]);
        if cms
            .len()
            .checked_mul(2)
            .and_then(|length| length.checked_add(2))
            .is_none_or(|length| length > room.len())
        {
            return Err(Error::new(ResultCode::Internal, "the signature is longer than its place"));
        }
        for (place, digit) in room.iter_mut().skip(1).zip(digits) {
            *place = digit;
        }
        Ok(signed)
    }
}

fn hex(digit: u8) -> u8 {
    if digit < 10 { b'0'.wrapping_add(digit) } else { b'A'.wrapping_add(digit).wrapping_sub(10) }
}
