//! Signing a PDF by incremental update (ETSI EN 319 142-1, level B-B): what was there stays, byte for byte.
//!
//! `prepare` writes the update with a gap for the signature; the digest is of all but the gap; `Prepared` puts the CMS into it.

use super::changes::compare;
use super::fault::{self, Fault};
use super::fields::{Field, Form, form};
use super::file::File;
use super::object::{Dictionary, MAX_NUMBER, Object, Reference};
use super::permissions::{Level, Permissions, demanded};
use super::range::Covered;
use crate::clock;
use crate::result::{Error, Reason, Result, ResultCode};
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

/// How many object numbers an update takes at most.
const ROOM_FOR_NUMBERS: u32 = 4096;

/// More pages than are looked at.
const MOST_PAGES: usize = 1 << 20;

/// Where a signature shows on a page, in points from its lower left corner.
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
    /// Who signs, as it is to be shown.
    pub name: Option<String>,
    /// Where it shows; `None`: nowhere.
    pub visible: Option<Box>,
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

/// Writes the update that a signature needs.
///
/// # Errors
/// INVALID_ARGUMENT for a file that cannot be read or is damaged, a field that is signed already, a page that there is not,
/// a box without area; NOT_SUPPORTED for an encrypted file; NOT_PERMITTED if an earlier signature certifies that nobody signs
/// after it; CLOCK_IMPLAUSIBLE.
pub(crate) fn prepare(pdf: &[u8], options: &PdfOptions) -> Result<Prepared> {
    let invalid = |detail| Error::new(ResultCode::InvalidArgument, detail);
    let file = File::open(pdf).map_err(unreadable)?;
    if file.is_encrypted() {
        return Err(Error::new(ResultCode::NotSupported, "the PDF is encrypted"));
    }
    file.check().map_err(unreadable)?;
    let form = form(&file).map_err(unreadable)?;
    let permissions = Permissions::of(&file, &form).map_err(unreadable)?;
    if permissions.level == Level::Nothing {
        let detail = "an earlier signature certifies that nothing is changed after it";
        return Err(not_permitted(detail));
    }
    let fields = &form.signatures;
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
    let mut update = Update::new(&file).map_err(unreadable)?;
    let existing = options.field.as_ref().and_then(|name| fields.iter().find(|field| field.name == *name));
    if existing.is_some_and(|field| field.value.is_some()) {
        return Err(invalid("the field is signed already"));
    }
    if existing.is_some_and(|field| permissions.locks(&field.name)) {
        return Err(not_permitted("an earlier signature locks the field"));
    }
    if form.others.iter().any(|field| Some(&field.name) == options.field.as_ref()) {
        return Err(invalid("the field of that name is no signature field"));
    }
    let page_number = options.visible.map_or(1, |place| place.page);
    let signature = update.add(Object::Null);
    let visible_at = match (existing, &options.visible) {
        (Some(field), _) => rectangle(&file, field).map_err(unreadable)?,
        (None, Some(place)) => Some([place.x, place.y, place.x + place.width, place.y + place.height]),
        (None, None) => None,
    };
    let looks = visible_at.map(|sides| looks(&mut update, sides, options, now));
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
            let page = page(&file, page_number).map_err(unreadable)?;
            let page = page.ok_or_else(|| invalid("the PDF has no such page"))?;
            let name = options.field.clone().unwrap_or_else(|| unused_name(&form));
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
            update.add_to_form(field).map_err(unreadable)?;
            update.add_to_page(page, field).map_err(unreadable)?;
        }
    }
    let mut dictionary = dictionary(options, now);
    let root = file.trailer(b"Root").cloned().unwrap_or(Object::Null);
    let demanded = existing.map(|field| demanded(&file, field, &root)).transpose().map_err(unreadable)?;
    if let Some(references) = demanded.flatten() {
        dictionary.set(b"Reference", references);
    }
    let room = if options.timestamp.is_some() { ROOM + ROOM_FOR_TIMESTAMP } else { ROOM };
    let prepared = update.write(signature, &dictionary, room);
    check_earlier(&file, &form, &prepared)?;
    Ok(prepared)
}

/// What a fault of the file means to who wants it signed. Rewriting the file, for example with qpdf,
/// before anybody signs it makes it plain.
fn unreadable(fault: Fault) -> Error {
    Error::new(ResultCode::InvalidArgument, fault.found)
        .with_reason(Reason::FileAmbiguous)
        .with_byte(fault.at)
}

/// Refuses to break an earlier signature: what verifying would say of it afterwards is said here.
///
/// # Errors
/// NOT_PERMITTED if the update is a change that an earlier signature, intact until now, does not allow.
fn check_earlier(file: &File<'_>, form: &Form, prepared: &Prepared) -> Result<()> {
    let signed: Vec<&Field> = form.signatures.iter().filter(|field| field.value.is_some()).collect();
    if signed.is_empty() {
        return Ok(());
    }
    let lost = || Error::new(ResultCode::Internal, "the update cannot be read");
    let updated = File::open(&prepared.bytes).map_err(|_| lost())?;
    let unheld = BTreeSet::new();
    for value in signed.iter().filter_map(|field| field.value.as_ref()) {
        let Ok(covered) = Covered::read(value, file.bytes.len()) else { continue };
        let end = covered.after.end;
        let is_intact = end == file.bytes.len()
            || file.revision(end).is_ok_and(|signed| compare(&signed, file, &unheld).is_ok());
        if !is_intact {
            continue;
        }
        let signed = updated.revision(end).map_err(|_| lost())?;
        if compare(&signed, &updated, &unheld).is_err() {
            let detail = "this signature would break an earlier one: it is not allowed after it, or its \
                          box covers what was signed";
            return Err(not_permitted(detail));
        }
    }
    Ok(())
}

fn not_permitted(detail: &'static str) -> Error {
    Error::new(ResultCode::NotPermitted, detail).with_reason(Reason::EarlierSignature)
}

/// A name that no field has.
fn unused_name(form: &Form) -> String {
    let signatures = form.signatures.iter().map(|field| field.name.as_str());
    let names: BTreeSet<&str> =
        signatures.chain(form.others.iter().map(|field| field.name.as_str())).collect();
    (1..=names.len().saturating_add(1))
        .map(|number| format!("Signature{number}"))
        .find(|name| !names.contains(name.as_str()))
        .unwrap_or_else(|| String::from("Signature"))
}

/// The sides of a field's box, if it has an area.
fn rectangle(file: &File<'_>, field: &Field) -> fault::Result<Option<[f64; 4]>> {
    let Object::Array(sides) = file.value(&field.dictionary, b"Rect")? else { return Ok(None) };
    let sides = sides.iter().map(Object::number).collect::<Option<Vec<f64>>>();
    let Some([a, b, c, d]) = sides.as_deref() else { return Ok(None) };
    let (left, lower, right, upper) = (a.min(*c), b.min(*d), a.max(*c), b.max(*d));
    Ok((right - left > 0.0 && upper - lower > 0.0).then_some([left, lower, right, upper]))
}

/// The page of that number, from 1.
fn page(file: &File<'_>, number: u32) -> fault::Result<Option<Reference>> {
    const CIRCLE: &str = "the pages lead in a circle, or are too many";
    let (_, catalog) = file.root()?;
    let mut open: Vec<Reference> = catalog.get(b"Pages").and_then(Object::reference).into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut count: u32 = 0;
    while let Some(reference) = open.pop() {
        if !seen.insert(reference.number) || seen.len() > MOST_PAGES {
            return Err(Fault::new(file.start(), CIRCLE));
        }
        let Object::Dictionary(node) = file.object(reference)? else {
            return Err(Fault::new(file.start(), "the page tree has a node that is no dictionary"));
        };
        match file.value(&node, b"Kids")? {
            Object::Array(kids) => open.extend(kids.iter().rev().filter_map(Object::reference)),
            _ => {
                count = count.saturating_add(1);
                if count == number {
                    return Ok(Some(reference));
                }
            }
        }
    }
    Ok(None)
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

fn real(number: f64) -> Object {
    Object::Real(format!("{number:.3}").into_bytes())
}

/// What a visible signature shows: a frame, and in it who, why, where and when. The font is one that viewers of Japanese
/// documents have; it is not embedded.
fn looks(update: &mut Update<'_>, sides: [f64; 4], options: &PdfOptions, now: i64) -> Reference {
    let [left, lower, right, upper] = sides;
    let (width, height) = (right - left, upper - lower);
    let described = Dictionary::default()
        .with("Type", Object::name("Font"))
        .with("Subtype", Object::name("CIDFontType0"))
        .with("BaseFont", Object::name("HeiseiKakuGo-W5"))
        .with("DW", Object::Integer(1000))
        .with(
            "CIDSystemInfo",
            Object::Dictionary(
                Dictionary::default()
                    .with("Registry", Object::String(b"Adobe".to_vec()))
                    .with("Ordering", Object::String(b"Japan1".to_vec()))
                    .with("Supplement", Object::Integer(5)),
            ),
        )
        .with(
            "FontDescriptor",
            Object::Dictionary(
                Dictionary::default()
                    .with("Type", Object::name("FontDescriptor"))
                    .with("FontName", Object::name("HeiseiKakuGo-W5"))
                    .with("Flags", Object::Integer(4))
                    .with("FontBBox", Object::Array([-92, -250, 1010, 922].map(Object::Integer).to_vec()))
                    .with("ItalicAngle", Object::Integer(0))
                    .with("Ascent", Object::Integer(752))
                    .with("Descent", Object::Integer(-271))
                    .with("CapHeight", Object::Integer(737))
                    .with("StemV", Object::Integer(114)),
            ),
        );
    let descriptor = described.get(b"FontDescriptor").cloned().unwrap_or(Object::Null);
    let descriptor = update.add(descriptor);
    let described =
        update.add(Object::Dictionary(described.with("FontDescriptor", Object::Reference(descriptor))));
    let font = update.add(Object::Dictionary(
        Dictionary::default()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type0"))
            .with("BaseFont", Object::name("HeiseiKakuGo-W5-UniJIS-UTF16-H"))
            .with("Encoding", Object::name("UniJIS-UTF16-H"))
            .with("DescendantFonts", Object::Array(vec![Object::Reference(described)])),
    ));
    let (year, month, day) = date(now.div_euclid(86_400));
    let mut lines: Vec<String> =
        [&options.name, &options.reason, &options.location].into_iter().flatten().cloned().collect();
    lines.push(format!("{year:04}-{month:02}-{day:02}"));
    let count = lines.len().to_string().parse::<f64>().unwrap_or(1.0);
    let size = (height / (count * 1.3 + 0.4)).clamp(1.0, 12.0);
    let mut content =
        format!("q 0.5 w 0.25 0.25 {:.3} {:.3} re S Q BT /F {size:.3} Tf\n", width - 0.5, height - 0.5);
    content.push_str(&format!("{:.3} {:.3} Td {:.3} TL\n", size * 0.4, height - size * 1.2, size * 1.3));
    for line in &lines {
        content.push('<');
        for unit in line.encode_utf16() {
            content.push_str(&format!("{unit:04X}"));
        }
        content.push_str("> Tj T*\n");
    }
    content.push_str("ET\n");
    let fonts = Object::Dictionary(Dictionary::default().with("F", Object::Reference(font)));
    let form = Dictionary::default()
        .with("Type", Object::name("XObject"))
        .with("Subtype", Object::name("Form"))
        .with("BBox", Object::Array(vec![real(0.0), real(0.0), real(width), real(height)]))
        .with("Resources", Object::Dictionary(Dictionary::default().with("Font", fonts)));
    update.add_stream(form, content.into_bytes())
}

/// Objects to be written behind a file.
struct Update<'a> {
    file: &'a File<'a>,
    next: u32,
    objects: BTreeMap<u32, (u16, Object)>,
    streams: BTreeMap<u32, Vec<u8>>,
}

impl<'a> Update<'a> {
    fn new(file: &'a File<'a>) -> fault::Result<Update<'a>> {
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

    fn add(&mut self, object: Object) -> Reference {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        self.objects.insert(number, (0, object));
        Reference { number, generation: 0 }
    }

    fn add_stream(&mut self, dictionary: Dictionary, data: Vec<u8>) -> Reference {
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        let reference = self.add(Object::Stream(dictionary.with("Length", Object::Integer(length)), 0..0));
        self.streams.insert(reference.number, data);
        reference
    }

    fn set(&mut self, reference: Reference, object: Object) {
        self.objects.insert(reference.number, (reference.generation, object));
    }

    /// The object as it will be.
    fn object(&self, reference: Reference) -> fault::Result<Object> {
        match self.objects.get(&reference.number) {
            Some((_, object)) => Ok(object.clone()),
            None => self.file.object(reference),
        }
    }

    /// Puts a field into the form, and makes the form if there is none.
    fn add_to_form(&mut self, field: Reference) -> fault::Result<()> {
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
    fn add_to_page(&mut self, page: Reference, field: Reference) -> fault::Result<()> {
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

/// Room for /ByteRange: three numbers of up to twenty digits.
const RANGE: usize = 68;
