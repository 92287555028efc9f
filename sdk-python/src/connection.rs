//! A connection that the program itself has: a `honnin.Connection` of the caller carries the commands.

use crate::boundary::{Raised, Role, on_caller};
use crate::{enums, errors};
use core::time::Duration;
use honnin::reader::{Connection, Disposition};
use honnin::result::ReaderInterface;
use honnin::{Error, ResultCode};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;
use std::time::Instant;

const FAILED: &str = "the connection of the program failed";

/// The way to an object of the caller.
pub(crate) struct Carrier {
    object: Arc<Py<PyAny>>,
    raised: Arc<Raised>,
    interface: ReaderInterface,
    extended_length: Option<bool>,
    is_virtual: bool,
}

impl Carrier {
    /// Asks the object once what it says of itself.
    pub(crate) fn new(object: &Bound<'_, PyAny>, raised: Arc<Raised>) -> PyResult<Carrier> {
        let interface: enums::Choice<ReaderInterface> = object.getattr("interface")?.extract()?;
        Ok(Carrier {
            interface: interface.0,
            extended_length: object.getattr("extended_length")?.extract()?,
            is_virtual: object.getattr("is_virtual")?.extract()?,
            object: Arc::new(object.clone().unbind()),
            raised,
        })
    }

    /// Calls a method. An exception of this library keeps its code; any other is a reader that failed, and the
    /// cause of the error that the program gets.
    fn call<T: Send + 'static>(
        &self,
        work: impl for<'py> FnOnce(&Bound<'py, PyAny>) -> PyResult<T> + Send + 'static,
    ) -> honnin::Result<T> {
        let (object, raised) = (Arc::clone(&self.object), Arc::clone(&self.raised));
        let answer = on_caller(move |py| {
            work(object.bind(py)).map_err(|exception| {
                let error = errors::from_python(py, &exception, FAILED)
                    .unwrap_or_else(|| Error::new(ResultCode::ReaderFailed, FAILED));
                raised.keep(py, exception, Role::Cause);
                error
            })
        });
        answer.unwrap_or_else(|| Err(Error::new(ResultCode::ReaderFailed, "Python is ending")))
    }
}

fn seconds_until(deadline: Instant) -> f64 {
    deadline.saturating_duration_since(Instant::now()).as_secs_f64()
}

impl Connection for Carrier {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> honnin::Result<()> {
        // The copy may hold a PIN.
        let command = zeroize::Zeroizing::new(command.to_vec());
        let answer = self.call(move |object| {
            let command = PyBytes::new(object.py(), &command);
            let answer = object.call_method1("transmit", (command, timeout.as_secs_f64()))?;
            answer.extract::<Vec<u8>>()
        })?;
        response.extend_from_slice(&answer);
        Ok(())
    }

    fn begin(&mut self, deadline: Instant) -> honnin::Result<()> {
        let timeout = seconds_until(deadline);
        self.call(move |object| object.call_method1("begin", (timeout,)).map(drop))
    }

    fn end(&mut self, disposition: Disposition) {
        // It never fails for the core; what the program's method raised is told by sys.unraisablehook.
        let _ = self.call(move |object| {
            let disposition = enums::to_python(object.py(), disposition)?;
            object.call_method1("end", (disposition,)).map(drop)
        });
    }

    fn claim(&mut self, deadline: Instant) -> honnin::Result<()> {
        let timeout = seconds_until(deadline);
        self.call(move |object| object.call_method1("claim", (timeout,)).map(drop))
    }

    fn wait_for_card(&mut self, timeout: Duration) -> honnin::Result<()> {
        let there = self.call(move |object| {
            object.call_method1("wait_for_card", (timeout.as_secs_f64(),))?.extract::<Option<bool>>()
        })?;
        match there {
            Some(true) => Ok(()),
            Some(false) => {
                Err(Error::new(ResultCode::CardAbsent, "the connection of the program has no card yet"))
            }
            None => Err(Error::new(ResultCode::NotSupported, "the connection of the program cannot wait")),
        }
    }

    fn interface(&self) -> ReaderInterface {
        self.interface
    }

    fn extended_length(&self) -> Option<bool> {
        self.extended_length
    }

    fn is_virtual(&self) -> bool {
        self.is_virtual
    }
}
