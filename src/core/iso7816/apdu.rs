//! Command and response APDUs.

use core::fmt;
use zeroize::Zeroizing;

/// A command APDU. Its data may be a PIN, so it is wiped when dropped and never formatted.
#[derive(Clone)]
pub struct Command {
    header: [u8; 4],
    data: Zeroizing<Vec<u8>>,
    expected: Option<u32>,
}

impl Command {
    /// The most data that fits a short command.
    pub const SHORT_DATA: usize = 255;
    /// The most data that a short command can ask for.
    pub const SHORT_EXPECTED: u32 = 256;
    /// The most data that an extended command can ask for.
    pub const EXTENDED_EXPECTED: u32 = 65_536;

    /// A command of header only: no data, none expected.
    pub fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Command {
        Command { header: [cla, ins, p1, p2], data: Zeroizing::new(Vec::new()), expected: None }
    }

    /// Adds command data.
    pub fn with_data(mut self, data: &[u8]) -> Command {
        self.data = Zeroizing::new(data.to_vec());
        self
    }

    /// Asks for up to that many bytes (1…65,536). More than 256 makes the command an extended one.
    pub fn expecting(mut self, bytes: u32) -> Command {
        self.expected = Some(bytes.clamp(1, Command::EXTENDED_EXPECTED));
        self
    }

    /// CLA INS P1 P2.
    pub fn header(&self) -> [u8; 4] {
        self.header
    }

    /// How many bytes of data the command carries.
    pub fn data_len(&self) -> usize {
        self.data.len()
    }

    /// How many bytes the answer may have at most, without the status word.
    pub fn expected(&self) -> u32 {
        self.expected.unwrap_or(0)
    }

    /// Whether it must be sent in extended form.
    pub fn is_extended(&self) -> bool {
        self.data.len() > Command::SHORT_DATA || self.expected() > Command::SHORT_EXPECTED
    }

    /// The bytes to send: case 1 to 4, short or extended. `None` if the data is longer than 65,535 bytes.
    pub fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        let extended = self.is_extended();
        // Reserved at once: growing would leave a copy of a PIN behind in freed memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.data.len().saturating_add(9)));
        bytes.extend_from_slice(&self.header);
        if extended {
            bytes.push(0);
        }
        if !self.data.is_empty() {
            if extended {
                bytes.extend_from_slice(&u16::try_from(self.data.len()).ok()?.to_be_bytes());
            } else {
                bytes.push(u8::try_from(self.data.len()).ok()?);
            }
            bytes.extend_from_slice(&self.data);
        }
        if let Some(expected) = self.expected {
            // The greatest length is written as zeros: 256 as 00, 65,536 as 00 00.
            let [_, _, high, low] = expected.to_be_bytes();
            if extended {
                bytes.push(high);
            }
            bytes.push(low);
        }
        Some(bytes)
    }
}

/// Header, lengths: what a log may show. Not the length of what may be a PIN: how long a password is helps to guess it.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cla, ins, p1, p2] = self.header;
        write!(f, "{cla:02X} {ins:02X} {p1:02X} {p2:02X}")?;
        match ins {
            _ if self.data.is_empty() => {}
            // VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER.
            0x20 | 0x24 | 0x2C => f.write_str(" Lc=*")?,
            _ => write!(f, " Lc={}", self.data.len())?,
        }
        match self.expected {
            Some(expected) => write!(f, " Le={expected}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A response APDU: data and status word. The data may be of a person, so it is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    data: Zeroizing<Vec<u8>>,
    status_word: u16,
}

impl Response {
    /// An answer put together from pieces.
    pub fn new(data: Zeroizing<Vec<u8>>, status_word: u16) -> Response {
        Response { data, status_word }
    }

    /// Splits an answer into data and status word; `None` for one too short to have a status word.
    pub fn from_bytes(mut bytes: Zeroizing<Vec<u8>>) -> Option<Response> {
        let low = bytes.pop()?;
        let high = bytes.pop()?;
        Some(Response { data: bytes, status_word: u16::from_be_bytes([high, low]) })
    }

    /// The data before the status word.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The data, handed over.
    pub fn into_data(self) -> Zeroizing<Vec<u8>> {
        self.data
    }

    /// SW1 SW2.
    pub fn status_word(&self) -> u16 {
        self.status_word
    }

    /// Whether the status word is 9000.
    pub fn is_ok(&self) -> bool {
        self.status_word == status::OK
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, SW {:04X}", self.data.len(), self.status_word)
    }
}

/// Status words worth a name.
pub mod status {
    /// Done.
    pub const OK: u16 = 0x9000;

    /// Whether two bytes can be a status word: 6xxx, but not 60xx, or 9xxx.
    pub fn is_one(word: u16) -> bool {
        matches!(word, 0x6100..=0x6FFF | 0x9000..=0x9FFF)
    }

    /// The end of the file came before the bytes asked for.
    pub const END_OF_FILE: u16 = 0x6282;
    /// A wrong PIN without a limit.
    pub const WRONG_WITHOUT_LIMIT: u16 = 0x6300;
    /// The length is wrong.
    pub const WRONG_LENGTH: u16 = 0x6700;
    /// The PIN that this needs is not verified.
    pub const NOT_VERIFIED: u16 = 0x6982;
    /// The PIN is locked.
    pub const LOCKED: u16 = 0x6983;
    /// The PIN is locked; what this card says (H).
    pub const UNUSABLE: u16 = 0x6984;
    /// No such file or application.
    pub const NOT_FOUND: u16 = 0x6A82;
    /// No such record.
    pub const NO_RECORD: u16 = 0x6A83;
    /// P1 or P2 is wrong.
    pub const WRONG_P1P2: u16 = 0x6A86;
    /// No such reference.
    pub const NO_REFERENCE: u16 = 0x6A88;
    /// The offset lies beyond the end.
    pub const WRONG_OFFSET: u16 = 0x6B00;
    /// No such instruction.
    pub const NO_INSTRUCTION: u16 = 0x6D00;
    /// Anything; also the first answer after power-up (M).
    pub const UNKNOWN: u16 = 0x6F00;

    /// The tries that 63Cx says are left.
    pub fn tries(status_word: u16) -> Option<u8> {
        let [high, low] = status_word.to_be_bytes();
        (high == 0x63 && low & 0xF0 == 0xC0).then_some(low & 0x0F)
    }

    /// The bytes that 61xx says are waiting; 256 for 00.
    pub fn more(status_word: u16) -> Option<u32> {
        length_in(0x61, status_word)
    }

    /// The length that 6Cxx asks for; 256 for 00.
    pub fn right_length(status_word: u16) -> Option<u32> {
        length_in(0x6C, status_word)
    }

    fn length_in(sw1: u8, status_word: u16) -> Option<u32> {
        let [high, low] = status_word.to_be_bytes();
        (high == sw1).then_some(if low == 0 { 256 } else { u32::from(low) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(command: Command) -> Vec<u8> {
        command.to_bytes().unwrap().to_vec()
    }

    #[test]
    fn every_case_has_its_form() {
        assert_eq!(bytes(Command::new(0, 0x20, 0, 0x9B)), [0, 0x20, 0, 0x9B]);
        assert_eq!(bytes(Command::new(0, 0xB0, 0x81, 0).expecting(256)), [0, 0xB0, 0x81, 0, 0]);
        assert_eq!(bytes(Command::new(0, 0xB0, 1, 0).expecting(1504)), [0, 0xB0, 1, 0, 0, 5, 0xE0]);
        assert_eq!(bytes(Command::new(0, 0xB0, 1, 0).expecting(65_536)), [0, 0xB0, 1, 0, 0, 0, 0]);
        assert_eq!(bytes(Command::new(0, 0x20, 0, 0x9B).with_data(b"AB")), [0, 0x20, 0, 0x9B, 2, b'A', b'B']);
        assert_eq!(
            bytes(Command::new(0x80, 0x2A, 0, 0x9A).with_data(&[1]).expecting(256)),
            [0x80, 0x2A, 0, 0x9A, 1, 1, 0]
        );
        assert_eq!(
            bytes(Command::new(0x80, 0x2A, 0, 0x9A).with_data(&[1]).expecting(512)),
            [0x80, 0x2A, 0, 0x9A, 0, 0, 1, 1, 2, 0]
        );
    }

    #[test]
    fn a_pin_in_a_command_is_never_shown() {
        let shown = format!("{0} {0:?}", Command::new(0, 0x20, 0, 0x9B).with_data(b"CANARY9"));
        assert!(!shown.contains("CANARY") && !shown.contains("43"), "{shown}");
    }

    #[test]
    fn how_long_a_pin_is_is_never_shown() {
        for instruction in [0x20, 0x24] {
            let shown = |pin: &[u8]| Command::new(0, instruction, 0, 0x9B).with_data(pin).to_string();
            assert_eq!(shown(b"ABC123"), shown(b"ABCDEF1234567890"));
        }
        assert_eq!(Command::new(0, 0x20, 0, 0x9B).to_string(), "00 20 00 9B");
        assert_eq!(Command::new(0, 0xA4, 4, 0x0C).with_data(b"name").to_string(), "00 A4 04 0C Lc=4");
    }

    #[test]
    fn an_answer_without_a_status_word_is_none() {
        assert!(Response::from_bytes(vec![].into()).is_none());
        assert!(Response::from_bytes(vec![0x90].into()).is_none());
        assert!(Response::from_bytes(vec![0x90, 0].into()).unwrap().is_ok());
    }

    #[test]
    fn only_63cx_carries_a_count() {
        assert_eq!(status::tries(0x63C5), Some(5));
        assert_eq!(status::tries(0x63C0), Some(0));
        for other in [0x6300, 0x6983, 0x6984, 0x9000, 0x64C3] {
            assert_eq!(status::tries(other), None);
        }
    }
}
