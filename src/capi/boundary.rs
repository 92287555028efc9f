//! Where a call from C ends: a panic is caught, and the error is written.

use crate::error::{ErrorPlace, honnin_error};
use crate::honnin_result;
use crate::life::Calling;
use core::cell::{Cell, RefCell};
use honnin_core::result::{Error, Result, ResultCode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// How many calls into the library this thread is inside of, callbacks not counted.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
    /// Where the last panic of this thread was.
    static PANICKED_AT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs the body of an exported function, and gives its result and its error to the caller.
pub(crate) fn run(
    operation: &'static str,
    error: *mut honnin_error,
    body: impl FnOnce() -> Result<()>,
) -> honnin_result {
    // SAFETY: the caller's promise, as for all its pointers.
    let Ok(place) = (unsafe { ErrorPlace::new(error) }) else {
        return ResultCode::InvalidArgument.number();
    };
    let outcome = guard(body).map_err(|error| error.in_operation(operation));
    place.write(operation, outcome.as_ref().err());
    outcome.err().map_or(ResultCode::Ok, |error| error.code).number()
}

/// Runs a function that has nowhere to say that it failed: after a panic the answer is `otherwise`.
pub(crate) fn quietly<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    guard(|| Ok(body())).unwrap_or(otherwise)
}

/// Runs `body`; a panic in it is INTERNAL_PANIC, and nothing is printed.
pub(crate) fn guard<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    silence_own_panics();
    let _inside = Inside::enter();
    // What a panic left behind is not used again: handles are poisoned, other objects never change.
    catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|_| Err(Error::new(ResultCode::InternalPanic, "a panic in the library was caught")))
}

/// Where this thread's last panic was, as "file:line".
pub(crate) fn take_panic_location() -> Option<String> {
    PANICKED_AT.with(RefCell::take)
}

/// Marks the thread as inside the library.
pub(crate) struct Inside {
    before: u32,
}

impl Inside {
    fn enter() -> Inside {
        Inside { before: INSIDE.replace(INSIDE.get().saturating_add(1)) }
    }

    /// Marks the thread as outside again, for the time of a callback.
    pub(crate) fn leave() -> Inside {
        Inside { before: INSIDE.replace(0) }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.before);
    }
}

/// The standard hook prints, even if the panic is caught. Ours keeps quiet about panics inside the library, and
/// hands all others on to the hook that was there: the program may be in Rust too.
fn silence_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // The core talks to readers on threads of its own, whose panics come back as errors.
            let own_thread = std::thread::current().name().is_some_and(|name| name.starts_with("honnin "));
            if INSIDE.try_with(Cell::get).unwrap_or(0) == 0 && !own_thread {
                return previous(panic);
            }
            let place = panic.location().map(|location| format!("{}:{}", location.file(), location.line()));
            let _ = PANICKED_AT.try_with(|at| at.try_borrow_mut().map(|mut at| *at = place));
        }));
    });
}

/// What a code from a callback means: those the library knows stand for themselves.
pub(crate) fn code_from_callback(code: honnin_result, otherwise: ResultCode) -> ResultCode {
    ResultCode::from_number(code).filter(|code| *code != ResultCode::Ok).unwrap_or(otherwise)
}

/// Calls a function of the program.
pub(crate) fn outside<T>(call: impl FnOnce() -> T) -> T {
    let _outside = Inside::leave();
    let _calling = Calling::begin();
    call()
}
