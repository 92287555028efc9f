//! Cancels at random moments: each ends what runs within 200 ms, and nothing afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use honnin::card::Card;
use honnin::reader::Canceller;
use honnin::{
    CertificateKind, Context, ContextOptions, Event, Hash, KeyKind, OpenOptions, Pin, PinKind, PinOptions,
    Result, ResultCode, Timeout, VirtualCard, WaitOptions,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// What a cancel may take.
const WITHIN: Duration = Duration::from_millis(200);

/// The numbers of a linear congruence: the same ones in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// How late this machine wakes who sleeps: on one with too much to do nobody is in time, and that is not ours.
struct Stalls {
    worst_micros: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Stalls {
    fn watch() -> Stalls {
        let stalls = Stalls { worst_micros: Arc::default(), stop: Arc::default() };
        let (worst, stop) = (Arc::clone(&stalls.worst_micros), Arc::clone(&stalls.stop));
        std::thread::spawn(move || {
            const NAP: Duration = Duration::from_millis(2);
            while !stop.load(Ordering::SeqCst) {
                let begun = Instant::now();
                std::thread::sleep(NAP);
                let late = begun.elapsed().saturating_sub(NAP);
                worst.fetch_max(u64::try_from(late.as_micros()).unwrap(), Ordering::SeqCst);
            }
        });
        stalls
    }

    /// The worst since it was last asked. A few threads take part in each cancel, each of which may be woken late.
    fn take(&self) -> Duration {
        4 * Duration::from_micros(self.worst_micros.swap(0, Ordering::SeqCst))
    }
}

impl Drop for Stalls {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// What runs, and whether it ends by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Work {
    WaitForRemoval,
    WaitForChange,
    OpenAnotherReader,
    WaitForAnotherProgram,
    Errand,
    Reads,
}

const WORKS: [Work; 6] = [
    Work::WaitForRemoval,
    Work::WaitForChange,
    Work::OpenAnotherReader,
    Work::WaitForAnotherProgram,
    Work::Errand,
    Work::Reads,
];

impl Work {
    fn ends_by_itself(self) -> bool {
        matches!(self, Work::Errand | Work::Reads)
    }
}

/// The readers: one with a card, and one without.
#[derive(Clone)]
struct Place {
    context: Context,
    with_card: String,
    without_card: String,
}

impl Place {
    fn open(&self) -> Result<Card> {
        let timeout = Timeout::Millis(5000);
        Card::open(&self.context, Some(&self.with_card), OpenOptions { timeout, ..OpenOptions::default() })
    }

    fn wait(&self, event: Event) -> Result<()> {
        let options = WaitOptions { event, reader: Some(self.with_card.clone()), timeout: Timeout::Forever };
        self.context.wait(&options).map(drop)
    }

    fn run(&self, work: Work, card: &mut Card) -> Result<()> {
        let verify = |card: &mut Card| {
            card.pin_verify(PinKind::Signing, Some(&Pin::from("ABC123")), &PinOptions::default())
        };
        match work {
            Work::WaitForRemoval => self.wait(Event::CardOut),
            Work::WaitForChange => self.wait(Event::Change),
            Work::OpenAnotherReader => {
                let options = OpenOptions { timeout: Timeout::Forever, ..OpenOptions::default() };
                Card::open(&self.context, Some(&self.without_card), options).map(drop)
            }
            // The other session uses the card too, so this one cannot have it for itself.
            Work::WaitForAnotherProgram => verify(card),
            Work::Errand => {
                verify(card)?;
                card.certificate_read(CertificateKind::Signing)?;
                card.sign(KeyKind::Signing, Hash::Sha256, b"order").map(drop)
            }
            Work::Reads => {
                card.certificate_read(CertificateKind::AuthenticationCa)?;
                card.certificate_read(CertificateKind::Authentication)?;
                card.certificate_read(CertificateKind::SigningCa).map(drop)
            }
        }
    }
}

/// Within that time work begins, on a machine that has time for it.
const BEGUN: Duration = Duration::from_millis(5);

/// What the thread that works is told, and tells.
type Order = (Work, Sender<Canceller>);
type Outcome = (ResultCode, Instant);

fn work(place: &Place, orders: &Receiver<Order>, outcomes: &Sender<Outcome>) {
    while let Ok((work, begins)) = orders.recv() {
        let mut card = place.open().unwrap();
        let other = (work == Work::WaitForAnotherProgram).then(|| place.open().unwrap());
        begins.send(card.canceller()).unwrap();
        let result = place.run(work, &mut card);
        let ended = Instant::now();
        // Nothing later is poisoned: not on this card, and with a new one neither (above).
        if result.is_err() {
            while place.context.canceller().watch().is_cancelled() {
                std::thread::yield_now();
            }
            let tries = card.pin_tries(PinKind::Signing);
            assert!(matches!(tries, Ok(Some(5))), "after {work:?}: {tries:?}");
        }
        drop((card, other));
        outcomes.send((result.err().map_or(ResultCode::Ok, |error| error.code), ended)).unwrap();
    }
}

/// So many cancels, at random moments, by every way to cancel.
fn cancels(place: &Place, virtual_card: &VirtualCard, count: u32) {
    let (orders, told) = channel();
    let (outcomes, ended) = channel();
    let place_of_work = place.clone();
    let worker = std::thread::spawn(move || work(&place_of_work, &told, &outcomes));
    let stalls = Stalls::watch();
    let mut chance = Chance(1);
    let (mut cancelled, mut finished, mut slowest) = (0_u32, 0_u32, Duration::ZERO);
    while cancelled < count {
        let work = WORKS[usize::try_from(chance.below(6)).unwrap()];
        let (begins, begun) = channel();
        orders.send((work, begins)).unwrap();
        let canceller = begun.recv().unwrap();
        let _ = stalls.take();
        std::thread::sleep(Duration::from_micros(chance.below(25_000)));
        // What only the card's canceller knows is what runs on the card.
        let way = if work.ends_by_itself() || work == Work::WaitForAnotherProgram {
            chance.below(3)
        } else {
            chance.below(2)
        };
        let must_run = way == 2 && work == Work::WaitForAnotherProgram;
        if must_run {
            std::thread::sleep(BEGUN);
        }
        let at = Instant::now();
        match way {
            // A resume right afterwards does not undo it.
            0 => {
                place.context.cancel();
                place.context.resume();
            }
            1 => {
                place.context.cancel();
                std::thread::sleep(Duration::from_micros(chance.below(500)));
                place.context.resume();
            }
            _ => canceller.cancel_running(),
        }
        let (code, when) = ended.recv().unwrap();
        let took = when.saturating_duration_since(at);
        match code {
            ResultCode::Cancelled => {
                let allowed = WITHIN + stalls.take();
                assert!(took < allowed, "{work:?} was cancelled after {took:?}, not within {allowed:?}");
                slowest = slowest.max(took);
                cancelled += 1;
            }
            // It had ended, or sent its last command, when the cancel came.
            ResultCode::Ok if work.ends_by_itself() => finished += 1,
            // The machine did not let the work begin, so that nothing ran which could be cancelled.
            ResultCode::ReaderBusy if must_run && stalls.take() >= BEGUN => finished += 1,
            other => panic!("{work:?} ended with {other:?}"),
        }
        assert!(!virtual_card.is_verified(PinKind::Signing), "after {work:?}");
    }
    drop(orders);
    worker.join().unwrap();
    println!("{cancelled} cancels, the slowest after {slowest:?}; {finished} had ended before");
    assert!(finished < count, "most cancels meet something that runs");
}

fn slow_card() -> VirtualCard {
    VirtualCard::new(Some(r#"{"reader": {"delay_ms_command": 2}}"#)).unwrap()
}

#[test]
fn a_thousand_cancels_at_random_moments_end_what_runs_and_nothing_later() {
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    let (card, absent) = (slow_card(), slow_card());
    absent.remove();
    let with_card = context.add_virtual_reader(Arc::new(card.clone()));
    let without_card = context.add_virtual_reader(Arc::new(absent));
    cancels(&Place { context, with_card, without_card }, &card, 1000);
}

#[cfg(target_os = "linux")]
#[test]
fn cancels_at_random_moments_through_a_real_pcscd() {
    use honnin::virtual_card::plug_into_pcscd;
    use honnin_tests::pcscd::{READER, with_own_pcscd};
    with_own_pcscd(&[], |_| {
        let card = slow_card();
        let plugged = plug_into_pcscd(&card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(5)));
        let context = Context::new(ContextOptions::default()).unwrap();
        let without_card = String::from("Virtual PCD 00 01");
        cancels(&Place { context, with_card: READER.into(), without_card }, &card, 300);
    });
}
