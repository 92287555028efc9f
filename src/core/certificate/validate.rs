//! Whether a certificate can be relied upon at a moment and for a purpose: six findings, never one "valid".
//!
//! OpenSSL checks the signatures and nothing else. Its path validation ignores policies and nonRepudiation, and
//! refuses the last second of a certificate's life, which counts (RFC 5280, section 4.1.2.5; docs/decisions/0017).

use super::path::{Budget, Outcome, Path, search};
use super::revocation::{self, Asking};
use super::rules::{self, Objection};
use super::{Anchor, Certificate, CertificateKind, Trust, Work, profile};
use crate::clock;
use crate::result::{Error, Finding, Report, Result, ResultCode, Subject, Waiver, situation::numbered};

/// The rules by which a certificate is validated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Profile {
    /// What certificates on My Number Cards must be: one tier, known policies, exact key usage.
    #[default]
    Jpki,
    /// Any path of RFC 5280.
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
    /// Findings that shall not count although they failed or were not checked.
    pub waive: Vec<Waiver>,
    /// The nonce that OCSP responses must repeat; `None` does not look at nonces.
    pub nonce: Option<Vec<u8>>,
    /// Policies, as dotted numbers, of which the path must be good for one; empty takes any, or none.
    pub policies: Vec<String>,
    /// How many seconds the clocks of those who state a status, and of time-stamping authorities,
    /// may differ from ours.
    pub clock_skew: u32,
    /// How many seconds old a status may be at the moment asked about; `None` is as old as it allows itself.
    pub max_age: Option<u32>,
    /// How many CAs may stand between the certificate and the anchor; `None` is
    /// [`DEFAULT_MAX_DEPTH`]. As in a path length of RFC 5280, a certificate that a CA issued to
    /// itself does not count. The profile JPKI allows none.
    pub max_depth: Option<u32>,
}

/// How many CAs may stand between a certificate and its anchor, unless the caller says otherwise.
pub const DEFAULT_MAX_DEPTH: u32 = 8;

impl ValidationOptions {
    /// The moment asked about.
    ///
    /// # Errors
    /// CLOCK_IMPLAUSIBLE if it is now and the system's time cannot be believed.
    pub fn moment(&self) -> Result<i64> {
        self.at_time.map_or_else(clock::now, Ok)
    }
}

/// Validates a certificate. The report has, in this order, ALGORITHM, CHAIN, VALIDITY, PROFILE, REVOCATION and
/// TEST_CARD, whatever they found. No connection is opened: what is known of revocation is what `options.trust` has.
///
/// A CA that is outside its own dates at the moment asked about shows in VALIDITY, as the certificate's own dates
/// do: its signature is as good as ever, so nobody need suspect a forgery. Under the profile RFC5280 the findings are
/// about the whole path; of several paths the best speaks.
///
/// # Errors
/// CLOCK_IMPLAUSIBLE.
pub fn validate(certificate: &Certificate, options: &ValidationOptions) -> Result<Report> {
    validate_within(certificate, options, &Work::new())
}

/// The same, as a part of a call that may do so much work. If it does not suffice, CHAIN fails.
pub(crate) fn validate_within(
    certificate: &Certificate,
    options: &ValidationOptions,
    work: &Work,
) -> Result<Report> {
    let at = options.moment().map_err(|error| error.in_operation("certificate_validate"))?;
    let budget = Budget::new(work);
    let asking = Asking { options, at, budget: &budget };
    let report = match options.profile {
        Profile::Jpki => waived(under_jpki(certificate, &asking), options),
        Profile::Rfc5280 => under_rfc5280(certificate, &asking),
    };
    if !work.is_spent() {
        return Ok(report);
    }
    let mut cut = Report::new();
    for finding in report.findings() {
        cut.push(if finding.subject == Subject::Chain { ran_out() } else { finding.clone() });
    }
    Ok(cut)
}

/// The report with what the caller waives.
fn waived(mut report: Report, options: &ValidationOptions) -> Report {
    report.waive_all(&options.waive);
    report
}

/// One tier: an anchor that we know, and a certificate as cards have them.
fn under_jpki(certificate: &Certificate, asking: &Asking<'_>) -> Report {
    let Asking { options, at, .. } = *asking;
    let issuer = options.trust.issuer_of(certificate);
    let anchor = issuer.as_ref().ok().copied();
    let path = anchor.map(|anchor| Path { certificates: vec![certificate], anchor });

    let mut report = Report::new();
    report.push(algorithm(certificate, issuer.as_ref().err()));
    report.push(chain(anchor));
    report.push(validity(certificate, anchor, at));
    report.push(suitability(certificate, options.purpose, anchor, &options.policies));
    report.push(revocation::finding(asking, path.as_ref()));
    report.push(test_card(certificate, anchor));
    report
}

/// Any path, and of several the one that is objected to least.
fn under_rfc5280(certificate: &Certificate, asking: &Asking<'_>) -> Report {
    let Asking { options, at, budget } = *asking;
    let depth = options.max_depth.unwrap_or(DEFAULT_MAX_DEPTH);
    let mut best: Option<Report> = None;
    let outcome = search(certificate, &options.trust, depth, at, budget, |path| {
        let report = waived(judge(&path, asking), options);
        let is_better = best.as_ref().is_none_or(|best| report.rank() > best.rank());
        if is_better {
            best = Some(report);
        }
        best.as_ref().is_some_and(|best| best.result() == ResultCode::Ok)
    });
    best.unwrap_or_else(|| waived(judge_alone(certificate, outcome, asking), options))
}

/// The findings about a path whose names and signatures lead to an anchor.
fn judge(path: &Path<'_>, asking: &Asking<'_>) -> Report {
    let Asking { options, at, .. } = *asking;
    let or_passed = |objection: Option<Objection>, subject, text| match objection {
        Some((code, text)) => Finding::failed(subject, code, text),
        None => Finding::passed(subject, text),
    };
    let mut report = Report::new();
    report.push(or_passed(
        rules::algorithm(path),
        Subject::Algorithm,
        "digests, key types and key sizes of the path are strong enough",
    ));
    report.push(chain(Some(path.anchor)));
    report.push(or_passed(
        rules::validity(path, at),
        Subject::Validity,
        "the moment lies within the dates of the path",
    ));
    report.push(or_passed(
        rules::suitability(path, options.purpose, &options.policies, asking.budget.work()),
        Subject::Profile,
        "usage, extensions, names, lengths and policies of the path are in order",
    ));
    report.push(revocation::finding(asking, Some(path)));
    report.push(test_card(path.target(), Some(path.anchor)));
    report
}

/// The findings about a certificate that no path leads from.
fn judge_alone(certificate: &Certificate, outcome: Outcome, asking: &Asking<'_>) -> Report {
    let Asking { options, at, .. } = *asking;
    let weak =
        Error::new(ResultCode::AlgorithmNotAllowed, "a certificate is signed with a weak key or digest");
    let mut report = Report::new();
    report.push(algorithm(certificate, outcome.met_weak.then_some(&weak)));
    report.push(match outcome.ran_out {
        true => ran_out(),
        false => chain(None),
    });
    report.push(validity(certificate, None, at));
    report.push(match rules::target(certificate, options.purpose) {
        Some((code, text)) => Finding::failed(Subject::Profile, code, text),
        None => Finding::passed(Subject::Profile, "usage and extensions of the certificate are in order"),
    });
    report.push(revocation::finding(asking, None));
    report.push(test_card(certificate, None));
    report
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

fn ran_out() -> Finding {
    let text = "the search for a path takes more work than it is allowed to";
    Finding::failed(Subject::Chain, ResultCode::CertificateUntrusted, text)
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

fn suitability(
    certificate: &Certificate,
    purpose: Option<Purpose>,
    anchor: Option<&Anchor>,
    policies: &[String],
) -> Finding {
    if let Some(text) = profile::objection(certificate, purpose, anchor) {
        return Finding::failed(Subject::Profile, ResultCode::CertificateUnsuitable, text);
    }
    let own = &certificate.extensions().policies;
    if !policies.is_empty() && !policies.iter().any(|policy| own.contains(policy)) {
        let text = "it carries none of the policies that the caller asks for";
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
