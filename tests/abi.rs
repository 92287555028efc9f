//! What programs were compiled against stays as it was: names, prototypes, constants, and on every target the sizes and
//! offsets of structs; and programs of the baseline run against the library of today. tests/abi/README.md says
//! what to do when a test here fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{has, prefix, root, run, scratch};
use honnin_tests::interface::{Interface, Item};
use honnin_tests::tools;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn header() -> String {
    std::fs::read_to_string(root().join("include/honnin.h")).unwrap()
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    all.map(str::to_owned).collect()
}

#[test]
fn library_map_header_and_manual_have_the_same_functions() {
    let interface = Interface::read();
    let declared = names(interface.functions().map(|function| function.name.as_str()));
    assert!(declared.len() > 100);

    let map = std::fs::read_to_string(root().join("packaging/honnin.map")).unwrap();
    let mapped = names(
        map.lines()
            .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(';'))
            .filter(|name| *name != "*"),
    );
    assert_eq!(mapped, declared, "packaging/honnin.map");

    let listed =
        run(Command::new("nm").args(["-D", "--defined-only"]).arg(prefix().join("lib/libhonnin.so")));
    let listed = text(&listed.stdout);
    let symbols = listed.lines().filter_map(|line| line.split_whitespace().nth(2));
    // The versions are symbols too.
    let exported = names(
        symbols.filter(|name| !name.starts_with("HONNIN_")).map(|name| name.split('@').next().unwrap()),
    );
    assert_eq!(exported, declared, "libhonnin.so");

    let mut described = BTreeMap::new();
    for page in std::fs::read_dir(root().join("docs/man")).unwrap() {
        let path = page.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "3") {
            let page = std::fs::read_to_string(&path).unwrap();
            for name in page.lines().filter_map(|line| line.strip_prefix(".Fo ")) {
                assert!(page.contains(&format!(".Nm {name}")), "{name} is in no NAME");
                let twice = described.insert(name.to_owned(), path.clone());
                assert!(twice.is_none(), "{name} has two pages: {twice:?} and {path:?}");
            }
        }
    }
    assert_eq!(described.into_keys().collect::<BTreeSet<_>>(), declared, "docs/man");
    for name in declared {
        let page = prefix().join(format!("share/man/man3/{name}.3"));
        assert!(
            std::fs::read_to_string(&page).is_ok_and(|page| page.contains(&name)),
            "man {name} finds nothing"
        );
    }
}

/// For what a program may be compiled. Clang knows them all without a single file of theirs: the header includes only
/// what a freestanding compiler has.
const TARGETS: [&str; 7] = [
    "x86_64-linux-gnu",
    "i686-linux-gnu",
    "aarch64-linux-gnu",
    "x86_64-windows-gnu",
    "i686-windows-gnu",
    "x86_64-windows-msvc",
    "i686-windows-msvc",
];

/// What a compiler makes of the header, by its assembly: nothing is run. A key of two words each, and a number.
fn numbers(header: &str, compiler: &[&str]) -> BTreeMap<String, i64> {
    let interface = Interface::parse(header);
    /// Tests run at the same time.
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let folder = scratch("probe").join(NUMBER.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("honnin.h"), header).unwrap();
    // A constant may have 64 bits, an operand of assembly on a small machine 32: it comes in two parts.
    let mut source = String::from(
        "#include <honnin.h>\n\
         #define SAY(what, value) __asm__ volatile(\"\\n.ascii \\\"=> \" what \" %c0 %c1\\\"\" : : \\\n  \
         \"i\"((int32_t)((int64_t)(value) / 65536)), \"i\"((int32_t)((int64_t)(value) % 65536)))\n\
         void probe(void);\nvoid probe(void) {\n",
    );
    let mut say = |what: &str, value: &str| {
        let _ = writeln!(source, "SAY(\"{what}\", {value});");
    };
    for constant in &interface.constants {
        say(&format!("constant {}", constant.name), &constant.name);
    }
    say("constant HONNIN_ABI_VERSION", "HONNIN_ABI_VERSION");
    for struct_ in &interface.structs {
        let type_ = &struct_.item.name;
        say(&format!("size {type_}"), &format!("sizeof({type_})"));
        for Item { name, .. } in &struct_.members {
            say(&format!("member {type_}.{name}"), &format!("offsetof({type_}, {name})"));
        }
    }
    source.push_str("}\n");
    std::fs::write(folder.join("probe.c"), source).unwrap();
    let assembly = run(Command::new(compiler[0])
        .args(&compiler[1..])
        .args(["-std=c99", "-ffreestanding", "-S", "-o", "-", "-I"])
        .arg(&folder)
        .arg(folder.join("probe.c")));
    let said = text(&assembly.stdout);
    let said = said.lines().filter_map(|line| line.split_once("\"=> ")?.1.strip_suffix('"'));
    let numbers: BTreeMap<String, i64> = said
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |at: usize| words[at].parse::<i64>().expect(line);
            (words[..2].join(" "), number(2) * 65536 + number(3))
        })
        .collect();
    assert!(numbers.len() > 300, "{compiler:?} said too little: {}", numbers.len());
    numbers
}

/// A declaration without the names of its parameters, which nobody is compiled against.
fn types(item: &Item) -> String {
    let bare = |declaration: &str| {
        let end = declaration.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        if end.is_empty() { declaration.to_owned() } else { end.trim().to_owned() }
    };
    let declaration = item.declaration.replace(&item.name, "");
    let (returned, parameters) = declaration.rsplit_once('(').unwrap();
    let parameters: Vec<String> =
        parameters.trim_end_matches(')').split(',').map(|one| bare(one.trim())).collect();
    format!("{}({})", returned.trim_start_matches("typedef "), parameters.join(", "))
}

/// The interface as the baseline has it: a key of two words, then types and, for structs, the numbers of every target.
fn interface(header: &str) -> BTreeMap<String, String> {
    let clang = |target: &str| numbers(header, &["clang", &format!("--target={target}")]);
    let targets: Vec<BTreeMap<String, i64>> = TARGETS.iter().map(|target| clang(target)).collect();
    let mut lines = BTreeMap::new();
    for (key, first) in &targets[0] {
        let all: Vec<i64> = targets.iter().map(|target| target[key]).collect();
        let value = if key.starts_with("constant ") {
            assert!(all.iter().all(|number| number == first), "{key} is not the same everywhere: {all:?}");
            first.to_string()
        } else {
            all.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
        };
        lines.insert(key.clone(), value);
    }
    let parsed = Interface::parse(header);
    for member in
        parsed.structs.iter().flat_map(|struct_| struct_.members.iter().map(move |member| (struct_, member)))
    {
        let (struct_, member) = member;
        let line = lines.get_mut(&format!("member {}.{}", struct_.item.name, member.name)).unwrap();
        *line = format!("{line} {}", member.declaration);
    }
    for function in parsed.functions() {
        lines.insert(format!("function {}", function.name), types(function));
    }
    for callback in &parsed.callbacks {
        lines.insert(format!("callback {}", callback.name), types(callback));
    }
    lines
}

/// How programs that were compiled against `old` break.
fn breaks(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let version = |lines: &BTreeMap<String, String>| lines[VERSION].parse::<u32>().unwrap();
    let (before, after) = (version(old), version(new));
    let is_minor_step = before >> 16 == after >> 16 && before < after;
    // struct_size lets a struct grow behind its last member, and a new minor version says that it did.
    let has_grown = |was: &str, is: &str| {
        let numbers =
            |line: &str| line.split(' ').map(|word| word.parse::<u32>().unwrap()).collect::<Vec<_>>();
        numbers(was).iter().zip(numbers(is)).all(|(was, is)| *was <= is)
    };
    let mut found = Vec::new();
    for (key, was) in old {
        match new.get(key) {
            None => found.push(format!("{key} is gone")),
            Some(is) if is == was => {}
            Some(_) if key == VERSION && is_minor_step => {}
            Some(is) if key.starts_with("size ") && is_minor_step && has_grown(was, is) => {}
            Some(is) => found.push(format!("{key} was {was} and is {is}")),
        }
    }
    found
}

const VERSION: &str = "constant HONNIN_ABI_VERSION";

fn baseline() -> PathBuf {
    root().join("tests/abi/interface.txt")
}

fn recorded() -> BTreeMap<String, String> {
    let lines = std::fs::read_to_string(baseline()).unwrap();
    let lines = lines.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let at = line.match_indices(' ').nth(1).expect(line).0;
            (line[..at].to_owned(), line[at + 1..].to_owned())
        })
        .collect()
}

#[test]
fn nothing_that_a_program_was_compiled_against_has_changed() {
    tools::need(&[tools::CLANG]);
    let now = interface(&header());
    let update = std::env::var_os("UPDATE").is_some();
    if update && !baseline().exists() {
        write(&now);
    }
    let was = recorded();
    let broken = breaks(&was, &now);
    assert!(broken.is_empty(), "programs break, see tests/abi/README.md:\n{}", broken.join("\n"));
    if update {
        write(&now);
    }
    let new: Vec<&String> = now.keys().filter(|key| !was.contains_key(*key)).collect();
    assert!(
        recorded() == now,
        "not in tests/abi/interface.txt yet: UPDATE=1 cargo test -p honnin-tests --test abi\n{new:#?}"
    );
}

#[test]
fn linux_and_windows_have_the_same_offsets_and_64_bits_lie_on_their_own() {
    let lines = recorded();
    let members: Vec<(&String, &String)> =
        lines.iter().filter(|(key, _)| key.starts_with("member ")).collect();
    assert!(members.len() > 90, "{}", members.len());
    for (key, value) in members {
        let offsets: Vec<&str> = value.split(' ').take(TARGETS.len()).collect();
        let [linux, linux_32, arm, windows, windows_32, msvc, msvc_32] = offsets[..] else { panic!("{key}") };
        assert!(linux == arm && linux == windows && linux == msvc, "{key}: {value}");
        assert!(linux_32 == windows_32 && linux_32 == msvc_32, "{key}: {value}");
        if ["int64_t ", "uint64_t ", "double "].iter().any(|type_| value.contains(&format!(" {type_}"))) {
            assert_eq!(linux_32.parse::<u32>().unwrap() % 8, 0, "{key}: {value}");
        }
    }
}

fn write(lines: &BTreeMap<String, String>) {
    let mut out = format!(
        "# What programs are compiled against; tests/abi.rs compares. Sizes and offsets for, in this order:\n# {}\n",
        TARGETS.join(" ")
    );
    for (key, value) in lines {
        let _ = writeln!(out, "{key} {value}");
    }
    std::fs::write(baseline(), out).unwrap();
}

#[test]
fn other_compilers_lay_structs_out_alike() {
    tools::need(&[tools::CC]);
    let header = header();
    for (compiler, target) in [
        (&["gcc"][..], if cfg!(target_arch = "aarch64") { "aarch64-linux-gnu" } else { "x86_64-linux-gnu" }),
        (&["gcc", "-m32"], "i686-linux-gnu"),
        (&["aarch64-linux-gnu-gcc"], "aarch64-linux-gnu"),
        (&["x86_64-w64-mingw32-gcc"], "x86_64-windows-gnu"),
        (&["i686-w64-mingw32-gcc"], "i686-windows-gnu"),
    ] {
        let is_ours = compiler[0] == "gcc";
        // Only the machine's own compiler is everywhere; make windows and make arm64 install the others.
        if (is_ours && (compiler.len() == 1 || cfg!(target_arch = "x86_64")))
            || (!is_ours && has(compiler[0]))
        {
            let clang = numbers(&header, &["clang", &format!("--target={target}")]);
            assert_eq!(numbers(&header, compiler), clang, "{compiler:?}");
        }
    }
}

#[test]
fn a_planted_break_is_found() {
    tools::need(&[tools::CLANG]);
    let header = header();
    let was = interface(&header);
    let planted = |old: &str, new: &str| {
        let changed = header.replacen(old, new, 1);
        assert_ne!(changed, header, "there is no {old:?} to change");
        breaks(&was, &interface(&changed)).join("\n")
    };
    let without = header.find("honnin_result HONNIN_CALL honnin_pin_tries(").unwrap();
    let end = without + header[without..].find(';').unwrap() + 1;
    assert_eq!(planted(&header[without..end], ""), "function honnin_pin_tries is gone");

    let constant = planted("#define HONNIN_PIN_LOCKED 403", "#define HONNIN_PIN_LOCKED 404");
    assert_eq!(constant, "constant HONNIN_PIN_LOCKED was 403 and is 404");
    assert!(
        planted("#define HONNIN_FOREVER -1", "#define HONNIN_FOREVER 4294967295").contains("HONNIN_FOREVER")
    );

    let pointer = "  const char *message_in_full;\n} honnin_error;";
    let grown = planted("} honnin_error;", pointer);
    assert!(grown.starts_with("size honnin_error was 328 328") && !grown.contains('\n'), "{grown}");
    let swapped = planted("  uint32_t keep_tries;", "  uint64_t keep_tries;");
    assert!(swapped.contains("member honnin_pin_options.allow_last_try"), "{swapped}");
    // On Windows a long has 32 bits: only the others would see it.
    let long = planted("  int64_t at_time;", "  long at_time;");
    assert!(long.contains("member honnin_validation_options.at_time"), "{long}");
    let signed = planted("  uint32_t keep_tries;", "  int32_t keep_tries;");
    assert!(
        signed.contains("uint32_t keep_tries and is") && signed.contains(" int32_t keep_tries"),
        "{signed}"
    );

    let parameter =
        planted("honnin_pin_forget(honnin_card *card", "honnin_pin_forget(const honnin_card *card");
    assert!(parameter.contains("function honnin_pin_forget was"), "{parameter}");
    assert_eq!(
        planted("honnin_pin_forget(honnin_card *card", "honnin_pin_forget(honnin_card *it"),
        "",
        "a name is nothing"
    );

    // A minor version may add members behind the last one, and nowhere else.
    let next =
        |header: &str| header.replacen("HONNIN_ABI_VERSION 0x00000001u", "HONNIN_ABI_VERSION 0x00000002u", 1);
    let later = next(&header.replacen("} honnin_error;", pointer, 1));
    assert_eq!(breaks(&was, &interface(&later)), Vec::<String>::new());
    let before =
        next(&header.replacen("  uint32_t keep_tries;", "  uint32_t more;\n  uint32_t keep_tries;", 1));
    assert!(!breaks(&was, &interface(&before)).is_empty());
}

/// A library with the functions of a header and nothing in them, and all their types, for tools that read types out of
/// libraries. The header is what programs are compiled against, and src/capi is what it is made from.
fn mould(header: &str, name: &str) -> PathBuf {
    let folder = scratch("mould").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("honnin.h"), header).unwrap();
    let mut source = String::from("#include <honnin.h>\n");
    for function in Interface::parse(header).functions() {
        let body = if function.declaration.starts_with("void ") { "" } else { "return 0;" };
        let _ = writeln!(source, "{} {{ {body} }}", function.declaration);
    }
    std::fs::write(folder.join("mould.c"), source).unwrap();
    let library = folder.join("libhonnin.so.0.1");
    // From within, so that no path of this machine gets into the baseline.
    run(Command::new("gcc")
        .current_dir(&folder)
        .args(["-std=c99", "-g", "-O0", "-shared", "-fPIC", "-Wl,-soname,libhonnin.so.0.1", "-I.", "mould.c"])
        .arg(format!("-Wl,--version-script={}", root().join("packaging/honnin.map").display()))
        .args(["-o", "libhonnin.so.0.1"]));
    library
}

/// What abidiff has against going from one to the other; nothing if only things were added.
fn abidiff(old: &Path, new: &Path) -> String {
    let output = Command::new("abidiff").arg("--no-added-syms").args([old, new]).output().unwrap();
    let found = text(&output.stdout);
    assert_eq!(output.status.success(), found.is_empty(), "{found}{}", text(&output.stderr));
    found
}

/// What two headers say about their interface: whether programs of the old one work with a library of the new one.
fn fits(old: &str, new: &str) -> bool {
    let version = |header: &str| {
        let line =
            header.lines().find_map(|line| line.strip_prefix("#define HONNIN_ABI_VERSION 0x")).unwrap();
        u32::from_str_radix(line.trim_end_matches('u'), 16).unwrap()
    };
    let (old, new) = (version(old), version(new));
    // Before 1.0 each minor version is an interface of its own.
    old >> 16 == new >> 16 && (old == new || old >> 16 > 0 && old < new)
}

/// The header of the last tagged version before this one.
fn last_tag(folder: &Path) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().ok()?;
        output.status.success().then(|| text(&output.stdout))
    };
    let tag = git(&["describe", "--tags", "--abbrev=0", "--match", "v*"])?;
    git(&["show", &format!("{}:include/honnin.h", tag.trim())])
}

#[test]
fn abidiff_finds_nothing_since_the_baseline_and_since_the_last_tag_of_this_interface() {
    tools::need(&[tools::ABIDIFF, tools::CC]);
    let now = mould(&header(), "now");
    let first = root().join("tests/abi/honnin.abi");
    if std::env::var_os("UPDATE").is_some() && !first.exists() {
        run(Command::new("abidw")
            .args(["--no-show-locs", "--no-corpus-path", "--no-comp-dir-path", "--out-file"])
            .args([&first, &now]));
    }
    assert_eq!(abidiff(&first, &now), "");
    if let Some(header) = last_tag(&root()).filter(|tagged| fits(tagged, &header())) {
        assert_eq!(abidiff(&mould(&header, "tag"), &now), "");
    }
}

#[test]
fn abidiff_sees_a_planted_break() {
    tools::need(&[tools::ABIDIFF, tools::CC]);
    let header = header();
    let now = mould(&header, "whole");
    for (old, new, seen) in [
        ("} honnin_error;", "  uint32_t more;\n} honnin_error;", "type size changed"),
        (
            "honnin_pin_forget(honnin_card *card",
            "honnin_pin_forget(honnin_context *card",
            "honnin_pin_forget",
        ),
        ("honnin_pin_forget(", "honnin_pin_forgotten(", "honnin_pin_forget"),
    ] {
        let found = abidiff(&now, &mould(&header.replacen(old, new, 1), "broken"));
        assert!(found.contains(seen), "{new}: {found}");
    }
    let more = header.replacen(
        "#ifdef __cplusplus\n}",
        "/** More. */\nvoid HONNIN_CALL honnin_more(void);\n#ifdef __cplusplus\n}",
        1,
    );
    assert_ne!(more, header);
    assert_eq!(abidiff(&now, &mould(&more, "more")), "", "more functions break nothing");
}

#[test]
fn before_1_0_each_minor_version_is_an_interface_of_its_own() {
    let header = |version: &str| format!("#define HONNIN_ABI_VERSION {version}u\n");
    for (old, new, expected) in [
        ("0x00000001", "0x00000001", true),
        ("0x00000001", "0x00000002", false),
        ("0x00000001", "0x00010000", false),
        ("0x00010000", "0x00010001", true),
        ("0x00010001", "0x00010000", false),
        ("0x00010001", "0x00020000", false),
    ] {
        assert_eq!(fits(&header(old), &header(new)), expected, "{old} {new}");
    }
}

#[test]
fn the_header_of_the_last_tag_is_found() {
    let folder = scratch("tagged");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("include")).unwrap();
    let git = |arguments: &[&str]| {
        run(Command::new("git")
            .arg("-C")
            .arg(&folder)
            .args(["-c", "user.name=a", "-c", "user.email=a@b"])
            .args(arguments));
    };
    git(&["init", "--quiet"]);
    assert_eq!(last_tag(&folder), None);
    for (content, tag) in [("old", "v1.0.0"), ("newer", "v1.1.0"), ("now", "")] {
        std::fs::write(folder.join("include/honnin.h"), content).unwrap();
        git(&["add", "."]);
        git(&["-c", "commit.gpgsign=false", "commit", "--quiet", "--message", content]);
        if !tag.is_empty() {
            git(&["tag", tag]);
        }
    }
    assert_eq!(last_tag(&folder).as_deref(), Some("newer"));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_program_of_the_baseline_does_not_start_without_a_function_that_it_calls() {
    let header = header();
    let start = |header: &str, name: &str| {
        let program = root().join("tests/abi/programs/own_connection");
        let library = mould(header, name);
        let output = Command::new(program)
            .env("LD_LIBRARY_PATH", library.parent().unwrap())
            .env("LD_BIND_NOW", "1")
            .output()
            .unwrap();
        text(&output.stderr)
    };
    let renamed = header.replace("honnin_pin_tries(", "honnin_pin_tries_left(");
    assert!(start(&renamed, "renamed").contains("undefined symbol: honnin_pin_tries"));
    assert!(!start(&header, "unchanged").contains("undefined symbol"));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn programs_of_the_baseline_run_against_the_library_of_today() {
    let folder = root().join("tests/abi/programs");
    let old = |name: &str| {
        let mut command = Command::new(folder.join(name));
        command.env("LD_LIBRARY_PATH", prefix().join("lib"));
        command
    };
    let said = |command: &mut Command| text(&run(command).stdout);
    assert_eq!(said(old("list_readers").arg("--virtual")), "honnin virtual reader 0: card\n");
    assert_eq!(
        said(&mut old("own_connection")),
        "card of kind 1, 4 tries left\n4 commands, closed 1 time(s)\n"
    );
    let signed = said(old("read_and_sign").arg("--virtual").arg(root().join("README.md")));
    assert!(signed.contains("signed by 番号　花子, born 1989-05-07\n"), "{signed}");
    assert!(signed.contains("signature of 256 bytes after 8 commands"), "{signed}");
    let wrong = old("read_and_sign")
        .args(["--virtual", "--password", "ABC999", "README.md"])
        .current_dir(root())
        .output();
    let wrong = wrong.unwrap();
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("4 more tries"), "{}", text(&wrong.stderr));
    let script = root().join("sdk-c-examples/demo-age.txt");
    let gate = said(old("age_gate").args(["--virtual", "{}", "--script"]).arg(script));
    assert!(gate.contains("20歳以上です"), "{gate}");
}
