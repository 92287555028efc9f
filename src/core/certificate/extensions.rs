//! The extensions of a certificate that the library understands, read once when the certificate is.

use super::fields::{Fields, oid, tagged_value, whole};
use der::{Tag, TagNumber};

/// Object identifiers of extensions (RFC 5280, section 4.2).
mod id {
    pub(super) const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
    pub(super) const KEY_USAGE: &str = "2.5.29.15";
    pub(super) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
    pub(super) const ISSUER_ALT_NAME: &str = "2.5.29.18";
    pub(super) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
    pub(super) const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
    pub(super) const CERTIFICATE_POLICIES: &str = "2.5.29.32";
    pub(super) const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
    pub(super) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
    pub(super) const AUTHORITY_INFORMATION: &str = "1.3.6.1.5.5.7.1.1";
}

/// What a key may be used for: the bits of the keyUsage extension.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyUsage {
    /// The bits in the order of RFC 5280: digitalSignature is bit 0, nonRepudiation bit 1, …
    bits: u16,
    /// Whether the extension is marked critical.
    pub(super) critical: bool,
}

impl KeyUsage {
    pub(super) const DIGITAL_SIGNATURE: u16 = 1;
    pub(super) const NON_REPUDIATION: u16 = 1 << 1;
    pub(super) const KEY_CERT_SIGN: u16 = 1 << 5;

    /// Whether the key may be used for these and nothing else.
    pub(super) fn is_exactly(self, bits: u16) -> bool {
        self.bits == bits
    }

    /// Whether the key may be used for all of these.
    pub(super) fn contains(self, bits: u16) -> bool {
        self.bits & bits == bits
    }
}

/// The extensions. What is absent is `None` or empty.
#[derive(Default)]
pub(super) struct Extensions {
    pub(super) key_usage: Option<KeyUsage>,
    /// Whether basicConstraints says that this is a CA.
    pub(super) is_ca: bool,
    pub(super) extended_key_usage: Vec<String>,
    /// The policies, as dotted text.
    pub(super) policies: Vec<String>,
    pub(super) subject_key_identifier: Option<Vec<u8>>,
    pub(super) authority_key_identifier: Option<Vec<u8>>,
    /// The GeneralNames of subjectAltName in DER.
    pub(super) subject_alt_name: Option<Vec<u8>>,
    /// Whether an extension that the library does not know is marked critical.
    pub(super) has_unknown_critical: bool,
}

impl Extensions {
    /// Reads the content of `[3]`: a SEQUENCE of extensions, none of them twice.
    pub(super) fn read(bytes: &[u8]) -> Option<Extensions> {
        let mut list = Fields::in_sequence(bytes)?;
        let mut extensions = Extensions::default();
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
            if seen.contains(&name) {
                return None;
            }
            extensions.take(&name, critical, value)?;
            seen.push(name);
        }
        (!seen.is_empty()).then_some(extensions)
    }

    fn take(&mut self, name: &str, critical: bool, value: &[u8]) -> Option<()> {
        match name {
            id::KEY_USAGE => {
                self.key_usage =
                    Some(KeyUsage { bits: named_bits(whole(value, Tag::BitString)?)?, critical });
            }
            id::BASIC_CONSTRAINTS => {
                let mut fields = Fields::in_sequence(value)?;
                self.is_ca = match fields.optional(Tag::Boolean)? {
                    None | Some([0x00]) => false,
                    Some([0xFF]) => true,
                    Some(_) => return None,
                };
                fields.optional(Tag::Integer)?;
                fields.end()?;
            }
            id::EXTENDED_KEY_USAGE => {
                let mut list = Fields::in_sequence(value)?;
                while !list.is_empty() {
                    self.extended_key_usage.push(oid(list.content(Tag::ObjectIdentifier)?)?);
                }
            }
            id::CERTIFICATE_POLICIES => {
                let mut list = Fields::in_sequence(value)?;
                while !list.is_empty() {
                    let mut policy = Fields::in_content(list.content(Tag::Sequence)?)?;
                    self.policies.push(oid(policy.content(Tag::ObjectIdentifier)?)?);
                    policy.optional(Tag::Sequence)?;
                    policy.end()?;
                }
            }
            id::SUBJECT_KEY_IDENTIFIER => {
                self.subject_key_identifier = Some(whole(value, Tag::OctetString)?.to_vec());
            }
            id::AUTHORITY_KEY_IDENTIFIER => {
                let mut fields = Fields::in_sequence(value)?;
                self.authority_key_identifier =
                    fields.optional(tagged_value(TagNumber::N0))?.map(<[u8]>::to_vec);
                while !fields.is_empty() {
                    fields.any()?;
                }
            }
            id::SUBJECT_ALT_NAME => self.subject_alt_name = Some(value.to_vec()),
            id::ISSUER_ALT_NAME | id::CRL_DISTRIBUTION_POINTS | id::AUTHORITY_INFORMATION => {}
            _ => self.has_unknown_critical |= critical,
        }
        Some(())
    }
}

/// The first nine bits of a named BIT STRING, the first of them as bit 0. Those behind belong to no usage.
fn named_bits(content: &[u8]) -> Option<u16> {
    let (unused, bytes) = content.split_first()?;
    let last = bytes.last()?;
    if *unused > 7 || last.trailing_zeros() < u32::from(*unused) {
        return None;
    }
    let low = bytes.first().copied().unwrap_or(0).reverse_bits();
    let high = bytes.get(1).copied().unwrap_or(0).reverse_bits();
    Some(u16::from_le_bytes([low, high]))
}
