//! The honnin command, inside the wheel: with archives, which need Arrow and so Python.

use crate::boundary::caught;
use crate::errors;
use crate::trust::Trust;
use honnin::ResultCode;
use honnin_cli::{Archive, Archives, Counts};
use pyo3::exceptions::{PyImportError, PyOSError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCFunction, PyDict};
use std::ffi::OsString;

/// Runs the command with these arguments (the first is the program's name) and returns its exit code.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    // 90: the exit code of the internal family.
    py.detach(|| caught(|| Ok(honnin_cli::run_with(arguments, Some(&WithArrow))))).unwrap_or(90)
}

/// Archives by `honnin.batch`.
struct WithArrow;

impl Archives for WithArrow {
    fn verify(&self, archive: Archive) -> Result<Counts, (ResultCode, String)> {
        Python::attach(|py| verify(py, archive).map_err(|error| explain(py, &error)))
    }
}

fn verify(py: Python<'_>, archive: Archive) -> PyResult<Counts> {
    let options = PyDict::new(py);
    let names = archive.columns;
    options.set_item("cms", names.cms)?;
    options.set_item("content", names.content)?;
    options.set_item("digest", names.digest)?;
    options.set_item("certificate", names.certificate)?;
    options.set_item("keep", archive.keep)?;
    options.set_item("key", archive.key.as_ref().map(|key| PyBytes::new(py, key)))?;
    options.set_item("identify", archive.identify)?;
    let asked = archive.options;
    options.set_item("trust", Bound::new(py, Trust::of(asked.trust))?)?;
    options.set_item("profile", asked.profile.name())?;
    options.set_item("purpose", asked.purpose.map(|purpose| purpose.name()))?;
    let waived: Vec<&str> = asked.waive.iter().map(|waiver| waiver.name()).collect();
    options.set_item("waive", waived)?;
    options.set_item("nonce", asked.nonce.as_ref().map(|nonce| PyBytes::new(py, nonce)))?;
    options.set_item("max_depth", asked.max_depth)?;
    if let Some(at) = asked.at_time {
        let utc = py.import("datetime")?.getattr("timezone")?.getattr("utc")?;
        let moment = py.import("datetime")?.getattr("datetime")?.call_method1("fromtimestamp", (at, utc))?;
        options.set_item("at", moment)?;
    }
    options.set_item("threads", archive.threads)?;
    options.set_item("restart", archive.restart)?;
    let progress = archive.progress;
    let told = PyCFunction::new_closure(py, None, None, move |arguments, _| -> PyResult<()> {
        let (done, total): (u64, u64) = arguments.extract()?;
        progress(done, total);
        Ok(())
    })?;
    options.set_item("progress", told)?;
    let batch = py.import("honnin.batch")?;
    batch.call_method("verify_parquet", (archive.source, archive.target), Some(&options))?.extract()
}

/// What the person reads who runs the command.
fn explain(py: Python<'_>, error: &PyErr) -> (ResultCode, String) {
    let text = error.value(py).to_string();
    if let Some(error) = errors::from_python(py, error, "verify_batch") {
        return (error.code, text);
    }
    let code = if error.is_instance_of::<PyImportError>(py) {
        ResultCode::NotSupported
    } else if error.is_instance_of::<PyOSError>(py) {
        ResultCode::IoError
    } else {
        ResultCode::InvalidArgument
    };
    (code, text)
}
