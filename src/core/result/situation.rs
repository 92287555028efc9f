//! What surrounds a result and changes what a person should be told: which PIN, which card, which reader, why.

/// A secret that opens something on the card.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PinKind {
    /// 署名用パスワード: 6–16 capital letters and digits.
    Signing,
    /// 利用者証明用暗証番号: 4 digits.
    Authentication,
    /// 券面事項入力補助用暗証番号: 4 digits.
    Text,
    /// 照合番号A of the text application: 12 digits, which are the 個人番号.
    TextCodeA,
    /// 照合番号B of the text application: 14 digits.
    TextCodeB,
    /// 生年月日 of the face application: 6 digits.
    FaceBirthDate,
    /// 照合番号B of the face application: 14 digits.
    FaceCodeB,
    /// 照合番号A of the face application: 12 digits, which are the 個人番号.
    FaceCodeA,
    /// 住民基本台帳用暗証番号 of the resident application: 4 digits.
    Resident,
    /// 住民基本台帳用暗証番号 of the common application: 4 digits.
    Common,
}

/// What kind of thing answered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CardKind {
    /// The plastic card.
    Plastic,
    /// The functions on an Android phone.
    Android,
    /// The functions on an iPhone.
    Iphone,
    /// A JPKI card with a label that this version does not know.
    Other,
}

/// How the card meets the reader.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Default)]
pub enum ReaderInterface {
    /// The reader does not tell.
    #[default]
    Unknown,
    /// The card is inserted.
    Contact,
    /// The card is held to the reader.
    Contactless,
}

/// The detail that tells two failures of the same code apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// READER_SERVICE_UNAVAILABLE: the PC/SC library is not installed.
    LibraryAbsent,
    /// READER_SERVICE_UNAVAILABLE: the service (pcscd, Smart Card) does not run.
    ServiceStopped,
    /// READER_SERVICE_UNAVAILABLE: library and service are of different versions.
    ProtocolMismatch,
    /// READER_SERVICE_UNAVAILABLE: this user may not talk to the service.
    AccessRefused,
    /// CARD_UNSUPPORTED: a driver's licence.
    DrivingLicence,
    /// CARD_UNSUPPORTED: a residence card.
    ResidenceCard,
    /// CARD_UNSUPPORTED: a passport.
    Passport,
    /// CARD_UNSUPPORTED: an old 住基カード.
    Juki,
    /// CARD_UNSUPPORTED: some other card.
    OtherCard,
    /// PIN_FORMAT: four digits where the signing password is wanted.
    FourDigitsForSigning,
    /// PIN_FORMAT
    TooShort,
    /// PIN_FORMAT
    TooLong,
    /// PIN_FORMAT: a character that this PIN cannot contain.
    Character,
    /// PIN_FORMAT
    Empty,
    /// PIN_FORMAT: the digits are no date.
    Date,
    /// PIN_FORMAT: the check digit does not fit.
    CheckDigit,
    /// PIN_FORMAT, new passwords only: at least one letter and one digit.
    NeedsLetterAndDigit,
}

macro_rules! numbered {
    ($type:ident { $($variant:ident = $number:literal, $name:literal;)* }) => {
        impl $type {
            /// Every value, in the order of the numbers.
            pub const ALL: &'static [$type] = &[$($type::$variant),*];

            /// The number that C uses.
            pub const fn number(self) -> u32 {
                match self { $($type::$variant => $number,)* }
            }

            /// The name that C, Python and JSON use.
            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)* }
            }

            /// The value with that number.
            pub fn from_number(number: u32) -> Option<$type> {
                $type::ALL.iter().copied().find(|value| value.number() == number)
            }

            /// The value with that name, in any case, with `-` for `_` if you like.
            pub fn from_name(name: &str) -> Option<$type> {
                let name = name.replace('-', "_");
                $type::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(&name))
            }
        }
    };
}
pub(crate) use numbered;

numbered!(PinKind {
    Signing = 1, "SIGNING";
    Authentication = 2, "AUTHENTICATION";
    Text = 3, "TEXT";
    TextCodeA = 4, "TEXT_CODE_A";
    TextCodeB = 5, "TEXT_CODE_B";
    FaceBirthDate = 6, "FACE_BIRTH_DATE";
    FaceCodeB = 7, "FACE_CODE_B";
    FaceCodeA = 8, "FACE_CODE_A";
    Resident = 9, "RESIDENT";
    Common = 10, "COMMON";
});

numbered!(CardKind {
    Plastic = 1, "PLASTIC";
    Android = 2, "ANDROID";
    Iphone = 3, "IPHONE";
    Other = 9, "OTHER";
});

numbered!(ReaderInterface {
    Unknown = 0, "UNKNOWN";
    Contact = 1, "CONTACT";
    Contactless = 2, "CONTACTLESS";
});

numbered!(Reason {
    LibraryAbsent = 1, "LIBRARY_ABSENT";
    ServiceStopped = 2, "SERVICE_STOPPED";
    ProtocolMismatch = 3, "PROTOCOL_MISMATCH";
    AccessRefused = 4, "ACCESS_REFUSED";
    DrivingLicence = 10, "DRIVING_LICENCE";
    ResidenceCard = 11, "RESIDENCE_CARD";
    Passport = 12, "PASSPORT";
    Juki = 13, "JUKI";
    OtherCard = 14, "OTHER";
    FourDigitsForSigning = 20, "FOUR_DIGITS_FOR_SIGNING";
    TooShort = 21, "TOO_SHORT";
    TooLong = 22, "TOO_LONG";
    Character = 23, "CHARACTER";
    Empty = 24, "EMPTY";
    Date = 25, "DATE";
    CheckDigit = 26, "CHECK_DIGIT";
    NeedsLetterAndDigit = 27, "NEEDS_LETTER_AND_DIGIT";
});
