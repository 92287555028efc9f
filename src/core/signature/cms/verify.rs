//! Verifying a CMS: every signer by itself, and what is wrong with the document as a whole.

use super::attributes::Binding;
use super::envelope::{SignedData, SignerInfo};
use super::signer::{Judgement, judge};
use super::{Content, unpacked};
use crate::certificate::{Certificate, Profile, Purpose, ValidationOptions, Work, validate_within};
use crate::result::{Finding, Report, Result, ResultCode, State, Subject};
use crate::signature::hash::Digests;
use crate::signature::{Hash, Verification, timestamp};

/// More certificates than a path has; the rest is not looked at.
const MOST_INTERMEDIATES: usize = 32;

/// Verifies a CMS SignedData: DER, BER where RFC 5652 allows it, or PEM. For each signer the report has SIGNATURE,
/// CONTENT, ATTRIBUTES, ALGORITHM, CHAIN, VALIDITY, PROFILE, REVOCATION, TEST_CARD and TIMESTAMP, whatever they found; what
/// is wrong with the document as a whole has no signer's number.
///
/// The moment asked about is the one of `options`, for time-stamps too: that a document has one
/// does not move it. All signers and time-stamps together may take about a second; a document that
/// takes more has a finding SIGNATURE without a signer's number, SIGNATURE_MALFORMED, which is
/// never waived.
///
/// Without a purpose the signers must be persons who sign documents. Certificates are taken from the CMS, trust and
/// revocation are not.
///
/// # Errors
/// IO_ERROR or the error of the reader; INVALID_ARGUMENT for a digest of another length; CLOCK_IMPLAUSIBLE, INVALID_ARGUMENT, NOT_SUPPORTED as
/// [`validate`](crate::certificate::validate). A document that cannot be read is no error but a report.
pub fn verify(cms: &[u8], content: Content<'_>, options: &ValidationOptions) -> Result<Verification> {
    verify_all(cms, content, options).map_err(|error| error.in_operation("cms_verify"))
}

fn verify_all(cms: &[u8], content: Content<'_>, options: &ValidationOptions) -> Result<Verification> {
    let bytes = unpacked(cms);
    let Some(signed) = SignedData::read(&bytes) else { return Ok(unreadable()) };
    let options = &for_documents(options, &signed)?;

    let mut report = Report::new();
    for finding in about_the_whole(&signed, &content) {
        report.push(finding);
    }
    let wanted = hashes(&signed);
    let digests = match (&signed.content, content) {
        (Some(inside), Content::Inside) => Some(Digests::of(&wanted, inside)),
        // Both: what was given is what the caller wants to know about.
        (_, Content::Bytes(given)) => Some(Digests::of(&wanted, given)),
        (_, Content::Reader(reader)) => Some(Digests::read(&wanted, reader, |_| Ok(()))?),
        (_, Content::Digest(hash, given)) => Some(Digests::given(hash, given)?),
        (None, Content::Inside) => None,
    };
    let work = Work::new();
    let signers = judge_signers(&signed, digests.as_ref(), options, &work, &mut report)?;
    work.finding().into_iter().for_each(|finding| report.push(finding));
    report.waive_all(&options.waive);
    let vouched_for = report
        .findings()
        .iter()
        .filter(|finding| matches!(finding.subject, Subject::Signature | Subject::Content))
        .all(|finding| finding.state == State::Passed);
    let content = signed.content.filter(|_| vouched_for).map(std::borrow::Cow::into_owned);
    Ok(Verification { report, signers, signatures: Vec::new(), content })
}

/// The options with the moment settled, with the purpose that a document has, and with what the document brings: the
/// certificates inside may stand between a signer's and an anchor, where the profile allows that.
pub(crate) fn for_documents(
    options: &ValidationOptions,
    signed: &SignedData<'_>,
) -> Result<ValidationOptions> {
    let at = options.moment()?;
    let mut settled = options.clone();
    settled.at_time = Some(at);
    settled.purpose = settled.purpose.or(Some(Purpose::DocumentSignature));
    if settled.profile == Profile::Rfc5280 {
        add_intermediates(&mut settled, signed);
    }
    Ok(settled)
}

/// Offers the certificates of a CMS as intermediates. Those that cannot be read are nobody's.
pub(crate) fn add_intermediates(options: &mut ValidationOptions, signed: &SignedData<'_>) {
    let readable = signed.certificates.iter().filter_map(|der| Certificate::parse(der).ok());
    for certificate in readable.take(MOST_INTERMEDIATES) {
        options.trust.add_intermediate(certificate);
    }
}

/// The report on bytes that are no SignedData.
pub(crate) fn unreadable() -> Verification {
    let mut report = Report::new();
    let text = "the bytes are not a CMS SignedData";
    report.push(Finding::failed(Subject::Signature, ResultCode::SignatureMalformed, text));
    Verification { report, signers: Vec::new(), signatures: Vec::new(), content: None }
}

fn about_the_whole(signed: &SignedData<'_>, content: &Content<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !signed.trailing.is_empty() {
        let text = "bytes stand behind the end of the SignedData";
        findings.push(Finding::failed(Subject::Signature, ResultCode::SignatureMalformed, text));
    }
    if signed.signers.is_empty() {
        let text = "nobody has signed";
        findings.push(Finding::failed(Subject::Signature, ResultCode::SignatureMissing, text));
    }
    if signed.content.is_some() && !matches!(content, Content::Inside) {
        let text = "content is inside, and other content was given for it";
        findings.push(Finding::failed(Subject::Content, ResultCode::ContentMismatch, text));
    }
    findings
}

/// The hashes that the signers name, each once.
pub(crate) fn hashes(signed: &SignedData<'_>) -> Vec<Hash> {
    let named = |info: &SignerInfo<'_>| Hash::from_digest_identifier(&info.digest_algorithm);
    let mut hashes: Vec<Hash> = Vec::new();
    for hash in signed.signers.iter().flatten().filter_map(named) {
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    hashes
}

/// Judges every signer, and puts the findings into the report. Callers add the finding of
/// `work` at the end.
pub(crate) fn judge_signers(
    signed: &SignedData<'_>,
    digests: Option<&Digests>,
    options: &ValidationOptions,
    work: &Work,
    report: &mut Report,
) -> Result<Vec<Option<Certificate>>> {
    let mut certificates = Vec::new();
    for (number, info) in signed.signers.iter().enumerate() {
        let number = u32::try_from(number).ok();
        let mut push = |finding: Finding| report.push(Finding { signer: number, ..finding });
        let Some(info) = info else {
            let text = "the signer's part cannot be read";
            push(Finding::failed(Subject::Signature, ResultCode::SignatureMalformed, text));
            certificates.push(None);
            continue;
        };
        let judged = judge(signed, info, Binding::Strong, &options.trust, work, |hash| {
            digests.and_then(|all| all.get(hash))
        });
        let about_certificate = match &judged.certificate {
            Some(certificate) => validate_within(certificate, options, work)?.findings().to_vec(),
            None => no_certificate(),
        };
        let Judgement { certificate, signature, content, attributes, algorithm } = judged;
        push(signature);
        push(content);
        push(attributes);
        // One finding: the worse of the signature's algorithms and the certificate's.
        if algorithm.counts() {
            push(algorithm);
        } else {
            about_certificate
                .iter()
                .filter(|finding| finding.subject == Subject::Algorithm)
                .cloned()
                .for_each(&mut push);
        }
        about_certificate
            .into_iter()
            .filter(|finding| finding.subject != Subject::Algorithm)
            .for_each(&mut push);
        push(timestamp::judge(info, options, work)?);
        certificates.push(certificate);
    }
    Ok(certificates)
}

/// What stands for the findings about a certificate where there is none to judge.
fn no_certificate() -> Vec<Finding> {
    const TEXT: &str = "there is no certificate of the signer that can be read";
    let untrusted = |subject| Finding::not_checked(subject, ResultCode::CertificateUntrusted, TEXT);
    let mut findings: Vec<Finding> =
        [Subject::Algorithm, Subject::Chain, Subject::Validity, Subject::Profile]
            .into_iter()
            .map(untrusted)
            .collect();
    findings.push(Finding::not_checked(Subject::Revocation, ResultCode::CertificateStatusNotChecked, TEXT));
    findings
}
