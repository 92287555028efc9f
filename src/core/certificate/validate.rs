//! Whether a certificate can be relied upon at a moment and for a purpose: six findings, never one "valid".
//!
//! OpenSSL checks the signatures and nothing else. Its path validation ignores policies and nonRepudiation, and
//! refuses the last second of a certificate's life, which counts (RFC 5280, section 4.1.2.5).

use super::{Anchor, Certificate, CertificateKind, Trust, profile};
use crate::clock;
use crate::result::{Error, Finding, Report, Result, ResultCode, Subject, situation::numbered};

/// The rules by which a certificate is validated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Profile {
    /// What certificates on My Number Cards must be: one tier, known policies, exact key usage.
    #[default]
    Jpki,
    /// Any path of RFC 5280. Not supported yet.
    Rfc5280,
}

numbered!(Profile {
    Jpki = 1, "JPKI";
    Rfc5280 = 2, "RFC5280";
});

/// What the certificate is to be used for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Purpose {
    /// A person signs a document: only a signing certificate does.
    DocumentSignature,
    /// A person proves to be there: only an authentication certificate does.
    Authentication,
}

numbered!(Purpose {
    DocumentSignature = 1, "DOCUMENT";
    Authentication = 2, "AUTHENTICATION";
});

impl Purpose {
    /// The kind of certificate that serves it.
    pub const fn kind(self) -> CertificateKind {
        match self {
            Purpose::DocumentSignature => CertificateKind::Signing,
            Purpose::Authentication => CertificateKind::Authentication,
        }
    }
}

/// What a validation is asked. The default: now, for a resident of Japan, for what the certificate was issued,
/// nothing waived.
#[derive(Clone, Debug, Default)]
pub struct ValidationOptions {
    /// The rules.
    pub profile: Profile,
    /// The moment asked about, in seconds since 1970-01-01T00:00:00Z; `None` is now.
    pub at_time: Option<i64>,
    /// Whom to trust.
    pub trust: Trust,
    /// What for; `None` is the certificate's own kind.
    pub purpose: Option<Purpose>,
    /// Findings that shall not count although they failed or were not checked: REVOCATION, TEST_CARD, TIMESTAMP.
    pub waive: Vec<Subject>,
}

impl ValidationOptions {
    /// The moment asked about.
    ///
    /// # Errors
    /// CLOCK_IMPLAUSIBLE if it is now and the system's time cannot be believed.
    pub fn moment(&self) -> Result<i64> {
        self.at_time.map_or_else(clock::now, Ok)
    }

    /// Refuses to waive what may not be waived.
    ///
    /// # Errors
    /// INVALID_ARGUMENT.
    pub fn check_waivers(&self) -> Result<()> {
        let may_be_waived =
            |subject| matches!(subject, Subject::Revocation | Subject::TestCard | Subject::Timestamp);
        if self.waive.iter().copied().all(may_be_waived) {
            Ok(())
        } else {
            Err(Error::new(
                ResultCode::InvalidArgument,
                "only REVOCATION, TEST_CARD and TIMESTAMP may be waived",
            ))
        }
    }
}

/// Validates a certificate. The report has, in this order, ALGORITHM, CHAIN, VALIDITY, PROFILE, REVOCATION and
/// TEST_CARD, whatever they found.
///
/// A CA that is outside its own dates at the moment asked about shows in VALIDITY, as the certificate's own dates
/// do: its signature is as good as ever, so nobody need suspect a forgery.
///
/// # Errors
/// NOT_SUPPORTED for a profile other than JPKI, CLOCK_IMPLAUSIBLE, INVALID_ARGUMENT for a waiver that none may give.
pub fn validate(certificate: &Certificate, options: &ValidationOptions) -> Result<Report> {
    let operation = |error: Error| error.in_operation("certificate_validate");
    if options.profile != Profile::Jpki {
        return Err(operation(Error::new(ResultCode::NotSupported, "only the profile JPKI is supported")));
    }
    options.check_waivers().map_err(operation)?;
    let at = options.moment().map_err(operation)?;
    let issuer = options.trust.issuer_of(certificate);
    let anchor = issuer.as_ref().ok().copied();

    let mut report = Report::new();
    report.push(algorithm(certificate, issuer.as_ref().err()));
    report.push(chain(anchor));
    report.push(validity(certificate, anchor, at));
    report.push(suitability(certificate, options.purpose, anchor));
    report.push(Finding::not_checked(
        Subject::Revocation,
        ResultCode::CertificateStatusNotChecked,
        "no revocation list and no OCSP response was given",
    ));
    report.push(test_card(certificate, anchor));
    for subject in &options.waive {
        report.waive(*subject);
    }
    Ok(report)
}

fn algorithm(certificate: &Certificate, chain: Option<&Error>) -> Finding {
    let failed = |text| Finding::failed(Subject::Algorithm, ResultCode::AlgorithmNotAllowed, text);
    if certificate.signature_algorithm().is_none() {
        return failed("it is not signed with SHA-256 or better, or names two algorithms");
    }
    if let Some(error) = chain.filter(|error| error.code == ResultCode::AlgorithmNotAllowed) {
        return failed(error.detail);
    }
    match certificate.public_key().and_then(|key| key.check_strength()) {
        Ok(()) => Finding::passed(Subject::Algorithm, "digest, key type and key size are strong enough"),
        Err(error) if error.code == ResultCode::CertificateMalformed => {
            Finding::failed(Subject::Algorithm, error.code, error.detail)
        }
        Err(error) => failed(error.detail),
    }
}

fn chain(anchor: Option<&Anchor>) -> Finding {
    match anchor {
        Some(_) => Finding::passed(Subject::Chain, "a trust anchor signed it"),
        None => Finding::failed(
            Subject::Chain,
            ResultCode::CertificateUntrusted,
            "no trust anchor of the issuer's name and key identifier signed it",
        ),
    }
}

fn validity(certificate: &Certificate, anchor: Option<&Anchor>, at: i64) -> Finding {
    let failed = |error: Error, text| Finding::failed(Subject::Validity, error.code, text);
    if let Err(error) = certificate.check_dates(at) {
        let text = error.detail;
        return failed(error, text);
    }
    match anchor.map(|anchor| anchor.certificate.check_dates(at)) {
        Some(Err(error)) => failed(error, "the moment lies outside the dates of the CA's certificate"),
        _ => Finding::passed(Subject::Validity, "the moment lies within the dates"),
    }
}

fn suitability(certificate: &Certificate, purpose: Option<Purpose>, anchor: Option<&Anchor>) -> Finding {
    if let Some(text) = profile::objection(certificate, purpose, anchor) {
        return Finding::failed(Subject::Profile, ResultCode::CertificateUnsuitable, text);
    }
    match certificate.holder() {
        Err(error) if error.code == ResultCode::CertificateMalformed => {
            Finding::failed(Subject::Profile, error.code, error.detail)
        }
        _ => Finding::passed(Subject::Profile, "policy, key usage and extensions fit the purpose"),
    }
}

fn test_card(certificate: &Certificate, anchor: Option<&Anchor>) -> Finding {
    if anchor.is_some_and(|anchor| anchor.hierarchy.is_test()) || profile::says_test(certificate) {
        Finding::failed(
            Subject::TestCard,
            ResultCode::CertificateTest,
            "it is from a test hierarchy or a virtual card",
        )
    } else {
        Finding::passed(Subject::TestCard, "nothing says that it is from a test or virtual card")
    }
}
