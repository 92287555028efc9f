//! `honnin_error`: what is known about a failure, and the words for it.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::ffi::{self, Out, Slot};
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::result::{
    Audience, CardKind, Error, PinKind, ReaderInterface, Reason, Result, ResultCode, Situation, Tags,
    TrySpent,
};

/// What is known about a failure. Written whole by every function that is given one, after a success too.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_error {
    /// sizeof(honnin_error), set by the caller.
    pub struct_size: u32,
    /// The result that the function returned.
    pub code: i32,
    /// How many tries the PIN has left, as the card said; -1: unknown, or not about a PIN.
    pub tries_left: i32,
    /// Whether a try was spent: 0 no, 1 yes, -1 unknown.
    pub try_spent: i32,
    /// The PIN that it is about, HONNIN_PIN_KIND_…; 0: none.
    pub pin: u32,
    /// The detail within the code, HONNIN_REASON_…; 0: none.
    pub reason: u32,
    /// HONNIN_CARD_KIND_…; 0: not recognised.
    pub card_kind: u32,
    /// HONNIN_READER_INTERFACE_…
    pub reader_interface: u32,
    /// The status word that the card answered; 0: none.
    pub status_word: u32,
    /// The PC/SC return code; 0: none.
    pub pcsc_code: u32,
    /// Which operation failed, "pin_verify" for honnin_pin_verify. NUL-terminated.
    pub operation: [c_char; 32],
    /// For developers, in English, without secrets. NUL-terminated.
    pub message: [c_char; 256],
}

ffi::input!(honnin_error {
    struct_size: u32,
    code: i32,
    tries_left: i32,
    try_spent: i32,
    pin: u32,
    reason: u32,
    card_kind: u32,
    reader_interface: u32,
    status_word: u32,
    pcsc_code: u32,
    operation: [c_char; 32],
    message: [c_char; 256],
});

/// The caller's place for an error.
pub(crate) struct ErrorPlace {
    place: *mut honnin_error,
    size: usize,
}

impl ErrorPlace {
    /// The place, if there is one; an error if it is not of a size that it can have.
    pub(crate) unsafe fn new(place: *mut honnin_error) -> core::result::Result<ErrorPlace, ()> {
        if place.is_null() {
            return Ok(ErrorPlace { place, size: 0 });
        }
        // SAFETY: the caller's pointer, not NULL.
        let size = unsafe { ffi::struct_size(place) }.ok_or(())?;
        Ok(ErrorPlace { place, size })
    }

    pub(crate) fn write(&self, operation: &'static str, error: Option<&Error>) {
        if !self.place.is_null() {
            // SAFETY: the place has the size that it says, as `new` found it.
            unsafe { ffi::write_struct(self.place, self.size, &for_c(operation, error)) };
        }
    }
}

fn for_c(operation: &'static str, error: Option<&Error>) -> honnin_error {
    let mut written = honnin_error {
        struct_size: 0,
        code: ResultCode::Ok.number(),
        tries_left: -1,
        try_spent: 0,
        pin: 0,
        reason: 0,
        card_kind: 0,
        reader_interface: 0,
        status_word: 0,
        pcsc_code: 0,
        operation: [0; 32],
        message: [0; 256],
    };
    copy_text(&mut written.operation, operation);
    if let Some(error) = error {
        written.code = error.code.number();
        written.tries_left = error.tries_left.map_or(-1, i32::from);
        written.try_spent = match error.try_spent {
            TrySpent::No => 0,
            TrySpent::Yes => 1,
            TrySpent::Unknown => -1,
        };
        written.pin = error.pin.map_or(0, PinKind::number);
        written.reason = error.reason.map_or(0, Reason::number);
        written.card_kind = error.card_kind.map_or(0, CardKind::number);
        written.reader_interface = error.reader_interface.number();
        written.status_word = error.status_word.map_or(0, u32::from);
        written.pcsc_code = error.pcsc_code.unwrap_or(0);
        copy_text(&mut written.message, &error.to_string());
    }
    written
}

/// Copies a text, cut at a character if it must be, and leaves a NUL at the end.
fn copy_text(to: &mut [c_char], text: &str) {
    let mut end = text.len().min(to.len().saturating_sub(1));
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    for (to, byte) in to.iter_mut().zip(text.bytes().take(end)) {
        *to = c_char::from_ne_bytes([byte]);
    }
}

fn from_c(text: &[c_char]) -> String {
    let bytes: Vec<u8> =
        text.iter().map_while(|c| Some(c.to_ne_bytes()[0]).filter(|byte| *byte != 0)).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What is known, as the catalogue wants it. Numbers that this version does not know are left out.
fn situation(error: &honnin_error) -> Situation {
    let code = ResultCode::from_number(error.code).unwrap_or(ResultCode::Internal);
    Situation {
        reason: Reason::from_number(error.reason),
        pin: PinKind::from_number(error.pin),
        card_kind: CardKind::from_number(error.card_kind),
        reader_interface: ReaderInterface::from_number(error.reader_interface).unwrap_or_default(),
        tries_left: u8::try_from(error.tries_left).ok(),
        ..Situation::of(code)
    }
}

unsafe fn asked<'a>(
    error: *const honnin_error,
    audience: u32,
    lang: *const c_char,
) -> Result<(honnin_error, Audience, &'a str)> {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let (error, lang) = unsafe { (ffi::options(error)?, ffi::text(lang)?) };
    let audience = ffi::known(Audience::from_number(audience))?;
    let error = ffi::known(error)?;
    Ok((error, audience, lang.unwrap_or("ja")))
}

/// The text that fits the situation, with the number of tries that the card gave.
///
/// @param audience HONNIN_AUDIENCE_…
/// @param lang "ja", "en", "ja-x-easy" …; NULL and an unknown language are Japanese
/// @param out UTF-8, to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_error_message(
    error: *const honnin_error,
    audience: u32,
    lang: *const c_char,
    out: *mut *mut honnin_buffer,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("error_message", core::ptr::null_mut(), || {
        // SAFETY: as above.
        let (error, audience, lang) = unsafe { asked(error, audience, lang) }?;
        let text = situation(&error).message(audience, lang);
        let facts = from_c(&error.message);
        let whole = match audience {
            Audience::Developer if !facts.is_empty() => format!("{facts} | {text}"),
            _ => text,
        };
        out.required()?.set(Buffer::of(whole.as_bytes()));
        Ok(())
    })
}

/// What to try next, the most helpful first: the hint at `index`, from 0, of those that fit the situation.
///
/// @param audience HONNIN_AUDIENCE_…
/// @param lang as for honnin_error_message
/// @param out UTF-8, to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_NOT_FOUND past the last; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_error_hint(
    error: *const honnin_error,
    audience: u32,
    index: u32,
    lang: *const c_char,
    out: *mut *mut honnin_buffer,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { hint("error_hint", error, audience, index, 0, lang, out, core::ptr::null_mut()) }
}

/// The hint at `index` with its tags, of those that fit the situation and what only the program can know.
///
/// @param audience HONNIN_AUDIENCE_…
/// @param offered HONNIN_TAG_OTHER_WAY, HONNIN_TAG_PHONE_AS_READER, HONNIN_TAG_NAME_MUST_MATCH, as bits: hints with
/// these tags are left out unless they are named here; 0 is what honnin_error_hint answers, other bits are refused
/// @param lang as for honnin_error_message
/// @param out UTF-8, to be freed with honnin_buffer_free
/// @param tags HONNIN_TAG_… bits that say where the hint belongs; may be NULL
/// @return HONNIN_OK; HONNIN_NOT_FOUND past the last; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_error_hint_tagged(
    error: *const honnin_error,
    audience: u32,
    index: u32,
    offered: u32,
    lang: *const c_char,
    out: *mut *mut honnin_buffer,
    tags: *mut u32,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { hint("error_hint_tagged", error, audience, index, offered, lang, out, tags) }
}

#[allow(clippy::too_many_arguments)] // Those of the two functions above.
unsafe fn hint(
    operation: &'static str,
    error: *const honnin_error,
    audience: u32,
    index: u32,
    offered: u32,
    lang: *const c_char,
    out: *mut *mut honnin_buffer,
    tags: *mut u32,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let (out, tags) = unsafe { (Out::cleared(out), Slot::holding(tags, 0)) };
    boundary::run(operation, core::ptr::null_mut(), || {
        // SAFETY: as above.
        let (error, audience, lang) = unsafe { asked(error, audience, lang) }?;
        let known = Tags::from_bits(offered).filter(|offered| Tags::OFFERED.contains(*offered));
        let offered = ffi::known(known)?;
        let out = out.required()?;
        let hints = situation(&error).offering(offered).hints(audience, lang);
        let hint = usize::try_from(index).ok().and_then(|index| hints.get(index));
        let hint = hint.ok_or_else(|| Error::new(ResultCode::NotFound, "no more hints"))?;
        tags.set(hint.tags.bits());
        out.set(Buffer::of(hint.text.as_bytes()));
        Ok(())
    })
}
