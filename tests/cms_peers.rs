//! CMS between us and others: the openssl command verifies ours, we verify what it signs, and a time-stamping authority
//! made with it stamps our signatures. myna-card's view of the card and ours agree on the signer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use honnin::certificate::{Certificate, Trust, ValidationOptions};
use honnin::result::{State, Subject, Waiver};
use honnin::signature::cms::{self, CmsOptions, Content, TimestampFn, Timestamped};
use honnin::{
    Card, CertificateKind, Context, ContextOptions, Error, Hash, KeyKind, OpenOptions, Pin, PinKind,
    PinOptions, ResultCode, VirtualCard,
};
use honnin_tests::tools;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// A folder of its own for one test, emptied when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("honnin-cms-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    /// Whether the openssl command succeeds; what it says is shown if the test fails.
    fn openssl(&self, command: &str) -> bool {
        tools::need(&[tools::OPENSSL]);
        let output =
            Command::new("openssl").current_dir(&self.0).args(command.split_whitespace()).output().unwrap();
        if !output.status.success() {
            println!("openssl {command}: {}", String::from_utf8_lossy(&output.stderr));
        }
        output.status.success()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const ORDER: &[u8] = b"One order of soba\nwith tempura\n";

fn open() -> (VirtualCard, Card) {
    let virtual_card = VirtualCard::new(None).unwrap();
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    context.add_virtual_reader(Arc::new(virtual_card.clone()));
    let mut card = Card::open(&context, None, OpenOptions::default()).unwrap();
    sign_in(&mut card);
    (virtual_card, card)
}

fn sign_in(card: &mut Card) {
    card.pin_verify(PinKind::Signing, Some(&Pin::new(b"ABC123")), &PinOptions::default()).unwrap();
}

fn trusting(anchors: &[&[u8]]) -> ValidationOptions {
    let mut trust = Trust::added();
    for anchor in anchors {
        trust.add_anchor(Certificate::parse(anchor).unwrap());
    }
    ValidationOptions {
        trust,
        waive: vec![Waiver::Revocation, Waiver::TestCard],
        ..ValidationOptions::default()
    }
}

/// The same, and this CA for time-stamps.
fn and_stamps(options: ValidationOptions, anchor: &[u8]) -> ValidationOptions {
    let mut options = options;
    options.trust.add_timestamp_anchor(Certificate::parse(anchor).unwrap());
    options
}

fn ca_pem(card: &VirtualCard) -> Vec<u8> {
    Certificate::parse(&card.ca(CertificateKind::Signing)).unwrap().pem().into_bytes()
}

#[test]
fn openssl_verifies_what_the_card_signed() {
    let folder = Folder::new("ours");
    let (virtual_card, mut card) = open();
    folder.write("ca.pem", &ca_pem(&virtual_card));
    folder.write("order", ORDER);
    folder.write("other", b"another order");
    for hash in Hash::ALL.iter().copied() {
        for (detached, signing_time, embed_ca) in [(false, false, false), (true, true, true)] {
            let options = CmsOptions { hash, detached, signing_time, embed_ca, ..CmsOptions::default() };
            let signed = card.cms_sign(KeyKind::Signing, ORDER, options).unwrap().bytes;
            folder.write("signed", &signed);
            let (good, bad) =
                if detached { ("-content order", "-content other") } else { ("", "-content other") };
            let verify = |more: &str| {
                folder.openssl(&format!("cms -verify -binary -inform DER -in signed -CAfile ca.pem -purpose any -out content {more}"))
            };
            assert!(verify(good));
            assert_eq!(folder.read("content"), ORDER);
            assert!(verify(&format!("-cades {good}")));
            if detached {
                assert!(!verify(bad));
            }
        }
    }
    let first = card.cms_sign(KeyKind::Signing, ORDER, CmsOptions::default()).unwrap().bytes;
    let more = CmsOptions { hash: Hash::Sha384, signing_time: true, ..CmsOptions::default() };
    folder.write("both", &card.cms_sign_add(KeyKind::Signing, &first, None, more).unwrap().bytes);
    let command = "cms -verify -binary -cades -inform DER -in both -CAfile ca.pem -purpose any -out content";
    assert!(folder.openssl(command));
}

/// A CA and a signer with the openssl command, as `ca.pem`, `signer.pem` and `signer.key`.
fn make_signer(folder: &Folder, extensions: &str, name: &str) {
    if !folder.0.join("ca.pem").exists() {
        assert!(folder.openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj /O=Peer \
             -addext keyUsage=critical,keyCertSign,cRLSign"
        ));
    }
    folder.write("extensions", extensions.as_bytes());
    let request =
        format!("req -new -newkey rsa:2048 -nodes -keyout {name}.key -out request -subj /O=Peer/CN={name}");
    assert!(folder.openssl(&request));
    let issue = format!(
        "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -sha256 -extfile extensions -out {name}.pem"
    );
    assert!(folder.openssl(&issue));
}

const PERSON: &str = "
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
certificatePolicies = critical, 1.2.392.200149.8.5.1.1.20
authorityKeyIdentifier = keyid
";

#[test]
fn what_openssl_signs_with_cades_holds_in_every_form_it_writes() {
    let folder = Folder::new("theirs");
    make_signer(&folder, PERSON, "signer");
    folder.write("order", ORDER);
    let options = trusting(&[&folder.read("ca.pem")]);
    let signed = |more: &str| {
        let command =
            format!("cms -sign -binary -in order -signer signer.pem -inkey signer.key -out signed {more}");
        assert!(folder.openssl(&command));
        folder.read("signed")
    };
    let judged = |cms: &[u8], content: Content<'_>| cms::verify(cms, content, &options).unwrap();
    for hash in ["sha256", "sha384", "sha512"] {
        for form in ["-outform DER", "-outform DER -stream", "-outform PEM", "-outform DER -keyid"] {
            let cms = signed(&format!("-cades -nodetach -md {hash} {form}"));
            let verified = judged(&cms, Content::Inside);
            assert_eq!(
                verified.report.result(),
                ResultCode::Ok,
                "{hash} {form} {:#?}",
                verified.report.findings()
            );
            assert_eq!(verified.content.as_deref(), Some(ORDER));
            // A stream has its content inside, whatever it is told.
            if form.contains("-stream") {
                continue;
            }
            let cms = signed(&format!("-cades -md {hash} {form}"));
            let verified = judged(&cms, Content::Bytes(ORDER));
            assert_eq!(verified.report.result(), ResultCode::Ok, "{hash} {form}");
            assert_eq!(judged(&cms, Content::Bytes(b"other")).report.result(), ResultCode::ContentMismatch);
        }
    }
    // What it writes without CAdES, without attributes, with SHA-1: each has its own findings, and only those. (With SHA-1
    // and MD5 it binds the certificate by them too.)
    use Subject::{Algorithm, Attributes, Content as ContentFound, Signature};
    for (more, counting) in [
        ("-md sha256", &[Attributes][..]),
        ("-md sha256 -noattr", &[ContentFound, Attributes]),
        ("-cades -md sha1", &[Signature, ContentFound, Attributes, Algorithm]),
        ("-cades -md sha256 -keyopt rsa_padding_mode:pss", &[Signature, Algorithm]),
    ] {
        let verified = judged(&signed(&format!("-nodetach -outform DER {more}")), Content::Inside);
        let found: Vec<_> = verified
            .report
            .findings()
            .iter()
            .filter(|finding| finding.counts())
            .map(|finding| finding.subject)
            .collect();
        assert_eq!(found, counting, "{more}: {:#?}", verified.report.findings());
    }
    // The command lets a program accept those that bind no certificate.
    signed("-nodetach -outform DER -md sha256");
    let honnin = |more: &str| {
        let command =
            format!("verify cms signed --anchors added --anchor ca.pem --waive revocation --json {more}");
        let output = Command::new(env!("CARGO_BIN_EXE_honnin-under-test"))
            .args(command.split_whitespace())
            .current_dir(&folder.0)
            .output()
            .unwrap();
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), said)
    };
    let (exit, said) = honnin("");
    assert_eq!((exit, &said["result"]), (60, &"ATTRIBUTES_INVALID".into()), "{said}");
    assert_eq!(said["reason"], "SIGNING_CERTIFICATE_ABSENT");
    let (exit, said) = honnin("--waive signing_certificate");
    assert_eq!(exit, 0, "{said}");
}

// --- time-stamps ---

const AUTHORITY: &str = "
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
";

const CONFIGURATION: &str = "
[authority]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
";

/// A time-stamping authority in a folder, as `tsa.pem` and `tsa.key`.
fn authority(name: &str, extensions: &str) -> Arc<Folder> {
    let folder = Folder::new(name);
    make_signer(&folder, extensions, "tsa");
    folder.write("configuration", CONFIGURATION.as_bytes());
    folder.write("serial", b"01\n");
    Arc::new(folder)
}

/// Asks it; `more` are further arguments.
fn asking(folder: &Arc<Folder>, more: &'static str) -> Box<TimestampFn> {
    let folder = Arc::clone(folder);
    Box::new(move |request: &[u8]| {
        folder.write("query", request);
        let command = format!(
            "ts -reply -queryfile query -signer tsa.pem -inkey tsa.key -config configuration -section authority -out reply {more}"
        );
        // For a query that it refuses it writes a reply too.
        let _ = folder.openssl(&command);
        Ok(folder.read("reply"))
    })
}

fn stamped(card: &mut Card, fetch: Box<TimestampFn>) -> honnin::signature::cms::SignedDocument {
    sign_in(card);
    let options = CmsOptions { timestamp: Some(fetch), ..CmsOptions::default() };
    card.cms_sign(KeyKind::Signing, ORDER, options).unwrap()
}

fn timestamp_finding(cms: &[u8], options: &ValidationOptions) -> (State, std::borrow::Cow<'static, str>) {
    let verified = cms::verify(cms, Content::Inside, options).unwrap();
    let finding = verified.report.finding(Subject::Timestamp).unwrap();
    for other in verified.report.findings().iter().filter(|other| other.subject != Subject::Timestamp) {
        assert!(!other.counts(), "{other:?}");
    }
    (finding.state, finding.text.clone())
}

#[test]
fn a_time_stamp_is_fetched_after_the_card_was_left_and_judged_by_its_own_authority() {
    let folder = authority("tsa", AUTHORITY);
    let (virtual_card, mut card) = open();
    let ca = virtual_card.ca(CertificateKind::Signing);
    let mut ask = asking(&folder, "");
    let watched = virtual_card.clone();
    let fetch: Box<TimestampFn> = Box::new(move |request| {
        assert!(!watched.is_verified(PinKind::Signing), "the application has been left");
        ask(request)
    });
    let signed = stamped(&mut card, fetch);
    assert_eq!(signed.timestamp, Timestamped::Added);
    let (cms, authority) = (signed.bytes, folder.read("ca.pem"));

    let both = and_stamps(trusting(&[&ca]), &authority);
    assert_eq!(timestamp_finding(&cms, &both).0, State::Passed);
    // Nobody trusts the authority for time-stamps; waived by name it does not count.
    let mut only_card = trusting(&[&ca, &authority]);
    assert_eq!(timestamp_finding(&cms, &only_card).0, State::Failed);
    only_card.waive.push(Waiver::Timestamp);
    assert_eq!(cms::verify(&cms, Content::Inside, &only_card).unwrap().report.result(), ResultCode::Ok);
    // The moment is the caller's: before the time-stamp, and after the authority's certificate.
    let at = |moment| ValidationOptions { at_time: Some(moment), ..both.clone() };
    let now = honnin::clock::now().unwrap();
    assert_eq!(timestamp_finding(&cms, &at(now - 3600)).0, State::Failed);
    assert_eq!(timestamp_finding(&cms, &at(now + 60)).0, State::Passed);
    // The openssl command finds the same signature good, and the time-stamp in it.
    folder.write("signed", &cms);
    folder.write("card.pem", &ca_pem(&virtual_card));
    let command =
        "cms -verify -binary -cades -inform DER -in signed -CAfile card.pem -purpose any -out content";
    assert!(folder.openssl(command));

    // Added later, to all signatures that have none; a second time there is nothing to add.
    sign_in(&mut card);
    let plain = card.cms_sign(KeyKind::Signing, ORDER, CmsOptions::default()).unwrap().bytes;
    let more = CmsOptions { signing_time: true, ..CmsOptions::default() };
    let plain = card.cms_sign_add(KeyKind::Signing, &plain, None, more).unwrap().bytes;
    let later = cms::add_timestamp(&plain, &mut *asking(&folder, "")).unwrap();
    assert_eq!(timestamp_finding(&later, &both).0, State::Passed);
    let mut nobody: Box<TimestampFn> = Box::new(|_| panic!("nothing is asked"));
    assert_eq!(cms::add_timestamp(&later, &mut *nobody).unwrap(), later);
}

/// Answers so many requests over HTTP on a port of loopback with what `reply` makes of them, and gives its address.
fn serve(times: usize, mut reply: Box<TimestampFn>) -> (String, std::thread::JoinHandle<()>) {
    use std::io::{BufRead, BufReader, Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/tsa", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        for _ in 0..times {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut length = None;
            let mut typed = false;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                let line = line.trim_end().to_ascii_lowercase();
                length = line.strip_prefix("content-length: ").map(|n| n.parse().unwrap()).or(length);
                typed |= line == "content-type: application/timestamp-query";
                if line.is_empty() {
                    break;
                }
            }
            assert!(typed);
            let mut request = vec![0; length.unwrap()];
            stream.read_exact(&mut request).unwrap();
            let answer = reply(&request).unwrap();
            let head = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len());
            stream.get_mut().write_all(&[head.as_bytes(), &answer].concat()).unwrap();
        }
    });
    (address, serving)
}

#[test]
fn the_command_fetches_time_stamps_and_hands_out_what_was_signed_without_one() {
    tools::need(&[tools::CURL]);
    let folder = authority("command", AUTHORITY);
    folder.write("order", ORDER);
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/one-page.pdf"), folder.0.join("order.pdf"))
        .unwrap();
    let honnin = |arguments: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_honnin-under-test"))
            .args(arguments.split_whitespace())
            .args(["--virtual", "--pin-env", "P", "--json"])
            .env("P", "ABC123")
            .env("no_proxy", "127.0.0.1")
            .current_dir(&folder.0)
            .output()
            .unwrap();
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), said)
    };
    let (address, serving) = serve(2, asking(&folder, ""));
    for (what, file) in [("cms", "order"), ("pdf", "order.pdf")] {
        let (exit, said) = honnin(&format!("sign {what} {file} --out signed.{what} --timestamp {address}"));
        assert_eq!((exit, &said["timestamp"]), (0, &"added".into()), "{said}");
    }
    serving.join().unwrap();
    let options = and_stamps(trusting(&[]), &folder.read("ca.pem"));
    let stamp = |name: &str| {
        let bytes = folder.read(name);
        let verified = match name {
            "signed.pdf" => honnin::signature::pdf::verify(&bytes, &options).unwrap(),
            _ => cms::verify(&bytes, Content::Inside, &options).unwrap(),
        };
        verified.report.finding(Subject::Timestamp).map(|finding| finding.state)
    };
    assert_eq!(stamp("signed.cms"), Some(State::Passed));
    assert_eq!(stamp("signed.pdf"), Some(State::Passed));
    // The command takes the authority's CA for time-stamps by an option of its own.
    for (option, state) in [("--timestamp-anchor", "passed"), ("--anchor", "failed")] {
        for file in ["cms signed.cms", "pdf signed.pdf"] {
            let output = Command::new(env!("CARGO_BIN_EXE_honnin-under-test"))
                .args(format!("verify {file} --json --waive revocation {option} ca.pem").split_whitespace())
                .current_dir(&folder.0)
                .output()
                .unwrap();
            let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let findings = said["findings"].as_array().unwrap();
            let found = findings.iter().find(|finding| finding["subject"] == "TIMESTAMP").unwrap();
            assert_eq!(found["state"], state, "{file} {found}");
        }
    }

    // Nobody listens there any more; then somebody who has no time-stamps.
    let (rubbish, serving) = serve(1, Box::new(|_| Ok(b"<html>".to_vec())));
    for (address, exit, result) in [(&address, 10, "IO_ERROR"), (&rubbish, 60, "TIMESTAMP_INVALID")] {
        let (left, said) = honnin(&format!("sign cms order --timestamp {address}"));
        assert_eq!((left, &said["result"]), (exit, &result.into()), "{said}");
        assert_eq!(said["timestamp"], "failed");
        let cms = openssl::base64::decode_block(said["cms"].as_str().unwrap()).unwrap();
        assert!(
            cms::verify(&cms, Content::Inside, &options)
                .unwrap()
                .report
                .finding(Subject::Signature)
                .is_some_and(|finding| finding.state == State::Passed)
        );
    }
    serving.join().unwrap();
    let (exit, _) = honnin("sign cms order --timestamp file:///etc/passwd");
    assert_eq!(exit, 10);
}

#[cfg(unix)]
#[test]
fn the_program_that_fetches_time_stamps_is_not_told_the_password() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("told");
    folder.write("order", ORDER);
    folder.write("curl", b"#!/bin/sh\nenv >>\"$TOLD\"; cat >>\"$TOLD\"; [ \"$1\" = --version ]\n");
    std::fs::set_permissions(folder.0.join("curl"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.0.display(), std::env::var("PATH").unwrap());
    let output = Command::new(env!("CARGO_BIN_EXE_honnin-under-test"))
        .args(["sign", "cms", "order", "--virtual", "--pin-env", "SECRET", "--out", "signed"])
        .args(["--timestamp", "http://127.0.0.1:9/tsa"])
        .env("SECRET", "ABC123")
        .env("TOLD", folder.0.join("told"))
        .env("PATH", path)
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(10), "{output:?}");
    assert!(!folder.read("signed").is_empty(), "signed all the same");
    let told = String::from_utf8_lossy(&folder.read("told")).into_owned();
    assert_eq!(told.matches("TOLD=").count(), 2, "asked for its version, then for the time-stamp: {told}");
    assert!(!told.contains("ABC123") && !told.contains("SECRET"), "{told}");
}

#[test]
fn a_failing_authority_never_costs_the_signature() {
    let folder = authority("failing", AUTHORITY);
    let (virtual_card, mut card) = open();
    let options = trusting(&[&virtual_card.ca(CertificateKind::Signing)]);
    let remembered = {
        let mut ask = asking(&folder, "");
        cms::add_timestamp(
            &card.cms_sign(KeyKind::Signing, ORDER, CmsOptions::default()).unwrap().bytes,
            &mut *ask,
        )
        .unwrap();
        folder.read("reply")
    };
    let reply = |bytes: Vec<u8>| -> Box<TimestampFn> { Box::new(move |_| Ok(bytes.clone())) };
    let failing: [(Box<TimestampFn>, ResultCode); 6] = [
        (Box::new(|_| Err(Error::new(ResultCode::IoError, "no network"))), ResultCode::IoError),
        (reply(Vec::new()), ResultCode::TimestampInvalid),
        (reply(b"<html>".to_vec()), ResultCode::TimestampInvalid),
        // An answer to another question.
        (reply(remembered.clone()), ResultCode::TimestampInvalid),
        // A refusal.
        (reply(vec![0x30, 5, 0x30, 3, 2, 1, 2]), ResultCode::TimestampInvalid),
        (reply(remembered[..remembered.len() - 1].to_vec()), ResultCode::TimestampInvalid),
    ];
    for (fetch, code) in failing {
        let signed = stamped(&mut card, fetch);
        let Timestamped::Failed(error) = &signed.timestamp else { panic!("{:?}", signed.timestamp) };
        assert_eq!(error.code, code);
        let verified = cms::verify(&signed.bytes, Content::Inside, &options).unwrap();
        assert_eq!(verified.report.result(), ResultCode::Ok);
    }
}

#[test]
fn certificates_that_are_not_for_time_stamps_do_not_stamp() {
    for (name, extensions) in [
        ("person", PERSON),
        ("uncritical", "keyUsage = critical, digitalSignature\nextendedKeyUsage = timeStamping\n"),
        (
            "more",
            "keyUsage = critical, digitalSignature\nextendedKeyUsage = critical, timeStamping, clientAuth\n",
        ),
        ("agreement", "keyUsage = critical, keyAgreement\nextendedKeyUsage = critical, timeStamping\n"),
    ] {
        let folder = authority(name, extensions);
        let (_, mut card) = open();
        // The openssl command will not stamp with them: a token is signed as any CMS.
        let forging: Box<TimestampFn> = {
            let folder = Arc::clone(&folder);
            Box::new(move |request: &[u8]| {
                folder.write("info", &info_for(request));
                let command = "cms -sign -binary -cades -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in info \
                               -signer tsa.pem -inkey tsa.key -md sha256 -outform DER -out token";
                assert!(folder.openssl(command));
                let token = folder.read("token");
                Ok(object(0x30, &[&[0x30, 3, 2, 1, 0], &token]))
            })
        };
        let signed = stamped(&mut card, forging);
        let Timestamped::Failed(error) = signed.timestamp else { panic!("{name}") };
        assert_eq!(error.code, ResultCode::TimestampInvalid);
        assert!(error.detail.contains("time-stamps alone"), "{}", error.detail);
    }
    // The control: the same way with the right certificate.
    let folder = authority("right", AUTHORITY);
    let (virtual_card, mut card) = open();
    let forging: Box<TimestampFn> = {
        let folder = Arc::clone(&folder);
        Box::new(move |request: &[u8]| {
            folder.write("info", &info_for(request));
            let command = "cms -sign -binary -cades -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in info \
                           -signer tsa.pem -inkey tsa.key -md sha256 -outform DER -out token";
            assert!(folder.openssl(command));
            Ok(object(0x30, &[&[0x30, 3, 2, 1, 0], &folder.read("token")]))
        })
    };
    let signed = stamped(&mut card, forging);
    assert_eq!(signed.timestamp, Timestamped::Added);
    let options = and_stamps(trusting(&[&virtual_card.ca(CertificateKind::Signing)]), &folder.read("ca.pem"));
    assert_eq!(timestamp_finding(&signed.bytes, &options).0, State::Passed);
}

/// A TSTInfo that answers a request of ours: its imprint and nonce, now.
fn info_for(request: &[u8]) -> Vec<u8> {
    // SEQUENCE { INTEGER 1, SEQUENCE imprint, INTEGER nonce, BOOLEAN }
    let imprint_end = 5 + usize::from(request[6]) + 2;
    let imprint = &request[5..imprint_end];
    let nonce = &request[imprint_end..imprint_end + 2 + usize::from(request[imprint_end + 1])];
    let output = Command::new("date").args(["-u", "+%Y%m%d%H%M%SZ"]).output().unwrap();
    let now = String::from_utf8(output.stdout).unwrap();
    object(
        0x30,
        &[
            &[2, 1, 1],
            &[6, 3, 0x2A, 3, 4],
            imprint,
            &[2, 1, 9],
            &object(0x18, &[now.trim_end().as_bytes()]),
            nonce,
        ],
    )
}

fn object(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        length @ 0..=0x7F => out.push(u8::try_from(length).unwrap()),
        length => {
            out.push(0x82);
            out.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
    }
    out.extend(content);
    out
}
