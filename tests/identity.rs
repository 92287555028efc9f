//! Two corpora of pairs (tests/identity): what a card has, what is registered, and what the comparison has to say. What
//! the columns mean stands at the top of names.txt.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::holder::{Holder, HolderSource, PartialDate, Sex};
use honnin::identity::{Registered, compare};
use honnin::result::{Difference, Finding, Verdict};
use std::collections::BTreeMap;

/// One line of a corpus.
struct Pair {
    line: usize,
    who: String,
    card: String,
    flags: Vec<bool>,
    registered: String,
    verdict: Verdict,
    /// `None`: any.
    reasons: Option<Vec<String>>,
    why: String,
}

fn corpus(text: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (line, text) in text.lines().enumerate() {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let columns: Vec<&str> = text.split('|').map(|column| column.trim_matches(' ')).collect();
        let [who, card, registered, verdict, reasons, why] = columns[..] else { panic!("line {line}: {text}") };
        assert!(["same", "diff", "open"].contains(&who), "line {line}: {who}");
        let (card, flags) = flagged(&written_out(card));
        pairs.push(Pair {
            line: line + 1,
            who: who.to_owned(),
            card,
            flags,
            registered: written_out(registered),
            verdict: Verdict::from_name(verdict).unwrap_or_else(|| panic!("line {line}: {verdict}")),
            reasons: (reasons != "*")
                .then(|| reasons.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()),
            why: why.to_owned(),
        });
    }
    pairs
}

/// {FA19} is the character of that number.
fn written_out(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (number, behind) = behind.split_once('}').unwrap();
        out.push_str(before);
        out.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
        rest = behind;
    }
    out + rest
}

/// The text without its ^, and which characters had one.
fn flagged(text: &str) -> (String, Vec<bool>) {
    let (mut out, mut flags, mut next) = (String::new(), Vec::new(), false);
    for character in text.chars() {
        if character == '^' {
            next = true;
        } else {
            out.push(character);
            flags.push(std::mem::take(&mut next));
        }
    }
    (out, flags)
}

fn through_rust(pair: &Pair, address: bool) -> Finding {
    let mut holder = Holder {
        name: None,
        name_kana: None,
        address: None,
        birth_date: PartialDate::from_text("1989-05-07").unwrap(),
        sex: Some(Sex::Female),
        name_substituted: Vec::new(),
        address_substituted: Vec::new(),
        source: HolderSource::Certificate,
    };
    let mut registered = Registered::default();
    if address {
        holder.address = Some(pair.card.clone());
        holder.address_substituted = pair.flags.clone();
        registered.address = Some(pair.registered.clone());
    } else if let Some(kana) = pair.card.strip_prefix("kana:") {
        holder.name = Some("番号　花子".into());
        holder.name_kana = Some(kana.to_owned());
        registered.name_kana = Some(pair.registered.strip_prefix("kana:").unwrap().to_owned());
    } else {
        holder.name = Some(pair.card.clone());
        holder.name_substituted = pair.flags.clone();
        registered.name = Some(pair.registered.clone());
    }
    compare(&holder, &registered).unwrap().findings()[0].clone()
}

fn names(finding: &Finding) -> Vec<String> {
    finding.reasons.iter().map(|one| Difference::name(one).to_owned()).collect()
}

/// Runs a corpus and prints what matters: passes of different people, and the share of one person's pairs left to a person.
fn run(kind: &str, text: &str) {
    let pairs = corpus(text);
    let mut wrong = Vec::new();
    let mut count: BTreeMap<(String, Verdict), usize> = BTreeMap::new();
    for pair in &pairs {
        let found = through_rust(pair, kind == "addresses");
        let verdict = found.verdict.unwrap();
        *count.entry((pair.who.clone(), verdict)).or_default() += 1;
        let mut reasons = names(&found);
        reasons.sort();
        let expected = pair.reasons.clone().map(|mut names| {
            names.sort();
            names
        });
        if verdict != pair.verdict || expected.is_some_and(|expected| expected != reasons) {
            wrong.push(format!(
                "{kind}.txt:{}: {} | {}: {} {} ({})",
                pair.line,
                pair.card,
                pair.registered,
                verdict.name(),
                reasons.join(","),
                pair.why
            ));
        }
    }
    let of = |who: &str, verdict| count.get(&(who.to_owned(), verdict)).copied().unwrap_or(0);
    let all = |who: &str| count.iter().filter(|((one, _), _)| one == who).map(|(_, count)| count).sum::<usize>();
    let passed = |who: &str| of(who, Verdict::Match) + of(who, Verdict::Equivalent);
    let undecided = of("same", Verdict::Undecided) + of("same", Verdict::NotComparable);
    println!(
        "{kind}: {} pairs. Different people or places: {}, passed {}. The same: {}, passed {}, left to a person {} ({:.1} %), \
         called different {}. Nobody can know: {}, passed {}.",
        pairs.len(),
        all("diff"),
        passed("diff"),
        all("same"),
        passed("same"),
        undecided,
        undecided as f64 * 100.0 / all("same") as f64,
        of("same", Verdict::Mismatch),
        all("open"),
        passed("open"),
    );
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    assert!(pairs.len() >= 300, "{} {kind}", pairs.len());
    assert_eq!(passed("diff") + passed("open"), 0);
    assert!(undecided * 10 <= all("same"), "more than a tenth of one person's pairs is left to a person");
}

#[test]
fn every_pair_of_names_has_its_verdict() {
    run("names", include_str!("identity/names.txt"));
}

#[test]
fn every_pair_of_addresses_has_its_verdict() {
    run("addresses", include_str!("identity/addresses.txt"));
}
