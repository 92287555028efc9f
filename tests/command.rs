//! The honnin command on the virtual card, as a script or a person runs it.

// A helper that fails is a test that fails.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const COMMAND: &str = env!("CARGO_BIN_EXE_honnin-under-test");

/// A folder of the test's own, empty.
fn folder(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("honnin-command-{}-{test}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the command with the password in the variable P and nobody at the terminal.
fn honnin(arguments: &[&str], password: &str) -> Output {
    Command::new(COMMAND)
        .args(arguments)
        .env("P", password)
        .env_remove("LANG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The exit code and the one JSON object.
fn json(arguments: &[&str], password: &str) -> (i32, Value) {
    let output = honnin(&[arguments, &["--json"]].concat(), password);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.trim_end().lines().count(), 1, "one object: {stdout}");
    (output.status.code().unwrap(), serde_json::from_str(&stdout).unwrap())
}

/// A file with a virtual card's profile, as the option that names it.
fn profile(folder: &std::path::Path, text: &str) -> String {
    let path = folder.join("profile.json");
    std::fs::write(&path, text).unwrap();
    format!("--virtual={}", path.display())
}

const READ: [&str; 4] = ["read", "--virtual", "--pin-env", "P"];

#[test]
fn read_tells_everything_in_one_json_object() {
    let (exit, answer) = json(&READ, "ABC123");
    assert_eq!(exit, 50, "nobody said whether the certificate was revoked");
    assert_eq!(answer["result"], "CERTIFICATE_UNTRUSTED");
    assert_eq!(answer["code"], 507);
    assert_eq!(answer["kind"], "PLASTIC");
    assert_eq!(answer["exchanges"], 8, "the nine of read and sign, without the signature");
    assert_eq!(answer["holder"]["name"], "番号　花子");
    assert_eq!(answer["holder"]["birth_date"], "1989-05-07");
    assert_eq!(answer["holder"]["sex"], "FEMALE");
    assert_eq!(answer["certificate"]["fingerprint"].as_str().unwrap().len(), 64);
    assert!(answer["reader"].is_string() && answer["milliseconds"].is_u64());
    let subjects: Vec<&str> =
        answer["findings"].as_array().unwrap().iter().map(|f| f["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["ALGORITHM", "CHAIN", "VALIDITY", "PROFILE", "REVOCATION", "TEST_CARD"]);
}

#[test]
fn read_is_good_once_the_card_is_trusted_and_the_rest_waived_by_name() {
    let trusted = [&READ[..], &["--anchors", "test"]].concat();
    let (exit, answer) = json(&trusted, "ABC123");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_TEST")));
    let (exit, answer) = json(&[&trusted[..], &["--waive", "test_card"]].concat(), "ABC123");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_STATUS_NOT_CHECKED")));
    let (exit, answer) =
        json(&[&trusted[..], &["--waive", "test_card", "--waive", "revocation"]].concat(), "ABC123");
    assert_eq!((exit, &answer["result"], &answer["code"]), (0, &Value::from("OK"), &Value::from(0)));
    assert!(answer.get("message").is_none());
}

#[test]
fn the_ca_of_the_virtual_card_is_trusted_where_it_is_added() {
    let folder = folder("ca");
    let ca = folder.join("ca.pem").display().to_string();
    assert!(honnin(&["virtual-card", "--ca-out", &ca], "").status.success());
    let added = [&READ[..], &["--anchors", "added", "--anchor", &ca, "--waive", "revocation"]].concat();
    let (exit, answer) = json(&added, "ABC123");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_TEST")), "still a test card");
}

#[test]
fn a_refused_pin_says_what_the_card_said_and_what_was_known_till_then() {
    let folder = folder("pins");
    for (card, password, result, tries, exchanges) in [
        ("{}", "ABC124", "PIN_INCORRECT", Value::from(4), 6),
        (r#"{"tries_left": {"signing": 0}}"#, "ABC123", "PIN_LOCKED", Value::from(0), 5),
        (r#"{"tries_left": {"signing": 1}}"#, "ABC123", "PIN_LAST_TRY", Value::from(1), 5),
    ] {
        let (exit, answer) = json(&["read", &profile(&folder, card), "--pin-env", "P"], password);
        assert_eq!((exit, &answer["result"]), (40, &Value::from(result)));
        assert_eq!(answer["tries_left"], tries, "{result}");
        assert_eq!(answer["exchanges"], exchanges, "{result}");
        assert_eq!(answer["pin"], "SIGNING");
        assert!(answer["reader"].is_string() && answer["kind"].is_string());
        for audience in ["cardholder", "operator"] {
            for language in ["ja", "en"] {
                assert!(!answer["message"][audience][language].as_str().unwrap().is_empty());
            }
        }
        assert!(answer["hints"].is_array());
    }
}

#[test]
fn a_malformed_pin_is_refused_before_any_reader_is_looked_for() {
    let (exit, answer) = json(&["read", "--reader", "there is none", "--pin-env", "P"], "1234");
    assert_eq!((exit, &answer["reason"]), (40, &Value::from("FOUR_DIGITS_FOR_SIGNING")));
    let (exit, _) = json(&[&READ[..], &["--fold"]].concat(), "abc123");
    assert_eq!(exit, 50, "folded when asked for");
    assert_eq!(json(&READ, "abc123").0, 40, "and not otherwise");
}

#[test]
fn every_family_of_results_has_its_exit_code() {
    let folder = folder("families");
    for (card, expected, result) in [
        (r#"{"kind": "juki"}"#, 30, "CARD_UNSUPPORTED"),
        (r#"{"kind": "child"}"#, 50, "CERTIFICATE_ABSENT"),
        (r#"{"reader": {"remove_before": 6}}"#, 30, "CARD_REMOVED"),
        (r#"{"reader": {"remove_after": 5}}"#, 40, "PIN_OUTCOME_UNKNOWN"),
        (r#"{"overrides": [{"header": "0020009B", "answer": "63CF"}]}"#, 30, "CARD_RESPONSE"),
        (r#"{"nmae": "typing mistake"}"#, 10, "INVALID_ARGUMENT"),
    ] {
        let (exit, answer) = json(&["read", &profile(&folder, card), "--pin-env", "P"], "ABC123");
        assert_eq!((exit, &answer["result"]), (expected, &Value::from(result)), "{card}: {answer}");
    }
    let expired = profile(&folder, r#"{"certificates": {"signing": "expired"}}"#);
    let read = ["read", &expired, "--pin-env", "P", "--anchors", "test", "--waive", "test_card"];
    let (exit, answer) = json(&read, "ABC123");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_EXPIRED")));
    assert!(answer["holder"]["name"].is_string(), "an expired certificate can still be read");
    std::fs::write(folder.join("text"), "order").unwrap();
    let text = folder.join("text").display().to_string();
    let (exit, answer) = json(&["sign", "raw", &text, &expired, "--pin-env", "P"], "ABC123");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_EXPIRED")), "but does not sign");
    assert!(answer.get("signature").is_none());
    let (exit, answer) = json(&["sign", "raw", "/nonexistent/file", "--virtual", "--pin-env", "P"], "ABC123");
    assert_eq!((exit, &answer["result"]), (10, &Value::from("IO_ERROR")));
}

#[test]
fn wrong_use_is_told_as_json_too() {
    for arguments in [
        &["read", "--colour"][..],
        &["frobnicate"],
        &["read", "--pin-env", "NO_SUCH_VARIABLE"],
        &["pin", "verify", "--pin", "seven"],
    ] {
        let (exit, answer) = json(arguments, "");
        assert_eq!((exit, &answer["result"]), (10, &Value::from("INVALID_ARGUMENT")), "{arguments:?}");
        assert!(!answer["detail"].as_str().unwrap().is_empty());
    }
    assert_eq!(honnin(&["read", "--colour"], "").status.code(), Some(10));
    assert_eq!(honnin(&["--help"], "").status.code(), Some(0));
}

#[test]
fn the_help_and_wrong_use_are_told_in_the_language_of_the_person() {
    let help = |arguments: &[&str]| String::from_utf8(honnin(arguments, "").stdout).unwrap();
    let japanese = help(&["--lang", "ja", "read", "--help"]);
    assert!(japanese.contains("使い方: "), "{japanese}");
    // Lines may end within a word.
    let words: String = japanese.split_whitespace().collect();
    assert!(words.contains("4桁の暗証番号ではありません"), "{japanese}");
    // Colours are for terminals.
    assert!(!japanese.contains('\u{1b}'));
    assert!(help(&["read", "--help"]).contains("Usage: "));
    let wrong = honnin(&["raed", "--lang=ja"], "");
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(10));
    assert!(said.contains("「raed」というコマンドはありません") && !said.contains('\u{1b}'), "{said}");
    let (exit, answer) = json(&["read", "--timeout", "soon", "--lang", "ja"], "");
    assert_eq!(exit, 10);
    assert!(answer["detail"].as_str().unwrap().contains("0以上の秒数"), "{answer}");
}

#[test]
fn a_card_that_comes_back_within_the_grace_is_read_from_the_beginning() {
    // Between the two reads of the certificate.
    let lifted = profile(&folder("grace"), r#"{"reader": {"remove_before": 4, "return_after_ms": 300}}"#);
    let (exit, answer) = json(&["cert", "show", &lifted], "");
    assert_eq!((exit, &answer["result"]), (30, &Value::from("CARD_REMOVED")), "none unless asked for");
    let (exit, answer) = json(&["cert", "show", &lifted, "--grace", "5"], "");
    assert_eq!((exit, &answer["result"]), (0, &Value::from("OK")), "{answer}");
    assert_eq!(answer["exchanges"], 9, "three, one that found nothing, and four again: {answer}");
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let (exit, answer) = json(&["read", "--virtual"], "");
    assert_eq!((exit, &answer["result"]), (40, &Value::from("PIN_REQUIRED")));
    assert_eq!(answer["exchanges"], 3, "opened and left, no PIN");
}

#[test]
fn a_pin_comes_through_a_descriptor() {
    let mut child = Command::new("sh")
        .args(["-c", &format!("exec {COMMAND} pin verify --virtual --pin-fd 3 --json 3<&0 </dev/null")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"ABC123\nnot the PIN\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Types at a terminal, which `script` makes for the command.
fn at_a_terminal(arguments: &str, typed: &str) -> String {
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--command", &format!("{COMMAND} {arguments}"), "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    // As a person does: after the question has come.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    keyboard.write_all(typed.as_bytes()).unwrap();
    keyboard.flush().unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_person_is_asked_told_the_tries_and_never_shown_the_password() {
    let screen = at_a_terminal("read --virtual --lang ja", "abc12x\u{7f}3\r");
    assert!(screen.contains("署名用パスワード") && screen.contains("あと5回"), "{screen}");
    assert!(screen.contains("番号　花子"), "lower case is folded, Backspace corrects: {screen}");
    for secret in ["abc12", "ABC12"] {
        assert!(!screen.contains(secret), "{screen}");
    }
    let screen = at_a_terminal("read --virtual --lang en", "\u{3}");
    assert!(screen.contains("CANCELLED"), "{screen}");
}

#[test]
fn openssl_accepts_what_the_card_signs_and_so_do_we() {
    let folder = folder("sign");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("text"), b"what the customer signs").unwrap();
    for (key, password) in [("signing", "ABC123"), ("authentication", "1234")] {
        for hash in ["sha256", "sha384", "sha512"] {
            let signed = honnin(
                &[
                    "sign",
                    "raw",
                    &path("text"),
                    "--virtual",
                    "--key",
                    key,
                    "--hash",
                    hash,
                    "--pin-env",
                    "P",
                    "--out",
                    &path("signature"),
                    "--certificate-out",
                    &path("certificate"),
                ],
                password,
            );
            assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
            let spki = Command::new("openssl")
                .args(["x509", "-in", &path("certificate"), "-pubkey", "-noout", "-out", &path("key")])
                .status();
            assert!(spki.unwrap().success());
            let judged = Command::new("openssl")
                .args([
                    "dgst",
                    &format!("-{hash}"),
                    "-verify",
                    &path("key"),
                    "-signature",
                    &path("signature"),
                ])
                .arg(path("text"))
                .status();
            assert!(judged.unwrap().success(), "{key} {hash}");
            for by in ["certificate", "key"] {
                let verify = |content: &str| {
                    json(
                        &[
                            "verify",
                            "raw",
                            content,
                            "--key",
                            &path(by),
                            "--hash",
                            hash,
                            "--signature",
                            &path("signature"),
                        ],
                        "",
                    )
                };
                assert_eq!(verify(&path("text")).0, 0);
                let (exit, answer) = verify(&path("key"));
                assert_eq!((exit, &answer["result"]), (60, &Value::from("SIGNATURE_INVALID")));
            }
        }
    }
    let (exit, answer) = json(
        &[
            "verify",
            "raw",
            &path("text"),
            "--key",
            &path("certificate"),
            "--hash",
            "sha512",
            "--signature",
            &path("signature"),
            "--anchors",
            "production",
        ],
        "",
    );
    assert_eq!(
        (exit, answer["findings"].as_array().unwrap().len()),
        (0, 1),
        "the default asks for nothing more"
    );
    let (exit, answer) = json(
        &[
            "verify",
            "raw",
            &path("text"),
            "--key",
            &path("certificate"),
            "--hash",
            "sha512",
            "--signature",
            &path("signature"),
            "--at",
            "2026-11-01T12:00:00Z",
        ],
        "",
    );
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_UNTRUSTED")));
}

#[test]
fn info_tells_the_serial_number_only_when_asked() {
    let (exit, answer) = json(&["info", "--virtual"], "");
    assert_eq!((exit, &answer["expires"]), (0, &Value::from("2034-05-07")));
    assert!(answer.get("serial").is_none() && answer.get("municipality").is_none());
    let (_, answer) = json(&["info", "--virtual", "--serial", "--municipality"], "");
    assert_eq!(answer["serial"].as_str().unwrap().len(), 15);
    assert_eq!(answer["municipality"].as_str().unwrap().len(), 5);
    let folder = folder("info");
    let (exit, answer) = json(&["info", &profile(&folder, r#"{"kind": "face_auth"}"#)], "");
    assert_eq!((exit, &answer["result"]), (30, &Value::from("CARD_WITHOUT_PIN")));
    assert_eq!(answer["expires"], "2034-05-07", "the details are there all the same");
    let (exit, answer) = json(&["info", &profile(&folder, r#"{"kind": "android"}"#)], "");
    assert_eq!((exit, &answer["kind"]), (0, &Value::from("ANDROID")));
}

#[test]
fn pin_status_tells_how_each_pin_stands() {
    let folder = folder("status");
    let card = profile(&folder, r#"{"tries_left": {"signing": 0, "authentication": 2}}"#);
    let (exit, answer) =
        json(&["pin", "status", &card, "--pin", "signing", "--pin", "authentication", "--pin", "text"], "");
    assert_eq!(exit, 0);
    let row = |at: usize| (answer["pins"][at]["state"].clone(), answer["pins"][at]["tries_left"].clone());
    assert_eq!(row(0), (Value::from("locked"), Value::from(0)));
    assert_eq!(row(1), (Value::from("ok"), Value::from(2)));
    assert_eq!(row(2), (Value::from("ok"), Value::from(3)));
    let phone = profile(&folder, r#"{"kind": "android"}"#);
    let (_, answer) = json(&["pin", "status", &phone, "--pin", "text"], "");
    assert_eq!(
        (&answer["pins"][0]["state"], &answer["pins"][0]["tries_left"]),
        (&Value::from("absent"), &Value::Null)
    );
}

#[test]
fn certificates_are_got_shown_and_checked() {
    let folder = folder("cert");
    let path = |name: &str| folder.join(name).display().to_string();
    for kind in ["signing", "authentication", "signing-ca", "authentication-ca"] {
        let get = honnin(
            &[
                "cert",
                "get",
                "--virtual",
                "--kind",
                kind,
                "--pin-env",
                "P",
                "--out",
                &path(kind),
                "--format",
                "der",
            ],
            if kind == "signing" { "ABC123" } else { "1234" },
        );
        assert!(get.status.success(), "{kind}: {}", String::from_utf8_lossy(&get.stderr));
        let shown =
            Command::new("openssl").args(["x509", "-inform", "der", "-noout", "-in", &path(kind)]).status();
        assert!(shown.unwrap().success(), "{kind}");
    }
    let check = |arguments: &[&str]| {
        json(
            &[
                &["cert", "check", &path("signing"), "--anchors", "added", "--anchor", &path("signing-ca")],
                arguments,
            ]
            .concat(),
            "",
        )
    };
    let waived = ["--waive", "revocation", "--waive", "test_card"];
    assert_eq!(check(&waived).0, 0);
    let (exit, answer) = check(&[&waived[..], &["--at", "2039-01-01T00:00:00Z"]].concat());
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_EXPIRED")));
    let (exit, answer) = check(&[&waived[..], &["--purpose", "authentication"]].concat());
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_UNSUITABLE")));
    let (exit, answer) = check(&["--crl", &path("signing")]);
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_MALFORMED")));
}

#[test]
fn names_that_others_chose_do_not_control_the_terminal() {
    let folder = folder("names");
    let at = |name: &str| folder.join(name).display().to_string();
    std::fs::write(at("one.pdf"), include_bytes!("scenarios/one-page.pdf")).unwrap();
    let name = "S\nCHANGES passed\u{1b}[31m\u{9b}2J\u{202e}gnp\u{2028}";
    let shown = r"S\u{a}CHANGES passed\u{1b}[31m\u{9b}2J\u{202e}gnp\u{2028}";
    let sign = ["sign", "pdf", &at("one.pdf"), "--virtual", "--pin-env", "P", "--field", name];
    let signed = honnin(&[&sign[..], &["--out", &at("signed.pdf")]].concat(), "ABC123");
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    let verify = honnin(&["verify", "pdf", &at("signed.pdf")], "");
    let said = String::from_utf8(verify.stdout).unwrap();
    assert!(said.contains(shown), "{said}");
    // JSON has the name as it is, in escapes of its own.
    let (_, answer) = json(&["verify", "pdf", &at("signed.pdf")], "");
    assert_eq!(answer["signatures"][0]["field"], name);

    // Names of files, where they cannot be read and where the command is used wrongly.
    let missing = honnin(&["verify", "pdf", &at(name)], "");
    let twice = honnin(&["verify", "pdf", "one.pdf", name], "");
    let twice_ja = honnin(&["verify", "pdf", "one.pdf", name, "--lang", "ja"], "");
    for output in [missing, twice, twice_ja] {
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(shown), "{said}");
        let harmful = |character: char| character.is_control() && character != '\n';
        assert!(!said.contains(harmful) && !said.contains('\u{202e}'), "{said:?}");
        assert!(!said.contains("\nCHANGES"), "{said}");
    }
}

#[test]
fn fractions_of_a_second_are_taken_and_the_complaint_shows_one() {
    let check = |at: &str, lang: &str| {
        let output = honnin(&["verify", "cms", "/nowhere", "--at", at, "--lang", lang], "");
        String::from_utf8(output.stderr).unwrap()
    };
    for lang in ["en", "ja"] {
        assert!(check("2026-11-01T12:00:00.5Z", lang).contains("/nowhere"));
        for bad in ["2026-11-01T12:00:00.Z", "2026-11-01T12:00:00,5Z"] {
            assert!(check(bad, lang).contains("2026-11-01T12:00:00.5Z"));
        }
    }
}

#[test]
fn no_canary_leaves_the_command_at_any_log_level() {
    let folder = folder("canary");
    let card = profile(
        &folder,
        r#"{"name": "カナリア　太郎", "serial": "987654321012345", "pins": {"signing": "CANARY7"}}"#,
    );
    std::fs::write(folder.join("text"), "order").unwrap();
    let text = folder.join("text").display().to_string();
    for (password, arguments) in [
        ("CANARY7", vec!["sign", "raw", &text, &card, "--pin-env", "P", "--json"]),
        ("CANARY8", vec!["pin", "verify", &card, "--pin-env", "P"]),
        ("canary7", vec!["pin", "verify", &card, "--pin-env", "P"]),
        ("", vec!["info", &card]),
    ] {
        let output = honnin(&[&arguments[..], &["--log", "trace"]].concat(), password);
        let printed =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let is_refused_at_once = password == "canary7";
        assert!(is_refused_at_once || printed.contains("card: "), "the log is alive: {printed}");
        for canary in ["CANARY", "canary7", "カナリア", "987654321012345", "43414E415259"] {
            assert!(!printed.contains(canary), "{arguments:?} shows {canary}: {printed}");
        }
    }
}

/// What a log shows of bytes: as they are, or in hexadecimal with or without spaces.
fn is_told(log: &str, bytes: &[u8]) -> bool {
    let bare: String = log.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bare.contains(&hex) || std::str::from_utf8(bytes).is_ok_and(|text| log.contains(text))
}

#[test]
fn neither_the_my_number_nor_the_photo_nor_what_opens_them_is_in_a_log_or_a_report() {
    const NUMBER: &str = "123456789018";
    const CODE: &str = "01050720344649";
    let folder = folder("records-canary");
    let at = |name: &str| folder.join(name).display().to_string();
    let log_of = |password: &str, arguments: &[&str]| {
        let output =
            honnin(&[arguments, &["--virtual", "--pin-env", "P", "--log", "trace"]].concat(), password);
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(log.contains("card: "), "the log is alive: {log}");
        (String::from_utf8(output.stdout).unwrap(), log)
    };
    let number = ["text", "--integrity", "--my-number", "--purpose-text", "payroll"];
    let (shown, log) = log_of("1234", &number);
    assert!(shown.contains(NUMBER), "asked for, it is shown");
    for secret in [NUMBER, "花子", "19890507"] {
        assert!(!is_told(&log, secret.as_bytes()), "{secret}: {log}");
    }
    let stored = ["face", "--as-stored", "--photo", &at("photo"), "--name-image", &at("name")];
    let (_, log) = log_of(CODE, &stored);
    for picture in ["photo", "name"] {
        let bytes = std::fs::read(at(picture)).unwrap();
        assert!(bytes.len() > 64, "{picture}");
        // Wherever it is cut.
        for piece in bytes.chunks_exact(16).take(40) {
            let telling = piece.iter().collect::<std::collections::BTreeSet<_>>().len() > 4;
            assert!(!telling || !is_told(&log, piece), "{picture} in {log}");
        }
    }
    assert!(!is_told(&log, CODE.as_bytes()) && !is_told(&log, b"19890507"), "{log}");
    // Wrong ones neither.
    let (_, log) = log_of("01050820344641", &["face"]);
    assert!(!is_told(&log, b"01050820344641"), "{log}");
    // A report about a card that a shop may hand on.
    let output =
        honnin(&["doctor", "--virtual", "--card", "--report", &at("report"), "--yes", "--log", "trace"], "");
    let report = std::fs::read_to_string(at("report")).unwrap() + &String::from_utf8_lossy(&output.stderr);
    for secret in [NUMBER, CODE, "花子", "19890507"] {
        assert!(!is_told(&report, secret.as_bytes()), "{secret}: {report}");
    }
}

#[test]
fn codes_explains_each_code_for_each_situation() {
    let (exit, answer) = json(&["codes"], "");
    assert_eq!((exit, answer["codes"].as_array().unwrap().len()), (0, 72));
    let (_, answer) = json(&["codes", "pin-locked", "--pin", "authentication"], "");
    assert_eq!(answer["number"], 403);
    let (_, other) = json(&["codes", "403", "--pin", "signing"], "");
    assert_ne!(answer["message"], other["message"]);
    assert_eq!(json(&["codes", "NO_SUCH"], "").0, 10);
    assert_eq!(json(&["codes", "403", "--reason", "NO_SUCH"], "").0, 10);
}

#[test]
fn codes_follows_everything_that_changes_a_text_and_shows_hints_with_their_tags() {
    let says = |arguments: &[&str]| {
        let (exit, answer) = json(arguments, "");
        assert_eq!(exit, 0, "{arguments:?}");
        answer["message"]["cardholder"]["ja"].as_str().unwrap().to_owned()
    };
    let wrong = ["codes", "PIN_INCORRECT", "--pin", "SIGNING"];
    assert!(says(&[&wrong[..], &["--tries", "3"]].concat()).contains("あと3回"));
    assert!(says(&[&wrong[..], &["--tries", "3", "--card", "android"]].concat()).contains("スマートフォン"));
    let slot = ["codes", "card-mute", "--interface", "contact"];
    assert!(says(&slot).contains("奥まで差し込んで"));
    let four = ["codes", "PIN_FORMAT", "--reason", "four-digits-for-signing"];
    assert!(says(&four).contains("4桁の暗証番号ではなく"));

    let (_, answer) = json(&["codes", "card-mute", "--interface", "contact"], "");
    let easy = answer["message"]["cardholder"]["ja-x-easy"].as_str().unwrap();
    assert!(easy.contains("金色（きんいろ）"), "{easy}");
    let (_, answer) = json(&["codes", "card-removed", "--interface", "contact"], "");
    let hints = answer["tagged_hints"].as_array().unwrap();
    let chip = hints.iter().find(|hint| hint["name"] == "chip-first").unwrap();
    assert_eq!(chip["tags"], serde_json::json!(["CONTACT", "PLASTIC"]));
    assert!(chip["text"]["en"].as_str().unwrap().starts_with("With a slot"));
    assert_eq!(hints.len(), answer["hints"].as_array().unwrap().len());

    let names = |arguments: &[&str]| {
        let (_, answer) = json(arguments, "");
        let hints = answer["tagged_hints"].as_array().unwrap().clone();
        hints.iter().map(|hint| hint["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let absent = ["codes", "CARD_ABSENT"];
    assert!(!names(&absent).contains(&"other-way".to_owned()));
    let offered = names(&[&absent[..], &["--offer", "other-way", "--offer", "phone-as-reader"]].concat());
    for name in ["other-way", "phone-reader-nfc"] {
        assert!(offered.contains(&name.to_owned()), "{offered:?}");
    }
}

#[test]
fn documents_are_signed_and_verified_and_each_finding_is_told() {
    let folder = folder("documents");
    let at = |name: &str| folder.join(name).display().to_string();
    std::fs::write(at("order"), "one order of soba").unwrap();
    std::fs::write(at("one.pdf"), include_bytes!("scenarios/one-page.pdf")).unwrap();
    // One card for all of it, so that its CA is known.
    let profile = profile(&folder, r#"{"name": "番号　花子"}"#);
    let sign = |arguments: &[&str]| {
        let (exit, answer) = json(&[&["sign"], arguments, &[&profile, "--pin-env", "P"]].concat(), "ABC123");
        assert_eq!((exit, &answer["result"]), (0, &Value::from("OK")), "{answer}");
        answer
    };
    sign(&["cms", &at("order"), "--out", &at("inside")]);
    sign(&["cms", &at("order"), "--detached", "--hash", "sha384", "--signing-time", "--out", &at("outside")]);
    sign(&["cms", &at("order"), "--add-to", &at("outside"), "--out", &at("both")]);
    sign(&["pdf", &at("one.pdf"), "--reason", "申込", "--box", "1,10,10,60,20", "--out", &at("signed.pdf")]);
    let answer = sign(&["pdf", &at("signed.pdf")]);
    assert!(answer["pdf"].as_str().unwrap().starts_with("JVBERi0"));

    // Nobody trusts the card's CA, which is another at each run: everything else is judged all the same.
    let verify = |arguments: &[&str]| {
        let waivers = ["--waive", "revocation", "--waive", "test_card"];
        json(&[&["verify"], arguments, &waivers].concat(), "")
    };
    let counting = |answer: &Value| -> Vec<String> {
        let findings = answer["findings"].as_array().unwrap().iter();
        let counts =
            |finding: &&Value| ["failed", "not_checked"].contains(&finding["state"].as_str().unwrap());
        findings.filter(counts).map(|finding| finding["subject"].as_str().unwrap().to_owned()).collect()
    };
    let (exit, answer) = verify(&["cms", &at("inside"), "--content-out", &at("content")]);
    assert_eq!((exit, counting(&answer)), (50, vec!["CHAIN".to_owned()]));
    assert_eq!(answer["signers"][0]["holder"]["name"], "番号　花子");
    assert_eq!(std::fs::read(at("content")).unwrap(), b"one order of soba");
    let (exit, answer) = verify(&["cms", &at("both"), "--content", &at("order")]);
    assert_eq!((exit, answer["signers"].as_array().unwrap().len()), (50, 2));
    let (exit, answer) = verify(&["cms", &at("outside"), "--content", &at("one.pdf")]);
    assert_eq!((exit, answer["result"].as_str().unwrap()), (60, "CONTENT_MISMATCH"));
    let (exit, answer) = verify(&["pdf", &at("signed.pdf")]);
    assert_eq!((exit, counting(&answer)), (50, vec!["CHAIN".to_owned()]));
    assert_eq!(answer["signatures"][0]["field"], "Signature1");
    assert_eq!(answer["signatures"][0]["covers_whole_file"], true);
    assert_eq!(answer["signatures"][0]["later_changes"], "none");
    assert!(answer["signatures"][0]["findings"].as_array().unwrap().len() > 10);
    let mut changed = std::fs::read(at("signed.pdf")).unwrap();
    // The end of the file once more: bytes that belong to nothing.
    let end = changed.windows(9).rposition(|window| window == b"startxref").unwrap();
    changed.extend_from_within(end..);
    std::fs::write(at("changed.pdf"), changed).unwrap();
    let (exit, answer) = verify(&["pdf", &at("changed.pdf")]);
    assert_eq!((exit, answer["result"].as_str().unwrap()), (60, "CONTENT_CHANGED_AFTER_SIGNING"));
    assert_eq!(answer["signatures"][0]["later_changes"], "not_allowed");
    let (exit, answer) = verify(&["pdf", &at("order")]);
    assert_eq!((exit, answer["result"].as_str().unwrap()), (60, "SIGNATURE_MALFORMED"));
    std::fs::remove_dir_all(folder).unwrap();
}

// --- text, age, face, genuine ---

const AGE: [&str; 4] = ["age", "--virtual", "--pin-env", "P"];

#[test]
fn an_age_is_answered_and_by_option_nothing_else() {
    for code in ["010507", "1989-05-07"] {
        let (exit, answer) = json(&[&AGE[..], &["--years", "20"]].concat(), code);
        assert_eq!((exit, &answer["result"], &answer["met"]), (0, &Value::from("OK"), &Value::from(true)));
        assert_eq!(answer["kind"], "PLASTIC");
        assert!(answer.get("birth_date").is_none() && answer.get("holder").is_none());
    }
    let only = [&AGE[..], &["--years", "20", "--answer-only", "--on", "2009-05-06"]].concat();
    let (exit, answer) = json(&only, "010507");
    assert_eq!(
        (exit, &answer["result"], &answer["met"]),
        (70, &Value::from("AGE_NOT_MET"), &Value::from(false))
    );
    assert!(answer.get("reader").is_none() && !answer.to_string().contains("1989"));
    let (exit, answer) = json(&[&only[..], &["--count-eve"]].concat(), "010507");
    assert_eq!((exit, answer.as_object().unwrap().len()), (0, 3), "{answer}");
    let (exit, answer) = json(&AGE, "010507");
    assert_eq!((exit, &answer["birth_date"]), (0, &Value::from("1989-05-07")));
    let (exit, answer) = json(&AGE, "19890507");
    assert_eq!((exit, &answer["result"]), (40, &Value::from("PIN_FORMAT")));
}

#[test]
fn an_expired_or_copied_card_does_not_pass_for_old_enough() {
    let folder = folder("age");
    let expired = profile(&folder, r#"{"expiry": "2020-05-07"}"#);
    let (exit, answer) = json(&["age", &expired, "--pin-env", "P", "--years", "20"], "010507");
    assert_eq!(
        (exit, &answer["result"], &answer["met"]),
        (30, &Value::from("CARD_EXPIRED"), &Value::from(false))
    );
    let altered = profile(&folder, r#"{"altered": ["age"], "birth_date": "2015-04-01"}"#);
    let (exit, answer) = json(&["age", &altered, "--pin-env", "P", "--years", "20"], "270401");
    assert_eq!(
        (exit, &answer["result"], &answer["met"]),
        (30, &Value::from("CARD_NOT_GENUINE"), &Value::from(false))
    );
    let genuine =
        ["--pin-env", "P", "--years", "20", "--genuine", "--anchors", "test", "--waive", "test_card"];
    let (exit, answer) = json(&[&["age", "--virtual"], &genuine[..]].concat(), "010507");
    assert_eq!((exit, &answer["result"]), (0, &Value::from("OK")), "{answer}");
    let copied = profile(&folder, r#"{"card_key": "absent"}"#);
    let (exit, answer) = json(&[&["age", copied.as_str()], &genuine[..]].concat(), "010507");
    assert_eq!(
        (exit, &answer["result"], &answer["met"]),
        (30, &Value::from("CARD_NOT_GENUINE"), &Value::from(false))
    );
}

#[test]
fn the_face_writes_its_pictures() {
    let folder = folder("face");
    let photo = folder.join("photo.png");
    let face =
        ["face", "--virtual", "--pin-env", "P", "--anchors", "test", "--waive", "test_card", "--photo"];
    let (exit, answer) = json(&[&face[..], &[photo.to_str().unwrap()]].concat(), "01050720344649");
    assert_eq!(
        (exit, &answer["result"], &answer["expires"]),
        (0, &Value::from("OK"), &Value::from("2034-05-07"))
    );
    assert!(std::fs::read(photo).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(answer["holder"]["sex"], "FEMALE");
    let (exit, answer) = json(&["face", "--virtual", "--pin-env", "P"], "01050720344649");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_TEST")));
}

#[test]
fn the_text_is_read_and_the_number_only_for_a_purpose() {
    let text = ["text", "--virtual", "--pin-env", "P"];
    let (exit, answer) = json(&text, "1234");
    assert_eq!((exit, &answer["holder"]["name"]), (0, &Value::from("番号　花子")));
    assert!(answer.get("my_number").is_none() && answer.get("findings").is_none());
    let (exit, _) = json(&[&text[..], &["--my-number"]].concat(), "1234");
    assert_eq!(exit, 10, "no purpose was given");
    let number = [&text[..], &["--my-number", "--integrity", "--purpose-text", "payroll"]].concat();
    let trusted = [&number[..], &["--anchors", "test", "--waive", "test_card"]].concat();
    let (exit, answer) = json(&trusted, "1234");
    assert_eq!((exit, &answer["my_number"]), (0, &Value::from("123456789018")), "{answer}");
    let output = honnin(&[&trusted[..], &["--log", "trace"]].concat(), "1234");
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("payroll") && !log.contains("123456789018") && !log.contains("花子"), "{log}");
    let (exit, answer) = json(&[&text[..], &["--secure"]].concat(), "1234");
    assert_eq!((exit, &answer["holder"]["name"]), (0, &Value::from("番号　花子")));
    assert_eq!(answer["exchanges"], 10, "two for the session and a SELECT more than in clear");
    let (exit, answer) = json(&[&text[..], &["--pin", "text-code-b"]].concat(), "01050720344649");
    assert_eq!((exit, &answer["holder"]["source"].is_null()), (0, &true));
}

#[test]
fn genuineness_is_a_report_of_three_findings_and_the_word_that_it_is_a_test() {
    let genuine = ["genuine", "--virtual", "--pin-env", "P"];
    let (exit, answer) = json(&genuine, "010507");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_TEST")));
    assert_eq!(answer["findings"][0]["result"], "CARD_ISSUER_UNKNOWN");
    assert_eq!(answer["findings"][0]["state"], "not_checked");
    let folder = folder("genuine");
    let unknown = profile(&folder, r#"{"card_issuer": "unknown"}"#);
    let (exit, answer) = json(&["genuine", &unknown, "--pin-env", "P"], "010507");
    assert_eq!((exit, &answer["result"]), (30, &Value::from("CARD_ISSUER_UNKNOWN")));
    let trusted = [&genuine[..], &["--anchors", "test"]].concat();
    let (exit, answer) = json(&trusted, "010507");
    assert_eq!((exit, &answer["result"]), (50, &Value::from("CERTIFICATE_TEST")));
    let states: Vec<(&str, &str)> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["subject"].as_str().unwrap(), finding["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        states,
        [
            ("CARD_CERTIFICATE", "passed"),
            ("RECORD", "passed"),
            ("CHALLENGE", "passed"),
            ("TEST_CARD", "failed")
        ]
    );
    let (exit, _) = json(&[&trusted[..], &["--waive", "test_card", "--pin", "text"]].concat(), "1234");
    assert_eq!(exit, 0);
}

#[test]
fn what_would_turn_or_break_a_line_is_spelt_out_for_people() {
    let folder = folder("bidi");
    let profile = profile(&folder, "{\"name\": \"番号\u{202E}子花\u{2066}\", \"photo\": false}");
    let output = honnin(&["text", &profile, "--pin-env", "P", "--lang", "en"], "1234");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("番号\\u{202e}子花\\u{2066}"), "{shown}");
}

#[test]
fn the_plain_command_says_where_archives_are_verified() {
    let (code, answer) = json(&["verify", "batch", "archive.parquet", "findings.parquet"], "");
    assert_eq!((code, &answer["result"]), (10, &Value::from("NOT_SUPPORTED")));
    assert!(answer["detail"].as_str().unwrap().contains("pip install 'honnin[batch]'"));
    assert!(!std::path::Path::new("findings.parquet.parts").exists());
}
