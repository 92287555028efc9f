//! The records of the card: text, 個人番号, age, face, and whether the card is genuine.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::card::honnin_card;
use crate::error::honnin_error;
use crate::ffi::{self, Out, Slot};
use crate::handles;
use crate::holder::honnin_holder;
use crate::honnin_result;
use crate::report::honnin_report;
use crate::trust::honnin_trust;
use core::ffi::c_char;
use honnin_core::card::{Face, FaceImage, ImageFormat, Reading};
use honnin_core::certificate::Trust;
use honnin_core::holder::PartialDate;
use honnin_core::identity::age;
use honnin_core::result::{Error, Report, Result, ResultCode};
use std::ffi::CString;

/// What the card face application has: images and attributes. Wiped when freed.
pub struct honnin_face {
    face: Face,
    expiry: CString,
}

/// Gives the caller what was read. Nothing is given unless all of it can be.
fn give(
    reading: Reading,
    out: ffi::Place<honnin_holder>,
    integrity: Option<ffi::Place<honnin_report>>,
) -> Result<()> {
    let holder = honnin_holder::of(&reading.holder)?;
    if let (Some(place), Some(report)) = (integrity, reading.integrity) {
        place.set(honnin_report::of(report));
    }
    out.set(holder);
    Ok(())
}

/// The result of a function whose purpose is a report.
fn result_of(report: &Report) -> Result<()> {
    match report.result() {
        ResultCode::Ok => Ok(()),
        code => ffi::fail(code, "a finding of the report failed or was not checked"),
    }
}

/// Reads the four attributes of the text application. Needs HONNIN_PIN_KIND_TEXT or HONNIN_PIN_KIND_TEXT_CODE_B. The texts
/// have no control characters; they may have characters that turn the direction of writing, so spell those out where
/// people read them.
///
/// The integrity report has the findings RECORD (a signed digest is of these attributes), CARD_CERTIFICATE (by the
/// production keys; for others see honnin_genuine_check) and TEST_CARD. The record with the digest reveals the 個人番号:
/// unless the context permits it, it is not read, and the only finding is RECORD, not checked, HONNIN_NOT_PERMITTED.
///
/// @param out to be freed with honnin_holder_free
/// @param integrity whether the record is what was issued; to be freed with honnin_report_free; may be NULL: then nothing
///        is read for it
/// @return HONNIN_OK, of the reading alone; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE for a record that cannot be read;
///         HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card
///         results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_text_read(
    card: *mut honnin_card,
    out: *mut *mut honnin_holder,
    integrity: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let (out, integrity) = unsafe { (Out::cleared(out), Out::cleared(integrity)) };
    boundary::run("text_read", err, || {
        let (out, integrity) = (out.required()?, integrity.given());
        handles::not_null(card)?;
        let production = integrity.is_some().then(Trust::production);
        give(handles::on_card(card, |card| card.text_read(production.as_ref()))?, out, integrity)
    })
}

/// Reads the 個人番号. Needs HONNIN_PIN_KIND_TEXT or HONNIN_PIN_KIND_TEXT_CODE_A, and a context that permits it, whose
/// purpose is logged.
///
/// @param out 12 digits, to be freed with honnin_buffer_free, which wipes them
/// @return HONNIN_OK; HONNIN_NOT_PERMITTED; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE; HONNIN_CARD_NOT_GENUINE if the signed
///         digest that honnin_text_read read in this session is of another number; HONNIN_BAD_STATE; HONNIN_CANCELLED;
///         HONNIN_INVALID_ARGUMENT; reader and card results
/// @since 0.1
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
        let out = out.required()?;
        handles::not_null(card)?;
        let number = handles::on_card(card, honnin_core::Card::my_number_read)?;
        out.set(Buffer::of(number.as_bytes()));
        Ok(())
    })
}

/// Reads the age record, which has the birth date only. Needs HONNIN_PIN_KIND_FACE_BIRTH_DATE, which is printed on the card.
///
/// The integrity report has the findings RECORD, CARD_CERTIFICATE (by the production keys), TEST_CARD and CARD_EXPIRY. The
/// expiry is that of honnin_card_details_read, if it was called in this session before honnin_pin_verify; else it is not
/// checked.
///
/// @param out to be freed with honnin_holder_free
/// @param integrity as for honnin_text_read; may be NULL
/// @return HONNIN_OK, of the reading alone; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE for a record that cannot be read, and
///         for a birth date in the future or more than 130 years ago; HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE;
///         HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_age_read(
    card: *mut honnin_card,
    out: *mut *mut honnin_holder,
    integrity: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let (out, integrity) = unsafe { (Out::cleared(out), Out::cleared(integrity)) };
    boundary::run("age_read", err, || {
        let (out, integrity) = (out.required()?, integrity.given());
        handles::not_null(card)?;
        let production = integrity.is_some().then(Trust::production);
        give(handles::on_card(card, |card| card.age_read(production.as_ref()))?, out, integrity)
    })
}

/// Whether the holder has reached an age: from 00:00 on the birthday; born on 29 February, in common years on 1 March.
/// Unknown parts of the birth date matter only where they decide.
///
/// @param years the age, 1 to 200
/// @param on "YYYY-MM-DD"; NULL: today in Japan
/// @param count_eve 1: the age is reached on the eve of the birthday, as procedures count that go by the day; 0: on the
///        birthday
/// @param met 1 yes; else 0
/// @return HONNIN_OK if *met is 1; HONNIN_AGE_NOT_MET; HONNIN_AGE_UNDECIDED; HONNIN_CARD_RESPONSE for a birth date after
///         that day or more than 130 years before it; HONNIN_CLOCK_IMPLAUSIBLE; HONNIN_INVALID_ARGUMENT
/// @since 0.1
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
        let met = met.required()?;
        // SAFETY: as above.
        let (holder, on) = unsafe { (ffi::object(holder)?, ffi::text(on)?) };
        let on = on.map(|on| {
            PartialDate::from_text(on)
                .ok_or_else(|| Error::new(ResultCode::InvalidArgument, "a date is YYYY-MM-DD"))
        });
        age::age_check(holder.core(), years, on.transpose()?, ffi::flag(count_eve)?)?;
        met.set(1);
        Ok(())
    })
}

/// Reads the card face. Needs HONNIN_PIN_KIND_FACE_CODE_B or HONNIN_PIN_KIND_FACE_CODE_A.
///
/// @param out to be freed with honnin_face_free
/// @return HONNIN_OK, of the reading alone: see honnin_face_report; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE for a record
///         that cannot be read; HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT;
///         reader and card results
/// @since 0.1
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
        let out = out.required()?;
        handles::not_null(card)?;
        let face = handles::on_card(card, |card| card.face_read(&Trust::production()))?;
        out.set(honnin_face { expiry: ffi::text_for_c(&face.expiry().to_string())?, face });
        Ok(())
    })
}

/// The attributes of the card face: birth date and sex. Name and address are images only.
///
/// @param out to be freed with honnin_holder_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
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
        let out = out.required()?;
        // SAFETY: as above.
        out.set(honnin_holder::of(unsafe { ffi::object(face) }?.face.holder())?);
        Ok(())
    })
}

/// The expiry as the card face states it, "YYYY-MM-DD", not signed; alive as long as the face. NULL for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_expiry(face: *const honnin_face) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    ffi::pointer(unsafe { ffi::object_or_none(face) }.map(|face| &face.expiry))
}

/// Whether the record of the card face is what was issued: the findings RECORD, CARD_CERTIFICATE (by the production keys),
/// TEST_CARD, COVERAGE (the signature covers neither the expiry nor the security code) and CARD_EXPIRY.
///
/// @param out to be freed with honnin_report_free; set whenever a report was made
/// @return the result of the report; HONNIN_INVALID_ARGUMENT
/// @since 0.1
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
        let out = out.required()?;
        // SAFETY: as above.
        let report = unsafe { ffi::object(face) }?.face.report();
        out.set(honnin_report::of(report.clone()));
        result_of(report)
    })
}

/// An image of the card face.
///
/// @param which HONNIN_FACE_IMAGE_…
/// @param format HONNIN_IMAGE_FORMAT_…: the photo is stored as JPEG 2000, the others as PNG
/// @param out to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_NOT_FOUND for a photo that the card does not hold (babies); HONNIN_CARD_RESPONSE for one that
///         cannot be decoded within the limits (32 KB; for JPEG 2000 480 by 640 dots, or as many); HONNIN_INVALID_ARGUMENT
/// @since 0.1
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
        let out = out.required()?;
        // SAFETY: as above.
        let face = unsafe { ffi::object(face) }?;
        let which = ffi::known(FaceImage::from_number(which))?;
        let format = ffi::known(ImageFormat::from_number(format))?;
        out.set(Buffer::of(&face.face.image(which, format)?));
        Ok(())
    })
}

/// Frees a face. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_face_free(face: *mut honnin_face) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(face) };
}

/// Whether the card is genuine: the findings CARD_CERTIFICATE (the issuer vouches for a key), RECORD (that key signed the
/// record) and CHALLENGE (the key in the record answers a fresh challenge, so the card is no copy), and TEST_CARD, which
/// fails for test cards and virtual cards whoever is trusted. Works with the text or the face application, whichever has
/// a PIN or printed code verified.
///
/// @param trust NULL: the production keys
/// @param out to be freed with honnin_report_free; set whenever a report was made
/// @return the result of the report: HONNIN_OK, HONNIN_CARD_NOT_GENUINE, HONNIN_CARD_ISSUER_UNKNOWN, HONNIN_CERTIFICATE_TEST;
///         HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE; HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE; HONNIN_CANCELLED;
///         HONNIN_INVALID_ARGUMENT; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_genuine_check(
    card: *mut honnin_card,
    trust: *const honnin_trust,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("genuine_check", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        // SAFETY: as above.
        let trust = unsafe { ffi::object_or_none(trust) }.map_or_else(Trust::production, honnin_trust::used);
        let report = handles::on_card(card, |card| card.genuine_check(&trust))?;
        out.set(honnin_report::of(report.clone()));
        result_of(&report)
    })
}
