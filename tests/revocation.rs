//! `honnin cert check` with status data: what a card's own CA says, what the openssl command as CA and as responder says,
//! and that nothing is ever asked over a network.

// The helpers stand outside the test functions, where the lint does not know that this is a test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use honnin::{CertificateKind, VirtualCard};
use honnin_tests::tools;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const COMMAND: &str = env!("CARGO_BIN_EXE_honnin-under-test");

/// A folder of its own for one test, emptied when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("honnin-revocation-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The exit code, the result, and the result of the finding about revocation.
fn check(folder: &Path, arguments: &str) -> (i32, String, String) {
    let output = Command::new(COMMAND)
        .current_dir(folder)
        .args(["cert", "check", "--json"])
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = answer["findings"].as_array().cloned().unwrap_or_default();
    let revocation = findings.iter().find(|finding| finding["subject"] == "REVOCATION");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        output.status.code().unwrap(),
        text(&answer["result"]),
        revocation.map(|finding| text(&finding["result"])).unwrap_or_default(),
    )
}

fn answer(exit: i32, result: &str, revocation: &str) -> (i32, String, String) {
    (exit, result.to_owned(), revocation.to_owned())
}

fn openssl(folder: &Path, arguments: &str) {
    tools::need(&[tools::OPENSSL]);
    let output =
        Command::new("openssl").current_dir(folder).args(arguments.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The certificate, the CA and the list of a virtual card.
fn virtual_card(folder: &Folder, profile: Option<&str>) {
    let card = VirtualCard::new(profile).unwrap();
    folder.write("leaf.der", card.certificate(CertificateKind::Signing).unwrap());
    folder.write("ca.der", card.ca(CertificateKind::SigningCa));
    folder.write("list.der", card.crl(CertificateKind::SigningCa));
    folder.write("other.der", card.crl(CertificateKind::AuthenticationCa));
}

#[test]
fn the_list_of_a_cards_ca_tells_a_revoked_card_from_a_good_one() {
    let folder = Folder::new("card");
    virtual_card(&folder, None);
    let trusted = "leaf.der --anchors added --anchor ca.der --waive test_card";
    let check = |more: &str| check(&folder.0, &format!("{trusted} {more}"));
    assert_eq!(check(""), answer(50, "CERTIFICATE_STATUS_NOT_CHECKED", "CERTIFICATE_STATUS_NOT_CHECKED"));
    assert_eq!(check("--crl list.der"), answer(0, "OK", "OK"));
    assert_eq!(check("--crl list.der --profile rfc5280"), answer(0, "OK", "OK"));
    assert_eq!(
        check("--crl other.der"),
        answer(50, "CERTIFICATE_STATUS_UNKNOWN", "CERTIFICATE_STATUS_UNKNOWN")
    );
    assert_eq!(check("--crl leaf.der"), answer(50, "CERTIFICATE_MALFORMED", ""));
    assert_eq!(check("--ocsp list.der"), answer(50, "CERTIFICATE_MALFORMED", ""));
    assert_eq!(check("--nonce 0").0, 10);
    assert_eq!(check("--nonce 0g").0, 10);

    virtual_card(&folder, Some(r#"{"certificates": {"signing": "revoked"}}"#));
    let revoked = answer(50, "CERTIFICATE_REVOKED", "CERTIFICATE_REVOKED");
    assert_eq!(check("--crl list.der"), revoked);
    assert_eq!(check("--crl list.der --waive revocation"), revoked);
}

const CONFIGURATION: &str = "
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
default_md = sha256
policy = any
default_days = 30
[any]
commonName = supplied
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[between]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
# Nobody may follow these.
authorityInfoAccess = OCSP;URI:http://127.0.0.1:9/, caIssuers;URI:http://127.0.0.1:9/ca.der
crlDistributionPoints = URI:http://127.0.0.1:9/list.crl
[responder]
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
authorityKeyIdentifier = keyid
";

/// Two CAs, a certificate, a responder and the status of the certificate, all by openssl.
fn authority(folder: &Folder) {
    let run = |arguments: &str| openssl(&folder.0, arguments);
    folder.write("openssl.cnf", CONFIGURATION);
    folder.write("index.txt", "");
    folder.write("serial", "1001\n");
    folder.write("crlnumber", "01\n");
    let request = |name: &str| {
        run(&format!("req -new -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"));
    };
    for name in ["root", "between", "leaf", "responder"] {
        request(name);
    }
    let issue = |ca: &str, name: &str| {
        let signer = if ca == name { "-selfsign".to_owned() } else { format!("-cert {ca}.pem") };
        run(&format!(
            "ca -batch -notext -config openssl.cnf {signer} -keyfile {ca}.key -extensions {name} -in {name}.csr -out {name}.pem"
        ));
    };
    issue("root", "root");
    issue("root", "between");
    run("ca -config openssl.cnf -gencrl -crldays 3 -cert root.pem -keyfile root.key -out root.crl");
    issue("between", "leaf");
    issue("between", "responder");
    status(folder, "good");
}

/// Lists and responses of the CA in the middle, as its database now says.
fn status(folder: &Folder, name: &str) {
    let run = |arguments: &str| openssl(&folder.0, arguments);
    run(&format!(
        "ca -config openssl.cnf -gencrl -crldays 3 -cert between.pem -keyfile between.key -out {name}.crl"
    ));
    run("ocsp -issuer between.pem -cert leaf.pem -reqout request.der");
    for (by, file) in [("between", "ca"), ("responder", "delegate")] {
        run(&format!(
            "ocsp -index index.txt -CA between.pem -rsigner {by}.pem -rkey {by}.key -reqin request.der -ndays 1 -respout {name}-{file}.ocsp"
        ));
    }
    run("ocsp -issuer between.pem -cert leaf.pem -no_nonce -reqout request.der");
}

const TRUSTED: &str =
    "leaf.pem --profile rfc5280 --anchors added --anchor root.pem --intermediate between.pem";

#[test]
fn openssl_as_ca_and_as_responder_is_understood() {
    let folder = Folder::new("openssl");
    authority(&folder);
    let check = |more: &str| check(&folder.0, &format!("{TRUSTED} {more}"));
    let good = answer(0, "OK", "OK");
    let revoked = answer(50, "CERTIFICATE_REVOKED", "CERTIFICATE_REVOKED");
    let unknown = answer(50, "CERTIFICATE_STATUS_UNKNOWN", "CERTIFICATE_STATUS_UNKNOWN");
    assert_eq!(check("--crl root.crl --crl good.crl"), good);
    assert_eq!(check("--crl root.crl --ocsp good-ca.ocsp"), good);
    assert_eq!(check("--crl root.crl --ocsp good-delegate.ocsp"), good);
    assert_eq!(check("--crl root.crl --ocsp good-delegate.ocsp --nonce 0011223344"), unknown);
    assert_eq!(check("--crl good.crl"), unknown, "nobody spoke about the CA in the middle");
    assert_eq!(check("--crl root.crl"), unknown, "nobody spoke about the certificate");
    assert_eq!(check("--crl root.crl --crl good.crl --max-depth 1"), good);
    assert_eq!(check("--crl root.crl --crl good.crl --max-depth 0").1, "CERTIFICATE_UNTRUSTED");
    let later = "--at 2036-01-01T00:00:00Z --crl root.crl --crl good.crl";
    assert_eq!(check(later), answer(50, "CERTIFICATE_EXPIRED", "CERTIFICATE_STATUS_STALE"));

    openssl(&folder.0, "ca -config openssl.cnf -cert between.pem -keyfile between.key -revoke leaf.pem");
    status(&folder, "bad");
    for bad in ["--crl bad.crl", "--ocsp bad-ca.ocsp", "--ocsp bad-delegate.ocsp"] {
        assert_eq!(check(&format!("--crl root.crl {bad}")), revoked, "{bad}");
        assert_eq!(
            check(&format!("--crl root.crl --crl good.crl --ocsp good-ca.ocsp {bad}")),
            revoked,
            "{bad}"
        );
    }
}

#[test]
fn nothing_is_asked_over_a_network() {
    tools::need(&[tools::STRACE, tools::UNSHARE]);
    let folder = Folder::new("network");
    authority(&folder);
    folder.write("order.txt", "order");
    folder.write("holder.json", r#"{"name": "番号　花子", "birth_date": "1989-05-07"}"#);
    openssl(&folder.0, "dgst -sha256 -sign leaf.key -out order.sig order.txt");
    let traced = |arguments: &str| {
        let output = Command::new("strace")
            .current_dir(&folder.0)
            .args(["-f", "-qq", "-e", "trace=%network,execve", "-o", "trace.txt", COMMAND, "--json"])
            .args(arguments.split_whitespace())
            .output()
            .unwrap();
        let trace = std::fs::read_to_string(folder.0.join("trace.txt")).unwrap();
        assert!(trace.contains("execve("), "strace saw nothing: {trace}");
        let asked: Vec<&str> = trace.lines().filter(|line| !line.contains("execve(")).collect();
        (output.status.code().unwrap(), asked.join("\n"))
    };
    for (arguments, exit) in [
        // Good; nothing given, though the certificate says where to ask; a list that does not help.
        (format!("cert check {TRUSTED} --crl root.crl --ocsp good-delegate.ocsp"), 0),
        (format!("cert check {TRUSTED}"), 50),
        (format!("cert check {TRUSTED} --crl root.crl"), 50),
        ("cert check leaf.pem --profile rfc5280 --anchors added --anchor root.pem".to_owned(), 50),
        ("verify raw --key leaf.pem --hash sha256 --signature order.sig order.txt".to_owned(), 0),
        ("compare --holder holder.json --name 番号花子".to_owned(), 0),
    ] {
        assert_eq!(traced(&arguments), (exit, String::new()), "{arguments}");
    }
    // The same where there is no network at all.
    let alone = Command::new("unshare")
        .current_dir(&folder.0)
        .args(["--net", "--map-root-user", COMMAND, "cert", "check"])
        .args(TRUSTED.split_whitespace())
        .args(["--crl", "root.crl", "--crl", "good.crl"])
        .output()
        .unwrap();
    assert!(alone.status.success(), "{}", String::from_utf8_lossy(&alone.stderr));
    // And strace does see a program that asks.
    let seen = Command::new("strace")
        .current_dir(&folder.0)
        .args(["-f", "-qq", "-e", "trace=%network", "-o", "trace.txt"])
        .args(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9"])
        .output();
    assert!(seen.is_ok());
    assert!(std::fs::read_to_string(folder.0.join("trace.txt")).unwrap().contains("connect("));
}

#[test]
fn a_program_in_cpp_validates_with_lists_and_responses_and_openssl_answers_its_request() {
    use honnin_tests::installed::{compile, prefix, root, run};
    let folder = Folder::new("cpp");
    authority(&folder);
    folder.write("index-good.txt", std::fs::read(folder.0.join("index.txt")).unwrap());
    folder.write("order.txt", "order");
    openssl(
        &folder.0,
        "cms -sign -binary -nodetach -in order.txt -signer leaf.pem -inkey leaf.key -md sha256 -outform DER -out plain.p7s",
    );
    openssl(&folder.0, "ca -config openssl.cnf -cert between.pem -keyfile between.key -revoke leaf.pem");
    status(&folder, "bad");
    let source = root().join("tests/c/validation.cpp");
    let program = compile("g++", &["-std=c++17"], &source, prefix(), "validation");
    folder.write("ours.der", run(Command::new(program).arg(&folder.0)).stdout);
    openssl(
        &folder.0,
        "ocsp -index index-good.txt -CA between.pem -rsigner between.pem -rkey between.key -reqin ours.der -ndays 1 -respout ours.ocsp",
    );
    let check = |nonce: &str| {
        check(&folder.0, &format!("{TRUSTED} --crl root.crl --ocsp ours.ocsp --nonce {nonce}")).1
    };
    assert_eq!(check("30313233343536373839"), "OK");
    assert_eq!(check("30313233343536373830"), "CERTIFICATE_STATUS_UNKNOWN");
}
