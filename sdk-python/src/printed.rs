//! What is printed on the card, as codes; and whether somebody is old enough.

use crate::boundary::brief;
use crate::errors;
use honnin::ResultCode;
use honnin::card::{code_b as core_code_b, code_birth_date as core_code_birth_date};
use honnin::holder::{Holder, HolderSource, PartialDate};
use honnin::identity::age;
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyString};

/// A date, or its text YYYY-MM-DD.
pub(crate) struct Day(String);

impl<'py> FromPyObject<'_, 'py> for Day {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Day> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Day(text.to_cow()?.into_owned()));
        }
        if object.is_instance_of::<PyDate>() {
            let text: String = object.call_method0("isoformat")?.extract()?;
            // A datetime is a date too; its day is what counts.
            return Ok(Day(text.chars().take(10).collect()));
        }
        Err(invalid(object.py(), "a day is a date, or its text YYYY-MM-DD"))
    }
}

fn invalid(py: Python<'_>, detail: &'static str) -> PyErr {
    errors::raise(py, ResultCode::InvalidArgument, detail)
}

/// 照合番号B: from the birth date, the year in which the card expires and the four digits printed on the card.
#[pyfunction]
pub(crate) fn code_b(
    py: Python<'_>,
    birth_date: Day,
    expiry_year: &Bound<'_, PyAny>,
    security_code: &str,
) -> PyResult<String> {
    let year = expiry_year.str()?.to_cow()?.into_owned();
    let code = brief(py, || core_code_b(&birth_date.0, &year, security_code))?;
    Ok(String::from_utf8_lossy(code.bytes()).into_owned())
}

/// The birth date as the age record is opened with: YYMMDD in its era.
#[pyfunction]
pub(crate) fn code_birth_date(py: Python<'_>, birth_date: Day) -> PyResult<String> {
    let code = brief(py, || core_code_birth_date(&birth_date.0))?;
    Ok(String::from_utf8_lossy(code.bytes()).into_owned())
}

/// True if the holder has reached the age on that day, or today in Japan. Anything else raises: AgeNotMet, AgeUndecided.
#[pyfunction]
#[pyo3(signature = (holder, years, on=None, *, count_eve=false))]
pub(crate) fn age_check(
    py: Python<'_>,
    holder: &Bound<'_, PyAny>,
    years: u32,
    on: Option<Day>,
    count_eve: bool,
) -> PyResult<bool> {
    let text: String = holder.getattr("birth_date_text")?.extract()?;
    let date = |text: &str| PartialDate::from_text(text).ok_or_else(|| invalid(py, "a day is YYYY-MM-DD"));
    let birth_date = date(&text)?;
    let on = on.map(|on| date(&on.0)).transpose()?;
    let holder = Holder {
        name: None,
        name_kana: None,
        address: None,
        birth_date,
        sex: None,
        name_substituted: Vec::new(),
        address_substituted: Vec::new(),
        source: HolderSource::Age,
    };
    brief(py, || age::age_check(&holder, years, on, count_eve))?;
    Ok(true)
}
