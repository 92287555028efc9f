//! Arguments that more than one function takes.

use crate::errors;
use crate::virtual_card::VirtualCard;
use honnin::{ResultCode, Timeout};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyMemoryView, PyString};

/// Bytes of the caller: bytes, bytearray or memoryview.
pub(crate) struct Data(PyBackedBytes);

impl Data {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<'py> FromPyObject<'_, 'py> for Data {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Data> {
        if object.is_instance_of::<PyMemoryView>() {
            let bytes = object.py().get_type::<pyo3::types::PyBytes>().call1((object,))?;
            return Ok(Data(bytes.extract()?));
        }
        object
            .extract()
            .map(Data)
            .map_err(|_| PyTypeError::new_err("expected bytes, bytearray or memoryview"))
    }
}

/// Seconds; None waits for ever, 0 does not wait.
#[derive(Clone, Copy)]
pub(crate) struct Seconds(pub(crate) Timeout);

/// What the functions have that are not told otherwise, where that is not to wait.
pub(crate) const NO_TIME: Seconds = Seconds(Timeout::Poll);

/// What the functions have that are not told otherwise.
pub(crate) const THIRTY_SECONDS: Seconds = Seconds(Timeout::Default);

impl<'py> FromPyObject<'_, 'py> for Seconds {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Seconds> {
        if object.is_none() {
            return Ok(Seconds(Timeout::Forever));
        }
        let seconds: f64 = object.extract()?;
        let invalid = || {
            errors::raise(
                object.py(),
                ResultCode::InvalidArgument,
                "a timeout is a number of seconds, 0 or more, or None",
            )
        };
        if seconds.is_nan() || seconds < 0.0 {
            return Err(invalid());
        }
        if seconds == 0.0 {
            return Ok(Seconds(Timeout::Poll));
        }
        // More than 49 days is for ever.
        let time = core::time::Duration::try_from_secs_f64(seconds).unwrap_or(core::time::Duration::MAX);
        let millis = u32::try_from(time.as_millis().max(1)).map_or(Timeout::Forever, Timeout::Millis);
        Ok(Seconds(millis))
    }
}

/// Which reader: none said, one by name, or a virtual card.
pub(crate) enum Which {
    Any,
    Named(String),
    Virtual(honnin::VirtualCard),
}

impl<'py> FromPyObject<'_, 'py> for Which {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Which> {
        let py = object.py();
        if object.is_none() {
            return Ok(Which::Any);
        }
        if let Ok(card) = object.cast::<VirtualCard>() {
            return Ok(Which::Virtual(card.get().open(py)?));
        }
        if let Ok(name) = object.cast::<PyString>() {
            return Ok(Which::Named(name.to_cow()?.into_owned()));
        }
        if object.is_instance(&py.import("honnin._values")?.getattr("Reader")?)? {
            return Ok(Which::Named(object.getattr("name")?.extract()?));
        }
        Err(PyTypeError::new_err("a reader is a name, a honnin.Reader or a honnin.VirtualCard"))
    }
}
