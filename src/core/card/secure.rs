//! Secure messaging with the text application: what is read after the PIN travels encrypted.
//!
//! What it protects: name, address, birth date, sex and 個人番号 on their way from the card, against somebody who listens
//! in the field. What it does not: the PIN, which must have been presented in clear before; and anything against change,
//! for the card offers confidentiality only (M).

use super::application::{Application, File};
use super::channel::{FileContent, object_len, with_room};
use super::session::Card;
use crate::certificate::card_public_key;
use crate::iso7816::{Command, Header, status};
use crate::result::{Error, PinKind, Result, ResultCode};
use openssl::md::Md;
use openssl::pkey::{PKey, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::symm::{Cipher, Crypter, Mode};
use zeroize::Zeroizing;

const BLOCK: usize = 16;
/// The tag of the session key's file, and how long it is with RSA-2048 (M).
const KEY_RECORD: u32 = 0xA1;
const KEY_RECORD_LEN: u32 = 269;
const LONGEST_KEY: usize = 1024;
/// What precedes the 32 bytes that the key is taken from (M).
const DELIVERY: [u8; 4] = [0xA0, 0x22, 0x80, 0x20];
const SEED: usize = 32;

const CRYPTOGRAM: u32 = 0x86;
/// Plain bytes wanted of a file at once: with padding and tags their cryptogram still fits 256.
const PIECE: u8 = 208;
const MOST_PIECES: usize = 64;

/// A session with the card, which counts each of its commands.
pub(super) struct Session {
    key: Zeroizing<[u8; BLOCK]>,
    counter: u128,
}

impl Session {
    fn vector(&self) -> Result<Zeroizing<Vec<u8>>> {
        crypt(Mode::Encrypt, self.key.as_slice(), &[0; BLOCK], &self.counter.to_be_bytes())
    }

    /// Opens the answer to the command of the present number.
    fn open(&self, answer: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let broken = || Error::new(ResultCode::CardResponse, "an answer that cannot be decrypted");
        let header = Header::read(answer)
            .filter(|header| header.tag == CRYPTOGRAM && header.total_len() == answer.len())
            .ok_or_else(broken)?;
        // One byte says how it is padded; the card knows one way (M).
        let cryptogram = answer
            .get(header.header_len..)
            .and_then(|content| content.strip_prefix(&[1]))
            .filter(|cryptogram| !cryptogram.is_empty() && cryptogram.len().is_multiple_of(BLOCK))
            .ok_or_else(broken)?;
        let mut plain = crypt(Mode::Decrypt, self.key.as_slice(), &self.vector()?, cryptogram)?;
        let end = plain.iter().rposition(|byte| *byte != 0).filter(|end| plain.get(*end) == Some(&0x80));
        plain.truncate(end.ok_or_else(broken)?);
        Ok(plain)
    }
}

impl Card {
    /// Whether what the text application says is to be encrypted, and can be: the PIN was presented. The printed codes
    /// do not open a session (M).
    pub(super) fn is_to_be_secured(&self) -> bool {
        self.secure_messaging && self.channel.is_verified(PinKind::Text)
    }

    /// Opens a session with the text application, unless there is one.
    fn secure(&mut self) -> Result<()> {
        self.channel.enter(Application::Text)?;
        if self.channel.secure_session().is_some() {
            return Ok(());
        }
        let file = self.read_record_object(File::SESSION_KEY, KEY_RECORD, KEY_RECORD_LEN, LONGEST_KEY)?;
        let header_len = Header::read(&file).map_or(0, |header| header.header_len);
        let spki = card_public_key(file.get(header_len..).unwrap_or_default())?;
        spki.check_strength()
            .map_err(|_| Error::new(ResultCode::CardResponse, "a key too weak to send a secret with"))?;
        let mut message = Zeroizing::new([0_u8; DELIVERY.len() + SEED]);
        let (delivery, seed) = message.split_at_mut(DELIVERY.len());
        delivery.copy_from_slice(&DELIVERY);
        openssl::rand::rand_bytes(seed).map_err(crypto_failed)?;
        let mut key = Zeroizing::new([0_u8; BLOCK]);
        key.iter_mut().zip(seed.iter()).for_each(|(to, from)| *to = *from);
        let delivered = encrypt(spki.openssl(), message.as_ref())?;
        let response = self.channel.exchange(&Command::new(0x80, 0xAE, 0x00, 0x00).with_data(&delivered))?;
        if response.is_ok() {
            self.channel.set_secure_session(Session { key, counter: 0 });
            return Ok(());
        }
        // Nothing is read in clear that was to be encrypted.
        let error = match response.status_word() {
            status::WRONG_LENGTH => Error::new(
                ResultCode::NotSupported,
                "secure messaging needs extended length, which this reader does not do",
            ),
            status::NOT_VERIFIED => {
                Error::new(ResultCode::PinRequired, "the card wants its PIN first").with_pin(PinKind::Text)
            }
            _ => Error::new(ResultCode::CardResponse, "the card refused a session key"),
        };
        Err(error.with_status_word(response.status_word()))
    }

    /// Reads the object in a file under secure messaging.
    pub(super) fn read_object_secured(&mut self, file: File, tag: u32, most: usize) -> Result<FileContent> {
        self.secure()?;
        if let Some(refused) = self.channel.select_file(file)? {
            return match refused.status_word() {
                status::NOT_FOUND => Ok(FileContent::Absent),
                other => Err(Error::new(ResultCode::CardResponse, "SELECT of a file was refused")
                    .with_status_word(other)),
            };
        }
        let mut content = self.read_secured(0)?;
        if content.iter().all(|byte| *byte == 0xFF) {
            return Ok(FileContent::Empty);
        }
        let total = object_len(&content, tag, most)?;
        // The last piece may bring filler.
        content = with_room(content, total.saturating_add(PIECE.into()));
        for _ in 0..MOST_PIECES {
            if content.len() >= total {
                content.truncate(total);
                return Ok(FileContent::Object(content));
            }
            let piece = self.read_secured(content.len())?;
            if piece.is_empty() {
                break;
            }
            content.extend_from_slice(&piece);
        }
        Err(Error::new(ResultCode::CardResponse, "a file shorter than its own length"))
    }

    /// Reads the beginning of a file under secure messaging: all that one answer holds.
    pub(super) fn read_start_secured(&mut self, file: File) -> Result<Zeroizing<Vec<u8>>> {
        self.secure()?;
        if let Some(refused) = self.channel.select_file(file)? {
            return Err(Error::new(ResultCode::CardResponse, "SELECT of a file was refused")
                .with_status_word(refused.status_word()));
        }
        self.read_secured(0)
    }

    fn read_secured(&mut self, offset: usize) -> Result<Zeroizing<Vec<u8>>> {
        let position = u16::try_from(offset).ok().filter(|position| *position <= 0x7FFF);
        let position = position
            .ok_or_else(|| Error::new(ResultCode::CardResponse, "a file longer than an offset can reach"))?;
        let [p1, p2] = position.to_be_bytes();
        let command = Command::new(0x08, 0xB0, p1, p2)
            .with_data(&[0x96, 0x03, 0x00, 0x00, PIECE])
            .expecting(Command::SHORT_EXPECTED);
        // Never followed or corrected: each repetition would be counted.
        let response = self.channel.exchange(&command)?;
        let session = self
            .channel
            .secure_session()
            .ok_or_else(|| Error::new(ResultCode::CardResponse, "secure messaging has ended"))?;
        session.counter = session.counter.saturating_add(1);
        match response.status_word() {
            status::OK | status::END_OF_FILE => session.open(response.data()),
            status::NOT_VERIFIED => {
                self.channel.forget_verified();
                Err(Error::new(ResultCode::PinRequired, "the card no longer holds the PIN for verified")
                    .with_pin(PinKind::Text)
                    .with_status_word(status::NOT_VERIFIED))
            }
            other => {
                Err(Error::new(ResultCode::CardResponse, "an encrypted read was refused")
                    .with_status_word(other))
            }
        }
    }
}

fn crypt(mode: Mode, key: &[u8], vector: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let work = || {
        let mut crypter = Crypter::new(Cipher::aes_128_cbc(), mode, key, Some(vector))?;
        crypter.pad(false);
        let mut out = Zeroizing::new(vec![0; data.len().saturating_add(BLOCK)]);
        let written = crypter.update(data, &mut out)?;
        out.truncate(written);
        Ok(out)
    };
    work().map_err(crypto_failed)
}

/// RSA-OAEP with SHA-256 (M).
fn encrypt(key: &PKey<Public>, message: &[u8]) -> Result<Vec<u8>> {
    let work = || {
        let mut context = PkeyCtx::new(key)?;
        context.encrypt_init()?;
        context.set_rsa_padding(Padding::PKCS1_OAEP)?;
        context.set_rsa_oaep_md(Md::sha256())?;
        context.set_rsa_mgf1_md(Md::sha256())?;
        let mut out = Vec::new();
        context.encrypt_to_vec(message, &mut out)?;
        Ok(out)
    };
    work().map_err(crypto_failed)
}

fn crypto_failed(_: openssl::error::ErrorStack) -> Error {
    Error::new(ResultCode::Internal, "OpenSSL refused to encrypt")
}
