//! Read and sign, as at a till: signing password, certificate, signature, from open to close, on a virtual card behind a
//! real pcscd that is slowed to what real ones take. Beside it a bare loop that sends the same commands, the
//! myna-card crate, and OpenSC's pkcs11-tool. `make bench-card`; HONNIN_BENCH_RUNS says how often (50).
//!
//! The client is a process of its own, so that its processor time is not the card's. Fails if a budget does not
//! hold: wall time at most 1.03 times that of the bare loop, processor time at most 1 ms more an operation, medians.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

#[cfg(target_os = "linux")]
mod on_linux {
    use honnin::virtual_card::plug_into_pcscd;
    use honnin::{Card, CertificateKind, Context, ContextOptions, Hash, KeyKind, OpenOptions};
    use honnin::{Pin, PinKind, PinOptions, VirtualCard};
    use honnin_tests::pcscd::{READER, with_own_pcscd};
    use honnin_tests::tools::{self, PKCS11_TOOL};
    use rustix::time::{ClockId, clock_gettime};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    /// What real cards and readers take: a refused command 12 ms, a byte 85 µs, a signature 350 ms.
    const PROFILE: &str =
        r#"{"reader": {"delay_ms_command": 12, "delay_us_byte": 85, "delay_ms_signature": 350}}"#;
    const PASSWORD: &str = "ABC123";
    const TEXT: &[u8] = b"what the customer signs";
    /// Set for the process that is the client, to what it is to do.
    const ROLE: &str = "HONNIN_BENCH_ROLE";

    const MOST_WALL: f64 = 1.03;
    const MOST_PROCESSOR: f64 = 0.001;

    pub(super) fn main() {
        match std::env::var(ROLE).as_deref() {
            Ok("read-and-sign") => client(),
            Ok("myna-card") => times("myna-card", 5, myna_card),
            _ => with_own_pcscd(&[PKCS11_TOOL], |_| compare()),
        }
    }

    // --- the side of the card, which starts the clients ---

    fn compare() {
        let card = VirtualCard::new(Some(PROFILE)).unwrap();
        let plugged = plug_into_pcscd(&card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(10)), "the reader takes the card");
        let certificate = card.certificate(CertificateKind::Signing).unwrap().len();
        let runs = std::env::var("HONNIN_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(50);

        println!("Read and sign: password, certificate of {certificate} bytes, one signature; medians.");
        println!("12 ms a command, 85 µs a byte, 350 ms a signature; virtual card behind pcscd.");
        let client = |role: &str| {
            card.clear_transcript();
            let output = Command::new(std::env::current_exe().unwrap())
                .env(ROLE, role)
                .env("HONNIN_BENCH_RUNS", runs.to_string())
                .stderr(Stdio::inherit())
                .output()
                .unwrap();
            assert!(output.status.success(), "{role}: {}", String::from_utf8_lossy(&output.stdout));
            let said = String::from_utf8(output.stdout).unwrap();
            said.lines().map(|line| measured(line, card.transcript().exchanges.len())).collect::<Vec<_>>()
        };
        let ours = client("read-and-sign");
        let opensc = opensc(&card);
        let myna = client("myna-card");
        let (honnin, bare) = (&ours[0], &ours[1]);
        println!();
        println!("{:<34}{:>6}{:>11}{:>11}{:>10}{:>12}", "", "runs", "exchanges", "wall s", "ratio", "CPU ms");
        for one in [honnin, bare, &ours[2], &myna[0], &opensc] {
            let ratio = one.wall / honnin.wall;
            let processor = one.processor.map_or("-".to_owned(), |time| format!("{:.2}", time * 1e3));
            println!(
                "{:<34}{:>6}{:>11}{:>11.4}{ratio:>10.2}{processor:>12}",
                one.name, one.runs, one.exchanges, one.wall
            );
        }
        let wall = honnin.wall / bare.wall;
        let processor = honnin.processor.unwrap() - bare.processor.unwrap();
        println!();
        println!("wall time      {wall:.4} of the bare loop's (budget {MOST_WALL})");
        println!(
            "processor time {:.2} ms above the bare loop's (budget {:.2})",
            processor * 1e3,
            MOST_PROCESSOR * 1e3
        );
        if wall > MOST_WALL || processor > MOST_PROCESSOR {
            // Unwinding stops the service, which leaving at once would not.
            panic!("a budget does not hold");
        }
    }

    struct Measured {
        name: String,
        runs: usize,
        exchanges: usize,
        wall: f64,
        processor: Option<f64>,
    }

    /// A line of a client: name, runs, exchanges an operation (0: count what the card saw), wall and processor time.
    fn measured(line: &str, seen: usize) -> Measured {
        let fields: Vec<&str> = line.split('\t').collect();
        let (runs, exchanges) = (fields[1].parse().unwrap(), fields[2].parse().unwrap());
        Measured {
            name: fields[0].to_owned(),
            runs,
            exchanges: if exchanges == 0 { seen / runs } else { exchanges },
            wall: fields[3].parse().unwrap(),
            processor: fields[4].parse().ok(),
        }
    }

    fn opensc(card: &VirtualCard) -> Measured {
        const RUNS: usize = 5;
        let folder = std::env::temp_dir().join(format!("honnin-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("text"), TEXT).unwrap();
        let mut walls = Vec::new();
        let mut exchanges = 0;
        for _ in 0..RUNS {
            leave(card);
            card.clear_transcript();
            let begun = Instant::now();
            let output = Command::new("pkcs11-tool")
                .args(["--module", tools::pkcs11_module(), "--slot-index", "1", "--login", "--pin", PASSWORD])
                .args(["--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "2", "--input-file"])
                .arg(folder.join("text"))
                .arg("--output-file")
                .arg(folder.join("signature"))
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            walls.push(begun.elapsed().as_secs_f64());
            exchanges = card.transcript().exchanges.len();
        }
        std::fs::remove_dir_all(folder).unwrap();
        let name = "OpenSC pkcs11-tool".to_owned();
        Measured { name, runs: RUNS, exchanges, wall: median(walls), processor: None }
    }

    /// OpenSC leaves the card verified, and takes a card in that state for an unknown one.
    fn leave(card: &VirtualCard) {
        let mut answer = Vec::new();
        card.connect().unwrap().transmit(&select(ISSUER), &mut answer, Duration::from_secs(1)).unwrap();
        assert_eq!(answer, [0x90, 0x00]);
    }

    // --- the clients ---

    /// honnin and the bare loop in turns, so that both meet the same machine.
    fn client() {
        let runs: usize = std::env::var("HONNIN_BENCH_RUNS").unwrap().parse().unwrap();
        let context = Context::new(ContextOptions::default()).unwrap();
        let (certificate, exchanges) = honnin(&context);
        let commands = commands(certificate);
        assert_eq!(commands.len(), exchanges, "the bare loop sends the same commands");
        let pcsc = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let mut took: [(Vec<f64>, Vec<f64>); 3] = Default::default();
        for _ in 0..runs {
            took[0].add(|| {
                honnin(&context);
            });
            took[1].add(|| bare(&pcsc, &commands));
            took[2].add(|| bare(&pcsc::Context::establish(pcsc::Scope::User).unwrap(), &commands));
        }
        for (name, (wall, processor)) in
            ["honnin", "bare loop", "bare loop, a PC/SC context each"].into_iter().zip(took)
        {
            println!("{name}\t{runs}\t{exchanges}\t{}\t{}", median(wall), median(processor));
        }
    }

    /// From open to close: the certificate's length, and how many commands it took.
    fn honnin(context: &Context) -> (usize, usize) {
        let mut card = Card::open(context, None, OpenOptions::default()).unwrap();
        card.pin_verify(PinKind::Signing, Some(&Pin::from(PASSWORD)), &PinOptions::default()).unwrap();
        let certificate = card.certificate_read(CertificateKind::Signing).unwrap();
        card.sign(KeyKind::Signing, Hash::Sha256, TEXT).unwrap();
        (certificate.der().len(), usize::try_from(card.close()).unwrap())
    }

    /// What honnin sends, byte for byte: the nine commands of the shortest way.
    fn commands(certificate: usize) -> Vec<Vec<u8>> {
        let rest = u16::try_from(certificate - 256).unwrap().to_be_bytes();
        let digest = honnin::signature::digest(Hash::Sha256, TEXT);
        let digest_info = honnin::signature::digest_info(Hash::Sha256, &digest).unwrap();
        vec![
            select(JPKI),
            vec![0x00, 0xB0, 0x86, 0x00, 32],
            vec![0x00, 0xB0, 0x88, 0x00, 3],
            vec![0x00, 0x20, 0x00, 0x9B],
            with_data([0x00, 0x20, 0x00, 0x9B], PASSWORD.as_bytes()),
            vec![0x00, 0xB0, 0x81, 0x00, 0x00],
            vec![0x00, 0xB0, 0x01, 0x00, 0x00, rest[0], rest[1]],
            [&with_data([0x80, 0x2A, 0x00, 0x9A], &digest_info)[..], &[0x00]].concat(),
            select(ISSUER),
        ]
    }

    const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
    const ISSUER: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

    fn select(application: &[u8]) -> Vec<u8> {
        with_data([0x00, 0xA4, 0x04, 0x0C], application)
    }

    fn with_data(header: [u8; 4], data: &[u8]) -> Vec<u8> {
        [&header[..], &[u8::try_from(data.len()).unwrap()], data].concat()
    }

    /// Connect, one transaction around the commands, disconnect.
    fn bare(context: &pcsc::Context, commands: &[Vec<u8>]) {
        let name = std::ffi::CString::new(READER).unwrap();
        let mut card = context.connect(&name, pcsc::ShareMode::Shared, pcsc::Protocols::ANY).unwrap();
        let transaction = card.transaction().unwrap();
        let mut room = vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED];
        for command in commands {
            let answer = transaction.transmit(command, &mut room).unwrap();
            assert!(answer.ends_with(&[0x90, 0x00]) || answer == [0x63, 0xC5], "{answer:02X?}");
        }
        assert!(transaction.end(pcsc::Disposition::LeaveCard).is_ok());
        assert!(card.disconnect(pcsc::Disposition::LeaveCard).is_ok());
    }

    struct Carrier(pcsc::Card);

    impl myna_card::Transmit for Carrier {
        fn transmit(&mut self, command: &[u8]) -> myna_card::Result<Vec<u8>> {
            let mut room = vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED];
            Ok(self.0.transmit(command, &mut room).expect("the card answers").to_vec())
        }
    }

    fn myna_card() {
        use myna_card::ap::jpki::{JpkiAp, SignatureScheme};
        let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let name = std::ffi::CString::new(READER).unwrap();
        let connected = context.connect(&name, pcsc::ShareMode::Shared, pcsc::Protocols::ANY).unwrap();
        let mut card = myna_card::Card::new(Carrier(connected));
        let mut jpki = JpkiAp::select(&mut card).unwrap();
        jpki.verify_sign_pin(&myna_card::Pin::new(PASSWORD).unwrap()).unwrap();
        jpki.read_sign_certificate().unwrap();
        let digest = honnin::signature::digest(Hash::Sha256, TEXT);
        jpki.sign_with_sign_key(SignatureScheme::PreHashedDigestInfo, &digest).unwrap();
    }

    fn times(name: &str, runs: usize, work: impl Fn()) {
        let mut took: (Vec<f64>, Vec<f64>) = Default::default();
        (0..runs).for_each(|_| took.add(&work));
        println!("{name}\t{runs}\t0\t{}\t{}", median(took.0), median(took.1));
    }

    trait Took {
        fn add(&mut self, work: impl FnOnce());
    }

    impl Took for (Vec<f64>, Vec<f64>) {
        fn add(&mut self, work: impl FnOnce()) {
            let (wall, processor) = (Instant::now(), processor_time());
            work();
            self.0.push(wall.elapsed().as_secs_f64());
            self.1.push(processor_time() - processor);
        }
    }

    /// What all threads of this process have used.
    fn processor_time() -> f64 {
        let time = Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap();
        time.as_secs_f64()
    }

    fn median(mut values: Vec<f64>) -> f64 {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    on_linux::main();
}
