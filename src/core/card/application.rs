//! Where things are on the card: applications, elementary files, keys.

use crate::certificate::CertificateKind;
use crate::result::{CardKind, PinKind, Reason};

/// An application of the card, selected by its full ten-byte name: a prefix would select one too (H).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Application {
    /// 公的個人認証AP: keys and certificates.
    Jpki,
    /// 券面事項入力補助AP
    Text,
    /// 券面事項確認AP
    Face,
    /// 共通カードAP: serial number, municipality, expiry.
    Common,
    /// 住基AP
    Resident,
}

impl Application {
    pub(super) fn aid(self) -> &'static [u8] {
        match self {
            Application::Jpki => &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01],
            Application::Text => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08],
            Application::Face => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02],
            Application::Common => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
            Application::Resident => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01],
        }
    }
}

/// The issuer domain: selecting it leaves whatever application was selected and clears the security status (M).
pub(super) const ISSUER_DOMAIN: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

/// Other cards that people take for theirs, by an application that each has (H): the first of the driver's licence
/// (運転免許証, DF1), the first of the residence card (在留カード and 特別永住者証明書, DF1), that of any passport (ICAO 9303).
pub(super) const OTHER_CARDS: &[(Reason, &[u8])] = &[
    (Reason::DrivingLicence, &[0xA0, 0x00, 0x00, 0x02, 0x31, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    (Reason::ResidenceCard, &[0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    (Reason::Passport, &[0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01]),
];

/// An elementary file. Every file identifier of this card is in 0001–001E, so its low five bits are also
/// its short identifier (SFI) (H).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct File(u8);

impl File {
    /// JPKI: token information; the first 32 bytes are the label.
    pub(super) const TOKEN_INFORMATION: File = File(0x06);
    /// JPKI: which certificates there are.
    pub(super) const CERTIFICATE_PRESENCE: File = File(0x08);
    /// Common: serial, municipality, expiry.
    pub(super) const COMMON_RECORD: File = File(0x01);

    pub(super) fn of_certificate(kind: CertificateKind) -> File {
        match kind {
            CertificateKind::Signing => File(0x01),
            CertificateKind::SigningCa => File(0x02),
            CertificateKind::Authentication => File(0x0A),
            CertificateKind::AuthenticationCa => File(0x0B),
        }
    }

    pub(super) fn of_key(kind: KeyKind) -> File {
        match kind {
            KeyKind::Signing => File(0x1A),
            KeyKind::Authentication => File(0x17),
        }
    }

    pub(super) fn id(self) -> [u8; 2] {
        [0, self.0]
    }

    /// The short identifier with bit 8 set, as P1 of READ BINARY and P2 of VERIFY and signing want it.
    pub(super) fn short(self) -> u8 {
        0x80 | self.0
    }
}

/// Where a PIN lives and how many tries it has when none was spent.
#[derive(Clone, Copy, Debug)]
pub(super) struct PinReference {
    pub(super) application: Application,
    pub(super) file: File,
    pub(super) most_tries: u8,
}

impl PinReference {
    pub(super) fn of(pin: PinKind) -> PinReference {
        let (application, file, most_tries) = match pin {
            PinKind::Signing => (Application::Jpki, 0x1B, 5),
            PinKind::Authentication => (Application::Jpki, 0x18, 3),
            PinKind::Text => (Application::Text, 0x11, 3),
            PinKind::TextCodeA => (Application::Text, 0x14, 10),
            PinKind::TextCodeB => (Application::Text, 0x15, 10),
            // Nobody has published how many tries 生年月日 has: take the other printed codes' ten.
            PinKind::FaceBirthDate => (Application::Face, 0x11, 10),
            PinKind::FaceCodeB => (Application::Face, 0x12, 10),
            PinKind::FaceCodeA => (Application::Face, 0x13, 10),
            PinKind::Resident => (Application::Resident, 0x1C, 3),
            PinKind::Common => (Application::Common, 0x1C, 3),
        };
        PinReference { application, file: File(file), most_tries }
    }
}

/// Which key of the card.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyKind {
    /// The signing key (署名用).
    Signing,
    /// The authentication key (利用者証明用).
    Authentication,
}

crate::result::situation::numbered!(KeyKind {
    Signing = 1, "SIGNING";
    Authentication = 2, "AUTHENTICATION";
});

impl KeyKind {
    /// The PIN that opens the key.
    pub fn pin(self) -> PinKind {
        match self {
            KeyKind::Signing => PinKind::Signing,
            KeyKind::Authentication => PinKind::Authentication,
        }
    }

    /// The certificate of the key.
    pub fn certificate(self) -> CertificateKind {
        match self {
            KeyKind::Signing => CertificateKind::Signing,
            KeyKind::Authentication => CertificateKind::Authentication,
        }
    }
}

/// What a label in EF 0006 says of the card.
pub(super) enum Labelled {
    /// A card or phone that the library works with.
    Card(CardKind),
    /// An old 住基カード: it carries the JPKI application too, but is no My Number Card.
    Juki,
    /// No label of this application.
    Unknown,
}

impl Labelled {
    /// The labels that were seen on cards and phones.
    const KNOWN: [&str; 4] = ["JPKIAPICCTOKEN2", "JPKIAPICCTOKEN", "JPKIAPGPSETOKEN", "JPKIAPIOSTOKEN"];

    /// The label, if it is a known one.
    pub(super) fn known(bytes: &[u8]) -> Option<&'static str> {
        let label = core::str::from_utf8(bytes.get(..32)?).ok()?.trim_end_matches([' ', '\0']);
        Labelled::KNOWN.into_iter().find(|known| *known == label)
    }

    /// Decides by the first 32 bytes of the token information, a label padded with spaces (H).
    pub(super) fn from_token_information(bytes: &[u8]) -> Labelled {
        let padding = |byte: &u8| *byte == b' ' || *byte == 0;
        let end = bytes.iter().rposition(|byte| !padding(byte)).map_or(0, |last| last.saturating_add(1));
        match bytes.get(..end).unwrap_or_default() {
            b"JPKIAPICCTOKEN2" => Labelled::Card(CardKind::Plastic),
            b"JPKIAPGPSETOKEN" => Labelled::Card(CardKind::Android),
            b"JPKIAPIOSTOKEN" => Labelled::Card(CardKind::Iphone),
            b"JPKIAPICCTOKEN" => Labelled::Juki,
            label if label.starts_with(b"JPKIAP") => Labelled::Card(CardKind::Other),
            _ => Labelled::Unknown,
        }
    }
}
