//! The numbers of what only C names, and of what C explains in other words than the core; those that the core has too are
//! compared with it by a test. Enumerations of the core stand in `enumerations`.

pub use crate::enumerations::*;

/// The signing key.
pub const HONNIN_KEY_KIND_SIGNING: u32 = 1;
/// The authentication key.
pub const HONNIN_KEY_KIND_AUTHENTICATION: u32 = 2;

/// SHA-256, 32 bytes.
pub const HONNIN_HASH_SHA256: u32 = 1;
/// SHA-384, 48 bytes.
pub const HONNIN_HASH_SHA384: u32 = 2;
/// SHA-512, 64 bytes.
pub const HONNIN_HASH_SHA512: u32 = 3;

/// DER, byte for byte as it was read.
pub const HONNIN_FORMAT_DER: u32 = 1;
/// PEM, which is text.
pub const HONNIN_FORMAT_PEM: u32 = 2;

/// 男
pub const HONNIN_SEX_MALE: u32 = 1;
/// 女
pub const HONNIN_SEX_FEMALE: u32 = 2;
/// Not stated, or not known.
pub const HONNIN_SEX_UNKNOWN: u32 = 9;

/// The attributes come from the signing certificate.
pub const HONNIN_HOLDER_SOURCE_CERTIFICATE: u32 = 1;
/// The attributes come from the text application.
pub const HONNIN_HOLDER_SOURCE_TEXT: u32 = 2;
/// The attributes come from the face application.
pub const HONNIN_HOLDER_SOURCE_FACE: u32 = 3;
/// The birth date comes from the age record of the face application.
pub const HONNIN_HOLDER_SOURCE_AGE: u32 = 4;

/// Waives the finding REVOCATION. An answer that says revoked or on hold still counts.
pub const HONNIN_WAIVE_REVOCATION: u32 = 1;
/// Waives the finding TEST_CARD.
pub const HONNIN_WAIVE_TEST_CARD: u32 = 2;
/// Waives the finding TIMESTAMP. A time-stamp that is wrong in itself still counts.
pub const HONNIN_WAIVE_TIMESTAMP: u32 = 4;
/// Waives the finding ATTRIBUTES of a signature without any signing-certificate attribute. Any
/// other fault of the attributes still counts.
pub const HONNIN_WAIVE_SIGNING_CERTIFICATE: u32 = 8;

/// What may pass as equivalent unless the program says otherwise: differences of spelling.
pub const HONNIN_DIFFERENCES_SPELLING: u64 = 4095;
/// Everything that a program can accept. The other kinds say why two entries differ, or why nobody can tell.
pub const HONNIN_DIFFERENCES_ACCEPTABLE: u64 = 2097151;

/// As a `timeout_ms`: do not wait, look once.
pub const HONNIN_POLL: i32 = 1;
/// As a `timeout_ms`: wait until it happens or is cancelled.
pub const HONNIN_FOREVER: i32 = -1;

/// Nothing is logged.
pub const HONNIN_LOG_NONE: i32 = 0;
/// Failures.
pub const HONNIN_LOG_ERROR: i32 = 1;
/// What is odd, and was coped with.
pub const HONNIN_LOG_WARN: i32 = 2;
/// The operations, one line each.
pub const HONNIN_LOG_INFO: i32 = 3;
/// Every command and status word. Never data.
pub const HONNIN_LOG_DEBUG: i32 = 4;
/// Everything.
pub const HONNIN_LOG_TRACE: i32 = 5;

/// A stage of progress: finding out what may be done, without a PIN.
pub const HONNIN_STAGE_CHECKING: u32 = 1;
/// A stage of progress: presenting a PIN.
pub const HONNIN_STAGE_VERIFYING: u32 = 2;
/// A stage of progress: reading; `done` and `total` count bytes.
pub const HONNIN_STAGE_READING: u32 = 3;
/// A stage of progress: the card computes a signature.
pub const HONNIN_STAGE_SIGNING: u32 = 4;
/// A stage of progress: the person types the PIN on the reader's own pad. Show them that it is waiting.
pub const HONNIN_STAGE_ENTERING: u32 = 7;
/// A stage of progress: reading the content that is to be signed, before the card is asked; `done` counts MiB, `total` is 0.
pub const HONNIN_STAGE_HASHING: u32 = 5;
/// A stage of progress: a time-stamping authority is asked. The card is not needed any more.
pub const HONNIN_STAGE_TIMESTAMPING: u32 = 6;

/// Wait until a card is there.
pub const HONNIN_EVENT_CARD_IN: u32 = 1;
/// Wait until no card is there any more.
pub const HONNIN_EVENT_CARD_OUT: u32 = 2;
/// Wait until a card or a reader comes or goes.
pub const HONNIN_EVENT_CHANGE: u32 = 3;

/// A card is in or on the reader, though perhaps a mute one.
pub const HONNIN_READER_STATE_CARD_PRESENT: u32 = 1;
/// Some program is connected to the card.
pub const HONNIN_READER_STATE_IN_USE: u32 = 2;
/// Some program has the card for itself.
pub const HONNIN_READER_STATE_EXCLUSIVE: u32 = 4;
/// The card does not answer to reset.
pub const HONNIN_READER_STATE_MUTE: u32 = 8;
/// Cards are inserted into this reader.
pub const HONNIN_READER_STATE_CONTACT: u32 = 16;
/// Cards are held to this reader.
pub const HONNIN_READER_STATE_CONTACTLESS: u32 = 32;
/// The card is in software.
pub const HONNIN_READER_STATE_VIRTUAL: u32 = 64;

/// What `begin`, `end` leave behind: the card stays as it is.
pub const HONNIN_DISPOSITION_LEAVE: u32 = 0;
/// The card is to be reset.
pub const HONNIN_DISPOSITION_RESET: u32 = 1;
/// The card is to lose its power.
pub const HONNIN_DISPOSITION_UNPOWER: u32 = 2;

/// Extended-length APDUs if the reader says it can, or if the first long read succeeds.
pub const HONNIN_EXTENDED_LENGTH_AUTO: u32 = 0;
/// Never extended-length APDUs.
pub const HONNIN_EXTENDED_LENGTH_NEVER: u32 = 1;
/// Extended-length APDUs without asking the reader.
pub const HONNIN_EXTENDED_LENGTH_ALWAYS: u32 = 2;

/// The card's own expiry.
pub const HONNIN_DETAIL_EXPIRY: u32 = 1;
/// Which certificates the card has.
pub const HONNIN_DETAIL_CERTIFICATES: u32 = 2;
/// The serial number, which points at a person.
pub const HONNIN_DETAIL_SERIAL: u32 = 4;
/// The municipality's code, which points at a person.
pub const HONNIN_DETAIL_MUNICIPALITY: u32 = 8;

/// The card has a signing certificate.
pub const HONNIN_CARD_CERTIFICATE_SIGNING: u32 = 1;
/// The card has an authentication certificate.
pub const HONNIN_CARD_CERTIFICATE_AUTHENTICATION: u32 = 2;
/// Whether the card has a signing certificate was not asked or not told.
pub const HONNIN_CARD_CERTIFICATE_SIGNING_UNKNOWN: u32 = 4;
/// Whether the card has an authentication certificate was not asked or not told.
pub const HONNIN_CARD_CERTIFICATE_AUTHENTICATION_UNKNOWN: u32 = 8;

/// The production CAs of JPKI.
pub const HONNIN_TRUST_ROOTS_PRODUCTION: u32 = 1;
/// The production CAs and those of test cards.
pub const HONNIN_TRUST_ROOTS_PRODUCTION_AND_TEST: u32 = 2;
/// Nobody: only what is added.
pub const HONNIN_TRUST_ROOTS_NONE: u32 = 3;

/// A CA certificate to trust, DER or PEM. It does not vouch for time-stamps.
pub const HONNIN_TRUST_KIND_ANCHOR: u32 = 1;
/// A CA certificate that leads to an anchor.
pub const HONNIN_TRUST_KIND_INTERMEDIATE: u32 = 2;
/// A revocation list.
pub const HONNIN_TRUST_KIND_CRL: u32 = 3;
/// An OCSP response.
pub const HONNIN_TRUST_KIND_OCSP: u32 = 4;
/// A key of a CA for card-verifiable certificates.
pub const HONNIN_TRUST_KIND_CARD_CA_KEY: u32 = 5;
/// A CA certificate to trust for time-stamping authorities, DER or PEM. It does not vouch for
/// persons.
pub const HONNIN_TRUST_KIND_TIMESTAMP_ANCHOR: u32 = 6;

/// The rules for certificates on My Number Cards.
pub const HONNIN_PROFILE_JPKI: u32 = 1;
/// Any path of RFC 5280.
pub const HONNIN_PROFILE_RFC5280: u32 = 2;

/// A person signs a document.
pub const HONNIN_PURPOSE_DOCUMENT: u32 = 1;
/// A person proves to be there.
pub const HONNIN_PURPOSE_AUTHENTICATION: u32 = 2;

/// Code page 932, as Japanese consoles and displays use it.
pub const HONNIN_ENCODING_CP932: u32 = 1;
/// UTF-16 in the byte order of this machine.
pub const HONNIN_ENCODING_UTF16: u32 = 2;

/// Of a virtual card: the key of the issuer of cards, beside HONNIN_CERTIFICATE_KIND_….
pub const HONNIN_VIRTUAL_CARD_ISSUER: u32 = 5;
/// For honnin_virtual_card_ca: the revocation list of the CA that issues signing certificates. It lists the certificate that
/// the profile calls "revoked".
pub const HONNIN_VIRTUAL_CARD_SIGNING_CRL: u32 = 6;
/// For honnin_virtual_card_ca: the revocation list of the CA that issues authentication certificates.
pub const HONNIN_VIRTUAL_CARD_AUTHENTICATION_CRL: u32 = 7;

/// The photo.
pub const HONNIN_FACE_IMAGE_PHOTO: u32 = 1;
/// The name as printed.
pub const HONNIN_FACE_IMAGE_NAME: u32 = 2;
/// The address as printed.
pub const HONNIN_FACE_IMAGE_ADDRESS: u32 = 3;
/// The printed code.
pub const HONNIN_FACE_IMAGE_CODE: u32 = 4;

/// The image as the card has it.
pub const HONNIN_IMAGE_FORMAT_AS_STORED: u32 = 1;
/// The image as PNG.
pub const HONNIN_IMAGE_FORMAT_PNG: u32 = 2;

/// What the registered name is written in is found out; it is compared in the script that both sides have.
pub const HONNIN_SCRIPT_AUTO: u32 = 0;
/// The registered name is in kanji.
pub const HONNIN_SCRIPT_KANJI: u32 = 1;
/// The registered name is in kana.
pub const HONNIN_SCRIPT_KANA: u32 = 2;
/// The registered name is in Latin letters.
pub const HONNIN_SCRIPT_LATIN: u32 = 3;

/// A report without anything that identifies a person.
pub const HONNIN_REPORT_PROFILE_MINIMAL: u32 = 1;
/// A report as evidence.
pub const HONNIN_REPORT_PROFILE_EVIDENCE: u32 = 2;

#[cfg(test)]
mod tests {
    //! The header's numbers are the core's. The source text is read, so that no constant is forgotten.

    use honnin_core::card::Stage;
    use honnin_core::certificate::{CertificateKind, Purpose};
    use honnin_core::result::{
        Audience, CardKind, Difference, Differences, PinKind, ReaderInterface, Reason, ResultCode, State,
        Subject, Tags, Traits, Verdict,
    };
    use honnin_core::signature::Hash;
    use std::collections::BTreeMap;

    fn constants(source: &str) -> BTreeMap<&str, i64> {
        source
            .lines()
            .filter_map(|line| line.strip_prefix("pub const HONNIN_"))
            .map(|line| {
                let (name, value) = line.split_once(": ").unwrap();
                let value = value.split_once("= ").unwrap().1.trim_end_matches(';');
                (name, value.parse().unwrap())
            })
            .collect()
    }

    /// codes.rs: what the core says of result codes, traits and tags, for cbindgen to read.
    fn codes() -> String {
        let mut made = String::from(
            "//! The result codes with their traits, and the tags of hints, as `include/honnin.h` has them. Made from the core:\n\
             //! `HONNIN_UPDATE=1 cargo test -p honnin-capi codes`.\n",
        );
        for code in ResultCode::ALL {
            let (meaning, name, number) = (code.meaning(), code.name(), code.number());
            made += &format!("\n/// {meaning}\npub const HONNIN_{name}: i32 = {number};");
        }
        made.push('\n');
        let mut flag = |prefix: &str, name: &str, bits: u32, meaning: &str| {
            made += &format!("\n/// {meaning}\npub const HONNIN_{prefix}_{name}: u32 = {bits};");
        };
        for ((name, one), meaning) in Traits::ALL.iter().zip(Traits::MEANINGS) {
            flag("TRAIT", name, one.bits(), meaning);
        }
        for ((name, one), meaning) in Tags::ALL.iter().zip(Tags::MEANINGS) {
            flag("TAG", name, one.bits(), meaning);
        }
        made.push('\n');
        made
    }

    /// enumerations.rs: the values of the core's enumerations with their meanings.
    fn enumerations() -> String {
        let mut made = String::from(
            "//! The enumerations of the core, as `include/honnin.h` has them. Made from the core:\n\
             //! `HONNIN_UPDATE=1 cargo test -p honnin-capi codes`.\n",
        );
        let mut one = |prefix: &str, values: Vec<(&str, u64, &str)>, of: &str| {
            for (name, number, meaning) in values {
                let name = name.to_uppercase();
                made += &format!("\n/// {meaning}\npub const HONNIN_{prefix}_{name}: {of} = {number};");
            }
            made.push('\n');
        };
        macro_rules! all {
            ($($prefix:literal: $type:ident),*) => {
                $(one(
                    $prefix,
                    $type::ALL.iter().map(|value| (value.name(), value.number().into(), value.meaning())).collect(),
                    "u32",
                );)*
            };
        }
        all!("PIN_KIND": PinKind, "CERTIFICATE_KIND": CertificateKind, "CARD_KIND": CardKind);
        all!("READER_INTERFACE": ReaderInterface, "REASON": Reason, "AUDIENCE": Audience);
        all!("SUBJECT": Subject, "STATE": State, "VERDICT": Verdict);
        let differences = Difference::ALL.iter().map(|value| (value.name(), value.bit(), value.text()));
        one("DIFFERENCE", differences.collect(), "u64");
        made
    }

    #[test]
    fn the_codes_and_enumerations_of_the_header_are_those_of_the_core() {
        for (file, written, made) in [
            ("codes.rs", include_str!("codes.rs"), codes()),
            ("enumerations.rs", include_str!("enumerations.rs"), enumerations()),
        ] {
            if std::env::var_os("HONNIN_UPDATE").is_some() {
                std::fs::write(format!("{}/{file}", env!("CARGO_MANIFEST_DIR")), made).unwrap();
            } else {
                assert!(written == made, "{file} is stale: HONNIN_UPDATE=1 cargo test -p honnin-capi codes");
            }
        }
    }

    #[test]
    fn the_header_numbers_every_enumeration_as_the_core_does() {
        let found = constants(include_str!("constants.rs"));
        let check = |prefix: &str, values: &[(&str, u32)]| {
            let with_prefix = format!("{prefix}_");
            let of_prefix = found
                .keys()
                .filter(|name| name.strip_prefix(&with_prefix).is_some_and(|rest| !rest.is_empty()))
                .count();
            assert!(of_prefix >= values.len(), "{prefix}");
            for (name, number) in values {
                assert_eq!(
                    found.get(format!("{prefix}_{name}").as_str()),
                    Some(&i64::from(*number)),
                    "{name}"
                );
            }
        };
        macro_rules! all {
            ($type:ident) => {
                &$type::ALL.iter().map(|value| (value.name(), value.number())).collect::<Vec<_>>()
            };
        }
        check("STAGE", all!(Stage));
        check("PURPOSE", all!(Purpose));
        check("HASH", all!(Hash));
        for (name, set) in [("SPELLING", Differences::SPELLING), ("ACCEPTABLE", Differences::ACCEPTABLE)] {
            let name = format!("DIFFERENCES_{name}");
            assert_eq!(found.get(name.as_str()).copied(), i64::try_from(set.bits()).ok(), "{name}");
        }
    }
}
