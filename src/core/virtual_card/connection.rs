//! A connection to a virtual card within the process, with the sharing rules of PC/SC.

use super::VirtualCard;
use super::profile::CANCEL;
use super::slot::{Outcome, Shared, Slot};
use crate::reader::{Connection, Disposition, PinPadEntry};
use crate::result::{Error, ReaderInterface, Result, ResultCode};
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

/// One program's connection.
pub(super) struct VirtualConnection {
    shared: Arc<Shared>,
    id: u64,
    /// The insertion of the card that this connection was made to.
    insertion: u64,
    /// The resets that it knows of.
    resets: u64,
}

impl VirtualConnection {
    /// Connects, sharing the card with other connections.
    ///
    /// # Errors
    /// READER_NOT_FOUND; CARD_ABSENT; CARD_MUTE; READER_BUSY while another connection has claimed the card.
    pub(super) fn open(shared: &Arc<Shared>) -> Result<VirtualConnection> {
        let mut slot = shared.lock();
        if !slot.plugged_in {
            return Err(Error::new(ResultCode::ReaderNotFound, "the virtual reader is not plugged in"));
        }
        if !slot.present {
            return Err(Error::new(ResultCode::CardAbsent, "the virtual card is not inserted"));
        }
        if slot.reader.mute {
            return Err(Error::new(ResultCode::CardMute, "the virtual card does not answer to reset"));
        }
        if slot.claimed.is_some() {
            return Err(busy());
        }
        let (id, insertion, resets) = (slot.open(), slot.insertion, slot.resets);
        drop(slot);
        Ok(VirtualConnection { shared: Arc::clone(shared), id, insertion, resets })
    }

    fn check_presence(&self, slot: &Slot) -> Result<()> {
        if !slot.plugged_in {
            Err(Error::new(ResultCode::ReaderRemoved, "the virtual reader was unplugged"))
        } else if slot.present && slot.insertion == self.insertion {
            Ok(())
        } else {
            Err(Error::new(ResultCode::CardRemoved, "the virtual card was removed"))
        }
    }

    /// Waits until `free` holds, the card being there all the while.
    fn wait_until(&self, deadline: Instant, free: impl Fn(&Slot) -> bool) -> Result<MutexGuard<'_, Slot>> {
        let mut slot = self.shared.lock();
        loop {
            self.check_presence(&slot)?;
            if free(&slot) {
                return Ok(slot);
            }
            slot = self.shared.wait(slot, deadline).ok_or_else(busy)?;
        }
    }
}

impl Connection for VirtualConnection {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let begun = Instant::now();
        let deadline = begun.checked_add(timeout).unwrap_or(begun);
        let mut slot = self.wait_until(deadline, |slot| slot.transaction.is_none_or(|id| id == self.id))?;
        if slot.resets != self.resets {
            return Err(reset());
        }
        let outcome = slot.exchange(command);
        drop(slot);
        let (answer, delay) = match outcome {
            Outcome::Answered(answer, delay) => (answer, delay),
            Outcome::Left => {
                self.shared.notify();
                return Err(Error::new(ResultCode::CardRemoved, "the virtual card left"));
            }
            Outcome::Failed(code) => {
                return Err(Error::new(code, "the virtual reader fails as it was told to"));
            }
        };
        if delay > timeout {
            std::thread::sleep(timeout);
            return Err(Error::new(ResultCode::CardUnstable, "the virtual card answered too late"));
        }
        if !delay.is_zero() {
            std::thread::sleep(delay);
            self.check_presence(&self.shared.lock())?;
        }
        response.extend_from_slice(&answer);
        Ok(())
    }

    fn begin(&mut self, deadline: Instant) -> Result<()> {
        let mut slot = self.wait_until(deadline, |slot| slot.transaction.is_none_or(|id| id == self.id))?;
        let resets = slot.resets;
        if resets == self.resets {
            slot.transaction = Some(self.id);
            return Ok(());
        }
        drop(slot);
        self.resets = resets;
        Err(reset())
    }

    fn end(&mut self, disposition: Disposition) {
        let mut slot = self.shared.lock();
        if slot.transaction == Some(self.id) {
            slot.transaction = None;
        }
        if self.check_presence(&slot).is_ok() {
            match disposition {
                Disposition::Leave => {}
                Disposition::Reset => slot.card.reset(),
                Disposition::Unpower => slot.power_off(),
            }
            if disposition != Disposition::Leave {
                // Others learn of it; the one who did it knows.
                let knew_all = slot.resets == self.resets;
                slot.resets = slot.resets.saturating_add(1);
                if knew_all {
                    self.resets = slot.resets;
                }
            }
        }
        drop(slot);
        self.shared.notify();
    }

    fn claim(&mut self, deadline: Instant) -> Result<()> {
        let alone = |slot: &Slot| slot.open.iter().all(|id| *id == self.id);
        let mut slot = self.wait_until(deadline, alone)?;
        let resets = slot.resets;
        if resets == self.resets {
            slot.claimed = Some(self.id);
            return Ok(());
        }
        drop(slot);
        self.resets = resets;
        Err(reset())
    }

    fn interface(&self) -> ReaderInterface {
        self.shared.lock().reader.interface.reader_interface()
    }

    fn extended_length(&self) -> Option<bool> {
        let slot = self.shared.lock();
        slot.reader.tells_extended_length.then_some(slot.reader.extended_length)
    }

    fn answer_to_reset(&self) -> Option<Vec<u8>> {
        Some(VirtualCard::ATR.to_vec())
    }

    fn has_pin_pad(&self) -> bool {
        self.shared.lock().reader.pin_pad.is_some()
    }

    fn verify_on_pin_pad(
        &mut self,
        entry: &PinPadEntry,
        response: &mut Vec<u8>,
        timeout: Duration,
    ) -> Result<()> {
        let typed = self
            .shared
            .lock()
            .reader
            .pin_pad
            .clone()
            .ok_or_else(|| Error::new(ResultCode::NotSupported, "the virtual reader has no PIN pad"))?;
        // The reader's own answers, as PC/SC part 10 has them; the card sees nothing then.
        let unfinished: &[u8] = match typed.as_str() {
            "" => &[0x64, 0x00],
            CANCEL => &[0x64, 0x01],
            digits if digits.len() != usize::from(entry.digits) => &[0x64, 0x03],
            digits => {
                let mut command = entry.header.to_vec();
                command.push(entry.digits);
                command.extend_from_slice(digits.as_bytes());
                return self.transmit(&command, response, timeout);
            }
        };
        response.extend_from_slice(unfinished);
        Ok(())
    }

    fn is_virtual(&self) -> bool {
        true
    }
}

/// As a program that ends: what it verified stays verified.
impl Drop for VirtualConnection {
    fn drop(&mut self) {
        self.shared.lock().close(self.id);
        self.shared.notify();
    }
}

fn busy() -> Error {
    Error::new(ResultCode::ReaderBusy, "another connection holds the virtual card")
}

fn reset() -> Error {
    Error::new(ResultCode::CardReset, "the virtual card was reset by another connection")
}
