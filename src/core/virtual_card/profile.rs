//! Whom a virtual card belongs to, and how it and its reader behave: a JSON object.

use crate::holder::{PartialDate, Sex};
use crate::iso7816::Command;
use crate::result::{Error, ReaderInterface, Result, ResultCode};
use serde::Deserialize;

/// Profiles longer than this are refused unread.
const LONGEST: usize = 1 << 20;
/// No file of a card is longer.
const LONGEST_FILE: usize = 65_535;

/// What `reader.pin_pad` says for the key that cancels.
pub(super) const CANCEL: &str = "cancel";

/// What the JSON says. Every key may be left out; docs/virtual-card.md explains each.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Profile {
    pub name: String,
    pub address: String,
    pub birth_date: String,
    pub sex: SexName,
    pub name_substituted: String,
    pub address_substituted: String,
    pub kind: Kind,
    pub pins: Pins,
    pub tries_left: Tries,
    pub certificates: Certificates,
    pub expiry: Option<String>,
    pub security_code: String,
    pub my_number: String,
    pub serial: String,
    pub municipality: String,
    pub prefecture: String,
    pub city: String,
    pub reader: ReaderProfile,
    pub overrides: Vec<Override>,
    pub card_issuer: CardIssuer,
    pub card_key: CardKey,
    pub altered: Vec<Altered>,
    pub text_birth_date: Option<String>,
    pub face_expiry: Option<String>,
    pub issuer_municipality: Option<String>,
    pub photo: bool,
    pub photo_size: Option<usize>,
    pub files: Vec<Replaced>,
}

impl Default for Profile {
    fn default() -> Profile {
        Profile {
            name: "番号　花子".into(),
            address: "東京都千代田区霞が関九丁目９９番９号".into(),
            birth_date: "1989-05-07".into(),
            sex: SexName::Female,
            name_substituted: String::new(),
            address_substituted: String::new(),
            kind: Kind::Plastic,
            pins: Pins::default(),
            tries_left: Tries::default(),
            certificates: Certificates::default(),
            expiry: None,
            security_code: "4649".into(),
            my_number: "123456789018".into(),
            serial: "900000000000001".into(),
            municipality: "13101".into(),
            prefecture: "Tokyo-to".into(),
            city: "Chiyoda-ku".into(),
            reader: ReaderProfile::default(),
            overrides: Vec::new(),
            card_issuer: CardIssuer::Virtual,
            card_key: CardKey::Own,
            altered: Vec::new(),
            text_birth_date: None,
            face_expiry: None,
            issuer_municipality: None,
            photo: true,
            photo_size: None,
            files: Vec::new(),
        }
    }
}

/// The sex, in words.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SexName {
    Male,
    Female,
    Unknown,
}

impl SexName {
    pub(super) fn sex(self) -> Sex {
        match self {
            SexName::Male => Sex::Male,
            SexName::Female => Sex::Female,
            SexName::Unknown => Sex::Unknown,
        }
    }
}

/// What kind of thing it is.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The card as most people have it.
    Plastic,
    /// An Android phone: JPKI only, and the authentication certificate needs its PIN.
    Android,
    /// An iPhone: JPKI only.
    Iphone,
    /// An old 住基カード, which carries the name of the JPKI application too.
    Juki,
    /// A card without a signing certificate, as children have.
    Child,
    /// A 顔認証 card: no signing certificate and no PIN that works.
    FaceAuth,
    /// 運転免許証: not ours.
    DrivingLicence,
    /// 在留カード: not ours.
    ResidenceCard,
    /// A passport: not ours.
    Passport,
    /// A card without any application.
    Blank,
}

/// Whom the card-verifiable certificate names as its issuer.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum CardIssuer {
    /// The virtual issuer.
    Virtual,
    /// An issuer whose key nobody knows.
    Unknown,
    /// A forgery that names the production issuer.
    Production,
    /// A forgery that names the issuer of test cards.
    Test,
}

/// Which key answers a challenge.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum CardKey {
    /// The one that the records name.
    Own,
    /// None: the files were copied, the key could not be.
    Absent,
    /// Another: the records are those of another card.
    Other,
}

/// A part of a record that was changed after it was signed.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Altered {
    /// The birth date in the age record: twenty years earlier.
    Age,
    /// The photo.
    Photo,
    /// The name in the text application.
    Attributes,
    /// The 個人番号.
    MyNumber,
}

/// A file with other bytes than were issued.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replaced {
    pub application: ReplacedIn,
    /// Its identifier, 1 to 30.
    pub file: u16,
    /// All of it, filler included, in hex.
    pub content: String,
}

/// An application whose files can be replaced.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplacedIn {
    Jpki,
    Text,
    Face,
}

/// The PINs.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Pins {
    pub signing: String,
    pub authentication: String,
    pub text: String,
    pub resident: String,
    pub common: String,
}

impl Default for Pins {
    fn default() -> Pins {
        let four = || String::from("1234");
        Pins {
            signing: "ABC123".into(),
            authentication: four(),
            text: four(),
            resident: four(),
            common: four(),
        }
    }
}

/// How many tries are left; what is not named has all of them.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tries {
    pub signing: Option<u8>,
    pub authentication: Option<u8>,
    pub text: Option<u8>,
    pub resident: Option<u8>,
    pub common: Option<u8>,
    pub text_code_a: Option<u8>,
    pub text_code_b: Option<u8>,
    pub face_birth_date: Option<u8>,
    pub face_code_a: Option<u8>,
    pub face_code_b: Option<u8>,
}

/// In what state the certificates are.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Certificates {
    pub signing: CertificateState,
    pub authentication: CertificateState,
}

/// The state of a certificate.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum CertificateState {
    #[default]
    Good,
    Expired,
    NotYetValid,
    /// Within its dates, and listed in the CRL of the virtual CA.
    Revoked,
}

/// The reader and the field between it and the card.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReaderProfile {
    pub interface: Interface,
    pub mute: bool,
    pub extended_length: bool,
    pub tells_extended_length: bool,
    pub sfi: bool,
    pub unknown_after_power_up: bool,
    pub delay_ms_command: u64,
    pub delay_us_byte: u64,
    pub delay_ms_signature: u64,
    pub remove_before: Option<u64>,
    pub remove_after: Option<u64>,
    pub return_after_ms: Option<u64>,
    pub fault: Option<ReaderFault>,
    /// What the person types on the reader's pad: digits, or `cancel`, or nothing in time. `None`: it has no pad.
    pub pin_pad: Option<String>,
}

impl Default for ReaderProfile {
    fn default() -> ReaderProfile {
        ReaderProfile {
            interface: Interface::Contactless,
            mute: false,
            extended_length: true,
            tells_extended_length: false,
            sfi: true,
            unknown_after_power_up: false,
            delay_ms_command: 0,
            delay_us_byte: 0,
            delay_ms_signature: 0,
            remove_before: None,
            remove_after: None,
            return_after_ms: None,
            fault: None,
            pin_pad: None,
        }
    }
}

/// What happens instead of a command, once.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReaderFault {
    /// Which command since the card was put in, from 1.
    pub at: u64,
    pub is: FaultName,
}

/// What can happen instead of a command.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaultName {
    /// Another program resets the card.
    Reset,
    /// The reader is unplugged.
    Unplugged,
    /// The contact to the card is bad.
    Unstable,
    /// The reader fails.
    Failed,
}

/// How the card meets the reader.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Interface {
    Contact,
    Contactless,
    Unknown,
}

impl Interface {
    pub(super) fn reader_interface(self) -> ReaderInterface {
        match self {
            Interface::Contact => ReaderInterface::Contact,
            Interface::Contactless => ReaderInterface::Contactless,
            Interface::Unknown => ReaderInterface::Unknown,
        }
    }
}

/// An answer that replaces what the card would say.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Override {
    /// The beginning of the commands meant, in hex: 0 to 4 bytes.
    pub header: String,
    /// Which of them is the first, from 1.
    pub nth: Option<u64>,
    /// How many of them. Left out: one if `nth` is given, else all.
    pub times: Option<u64>,
    /// All that the reader gets, status word included, in hex. May be empty, or longer than allowed.
    pub answer: String,
    /// Whether the card executes the command all the same. Left out: yes.
    pub executes: Option<bool>,
}

impl Profile {
    /// Reads and checks a profile; `None` is the default one.
    ///
    /// # Errors
    /// INVALID_ARGUMENT.
    pub(super) fn read(json: Option<&str>) -> Result<Profile> {
        let profile = match json {
            None => Profile::default(),
            Some(json) if json.len() > LONGEST => return Err(invalid("the profile is longer than 1 MiB")),
            Some(json) => serde_json::from_str(json).map_err(|error| {
                invalid(match error.classify() {
                    serde_json::error::Category::Data => {
                        "the profile has an unknown key, or a value of another type than documented"
                    }
                    _ => "the profile is not valid JSON",
                })
            })?,
        };
        profile.check()?;
        Ok(profile)
    }

    /// The birth date.
    pub(super) fn birth_date(&self) -> Option<PartialDate> {
        PartialDate::from_text(&self.birth_date)
    }

    /// When the card ends: as said, or the birthday in 2034.
    pub(super) fn expiry(&self) -> Option<PartialDate> {
        match &self.expiry {
            Some(text) => PartialDate::from_text(text).filter(|date| date.is_complete()),
            None => {
                let birth = self.birth_date()?;
                // 2034 has no 29 February, and a birth date may lack parts.
                PartialDate::new(2034, birth.month(), birth.day())
                    .filter(|date| date.is_complete())
                    .or_else(|| PartialDate::new(2034, 2, 28))
            }
        }
    }

    /// The birth date in the text application: as said, or as everywhere.
    pub(super) fn text_birth_date(&self) -> Option<PartialDate> {
        self.text_birth_date.as_deref().map_or_else(|| self.birth_date(), PartialDate::from_text)
    }

    /// The expiry on the card face: as said, or as everywhere.
    pub(super) fn face_expiry(&self) -> Option<PartialDate> {
        self.face_expiry.as_deref().map_or_else(|| self.expiry(), PartialDate::from_text)
    }

    fn check(&self) -> Result<()> {
        let rules: &[(bool, &'static str)] = &[
            (is_text(&self.name), "name must have 1 to 100 characters, none of them a control character"),
            (
                is_text(&self.address),
                "address must have 1 to 100 characters, none of them a control character",
            ),
            (self.birth_date().is_some(), "birth_date must be a date YYYY-MM-DD, unknown parts 00"),
            (self.expiry().is_some(), "expiry must be a date YYYY-MM-DD"),
            (
                self.expiry().is_none_or(|date| (2011..=2049).contains(&date.year())),
                "expiry must lie in the years 2011 to 2049",
            ),
            (self.text_birth_date().is_some(), "text_birth_date must be a date YYYY-MM-DD, unknown parts 00"),
            (self.face_expiry().is_some(), "face_expiry must be a date YYYY-MM-DD"),
            (self.photo_size.unwrap_or(0) <= 28_000, "photo_size must be 28000 at most"),
            (is_digits(&self.name_substituted, 0..=100), "name_substituted must be digits"),
            (is_digits(&self.address_substituted, 0..=100), "address_substituted must be digits"),
            (
                (6..=16).contains(&self.pins.signing.len())
                    && self
                        .pins
                        .signing
                        .bytes()
                        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
                "pins.signing must be 6 to 16 of A-Z and 0-9",
            ),
            (is_digits(&self.pins.authentication, 4..=4), "pins.authentication must be 4 digits"),
            (is_digits(&self.pins.text, 4..=4), "pins.text must be 4 digits"),
            (is_digits(&self.pins.resident, 4..=4), "pins.resident must be 4 digits"),
            (is_digits(&self.pins.common, 4..=4), "pins.common must be 4 digits"),
            (is_digits(&self.security_code, 4..=4), "security_code must be 4 digits"),
            (is_digits(&self.my_number, 12..=12), "my_number must be 12 digits"),
            (is_digits(&self.serial, 15..=15), "serial must be 15 digits"),
            (is_digits(&self.municipality, 5..=5), "municipality must be 5 digits"),
            (
                self.issuer_municipality.as_deref().is_none_or(|code| is_digits(code, 5..=5)),
                "issuer_municipality must be 5 digits",
            ),
            (is_romanised(&self.prefecture), "prefecture must be 1 to 64 of A-Z, a-z, space and hyphen"),
            (is_romanised(&self.city), "city must be 1 to 64 of A-Z, a-z, space and hyphen"),
            (
                self.reader
                    .pin_pad
                    .as_deref()
                    .is_none_or(|typed| typed == CANCEL || is_digits(typed, 0..=16)),
                "reader.pin_pad must be up to 16 digits, or cancel",
            ),
            (self.reader.remove_before != Some(0), "reader.remove_before counts from 1"),
            (self.reader.remove_after != Some(0), "reader.remove_after counts from 1"),
            (self.reader.fault.is_none_or(|fault| fault.at != 0), "reader.fault.at counts from 1"),
        ];
        for (holds, detail) in rules {
            if !holds {
                return Err(invalid(detail));
            }
        }
        for replaced in &self.files {
            let fits = |content: Vec<u8>| content.len() <= LONGEST_FILE;
            if !(1..=0x1E).contains(&replaced.file) || !from_hex(&replaced.content).is_some_and(fits) {
                return Err(invalid(
                    "a replaced file must have an identifier 1 to 30 and at most 65535 bytes in hex",
                ));
            }
        }
        for replaced in &self.overrides {
            if from_hex(&replaced.header).is_none_or(|header| header.len() > 4) {
                return Err(invalid("the header of an override must be 0 to 4 bytes in hex"));
            }
            // Twice the most that an answer can have is hostile enough.
            if from_hex(&replaced.answer).is_none_or(|answer| answer.len() > longest_answer()) {
                return Err(invalid("the answer of an override must be hex"));
            }
            if replaced.nth == Some(0) {
                return Err(invalid("nth of an override counts from 1"));
            }
        }
        Ok(())
    }
}

/// The bytes of a text in hex; `None` if it is none.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    Some(pairs.map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit)).collect())
}

fn longest_answer() -> usize {
    usize::try_from(Command::EXTENDED_EXPECTED).unwrap_or(usize::MAX).saturating_mul(2)
}

fn is_text(text: &str) -> bool {
    (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_digits(text: &str, length: core::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_romanised(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-'))
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ResultCode::InvalidArgument, detail).in_operation("virtual_card_new")
}
