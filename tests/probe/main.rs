//! Lists the readers and says what came of it on one line: for tests that need a process of their own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

use honnin::{Context, ContextOptions};
use std::io::Write;

fn main() -> std::io::Result<()> {
    let line = match Context::new(ContextOptions::default()).and_then(|context| context.readers()) {
        Ok(readers) => {
            let names: Vec<String> = readers.into_iter().map(|reader| reader.name).collect();
            format!("OK {}", names.join(", "))
        }
        Err(error) => {
            let reason = error.reason.map_or("-", |reason| reason.name());
            format!("{} {reason} {:08X}", error.code.name(), error.pcsc_code.unwrap_or(0))
        }
    };
    writeln!(std::io::stdout(), "{line}")
}
