//! A question to another thread, and its answer: either the one who asked takes it, or the one who answers learns that
//! nobody does. There is no moment in between.

use crate::result::Result;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whether the caller still waits is decided under the lock.
enum Slot<T> {
    Waiting,
    Answered(Result<T>),
    Abandoned,
}

type Shared<T> = Arc<(Mutex<Slot<T>>, Condvar)>;

/// The end of the one who is asked: answers once.
pub(super) struct Ticket<T>(Shared<T>);

/// The end of the one who asks: waits.
pub(super) struct Ask<T>(Shared<T>);

pub(super) fn ticket<T>() -> (Ask<T>, Ticket<T>) {
    let shared = Arc::new((Mutex::new(Slot::Waiting), Condvar::new()));
    (Ask(Arc::clone(&shared)), Ticket(shared))
}

impl<T> Ask<T> {
    /// Waits for the answer. `None`: the deadline passed; from then on the answer is unwanted. `tick` is called a few
    /// times a second and ends the wait with its error.
    pub(super) fn wait(
        self,
        deadline: Instant,
        tick: Option<&dyn Fn() -> Result<()>>,
    ) -> Result<Option<Result<T>>> {
        let slice = if tick.is_some() { Duration::from_millis(100) } else { Duration::MAX };
        let (slot, answered) = &*self.0;
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Slot::Answered(answer) = std::mem::replace(&mut *held, Slot::Waiting) {
                return Ok(Some(answer));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let stop = tick.map_or(Ok(()), |tick| tick());
            if stop.is_err() || left.is_zero() {
                *held = Slot::Abandoned;
                return stop.map(|()| None);
            }
            held = answered.wait_timeout(held, left.min(slice)).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<T> Ticket<T> {
    pub(super) fn is_abandoned(&self) -> bool {
        matches!(*self.0.0.lock().unwrap_or_else(PoisonError::into_inner), Slot::Abandoned)
    }

    /// Hands over the answer. `false`: nobody waits for it any more, and it has to be undone.
    pub(super) fn answer(&self, answer: Result<T>) -> bool {
        let (slot, answered) = &*self.0;
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*held, Slot::Abandoned) {
            return false;
        }
        *held = Slot::Answered(answer);
        // First the lock, or whoever wakes has to wait for it.
        drop(held);
        answered.notify_one();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::{Error, ResultCode};

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    #[test]
    fn an_answer_is_either_taken_or_known_to_be_unwanted() {
        let (ask, ticket) = ticket();
        assert!(ticket.answer(Ok(7)));
        assert_eq!(ask.wait(soon(), None).unwrap().unwrap().unwrap(), 7);
        let (ask, late) = super::ticket::<u8>();
        assert!(ask.wait(soon(), None).unwrap().is_none());
        assert!(late.is_abandoned() && !late.answer(Ok(7)));
    }

    #[test]
    fn a_cancel_ends_the_wait_and_the_answer_is_unwanted() {
        let (ask, ticket) = ticket::<u8>();
        let cancelled = || Err(Error::new(ResultCode::Cancelled, "cancelled"));
        let outcome = ask.wait(Instant::now() + Duration::from_secs(60), Some(&cancelled));
        assert_eq!(outcome.unwrap_err().code, ResultCode::Cancelled);
        assert!(!ticket.answer(Ok(7)));
    }
}
