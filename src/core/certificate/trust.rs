//! Whom a program trusts: a set of anchors.

use super::{Anchor, Certificate, Hierarchy};
use crate::result::{Error, Result, ResultCode};
use core::fmt;

/// The most anchors of one name whose signature is tried on one certificate. JPKI has three.
const MAX_CANDIDATES: usize = 32;

/// The anchors that a validation may end at. Cloning shares the certificates.
#[derive(Clone)]
pub struct Trust {
    anchors: Vec<Anchor>,
}

impl Trust {
    /// The production CAs of JPKI: what a shop wants.
    pub fn production() -> Trust {
        Trust { anchors: known(|hierarchy| hierarchy == Hierarchy::Production) }
    }

    /// The production CAs and those of J-LIS test cards. Certificates of the latter still fail the finding
    /// TEST_CARD unless it is waived by name.
    pub fn with_test() -> Trust {
        Trust { anchors: known(|_| true) }
    }

    /// Nobody, until an anchor is added.
    pub fn added() -> Trust {
        Trust { anchors: Vec::new() }
    }

    /// Trusts a further CA. Whether it can be one is looked at when a certificate is validated.
    pub fn add_anchor(&mut self, certificate: Certificate) {
        if self.anchors.iter().all(|anchor| anchor.certificate != certificate) {
            self.anchors.push(Anchor::added(certificate));
        }
    }

    /// The anchors, in the order in which they were added.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The anchor that signed the certificate. Generations of a CA share one name, so the key identifier chooses
    /// among those of the issuer's name, and the signature decides. Dates are not looked at.
    ///
    /// # Errors
    /// CERTIFICATE_UNTRUSTED if there is none; ALGORITHM_NOT_ALLOWED if one may have signed it, but with a key or
    /// an algorithm that proves nothing.
    pub fn issuer_of(&self, certificate: &Certificate) -> Result<&Anchor> {
        let wanted = certificate.extensions().authority_key_identifier.as_deref();
        let candidates = self
            .anchors
            .iter()
            .filter(|anchor| anchor.certificate.subject() == certificate.issuer() && anchor.is_ca())
            .filter(|anchor| {
                let own = anchor.certificate.extensions().subject_key_identifier.as_deref();
                wanted.is_none() || own.is_none() || wanted == own
            })
            .take(MAX_CANDIDATES);
        let mut answer = Error::new(
            ResultCode::CertificateUntrusted,
            "no trust anchor of the issuer's name and key signed it",
        );
        for anchor in candidates {
            match certificate.check_signed_by(&anchor.certificate) {
                Ok(()) => return Ok(anchor),
                Err(error) if error.code == ResultCode::AlgorithmNotAllowed => answer = error,
                Err(_) => {}
            }
        }
        Err(answer)
    }
}

/// Production anchors only.
impl Default for Trust {
    fn default() -> Trust {
        Trust::production()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} anchors)", self.anchors.len())
    }
}

fn known(wanted: impl Fn(Hierarchy) -> bool) -> Vec<Anchor> {
    Anchor::all_known().iter().filter(|anchor| wanted(anchor.hierarchy)).cloned().collect()
}
