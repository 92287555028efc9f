//! The interface of the `pcsc-sys` crate, found at run time.
//!
//! A program linked against libpcsclite does not start where it is not installed, and a bundled copy is refused
//! by a pcscd of another protocol version. So nothing is linked here: the library of the system is opened when
//! the first function is called, and every function answers `SCARD_E_NO_SERVICE` while there is none.
//!
//! `types` holds the names and numbers of PC/SC, `load` opens the library, `calls` has the functions and what we
//! refuse to pass on: the `pcsc` crate above panics on return codes, protocols and lengths that it does not know.

// The one place beside the C ABI that talks to foreign code.
#![allow(unsafe_code)]
// Widths of DWORD and LONG differ between systems: conversions here are between widths of the same value.
#![allow(clippy::as_conversions)]

mod calls;
mod load;
mod names;
mod types;

pub use calls::*;
pub use load::library_is_present;
pub use names::decode_name;
pub use types::*;
