//! The pages made of the texts, as other people's tools read them: the printed help sheets, and the manual pages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{root, run, scratch};
use honnin_tests::interface::Interface;
use honnin_tests::tools;
use std::path::PathBuf;
use std::process::Command;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn each_help_sheet_is_one_printed_page_whose_text_can_be_copied() {
    let folder = scratch("sheet");
    run(Command::new(root().join("tools/pictures.py")).arg("sheet").arg(&folder));
    for lang in ["ja", "en"] {
        let pdf = folder.join(format!("help-sheet.{lang}.pdf"));
        let about = text(&run(Command::new("pdfinfo").arg(&pdf)).stdout);
        let field = |name: &str| about.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        assert!(field("Pages:").ends_with(" 1"), "{about}");
        assert!(field("Page size:").contains("(A4)"), "{about}");

        // Every heading and sentence of the page is in the text, whatever the ends of lines.
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '•').collect::<String>();
        let printed = bare(&text(&run(Command::new("pdftotext").arg(&pdf).arg("-")).stdout));
        let html = std::fs::read_to_string(root().join(format!("docs/help-sheet.{lang}.html"))).unwrap();
        let mut found = 0;
        for tag in ["h1", "h2", "li", "footer"] {
            for element in html.split(&format!("<{tag}>")).skip(1) {
                let said = element.split(&format!("</{tag}>")).next().unwrap();
                let said = said.replace("<b>", "").replace("</b>", "");
                assert!(printed.contains(&bare(&said)), "{lang}: {said}");
                found += 1;
            }
        }
        assert!(found > 20, "{found}");
        let fonts = text(&run(Command::new("pdffonts").arg(&pdf)).stdout);
        assert!(fonts.contains("Noto-Sans-CJK-JP") || fonts.contains("NotoSansCJKjp"), "{fonts}");
    }
}

#[test]
fn the_reference_has_every_function_and_every_class() {
    tools::need(&[tools::DOXYGEN]);
    let folder = scratch("reference");
    run(Command::new(root().join("tools/reference.sh")).arg(&folder));
    let page = |name: &str| std::fs::read_to_string(folder.join("html").join(name)).unwrap();
    for group in &Interface::read().groups {
        let page = page(&format!("group__{}.html", group.name.replace('_', "__")));
        // Names are links there.
        let shown: String =
            page.split('<').map(|tag| tag.split_once('>').map_or(tag, |(_, text)| text)).collect();
        for function in &group.functions {
            // The heading of its description, not only its line in a list.
            assert!(page.contains(&format!("</span>{}()</h2>", function.name)), "{}", function.name);
            let sentence = function.text.first().unwrap().split(". ").next().unwrap();
            let said = sentence.split(['`', '"', '<', '&', '\'']).next().unwrap();
            assert!(shown.contains(said.trim()), "{}: {said}", function.name);
        }
    }
    assert!(page("index.html").contains("Ownership   What a function gives"));
    for class in ["Card", "Context", "Report", "VirtualCard"] {
        assert!(page(&format!("classhonnin_1_1{class}.html")).contains("Public Member Functions"), "{class}");
    }
}

fn manual() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("docs/man")).unwrap();
    let mut pages: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
    pages.sort();
    assert!(pages.len() > 15, "{pages:?}");
    pages
}

#[test]
fn mandoc_reads_every_manual_page() {
    for page in manual() {
        // What clap_mangen writes has paragraph marks too many, which is a warning.
        let level = if page.extension().unwrap() == "1" { "-Werror" } else { "-Wwarning" };
        run(Command::new("mandoc").args(["-Tlint", level]).arg(&page));
    }
}

#[test]
fn the_manual_page_of_the_codes_has_every_code() {
    let page = root().join("docs/man/honnin-codes.7");
    let shown = text(&run(Command::new("mandoc").args(["-Tutf8", "-O", "width=200"]).arg(page)).stdout);
    // Bold is a letter struck over itself.
    let mut plain = String::new();
    for character in shown.chars() {
        if character == '\u{8}' {
            plain.pop();
        } else {
            plain.push(character);
        }
    }
    for code in honnin::ResultCode::ALL {
        assert!(plain.contains(&format!("{} {}", code.number(), code.name())), "{code:?}");
        assert!(plain.contains(code.meaning()), "{code:?}");
    }
}
