//! One certificate of a card with a list of 10,000 entries that was read before, beside the RSA operations that this
//! takes: that of the certificate's signature, and that of the list's.

use super::best_of;
use honnin::ResultCode;
use honnin::certificate::{Certificate, Crl, Trust, ValidationOptions, profile, validate};
use openssl::md::Md;
use openssl::pkey::PKey;
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::x509::X509;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// As many times the RSA operations a validation may take.
const BUDGET: f64 = 1.5;
const ENTRIES: u32 = 10_000;

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
[req]
distinguished_name = any
[any]
organizationName = optional
commonName = optional
[ca_extensions]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
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

fn openssl(folder: &Path, arguments: &str) {
    let output =
        Command::new("openssl").current_dir(folder).args(arguments.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes the certificates and the list with the openssl command, as `ca.pem`, `leaf.pem` and `list.pem`.
fn make(folder: &Path) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("openssl.cnf", &CONFIGURATION.replace("POLICY", profile::PRODUCTION_SIGNING_POLICY));
    write("serial", "00FFFFFF01\n");
    write("crlnumber", "01\n");
    // Serial numbers as JPKI has them, of four bytes, spread over all.
    let line = |number: u32| {
        let serial = number.wrapping_mul(2_654_435_761) | 0x8000_0000;
        format!("R\t361231000000Z\t261001000000Z\t{serial:08X}\tunknown\t/CN={number}\n")
    };
    write("index.txt", &(1..=ENTRIES).map(line).collect::<String>());
    openssl(
        folder,
        "req -new -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj /O=Bench -config openssl.cnf -extensions ca_extensions",
    );
    openssl(
        folder,
        "req -new -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=Leaf -config openssl.cnf",
    );
    openssl(
        folder,
        "ca -batch -notext -utf8 -config openssl.cnf -cert ca.pem -keyfile ca.key -extensions leaf -in leaf.csr -out leaf.pem",
    );
    openssl(folder, "ca -config openssl.cnf -gencrl -crldays 30 -cert ca.pem -keyfile ca.key -out list.pem");
}

/// Whether the budget was kept.
pub(super) fn run() -> bool {
    let folder = std::env::temp_dir().join(format!("honnin-bench-sign-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    make(&folder);
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (ca, leaf, list) = (read("ca.pem"), read("leaf.pem"), read("list.pem"));
    std::fs::remove_dir_all(&folder).unwrap();

    let begin = Instant::now();
    let crl = Crl::parse(&list).unwrap();
    let reading = begin.elapsed();
    assert_eq!(crl.entry_count(), usize::try_from(ENTRIES).unwrap());
    let leaf = Certificate::parse(&leaf).unwrap();
    let mut trust = Trust::added();
    trust.add_anchor(Certificate::parse(&ca).unwrap());
    trust.add_crl(crl);
    let options = ValidationOptions { at_time: Some(leaf.not_before()), trust, ..Default::default() };
    // The list is a moment younger than the certificate.
    let options = ValidationOptions { clock_skew: 60, ..options };
    let validation = best_of(40, || {
        let report = validate(&leaf, &options).unwrap();
        assert_eq!(report.result(), ResultCode::Ok, "{:?}", report.findings());
    });

    let signed = X509::from_der(leaf.der()).unwrap();
    let key: PKey<_> = X509::from_pem(&ca).unwrap().public_key().unwrap();
    let digest = openssl::sha::sha256(tbs(leaf.der()));
    let operation = best_of(40, || {
        let mut context = PkeyCtx::new(&key).unwrap();
        context.verify_init().unwrap();
        context.set_rsa_padding(Padding::PKCS1).unwrap();
        context.set_signature_md(Md::sha256()).unwrap();
        assert!(context.verify(&digest, signed.signature().as_slice()).unwrap());
    });
    let ratio = validation.as_secs_f64() / (2.0 * operation.as_secs_f64());
    println!("reading a list of {ENTRIES} entries: {reading:?}");
    println!("validating a certificate with it: {validation:?}; its two RSA operations: {:?}", operation * 2);
    println!("ratio: {ratio:.2} (budget {BUDGET})");
    ratio < BUDGET
}

/// The signed part of a certificate whose lengths take two bytes.
fn tbs(der: &[u8]) -> &[u8] {
    let part = der.get(4..).unwrap();
    let length = usize::from(u16::from_be_bytes([*part.get(2).unwrap(), *part.get(3).unwrap()]));
    part.get(..length + 4).unwrap()
}
