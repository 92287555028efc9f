//! The extensions of a certificate that the library understands, read once when the certificate is.

use super::fields::{Fields, oid, small_number, tagged, tagged_value, whole};
use super::general_name::GeneralName;
use super::name::Name;
use der::{Tag, TagNumber};

/// Object identifiers of extensions (RFC 5280, section 4.2).
mod id {
    pub(super) const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
    pub(super) const KEY_USAGE: &str = "2.5.29.15";
    pub(super) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
    pub(super) const ISSUER_ALT_NAME: &str = "2.5.29.18";
    pub(super) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
    pub(super) const NAME_CONSTRAINTS: &str = "2.5.29.30";
    pub(super) const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
    pub(super) const CERTIFICATE_POLICIES: &str = "2.5.29.32";
    pub(super) const POLICY_MAPPINGS: &str = "2.5.29.33";
    pub(super) const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
    pub(super) const POLICY_CONSTRAINTS: &str = "2.5.29.36";
    pub(super) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
    pub(super) const FRESHEST_CRL: &str = "2.5.29.46";
    pub(super) const INHIBIT_ANY_POLICY: &str = "2.5.29.54";
    pub(super) const AUTHORITY_INFORMATION: &str = "1.3.6.1.5.5.7.1.1";
    pub(super) const SUBJECT_INFORMATION: &str = "1.3.6.1.5.5.7.1.11";
    pub(super) const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
}

/// Extensions that RFC 5280 wants critical, if they are there. It wants the same of policyConstraints, which its
/// predecessor left to the CA: the path suite of NIST has good ones that are not.
const MUST_BE_CRITICAL: [&str; 2] = [id::NAME_CONSTRAINTS, id::INHIBIT_ANY_POLICY];
/// Extensions that RFC 5280 forbids to be critical.
const MUST_NOT_BE_CRITICAL: [&str; 5] = [
    id::SUBJECT_KEY_IDENTIFIER,
    id::AUTHORITY_KEY_IDENTIFIER,
    id::FRESHEST_CRL,
    id::AUTHORITY_INFORMATION,
    id::SUBJECT_INFORMATION,
];
/// Extensions that say something about paths: the profile JPKI has one tier and does not take them critical.
const ABOUT_PATHS: [&str; 4] =
    [id::NAME_CONSTRAINTS, id::POLICY_MAPPINGS, id::POLICY_CONSTRAINTS, id::INHIBIT_ANY_POLICY];

/// The most policies, mappings, subtrees or distribution points that one extension may list.
const MAX_LIST: usize = 1024;

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
    pub(super) const CRL_SIGN: u16 = 1 << 6;

    /// Whether the key may be used for these and nothing else.
    pub(super) fn is_exactly(self, bits: u16) -> bool {
        self.bits == bits
    }

    /// Whether the key may be used for one of these.
    pub(super) fn has_any(self, bits: u16) -> bool {
        self.bits & bits != 0
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
    /// What basicConstraints says, where it is there.
    pub(super) basic_constraints: Option<BasicConstraints>,
    /// Whether basicConstraints says that this is a CA.
    pub(super) is_ca: bool,
    pub(super) extended_key_usage: Vec<String>,
    /// The policies, as dotted text.
    pub(super) policies: Vec<String>,
    pub(super) subject_key_identifier: Option<Vec<u8>>,
    pub(super) authority_key_identifier: Option<Vec<u8>>,
    /// The GeneralNames of subjectAltName in DER.
    pub(super) subject_alt_name: Option<Vec<u8>>,
    /// The same, read.
    pub(super) alt_names: Vec<GeneralName>,
    pub(super) is_alt_name_critical: bool,
    /// Whether one of them could not be read.
    pub(super) has_unread_alt_name: bool,
    /// Pairs of policies: that of the issuer, and that of the subject which counts as much.
    pub(super) policy_mappings: Vec<(String, String)>,
    pub(super) name_constraints: Option<NameConstraints>,
    /// After how many further certificates a policy is required, and mappings are no longer followed.
    pub(super) require_explicit_policy: Option<u32>,
    pub(super) inhibit_policy_mapping: Option<u32>,
    /// After how many further certificates anyPolicy says nothing any more.
    pub(super) inhibit_any_policy: Option<u32>,
    pub(super) distribution_points: Vec<DistributionPoint>,
    /// Whether the CA says that this responder's certificate need not be asked about.
    pub(super) is_ocsp_no_check: bool,
    /// Whether an extension that the library does not know is marked critical.
    pub(super) has_unknown_critical: bool,
    /// Whether one that says something about paths is marked critical.
    pub(super) has_critical_about_paths: bool,
    /// Whether one is critical that must not be, or is not critical and must be.
    pub(super) has_wrong_criticality: bool,
}

/// basicConstraints.
#[derive(Clone, Copy)]
pub(super) struct BasicConstraints {
    /// How many CAs may follow that did not issue themselves.
    pub(super) path_len: Option<u32>,
}

/// nameConstraints: the roots of subtrees.
#[derive(Default)]
pub(super) struct NameConstraints {
    pub(super) permitted: Vec<GeneralName>,
    pub(super) excluded: Vec<GeneralName>,
}

/// Where a distribution point says that its list is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum PointName {
    /// Any of these names.
    Full(Vec<GeneralName>),
    /// The name of the issuer of the list with this part more, which is the content of a SET in DER.
    Relative(Vec<u8>),
}

/// One of the cRLDistributionPoints.
pub(super) struct DistributionPoint {
    pub(super) name: Option<PointName>,
    /// The reasons that the list is about; `None` is all of them.
    pub(super) reasons: Option<u16>,
    /// Who issues the list, where it is not the issuer of the certificate.
    pub(super) crl_issuer: Vec<Name>,
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
            extensions.has_critical_about_paths |= critical && ABOUT_PATHS.contains(&name.as_str());
            extensions.has_wrong_criticality |= match critical {
                true => MUST_NOT_BE_CRITICAL.contains(&name.as_str()),
                false => MUST_BE_CRITICAL.contains(&name.as_str()),
            };
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
                let path_len = fields.optional(Tag::Integer)?.map(small_number);
                fields.end()?;
                let path_len = match path_len {
                    Some(number) => Some(number?),
                    None => None,
                };
                self.basic_constraints = Some(BasicConstraints { path_len });
            }
            id::EXTENDED_KEY_USAGE => {
                let mut list = Fields::in_sequence(value)?;
                while !list.is_empty() {
                    self.extended_key_usage.push(oid(list.content(Tag::ObjectIdentifier)?)?);
                    (self.extended_key_usage.len() <= MAX_LIST).then_some(())?;
                }
            }
            id::CERTIFICATE_POLICIES => {
                let mut list = Fields::in_sequence(value)?;
                while !list.is_empty() {
                    let mut policy = Fields::in_content(list.content(Tag::Sequence)?)?;
                    self.policies.push(oid(policy.content(Tag::ObjectIdentifier)?)?);
                    policy.optional(Tag::Sequence)?;
                    policy.end()?;
                    (self.policies.len() <= MAX_LIST).then_some(())?;
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
            id::SUBJECT_ALT_NAME => {
                // Names of kinds to come do no harm on a card: whoever needs the others asks whether all were read.
                match whole(value, Tag::Sequence).and_then(GeneralName::read_all) {
                    Some(names) => self.alt_names = names,
                    None => self.has_unread_alt_name = true,
                }
                self.subject_alt_name = Some(value.to_vec());
                self.is_alt_name_critical = critical;
            }
            id::NAME_CONSTRAINTS => self.name_constraints = Some(NameConstraints::read(value)?),
            id::POLICY_MAPPINGS => {
                let mut list = Fields::in_sequence(value)?;
                while !list.is_empty() {
                    let mut pair = Fields::in_content(list.content(Tag::Sequence)?)?;
                    let mut policy = || oid(pair.content(Tag::ObjectIdentifier)?);
                    self.policy_mappings.push((policy()?, policy()?));
                    pair.end()?;
                    (self.policy_mappings.len() <= MAX_LIST).then_some(())?;
                }
                (!self.policy_mappings.is_empty()).then_some(())?;
            }
            id::POLICY_CONSTRAINTS => {
                let mut fields = Fields::in_sequence(value)?;
                let mut number = |tag| match fields.optional(tagged_value(tag))? {
                    Some(content) => small_number(content).map(Some),
                    None => Some(None),
                };
                self.require_explicit_policy = number(TagNumber::N0)?;
                self.inhibit_policy_mapping = number(TagNumber::N1)?;
                fields.end()?;
            }
            id::INHIBIT_ANY_POLICY => {
                self.inhibit_any_policy = Some(small_number(whole(value, Tag::Integer)?)?);
            }
            id::CRL_DISTRIBUTION_POINTS => {
                let mut list = Fields::in_sequence(value)?;
                while !list.is_empty() {
                    self.distribution_points.push(DistributionPoint::read(list.content(Tag::Sequence)?)?);
                    (self.distribution_points.len() <= MAX_LIST).then_some(())?;
                }
            }
            id::OCSP_NO_CHECK => self.is_ocsp_no_check = true,
            id::ISSUER_ALT_NAME | id::AUTHORITY_INFORMATION | id::SUBJECT_INFORMATION | id::FRESHEST_CRL => {}
            _ => self.has_unknown_critical |= critical,
        }
        Some(())
    }
}

impl NameConstraints {
    fn read(value: &[u8]) -> Option<NameConstraints> {
        let mut fields = Fields::in_sequence(value)?;
        let mut subtrees = |number| {
            let Some(content) = fields.optional(tagged(number))? else { return Some(Vec::new()) };
            let mut list = Fields::in_content(content)?;
            let mut bases = Vec::new();
            while !list.is_empty() {
                let mut subtree = Fields::in_content(list.content(Tag::Sequence)?)?;
                let (tag, base) = subtree.any()?;
                bases.push(GeneralName::read(tag, base)?);
                // minimum is 0, which DER leaves out, and maximum is absent (RFC 5280, section 4.2.1.10).
                subtree.end()?;
                (bases.len() <= MAX_LIST).then_some(())?;
            }
            (!bases.is_empty()).then_some(bases)
        };
        let constraints =
            NameConstraints { permitted: subtrees(TagNumber::N0)?, excluded: subtrees(TagNumber::N1)? };
        fields.end()?;
        Some(constraints)
    }
}

impl PointName {
    /// Reads the content of a DistributionPointName's own tag.
    pub(super) fn read(content: &[u8]) -> Option<PointName> {
        let mut fields = Fields::in_content(content)?;
        let (tag, value) = fields.any()?;
        fields.end()?;
        if tag == tagged(TagNumber::N0) {
            GeneralName::read_all(value).map(PointName::Full)
        } else if tag == tagged(TagNumber::N1) {
            Some(PointName::Relative(value.to_vec()))
        } else {
            None
        }
    }
}

impl DistributionPoint {
    fn read(content: &[u8]) -> Option<DistributionPoint> {
        let mut fields = Fields::in_content(content)?;
        let name = match fields.optional(tagged(TagNumber::N0))? {
            Some(content) => Some(PointName::read(content)?),
            None => None,
        };
        let reasons = match fields.optional(tagged_value(TagNumber::N1))? {
            Some(content) => Some(named_bits(content)?),
            None => None,
        };
        let crl_issuer = match fields.optional(tagged(TagNumber::N2))? {
            Some(content) => GeneralName::read_all(content)?,
            None => Vec::new(),
        };
        fields.end()?;
        let crl_issuer = crl_issuer
            .into_iter()
            .filter_map(|name| match name {
                GeneralName::Directory(name) => Some(name),
                _ => None,
            })
            .collect();
        Some(DistributionPoint { name, reasons, crl_issuer })
    }
}

/// The first nine bits of a named BIT STRING, the first of them as bit 0. Those behind belong to no usage.
pub(super) fn named_bits(content: &[u8]) -> Option<u16> {
    let (unused, bytes) = content.split_first()?;
    let last = bytes.last()?;
    if *unused > 7 || last.trailing_zeros() < u32::from(*unused) {
        return None;
    }
    let low = bytes.first().copied().unwrap_or(0).reverse_bits();
    let high = bytes.get(1).copied().unwrap_or(0).reverse_bits();
    Some(u16::from_le_bytes([low, high]))
}
