//! Signatures: digests and the DigestInfo that a card signs, checking a signature with a key, and signed documents.
//!
//! `hash` names the algorithms, `digest_info` wraps a digest for the card, `verify` checks the mathematics. `cms` signs and
//! verifies CMS SignedData, `pdf` PDF files; `timestamp` asks for time-stamps and judges them, `asn1` writes DER. What verifying a
//! document gives is a [`Verification`].

pub(crate) mod asn1;
pub mod cms;
mod digest_info;
pub(crate) mod hash;
pub mod pdf;
mod timestamp;
mod verification;
mod verify;

pub use digest_info::digest_info;
pub use hash::{Hash, digest, digest_reader};
pub use verification::{LaterChanges, PdfSignature, Verification};
pub use verify::{verify, verify_digest, verify_with_key};
