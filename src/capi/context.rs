//! Contexts.

use crate::boundary;
use crate::callbacks::{User, honnin_log_fn};
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles::{self, ContextEntry};
use crate::honnin_result;
use core::ffi::{c_char, c_void};
use honnin_core::log::Level;
use honnin_core::{Context, ContextOptions};

/// What a program holds while it uses the library: its readers, its log, what it may do. A number in a table, never
/// followed as a pointer.
pub struct honnin_context {
    _private: (),
}

/// How a context is made. All zeros: log nothing, use PC/SC, keep away from the 個人番号.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_context_options {
    /// sizeof(honnin_context_options)
    pub struct_size: u32,
    /// 1: the program may read the 個人番号 and what reveals it.
    pub permit_my_number: u32,
    /// What it reads it for, as the law asks; needed with permit_my_number, and logged.
    pub my_number_purpose: *const c_char,
    /// How much to log, HONNIN_LOG_…; 0: HONNIN_LOG_INFO if `log` is set.
    pub log_level: i32,
    /// 1: never speak to PC/SC; only virtual cards, or connections of the program.
    pub no_pcsc: u32,
    /// Receives the log; may be NULL.
    pub log: honnin_log_fn,
    /// Given to `log`.
    pub log_user: *mut c_void,
}

ffi::input!(honnin_context_options {
    struct_size: u32,
    permit_my_number: u32,
    my_number_purpose: *const c_char,
    log_level: i32,
    no_pcsc: u32,
    log: honnin_log_fn,
    log_user: *mut c_void,
});

/// Makes a context. Nothing is loaded and nobody is spoken to before the first question about readers.
///
/// @param options may be NULL
/// @param out to be freed with honnin_context_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT, also for permit_my_number without a purpose;
///         HONNIN_UNSUPPORTED_OPTION
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_context_new(
    options: *const honnin_context_options,
    out: *mut *mut honnin_context,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("context_new", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let given = unsafe { ffi::options(options) }?;
        let mut made = ContextOptions::default();
        let (mut level, mut log, mut user) = (0, None, User(core::ptr::null_mut()));
        if let Some(given) = given {
            made.permit_my_number = ffi::flag(given.permit_my_number)?;
            made.no_pcsc = ffi::flag(given.no_pcsc)?;
            // SAFETY: as above.
            made.my_number_purpose = unsafe { ffi::text(given.my_number_purpose) }?.map(str::to_owned);
            level = log_level(given.log_level)?;
            if level == 0 {
                level = Level::Info.number();
            }
            (log, user) = (given.log, User(given.log_user));
        }
        let make = |log| Context::new(ContextOptions { log, ..made });
        out.set_handle(handles::add_context(ContextEntry::new(make, level, log, user)?)?);
        Ok(())
    })
}

fn log_level(level: i32) -> honnin_core::Result<i32> {
    ffi::known((level == 0 || Level::from_number(level).is_some()).then_some(level))
}

/// Ends a context: what runs in it and in its cards on other threads ends HONNIN_CANCELLED and is waited for, and the
/// log callback is not called again. Called from a callback, it waits for nothing. Its cards stay open until
/// they are closed. NULL and a context that is gone are nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_context_free(context: *mut honnin_context) {
    boundary::quietly((), || handles::free_context(context));
}

/// Replaces the receiver of the log. When this returns the old one is not running and is not called again.
///
/// @param level how much to log, HONNIN_LOG_NONE … HONNIN_LOG_TRACE
/// @param log may be NULL: nothing is logged
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE from within a log callback
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_context_set_log(
    context: *mut honnin_context,
    level: i32,
    log: honnin_log_fn,
    user: *mut c_void,
) -> honnin_result {
    boundary::run("context_set_log", core::ptr::null_mut(), || {
        handles::not_null(context)?;
        let level = log_level(level)?;
        handles::context(context)?.set_log(level, log, User(user))
    })
}

/// Ends everything that runs in the context, and in its cards: HONNIN_CANCELLED. What begins later ends so too, until
/// honnin_context_resume. From any thread.
///
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_context_cancel(context: *mut honnin_context) -> honnin_result {
    boundary::run("context_cancel", core::ptr::null_mut(), || handles::context(context)?.cancel())
}

/// Lets operations begin again after honnin_context_cancel. What was cancelled stays so.
///
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_context_resume(context: *mut honnin_context) -> honnin_result {
    boundary::run("context_resume", core::ptr::null_mut(), || handles::context(context)?.resume())
}
