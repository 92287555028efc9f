//! What a card tells without a PIN: its expiry, which certificates it has, and, only if asked, its serial number
//! and municipality.

use super::application::{Application, File};
use super::session::Card;
use super::{Progress, Stage};
use crate::holder::PartialDate;
use crate::iso7816::{Command, status};
use crate::result::{Error, PinKind, Result, ResultCode};
use core::fmt;
use zeroize::Zeroizing;

/// Data objects of the issuer domain: the municipality's code, five digits, and the expiry, eight (M).
const MUNICIPALITY: u16 = 0x00F0;
const EXPIRY: u16 = 0x00F2;

/// Which details are wanted. The serial number and the municipality point at a person: only on request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct What {
    /// The card's own expiry.
    pub expiry: bool,
    /// Which certificates the card has.
    pub certificates: bool,
    /// The serial number.
    pub serial: bool,
    /// The municipality's code.
    pub municipality: bool,
}

impl Default for What {
    fn default() -> What {
        What { expiry: true, certificates: true, serial: false, municipality: false }
    }
}

/// What the card told. None of it is signed.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CardDetails {
    /// The last day on which the card is good.
    pub expiry: Option<PartialDate>,
    /// Fifteen digits.
    pub serial: Option<String>,
    /// Five digits, the first five of the 全国地方公共団体コード.
    pub municipality: Option<String>,
    /// Whether there is a signing certificate; `None` if not asked or not told.
    pub signing_certificate: Option<bool>,
    /// Whether there is an authentication certificate; `None` if not asked or not told.
    pub authentication_certificate: Option<bool>,
    /// Whether the card seems to have been issued without passwords (顔認証 card) (L).
    pub seems_without_pin: bool,
}

impl CardDetails {
    /// CARD_WITHOUT_PIN if the card seems to have been issued without passwords, else OK. Not a fault: the
    /// details are there in both cases.
    pub fn result(&self) -> ResultCode {
        if self.seems_without_pin { ResultCode::CardWithoutPin } else { ResultCode::Ok }
    }
}

/// A serial number identifies a person: it is not shown.
impl fmt::Debug for CardDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardDetails(seems_without_pin: {})", self.seems_without_pin)
    }
}

impl Card {
    /// Reads what the card tells without a PIN.
    ///
    /// Sends, for the certificates: EF 0008 if it was not read yet, and the authentication PIN's counter only if
    /// there is no signing certificate. For the others: SELECT of the common application, SELECT EF, READ RECORD. For
    /// serial number or municipality also SELECT of the issuer domain and two GET DATA, to compare.
    ///
    /// # Errors
    /// BAD_STATE with a PIN verified, if the common application is needed; CARD_FEATURE_ABSENT (phones);
    /// CARD_RESPONSE.
    pub fn details_read(&mut self, what: What) -> Result<CardDetails> {
        self.operation("card_details_read", |card| {
            let details = card.details(what)?;
            card.comeback.hand_out_details(what, &details);
            Ok(details)
        })
    }

    pub(super) fn details(&mut self, what: What) -> Result<CardDetails> {
        let needs_common = what.expiry || what.serial || what.municipality;
        if needs_common {
            self.channel.check_may_enter(Application::Common)?;
        }
        let mut details = CardDetails::default();
        self.report(Progress { stage: Stage::Checking, done: 0, total: 2 })?;
        if what.certificates {
            self.read_certificate_presence(&mut details)?;
        }
        self.report(Progress { stage: Stage::Checking, done: 1, total: 2 })?;
        if needs_common {
            self.read_common_record(what, &mut details)?;
        }
        self.report(Progress { stage: Stage::Checking, done: 2, total: 2 })?;
        Ok(details)
    }

    fn read_certificate_presence(&mut self, details: &mut CardDetails) -> Result<()> {
        self.channel.enter(Application::Jpki)?;
        let presence = self.certificate_presence()?;
        let told = |at: usize| presence.get(at).map(|byte| *byte != 0);
        details.signing_certificate = told(0);
        details.authentication_certificate = told(1);
        if details.signing_certificate == Some(false) {
            // A child's card has a usable authentication PIN; a card without passwords has none.
            match self.pin_tries_here(PinKind::Authentication) {
                Err(error) if error.code == ResultCode::PinLocked => details.seems_without_pin = true,
                Err(error) if error.status_word.is_none() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn read_common_record(&mut self, what: What, details: &mut CardDetails) -> Result<()> {
        self.channel.enter(Application::Common)?;
        let record = self.channel.read_record(File::COMMON_RECORD, 1)?;
        // 01 1C, then 28 digits: serial 15, municipality 5, expiry YYYYMMDD.
        let digits = record
            .strip_prefix(&[0x01, 0x1C])
            .and_then(|rest| rest.get(..28))
            .filter(|digits| digits.iter().all(u8::is_ascii_digit))
            .and_then(|digits| core::str::from_utf8(digits).ok());
        let parsed = digits.and_then(|digits| {
            let expiry = PartialDate::from_digits(digits.get(20..28)?.as_bytes())?;
            Some((digits.get(..15)?, digits.get(15..20)?, expiry))
        });
        let Some((serial, municipality, expiry)) = parsed else {
            return Err(Error::new(ResultCode::CardResponse, "a record of the card that cannot be read"));
        };
        self.seen.expiry = Some(expiry);
        if what.serial || what.municipality {
            self.compare_with_master_file(municipality, expiry)?;
        }
        details.expiry = what.expiry.then_some(expiry);
        details.serial = what.serial.then(|| serial.to_owned());
        details.municipality = what.municipality.then(|| municipality.to_owned());
        Ok(())
    }

    /// The issuer domain has municipality and expiry too, outside any application. Another one there is remembered as a
    /// contradiction of the records; nothing there, or no such command, is no fault (M).
    fn compare_with_master_file(&mut self, municipality: &str, expiry: PartialDate) -> Result<()> {
        if !self.channel.enter_issuer_domain()? {
            return Ok(());
        }
        let mut differs = false;
        for (tag, expected) in
            [(MUNICIPALITY, municipality.to_owned()), (EXPIRY, expiry.to_string().replace('-', ""))]
        {
            let [p1, p2] = u16::to_be_bytes(tag);
            let command = Command::new(0x00, 0xCA, p1, p2).expecting(Command::SHORT_EXPECTED);
            let response = self.channel.ask(&command)?;
            // Of another form, or with filler behind it, it says nothing that could be compared.
            let told =
                response.data().get(..expected.len()).filter(|told| told.iter().all(u8::is_ascii_digit));
            differs |= response.is_ok() && told.is_some_and(|told| told != expected.as_bytes());
        }
        self.seen.card_differs |= differs;
        Ok(())
    }

    /// EF 0008 of the JPKI application, read once a session; empty if the card would not tell.
    pub(super) fn certificate_presence(&mut self) -> Result<Vec<u8>> {
        if let Some(known) = &self.certificate_presence {
            return Ok(known.clone());
        }
        let response = self.channel.read_start(File::CERTIFICATE_PRESENCE, 3)?;
        let told = matches!(response.status_word(), status::OK | status::END_OF_FILE);
        if !told && self.channel.is_selection_assumed() {
            // Perhaps it was another application that refused: asked again, it is known.
            return Err(Error::new(ResultCode::CardResponse, "EF 0008 was refused")
                .with_status_word(response.status_word()));
        }
        let presence = if told { response.data().to_vec() } else { Vec::new() };
        self.certificate_presence = Some(presence.clone());
        Ok(presence)
    }

    /// CERTIFICATE_ABSENT if the card says it has no signing certificate. Costs no try; anything but a plain
    /// "no" is no proof of absence, and the card itself will say (L).
    pub(super) fn check_signing_certificate_present(&mut self) -> Result<()> {
        if self.certificate_presence()?.first() == Some(&0) {
            return Err(Error::new(ResultCode::CertificateAbsent, "EF 0008: no signing certificate"));
        }
        Ok(())
    }
}

impl super::channel::Channel {
    /// Reads a record of a file of the selected application.
    fn read_record(&mut self, file: File, number: u8) -> Result<Zeroizing<Vec<u8>>> {
        let refusal = |status_word| {
            let code = match status_word {
                status::NOT_FOUND | status::NO_RECORD => ResultCode::CardFeatureAbsent,
                _ => ResultCode::CardResponse,
            };
            Error::new(code, "a record of the card was refused").with_status_word(status_word)
        };
        if let Some(refused) = self.select_file(file)? {
            return Err(refusal(refused.status_word()));
        }
        let response =
            self.ask(&Command::new(0x00, 0xB2, number, 0x04).expecting(Command::SHORT_EXPECTED))?;
        if !response.is_ok() {
            return Err(refusal(response.status_word()));
        }
        Ok(response.into_data())
    }
}
