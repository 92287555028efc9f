//! Readers, and waiting for a card to come or go.

use crate::arguments::{Seconds, THIRTY_SECONDS, Which};
use crate::boundary::run;
use crate::enums;
use crate::{errors, logging};
use honnin::{Context, ContextOptions, Event, Reader, ResultCode, WaitOptions};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// A context for one call or one card, and the name of the reader that was asked for.
pub(crate) fn context(
    py: Python<'_>,
    which: Which,
    options: ContextOptions,
) -> PyResult<(Context, Option<String>)> {
    let virtual_card = match &which {
        Which::Virtual(card) => Some(card.clone()),
        _ => None,
    };
    let options = ContextOptions {
        log: logging::log(py)?,
        no_pcsc: options.no_pcsc || virtual_card.is_some(),
        ..options
    };
    let context = Context::new(options).map_err(|error| errors::to_python(py, &error))?;
    let name = match (which, virtual_card) {
        (_, Some(card)) => Some(context.add_virtual_reader(Arc::new(card))),
        (Which::Named(name), _) => Some(name),
        _ => None,
    };
    Ok((context, name))
}

/// The readers that there are now. None at all is no error.
#[pyfunction]
pub(crate) fn readers(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyAny>>> {
    let (context, _) = context(py, Which::Any, ContextOptions::default())?;
    let found = run(py, &|| context.cancel(), || context.readers()).settle(py, None)?;
    found.iter().map(|reader| to_python(py, reader)).collect()
}

/// Waits until a card is in the reader, or in any reader, and returns that reader.
#[pyfunction]
#[pyo3(
    signature = (timeout=THIRTY_SECONDS, *, reader=Which::Any),
    text_signature = "(timeout=30.0, *, reader=None)"
)]
pub(crate) fn wait_for_card(py: Python<'_>, timeout: Seconds, reader: Which) -> PyResult<Bound<'_, PyAny>> {
    let (seen, name) = wait(py, Event::CardIn, timeout, reader)?;
    let with_card = seen
        .iter()
        .find(|reader| reader.card_present && name.as_ref().is_none_or(|name| reader.name == *name));
    let gone = || errors::raise(py, ResultCode::CardRemoved, "the card left at once");
    to_python(py, with_card.ok_or_else(gone)?)
}

/// Waits until no card is in the reader, or in any reader.
#[pyfunction]
#[pyo3(
    signature = (timeout=THIRTY_SECONDS, *, reader=Which::Any),
    text_signature = "(timeout=30.0, *, reader=None)"
)]
pub(crate) fn wait_for_removal(py: Python<'_>, timeout: Seconds, reader: Which) -> PyResult<()> {
    wait(py, Event::CardOut, timeout, reader).map(drop)
}

fn wait(
    py: Python<'_>,
    event: Event,
    timeout: Seconds,
    which: Which,
) -> PyResult<(Vec<Reader>, Option<String>)> {
    let (context, name) = context(py, which, ContextOptions::default())?;
    let options = WaitOptions { event, reader: name.clone(), timeout: timeout.0 };
    let seen = run(py, &|| context.cancel(), || context.wait(&options)).settle(py, None)?;
    Ok((seen, name))
}

fn to_python<'py>(py: Python<'py>, reader: &Reader) -> PyResult<Bound<'py, PyAny>> {
    let about = PyDict::new(py);
    about.set_item("name", &reader.name)?;
    about.set_item("card_present", reader.card_present)?;
    about.set_item("in_use", reader.in_use)?;
    about.set_item("exclusive", reader.exclusive)?;
    about.set_item("mute", reader.mute)?;
    about.set_item("interface", enums::to_python(py, reader.interface)?)?;
    about.set_item("is_virtual", reader.is_virtual)?;
    py.import("honnin._values")?.getattr("Reader")?.call((), Some(&about))
}
