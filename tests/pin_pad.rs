//! A PIN that is typed on the reader: a stand-in gives the reader of a real pcscd a pad, and a virtual card is behind
//! it. The program under test is the real one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin::virtual_card::plug_into_pcscd;
use honnin::{PinKind, VirtualCard};
use honnin_tests::pcscd::with_own_pcscd;
use honnin_tests::tools;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const COMMAND: &str = env!("CARGO_BIN_EXE_honnin-under-test");

/// A folder for the dynamic linker with the stand-in in it.
fn stand_in() -> PathBuf {
    tools::need(&[tools::CC]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pin_pad");
    std::fs::create_dir_all(&folder).unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(folder.join("libpcsclite.so.1"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("stand_in/pin_pad.c"))
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(built.success());
    folder
}

/// The libpcsclite of the system.
fn behind() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap().flatten().map(|entry| entry.path());
    folders
        .chain([PathBuf::from("/usr/lib"), PathBuf::from("/lib")])
        .map(|folder| folder.join("libpcsclite.so.1"))
        .find(|library| library.exists())
        .expect("libpcsclite1 is installed, as pcscd needs it")
}

/// `honnin pin verify` with nobody at the terminal, while that is typed on the reader.
fn verify(pin: &str, typed: &str) -> (Option<i32>, Value) {
    let output = Command::new(COMMAND)
        .args(["pin", "verify", "--pin", pin, "--json"])
        .env("LD_LIBRARY_PATH", stand_in())
        .env("STAND_IN_BEHIND", behind())
        .env("STAND_IN_TYPED", typed)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&output.stdout);
    (output.status.code(), answer.unwrap_or_else(|_| panic!("{output:?}")))
}

#[test]
fn what_is_typed_on_the_reader_reaches_the_card_once_and_only_the_card() {
    with_own_pcscd(&[tools::CC], |_| {
        let card = VirtualCard::new(None).unwrap();
        let plugged = plug_into_pcscd(&card, None).unwrap();
        assert!(plugged.wait_until_connected(Duration::from_secs(10)));
        let outcome = |pin, typed| {
            card.clear_transcript();
            let (_, answer) = verify(pin, typed);
            let seen = card.transcript();
            let presented = seen.exchanges.iter().filter(|one| one.header[1] == 0x20 && one.data_len > 0);
            let result = answer["result"].as_str().unwrap().to_owned();
            assert!(!typed.starts_with("5") || !answer.to_string().contains(typed), "{answer}");
            (result, answer["try_spent"].clone(), presented.count(), seen.headers())
        };

        let (result, _, presented, headers) = outcome("authentication", "1234");
        assert_eq!((result.as_str(), presented), ("OK", 1));
        assert_eq!(headers, ["00A4040C", "00B08600", "00200098", "00200098", "00A4040C"]);
        assert!(!card.is_verified(PinKind::Authentication), "the card is left");

        let (result, spent, presented, _) = outcome("authentication", "5678");
        assert_eq!((result.as_str(), spent, presented), ("PIN_INCORRECT", Value::Bool(true), 1));
        assert_eq!(card.tries_left(PinKind::Authentication), Some(2));

        for (typed, expected) in
            [("cancel", "CANCELLED"), ("timeout", "PIN_ENTRY_TIMEOUT"), ("123", "PIN_FORMAT")]
        {
            let (result, spent, presented, _) = outcome("authentication", typed);
            assert_eq!((result.as_str(), spent, presented), (expected, Value::Bool(false), 0), "{typed}");
            assert_eq!(card.tries_left(PinKind::Authentication), Some(2), "{typed}");
        }

        let (result, spent, presented, _) = outcome("authentication", "refused");
        assert_eq!((result.as_str(), spent, presented), ("READER_FAILED", Value::Null, 0));

        let (result, spent, presented, headers) = outcome("authentication", "lost");
        assert_eq!((result.as_str(), spent, presented), ("PIN_OUTCOME_UNKNOWN", Value::Null, 1));
        assert_eq!(headers.last().unwrap(), "00A4040C", "and the card is left");

        let (result, _, presented, _) = outcome("signing", "1234");
        assert_eq!((result.as_str(), presented), ("PIN_REQUIRED", 0), "letters cannot be typed there");
    });
}
