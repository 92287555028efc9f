//! The C library as it is installed: what it exports, its headers and examples with every compiler, the till.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{compile, has, prefix, root, run, scratch};
use honnin_tests::tools;
use std::path::{Path, PathBuf};
use std::process::Command;

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
        .filter(|name| *name != "HONNIN_1.0")
        .map(|name| name.strip_suffix("@@HONNIN_1.0").expect(name))
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
    assert!(dynamic.contains("[libhonnin.so.1]"), "{dynamic}");
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
    assert!(!dynamic.contains("pcsc"), "{dynamic}");
}

/// The standards of C and C++ that the headers and examples are compiled for.
const C: [&str; 3] = ["-std=c99", "-std=c11", "-std=c2x"];
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
    let build = scratch("cmake");
    let at = format!("-DCMAKE_PREFIX_PATH={}", prefix().display());
    run(Command::new("cmake").arg("-S").arg(example("")).arg("-B").arg(&build).arg(at));
    run(Command::new("cmake").arg("--build").arg(&build));
    run(Command::new(build.join("read_and_sign")).arg("--virtual").arg(example("Makefile")));
}

fn till(options: &[&str], script: &str, encoding: &str) -> (Vec<u8>, String) {
    let program = compile("g++", &["-std=c++17"], &example("pos_identify.cpp"), prefix(), "pos_identify");
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
