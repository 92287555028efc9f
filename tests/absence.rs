//! PC/SC that cannot be used: which of the four causes it is. A stand-in library fails as told, so neither a
//! service nor a reader is needed; the program under test is the real one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::tools;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const COMMAND: &str = env!("CARGO_BIN_EXE_honnin-under-test");

/// A folder with that name in it for the dynamic linker, for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn stand_in(name: &str, options: &[&str]) -> PathBuf {
    honnin_tests::stand_in::build("pcsclite.c", folder(name), options)
}

/// Runs `honnin readers` with these libraries before the system's: its exit code and its JSON object.
fn readers(libraries: &Path, establish: &str) -> (Option<i32>, Value) {
    let output = Command::new(COMMAND)
        .args(["readers", "--json"])
        .env("LD_LIBRARY_PATH", libraries)
        .env("STAND_IN_ESTABLISH", establish)
        .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

/// The service is unavailable for that reason, and whoever runs the machine is told what to do.
fn unavailable(libraries: &Path, establish: &str, reason: &str, remedy: &str) {
    let (exit, answer) = readers(libraries, establish);
    assert_eq!((exit, answer["result"].as_str()), (Some(20), Some("READER_SERVICE_UNAVAILABLE")), "{answer}");
    assert_eq!(answer["reason"], reason, "{establish}");
    let told = answer["message"]["developer"].as_str().unwrap();
    assert!(told.contains(remedy), "{reason}: {told}");
}

#[test]
fn a_stopped_service_a_mismatch_and_a_refusal_are_told_apart() {
    let libraries = stand_in("stand_in_whole", &[]);
    for (code, reason, remedy) in [
        ("8010001D", "SERVICE_STOPPED", "pcscd.socket"),
        ("8010001E", "PROTOCOL_MISMATCH", "version"),
        ("8010006A", "ACCESS_REFUSED", "polkit"),
        ("80100013", "ACCESS_REFUSED", "polkit"),
    ] {
        unavailable(&libraries, code, reason, remedy);
    }
}

/// What `honnin doctor` says with these libraries: its exit code and its JSON object.
fn doctor(libraries: &Path, establish: &str, readers: &str) -> (Option<i32>, Value) {
    let output = run_doctor(libraries, establish, readers, &["--json"]);
    assert!(output.stderr.is_empty(), "{output:?}");
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn run_doctor(libraries: &Path, establish: &str, readers: &str, options: &[&str]) -> Output {
    Command::new(COMMAND)
        .arg("doctor")
        .args(options)
        .env("LD_LIBRARY_PATH", libraries)
        .env("STAND_IN_ESTABLISH", establish)
        .env("STAND_IN_READERS", readers)
        .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
        .output()
        .unwrap()
}

/// The states that the doctor found, in order. Whatever has to be done has a remedy for every system.
fn states(answer: &Value) -> Vec<&str> {
    let findings = answer["findings"].as_array().unwrap();
    for finding in findings {
        for system in ["debian", "ubuntu", "fedora", "macos", "windows"] {
            for language in ["ja", "en"] {
                let remedy = &finding["remedy"][system][language];
                assert_eq!(remedy.is_string(), finding["trouble"] == true, "{finding}");
                assert!(finding["message"][language].is_string());
            }
        }
    }
    findings.iter().map(|finding| finding["state"].as_str().unwrap()).collect()
}

#[test]
fn the_doctor_names_each_cause_and_has_a_remedy_for_every_system() {
    let whole = stand_in("doctor_whole", &[]);
    let empty = folder("doctor_empty");
    std::fs::write(empty.join("libpcsclite.so.1"), b"").unwrap();
    for (libraries, establish, state, remedy) in [
        (&empty, "0", "LIBRARY_ABSENT", "libpcsclite1"),
        (&whole, "8010001D", "SERVICE_STOPPED", "pcscd.socket"),
        (&whole, "8010001E", "PROTOCOL_MISMATCH", "restart pcscd"),
        (&whole, "8010006A", "ACCESS_REFUSED", "polkit"),
        (&whole, "80100001", "SERVICE_FAILED", "restart pcscd"),
    ] {
        let (exit, answer) = doctor(libraries, establish, "");
        assert_eq!(exit, Some(20), "{state}");
        assert_eq!(states(&answer), [state]);
        for system in ["debian", "ubuntu"] {
            let told = answer["findings"][0]["remedy"][system]["en"].as_str().unwrap();
            assert!(told.contains(remedy), "{told}");
        }
        // A person at the screen gets the number, the remedy of this system, and what to say on the phone.
        for (language, phone) in [("ja", "電話で伝える内容"), ("en", "Say on the phone")] {
            let output = run_doctor(libraries, establish, "", &["--lang", language, "--system", "debian"]);
            let said = String::from_utf8(output.stdout).unwrap();
            let finding = &answer["findings"][0];
            assert!(said.contains(finding["message"][language].as_str().unwrap()), "{said}");
            assert!(said.contains(finding["remedy"]["debian"][language].as_str().unwrap()), "{said}");
            let last = said.lines().last().unwrap();
            assert!(
                last.starts_with(phone) && last.ends_with(&format!(" / {}", finding["number"])),
                "{last}"
            );
        }
    }
}

#[test]
fn the_doctor_says_what_is_in_each_reader() {
    const EMPTY: &str = "10";
    const MUTE: &str = "220";
    const EXCLUSIVE: &str = "1A0";
    const SHARED: &str = "120";
    const CARD: &str = "20";
    let libraries = stand_in("doctor_readers", &[]);
    for (readers, exit, result, expected) in [
        ("", 20, "READER_NOT_FOUND", &["NO_READER"][..]),
        (EMPTY, 0, "OK", &["NO_CARD"]),
        (MUTE, 30, "CARD_MUTE", &["CARD_MUTE"]),
        (EXCLUSIVE, 20, "READER_BUSY", &["CARD_IN_USE"]),
        (SHARED, 0, "OK", &["CARD_IN_USE"]),
        (CARD, 0, "OK", &["CARD_PRESENT"]),
        ("10,20", 0, "OK", &["NO_CARD", "CARD_PRESENT"]),
        ("20,20", 30, "CARD_AMBIGUOUS", &["CARD_PRESENT", "CARD_PRESENT", "CARD_AMBIGUOUS"]),
    ] {
        let (code, answer) = doctor(&libraries, "0", readers);
        assert_eq!(states(&answer), expected, "{readers}");
        assert_eq!((code, answer["result"].as_str()), (Some(exit), Some(result)), "{readers}");
        assert_eq!(answer["service"], "usable");
    }
}

#[test]
fn a_code_that_nobody_defined_is_an_error_and_no_panic() {
    let libraries = stand_in("stand_in_odd", &[]);
    for code in ["1", "80100022", "80100050", "FFFFFFFF", "7FFFFFFFFFFFFFFF"] {
        let (_, answer) = readers(&libraries, code);
        let result = answer["result"].as_str().unwrap();
        assert!(["READER_FAILED", "NOT_SUPPORTED"].contains(&result), "{code}: {answer}");
    }
}

#[test]
fn a_library_that_cannot_be_loaded_is_absent() {
    // The dynamic linker stops at a file of that name that is no library, so the system's is not found either.
    let empty = folder("stand_in_empty");
    std::fs::write(empty.join("libpcsclite.so.1"), b"").unwrap();
    unavailable(&empty, "0", "LIBRARY_ABSENT", "libpcsclite1");
}

#[test]
fn a_library_without_all_functions_is_absent() {
    let incomplete = stand_in("stand_in_incomplete", &["-DINCOMPLETE"]);
    unavailable(&incomplete, "8010001E", "LIBRARY_ABSENT", "libpcsclite1");
}

#[test]
fn the_program_is_not_linked_with_pcsc() {
    tools::need(&[tools::READELF]);
    let output = Command::new("readelf").args(["-d", COMMAND]).output().unwrap();
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stdout).contains("pcsc"));
}
