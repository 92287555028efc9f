//! The honnin command as a library, so that the wheel can carry it too.
//!
//! `args` is what one can type, `output` all that is printed, `exit` the exit codes; `station` holds the context,
//! the virtual card and the open card of a run; `entry` gets a PIN from a person, a variable or a descriptor;
//! `interrupt` turns Ctrl-C into leaving the card; `timestamp` asks authorities; `archive` is what the wheel adds; `commands` has a file a command.
//! `help` and `japanese` speak of all this in two languages; `manual` makes the manual pages.

mod archive;
mod args;
mod commands;
mod entry;
mod exit;
mod help;
mod input;
mod interrupt;
mod japanese;
mod language;
#[cfg(test)]
mod manual;
mod output;
mod station;
mod timestamp;
mod validation;

pub use archive::{Archive, Archives, Columns, Counts};
use args::Cli;
use clap::{CommandFactory, FromArgMatches};
use output::{Failure, Output};
use std::ffi::OsString;

/// Runs the command with these arguments (the first is the program's name) and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    run_with(arguments, None)
}

/// As [`run`], in a program that can verify archives.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>, archives: Option<&dyn Archives>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let wants_json = arguments.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json");
    let parse = |command: clap::Command, arguments: &[OsString]| {
        command.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches))
    };
    let language = help::language(&arguments);
    // What goes wrong is said in the person's language; what goes right need not wait for that. The
    // message repeats arguments, among them names of files that somebody else chose.
    let parsed = parse(Cli::command(), &arguments).map_err(|error| {
        let shown = arguments.iter().map(|word| output::harmless(&word.to_string_lossy()).into());
        parse(help::command(language), &shown.collect::<Vec<_>>()).err().unwrap_or(error)
    });
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && wants_json => {
            let mut output = Output::new(true, language);
            let rendered = help::wrong_use(&error, language).to_string();
            let about = rendered.split_once(": ").map_or(rendered.as_str(), |(_, about)| about).trim_end();
            return output.finish(Err(Failure::usage(about)));
        }
        Err(error) => {
            help::print(&error, language);
            return if error.use_stderr() { exit::USAGE } else { exit::OK };
        }
    };
    let mut output = Output::new(cli.global.json, language::of(cli.global.lang));
    interrupt::install();
    let outcome = commands::run(&cli, archives, &mut output);
    let code = output.finish(outcome);
    if interrupt::was_interrupted() { exit::INTERRUPTED } else { code }
}
