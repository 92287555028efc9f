//! The certificates inside a CMS, and which of them is the signer's.
//!
//! Only what identifies them is read here; the certificate that is chosen is then parsed as any other.

use super::envelope::SignerIdentifier;
use crate::certificate::fields::{Fields, tagged, whole};
use der::{Tag, TagNumber};

/// What identifies a certificate, as it stands in it.
#[derive(Clone, Copy)]
pub(crate) struct Embedded<'a> {
    /// The whole certificate.
    pub(crate) der: &'a [u8],
    /// The content of the serial number.
    pub(crate) serial: &'a [u8],
    /// The issuer's name, whole.
    pub(crate) issuer: &'a [u8],
    /// The content of [3], where extensions are.
    extensions: Option<&'a [u8]>,
}

impl<'a> Embedded<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Option<Embedded<'a>> {
        let mut certificate = Fields::in_sequence(der)?;
        let mut signed = Fields::in_content(certificate.content(Tag::Sequence)?)?;
        signed.optional(tagged(TagNumber::N0))?;
        let serial = signed.content(Tag::Integer)?;
        signed.content(Tag::Sequence)?; // signature algorithm
        let issuer = signed.object(Tag::Sequence)?;
        let mut extensions = None;
        while !signed.is_empty() {
            let (tag, content) = signed.any()?;
            if tag == tagged(TagNumber::N3) {
                extensions = Some(content);
            }
        }
        Some(Embedded { der, serial, issuer, extensions })
    }

    /// Whether the identifier of a signer is that of this certificate.
    pub(crate) fn is_meant(&self, identifier: &SignerIdentifier<'_>) -> bool {
        match identifier {
            SignerIdentifier::IssuerAndSerial { issuer, serial } => {
                *issuer == self.issuer && *serial == self.serial
            }
            SignerIdentifier::KeyIdentifier(key) => self.key_identifier() == Some(*key),
        }
    }

    fn key_identifier(&self) -> Option<&'a [u8]> {
        const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1D, 0x0E];
        whole(self.extension(SUBJECT_KEY_IDENTIFIER)?.1, Tag::OctetString)
    }

    /// Whether an extension is critical, and its value; `None` if it is not there.
    pub(crate) fn extension(&self, name: &[u8]) -> Option<(bool, &'a [u8])> {
        let mut list = Fields::in_sequence(self.extensions?)?;
        while !list.is_empty() {
            let mut extension = Fields::in_content(list.content(Tag::Sequence)?)?;
            if extension.content(Tag::ObjectIdentifier)? == name {
                let critical = extension.optional(Tag::Boolean)? == Some(&[0xFF]);
                return Some((critical, extension.content(Tag::OctetString)?));
            }
        }
        None
    }
}
