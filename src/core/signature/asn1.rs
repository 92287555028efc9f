//! Writing DER, the object identifiers of CMS, and the question whether bytes are DER all the way down.
//!
//! Reading is `certificate::fields`, over the `der` crate.

use crate::certificate::fields::{Fields, days_since_1970};
use der::{Decode, Header, Length, Reader, SliceReader, Tag};

/// Object identifiers as they stand in DER, without tag and length.
pub(crate) mod id {
    /// id-data
    pub(crate) const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    /// id-signedData
    pub(crate) const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    /// id-contentType
    pub(crate) const CONTENT_TYPE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03];
    /// id-messageDigest
    pub(crate) const MESSAGE_DIGEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04];
    /// id-signingTime
    pub(crate) const SIGNING_TIME: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x05];
    /// id-countersignature, which may not be signed
    pub(crate) const COUNTERSIGNATURE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x06];
    /// id-aa-CMSAlgorithmProtection (RFC 6211)
    pub(crate) const ALGORITHM_PROTECTION: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x34];
    /// id-aa-signingCertificate (RFC 2634), by SHA-1
    pub(crate) const SIGNING_CERTIFICATE: &[u8] =
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x0C];
    /// id-aa-signingCertificateV2 (RFC 5035)
    pub(crate) const SIGNING_CERTIFICATE_V2: &[u8] =
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x2F];
    /// id-aa-signatureTimeStampToken (RFC 3161)
    pub(crate) const SIGNATURE_TIMESTAMP: &[u8] =
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x0E];
    /// id-ct-TSTInfo (RFC 3161)
    pub(crate) const TIMESTAMP_INFO: &[u8] =
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04];
}

pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// `[number]` around other fields, for numbers below 31.
pub(crate) const fn context(number: u8) -> u8 {
    0xA0 | number
}

/// An object in DER: the tag, the length of the parts together, and the parts.
pub(crate) fn object(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length.saturating_add(10));
    out.push(tag);
    let bytes = length.to_be_bytes();
    let digits =
        bytes.iter().position(|byte| *byte != 0).map_or(&bytes[..0], |first| bytes.split_at(first).1);
    match digits {
        [] => out.push(0),
        [short @ 0..=0x7F] => out.push(*short),
        _ => {
            // At most eight digits.
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7F));
            out.extend_from_slice(digits);
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// A SET OF in DER: its members stand in ascending order of their encodings (X.690, section 11.6).
pub(crate) fn set_of(tag: u8, mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    let parts: Vec<&[u8]> = members.iter().map(Vec::as_slice).collect();
    object(tag, &parts)
}

/// An attribute with one value.
pub(crate) fn attribute(kind: &[u8], value: &[u8]) -> Vec<u8> {
    object(SEQUENCE, &[&object(OBJECT_IDENTIFIER, &[kind]), &object(SET, &[value])])
}

/// A moment as CMS wants it (RFC 5652, section 11.3): UTCTime from 1950 to 2049, else GeneralizedTime.
pub(crate) fn time(seconds: i64) -> Vec<u8> {
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let rest = format!("{month:02}{day:02}{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60);
    if (1950..2050).contains(&year) {
        object(0x17, &[format!("{:02}{rest}", year % 100).as_bytes()])
    } else {
        object(0x18, &[format!("{year:04}{rest}").as_bytes()])
    }
}

/// Year, month and day of a count of days since 1970-01-01, within the years 1 to 9999.
pub(crate) fn date(days: i64) -> (u16, u8, u8) {
    let days = days.clamp(days_since_1970(1, 1, 1), days_since_1970(9999, 12, 31));
    let last = |from: u16, to: u16, begins: &dyn Fn(u16) -> i64| {
        (from..=to).rev().find(|value| begins(*value) <= days).unwrap_or(from)
    };
    let guess = u16::try_from((days * 400).div_euclid(146_097) + 1970).unwrap_or(1970);
    let year =
        last(guess.saturating_sub(2).max(1), guess.saturating_add(2), &|year| days_since_1970(year, 1, 1));
    let month = last(1, 12, &|month| days_since_1970(year, u8::try_from(month).unwrap_or(1), 1));
    let month = u8::try_from(month).unwrap_or(1);
    let day = u8::try_from(days - days_since_1970(year, month, 1) + 1).unwrap_or(1);
    (year, month, day)
}

/// How deep objects may lie in each other. Signed attributes of the world need less than ten.
const DEEPEST: usize = 32;

/// Whether bytes are DER objects one after the other, and so are the contents of constructed ones: shortest lengths,
/// no indefinite ones, nothing left over. Without recursion.
pub(crate) fn is_der(bytes: &[u8]) -> bool {
    let Ok(outermost) = SliceReader::new(bytes) else { return false };
    let mut open = vec![outermost];
    while let Some(reader) = open.last_mut() {
        if reader.is_finished() {
            open.pop();
            continue;
        }
        let Ok(header) = Header::decode(reader) else { return false };
        let Ok(content) = reader.read_slice(header.length) else { return false };
        if header.tag.is_constructed() && header.length > Length::ZERO {
            let Ok(inner) = SliceReader::new(content) else { return false };
            if open.len() >= DEEPEST {
                return false;
            }
            open.push(inner);
        }
    }
    true
}

/// The members of a SET OF, whole, if they are in the order that DER demands.
pub(crate) fn ordered_members(content: &[u8]) -> Option<Vec<&[u8]>> {
    let mut members: Vec<&[u8]> = Vec::new();
    let mut fields = Fields::in_content(content)?;
    while !fields.is_empty() {
        let member = fields.whole_object()?;
        if members.last().is_some_and(|last| *last > member) {
            return None;
        }
        members.push(member);
    }
    Some(members)
}

/// An AlgorithmIdentifier.
#[derive(Clone, Copy)]
pub(crate) struct AlgorithmIdentifier<'a> {
    /// The object identifier, without tag and length.
    pub(crate) name: &'a [u8],
    pub(crate) parameters: Parameters,
}

/// The parameters of an algorithm, as far as any that we accept has some.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameters {
    Absent,
    Null,
    Other,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads the content of its SEQUENCE.
    pub(crate) fn read(content: &'a [u8]) -> Option<AlgorithmIdentifier<'a>> {
        let mut fields = Fields::in_content(content)?;
        let name = fields.content(Tag::ObjectIdentifier)?;
        let parameters = if fields.is_empty() {
            Parameters::Absent
        } else {
            match fields.any()? {
                (Tag::Null, []) => Parameters::Null,
                _ => Parameters::Other,
            }
        };
        fields.end()?;
        Some(AlgorithmIdentifier { name, parameters })
    }

    /// Whether both name one algorithm: NULL and nothing say the same.
    pub(crate) fn is_same(&self, other: &AlgorithmIdentifier<'_>) -> bool {
        let plain = |identifier: &AlgorithmIdentifier<'_>| identifier.parameters != Parameters::Other;
        self.name == other.name && plain(self) && plain(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::fields;

    #[test]
    fn lengths_of_every_size_are_as_short_as_they_can_be() {
        for (length, header) in [
            (0, &[0x04, 0x00][..]),
            (127, &[0x04, 0x7F]),
            (128, &[0x04, 0x81, 0x80]),
            (256, &[0x04, 0x82, 0x01, 0x00]),
            (65_536, &[0x04, 0x83, 0x01, 0x00, 0x00]),
        ] {
            let made = object(OCTET_STRING, &[&vec![7; length]]);
            assert_eq!(made.len(), header.len() + length);
            assert!(made.starts_with(header));
        }
    }

    #[test]
    fn a_moment_written_is_the_moment_read() {
        let samples =
            [0, -1, 1_793_534_400, 951_782_399, 951_782_400, 2_524_607_999, 2_524_608_000, 4_107_542_399];
        for seconds in (0..60_000).map(|step| step * 1_000_003 - 600_000_000).chain(samples) {
            let der = time(seconds);
            let (tag, content) = fields::Fields::in_content(&der).unwrap().any().unwrap();
            assert_eq!(fields::time(tag, content), Some(seconds));
        }
        assert_eq!(time(2_524_607_999)[0], 0x17);
        assert_eq!(time(2_524_608_000)[0], 0x18);
    }

    #[test]
    fn der_is_told_from_ber_at_any_depth() {
        let good = object(SEQUENCE, &[&object(SEQUENCE, &[&object(INTEGER, &[&[1]]), &object(SET, &[])])]);
        assert!(is_der(&good));
        assert!(is_der(&[]));
        for bad in [
            &[0x30, 0x81, 0x03, 0x02, 0x01, 0x01][..],
            &[0x30, 0x80, 0x02, 0x01, 0x01, 0x00, 0x00],
            &[0x30, 0x04, 0x30, 0x81, 0x01, 0x05],
            &[0x30, 0x05, 0x30, 0x80, 0x00, 0x00, 0x00],
            &[0x30, 0x03, 0x02, 0x02, 0x01],
            &[0x02],
        ] {
            assert!(!is_der(bad), "{bad:02X?}");
        }
        let mut deep = vec![0x05, 0x00];
        for _ in 0..40 {
            deep = object(SEQUENCE, &[&deep]);
        }
        assert!(!is_der(&deep));
    }
}
