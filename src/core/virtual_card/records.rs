//! The records of the text and face applications, issued for the holder of a profile: BER-TLV with two-byte tags, signed
//! as the real ones are, by a key that a card-verifiable certificate of the virtual issuer vouches for.

use super::der;
use super::issue::era;
use super::key::{self, Key, sha256};
use super::picture;
use super::profile::{Altered, CardIssuer, Profile};
use crate::certificate::VIRTUAL_ISSUER;
use crate::holder::PartialDate;
use crate::result::Result;

/// The portrait: drawn, of nobody.
const PHOTO: &[u8] = include_bytes!("photo.jp2");

/// What records have for a key identifier that nothing here resolves.
const OTHER_KEY: &[u8; 16] = b"9000098\x08\x05001\x00\x00\x00\x00";
/// The key that signs records, under the municipality's number.
const RECORDS_KEY: &[u8; 16] = b"9131010\x08\x05001\x00\x00\x00\x00";

/// AlgorithmIdentifier of SHA-256, as DigestInfo has it.
const SHA256: [u8; 15] =
    [0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];

/// The files of both applications.
pub(super) struct Records {
    pub my_number: Vec<u8>,
    pub attributes: Vec<u8>,
    pub integrity: Vec<u8>,
    pub session_key: Vec<u8>,
    pub text_card_key: Vec<u8>,
    pub text_basic: Vec<u8>,
    pub age: Vec<u8>,
    pub face: Vec<u8>,
    pub face_basic: Vec<u8>,
    pub my_number_image: Vec<u8>,
    pub certificate: Vec<u8>,
}

/// The key of the virtual issuer of cards, as `CardCaKey::parse` takes it.
pub(super) fn issuer_key() -> Result<Vec<u8>> {
    Ok([&VIRTUAL_ISSUER[..], &public(&Key::from_pkcs1(key::CARD_CA)?)].concat())
}

impl Records {
    /// Issues the records.
    ///
    /// # Errors
    /// INTERNAL.
    pub(super) fn of(profile: &Profile) -> Result<Records> {
        let signer = Key::from_pkcs1(key::RECORDS)?;
        let face_key = public(&Key::from_pkcs1(key::FACE_CARD)?);
        let text_key = public(&Key::from_pkcs1(key::TEXT_CARD)?);
        let session_key = public(&Key::from_pkcs1(key::SESSION)?);

        // The file ends in two bytes of filler, and its digest covers them (H).
        let my_number = [&object(0xFF10, profile.my_number.as_bytes())[..], &[0xFF, 0xFF]].concat();
        let (attributes, attributes_digest) = attributes(profile);
        let text_card_key = object(0xDF51, &text_key);
        let age_key = object(0xDF12, &face_key);
        let birth = object(0xDF11, digits(profile.birth_date()).as_bytes());
        let age_signature = object(0xDF13, &sign(&signer, &[&sha256(&[&birth[..], &age_key].concat())])?);
        let digests =
            [&object(0xDF31, &sha256(&my_number))[..], &object(0xDF32, &attributes_digest)].concat();
        let image = object(0xDF41, &picture::digits(&profile.my_number)?);
        let image_key = object(0xDF42, &face_key);
        Ok(Records {
            integrity: object(
                0xFF30,
                &[&digests[..], &object(0xDF33, &sign(&signer, &[&sha256(&digests)])?)].concat(),
            ),
            session_key: object(0xA1, &session_key),
            text_basic: object(
                0xFF40,
                &[
                    &object(0xDF41, &[1, 3, 0, 0])[..],
                    &object(0xDF42, OTHER_KEY),
                    &object(0xDF43, &[&sha256(b"honnin")[..], &[0xFF; 96]].concat()),
                ]
                .concat(),
            ),
            age: object(
                0xFF10,
                &[altered(profile, Altered::Age, older(birth)), age_key, age_signature].concat(),
            ),
            face: face(profile, &signer, &face_key)?,
            face_basic: object(
                0xFF30,
                &[
                    &object(0xDF31, &[6, 3, 0, 0])[..],
                    &object(0xDF32, OTHER_KEY),
                    &object(0xDF33, &[0]),
                    &object(0xDF34, profile.municipality.as_bytes()),
                    &object(0xDF35, &[&OTHER_KEY[..], &[0x5A; 256]].concat()),
                ]
                .concat(),
            ),
            my_number_image: {
                let covered = [image, image_key].concat();
                object(
                    0xFF40,
                    &[&covered[..], &object(0xDF43, &sign(&signer, &[&sha256(&covered)])?)].concat(),
                )
            },
            text_card_key: object(
                0xFF50,
                &[&text_card_key[..], &object(0xDF52, &sign(&signer, &[&sha256(&text_card_key)])?)].concat(),
            ),
            my_number: altered(profile, Altered::MyNumber, (my_number, |file| another_number(file))),
            attributes,
            certificate: certificate(profile, &signer)?,
        })
    }
}

/// A part of a record, changed after it was signed if the profile says so.
fn altered(profile: &Profile, which: Altered, (signed, change): (Vec<u8>, fn(&mut Vec<u8>))) -> Vec<u8> {
    let mut part = signed;
    if profile.altered.contains(&which) {
        change(&mut part);
    }
    part
}

fn older(birth: Vec<u8>) -> (Vec<u8>, fn(&mut Vec<u8>)) {
    // Born twenty years earlier: what somebody under age would want.
    (birth, |object| object.splice(3.., *b"19690507").for_each(drop))
}

fn another_number(file: &mut [u8]) {
    if let Some(digit) = file.get_mut(3) {
        *digit = if *digit == b'9' { b'8' } else { b'9' };
    }
}

/// EF 0002 of the text application, and the digest that vouches for it.
fn attributes(profile: &Profile) -> (Vec<u8>, Vec<u8>) {
    let fields = |name: &str| {
        [
            object(0xDF22, name.as_bytes()),
            object(0xDF23, profile.address.as_bytes()),
            object(0xDF24, digits(profile.text_birth_date()).as_bytes()),
            object(0xDF25, sex(profile).as_bytes()),
        ]
    };
    let signed = with_offsets(0xFF20, 0xDF21, &fields(&profile.name));
    let digest = sha256(&fields(&profile.name).concat());
    if profile.altered.contains(&Altered::Attributes) {
        (with_offsets(0xFF20, 0xDF21, &fields(&format!("{}二", profile.name))), digest)
    } else {
        (signed, digest)
    }
}

/// EF 0002 of the face application.
fn face(profile: &Profile, signer: &Key, card_key: &[u8]) -> Result<Vec<u8>> {
    let person = [
        object(0xDF22, digits(profile.birth_date()).as_bytes()),
        object(0xDF23, sex(profile).as_bytes()),
        object(0xDF24, card_key),
    ];
    let names =
        [object(0xDF25, &picture::label(&profile.name)?), object(0xDF26, &picture::label(&profile.address)?)];
    let photo = object(0xDF27, &photo(profile));
    let digests = [sha256(&person.concat()), sha256(&names.concat()), sha256(&photo)];
    let digests: Vec<&[u8]> = digests.iter().map(Vec::as_slice).collect();
    let signature = sign(signer, &digests)?;
    let photo = altered(
        profile,
        Altered::Photo,
        (photo, |photo| {
            let middle = photo.len() / 2;
            photo.iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 1);
        }),
    );
    let [birth, sex, key] = person;
    let [name, address] = names;
    Ok(with_offsets(
        0xFF20,
        0xDF21,
        &[
            birth,
            sex,
            key,
            name,
            address,
            photo,
            object(0xDF28, &signature),
            object(0xDF29, digits(profile.face_expiry()).as_bytes()),
            object(0xDF2A, &picture::digits(&profile.security_code)?),
        ],
    ))
}

/// The photo, padded by an empty box to the size that the profile wants; nothing where the card has none.
fn photo(profile: &Profile) -> Vec<u8> {
    if !profile.photo {
        return Vec::new();
    }
    let mut photo = PHOTO.to_vec();
    let missing = profile.photo_size.unwrap_or(0).saturating_sub(photo.len());
    if missing >= 8 {
        photo.extend_from_slice(&u32::try_from(missing).unwrap_or(0).to_be_bytes());
        photo.extend_from_slice(b"free");
        photo.resize(photo.len().saturating_add(missing).saturating_sub(8), 0);
    }
    photo
}

/// The certificate of the key that signs records: 568 bytes.
fn certificate(profile: &Profile, signer: &Key) -> Result<Vec<u8>> {
    let issuer: &[u8; 16] = match profile.card_issuer {
        CardIssuer::Virtual => &VIRTUAL_ISSUER,
        CardIssuer::Unknown => b"5999999\x08\x05001\x00\x00\x00\x00",
        // Names that are not ours to sign for: what a forger would write.
        CardIssuer::Production => b"5000023\x08\x05001\x00\x00\x00\x00",
        CardIssuer::Test => b"6000023\x08\x05001\x00\x00\x00\x00",
    };
    let body = [&issuer[..], &RECORDS_KEY[..], &public(signer)].concat();
    let signature = sign(&Key::from_pkcs1(key::CARD_CA)?, &[&sha256(&body)])?;
    Ok(object(0x7F21, &[&object(0x5F4E, &body)[..], &object(0x5F37, &signature)].concat()))
}

/// PKCS#1 v1.5 of one DigestInfo around the digests, one after the other.
fn sign(key: &Key, digests: &[&[u8]]) -> Result<Vec<u8>> {
    let joined = digests.concat();
    let info = der::sequence(&[&SHA256, &der::object(der::OCTET_STRING, &joined)]);
    key.pad_and_sign(&info)
}

/// A public key as records have it.
fn public(key: &Key) -> Vec<u8> {
    let (exponent, modulus) = key.numbers();
    [object(0x90, &exponent), object(0x91, &modulus)].concat()
}

/// An object; a tag below 0100 has one byte.
fn object(tag: u16, value: &[u8]) -> Vec<u8> {
    let [high, low] = tag.to_be_bytes();
    let mut bytes = if high == 0 { Vec::new() } else { vec![high] };
    bytes.extend_from_slice(&der::object(low, value));
    bytes
}

/// A record whose first object tells where the others begin, counted from the first byte of the file.
fn with_offsets(tag: u16, table: u16, fields: &[Vec<u8>]) -> Vec<u8> {
    let empty = object(table, &vec![0; fields.len().saturating_mul(2)]);
    let length = fields.iter().map(Vec::len).fold(empty.len(), usize::saturating_add);
    let outer = object(tag, &vec![0; length]).len().saturating_sub(length);
    let mut at = outer.saturating_add(empty.len());
    let mut offsets = Vec::new();
    for field in fields {
        let [.., high, low] = at.to_be_bytes();
        offsets.extend_from_slice(&[high, low]);
        at = at.saturating_add(field.len());
    }
    object(tag, &[&object(table, &offsets)[..], &fields.concat()].concat())
}

fn digits(date: Option<PartialDate>) -> String {
    date.map_or_else(String::new, |date| date.to_string().replace('-', ""))
}

fn sex(profile: &Profile) -> String {
    profile.sex.sex().number().to_string()
}

/// 生年月日 as the printed codes have it: YYMMDD in its era.
pub(super) fn era_digits(profile: &Profile) -> String {
    profile.birth_date().map_or_else(String::new, |date| {
        format!("{:02}{:02}{:02}", era(date).1 % 100, date.month(), date.day())
    })
}
