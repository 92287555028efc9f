//! Helpers that more than one test needs.

pub mod tcp_card;
pub mod pcscd;
