//! Two corpora of pairs (tests/identity): what a card has, what is registered, and what the comparison has to say. What
//! the columns mean stands at the top of names.txt. Through Rust, C and the command here; through Python in
//! sdk-python/tests/test_compare.py.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
// The shares are printed, for whoever runs with --nocapture.
#![allow(clippy::print_stdout)]

use honnin::holder::{Holder, HolderSource, PartialDate, Sex};
use honnin::identity::{Registered, compare};
use honnin::result::{Difference, Finding, Verdict};
use honnin_tests::installed::{compile, prefix, root, run as run_program, scratch};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

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
        let [who, card, registered, verdict, reasons, why] = columns[..] else {
            panic!("line {line}: {text}")
        };
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
    let all =
        |who: &str| count.iter().filter(|((one, _), _)| one == who).map(|(_, count)| count).sum::<usize>();
    let passed = |who: &str| of(who, Verdict::Match) + of(who, Verdict::Equivalent);
    let undecided = of("same", Verdict::Undecided) + of("same", Verdict::NotComparable);
    println!(
        "{kind}: {} pairs. Different people or places: {}, passed {}. The same: {}, passed {}, left to a person {} ({}.{} %), \
         called different {}. Nobody can know: {}, passed {}.",
        pairs.len(),
        all("diff"),
        passed("diff"),
        all("same"),
        passed("same"),
        undecided,
        undecided * 100 / all("same"),
        undecided * 1000 / all("same") % 10,
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

/// The verdicts of names and addresses, and the reasons, as the C program reads them.
#[test]
fn the_corpora_through_c() {
    let mut lines = String::new();
    let mut count = 0;
    for (kind, text) in
        [("NAME", include_str!("identity/names.txt")), ("ADDRESS", include_str!("identity/addresses.txt"))]
    {
        // A certificate has no readings, and a virtual card no names of control characters.
        for pair in corpus(text).iter().filter(|pair| !pair.card.starts_with("kana:")) {
            if pair.registered.contains('\t') {
                continue;
            }
            let flags: String = pair.flags.iter().map(|flag| if *flag { '1' } else { '0' }).collect();
            let reasons = pair.reasons.as_ref().map_or("-".to_owned(), |names| {
                let bit =
                    |name: &String| Difference::ALL.iter().find(|one| one.name() == name).unwrap().bit();
                names.iter().map(bit).sum::<u64>().to_string()
            });
            let verdict = pair.verdict.number();
            lines += &format!("{kind}\t{}\t{flags}\t{}\t{verdict}\t{reasons}\n", pair.card, pair.registered);
            count += 1;
        }
    }
    let file = scratch("identity").join("pairs.tsv");
    std::fs::write(&file, lines).unwrap();
    let program = compile("gcc", &["-std=c99"], &root().join("tests/c/identity.c"), prefix(), "identity");
    let output = run_program(Command::new(program).arg(&file));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), format!("{count} pairs"));
    assert!(count > 700, "{count}");
}

fn command(arguments: &[&str], input: &str) -> (i32, String, String) {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_honnin-under-test"))
        .arg("compare")
        .args(arguments)
        .env("P", "ABC123")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const CARD: [&str; 3] = ["--virtual", "--pin-env", "P"];

#[test]
fn the_command_compares_a_card_and_repeats_nothing_of_either_side() {
    let good = ["--name", "番号 花子", "--birth-date", "1989-05-07", "--json"];
    let (exit, out, _) = command(&[&CARD[..], &good].concat(), "");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, &answer["result"]), (0, &json!("OK")));
    assert_eq!(answer["findings"][0]["verdict"], "EQUIVALENT");
    assert_eq!(answer["findings"][0]["reasons"], json!(["WIDTH"]));
    assert_eq!(answer["findings"][1]["verdict"], "MATCH");
    assert!(answer["exchanges"].as_u64().unwrap() > 0);

    let other = ["--address", "東京都千代田区永田町1-1-1", "--lang", "ja"];
    let (exit, out, err) = command(&[&CARD[..], &other].concat(), "");
    assert_eq!(exit, 70);
    assert!(out.starts_with("住所: 登録とカードは異なります"), "{out}");
    assert!(err.starts_with("ADDRESS_MISMATCH"), "{err}");
    for secret in ["永田町", "霞", "花子", "1989"] {
        assert!(!out.contains(secret) && !err.contains(secret), "{out}{err}");
    }
}

#[test]
fn the_command_takes_both_sides_from_files() {
    let folder = scratch("identity-command");
    let holder = folder.join("read.json");
    let text = json!({"result": "OK", "holder": {
        "name": "高橋　花子", "name_kana": "タカハシ　ハナコ", "address": null, "birth_date": "1989-05-07",
        "sex": "FEMALE", "name_substituted": true, "name_substitutes": "10000",
    }});
    std::fs::write(&holder, text.to_string()).unwrap();
    let holder = holder.to_str().unwrap();
    let registered = json!({"name": "髙橋花子", "name_kana": "たかはし はなこ", "sex": "female"}).to_string();
    let arguments = ["--holder", holder, "--registered", "-", "--json"];
    let (exit, out, _) = command(&arguments, &registered);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, answer["findings"].as_array().unwrap().len()), (0, 2), "{out}");
    assert!(answer.get("exchanges").is_none(), "no card was touched");
    let (exit, out, _) = command(&[&arguments[..], &["--accept", "kanji-variant"]].concat(), &registered);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, &answer["result"]), (70, &json!("COMPARISON_UNDECIDED")));
    for (arguments, input) in [
        (&["--holder", holder, "--name", "x", "--accept", "room"][..], ""),
        (&["--holder", holder, "--name", "x", "--accept", "rooms"], ""),
        (&["--holder", holder], ""),
        (&["--holder", holder, "--registered", "-"], "[]"),
        (&["--holder", holder, "--registered", "-"], r#"{"name": 5}"#),
        (&["--holder", holder, "--registered", "-"], r#"{"birth_date": "1989-5-7"}"#),
        (&["--holder", holder, "--registered", "-", "--name", "x"], "{}"),
        (&["--holder", "/nowhere", "--name", "x"], ""),
    ] {
        let (exit, out, err) = command(arguments, input);
        assert_eq!(exit, 10, "{arguments:?}: {out}{err}");
    }
}

#[test]
fn a_comparison_through_cpp() {
    let program = compile("g++", &["-std=c++17"], &root().join("tests/c/identity.cpp"), prefix(), "identity");
    assert_eq!(String::from_utf8_lossy(&run_program(&mut Command::new(program)).stdout), "good\n");
}
