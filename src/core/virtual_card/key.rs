//! The private keys of a virtual card. They are fixed and public on purpose (see keys/README.md): whatever they
//! sign proves nothing, and nothing outside tests may trust them.

use super::der;
use crate::result::{Error, Result, ResultCode};
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::md::Md;
use openssl::pkey::{PKey, Private};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::{Padding, Rsa};
use openssl::sign::RsaPssSaltlen;

/// The key of the CA that issues signing certificates.
pub(super) const SIGNING_CA: &[u8] = include_bytes!("keys/signing_ca.der");
/// The key of the CA that issues authentication certificates.
pub(super) const AUTHENTICATION_CA: &[u8] = include_bytes!("keys/authentication_ca.der");
/// The signing key on the card.
pub(super) const SIGNING: &[u8] = include_bytes!("keys/signing.der");
/// The authentication key on the card.
pub(super) const AUTHENTICATION: &[u8] = include_bytes!("keys/authentication.der");

/// The key of the issuer of cards, who signs card-verifiable certificates.
pub(super) const CARD_CA: &[u8] = include_bytes!("keys/card_ca.der");
/// The key that signs the records of the text and face applications.
pub(super) const RECORDS: &[u8] = include_bytes!("keys/records.der");
/// The card's own key in the face application.
pub(super) const FACE_CARD: &[u8] = include_bytes!("keys/face_card.der");
/// The card's own key in the text application.
pub(super) const TEXT_CARD: &[u8] = include_bytes!("keys/text_card.der");
/// The key that session keys for secure messaging are encrypted for.
pub(super) const SESSION: &[u8] = include_bytes!("keys/session.der");

/// What turns a SHA-256 digest into a DigestInfo.
const SHA256_DIGEST_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];

/// Header and padding that PKCS#1 v1.5 needs at least.
const PKCS1_OVERHEAD: usize = 11;

/// A private key that signs as the card does.
#[derive(Clone)]
pub(super) struct Key {
    rsa: Rsa<Private>,
    pkey: PKey<Private>,
}

impl Key {
    pub(super) fn from_pkcs1(bytes: &[u8]) -> Result<Key> {
        let rsa = Rsa::private_key_from_der(bytes).map_err(internal)?;
        let pkey = PKey::from_rsa(rsa.clone()).map_err(internal)?;
        Ok(Key { rsa, pkey })
    }

    /// The SubjectPublicKeyInfo.
    pub(super) fn public(&self) -> Result<Vec<u8>> {
        self.pkey.public_key_to_der().map_err(internal)
    }

    /// The key identifier: SHA-1 of the public key, as RFC 5280 suggests. A name, not a protection.
    pub(super) fn identifier(&self) -> Result<Vec<u8>> {
        let public = self.rsa.public_key_to_der_pkcs1().map_err(internal)?;
        Ok(hash(MessageDigest::sha1(), &public).map_err(internal)?.to_vec())
    }

    /// Exponent and modulus, big-endian.
    pub(super) fn numbers(&self) -> (Vec<u8>, Vec<u8>) {
        (self.rsa.e().to_vec(), self.rsa.n().to_vec())
    }

    /// Opens what was encrypted for the key by RSA-OAEP with SHA-256; `None` if it was not.
    pub(super) fn decrypt_oaep_sha256(&self, data: &[u8]) -> Result<Option<Vec<u8>>> {
        let setup = || -> core::result::Result<PkeyCtx<Private>, ErrorStack> {
            let mut context = PkeyCtx::new(&self.pkey)?;
            context.decrypt_init()?;
            context.set_rsa_padding(Padding::PKCS1_OAEP)?;
            context.set_rsa_oaep_md(Md::sha256())?;
            context.set_rsa_mgf1_md(Md::sha256())?;
            Ok(context)
        };
        let mut context = setup().map_err(internal)?;
        let mut message = Vec::new();
        Ok(context.decrypt_to_vec(data, &mut message).ok().map(|_| message))
    }

    /// The length of a signature.
    pub(super) fn signature_len(&self) -> usize {
        usize::try_from(self.rsa.size()).unwrap_or_default()
    }

    /// The most data that [`Key::pad_and_sign`] takes.
    pub(super) fn data_len(&self) -> usize {
        self.signature_len().saturating_sub(PKCS1_OVERHEAD)
    }

    /// PKCS#1 v1.5 type 1 around the data as given.
    pub(super) fn pad_and_sign(&self, data: &[u8]) -> Result<Vec<u8>> {
        let mut signature = vec![0; self.signature_len()];
        let written = self.rsa.private_encrypt(data, &mut signature, Padding::PKCS1).map_err(internal)?;
        signature.truncate(written);
        Ok(signature)
    }

    /// PKCS#1 v1.5 of a SHA-256 digest.
    pub(super) fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        self.pad_and_sign(&der::concat(&[&SHA256_DIGEST_INFO, digest]))
    }

    /// PSS of a SHA-256 digest, with a salt of the digest's length.
    pub(super) fn sign_digest_pss(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let sign = || -> core::result::Result<Vec<u8>, ErrorStack> {
            let mut context = PkeyCtx::new(&self.pkey)?;
            context.sign_init()?;
            context.set_rsa_padding(Padding::PKCS1_PSS)?;
            context.set_signature_md(Md::sha256())?;
            context.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
            let mut signature = Vec::new();
            context.sign_to_vec(digest, &mut signature)?;
            Ok(signature)
        };
        sign().map_err(internal)
    }
}

/// SHA-256.
pub(super) fn sha256(data: &[u8]) -> Vec<u8> {
    openssl::sha::sha256(data).to_vec()
}

fn internal(_: ErrorStack) -> Error {
    Error::new(ResultCode::Internal, "a key of the virtual card does not work")
}
