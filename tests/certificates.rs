//! Certificates made and read by another program: the openssl command must see what we see.

// The helpers stand outside the test functions, where the lint does not know that this is a test.
#![allow(clippy::unwrap_used)]

use honnin::ResultCode;
use honnin::certificate::{Anchor, Certificate, Trust, ValidationOptions, profile, validate};
use honnin::result::Waiver;
use honnin_tests::tools;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own for one test, emptied when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("honnin-certificates-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    fn certificate(&self, name: &str) -> Certificate {
        Certificate::parse(&std::fs::read(self.0.join(name)).unwrap()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the openssl command prints; `None` if it fails.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<String> {
    tools::need(&[tools::OPENSSL]);
    let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

#[test]
fn openssl_sees_the_same_names_numbers_and_dates() {
    let folder = Folder::new("fields");
    for anchor in Anchor::all_known() {
        let certificate = &anchor.certificate;
        folder.write("ca.pem", certificate.pem().as_bytes());
        let field = |option: &str| {
            let arguments = ["x509", "-in", "ca.pem", "-noout", "-nameopt", "rfc2253,-esc_msb,utf8", option];
            let line = openssl(&folder.0, &arguments).unwrap();
            line.trim_end().split_once('=').unwrap().1.to_owned()
        };
        assert_eq!(field("-subject"), certificate.subject());
        assert_eq!(field("-issuer"), certificate.issuer());
        assert_eq!(field("-serial"), certificate.serial());
        let arguments = ["x509", "-in", "ca.pem", "-noout", "-fingerprint", "-sha256"];
        let fingerprint = openssl(&folder.0, &arguments).unwrap().replace(':', "").to_ascii_lowercase();
        assert!(fingerprint.trim_end().ends_with(certificate.fingerprint()));
        for (option, ours) in
            [("-startdate", certificate.not_before()), ("-enddate", certificate.not_after())]
        {
            assert_eq!(seconds(&field(option)), ours);
        }
    }
}

/// The moment in a date as openssl writes it: "Jul 15 14:59:59 2033 GMT".
fn seconds(date: &str) -> i64 {
    let output = Command::new("date").args(["-u", "-d", date, "+%s"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim_end().parse().unwrap()
}

const LEAF: &str = "
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
certificatePolicies = critical, POLICY
authorityKeyIdentifier = keyid
subjectAltName = @names
[names]
otherName.1 = 1.2.392.200149.8.5.5.1;FORMAT:UTF8,UTF8:番号　花子
otherName.2 = 1.2.392.200149.8.5.5.4;UTF8:419890507
otherName.3 = 1.2.392.200149.8.5.5.3;UTF8:2
otherName.4 = 1.2.392.200149.8.5.5.5;FORMAT:UTF8,UTF8:東京都千代田区
otherName.5 = 1.2.392.200149.8.5.5.2;UTF8:00000
otherName.6 = 1.2.392.200149.8.5.5.6;UTF8:0000000
";

/// A CA and a signing certificate, both made by openssl, as `ca.pem` and `leaf.pem`.
fn make(folder: &Folder, policy: &str, organisation: &str) {
    let subject = format!("/C=JP/O={organisation}/OU=signing, \"quoted\" \\+ more");
    let ca = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "3650",
        "-utf8",
        "-subj",
        &subject,
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
    ];
    openssl(&folder.0, &ca).unwrap();
    let request = [
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "leaf.key",
        "-out",
        "leaf.csr",
        "-utf8",
        "-subj",
        "/C=JP/L=東京都/L=千代田区/CN=20261101ABCDEFGHIJKLMNOPQRST",
    ];
    openssl(&folder.0, &request).unwrap();
    folder.write("leaf.cnf", LEAF.replace("POLICY", policy).as_bytes());
    let leaf = [
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "365",
        "-sha256",
        "-extfile",
        "leaf.cnf",
        "-out",
        "leaf.pem",
    ];
    openssl(&folder.0, &leaf).unwrap();
}

#[test]
fn a_certificate_made_by_openssl_is_read_and_validated() {
    let folder = Folder::new("made");
    make(&folder, profile::PRODUCTION_SIGNING_POLICY, "Sample");
    let (ca, leaf) = (folder.certificate("ca.pem"), folder.certificate("leaf.pem"));
    let subject = ["x509", "-in", "ca.pem", "-noout", "-subject", "-nameopt", "rfc2253,-esc_msb,utf8"];
    assert_eq!(openssl(&folder.0, &subject).unwrap().trim_end(), format!("subject={}", ca.subject()));
    assert_eq!(leaf.subject(), "CN=20261101ABCDEFGHIJKLMNOPQRST,L=千代田区,L=東京都,C=JP");
    let holder = leaf.holder().unwrap();
    assert_eq!(holder.name.as_deref(), Some("番号　花子"));
    assert_eq!(holder.birth_date.to_string(), "1989-05-07");

    assert!(openssl(&folder.0, &["verify", "-CAfile", "ca.pem", "leaf.pem"]).is_some());
    let mut trust = Trust::added();
    trust.add_anchor(ca);
    let options = ValidationOptions {
        at_time: Some(leaf.not_before()),
        trust,
        waive: vec![Waiver::Revocation],
        ..Default::default()
    };
    assert_eq!(validate(&leaf, &options).unwrap().result(), ResultCode::Ok);

    // A stranger with the same names and another key: openssl and we agree again.
    let stranger = Folder::new("stranger");
    make(&stranger, profile::PRODUCTION_SIGNING_POLICY, "Sample");
    folder.write("other.pem", stranger.certificate("leaf.pem").pem().as_bytes());
    assert!(openssl(&folder.0, &["verify", "-CAfile", "ca.pem", "other.pem"]).is_none());
    let report = validate(&folder.certificate("other.pem"), &options).unwrap();
    assert_eq!(report.result(), ResultCode::CertificateUntrusted);
}

#[test]
fn a_virtual_card_made_by_openssl_is_told_from_a_person() {
    let folder = Folder::new("virtual");
    make(&folder, profile::VIRTUAL_SIGNING_POLICY, profile::VIRTUAL_ORGANISATION);
    let mut trust = Trust::added();
    trust.add_anchor(folder.certificate("ca.pem"));
    let leaf = folder.certificate("leaf.pem");
    let options = ValidationOptions {
        at_time: Some(leaf.not_before()),
        trust,
        waive: vec![Waiver::Revocation],
        ..Default::default()
    };
    assert_eq!(validate(&leaf, &options).unwrap().result(), ResultCode::CertificateTest);
}
