//! Signing a PDF by incremental update (ETSI EN 319 142-1, level B-B): what was there stays, byte for byte.
//!
//! `prepare` writes the update with a gap for the signature; the digest is of all but the gap;
//! [`Prepared`] puts the CMS into it.

use super::appearance::{self, Turn, Words, real};
use super::appended;
use super::changes::compare;
use super::fault::{self, Fault};
use super::fields::{Field, Form, form};
use super::file::File;
use super::font::Typeface;
use super::object::{Dictionary, Object, Reference};
use super::pages::pages;
use super::permissions::{Level, Permissions, demanded};
use super::range::Covered;
use super::update::{Prepared, Update};
use crate::clock;
use crate::result::{Error, Reason, Result, ResultCode};
use crate::signature::Hash;
use crate::signature::asn1::date;
use crate::signature::cms::{CmsOptions, TimestampFn};
use core::fmt;
use std::collections::BTreeSet;

/// Room for a CMS with the certificates of a card, in bytes: they have up to 8 KiB each.
const ROOM: usize = 20 * 1024;

/// Room for a time-stamp beside it.
const ROOM_FOR_TIMESTAMP: usize = 24 * 1024;

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

/// Writes the update that a signature needs. `holder` gives the name that shows if the options have
/// none; it is asked for a visible signature only, after all else has been checked.
///
/// # Errors
/// INVALID_ARGUMENT for a file that viewers could read in two ways (reason FILE_AMBIGUOUS), a field that
/// is signed already, a page that there is not, a box without area, a font that cannot be read, may not
/// be embedded or lacks a character; NOT_SUPPORTED for an encrypted file; NOT_PERMITTED (reason
/// EARLIER_SIGNATURE) if the signature would break an earlier one; CLOCK_IMPLAUSIBLE; what `holder`
/// fails with.
pub(crate) fn prepare(
    pdf: &[u8],
    options: &PdfOptions,
    holder: impl FnOnce() -> Result<Option<String>>,
) -> Result<Prepared> {
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
    let no_page = || invalid("the PDF has no such page");
    let visible_at = match (existing, &options.visible) {
        (Some(field), _) => rectangle(&file, field).map_err(unreadable)?,
        (None, Some(place)) => Some([place.x, place.y, place.x + place.width, place.y + place.height]),
        (None, None) => None,
    };
    let page = match existing {
        Some(field) => page_of(&file, field),
        None => page(&file, options.visible.map_or(1, |place| place.page)),
    };
    let page = page.map_err(unreadable)?;
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
            let name = options.field.clone().unwrap_or_else(|| unused_name(&form));
            if permissions.locks(&name) {
                return Err(not_permitted("an earlier signature locks the field"));
            }
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
    check_earlier(&file, &form, &prepared, visible_at.is_some())?;
    Ok(prepared)
}

/// What a fault of the file means when it is to be signed. A file without signatures can be rewritten
/// first, for example with qpdf.
fn unreadable(fault: Fault) -> Error {
    Error::new(ResultCode::InvalidArgument, fault.found)
        .with_reason(Reason::FileAmbiguous)
        .with_byte(fault.at)
}

/// Refuses to break an earlier signature: what verifying would say of it afterwards is said here. A
/// signature that shows nothing is the same change for each earlier one, so the latest speaks for all.
///
/// # Errors
/// NOT_PERMITTED if the update is a change that an earlier signature, intact until now, does not allow;
/// INVALID_ARGUMENT if bytes were appended after one that belong to nothing.
fn check_earlier(file: &File<'_>, form: &Form, prepared: &Prepared, shows: bool) -> Result<()> {
    let values = form.signatures.iter().filter_map(|field| field.value.as_ref());
    let covered = values.filter_map(|value| Covered::read(value, file.bytes.len()).ok());
    let mut ends: Vec<usize> = covered.map(|covered| covered.after.end).collect();
    ends.sort_unstable_by(|a, b| b.cmp(a));
    let Some(latest) = ends.first().copied() else { return Ok(()) };
    if latest < file.bytes.len()
        && let Ok(signed) = file.revision(latest)
    {
        appended::check(&signed, file).map_err(unreadable)?;
    }
    if !shows {
        ends.truncate(1);
    }
    let lost = || Error::new(ResultCode::Internal, "the update cannot be read");
    let updated = File::open(&prepared.bytes).map_err(|_| lost())?;
    let unheld = BTreeSet::new();
    for end in ends {
        let Ok(signed) = file.revision(end) else { continue };
        let is_intact = end == file.bytes.len() || compare(&signed, file, &unheld).is_ok();
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
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let pages = pages(file)?;
    Ok(index.and_then(|index| pages.get(index)).copied())
}

/// The page that a field is on: the one that it names, else the one that has it.
fn page_of(file: &File<'_>, field: &Field) -> fault::Result<Option<Reference>> {
    if let Some(named) = field.dictionary.get(b"P").and_then(Object::reference) {
        return Ok(Some(named));
    }
    for reference in pages(file)? {
        let Object::Dictionary(page) = file.object(reference)? else { continue };
        if let Object::Array(items) = file.value(&page, b"Annots")?
            && items.contains(&Object::Reference(field.reference))
        {
            return Ok(Some(reference));
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
