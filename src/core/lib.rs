//! honnin (本人): who stands at the counter, by their My Number Card.
//!
//! The map of the house. `result` and `holder` are words that everybody uses. `iso7816` knows APDUs and no card;
//! `reader` carries them; `certificate` and `signature` know X.509 and signatures and no card; `card` is the
//! My Number Card itself; `virtual_card` is one in software; `identity` compares people. Nothing here knows C, Python or the command.
//!
//! A fact about the card is marked with how sure we are of it: (H) several sources who read real cards, or an
//! official page; (M) one who read a real card; (L) inferred.

pub mod card;
pub mod certificate;
pub mod clock;
pub mod era;
pub mod holder;
pub mod identity;
pub mod iso7816;
pub mod log;
pub mod reader;
pub mod result;
pub mod signature;
#[cfg(feature = "virtual-card")]
pub mod virtual_card;

pub use card::{Card, KeyKind, OpenOptions, Pin, PinOptions};
pub use certificate::{Certificate, CertificateKind};
pub use reader::{Context, ContextOptions, Event, Reader, Timeout, WaitOptions};
pub use result::{
    Audience, CardKind, Error, Hint, PinKind, Reason, Report, Result, ResultCode, Situation, Tags,
};
pub use signature::Hash;
#[cfg(feature = "virtual-card")]
pub use virtual_card::VirtualCard;
