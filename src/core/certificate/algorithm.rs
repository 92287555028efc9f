//! The signature algorithms that a certificate may be signed with.

use super::fields::{Fields, oid};
use super::public_key::KeyType;
use crate::signature::Hash;
use der::Tag;

/// A signature algorithm that may be relied upon: a digest of at least 256 bits, and RSA PKCS#1 v1.5 or ECDSA.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct SignatureAlgorithm {
    pub(super) hash: Hash,
    is_rsa: bool,
}

impl SignatureAlgorithm {
    /// The algorithm that an AlgorithmIdentifier in DER names, with the parameters its standard demands.
    /// `None` for any other: MD5, SHA-1, SHA-224, PSS, and what cannot be read.
    pub(super) fn from_identifier(der: &[u8]) -> Option<SignatureAlgorithm> {
        let mut fields = Fields::in_sequence(der)?;
        let name = oid(fields.content(Tag::ObjectIdentifier)?)?;
        let parameters = fields.optional(Tag::Null)?;
        fields.end()?;
        let (hash, is_rsa) = match name.as_str() {
            "1.2.840.113549.1.1.11" => (Hash::Sha256, true),
            "1.2.840.113549.1.1.12" => (Hash::Sha384, true),
            "1.2.840.113549.1.1.13" => (Hash::Sha512, true),
            "1.2.840.10045.4.3.2" => (Hash::Sha256, false),
            "1.2.840.10045.4.3.3" => (Hash::Sha384, false),
            "1.2.840.10045.4.3.4" => (Hash::Sha512, false),
            _ => return None,
        };
        // RFC 4055: NULL with RSA. RFC 5758: nothing with ECDSA.
        let as_demanded = if is_rsa { parameters == Some(&[]) } else { parameters.is_none() };
        as_demanded.then_some(SignatureAlgorithm { hash, is_rsa })
    }

    /// Whether a key of that type makes such signatures.
    pub(super) fn fits(self, key_type: KeyType) -> bool {
        self.is_rsa == (key_type == KeyType::Rsa)
    }
}
