//! Every result code: number, name, traits. The one table that C, Python and the documentation are made from.

use super::flags::flags;

/// What kind of answer a code is: who can act, and whether it is ever a pass.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Traits(u32);

flags!(Traits {
    /// Doing the same again may work.
    RETRY = 1;
    /// The person with the card can do something about it.
    CARDHOLDER_ACTS = 2;
    /// The staff, or whoever runs the machine, can do something about it.
    STAFF_ACTS = 4;
    /// Only the municipal office helps.
    OFFICE = 8;
    /// Offer another way of identification.
    FALLBACK = 16;
    /// Never to be shown or counted as a pass.
    NOT_A_PASS = 32;
});

macro_rules! result_codes {
    ($(#[doc = $doc:literal] $variant:ident = $number:literal, $name:literal, [$($trait_:ident)*];)*) => {
        /// The answer of an operation. Numbers and names are fixed for ever and never reused.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum ResultCode {
            $(#[doc = $doc] $variant = $number,)*
        }

        impl ResultCode {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [ResultCode] = &[$(ResultCode::$variant),*];

            /// The number, as C sees it: 0 is success, all others are positive.
            pub const fn number(self) -> i32 {
                match self { $(ResultCode::$variant => $number,)* }
            }

            /// The name, as C (with `HONNIN_` before it), Python and JSON spell it.
            pub const fn name(self) -> &'static str {
                match self { $(ResultCode::$variant => $name,)* }
            }

            /// What it means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(ResultCode::$variant => $doc.trim_ascii(),)* }
            }

            /// Who can act, and whether the code is ever a pass.
            pub const fn traits(self) -> Traits {
                match self { $(ResultCode::$variant => Traits::NONE$(.with(Traits::$trait_))*,)* }
            }
        }
    };
}

result_codes! {
    /// The operation has finished.
    Ok = 0, "OK", [];

    /// Null, bad enumeration, bad size, bad UTF-8.
    InvalidArgument = 100, "INVALID_ARGUMENT", [STAFF_ACTS NOT_A_PASS];
    /// An option structure from a newer header sets what this library does not know.
    UnsupportedOption = 101, "UNSUPPORTED_OPTION", [STAFF_ACTS NOT_A_PASS];
    /// The handle is closed, poisoned or re-entered, or another PIN's session is still open.
    BadState = 102, "BAD_STATE", [STAFF_ACTS NOT_A_PASS];
    /// This reader, card or build cannot.
    NotSupported = 103, "NOT_SUPPORTED", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// The program has not been permitted to (個人番号 and everything that reveals it).
    NotPermitted = 104, "NOT_PERMITTED", [STAFF_ACTS NOT_A_PASS];
    /// Stopped on request.
    Cancelled = 105, "CANCELLED", [RETRY NOT_A_PASS];
    /// No such reader, item or file.
    NotFound = 106, "NOT_FOUND", [STAFF_ACTS NOT_A_PASS];
    /// A file or stream of the caller failed.
    IoError = 107, "IO_ERROR", [STAFF_ACTS NOT_A_PASS];
    /// The system time lies before the build date.
    ClockImplausible = 108, "CLOCK_IMPLAUSIBLE", [STAFF_ACTS NOT_A_PASS];
    /// A wait that is not for a card ended.
    Timeout = 109, "TIMEOUT", [RETRY NOT_A_PASS];

    /// No PC/SC library, service stopped, protocol mismatch or access refused: the reason says which.
    ReaderServiceUnavailable = 200, "READER_SERVICE_UNAVAILABLE", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// No reader is connected, or none of that name.
    ReaderNotFound = 201, "READER_NOT_FOUND", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// Another program holds the card until the deadline.
    ReaderBusy = 202, "READER_BUSY", [RETRY STAFF_ACTS NOT_A_PASS];
    /// The reader was unplugged.
    ReaderRemoved = 203, "READER_REMOVED", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// The reader answers with an error of its own.
    ReaderFailed = 204, "READER_FAILED", [RETRY STAFF_ACTS FALLBACK NOT_A_PASS];

    /// No card before the deadline.
    CardAbsent = 300, "CARD_ABSENT", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// The card left during an operation; no PIN was in flight.
    CardRemoved = 301, "CARD_REMOVED", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// Contact errors.
    CardUnstable = 302, "CARD_UNSTABLE", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// Reset by someone else while verified: start again.
    CardReset = 303, "CARD_RESET", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// Not a My Number Card.
    CardUnsupported = 304, "CARD_UNSUPPORTED", [CARDHOLDER_ACTS FALLBACK NOT_A_PASS];
    /// Cards in more than one reader.
    CardAmbiguous = 305, "CARD_AMBIGUOUS", [RETRY CARDHOLDER_ACTS STAFF_ACTS NOT_A_PASS];
    /// Another card came back.
    CardChanged = 306, "CARD_CHANGED", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// A status word or data the card must not give: malformed, too long, looping.
    CardResponse = 307, "CARD_RESPONSE", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// Proved wrong: record signature, certificate or challenge fails.
    CardNotGenuine = 308, "CARD_NOT_GENUINE", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// Sensed, but no answer to reset.
    CardMute = 309, "CARD_MUTE", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// The card's own date has passed, as the chip states it (not signed).
    CardExpired = 310, "CARD_EXPIRED", [OFFICE FALLBACK NOT_A_PASS];
    /// Seems to have been issued without passwords (顔認証 card).
    CardWithoutPin = 311, "CARD_WITHOUT_PIN", [FALLBACK NOT_A_PASS];
    /// This application is not on this card or phone.
    CardFeatureAbsent = 312, "CARD_FEATURE_ABSENT", [CARDHOLDER_ACTS FALLBACK NOT_A_PASS];
    /// The issuer's key is not known to this version: nothing was proved either way.
    CardIssuerUnknown = 313, "CARD_ISSUER_UNKNOWN", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// Certificate, text and face read in one session disagree.
    CardRecordsDiffer = 314, "CARD_RECORDS_DIFFER", [OFFICE FALLBACK NOT_A_PASS];

    /// The form is wrong; refused before anything was sent.
    PinFormat = 400, "PIN_FORMAT", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// The card says the PIN is wrong.
    PinIncorrect = 401, "PIN_INCORRECT", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// No more tries are left than the caller wants kept; nothing was sent.
    PinLastTry = 402, "PIN_LAST_TRY", [CARDHOLDER_ACTS FALLBACK NOT_A_PASS];
    /// The PIN is locked.
    PinLocked = 403, "PIN_LOCKED", [OFFICE FALLBACK NOT_A_PASS];
    /// The operation needs a PIN that is not verified.
    PinRequired = 404, "PIN_REQUIRED", [CARDHOLDER_ACTS STAFF_ACTS NOT_A_PASS];
    /// Contact was lost while the PIN was in flight.
    PinOutcomeUnknown = 405, "PIN_OUTCOME_UNKNOWN", [CARDHOLDER_ACTS NOT_A_PASS];
    /// Entry (callback or PIN pad) was not finished; nothing was sent.
    PinEntryTimeout = 406, "PIN_ENTRY_TIMEOUT", [RETRY CARDHOLDER_ACTS NOT_A_PASS];
    /// The same wrong value again in this session: answered locally, no try spent.
    PinRepeated = 407, "PIN_REPEATED", [RETRY CARDHOLDER_ACTS NOT_A_PASS];

    /// No such certificate on this card.
    CertificateAbsent = 500, "CERTIFICATE_ABSENT", [OFFICE FALLBACK NOT_A_PASS];
    /// The certificate has expired.
    CertificateExpired = 501, "CERTIFICATE_EXPIRED", [OFFICE FALLBACK NOT_A_PASS];
    /// The certificate is not valid yet.
    CertificateNotYetValid = 502, "CERTIFICATE_NOT_YET_VALID", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// The certificate has been revoked.
    CertificateRevoked = 503, "CERTIFICATE_REVOKED", [OFFICE FALLBACK NOT_A_PASS];
    /// The certificate is on hold.
    CertificateOnHold = 504, "CERTIFICATE_ON_HOLD", [OFFICE FALLBACK NOT_A_PASS];
    /// Nothing was given to check revocation with.
    CertificateStatusNotChecked = 505, "CERTIFICATE_STATUS_NOT_CHECKED", [STAFF_ACTS NOT_A_PASS];
    /// What was given does not cover this certificate.
    CertificateStatusUnknown = 506, "CERTIFICATE_STATUS_UNKNOWN", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// No trusted anchor signed it.
    CertificateUntrusted = 507, "CERTIFICATE_UNTRUSTED", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// Chains to the test hierarchy or to a virtual card.
    CertificateTest = 508, "CERTIFICATE_TEST", [STAFF_ACTS NOT_A_PASS];
    /// Key usage, policy or constraints do not fit.
    CertificateUnsuitable = 509, "CERTIFICATE_UNSUITABLE", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// Not a certificate that can be read.
    CertificateMalformed = 510, "CERTIFICATE_MALFORMED", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// The status given is too old for the moment asked about.
    CertificateStatusStale = 511, "CERTIFICATE_STATUS_STALE", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// Unauthorised responder, wrong issuer, or a bad signature on the status.
    CertificateStatusUntrusted = 512, "CERTIFICATE_STATUS_UNTRUSTED", [STAFF_ACTS FALLBACK NOT_A_PASS];

    /// The mathematics fail.
    SignatureInvalid = 600, "SIGNATURE_INVALID", [STAFF_ACTS NOT_A_PASS];
    /// Not a signature that can be read.
    SignatureMalformed = 601, "SIGNATURE_MALFORMED", [STAFF_ACTS NOT_A_PASS];
    /// Nothing signed, no signer.
    SignatureMissing = 602, "SIGNATURE_MISSING", [STAFF_ACTS NOT_A_PASS];
    /// The digest of the content differs.
    ContentMismatch = 603, "CONTENT_MISMATCH", [STAFF_ACTS NOT_A_PASS];
    /// Not wholly covered by the signature, or changed later.
    ContentChangedAfterSigning = 604, "CONTENT_CHANGED_AFTER_SIGNING", [STAFF_ACTS NOT_A_PASS];
    /// SHA-1, MD5, small exponents, short keys.
    AlgorithmNotAllowed = 605, "ALGORITHM_NOT_ALLOWED", [STAFF_ACTS NOT_A_PASS];
    /// The card's signature does not fit the certificate just read; nothing is handed out.
    SignatureNotByCertificate = 606, "SIGNATURE_NOT_BY_CERTIFICATE", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// The time-stamp is missing, wrong or not for this signature.
    TimestampInvalid = 607, "TIMESTAMP_INVALID", [RETRY STAFF_ACTS NOT_A_PASS];
    /// Signed attributes missing, doubled or wrong.
    AttributesInvalid = 608, "ATTRIBUTES_INVALID", [STAFF_ACTS NOT_A_PASS];

    /// The names differ.
    NameMismatch = 700, "NAME_MISMATCH", [STAFF_ACTS NOT_A_PASS];
    /// The addresses differ.
    AddressMismatch = 701, "ADDRESS_MISMATCH", [STAFF_ACTS NOT_A_PASS];
    /// The birth dates differ.
    BirthDateMismatch = 702, "BIRTH_DATE_MISMATCH", [STAFF_ACTS NOT_A_PASS];
    /// The sexes differ.
    SexMismatch = 703, "SEX_MISMATCH", [STAFF_ACTS NOT_A_PASS];
    /// A person must look.
    ComparisonUndecided = 704, "COMPARISON_UNDECIDED", [STAFF_ACTS NOT_A_PASS];
    /// Not old enough on that day.
    AgeNotMet = 705, "AGE_NOT_MET", [NOT_A_PASS];
    /// The birth date on the card is incomplete.
    AgeUndecided = 706, "AGE_UNDECIDED", [STAFF_ACTS FALLBACK NOT_A_PASS];
    /// No common script, or no such field.
    NotComparable = 707, "NOT_COMPARABLE", [STAFF_ACTS NOT_A_PASS];

    /// A fault of the library.
    Internal = 900, "INTERNAL", [STAFF_ACTS NOT_A_PASS];
    /// A panic in the library, caught at its boundary.
    InternalPanic = 901, "INTERNAL_PANIC", [STAFF_ACTS NOT_A_PASS];
    /// Memory ran out.
    OutOfMemory = 902, "OUT_OF_MEMORY", [STAFF_ACTS NOT_A_PASS];
}

impl ResultCode {
    /// The code with that number, or `None` for one that this version does not know.
    pub fn from_number(number: i32) -> Option<ResultCode> {
        ResultCode::ALL.iter().copied().find(|code| code.number() == number)
    }

    /// The code with that name, with or without the `HONNIN_` of C, in any case.
    pub fn from_name(name: &str) -> Option<ResultCode> {
        let upper = name.to_ascii_uppercase();
        let bare = upper.strip_prefix("HONNIN_").unwrap_or(&upper);
        ResultCode::ALL.iter().copied().find(|code| code.name() == bare)
    }

    /// The hundred that the code belongs to.
    pub fn family(self) -> Family {
        match self.number() {
            0 => Family::Success,
            1..=199 => Family::Call,
            200..=299 => Family::Reader,
            300..=399 => Family::Card,
            400..=499 => Family::Pin,
            500..=599 => Family::Certificate,
            600..=699 => Family::Signature,
            700..=799 => Family::Identity,
            _ => Family::Internal,
        }
    }

    /// Whether a failure with this code ends the session on the card by leaving the application:
    /// after these the state of the card is not known well enough to go on.
    pub fn leaves_application(self) -> bool {
        matches!(self.family(), Family::Reader | Family::Card | Family::Internal)
            || matches!(
                self,
                ResultCode::Cancelled | ResultCode::PinOutcomeUnknown | ResultCode::SignatureNotByCertificate
            )
    }
}

/// Codes are grouped by hundreds; each family has an exit code of the command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// 0
    Success,
    /// 1xx: the program called wrongly, or stopped it.
    Call,
    /// 2xx
    Reader,
    /// 3xx
    Card,
    /// 4xx
    Pin,
    /// 5xx
    Certificate,
    /// 6xx
    Signature,
    /// 7xx
    Identity,
    /// 9xx
    Internal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_names_are_unique() {
        let numbers: Vec<i32> = ResultCode::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        for code in ResultCode::ALL {
            assert_eq!(ResultCode::from_name(code.name()), Some(*code));
            assert_eq!(ResultCode::from_number(code.number()), Some(*code));
        }
        assert_eq!(ResultCode::ALL.len(), 72);
    }

    #[test]
    fn only_ok_is_a_pass() {
        for code in ResultCode::ALL {
            assert_eq!(code.traits().contains(Traits::NOT_A_PASS), *code != ResultCode::Ok, "{code:?}");
        }
    }

    #[test]
    fn what_is_the_shops_fault_never_sends_the_customer_to_an_office() {
        for code in ResultCode::ALL {
            if code.traits().contains(Traits::OFFICE) {
                assert!(
                    matches!(code.number(), 310 | 314 | 403 | 500 | 501 | 503 | 504),
                    "{code:?} sends people to an office"
                );
            }
        }
    }
}
