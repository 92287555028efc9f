//! Whom to trust, and the verifications that need no card.

use crate::arguments::Data;
use crate::boundary::brief;
use crate::certificate::Certificate;
use crate::enums::{self, Choice};
use crate::errors;
use honnin::certificate::{
    CardCaKey, Certificate as Core, Crl, OcspResponse, Profile, Purpose, ValidationOptions,
    ocsp_request as core_ocsp_request, validate as core_validate,
};
use honnin::result::{Report, Subject, Waiver};
use honnin::{Error, Hash, ResultCode};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

/// Whom a verification trusts. Immutable: each `with_…` gives a new one.
#[pyclass(frozen, module = "honnin")]
#[derive(Clone)]
pub(crate) struct Trust {
    core: honnin::certificate::Trust,
    /// How it was made, for pickling; `None` if the command made it.
    origin: Option<Origin>,
}

/// What a program began with, and what it added, in that order.
#[derive(Clone)]
struct Origin {
    set: &'static str,
    added: Vec<Added>,
}

#[derive(Clone)]
enum Added {
    Anchor(Core),
    Intermediate(Core),
    Crl(Crl),
    Ocsp(OcspResponse),
    CardKey(Vec<u8>),
    TimestampAnchor(Core),
}

#[pymethods]
impl Trust {
    /// The production CAs of JPKI: what a shop wants.
    #[staticmethod]
    fn production() -> Trust {
        Trust::begin("production", honnin::certificate::Trust::production())
    }

    /// The production CAs and those of the test cards, which still fail the finding TEST_CARD unless waived.
    #[staticmethod]
    fn with_test() -> Trust {
        Trust::begin("with_test", honnin::certificate::Trust::with_test())
    }

    /// Nobody, until an anchor is added.
    #[staticmethod]
    fn added() -> Trust {
        Trust::begin("added", honnin::certificate::Trust::added())
    }

    /// Trusts further CAs for the certificates of persons: Certificates, or DER or PEM. They do not
    /// vouch for time-stamps.
    fn with_anchors(&self, py: Python<'_>, anchors: &Bound<'_, PyAny>) -> PyResult<Trust> {
        self.with(anchors, |anchor| certificate(py, anchor).map(Added::Anchor))
    }

    /// Trusts CAs for time-stamping authorities: Certificates, or DER or PEM. They do not vouch for
    /// persons.
    fn with_timestamp_anchors(&self, py: Python<'_>, anchors: &Bound<'_, PyAny>) -> PyResult<Trust> {
        self.with(anchors, |anchor| certificate(py, anchor).map(Added::TimestampAnchor))
    }

    /// Offers certificates that may stand between, under the profile RFC5280: Certificates, or DER or PEM. They are
    /// not trusted.
    fn with_intermediates(&self, py: Python<'_>, intermediates: &Bound<'_, PyAny>) -> PyResult<Trust> {
        self.with(intermediates, |intermediate| certificate(py, intermediate).map(Added::Intermediate))
    }

    /// Gives certificate revocation lists: DER or PEM. Each is read once, here.
    fn with_crls(&self, py: Python<'_>, crls: &Bound<'_, PyAny>) -> PyResult<Trust> {
        self.with(crls, |crl| {
            let data: Data = crl.extract()?;
            brief(py, || Crl::parse(data.bytes())).map(Added::Crl)
        })
    }

    /// Gives OCSP responses in DER.
    fn with_ocsp(&self, py: Python<'_>, responses: &Bound<'_, PyAny>) -> PyResult<Trust> {
        self.with(responses, |response| {
            let data: Data = response.extract()?;
            brief(py, || OcspResponse::parse(data.bytes())).map(Added::Ocsp)
        })
    }

    /// Trusts further issuers of cards: each the identifier of a key (16 bytes), then its exponent (90) and modulus (91).
    fn with_card_keys(&self, py: Python<'_>, keys: &Bound<'_, PyAny>) -> PyResult<Trust> {
        self.with(keys, |key| {
            let key: Data = key.extract()?;
            brief(py, || CardCaKey::parse(key.bytes()))?;
            Ok(Added::CardKey(key.bytes().to_vec()))
        })
    }

    fn __repr__(&self) -> String {
        let (anchors, stamps) = (self.core.anchors().len(), self.core.timestamp_anchors().len());
        match stamps {
            0 => format!("<honnin.Trust of {anchors} anchors>"),
            _ => format!("<honnin.Trust of {anchors} anchors, {stamps} for time-stamps>"),
        }
    }

    /// What it was made of; certificates, lists and responses as DER.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Pieces<'py>)> {
        let Some(origin) = &self.origin else {
            return Err(PyTypeError::new_err("this Trust belongs to the command and cannot be pickled"));
        };
        let added = origin.added.iter().map(|added| {
            let (method, bytes) = match added {
                Added::Anchor(certificate) => ("with_anchors", certificate.der()),
                Added::Intermediate(certificate) => ("with_intermediates", certificate.der()),
                Added::Crl(crl) => ("with_crls", crl.der()),
                Added::Ocsp(response) => ("with_ocsp", response.der()),
                Added::CardKey(key) => ("with_card_keys", key.as_slice()),
                Added::TimestampAnchor(certificate) => ("with_timestamp_anchors", certificate.der()),
            };
            (method, PyBytes::new(py, bytes))
        });
        Ok((py.import("honnin._values")?.getattr("restore_trust")?, (origin.set, added.collect())))
    }
}

/// What [`Trust::__reduce__`] gives: the set it began with, and for each addition the method and the bytes.
type Pieces<'py> = (&'static str, Vec<(&'static str, Bound<'py, PyBytes>)>);

impl Trust {
    fn begin(set: &'static str, core: honnin::certificate::Trust) -> Trust {
        Trust { core, origin: Some(Origin { set, added: Vec::new() }) }
    }

    /// One of the core's, which cannot be pickled.
    pub(crate) fn of(core: honnin::certificate::Trust) -> Trust {
        Trust { core, origin: None }
    }

    fn with(
        &self,
        given: &Bound<'_, PyAny>,
        read: impl Fn(&Bound<'_, PyAny>) -> PyResult<Added>,
    ) -> PyResult<Trust> {
        let mut trust = self.clone();
        for one in given.try_iter()? {
            let added = read(&one?)?;
            match added.clone() {
                Added::Anchor(certificate) => trust.core.add_anchor(certificate),
                Added::Intermediate(certificate) => trust.core.add_intermediate(certificate),
                Added::Crl(crl) => trust.core.add_crl(crl),
                Added::Ocsp(response) => trust.core.add_ocsp(response),
                Added::CardKey(key) => {
                    trust.core.add_card_key(brief(given.py(), || CardCaKey::parse(&key))?);
                }
                Added::TimestampAnchor(certificate) => trust.core.add_timestamp_anchor(certificate),
            }
            if let Some(origin) = &mut trust.origin {
                origin.added.push(added);
            }
        }
        Ok(trust)
    }

    pub(crate) fn core(&self) -> &honnin::certificate::Trust {
        &self.core
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
#[pyo3(
    signature = (
        certificate, *, at=None, trust=None, purpose=None, waive=Vec::new(), profile=Choice(Profile::Jpki), nonce=None,
        policies=Vec::new(), clock_skew=0, max_age=None, max_depth=None,
    ),
    text_signature = "(certificate, *, at=None, trust=None, purpose=None, waive=(), profile=\"jpki\", \
        nonce=None, policies=(), clock_skew=0, max_age=None, max_depth=None)"
)]
#[allow(clippy::too_many_arguments)] // They are keywords.
pub(crate) fn validate<'py>(
    py: Python<'py>,
    certificate: &Bound<'py, Certificate>,
    at: Option<&Bound<'py, PyAny>>,
    trust: Option<&Bound<'py, Trust>>,
    purpose: Option<Choice<Purpose>>,
    waive: Vec<Waived>,
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

/// What shall not count: the name of a waiver, in any case, or the member of `Subject` that has
/// this name.
pub(crate) struct Waived(Waiver);

impl<'py> FromPyObject<'_, 'py> for Waived {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Waived> {
        let name = match object.cast::<PyString>() {
            Ok(name) => name.to_cow()?.into_owned(),
            Err(_) => object.extract::<Choice<Subject>>()?.0.name().to_owned(),
        };
        let name = enums::plain(&name);
        let named = Waiver::ALL.iter().copied().find(|waiver| enums::plain(waiver.name()) == name);
        named.map(Waived).ok_or_else(|| {
            let detail = "only revocation, test_card, timestamp and signing_certificate may be waived";
            errors::to_python(object.py(), &Error::new(ResultCode::InvalidArgument, detail))
        })
    }
}

/// The options that every verification shares.
#[allow(clippy::too_many_arguments)] // They are keywords.
pub(crate) fn options(
    at: Option<&Bound<'_, PyAny>>,
    trust: Option<&Bound<'_, Trust>>,
    purpose: Option<Choice<Purpose>>,
    waive: Vec<Waived>,
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
        trust: trust.map(|trust| trust.get().core.clone()).unwrap_or_default(),
        purpose: purpose.map(|purpose| purpose.0),
        waive: waive.into_iter().map(|waived| waived.0).collect(),
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
#[pyo3(
    signature = (certificate, data, signature, hash=Choice(Hash::Sha256)),
    text_signature = "(certificate, data, signature, hash=\"sha256\")"
)]
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
        about.set_item("text", one.text.as_ref())?;
        findings.append(finding.call((), Some(&about))?)?;
    }
    about.set_item("result", enums::to_python(py, report.result())?)?;
    about.set_item("reason", enums::optional(py, report.reason())?)?;
    about.set_item("findings", findings.to_tuple())?;
    about.set_item("signers", PyTuple::new(py, signers)?)?;
    values.getattr("Report")?.call((), Some(&about))
}
