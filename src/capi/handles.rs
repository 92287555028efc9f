//! Contexts and cards are numbers to a C program (`table`), which live as `life` says. Here they meet the core.

use crate::boundary;
use crate::callbacks::{User, honnin_log_fn};
use crate::card::honnin_card;
use crate::connection::Interrupt;
use crate::context::honnin_context;
use crate::life::{Held, Scope, closed};
use crate::table::{CARD_TAG, CONTEXT_TAG, Table};
use core::cell::Cell;
use honnin_core::card::Card;
use honnin_core::log::{Level, Log};
use honnin_core::reader::Context;
use honnin_core::result::{Error, Result, ResultCode};
use std::ffi::CString;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// A lock that a panic elsewhere does not make unusable: what is behind it stays whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static CONTEXTS: Mutex<Table<Arc<ContextEntry>>> = Mutex::new(Table::new(CONTEXT_TAG));
static CARDS: Mutex<Table<Arc<CardEntry>>> = Mutex::new(Table::new(CARD_TAG));

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
    scope: Scope,
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
        let context = make(log.clone())?;
        Ok(ContextEntry {
            scope: Scope::new(context.canceller().clone()),
            context,
            log,
            target,
            poisoned: AtomicBool::new(false),
            names: Mutex::default(),
        })
    }

    /// Replaces the receiver of the log. Afterwards the old one is not running.
    pub(crate) fn set_log(&self, level: i32, call: honnin_log_fn, user: User) -> Result<()> {
        if LOGGING.get() {
            return Err(Error::new(ResultCode::BadState, "called from a log callback"));
        }
        // All with the lock held: of two threads that set it, one has set both the receiver and its level.
        let mut target = self.target.0.write().unwrap_or_else(PoisonError::into_inner);
        if self.scope.has_ended() {
            return Err(closed());
        }
        *target = Some((call, user));
        self.log.set_level(call.and(Level::from_number(level)));
        Ok(())
    }

    /// Ends the log, when nobody can set it any more. Afterwards it is not running, unless we are called from it.
    fn silence(&self) {
        self.log.set_level(None);
        if !LOGGING.get() {
            *self.target.0.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    pub(crate) fn cancel(&self) -> Result<()> {
        self.scope.cancel()?;
        self.interrupt_cards();
        Ok(())
    }

    fn interrupt_cards(&self) {
        // Not with the table locked: a function of the program that is called now may look up a card.
        let cards = lock(&CARDS).all();
        for card in cards.iter().filter(|card| core::ptr::eq(Arc::as_ptr(&card.context), self)) {
            card.interrupt();
        }
    }

    pub(crate) fn resume(&self) -> Result<()> {
        self.scope.resume()
    }

    fn note_panic(&self) {
        let place = boundary::take_panic_location().unwrap_or_default();
        self.log.write(Level::Error, "capi", format_args!("a panic was caught at {place}"));
    }

    /// Runs an operation of the context. A panic makes the context unusable.
    fn run<T>(&self, body: impl FnOnce(&Context) -> Result<T>) -> Result<T> {
        let _stay = self.scope.enter()?;
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
    entry.scope.end(|| entry.interrupt_cards());
    entry.silence();
}

// --- cards ---

/// What is behind a `honnin_card *`.
pub(crate) struct CardEntry {
    held: Held<Card>,
    context: Arc<ContextEntry>,
    interrupt: Option<Interrupt>,
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
        self.held.cancel();
        self.interrupt();
    }

    fn interrupt(&self) {
        if let Some(interrupt) = &self.interrupt {
            interrupt.call();
        }
    }

    /// Runs an operation, after those that are running already. A panic makes the card unusable, and closes it.
    fn run<T>(&self, body: impl FnOnce(&mut Card) -> Result<T>) -> Result<T> {
        #[cfg(feature = "test-race")]
        planted::count();
        self.held.run(&self.context.scope, |card, watches| {
            card.watch_since(watches);
            let outcome = boundary::guard(|| body(card));
            self.exchanges.store(card.exchanges(), Ordering::Relaxed);
            if outcome.as_ref().is_err_and(|error| error.code == ResultCode::InternalPanic) {
                self.context.note_panic();
            }
            outcome
        })
    }
}

/// Leaves the application and lets go of the card.
fn release(card: Card) {
    let _ = boundary::guard(|| {
        drop(card);
        Ok(())
    });
}

/// Tests only: a data race, to see that it is found.
#[cfg(feature = "test-race")]
mod planted {
    use core::cell::UnsafeCell;

    struct Shared(UnsafeCell<u32>);

    // SAFETY: none. That is the point.
    unsafe impl Sync for Shared {}

    static COUNT: Shared = Shared(UnsafeCell::new(0));

    pub(super) fn count() {
        let place = COUNT.0.get();
        // SAFETY: none, as above.
        unsafe { place.write(place.read().wrapping_add(1)) };
    }
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
    let canceller = card.canceller();
    let reader = CString::new(card.reader()).unwrap_or_default();
    let entry = CardEntry {
        context: Arc::clone(context),
        interrupt,
        exchanges: AtomicU32::new(card.exchanges()),
        reader,
        kind: card.kind().number(),
        is_virtual: card.is_virtual(),
        held: Held::new(card, canceller, release),
    };
    lock(&CARDS).insert(Arc::new(entry)).map(core::ptr::without_provenance_mut)
}

/// Closes a card. The rules stand in `life`.
pub(crate) fn close_card(handle: *mut honnin_card) {
    let Some(entry) = lock(&CARDS).remove(handle.addr()) else { return };
    entry.held.close(|| entry.interrupt());
}
