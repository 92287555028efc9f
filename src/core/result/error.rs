//! The one error type. It carries what C's `honnin_error` carries, and no text that came from a card or a caller.

use super::{CardKind, PinKind, ReaderInterface, Reason, ResultCode};
use core::fmt;
use std::borrow::Cow;

/// The result of every fallible operation of the library.
pub type Result<T> = core::result::Result<T, Error>;

/// Whether a failed operation cost one of the tries of a PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TrySpent {
    /// Nothing was spent.
    #[default]
    No,
    /// One try was spent.
    Yes,
    /// The card may or may not have counted it.
    Unknown,
}

/// Why an operation failed. Small, without allocation, and without secrets: its only text is a constant
/// of this library, beside at most one character that a font lacks, so no PIN, name or card number can reach a log
/// through it.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    /// What happened.
    pub code: ResultCode,
    /// Which operation it happened in, as the C function is called ("pin_verify").
    pub operation: &'static str,
    /// The PIN that it is about.
    pub pin: Option<PinKind>,
    /// The detail within the code.
    pub reason: Option<Reason>,
    /// The kind of card, where one was recognised.
    pub card_kind: Option<CardKind>,
    /// How the card meets the reader.
    pub reader_interface: ReaderInterface,
    /// The status word that the card answered, where that was the cause.
    pub status_word: Option<u16>,
    /// The PC/SC return code, where that was the cause: 32 bits on every system.
    pub pcsc_code: Option<u32>,
    /// How many tries remain, as the card said; never guessed.
    pub tries_left: Option<u8>,
    /// Whether the operation cost a try.
    pub try_spent: TrySpent,
    /// The byte of the caller's file that it is about, counted from 0.
    pub at_byte: Option<u64>,
    /// The character that it is about, where a font lacks one.
    pub character: Option<char>,
    /// One English sentence for developers.
    pub detail: &'static str,
}

impl Error {
    /// A failure with that code and a sentence for developers.
    pub fn new(code: ResultCode, detail: &'static str) -> Error {
        Error {
            code,
            operation: "",
            pin: None,
            reason: None,
            card_kind: None,
            reader_interface: ReaderInterface::Unknown,
            status_word: None,
            pcsc_code: None,
            tries_left: None,
            try_spent: TrySpent::No,
            at_byte: None,
            character: None,
            detail,
        }
    }

    /// Adds the detail within the code.
    pub fn with_reason(mut self, reason: Reason) -> Error {
        self.reason = Some(reason);
        self
    }

    /// Adds the PIN that it is about.
    pub fn with_pin(mut self, pin: PinKind) -> Error {
        self.pin = Some(pin);
        self
    }

    /// Adds the number of tries that the card said remain.
    pub fn with_tries(mut self, left: Option<u8>) -> Error {
        self.tries_left = left;
        self
    }

    /// Says whether a try was spent.
    pub fn with_try_spent(mut self, spent: TrySpent) -> Error {
        self.try_spent = spent;
        self
    }

    /// Adds the status word that caused it.
    pub fn with_status_word(mut self, status_word: u16) -> Error {
        self.status_word = Some(status_word);
        self
    }

    /// Adds the PC/SC return code that caused it.
    pub fn with_pcsc_code(mut self, code: u32) -> Error {
        self.pcsc_code = Some(code);
        self
    }

    /// Adds the byte of the caller's file that it is about.
    pub fn with_byte(mut self, at: usize) -> Error {
        self.at_byte = u64::try_from(at).ok();
        self
    }

    /// Adds the character that a font lacks.
    pub fn with_character(mut self, character: char) -> Error {
        self.character = Some(character);
        self
    }

    /// The sentence for developers, with the character or the byte of a file that it is about.
    pub fn sentence(&self) -> Cow<'static, str> {
        match (self.character, self.at_byte) {
            (Some(character), _) => format!("{} [U+{:04X}]", self.detail, u32::from(character)).into(),
            (None, Some(at)) => format!("{} [byte {at}]", self.detail).into(),
            (None, None) => self.detail.into(),
        }
    }

    /// Names the operation, unless an inner one already did.
    pub fn in_operation(mut self, operation: &'static str) -> Error {
        if self.operation.is_empty() {
            self.operation = operation;
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.name())?;
        if let Some(reason) = self.reason {
            write!(f, " ({})", reason.name())?;
        }
        if !self.operation.is_empty() {
            write!(f, " in {}", self.operation)?;
        }
        write!(f, ": {}", self.sentence())?;
        if let Some(pin) = self.pin {
            write!(f, " [pin {}]", pin.name())?;
        }
        if let Some(left) = self.tries_left {
            write!(f, " [tries left {left}]")?;
        }
        if let Some(status_word) = self.status_word {
            write!(f, " [SW {status_word:04X}]")?;
        }
        if let Some(code) = self.pcsc_code {
            write!(f, " [PC/SC 0x{code:08X}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    /// An error of this library that a reader carried comes out again; any other is IO_ERROR.
    fn from(error: std::io::Error) -> Error {
        error
            .downcast::<Error>()
            .unwrap_or_else(|_| Error::new(ResultCode::IoError, "the content could not be read"))
    }
}
