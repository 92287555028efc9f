//! From a profile to a card: which applications, files and secrets it has (card-facts in tables).

use super::card::Card;
use super::files::{Access, Application, Content, File, Messaging};
use super::issue::Issued;
use super::key::{self, Key};
use super::profile::{CardKey, Kind, Profile, ReplacedIn, from_hex};
use super::records::{Records, era_digits};
use super::secret::Secret;
use crate::result::{PinKind, Result};
use std::collections::BTreeMap;

/// 公的個人認証AP: the keys and certificates.
const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
/// 券面入力補助AP: the four attributes and the 個人番号.
const TEXT: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
/// 券面事項確認AP: what is printed on the card.
const FACE: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
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

/// The file of the card face has room for a large photo.
const FACE_FILE: usize = 12 * 1024;

/// What applications without secure messaging answer to a session key: nothing is configured, or what is configured is
/// not for us (M).
const NOT_CONFIGURED: u16 = 0x66F1;
const NOT_SATISFIED: u16 = 0x6982;

const CHANGE: [u8; 3] = [0x00, 0x24, 0x01];
const CHANGE_REGISTRY: [u8; 3] = [0x80, 0x32, 0x00];

/// The chip for that profile.
///
/// # Errors
/// INTERNAL.
pub(super) fn card(profile: &Profile, issued: &Issued) -> Result<Card> {
    if let Some(applications) = of_another_card(profile.kind) {
        return Ok(Card::new(applications, BTreeMap::new(), profile.reader.sfi, Vec::new()));
    }
    let mut applications = vec![jpki(profile, issued)?];
    // Phones and old cards carry the JPKI application only (L).
    if has_registry(profile.kind) {
        let records = Records::of(profile)?;
        applications.push(text(profile, &records)?);
        applications.push(face(profile, &records)?);
        applications.push(common(profile));
        applications.push(Application {
            aid: RESIDENT,
            files: vec![File::secret(0x1C, PinKind::Resident)],
            change: CHANGE_REGISTRY,
            own_key: None,
            messaging: Messaging::Refused(NOT_SATISFIED),
        });
    }
    replace(&mut applications, profile);
    let objects = if has_registry(profile.kind) { master_file(profile) } else { Vec::new() };
    Ok(Card::new(applications, secrets(profile), profile.reader.sfi, objects))
}

/// What the issuer domain tells: the municipality and the expiry once more (M).
fn master_file(profile: &Profile) -> Vec<(u16, Vec<u8>)> {
    let expiry = profile.expiry().map_or_else(String::new, |date| date.to_string().replace('-', ""));
    let municipality = profile.issuer_municipality.as_ref().unwrap_or(&profile.municipality);
    vec![(0x00F0, municipality.clone().into_bytes()), (0x00F2, expiry.into_bytes())]
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
    let named = |aid| Application {
        aid,
        files: Vec::new(),
        change: CHANGE,
        own_key: None,
        messaging: Messaging::Refused(NOT_SATISFIED),
    };
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
        messaging: Messaging::Refused(NOT_SATISFIED),
    })
}

fn text(profile: &Profile, records: &Records) -> Result<Application> {
    use PinKind::{Text, TextCodeA, TextCodeB};
    let file =
        |id, opens_with, bytes: &[u8], size| File::transparent(id, opens_with, bytes.to_vec(), size, 0xFF);
    let any = || Access::AnyOf(&[Text, TextCodeA, TextCodeB]);
    Ok(Application {
        aid: TEXT,
        files: vec![
            file(0x01, Access::AnyOf(&[Text, TextCodeA]), &records.my_number, 0),
            file(0x02, Access::AnyOf(&[Text, TextCodeB]), &records.attributes, 1024),
            file(0x03, any(), &records.integrity, 0),
            file(0x04, Access::Free, &records.certificate, 0),
            file(0x05, Access::Free, &records.text_basic, 0),
            file(0x06, any(), &records.session_key, 0),
            file(0x07, any(), &records.text_card_key, 0),
            file(0x08, any(), &[], 16),
            File::secret(0x11, Text),
            File::locked(0x12),
            File::secret(0x14, TextCodeA),
            File::secret(0x15, TextCodeB),
        ],
        change: CHANGE,
        own_key: own_key(profile, key::TEXT_CARD)?,
        messaging: Messaging::With(Key::from_pkcs1(key::SESSION)?, Text),
    })
}

fn face(profile: &Profile, records: &Records) -> Result<Application> {
    use PinKind::{FaceBirthDate, FaceCodeA, FaceCodeB};
    let file =
        |id, opens_with, bytes: &[u8], size| File::transparent(id, opens_with, bytes.to_vec(), size, 0xFF);
    let either = || Access::AnyOf(&[FaceCodeA, FaceCodeB]);
    Ok(Application {
        aid: FACE,
        files: vec![
            file(0x01, Access::AnyOf(&[FaceBirthDate]), &records.age, 0),
            file(0x02, either(), &records.face, FACE_FILE),
            file(0x03, Access::Free, &records.face_basic, 0),
            file(0x04, Access::Free, &records.certificate, 600),
            file(0x05, Access::AnyOf(&[FaceCodeA]), &records.my_number_image, 1024),
            file(0x06, either(), &[], 16),
            File::secret(0x11, FaceBirthDate),
            File::secret(0x12, FaceCodeB),
            File::secret(0x13, FaceCodeA),
        ],
        change: CHANGE,
        own_key: own_key(profile, key::FACE_CARD)?,
        messaging: Messaging::Refused(NOT_CONFIGURED),
    })
}

/// The key that answers challenges.
fn own_key(profile: &Profile, named: &[u8]) -> Result<Option<Key>> {
    match profile.card_key {
        CardKey::Own => Key::from_pkcs1(named).map(Some),
        CardKey::Absent => Ok(None),
        CardKey::Other => Key::from_pkcs1(key::AUTHENTICATION).map(Some),
    }
}

/// Puts other bytes into files.
fn replace(applications: &mut [Application], profile: &Profile) {
    for replaced in &profile.files {
        let aid = match replaced.application {
            ReplacedIn::Jpki => JPKI,
            ReplacedIn::Text => TEXT,
            ReplacedIn::Face => FACE,
        };
        let files = applications.iter_mut().filter(|application| application.aid == aid);
        for file in files.flat_map(|application| &mut application.files) {
            if file.id == replaced.file && matches!(file.content, Content::Transparent(_)) {
                file.content = Content::Transparent(from_hex(&replaced.content).unwrap_or_default());
            }
        }
    }
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
        messaging: Messaging::Refused(NOT_CONFIGURED),
    }
}

fn secrets(profile: &Profile) -> BTreeMap<PinKind, Secret> {
    let (pins, left) = (&profile.pins, &profile.tries_left);
    // A card without certificates to protect has PINs that never work (L).
    let without_signing = matches!(profile.kind, Kind::Child | Kind::FaceAuth).then_some(0);
    let without_pins = (profile.kind == Kind::FaceAuth).then_some(0);
    let birth = era_digits(profile);
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
