//! `honnin._honnin`: the core, shown to Python. What a program uses is in `python/honnin`.
//!
//! `boundary` lets the GIL go, hears Ctrl-C and catches panics; `enums` and `errors` turn the core's words into Python's;
//! each class of Python has a file of its own. Nothing here is logic of the card.

mod archive;
mod arguments;
mod boundary;
mod card;
mod certificate;
mod command;
mod compare;
mod connection;
mod documents;
mod enums;
mod errors;
mod face;
mod logging;
mod pin;
mod printed;
mod readers;
mod trust;
mod virtual_card;
mod words;

use pyo3::prelude::*;

/// The part of honnin that is written in Rust.
#[pymodule]
mod _honnin {
    #[pymodule_export]
    use super::archive::Rows;
    #[pymodule_export]
    use super::card::{Card, close_all, open_card};
    #[pymodule_export]
    use super::certificate::Certificate;
    #[pymodule_export]
    use super::command::run_command;
    #[pymodule_export]
    use super::compare::{compare, staff_text};
    #[pymodule_export]
    use super::documents::{cms_timestamp_add, verify_cms, verify_pdf};
    #[pymodule_export]
    use super::enums::tables;
    #[pymodule_export]
    use super::face::Face;
    #[pymodule_export]
    use super::pin::{Pin, pin_check};
    #[pymodule_export]
    use super::printed::{age_check, code_b, code_birth_date};
    #[cfg(feature = "test-panic")]
    #[pymodule_export]
    use super::provoke_panic;
    #[pymodule_export]
    use super::readers::{readers, wait_for_card, wait_for_removal};
    #[pymodule_export]
    use super::trust::{Trust, ocsp_request, validate, verify};
    #[pymodule_export]
    use super::virtual_card::{VirtualCard, VirtualConnection};
    #[pymodule_export]
    use super::words::{code_hints, code_message, languages, pin_label, situation_hints, situation_message};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::boundary::listen_for_panics();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// Panics inside the boundary with that text, so that a test can see what comes out of it. Not in what is shipped.
#[cfg(feature = "test-panic")]
#[pyfunction]
#[allow(clippy::panic)] // That is its purpose.
fn provoke_panic(py: Python<'_>, text: String) -> PyResult<()> {
    boundary::brief(py, || panic!("{text}"))
}
