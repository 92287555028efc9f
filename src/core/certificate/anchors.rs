//! Trust anchors: the CA certificates of JPKI that the library carries, and those a program adds.

use super::extensions::KeyUsage;
use super::profile::{self, Policy};
use super::{Certificate, CertificateKind};
use std::sync::LazyLock;

/// Which family of CAs an anchor belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hierarchy {
    /// The CAs whose certificates are issued to residents of Japan.
    Production,
    /// The CAs of the test cards that J-LIS lends.
    Test,
    /// The CAs of a virtual card.
    Virtual,
    /// A CA that the program added and that is none of the others.
    Added,
}

impl Hierarchy {
    /// Whether its certificates belong to no real person.
    pub const fn is_test(self) -> bool {
        matches!(self, Hierarchy::Test | Hierarchy::Virtual)
    }
}

/// A CA certificate that is trusted.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// The certificate of the CA.
    pub certificate: Certificate,
    /// SIGNING_CA or AUTHENTICATION_CA; for a CA that the program added, `None`: it may issue both.
    pub kind: Option<CertificateKind>,
    /// Its family.
    pub hierarchy: Hierarchy,
}

/// A CA certificate that the library carries.
struct Embedded {
    der: &'static [u8],
    kind: CertificateKind,
    hierarchy: Hierarchy,
    #[cfg(test)]
    fingerprint: &'static str,
}

macro_rules! embedded {
    ($($file:literal, $kind:ident, $hierarchy:ident, $fingerprint:literal;)*) => {
        [$(Embedded {
            der: include_bytes!(concat!("anchors/", $file, ".cer")),
            kind: CertificateKind::$kind,
            hierarchy: Hierarchy::$hierarchy,
            #[cfg(test)]
            fingerprint: $fingerprint,
        }),*]
    };
}

/// Three generations of each CA: until 2025-10-19, 2029-09-14 and 2033-07-15 (H). The fingerprints were confirmed in
/// a second source, except that of authca02: compare it with the list that J-LIS publishes before a release.
/// Those of the test hierarchy were read off test cards.
const EMBEDDED: [Embedded; 10] = embedded! {
    "signca01", SigningCa, Production, "19645405a1fe14377434bd55957628ac4038557c542403a2243f21c706fc9355";
    "signca02", SigningCa, Production, "79679c33e4cc9319440f1ad120a597ff1844e2ef217063adb176966fd5e6fbeb";
    "signca03", SigningCa, Production, "d227f6cde11d35c5252178f106f843d24651944975413b539fa2fb68dbfa365f";
    "authca01", AuthenticationCa, Production, "4dcfc4ca0aaf9fb2a3081b3f0c991c320b3acc008667a341eeaec5af1d58ca7d";
    "authca02", AuthenticationCa, Production, "0d98de47fc11b7f67126874b7028b6026a803d2638d6edfe53176953961fade6";
    "authca03", AuthenticationCa, Production, "64114f29620c24ed2631d46476a040e7ee740d956089c00b036a6a8118c322b5";
    "signca-test-2019", SigningCa, Test, "7bdbdf2652a15e6d458efc143b7201242e1162416251d0903060fa7c642465cc";
    "signca-test-2024", SigningCa, Test, "8126df7dd2db230bd8ee48caa40fc3417dde3607050ed34973d8d3cf267fe723";
    "authca-test-2019", AuthenticationCa, Test, "b6de0ff5a384f5af0242a6ca854dee57ee2cad97b341f18b914948fd8e638706";
    "authca-test-2023", AuthenticationCa, Test, "5a0e7d690c718fadebc7fb6eff66a6dd623458debc1aa6fb1778bfe157cbeb25";
};

static KNOWN: LazyLock<Vec<Anchor>> = LazyLock::new(|| {
    EMBEDDED
        .iter()
        .filter_map(|embedded| {
            Some(Anchor {
                certificate: Certificate::parse(embedded.der).ok()?,
                kind: Some(embedded.kind),
                hierarchy: embedded.hierarchy,
            })
        })
        .collect()
});

impl Anchor {
    /// The anchors that the library carries, of the production and the test hierarchy.
    pub fn all_known() -> &'static [Anchor] {
        &KNOWN
    }

    /// The known anchor that has the key of this certificate. A test CA stays one under a new certificate.
    fn with_key_of(certificate: &Certificate) -> Option<&'static Anchor> {
        KNOWN.iter().find(|anchor| anchor.certificate.spki_der() == certificate.spki_der())
    }

    /// The kind and hierarchy of a certificate that is itself a known anchor.
    pub(super) fn known(certificate: &Certificate) -> Option<&'static Anchor> {
        KNOWN.iter().find(|anchor| anchor.certificate == *certificate)
    }

    /// An anchor that the program adds. One that is of the test hierarchy or of a virtual card stays so.
    pub(super) fn added(certificate: Certificate) -> Anchor {
        if let Some(known) = Anchor::with_key_of(&certificate) {
            return Anchor { certificate, ..known.clone() };
        }
        let is_virtual = certificate.extensions().policies.iter().any(|oid| {
            oid == profile::VIRTUAL_SIGNING_POLICY || oid == profile::VIRTUAL_AUTHENTICATION_POLICY
        }) || profile::has_organisation(&certificate, profile::VIRTUAL_ORGANISATION);
        let hierarchy = if is_virtual {
            Hierarchy::Virtual
        } else if profile::says_test(&certificate) {
            Hierarchy::Test
        } else {
            Hierarchy::Added
        };
        Anchor { certificate, kind: None, hierarchy }
    }

    /// Whether certificates of that policy come from this CA.
    pub(super) fn may_issue(&self, policy: Policy) -> bool {
        let kind_fits = match self.kind {
            Some(CertificateKind::SigningCa) => policy.kind == CertificateKind::Signing,
            Some(CertificateKind::AuthenticationCa) => policy.kind == CertificateKind::Authentication,
            _ => true,
        };
        kind_fits && (self.hierarchy == Hierarchy::Added || self.hierarchy == policy.hierarchy)
    }

    /// Whether the certificate is that of a CA at all: one that may sign certificates, without conditions that
    /// the library does not know.
    pub(super) fn is_ca(&self) -> bool {
        let extensions = self.certificate.extensions();
        let may_sign = extensions.key_usage.is_none_or(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
        let has_conditions = extensions.has_unknown_critical || extensions.has_critical_about_paths;
        extensions.is_ca && may_sign && !has_conditions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_anchors_are_the_published_ones_and_sign_themselves() {
        assert_eq!(Anchor::all_known().len(), EMBEDDED.len());
        for (anchor, embedded) in Anchor::all_known().iter().zip(&EMBEDDED) {
            let certificate = &anchor.certificate;
            assert_eq!(certificate.fingerprint(), embedded.fingerprint);
            assert_eq!(certificate.subject(), certificate.issuer());
            certificate.check_signed_by(certificate).unwrap();
            assert!(anchor.is_ca());
            assert_eq!(certificate.kind(), anchor.kind);
            assert_eq!(profile::says_test(certificate), anchor.hierarchy == Hierarchy::Test);
        }
    }
}
