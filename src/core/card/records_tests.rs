//! The text and face applications as a program uses them: what is sent, what comes back, what is never sent.

use super::*;
use crate::certificate::{CardCaKey, Trust};
use crate::holder::Sex;
use crate::log::{Level, Log};
use crate::reader::{Context, ContextOptions};
use crate::result::{Error, PinKind, Report, ResultCode, State, Subject};
use crate::virtual_card::VirtualCard;
use std::sync::{Arc, Mutex};

const BIRTH: &str = "010507";
const CODE_B: &str = "01050720344649";
const MY_NUMBER: &str = "123456789018";
const LEAVE: &str = "00A4040C";

fn virtual_card(profile: &str) -> VirtualCard {
    VirtualCard::new(Some(profile)).unwrap()
}

fn context(permit_my_number: bool, log: Log) -> Context {
    let my_number_purpose = permit_my_number.then(|| "payroll".to_owned());
    Context::new(ContextOptions { no_pcsc: true, permit_my_number, my_number_purpose, log }).unwrap()
}

fn open_in(context: &Context, virtual_card: &VirtualCard) -> Card {
    Card::open_connection(context, virtual_card.connect().unwrap(), OpenOptions::default()).unwrap()
}

fn open(virtual_card: &VirtualCard) -> Card {
    open_in(&context(false, Log::none()), virtual_card)
}

fn verify(card: &mut Card, kind: PinKind, value: &str) -> Result<()> {
    card.pin_verify(kind, Some(&Pin::from(value)), &PinOptions::default())
}

fn opened(virtual_card: &VirtualCard, kind: PinKind, value: &str) -> Card {
    let mut card = open(virtual_card);
    verify(&mut card, kind, value).unwrap();
    card
}

fn saw(virtual_card: &VirtualCard) -> Vec<String> {
    virtual_card.transcript().headers()
}

fn code<T>(result: Result<T>) -> ResultCode {
    result.map_or_else(|error| error.code, |_| ResultCode::Ok)
}

/// Whom a test trusts: the issuer of this virtual card, beside those of production.
fn trust(virtual_card: &VirtualCard) -> Trust {
    let mut trust = Trust::production();
    trust.add_card_key(CardCaKey::parse(&virtual_card.card_ca_key()).unwrap());
    trust
}

fn finding(report: &Report, subject: Subject) -> (State, ResultCode) {
    report.finding(subject).map(|finding| (finding.state, finding.code)).unwrap()
}

const PASSED: (State, ResultCode) = (State::Passed, ResultCode::Ok);
const FORGED: (State, ResultCode) = (State::Failed, ResultCode::CardNotGenuine);

// --- the ledgers, after the two commands of open ---

#[test]
fn an_age_check_takes_eight_commands_from_open_to_close() {
    let virtual_card = virtual_card("{}");
    let mut card = opened(&virtual_card, PinKind::FaceBirthDate, BIRTH);
    let holder = card.age_read(None).unwrap().holder;
    assert_eq!(holder.birth_date.to_string(), "1989-05-07");
    assert_eq!((holder.name, holder.sex), (None, None));
    assert_eq!(card.close(), 8);
    let eight = ["00A4040C", "00B08600", "00A4040C", "00200091", "00200091", "00B08100", "00B00100", LEAVE];
    assert_eq!(saw(&virtual_card), eight);
}

#[test]
fn the_expiry_costs_an_age_check_three_commands_and_genuineness_two() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    card.details_read(What { expiry: true, certificates: false, serial: false, municipality: false })
        .unwrap();
    verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
    let reading = card.age_read(Some(&trust(&virtual_card))).unwrap();
    let report = card.genuine_check(&trust(&virtual_card)).unwrap();
    card.close();
    let expected = [
        "00A4040C", "00B08600", "00A4040C", "00A4020C", "00B20104", "00A4040C", "00200091", "00200091",
        "00B08100", "00B00100", "00B08400", "802A0000", LEAVE,
    ];
    assert_eq!(saw(&virtual_card), expected);
    let certificate = virtual_card.transcript().exchanges[10];
    assert_eq!((certificate.expected, certificate.response_len), (Some(568), 568));
    let integrity = reading.integrity.unwrap();
    for subject in [Subject::Record, Subject::CardCertificate, Subject::CardExpiry] {
        assert_eq!(finding(&integrity, subject), PASSED, "{subject:?}");
    }
    for subject in [Subject::Record, Subject::CardCertificate, Subject::Challenge] {
        assert_eq!(finding(&report, subject), PASSED, "{subject:?}");
    }
}

#[test]
fn the_whole_face_with_a_large_photo_takes_six_commands_after_open() {
    for size in [1_492, 3_000, 10_240] {
        let virtual_card = virtual_card(&format!(r#"{{"photo_size": {size}}}"#));
        let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
        let face = card.face_read(&trust(&virtual_card)).unwrap();
        assert_eq!(face.image(FaceImage::Photo, ImageFormat::AsStored).unwrap().len(), size);
        card.close();
        let six = ["00A4040C", "00200092", "00200092", "00B08200", "00B08400", LEAVE];
        assert_eq!(saw(&virtual_card)[2..], six);
    }
}

#[test]
fn a_face_larger_than_one_answer_or_with_contacts_is_read_in_two() {
    for profile in [r#"{"photo_size": 20000}"#, r#"{"reader": {"interface": "contact"}}"#] {
        let virtual_card = virtual_card(profile);
        let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
        card.face_read(&Trust::production()).unwrap();
        assert_eq!(saw(&virtual_card).len(), 2 + 3 + 2 + 1, "{profile}");
    }
    // A card may refuse to read beyond the end of a file: then it is read in two as well.
    let virtual_card = virtual_card(r#"{"overrides": [{"header": "00B08200", "nth": 1, "answer": "6B00"}]}"#);
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), PASSED);
    assert_eq!(saw(&virtual_card)[5..], ["00B08200", "00B08200", "00B00100", "00B08400"]);
}

#[test]
fn everything_works_with_short_length_only() {
    let virtual_card = virtual_card(r#"{"reader": {"extended_length": false}}"#);
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), PASSED);
    card.pin_forget().unwrap();
    verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
    card.age_read(None).unwrap();
    assert_eq!(finding(&card.genuine_check(&Trust::production()).unwrap(), Subject::Challenge), PASSED);
}

#[test]
fn the_text_takes_one_read_and_nothing_known_is_read_again() {
    let virtual_card = virtual_card("{}");
    let mut card = opened(&virtual_card, PinKind::Text, "1234");
    let holder = card.text_read(None).unwrap().holder;
    assert_eq!(holder.name.as_deref(), Some("番号　花子"));
    assert_eq!(holder.address.as_deref(), Some("東京都千代田区霞が関九丁目９９番９号"));
    assert_eq!((holder.birth_date.to_string().as_str(), holder.sex), ("1989-05-07", Some(Sex::Female)));
    assert_eq!(saw(&virtual_card)[2..], ["00A4040C", "00200091", "00200091", "00B08200"]);
    let before = card.exchanges();
    card.text_read(None).unwrap();
    assert_eq!(card.exchanges(), before);
    card.close();
    assert!(!virtual_card.is_verified(PinKind::Text));
}

// --- who may read what ---

#[test]
fn each_record_wants_its_own_code_and_nothing_is_sent_without() {
    let virtual_card = virtual_card("{}");
    let mut card = open(&virtual_card);
    let before = card.exchanges();
    let production = Trust::production();
    assert_eq!(code(card.age_read(None)), ResultCode::PinRequired);
    assert_eq!(code(card.text_read(None)), ResultCode::PinRequired);
    assert_eq!(code(card.face_read(&production)), ResultCode::PinRequired);
    assert_eq!(code(card.genuine_check(&production)), ResultCode::PinRequired);
    assert_eq!(code(card.my_number_read()), ResultCode::NotPermitted);
    assert_eq!(card.exchanges(), before);
    verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
    let before = card.exchanges();
    assert_eq!(code(card.face_read(&production)), ResultCode::PinRequired);
    assert_eq!(code(card.text_read(None)), ResultCode::BadState);
    assert_eq!(code(card.certificate_read(crate::CertificateKind::Authentication)), ResultCode::BadState);
    assert_eq!(card.exchanges(), before);
    card.age_read(None).unwrap();
}

#[test]
fn a_card_that_was_left_gives_nothing_that_its_code_opened() {
    let virtual_card = virtual_card("{}");
    let mut card = opened(&virtual_card, PinKind::FaceBirthDate, BIRTH);
    card.age_read(None).unwrap();
    card.pin_forget().unwrap();
    assert_eq!(code(card.age_read(None)), ResultCode::PinRequired);
    assert_eq!(code(card.genuine_check(&Trust::production())), ResultCode::PinRequired);
}

#[test]
fn malformed_codes_spend_no_try_and_locked_ones_are_not_presented() {
    let virtual_card = virtual_card(r#"{"tries_left": {"face_code_b": 0}}"#);
    let mut card = open(&virtual_card);
    for (kind, value) in [
        (PinKind::FaceBirthDate, "011332"),
        (PinKind::FaceBirthDate, "19890507"),
        (PinKind::FaceCodeB, "01133220344649"),
        (PinKind::TextCodeB, "0105072034464"),
        (PinKind::TextCodeB, "０１０５０７２０３４４６４９"),
        (PinKind::Text, "12345"),
    ] {
        assert_eq!(code(verify(&mut card, kind, value)), ResultCode::PinFormat, "{value}");
    }
    assert_eq!(card.exchanges(), 2, "nothing was sent");
    assert_eq!(code(verify(&mut card, PinKind::FaceCodeB, CODE_B)), ResultCode::PinLocked);
    assert_eq!(virtual_card.tries_left(PinKind::TextCodeB), Some(10));
    let error = verify(&mut card, PinKind::TextCodeB, "01050720344640").unwrap_err();
    assert_eq!((error.code, error.tries_left), (ResultCode::PinIncorrect, Some(9)));
}

#[test]
fn the_individual_number_is_read_only_with_a_permit_and_its_purpose_is_logged() {
    let lines = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&lines);
    let log = Log::to(Level::Trace, Arc::new(move |_, _, text| sink.lock().unwrap().push_str(text)));
    let context = context(true, log);
    for (kind, value) in [(PinKind::Text, "1234"), (PinKind::TextCodeA, MY_NUMBER)] {
        let virtual_card = virtual_card("{}");
        let mut card = open_in(&context, &virtual_card);
        verify(&mut card, kind, value).unwrap();
        lines.lock().unwrap().clear();
        assert_eq!(card.my_number_read().unwrap().as_str(), MY_NUMBER);
        assert!(lines.lock().unwrap().contains("payroll"));
    }
    let virtual_card = virtual_card("{}");
    let mut card = open_in(&context, &virtual_card);
    verify(&mut card, PinKind::Text, "1234").unwrap();
    card.text_read(Some(&Trust::production())).unwrap();
    card.my_number_read().unwrap();
    card.pin_forget().unwrap();
    verify(&mut card, PinKind::FaceCodeA, MY_NUMBER).unwrap();
    card.face_read(&Trust::production()).unwrap();
    drop(card);
    let lines = lines.lock().unwrap();
    for secret in [MY_NUMBER, "番号　", "花子", "東京", "1989", "19890507", "jP"] {
        assert!(!lines.contains(secret), "{secret}");
    }
}

#[test]
fn without_a_permit_the_record_that_reveals_the_number_is_not_read() {
    let virtual_card = virtual_card("{}");
    let mut card = opened(&virtual_card, PinKind::TextCodeB, CODE_B);
    let report = card.text_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
    assert_eq!(report.findings().len(), 1);
    assert_eq!(finding(&report, Subject::Record), (State::NotChecked, ResultCode::NotPermitted));
    assert_eq!(saw(&virtual_card).last().map(String::as_str), Some("00B08200"));
}

// --- what the records prove ---

fn text_report(profile: &str) -> (Report, Result<()>) {
    let virtual_card = virtual_card(profile);
    let mut card = open_in(&context(true, Log::none()), &virtual_card);
    verify(&mut card, PinKind::Text, "1234").unwrap();
    let report = card.text_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
    let number = card.my_number_read().map(drop);
    (report, number)
}

#[test]
fn the_integrity_record_vouches_for_the_attributes_and_the_number() {
    let (report, number) = text_report("{}");
    assert_eq!(finding(&report, Subject::Record), PASSED);
    assert_eq!(finding(&report, Subject::CardCertificate), PASSED);
    assert_eq!(finding(&report, Subject::TestCard), (State::Failed, ResultCode::CertificateTest));
    number.unwrap();
    let (report, _) = text_report(r#"{"altered": ["attributes"]}"#);
    assert_eq!(finding(&report, Subject::Record), FORGED);
    let (report, number) = text_report(r#"{"altered": ["my_number"]}"#);
    assert_eq!(finding(&report, Subject::Record), PASSED);
    assert_eq!(code(number), ResultCode::CardNotGenuine);
}

fn age_and_genuine(profile: &str, trust_of: impl Fn(&VirtualCard) -> Trust) -> (Report, Report) {
    let virtual_card = virtual_card(profile);
    let mut card = opened(&virtual_card, PinKind::FaceBirthDate, BIRTH);
    let trust = trust_of(&virtual_card);
    let integrity = card.age_read(Some(&trust)).unwrap().integrity.unwrap();
    (integrity, card.genuine_check(&trust).unwrap())
}

#[test]
fn a_copied_card_and_one_with_the_records_of_another_fail_the_challenge_only() {
    for key in ["absent", "other"] {
        let (integrity, report) = age_and_genuine(&format!(r#"{{"card_key": "{key}"}}"#), trust);
        assert_eq!(finding(&integrity, Subject::Record), PASSED, "the record is right");
        assert_eq!(finding(&report, Subject::Record), PASSED);
        assert_eq!(finding(&report, Subject::CardCertificate), PASSED);
        assert_eq!(finding(&report, Subject::Challenge), FORGED);
        assert_eq!(report.result(), ResultCode::CardNotGenuine);
    }
}

#[test]
fn an_altered_record_fails_its_signature() {
    let (integrity, report) = age_and_genuine(r#"{"altered": ["age"]}"#, trust);
    assert_eq!(finding(&integrity, Subject::Record), FORGED);
    assert_eq!(finding(&report, Subject::Record), FORGED);
    let virtual_card = virtual_card(r#"{"altered": ["photo"]}"#);
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), FORGED);
    assert_eq!(face.report().result(), ResultCode::CardNotGenuine);
}

#[test]
fn an_issuer_that_is_not_known_proves_nothing_and_a_forged_one_is_no_pass() {
    let unknown = (State::NotChecked, ResultCode::CardIssuerUnknown);
    let production = |_: &VirtualCard| Trust::production();
    let with_test = |_: &VirtualCard| Trust::with_test();
    let (_, report) = age_and_genuine("{}", production);
    assert_eq!(finding(&report, Subject::CardCertificate), unknown);
    let (_, report) = age_and_genuine(r#"{"card_issuer": "unknown"}"#, trust);
    assert_eq!(finding(&report, Subject::CardCertificate), unknown);
    assert_eq!(report.result(), ResultCode::CardIssuerUnknown);
    let (_, report) = age_and_genuine(r#"{"card_issuer": "production"}"#, production);
    assert_eq!(finding(&report, Subject::CardCertificate), FORGED);
    let (_, report) = age_and_genuine(r#"{"card_issuer": "test"}"#, production);
    assert_eq!(finding(&report, Subject::CardCertificate), unknown, "test keys count on request only");
    assert_eq!(finding(&report, Subject::TestCard), (State::Failed, ResultCode::CertificateTest));
    let (_, report) = age_and_genuine(r#"{"card_issuer": "test"}"#, with_test);
    assert_eq!(finding(&report, Subject::CardCertificate), FORGED);
}

#[test]
fn genuineness_is_shown_in_the_text_application_and_by_the_face_too() {
    for (kind, value) in [(PinKind::Text, "1234"), (PinKind::TextCodeB, CODE_B), (PinKind::FaceCodeB, CODE_B)]
    {
        let virtual_card = virtual_card("{}");
        let mut card = opened(&virtual_card, kind, value);
        let report = card.genuine_check(&trust(&virtual_card)).unwrap();
        for subject in [Subject::Record, Subject::CardCertificate, Subject::Challenge] {
            assert_eq!(finding(&report, subject), PASSED, "{kind:?} {subject:?}");
        }
        assert_eq!(report.result(), ResultCode::CertificateTest, "a virtual card stays one");
    }
}

#[test]
fn an_expired_card_is_told_by_age_and_face() {
    let profile = r#"{"expiry": "2020-05-07", "security_code": "4649"}"#;
    let virtual_card = virtual_card(profile);
    let mut card = open(&virtual_card);
    card.details_read(What::default()).unwrap();
    verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
    let report = card.age_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
    assert_eq!(finding(&report, Subject::CardExpiry), (State::Failed, ResultCode::CardExpired));
    card.pin_forget().unwrap();
    verify(&mut card, PinKind::FaceCodeB, "01050720204649").unwrap();
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::CardExpiry), (State::Failed, ResultCode::CardExpired));
    assert_eq!(finding(face.report(), Subject::Coverage), PASSED);
    // An expiry that nobody asked about is not a good one.
    let (report, _) = age_and_genuine(profile, trust);
    assert_eq!(finding(&report, Subject::CardExpiry).0, State::NotChecked);
    assert_ne!(report.result(), ResultCode::Ok);
}

#[test]
fn records_of_one_session_that_contradict_each_other_are_noticed() {
    let virtual_card = virtual_card(r#"{"text_birth_date": "1990-05-07"}"#);
    let mut card = open_in(&context(true, Log::none()), &virtual_card);
    verify(&mut card, PinKind::Text, "1234").unwrap();
    let report = card.text_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
    assert_eq!(finding(&report, Subject::Record), PASSED);
    card.pin_forget().unwrap();
    verify(&mut card, PinKind::FaceCodeB, CODE_B).unwrap();
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    let differ = (State::Failed, ResultCode::CardRecordsDiffer);
    assert_eq!(finding(face.report(), Subject::Record), differ);
    card.close();
    // The certificate counts as well.
    let mut card = open_in(&context(true, Log::none()), &virtual_card);
    verify(&mut card, PinKind::Signing, "ABC123").unwrap();
    card.certificate_read(crate::CertificateKind::Signing).unwrap();
    card.pin_forget().unwrap();
    verify(&mut card, PinKind::Text, "1234").unwrap();
    let report = card.text_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
    assert_eq!(finding(&report, Subject::Record), differ);
}

#[test]
fn an_expiry_on_the_face_other_than_that_in_the_chip_is_noticed() {
    let virtual_card = virtual_card(r#"{"face_expiry": "2039-05-07"}"#);
    let mut card = open(&virtual_card);
    card.details_read(What::default()).unwrap();
    verify(&mut card, PinKind::FaceCodeB, CODE_B).unwrap();
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), (State::Failed, ResultCode::CardRecordsDiffer));
}

#[test]
fn what_the_issuer_domain_says_otherwise_is_noticed() {
    for (profile, expected) in [
        ("{}", ResultCode::Ok),
        (r#"{"issuer_municipality": "13102"}"#, ResultCode::CardRecordsDiffer),
        (
            r#"{"issuer_municipality": "13102", "overrides": [{"header": "00CA", "answer": "6A88"}]}"#,
            ResultCode::Ok,
        ),
    ] {
        let virtual_card = virtual_card(profile);
        let mut card = open(&virtual_card);
        let what = What { municipality: true, certificates: false, ..What::default() };
        card.details_read(what).unwrap();
        assert_eq!(saw(&virtual_card)[5..], [LEAVE, "00CA00F0", "00CA00F2"]);
        verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
        let report = card.age_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
        assert_eq!(finding(&report, Subject::Record).1, expected);
    }
}

// --- pictures ---

#[test]
fn the_pictures_come_as_stored_and_as_png() {
    let virtual_card = virtual_card("{}");
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    let face = card.face_read(&Trust::production()).unwrap();
    for which in FaceImage::ALL.iter().copied() {
        let png = face.image(which, ImageFormat::Png).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{which:?}");
    }
    assert_eq!(&face.image(FaceImage::Photo, ImageFormat::AsStored).unwrap()[4..8], b"jP  ");
    assert_eq!((face.holder().sex, face.expiry().to_string().as_str()), (Some(Sex::Female), "2034-05-07"));
}

#[test]
fn a_baby_has_no_photo() {
    let virtual_card = virtual_card(r#"{"photo": false}"#);
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), PASSED);
    for format in ImageFormat::ALL.iter().copied() {
        assert_eq!(code(face.image(FaceImage::Photo, format)), ResultCode::NotFound);
    }
}

// --- hostile cards ---

/// A card whose file holds these bytes.
fn replaced(application: &str, file: u16, content: &[u8]) -> VirtualCard {
    let hex: String = content.iter().map(|byte| format!("{byte:02X}")).collect();
    virtual_card(&format!(
        r#"{{"files": [{{"application": "{application}", "file": {file}, "content": "{hex}"}}]}}"#
    ))
}

/// What a file of the default card holds, filler included.
fn original(opened_by: PinKind, file: u8) -> Vec<u8> {
    let virtual_card = virtual_card("{}");
    assert!(virtual_card.verify_out_of_band(opened_by));
    let command = [0x00, 0xB0, 0x80 | file, 0x00, 0x00, 0x00, 0x00];
    let mut answer = Vec::new();
    let mut connection = virtual_card.connect().unwrap();
    connection.transmit(&command, &mut answer, core::time::Duration::from_secs(5)).unwrap();
    answer.truncate(answer.len() - 2);
    answer
}

fn reads(application: &str, file: u16, content: &[u8]) -> Result<()> {
    let virtual_card = replaced(application, file, content);
    let mut card = open_in(&context(true, Log::none()), &virtual_card);
    let trust = trust(&virtual_card);
    match (application, file) {
        ("text", 1) => {
            verify(&mut card, PinKind::Text, "1234").unwrap();
            card.my_number_read().map(drop)
        }
        ("text", _) => {
            verify(&mut card, PinKind::Text, "1234").unwrap();
            let report = card.text_read(Some(&trust))?.integrity.unwrap();
            report.finding(Subject::Record).map_or(Ok(()), |finding| match finding.state {
                State::Passed => Ok(()),
                _ => Err(Error::new(finding.code, "the finding of the record")),
            })
        }
        (_, 1) => {
            verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
            card.age_read(None).map(drop)
        }
        _ => {
            verify(&mut card, PinKind::FaceCodeB, CODE_B).unwrap();
            card.face_read(&trust).map(drop)
        }
    }
}

/// Every way of being malformed that one object offers, at each of its headers.
fn mutilations(file: &[u8]) -> Vec<Vec<u8>> {
    let filled = file.iter().rposition(|byte| *byte != 0xFF).map_or(0, |last| last + 1);
    let good = &file[..filled];
    let mut bad = Vec::new();
    for length in [0, 1, 2, 3, 5, 10, good.len() / 2] {
        bad.push(good[..length].to_vec());
    }
    for header in [
        &[0xFF, 0x20, 0x84, 0xFF, 0xFF, 0xFF, 0xFF][..],
        &[0xFF, 0x20, 0x80],
        &[0xFF, 0x20, 0x83, 0xFF, 0xFF, 0xFF],
        &[0xFF, 0x99, 0x01, 0x00],
        &[0x1F],
    ] {
        bad.push([header, good].concat());
    }
    bad
}

#[test]
fn whatever_a_card_puts_into_its_records_is_a_clean_card_response() {
    let files = [
        ("text", 1, original(PinKind::Text, 1)),
        ("text", 2, original(PinKind::Text, 2)),
        ("face", 1, original(PinKind::FaceBirthDate, 1)),
        ("face", 2, original(PinKind::FaceCodeB, 2)),
    ];
    for (application, file, good) in &files {
        reads(application, *file, good).unwrap();
        for bad in mutilations(good) {
            let code = code(reads(application, *file, &bad));
            let clean = matches!(code, ResultCode::CardResponse | ResultCode::CardFeatureAbsent);
            assert!(clean, "{application} {file}: {code:?} for {:02X?}", &bad[..bad.len().min(12)]);
        }
    }
    for file in [3, 4] {
        let good = original(PinKind::Text, file);
        reads("text", file.into(), &good).unwrap();
        for bad in mutilations(&good) {
            assert_eq!(code(reads("text", file.into(), &bad)), ResultCode::CardResponse);
        }
    }
}

#[test]
fn filler_of_either_kind_and_unknown_objects_are_no_fault() {
    let good = original(PinKind::FaceBirthDate, 1);
    for filler in [0x00, 0xFF] {
        let mut padded = good.clone();
        padded.resize(3808, filler);
        reads("face", 1, &padded).unwrap();
    }
    for empty in [vec![0x00; 256], vec![0xFF; 600], vec![]] {
        let code = code(reads("face", 1, &empty));
        assert!(matches!(code, ResultCode::CardFeatureAbsent | ResultCode::CardResponse), "{code:?}");
    }
}

/// What other cards and readers may answer where this one was not seen to.
#[test]
fn a_card_that_answers_otherwise_where_it_may_is_read_all_the_same() {
    let all = |overrides: &str| {
        let virtual_card = virtual_card(&format!(r#"{{"overrides": [{overrides}]}}"#));
        let mut card = open_in(&context(true, Log::none()), &virtual_card);
        card.details_read(What { municipality: true, ..What::default() }).unwrap();
        verify(&mut card, PinKind::Text, "1234").unwrap();
        let report = card.text_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
        assert_eq!(finding(&report, Subject::Record), PASSED, "{overrides}");
        assert_eq!(card.my_number_read().unwrap().as_str(), MY_NUMBER);
        card.pin_forget().unwrap();
        verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
        let report = card.age_read(Some(&trust(&virtual_card))).unwrap().integrity.unwrap();
        assert_eq!(finding(&report, Subject::Record), PASSED, "{overrides}");
        verify(&mut card, PinKind::FaceCodeB, CODE_B).unwrap();
        let face = card.face_read(&trust(&virtual_card)).unwrap();
        assert_eq!(finding(face.report(), Subject::Record), PASSED, "{overrides}");
        for kind in [PinKind::TextCodeB, PinKind::FaceCodeB] {
            assert_eq!(virtual_card.tries_left(kind), Some(10), "{overrides}");
        }
    };
    all("");
    for (header, nth, answer) in [
        // A long read, or one across the end of a file, refused in every known way.
        ("00B08200", 2, "6700"),
        ("00B08200", 2, "6D00"),
        ("00B08200", 2, "6F00"),
        ("00B08200", 2, "6B00"),
        ("00B08200", 1, "6B00"),
        ("00B08200", 1, "6700"),
        ("00B08100", 1, "6B00"),
        ("00B08100", 1, "6700"),
        ("00B08100", 2, "6B00"),
        ("00B08400", 1, "6700"),
        ("00B08400", 2, "6B00"),
        ("00B08300", 1, "6F00"),
        ("00B00100", 1, "6700"),
        // The length corrected, once.
        ("00B08200", 2, "6C10"),
        ("00B08100", 1, "6C11"),
        ("00B08300", 1, "6C00"),
        // Data objects of the issuer domain in another form, with filler, or refused.
        ("00CA00F0", 1, "F00531333130319000"),
        ("00CA00F0", 1, "3133313031FFFF9000"),
        ("00CA00F2", 1, "6D00"),
    ] {
        all(&format!(r#"{{"header": "{header}", "nth": {nth}, "answer": "{answer}"}}"#));
    }
    // SELECT may be answered with information (FCI) that nobody asked for.
    let virtual_card = virtual_card(
        r#"{"reader": {"sfi": false}, "overrides": [{"header": "00A4040C", "nth": 3, "answer": "6F009000"}]}"#,
    );
    let mut card = open(&virtual_card);
    verify(&mut card, PinKind::FaceBirthDate, BIRTH).unwrap();
    card.age_read(None).unwrap();
    assert!(card.channel.leave(), "information about the issuer domain is no refusal");
}

#[test]
fn a_long_read_that_the_card_corrects_again_and_again_is_made_short() {
    let virtual_card = virtual_card(
        r#"{"overrides": [{"header": "00B08200", "nth": 1, "answer": "6C20"},
            {"header": "00B08200", "nth": 2, "answer": "6C30"}]}"#,
    );
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), PASSED);
    let verifies = saw(&virtual_card).iter().filter(|header| *header == "00200092").count();
    assert_eq!(verifies, 2, "the counter, and the code once");
}

#[test]
fn where_long_answers_are_cut_a_large_face_is_read_in_pieces_that_arrive_whole() {
    let virtual_card = virtual_card(r#"{"photo_size": 10240}"#);
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    card.channel.cut_answers(1958);
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), PASSED);
    let exchanges = virtual_card.transcript().exchanges;
    assert!(exchanges.iter().all(|one| one.expected.is_none_or(|expected| expected <= 1956)));
    let reads = saw(&virtual_card).iter().filter(|header| header.starts_with("00B0")).count();
    assert_eq!(reads, 1 + 6 + 1, "the label, the face, the certificate");
}

#[test]
fn a_large_photo_is_read_with_short_length_too() {
    let virtual_card = virtual_card(r#"{"photo_size": 24000, "reader": {"extended_length": false}}"#);
    let mut card = opened(&virtual_card, PinKind::FaceCodeB, CODE_B);
    let face = card.face_read(&trust(&virtual_card)).unwrap();
    assert_eq!(finding(face.report(), Subject::Record), PASSED);
}

// --- secure messaging ---

fn open_secured(profile: &str) -> (VirtualCard, Card) {
    let virtual_card = virtual_card(profile);
    let options = OpenOptions { secure_messaging: true, ..OpenOptions::default() };
    let connection = virtual_card.connect().unwrap();
    let card = Card::open_connection(&context(true, Log::none()), connection, options).unwrap();
    (virtual_card, card)
}

#[test]
fn the_text_is_read_encrypted_after_the_pin() {
    let (virtual_card, mut card) = open_secured("{}");
    verify(&mut card, PinKind::Text, "1234").unwrap();
    let reading = card.text_read(Some(&trust(&virtual_card))).unwrap();
    assert_eq!(reading.holder.name.as_deref(), Some("番号　花子"));
    assert_eq!(finding(&reading.integrity.unwrap(), Subject::Record), PASSED);
    assert_eq!(card.my_number_read().unwrap().as_str(), MY_NUMBER);
    let expected = [
        "00A4040C", "00200091", "00200091", // the PIN in clear
        "00B08600", "80AE0000", "00A4020C", "08B00000", // a session, the attributes
        "00A4020C", "08B00000", "08B000D0", // the digests, in two pieces
        "00B08400", // the certificate is of no person
        "00A4020C", "08B00000", // the number
    ];
    assert_eq!(saw(&virtual_card)[2..], expected);
    let clear = virtual_card
        .transcript()
        .exchanges
        .iter()
        .any(|one| one.header[..2] == [0x00, 0xB0] && [0x81, 0x82, 0x83].contains(&one.header[2]));
    assert!(!clear, "no file of the person was read in clear");
    // Left and entered again, a session is made anew.
    card.pin_forget().unwrap();
    verify(&mut card, PinKind::Text, "1234").unwrap();
    card.text_read(None).unwrap();
}

#[test]
fn the_printed_codes_open_no_session_and_are_read_in_clear() {
    let (virtual_card, mut card) = open_secured("{}");
    verify(&mut card, PinKind::TextCodeB, CODE_B).unwrap();
    card.text_read(None).unwrap();
    assert_eq!(saw(&virtual_card).last().map(String::as_str), Some("00B08200"));
}

#[test]
fn what_was_to_be_encrypted_is_never_read_in_clear() {
    for (answer, expected) in [
        ("6700", ResultCode::NotSupported),
        ("6D00", ResultCode::CardResponse),
        ("6A80", ResultCode::CardResponse),
    ] {
        let (virtual_card, mut card) =
            open_secured(&format!(r#"{{"overrides": [{{"header": "80AE", "answer": "{answer}"}}]}}"#));
        verify(&mut card, PinKind::Text, "1234").unwrap();
        assert_eq!(code(card.text_read(None)), expected);
        assert!(!saw(&virtual_card).contains(&"00B08200".to_owned()));
    }
    for answer in [
        "9000",
        "86049000",
        "8611010000000000000000000000000000000000",
        "86110100000000000000000000000000000000009000",
        "861102000000000000000000000000000000009000",
        "69889000",
        "6988",
        "69FC",
        "0102039000",
    ] {
        let (_, mut card) =
            open_secured(&format!(r#"{{"overrides": [{{"header": "08B0", "answer": "{answer}"}}]}}"#));
        verify(&mut card, PinKind::Text, "1234").unwrap();
        assert_eq!(code(card.text_read(None)), ResultCode::CardResponse, "{answer}");
    }
}
