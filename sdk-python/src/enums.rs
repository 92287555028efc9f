//! Enumerations: the numbers of the core, shown to Python as the members of ordinary Python enums.
//!
//! `honnin/_tables.py` holds the Python side. It is generated from [`tables`], and a test compares the two.

use honnin::card::{ExtendedLength, FaceImage, ImageFormat, KeyKind, Stage};
use honnin::certificate::{Profile, Purpose};
use honnin::holder::{HolderSource, Sex};
use honnin::reader::Disposition;
use honnin::result::{
    Audience, CardKind, Difference, Differences, PinKind, ReaderInterface, Reason, ResultCode, State,
    Subject, Tags, Traits, TrySpent, Verdict,
};
use honnin::{CertificateKind, Error, Hash};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// An enumeration that Python sees.
pub(crate) trait Listed: Copy + PartialEq + 'static {
    /// The Python class.
    const CLASS: &'static str;

    /// Every value with its number and its name.
    fn list() -> Vec<(Self, i64, &'static str)>;
}

macro_rules! numbered {
    ($($type:ident $class:literal,)*) => {$(
        impl Listed for $type {
            const CLASS: &'static str = $class;

            fn list() -> Vec<(Self, i64, &'static str)> {
                $type::ALL.iter().map(|value| (*value, i64::from(value.number()), value.name())).collect()
            }
        }
    )*};
}

macro_rules! listed {
    ($type:ident $class:literal { $($variant:ident = $number:literal, $name:literal;)* }) => {
        impl Listed for $type {
            const CLASS: &'static str = $class;

            fn list() -> Vec<(Self, i64, &'static str)> {
                vec![$(($type::$variant, $number, $name)),*]
            }
        }
    };
}

numbered! {
    ResultCode "ResultCode",
    PinKind "PinKind",
    CardKind "CardKind",
    ReaderInterface "ReaderInterface",
    Reason "Reason",
    CertificateKind "CertificateKind",
    KeyKind "Key",
    Hash "Hash",
    Subject "Subject",
    State "State",
    Audience "Audience",
    Purpose "Purpose",
    Profile "Profile",
    Stage "Stage",
    Verdict "Verdict",
    FaceImage "FaceImage",
    ImageFormat "ImageFormat",
}

listed!(TrySpent "TrySpent" { No = 0, "NO"; Yes = 1, "YES"; Unknown = 2, "UNKNOWN"; });
listed!(Sex "Sex" { Male = 1, "MALE"; Female = 2, "FEMALE"; Unknown = 9, "UNKNOWN"; });
listed!(HolderSource "HolderSource" {
    Certificate = 1, "CERTIFICATE"; Text = 2, "TEXT"; Face = 3, "FACE"; Age = 4, "AGE";
});
listed!(ExtendedLength "ExtendedLength" { Auto = 0, "AUTO"; Never = 1, "NEVER"; Always = 2, "ALWAYS"; });
listed!(Disposition "Disposition" { Leave = 0, "LEAVE"; Reset = 1, "RESET"; Unpower = 2, "UNPOWER"; });

/// The member of the Python enum.
pub(crate) fn to_python<T: Listed>(py: Python<'_>, value: T) -> PyResult<Bound<'_, PyAny>> {
    let number = T::list().into_iter().find(|(known, _, _)| *known == value).map(|(_, number, _)| number);
    class::<T>(py)?.call1((number,))
}

/// The member, or None.
pub(crate) fn optional<T: Listed>(py: Python<'_>, value: Option<T>) -> PyResult<Option<Bound<'_, PyAny>>> {
    value.map(|value| to_python(py, value)).transpose()
}

fn class<T: Listed>(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import(pyo3::intern!(py, "honnin._tables"))?.getattr(T::CLASS)
}

/// The member of `honnin.Difference` with these bits.
pub(crate) fn differences(py: Python<'_>, differences: Differences) -> PyResult<Bound<'_, PyAny>> {
    py.import(pyo3::intern!(py, "honnin._tables"))?.getattr("Difference")?.call1((differences.bits(),))
}

/// A name as names are compared: "SHA-256" and "sha256" are both in use.
pub(crate) fn plain(name: &str) -> String {
    name.replace(['-', '_'], "").to_ascii_uppercase()
}

/// An argument: the member, or its name in any case.
#[derive(Clone, Copy)]
pub(crate) struct Choice<T>(pub(crate) T);

impl<'py, T: Listed> FromPyObject<'_, 'py> for Choice<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Choice<T>> {
        let py = object.py();
        let found = if let Ok(name) = object.cast::<PyString>() {
            let name = plain(&name.to_cow()?);
            T::list().into_iter().find(|(_, _, known)| plain(known) == name)
        } else if object.is_instance(&class::<T>(py)?)? {
            let number: i64 = object.getattr(pyo3::intern!(py, "value"))?.extract()?;
            T::list().into_iter().find(|(_, known, _)| *known == number)
        } else {
            None
        };
        found.map(|(value, _, _)| Choice(value)).ok_or_else(|| {
            let detail = "an argument is neither a member of its enumeration nor the name of one";
            crate::errors::to_python(py, &Error::new(ResultCode::InvalidArgument, detail))
        })
    }
}

/// Everything that `honnin/_tables.py` is made of: `{class: {member: number}}`, and for each code its traits,
/// its family and what it means.
#[pyfunction]
pub(crate) fn tables(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    fn add<T: Listed>(all: &Bound<'_, PyDict>) -> PyResult<()> {
        let members = PyDict::new(all.py());
        for (_, number, name) in T::list() {
            members.set_item(name.to_ascii_uppercase(), number)?;
        }
        all.set_item(T::CLASS, members)
    }
    let all = PyDict::new(py);
    add::<ResultCode>(&all)?;
    add::<PinKind>(&all)?;
    add::<CardKind>(&all)?;
    add::<ReaderInterface>(&all)?;
    add::<Reason>(&all)?;
    add::<CertificateKind>(&all)?;
    add::<KeyKind>(&all)?;
    add::<Hash>(&all)?;
    add::<Subject>(&all)?;
    add::<State>(&all)?;
    add::<Audience>(&all)?;
    add::<Purpose>(&all)?;
    add::<Profile>(&all)?;
    add::<Stage>(&all)?;
    add::<Verdict>(&all)?;
    add::<FaceImage>(&all)?;
    add::<ImageFormat>(&all)?;
    add::<TrySpent>(&all)?;
    add::<Sex>(&all)?;
    add::<HolderSource>(&all)?;
    add::<ExtendedLength>(&all)?;
    add::<Disposition>(&all)?;
    let differences = PyDict::new(py);
    for one in Difference::ALL {
        differences.set_item(one.name(), one.bit())?;
    }
    differences.set_item("SPELLING", Differences::SPELLING.bits())?;
    differences.set_item("ACCEPTABLE", Differences::ACCEPTABLE.bits())?;
    all.set_item("Difference", differences)?;
    let tags = PyDict::new(py);
    for (name, tag) in Tags::ALL {
        tags.set_item(name, tag.bits())?;
    }
    all.set_item("Tags", tags)?;
    let (traits, codes) = (PyDict::new(py), PyDict::new(py));
    for (name, one) in Traits::ALL {
        traits.set_item(name, one.bits())?;
    }
    all.set_item("Traits", traits)?;
    for code in ResultCode::ALL {
        let about = PyDict::new(py);
        about.set_item("traits", code.traits().bits())?;
        about.set_item("family", format!("{:?}", code.family()))?;
        about.set_item("text", code.message(Audience::Developer, "en"))?;
        codes.set_item(code.name(), about)?;
    }
    all.set_item("codes", codes)?;
    Ok(all)
}
