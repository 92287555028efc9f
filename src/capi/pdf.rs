//! PDF signatures. Not supported yet: every function checks its arguments and answers so.

use crate::boundary;
use crate::buffer::honnin_buffer;
use crate::callbacks::honnin_timestamp_fn;
use crate::card::honnin_card;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::honnin_result;
use crate::report::honnin_report;
use crate::validation::{honnin_validation_options, validation_options};
use core::ffi::{c_char, c_void};
use honnin_core::Hash;
use honnin_core::result::{Result, ResultCode};

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
    /// Who signs, as it is to be shown; may be NULL.
    pub name: *const c_char,
    /// The page of a visible box, from 1; 0: invisible.
    pub page: u32,
    /// 1: with the time of signing, as this machine says.
    pub signing_time: u32,
    /// 1: with the certificate of the CA, read from the card.
    pub embed_ca: u32,
    /// 1: an expired certificate signs all the same.
    pub allow_expired: u32,
    /// As in honnin_cms_options.
    pub timestamp_required: u32,
    /// 0
    pub reserved: u32,
    /// The left edge of the box, in points from the left edge of the page.
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
});

unsafe fn check_options(options: *const honnin_pdf_options) -> Result<()> {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let Some(given) = unsafe { ffi::options(options) }? else { return Ok(()) };
    ffi::reserved(given.reserved)?;
    if given.hash != 0 {
        ffi::known(Hash::from_number(given.hash))?;
    }
    for flag in [given.signing_time, given.embed_ca, given.allow_expired, given.timestamp_required] {
        ffi::flag(flag)?;
    }
    for text in [given.field, given.reason, given.location, given.name] {
        // SAFETY: as above.
        unsafe { ffi::text(text) }?;
    }
    let sides = [given.x, given.y, given.width, given.height];
    ffi::known(sides.iter().all(|side| side.is_finite()).then_some(()))
}

fn not_yet() -> Result<()> {
    ffi::fail(ResultCode::NotSupported, "PDF signatures are not supported yet")
}

/// Signs a PDF with the signing key. Not supported yet.
///
/// @param pdf `size` bytes
/// @param options may be NULL
/// @param out the signed PDF, to be freed with honnin_buffer_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 1.0
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
        out.required()?;
        handles::not_null(card)?;
        ffi::known((!pdf.is_null()).then_some(()))?;
        // SAFETY: as above.
        unsafe { (ffi::bytes(pdf, size)?, check_options(options)?) };
        not_yet()
    })
}

/// Verifies the signatures of a PDF. Not supported yet.
///
/// @param pdf `size` bytes
/// @param options may be NULL
/// @param out to be freed with honnin_report_free; set whenever a report was made
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 1.0
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
        out.required()?;
        ffi::known((!pdf.is_null()).then_some(()))?;
        // SAFETY: as above.
        unsafe { (ffi::bytes(pdf, size)?, validation_options(options)?) };
        not_yet()
    })
}
