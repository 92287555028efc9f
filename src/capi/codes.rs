//! The result codes with their traits, and the tags of hints, as `include/honnin.h` has them. Made from the core:
//! `HONNIN_UPDATE=1 cargo test -p honnin-capi codes`.

/// The operation has finished.
pub const HONNIN_OK: i32 = 0;
/// Null, bad enumeration, bad size, bad UTF-8.
pub const HONNIN_INVALID_ARGUMENT: i32 = 100;
/// An option structure from a newer header sets what this library does not know.
pub const HONNIN_UNSUPPORTED_OPTION: i32 = 101;
/// The handle is closed, poisoned or re-entered, or another PIN's session is still open.
pub const HONNIN_BAD_STATE: i32 = 102;
/// This reader, card or build cannot.
pub const HONNIN_NOT_SUPPORTED: i32 = 103;
/// The program has not been permitted to (個人番号 and everything that reveals it).
pub const HONNIN_NOT_PERMITTED: i32 = 104;
/// Stopped on request.
pub const HONNIN_CANCELLED: i32 = 105;
/// No such reader, item or file.
pub const HONNIN_NOT_FOUND: i32 = 106;
/// A file or stream of the caller failed.
pub const HONNIN_IO_ERROR: i32 = 107;
/// The system time lies before the build date.
pub const HONNIN_CLOCK_IMPLAUSIBLE: i32 = 108;
/// A wait that is not for a card ended.
pub const HONNIN_TIMEOUT: i32 = 109;
/// No PC/SC library, service stopped, protocol mismatch or access refused: the reason says which.
pub const HONNIN_READER_SERVICE_UNAVAILABLE: i32 = 200;
/// No reader is connected, or none of that name.
pub const HONNIN_READER_NOT_FOUND: i32 = 201;
/// Another program holds the card until the deadline.
pub const HONNIN_READER_BUSY: i32 = 202;
/// The reader was unplugged.
pub const HONNIN_READER_REMOVED: i32 = 203;
/// The reader answers with an error of its own.
pub const HONNIN_READER_FAILED: i32 = 204;
/// No card before the deadline.
pub const HONNIN_CARD_ABSENT: i32 = 300;
/// The card left during an operation; no PIN was in flight.
pub const HONNIN_CARD_REMOVED: i32 = 301;
/// Contact errors.
pub const HONNIN_CARD_UNSTABLE: i32 = 302;
/// Reset by someone else while verified: start again.
pub const HONNIN_CARD_RESET: i32 = 303;
/// Not a My Number Card.
pub const HONNIN_CARD_UNSUPPORTED: i32 = 304;
/// Cards in more than one reader.
pub const HONNIN_CARD_AMBIGUOUS: i32 = 305;
/// Another card came back.
pub const HONNIN_CARD_CHANGED: i32 = 306;
/// A status word or data the card must not give: malformed, too long, looping.
pub const HONNIN_CARD_RESPONSE: i32 = 307;
/// Proved wrong: record signature, certificate or challenge fails.
pub const HONNIN_CARD_NOT_GENUINE: i32 = 308;
/// Sensed, but no answer to reset.
pub const HONNIN_CARD_MUTE: i32 = 309;
/// The card's own date has passed, as the chip states it (not signed).
pub const HONNIN_CARD_EXPIRED: i32 = 310;
/// Seems to have been issued without passwords (顔認証 card).
pub const HONNIN_CARD_WITHOUT_PIN: i32 = 311;
/// This application is not on this card or phone.
pub const HONNIN_CARD_FEATURE_ABSENT: i32 = 312;
/// The issuer's key is not known to this version: nothing was proved either way.
pub const HONNIN_CARD_ISSUER_UNKNOWN: i32 = 313;
/// Certificate, text and face read in one session disagree.
pub const HONNIN_CARD_RECORDS_DIFFER: i32 = 314;
/// The form is wrong; refused before anything was sent.
pub const HONNIN_PIN_FORMAT: i32 = 400;
/// The card says the PIN is wrong.
pub const HONNIN_PIN_INCORRECT: i32 = 401;
/// No more tries are left than the caller wants kept; nothing was sent.
pub const HONNIN_PIN_LAST_TRY: i32 = 402;
/// The PIN is locked.
pub const HONNIN_PIN_LOCKED: i32 = 403;
/// The operation needs a PIN that is not verified.
pub const HONNIN_PIN_REQUIRED: i32 = 404;
/// Contact was lost while the PIN was in flight.
pub const HONNIN_PIN_OUTCOME_UNKNOWN: i32 = 405;
/// Entry (callback or PIN pad) was not finished; nothing was sent.
pub const HONNIN_PIN_ENTRY_TIMEOUT: i32 = 406;
/// The same wrong value again in this session: answered locally, no try spent.
pub const HONNIN_PIN_REPEATED: i32 = 407;
/// No such certificate on this card.
pub const HONNIN_CERTIFICATE_ABSENT: i32 = 500;
/// The certificate has expired.
pub const HONNIN_CERTIFICATE_EXPIRED: i32 = 501;
/// The certificate is not valid yet.
pub const HONNIN_CERTIFICATE_NOT_YET_VALID: i32 = 502;
/// The certificate has been revoked.
pub const HONNIN_CERTIFICATE_REVOKED: i32 = 503;
/// The certificate is on hold.
pub const HONNIN_CERTIFICATE_ON_HOLD: i32 = 504;
/// Nothing was given to check revocation with.
pub const HONNIN_CERTIFICATE_STATUS_NOT_CHECKED: i32 = 505;
/// What was given does not cover this certificate.
pub const HONNIN_CERTIFICATE_STATUS_UNKNOWN: i32 = 506;
/// No trusted anchor signed it.
pub const HONNIN_CERTIFICATE_UNTRUSTED: i32 = 507;
/// Chains to the test hierarchy or to a virtual card.
pub const HONNIN_CERTIFICATE_TEST: i32 = 508;
/// Key usage, policy or constraints do not fit.
pub const HONNIN_CERTIFICATE_UNSUITABLE: i32 = 509;
/// Not a certificate that can be read.
pub const HONNIN_CERTIFICATE_MALFORMED: i32 = 510;
/// The status given is too old for the moment asked about.
pub const HONNIN_CERTIFICATE_STATUS_STALE: i32 = 511;
/// Unauthorised responder, wrong issuer, or a bad signature on the status.
pub const HONNIN_CERTIFICATE_STATUS_UNTRUSTED: i32 = 512;
/// The mathematics fail.
pub const HONNIN_SIGNATURE_INVALID: i32 = 600;
/// Not a signature that can be read.
pub const HONNIN_SIGNATURE_MALFORMED: i32 = 601;
/// Nothing signed, no signer.
pub const HONNIN_SIGNATURE_MISSING: i32 = 602;
/// The digest of the content differs.
pub const HONNIN_CONTENT_MISMATCH: i32 = 603;
/// Not wholly covered by the signature, or changed later.
pub const HONNIN_CONTENT_CHANGED_AFTER_SIGNING: i32 = 604;
/// SHA-1, MD5, small exponents, short keys.
pub const HONNIN_ALGORITHM_NOT_ALLOWED: i32 = 605;
/// The card's signature does not fit the certificate just read; nothing is handed out.
pub const HONNIN_SIGNATURE_NOT_BY_CERTIFICATE: i32 = 606;
/// The time-stamp is missing, wrong or not for this signature.
pub const HONNIN_TIMESTAMP_INVALID: i32 = 607;
/// Signed attributes missing, doubled or wrong.
pub const HONNIN_ATTRIBUTES_INVALID: i32 = 608;
/// The names differ.
pub const HONNIN_NAME_MISMATCH: i32 = 700;
/// The addresses differ.
pub const HONNIN_ADDRESS_MISMATCH: i32 = 701;
/// The birth dates differ.
pub const HONNIN_BIRTH_DATE_MISMATCH: i32 = 702;
/// The sexes differ.
pub const HONNIN_SEX_MISMATCH: i32 = 703;
/// A person must look.
pub const HONNIN_COMPARISON_UNDECIDED: i32 = 704;
/// Not old enough on that day.
pub const HONNIN_AGE_NOT_MET: i32 = 705;
/// The birth date on the card is incomplete.
pub const HONNIN_AGE_UNDECIDED: i32 = 706;
/// No common script, or no such field.
pub const HONNIN_NOT_COMPARABLE: i32 = 707;
/// A fault of the library.
pub const HONNIN_INTERNAL: i32 = 900;
/// A panic in the library, caught at its boundary.
pub const HONNIN_INTERNAL_PANIC: i32 = 901;
/// Memory ran out.
pub const HONNIN_OUT_OF_MEMORY: i32 = 902;

/// Doing the same again may work.
pub const HONNIN_TRAIT_RETRY: u32 = 1;
/// The person with the card can do something about it.
pub const HONNIN_TRAIT_CARDHOLDER_ACTS: u32 = 2;
/// The staff, or whoever runs the machine, can do something about it.
pub const HONNIN_TRAIT_STAFF_ACTS: u32 = 4;
/// Only the municipal office helps.
pub const HONNIN_TRAIT_OFFICE: u32 = 8;
/// Offer another way of identification.
pub const HONNIN_TRAIT_FALLBACK: u32 = 16;
/// Never to be shown or counted as a pass.
pub const HONNIN_TRAIT_NOT_A_PASS: u32 = 32;
/// For readers into which the card is inserted.
pub const HONNIN_TAG_CONTACT: u32 = 1;
/// For readers to which the card is held.
pub const HONNIN_TAG_CONTACTLESS: u32 = 2;
/// For the plastic card.
pub const HONNIN_TAG_PLASTIC: u32 = 4;
/// For a phone that is the reader. No error shows this: the program offers it.
pub const HONNIN_TAG_PHONE_AS_READER: u32 = 8;
/// For a phone that is the card.
pub const HONNIN_TAG_PHONE_AS_CARD: u32 = 16;
/// About the signing password (署名用パスワード).
pub const HONNIN_TAG_PIN_SIGNING: u32 = 32;
/// About the PIN for authentication (利用者証明用暗証番号).
pub const HONNIN_TAG_PIN_AUTHENTICATION: u32 = 64;
/// About the other 4-digit PINs.
pub const HONNIN_TAG_PIN_OTHER: u32 = 128;
/// About numbers printed on the card: 照合番号A and B, 生年月日.
pub const HONNIN_TAG_PIN_PRINTED: u32 = 256;
/// Sends the person to the municipal office.
pub const HONNIN_TAG_OFFICE: u32 = 512;
/// Offers another way of identification. Only where the program has one: the program offers it.
pub const HONNIN_TAG_OTHER_WAY: u32 = 1024;
/// For a business that serves only under the registered name: the program offers it.
pub const HONNIN_TAG_NAME_MUST_MATCH: u32 = 2048;
