//! The virtual card as other people's tools see it: OpenSC through a real pcscd, and the myna-card crate.
//! Where they and we read the same card facts, they were written by others from real cards.

// A helper that fails is a test that fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]
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
