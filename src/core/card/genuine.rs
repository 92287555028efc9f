//! Whether a card is genuine. Three things prove it together: the issuer vouches for a key (the card-verifiable
//! certificate), that key signed the record, and the key that the record names answers a fresh random challenge, so
//! that the card is no copy of the files of another.

use super::application::{Application, File};
use super::record::{Evidence, Record};
use super::session::Card;
use super::{Progress, Stage};
use crate::certificate::{CARD_CERTIFICATE_LEN, CardCertificate, Trust};
use crate::clock;
use crate::holder::{Holder, PartialDate};
use crate::iso7816::{Command, Tag, status};
use crate::result::{Error, Finding, PinKind, Report, Result, ResultCode, Subject};
use crate::signature::{Hash, digest, digest_info};

const CERTIFICATE: Tag = 0x7F21;
/// 568 bytes with RSA-2048 (H).
const LONGEST_CERTIFICATE: usize = 4096;

const CARD_KEY_RECORD: Tag = 0xFF50;
const CARD_KEY: Tag = 0xDF51;
const CARD_KEY_SIGNATURE: Tag = 0xDF52;
/// What that record is long with RSA-2048 (H).
const CARD_KEY_RECORD_LEN: u32 = 536;

const FACE_PINS: [PinKind; 3] = [PinKind::FaceBirthDate, PinKind::FaceCodeB, PinKind::FaceCodeA];
const TEXT_PINS: [PinKind; 3] = [PinKind::Text, PinKind::TextCodeB, PinKind::TextCodeA];

impl Card {
    /// Checks whether the card is genuine: the findings CARD_CERTIFICATE, RECORD and CHALLENGE, and TEST_CARD, which
    /// fails for test cards and virtual cards whoever is trusted. What is proved wrong is CARD_NOT_GENUINE; an issuer
    /// whose key is not trusted is CARD_ISSUER_UNKNOWN, not checked, on CARD_CERTIFICATE.
    ///
    /// Works with the application in which a PIN or printed code is verified: text or face.
    ///
    /// Sends: EF 0004 if it was not read yet (568 bytes; one with extended length), a record with the card's key if
    /// none was read yet, the challenge.
    ///
    /// # Errors
    /// PIN_REQUIRED if no PIN or printed code of either application was verified in this session; BAD_STATE with one
    /// of another application verified; CARD_RESPONSE; CARD_FEATURE_ABSENT.
    pub fn genuine_check(&mut self, trust: &Trust) -> Result<Report> {
        self.operation("genuine_check", |card| {
            let application = card.application_to_prove()?;
            card.channel.enter(application)?;
            let evidence = card.evidence(application)?;
            let certificate = card.card_certificate(application)?;
            let challenge = card.challenge(&evidence)?;
            let mut report = Report::new();
            let [certificate_finding, test_card] = certificate_findings(certificate.as_ref(), trust);
            report.push(certificate_finding);
            report.push(record_finding(&evidence, certificate.as_ref()));
            report.push(challenge);
            report.push(test_card);
            Ok(report)
        })
    }

    fn application_to_prove(&self) -> Result<Application> {
        if TEXT_PINS.iter().any(|pin| self.channel.is_verified(*pin)) {
            self.check_opened(Application::Text, &TEXT_PINS).map(|()| Application::Text)
        } else {
            self.check_opened(Application::Face, &FACE_PINS).map(|()| Application::Face)
        }
    }

    /// A record with the card's own key: one that was read already, else the smallest that is open.
    fn evidence(&mut self, application: Application) -> Result<Evidence> {
        let opened = &self.seen.opened;
        if application == Application::Text {
            if let Some(known) = &opened.card_key {
                return Ok(known.clone());
            }
            let file = self.read_record_object(
                File::CARD_KEY,
                CARD_KEY_RECORD,
                CARD_KEY_RECORD_LEN,
                LONGEST_CERTIFICATE,
            )?;
            let record = Record::parse(&file, CARD_KEY_RECORD)?;
            let covered = record.digest_of(&[CARD_KEY]);
            let key = record.public_key(CARD_KEY)?;
            let evidence = Evidence::over(&[covered], record.get(CARD_KEY_SIGNATURE)?, Some(key))?;
            self.seen.opened.card_key = Some(evidence.clone());
            return Ok(evidence);
        }
        let face_is_read = opened.face.is_some() && opened.age.is_none();
        if self.channel.is_verified(PinKind::FaceBirthDate) && !face_is_read {
            self.age_record().map(|(_, evidence)| evidence)
        } else {
            self.face_record().map(|(_, evidence)| evidence)
        }
    }

    /// The certificate of the selected application; `None` if it cannot be read.
    pub(super) fn card_certificate(&mut self, application: Application) -> Result<Option<CardCertificate>> {
        if let Some(known) = self.seen.certificate(application) {
            return Ok(Some(known));
        }
        let file = self.read_record_object(
            File::CARD_CERTIFICATE,
            CERTIFICATE,
            CARD_CERTIFICATE_LEN,
            LONGEST_CERTIFICATE,
        );
        let file = match file {
            Err(error) if is_of_content(&error) => return Ok(None),
            other => other?,
        };
        let certificate = CardCertificate::parse(&file).ok();
        if let Some(certificate) = &certificate {
            self.seen.remember_certificate(application, certificate);
        }
        Ok(certificate)
    }

    /// Lets the card sign what nobody can have known before: needs no PIN.
    fn challenge(&mut self, evidence: &Evidence) -> Result<Finding> {
        let failed = |text| Finding::failed(Subject::Challenge, ResultCode::CardNotGenuine, text);
        self.report(Progress { stage: Stage::Signing, done: 0, total: 1 })?;
        let mut random = [0_u8; 32];
        openssl::rand::rand_bytes(&mut random)
            .map_err(|_| Error::new(ResultCode::Internal, "OpenSSL has no random bytes"))?;
        let random = digest(Hash::Sha256, &random);
        let key = evidence
            .card_key
            .as_ref()
            .ok_or_else(|| Error::new(ResultCode::Internal, "a record without a key of the card"))?;
        let expected = u32::try_from(key.signature_len()).unwrap_or(0).max(Command::SHORT_EXPECTED);
        let command = Command::new(0x80, 0x2A, 0x00, 0x00)
            .with_data(&digest_info(Hash::Sha256, &random)?)
            .expecting(expected);
        let response = self.channel.ask(&command)?;
        self.report(Progress { stage: Stage::Signing, done: 1, total: 1 })?;
        if response.status_word() != status::OK {
            return Ok(failed("the card does not answer the challenge"));
        }
        Ok(match key.verify_digest(Hash::Sha256, &random, response.data()) {
            Ok(()) => Finding::passed(Subject::Challenge, "the key in the record answered a fresh challenge"),
            Err(_) => failed("another key than the one in the record answered the challenge"),
        })
    }

    /// What is to be said of a record: RECORD, CARD_CERTIFICATE and TEST_CARD.
    pub(super) fn record_report(
        &mut self,
        application: Application,
        holder: &Holder,
        expiry: Option<PartialDate>,
        evidence: &Evidence,
        trust: &Trust,
    ) -> Result<Report> {
        self.channel.enter(application)?;
        let certificate = self.card_certificate(application)?;
        let finding = record_finding(evidence, certificate.as_ref());
        let mut report = Report::new();
        report.push(self.unless_contradicted(finding, holder, expiry));
        for finding in certificate_findings(certificate.as_ref(), trust) {
            report.push(finding);
        }
        Ok(report)
    }

    /// A record that is signed and says something else than another one read in this session.
    pub(super) fn unless_contradicted(
        &self,
        finding: Finding,
        holder: &Holder,
        expiry: Option<PartialDate>,
    ) -> Finding {
        if finding.code == ResultCode::Ok && self.seen.contradicts(holder, expiry) {
            return Finding::failed(
                Subject::Record,
                ResultCode::CardRecordsDiffer,
                "another record read in this session has another birth date, sex or expiry",
            );
        }
        finding
    }

    /// Whether the card itself has expired, by the date that its chip states.
    pub(super) fn expiry_finding(&self, expiry: Option<PartialDate>) -> Finding {
        let not_checked = |code, text| Finding::not_checked(Subject::CardExpiry, code, text);
        let Some(expiry) = expiry else {
            return not_checked(
                ResultCode::NotFound,
                "the card's expiry was not read before the PIN or code in this session",
            );
        };
        match clock::today_in_japan() {
            Err(_) => not_checked(ResultCode::ClockImplausible, "the system time cannot be believed"),
            Ok(today) if expiry < today => Finding::failed(
                Subject::CardExpiry,
                ResultCode::CardExpired,
                "the card has expired, as its chip states; no signature covers the date",
            ),
            Ok(_) => Finding::passed(
                Subject::CardExpiry,
                "the card has not expired, as its chip states; no signature covers the date",
            ),
        }
    }
}

/// Whether what failed is in what the card holds, not on the way to it.
pub(super) fn is_of_content(error: &Error) -> bool {
    matches!(error.code, ResultCode::CardResponse | ResultCode::CardFeatureAbsent)
}

/// RECORD: whether the key that the certificate vouches for signed the record.
pub(super) fn record_finding(evidence: &Evidence, certificate: Option<&CardCertificate>) -> Finding {
    let failed = |code, text| Finding::failed(Subject::Record, code, text);
    match certificate.map(|certificate| evidence.check_signed_by(certificate)) {
        Some(Ok(())) => {
            Finding::passed(Subject::Record, "the key in the card's certificate signed the record")
        }
        Some(Err(_)) => failed(
            ResultCode::CardNotGenuine,
            "the key in the card's certificate did not sign the record as it stands",
        ),
        None => failed(ResultCode::CardResponse, "no certificate to check the record with"),
    }
}

/// CARD_CERTIFICATE and TEST_CARD.
pub(super) fn certificate_findings(certificate: Option<&CardCertificate>, trust: &Trust) -> [Finding; 2] {
    let failed = |subject, code, text| Finding::failed(subject, code, text);
    let Some(certificate) = certificate else {
        return [
            failed(
                Subject::CardCertificate,
                ResultCode::CardResponse,
                "the card's certificate is missing or cannot be read",
            ),
            Finding::passed(Subject::TestCard, "nothing says that it is a test or virtual card"),
        ];
    };
    let issuer = trust.issuer_of_card(certificate);
    let is_test = certificate.says_test() || issuer.as_ref().is_ok_and(|key| key.hierarchy().is_test());
    let test_card = if is_test {
        failed(
            Subject::TestCard,
            ResultCode::CertificateTest,
            "the card's certificate is of a test hierarchy or a virtual card",
        )
    } else {
        Finding::passed(Subject::TestCard, "nothing says that it is a test or virtual card")
    };
    let certificate = match issuer {
        Ok(_) => {
            Finding::passed(Subject::CardCertificate, "a trusted issuer of cards signed the certificate")
        }
        Err(error) if error.code == ResultCode::CardIssuerUnknown => {
            Finding::not_checked(Subject::CardCertificate, error.code, error.detail)
        }
        Err(error) => failed(Subject::CardCertificate, error.code, error.detail),
    };
    [certificate, test_card]
}
