//! From a profile to a card: which applications, files and secrets it has (card-facts in tables).

use super::card::Card;
use super::files::{Access, Application, File};
use super::issue::{Issued, era};
use super::key::{self, Key};
use super::profile::{Kind, Profile};
use super::secret::Secret;
use crate::result::{PinKind, Result};
use std::collections::BTreeMap;

/// 公的個人認証AP: the keys and certificates.
const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
/// 共通カードAP: serial number, municipality, expiry.
const COMMON: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00];
/// 住基AP.
const RESIDENT: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01];

/// 運転免許証, DF1.
const DRIVING_LICENCE: &[u8] = &[0xA0, 0x00, 0x00, 0x02, 0x31, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// 在留カード, DF1.
const RESIDENCE_CARD: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// A passport: LDS1 of ICAO 9303.
const PASSPORT: &[u8] = &[0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

/// The file of a certificate is far larger than the certificate (H).
const CERTIFICATE_FILE: usize = 3808;

const CHANGE: [u8; 3] = [0x00, 0x24, 0x01];
const CHANGE_REGISTRY: [u8; 3] = [0x80, 0x32, 0x00];

/// The chip for that profile.
///
/// # Errors
/// INTERNAL.
pub(super) fn card(profile: &Profile, issued: &Issued) -> Result<Card> {
    if let Some(applications) = of_another_card(profile.kind) {
        return Ok(Card::new(applications, BTreeMap::new(), profile.reader.sfi));
    }
    let mut applications = vec![jpki(profile, issued)?];
    // Phones and old cards carry the JPKI application only (L).
    if has_registry(profile.kind) {
        applications.push(common(profile));
        applications.push(Application {
            aid: RESIDENT,
            files: vec![File::secret(0x1C, PinKind::Resident)],
            change: CHANGE_REGISTRY,
            own_key: None,
        });
    }
    Ok(Card::new(applications, secrets(profile), profile.reader.sfi))
}

/// The applications of a card that is no My Number Card: their names only, which is all that is asked of them.
fn of_another_card(kind: Kind) -> Option<Vec<Application>> {
    let name = match kind {
        Kind::DrivingLicence => Some(DRIVING_LICENCE),
        Kind::ResidenceCard => Some(RESIDENCE_CARD),
        Kind::Passport => Some(PASSPORT),
        Kind::Blank => None,
        _ => return None,
    };
    let named = |aid| Application { aid, files: Vec::new(), change: CHANGE, own_key: None };
    Some(name.map(named).into_iter().collect())
}

fn has_registry(kind: Kind) -> bool {
    matches!(kind, Kind::Plastic | Kind::Child | Kind::FaceAuth)
}

fn jpki(profile: &Profile, issued: &Issued) -> Result<Application> {
    use PinKind::{Authentication, Signing};
    let certificate =
        |id, opens_with, der: &[u8]| File::transparent(id, opens_with, der.to_vec(), CERTIFICATE_FILE, 0x00);
    let authentication_certificate = match profile.kind {
        Kind::Android => Access::AnyOf(&[Authentication]),
        _ => Access::Free,
    };
    Ok(Application {
        aid: JPKI,
        files: vec![
            certificate(0x01, Access::AnyOf(&[Signing]), issued.signing.as_deref().unwrap_or_default()),
            certificate(0x02, Access::Free, &issued.signing_ca),
            File::transparent(0x06, Access::Free, token_information(profile), 0, 0x00),
            File::transparent(0x08, Access::Free, presence(profile.kind).to_vec(), 0, 0x00),
            certificate(0x0A, authentication_certificate, &issued.authentication),
            certificate(0x0B, Access::Free, &issued.authentication_ca),
            File::key(0x17, Access::AnyOf(&[Authentication]), Key::from_pkcs1(key::AUTHENTICATION)?),
            File::secret(0x18, Authentication),
            File::key(0x1A, Access::AnyOf(&[Signing]), Key::from_pkcs1(key::SIGNING)?),
            File::secret(0x1B, Signing),
        ],
        change: CHANGE,
        own_key: None,
    })
}

/// EF 0008: which certificates there are. `8F` present; `00` for absent is inferred (L).
fn presence(kind: Kind) -> [u8; 3] {
    match kind {
        Kind::Child | Kind::FaceAuth => [0x00, 0x8F, 0x00],
        Kind::Juki => [0x8F, 0x00, 0x00],
        _ => [0x8F, 0x8F, 0x00],
    }
}

/// EF 0006: the CK_TOKEN_INFO of PKCS#11, 160 bytes.
fn token_information(profile: &Profile) -> Vec<u8> {
    let label = match profile.kind {
        Kind::Juki => "JPKIAPICCTOKEN",
        Kind::Android => "JPKIAPGPSETOKEN",
        Kind::Iphone => "JPKIAPIOSTOKEN",
        _ => "JPKIAPICCTOKEN2",
    };
    // flags, session counts, PIN lengths, memory: nothing reads them, so they say "unavailable".
    let numbers: [u32; 11] =
        [0x0000_0405, 0, u32::MAX, 0, u32::MAX, 16, 4, u32::MAX, u32::MAX, u32::MAX, u32::MAX];
    let mut bytes = format!("{label:32}{:32}{:16}{:16}", "honnin", "virtual card", "").into_bytes();
    bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    // Hardware 1.0, firmware 1.0, no clock.
    bytes.extend_from_slice(&[1, 0, 1, 0]);
    bytes.extend_from_slice(&[b' '; 16]);
    bytes
}

fn common(profile: &Profile) -> Application {
    let expiry = profile.expiry().map_or_else(String::new, |date| date.to_string().replace('-', ""));
    let mut record = vec![0x01, 0x1C];
    record.extend_from_slice(format!("{}{}{expiry}", profile.serial, profile.municipality).as_bytes());
    Application {
        aid: COMMON,
        files: vec![File::records(0x01, Access::Free, vec![record]), File::secret(0x1C, PinKind::Common)],
        change: CHANGE_REGISTRY,
        own_key: None,
    }
}

fn secrets(profile: &Profile) -> BTreeMap<PinKind, Secret> {
    let (pins, left) = (&profile.pins, &profile.tries_left);
    // A card without certificates to protect has PINs that never work (L).
    let without_signing = matches!(profile.kind, Kind::Child | Kind::FaceAuth).then_some(0);
    let without_pins = (profile.kind == Kind::FaceAuth).then_some(0);
    let birth = profile.birth_date().map_or_else(String::new, |date| {
        format!("{:02}{:02}{:02}", era(date).1 % 100, date.month(), date.day())
    });
    let expires = profile.expiry().map_or(0, |date| date.year());
    let code_b = format!("{birth}{expires:04}{}", profile.security_code);
    let four = |value: &str, left: Option<u8>| Secret::new(value, 4..=4, 3, left.or(without_pins));
    let fixed = |value: &str, left| Secret::new(value, value.len()..=value.len(), 10, left);
    BTreeMap::from([
        (PinKind::Signing, Secret::new(&pins.signing, 6..=16, 5, left.signing.or(without_signing))),
        (PinKind::Authentication, four(&pins.authentication, left.authentication)),
        (PinKind::Text, four(&pins.text, left.text)),
        (PinKind::Resident, four(&pins.resident, left.resident)),
        (PinKind::Common, four(&pins.common, left.common)),
        (PinKind::TextCodeA, fixed(&profile.my_number, left.text_code_a)),
        (PinKind::TextCodeB, fixed(&code_b, left.text_code_b)),
        (PinKind::FaceBirthDate, fixed(&birth, left.face_birth_date)),
        (PinKind::FaceCodeB, fixed(&code_b, left.face_code_b)),
        (PinKind::FaceCodeA, fixed(&profile.my_number, left.face_code_a)),
    ])
}
