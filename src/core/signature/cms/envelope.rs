//! SignedData taken apart (RFC 5652, section 5), before anything in it is believed.
//!
//! The layers around the content, and the collection of certificates, may be in indefinite form, because whoever signs a
//! stream opens them before it knows how long they are. All else must be DER, which is also what known tools write.

use crate::certificate::fields::{Fields, tagged, tagged_value, whole};
use crate::signature::asn1::{AlgorithmIdentifier, OCTET_STRING, SEQUENCE, SET, id};
use der::{Tag, TagNumber};
use std::borrow::Cow;

/// More signers than any document has; each costs a verification.
const MOST_SIGNERS: usize = 64;

/// More certificates than any document has, and more revocation lists.
const MOST_MEMBERS: usize = 512;

/// Constructed, context-specific, [0].
const TAG_0: u8 = 0xA0;
/// Constructed, context-specific, [1].
const TAG_1: u8 = 0xA1;

/// What a CMS says, byte for byte.
pub(crate) struct SignedData<'a> {
    /// The digest algorithms that are announced.
    pub(crate) digest_algorithms: Vec<AlgorithmIdentifier<'a>>,
    /// The same as they stand, whole.
    pub(crate) whole_digest_algorithms: Vec<&'a [u8]>,
    /// The type of the content, as the content of an OBJECT IDENTIFIER.
    pub(crate) content_type: &'a [u8],
    /// The content, if it is inside.
    pub(crate) content: Option<Cow<'a, [u8]>>,
    /// All members of the field `certificates`, whole; those that begin with a SEQUENCE are certificates.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// All members of the field `crls`, whole. Not looked at: what is revoked the caller says.
    pub(crate) crls: Vec<&'a [u8]>,
    /// The signers; `None` for one that cannot be read.
    pub(crate) signers: Vec<Option<SignerInfo<'a>>>,
    /// The signers as they stand, whole.
    pub(crate) whole_signers: Vec<&'a [u8]>,
    /// How many bytes stand behind the end.
    pub(crate) trailing: &'a [u8],
}

/// One signature.
pub(crate) struct SignerInfo<'a> {
    pub(crate) identifier: SignerIdentifier<'a>,
    pub(crate) digest_algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signed_attributes: SignedAttributes<'a>,
    pub(crate) signature_algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signature: &'a [u8],
    /// The content of [1], if it is there.
    pub(crate) unsigned_attributes: Option<&'a [u8]>,
    /// All up to the unsigned attributes: what an addition keeps.
    pub(crate) kept: &'a [u8],
}

/// Which certificate signed.
pub(crate) enum SignerIdentifier<'a> {
    /// The issuer's name, whole, and the content of the serial number.
    IssuerAndSerial { issuer: &'a [u8], serial: &'a [u8] },
    /// The subject key identifier.
    KeyIdentifier(&'a [u8]),
}

/// The field `signedAttrs`.
#[derive(Clone, Copy)]
pub(crate) enum SignedAttributes<'a> {
    Absent,
    /// The lengths around them are not DER: there is no telling what was signed.
    NotDer,
    /// The content of [0].
    Present(&'a [u8]),
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo with a SignedData in it.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<SignedData<'a>> {
        let mut file = Layer::all(bytes);
        let mut info = file.open(SEQUENCE)?;
        if info.object(0x06).and_then(|object| whole(object, Tag::ObjectIdentifier))? != id::SIGNED_DATA {
            return None;
        }
        let mut explicit = info.open(TAG_0)?;
        let mut signed = explicit.open(SEQUENCE)?;
        let version = whole(signed.object(0x02)?, Tag::Integer)?;
        matches!(version, [1..=5]).then_some(())?;
        let whole_digest_algorithms = objects(whole(signed.object(SET)?, Tag::Set)?, MOST_SIGNERS)?;
        let read = |algorithm: &&'a [u8]| AlgorithmIdentifier::read(whole(algorithm, Tag::Sequence)?);
        let digest_algorithms = whole_digest_algorithms.iter().map(read).collect::<Option<Vec<_>>>()?;

        let mut encapsulated = signed.open(SEQUENCE)?;
        let content_type = whole(encapsulated.object(0x06)?, Tag::ObjectIdentifier)?;
        let mut content = None;
        if encapsulated.next_tag() == Some(TAG_0) {
            let mut explicit = encapsulated.open(TAG_0)?;
            content = Some(octets(&mut explicit)?);
            encapsulated.close(explicit)?;
        }
        signed.close(encapsulated)?;

        let certificates = collection(&mut signed, TAG_0)?;
        let crls = collection(&mut signed, TAG_1)?;
        let infos = whole(signed.object(SET)?, Tag::Set)?;
        let whole_signers = objects(infos, MOST_SIGNERS)?;
        let signers = whole_signers.iter().map(|info| SignerInfo::read(info)).collect();
        explicit.close(signed)?;
        info.close(explicit)?;
        file.close(info)?;
        Some(SignedData {
            digest_algorithms,
            whole_digest_algorithms,
            content_type,
            content,
            certificates,
            crls,
            signers,
            whole_signers,
            trailing: file.rest(),
        })
    }
}

/// The members of an optional collection, whole.
fn collection<'a>(layer: &mut Layer<'a>, tag: u8) -> Option<Vec<&'a [u8]>> {
    let mut found = Vec::new();
    if layer.next_tag() != Some(tag) {
        return Some(found);
    }
    let mut collection = layer.open(tag)?;
    while !collection.is_at_end()? {
        if found.len() >= MOST_MEMBERS {
            return None;
        }
        found.push(collection.object(collection.next_tag()?)?);
    }
    layer.close(collection)?;
    Some(found)
}

fn objects(content: &[u8], most: usize) -> Option<Vec<&[u8]>> {
    let mut fields = Fields::in_content(content)?;
    let mut found = Vec::new();
    while !fields.is_empty() {
        if found.len() >= most {
            return None;
        }
        found.push(fields.whole_object()?);
    }
    Some(found)
}

/// The content of the one OCTET STRING of a layer: in one piece, or in pieces that are one level deep.
fn octets<'a>(layer: &mut Layer<'a>) -> Option<Cow<'a, [u8]>> {
    const IN_PIECES: u8 = 0x20 | OCTET_STRING;
    if layer.next_tag() == Some(OCTET_STRING) {
        return layer.content(OCTET_STRING).map(Cow::Borrowed);
    }
    let mut pieces = layer.open(IN_PIECES)?;
    let mut joined = Vec::new();
    while !pieces.is_at_end()? {
        joined.extend_from_slice(pieces.content(OCTET_STRING)?);
    }
    layer.close(pieces)?;
    Some(Cow::Owned(joined))
}

impl<'a> SignerInfo<'a> {
    fn read(info: &'a [u8]) -> Option<SignerInfo<'a>> {
        let content = whole(info, Tag::Sequence)?;
        let mut fields = Fields::in_content(content)?;
        let version = fields.content(Tag::Integer)?;
        let identifier = match (version, fields.any()?) {
            ([1], (Tag::Sequence, name_and_serial)) => {
                let mut parts = Fields::in_content(name_and_serial)?;
                let (issuer, serial) = (parts.object(Tag::Sequence)?, parts.content(Tag::Integer)?);
                parts.end()?;
                SignerIdentifier::IssuerAndSerial { issuer, serial }
            }
            ([3], (tag, key)) if tag == tagged_value(TagNumber::N0) => SignerIdentifier::KeyIdentifier(key),
            _ => return None,
        };
        let digest_algorithm = AlgorithmIdentifier::read(fields.content(Tag::Sequence)?)?;
        let (signed_attributes, mut fields) = signed_attributes(fields, content)?;
        let signature_algorithm = AlgorithmIdentifier::read(fields.content(Tag::Sequence)?)?;
        let signature = fields.content(Tag::OctetString)?;
        let kept = content.get(..content.len().checked_sub(fields.remaining())?)?;
        let unsigned_attributes = fields.optional(tagged(TagNumber::N1))?;
        fields.end()?;
        Some(SignerInfo {
            identifier,
            digest_algorithm,
            signed_attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
            kept,
        })
    }
}

/// The signed attributes, and what follows them. Where only their own lengths are not DER they are passed over, so that
/// the finding is about them.
fn signed_attributes<'a>(
    mut fields: Fields<'a>,
    content: &'a [u8],
) -> Option<(SignedAttributes<'a>, Fields<'a>)> {
    let rest = content.get(content.len().checked_sub(fields.remaining())?..)?;
    if rest.first() != Some(&TAG_0) {
        return Some((SignedAttributes::Absent, fields));
    }
    if let Some((tag, attributes)) = fields.any() {
        return (tag == tagged(TagNumber::N0)).then_some((SignedAttributes::Present(attributes), fields));
    }
    let after = skip_ber(rest)?;
    Some((SignedAttributes::NotDer, Fields::in_content(after)?))
}

/// What follows the first object, which may be BER of any kind. Without recursion.
fn skip_ber(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    let mut open: usize = 0;
    loop {
        let (_, length, after) = header(rest, false)?;
        rest = match length {
            // The end of contents, which closes an indefinite object.
            Some(0) if rest.first() == Some(&0) && open > 0 => {
                open = open.checked_sub(1)?;
                after
            }
            Some(length) => after.get(length..)?,
            None => {
                open = open.checked_add(1)?;
                after
            }
        };
        if open == 0 {
            return Some(rest);
        }
    }
}

/// A tag of one byte, a length (`None`: indefinite), and what follows them.
fn header(bytes: &[u8], shortest: bool) -> Option<(u8, Option<usize>, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    // Tags of several bytes do not occur in these layers.
    (tag & 0x1F != 0x1F).then_some(())?;
    let (first, rest) = rest.split_first()?;
    match first {
        0..=0x7F => Some((*tag, Some(usize::from(*first)), rest)),
        0x80 => (tag & 0x20 != 0).then_some((*tag, None, rest)),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            let mut length: usize = 0;
            for digit in digits {
                length = length.checked_mul(256)?.checked_add(usize::from(*digit))?;
            }
            let is_shortest = digits.first() != Some(&0) && length > 0x7F;
            (is_shortest || !shortest).then_some((*tag, Some(length), rest))
        }
    }
}

/// A constructed object that is being read, in definite or indefinite form.
struct Layer<'a> {
    /// What has not been read: to the end of the object in definite form, to the end of all bytes otherwise.
    rest: &'a [u8],
    /// What follows the object; `None` in indefinite form, where that shows at its end.
    after: Option<&'a [u8]>,
}

impl<'a> Layer<'a> {
    fn all(bytes: &'a [u8]) -> Layer<'a> {
        Layer { rest: bytes, after: Some(&[]) }
    }

    fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn next_tag(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Whether the end is reached. `None` if the bytes end before it.
    fn is_at_end(&self) -> Option<bool> {
        match self.after {
            Some(_) => Some(self.rest.is_empty()),
            None if self.rest.is_empty() => None,
            None => Some(self.rest.starts_with(&[0, 0])),
        }
    }

    /// Enters the next object, which is constructed and has that tag.
    fn open(&mut self, tag: u8) -> Option<Layer<'a>> {
        let (found, length, inside) = header(self.rest, true)?;
        (found == tag).then_some(())?;
        match length {
            Some(length) => {
                let (inside, after) = inside.split_at_checked(length)?;
                Some(Layer { rest: inside, after: Some(after) })
            }
            None => Some(Layer { rest: inside, after: None }),
        }
    }

    /// Goes on behind an object that was entered, which must have been read to its end.
    fn close(&mut self, inner: Layer<'a>) -> Option<()> {
        self.rest = match inner.after {
            Some(after) => inner.rest.is_empty().then_some(after)?,
            None => inner.rest.strip_prefix(&[0, 0])?,
        };
        Some(())
    }

    /// The next object, whole, which has that tag and a definite length.
    fn object(&mut self, tag: u8) -> Option<&'a [u8]> {
        let before = self.rest;
        self.content(tag)?;
        before.get(..before.len().checked_sub(self.rest.len())?)
    }

    /// The content of the next object, which has that tag and a definite length.
    fn content(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, length, after) = header(self.rest, true)?;
        (found == tag).then_some(())?;
        let (content, rest) = after.split_at_checked(length?)?;
        self.rest = rest;
        Some(content)
    }
}
