//! PC/SC that cannot be used: which of the four causes it is. A stand-in library fails as told, so neither a
//! service nor a reader is needed; the program under test is the real one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::tools;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

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
