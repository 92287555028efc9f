//! Errors: each becomes the Python exception of its code, with everything that the error knows.

use crate::enums::{self, Listed};
use honnin::result::{ReaderInterface, TrySpent};
use honnin::{CardKind, Error, PinKind, Reason, ResultCode};
use pyo3::prelude::*;
use pyo3::types::PyDict;

const MODULE: &str = "honnin.errors";

/// The exception for an error.
pub(crate) fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    match build(py, error) {
        Ok(exception) => PyErr::from_value(exception),
        Err(failure) => failure,
    }
}

/// The exception for a code and a sentence for developers.
pub(crate) fn raise(py: Python<'_>, code: ResultCode, detail: &'static str) -> PyErr {
    to_python(py, &Error::new(code, detail))
}

fn build<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    let about = PyDict::new(py);
    about.set_item("operation", error.operation)?;
    about.set_item("pin", enums::optional(py, error.pin)?)?;
    about.set_item("reason", enums::optional(py, error.reason)?)?;
    about.set_item("card_kind", enums::optional(py, error.card_kind)?)?;
    about.set_item("reader_interface", enums::to_python(py, error.reader_interface)?)?;
    about.set_item("status_word", error.status_word)?;
    about.set_item("pcsc_code", error.pcsc_code)?;
    about.set_item("tries_left", error.tries_left)?;
    about.set_item("try_spent", enums::to_python(py, error.try_spent)?)?;
    about.set_item("detail", error.sentence())?;
    let class = py.import(MODULE)?.getattr("BY_CODE")?.get_item(enums::to_python(py, error.code)?)?;
    class.call((), Some(&about))
}

/// What an exception of this library means to the core; `None` for any other exception.
pub(crate) fn from_python(py: Python<'_>, exception: &PyErr, detail: &'static str) -> Option<Error> {
    let value = exception.value(py);
    if !value.is_instance(&py.import(MODULE).ok()?.getattr("HonninError").ok()?).ok()? {
        return None;
    }
    let mut error = Error::new(attribute::<ResultCode>(value, "code")?, detail);
    error.pin = attribute::<PinKind>(value, "pin");
    error.reason = attribute::<Reason>(value, "reason");
    error.card_kind = attribute::<CardKind>(value, "card_kind");
    error.reader_interface = attribute::<ReaderInterface>(value, "reader_interface").unwrap_or_default();
    error.try_spent = attribute::<TrySpent>(value, "try_spent").unwrap_or_default();
    let number = |name: &str| value.getattr(name).ok();
    error.status_word = number("status_word").and_then(|number| number.extract().ok());
    error.pcsc_code = number("pcsc_code").and_then(|number| number.extract().ok());
    error.tries_left = number("tries_left").and_then(|number| number.extract().ok());
    Some(error)
}

fn attribute<T: Listed>(value: &Bound<'_, PyAny>, name: &str) -> Option<T> {
    let found = value.getattr(name).ok()?;
    found.extract::<enums::Choice<T>>().ok().map(|choice| choice.0)
}
