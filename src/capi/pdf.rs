//! PDF signatures: making them with a card, verifying.

use crate::boundary;
use crate::buffer::honnin_buffer;
use crate::callbacks::{honnin_timestamp_fn, timestamp};
use crate::card::honnin_card;
use crate::cms::hand_out;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::honnin_result;
use crate::report::honnin_report;
use crate::validation::{honnin_validation_options, validation_options};
use core::ffi::{c_char, c_void};
use honnin_core::Hash;
use honnin_core::result::{Error, Result, ResultCode};
use honnin_core::signature::pdf::{self, Box, PdfOptions};

/// How a PDF is signed. All zeros: SHA-256, an invisible field with a name of its own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_pdf_options {
    /// sizeof(honnin_pdf_options)
    pub struct_size: u32,
    /// HONNIN_HASH_…; 0: HONNIN_HASH_SHA256.
    pub hash: u32,
    /// The name of the signature field; NULL: a new one.
    pub field: *const c_char,
    /// Why it is signed; may be NULL.
    pub reason: *const c_char,
    /// Where it is signed; may be NULL.
    pub location: *const c_char,
    /// Who signs, as it is to be shown; NULL: a visible box shows the name of the holder in the certificate.
    pub name: *const c_char,
    /// The page of a visible box, from 1; 0: invisible, or in the rectangle of the empty field that is to be signed. The
    /// box shows the name, date and time in Japan, reason and location, upright when the page is shown, in the largest size
    /// from 12 points down to 4 in which all of it fits; what does not fit then is cut with an ellipsis.
    pub page: u32,
    /// 0 or 1. The time of signing is in the signature in any case, as this machine says: PAdES demands it.
    pub signing_time: u32,
    /// 1: with the certificate of the CA, read from the card.
    pub embed_ca: u32,
    /// 1: an expired certificate signs all the same.
    pub allow_expired: u32,
    /// As in honnin_cms_options.
    pub timestamp_required: u32,
    /// 0
    pub reserved: u32,
    /// The left edge of the box, in points from the left edge of the page, as it is before /Rotate turns it.
    pub x: f64,
    /// The lower edge of the box, in points from the lower edge of the page.
    pub y: f64,
    /// The width of the box, in points.
    pub width: f64,
    /// The height of the box, in points.
    pub height: f64,
    /// Fetches a time-stamp; may be NULL. Called after the application has been left.
    pub timestamp: honnin_timestamp_fn,
    /// Given to `timestamp`.
    pub timestamp_user: *mut c_void,
    /// A TrueType or OpenType font file for the box, of which the glyphs used are embedded, so that it looks the same
    /// everywhere and an archive file (PDF/A) stays one; NULL: nothing is embedded, and the fonts are those of the viewer.
    pub font: *const u8,
    /// How many bytes the font file has, at most 64 MB.
    pub font_size: usize,
}

ffi::input!(honnin_pdf_options {
    struct_size: u32,
    hash: u32,
    field: *const c_char,
    reason: *const c_char,
    location: *const c_char,
    name: *const c_char,
    page: u32,
    signing_time: u32,
    embed_ca: u32,
    allow_expired: u32,
    timestamp_required: u32,
    reserved: u32,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    timestamp: honnin_timestamp_fn,
    timestamp_user: *mut c_void,
    font: *const u8,
    font_size: usize,
});

/// The program's options, as the core wants them, and whether a time-stamp is required.
unsafe fn pdf_options(options: *const honnin_pdf_options) -> Result<(PdfOptions, bool)> {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let Some(given) = unsafe { ffi::options(options) }? else { return Ok((PdfOptions::default(), false)) };
    ffi::reserved(given.reserved)?;
    ffi::flag(given.signing_time)?;
    let required = ffi::flag(given.timestamp_required)?;
    // SAFETY: as above.
    let text = |text| Ok::<_, Error>(unsafe { ffi::text(text) }?.map(str::to_owned));
    let sides = [given.x, given.y, given.width, given.height];
    ffi::known(sides.iter().all(|side| side.is_finite()).then_some(()))?;
    // SAFETY: as above.
    let font = unsafe { ffi::bytes(given.font, given.font_size) }?;
    let font = (!given.font.is_null()).then(|| font.to_vec());
    let place = Box { page: given.page, x: given.x, y: given.y, width: given.width, height: given.height };
    let made = PdfOptions {
        hash: if given.hash == 0 { None } else { Some(ffi::known(Hash::from_number(given.hash))?) },
        field: text(given.field)?,
        reason: text(given.reason)?,
        location: text(given.location)?,
        name: text(given.name)?,
        visible: (given.page != 0).then_some(place),
        font,
        embed_ca: ffi::flag(given.embed_ca)?,
        allow_expired: ffi::flag(given.allow_expired)?,
        timestamp: timestamp(given.timestamp, given.timestamp_user),
    };
    if required && made.timestamp.is_none() {
        return ffi::fail(ResultCode::InvalidArgument, "a time-stamp is required, and nothing fetches one");
    }
    Ok((made, required))
}

/// Signs a PDF with the signing key: PAdES-B-B, with `timestamp` in the options B-T, by an incremental update. What was there
/// stays, other signatures too. One signature of the card.
///
/// @param pdf `size` bytes
/// @param options may be NULL
/// @param out the signed PDF, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
/// @return as honnin_cms_sign; HONNIN_INVALID_ARGUMENT also for a file that viewers could read in two ways
///         (HONNIN_REASON_FILE_AMBIGUOUS; the message names the byte), a field that is signed already, a page
///         that there is not, a font that cannot be read, may not be embedded or lacks a character, which the
///         message names; HONNIN_NOT_SUPPORTED for an encrypted file; HONNIN_NOT_PERMITTED
///         (HONNIN_REASON_EARLIER_SIGNATURE) if the signature would break an earlier one
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_pdf_sign(
    card: *mut honnin_card,
    pdf: *const u8,
    size: usize,
    options: *const honnin_pdf_options,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("pdf_sign", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        ffi::known((!pdf.is_null()).then_some(()))?;
        // SAFETY: as above.
        let (pdf, (options, required)) = unsafe { (ffi::bytes(pdf, size)?, pdf_options(options)?) };
        hand_out(handles::on_card(card, |card| card.pdf_sign(pdf, options))?, required, out)
    })
}

/// Verifies the signatures of a PDF, in the order in which they were made; the weakest decides. For each
/// there are the findings of honnin_cms_verify, and COVERAGE and CHANGES: what came after the signature must
/// be a further signature, a time-stamp, material for validation, or another change that the signature
/// permits (docs/pdf-changes.md lists them). A file that viewers could read in two ways is
/// HONNIN_SIGNATURE_MALFORMED, and the finding names the byte. The JSON of the report has "signatures".
///
/// @param pdf `size` bytes
/// @param options may be NULL; as in honnin_cms_verify
/// @param out to be freed with honnin_report_free; set whenever a report was made, also on a file that is no PDF
/// @return the result of the report; without one HONNIN_NOT_SUPPORTED for an encrypted file, HONNIN_CLOCK_IMPLAUSIBLE,
///         HONNIN_INVALID_ARGUMENT, HONNIN_UNSUPPORTED_OPTION
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_pdf_verify(
    pdf: *const u8,
    size: usize,
    options: *const honnin_validation_options,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("pdf_verify", err, || {
        let out = out.required()?;
        ffi::known((!pdf.is_null()).then_some(()))?;
        // SAFETY: as above.
        let (pdf, options) = unsafe { (ffi::bytes(pdf, size)?, validation_options(options)?) };
        let verified = pdf::verify(pdf, &options)?;
        let outcome = verified.report.require();
        out.set(honnin_report::of_document(verified));
        outcome
    })
}
