//! Handles closed and cancelled from other threads and from callbacks, panics that nobody sees, unloading: as C and C++
//! programs meet them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use honnin_tests::installed::{compile, install, prefix, root, run};
use honnin_tests::pcscd::with_own_pcscd_and;
use honnin_tests::tools;
use std::path::PathBuf;
use std::process::{Command, Output};

fn source(name: &str) -> PathBuf {
    root().join("tests/c").join(name)
}

fn quiet(output: &Output) {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn handles_survive_closing_and_cancelling_from_everywhere() {
    let program = compile("gcc", &["-std=c11"], &source("handles.c"), prefix(), "handles");
    quiet(&run(&mut Command::new(&program)));
    tools::need(&[tools::VALGRIND]);
    run(Command::new("valgrind").args(["-q", "--error-exitcode=9"]).arg(&program));
}

#[test]
fn a_connection_of_the_program_may_call_the_library_from_its_functions() {
    let program = compile("gcc", &["-std=c11"], &source("connection.c"), prefix(), "connection");
    quiet(&run(&mut Command::new(program)));
}

#[test]
fn threads_that_cancel_close_and_free_at_once_are_answered_and_leave_nothing_running() {
    let program = compile("gcc", &["-std=c11"], &source("race.c"), prefix(), "race");
    quiet(&run(Command::new("timeout").arg("30").arg(&program).arg("1")));
}

#[test]
fn a_child_made_by_fork_has_the_context_and_not_the_card() {
    const PROGRAM: &str = "HONNIN_TEST_FORK";
    let variables = || {
        let program = compile("gcc", &["-std=c11"], &source("fork.c"), prefix(), "fork");
        vec![(PROGRAM, program.into_os_string())]
    };
    with_own_pcscd_and(&[], variables, |_| {
        let card = honnin::VirtualCard::new(None).unwrap();
        let plugged = honnin::virtual_card::plug_into_pcscd(&card, None).unwrap();
        assert!(plugged.wait_until_connected(std::time::Duration::from_secs(5)));
        quiet(&run(&mut Command::new(std::env::var_os(PROGRAM).unwrap())));
    });
}

#[test]
fn an_exception_in_a_callback_cancels_cleanly() {
    let program = compile("g++", &["-std=c++17"], &source("callbacks.cpp"), prefix(), "callbacks");
    quiet(&run(&mut Command::new(program)));
}

#[test]
fn a_panic_is_a_result_poisons_the_handle_and_prints_nothing() {
    let prefix = install("with_panic", "test-panic");
    let program = compile("gcc", &["-std=c11"], &source("panic.c"), &prefix, "panic");
    quiet(&run(&mut Command::new(program)));
}

#[test]
fn the_library_can_be_unloaded_under_threads_that_used_it() {
    let program = compile("gcc", &["-std=c11", "-Wno-pedantic"], &source("unload.c"), prefix(), "unload");
    let output = run(Command::new(program).arg(prefix().join("lib/libhonnin.so")));
    print!("{}", String::from_utf8_lossy(&output.stdout));
    quiet(&output);
}
