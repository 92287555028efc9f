//! What the card sees when it is used: every test counts the commands.

use super::*;
use crate::certificate::CertificateKind;
use crate::reader::{Context, ContextOptions, Timeout};
use crate::result::{CardKind, Error, PinKind, Reason, ResultCode, TrySpent};
use crate::signature::{self, Hash};
use crate::virtual_card::VirtualCard;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

const LEAVE: &str = "00A4040C";
const RIGHT: &str = "ABC123";

fn virtual_card(profile: &str) -> VirtualCard {
    VirtualCard::new(Some(profile)).unwrap()
}

fn context() -> Context {
    Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap()
}

fn open_with(virtual_card: &VirtualCard, options: OpenOptions) -> Result<Card> {
    Card::open_connection(&context(), virtual_card.connect().unwrap(), options)
}

fn open(virtual_card: &VirtualCard) -> Card {
    open_with(virtual_card, OpenOptions::default()).unwrap()
}

fn verify(card: &mut Card, value: &str) -> Result<()> {
    card.pin_verify(PinKind::Signing, Some(&Pin::from(value)), &PinOptions::default())
}

fn saw(virtual_card: &VirtualCard) -> Vec<String> {
    virtual_card.transcript().headers()
}

/// How many VERIFY with a PIN the card saw: those without data only ask for the counter.
fn pins_presented(virtual_card: &VirtualCard) -> usize {
    let is_pin =
        |exchange: &&crate::virtual_card::Exchange| exchange.header[1] == 0x20 && exchange.data_len > 0;
    virtual_card.transcript().exchanges.iter().filter(is_pin).count()
}

fn code<T>(result: Result<T>) -> ResultCode {
    result.map_or_else(|error| error.code, |_| ResultCode::Ok)
}

/// Password, certificate, signature, from open to close.
fn read_and_sign(virtual_card: &VirtualCard, extended_length: ExtendedLength) -> Vec<String> {
    let mut card =
        open_with(virtual_card, OpenOptions { extended_length, ..OpenOptions::default() }).unwrap();
    verify(&mut card, RIGHT).unwrap();
    let certificate = card.certificate_read(CertificateKind::Signing).unwrap();
    let signed = card.sign(KeyKind::Signing, Hash::Sha256, b"contract").unwrap();
    assert_eq!(usize::try_from(card.close()).unwrap(), saw(virtual_card).len());
    signature::verify(&certificate, Hash::Sha256, b"contract", &signed).unwrap();
    assert!(!virtual_card.is_verified(PinKind::Signing));
    saw(virtual_card)
}

const NINE: [&str; 9] =
    ["00A4040C", "00B08600", "00B08800", "0020009B", "0020009B", "00B08100", "00B00100", "802A009A", LEAVE];

// --- the ledger of exchanges ---

#[test]
fn password_certificate_and_signature_take_nine_commands_with_extended_length() {
    for extended in [ExtendedLength::Auto, ExtendedLength::Always] {
        assert_eq!(read_and_sign(&virtual_card("{}"), extended), NINE);
    }
}

#[test]
fn password_certificate_and_signature_take_fourteen_commands_with_short_length_only() {
    let fourteen = [
        "00A4040C", "00B08600", "00B08800", "0020009B", "0020009B", "00B08100", "00B00100", "00B00200",
        "00B00300", "00B00400", "00B00500", "00B00600", "802A009A", LEAVE,
    ];
    assert_eq!(read_and_sign(&virtual_card("{}"), ExtendedLength::Never), fourteen);
    let short_only = virtual_card(r#"{"reader": {"extended_length": false}}"#);
    let with_probe = read_and_sign(&short_only, ExtendedLength::Auto);
    assert_eq!(with_probe.len(), 15, "one more where auto had to probe: {with_probe:?}");
    assert_eq!(with_probe[6..8], ["00B00100", "00B00100"]);
}

#[test]
fn nothing_known_is_read_again() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    verify(&mut card, RIGHT).unwrap();
    let first = card.certificate_read(CertificateKind::Signing).unwrap();
    let before = card.exchanges();
    assert_eq!(card.certificate_read(CertificateKind::Signing).unwrap().der(), first.der());
    assert_eq!(card.exchanges(), before);
    card.sign(KeyKind::Signing, Hash::Sha512, b"1").unwrap();
    card.sign(KeyKind::Signing, Hash::Sha384, b"2").unwrap();
    assert_eq!(card.exchanges(), before + 2, "one command a signature");
}

#[test]
fn a_card_that_refuses_short_identifiers_is_asked_by_select_and_no_try_is_lost() {
    let virtual_card = virtual_card(r#"{"reader": {"sfi": false}}"#);
    let mut card = open(&virtual_card);
    assert_eq!(code(verify(&mut card, "WRONG1")), ResultCode::PinIncorrect);
    assert_eq!(virtual_card.tries_left(PinKind::Signing), Some(4));
    verify(&mut card, RIGHT).unwrap();
    assert_eq!(pins_presented(&virtual_card), 2);
    card.sign(KeyKind::Signing, Hash::Sha256, b"").unwrap();
    let refused = virtual_card
        .transcript()
        .exchanges
        .iter()
        .filter(|exchange| exchange.status_word == Some(0x6A86))
        .count();
    assert_eq!(refused, 1, "the refusal is remembered: {:?}", saw(&virtual_card));
}

#[test]
fn a_short_identifier_refused_as_6a88_falls_back_too() {
    let virtual_card = virtual_card(r#"{"overrides": [{"header": "00B08600", "answer": "6A88"}]}"#);
    let mut card = open(&virtual_card);
    verify(&mut card, RIGHT).unwrap();
    card.sign(KeyKind::Signing, Hash::Sha256, b"").unwrap();
    assert_eq!(pins_presented(&virtual_card), 1);
}

#[test]
fn details_take_three_commands_for_the_expiry_and_none_of_them_names_the_person() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    let what = What { expiry: true, certificates: false, serial: false, municipality: false };
    let details = card.details_read(what).unwrap();
    assert_eq!(details.expiry.unwrap().year(), 2034);
    assert_eq!((details.serial, details.municipality), (None, None));
    assert_eq!(saw(&virtual_card)[2..], ["00A4040C", "00A4020C", "00B20104"]);
    let all = What { expiry: true, certificates: true, serial: true, municipality: true };
    let details = card.details_read(all).unwrap();
    assert_eq!(details.serial.as_deref(), Some("900000000000001"));
    assert_eq!(details.municipality.as_deref(), Some("13101"));
    assert_eq!(details.signing_certificate, Some(true));
    assert_eq!(details.result(), ResultCode::Ok);
}

#[test]
fn details_need_another_application_and_wait_until_the_pin_is_forgotten() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    verify(&mut card, RIGHT).unwrap();
    let before = card.exchanges();
    assert_eq!(code(card.details_read(What::default())), ResultCode::BadState);
    assert_eq!(code(card.pin_tries(PinKind::Text)), ResultCode::BadState);
    assert_eq!(card.exchanges(), before, "nothing was sent");
    card.pin_forget().unwrap();
    assert!(!virtual_card.is_verified(PinKind::Signing));
    card.details_read(What::default()).unwrap();
}

// --- what card it is ---

#[test]
fn the_label_says_what_card_it_is() {
    for (kind, expected) in [
        ("plastic", CardKind::Plastic),
        ("child", CardKind::Plastic),
        ("android", CardKind::Android),
        ("iphone", CardKind::Iphone),
    ] {
        let virtual_card = virtual_card(&format!(r#"{{"kind": "{kind}"}}"#));
        assert_eq!(open(&virtual_card).kind(), expected);
    }
    let juki = virtual_card(r#"{"kind": "juki"}"#);
    let error = open_with(&juki, OpenOptions::default()).unwrap_err();
    assert_eq!((error.code, error.reason), (ResultCode::CardUnsupported, Some(Reason::Juki)));
}

#[test]
fn another_card_is_told_by_its_own_applications_and_sent_nothing_but_selects() {
    for (kind, reason, commands) in [
        ("driving_licence", Reason::DrivingLicence, 2),
        ("residence_card", Reason::ResidenceCard, 3),
        ("passport", Reason::Passport, 4),
        ("blank", Reason::OtherCard, 4),
    ] {
        let other = virtual_card(&format!(r#"{{"kind": "{kind}"}}"#));
        let error = open_with(&other, OpenOptions::default()).unwrap_err();
        assert_eq!((error.code, error.reason), (ResultCode::CardUnsupported, Some(reason)), "{kind}");
        assert_eq!((error.status_word, error.card_kind), (Some(0x6A82), None), "{kind}");
        assert_eq!(saw(&other), vec!["00A4040C"; commands], "{kind}");
    }
}

#[test]
fn a_card_that_does_not_know_select_is_asked_once() {
    for answer in ["6D00", "6E00", "6881", "6A86"] {
        let other =
            virtual_card(&format!(r#"{{"overrides": [{{"header": "00A4040C", "answer": "{answer}"}}]}}"#));
        let error = open_with(&other, OpenOptions::default()).unwrap_err();
        assert_eq!((error.code, error.reason), (ResultCode::CardUnsupported, Some(Reason::OtherCard)));
        assert_eq!(saw(&other).len(), 1, "a card that is none of ours is sent nothing more");
    }
}

#[test]
fn the_first_answer_after_power_up_may_be_6f00_once() {
    let virtual_card = virtual_card(r#"{"overrides": [{"header": "00A4040C", "nth": 1, "answer": "6F00"}]}"#);
    open(&virtual_card);
    assert_eq!(saw(&virtual_card)[..3], ["00A4040C", "00A4040C", "00B08600"]);
}

#[test]
fn a_phone_wants_its_pin_for_the_authentication_certificate() {
    let android = virtual_card(r#"{"kind": "android"}"#);
    let mut card = open(&android);
    let before = card.exchanges();
    assert_eq!(code(card.certificate_read(CertificateKind::Authentication)), ResultCode::PinRequired);
    assert_eq!(card.exchanges(), before);
    card.pin_verify(PinKind::Authentication, Some(&Pin::from("1234")), &PinOptions::default()).unwrap();
    card.certificate_read(CertificateKind::Authentication).unwrap();
    let plastic = virtual_card("{}");
    open(&plastic).certificate_read(CertificateKind::Authentication).unwrap();
}

#[test]
fn a_card_without_passwords_is_told_from_a_childs_card() {
    let face_auth = virtual_card(r#"{"kind": "face_auth"}"#);
    assert_eq!(open(&face_auth).details_read(What::default()).unwrap().result(), ResultCode::CardWithoutPin);
    let child = virtual_card(r#"{"kind": "child"}"#);
    let details = open(&child).details_read(What::default()).unwrap();
    assert_eq!((details.signing_certificate, details.result()), (Some(false), ResultCode::Ok));
}

// --- PIN safety 1: the form ---

#[test]
fn a_malformed_pin_sends_nothing() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    let before = card.exchanges();
    for (value, reason) in [
        ("1234", Reason::FourDigitsForSigning),
        ("abc123", Reason::Character),
        ("ABCDEFGHIJKLMNOP1", Reason::TooLong),
        ("ＡＢＣ１２３", Reason::Character),
        ("", Reason::Empty),
        ("ABC\u{0}123", Reason::Character),
        ("ABC1", Reason::TooShort),
        ("ABC 123", Reason::Character),
    ] {
        let error = verify(&mut card, value).unwrap_err();
        assert_eq!((error.code, error.reason), (ResultCode::PinFormat, Some(reason)), "{value:?}");
        assert_eq!(error.pin, Some(PinKind::Signing));
    }
    for value in ["12345", "123", "12a4", "１２３４"] {
        let outcome =
            card.pin_verify(PinKind::Authentication, Some(&Pin::from(value)), &PinOptions::default());
        assert_eq!(code(outcome), ResultCode::PinFormat, "{value:?}");
    }
    let not_utf8 = Pin::new(b"ABC\xFF123");
    for fold in [false, true] {
        let options = PinOptions { fold, ..PinOptions::default() };
        let outcome = card.pin_verify(PinKind::Signing, Some(&not_utf8), &options);
        assert_eq!(code(outcome), ResultCode::PinFormat);
    }
    assert_eq!(card.exchanges(), before);
    assert_eq!(virtual_card.tries_left(PinKind::Signing), Some(5));
}

#[test]
fn folding_turns_lower_case_and_full_width_into_what_the_card_knows() {
    let fold = PinOptions { fold: true, ..PinOptions::default() };
    for value in ["abc123", "ＡＢＣ１２３", "ａｂｃ１２３"] {
        let virtual_card = virtual_card("{}");
        let mut card = open(&virtual_card);
        card.pin_verify(PinKind::Signing, Some(&Pin::from(value)), &fold).unwrap();
        assert!(virtual_card.is_verified(PinKind::Signing));
    }
    for value in ["１２３４", "ábc123", "abc１２３abc１２３abc１２３"] {
        assert_eq!(code(pin_check(PinKind::Signing, &Pin::from(value), &fold)), ResultCode::PinFormat);
    }
}

#[test]
fn printed_codes_are_checked_for_dates_and_check_digits() {
    let check = |kind, value: &str| pin_check(kind, &Pin::from(value), &PinOptions::default());
    check(PinKind::TextCodeB, "55021720352285").unwrap();
    check(PinKind::FaceBirthDate, "550217").unwrap();
    check(PinKind::FaceCodeA, "123456789018").unwrap();
    for (kind, value, reason) in [
        (PinKind::FaceCodeB, "55133220352285", Reason::Date),
        (PinKind::FaceCodeB, "55021719352285", Reason::Date),
        (PinKind::FaceBirthDate, "551317", Reason::Date),
        (PinKind::TextCodeA, "123456789012", Reason::CheckDigit),
        (PinKind::TextCodeA, "12345678901", Reason::TooShort),
    ] {
        assert_eq!(check(kind, value).unwrap_err().reason, Some(reason), "{value}");
    }
}

#[test]
fn the_individual_number_is_not_presented_without_a_permit() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    let before = card.exchanges();
    let outcome =
        card.pin_verify(PinKind::TextCodeA, Some(&Pin::from("123456789018")), &PinOptions::default());
    assert_eq!(code(outcome), ResultCode::NotPermitted);
    assert_eq!(card.exchanges(), before);
}

// --- PIN safety 2: the counter ---

#[test]
fn the_last_try_is_refused_unless_it_is_allowed() {
    let virtual_card = virtual_card(r#"{"tries_left": {"signing": 1}}"#);
    let mut card = open(&virtual_card);
    let error = verify(&mut card, RIGHT).unwrap_err();
    assert_eq!((error.code, error.tries_left), (ResultCode::PinLastTry, Some(1)));
    assert_eq!(error.try_spent, TrySpent::No);
    assert_eq!(pins_presented(&virtual_card), 0);
    let allowed = PinOptions { allow_last_try: true, ..PinOptions::default() };
    card.pin_verify(PinKind::Signing, Some(&Pin::from(RIGHT)), &allowed).unwrap();
    assert_eq!(virtual_card.tries_left(PinKind::Signing), Some(5));
}

#[test]
fn a_program_may_keep_more_tries_than_one() {
    let virtual_card = virtual_card(r#"{"tries_left": {"signing": 3}}"#);
    let mut card = open(&virtual_card);
    let keep = PinOptions { keep_tries: 3, ..PinOptions::default() };
    let outcome = card.pin_verify(PinKind::Signing, Some(&Pin::from(RIGHT)), &keep);
    assert_eq!(code(outcome), ResultCode::PinLastTry);
    assert_eq!(pins_presented(&virtual_card), 0);
}

#[test]
fn a_locked_pin_is_locked_whatever_the_card_calls_it() {
    for answer in ["63C0", "6983", "6984"] {
        let virtual_card =
            virtual_card(&format!(r#"{{"overrides": [{{"header": "0020009B", "answer": "{answer}"}}]}}"#));
        let mut card = open(&virtual_card);
        let error = card.pin_tries(PinKind::Signing).unwrap_err();
        assert_eq!((error.code, error.tries_left), (ResultCode::PinLocked, Some(0)), "{answer}");
        let error = verify(&mut card, RIGHT).unwrap_err();
        assert_eq!((error.code, error.try_spent), (ResultCode::PinLocked, TrySpent::No), "{answer}");
        assert_eq!(pins_presented(&virtual_card), 0);
    }
}

#[test]
fn a_counter_beyond_the_maximum_stops_everything() {
    for answer in ["63CF", "63C6", "6300", "9100", "6C05", "6103", ""] {
        let virtual_card =
            virtual_card(&format!(r#"{{"overrides": [{{"header": "0020009B", "answer": "{answer}"}}]}}"#));
        let mut card = open(&virtual_card);
        let error = card.pin_tries(PinKind::Signing).unwrap_err();
        assert_eq!((error.code, error.tries_left), (ResultCode::CardResponse, None), "{answer}");
        assert_eq!(code(verify(&mut card, RIGHT)), ResultCode::CardResponse, "{answer}");
        assert_eq!(pins_presented(&virtual_card), 0);
    }
}

// --- PIN safety 3: once ---

#[test]
fn a_wrong_pin_spends_exactly_one_try() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    let error = verify(&mut card, "WRONG1").unwrap_err();
    assert_eq!((error.code, error.tries_left), (ResultCode::PinIncorrect, Some(4)));
    assert_eq!((error.try_spent, error.operation), (TrySpent::Yes, "pin_verify"));
    assert_eq!(virtual_card.tries_left(PinKind::Signing), Some(4));
    assert_eq!(pins_presented(&virtual_card), 1);
}

#[test]
fn the_same_wrong_value_again_is_answered_here() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    verify(&mut card, "WRONG1").unwrap_err();
    let before = card.exchanges();
    let error = verify(&mut card, "WRONG1").unwrap_err();
    assert_eq!((error.code, error.tries_left), (ResultCode::PinRepeated, Some(4)));
    assert_eq!(card.exchanges(), before);
    verify(&mut card, "WRONG2").unwrap_err();
    assert_eq!(verify(&mut card, "WRONG1").unwrap_err().tries_left, Some(3));
    verify(&mut card, RIGHT).unwrap();
}

#[test]
fn the_mistake_that_locks_says_so() {
    let virtual_card = virtual_card(r#"{"tries_left": {"signing": 1}}"#);
    let mut card = open(&virtual_card);
    let allowed = PinOptions { allow_last_try: true, ..PinOptions::default() };
    let error = card.pin_verify(PinKind::Signing, Some(&Pin::from("WRONG1")), &allowed).unwrap_err();
    assert_eq!((error.code, error.tries_left), (ResultCode::PinLocked, Some(0)));
    assert_eq!(error.try_spent, TrySpent::Yes);
}

#[test]
fn a_card_removed_while_the_pin_is_in_flight_leaves_the_outcome_unknown() {
    // The fifth command from open is VERIFY: SELECT, label, EF 0008, counter, VERIFY.
    for fault in [r#""remove_after": 5"#, r#""remove_before": 5"#] {
        let virtual_card = virtual_card(&format!(r#"{{"reader": {{{fault}}}}}"#));
        let mut card = open(&virtual_card);
        let error = verify(&mut card, RIGHT).unwrap_err();
        assert_eq!((error.code, error.try_spent), (ResultCode::PinOutcomeUnknown, TrySpent::Unknown));
        assert_eq!(error.tries_left, None);
        assert!(pins_presented(&virtual_card) <= 1, "never sent again");
        drop(card);
        virtual_card.insert();
        assert!(!virtual_card.is_verified(PinKind::Signing));
    }
}

#[test]
fn an_answer_to_verify_that_cannot_be_is_never_followed_by_another_verify() {
    for answer in ["6108", "6C08", "6F00", "6700", "6A86", "6A88", "1234", "90", "", "00009000"] {
        let virtual_card = virtual_card(&format!(
            r#"{{"overrides": [{{"header": "0020009B", "nth": 2, "answer": "{answer}"}}]}}"#
        ));
        let mut card = open(&virtual_card);
        let error = verify(&mut card, RIGHT).unwrap_err();
        assert!(
            matches!(error.code, ResultCode::CardResponse | ResultCode::PinOutcomeUnknown),
            "{answer}: {error}"
        );
        assert_eq!(error.try_spent, TrySpent::Unknown, "{answer}");
        assert_eq!(pins_presented(&virtual_card), 1, "{answer}");
        assert_eq!(code(card.sign(KeyKind::Signing, Hash::Sha256, b"")), ResultCode::PinRequired);
        drop(card);
        assert!(!virtual_card.is_verified(PinKind::Signing), "{answer}");
    }
}

#[test]
fn a_count_that_did_not_fall_is_not_believed() {
    let virtual_card = virtual_card(r#"{"overrides": [{"header": "0020009B", "nth": 2, "answer": "63C5"}]}"#);
    let error = verify(&mut open(&virtual_card), "WRONG1").unwrap_err();
    assert_eq!((error.code, error.tries_left), (ResultCode::PinIncorrect, None));
}

// --- PIN safety 5: nothing stays verified ---

#[test]
fn after_drop_error_and_cancel_the_card_is_not_verified() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    verify(&mut card, RIGHT).unwrap();
    assert!(virtual_card.is_verified(PinKind::Signing));
    drop(card);
    assert!(!virtual_card.is_verified(PinKind::Signing), "after drop");

    let mut card = open(&virtual_card);
    verify(&mut card, RIGHT).unwrap();
    card.set_progress(Some(Box::new(|_| ControlFlow::Break(()))));
    assert_eq!(code(card.sign(KeyKind::Signing, Hash::Sha256, b"")), ResultCode::Cancelled);
    assert!(!virtual_card.is_verified(PinKind::Signing), "after a cancel");
    assert_eq!(code(card.sign(KeyKind::Signing, Hash::Sha256, b"")), ResultCode::PinRequired);
}

#[test]
fn a_cancelled_operation_sends_at_most_the_command_that_leaves() {
    let virtual_card = virtual_card("{}");
    let context = context();
    let mut card =
        Card::open_connection(&context, virtual_card.connect().unwrap(), OpenOptions::default()).unwrap();
    verify(&mut card, RIGHT).unwrap();
    let before = card.exchanges();
    context.canceller().cancel();
    assert_eq!(code(card.certificate_read(CertificateKind::Signing)), ResultCode::Cancelled);
    assert_eq!(card.exchanges(), before + 1);
    assert_eq!(saw(&virtual_card).last().unwrap(), LEAVE);
    context.canceller().resume();
    verify(&mut card, RIGHT).unwrap();
}

#[test]
fn a_card_that_will_not_be_left_loses_its_power() {
    // The second SELECT by name is the one that leaves.
    let virtual_card =
        virtual_card(r#"{"overrides": [{"header": "00A4040C", "nth": 2, "answer": "6F00", "times": 9}]}"#);
    let mut card = open(&virtual_card);
    verify(&mut card, RIGHT).unwrap();
    drop(card);
    assert!(!virtual_card.is_verified(PinKind::Signing));
}

#[test]
fn an_answer_the_card_must_not_give_leaves_the_application() {
    for (header, answer) in [
        ("00B08100", "3082FFFF9000"),
        ("00B08100", "04020000 9000"),
        ("00B00100", "9000"),
        ("00B00100", "6108"),
        ("802A009A", "6F00"),
        ("802A009A", "6C10"),
        ("802A009A", "6110"),
        ("802A009A", "00"),
    ] {
        let virtual_card = virtual_card(&format!(
            r#"{{"overrides": [{{"header": "{header}", "answer": "{}", "times": 1000}}]}}"#,
            answer.replace(' ', "")
        ));
        let mut card = open(&virtual_card);
        verify(&mut card, RIGHT).unwrap();
        let error = card.sign(KeyKind::Signing, Hash::Sha256, b"").unwrap_err();
        assert_eq!(error.code, ResultCode::CardResponse, "{header} {answer}: {error}");
        assert!(!virtual_card.is_verified(PinKind::Signing), "{header} {answer}");
        assert!(card.exchanges() < 100, "bounded: {}", card.exchanges());
    }
}

#[test]
fn a_signature_that_does_not_fit_the_certificate_is_not_handed_out() {
    let forged = "5A".repeat(256) + "9000";
    let virtual_card =
        virtual_card(&format!(r#"{{"overrides": [{{"header": "802A009A", "answer": "{forged}"}}]}}"#));
    let mut card = open(&virtual_card);
    verify(&mut card, RIGHT).unwrap();
    let error = card.sign(KeyKind::Signing, Hash::Sha256, b"").unwrap_err();
    assert_eq!(error.code, ResultCode::SignatureNotByCertificate);
    assert!(!virtual_card.is_verified(PinKind::Signing));
}

// --- PIN safety 6 and the rest ---

#[test]
fn a_card_left_verified_by_another_program_does_not_sign() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    assert!(virtual_card.verify_out_of_band(PinKind::Signing));
    let before = card.exchanges();
    assert_eq!(code(card.sign(KeyKind::Signing, Hash::Sha256, b"")), ResultCode::PinRequired);
    assert_eq!(code(card.certificate_read(CertificateKind::Signing)), ResultCode::PinRequired);
    assert_eq!(card.exchanges(), before, "nothing was sent");
    assert_eq!(card.pin_tries(PinKind::Signing).unwrap(), None, "9000 carries no count");
    drop(card);
    assert!(!virtual_card.is_verified(PinKind::Signing));
}

#[test]
fn a_childs_card_costs_no_try() {
    let virtual_card = virtual_card(r#"{"kind": "child"}"#);
    let mut card = open(&virtual_card);
    let error = verify(&mut card, RIGHT).unwrap_err();
    assert_eq!((error.code, error.try_spent), (ResultCode::CertificateAbsent, TrySpent::No));
    assert!(!saw(&virtual_card).contains(&"0020009B".to_owned()));
    card.pin_verify(PinKind::Authentication, Some(&Pin::from("1234")), &PinOptions::default()).unwrap();
    card.sign(KeyKind::Authentication, Hash::Sha256, b"hello").unwrap();
}

#[test]
fn a_presence_file_that_is_not_as_expected_is_no_proof_of_absence() {
    for answer in ["6A82", "8F9000", "018F009000", "9000"] {
        let virtual_card =
            virtual_card(&format!(r#"{{"overrides": [{{"header": "00B08800", "answer": "{answer}"}}]}}"#));
        verify(&mut open(&virtual_card), RIGHT).unwrap();
    }
}

#[test]
fn an_expired_or_early_certificate_signs_nothing() {
    for (state, expected) in
        [("expired", ResultCode::CertificateExpired), ("not_yet_valid", ResultCode::CertificateNotYetValid)]
    {
        let virtual_card = virtual_card(&format!(r#"{{"certificates": {{"signing": "{state}"}}}}"#));
        let mut card = open(&virtual_card);
        verify(&mut card, RIGHT).unwrap();
        let digest = signature::digest(Hash::Sha256, b"x");
        assert_eq!(code(card.sign(KeyKind::Signing, Hash::Sha256, b"x")), expected);
        assert_eq!(code(card.sign_digest(KeyKind::Signing, Hash::Sha256, &digest)), expected);
        assert_eq!(virtual_card.transcript().count(0x2A), 0);
        card.certificate_read(CertificateKind::Signing).unwrap();
    }
}

#[test]
fn a_pin_callback_is_asked_once_and_the_counter_is_read_again_after_it() {
    let virtual_card = virtual_card("{}");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let entry: Box<PinEntryFn> = Box::new(move |kind, tries| {
        seen.lock().unwrap().push((kind, tries));
        Ok(Pin::from(RIGHT))
    });
    let mut card =
        open_with(&virtual_card, OpenOptions { pin_entry: Some(entry), ..OpenOptions::default() }).unwrap();
    card.pin_verify(PinKind::Signing, None, &PinOptions::default()).unwrap();
    assert_eq!(*asked.lock().unwrap(), [(PinKind::Signing, Some(5))]);
    assert_eq!(saw(&virtual_card)[2..], ["00B08800", "0020009B", "0020009B", "0020009B"]);

    card.pin_forget().unwrap();
    card.set_pin_entry(Some(Box::new(|_, _| Err(Error::new(ResultCode::PinEntryTimeout, "nobody typed")))));
    let presented = pins_presented(&virtual_card);
    assert_eq!(
        code(card.pin_verify(PinKind::Signing, None, &PinOptions::default())),
        ResultCode::PinEntryTimeout
    );
    assert_eq!(pins_presented(&virtual_card), presented);
    card.set_pin_entry(None);
    assert_eq!(
        code(card.pin_verify(PinKind::Signing, None, &PinOptions::default())),
        ResultCode::PinRequired
    );
}

#[test]
fn a_password_is_changed_with_the_old_one() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    let old = Pin::from(RIGHT);
    let change = |card: &mut Card, old: &Pin, new: &str| {
        card.pin_change(PinKind::Signing, Some(old), &Pin::from(new), &PinOptions::default())
    };
    let before = card.exchanges();
    let error = change(&mut card, &old, "ABCDEF").unwrap_err();
    assert_eq!(error.reason, Some(Reason::NeedsLetterAndDigit));
    assert_eq!(card.exchanges(), before);
    change(&mut card, &old, "NEW4567").unwrap();
    card.pin_forget().unwrap();
    assert_eq!(code(verify(&mut card, RIGHT)), ResultCode::PinIncorrect);
    verify(&mut card, "NEW4567").unwrap();
}

#[test]
fn another_programs_reset_ends_a_verified_session_and_no_other() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    virtual_card.reset();
    assert_eq!(card.pin_tries(PinKind::Signing).unwrap(), Some(5), "selected anew");
    verify(&mut card, RIGHT).unwrap();
    virtual_card.reset();
    assert_eq!(code(card.sign(KeyKind::Signing, Hash::Sha256, b"")), ResultCode::CardReset);
    assert_eq!(code(card.sign(KeyKind::Signing, Hash::Sha256, b"")), ResultCode::PinRequired);
    assert!(!virtual_card.is_verified(PinKind::Signing));
}

#[test]
fn another_program_that_selected_something_else_in_between_misleads_nobody() {
    let uses: [fn(&mut Card) -> ResultCode; 4] = [
        |card| code(card.pin_tries(PinKind::Signing)),
        |card| code(verify(card, RIGHT)),
        |card| {
            let details = card.details_read(What { expiry: false, ..What::default() }).unwrap();
            assert_eq!(details.signing_certificate, Some(true));
            ResultCode::Ok
        },
        |card| code(card.certificate_read(CertificateKind::Authentication)),
    ];
    for uses_it in uses {
        let virtual_card = virtual_card("{}");
        let mut card = open(&virtual_card);
        let mut other = open(&virtual_card);
        other.details_read(What::default()).unwrap();
        drop(other);
        assert_eq!(uses_it(&mut card), ResultCode::Ok);
        assert!(pins_presented(&virtual_card) <= 1);
        assert_eq!(virtual_card.tries_left(PinKind::Signing), Some(5));
    }
}

#[test]
fn a_card_lifted_at_any_command_is_said_to_be_lifted_and_nothing_hangs() {
    for nth in 1..=9 {
        let virtual_card = virtual_card(&format!(r#"{{"reader": {{"remove_before": {nth}}}}}"#));
        let outcome = (|| {
            let mut card = open_with(&virtual_card, OpenOptions::default())?;
            verify(&mut card, RIGHT)?;
            card.certificate_read(CertificateKind::Signing)?;
            card.sign(KeyKind::Signing, Hash::Sha256, b"").map(drop)
        })();
        let expected = match nth {
            5 => ResultCode::PinOutcomeUnknown,
            9 => ResultCode::Ok,
            _ => ResultCode::CardRemoved,
        };
        assert_eq!(code(outcome), expected, "removed before command {nth}");
        virtual_card.insert();
        assert!(!virtual_card.is_verified(PinKind::Signing));
    }
}

#[test]
fn a_wait_for_another_program_ends_at_the_deadline() {
    let virtual_card = virtual_card("{}");
    let mut first = open(&virtual_card);
    verify(&mut first, RIGHT).unwrap();
    let timeout = Timeout::Millis(50);
    let outcome = virtual_card.connect().and_then(|connection| {
        Card::open_connection(&context(), connection, OpenOptions { timeout, ..OpenOptions::default() })
    });
    assert_eq!(code(outcome), ResultCode::ReaderBusy);
}

#[test]
fn no_secret_and_no_person_is_shown_anywhere() {
    let lines = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&lines);
    let profile = r#"{"name": "カナリア　太郎", "serial": "987654321012345",
                      "pins": {"signing": "CANARY7"}}"#;
    let virtual_card = virtual_card(profile);
    let mut shown = String::new();
    let log = crate::log::Log::to(
        crate::log::Level::Trace,
        Arc::new(move |level, module, text| {
            sink.lock().unwrap().push_str(&format!("{level:?} {module} {text}\n"));
        }),
    );
    let context = Context::new(ContextOptions { log, no_pcsc: true, ..ContextOptions::default() }).unwrap();
    let mut card =
        Card::open_connection(&context, virtual_card.connect().unwrap(), OpenOptions::default()).unwrap();
    let details = card
        .details_read(What { expiry: true, certificates: true, serial: true, municipality: true })
        .unwrap();
    let wrong = verify(&mut card, "CANARY8").unwrap_err();
    let malformed = verify(&mut card, "canary7").unwrap_err();
    let pin = Pin::from("CANARY7");
    card.pin_verify(PinKind::Signing, Some(&pin), &PinOptions::default()).unwrap();
    let certificate = card.certificate_read(CertificateKind::Signing).unwrap();
    let holder = certificate.holder().unwrap();
    card.sign(KeyKind::Signing, Hash::Sha256, b"x").unwrap();
    shown.push_str(&format!(
        "{details:?} {wrong:?} {wrong} {malformed:?} {pin:?} {certificate:?} {holder:?} {card:?}"
    ));
    shown.push_str(&format!("{virtual_card:?} {}", virtual_card.transcript().to_json()));
    drop(card);
    shown.push_str(&lines.lock().unwrap());
    assert!(shown.contains("VERIFY") || shown.contains("00 20 00 9B"), "the log is alive: {shown}");
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02X}")).collect::<String>();
    for canary in ["CANARY7", "CANARY8", "canary7", "カナリア", "987654321012345"] {
        assert!(!shown.contains(canary), "{canary} was shown");
        assert!(!shown.to_uppercase().contains(&hex(canary)), "{canary} was shown in hex");
    }
}

#[test]
fn a_wait_for_another_program_to_let_go_ends_with_a_cancel() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    let _other = open(&virtual_card);
    let canceller = card.canceller();
    let cancelling = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(150));
        canceller.cancel_running();
    });
    let begun = std::time::Instant::now();
    assert_eq!(code(verify(&mut card, "ABC123")), ResultCode::Cancelled);
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    cancelling.join().unwrap();
    assert_eq!(pins_presented(&virtual_card), 0);
}
