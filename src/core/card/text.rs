//! The text application (券面入力補助AP): the four attributes (基本4情報) as text, and the 個人番号. By option both travel
//! encrypted (`secure`).

use super::application::{Application, File};
use super::genuine::{certificate_findings, is_of_content, record_finding};
use super::record::{Evidence, Record, malformed};
use super::seen::{Attributes, Reading};
use super::session::Card;
use crate::certificate::Trust;
use crate::holder::{Holder, HolderSource};
use crate::iso7816::{Command, Header, Tag, status};
use crate::result::{Error, Finding, PinKind, Report, Result, ResultCode, Subject};
use crate::signature::{Hash, digest};
use zeroize::Zeroizing;

const MY_NUMBER: Tag = 0xFF10;
const MY_NUMBER_LEN: usize = 12;
/// With its header and two bytes of filler (H).
const MY_NUMBER_FILE_LEN: u32 = 17;

const ATTRIBUTES: Tag = 0xFF20;
const OFFSETS: Tag = 0xDF21;
const NAME: Tag = 0xDF22;
const ADDRESS: Tag = 0xDF23;
const BIRTH_DATE: Tag = 0xDF24;
const SEX: Tag = 0xDF25;
/// Names and addresses take some 100 bytes; furigana and longer ones are to have room.
const LONGEST_ATTRIBUTES: usize = 8192;

const INTEGRITY: Tag = 0xFF30;
const MY_NUMBER_DIGEST: Tag = 0xDF31;
const ATTRIBUTES_DIGEST: Tag = 0xDF32;
const INTEGRITY_SIGNATURE: Tag = 0xDF33;
/// With RSA-2048 (H).
const INTEGRITY_LEN: u32 = 336;
const LONGEST_INTEGRITY: usize = 4096;

impl Card {
    /// Reads the four attributes. With `integrity` the signed digest of them is checked as well: the findings RECORD,
    /// CARD_CERTIFICATE and TEST_CARD. The record that has it reveals the 個人番号, so without the program's permit it
    /// is not read, and the only finding is RECORD, not checked, NOT_PERMITTED.
    ///
    /// Sends: READ BINARY of 256 bytes, and of the rest if there is any; for the integrity EF 0003 (336 bytes) and
    /// EF 0004 (568 bytes), one each with extended length.
    ///
    /// # Errors
    /// PIN_REQUIRED unless TEXT or TEXT_CODE_B was verified in this session (nothing is sent); BAD_STATE with a PIN of
    /// another application verified; CARD_RESPONSE for a record that cannot be read; CARD_FEATURE_ABSENT.
    pub fn text_read(&mut self, integrity: Option<&Trust>) -> Result<Reading> {
        self.operation("text_read", |card| {
            let attributes = card.attributes()?;
            let integrity = integrity.map(|trust| card.text_integrity(&attributes, trust)).transpose()?;
            card.seen.remember(&attributes.holder);
            Ok(Reading { holder: attributes.holder, integrity })
        })
    }

    /// Reads the 個人番号: twelve digits, wiped when dropped. What the program reads it for is logged.
    ///
    /// Sends: READ BINARY.
    ///
    /// # Errors
    /// NOT_PERMITTED without the program's permit; PIN_REQUIRED unless TEXT or TEXT_CODE_A was verified in this
    /// session (nothing is sent in either case); BAD_STATE; CARD_RESPONSE; CARD_NOT_GENUINE if its integrity record
    /// was read in this session and has the digest of another number.
    pub fn my_number_read(&mut self) -> Result<Zeroizing<String>> {
        self.operation("my_number_read", |card| {
            if !card.permits_my_number() {
                return Err(Error::new(
                    ResultCode::NotPermitted,
                    "the program has not been permitted to read the 個人番号",
                ));
            }
            card.check_opened(Application::Text, &[PinKind::Text, PinKind::TextCodeA])?;
            card.log_use_of_my_number();
            card.channel.enter(Application::Text)?;
            let file = card.read_my_number_file()?;
            if let Some(expected) = &card.seen.opened.my_number_digest
                && Zeroizing::new(digest(Hash::Sha256, &file)) != *expected
            {
                return Err(Error::new(ResultCode::CardNotGenuine, "the signed digest is of another number"));
            }
            let header = Header::read(&file).filter(|header| header.tag == MY_NUMBER);
            header
                .and_then(|header| file.get(header.header_len..header.total_len()))
                .filter(|number| number.len() == MY_NUMBER_LEN && number.iter().all(u8::is_ascii_digit))
                .and_then(|number| core::str::from_utf8(number).ok())
                .map(|number| Zeroizing::new(number.to_owned()))
                .ok_or_else(|| malformed("the record of the 個人番号 cannot be read"))
        })
    }

    /// The whole physical file, for its digest covers the filler too (H).
    fn read_my_number_file(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        if self.is_to_be_secured() {
            return self.read_start_secured(File::MY_NUMBER);
        }
        let mut response = self.channel.read_start(File::MY_NUMBER, Command::SHORT_EXPECTED)?;
        if matches!(response.status_word(), status::WRONG_OFFSET | status::WRONG_LENGTH) {
            // The card refuses to read across the end (L): exactly what there is, then.
            response = self.channel.read_start(File::MY_NUMBER, MY_NUMBER_FILE_LEN)?;
        }
        match response.status_word() {
            status::OK | status::END_OF_FILE => Ok(response.into_data()),
            status::NOT_VERIFIED => {
                self.channel.forget_verified();
                Err(Error::new(ResultCode::PinRequired, "the card no longer holds the PIN for verified")
                    .with_pin(PinKind::Text)
                    .with_status_word(status::NOT_VERIFIED))
            }
            other => Err(malformed("the record of the 個人番号 was refused").with_status_word(other)),
        }
    }

    fn attributes(&mut self) -> Result<Attributes> {
        self.check_opened(Application::Text, &[PinKind::Text, PinKind::TextCodeB])?;
        if let Some(known) = &self.seen.opened.text {
            return Ok(known.clone());
        }
        self.channel.enter(Application::Text)?;
        let file =
            self.read_text_object(File::ATTRIBUTES, ATTRIBUTES, Command::SHORT_EXPECTED, LONGEST_ATTRIBUTES)?;
        let attributes = parse(&file)?;
        self.seen.opened.text = Some(attributes.clone());
        Ok(attributes)
    }

    fn text_integrity(&mut self, attributes: &Attributes, trust: &Trust) -> Result<Report> {
        let mut report = Report::new();
        if !self.permits_my_number() {
            report.push(Finding::not_checked(
                Subject::Record,
                ResultCode::NotPermitted,
                "the record to check with reveals the 個人番号, which the program may not read",
            ));
            return Ok(report);
        }
        self.log_use_of_my_number();
        self.channel.enter(Application::Text)?;
        let file = self.read_text_object(File::INTEGRITY, INTEGRITY, INTEGRITY_LEN, LONGEST_INTEGRITY);
        let integrity = match file.and_then(|file| Integrity::parse(&file)) {
            Err(error) if is_of_content(&error) => None,
            other => Some(other?),
        };
        let certificate = self.card_certificate(Application::Text)?;
        let finding = match integrity {
            None => Finding::failed(
                Subject::Record,
                ResultCode::CardResponse,
                "the record of digests is missing or cannot be read",
            ),
            Some(integrity) => {
                let signed = record_finding(&integrity.evidence, certificate.as_ref());
                if signed.code != ResultCode::Ok {
                    signed
                } else if integrity.attributes == attributes.digest {
                    self.seen.opened.my_number_digest = Some(integrity.my_number);
                    self.unless_contradicted(signed, &attributes.holder, None)
                } else {
                    Finding::failed(
                        Subject::Record,
                        ResultCode::CardNotGenuine,
                        "the signed digest is of other attributes",
                    )
                }
            }
        };
        report.push(finding);
        for finding in certificate_findings(certificate.as_ref(), trust) {
            report.push(finding);
        }
        Ok(report)
    }
}

fn parse(file: &[u8]) -> Result<Attributes> {
    let record = Record::with_offsets(file, ATTRIBUTES, OFFSETS)?;
    let holder = Holder {
        name: Some(record.text(NAME)?),
        name_kana: None,
        address: Some(record.text(ADDRESS)?),
        birth_date: record.date(BIRTH_DATE)?,
        sex: Some(record.sex(SEX)?),
        name_substituted: Vec::new(),
        address_substituted: Vec::new(),
        source: HolderSource::Text,
    };
    Ok(Attributes { holder, digest: record.digest_without_offsets() })
}

/// The record that vouches for the two files beside it.
struct Integrity {
    /// SHA-256 of the physical file of the 個人番号: an unkeyed hash of twelve digits, so it reveals them.
    my_number: Zeroizing<Vec<u8>>,
    /// SHA-256 of the attributes without their table of offsets.
    attributes: Vec<u8>,
    evidence: Evidence,
}

impl Integrity {
    fn parse(file: &[u8]) -> Result<Integrity> {
        let record = Record::parse(file, INTEGRITY)?;
        let digest = |tag| {
            record
                .get(tag)
                .ok()
                .filter(|digest| digest.len() == Hash::Sha256.digest_len())
                .ok_or_else(|| malformed("a digest of another length"))
        };
        let covered = record.digest_of(&[MY_NUMBER_DIGEST, ATTRIBUTES_DIGEST]);
        Ok(Integrity {
            my_number: Zeroizing::new(digest(MY_NUMBER_DIGEST)?.to_vec()),
            attributes: digest(ATTRIBUTES_DIGEST)?.to_vec(),
            evidence: Evidence::over(&[covered], record.get(INTEGRITY_SIGNATURE)?, None)?,
        })
    }
}
