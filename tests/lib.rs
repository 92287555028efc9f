//! Helpers that more than one test needs: made `fonts`, the header taken apart, the `tools` of other people, a `pcscd` of the test's own,
//! and what stands in for the library of PC/SC.

// A helper that fails is a test that fails.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

pub mod fonts;
pub mod installed;
pub mod interface;
#[cfg(target_os = "linux")]
pub mod pcscd;
pub mod pdf_files;
#[cfg(target_os = "linux")]
pub mod stand_in;
pub mod tools;

/// The example in README.md runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
