//! Making CMS signatures: SignedData with signed attributes always, at the level CAdES-B-B, and B-T with a time-stamp.
//!
//! What is signed is always the SET OF Attribute, never the content itself: content that reads as such a set could
//! otherwise be passed off as the attributes of another signature.

use super::attributes;
use super::certificates::Embedded;
use super::envelope::{SignedAttributes, SignedData, SignerInfo};
use super::{Attributes, unpacked};
use crate::certificate::Certificate;
use crate::certificate::fields::{Fields, whole};
use crate::clock;
use crate::result::{Error, Result, ResultCode};
use crate::signature::asn1::{
    INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, attribute, context, id, object, set_of,
};
use crate::signature::hash::Digests;
use crate::signature::{self, Hash, digest, timestamp};
use core::fmt;
use der::Tag;

/// Makes signatures with one key: a card, or in tests a key in memory.
pub trait Signer {
    /// The certificate of the key.
    ///
    /// # Errors
    /// What keeps it from being read, or from being used.
    fn certificate(&mut self) -> Result<Certificate>;

    /// The certificate of the CA that issued it. Asked for only if it is to be embedded.
    ///
    /// # Errors
    /// What keeps it from being read.
    fn issuer(&mut self) -> Result<Certificate>;

    /// Signs a digest.
    ///
    /// # Errors
    /// What keeps it from signing.
    fn sign_digest(&mut self, hash: Hash, digest: &[u8]) -> Result<Vec<u8>>;
}

/// Sends a time-stamp request (RFC 3161, DER) to an authority and returns its reply.
pub type TimestampFn = dyn FnMut(&[u8]) -> Result<Vec<u8>> + Send;

/// How a CMS signature is made. The default: SHA-256, with the content inside, without a time of signing.
pub struct CmsOptions {
    /// The digest algorithm.
    pub hash: Hash,
    /// The content stays outside.
    pub detached: bool,
    /// With the time of signing, as this machine says.
    pub signing_time: bool,
    /// With the certificate of the CA.
    pub embed_ca: bool,
    /// An expired certificate signs all the same. One that does not hold yet never does.
    pub allow_expired: bool,
    /// Fetches a time-stamp, after the card's application has been left.
    pub timestamp: Option<Box<TimestampFn>>,
}

impl Default for CmsOptions {
    fn default() -> CmsOptions {
        CmsOptions {
            hash: Hash::Sha256,
            detached: false,
            signing_time: false,
            embed_ca: false,
            allow_expired: false,
            timestamp: None,
        }
    }
}

impl fmt::Debug for CmsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CmsOptions")
            .field("hash", &self.hash)
            .field("detached", &self.detached)
            .finish_non_exhaustive()
    }
}

/// A document with its signature. That no time-stamp could be had never throws the signature away.
#[derive(Clone, Debug)]
#[must_use]
pub struct SignedDocument {
    /// The CMS in DER, or the PDF.
    pub bytes: Vec<u8>,
    /// What became of the time-stamp.
    pub timestamp: Timestamped,
}

/// What became of a time-stamp.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Timestamped {
    /// None was asked for.
    NotAsked,
    /// It was fetched, checked and added.
    Added,
    /// TIMESTAMP_INVALID, or the error of the function that fetches it. The signature stands without.
    Failed(Error),
}

/// The content to be signed.
pub(crate) enum Payload<'a> {
    /// It goes inside.
    Inside(&'a [u8]),
    /// It stays outside; this is its digest.
    Digest(&'a [u8]),
}

/// Signs content. The time-stamp of the options is not fetched here.
///
/// # Errors
/// Those of the signer; CERTIFICATE_MALFORMED, CLOCK_IMPLAUSIBLE.
pub fn sign(signer: &mut dyn Signer, content: &[u8], options: &CmsOptions) -> Result<Vec<u8>> {
    let content_digest = digest(options.hash, content);
    let payload = if options.detached { Payload::Digest(&content_digest) } else { Payload::Inside(content) };
    sign_checked(signer, &payload, options)
}

/// Signs content that was perhaps read elsewhere.
pub(crate) fn sign_checked(
    signer: &mut dyn Signer,
    payload: &Payload<'_>,
    options: &CmsOptions,
) -> Result<Vec<u8>> {
    let computed;
    let (content, content_digest) = match payload {
        Payload::Inside(content) => {
            computed = digest(options.hash, content);
            (Some(*content), computed.as_slice())
        }
        Payload::Digest(digest) => (None, *digest),
    };
    let made = signature_of(signer, id::DATA, content_digest, options)?;
    let document = Document {
        digest_algorithms: vec![options.hash.digest_identifier()],
        content_type: id::DATA,
        content,
        certificates: made.certificates,
        crls: Vec::new(),
        signers: vec![made.info],
    };
    Ok(document.write())
}

/// Adds a signature to a SignedData. `content` is what the others signed, if it is outside.
///
/// # Errors
/// SIGNATURE_MALFORMED if the CMS cannot be read or has bytes behind its end; INVALID_ARGUMENT if content is both inside
/// and given, or neither; CONTENT_MISMATCH if it is not what the others signed; else as [`sign`].
pub fn sign_add(
    signer: &mut dyn Signer,
    cms: &[u8],
    content: Option<&[u8]>,
    options: &CmsOptions,
) -> Result<Vec<u8>> {
    let bytes = unpacked(cms);
    let signed = readable(&bytes)?;
    let invalid = |detail| Err(Error::new(ResultCode::InvalidArgument, detail));
    let content = match (&signed.content, content) {
        (Some(inside), None) => inside,
        (None, Some(given)) => given,
        (Some(_), Some(_)) => return invalid("content is inside the CMS, and other content was given"),
        (None, None) => return invalid("the content is outside the CMS and was not given"),
    };
    check_others(&signed, content)?;
    let made = signature_of(signer, signed.content_type, &digest(options.hash, content), options)?;
    let mut document = Document::of(&signed);
    if !signed.digest_algorithms.iter().any(|known| Hash::from_digest_identifier(known) == Some(options.hash))
    {
        document.digest_algorithms.push(options.hash.digest_identifier());
    }
    for certificate in made.certificates {
        if !document.certificates.contains(&certificate) {
            document.certificates.push(certificate);
        }
    }
    document.signers.push(made.info);
    Ok(document.write())
}

/// Whoever adds a signature means the document that the others signed.
fn check_others(signed: &SignedData<'_>, content: &[u8]) -> Result<()> {
    let digests = Digests::of(&super::verify::hashes(signed), content);
    for info in signed.signers.iter().flatten() {
        let hash = Hash::from_digest_identifier(&info.digest_algorithm);
        let (Some(hash), SignedAttributes::Present(attributes)) = (hash, info.signed_attributes) else {
            continue;
        };
        let said = Attributes::read(attributes).and_then(|attributes| attributes.message_digest);
        if said.is_none() || said != digests.get(hash) {
            return Err(Error::new(ResultCode::ContentMismatch, "the others signed other content"));
        }
    }
    Ok(())
}

/// Adds a time-stamp to every signature of a SignedData that has none.
///
/// # Errors
/// SIGNATURE_MALFORMED if the CMS cannot be read; SIGNATURE_MISSING if nobody signed; TIMESTAMP_INVALID; the error of
/// `fetch`.
pub fn add_timestamp(cms: &[u8], fetch: &mut TimestampFn) -> Result<Vec<u8>> {
    let bytes = unpacked(cms);
    add_timestamps(&bytes, fetch).map_err(|error| error.in_operation("cms_timestamp_add"))
}

pub(crate) fn add_timestamps(cms: &[u8], fetch: &mut TimestampFn) -> Result<Vec<u8>> {
    let signed = readable(cms)?;
    let mut document = Document::of(&signed);
    if signed.signers.is_empty() {
        return Err(Error::new(ResultCode::SignatureMissing, "nobody has signed"));
    }
    document.signers = Vec::new();
    for (info, whole_info) in signed.signers.iter().zip(&signed.whole_signers) {
        let info = info.as_ref().ok_or_else(malformed)?;
        if timestamp::tokens(info).is_empty() {
            let token = timestamp::fetch(info.signature, fetch)?;
            document.signers.push(with_timestamp(info, &token)?);
        } else {
            document.signers.push(whole_info.to_vec());
        }
    }
    Ok(document.write())
}

fn malformed() -> Error {
    Error::new(ResultCode::SignatureMalformed, "the bytes are not a CMS SignedData")
}

fn readable(cms: &[u8]) -> Result<SignedData<'_>> {
    let signed = SignedData::read(cms).ok_or_else(malformed)?;
    if signed.trailing.is_empty() {
        Ok(signed)
    } else {
        Err(Error::new(ResultCode::SignatureMalformed, "bytes stand behind the end of the SignedData"))
    }
}

/// The signer's part with one more unsigned attribute.
fn with_timestamp(info: &SignerInfo<'_>, token: &[u8]) -> Result<Vec<u8>> {
    let mut members: Vec<Vec<u8>> = Vec::new();
    let mut fields =
        Fields::in_content(info.unsigned_attributes.unwrap_or_default()).ok_or_else(malformed)?;
    while !fields.is_empty() {
        members.push(fields.whole_object().ok_or_else(malformed)?.to_vec());
    }
    members.push(attribute(id::SIGNATURE_TIMESTAMP, token));
    Ok(object(SEQUENCE, &[info.kept, &set_of(context(1), members)]))
}

/// One signature, and the certificates that go with it.
struct Made {
    info: Vec<u8>,
    certificates: Vec<Vec<u8>>,
}

fn signature_of(
    signer: &mut dyn Signer,
    content_type: &[u8],
    content_digest: &[u8],
    options: &CmsOptions,
) -> Result<Made> {
    let hash = options.hash;
    let certificate = signer.certificate()?;
    let unreadable = || Error::new(ResultCode::CertificateMalformed, "the certificate cannot be read");
    let names = Embedded::read(certificate.der()).ok_or_else(unreadable)?;
    let digest_algorithm = hash.digest_identifier();
    let signature_algorithm = hash.signature_identifier(certificate.public_key()?.key_type());
    let signing_time = if options.signing_time { Some(clock::now()?) } else { None };
    let algorithms = (digest_algorithm.as_slice(), signature_algorithm.as_slice());
    let attributes = attributes::write(content_type, content_digest, &names, algorithms, signing_time);
    let mut certificates = vec![certificate.der().to_vec()];
    if options.embed_ca {
        let issuer = signer.issuer()?;
        certificate.check_signed_by(&issuer).map_err(|_| {
            Error::new(ResultCode::CertificateUntrusted, "the CA certificate did not issue the signer's")
        })?;
        certificates.push(issuer.der().to_vec());
    }
    let attributes_digest = digest(hash, &attributes);
    let signed = signer.sign_digest(hash, &attributes_digest)?;
    // Whoever signs: what does not verify is not handed out.
    if signature::verify_digest(&certificate, hash, &attributes_digest, &signed).is_err() {
        let detail = "the signature does not fit the certificate";
        return Err(Error::new(ResultCode::SignatureNotByCertificate, detail));
    }
    let members = whole(&attributes, Tag::Set).unwrap_or_default();
    let issuer_and_serial = object(SEQUENCE, &[names.issuer, &object(INTEGER, &[names.serial])]);
    let info = object(
        SEQUENCE,
        &[
            &object(INTEGER, &[&[1]]),
            &issuer_and_serial,
            &digest_algorithm,
            &object(context(0), &[members]),
            &signature_algorithm,
            &object(OCTET_STRING, &[&signed]),
        ],
    );
    Ok(Made { info, certificates })
}

/// A SignedData to be written.
struct Document<'a> {
    digest_algorithms: Vec<Vec<u8>>,
    content_type: &'a [u8],
    content: Option<&'a [u8]>,
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    signers: Vec<Vec<u8>>,
}

impl<'a> Document<'a> {
    fn of(signed: &'a SignedData<'a>) -> Document<'a> {
        let owned = |members: &[&[u8]]| members.iter().map(|member| member.to_vec()).collect();
        Document {
            digest_algorithms: signed.whole_digest_algorithms.iter().map(|whole| whole.to_vec()).collect(),
            content_type: signed.content_type,
            content: signed.content.as_deref(),
            certificates: owned(&signed.certificates),
            crls: owned(&signed.crls),
            signers: owned(&signed.whole_signers),
        }
    }

    fn write(self) -> Vec<u8> {
        let version = object(INTEGER, &[&[self.version()]]);
        let content_type = object(OBJECT_IDENTIFIER, &[self.content_type]);
        let encapsulated = match self.content {
            Some(content) => {
                let octets = object(OCTET_STRING, &[content]);
                object(SEQUENCE, &[&content_type, &object(context(0), &[&octets])])
            }
            None => object(SEQUENCE, &[&content_type]),
        };
        let collection = |number, members: Vec<Vec<u8>>| {
            if members.is_empty() { Vec::new() } else { set_of(context(number), members) }
        };
        let signed = object(
            SEQUENCE,
            &[
                &version,
                &set_of(SET, self.digest_algorithms),
                &encapsulated,
                &collection(0, self.certificates),
                &collection(1, self.crls),
                &set_of(SET, self.signers),
            ],
        );
        let signed_data = object(OBJECT_IDENTIFIER, &[id::SIGNED_DATA]);
        object(SEQUENCE, &[&signed_data, &object(context(0), &[&signed])])
    }

    /// RFC 5652, section 5.1.
    fn version(&self) -> u8 {
        let has = |members: &[Vec<u8>], tag: u8| members.iter().any(|member| member.first() == Some(&tag));
        let by_key_identifier = |info: &Vec<u8>| {
            let version = || Fields::in_sequence(info)?.content(Tag::Integer);
            version() == Some(&[3])
        };
        if has(&self.certificates, context(3)) || has(&self.crls, context(1)) {
            5
        } else if has(&self.certificates, context(2)) {
            4
        } else if has(&self.certificates, context(1))
            || self.content_type != id::DATA
            || self.signers.iter().any(by_key_identifier)
        {
            3
        } else {
            1
        }
    }
}
