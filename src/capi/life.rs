//! How long contexts and cards live, whatever threads do at the same time. `tools/loom.sh` tries all orders of this.
//!
//! The rules of closing: the number is gone at once; what runs on another thread is cancelled and waited for; what
//! runs on this thread (we are in one of its callbacks) ends by itself, and the closing takes effect then.

use crate::sync::{AtomicBool, Condvar, Mutex, MutexGuard, Ordering, ThreadId, current, lock, wait};
use honnin_core::reader::{Canceller, Watch};
use honnin_core::result::{Error, Result, ResultCode};

/// The answer to whoever uses what is closed.
pub(crate) fn closed() -> Error {
    Error::new(ResultCode::BadState, "the handle is closed, or never was one")
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

    /// Ends the context: cancels what runs and waits for it; in a callback of what runs, for nothing. `interrupt`
    /// wakes who is waiting for a card.
    pub(crate) fn end(&self, interrupt: impl FnOnce()) {
        let mut stays = lock(&self.stays);
        stays.ended = true;
        self.canceller.cancel();
        drop(stays);
        interrupt();
        let mut stays = lock(&self.stays);
        if stays.threads.contains(&current().id()) {
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
    /// The thread that is in an operation.
    user: Mutex<Option<ThreadId>>,
    closing: AtomicBool,
    canceller: Canceller,
    release: fn(T),
}

impl<T> Held<T> {
    /// Holds `thing`, whose operations end with `canceller`, until `release` is called with it.
    pub(crate) fn new(thing: T, canceller: Canceller, release: fn(T)) -> Held<T> {
        Held {
            thing: Mutex::new(Some(thing)),
            user: Mutex::new(None),
            closing: AtomicBool::new(false),
            canceller,
            release,
        }
    }

    fn is_used_here(&self) -> bool {
        *lock(&self.user) == Some(current().id())
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
        if self.is_used_here() {
            return Err(Error::new(ResultCode::BadState, "called from a callback of the same card"));
        }
        // From here on a cancel counts, even while others are served first.
        let (_stay, watch) = scope.enter_for_card();
        let watches = vec![watch, self.canceller.watch()];
        let mut place = lock(&self.thing);
        let Some(thing) = place.as_mut().filter(|_| !self.closing.load(Ordering::SeqCst)) else {
            return Err(closed());
        };
        *lock(&self.user) = Some(current().id());
        let outcome = body(thing, watches);
        let panicked = outcome.as_ref().is_err_and(|error| error.code == ResultCode::InternalPanic);
        if panicked || self.closing.load(Ordering::SeqCst) {
            self.let_go(&mut place);
        }
        // Not before: letting go calls back too.
        *lock(&self.user) = None;
        outcome
    }

    /// Closes, once the number is gone. See the rules at the top.
    pub(crate) fn close(&self, interrupt: impl FnOnce()) {
        self.closing.store(true, Ordering::SeqCst);
        if self.is_used_here() {
            return;
        }
        self.canceller.cancel();
        interrupt();
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
