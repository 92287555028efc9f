//! `honnin.Pin`: a PIN in memory that is wiped.

use crate::boundary::{bad_state, brief};
use crate::enums::Choice;
use crate::errors;
use honnin::{Error, PinKind, PinOptions, ResultCode};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyString};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// A PIN in memory that is wiped when `wipe` is called, when the `with` block ends, and when nobody refers to it any
/// more. It is never shown, compared, copied or pickled.
#[pyclass(frozen, module = "honnin")]
pub(crate) struct Pin(Mutex<Option<honnin::Pin>>);

#[pymethods]
impl Pin {
    #[new]
    fn new(value: &Bound<'_, PyAny>) -> PyResult<Pin> {
        Ok(Pin(Mutex::new(Some(from_python(value)?))))
    }

    /// Wipes the memory. Using the Pin afterwards is BAD_STATE.
    fn wipe(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_args))]
    fn __exit__(&self, _args: &Bound<'_, pyo3::types::PyTuple>) {
        self.wipe();
    }

    fn __repr__(&self) -> &'static str {
        "Pin(***)"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a Pin is not pickled or copied"))
    }
}

/// A PIN from str, bytes, bytearray or Pin. No copy stays behind on our side.
pub(crate) fn from_python(value: &Bound<'_, PyAny>) -> PyResult<honnin::Pin> {
    if let Ok(pin) = value.cast::<Pin>() {
        let held = pin.get().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        return held.ok_or_else(|| bad_state(value.py(), "the Pin has been wiped"));
    }
    if let Ok(text) = value.cast::<PyString>() {
        let invalid = Error::new(ResultCode::InvalidArgument, "the PIN is not valid Unicode");
        return text.to_str().map(honnin::Pin::from).map_err(|_| errors::to_python(value.py(), &invalid));
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(honnin::Pin::new(bytes.as_bytes()));
    }
    if let Ok(bytes) = value.cast::<PyByteArray>() {
        return Ok(honnin::Pin::from_buffer(Zeroizing::new(bytes.to_vec())));
    }
    // The type is named and the value is not.
    Err(PyTypeError::new_err("a PIN is str, bytes, bytearray or honnin.Pin"))
}

/// Checks the form of a PIN: PinFormat with the reason. Nothing is sent; no card is needed.
#[pyfunction]
#[pyo3(signature = (kind, value, *, fold=false))]
pub(crate) fn pin_check(kind: Choice<PinKind>, value: &Bound<'_, PyAny>, fold: bool) -> PyResult<()> {
    let pin = from_python(value)?;
    let options = PinOptions { fold, ..PinOptions::default() };
    brief(value.py(), || honnin::card::pin_check(kind.0, &pin, &options))
}
