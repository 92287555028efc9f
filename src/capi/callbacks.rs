//! Functions of the program that the library calls: their types, and the one way to call them.

use crate::boundary;
use crate::buffer::honnin_buffer;
use crate::ffi;
use crate::honnin_result;
use core::ffi::{c_char, c_void};
use core::ops::ControlFlow;
use honnin_core::card::{PinEntryFn, Progress, ProgressFn};
use honnin_core::result::{Error, ResultCode};
use honnin_core::signature::cms::TimestampFn;
use honnin_core::{Pin, PinKind};
use std::io::Read;
use zeroize::Zeroizing;

/// Receives a line of the log: its level (HONNIN_LOG_…), the part of the library, the text. Lines hold no PIN, no data
/// of the card and no person. Called on the thread that works, perhaps on several at once.
pub type honnin_log_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, level: i32, module: *const c_char, text: *const c_char)>;

/// Hears how far an operation has come: HONNIN_STAGE_…, how much is done, and how much there is (0: not known).
/// Called on the calling thread, between commands. An answer other than 0 cancels the operation.
pub type honnin_progress_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, stage: u32, done: u32, total: u32) -> i32>;

/// Asks the person for a PIN: HONNIN_PIN_KIND_…, and how many tries are left (-1: not known). Write it into `buf`, at
/// most `cap` bytes, and its length into `len`. Called on the calling thread, outside any transaction, at most once an
/// operation. The buffer is the library's and is wiped. Any answer but HONNIN_OK ends the operation, and nothing is
/// sent: HONNIN_CANCELLED, HONNIN_PIN_ENTRY_TIMEOUT, or a code of your choice; an unknown one counts as
/// HONNIN_CANCELLED.
pub type honnin_pin_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        pin: u32,
        tries_left: i32,
        buf: *mut c_char,
        cap: usize,
        len: *mut usize,
    ) -> honnin_result,
>;

/// Gives the next bytes of a stream: at most `cap` into `buf`, and how many into `len`; 0 is the end.
pub type honnin_read_fn = Option<
    unsafe extern "C" fn(user: *mut c_void, buf: *mut u8, cap: usize, len: *mut usize) -> honnin_result,
>;

/// Sends a time-stamp request (RFC 3161, `size` bytes) to an authority and gives its reply in a new buffer, which the
/// library frees. Called after the application has been left.
pub type honnin_timestamp_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        request: *const u8,
        size: usize,
        reply: *mut *mut honnin_buffer,
    ) -> honnin_result,
>;

/// The `user` of a callback, carried back to it unseen.
#[derive(Clone, Copy)]
pub(crate) struct User(pub(crate) *mut c_void);

// SAFETY: the library never follows the pointer. That its target may be used from the thread that calls back is the
// program's promise (conventions of the header, "Callbacks").
unsafe impl Send for User {}
// SAFETY: as above.
unsafe impl Sync for User {}

/// The program's receiver of progress, as the core wants it.
pub(crate) fn progress(call: honnin_progress_fn, user: *mut c_void) -> Option<Box<ProgressFn>> {
    let call = call?;
    let user = User(user);
    Some(Box::new(move |Progress { stage, done, total }| {
        let user = user;
        // SAFETY: a function of the program, called as the header says.
        let answer = boundary::outside(|| unsafe { call(user.0, stage.number(), done, total) });
        if answer == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }))
}

/// The program's entry of PINs, as the core wants it.
pub(crate) fn pin_entry(call: honnin_pin_fn, user: *mut c_void) -> Option<Box<PinEntryFn>> {
    let call = call?;
    let user = User(user);
    Some(Box::new(move |pin: PinKind, tries: Option<u8>| {
        let user = user;
        let mut buffer = Zeroizing::new(vec![0_u8; Pin::MOST_BYTES]);
        let mut length = 0;
        let (place, capacity) = (buffer.as_mut_ptr().cast::<c_char>(), buffer.len());
        let tries = tries.map_or(-1, i32::from);
        // SAFETY: a function of the program, called as the header says; it may write `capacity` bytes.
        let answer = boundary::outside(|| unsafe {
            call(user.0, pin.number(), tries, place, capacity, &raw mut length)
        });
        if answer != ResultCode::Ok.number() {
            let code = boundary::code_from_callback(answer, ResultCode::Cancelled);
            return Err(Error::new(code, "the PIN callback ended the entry").with_pin(pin));
        }
        match buffer.get(..length) {
            Some(value) => Ok(Pin::new(value)),
            None => Err(Error::new(ResultCode::InvalidArgument, "the PIN callback wrote past its buffer")),
        }
    }))
}

/// The program's stream, as the core reads it.
pub(crate) struct Stream {
    call: honnin_read_fn,
    user: User,
}

impl Stream {
    pub(crate) fn new(call: honnin_read_fn, user: *mut c_void) -> Stream {
        Stream { call, user: User(user) }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let failed = |code, detail| Err(std::io::Error::other(Error::new(code, detail)));
        let Some(call) = self.call else { return Ok(0) };
        let (place, capacity, mut length) = (buffer.as_mut_ptr(), buffer.len(), 0);
        // SAFETY: a function of the program, called as the header says; it may write `capacity` bytes.
        let answer = boundary::outside(|| unsafe { call(self.user.0, place, capacity, &raw mut length) });
        if answer != ResultCode::Ok.number() {
            let code = boundary::code_from_callback(answer, ResultCode::IoError);
            return failed(code, "the read callback failed");
        }
        if length > capacity {
            return failed(ResultCode::IoError, "the read callback gave more than there was room for");
        }
        Ok(length)
    }
}

/// The program's way to a time-stamping authority, as the core wants it.
pub(crate) fn timestamp(call: honnin_timestamp_fn, user: *mut c_void) -> Option<Box<TimestampFn>> {
    let call = call?;
    let user = User(user);
    Some(Box::new(move |request: &[u8]| {
        let user = user;
        let mut reply: *mut honnin_buffer = core::ptr::null_mut();
        // SAFETY: a function of the program, called as the header says.
        let answer =
            boundary::outside(|| unsafe { call(user.0, request.as_ptr(), request.len(), &raw mut reply) });
        // SAFETY: NULL, or a buffer of this library that is ours from now on.
        let bytes = unsafe { ffi::object_or_none(reply) }.map(|reply| reply.bytes().to_vec());
        // SAFETY: as above.
        unsafe { ffi::free(reply) };
        bytes.filter(|_| answer == ResultCode::Ok.number()).ok_or_else(|| {
            Error::new(ResultCode::IoError, "the time-stamp callback had no reply of an authority")
        })
    }))
}
