//! What the till of the examples shows for every failure that it can meet: docs/till-screens, in Japanese and English, 40 and
//! 80 columns wide. `HONNIN_UPDATE=1 cargo test -p honnin-tests --test till_screens` writes them; `make screens` makes pictures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{compile, prefix, root, run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

const LANGUAGES: [&str; 2] = ["ja", "en"];
const WIDTHS: [usize; 2] = [40, 80];
/// Wider than any sentence: nothing is wrapped.
const UNWRAPPED: usize = 2000;

/// What the till prints for both scripts of failures, by language and width.
fn screens() -> &'static BTreeMap<(&'static str, usize), String> {
    static SCREENS: OnceLock<BTreeMap<(&str, usize), String>> = OnceLock::new();
    SCREENS.get_or_init(|| {
        let examples = root().join("sdk-c-examples");
        let till =
            compile("g++", &["-std=c++17"], &examples.join("pos_identify.cpp"), prefix(), "pos_identify");
        let show = |lang: &str, width: usize, script: &str, options: &[&str]| {
            let mut command = Command::new(&till);
            command.args(options).args(["--lang", lang, "--columns", &width.to_string(), "--script"]);
            String::from_utf8(run(command.arg(examples.join(script))).stdout).unwrap()
        };
        let mut all = BTreeMap::new();
        for lang in LANGUAGES {
            for width in WIDTHS.into_iter().chain([UNWRAPPED]) {
                let text =
                    show(lang, width, "fail-rest.txt", &[]) + &show(lang, width, "fail-tap.txt", &["--tap"]);
                all.insert((lang, width), text.trim_start().to_owned());
            }
        }
        all
    })
}

fn file(lang: &str, width: usize) -> PathBuf {
    root().join(format!("docs/till-screens/{lang}-{width}.txt"))
}

/// The screens that people read.
fn wrapped() -> impl Iterator<Item = (&'static str, usize, &'static str)> {
    screens()
        .iter()
        .filter(|((_, width), _)| *width != UNWRAPPED)
        .map(|((lang, width), text)| (*lang, *width, text.as_str()))
}

/// Two columns for everything that is not ASCII; the till has no half-width kana.
fn columns(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}

/// What a line says, without what stands before it on every line.
fn said(line: &str) -> &str {
    let behind_bar = line.split_once("| ").filter(|(before, _)| columns(before) == 6);
    behind_bar.map_or(line, |(_, rest)| rest).trim_start_matches(['・', ' ']).trim_start_matches("- ")
}

#[test]
fn the_screens_in_the_documentation_are_what_the_till_shows() {
    for (lang, width, text) in wrapped() {
        let path = file(lang, width);
        if std::env::var_os("HONNIN_UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        let stale = written.lines().zip(text.lines()).find(|(was, is)| was != is);
        assert!(
            written == text,
            "{} is stale ({stale:?}): HONNIN_UPDATE=1 cargo test -p honnin-tests --test till_screens",
            path.display()
        );
    }
}

#[test]
fn every_line_fits_its_screen() {
    for (lang, width, text) in wrapped() {
        for line in text.lines() {
            assert!(columns(line) <= width, "{lang}, {width} columns, takes {}: {line}", columns(line));
        }
    }
}

#[test]
fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
    let closing: Vec<char> =
        "、。，．：；！？）」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;!?)]".chars().collect();
    let opening: Vec<char> = "（「『【［([".chars().collect();
    for (lang, width, text) in wrapped() {
        for line in text.lines().map(said) {
            assert!(!line.starts_with(&closing[..]), "{lang}, {width} columns: {line}");
            assert!(!line.ends_with(&opening[..]), "{lang}, {width} columns: {line}");
        }
    }
}

#[test]
fn a_japanese_line_ends_where_one_would_pause() {
    let kana = |c: char| ('\u{3041}'..='\u{309f}').contains(&c);
    let katakana = |c: char| ('\u{30a1}'..='\u{30fa}').contains(&c) || c == 'ー';
    let letter = |c: char| kana(c) || katakana(c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
    for (lang, width, text) in wrapped() {
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].starts_with("      | ") && !pair[1].contains('・'))
        {
            let (end, start) = (said(pair[0]).chars().last().unwrap(), said(pair[1]).chars().next().unwrap());
            // A phrase ends in kana, and none begins with them, お and ご aside. One that is longer than a line may end where
            // a loanword begins.
            let pause = "おご".contains(start) || (kana(end) && !kana(start));
            let pause = pause || (!kana(end) && !katakana(end) && katakana(start));
            let broken = letter(end) && letter(start) && !pause;
            assert!(!broken, "{lang}, {width} columns: {} / {}", pair[0], pair[1]);
        }
    }
}

#[test]
fn nothing_is_cut_off_and_no_word_is_broken() {
    /// Everything that is said, without the ends of lines.
    fn all(text: &str) -> String {
        text.lines().flat_map(|line| said(line).chars()).filter(|c| !c.is_whitespace()).collect()
    }
    /// Runs of letters and digits.
    fn words(text: &str) -> BTreeSet<&str> {
        text.split(|c: char| !c.is_ascii_alphanumeric()).collect()
    }
    for (lang, width, text) in wrapped() {
        let whole = &screens()[&(lang, UNWRAPPED)];
        assert!(all(text) == all(whole), "{lang}, {width} columns: something is missing");
        let broken: Vec<&str> = words(text).difference(&words(whole)).copied().collect();
        assert!(broken.is_empty(), "{lang}, {width} columns: {broken:?}");
    }
}

#[test]
fn each_failure_says_to_the_customer_and_the_staff_what_the_catalogue_says() {
    use honnin::{Audience, ResultCode, Situation, Tags};
    // What a till can meet.
    let met = [
        ResultCode::ReaderNotFound,
        ResultCode::CardAbsent,
        ResultCode::CardAmbiguous,
        ResultCode::CardChanged,
        ResultCode::CardUnstable,
        ResultCode::CardReset,
        ResultCode::ReaderBusy,
        ResultCode::ReaderFailed,
        ResultCode::ReaderRemoved,
        ResultCode::CardExpired,
        ResultCode::CertificateAbsent,
        ResultCode::CardWithoutPin,
        ResultCode::CardResponse,
        ResultCode::PinEntryTimeout,
        ResultCode::PinRepeated,
        ResultCode::PinOutcomeUnknown,
        ResultCode::CertificateExpired,
        ResultCode::CertificateNotYetValid,
        ResultCode::CertificateRevoked,
        ResultCode::CertificateTest,
        ResultCode::CertificateUntrusted,
        ResultCode::CertificateStatusNotChecked,
        ResultCode::SignatureNotByCertificate,
        ResultCode::Cancelled,
    ];
    for lang in LANGUAGES {
        let text = &screens()[&(lang, UNWRAPPED)];
        for code in met {
            for audience in [Audience::Cardholder, Audience::Operator] {
                let mut situation = Situation::of(code).offering(Tags::OTHER_WAY);
                situation.reader_interface = honnin::result::ReaderInterface::Contactless;
                let message = situation.message(audience, lang);
                assert!(text.contains(&message), "{code:?} {lang}: {message}");
            }
        }
        let number = |count: &str| text.matches(count).count();
        let other_way = Situation::of(ResultCode::CardUnsupported).offering(Tags::OTHER_WAY);
        let other_way = other_way.hints(Audience::Cardholder, lang).pop().unwrap().text;
        assert!(number(&other_way) > 10, "this shop has another way");
        assert!(!text.contains("Bluetooth"));
    }
}
