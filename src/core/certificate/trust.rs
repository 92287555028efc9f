//! Whom a program trusts: a set of anchors.

use super::card_verifiable::CardCaKeys;
use super::{Anchor, CardCaKey, CardCertificate, Certificate, Hierarchy};
use crate::result::{Error, Result, ResultCode};
use core::fmt;

/// The most anchors of one name whose signature is tried on one certificate. JPKI has three.
const MAX_CANDIDATES: usize = 32;

/// The anchors that a validation may end at. Cloning shares the certificates.
#[derive(Clone)]
pub struct Trust {
    anchors: Vec<Anchor>,
    card_keys: CardCaKeys,
}

impl Trust {
    /// The production CAs of JPKI: what a shop wants.
    pub fn production() -> Trust {
        let production = |hierarchy| hierarchy == Hierarchy::Production;
        Trust { anchors: known(production), card_keys: CardCaKeys::known(production) }
    }

    /// The production CAs and those of J-LIS test cards. Certificates of the latter still fail the finding
    /// TEST_CARD unless it is waived by name.
    pub fn with_test() -> Trust {
        Trust { anchors: known(|_| true), card_keys: CardCaKeys::known(|_| true) }
    }

    /// Nobody, until an anchor is added.
    pub fn added() -> Trust {
        Trust { anchors: Vec::new(), card_keys: CardCaKeys::default() }
    }

    /// Trusts a further CA. Whether it can be one is looked at when a certificate is validated.
    pub fn add_anchor(&mut self, certificate: Certificate) {
        if self.anchors.iter().all(|anchor| anchor.certificate != certificate) {
            self.anchors.push(Anchor::added(certificate));
        }
    }

    /// Trusts a further CA for card-verifiable certificates.
    pub fn add_card_key(&mut self, key: CardCaKey) {
        self.card_keys.add(key);
    }

    /// The CA that signed a card-verifiable certificate.
    ///
    /// # Errors
    /// CARD_ISSUER_UNKNOWN if no key of that identifier is trusted: nothing was proved; CARD_NOT_GENUINE if those that
    /// are did not sign it.
    pub fn issuer_of_card(&self, certificate: &CardCertificate) -> Result<&CardCaKey> {
        let mut answer = Error::new(ResultCode::CardIssuerUnknown, "the key of the issuer is not known");
        for key in self.card_keys.of(certificate).take(MAX_CANDIDATES) {
            if certificate.check_signed_by(key).is_ok() {
                return Ok(key);
            }
            answer = Error::new(ResultCode::CardNotGenuine, "the issuer it names did not sign it");
        }
        Err(answer)
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
