//! Ctrl-C and termination: the card is left before the command ends.

use crate::exit;
use honnin::Context;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static CARD_AT_STAKE: Mutex<Option<Context>> = Mutex::new(None);

/// Begins to listen. Until a card is at stake an interruption simply ends the program.
pub(crate) fn install() {
    // A second call in one process (the wheel's) finds the handler in place.
    let _ = ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        match CARD_AT_STAKE.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(context) => context.cancel(),
            None => std::process::exit(i32::from(exit::INTERRUPTED)),
        }
    });
}

/// From now on an interruption cancels what runs in the context, and the command ends by itself.
pub(crate) fn guard(context: &Context) {
    *CARD_AT_STAKE.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.clone());
}

/// Whether somebody interrupted.
pub(crate) fn was_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
