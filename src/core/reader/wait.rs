//! Waiting for a card to come or go.

use super::context::unavailable;
use super::lookout::Lookout;
use super::pcsc::Snapshot;
use super::{Context, Reader, Timeout};
use crate::result::{Error, Result, ResultCode};
use std::time::Instant;

/// What to wait for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Event {
    /// A card is there. If one is there already, the wait ends at once.
    #[default]
    CardIn,
    /// No card is there any more, or its reader is gone. If none is there, the wait ends at once.
    CardOut,
    /// A card or a reader came or went since the wait began.
    Change,
}

/// What to wait for, where, and how long. The default: a card, in any reader, for 30 seconds.
#[derive(Clone, Debug, Default)]
pub struct WaitOptions {
    /// What to wait for.
    pub event: Event,
    /// In which reader; `None`: in any, and for `CardOut` in all.
    pub reader: Option<String>,
    /// How long.
    pub timeout: Timeout,
}

impl Context {
    /// Waits for a card to come or go, and gives all readers as they were then. A cancel from any thread ends the
    /// wait within 200 ms. A service that restarts meanwhile is waited for, some seconds.
    ///
    /// # Errors
    /// CARD_ABSENT if no card came before the timeout, TIMEOUT if another event did not; CANCELLED;
    /// READER_NOT_FOUND if there is no reader to wait at, READER_REMOVED if it went during the wait;
    /// READER_SERVICE_UNAVAILABLE.
    pub fn wait(&self, options: &WaitOptions) -> Result<Vec<Reader>> {
        self.wait_for(options).map_err(|error| error.in_operation("reader_wait"))
    }

    fn wait_for(&self, options: &WaitOptions) -> Result<Vec<Reader>> {
        let watch = self.canceller().watch();
        let deadline = options.timeout.deadline();
        let mut lookout = Lookout::new(self);
        watch.check()?;
        let first = lookout.look(|_| true)?.unwrap_or_default();
        if options.event != Event::Change && watched(&first, options).next().is_none() {
            let missing =
                if options.reader.is_some() { "no reader of that name" } else { "no reader is connected" };
            return Err(Error::new(ResultCode::ReaderNotFound, missing));
        }
        let had_any = watched(&first, options).next().is_some();
        let mut seen = first.clone();
        let mut is_away = false;
        loop {
            if !is_away && happened(&first, &seen, options, lookout.has_restarted())? {
                return Ok(seen.into_iter().map(|snapshot| snapshot.reader).collect());
            }
            watch.check()?;
            if Instant::now() >= deadline {
                return Err(match options.event {
                    _ if is_away => unavailable(),
                    Event::CardIn => Error::new(ResultCode::CardAbsent, "no card before the deadline"),
                    Event::CardOut => Error::new(ResultCode::Timeout, "the card was not taken"),
                    Event::Change => Error::new(ResultCode::Timeout, "nothing changed"),
                });
            }
            lookout.rest(&seen, deadline)?;
            watch.check()?;
            match lookout.look(|one| !had_any || is_watched(one, options))? {
                Some(now) => (seen, is_away) = (now, false),
                None => is_away = true,
            }
        }
    }
}

/// The readers that the wait is about.
fn watched<'a>(seen: &'a [Snapshot], options: &'a WaitOptions) -> impl Iterator<Item = &'a Snapshot> {
    seen.iter().filter(|one| is_watched(one, options))
}

fn is_watched(one: &Snapshot, options: &WaitOptions) -> bool {
    options.reader.as_ref().is_none_or(|name| one.reader.name == *name)
}

/// Whether what is seen now is what was waited for.
fn happened(first: &[Snapshot], seen: &[Snapshot], options: &WaitOptions, counts_anew: bool) -> Result<bool> {
    let card = watched(seen, options).any(|one| one.reader.card_present);
    match options.event {
        Event::CardIn if watched(seen, options).next().is_none() => {
            Err(Error::new(ResultCode::ReaderRemoved, "the reader was unplugged"))
        }
        Event::CardIn => Ok(card),
        Event::CardOut => Ok(!card),
        // The count of events tells a card that was swapped between two looks.
        Event::Change => {
            let facts = |one: &Snapshot| {
                let events = if counts_anew { 0 } else { one.events };
                (one.reader.name.clone(), one.reader.card_present, one.reader.mute, events)
            };
            Ok(!watched(first, options).map(facts).eq(watched(seen, options).map(facts)))
        }
    }
}
