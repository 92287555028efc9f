//! The My Number Card: a session on it, its PINs, its certificates and keys, its details.
//!
//! `session` opens and closes; `recognition` finds out what card it is, and `comeback`
//! whether one that was lifted is the same again; `channel` is the only way to the card; `pin` is the only file that sends a PIN;
//! `jpki` reads certificates and signs; `documents` signs CMS and PDF; `details` reads what is free to read; `examination` looks at what
//! is free for whoever studies the card; `application` is the card's plan.
//! `text`, `age` and `face` read the records of their applications, which `record` takes apart; `genuine` judges what
//! they prove; `image` makes pictures that can be shown; `seen` is what the session remembers of all that; `secure` reads
//! the text encrypted. `printed` makes codes of what is printed on the card.

mod age;
mod application;
mod channel;
mod comeback;
#[cfg(test)]
#[cfg(feature = "virtual-card")]
mod comeback_tests;
mod details;
mod documents;
mod examination;
mod face;
mod genuine;
mod image;
mod jpki;
#[cfg(test)]
#[cfg(feature = "virtual-card")]
mod malformed_tests;
mod pin;
mod printed;
mod recognition;
mod record;
#[cfg(test)]
#[cfg(feature = "virtual-card")]
mod records_tests;
mod secure;
mod seen;
mod session;
#[cfg(test)]
#[cfg(feature = "virtual-card")]
mod tests;
mod text;

pub use application::KeyKind;
pub use channel::ExtendedLength;
pub use details::{CardDetails, What};
pub use examination::{Certainty, Examination, Fact, Observation, Step};
pub use face::{Face, FaceImage};
pub use image::ImageFormat;
pub use pin::{Pin, PinOptions, pin_check};
pub use printed::{code_b, code_birth_date};
pub use seen::Reading;
pub use session::{Card, OpenOptions};

use crate::result::{PinKind, Result};

/// What an operation is busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Finding out what may be done, without a PIN.
    Checking,
    /// Presenting a PIN.
    Verifying,
    /// Reading a certificate: `done` and `total` count bytes.
    Reading,
    /// The card computes a signature.
    Signing,
    /// Reading the content that is to be signed, before the card is asked: `done` counts MiB, `total` is 0.
    Hashing,
    /// A time-stamping authority is asked; the card is not needed any more.
    Timestamping,
    /// The person types the PIN on the reader's own pad: show them that it is waiting.
    Entering,
}

crate::result::situation::numbered!(Stage {
    Checking = 1, "CHECKING";
    Verifying = 2, "VERIFYING";
    Reading = 3, "READING";
    Signing = 4, "SIGNING";
    Hashing = 5, "HASHING";
    Timestamping = 6, "TIMESTAMPING";
    Entering = 7, "ENTERING";
});

/// How far an operation has come. Reported between commands, on the calling thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What it is busy with.
    pub stage: Stage,
    /// How much of that is done.
    pub done: u32,
    /// How much there is, 0 if not known.
    pub total: u32,
}

/// Hears of progress; `Break` cancels the operation.
pub type ProgressFn = dyn FnMut(Progress) -> core::ops::ControlFlow<()> + Send;

/// Asks the person for a PIN, given which one and how many tries are left (`None`: not known). Called outside
/// any transaction, at most once an operation. An error ends the operation with it; nothing is sent then.
pub type PinEntryFn = dyn FnMut(PinKind, Option<u8>) -> Result<Pin> + Send;
