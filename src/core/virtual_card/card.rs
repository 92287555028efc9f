//! The chip: what is selected, what is verified, and the answer to each command. Knows no reader.

use super::apdu::Apdu;
use super::files::{Access, Application, Content, File, Messaging};
use super::key::{Key, sha256};
use super::secret::{Secret, StatusWord};
use super::secure::Session;
use crate::iso7816::status;
use crate::result::PinKind;
use std::collections::BTreeMap;

/// The GlobalPlatform issuer domain: selecting it leaves the application and what was verified there (M).
const ISSUER_DOMAIN: [u8; 7] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];
/// A name shorter than a registered provider's is no beginning of an application identifier.
const SHORTEST_NAME: usize = 5;

const WRONG_CLASS: StatusWord = 0x6E00;
const NO_CURRENT_FILE: StatusWord = 0x6986;
const LE_OF_256: StatusWord = 0x6C00;
/// Secure messaging without a session, or after it was destroyed (M).
const NO_SESSION: StatusWord = 0x69FC;
const LOCKED_COUNTER: StatusWord = 0x63C0;

/// What a command answers: data, or a status word that says why there is none.
type Answer = Result<Vec<u8>, StatusWord>;

/// The chip of a My Number Card.
pub(super) struct Card {
    applications: Vec<Application>,
    secrets: BTreeMap<PinKind, Secret>,
    /// Whether commands may name a file by its short identifier.
    sfi: bool,
    /// What GET DATA tells where no application is selected.
    objects: Vec<(u16, Vec<u8>)>,
    selected: Option<usize>,
    current: Option<u16>,
    /// The application whose secrets may be verified. It outlives a reset and a new selection of the same one (M).
    entered: Option<usize>,
    /// The session of secure messaging, which ends when the application is left.
    session: Option<Session>,
}

impl Card {
    pub(super) fn new(
        applications: Vec<Application>,
        secrets: BTreeMap<PinKind, Secret>,
        sfi: bool,
        objects: Vec<(u16, Vec<u8>)>,
    ) -> Card {
        Card {
            applications,
            secrets,
            sfi,
            objects,
            selected: None,
            current: None,
            entered: None,
            session: None,
        }
    }

    pub(super) fn secret(&self, pin: PinKind) -> Option<&Secret> {
        self.secrets.get(&pin)
    }

    /// Enters the application of that secret and takes it as verified, as another program would have left it.
    pub(super) fn verify_out_of_band(&mut self, pin: PinKind) -> bool {
        let holds = |file: &File| matches!(file.content, Content::Secret(kind) if kind == pin);
        let Some(index) =
            self.applications.iter().position(|application| application.files.iter().any(holds))
        else {
            return false;
        };
        self.enter(index);
        match self.secrets.get_mut(&pin) {
            Some(secret) => secret.set_verified(true),
            None => return false,
        }
        true
    }

    /// The power goes, and with it everything the chip remembered.
    pub(super) fn power_off(&mut self) {
        self.leave();
    }

    /// A reset forgets the selection and keeps what was verified (M).
    pub(super) fn reset(&mut self) {
        self.selected = None;
        self.current = None;
    }

    /// Executes one command: data and status word.
    pub(super) fn execute(&mut self, bytes: &[u8]) -> Vec<u8> {
        let answer = match Apdu::parse(bytes) {
            Some(command) => self.dispatch(&command),
            None => Err(status::WRONG_LENGTH),
        };
        match answer {
            Ok(mut data) => {
                data.extend_from_slice(&status::OK.to_be_bytes());
                data
            }
            Err(status_word) => status_word.to_be_bytes().to_vec(),
        }
    }

    fn dispatch(&mut self, command: &Apdu<'_>) -> Answer {
        match command.header {
            [0x00, 0xA4, 0x04, 0x00 | 0x0C] => self.select_application(command.data),
            [0x00, 0xA4, 0x02, 0x00 | 0x0C] => self.select_file(command.data),
            [0x00, 0xA4, ..] => Err(status::WRONG_P1P2),
            [0x00, 0xB0, p1, p2] => self.read_binary(p1, p2, command),
            [0x00, 0xB2, p1, p2] => self.read_record(p1, p2, command),
            [0x00, 0x20, p1, p2] => self.verify(p1, p2, command),
            [0x00, 0x24, ..] | [0x80, 0x32, ..] => self.change(command),
            [0x00, 0xCA, p1, p2] => self.get_data(p1, p2, command),
            [0x80, 0x2A, p1, p2] => self.sign(p1, p2, command),
            [0x80, 0xAE, 0x00, 0x00] => self.open_session(command),
            [0x08, ..] => self.secured(command),
            [0x00 | 0x80, ..] => Err(status::NO_INSTRUCTION),
            _ => Err(WRONG_CLASS),
        }
    }

    /// By the full name, or by the beginning of one.
    fn select_application(&mut self, name: &[u8]) -> Answer {
        if name.len() < SHORTEST_NAME {
            return Err(status::NOT_FOUND);
        }
        let names = |aid: &[u8]| aid.starts_with(name);
        if let Some(index) = self.applications.iter().position(|application| names(application.aid)) {
            self.enter(index);
            return Ok(Vec::new());
        }
        if names(&ISSUER_DOMAIN) {
            self.leave();
            return Ok(Vec::new());
        }
        Err(status::NOT_FOUND)
    }

    fn enter(&mut self, index: usize) {
        if self.entered != Some(index) {
            self.leave();
        }
        // Any SELECT of an application ends secure messaging.
        self.session = None;
        self.entered = Some(index);
        self.selected = Some(index);
        self.current = None;
    }

    fn leave(&mut self) {
        self.secrets.values_mut().for_each(|secret| secret.set_verified(false));
        self.session = None;
        self.entered = None;
        self.selected = None;
        self.current = None;
    }

    fn select_file(&mut self, name: &[u8]) -> Answer {
        let &[high, low] = name else { return Err(status::WRONG_LENGTH) };
        let id = u16::from_be_bytes([high, low]);
        self.file(id).ok_or(status::NOT_FOUND)?;
        self.current = Some(id);
        Ok(Vec::new())
    }

    fn read_binary(&mut self, p1: u8, p2: u8, command: &Apdu<'_>) -> Answer {
        let expected = reading_only(command)?;
        let offset = if p1 & 0x80 == 0 {
            usize::from(u16::from_be_bytes([p1, p2]))
        } else {
            self.name_by_sfi(p1 & 0x7F, status::NOT_FOUND)?;
            usize::from(p2)
        };
        let file = self.current_file()?;
        let Content::Transparent(bytes) = &file.content else { return Err(NO_CURRENT_FILE) };
        self.check_access(&file.opens_with)?;
        if offset >= bytes.len() {
            return Err(status::WRONG_OFFSET);
        }
        // Across the end: what there is, and 9000.
        Ok(bytes.iter().skip(offset).take(expected).copied().collect())
    }

    fn read_record(&mut self, p1: u8, p2: u8, command: &Apdu<'_>) -> Answer {
        let expected = reading_only(command)?;
        if p2 & 0x07 != 0x04 {
            return Err(status::WRONG_P1P2);
        }
        if p2 >> 3 != 0 {
            self.name_by_sfi(p2 >> 3, status::NOT_FOUND)?;
        }
        let file = self.current_file()?;
        let Content::Records(records) = &file.content else { return Err(NO_CURRENT_FILE) };
        self.check_access(&file.opens_with)?;
        let index = usize::from(p1).checked_sub(1).ok_or(status::NO_RECORD)?;
        let record = records.get(index).ok_or(status::NO_RECORD)?;
        Ok(record.iter().take(expected).copied().collect())
    }

    /// Data objects of the issuer domain: there only where no application is selected (M).
    fn get_data(&mut self, p1: u8, p2: u8, command: &Apdu<'_>) -> Answer {
        let expected = reading_only(command)?;
        let tag = u16::from_be_bytes([p1, p2]);
        let found = self.objects.iter().find(|(known, _)| *known == tag && self.selected.is_none());
        let (_, value) = found.ok_or(status::NO_REFERENCE)?;
        if value.len() > expected {
            return Err(status::WRONG_LENGTH);
        }
        Ok(value.clone())
    }

    /// With data it verifies; exactly four bytes ask how many tries are left; anything else is a wrong length (H).
    fn verify(&mut self, p1: u8, p2: u8, command: &Apdu<'_>) -> Answer {
        if p1 != 0 {
            return Err(status::WRONG_P1P2);
        }
        if command.expected.is_some() || command.extended {
            return Err(status::WRONG_LENGTH);
        }
        self.name_by_p2(p2)?;
        if matches!(self.current_file()?.content, Content::Locked) {
            return done(if command.data.is_empty() { LOCKED_COUNTER } else { status::UNUSABLE });
        }
        let secret = self.current_secret()?;
        done(if command.data.is_empty() { secret.query() } else { secret.verify(command.data) })
    }

    fn change(&mut self, command: &Apdu<'_>) -> Answer {
        let [cla, ins, p1, p2] = command.header;
        let change = self.application().map(|application| application.change);
        match change {
            Some(change) if change == [cla, ins, p1] => {}
            Some([_, known, _]) if known == ins => return Err(status::WRONG_P1P2),
            _ => return Err(status::NO_INSTRUCTION),
        }
        if command.expected.is_some() || command.extended {
            return Err(status::WRONG_LENGTH);
        }
        self.name_by_p2(p2)?;
        done(self.current_secret()?.change(command.data))
    }

    fn sign(&mut self, p1: u8, p2: u8, command: &Apdu<'_>) -> Answer {
        let key = if p2 == 0 {
            self.application()
                .and_then(|application| application.own_key.as_ref())
                .ok_or(status::WRONG_P1P2)?
        } else {
            self.name_by_p2(p2)?;
            let file = self.current_file()?;
            let Content::Key(key) = &file.content else { return Err(status::NO_REFERENCE) };
            self.check_access(&file.opens_with)?;
            key
        };
        match command.expected {
            None => return Err(status::WRONG_LENGTH),
            Some(expected) if expected < key.signature_len() => return Err(LE_OF_256),
            Some(_) => {}
        }
        sign_with(key, p1, command.data)
    }

    /// SET SESSION KEY.
    fn open_session(&mut self, command: &Apdu<'_>) -> Answer {
        let Some(application) = self.application() else { return Err(status::NO_INSTRUCTION) };
        let session = match &application.messaging {
            Messaging::Refused(status_word) => return Err(*status_word),
            Messaging::With(key, pin) => {
                // The printed codes will not do (M).
                if !self.secrets.get(pin).is_some_and(Secret::is_verified) {
                    return Err(status::NOT_VERIFIED);
                }
                Session::open(key, command.data)?
            }
        };
        self.session = Some(session);
        Ok(Vec::new())
    }

    /// A command under secure messaging. What cannot be decrypted ends the session.
    fn secured(&mut self, command: &Apdu<'_>) -> Answer {
        let mut session = self.session.take().ok_or(NO_SESSION)?;
        let [_, ins, p1, p2] = command.header;
        let mut plain = |data: &[u8], expected| match (ins, p1) {
            (0x20 | 0xB0, _) | (0xA4, 0x02) => {
                let apdu = Apdu { header: [0x00, ins, p1, p2], data, expected, extended: false };
                self.dispatch(&apdu)
            }
            _ => Err(status::NO_INSTRUCTION),
        };
        let answer = if ins == 0xB0 {
            let expected = session.expected(command.data)?;
            plain(&[], Some(expected)).and_then(|data| session.answer(&data))
        } else {
            let data = session.data(command.data)?;
            plain(&data, None)
        };
        self.session = Some(session);
        answer
    }

    /// P2 of the commands about secrets and keys: 80 means the current file, 80|SFI names one.
    fn name_by_p2(&mut self, p2: u8) -> Result<(), StatusWord> {
        match p2 {
            0x80 => Ok(()),
            0x81..=0x9F => self.name_by_sfi(p2 & 0x1F, status::NO_REFERENCE),
            _ => Err(status::WRONG_P1P2),
        }
    }

    /// Makes the file with that short identifier the current one.
    fn name_by_sfi(&mut self, sfi: u8, absent: StatusWord) -> Result<(), StatusWord> {
        if !self.sfi || !(1..=0x1E).contains(&sfi) {
            return Err(status::WRONG_P1P2);
        }
        let id = u16::from(sfi);
        self.file(id).ok_or(absent)?;
        self.current = Some(id);
        Ok(())
    }

    fn application(&self) -> Option<&Application> {
        self.applications.get(self.selected?)
    }

    fn file(&self, id: u16) -> Option<&File> {
        self.application()?.files.iter().find(|file| file.id == id)
    }

    fn current_file(&self) -> Result<&File, StatusWord> {
        self.current.and_then(|id| self.file(id)).ok_or(NO_CURRENT_FILE)
    }

    fn current_secret(&mut self) -> Result<&mut Secret, StatusWord> {
        let pin = match self.current_file()?.content {
            Content::Secret(pin) => pin,
            _ => return Err(status::NO_REFERENCE),
        };
        self.secrets.get_mut(&pin).ok_or(status::NO_REFERENCE)
    }

    fn check_access(&self, access: &Access) -> Result<(), StatusWord> {
        let is_open = match access {
            Access::Free => true,
            Access::AnyOf(pins) => {
                pins.iter().any(|pin| self.secrets.get(pin).is_some_and(Secret::is_verified))
            }
        };
        if is_open { Ok(()) } else { Err(status::NOT_VERIFIED) }
    }
}

/// How a signature is made. v1.5: the data as given (H), the bare digest of a message, a digest, a message;
/// PSS: a digest, a message (M).
fn sign_with(key: &Key, p1: u8, data: &[u8]) -> Answer {
    let digest_only = || if data.len() == 32 { Ok(()) } else { Err(status::WRONG_LENGTH) };
    let signature = match p1 {
        0x00 if (1..=key.data_len()).contains(&data.len()) => key.pad_and_sign(data),
        0x00 => return Err(status::WRONG_LENGTH),
        0x01 => key.pad_and_sign(&sha256(data)),
        0x02 => digest_only().map(|()| key.sign_digest(data))?,
        0x03 => key.sign_digest(&sha256(data)),
        0x04 => digest_only().map(|()| key.sign_digest_pss(data))?,
        0x05 => key.sign_digest_pss(&sha256(data)),
        _ => return Err(status::WRONG_P1P2),
    };
    signature.map_err(|_| status::UNKNOWN)
}

fn reading_only(command: &Apdu<'_>) -> Result<usize, StatusWord> {
    match (command.data, command.expected) {
        ([], Some(expected)) => Ok(expected),
        _ => Err(status::WRONG_LENGTH),
    }
}

fn done(status_word: StatusWord) -> Answer {
    if status_word == status::OK { Ok(Vec::new()) } else { Err(status_word) }
}
