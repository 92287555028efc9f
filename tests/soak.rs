//! Two programs with eight threads each on one reader of a real pcscd, while cards are lifted and put back, reset, made to
//! lie, and pcscd is killed: no wrong result, no deadlock, no card left verified, and memory that does not grow.
//!
//! HONNIN_TEST_SOAK says for how many seconds (30 unless set).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]
#![cfg(target_os = "linux")]

use honnin::card::{Card, What};
use honnin::virtual_card::plug_into_pcscd;
use honnin::{
    CertificateKind, Context, ContextOptions, Hash, KeyKind, OpenOptions, Pin, PinKind, PinOptions, Result,
    ResultCode, Timeout, VirtualCard,
};
use honnin_tests::pcscd::{READER, eventually, with_own_pcscd};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const PROCESSES: u64 = 2;
const THREADS: u64 = 8;
/// Set in the two programs: the folder in which they and the test meet.
const PROGRAM: &str = "HONNIN_TEST_SOAK_PROGRAM";
/// What no operation may take, whatever happens to it: the deadlines below end it long before.
const DEADLOCK: Duration = Duration::from_secs(60);
/// What memory may grow by, once everything was met at least once.
const GROWTH: u64 = 4 << 20;

struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn soak_time() -> Duration {
    Duration::from_secs(std::env::var("HONNIN_TEST_SOAK").map_or(30, |text| text.parse().unwrap()))
}

// --- one of the two programs ---

/// What a customer wants; an answer that is wrong ends the program.
fn serve(context: &Context, wish: u64, expected: &Path) -> Result<()> {
    let read = |name: &str| fs::read(expected.join(name)).unwrap();
    let timeout = Timeout::Millis(3000);
    let grace = Duration::from_millis(500);
    let options = OpenOptions { timeout, grace, ..OpenOptions::default() };
    let mut card = Card::open(context, Some(READER), options)?;
    match wish {
        0 => {
            let details = card.details_read(What { serial: true, ..What::default() })?;
            assert_eq!(details.serial.as_deref(), Some("900000000000001"));
        }
        1 => {
            let left = card.pin_tries(PinKind::Signing)?;
            assert!(matches!(left, Some(5) | None), "only the right password was presented: {left:?}");
        }
        2 => {
            let certificate = card.certificate_read(CertificateKind::Authentication)?;
            assert!(certificate.der() == read("authentication"), "another certificate");
        }
        _ => {
            card.pin_verify(PinKind::Signing, Some(&Pin::from("ABC123")), &PinOptions::default())?;
            let certificate = card.certificate_read(CertificateKind::Signing)?;
            assert!(certificate.der() == read("signing"), "another certificate");
            let signed = card.sign(KeyKind::Signing, Hash::Sha256, b"order")?;
            honnin::signature::verify(&certificate, Hash::Sha256, b"order", &signed).unwrap();
        }
    }
    Ok(())
}

/// What may come of all that: nothing that would send anybody to an office.
fn is_documented(code: ResultCode) -> bool {
    use ResultCode as Code;
    matches!(
        code,
        Code::Ok
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
            | Code::CardUnsupported
            | Code::CardChanged
            | Code::CardFeatureAbsent
            | Code::PinOutcomeUnknown
    )
}

fn memory() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

fn program(folder: &Path) {
    let number: u64 = std::env::var("HONNIN_TEST_SOAK_NUMBER").unwrap().parse().unwrap();
    let context = Context::new(ContextOptions::default()).unwrap();
    let codes: Mutex<BTreeMap<&str, u64>> = Mutex::default();
    let is = |name: &str| folder.join(name).exists();
    let begun = Instant::now();
    let warm = soak_time() / 3;
    let mut memory_when_warm = 0;
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (codes, context, is) = (&codes, &context, &is);
            scope.spawn(move || {
                let mut chance = Chance(number * 100 + thread);
                while !is("end") {
                    if is("pause") {
                        thread::sleep(Duration::from_millis(20));
                        continue;
                    }
                    let begun = Instant::now();
                    let code = serve(context, chance.below(4), folder)
                        .err()
                        .map_or(ResultCode::Ok, |error| error.code);
                    assert!(begun.elapsed() < DEADLOCK, "{code:?} after {:?}", begun.elapsed());
                    assert!(is_documented(code), "{code:?}");
                    *codes.lock().unwrap().entry(code.name()).or_default() += 1;
                    // People take their time.
                    thread::sleep(Duration::from_millis(chance.below(200)));
                }
            });
        }
        while begun.elapsed() < warm {
            thread::sleep(Duration::from_millis(100));
        }
        memory_when_warm = memory();
    });
    // Those that hold an abandoned call of PC/SC end with it.
    eventually("no thread is left", || threads() <= 3);
    let grown = memory().saturating_sub(memory_when_warm);
    let codes = codes.into_inner().unwrap();
    println!(
        "program {number}: {} KiB when warm, grown by {} KiB, {} threads; {codes:?}",
        memory_when_warm >> 10,
        grown >> 10,
        threads()
    );
    assert!(grown <= GROWTH, "grown by {grown} bytes");
    assert!(codes.get("OK").copied().unwrap_or(0) > 10, "{codes:?}");
}

// --- the shop floor ---

/// The programs; ended with the test, however that ends.
struct Programs(Vec<Child>);

impl Programs {
    /// The threads of the programs and of the test, by the names that they give themselves.
    fn threads(&self) -> Vec<Vec<String>> {
        let of = |id: u32| {
            let tasks = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
            tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok()).collect()
        };
        self.0.iter().map(Child::id).chain([std::process::id()]).map(of).collect()
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        for program in &mut self.0 {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

fn start(folder: &Path, number: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "two_programs_share_a_reader_and_everything_goes_wrong", "--nocapture"])
        .env(PROGRAM, folder)
        .env("HONNIN_TEST_SOAK_NUMBER", number.to_string())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Another program that resets the card, if it can be reached.
fn reset_by_another() {
    let connected = pcsc::Context::establish(pcsc::Scope::User).and_then(|context| {
        let name = std::ffi::CString::new(READER).unwrap();
        context.connect(&name, pcsc::ShareMode::Shared, pcsc::Protocols::ANY)
    });
    if let Ok(card) = connected
        && let Err((card, _)) = card.disconnect(pcsc::Disposition::ResetCard)
    {
        std::mem::forget(card);
    }
}

#[test]
fn two_programs_share_a_reader_and_everything_goes_wrong() {
    if let Some(folder) = std::env::var_os(PROGRAM) {
        program(&PathBuf::from(folder));
        return;
    }
    with_own_pcscd(&[], |daemon| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("soak.{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let card = VirtualCard::new(None).unwrap();
        for (name, kind) in
            [("signing", CertificateKind::Signing), ("authentication", CertificateKind::Authentication)]
        {
            let mut file = fs::File::create(folder.join(name)).unwrap();
            file.write_all(&card.certificate(kind).unwrap()).unwrap();
        }
        let plugged = plug_into_pcscd(&card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(5)));
        let context = Context::new(ContextOptions::default()).unwrap();
        let mut programs = Programs((0..PROCESSES).map(|number| start(&folder, number)).collect());
        let seed = std::env::var("HONNIN_TEST_SEED").map_or(7, |text| text.parse().unwrap());
        let (mut chance, begun, mut faults) = (Chance(seed), Instant::now(), 0);
        while begun.elapsed() < soak_time() {
            thread::sleep(Duration::from_millis(100 + chance.below(700)));
            faults += 1;
            let soon = 1 + chance.below(12);
            match chance.below(12) {
                0 => card.remove_before(soon),
                1 => card.remove_after(soon),
                2 => card.remove(),
                3 | 4 => card.insert(),
                5 => drop(thread::spawn(reset_by_another)),
                6 => card.answer_at(soon, 1, &[0x5A; 34]),
                7 => card.answer_at(soon, 1, &[]),
                8 => card.answer_at(soon, 3, &[0x6C, 0x10]),
                9 if chance.below(2) == 0 => daemon.restart(),
                9 | 10 => card.heal(),
                _ => {
                    // All is well for a while, and then nobody uses the card: it must have been left.
                    card.heal();
                    card.insert();
                    thread::sleep(Duration::from_millis(chance.below(3000)));
                    fs::write(folder.join("pause"), "").unwrap();
                    let quiet = || {
                        let readers = context.readers();
                        readers.is_ok_and(|readers| readers.iter().all(|reader| !reader.in_use))
                    };
                    let waiting = Instant::now();
                    while !quiet() {
                        assert!(
                            waiting.elapsed() < DEADLOCK,
                            "somebody does not let go of the card: {:?}, threads {:?}",
                            context.readers(),
                            programs.threads()
                        );
                        thread::sleep(Duration::from_millis(20));
                    }
                    for pin in [PinKind::Signing, PinKind::Authentication] {
                        assert!(!card.is_verified(pin), "{pin:?} stays verified");
                    }
                    assert_eq!(card.tries_left(PinKind::Signing), Some(5));
                    fs::remove_file(folder.join("pause")).unwrap();
                }
            }
            for program in &mut programs.0 {
                assert!(program.try_wait().unwrap().is_none(), "a program ended");
            }
        }
        card.heal();
        card.insert();
        fs::write(folder.join("end"), "").unwrap();
        let ending = Instant::now();
        for program in &mut programs.0 {
            let status = loop {
                if let Some(status) = program.try_wait().unwrap() {
                    break status;
                }
                assert!(ending.elapsed() < DEADLOCK, "a program does not end");
                thread::sleep(Duration::from_millis(50));
            };
            assert!(status.success(), "{status}");
        }
        assert!(!card.is_verified(PinKind::Signing));
        println!("{faults} faults in {:?}", begun.elapsed());
        fs::remove_dir_all(&folder).unwrap();
    });
}
