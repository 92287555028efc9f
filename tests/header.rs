//! `include/honnin.h` is what `src/capi` says, and so are the map of the linker and section 3 of the manual.
//! After a change there: `UPDATE=1 cargo test -p honnin-tests --test header`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod man_pages;

use honnin_tests::interface::Interface;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What cbindgen makes of the sources, with the calling convention in its places, which cbindgen cannot say.
fn generated() -> String {
    let capi = root().join("src/capi");
    let config = cbindgen::Config::from_file(capi.join("cbindgen.toml")).unwrap();
    // lib.rs names its modules in the order of the header.
    let builder = cbindgen::Builder::new().with_config(config).with_src(capi.join("lib.rs"));
    let mut made = Vec::new();
    builder.generate().expect("the sources can be read").write(&mut made);
    let text = String::from_utf8(made).unwrap();
    let mut header: String = text.lines().map(|line| with_calling_convention(line) + "\n").collect();
    while header.contains("\n\n\n") {
        header = header.replace("\n\n\n", "\n\n");
    }
    with_groups(&header, &groups())
}

/// For each function the file of `src/capi` that it stands in, and how that file begins: the groups of the header.
fn groups() -> BTreeMap<String, (String, String)> {
    let mut of_function = BTreeMap::new();
    for file in std::fs::read_dir(root().join("src/capi")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let title: Vec<&str> = source.lines().map_while(|line| line.strip_prefix("//! ")).collect();
        let title = title.join(" ").replace('`', "").trim_end_matches('.').to_owned();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for rest in source.split("extern \"C\" fn honnin_").skip(1) {
            let function = rest.split('(').next().unwrap();
            of_function.insert(format!("honnin_{function}"), (name.clone(), title.clone()));
        }
    }
    of_function
}

/// Marks where a group of functions begins and ends, for readers and for Doxygen.
fn with_groups(header: &str, groups: &BTreeMap<String, (String, String)>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut comment = 0;
    let mut open: Option<&str> = None;
    for line in header.lines() {
        if line == "/**" {
            comment = lines.len();
        }
        if let Some(rest) = line.split("HONNIN_CALL honnin_").nth(1) {
            let name = format!("honnin_{}", rest.split('(').next().unwrap());
            let (group, title) = groups.get(&name).expect(&name);
            if open != Some(group) {
                let mut begin = String::new();
                if open.is_some() {
                    begin.push_str("/** @} */\n\n");
                }
                begin.push_str(&format!("/**\n * @defgroup {group} {title}\n * @{{\n */\n"));
                lines.insert(comment, begin);
                open = Some(group);
            }
        }
        if line == "}  // extern \"C\"" {
            // Above the #ifdef.
            lines.insert(lines.len() - 1, "/** @} */\n".to_owned());
        }
        lines.push(line.to_owned());
    }
    lines.join("\n") + "\n"
}

fn with_calling_convention(line: &str) -> String {
    if line.starts_with("typedef ") && line.contains("(*honnin_") {
        return line.replacen("(*honnin_", "(HONNIN_CALL *honnin_", 1);
    }
    let is_declaration = !line.starts_with([' ', '#', '/', '*', '}']) && !line.starts_with("typedef");
    match line.find("honnin_").and_then(|_| line.split('(').next()?.rfind("honnin_")) {
        Some(at) if is_declaration && line.contains('(') => {
            let (before, name) = line.split_at(at);
            format!("{before}HONNIN_CALL {name}")
        }
        _ => line.to_owned(),
    }
}

const STALE: &str = "stale: UPDATE=1 cargo test -p honnin-tests --test header";

/// Compares a committed file with what it must be, or writes it.
fn fresh(path: &str, wanted: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == wanted, "{} is {STALE}", path.display());
}

#[test]
fn the_header_is_what_the_sources_say() {
    fresh("include/honnin.h", &generated());
}

#[test]
fn the_map_of_the_linker_names_every_function_under_the_version_that_brought_it() {
    let interface = Interface::parse(&generated());
    let mut versions: BTreeMap<(u32, u32), Vec<&str>> = BTreeMap::new();
    for function in interface.functions() {
        let since = function.text.iter().find_map(|line| line.strip_prefix("@since ")).unwrap();
        let (major, minor) = since.split_once('.').unwrap();
        let version = (major.parse().unwrap(), minor.parse().unwrap());
        versions.entry(version).or_default().push(&function.name);
    }
    let mut map = String::new();
    let mut before = String::new();
    for ((major, minor), mut names) in versions {
        names.sort_unstable();
        let listed: String = names.iter().map(|name| format!("    {name};\n")).collect();
        let local = if before.is_empty() { "  local:\n    *;\n" } else { "" };
        map.push_str(&format!("HONNIN_{major}.{minor} {{\n  global:\n{listed}{local}}}{before};\n"));
        before = format!(" HONNIN_{major}.{minor}");
    }
    fresh("packaging/honnin.map", &map);
}

#[test]
fn the_manual_has_a_page_for_each_group_of_functions_and_for_nothing_else() {
    let pages = man_pages::pages(&Interface::parse(&generated()));
    let folder = root().join("docs/man");
    let there = || {
        let files =
            std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        files.filter(|name| name.ends_with(".3")).collect::<Vec<_>>()
    };
    if std::env::var_os("UPDATE").is_some() {
        for name in there().iter().filter(|name| !pages.contains_key(*name)) {
            std::fs::remove_file(folder.join(name)).unwrap();
        }
    }
    for (name, page) in &pages {
        fresh(&format!("docs/man/{name}"), page);
    }
    for name in there() {
        assert!(pages.contains_key(&name), "{name} is {STALE}");
    }
}

#[test]
fn every_exported_function_is_declared_once_and_documented() {
    let header = generated();
    let lines: Vec<&str> = header.lines().collect();
    let mut declared = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = line.split("HONNIN_CALL honnin_").nth(1).and_then(|rest| rest.split('(').next())
        else {
            continue;
        };
        declared.push(format!("honnin_{name}"));
        let before = lines.get(..at).unwrap_or_default().iter().rev();
        let end_of_documentation =
            before.clone().find(|line| !line.starts_with("HONNIN_MUST_USE")).expect("a line before");
        assert_eq!(end_of_documentation.trim(), "*/", "{name} is not documented");
        let documentation: Vec<&&str> = before.take_while(|line| !line.starts_with("/**")).collect();
        assert!(documentation.iter().any(|line| line.contains("@since")), "{name} does not say since when");
    }
    let mut exported = Vec::new();
    for file in std::fs::read_dir(root().join("src/capi")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(path).unwrap();
            exported.extend(
                source
                    .lines()
                    .filter_map(|line| line.split("extern \"C\" fn honnin_").nth(1))
                    .filter_map(|rest| rest.split('(').next())
                    .map(|name| format!("honnin_{name}")),
            );
        }
    }
    declared.sort();
    exported.sort();
    assert_eq!(declared, exported);
    assert!(declared.len() > 100, "{}", declared.len());
}

#[test]
fn no_enumeration_no_bool_and_no_long_is_in_the_header() {
    let header = generated();
    for line in header.lines().filter(|line| !line.trim_start().starts_with(['*', '/'])) {
        for word in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
            assert!(!["enum", "bool", "long", "FILE", "uintptr_t"].contains(&word), "{line}");
        }
    }
}
