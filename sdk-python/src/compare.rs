//! `honnin.compare`: a holder beside what is registered.

use crate::boundary::brief;
use crate::enums::Choice;
use crate::errors;
use crate::trust::report_to_python;
use honnin::ResultCode;
use honnin::holder::{Holder, HolderSource, PartialDate, Sex};
use honnin::identity::{Registered, Script, compare as core_compare};
use honnin::result::{Difference, Differences, Finding, Subject, Verdict};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyString};

/// Compares a holder with what is registered: a Report with a finding each for what is given. What only a person can
/// judge, and every difference that `accept` does not have, is UNDECIDED.
#[pyfunction]
#[pyo3(signature = (
    holder, *, name=None, name_kana=None, address=None, birth_date=None, sex=None, script=None, accept=None,
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn compare<'py>(
    py: Python<'py>,
    holder: &Bound<'py, PyAny>,
    name: Option<String>,
    name_kana: Option<String>,
    address: Option<String>,
    birth_date: Option<&Bound<'py, PyAny>>,
    sex: Option<Choice<Sex>>,
    script: Option<&str>,
    accept: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let registered = Registered {
        name,
        script: script.map(|script| script_of(py, script)).transpose()?,
        name_kana,
        address,
        birth_date: birth_date.map(date_of).transpose()?,
        sex: sex.map(|sex| sex.0),
        accept: accept.map(differences_of).transpose()?,
    };
    let holder = holder_of(holder)?;
    let report = brief(py, || core_compare(&holder, &registered))?;
    report_to_python(py, &report, &[], PyDict::new(py))
}

/// What the staff are told of a comparison.
#[pyfunction]
pub(crate) fn staff_text(
    subject: Choice<Subject>,
    verdict: Choice<Verdict>,
    reasons: u64,
    lang: &str,
) -> Option<String> {
    Finding::compared(subject.0, verdict.0, Differences::from_bits(reasons)?).staff_text(lang)
}

fn invalid(py: Python<'_>, detail: &'static str) -> PyErr {
    errors::raise(py, ResultCode::InvalidArgument, detail)
}

fn script_of(py: Python<'_>, name: &str) -> PyResult<Script> {
    match name.to_ascii_lowercase().as_str() {
        "kanji" => Ok(Script::Kanji),
        "kana" => Ok(Script::Kana),
        "latin" => Ok(Script::Latin),
        _ => Err(invalid(py, "a script is kanji, kana or latin")),
    }
}

/// A date, or a text YYYY-MM-DD with unknown parts 00.
fn date_of(date: &Bound<'_, PyAny>) -> PyResult<PartialDate> {
    let text: String = match date.cast::<PyString>() {
        Ok(text) => text.to_cow()?.into_owned(),
        Err(_) => date.call_method1("strftime", ("%Y-%m-%d",))?.extract()?,
    };
    // Years before 1000 have fewer digits on some systems.
    PartialDate::from_text(&format!("{text:0>10}"))
        .ok_or_else(|| invalid(date.py(), "a birth date is a date, or YYYY-MM-DD"))
}

/// Differences: flags, or names or flags in any collection.
fn differences_of(accept: &Bound<'_, PyAny>) -> PyResult<Differences> {
    let py = accept.py();
    let unknown = || invalid(py, "accept has something that is no difference");
    if let Ok(bits) = accept.cast::<PyInt>() {
        return Differences::from_bits(bits.extract()?).ok_or_else(unknown);
    }
    let named = |text: &str| {
        let plain = text.replace('-', "_").to_ascii_uppercase();
        let one = Difference::ALL.iter().find(|one| one.name() == plain).map(|one| (*one).into());
        one.or(match plain.as_str() {
            "SPELLING" => Some(Differences::SPELLING),
            "ACCEPTABLE" => Some(Differences::ACCEPTABLE),
            _ => None,
        })
    };
    if let Ok(text) = accept.cast::<PyString>() {
        return named(&text.to_cow()?).ok_or_else(unknown);
    }
    let mut all = Differences::NONE;
    for one in accept.try_iter()? {
        all |= differences_of(&one?)?;
    }
    Ok(all)
}

/// The core's holder, from the value that Python has.
fn holder_of(holder: &Bound<'_, PyAny>) -> PyResult<Holder> {
    let py = holder.py();
    if !holder.is_instance(&py.import("honnin._values")?.getattr("Holder")?)? {
        return Err(pyo3::exceptions::PyTypeError::new_err("expected a honnin.Holder"));
    }
    let text = |name: &str| -> PyResult<Option<String>> { holder.getattr(name)?.extract() };
    let flags = |detail: &str, whether: &str| -> PyResult<Vec<bool>> {
        let flags: String = holder.getattr(detail)?.extract()?;
        // Some, and nobody says which.
        let unsaid = flags.is_empty() && holder.getattr(whether)?.extract()?;
        Ok(if unsaid { vec![true] } else { flags.chars().map(|flag| flag != '0').collect() })
    };
    let birth_date = holder.getattr("birth_date_text")?;
    let sex: Option<Choice<Sex>> = holder.getattr("sex")?.extract()?;
    Ok(Holder {
        name: text("name")?,
        name_kana: text("name_kana")?,
        address: text("address")?,
        birth_date: date_of(&birth_date)?,
        sex: sex.map(|sex| sex.0),
        name_substituted: flags("name_substitutes", "name_substituted")?,
        address_substituted: flags("address_substitutes", "address_substituted")?,
        source: HolderSource::Certificate,
    })
}
