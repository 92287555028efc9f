//! Signing a PDF by incremental update (ETSI EN 319 142-1, level B-B): what was there stays, byte for byte.
//!
//! `prepare` writes the update with a gap for the signature; the digest is of all but the gap; `Prepared` puts the CMS into it.

use super::appearance::{self, Turn, Words, real};
use super::fields::{Field, signature_fields};
use super::file::File;
use super::font::Typeface;
use super::object::{Dictionary, Object, Reference};
use crate::clock;
use crate::result::{Error, Result, ResultCode};
use crate::signature::Hash;
use crate::signature::asn1::date;
use crate::signature::cms::{CmsOptions, TimestampFn};
use crate::signature::hash::Digests;
use core::fmt;
use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Room for a CMS with the certificates of a card, in bytes: they have up to 8 KiB each.
const ROOM: usize = 20 * 1024;

/// Room for a time-stamp beside it.
const ROOM_FOR_TIMESTAMP: usize = 24 * 1024;

/// More pages than are looked at.
const MOST_PAGES: usize = 1 << 20;

/// Where a signature shows on a page, in points from its lower left corner: in the coordinates of the page before it is turned
/// by /Rotate. The text in it is upright when the page is shown.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Box {
    /// The page, from 1.
    pub page: u32,
    /// The left edge.
    pub x: f64,
    /// The lower edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// How a PDF is signed. The default: SHA-256, an invisible field with a name of its own. The time of signing is always in
/// the signature dictionary (/M), as PAdES demands, and says what this machine says.
#[derive(Default)]
pub struct PdfOptions {
    /// The digest algorithm; `None` is SHA-256.
    pub hash: Option<Hash>,
    /// The name of the signature field: an empty one that is there, or a new one.
    pub field: Option<String>,
    /// Why it is signed.
    pub reason: Option<String>,
    /// Where it is signed.
    pub location: Option<String>,
    /// Who signs, as it is to be shown. `None`: /Name is left out, and a visible signature shows the name of the holder in
    /// the certificate.
    pub name: Option<String>,
    /// Where it shows; `None`: nowhere, or where the empty field is that is to be signed.
    ///
    /// It shows the name, date and time in Japan, the reason and the location, in the largest size from 12 points down to 4
    /// in which all of it fits. What does not fit then is cut, and an ellipsis marks the cut.
    pub visible: Option<Box>,
    /// A TrueType or OpenType font in which a visible signature is written; of a collection the first one is taken. The
    /// glyphs used are embedded, so that the signature looks the same everywhere and a file for archives (PDF/A) stays one.
    /// `None`: nothing is embedded, and the fonts are those of the viewer.
    pub font: Option<Vec<u8>>,
    /// With the certificate of the CA.
    pub embed_ca: bool,
    /// An expired certificate signs all the same.
    pub allow_expired: bool,
    /// Fetches a time-stamp, after the card's application has been left.
    pub timestamp: Option<std::boxed::Box<TimestampFn>>,
}

impl fmt::Debug for PdfOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PdfOptions")
            .field("hash", &self.hash)
            .field("visible", &self.visible)
            .finish_non_exhaustive()
    }
}

impl PdfOptions {
    pub(crate) fn hash(&self) -> Hash {
        self.hash.unwrap_or(Hash::Sha256)
    }

    /// What the CMS inside is asked to be.
    pub(crate) fn cms(&mut self) -> CmsOptions {
        CmsOptions {
            hash: self.hash(),
            detached: true,
            signing_time: false,
            embed_ca: self.embed_ca,
            allow_expired: self.allow_expired,
            timestamp: self.timestamp.take(),
        }
    }
}

/// A PDF that is ready but for the signature.
pub(crate) struct Prepared {
    bytes: Vec<u8>,
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
        let mut signed = self.bytes.clone();
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

/// Writes the update that a signature needs. `holder` gives the name that shows if the options have none; it is asked for a
/// visible signature only, after all else has been checked.
///
/// # Errors
/// INVALID_ARGUMENT for a file that cannot be read or is damaged, a field that is signed already, a page that there is not,
/// a box without area, a font that cannot be read or lacks a character; NOT_SUPPORTED for an encrypted file; NOT_PERMITTED if an earlier signature certifies that nobody signs
/// after it, or the font may not be embedded; CLOCK_IMPLAUSIBLE; what `holder` fails with.
pub(crate) fn prepare(
    pdf: &[u8],
    options: &PdfOptions,
    holder: impl FnOnce() -> Result<Option<String>>,
) -> Result<Prepared> {
    let invalid = |detail| Error::new(ResultCode::InvalidArgument, detail);
    let damaged = || invalid("the bytes are not a PDF that can be read, or it is damaged");
    let file = File::read(pdf).ok_or_else(damaged)?;
    if file.is_encrypted() {
        return Err(Error::new(ResultCode::NotSupported, "the PDF is encrypted"));
    }
    let fields = signature_fields(&file).ok_or_else(damaged)?;
    if fields.iter().any(|field| forbids_more(&file, field)) {
        let detail = "an earlier signature certifies that nobody signs after it";
        return Err(Error::new(ResultCode::NotPermitted, detail));
    }
    if let Some(place) = &options.visible {
        let sides = [place.x, place.y, place.width, place.height];
        let is_place = sides.iter().all(|side| side.is_finite() && side.abs() < 1e6)
            && place.width > 0.0
            && place.height > 0.0;
        if !is_place || place.page == 0 {
            return Err(invalid("the box of a visible signature has no area on a page"));
        }
    }
    let now = clock::now()?;
    let mut update = Update::new(&file).ok_or_else(damaged)?;
    let existing = options.field.as_ref().and_then(|name| fields.iter().find(|field| field.name == *name));
    if existing.is_some_and(|field| field.value.is_some()) {
        return Err(invalid("the field is signed already"));
    }
    let no_page = || invalid("the PDF has no such page");
    let visible_at = match (existing, &options.visible) {
        (Some(field), _) => rectangle(&file, field),
        (None, Some(place)) => Some([place.x, place.y, place.x + place.width, place.y + place.height]),
        (None, None) => None,
    };
    let page = match existing {
        Some(field) => page_of(&file, field),
        None => page(&file, options.visible.map_or(1, |place| place.page)),
    };
    let signature = update.add(Object::Null);
    let looks = match visible_at {
        None => None,
        Some(sides) => {
            let turn = Turn::of(&file, page.ok_or_else(no_page)?)?;
            let typeface =
                options.font.as_deref().map_or_else(|| Ok(Typeface::viewer()), Typeface::embedded)?;
            let given = Words {
                name: options.name.as_deref(),
                now,
                reason: options.reason.as_deref(),
                location: options.location.as_deref(),
            };
            let found = if given.name.is_none() { holder()? } else { None };
            let words = Words { name: given.name.or(found.as_deref()), ..given };
            Some(appearance::add(&mut update, sides, turn, &words, &typeface)?)
        }
    };
    match existing {
        Some(field) => {
            let mut signed = field.dictionary.clone();
            signed.set(b"V", Object::Reference(signature));
            if let Some(looks) = looks {
                signed.set(
                    b"AP",
                    Object::Dictionary(Dictionary::default().with("N", Object::Reference(looks))),
                );
            }
            update.set(field.reference, Object::Dictionary(signed));
        }
        None => {
            let page = page.ok_or_else(no_page)?;
            let name = options.field.clone().unwrap_or_else(|| unused_name(&fields));
            let sides = visible_at.unwrap_or([0.0; 4]).map(real);
            let mut field = Dictionary::default()
                .with("Type", Object::name("Annot"))
                .with("Subtype", Object::name("Widget"))
                .with("FT", Object::name("Sig"))
                .with("T", Object::String(text_string(&name)))
                .with("V", Object::Reference(signature))
                // Printed, and not to be moved.
                .with("F", Object::Integer(132))
                .with("P", Object::Reference(page))
                .with("Rect", Object::Array(sides.to_vec()));
            if let Some(looks) = looks {
                field.set(
                    b"AP",
                    Object::Dictionary(Dictionary::default().with("N", Object::Reference(looks))),
                );
            }
            let field = update.add(Object::Dictionary(field));
            update.add_to_form(field).ok_or_else(damaged)?;
            update.add_to_page(page, field).ok_or_else(damaged)?;
        }
    }
    let room = if options.timestamp.is_some() { ROOM + ROOM_FOR_TIMESTAMP } else { ROOM };
    Ok(update.write(signature, &dictionary(options, now), room))
}

/// Whether a signature certifies that nobody signs after it.
fn forbids_more(file: &File<'_>, field: &Field) -> bool {
    let Some(dictionary) = field.value.as_ref().and_then(|value| value.dictionary.as_ref()) else {
        return false;
    };
    let Some(Object::Array(references)) = file.value(dictionary, b"Reference") else { return false };
    references.iter().any(|reference| {
        let Some(Object::Dictionary(reference)) = file.resolved(reference) else { return false };
        let Some(Object::Dictionary(parameters)) = file.value(&reference, b"TransformParams") else {
            return false;
        };
        reference.name(b"TransformMethod") == Some(b"DocMDP") && parameters.integer(b"P") == Some(1)
    })
}

/// A name that no signature field has.
fn unused_name(fields: &[Field]) -> String {
    (1..=fields.len().saturating_add(1))
        .map(|number| format!("Signature{number}"))
        .find(|name| fields.iter().all(|field| field.name != *name))
        .unwrap_or_else(|| String::from("Signature"))
}

/// The sides of a field's box, if it has an area.
fn rectangle(file: &File<'_>, field: &Field) -> Option<[f64; 4]> {
    let Some(Object::Array(sides)) = file.value(&field.dictionary, b"Rect") else { return None };
    let number = |side: &Object| match side {
        Object::Integer(number) => number.to_string().parse::<f64>().ok(),
        Object::Real(digits) => core::str::from_utf8(digits).ok()?.parse().ok(),
        _ => None,
    };
    let [a, b, c, d]: [f64; 4] = sides.iter().map(number).collect::<Option<Vec<f64>>>()?.try_into().ok()?;
    let sides = [a.min(c), b.min(d), a.max(c), b.max(d)];
    let [left, lower, right, upper] = sides;
    (right - left > 0.0 && upper - lower > 0.0).then_some(sides)
}

/// The page of that number, from 1.
fn page(file: &File<'_>, number: u32) -> Option<Reference> {
    let mut count: u32 = 0;
    find_page(file, |_| {
        count = count.saturating_add(1);
        count == number
    })
}

/// The page that a field is on: the one that it names, else the one that has it.
fn page_of(file: &File<'_>, field: &Field) -> Option<Reference> {
    let named = field.dictionary.get(b"P").and_then(Object::reference);
    named.or_else(|| {
        find_page(file, |page| match file.value(page, b"Annots") {
            Some(Object::Array(items)) => items.contains(&Object::Reference(field.reference)),
            _ => false,
        })
    })
}

/// The first page that is meant.
fn find_page(file: &File<'_>, mut is_meant: impl FnMut(&Dictionary) -> bool) -> Option<Reference> {
    let (_, catalog) = file.root()?;
    let mut open = vec![catalog.get(b"Pages")?.reference()?];
    let mut seen = BTreeSet::new();
    while let Some(reference) = open.pop() {
        (seen.insert(reference.number) && seen.len() <= MOST_PAGES).then_some(())?;
        let Object::Dictionary(node) = file.object(reference)? else { return None };
        match file.value(&node, b"Kids")? {
            Object::Array(kids) => {
                for kid in kids.iter().rev() {
                    open.push(kid.reference()?);
                }
            }
            _ if is_meant(&node) => return Some(reference),
            _ => {}
        }
    }
    None
}

/// What the signature dictionary says beside /ByteRange and /Contents.
fn dictionary(options: &PdfOptions, now: i64) -> Dictionary {
    let mut dictionary = Dictionary::default()
        .with("Type", Object::name("Sig"))
        .with("Filter", Object::name("Adobe.PPKLite"))
        .with("SubFilter", Object::name("ETSI.CAdES.detached"))
        .with("M", Object::String(moment(now).into_bytes()));
    for (key, text) in [("Reason", &options.reason), ("Location", &options.location), ("Name", &options.name)]
    {
        if let Some(text) = text {
            dictionary.set(key.as_bytes(), Object::String(text_string(text)));
        }
    }
    dictionary
}

/// A moment as PDF writes it (section 7.9.4).
fn moment(seconds: i64) -> String {
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    format!("D:{year:04}{month:02}{day:02}{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// A text as PDF writes it: in ASCII if that goes, else in UTF-16.
fn text_string(text: &str) -> Vec<u8> {
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return text.as_bytes().to_vec();
    }
    [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
}

/// Objects to be written behind a file.
pub(super) struct Update<'a> {
    file: &'a File<'a>,
    next: u32,
    objects: BTreeMap<u32, (u16, Object)>,
    streams: BTreeMap<u32, Vec<u8>>,
}

impl<'a> Update<'a> {
    fn new(file: &'a File<'a>) -> Option<Update<'a>> {
        // Behind the objects there are, and behind those that are only referred to.
        let mut next = file.next_number()?;
        for number in file.numbers() {
            let object = file.object(file.reference_of(number)?)?;
            for reference in object.references() {
                next = next.max(reference.number.checked_add(1)?);
            }
        }
        (next < 8_388_607).then_some(())?;
        Some(Update { file, next, objects: BTreeMap::new(), streams: BTreeMap::new() })
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

    fn set(&mut self, reference: Reference, object: Object) {
        self.objects.insert(reference.number, (reference.generation, object));
    }

    /// The object as it will be.
    fn object(&self, reference: Reference) -> Option<Object> {
        match self.objects.get(&reference.number) {
            Some((_, object)) => Some(object.clone()),
            None => self.file.object(reference),
        }
    }

    /// Puts a field into the form, and makes the form if there is none.
    fn add_to_form(&mut self, field: Reference) -> Option<()> {
        let (root, mut catalog) = self.file.root()?;
        let (holder, mut form) = match catalog.get(b"AcroForm") {
            None => (None, Dictionary::default()),
            Some(Object::Dictionary(form)) => (None, form.clone()),
            Some(Object::Reference(reference)) => match self.object(*reference)? {
                Object::Dictionary(form) => (Some(*reference), form),
                _ => return None,
            },
            Some(_) => return None,
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
        Some(())
    }

    /// Puts a field onto a page.
    fn add_to_page(&mut self, page: Reference, field: Reference) -> Option<()> {
        let Object::Dictionary(mut dictionary) = self.object(page)? else { return None };
        if self.append(&mut dictionary, b"Annots", field)? {
            self.set(page, Object::Dictionary(dictionary));
        }
        Some(())
    }

    /// Appends to an array of a dictionary. Returns whether the dictionary itself was changed; otherwise the array is an
    /// object of its own.
    fn append(&mut self, dictionary: &mut Dictionary, key: &[u8], item: Reference) -> Option<bool> {
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
                    return Some(false);
                }
                Object::Null => dictionary.set(key, Object::Array(vec![item])),
                _ => return None,
            },
            Some(_) => return None,
        }
        Some(true)
    }

    /// The file with the update behind it, and the gap in the signature dictionary.
    fn write(mut self, signature: Reference, dictionary: &Dictionary, room: usize) -> Prepared {
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
            if let Some(value) = self.file.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        let mut size = self.next;
        if self.file.is_stream {
            offsets.insert(size, (start, 0));
            size = size.saturating_add(1);
        }
        trailer.set(b"Size", Object::Integer(i64::from(size)));
        trailer.set(b"Prev", integer(self.file.start));
        if self.file.is_stream {
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

/// Room for /ByteRange: three numbers of up to twenty digits.
const RANGE: usize = 68;
