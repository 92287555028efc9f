//! `honnin.Certificate`: an X.509 certificate as it was read, and the person that it names.

use crate::arguments::Data;
use crate::boundary::brief;
use crate::enums;
use honnin::certificate::Certificate as Core;
use honnin::holder::{Holder, PartialDate};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDate, PyDateTime, PyDict, PyTuple, PyTzInfo};

/// An X.509 certificate. Whether it can be believed is for `honnin.validate` to say.
#[pyclass(frozen, module = "honnin", eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Certificate(Hashed);

/// Equal and hashed by its bytes.
struct Hashed(Core);

impl PartialEq for Hashed {
    fn eq(&self, other: &Hashed) -> bool {
        self.0 == other.0
    }
}

impl Eq for Hashed {}

impl core::hash::Hash for Hashed {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.der().hash(state);
    }
}

impl Certificate {
    pub(crate) fn of(core: Core) -> Certificate {
        Certificate(Hashed(core))
    }

    pub(crate) fn core(&self) -> &Core {
        &self.0.0
    }
}

#[pymethods]
impl Certificate {
    /// Reads a certificate: DER with nothing behind it, or PEM with one block.
    #[new]
    fn new(py: Python<'_>, der_or_pem: Data) -> PyResult<Certificate> {
        brief(py, || Core::parse(der_or_pem.bytes())).map(Certificate::of)
    }

    /// The certificate in DER, byte for byte as it was read.
    #[getter]
    fn der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.core().der())
    }

    /// The certificate in PEM.
    #[getter]
    fn pem(&self) -> String {
        self.core().pem()
    }

    /// SHA-256 over the DER in lower-case hexadecimal digits.
    #[getter]
    fn fingerprint(&self) -> &str {
        self.core().fingerprint()
    }

    /// The subject as RFC 4514 writes names.
    #[getter]
    fn subject(&self) -> &str {
        self.core().subject()
    }

    /// The issuer as RFC 4514 writes names.
    #[getter]
    fn issuer(&self) -> &str {
        self.core().issuer()
    }

    /// The serial number in upper-case hexadecimal digits.
    #[getter]
    fn serial(&self) -> &str {
        self.core().serial()
    }

    /// The first second in which it holds, in UTC.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        moment(py, self.core().not_before())
    }

    /// The last second in which it holds, in UTC.
    #[getter]
    fn not_after<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        moment(py, self.core().not_after())
    }

    /// Which certificate of a card it is, as far as it says so itself.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        enums::optional(py, self.core().kind())
    }

    /// The public key as DER of a SubjectPublicKeyInfo.
    #[getter]
    fn public_key_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.core().spki_der())
    }

    /// The person that a signing certificate names; NotFound for the other certificates.
    #[getter]
    fn holder<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let holder = brief(py, || self.core().holder())?;
        holder_to_python(py, &holder)
    }

    /// The certificate as an object of the package cryptography, which must be installed.
    fn to_cryptography<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("cryptography.x509")?.call_method1("load_der_x509_certificate", (self.der(py),))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        Ok((slf.get_type().into_any(), PyTuple::new(py, [slf.get().der(py)])?))
    }

    /// The kind and nothing that points at a person.
    fn __repr__(&self) -> String {
        let kind = self.core().kind().map_or("OTHER", honnin::CertificateKind::name);
        format!("<honnin.Certificate {kind}>")
    }
}

/// An aware datetime in UTC.
fn moment(py: Python<'_>, seconds: i64) -> PyResult<Bound<'_, PyAny>> {
    // Whole seconds from the epoch: `fromtimestamp` would go through floating point and the local clock.
    let utc = PyTzInfo::utc(py)?.to_owned();
    let epoch = PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?;
    let delta = py.import("datetime")?.getattr("timedelta")?.call1((0, seconds))?;
    epoch.add(delta)
}

fn holder_to_python<'py>(py: Python<'py>, holder: &Holder) -> PyResult<Bound<'py, PyAny>> {
    let about = PyDict::new(py);
    about.set_item("name", &holder.name)?;
    about.set_item("address", &holder.address)?;
    about.set_item("birth_date", date(py, holder.birth_date)?)?;
    about.set_item("birth_date_text", holder.birth_date.to_string())?;
    about.set_item("sex", enums::optional(py, holder.sex)?)?;
    about.set_item("name_substituted", holder.is_name_substituted())?;
    about.set_item("address_substituted", holder.is_address_substituted())?;
    about.set_item("name_kana", &holder.name_kana)?;
    let flags = |flags: &[bool]| flags.iter().map(|one| if *one { '1' } else { '0' }).collect::<String>();
    about.set_item("name_substitutes", flags(&holder.name_substituted))?;
    about.set_item("address_substitutes", flags(&holder.address_substituted))?;
    about.set_item("source", enums::to_python(py, holder.source)?)?;
    py.import("honnin._values")?.getattr("Holder")?.call((), Some(&about))
}

/// A date, or None if parts of it are unknown.
pub(crate) fn date(py: Python<'_>, date: PartialDate) -> PyResult<Option<Bound<'_, PyDate>>> {
    if !date.is_complete() {
        return Ok(None);
    }
    PyDate::new(py, date.year().into(), date.month(), date.day()).map(Some)
}
