//! The way to the card: one command at a time, inside a transaction, watched, counted, and never trusted.
//!
//! The channel keeps what is known of the card's state (which application is selected, which PINs this session
//! verified) together with the only code that changes it, so that the two cannot part.

mod reading;

pub(super) use reading::{FileContent, object_len, with_room};

use super::application::{Application, File, ISSUER_DOMAIN};
use super::secure;
use crate::iso7816::{Command, Response, status};
use crate::log::{Level, Log};
use crate::reader::{Connection, Disposition, PinPadEntry, Watch};
use crate::result::{Error, PinKind, ReaderInterface, Result, ResultCode};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// A signature takes more than 300 ms on a slow field; nothing takes longer than this.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(20);

/// A card that hands out an answer in smaller pieces (61xx) than this is playing for time.
const SMALLEST_PIECE: u32 = 128;

/// The instruction that selects an application or a file.
const SELECT: u8 = 0xA4;

/// What an attempt to have the card for ourselves gets even from a program that does not want to wait.
const ATTEMPT: Duration = Duration::from_millis(200);

/// How long leaving waits for another program to let go of the card.
const PARTING: Duration = Duration::from_secs(1);

/// No program waits longer than a year for a transaction.
const FOR_EVER: Duration = Duration::from_secs(31_536_000);

/// Whether long reads use extended-length APDUs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ExtendedLength {
    /// If the reader says it can, or else if the first long read succeeds; remembered for the connection.
    #[default]
    Auto,
    /// Never.
    Never,
    /// Without asking the reader; still falls back if one is refused.
    Always,
}

/// One attempt to have the card for ourselves, until that moment.
type Attempt = fn(&mut dyn Connection, Instant) -> Result<()>;

/// How a command names its file.
#[derive(Clone, Copy)]
pub(super) enum Naming {
    /// By short identifier: saves the SELECT.
    Short(u8),
    /// The file selected last.
    Current,
}

impl Naming {
    /// As P2 of VERIFY, CHANGE REFERENCE DATA and signing.
    pub(super) fn reference(self) -> u8 {
        match self {
            Naming::Short(short) => short,
            Naming::Current => 0x80,
        }
    }
}

pub(super) struct Channel {
    connection: Box<dyn Connection>,
    log: Log,
    timeout: Duration,
    exchanges: u32,
    wanted_length: ExtendedLength,
    /// Whether extended-length APDUs pass on this connection; `None` before the first long read.
    extended: Option<bool>,
    longest_answer: Option<u32>,
    short_identifiers: bool,
    in_transaction: bool,
    claimed: bool,
    selected: Option<Application>,
    /// JPKI is taken to be selected still, although others could reach the card since it was.
    assumed: bool,
    current_file: Option<File>,
    verified: Vec<PinKind>,
    /// A PIN was sent in this session, whatever the card made of it.
    pin_sent: bool,
    /// Secure messaging with the selected application. It ends where the selection does.
    secured: Option<secure::Session>,
    /// Whether the card may hold a state that only leaving the application ends.
    must_leave: bool,
    watches: Vec<Watch>,
}

impl Channel {
    pub(super) fn new(
        connection: Box<dyn Connection>,
        log: Log,
        extended: ExtendedLength,
        timeout: Duration,
    ) -> Channel {
        Channel {
            connection,
            log,
            timeout,
            exchanges: 0,
            wanted_length: extended,
            extended: None,
            longest_answer: reading::LONGEST_ANSWER,
            short_identifiers: true,
            in_transaction: false,
            claimed: false,
            selected: None,
            assumed: false,
            current_file: None,
            verified: Vec::new(),
            pin_sent: false,
            secured: None,
            must_leave: false,
            watches: Vec::new(),
        }
    }

    /// Forgets everything but the count of commands: the card was lifted and put back, in the same connection if there
    /// is no new one.
    pub(super) fn start_over(&mut self, connection: Option<Box<dyn Connection>>) {
        self.end_transaction();
        if let Some(connection) = connection {
            self.connection = connection;
        }
        self.extended = None;
        self.short_identifiers = true;
        self.claimed = false;
        self.forget_selection();
        self.verified.clear();
        self.must_leave = false;
    }

    /// Waits until a connection of the program has a card again; `false` if it had none in time, or cannot wait.
    pub(super) fn wait_for_card(&mut self, until: Instant) -> Result<bool> {
        const TURN: Duration = Duration::from_millis(100);
        loop {
            self.check_cancelled()?;
            let left = until.saturating_duration_since(Instant::now());
            let begun = Instant::now();
            match self.connection.wait_for_card(left.min(TURN)) {
                Ok(()) => return Ok(true),
                Err(error) if error.code == ResultCode::NotSupported => return Ok(false),
                Err(_) if left.is_zero() => return Ok(false),
                // A connection that answers at once shall not be asked without end.
                Err(_) => std::thread::sleep(left.min(TURN).saturating_sub(begun.elapsed())),
            }
        }
    }

    pub(super) fn exchanges(&self) -> u32 {
        self.exchanges
    }

    pub(super) fn interface(&self) -> ReaderInterface {
        self.connection.interface()
    }

    pub(super) fn is_virtual(&self) -> bool {
        self.connection.is_virtual()
    }

    // --- the operation ---

    /// Begins an operation: from here on a cancel ends it.
    pub(super) fn watch(&mut self, watches: Vec<Watch>) {
        self.watches = watches;
    }

    /// CANCELLED if the operation has been cancelled.
    pub(super) fn check_cancelled(&self) -> Result<()> {
        self.watches.iter().try_for_each(Watch::check)
    }

    /// Makes this program the only one on the card, until it is closed.
    pub(super) fn claim(&mut self) -> Result<()> {
        if self.claimed {
            return Ok(());
        }
        self.end_transaction();
        let deadline = self.deadline();
        let claim: Attempt = |connection, until| connection.claim(until);
        let mut claimed = self.in_turns(deadline, claim);
        if self.survives_reset(&claimed) {
            claimed = self.in_turns(deadline, claim);
        }
        claimed?;
        self.assume_selection();
        self.claimed = true;
        Ok(())
    }

    fn begin_transaction(&mut self, deadline: Instant) -> Result<()> {
        if self.in_transaction {
            return Ok(());
        }
        let begin: Attempt = |connection, until| connection.begin(until);
        let mut begun = self.in_turns(deadline, begin);
        if self.survives_reset(&begun) {
            begun = self.in_turns(deadline, begin);
        }
        begun?;
        self.in_transaction = true;
        if !self.claimed {
            self.assume_selection();
        }
        Ok(())
    }

    /// Between our transactions another program may have selected something else. JPKI is taken to be selected still,
    /// because its files and references exist in no other application: a command that went astray is refused, and
    /// `was_misled` notices. The others share references, so a PIN could go to the wrong one: they are selected anew.
    fn assume_selection(&mut self) {
        match self.selected {
            Some(Application::Jpki) => {
                self.assumed = true;
                self.current_file = None;
            }
            _ => self.forget_selection(),
        }
    }

    pub(super) fn is_selection_assumed(&self) -> bool {
        self.assumed
    }

    /// Whether an operation may have failed only because another application is selected than was taken for granted.
    /// If so, the next one selects anew; nothing was verified or presented till then.
    pub(super) fn was_misled(&mut self, error: &Error) -> bool {
        const NOT_HERE: [u16; 5] =
            [status::NOT_FOUND, status::NO_RECORD, status::WRONG_P1P2, status::NO_REFERENCE, NO_CURRENT_FILE];
        let not_here = error.status_word.is_some_and(|word| NOT_HERE.contains(&word));
        let absent = matches!(error.code, ResultCode::CertificateAbsent | ResultCode::CertificateMalformed);
        let misled = self.assumed && !self.is_anything_verified() && (not_here || absent);
        if misled {
            self.forget_selection();
        }
        misled
    }

    /// Waits for another program to let go of the card, in turns so short that a cancel is heard in between.
    fn in_turns(&mut self, deadline: Instant, attempt: Attempt) -> Result<()> {
        const TURN: Duration = Duration::from_millis(100);
        loop {
            let turn = (Instant::now() + TURN).min(deadline);
            let outcome = attempt(self.connection.as_mut(), turn);
            let busy = outcome.as_ref().is_err_and(|error| error.code == ResultCode::ReaderBusy);
            if !busy || turn >= deadline {
                return outcome;
            }
            self.check_cancelled()?;
            // A connection that refuses at once shall not be asked without end.
            std::thread::sleep(turn.saturating_duration_since(Instant::now()));
        }
    }

    /// Another program's reset between our calls costs nothing if no PIN was verified: the application is
    /// selected anew. With a PIN it is the end of the session.
    fn survives_reset(&mut self, outcome: &Result<()>) -> bool {
        let reset = outcome.as_ref().is_err_and(|error| error.code == ResultCode::CardReset);
        if reset {
            self.forget_selection();
        }
        reset && self.verified.is_empty()
    }

    /// Ends the transaction, if one is open. Nothing is sent.
    pub(super) fn end_transaction(&mut self) {
        if core::mem::take(&mut self.in_transaction) {
            self.connection.end(Disposition::Leave);
        }
    }

    fn deadline(&self) -> Instant {
        let now = Instant::now();
        now.checked_add(self.timeout.clamp(ATTEMPT, FOR_EVER)).unwrap_or(now)
    }

    // --- the security status, as this session knows it ---

    pub(super) fn is_verified(&self, pin: PinKind) -> bool {
        self.verified.contains(&pin)
    }

    pub(super) fn is_anything_verified(&self) -> bool {
        !self.verified.is_empty()
    }

    /// From here on a PIN may have reached the card.
    pub(super) fn note_pin_sent(&mut self) {
        self.pin_sent = true;
    }

    pub(super) fn was_pin_sent(&self) -> bool {
        self.pin_sent
    }

    pub(super) fn set_verified(&mut self, pin: PinKind, verified: bool) {
        self.verified.retain(|known| *known != pin);
        if verified {
            self.verified.push(pin);
        }
    }

    /// The card has forgotten what was verified.
    pub(super) fn forget_verified(&mut self) {
        self.verified.clear();
    }

    /// BAD_STATE if the operation would leave an application in which a PIN is verified.
    pub(super) fn check_may_enter(&self, application: Application) -> Result<()> {
        if self.is_anything_verified() && self.selected != Some(application) {
            return Err(Error::new(
                ResultCode::BadState,
                "needs another application while a PIN is verified: pin_forget first",
            ));
        }
        Ok(())
    }

    fn forget_selection(&mut self) {
        self.selected = None;
        self.secured = None;
        self.assumed = false;
        self.current_file = None;
    }

    pub(super) fn secure_session(&mut self) -> Option<&mut secure::Session> {
        self.secured.as_mut()
    }

    pub(super) fn set_secure_session(&mut self, session: secure::Session) {
        self.secured = Some(session);
    }

    // --- applications ---

    /// Makes `application` the selected one, sending SELECT only if it is not.
    ///
    /// # Errors
    /// BAD_STATE with a PIN verified elsewhere; CARD_FEATURE_ABSENT if the card does not have it.
    pub(super) fn enter(&mut self, application: Application) -> Result<()> {
        self.check_may_enter(application)?;
        self.check_cancelled()?;
        // May find that the selection is not to be relied upon.
        self.begin_transaction(self.deadline())?;
        if self.selected == Some(application) {
            return Ok(());
        }
        self.forget_selection();
        let had_to_leave = core::mem::replace(&mut self.must_leave, true);
        let command = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(application.aid());
        let response = self.exchange(&command)?;
        if is_selected(&response) {
            self.selected = Some(application);
            return Ok(());
        }
        // Refused: whatever was selected still is, and a card that is none of ours is sent nothing more.
        self.must_leave = had_to_leave;
        let status_word = response.status_word();
        let error = if status_word == status::NOT_FOUND {
            Error::new(ResultCode::CardFeatureAbsent, "the card does not have this application")
        } else {
            Error::new(ResultCode::CardResponse, "SELECT of an application was refused")
        };
        Err(error.with_status_word(status_word))
    }

    /// Whether a card that is none of ours has an application of that name. Sends SELECT; it stays selected.
    pub(super) fn has_application(&mut self, name: &[u8]) -> Result<bool> {
        let command = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(name);
        self.exchange(&command).map(|response| is_selected(&response))
    }

    /// Selects the issuer domain, so that nothing stays verified. Cancelled or not, this is sent; if it cannot be,
    /// the card is cut off from its power instead. Returns whether the card is known to be left.
    pub(super) fn leave(&mut self) -> bool {
        self.verified.clear();
        self.forget_selection();
        if !core::mem::take(&mut self.must_leave) {
            return true;
        }
        self.watches.clear();
        let now = Instant::now();
        if let Err(error) = self.begin_transaction(now.checked_add(PARTING).unwrap_or(now)) {
            // Nobody can be told. What a PIN opened is ours alone, and needs no waiting; a card that another program
            // holds has nothing of ours but an application that is selected.
            self.must_leave = error.code != ResultCode::CardRemoved;
            if self.must_leave && self.claimed && self.pin_sent {
                self.connection.end(Disposition::Unpower);
            }
            return !self.must_leave;
        }
        let command = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(ISSUER_DOMAIN);
        let answered = self.exchange(&command);
        // An answer of any kind will not do: a card that refuses may still be verified.
        let left = answered.as_ref().is_ok_and(is_selected);
        // A card that is gone has forgotten everything, and a reader is better not asked to reset what it lacks.
        let gone = answered.is_err_and(|error| error.code == ResultCode::CardRemoved);
        if !left && !gone {
            self.in_transaction = false;
            self.connection.end(Disposition::Unpower);
        }
        self.must_leave = !left && !gone;
        !self.must_leave
    }

    /// Selects the issuer domain to ask it something: no application is selected then, and nothing verified. Whether
    /// the card did.
    pub(super) fn enter_issuer_domain(&mut self) -> Result<bool> {
        self.begin_transaction(self.deadline())?;
        self.forget_selection();
        let command = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(ISSUER_DOMAIN);
        let left = is_selected(&self.exchange(&command)?);
        if left {
            self.must_leave = false;
            self.verified.clear();
        }
        Ok(left)
    }

    // --- commands ---

    /// Sends one command and takes one answer. Never repeats, follows or corrects.
    pub(super) fn exchange(&mut self, command: &Command) -> Result<Response> {
        self.check_cancelled()?;
        let bytes = command
            .to_bytes()
            .ok_or_else(|| Error::new(ResultCode::Internal, "a command longer than an APDU can be"))?;
        self.exchanges = self.exchanges.saturating_add(1);
        let started = Instant::now();
        // Room for all that may come, at once: growing would leave a copy behind in freed memory.
        let mut answer = Zeroizing::new(Vec::with_capacity(room_for(command.expected())));
        let sent = self.connection.transmit(&bytes, &mut answer, COMMAND_TIMEOUT);
        let milliseconds = started.elapsed().as_millis();
        if let Err(error) = sent {
            self.log.write(
                Level::Debug,
                "card",
                format_args!("{command} -> {} after {milliseconds} ms", error.code.name()),
            );
            if matches!(error.code, ResultCode::CardRemoved | ResultCode::CardReset) {
                self.forget_selection();
            }
            return Err(error);
        }
        let response = Response::from_bytes(answer)
            .filter(|response| status::is_one(response.status_word()))
            .ok_or_else(|| Error::new(ResultCode::CardResponse, "an answer without a status word"))?;
        self.log.write(Level::Debug, "card", format_args!("{command} -> {response:?} in {milliseconds} ms"));
        // Information about what was selected (FCI) may come unasked: nobody reads it.
        let [_, instruction, _, _] = command.header();
        let most = if instruction == SELECT { Command::SHORT_EXPECTED } else { command.expected() };
        if response.data().len() > usize::try_from(most).unwrap_or(usize::MAX) {
            return Err(Error::new(ResultCode::CardResponse, "an answer longer than asked for")
                .with_status_word(response.status_word()));
        }
        Ok(response)
    }

    /// Whether the reader has a pad on which a PIN can be entered.
    pub(super) fn has_pin_pad(&self) -> bool {
        self.connection.has_pin_pad()
    }

    /// The answer to reset, where the reader tells it.
    pub(super) fn answer_to_reset(&self) -> Option<Vec<u8>> {
        self.connection.answer_to_reset()
    }

    /// What the reader's driver says of extended length.
    pub(super) fn reader_extended_length(&self) -> Option<bool> {
        self.connection.extended_length()
    }

    /// Cuts the card off from its power, and begins anew with what comes back.
    pub(super) fn cut_power(&mut self) -> Result<()> {
        self.begin_transaction(self.deadline())?;
        self.forget_selection();
        self.in_transaction = false;
        self.connection.end(Disposition::Unpower);
        self.begin_transaction(self.deadline())
    }

    /// As `exchange`, for a command whose data the person types on the reader: it never comes past here.
    pub(super) fn exchange_on_pin_pad(&mut self, entry: &PinPadEntry) -> Result<Response> {
        self.check_cancelled()?;
        self.exchanges = self.exchanges.saturating_add(1);
        let time = Duration::from_secs(entry.seconds.into()).saturating_add(COMMAND_TIMEOUT);
        let mut answer = Zeroizing::new(Vec::new());
        let sent = self.connection.verify_on_pin_pad(entry, &mut answer, time);
        let outcome = sent.and_then(|()| {
            Response::from_bytes(answer)
                .filter(|response| response.data().is_empty())
                .ok_or_else(|| Error::new(ResultCode::CardResponse, "no status word after the PIN pad"))
        });
        let [cla, ins, p1, p2] = entry.header;
        let said = outcome.as_ref().map_err(|error| error.code.name());
        self.log.write(
            Level::Debug,
            "card",
            format_args!("{cla:02X} {ins:02X} {p1:02X} {p2:02X}, typed on the reader -> {said:?}"),
        );
        outcome
    }

    /// Sends a command that carries no PIN and takes the whole answer: one correction after 6Cxx, and as many
    /// GET RESPONSE after 61xx as what was asked for can need. A command that asks for nothing is sent as it is:
    /// with a length behind it, the question for a counter would be a VERIFY to a card that speaks T=0.
    pub(super) fn ask(&mut self, command: &Command) -> Result<Response> {
        let mut response = self.exchange(command)?;
        if command.expected() == 0 {
            return Ok(response);
        }
        if let Some(length) = status::right_length(response.status_word()) {
            response = self.exchange(&command.clone().expecting(length))?;
        }
        if status::right_length(response.status_word()).is_some() {
            return Err(Error::new(ResultCode::CardResponse, "the card corrects the length again and again")
                .with_status_word(response.status_word()));
        }
        if status::more(response.status_word()).is_none() {
            return Ok(response);
        }
        let most = usize::try_from(command.expected()).unwrap_or(usize::MAX);
        let pieces = command.expected() / SMALLEST_PIECE + 4;
        let mut data = Zeroizing::new(Vec::with_capacity(most));
        for _ in 0..pieces {
            if data.len().saturating_add(response.data().len()) > most {
                break;
            }
            data.extend_from_slice(response.data());
            match status::more(response.status_word()) {
                Some(length) => {
                    response = self.exchange(&Command::new(0x00, 0xC0, 0x00, 0x00).expecting(length))?;
                }
                None => return Ok(Response::new(data, response.status_word())),
            }
        }
        Err(Error::new(ResultCode::CardResponse, "an answer in more pieces than what was asked for can have")
            .with_status_word(response.status_word()))
    }

    /// Sends a command on a file of the selected application: by short identifier, or, where the card refuses
    /// that, after selecting the file. A refusal is remembered. Only for commands whose refusal costs nothing.
    pub(super) fn ask_file(&mut self, file: File, command: impl Fn(Naming) -> Command) -> Result<Response> {
        if self.short_identifiers {
            let response = self.ask(&command(Naming::Short(file.short())))?;
            let status_word = response.status_word();
            if !matches!(status_word, status::WRONG_P1P2 | status::NO_REFERENCE) {
                // A file named by its short identifier becomes the current one (H).
                self.current_file = response.is_ok().then_some(file);
                return Ok(response);
            }
        }
        if self.current_file != Some(file) {
            if let Some(refusal) = self.select_file(file)? {
                return Ok(refusal);
            }
            // Only now is it known that the short identifier was the trouble, not the file.
            self.short_identifiers = false;
        }
        self.ask(&command(Naming::Current))
    }

    /// Selects a file; gives back the answer if it is a refusal.
    pub(super) fn select_file(&mut self, file: File) -> Result<Option<Response>> {
        self.current_file = None;
        let response = self.exchange(&Command::new(0x00, 0xA4, 0x02, 0x0C).with_data(&file.id()))?;
        if !is_selected(&response) {
            return Ok(Some(response));
        }
        self.current_file = Some(file);
        Ok(None)
    }

    /// How a PIN command is to name its file, as `ask_file` found out when it asked for the counter. A PIN must
    /// never go to another file, so "the current one" is only an answer if this is it.
    pub(super) fn naming(&self, file: File) -> Result<Naming> {
        if self.short_identifiers {
            Ok(Naming::Short(file.short()))
        } else if self.current_file == Some(file) {
            Ok(Naming::Current)
        } else {
            Err(Error::new(ResultCode::Internal, "the file of a PIN is not the current one"))
        }
    }
}

/// How long an answer with so many bytes is, status word included.
fn room_for(expected: u32) -> usize {
    usize::try_from(expected).unwrap_or(0).saturating_add(2)
}

/// Whether a SELECT succeeded: with 9000, or with 61xx from a card that offers information nobody asked for.
fn is_selected(response: &Response) -> bool {
    response.is_ok() || status::more(response.status_word()).is_some()
}

/// A command on the current file, and there is none.
const NO_CURRENT_FILE: u16 = 0x6986;
