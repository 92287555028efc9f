//! The age record of the face application: the birth date, which the birth date printed on the card opens. No password
//! and nothing else of the person.

use super::application::{Application, File};
use super::record::{Evidence, Record};
use super::seen::Reading;
use super::session::Card;
use crate::certificate::Trust;
use crate::clock;
use crate::holder::{Holder, HolderSource};
use crate::identity::age;
use crate::iso7816::{Command, Tag};
use crate::result::{PinKind, Report, Result};

const RECORD: Tag = 0xFF10;
const BIRTH_DATE: Tag = 0xDF11;
const CARD_KEY: Tag = 0xDF12;
const SIGNATURE: Tag = 0xDF13;

/// 547 bytes with RSA-2048 (H).
const LONGEST: usize = 4096;

impl Card {
    /// Reads the age record. With `integrity` its signature is checked as well: the findings RECORD, CARD_CERTIFICATE,
    /// TEST_CARD and CARD_EXPIRY, the last from `details_read` if that was called before in this session.
    ///
    /// Sends: READ BINARY of 256 bytes and of the rest (291 bytes; one with extended length); for the integrity EF
    /// 0004 if it was not read yet.
    ///
    /// # Errors
    /// PIN_REQUIRED unless FACE_BIRTH_DATE was verified in this session (nothing is sent); BAD_STATE with a PIN of
    /// another application verified; CARD_RESPONSE for a record that cannot be read, a birth date in the future or of
    /// somebody older than 130; CARD_FEATURE_ABSENT.
    pub fn age_read(&mut self, integrity: Option<&Trust>) -> Result<Reading> {
        self.operation("age_read", |card| {
            let (holder, evidence) = card.age_record()?;
            let integrity =
                integrity.map(|trust| card.age_integrity(&holder, &evidence, trust)).transpose()?;
            card.seen.remember(&holder);
            Ok(Reading { holder, integrity })
        })
    }

    /// The record, from this session's memory or from the card.
    pub(super) fn age_record(&mut self) -> Result<(Holder, Evidence)> {
        self.check_opened(Application::Face, &[PinKind::FaceBirthDate])?;
        if let Some(known) = &self.seen.opened.age {
            return Ok(known.clone());
        }
        self.channel.enter(Application::Face)?;
        let file = self.read_record_object(File::AGE_RECORD, RECORD, Command::SHORT_EXPECTED, LONGEST)?;
        let (holder, evidence) = parse(&file)?;
        if let Ok(today) = clock::today_in_japan() {
            age::plausible(holder.birth_date, today)?;
        }
        self.seen.opened.age = Some((holder.clone(), evidence.clone()));
        Ok((holder, evidence))
    }

    fn age_integrity(&mut self, holder: &Holder, evidence: &Evidence, trust: &Trust) -> Result<Report> {
        let mut report = self.record_report(Application::Face, holder, None, evidence, trust)?;
        report.push(self.expiry_finding(self.seen.expiry));
        Ok(report)
    }
}

fn parse(file: &[u8]) -> Result<(Holder, Evidence)> {
    let record = Record::parse(file, RECORD)?;
    let holder = Holder {
        name: None,
        name_kana: None,
        address: None,
        birth_date: record.date(BIRTH_DATE)?,
        sex: None,
        name_substituted: Vec::new(),
        address_substituted: Vec::new(),
        source: HolderSource::Age,
    };
    let covered = record.digest_of(&[BIRTH_DATE, CARD_KEY]);
    let evidence = Evidence::over(&[covered], record.get(SIGNATURE)?, Some(record.public_key(CARD_KEY)?))?;
    Ok((holder, evidence))
}
