//! Certificates for tests: made field by field, so that every field can be wrong.

use super::Certificate;
use openssl::asn1::Asn1Object;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use std::sync::LazyLock;

pub(super) type Key = PKey<Private>;

pub(super) static CA_KEY: LazyLock<Key> = LazyLock::new(|| rsa(2048));
pub(super) static OTHER_CA_KEY: LazyLock<Key> = LazyLock::new(|| rsa(2048));
pub(super) static LEAF_KEY: LazyLock<Key> = LazyLock::new(|| rsa(2048));

pub(super) fn rsa(bits: u32) -> Key {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}

pub(super) fn ec(curve: Nid) -> Key {
    PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(curve).unwrap()).unwrap()).unwrap()
}

/// The moment that the certificates made here hold at, unless told otherwise: 2026-11-01T12:00:00Z.
pub(super) const NOON: i64 = 1_793_534_400;

pub(super) const SIGNING_POLICY: &str = super::profile::PRODUCTION_SIGNING_POLICY;
pub(super) const AUTHENTICATION_POLICY: &str = super::profile::PRODUCTION_AUTHENTICATION_POLICY;

/// An object in DER.
pub(super) fn object(tag: u8, content: &[u8]) -> Vec<u8> {
    let [_, top, high, low] = u32::try_from(content.len()).unwrap().to_be_bytes();
    let mut out = vec![tag];
    match (top, high, low) {
        (0, 0, 0..=0x7F) => out.push(low),
        (0, 0, _) => out.extend([0x81, low]),
        (0, _, _) => out.extend([0x82, high, low]),
        _ => out.extend([0x83, top, high, low]),
    }
    out.extend_from_slice(content);
    out
}

pub(super) fn sequence(fields: &[Vec<u8>]) -> Vec<u8> {
    object(0x30, &fields.concat())
}

pub(super) fn oid(text: &str) -> Vec<u8> {
    object(0x06, Asn1Object::from_str(text).unwrap().as_slice())
}

/// A name: O, and CN where it is not empty.
pub(super) fn name(organisation: &str, common: &str) -> Vec<u8> {
    let part = |id: &str, text: &str| object(0x31, &sequence(&[oid(id), object(0x0C, text.as_bytes())]));
    let mut parts = vec![part("2.5.4.10", organisation)];
    if !common.is_empty() {
        parts.push(part("2.5.4.3", common));
    }
    sequence(&parts)
}

/// An extension in DER.
pub(super) fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let mut fields = vec![oid(id)];
    if critical {
        fields.push(object(0x01, &[0xFF]));
    }
    fields.push(object(0x04, value));
    sequence(&fields)
}

pub(super) fn key_usage(bits: u8) -> Vec<u8> {
    extension("2.5.29.15", true, &object(0x03, &[u8::try_from(bits.trailing_zeros()).unwrap(), bits]))
}

pub(super) fn basic_constraints(ca: bool) -> Vec<u8> {
    let fields = if ca { vec![object(0x01, &[0xFF])] } else { vec![] };
    extension("2.5.29.19", true, &sequence(&fields))
}

pub(super) fn policies(policies: &[&str]) -> Vec<u8> {
    let list: Vec<_> = policies.iter().map(|policy| sequence(&[oid(policy)])).collect();
    extension("2.5.29.32", true, &sequence(&list))
}

pub(super) fn client_authentication() -> Vec<u8> {
    extension("2.5.29.37", false, &sequence(&[oid("1.3.6.1.5.5.7.3.2")]))
}

pub(super) fn subject_key(id: &[u8]) -> Vec<u8> {
    extension("2.5.29.14", false, &object(0x04, id))
}

pub(super) fn authority_key(id: &[u8]) -> Vec<u8> {
    extension("2.5.29.35", false, &sequence(&[object(0x80, id)]))
}

pub(super) fn other_name(id: &str, text: &[u8]) -> Vec<u8> {
    object(0xA0, &[oid(id), object(0xA0, &object(0x0C, text))].concat())
}

pub(super) fn alt_names(names: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.17", false, &sequence(names))
}

/// An attribute of the person.
pub(super) fn attribute(number: u32, text: &str) -> Vec<u8> {
    other_name(&format!("1.2.392.200149.8.5.5.{number}"), text.as_bytes())
}

/// The six attributes in the order of the card.
pub(super) fn attributes() -> Vec<Vec<u8>> {
    vec![
        attribute(1, "番号　花子"),
        attribute(4, "419890507"),
        attribute(3, "2"),
        attribute(5, "東京都千代田区霞が関２－１－２"),
        attribute(2, "00000"),
        attribute(6, "010000000000000"),
    ]
}

/// Everything that goes into a certificate.
#[derive(Clone)]
pub(super) struct Recipe {
    pub(super) version: Option<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) inner_algorithm: Vec<u8>,
    pub(super) outer_algorithm: Vec<u8>,
    pub(super) digest: MessageDigest,
    pub(super) issuer: Vec<u8>,
    pub(super) subject: Vec<u8>,
    pub(super) not_before: Vec<u8>,
    pub(super) not_after: Vec<u8>,
    pub(super) spki: Vec<u8>,
    pub(super) extensions: Vec<Vec<u8>>,
}

pub(super) fn utc(text: &str) -> Vec<u8> {
    object(0x17, text.as_bytes())
}

pub(super) fn algorithm(id: &str) -> Vec<u8> {
    let mut fields = vec![oid(id)];
    if id.starts_with("1.2.840.113549") {
        fields.push(object(0x05, &[]));
    }
    sequence(&fields)
}

pub(super) const SHA256_RSA: &str = "1.2.840.113549.1.1.11";

impl Recipe {
    fn plain(issuer: Vec<u8>, subject: Vec<u8>, key: &Key, extensions: Vec<Vec<u8>>) -> Recipe {
        Recipe {
            version: Some(2),
            serial: vec![0x01, 0x02],
            inner_algorithm: algorithm(SHA256_RSA),
            outer_algorithm: algorithm(SHA256_RSA),
            digest: MessageDigest::sha256(),
            issuer,
            subject,
            not_before: utc("260101000000Z"),
            not_after: utc("310507145959Z"),
            spki: key.public_key_to_der().unwrap(),
            extensions,
        }
    }

    /// A CA with that organisation, key and key identifier.
    pub(super) fn ca(organisation: &str, key: &Key, id: &[u8]) -> Recipe {
        let extensions = vec![key_usage(0x06), basic_constraints(true), subject_key(id)];
        let mut recipe = Recipe::plain(name(organisation, ""), name(organisation, ""), key, extensions);
        recipe.not_after = utc("330715145959Z");
        recipe
    }

    /// A signing certificate as the profile wants it, issued by that organisation.
    pub(super) fn signing(organisation: &str) -> Recipe {
        let extensions = vec![
            key_usage(0xC0),
            policies(&[SIGNING_POLICY]),
            authority_key(b"ca"),
            alt_names(&attributes()),
        ];
        Recipe::plain(
            name(organisation, ""),
            name("JPKI", "20261101ABCDEFGHIJKLMNOPQRST"),
            &LEAF_KEY,
            extensions,
        )
    }

    /// An authentication certificate as the profile wants it, issued by that organisation.
    pub(super) fn authentication(organisation: &str) -> Recipe {
        let extensions = vec![
            key_usage(0x80),
            policies(&[AUTHENTICATION_POLICY]),
            authority_key(b"ca"),
            client_authentication(),
        ];
        Recipe::plain(name(organisation, ""), name("JPKI", "ABCDEFGHIJKLMNOPQRSTUVW"), &LEAF_KEY, extensions)
    }

    /// The same with the extension of that kind exchanged, or added if there is none.
    pub(super) fn with(mut self, extension: Vec<u8>) -> Recipe {
        let id = |extension: &[u8]| {
            extension[extension.iter().position(|byte| *byte == 0x06).unwrap()..][..5].to_vec()
        };
        self.extensions.retain(|old| id(old) != id(&extension));
        self.extensions.push(extension);
        self
    }

    /// The same without the extension of that number under 2.5.29.
    pub(super) fn without(mut self, number: u32) -> Recipe {
        let id = oid(&format!("2.5.29.{number}"));
        self.extensions.retain(|old| !old.windows(id.len()).take(8).any(|window| window == id));
        self
    }

    /// Signs what was put together.
    pub(super) fn der(&self, key: &Key) -> Vec<u8> {
        let mut fields = Vec::new();
        if let Some(version) = self.version {
            fields.push(object(0xA0, &object(0x02, &[version])));
        }
        fields.extend([
            object(0x02, &self.serial),
            self.inner_algorithm.clone(),
            self.issuer.clone(),
            sequence(&[self.not_before.clone(), self.not_after.clone()]),
            self.subject.clone(),
            self.spki.clone(),
        ]);
        if !self.extensions.is_empty() {
            fields.push(object(0xA3, &sequence(&self.extensions)));
        }
        let signed = sequence(&fields);
        let mut signer = openssl::sign::Signer::new(self.digest, key).unwrap();
        signer.update(&signed).unwrap();
        let signature = [&[0][..], &signer.sign_to_vec().unwrap()].concat();
        sequence(&[signed, self.outer_algorithm.clone(), object(0x03, &signature)])
    }

    pub(super) fn sign(&self, key: &Key) -> Certificate {
        Certificate::parse(&self.der(key)).unwrap()
    }
}
