//! Whether the mathematics of a signature hold. Nothing here says whose key it is: that is for `certificate`.

use super::digest_info::check_digest_len;
use super::{Hash, digest};
use crate::certificate::{Certificate, PublicKey};
use crate::result::{Error, Result, ResultCode};

/// Checks a signature over `data` with the key of a certificate. Neither dates nor trust are looked at.
///
/// RSA signatures are PKCS#1 v1.5 and exactly as long as the modulus; ECDSA signatures are in DER.
///
/// # Errors
/// SIGNATURE_MALFORMED (length, DER), SIGNATURE_INVALID (the mathematics), ALGORITHM_NOT_ALLOWED (RSA under
/// 2048 bits, exponent under 65537, another key type), CERTIFICATE_MALFORMED (the key cannot be read).
pub fn verify(certificate: &Certificate, hash: Hash, data: &[u8], signature: &[u8]) -> Result<()> {
    verify_digest(certificate, hash, &digest(hash, data), signature)
}

/// As [`verify`], for a digest that was made elsewhere.
///
/// # Errors
/// As [`verify`], and INVALID_ARGUMENT if the digest does not have the length of its hash.
pub fn verify_digest(certificate: &Certificate, hash: Hash, digest: &[u8], signature: &[u8]) -> Result<()> {
    check_digest_len(hash, digest)?;
    certificate.public_key()?.verify_digest(hash, digest, signature)
}

/// As [`verify`], with a bare public key: the DER of a SubjectPublicKeyInfo.
///
/// # Errors
/// As [`verify`]; INVALID_ARGUMENT if the key cannot be read.
pub fn verify_with_key(spki_der: &[u8], hash: Hash, data: &[u8], signature: &[u8]) -> Result<()> {
    PublicKey::from_spki(spki_der)
        .map_err(|error| match error.code {
            ResultCode::CertificateMalformed => {
                Error::new(ResultCode::InvalidArgument, "the public key is not a SubjectPublicKeyInfo in DER")
            }
            _ => error,
        })?
        .verify_digest(hash, &digest(hash, data), signature)
}
