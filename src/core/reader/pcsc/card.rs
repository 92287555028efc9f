//! One card over PC/SC, on a thread of its own.
//!
//! pcscd lets SCardConnect, SCardBeginTransaction and SCardDisconnect wait without limit while another program
//! holds a transaction, and a driver may never answer a command. So each card is owned by one thread that makes
//! the calls, and the caller waits for it until its deadline. A caller that gave up leaves nothing behind:
//! what the thread obtains too late it gives back at once. The price is one thread while a card is open, and one
//! that lingers for as long as the other program keeps a card that we gave up waiting for.

use super::codes::{self, During};
use super::{properties, service};
use crate::reader::connection::{Connection, Disposition};
use crate::result::{Error, ReaderInterface, Result, ResultCode};
use pcsc::{Protocols, ShareMode};
use std::ffi::CString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// T=0 and T=1: what a card with APDUs speaks.
const PROTOCOLS: Protocols = Protocols::ANY;
/// How long to wait before asking a busy reader again: at first, and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(100));
/// How long closing, and questions to the driver, may take before nobody waits for them any more.
const PATIENCE: Duration = Duration::from_millis(1000);

/// A connection to a card in a PC/SC reader. Dropping it leaves the card as it is, unless a transaction or a
/// command was still under way: then it loses its power, because nobody knows what it was left with, and a reset would
/// keep what is verified (M).
pub(crate) struct PcscCard {
    jobs: Sender<Job>,
    interface: ReaderInterface,
    extended_length: OnceLock<Option<bool>>,
    /// The thread did not answer in time: it is still held up, and nobody waits for it again at closing.
    held_up: AtomicBool,
    /// The process that connected. In a child made by fork there is no thread behind the connection.
    home: u32,
}

impl PcscCard {
    /// Connects to the card in that reader, shared, backing off while another program has it for itself.
    /// `tick` is called a few times a second and ends the attempt with its error.
    ///
    /// # Errors
    /// READER_BUSY at the deadline, CARD_REMOVED, CARD_MUTE, READER_NOT_FOUND, READER_SERVICE_UNAVAILABLE,
    /// and whatever `tick` answers.
    pub(crate) fn connect(
        raw_name: CString,
        deadline: Instant,
        tick: impl Fn() -> Result<()>,
    ) -> Result<PcscCard> {
        let (jobs, orders) = channel();
        let (ask, ticket) = ticket();
        let thread = std::thread::Builder::new().name("honnin card".into());
        thread
            .spawn(move || own(&raw_name, deadline, &ticket, &orders))
            .map_err(|_| Error::new(ResultCode::OutOfMemory, "no thread for the card could be started"))?;
        let interface = ask.wait(deadline, tick)?.unwrap_or_else(|| Err(busy()))?;
        Ok(PcscCard {
            jobs,
            interface,
            extended_length: OnceLock::new(),
            held_up: AtomicBool::new(false),
            home: std::process::id(),
        })
    }

    /// Until when to wait for a thread that has only to let go.
    fn patience(&self) -> Instant {
        if self.held_up.load(Ordering::Relaxed) { Instant::now() } else { after(PATIENCE) }
    }

    /// Has the thread do something, and waits for it until the deadline. `None`: the deadline passed.
    fn ask<T>(&self, deadline: Instant, job: impl FnOnce(Ticket<T>) -> Job) -> Option<Result<T>> {
        if self.home != std::process::id() {
            return Some(Err(Error::new(
                ResultCode::BadState,
                "the connection is that of the parent process",
            )));
        }
        // Behind a call that does not return there is nothing to wait for; it is given a moment.
        let is_held_up = self.held_up.load(Ordering::Relaxed);
        let deadline = if is_held_up { deadline.min(after(PATIENCE)) } else { deadline };
        let (ask, ticket) = ticket();
        if self.jobs.send(job(ticket)).is_err() {
            return Some(Err(Error::new(ResultCode::Internal, "the thread of the card has ended")));
        }
        let answer = ask.wait(deadline, || Ok(())).unwrap_or_else(|error| Some(Err(error)));
        self.held_up.store(answer.is_none(), Ordering::Relaxed);
        answer
    }
}

impl Connection for PcscCard {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let command = Zeroizing::new(command.to_vec());
        let deadline = after(timeout);
        match self.ask(deadline, |ticket| Job::Transmit { command, ticket }) {
            Some(answer) => {
                response.extend_from_slice(&answer?);
                Ok(())
            }
            None => Err(Error::new(ResultCode::ReaderFailed, "the reader did not answer in time")),
        }
    }

    fn begin(&mut self, deadline: Instant) -> Result<()> {
        self.ask(deadline, |ticket| Job::Begin { ticket }).unwrap_or_else(|| Err(busy()))
    }

    fn end(&mut self, disposition: Disposition) {
        // Waiting means that the card is free for others when this returns; but not for ever.
        let _ = self.ask(self.patience(), |ticket| Job::End { disposition, ticket });
    }

    fn claim(&mut self, deadline: Instant) -> Result<()> {
        let mut pause = BACK_OFF.0;
        loop {
            match self.ask(deadline, |ticket| Job::Claim { ticket }) {
                Some(Err(error)) if error.code == ResultCode::ReaderBusy => {}
                Some(other) => return other,
                None => return Err(busy()),
            }
            if Instant::now() + pause >= deadline {
                return Err(busy());
            }
            service::pause(pause);
            pause = (pause * 2).min(BACK_OFF.1);
        }
    }

    fn interface(&self) -> ReaderInterface {
        self.interface
    }

    fn extended_length(&self) -> Option<bool> {
        *self.extended_length.get_or_init(|| {
            self.ask(after(PATIENCE), |ticket| Job::ExtendedLength { ticket })
                .and_then(|answer| answer.ok())
                .flatten()
        })
    }
}

impl Drop for PcscCard {
    fn drop(&mut self) {
        // Waiting means that the reader is free when a program closes and opens again, or ends.
        let _ = self.ask(self.patience(), |ticket| Job::Close { ticket });
    }
}

fn busy() -> Error {
    Error::new(ResultCode::ReaderBusy, "another program uses the card, until the deadline")
}

/// The moment after a time, however long.
fn after(time: Duration) -> Instant {
    const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(time.min(FOR_EVER)).unwrap_or(now)
}

/// What the thread is told to do.
enum Job {
    Begin { ticket: Ticket<()> },
    End { disposition: Disposition, ticket: Ticket<()> },
    Claim { ticket: Ticket<()> },
    Transmit { command: Zeroizing<Vec<u8>>, ticket: Ticket<Zeroizing<Vec<u8>>> },
    ExtendedLength { ticket: Ticket<Option<bool>> },
    Close { ticket: Ticket<()> },
}

/// Where an answer goes. Whether the caller still waits for it is decided under the lock, so that an answer is
/// either taken or known to be unwanted.
enum Slot<T> {
    Waiting,
    Answered(Result<T>),
    Abandoned,
}

type Shared<T> = Arc<(Mutex<Slot<T>>, Condvar)>;
/// The thread's end: answers once.
struct Ticket<T>(Shared<T>);
/// The caller's end: waits.
struct Ask<T>(Shared<T>);

fn ticket<T>() -> (Ask<T>, Ticket<T>) {
    let shared = Arc::new((Mutex::new(Slot::Waiting), Condvar::new()));
    (Ask(Arc::clone(&shared)), Ticket(shared))
}

impl<T> Ask<T> {
    /// Waits for the answer. `None`: the deadline passed; from then on the answer is unwanted.
    fn wait(self, deadline: Instant, tick: impl Fn() -> Result<()>) -> Result<Option<Result<T>>> {
        const SLICE: Duration = Duration::from_millis(100);
        let (slot, answered) = &*self.0;
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Slot::Answered(answer) = std::mem::replace(&mut *held, Slot::Waiting) {
                return Ok(Some(answer));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let stop = tick();
            if stop.is_err() || left.is_zero() {
                *held = Slot::Abandoned;
                return stop.map(|()| None);
            }
            held = answered.wait_timeout(held, left.min(SLICE)).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<T> Ticket<T> {
    fn is_abandoned(&self) -> bool {
        matches!(*self.0.0.lock().unwrap_or_else(PoisonError::into_inner), Slot::Abandoned)
    }

    /// Hands over the answer. `false`: nobody waits for it any more, and it has to be undone.
    fn answer(&self, answer: Result<T>) -> bool {
        let (slot, answered) = &*self.0;
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*held, Slot::Abandoned) {
            return false;
        }
        *held = Slot::Answered(answer);
        answered.notify_one();
        true
    }
}

/// What the thread knows about the card it owns.
struct Owned {
    context: pcsc::Context,
    /// None only if it was let go of to be claimed, and could not be had again since.
    card: Option<pcsc::Card>,
    place: Place,
    /// Shared, until claimed.
    share: ShareMode,
    reset: Reset,
    /// Nobody knows how the last command ended: the card must not stay as it is.
    in_doubt: bool,
}

/// Who knows of a reset. Each is told to the caller once, and connecting again uses it up in PC/SC.
#[derive(Default)]
struct Reset {
    /// The caller knows, because it asked for it or a command told.
    known: bool,
    /// A `begin` found it after its caller had given up: the next one says so.
    owed: bool,
}

/// The life of the thread: connect, do what is asked, disconnect.
fn own(raw_name: &CString, deadline: Instant, ticket: &Ticket<ReaderInterface>, orders: &Receiver<Job>) {
    let (context, card) = match connect(raw_name, deadline, || ticket.is_abandoned()) {
        Ok(connected) => connected,
        Err(error) => {
            ticket.answer(Err(error));
            return;
        }
    };
    let atr = card.status2_owned().map(|status| status.atr().to_vec()).unwrap_or_default();
    let interface = properties::interface(&atr, &service::decode(raw_name));
    let place = Place { raw_name: raw_name.clone(), events: service::events(raw_name) };
    let share = ShareMode::Shared;
    let mut owned =
        Owned { context, card: Some(card), place, share, reset: Reset::default(), in_doubt: false };
    let mut closing = None;
    if ticket.answer(Ok(interface)) {
        while let Ok(job) = orders.recv() {
            if let Some(close) = outside_transaction(&mut owned, job, orders) {
                closing = Some(close);
                break;
            }
        }
    }
    let disposition =
        if owned.in_doubt { pcsc::Disposition::UnpowerCard } else { pcsc::Disposition::LeaveCard };
    owned.disconnect(disposition);
    if let Some(close) = closing {
        close.answer(Ok(()));
    }
}

impl Owned {
    fn disconnect(&mut self, disposition: pcsc::Disposition) {
        if let Some(Err((card, _))) = self.card.take().map(|card| card.disconnect(disposition)) {
            // The crate would disconnect again, with a reset. A handle that cannot be closed is gone.
            std::mem::forget(card);
        }
    }

    /// The card, connected anew if it was let go of.
    fn card(&mut self) -> Result<&mut pcsc::Card> {
        if self.card.is_none() {
            self.connect_as(ShareMode::Shared)?;
        }
        self.card.as_mut().ok_or_else(busy)
    }

    /// Connects to the card that lies there, if it is still the same one.
    fn connect_as(&mut self, share: ShareMode) -> Result<()> {
        let connected = self.context.connect(&self.place.raw_name, share, PROTOCOLS);
        self.card = Some(connected.map_err(|code| codes::error(code, During::Use))?);
        self.share = share;
        if self.place.events.is_some() && service::events(&self.place.raw_name) != self.place.events {
            self.disconnect(pcsc::Disposition::LeaveCard);
            return Err(codes::error(pcsc::Error::RemovedCard, During::Use));
        }
        Ok(())
    }
}

fn connect(
    raw_name: &CString,
    deadline: Instant,
    unwanted: impl Fn() -> bool,
) -> Result<(pcsc::Context, pcsc::Card)> {
    let context = service::establish()?;
    let mut pause = BACK_OFF.0;
    loop {
        match context.connect(raw_name, ShareMode::Shared, PROTOCOLS) {
            Ok(card) => return Ok((context, card)),
            Err(pcsc::Error::SharingViolation) if !unwanted() && Instant::now() + pause < deadline => {
                service::pause(pause);
                pause = (pause * 2).min(BACK_OFF.1);
            }
            Err(code) => return Err(codes::error(code, During::Open)),
        }
    }
}

/// One job while no transaction is held; a `Begin` takes the jobs until its `End` with it. Answers the ticket
/// of a `Close`.
fn outside_transaction(owned: &mut Owned, job: Job, orders: &Receiver<Job>) -> Option<Ticket<()>> {
    match job {
        Job::Begin { ticket } if ticket.is_abandoned() => None,
        Job::Begin { ticket } => transaction(owned, &ticket, orders),
        Job::Claim { ticket } if ticket.is_abandoned() => None,
        Job::Claim { ticket } => {
            let answer = claim(owned);
            let was_reset = matches!(&answer, Err(error) if error.code == ResultCode::CardReset);
            owned.reset.owed |= !ticket.answer(answer) && was_reset;
            None
        }
        Job::Transmit { command, ticket } => {
            let answer = match (owned.card().err(), &owned.card) {
                (None, Some(card)) => transmit(card, &command, &owned.place),
                (error, _) => Err(error.unwrap_or_else(busy)),
            };
            note(&answer, &mut owned.reset);
            owned.in_doubt |= !ticket.answer(answer);
            None
        }
        Job::End { disposition, ticket } => {
            owned.in_doubt |= disposition != Disposition::Leave;
            ticket.answer(Ok(()));
            None
        }
        Job::ExtendedLength { ticket } => {
            ticket.answer(Ok(owned.card.as_ref().and_then(extended_length)));
            None
        }
        Job::Close { ticket } => Some(ticket),
    }
}

/// A transaction from `Begin` to `End`, with the jobs between.
fn transaction(owned: &mut Owned, ticket: &Ticket<()>, orders: &Receiver<Job>) -> Option<Ticket<()>> {
    if let Err(error) = owned.card() {
        ticket.answer(Err(error));
        return None;
    }
    let Owned { card: Some(card), place, share, reset, in_doubt, .. } = owned else { return None };
    let transaction = match begin(card, *share, reset) {
        Ok(transaction) => transaction,
        Err(error) => {
            let was_reset = error.code == ResultCode::CardReset;
            reset.owed |= !ticket.answer(Err(error)) && was_reset;
            return None;
        }
    };
    if !ticket.answer(Ok(())) {
        end(transaction, pcsc::Disposition::LeaveCard);
        return None;
    }
    loop {
        match orders.recv() {
            Ok(Job::Transmit { command, ticket }) => {
                let answer = transmit(&transaction, &command, place);
                note(&answer, reset);
                *in_doubt |= !ticket.answer(answer);
            }
            Ok(Job::End { disposition, ticket }) => {
                let disposition = match disposition {
                    _ if *in_doubt => pcsc::Disposition::UnpowerCard,
                    Disposition::Leave => pcsc::Disposition::LeaveCard,
                    Disposition::Reset => pcsc::Disposition::ResetCard,
                    Disposition::Unpower => pcsc::Disposition::UnpowerCard,
                };
                // Our own reset is no news.
                reset.known |= disposition != pcsc::Disposition::LeaveCard;
                *in_doubt = false;
                end(transaction, disposition);
                ticket.answer(Ok(()));
                return None;
            }
            Ok(Job::ExtendedLength { ticket }) => {
                ticket.answer(Ok(extended_length(&transaction)));
            }
            Ok(Job::Begin { ticket } | Job::Claim { ticket }) => {
                ticket.answer(Err(Error::new(ResultCode::Internal, "a transaction is held already")));
            }
            // Closed in the middle: what the card was left with must not outlive us.
            Ok(Job::Close { ticket }) => {
                end(transaction, pcsc::Disposition::UnpowerCard);
                return Some(ticket);
            }
            Err(_) => {
                end(transaction, pcsc::Disposition::UnpowerCard);
                return None;
            }
        }
    }
}

/// Begins a transaction. After a reset it connects again, as exclusively as before, and says CARD_RESET once.
fn begin<'card>(
    card: &'card mut pcsc::Card,
    share: ShareMode,
    reset: &mut Reset,
) -> Result<pcsc::Transaction<'card>> {
    if std::mem::take(&mut reset.owed) {
        return Err(codes::error(pcsc::Error::ResetCard, During::Use));
    }
    let card = match card.transaction2() {
        Ok(transaction) => return Ok(transaction),
        Err((card, pcsc::Error::ResetCard)) => card,
        Err((_, code)) => return Err(codes::error(code, During::Use)),
    };
    card.reconnect(share, PROTOCOLS, pcsc::Disposition::LeaveCard)
        .map_err(|code| codes::error(code, During::Use))?;
    if !std::mem::take(&mut reset.known) {
        return Err(codes::error(pcsc::Error::ResetCard, During::Use));
    }
    card.transaction().map_err(|code| codes::error(code, During::Use))
}

/// Makes the connection exclusive: by letting go and connecting again. SCardReconnect would do it in one call, but that of
/// pcsclite does not return before everybody else has left, and whoever waits in it holds up everybody who could leave.
/// No PIN was verified, so what others do in between is no danger; whether it is still the same card is looked at.
fn claim(owned: &mut Owned) -> Result<()> {
    let share = owned.share;
    if share == ShareMode::Exclusive && owned.card.is_some() {
        return Ok(());
    }
    owned.card()?;
    let Owned { card: Some(card), reset, .. } = owned else { return Err(busy()) };
    // Tells of a reset, before the connection that would tell is given up.
    end(begin(card, share, reset)?, pcsc::Disposition::LeaveCard);
    owned.disconnect(pcsc::Disposition::LeaveCard);
    let claimed = owned.connect_as(ShareMode::Exclusive);
    if claimed.is_err() && owned.card.is_none() {
        // If that fails too, it is tried again when it is needed.
        let _ = owned.connect_as(ShareMode::Shared);
    }
    claimed
}

/// Where the card lies, and how many cards had come and gone there when it was connected.
struct Place {
    raw_name: CString,
    events: Option<u32>,
}

/// Sends one command, once. A card that is lifted shows first as an answer without a status word, as a contact
/// error or as a reset, depending on the driver: only the reader knows that it is gone, a little later.
fn transmit(card: &pcsc::Card, command: &[u8], place: &Place) -> Result<Zeroizing<Vec<u8>>> {
    /// pcscd asks readers whether a card is there every 400 ms.
    const NOTICED_AFTER: Duration = Duration::from_millis(600);

    let mut room = Zeroizing::new(vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED]);
    let answer = card
        .transmit(command, &mut room)
        .map(|answer| Zeroizing::new(answer.to_vec()))
        .map_err(|code| codes::error(code, During::Use));
    let may_be_gone = match &answer {
        Ok(answer) => answer.len() < 2,
        Err(error) => {
            matches!(error.code, ResultCode::CardUnstable | ResultCode::CardReset | ResultCode::ReaderFailed)
        }
    };
    if may_be_gone
        && place.events.is_some_and(|events| service::has_left(&place.raw_name, events, NOTICED_AFTER))
    {
        let mut removed = codes::error(pcsc::Error::RemovedCard, During::Use);
        removed.pcsc_code = answer.err().and_then(|error| error.pcsc_code).or(removed.pcsc_code);
        return Err(removed);
    }
    answer
}

/// A command that was answered with a reset has told of it: the next `begin` need not.
fn note(answer: &Result<Zeroizing<Vec<u8>>>, reset: &mut Reset) {
    reset.known |= matches!(answer, Err(error) if error.code == ResultCode::CardReset);
}

fn end(transaction: pcsc::Transaction<'_>, disposition: pcsc::Disposition) {
    if let Err((transaction, _)) = transaction.end(disposition) {
        // The crate would end it again; a transaction that cannot be ended is over.
        std::mem::forget(transaction);
    }
}

/// Asks the driver, not the card.
fn extended_length(card: &pcsc::Card) -> Option<bool> {
    let mut room = [0; 256];
    let features = card.control(pcsc::ctl_code(properties::GET_FEATURES.into()), &[], &mut room).ok()?;
    let code = properties::properties_code(features)?;
    let mut room = [0; 256];
    properties::extended_length(card.control(code.into(), &[], &mut room).ok()?)
}
