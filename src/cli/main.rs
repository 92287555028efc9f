//! The honnin command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(honnin_cli::run(std::env::args_os()))
}
