//! Everything that can go wrong at every command of every operation, over a virtual card: the answer is the documented
//! one, nothing hangs, at most one PIN is presented, nothing stays verified, and the next customer is served.
//!
//! `HONNIN_UPDATE=1 cargo test -p honnin-tests --test faults` writes docs/faults.md anew; without it the test tells when
//! that is stale. What is right is not read from there: `is_right` says it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use honnin::card::{Card, What};
use honnin::reader::{Connection, VirtualReader};
use honnin::virtual_card::Exchange;
use honnin::{
    CertificateKind, Context, ContextOptions, Hash, KeyKind, OpenOptions, Pin, PinKind, PinOptions, Result,
    ResultCode, Timeout, VirtualCard,
};
use honnin_tests::tools;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Far beyond every deadline below.
const HANGS: Duration = Duration::from_secs(20);

/// What goes wrong at a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    RemovedBefore,
    RemovedAfter,
    BackWithinGrace,
    Reset,
    Unstable,
    ReaderFails,
    ServiceGone,
    Unplugged,
    Garbage,
    CutShort,
    WithoutData,
    OverLong,
    Empty,
    Endless61,
    Endless6C,
}

use Fault::*;

const FAULTS: [(Fault, &str); 15] = [
    (RemovedBefore, "card removed before it"),
    (RemovedAfter, "card removed after it, answer lost"),
    (BackWithinGrace, "card removed before it, back within the grace"),
    (Reset, "card reset by another program"),
    (Unstable, "transmission error"),
    (ReaderFails, "reader fails"),
    (ServiceGone, "PC/SC service gone"),
    (Unplugged, "reader unplugged"),
    (Garbage, "garbage answered"),
    (CutShort, "answer cut short"),
    (WithoutData, "9000 without data"),
    (OverLong, "answer too long"),
    (Empty, "empty answer"),
    (Endless61, "61xx without end"),
    (Endless6C, "6Cxx without end"),
];

impl Fault {
    fn plan(self, card: &VirtualCard, nth: u64) {
        let answer = |bytes: &[u8]| card.answer_at(nth, 1, bytes);
        match self {
            RemovedBefore | BackWithinGrace => card.remove_before(nth),
            RemovedAfter => card.remove_after(nth),
            Reset => card.reset_at(nth),
            Unstable => card.fail_at(nth, ResultCode::CardUnstable),
            ReaderFails => card.fail_at(nth, ResultCode::ReaderFailed),
            ServiceGone => card.fail_at(nth, ResultCode::ReaderServiceUnavailable),
            Unplugged => card.unplug_at(nth),
            Garbage => answer(&[0x5A; 34]),
            CutShort => answer(&[0x90]),
            WithoutData => answer(&[0x90, 0x00]),
            OverLong => answer(&[[0x5A; 4000].as_slice(), &[0x90, 0x00]].concat()),
            Empty => answer(&[]),
            Endless61 => card.answer_at(nth, u64::MAX, &[0x61, 0x10]),
            Endless6C => card.answer_at(nth, u64::MAX, &[0x6C, 0x10]),
        }
    }

    /// How long the card is away, where it comes back.
    fn profile(self) -> &'static str {
        if self == BackWithinGrace { r#"{"reader": {"return_after_ms": 5}}"# } else { "{}" }
    }
}

/// A reader on which one customer after the other puts a card.
struct Tray(Mutex<VirtualCard>);

impl Tray {
    fn put(&self, card: &VirtualCard) {
        *self.0.lock().unwrap() = card.clone();
    }
}

impl VirtualReader for Tray {
    fn is_plugged_in(&self) -> bool {
        self.0.lock().unwrap().is_plugged_in()
    }

    fn is_inserted(&self) -> bool {
        self.0.lock().unwrap().is_inserted()
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        let card = self.0.lock().unwrap().clone();
        card.connect()
    }
}

struct Operation {
    name: &'static str,
    /// What comes before, without a fault.
    before: fn(&mut Card),
    run: fn(&mut Card) -> Result<()>,
}

fn verify(card: &mut Card) -> Result<()> {
    card.pin_verify(PinKind::Signing, Some(&Pin::from("ABC123")), &PinOptions::default())
}

fn verified(card: &mut Card) {
    verify(card).unwrap();
}

fn nothing(_: &mut Card) {}

const OPERATIONS: [Operation; 12] = [
    Operation { name: "open", before: nothing, run: nothing_more },
    Operation {
        name: "info",
        before: nothing,
        run: |card| {
            let all = What { expiry: true, certificates: true, serial: true, municipality: true };
            card.details_read(all).map(drop)
        },
    },
    Operation { name: "tries", before: nothing, run: |card| card.pin_tries(PinKind::Signing).map(drop) },
    Operation { name: "verify", before: nothing, run: verify },
    Operation {
        name: "change",
        before: nothing,
        run: |card| {
            let (old, new) = (Pin::from("1234"), Pin::from("5678"));
            card.pin_change(PinKind::Authentication, Some(&old), &new, &PinOptions::default())
        },
    },
    Operation {
        name: "certificate, signing",
        before: verified,
        run: |card| card.certificate_read(CertificateKind::Signing).map(drop),
    },
    Operation {
        name: "certificate, signing CA",
        before: nothing,
        run: |card| card.certificate_read(CertificateKind::SigningCa).map(drop),
    },
    Operation {
        name: "certificate, authentication",
        before: nothing,
        run: |card| card.certificate_read(CertificateKind::Authentication).map(drop),
    },
    Operation {
        name: "certificate, authentication CA",
        before: nothing,
        run: |card| card.certificate_read(CertificateKind::AuthenticationCa).map(drop),
    },
    Operation {
        name: "sign",
        before: |card| {
            verified(card);
            card.certificate_read(CertificateKind::Signing).unwrap();
        },
        run: |card| card.sign(KeyKind::Signing, Hash::Sha256, b"contract").map(drop),
    },
    Operation { name: "forget", before: verified, run: Card::pin_forget },
    Operation { name: "close", before: verified, run: nothing_more },
];

fn nothing_more(_: &mut Card) -> Result<()> {
    Ok(())
}

/// What a program has all day: one context, one reader.
struct Shop {
    context: Context,
    tray: Arc<Tray>,
    next_customer: VirtualCard,
}

impl Shop {
    fn new() -> Shop {
        let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
        let next_customer = VirtualCard::new(None).unwrap();
        let tray = Arc::new(Tray(Mutex::new(next_customer.clone())));
        context.add_virtual_reader(Arc::<Tray>::clone(&tray));
        Shop { context, tray, next_customer }
    }

    fn open(&self, grace: Duration) -> Result<Card> {
        let timeout = Timeout::Millis(1000);
        Card::open(&self.context, None, OpenOptions { timeout, grace, ..OpenOptions::default() })
    }

    /// One customer, one fault: the result, and how the commands of the operation went.
    fn serve(&self, operation: &Operation, fault: Option<(Fault, u64)>) -> (ResultCode, Vec<Exchange>) {
        let what = fault.map(|(fault, _)| fault);
        let virtual_card = VirtualCard::new(Some(what.map_or("{}", Fault::profile))).unwrap();
        self.tray.put(&virtual_card);
        let grace = Duration::from_millis(if what == Some(BackWithinGrace) { 2000 } else { 0 });
        let mut card = (operation.name != "open").then(|| {
            let mut card = self.open(grace).unwrap();
            (operation.before)(&mut card);
            card
        });
        virtual_card.clear_transcript();
        if let Some((fault, nth)) = fault {
            fault.plan(&virtual_card, nth);
        }
        let begun = Instant::now();
        let outcome = match &mut card {
            Some(card) => (operation.run)(card),
            None => self.open(grace).map(|opened| card = Some(opened)),
        };
        let during = virtual_card.transcript().exchanges;
        drop(card);
        assert!(begun.elapsed() < HANGS, "{} {fault:?} took {:?}", operation.name, begun.elapsed());
        for pin in [PinKind::Signing, PinKind::Authentication] {
            assert!(!virtual_card.is_verified(pin), "{} {fault:?}: {pin:?} stays verified", operation.name);
        }
        assert!(virtual_card.transcript().exchanges.len() < 100, "bounded");
        let all = virtual_card.transcript().exchanges;
        let during = if operation.name == "close" { all } else { during };
        (outcome.map_or_else(|error| error.code, |()| ResultCode::Ok), during)
    }

    /// The next customer puts a card on the reader: the whole errand.
    fn serve_the_next(&self) {
        self.tray.put(&self.next_customer);
        let mut card = self.open(Duration::ZERO).unwrap();
        verify(&mut card).unwrap();
        let certificate = card.certificate_read(CertificateKind::Signing).unwrap();
        let signed = card.sign(KeyKind::Signing, Hash::Sha256, b"order").unwrap();
        honnin::signature::verify(&certificate, Hash::Sha256, b"order", &signed).unwrap();
    }
}

/// Whether a PIN is in that command.
fn is_secret(exchange: &Exchange) -> bool {
    matches!(exchange.header[1], 0x20 | 0x24) && exchange.data_len > 0
}

/// The rules of the reference of result codes, for a fault at a command.
fn is_right(operation: &Operation, at: &Exchange, fault: Fault, code: ResultCode) -> bool {
    use ResultCode as Code;
    let holds_a_pin = matches!(operation.name, "certificate, signing" | "sign");
    let presents_a_pin = matches!(operation.name, "verify" | "change");
    let is_select = at.header[1] == 0xA4;
    let long_read = at.header[1] == 0xB0 && at.extended;
    // Closing never fails. To forget a PIN is to leave: whatever stops that cuts the power instead, and is told.
    match operation.name {
        "close" => return code == Code::Ok,
        "forget" => {
            let gone = matches!(fault, RemovedBefore | RemovedAfter | BackWithinGrace);
            // 61xx after SELECT is a success, with more to say.
            return code
                == if gone || matches!(fault, WithoutData | Endless61) {
                    Code::Ok
                } else {
                    Code::CardResponse
                };
        }
        _ => {}
    }
    let label = at.header == [0x00, 0xB0, 0x86, 0x00];
    match fault {
        // Contact lost with a PIN in flight: nobody knows what the card made of it.
        RemovedBefore | RemovedAfter | BackWithinGrace | Reset | Unstable | ReaderFails | ServiceGone
        | Unplugged | Garbage | CutShort | OverLong | Empty
            if is_secret(at) =>
        {
            code == Code::PinOutcomeUnknown
        }
        // 9000 is all that a PIN or a SELECT is answered, and what a counter is answered while its PIN is verified.
        WithoutData if is_secret(at) || is_select || at.header[1] == 0x20 => code == Code::Ok,
        // The operation starts again, unless a PIN was sent or shall be.
        BackWithinGrace | Reset if !holds_a_pin && !presents_a_pin => code == Code::Ok,
        RemovedBefore | RemovedAfter | BackWithinGrace => code == Code::CardRemoved,
        Reset => code == Code::CardReset,
        // A reader that cannot carry extended length shows it so: short from then on.
        Unstable | ReaderFails if long_read => code == Code::Ok,
        // A card that is put down makes contact at the second attempt.
        Unstable if operation.name == "open" && is_select => code == Code::Ok,
        Unstable => code == Code::CardUnstable,
        ReaderFails => code == Code::ReaderFailed,
        ServiceGone => code == Code::ReaderServiceUnavailable,
        Unplugged => code == Code::ReaderRemoved,
        // What the issuer domain says is compared where it says something.
        WithoutData if at.header[1] == 0xCA => code == Code::Ok,
        Endless6C if operation.name == "info" && is_select => matches!(code, Code::Ok | Code::CardResponse),
        // EF 0008 decides nothing by its absence.
        WithoutData if at.header == [0x00, 0xB0, 0x88, 0x00] => code == Code::Ok,
        // A card whose JPKI application has another label, or which refuses its name, is none of ours.
        WithoutData if label => code == Code::CardUnsupported,
        Endless6C if operation.name == "open" && is_select => code == Code::CardUnsupported,
        // What came is no signature by the key of the certificate.
        WithoutData if at.header[1] == 0x2A => code == Code::SignatureNotByCertificate,
        Garbage | CutShort | WithoutData | OverLong | Empty | Endless61 | Endless6C => {
            code == Code::CardResponse
        }
    }
}

/// A command in words.
fn named(exchange: &Exchange) -> String {
    let [_, instruction, p1, p2] = exchange.header;
    match instruction {
        0xA4 if p1 == 0x04 => "SELECT application".into(),
        0xA4 => "SELECT file".into(),
        0xB0 if p1 & 0x80 != 0 => format!("READ 00{:02X}", p1 & 0x1F),
        0xB0 => format!("READ at {}", u16::from_be_bytes([p1, p2])),
        0xB2 => "READ RECORD".into(),
        0x20 if exchange.data_len == 0 => "counter".into(),
        0x20 => "VERIFY".into(),
        0x24 => "CHANGE".into(),
        0x2A => "SIGN".into(),
        other => format!("INS {other:02X}"),
    }
}

const HEAD: &str = "\
# What goes wrong, and what it is called

Made by the tests: every operation of a session, every command of it, and everything that can happen to that command. Each cell is
one run over a virtual card, with the result that the program got. Each run also showed: no hang, no panic, at most one PIN
presented, nothing left verified on the card, and the next customer served by the same program with a new card.

A card that is lifted is CARD_REMOVED; with a PIN in flight the outcome is not known. A reset by another program starts the
operation again where no PIN is held. An answer that a card must not give is CARD_RESPONSE. A transmission error at a long read
is taken for a reader without extended length, and the read goes on in short pieces. Closing never fails: what
cannot be left in order loses its power.

The operations \"certificate, signing\", \"sign\", \"forget\" and \"close\" come after the signing password was verified.

Generated by `HONNIN_UPDATE=1 cargo test -p honnin-tests --test faults`: do not edit here.
";

/// Runs everything, or of all cells one in so many; gives the page.
fn run_all(shop: &Shop, one_in: u32) -> String {
    let mut page = String::from(HEAD);
    let (mut runs, mut cells) = (0, 0);
    let mut wrong = Vec::new();
    for operation in &OPERATIONS {
        let (code, commands) = shop.serve(operation, None);
        assert_eq!(code, ResultCode::Ok, "{}", operation.name);
        write!(page, "\n## {}\n\n| |", operation.name).unwrap();
        for (at, command) in commands.iter().enumerate() {
            write!(page, " {}. {} |", at + 1, named(command)).unwrap();
        }
        write!(page, "\n|---{}|\n", "|---".repeat(commands.len())).unwrap();
        for (fault, name) in FAULTS {
            write!(page, "| {name} |").unwrap();
            for (at, command) in commands.iter().enumerate() {
                cells += 1;
                if cells % one_in != 0 {
                    continue;
                }
                let nth = u64::try_from(at).unwrap() + 1;
                let (code, during) = shop.serve(operation, Some((fault, nth)));
                let presented = during.iter().filter(|one| one.header[1] == 0x20 && one.data_len > 0).count();
                assert!(presented <= 1, "{} {name} at {nth}: {presented} VERIFY", operation.name);
                if !is_right(operation, command, fault, code) {
                    wrong.push(format!("{}: {name} at {nth} ({}): {code:?}", operation.name, named(command)));
                }
                shop.serve_the_next();
                runs += 1;
                write!(page, " {} |", code.name()).unwrap();
            }
            page.push('\n');
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{runs} runs");
    page
}

#[test]
fn every_fault_at_every_command_has_its_documented_result() {
    let page = run_all(&Shop::new(), 1);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/faults.md");
    if std::env::var_os("HONNIN_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/faults.md is stale: HONNIN_UPDATE=1 cargo test -p honnin-tests --test faults"
    );
}

/// Set in the run that valgrind watches: of all cells one in so many.
const WATCHED: &str = "HONNIN_TEST_FAULTS_WATCHED";

/// One cell in 24, because a run takes a hundred times as long there; HONNIN_TEST_FAULTS_ONE_IN=1 watches all of them.
#[test]
fn no_fault_leaks_memory_or_reads_what_was_not_written() {
    if let Some(one_in) = std::env::var_os(WATCHED) {
        run_all(&Shop::new(), one_in.to_str().unwrap().parse().unwrap());
        return;
    }
    tools::need(&[tools::VALGRIND]);
    let one_in = std::env::var("HONNIN_TEST_FAULTS_ONE_IN").unwrap_or_else(|_| "24".into());
    let output = Command::new("valgrind")
        .args(["-q", "--leak-check=full", "--show-leak-kinds=definite,indirect"])
        .args(["--errors-for-leak-kinds=definite,indirect", "--error-exitcode=9"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "no_fault_leaks_memory_or_reads_what_was_not_written", "--nocapture"])
        .env(WATCHED, one_in)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(output.status.success(), "{said}");
}
