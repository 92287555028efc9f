//! The C ABI: `include/honnin.h`, made from these files.
//!
//! A thin room beside a core that does not know it. An exported function converts its arguments, calls the core and
//! converts the answer; one file for each group of the header. What is common to all stands in four files:
//! `ffi` has every pointer that is followed, `boundary` catches panics and writes errors, `handles` has the
//! contexts and cards, `callbacks` calls back into the program. Nothing here decides anything about cards.

// The one place beside the PC/SC loader that talks to foreign code.
#![allow(unsafe_code)]
// What the header has is public, so that the compiler demands its documentation.
// Names are those of C. What a caller must promise stands once, in the conventions at the top of the header.
#![allow(non_camel_case_types, clippy::missing_safety_doc)]

pub mod codes;
pub mod constants;
pub mod enumerations;

mod boundary;
pub mod callbacks;
mod ffi;
mod handles;
mod life;
mod sync;
mod table;

pub mod error;
pub mod library;

pub mod buffer;
pub mod context;
pub mod text_convert;
pub mod virtual_card;

pub mod reader;

pub mod card;
pub mod connection;
pub mod details;

pub mod pin;

pub mod certificate;
pub mod trust;
pub mod validation;

pub mod holder;
pub mod records;

pub mod signature;

pub mod cms;
pub mod pdf;

pub mod report;

/// The answer of a fallible function: HONNIN_OK, or why it failed. Never negative.
pub type honnin_result = i32;
