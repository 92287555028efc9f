//! The context: what a program holds while it uses the library, and the readers it sees through it.

use super::lookout::Lookout;
use super::pcsc::{Owner, PcscCard, Service, Snapshot, Spare};
use super::{Canceller, Connection, Timeout, VirtualReader, Watch};
use crate::log::{Level, Log};
use crate::result::{Error, ReaderInterface, Reason, Result, ResultCode};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const MODULE: &str = "reader";

/// How a context is made. The default: log nothing, use PC/SC, keep away from the 個人番号.
#[derive(Clone, Debug, Default)]
pub struct ContextOptions {
    /// Where to write what happens.
    pub log: Log,
    /// Never speak to PC/SC: only virtual cards, or connections of the caller.
    pub no_pcsc: bool,
    /// The program may read the 個人番号 and what reveals it.
    pub permit_my_number: bool,
    /// What the program reads it for, as the law asks; needed with `permit_my_number`, and logged.
    pub my_number_purpose: Option<String>,
}

/// A reader as it was at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Reader {
    /// The name, as people read it and as `connect` takes it.
    pub name: String,
    /// A card is in it or on it, though perhaps a mute one.
    pub card_present: bool,
    /// Some program is connected to the card.
    pub in_use: bool,
    /// Some program has the card for itself.
    pub exclusive: bool,
    /// The card does not answer to reset: upside down, badly laid, or no card at all.
    pub mute: bool,
    /// How the card meets the reader, as far as one can tell.
    pub interface: ReaderInterface,
    /// The card is in software.
    pub is_virtual: bool,
}

impl Reader {
    pub(super) fn named(name: String) -> Reader {
        Reader {
            name,
            card_present: false,
            in_use: false,
            exclusive: false,
            mute: false,
            interface: ReaderInterface::Unknown,
            is_virtual: false,
        }
    }
}

/// The library in use by a program: its readers, its log, what it may do. Clones are the same context; any
/// thread may use it, and several at a time.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    options: ContextOptions,
    canceller: Canceller,
    service: Service,
    spare: Arc<Spare>,
    virtual_readers: Mutex<Vec<Arc<dyn VirtualReader>>>,
}

impl Context {
    /// A context. Nothing is loaded and nobody is spoken to before the first question about readers.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the 個人番号 is permitted and no purpose is given.
    pub fn new(options: ContextOptions) -> Result<Context> {
        if options.permit_my_number {
            match options.my_number_purpose.as_deref().map(str::trim) {
                Some(purpose) if !purpose.is_empty() => {
                    options.log.write(Level::Info, MODULE, format_args!("個人番号 permitted for: {purpose}"));
                }
                _ => {
                    return Err(Error::new(
                        ResultCode::InvalidArgument,
                        "permit_my_number needs my_number_purpose",
                    ));
                }
            }
        }
        Ok(Context(Arc::new(Inner {
            options,
            canceller: Canceller::new(),
            service: Service::new(),
            spare: Arc::default(),
            virtual_readers: Mutex::default(),
        })))
    }

    /// The readers that there are now: those of PC/SC, then the virtual ones. None at all is no error.
    ///
    /// # Errors
    /// READER_SERVICE_UNAVAILABLE with the cause, if there are no virtual readers either; READER_FAILED.
    pub fn readers(&self) -> Result<Vec<Reader>> {
        let snapshots = self.snapshots(&self.0.service).map_err(|error| error.in_operation("reader_list"))?;
        Ok(snapshots.into_iter().map(|snapshot| snapshot.reader).collect())
    }

    /// Connects to the card in the reader of that name, or to the one card that there is; waits for a card, and
    /// for the end of another program's use of it, until the timeout. An attempt that has begun is given a second
    /// even then, so that a poll can connect. Gives the reader as it was just before.
    ///
    /// # Errors
    /// READER_NOT_FOUND without a reader, or without one of that name, and READER_REMOVED if it went during the wait;
    /// CARD_ABSENT if no card came; CARD_AMBIGUOUS with cards in several readers, and nothing is sent to any; CARD_MUTE;
    /// READER_BUSY; CANCELLED by `watch` or by the context; READER_SERVICE_UNAVAILABLE.
    pub fn connect(
        &self,
        name: Option<&str>,
        timeout: Timeout,
        watch: &Watch,
    ) -> Result<(Reader, Box<dyn Connection>)> {
        let own = self.0.canceller.watch();
        let cancelled = || watch.check().and_then(|()| own.check());
        self.connect_until(name, timeout.deadline(), &cancelled)
            .map_err(|error| error.in_operation("reader_open"))
    }

    /// As `connect`, until a moment, and while `cancelled` does not say otherwise.
    pub(crate) fn connect_until(
        &self,
        name: Option<&str>,
        deadline: Instant,
        cancelled: &dyn Fn() -> Result<()>,
    ) -> Result<(Reader, Box<dyn Connection>)> {
        let mut lookout = Lookout::new(self);
        let mut mute_since = None;
        let mut seen: Vec<Snapshot> = Vec::new();
        loop {
            cancelled()?;
            let mut failure = Error::new(ResultCode::CardAbsent, "no card before the deadline");
            match lookout.look(|one| name.is_none_or(|name| one.reader.name == name))? {
                None => failure = unavailable(),
                Some(now) => {
                    let had_readers = !seen.is_empty();
                    seen = now;
                    match self.attempt(lookout.means(), &seen, name, deadline, &mut mute_since, cancelled) {
                        Ok(Some(connected)) => {
                            if !connected.0.is_virtual {
                                lookout.hand_over();
                            }
                            return Ok(connected);
                        }
                        Ok(None) => {}
                        Err(error) if lookout.may_be_restarting(&error) => failure = error,
                        Err(error) if error.code == ResultCode::ReaderNotFound && had_readers => {
                            return Err(Error::new(ResultCode::ReaderRemoved, "the reader was unplugged"));
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
            if Instant::now() >= deadline {
                // Whoever explains the failure must know whether a card is inserted or held.
                return Err(Error { reader_interface: interface_meant(&seen, name), ..failure });
            }
            lookout.rest(&seen, deadline)?;
        }
    }

    /// Connects if there is a card that can be connected to; `None` if there is none yet.
    fn attempt(
        &self,
        means: (&Service, &mut Option<Owner>),
        seen: &[Snapshot],
        name: Option<&str>,
        deadline: Instant,
        mute_since: &mut Option<Instant>,
        cancelled: &dyn Fn() -> Result<()>,
    ) -> Result<Option<(Reader, Box<dyn Connection>)>> {
        /// A card on its way down, or half in, is mute for a moment.
        const SETTLING: Duration = Duration::from_millis(300);
        /// What an attempt gets even at the deadline: a card that has to be powered takes its time.
        const ATTEMPT: Duration = Duration::from_secs(1);

        let Some(chosen) = choose(seen, name)? else {
            *mute_since = None;
            return Ok(None);
        };
        if chosen.reader.mute {
            let since = *mute_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= SETTLING || Instant::now() >= deadline {
                let mute = Error::new(ResultCode::CardMute, "the card does not answer to reset");
                return Err(Error { reader_interface: chosen.reader.interface, ..mute });
            }
            return Ok(None);
        }
        let until = deadline.max(Instant::now() + ATTEMPT);
        match self.open(means, chosen, until, cancelled) {
            Ok(connection) => {
                self.write(Level::Info, format_args!("connected to {:?}", chosen.reader.name));
                Ok(Some((chosen.reader.clone(), connection)))
            }
            // It left between looking and connecting.
            Err(error) if matches!(error.code, ResultCode::CardRemoved | ResultCode::CardAbsent) => Ok(None),
            Err(error) => Err(Error { reader_interface: chosen.reader.interface, ..error }),
        }
    }

    fn open(
        &self,
        (service, thread): (&Service, &mut Option<Owner>),
        chosen: &Snapshot,
        until: Instant,
        cancelled: &dyn Fn() -> Result<()>,
    ) -> Result<Box<dyn Connection>> {
        if chosen.reader.is_virtual {
            let found = self.virtual_readers().into_iter().find(|(name, _)| *name == chosen.reader.name);
            return match found {
                Some((_, reader)) => reader.connect(),
                None => Err(Error::new(ResultCode::ReaderNotFound, "no such virtual reader")),
            };
        }
        let connected = PcscCard::connect(service.held(), thread, &self.0.spare, chosen, until, cancelled);
        if connected.is_err() && thread.is_none() {
            // The thread that was given up may still be held up in a call on the context, which would hold up others.
            service.forget();
        }
        Ok(Box::new(connected?))
    }

    /// Ends everything that waits or runs in this context, CANCELLED, and all that begins before `resume`.
    pub fn cancel(&self) {
        self.0.canceller.cancel();
    }

    /// Lets operations begin again after `cancel`.
    pub fn resume(&self) {
        self.0.canceller.resume();
    }

    /// The canceller of this context, for operations that end with it.
    pub fn canceller(&self) -> &Canceller {
        &self.0.canceller
    }

    /// The log of this context.
    pub fn log(&self) -> &Log {
        &self.0.options.log
    }

    /// Whether the program may read the 個人番号 and what reveals it.
    pub fn permits_my_number(&self) -> bool {
        self.0.options.permit_my_number
    }

    /// Writes down that the 個人番号, or what reveals it, is used, and what for.
    pub fn log_use_of_my_number(&self) {
        let purpose = self.0.options.my_number_purpose.as_deref().map_or("", str::trim);
        self.0.options.log.write(Level::Info, MODULE, format_args!("個人番号 used for: {purpose}"));
    }

    /// Whether the context keeps away from PC/SC.
    pub fn is_without_pcsc(&self) -> bool {
        self.0.options.no_pcsc
    }

    /// Adds a reader with a card in software, and gives the name it is listed under: "honnin virtual reader 0",
    /// and so on. It stays as long as the context.
    pub fn add_virtual_reader(&self, reader: Arc<dyn VirtualReader>) -> String {
        let mut readers = self.0.virtual_readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.push(reader);
        virtual_name(readers.len() - 1)
    }

    pub(super) fn spare(&self) -> &Spare {
        &self.0.spare
    }

    /// What is seen of every reader through that access to PC/SC.
    pub(super) fn snapshots(&self, service: &Service) -> Result<Vec<Snapshot>> {
        let virtual_readers = self.virtual_readers();
        let mut seen = match self.pcsc_snapshots(service) {
            Ok(seen) => seen,
            Err(error) if !virtual_readers.is_empty() => {
                self.write(Level::Warn, format_args!("only virtual readers are listed: {error}"));
                Vec::new()
            }
            Err(error) => {
                self.write(Level::Error, format_args!("{error}"));
                return Err(error);
            }
        };
        let plugged = virtual_readers.into_iter().filter(|(_, reader)| reader.is_plugged_in());
        seen.extend(plugged.map(|(name, reader)| {
            let mut shown = Reader::named(name);
            shown.card_present = reader.is_inserted();
            shown.mute = shown.card_present && reader.is_mute();
            shown.interface = reader.interface();
            shown.is_virtual = true;
            Snapshot::outside_pcsc(shown)
        }));
        Ok(seen)
    }

    /// What is seen of the readers of PC/SC alone.
    pub(super) fn pcsc_snapshots(&self, service: &Service) -> Result<Vec<Snapshot>> {
        if self.0.options.no_pcsc { Ok(Vec::new()) } else { service.readers() }
    }

    fn virtual_readers(&self) -> Vec<(String, Arc<dyn VirtualReader>)> {
        let readers = self.0.virtual_readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers
            .iter()
            .enumerate()
            .map(|(number, reader)| (virtual_name(number), Arc::clone(reader)))
            .collect()
    }

    fn write(&self, level: Level, text: core::fmt::Arguments<'_>) {
        self.0.options.log.write(level, MODULE, text);
    }
}

impl core::fmt::Debug for Context {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context").field("options", &self.0.options).finish_non_exhaustive()
    }
}

fn virtual_name(number: usize) -> String {
    format!("honnin virtual reader {number}")
}

/// How a card meets the reader of that name, or all readers if none is named; unknown where they differ.
fn interface_meant(seen: &[Snapshot], name: Option<&str>) -> ReaderInterface {
    let mut meant = seen
        .iter()
        .filter(|one| name.is_none_or(|name| one.reader.name == name))
        .map(|one| one.reader.interface);
    let first = meant.next().unwrap_or_default();
    if meant.all(|other| other == first) { first } else { ReaderInterface::Unknown }
}

/// The service went during a wait, and the deadline came before it was back.
pub(super) fn unavailable() -> Error {
    Error::new(ResultCode::ReaderServiceUnavailable, "the PC/SC service went away and is not back yet")
        .with_reason(Reason::ServiceStopped)
}

/// The reader to connect to: that of the name, or the only one with a card. `None`: no card yet.
fn choose<'a>(seen: &'a [Snapshot], name: Option<&str>) -> Result<Option<&'a Snapshot>> {
    if let Some(name) = name {
        let named = seen.iter().find(|one| one.reader.name == name);
        let named = named.ok_or_else(|| Error::new(ResultCode::ReaderNotFound, "no reader of that name"))?;
        return Ok(Some(named).filter(|one| one.reader.card_present));
    }
    if seen.is_empty() {
        return Err(Error::new(ResultCode::ReaderNotFound, "no reader is connected"));
    }
    let mut with_card = seen.iter().filter(|one| one.reader.card_present);
    match (with_card.next(), with_card.next()) {
        (Some(_), Some(_)) => Err(Error::new(ResultCode::CardAmbiguous, "cards are in more than one reader")),
        (only, _) => Ok(only),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::{Event, WaitOptions};
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A reader whose card cannot be talked to, only put in and taken out.
    #[derive(Default)]
    struct Slot(AtomicBool);

    impl VirtualReader for Slot {
        fn is_inserted(&self) -> bool {
            self.0.load(Ordering::SeqCst)
        }

        fn connect(&self) -> Result<Box<dyn Connection>> {
            Err(Error::new(ResultCode::CardMute, "a slot of a test"))
        }
    }

    fn context() -> Context {
        Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap()
    }

    fn slot(inserted: bool) -> Arc<Slot> {
        Arc::new(Slot(AtomicBool::new(inserted)))
    }

    fn connect_code(context: &Context, name: Option<&str>, timeout: Timeout) -> ResultCode {
        let watch = context.canceller().watch();
        context.connect(name, timeout, &watch).err().map_or(ResultCode::Ok, |error| error.code)
    }

    #[test]
    fn reading_the_my_number_needs_a_purpose() {
        let options = |purpose: Option<&str>| ContextOptions {
            permit_my_number: true,
            my_number_purpose: purpose.map(str::to_owned),
            ..ContextOptions::default()
        };
        assert_eq!(Context::new(options(None)).unwrap_err().code, ResultCode::InvalidArgument);
        assert_eq!(Context::new(options(Some(" "))).unwrap_err().code, ResultCode::InvalidArgument);
        assert!(Context::new(options(Some("payroll"))).unwrap().permits_my_number());
    }

    #[test]
    fn without_a_reader_there_is_nothing_to_wait_for() {
        let context = context();
        assert!(context.readers().unwrap().is_empty());
        assert_eq!(connect_code(&context, None, Timeout::Default), ResultCode::ReaderNotFound);
        let error = context.wait(&WaitOptions::default()).unwrap_err();
        assert_eq!((error.code, error.operation), (ResultCode::ReaderNotFound, "reader_wait"));
    }

    #[test]
    fn a_virtual_reader_is_listed_only_where_it_was_added() {
        let context = context();
        assert_eq!(context.add_virtual_reader(slot(true)), "honnin virtual reader 0");
        assert_eq!(context.add_virtual_reader(slot(false)), "honnin virtual reader 1");
        let readers = context.readers().unwrap();
        assert_eq!(readers.iter().map(|reader| reader.card_present).collect::<Vec<_>>(), [true, false]);
        assert!(readers.iter().all(|reader| reader.is_virtual));
        assert!(super::tests::context().readers().unwrap().is_empty());
    }

    #[test]
    fn cards_in_two_readers_are_ambiguous_unless_one_is_named() {
        let context = context();
        let name = context.add_virtual_reader(slot(true));
        context.add_virtual_reader(slot(true));
        assert_eq!(connect_code(&context, None, Timeout::Poll), ResultCode::CardAmbiguous);
        assert_eq!(connect_code(&context, Some(&name), Timeout::Poll), ResultCode::CardMute);
        assert_eq!(connect_code(&context, Some("elsewhere"), Timeout::Poll), ResultCode::ReaderNotFound);
    }

    #[test]
    fn a_card_that_does_not_come_is_absent_at_the_deadline() {
        let context = context();
        context.add_virtual_reader(slot(false));
        let begun = Instant::now();
        assert_eq!(connect_code(&context, None, Timeout::Millis(150)), ResultCode::CardAbsent);
        assert!(begun.elapsed() >= Duration::from_millis(150) && begun.elapsed() < Duration::from_secs(3));
        let wait = |event| {
            let options = WaitOptions { event, timeout: Timeout::Millis(50), ..WaitOptions::default() };
            context.wait(&options).map_err(|error| error.code)
        };
        assert_eq!(wait(Event::CardIn).unwrap_err(), ResultCode::CardAbsent);
        assert_eq!(wait(Event::Change).unwrap_err(), ResultCode::Timeout);
        assert_eq!(wait(Event::CardOut).unwrap().len(), 1);
    }

    #[test]
    fn a_card_that_comes_ends_the_wait_and_one_that_stays_does_not() {
        let context = context();
        let slot = slot(false);
        context.add_virtual_reader(Arc::<Slot>::clone(&slot));
        let waiting = {
            let context = context.clone();
            std::thread::spawn(move || context.wait(&WaitOptions::default()))
        };
        std::thread::sleep(Duration::from_millis(50));
        slot.0.store(true, Ordering::SeqCst);
        assert!(waiting.join().unwrap().unwrap()[0].card_present);
        let leaves =
            WaitOptions { event: Event::CardOut, timeout: Timeout::Millis(50), ..WaitOptions::default() };
        assert_eq!(context.wait(&leaves).unwrap_err().code, ResultCode::Timeout);
    }

    #[test]
    fn a_cancel_ends_a_wait_at_once_and_until_resumed() {
        let context = context();
        context.add_virtual_reader(slot(false));
        let waiting = {
            let context = context.clone();
            std::thread::spawn(move || context.wait(&WaitOptions::default()))
        };
        std::thread::sleep(Duration::from_millis(50));
        let begun = Instant::now();
        context.cancel();
        assert_eq!(waiting.join().unwrap().unwrap_err().code, ResultCode::Cancelled);
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert_eq!(connect_code(&context, None, Timeout::Poll), ResultCode::Cancelled);
        context.resume();
        assert_eq!(connect_code(&context, None, Timeout::Poll), ResultCode::CardAbsent);
    }
}
