//! What one card leaves to the next: a context of PC/SC, and a thread.
//!
//! Neither holds anything of the card any more, and both are dear: to establish the one and to start the other takes more
//! processor time than all that a till asks of a card. A till opens one card after the other, so one pair is kept.

use super::Owner;
use super::service::Service;
use std::sync::{Mutex, PoisonError};

/// One context that nobody uses, and one thread without a card. Any thread may take and put.
#[derive(Default)]
pub(crate) struct Spare(Mutex<Option<(Service, Option<Owner>)>>);

impl Spare {
    /// What is there, or a service that has not been spoken to. In a child made by fork the thread is not there.
    pub(crate) fn take(&self) -> (Service, Option<Owner>) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (service, owner) = kept.unwrap_or_default();
        (service, owner.filter(Owner::is_at_home))
    }

    /// Keeps them, unless others are kept already. The context has to be out of use: a call on it holds up all others.
    pub(crate) fn put(&self, service: Service, owner: Option<Owner>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let unwanted = if kept.is_some() { Some((service, owner)) } else { kept.replace((service, owner)) };
        drop(kept);
        // Outside the lock: releasing a context is a question to the service.
        drop(unwanted);
    }
}
