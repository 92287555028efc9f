//! Cancelling from any thread, without a race: by generations.
//!
//! Cancel raises the generation. An operation remembers the generation it began under and ends as soon as it
//! sees another, so a cancel is seen even if a resume follows at once, and never by operations begun later.

use crate::result::{Error, Result, ResultCode};
// With `--cfg loom` those of loom, which tries every order in which threads can come by (tools/loom.sh).
#[cfg(loom)]
use loom::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
#[cfg(not(loom))]
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The lowest bit says "cancelled until resumed"; the rest counts cancels.
const STANDING: u64 = 1;
const ONE_GENERATION: u64 = 2;

/// Cancels the operations that watch it. Clones cancel the same operations.
#[derive(Clone, Debug, Default)]
pub struct Canceller(Arc<AtomicU64>);

impl Canceller {
    /// A canceller that nothing watches yet.
    pub fn new() -> Canceller {
        Canceller::default()
    }

    /// Ends everything that runs under this canceller, and all that begins before `resume`.
    pub fn cancel(&self) {
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
            Some(state.wrapping_add(ONE_GENERATION) | STANDING)
        });
    }

    /// Ends what runs now; what begins afterwards is not affected.
    pub fn cancel_running(&self) {
        self.0.fetch_add(ONE_GENERATION, Ordering::AcqRel);
    }

    /// Lets operations begin again after `cancel`.
    pub fn resume(&self) {
        self.0.fetch_and(!STANDING, Ordering::AcqRel);
    }

    /// Begins to watch: the operation that holds the result ends with the next cancel.
    pub fn watch(&self) -> Watch {
        Watch { canceller: Arc::clone(&self.0), begun: self.0.load(Ordering::Acquire) }
    }
}

/// One operation's view of its canceller.
#[derive(Clone, Debug)]
pub struct Watch {
    canceller: Arc<AtomicU64>,
    begun: u64,
}

impl Watch {
    /// Whether the operation has been cancelled since it began, or was begun while cancelled.
    pub fn is_cancelled(&self) -> bool {
        let state = self.canceller.load(Ordering::Acquire);
        state & STANDING != 0 || self.begun & STANDING != 0 || state & !STANDING != self.begun & !STANDING
    }

    /// CANCELLED if the operation has been cancelled.
    ///
    /// # Errors
    /// CANCELLED.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            return Err(Error::new(ResultCode::Cancelled, "cancelled by the program"));
        }
        Ok(())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_cancel_counts_even_if_a_resume_follows_at_once() {
        let canceller = Canceller::new();
        let watch = canceller.watch();
        canceller.cancel();
        canceller.resume();
        assert!(watch.is_cancelled());
        assert!(!canceller.watch().is_cancelled());
    }

    #[test]
    fn a_cancel_before_the_operation_begins_counts_until_resumed() {
        let canceller = Canceller::new();
        canceller.cancel();
        let watch = canceller.watch();
        assert!(watch.is_cancelled());
        canceller.resume();
        assert!(watch.is_cancelled(), "begun while cancelled stays cancelled");
    }

    #[test]
    fn cancelling_what_runs_leaves_what_comes_later() {
        let canceller = Canceller::new();
        let watch = canceller.watch();
        canceller.cancel_running();
        assert!(watch.is_cancelled());
        assert!(canceller.watch().check().is_ok());
    }
}

#[cfg(all(test, loom))]
mod model {
    use super::*;
    use loom::sync::atomic::AtomicBool;
    use loom::thread;

    #[test]
    fn a_cancel_is_seen_by_what_began_before_it_even_if_a_resume_follows_at_once() {
        loom::model(|| {
            let canceller = Canceller::new();
            let begun = Arc::new(AtomicBool::new(false));
            let operation = {
                let (canceller, begun) = (canceller.clone(), Arc::clone(&begun));
                thread::spawn(move || {
                    let watch = canceller.watch();
                    begun.store(true, Ordering::Release);
                    let early = watch.is_cancelled();
                    assert!(!early || watch.is_cancelled(), "cancelled stays cancelled");
                    watch
                })
            };
            let had_begun = begun.load(Ordering::Acquire);
            canceller.cancel();
            canceller.resume();
            let watch = operation.join().unwrap();
            assert!(!had_begun || watch.is_cancelled());
            assert!(!canceller.watch().is_cancelled(), "what comes later runs");
        });
    }

    #[test]
    fn what_begins_between_cancel_and_resume_is_cancelled() {
        loom::model(|| {
            let canceller = Canceller::new();
            let (cancelled, resuming) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
            let operation = {
                let canceller = canceller.clone();
                let (cancelled, resuming) = (Arc::clone(&cancelled), Arc::clone(&resuming));
                thread::spawn(move || {
                    let after_cancel = cancelled.load(Ordering::Acquire);
                    let watch = canceller.watch();
                    // Read by an exchange: what it finds is the newest, so "not yet" means that.
                    let before_resume = !resuming.fetch_or(false, Ordering::AcqRel);
                    assert!(!(after_cancel && before_resume) || watch.is_cancelled());
                })
            };
            canceller.cancel();
            cancelled.store(true, Ordering::Release);
            resuming.swap(true, Ordering::AcqRel);
            canceller.resume();
            operation.join().unwrap();
        });
    }

    #[test]
    fn cancels_of_several_threads_do_not_undo_each_other() {
        loom::model(|| {
            let canceller = Canceller::new();
            let watch = canceller.watch();
            let other = {
                let canceller = canceller.clone();
                thread::spawn(move || canceller.cancel_running())
            };
            canceller.cancel();
            assert!(watch.is_cancelled());
            other.join().unwrap();
            assert!(watch.is_cancelled());
            assert!(canceller.watch().is_cancelled(), "one was a cancel that stands");
            canceller.resume();
            assert!(watch.is_cancelled() && !canceller.watch().is_cancelled());
        });
    }
}
