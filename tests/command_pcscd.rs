//! The honnin command on the virtual card behind a real pcscd.

// A helper that fails is a test that fails.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin::virtual_card::{Plugged, plug_into_pcscd};
use honnin::{PinKind, VirtualCard};
use honnin_tests::pcscd::{READER, with_own_pcscd};
use honnin_tests::tools;
use serde_json::Value;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const COMMAND: &str = env!("CARGO_BIN_EXE_honnin-under-test");

fn plugged(profile: &str) -> (VirtualCard, Plugged) {
    let card = VirtualCard::new(Some(profile)).unwrap();
    let plugged = plug_into_pcscd(&card, None).unwrap();
    assert!(plugged.wait_until_connected(Duration::from_secs(10)), "the reader takes the card");
    (card, plugged)
}

fn start(arguments: &[&str]) -> Child {
    Command::new(COMMAND)
        .args(arguments)
        .env("P", "ABC123")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn finish(child: Child) -> (Option<i32>, Value) {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let answer = serde_json::from_slice(&stdout);
    (status.code(), answer.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&stderr))))
}

#[test]
fn the_command_reads_and_signs_through_pcscd_in_the_fewest_exchanges() {
    with_own_pcscd(&[], |_| {
        let (card, _plugged) = plugged("{}");
        let (exit, answer) = finish(start(&["read", "--pin-env", "P", "--json"]));
        assert_eq!((exit, &answer["holder"]["name"]), (Some(50), &Value::from("番号　花子")));
        assert_eq!(answer["exchanges"], 8);
        card.clear_transcript();

        let text = std::env::temp_dir().join(format!("honnin-text-{}", std::process::id()));
        std::fs::write(&text, "order").unwrap();
        let (exit, answer) =
            finish(start(&["sign", "raw", &text.display().to_string(), "--pin-env", "P", "--json"]));
        assert_eq!((exit, &answer["result"]), (Some(0), &Value::from("OK")));
        let expected = [
            "00A4040C", "00B08600", "00B08800", "0020009B", "0020009B", "00B08100", "00B00100", "802A009A",
            "00A4040C",
        ];
        assert_eq!(card.transcript().headers(), expected, "as the card counted them");
        assert!(!card.is_verified(PinKind::Signing));
    });
}

#[test]
fn an_interruption_leaves_the_card() {
    with_own_pcscd(&[], |_| {
        for signal in ["INT", "TERM"] {
            let (card, _plugged) =
                plugged(r#"{"reader": {"delay_ms_command": 300, "extended_length": false}}"#);
            let child = start(&["read", "--pin-env", "P", "--json"]);
            let begun = Instant::now();
            while !card.is_verified(PinKind::Signing) {
                assert!(begun.elapsed() < Duration::from_secs(20), "the password is presented");
                std::thread::sleep(Duration::from_millis(20));
            }
            tools::signal(signal, &child);
            let interrupted = Instant::now();
            let (exit, answer) = finish(child);
            assert_eq!((exit, &answer["result"]), (Some(130), &Value::from("CANCELLED")), "SIG{signal}");
            assert!(
                interrupted.elapsed() < Duration::from_secs(2),
                "at most the command under way and the one that leaves"
            );
            assert!(!card.is_verified(PinKind::Signing), "SIG{signal} leaves the card");
            assert_eq!(card.transcript().headers().last().map(String::as_str), Some("00A4040C"));
        }
    });
}

#[test]
fn a_card_that_is_not_there_and_one_that_is_lifted_are_told_apart() {
    with_own_pcscd(&[], |_| {
        let (exit, answer) = finish(start(&["read", "--pin-env", "P", "--json", "--timeout", "0.5"]));
        assert_eq!((exit, &answer["result"]), (Some(30), &Value::from("CARD_ABSENT")));
        let (card, _plugged) = plugged("{}");
        card.remove_before(6);
        let (exit, answer) = finish(start(&["read", "--pin-env", "P", "--json"]));
        assert_eq!((exit, &answer["result"]), (Some(30), &Value::from("CARD_REMOVED")));
        assert_eq!(answer["kind"], "PLASTIC", "what was known till then");
    });
}

#[test]
fn the_virtual_card_of_the_command_stands_in_pcscd_until_it_is_interrupted() {
    with_own_pcscd(&[], |_| {
        let folder = std::env::temp_dir().join(format!("honnin-pcscd-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = |name: &str| folder.join(name).display().to_string();
        let card =
            start(&["virtual-card", "--pcscd", "--ca-out", &path("ca"), "--transcript", &path("transcript")]);
        let begun = Instant::now();
        while !folder.join("ca").exists() {
            assert!(begun.elapsed() < Duration::from_secs(10), "the CA is written first");
            std::thread::sleep(Duration::from_millis(20));
        }
        let (exit, answer) = finish(start(&[
            "read",
            "--pin-env",
            "P",
            "--json",
            "--anchors",
            "added",
            "--anchor",
            &path("ca"),
            "--waive",
            "revocation",
            "--waive",
            "test_card",
        ]));
        assert_eq!((exit, &answer["result"]), (Some(0), &Value::from("OK")), "{answer}");
        tools::signal("INT", &card);
        assert_eq!(card.wait_with_output().unwrap().status.code(), Some(130));
        let transcript: Value = serde_json::from_slice(&std::fs::read(path("transcript")).unwrap()).unwrap();
        assert_eq!(transcript.as_array().unwrap().len(), 8);
    });
}

#[test]
fn a_person_is_told_what_is_waited_for_and_a_script_is_not() {
    with_own_pcscd(&[], |_| {
        let at_a_terminal = |arguments: &str| {
            let mut script = Command::new("script");
            script.args(["--quiet", "--return", "--command", &format!("{COMMAND} {arguments}"), "/dev/null"]);
            script.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
        };
        let screen =
            |child: Child| String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned();
        let waiting = at_a_terminal("info --lang ja --timeout 20");
        std::thread::sleep(Duration::from_millis(1500));
        let (_card, _plugged) = plugged("{}");
        let shown = screen(waiting);
        assert!(shown.contains("カードをカードリーダーに置いてください"), "{shown}");
        assert!(shown.contains("2034"), "and the card is read: {shown}");
        let shown = screen(at_a_terminal("info --lang ja"));
        assert!(!shown.contains("置いてください"), "a card that is there: {shown}");

        let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let name = std::ffi::CString::new(READER).unwrap();
        let other = context.connect(&name, pcsc::ShareMode::Exclusive, pcsc::Protocols::ANY).unwrap();
        let shown = screen(at_a_terminal("info --lang en --timeout 1"));
        assert!(shown.contains("Another program uses the card: waiting"), "{shown}");
        let output = start(&["info", "--timeout", "0.5"]).wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("waiting") && !said.contains("待っています"), "{said}");
        drop(other);
    });
}

#[test]
fn the_doctor_examines_a_card_and_says_when_another_program_has_it() {
    with_own_pcscd(&[], |_| {
        let states = |answer: &Value| -> Vec<String> {
            let findings = answer["findings"].as_array().unwrap().iter();
            findings.map(|finding| finding["state"].as_str().unwrap().to_owned()).collect()
        };
        let (exit, answer) = finish(start(&["doctor", "--reader", READER, "--json"]));
        assert_eq!((exit, states(&answer)), (Some(0), vec!["NO_CARD".to_owned()]));
        let (exit, answer) = finish(start(&["doctor", "--reader", "elsewhere", "--json"]));
        assert_eq!((exit, states(&answer)), (Some(20), vec!["NO_READER".to_owned()]));

        let (card, _plugged) = plugged(r#"{"reader": {"unknown_after_power_up": true}}"#);
        let path = std::env::temp_dir().join(format!("honnin-report-{}", std::process::id()));
        let report = path.display().to_string();
        let examine = ["doctor", "--reader", READER, "--card", "--report", &report, "--yes", "--json"];
        let (exit, answer) = finish(start(&examine));
        assert_eq!((exit, &answer["result"]), (Some(0), &Value::from("OK")), "{answer}");
        assert_eq!(states(&answer), ["CARD_READABLE", "EXTENDED_LENGTH"]);
        let written: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        std::fs::remove_file(path).unwrap();
        let facts = written["facts"].as_array().unwrap();
        let power = facts.iter().find(|fact| fact["fact"] == "unknown_after_power_up").unwrap();
        assert_eq!(power["observed"], "holds", "a real pcscd cuts the power: {power}");
        assert_eq!(written["card"]["answer_to_reset"], "3B E0 00 FF 81 31 FE 45 xx");
        assert_eq!(card.transcript().headers().last().unwrap(), "00A4040C", "and the card is left");

        let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let name = std::ffi::CString::new(READER).unwrap();
        let other = context.connect(&name, pcsc::ShareMode::Exclusive, pcsc::Protocols::ANY).unwrap();
        let (exit, answer) = finish(start(&["doctor", "--reader", READER, "--json"]));
        assert_eq!((exit, states(&answer)), (Some(20), vec!["CARD_IN_USE".to_owned()]));
        drop(other);
    });
}
