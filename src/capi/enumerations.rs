//! The enumerations of the core, as `include/honnin.h` has them. Made from the core:
//! `HONNIN_UPDATE=1 cargo test -p honnin-capi codes`.

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
/// ATTRIBUTES_INVALID: only a signing-certificate attribute is missing.
pub const HONNIN_REASON_SIGNING_CERTIFICATE_ABSENT: u32 = 30;
/// NOT_PERMITTED: an earlier signature of the document does not allow this one.
pub const HONNIN_REASON_EARLIER_SIGNATURE: u32 = 31;
/// INVALID_ARGUMENT: programs may read the file in different ways, so it is not signed.
pub const HONNIN_REASON_FILE_AMBIGUOUS: u32 = 32;

/// For the person with the card: polite, without jargon, without blame.
pub const HONNIN_AUDIENCE_CARDHOLDER: u32 = 1;
/// For the staff.
pub const HONNIN_AUDIENCE_OPERATOR: u32 = 2;
/// For whoever wrote or runs the program. Always there in English.
pub const HONNIN_AUDIENCE_DEVELOPER: u32 = 3;
/// For the person with the card, on a small display: at most 20 full-width or 40 half-width characters.
pub const HONNIN_AUDIENCE_CARDHOLDER_SHORT: u32 = 4;

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
