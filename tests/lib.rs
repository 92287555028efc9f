//! Helpers that more than one test needs: the `tools` of other people, and a `pcscd` of the test's own.

// A helper that fails is a test that fails.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

pub mod installed;
#[cfg(target_os = "linux")]
pub mod pcscd;
pub mod tools;

/// The example in README.md runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
