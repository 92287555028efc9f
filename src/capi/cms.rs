//! CMS signatures. Not supported yet: every function checks its arguments and answers so.

use crate::boundary;
use crate::buffer::honnin_buffer;
use crate::callbacks::{honnin_read_fn, honnin_timestamp_fn};
use crate::card::honnin_card;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::honnin_result;
use crate::report::honnin_report;
use crate::validation::{honnin_validation_options, validation_options};
use core::ffi::c_void;
use honnin_core::result::{Result, ResultCode};
use honnin_core::{Hash, KeyKind};

/// How a CMS signature is made. All zeros: SHA-256, with the content inside, without a time of signing.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_cms_options {
    /// sizeof(honnin_cms_options)
    pub struct_size: u32,
    /// HONNIN_HASH_…; 0: HONNIN_HASH_SHA256.
    pub hash: u32,
    /// 1: the content stays outside.
    pub detached: u32,
    /// 1: with the time of signing, as this machine says.
    pub signing_time: u32,
    /// 1: with the certificate of the CA, read from the card.
    pub embed_ca: u32,
    /// 1: an expired certificate signs all the same.
    pub allow_expired: u32,
    /// 1: without a good time-stamp the result is not HONNIN_OK. The finished signature without one is in *out in any case.
    pub timestamp_required: u32,
    /// 0
    pub reserved: u32,
    /// Fetches a time-stamp; may be NULL. Called after the application has been left.
    pub timestamp: honnin_timestamp_fn,
    /// Given to `timestamp`.
    pub timestamp_user: *mut c_void,
}

ffi::input!(honnin_cms_options {
    struct_size: u32,
    hash: u32,
    detached: u32,
    signing_time: u32,
    embed_ca: u32,
    allow_expired: u32,
    timestamp_required: u32,
    reserved: u32,
    timestamp: honnin_timestamp_fn,
    timestamp_user: *mut c_void,
});

unsafe fn check_options(options: *const honnin_cms_options) -> Result<()> {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let Some(given) = unsafe { ffi::options(options) }? else { return Ok(()) };
    ffi::reserved(given.reserved)?;
    if given.hash != 0 {
        ffi::known(Hash::from_number(given.hash))?;
    }
    for flag in
        [given.detached, given.signing_time, given.embed_ca, given.allow_expired, given.timestamp_required]
    {
        ffi::flag(flag)?;
    }
    Ok(())
}

fn not_yet() -> Result<()> {
    ffi::fail(ResultCode::NotSupported, "CMS is not supported yet")
}

/// Signs content as CMS SignedData. Not supported yet.
///
/// @param key HONNIN_KEY_KIND_…
/// @param content `size` bytes
/// @param options may be NULL
/// @param cms DER, to be freed with honnin_buffer_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_sign(
    card: *mut honnin_card,
    key: u32,
    content: *const u8,
    size: usize,
    options: *const honnin_cms_options,
    cms: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(cms) };
    boundary::run("cms_sign", err, || {
        out.required()?;
        handles::not_null(card)?;
        ffi::known(KeyKind::from_number(key))?;
        // SAFETY: as above.
        unsafe { (ffi::bytes(content, size)?, check_options(options)?) };
        not_yet()
    })
}

/// Signs content of any size, detached, in constant memory. Not supported yet.
///
/// @param key HONNIN_KEY_KIND_…
/// @param read gives the content
/// @param user given to `read`
/// @param options may be NULL
/// @param cms DER, to be freed with honnin_buffer_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_sign_stream(
    card: *mut honnin_card,
    key: u32,
    read: honnin_read_fn,
    user: *mut c_void,
    options: *const honnin_cms_options,
    cms: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(cms) };
    boundary::run("cms_sign_stream", err, || {
        out.required()?;
        let _ = user;
        handles::not_null(card)?;
        ffi::known(KeyKind::from_number(key))?;
        ffi::known(read.map(drop))?;
        // SAFETY: as above.
        unsafe { check_options(options)? };
        not_yet()
    })
}

/// Adds a signature to a CMS SignedData. Not supported yet.
///
/// @param key HONNIN_KEY_KIND_…
/// @param cms `size` bytes
/// @param content `content_size` bytes, if it is outside; else NULL
/// @param options may be NULL
/// @param out DER, to be freed with honnin_buffer_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_sign_add(
    card: *mut honnin_card,
    key: u32,
    cms: *const u8,
    size: usize,
    content: *const u8,
    content_size: usize,
    options: *const honnin_cms_options,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_sign_add", err, || {
        out.required()?;
        handles::not_null(card)?;
        ffi::known(KeyKind::from_number(key))?;
        // SAFETY: as above.
        unsafe { (required(cms, size)?, ffi::bytes(content, content_size)?, check_options(options)?) };
        not_yet()
    })
}

/// Adds a time-stamp to the signatures of a CMS SignedData. Not supported yet.
///
/// @param cms `size` bytes
/// @param timestamp fetches a time-stamp
/// @param user given to `timestamp`
/// @param out DER, to be freed with honnin_buffer_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_timestamp_add(
    cms: *const u8,
    size: usize,
    timestamp: honnin_timestamp_fn,
    user: *mut c_void,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_timestamp_add", err, || {
        out.required()?;
        let _ = user;
        ffi::known(timestamp.map(drop))?;
        // SAFETY: as above.
        unsafe { required(cms, size)? };
        not_yet()
    })
}

/// Verifies a CMS SignedData. Not supported yet.
///
/// @param cms `size` bytes
/// @param content `content_size` bytes, if it is outside; else NULL
/// @param options may be NULL
/// @param out to be freed with honnin_report_free; set whenever a report was made
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_verify(
    cms: *const u8,
    size: usize,
    content: *const u8,
    content_size: usize,
    options: *const honnin_validation_options,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_verify", err, || {
        out.required()?;
        // SAFETY: as above.
        unsafe { (required(cms, size)?, ffi::bytes(content, content_size)?, validation_options(options)?) };
        not_yet()
    })
}

/// Verifies a CMS SignedData over content of any size. Not supported yet.
///
/// @param cms `size` bytes
/// @param read gives the content
/// @param user given to `read`
/// @param options may be NULL
/// @param out to be freed with honnin_report_free; set whenever a report was made
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_verify_stream(
    cms: *const u8,
    size: usize,
    read: honnin_read_fn,
    user: *mut c_void,
    options: *const honnin_validation_options,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_verify_stream", err, || {
        out.required()?;
        let _ = user;
        ffi::known(read.map(drop))?;
        // SAFETY: as above.
        unsafe { (required(cms, size)?, validation_options(options)?) };
        not_yet()
    })
}

/// Bytes that must be there.
unsafe fn required<'a>(data: *const u8, size: usize) -> Result<&'a [u8]> {
    ffi::known((!data.is_null()).then_some(()))?;
    // SAFETY: passed on.
    unsafe { ffi::bytes(data, size) }
}
