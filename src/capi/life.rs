//! How long contexts and cards live, whatever threads do at the same time. `tools/loom.sh` tries all orders of this.
//!
//! The rules of closing: the number is gone at once; what runs on another thread is cancelled and waited for. A
//! function of the program that we have called waits for nothing, whatever it closes: what runs on this thread ends by
//! itself, what runs on another is cancelled, and the closing takes effect when it ends. Two callbacks that close
//! each other's card would wait for each other otherwise.

use crate::sync::{Condvar, Mutex, MutexGuard, ThreadId, current, lock, thread_local, wait};
use core::cell::Cell;
use honnin_core::reader::{Canceller, Watch};
use honnin_core::result::{Error, Result, ResultCode};

/// The answer to whoever uses what is closed.
pub(crate) fn closed() -> Error {
    Error::new(ResultCode::BadState, "the handle is closed, or never was one")
}

thread_local! {
    #[allow(clippy::missing_const_for_thread_local, reason = "that of loom has no such form")]
    static DEPTH: Cell<usize> = Cell::new(0);
}

/// A function of the program is being called on this thread.
pub(crate) struct Calling(());

impl Calling {
    pub(crate) fn begin() -> Calling {
        DEPTH.with(|depth| depth.set(depth.get() + 1));
        Calling(())
    }
}

impl Drop for Calling {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get() - 1));
    }
}

/// Whether we were called from such a function.
pub(crate) fn in_callback() -> bool {
    DEPTH.with(|depth| depth.get() > 0)
}

/// The life of a context: what runs in it, how that is cancelled, and its end.
///
/// After its end nothing begins in it and nobody cancels or resumes it: who looked up its number just before is
/// answered as if it had been gone. Its cards go on; the cancel of the end stands until all who were in have left.
pub(crate) struct Scope {
    canceller: Canceller,
    stays: Mutex<Stays>,
    left: Condvar,
}

/// Who is in a context.
#[derive(Default)]
struct Stays {
    threads: Vec<ThreadId>,
    ended: bool,
}

/// An operation in a context.
pub(crate) struct Stay<'a>(&'a Scope);

impl Scope {
    /// A context that nobody is in.
    pub(crate) fn new(canceller: Canceller) -> Scope {
        Scope { canceller, stays: Mutex::new(Stays::default()), left: Condvar::new() }
    }

    /// Whether the context was ended.
    pub(crate) fn has_ended(&self) -> bool {
        lock(&self.stays).ended
    }

    fn open(&self) -> Result<MutexGuard<'_, Stays>> {
        Some(lock(&self.stays)).filter(|stays| !stays.ended).ok_or_else(closed)
    }

    /// Begins an operation of the context itself.
    pub(crate) fn enter(&self) -> Result<Stay<'_>> {
        self.open()?.threads.push(current().id());
        Ok(Stay(self))
    }

    /// Begins an operation of a card, which may outlive its context. From here on a cancel counts.
    pub(crate) fn enter_for_card(&self) -> (Stay<'_>, Watch) {
        let mut stays = lock(&self.stays);
        stays.threads.push(current().id());
        // With the lock held: whatever the end of the context cancels, it waits for.
        let watch = self.canceller.watch();
        drop(stays);
        (Stay(self), watch)
    }

    /// Cancels what runs, and what begins before it is resumed.
    pub(crate) fn cancel(&self) -> Result<()> {
        let _open = self.open()?;
        self.canceller.cancel();
        Ok(())
    }

    /// Lets operations begin again.
    pub(crate) fn resume(&self) -> Result<()> {
        let _open = self.open()?;
        self.canceller.resume();
        Ok(())
    }

    /// Ends the context: cancels what runs and, unless in a callback, waits for it. `interrupt` wakes who is waiting for
    /// a card.
    pub(crate) fn end(&self, interrupt: impl FnOnce()) {
        let mut stays = lock(&self.stays);
        stays.ended = true;
        self.canceller.cancel();
        drop(stays);
        interrupt();
        let mut stays = lock(&self.stays);
        if in_callback() && !stays.threads.is_empty() {
            return;
        }
        while !stays.threads.is_empty() {
            stays = wait(&self.left, stays);
        }
        self.canceller.resume();
    }
}

impl Drop for Stay<'_> {
    fn drop(&mut self) {
        let me = current().id();
        let mut stays = lock(&self.0.stays);
        if let Some(at) = stays.threads.iter().rposition(|thread| *thread == me) {
            stays.threads.swap_remove(at);
        }
        if stays.ended && stays.threads.is_empty() {
            // An end in a callback did not wait for this.
            self.0.canceller.resume();
        }
        drop(stays);
        self.0.left.notify_all();
    }
}

/// What a handle of a card stands for: used by one operation after the other, until it is closed.
pub(crate) struct Held<T> {
    thing: Mutex<Option<T>>,
    /// Locked for moments only, and after `thing` where both are.
    state: Mutex<State>,
    canceller: Canceller,
    release: fn(T),
}

#[derive(Default)]
struct State {
    /// The thread that is in an operation.
    user: Option<ThreadId>,
    closing: bool,
}

impl<T> Held<T> {
    /// Holds `thing`, whose operations end with `canceller`, until `release` is called with it.
    pub(crate) fn new(thing: T, canceller: Canceller, release: fn(T)) -> Held<T> {
        Held { thing: Mutex::new(Some(thing)), state: Mutex::default(), canceller, release }
    }

    /// Cancels what runs now.
    pub(crate) fn cancel(&self) {
        self.canceller.cancel_running();
    }

    /// Runs an operation, after those that are running already; the watches see every cancel from the call on. After a
    /// panic the thing is let go of.
    pub(crate) fn run<R>(
        &self,
        scope: &Scope,
        body: impl FnOnce(&mut T, Vec<Watch>) -> Result<R>,
    ) -> Result<R> {
        if lock(&self.state).user == Some(current().id()) {
            return Err(Error::new(ResultCode::BadState, "called from a callback of the same card"));
        }
        // From here on a cancel counts, even while others are served first.
        let (_stay, watch) = scope.enter_for_card();
        let watches = vec![watch, self.canceller.watch()];
        let mut place = lock(&self.thing);
        let thing = place.as_mut().ok_or_else(closed)?;
        {
            let mut state = lock(&self.state);
            if state.closing {
                return Err(closed());
            }
            state.user = Some(current().id());
        }
        let outcome = body(thing, watches);
        if outcome.as_ref().is_err_and(|error| error.code == ResultCode::InternalPanic) {
            self.let_go(&mut place);
        }
        loop {
            let mut state = lock(&self.state);
            if !state.closing || place.is_none() {
                // Not before it was let go of: that calls back too.
                state.user = None;
                return outcome;
            }
            drop(state);
            self.let_go(&mut place);
        }
    }

    /// Closes, once the number is gone. See the rules at the top.
    pub(crate) fn close(&self, interrupt: impl FnOnce()) {
        let user = {
            let mut state = lock(&self.state);
            state.closing = true;
            state.user
        };
        if user == Some(current().id()) {
            return;
        }
        self.canceller.cancel();
        interrupt();
        if user.is_some() && in_callback() {
            // Whoever uses it lets go of it.
            return;
        }
        self.let_go(&mut lock(&self.thing));
    }

    fn let_go(&self, place: &mut MutexGuard<'_, Option<T>>) {
        if let Some(thing) = place.take() {
            (self.release)(thing);
        }
    }
}

#[cfg(all(test, loom))]
#[path = "life_model.rs"]
mod model;
