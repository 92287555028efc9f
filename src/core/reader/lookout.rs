//! Looking at the readers again and again while somebody waits, over a restart of the service.

use super::Context;
use super::pcsc::{Owner, Service, Snapshot, pause};
use crate::result::{Error, Result, ResultCode};
use std::time::{Duration, Instant};

/// How long a service that goes while somebody waits may take to come back, with its readers. An update of pcscd takes two
/// or three seconds; on Windows the service goes with the last reader, and comes when that is plugged in again.
const RESTART: Duration = Duration::from_secs(10);

/// One wait's view of the readers. It has an access to PC/SC of its own: a wait on a shared one would hold up everybody
/// else's questions.
pub(super) struct Lookout<'a> {
    context: &'a Context,
    service: Service,
    /// The thread that comes with it, for the card that may be connected.
    owner: Option<Owner>,
    /// The card that was connected uses the access.
    handed_over: bool,
    /// Since when the service has been away, or back without the readers that it had.
    away_since: Option<Instant>,
    has_looked: bool,
    restarted: bool,
}

impl<'a> Lookout<'a> {
    pub(super) fn new(context: &'a Context) -> Lookout<'a> {
        let (service, owner) = context.spare().take();
        Lookout {
            context,
            service,
            owner,
            handed_over: false,
            away_since: None,
            has_looked: false,
            restarted: false,
        }
    }

    /// The readers as they are now. `None` while the service is restarting, that is, while it cannot be reached, or has
    /// not found the readers again that `wanted` is about.
    ///
    /// # Errors
    /// READER_SERVICE_UNAVAILABLE if it was so from the beginning, or has not come back in time; READER_FAILED.
    pub(super) fn look(&mut self, wanted: impl Fn(&Snapshot) -> bool) -> Result<Option<Vec<Snapshot>>> {
        let seen = match self.context.snapshots(&self.service) {
            Ok(seen) => seen,
            Err(error) if self.may_be_restarting(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        self.has_looked = true;
        let is_back = seen.iter().any(wanted) || !self.is_within_restart();
        if !is_back {
            return Ok(None);
        }
        self.away_since = None;
        Ok(Some(seen))
    }

    /// Its access to PC/SC, and the thread that a card may be given to.
    pub(super) fn means(&mut self) -> (&Service, &mut Option<Owner>) {
        (&self.service, &mut self.owner)
    }

    /// A card was connected: the access is no longer free.
    pub(super) fn hand_over(mut self) {
        self.handed_over = true;
    }

    /// Whether that is a service which was there when the wait began, and may be there again soon.
    pub(super) fn may_be_restarting(&mut self, error: &Error) -> bool {
        if error.code != ResultCode::ReaderServiceUnavailable || !self.has_looked {
            return false;
        }
        self.restarted = true;
        self.away_since.get_or_insert_with(Instant::now).elapsed() < RESTART
    }

    fn is_within_restart(&self) -> bool {
        self.away_since.is_some_and(|since| since.elapsed() < RESTART)
    }

    /// Whether the service was away since the wait began: what it counted, it counts anew.
    pub(super) fn has_restarted(&self) -> bool {
        self.restarted
    }

    /// Waits for a change, for a short time: so short that a cancel is noticed, and that a card in software,
    /// which does not wake anybody, is.
    pub(super) fn rest(&self, seen: &[Snapshot], deadline: Instant) -> Result<()> {
        const SLICE: Duration = Duration::from_millis(50);
        const SLICE_WITH_VIRTUAL: Duration = Duration::from_millis(20);
        let real: Vec<Snapshot> = seen.iter().filter(|one| !one.reader.is_virtual).cloned().collect();
        let slice = if real.len() == seen.len() { SLICE } else { SLICE_WITH_VIRTUAL };
        let time = deadline.saturating_duration_since(Instant::now()).min(slice);
        if real.is_empty() || self.away_since.is_some() {
            pause(time);
            return Ok(());
        }
        match self.service.wait(&real, time) {
            // The next look says so, and knows whether that matters.
            Err(error) if error.code == ResultCode::ReaderServiceUnavailable => {
                pause(time);
                Ok(())
            }
            other => other,
        }
    }
}

impl Drop for Lookout<'_> {
    fn drop(&mut self) {
        if !self.handed_over {
            self.context.spare().put(core::mem::take(&mut self.service), self.owner.take());
        }
    }
}
