//! Secure messaging as the text application does it: confidentiality only. A session key arrives encrypted for the card;
//! afterwards each command counts, whether it succeeds or not, and a command that cannot be decrypted ends the session.

use super::der;
use super::key::Key;
use super::secret::StatusWord;
use openssl::symm::{Cipher, Crypter, Mode};
use zeroize::Zeroizing;

const BLOCK: usize = 16;
/// `A0 22 80 20`, then the seed of which the first sixteen bytes are the key (M).
const DELIVERY: [u8; 4] = [0xA0, 0x22, 0x80, 0x20];
const SEED: usize = 32;

const WRONG_DATA: StatusWord = 0x6A80;
/// The objects are not those that the command needs, or cannot be decrypted.
const WRONG_OBJECTS: StatusWord = 0x6988;
const UNKNOWN: StatusWord = 0x6F00;

/// A session, once its key was delivered.
pub(super) struct Session {
    key: Zeroizing<[u8; BLOCK]>,
    counter: u128,
}

impl Session {
    /// Takes a delivered key.
    pub(super) fn open(private: &Key, delivered: &[u8]) -> Result<Session, StatusWord> {
        if delivered.len() != private.signature_len() {
            return Err(WRONG_DATA);
        }
        let message = private.decrypt_oaep_sha256(delivered).map_err(|_| UNKNOWN)?.ok_or(WRONG_DATA)?;
        let seed = message.strip_prefix(&DELIVERY).filter(|seed| seed.len() == SEED).ok_or(WRONG_DATA)?;
        let key = seed.first_chunk::<BLOCK>().ok_or(WRONG_DATA)?;
        Ok(Session { key: Zeroizing::new(*key), counter: 0 })
    }

    /// The data of a command (object 86), for the next number.
    pub(super) fn data(&mut self, object: &[u8]) -> Result<Vec<u8>, StatusWord> {
        self.counter = self.counter.saturating_add(1);
        let content = single(0x86, object)?;
        let cryptogram = content.strip_prefix(&[1]).ok_or(WRONG_OBJECTS)?;
        self.crypt(Mode::Decrypt, cryptogram).and_then(|padded| unpadded(&padded)).ok_or(WRONG_OBJECTS)
    }

    /// How many bytes a READ BINARY wants (object 96), for the next number; all for zero.
    pub(super) fn expected(&mut self, object: &[u8]) -> Result<usize, StatusWord> {
        self.counter = self.counter.saturating_add(1);
        match single(0x96, object)? {
            [0, 0, 0] => Ok(65_536),
            [0, high, low] => Ok(usize::from(u16::from_be_bytes([*high, *low]))),
            _ => Err(WRONG_OBJECTS),
        }
    }

    /// The answer to the command of the present number.
    pub(super) fn answer(&self, plain: &[u8]) -> Result<Vec<u8>, StatusWord> {
        let mut padded = plain.to_vec();
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(BLOCK), 0);
        let cryptogram = self.crypt(Mode::Encrypt, &padded).ok_or(UNKNOWN)?;
        Ok(der::object(0x86, &[&[1][..], &cryptogram].concat()))
    }

    fn crypt(&self, mode: Mode, data: &[u8]) -> Option<Vec<u8>> {
        let vector = cipher(&*self.key, &[0; BLOCK], Mode::Encrypt, &self.counter.to_be_bytes())?;
        cipher(&*self.key, vector.get(..BLOCK)?, mode, data)
    }
}

fn cipher(key: &[u8], vector: &[u8], mode: Mode, data: &[u8]) -> Option<Vec<u8>> {
    if data.is_empty() || !data.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut crypter = Crypter::new(Cipher::aes_128_cbc(), mode, key, Some(vector)).ok()?;
    crypter.pad(false);
    let mut out = vec![0; data.len().saturating_add(BLOCK)];
    let written = crypter.update(data, &mut out).ok()?;
    out.truncate(written);
    Some(out)
}

/// The content of the one object that there is, with that tag.
fn single(tag: u8, bytes: &[u8]) -> Result<&[u8], StatusWord> {
    let header = crate::iso7816::Header::read(bytes).ok_or(WRONG_OBJECTS)?;
    if header.tag != u32::from(tag) || header.total_len() != bytes.len() {
        return Err(WRONG_OBJECTS);
    }
    bytes.get(header.header_len..).ok_or(WRONG_OBJECTS)
}

fn unpadded(padded: &[u8]) -> Option<Vec<u8>> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    (padded.get(end) == Some(&0x80)).then(|| padded.get(..end).map(<[u8]>::to_vec))?
}
