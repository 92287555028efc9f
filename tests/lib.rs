//! Helpers that more than one test needs.

// A helper that fails is a test that fails.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

pub mod installed;
pub mod pcscd;
pub mod tcp_card;
