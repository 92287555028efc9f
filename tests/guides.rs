//! The guides of docs/guide: their code compiles and their first program says what the page says; both languages have the
//! same code; every name of ours in them exists, and every link leads somewhere.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{compile, prefix, root, run, scratch};
use honnin_tests::tools;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

const LANGUAGES: [&str; 2] = ["ja", "en"];

/// A block of code and the language that it is in.
struct Block {
    kind: String,
    text: String,
}

fn folder() -> PathBuf {
    root().join("docs/guide")
}

/// "first-read" and so on: what there is a page about.
fn themes() -> BTreeSet<String> {
    let files =
        std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let themes: BTreeSet<String> = files.map(|name| name.split('.').next().unwrap().to_owned()).collect();
    assert!(themes.len() >= 8, "{themes:?}");
    themes
}

fn page(theme: &str, language: &str) -> String {
    let path = folder().join(format!("{theme}.{language}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("there is no {}", path.display()))
}

fn blocks(page: &str) -> Vec<Block> {
    let fences = page.split("\n```").skip(1).step_by(2);
    fences
        .map(|fence| {
            let (kind, text) = fence.split_once('\n').unwrap();
            Block { kind: kind.to_owned(), text: text.to_owned() + "\n" }
        })
        .collect()
}

/// A block as a file. In C the includes that everybody knows are left out on the page.
fn source(name: &str, block: &Block) -> PathBuf {
    let path = scratch("sources").join(format!("{name}.{}", block.kind));
    let before = if block.kind == "c" && !block.text.contains("#include") {
        "#include <honnin.h>\n#include <stdio.h>\n#include <string.h>\n"
    } else {
        ""
    };
    std::fs::write(&path, format!("{before}{}", block.text)).unwrap();
    path
}

#[test]
fn every_piece_of_code_compiles_without_a_warning() {
    let mut compiled = 0;
    for theme in themes() {
        for language in LANGUAGES {
            for (number, block) in blocks(&page(&theme, language)).iter().enumerate() {
                let (compiler, options) = match block.kind.as_str() {
                    // A function that a program would call.
                    "c" => ("gcc", ["-std=c99", "-Wno-unused-function"]),
                    "cpp" => ("g++", ["-std=c++17", "-Wno-unused-function"]),
                    "cmake" | "sh" | "text" => continue,
                    other => panic!("{theme}: a block of {other}"),
                };
                run(Command::new(compiler)
                    .args(options)
                    .args([
                        "-Wall",
                        "-Wextra",
                        "-Wpedantic",
                        "-Wconversion",
                        "-Werror",
                        "-fsyntax-only",
                        "-I",
                    ])
                    .arg(root().join("include"))
                    .arg(source(&format!("{theme}.{language}.{number}"), block)));
                compiled += 1;
            }
        }
    }
    assert!(compiled >= 26, "{compiled}");
}

#[test]
fn the_first_programs_say_what_the_page_says() {
    for language in LANGUAGES {
        let page = page("first-read", language);
        let blocks = blocks(&page);
        let shown: Vec<&str> =
            blocks.iter().filter(|block| block.kind == "text").map(|block| block.text.as_str()).collect();
        let program = |kind: &str, compiler: &str, standard: &str| {
            let block = blocks.iter().find(|block| block.kind == kind).unwrap();
            let source = source(&format!("run.{language}"), block);
            let output = run(&mut Command::new(compile(compiler, &[standard], &source, prefix(), "first")));
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(program("cpp", "g++", "-std=c++17"), shown[0]);
        assert_eq!(program("c", "gcc", "-std=c99"), shown[1]);

        // And with CMake, as the page says.
        tools::need(&[tools::CMAKE]);
        let project = scratch("cmake").join(language);
        std::fs::create_dir_all(&project).unwrap();
        let text = |kind: &str| &blocks.iter().find(|block| block.kind == kind).unwrap().text;
        std::fs::write(project.join("read.cpp"), text("cpp")).unwrap();
        std::fs::write(project.join("CMakeLists.txt"), text("cmake")).unwrap();
        let at = format!("-DCMAKE_PREFIX_PATH={}", prefix().display());
        if language == "ja" {
            run(Command::new("cmake").arg("-S").arg(&project).arg("-B").arg(project.join("build")).arg(at));
            run(Command::new("cmake").arg("--build").arg(project.join("build")));
            let output = run(&mut Command::new(project.join("build/read")));
            assert_eq!(String::from_utf8(output.stdout).unwrap(), shown[0]);
        }
    }
}

/// What calls the loop of the page about PINs: a customer who errs in every way and then knows it, and one with one try left.
const CUSTOMERS: &str = r#"
#include <deque>
#include <iostream>
struct Customer : Screens {
  std::deque<std::string> typed;
  bool dares = false;
  std::optional<std::string> ask_password(int left) override {
    std::cout << "left " << left << "\n";
    if (typed.empty()) return std::nullopt;
    std::string next = typed.front();
    typed.pop_front();
    return next;
  }
  bool accept_last_try() override { std::cout << "last try?\n"; return dares; }
  void explain(const honnin::Error &error) override { std::cout << error.name() << "\n"; }
};
static void serve(const char *profile, Customer customer) {
  honnin::ContextOptions options;
  options.no_pcsc = true;
  honnin::Context context(std::move(options));
  honnin::VirtualCard sample(profile);
  context.add(sample);
  honnin::Card card = context.open();
  std::cout << (verify(card, customer) ? "verified\n" : "stopped\n");
}
int main() {
  Customer forgetful, careful, daring;
  forgetful.typed = {"ABC999", "ABC999", "1234", "abc123"};
  serve("{}", std::move(forgetful));
  serve("{\"tries_left\": {\"signing\": 1}}", careful);
  daring.dares = true;
  daring.typed = {"ABC123"};
  serve("{\"tries_left\": {\"signing\": 1}}", std::move(daring));
}
"#;

#[test]
fn the_loop_that_asks_for_a_pin_spends_no_try_that_it_need_not() {
    let blocks = blocks(&page("pins", "en"));
    let code = &blocks.iter().find(|block| block.kind == "cpp").unwrap().text;
    let path = scratch("sources").join("customers.cpp");
    std::fs::write(&path, format!("{code}{CUSTOMERS}")).unwrap();
    let output = run(&mut Command::new(compile("g++", &["-std=c++17"], &path, prefix(), "customers")));
    let said = String::from_utf8(output.stdout).unwrap();
    let said: Vec<&str> = said.lines().collect();
    let forgetful =
        ["left 5", "PIN_INCORRECT", "left 4", "PIN_REPEATED", "left 4", "PIN_FORMAT", "left 4", "verified"];
    assert_eq!(said[..8], forgetful);
    assert_eq!(said[8..], ["last try?", "stopped", "last try?", "left 1", "verified"]);
}

/// Code without its comments and without what stands between quotation marks: what people read in their language.
fn bare(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(character) = rest.chars().next() {
        let after = if let Some(comment) = rest.strip_prefix("//") {
            comment.find('\n').map_or("", |end| &comment[end..])
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else if let Some(string) = rest.strip_prefix('"') {
            string.split_once('"').map_or("", |(_, after)| after)
        } else {
            out.push(character);
            &rest[character.len_utf8()..]
        };
        rest = after;
    }
    out
}

#[test]
fn both_languages_have_the_same_code_and_lead_to_each_other() {
    assert_eq!(bare("a(\"x\"); // b\n/* c */d"), "a(); \nd");
    for theme in themes() {
        let [japanese, english] = LANGUAGES.map(|language| page(&theme, language));
        let code = |page: &str| {
            let blocks = blocks(page).into_iter().filter(|block| block.kind != "text");
            blocks.map(|block| block.kind + &bare(&block.text)).collect::<Vec<_>>()
        };
        assert_eq!(code(&japanese), code(&english), "{theme}");
        assert!(japanese.contains(&format!("[English]({theme}.en.md)")), "{theme}");
        assert!(english.contains(&format!("[日本語]({theme}.ja.md)")), "{theme}");
        let headings = |page: &str| page.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(headings(&japanese), headings(&english), "{theme}");
    }
}

#[test]
fn every_name_and_every_link_leads_somewhere() {
    let header = std::fs::read_to_string(root().join("include/honnin.h")).unwrap();
    let wrapper = std::fs::read_to_string(root().join("include/honnin.hpp")).unwrap();
    let is_in_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let known: BTreeSet<&str> =
        header.split(|c| !is_in_a_name(c)).chain(wrapper.split(|c| !is_in_a_name(c))).collect();
    for theme in themes() {
        for language in LANGUAGES {
            let page = page(&theme, language);
            for name in page.split(|c| !is_in_a_name(c)) {
                let is_ours = name.starts_with("honnin_") || name.starts_with("HONNIN_");
                // "HONNIN_..._INIT" and "honnin_report_..." stand for several.
                let is_a_family = name.ends_with('_') && known.iter().any(|word| word.starts_with(name));
                assert!(
                    !is_ours
                        || is_a_family
                        || known.contains(name)
                        || ["HONNIN_1", "HONNIN_URL"].contains(&name),
                    "{theme}.{language}: there is no {name}"
                );
            }
            let prose: String = page.split("\n```").step_by(2).collect();
            for link in prose.split("](").skip(1) {
                let target = link.split(')').next().unwrap();
                assert!(folder().join(target).exists(), "{theme}.{language}: {target} leads nowhere");
            }
        }
    }
}
