//! What surrounds a result and changes what a person should be told: which PIN, which card, which reader, why.

/// Numbers and names of an enumeration, as C and Python have them. With the enumeration itself inside, each value's meaning too:
/// the header takes it from here.
macro_rules! numbered {
    ($(#[$about:meta])* pub enum $type:ident {
        $(#[doc = $doc:literal] $(#[$default:ident])? $variant:ident = $number:literal, $name:literal;)*
    }) => {
        $(#[$about])*
        pub enum $type {
            $(#[doc = $doc] $(#[$default])? $variant,)*
        }

        $crate::result::situation::numbered!($type { $($variant = $number, $name;)* });

        impl $type {
            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $($type::$variant => $doc.trim_ascii(),)* }
            }
        }
    };
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

numbered! {
    /// A secret that opens something on the card.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum PinKind {
        /// 署名用パスワード: 6 to 16 capital letters and digits.
        Signing = 1, "SIGNING";
        /// 利用者証明用暗証番号: 4 digits.
        Authentication = 2, "AUTHENTICATION";
        /// 券面事項入力補助用暗証番号: 4 digits.
        Text = 3, "TEXT";
        /// 照合番号A of the text application: 12 digits, which are the 個人番号.
        TextCodeA = 4, "TEXT_CODE_A";
        /// 照合番号B of the text application: 14 digits.
        TextCodeB = 5, "TEXT_CODE_B";
        /// 生年月日 of the face application: 6 digits.
        FaceBirthDate = 6, "FACE_BIRTH_DATE";
        /// 照合番号B of the face application: 14 digits.
        FaceCodeB = 7, "FACE_CODE_B";
        /// 照合番号A of the face application: 12 digits, which are the 個人番号.
        FaceCodeA = 8, "FACE_CODE_A";
        /// 住民基本台帳用暗証番号 of the resident application: 4 digits.
        Resident = 9, "RESIDENT";
        /// 住民基本台帳用暗証番号 of the common application: 4 digits.
        Common = 10, "COMMON";
    }
}

numbered! {
    /// What kind of thing answered.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum CardKind {
        /// The plastic card.
        Plastic = 1, "PLASTIC";
        /// The functions on an Android phone.
        Android = 2, "ANDROID";
        /// The functions on an iPhone.
        Iphone = 3, "IPHONE";
        /// A JPKI card with a label that this version does not know.
        Other = 9, "OTHER";
    }
}

numbered! {
    /// How the card meets the reader.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Default)]
    pub enum ReaderInterface {
        /// The reader does not tell how the card meets it.
        #[default]
        Unknown = 0, "UNKNOWN";
        /// The card is inserted.
        Contact = 1, "CONTACT";
        /// The card is held to the reader.
        Contactless = 2, "CONTACTLESS";
    }
}

numbered! {
    /// The detail that tells two failures of the same code apart.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Reason {
        /// READER_SERVICE_UNAVAILABLE: the PC/SC library is not installed.
        LibraryAbsent = 1, "LIBRARY_ABSENT";
        /// READER_SERVICE_UNAVAILABLE: the service does not run.
        ServiceStopped = 2, "SERVICE_STOPPED";
        /// READER_SERVICE_UNAVAILABLE: library and service are of different versions.
        ProtocolMismatch = 3, "PROTOCOL_MISMATCH";
        /// READER_SERVICE_UNAVAILABLE: this user may not talk to the service.
        AccessRefused = 4, "ACCESS_REFUSED";
        /// CARD_UNSUPPORTED: a driver's licence.
        DrivingLicence = 10, "DRIVING_LICENCE";
        /// CARD_UNSUPPORTED: a residence card.
        ResidenceCard = 11, "RESIDENCE_CARD";
        /// CARD_UNSUPPORTED: a passport.
        Passport = 12, "PASSPORT";
        /// CARD_UNSUPPORTED: an old 住基カード.
        Juki = 13, "JUKI";
        /// CARD_UNSUPPORTED: some other card.
        OtherCard = 14, "OTHER";
        /// PIN_FORMAT: four digits where the signing password is wanted.
        FourDigitsForSigning = 20, "FOUR_DIGITS_FOR_SIGNING";
        /// PIN_FORMAT: too few characters.
        TooShort = 21, "TOO_SHORT";
        /// PIN_FORMAT: too many characters.
        TooLong = 22, "TOO_LONG";
        /// PIN_FORMAT: a character that this PIN cannot contain.
        Character = 23, "CHARACTER";
        /// PIN_FORMAT: nothing was entered.
        Empty = 24, "EMPTY";
        /// PIN_FORMAT: the digits are no date.
        Date = 25, "DATE";
        /// PIN_FORMAT: the check digit does not fit.
        CheckDigit = 26, "CHECK_DIGIT";
        /// PIN_FORMAT: a new password needs at least one letter and one digit.
        NeedsLetterAndDigit = 27, "NEEDS_LETTER_AND_DIGIT";
        /// ATTRIBUTES_INVALID: only a signing-certificate attribute is missing.
        SigningCertificateAbsent = 30, "SIGNING_CERTIFICATE_ABSENT";
        /// NOT_PERMITTED: an earlier signature of the document does not allow this one.
        EarlierSignature = 31, "EARLIER_SIGNATURE";
        /// INVALID_ARGUMENT: programs may read the file in different ways, so it is not signed.
        FileAmbiguous = 32, "FILE_AMBIGUOUS";
    }
}
