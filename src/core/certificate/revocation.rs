//! Whether the certificates of a path have been revoked, by the lists and responses that the program gave.
//!
//! Revoked beats good, and good counts only if it was said by somebody who may say it, about this certificate, for
//! every reason, and freshly at the moment asked about. Nobody is asked over a network. Lists follow RFC 5280,
//! section 6.3.3, responses RFC 6960, section 3.2.

use super::crl::{Crl, Point, Revoked};
use super::extensions::{DistributionPoint, KeyUsage, PointName};
use super::general_name::GeneralName;
use super::name::Name;
use super::ocsp::{Answer, OcspResponse, Status as Said};
use super::path::{Budget, Path, search};
use super::{Certificate, DEFAULT_MAX_DEPTH, Profile, PublicKey, Trust, ValidationOptions, rules};
use crate::result::{Finding, ResultCode, Subject};
use std::borrow::Cow;

/// id-kp-OCSPSigning
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
/// Every reason that a list may be about: bits 1 to 8 of ReasonFlags.
const ALL_REASONS: u16 = 0x1FE;
/// How often the signer of a list may itself need a list by somebody else.
const MAX_NESTING: usize = 3;
/// The status data of one kind that is looked at for one certificate.
const MAX_SOURCES: usize = 64;

/// What is known about a certificate. The later beats the earlier where several sources speak of one certificate...
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Status {
    /// What was given does not cover it.
    Unknown(&'static str),
    /// What was given is not fresh at the moment asked about.
    Stale(&'static str),
    /// What was given about it was not said by somebody who may say it.
    Untrusted(&'static str),
    /// Somebody who may say it said, freshly, that it is not revoked.
    Good,
    OnHold,
    Revoked,
}

impl Status {
    /// ... and where several certificates make one path, the worst of them speaks for it: 0 is worst.
    fn rank(self) -> u32 {
        match self {
            Status::Revoked => 0,
            Status::OnHold => 1,
            Status::Untrusted(_) => 2,
            Status::Stale(_) => 3,
            Status::Unknown(_) => 4,
            Status::Good => 5,
        }
    }

    fn finding(self) -> Finding {
        let (code, text) = match self {
            Status::Good => {
                return Finding::passed(Subject::Revocation, "fresh status data says that it is not revoked");
            }
            Status::Unknown(text) => (ResultCode::CertificateStatusUnknown, text),
            Status::Stale(text) => (ResultCode::CertificateStatusStale, text),
            Status::Untrusted(text) => (ResultCode::CertificateStatusUntrusted, text),
            Status::OnHold => (ResultCode::CertificateOnHold, "a certificate of the path is on hold"),
            Status::Revoked => (ResultCode::CertificateRevoked, "a certificate of the path is revoked"),
        };
        let finding = Finding::failed(Subject::Revocation, code, text);
        // Waiving does without an answer; one that was given counts.
        let is_answered = matches!(self, Status::OnHold | Status::Revoked);
        if is_answered { finding.never_waived() } else { finding }
    }
}

/// What a validation knows while it asks about revocation.
pub(super) struct Asking<'a> {
    pub(super) options: &'a ValidationOptions,
    pub(super) at: i64,
    pub(super) budget: &'a Budget<'a>,
}

/// The finding about a path; `None` is that there is none.
pub(super) fn finding(asking: &Asking<'_>, path: Option<&Path<'_>>) -> Finding {
    let trust = &asking.options.trust;
    if path.is_some_and(|path| path.certificates.is_empty()) {
        return Finding::passed(Subject::Revocation, "it is itself a trust anchor, which nobody revokes");
    }
    if trust.crls().is_empty() && trust.ocsp().is_empty() {
        return Finding::not_checked(
            Subject::Revocation,
            ResultCode::CertificateStatusNotChecked,
            "no revocation list and no OCSP response was given",
        );
    }
    let finding = match path {
        Some(path) => asking.status_of_path(path, &mut Vec::new()),
        None => Status::Unknown("who issued the certificate is not known, so nobody can speak about it"),
    }
    .finding();
    // What was not looked at for want of work may say that it is revoked.
    if asking.budget.has_run_out() { finding.never_waived() } else { finding }
}

impl<'a> Asking<'a> {
    /// The worst status on a path. `signers` are those whose own standing is just being looked at.
    fn status_of_path(&self, path: &Path<'a>, signers: &mut Vec<&'a Certificate>) -> Status {
        let mut worst = Status::Good;
        for (certificate, issuer) in path.links() {
            let status = self.status(certificate, issuer, path, signers);
            if status.rank() < worst.rank() {
                worst = status;
            }
            if worst == Status::Revoked {
                break;
            }
        }
        worst
    }

    fn status(
        &self,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> Status {
        if !self.budget.take(cost(certificate, issuer, &self.options.trust)) {
            return Status::Unknown("looking for status data takes more work than it is allowed to");
        }
        let by_response = self.by_responses(certificate, issuer, path, signers);
        by_response.max(self.by_lists(certificate, issuer, path, signers))
    }

    // OCSP

    fn by_responses(
        &self,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> Status {
        let mut best = Status::Unknown("no status data covers the certificate");
        let speaking = self.options.trust.ocsp().iter().filter_map(|response| {
            let mut answers = response.answers_about(certificate, issuer).peekable();
            answers.peek().is_some().then(|| (response, answers.collect::<Vec<_>>()))
        });
        for (response, answers) in speaking.take(MAX_SOURCES) {
            if !self.is_authorised(response, issuer, path, signers) {
                best = best.max(Status::Untrusted("an OCSP response is not by the CA or one it authorised"));
                continue;
            }
            for answer in answers {
                best = best.max(self.weigh_answer(response, answer));
            }
        }
        best
    }

    fn weigh_answer(&self, response: &OcspResponse, answer: &Answer) -> Status {
        let produced_at = response.produced_at().unwrap_or(i64::MAX);
        let begins = answer.this_update.max(produced_at);
        let weighed = match answer.status {
            Said::Good => self.weigh(None, begins, answer.this_update, answer.next_update),
            Said::Revoked { reason, at } => {
                self.weigh(Some(Revoked { reason, at }), begins, answer.this_update, answer.next_update)
            }
            Said::Unknown => Status::Unknown("the OCSP responder does not know the certificate"),
        };
        // That something was revoked stays true in a response to somebody else; that it is good may be an old one.
        let is_for_us = self.options.nonce.as_ref().is_none_or(|nonce| response.repeats(nonce));
        match weighed {
            Status::Good | Status::Stale(_) if !is_for_us => {
                Status::Unknown("the OCSP response does not repeat the nonce")
            }
            Status::Good if response.has_unknown_critical() || answer.has_unknown_critical => {
                Status::Unknown("the OCSP response has an unknown critical extension")
            }
            other => other,
        }
    }

    /// Whether a response is by the CA itself, or by a responder that the CA itself certified for this.
    fn is_authorised(
        &self,
        response: &'a OcspResponse,
        issuer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> bool {
        if response.is_by(issuer) && self.signed(response.der(), issuer, |key| response.check_signed_by(key))
        {
            return true;
        }
        response.certificates().iter().filter(|delegate| response.is_by(delegate)).any(|delegate| {
            let extensions = delegate.extensions();
            let may_answer = extensions.extended_key_usage.iter().any(|oid| oid == OCSP_SIGNING)
                && extensions.key_usage.is_none_or(|usage| {
                    usage.has_any(KeyUsage::DIGITAL_SIGNATURE | KeyUsage::NON_REPUDIATION)
                })
                && !extensions.has_unknown_critical;
            may_answer
                && delegate.issuer_name() == issuer.subject_name()
                && delegate.check_dates(self.at).is_ok()
                && self.budget.is_signed_by(delegate, issuer) == ResultCode::Ok
                && self.signed(response.der(), delegate, |key| response.check_signed_by(key))
                && (extensions.is_ocsp_no_check || !self.is_delegate_revoked(delegate, issuer, path, signers))
        })
    }

    /// Whether a list says so. RFC 6960 leaves open how a responder is asked about; another response could go round in
    /// circles, and no list at all is not held against it.
    fn is_delegate_revoked(
        &self,
        delegate: &'a Certificate,
        issuer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> bool {
        self.by_lists(delegate, issuer, path, signers) >= Status::OnHold
    }

    // Lists

    fn by_lists(
        &self,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> Status {
        let mut best = Status::Unknown("no status data covers the certificate");
        let mut reasons = 0;
        let covering = self.options.trust.crls().iter().filter_map(|crl| {
            let covered = reasons_covered(crl, certificate)?;
            Some((crl, covered))
        });
        for (crl, covered) in covering.take(MAX_SOURCES) {
            if !self.is_list_authentic(crl, issuer, path, signers) {
                best = best.max(Status::Untrusted("a revocation list is not by somebody who may issue it"));
                continue;
            }
            let status = self.by_list(crl, certificate, issuer, path, signers);
            match status {
                Status::Good => reasons |= covered,
                other => best = best.max(other),
            }
        }
        if reasons == ALL_REASONS {
            best = best.max(Status::Good);
        } else if reasons != 0 {
            best = best.max(Status::Unknown("revocation lists cover the certificate for some reasons only"));
        }
        best
    }

    /// What an authentic list says, together with what has changed since.
    fn by_list(
        &self,
        crl: &'a Crl,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> Status {
        let find = |crl: &Crl| crl.find(certificate.issuer_name(), certificate.serial_number());
        if crl.is_delta() {
            // By itself it can only add.
            return match find(crl).filter(|entry| !entry.is_removal()) {
                Some(entry) => {
                    self.weigh(Some(entry), crl.this_update(), crl.this_update(), crl.next_update())
                }
                None => Status::Unknown("a delta list was given without the list that it continues"),
            };
        }
        let mut entry = find(crl);
        let newer = self.options.trust.crls().iter().filter(|delta| delta.is_delta() && delta.continues(crl));
        for delta in newer.take(MAX_SOURCES) {
            let is_fresh = self.weigh(None, delta.this_update(), delta.this_update(), delta.next_update());
            if is_fresh != Status::Good
                || delta.has_unknown_critical()
                || !self.is_list_authentic(delta, issuer, path, signers)
            {
                continue;
            }
            // What a delta list adds is found when it is looked at by itself. Only a hold can be lifted.
            if find(delta).is_some_and(Revoked::is_removal) && entry.is_some_and(Revoked::is_hold) {
                entry = None;
            }
        }
        match self.weigh(entry, crl.this_update(), crl.this_update(), crl.next_update()) {
            Status::Good if crl.has_unknown_critical() => {
                Status::Unknown("the revocation list has an unknown critical extension")
            }
            other => other,
        }
    }

    /// Whether a list is by the CA that issued the certificate, or under RFC 5280 by somebody of the list's name whom
    /// the same anchor stands behind.
    fn is_list_authentic(
        &self,
        crl: &'a Crl,
        issuer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> bool {
        let is_signed_by = |signer: &'a Certificate| {
            may_sign_lists(signer)
                && crl.issuer() == signer.subject_name()
                && self.signed(crl.der(), signer, |key| crl.check_signed_by(key))
        };
        if is_signed_by(issuer) {
            return true;
        }
        if self.options.profile == Profile::Jpki {
            return false;
        }
        let anchor = &path.anchor.certificate;
        if is_signed_by(anchor) || path.certificates.iter().skip(1).any(|ca| is_signed_by(ca)) {
            return true;
        }
        let others = self.options.trust.intermediates().iter();
        others.filter(|other| other.subject_name() == crl.issuer()).take(MAX_SOURCES).any(|other| {
            if !is_signed_by(other) {
                return false;
            }
            // A signer whose own certificate is covered by the list that it signs: there is nobody else to ask.
            if signers.contains(&other) {
                return true;
            }
            if signers.len() >= MAX_NESTING {
                return false;
            }
            signers.push(other);
            let stands = self.stands_under(other, path, signers);
            signers.pop();
            stands
        })
    }

    /// Whether the signer of a list can itself be relied upon, under the anchor of the path it speaks about.
    fn stands_under(
        &self,
        signer: &'a Certificate,
        path: &Path<'a>,
        signers: &mut Vec<&'a Certificate>,
    ) -> bool {
        let mut stands = false;
        let depth = self.options.max_depth.unwrap_or(DEFAULT_MAX_DEPTH);
        search(signer, &self.options.trust, depth, self.at, self.budget, |way| {
            stands = way.anchor.certificate == path.anchor.certificate
                && rules::algorithm(&way).is_none()
                && rules::validity(&way, self.at).is_none()
                && rules::suitability(&way, None, &[], self.budget.work()).is_none()
                && self.status_of_path(&way, signers) == Status::Good;
            stands
        });
        stands
    }

    fn signed(
        &self,
        signed: &[u8],
        signer: &Certificate,
        check: impl FnOnce(&PublicKey) -> crate::result::Result<()>,
    ) -> bool {
        self.budget.check(signed, signer, check) == ResultCode::Ok
    }

    // Time

    /// What an authentic statement is worth at the moment asked about. Nobody may use it before `begins`.
    fn weigh(
        &self,
        entry: Option<Revoked>,
        begins: i64,
        this_update: i64,
        next_update: Option<i64>,
    ) -> Status {
        let skew = i64::from(self.options.clock_skew);
        if begins > self.at.saturating_add(skew) {
            // Made later, it still proves that somebody had been revoked before.
            return match entry {
                Some(entry) if !entry.is_hold() && entry.at <= self.at => Status::Revoked,
                _ => Status::Unknown("the status data was made after the moment asked about"),
            };
        }
        if entry.is_some_and(|entry| !entry.is_hold()) {
            return Status::Revoked;
        }
        // Without a next update it speaks for its own moment, unless the caller allows it an age.
        let by_age = self.options.max_age.map(|age| this_update.saturating_add(i64::from(age)));
        let last = match (next_update, by_age) {
            (Some(next), Some(by_age)) => next.min(by_age),
            (next, by_age) => next.or(by_age).unwrap_or(this_update),
        };
        if self.at > last.saturating_add(skew) {
            return Status::Stale("the status data is too old for the moment asked about");
        }
        if entry.is_some() { Status::OnHold } else { Status::Good }
    }
}

/// What looking for the status of a certificate costs, in units of work: each list is compared with
/// each point that the certificate names, each response with the names and the key of the issuer.
fn cost(certificate: &Certificate, issuer: &Certificate, trust: &Trust) -> u64 {
    let points = certificate.extensions().distribution_points.len().saturating_add(1);
    let lists = points.saturating_mul(trust.crls().len());
    let hashed = (issuer.der().len() / 256).saturating_add(1);
    let responses = hashed.saturating_mul(trust.ocsp().len());
    u64::try_from(lists.saturating_add(responses)).unwrap_or(u64::MAX)
}

fn may_sign_lists(certificate: &Certificate) -> bool {
    certificate.extensions().key_usage.is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN))
}

/// For which reasons a list covers a certificate; `None` if it does not. Whether it can be believed is not asked here.
fn reasons_covered(crl: &Crl, certificate: &Certificate) -> Option<u16> {
    const ISSUER_ITSELF: DistributionPoint =
        DistributionPoint { name: None, reasons: None, crl_issuer: Vec::new() };
    let points = certificate.extensions().distribution_points.iter();
    let reasons = points
        .chain([&ISSUER_ITSELF])
        .filter_map(|point| covered_at(crl, certificate, point))
        .fold(0, |all, reasons| all | reasons);
    (reasons != 0).then_some(reasons)
}

fn covered_at(crl: &Crl, certificate: &Certificate, at: &DistributionPoint) -> Option<u16> {
    const WHOLE: Point = Point {
        name: None,
        only_user: false,
        only_ca: false,
        only_attribute: false,
        reasons: None,
        is_indirect: false,
    };
    let scope = crl.point().unwrap_or(&WHOLE);
    if at.crl_issuer.is_empty() {
        (crl.issuer() == certificate.issuer_name()).then_some(())?;
    } else {
        (crl.is_indirect() && at.crl_issuer.contains(crl.issuer())).then_some(())?;
    }
    let is_ca = certificate.extensions().is_ca;
    let is_of_others = if is_ca { scope.only_user } else { scope.only_ca };
    (!is_of_others && !scope.only_attribute).then_some(())?;
    if let Some(name) = &scope.name {
        let own = full(name, crl.issuer())?;
        let wanted = match &at.name {
            Some(name) => full(name, at.crl_issuer.first().unwrap_or(certificate.issuer_name()))?,
            // Named by its issuer, or the whole list of the CA.
            None if at.crl_issuer.is_empty() => {
                Cow::Owned(vec![GeneralName::Directory(certificate.issuer_name().clone())])
            }
            None => Cow::Owned(at.crl_issuer.iter().cloned().map(GeneralName::Directory).collect()),
        };
        own.iter().any(|name| wanted.contains(name)).then_some(())?;
    }
    let reasons = at.reasons.unwrap_or(ALL_REASONS) & scope.reasons.unwrap_or(ALL_REASONS) & ALL_REASONS;
    (reasons != 0).then_some(reasons)
}

/// The names of a distribution point, in full.
fn full<'n>(name: &'n PointName, issuer: &Name) -> Option<Cow<'n, [GeneralName]>> {
    match name {
        PointName::Full(names) => Some(Cow::Borrowed(names)),
        PointName::Relative(part) => Some(Cow::Owned(vec![GeneralName::Directory(issuer.with_part(part)?)])),
    }
}
