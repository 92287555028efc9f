//! What we depend on: each with a reason, all under licences that let us ship it.

// The helpers stand outside the test functions, where the lint does not know that this is a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Licences that ask for no more than to be named.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Every package of the workspace and below it, on all platforms.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether an SPDX expression leaves us a choice that is allowed.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let allowed = any_of(&words, &mut at);
    allowed && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = all_of(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        allowed |= all_of(words, at);
    }
    allowed
}

fn all_of(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        allowed &= one(words, at);
    }
    allowed
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let first = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if first == "(" {
        let allowed = any_of(words, at);
        *at += 1;
        return allowed;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return ALLOWED.contains(&format!("{first} WITH {exception}").as_str());
    }
    ALLOWED.contains(&first)
}

#[test]
fn a_licence_is_read_as_what_it_leaves_us() {
    for good in ["MIT", "GPL-3.0 OR MIT", "(MIT OR GPL-2.0) AND Unicode-3.0", "MIT/Apache-2.0"] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND MPL-2.0", "MIT ISC", "Apache-2.0 WITH X"]
    {
        assert!(!is_allowed(bad), "{bad}");
    }
}

#[test]
fn everything_below_us_may_be_shipped() {
    let refused: Vec<String> = packages()
        .iter()
        .filter(|package| !is_allowed(text(&package["license"])))
        .map(|package| format!("{} ({})", text(&package["name"]), text(&package["license"])))
        .collect();
    assert!(refused.is_empty(), "not under a licence of the list: {refused:?}");
}

#[test]
fn every_dependency_has_its_line_of_reason() {
    let list = include_str!("../docs/dependencies.md");
    let named: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| cell.split(", "))
        .filter(|name| *name != "crate")
        .collect();
    let packages = packages();
    let ours: Vec<&Value> = packages.iter().filter(|package| package["source"].is_null()).collect();
    let our_names: Vec<&str> = ours.iter().map(|package| text(&package["name"])).collect();
    let mut direct: Vec<&str> = ours
        .iter()
        .flat_map(|package| package["dependencies"].as_array().unwrap())
        .map(|dependency| text(&dependency["name"]))
        .filter(|name| !our_names.contains(name) || *name == "pcsc-sys")
        .collect();
    direct.sort_unstable();
    direct.dedup();
    for name in &direct {
        assert!(named.contains(name), "docs/dependencies.md has no line for {name}");
    }
    for name in named {
        assert!(direct.contains(&name), "docs/dependencies.md has a line for {name}, which nothing uses");
    }
}
