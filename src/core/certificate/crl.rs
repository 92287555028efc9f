//! Certificate revocation lists: what a list says about itself, before anybody believes it.
//!
//! A list may have millions of entries, so they are read once, into a table of fixed size that is searched; the digest
//! that the signature is over is made once, too.

use super::algorithm::SignatureAlgorithm;
use super::extensions::{PointName, named_bits};
use super::fields::{Fields, oid, tagged, tagged_value, time, whole};
use super::general_name::GeneralName;
use super::name::Name;
use super::x509::{is_serial, whole_bytes};
use super::{PublicKey, pem};
use crate::result::{Error, Result, ResultCode};
use crate::signature::digest;
use core::fmt;
use der::{Tag, TagNumber};
use std::sync::Arc;

/// The longest revocation list that is read, in bytes of DER. A quarter of a million entries take about 10 MiB.
pub const MAX_CRL_LEN: usize = 64 * 1024 * 1024;
/// The most issuers whose certificates one indirect list may speak of.
const MAX_ISSUERS: usize = 4096;

/// A certificate revocation list. Cloning one is cheap. Its Debug form shows the number of entries and no name.
#[derive(Clone)]
pub struct Crl {
    inner: Arc<Inner>,
}

struct Inner {
    der: Vec<u8>,
    algorithm: Option<SignatureAlgorithm>,
    /// Over the part that the issuer signed; empty where the algorithm is not one of ours.
    digest: Vec<u8>,
    signature: Vec<u8>,
    issuer: Name,
    this_update: i64,
    next_update: Option<i64>,
    /// Sorted by issuer and serial number.
    entries: Vec<Entry>,
    /// The issuers of certificates, in the order in which the entries name them; the first is that of the list.
    issuers: Vec<Name>,
    extensions: Extensions,
    /// Whether an extension that the library does not know is marked critical, in the list or in an entry.
    has_unknown_critical: bool,
}

#[derive(Default)]
struct Extensions {
    authority_key_identifier: Option<Vec<u8>>,
    number: Option<Vec<u8>>,
    base_number: Option<Vec<u8>>,
    point: Option<Point>,
}

/// issuingDistributionPoint: what the list covers.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) name: Option<PointName>,
    pub(super) only_user: bool,
    pub(super) only_ca: bool,
    pub(super) only_attribute: bool,
    /// The reasons that the list is about; `None` is all of them.
    pub(super) reasons: Option<u16>,
    pub(super) is_indirect: bool,
}

/// The serial number lies in the DER of the list.
struct Entry {
    issuer: u16,
    serial_len: u8,
    reason: u8,
    serial_at: u32,
    revoked_at: i64,
}

/// What an entry says about its certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Revoked {
    pub(super) reason: u8,
    /// In seconds since 1970-01-01T00:00:00Z.
    pub(super) at: i64,
}

impl Revoked {
    const UNSPECIFIED: u8 = 0;
    const CERTIFICATE_HOLD: u8 = 6;
    const REMOVE_FROM_CRL: u8 = 8;

    /// Whether it may be lifted again.
    pub(super) fn is_hold(self) -> bool {
        self.reason == Revoked::CERTIFICATE_HOLD
    }

    /// Whether it says that the certificate is not revoked any more.
    pub(super) fn is_removal(self) -> bool {
        self.reason == Revoked::REMOVE_FROM_CRL
    }
}

impl Crl {
    /// Reads a revocation list: strict DER with nothing behind it, or PEM with one block.
    ///
    /// # Errors
    /// CERTIFICATE_MALFORMED for everything else, for more than [`MAX_CRL_LEN`] bytes, and for a list that names one
    /// certificate twice.
    pub fn parse(der_or_pem: &[u8]) -> Result<Crl> {
        let malformed = || Error::new(ResultCode::CertificateMalformed, "the revocation list cannot be read");
        if der_or_pem.len() > MAX_CRL_LEN * 2 {
            return Err(malformed());
        }
        let der = if pem::is_der(der_or_pem) {
            der_or_pem.to_vec()
        } else {
            pem::decode_block(der_or_pem, "X509 CRL").ok_or_else(malformed)?
        };
        if der.len() > MAX_CRL_LEN {
            return Err(malformed());
        }
        Ok(Crl { inner: Arc::new(read(der).ok_or_else(malformed)?) })
    }

    /// The list in DER, byte for byte as it was read.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// When it was made, in seconds since 1970-01-01T00:00:00Z.
    pub fn this_update(&self) -> i64 {
        self.inner.this_update
    }

    /// When the next one is made at the latest, in seconds since 1970-01-01T00:00:00Z, if it says so.
    pub fn next_update(&self) -> Option<i64> {
        self.inner.next_update
    }

    /// How many certificates it names.
    pub fn entry_count(&self) -> usize {
        self.inner.entries.len()
    }

    /// Whether a key has signed this list: the mathematics only.
    ///
    /// # Errors
    /// ALGORITHM_NOT_ALLOWED, SIGNATURE_MALFORMED, SIGNATURE_INVALID.
    pub(super) fn check_signed_by(&self, key: &PublicKey) -> Result<()> {
        let algorithm = self.inner.algorithm.ok_or_else(|| {
            Error::new(ResultCode::AlgorithmNotAllowed, "the list is signed with a forbidden algorithm")
        })?;
        if !algorithm.fits(key.key_type()) {
            return Err(Error::new(ResultCode::SignatureInvalid, "the key makes other signatures"));
        }
        key.verify_digest(algorithm.hash, &self.inner.digest, &self.inner.signature)
    }

    pub(super) fn issuer(&self) -> &Name {
        &self.inner.issuer
    }

    pub(super) fn point(&self) -> Option<&Point> {
        self.inner.extensions.point.as_ref()
    }

    pub(super) fn is_indirect(&self) -> bool {
        self.point().is_some_and(|point| point.is_indirect)
    }

    pub(super) fn has_unknown_critical(&self) -> bool {
        self.inner.has_unknown_critical
    }

    /// Whether it only says what changed since another list.
    pub(super) fn is_delta(&self) -> bool {
        self.inner.extensions.base_number.is_some()
    }

    /// Whether this list, which says what changed, may be read together with that one (RFC 5280, section 5.2.4).
    pub(super) fn continues(&self, base: &Crl) -> bool {
        let (own, its) = (&self.inner.extensions, &base.inner.extensions);
        let (Some(from), Some(number), Some(its_number)) = (&own.base_number, &own.number, &its.number)
        else {
            return false;
        };
        !base.is_delta()
            && self.issuer() == base.issuer()
            && own.point == its.point
            && own.authority_key_identifier == its.authority_key_identifier
            && magnitude(its_number) >= magnitude(from)
            && magnitude(its_number) < magnitude(number)
    }

    /// The entry about a certificate.
    pub(super) fn find(&self, issuer: &Name, serial_number: &[u8]) -> Option<Revoked> {
        let inner = &self.inner;
        let number = u16::try_from(inner.issuers.iter().position(|name| name == issuer)?).ok()?;
        let key = |entry: &Entry| (entry.issuer, entry.serial(&inner.der));
        let found = inner.entries.binary_search_by(|entry| key(entry).cmp(&(number, serial_number))).ok()?;
        inner.entries.get(found).map(|entry| Revoked { reason: entry.reason, at: entry.revoked_at })
    }
}

impl Entry {
    fn serial<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        let at = usize::try_from(self.serial_at).unwrap_or(usize::MAX);
        der.get(at..at.saturating_add(usize::from(self.serial_len))).unwrap_or_default()
    }
}

/// The order of numbers that are not negative, given as the content of an INTEGER.
fn magnitude(content: &[u8]) -> (usize, &[u8]) {
    (content.len(), content)
}

impl PartialEq for Crl {
    fn eq(&self, other: &Crl) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.inner.der == other.inner.der
    }
}

impl Eq for Crl {}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({} entries)", self.entry_count())
    }
}

fn read(der: Vec<u8>) -> Option<Inner> {
    let mut outer = Fields::in_sequence(&der)?;
    let signed = outer.object(Tag::Sequence)?;
    let outer_algorithm = outer.object(Tag::Sequence)?;
    let signature = whole_bytes(outer.content(Tag::BitString)?)?.to_vec();
    outer.end()?;

    let mut fields = Fields::in_sequence(signed)?;
    let version_2 = match fields.optional(Tag::Integer)? {
        None => false,
        Some([1]) => true,
        Some(_) => return None,
    };
    let inner_algorithm = fields.object(Tag::Sequence)?;
    let issuer = Name::read(fields.object(Tag::Sequence)?)?;
    let (tag, content) = fields.any()?;
    let this_update = time(tag, content)?;
    let next_update = match next_time(&mut fields)? {
        None => None,
        Some((tag, content)) => Some(time(tag, content)?),
    };
    let list = fields.optional(Tag::Sequence)?;
    let extensions = fields.optional(tagged(TagNumber::N0))?;
    fields.end()?;
    if !version_2 && extensions.is_some() {
        return None;
    }

    let mut has_unknown_critical = false;
    let extensions = match extensions {
        Some(content) => Extensions::read(content, &mut has_unknown_critical)?,
        None => Extensions::default(),
    };
    let is_indirect = extensions.point.as_ref().is_some_and(|point| point.is_indirect);
    let mut reader = Entries {
        der: &der,
        version_2,
        is_indirect,
        issuers: vec![issuer.clone()],
        current: 0,
        has_unknown_critical,
    };
    let mut entries = Vec::new();
    if let Some(content) = list {
        let mut list = Fields::in_content(content)?;
        // RFC 5280 leaves an empty list out, and everybody reads one that is there.
        while !list.is_empty() {
            entries.push(reader.entry(list.content(Tag::Sequence)?)?);
        }
    }
    let Entries { issuers, has_unknown_critical, .. } = reader;
    entries.sort_unstable_by(|a, b| (a.issuer, a.serial(&der)).cmp(&(b.issuer, b.serial(&der))));
    let doubled =
        |pair: &[Entry]| matches!(pair, [a, b] if a.issuer == b.issuer && a.serial(&der) == b.serial(&der));
    if entries.windows(2).any(doubled) {
        return None;
    }

    let algorithm =
        SignatureAlgorithm::from_identifier(outer_algorithm).filter(|_| inner_algorithm == outer_algorithm);
    let digest = algorithm.map(|algorithm| digest(algorithm.hash, signed)).unwrap_or_default();
    Some(Inner {
        algorithm,
        digest,
        signature,
        issuer,
        this_update,
        next_update,
        entries,
        issuers,
        extensions,
        has_unknown_critical,
        der,
    })
}

/// The next field if it is a time.
fn next_time<'a>(fields: &mut Fields<'a>) -> Option<Option<(Tag, &'a [u8])>> {
    for tag in [Tag::UtcTime, Tag::GeneralizedTime] {
        if let Some(content) = fields.optional(tag)? {
            return Some(Some((tag, content)));
        }
    }
    Some(None)
}

impl Extensions {
    fn read(content: &[u8], has_unknown_critical: &mut bool) -> Option<Extensions> {
        let mut extensions = Extensions::default();
        each_extension(whole(content, Tag::Sequence)?, |name, critical, value| {
            match name {
                "2.5.29.35" => {
                    let mut fields = Fields::in_sequence(value)?;
                    extensions.authority_key_identifier =
                        fields.optional(tagged_value(TagNumber::N0))?.map(<[u8]>::to_vec);
                }
                "2.5.29.20" => extensions.number = Some(number(value)?),
                "2.5.29.27" => extensions.base_number = Some(number(value)?),
                "2.5.29.28" => extensions.point = Some(Point::read(value)?),
                _ => *has_unknown_critical |= critical,
            }
            Some(())
        })?;
        Some(extensions)
    }
}

/// The number of a list: not negative, at most twenty bytes (RFC 5280, section 5.2.3).
fn number(value: &[u8]) -> Option<Vec<u8>> {
    let content = whole(value, Tag::Integer)?;
    (is_serial(content) && !matches!(content, [0x80..=0xFF, ..])).then(|| content.to_vec())
}

impl Point {
    fn read(value: &[u8]) -> Option<Point> {
        let mut fields = Fields::in_sequence(value)?;
        let name = match fields.optional(tagged(TagNumber::N0))? {
            Some(content) => Some(PointName::read(content)?),
            None => None,
        };
        let mut flag = |number| match fields.optional(tagged_value(number))? {
            None | Some([0x00]) => Some(false),
            Some([0xFF]) => Some(true),
            Some(_) => None,
        };
        let (only_user, only_ca) = (flag(TagNumber::N1)?, flag(TagNumber::N2)?);
        let reasons = match fields.optional(tagged_value(TagNumber::N3))? {
            Some(content) => Some(named_bits(content)?),
            None => None,
        };
        let mut flag = |number| match fields.optional(tagged_value(number))? {
            None | Some([0x00]) => Some(false),
            Some([0xFF]) => Some(true),
            Some(_) => None,
        };
        let (is_indirect, only_attribute) = (flag(TagNumber::N4)?, flag(TagNumber::N5)?);
        fields.end()?;
        Some(Point { name, only_user, only_ca, only_attribute, reasons, is_indirect })
    }
}

/// Reads the entries one after the other: in an indirect list, who issued a certificate is said where it changes.
struct Entries<'a> {
    der: &'a [u8],
    version_2: bool,
    is_indirect: bool,
    issuers: Vec<Name>,
    current: u16,
    has_unknown_critical: bool,
}

impl Entries<'_> {
    fn entry(&mut self, content: &[u8]) -> Option<Entry> {
        let mut fields = Fields::in_content(content)?;
        let serial = fields.content(Tag::Integer)?;
        is_serial(serial).then_some(())?;
        let (tag, moment) = fields.any()?;
        let revoked_at = time(tag, moment)?;
        let mut reason = Revoked::UNSPECIFIED;
        if let Some(extensions) = fields.optional(Tag::Sequence)? {
            self.version_2.then_some(())?;
            each_extension(extensions, |name, critical, value| {
                match name {
                    "2.5.29.21" => match whole(value, Tag::Enumerated)? {
                        [number @ (0..=6 | 8..=10)] => reason = *number,
                        _ => return None,
                    },
                    "2.5.29.29" if self.is_indirect => self.current = self.issuer(value)?,
                    // When it is believed to have become unsafe, and what to do on hold: neither changes the answer.
                    "2.5.29.24" | "2.5.29.23" => {}
                    _ => self.has_unknown_critical |= critical,
                }
                Some(())
            })?;
        }
        fields.end()?;
        Some(Entry {
            issuer: self.current,
            serial_len: u8::try_from(serial.len()).ok()?,
            reason,
            serial_at: u32::try_from(offset(self.der, serial)?).ok()?,
            revoked_at,
        })
    }

    /// The number of the issuer that a certificateIssuer names.
    fn issuer(&mut self, value: &[u8]) -> Option<u16> {
        let names = GeneralName::read_all(whole(value, Tag::Sequence)?)?;
        let name = names.into_iter().find_map(|name| match name {
            GeneralName::Directory(name) => Some(name),
            _ => None,
        })?;
        let number = match self.issuers.iter().position(|known| *known == name) {
            Some(number) => number,
            None => {
                (self.issuers.len() < MAX_ISSUERS).then_some(())?;
                self.issuers.push(name);
                self.issuers.len() - 1
            }
        };
        u16::try_from(number).ok()
    }
}

/// Where in `whole` the bytes of `part` are, which is a piece of it.
fn offset(whole: &[u8], part: &[u8]) -> Option<usize> {
    let at = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    (at.checked_add(part.len())? <= whole.len()).then_some(at)
}

/// Reads the content of a list of extensions, none of them twice, and hands over name, criticality and value.
pub(super) fn each_extension<'a>(
    content: &'a [u8],
    mut take: impl FnMut(&str, bool, &'a [u8]) -> Option<()>,
) -> Option<()> {
    let mut list = Fields::in_content(content)?;
    let mut seen: Vec<String> = Vec::new();
    while !list.is_empty() {
        let mut fields = Fields::in_content(list.content(Tag::Sequence)?)?;
        let name = oid(fields.content(Tag::ObjectIdentifier)?)?;
        let critical = match fields.optional(Tag::Boolean)? {
            None | Some([0x00]) => false,
            Some([0xFF]) => true,
            Some(_) => return None,
        };
        let value = fields.content(Tag::OctetString)?;
        fields.end()?;
        if seen.contains(&name) || seen.len() >= 64 {
            return None;
        }
        take(&name, critical, value)?;
        seen.push(name);
    }
    Some(())
}
