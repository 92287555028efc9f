//! A session on one card: opened, used one operation at a time, and always left behind closed.

use super::channel::{Channel, ExtendedLength};
use super::comeback::Comeback;
use super::pin::WrongValues;
use super::{PinEntryFn, Progress, ProgressFn};
use crate::certificate::{Certificate, CertificateKind};
use crate::log::Level;
use crate::reader::{Canceller, Connection, Context, Timeout, Watch};
use crate::result::{CardKind, Error, ReaderInterface, Result, ResultCode};
use core::fmt;
use std::collections::BTreeMap;
use std::time::Duration;

/// The SELECT that opens, and the one that leaves when that failed.
const MOST_BEFORE_FIRST_ANSWER: u32 = 2;

/// What stands for the name of the reader where the program has a connection of its own.
const OF_THE_CALLER: &str = "connection";

/// A card put in place of another is noticed by the service within this time.
const SWAPPED_WITHIN: Duration = Duration::from_millis(1000);

/// How a card is opened.
#[derive(Default)]
pub struct OpenOptions {
    /// How long to wait for a card, and for another program to let go of it.
    pub timeout: Timeout,
    /// Whether no other program may use the card from the beginning; otherwise from the first PIN on.
    pub exclusive: bool,
    /// Whether long reads use extended-length APDUs.
    pub extended_length: ExtendedLength,
    /// How long a card that was lifted may take to come back: the operation then starts again from its first command,
    /// and nothing of before is kept. Zero: an operation ends with the contact. Never once a PIN was sent in the session,
    /// nor for operations that present one. What was handed out must be read again the same, else CARD_CHANGED.
    pub grace: Duration,
    /// Asked for a PIN when an operation is given none.
    pub pin_entry: Option<Box<PinEntryFn>>,
    /// Told how far an operation has come.
    pub progress: Option<Box<ProgressFn>>,
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("timeout", &self.timeout)
            .field("exclusive", &self.exclusive)
            .field("extended_length", &self.extended_length)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}

/// An open My Number Card. Closing or dropping it leaves the application, so that nothing stays verified.
///
/// One thread at a time; another thread cancels through [`Card::canceller`].
pub struct Card {
    pub(super) channel: Channel,
    pub(super) wrong_values: WrongValues,
    pub(super) pin_entry: Option<Box<PinEntryFn>>,
    /// EF 0008, once read; empty if the card would not tell.
    pub(super) certificate_presence: Option<Vec<u8>>,
    /// What was read in this session is not read again.
    pub(super) certificates: BTreeMap<CertificateKind, Certificate>,
    pub(super) comeback: Comeback,
    progress: Option<Box<ProgressFn>>,
    pub(super) context: Context,
    canceller: Canceller,
    /// Watches that began before the next operation does.
    earlier_watches: Vec<Watch>,
    pub(super) reader: String,
    kind: CardKind,
    /// The process that opened it. A child made by fork has no right to speak: it could only disturb its parent.
    home: u32,
}

impl Card {
    /// Opens the card in the reader of that name, or, without a name, in the only reader that has a card.
    ///
    /// Sends: SELECT JPKI, READ BINARY of the label. That is how any card is recognised; the ATR says nothing (H). To a
    /// card without that application: SELECT of those that tell a driver's licence, a residence card and a passport.
    ///
    /// # Errors
    /// READER_SERVICE_UNAVAILABLE, READER_NOT_FOUND, READER_BUSY, CARD_ABSENT (none before the deadline),
    /// CARD_AMBIGUOUS, CARD_MUTE, CARD_UNSUPPORTED (with a reason), CANCELLED.
    pub fn open(context: &Context, reader: Option<&str>, options: OpenOptions) -> Result<Card> {
        let operation = "reader_open";
        let watch = context.canceller().watch();
        let connect =
            |timeout| context.connect(reader, timeout, &watch).map_err(|error| error.in_operation(operation));
        let (grace, timeout) = (options.grace, options.timeout);
        let (found, connection) = connect(timeout)?;
        let mut card = Card::on(context, connection, found.name, options, watch.clone())?;
        let mut opened = card.recognise(operation);
        let is_of_contact =
            |error: &Error| matches!(error.code, ResultCode::CardRemoved | ResultCode::CardUnstable);
        let unanswered = card.exchanges() <= MOST_BEFORE_FIRST_ANSWER;
        if opened.as_ref().is_err_and(is_of_contact) && (unanswered || !grace.is_zero()) {
            // Not one answer: a card still settling, or the service had not noticed yet that one card went and
            // another came. Nothing is at stake, so it is tried once more.
            let patience = SWAPPED_WITHIN.max(grace).as_millis();
            if let Ok((found, connection)) = connect(Timeout::Millis(patience.try_into().unwrap_or(u32::MAX)))
            {
                card.reader = found.name;
                card.channel.start_over(Some(connection));
                opened = card.recognise(operation);
            }
        }
        opened.map(|()| card)
    }

    /// Opens a card that the caller's own stack reaches.
    ///
    /// # Errors
    /// As [`Card::open`], as far as the connection can fail so.
    pub fn open_connection(
        context: &Context,
        connection: Box<dyn Connection>,
        options: OpenOptions,
    ) -> Result<Card> {
        let watch = context.canceller().watch();
        let mut card = Card::on(context, connection, String::from(OF_THE_CALLER), options, watch)?;
        card.comeback.is_of_the_caller = true;
        card.recognise("card_open_connection").map(|()| card)
    }

    fn on(
        context: &Context,
        connection: Box<dyn Connection>,
        reader: String,
        options: OpenOptions,
        watch: Watch,
    ) -> Result<Card> {
        let timeout = options.timeout.duration();
        Ok(Card {
            channel: Channel::new(connection, context.log().clone(), options.extended_length, timeout),
            wrong_values: WrongValues::new(),
            pin_entry: options.pin_entry,
            certificate_presence: None,
            certificates: BTreeMap::new(),
            comeback: Comeback::new(options.grace, options.exclusive),
            progress: options.progress,
            context: context.clone(),
            canceller: Canceller::new(),
            earlier_watches: vec![watch],
            reader,
            kind: CardKind::Other,
            home: std::process::id(),
        })
    }

    /// Finds out what card it is.
    fn recognise(&mut self, operation: &'static str) -> Result<()> {
        self.kind = self.attempt(operation, |card| card.in_one_go(&mut Card::look))?;
        Ok(())
    }

    /// What kind of thing answered.
    pub fn kind(&self) -> CardKind {
        self.kind
    }

    /// The name of the reader.
    pub fn reader(&self) -> &str {
        &self.reader
    }

    /// How the card meets the reader, as far as the reader tells.
    pub fn reader_interface(&self) -> ReaderInterface {
        self.channel.interface()
    }

    /// Whether a virtual card answers.
    pub fn is_virtual(&self) -> bool {
        self.channel.is_virtual()
    }

    /// How many commands have been sent since the card was opened, those of the opening included.
    pub fn exchanges(&self) -> u32 {
        self.channel.exchanges()
    }

    /// Cancels what runs on this card, from any thread.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// Lets the next operation end by cancels since those watches began: for a caller that had to wait before it
    /// could begin.
    pub fn watch_since(&mut self, watches: Vec<Watch>) {
        self.earlier_watches = watches;
    }

    /// Replaces the receiver of progress.
    pub fn set_progress(&mut self, progress: Option<Box<ProgressFn>>) {
        self.progress = progress;
    }

    /// Replaces the callback that asks for PINs.
    pub fn set_pin_entry(&mut self, pin_entry: Option<Box<PinEntryFn>>) {
        self.pin_entry = pin_entry;
    }

    /// Closes the card: what dropping it does, said aloud. Returns how many commands the session took in all.
    ///
    /// Sends: SELECT of the issuer domain, unless the application has been left already.
    pub fn close(mut self) -> u32 {
        self.shut();
        self.exchanges()
    }

    pub(super) fn shut(&mut self) {
        if self.check_home().is_err() {
            return;
        }
        self.leave();
        self.channel.end_transaction();
    }

    pub(super) fn permits_my_number(&self) -> bool {
        self.context.permits_my_number()
    }

    /// Tells the program how far the operation has come, and hears whether it shall go on.
    pub(super) fn report(&mut self, progress: Progress) -> Result<()> {
        self.channel.check_cancelled()?;
        hear(&mut self.progress, progress)
    }

    /// Watches that began before an operation does: what the caller had, and from now on.
    pub(super) fn begin_watching(&mut self) -> Vec<Watch> {
        let mut watches = core::mem::take(&mut self.earlier_watches);
        watches.extend([self.context.canceller().watch(), self.canceller.watch()]);
        watches
    }

    /// Tells the program of progress outside an operation.
    pub(super) fn tell(&mut self, progress: Progress) -> Result<()> {
        hear(&mut self.progress, progress)
    }

    /// The channel and the receiver of progress, for an operation that uses both at once.
    pub(super) fn channel_and_progress(&mut self) -> (&mut Channel, &mut Option<Box<ProgressFn>>) {
        (&mut self.channel, &mut self.progress)
    }

    /// Runs an operation in which no PIN is in flight. If another program resets the card meanwhile, or had selected
    /// another application, and no PIN was verified, the operation starts again from its first command, once. If the
    /// card was lifted and comes back within the grace, it starts again too (`comeback`).
    pub(super) fn operation<T>(
        &mut self,
        name: &'static str,
        mut work: impl FnMut(&mut Card) -> Result<T>,
    ) -> Result<T> {
        self.attempt(name, |card| {
            let mut result = card.confirm().and_then(|()| card.in_one_go(&mut work));
            while let Err(error) = &result {
                match card.comes_back(error) {
                    Ok(true) => result = card.confirm().and_then(|()| card.in_one_go(&mut work)),
                    Ok(false) => break,
                    Err(other) => result = Err(other),
                }
            }
            result
        })
    }

    fn in_one_go<T>(&mut self, work: &mut impl FnMut(&mut Card) -> Result<T>) -> Result<T> {
        let held_a_pin = self.channel.is_anything_verified();
        let result = work(self);
        let starts_again = result.as_ref().is_err_and(|error| {
            error.code == ResultCode::CardReset && !self.channel.is_anything_verified()
                || self.was_misled(error)
        });
        if starts_again && !held_a_pin {
            self.channel.end_transaction();
            return work(self);
        }
        result
    }

    /// Whether what failed may have asked another application than it meant. What it learnt there is forgotten.
    pub(super) fn was_misled(&mut self, error: &Error) -> bool {
        let misled = self.channel.was_misled(error);
        if misled {
            self.certificate_presence = None;
        }
        misled
    }

    /// Runs an operation that presents a PIN: never started again.
    pub(super) fn pin_operation<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Card) -> Result<T>,
    ) -> Result<T> {
        self.attempt(name, |card| card.confirm().and_then(|()| work(card)))
    }

    /// The frame of every operation: what is cancelled, logged, and left behind.
    fn attempt<T>(&mut self, name: &'static str, work: impl FnOnce(&mut Card) -> Result<T>) -> Result<T> {
        self.check_home().map_err(|error| error.in_operation(name))?;
        self.begin(name);
        let result = work(self);
        self.end(name, result)
    }

    fn check_home(&self) -> Result<()> {
        if self.home == std::process::id() {
            return Ok(());
        }
        Err(Error::new(ResultCode::BadState, "the card was opened by the parent process"))
    }

    fn begin(&mut self, name: &'static str) {
        self.comeback.begin();
        self.context.log().write(Level::Info, "card", format_args!("{name}"));
        let watches = self.begin_watching();
        self.channel.watch(watches);
    }

    /// The end of every operation: the transaction is closed, and after a failure that leaves the card in doubt
    /// the application is left.
    fn end<T>(&mut self, name: &'static str, result: Result<T>) -> Result<T> {
        let result = result.map_err(|error| {
            if error.code.leaves_application() {
                self.leave();
            }
            let mut error = error.in_operation(name);
            error.card_kind = (self.kind != CardKind::Other).then_some(self.kind);
            error.reader_interface = self.channel.interface();
            self.context.log().write(Level::Info, "card", format_args!("{error}"));
            error
        });
        self.channel.end_transaction();
        result
    }

    /// Leaves the application and forgets what only a verified PIN gave. Returns whether the card was told.
    pub(super) fn leave(&mut self) -> bool {
        self.certificates.remove(&CertificateKind::Signing);
        self.channel.leave()
    }
}

/// Tells a receiver of progress, if there is one.
pub(super) fn hear(receiver: &mut Option<Box<ProgressFn>>, progress: Progress) -> Result<()> {
    match receiver.as_mut().map(|receiver| receiver(progress)) {
        Some(core::ops::ControlFlow::Break(())) => {
            Err(Error::new(ResultCode::Cancelled, "cancelled by the progress callback"))
        }
        _ => Ok(()),
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        self.shut();
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Card({:?}, {} exchanges)", self.kind, self.exchanges())
    }
}
