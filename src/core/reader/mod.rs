//! Readers: which there are, waiting for a card, and connections to it. Knows APDUs as bytes only.

mod cancel;
mod connection;

pub use cancel::{Canceller, Watch};
pub use connection::{Connection, Disposition};
