//! Signatures: digests and the DigestInfo that a card signs, and checking a signature with a key.
//!
//! `hash` names the algorithms, `digest_info` wraps a digest for the card, `verify` checks the mathematics.

mod digest_info;
mod hash;
mod verify;

pub use digest_info::digest_info;
pub use hash::{Hash, digest, digest_reader};
pub use verify::{verify, verify_digest, verify_with_key};
