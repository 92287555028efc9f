//! The records of the card: text, 個人番号, age, face, and whether the card is genuine. Not supported yet: every function
//! checks its arguments and answers so.

use crate::boundary;
use crate::buffer::honnin_buffer;
use crate::card::honnin_card;
use crate::error::honnin_error;
use crate::ffi::{self, Out, Slot};
use crate::handles;
use crate::holder::honnin_holder;
use crate::honnin_result;
use crate::report::honnin_report;
use crate::trust::honnin_trust;
use core::ffi::c_char;
use honnin_core::result::{Result, ResultCode};

/// What the card face application has: images and attributes.
pub struct honnin_face {
    _private: (),
}

fn not_yet() -> Result<()> {
    ffi::fail(ResultCode::NotSupported, "this version does not read these records yet")
}

/// Reads the four attributes of the text application. Needs HONNIN_PIN_KIND_TEXT or HONNIN_PIN_KIND_TEXT_CODE_B. Not
/// supported yet.
///
/// @param out to be freed with honnin_holder_free
/// @param integrity whether the record is what was issued; to be freed with honnin_report_free; may be NULL
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_text_read(
    card: *mut honnin_card,
    out: *mut *mut honnin_holder,
    integrity: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let (out, _integrity) = unsafe { (Out::cleared(out), Out::cleared(integrity)) };
    boundary::run("text_read", err, || {
        out.required()?;
        handles::not_null(card)?;
        not_yet()
    })
}

/// Reads the 個人番号. Needs HONNIN_PIN_KIND_TEXT or HONNIN_PIN_KIND_TEXT_CODE_A, and a context that permits it. Not supported
/// yet.
///
/// @param out 12 digits, to be freed with honnin_buffer_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_my_number_read(
    card: *mut honnin_card,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("my_number_read", err, || {
        out.required()?;
        handles::not_null(card)?;
        not_yet()
    })
}

/// Reads the age record, which has the birth date only. Needs HONNIN_PIN_KIND_FACE_BIRTH_DATE. Not supported yet.
///
/// @param out to be freed with honnin_holder_free
/// @param integrity as for honnin_text_read; may be NULL
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_age_read(
    card: *mut honnin_card,
    out: *mut *mut honnin_holder,
    integrity: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let (out, _integrity) = unsafe { (Out::cleared(out), Out::cleared(integrity)) };
    boundary::run("age_read", err, || {
        out.required()?;
        handles::not_null(card)?;
        not_yet()
    })
}

/// Whether the holder has reached an age. Not supported yet.
///
/// @param years the age, 1 to 200
/// @param on "YYYY-MM-DD"; NULL: today in Japan
/// @param count_eve 1: the age is reached on the eve of the birthday, as the law counts; 0: on the birthday
/// @param met 1 yes; else 0
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_age_check(
    holder: *const honnin_holder,
    years: u32,
    on: *const c_char,
    count_eve: u32,
    met: *mut i32,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let met = unsafe { Slot::holding(met, 0) };
    boundary::run("age_check", err, || {
        met.required()?;
        // SAFETY: as above.
        unsafe { (ffi::object(holder)?, ffi::text(on)?) };
        ffi::in_range(years, 1..=200)?;
        ffi::flag(count_eve)?;
        not_yet()
    })
}

/// Reads the card face application. Needs HONNIN_PIN_KIND_FACE_CODE_B or HONNIN_PIN_KIND_FACE_CODE_A. Not supported yet.
///
/// @param out to be freed with honnin_face_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_read(
    card: *mut honnin_card,
    out: *mut *mut honnin_face,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("face_read", err, || {
        out.required()?;
        handles::not_null(card)?;
        not_yet()
    })
}

/// The attributes of the card face. Not supported yet.
///
/// @param out to be freed with honnin_holder_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_holder(
    face: *const honnin_face,
    out: *mut *mut honnin_holder,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("face_holder", err, || {
        out.required()?;
        // SAFETY: as above.
        unsafe { ffi::object(face) }?;
        not_yet()
    })
}

/// The expiry as the card face states it, "YYYY-MM-DD", not signed; alive as long as the face. NULL for NULL.
///
/// @since 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_expiry(face: *const honnin_face) -> *const c_char {
    let _ = face;
    core::ptr::null()
}

/// Whether the record of the card face is what was issued. Not supported yet.
///
/// @param out to be freed with honnin_report_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_report(
    face: *const honnin_face,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("face_report", err, || {
        out.required()?;
        // SAFETY: as above.
        unsafe { ffi::object(face) }?;
        not_yet()
    })
}

/// An image of the card face. Not supported yet.
///
/// @param which HONNIN_FACE_IMAGE_…
/// @param format HONNIN_IMAGE_FORMAT_…
/// @param out to be freed with honnin_buffer_free
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_image(
    face: *const honnin_face,
    which: u32,
    format: u32,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("face_image", err, || {
        out.required()?;
        // SAFETY: as above.
        unsafe { ffi::object(face) }?;
        ffi::in_range(which, 1..=4)?;
        ffi::in_range(format, 1..=2)?;
        not_yet()
    })
}

/// Frees a face. NULL is nothing.
///
/// @since 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_free(face: *mut honnin_face) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(face) };
}

/// Whether the card is genuine: its certificate, its record, and its answer to a challenge. Not supported yet.
///
/// @param trust NULL: the production keys
/// @param out to be freed with honnin_report_free; set whenever a report was made
/// @return HONNIN_NOT_SUPPORTED; HONNIN_INVALID_ARGUMENT
/// @since 1.0
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_genuine_check(
    card: *mut honnin_card,
    trust: *const honnin_trust,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    let _ = trust;
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("genuine_check", err, || {
        out.required()?;
        handles::not_null(card)?;
        not_yet()
    })
}
