//! Open cards.

use crate::boundary;
use crate::callbacks::{self, honnin_pin_fn, honnin_progress_fn};
use crate::constants::*;
use crate::context::honnin_context;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::honnin_result;
use crate::reader::timeout;
use core::ffi::{c_char, c_void};
use honnin_core::OpenOptions;
use honnin_core::card::{Card, ExtendedLength};
use honnin_core::result::Result;
use std::time::Duration;

/// An open card: a session on it. A number in a table, never followed as a pointer.
pub struct honnin_card {
    _private: (),
}

/// How a card is opened. All zeros: shared until a PIN is verified, 30 seconds, nobody to ask for PINs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_open_options {
    /// sizeof(honnin_open_options)
    pub struct_size: u32,
    /// How long to wait for a card, and for another program to let go of it, in milliseconds; 0: 30 seconds;
    /// HONNIN_FOREVER; HONNIN_POLL.
    pub timeout_ms: i32,
    /// 1: no other program may use the card from the beginning; 0: from the first PIN on.
    pub exclusive: u32,
    /// HONNIN_EXTENDED_LENGTH_…
    pub extended_length: u32,
    /// How long a card that was lifted may take to come back, in milliseconds; 0: an operation ends with the contact. The
    /// operation then starts again from its first command; never once a PIN was sent. What was handed out must be read
    /// again the same, else HONNIN_CARD_CHANGED, and so from then on.
    pub grace_ms: u32,
    /// 1: the text application is read encrypted, once HONNIN_PIN_KIND_TEXT is verified. That protects what is read against
    /// listeners, not the PIN, and nothing against change. HONNIN_NOT_SUPPORTED where the reader cannot.
    pub secure_messaging: u32,
    /// Asked for a PIN when honnin_pin_verify is given none; may be NULL.
    pub pin: honnin_pin_fn,
    /// Given to `pin`.
    pub pin_user: *mut c_void,
    /// Told how far an operation has come; may be NULL.
    pub progress: honnin_progress_fn,
    /// Given to `progress`.
    pub progress_user: *mut c_void,
}

ffi::input!(honnin_open_options {
    struct_size: u32,
    timeout_ms: i32,
    exclusive: u32,
    extended_length: u32,
    grace_ms: u32,
    secure_messaging: u32,
    pin: honnin_pin_fn,
    pin_user: *mut c_void,
    progress: honnin_progress_fn,
    progress_user: *mut c_void,
});

/// The program's options, as the core wants them.
pub(crate) unsafe fn open_options(options: *const honnin_open_options) -> Result<OpenOptions> {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let Some(given) = unsafe { ffi::options(options) }? else { return Ok(OpenOptions::default()) };
    Ok(OpenOptions {
        timeout: timeout(given.timeout_ms)?,
        exclusive: ffi::flag(given.exclusive)?,
        extended_length: match given.extended_length {
            HONNIN_EXTENDED_LENGTH_AUTO => ExtendedLength::Auto,
            HONNIN_EXTENDED_LENGTH_NEVER => ExtendedLength::Never,
            HONNIN_EXTENDED_LENGTH_ALWAYS => ExtendedLength::Always,
            _ => return ffi::known(None),
        },
        grace: Duration::from_millis(given.grace_ms.into()),
        secure_messaging: ffi::flag(given.secure_messaging)?,
        pin_entry: callbacks::pin_entry(given.pin, given.pin_user),
        progress: callbacks::progress(given.progress, given.progress_user),
    })
}

/// Opens the card in a reader: selects the JPKI application and reads its label, which is how any card is recognised.
///
/// @param name the reader; NULL: the only one with a card
/// @param options may be NULL
/// @param out to be closed with honnin_card_close
/// @return HONNIN_OK; HONNIN_READER_NOT_FOUND; HONNIN_READER_BUSY; HONNIN_CARD_ABSENT if none came in time;
///         HONNIN_CARD_AMBIGUOUS; HONNIN_CARD_MUTE; HONNIN_CARD_UNSUPPORTED with a reason; HONNIN_CANCELLED;
///         HONNIN_READER_SERVICE_UNAVAILABLE; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION; HONNIN_BAD_STATE
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_reader_open(
    context: *mut honnin_context,
    name: *const c_char,
    options: *const honnin_open_options,
    out: *mut *mut honnin_card,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("reader_open", err, || {
        let out = out.required()?;
        handles::not_null(context)?;
        // SAFETY: as above.
        let (name, options) = unsafe { (ffi::text(name)?, open_options(options)?) };
        let card = handles::on_context(context, |context, entry| {
            handles::add_card(Card::open(context, name, options)?, entry, None)
        })?;
        out.set_handle(card);
        Ok(())
    })
}

/// Closes a card: leaves the application, so that nothing stays verified. What runs on it on another thread ends
/// HONNIN_CANCELLED and is waited for. From one of its own callbacks the closing takes effect when the operation ends.
/// NULL and a card that is closed are nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_close(card: *mut honnin_card) {
    boundary::quietly((), || handles::close_card(card));
}

/// Ends what runs on the card now: HONNIN_CANCELLED. What begins later is not affected. From any thread. Once a PIN has
/// been sent its result is returned all the same.
///
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_cancel(card: *mut honnin_card) -> honnin_result {
    boundary::run("card_cancel", core::ptr::null_mut(), || {
        handles::card(card)?.cancel();
        Ok(())
    })
}

/// What kind of card it is, HONNIN_CARD_KIND_…; 0 for NULL and a card that is closed.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_kind(card: *const honnin_card) -> u32 {
    boundary::quietly(0, || handles::card(card).map_or(0, |card| card.kind))
}

/// 1 if the card is virtual, else 0.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_is_virtual(card: *const honnin_card) -> u32 {
    boundary::quietly(0, || handles::card(card).map_or(0, |card| card.is_virtual.into()))
}

/// The name of its reader, alive until the card is closed; "connection" for one of the program's own. NULL for NULL and a
/// card that is closed.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_reader(card: *const honnin_card) -> *const c_char {
    boundary::quietly(core::ptr::null(), || {
        handles::card(card).map_or(core::ptr::null(), |card| card.reader.as_ptr())
    })
}

/// How many commands were sent since the card was opened, those of opening it included. While an operation runs: as many
/// as before it.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_exchanges(card: *const honnin_card) -> u32 {
    boundary::quietly(0, || handles::card(card).map_or(0, |card| card.exchanges()))
}
