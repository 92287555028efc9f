//! Ways from a certificate to an anchor: names lead, signatures confirm. What else a way must fulfil is for `rules`.
//!
//! Whoever offers certificates could make a search endless: certificates that sign each other, or thousands with one
//! name. So depth, signatures and ways are counted, and a search that runs out finds nothing.

use super::{Anchor, Certificate, PublicKey, Trust, Work};
use crate::result::ResultCode;
use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// How many signatures one validation checks at most, those of revocation lists and responses among them.
const MAX_SIGNATURES: u32 = 500;
/// How often it asks about a signature at most, those that it has already checked among them.
const MAX_QUESTIONS: u32 = 20_000;
/// How many ways it tries at most, those to the signers of revocation lists among them.
const MAX_PATHS: u32 = 200;
/// The largest depth that a caller can ask for.
const MAX_DEPTH: usize = 32;

/// A way: each certificate is signed with the key of the next, the last with that of the anchor.
#[derive(Clone)]
pub(super) struct Path<'a> {
    /// The certificate asked about comes first. Empty if it is itself the anchor.
    pub(super) certificates: Vec<&'a Certificate>,
    pub(super) anchor: &'a Anchor,
}

impl<'a> Path<'a> {
    /// The certificate asked about.
    pub(super) fn target(&self) -> &'a Certificate {
        self.certificates.first().copied().unwrap_or(&self.anchor.certificate)
    }

    /// Each certificate with its issuer, the one asked about first.
    pub(super) fn links(&self) -> impl Iterator<Item = (&'a Certificate, &'a Certificate)> {
        let issuers = self.certificates.iter().skip(1).copied().chain([&self.anchor.certificate]);
        self.certificates.iter().copied().zip(issuers).collect::<Vec<_>>().into_iter()
    }
}

/// What a validation has spent, and the signatures that it has already checked. It also draws on
/// what the whole call may spend.
pub(super) struct Budget<'w> {
    work: &'w Work,
    has_run_out: Cell<bool>,
    signatures_left: Cell<u32>,
    questions_left: Cell<u32>,
    paths_left: Cell<u32>,
    checked: RefCell<BTreeMap<(usize, usize), ResultCode>>,
}

impl<'w> Budget<'w> {
    pub(super) fn new(work: &'w Work) -> Budget<'w> {
        Budget {
            work,
            has_run_out: Cell::new(false),
            signatures_left: Cell::new(MAX_SIGNATURES),
            questions_left: Cell::new(MAX_QUESTIONS),
            paths_left: Cell::new(MAX_PATHS),
            checked: RefCell::default(),
        }
    }

    /// The result of checking a signature: each is checked once. OK, what is wrong, or TIMEOUT once nothing is left to
    /// spend. What is signed and the signer outlive the budget.
    pub(super) fn check<S: ?Sized>(
        &self,
        signed: &S,
        signer: &Certificate,
        check: impl FnOnce(&PublicKey) -> crate::result::Result<()>,
    ) -> ResultCode {
        if !self.spend(&self.questions_left, 1) {
            return ResultCode::Timeout;
        }
        let pair = (core::ptr::from_ref(signed).addr(), core::ptr::from_ref(signer.der()).addr());
        if let Some(code) = self.checked.borrow().get(&pair) {
            return *code;
        }
        let code = match signer.public_key() {
            Err(error) => error.code,
            Ok(key) if !self.spend(&self.signatures_left, key.effort()) => return ResultCode::Timeout,
            Ok(key) => check(&key).map_or_else(|error| error.code, |()| ResultCode::Ok),
        };
        self.checked.borrow_mut().insert(pair, code);
        code
    }

    /// Whether a certificate is signed by another.
    pub(super) fn is_signed_by(&self, certificate: &Certificate, issuer: &Certificate) -> ResultCode {
        self.check(certificate.der(), issuer, |_| certificate.check_signed_by(issuer))
    }

    /// Takes one of these, and so many units of the call's work; false if nothing is left.
    fn spend(&self, left: &Cell<u32>, units: u64) -> bool {
        let rest = left.get().checked_sub(1);
        left.set(rest.unwrap_or(0));
        let is_left = rest.is_some() && self.work.take(units);
        if !is_left {
            self.has_run_out.set(true);
        }
        is_left
    }

    /// Takes so many units of the call's work; false if they are not left.
    pub(super) fn take(&self, units: u64) -> bool {
        self.work.take(units)
    }

    /// Whether something was not computed because nothing was left to spend.
    pub(super) fn has_run_out(&self) -> bool {
        self.has_run_out.get() || self.work.is_spent()
    }

    /// What the whole call may spend.
    pub(super) fn work(&self) -> &'w Work {
        self.work
    }
}

/// What judging a path costs, in units of work: some steps for each certificate, and one for each
/// policy and name.
fn cost_of_path(way: &[&Certificate]) -> u64 {
    let cost = |certificate: &&Certificate| {
        let extensions = certificate.extensions();
        let policies = extensions.policies.len().saturating_add(extensions.policy_mappings.len());
        let names = extensions.alt_names.len().saturating_add(certificate.der().len() / 1024);
        u64::try_from(policies.saturating_add(names)).unwrap_or(u64::MAX).saturating_add(10)
    };
    way.iter().map(cost).fold(0, u64::saturating_add)
}

/// What came of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Outcome {
    /// A certificate of the right name may have signed, but with a key or an algorithm that proves nothing.
    pub(super) met_weak: bool,
    /// The search was given up.
    pub(super) ran_out: bool,
}

/// A place on the way, and who may have signed what stands there.
struct Step<'a> {
    candidates: std::vec::IntoIter<Candidate<'a>>,
}

#[derive(Clone, Copy)]
enum Candidate<'a> {
    Anchor(&'a Anchor),
    Between(&'a Certificate),
}

impl<'a> Candidate<'a> {
    fn certificate(self) -> &'a Certificate {
        match self {
            Candidate::Anchor(anchor) => &anchor.certificate,
            Candidate::Between(certificate) => certificate,
        }
    }
}

/// Shows every way from a certificate to an anchor, the most likely first, until `visit` has seen enough and says so.
pub(super) fn search<'a>(
    target: &'a Certificate,
    trust: &'a Trust,
    max_depth: u32,
    at: i64,
    budget: &Budget<'_>,
    mut visit: impl FnMut(Path<'a>) -> bool,
) -> Outcome {
    let mut outcome = Outcome::default();
    if let Some(anchor) = trust.anchors().iter().find(|anchor| anchor.certificate == *target)
        && visit(Path { certificates: Vec::new(), anchor })
    {
        return outcome;
    }
    let max_depth = usize::try_from(max_depth).unwrap_or(MAX_DEPTH).min(MAX_DEPTH);
    let mut way = vec![target];
    let mut steps = vec![Step { candidates: candidates(target, trust, at, budget.work) }];
    while let (Some(step), Some(last)) = (steps.last_mut(), way.last().copied()) {
        let Some(candidate) = step.candidates.next() else {
            steps.pop();
            way.pop();
            continue;
        };
        let issuer = candidate.certificate();
        // The same name and key twice on one way leads nowhere that was not reached before.
        let is_repeated = way
            .iter()
            .any(|seen| seen.spki_der() == issuer.spki_der() && seen.subject_name() == issuer.subject_name());
        let is_too_deep = matches!(candidate, Candidate::Between(_)) && is_full(&way, issuer, max_depth);
        if is_repeated || is_too_deep {
            continue;
        }
        match budget.is_signed_by(last, issuer) {
            ResultCode::Ok => {}
            ResultCode::Timeout => return Outcome { ran_out: true, ..outcome },
            ResultCode::AlgorithmNotAllowed => {
                outcome.met_weak = true;
                continue;
            }
            _ => continue,
        }
        match candidate {
            Candidate::Anchor(anchor) => {
                if !budget.spend(&budget.paths_left, cost_of_path(&way)) {
                    return Outcome { ran_out: true, ..outcome };
                }
                if visit(Path { certificates: way.clone(), anchor }) {
                    return outcome;
                }
            }
            Candidate::Between(certificate) => {
                way.push(certificate);
                steps.push(Step { candidates: candidates(certificate, trust, at, budget.work) });
            }
        }
    }
    outcome
}

/// Whether a CA more is one too many. A CA that changes its key issues to itself, which adds
/// nothing to the depth (RFC 5280, section 4.2.1.9); such certificates still count towards the
/// largest depth there is.
fn is_full(way: &[&Certificate], next: &Certificate, max_depth: usize) -> bool {
    let counted = way.iter().skip(1).filter(|certificate| !certificate.is_self_issued()).count();
    way.len() > MAX_DEPTH || (!next.is_self_issued() && counted >= max_depth)
}

/// Who by name may have signed a certificate: anchors first, then those whose key identifier fits and whose dates hold.
fn candidates<'a>(
    certificate: &Certificate,
    trust: &'a Trust,
    at: i64,
    work: &Work,
) -> std::vec::IntoIter<Candidate<'a>> {
    // So many bytes of names are compared, and so many candidates looked at, in one unit of work.
    const BYTES: usize = 4096;
    const LOOKS: usize = 8;
    let wanted = certificate.extensions().authority_key_identifier.as_deref();
    let anchors = trust.anchors().iter().map(Candidate::Anchor);
    let between = trust.intermediates().iter().map(Candidate::Between);
    let mut bytes: usize = 0;
    let mut found: Vec<_> = anchors
        .chain(between)
        .filter(|candidate| {
            bytes = bytes.saturating_add(candidate.certificate().subject_der().len());
            candidate.certificate().subject_name() == certificate.issuer_name()
        })
        .collect();
    let looks = trust.anchors().len().saturating_add(trust.intermediates().len());
    work.take(u64::try_from((looks / LOOKS).saturating_add(bytes / BYTES)).unwrap_or(u64::MAX));
    found.sort_by_key(|candidate| {
        let issuer = candidate.certificate();
        let own = issuer.extensions().subject_key_identifier.as_deref();
        let is_between = matches!(candidate, Candidate::Between(_));
        (own != wanted, is_between, issuer.check_dates(at).is_err())
    });
    found.into_iter()
}
