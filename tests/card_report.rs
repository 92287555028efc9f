//! `honnin doctor --card --report`: a report that may be shared. It must answer what it can, and must not hold anything
//! that is on the card, in whatever way it is written down.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::{CertificateKind, VirtualCard};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const COMMAND: &str = env!("CARGO_BIN_EXE_honnin-under-test");

/// Values that occur in nothing else that is written.
const PROFILE: &str = r#"{
  "name": "山﨑　智恵子", "address": "北海道札幌市厚別区もみじ台南三丁目７番２２１号",
  "birth_date": "1967-11-23", "sex": "female", "expiry": "2031-11-23",
  "pins": {"signing": "QX7ZK93W", "authentication": "8642", "text": "9753", "resident": "7531", "common": "6420"},
  "security_code": "9317", "my_number": "987654321098", "serial": "731904628517395", "municipality": "01108",
  "prefecture": "Hokkaido", "city": "Sapporo-shi Atsubetsu-ku"
}"#;

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("card-report-{test}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn doctor(folder: &Path, profile: &str, options: &[&str]) -> Output {
    let path = folder.join("profile.json");
    std::fs::write(&path, profile).unwrap();
    Command::new(COMMAND)
        .args(["doctor", "--card", &format!("--virtual={}", path.display()), "--report"])
        .arg(folder.join("report.json"))
        .args(options)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The text of the report, and its object.
fn report(test: &str, profile: &str) -> (Output, String, Value) {
    let folder = folder(test);
    let output = doctor(&folder, profile, &["--yes", "--json"]);
    let text = std::fs::read_to_string(folder.join("report.json")).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (output, text, value)
}

/// What is on the card: texts and bytes.
fn secrets() -> Vec<Vec<u8>> {
    let profile: Value = serde_json::from_str(PROFILE).unwrap();
    let text = |key: &str| profile[key].as_str().unwrap().to_owned();
    let mut texts: Vec<String> = ["name", "address", "birth_date", "security_code", "my_number", "serial"]
        .iter()
        .chain(&["municipality", "expiry", "prefecture", "city"])
        .map(|key| text(key))
        .collect();
    texts.extend(profile["pins"].as_object().unwrap().values().map(|pin| pin.as_str().unwrap().to_owned()));
    texts.extend(text("name").split('\u{3000}').map(str::to_owned));
    // The dates as the card has them, 照合番号B, and parts of the address.
    texts.extend(["19671123", "319671123", "421123", "20311123", "42112320319317"].map(str::to_owned));
    texts.extend(["札幌", "もみじ台", "221", "２２１"].map(str::to_owned));
    let mut found: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    // Of the certificates every eight bytes that another card's do not have.
    let (card, other) = (VirtualCard::new(Some(PROFILE)).unwrap(), VirtualCard::new(None).unwrap());
    for kind in [CertificateKind::Signing, CertificateKind::Authentication] {
        let (der, common) = (card.certificate(kind).unwrap(), other.certificate(kind).unwrap());
        let own = der.windows(8).filter(|window| !common.windows(8).any(|other| other == *window));
        found.extend(own.map(<[u8]>::to_vec));
    }
    assert!(found.len() > 200, "the certificates differ in more than names: {}", found.len());
    found
}

/// Where a secret stands in a text: as it is, in Shift-JIS, UTF-16, as JSON escapes, in hex, or in Base64 at any offset.
fn finds(text: &str, secret: &[u8]) -> Option<&'static str> {
    let plain = String::from_utf8(secret.to_vec()).ok();
    let mut forms: Vec<(&'static str, Vec<u8>)> = vec![("as it is", secret.to_vec())];
    if let Some(plain) = &plain {
        forms.push(("Shift-JIS", encoding_rs::SHIFT_JIS.encode(plain).0.into_owned()));
        forms.push(("UTF-16 BE", plain.encode_utf16().flat_map(u16::to_be_bytes).collect()));
        forms.push(("UTF-16 LE", plain.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    }
    let lower = text.to_lowercase();
    let squeezed: String = lower.chars().filter(char::is_ascii_hexdigit).collect();
    for (form, bytes) in forms {
        if text.as_bytes().windows(bytes.len()).any(|window| window == bytes) {
            return Some(form);
        }
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        // Of few bytes the hexadecimal digits occur by chance between the words: only as one piece then.
        if lower.contains(&hex) || (bytes.len() > 5 && squeezed.contains(&hex)) {
            return Some("hex");
        }
        for offset in 0..3 {
            let shifted = [&vec![0; offset][..], &bytes].concat();
            let encoded = openssl::base64::encode_block(&shifted);
            // Without what depends on the neighbours.
            let (from, until) = ([0, 2, 3][offset], shifted.len() / 3 * 4);
            if until > from + 4 && text.contains(&encoded[from..until]) {
                return Some("Base64");
            }
        }
    }
    if let Some(plain) = plain.filter(|plain| !plain.is_ascii()) {
        let escaped: String = plain.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        return lower.contains(&escaped).then_some("JSON escapes");
    }
    None
}

#[test]
fn nothing_that_is_on_the_card_is_in_the_report_or_on_the_screen() {
    let (output, text, _) = report("secrets", PROFILE);
    assert!(output.status.success(), "{output:?}");
    let screen = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    for secret in secrets() {
        for (place, written) in [("report", &text), ("screen", &screen)] {
            let found = finds(written, &secret);
            assert_eq!(found, None, "in the {place}: {:?}", String::from_utf8_lossy(&secret));
        }
    }
}

#[test]
fn a_secret_that_were_in_the_report_would_be_found_in_every_encoding() {
    let (_, text, _) = report("planted", PROFILE);
    let plant = |planted: &str| text.replacen("PLASTIC", planted, 1);
    let name = "山﨑　智恵子".as_bytes();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let spaced = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X} ")).collect::<String>();
    let sjis = encoding_rs::SHIFT_JIS.encode("智恵子").0.into_owned();
    let base64 = |bytes: &[u8]| openssl::base64::encode_block(bytes);
    for (planted, secret) in [
        ("山﨑　智恵子".to_owned(), name),
        (hex(name), name),
        (spaced(name), name),
        (base64(name), name),
        (base64(&[b"x", name, b"yz"].concat()), name),
        (base64(&[b"xy", name, b"z"].concat()), name),
        (hex(&sjis), "智恵子".as_bytes()),
        (base64(&sjis), "智恵子".as_bytes()),
        ("\\u667a\\u6075\\u5b50".to_owned(), "智恵子".as_bytes()),
        ("QX7ZK93W".to_owned(), b"QX7ZK93W"),
        (hex(b"8642"), b"8642"),
        (base64(b"731904628517395"), b"731904628517395"),
    ] {
        assert!(finds(&plant(&planted), secret).is_some(), "{planted}");
    }
}

#[test]
fn without_consent_nothing_is_written_and_no_card_is_asked() {
    let folder = folder("consent");
    let output = doctor(&folder, PROFILE, &["--json"]);
    assert_eq!(output.status.code(), Some(10));
    assert!(!folder.join("report.json").exists());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["exchanges"].is_null());
}

/// What the report says of a fact.
fn observed<'a>(report: &'a Value, fact: &str) -> (&'a str, Option<&'a str>) {
    let facts = report["facts"].as_array().unwrap();
    let found = facts.iter().find(|one| one["fact"] == fact).unwrap_or_else(|| panic!("{fact}"));
    (found["observed"].as_str().unwrap(), found["note"].as_str())
}

#[test]
fn every_fact_that_is_not_certain_has_a_field_and_an_answer_or_a_reason() {
    let (_, _, report) = report("facts", PROFILE);
    let facts = report["facts"].as_array().unwrap();
    let names: Vec<&str> = facts.iter().map(|fact| fact["fact"].as_str().unwrap()).collect();
    let expected = [
        "issuer_domain_leaves",
        "issuer_domain_clears_security_status",
        "select_ef_p1_02_only",
        "presence_of_certificates",
        "presence_zero_is_absence",
        "card_without_pins",
        "locked_is_6983_too",
        "change_jpki_and_text",
        "change_common_and_resident",
        "verified_survives_disconnect",
        "verified_survives_reset",
        "verified_survives_reselect",
        "verified_ends_with_application_or_power",
        "unknown_after_power_up",
        "sign_p1_02_and_03",
        "sign_p1_04_and_05",
        "one_verify_many_signatures",
        "furigana",
        "birth_date_tries",
        "wrong_length_costs_a_try",
    ];
    assert_eq!(names, expected);
    for fact in facts {
        assert!(["M", "L", "?"].contains(&fact["certainty"].as_str().unwrap()));
        assert_eq!(fact["note"].is_string(), fact["observed"] != "holds", "{fact}");
    }
    for fact in ["issuer_domain_leaves", "select_ef_p1_02_only", "presence_of_certificates"] {
        assert_eq!(observed(&report, fact).0, "holds");
    }
    assert_eq!(observed(&report, "unknown_after_power_up").0, "found");
}

#[test]
fn a_card_that_is_otherwise_is_reported_as_it_is() {
    let (_, _, child) = report("child", r#"{"kind": "child"}"#);
    assert_eq!(observed(&child, "presence_zero_is_absence").0, "holds");
    assert_eq!(observed(&child, "card_without_pins").0, "not observed");

    let (_, _, face) = report("face", r#"{"kind": "face_auth"}"#);
    assert_eq!(observed(&face, "card_without_pins").0, "holds");

    let odd = r#"{"reader": {"unknown_after_power_up": true, "extended_length": false},
        "overrides": [{"header": "00A4000C", "answer": "9000"}, {"header": "0020009B", "answer": "6983"},
        {"header": "00B08800", "answer": "8F8F019000"}]}"#;
    let (output, _, odd) = report("odd", odd);
    assert_eq!(observed(&odd, "unknown_after_power_up").0, "holds");
    assert_eq!(observed(&odd, "select_ef_p1_02_only"), ("found", Some("another P1 works too")));
    assert_eq!(observed(&odd, "locked_is_6983_too").0, "found");
    assert_eq!(observed(&odd, "presence_of_certificates"), ("found", Some("another value")));
    assert_eq!(odd["card"]["extended_length"], false);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let states: Vec<&str> =
        answer["findings"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["CARD_READABLE", "SHORT_LENGTH_ONLY"]);
}

#[test]
fn a_card_that_is_not_ours_or_leaves_on_the_way_has_a_report_too() {
    let (output, _, juki) = report("juki", r#"{"kind": "juki"}"#);
    assert_eq!(output.status.code(), Some(30));
    assert_eq!(juki["ended_by"]["result"], "CARD_UNSUPPORTED");
    assert_eq!(juki["ended_by"]["reason"], "JUKI");
    assert!(juki["card"].is_null());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["findings"][1]["state"], "CARD_NOT_OURS");

    let (output, _, gone) = report("gone", r#"{"reader": {"remove_before": 9}}"#);
    assert_eq!(output.status.code(), Some(30));
    assert_eq!(gone["ended_by"]["result"], "CARD_REMOVED");
    assert_eq!(gone["commands"].as_array().unwrap().last().unwrap()["failure"], "CARD_REMOVED");
    assert_eq!(observed(&gone, "issuer_domain_leaves").0, "not observed");
    assert_eq!(observed(&gone, "presence_of_certificates").0, "holds", "what was learnt till then");
}

#[test]
fn an_examination_presents_no_pin_reads_no_record_and_leaves_the_card() {
    use honnin::{Card, Context, ContextOptions, OpenOptions, PinKind};
    let virtual_card = VirtualCard::new(None).unwrap();
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    let mut card =
        Card::open_connection(&context, virtual_card.connect().unwrap(), OpenOptions::default()).unwrap();
    card.examine().unwrap();
    let seen = virtual_card.transcript();
    for exchange in &seen.exchanges {
        assert!(exchange.header[1] != 0x20 || exchange.data_len == 0, "{}", exchange.header_hex());
        assert!([0xA4, 0xB0, 0x20].contains(&exchange.header[1]), "{}", exchange.header_hex());
    }
    assert_eq!(seen.headers().last().unwrap(), "00A4040C", "the card is left");
    assert!(seen.exchanges.len() < 40);
    for pin in PinKind::ALL {
        assert!(virtual_card.tries_left(*pin).is_none_or(|left| left >= 3), "{pin:?}");
    }
    // And it can be used on.
    assert_eq!(card.pin_tries(PinKind::Signing).unwrap(), Some(5));
}

#[test]
fn the_documentation_names_every_field_and_fact() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/card-report.md");
    let documentation = std::fs::read_to_string(path).unwrap();
    let (_, _, report) = report("documented", "{}");
    fn keys(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    found.push(key.clone());
                    keys(value, found);
                }
            }
            Value::Array(array) => array.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let mut wanted = Vec::new();
    keys(&report, &mut wanted);
    wanted.extend(report["facts"].as_array().unwrap().iter().map(|one| one["fact"].as_str().unwrap().into()));
    for word in wanted {
        assert!(documentation.contains(&format!("`{word}`")), "{word}");
    }
}
