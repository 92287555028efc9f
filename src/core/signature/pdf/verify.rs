//! Verifying a PDF: every signature by itself, and the weakest decides.

use super::changes::compare;
use super::fault::Fault;
use super::fields::{Field, Form, Value, form};
use super::file::File;
use super::object::Object;
use super::range::{Covered, Objection};
use crate::certificate::{Certificate, ValidationOptions, Work};
use crate::result::{Error, Finding, Report, Result, ResultCode, State, Subject};
use crate::signature::cms::{SignedData, for_documents, hashes, judge_signers};
use crate::signature::hash::Digests;
use crate::signature::{Hash, LaterChanges, PdfSignature, Verification, timestamp};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;

/// Verifies the signatures of a PDF. For each the report has SIGNATURE, CONTENT, ATTRIBUTES, ALGORITHM,
/// CHAIN, VALIDITY, PROFILE, REVOCATION, TEST_CARD, TIMESTAMP, COVERAGE and CHANGES; for a time-stamp
/// over the document only the last three. Signatures are in the order in which they were made. The
/// moment and the purpose are as in [`cms::verify`](crate::signature::cms::verify).
///
/// A file that viewers could read in two ways is SIGNATURE_MALFORMED, and the finding names the byte.
/// CHANGES fails if anything came after the signature that it does not permit. A file with time-stamps
/// over the document and no person's signature is SIGNATURE_MISSING, beside their findings.
///
/// Memory: what the library holds beside the file is bounded by its size; see `budget`.
///
/// # Errors
/// NOT_SUPPORTED for an encrypted file; CLOCK_IMPLAUSIBLE, INVALID_ARGUMENT as
/// [`validate`](crate::certificate::validate). A file that cannot be read is a report, not an error.
pub fn verify(pdf: &[u8], options: &ValidationOptions) -> Result<Verification> {
    verify_all(pdf, options).map_err(|error| error.in_operation("pdf_verify"))
}

fn verify_all(pdf: &[u8], options: &ValidationOptions) -> Result<Verification> {
    let file = match File::open(pdf) {
        Ok(file) if file.is_encrypted() => {
            return Err(Error::new(ResultCode::NotSupported, "the PDF is encrypted"));
        }
        Ok(file) => file,
        Err(fault) => return Ok(unreadable(fault)),
    };
    let form = match file.check().and_then(|()| form(&file)) {
        Ok(form) => form,
        Err(fault) => return Ok(unreadable(fault)),
    };
    let work = Work::new();
    let document = Document { pdf, file: &file, form: &form, options, work: &work };
    let mut signed: Vec<Signed<'_>> = document.signed().collect();
    // In the order in which they were made; those that say nothing that can be believed come last.
    signed.sort_by_key(|one| one.covered.as_ref().map_or(usize::MAX, |covered| covered.after.end));
    let mut verification =
        Verification { report: Report::new(), signers: Vec::new(), signatures: Vec::new(), content: None };
    let mut unheld = BTreeSet::new();
    for one in signed.iter_mut().filter(|one| one.value.is_document_timestamp()) {
        let finding = document.timestamp(one)?;
        if finding.state == State::Failed && !finding.may_be_waived() {
            unheld.insert(one.field.reference.number);
        }
        one.timestamp = Some(finding);
    }
    for (number, one) in signed.iter().enumerate() {
        let mut judge = Judge { document: &document, one, unheld: &unheld, findings: Vec::new() };
        let (certificate, signature) = judge.all()?;
        for finding in judge.findings {
            verification.report.push(Finding { signer: u32::try_from(number).ok(), ..finding });
        }
        verification.signers.push(certificate);
        verification.signatures.push(signature);
    }
    if signed.iter().all(|one| one.value.is_document_timestamp()) {
        let text = match signed.is_empty() {
            true => "the file has no signature",
            false => "the file has time-stamps over the document, and no signature of a person",
        };
        let missing = Finding::failed(Subject::Signature, ResultCode::SignatureMissing, text);
        verification.report.push(missing);
    }
    work.finding().into_iter().for_each(|finding| verification.report.push(finding));
    verification.report.waive_all(&options.waive);
    Ok(verification)
}

/// The report on a file that has no one reading.
fn unreadable(fault: Fault) -> Verification {
    let mut report = Report::new();
    let text = format!("{fault}; programs may read the file in different ways");
    report.push(Finding::failed(Subject::Signature, ResultCode::SignatureMalformed, text));
    Verification { report, signers: Vec::new(), signatures: Vec::new(), content: None }
}

/// A file on its way.
struct Document<'a> {
    pdf: &'a [u8],
    file: &'a File<'a>,
    form: &'a Form,
    options: &'a ValidationOptions,
    work: &'a Work,
}

/// A signature, or a time-stamp over the document.
struct Signed<'a> {
    field: &'a Field,
    value: &'a Value,
    covered: core::result::Result<Covered, Objection>,
    /// The finding TIMESTAMP of a time-stamp over the document.
    timestamp: Option<Finding>,
}

impl<'a> Document<'a> {
    fn signed(&self) -> impl Iterator<Item = Signed<'a>> {
        let size = self.pdf.len();
        self.form.signatures.iter().filter_map(move |field| {
            let value = field.value.as_ref()?;
            Some(Signed { field, value, covered: Covered::read(value, size), timestamp: None })
        })
    }

    /// The finding TIMESTAMP of a time-stamp over the document: when the document was there.
    fn timestamp(&self, one: &Signed<'_>) -> Result<Finding> {
        let wrong =
            |text| Ok(Finding::failed(Subject::Timestamp, ResultCode::TimestampInvalid, text).never_waived());
        let Ok(covered) = &one.covered else {
            return wrong("what the time-stamp covers cannot be believed");
        };
        let Some(Object::String(contents)) =
            one.value.dictionary.as_ref().and_then(|dictionary| dictionary.get(b"Contents"))
        else {
            return wrong("the time-stamp is missing");
        };
        let token = match SignedData::read(contents) {
            Some(signed) if signed.trailing.iter().all(|byte| *byte == 0) => {
                contents.get(..contents.len().saturating_sub(signed.trailing.len())).unwrap_or_default()
            }
            _ => contents,
        };
        let digests = digests_of(Hash::ALL, &mut self.pieces(covered))?;
        let digest_of = |hash| digests.get(hash).unwrap_or_default().to_vec();
        let mut options = self.options.clone();
        options.at_time = Some(options.moment()?);
        timestamp::judge_token(token, digest_of, &options, self.work)
    }

    /// The two pieces of the file that are covered.
    fn pieces(&self, covered: &Covered) -> [&'a [u8]; 2] {
        [covered.before.clone(), covered.after.clone()].map(|piece| self.pdf.get(piece).unwrap_or_default())
    }
}

/// One signature on its way.
struct Judge<'a> {
    document: &'a Document<'a>,
    one: &'a Signed<'a>,
    /// The fields of time-stamps over the document that do not hold.
    unheld: &'a BTreeSet<u32>,
    findings: Vec<Finding>,
}

impl<'a> Judge<'a> {
    fn signature(&self, covers_whole_file: bool, later_changes: LaterChanges) -> PdfSignature {
        let field = self.one.field.name.clone();
        PdfSignature { field, covers_whole_file, later_changes, filled: Vec::new() }
    }

    fn failed(&mut self, subject: Subject, code: ResultCode, text: impl Into<Cow<'static, str>>) {
        self.findings.push(Finding::failed(subject, code, text));
    }

    fn all(&mut self) -> Result<(Option<Certificate>, PdfSignature)> {
        let one = self.one;
        match &one.covered {
            Ok(covered) => self.covered(covered),
            Err((code, text)) => Ok(self.uncovered(*code, text)),
        }
    }

    /// A signature that does not say what it covers: nothing can be computed.
    fn uncovered(&mut self, code: ResultCode, text: &'static str) -> (Option<Certificate>, PdfSignature) {
        for subject in [Subject::Signature, Subject::Content] {
            let text = "not computed, because what is covered cannot be believed";
            self.findings.push(Finding::not_checked(subject, code, text));
        }
        self.findings.extend(self.one.timestamp.clone());
        self.failed(Subject::Coverage, code, text);
        self.later_unknown(code);
        (None, self.signature(false, LaterChanges::Unknown))
    }

    fn later_unknown(&mut self, code: ResultCode) {
        let text = "what came after the signature is not known";
        self.findings.push(Finding::not_checked(Subject::Changes, code, text));
    }

    fn covered(&mut self, covered: &Covered) -> Result<(Option<Certificate>, PdfSignature)> {
        let certificate = match &self.one.timestamp {
            Some(finding) => {
                self.findings.push(finding.clone());
                None
            }
            None => self.cms(covered)?,
        };
        if covered.after.end == self.document.pdf.len() {
            self.findings.push(Finding::passed(Subject::Coverage, "it covers the whole file"));
            self.findings.push(Finding::passed(Subject::Changes, "nothing came after it"));
            return Ok((certificate, self.signature(true, LaterChanges::None)));
        }
        let signed = match self.revision(covered.after.end) {
            Ok(signed) => signed,
            Err(text) => {
                let code = ResultCode::SignatureMalformed;
                self.failed(Subject::Coverage, code, text);
                self.later_unknown(code);
                return Ok((certificate, self.signature(false, LaterChanges::Unknown)));
            }
        };
        let text = "it covers the whole file as it was when it was signed";
        self.findings.push(Finding::passed(Subject::Coverage, text));
        Ok((certificate, self.changes(&signed)))
    }

    /// The file as it was signed: whole, and with this signature in this field at this place.
    fn revision(&self, end: usize) -> core::result::Result<File<'a>, String> {
        let file: &'a File<'a> = self.document.file;
        let signed = file.revision(end).map_err(|fault| fault.to_string())?;
        let form = form(&signed).map_err(|fault| fault.to_string())?;
        let is_there = form.signatures.iter().any(|field| {
            field.reference == self.one.field.reference && field.value.as_ref() == Some(self.one.value)
        });
        match is_there {
            true => Ok(signed),
            false => Err(String::from("the signature is not the one that its field had when it was made")),
        }
    }

    fn changes(&mut self, signed: &File<'_>) -> PdfSignature {
        match compare(signed, self.document.file, self.unheld) {
            Ok(later) => {
                self.findings.push(Finding::passed(Subject::Changes, later.text()));
                PdfSignature { filled: later.filled, ..self.signature(false, LaterChanges::Allowed) }
            }
            Err(objection) => {
                self.failed(Subject::Changes, ResultCode::ContentChangedAfterSigning, objection);
                self.signature(false, LaterChanges::NotAllowed)
            }
        }
    }

    /// What the CMS in /Contents says.
    fn cms(&mut self, covered: &Covered) -> Result<Option<Certificate>> {
        let Some(dictionary) = &self.one.value.dictionary else { return Ok(None) };
        let Some(Object::String(contents)) = dictionary.get(b"Contents") else { return Ok(None) };
        let mut pieces = self.document.pieces(covered);
        let may_be = [&b"ETSI.CAdES.detached"[..], b"adbe.pkcs7.detached"];
        if !dictionary.name(b"SubFilter").is_some_and(|name| may_be.contains(&name)) {
            let text = "the form of the signature (/SubFilter) is not a detached CMS";
            self.failed(Subject::Signature, ResultCode::AlgorithmNotAllowed, text);
            return Ok(None);
        }
        let Some(signed) = SignedData::read(contents) else {
            let text = "/Contents is not a CMS SignedData";
            self.failed(Subject::Signature, ResultCode::SignatureMalformed, text);
            return Ok(None);
        };
        if !signed.trailing.iter().all(|byte| *byte == 0) {
            let text = "/Contents goes on behind the CMS with something else than zeros";
            self.failed(Subject::Signature, ResultCode::SignatureMalformed, text);
        }
        if signed.signers.is_empty() {
            self.failed(Subject::Signature, ResultCode::SignatureMissing, "the CMS has no signer");
        } else if signed.signers.len() > 1 {
            let text = "the CMS of a PDF has one signer, and this one has several";
            self.failed(Subject::Signature, ResultCode::SignatureMalformed, text);
            return Ok(None);
        }
        if signed.content.is_some() {
            let text = "the CMS has content inside, and is about the file";
            self.failed(Subject::Content, ResultCode::ContentMismatch, text);
        }
        let digests = digests_of(&hashes(&signed), &mut pieces)?;
        let options = for_documents(self.document.options, &signed)?;
        let mut report = Report::new();
        let certificates = judge_signers(&signed, Some(&digests), &options, self.document.work, &mut report)?;
        self.findings.extend(report.findings().iter().cloned());
        Ok(certificates.into_iter().next().flatten())
    }
}

fn digests_of(hashes: &[Hash], pieces: &mut [&[u8]; 2]) -> Result<Digests> {
    let [before, after] = pieces;
    Ok(Digests::read(hashes, &mut before.chain(after), |_| Ok(()))?)
}
