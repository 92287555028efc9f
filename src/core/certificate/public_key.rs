//! Public keys: their type, whether they are strong enough, and checking a signature with them.
//!
//! RSA is what cards have today. The next generation is announced with ECDSA P-384, so callers ask a key how
//! long its signatures are instead of knowing.

use super::fields::{Fields, oid};
use crate::result::{Error, Result, ResultCode};
use crate::signature::Hash;
use core::fmt;
use der::Tag;
use openssl::bn::BigNum;
use openssl::md::{Md, MdRef};
use openssl::pkey::{PKey, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::{Padding, Rsa};

/// The largest modulus that is looked at: more costs a verifier time and nobody security.
const MAX_RSA_BITS: u32 = 16_384;

/// The longest exponent that is looked at, in bytes. One as long as the modulus makes a check a
/// hundred times slower.
const MAX_EXPONENT_LEN: usize = 8;

/// The type of a public key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum KeyType {
    /// RSA; signatures are PKCS#1 v1.5.
    Rsa,
    /// Elliptic curve P-256; signatures are ECDSA in DER.
    EcP256,
    /// Elliptic curve P-384; signatures are ECDSA in DER.
    EcP384,
}

/// A public key that signatures can be checked with.
#[derive(Clone)]
pub struct PublicKey {
    key: PKey<Public>,
    key_type: KeyType,
}

impl PublicKey {
    /// Reads the DER of a SubjectPublicKeyInfo: RSA, or ECDSA on a named curve.
    ///
    /// # Errors
    /// CERTIFICATE_MALFORMED if it cannot be read, ALGORITHM_NOT_ALLOWED for any other type of key.
    pub fn from_spki(spki_der: &[u8]) -> Result<PublicKey> {
        let malformed = || Error::new(ResultCode::CertificateMalformed, "the public key cannot be read");
        let key_type = key_type(spki_der).ok_or_else(malformed)?.ok_or_else(|| {
            Error::new(ResultCode::AlgorithmNotAllowed, "the key is neither RSA nor on P-256 or P-384")
        })?;
        let key = match key_type {
            KeyType::Rsa => rsa_key(spki_der),
            KeyType::EcP256 | KeyType::EcP384 => PKey::public_key_from_der(spki_der).ok(),
        };
        let key = key.ok_or_else(malformed)?;
        Ok(PublicKey { key, key_type })
    }

    /// An RSA key from its two numbers, big-endian.
    ///
    /// # Errors
    /// CERTIFICATE_MALFORMED if they are no key.
    pub(crate) fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey> {
        let number = openssl::bn::BigNum::from_slice;
        let made = || {
            let rsa = Rsa::from_public_components(number(modulus)?, number(exponent)?)?;
            PKey::from_rsa(rsa)?.public_key_to_der()
        };
        let spki = made().map_err(|_: openssl::error::ErrorStack| {
            Error::new(ResultCode::CertificateMalformed, "two numbers that are no RSA key")
        })?;
        PublicKey::from_spki(&spki)
    }

    /// The key as OpenSSL has it.
    pub(crate) fn openssl(&self) -> &PKey<Public> {
        &self.key
    }

    /// Whether both are the same key.
    pub(crate) fn is_same(&self, other: &PublicKey) -> bool {
        self.key.public_eq(&other.key)
    }

    /// Checks an RSA signature of PKCS#1 v1.5 over a block as it stands, which need not be a DigestInfo.
    ///
    /// # Errors
    /// As [`PublicKey::verify_digest`].
    pub(crate) fn verify_block(&self, block: &[u8], signature: &[u8]) -> Result<()> {
        self.check_strength()?;
        let rsa = self.key.rsa().ok().filter(|_| signature.len() == self.signature_len());
        let rsa = rsa.ok_or_else(|| {
            Error::new(ResultCode::SignatureMalformed, "the signature has another length or form")
        })?;
        let mut opened = vec![0; self.signature_len()];
        let length = rsa.public_decrypt(signature, &mut opened, Padding::PKCS1).unwrap_or(0);
        if !block.is_empty() && opened.get(..length) == Some(block) {
            Ok(())
        } else {
            Err(Error::new(ResultCode::SignatureInvalid, "the signature does not fit"))
        }
    }

    /// The type of the key.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The size of the key in bits: of the modulus, or of the curve.
    pub fn bits(&self) -> u32 {
        self.key.bits()
    }

    /// How many bytes a signature has: exactly so many with RSA, at most so many with ECDSA.
    pub fn signature_len(&self) -> usize {
        self.key.size()
    }

    /// Whether the key is strong enough to rely upon.
    ///
    /// # Errors
    /// ALGORITHM_NOT_ALLOWED: RSA under 2048 or over 16384 bits, or with an exponent that is even,
    /// under 65537 or over 64 bits.
    pub fn check_strength(&self) -> Result<()> {
        if self.key_type != KeyType::Rsa {
            return Ok(());
        }
        let rsa =
            self.key.rsa().map_err(|_| Error::new(ResultCode::Internal, "OpenSSL lost the type of a key"))?;
        let exponent = rsa.e().to_vec();
        let at_least_65537 = exponent.len() > 3 || (exponent.len() == 3 && exponent.as_slice() >= &[1, 0, 1]);
        let odd = exponent.last().is_some_and(|byte| byte & 1 == 1);
        if exponent.len() > MAX_EXPONENT_LEN {
            let text = "the exponent of the RSA key has more than 64 bits";
            return Err(Error::new(ResultCode::AlgorithmNotAllowed, text));
        }
        if (2048..=MAX_RSA_BITS).contains(&self.bits()) && at_least_65537 && odd {
            Ok(())
        } else {
            Err(Error::new(ResultCode::AlgorithmNotAllowed, "the RSA key is too weak"))
        }
    }

    /// What checking one signature costs, in the units of [`Work`](super::Work): about a
    /// microsecond each.
    pub(crate) fn effort(&self) -> u64 {
        match self.key_type {
            KeyType::EcP256 => 80,
            KeyType::EcP384 => 640,
            KeyType::Rsa => {
                let exponent = self.key.rsa().map_or(0, |rsa| rsa.e().num_bits());
                // 65537 has 17 bits; each of them costs a square of the modulus.
                let times = u64::try_from(exponent).unwrap_or(0).div_ceil(17).max(1);
                let kilobits = u64::from(self.bits()).div_ceil(1024).max(2);
                kilobits.saturating_mul(kilobits).saturating_mul(5).saturating_mul(times)
            }
        }
    }

    /// Checks a signature over a digest. The caller has seen to it that the digest has the length of its hash.
    ///
    /// # Errors
    /// ALGORITHM_NOT_ALLOWED (weak key), SIGNATURE_MALFORMED (length, DER), SIGNATURE_INVALID.
    pub fn verify_digest(&self, hash: Hash, digest: &[u8], signature: &[u8]) -> Result<()> {
        self.check_strength()?;
        let well_formed = match self.key_type {
            KeyType::Rsa => signature.len() == self.signature_len(),
            KeyType::EcP256 | KeyType::EcP384 => is_ecdsa_signature(signature).is_some(),
        };
        if !well_formed {
            return Err(Error::new(
                ResultCode::SignatureMalformed,
                "the signature has another length or form",
            ));
        }
        let setup = || {
            let mut context = PkeyCtx::new(&self.key)?;
            context.verify_init()?;
            if self.key_type == KeyType::Rsa {
                context.set_rsa_padding(Padding::PKCS1)?;
            }
            context.set_signature_md(message_digest(hash))?;
            Ok(context)
        };
        let mut context = setup().map_err(|_: openssl::error::ErrorStack| {
            Error::new(ResultCode::Internal, "OpenSSL cannot verify with this key")
        })?;
        // An error is a padding or a number out of range: the mathematics of a forger, not a fault of ours.
        match context.verify(digest, signature) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Error::new(
                ResultCode::SignatureInvalid,
                "the signature is not by this key over this digest",
            )),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?}, {} bits)", self.key_type, self.bits())
    }
}

/// The type that the algorithm of a SubjectPublicKeyInfo names: outer `None` if it cannot be read, inner `None`
/// for a type that is not supported. Decided here and not by OpenSSL, which would also take spelt-out curves.
fn key_type(spki_der: &[u8]) -> Option<Option<KeyType>> {
    let mut fields = Fields::in_sequence(spki_der)?;
    let mut algorithm = Fields::in_content(fields.content(Tag::Sequence)?)?;
    let (unused, key) = fields.content(Tag::BitString)?.split_first()?;
    fields.end()?;
    // OpenSSL masks bits that are said to be unused, and takes points in hybrid form: two spellings of one key.
    (*unused == 0).then_some(())?;
    let name = oid(algorithm.content(Tag::ObjectIdentifier)?)?;
    let parameters = if algorithm.is_empty() { None } else { Some(algorithm.any()?) };
    algorithm.end()?;
    Some(match (name.as_str(), parameters) {
        ("1.2.840.113549.1.1.1", Some((Tag::Null, []))) => Some(KeyType::Rsa),
        ("1.2.840.10045.2.1", Some((Tag::ObjectIdentifier, curve))) => {
            // RFC 5480: uncompressed or compressed.
            matches!(key, [2..=4, ..]).then_some(())?;
            match oid(curve)?.as_str() {
                "1.2.840.10045.3.1.7" => Some(KeyType::EcP256),
                "1.3.132.0.34" => Some(KeyType::EcP384),
                _ => None,
            }
        }
        _ => None,
    })
}

/// The key of a SubjectPublicKeyInfo with an RSAPublicKey in it. Read here because OpenSSL's own reader, which asks each
/// of its decoders, takes half as long as a verification.
fn rsa_key(spki_der: &[u8]) -> Option<PKey<Public>> {
    let mut fields = Fields::in_sequence(spki_der)?;
    fields.content(Tag::Sequence)?;
    let (_, key) = fields.content(Tag::BitString)?.split_first()?;
    let mut numbers = Fields::in_sequence(key)?;
    let mut number = || match numbers.content(Tag::Integer)? {
        // Not negative, and in its shortest form.
        [] | [0x80..=0xFF, ..] | [0, 0..=0x7F, ..] => None,
        digits => BigNum::from_slice(digits).ok(),
    };
    let (modulus, exponent) = (number()?, number()?);
    numbers.end()?;
    PKey::from_rsa(Rsa::from_public_components(modulus, exponent).ok()?).ok()
}

/// Whether bytes are `SEQUENCE { INTEGER r, INTEGER s }` in DER, both above zero.
fn is_ecdsa_signature(bytes: &[u8]) -> Option<()> {
    let mut fields = Fields::in_sequence(bytes)?;
    for _ in 0..2 {
        match fields.content(Tag::Integer)? {
            [] | [0] | [0x80..=0xFF, ..] | [0, 0..=0x7F, ..] => return None,
            _ => {}
        }
    }
    fields.end()
}

fn message_digest(hash: Hash) -> &'static MdRef {
    match hash {
        Hash::Sha256 => Md::sha256(),
        Hash::Sha384 => Md::sha384(),
        Hash::Sha512 => Md::sha512(),
    }
}
