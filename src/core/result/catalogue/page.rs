//! Renders every text for reading: docs/result-codes.md.
//!
//! `HONNIN_UPDATE=1 cargo test -p honnin catalogue` writes the page anew; without it the test tells when it is stale.

use super::super::{CardKind, PinKind, ReaderInterface, Reason, ResultCode};
use super::style::situations;
use super::table::{HINTS, HintText, Pins, When};
use super::{Audience, Situation, Tags};
use core::fmt::Write as _;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_page_of_all_texts_is_fresh() {
    fresh("result-codes.md", &page());
}

/// Compares what is made of the catalogue with the file in docs; with HONNIN_UPDATE it is written.
pub(super) fn fresh(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("HONNIN_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == made, "docs/{name} is stale: HONNIN_UPDATE=1 cargo test -p honnin catalogue");
}

const ROWS: &[(&str, Audience, &str)] = &[
    ("customer, ja", Audience::Cardholder, "ja"),
    ("customer, easy ja", Audience::Cardholder, "ja-x-easy"),
    ("customer, en", Audience::Cardholder, "en"),
    ("display, ja", Audience::CardholderShort, "ja"),
    ("display, en", Audience::CardholderShort, "en"),
    ("staff, ja", Audience::Operator, "ja"),
    ("staff, en", Audience::Operator, "en"),
    ("developer", Audience::Developer, "en"),
];

fn page() -> String {
    let mut out = String::from(HEAD);
    for code in ResultCode::ALL {
        let name = code.name();
        let _ = writeln!(out, "\n## {} {name}\n", code.number());
        let traits = code.traits().names();
        let _ = writeln!(
            out,
            "Traits: {}\n",
            if traits.is_empty() { "none".to_owned() } else { traits.join(", ") }
        );
        write_texts(&mut out, *code);
        write_hints(&mut out, *code);
    }
    write_all_hints(&mut out);
    out
}

const HEAD: &str = "\
# Result codes and what they say

Generated from `src/core/result/catalogue/texts/` by `HONNIN_UPDATE=1 cargo test -p honnin catalogue`: do not edit here.

For each code the general text, then every situation in which a text differs: only the rows that differ from the general
text are shown. Where several PINs share a text it is shown with the first of them, and with 4 tries where any number will do.
Hints follow in the order in which they are shown; their tags say where they belong, their words stand at the end of the page.
";

/// The texts of one code, grouped by what is said before the names and numbers are filled in.
fn write_texts(out: &mut String, code: ResultCode) {
    let general = templates(&Situation::of(code));
    let mut groups: Vec<(Vec<&'static str>, Vec<Situation>)> = Vec::new();
    for situation in situations(code) {
        let said = templates(&situation);
        match groups.iter_mut().find(|(known, _)| *known == said) {
            Some((_, members)) => members.push(situation),
            None => groups.push((said, vec![situation])),
        }
    }
    for (said, members) in groups {
        let is_general = said == general;
        let Some(shown) =
            members.iter().max_by_key(|s| (s.tries_left == Some(4), std::cmp::Reverse(rank(s))))
        else {
            continue;
        };
        if !is_general {
            let _ = writeln!(out, "\n**{}**\n", describe(code, &members));
        }
        let _ = writeln!(out, "| | |\n|---|---|");
        for (at, (label, audience, lang)) in ROWS.iter().enumerate() {
            if is_general || said.get(at) != general.get(at) {
                let shown = if is_general { Situation::of(code) } else { *shown };
                let _ = writeln!(out, "| {label} | {} |", shown.message(*audience, lang).replace('|', "\\|"));
            }
        }
    }
}

fn templates(situation: &Situation) -> Vec<&'static str> {
    ROWS.iter().map(|(_, audience, lang)| situation.template(*audience, lang)).collect()
}

/// Prefers the example of which least is known.
fn rank(situation: &Situation) -> (bool, bool, u32) {
    let interface = situation.reader_interface != ReaderInterface::Unknown;
    (situation.card_kind.is_some(), interface, situation.pin.map_or(0, PinKind::number))
}

/// Not known, or none of those that matter here.
const OTHERWISE: &str = "otherwise";

/// The situations of a group in words: of each thing that matters, which values it takes.
fn describe(code: ResultCode, members: &[Situation]) -> String {
    let all = situations(code);
    let mut parts = Vec::new();
    let mut part = |name: &str, of: &dyn Fn(&Situation) -> String| {
        let list = |situations: &[Situation]| -> BTreeSet<String> { situations.iter().map(of).collect() };
        let (here, everywhere) = (list(members), list(&all));
        if here != everywhere {
            let mut seen = BTreeSet::new();
            let ordered: Vec<String> =
                members.iter().map(of).filter(|value| seen.insert(value.clone())).collect();
            let any = ordered.len() + 1 == everywhere.len() && !here.contains(OTHERWISE);
            let values =
                if any && name == "PIN" { "any that is known".to_owned() } else { ordered.join(", ") };
            parts.push(format!("{name}: {values}"));
        }
    };
    part("reason", &|s| s.reason.map_or(OTHERWISE.to_owned(), |r: Reason| r.name().to_owned()));
    part("card", &|s| s.card_kind.map_or(OTHERWISE.to_owned(), |c: CardKind| c.name().to_owned()));
    part("PIN", &|s| s.pin.map_or(OTHERWISE.to_owned(), |p| p.name().to_owned()));
    part("interface", &|s| s.reader_interface.name().to_owned());
    part("tries", &|s| match s.tries_left {
        None => OTHERWISE.to_owned(),
        Some(count @ (0 | 1)) => count.to_string(),
        Some(_) => "2 and more".to_owned(),
    });
    parts.join("; ")
}

fn write_hints(out: &mut String, code: ResultCode) {
    let mut hints = HINTS.iter().filter(|hint| hint.codes.contains(&code)).peekable();
    if hints.peek().is_none() {
        return;
    }
    let _ = writeln!(out, "\nHints:\n");
    for (at, hint) in hints.enumerate() {
        let _ =
            writeln!(out, "{}. [{name}](#{name}): {}", at + 1, where_shown(hint, &[code]), name = hint.name);
    }
}

/// All hints once, in the order of the source.
fn write_all_hints(out: &mut String) {
    let _ = writeln!(out, "\n# Hints");
    for hint in HINTS {
        let _ = writeln!(out, "\n### {}\n\n{}\n", hint.name, where_shown(hint, hint.codes));
        for (language, words) in hint.words {
            let situation = Situation { pin: example_pin(hint.tags), ..Situation::of(ResultCode::Ok) };
            let _ = writeln!(out, "* {language}: {}", situation.fill(words, language));
        }
    }
}

/// For whom and where, as far as these codes go.
fn where_shown(hint: &HintText, codes: &[ResultCode]) -> String {
    let whom = match hint.audience {
        Audience::Operator => "staff",
        Audience::Developer => "developer",
        _ => "customer",
    };
    let where_ = [whom].into_iter().chain(hint.tags.names()).collect::<Vec<_>>().join(", ");
    let mut not_with = Vec::new();
    for (unless, when) in hint.unless {
        let known = circumstances(when).join(" ");
        for code in unless.iter().filter(|code| codes.contains(code)) {
            let name = if codes.len() > 1 { code.name() } else { "" };
            not_with.push(format!("{name} {known}").trim().to_owned());
        }
    }
    if not_with.is_empty() { where_ } else { format!("{where_}; not with {}", not_with.join(", ")) }
}

/// What a text or an exception asks for, by name.
fn circumstances(when: &When) -> Vec<String> {
    let pins: &[PinKind] = if let Pins::Of(pins) = when.pin { pins } else { &[] };
    [
        when.reason.iter().map(|reason| reason.name()).collect::<Vec<_>>(),
        when.card.iter().map(|card| card.name()).collect(),
        pins.iter().map(|pin| pin.name()).collect(),
        when.interface.iter().map(|interface| interface.name()).collect(),
    ]
    .into_iter()
    .filter(|names| !names.is_empty())
    .map(|names| names.join("/"))
    .collect()
}

fn example_pin(tags: Tags) -> Option<PinKind> {
    [(Tags::PIN_SIGNING, PinKind::Signing), (Tags::PIN_AUTHENTICATION, PinKind::Authentication)]
        .into_iter()
        .find_map(|(tag, pin)| tags.contains(tag).then_some(pin))
}
