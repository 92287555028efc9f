//! ISO/IEC 7816-4 as bytes: command and response APDUs, status words, TLV. Knows no card.

mod apdu;
mod tlv;

pub use apdu::{Command, Response, status};
pub use tlv::{Header, Object, Tag, objects};
