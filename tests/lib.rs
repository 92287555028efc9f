//! Helpers that more than one test needs.

pub mod pcscd;
