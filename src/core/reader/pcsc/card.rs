//! One card over PC/SC, by way of a thread that owns it (`owner`).
//!
//! pcscd lets SCardConnect, SCardBeginTransaction and SCardDisconnect wait without limit while another program
//! holds a transaction, and a driver may never answer a command. So the calls are made by a thread, and the caller waits for
//! it until its deadline. A caller that gave up leaves nothing behind: what the thread obtains too late it gives
//! back. The price is one thread while a card is open, which waits for the next card afterwards (`spare`), and one that
//! lingers for as long as another program keeps a card that we gave up waiting for.

use super::owner::{BACK_OFF, Call, Job, Owner, Place, busy};
use super::spare::Spare;
use super::ticket::{Ticket, ticket};
use super::{Snapshot, pin_pad, properties, service};
use crate::reader::connection::{Connection, Disposition, PinPadEntry};
use crate::result::{Error, ReaderInterface, Result, ResultCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long closing, and questions to the driver, may take before nobody waits for them any more.
const PATIENCE: Duration = Duration::from_millis(1000);

/// A connection to a card in a PC/SC reader. Dropping it leaves the card as it is, unless a transaction or a
/// command was still under way: then it loses its power, because nobody knows what it was left with, and a reset would
/// keep what is verified (M).
pub(crate) struct PcscCard {
    /// None once closed.
    owner: Option<Owner>,
    /// Where thread and context go when the card is closed.
    spare: Arc<Spare>,
    interface: ReaderInterface,
    answer_to_reset: Vec<u8>,
    extended_length: OnceLock<Option<bool>>,
    /// The driver's list of features; empty if it has none.
    features: Vec<u8>,
    /// Whether this is the only connection. Then nobody has to be kept away, and a transaction costs the service nothing.
    exclusive: bool,
    /// Whether a transaction is held that only this side knows of.
    alone: bool,
    /// A call failed since the last transaction of the service: the next one is of the service again, because only that
    /// tells of a reset and sets the connection right.
    failed: bool,
    /// The thread did not answer in time: it is still held up, and nobody waits for it again at closing.
    held_up: AtomicBool,
}

impl PcscCard {
    /// Connects to the card in the reader that was seen, shared, backing off while another program has it for itself.
    /// `tick` is called a few times a second and ends the attempt with its error. In the given context of PC/SC, or in
    /// one of its own; by the given thread, which is left there if it could not be had, or by another.
    ///
    /// # Errors
    /// READER_BUSY at the deadline, CARD_REMOVED, CARD_MUTE, READER_NOT_FOUND, READER_SERVICE_UNAVAILABLE,
    /// and whatever `tick` answers.
    pub(crate) fn connect(
        context: Option<pcsc::Context>,
        thread: &mut Option<Owner>,
        spare: &Arc<Spare>,
        seen: &Snapshot,
        deadline: Instant,
        tick: impl Fn() -> Result<()>,
    ) -> Result<PcscCard> {
        let owner = match thread.take() {
            Some(owner) => owner,
            None => Owner::start()?,
        };
        let place = Place { raw_name: seen.raw_name.clone(), events: seen.events };
        let (ask, ticket) = ticket();
        if !owner.send(Job::Connect { context, place, deadline, ticket }) {
            return Err(ended());
        }
        // Whoever gives up waiting gives up the thread too: it is held up.
        let connected = ask.wait(deadline, Some(&tick))?.ok_or_else(busy)?;
        let features = match connected {
            Ok(features) => features,
            Err(error) => {
                *thread = Some(owner);
                return Err(error);
            }
        };
        Ok(PcscCard {
            owner: Some(owner),
            spare: Arc::clone(spare),
            // What was seen just before: a card that came since has another one, and nothing is decided by it.
            interface: seen.reader.interface,
            answer_to_reset: seen.atr.clone(),
            extended_length: OnceLock::new(),
            features,
            exclusive: false,
            alone: false,
            failed: false,
            held_up: AtomicBool::new(false),
        })
    }

    /// Until when to wait for a thread that has only to let go.
    fn patience(&self) -> Instant {
        if self.held_up.load(Ordering::Relaxed) { Instant::now() } else { after(PATIENCE) }
    }

    /// Has the thread send something to the card.
    fn call(&mut self, call: Call, response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let late = || Err(Error::new(ResultCode::ReaderFailed, "the reader did not answer in time"));
        let answer = self.ask(after(timeout), |ticket| Job::Call { call, ticket }).unwrap_or_else(late);
        self.failed |= answer.is_err();
        response.extend_from_slice(&answer?);
        Ok(())
    }

    fn begin_with_service(&mut self, deadline: Instant) -> Result<()> {
        let exclusive = self.exclusive;
        let begun =
            self.ask(deadline, |ticket| Job::Begin { exclusive, ticket }).unwrap_or_else(|| Err(busy()));
        self.failed = begun.is_err();
        begun
    }

    /// The control code of the reader's PIN pad.
    fn pin_pad(&self) -> Option<u32> {
        properties::feature_code(&self.features, pin_pad::FEATURE_VERIFY_PIN_DIRECT)
    }

    /// Has the thread do something, and waits for it until the deadline. `None`: the deadline passed.
    fn ask<T>(&self, deadline: Instant, job: impl FnOnce(Ticket<T>) -> Job) -> Option<Result<T>> {
        let Some(owner) = &self.owner else { return Some(Err(ended())) };
        if !owner.is_at_home() {
            return Some(Err(Error::new(
                ResultCode::BadState,
                "the connection is that of the parent process",
            )));
        }
        // Behind a call that does not return there is nothing to wait for; it is given a moment.
        let is_held_up = self.held_up.load(Ordering::Relaxed);
        let deadline = if is_held_up { deadline.min(after(PATIENCE)) } else { deadline };
        let (ask, ticket) = ticket();
        if !owner.send(job(ticket)) {
            return Some(Err(ended()));
        }
        let answer = ask.wait(deadline, None).unwrap_or_else(|error| Some(Err(error)));
        self.held_up.store(answer.is_none(), Ordering::Relaxed);
        answer
    }
}

impl Connection for PcscCard {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let call = Call::Transmit(Zeroizing::new(command.to_vec()));
        self.call(call, response, timeout)
    }

    fn begin(&mut self, deadline: Instant) -> Result<()> {
        if self.exclusive && !self.failed {
            self.alone = true;
            return Ok(());
        }
        self.begin_with_service(deadline)
    }

    fn end(&mut self, disposition: Disposition) {
        if core::mem::take(&mut self.alone) {
            if disposition == Disposition::Leave && !self.failed {
                return;
            }
            // The card may be reset now, and only a transaction of the service gets over that.
            self.failed = true;
        }
        // Waiting means that the card is free for others when this returns; but not for ever.
        let _ = self.ask(self.patience(), |ticket| Job::End { disposition, ticket });
    }

    fn claim(&mut self, deadline: Instant) -> Result<()> {
        let mut pause = BACK_OFF.0;
        loop {
            match self.ask(deadline, |ticket| Job::Claim { ticket }) {
                Some(Err(error)) if error.code == ResultCode::ReaderBusy => {}
                Some(other) => {
                    self.exclusive = other.is_ok();
                    return other;
                }
                None => return Err(busy()),
            }
            if Instant::now() + pause >= deadline {
                return Err(busy());
            }
            service::pause(pause);
            pause = (pause * 2).min(BACK_OFF.1);
        }
    }

    fn interface(&self) -> ReaderInterface {
        self.interface
    }

    fn extended_length(&self) -> Option<bool> {
        *self.extended_length.get_or_init(|| {
            let code = properties::properties_code(&self.features)?;
            self.ask(after(PATIENCE), |ticket| Job::ExtendedLength { code, ticket })?.ok().flatten()
        })
    }

    fn answer_to_reset(&self) -> Option<Vec<u8>> {
        Some(self.answer_to_reset.clone())
    }

    fn has_pin_pad(&self) -> bool {
        self.pin_pad().is_some()
    }

    fn verify_on_pin_pad(
        &mut self,
        entry: &PinPadEntry,
        response: &mut Vec<u8>,
        timeout: Duration,
    ) -> Result<()> {
        let code = self
            .pin_pad()
            .ok_or_else(|| Error::new(ResultCode::NotSupported, "the reader has no PIN pad"))?;
        self.call(Call::PinPad { code, structure: pin_pad::pin_verify(entry) }, response, timeout)
    }
}

impl Drop for PcscCard {
    fn drop(&mut self) {
        // Waiting means that the reader is free when a program closes and opens again, or ends.
        let in_doubt = self.alone;
        let closed = self.ask(self.patience(), |ticket| Job::Close { in_doubt, ticket });
        if let (Some(Ok(Some(context))), Some(owner)) = (closed, self.owner.take()) {
            self.spare.put(service::Service::of(context), Some(owner));
        }
    }
}

fn ended() -> Error {
    Error::new(ResultCode::Internal, "the thread of the card has ended")
}

/// The moment after a time, however long.
fn after(time: Duration) -> Instant {
    const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(time.min(FOR_EVER)).unwrap_or(now)
}
