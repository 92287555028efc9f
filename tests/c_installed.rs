//! The C library as it is installed: what it exports, its headers and examples with every compiler, the till.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{compile, has, prefix, root, run, scratch};
use honnin_tests::tools;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

fn example(name: &str) -> PathBuf {
    root().join("sdk-c-examples").join(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    let library = prefix().join("lib/libhonnin.so");
    let listed = text(&run(Command::new("nm").args(["-D", "--defined-only"]).arg(&library)).stdout);
    let mut exported: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .filter(|name| *name != "HONNIN_0.1")
        .map(|name| name.strip_suffix("@@HONNIN_0.1").expect(name))
        .collect();
    exported.sort_unstable();
    let header = std::fs::read_to_string(root().join("include/honnin.h")).unwrap();
    let mut declared: Vec<&str> = header
        .lines()
        .filter_map(|line| line.split("HONNIN_CALL honnin_").nth(1)?.split('(').next())
        .collect();
    declared.sort_unstable();
    let exported: Vec<&str> = exported.iter().map(|name| name.strip_prefix("honnin_").unwrap()).collect();
    assert_eq!(exported, declared);

    let dynamic = text(&run(Command::new("readelf").args(["-d", "-W"]).arg(&library)).stdout);
    assert!(dynamic.contains("[libhonnin.so.0.1]"), "{dynamic}");
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
    assert!(!dynamic.contains("pcsc"), "{dynamic}");
}

/// The standards of C and C++ that the headers and examples are compiled for.
const C: [&str; 4] = ["-std=c99", "-std=c11", "-std=c17", "-std=c2x"];
const CPP_HEADER: [&str; 4] = ["-std=c++11", "-std=c++14", "-std=c++17", "-std=c++20"];
const CPP: [&str; 2] = ["-std=c++17", "-std=c++20"];

fn compilers() -> Vec<(&'static str, &'static str)> {
    [("gcc", "g++"), ("clang", "clang++")].into_iter().filter(|(c, _)| has(c)).collect()
}

#[test]
fn each_header_compiles_alone_and_twice_with_every_compiler() {
    let source = |name: &str, header: &str| {
        let path = scratch("sources").join(name);
        std::fs::write(
            &path,
            format!("#include <{header}>\n#include <{header}>\nint main(void) {{ return 0; }}\n"),
        )
        .unwrap();
        path
    };
    for (c, cpp) in compilers() {
        for standard in C {
            compile(c, &[standard], &source("alone.c", "honnin.h"), prefix(), "alone");
        }
        for standard in CPP_HEADER {
            compile(cpp, &[standard], &source("alone.cpp", "honnin.h"), prefix(), "alone");
        }
        for standard in CPP {
            compile(cpp, &[standard], &source("wrapper.cpp", "honnin.hpp"), prefix(), "alone");
            let without = [standard, "-fno-exceptions", "-DHONNIN_NO_EXCEPTIONS"];
            compile(cpp, &without, &source("wrapper.cpp", "honnin.hpp"), prefix(), "alone");
        }
    }
}

#[test]
fn the_c_examples_run_from_an_installed_prefix() {
    for (c, _) in compilers() {
        for standard in C {
            let with = |name: &str| compile(c, &[standard], &example(name), prefix(), name);
            let listed = run(Command::new(with("list_readers.c")).arg("--virtual"));
            assert_eq!(text(&listed.stdout), "honnin virtual reader 0: card\n");
            let signed = run(Command::new(with("read_and_sign.c")).arg("--virtual").arg(example("Makefile")));
            assert!(text(&signed.stdout).starts_with("signed by 番号　花子, born 1989-05-07\n"));
            assert!(text(&signed.stdout).contains("signature of 256 bytes after 8 commands"));
            let wrong = Command::new(with("read_and_sign.c"))
                .args(["--virtual", "--password", "ABC999"])
                .arg(example("Makefile"))
                .output()
                .unwrap();
            assert_eq!(wrong.status.code(), Some(1));
            assert!(text(&wrong.stderr).contains("4 more tries"), "{}", text(&wrong.stderr));
            let own = run(&mut Command::new(with("own_connection.c")));
            assert_eq!(text(&own.stdout), "card of kind 1, 4 tries left\n4 commands, closed 1 time(s)\n");
        }
    }
}

/// The examples that end so.
fn examples(ending: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(example("")).unwrap().map(|file| file.unwrap().path());
    let found: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect();
    assert!(found.len() >= 3, "{found:?}");
    found
}

#[test]
fn every_example_is_good_under_every_standard_with_every_compiler() {
    let found = format!("{}", prefix().join("lib/pkgconfig").display());
    let flags = text(
        &run(Command::new("pkg-config").args(["--cflags", "honnin"]).env("PKG_CONFIG_PATH", &found)).stdout,
    );
    let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-fsyntax-only"];
    let check = |compiler: &str, options: &[&str], sources: &[PathBuf]| {
        run(Command::new(compiler).args(warnings).args(options).args(flags.split_whitespace()).args(sources));
    };
    assert_eq!(compilers().len(), 2, "gcc and clang");
    for (c, cpp) in compilers() {
        for standard in C {
            check(c, &[standard], &examples("c"));
        }
        // What is good C99 here is good C++11 too.
        for standard in CPP_HEADER {
            check(cpp, &[standard, "-x", "c++"], &examples("c"));
        }
        for standard in CPP {
            check(cpp, &[standard], &examples("cpp"));
        }
    }
}

/// The prefix as an archive that people download, and its SHA-256.
fn archive(folder: &Path) -> (PathBuf, String) {
    let archive = folder.join("honnin.tar.gz");
    run(Command::new("tar")
        .arg("-C")
        .arg(prefix())
        .args(["--transform", "s,^[.],honnin-linux,", "-czf"])
        .arg(&archive)
        .arg("."));
    let sum = text(&run(Command::new("sha256sum").arg(&archive)).stdout);
    (archive, sum.split(' ').next().unwrap().to_owned())
}

#[test]
fn a_till_that_brings_the_archive_along_runs_where_nothing_is_installed() {
    tools::need(&[tools::CMAKE]);
    let folder = scratch("vendored");
    let (archive, sum) = archive(&folder);
    let (build, till) = (folder.join("build"), folder.join("till"));
    let _ = std::fs::remove_dir_all(&build);
    let configure = |sum: &str| {
        let mut command = Command::new("cmake");
        command.arg("-S").arg(example("vendored")).arg("-B").arg(&build);
        command
            .arg(format!("-DHONNIN_URL=file://{}", archive.display()))
            .arg(format!("-DHONNIN_SHA256={sum}"));
        command
    };
    let other = configure(&"0".repeat(64)).output().unwrap();
    assert!(!other.status.success(), "an archive with another sum is not taken");
    run(&mut configure(&sum));
    run(Command::new("cmake").arg("--build").arg(&build));
    run(Command::new("cmake").arg("--install").arg(&build).arg("--prefix").arg(&till));
    let moved = folder.join("moved");
    let _ = std::fs::remove_dir_all(&moved);
    std::fs::rename(&till, &moved).unwrap();
    std::fs::remove_dir_all(&build).unwrap();
    let served =
        run(Command::new(moved.join("bin/till")).args(["--tap", "--script"]).arg(example("demo-tap.txt")));
    assert!(text(&served.stdout).contains("番号　花子 様"));
    let loaded = text(&run(Command::new("ldd").arg(moved.join("bin/till"))).stdout);
    assert!(loaded.contains("moved/bin/../lib/libhonnin.so.0.1"), "{loaded}");
}

/// A folder with headers that say another version of the interface.
fn headers_of(version: &str) -> PathBuf {
    let folder = scratch("headers").join(version);
    std::fs::create_dir_all(&folder).unwrap();
    let header = std::fs::read_to_string(root().join("include/honnin.h")).unwrap();
    let other =
        header.replacen("HONNIN_ABI_VERSION 0x00000001u", &format!("HONNIN_ABI_VERSION {version}u"), 1);
    assert_ne!(other, header);
    std::fs::write(folder.join("honnin.h"), other).unwrap();
    std::fs::copy(root().join("include/honnin.hpp"), folder.join("honnin.hpp")).unwrap();
    folder
}

#[test]
fn a_program_that_was_compiled_for_another_interface_says_so_and_does_nothing() {
    let context = scratch("sources").join("context.cpp");
    std::fs::write(
        &context,
        "#include <honnin.hpp>\n#include <cstdio>\nint main() {\n  honnin::ContextOptions options;\n  \
         options.no_pcsc = true;\n  try {\n    auto context = honnin::Context::create(std::move(options));\n    \
         (void)context;\n    std::puts(\"OK\");\n  } catch (const honnin::Error &error) {\n    \
         std::puts(error.name().c_str());\n  }\n}\n",
    )
    .unwrap();
    let said = |headers: Option<&Path>| {
        let include = headers.map(|folder| format!("-I{}", folder.display()));
        let with = |standard: &'static str| {
            std::iter::once(standard).chain(include.as_deref()).collect::<Vec<&str>>()
        };
        let c = compile("gcc", &with("-std=c99"), &example("list_readers.c"), prefix(), "list_readers");
        let cpp = compile("g++", &with("-std=c++17"), &context, prefix(), "context");
        let listed = Command::new(c).arg("--virtual").output().unwrap();
        let listed = (listed.status.success(), text(&listed.stdout) + &text(&listed.stderr));
        (listed, text(&run(&mut Command::new(cpp)).stdout))
    };
    let ours = (true, "honnin virtual reader 0: card\n".to_owned());
    assert_eq!(said(None), (ours, "OK\n".to_owned()));
    // The next one, and those of releases.
    for version in ["0x00000002", "0x00010000", "0x00010001", "0x00020001"] {
        let other = (false, "this program was compiled for another version of honnin\n".to_owned());
        let found = said(Some(&headers_of(version)));
        assert_eq!(found, (other, "NOT_SUPPORTED\n".to_owned()), "{version}");
    }
}

#[test]
fn cmake_takes_no_other_minor_version_before_1_0() {
    tools::need(&[tools::CMAKE]);
    let config = prefix().join("lib/cmake/honnin/honninConfigVersion.cmake");
    let script = scratch("sources").join("version.cmake");
    std::fs::write(
        &script,
        "include(\"${CONFIG}\")\nmessage(\"${PACKAGE_VERSION_COMPATIBLE} ${PACKAGE_VERSION_EXACT}\")\n",
    )
    .unwrap();
    for (wanted, expected) in [
        ("0.1", "TRUE TRUE"),
        ("0.1.0", "TRUE TRUE"),
        ("0", "TRUE"),
        ("0.0.9", "FALSE"),
        ("0.1.1", "FALSE"),
        ("0.2", "FALSE"),
        ("1", "FALSE"),
        ("1.0", "FALSE"),
    ] {
        let parts: Vec<&str> = wanted.split('.').collect();
        let mut command = Command::new("cmake");
        command.arg(format!("-DCONFIG={}", config.display()));
        command.arg(format!("-DPACKAGE_FIND_VERSION={wanted}"));
        command.arg(format!("-DPACKAGE_FIND_VERSION_COUNT={}", parts.len()));
        for (name, at) in [("MAJOR", 0), ("MINOR", 1), ("PATCH", 2)] {
            let part = parts.get(at).unwrap_or(&"0");
            command.arg(format!("-DPACKAGE_FIND_VERSION_{name}={part}"));
        }
        let output = run(command.arg("-P").arg(&script));
        assert_eq!(text(&output.stderr).trim(), expected, "{wanted}");
    }
}

#[test]
fn the_examples_build_with_cmake_and_with_make() {
    let folder = scratch("make");
    let found = format!("PKG_CONFIG_PATH={}", prefix().join("lib/pkgconfig").display());
    run(Command::new("make")
        .arg("-C")
        .arg(example(""))
        .arg(&found)
        .arg(format!("BUILD={}", folder.display())));
    run(Command::new(folder.join("list_readers")).arg("--virtual"));
    tools::need(&[tools::CMAKE]);
    let at = format!("-DCMAKE_PREFIX_PATH={}", prefix().display());
    for ((c, cpp), options) in
        compilers().iter().zip([&[][..], &["-DCMAKE_C_STANDARD=23", "-DCMAKE_CXX_STANDARD=20"]])
    {
        let build = scratch("cmake").join(c);
        let with = [format!("-DCMAKE_C_COMPILER={c}"), format!("-DCMAKE_CXX_COMPILER={cpp}")];
        run(Command::new("cmake")
            .arg("-S")
            .arg(example(""))
            .arg("-B")
            .arg(&build)
            .arg(&at)
            .args(with)
            .args(options));
        run(Command::new("cmake").arg("--build").arg(&build));
        run(Command::new(build.join("read_and_sign")).arg("--virtual").arg(example("Makefile")));
    }
}

/// An example in C++, compiled once.
fn built(name: &str) -> PathBuf {
    static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || compile("g++", &["-std=c++17"], &example(&format!("{name}.cpp")), prefix(), name);
    built.entry(name.to_owned()).or_insert_with(make).clone()
}

fn till(options: &[&str], script: &str, encoding: &str) -> (Vec<u8>, String) {
    let program = built("pos_identify");
    let log = scratch("till").join(format!("{script}.{encoding}.log"));
    let output = run(Command::new(program)
        .args(options)
        .args(["--columns", "1000", "--script"])
        .arg(example(script))
        .args(["--encoding", encoding, "--log"])
        .arg(&log));
    (output.stdout, std::fs::read_to_string(log).unwrap())
}

fn check_log(log: &str) {
    assert!(log.contains("card pin_verify"), "the log is alive: {log}");
    for secret in ["ABC", "花子", "試験", "千代田", "1989"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn the_till_serves_every_customer_of_the_resting_flow() {
    let (screens, log) = till(&[], "demo-rest.txt", "utf-8");
    let screens = text(&screens);
    let customers: Vec<&str> = screens.split("######## ").skip(1).collect();
    assert_eq!(customers.len(), 10);
    let expected: [&[&str]; 10] = [
        &["番号　花子 様の証明書で、文書に署名しました", "終わりました", "カードをお取りください"],
        &["4桁の暗証番号ではなく", "あと4回", "残り4回", "試験　太郎 様"],
        &["あと1回", "中止しました"],
        &["ロックされています", "別の方法で"],
        &["見つかりませんでした", "別の方法で"],
        &["有効期限が過ぎています", "別の方法で"],
        &["カードを置き直してください", "番号　花子 様"],
        &["あと5回入力できます", "別の方法で"],
        &["時間内に入力が終わりませんでした", "中止しました"],
        &["カードが残っています", "番号　花子 様"],
    ];
    for (customer, sentences) in customers.iter().zip(expected) {
        for sentence in sentences {
            assert!(customer.contains(sentence), "{sentence} is missing:\n{customer}");
        }
    }
    assert!(!screens.contains("ABC123") && !screens.contains("abc999"), "a password is on the screen");
    check_log(&log);
}

#[test]
fn the_till_serves_every_customer_of_the_tapping_flow() {
    let (screens, log) = till(&["--tap"], "demo-tap.txt", "utf-8");
    let screens = text(&screens);
    let customers: Vec<&str> = screens.split("######## ").skip(1).collect();
    assert_eq!(customers.len(), 3);
    assert!(customers[0].contains("番号　花子 様"));
    assert!(customers[1].contains("あと4回") && customers[1].contains("番号　花子 様"));
    assert!(customers[2].contains("中止しました") && !customers[2].contains("署名しました"));
    check_log(&log);
}

#[test]
fn the_till_speaks_cp932_where_the_console_does() {
    let utf8 = text(&till(&["--tap"], "demo-tap.txt", "utf-8").0);
    let (cp932, _) = till(&["--tap"], "demo-tap.txt", "cp932");
    let (back, _, lost) = encoding_rs::SHIFT_JIS.decode(&cp932);
    assert!(!lost);
    // The wave dash has another code point in CP932.
    assert_eq!(back.replace('\u{FF5E}', "\u{301C}"), utf8.replace('\u{FF5E}', "\u{301C}"));
}

/// Runs an example with what is typed; gives its exit status and its screen.
fn typed(name: &str, arguments: &[&str], lines: &str) -> (Option<i32>, String) {
    let program = built(name);
    let script = scratch("typed").join(format!("{name}.txt"));
    std::fs::write(&script, lines).unwrap();
    let output = Command::new(program).args(arguments).arg("--script").arg(script).output().unwrap();
    (output.status.code(), text(&output.stdout))
}

#[test]
fn the_age_gate_answers_in_words_and_sounds_and_never_shows_the_age() {
    let (exit, screen) = typed("age_gate", &["--virtual", "{}"], "010507\n");
    assert_eq!(exit, Some(0), "{screen}");
    assert!(screen.contains("【○ 可】20歳以上です。販売できます。\u{7}"), "{screen}");
    let (exit, screen) = typed("age_gate", &["--virtual", "{}", "--lang", "en"], "010507\n");
    assert_eq!(exit, Some(0), "{screen}");
    assert!(screen.contains("[O YES] 20 or over. May be sold.\u{7}"), "{screen}");
    let young = r#"{"birth_date": "2015-04-01"}"#;
    let (exit, screen) = typed("age_gate", &["--virtual", young], "270401\n");
    assert_eq!(exit, Some(1));
    assert!(
        screen.contains("【× 不可】年齢の条件を満たしません") && screen.contains("\u{7}\u{7}\u{7}"),
        "{screen}"
    );
    for (profile, digits) in [
        (r#"{"expiry": "2020-05-07"}"#, "010507"),
        (r#"{"card_key": "absent"}"#, "010507"),
        (r#"{"card_issuer": "unknown"}"#, "010507"),
        (r#"{"altered": ["age"], "birth_date": "2015-04-01"}"#, "270401"),
    ] {
        let (exit, screen) = typed("age_gate", &["--virtual", profile], &format!("{digits}\n"));
        assert_eq!(exit, Some(1), "{profile}");
        assert!(screen.contains("別の方法で確認します") && !screen.contains("【○"), "{screen}");
    }
    let (exit, screen) = typed("age_gate", &["--virtual", "{}"], "010508\n");
    assert_eq!(exit, Some(1));
    assert!(screen.contains("確認できませんでした"), "{screen}");
    for shown in ["1989", "37", "010507"] {
        assert!(!screen.contains(shown), "{shown}: {screen}");
    }
}

#[test]
fn the_counter_looks_at_the_photo_and_the_four_attributes() {
    let photo = scratch("counter").join("photo.png");
    let at = photo.to_str().unwrap();
    let what_is_printed = "1989-05-07\n2034\n4649\n";
    let (exit, screen) = typed("counter_check", &[at, "--virtual", "{}"], &format!("{what_is_printed}y\n"));
    assert_eq!(exit, Some(0), "{screen}");
    for shown in ["番号　花子", "東京都千代田区", "1989-05-07", "女", "確認しました"] {
        assert!(screen.contains(shown), "{shown}: {screen}");
    }
    assert!(!photo.exists(), "the photo is removed when it was looked at");
    let english = [at, "--virtual", "{}", "--lang", "en"];
    let (exit, screen) = typed("counter_check", &english, &format!("{what_is_printed}y\n"));
    assert_eq!(exit, Some(0), "{screen}");
    for shown in ["The chip is no copy", "female", "Confirmed."] {
        assert!(screen.contains(shown), "{shown}: {screen}");
    }
    let (exit, screen) = typed("counter_check", &[at, "--virtual", "{}"], &format!("{what_is_printed}n\n"));
    assert_eq!(exit, Some(1));
    assert!(screen.contains("別の方法を"), "{screen}");
    for (profile, year, said) in [
        (r#"{"card_key": "other"}"#, "2034", "× ICチップが複製でないか"),
        (r#"{"altered": ["photo"]}"#, "2034", "× 券面の記録（写真・お名前・ご住所）に変更がないか"),
        (r#"{"expiry": "2024-05-07"}"#, "2024", "× カードの有効期限"),
    ] {
        let typed_in = format!("1989-05-07\n{year}\n4649\ny\n");
        let (exit, screen) = typed("counter_check", &[at, "--virtual", profile], &typed_in);
        assert_eq!(exit, Some(1), "such a card is not accepted whoever stands there: {screen}");
        assert!(screen.contains(said), "{profile}: {screen}");
    }
    let (exit, screen) = typed("counter_check", &[at, "--virtual", "{}"], "1989-05-07\n2034\n46\ny\n");
    assert_eq!(exit, Some(1));
    assert!(screen.contains("係員の方へ"), "{screen}");
}

#[test]
fn the_static_library_links_too() {
    let native = std::fs::read_to_string(prefix().join("lib/pkgconfig/honnin.pc")).unwrap();
    let private = native.lines().find_map(|line| line.strip_prefix("Libs.private: ")).unwrap();
    let program = scratch("programs").join("static");
    run(Command::new("cc")
        .arg(example("list_readers.c"))
        .arg("-I")
        .arg(prefix().join("include"))
        .arg(prefix().join("lib/libhonnin.a"))
        .args(private.split_whitespace())
        .arg("-o")
        .arg(&program));
    run(Command::new(&program).arg("--virtual"));
    let listed = text(
        &run(Command::new("nm")
            .arg("-g")
            .arg("--defined-only")
            .arg(Path::new(&prefix().join("lib/libhonnin.a"))))
        .stdout,
    );
    let ours = listed.lines().filter_map(|line| line.split_whitespace().nth(2));
    for name in ours {
        assert!(name.starts_with("honnin_"), "{name} leaks out of the static library");
    }
}
