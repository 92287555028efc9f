//! PINs.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::card::honnin_card;
use crate::error::honnin_error;
use crate::ffi::{self, Out, Slot};
use crate::handles;
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::card::{code_b, code_birth_date, pin_check};
use honnin_core::result::{PinKind, Result, ResultCode};
use honnin_core::{Pin, PinOptions};

/// How a PIN is presented. All zeros: never the last try, and exactly as given.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_pin_options {
    /// sizeof(honnin_pin_options)
    pub struct_size: u32,
    /// When only this many tries are left the PIN is not presented, HONNIN_PIN_LAST_TRY; 0: 1.
    pub keep_tries: u32,
    /// 1: it is presented even then; the person has been told and wants to.
    pub allow_last_try: u32,
    /// 1: full-width characters and small letters are folded to the capital letters and digits that the card knows.
    pub fold: u32,
}

ffi::input!(honnin_pin_options { struct_size: u32, keep_tries: u32, allow_last_try: u32, fold: u32 });

unsafe fn pin_options(options: *const honnin_pin_options) -> Result<PinOptions> {
    let mut made = PinOptions::default();
    // SAFETY: the caller's promise, as in the conventions of the header.
    if let Some(given) = unsafe { ffi::options(options) }? {
        if given.keep_tries != 0 {
            made.keep_tries = ffi::known(u8::try_from(given.keep_tries).ok())?;
        }
        made.allow_last_try = ffi::flag(given.allow_last_try)?;
        made.fold = ffi::flag(given.fold)?;
    }
    Ok(made)
}

unsafe fn pin_value(value: *const c_char, size: usize) -> Result<Option<Pin>> {
    if value.is_null() && size == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::bytes(value.cast(), size) }.map(|value| Some(Pin::new(value)))
}

fn pin_kind(pin: u32) -> Result<PinKind> {
    ffi::known(PinKind::from_number(pin))
}

/// A PIN whose form is wrong is refused as that, even on a card that is closed: form comes before state.
fn check_form_if_closed(
    card: *const honnin_card,
    pin: PinKind,
    value: Option<&Pin>,
    options: &PinOptions,
) -> Result<()> {
    match (handles::card(card), value) {
        (Err(_), Some(value)) => pin_check(pin, value, options),
        _ => Ok(()),
    }
}

/// Checks the form of a PIN. Nothing is sent; no card is needed.
///
/// @param pin HONNIN_PIN_KIND_…
/// @param value UTF-8, `size` bytes
/// @param options may be NULL
/// @return HONNIN_OK; HONNIN_PIN_FORMAT with a reason; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_pin_check(
    pin: u32,
    value: *const c_char,
    size: usize,
    options: *const honnin_pin_options,
    err: *mut honnin_error,
) -> honnin_result {
    boundary::run("pin_check", err, || {
        let pin = pin_kind(pin)?;
        // SAFETY: the caller's promise, as in the conventions of the header.
        let (value, options) = unsafe { (pin_value(value, size)?, pin_options(options)?) };
        pin_check(pin, &ffi::known(value)?, &options)
    })
}

/// How many tries a PIN has left, as the card says, spending none.
///
/// @param pin HONNIN_PIN_KIND_…
/// @param left -1 if the card does not say: the PIN is verified, and all are left
/// @return HONNIN_OK; HONNIN_PIN_LOCKED, with 0 in *left; HONNIN_NOT_PERMITTED for 照合番号A; HONNIN_BAD_STATE with a PIN
///         of another application verified; HONNIN_CARD_FEATURE_ABSENT; HONNIN_CARD_RESPONSE for a count that cannot be;
///         HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_pin_tries(
    card: *mut honnin_card,
    pin: u32,
    left: *mut i32,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let left = unsafe { Slot::holding(left, -1) };
    boundary::run("pin_tries", err, || {
        let left = left.required()?;
        handles::not_null(card)?;
        let pin = pin_kind(pin)?;
        let outcome = handles::on_card(card, |card| card.pin_tries(pin));
        match &outcome {
            Ok(tries) => left.set(tries.map_or(-1, i32::from)),
            Err(error) if error.code == ResultCode::PinLocked => left.set(0),
            Err(_) => {}
        }
        outcome.map(drop)
    })
}

/// Presents a PIN: once, and never if its form is wrong or only `keep_tries` are left.
///
/// @param pin HONNIN_PIN_KIND_…
/// @param value UTF-8, `size` bytes; NULL and 0: a PIN of 4 digits is typed on the reader's own pad if it has one
///        (progress says HONNIN_STAGE_ENTERING, and the PIN never reaches this machine), else the PIN callback of the
///        open options is asked
/// @param options may be NULL
/// @return HONNIN_OK; HONNIN_PIN_INCORRECT with tries_left; HONNIN_PIN_LAST_TRY, HONNIN_PIN_LOCKED, HONNIN_PIN_FORMAT,
///         HONNIN_PIN_REPEATED, HONNIN_CERTIFICATE_ABSENT: nothing was spent (but a PIN_LOCKED with try_spent 1 was locked
///         by this try); HONNIN_PIN_ENTRY_TIMEOUT, HONNIN_CANCELLED, HONNIN_PIN_FORMAT for an entry on the pad that was
///         not finished; HONNIN_PIN_OUTCOME_UNKNOWN if contact was lost meanwhile; HONNIN_PIN_REQUIRED if there is
///         nobody to ask; HONNIN_NOT_PERMITTED for 照合番号A; HONNIN_BAD_STATE with a PIN of another application verified;
///         HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_pin_verify(
    card: *mut honnin_card,
    pin: u32,
    value: *const c_char,
    size: usize,
    options: *const honnin_pin_options,
    err: *mut honnin_error,
) -> honnin_result {
    boundary::run("pin_verify", err, || {
        handles::not_null(card)?;
        let pin = pin_kind(pin)?;
        // SAFETY: the caller's promise, as in the conventions of the header.
        let (value, options) = unsafe { (pin_value(value, size)?, pin_options(options)?) };
        check_form_if_closed(card, pin, value.as_ref(), &options)?;
        handles::on_card(card, |card| card.pin_verify(pin, value.as_ref(), &options))
    })
}

/// Changes a PIN: presents the old one, then sets the new one.
///
/// @param pin HONNIN_PIN_KIND_…; codes that are printed on the card are HONNIN_NOT_SUPPORTED
/// @param old UTF-8, `old_size` bytes; NULL and 0: the PIN callback is asked
/// @param new_ UTF-8, `new_size` bytes
/// @param options may be NULL
/// @return as honnin_pin_verify; HONNIN_PIN_FORMAT for the new PIN too; after HONNIN_PIN_OUTCOME_UNKNOWN either may be in
///         force
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_pin_change(
    card: *mut honnin_card,
    pin: u32,
    old: *const c_char,
    old_size: usize,
    new_: *const c_char,
    new_size: usize,
    options: *const honnin_pin_options,
    err: *mut honnin_error,
) -> honnin_result {
    boundary::run("pin_change", err, || {
        handles::not_null(card)?;
        let pin = pin_kind(pin)?;
        // SAFETY: the caller's promise, as in the conventions of the header.
        let (old, new_value, options) =
            unsafe { (pin_value(old, old_size)?, pin_value(new_, new_size)?, pin_options(options)?) };
        let new_value = ffi::known(new_value)?;
        check_form_if_closed(card, pin, old.as_ref(), &options)?;
        check_form_if_closed(card, pin, Some(&new_value), &options)?;
        handles::on_card(card, |card| card.pin_change(pin, old.as_ref(), &new_value, &options))
    })
}

/// Ends the verified session: leaves the application. The card can be used on.
///
/// @return HONNIN_OK; HONNIN_CARD_RESPONSE if the card could not be told; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE; reader
///         and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_pin_forget(card: *mut honnin_card, err: *mut honnin_error) -> honnin_result {
    boundary::run("pin_forget", err, || handles::on_card(card, honnin_core::Card::pin_forget))
}

/// 照合番号B from what is printed on the card.
///
/// @param birth_date "YYYY-MM-DD", western; unknown parts 00
/// @param expiry_year "YYYY", western, of the card's expiry
/// @param security_code 4 digits
/// @param out 14 digits, to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_PIN_FORMAT with a reason; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_code_b(
    birth_date: *const c_char,
    expiry_year: *const c_char,
    security_code: *const c_char,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("code_b", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let composed = unsafe {
            code_b(
                ffi::required_text(birth_date)?,
                ffi::required_text(expiry_year)?,
                ffi::required_text(security_code)?,
            )
        }?;
        out.set(Buffer::of(composed.bytes()));
        Ok(())
    })
}

/// A western date as the birth-date code has it: 和暦 YYMMDD.
///
/// @param birth_date "YYYY-MM-DD", unknown parts 00
/// @param out 6 digits, to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_PIN_FORMAT, reason HONNIN_REASON_DATE, for no date, or one that lies in no era or, for lack
///         of a day, in two; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_code_birth_date(
    birth_date: *const c_char,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("code_birth_date", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let digits = code_birth_date(unsafe { ffi::required_text(birth_date) }?)?;
        out.set(Buffer::of(digits.bytes()));
        Ok(())
    })
}
