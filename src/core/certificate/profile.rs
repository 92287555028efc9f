//! The JPKI profile: the policies by which certificates are told apart, and what a certificate of each kind must say.

use super::extensions::KeyUsage;
use super::{Anchor, Certificate, CertificateKind, Hierarchy, Purpose};

/// The policy of signing certificates of the production hierarchy (H).
pub const PRODUCTION_SIGNING_POLICY: &str = "1.2.392.200149.8.5.1.1.20";
/// The policy of authentication certificates of the production hierarchy (H).
pub const PRODUCTION_AUTHENTICATION_POLICY: &str = "1.2.392.200149.8.5.1.3.30";
/// The policy of signing certificates on the test cards of J-LIS (H).
pub const TEST_SIGNING_POLICY: &str = "1.2.392.200149.8.5.1.0.20";
/// The policy of authentication certificates on the test cards of J-LIS (H).
pub const TEST_AUTHENTICATION_POLICY: &str = "1.2.392.200149.8.5.1.0.30";
/// The policy of signing certificates of the virtual card, in the arc for examples.
pub const VIRTUAL_SIGNING_POLICY: &str = "2.999.392.1";
/// The policy of authentication certificates of the virtual card, in the arc for examples.
pub const VIRTUAL_AUTHENTICATION_POLICY: &str = "2.999.392.2";
/// The organisation (O) in the names of the virtual card's CAs.
pub const VIRTUAL_ORGANISATION: &str = "honnin virtual card";
/// The organisation (O) in the names of the test CAs of J-LIS (H).
pub const TEST_ORGANISATION: &str = "JPKI-TEST";

/// What a policy says about the certificate that carries it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Policy {
    oid: &'static str,
    pub(super) kind: CertificateKind,
    pub(super) hierarchy: Hierarchy,
}

const POLICIES: [Policy; 6] = {
    use CertificateKind::{Authentication, Signing};
    use Hierarchy::{Production, Test, Virtual};
    const fn policy(oid: &'static str, kind: CertificateKind, hierarchy: Hierarchy) -> Policy {
        Policy { oid, kind, hierarchy }
    }
    [
        policy(PRODUCTION_SIGNING_POLICY, Signing, Production),
        policy(PRODUCTION_AUTHENTICATION_POLICY, Authentication, Production),
        policy(TEST_SIGNING_POLICY, Signing, Test),
        policy(TEST_AUTHENTICATION_POLICY, Authentication, Test),
        policy(VIRTUAL_SIGNING_POLICY, Signing, Virtual),
        policy(VIRTUAL_AUTHENTICATION_POLICY, Authentication, Virtual),
    ]
};

/// Every known policy that the certificate carries.
fn policies_of(certificate: &Certificate) -> impl Iterator<Item = Policy> {
    let carried = &certificate.extensions().policies;
    POLICIES.into_iter().filter(move |policy| carried.iter().any(|oid| oid == policy.oid))
}

/// The one known policy that the certificate carries; `None` if there is none, or if there are two that disagree.
pub(super) fn policy_of(certificate: &Certificate) -> Option<Policy> {
    let mut known = policies_of(certificate);
    let first = known.next()?;
    known.next().is_none().then_some(first)
}

/// Whether the certificate itself says that it belongs to no real person: by any of its policies, or by the
/// organisation in one of its names.
pub(super) fn says_test(certificate: &Certificate) -> bool {
    policies_of(certificate).any(|policy| policy.hierarchy.is_test())
        || has_organisation(certificate, TEST_ORGANISATION)
        || has_organisation(certificate, VIRTUAL_ORGANISATION)
}

/// Whether the subject or the issuer has that organisation.
pub(super) fn has_organisation(certificate: &Certificate, organisation: &str) -> bool {
    const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0A];
    [certificate.issuer_name(), certificate.subject_name()]
        .into_iter()
        .any(|name| name.has(ORGANISATION, organisation))
}

/// What keeps a certificate from its purpose under the profile; `None` if nothing does.
/// Without a purpose the certificate's own kind is taken. `anchor` is its issuer, where one was found.
pub(super) fn objection(
    certificate: &Certificate,
    purpose: Option<Purpose>,
    anchor: Option<&Anchor>,
) -> Option<&'static str> {
    let extensions = certificate.extensions();
    if extensions.is_ca {
        return Some("it is the certificate of a CA");
    }
    if extensions.has_unknown_critical || extensions.has_critical_about_paths {
        return Some("an unknown extension is marked critical");
    }
    if matches!(certificate.serial_number(), [0x80..=0xFF, ..]) {
        return Some("its serial number is negative");
    }
    let Some(policy) = policy_of(certificate) else {
        return Some("it carries no policy of JPKI, or several");
    };
    if purpose.is_some_and(|purpose| purpose.kind() != policy.kind) {
        return Some("it was issued for another purpose");
    }
    if anchor.is_some_and(|anchor| !anchor.may_issue(policy)) {
        return Some("its policy is not one of the CA that signed it");
    }
    let Some(usage) = extensions.key_usage.filter(|usage| usage.critical) else {
        return Some("it has no critical key usage");
    };
    let extended = &extensions.extended_key_usage;
    match policy.kind {
        CertificateKind::Signing => {
            if !usage.is_exactly(KeyUsage::DIGITAL_SIGNATURE | KeyUsage::NON_REPUDIATION) {
                return Some("its key usage is not digitalSignature and nonRepudiation");
            }
            // None today (H); one that names documents would do no harm.
            let for_documents = |oid: &String| oid == DOCUMENT_SIGNING || oid == ANY_USAGE;
            if !extended.is_empty() && !extended.iter().any(for_documents) {
                return Some("its extended key usage does not include documents");
            }
        }
        _ => {
            if !usage.is_exactly(KeyUsage::DIGITAL_SIGNATURE) {
                return Some("its key usage is not digitalSignature alone");
            }
            if !extended.iter().any(|oid| oid == CLIENT_AUTHENTICATION) {
                return Some("its extended key usage is not client authentication");
            }
        }
    }
    None
}

/// id-kp-clientAuth
const CLIENT_AUTHENTICATION: &str = "1.3.6.1.5.5.7.3.2";
/// id-kp-documentSigning (RFC 9336)
const DOCUMENT_SIGNING: &str = "1.3.6.1.5.5.7.3.36";
/// anyExtendedKeyUsage
const ANY_USAGE: &str = "2.5.29.37.0";
