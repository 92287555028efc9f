//! OCSP (RFC 6960): the request for one certificate, and what a response says about itself before anybody believes it.
//! Nothing here sends or fetches: transport is the caller's.

use super::algorithm::SignatureAlgorithm;
use super::crl::each_extension;
use super::fields::{Fields, oid, tagged, tagged_value, time, whole};
use super::name::Name;
use super::x509::{is_serial, whole_bytes};
use super::{Certificate, PublicKey};
use crate::result::{Error, Result, ResultCode};
use crate::signature::digest;
use core::fmt;
use der::{Tag, TagNumber};
use openssl::hash::{MessageDigest, hash};
use std::sync::Arc;

/// The longest OCSP response that is read, in bytes.
pub const MAX_OCSP_LEN: usize = 256 * 1024;
/// The shortest and the longest nonce that is sent, in bytes (RFC 9654, section 2.1).
pub const OCSP_NONCE_LEN: core::ops::RangeInclusive<usize> = 1..=128;

/// The most certificates that a response is believed to need for its own signature.
const MAX_CERTIFICATES: usize = 8;
/// The most answers in one response that are looked at.
const MAX_ANSWERS: usize = 256;

/// An OCSP response. Cloning one is cheap. Its Debug form shows the number of answers and no name.
#[derive(Clone)]
pub struct OcspResponse {
    inner: Arc<Inner>,
}

struct Inner {
    der: Vec<u8>,
    /// `None` if the responder says that it has no answer.
    basic: Option<Basic>,
}

struct Basic {
    algorithm: Option<SignatureAlgorithm>,
    digest: Vec<u8>,
    signature: Vec<u8>,
    certificates: Vec<Certificate>,
    responder: Responder,
    produced_at: i64,
    nonce: Option<Vec<u8>>,
    answers: Vec<Answer>,
    has_unknown_critical: bool,
}

/// Who says to have answered.
enum Responder {
    Name(Name),
    /// SHA-1 over the public key.
    Key(Vec<u8>),
}

/// What the response says about one certificate.
pub(super) struct Answer {
    hash_algorithm: Option<MessageDigest>,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial_number: Vec<u8>,
    pub(super) status: Status,
    pub(super) this_update: i64,
    pub(super) next_update: Option<i64>,
    pub(super) has_unknown_critical: bool,
}

/// What the responder says about a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    Good,
    Revoked { reason: u8, at: i64 },
    Unknown,
}

impl OcspResponse {
    /// Reads an OCSP response: strict DER with nothing behind it. That a responder has no answer (it is busy, or does
    /// not serve the asker) can be read, too; then nothing is known.
    ///
    /// # Errors
    /// CERTIFICATE_MALFORMED for everything else, and for more than [`MAX_OCSP_LEN`] bytes.
    pub fn parse(der: &[u8]) -> Result<OcspResponse> {
        let malformed = || Error::new(ResultCode::CertificateMalformed, "the OCSP response cannot be read");
        if der.len() > MAX_OCSP_LEN {
            return Err(malformed());
        }
        let basic = read(der).ok_or_else(malformed)?;
        Ok(OcspResponse { inner: Arc::new(Inner { der: der.to_vec(), basic }) })
    }

    /// The response in DER, byte for byte as it was read.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// When it was signed, in seconds since 1970-01-01T00:00:00Z; `None` if the responder has no answer.
    pub fn produced_at(&self) -> Option<i64> {
        self.inner.basic.as_ref().map(|basic| basic.produced_at)
    }

    /// Whether it repeats that nonce.
    pub(super) fn repeats(&self, nonce: &[u8]) -> bool {
        self.inner.basic.as_ref().is_some_and(|basic| basic.nonce.as_deref() == Some(nonce))
    }

    pub(super) fn has_unknown_critical(&self) -> bool {
        self.inner.basic.as_ref().is_some_and(|basic| basic.has_unknown_critical)
    }

    /// The certificates that the responder sent along.
    pub(super) fn certificates(&self) -> &[Certificate] {
        self.inner.basic.as_ref().map_or(&[], |basic| &basic.certificates)
    }

    /// What it says about a certificate of that issuer.
    pub(super) fn answers_about<'a>(
        &'a self,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
    ) -> impl Iterator<Item = &'a Answer> {
        let answers: &[Answer] = self.inner.basic.as_ref().map_or(&[], |basic| &basic.answers);
        answers.iter().filter(move |answer| answer.is_about(certificate, issuer))
    }

    /// Whether the responder calls itself by the subject or the key of that certificate.
    pub(super) fn is_by(&self, certificate: &Certificate) -> bool {
        match self.inner.basic.as_ref().map(|basic| &basic.responder) {
            Some(Responder::Name(name)) => name == certificate.subject_name(),
            Some(Responder::Key(id)) => key_hash(MessageDigest::sha1(), certificate).as_ref() == Some(id),
            None => false,
        }
    }

    /// Whether a key has signed it: the mathematics only.
    ///
    /// # Errors
    /// ALGORITHM_NOT_ALLOWED, SIGNATURE_MALFORMED, SIGNATURE_INVALID; NOT_FOUND if there is no answer.
    pub(super) fn check_signed_by(&self, key: &PublicKey) -> Result<()> {
        let no_answer = || Error::new(ResultCode::NotFound, "the responder has no answer");
        let basic = self.inner.basic.as_ref().ok_or_else(no_answer)?;
        let algorithm = basic.algorithm.ok_or_else(|| {
            Error::new(ResultCode::AlgorithmNotAllowed, "the response is signed with a forbidden algorithm")
        })?;
        if !algorithm.fits(key.key_type()) {
            return Err(Error::new(ResultCode::SignatureInvalid, "the key makes other signatures"));
        }
        key.verify_digest(algorithm.hash, &basic.digest, &basic.signature)
    }
}

impl PartialEq for OcspResponse {
    fn eq(&self, other: &OcspResponse) -> bool {
        self.inner.der == other.inner.der
    }
}

impl Eq for OcspResponse {}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answers = self.inner.basic.as_ref().map_or(0, |basic| basic.answers.len());
        write!(f, "OcspResponse({answers} answers)")
    }
}

impl Answer {
    fn is_about(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(algorithm) = self.hash_algorithm else { return false };
        self.serial_number == certificate.serial_number()
            && hash(algorithm, certificate.issuer_der()).is_ok_and(|own| *own == *self.issuer_name_hash)
            && key_hash(algorithm, issuer).as_ref() == Some(&self.issuer_key_hash)
    }
}

/// The digest over the bits of a certificate's public key.
fn key_hash(algorithm: MessageDigest, certificate: &Certificate) -> Option<Vec<u8>> {
    let mut fields = Fields::in_sequence(certificate.spki_der())?;
    fields.content(Tag::Sequence)?;
    let bits = whole_bytes(fields.content(Tag::BitString)?)?;
    hash(algorithm, bits).ok().map(|digest| digest.to_vec())
}

/// Outer `None` if it cannot be read, inner `None` if the responder has no answer.
fn read(der: &[u8]) -> Option<Option<Basic>> {
    let mut outer = Fields::in_sequence(der)?;
    let status = outer.content(Tag::Enumerated)?;
    let bytes = outer.optional(tagged(TagNumber::N0))?;
    outer.end()?;
    let Some(bytes) = bytes else {
        // Successful without an answer is a contradiction.
        return matches!(status, [1..=3 | 5..=6]).then_some(None);
    };
    (status == [0]).then_some(())?;
    let mut typed = Fields::in_sequence(bytes)?;
    (oid(typed.content(Tag::ObjectIdentifier)?)? == "1.3.6.1.5.5.7.48.1.1").then_some(())?;
    let basic = typed.content(Tag::OctetString)?;
    typed.end()?;
    Some(Some(Basic::read(basic)?))
}

impl Basic {
    fn read(der: &[u8]) -> Option<Basic> {
        let mut outer = Fields::in_sequence(der)?;
        let signed = outer.object(Tag::Sequence)?;
        let algorithm = SignatureAlgorithm::from_identifier(outer.object(Tag::Sequence)?);
        let signature = whole_bytes(outer.content(Tag::BitString)?)?.to_vec();
        let certificates = outer.optional(tagged(TagNumber::N0))?;
        outer.end()?;

        let mut fields = Fields::in_sequence(signed)?;
        if let Some(version) = fields.optional(tagged(TagNumber::N0))? {
            (whole(version, Tag::Integer)? == [0]).then_some(())?;
        }
        let (tag, content) = fields.any()?;
        let responder = if tag == tagged(TagNumber::N1) {
            Responder::Name(Name::read(content)?)
        } else if tag == tagged(TagNumber::N2) {
            Responder::Key(whole(content, Tag::OctetString)?.to_vec())
        } else {
            return None;
        };
        let produced_at = moment(fields.content(Tag::GeneralizedTime)?)?;
        let mut list = Fields::in_content(fields.content(Tag::Sequence)?)?;
        let mut answers = Vec::new();
        while !list.is_empty() {
            answers.push(Answer::read(list.content(Tag::Sequence)?)?);
            (answers.len() <= MAX_ANSWERS).then_some(())?;
        }
        let mut nonce = None;
        let mut has_unknown_critical = false;
        if let Some(extensions) = fields.optional(tagged(TagNumber::N1))? {
            each_extension(whole(extensions, Tag::Sequence)?, |name, critical, value| {
                match name {
                    // RFC 6960 wraps the nonce in an OCTET STRING; older responders repeat the bytes as they are.
                    NONCE => nonce = Some(whole(value, Tag::OctetString).unwrap_or(value).to_vec()),
                    _ => has_unknown_critical |= critical,
                }
                Some(())
            })?;
        }
        fields.end()?;
        Some(Basic {
            digest: algorithm.map(|algorithm| digest(algorithm.hash, signed)).unwrap_or_default(),
            algorithm,
            signature,
            certificates: match certificates {
                Some(content) => read_certificates(content)?,
                None => Vec::new(),
            },
            responder,
            produced_at,
            nonce,
            answers,
            has_unknown_critical,
        })
    }
}

fn read_certificates(content: &[u8]) -> Option<Vec<Certificate>> {
    let mut list = Fields::in_sequence(content)?;
    let mut certificates = Vec::new();
    while !list.is_empty() {
        // One that cannot be read cannot have signed; the others still may.
        certificates.extend(Certificate::parse(list.object(Tag::Sequence)?));
        (certificates.len() <= MAX_CERTIFICATES).then_some(())?;
    }
    Some(certificates)
}

impl Answer {
    fn read(content: &[u8]) -> Option<Answer> {
        let mut fields = Fields::in_content(content)?;
        let mut id = Fields::in_content(fields.content(Tag::Sequence)?)?;
        let mut algorithm = Fields::in_content(id.content(Tag::Sequence)?)?;
        // The digest tells certificates apart and is no signature: SHA-1 is what everybody sends.
        let hash_algorithm = match oid(algorithm.content(Tag::ObjectIdentifier)?)?.as_str() {
            "1.3.14.3.2.26" => Some(MessageDigest::sha1()),
            "2.16.840.1.101.3.4.2.1" => Some(MessageDigest::sha256()),
            "2.16.840.1.101.3.4.2.2" => Some(MessageDigest::sha384()),
            "2.16.840.1.101.3.4.2.3" => Some(MessageDigest::sha512()),
            _ => None,
        };
        algorithm.optional(Tag::Null)?;
        algorithm.end()?;
        let issuer_name_hash = id.content(Tag::OctetString)?.to_vec();
        let issuer_key_hash = id.content(Tag::OctetString)?.to_vec();
        let serial_number = id.content(Tag::Integer)?;
        is_serial(serial_number).then_some(())?;
        id.end()?;

        let (tag, content) = fields.any()?;
        let status = if tag == tagged_value(TagNumber::N0) && content.is_empty() {
            Status::Good
        } else if tag == tagged(TagNumber::N1) {
            let mut info = Fields::in_content(content)?;
            let at = moment(info.content(Tag::GeneralizedTime)?)?;
            let reason = match info.optional(tagged(TagNumber::N0))? {
                Some(reason) => whole(reason, Tag::Enumerated)?,
                None => &[0],
            };
            info.end()?;
            let [reason] = reason else { return None };
            Status::Revoked { reason: *reason, at }
        } else if tag == tagged_value(TagNumber::N2) && content.is_empty() {
            Status::Unknown
        } else {
            return None;
        };
        let this_update = moment(fields.content(Tag::GeneralizedTime)?)?;
        let next_update = match fields.optional(tagged(TagNumber::N0))? {
            Some(content) => Some(moment(whole(content, Tag::GeneralizedTime)?)?),
            None => None,
        };
        let mut has_unknown_critical = false;
        if let Some(extensions) = fields.optional(tagged(TagNumber::N1))? {
            each_extension(whole(extensions, Tag::Sequence)?, |_, critical, _| {
                has_unknown_critical |= critical;
                Some(())
            })?;
        }
        fields.end()?;
        Some(Answer {
            hash_algorithm,
            issuer_name_hash,
            issuer_key_hash,
            serial_number: serial_number.to_vec(),
            status,
            this_update,
            next_update,
            has_unknown_critical,
        })
    }
}

fn moment(content: &[u8]) -> Option<i64> {
    time(Tag::GeneralizedTime, content)
}

/// id-pkix-ocsp-nonce
const NONCE: &str = "1.3.6.1.5.5.7.48.1.2";
/// The same, and SHA-1 with its parameters, in DER.
const NONCE_DER: &[u8] = &[0x06, 9, 0x2B, 6, 1, 5, 5, 7, 0x30, 1, 2];
const SHA1_DER: &[u8] = &[0x30, 9, 0x06, 5, 0x2B, 0x0E, 3, 2, 0x1A, 0x05, 0];

/// The request for an OCSP responder about one certificate, in DER. It is for callers whom the CA serves: J-LIS answers
/// certified verifiers only. The certificate is named by SHA-1, as every responder expects; nothing rests on it.
///
/// # Errors
/// INVALID_ARGUMENT if `issuer` does not have the name that the certificate gives its issuer, or if the nonce is
/// longer than [`OCSP_NONCE_LEN`]. An empty nonce sends none.
pub fn ocsp_request(certificate: &Certificate, issuer: &Certificate, nonce: &[u8]) -> Result<Vec<u8>> {
    let invalid = |detail| Error::new(ResultCode::InvalidArgument, detail).in_operation("ocsp_request");
    if certificate.issuer_name() != issuer.subject_name() {
        return Err(invalid("the issuer has another name than the certificate says"));
    }
    if nonce.len() > *OCSP_NONCE_LEN.end() {
        return Err(invalid("the nonce is too long"));
    }
    let made = || {
        let name = hash(MessageDigest::sha1(), certificate.issuer_der()).ok()?;
        let id = [
            SHA1_DER.to_vec(),
            object(Tag::OctetString, &name)?,
            object(Tag::OctetString, &key_hash(MessageDigest::sha1(), issuer)?)?,
            object(Tag::Integer, certificate.serial_number())?,
        ];
        let list = sequence(&sequence(&sequence(&id.concat())?)?)?;
        if nonce.is_empty() {
            return sequence(&sequence(&list)?);
        }
        let value = object(Tag::OctetString, &object(Tag::OctetString, nonce)?)?;
        let extensions = sequence(&sequence(&[NONCE_DER, &value].concat())?)?;
        let extensions = object(tagged(TagNumber::N2), &extensions)?;
        sequence(&sequence(&[list, extensions].concat())?)
    };
    made().ok_or_else(|| Error::new(ResultCode::Internal, "a request of known size could not be made"))
}

fn sequence(content: &[u8]) -> Option<Vec<u8>> {
    object(Tag::Sequence, content)
}

/// An object in DER.
fn object(tag: Tag, content: &[u8]) -> Option<Vec<u8>> {
    use der::Encode;
    der::asn1::AnyRef::new(tag, content).ok()?.to_der().ok()
}
