//! The options that every verification shares.

use crate::args::{Anchors, CardTrustArgs, ProfileName, PurposeName, ValidationArgs, Waiver};
use crate::input;
use crate::output::Failure;
use honnin::certificate::{
    CardCaKey, Crl, OCSP_NONCE_LEN, OcspResponse, Profile, Purpose, Trust, ValidationOptions,
};
use honnin::holder::PartialDate;
use honnin::result::Waiver as Core;
use honnin::{Certificate, CertificateKind, VirtualCard};

const SECONDS_A_DAY: i64 = 86_400;

/// The options of a validation. A virtual card that the command itself holds counts among the test cards.
pub(crate) fn options(
    arguments: &ValidationArgs,
    virtual_card: Option<&VirtualCard>,
) -> Result<ValidationOptions, Failure> {
    let mut trust = match arguments.anchors {
        Anchors::Production => Trust::production(),
        Anchors::Test => Trust::with_test(),
        Anchors::Added => Trust::added(),
    };
    if let (Anchors::Test, Some(card)) = (arguments.anchors, virtual_card) {
        for kind in [CertificateKind::SigningCa, CertificateKind::AuthenticationCa] {
            trust.add_anchor(Certificate::parse(&card.ca(kind))?);
        }
    }
    for path in &arguments.anchor {
        for certificate in certificates(&input::read(path)?)? {
            trust.add_anchor(certificate);
        }
    }
    for path in &arguments.timestamp_anchor {
        for certificate in certificates(&input::read(path)?)? {
            trust.add_timestamp_anchor(certificate);
        }
    }
    for path in &arguments.intermediate {
        for certificate in certificates(&input::read(path)?)? {
            trust.add_intermediate(certificate);
        }
    }
    for path in &arguments.crl {
        trust.add_crl(Crl::parse(&input::read_list(path)?)?);
    }
    for path in &arguments.ocsp {
        trust.add_ocsp(OcspResponse::parse(&input::read(path)?)?);
    }
    Ok(ValidationOptions {
        profile: match arguments.profile {
            ProfileName::Jpki => Profile::Jpki,
            ProfileName::Rfc5280 => Profile::Rfc5280,
        },
        at_time: arguments.at,
        trust,
        purpose: arguments.purpose.map(|purpose| match purpose {
            PurposeName::Document => Purpose::DocumentSignature,
            PurposeName::Authentication => Purpose::Authentication,
        }),
        waive: waived(&arguments.waive).collect(),
        nonce: arguments.nonce.as_ref().map(|nonce| nonce.0.clone()),
        max_depth: arguments.max_depth,
        ..Default::default()
    })
}

/// Whom to trust for cards. A virtual card that the command itself holds counts among the test cards.
pub(crate) fn card_trust(
    arguments: &CardTrustArgs,
    virtual_card: Option<&VirtualCard>,
) -> Result<Trust, Failure> {
    let mut trust = match arguments.anchors {
        Anchors::Production => Trust::production(),
        Anchors::Test => Trust::with_test(),
        Anchors::Added => Trust::added(),
    };
    if let (Anchors::Test, Some(card)) = (arguments.anchors, virtual_card) {
        trust.add_card_key(CardCaKey::parse(&card.card_ca_key())?);
    }
    for path in &arguments.card_key {
        trust.add_card_key(CardCaKey::parse(&input::read(path)?)?);
    }
    Ok(trust)
}

/// What shall not count, by name.
pub(crate) fn waived(waivers: &[Waiver]) -> impl Iterator<Item = Core> {
    waivers.iter().map(|waiver| match waiver {
        Waiver::Revocation => Core::Revocation,
        Waiver::TestCard => Core::TestCard,
        Waiver::Timestamp => Core::Timestamp,
        Waiver::SigningCertificate => Core::SigningCertificate,
    })
}

/// The nonce of an OCSP request, written in hexadecimal digits.
#[derive(Clone)]
pub(crate) struct Nonce(Vec<u8>);

pub(crate) fn nonce(text: &str) -> Result<Nonce, String> {
    let parse = || -> Option<Vec<u8>> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| {
            pair.iter().all(u8::is_ascii_hexdigit).then_some(())?;
            u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()
        };
        let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
        bytes.filter(|bytes| rest.is_empty() && OCSP_NONCE_LEN.contains(&bytes.len()))
    };
    let (least, most) = (OCSP_NONCE_LEN.start(), OCSP_NONCE_LEN.end());
    parse().map(Nonce).ok_or_else(|| format!("{least} to {most} bytes in hexadecimal digits"))
}

/// Whether any option asks for more than the mathematics of a signature.
pub(crate) fn is_asked_for(arguments: &ValidationArgs) -> bool {
    arguments.at.is_some()
        || arguments.anchors != Anchors::default()
        || arguments.profile != ProfileName::default()
        || arguments.purpose.is_some()
        || arguments.nonce.is_some()
        || arguments.max_depth.is_some()
        || !(arguments.anchor.is_empty()
            && arguments.timestamp_anchor.is_empty()
            && arguments.intermediate.is_empty()
            && arguments.crl.is_empty()
            && arguments.ocsp.is_empty()
            && arguments.waive.is_empty())
}

/// The certificates of a file: one in DER, or one or more in PEM.
fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, Failure> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = core::str::from_utf8(bytes).unwrap_or_default();
    if text.matches(END).count() < 2 {
        return Ok(vec![Certificate::parse(bytes)?]);
    }
    text.split_inclusive(END)
        .filter(|block| block.contains(END))
        .map(|block| Certificate::parse(block.trim().as_bytes()).map_err(Failure::from))
        .collect()
}

/// A moment written as 2026-11-01T12:00:00Z. Moments are whole seconds here, as they are in
/// certificates: a fraction of a second, as logs and programs write it, is cut off.
pub(crate) fn moment(text: &str) -> Result<i64, String> {
    let parse = || -> Option<i64> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let time = match time.split_once('.') {
            None => time,
            Some((time, fraction)) => {
                let is_fraction =
                    (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
                is_fraction.then_some(time)?
            }
        };
        let date = PartialDate::from_text(date).filter(|date| date.is_complete())?;
        let mut parts = time.split(':').map(|part| {
            (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
        });
        let (hour, minute, second): (i64, i64, i64) = (parts.next()??, parts.next()??, parts.next()??);
        if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = days_from_civil(date.year().into(), date.month().into(), date.day().into());
        Some(days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second)
    };
    parse().ok_or_else(|| "a moment in UTC, like 2026-11-01T12:00:00Z or 2026-11-01T12:00:00.5Z".to_owned())
}

/// A moment as 2026-11-01T12:00:00Z.
pub(crate) fn moment_text(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(SECONDS_A_DAY), seconds.rem_euclid(SECONDS_A_DAY));
    // The day is found from above: no year is longer than 366 days, none shorter than 365.
    let mut year = 1970 + days.div_euclid(366) - i64::from(days < 0);
    while days_from_civil(year + 1, 1, 1) <= days {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && days_from_civil(year, month + 1, 1) <= days {
        month += 1;
    }
    let day = days - days_from_civil(year, month, 1) + 1;
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // March is the first month of the counted year, so that the leap day is its last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 1
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written_alike() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-11-01T12:00:00Z", 1_793_534_400),
            ("2038-01-19T03:14:08Z", 2_147_483_648),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            assert_eq!(moment(text), Ok(seconds));
            assert_eq!(moment_text(seconds), text);
        }
        for (text, seconds) in [
            ("2026-11-01T12:00:00.5Z", 1_793_534_400),
            ("2026-11-01T12:00:00.999999999Z", 1_793_534_400),
            ("1969-12-31T23:59:59.9Z", -1),
        ] {
            assert_eq!(moment(text), Ok(seconds), "{text}");
        }
        for bad in [
            "",
            "2026-11-01T12:00:00.Z",
            "2026-11-01T12:00:00.5",
            "2026-11-01T12:00:00,5Z",
            "2026-11-01T12:00:00.-5Z",
            "2026-11-01T12:00:00.5.5Z",
            "2026-11-01T12:00:00.1234567890Z",
            "2026-11-01T12:00.5:00Z",
            "2026-11-01",
            "2026-11-01T12:00:00",
            "2026-13-01T12:00:00Z",
            "2026-11-01T24:00:00Z",
            "2026-11-01T+1:00:00Z",
        ] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }
}
