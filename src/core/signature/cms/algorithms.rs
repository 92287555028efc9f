//! The algorithms that a CMS may name: SHA-256, SHA-384 and SHA-512, with RSA PKCS#1 v1.5 or ECDSA.

use crate::certificate::KeyType;
use crate::signature::Hash;
use crate::signature::asn1::{AlgorithmIdentifier, OBJECT_IDENTIFIER, Parameters, SEQUENCE, object};

const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
/// rsaEncryption and its neighbours end in this arc.
const PKCS1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01];
const ECDSA_WITH_SHA2: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03];

/// The last arc of a hash, of its signature with RSA, and of its signature with ECDSA.
const fn arcs(hash: Hash) -> (u8, u8, u8) {
    match hash {
        Hash::Sha256 => (1, 11, 2),
        Hash::Sha384 => (2, 12, 3),
        Hash::Sha512 => (3, 13, 4),
    }
}

fn is(name: &[u8], arc: &[u8], last: u8) -> bool {
    name.split_last().is_some_and(|(found, rest)| rest == arc && *found == last)
}

impl Hash {
    /// The hash that an AlgorithmIdentifier names; parameters are absent or NULL (RFC 5754, section 2). `None` for all
    /// that may not be relied upon.
    pub(crate) fn from_digest_identifier(identifier: &AlgorithmIdentifier<'_>) -> Option<Hash> {
        let hash = Hash::ALL.iter().copied().find(|hash| is(identifier.name, SHA2, arcs(*hash).0));
        hash.filter(|_| identifier.parameters != Parameters::Other)
    }

    /// The AlgorithmIdentifier of the hash, without parameters.
    pub(crate) fn digest_identifier(self) -> Vec<u8> {
        object(SEQUENCE, &[&object(OBJECT_IDENTIFIER, &[SHA2, &[arcs(self).0]])])
    }

    /// The AlgorithmIdentifier of signatures over this hash.
    pub(crate) fn signature_identifier(self, key_type: KeyType) -> Vec<u8> {
        const NULL: &[u8] = &[0x05, 0x00];
        let (_, rsa, ecdsa) = arcs(self);
        match key_type {
            KeyType::Rsa => object(SEQUENCE, &[&object(OBJECT_IDENTIFIER, &[PKCS1, &[rsa]]), NULL]),
            KeyType::EcP256 | KeyType::EcP384 => {
                object(SEQUENCE, &[&object(OBJECT_IDENTIFIER, &[ECDSA_WITH_SHA2, &[ecdsa]])])
            }
        }
    }
}

/// Why a signature algorithm may not be used with that hash and key; `None` if it may.
pub(crate) fn objection(
    identifier: &AlgorithmIdentifier<'_>,
    hash: Hash,
    key_type: Option<KeyType>,
) -> Option<&'static str> {
    let (_, rsa, ecdsa) = arcs(hash);
    let name = identifier.name;
    let names_rsa = is(name, PKCS1, 1) || is(name, PKCS1, rsa);
    let names_ecdsa = is(name, ECDSA_WITH_SHA2, ecdsa);
    let of_another_hash = Hash::ALL.iter().any(|other| {
        let (_, rsa, ecdsa) = arcs(*other);
        is(name, PKCS1, rsa) || is(name, ECDSA_WITH_SHA2, ecdsa)
    });
    let parameters_fit = match identifier.parameters {
        Parameters::Absent => true,
        // RFC 4056 and RFC 3370 want NULL with RSA, and some leave it out; ECDSA has none (RFC 5754).
        Parameters::Null => names_rsa,
        Parameters::Other => false,
    };
    if !names_rsa && !names_ecdsa {
        return Some(if of_another_hash {
            "the signature algorithm is over another digest than the one that is named"
        } else {
            "the signature algorithm is neither RSA PKCS#1 v1.5 nor ECDSA with SHA-256 or better"
        });
    }
    if !parameters_fit {
        return Some("the signature algorithm has parameters that it must not have");
    }
    match key_type {
        Some(key_type) if names_rsa != (key_type == KeyType::Rsa) => {
            Some("the signature algorithm is not one of the certificate's key")
        }
        _ => None,
    }
}
