//! The readers over a real pcscd, with a virtual card in its reader.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]
#![cfg(target_os = "linux")]

use honnin::reader::{Connection, Disposition, diagnose};
use honnin::reader::{ReaderCondition, ServiceCondition};
use honnin::virtual_card::{Plugged, plug_into_pcscd};
use honnin::{
    Context, ContextOptions, Event, PinKind, Reason, ResultCode, Timeout, VirtualCard, WaitOptions,
};
use honnin_tests::pcscd::{READER, eventually, with_own_pcscd};
use honnin_tests::tools;
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(5);
/// What a machine with too much to do may add to any time. How fast cancels are, is measured in `cancels.rs`.
const LOADED: Duration = Duration::from_secs(1);
/// A command that the card below answers with a byte and 9000.
const COMMAND: &[u8] = &[0x00, 0xA4, 0x02, 0x0C, 0x77];
const PROFILE: &str = r#"{"overrides": [{"header": "00A4020C", "answer": "779000", "executes": false}]}"#;

fn context() -> Context {
    Context::new(ContextOptions::default()).unwrap()
}

/// A card in the reader of pcscd.
fn card(profile: &str) -> (VirtualCard, Plugged) {
    let card = VirtualCard::new(Some(profile)).unwrap();
    let plugged = plug_into_pcscd(&card, None).unwrap();
    assert!(plugged.wait_until_connected(SOON));
    (card, plugged)
}

fn connect(context: &Context) -> Box<dyn Connection> {
    context.connect(Some(READER), Timeout::Default, &context.canceller().watch()).unwrap().1
}

fn send(connection: &mut dyn Connection) -> Result<Vec<u8>, ResultCode> {
    let mut response = Vec::new();
    connection.transmit(COMMAND, &mut response, SOON).map(|()| response).map_err(|error| error.code)
}

fn begin(connection: &mut dyn Connection, millis: u64) -> Result<(), ResultCode> {
    connection.begin(Instant::now() + Duration::from_millis(millis)).map_err(|error| error.code)
}

/// Another program: the same card through a context of its own.
fn other_program() -> pcsc::Card {
    let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
    let name = std::ffi::CString::new(READER).unwrap();
    context.connect(&name, pcsc::ShareMode::Shared, pcsc::Protocols::ANY).unwrap()
}

fn leave(card: pcsc::Card) {
    assert!(card.disconnect(pcsc::Disposition::LeaveCard).is_ok());
}

/// The processor time that this process has used, in hundredths of a second.
fn busy_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// A card in the reader, and a connection to it.
fn set_up() -> (VirtualCard, Plugged, Context, Box<dyn Connection>) {
    let (card, plugged) = card(PROFILE);
    let context = context();
    let connection = connect(&context);
    (card, plugged, context, connection)
}

#[test]
fn a_card_is_listed_waited_for_connected_and_taken() {
    with_own_pcscd(&[], |_| {
        let context = context();
        let wait = |event, millis| {
            let options = WaitOptions { event, reader: None, timeout: Timeout::Millis(millis) };
            context.wait(&options).map_err(|error| error.code)
        };
        assert_eq!(context.readers().unwrap()[0].name, READER);
        assert_eq!(diagnose(&context).readers[0].1, ReaderCondition::Empty);
        let begun = Instant::now();
        assert_eq!(wait(Event::CardIn, 300).unwrap_err(), ResultCode::CardAbsent);
        assert!(
            begun.elapsed() >= Duration::from_millis(300)
                && begun.elapsed() < LOADED + Duration::from_millis(500)
        );
        assert_eq!(wait(Event::Change, 300).unwrap_err(), ResultCode::Timeout);

        let cancelled = {
            let context = context.clone();
            std::thread::spawn(move || context.wait(&WaitOptions::default()).map_err(|error| error.code))
        };
        std::thread::sleep(Duration::from_millis(200));
        let begun = Instant::now();
        context.cancel();
        assert_eq!(cancelled.join().unwrap().unwrap_err(), ResultCode::Cancelled);
        assert!(begun.elapsed() < LOADED + Duration::from_millis(200), "{:?}", begun.elapsed());
        context.resume();

        let (card, _plugged) = card(PROFILE);
        let begun = Instant::now();
        assert!(wait(Event::CardIn, 5000).unwrap()[0].card_present);
        eprintln!("card noticed after {:?}", begun.elapsed());
        assert_eq!(diagnose(&context).readers[0].1, ReaderCondition::CardPresent);
        let before = busy_time();
        assert_eq!(wait(Event::CardOut, 1000).unwrap_err(), ResultCode::Timeout);
        let spent = busy_time() - before;
        assert!(spent < 30, "a wait must not spin: {spent} of 100 ticks");
        let begun = Instant::now();
        let mut connection = connect(&context);
        eprintln!("connected after {:?}", begun.elapsed());
        begin(&mut *connection, 1000).unwrap();
        assert_eq!(send(&mut *connection).unwrap(), [0x77, 0x90, 0x00]);
        let begun = Instant::now();
        for _ in 0..20 {
            send(&mut *connection).unwrap();
        }
        eprintln!("exchange {:?}", begun.elapsed() / 20);
        connection.end(Disposition::Leave);
        assert_eq!(card.transcript().exchanges.len(), 21, "each command is sent once");
        assert_eq!(connection.extended_length(), None);
        let begun = Instant::now();
        for _ in 0..100 {
            begin(&mut *connection, 1000).unwrap();
            connection.end(Disposition::Leave);
        }
        eprintln!("begin and end {:?}", begun.elapsed() / 100);

        begin(&mut *connection, 1000).unwrap();
        card.remove();
        assert!(wait(Event::CardOut, 5000).is_ok());
        assert_eq!(send(&mut *connection).unwrap_err(), ResultCode::CardRemoved);
        connection.end(Disposition::Leave);
        assert_eq!(begin(&mut *connection, 1000).unwrap_err(), ResultCode::CardRemoved);
        let error = context.connect(None, Timeout::Millis(200), &context.canceller().watch()).err().unwrap();
        assert_eq!(error.code, ResultCode::CardAbsent);
    });
}

#[test]
fn a_transaction_of_another_program_ends_in_busy_at_the_deadline() {
    with_own_pcscd(&[], |_| {
        let (card, _plugged, context, mut connection) = set_up();
        let mut other = other_program();
        let transaction = other.transaction().unwrap();
        for _ in 0..2 {
            let begun = Instant::now();
            assert_eq!(begin(&mut *connection, 300).unwrap_err(), ResultCode::ReaderBusy);
            let waited = begun.elapsed();
            assert!(
                waited >= Duration::from_millis(290) && waited < LOADED + Duration::from_millis(450),
                "{waited:?}"
            );
        }
        // Connecting blocks in pcscd as well.
        let begun = Instant::now();
        let watch = context.canceller().watch();
        let error = context.connect(Some(READER), Timeout::Millis(1200), &watch).err().unwrap();
        assert_eq!(error.code, ResultCode::ReaderBusy);
        assert!(begun.elapsed() < LOADED + Duration::from_millis(1500), "{:?}", begun.elapsed());
        // And is cancelled while it blocks.
        let canceller = {
            let context = context.clone();
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(300));
                context.canceller().cancel_running();
            })
        };
        let begun = Instant::now();
        let error = context.connect(Some(READER), Timeout::Default, &watch).err().unwrap();
        assert_eq!(error.code, ResultCode::Cancelled);
        assert!(begun.elapsed() < LOADED + Duration::from_millis(600), "{:?}", begun.elapsed());
        canceller.join().unwrap();
        drop(transaction);
        leave(other);
        begin(&mut *connection, 2000).unwrap();
        assert!(send(&mut *connection).is_ok());
        connection.end(Disposition::Leave);
        // Nothing of the given-up attempts holds the card.
        let mut other = other_program();
        drop(other.transaction().unwrap());
        leave(other);
        assert_eq!(card.transcript().exchanges.len(), 1);
    });
}

#[test]
fn a_reset_by_another_program_is_told_once() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, _context, mut connection) = set_up();
        begin(&mut *connection, 1000).unwrap();
        connection.end(Disposition::Leave);
        let reset = || drop(other_program().disconnect(pcsc::Disposition::ResetCard));
        reset();
        assert_eq!(begin(&mut *connection, 2000).unwrap_err(), ResultCode::CardReset);
        begin(&mut *connection, 2000).unwrap();
        assert!(send(&mut *connection).is_ok());
        // A reset of our own is no news.
        connection.end(Disposition::Reset);
        begin(&mut *connection, 2000).unwrap();
        assert!(send(&mut *connection).is_ok());
        connection.end(Disposition::Leave);
        // One found by a command without transaction is told there, and not again.
        reset();
        assert_eq!(send(&mut *connection).unwrap_err(), ResultCode::CardReset);
        begin(&mut *connection, 2000).unwrap();
        connection.end(Disposition::Leave);
        // One before claiming is told before anything is claimed.
        reset();
        let claim = |connection: &mut Box<dyn Connection>| {
            connection.claim(Instant::now() + SOON).map_err(|error| error.code)
        };
        assert_eq!(claim(&mut connection).unwrap_err(), ResultCode::CardReset);
        claim(&mut connection).unwrap();
    });
}

#[test]
fn a_claimed_card_is_ours_alone() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, context, mut connection) = set_up();
        connection.claim(Instant::now() + SOON).unwrap();
        begin(&mut *connection, 1000).unwrap();
        assert!(send(&mut *connection).is_ok());
        connection.end(Disposition::Leave);
        let begun = Instant::now();
        let error = context.connect(None, Timeout::Millis(1300), &context.canceller().watch()).err().unwrap();
        assert_eq!(error.code, ResultCode::ReaderBusy);
        assert!(begun.elapsed() < LOADED + Duration::from_millis(1500), "{:?}", begun.elapsed());
        eventually("the card is claimed", || context.readers().unwrap()[0].exclusive);
        connection.end(Disposition::Leave);
        begin(&mut *connection, 1000).unwrap();
        connection.end(Disposition::Reset);
        begin(&mut *connection, 1000).unwrap();
        assert!(send(&mut *connection).is_ok(), "our own reset is no news, and the card can be used on");
        connection.end(Disposition::Leave);
        assert!(context.readers().unwrap()[0].exclusive, "a reset does not give it up");
        drop(connection);
        let begun = Instant::now();
        drop(connect(&context));
        eprintln!("closed and opened again after {:?}", begun.elapsed());
    });
}

#[test]
fn a_claimed_card_is_cut_off_or_reset_as_any_other() {
    with_own_pcscd(&[], |_| {
        let (card, _plugged, context, mut connection) = set_up();
        card.verify_out_of_band(PinKind::Signing);
        connection.claim(Instant::now() + SOON).unwrap();
        begin(&mut *connection, 1000).unwrap();
        connection.end(Disposition::Leave);
        assert!(card.is_verified(PinKind::Signing));
        begin(&mut *connection, 1000).unwrap();
        connection.end(Disposition::Unpower);
        assert!(!card.is_verified(PinKind::Signing), "without power nothing stays verified");
        begin(&mut *connection, 1000).unwrap();
        assert!(send(&mut *connection).is_ok());
        connection.end(Disposition::Leave);
        assert!(context.readers().unwrap()[0].exclusive, "nor does that give it up");
    });
}

#[test]
fn a_claimed_card_that_answers_too_late_can_be_used_again() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged) = card(r#"{"reader": {"delay_ms_command": 600}}"#);
        let context = context();
        let mut connection = connect(&context);
        connection.claim(Instant::now() + SOON).unwrap();
        begin(&mut *connection, 1000).unwrap();
        let mut answer = Vec::new();
        let error = connection.transmit(COMMAND, &mut answer, Duration::from_millis(200)).unwrap_err();
        assert_eq!((error.code, answer.len()), (ResultCode::ReaderFailed, 0));
        connection.end(Disposition::Leave);
        // The next transaction is of the service again; ended, it resets the card that was left in doubt.
        begin(&mut *connection, 2000).unwrap();
        connection.end(Disposition::Leave);
        begin(&mut *connection, 2000).unwrap();
        connection.transmit(COMMAND, &mut answer, SOON).unwrap();
        assert_eq!(answer.len(), 2);
    });
}

#[test]
fn a_card_that_is_used_by_another_cannot_be_claimed() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, _context, mut connection) = set_up();
        let other = other_program();
        let begun = Instant::now();
        let error = connection.claim(Instant::now() + Duration::from_millis(400)).unwrap_err();
        assert_eq!(error.code, ResultCode::ReaderBusy);
        assert!(begun.elapsed() < LOADED + Duration::from_millis(600), "{:?}", begun.elapsed());
        leave(other);
        connection.claim(Instant::now() + SOON).unwrap();
    });
}

#[test]
fn a_claim_that_is_refused_holds_up_nobody() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, _context, mut connection) = set_up();
        let mut other = other_program();
        for _ in 0..3 {
            let error = connection.claim(Instant::now() + Duration::from_millis(100)).unwrap_err();
            assert_eq!(error.code, ResultCode::ReaderBusy);
            // Neither the other program, nor ourselves.
            drop(other.transaction().unwrap());
            begin(&mut *connection, 1000).unwrap();
            assert!(send(&mut *connection).is_ok());
            connection.end(Disposition::Leave);
        }
        leave(other);
        connection.claim(Instant::now() + SOON).unwrap();
    });
}

#[test]
fn a_pcscd_that_was_killed_and_started_again_is_used_again() {
    with_own_pcscd(&[], |daemon| {
        let (_card, _plugged, context, mut connection) = set_up();
        begin(&mut *connection, 1000).unwrap();
        daemon.kill();
        let lost = send(&mut *connection).unwrap_err();
        assert_eq!(lost, ResultCode::ReaderServiceUnavailable);
        connection.end(Disposition::Leave);
        assert_eq!(begin(&mut *connection, 1000).unwrap_err(), ResultCode::ReaderServiceUnavailable);
        drop(connection);
        let error = context.readers().unwrap_err();
        assert_eq!(
            (error.code, error.reason),
            (ResultCode::ReaderServiceUnavailable, Some(Reason::ServiceStopped))
        );
        assert!(matches!(diagnose(&context).service, ServiceCondition::ServiceStopped(_)));
        daemon.restart();
        assert_eq!(context.readers().unwrap()[0].name, READER);
        let mut connection = connect(&context);
        begin(&mut *connection, 1000).unwrap();
        assert!(send(&mut *connection).is_ok());
    });
}

#[test]
fn a_socket_that_is_closed_to_the_user_is_access_refused() {
    with_own_pcscd(&[tools::SETPRIV], |_| {
        use std::os::unix::fs::PermissionsExt;
        // The user that owns the socket, without the right to pass over its mode.
        let readers = || -> Value {
            let output = Command::new("setpriv")
                .args(["--bounding-set=-all", "--inh-caps=-all", env!("CARGO_BIN_EXE_honnin-under-test")])
                .args(["readers", "--json"])
                .output()
                .unwrap();
            serde_json::from_slice(&output.stdout).unwrap()
        };
        assert_eq!(readers()["readers"][0]["name"], READER);
        for (path, open) in [("/run/pcscd/pcscd.comm", 0o666), ("/run/pcscd", 0o755)] {
            let mode = |bits| std::fs::set_permissions(path, std::fs::Permissions::from_mode(bits)).unwrap();
            mode(0);
            let answer = readers();
            assert_eq!(answer["result"], "READER_SERVICE_UNAVAILABLE", "{path}");
            assert_eq!(answer["reason"], "ACCESS_REFUSED", "{path}");
            mode(open);
        }
        assert_eq!(readers()["readers"][0]["name"], READER);
    });
}

#[test]
fn a_slow_command_ends_at_the_timeout_and_the_card_is_reset() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged) = card(r#"{"reader": {"delay_ms_command": 6000}}"#);
        let context = context();
        let mut connection = connect(&context);
        begin(&mut *connection, 1000).unwrap();
        let begun = Instant::now();
        let error = connection.transmit(COMMAND, &mut Vec::new(), Duration::from_millis(300)).unwrap_err();
        assert_eq!(error.code, ResultCode::ReaderFailed);
        // What is asked meanwhile does not wait as long again.
        assert_eq!(send(&mut *connection).unwrap_err(), ResultCode::ReaderFailed);
        drop(connection);
        assert!(begun.elapsed() < LOADED + Duration::from_millis(2000), "{:?}", begun.elapsed());
        let mut other = other_program();
        drop(other.transaction().unwrap());
        leave(other);
    });
}

/// How many threads of this process own a card, or wait for one.
fn card_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.trim() == "honnin card").count()
}

/// How many connections to pcscd and others this process holds.
fn sockets() -> usize {
    let files = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
    targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
}

#[test]
fn a_closed_card_leaves_its_thread_and_its_context_to_the_next_and_both_end_with_the_program() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, context, connection) = set_up();
        let before = sockets();
        drop(connection);
        for _ in 0..10 {
            let mut connection = connect(&context);
            assert_eq!(send(connection.as_mut()), Ok(vec![0x77, 0x90, 0x00]));
            assert_eq!((card_threads(), sockets()), (1, before), "one thread, and no context more");
        }
        // Two at a time need two; one is kept.
        let (one, other) = (connect(&context), connect(&context));
        assert_eq!(card_threads(), 2);
        drop((one, other));
        eventually("one thread is kept", || card_threads() == 1 && sockets() == before);
        drop(context);
        eventually("none without a context", || card_threads() == 0 && sockets() < before);
    });
}

#[test]
fn a_claim_that_comes_too_late_keeps_nobody_off() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, _context, mut connection) = set_up();
        let mut other = other_program();
        let theirs = other.transaction().unwrap();
        let claimed = connection.claim(Instant::now() + Duration::from_millis(200));
        assert_eq!(claimed.unwrap_err().code, ResultCode::ReaderBusy);
        // Now the claim that nobody waits for any more gets what it wanted.
        assert!(theirs.end(pcsc::Disposition::LeaveCard).is_ok());
        leave(other);
        std::thread::sleep(Duration::from_millis(500));
        begin(connection.as_mut(), 5000).unwrap();
        connection.end(Disposition::Leave);
        leave(other_program());
    });
}

#[test]
fn a_reset_is_told_once_however_it_is_found() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, _context, mut connection) = set_up();
        let connection = connection.as_mut();
        let reset = || assert!(other_program().disconnect(pcsc::Disposition::ResetCard).is_ok());
        for _ in 0..2 {
            reset();
            assert_eq!(begin(connection, 5000), Err(ResultCode::CardReset));
            assert_eq!(begin(connection, 5000), Ok(()));
            connection.end(Disposition::Leave);
        }
        // Our own is none.
        begin(connection, 5000).unwrap();
        connection.end(Disposition::Reset);
        assert_eq!(begin(connection, 5000), Ok(()));
        connection.end(Disposition::Leave);
        // And does not hide the next one of another program.
        reset();
        assert_eq!(begin(connection, 5000), Err(ResultCode::CardReset));
        assert_eq!(begin(connection, 5000), Ok(()));
        connection.end(Disposition::Leave);
        // Found by a claim.
        reset();
        let claim = |connection: &mut dyn Connection| connection.claim(Instant::now() + SOON);
        assert_eq!(claim(connection).unwrap_err().code, ResultCode::CardReset);
        claim(connection).unwrap();
    });
}

#[test]
fn what_is_done_to_a_card_that_is_ours_alone_is_done_and_told_to_nobody() {
    with_own_pcscd(&[], |_| {
        let (_card, _plugged, _context, mut connection) = set_up();
        let connection = connection.as_mut();
        connection.claim(Instant::now() + SOON).unwrap();
        for disposition in [Disposition::Leave, Disposition::Reset, Disposition::Unpower] {
            begin(connection, 5000).unwrap();
            assert_eq!(send(connection), Ok(vec![0x77, 0x90, 0x00]));
            connection.end(disposition);
            // Still nobody else's.
            let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
            let name = std::ffi::CString::new(READER).unwrap();
            let refused = context.connect(&name, pcsc::ShareMode::Shared, pcsc::Protocols::ANY).err();
            assert_eq!(refused, Some(pcsc::Error::SharingViolation));
        }
        begin(connection, 5000).unwrap();
        connection.end(Disposition::Leave);
    });
}
