//! Makes the manual pages of the command: docs/man/honnin*.1, one for each subcommand.
//!
//! `HONNIN_UPDATE=1 cargo test -p honnin-cli manual` writes them. (honnin-codes.7 is made of the texts, in the core.)

use crate::args::Cli;
use clap::{Command, CommandFactory};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The pages by file name.
fn pages() -> BTreeMap<String, Vec<u8>> {
    fn add(command: &Command, words: &str, name: &str, pages: &mut BTreeMap<String, Vec<u8>>) {
        let mut page = Vec::new();
        // Names are constants to clap.
        let constant: &'static str = name.to_owned().leak();
        let shown = command.clone().name(constant).bin_name(words);
        clap_mangen::Man::new(shown).render(&mut page).unwrap();
        pages.insert(format!("{name}.1"), page);
        for inner in command.get_subcommands() {
            let (words, name) =
                (format!("{words} {}", inner.get_name()), format!("{name}-{}", inner.get_name()));
            add(inner, &words, &name, pages);
        }
    }
    // As the page is read without the command at hand, what holds everywhere stands on every page.
    let mut command = Cli::command();
    command.build();
    let mut pages = BTreeMap::new();
    add(&command, "honnin", "honnin", &mut pages);
    pages
}

#[test]
fn the_manual_pages_are_what_the_command_takes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/man");
    let pages = pages();
    assert!(pages.contains_key("honnin.1") && pages.contains_key("honnin-pin-change.1"));
    let old: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "1"))
        .collect();
    if std::env::var_os("HONNIN_UPDATE").is_some() {
        for path in old {
            std::fs::remove_file(path).unwrap();
        }
        for (name, page) in &pages {
            std::fs::write(folder.join(name), page).unwrap();
        }
        return;
    }
    let stale = "stale: HONNIN_UPDATE=1 cargo test -p honnin-cli manual";
    assert_eq!(old.len(), pages.len(), "docs/man is {stale}");
    for (name, page) in &pages {
        assert!(std::fs::read(folder.join(name)).is_ok_and(|written| written == *page), "{name} is {stale}");
    }
}
