//! Bytes changed by chance: whatever a card, a certificate, a key or a profile says, nothing panics, no PIN is
//! presented twice, and nobody is believed. A short search in every run; `make nightly` searches longer.
//!
//! HONNIN_TEST_MUTATIONS says how many, HONNIN_TEST_SEED where to begin. A failure names the seed that shows it.

// The helpers stand outside the test functions, where the lint does not know that this is a test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use honnin::certificate::{
    Anchor, Certificate, Crl, OcspResponse, Profile, Trust, ValidationOptions, validate,
};
use honnin::reader::{Connection, Disposition};
use honnin::result::{Subject, Waiver};
use honnin::signature::cms::{self, CmsOptions, Content};
use honnin::signature::pdf::{self, PdfOptions};
use honnin::{
    Card, CertificateKind, Context, ContextOptions, Hash, KeyKind, OpenOptions, Pin, PinKind, PinOptions,
    Result, ResultCode, VirtualCard, signature,
};
use std::time::{Duration, Instant};

/// A small generator: what matters is that a seed gives the same run again.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below the limit.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        // Lengths and signs go wrong at the edges.
        const EDGES: [u8; 10] = [0, 1, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0xFE, 0xFF];
        match self.below(2) {
            0 => EDGES[self.below(EDGES.len())],
            _ => u8::try_from(self.next() & 0xFF).unwrap(),
        }
    }

    /// One to four changes: a byte, a cut, a piece said twice, a piece left out.
    fn change(&mut self, original: &[u8]) -> Vec<u8> {
        let mut bytes = original.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            let piece = self.below(40).min(bytes.len() - at);
            match self.below(8) {
                0 => bytes.truncate(at),
                1 => {
                    let copy = bytes[at..at + piece].to_vec();
                    bytes.splice(at..at, copy);
                }
                2 => drop(bytes.drain(at..at + piece)),
                _ if bytes.is_empty() => bytes.push(self.byte()),
                _ => bytes[at] = self.byte(),
            }
        }
        bytes
    }
}

/// Runs the body with one seed after the other, and names the one at which it panicked.
fn search(share: u64, mut body: impl FnMut(&mut Chance)) {
    struct Named(u64);
    impl Drop for Named {
        fn drop(&mut self) {
            if std::thread::panicking() {
                println!("shown again by: HONNIN_TEST_SEED={} HONNIN_TEST_MUTATIONS={SHOWN_BY}", self.0);
            }
        }
    }
    /// Enough for one run of every search.
    const SHOWN_BY: u64 = 100;

    let number = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let first = number("HONNIN_TEST_SEED").unwrap_or(1);
    let count = (number("HONNIN_TEST_MUTATIONS").unwrap_or(20_000) * share / 100).max(1);
    for seed in first..first + count {
        let _named = Named(seed);
        // Neighbouring seeds must not begin alike, and none may be 0.
        let mut chance = Chance((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        body(&mut chance);
    }
}

fn virtual_card() -> VirtualCard {
    VirtualCard::new(None).unwrap()
}

#[test]
fn no_certificate_makes_anything_panic_and_no_changed_one_is_believed() {
    let card = virtual_card();
    let originals: Vec<Vec<u8>> = [CertificateKind::Signing, CertificateKind::Authentication]
        .into_iter()
        .filter_map(|kind| card.certificate(kind))
        .chain(Anchor::all_known().iter().map(|anchor| anchor.certificate.der().to_vec()))
        .collect();
    let mut trust = Trust::added();
    trust.add_anchor(Certificate::parse(&card.ca(CertificateKind::Signing)).unwrap());
    trust.add_anchor(Certificate::parse(&card.ca(CertificateKind::Authentication)).unwrap());
    let options =
        ValidationOptions { trust, waive: vec![Waiver::Revocation, Waiver::TestCard], ..Default::default() };
    for original in originals.iter().take(2) {
        let report = validate(&Certificate::parse(original).unwrap(), &options).unwrap();
        assert_eq!(report.result(), ResultCode::Ok, "the search begins with what is believed");
    }
    search(25, |chance| {
        let original = &originals[chance.below(originals.len())];
        let changed = match chance.below(4) {
            0 => chance.change(Certificate::parse(original).unwrap().pem().as_bytes()),
            _ => chance.change(original),
        };
        let Ok(certificate) = Certificate::parse(&changed) else { return };
        let _ = (certificate.holder(), certificate.kind(), certificate.public_key(), certificate.pem());
        for profile in [Profile::Jpki, Profile::Rfc5280] {
            let mut options = ValidationOptions { profile, ..options.clone() };
            options.trust.add_intermediate(certificate.clone());
            let believed =
                validate(&certificate, &options).is_ok_and(|report| report.result() == ResultCode::Ok);
            assert!(!believed || originals.iter().any(|original| original == certificate.der()));
        }
    });
}

#[test]
fn no_list_and_no_response_makes_anything_panic_and_no_changed_one_is_believed() {
    let card = virtual_card();
    let leaf = Certificate::parse(&card.certificate(CertificateKind::Signing).unwrap()).unwrap();
    let list = card.crl(CertificateKind::Signing);
    let result = |list: Option<Crl>, profile| {
        let mut trust = Trust::added();
        trust.add_anchor(Certificate::parse(&card.ca(CertificateKind::Signing)).unwrap());
        list.into_iter().for_each(|list| trust.add_crl(list));
        let options =
            ValidationOptions { trust, profile, waive: vec![Waiver::TestCard], ..Default::default() };
        validate(&leaf, &options).unwrap().result()
    };
    let good = Crl::parse(&list).unwrap();
    assert_eq!(
        result(Some(good.clone()), Profile::Jpki),
        ResultCode::Ok,
        "the search begins with what is believed"
    );
    search(25, |chance| {
        let changed = chance.change(&list);
        let _ = OcspResponse::parse(&changed);
        let Ok(crl) = Crl::parse(&changed) else { return };
        for profile in [Profile::Jpki, Profile::Rfc5280] {
            assert!(result(Some(crl.clone()), profile) != ResultCode::Ok || crl == good);
        }
    });
}

#[test]
fn no_key_and_no_signature_makes_anything_panic() {
    let card = virtual_card();
    let certificate = Certificate::parse(&card.certificate(CertificateKind::Signing).unwrap()).unwrap();
    let spki = certificate.spki_der().to_vec();
    let signed = vec![0x5A; 256];
    search(25, |chance| {
        let (key, signed) = match chance.below(2) {
            0 => (chance.change(&spki), signed.clone()),
            _ => (spki.clone(), chance.change(&signed)),
        };
        assert!(signature::verify_with_key(&key, Hash::Sha256, b"order", &signed).is_err());
    });
}

/// A card that has signed in.
fn signer(card: &VirtualCard) -> Card {
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    context.add_virtual_reader(std::sync::Arc::new(card.clone()));
    let mut card = Card::open(&context, None, OpenOptions::default()).unwrap();
    card.pin_verify(PinKind::Signing, Some(&Pin::new(b"ABC123")), &PinOptions::default()).unwrap();
    card
}

fn for_documents(card: &VirtualCard) -> ValidationOptions {
    let mut trust = Trust::added();
    trust.add_anchor(Certificate::parse(&card.ca(CertificateKind::Signing)).unwrap());
    let waive = vec![Waiver::Revocation, Waiver::TestCard, Waiver::Timestamp];
    ValidationOptions { trust, waive, ..Default::default() }
}

#[test]
fn no_cms_makes_anything_panic_and_no_other_content_is_believed() {
    let card = virtual_card();
    let options = for_documents(&card);
    let mut signer = signer(&card);
    let mut sign = |options| signer.cms_sign(KeyKind::Signing, b"order", options).unwrap().bytes;
    let plain = sign(CmsOptions::default());
    let full =
        sign(CmsOptions { signing_time: true, embed_ca: true, hash: Hash::Sha512, ..CmsOptions::default() });
    // A time-stamp that is none, so that its reader is searched too: a CMS stands where a token should.
    let stamped = {
        let token = plain.clone();
        let mut fetch: Box<cms::TimestampFn> = Box::new(move |_| {
            Ok([&[0x30, 0x82][..], &reply_length(&token), &[0x30, 3, 2, 1, 0], &token].concat())
        });
        assert!(cms::add_timestamp(&plain, &mut *fetch).is_err());
        sign(CmsOptions { hash: Hash::Sha384, ..CmsOptions::default() })
    };
    let originals = [plain, full, stamped];
    for original in &originals {
        let result = cms::verify(original, Content::Inside, &options).unwrap().report.result();
        assert_eq!(result, ResultCode::Ok, "the search begins with what is believed");
    }
    search(20, |chance| {
        let original = &originals[chance.below(originals.len())];
        let changed = chance.change(original);
        let verified = cms::verify(&changed, Content::Inside, &options).unwrap();
        if verified.report.result() == ResultCode::Ok {
            assert_eq!(verified.content.as_deref(), Some(&b"order"[..]));
        }
        let outside = cms::verify(&changed, Content::Bytes(b"other"), &options).unwrap();
        assert_ne!(outside.report.result(), ResultCode::Ok);
    });
    // What an authority answers is changed on its way.
    let plain = &originals[0];
    search(5, |chance| {
        let reply = [&[0x30, 0x82][..], &reply_length(plain), &[0x30, 3, 2, 1, 0], plain].concat();
        let reply = chance.change(&reply);
        let mut fetch: Box<cms::TimestampFn> = Box::new(move |_| Ok(reply.clone()));
        assert!(cms::add_timestamp(plain, &mut *fetch).is_err());
    });
}

/// Where two files first differ, and what stands there.
fn difference(original: &[u8], changed: &[u8]) -> String {
    let at = original.iter().zip(changed).position(|(one, other)| one != other).unwrap_or(0);
    let near = |bytes: &[u8]| {
        String::from_utf8_lossy(&bytes[at.saturating_sub(30)..(at + 40).min(bytes.len())]).into_owned()
    };
    format!("at {at}: {:?} is now {:?}", near(original), near(changed))
}

fn reply_length(token: &[u8]) -> [u8; 2] {
    u16::try_from(token.len() + 5).unwrap().to_be_bytes()
}

#[test]
fn no_pdf_makes_anything_panic_and_no_changed_one_is_believed() {
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\n\
        endobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>\nendobj\nxref\n0 4\n0000000000 65535 f \n\
        0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n168\n%%EOF\n";
    let card = virtual_card();
    let options = for_documents(&card);
    let mut signer = signer(&card);
    let mut sign = |pdf: &[u8]| signer.pdf_sign(pdf, PdfOptions::default()).unwrap().bytes;
    let once = sign(PDF);
    let twice = sign(&once);
    let result = |pdf: &[u8]| pdf::verify(pdf, &options).map(|verified| verified.report.result());
    assert_eq!((result(&once), result(&twice)), (Ok(ResultCode::Ok), Ok(ResultCode::Ok)));
    search(3, |chance| {
        let original = [&once, &twice][chance.below(2)];
        let changed = chance.change(original);
        if result(&changed) == Ok(ResultCode::Ok) {
            // Only in the last /Contents may anything differ, where the signature itself is: outside of it nothing may,
            // unless the last revision was cut off.
            let begin = original.windows(11).rposition(|window| window == b"/Contents <").unwrap() + 11;
            let end = begin + original[begin..].iter().position(|byte| *byte == b'>').unwrap();
            let same = changed.get(..begin) == Some(&original[..begin])
                && changed.get(end..) == Some(&original[end..]);
            assert!(same || original.starts_with(&changed), "{}", difference(original, &changed));
        }
    });
    search(3, |chance| {
        let _ = signer.pdf_sign(&chance.change(PDF), PdfOptions::default());
    });
}

#[test]
fn no_profile_makes_anything_panic() {
    let profile = r#"{"name": "番号　花子", "birth_date": "1989-05-07", "kind": "plastic",
        "pins": {"signing": "ABC123"}, "tries_left": {"signing": 5}, "certificates": {"signing": "expired"},
        "expiry": "2034-05-07", "reader": {"extended_length": false, "remove_before": 3},
        "overrides": [{"header": "0020009B", "nth": 2, "answer": "63CF"}]}"#;
    VirtualCard::new(Some(profile)).unwrap();
    // A good profile has its certificates signed, so fewer.
    search(2, |chance| {
        let changed = chance.change(profile.as_bytes());
        let _ = VirtualCard::new(Some(&String::from_utf8_lossy(&changed)));
    });
}

/// A card whose answers are changed on their way, one in a few.
struct Liar {
    card: Box<dyn Connection>,
    chance: Chance,
}

impl Connection for Liar {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        self.card.transmit(command, response, timeout)?;
        if self.chance.below(6) == 0 {
            *response = self.chance.change(response);
        }
        Ok(())
    }

    fn begin(&mut self, deadline: Instant) -> Result<()> {
        self.card.begin(deadline)
    }

    fn end(&mut self, disposition: Disposition) {
        self.card.end(disposition);
    }

    fn claim(&mut self, deadline: Instant) -> Result<()> {
        self.card.claim(deadline)
    }

    fn is_virtual(&self) -> bool {
        true
    }
}

#[test]
fn a_card_that_lies_costs_one_try_at_most_and_is_left_unverified() {
    let context = Context::new(ContextOptions { no_pcsc: true, ..Default::default() }).unwrap();
    let original = virtual_card();
    let key = Certificate::parse(&original.certificate(CertificateKind::Signing).unwrap()).unwrap();
    search(5, |chance| {
        // Cards are slow to make, and a verified PIN restores its counter: one card will do.
        original.clear_transcript();
        let liar = Liar { card: original.connect().unwrap(), chance: Chance(chance.next() | 1) };
        let tries = original.tries_left(PinKind::Signing).unwrap();
        if let Ok(mut card) = Card::open_connection(&context, Box::new(liar), OpenOptions::default()) {
            let value = if chance.below(2) == 0 { b"ABC123" } else { b"ABC124" };
            let verified = card.pin_verify(PinKind::Signing, Some(&Pin::new(value)), &PinOptions::default());
            let _ = card.certificate_read(CertificateKind::Signing);
            if let Ok(signed) = card.sign(KeyKind::Signing, Hash::Sha256, b"order") {
                assert!(verified.is_ok());
                signature::verify(&key, Hash::Sha256, b"order", &signed).unwrap();
            }
            let _ = card.pin_tries(PinKind::Signing);
            card.close();
        }
        let presented =
            |exchange: &&honnin::virtual_card::Exchange| exchange.header[1] == 0x20 && exchange.data_len > 0;
        assert!(original.transcript().exchanges.iter().filter(presented).count() <= 1, "one VERIFY at most");
        assert!(original.tries_left(PinKind::Signing).unwrap() + 1 >= tries);
        assert!(!original.is_verified(PinKind::Signing), "the card is left unverified");
        // The holder comes back with the right password before it is locked.
        original.verify_out_of_band(PinKind::Signing);
        original.remove();
        original.insert();
    });
}

/// The records of a card, changed before they are put on it, and its pictures.
#[test]
fn no_record_and_no_picture_makes_anything_panic_and_no_changed_one_is_believed() {
    use honnin::card::{FaceImage, ImageFormat};
    use honnin::certificate::CardCaKey;
    use honnin::result::State;

    let context = Context::new(ContextOptions {
        no_pcsc: true,
        permit_my_number: true,
        my_number_purpose: Some("tests".into()),
        ..Default::default()
    })
    .unwrap();
    let original = virtual_card();
    let mut trust = Trust::production();
    trust.add_card_key(CardCaKey::parse(&original.card_ca_key()).unwrap());
    let read = |pin, file: u8| {
        assert!(original.verify_out_of_band(pin));
        let mut answer = Vec::new();
        let command = [0x00, 0xB0, 0x80 | file, 0, 0, 0, 0];
        original.connect().unwrap().transmit(&command, &mut answer, Duration::from_secs(5)).unwrap();
        answer.truncate(answer.len() - 2);
        let filled = answer.iter().rposition(|byte| *byte != 0xFF).unwrap() + 1;
        answer.truncate(filled);
        answer
    };
    let code_b = "01050720344649";
    let files: Vec<(&str, u8, PinKind, &str, Vec<u8>)> = [
        ("text", 2, PinKind::Text, "1234"),
        ("text", 3, PinKind::Text, "1234"),
        ("text", 4, PinKind::Text, "1234"),
        ("text", 6, PinKind::Text, "1234"),
        ("text", 7, PinKind::Text, "1234"),
        ("face", 1, PinKind::FaceBirthDate, "010507"),
        ("face", 2, PinKind::FaceCodeB, code_b),
        ("face", 4, PinKind::FaceBirthDate, "010507"),
    ]
    .map(|(application, file, pin, value)| (application, file, pin, value, read(pin, file)))
    .into();
    let slowest = std::cell::Cell::new(Duration::ZERO);
    // Each card has its certificates signed, so fewer.
    search(2, |chance| {
        let (application, file, pin, value, good) = &files[chance.below(files.len())];
        let changed = chance.change(good);
        let hex: String = changed.iter().map(|byte| format!("{byte:02X}")).collect();
        let profile = format!(
            r#"{{"files": [{{"application": "{application}", "file": {file}, "content": "{hex}"}}]}}"#
        );
        let card = VirtualCard::new(Some(&profile)).unwrap();
        let options = OpenOptions { secure_messaging: chance.below(2) == 0, ..Default::default() };
        let mut card = Card::open_connection(&context, card.connect().unwrap(), options).unwrap();
        card.pin_verify(*pin, Some(&Pin::from(*value)), &PinOptions::default()).unwrap();
        let is_good = changed.starts_with(good);
        let passed = |report: &honnin::Report, subject| {
            report.finding(subject).is_some_and(|finding| finding.state == State::Passed)
        };
        match *pin {
            PinKind::Text => {
                if let Ok(reading) = card.text_read(Some(&trust)) {
                    let believed = passed(&reading.integrity.unwrap(), Subject::Record);
                    // The table of offsets is not covered, nor are files that this does not rest upon.
                    assert!(!believed || is_good || *file != 3, "a changed record of digests is believed");
                }
                let _ = card.my_number_read();
            }
            PinKind::FaceBirthDate => {
                if let Ok(reading) = card.age_read(Some(&trust)) {
                    let holder = reading.holder.birth_date.to_string();
                    let believed = passed(&reading.integrity.unwrap(), Subject::Record);
                    assert!(!believed || holder == "1989-05-07", "another birth date is believed");
                }
            }
            _ => {
                if let Ok(face) = card.face_read(&trust) {
                    for which in FaceImage::ALL.iter().copied() {
                        let begun = Instant::now();
                        let _ = face.image(which, ImageFormat::Png);
                        slowest.set(slowest.get().max(begun.elapsed()));
                    }
                    let holder = face.holder().birth_date.to_string();
                    let believed = passed(face.report(), Subject::Record);
                    assert!(!believed || holder == "1989-05-07", "another birth date is believed");
                }
            }
        }
        if let Ok(report) = card.genuine_check(&trust) {
            assert!(
                passed(&report, Subject::CardCertificate) || !is_good,
                "the search begins with a good one"
            );
        }
    });
    println!("the slowest picture took {:?}", slowest.get());
}
