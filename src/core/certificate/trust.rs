//! What a program brings to a validation: whom it trusts, certificates that may stand between, and what it was told
//! about revocation.

use super::card_verifiable::CardCaKeys;
use super::{Anchor, CardCaKey, CardCertificate, Certificate, Crl, Hierarchy, OcspResponse};
use crate::result::{Error, Result, ResultCode};
use core::fmt;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// The most anchors of one name whose signature is tried on one certificate. JPKI has three.
const MAX_CANDIDATES: usize = 32;

/// The anchors that a validation may end at, and what it may use on the way there. Only the anchors are believed:
/// the rest comes from strangers and is checked. Cloning shares the certificates, lists and responses.
#[derive(Clone)]
pub struct Trust {
    anchors: Vec<Anchor>,
    timestamp_anchors: Vec<Anchor>,
    intermediates: Vec<Certificate>,
    crls: Vec<Crl>,
    responses: Vec<OcspResponse>,
    card_keys: CardCaKeys,
    recent: Arc<Mutex<VecDeque<Certificate>>>,
}

/// How many signers' certificates are remembered.
const MOST_RECENT: usize = 16;

impl Trust {
    /// The production CAs of JPKI: what a shop wants.
    pub fn production() -> Trust {
        let production = |hierarchy| hierarchy == Hierarchy::Production;
        Trust::of(known(production), CardCaKeys::known(production))
    }

    /// The production CAs and those of J-LIS test cards. Certificates of the latter still fail the finding
    /// TEST_CARD unless it is waived by name.
    pub fn with_test() -> Trust {
        Trust::of(known(|_| true), CardCaKeys::known(|_| true))
    }

    /// Nobody, until an anchor is added.
    pub fn added() -> Trust {
        Trust::of(Vec::new(), CardCaKeys::default())
    }

    fn of(anchors: Vec<Anchor>, card_keys: CardCaKeys) -> Trust {
        Trust {
            anchors,
            timestamp_anchors: Vec::new(),
            intermediates: Vec::new(),
            crls: Vec::new(),
            responses: Vec::new(),
            card_keys,
            recent: Arc::default(),
        }
    }

    /// Trusts a further CA for the certificates of persons. Whether it can be one is looked at when
    /// a certificate is validated. It does not vouch for time-stamps.
    pub fn add_anchor(&mut self, certificate: Certificate) {
        add(&mut self.anchors, certificate);
    }

    /// Trusts a further CA, or an authority by itself, for time-stamps. It does not vouch for the
    /// certificates of persons.
    pub fn add_timestamp_anchor(&mut self, certificate: Certificate) {
        add(&mut self.timestamp_anchors, certificate);
    }

    /// The same set for the certificate of a time-stamping authority: the anchors for time-stamps
    /// are its only anchors.
    pub(crate) fn for_timestamps(&self) -> Trust {
        let mut trust = self.clone();
        trust.anchors = core::mem::take(&mut trust.timestamp_anchors);
        trust
    }

    /// Offers a certificate that may stand between. It is not trusted, and the profile JPKI does not look at it.
    pub fn add_intermediate(&mut self, certificate: Certificate) {
        if !self.intermediates.contains(&certificate) {
            self.intermediates.push(certificate);
        }
    }

    /// Gives a revocation list. Whose it is, and whether it is fresh, is looked at when a certificate is validated.
    pub fn add_crl(&mut self, crl: Crl) {
        if !self.crls.contains(&crl) {
            self.crls.push(crl);
        }
    }

    /// Gives an OCSP response. Whose it is, and whether it is fresh, is looked at when a certificate is validated.
    pub fn add_ocsp(&mut self, response: OcspResponse) {
        if !self.responses.contains(&response) {
            self.responses.push(response);
        }
    }

    /// A certificate that a document holds. One that was read lately is not read again: an archive has few signers. What
    /// is remembered goes with this set and its clones.
    pub(crate) fn read(&self, der: &[u8]) -> Result<Certificate> {
        // Whoever would have to wait reads it anew.
        let Ok(mut recent) = self.recent.try_lock() else { return Certificate::parse(der) };
        if let Some(known) = recent.iter().find(|known| known.der() == der) {
            return Ok(known.clone());
        }
        let certificate = Certificate::parse(der)?;
        if recent.len() >= MOST_RECENT {
            recent.pop_front();
        }
        recent.push_back(certificate.clone());
        Ok(certificate)
    }

    /// The certificates that may stand between, in the order in which they were added.
    pub fn intermediates(&self) -> &[Certificate] {
        &self.intermediates
    }

    /// The revocation lists, in the order in which they were added.
    pub fn crls(&self) -> &[Crl] {
        &self.crls
    }

    /// The OCSP responses, in the order in which they were added.
    pub fn ocsp(&self) -> &[OcspResponse] {
        &self.responses
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

    /// The anchors for the certificates of persons, in the order in which they were added.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The anchors for time-stamping authorities, in the order in which they were added.
    pub fn timestamp_anchors(&self) -> &[Anchor] {
        &self.timestamp_anchors
    }

    /// The anchor that signed the certificate. Generations of a CA share one name, so the key identifier chooses
    /// among those of the issuer's name, and the signature decides. Dates are not looked at.
    ///
    /// # Errors
    /// CERTIFICATE_UNTRUSTED if there is none; ALGORITHM_NOT_ALLOWED if one may have signed it, but with a key or
    /// an algorithm that proves nothing.
    pub fn issuer_of(&self, certificate: &Certificate) -> Result<&Anchor> {
        let wanted = certificate.extensions().authority_key_identifier.as_deref();
        let is_exact = |anchor: &&Anchor| anchor.certificate.subject_der() == certificate.issuer_der();
        // Only where no name is the same byte for byte are the texts compared, which must be made first.
        let has_exact = self.anchors.iter().any(|anchor| is_exact(&anchor));
        let has_name = |anchor: &&Anchor| match has_exact {
            true => is_exact(anchor),
            false => anchor.certificate.subject() == certificate.issuer(),
        };
        let candidates = self
            .anchors
            .iter()
            .filter(|anchor| has_name(anchor) && anchor.is_ca())
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
        let Trust { anchors, timestamp_anchors, intermediates, crls, responses, card_keys: _, recent: _ } =
            self;
        let (own, stamps) = (anchors.len(), timestamp_anchors.len());
        let (between, status) = (intermediates.len(), crls.len() + responses.len());
        write!(f, "Trust({own} anchors, {stamps} for time-stamps, {between} between, {status} on revocation)")
    }
}

/// Adds an anchor to those of one use, unless it is among them.
fn add(anchors: &mut Vec<Anchor>, certificate: Certificate) {
    if anchors.iter().all(|anchor| anchor.certificate != certificate) {
        anchors.push(Anchor::added(certificate));
    }
}

fn known(wanted: impl Fn(Hierarchy) -> bool) -> Vec<Anchor> {
    Anchor::all_known().iter().filter(|anchor| wanted(anchor.hierarchy)).cloned().collect()
}
