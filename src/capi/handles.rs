//! Contexts and cards are numbers to a C program, looked up here and never followed as pointers. A number that was
//! closed is not given again, so that use after close is an answer and not a crash.
//!
//! The rules of closing: the number is gone at once; what runs on another thread is cancelled and waited for; what
//! runs on this thread (we are in one of its callbacks) ends by itself, and the closing takes effect then.

use crate::boundary;
use crate::callbacks::{User, honnin_log_fn};
use crate::card::honnin_card;
use crate::connection::Interrupt;
use crate::context::honnin_context;
use core::cell::Cell;
use honnin_core::card::Card;
use honnin_core::log::{Level, Log};
use honnin_core::reader::{Canceller, Context, Watch};
use honnin_core::result::{Error, Result, ResultCode};
use std::collections::VecDeque;
use std::ffi::CString;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, ThreadId};

/// A lock that a panic elsewhere does not make unusable: what is behind it stays whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn closed() -> Error {
    Error::new(ResultCode::BadState, "the handle is closed, or never was one")
}

// --- the table ---

/// The lowest two bits say what a handle is of; they make it odd, as no pointer to an object is.
const CONTEXT_TAG: usize = 1;
const CARD_TAG: usize = 3;
const INDEX_BITS: u32 = 14;
const GENERATION_SHIFT: u32 = INDEX_BITS + 2;
const LAST_GENERATION: usize = usize::MAX >> GENERATION_SHIFT;

struct Place<T> {
    generation: usize,
    entry: Option<Arc<T>>,
}

/// Entries by number: a place and the generation of its use. A place whose generations are used up is not used again.
struct Table<T> {
    tag: usize,
    places: Vec<Place<T>>,
    /// The place that was freed first is used first, so that numbers stay away as long as possible.
    free: VecDeque<usize>,
}

impl<T> Table<T> {
    const fn new(tag: usize) -> Table<T> {
        Table { tag, places: Vec::new(), free: VecDeque::new() }
    }

    fn insert(&mut self, entry: Arc<T>) -> Result<usize> {
        let index = match self.free.pop_front() {
            Some(index) => index,
            None if self.places.len() < 1 << INDEX_BITS => {
                self.places.push(Place { generation: 0, entry: None });
                self.places.len() - 1
            }
            None => return Err(Error::new(ResultCode::OutOfMemory, "too many open handles")),
        };
        let place = self.places.get_mut(index).ok_or_else(closed)?;
        place.entry = Some(entry);
        Ok((place.generation << GENERATION_SHIFT) | (index << 2) | self.tag)
    }

    fn place(&mut self, handle: usize) -> Option<(usize, &mut Place<T>)> {
        let index = (handle >> 2) & ((1 << INDEX_BITS) - 1);
        let place = self.places.get_mut(index)?;
        let same = handle & 3 == self.tag && place.generation == handle >> GENERATION_SHIFT;
        same.then_some((index, place))
    }

    fn get(&mut self, handle: usize) -> Option<Arc<T>> {
        self.place(handle)?.1.entry.clone()
    }

    fn remove(&mut self, handle: usize) -> Option<Arc<T>> {
        let (index, place) = self.place(handle)?;
        let entry = place.entry.take()?;
        if place.generation < LAST_GENERATION {
            place.generation += 1;
            self.free.push_back(index);
        }
        Some(entry)
    }

    fn all(&self) -> Vec<Arc<T>> {
        self.places.iter().filter_map(|place| place.entry.clone()).collect()
    }
}

static CONTEXTS: Mutex<Table<ContextEntry>> = Mutex::new(Table::new(CONTEXT_TAG));
static CARDS: Mutex<Table<CardEntry>> = Mutex::new(Table::new(CARD_TAG));

// --- who is running ---

/// Which threads are in operations.
#[derive(Default)]
struct Running {
    threads: Mutex<Vec<ThreadId>>,
    ended: Condvar,
}

struct Run<'a>(&'a Running);

impl Running {
    fn begin(&self) -> Run<'_> {
        lock(&self.threads).push(thread::current().id());
        Run(self)
    }

    fn is_on_this_thread(&self) -> bool {
        lock(&self.threads).contains(&thread::current().id())
    }

    /// Waits until nobody runs; on a thread that runs itself, for nothing.
    fn wait(&self) {
        if self.is_on_this_thread() {
            return;
        }
        let mut threads = lock(&self.threads);
        while !threads.is_empty() {
            threads = self.ended.wait(threads).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        let me = thread::current().id();
        let mut threads = lock(&self.0.threads);
        if let Some(at) = threads.iter().rposition(|thread| *thread == me) {
            threads.swap_remove(at);
        }
        drop(threads);
        self.0.ended.notify_all();
    }
}

// --- the log of a context, which a program may change at any time ---

thread_local! {
    static LOGGING: Cell<bool> = const { Cell::new(false) };
}

#[derive(Default)]
struct LogTarget(RwLock<Option<(honnin_log_fn, User)>>);

impl LogTarget {
    fn write(&self, level: Level, module: &str, text: &str) {
        // A log callback that calls the library would log from within itself.
        if LOGGING.replace(true) {
            return;
        }
        let target = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((Some(call), user)) = *target
            && let (Ok(module), Ok(text)) = (CString::new(module), CString::new(text.replace('\0', " ")))
        {
            // SAFETY: a function of the program, called as the header says; both texts outlive the call.
            boundary::outside(|| unsafe { call(user.0, level.number(), module.as_ptr(), text.as_ptr()) });
        }
        drop(target);
        LOGGING.set(false);
    }
}

// --- contexts ---

/// What is behind a `honnin_context *`.
pub(crate) struct ContextEntry {
    context: Context,
    log: Log,
    target: Arc<LogTarget>,
    running: Running,
    poisoned: AtomicBool,
    /// Names that were given out, borrowed for as long as the context lives.
    pub(crate) names: Mutex<Vec<CString>>,
}

impl ContextEntry {
    /// Makes the log of a context and, with it, the context.
    pub(crate) fn new(
        make: impl FnOnce(Log) -> Result<Context>,
        level: i32,
        call: honnin_log_fn,
        user: User,
    ) -> Result<ContextEntry> {
        let target = Arc::new(LogTarget::default());
        let sink = Arc::clone(&target);
        let log = Log::to(Level::Error, Arc::new(move |level, module, text| sink.write(level, module, text)));
        *target.0.write().unwrap_or_else(PoisonError::into_inner) = Some((call, user));
        log.set_level(call.and(Level::from_number(level)));
        Ok(ContextEntry {
            context: make(log.clone())?,
            log,
            target,
            running: Running::default(),
            poisoned: AtomicBool::new(false),
            names: Mutex::default(),
        })
    }

    /// Replaces the receiver of the log. Afterwards the old one is not running.
    pub(crate) fn set_log(&self, level: i32, call: honnin_log_fn, user: User) -> Result<()> {
        if LOGGING.get() {
            return Err(Error::new(ResultCode::BadState, "called from a log callback"));
        }
        self.log.set_level(None);
        *self.target.0.write().unwrap_or_else(PoisonError::into_inner) = Some((call, user));
        self.log.set_level(call.and(Level::from_number(level)));
        Ok(())
    }

    pub(crate) fn cancel(&self) {
        self.context.cancel();
        for card in lock(&CARDS).all().iter().filter(|card| core::ptr::eq(Arc::as_ptr(&card.context), self)) {
            card.interrupt();
        }
    }

    pub(crate) fn resume(&self) {
        self.context.resume();
    }

    fn note_panic(&self) {
        let place = boundary::take_panic_location().unwrap_or_default();
        self.log.write(Level::Error, "capi", format_args!("a panic was caught at {place}"));
    }

    /// Runs an operation of the context. A panic makes the context unusable.
    fn run<T>(&self, body: impl FnOnce(&Context) -> Result<T>) -> Result<T> {
        let _run = self.running.begin();
        if self.poisoned.load(Ordering::SeqCst) {
            return Err(Error::new(ResultCode::BadState, "the context is unusable since a panic"));
        }
        let outcome = boundary::guard(|| body(&self.context));
        if outcome.as_ref().is_err_and(|error| error.code == ResultCode::InternalPanic) {
            self.poisoned.store(true, Ordering::SeqCst);
            self.note_panic();
        }
        outcome
    }
}

/// The entry of a context.
pub(crate) fn context(handle: *const honnin_context) -> Result<Arc<ContextEntry>> {
    not_null(handle)?;
    lock(&CONTEXTS).get(handle.addr()).ok_or_else(closed)
}

/// INVALID_ARGUMENT for NULL, which is no handle that was ever open.
pub(crate) fn not_null<T>(handle: *const T) -> Result<()> {
    if handle.is_null() {
        return Err(Error::new(ResultCode::InvalidArgument, "the handle is NULL"));
    }
    Ok(())
}

/// Runs an operation of a context.
pub(crate) fn on_context<T>(
    handle: *const honnin_context,
    body: impl FnOnce(&Context, &Arc<ContextEntry>) -> Result<T>,
) -> Result<T> {
    let entry = context(handle)?;
    entry.run(|context| body(context, &entry))
}

pub(crate) fn add_context(entry: ContextEntry) -> Result<*mut honnin_context> {
    lock(&CONTEXTS).insert(Arc::new(entry)).map(core::ptr::without_provenance_mut)
}

/// Cancels what runs in a context and its cards, waits for it, and silences the log. Cards stay open.
pub(crate) fn free_context(handle: *mut honnin_context) {
    let Some(entry) = lock(&CONTEXTS).remove(handle.addr()) else { return };
    entry.cancel();
    entry.running.wait();
    if entry.set_log(0, None, User(core::ptr::null_mut())).is_err() {
        // In its own log callback: it is not called again.
        entry.log.set_level(None);
    }
    entry.resume();
}

// --- cards ---

/// What is behind a `honnin_card *`.
pub(crate) struct CardEntry {
    card: Mutex<Option<Card>>,
    context: Arc<ContextEntry>,
    canceller: Canceller,
    interrupt: Option<Interrupt>,
    running: Running,
    closing: AtomicBool,
    exchanges: AtomicU32,
    pub(crate) reader: CString,
    pub(crate) kind: u32,
    pub(crate) is_virtual: bool,
}

impl CardEntry {
    pub(crate) fn exchanges(&self) -> u32 {
        self.exchanges.load(Ordering::Relaxed)
    }

    pub(crate) fn cancel(&self) {
        self.canceller.cancel_running();
        self.interrupt();
    }

    fn interrupt(&self) {
        if let Some(interrupt) = &self.interrupt {
            interrupt.call();
        }
    }

    /// Runs an operation, after those that are running already. A panic makes the card unusable, and closes it.
    fn run<T>(&self, body: impl FnOnce(&mut Card) -> Result<T>) -> Result<T> {
        if self.running.is_on_this_thread() {
            return Err(Error::new(ResultCode::BadState, "called from a callback of the same card"));
        }
        // From here on a cancel counts, even while others are served first.
        let watches: Vec<Watch> = vec![self.context.context.canceller().watch(), self.canceller.watch()];
        let _in_context = self.context.running.begin();
        let mut place = lock(&self.card);
        let Some(card) = place.as_mut().filter(|_| !self.closing.load(Ordering::SeqCst)) else {
            return Err(closed());
        };
        let run = self.running.begin();
        card.watch_since(watches);
        let outcome = boundary::guard(|| body(card));
        self.exchanges.store(card.exchanges(), Ordering::Relaxed);
        drop(run);
        let panicked = outcome.as_ref().is_err_and(|error| error.code == ResultCode::InternalPanic);
        if panicked {
            self.context.note_panic();
        }
        if panicked || self.closing.load(Ordering::SeqCst) {
            close(&mut place);
        }
        outcome
    }
}

/// Leaves the application and lets go of the card.
fn close(place: &mut Option<Card>) {
    let card = place.take();
    let _ = boundary::guard(|| {
        drop(card);
        Ok(())
    });
}

/// The entry of a card.
pub(crate) fn card(handle: *const honnin_card) -> Result<Arc<CardEntry>> {
    not_null(handle)?;
    lock(&CARDS).get(handle.addr()).ok_or_else(closed)
}

/// Runs an operation on a card.
pub(crate) fn on_card<T>(handle: *const honnin_card, body: impl FnOnce(&mut Card) -> Result<T>) -> Result<T> {
    card(handle)?.run(body)
}

/// Gives an open card a handle.
pub(crate) fn add_card(
    card: Card,
    context: &Arc<ContextEntry>,
    interrupt: Option<Interrupt>,
) -> Result<*mut honnin_card> {
    let reader = CString::new(card.reader()).unwrap_or_default();
    let entry = CardEntry {
        context: Arc::clone(context),
        canceller: card.canceller(),
        interrupt,
        running: Running::default(),
        closing: AtomicBool::new(false),
        exchanges: AtomicU32::new(card.exchanges()),
        reader,
        kind: card.kind().number(),
        is_virtual: card.is_virtual(),
        card: Mutex::new(Some(card)),
    };
    lock(&CARDS).insert(Arc::new(entry)).map(core::ptr::without_provenance_mut)
}

/// Closes a card. See the rules at the top.
pub(crate) fn close_card(handle: *mut honnin_card) {
    let Some(entry) = lock(&CARDS).remove(handle.addr()) else { return };
    entry.closing.store(true, Ordering::SeqCst);
    if entry.running.is_on_this_thread() {
        return;
    }
    entry.canceller.cancel();
    entry.interrupt();
    close(&mut lock(&entry.card));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_that_was_closed_is_never_found_again() {
        let mut table: Table<u32> = Table::new(CARD_TAG);
        let first = table.insert(Arc::new(1)).unwrap();
        assert_eq!(first & 3, CARD_TAG);
        assert_eq!(table.remove(first).as_deref(), Some(&1));
        assert!(table.remove(first).is_none() && table.get(first).is_none());
        let second = table.insert(Arc::new(2)).unwrap();
        assert_ne!(first, second);
        assert!(table.get(first).is_none());
        assert_eq!(table.get(second).as_deref(), Some(&2));
    }

    #[test]
    fn a_handle_of_another_kind_or_a_pointer_is_none() {
        let mut table: Table<u32> = Table::new(CARD_TAG);
        let handle = table.insert(Arc::new(1)).unwrap();
        for other in [0, handle ^ 2, handle + 1, handle - 1, usize::MAX, handle + 4] {
            assert!(table.get(other).is_none(), "{other:x}");
        }
    }

    #[test]
    fn a_place_whose_generations_are_used_up_is_not_used_again() {
        let mut table: Table<u32> = Table::new(CONTEXT_TAG);
        let handle = table.insert(Arc::new(1)).unwrap();
        table.remove(handle);
        table.places[0].generation = LAST_GENERATION;
        let last = table.insert(Arc::new(2)).unwrap();
        assert_eq!(table.get(last).as_deref(), Some(&2));
        table.remove(last);
        let next = table.insert(Arc::new(3)).unwrap();
        assert_eq!((next >> 2) & 1, 1, "another place");
    }
}
