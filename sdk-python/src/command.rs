//! The honnin command, inside the wheel.

use crate::boundary::caught;
use pyo3::prelude::*;
use std::ffi::OsString;

/// Runs the command with these arguments (the first is the program's name) and returns its exit code.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    // 90: the exit code of the internal family.
    py.detach(|| caught(|| Ok(honnin_cli::run(arguments)))).unwrap_or(90)
}
