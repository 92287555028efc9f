//! One card over PC/SC, on a thread of its own.
//!
//! pcscd lets SCardConnect, SCardBeginTransaction and SCardDisconnect wait without limit while another program
//! holds a transaction, and a driver may never answer a command. So each card is owned by one thread that makes
//! the calls, and the caller waits for it until its deadline. A caller that gave up leaves nothing behind:
//! what the thread obtains too late it gives back at once. The price is one thread while a card is open, and one
//! that lingers for as long as the other program keeps a card that we gave up waiting for.

use super::codes::{self, During};
use super::{Snapshot, pin_pad, properties, service};
use crate::reader::connection::{Connection, Disposition, PinPadEntry};
use crate::result::{Error, ReaderInterface, Result, ResultCode};
use pcsc::{Protocols, ShareMode};
use std::ffi::CString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use zeroize::{Zeroize, Zeroizing};

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
    answer_to_reset: Vec<u8>,
    extended_length: OnceLock<Option<bool>>,
    /// The driver's list of features; empty if it has none.
    features: Vec<u8>,
    /// Whether this is the only connection. Then nobody has to be kept away, and a transaction costs the service nothing.
    exclusive: bool,
    /// Whether a transaction is held that only this side knows of.
    alone: bool,
    /// A call failed since the last transaction of the service: the next one is of the service again, because only that
    /// tells of a reset and sets the connection right.
    failed: bool,
    /// The thread did not answer in time: it is still held up, and nobody waits for it again at closing.
    held_up: AtomicBool,
    /// The process that connected. In a child made by fork there is no thread behind the connection.
    home: u32,
}

impl PcscCard {
    /// Connects to the card in the reader that was seen, shared, backing off while another program has it for itself.
    /// `tick` is called a few times a second and ends the attempt with its error. In the given context of PC/SC, or in
    /// one of its own.
    ///
    /// # Errors
    /// READER_BUSY at the deadline, CARD_REMOVED, CARD_MUTE, READER_NOT_FOUND, READER_SERVICE_UNAVAILABLE,
    /// and whatever `tick` answers.
    pub(crate) fn connect(
        context: Option<pcsc::Context>,
        seen: &Snapshot,
        deadline: Instant,
        tick: impl Fn() -> Result<()>,
    ) -> Result<PcscCard> {
        let (jobs, orders) = channel();
        let place = Place { raw_name: seen.raw_name.clone(), events: seen.events };
        let (ask, ticket) = ticket();
        let thread = std::thread::Builder::new().name("honnin card".into());
        thread
            .spawn(move || own(context, place, deadline, &ticket, &orders))
            .map_err(|_| Error::new(ResultCode::OutOfMemory, "no thread for the card could be started"))?;
        let features = ask.wait(deadline, Some(&tick))?.unwrap_or_else(|| Err(busy()))?;
        Ok(PcscCard {
            jobs,
            // What was seen just before: a card that came since has another one, and nothing is decided by it.
            interface: seen.reader.interface,
            answer_to_reset: seen.atr.clone(),
            extended_length: OnceLock::new(),
            features,
            exclusive: false,
            alone: false,
            failed: false,
            held_up: AtomicBool::new(false),
            home: std::process::id(),
        })
    }

    /// Until when to wait for a thread that has only to let go.
    fn patience(&self) -> Instant {
        if self.held_up.load(Ordering::Relaxed) { Instant::now() } else { after(PATIENCE) }
    }

    /// Has the thread send something to the card.
    fn call(&mut self, call: Call, response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let late = || Err(Error::new(ResultCode::ReaderFailed, "the reader did not answer in time"));
        let answer = self.ask(after(timeout), |ticket| Job::Call { call, ticket }).unwrap_or_else(late);
        self.failed |= answer.is_err();
        response.extend_from_slice(&answer?);
        Ok(())
    }

    fn begin_with_service(&mut self, deadline: Instant) -> Result<()> {
        let begun = self.ask(deadline, |ticket| Job::Begin { ticket }).unwrap_or_else(|| Err(busy()));
        self.failed = begun.is_err();
        begun
    }

    /// The control code of the reader's PIN pad.
    fn pin_pad(&self) -> Option<u32> {
        properties::feature_code(&self.features, pin_pad::FEATURE_VERIFY_PIN_DIRECT)
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
        let answer = ask.wait(deadline, None).unwrap_or_else(|error| Some(Err(error)));
        self.held_up.store(answer.is_none(), Ordering::Relaxed);
        answer
    }
}

impl Connection for PcscCard {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let call = Call::Transmit(Zeroizing::new(command.to_vec()));
        self.call(call, response, timeout)
    }

    fn begin(&mut self, deadline: Instant) -> Result<()> {
        if self.exclusive && !self.failed {
            self.alone = true;
            return Ok(());
        }
        self.begin_with_service(deadline)
    }

    fn end(&mut self, disposition: Disposition) {
        if core::mem::take(&mut self.alone) {
            if disposition == Disposition::Leave && !self.failed {
                return;
            }
            // The card may be reset now, and only a transaction of the service gets over that.
            self.failed = true;
        }
        // Waiting means that the card is free for others when this returns; but not for ever.
        let _ = self.ask(self.patience(), |ticket| Job::End { disposition, ticket });
    }

    fn claim(&mut self, deadline: Instant) -> Result<()> {
        let mut pause = BACK_OFF.0;
        loop {
            match self.ask(deadline, |ticket| Job::Claim { ticket }) {
                Some(Err(error)) if error.code == ResultCode::ReaderBusy => {}
                Some(other) => {
                    self.exclusive = other.is_ok();
                    return other;
                }
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
            let code = properties::properties_code(&self.features)?;
            self.ask(after(PATIENCE), |ticket| Job::ExtendedLength { code, ticket })?.ok().flatten()
        })
    }

    fn answer_to_reset(&self) -> Option<Vec<u8>> {
        Some(self.answer_to_reset.clone())
    }

    fn has_pin_pad(&self) -> bool {
        self.pin_pad().is_some()
    }

    fn verify_on_pin_pad(
        &mut self,
        entry: &PinPadEntry,
        response: &mut Vec<u8>,
        timeout: Duration,
    ) -> Result<()> {
        let code = self
            .pin_pad()
            .ok_or_else(|| Error::new(ResultCode::NotSupported, "the reader has no PIN pad"))?;
        self.call(Call::PinPad { code, structure: pin_pad::pin_verify(entry) }, response, timeout)
    }
}

impl Drop for PcscCard {
    fn drop(&mut self) {
        // Waiting means that the reader is free when a program closes and opens again, or ends.
        let reset = self.alone;
        let _ = self.ask(self.patience(), |ticket| Job::Close { reset, ticket });
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
    Begin {
        ticket: Ticket<()>,
    },
    End {
        disposition: Disposition,
        ticket: Ticket<()>,
    },
    Claim {
        ticket: Ticket<()>,
    },
    Call {
        call: Call,
        ticket: Ticket<Zeroizing<Vec<u8>>>,
    },
    ExtendedLength {
        code: u32,
        ticket: Ticket<Option<bool>>,
    },
    /// `reset`: in the middle of a transaction that the service does not know of.
    Close {
        reset: bool,
        ticket: Ticket<()>,
    },
}

/// What goes to the card.
enum Call {
    /// A command of ours.
    Transmit(Zeroizing<Vec<u8>>),
    /// A command that the reader completes with what is typed on its pad.
    PinPad { code: u32, structure: Vec<u8> },
}

impl Call {
    fn make<'a>(&self, card: &pcsc::Card, room: &'a mut [u8]) -> std::result::Result<&'a [u8], pcsc::Error> {
        match self {
            Call::Transmit(command) => card.transmit(command, room),
            Call::PinPad { code, structure } => card.control((*code).into(), structure, room),
        }
    }
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
    /// Waits for the answer. `None`: the deadline passed; from then on the answer is unwanted. `tick` is called a few
    /// times a second and ends the wait with its error.
    fn wait(self, deadline: Instant, tick: Option<&dyn Fn() -> Result<()>>) -> Result<Option<Result<T>>> {
        let slice = if tick.is_some() { Duration::from_millis(100) } else { Duration::MAX };
        let (slot, answered) = &*self.0;
        let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Slot::Answered(answer) = std::mem::replace(&mut *held, Slot::Waiting) {
                return Ok(Some(answer));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let stop = tick.map_or(Ok(()), |tick| tick());
            if stop.is_err() || left.is_zero() {
                *held = Slot::Abandoned;
                return stop.map(|()| None);
            }
            held = answered.wait_timeout(held, left.min(slice)).unwrap_or_else(PoisonError::into_inner).0;
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
        // First the lock, or whoever wakes has to wait for it.
        drop(held);
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
    /// Where answers are received; what was in one is wiped at once.
    room: Vec<u8>,
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
fn own(
    context: Option<pcsc::Context>,
    place: Place,
    deadline: Instant,
    ticket: &Ticket<Vec<u8>>,
    orders: &Receiver<Job>,
) {
    let connect_in =
        |context: pcsc::Context| connect(context, &place.raw_name, deadline, || ticket.is_abandoned());
    let connected = match context.map(connect_in) {
        // The service was restarted since, or there was no context: one of its own.
        None => service::establish().and_then(connect_in),
        Some(Err(Error { code: ResultCode::ReaderServiceUnavailable, .. })) => {
            service::establish().and_then(connect_in)
        }
        Some(connected) => connected,
    };
    let (context, card) = match connected {
        Ok(connected) => connected,
        Err(error) => {
            ticket.answer(Err(error));
            return;
        }
    };
    let mut owned = Owned {
        context,
        card: Some(card),
        place,
        share: ShareMode::Shared,
        reset: Reset::default(),
        in_doubt: false,
        room: vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED],
    };
    let mut closing = None;
    let features = owned.card.as_ref().map(features).unwrap_or_default();
    if ticket.answer(Ok(features)) {
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
        /// A handle that stays open keeps everybody else off, for as long as the program runs.
        const ATTEMPTS: usize = 5;

        for _ in 0..ATTEMPTS {
            match self.card.take().map(|card| card.disconnect(disposition)) {
                Some(Err((card, _))) => self.card = Some(card),
                _ => return,
            }
        }
        // The crate would disconnect again, with a reset.
        std::mem::forget(self.card.take());
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
        if service::events(&self.place.raw_name).is_some_and(|events| events != self.place.events) {
            self.disconnect(pcsc::Disposition::LeaveCard);
            return Err(codes::error(pcsc::Error::RemovedCard, During::Use));
        }
        Ok(())
    }
}

fn connect(
    context: pcsc::Context,
    raw_name: &CString,
    deadline: Instant,
    unwanted: impl Fn() -> bool,
) -> Result<(pcsc::Context, pcsc::Card)> {
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
        Job::Call { call, ticket } => {
            let answer = match (owned.card().err(), &owned.card) {
                (None, Some(card)) => transmit(card, &call, &owned.place, &mut owned.room),
                (error, _) => Err(error.unwrap_or_else(busy)),
            };
            note(&answer, &mut owned.reset);
            owned.in_doubt |= !ticket.answer(answer);
            None
        }
        Job::End { disposition, ticket } => {
            end_alone(owned, disposition);
            ticket.answer(Ok(()));
            None
        }
        Job::ExtendedLength { code, ticket } => {
            ticket.answer(Ok(owned.card.as_ref().and_then(|card| extended_length(card, code))));
            None
        }
        Job::Close { reset, ticket } => {
            owned.in_doubt |= reset;
            Some(ticket)
        }
    }
}

/// The end of a transaction that the service does not know of: it has to hear of it if something is to be done to the card.
fn end_alone(owned: &mut Owned, disposition: Disposition) {
    let Owned { card: Some(card), share, reset, in_doubt, .. } = owned else { return };
    let Some(disposition) = at_the_end(disposition, *in_doubt) else { return };
    // What the next `begin` has to tell is not told here, and a reset that is found now is followed by ours.
    let owed = std::mem::take(&mut reset.owed);
    reset.known = true;
    if let Ok(transaction) = begin(card, *share, reset) {
        *in_doubt = false;
        end(transaction, disposition);
        reset.known = true;
    } else {
        // At the latest when the connection ends.
        *in_doubt = true;
    }
    reset.owed = owed;
}

/// What is done to the card at the end; `None`: nothing.
fn at_the_end(disposition: Disposition, in_doubt: bool) -> Option<pcsc::Disposition> {
    match disposition {
        _ if in_doubt => Some(pcsc::Disposition::UnpowerCard),
        Disposition::Leave => None,
        Disposition::Reset => Some(pcsc::Disposition::ResetCard),
        Disposition::Unpower => Some(pcsc::Disposition::UnpowerCard),
    }
}

/// A transaction from `Begin` to `End`, with the jobs between.
fn transaction(owned: &mut Owned, ticket: &Ticket<()>, orders: &Receiver<Job>) -> Option<Ticket<()>> {
    if let Err(error) = owned.card() {
        ticket.answer(Err(error));
        return None;
    }
    let Owned { card: Some(card), place, share, reset, in_doubt, room, .. } = owned else { return None };
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
            Ok(Job::Call { call, ticket }) => {
                let answer = transmit(&transaction, &call, place, room);
                note(&answer, reset);
                *in_doubt |= !ticket.answer(answer);
            }
            Ok(Job::End { disposition, ticket }) => {
                let done = at_the_end(disposition, *in_doubt);
                // Our own reset is no news.
                reset.known |= done.is_some();
                *in_doubt = false;
                end(transaction, done.unwrap_or(pcsc::Disposition::LeaveCard));
                ticket.answer(Ok(()));
                return None;
            }
            Ok(Job::ExtendedLength { code, ticket }) => {
                ticket.answer(Ok(extended_length(&transaction, code)));
            }
            Ok(Job::Begin { ticket } | Job::Claim { ticket }) => {
                ticket.answer(Err(Error::new(ResultCode::Internal, "a transaction is held already")));
            }
            // Closed in the middle: what the card was left with must not outlive us.
            Ok(Job::Close { ticket, .. }) => {
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
    events: u32,
}

/// Sends one command, once. A card that is lifted shows first as an answer without a status word, as a contact
/// error or as a reset, depending on the driver: only the reader knows that it is gone, a little later.
fn transmit(card: &pcsc::Card, call: &Call, place: &Place, room: &mut [u8]) -> Result<Zeroizing<Vec<u8>>> {
    /// pcscd asks readers whether a card is there every 400 ms.
    const NOTICED_AFTER: Duration = Duration::from_millis(600);

    let answer = call.make(card, room).map(|answer| Zeroizing::new(answer.to_vec()));
    match &answer {
        Ok(answer) => room.iter_mut().take(answer.len()).for_each(Zeroize::zeroize),
        // Nobody knows how much of it was written.
        Err(_) => room.zeroize(),
    }
    let answer = answer.map_err(|code| codes::error(code, During::Use));
    let may_be_gone = match &answer {
        Ok(answer) => answer.len() < 2,
        Err(error) => {
            matches!(error.code, ResultCode::CardUnstable | ResultCode::CardReset | ResultCode::ReaderFailed)
        }
    };
    if may_be_gone && service::has_left(&place.raw_name, place.events, NOTICED_AFTER) {
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

/// Asks the driver, not the card, by the control code of its property list.
fn extended_length(card: &pcsc::Card, code: u32) -> Option<bool> {
    let mut room = [0; 256];
    properties::extended_length(card.control(code.into(), &[], &mut room).ok()?)
}

/// The driver's list of features; empty if it has none.
fn features(card: &pcsc::Card) -> Vec<u8> {
    let mut room = [0; 256];
    let features = card.control(pcsc::ctl_code(properties::GET_FEATURES.into()), &[], &mut room);
    features.map(<[u8]>::to_vec).unwrap_or_default()
}
