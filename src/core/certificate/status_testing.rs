//! Revocation lists and OCSP responses for tests: made field by field, so that every field can be wrong.

use super::testing::{Key, SHA256_RSA, algorithm, extension, object, oid, sequence, utc};
use super::{Certificate, Crl, OcspResponse};
use openssl::hash::{MessageDigest, hash};

fn seal(signed: Vec<u8>, algorithm: &[u8], digest: MessageDigest, key: &Key, more: &[u8]) -> Vec<u8> {
    let mut signer = openssl::sign::Signer::new(digest, key).unwrap();
    signer.update(&signed).unwrap();
    let signature = [&[0][..], &signer.sign_to_vec().unwrap()].concat();
    sequence(&[signed, algorithm.to_vec(), object(0x03, &signature), more.to_vec()])
}

/// Everything that goes into a list.
#[derive(Clone)]
pub(super) struct CrlRecipe {
    pub(super) version: Option<u8>,
    pub(super) algorithm: Vec<u8>,
    pub(super) digest: MessageDigest,
    pub(super) issuer: Vec<u8>,
    pub(super) this_update: Vec<u8>,
    pub(super) next_update: Option<Vec<u8>>,
    pub(super) entries: Vec<Vec<u8>>,
    pub(super) extensions: Vec<Vec<u8>>,
}

pub(super) fn crl_number(number: u8) -> Vec<u8> {
    extension("2.5.29.20", false, &object(0x02, &[number]))
}

pub(super) fn delta_of(number: u8) -> Vec<u8> {
    extension("2.5.29.27", true, &object(0x02, &[number]))
}

/// issuingDistributionPoint with these fields.
pub(super) fn point(fields: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.28", true, &sequence(fields))
}

/// The DistributionPointName of a directory name, in its own tag.
pub(super) fn full_name(name: &[u8]) -> Vec<u8> {
    object(0xA0, &object(0xA0, &object(0xA4, name)))
}

/// cRLDistributionPoints with one point of these fields.
pub(super) fn distribution_point(fields: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.31", false, &sequence(&[sequence(fields)]))
}

/// An entry; reasons are those of RFC 5280, section 5.3.1.
pub(super) fn entry(serial: &[u8], at: &str, reason: Option<u8>) -> Vec<u8> {
    let extensions = reason.map(|reason| extension("2.5.29.21", false, &object(0x0A, &[reason])));
    entry_with(serial, at, &extensions.into_iter().collect::<Vec<_>>())
}

pub(super) fn entry_with(serial: &[u8], at: &str, extensions: &[Vec<u8>]) -> Vec<u8> {
    let mut fields = vec![object(0x02, serial), utc(at)];
    if !extensions.is_empty() {
        fields.push(sequence(extensions));
    }
    sequence(&fields)
}

impl CrlRecipe {
    /// An empty list of an issuer, made a day before noon and good for two.
    pub(super) fn of(issuer: Vec<u8>) -> CrlRecipe {
        CrlRecipe {
            version: Some(1),
            algorithm: algorithm(SHA256_RSA),
            digest: MessageDigest::sha256(),
            issuer,
            this_update: utc("261031120000Z"),
            next_update: Some(utc("261102120000Z")),
            entries: vec![],
            extensions: vec![crl_number(5)],
        }
    }

    /// The same with an entry more.
    pub(super) fn and(mut self, entry: Vec<u8>) -> CrlRecipe {
        self.entries.push(entry);
        self
    }

    /// The same with an extension more.
    pub(super) fn with(mut self, extension: Vec<u8>) -> CrlRecipe {
        self.extensions.push(extension);
        self
    }

    pub(super) fn der(&self, key: &Key) -> Vec<u8> {
        let mut fields = Vec::new();
        if let Some(version) = self.version {
            fields.push(object(0x02, &[version]));
        }
        fields.extend([self.algorithm.clone(), self.issuer.clone(), self.this_update.clone()]);
        fields.extend(self.next_update.clone());
        if !self.entries.is_empty() {
            fields.push(sequence(&self.entries));
        }
        if !self.extensions.is_empty() {
            fields.push(object(0xA0, &sequence(&self.extensions)));
        }
        seal(sequence(&fields), &self.algorithm, self.digest, key, &[])
    }

    pub(super) fn sign(&self, key: &Key) -> Crl {
        Crl::parse(&self.der(key)).unwrap()
    }
}

/// Everything that goes into a response.
#[derive(Clone)]
pub(super) struct OcspRecipe {
    pub(super) status: u8,
    pub(super) kind: &'static str,
    pub(super) version: Option<u8>,
    pub(super) responder: Vec<u8>,
    pub(super) produced_at: Vec<u8>,
    pub(super) answers: Vec<AnswerRecipe>,
    pub(super) extensions: Vec<Vec<u8>>,
    pub(super) algorithm: Vec<u8>,
    pub(super) digest: MessageDigest,
    pub(super) certificates: Vec<Vec<u8>>,
}

/// What a response says about one certificate.
#[derive(Clone)]
pub(super) struct AnswerRecipe {
    pub(super) hash: MessageDigest,
    pub(super) hash_oid: &'static str,
    pub(super) issuer_name: Vec<u8>,
    pub(super) issuer_key: Vec<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) status: Vec<u8>,
    pub(super) this_update: Vec<u8>,
    pub(super) next_update: Option<Vec<u8>>,
    pub(super) extensions: Vec<Vec<u8>>,
}

pub(super) fn general(text: &str) -> Vec<u8> {
    object(0x18, text.as_bytes())
}

pub(super) fn good() -> Vec<u8> {
    object(0x80, &[])
}

pub(super) fn unknown() -> Vec<u8> {
    object(0x82, &[])
}

pub(super) fn revoked(at: &str, reason: Option<u8>) -> Vec<u8> {
    let reason = reason.map(|reason| object(0xA0, &object(0x0A, &[reason]))).unwrap_or_default();
    object(0xA1, &[general(at), reason].concat())
}

pub(super) fn by_name(name: &[u8]) -> Vec<u8> {
    object(0xA1, name)
}

pub(super) fn by_key(key: &Key) -> Vec<u8> {
    object(0xA2, &object(0x04, &hash(MessageDigest::sha1(), &key_bits(key)).unwrap()))
}

pub(super) fn nonce(nonce: &[u8]) -> Vec<u8> {
    extension("1.3.6.1.5.5.7.48.1.2", false, &object(0x04, nonce))
}

/// The bits of an RSA-2048 key: what the SubjectPublicKeyInfo has behind 24 bytes.
pub(super) fn key_bits(key: &Key) -> Vec<u8> {
    key.public_key_to_der().unwrap()[24..].to_vec()
}

impl OcspRecipe {
    /// A good answer about a certificate, by the CA of that name and key, made an hour before noon and good for a day.
    pub(super) fn about(certificate: &Certificate, ca_name: &[u8], ca_key: &Key) -> OcspRecipe {
        OcspRecipe {
            status: 0,
            kind: "1.3.6.1.5.5.7.48.1.1",
            version: None,
            responder: by_name(ca_name),
            produced_at: general("20261101110000Z"),
            answers: vec![AnswerRecipe {
                hash: MessageDigest::sha1(),
                hash_oid: "1.3.14.3.2.26",
                issuer_name: ca_name.to_vec(),
                issuer_key: key_bits(ca_key),
                serial: certificate.serial_number().to_vec(),
                status: good(),
                this_update: general("20261101110000Z"),
                next_update: Some(general("20261102110000Z")),
                extensions: vec![],
            }],
            extensions: vec![],
            algorithm: algorithm(SHA256_RSA),
            digest: MessageDigest::sha256(),
            certificates: vec![],
        }
    }

    pub(super) fn der(&self, key: &Key) -> Vec<u8> {
        let mut fields = Vec::new();
        if let Some(version) = self.version {
            fields.push(object(0xA0, &object(0x02, &[version])));
        }
        let answers: Vec<_> = self.answers.iter().map(AnswerRecipe::der).collect();
        fields.extend([self.responder.clone(), self.produced_at.clone(), sequence(&answers)]);
        if !self.extensions.is_empty() {
            fields.push(object(0xA1, &sequence(&self.extensions)));
        }
        let certificates = match self.certificates.is_empty() {
            true => vec![],
            false => object(0xA0, &sequence(&self.certificates)),
        };
        let basic = seal(sequence(&fields), &self.algorithm, self.digest, key, &certificates);
        let bytes = object(0xA0, &sequence(&[oid(self.kind), object(0x04, &basic)]));
        sequence(&[object(0x0A, &[self.status]), bytes])
    }

    pub(super) fn sign(&self, key: &Key) -> OcspResponse {
        OcspResponse::parse(&self.der(key)).unwrap()
    }
}

impl AnswerRecipe {
    fn der(&self) -> Vec<u8> {
        let digest = |bytes: &[u8]| object(0x04, &hash(self.hash, bytes).unwrap());
        let id = sequence(&[
            sequence(&[oid(self.hash_oid), object(0x05, &[])]),
            digest(&self.issuer_name),
            digest(&self.issuer_key),
            object(0x02, &self.serial),
        ]);
        let mut fields = vec![id, self.status.clone(), self.this_update.clone()];
        fields.extend(self.next_update.as_ref().map(|next| object(0xA0, next)));
        if !self.extensions.is_empty() {
            fields.push(object(0xA1, &sequence(&self.extensions)));
        }
        sequence(&fields)
    }
}
