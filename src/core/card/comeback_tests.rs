//! A card that is lifted and put back, within the grace and beyond it.

use super::*;
use crate::certificate::CertificateKind::{self, Authentication};
use crate::reader::{Context, ContextOptions, Timeout};
use crate::result::{PinKind, ResultCode};
use crate::virtual_card::VirtualCard;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A reader in which one card can be put in place of another.
struct Tray(Mutex<VirtualCard>);

impl crate::reader::VirtualReader for Tray {
    fn is_inserted(&self) -> bool {
        self.0.lock().unwrap().is_inserted()
    }

    fn connect(&self) -> Result<Box<dyn crate::reader::Connection>> {
        self.0.lock().unwrap().connect()
    }
}

fn card_with(profile: &str) -> VirtualCard {
    VirtualCard::new(Some(profile)).unwrap()
}

/// Opens a card in a tray, with that grace in milliseconds.
fn on_tray(virtual_card: &VirtualCard, grace: u64) -> (Card, Arc<Tray>) {
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    let tray = Arc::new(Tray(Mutex::new(virtual_card.clone())));
    context.add_virtual_reader(Arc::<Tray>::clone(&tray));
    let grace = Duration::from_millis(grace);
    let options = OpenOptions { grace, timeout: Timeout::Millis(500), ..OpenOptions::default() };
    (Card::open(&context, None, options).unwrap(), tray)
}

fn code<T>(result: Result<T>) -> ResultCode {
    result.map_or_else(|error| error.code, |_| ResultCode::Ok)
}

#[test]
fn a_card_put_back_within_the_grace_is_read_from_the_first_command() {
    for nth in 1..=3 {
        let virtual_card = card_with(r#"{"reader": {"return_after_ms": 50}}"#);
        let (mut card, _tray) = on_tray(&virtual_card, 1000);
        let (before, seen) = (card.exchanges(), virtual_card.transcript().exchanges.len());
        virtual_card.remove_before(nth);
        let certificate = card.certificate_read(Authentication);
        if nth == 3 {
            // The certificate took two: the card leaves only afterwards.
            assert_eq!(code(certificate), ResultCode::Ok);
            assert_eq!(code(card.pin_tries(PinKind::Signing)), ResultCode::Ok);
        } else {
            assert_eq!(code(certificate), ResultCode::Ok, "lifted before command {nth}");
            let seen = virtual_card.transcript().headers().split_off(seen);
            let again = ["00A4040C", "00B08600", "00B08A00", "00B00100"];
            assert_eq!(seen[seen.len() - 4..], again, "nothing of before is kept");
        }
        assert!(card.exchanges() > before);
    }
}

#[test]
fn without_a_grace_or_beyond_it_the_card_was_removed() {
    for (grace, returns) in [(0, 20), (60, 5000)] {
        let virtual_card = card_with(&format!(r#"{{"reader": {{"return_after_ms": {returns}}}}}"#));
        let (mut card, _tray) = on_tray(&virtual_card, grace);
        virtual_card.remove_before(2);
        let begun = Instant::now();
        assert_eq!(code(card.certificate_read(Authentication)), ResultCode::CardRemoved);
        assert!(begun.elapsed() >= Duration::from_millis(grace) && begun.elapsed() < Duration::from_secs(3));
    }
}

#[test]
fn once_a_pin_was_sent_a_lifted_card_ends_the_session() {
    for (kind, pin, expected) in [
        (PinKind::Authentication, "1234", ResultCode::Ok),
        (PinKind::Authentication, "9999", ResultCode::PinIncorrect),
    ] {
        let virtual_card = card_with(r#"{"reader": {"return_after_ms": 20}}"#);
        let (mut card, _tray) = on_tray(&virtual_card, 1000);
        let pin = Pin::from(pin);
        assert_eq!(code(card.pin_verify(kind, Some(&pin), &PinOptions::default())), expected);
        card.pin_forget().unwrap();
        virtual_card.remove_before(2);
        assert_eq!(code(card.certificate_read(Authentication)), ResultCode::CardRemoved);
    }
}

#[test]
fn a_pin_typed_on_the_reader_is_a_pin_that_was_sent() {
    for typed in ["1234", "9999"] {
        let profile = format!(r#"{{"reader": {{"return_after_ms": 20, "pin_pad": "{typed}"}}}}"#);
        let virtual_card = card_with(&profile);
        let (mut card, _tray) = on_tray(&virtual_card, 1000);
        let outcome = card.pin_verify(PinKind::Authentication, None, &PinOptions::default());
        assert_eq!(outcome.is_ok(), typed == "1234");
        card.pin_forget().unwrap();
        virtual_card.remove_before(2);
        assert_eq!(code(card.certificate_read(Authentication)), ResultCode::CardRemoved);
    }
}

#[test]
fn an_operation_that_presents_a_pin_does_not_start_again() {
    let virtual_card = card_with(r#"{"reader": {"return_after_ms": 20}}"#);
    let (mut card, _tray) = on_tray(&virtual_card, 1000);
    virtual_card.remove_before(2);
    let pin = Pin::from("ABC123");
    let outcome = card.pin_verify(PinKind::Signing, Some(&pin), &PinOptions::default());
    assert_eq!(code(outcome), ResultCode::CardRemoved);
    assert_eq!(virtual_card.tries_left(PinKind::Signing), Some(5));
}

#[test]
fn another_card_that_comes_back_is_noticed_by_what_was_handed_out_and_never_used() {
    let hand_out: [fn(&mut Card); 3] = [
        |card| drop(card.certificate_read(Authentication).unwrap()),
        |card| drop(card.certificate_read(CertificateKind::AuthenticationCa).unwrap()),
        |card| {
            let serial = What { serial: true, ..What::default() };
            card.details_read(serial).unwrap();
        },
    ];
    for (at, hand_out) in hand_out.into_iter().enumerate() {
        let mine = card_with("{}");
        let other = card_with(
            r#"{"name": "山田　太郎", "serial": "900000000000002", "certificates": {"authentication": "expired"}}"#,
        );
        let (mut card, tray) = on_tray(&mine, 1000);
        hand_out(&mut card);
        *tray.0.lock().unwrap() = other.clone();
        mine.remove();
        // The CA is the same for both: it tells nothing, and nothing of a person was handed out.
        let expected = if at == 1 { ResultCode::Ok } else { ResultCode::CardChanged };
        assert_eq!(code(card.pin_tries(PinKind::Signing)), expected, "{at}");
        let seen = other.transcript().exchanges.len();
        if expected == ResultCode::CardChanged {
            let pin = Pin::from("ABC123");
            let outcome = card.pin_verify(PinKind::Signing, Some(&pin), &PinOptions::default());
            assert_eq!(code(outcome), ResultCode::CardChanged);
            assert_eq!(code(card.certificate_read(Authentication)), ResultCode::CardChanged);
            assert_eq!(other.transcript().exchanges.len(), seen, "nothing more is sent");
        }
    }
}

#[test]
fn the_same_card_lifted_between_two_operations_is_confirmed_and_goes_on() {
    let virtual_card = card_with("{}");
    let (mut card, _tray) = on_tray(&virtual_card, 1000);
    let first = card.certificate_read(Authentication).unwrap();
    card.details_read(What::default()).unwrap();
    virtual_card.remove();
    virtual_card.insert();
    virtual_card.clear_transcript();
    assert_eq!(card.pin_tries(PinKind::Signing).unwrap(), Some(5));
    let headers = virtual_card.transcript().headers();
    assert!(headers.contains(&"00B08A00".into()) && headers.contains(&"00B20104".into()), "{headers:?}");
    assert_eq!(card.certificate_read(Authentication).unwrap().der(), first.der());
    // And a PIN only goes to a card that was confirmed.
    let pin = Pin::from("ABC123");
    card.pin_verify(PinKind::Signing, Some(&pin), &PinOptions::default()).unwrap();
}

#[test]
fn a_card_that_leaves_while_it_is_confirmed_stays_to_be_confirmed() {
    let virtual_card = card_with("{}");
    let (mut card, tray) = on_tray(&virtual_card, 100);
    card.certificate_read(Authentication).unwrap();
    virtual_card.remove();
    virtual_card.insert();
    virtual_card.remove_before(3);
    assert_eq!(code(card.pin_tries(PinKind::Signing)), ResultCode::CardRemoved);
    let other = card_with(r#"{"certificates": {"authentication": "expired"}}"#);
    *tray.0.lock().unwrap() = other;
    assert_eq!(code(card.pin_tries(PinKind::Signing)), ResultCode::CardChanged);
}

#[test]
fn a_cancel_ends_the_wait_for_a_lifted_card() {
    let virtual_card = card_with("{}");
    let (mut card, _tray) = on_tray(&virtual_card, 30_000);
    let canceller = card.canceller();
    virtual_card.remove();
    let cancelling = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        canceller.cancel_running();
    });
    let begun = Instant::now();
    assert_eq!(code(card.pin_tries(PinKind::Signing)), ResultCode::Cancelled);
    assert!(begun.elapsed() < Duration::from_secs(5));
    cancelling.join().unwrap();
}
