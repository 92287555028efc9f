//! What a card tells without a PIN.

use crate::boundary;
use crate::card::honnin_card;
use crate::constants::*;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::card::{CardDetails, What};
use honnin_core::result::{Result, ResultCode};
use std::ffi::CString;

/// What a card told. None of it is signed.
pub struct honnin_card_details {
    serial: Option<CString>,
    municipality: Option<CString>,
    expiry: Option<CString>,
    certificates: u32,
}

impl honnin_card_details {
    fn of(details: &CardDetails) -> Result<honnin_card_details> {
        let text = |text: Option<&str>| text.map(ffi::text_for_c).transpose();
        let told = |told: Option<bool>, bit: u32| match told {
            Some(true) => bit,
            Some(false) => 0,
            None => bit << 2,
        };
        Ok(honnin_card_details {
            serial: text(details.serial.as_deref())?,
            municipality: text(details.municipality.as_deref())?,
            expiry: text(details.expiry.map(|date| date.to_string()).as_deref())?,
            certificates: told(details.signing_certificate, HONNIN_CARD_CERTIFICATE_SIGNING)
                | told(details.authentication_certificate, HONNIN_CARD_CERTIFICATE_AUTHENTICATION),
        })
    }
}

/// Reads what the card tells without a PIN.
///
/// @param what HONNIN_DETAIL_… bits; 0: expiry and certificates
/// @param out to be freed with honnin_card_details_free
/// @return HONNIN_OK; HONNIN_CARD_WITHOUT_PIN if the card seems to have been issued without passwords, with *out set
///         all the same; HONNIN_BAD_STATE with a PIN verified; HONNIN_CARD_FEATURE_ABSENT on phones;
///         HONNIN_CARD_RESPONSE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_details_read(
    card: *mut honnin_card,
    what: u32,
    out: *mut *mut honnin_card_details,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("card_details_read", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        let has = |bit| ffi::in_range(what, 0..=15).map(|what| what & bit != 0);
        let what = match what {
            0 => What::default(),
            _ => What {
                expiry: has(HONNIN_DETAIL_EXPIRY)?,
                certificates: has(HONNIN_DETAIL_CERTIFICATES)?,
                serial: has(HONNIN_DETAIL_SERIAL)?,
                municipality: has(HONNIN_DETAIL_MUNICIPALITY)?,
            },
        };
        let details = handles::on_card(card, |card| card.details_read(what))?;
        out.set(honnin_card_details::of(&details)?);
        match details.result() {
            ResultCode::Ok => Ok(()),
            code => ffi::fail(code, "the card seems to have been issued without passwords"),
        }
    })
}

unsafe fn borrowed(
    details: *const honnin_card_details,
    text: impl Fn(&honnin_card_details) -> Option<&CString>,
) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    ffi::pointer(unsafe { ffi::object_or_none(details) }.and_then(text))
}

/// The serial number, 15 digits; NULL if it was not asked for. Alive as long as the details.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_details_serial(details: *const honnin_card_details) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(details, |details| details.serial.as_ref()) }
}

/// The municipality's code, 5 digits; NULL if it was not asked for. Alive as long as the details.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_details_municipality(
    details: *const honnin_card_details,
) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(details, |details| details.municipality.as_ref()) }
}

/// The last day on which the card is good, "YYYY-MM-DD"; NULL if it was not asked for. Alive as long as the details.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_details_expiry(details: *const honnin_card_details) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(details, |details| details.expiry.as_ref()) }
}

/// Which certificates the card has, HONNIN_CARD_CERTIFICATE_… bits; 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_details_certificates(details: *const honnin_card_details) -> u32 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(details) }.map_or(0, |details| details.certificates)
}

/// Frees card details. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_details_free(details: *mut honnin_card_details) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(details) };
}
