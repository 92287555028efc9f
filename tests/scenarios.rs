//! One corpus of scenarios (tests/scenarios) through every door: Rust, C and C++. What the formats of the lines mean
//! stands at the top of pins.txt. Here too: that what the corpus expects of the words can tell one text from another.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::card::{Face, FaceImage, ImageFormat, Reading, What};
use honnin::certificate::{CardCaKey, Certificate, Trust, ValidationOptions};
use honnin::holder::{Holder, PartialDate};
use honnin::identity::age::age_check;
use honnin::result::{Error, Result, ResultCode, Tags, TrySpent, Waiver, languages};
use honnin::signature::cms::{self, CmsOptions, Content, Timestamped};
use honnin::signature::pdf::{self, PdfOptions};
use honnin::{
    Audience, Card, CertificateKind, Context, ContextOptions, Hash, KeyKind, OpenOptions, Pin, PinKind,
};
use honnin::{PinOptions, Timeout, VirtualCard};
use honnin_tests::installed::{compile, prefix, root, run};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

fn corpus() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("tests/scenarios")).unwrap();
    let mut files: Vec<PathBuf> = folder
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
        .collect();
    files.sort();
    files
}

/// A scenario on its way.
struct World {
    context: Context,
    virtual_card: VirtualCard,
    card: Option<Card>,
    /// The card in the hands of another program.
    held: Option<Card>,
    holder: Option<Holder>,
    face: Option<Face>,
    seen: usize,
    failure: Option<Error>,
}

/// What a step came to.
struct Outcome {
    code: ResultCode,
    tries: i32,
    spent: i32,
    left: i32,
}

impl World {
    /// A program whose only reader has that card.
    fn around(virtual_card: &VirtualCard) -> Context {
        let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
        context.add_virtual_reader(Arc::new(virtual_card.clone()));
        context
    }

    fn new(profile: &str) -> World {
        let virtual_card = VirtualCard::new(Some(profile)).unwrap();
        let context = World::around(&virtual_card);
        World {
            context,
            virtual_card,
            card: None,
            held: None,
            holder: None,
            face: None,
            seen: 0,
            failure: None,
        }
    }

    fn step(&mut self, words: &[&str]) -> Outcome {
        let mut left = -1;
        let outcome = self.perform(words, &mut left);
        // A result that is no error has the words of its code.
        self.failure = match &outcome {
            Ok(code) => Some(*code).filter(|code| *code != ResultCode::Ok).map(|code| Error::new(code, "")),
            Err(error) => Some(error.clone()),
        };
        let failure = outcome.as_ref().err();
        if failure.is_some_and(|error| error.code == ResultCode::PinLocked) && words[0] == "tries" {
            left = 0;
        }
        Outcome {
            code: outcome.as_ref().copied().unwrap_or_else(|error| error.code),
            tries: failure.and_then(|error| error.tries_left).map_or(-1, i32::from),
            spent: match failure.map(|error| error.try_spent) {
                None | Some(TrySpent::No) => 0,
                Some(TrySpent::Yes) => 1,
                Some(TrySpent::Unknown) => -1,
            },
            left,
        }
    }

    fn perform(&mut self, words: &[&str], left: &mut i32) -> Result<ResultCode> {
        // In Rust a closed card cannot be used: the compiler says what C says with BAD_STATE.
        let closed = || Error::new(ResultCode::BadState, "closed");
        let kind = || PinKind::from_name(words[1]).unwrap();
        match words[0] {
            "open" => {
                self.card = None;
                let grace = Duration::from_secs(if words.contains(&"grace") { 2 } else { 0 });
                let options = OpenOptions { timeout: Timeout::Millis(500), grace, ..OpenOptions::default() };
                self.card = Some(Card::open(&self.context, None, options)?);
                return Ok(ResultCode::Ok);
            }
            "hold" => {
                let other = World::around(&self.virtual_card);
                let options = OpenOptions { exclusive: true, ..OpenOptions::default() };
                self.held = Some(Card::open(&other, None, options)?);
            }
            "release" => self.held = None,
            "close" => self.card = None,
            "insert" => self.virtual_card.insert(),
            "remove" => self.virtual_card.remove(),
            _ => {}
        }
        if ["close", "insert", "remove", "hold", "release"].contains(&words[0]) {
            return Ok(ResultCode::Ok);
        }
        let card = self.card.as_mut().ok_or_else(closed)?;
        match words[0] {
            "verify" => {
                let options = PinOptions {
                    allow_last_try: words.contains(&"last"),
                    fold: words.contains(&"fold"),
                    ..PinOptions::default()
                };
                let given = (words[2] != "-").then(|| Pin::from(words[2]));
                card.pin_verify(kind(), given.as_ref(), &options)?;
            }
            "tries" => *left = card.pin_tries(kind())?.map_or(-1, i32::from),
            "certificate" => {
                card.certificate_read(CertificateKind::from_name(words[1]).unwrap())?;
            }
            "sign" => {
                card.sign(KeyKind::from_name(words[1]).unwrap(), Hash::Sha256, b"")?;
            }
            "cms" => return self.cms(KeyKind::from_name(words[1]).unwrap(), words[2]),
            "details_expiry" => {
                card.details_read(What { certificates: false, ..What::default() })?;
            }
            "age" => self.holder = Some(card.age_read(None)?.holder),
            "text" => self.holder = Some(card.text_read(None)?.holder),
            "age_report" => return Ok(report_of(&card.age_read(Some(&Trust::production()))?)),
            "text_report" => return Ok(report_of(&card.text_read(Some(&Trust::production()))?)),
            "age_check" => {
                let on = words.get(2).map(|on| PartialDate::from_text(on).unwrap());
                let holder = self.holder.as_ref().unwrap();
                age_check(holder, words[1].parse().unwrap(), on, words.get(3).is_some())?;
            }
            "my_number" => drop(card.my_number_read()?),
            "face" => self.face = Some(card.face_read(&Trust::production())?),
            "face_report" => return Ok(self.face.as_ref().unwrap().report().result()),
            "photo" => drop(self.face.as_ref().unwrap().image(FaceImage::Photo, ImageFormat::Png)?),
            "genuine" => return Ok(card.genuine_check(&Trust::production())?.result()),
            "genuine_own" => {
                let mut trust = Trust::production();
                trust.add_card_key(CardCaKey::parse(&self.virtual_card.card_ca_key())?);
                return Ok(card.genuine_check(&trust)?.result());
            }
            "pdf" => return self.pdf(words[1]),
            "details" => return Ok(card.details_read(What::default())?.result()),
            "forget" => card.pin_forget()?,
            other => panic!("no step is called {other}"),
        }
        Ok(ResultCode::Ok)
    }

    /// Compares the words of the last step's failure: "says AUDIENCE LANG part", "hints AUDIENCE count",
    /// "hint AUDIENCE LANG index tags part".
    fn check_words(&self, line: &str) {
        let error = self.failure.as_ref().unwrap_or_else(|| panic!("nothing failed before: {line}"));
        let mut words = line.splitn(4, ' ');
        let (what, audience) = (words.next().unwrap(), words.next().unwrap());
        let audience = Audience::from_name(audience).unwrap_or_else(|| panic!("{line}"));
        let lang = words.next().unwrap();
        if what == "hints" {
            assert_eq!(error.hints(audience, "ja").len().to_string(), lang, "{line}");
            return;
        }
        let rest = words.next().unwrap();
        if what == "says" {
            let said = error.message(audience, lang);
            if audience == Audience::CardholderShort {
                assert_eq!(said, rest, "{line}");
            } else {
                assert!(said.contains(rest), "{line}: {said}");
                assert_distinctive(error, audience, lang, rest);
            }
            return;
        }
        let mut rest = rest.splitn(3, ' ');
        let index: usize = rest.next().unwrap().parse().unwrap();
        let (tags, part) = (rest.next().unwrap(), rest.next().unwrap());
        let hint = &error.hints(audience, lang)[index];
        assert!(hint.text.contains(part), "{line}: {}", hint.text);
        let wanted = if tags == "-" { Tags::NONE } else { tags_of(tags) };
        assert_eq!(hint.tags, wanted, "{line}");
    }

    /// Signs a CMS and verifies it, as the virtual card's own CA would have it.
    fn cms(&mut self, key: KeyKind, how: &str) -> Result<ResultCode> {
        let card = self.card.as_mut().unwrap();
        let mut options = CmsOptions::default();
        if how.contains("stamp") {
            options.timestamp = Some(Box::new(|_| Err(Error::new(ResultCode::IoError, "no network"))));
        }
        let signed = match how {
            "stream" => card.cms_sign_reader(key, &mut &b"order"[..], options)?,
            "changed" => card.cms_sign(key, b"order", CmsOptions { detached: true, ..options })?,
            "added" => {
                let first = card.cms_sign(key, b"order", CmsOptions::default())?;
                let other = CmsOptions { hash: Hash::Sha512, ..CmsOptions::default() };
                card.cms_sign_add(key, &first.bytes, None, other)?
            }
            _ => card.cms_sign(key, b"order", options)?,
        };
        let mut trust = Trust::added();
        for kind in [CertificateKind::SigningCa, CertificateKind::AuthenticationCa] {
            trust.add_anchor(Certificate::parse(&self.virtual_card.ca(kind))?);
        }
        let waive = vec![Waiver::Revocation, Waiver::TestCard];
        let options = ValidationOptions { trust, waive, ..ValidationOptions::default() };
        let mut stream = &b"order"[..];
        let content = match how {
            "stream" => Content::Reader(&mut stream),
            "changed" => Content::Bytes(b"0rder"),
            _ => Content::Inside,
        };
        let result = cms::verify(&signed.bytes, content, &options)?.report.result();
        match signed.timestamp {
            Timestamped::Failed(error) if how == "stamp-required" => Ok(error.code),
            _ => Ok(result),
        }
    }

    /// Signs a PDF and verifies it, as the virtual card's own CA would have it.
    fn pdf(&mut self, how: &str) -> Result<ResultCode> {
        const PDF: &[u8] = include_bytes!("scenarios/one-page.pdf");
        let card = self.card.as_mut().unwrap();
        let given = if how == "damaged" { &PDF[..100] } else { PDF };
        let mut signed = card.pdf_sign(given, PdfOptions::default())?.bytes;
        if how == "twice" {
            signed = card.pdf_sign(&signed, PdfOptions::default())?.bytes;
        }
        if how == "changed" {
            // The end of the file once more: bytes that belong to nothing.
            let tail = signed.windows(9).rposition(|window| window == b"startxref").unwrap();
            signed.extend_from_within(tail..);
        }
        let mut trust = Trust::added();
        trust.add_anchor(Certificate::parse(&self.virtual_card.ca(CertificateKind::Signing))?);
        let waive = vec![Waiver::Revocation, Waiver::TestCard];
        let options = ValidationOptions { trust, waive, ..ValidationOptions::default() };
        let verified = pdf::verify(&signed, &options)?;
        assert_eq!(verified.signatures.len(), if how == "twice" { 2 } else { 1 });
        Ok(verified.report.result())
    }

    fn saw(&mut self) -> String {
        let headers = self.virtual_card.transcript().headers();
        let new = headers[self.seen..].join(" ");
        self.seen = headers.len();
        new
    }
}

fn tags_of(names: &str) -> Tags {
    names.split('|').map(|name| Tags::from_name(name).unwrap()).fold(Tags::NONE, Tags::with)
}

/// The part is in no text that a door could give instead by mistake: not in that of another audience or language,
/// and not in the one that is true for every PIN, card and reader, where the situation has a text of its own.
fn assert_distinctive(error: &Error, audience: Audience, lang: &str, part: &str) {
    let about = |audience: Audience, lang: &str| match audience {
        Audience::Developer => error.message(audience, lang).split(" | ").nth(1).unwrap().to_owned(),
        _ => error.message(audience, lang),
    };
    let own = about(audience, lang);
    for other in Audience::ALL {
        for language in languages() {
            let text = about(*other, language);
            assert!(
                text == own || !text.contains(part),
                "{part:?} also stands in {other:?} {language}: {text}"
            );
        }
    }
    let general = error.code.message(audience, lang);
    assert!(own == general || !general.contains(part), "{part:?} also stands in the general text: {general}");
}

#[test]
fn every_failing_scenario_says_what_the_customer_and_the_staff_read() {
    for file in corpus() {
        let text = std::fs::read_to_string(&file).unwrap();
        for scenario in format!("\n{text}").split("\nscenario ").skip(1) {
            let title = scenario.lines().next().unwrap();
            let fails = scenario
                .lines()
                .any(|line| line.split_once("=> ").is_some_and(|(_, expected)| !expected.starts_with("OK")));
            for needed in [
                "says cardholder ja ",
                "says cardholder en ",
                "says cardholder ja-x-easy ",
                "says cardholder-short ja ",
                "says operator ja ",
                "says operator en ",
                "says developer en ",
                "hints cardholder ",
                "hints operator ",
            ] {
                let said = scenario.lines().any(|line| line.starts_with(needed));
                assert_eq!(fails, said, "{}: {title}: {needed}", file.display());
            }
        }
    }
}

fn report_of(reading: &Reading) -> ResultCode {
    reading.integrity.as_ref().unwrap().result()
}

#[test]
fn the_corpus_through_rust() {
    let (mut scenarios, mut steps) = (0, 0);
    for file in corpus() {
        let mut title = String::new();
        let mut world = None;
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "scenario" => {
                    rest.clone_into(&mut title);
                    scenarios += 1;
                }
                "profile" => world = Some(World::new(rest)),
                "step" => {
                    steps += 1;
                    let (step, expected) = rest.split_once("=> ").unwrap();
                    let words: Vec<&str> = step.split_whitespace().collect();
                    let expected: Vec<&str> = expected.split_whitespace().collect();
                    let found = world.as_mut().unwrap().step(&words);
                    assert_eq!(found.code.name(), expected[0], "{title}: {rest}");
                    for wish in expected[1..].chunks(2) {
                        let number = match wish[0] {
                            "tries" => found.tries,
                            "spent" => found.spent,
                            "left" => found.left,
                            other => panic!("{other}"),
                        };
                        assert_eq!(number.to_string(), wish[1], "{title}: {rest}");
                    }
                }
                "says" | "hint" | "hints" => world.as_ref().unwrap().check_words(line),
                "saw" => assert_eq!(world.as_mut().unwrap().saw(), rest, "{title}"),
                "" | "#" => {}
                other => panic!("{title}: no line begins with {other}"),
            }
        }
    }
    assert!(scenarios >= 20 && steps >= 60, "{scenarios} scenarios, {steps} steps");
}

fn through(compiler: &str, standard: &str, source: &str) {
    let source = root().join("tests/c").join(source);
    let program = compile(compiler, &[standard], &source, prefix(), "scenarios");
    let output = run(Command::new(program).args(corpus()));
    let said = String::from_utf8_lossy(&output.stdout);
    let count = said.split_whitespace().next().unwrap().parse::<usize>().unwrap();
    assert!(count >= 20, "{said}");
}

#[test]
fn the_corpus_through_c() {
    through("gcc", "-std=c99", "scenarios.c");
}

#[test]
fn the_corpus_through_cpp() {
    through("g++", "-std=c++17", "scenarios.cpp");
}
