//! Verifying a PDF: every signature by itself, and the weakest decides.

use super::changes::{Verdict, compare};
use super::fields::{Field, Value, signature_fields};
use super::file::File;
use super::object::Object;
use super::range::Covered;
use crate::certificate::{Certificate, ValidationOptions, Work};
use crate::result::{Error, Finding, Report, Result, ResultCode, Subject};
use crate::signature::cms::{SignedData, for_documents, hashes, judge_signers};
use crate::signature::hash::Digests;
use crate::signature::{Hash, LaterChanges, PdfSignature, Verification, timestamp};
use std::io::Read;

/// More signatures than any file has; each has the file read again, as it was when it was signed.
const MOST_SIGNATURES: usize = 32;

/// Of a file with something behind its end, so many ends are tried.
const MOST_ENDS: usize = 32;

/// Verifies the signatures of a PDF. For each the report has SIGNATURE, CONTENT, ATTRIBUTES, ALGORITHM, CHAIN, VALIDITY,
/// PROFILE, REVOCATION, TEST_CARD, TIMESTAMP, COVERAGE and CHANGES; of a time-stamp over the document only the last three.
/// Signatures are in the order in which they were made. The moment and the purpose are as in
/// [`cms::verify`](crate::signature::cms::verify).
///
/// # Errors
/// NOT_SUPPORTED for an encrypted file; CLOCK_IMPLAUSIBLE, INVALID_ARGUMENT as
/// [`validate`](crate::certificate::validate). A file that cannot be read is no error but a report.
pub fn verify(pdf: &[u8], options: &ValidationOptions) -> Result<Verification> {
    verify_all(pdf, options).map_err(|error| error.in_operation("pdf_verify"))
}

fn verify_all(pdf: &[u8], options: &ValidationOptions) -> Result<Verification> {
    let Some((file, fields)) = readable(pdf) else {
        return Ok(only(
            ResultCode::SignatureMalformed,
            "the bytes are not a PDF that can be read, or it is damaged",
        ));
    };
    if file.is_encrypted() {
        return Err(Error::new(ResultCode::NotSupported, "the PDF is encrypted"));
    }
    let mut signed: Vec<(&Field, &Value, core::result::Result<Covered, _>)> = fields
        .iter()
        .filter_map(|field| field.value.as_ref().map(|value| (field, value, Covered::read(value, pdf.len()))))
        .collect();
    // In the order in which they were made; those that say nothing that can be believed stand last.
    signed.sort_by_key(|(_, _, covered)| covered.as_ref().map_or(usize::MAX, |covered| covered.after.end));
    if signed.iter().all(|(_, value, _)| value.is_document_timestamp()) {
        return Ok(only(ResultCode::SignatureMissing, "nobody has signed"));
    }
    if signed.len() > MOST_SIGNATURES {
        return Ok(only(ResultCode::SignatureMalformed, "the PDF has more signatures than are looked at"));
    }
    let mut verification =
        Verification { report: Report::new(), signers: Vec::new(), signatures: Vec::new(), content: None };
    let work = Work::new();
    for (number, (field, value, covered)) in signed.into_iter().enumerate() {
        let mut judge = Judge { pdf, file: &file, field, value, options, work: &work, findings: Vec::new() };
        let (certificate, signature) = match covered {
            Ok(covered) => judge.covered(&covered)?,
            Err((code, text)) => judge.uncovered(code, text),
        };
        for finding in judge.findings {
            verification.report.push(Finding { signer: u32::try_from(number).ok(), ..finding });
        }
        verification.signers.push(certificate);
        verification.signatures.push(signature);
    }
    work.finding().into_iter().for_each(|finding| verification.report.push(finding));
    verification.report.waive_all(&options.waive);
    Ok(verification)
}

/// A report of one finding about the file as a whole.
fn only(code: ResultCode, text: &'static str) -> Verification {
    let mut report = Report::new();
    report.push(Finding::failed(Subject::Signature, code, text));
    Verification { report, signers: Vec::new(), signatures: Vec::new(), content: None }
}

/// The file, and its signature fields. Of one that cannot be read to its end, the longest beginning that can: what was
/// signed is still there, and what stands behind it is a finding.
fn readable(pdf: &[u8]) -> Option<(File<'_>, Vec<Field>)> {
    const END: &[u8] = b"%%EOF";
    let read = |bytes| {
        let file = File::read(bytes)?;
        let fields = if file.is_encrypted() { Vec::new() } else { signature_fields(&file)? };
        Some((file, fields))
    };
    if let Some(found) = read(pdf) {
        return Some(found);
    }
    let mut rest = pdf;
    for _ in 0..MOST_ENDS {
        let at = rest.windows(END.len()).rposition(|window| window == END)?;
        rest = rest.get(..at)?;
        let after = at.checked_add(END.len())?;
        // With and without the line end that belongs to it.
        let line = pdf.get(after..)?;
        let ends = [line.starts_with(b"\r\n").then_some(2), line.starts_with(b"\n").then_some(1), Some(0)];
        for more in ends.into_iter().flatten() {
            if let Some(found) = read(pdf.get(..after.checked_add(more)?)?) {
                return Some(found);
            }
        }
    }
    None
}

/// One signature on its way.
struct Judge<'a> {
    pdf: &'a [u8],
    file: &'a File<'a>,
    field: &'a Field,
    value: &'a Value,
    options: &'a ValidationOptions,
    work: &'a Work,
    findings: Vec<Finding>,
}

impl<'a> Judge<'a> {
    fn signature(&self, covers_whole_file: bool, later_changes: LaterChanges) -> PdfSignature {
        PdfSignature { field: self.field.name.clone(), covers_whole_file, later_changes }
    }

    fn failed(&mut self, subject: Subject, code: ResultCode, text: &'static str) {
        self.findings.push(Finding::failed(subject, code, text));
    }

    /// A signature that does not say what it covers: nothing can be computed.
    fn uncovered(&mut self, code: ResultCode, text: &'static str) -> (Option<Certificate>, PdfSignature) {
        for subject in [Subject::Signature, Subject::Content] {
            let text = "not computed, because what is covered cannot be believed";
            self.findings.push(Finding::not_checked(subject, code, text));
        }
        self.failed(Subject::Coverage, code, text);
        self.findings.push(Finding::not_checked(
            Subject::Changes,
            ResultCode::ContentChangedAfterSigning,
            "what came after the signature cannot be told",
        ));
        (None, self.signature(false, LaterChanges::Unknown))
    }

    fn covered(&mut self, covered: &Covered) -> Result<(Option<Certificate>, PdfSignature)> {
        let certificate = self.cms(covered)?;
        let whole = covered.after.end == self.pdf.len();
        let signed = if whole {
            None
        } else {
            match self.revision(covered.after.end) {
                Ok(signed) => Some(signed),
                Err(text) => {
                    self.failed(Subject::Coverage, ResultCode::ContentChangedAfterSigning, text);
                    let text = "what came after the signature cannot be told";
                    let code = ResultCode::ContentChangedAfterSigning;
                    self.findings.push(Finding::not_checked(Subject::Changes, code, text));
                    return Ok((certificate, self.signature(false, LaterChanges::Unknown)));
                }
            }
        };
        self.findings.push(Finding::passed(
            Subject::Coverage,
            if whole {
                "it covers the whole file"
            } else {
                "it covers the whole file as it was when it was signed"
            },
        ));
        let changes = match signed {
            None => {
                self.findings.push(Finding::passed(Subject::Changes, "nothing came after it"));
                LaterChanges::None
            }
            Some(signed) => self.changes(&signed),
        };
        Ok((certificate, self.signature(whole, changes)))
    }

    /// The file as it was signed: whole, and with this signature in this field at this place.
    fn revision(&self, end: usize) -> core::result::Result<File<'a>, &'static str> {
        const DAMAGED: &str = "what is covered is not a whole file";
        let signed = File::read(self.pdf.get(..end).ok_or(DAMAGED)?).ok_or(DAMAGED)?;
        let fields = signature_fields(&signed).ok_or(DAMAGED)?;
        let is_there = fields
            .iter()
            .any(|field| field.reference == self.field.reference && field.value.as_ref() == Some(self.value));
        if is_there {
            Ok(signed)
        } else {
            Err("the signature is not the one that its field had when it was made")
        }
    }

    fn changes(&mut self, signed: &File<'_>) -> LaterChanges {
        const CHANGED: ResultCode = ResultCode::ContentChangedAfterSigning;
        if self.file.bytes.len() < self.pdf.len() {
            self.failed(Subject::Changes, CHANGED, "bytes follow the file that belong to no revision");
            return LaterChanges::NotAllowed;
        }
        match compare(signed, self.file, self.is_locked()) {
            Verdict::Allowed => {
                let text = "only signatures, time-stamps, material for validation or metadata came after it";
                self.findings.push(Finding::passed(Subject::Changes, text));
                LaterChanges::Allowed
            }
            Verdict::NotAllowed(text) => {
                self.failed(Subject::Changes, CHANGED, text);
                LaterChanges::NotAllowed
            }
        }
    }

    /// Whether the signature certifies that nothing is changed after it (/DocMDP with permission 1).
    fn is_locked(&self) -> bool {
        let Some(dictionary) = &self.value.dictionary else { return true };
        let Some(Object::Array(references)) = self.file.value(dictionary, b"Reference") else { return false };
        references.iter().any(|reference| {
            let Some(Object::Dictionary(reference)) = self.file.resolved(reference) else { return true };
            if reference.name(b"TransformMethod") != Some(b"DocMDP") {
                return false;
            }
            match self.file.value(&reference, b"TransformParams") {
                // Without a number it is 2 (section 12.8.2.2).
                Some(Object::Null) => false,
                Some(Object::Dictionary(parameters)) => {
                    parameters.has(b"P") && !matches!(parameters.integer(b"P"), Some(2 | 3))
                }
                _ => true,
            }
        })
    }

    /// What the CMS in /Contents says.
    fn cms(&mut self, covered: &Covered) -> Result<Option<Certificate>> {
        let Some(dictionary) = &self.value.dictionary else { return Ok(None) };
        let Some(Object::String(contents)) = dictionary.get(b"Contents") else { return Ok(None) };
        let mut pieces = [covered.before.clone(), covered.after.clone()]
            .map(|piece| self.pdf.get(piece).unwrap_or_default());
        if self.value.is_document_timestamp() {
            return self.document_timestamp(contents, &mut pieces);
        }
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
        if signed.is_indefinite {
            let text = "the CMS of a PDF is DER, and this one is not";
            self.failed(Subject::Signature, ResultCode::SignatureMalformed, text);
        }
        if signed.signers.is_empty() {
            self.failed(Subject::Signature, ResultCode::SignatureMissing, "nobody has signed");
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
        let options = for_documents(self.options, &signed)?;
        let mut report = Report::new();
        let certificates = judge_signers(&signed, Some(&digests), &options, self.work, &mut report)?;
        self.findings.extend(report.findings().iter().cloned());
        Ok(certificates.into_iter().next().flatten())
    }

    /// A time-stamp over the document: it says when the document was there, and nothing about a person.
    fn document_timestamp(
        &mut self,
        contents: &[u8],
        pieces: &mut [&[u8]; 2],
    ) -> Result<Option<Certificate>> {
        let token = match SignedData::read(contents) {
            Some(signed) if signed.trailing.iter().all(|byte| *byte == 0) => {
                contents.get(..contents.len().saturating_sub(signed.trailing.len())).unwrap_or_default()
            }
            _ => contents,
        };
        let digests = digests_of(Hash::ALL, pieces)?;
        let digest_of = |hash| digests.get(hash).unwrap_or_default().to_vec();
        let mut options = self.options.clone();
        options.at_time = Some(options.moment()?);
        self.findings.push(timestamp::judge_token(token, digest_of, &options, self.work)?);
        Ok(None)
    }
}

fn digests_of(hashes: &[Hash], pieces: &mut [&[u8]; 2]) -> Result<Digests> {
    let [before, after] = pieces;
    Ok(Digests::read(hashes, &mut before.chain(after), |_| Ok(()))?)
}
