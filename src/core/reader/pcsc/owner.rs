//! The thread that owns a card: connects, does what it is told, disconnects, and waits for the next card.

use super::codes::{self, During};
use super::properties::Driver;
use super::service;
use super::ticket::Ticket;
use crate::reader::connection::Disposition;
use crate::result::{Error, Result, ResultCode};
use pcsc::{Protocols, ShareMode};
use std::ffi::CString;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use zeroize::{Zeroize, Zeroizing};

/// T=0 and T=1: what a card with APDUs speaks.
const PROTOCOLS: Protocols = Protocols::ANY;
/// How long to wait before asking a busy reader again: at first, and at most.
pub(super) const BACK_OFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(100));

/// The way to a thread that owns a card, or did and is free. It ends when this is dropped.
pub(crate) struct Owner {
    jobs: Sender<Job>,
    /// The process that started it. In a child made by fork there is no thread.
    home: u32,
}

impl Owner {
    pub(super) fn start() -> Result<Owner> {
        let (jobs, orders) = channel();
        let thread = std::thread::Builder::new().name("honnin card".into());
        thread
            .spawn(move || serve(&orders))
            .map_err(|_| Error::new(ResultCode::OutOfMemory, "no thread for the card could be started"))?;
        Ok(Owner { jobs, home: std::process::id() })
    }

    /// Whether this is the process of the thread.
    pub(super) fn is_at_home(&self) -> bool {
        self.home == std::process::id()
    }

    /// `false`: the thread has ended.
    pub(super) fn send(&self, job: Job) -> bool {
        self.jobs.send(job).is_ok()
    }
}

/// What the thread is told to do.
pub(super) enum Job {
    /// First, and again after `Close`: connect, in that context of PC/SC or in one of its own. Answers the driver's list
    /// of features, empty if it has none.
    Connect {
        context: Option<pcsc::Context>,
        place: Place,
        deadline: Instant,
        ticket: Ticket<Vec<u8>>,
    },
    /// `exclusive`: whether the caller knows that it is alone on the card.
    Begin {
        exclusive: bool,
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
    /// `in_doubt`: in the middle of a transaction that the service does not know of. Answers the context, if another card
    /// may use it.
    Close {
        in_doubt: bool,
        ticket: Ticket<Option<pcsc::Context>>,
    },
}

type Closing = Ticket<Option<pcsc::Context>>;

/// What goes to the card.
pub(super) enum Call {
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

/// Where the card lies, and how many cards had come and gone there when it was connected.
pub(super) struct Place {
    pub(super) raw_name: CString,
    pub(super) events: u32,
}

pub(super) fn busy() -> Error {
    Error::new(ResultCode::ReaderBusy, "another program uses the card, until the deadline")
}

/// The life of the thread: one card after the other.
fn serve(orders: &Receiver<Job>) {
    // Where answers are received; what was in one is wiped at once.
    let mut room = vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED];
    let mut driver = Driver::default();
    while let Ok(job) = orders.recv() {
        // Nothing else comes without a card: every other job is told by who has one.
        if let Job::Connect { context, place, deadline, ticket } = job {
            match connect(context, &place.raw_name, deadline, &ticket) {
                Ok((context, card)) => {
                    let features = driver.features(&card, &place.raw_name);
                    let owned = Owned::new(context, card, place, &mut room, &mut driver);
                    owned.serve(ticket.answer(Ok(features)), orders);
                }
                Err(error) => {
                    ticket.answer(Err(error));
                }
            }
        }
    }
}

/// Connects, shared, backing off while another program has the card for itself. In a context of its own if the service was
/// restarted since, or there was none.
fn connect(
    context: Option<pcsc::Context>,
    raw_name: &CString,
    deadline: Instant,
    ticket: &Ticket<Vec<u8>>,
) -> Result<(pcsc::Context, pcsc::Card)> {
    let connect_in = |context| connect_in(context, raw_name, deadline, ticket);
    match context.map(connect_in) {
        None | Some(Err(Error { code: ResultCode::ReaderServiceUnavailable, .. })) => {
            service::establish().and_then(connect_in)
        }
        Some(connected) => connected,
    }
}

fn connect_in(
    context: pcsc::Context,
    raw_name: &CString,
    deadline: Instant,
    ticket: &Ticket<Vec<u8>>,
) -> Result<(pcsc::Context, pcsc::Card)> {
    let mut pause = BACK_OFF.0;
    loop {
        match context.connect(raw_name, ShareMode::Shared, PROTOCOLS) {
            Ok(card) => return Ok((context, card)),
            Err(pcsc::Error::SharingViolation)
                if !ticket.is_abandoned() && Instant::now() + pause < deadline =>
            {
                service::pause(pause);
                pause = (pause * 2).min(BACK_OFF.1);
            }
            Err(code) => return Err(codes::error(code, During::Open)),
        }
    }
}

/// What the thread knows about the card it owns.
struct Owned<'a> {
    context: pcsc::Context,
    /// Whether every connection that was made in the context has ended as it should.
    clean: bool,
    /// None only if it was let go of to be claimed, and could not be had again since.
    card: Option<pcsc::Card>,
    place: Place,
    /// Shared, until claimed.
    share: ShareMode,
    /// The caller knows of a reset of which PC/SC will tell once more: because it asked for it, or a command or an attempt
    /// to begin told of it.
    reset_is_told: bool,
    /// Nobody knows how the last command ended: the card must not stay as it is.
    in_doubt: bool,
    room: &'a mut [u8],
    driver: &'a mut Driver,
}

impl<'a> Owned<'a> {
    fn new(
        context: pcsc::Context,
        card: pcsc::Card,
        place: Place,
        room: &'a mut [u8],
        driver: &'a mut Driver,
    ) -> Owned<'a> {
        Owned {
            context,
            clean: true,
            card: Some(card),
            place,
            share: ShareMode::Shared,
            reset_is_told: false,
            in_doubt: false,
            room,
            driver,
        }
    }

    /// Does what it is told until the card is closed; or lets go of it at once.
    fn serve(mut self, wanted: bool, orders: &Receiver<Job>) {
        let mut closing = None;
        while wanted && closing.is_none() {
            let Ok(job) = orders.recv() else { break };
            closing = self.outside_transaction(job, orders);
        }
        let end = if self.in_doubt { pcsc::Disposition::UnpowerCard } else { pcsc::Disposition::LeaveCard };
        self.disconnect(end);
        if let Some(close) = closing {
            close.answer(Ok(self.clean.then_some(self.context)));
        }
    }

    /// One job while no transaction of the service is held; a `Begin` takes the jobs until its `End` with it. Answers the
    /// ticket of a `Close`.
    fn outside_transaction(&mut self, job: Job, orders: &Receiver<Job>) -> Option<Closing> {
        match job {
            Job::Begin { ticket, .. } if ticket.is_abandoned() => None,
            Job::Begin { exclusive, ticket } => self.transaction(exclusive, &ticket, orders),
            Job::Claim { ticket } if ticket.is_abandoned() => None,
            Job::Claim { ticket } => {
                let claimed = self.claim();
                tell(&ticket, claimed, &mut self.reset_is_told);
                None
            }
            Job::Call { call, ticket } => {
                let answer = match (self.card().err(), &self.card) {
                    (None, Some(card)) => transmit(card, &call, &self.place, self.room),
                    (error, _) => Err(error.unwrap_or_else(busy)),
                };
                self.reset_is_told |= tells_of_reset(&answer);
                self.in_doubt |= !ticket.answer(answer);
                None
            }
            Job::End { disposition, ticket } => {
                self.end_alone(disposition);
                ticket.answer(Ok(()));
                None
            }
            Job::ExtendedLength { code, ticket } => {
                let Owned { card, driver, .. } = self;
                ticket.answer(Ok(card.as_ref().and_then(|card| driver.extended_length(card, code))));
                None
            }
            Job::Connect { ticket, .. } => {
                ticket.answer(Err(Error::new(ResultCode::Internal, "the thread has a card already")));
                None
            }
            Job::Close { in_doubt, ticket } => {
                self.in_doubt |= in_doubt;
                Some(ticket)
            }
        }
    }

    /// A transaction from `Begin` to `End`, with the jobs between.
    fn transaction(
        &mut self,
        exclusive: bool,
        ticket: &Ticket<()>,
        orders: &Receiver<Job>,
    ) -> Option<Closing> {
        if !exclusive && self.share == ShareMode::Exclusive {
            // A claim came too late, and its caller goes on without: others may be there again.
            self.disconnect(pcsc::Disposition::LeaveCard);
        }
        if let Err(error) = self.card() {
            ticket.answer(Err(error));
            return None;
        }
        let Owned { card: Some(card), place, share, reset_is_told, in_doubt, room, driver, .. } = self else {
            return None;
        };
        let transaction = match begin(card, *share, reset_is_told) {
            Ok(transaction) => transaction,
            Err(error) => {
                tell(ticket, Err(error), reset_is_told);
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
                    *reset_is_told |= tells_of_reset(&answer);
                    *in_doubt |= !ticket.answer(answer);
                }
                Ok(Job::End { disposition, ticket }) => {
                    let done = at_the_end(disposition, *in_doubt);
                    // Our own reset is no news.
                    *reset_is_told |= done.is_some();
                    *in_doubt = false;
                    end(transaction, done.unwrap_or(pcsc::Disposition::LeaveCard));
                    ticket.answer(Ok(()));
                    return None;
                }
                Ok(Job::ExtendedLength { code, ticket }) => {
                    ticket.answer(Ok(driver.extended_length(&transaction, code)));
                }
                Ok(Job::Begin { ticket, .. } | Job::Claim { ticket }) => {
                    ticket.answer(Err(Error::new(ResultCode::Internal, "a transaction is held already")));
                }
                Ok(Job::Connect { ticket, .. }) => {
                    ticket.answer(Err(Error::new(ResultCode::Internal, "the thread has a card already")));
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

    /// The end of a transaction that the service does not know of: it has to hear of it if something is to be done to the
    /// card. By a transaction: SCardReconnect of pcsclite may wait without a limit for others.
    fn end_alone(&mut self, disposition: Disposition) {
        let Owned { card: Some(card), share, reset_is_told, in_doubt, .. } = self else { return };
        let Some(done) = at_the_end(disposition, *in_doubt) else { return };
        // A reset that is found now is followed by ours.
        *reset_is_told = true;
        // At the latest when the connection ends.
        *in_doubt = begin(card, *share, reset_is_told).map(|transaction| end(transaction, done)).is_err();
        *reset_is_told = true;
    }

    /// Makes the connection exclusive: by letting go and connecting again. SCardReconnect would do it in one call, but that
    /// of pcsclite does not return before everybody else has left, and nothing else could be asked of this thread meanwhile.
    /// No PIN was verified, so what others do in between is no danger; whether it is still the same card is looked at.
    fn claim(&mut self) -> Result<()> {
        if self.share == ShareMode::Exclusive && self.card.is_some() {
            return Ok(());
        }
        self.card()?;
        let Owned { card: Some(card), share, reset_is_told, .. } = self else { return Err(busy()) };
        // Tells of a reset, before the connection that would tell is given up; the transaction ends with it.
        std::mem::forget(begin(card, *share, reset_is_told)?);
        self.disconnect(pcsc::Disposition::LeaveCard);
        let claimed = self.connect_as(ShareMode::Exclusive);
        if claimed.is_err() && self.card.is_none() {
            // If that fails too, it is tried again when it is needed.
            let _ = self.connect_as(ShareMode::Shared);
        }
        claimed
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
        let events = service::events(&self.context, &self.place.raw_name);
        if events.is_some_and(|events| events != self.place.events) {
            self.disconnect(pcsc::Disposition::LeaveCard);
            return Err(codes::error(pcsc::Error::RemovedCard, During::Use));
        }
        Ok(())
    }

    /// Lets go of the card. A connection that stayed open would keep everybody else off for as long as the program runs, so
    /// one that will not end is ended again, and at the latest with its context, which no other card may use then.
    fn disconnect(&mut self, disposition: pcsc::Disposition) {
        const ATTEMPTS: usize = 5;

        for _ in 0..ATTEMPTS {
            match self.card.take().map(|card| card.disconnect(disposition)) {
                Some(Err((card, _))) => self.card = Some(card),
                _ => return,
            }
        }
        self.clean = false;
        self.card = None;
    }
}

/// Begins a transaction. A reset is told, until the caller knows of it; then the connection is made anew, as exclusive as it
/// was.
fn begin<'card>(
    card: &'card mut pcsc::Card,
    share: ShareMode,
    reset_is_told: &mut bool,
) -> Result<pcsc::Transaction<'card>> {
    let is_told = std::mem::take(reset_is_told);
    let during_use = |code| codes::error(code, During::Use);
    match card.transaction2() {
        Ok(transaction) => Ok(transaction),
        Err((card, pcsc::Error::ResetCard)) if is_told => {
            card.reconnect(share, PROTOCOLS, pcsc::Disposition::LeaveCard).map_err(during_use)?;
            card.transaction().map_err(during_use)
        }
        Err((_, code)) => Err(during_use(code)),
    }
}

fn end(transaction: pcsc::Transaction<'_>, disposition: pcsc::Disposition) {
    if let Err((transaction, _)) = transaction.end(disposition) {
        // The crate would end it again; a transaction that cannot be ended is over.
        std::mem::forget(transaction);
    }
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

/// Answers; a reset of which nobody hears now is told by the next attempt to begin, because until the connection is made
/// anew PC/SC keeps telling of it.
fn tell(ticket: &Ticket<()>, answer: Result<()>, reset_is_told: &mut bool) {
    let of_reset = tells_of_reset(&answer);
    *reset_is_told |= ticket.answer(answer) && of_reset;
}

fn tells_of_reset<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(error) if error.code == ResultCode::CardReset)
}
