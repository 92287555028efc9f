//! The one interface between the card logic and whatever carries APDUs: PC/SC, a virtual card, a caller's own stack.

use crate::result::{Error, ReaderInterface, Result, ResultCode};
use std::time::{Duration, Instant};

/// What becomes of the card when a transaction or a connection ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disposition {
    /// Nothing: the card stays as it is.
    Leave,
    /// The card is reset.
    Reset,
    /// The card loses its power, and with it everything it remembered.
    Unpower,
}

/// A PIN that is to be entered on a reader's pad.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PinPadEntry {
    /// CLA INS P1 P2 of the command that carries the digits to the card, as ASCII.
    pub header: [u8; 4],
    /// How many digits, no more and no fewer.
    pub digits: u8,
    /// How many seconds the person has.
    pub seconds: u8,
}

/// A connection to one card in one reader.
///
/// Failures use the codes of the reader and card families: CARD_REMOVED, CARD_RESET, CARD_UNSTABLE,
/// READER_REMOVED, READER_FAILED, READER_BUSY, READER_SERVICE_UNAVAILABLE. An implementation sends each command
/// once, as given; it neither follows 61xx nor repeats after 6Cxx, and it never repeats a command by itself.
pub trait Connection: Send {
    /// Sends one command APDU and appends the whole answer, status word included, to `response` (which comes in empty).
    ///
    /// # Errors
    /// CARD_REMOVED, CARD_RESET, CARD_UNSTABLE, READER_REMOVED, READER_FAILED or READER_SERVICE_UNAVAILABLE.
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()>;

    /// Begins a transaction: no other program reaches the card until `end`.
    ///
    /// If the card was reset since the last transaction, the connection re-establishes itself and answers
    /// CARD_RESET once; the next `begin` succeeds.
    ///
    /// # Errors
    /// READER_BUSY at the deadline, CARD_RESET, CARD_REMOVED and the reader codes.
    fn begin(&mut self, deadline: Instant) -> Result<()>;

    /// Ends the transaction. Never fails: a card that is gone needs no ending. Without a transaction, because none could be
    /// begun, the card is to be so disposed of at the latest when the connection is dropped.
    fn end(&mut self, disposition: Disposition);

    /// Makes this connection the only one, so that nobody else uses what a PIN opened. Called outside a transaction.
    ///
    /// # Errors
    /// READER_BUSY at the deadline, CARD_RESET, CARD_REMOVED and the reader codes.
    fn claim(&mut self, deadline: Instant) -> Result<()>;

    /// Waits until a card is there. Asked only of a connection of the program's own, for a card that was lifted, and never for more than 100 ms at a time, so that a cancel is heard. From then on the
    /// connection is one to the card that came.
    ///
    /// # Errors
    /// CARD_ABSENT if none came in that time; NOT_SUPPORTED, unless it is overridden.
    fn wait_for_card(&mut self, _timeout: Duration) -> Result<()> {
        Err(Error::new(ResultCode::NotSupported, "this connection cannot wait for a card"))
    }

    /// How the card meets the reader, as far as the reader tells.
    fn interface(&self) -> ReaderInterface {
        ReaderInterface::Unknown
    }

    /// What the reader says of extended-length APDUs; `None` if it says nothing.
    fn extended_length(&self) -> Option<bool> {
        None
    }

    /// The card's answer to reset, as the reader gives it; `None` if it does not. Nothing may be decided by it.
    fn answer_to_reset(&self) -> Option<Vec<u8>> {
        None
    }

    /// Whether the reader has a pad on which a PIN can be entered out of this machine's sight.
    fn has_pin_pad(&self) -> bool {
        false
    }

    /// Has the person enter a PIN on the reader's pad and the reader send it to the card: once. The answer is
    /// appended to `response`: the card's own, or 6400 if the entry was not finished in time, 6401 if the person
    /// cancelled, 6403 for another number of digits. In these three nothing was sent to the card.
    ///
    /// # Errors
    /// NOT_SUPPORTED without a pad; else as `transmit`, and then nobody knows whether the card saw the PIN.
    fn verify_on_pin_pad(
        &mut self,
        entry: &PinPadEntry,
        response: &mut Vec<u8>,
        timeout: Duration,
    ) -> Result<()> {
        let _ = (entry, response, timeout);
        Err(Error::new(ResultCode::NotSupported, "the reader has no PIN pad"))
    }

    /// Whether a virtual card answers.
    fn is_virtual(&self) -> bool {
        false
    }
}
