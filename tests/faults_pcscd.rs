//! What goes wrong with a real pcscd: cards lifted, services killed, calls that fail. The answer is a documented one, at
//! most one PIN is presented, and the next customer is served by the same program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]
#![cfg(target_os = "linux")]

use honnin::card::{Card, Stage};
use honnin::virtual_card::{Plugged, plug_into_pcscd};
use honnin::{
    CertificateKind, Context, ContextOptions, Error, Event, Hash, KeyKind, OpenOptions, Pin, PinKind,
    PinOptions, Result, ResultCode, Timeout, VirtualCard, WaitOptions,
};
use honnin_tests::pcscd::{READER, eventually, with_own_pcscd, with_own_pcscd_and};
use honnin_tests::stand_in::{self, Plan};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// SELECT, label, EF 0008, counter, VERIFY, two reads, signature, and the command that leaves.
const COMMANDS: u64 = 9;
const VERIFY: u64 = 5;
const LONG_READ: u64 = 7;
/// Beyond every deadline below.
const HANGS: Duration = Duration::from_secs(30);

fn card(profile: &str) -> (VirtualCard, Plugged) {
    let card = VirtualCard::new(Some(profile)).unwrap();
    let plugged = plug_into_pcscd(&card, None).unwrap();
    assert!(plugged.wait_until_connected(Duration::from_secs(5)));
    (card, plugged)
}

fn context() -> Context {
    Context::new(ContextOptions::default()).unwrap()
}

fn open(context: &Context) -> Result<Card> {
    Card::open(
        context,
        Some(READER),
        OpenOptions { timeout: Timeout::Millis(8000), ..OpenOptions::default() },
    )
}

/// The errand of a customer: password, certificate, signature.
fn errand(context: &Context) -> Result<()> {
    let mut card = open(context)?;
    card.pin_verify(PinKind::Signing, Some(&Pin::from("ABC123")), &PinOptions::default())?;
    let certificate = card.certificate_read(CertificateKind::Signing)?;
    let signed = card.sign(KeyKind::Signing, Hash::Sha256, b"order")?;
    honnin::signature::verify(&certificate, Hash::Sha256, b"order", &signed)
}

fn pins_presented(card: &VirtualCard) -> usize {
    let exchanges = card.transcript().exchanges;
    exchanges.iter().filter(|one| one.header[1] == 0x20 && one.data_len > 0).count()
}

/// One errand in which something goes wrong.
fn errand_with_fault(context: &Context, card: &VirtualCard) -> ResultCode {
    card.clear_transcript();
    let begun = Instant::now();
    let code = errand(context).err().map_or(ResultCode::Ok, |error| error.code);
    assert!(begun.elapsed() < HANGS, "{:?}", begun.elapsed());
    assert!(pins_presented(card) <= 1);
    code
}

/// The next customer, with whatever was wrong put right.
fn serve_the_next(context: &Context, card: &VirtualCard) {
    card.heal();
    card.insert();
    assert!(!card.is_verified(PinKind::Signing));
    errand(context).unwrap();
    assert_eq!(card.tries_left(PinKind::Signing), Some(5), "the right password brings the tries back");
}

#[test]
fn a_card_lifted_at_any_command_is_told_and_the_next_one_served() {
    with_own_pcscd(&[], |_| {
        let (card, _plugged) = card("{}");
        let context = context();
        for nth in 1..=COMMANDS {
            for lost in [false, true] {
                if lost {
                    card.remove_after(nth)
                } else {
                    card.remove_before(nth)
                }
                let code = errand_with_fault(&context, &card);
                let expected = match nth {
                    VERIFY => ResultCode::PinOutcomeUnknown,
                    COMMANDS => ResultCode::Ok,
                    _ => ResultCode::CardRemoved,
                };
                assert_eq!(code, expected, "command {nth}, answer lost: {lost}");
                serve_the_next(&context, &card);
            }
        }
    });
}

#[test]
fn a_card_that_lies_is_not_believed_through_a_real_reader_either() {
    with_own_pcscd(&[], |_| {
        let (card, _plugged) = card("{}");
        let context = context();
        for nth in 1..=COMMANDS {
            for (times, answer) in [
                (1, &[0x5A; 34][..]),
                (1, &[0x90]),
                (1, &[]),
                (1, &[[0x5A; 4000].as_slice(), &[0x90, 0x00]].concat()),
                (u64::MAX, &[0x61, 0x10]),
                (u64::MAX, &[0x6C, 0x10]),
            ] {
                card.answer_at(nth, times, answer);
                let code = errand_with_fault(&context, &card);
                let is_right = match (nth, answer.len()) {
                    (COMMANDS, _) => code == ResultCode::Ok,
                    (VERIFY, _) => matches!(code, ResultCode::PinOutcomeUnknown | ResultCode::CardResponse),
                    (1, 2) => matches!(code, ResultCode::CardUnsupported | ResultCode::CardResponse),
                    _ => code == ResultCode::CardResponse,
                };
                assert!(is_right, "command {nth}, {} bytes: {code:?}", answer.len());
                serve_the_next(&context, &card);
            }
        }
    });
}

#[test]
fn a_pcscd_killed_at_any_command_is_used_again_when_it_is_back() {
    with_own_pcscd(&[], |daemon| {
        let (card, plugged) = card(r#"{"reader": {"delay_ms_command": 150}}"#);
        let context = context();
        for nth in 1..=COMMANDS {
            card.clear_transcript();
            let done = AtomicBool::new(false);
            let code = std::thread::scope(|scope| {
                let errand = scope.spawn(|| {
                    let code = errand_with_fault(&context, &card);
                    done.store(true, Ordering::SeqCst);
                    code
                });
                let reached = || u64::try_from(card.transcript().exchanges.len()).unwrap() >= nth;
                while !reached() && !done.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                daemon.restart();
                errand.join().unwrap()
            });
            let expected = match nth {
                VERIFY => ResultCode::PinOutcomeUnknown,
                COMMANDS => ResultCode::Ok,
                _ => ResultCode::ReaderServiceUnavailable,
            };
            assert_eq!(code, expected, "killed at command {nth}");
            // The reader goes with its service, and with it the power of the card.
            eventually("the card has lost its power", || !card.is_verified(PinKind::Signing));
            assert!(plugged.wait_until_connected(Duration::from_secs(5)));
            errand(&context).unwrap();
        }
    });
}

#[test]
fn a_pcscd_killed_and_started_again_twenty_times_during_waits_ends_none_of_them() {
    with_own_pcscd(&[], |daemon| {
        let context = context();
        let wait = |event, timeout| {
            let options = WaitOptions { event, timeout, ..WaitOptions::default() };
            let context = context.clone();
            std::thread::spawn(move || context.wait(&options).map_err(|error| error.code))
        };
        for round in 0..20 {
            let waiting = wait(Event::CardIn, Timeout::Default);
            let opening = {
                let context = context.clone();
                std::thread::spawn(move || open(&context).map(drop).map_err(|error| error.code))
            };
            std::thread::sleep(Duration::from_millis(100));
            daemon.restart();
            assert!(!waiting.is_finished() && !opening.is_finished(), "round {round}");
            let (card, plugged) = card("{}");
            assert!(waiting.join().unwrap().unwrap()[0].card_present, "round {round}");
            opening.join().unwrap().unwrap();
            errand(&context).unwrap();
            // And while it waits for the card to be taken.
            let leaving = wait(Event::CardOut, Timeout::Default);
            drop(plugged);
            leaving.join().unwrap().unwrap();
            drop(card);
        }
    });
}

#[test]
fn a_service_that_does_not_come_back_ends_a_wait() {
    with_own_pcscd(&[], |daemon| {
        let context = context();
        let waiting = {
            let context = context.clone();
            std::thread::spawn(move || {
                let options = WaitOptions { timeout: Timeout::Forever, ..WaitOptions::default() };
                context.wait(&options).map_err(|error| error.code)
            })
        };
        std::thread::sleep(Duration::from_millis(200));
        let begun = Instant::now();
        daemon.kill();
        let code = waiting.join().unwrap().unwrap_err();
        assert_eq!(code, ResultCode::ReaderServiceUnavailable);
        assert!(begun.elapsed() >= Duration::from_secs(8) && begun.elapsed() < HANGS);
        // At the deadline of the wait it is the same answer, and none about a card.
        let short = WaitOptions { timeout: Timeout::Millis(100), ..WaitOptions::default() };
        assert_eq!(context.wait(&short).unwrap_err().code, ResultCode::ReaderServiceUnavailable);
    });
}

/// The environment of a test whose calls of PC/SC fail as planned.
fn with_stand_in(test: &str) -> Vec<(&'static str, OsString)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let folder = stand_in::build("failing.c", folder, &[]);
    let found = Command::new("cc").arg("-print-file-name=libpcsclite.so.1").output().unwrap();
    let real = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    assert!(Path::new(&real).is_absolute(), "libpcsclite1 is not installed: {real}");
    let plan = folder.join("plan");
    std::fs::write(&plan, "").unwrap();
    vec![
        ("LD_LIBRARY_PATH", folder.into_os_string()),
        (Plan::REAL, real.into()),
        (Plan::FILE, plan.into_os_string()),
    ]
}

/// What the errand may end with when any call of PC/SC fails in any way.
fn is_documented(code: ResultCode) -> bool {
    use ResultCode as Code;
    matches!(
        code,
        Code::Ok
            | Code::NotSupported
            | Code::Cancelled
            | Code::Internal
            | Code::OutOfMemory
            | Code::ReaderServiceUnavailable
            | Code::ReaderNotFound
            | Code::ReaderBusy
            | Code::ReaderRemoved
            | Code::ReaderFailed
            | Code::CardAbsent
            | Code::CardRemoved
            | Code::CardUnstable
            | Code::CardReset
            | Code::CardMute
            | Code::CardResponse
            | Code::PinOutcomeUnknown
    )
}

#[test]
fn a_reader_unplugged_at_any_command_is_told_and_used_again_when_it_is_plugged_in() {
    let variables = || with_stand_in("stand_in_unplugged");
    with_own_pcscd_and(&[], variables, |_| {
        let (card, _plugged) = card(r#"{"reader": {"delay_ms_command": 150}}"#);
        let context = context();
        for nth in 1..=COMMANDS {
            card.clear_transcript();
            let done = AtomicBool::new(false);
            let (code, unplugged) = std::thread::scope(|scope| {
                let errand = scope.spawn(|| {
                    let code = errand_with_fault(&context, &card);
                    done.store(true, Ordering::SeqCst);
                    code
                });
                let reached = || u64::try_from(card.transcript().exchanges.len()).unwrap() >= nth;
                while !reached() && !done.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                let unplugged = Plan::new("unplugged\n");
                (errand.join().unwrap(), unplugged)
            });
            let expected = match nth {
                VERIFY => ResultCode::PinOutcomeUnknown,
                COMMANDS => ResultCode::Ok,
                _ => ResultCode::ReaderRemoved,
            };
            assert_eq!(code, expected, "unplugged at command {nth}");
            eventually("the reader is gone", || context.readers().unwrap().is_empty());
            drop(unplugged);
            serve_the_next(&context, &card);
        }
    });
}

#[test]
fn a_reader_unplugged_during_waits_is_told_and_one_plugged_in_is_noticed() {
    let variables = || with_stand_in("stand_in_unplugged_waits");
    with_own_pcscd_and(&[], variables, |_| {
        let context = context();
        let wait = |event| {
            let options = WaitOptions { event, ..WaitOptions::default() };
            let context = context.clone();
            std::thread::spawn(move || context.wait(&options).map_err(|error| error.code))
        };
        for _ in 0..3 {
            eventually("the last card is taken", || {
                context.readers().unwrap().iter().all(|reader| !reader.card_present)
            });
            let waiting = wait(Event::CardIn);
            let changing = wait(Event::Change);
            let opening = {
                let context = context.clone();
                std::thread::spawn(move || open(&context).map(drop).map_err(|error| error.code))
            };
            std::thread::sleep(Duration::from_millis(200));
            assert!(!waiting.is_finished() && !changing.is_finished() && !opening.is_finished());
            let unplugged = Plan::new("unplugged\n");
            assert_eq!(waiting.join().unwrap().unwrap_err(), ResultCode::ReaderRemoved);
            assert_eq!(opening.join().unwrap().unwrap_err(), ResultCode::ReaderRemoved);
            assert!(changing.join().unwrap().unwrap().is_empty());
            let coming = wait(Event::Change);
            std::thread::sleep(Duration::from_millis(200));
            drop(unplugged);
            assert_eq!(coming.join().unwrap().unwrap()[0].name, READER);
            let (_card, _plugged) = card("{}");
            errand(&context).unwrap();
        }
    });
}

#[test]
fn the_calls_that_matter_fail_with_their_own_results() {
    let variables = || with_stand_in("stand_in_calls");
    with_own_pcscd_and(&[], variables, |_| {
        let (card, _plugged) = card("{}");
        let context = context();
        // The calls that transmit: one a command.
        for (plan, expected) in [
            ("before SCardConnect 1 8010000C", ResultCode::Ok), // it left between looking and connecting: looked again
            ("before SCardConnect 1 80100069", ResultCode::Ok),
            ("before SCardConnect 1 80100066", ResultCode::CardMute),
            ("before SCardConnect 1 8010000B", ResultCode::Ok), // busy: asked again
            ("before SCardConnect 1 8010001D", ResultCode::Ok), // the service restarted: reached again
            ("before SCardBeginTransaction 1 80100068", ResultCode::Ok), // a reset, and no PIN yet
            ("before SCardTransmit 2 80100068", ResultCode::Ok),
            ("before SCardTransmit 3 80100016", ResultCode::CardUnstable),
            ("before SCardTransmit 3 80100068", ResultCode::CardReset),
            ("before SCardTransmit 3 80100069", ResultCode::CardRemoved),
            ("before SCardTransmit 3 80100017", ResultCode::ReaderRemoved),
            ("before SCardTransmit 3 8010001D", ResultCode::ReaderServiceUnavailable),
            ("before SCardTransmit 3 8010001E", ResultCode::ReaderServiceUnavailable),
            ("before SCardTransmit 3 80100003", ResultCode::ReaderServiceUnavailable),
            ("before SCardTransmit 5 80100069", ResultCode::PinOutcomeUnknown),
            ("after SCardTransmit 5 80100016", ResultCode::PinOutcomeUnknown),
            ("after SCardTransmit 5 80100001", ResultCode::PinOutcomeUnknown),
            ("after SCardTransmit 6 80100068", ResultCode::CardReset),
            ("before SCardTransmit 7 80100016", ResultCode::Ok), // extended length refused: short from then on
            ("before SCardTransmit 8 80100001", ResultCode::ReaderFailed),
            ("before SCardTransmit 9 80100016", ResultCode::Ok),
            ("after SCardEndTransaction 1 80100001", ResultCode::Ok),
            ("before SCardGetStatusChange 1 8010001D", ResultCode::Ok),
            ("before SCardListReaders 1 80100003", ResultCode::Ok),
            ("before SCardListReaders 1 8010001E", ResultCode::Ok),
            // The context that the last card left is of no use any more, and there is no other: at first, and for a moment.
            (
                "before SCardListReaders 1 80100003\nbefore SCardEstablishContext 1 8010001D",
                ResultCode::ReaderServiceUnavailable,
            ),
            ("before SCardConnect 1 8010001D\nbefore SCardEstablishContext 1 8010001D", ResultCode::Ok),
            ("after SCardDisconnect 1 80100001", ResultCode::Ok), // it is ended with its context at the latest
            ("after SCardDisconnect 2 80100001", ResultCode::Ok),
            ("before SCardControl 1 80100016", ResultCode::Ok),
            ("before SCardStatus 1 80100016", ResultCode::Ok),
        ] {
            let planned = Plan::new(plan);
            let code = errand_with_fault(&context, &card);
            drop(planned);
            assert_eq!(code, expected, "{plan}");
            serve_the_next(&context, &card);
        }
        assert_eq!(LONG_READ, 7);
    });
}

#[test]
fn calls_that_fail_by_chance_never_harm_the_card_nor_the_next_customer() {
    let variables = || with_stand_in("stand_in_seeds");
    with_own_pcscd_and(&[], variables, |_| {
        let number =
            |name: &str, or: u64| std::env::var(name).ok().map_or(or, |text| text.parse().expect("a number"));
        let (first, runs) = (number("HONNIN_TEST_SEED", 1), number("HONNIN_TEST_SEEDS", 60));
        let (card, _plugged) = card("{}");
        let context = context();
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for seed in first..first + runs {
            let planned = Plan::new(&format!("seed {seed} 12\n"));
            let code = errand_with_fault(&context, &card);
            drop(planned);
            assert!(is_documented(code), "seed {seed}: {code:?}");
            *seen.entry(code.name()).or_default() += 1;
            serve_the_next(&context, &card);
        }
        println!("{runs} errands from seed {first}: {seen:?}");
        assert!(seen.len() > 3, "faults were met: {seen:?}");
    });
}

#[test]
fn a_card_lifted_for_a_moment_is_read_again_from_the_beginning() {
    with_own_pcscd(&[], |_| {
        let (card, _plugged) = card("{}");
        let context = context();
        let stop_at_first_bytes = Arc::new(AtomicBool::new(true));
        let lift = (card.clone(), Arc::clone(&stop_at_first_bytes));
        let options = OpenOptions {
            grace: Duration::from_secs(6),
            progress: Some(Box::new(move |progress| {
                // Between the two reads of the certificate, once.
                if progress.stage == Stage::Reading && lift.1.swap(false, Ordering::SeqCst) {
                    lift.0.remove();
                    let back = lift.0.clone();
                    std::thread::spawn(move || {
                        std::thread::sleep(Duration::from_millis(1200));
                        back.insert();
                    });
                }
                ControlFlow::Continue(())
            })),
            ..OpenOptions::default()
        };
        let mut opened = Card::open(&context, Some(READER), options).unwrap();
        let certificate = opened.certificate_read(CertificateKind::Authentication).unwrap();
        assert_eq!(certificate.der(), card.certificate(CertificateKind::Authentication).unwrap());
        assert!(!stop_at_first_bytes.load(Ordering::SeqCst));
        assert_eq!(opened.pin_tries(PinKind::Signing).unwrap(), Some(5));
    });
}

#[test]
fn nothing_is_sent_where_cards_lie_in_two_readers() {
    with_own_pcscd(&[], |_| {
        let (one, _plugged) = card("{}");
        let other = VirtualCard::new(Some(r#"{"kind": "driving_licence"}"#)).unwrap();
        let _second = plug_into_pcscd(&other, Some("127.0.0.1:35964")).unwrap();
        let context = context();
        eventually("both are seen", || {
            context.readers().unwrap().iter().filter(|reader| reader.card_present).count() == 2
        });
        let options = || OpenOptions { timeout: Timeout::Poll, ..OpenOptions::default() };
        let outcome: std::result::Result<Card, Error> = Card::open(&context, None, options());
        assert_eq!(outcome.unwrap_err().code, ResultCode::CardAmbiguous);
        assert!(one.transcript().exchanges.is_empty() && other.transcript().exchanges.is_empty());
        // By name there is no doubt.
        let licence = Card::open(&context, Some("Virtual PCD 00 01"), options()).unwrap_err();
        assert_eq!(licence.code, ResultCode::CardUnsupported);
        Card::open(&context, Some(READER), options()).unwrap();
    });
}
