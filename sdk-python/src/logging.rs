//! The log of the core, handed to Python's `logging` under the name "honnin".
//!
//! The level is that of the logger when a card is opened or a wait begins, so that lines which nobody wants are not
//! even formatted.

use crate::boundary::on_caller;
use honnin::log::{Level, Log};
use pyo3::prelude::*;
use std::sync::Arc;

const LOGGER: &str = "honnin";

/// A log that goes to the logger of Python, at the level that it has now.
pub(crate) fn log(py: Python<'_>) -> PyResult<Log> {
    let level: i64 = logger(py)?.call_method0(pyo3::intern!(py, "getEffectiveLevel"))?.extract()?;
    let most = match level {
        ..=5 => Level::Trace,
        6..=10 => Level::Debug,
        11..=20 => Level::Info,
        21..=30 => Level::Warn,
        31..=40 => Level::Error,
        _ => return Ok(Log::none()),
    };
    Ok(Log::to(
        most,
        Arc::new(|level: Level, module: &str, text: &str| {
            let (module, text) = (module.to_owned(), text.to_owned());
            let _ = on_caller(move |py| write(py, level, &module, &text));
        }),
    ))
}

/// A line for a panic: where, and nothing of what it said.
pub(crate) fn write_panic(file: &str, line: u32) {
    let text = format!("at {file}:{line}");
    let _ = on_caller(move |py| write(py, Level::Error, "panic", &text));
}

fn logger(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import(pyo3::intern!(py, "logging"))?.call_method1(pyo3::intern!(py, "getLogger"), (LOGGER,))
}

fn write(py: Python<'_>, level: Level, module: &str, text: &str) {
    let number = match level {
        Level::Error => 40,
        Level::Warn => 30,
        Level::Info => 20,
        Level::Debug => 10,
        Level::Trace => 5,
    };
    // A handler that raises must not change what happens to the card.
    let written = logger(py).and_then(|logger| {
        logger.call_method1(pyo3::intern!(py, "log"), (number, "%s: %s", module, text)).map(drop)
    });
    if let Err(error) = written {
        error.write_unraisable(py, None);
    }
}
