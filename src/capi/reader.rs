//! Readers: which there are, and waiting for a card.

use crate::boundary;
use crate::constants::*;
use crate::context::honnin_context;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::reader::Reader;
use honnin_core::result::{ReaderInterface, Result};
use honnin_core::{Event, Timeout, WaitOptions};
use std::ffi::CString;

/// The readers as they were at one moment.
pub struct honnin_reader_list {
    readers: Vec<(CString, u32)>,
}

impl honnin_reader_list {
    fn of(readers: Vec<Reader>) -> honnin_reader_list {
        let shown = |reader: Reader| {
            let state = state(&reader);
            (CString::new(reader.name).unwrap_or_default(), state)
        };
        honnin_reader_list { readers: readers.into_iter().map(shown).collect() }
    }
}

fn state(reader: &Reader) -> u32 {
    let interface = match reader.interface {
        ReaderInterface::Contact => HONNIN_READER_STATE_CONTACT,
        ReaderInterface::Contactless => HONNIN_READER_STATE_CONTACTLESS,
        ReaderInterface::Unknown => 0,
    };
    [
        (reader.card_present, HONNIN_READER_STATE_CARD_PRESENT),
        (reader.in_use, HONNIN_READER_STATE_IN_USE),
        (reader.exclusive, HONNIN_READER_STATE_EXCLUSIVE),
        (reader.mute, HONNIN_READER_STATE_MUTE),
        (reader.is_virtual, HONNIN_READER_STATE_VIRTUAL),
    ]
    .into_iter()
    .filter_map(|(holds, bit)| holds.then_some(bit))
    .fold(interface, |bits, bit| bits | bit)
}

/// What to wait for. All zeros: a card, in any reader, for 30 seconds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_wait_options {
    /// sizeof(honnin_wait_options)
    pub struct_size: u32,
    /// HONNIN_EVENT_…; 0: HONNIN_EVENT_CARD_IN.
    pub event: u32,
    /// In which reader; NULL: in any, and for HONNIN_EVENT_CARD_OUT in all.
    pub reader: *const c_char,
    /// In milliseconds; 0: 30 seconds; HONNIN_FOREVER; HONNIN_POLL.
    pub timeout_ms: i32,
    /// 0
    pub reserved: u32,
}

ffi::input!(honnin_wait_options {
    struct_size: u32,
    event: u32,
    reader: *const c_char,
    timeout_ms: i32,
    reserved: u32,
});

/// The time that a program gives.
pub(crate) fn timeout(milliseconds: i32) -> Result<Timeout> {
    match milliseconds {
        0 => Ok(Timeout::Default),
        HONNIN_FOREVER => Ok(Timeout::Forever),
        HONNIN_POLL => Ok(Timeout::Poll),
        other => ffi::known(u32::try_from(other).ok()).map(Timeout::Millis),
    }
}

/// The readers that there are now: those of PC/SC, then the virtual ones. None at all is no error.
///
/// @param out to be freed with honnin_reader_list_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE; HONNIN_READER_SERVICE_UNAVAILABLE with the cause as
///         `reason`; HONNIN_READER_FAILED
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_reader_list_new(
    context: *mut honnin_context,
    out: *mut *mut honnin_reader_list,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("reader_list", err, || {
        let out = out.required()?;
        let readers = handles::on_context(context, |context, _| context.readers())?;
        out.set(honnin_reader_list::of(readers));
        Ok(())
    })
}

/// Frees a list of readers. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_reader_list_free(list: *mut honnin_reader_list) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(list) };
}

/// How many readers are in the list. 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_reader_list_size(list: *const honnin_reader_list) -> usize {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(list) }.map_or(0, |list| list.readers.len())
}

/// The name of a reader, from 0; alive as long as the list. NULL past the last.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_reader_list_name(
    list: *const honnin_reader_list,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let list = unsafe { ffi::object_or_none(list) };
    ffi::pointer(list.and_then(|list| list.readers.get(index)).map(|(name, _)| name))
}

/// The state of a reader, from 0: HONNIN_READER_STATE_… bits. 0 past the last.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_reader_list_state(list: *const honnin_reader_list, index: usize) -> u32 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let list = unsafe { ffi::object_or_none(list) };
    list.and_then(|list| list.readers.get(index)).map_or(0, |(_, state)| *state)
}

/// Waits for a card to come or go, and gives the readers as they were then. A cancel from any thread ends it.
///
/// @param options may be NULL
/// @param out to be freed with honnin_reader_list_free; may be NULL
/// @return HONNIN_OK; HONNIN_CARD_ABSENT if no card came in time, HONNIN_TIMEOUT if another event did not;
///         HONNIN_CANCELLED; HONNIN_READER_NOT_FOUND; HONNIN_READER_REMOVED; HONNIN_READER_SERVICE_UNAVAILABLE;
///         HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION; HONNIN_BAD_STATE
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_reader_wait(
    context: *mut honnin_context,
    options: *const honnin_wait_options,
    out: *mut *mut honnin_reader_list,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("reader_wait", err, || {
        handles::not_null(context)?;
        let mut wait = WaitOptions::default();
        // SAFETY: as above.
        if let Some(given) = unsafe { ffi::options(options) }? {
            ffi::reserved(given.reserved)?;
            wait.event = match given.event {
                0 | HONNIN_EVENT_CARD_IN => Event::CardIn,
                HONNIN_EVENT_CARD_OUT => Event::CardOut,
                HONNIN_EVENT_CHANGE => Event::Change,
                _ => return ffi::known(None),
            };
            wait.timeout = timeout(given.timeout_ms)?;
            // SAFETY: as above.
            wait.reader = unsafe { ffi::text(given.reader) }?.map(str::to_owned);
        }
        let readers = handles::on_context(context, |context, _| context.wait(&wait))?;
        if let Some(out) = out.given() {
            out.set(honnin_reader_list::of(readers));
        }
        Ok(())
    })
}
