//! Makes the help sheet for the counter: docs/help-sheet.*.html, one printed page in each language.
//!
//! `HONNIN_UPDATE=1 cargo test -p honnin catalogue` writes them; `make sheet` makes PDFs of them.

use super::page::fresh;
use super::table::{self, HINTS, SHEET, Section, Words};
use super::{Audience, Situation};
use core::fmt::Write as _;

/// The languages that the sheet is printed in: those that every part of it has.
fn languages() -> Vec<&'static str> {
    let has = |words: Words, lang: &str| words.iter().any(|(language, _)| *language == lang);
    super::languages()
        .iter()
        .copied()
        .filter(|lang| {
            has(SHEET.title, lang) && SHEET.sections.iter().all(|section| has(section.heading, lang))
        })
        .collect()
}

#[test]
fn the_help_sheets_are_fresh() {
    let languages = languages();
    assert!(languages.contains(&"ja") && languages.contains(&"en"), "{languages:?}");
    for lang in languages {
        fresh(&format!("help-sheet.{lang}.html"), &html(lang));
    }
}

#[test]
fn the_help_sheet_says_only_what_the_catalogue_says() {
    for section in SHEET.sections {
        for lang in languages() {
            let sentences = sentences(section, lang);
            assert!(!sentences.is_empty(), "nothing under {:?}", section.heading);
            for sentence in sentences {
                assert!(!sentence.contains(['{', '<', '&']), "{sentence}");
            }
        }
    }
}

/// The sentences under a heading.
fn sentences(section: &Section, lang: &str) -> Vec<String> {
    let text = section.situation.map(|situation| situation().message(Audience::Cardholder, lang));
    let hints = section.hints.iter().map(|name| {
        let hint = HINTS.iter().find(|hint| hint.name == *name);
        let hint = hint.unwrap_or_else(|| panic!("the sheet names {name}, which is no hint"));
        let (language, words) = table::words(hint.words, hint.audience, lang);
        let situation =
            section.situation.map_or(Situation::of(super::ResultCode::Ok), |situation| situation());
        situation.fill(words, language)
    });
    text.into_iter().chain(hints).collect()
}

fn in_language(words: Words, lang: &str) -> &'static str {
    table::words(words, Audience::Cardholder, lang).1
}

fn html(lang: &str) -> String {
    let title = in_language(SHEET.title, lang);
    let mut out = format!(
        "<!DOCTYPE html>\n<!-- Made from src/core/result/catalogue/texts by HONNIN_UPDATE=1 cargo test -p honnin \
         catalogue: do not edit. -->\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<main>\n"
    );
    for section in SHEET.sections {
        let _ = writeln!(out, "<section>\n<h2>{}</h2>\n<ul>", in_language(section.heading, lang));
        for sentence in sentences(section, lang) {
            let _ = writeln!(out, "<li>{}</li>", unbroken(&sentence));
        }
        out.push_str("</ul>\n</section>\n");
    }
    let _ = writeln!(out, "</main>\n<footer>{}</footer>\n</body>\n</html>", in_language(SHEET.note, lang));
    out
}

/// The sentence with what must not end up on two lines in `<b>`: a Japanese term that an English reader points at, and the
/// last phrase of a Japanese sentence, whose end alone would be no line.
fn unbroken(sentence: &str) -> String {
    let kana = |c: char| ('\u{3041}'..='\u{309f}').contains(&c) || c == '。';
    let mut out = String::new();
    let mut rest = sentence;
    while let Some((before, term, after)) = rest.split_once('(').and_then(|(before, rest)| {
        let (term, after) = rest.split_once(')')?;
        Some((before, term, after))
    }) {
        let _ = write!(out, "{before}<b>({term})</b>");
        rest = after;
    }
    let phrase =
        rest.trim_end_matches(kana).trim_end_matches(|c: char| !kana(c) && !c.is_ascii() && c != '、');
    match rest.split_at(phrase.len()) {
        (before, end) if rest.ends_with('。') => out + before + "<b>" + end + "</b>",
        _ => out + rest,
    }
}

const STYLE: &str = "\
@page { size: A4; margin: 12mm 14mm; }
html { font-family: 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', 'Meiryo', sans-serif; font-size: 10pt; }
body { margin: 0; line-height: 1.4; line-break: strict; overflow-wrap: normal; color: #111; }
h1 { font-size: 18pt; line-height: 1.25; margin: 0 0 3mm; padding-bottom: 2mm; border-bottom: 0.7mm solid #14508c; }
section { break-inside: avoid; margin: 0 0 2.2mm; }
h2 { font-size: 12pt; line-height: 1.3; margin: 0 0 0.6mm; color: #14508c; }
ul { margin: 0; padding-left: 5mm; }
li { margin: 0; }
li b { font-weight: inherit; white-space: nowrap; }
footer { margin-top: 3mm; padding: 2mm 3mm; border: 0.4mm solid #14508c; border-radius: 1.5mm; font-weight: bold; }
";

#[test]
fn no_sheet_names_the_wrong_office_or_what_must_not_be_said() {
    for lang in languages() {
        let page = html(lang);
        for never in ["後見", "偽", "コンビニ", "Bluetooth", "検証済", "forge", "stolen"] {
            assert!(!page.contains(never), "{never}");
        }
    }
}
