//! The virtual card as other people's tools see it: OpenSC through a real pcscd, and the myna-card crate.
//! Where they and we read the same card facts, they were written by others from real cards.

// A helper that fails is a test that fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin::reader::Connection;
use honnin::virtual_card::plug_into_pcscd;
use honnin::{CertificateKind, Context, ContextOptions, PinKind, Timeout, VirtualCard};
use honnin_tests::pcscd::with_own_pcscd;
use honnin_tests::tools::{OPENSSL, PKCS11_TOOL, PKCS15_TOOL, Tool, pkcs11_module};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const TOOLS: &[Tool] = &[PKCS15_TOOL, PKCS11_TOOL, OPENSSL];

/// Runs a tool and gives what it printed, both streams.
fn run(program: &str, arguments: &[&str]) -> String {
    let begun = Instant::now();
    let Output { status, stdout, stderr } =
        Command::new(program).args(arguments).output().expect("the tool runs");
    let printed = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    println!("{program} {arguments:?}: {:?}", begun.elapsed());
    assert!(status.success(), "{program} {arguments:?} failed:\n{printed}");
    printed
}

#[test]
fn opensc_reads_the_certificates_and_signs() {
    with_own_pcscd(TOOLS, |_| {
        let card = VirtualCard::new(None).unwrap();
        let plugged = plug_into_pcscd(&card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(10)), "the reader takes the card");
        assert!(wait_for_opensc());

        let listed = run("pkcs15-tool", &["--list-certificates", "--list-pins"]);
        println!("{listed}");
        for expected in
            ["User Authentication Certificate", "Digital Signature Certificate", "Tries left     : 5"]
        {
            assert!(listed.contains(expected), "{expected} is not in:\n{listed}");
        }
        let printed = run("pkcs15-tool", &["--read-certificate", "1"]);
        let read = openssl::x509::X509::from_pem(printed.as_bytes()).unwrap();
        assert_eq!(Some(read.to_der().unwrap()), card.certificate(CertificateKind::Authentication));

        let folder = std::env::temp_dir().join(format!("honnin-peers-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
        std::fs::write(path("text"), b"what the customer signs").unwrap();
        let certificate = card.certificate(CertificateKind::Signing).unwrap();
        let key = openssl::x509::X509::from_der(&certificate).unwrap().public_key().unwrap();
        std::fs::write(path("key"), key.public_key_to_pem().unwrap()).unwrap();
        run(
            "pkcs11-tool",
            &[
                "--module",
                pkcs11_module(),
                "--slot-index",
                "1",
                "--login",
                "--pin",
                "ABC123",
                "--sign",
                "--mechanism",
                "SHA256-RSA-PKCS",
                "--id",
                "2",
                "--input-file",
                &path("text"),
                "--output-file",
                &path("signature"),
            ],
        );
        let said = run(
            "openssl",
            &["dgst", "-sha256", "-verify", &path("key"), "-signature", &path("signature"), &path("text")],
        );
        assert!(said.contains("Verified OK"), "{said}");
        assert_eq!(card.tries_left(PinKind::Signing), Some(5));

        card.remove();
        std::thread::sleep(Duration::from_millis(1500));
        let gone = Command::new("pkcs15-tool").arg("--list-pins").output().unwrap();
        assert!(!gone.status.success(), "a card that was taken away cannot be read");
        card.insert();
        assert!(wait_for_opensc());
        std::fs::remove_dir_all(folder).unwrap();
    });
}

/// Waits until OpenSC can list the PINs of a card that has just been put in.
fn wait_for_opensc() -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        let listed = Command::new("pkcs15-tool").arg("--list-pins").output().expect("the tool runs");
        if listed.status.success() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    false
}

#[test]
fn a_card_that_is_lifted_or_whose_service_restarts_comes_back() {
    with_own_pcscd(TOOLS, |daemon| {
        let card = VirtualCard::new(Some(r#"{"reader": {"return_after_ms": 100}}"#)).unwrap();
        let plugged = plug_into_pcscd(&card, None).unwrap();
        assert!(wait_for_opensc());
        daemon.restart();
        assert!(wait_for_opensc(), "after a restart of the service");
        card.remove_before(3);
        assert!(!Command::new("pkcs15-tool").arg("--list-pins").output().unwrap().status.success());
        assert!(wait_for_opensc(), "after the card left in the middle and came back");
        drop(plugged);
        std::thread::sleep(Duration::from_secs(1));
        assert!(!Command::new("pkcs15-tool").arg("--list-pins").output().unwrap().status.success());
    });
}

#[test]
fn a_reader_without_extended_length_or_short_identifiers_will_do_for_opensc() {
    with_own_pcscd(TOOLS, |_| {
        let card = VirtualCard::new(Some(r#"{"reader": {"extended_length": false, "sfi": false}}"#)).unwrap();
        let _plugged = plug_into_pcscd(&card, None).unwrap();
        assert!(wait_for_opensc());
        card.clear_transcript();
        let begun = Instant::now();
        run("pkcs15-tool", &["--read-certificate", "1"]);
        let commands = card.transcript().exchanges.len();
        println!("{commands} commands in {:?}", begun.elapsed());
        assert!(
            begun.elapsed() < Duration::from_millis(20 * u64::try_from(commands).unwrap()),
            "each command waits for an acknowledgement"
        );
    });
}

/// Carries myna-card's commands over a connection of ours.
struct Carrier(Box<dyn Connection>);

impl myna_card::Transmit for Carrier {
    fn transmit(&mut self, command: &[u8]) -> myna_card::Result<Vec<u8>> {
        let mut response = Vec::new();
        self.0.transmit(command, &mut response, Duration::from_secs(5)).expect("the virtual card answers");
        Ok(response)
    }
}

#[test]
fn the_myna_card_crate_reads_verifies_and_signs() {
    let virtual_card = VirtualCard::new(None).unwrap();
    myna_card_reads_verifies_and_signs(&virtual_card, virtual_card.connect().unwrap());
}

#[test]
fn the_myna_card_crate_does_so_through_a_real_pcscd_too() {
    with_own_pcscd(&[], |_| {
        let virtual_card = VirtualCard::new(None).unwrap();
        let plugged = plug_into_pcscd(&virtual_card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(10)), "the reader takes the card");
        let context = Context::new(ContextOptions::default()).unwrap();
        let watch = context.canceller().watch();
        let (_, connection) = context.connect(None, Timeout::Default, &watch).unwrap();
        myna_card_reads_verifies_and_signs(&virtual_card, connection);
    });
}

fn myna_card_reads_verifies_and_signs(virtual_card: &VirtualCard, connection: Box<dyn Connection>) {
    use myna_card::ap::common::CommonAp;
    use myna_card::ap::jpki::{JpkiAp, SignatureScheme};

    let mut card = myna_card::Card::new(Carrier(connection));

    let information = CommonAp::select(&mut card).unwrap().read_card_info().unwrap();
    assert_eq!(information.municipality_code, "13101");

    reads_the_records(&mut card);

    let mut jpki = JpkiAp::select(&mut card).unwrap();
    assert!(jpki.read_token_type().unwrap().is_physical_card());
    let token = jpki.read_token_info().unwrap();
    println!("{token:?}");
    let available = jpki.read_certificate_availability().unwrap();
    assert!(available.has_sign_certificate() && available.has_auth_certificate());
    assert!(jpki.read_sign_certificate().is_err(), "the signing certificate is behind the password");
    assert_eq!(jpki.sign_pin_retries().unwrap().count(), Some(5));
    assert!(jpki.verify_sign_pin(&myna_card::Pin::new("ABC124").unwrap()).is_err());
    assert_eq!(jpki.sign_pin_retries().unwrap().count(), Some(4));
    jpki.verify_sign_pin(&myna_card::Pin::new("ABC123").unwrap()).unwrap();
    let certificate = jpki.read_sign_certificate().unwrap();
    assert_eq!(Some(certificate.der().to_vec()), virtual_card.certificate(CertificateKind::Signing));
    certificate.verify_signature(&jpki.read_sign_ca_certificate().unwrap()).unwrap();
    println!("{}", certificate.subject());

    jpki.verify_auth_pin(&myna_card::Pin::new("1234").unwrap()).unwrap();
    let authentication = jpki.read_auth_certificate().unwrap();
    authentication.verify_signature(&jpki.read_auth_ca_certificate().unwrap()).unwrap();
    let digest = [7; 32];
    for scheme in [
        SignatureScheme::Verbatim,
        SignatureScheme::Sha256Bare,
        SignatureScheme::PreHashedDigestInfo,
        SignatureScheme::Sha256DigestInfo,
        SignatureScheme::PreHashedPss,
        SignatureScheme::Sha256Pss,
    ] {
        jpki.sign_with_sign_key_checked(scheme, &digest).unwrap();
        jpki.sign_with_auth_key_checked(scheme, &digest).unwrap();
    }
}

fn pin(value: &str) -> myna_card::Pin {
    myna_card::Pin::new(value).unwrap()
}

/// Every file of the text and face applications, and every signature in them.
fn reads_the_records<T: myna_card::Transmit>(card: &mut myna_card::Card<T>) {
    use myna_card::ap::surface::SurfaceAp;
    use myna_card::ap::text::TextAp;

    let mut text = TextAp::select(card).unwrap();
    assert_eq!(text.retries(0x12).unwrap().count(), Some(0), "the reference that is locked on every card");
    let issuer = text.read_certificate().unwrap().public_key;
    assert_eq!(text.read_ap_basic_data().unwrap().digest().unwrap().len(), 32);
    assert!(text.read_attributes().is_err() && text.read_my_number().is_err());
    text.verify_code_b(&pin("01050720344649")).unwrap();
    let attributes = text.read_attributes().unwrap();
    assert_eq!(
        (attributes.name.as_str(), attributes.birth_date.to_string().as_str()),
        ("番号　花子", "1989-05-07")
    );
    assert!(text.read_my_number().is_err(), "照合番号B does not open the number");
    text.verify_code_a(&pin("123456789018")).unwrap();
    assert_eq!(text.read_my_number().unwrap().as_str(), "123456789018");
    text.verify_pin(&pin("1234")).unwrap();
    let integrity = text.read_integrity_record().unwrap();
    integrity.verify(&issuer).unwrap();
    assert!(integrity.matches_my_number_file(&text.read_my_number_file().unwrap()));
    assert!(integrity.matches_attributes_file(&text.read_ef(2).unwrap()).unwrap());
    let signed = text.read_signed_public_key().unwrap();
    signed.verify(&issuer).unwrap();
    let answer = text.sign(b"challenge").unwrap();
    signed.public_key.verify_pkcs1_sha256(b"challenge", &answer).unwrap();
    assert_eq!(text.read_session_key_public_key().unwrap().public_key.bits(), 2048);
    let clear = text.read_ef(2).unwrap();
    let mut session = text.open_secure_session(&[7; 32]).unwrap();
    assert_eq!(session.read_ef(2).unwrap(), clear);
    session.verify(0x14, &pin("123456789018")).unwrap();
    assert_eq!(session.read_ef_physical(1).unwrap().len(), 17);
    assert!(session.verify(0x14, &pin("123456789012")).is_err() && !session.is_broken());
    assert_eq!(session.read_ef(2).unwrap(), clear, "a refused command counts as well");

    let mut face = SurfaceAp::select(card).unwrap();
    let issuer = face.read_certificate().unwrap().public_key;
    assert_eq!(face.read_ap_basic_data().unwrap().municipality_code, "13101");
    assert!(face.read_age_record().is_err() && face.read_card_face().is_err());
    face.verify_birth_date(&pin("010507")).unwrap();
    let age = face.read_age_record().unwrap();
    age.verify(&issuer).unwrap();
    face.verify_code_b(&pin("01050720344649")).unwrap();
    let printed = face.read_card_face().unwrap();
    printed.verify(&issuer).unwrap();
    assert_eq!(printed.expiry.to_string(), "2034-05-07");
    assert_eq!(printed.photo.format, myna_card::data::ImageFormat::Jpeg2000);
    assert_eq!(printed.name_image.format, myna_card::data::ImageFormat::Png);
    assert!(face.read_my_number_image().is_err(), "照合番号B does not open it");
    face.verify_code_a(&pin("123456789018")).unwrap();
    face.read_my_number_image().unwrap().verify(&issuer).unwrap();
    let answer = face.sign(b"challenge").unwrap();
    age.public_key.verify_pkcs1_sha256(b"challenge", &answer).unwrap();
    assert_eq!(printed.public_key, age.public_key);
}

/// A file that was read off a test card, as myna-card ships it for its own tests.
fn read_off_a_card(name: &str) -> Vec<u8> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|one| one["name"] == "myna-card").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    std::fs::read(manifest.parent().unwrap().join("tests/fixtures").join(name)).unwrap()
}

/// The test card whose files those are, over a card of ours: everything but its key.
fn test_card() -> VirtualCard {
    let files = [
        ("text", 1, "text-0001-physical.bin"),
        ("text", 2, "text-0002.bin"),
        ("text", 3, "text-0003.bin"),
        ("text", 4, "text-0004.bin"),
        ("text", 7, "text-0007.bin"),
        ("face", 1, "surface-0001.bin"),
        ("face", 2, "surface-0002.bin"),
        ("face", 4, "surface-0004.bin"),
    ];
    let files: Vec<serde_json::Value> = files
        .iter()
        .map(|(application, file, name)| {
            let hex: String = read_off_a_card(name).iter().map(|byte| format!("{byte:02X}")).collect();
            serde_json::json!({"application": application, "file": file, "content": hex})
        })
        .collect();
    let profile = serde_json::json!({
        "birth_date": "1980-02-17", "expiry": "2035-02-17", "security_code": "2285",
        "my_number": "537686677188", "files": files,
    });
    VirtualCard::new(Some(&profile.to_string())).unwrap()
}

#[test]
fn what_was_read_off_a_test_card_comes_out_right_here_too() {
    use honnin::card::OpenOptions;

    let virtual_card = test_card();
    let card = honnin::Card::open_connection(
        &permitted(true),
        virtual_card.connect().unwrap(),
        OpenOptions::default(),
    );
    the_test_card_comes_out_right(card.unwrap());
    let mut theirs = myna_card::Card::new(Carrier(virtual_card.connect().unwrap()));
    let mut face = myna_card::ap::surface::SurfaceAp::select(&mut theirs).unwrap();
    face.read_certificate().unwrap().verify().unwrap();
}

#[test]
fn and_it_comes_out_right_through_a_real_pcscd_in_as_many_commands() {
    use honnin::card::OpenOptions;
    use honnin::certificate::Trust;

    with_own_pcscd(&[], |_| {
        let virtual_card = test_card();
        let plugged = plug_into_pcscd(&virtual_card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(10)), "the reader takes the card");
        let context = permitted(false);
        the_test_card_comes_out_right(honnin::Card::open(&context, None, OpenOptions::default()).unwrap());
        drop(plugged);
        std::thread::sleep(Duration::from_secs(1));
        let large = VirtualCard::new(Some(r#"{"photo_size": 10240}"#)).unwrap();
        let plugged = plug_into_pcscd(&large, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(10)), "the reader takes the card");
        let mut card = honnin::Card::open(&context, None, OpenOptions::default()).unwrap();
        let code = honnin::Pin::from("01050720344649");
        card.pin_verify(PinKind::FaceCodeB, Some(&code), &honnin::PinOptions::default()).unwrap();
        card.face_read(&Trust::production()).unwrap();
        assert_eq!(card.close(), 8, "the whole face with a large photo, from open to close");
    });
}

/// The lists of commands that the age check and the whole face are made of, as they arrive through a real pcscd.
#[test]
fn the_commands_of_age_and_face_arrive_through_a_real_pcscd_as_they_were_counted() {
    use honnin::card::{OpenOptions, What};
    use honnin::certificate::Trust;

    with_own_pcscd(&[], |_| {
        let virtual_card = VirtualCard::new(Some(r#"{"photo_size": 10240}"#)).unwrap();
        let plugged = plug_into_pcscd(&virtual_card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(10)), "the reader takes the card");
        let context = permitted(false);
        let commands = |work: &dyn Fn(&mut honnin::Card)| {
            virtual_card.clear_transcript();
            let mut card = honnin::Card::open(&context, None, OpenOptions::default()).unwrap();
            work(&mut card);
            card.close();
            let headers = virtual_card.transcript().headers();
            assert_eq!(headers[..2], ["00A4040C", "00B08600"], "the two of open");
            headers[2..].to_vec()
        };
        let verify = |card: &mut honnin::Card, kind, value: &str| {
            let code = honnin::Pin::from(value);
            card.pin_verify(kind, Some(&code), &honnin::PinOptions::default()).unwrap();
        };
        let trust = Trust::production();

        // SELECT, VERIFY and two reads are the work; the question for the counter and leaving come on top.
        let age = ["00A4040C", "00200091", "00200091", "00B08100", "00B00100", "00A4040C"];
        let read = commands(&|card| {
            verify(card, PinKind::FaceBirthDate, "010507");
            card.age_read(None).unwrap();
        });
        assert_eq!(read, age);

        let read = commands(&|card| {
            let what = What { expiry: true, certificates: false, serial: false, municipality: false };
            card.details_read(what).unwrap();
            verify(card, PinKind::FaceBirthDate, "010507");
            card.age_read(None).unwrap();
            card.genuine_check(&trust).unwrap();
        });
        let expiry = ["00A4040C", "00A4020C", "00B20104"];
        let genuine = ["00B08400", "802A0000"];
        assert_eq!(read, [&expiry[..], &age[..5], &genuine[..], &age[5..]].concat());
        let exchanges = virtual_card.transcript().exchanges;
        let certificate = exchanges.iter().find(|one| one.header == [0x00, 0xB0, 0x84, 0x00]).unwrap();
        assert_eq!((certificate.expected, certificate.response_len), (Some(568), 568));

        let read = commands(&|card| {
            verify(card, PinKind::FaceCodeB, "01050720344649");
            card.face_read(&trust).unwrap();
        });
        assert_eq!(read, ["00A4040C", "00200092", "00200092", "00B08200", "00B08400", "00A4040C"]);
    });
}

/// A context that may read the 個人番号.
fn permitted(no_pcsc: bool) -> Context {
    Context::new(ContextOptions {
        no_pcsc,
        permit_my_number: true,
        my_number_purpose: Some("tests".into()),
        ..ContextOptions::default()
    })
    .unwrap()
}

fn the_test_card_comes_out_right(mut card: honnin::Card) {
    use honnin::card::{FaceImage, ImageFormat};
    use honnin::certificate::Trust;
    use honnin::result::{State, Subject};
    use honnin::{Card, Pin, PinOptions, Report};

    let passed = |report: &Report, subject| {
        let finding = report.finding(subject).unwrap();
        assert_eq!(finding.state, State::Passed, "{finding:?}");
    };
    let verify = |card: &mut Card, kind, value: &str| {
        card.pin_verify(kind, Some(&Pin::from(value)), &PinOptions::default()).unwrap();
    };
    let test = Trust::with_test();

    verify(&mut card, PinKind::Text, "1234");
    let text = card.text_read(Some(&test)).unwrap();
    let theirs = myna_card::ap::text::Attributes::parse(&read_off_a_card("text-0002.bin")).unwrap();
    assert_eq!(text.holder.name.as_deref(), Some(theirs.name.as_str()));
    assert_eq!(text.holder.address.as_deref(), Some(theirs.address.as_str()));
    assert_eq!(text.holder.birth_date.to_string(), theirs.birth_date.to_string());
    let report = text.integrity.unwrap();
    passed(&report, Subject::Record);
    passed(&report, Subject::CardCertificate);
    assert_eq!(report.finding(Subject::TestCard).unwrap().state, State::Failed);
    assert_eq!(card.my_number_read().unwrap().as_str(), "537686677188");
    let report = card.genuine_check(&test).unwrap();
    passed(&report, Subject::Record);
    assert_eq!(report.finding(Subject::Challenge).unwrap().state, State::Failed, "the key is not ours");
    let report = card.genuine_check(&Trust::production()).unwrap();
    assert_eq!(report.finding(Subject::CardCertificate).unwrap().state, State::NotChecked);
    card.pin_forget().unwrap();

    verify(&mut card, PinKind::FaceBirthDate, "550217");
    let report = card.age_read(Some(&test)).unwrap().integrity.unwrap();
    passed(&report, Subject::Record);
    passed(&report, Subject::CardCertificate);
    verify(&mut card, PinKind::FaceCodeB, "55021720352285");
    let face = card.face_read(&test).unwrap();
    passed(face.report(), Subject::Record);
    passed(face.report(), Subject::CardExpiry);
    let theirs = myna_card::ap::surface::CardFace::parse(&read_off_a_card("surface-0002.bin")).unwrap();
    assert_eq!(face.expiry().to_string(), theirs.expiry.to_string());
    for (which, stored) in [
        (FaceImage::Photo, &theirs.photo),
        (FaceImage::Name, &theirs.name_image),
        (FaceImage::Address, &theirs.address_image),
        (FaceImage::Code, &theirs.security_code_image),
    ] {
        assert_eq!(face.image(which, ImageFormat::AsStored).unwrap().as_slice(), stored.data);
        assert!(face.image(which, ImageFormat::Png).unwrap().starts_with(b"\x89PNG"), "{which:?}");
    }
    card.close();
}
