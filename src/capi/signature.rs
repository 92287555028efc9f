//! Signatures by the card's keys, and checking signatures.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::card::honnin_card;
use crate::certificate::honnin_certificate;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::honnin_result;
use honnin_core::result::{Result, ResultCode};
use honnin_core::{Hash, KeyKind, signature};

fn hash_kind(hash: u32) -> Result<Hash> {
    ffi::known(Hash::from_number(hash))
}

/// A digest must have the length of its hash.
fn check_digest(hash: Hash, digest: &[u8]) -> Result<()> {
    if digest.len() == hash.digest_len() {
        Ok(())
    } else {
        ffi::fail(ResultCode::InvalidArgument, "the digest does not have the length of its hash")
    }
}

/// Signs data with a key of the card: RSASSA-PKCS1-v1_5. The signature is checked with the key's certificate, read in this
/// session, before it is handed out. An expired or not yet valid certificate does not sign.
///
/// @param key HONNIN_KEY_KIND_…
/// @param hash HONNIN_HASH_…
/// @param data `size` bytes; may be NULL if `size` is 0
/// @param signature to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_PIN_REQUIRED if the key's PIN was not verified in this session; HONNIN_CERTIFICATE_EXPIRED;
///         HONNIN_CERTIFICATE_NOT_YET_VALID; HONNIN_CLOCK_IMPLAUSIBLE; HONNIN_SIGNATURE_NOT_BY_CERTIFICATE;
///         HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_sign(
    card: *mut honnin_card,
    key: u32,
    hash: u32,
    data: *const u8,
    size: usize,
    signature: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(signature) };
    boundary::run("sign", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        let (key, hash) = (ffi::known(KeyKind::from_number(key))?, hash_kind(hash)?);
        // SAFETY: as above.
        let data = unsafe { ffi::bytes(data, size) }?;
        out.set(Buffer::of(&handles::on_card(card, |card| card.sign(key, hash, data))?));
        Ok(())
    })
}

/// Signs a digest with a key of the card. As honnin_sign, with a digest that was made elsewhere.
///
/// @param key HONNIN_KEY_KIND_…
/// @param hash HONNIN_HASH_…
/// @param digest `size` bytes, as many as the hash has
/// @param signature to be freed with honnin_buffer_free
/// @return as honnin_sign
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_sign_digest(
    card: *mut honnin_card,
    key: u32,
    hash: u32,
    digest: *const u8,
    size: usize,
    signature: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(signature) };
    boundary::run("sign_digest", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        let (key, hash) = (ffi::known(KeyKind::from_number(key))?, hash_kind(hash)?);
        // SAFETY: as above.
        let digest = unsafe { ffi::bytes(digest, size) }?;
        check_digest(hash, digest)?;
        out.set(Buffer::of(&handles::on_card(card, |card| card.sign_digest(key, hash, digest))?));
        Ok(())
    })
}

/// Checks a signature over data: the mathematics only. Whether the certificate may be relied upon is for
/// honnin_certificate_validate to say.
///
/// @param hash HONNIN_HASH_…
/// @param data `size` bytes; may be NULL if `size` is 0
/// @param sig `sig_size` bytes
/// @return HONNIN_OK; HONNIN_SIGNATURE_INVALID; HONNIN_SIGNATURE_MALFORMED; HONNIN_ALGORITHM_NOT_ALLOWED;
///         HONNIN_CERTIFICATE_MALFORMED; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_signature_verify(
    certificate: *const honnin_certificate,
    hash: u32,
    data: *const u8,
    size: usize,
    sig: *const u8,
    sig_size: usize,
    err: *mut honnin_error,
) -> honnin_result {
    boundary::run("signature_verify", err, || {
        // SAFETY: the caller's promise, as in the conventions of the header.
        let (certificate, data, sig) =
            unsafe { (ffi::object(certificate)?, ffi::bytes(data, size)?, ffi::bytes(sig, sig_size)?) };
        signature::verify(&certificate.certificate, hash_kind(hash)?, data, sig)
    })
}

/// Checks a signature over a digest. As honnin_signature_verify, with a digest that was made elsewhere.
///
/// @param hash HONNIN_HASH_…
/// @param digest `size` bytes, as many as the hash has
/// @param sig `sig_size` bytes
/// @return as honnin_signature_verify
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_signature_verify_digest(
    certificate: *const honnin_certificate,
    hash: u32,
    digest: *const u8,
    size: usize,
    sig: *const u8,
    sig_size: usize,
    err: *mut honnin_error,
) -> honnin_result {
    boundary::run("signature_verify_digest", err, || {
        // SAFETY: the caller's promise, as in the conventions of the header.
        let (certificate, digest, sig) =
            unsafe { (ffi::object(certificate)?, ffi::bytes(digest, size)?, ffi::bytes(sig, sig_size)?) };
        let hash = hash_kind(hash)?;
        check_digest(hash, digest)?;
        signature::verify_digest(&certificate.certificate, hash, digest, sig)
    })
}

/// Checks a signature over data with a bare public key.
///
/// @param spki_der the DER of a SubjectPublicKeyInfo, `spki_size` bytes
/// @param hash HONNIN_HASH_…
/// @param data `size` bytes; may be NULL if `size` is 0
/// @param sig `sig_size` bytes
/// @return as honnin_signature_verify; HONNIN_INVALID_ARGUMENT if the key cannot be read
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_signature_verify_key(
    spki_der: *const u8,
    spki_size: usize,
    hash: u32,
    data: *const u8,
    size: usize,
    sig: *const u8,
    sig_size: usize,
    err: *mut honnin_error,
) -> honnin_result {
    boundary::run("signature_verify_key", err, || {
        // SAFETY: the caller's promise, as in the conventions of the header.
        let (spki, data, sig) = unsafe {
            (ffi::bytes(spki_der, spki_size)?, ffi::bytes(data, size)?, ffi::bytes(sig, sig_size)?)
        };
        signature::verify_with_key(spki, hash_kind(hash)?, data, sig)
    })
}
