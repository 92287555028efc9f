//! Signed documents: what `card.sign_cms` takes and gives, and verifying.

use crate::arguments::Data;
use crate::boundary::{Raised, Role, brief, on_caller};
use crate::certificate::Certificate;
use crate::enums::Choice;
use crate::errors;
use crate::trust::{self, Trust};
use core::mem;
use honnin::certificate::{Profile, Purpose};
use honnin::signature::Verification;
use honnin::signature::cms::{self, Content, SignedDocument, TimestampFn, Timestamped};
use honnin::signature::pdf;
use honnin::{Error, ResultCode};
use pyo3::exceptions::{PyException, PyRuntimeWarning};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What is to be signed, or was: bytes, or a binary file.
pub(crate) enum Source {
    Bytes(Data),
    File(PythonFile),
}

impl Source {
    pub(crate) fn of(data: &Bound<'_, PyAny>) -> PyResult<Source> {
        if data.hasattr("read")? {
            return Ok(Source::File(PythonFile::new(data)));
        }
        data.extract().map(Source::Bytes)
    }

    /// All of it.
    pub(crate) fn whole(self, py: Python<'_>) -> PyResult<Vec<u8>> {
        match self {
            Source::Bytes(data) => Ok(data.bytes().to_vec()),
            Source::File(mut file) => {
                let mut bytes = Vec::new();
                let read = brief(py, || Ok(file.read_to_end(&mut bytes)?));
                file.answer(py, read)?;
                Ok(bytes)
            }
        }
    }
}

/// A font: bytes, a binary file, or the path of a file, of which no more is read than a font may have.
pub(crate) fn font_of(font: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let py = font.py();
    let Ok(path) = font.extract::<PathBuf>() else { return Source::of(font)?.whole(py) };
    let most = u64::try_from(pdf::MOST_FONT).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    py.detach(|| File::open(path)?.take(most).read_to_end(&mut bytes))?;
    Ok(bytes)
}

/// A binary file of Python as a reader.
pub(crate) struct PythonFile {
    file: Py<PyAny>,
    piece: Vec<u8>,
    used: usize,
    raised: Option<PyErr>,
}

impl PythonFile {
    pub(crate) fn new(file: &Bound<'_, PyAny>) -> PythonFile {
        PythonFile { file: file.clone().unbind(), piece: Vec::new(), used: 0, raised: None }
    }

    /// What the caller hears of an operation that read the file: what the file raised comes first, or is the cause.
    pub(crate) fn answer<T>(&mut self, py: Python<'_>, result: PyResult<T>) -> PyResult<T> {
        match (result, self.raised.take()) {
            (Err(error), Some(cause)) => {
                if !cause.is_instance_of::<PyException>(py) {
                    return Err(cause);
                }
                error.set_cause(py, Some(cause));
                Err(error)
            }
            (result, _) => result,
        }
    }
}

impl Read for PythonFile {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.used >= self.piece.len() {
            let piece = Python::try_attach(|py| -> PyResult<Vec<u8>> {
                py.check_signals()?;
                let piece = self.file.bind(py).call_method1("read", (1 << 18,))?;
                piece.extract::<Data>().map(|data| data.bytes().to_vec())
            });
            match piece {
                Some(Ok(piece)) => (self.piece, self.used) = (piece, 0),
                failed => {
                    self.raised = failed.and_then(Result::err);
                    return Err(std::io::ErrorKind::Other.into());
                }
            }
        }
        let mut rest = self.piece.get(self.used..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.used = self.used.saturating_add(count);
        Ok(count)
    }
}

/// What a program's time-stamp function raised, for the end of the operation.
#[derive(Clone, Default)]
pub(crate) struct Refusal(Arc<Mutex<Option<PyErr>>>);

impl Refusal {
    fn keep(&self, error: PyErr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    fn take(&self) -> Option<PyErr> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The function of the program that sends a request to an authority. What it raises is the cause of a failure, unless it
/// is not meant for programs (KeyboardInterrupt).
pub(crate) fn timestamp_of(fetch: Py<PyAny>, refusal: &Refusal, raised: Arc<Raised>) -> Box<TimestampFn> {
    let (fetch, refusal) = (Arc::new(fetch), refusal.clone());
    Box::new(move |request: &[u8]| {
        let (fetch, refusal, raised) = (Arc::clone(&fetch), refusal.clone(), Arc::clone(&raised));
        let request = request.to_vec();
        let failed = || Error::new(ResultCode::IoError, "the time-stamp could not be fetched");
        let reply = on_caller(move |py| {
            let asked = fetch.bind(py).call1((PyBytes::new(py, &request),));
            match asked.and_then(|reply| reply.extract::<Data>()) {
                Ok(reply) => Some(reply.bytes().to_vec()),
                Err(error) if error.is_instance_of::<PyException>(py) => {
                    refusal.keep(error);
                    None
                }
                Err(error) => {
                    raised.keep(py, error, Role::Answer);
                    None
                }
            }
        });
        reply.flatten().ok_or_else(failed)
    })
}

/// The signed document for Python. If a time-stamp failed that was required, the exception carries the document;
/// otherwise there is a warning.
pub(crate) fn hand_out<'py>(
    py: Python<'py>,
    document: SignedDocument,
    required: bool,
    refusal: &Refusal,
) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = PyBytes::new(py, &document.bytes);
    let Timestamped::Failed(error) = document.timestamp else { return Ok(bytes) };
    let exception = errors::to_python(py, &error);
    if let Some(cause) = refusal.take() {
        exception.set_cause(py, Some(cause));
    }
    if required {
        exception.value(py).setattr("document", &bytes)?;
        return Err(exception);
    }
    let text = std::ffi::CString::new(format!("signed without a time-stamp: {error}")).unwrap_or_default();
    PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &text, 2)?;
    Ok(bytes)
}

/// Adds a time-stamp to every signature of a CMS that has none. `timestamp` sends a request and returns the reply.
#[pyfunction]
pub(crate) fn cms_timestamp_add<'py>(
    py: Python<'py>,
    cms: Data,
    timestamp: Py<PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (refusal, raised) = (Refusal::default(), Arc::new(Raised::default()));
    let mut fetch = timestamp_of(timestamp, &refusal, Arc::clone(&raised));
    let ending = crate::boundary::run(py, &|| {}, || cms::add_timestamp(cms.bytes(), &mut *fetch));
    match ending.settle(py, Some(&raised)) {
        Ok(stamped) => Ok(PyBytes::new(py, &stamped)),
        Err(error) => {
            if let Some(cause) = refusal.take() {
                error.set_cause(py, Some(cause));
            }
            Err(error)
        }
    }
}

/// Verifies a CMS: a Report. `content` is what it is about, if that is outside: bytes, or a binary file of any size.
/// Without a purpose the signers must be persons who sign documents.
#[pyfunction]
#[pyo3(
    signature = (
        cms, content=None, *, at=None, trust=None, purpose=None, waive=Vec::new(), profile=Choice(Profile::Jpki), nonce=None,
        policies=Vec::new(), clock_skew=0, max_age=None, max_depth=None,
    ),
    text_signature = "(cms, content=None, *, at=None, trust=None, purpose=None, waive=(), profile=\"jpki\", \
        nonce=None, policies=(), clock_skew=0, max_age=None, max_depth=None)"
)]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn verify_cms<'py>(
    py: Python<'py>,
    cms: Data,
    content: Option<&Bound<'py, PyAny>>,
    at: Option<&Bound<'py, PyAny>>,
    trust: Option<&Bound<'py, Trust>>,
    purpose: Option<Choice<Purpose>>,
    waive: Vec<trust::Waived>,
    profile: Choice<Profile>,
    nonce: Option<Data>,
    policies: Vec<String>,
    clock_skew: u32,
    max_age: Option<u32>,
    max_depth: Option<u32>,
) -> PyResult<Bound<'py, PyAny>> {
    let options =
        trust::options(at, trust, purpose, waive, profile, nonce, policies, clock_skew, max_age, max_depth)?;
    let verified = match content.map(Source::of).transpose()? {
        None => brief(py, || cms::verify(cms.bytes(), Content::Inside, &options))?,
        Some(Source::Bytes(data)) => {
            brief(py, || cms::verify(cms.bytes(), Content::Bytes(data.bytes()), &options))?
        }
        Some(Source::File(mut file)) => {
            let verified = brief(py, || cms::verify(cms.bytes(), Content::Reader(&mut file), &options));
            file.answer(py, verified)?
        }
    };
    report(py, &verified)
}

/// Verifies the signatures of a PDF: a Report with `signatures`; the weakest decides. Bytes, or a binary file.
/// Without a purpose the signers must be persons who sign documents.
#[pyfunction]
#[pyo3(
    signature = (
        data, *, at=None, trust=None, purpose=None, waive=Vec::new(), profile=Choice(Profile::Jpki), nonce=None,
        policies=Vec::new(), clock_skew=0, max_age=None, max_depth=None,
    ),
    text_signature = "(data, *, at=None, trust=None, purpose=None, waive=(), profile=\"jpki\", nonce=None, \
        policies=(), clock_skew=0, max_age=None, max_depth=None)"
)]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn verify_pdf<'py>(
    py: Python<'py>,
    data: &Bound<'py, PyAny>,
    at: Option<&Bound<'py, PyAny>>,
    trust: Option<&Bound<'py, Trust>>,
    purpose: Option<Choice<Purpose>>,
    waive: Vec<trust::Waived>,
    profile: Choice<Profile>,
    nonce: Option<Data>,
    policies: Vec<String>,
    clock_skew: u32,
    max_age: Option<u32>,
    max_depth: Option<u32>,
) -> PyResult<Bound<'py, PyAny>> {
    let options =
        trust::options(at, trust, purpose, waive, profile, nonce, policies, clock_skew, max_age, max_depth)?;
    let data = Source::of(data)?.whole(py)?;
    report(py, &brief(py, || pdf::verify(&data, &options))?)
}

/// A verified document as a Report.
fn report<'py>(py: Python<'py>, verified: &Verification) -> PyResult<Bound<'py, PyAny>> {
    let mut signers = Vec::new();
    for certificate in &verified.signers {
        signers.push(match certificate {
            Some(certificate) => Some(Bound::new(py, Certificate::of(certificate.clone()))?),
            None => None,
        });
    }
    let more = PyDict::new(py);
    let class = py.import("honnin._values")?.getattr("PdfSignature")?;
    let mut signatures = Vec::new();
    for signature in &verified.signatures {
        let later = signature.later_changes.name();
        let filled = PyTuple::new(py, &signature.filled)?;
        let (field, covers) = (&signature.field, signature.covers_whole_file);
        signatures.push(class.call1((field, covers, later, filled))?);
    }
    more.set_item("signatures", PyTuple::new(py, signatures)?)?;
    more.set_item("content", verified.content.as_ref().map(|content| PyBytes::new(py, content)))?;
    trust::report_to_python(py, &verified.report, &signers, more)
}
