//! Certificates: reading them, the JPKI profile, trust anchors, and whether one can be relied upon.

/// Which certificate of a card.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum CertificateKind {
    /// 署名用電子証明書
    Signing,
    /// 利用者証明用電子証明書
    Authentication,
    /// The certificate of the CA that issued the signing certificate.
    SigningCa,
    /// The certificate of the CA that issued the authentication certificate.
    AuthenticationCa,
}

crate::result::situation::numbered!(CertificateKind {
    Signing = 1, "SIGNING";
    Authentication = 2, "AUTHENTICATION";
    SigningCa = 3, "SIGNING_CA";
    AuthenticationCa = 4, "AUTHENTICATION_CA";
});
