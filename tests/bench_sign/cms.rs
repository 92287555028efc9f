//! Verifying CMS: signatures a second on one core, beside two bare RSA verifications (of the signature and of its
//! certificate, by the OpenSSL that is linked), beside OpenSSL's own CMS_verify, and beside pyHanko. And signing a file of
//! 4 GiB, beside `openssl dgst`.

use super::best_of;
use honnin::certificate::{Certificate, Trust, ValidationOptions, profile};
use honnin::result::Waiver;
use honnin::signature::cms::{CmsOptions, Content, Signer, sign, verify};
use honnin::{Hash, Result, ResultCode};
use openssl::asn1::{Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::BigNum;
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::hash::MessageDigest;
use openssl::md::Md;
use openssl::pkey::{PKey, Private};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::{Padding, Rsa};
use openssl::x509::extension::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509Extension, X509NameBuilder};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How near the floor verifying must come.
const DISTINCT: f64 = 0.55;
const REPEATED: f64 = 0.7;
/// How many times pyHanko's speed.
const BESIDE_PYHANKO: f64 = 10.0;
/// As many times `openssl dgst` signing a large file may take.
const LARGE: f64 = 1.1;
/// The most memory that it may take, in KiB.
const MEMORY: u64 = 32 * 1024;

const SIGNERS: usize = 25;
const ORDER: &[u8] = b"one order of soba";

struct Person {
    key: PKey<Private>,
    certificate: X509,
}

fn issue(number: u32, key: &PKey<Private>, ca: Option<&Person>) -> X509 {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", &format!("Bench {number}")).unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(ca.map_or(&name, |ca| ca.certificate.subject_name())).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_serial_number(&BigNum::from_u32(number + 1).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_not_before(&Asn1Time::from_str("20200101000000Z").unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_str("20450101000000Z").unwrap()).unwrap();
    match ca {
        None => {
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
            builder
                .append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build().unwrap())
                .unwrap();
            let id = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None)).unwrap();
            builder.append_extension(id).unwrap();
        }
        Some(ca) => {
            let usage = KeyUsage::new().critical().digital_signature().non_repudiation().build().unwrap();
            builder.append_extension(usage).unwrap();
            let id = AuthorityKeyIdentifier::new()
                .keyid(true)
                .build(&builder.x509v3_context(Some(&ca.certificate), None))
                .unwrap();
            builder.append_extension(id).unwrap();
            // SEQUENCE { SEQUENCE { policy } }
            let policy = Asn1Object::from_str(profile::PRODUCTION_SIGNING_POLICY).unwrap();
            let length = u8::try_from(policy.as_slice().len()).unwrap();
            let policies = [&[0x30, length + 4, 0x30, length + 2, 6, length][..], policy.as_slice()].concat();
            let value = Asn1OctetString::new_from_bytes(&policies).unwrap();
            let named = Asn1Object::from_str("2.5.29.32").unwrap();
            builder.append_extension(X509Extension::new_from_der(&named, true, &value).unwrap()).unwrap();
        }
    }
    builder.sign(ca.map_or(key, |ca| &ca.key), MessageDigest::sha256()).unwrap();
    builder.build()
}

fn person(number: u32, ca: Option<&Person>) -> Person {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    Person { certificate: issue(number, &key, ca), key }
}

impl Signer for Person {
    fn certificate(&mut self) -> Result<Certificate> {
        Certificate::parse(&self.certificate.to_der().unwrap())
    }

    fn issuer(&mut self) -> Result<Certificate> {
        self.certificate()
    }

    fn sign_digest(&mut self, _: Hash, digest: &[u8]) -> Result<Vec<u8>> {
        let mut context = PkeyCtx::new(&self.key).unwrap();
        context.sign_init().unwrap();
        context.set_rsa_padding(Padding::PKCS1).unwrap();
        context.set_signature_md(Md::sha256()).unwrap();
        let mut signature = Vec::new();
        context.sign_to_vec(digest, &mut signature).unwrap();
        Ok(signature)
    }
}

/// Two bare verifications with keys that are ready.
fn floor(ca: &Person) -> Duration {
    let digest = openssl::sha::sha256(ORDER);
    let mut signer = PkeyCtx::new(&ca.key).unwrap();
    signer.sign_init().unwrap();
    signer.set_rsa_padding(Padding::PKCS1).unwrap();
    signer.set_signature_md(Md::sha256()).unwrap();
    let mut signature = Vec::new();
    signer.sign_to_vec(&digest, &mut signature).unwrap();
    let key = ca.certificate.public_key().unwrap();
    let mut context = PkeyCtx::new(&key).unwrap();
    context.verify_init().unwrap();
    context.set_rsa_padding(Padding::PKCS1).unwrap();
    context.set_signature_md(Md::sha256()).unwrap();
    best_of(40, || assert!(context.verify(&digest, &signature).unwrap())) * 2
}

/// The best of many short sweeps: a busy machine lets few long ones through undisturbed.
fn best_sweep(mut work: impl FnMut()) -> Duration {
    work();
    let sweep = || {
        let begin = Instant::now();
        work();
        begin.elapsed()
    };
    std::iter::repeat_with(sweep).take(400).min().unwrap()
}

/// Whether the budgets were kept.
pub(super) fn run() -> bool {
    let ca = person(0, None);
    let mut people: Vec<Person> =
        (0..SIGNERS).map(|number| person(u32::try_from(number).unwrap() + 1, Some(&ca))).collect();
    let made: Vec<Vec<u8>> =
        people.iter_mut().map(|person| sign(person, ORDER, &CmsOptions::default()).unwrap()).collect();
    let mut trust = Trust::added();
    trust.add_anchor(Certificate::parse(&ca.certificate.to_der().unwrap()).unwrap());
    let waive = vec![Waiver::Revocation];
    let options =
        ValidationOptions { trust, waive, at_time: Some(1_800_000_000), ..ValidationOptions::default() };
    let ours = |cms: &[u8]| {
        let verified = verify(cms, Content::Inside, &options).unwrap();
        assert_eq!(verified.report.result(), ResultCode::Ok, "{:?}", verified.report.findings());
    };
    let bare = floor(&ca);
    let each = |time: Duration| time / u32::try_from(SIGNERS).unwrap();
    let distinct = each(best_sweep(|| made.iter().for_each(|cms| ours(cms))));
    let repeated = best_of(40, || ours(made.first().unwrap()));

    let mut store = X509StoreBuilder::new().unwrap();
    store.add_cert(ca.certificate.clone()).unwrap();
    store.set_purpose(openssl::x509::X509PurposeId::ANY).unwrap();
    let store = store.build();
    let theirs = each(best_sweep(|| {
        for cms in &made {
            let mut cms = CmsContentInfo::from_der(cms).unwrap();
            let mut content = Vec::new();
            cms.verify(None, Some(&store), None, Some(&mut content), CMSOptions::BINARY).unwrap();
            assert_eq!(content, ORDER);
        }
    }));
    let second = |time: Duration| 1.0 / time.as_secs_f64();
    println!("two bare RSA-2048 verifications: {bare:?}, {:.0} a second", second(bare));
    println!(
        "verifying a CMS: distinct signers {distinct:?}, repeated {repeated:?}; CMS_verify of OpenSSL {theirs:?}"
    );
    let (first, again) =
        (bare.as_secs_f64() / distinct.as_secs_f64(), bare.as_secs_f64() / repeated.as_secs_f64());
    println!(
        "of the floor: distinct signers {first:.2} (at least {DISTINCT}), repeated {again:.2} (at least {REPEATED})"
    );
    let mut kept = first >= DISTINCT && again >= REPEATED;
    kept &= beside_pyhanko(&made, &ca, distinct);
    kept & large_file()
}

/// pyHanko, in the Python that HONNIN_BENCH_PYTHON names (`make bench-sign` makes one).
fn beside_pyhanko(made: &[Vec<u8>], ca: &Person, ours: Duration) -> bool {
    let Some(python) = std::env::var_os("HONNIN_BENCH_PYTHON") else {
        println!("pyHanko: not compared, HONNIN_BENCH_PYTHON is not set");
        return false;
    };
    let folder = Folder::new("pyhanko");
    std::fs::write(folder.0.join("ca.der"), ca.certificate.to_der().unwrap()).unwrap();
    for (number, cms) in made.iter().enumerate() {
        std::fs::write(folder.0.join(format!("{number}.cms")), cms).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench_sign/pyhanko_verify.py");
    let output = Command::new(python).arg(script).arg(&folder.0).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let each: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    let times = each / ours.as_secs_f64();
    println!(
        "pyHanko: {:.2} ms each; ours is {times:.0} times as fast (at least {BESIDE_PYHANKO})",
        each * 1000.0
    );
    times >= BESIDE_PYHANKO
}

/// 4 GiB, signed outside; the file is sparse, so that the disk is not measured.
fn large_file() -> bool {
    let folder = Folder::new("large");
    let file = folder.0.join("large");
    std::fs::File::create(&file).unwrap().set_len(4 << 30).unwrap();
    let mut digesting = Vec::new();
    let mut signing = Vec::new();
    let mut memory = 0;
    for _ in 0..3 {
        let begin = Instant::now();
        let output = Command::new("openssl").args(["dgst", "-sha256"]).arg(&file).output().unwrap();
        assert!(output.status.success());
        digesting.push(begin.elapsed());
        let begin = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_honnin-under-test"))
            .args(["sign", "cms", "--detached", "--virtual", "--pin-env", "P", "--out"])
            .arg(folder.0.join("signed"))
            .arg(&file)
            .env("P", "ABC123")
            .spawn()
            .unwrap();
        let status = format!("/proc/{}/status", child.id());
        let done = loop {
            memory = memory.max(high_water(&status));
            if let Some(done) = child.try_wait().unwrap() {
                break done;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(done.success());
        signing.push(begin.elapsed());
    }
    let (digesting, signing) = (digesting.into_iter().min().unwrap(), signing.into_iter().min().unwrap());
    let ratio = signing.as_secs_f64() / digesting.as_secs_f64();
    println!(
        "4 GiB: openssl dgst {digesting:?}, honnin sign cms --detached {signing:?}: {ratio:.2} (budget {LARGE})"
    );
    println!("its memory: {} MiB (budget {})", memory >> 10, MEMORY >> 10);
    ratio <= LARGE && memory < MEMORY
}

/// The most memory that a process had so far, in KiB.
fn high_water(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// A folder that goes when the run ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("honnin-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
