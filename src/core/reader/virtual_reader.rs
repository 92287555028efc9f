//! A reader that is not PC/SC: the place where a card in software is put.

use super::Connection;
use crate::result::Result;

/// A reader with a card in software. Listed only in the contexts it was added to.
pub trait VirtualReader: Send + Sync {
    /// Whether the reader itself is there.
    fn is_plugged_in(&self) -> bool {
        true
    }

    /// Whether the card is in the reader.
    fn is_inserted(&self) -> bool;

    /// Connects to the card.
    ///
    /// # Errors
    /// CARD_ABSENT if it is not in the reader, READER_BUSY if another connection is exclusive.
    fn connect(&self) -> Result<Box<dyn Connection>>;
}
