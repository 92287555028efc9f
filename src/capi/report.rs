//! Reports: the findings of a verification.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::certificate::honnin_certificate;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::Certificate;
use honnin_core::result::{Finding, Report, ResultCode, Verdict};
use honnin_core::signature::{PdfSignature, Verification};
use serde_json::json;
use std::ffi::CString;
use std::sync::OnceLock;

/// The findings of one verification. It never changes; any number of threads may use it.
pub struct honnin_report {
    report: Report,
    texts: Vec<CString>,
    signers: Vec<Option<Certificate>>,
    signatures: Vec<PdfSignature>,
    content: Option<Vec<u8>>,
    minimal: OnceLock<CString>,
    evidence: OnceLock<CString>,
}

impl honnin_report {
    pub(crate) fn of(report: Report) -> honnin_report {
        honnin_report::of_document(Verification {
            report,
            signers: Vec::new(),
            signatures: Vec::new(),
            content: None,
        })
    }

    /// The report on a document, with its signers and its content.
    pub(crate) fn of_document(verification: Verification) -> honnin_report {
        let Verification { report, signers, signatures, content } = verification;
        let texts =
            report.findings().iter().map(|finding| CString::new(finding.text.as_ref()).unwrap_or_default());
        let texts = texts.collect();
        honnin_report {
            report,
            texts,
            signers,
            signatures,
            content,
            minimal: OnceLock::new(),
            evidence: OnceLock::new(),
        }
    }
}

/// The report as JSON; the signers only as evidence, because they identify persons.
fn json(report: &honnin_report, with_signers: bool) -> CString {
    let finding = Finding::json;
    let signer = |certificate: &Option<Certificate>| {
        let certificate = certificate.as_ref().filter(|_| with_signers);
        json!({
            "subject": certificate.map(Certificate::subject),
            "fingerprint": certificate.map(Certificate::fingerprint),
            "holder": certificate.and_then(|certificate| certificate.holder().ok()).map(|holder| json!({
                "name": holder.name,
                "address": holder.address,
                "birth_date": holder.birth_date.to_string(),
                "sex": holder.sex.map(|sex| sex.name()),
                "name_substituted": holder.is_name_substituted(),
                "address_substituted": holder.is_address_substituted(),
            })),
        })
    };
    let findings = report.report.findings();
    let signature = |(number, signature): (usize, &PdfSignature)| signature.json(number, &report.report);
    let result = report.report.result();
    let mut text = json!({
        "result": result.name(),
        "code": result.number(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "signers": report.signers.iter().map(signer).collect::<Vec<_>>(),
    });
    if let (false, Some(object)) = (report.signatures.is_empty(), text.as_object_mut()) {
        let signatures = report.signatures.iter().enumerate().map(signature).collect::<Vec<_>>();
        object.insert("signatures".into(), signatures.into());
    }
    CString::new(text.to_string()).unwrap_or_default()
}

/// One check and how it ended.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_finding {
    /// sizeof(honnin_finding), set by the caller.
    pub struct_size: u32,
    /// What was checked, HONNIN_SUBJECT_…
    pub subject: u32,
    /// HONNIN_OK, or what is wrong.
    pub code: i32,
    /// Which signer, from 0; -1 where there are none.
    pub signer: i32,
    /// How it ended, HONNIN_STATE_…
    pub state: u32,
    /// For comparisons: how near the two are, HONNIN_VERDICT_…; else 0.
    pub verdict: u32,
    /// For comparisons: HONNIN_DIFFERENCE_… bits; else 0.
    pub reasons: u64,
    /// For developers, in English; nothing that identifies a person. Alive as long as the report.
    pub text: *const c_char,
}

/// The result of a report: HONNIN_OK only if every finding passed or was waived, else the worst code among what failed or
/// was not checked.
///
/// @return the result; HONNIN_INVALID_ARGUMENT for NULL
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_result(report: *const honnin_report) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let report = unsafe { ffi::object_or_none(report) };
    report.map_or(ResultCode::InvalidArgument, |report| report.report.result()).number()
}

/// How many findings there are. 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_size(report: *const honnin_report) -> usize {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(report) }.map_or(0, |report| report.report.findings().len())
}

/// A finding, from 0.
///
/// @param out its struct_size is set by the caller; as much as fits is written
/// @return HONNIN_OK; HONNIN_NOT_FOUND past the last; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_finding(
    report: *const honnin_report,
    index: usize,
    out: *mut honnin_finding,
) -> honnin_result {
    boundary::run("report_finding", core::ptr::null_mut(), || {
        ffi::known((!out.is_null()).then_some(()))?;
        // SAFETY: the caller's promise, as in the conventions of the header; not NULL.
        let size = ffi::known(unsafe { ffi::struct_size(out) })?;
        let nothing = honnin_finding {
            struct_size: 0,
            subject: 0,
            code: 0,
            signer: 0,
            state: 0,
            verdict: 0,
            reasons: 0,
            text: core::ptr::null(),
        };
        // SAFETY: the struct has the size that it says.
        unsafe { ffi::write_struct(out, size, &nothing) };
        // SAFETY: as above.
        let report = unsafe { ffi::object(report) }?;
        let (Some(finding), Some(text)) = (report.report.findings().get(index), report.texts.get(index))
        else {
            return ffi::fail(ResultCode::NotFound, "no more findings");
        };
        let found = honnin_finding {
            subject: finding.subject.number(),
            code: finding.code.number(),
            signer: finding.signer.and_then(|signer| i32::try_from(signer).ok()).unwrap_or(-1),
            state: finding.state.number(),
            verdict: finding.verdict.map_or(0, Verdict::number),
            reasons: finding.reasons.bits(),
            text: text.as_ptr(),
            ..nothing
        };
        // SAFETY: as above.
        unsafe { ffi::write_struct(out, size, &found) };
        Ok(())
    })
}

/// How many signers the verified document has. 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_signer_count(report: *const honnin_report) -> usize {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(report) }.map_or(0, |report| report.signers.len())
}

/// The certificate of a signer, from 0.
///
/// @param out to be freed with honnin_certificate_free
/// @return HONNIN_OK; HONNIN_NOT_FOUND past the last, and where a signer's certificate is not in the document or cannot be
///         read; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_signer(
    report: *const honnin_report,
    index: usize,
    out: *mut *mut honnin_certificate,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("report_signer", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let report = unsafe { ffi::object(report) }?;
        match report.signers.get(index) {
            Some(Some(certificate)) => {
                out.set(honnin_certificate::of(certificate.clone())?);
                Ok(())
            }
            Some(None) => ffi::fail(ResultCode::NotFound, "the signer's certificate is not in the document"),
            None => ffi::fail(ResultCode::NotFound, "no more signers"),
        }
    })
}

/// The content that was inside a CMS and that every signer signed: only if all findings SIGNATURE and CONTENT passed.
///
/// @param out to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_NOT_FOUND if there is none to give: it does not stand for what was signed, or it was outside;
///         HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_content(
    report: *const honnin_report,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("report_content", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let report = unsafe { ffi::object(report) }?;
        let Some(content) = &report.content else {
            return ffi::fail(ResultCode::NotFound, "there is no content that the signatures vouch for");
        };
        out.set(Buffer::of(content));
        Ok(())
    })
}

/// The report as JSON; alive as long as the report.
///
/// @param profile HONNIN_REPORT_PROFILE_MINIMAL: nothing that identifies a person; HONNIN_REPORT_PROFILE_EVIDENCE: with the
///        signers, who are persons
/// @return UTF-8; NULL for NULL and an unknown profile
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_json(report: *const honnin_report, profile: u32) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let Some(report) = (unsafe { ffi::object_or_none(report) }) else { return core::ptr::null() };
    boundary::quietly(core::ptr::null(), || {
        ffi::pointer(match profile {
            1 => Some(report.minimal.get_or_init(|| json(report, false))),
            2 => Some(report.evidence.get_or_init(|| json(report, true))),
            _ => None,
        })
    })
}

/// Frees a report. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_report_free(report: *mut honnin_report) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(report) };
}
