//! Rows of an archive, judged by the core without the GIL: what `honnin.batch` makes its columns of.

use crate::arguments::Data;
use crate::boundary::{brief, caught};
use crate::enums::Choice;
use crate::errors;
use crate::trust::{self, Trust};
use honnin::certificate::{Certificate, Profile, Purpose, ValidationOptions, validate};
use honnin::holder::Holder;
use honnin::result::Finding;
use honnin::signature::cms::{self, Content};
use honnin::{Error, Hash, ResultCode};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::collections::HashMap;
use zeroize::Zeroizing;

/// The shortest key of the hashes, in bytes. With a shorter one names could be guessed.
const SHORTEST_KEY: usize = 16;

/// How rows are judged. Immutable; any number of threads may use one.
#[pyclass(frozen, module = "honnin._honnin")]
pub(crate) struct Rows {
    options: ValidationOptions,
    hashes: Option<PKey<Private>>,
    identify: bool,
}

/// What was found about one row.
struct Row {
    code: ResultCode,
    findings: Vec<Finding>,
    signers: Vec<Option<Certificate>>,
}

impl Row {
    fn failed(code: ResultCode) -> Row {
        Row { code, findings: Vec::new(), signers: Vec::new() }
    }
}

/// The columns of many rows. Numbers are little-endian, as Arrow wants them; lists say where each row ends, and begin
/// with 0.
#[derive(Default)]
struct Columns {
    codes: Vec<u8>,
    finding_ends: Vec<u8>,
    subjects: Vec<u8>,
    finding_codes: Vec<u8>,
    states: Vec<u8>,
    /// -1 where a finding is about no signer.
    finding_signers: Vec<u8>,
    signer_ends: Vec<u8>,
    certificates: Vec<Option<String>>,
    holders: Vec<Option<String>>,
    people: Vec<Option<Shown>>,
    /// By fingerprint: whoever signs one order signs more.
    known: HashMap<String, Person>,
}

/// What is told about a signer: two hashes, and who it is, where that was asked for.
#[derive(Clone, Default)]
struct Person {
    certificate: Option<String>,
    holder: Option<String>,
    shown: Option<Shown>,
}

/// Who a signer is, where that was asked for: fingerprint, name, address, birth date, sex.
type Shown = (String, Option<String>, Option<String>, Option<String>, Option<&'static str>);

/// [`Columns`] as Python gets them.
type Buffers<'py> = (Vec<Bound<'py, PyBytes>>, Vec<Option<String>>, Vec<Option<String>>, Vec<Option<Shown>>);

#[pymethods]
impl Rows {
    /// The moment is settled here, so that every row is asked about the same.
    #[new]
    #[pyo3(signature = (
        *, at=None, trust=None, purpose=None, waive=Vec::new(), profile=Choice(Profile::Jpki), nonce=None,
        policies=Vec::new(), clock_skew=0, max_age=None, max_depth=None, key=None, identify=false,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        py: Python<'_>,
        at: Option<&Bound<'_, PyAny>>,
        trust: Option<&Bound<'_, Trust>>,
        purpose: Option<Choice<Purpose>>,
        waive: Vec<trust::Waived>,
        profile: Choice<Profile>,
        nonce: Option<Data>,
        policies: Vec<String>,
        clock_skew: u32,
        max_age: Option<u32>,
        max_depth: Option<u32>,
        key: Option<Data>,
        identify: bool,
    ) -> PyResult<Rows> {
        let mut options = trust::options(
            at, trust, purpose, waive, profile, nonce, policies, clock_skew, max_age, max_depth,
        )?;
        brief(py, || {
            options.at_time = Some(options.moment()?);
            Ok(())
        })?;
        let hashes = match key {
            None => None,
            Some(key) if key.bytes().len() < SHORTEST_KEY => {
                let detail = "the key of the hashes has fewer than 16 bytes";
                return Err(errors::raise(py, ResultCode::InvalidArgument, detail));
            }
            Some(key) => {
                let key = Zeroizing::new(key.bytes().to_vec());
                let made =
                    PKey::hmac(&key).map_err(|_| errors::raise(py, ResultCode::Internal, "no HMAC"))?;
                Some(made)
            }
        };
        Ok(Rows { options, hashes, identify })
    }

    /// The moment that every row is asked about, in seconds since the epoch.
    #[getter]
    fn moment(&self) -> i64 {
        self.options.at_time.unwrap_or_default()
    }

    /// A digest over everything that decides what the rows will say, the key of the hashes included: 32 bytes.
    fn fingerprint<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let digest = brief(py, || {
            let mut said = Pieces::default();
            let options = &self.options;
            let trust = &options.trust;
            let settings = format!(
                "{:?} {:?} {:?} {:?} {:?} {} {:?} {:?} {}",
                options.profile,
                options.at_time,
                options.purpose,
                options.waive,
                options.policies,
                options.clock_skew,
                options.max_age,
                options.max_depth,
                self.identify,
            );
            said.piece(settings.as_bytes());
            said.piece(options.nonce.as_deref().unwrap_or_default());
            for anchor in trust.anchors() {
                said.piece(format!("anchor {:?} {:?}", anchor.kind, anchor.hierarchy).as_bytes());
                said.piece(anchor.certificate.der());
            }
            for anchor in trust.timestamp_anchors() {
                said.piece(b"timestamp anchor");
                said.piece(anchor.certificate.der());
            }
            trust.intermediates().iter().for_each(|one| said.piece(one.der()));
            trust.crls().iter().for_each(|one| said.piece(one.der()));
            trust.ocsp().iter().for_each(|one| said.piece(one.der()));
            match &self.hashes {
                Some(key) => hmac(key, &said.0).ok_or_else(no_hmac),
                None => Ok(honnin::signature::digest(Hash::Sha256, &said.0)),
            }
        })?;
        Ok(PyBytes::new(py, &digest))
    }

    /// Rows of CMS; content and digest, where a row has one, are what it is about.
    fn cms<'py>(
        &self,
        py: Python<'py>,
        cms: Vec<Option<Data>>,
        content: Option<Vec<Option<Data>>>,
        digest: Option<Vec<Option<Data>>>,
    ) -> PyResult<Buffers<'py>> {
        self.judge(py, &cms, |number, cms| {
            let Some(cms) = cms else { return Ok(Row::failed(ResultCode::SignatureMissing)) };
            let (content, digest) = (at(content.as_deref(), number), at(digest.as_deref(), number));
            let content = match (content, digest) {
                (None, None) => Content::Inside,
                (Some(content), None) => Content::Bytes(content),
                (None, Some(digest)) => {
                    let hash = Hash::ALL.iter().find(|hash| hash.digest_len() == digest.len());
                    let Some(hash) = hash else { return Ok(Row::failed(ResultCode::InvalidArgument)) };
                    Content::Digest(*hash, digest)
                }
                (Some(_), Some(_)) => return Ok(Row::failed(ResultCode::InvalidArgument)),
            };
            let verified = cms::verify(cms.bytes(), content, &self.options)?;
            Ok(Row {
                code: verified.report.result(),
                findings: verified.report.findings().to_vec(),
                signers: verified.signers,
            })
        })
    }

    /// Rows of certificates.
    fn certificates<'py>(&self, py: Python<'py>, certificates: Vec<Option<Data>>) -> PyResult<Buffers<'py>> {
        self.judge(py, &certificates, |_, given| {
            let Some(given) = given else { return Ok(Row::failed(ResultCode::CertificateMalformed)) };
            let certificate = Certificate::parse(given.bytes())?;
            let report = validate(&certificate, &self.options)?;
            let findings = report.findings().to_vec();
            Ok(Row { code: report.result(), findings, signers: vec![Some(certificate)] })
        })
    }
}

impl Rows {
    /// Judges row by row. What fails, or panics, is that row's result and nobody else's.
    fn judge<'py>(
        &self,
        py: Python<'py>,
        rows: &[Option<Data>],
        one: impl Fn(usize, Option<&Data>) -> honnin::Result<Row> + Sync,
    ) -> PyResult<Buffers<'py>> {
        let columns = brief(py, || {
            let mut columns = Columns::default();
            number(&mut columns.finding_ends, 0_usize);
            number(&mut columns.signer_ends, 0_usize);
            for (at, row) in rows.iter().enumerate() {
                let row = caught(|| one(at, row.as_ref())).unwrap_or_else(|error| Row::failed(error.code));
                self.write(&row, &mut columns)?;
            }
            Ok(columns)
        })?;
        let numbers = [
            columns.codes,
            columns.finding_ends,
            columns.subjects,
            columns.finding_codes,
            columns.states,
            columns.finding_signers,
            columns.signer_ends,
        ];
        let numbers = numbers.iter().map(|bytes| PyBytes::new(py, bytes)).collect();
        Ok((numbers, columns.certificates, columns.holders, columns.people))
    }

    fn write(&self, row: &Row, columns: &mut Columns) -> honnin::Result<()> {
        number(&mut columns.codes, row.code.number());
        for finding in &row.findings {
            number(&mut columns.subjects, finding.subject.number());
            number(&mut columns.finding_codes, finding.code.number());
            number(&mut columns.states, finding.state.number());
            match finding.signer {
                Some(signer) => number(&mut columns.finding_signers, signer),
                None => columns.finding_signers.extend_from_slice(&(-1_i32).to_le_bytes()),
            }
        }
        number(&mut columns.finding_ends, columns.subjects.len() / 4);
        for certificate in &row.signers {
            let person = match certificate {
                None => Person::default(),
                Some(certificate) => match columns.known.get(certificate.fingerprint()) {
                    Some(known) => known.clone(),
                    None => {
                        let person = self.person(certificate)?;
                        columns.known.insert(certificate.fingerprint().to_owned(), person.clone());
                        person
                    }
                },
            };
            columns.certificates.push(person.certificate);
            columns.holders.push(person.holder);
            columns.people.push(person.shown);
        }
        number(&mut columns.signer_ends, columns.holders.len());
        Ok(())
    }

    /// What is told about a signer.
    fn person(&self, certificate: &Certificate) -> honnin::Result<Person> {
        let holder = certificate.holder().ok();
        let hash = |bytes: Vec<u8>| -> honnin::Result<Option<String>> {
            let Some(key) = &self.hashes else { return Ok(None) };
            Ok(Some(hexadecimal(&hmac(key, &bytes).ok_or_else(no_hmac)?)))
        };
        let text = |of: fn(&Holder) -> Option<String>| holder.as_ref().and_then(of);
        Ok(Person {
            certificate: hash([b"honnin certificate 1\0", certificate.der()].concat())?,
            holder: holder.as_ref().map_or(Ok(None), |holder| hash(about(holder)))?,
            shown: self.identify.then(|| {
                (
                    certificate.fingerprint().to_owned(),
                    text(|holder| holder.name.clone()),
                    text(|holder| holder.address.clone()),
                    text(|holder| Some(holder.birth_date.to_string())),
                    holder.as_ref().and_then(|holder| holder.sex).map(|sex| sex.name()),
                )
            }),
        })
    }
}

/// What a column that may be absent has in a row.
fn at(column: Option<&[Option<Data>]>, row: usize) -> Option<&[u8]> {
    column?.get(row)?.as_ref().map(Data::bytes)
}

/// The four attributes as they are hashed, each with its length before it.
fn about(holder: &Holder) -> Vec<u8> {
    let mut pieces = Pieces::default();
    pieces.piece(b"honnin holder 1");
    pieces.piece(holder.name.as_deref().unwrap_or_default().as_bytes());
    pieces.piece(holder.birth_date.to_string().as_bytes());
    pieces.piece(holder.sex.map(|sex| sex.name()).unwrap_or_default().as_bytes());
    pieces.piece(holder.address.as_deref().unwrap_or_default().as_bytes());
    pieces.0
}

/// Byte strings in a row that cannot be read another way: each after its length.
#[derive(Default)]
struct Pieces(Vec<u8>);

impl Pieces {
    fn piece(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }
}

/// HMAC-SHA-256.
fn hmac(key: &PKey<Private>, bytes: &[u8]) -> Option<Vec<u8>> {
    Signer::new(MessageDigest::sha256(), key).ok()?.sign_oneshot_to_vec(bytes).ok()
}

fn no_hmac() -> Error {
    Error::new(ResultCode::Internal, "a hash could not be made")
}

fn hexadecimal(bytes: &[u8]) -> String {
    use core::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A 32-bit number of Arrow. None that is written here is near its end.
fn number(column: &mut Vec<u8>, value: impl TryInto<i32>) {
    column.extend_from_slice(&value.try_into().unwrap_or(i32::MAX).to_le_bytes());
}
