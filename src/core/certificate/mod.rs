//! Certificates: reading them, the JPKI profile, trust anchors, and whether one can be relied upon.
//!
//! The way of a certificate: `pem` and `fields` take the bytes apart, `x509` is what they say, `extensions`,
//! `attributes`, `name`, `general_name` and `public_key` its parts; `crl` and `ocsp` are what others say about it.
//! `anchors` and `trust` are whom we believe and what we were given. `profile` is what we demand of a card's
//! certificate; `path`, `rules` and `policy` follow RFC 5280 for all others. `revocation` weighs what is said, and
//! `validate` brings all of it together in a report. Revocation data comes from the caller, never from the network.
//!
//! `card_verifiable` is the other kind of certificate, which vouches for the records of a card.

mod algorithm;
mod anchors;
mod attributes;
mod card_verifiable;
mod crl;
mod extensions;
pub(crate) mod fields;
mod general_name;
mod name;
mod ocsp;
mod path;
#[cfg(test)]
mod path_tests;
pub(crate) mod pem;
mod policy;
pub mod profile;
mod public_key;
#[cfg(test)]
mod reading_tests;
mod revocation;
#[cfg(test)]
mod revocation_tests;
mod rules;
#[cfg(test)]
mod status_testing;
#[cfg(test)]
mod testing;
mod trust;
mod validate;
#[cfg(test)]
mod validation_tests;
mod work;
mod x509;

pub use anchors::{Anchor, Hierarchy};
pub(crate) use card_verifiable::{CARD_CERTIFICATE_LEN, VIRTUAL_ISSUER, card_public_key};
pub use card_verifiable::{CardCaKey, CardCertificate};
pub use crl::{Crl, MAX_CRL_LEN};
pub use ocsp::{MAX_OCSP_LEN, OCSP_NONCE_LEN, OcspResponse, ocsp_request};
pub use public_key::{KeyType, PublicKey};
pub use trust::Trust;
pub(crate) use validate::validate_within;
pub use validate::{DEFAULT_MAX_DEPTH, Profile, Purpose, ValidationOptions, validate};
pub(crate) use work::Work;
pub use x509::{Certificate, MAX_CERTIFICATE_LEN};

crate::result::situation::numbered! {
    /// Which certificate of a card.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    pub enum CertificateKind {
        /// 署名用電子証明書
        Signing = 1, "SIGNING";
        /// 利用者証明用電子証明書
        Authentication = 2, "AUTHENTICATION";
        /// The certificate of the CA that issued the signing certificate.
        SigningCa = 3, "SIGNING_CA";
        /// The certificate of the CA that issued the authentication certificate.
        AuthenticationCa = 4, "AUTHENTICATION_CA";
    }
}
