//! Whom to trust, and the verifications that need no card.

use crate::arguments::Data;
use crate::boundary::brief;
use crate::certificate::Certificate;
use crate::enums::{self, Choice};
use crate::errors;
use honnin::certificate::{
    Certificate as Core, Crl, OcspResponse, Profile, Purpose, ValidationOptions,
    ocsp_request as core_ocsp_request, validate as core_validate,
};
use honnin::result::{Report, Subject};
use honnin::{Hash, ResultCode};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

/// Whom a verification trusts. Immutable: each `with_…` gives a new one.
#[pyclass(frozen, module = "honnin")]
#[derive(Clone)]
pub(crate) struct Trust(honnin::certificate::Trust);

#[pymethods]
impl Trust {
    /// The production CAs of JPKI: what a shop wants.
    #[staticmethod]
    fn production() -> Trust {
        Trust(honnin::certificate::Trust::production())
    }

    /// The production CAs and those of the test cards, which still fail the finding TEST_CARD unless waived.
    #[staticmethod]
    fn with_test() -> Trust {
        Trust(honnin::certificate::Trust::with_test())
    }

    /// Nobody, until an anchor is added.
    #[staticmethod]
    fn added() -> Trust {
        Trust(honnin::certificate::Trust::added())
    }

    /// Trusts further CAs: Certificates, or DER or PEM.
    fn with_anchors(&self, py: Python<'_>, anchors: &Bound<'_, PyAny>) -> PyResult<Trust> {
        let mut trust = self.0.clone();
        for anchor in anchors.try_iter()? {
            trust.add_anchor(certificate(py, &anchor?)?);
        }
        Ok(Trust(trust))
    }

    /// Offers certificates that may stand between, under the profile RFC5280: Certificates, or DER or PEM. They are
    /// not trusted.
    fn with_intermediates(&self, py: Python<'_>, intermediates: &Bound<'_, PyAny>) -> PyResult<Trust> {
        let mut trust = self.0.clone();
        for intermediate in intermediates.try_iter()? {
            trust.add_intermediate(certificate(py, &intermediate?)?);
        }
        Ok(Trust(trust))
    }

    /// Gives certificate revocation lists: DER or PEM. Each is read once, here.
    fn with_crls(&self, py: Python<'_>, crls: &Bound<'_, PyAny>) -> PyResult<Trust> {
        let mut trust = self.0.clone();
        for crl in crls.try_iter()? {
            let data: Data = crl?.extract()?;
            trust.add_crl(brief(py, || Crl::parse(data.bytes()))?);
        }
        Ok(Trust(trust))
    }

    /// Gives OCSP responses in DER.
    fn with_ocsp(&self, py: Python<'_>, responses: &Bound<'_, PyAny>) -> PyResult<Trust> {
        let mut trust = self.0.clone();
        for response in responses.try_iter()? {
            let data: Data = response?.extract()?;
            trust.add_ocsp(brief(py, || OcspResponse::parse(data.bytes()))?);
        }
        Ok(Trust(trust))
    }

    /// Not supported by this version, except with nothing in it.
    fn with_card_keys(&self, py: Python<'_>, keys: &Bound<'_, PyAny>) -> PyResult<Trust> {
        // What was given and is not looked at must not seem to have been.
        match keys.try_iter()?.next() {
            None => Ok(self.clone()),
            Some(_) => Err(errors::raise(py, ResultCode::NotSupported, "this version has no card keys")),
        }
    }

    fn __repr__(&self) -> String {
        format!("<honnin.Trust of {} anchors>", self.0.anchors().len())
    }
}

fn certificate(py: Python<'_>, given: &Bound<'_, PyAny>) -> PyResult<Core> {
    if let Ok(certificate) = given.cast::<Certificate>() {
        return Ok(certificate.get().core().clone());
    }
    let data: Data = given.extract()?;
    brief(py, || Core::parse(data.bytes()))
}

/// Whether a certificate can be relied upon, at a moment and for a purpose: a Report.
#[pyfunction]
#[pyo3(signature = (
    certificate, *, at=None, trust=None, purpose=None, waive=Vec::new(), profile=Choice(Profile::Jpki), nonce=None,
    policies=Vec::new(), clock_skew=0, max_age=None, max_depth=None,
))]
#[allow(clippy::too_many_arguments)] // They are keywords.
pub(crate) fn validate<'py>(
    py: Python<'py>,
    certificate: &Bound<'py, Certificate>,
    at: Option<&Bound<'py, PyAny>>,
    trust: Option<&Bound<'py, Trust>>,
    purpose: Option<Choice<Purpose>>,
    waive: Vec<Choice<Subject>>,
    profile: Choice<Profile>,
    nonce: Option<Data>,
    policies: Vec<String>,
    clock_skew: u32,
    max_age: Option<u32>,
    max_depth: Option<u32>,
) -> PyResult<Bound<'py, PyAny>> {
    let options =
        options(at, trust, purpose, waive, profile, nonce, policies, clock_skew, max_age, max_depth)?;
    let core = certificate.get().core().clone();
    let report = brief(py, || core_validate(&core, &options))?;
    report_to_python(py, &report, &[Some(certificate.clone())], PyDict::new(py))
}

/// The options that every verification shares.
#[allow(clippy::too_many_arguments)] // They are keywords.
pub(crate) fn options(
    at: Option<&Bound<'_, PyAny>>,
    trust: Option<&Bound<'_, Trust>>,
    purpose: Option<Choice<Purpose>>,
    waive: Vec<Choice<Subject>>,
    profile: Choice<Profile>,
    nonce: Option<Data>,
    policies: Vec<String>,
    clock_skew: u32,
    max_age: Option<u32>,
    max_depth: Option<u32>,
) -> PyResult<ValidationOptions> {
    Ok(ValidationOptions {
        profile: profile.0,
        at_time: at.map(seconds).transpose()?,
        trust: trust.map(|trust| trust.get().0.clone()).unwrap_or_default(),
        purpose: purpose.map(|purpose| purpose.0),
        waive: waive.into_iter().map(|subject| subject.0).collect(),
        nonce: nonce.map(|nonce| nonce.bytes().to_vec()),
        policies,
        clock_skew,
        max_age,
        max_depth,
    })
}

/// The request for an OCSP responder about a certificate, in DER: for those whom the CA serves. Nothing is sent.
#[pyfunction]
#[pyo3(signature = (certificate, issuer, nonce=None))]
pub(crate) fn ocsp_request<'py>(
    py: Python<'py>,
    certificate: &Bound<'py, Certificate>,
    issuer: &Bound<'py, Certificate>,
    nonce: Option<Data>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (certificate, issuer) = (certificate.get().core(), issuer.get().core());
    let nonce = nonce.as_ref().map_or(&[][..], Data::bytes);
    let request = brief(py, || core_ocsp_request(certificate, issuer, nonce))?;
    Ok(PyBytes::new(py, &request))
}

/// Checks a signature with the key of a certificate, or with a public key in DER: the mathematics only. Raises if they
/// do not hold. Whose key it is, and whether it may be believed, is for `validate`.
#[pyfunction]
#[pyo3(signature = (certificate, data, signature, hash=Choice(Hash::Sha256)))]
pub(crate) fn verify(
    py: Python<'_>,
    certificate: &Bound<'_, PyAny>,
    data: Data,
    signature: Data,
    hash: Choice<Hash>,
) -> PyResult<()> {
    let (data, signature) = (data.bytes(), signature.bytes());
    if let Ok(certificate) = certificate.cast::<Certificate>() {
        let core = certificate.get().core();
        return brief(py, || honnin::signature::verify(core, hash.0, data, signature));
    }
    let key: Data = certificate
        .extract()
        .map_err(|_| PyTypeError::new_err("expected a Certificate or a public key in DER"))?;
    brief(py, || honnin::signature::verify_with_key(key.bytes(), hash.0, data, signature))
}

/// Seconds since the epoch of an aware datetime.
fn seconds(at: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = at.py();
    let invalid =
        || errors::raise(py, ResultCode::InvalidArgument, "a moment is a datetime with a time zone");
    let is_datetime = at.is_instance(&py.import("datetime")?.getattr("datetime")?)?;
    if !is_datetime || at.call_method0("utcoffset")?.is_none() {
        return Err(invalid());
    }
    let seconds: f64 = at.call_method0("timestamp")?.extract()?;
    // Within the years that a datetime can have, a float holds every second exactly.
    format!("{:.0}", seconds.floor()).parse().map_err(|_| invalid())
}

/// A report for Python; `about` holds what belongs to a document beside the findings.
pub(crate) fn report_to_python<'py>(
    py: Python<'py>,
    report: &Report,
    signers: &[Option<Bound<'py, Certificate>>],
    about: Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let values = py.import("honnin._values")?;
    let finding = values.getattr("Finding")?;
    let findings = PyList::empty(py);
    for one in report.findings() {
        let about = PyDict::new(py);
        about.set_item("subject", enums::to_python(py, one.subject)?)?;
        about.set_item("code", enums::to_python(py, one.code)?)?;
        about.set_item("state", enums::to_python(py, one.state)?)?;
        about.set_item("signer", one.signer)?;
        about.set_item("verdict", enums::optional(py, one.verdict)?)?;
        about.set_item("reasons", enums::differences(py, one.reasons)?)?;
        about.set_item("text", one.text)?;
        findings.append(finding.call((), Some(&about))?)?;
    }
    about.set_item("result", enums::to_python(py, report.result())?)?;
    about.set_item("findings", findings.to_tuple())?;
    about.set_item("signers", PyTuple::new(py, signers)?)?;
    values.getattr("Report")?.call((), Some(&about))
}
