//! Connections of the program's own: a card that its stack reaches, not PC/SC.

use crate::boundary::{self, outside};
use crate::callbacks::User;
use crate::card::{honnin_card, honnin_open_options, open_options};
use crate::constants::*;
use crate::context::honnin_context;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles::{self, lock};
use crate::honnin_result;
use crate::life::in_callback;
use core::ffi::c_void;
use honnin_core::card::Card;
use honnin_core::reader::{Connection, Disposition};
use honnin_core::result::{Error, Result, ResultCode};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Sends one command (`size` bytes) once, as given, and writes the whole answer, status word included, into `response`, at
/// most `cap` bytes, and its length into `len`. Any answer but HONNIN_OK is one of HONNIN_CARD_REMOVED,
/// HONNIN_CARD_RESET, HONNIN_CARD_UNSTABLE, HONNIN_READER_REMOVED, HONNIN_READER_FAILED; others count as the last.
pub type honnin_transmit_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        command: *const u8,
        size: usize,
        response: *mut u8,
        cap: usize,
        len: *mut usize,
        timeout_ms: i32,
    ) -> honnin_result,
>;

/// Begins a transaction: nobody else reaches the card until its end. HONNIN_CARD_RESET once if the card was reset since
/// the last one; HONNIN_READER_BUSY.
pub type honnin_begin_fn = Option<unsafe extern "C" fn(user: *mut c_void) -> honnin_result>;

/// Ends a transaction and does with the card what HONNIN_DISPOSITION_… says.
pub type honnin_end_fn = Option<unsafe extern "C" fn(user: *mut c_void, disposition: u32) -> honnin_result>;

/// Waits for HONNIN_EVENT_CARD_IN, at most 100 ms: called while a card that was lifted may come back (`grace_ms`).
/// HONNIN_OK once a card is there, and from then on the connection is one to that card; HONNIN_NOT_SUPPORTED, as if it were
/// NULL, if it cannot wait; anything else: not yet.
pub type honnin_event_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, event: u32, timeout_ms: i32) -> honnin_result>;

/// Called from another thread: the transmit that is running shall end soon. As `cancel` it may call the library, and it
/// may come when no transmit is running.
pub type honnin_interrupt_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// A way to a card. All functions but `transmit` may be NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_connection {
    /// sizeof(honnin_connection)
    pub struct_size: u32,
    /// The longest answer it can bring, status word included; 258 if it cannot do extended length; 0: not known.
    pub max_response: u32,
    /// Sends a command.
    pub transmit: honnin_transmit_fn,
    /// Begins a transaction.
    pub begin: honnin_begin_fn,
    /// Ends a transaction.
    pub end: honnin_end_fn,
    /// Waits for a card that was lifted.
    pub wait: honnin_event_fn,
    /// Interrupts a transmit, from another thread.
    pub cancel: honnin_interrupt_fn,
    /// The connection is not used any more. Called exactly once, as the last.
    pub close: honnin_interrupt_fn,
}

ffi::input!(honnin_connection {
    struct_size: u32,
    max_response: u32,
    transmit: honnin_transmit_fn,
    begin: honnin_begin_fn,
    end: honnin_end_fn,
    wait: honnin_event_fn,
    cancel: honnin_interrupt_fn,
    close: honnin_interrupt_fn,
});

/// The longest answer of any card: 65,536 bytes and a status word.
const LONGEST_ANSWER: usize = 65_538;

/// The longest answer without extended length.
const LONGEST_SHORT_ANSWER: u32 = 258;

/// The function table and whether it may still be called.
struct Table {
    functions: honnin_connection,
    user: User,
    state: Mutex<State>,
    /// Nobody is in `cancel` any more.
    quiet: Condvar,
}

struct State {
    open: bool,
    /// A thread is in `cancel`.
    interrupting: bool,
    /// Another thread asked for it meanwhile, and has to be heard after that.
    again: bool,
    /// A `cancel` closed its own card: `close` comes when it has returned.
    left_to_cancel: bool,
}

impl Table {
    fn close(&self) {
        if let Some(close) = self.functions.close {
            // SAFETY: a function of the program, called once: `open` was taken before.
            outside(|| unsafe { close(self.user.0) });
        }
    }
}

/// Interrupts the transmit of a connection, as long as that is open.
pub(crate) struct Interrupt(Arc<Table>);

impl Interrupt {
    /// Calls `cancel`: on one thread at a time, and with no lock held, since it may call the library and come here
    /// again.
    pub(crate) fn call(&self) {
        let Some(cancel) = self.0.functions.cancel else { return };
        let mut state = lock(&self.0.state);
        if state.interrupting {
            // Functions that cancel each other's cards would go on for ever.
            state.again |= !in_callback();
            return;
        }
        state.interrupting = true;
        while state.open {
            state.again = false;
            drop(state);
            // SAFETY: a function of the program, called as the header says, before `close`.
            outside(|| unsafe { cancel(self.0.user.0) });
            state = lock(&self.0.state);
            if !state.again {
                break;
            }
        }
        state.interrupting = false;
        let left_to_us = core::mem::take(&mut state.left_to_cancel);
        drop(state);
        self.0.quiet.notify_all();
        if left_to_us {
            self.0.close();
        }
    }
}

struct CallersConnection(Arc<Table>);

/// A failure as the callback named it, if a connection can fail so.
fn failure(code: honnin_result) -> Result<()> {
    if code == ResultCode::Ok.number() {
        return Ok(());
    }
    #[cfg(feature = "test-panic")]
    if code == ResultCode::InternalPanic.number() {
        // Tests only: something in the core panics.
        std::panic::panic_any("a panic on request");
    }
    let code = match boundary::code_from_callback(code, ResultCode::ReaderFailed) {
        code @ (ResultCode::CardRemoved
        | ResultCode::CardReset
        | ResultCode::CardUnstable
        | ResultCode::ReaderRemoved
        | ResultCode::ReaderBusy
        | ResultCode::ReaderServiceUnavailable) => code,
        _ => ResultCode::ReaderFailed,
    };
    Err(Error::new(code, "the program's own connection failed"))
}

impl Connection for CallersConnection {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let Some(transmit) = self.0.functions.transmit else {
            return Err(Error::new(ResultCode::Internal, "a connection without transmit"));
        };
        response.resize(LONGEST_ANSWER, 0);
        let mut length = 0;
        let timeout = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX).max(2);
        let (user, place) = (self.0.user.0, response.as_mut_ptr());
        // SAFETY: a function of the program, called as the header says; it may write LONGEST_ANSWER bytes.
        let answer = outside(|| unsafe {
            transmit(user, command.as_ptr(), command.len(), place, LONGEST_ANSWER, &raw mut length, timeout)
        });
        failure(answer)?;
        if length > response.len() {
            return Err(Error::new(ResultCode::ReaderFailed, "the connection wrote past its buffer"));
        }
        response.truncate(length);
        Ok(())
    }

    fn begin(&mut self, _deadline: Instant) -> Result<()> {
        let Some(begin) = self.0.functions.begin else { return Ok(()) };
        // SAFETY: a function of the program, called as the header says.
        failure(outside(|| unsafe { begin(self.0.user.0) }))
    }

    fn end(&mut self, disposition: Disposition) {
        let disposition = match disposition {
            Disposition::Leave => HONNIN_DISPOSITION_LEAVE,
            Disposition::Reset => HONNIN_DISPOSITION_RESET,
            Disposition::Unpower => HONNIN_DISPOSITION_UNPOWER,
        };
        if let Some(end) = self.0.functions.end {
            // SAFETY: a function of the program, called as the header says. How it ends changes nothing.
            let _ = outside(|| unsafe { end(self.0.user.0, disposition) });
        }
    }

    fn claim(&mut self, _deadline: Instant) -> Result<()> {
        // The connection is the program's own: who else uses the card is its business.
        Ok(())
    }

    fn wait_for_card(&mut self, timeout: Duration) -> Result<()> {
        let milliseconds = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX).max(HONNIN_POLL);
        let answer = self.0.functions.wait.map_or(ResultCode::NotSupported.number(), |wait| {
            // SAFETY: a function of the program, called as the header says.
            outside(|| unsafe { wait(self.0.user.0, HONNIN_EVENT_CARD_IN, milliseconds) })
        });
        match ResultCode::from_number(answer) {
            Some(ResultCode::Ok) => Ok(()),
            Some(ResultCode::NotSupported) => {
                Err(Error::new(ResultCode::NotSupported, "the program's own connection cannot wait"))
            }
            _ => Err(Error::new(ResultCode::CardAbsent, "the program's own connection has no card yet")),
        }
    }

    fn extended_length(&self) -> Option<bool> {
        let most = self.0.functions.max_response;
        (most != 0).then_some(most > LONGEST_SHORT_ANSWER)
    }
}

impl Drop for CallersConnection {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        let was_open = core::mem::take(&mut state.open);
        while state.interrupting {
            if in_callback() {
                state.left_to_cancel = was_open;
                return;
            }
            state = self.0.quiet.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // Not held during the call, which may cancel what runs elsewhere, and come to `Interrupt` by that.
        drop(state);
        if was_open {
            self.0.close();
        }
    }
}

/// Opens a card that the program's own stack reaches.
///
/// @param connection the functions; the table is copied. Once it was accepted, that is for every result but
///        HONNIN_INVALID_ARGUMENT, HONNIN_UNSUPPORTED_OPTION, HONNIN_NOT_SUPPORTED and HONNIN_BAD_STATE, its `close`
///        is called exactly once: when the card is closed, or when opening it fails
/// @param user given to the functions
/// @param options may be NULL
/// @param out to be closed with honnin_card_close
/// @return as honnin_reader_open
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_card_open_connection(
    context: *mut honnin_context,
    connection: *const honnin_connection,
    user: *mut c_void,
    options: *const honnin_open_options,
    out: *mut *mut honnin_card,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("card_open_connection", err, || {
        let out = out.required()?;
        handles::not_null(context)?;
        // SAFETY: as above.
        let (functions, options) = unsafe { (ffi::options(connection)?, open_options(options)?) };
        let functions = ffi::known(functions)?;
        ffi::known(functions.transmit.map(drop))?;
        let card = handles::on_context(context, |context, entry| {
            let table = Arc::new(Table {
                functions,
                user: User(user),
                state: Mutex::new(State {
                    open: true,
                    interrupting: false,
                    again: false,
                    left_to_cancel: false,
                }),
                quiet: Condvar::new(),
            });
            let interrupt = Interrupt(Arc::clone(&table));
            let card = Card::open_connection(context, Box::new(CallersConnection(table)), options)?;
            handles::add_card(card, entry, Some(interrupt))
        })?;
        out.set_handle(card);
        Ok(())
    })
}
