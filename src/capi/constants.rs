//! The numbers of the enumerations. Those that the core has too are compared with it by a test.

/// 署名用パスワード: 6 to 16 capital letters and digits.
pub const HONNIN_PIN_KIND_SIGNING: u32 = 1;
/// 利用者証明用暗証番号: 4 digits.
pub const HONNIN_PIN_KIND_AUTHENTICATION: u32 = 2;
/// 券面事項入力補助用暗証番号: 4 digits.
pub const HONNIN_PIN_KIND_TEXT: u32 = 3;
/// 照合番号A of the text application: 12 digits, which are the 個人番号.
pub const HONNIN_PIN_KIND_TEXT_CODE_A: u32 = 4;
/// 照合番号B of the text application: 14 digits.
pub const HONNIN_PIN_KIND_TEXT_CODE_B: u32 = 5;
/// 生年月日 of the face application: 6 digits.
pub const HONNIN_PIN_KIND_FACE_BIRTH_DATE: u32 = 6;
/// 照合番号B of the face application: 14 digits.
pub const HONNIN_PIN_KIND_FACE_CODE_B: u32 = 7;
/// 照合番号A of the face application: 12 digits, which are the 個人番号.
pub const HONNIN_PIN_KIND_FACE_CODE_A: u32 = 8;
/// 住民基本台帳用暗証番号 of the resident application: 4 digits.
pub const HONNIN_PIN_KIND_RESIDENT: u32 = 9;
/// 住民基本台帳用暗証番号 of the common application: 4 digits.
pub const HONNIN_PIN_KIND_COMMON: u32 = 10;

/// 署名用電子証明書
pub const HONNIN_CERTIFICATE_KIND_SIGNING: u32 = 1;
/// 利用者証明用電子証明書
pub const HONNIN_CERTIFICATE_KIND_AUTHENTICATION: u32 = 2;
/// The certificate of the CA that issued the signing certificate.
pub const HONNIN_CERTIFICATE_KIND_SIGNING_CA: u32 = 3;
/// The certificate of the CA that issued the authentication certificate.
pub const HONNIN_CERTIFICATE_KIND_AUTHENTICATION_CA: u32 = 4;

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

/// The plastic card.
pub const HONNIN_CARD_KIND_PLASTIC: u32 = 1;
/// The functions on an Android phone.
pub const HONNIN_CARD_KIND_ANDROID: u32 = 2;
/// The functions on an iPhone.
pub const HONNIN_CARD_KIND_IPHONE: u32 = 3;
/// A JPKI card with a label that this version does not know.
pub const HONNIN_CARD_KIND_OTHER: u32 = 9;

/// The reader does not tell how the card meets it.
pub const HONNIN_READER_INTERFACE_UNKNOWN: u32 = 0;
/// The card is inserted.
pub const HONNIN_READER_INTERFACE_CONTACT: u32 = 1;
/// The card is held to the reader.
pub const HONNIN_READER_INTERFACE_CONTACTLESS: u32 = 2;

/// READER_SERVICE_UNAVAILABLE: the PC/SC library is not installed.
pub const HONNIN_REASON_LIBRARY_ABSENT: u32 = 1;
/// READER_SERVICE_UNAVAILABLE: the service does not run.
pub const HONNIN_REASON_SERVICE_STOPPED: u32 = 2;
/// READER_SERVICE_UNAVAILABLE: library and service are of different versions.
pub const HONNIN_REASON_PROTOCOL_MISMATCH: u32 = 3;
/// READER_SERVICE_UNAVAILABLE: this user may not talk to the service.
pub const HONNIN_REASON_ACCESS_REFUSED: u32 = 4;
/// CARD_UNSUPPORTED: a driver's licence.
pub const HONNIN_REASON_DRIVING_LICENCE: u32 = 10;
/// CARD_UNSUPPORTED: a residence card.
pub const HONNIN_REASON_RESIDENCE_CARD: u32 = 11;
/// CARD_UNSUPPORTED: a passport.
pub const HONNIN_REASON_PASSPORT: u32 = 12;
/// CARD_UNSUPPORTED: an old 住基カード.
pub const HONNIN_REASON_JUKI: u32 = 13;
/// CARD_UNSUPPORTED: some other card.
pub const HONNIN_REASON_OTHER: u32 = 14;
/// PIN_FORMAT: four digits where the signing password is wanted.
pub const HONNIN_REASON_FOUR_DIGITS_FOR_SIGNING: u32 = 20;
/// PIN_FORMAT: too few characters.
pub const HONNIN_REASON_TOO_SHORT: u32 = 21;
/// PIN_FORMAT: too many characters.
pub const HONNIN_REASON_TOO_LONG: u32 = 22;
/// PIN_FORMAT: a character that this PIN cannot contain.
pub const HONNIN_REASON_CHARACTER: u32 = 23;
/// PIN_FORMAT: nothing was entered.
pub const HONNIN_REASON_EMPTY: u32 = 24;
/// PIN_FORMAT: the digits are no date.
pub const HONNIN_REASON_DATE: u32 = 25;
/// PIN_FORMAT: the check digit does not fit.
pub const HONNIN_REASON_CHECK_DIGIT: u32 = 26;
/// PIN_FORMAT: a new password needs at least one letter and one digit.
pub const HONNIN_REASON_NEEDS_LETTER_AND_DIGIT: u32 = 27;

/// For the person with the card: polite, without jargon, without blame.
pub const HONNIN_AUDIENCE_CARDHOLDER: u32 = 1;
/// For the staff.
pub const HONNIN_AUDIENCE_OPERATOR: u32 = 2;
/// For whoever wrote or runs the program. Always there in English.
pub const HONNIN_AUDIENCE_DEVELOPER: u32 = 3;
/// For the person with the card, on a small display: at most 20 full-width characters.
pub const HONNIN_AUDIENCE_CARDHOLDER_SHORT: u32 = 4;

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

/// The mathematics of a signature.
pub const HONNIN_SUBJECT_SIGNATURE: u32 = 1;
/// The content that was signed.
pub const HONNIN_SUBJECT_CONTENT: u32 = 2;
/// The signed attributes.
pub const HONNIN_SUBJECT_ATTRIBUTES: u32 = 3;
/// Digest and signature algorithms, key sizes.
pub const HONNIN_SUBJECT_ALGORITHM: u32 = 4;
/// The path to a trust anchor.
pub const HONNIN_SUBJECT_CHAIN: u32 = 5;
/// The dates of the certificate.
pub const HONNIN_SUBJECT_VALIDITY: u32 = 6;
/// Key usage, policy, extensions.
pub const HONNIN_SUBJECT_PROFILE: u32 = 7;
/// Whether the certificate has been revoked.
pub const HONNIN_SUBJECT_REVOCATION: u32 = 8;
/// A time-stamp.
pub const HONNIN_SUBJECT_TIMESTAMP: u32 = 9;
/// Which part of a document a signature covers.
pub const HONNIN_SUBJECT_COVERAGE: u32 = 10;
/// Changes after a signature.
pub const HONNIN_SUBJECT_CHANGES: u32 = 11;
/// A test or virtual card.
pub const HONNIN_SUBJECT_TEST_CARD: u32 = 12;
/// A record of the card and its signature.
pub const HONNIN_SUBJECT_RECORD: u32 = 13;
/// The card's own certificate.
pub const HONNIN_SUBJECT_CARD_CERTIFICATE: u32 = 14;
/// The card's answer to a random challenge.
pub const HONNIN_SUBJECT_CHALLENGE: u32 = 15;
/// The card's own expiry.
pub const HONNIN_SUBJECT_CARD_EXPIRY: u32 = 16;
/// The name compared with the registered one.
pub const HONNIN_SUBJECT_NAME: u32 = 17;
/// The address compared with the registered one.
pub const HONNIN_SUBJECT_ADDRESS: u32 = 18;
/// The birth date compared with the registered one.
pub const HONNIN_SUBJECT_BIRTH_DATE: u32 = 19;
/// The sex compared with the registered one.
pub const HONNIN_SUBJECT_SEX: u32 = 20;

/// Checked, and good.
pub const HONNIN_STATE_PASSED: u32 = 1;
/// Checked, and not good.
pub const HONNIN_STATE_FAILED: u32 = 2;
/// Not checked, or not to the end. Counts as a failure.
pub const HONNIN_STATE_NOT_CHECKED: u32 = 3;
/// Not good or not checked, and the program said by name that this does not count.
pub const HONNIN_STATE_WAIVED: u32 = 4;

/// Waives the finding REVOCATION.
pub const HONNIN_WAIVE_REVOCATION: u32 = 1;
/// Waives the finding TEST_CARD.
pub const HONNIN_WAIVE_TEST_CARD: u32 = 2;
/// Waives the finding TIMESTAMP.
pub const HONNIN_WAIVE_TIMESTAMP: u32 = 4;

/// The same, character by character.
pub const HONNIN_VERDICT_MATCH: u32 = 1;
/// The same but for differences that the program accepts.
pub const HONNIN_VERDICT_EQUIVALENT: u32 = 2;
/// Not the same.
pub const HONNIN_VERDICT_MISMATCH: u32 = 3;
/// The machine cannot tell, or the differences are not among those that the program accepts.
pub const HONNIN_VERDICT_UNDECIDED: u32 = 4;
/// There is nothing to compare with: another script, or no such field.
pub const HONNIN_VERDICT_NOT_COMPARABLE: u32 = 5;

/// Full-width and half-width forms.
pub const HONNIN_DIFFERENCE_WIDTH: u64 = 1;
/// Spaces, and middle dots between words.
pub const HONNIN_DIFFERENCE_SPACE: u64 = 2;
/// Capital and small letters.
pub const HONNIN_DIFFERENCE_CASE: u64 = 4;
/// An iteration mark for a repeated character.
pub const HONNIN_DIFFERENCE_ITERATION_MARK: u64 = 8;
/// Variants of one kanji.
pub const HONNIN_DIFFERENCE_KANJI_VARIANT: u64 = 16;
/// A character that the certificate cannot spell was substituted.
pub const HONNIN_DIFFERENCE_SUBSTITUTED: u64 = 32;
/// Kanji, full-width and ASCII digits.
pub const HONNIN_DIFFERENCE_NUMERAL: u64 = 64;
/// Dashes of different kinds.
pub const HONNIN_DIFFERENCE_DASH: u64 = 128;
/// Words and dashes between the numbers of a block.
pub const HONNIN_DIFFERENCE_BLOCK_STYLE: u64 = 256;
/// One of the two has no prefecture or no county.
pub const HONNIN_DIFFERENCE_PREFECTURE_OMITTED: u64 = 512;
/// Small words of place names: ヶ, ケ and が, ノ and の, 大字 and 字.
pub const HONNIN_DIFFERENCE_PLACE_SPELLING: u64 = 1024;
/// Hiragana and katakana of one reading.
pub const HONNIN_DIFFERENCE_KANA_SCRIPT: u64 = 2048;
/// Small and large kana, long vowels, ヂ and ジ.
pub const HONNIN_DIFFERENCE_KANA_SPELLING: u64 = 4096;
/// Apostrophes, hyphens, dots and commas of a name in Latin letters.
pub const HONNIN_DIFFERENCE_PUNCTUATION: u64 = 8192;
/// Marks on Latin letters that one of the two leaves out or writes out (Ü, U, UE).
pub const HONNIN_DIFFERENCE_DIACRITIC: u64 = 16384;
/// The same words of a name in another order.
pub const HONNIN_DIFFERENCE_NAME_ORDER: u64 = 32768;
/// The name agrees only with the former surname (旧氏) in brackets.
pub const HONNIN_DIFFERENCE_OLD_SURNAME: u64 = 65536;
/// The name agrees only with the name in brackets (通称).
pub const HONNIN_DIFFERENCE_ALIAS: u64 = 131072;
/// A former surname or another name in brackets stands on one side only.
pub const HONNIN_DIFFERENCE_BRACKET_OMITTED: u64 = 262144;
/// A building or a room stands on one side only.
pub const HONNIN_DIFFERENCE_BUILDING_OMITTED: u64 = 524288;
/// The street part of a Kyoto address stands on one side only.
pub const HONNIN_DIFFERENCE_KYOTO_STREET: u64 = 1048576;
/// The ward of a designated city is missing or differs.
pub const HONNIN_DIFFERENCE_WARD: u64 = 2097152;
/// A part stands on one side only: a word of a name, a 小字, a number, a part of a date.
pub const HONNIN_DIFFERENCE_PART_OMITTED: u64 = 4194304;
/// A lot number (番地) stands beside a residence number (番, 号), or 丁目 beside 番地.
pub const HONNIN_DIFFERENCE_BLOCK_KIND: u64 = 8388608;
/// The names of the buildings differ.
pub const HONNIN_DIFFERENCE_BUILDING_NAME: u64 = 16777216;
/// A character is 外字 or stands for one that could not be written.
pub const HONNIN_DIFFERENCE_UNREADABLE: u64 = 33554432;
/// Kana stand where the other has kanji, or the other kana.
pub const HONNIN_DIFFERENCE_KANA_FOR_KANJI: u64 = 67108864;
/// The address says that the person has moved abroad (国外転出).
pub const HONNIN_DIFFERENCE_ABROAD: u64 = 134217728;
/// Characters differ.
pub const HONNIN_DIFFERENCE_LETTERS: u64 = 268435456;
/// The prefecture, the municipality or the town differs.
pub const HONNIN_DIFFERENCE_PLACE: u64 = 536870912;
/// The numbers of the block differ.
pub const HONNIN_DIFFERENCE_NUMBER: u64 = 1073741824;
/// The number of the building or the room differs.
pub const HONNIN_DIFFERENCE_ROOM: u64 = 2147483648;
/// The two are in different scripts, or one side lacks the field.
pub const HONNIN_DIFFERENCE_SCRIPT: u64 = 4294967296;
/// The values differ.
pub const HONNIN_DIFFERENCE_VALUE: u64 = 8589934592;
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

/// A CA certificate to trust, DER or PEM.
pub const HONNIN_TRUST_KIND_ANCHOR: u32 = 1;
/// A CA certificate that leads to an anchor.
pub const HONNIN_TRUST_KIND_INTERMEDIATE: u32 = 2;
/// A revocation list.
pub const HONNIN_TRUST_KIND_CRL: u32 = 3;
/// An OCSP response.
pub const HONNIN_TRUST_KIND_OCSP: u32 = 4;
/// A key of a CA for card-verifiable certificates.
pub const HONNIN_TRUST_KIND_CARD_CA_KEY: u32 = 5;

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

    #[test]
    fn the_codes_of_the_header_are_those_of_the_core() {
        if std::env::var_os("HONNIN_UPDATE").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/codes.rs");
            std::fs::write(path, codes()).unwrap();
        } else {
            let written = include_str!("codes.rs");
            assert!(written == codes(), "stale: HONNIN_UPDATE=1 cargo test -p honnin-capi codes");
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
        check("PIN_KIND", all!(PinKind));
        check("CARD_KIND", all!(CardKind));
        check("READER_INTERFACE", all!(ReaderInterface));
        check("REASON", all!(Reason));
        check("AUDIENCE", all!(Audience));
        check("SUBJECT", all!(Subject));
        check("CERTIFICATE_KIND", all!(CertificateKind));
        check("STAGE", all!(Stage));
        check("PURPOSE", all!(Purpose));
        check("HASH", all!(Hash));
        check("VERDICT", all!(Verdict));
        for one in Difference::ALL {
            let name = format!("DIFFERENCE_{}", one.name());
            assert_eq!(found.get(name.as_str()).copied(), i64::try_from(one.bit()).ok(), "{name}");
        }
        for (name, set) in [("SPELLING", Differences::SPELLING), ("ACCEPTABLE", Differences::ACCEPTABLE)] {
            let name = format!("DIFFERENCES_{name}");
            assert_eq!(found.get(name.as_str()).copied(), i64::try_from(set.bits()).ok(), "{name}");
        }
        let differences = found.keys().filter(|name| name.starts_with("DIFFERENCE_")).count();
        assert_eq!(differences, Difference::ALL.len());
        for state in State::ALL {
            let name = format!("STATE_{}", state.name().to_uppercase());
            assert_eq!(found.get(name.as_str()), Some(&i64::from(state.number())));
        }
    }
}
