//! `include/honnin.h` is what `src/capi` says. After a change there: `UPDATE=1 cargo test -p honnin-tests --test header`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

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
    header
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

#[test]
fn the_header_is_what_the_sources_say() {
    let header = generated();
    let path = root().join("include/honnin.h");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &header).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == header, "stale: UPDATE=1 cargo test -p honnin-tests --test header");
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
