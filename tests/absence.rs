//! PC/SC that cannot be used: which of the four causes it is. A stand-in library fails as told, so neither a
//! service nor a reader is needed; the program under test is the real one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::tools;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with that name in it for the dynamic linker, for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn stand_in(name: &str, options: &[&str]) -> PathBuf {
    tools::need(&[tools::CC]);
    let folder = folder(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("stand_in/pcsclite.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"])
        .arg(folder.join("libpcsclite.so.1"))
        .args(options)
        .arg(source)
        .status()
        .unwrap();
    assert!(built.success());
    folder
}

fn probe(libraries: &Path, establish: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_honnin-probe"))
        .env("LD_LIBRARY_PATH", libraries)
        .env("STAND_IN_ESTABLISH", establish)
        .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_stopped_service_a_mismatch_and_a_refusal_are_told_apart() {
    let libraries = stand_in("stand_in_whole", &[]);
    let expect = [
        ("8010001D", "READER_SERVICE_UNAVAILABLE SERVICE_STOPPED 8010001D"),
        ("8010001E", "READER_SERVICE_UNAVAILABLE PROTOCOL_MISMATCH 8010001E"),
        ("8010006A", "READER_SERVICE_UNAVAILABLE ACCESS_REFUSED 8010006A"),
        ("80100013", "READER_SERVICE_UNAVAILABLE ACCESS_REFUSED 80100013"),
    ];
    for (code, line) in expect {
        assert_eq!(probe(&libraries, code), line);
    }
}

#[test]
fn a_code_that_nobody_defined_is_an_error_and_no_panic() {
    let libraries = stand_in("stand_in_odd", &[]);
    for code in ["1", "80100022", "80100050", "FFFFFFFF", "7FFFFFFFFFFFFFFF"] {
        let line = probe(&libraries, code);
        assert!(line.starts_with("READER_FAILED") || line.starts_with("NOT_SUPPORTED"), "{code}: {line}");
    }
}

#[test]
fn a_library_that_cannot_be_loaded_is_absent() {
    // The dynamic linker stops at a file of that name that is no library, so the system's is not found either.
    let empty = folder("stand_in_empty");
    std::fs::write(empty.join("libpcsclite.so.1"), b"").unwrap();
    assert_eq!(probe(&empty, "0"), "READER_SERVICE_UNAVAILABLE LIBRARY_ABSENT 8010001D");
}

#[test]
fn a_library_without_all_functions_is_absent() {
    let incomplete = stand_in("stand_in_incomplete", &["-DINCOMPLETE"]);
    assert_eq!(probe(&incomplete, "8010001E"), "READER_SERVICE_UNAVAILABLE LIBRARY_ABSENT 8010001D");
}

#[test]
fn the_program_is_not_linked_with_pcsc() {
    tools::need(&[tools::READELF]);
    let output = Command::new("readelf").args(["-d", env!("CARGO_BIN_EXE_honnin-probe")]).output().unwrap();
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stdout).contains("pcsc"));
}
