//! A reader that is not PC/SC: the place where a card in software is put.

use super::Connection;
use crate::result::{ReaderInterface, Result};

/// A reader with a card in software. Listed only in the contexts it was added to.
pub trait VirtualReader: Send + Sync {
    /// Whether the reader itself is there.
    fn is_plugged_in(&self) -> bool {
        true
    }

    /// Whether the card is in the reader.
    fn is_inserted(&self) -> bool;

    /// Whether the card does not answer to reset.
    fn is_mute(&self) -> bool {
        false
    }

    /// How the card meets the reader.
    fn interface(&self) -> ReaderInterface {
        ReaderInterface::Unknown
    }

    /// Connects to the card.
    ///
    /// # Errors
    /// CARD_ABSENT if it is not in the reader, READER_BUSY if another connection is exclusive,
    /// CARD_MUTE if it does not answer.
    fn connect(&self) -> Result<Box<dyn Connection>>;
}
