//! The signed attributes: what they say, and writing those of a CAdES signature (ETSI EN 319 122-1, level B-B).
//!
//! They are what is really signed, so they say which content and which certificate a signature is about. Each of the
//! known ones may stand there once, with one value.

use super::certificates::Embedded;
use super::envelope::SignerInfo;
use crate::certificate::fields::{Fields, tagged, time, whole};
use crate::signature::asn1::{
    self, AlgorithmIdentifier, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, attribute, context, id, object,
    ordered_members, set_of,
};
use crate::signature::{Hash, digest};
use der::{Tag, TagNumber};

/// What the signed attributes of one signature say.
#[derive(Default)]
pub(crate) struct Attributes<'a> {
    content_type: Option<&'a [u8]>,
    /// The digest of the content, if exactly one is named.
    pub(crate) message_digest: Option<&'a [u8]>,
    /// When the signer says to have signed, in seconds since 1970-01-01T00:00:00Z.
    pub(crate) signing_time: Option<i64>,
    protection: Option<&'a [u8]>,
    binding: Option<&'a [u8]>,
    old_binding: Option<&'a [u8]>,
    /// The first thing that is wrong with them as they stand.
    wrong: Option<&'static str>,
}

/// Whether a certificate may be bound by SHA-1 alone: only that of a time-stamping authority (RFC 3161, RFC 5816).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    Strong,
    OldAllowed,
}

impl<'a> Attributes<'a> {
    /// Reads the content of the SET OF Attribute. `None` if it is not DER to the last byte: there is no telling then
    /// what was signed.
    pub(crate) fn read(content: &'a [u8]) -> Option<Attributes<'a>> {
        if !asn1::is_der(content) {
            return None;
        }
        let mut attributes = Attributes::default();
        for member in ordered_members(content)? {
            let mut fields = Fields::in_sequence(member)?;
            let kind = fields.content(Tag::ObjectIdentifier)?;
            let values = ordered_members(fields.content(Tag::Set)?)?;
            fields.end()?;
            attributes.take(kind, &values);
        }
        Some(attributes)
    }

    fn take(&mut self, kind: &[u8], values: &[&'a [u8]]) {
        let (slot, doubled) = match kind {
            id::CONTENT_TYPE => (&mut self.content_type, "contentType is there twice or has not one value"),
            id::MESSAGE_DIGEST => {
                // Two digests name none.
                if self.message_digest.replace(&[]).is_some() {
                    self.wrong = self.wrong.or(Some("messageDigest is there twice"));
                    return;
                }
                match values {
                    [value] if whole(value, Tag::OctetString).is_some() => {
                        self.message_digest = whole(value, Tag::OctetString);
                    }
                    _ => self.wrong = self.wrong.or(Some("messageDigest has not one OCTET STRING")),
                }
                return;
            }
            id::SIGNING_TIME => {
                let said = match values {
                    [value] => one(value).and_then(|(tag, content)| time(tag, content)),
                    _ => None,
                };
                if said.is_none() || self.signing_time.is_some() {
                    self.wrong = self.wrong.or(Some("signingTime is there twice or is no moment"));
                }
                self.signing_time = said;
                return;
            }
            id::COUNTERSIGNATURE | id::SIGNATURE_TIMESTAMP => {
                self.wrong = self.wrong.or(Some("an attribute is signed that only others can add"));
                return;
            }
            id::ALGORITHM_PROTECTION => {
                (&mut self.protection, "the algorithm protection is there twice or has not one value")
            }
            id::SIGNING_CERTIFICATE_V2 => {
                (&mut self.binding, "signing-certificate-v2 is there twice or has not one value")
            }
            id::SIGNING_CERTIFICATE => {
                (&mut self.old_binding, "signing-certificate is there twice or has not one value")
            }
            _ => {
                if values.is_empty() {
                    self.wrong = self.wrong.or(Some("an attribute has no value"));
                }
                return;
            }
        };
        match values {
            [value] if slot.is_none() => *slot = Some(*value),
            _ => self.wrong = self.wrong.or(Some(doubled)),
        }
    }

    /// What is wrong with them beside the content and the certificate that were found; `None` if
    /// nothing is. That no attribute binds the certificate is not among it.
    pub(crate) fn objection(
        &self,
        content_type: &[u8],
        info: &SignerInfo<'_>,
        certificate: Option<&Embedded<'_>>,
        binding: Binding,
    ) -> Option<&'static str> {
        if let Some(wrong) = self.wrong {
            return Some(wrong);
        }
        let Some(said) = self.content_type else { return Some("contentType is missing") };
        if whole(said, Tag::ObjectIdentifier) != Some(content_type) {
            return Some("contentType is not the type of the content");
        }
        if self.message_digest.is_none() {
            return Some("messageDigest is missing");
        }
        if let Some(protection) = self.protection
            && !protects(protection, info)
        {
            return Some("the algorithms are not those that the algorithm protection names");
        }
        let Some(certificate) = certificate else { return Some("there is no certificate to compare with") };
        self.objection_to(certificate, binding)
    }

    /// What keeps the signature from being bound to that certificate.
    fn objection_to(&self, certificate: &Embedded<'_>, binding: Binding) -> Option<&'static str> {
        const OTHER: &str = "the signing-certificate attribute names another certificate";
        match (self.binding, self.old_binding, binding) {
            (None, None, _) => None,
            (None, Some(_), Binding::Strong) => {
                Some("the certificate is bound by SHA-1 only: signing-certificate-v2 is missing")
            }
            (new, old, _) => {
                let holds = new.is_none_or(|value| names(value, certificate, false) == Some(true))
                    && old.is_none_or(|value| names(value, certificate, true) == Some(true));
                (!holds).then_some(OTHER)
            }
        }
    }

    /// Whether the signing-certificate attributes name that certificate, if there are any.
    pub(crate) fn may_name(&self, certificate: &Embedded<'_>) -> bool {
        self.objection_to(certificate, Binding::OldAllowed).is_none()
    }

    /// Whether there is an attribute that binds the certificate.
    pub(crate) fn binds_certificate(&self) -> bool {
        self.binding.is_some() || self.old_binding.is_some()
    }
}

/// What is wrong with the content of the unsigned attributes: one that says something only where it
/// is signed (RFC 5652, section 11; RFC 5035, section 3; RFC 6211, section 3). Attributes that
/// cannot be read are for the finding TIMESTAMP.
pub(crate) fn objection_to_unsigned(content: &[u8]) -> Option<&'static str> {
    const ONLY_SIGNED: [&[u8]; 6] = [
        id::CONTENT_TYPE,
        id::MESSAGE_DIGEST,
        id::SIGNING_TIME,
        id::ALGORITHM_PROTECTION,
        id::SIGNING_CERTIFICATE,
        id::SIGNING_CERTIFICATE_V2,
    ];
    let mut list = Fields::in_content(content)?;
    while !list.is_empty() {
        let mut attribute = Fields::in_content(list.content(Tag::Sequence)?)?;
        if ONLY_SIGNED.contains(&attribute.content(Tag::ObjectIdentifier)?) {
            return Some("an attribute that must be signed stands among those that are not");
        }
    }
    None
}

/// The tag and content of the one object that bytes are.
fn one(bytes: &[u8]) -> Option<(Tag, &[u8])> {
    let mut fields = Fields::in_content(bytes)?;
    let found = fields.any()?;
    fields.end()?;
    Some(found)
}

/// Whether a CMSAlgorithmProtection (RFC 6211) names the algorithms of the signature.
fn protects(value: &[u8], info: &SignerInfo<'_>) -> bool {
    let read = || {
        let mut fields = Fields::in_sequence(value)?;
        let digest = AlgorithmIdentifier::read(fields.content(Tag::Sequence)?)?;
        let signature = AlgorithmIdentifier::read(fields.content(tagged(TagNumber::N1))?)?;
        fields.end()?;
        Some(digest.is_same(&info.digest_algorithm) && signature.is_same(&info.signature_algorithm))
    };
    read() == Some(true)
}

/// Whether the first certificate that a SigningCertificate(V2) names is this one: by its hash, and where issuer and
/// serial number stand beside it, by them too. `None` if the attribute cannot be read.
fn names(value: &[u8], certificate: &Embedded<'_>, by_sha1: bool) -> Option<bool> {
    let mut attribute = Fields::in_sequence(value)?;
    let mut list = Fields::in_content(attribute.content(Tag::Sequence)?)?;
    attribute.optional(Tag::Sequence)?; // policies
    attribute.end()?;
    let mut first = Fields::in_content(list.content(Tag::Sequence)?)?;
    let expected = if by_sha1 {
        openssl::sha::sha1(certificate.der).to_vec()
    } else {
        let hash = match first.optional(Tag::Sequence)? {
            None => Hash::Sha256,
            Some(algorithm) => {
                let algorithm = AlgorithmIdentifier::read(algorithm)?;
                Hash::from_digest_identifier(&algorithm)?
            }
        };
        digest(hash, certificate.der)
    };
    let same_hash = first.content(Tag::OctetString)? == expected;
    let issuer_and_serial = first.optional(Tag::Sequence)?;
    first.end()?;
    let same_name = match issuer_and_serial {
        None => true,
        Some(content) => {
            let mut fields = Fields::in_content(content)?;
            let names = fields.content(Tag::Sequence)?;
            let serial = fields.content(Tag::Integer)?;
            fields.optional(Tag::BitString)?;
            fields.end()?;
            // One directoryName: [4] EXPLICIT around the name as it stands in the certificate.
            whole(names, tagged(TagNumber::N4)) == Some(certificate.issuer) && serial == certificate.serial
        }
    };
    Some(same_hash && same_name)
}

/// The signed attributes of a signature to be made, as the members of their SET in ascending order.
pub(crate) fn write(
    content_type: &[u8],
    content_digest: &[u8],
    certificate: &Embedded<'_>,
    algorithms: (&[u8], &[u8]),
    signing_time: Option<i64>,
) -> Vec<u8> {
    let (digest_algorithm, signature_algorithm) = algorithms;
    let mut members = vec![
        attribute(id::CONTENT_TYPE, &object(OBJECT_IDENTIFIER, &[content_type])),
        attribute(id::MESSAGE_DIGEST, &object(OCTET_STRING, &[content_digest])),
        attribute(id::SIGNING_CERTIFICATE_V2, &names_of(certificate)),
        attribute(id::ALGORITHM_PROTECTION, &protection(digest_algorithm, signature_algorithm)),
    ];
    if let Some(moment) = signing_time {
        members.push(attribute(id::SIGNING_TIME, &asn1::time(moment)));
    }
    set_of(asn1::SET, members)
}

/// SigningCertificateV2 with one ESSCertIDv2: SHA-256, which is the default and so is not named.
fn names_of(certificate: &Embedded<'_>) -> Vec<u8> {
    let hash = object(OCTET_STRING, &[&digest(Hash::Sha256, certificate.der)]);
    let issuer = object(SEQUENCE, &[&object(context(4), &[certificate.issuer])]);
    let serial = object(asn1::INTEGER, &[certificate.serial]);
    let identifier = object(SEQUENCE, &[&hash, &object(SEQUENCE, &[&issuer, &serial])]);
    object(SEQUENCE, &[&object(SEQUENCE, &[&identifier])])
}

/// CMSAlgorithmProtection, given both AlgorithmIdentifiers whole.
fn protection(digest_algorithm: &[u8], signature_algorithm: &[u8]) -> Vec<u8> {
    let inner = whole(signature_algorithm, Tag::Sequence).unwrap_or_default();
    object(SEQUENCE, &[digest_algorithm, &object(context(1), &[inner])])
}
