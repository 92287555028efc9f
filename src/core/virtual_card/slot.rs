//! Where the card lies: whether it is there, who uses it, and what goes wrong between it and the reader.

use super::apdu::Apdu;
use super::card::Card;
use super::profile::{FaultName, Override, Profile, ReaderFault, ReaderProfile, from_hex};
use super::transcript::{Exchange, Transcript};
use crate::iso7816::status;
use crate::result::ResultCode;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The slot that every handle, connection and plug of one virtual card shares.
pub(super) struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
}

impl Shared {
    pub(super) fn new(slot: Slot) -> Shared {
        Shared { slot: Mutex::new(slot), changed: Condvar::new() }
    }

    /// The slot as it is now: a card whose time has come is back.
    pub(super) fn lock(&self) -> MutexGuard<'_, Slot> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.return_if_due();
        slot
    }

    /// Tells everybody who waits that something changed.
    pub(super) fn notify(&self) {
        self.changed.notify_all();
    }

    /// Waits for a change, at most until the deadline; `None` once that has passed.
    pub(super) fn wait<'a>(
        &'a self,
        slot: MutexGuard<'a, Slot>,
        deadline: Instant,
    ) -> Option<MutexGuard<'a, Slot>> {
        let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        let (mut slot, _) = self.changed.wait_timeout(slot, left).unwrap_or_else(PoisonError::into_inner);
        slot.return_if_due();
        Some(slot)
    }
}

/// How an exchange ended.
pub(super) enum Outcome {
    /// An answer, and how long it takes.
    Answered(Vec<u8>, Duration),
    /// The card left: before the command or with its answer.
    Left,
    /// The reader reports that failure; the card did not see the command.
    Failed(ResultCode),
}

/// What happens instead of a command, which the card does not see.
pub(super) enum Fault {
    /// The reader reports that.
    Failed(ResultCode),
    /// Another program resets the card.
    Reset,
    /// The reader is unplugged.
    Unplugged,
}

impl Fault {
    /// The command of which it takes the place, and what it is.
    fn of(planned: ReaderFault) -> (u64, Fault) {
        let fault = match planned.is {
            FaultName::Reset => Fault::Reset,
            FaultName::Unplugged => Fault::Unplugged,
            FaultName::Unstable => Fault::Failed(ResultCode::CardUnstable),
            FaultName::Failed => Fault::Failed(ResultCode::ReaderFailed),
        };
        (planned.at, fault)
    }
}

/// A card, its reader, and the connections to it.
pub(super) struct Slot {
    pub card: Card,
    pub transcript: Transcript,
    pub reader: ReaderProfile,
    pub present: bool,
    pub plugged_in: bool,
    /// Counts insertions: a connection belongs to one of them.
    pub insertion: u64,
    /// Counts resets: a connection notices those of others.
    pub resets: u64,
    /// Open connections.
    pub open: BTreeSet<u64>,
    pub claimed: Option<u64>,
    pub transaction: Option<u64>,
    last_connection: u64,
    replacements: Vec<Replacement>,
    /// Commands since the card was put in.
    commands: u64,
    fault: Option<(u64, Fault)>,
    returns_at: Option<Instant>,
    just_powered: bool,
}

/// An override of the profile, and how often its commands were seen.
struct Replacement {
    header: Vec<u8>,
    seen: u64,
    first: u64,
    times: u64,
    answer: Vec<u8>,
    executes: bool,
}

impl Replacement {
    fn new(replaced: &Override) -> Replacement {
        Replacement {
            header: from_hex(&replaced.header).unwrap_or_default(),
            seen: 0,
            first: replaced.nth.unwrap_or(1),
            times: replaced.times.unwrap_or(if replaced.nth.is_some() { 1 } else { u64::MAX }),
            answer: from_hex(&replaced.answer).unwrap_or_default(),
            executes: replaced.executes.unwrap_or(true),
        }
    }

    /// Counts the command, and says whether its answer is to be replaced.
    fn applies(&mut self, command: &[u8]) -> bool {
        if !command.starts_with(&self.header) {
            return false;
        }
        self.seen = self.seen.saturating_add(1);
        self.seen.checked_sub(self.first).is_some_and(|since| since < self.times)
    }
}

impl Slot {
    pub(super) fn new(card: Card, profile: &Profile) -> Slot {
        Slot {
            card,
            transcript: Transcript::default(),
            reader: profile.reader.clone(),
            present: true,
            plugged_in: true,
            insertion: 1,
            resets: 0,
            open: BTreeSet::new(),
            claimed: None,
            transaction: None,
            last_connection: 0,
            replacements: profile.overrides.iter().map(Replacement::new).collect(),
            commands: 0,
            fault: profile.reader.fault.map(Fault::of),
            returns_at: None,
            just_powered: true,
        }
    }

    pub(super) fn insert(&mut self) {
        if !self.present && self.plugged_in {
            self.present = true;
            self.returns_at = None;
            self.insertion = self.insertion.saturating_add(1);
            self.commands = 0;
            self.power_on();
        }
    }

    pub(super) fn remove(&mut self) {
        self.present = false;
        self.returns_at = None;
        self.card.power_off();
        self.open.clear();
        self.claimed = None;
        self.transaction = None;
    }

    pub(super) fn power_on(&mut self) {
        self.just_powered = true;
    }

    pub(super) fn power_off(&mut self) {
        self.card.power_off();
        self.just_powered = true;
    }

    /// A new connection's number.
    pub(super) fn open(&mut self) -> u64 {
        self.last_connection = self.last_connection.saturating_add(1);
        self.open.insert(self.last_connection);
        self.last_connection
    }

    pub(super) fn close(&mut self, connection: u64) {
        self.open.remove(&connection);
        self.claimed = self.claimed.filter(|holder| *holder != connection);
        self.transaction = self.transaction.filter(|holder| *holder != connection);
    }

    /// Lets the card leave before, or with the answer of, the n-th command from now; once.
    pub(super) fn leave_at(&mut self, before: Option<u64>, after: Option<u64>) {
        let from_now = |n: u64| self.commands.saturating_add(n);
        self.reader.remove_before = before.map(from_now);
        self.reader.remove_after = after.map(from_now);
    }

    /// Lets that happen instead of the n-th command from now; once.
    pub(super) fn fault_at(&mut self, nth: u64, fault: Fault) {
        self.fault = Some((self.commands.saturating_add(nth), fault));
    }

    /// Lets `times` commands from the n-th from now on be answered with that. The card executes them.
    pub(super) fn answer_at(&mut self, nth: u64, times: u64, answer: Vec<u8>) {
        let header = Vec::new();
        self.replacements.push(Replacement { header, seen: 0, first: nth, times, answer, executes: true });
    }

    /// Forgets what was planned to happen.
    pub(super) fn heal(&mut self) {
        self.fault = None;
        self.leave_at(None, None);
        self.replacements.clear();
    }

    /// Resets the card, as another program does.
    pub(super) fn reset(&mut self) {
        self.card.reset();
        self.resets = self.resets.saturating_add(1);
    }

    /// The reader goes, and the card loses its power.
    pub(super) fn unplug(&mut self) {
        self.remove();
        self.plugged_in = false;
    }

    /// One command, with all that the profile says may happen to it.
    pub(super) fn exchange(&mut self, command: &[u8]) -> Outcome {
        self.commands = self.commands.saturating_add(1);
        if self.reader.remove_before.take_if(|n| *n == self.commands).is_some() {
            self.leave_by_itself();
            return Outcome::Left;
        }
        if let Some((_, fault)) = self.fault.take_if(|(n, _)| *n == self.commands) {
            return Outcome::Failed(match fault {
                Fault::Failed(code) => code,
                Fault::Reset => {
                    self.reset();
                    ResultCode::CardReset
                }
                Fault::Unplugged => {
                    self.unplug();
                    ResultCode::ReaderRemoved
                }
            });
        }
        let parsed = Apdu::parse(command);
        let extended = parsed.as_ref().is_some_and(|apdu| apdu.extended);
        let mut replacement = None;
        let mut executes = true;
        for candidate in &mut self.replacements {
            // Every one counts; the first that applies answers.
            if candidate.applies(command) && replacement.is_none() {
                replacement = Some(candidate.answer.clone());
                executes = candidate.executes;
            }
        }
        let answer = if extended && !self.reader.extended_length {
            // The reader refuses; the chip never sees it.
            status::WRONG_LENGTH.to_be_bytes().to_vec()
        } else if self.just_powered && self.reader.unknown_after_power_up {
            status::UNKNOWN.to_be_bytes().to_vec()
        } else if executes {
            self.card.execute(command)
        } else {
            Vec::new()
        };
        self.just_powered = false;
        let answer = replacement.unwrap_or(answer);
        let lost = self.reader.remove_after.take_if(|n| *n == self.commands).is_some();
        self.transcript.exchanges.push(exchange(command, parsed.as_ref(), (!lost).then_some(&answer)));
        if lost {
            self.leave_by_itself();
            return Outcome::Left;
        }
        let delay = self.delay(command, &answer);
        Outcome::Answered(answer, delay)
    }

    fn delay(&self, command: &[u8], answer: &[u8]) -> Duration {
        let bytes = u64::try_from(command.len().saturating_add(answer.len())).unwrap_or(u64::MAX);
        let signs = command.get(1) == Some(&0x2A) && answer.len() > 2;
        Duration::from_millis(self.reader.delay_ms_command)
            .saturating_add(Duration::from_micros(self.reader.delay_us_byte.saturating_mul(bytes)))
            .saturating_add(Duration::from_millis(if signs { self.reader.delay_ms_signature } else { 0 }))
    }

    fn leave_by_itself(&mut self) {
        self.remove();
        self.returns_at = self
            .reader
            .return_after_ms
            .and_then(|after| Instant::now().checked_add(Duration::from_millis(after)));
    }

    fn return_if_due(&mut self) {
        if self.returns_at.is_some_and(|at| at <= Instant::now()) {
            self.insert();
        }
    }
}

fn exchange(command: &[u8], parsed: Option<&Apdu<'_>>, answer: Option<&Vec<u8>>) -> Exchange {
    let mut header = [0; 4];
    header.iter_mut().zip(command).for_each(|(to, from)| *to = *from);
    let status_word = answer.and_then(|answer| answer.last_chunk::<2>()).map(|sw| u16::from_be_bytes(*sw));
    Exchange {
        header,
        data_len: parsed.map_or(0, |apdu| apdu.data.len()),
        expected: parsed.and_then(|apdu| apdu.expected),
        extended: parsed.is_some_and(|apdu| apdu.extended),
        response_len: answer.map_or(0, |answer| answer.len().saturating_sub(2)),
        status_word,
    }
}
