//! Ways from a certificate to an anchor: names lead, signatures confirm. What else a way must fulfil is for `rules`.
//!
//! Whoever offers certificates could make a search endless: certificates that sign each other, or thousands with one
//! name. So depth, signatures and ways are counted, and a search that runs out finds nothing.

use super::{Anchor, Certificate, Trust};
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

/// What a validation has spent, and the signatures that it has already checked.
pub(super) struct Budget {
    signatures_left: Cell<u32>,
    questions_left: Cell<u32>,
    paths_left: Cell<u32>,
    checked: RefCell<BTreeMap<(usize, usize), ResultCode>>,
}

impl Budget {
    pub(super) fn new() -> Budget {
        Budget {
            signatures_left: Cell::new(MAX_SIGNATURES),
            questions_left: Cell::new(MAX_QUESTIONS),
            paths_left: Cell::new(MAX_PATHS),
            checked: RefCell::default(),
        }
    }

    /// The result of checking a signature: each is checked once. OK, what is wrong, or TIMEOUT once nothing is left to
    /// spend. The two objects stand for what is signed and for the key; they outlive the budget.
    pub(super) fn check<S: ?Sized, K: ?Sized>(
        &self,
        signed: &S,
        key: &K,
        check: impl FnOnce() -> crate::result::Result<()>,
    ) -> ResultCode {
        if !spend(&self.questions_left) {
            return ResultCode::Timeout;
        }
        let pair = (core::ptr::from_ref(signed).addr(), core::ptr::from_ref(key).addr());
        if let Some(code) = self.checked.borrow().get(&pair) {
            return *code;
        }
        if !spend(&self.signatures_left) {
            return ResultCode::Timeout;
        }
        let code = check().map_or_else(|error| error.code, |()| ResultCode::Ok);
        self.checked.borrow_mut().insert(pair, code);
        code
    }

    /// Whether a certificate is signed by another.
    pub(super) fn is_signed_by(&self, certificate: &Certificate, issuer: &Certificate) -> ResultCode {
        self.check(certificate.der(), issuer.der(), || certificate.check_signed_by(issuer))
    }
}

/// Takes one; false if nothing is left.
fn spend(left: &Cell<u32>) -> bool {
    let rest = left.get().checked_sub(1);
    left.set(rest.unwrap_or(0));
    rest.is_some()
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
    budget: &Budget,
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
    let mut steps = vec![Step { candidates: candidates(target, trust, at) }];
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
            .any(|seen| seen.subject_name() == issuer.subject_name() && seen.spki_der() == issuer.spki_der());
        let is_too_deep = matches!(candidate, Candidate::Between(_)) && way.len() > max_depth;
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
                if !spend(&budget.paths_left) {
                    return Outcome { ran_out: true, ..outcome };
                }
                if visit(Path { certificates: way.clone(), anchor }) {
                    return outcome;
                }
            }
            Candidate::Between(certificate) => {
                way.push(certificate);
                steps.push(Step { candidates: candidates(certificate, trust, at) });
            }
        }
    }
    outcome
}

/// Who by name may have signed a certificate: anchors first, then those whose key identifier fits and whose dates hold.
fn candidates<'a>(certificate: &Certificate, trust: &'a Trust, at: i64) -> std::vec::IntoIter<Candidate<'a>> {
    let wanted = certificate.extensions().authority_key_identifier.as_deref();
    let anchors = trust.anchors().iter().map(Candidate::Anchor);
    let between = trust.intermediates().iter().map(Candidate::Between);
    let mut found: Vec<_> = anchors
        .chain(between)
        .filter(|candidate| candidate.certificate().subject_name() == certificate.issuer_name())
        .collect();
    found.sort_by_key(|candidate| {
        let issuer = candidate.certificate();
        let own = issuer.extensions().subject_key_identifier.as_deref();
        let is_between = matches!(candidate, Candidate::Between(_));
        (own != wanted, is_between, issuer.check_dates(at).is_err())
    });
    found.into_iter()
}
