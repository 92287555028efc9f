//! Card-verifiable certificates: how the issuer of a card vouches for the key that signed its records. A card carries
//! one for its text and one for its face application; the key of the issuer is not on the card but in a table here,
//! or added by the program.

use super::{Hierarchy, PublicKey};
use crate::iso7816::{Header, Tag, objects};
use crate::result::{Error, Result, ResultCode};
use crate::signature::{Hash, digest};
use core::fmt;
use serde::Deserialize;
use std::sync::LazyLock;

/// The length of a key identifier.
const ID: usize = 16;
/// The issuer's identifier, the subject's, and a public key of RSA-2048 (H).
const BODY: usize = 297;
/// RSA-2048 takes 265 bytes; this leaves room for 4096.
const LONGEST_KEY: usize = 1024;

const CERTIFICATE: Tag = 0x7F21;
const CERTIFICATE_BODY: Tag = 0x5F4E;
const CERTIFICATE_SIGNATURE: Tag = 0x5F37;
const EXPONENT: Tag = 0x90;
const MODULUS: Tag = 0x91;

/// The identifier that every virtual card names as its issuer. No real card does: theirs begin with 5 or 6.
pub(crate) const VIRTUAL_ISSUER: [u8; ID] = *b"9000099\x08\x05001\x00\x00\x00\x00";

/// How many bytes a certificate has whose lengths are written as cards write them (H).
pub(crate) const CARD_CERTIFICATE_LEN: u32 = 568;

/// Reads a public key as records of the card have it: 90 exponent, 91 modulus.
///
/// # Errors
/// CARD_RESPONSE.
pub(crate) fn card_public_key(value: &[u8]) -> Result<PublicKey> {
    let malformed = || Error::new(ResultCode::CardResponse, "a public key of the card cannot be read");
    if value.len() > LONGEST_KEY {
        return Err(malformed());
    }
    let parts = objects(value).ok_or_else(malformed)?;
    let part = |tag| parts.iter().find(|part| part.tag == tag).map(|part| part.value).ok_or_else(malformed);
    PublicKey::from_rsa(part(MODULUS)?, part(EXPONENT)?).map_err(|_| malformed())
}

/// A card-verifiable certificate as it was read. Nothing in it has been checked.
#[derive(Clone)]
pub struct CardCertificate {
    issuer: [u8; ID],
    key: PublicKey,
    body: Vec<u8>,
    signature: Vec<u8>,
}

impl CardCertificate {
    /// Reads a certificate: the object 7F21, with filler behind it or nothing.
    ///
    /// # Errors
    /// CARD_RESPONSE.
    pub fn parse(file: &[u8]) -> Result<CardCertificate> {
        let malformed = || Error::new(ResultCode::CardResponse, "the card's certificate cannot be read");
        let header = Header::read(file).filter(|header| header.tag == CERTIFICATE).ok_or_else(malformed)?;
        let value = file.get(header.header_len..header.total_len()).ok_or_else(malformed)?;
        let parts = objects(value).ok_or_else(malformed)?;
        let part =
            |tag| parts.iter().find(|part| part.tag == tag).map(|part| part.value).ok_or_else(malformed);
        let body = part(CERTIFICATE_BODY)?;
        let (issuer, rest) = body.split_first_chunk::<ID>().ok_or_else(malformed)?;
        // The identifier of its own key says whose it is to the issuer alone.
        let key = rest.get(ID..).filter(|_| body.len() == BODY).ok_or_else(malformed)?;
        Ok(CardCertificate {
            issuer: *issuer,
            key: card_public_key(key)?,
            body: body.to_vec(),
            signature: part(CERTIFICATE_SIGNATURE)?.to_vec(),
        })
    }

    /// The key that it vouches for.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The identifier of the key that signed it.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// Whether that key signed it.
    ///
    /// # Errors
    /// SIGNATURE_INVALID, SIGNATURE_MALFORMED, ALGORITHM_NOT_ALLOWED.
    pub fn check_signed_by(&self, issuer: &CardCaKey) -> Result<()> {
        issuer.key.verify_digest(Hash::Sha256, &digest(Hash::Sha256, &self.body), &self.signature)
    }

    /// Whether it names an issuer of test cards or of virtual cards. Proves nothing.
    pub(crate) fn says_test(&self) -> bool {
        hierarchy_of(&self.issuer).is_test()
    }
}

impl fmt::Debug for CardCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardCertificate")
    }
}

/// The key of a CA that signs card-verifiable certificates.
#[derive(Clone)]
pub struct CardCaKey {
    id: [u8; ID],
    key: PublicKey,
    hierarchy: Hierarchy,
}

impl CardCaKey {
    /// Reads a key: its identifier (16 bytes), then 90 exponent and 91 modulus, as they stand in a certificate.
    ///
    /// # Errors
    /// INVALID_ARGUMENT.
    pub fn parse(bytes: &[u8]) -> Result<CardCaKey> {
        let parse = || {
            let (id, key) = bytes.split_first_chunk::<ID>()?;
            let key = card_public_key(key).ok().filter(|key| key.check_strength().is_ok())?;
            let known = KNOWN.iter().find(|known| known.id == *id).map(|known| known.hierarchy);
            let hierarchy = known.unwrap_or_else(|| match hierarchy_of(id) {
                // Whoever adds a key of their own has not made it one of the government's.
                Hierarchy::Production => Hierarchy::Added,
                other => other,
            });
            Some(CardCaKey { id: *id, key, hierarchy })
        };
        parse().ok_or_else(|| {
            Error::new(ResultCode::InvalidArgument, "not an identifier and a key of a card-verifiable CA")
        })
    }

    /// The keys that the library carries, of the production and the test hierarchy.
    pub fn all_known() -> &'static [CardCaKey] {
        &KNOWN
    }

    /// The identifier.
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// Its family.
    pub fn hierarchy(&self) -> Hierarchy {
        self.hierarchy
    }

    fn is(&self, other: &CardCaKey) -> bool {
        self.id == other.id && self.key.is_same(&other.key)
    }
}

impl fmt::Debug for CardCaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardCaKey({:?})", self.hierarchy)
    }
}

/// The family by the first digit: 5 production, 6 the test cards of J-LIS (H).
fn hierarchy_of(id: &[u8; ID]) -> Hierarchy {
    match id {
        [b'5', ..] => Hierarchy::Production,
        [b'6', ..] => Hierarchy::Test,
        _ if *id == VIRTUAL_ISSUER => Hierarchy::Virtual,
        _ => Hierarchy::Added,
    }
}

/// The keys of a program: those it trusts at all, each once.
#[derive(Clone, Default)]
pub(super) struct CardCaKeys(Vec<CardCaKey>);

impl CardCaKeys {
    pub(super) fn known(wanted: impl Fn(Hierarchy) -> bool) -> CardCaKeys {
        CardCaKeys(KNOWN.iter().filter(|key| wanted(key.hierarchy)).cloned().collect())
    }

    pub(super) fn add(&mut self, key: CardCaKey) {
        if !self.0.iter().any(|known| known.is(&key)) {
            self.0.push(key);
        }
    }

    /// The keys of that identifier: all sixteen bytes count.
    pub(super) fn of(&self, certificate: &CardCertificate) -> impl Iterator<Item = &CardCaKey> + use<'_> {
        let issuer = certificate.issuer;
        self.0.iter().filter(move |key| key.id == issuer)
    }
}

/// A line of the table.
#[derive(Deserialize)]
struct Line {
    key_id: String,
    exponent: String,
    modulus: String,
    hierarchy: String,
}

/// Production and test keys of the master file, the face and the text application (H).
static KNOWN: LazyLock<Vec<CardCaKey>> = LazyLock::new(|| {
    let lines: Vec<Line> = serde_json::from_str(include_str!("card_ca_keys.json")).unwrap_or_default();
    lines.iter().filter_map(of_line).collect()
});

fn of_line(line: &Line) -> Option<CardCaKey> {
    Some(CardCaKey {
        id: from_hex(&line.key_id)?.try_into().ok()?,
        key: PublicKey::from_rsa(&from_hex(&line.modulus)?, &from_hex(&line.exponent)?).ok()?,
        hierarchy: match line.hierarchy.as_str() {
            "production" => Hierarchy::Production,
            "test" => Hierarchy::Test,
            _ => return None,
        },
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Trust;

    #[test]
    fn the_table_is_whole_and_its_families_are_as_their_first_digit_says() {
        assert_eq!(KNOWN.len(), 6);
        for key in KNOWN.iter() {
            assert_eq!(key.hierarchy, hierarchy_of(&key.id));
            key.key.check_strength().unwrap();
            assert_eq!(key.key.bits(), 2048);
        }
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        let mut good = VIRTUAL_ISSUER.to_vec();
        good.extend_from_slice(&[0x90, 3, 1, 0, 1, 0x91, 0x82, 1, 0]);
        good.extend_from_slice(&[0xC1; 256]);
        assert_eq!(CardCaKey::parse(&good).unwrap().hierarchy(), Hierarchy::Virtual);
        for length in 0..good.len() {
            assert!(CardCaKey::parse(&good[..length]).is_err(), "{length}");
        }
        good[18] = 0;
        assert!(CardCaKey::parse(&good).is_err(), "an exponent too small");
    }

    #[test]
    fn a_key_under_a_production_identifier_does_not_become_production() {
        let mut bytes = b"5000099\x08\x05001\x00\x00\x00\x00".to_vec();
        bytes.extend_from_slice(&[0x90, 3, 1, 0, 1, 0x91, 0x82, 1, 0]);
        bytes.extend_from_slice(&[0xC1; 256]);
        let key = CardCaKey::parse(&bytes).unwrap();
        assert_eq!(key.hierarchy(), Hierarchy::Added);
        let mut trust = Trust::production();
        trust.add_card_key(key.clone());
        trust.add_card_key(key);
    }
}
