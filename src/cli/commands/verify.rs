//! `verify`: a bare signature, with a certificate or a public key; a CMS; a PDF; an archive.

use crate::archive::{self, Archives};
use crate::args::{VerifyCmsArgs, VerifyCommand, VerifyPdfArgs, VerifyRawArgs};
use crate::output::{Failure, Output};
use crate::{input, validation};
use honnin::certificate::{PublicKey, validate};
use honnin::result::{Finding, Subject};
use honnin::signature::Verification;
use honnin::signature::cms::Content;
use honnin::{Certificate, Error, Report, ResultCode, signature};
use serde_json::json;

pub(super) fn run(
    command: &VerifyCommand,
    archives: Option<&dyn Archives>,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    match command {
        VerifyCommand::Raw(arguments) => raw(arguments, output),
        VerifyCommand::Cms(arguments) => cms(arguments, output),
        VerifyCommand::Pdf(arguments) => pdf(arguments, output),
        VerifyCommand::Batch(arguments) => archive::verify(arguments, archives, output),
    }
}

fn cms(arguments: &VerifyCmsArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    let options = validation::options(&arguments.validation, None)?;
    let cms = input::read_document(&arguments.file)?;
    let mut outside;
    let content = match &arguments.content {
        None => Content::Inside,
        Some(path) => {
            outside = input::open(path)?;
            Content::Reader(&mut outside)
        }
    };
    let verified = signature::cms::verify(&cms, content, &options)?;
    report(&verified, output);
    if let (Some(path), Some(content)) = (&arguments.content_out, &verified.content) {
        input::write(path, content)?;
    }
    Ok(verified.report.result())
}

fn pdf(arguments: &VerifyPdfArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    let options = validation::options(&arguments.validation, None)?;
    let verified = signature::pdf::verify(&input::read_document(&arguments.file)?, &options)?;
    let numbered = verified.signatures.iter().enumerate();
    let signatures: Vec<_> =
        numbered.map(|(number, signature)| signature.json(number, &verified.report)).collect();
    output.field("signatures", signatures);
    for (number, signature) in verified.signatures.iter().enumerate() {
        output.named(format!("#{number}"), signature.field.clone());
    }
    report(&verified, output);
    Ok(verified.report.result())
}

/// The findings, and the signers by their numbers.
fn report(verified: &Verification, output: &mut Output) {
    let signers: Vec<_> = verified
        .signers
        .iter()
        .map(|certificate| match certificate {
            Some(certificate) => signer(certificate),
            None => json!({"subject": null, "fingerprint": null, "holder": null}),
        })
        .collect();
    output.field("signers", signers);
    output.report(&verified.report);
}

fn raw(arguments: &VerifyRawArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    let options = validation::options(&arguments.validation, None)?;
    let (key, certificate) = key_of(&input::read(&arguments.key)?)?;
    let signed = input::read(&arguments.signature)?;
    let content = &arguments.content;
    let digest = signature::digest_reader(arguments.hash, input::open(content)?)
        .map_err(|error| input::failed(content, &error))?;

    let mut report = Report::new();
    report.push(match key.verify_digest(arguments.hash, &digest, &signed) {
        Ok(()) => Finding::passed(Subject::Signature, "the key made this signature over this content"),
        Err(error) => Finding::failed(Subject::Signature, error.code, error.detail),
    });
    if let Some(certificate) = &certificate {
        output.field("signers", json!([signer(certificate)]));
        if validation::is_asked_for(&arguments.validation) {
            for finding in validate(certificate, &options)?.findings() {
                report.push(finding.clone());
            }
        }
    } else if validation::is_asked_for(&arguments.validation) {
        return Err(Failure::usage("--key is a bare public key: there is no certificate to validate"));
    }
    output.report(&report);
    Ok(report.result())
}

fn signer(certificate: &Certificate) -> serde_json::Value {
    json!({
        "subject": certificate.subject(),
        "fingerprint": certificate.fingerprint(),
        "holder": certificate.holder().ok().as_ref().map(crate::output::holder_json),
    })
}

/// A certificate, or else a public key; DER or PEM either way.
fn key_of(bytes: &[u8]) -> Result<(PublicKey, Option<Certificate>), Failure> {
    if let Ok(certificate) = Certificate::parse(bytes) {
        return Ok((certificate.public_key()?, Some(certificate)));
    }
    let key =
        openssl::pkey::PKey::public_key_from_pem(bytes).ok().and_then(|key| key.public_key_to_der().ok());
    let der = key.as_deref().unwrap_or(bytes);
    PublicKey::from_spki(der).map(|key| (key, None)).map_err(|error| match error.code {
        ResultCode::CertificateMalformed => {
            Error::new(ResultCode::CertificateMalformed, "--key is neither a certificate nor a public key")
                .into()
        }
        _ => error.into(),
    })
}
