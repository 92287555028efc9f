//! One signer: SIGNATURE, CONTENT, ATTRIBUTES and ALGORITHM, each judged by itself.
//!
//! No finding stands in for another: what could not be judged because of another finding says so.

use super::algorithms;
use super::attributes::{self, Attributes, Binding};
use super::certificates::Embedded;
use super::envelope::{SignedAttributes, SignedData, SignerInfo};
use crate::certificate::{Certificate, Trust, Work};
use crate::result::{Finding, ResultCode, Subject, Waiver};
use crate::signature::asn1::{SET, object};
use crate::signature::{Hash, digest};

/// What was found out about one signer.
pub(crate) struct Judgement {
    /// The signer's certificate, if it is there and can be read.
    pub(crate) certificate: Option<Certificate>,
    pub(crate) signature: Finding,
    pub(crate) content: Finding,
    pub(crate) attributes: Finding,
    pub(crate) algorithm: Finding,
}

impl Judgement {
    /// The first finding that is not good.
    pub(crate) fn first_that_counts(&self) -> Option<&Finding> {
        [&self.signature, &self.content, &self.attributes, &self.algorithm]
            .into_iter()
            .find(|finding| finding.counts())
    }
}

/// What the signed attributes turned out to be.
enum Read<'a> {
    Absent,
    NotDer,
    There(Attributes<'a>, &'a [u8]),
}

/// Judges one signer. `digest_of` gives the digest of the content, `None` if there is no content.
pub(crate) fn judge<'d>(
    signed: &SignedData<'_>,
    info: &SignerInfo<'_>,
    binding: Binding,
    trust: &Trust,
    work: &Work,
    digest_of: impl Fn(Hash) -> Option<&'d [u8]>,
) -> Judgement {
    let read = match info.signed_attributes {
        SignedAttributes::Absent => Read::Absent,
        SignedAttributes::NotDer => Read::NotDer,
        SignedAttributes::Present(content) => {
            Attributes::read(content).map_or(Read::NotDer, |attributes| Read::There(attributes, content))
        }
    };
    let meant = choose(signed, info, &read, work);
    let certificate = meant.and_then(|meant| trust.read(meant.der).ok());
    let hash = Hash::from_digest_identifier(&info.digest_algorithm);
    let objection = algorithm_objection(signed, info, hash, certificate.as_ref());
    let content_digest = hash.and_then(digest_of);
    Judgement {
        signature: signature(info, &read, hash, objection, certificate.as_ref(), content_digest, work),
        content: content(&read, hash, content_digest),
        attributes: attributes_finding(&read, signed, info, meant.as_ref(), binding),
        algorithm: match objection {
            Some(text) => Finding::failed(Subject::Algorithm, ResultCode::AlgorithmNotAllowed, text),
            None => {
                Finding::passed(Subject::Algorithm, "digest, signature algorithm and key are strong and fit")
            }
        },
        certificate,
    }
}

/// The certificate that the signer means. Where several go by its name, the one that the signed attributes bind.
fn choose<'a>(
    signed: &SignedData<'a>,
    info: &SignerInfo<'_>,
    read: &Read<'_>,
    work: &Work,
) -> Option<Embedded<'a>> {
    let mut meant = signed
        .certificates
        .iter()
        .filter_map(|der| Embedded::read(der))
        .filter(|certificate| certificate.is_meant(&info.identifier));
    let first = meant.next()?;
    // Nearly always there is one, and nothing to choose.
    let others: Vec<Embedded<'_>> = meant.collect();
    if let (Read::There(attributes, _), false) = (read, others.is_empty())
        && !attributes.may_name(&first)
        && let Some(bound) =
            others.into_iter().find(|other| work.take(cost_of_hashes(other)) && attributes.may_name(other))
    {
        return Some(bound);
    }
    Some(first)
}

/// What it costs to see whether an attribute names a certificate, in units of work: two digests of
/// it.
fn cost_of_hashes(certificate: &Embedded<'_>) -> u64 {
    u64::try_from(certificate.der.len() / 200).unwrap_or(u64::MAX).saturating_add(1)
}

fn algorithm_objection(
    signed: &SignedData<'_>,
    info: &SignerInfo<'_>,
    hash: Option<Hash>,
    certificate: Option<&Certificate>,
) -> Option<&'static str> {
    let Some(hash) = hash else { return Some("the digest algorithm is not SHA-256, SHA-384 or SHA-512") };
    if !signed.digest_algorithms.iter().any(|announced| announced.is_same(&info.digest_algorithm)) {
        return Some("the signer's digest algorithm is not among those that the SignedData announces");
    }
    let key = certificate.map(Certificate::public_key);
    let key_type = key.as_ref().and_then(|key| key.as_ref().ok()).map(|key| key.key_type());
    if let Some(text) = algorithms::objection(&info.signature_algorithm, hash, key_type) {
        return Some(text);
    }
    match key {
        Some(Ok(key)) => key.check_strength().err().map(|error| error.detail),
        Some(Err(error)) if error.code == ResultCode::AlgorithmNotAllowed => Some(error.detail),
        _ => None,
    }
}

fn signature(
    info: &SignerInfo<'_>,
    read: &Read<'_>,
    hash: Option<Hash>,
    objection: Option<&'static str>,
    certificate: Option<&Certificate>,
    content_digest: Option<&[u8]>,
    work: &Work,
) -> Finding {
    let not_checked = |code, text| Finding::not_checked(Subject::Signature, code, text);
    let Some(hash) = hash.filter(|_| objection.is_none()) else {
        return not_checked(
            ResultCode::AlgorithmNotAllowed,
            "not computed with algorithms that prove nothing",
        );
    };
    let computed;
    let signed_digest = match read {
        Read::NotDer => {
            let text = "not computed over signed attributes that are not DER";
            return not_checked(ResultCode::AttributesInvalid, text);
        }
        // The SET OF is signed with its own tag, not with the [0] that stands there (RFC 5652, section 5.4).
        Read::There(_, content) => {
            computed = digest(hash, &object(SET, &[content]));
            &computed
        }
        Read::Absent => match content_digest {
            Some(digest) => digest,
            None => {
                return not_checked(ResultCode::ContentMismatch, "the content is outside and was not given");
            }
        },
    };
    let Some(certificate) = certificate else {
        return not_checked(ResultCode::SignatureMalformed, "the certificate of the signer is not there");
    };
    let key = certificate.public_key();
    if !key.as_ref().is_ok_and(|key| work.take_signature(key)) && work.is_spent() {
        let text = "not computed, because the document takes more work than one call may do";
        return not_checked(ResultCode::SignatureMalformed, text);
    }
    match key.and_then(|key| key.verify_digest(hash, signed_digest, info.signature)) {
        Ok(()) => Finding::passed(Subject::Signature, "the key of the certificate made this signature"),
        Err(error) => Finding::failed(Subject::Signature, error.code, error.detail),
    }
}

fn content(read: &Read<'_>, hash: Option<Hash>, content_digest: Option<&[u8]>) -> Finding {
    let not_checked = |code, text| Finding::not_checked(Subject::Content, code, text);
    let attributes = match read {
        Read::There(attributes, _) => attributes,
        Read::Absent | Read::NotDer => {
            let text = "without signed attributes that can be read nothing says which content was meant";
            return not_checked(ResultCode::AttributesInvalid, text);
        }
    };
    if hash.is_none() {
        return not_checked(ResultCode::AlgorithmNotAllowed, "its digest algorithm proves nothing");
    }
    match (attributes.message_digest.filter(|digest| !digest.is_empty()), content_digest) {
        (None, _) => not_checked(ResultCode::AttributesInvalid, "the signed attributes name no one digest"),
        (_, None) => not_checked(ResultCode::ContentMismatch, "the content is outside and was not given"),
        (Some(signed), Some(found)) if signed == found => {
            Finding::passed(Subject::Content, "the content has the digest that was signed")
        }
        _ => Finding::failed(
            Subject::Content,
            ResultCode::ContentMismatch,
            "the content has another digest than the one that was signed",
        ),
    }
}

fn attributes_finding(
    read: &Read<'_>,
    signed: &SignedData<'_>,
    info: &SignerInfo<'_>,
    certificate: Option<&Embedded<'_>>,
    binding: Binding,
) -> Finding {
    let objection = match read {
        Read::Absent => Some("there are no signed attributes"),
        Read::NotDer => Some("the signed attributes are not in DER"),
        Read::There(attributes, _) => attributes.objection(signed.content_type, info, certificate, binding),
    };
    let objection =
        objection.or_else(|| info.unsigned_attributes.and_then(attributes::objection_to_unsigned));
    let binds = matches!(read, Read::There(attributes, _) if attributes.binds_certificate());
    match objection {
        Some(text) => Finding::failed(Subject::Attributes, ResultCode::AttributesInvalid, text),
        None if !binds => {
            let text =
                "no signing-certificate attribute binds the certificate; nothing else is wrong with them";
            Finding::not_checked(Subject::Attributes, ResultCode::AttributesInvalid, text)
                .waived_as(Waiver::SigningCertificate)
        }
        None => Finding::passed(
            Subject::Attributes,
            "content type, digest, certificate and algorithms are signed, once each",
        ),
    }
}
