//! PINs: what form each has, and the one place that sends one.
//!
//! A PIN is checked before anything is sent, the card's counter is read before it is presented, it is presented
//! once, and a lost answer is an unknown outcome. No other file sends VERIFY or CHANGE REFERENCE DATA.

use super::application::PinReference;
use super::channel::Naming;
use super::session::Card;
use super::{Progress, Stage};
use crate::era::is_era_date;
use crate::iso7816::{Command, Response, status};
use crate::reader::PinPadEntry;
use crate::result::{Error, PinKind, Reason, Result, ResultCode, TrySpent};
use core::fmt;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// A PIN as somebody entered it. Wiped when dropped, never formatted.
#[derive(Clone)]
pub struct Pin(Zeroizing<Vec<u8>>);

impl Pin {
    /// No PIN of this card comes near this many bytes, in any width or encoding.
    pub const MOST_BYTES: usize = 256;

    /// Takes the bytes of a PIN: UTF-8, of any form (`pin_check` judges it).
    pub fn new(value: &[u8]) -> Pin {
        // One allocation of the right size: nothing is left behind by growing.
        Pin(Zeroizing::new(value.to_vec()))
    }

    /// Takes a buffer over, without a copy.
    pub fn from_buffer(value: Zeroizing<Vec<u8>>) -> Pin {
        Pin(value)
    }

    /// The bytes as they were entered.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for Pin {
    fn from(value: &str) -> Pin {
        Pin::new(value.as_bytes())
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(***)")
    }
}

/// How a PIN is presented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PinOptions {
    /// When only this many tries are left the PIN is not presented (PIN_LAST_TRY). 1 unless set.
    pub keep_tries: u8,
    /// Presents it even then: the person has been told and wants to.
    pub allow_last_try: bool,
    /// Folds full-width characters (NFKC) and lower case to the capital letters and digits that the card knows.
    pub fold: bool,
}

impl Default for PinOptions {
    fn default() -> PinOptions {
        PinOptions { keep_tries: 1, allow_last_try: false, fold: false }
    }
}

/// A PIN whose form has been checked: the only kind that can be sent.
#[derive(Clone)]
struct WellFormedPin(Zeroizing<Vec<u8>>);

/// Checks the form of a PIN. Nothing is sent; no card is needed.
///
/// # Errors
/// PIN_FORMAT with the reason.
pub fn pin_check(kind: PinKind, value: &Pin, options: &PinOptions) -> Result<()> {
    WellFormedPin::new(kind, value, options).map(drop).map_err(|error| error.in_operation("pin_check"))
}

impl WellFormedPin {
    fn new(kind: PinKind, value: &Pin, options: &PinOptions) -> Result<WellFormedPin> {
        let refuse = |reason, detail| {
            Err(Error::new(ResultCode::PinFormat, detail).with_reason(reason).with_pin(kind))
        };
        if value.0.is_empty() {
            return refuse(Reason::Empty, "no PIN was entered");
        }
        if value.0.len() > Pin::MOST_BYTES {
            return refuse(Reason::TooLong, "longer than any PIN of this card");
        }
        let bytes = if options.fold { fold(value) } else { Some(value.0.clone()) };
        let Some(bytes) = bytes else {
            return refuse(Reason::Character, "not UTF-8");
        };
        let (shortest, longest) = match kind {
            PinKind::Signing => (6, 16),
            PinKind::Authentication | PinKind::Text | PinKind::Resident | PinKind::Common => (4, 4),
            PinKind::FaceBirthDate => (6, 6),
            PinKind::TextCodeA | PinKind::FaceCodeA => (12, 12),
            PinKind::TextCodeB | PinKind::FaceCodeB => (14, 14),
        };
        let is_signing = kind == PinKind::Signing;
        if is_signing && bytes.len() == 4 && bytes.iter().all(u8::is_ascii_digit) {
            return refuse(
                Reason::FourDigitsForSigning,
                "a 4-digit PIN where the signing password is wanted",
            );
        }
        if !bytes.iter().all(|byte| byte.is_ascii_digit() || (is_signing && byte.is_ascii_uppercase())) {
            return refuse(Reason::Character, "a character that this PIN cannot contain");
        }
        if bytes.len() < shortest {
            return refuse(Reason::TooShort, "too short");
        }
        if bytes.len() > longest {
            return refuse(Reason::TooLong, "too long");
        }
        let date = bytes.get(..6).unwrap_or_default();
        match kind {
            PinKind::FaceBirthDate if !is_era_date(date) => {
                refuse(Reason::Date, "the digits are no date of any era")
            }
            PinKind::TextCodeB | PinKind::FaceCodeB
                if !is_era_date(date) || !is_expiry_year(bytes.get(6..10).unwrap_or_default()) =>
            {
                refuse(Reason::Date, "the digits are no date of any era and year of expiry")
            }
            PinKind::TextCodeA | PinKind::FaceCodeA if !has_check_digit(&bytes) => {
                refuse(Reason::CheckDigit, "the last digit does not fit the others")
            }
            _ => Ok(WellFormedPin(bytes)),
        }
    }

    /// A new PIN: for the signing password at least one letter and one digit as well (H).
    fn new_value(kind: PinKind, value: &Pin, options: &PinOptions) -> Result<WellFormedPin> {
        let pin = WellFormedPin::new(kind, value, options)?;
        let mixed = pin.0.iter().any(u8::is_ascii_digit) && pin.0.iter().any(u8::is_ascii_uppercase);
        if kind == PinKind::Signing && !mixed {
            return Err(Error::new(ResultCode::PinFormat, "a new password needs a letter and a digit")
                .with_reason(Reason::NeedsLetterAndDigit)
                .with_pin(kind));
        }
        Ok(pin)
    }
}

/// NFKC, then a–z to A–Z. `None` if the value is not UTF-8.
fn fold(value: &Pin) -> Option<Zeroizing<Vec<u8>>> {
    let text = core::str::from_utf8(&value.0).ok()?;
    // NFKC makes at most 18 characters of one; reserving for the most leaves no copy behind.
    let mut folded = Zeroizing::new(Vec::with_capacity(value.0.len().saturating_mul(18 * 4)));
    for character in text.nfkc() {
        let mut encoded = Zeroizing::new([0_u8; 4]);
        folded.extend_from_slice(character.to_ascii_uppercase().encode_utf8(encoded.as_mut()).as_bytes());
    }
    Some(folded)
}

/// Cards were first issued in 2016 and are valid for ten birthdays.
fn is_expiry_year(digits: &[u8]) -> bool {
    (&b"2016"[..]..=&b"2099"[..]).contains(&digits)
}

/// The check digit of a 個人番号: weights 2 to 7 and again 2 to 6 from the right, modulo 11 (H).
fn has_check_digit(digits: &[u8]) -> bool {
    let Some((check, number)) = digits.split_last() else { return false };
    let weights = [2_u32, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6];
    let value = |digit: &u8| u32::from(digit.saturating_sub(b'0'));
    let sum: u32 = number.iter().rev().zip(weights).map(|(digit, weight)| value(digit) * weight).sum();
    let expected = match sum % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    };
    value(check) == expected
}

/// The wrong values of this session, kept only as digests under a key that dies with it, so that the same
/// mistake is answered here and costs no second try.
pub(super) struct WrongValues {
    /// Made with the first wrong value.
    key: Option<Zeroizing<[u8; 32]>>,
    seen: Vec<(PinKind, [u8; 32], Option<u8>)>,
}

impl WrongValues {
    pub(super) fn new() -> WrongValues {
        WrongValues { key: None, seen: Vec::new() }
    }

    fn digest(&self, kind: PinKind, pin: &WellFormedPin) -> Result<[u8; 32]> {
        let key = self.key.as_ref().ok_or_else(|| Error::new(ResultCode::Internal, "no key for a digest"))?;
        let key = PKey::hmac(key.as_ref()).map_err(crypto_failed)?;
        let mut signer = openssl::sign::Signer::new(MessageDigest::sha256(), &key).map_err(crypto_failed)?;
        signer.update(&kind.number().to_be_bytes()).map_err(crypto_failed)?;
        signer.update(&pin.0).map_err(crypto_failed)?;
        let mut digest = [0_u8; 32];
        signer.sign(&mut digest).map_err(crypto_failed)?;
        Ok(digest)
    }

    fn check(&self, kind: PinKind, pin: &WellFormedPin) -> Result<()> {
        if self.seen.is_empty() {
            return Ok(());
        }
        let digest = self.digest(kind, pin)?;
        let known = self.seen.iter().find(|(_, wrong, _)| openssl::memcmp::eq(wrong, &digest));
        match known {
            Some((_, _, tries)) => Err(Error::new(ResultCode::PinRepeated, "the same wrong value again")
                .with_pin(kind)
                .with_tries(*tries)),
            None => Ok(()),
        }
    }

    /// Remembers a wrong value; one that was typed on the reader is not known here, only that it was wrong.
    fn remember(&mut self, kind: PinKind, pin: Option<&WellFormedPin>, tries: Option<u8>) -> Result<()> {
        for (of, _, left) in &mut self.seen {
            if *of == kind {
                *left = tries;
            }
        }
        if let Some(pin) = pin {
            if self.key.is_none() {
                let mut key = Zeroizing::new([0_u8; 32]);
                openssl::rand::rand_bytes(key.as_mut()).map_err(crypto_failed)?;
                self.key = Some(key);
            }
            self.seen.push((kind, self.digest(kind, pin)?, tries));
        }
        Ok(())
    }

    fn forget(&mut self, kind: PinKind) {
        self.seen.retain(|(of, _, _)| *of != kind);
    }
}

fn crypto_failed(_: openssl::error::ErrorStack) -> Error {
    Error::new(ResultCode::Internal, "OpenSSL refused a digest or random bytes")
}

/// What the card says of a PIN's counter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counter {
    Left(u8),
    Locked,
    /// 9000: the PIN is verified, by whomever, so the counter stands at its maximum.
    Verified,
}

impl Counter {
    fn from_status_word(status_word: u16, pin: PinKind) -> Result<Counter> {
        let most = PinReference::of(pin).most_tries;
        match (status_word, status::tries(status_word)) {
            (status::OK, _) => Ok(Counter::Verified),
            (status::LOCKED | status::UNUSABLE, _) | (_, Some(0)) => Ok(Counter::Locked),
            (_, Some(left)) if left <= most => Ok(Counter::Left(left)),
            (status::NOT_FOUND | status::NO_REFERENCE, _) => {
                Err(Error::new(ResultCode::CardFeatureAbsent, "the card does not have this PIN"))
            }
            (_, Some(_)) => {
                Err(Error::new(ResultCode::CardResponse, "a counter beyond the maximum of this PIN"))
            }
            _ => Err(Error::new(ResultCode::CardResponse, "the counter could not be read")),
        }
        .map_err(|error| error.with_status_word(status_word))
    }
}

fn locked(status_word: Option<u16>) -> Error {
    let error = Error::new(ResultCode::PinLocked, "the PIN is locked").with_tries(Some(0));
    match status_word {
        Some(status_word) => error.with_status_word(status_word),
        None => error,
    }
}

impl Card {
    /// How many tries a PIN has left, as the card says, spending none. `None` if it is verified at the moment:
    /// then the card does not say, and all are left.
    ///
    /// Sends: SELECT of the application if another is selected, the counter.
    ///
    /// # Errors
    /// PIN_LOCKED if none is left; CARD_FEATURE_ABSENT; CARD_RESPONSE for a count that cannot be.
    pub fn pin_tries(&mut self, kind: PinKind) -> Result<Option<u8>> {
        self.operation("pin_tries", |card| {
            card.check_permitted(kind)?;
            card.report(Progress { stage: Stage::Checking, done: 0, total: 1 })?;
            card.channel.enter(PinReference::of(kind).application)?;
            let left = card.pin_tries_here(kind)?;
            card.report(Progress { stage: Stage::Checking, done: 1, total: 1 })?;
            Ok(left)
        })
        .map_err(|error| error.with_pin(kind))
    }

    /// Presents a PIN, once. With `None` a PIN of 4 digits is typed on the reader's own pad, if it has one
    /// (progress says `Entering`); else the entry callback of the open options is asked.
    ///
    /// Sends: SELECT of the application if another is selected; before the first SIGNING verify EF 0008; the
    /// counter; VERIFY (never twice; from the pad the reader sends it, and the PIN is never in this machine). With
    /// the callback the counter is read before and after it.
    ///
    /// # Errors
    /// In this order: NOT_PERMITTED (照合番号A without the permit), PIN_FORMAT, BAD_STATE, CANCELLED, the reader
    /// and card codes, CERTIFICATE_ABSENT (no signing certificate; costs no try), PIN_REPEATED (not from a pad),
    /// PIN_LOCKED, PIN_LAST_TRY, PIN_INCORRECT, PIN_OUTCOME_UNKNOWN. Of an entry on the pad that was not finished:
    /// PIN_ENTRY_TIMEOUT, CANCELLED, PIN_FORMAT; nothing was sent then.
    pub fn pin_verify(&mut self, kind: PinKind, value: Option<&Pin>, options: &PinOptions) -> Result<()> {
        self.pin_operation("pin_verify", |card| {
            card.check_permitted(kind)?;
            let entry = match value {
                Some(value) => Entry::Given(WellFormedPin::new(kind, value, options)?),
                None if has_four_digits(kind) && card.channel.has_pin_pad() => Entry::Pad,
                None => Entry::Callback,
            };
            card.present(kind, entry, options)
        })
        .map_err(|error| error.with_pin(kind))
    }

    /// Changes a PIN: presents the old one, then sets the new one.
    ///
    /// Sends: what `pin_verify` sends, then CHANGE REFERENCE DATA (never twice).
    ///
    /// # Errors
    /// Those of `pin_verify`; PIN_FORMAT for the new value as well (NEEDS_LETTER_AND_DIGIT); NOT_SUPPORTED for
    /// the printed codes, which nobody can change; PIN_OUTCOME_UNKNOWN if contact is lost: the old or the new
    /// one may be in force.
    pub fn pin_change(
        &mut self,
        kind: PinKind,
        old: Option<&Pin>,
        new_value: &Pin,
        options: &PinOptions,
    ) -> Result<()> {
        self.pin_operation("pin_change", |card| {
            card.check_permitted(kind)?;
            let change = change_command(kind)?;
            let old = match old {
                Some(old) => Entry::Given(WellFormedPin::new(kind, old, options)?),
                None => Entry::Callback,
            };
            let new_value = WellFormedPin::new_value(kind, new_value, options)?;
            card.present(kind, old, options)?;
            let naming = card.channel.naming(PinReference::of(kind).file)?;
            let response = card.send_secret(&change(naming.reference()).with_data(&new_value.0))?;
            if !response.is_ok() {
                return Err(Error::new(ResultCode::CardResponse, "the card refused the new PIN")
                    .with_status_word(response.status_word()));
            }
            card.wrong_values.forget(kind);
            Ok(())
        })
        .map_err(|error| error.with_pin(kind))
    }

    /// Ends the verified session: leaves the application by selecting the issuer domain. The card can be used on.
    ///
    /// # Errors
    /// CARD_RESPONSE or a reader code if the card could not be told; its power was cut then, if that was possible.
    pub fn pin_forget(&mut self) -> Result<()> {
        self.operation("pin_forget", |card| {
            if card.leave() {
                return Ok(());
            }
            Err(Error::new(ResultCode::CardResponse, "the card did not leave the application"))
        })
    }

    /// 照合番号A is the 個人番号: without the program's permit it is not presented.
    fn check_permitted(&self, kind: PinKind) -> Result<()> {
        if matches!(kind, PinKind::TextCodeA | PinKind::FaceCodeA) && !self.permits_my_number() {
            return Err(Error::new(
                ResultCode::NotPermitted,
                "照合番号A is the 個人番号, and the program has not been permitted to use it",
            ));
        }
        Ok(())
    }

    /// The tries left of a PIN of the selected application; PIN_LOCKED if there are none.
    pub(super) fn pin_tries_here(&mut self, kind: PinKind) -> Result<Option<u8>> {
        match self.counter(kind)? {
            Counter::Left(left) => Ok(Some(left)),
            Counter::Verified => Ok(None),
            Counter::Locked => Err(locked(None)),
        }
    }

    /// The counter of a PIN of the selected application.
    fn counter(&mut self, kind: PinKind) -> Result<Counter> {
        let response = self.channel.ask_file(PinReference::of(kind).file, |naming| {
            // Exactly four bytes: with an Le this card answers 6700 (H).
            Command::new(0x00, 0x20, 0x00, naming.reference())
        })?;
        Counter::from_status_word(response.status_word(), kind)
    }

    /// Everything that must hold before a PIN may be presented. Returns the tries left, `None` while verified.
    fn check_presentable(&mut self, kind: PinKind, options: &PinOptions) -> Result<Option<u8>> {
        match self.counter(kind)? {
            Counter::Locked => Err(locked(None)),
            Counter::Left(left) if left <= options.keep_tries && !options.allow_last_try => {
                Err(Error::new(ResultCode::PinLastTry, "no more tries are left than shall be kept")
                    .with_tries(Some(left)))
            }
            Counter::Left(left) => Ok(Some(left)),
            Counter::Verified => Ok(None),
        }
    }

    /// Everything that is asked of the card before a PIN. Returns the tries left, `None` while verified.
    fn prepare(&mut self, kind: PinKind, options: &PinOptions) -> Result<Option<u8>> {
        self.channel.enter(PinReference::of(kind).application)?;
        if kind == PinKind::Signing {
            self.check_signing_certificate_present()?;
        }
        self.check_presentable(kind, options)
    }

    fn present(&mut self, kind: PinKind, entry: Entry, options: &PinOptions) -> Result<()> {
        let reference = PinReference::of(kind);
        self.channel.check_may_enter(reference.application)?;
        self.channel.check_cancelled()?;
        match &entry {
            Entry::Given(pin) => self.wrong_values.check(kind, pin)?,
            Entry::Callback if self.pin_entry.is_none() => {
                return Err(Error::new(
                    ResultCode::PinRequired,
                    "no PIN was given, and nobody to ask for it",
                ));
            }
            Entry::Callback | Entry::Pad => {}
        }
        self.report(Progress { stage: Stage::Checking, done: 0, total: 1 })?;
        self.channel.claim()?;
        let left = match self.prepare(kind, options) {
            Err(error) if self.was_misled(&error) => self.prepare(kind, options)?,
            prepared => prepared?,
        };
        let pin = match entry {
            Entry::Given(pin) => Some(pin),
            Entry::Pad => None,
            Entry::Callback => {
                let pin = self.enter_pin(kind, left, options)?;
                // While the person typed, nothing held the card: what was true may no longer be.
                self.channel.enter(reference.application)?;
                self.check_presentable(kind, options)?;
                Some(pin)
            }
        };
        let stage = if pin.is_some() { Stage::Verifying } else { Stage::Entering };
        self.report(Progress { stage, done: 0, total: 1 })?;
        let naming = self.channel.naming(reference.file)?;
        self.channel.set_verified(kind, false);
        let response = match &pin {
            Some(pin) => self.send_secret(&verify_command(naming).with_data(&pin.0))?,
            None => self.have_it_typed(&verify_command(naming))?,
        };
        self.conclude(kind, pin.as_ref(), left, response.status_word())
    }

    /// Has the person type the PIN on the reader and the reader send it: once. The transaction is held meanwhile, so
    /// that the counter that was just read is the one that counts. A cancel is heard when the entry has ended.
    fn have_it_typed(&mut self, command: &Command) -> Result<Response> {
        self.channel.check_cancelled()?;
        self.channel.note_pin_sent();
        let entry = PinPadEntry { header: command.header(), digits: PAD_DIGITS, seconds: PAD_SECONDS };
        let response = self.channel.exchange_on_pin_pad(&entry).map_err(outcome_unknown)?;
        let unfinished =
            |code, detail| Err(Error::new(code, detail).with_status_word(response.status_word()));
        match response.status_word() {
            PAD_TOO_LATE => unfinished(ResultCode::PinEntryTimeout, "nothing was typed in time"),
            PAD_CANCELLED => unfinished(ResultCode::Cancelled, "the person cancelled at the reader"),
            PAD_DIGITS_WRONG => unfinished(ResultCode::PinFormat, "not four digits")
                .map_err(|error| error.with_reason(Reason::TooShort)),
            // Nobody but the reader knows whether it refused before or after it spoke to the card.
            word if word & 0xFF00 == PAD_REFUSED => {
                unfinished(ResultCode::ReaderFailed, "the reader refused the entry on its PIN pad")
                    .map_err(|error| error.with_try_spent(TrySpent::Unknown))
            }
            _ => Ok(response),
        }
    }

    /// Asks the program for the PIN, outside any transaction and once.
    fn enter_pin(&mut self, kind: PinKind, left: Option<u8>, options: &PinOptions) -> Result<WellFormedPin> {
        self.channel.end_transaction();
        let Some(entry) = self.pin_entry.as_mut() else {
            return Err(Error::new(ResultCode::PinRequired, "nobody to ask for the PIN"));
        };
        let pin = WellFormedPin::new(kind, &entry(kind, left)?, options)?;
        self.wrong_values.check(kind, &pin)?;
        Ok(pin)
    }

    /// Sends VERIFY or CHANGE REFERENCE DATA: once. If its answer is lost, whatever the cause, nobody knows
    /// whether the card has counted it.
    fn send_secret(&mut self, command: &Command) -> Result<Response> {
        self.channel.check_cancelled()?;
        self.channel.note_pin_sent();
        self.channel.exchange(command).map_err(outcome_unknown)
    }

    /// Draws the conclusion from the answer to VERIFY.
    fn conclude(
        &mut self,
        kind: PinKind,
        pin: Option<&WellFormedPin>,
        left_before: Option<u8>,
        status_word: u16,
    ) -> Result<()> {
        let tries = status::tries(status_word);
        match (status_word, tries) {
            (status::OK, _) => {
                self.channel.set_verified(kind, true);
                self.wrong_values.forget(kind);
                Ok(())
            }
            (_, Some(0)) => Err(locked(Some(status_word)).with_try_spent(TrySpent::Yes)),
            (status::LOCKED | status::UNUSABLE, _) => {
                // The counter said otherwise a moment ago: what happened in between is not ours to guess.
                Err(locked(Some(status_word)).with_try_spent(TrySpent::Unknown))
            }
            (status::WRONG_WITHOUT_LIMIT, _) | (_, Some(_)) => {
                // A count that did not fall is a lie; what is known is that the value was wrong.
                let most = left_before.unwrap_or_else(|| PinReference::of(kind).most_tries);
                let tries = tries.filter(|left| *left < most);
                self.wrong_values.remember(kind, pin, tries)?;
                Err(Error::new(ResultCode::PinIncorrect, "the card says that the PIN is wrong")
                    .with_status_word(status_word)
                    .with_tries(tries)
                    .with_try_spent(TrySpent::Yes))
            }
            _ => Err(Error::new(ResultCode::CardResponse, "an answer to VERIFY that cannot be")
                .with_status_word(status_word)
                .with_try_spent(TrySpent::Unknown)),
        }
    }
}

/// Where the PIN that is presented comes from.
enum Entry {
    /// It is here.
    Given(WellFormedPin),
    /// It is typed on the reader and never comes here.
    Pad,
    /// The program asks the person.
    Callback,
}

/// How long a person may take at a reader's pad.
const PAD_SECONDS: u8 = 60;
/// How many digits are typed there.
const PAD_DIGITS: u8 = 4;
/// What a reader answers for an entry that it did not send to the card (PC/SC part 10, 2.5.2).
const PAD_TOO_LATE: u16 = 0x6400;
const PAD_CANCELLED: u16 = 0x6401;
const PAD_DIGITS_WRONG: u16 = 0x6403;
/// And, with any low byte, that it could not make sense of what was asked of it.
const PAD_REFUSED: u16 = 0x6B00;

/// The PINs that a pad with nothing but digits can take, and whose length a person knows.
fn has_four_digits(kind: PinKind) -> bool {
    matches!(kind, PinKind::Authentication | PinKind::Text | PinKind::Resident | PinKind::Common)
}

fn verify_command(naming: Naming) -> Command {
    Command::new(0x00, 0x20, 0x00, naming.reference())
}

fn outcome_unknown(cause: Error) -> Error {
    let mut error = Error::new(ResultCode::PinOutcomeUnknown, "contact was lost while the PIN was in flight")
        .with_try_spent(TrySpent::Unknown);
    error.pcsc_code = cause.pcsc_code;
    error.status_word = cause.status_word;
    error
}

/// How this PIN is changed: JPKI and text by CHANGE REFERENCE DATA (M), the others by a command of their own (L).
fn change_command(kind: PinKind) -> Result<fn(u8) -> Command> {
    match kind {
        PinKind::Signing | PinKind::Authentication | PinKind::Text => {
            Ok(|reference| Command::new(0x00, 0x24, 0x01, reference))
        }
        PinKind::Resident | PinKind::Common => Ok(|_| Command::new(0x80, 0x32, 0x00, 0x80)),
        _ => Err(Error::new(ResultCode::NotSupported, "printed codes cannot be changed")),
    }
}
