//! A certificate as it was read: what it says about itself, before anybody believes it.

use super::algorithm::SignatureAlgorithm;
use super::extensions::Extensions;
use super::fields::{Fields, hex, tagged, tagged_value, time, whole};
use super::name::Name;
use super::{Anchor, CertificateKind, PublicKey, attributes, pem, profile};
use crate::holder::Holder;
use crate::result::{Error, Result, ResultCode};
use crate::signature::digest;
use core::fmt;
use der::{Decode, Tag, TagNumber};
use std::sync::{Arc, OnceLock};

/// The longest certificate that is read, in bytes of DER. Those on cards have less than 2 KiB (H).
pub const MAX_CERTIFICATE_LEN: usize = 64 * 1024;

/// An X.509 certificate. Cloning one is cheap. Its Debug form shows the fingerprint and no name.
#[derive(Clone)]
pub struct Certificate {
    inner: Arc<Inner>,
}

struct Inner {
    der: Vec<u8>,
    /// The part that the issuer signed, byte for byte.
    signed: Vec<u8>,
    signature: Vec<u8>,
    signature_algorithm: Vec<u8>,
    /// Whether the algorithm inside the signed part is the one beside the signature.
    names_one_algorithm: bool,
    serial: String,
    /// The content of the serial number in DER.
    serial_number: Vec<u8>,
    issuer: NameField,
    subject: NameField,
    not_before: i64,
    not_after: i64,
    spki: Vec<u8>,
    /// Read when it is first asked for: OpenSSL takes as long for that as for checking a signature.
    key: OnceLock<Result<PublicKey>>,
    version: u8,
    extensions: Extensions,
    /// Made when it is first asked for, as are the texts of the names: nobody who only verifies wants to see them.
    fingerprint: OnceLock<String>,
    /// Compared when it is first asked for: names may be long, and searches ask often.
    is_self_issued: OnceLock<bool>,
}

/// A name of a certificate, in the three forms that it is needed in.
struct NameField {
    der: Vec<u8>,
    /// As RFC 4514 writes it.
    text: OnceLock<String>,
    /// As it is compared.
    name: Name,
}

impl NameField {
    /// A name in DER.
    fn read(der: &[u8]) -> Option<NameField> {
        x509_cert::name::Name::from_der(der).ok()?;
        Some(NameField { der: der.to_vec(), text: OnceLock::new(), name: Name::read(der)? })
    }

    /// Control characters come out escaped, so the text has no NUL.
    fn text(&self) -> &str {
        self.text.get_or_init(|| {
            x509_cert::name::Name::from_der(&self.der).map_or_else(|_| String::new(), |name| name.to_string())
        })
    }
}

impl Certificate {
    /// Reads a certificate: strict DER with nothing behind it, or PEM with one block.
    ///
    /// # Errors
    /// CERTIFICATE_MALFORMED for everything else, for more than [`MAX_CERTIFICATE_LEN`] bytes, and for what RFC 5280
    /// forbids in any certificate: extensions twice or without version 3, overlong serial numbers. A negative serial
    /// number is read, as section 4.1.2.2 asks of those who read certificates; the profile JPKI does not take it.
    pub fn parse(der_or_pem: &[u8]) -> Result<Certificate> {
        let malformed = || Error::new(ResultCode::CertificateMalformed, "the certificate cannot be read");
        // Base64 makes four characters of three bytes; as much again for line ends and explanations.
        if der_or_pem.len() > MAX_CERTIFICATE_LEN * 2 {
            return Err(malformed());
        }
        let der = if pem::is_der(der_or_pem) {
            der_or_pem.to_vec()
        } else {
            pem::decode(der_or_pem).ok_or_else(malformed)?
        };
        if der.len() > MAX_CERTIFICATE_LEN {
            return Err(malformed());
        }
        Ok(Certificate { inner: Arc::new(read(der).ok_or_else(malformed)?) })
    }

    /// The certificate in DER, byte for byte as it was read.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// The certificate in PEM.
    pub fn pem(&self) -> String {
        pem::encode(&self.inner.der)
    }

    /// The subject as RFC 4514 writes names: the last part first. The subject of a signing certificate has an
    /// identifier and the municipality, not the name of the person (H).
    pub fn subject(&self) -> &str {
        self.inner.subject.text()
    }

    /// The issuer as RFC 4514 writes names.
    pub fn issuer(&self) -> &str {
        self.inner.issuer.text()
    }

    /// The serial number in upper-case hexadecimal digits, two a byte, behind "-" if it is negative.
    pub fn serial(&self) -> &str {
        &self.inner.serial
    }

    /// SHA-256 over the DER in lower-case hexadecimal digits.
    pub fn fingerprint(&self) -> &str {
        self.inner.fingerprint.get_or_init(|| pem::fingerprint(&self.inner.der))
    }

    /// The first second in which it holds, in seconds since 1970-01-01T00:00:00Z.
    pub fn not_before(&self) -> i64 {
        self.inner.not_before
    }

    /// The last second in which it holds, in seconds since 1970-01-01T00:00:00Z.
    pub fn not_after(&self) -> i64 {
        self.inner.not_after
    }

    /// Which certificate of a card it is, as far as it says so itself: by its policy, or because it is one of the
    /// CA certificates that the library knows. `None` for all others.
    pub fn kind(&self) -> Option<CertificateKind> {
        match profile::policy_of(self) {
            Some(policy) => Some(policy.kind),
            None => Anchor::known(self).and_then(|anchor| anchor.kind),
        }
    }

    /// The four attributes of the person, which only signing certificates carry. Whether they may be believed is
    /// for [`super::validate`] to say.
    ///
    /// # Errors
    /// NOT_FOUND if there are none; CERTIFICATE_MALFORMED if they are incomplete, doubled or not what they should be.
    pub fn holder(&self) -> Result<Holder> {
        let not_found = || Error::new(ResultCode::NotFound, "the certificate has no attributes of a person");
        attributes::read(self.inner.extensions.subject_alt_name.as_deref().ok_or_else(not_found)?)
    }

    /// The public key.
    ///
    /// # Errors
    /// CERTIFICATE_MALFORMED if it cannot be read, ALGORITHM_NOT_ALLOWED if its type is not supported.
    pub fn public_key(&self) -> Result<PublicKey> {
        self.inner.key.get_or_init(|| PublicKey::from_spki(&self.inner.spki)).clone()
    }

    /// The public key as DER of a SubjectPublicKeyInfo, byte for byte.
    pub fn spki_der(&self) -> &[u8] {
        &self.inner.spki
    }

    /// Whether the certificate's dates allow that moment; the first and the last second count.
    ///
    /// # Errors
    /// CERTIFICATE_NOT_YET_VALID, CERTIFICATE_EXPIRED.
    pub fn check_dates(&self, at: i64) -> Result<()> {
        if at < self.not_before() {
            Err(Error::new(ResultCode::CertificateNotYetValid, "the certificate does not hold yet"))
        } else if at > self.not_after() {
            Err(Error::new(ResultCode::CertificateExpired, "the certificate has expired"))
        } else {
            Ok(())
        }
    }

    /// Whether `issuer` has signed this certificate: the mathematics only.
    ///
    /// # Errors
    /// ALGORITHM_NOT_ALLOWED, SIGNATURE_MALFORMED, SIGNATURE_INVALID; CERTIFICATE_MALFORMED if the issuer's key
    /// cannot be read.
    pub fn check_signed_by(&self, issuer: &Certificate) -> Result<()> {
        let not_allowed = || {
            Error::new(
                ResultCode::AlgorithmNotAllowed,
                "the certificate is signed with a forbidden algorithm",
            )
        };
        let algorithm = self.signature_algorithm().ok_or_else(not_allowed)?;
        let key = issuer.public_key()?;
        if !algorithm.fits(key.key_type()) {
            return Err(Error::new(ResultCode::SignatureInvalid, "the issuer's key makes other signatures"));
        }
        key.verify_digest(algorithm.hash, &digest(algorithm.hash, &self.inner.signed), &self.inner.signature)
    }

    /// The algorithm of the issuer's signature, if it may be relied upon and is named alike inside and outside.
    pub(super) fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        let algorithm = SignatureAlgorithm::from_identifier(&self.inner.signature_algorithm)?;
        self.inner.names_one_algorithm.then_some(algorithm)
    }

    pub(super) fn extensions(&self) -> &Extensions {
        &self.inner.extensions
    }

    /// The subject as it is compared.
    pub(super) fn subject_name(&self) -> &Name {
        &self.inner.subject.name
    }

    /// The issuer as it is compared.
    pub(super) fn issuer_name(&self) -> &Name {
        &self.inner.issuer.name
    }

    /// The issuer in DER, byte for byte.
    pub(super) fn issuer_der(&self) -> &[u8] {
        &self.inner.issuer.der
    }

    /// The subject in DER, byte for byte.
    pub(super) fn subject_der(&self) -> &[u8] {
        &self.inner.subject.der
    }

    /// Whether the issuer has the subject's name.
    pub(super) fn is_self_issued(&self) -> bool {
        *self.inner.is_self_issued.get_or_init(|| self.issuer_name() == self.subject_name())
    }

    /// The content of the serial number in DER.
    pub(super) fn serial_number(&self) -> &[u8] {
        &self.inner.serial_number
    }

    /// 1, 2 or 3.
    pub(super) fn version(&self) -> u8 {
        self.inner.version
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        self.inner.der == other.inner.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.fingerprint())
    }
}

fn read(der: Vec<u8>) -> Option<Inner> {
    let mut outer = Fields::in_sequence(&der)?;
    let signed = outer.object(Tag::Sequence)?.to_vec();
    let signature_algorithm = outer.object(Tag::Sequence)?.to_vec();
    let signature = whole_bytes(outer.content(Tag::BitString)?)?.to_vec();
    outer.end()?;

    let mut fields = Fields::in_sequence(&signed)?;
    let version = match fields.optional(tagged(TagNumber::N0))? {
        None => 1,
        Some(content) => match whole(content, Tag::Integer)? {
            [1] => 2,
            [2] => 3,
            _ => return None,
        },
    };
    let serial_number = fields.content(Tag::Integer)?.to_vec();
    let inner_algorithm = fields.object(Tag::Sequence)?;
    let issuer = NameField::read(fields.object(Tag::Sequence)?)?;
    let mut validity = Fields::in_content(fields.content(Tag::Sequence)?)?;
    let ((from_tag, from), (to_tag, to)) = (validity.any()?, validity.any()?);
    validity.end()?;
    let subject = NameField::read(fields.object(Tag::Sequence)?)?;
    let spki = fields.object(Tag::Sequence)?.to_vec();
    let identifiers =
        [fields.optional(tagged_value(TagNumber::N1))?, fields.optional(tagged_value(TagNumber::N2))?];
    let extensions = fields.optional(tagged(TagNumber::N3))?;
    fields.end()?;
    let names_one_algorithm = inner_algorithm == signature_algorithm;
    if (version < 2 && identifiers.iter().any(Option::is_some)) || (version < 3 && extensions.is_some()) {
        return None;
    }

    Some(Inner {
        serial: serial(&serial_number)?,
        serial_number,
        issuer,
        subject,
        not_before: time(from_tag, from)?,
        not_after: time(to_tag, to)?,
        extensions: extensions.map_or_else(|| Some(Extensions::default()), Extensions::read)?,
        names_one_algorithm,
        spki,
        key: OnceLock::new(),
        version,
        signature,
        signature_algorithm,
        fingerprint: OnceLock::new(),
        is_self_issued: OnceLock::new(),
        signed,
        der,
    })
}

/// The content of a BIT STRING that is made of whole bytes.
pub(super) fn whole_bytes(content: &[u8]) -> Option<&[u8]> {
    match content.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}

/// Whether the content of an INTEGER is as short as DER wants it, and fits a serial number: at most twenty bytes and a
/// sign (RFC 5280, section 4.1.2.2).
pub(super) fn is_serial(content: &[u8]) -> bool {
    !matches!(content, [] | [0, 0..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..]) && content.len() <= 21
}

/// The digits of a serial number.
fn serial(content: &[u8]) -> Option<String> {
    is_serial(content).then_some(())?;
    match content {
        [0, digits @ ..] if !digits.is_empty() => Some(hex(digits, true)),
        [0x80..=0xFF, ..] => {
            // Two's complement: the bits the other way round, and one more.
            let mut digits: Vec<u8> = content.iter().map(|byte| !byte).collect();
            for digit in digits.iter_mut().rev() {
                let (sum, carries) = digit.overflowing_add(1);
                *digit = sum;
                if !carries {
                    break;
                }
            }
            Some(format!("-{}", hex(&digits, true)))
        }
        digits => Some(hex(digits, true)),
    }
}
