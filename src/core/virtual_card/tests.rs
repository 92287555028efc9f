//! What the virtual card says to raw commands, fact by fact.

use super::*;
use crate::reader::Disposition;
use crate::result::ResultCode;
use openssl::x509::X509;
use std::time::{Duration, Instant};

const JPKI: &str = "00A4040C 0A D392F000260100000001";
const COMMON: &str = "00A4040C 0A D3921000310001010100";
const RESIDENT: &str = "00A4040C 0A D3921000310001010401";
const ISSUER_DOMAIN: &str = "00A4040C 07 A0000001510000";
const VERIFY_ABC123: &str = "0020009B 06 414243313233";
const VERIFY_ABC124: &str = "0020009B 06 414243313234";
const VERIFY_1234: &str = "00200098 04 31323334";
const LONG: Duration = Duration::from_secs(5);

fn bytes(command: &str) -> Vec<u8> {
    profile::from_hex(&command.replace(' ', "")).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn try_to_say(connection: &mut Box<dyn Connection>, command: &str) -> Result<Vec<u8>> {
    let mut response = Vec::new();
    connection.transmit(&bytes(command), &mut response, LONG)?;
    Ok(response)
}

/// Sends a command in hex; data and status word come back in hex.
fn say(connection: &mut Box<dyn Connection>, command: &str) -> String {
    hex(&try_to_say(connection, command).unwrap())
}

fn card_with(json: &str) -> (VirtualCard, Box<dyn Connection>) {
    let card = VirtualCard::new(Some(json)).unwrap();
    let connection = card.connect().unwrap();
    (card, connection)
}

/// The default card with the JPKI application selected.
fn in_jpki() -> (VirtualCard, Box<dyn Connection>) {
    let (card, mut to) = card_with("{}");
    assert_eq!(say(&mut to, JPKI), "9000");
    (card, to)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(30)
}

fn refused(json: &str) -> &'static str {
    let error = VirtualCard::new(Some(json)).unwrap_err();
    assert_eq!(error.code, ResultCode::InvalidArgument);
    error.detail
}

// Applications and files.

#[test]
fn an_application_is_selected_by_its_name_or_the_beginning_of_it() {
    let (_, mut to) = card_with("{}");
    for selects in [JPKI, "00A40400 0A D392F000260100000001", "00A4040C 06 D392F0002601", COMMON, RESIDENT] {
        assert_eq!(say(&mut to, selects), "9000", "{selects}");
    }
    for absent in
        ["00A4040C 0A D392F000260100000002", "00A4040C 0B D392F00026010000000100", "00A4040C 05 D392F00027"]
    {
        assert_eq!(say(&mut to, absent), "6A82", "{absent}");
    }
    assert_eq!(say(&mut to, "00A40000"), "6A86");
}

#[test]
fn a_file_is_selected_by_p1_02_only() {
    let (_, mut to) = in_jpki();
    assert_eq!(say(&mut to, "00B00000 00"), "6986", "nothing is current yet");
    assert_eq!(say(&mut to, "00A4020C 02 0006"), "9000");
    assert_eq!(say(&mut to, "00A4000C 02 0006"), "6A86");
    assert_eq!(say(&mut to, "00A4020C 02 3F00"), "6A82");
    assert_eq!(say(&mut to, "00A4020C 02 0003"), "6A82");
    assert!(say(&mut to, "00B00000 0F").starts_with(&hex(b"JPKIAPICCTOKEN2")), "the selection stays");
    assert_eq!(say(&mut to, JPKI), "9000");
    assert_eq!(say(&mut to, "00B00000 00"), "6986", "a new selection of the application forgets it");
}

#[test]
fn the_label_names_the_kind_of_card() {
    for (kind, label, presence) in [
        ("plastic", "JPKIAPICCTOKEN2", "8F8F00"),
        ("juki", "JPKIAPICCTOKEN", "8F0000"),
        ("android", "JPKIAPGPSETOKEN", "8F8F00"),
        ("iphone", "JPKIAPIOSTOKEN", "8F8F00"),
        ("child", "JPKIAPICCTOKEN2", "008F00"),
        ("face_auth", "JPKIAPICCTOKEN2", "008F00"),
    ] {
        let (_, mut to) = card_with(&format!(r#"{{"kind": "{kind}"}}"#));
        say(&mut to, JPKI);
        let information = try_to_say(&mut to, "00B08600 00").unwrap();
        assert_eq!(information.len(), 162);
        assert_eq!(String::from_utf8_lossy(&information[..32]), format!("{label:32}"));
        assert_eq!(say(&mut to, "00B08800 00"), format!("{presence}9000"));
    }
}

#[test]
fn a_certificate_file_is_longer_than_the_certificate() {
    let (card, mut to) = in_jpki();
    let certificate = card.certificate(CertificateKind::Authentication).unwrap();
    let all = try_to_say(&mut to, "00B08A00 000000").unwrap();
    assert_eq!(all.len(), 3808 + 2);
    assert_eq!(all[..certificate.len()], certificate);
    assert!(all[certificate.len()..3808].iter().all(|byte| *byte == 0));
    assert_eq!(try_to_say(&mut to, "00B00100 0003E8").unwrap()[..1000], all[256..1256], "15-bit offset");
    assert_eq!(try_to_say(&mut to, "00B00100 10").unwrap().len(), 18, "short Le");
    assert_eq!(say(&mut to, "00B00EDF 10"), "009000", "across the end: what there is");
    assert_eq!(say(&mut to, "00B00EE0 10"), "6B00");
    assert_eq!(say(&mut to, "00B08A05 01"), format!("{:02X}9000", certificate[5]), "SFI and an 8-bit offset");
    assert_eq!(say(&mut to, "00B00000"), "6700", "a READ must say how much");
}

#[test]
fn the_signing_certificate_needs_the_password_and_the_others_do_not() {
    let (card, mut to) = in_jpki();
    assert_eq!(say(&mut to, "00B08100 00"), "6982");
    for free in ["00B08200 04", "00B08A00 04", "00B08B00 04"] {
        assert!(say(&mut to, free).ends_with("9000"), "{free}");
    }
    assert_eq!(say(&mut to, VERIFY_1234), "9000");
    assert_eq!(say(&mut to, "00B08100 00"), "6982", "another PIN does not open it");
    assert_eq!(say(&mut to, VERIFY_ABC123), "9000");
    let first = try_to_say(&mut to, "00B08100 00").unwrap();
    assert_eq!(first[..256], card.certificate(CertificateKind::Signing).unwrap()[..256]);
    let (_, mut to) = card_with(r#"{"kind": "android"}"#);
    say(&mut to, JPKI);
    assert_eq!(say(&mut to, "00B08A00 04"), "6982");
    assert_eq!(say(&mut to, VERIFY_1234), "9000");
    assert!(say(&mut to, "00B08A00 04").ends_with("9000"));
}

#[test]
fn the_common_application_tells_serial_municipality_and_expiry() {
    let (_, mut to) = card_with("{}");
    say(&mut to, COMMON);
    say(&mut to, "00A4020C 02 0001");
    let record = format!("011C{}9000", hex(b"9000000000000011310120340507"));
    assert_eq!(say(&mut to, "00B20104 00"), record);
    assert_eq!(say(&mut to, "00B20204 00"), "6A83");
    let (_, mut phone) = card_with(r#"{"kind": "iphone"}"#);
    assert_eq!(say(&mut phone, COMMON), "6A82");
}

// PINs.

#[test]
fn asking_for_the_tries_spends_none() {
    let (card, mut to) = in_jpki();
    for _ in 0..3 {
        assert_eq!(say(&mut to, "0020009B"), "63C5");
        assert_eq!(say(&mut to, "00200098"), "63C3");
    }
    assert_eq!(say(&mut to, "0020009B 00"), "6700", "a trailing Le");
    assert_eq!(say(&mut to, "00A4020C 02 001B"), "9000");
    assert_eq!(say(&mut to, "00200080"), "63C5");
    assert_eq!(say(&mut to, VERIFY_ABC123), "9000");
    assert_eq!(say(&mut to, "0020009B"), "9000", "verified");
    assert_eq!(card.tries_left(PinKind::Signing), Some(5));
}

#[test]
fn every_wrong_value_costs_a_try_and_the_last_one_locks() {
    let (card, mut to) = in_jpki();
    assert_eq!(say(&mut to, VERIFY_ABC124), "63C4");
    assert_eq!(say(&mut to, "0020009B 04 31323334"), "63C3", "a wrong length is wrong");
    assert_eq!(say(&mut to, "0020009B 06 616263313233"), "63C2", "lower case is wrong");
    assert_eq!(say(&mut to, VERIFY_ABC124), "63C1");
    assert_eq!(say(&mut to, VERIFY_ABC124), "63C0");
    assert_eq!(say(&mut to, VERIFY_ABC123), "6984", "locked");
    assert_eq!(say(&mut to, "0020009B"), "63C0");
    card.remove();
    card.insert();
    assert_eq!(card.tries_left(PinKind::Signing), Some(0), "power brings no try back");
}

#[test]
fn the_right_value_brings_the_tries_back_and_a_wrong_one_ends_the_verified_state() {
    let (card, mut to) = in_jpki();
    say(&mut to, VERIFY_ABC124);
    assert_eq!(say(&mut to, VERIFY_ABC123), "9000");
    assert_eq!(card.tries_left(PinKind::Signing), Some(5));
    assert!(card.is_verified(PinKind::Signing));
    say(&mut to, VERIFY_ABC124);
    assert!(!card.is_verified(PinKind::Signing));
}

#[test]
fn a_pin_is_changed_after_it_was_verified() {
    let (_, mut to) = in_jpki();
    let change = "0024019B 07 4E455750573031";
    assert_eq!(say(&mut to, change), "6982");
    say(&mut to, VERIFY_ABC123);
    assert_eq!(say(&mut to, "0024019B 03 414231"), "6700");
    assert_eq!(say(&mut to, change), "9000");
    assert_eq!(say(&mut to, VERIFY_ABC123), "63C4");
    assert_eq!(say(&mut to, "0020009B 07 4E455750573031"), "9000");
    say(&mut to, RESIDENT);
    say(&mut to, "00A4020C 02 001C");
    assert_eq!(say(&mut to, "00200080 04 31323334"), "9000");
    assert_eq!(say(&mut to, "80320080 04 35363738"), "9000");
    assert_eq!(say(&mut to, "00200080 04 35363738"), "9000");
}

#[test]
fn cards_without_pins_answer_as_locked() {
    let (_, mut to) = card_with(r#"{"kind": "face_auth"}"#);
    say(&mut to, JPKI);
    for (query, verify) in [("0020009B", VERIFY_ABC123), ("00200098", VERIFY_1234)] {
        assert_eq!(say(&mut to, query), "63C0");
        assert_eq!(say(&mut to, verify), "6984");
    }
    let (card, mut to) = card_with(r#"{"kind": "child"}"#);
    say(&mut to, JPKI);
    assert_eq!(say(&mut to, "0020009B"), "63C0");
    assert_eq!(say(&mut to, VERIFY_1234), "9000");
    assert_eq!(card.certificate(CertificateKind::Signing), None);
}

#[test]
fn the_verified_state_ends_with_the_application_or_the_power_and_not_with_the_program() {
    let (card, mut to) = in_jpki();
    let verify = |to: &mut Box<dyn Connection>| {
        say(to, JPKI);
        assert_eq!(say(to, VERIFY_ABC123), "9000");
    };
    verify(&mut to);
    say(&mut to, JPKI);
    assert!(card.is_verified(PinKind::Signing), "the same application again");
    assert_eq!(say(&mut to, "00A4040C 0A D392F000260100000002"), "6A82");
    assert!(card.is_verified(PinKind::Signing), "an application that is not there");
    drop(to);
    let mut to = card.connect().unwrap();
    assert!(card.is_verified(PinKind::Signing), "the program ended");
    to.begin(soon()).unwrap();
    to.end(Disposition::Reset);
    assert!(card.is_verified(PinKind::Signing), "a reset");
    assert_eq!(say(&mut to, "00B08100 00"), "6A82", "which forgets the selection");
    say(&mut to, JPKI);
    assert!(say(&mut to, "00B08100 04").ends_with("9000"));
    for leaves in [ISSUER_DOMAIN, COMMON] {
        verify(&mut to);
        assert_eq!(say(&mut to, leaves), "9000");
        assert!(!card.is_verified(PinKind::Signing), "{leaves}");
    }
    verify(&mut to);
    to.end(Disposition::Unpower);
    assert!(!card.is_verified(PinKind::Signing), "the power");
    verify(&mut to);
    card.remove();
    card.insert();
    assert!(!card.is_verified(PinKind::Signing), "the field");
    assert!(card.verify_out_of_band(PinKind::Signing));
    assert!(card.is_verified(PinKind::Signing), "another program");
}

// Signing.

fn public_key(card: &VirtualCard, kind: CertificateKind) -> openssl::rsa::Rsa<openssl::pkey::Public> {
    X509::from_der(&card.certificate(kind).unwrap()).unwrap().public_key().unwrap().rsa().unwrap()
}

fn unpad(key: &openssl::rsa::Rsa<openssl::pkey::Public>, answer: &[u8]) -> Vec<u8> {
    let mut plain = vec![0; 256];
    let count = key.public_decrypt(&answer[..256], &mut plain, openssl::rsa::Padding::PKCS1).unwrap();
    plain.truncate(count);
    plain
}

#[test]
fn a_key_signs_after_its_own_pin_and_as_often_as_one_likes() {
    let (card, mut to) = in_jpki();
    let (sign, authenticate) = ("802A009A 03 010203 00", "802A0097 03 010203 00");
    assert_eq!(say(&mut to, sign), "6982");
    say(&mut to, VERIFY_1234);
    assert_eq!(say(&mut to, sign), "6982", "that was another key's PIN");
    for _ in 0..3 {
        let answer = try_to_say(&mut to, authenticate).unwrap();
        assert_eq!(unpad(&public_key(&card, CertificateKind::Authentication), &answer), [1, 2, 3]);
    }
    say(&mut to, VERIFY_ABC123);
    let key = public_key(&card, CertificateKind::Signing);
    let by_sfi = try_to_say(&mut to, sign).unwrap();
    assert_eq!(unpad(&key, &by_sfi), [1, 2, 3]);
    say(&mut to, "00A4020C 02 001A");
    assert_eq!(try_to_say(&mut to, "802A0080 03 010203 00").unwrap(), by_sfi);
    let digest = hex(&[9; 32]);
    let info = unpad(&key, &try_to_say(&mut to, &format!("802A0280 20 {digest} 00")).unwrap());
    assert_eq!((info.len(), &info[19..]), (51, &[9; 32][..]));
    let hashed = unpad(&key, &try_to_say(&mut to, "802A0380 01 61 00").unwrap());
    assert_eq!(hashed[19..], openssl::sha::sha256(b"a"));
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let (_, mut to) = in_jpki();
    say(&mut to, VERIFY_ABC123);
    assert_eq!(
        say(&mut to, &format!("802A009A F6 {} 00", hex(&[1; 246]))),
        "6700",
        "no room for the padding"
    );
    assert!(say(&mut to, &format!("802A009A F5 {} 00", hex(&[1; 245]))).ends_with("9000"));
    assert_eq!(say(&mut to, "802A029A 03 010203 00"), "6700", "no digest");
    assert_eq!(say(&mut to, "802A099A 03 010203 00"), "6A86");
    assert_eq!(say(&mut to, "802A009A 03 010203"), "6700", "no Le");
    assert_eq!(say(&mut to, "802A009A 03 010203 10"), "6C00", "too short an Le");
    assert_eq!(say(&mut to, "802A0081 03 010203 00"), "6A88", "no key");
    assert_eq!(say(&mut to, "802A0000 03 010203 00"), "6A86", "JPKI has no key without a PIN");
    assert_eq!(say(&mut to, "002A009A 03 010203 00"), "6D00");
    assert_eq!(say(&mut to, "902A009A 03 010203 00"), "6E00");
}

/// Password, certificate, signature: the fewest commands that a careful program needs.
fn read_and_sign(card: &VirtualCard, extended: bool) -> (usize, Duration) {
    let certificate = card.certificate(CertificateKind::Signing).unwrap();
    let begun = Instant::now();
    let mut to = card.connect().unwrap();
    for command in [JPKI, "00B08600 A0", "00B08800 03", "0020009B", VERIFY_ABC123] {
        say(&mut to, command);
    }
    let mut read = try_to_say(&mut to, "00B08100 00").unwrap();
    read.truncate(256);
    while read.len() < certificate.len() {
        let rest = certificate.len() - read.len();
        let offset = hex(&u16::try_from(read.len()).unwrap().to_be_bytes());
        let le = if extended { format!("00{rest:04X}") } else { format!("{:02X}", rest.min(256) & 0xFF) };
        let mut part = try_to_say(&mut to, &format!("00B0{offset} {le}")).unwrap();
        part.truncate(part.len() - 2);
        read.extend(part);
    }
    assert_eq!(read, certificate);
    assert_eq!(try_to_say(&mut to, &format!("802A029A 20 {} 00", hex(&[1; 32]))).unwrap().len(), 258);
    assert_eq!(say(&mut to, ISSUER_DOMAIN), "9000");
    (card.transcript().exchanges.len(), begun.elapsed())
}

#[test]
fn nine_commands_do_or_fourteen_short_ones() {
    let (extended, took) = read_and_sign(&VirtualCard::new(None).unwrap(), true);
    println!("nine commands took {took:?}");
    assert_eq!(extended, 9);
    assert_eq!(read_and_sign(&VirtualCard::new(None).unwrap(), false).0, 14);
}

#[test]
fn a_card_is_ready_at_once() {
    let begun = Instant::now();
    VirtualCard::new(None).unwrap();
    println!("a card took {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_millis(500), "keys are not made anew");
}

// Certificates.

#[test]
fn the_certificates_have_the_sizes_and_the_shape_of_real_ones() {
    let card = VirtualCard::new(None).unwrap();
    let length = |kind| card.certificate(kind).unwrap().len();
    assert!((1742..=1758).contains(&length(CertificateKind::Signing)));
    assert!((1571..=1590).contains(&length(CertificateKind::Authentication)));
    for ca in [CertificateKind::SigningCa, CertificateKind::AuthenticationCa] {
        assert!((1301..=1333).contains(&length(ca)));
    }
    for kind in [CertificateKind::Signing, CertificateKind::Authentication] {
        let (leaf, ca) = (card.certificate(kind).unwrap(), card.ca(kind));
        let (leaf, ca) = (X509::from_der(&leaf).unwrap(), X509::from_der(&ca).unwrap());
        assert!(leaf.verify(&ca.public_key().unwrap()).unwrap());
        assert!(ca.verify(&ca.public_key().unwrap()).unwrap());
        assert_eq!(ca.issued(&leaf), openssl::x509::X509VerifyResult::OK);
        assert!(leaf.authority_key_id().unwrap().as_slice() == ca.subject_key_id().unwrap().as_slice());
        let now = openssl::asn1::Asn1Time::days_from_now(0).unwrap();
        assert!(leaf.not_before() < now && leaf.not_after() > now);
    }
    let signing = card.certificate(CertificateKind::Signing).unwrap();
    let end = X509::from_der(&signing).unwrap().not_after().to_string();
    assert!(end.contains(" 14:59:59 ") && end.starts_with("May  7"), "{end}");
}

#[test]
fn the_six_attributes_are_those_of_the_profile() {
    let card = VirtualCard::new(Some(
        r#"{"name": "髙橋　一郎", "name_substituted": "10000", "birth_date": "1980-02-00", "sex": "male"}"#,
    ))
    .unwrap();
    let certificate = card.certificate(CertificateKind::Signing).unwrap();
    let position = |text: &str| {
        certificate.windows(text.len()).position(|window| window == text.as_bytes()).expect(text)
    };
    let order =
        [position("髙橋　一郎"), position("319800200"), position("東京都"), position("\u{0C}\u{05}10000")];
    assert!(order.is_sorted(), "1, 4, 3, 5, 2, 6");
}

#[test]
fn certificates_are_made_expired_or_not_yet_valid_on_request() {
    let now = openssl::asn1::Asn1Time::days_from_now(0).unwrap();
    let card = VirtualCard::new(Some(
        r#"{"certificates": {"signing": "expired", "authentication": "not_yet_valid"}}"#,
    ))
    .unwrap();
    let of = |kind| X509::from_der(&card.certificate(kind).unwrap()).unwrap();
    assert!(of(CertificateKind::Signing).not_after() < now);
    assert!(of(CertificateKind::Authentication).not_before() > now);
}

#[test]
fn the_revocation_list_names_the_revoked_certificate_only() {
    let card = VirtualCard::new(Some(r#"{"certificates": {"signing": "revoked"}}"#)).unwrap();
    for (kind, revoked) in [(CertificateKind::Signing, true), (CertificateKind::Authentication, false)] {
        let list = openssl::x509::X509Crl::from_der(&card.crl(kind)).unwrap();
        let ca = X509::from_der(&card.ca(kind)).unwrap();
        assert!(list.verify(&ca.public_key().unwrap()).unwrap());
        let certificate = X509::from_der(&card.certificate(kind).unwrap()).unwrap();
        let found = matches!(list.get_by_cert(&certificate), openssl::x509::CrlStatus::Revoked(_));
        assert_eq!(found, revoked, "{kind:?}");
    }
}

#[test]
fn the_same_profile_gives_the_same_card() {
    let (one, two) = (VirtualCard::new(None).unwrap(), VirtualCard::new(None).unwrap());
    for kind in CertificateKind::ALL {
        assert_eq!(one.certificate(*kind), two.certificate(*kind));
    }
}

// The profile.

#[test]
fn a_profile_with_a_mistake_is_refused_with_its_place() {
    assert!(refused("{").contains("JSON"));
    assert!(refused(r#"{"nmae": "x"}"#).contains("unknown key"));
    assert!(refused(r#"{"pins": {"sign": "ABC123"}}"#).contains("unknown key"));
    assert!(refused(r#"{"pins": {"signing": "abc123"}}"#).contains("pins.signing"));
    assert!(refused(r#"{"pins": {"text": "12345"}}"#).contains("pins.text"));
    assert!(refused(r#"{"birth_date": "1989-02-30"}"#).contains("birth_date"));
    assert!(refused(r#"{"expiry": "2034"}"#).contains("expiry"));
    assert!(refused(r#"{"name": ""}"#).contains("name"));
    assert!(refused(r#"{"overrides": [{"header": "00 20", "answer": ""}]}"#).contains("override"));
    assert!(refused(r#"{"overrides": [{"header": "0020", "answer": "9"}]}"#).contains("override"));
    assert!(refused(r#"{"reader": {"remove_before": 0}}"#).contains("remove_before"));
}

#[test]
fn the_example_in_the_documentation_is_a_profile() {
    let text = include_str!("../../../docs/virtual-card.md");
    let json = text.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    VirtualCard::new(Some(json)).unwrap();
}

// The reader.

#[test]
fn the_transcript_has_headers_and_lengths_and_never_a_pin() {
    let card = VirtualCard::new(Some(r#"{"pins": {"signing": "CANARY99"}}"#)).unwrap();
    let mut to = card.connect().unwrap();
    say(&mut to, JPKI);
    say(&mut to, "0020009B 08 43414E4152593939");
    say(&mut to, "0020009B 08 43414E4152593938");
    let transcript = card.transcript();
    assert_eq!(transcript.headers(), ["00A4040C", "0020009B", "0020009B"]);
    assert_eq!(transcript.count(0x20), 2);
    let shown = format!("{}{transcript:?}{card:?}", transcript.to_json());
    assert!(!shown.contains("CANARY") && !shown.contains("43414E41") && !shown.contains("67, 65, 78"));
    assert!(shown.contains(r#""lc":8,"le":null,"extended":false,"response":0,"sw":"63C4""#), "{shown}");
    card.clear_transcript();
    assert!(card.transcript().exchanges.is_empty());
}

#[test]
fn a_reader_without_extended_length_says_6700() {
    let (_, mut to) = card_with(r#"{"reader": {"extended_length": false, "tells_extended_length": true}}"#);
    assert_eq!(to.extended_length(), Some(false));
    say(&mut to, JPKI);
    assert_eq!(say(&mut to, "00B08A00 000000"), "6700");
    assert_eq!(try_to_say(&mut to, "00B08A00 00").unwrap().len(), 258);
    let (_, to) = card_with("{}");
    assert_eq!(to.extended_length(), None);
}

#[test]
fn a_card_without_short_identifiers_says_6a86() {
    let (_, mut to) = card_with(r#"{"reader": {"sfi": false}}"#);
    say(&mut to, JPKI);
    for by_sfi in ["00B08800 00", "0020009B", VERIFY_ABC123, "802A009A 01 01 00"] {
        assert_eq!(say(&mut to, by_sfi), "6A86");
    }
    say(&mut to, "00A4020C 02 0008");
    assert_eq!(say(&mut to, "00B00000 00"), "8F8F009000");
}

#[test]
fn the_card_leaves_before_a_command_or_with_its_answer() {
    let (card, mut to) = card_with(r#"{"reader": {"remove_before": 3}}"#);
    say(&mut to, JPKI);
    say(&mut to, "00B08800 00");
    assert_eq!(try_to_say(&mut to, VERIFY_ABC124).unwrap_err().code, ResultCode::CardRemoved);
    assert_eq!((card.tries_left(PinKind::Signing), card.transcript().count(0x20)), (Some(5), 0));
    assert!(!card.is_inserted());
    assert_eq!(card.connect().err().unwrap().code, ResultCode::CardAbsent);

    let (card, mut to) = card_with(r#"{"reader": {"remove_after": 2, "return_after_ms": 20}}"#);
    say(&mut to, JPKI);
    assert_eq!(try_to_say(&mut to, VERIFY_ABC124).unwrap_err().code, ResultCode::CardRemoved);
    assert_eq!(card.tries_left(PinKind::Signing), Some(4), "the try was spent all the same");
    assert_eq!(card.transcript().exchanges[1].status_word, None);
    std::thread::sleep(Duration::from_millis(40));
    assert!(card.is_inserted(), "it came back");
    assert_eq!(to.begin(soon()).unwrap_err().code, ResultCode::CardRemoved, "an old connection stays dead");
    let mut again = card.connect().unwrap();
    for _ in 0..3 {
        assert_eq!(say(&mut again, JPKI), "9000", "it leaves once only");
    }
    card.remove_before(2);
    say(&mut again, JPKI);
    assert!(try_to_say(&mut again, JPKI).is_err());
}

#[test]
fn contact_fails_as_a_test_wants_it_to() {
    let (card, mut to) = in_jpki();
    card.fail_at(2, ResultCode::CardUnstable);
    assert_eq!(say(&mut to, "0020009B"), "63C5");
    assert_eq!(try_to_say(&mut to, VERIFY_ABC124).unwrap_err().code, ResultCode::CardUnstable);
    assert_eq!(card.tries_left(PinKind::Signing), Some(5), "the card never saw it");
    assert_eq!(say(&mut to, VERIFY_ABC123), "9000");
}

#[test]
fn a_lying_card_says_what_the_profile_wants() {
    let (card, mut to) = card_with(
        r#"{"overrides": [
            {"header": "0020009B", "answer": "63CF"},
            {"header": "00B0", "nth": 2, "answer": ""},
            {"header": "802A", "times": 2, "answer": "6100", "executes": false}
        ]}"#,
    );
    say(&mut to, JPKI);
    assert_eq!(say(&mut to, "0020009B"), "63CF");
    assert_eq!(say(&mut to, VERIFY_ABC124), "63CF");
    assert_eq!(card.tries_left(PinKind::Signing), Some(4), "it was executed");
    assert_eq!(say(&mut to, "00B08800 00"), "8F8F009000");
    assert_eq!(say(&mut to, "00B08800 00"), "");
    assert_eq!(say(&mut to, "00B08800 00"), "8F8F009000");
    assert_eq!(say(&mut to, "802A009A 01 01 00"), "6100");
    assert_eq!(say(&mut to, "802A009A 01 01 00"), "6100");
    assert_eq!(say(&mut to, "802A009A 01 01 00"), "6982");
}

#[test]
fn the_first_answer_after_power_may_be_6f00() {
    let (_, mut to) = card_with(r#"{"reader": {"unknown_after_power_up": true}}"#);
    assert_eq!(say(&mut to, JPKI), "6F00");
    assert_eq!(say(&mut to, JPKI), "9000");
    to.end(Disposition::Unpower);
    assert_eq!(say(&mut to, JPKI), "6F00");
}

#[test]
fn a_mute_card_is_seen_and_not_connected_to() {
    for (interface, name) in
        [(ReaderInterface::Contact, "contact"), (ReaderInterface::Contactless, "contactless")]
    {
        let profile = format!(r#"{{"reader": {{"mute": true, "interface": "{name}"}}}}"#);
        let card = VirtualCard::new(Some(&profile)).unwrap();
        assert_eq!(card.connect().err().unwrap().code, ResultCode::CardMute);
        let options = crate::reader::ContextOptions { no_pcsc: true, ..Default::default() };
        let context = crate::reader::Context::new(options).unwrap();
        context.add_virtual_reader(Arc::new(card));
        let seen = context.readers().unwrap().remove(0);
        assert!(seen.card_present && seen.mute && seen.interface == interface, "{seen:?}");
        let failed = crate::card::Card::open(&context, None, Default::default()).err().unwrap();
        assert_eq!(failed.code, ResultCode::CardMute);
        assert_eq!(failed.reader_interface, interface, "the words for a slot are not those for a field");
    }
}

#[test]
fn a_transaction_keeps_others_out_and_a_claim_keeps_them_off() {
    let card = VirtualCard::new(None).unwrap();
    let (mut one, mut two) = (card.connect().unwrap(), card.connect().unwrap());
    one.begin(soon()).unwrap();
    assert_eq!(two.begin(soon()).unwrap_err().code, ResultCode::ReaderBusy);
    assert_eq!(one.claim(soon()).unwrap_err().code, ResultCode::ReaderBusy, "two is connected");
    let waiting = std::thread::spawn(move || {
        let result = two.begin(Instant::now() + LONG);
        (two, result)
    });
    std::thread::sleep(Duration::from_millis(20));
    one.end(Disposition::Leave);
    let (two, result) = waiting.join().unwrap();
    result.unwrap();
    drop(two);
    one.claim(soon()).unwrap();
    assert_eq!(card.connect().err().unwrap().code, ResultCode::ReaderBusy);
    drop(one);
    card.connect().unwrap();
}

#[test]
fn a_reset_by_another_is_told_once() {
    let card = VirtualCard::new(None).unwrap();
    let (mut one, mut two) = (card.connect().unwrap(), card.connect().unwrap());
    one.begin(soon()).unwrap();
    one.end(Disposition::Reset);
    assert_eq!(try_to_say(&mut two, JPKI).unwrap_err().code, ResultCode::CardReset);
    assert_eq!(two.begin(soon()).unwrap_err().code, ResultCode::CardReset);
    two.begin(soon()).unwrap();
    assert_eq!(say(&mut two, JPKI), "9000");
    two.end(Disposition::Leave);
    one.begin(soon()).unwrap();
    one.end(Disposition::Leave);
    card.reset();
    assert_eq!(one.begin(soon()).unwrap_err().code, ResultCode::CardReset);
}

#[test]
fn a_slow_card_is_slow_and_one_that_is_too_slow_is_unstable() {
    let (_, mut to) = card_with(r#"{"reader": {"delay_ms_command": 30}}"#);
    let begun = Instant::now();
    say(&mut to, JPKI);
    assert!(begun.elapsed() >= Duration::from_millis(30));
    let result = to.transmit(&bytes(JPKI), &mut Vec::new(), Duration::from_millis(5));
    assert_eq!(result.unwrap_err().code, ResultCode::CardUnstable);
}

#[test]
fn no_command_of_any_shape_upsets_the_card() {
    let (card, mut to) = in_jpki();
    let mut state = 1_u32;
    for length in (0..300).chain([65_544]) {
        let mut command: Vec<u8> = (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        for start in [&[0x00, 0xA4][..], &[0x00, 0xB0], &[0x00, 0xB2], &[0x80, 0x2A], &[]] {
            command.iter_mut().zip(start).for_each(|(to, from)| *to = *from);
            let mut response = Vec::new();
            to.transmit(&command, &mut response, LONG).unwrap();
            assert!(response.len() >= 2);
        }
    }
    assert_eq!(card.tries_left(PinKind::Signing), Some(5));
}
