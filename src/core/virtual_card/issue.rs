//! The virtual CAs and the certificates they issue: the shape of real ones, names that nobody can take for real.

use super::der::{self, IA5_STRING, INTEGER, OCTET_STRING, PRINTABLE_STRING, SET, UTC_TIME, UTF8_STRING};
use super::key::{self, Key, sha256};
use super::profile::{CertificateState, Kind, Profile};
use crate::certificate::CertificateKind;
use crate::clock;
use crate::holder::{PartialDate, days_in_month};
use crate::result::{Error, Result, ResultCode};

/// The policy of a signing certificate from a virtual card, in an arc that belongs to nobody (2.999).
const SIGNING_POLICY: &[u32] = &[2, 999, 392, 1];
/// The policy of an authentication certificate from a virtual card.
const AUTHENTICATION_POLICY: &[u32] = &[2, 999, 392, 2];
/// The arc of the six attributes in the signing certificate (H).
const ATTRIBUTES: [u32; 8] = [1, 2, 392, 200_149, 8, 5, 5, 0];

const ORGANISATION: &str = "honnin virtual card";
const PRACTICE: &str = "http://virtual-card.honnin.invalid/practice.html";
const OCSP: &str = "http://virtual-card.honnin.invalid/ocsp/authentication-certificates";
const CA_SERIAL: &[u8] = &[1];

const COMMON_NAME: &[u32] = &[2, 5, 4, 3];
const COUNTRY: &[u32] = &[2, 5, 4, 6];
const LOCALITY: &[u32] = &[2, 5, 4, 7];
const ORGANISATION_NAME: &[u32] = &[2, 5, 4, 10];
const ORGANISATIONAL_UNIT: &[u32] = &[2, 5, 4, 11];

const DAY: i64 = 86_400;
/// Certificates end at 23:59:59 in Japan.
const END_OF_DAY: i64 = 14 * 3600 + 59 * 60 + 59;

/// What was issued for one card.
pub(super) struct Issued {
    pub signing: Option<Vec<u8>>,
    pub authentication: Vec<u8>,
    pub signing_ca: Vec<u8>,
    pub authentication_ca: Vec<u8>,
    pub signing_crl: Vec<u8>,
    pub authentication_crl: Vec<u8>,
    pub card_ca_key: Vec<u8>,
}

impl Issued {
    /// Issues everything for the holder of a profile.
    ///
    /// # Errors
    /// INTERNAL.
    pub(super) fn to(profile: &Profile) -> Result<Issued> {
        let now = clock::now().unwrap_or(clock::RELEASED);
        let signing_authority = Authority::new(CertificateKind::SigningCa)?;
        let authentication_authority = Authority::new(CertificateKind::AuthenticationCa)?;
        let has_signing = !matches!(profile.kind, Kind::Child | Kind::FaceAuth);
        let signing = Leaf::signing(profile, now)?;
        let authentication = Leaf::authentication(profile, now)?;
        let revoked = |leaf: &Leaf, state| (state == CertificateState::Revoked).then(|| leaf.serial.clone());
        Ok(Issued {
            signing_ca: signing_authority.certificate()?,
            authentication_ca: authentication_authority.certificate()?,
            signing_crl: signing_authority.crl(
                profile,
                now,
                revoked(&signing, profile.certificates.signing).filter(|_| has_signing),
            )?,
            authentication_crl: authentication_authority.crl(
                profile,
                now,
                revoked(&authentication, profile.certificates.authentication),
            )?,
            signing: if has_signing { Some(signing_authority.issue(profile, &signing)?) } else { None },
            authentication: authentication_authority.issue(profile, &authentication)?,
            card_ca_key: super::records::issuer_key()?,
        })
    }
}

/// One of the two CAs.
struct Authority {
    kind: CertificateKind,
    key: Key,
    name: Vec<u8>,
}

impl Authority {
    fn new(kind: CertificateKind) -> Result<Authority> {
        let (key, purpose) = match kind {
            CertificateKind::SigningCa => (key::SIGNING_CA, "honnin virtual card for digital signature"),
            _ => (key::AUTHENTICATION_CA, "honnin virtual card for user authentication"),
        };
        let name = name(&[
            (COUNTRY, "JP"),
            (ORGANISATION_NAME, ORGANISATION),
            (ORGANISATIONAL_UNIT, purpose),
            (ORGANISATIONAL_UNIT, "Software cards for testing, which nobody may ever rely upon"),
        ]);
        Ok(Authority { kind, key: Key::from_pkcs1(key)?, name })
    }

    /// The self-signed certificate.
    fn certificate(&self) -> Result<Vec<u8>> {
        let extensions = [
            key_usage(&[0x03, 0x02, 0x01, 0x06]),
            extension(&[2, 5, 29, 17], false, &der::sequence(&[&directory_name(&alternative_name())])),
            extension(&[2, 5, 29, 19], true, &der::sequence(&[&der::object(0x01, &[0xFF])])),
            extension(&[2, 5, 29, 31], false, &distribution_points(&self.name)),
            subject_key_identifier(&self.key)?,
        ];
        // Wide enough for every state that a profile can ask for.
        let validity = (day_number(2000, 1, 1) * DAY, day_number(2049, 12, 31) * DAY + END_OF_DAY);
        self.sign(CA_SERIAL, validity, &self.name, &self.key, &extensions)
    }

    /// The certificate of a key on a card.
    fn issue(&self, profile: &Profile, leaf: &Leaf) -> Result<Vec<u8>> {
        let mut extensions = vec![
            self.authority_key_identifier()?,
            subject_key_identifier(&leaf.key)?,
            key_usage(leaf.key_usage),
            policy(leaf.policy),
        ];
        extensions.extend(leaf.extensions.iter().cloned());
        extensions.push(extension(
            &[2, 5, 29, 18],
            false,
            &der::sequence(&[&directory_name(&alternative_name())]),
        ));
        extensions.push(extension(
            &[2, 5, 29, 31],
            false,
            &distribution_points(&self.distribution_point(profile)),
        ));
        self.sign(&leaf.serial, leaf.validity, &leaf.subject, &leaf.key, &extensions)
    }

    /// The list of what is revoked among the certificates of this distribution point.
    fn crl(&self, profile: &Profile, now: i64, revoked: Option<Vec<u8>>) -> Result<Vec<u8>> {
        let today = now - now.rem_euclid(DAY);
        let entries = revoked.map(|serial| {
            let entry = der::sequence(&[&der::object(INTEGER, &serial), &time(today - 10 * DAY)]);
            der::sequence(&[&entry])
        });
        let point = der::explicit(0, &der::explicit(0, &directory_name(&self.distribution_point(profile))));
        let number = der::object(INTEGER, &[1]);
        let extensions = [
            self.authority_key_identifier()?,
            extension(&[2, 5, 29, 20], false, &number),
            extension(&[2, 5, 29, 28], true, &der::sequence(&[&point])),
        ];
        let list = der::sequence(&[
            &number,
            &algorithm(),
            &self.name,
            &time(today),
            &time(today + 2 * DAY),
            &entries.unwrap_or_default(),
            &der::explicit(0, &der::sequence(&[&extensions.concat()])),
        ]);
        self.seal(&list)
    }

    fn distribution_point(&self, profile: &Profile) -> Vec<u8> {
        match self.kind {
            CertificateKind::SigningCa => name(&[
                (COUNTRY, "JP"),
                (ORGANISATION_NAME, ORGANISATION),
                (ORGANISATIONAL_UNIT, "honnin virtual card for digital signature"),
                (ORGANISATIONAL_UNIT, "CRL Distribution Points"),
                (ORGANISATIONAL_UNIT, &profile.prefecture),
                (COMMON_NAME, &format!("{} CRLDP", profile.city)),
            ]),
            _ => name(&[
                (COUNTRY, "JP"),
                (ORGANISATION_NAME, ORGANISATION),
                (ORGANISATIONAL_UNIT, "honnin virtual card for user authentication"),
                (ORGANISATIONAL_UNIT, "CRL Distribution Points"),
                (COMMON_NAME, &format!("{} CRLDP", profile.prefecture)),
            ]),
        }
    }

    fn authority_key_identifier(&self) -> Result<Vec<u8>> {
        let content = der::sequence(&[
            &der::implicit(0, &self.key.identifier()?),
            &der::explicit(1, &directory_name(&self.name)),
            &der::implicit(2, CA_SERIAL),
        ]);
        Ok(extension(&[2, 5, 29, 35], false, &content))
    }

    fn sign(
        &self,
        serial: &[u8],
        validity: (i64, i64),
        subject: &[u8],
        key: &Key,
        extensions: &[Vec<u8>],
    ) -> Result<Vec<u8>> {
        let certificate = der::sequence(&[
            &der::explicit(0, &der::object(INTEGER, &[2])),
            &der::object(INTEGER, serial),
            &algorithm(),
            &self.name,
            &der::sequence(&[&time(validity.0), &time(validity.1)]),
            subject,
            &key.public()?,
            &der::explicit(3, &der::sequence(&[&extensions.concat()])),
        ]);
        self.seal(&certificate)
    }

    fn seal(&self, to_be_signed: &[u8]) -> Result<Vec<u8>> {
        let signature = self.key.sign_digest(&sha256(to_be_signed))?;
        Ok(der::sequence(&[to_be_signed, &algorithm(), &der::bit_string(&signature)]))
    }
}

/// What differs between the two certificates of a card.
struct Leaf {
    key: Key,
    serial: Vec<u8>,
    validity: (i64, i64),
    subject: Vec<u8>,
    key_usage: &'static [u8],
    policy: &'static [u32],
    extensions: Vec<Vec<u8>>,
}

impl Leaf {
    fn signing(profile: &Profile, now: i64) -> Result<Leaf> {
        let key = Key::from_pkcs1(key::SIGNING)?;
        let (validity, id) = validity_and_id(profile, profile.certificates.signing, now, "S")?;
        let subject = name(&[
            (COUNTRY, "JP"),
            (LOCALITY, &profile.prefecture),
            (LOCALITY, &profile.city),
            (COMMON_NAME, id.get(..28).unwrap_or_default()),
        ]);
        Ok(Leaf {
            key,
            serial: serial(&id),
            validity,
            subject,
            // digitalSignature, nonRepudiation
            key_usage: &[0x03, 0x02, 0x06, 0xC0],
            policy: SIGNING_POLICY,
            extensions: vec![extension(&[2, 5, 29, 17], false, &attributes(profile)?)],
        })
    }

    fn authentication(profile: &Profile, now: i64) -> Result<Leaf> {
        let key = Key::from_pkcs1(key::AUTHENTICATION)?;
        let (validity, id) = validity_and_id(profile, profile.certificates.authentication, now, "A")?;
        let client_auth = der::sequence(&[&der::oid(&[1, 3, 6, 1, 5, 5, 7, 3, 2])]);
        let ocsp =
            der::sequence(&[&der::oid(&[1, 3, 6, 1, 5, 5, 7, 48, 1]), &der::implicit(6, OCSP.as_bytes())]);
        Ok(Leaf {
            key,
            serial: serial(&id),
            validity,
            subject: name(&[(COUNTRY, "JP"), (COMMON_NAME, id.get(..23).unwrap_or_default())]),
            // digitalSignature
            key_usage: &[0x03, 0x02, 0x07, 0x80],
            policy: AUTHENTICATION_POLICY,
            extensions: vec![
                extension(&[2, 5, 29, 37], false, &client_auth),
                extension(&[1, 3, 6, 1, 5, 5, 7, 1, 1], false, &der::sequence(&[&ocsp])),
            ],
        })
    }
}

/// subjectAltName of the signing certificate: six otherNames, in the order that real cards have (H).
fn attributes(profile: &Profile) -> Result<Vec<u8>> {
    let birth = profile.birth_date().ok_or_else(internal)?;
    let flags = |said: &str, text: &str| match said {
        "" => "0".repeat(text.chars().count()),
        said => said.to_owned(),
    };
    let born = format!("{}{:04}{:02}{:02}", era(birth).0, birth.year(), birth.month(), birth.day());
    let all = [
        (1, profile.name.clone()),
        (4, born),
        (3, profile.sex.sex().number().to_string()),
        (5, profile.address.clone()),
        (2, flags(&profile.name_substituted, &profile.name)),
        (6, flags(&profile.address_substituted, &profile.address)),
    ];
    let names: Vec<Vec<u8>> = all
        .iter()
        .map(|(number, value)| {
            let mut arcs = ATTRIBUTES;
            if let Some(last) = arcs.last_mut() {
                *last = *number;
            }
            let value = der::explicit(0, &der::object(UTF8_STRING, value.as_bytes()));
            der::explicit(0, &der::concat(&[&der::oid(&arcs), &value]))
        })
        .collect();
    Ok(der::sequence(&[&names.concat()]))
}

/// The era of a birth date (1 明治 … 5 令和; 0 unknown) and the year within it.
pub(super) fn era(date: PartialDate) -> (u8, u16) {
    const ERAS: [(u8, (u16, u8, u8)); 5] =
        [(5, (2019, 5, 1)), (4, (1989, 1, 8)), (3, (1926, 12, 25)), (2, (1912, 7, 30)), (1, (1868, 1, 25))];
    let day = (date.year(), date.month(), date.day());
    ERAS.into_iter()
        .find(|(_, first)| day >= *first)
        .map_or((0, 0), |(number, first)| (number, date.year().saturating_sub(first.0).saturating_add(1)))
}

/// From when to when a certificate is valid, and an identifier that no two certificates share.
fn validity_and_id(
    profile: &Profile,
    state: CertificateState,
    now: i64,
    letter: &str,
) -> Result<((i64, i64), String)> {
    let expiry = profile.expiry().ok_or_else(internal)?;
    let end = |years: i64| {
        let year = i64::from(expiry.year()) + years;
        let day = expiry.day().min(days_in_month(u16::try_from(year).unwrap_or_default(), expiry.month()));
        day_number(year, expiry.month(), day) * DAY + END_OF_DAY
    };
    // Issued a good four years before its end: the birthday at its end is the fifth.
    let begin = |end: i64| end - END_OF_DAY - (4 * 366 + 35) * DAY + 3600;
    // The first certificate ends five years before the card does, the renewed one with it.
    let good = if end(-5) > now + DAY { -5 } else { 0 };
    let years = match state {
        CertificateState::Good | CertificateState::Revoked => good,
        CertificateState::Expired => {
            (-8..=0).rev().map(|n| n * 5).find(|n| end(*n) < now - DAY).unwrap_or(-40)
        }
        CertificateState::NotYetValid => {
            (0..=8).map(|n| n * 5).find(|n| begin(end(*n)) > now + DAY).unwrap_or(40)
        }
    };
    let not_after = end(years);
    let mut not_before = begin(not_after);
    if matches!(state, CertificateState::Good | CertificateState::Revoked) && not_before > now {
        not_before = now - now.rem_euclid(DAY) - 30 * DAY;
    }
    let digest = sha256(format!("{letter}{not_before}{}{}", profile.serial, profile.name).as_bytes());
    let tail: String = digest.iter().take(7).map(|byte| format!("{byte:02X}")).collect();
    Ok(((not_before, not_after), format!("{}{tail}", digits(not_before))))
}

/// A positive serial number of four bytes.
fn serial(id: &str) -> Vec<u8> {
    let digest = sha256(id.as_bytes());
    digest
        .iter()
        .take(4)
        .enumerate()
        .map(|(i, byte)| if i == 0 { byte & 0x3F | 0x40 } else { *byte })
        .collect()
}

fn name(parts: &[(&[u32], &str)]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = parts
        .iter()
        .map(|(kind, value)| {
            let value = der::object(PRINTABLE_STRING, value.as_bytes());
            der::object(SET, &der::sequence(&[&der::oid(kind), &value]))
        })
        .collect();
    der::sequence(&[&parts.concat()])
}

/// The name of the service in Japanese.
fn alternative_name() -> Vec<u8> {
    let organisation = der::sequence(&[
        &der::oid(ORGANISATION_NAME),
        &der::object(UTF8_STRING, "試験用の仮想カード".as_bytes()),
    ]);
    let country = der::sequence(&[&der::oid(COUNTRY), &der::object(PRINTABLE_STRING, b"JP")]);
    der::sequence(&[&der::object(SET, &country), &der::object(SET, &organisation)])
}

fn directory_name(name: &[u8]) -> Vec<u8> {
    der::explicit(4, name)
}

fn distribution_points(name: &[u8]) -> Vec<u8> {
    let full_name = der::explicit(0, &der::explicit(0, &directory_name(name)));
    der::sequence(&[&der::sequence(&[&full_name])])
}

fn policy(arcs: &[u32]) -> Vec<u8> {
    let practice = der::sequence(&[
        &der::oid(&[1, 3, 6, 1, 5, 5, 7, 2, 1]),
        &der::object(IA5_STRING, PRACTICE.as_bytes()),
    ]);
    let information = der::sequence(&[&der::oid(arcs), &der::sequence(&[&practice])]);
    extension(&[2, 5, 29, 32], true, &der::sequence(&[&information]))
}

fn key_usage(bits: &[u8]) -> Vec<u8> {
    extension(&[2, 5, 29, 15], true, bits)
}

fn subject_key_identifier(key: &Key) -> Result<Vec<u8>> {
    Ok(extension(&[2, 5, 29, 14], false, &der::object(OCTET_STRING, &key.identifier()?)))
}

fn extension(arcs: &[u32], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { der::object(0x01, &[0xFF]) } else { Vec::new() };
    der::sequence(&[&der::oid(arcs), &critical, &der::object(OCTET_STRING, value)])
}

/// sha256WithRSAEncryption.
fn algorithm() -> Vec<u8> {
    der::sequence(&[&der::oid(&[1, 2, 840, 113_549, 1, 1, 11]), &der::object(0x05, &[])])
}

/// A moment as UTCTime: no profile reaches 2050.
fn time(seconds: i64) -> Vec<u8> {
    let digits = digits(seconds);
    der::object(UTC_TIME, format!("{}Z", digits.get(2..).unwrap_or_default()).as_bytes())
}

/// A moment as YYYYMMDDhhmmss.
fn digits(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let mut year = 1970 + days.div_euclid(366);
    while day_number(year + 1, 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| day_number(year, *month, 1) <= days).unwrap_or(1);
    let day = days - day_number(year, month, 1) + 1;
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// Days since 1970-01-01.
fn day_number(year: i64, month: u8, day: u8) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let calendar_year = u16::try_from(year).unwrap_or_default();
    let months: i64 = (1..month).map(|month| i64::from(days_in_month(calendar_year, month))).sum();
    before * 365 + leap_days + months + i64::from(day) - 719_163
}

fn internal() -> Error {
    Error::new(ResultCode::Internal, "a date of the profile was not checked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_calendars_do() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2000, 3, 1), 11_017);
        assert_eq!(digits(clock::RELEASED), "20261101000000");
        assert_eq!(digits(951_782_400), "20000229000000");
        assert_eq!(digits(1_735_689_599), "20241231235959");
    }

    #[test]
    fn eras_begin_on_their_day() {
        let of = |text: &str| era(PartialDate::from_text(text).unwrap());
        assert_eq!(of("1980-02-17"), (3, 55));
        assert_eq!(of("1989-01-07"), (3, 64));
        assert_eq!(of("1989-01-08"), (4, 1));
        assert_eq!(of("2019-05-01"), (5, 1));
        assert_eq!(of("1912-07-29"), (1, 45));
    }
}
