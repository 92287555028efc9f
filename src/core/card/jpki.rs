//! The JPKI application (公的個人認証AP): its certificates, and signatures by its keys.

use super::application::{Application, File, KeyKind};
use super::channel::FileContent;
use super::session::{Card, hear};
use super::{Progress, Stage};
use crate::certificate::{Certificate, CertificateKind};
use crate::clock;
use crate::iso7816::{Command, status};
use crate::result::{CardKind, Error, PinKind, Result, ResultCode};
use crate::signature::{self, Hash};

/// Certificates seen so far have up to 1,758 bytes in files of 3,808 or more (H); this leaves room for others.
const LONGEST_CERTIFICATE: usize = 8192;

/// The tag of a SEQUENCE, which a certificate is.
const SEQUENCE: u32 = 0x30;

impl Card {
    /// Reads a certificate. One that was read in this session is not read again.
    ///
    /// Sends: SELECT JPKI if another application is selected, READ BINARY of 256 bytes, READ BINARY of the rest
    /// (one with extended length, else one for every 256 bytes).
    ///
    /// # Errors
    /// PIN_REQUIRED for the signing certificate without the signing password, and on a phone for the
    /// authentication certificate without its PIN (nothing is sent); CERTIFICATE_ABSENT; CERTIFICATE_MALFORMED;
    /// CARD_RESPONSE.
    pub fn certificate_read(&mut self, kind: CertificateKind) -> Result<Certificate> {
        self.operation("certificate_read", |card| {
            let certificate = card.certificate(kind)?;
            card.comeback.hand_out(kind, &certificate);
            Ok(certificate)
        })
    }

    /// Signs data: its digest is made here, and the card signs that.
    ///
    /// # Errors
    /// As [`Card::sign_digest`].
    pub fn sign(&mut self, key: KeyKind, hash: Hash, data: &[u8]) -> Result<Vec<u8>> {
        let digest = signature::digest(hash, data);
        self.operation("sign", |card| card.sign_checked(key, hash, &digest, false))
    }

    /// Signs a digest: RSASSA-PKCS1-v1_5 over its DigestInfo. The signature is checked with the certificate of
    /// the key, read in this session, before it is handed out.
    ///
    /// Sends: SELECT JPKI if another application is selected, the certificate if it was not read yet, the
    /// signing command.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for a digest of the wrong length; PIN_REQUIRED if the PIN of the key was not verified in
    /// this session (nothing is sent, whatever another program verified); CERTIFICATE_EXPIRED,
    /// CERTIFICATE_NOT_YET_VALID, CLOCK_IMPLAUSIBLE (nothing is signed); SIGNATURE_NOT_BY_CERTIFICATE.
    pub fn sign_digest(&mut self, key: KeyKind, hash: Hash, digest: &[u8]) -> Result<Vec<u8>> {
        self.operation("sign_digest", |card| card.sign_checked(key, hash, digest, false))
    }

    /// The certificate, from this session's memory or from the card.
    pub(super) fn certificate(&mut self, kind: CertificateKind) -> Result<Certificate> {
        self.channel.check_may_enter(Application::Jpki)?;
        self.channel.check_cancelled()?;
        if let Some(pin) = self.pin_for_certificate(kind)
            && !self.channel.is_verified(pin)
        {
            return Err(pin_required(pin, "this certificate opens with its PIN only"));
        }
        if let Some(certificate) = self.certificates.get(&kind) {
            return Ok(certificate.clone());
        }
        self.channel.enter(Application::Jpki)?;
        let (channel, progress) = self.channel_and_progress();
        let content = channel.read_object(
            File::of_certificate(kind),
            SEQUENCE,
            Command::SHORT_EXPECTED,
            LONGEST_CERTIFICATE,
            |done, total| {
                hear(progress, Progress { stage: Stage::Reading, done: small(done), total: small(total) })
            },
        )?;
        match content {
            FileContent::Object(der) => {
                let certificate = Certificate::parse(&der)?;
                self.certificates.insert(kind, certificate.clone());
                if let Ok(holder) = certificate.holder() {
                    self.seen.remember(&holder);
                }
                Ok(certificate)
            }
            FileContent::Empty | FileContent::Absent => {
                Err(Error::new(ResultCode::CertificateAbsent, "no such certificate on this card"))
            }
            FileContent::Protected => {
                let pin = match kind {
                    CertificateKind::Signing | CertificateKind::SigningCa => PinKind::Signing,
                    _ => PinKind::Authentication,
                };
                self.channel.set_verified(pin, false);
                Err(pin_required(pin, "the card wants its PIN for this certificate")
                    .with_status_word(status::NOT_VERIFIED))
            }
        }
    }

    fn pin_for_certificate(&self, kind: CertificateKind) -> Option<PinKind> {
        match (kind, self.kind()) {
            (CertificateKind::Signing, _) => Some(PinKind::Signing),
            // Free on the plastic card, behind the PIN on an Android phone (H); of the iPhone nothing is
            // published, so the card itself is asked.
            (CertificateKind::Authentication, CardKind::Android) => Some(PinKind::Authentication),
            _ => None,
        }
    }

    /// Whether the key may be used now: nothing is sent.
    pub(super) fn check_may_sign(&mut self, key: KeyKind) -> Result<()> {
        self.channel.check_may_enter(Application::Jpki)?;
        self.channel.check_cancelled()?;
        if self.channel.is_verified(key.pin()) {
            return Ok(());
        }
        Err(pin_required(key.pin(), "the PIN of the key was not verified in this session"))
    }

    /// The certificate of the key, if its dates allow a signature now.
    pub(super) fn certificate_to_sign(&mut self, key: KeyKind, allow_expired: bool) -> Result<Certificate> {
        let certificate = self.certificate(key.certificate())?;
        match certificate.check_dates(clock::now()?) {
            Err(error) if error.code == ResultCode::CertificateExpired && allow_expired => {}
            other => other?,
        }
        Ok(certificate)
    }

    pub(super) fn sign_checked(
        &mut self,
        key: KeyKind,
        hash: Hash,
        digest: &[u8],
        allow_expired: bool,
    ) -> Result<Vec<u8>> {
        let digest_info = signature::digest_info(hash, digest)?;
        self.check_may_sign(key)?;
        let certificate = self.certificate_to_sign(key, allow_expired)?;
        self.report(Progress { stage: Stage::Signing, done: 0, total: 1 })?;
        self.channel.enter(Application::Jpki)?;
        let public_key = certificate.public_key()?;
        let expected = small(public_key.signature_len()).max(Command::SHORT_EXPECTED);
        let response = self.channel.ask_file(File::of_key(key), |naming| {
            Command::new(0x80, 0x2A, 0x00, naming.reference()).with_data(&digest_info).expecting(expected)
        })?;
        match response.status_word() {
            status::OK => {}
            status::NOT_VERIFIED => {
                // The card has forgotten; so do we.
                self.channel.set_verified(key.pin(), false);
                return Err(pin_required(key.pin(), "the card no longer holds the PIN for verified")
                    .with_status_word(status::NOT_VERIFIED));
            }
            other => {
                return Err(
                    Error::new(ResultCode::CardResponse, "the card did not sign").with_status_word(other)
                );
            }
        }
        let signed = response.data().to_vec();
        if public_key.verify_digest(hash, digest, &signed).is_err() {
            return Err(Error::new(
                ResultCode::SignatureNotByCertificate,
                "the card's signature does not fit the certificate just read",
            ));
        }
        self.report(Progress { stage: Stage::Signing, done: 1, total: 1 })?;
        Ok(signed)
    }
}

fn pin_required(pin: PinKind, detail: &'static str) -> Error {
    Error::new(ResultCode::PinRequired, detail).with_pin(pin)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
