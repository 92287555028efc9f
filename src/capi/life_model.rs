//! Every order in which threads can cancel, close and use: the code of `life` and `table` as it is shipped, with a
//! stand-in for the card. Run by tools/loom.sh, which bounds how often a thread is interrupted.

use super::{Calling, Held, Scope};
use crate::table::{CARD_TAG, Table};
use honnin_core::reader::{Canceller, Watch};
use honnin_core::result::{Error, Result, ResultCode};
use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::sync::{Arc, Mutex};
use loom::thread;

/// What a card did, for all threads to see. loom refuses two threads in `touched` at once.
#[derive(Default)]
struct Seen {
    touched: UnsafeCell<()>,
    released: AtomicUsize,
}

/// In place of a card.
struct StandIn(Arc<Seen>);

impl StandIn {
    fn use_it(&self) {
        self.0.touched.with_mut(|_| ());
        assert_eq!(self.0.released.load(Ordering::SeqCst), 0, "used after it was let go of");
    }
}

fn release(card: StandIn) {
    card.use_it();
    card.0.released.fetch_add(1, Ordering::SeqCst);
}

/// A context with one card, as `handles` has them.
#[derive(Clone)]
struct World {
    context: Canceller,
    scope: Arc<Scope>,
    cards: Arc<Mutex<Table<Arc<Held<StandIn>>>>>,
    seen: Arc<Seen>,
    handle: usize,
}

impl World {
    fn new() -> World {
        let (context, seen) = (Canceller::new(), Arc::new(Seen::default()));
        let held = Held::new(StandIn(Arc::clone(&seen)), Canceller::new(), release);
        let mut cards = Table::new(CARD_TAG);
        let handle = cards.insert(Arc::new(held)).unwrap();
        World {
            scope: Arc::new(Scope::new(context.clone())),
            context,
            cards: Arc::new(Mutex::new(cards)),
            seen,
            handle,
        }
    }

    fn card(&self) -> Option<Arc<Held<StandIn>>> {
        self.cards.lock().unwrap().get(self.handle)
    }

    fn run(&self, body: impl FnOnce(&mut StandIn, Vec<Watch>) -> Result<()>) -> ResultCode {
        let Some(card) = self.card() else { return ResultCode::BadState };
        code(card.run(&self.scope, body))
    }

    /// An operation that takes two commands.
    fn two_commands(&self) -> ResultCode {
        self.run(|card, watches| {
            card.use_it();
            check(&watches)?;
            card.use_it();
            Ok(())
        })
    }

    /// An operation that only a cancel ends.
    fn until_cancelled(&self) -> ResultCode {
        self.run(|card, watches| {
            card.use_it();
            until_cancelled(&watches)
        })
    }

    /// An operation with a callback that closes another card and, as it should, ends when it is cancelled.
    fn closing(&self, other: &World) -> (ResultCode, bool) {
        let mut closed = false;
        let answer = self.run(|card, watches| {
            card.use_it();
            let calling = Calling::begin();
            closed = other.close();
            drop(calling);
            check(&watches)?;
            card.use_it();
            Ok(())
        });
        (answer, closed)
    }

    /// Whether this call was the one that closed.
    fn close(&self) -> bool {
        let taken = self.cards.lock().unwrap().remove(self.handle);
        taken.map(|card| card.close(|| ())).is_some()
    }

    fn released(&self) -> usize {
        self.seen.released.load(Ordering::SeqCst)
    }

    fn beside<T: 'static>(&self, work: impl FnOnce(World) -> T + 'static) -> thread::JoinHandle<T> {
        let world = self.clone();
        thread::spawn(move || work(world))
    }
}

fn code(result: Result<()>) -> ResultCode {
    result.err().map_or(ResultCode::Ok, |error| error.code)
}

fn check(watches: &[Watch]) -> Result<()> {
    watches.iter().try_for_each(Watch::check)
}

fn until_cancelled(watches: &[Watch]) -> Result<()> {
    loop {
        check(watches)?;
        thread::yield_now();
    }
}

// --- cards ---

#[test]
fn close_ends_what_runs_and_nothing_runs_afterwards() {
    loom::model(|| {
        let world = World::new();
        let operation = world.beside(|world| world.until_cancelled());
        assert!(world.close());
        assert_eq!(world.released(), 1, "closed when close returns");
        assert_eq!(world.two_commands(), ResultCode::BadState);
        let answer = operation.join().unwrap();
        assert!(matches!(answer, ResultCode::Cancelled | ResultCode::BadState), "{answer:?}");
        assert_eq!(world.released(), 1);
    });
}

#[test]
fn two_closes_let_go_once() {
    loom::model(|| {
        let world = World::new();
        let operation = world.beside(|world| world.two_commands());
        let other = world.beside(|world| (world.close(), world.released()));
        let mine = world.close();
        assert!(!mine || world.released() == 1);
        let (others, released) = other.join().unwrap();
        assert!(mine != others && (!others || released == 1));
        operation.join().unwrap();
        assert_eq!(world.released(), 1);
    });
}

#[test]
fn operations_of_two_threads_come_one_after_the_other() {
    loom::model(|| {
        let world = World::new();
        let other = world.beside(|world| world.two_commands());
        assert_eq!(world.two_commands(), ResultCode::Ok);
        assert_eq!(other.join().unwrap(), ResultCode::Ok);
        assert!(world.close());
    });
}

#[test]
fn a_close_in_a_callback_takes_effect_when_the_operation_ends() {
    loom::model(|| {
        let world = World::new();
        let other = world.beside(|world| world.two_commands());
        let inner = world.clone();
        let mut closed_here = false;
        let answer = world.run(|card, watches| {
            let calling = Calling::begin();
            closed_here = inner.close();
            drop(calling);
            assert_eq!(inner.two_commands(), ResultCode::BadState, "closed at once for everybody else");
            card.use_it();
            check(&watches)
        });
        assert!(closed_here && answer == ResultCode::Ok, "ends by itself: {answer:?}");
        assert_eq!(world.released(), 1);
        let answer = other.join().unwrap();
        assert!(matches!(answer, ResultCode::Ok | ResultCode::BadState), "{answer:?}");
        assert_eq!(world.released(), 1);
    });
}

#[test]
fn closes_in_a_callback_and_on_another_thread_let_go_once() {
    loom::model(|| {
        let world = World::new();
        let other = world.beside(|world| {
            let mine = world.close();
            assert!(!mine || world.released() == 1);
            mine
        });
        let inner = world.clone();
        let mut closed_here = false;
        world.run(|card, _| {
            let calling = Calling::begin();
            closed_here = inner.close();
            drop(calling);
            card.use_it();
            Ok(())
        });
        assert!(closed_here != other.join().unwrap());
        assert_eq!(world.released(), 1);
    });
}

#[test]
fn callbacks_that_close_each_others_card_do_not_wait_for_each_other() {
    loom::model(|| {
        let (one, other) = (World::new(), World::new());
        let thread = {
            let one = one.clone();
            other.beside(move |other| other.closing(&one))
        };
        let (mine, closed_other) = one.closing(&other);
        let (others, closed_one) = thread.join().unwrap();
        for (answer, closed) in [(mine, closed_one), (others, closed_other)] {
            match answer {
                ResultCode::Ok | ResultCode::Cancelled => (),
                ResultCode::BadState => assert!(closed, "refused only what was closed before it began"),
                other => panic!("{other:?}"),
            }
        }
        for (world, closed) in [(&one, closed_one), (&other, closed_other)] {
            assert_eq!(world.released(), usize::from(closed), "let go of as soon as nobody uses it");
            assert_eq!(world.close(), !closed);
        }
    });
}

#[test]
fn contexts_that_end_in_callbacks_of_each_other_do_not_wait_for_each_other() {
    loom::model(|| {
        let (one, other) = (World::new(), World::new());
        let thread = {
            let one = one.clone();
            other.beside(move |other| {
                other.run(|_, _| {
                    let _calling = Calling::begin();
                    one.scope.end(|| ());
                    Ok(())
                })
            })
        };
        let answer = one.run(|_, _| {
            let _calling = Calling::begin();
            other.scope.end(|| ());
            Ok(())
        });
        assert_eq!((answer, thread.join().unwrap()), (ResultCode::Ok, ResultCode::Ok));
    });
}

#[test]
fn a_callback_may_not_use_its_own_card() {
    loom::model(|| {
        let world = World::new();
        let other = world.beside(|world| world.two_commands());
        let inner = world.clone();
        let answer = world.run(|_, _| {
            assert_eq!(inner.two_commands(), ResultCode::BadState);
            Ok(())
        });
        assert_eq!((answer, other.join().unwrap()), (ResultCode::Ok, ResultCode::Ok));
        assert!(world.close());
    });
}

#[test]
fn a_card_cancel_ends_what_waits_its_turn_too_and_nothing_later() {
    loom::model(|| {
        let world = World::new();
        let ready = Arc::new(AtomicBool::new(false));
        let operation = {
            let ready = Arc::clone(&ready);
            world.beside(move |world| {
                world.run(|card, watches| {
                    ready.store(true, Ordering::SeqCst);
                    card.use_it();
                    until_cancelled(&watches)
                })
            })
        };
        while !ready.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        world.card().unwrap().cancel();
        assert_eq!(world.two_commands(), ResultCode::Ok, "what begins later is not affected");
        assert_eq!(operation.join().unwrap(), ResultCode::Cancelled);
        assert!(world.close());
    });
}

#[test]
fn after_a_panic_the_card_is_let_go_of_and_its_handle_answers() {
    loom::model(|| {
        let world = World::new();
        let other = world.beside(|world| world.two_commands());
        let panicked = world.run(|card, _| {
            card.use_it();
            Err(Error::new(ResultCode::InternalPanic, "as if caught"))
        });
        assert!(matches!(panicked, ResultCode::InternalPanic));
        assert_eq!(world.released(), 1);
        assert_eq!(world.two_commands(), ResultCode::BadState);
        let answer = other.join().unwrap();
        assert!(matches!(answer, ResultCode::Ok | ResultCode::BadState), "{answer:?}");
        assert!(world.close());
        assert_eq!(world.released(), 1);
    });
}

#[test]
fn what_a_card_calls_while_it_is_let_go_of_may_not_use_it() {
    /// A card whose connection calls back when it is closed.
    struct CallsBack(Arc<Mutex<Option<Arc<Held<CallsBack>>>>>, Arc<Scope>);
    fn release(card: CallsBack) {
        let held = card.0.lock().unwrap().take().unwrap();
        assert_eq!(code(held.run(&card.1, |_, _| Ok(()))), ResultCode::BadState);
    }
    loom::model(|| {
        let scope = Arc::new(Scope::new(Canceller::new()));
        let place = Arc::new(Mutex::new(None));
        let card = CallsBack(Arc::clone(&place), Arc::clone(&scope));
        let held = Arc::new(Held::new(card, Canceller::new(), release));
        *place.lock().unwrap() = Some(Arc::clone(&held));
        let panicked = held
            .run(&scope, |_, _| -> Result<()> { Err(Error::new(ResultCode::InternalPanic, "as if caught")) });
        assert_eq!(code(panicked), ResultCode::InternalPanic);
    });
}

// --- contexts ---

/// An operation of the context that only a cancel ends. As in the core, it begins to watch when it has begun.
fn wait_for_ever(world: &World) -> ResultCode {
    code(world.scope.enter().and_then(|_stay| until_cancelled(&[world.context.watch()])))
}

#[test]
fn the_end_of_a_context_ends_what_runs_and_refuses_what_comes() {
    loom::model(|| {
        let world = World::new();
        let running = Arc::new(AtomicBool::new(false));
        let waiting = {
            let running = Arc::clone(&running);
            world.beside(move |world| {
                code(world.scope.enter().and_then(|_stay| {
                    running.store(true, Ordering::SeqCst);
                    let outcome = until_cancelled(&[world.context.watch()]);
                    running.store(false, Ordering::SeqCst);
                    outcome
                }))
            })
        };
        world.scope.end(|| ());
        assert!(!running.load(Ordering::SeqCst), "waited for");
        let answer = waiting.join().unwrap();
        assert!(matches!(answer, ResultCode::Cancelled | ResultCode::BadState), "{answer:?}");
    });
}

#[test]
fn a_resume_beside_the_end_of_a_context_keeps_nothing_running() {
    loom::model(|| {
        let world = World::new();
        let waiting = world.beside(|world| wait_for_ever(&world));
        let resuming = world.beside(|world| code(world.scope.resume()));
        world.scope.end(|| ());
        waiting.join().unwrap();
        resuming.join().unwrap();
    });
}

#[test]
fn a_cancel_beside_the_end_of_a_context_leaves_its_card_usable() {
    loom::model(|| {
        let world = World::new();
        let cancelling = world.beside(|world| code(world.scope.cancel()));
        world.scope.end(|| ());
        cancelling.join().unwrap();
        assert_eq!(world.two_commands(), ResultCode::Ok, "the card outlives its context");
        assert!(world.close());
    });
}

#[test]
fn what_runs_on_a_card_is_waited_for_if_the_end_of_its_context_cancelled_it() {
    loom::model(|| {
        let world = World::new();
        let done = Arc::new(AtomicBool::new(false));
        let operation = {
            let done = Arc::clone(&done);
            world.beside(move |world| {
                world.run(|card, watches| {
                    card.use_it();
                    let outcome = check(&watches);
                    done.store(true, Ordering::SeqCst);
                    outcome
                })
            })
        };
        world.scope.end(|| ());
        let was_done = done.load(Ordering::SeqCst);
        let answer = operation.join().unwrap();
        assert!(was_done || answer == ResultCode::Ok, "neither waited for nor left alone");
        assert!(world.close());
    });
}

#[test]
fn a_context_that_ends_in_a_callback_waits_for_nothing_and_leaves_nothing_running() {
    loom::model(|| {
        let world = World::new();
        let waiting = world.beside(|world| wait_for_ever(&world));
        let inner = world.clone();
        let answer = world.run(|card, watches| {
            let calling = Calling::begin();
            inner.scope.end(|| ());
            drop(calling);
            card.use_it();
            check(&watches)
        });
        assert_eq!(answer, ResultCode::Cancelled);
        let answer = waiting.join().unwrap();
        assert!(matches!(answer, ResultCode::Cancelled | ResultCode::BadState), "{answer:?}");
        assert_eq!(world.two_commands(), ResultCode::Ok, "the card outlives its context");
        assert!(world.close());
    });
}

#[test]
fn a_card_is_closed_while_its_context_ends() {
    loom::model(|| {
        let world = World::new();
        let operation = world.beside(|world| world.until_cancelled());
        let closing = world.beside(|world| world.close());
        world.scope.end(|| ());
        assert!(closing.join().unwrap());
        operation.join().unwrap();
        assert_eq!(world.released(), 1);
    });
}
