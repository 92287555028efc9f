//! The path suite of NIST (PKITS): certificates and revocation lists made to be judged, and what becomes of each here
//! under the profile RFC5280. docs/path-suites.md has the counts; this test writes it (HONNIN_UPDATE=1) and holds it.

// The helpers stand outside the test functions, where the lint does not know that this is a test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use honnin::ResultCode;
use honnin::certificate::{Certificate, Crl, Profile, Trust, ValidationOptions, validate};
use honnin_tests::tools;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A moment at which the suite holds: 2026-11-01T12:00:00Z.
const NOON: i64 = 1_793_534_400;

/// What the suite says of certificates whose file does not begin with "Valid" or "Invalid": under the settings that it
/// calls default.
const ACCEPTED: [&str; 14] = [
    "AllCertificatesNoPoliciesTest2",
    "AllCertificatesSamePoliciesTest10",
    "AllCertificatesSamePoliciesTest13",
    "AllCertificatesanyPolicyTest11",
    "AnyPolicyTest14",
    "CPSPointerQualifierTest20",
    "DifferentPoliciesTest3",
    "OverlappingPoliciesTest6",
    "UserNoticeQualifierTest15",
    "UserNoticeQualifierTest16",
    "UserNoticeQualifierTest17",
    "UserNoticeQualifierTest18",
    "UserNoticeQualifierTest19",
    "inhibitAnyPolicyTest3",
];
const REFUSED: [&str; 6] = [
    "DifferentPoliciesTest4",
    "DifferentPoliciesTest5",
    "DifferentPoliciesTest7",
    "DifferentPoliciesTest8",
    "DifferentPoliciesTest9",
    "DifferentPoliciesTest12",
];

/// Accepted by the suite and refused here: keys and signatures of a kind that the library does not take.
const DSA: [&str; 2] = ["ValidDSAParameterInheritanceTest5", "ValidDSASignaturesTest4"];

/// Settings of the suite other than the default, for certificates of its policy chapters: the policies that one of is
/// required, by the last number of the suite's own, and whether it accepts. 0 stands for anyPolicy.
const WITH_POLICIES: &[(&str, &[u32], bool)] = &[
    ("ValidCertificatePathTest1", &[0], true),
    ("ValidCertificatePathTest1", &[1], true),
    ("ValidCertificatePathTest1", &[2], false),
    ("ValidCertificatePathTest1", &[1, 2], true),
    ("AllCertificatesNoPoliciesTest2", &[0], false),
    ("DifferentPoliciesTest3", &[0], false),
    ("DifferentPoliciesTest3", &[1, 2], false),
    ("OverlappingPoliciesTest6", &[1], true),
    ("OverlappingPoliciesTest6", &[2], false),
    ("AllCertificatesSamePoliciesTest10", &[1], true),
    ("AllCertificatesSamePoliciesTest10", &[2], true),
    ("AllCertificatesanyPolicyTest11", &[0], true),
    ("AllCertificatesanyPolicyTest11", &[1], true),
    ("AllCertificatesSamePoliciesTest13", &[1], true),
    ("AllCertificatesSamePoliciesTest13", &[2], true),
    ("AllCertificatesSamePoliciesTest13", &[3], true),
    ("AnyPolicyTest14", &[1], true),
    ("AnyPolicyTest14", &[2], false),
    ("ValidPolicyMappingTest1", &[1], true),
    ("ValidPolicyMappingTest1", &[2], false),
    ("ValidPolicyMappingTest3", &[1], false),
    ("ValidPolicyMappingTest3", &[2], true),
    ("ValidPolicyMappingTest5", &[1], true),
    ("ValidPolicyMappingTest5", &[6], false),
    ("ValidPolicyMappingTest6", &[1], true),
    ("ValidPolicyMappingTest6", &[6], false),
    ("ValidPolicyMappingTest12", &[1], true),
    ("ValidPolicyMappingTest12", &[2], true),
];

/// The folder of the suite.
fn suite() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output =
        Command::new(root.join("tools/vectors.sh")).arg(root.join("target/vectors")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Path::new(String::from_utf8(output.stdout).unwrap().trim_end()).join("x509/PKITS_data")
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// What the suite calls a certificate, without the letters at the end of its file.
fn subject_of(stem: &str) -> Option<&str> {
    stem.strip_suffix("EE").filter(|name| name.contains("Test"))
}

/// Every CA and every list of the suite at once: names tell them apart.
fn options(suite: &Path) -> ValidationOptions {
    let mut trust = Trust::added();
    for (stem, der) in files(&suite.join("certs")) {
        if stem == "TrustAnchorRootCertificate" {
            trust.add_anchor(Certificate::parse(&der).unwrap());
        } else if subject_of(&stem).is_none() {
            match Certificate::parse(&der) {
                Ok(certificate) => trust.add_intermediate(certificate),
                Err(_) => assert_eq!(stem, "BadSignedCACert"),
            }
        }
    }
    for (stem, der) in files(&suite.join("crls")) {
        match Crl::parse(&der) {
            Ok(crl) => trust.add_crl(crl),
            Err(_) => assert_eq!(stem, "BadCRLSignatureCACRL"),
        }
    }
    ValidationOptions { profile: Profile::Rfc5280, at_time: Some(NOON), trust, ..Default::default() }
}

fn is_accepted(name: &str) -> bool {
    assert!(
        name.starts_with("Valid")
            || name.starts_with("Invalid")
            || ACCEPTED.contains(&name)
            || REFUSED.contains(&name),
        "{name}"
    );
    name.starts_with("Valid") || ACCEPTED.contains(&name)
}

#[test]
fn what_the_suite_accepts_is_accepted_and_what_it_refuses_is_refused() {
    tools::need(&[tools::PYTHON_VENV]);
    let suite = suite();
    let options = options(&suite);
    let mut counts: BTreeMap<(bool, &str), u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (stem, der) in files(&suite.join("certs")) {
        let Some(name) = subject_of(&stem) else { continue };
        let code = match Certificate::parse(&der) {
            Ok(certificate) => validate(&certificate, &options).unwrap().result(),
            Err(error) => error.code,
        };
        let accepted = is_accepted(name);
        if DSA.contains(&name) {
            assert_eq!(code, ResultCode::AlgorithmNotAllowed, "{name}");
        } else if accepted != (code == ResultCode::Ok) {
            wrong.push(format!("{name}: {}", code.name()));
        }
        *counts.entry((accepted, code.name())).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    hold(&counts);
}

#[test]
fn the_policies_that_a_caller_requires_decide_as_the_suite_says() {
    tools::need(&[tools::PYTHON_VENV]);
    let suite = suite();
    let default = options(&suite);
    let mut wrong = Vec::new();
    for (name, policies, accepted) in WITH_POLICIES {
        let der = std::fs::read(suite.join(format!("certs/{name}EE.crt"))).unwrap();
        let oid = |number: &u32| match number {
            0 => "2.5.29.32.0".to_owned(),
            number => format!("2.16.840.1.101.3.2.1.48.{number}"),
        };
        let options = ValidationOptions { policies: policies.iter().map(oid).collect(), ..default.clone() };
        let code = validate(&Certificate::parse(&der).unwrap(), &options).unwrap().result();
        if *accepted != (code == ResultCode::Ok) {
            wrong.push(format!("{name} {policies:?}: {}", code.name()));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Compares the counts with those in the page.
fn hold(counts: &BTreeMap<(bool, &str), u32>) {
    const BEGIN: &str = "<!-- counts -->\n";
    const END: &str = "<!-- end of counts -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/path-suites.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (now, after) = rest.split_once(END).unwrap();
    let mut table = String::from("| the suite says | honnin answers | certificates |\n|---|---|---|\n");
    for ((accepted, code), count) in counts {
        let verdict = if *accepted { "accept" } else { "refuse" };
        table.push_str(&format!("| {verdict} | {code} | {count} |\n"));
    }
    if std::env::var_os("HONNIN_UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(now, table, "run with HONNIN_UPDATE=1");
    }
}
