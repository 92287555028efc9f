//! One file a command, or a family of commands.

mod cert;
mod codes;
pub(crate) mod compare;
pub(crate) mod doctor;
mod info;
mod pin;
mod read;
mod readers;
mod records;
mod sign;
mod verify;
mod virtual_card;

use crate::archive::Archives;
use crate::args::{Cli, Command};
use crate::output::{Failure, Output};
use crate::station::Station;
use honnin::ResultCode;

/// Runs the command; what it found goes into `output`, and its result into the exit code.
pub(crate) fn run(
    cli: &Cli,
    archives: Option<&dyn Archives>,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let station = || Station::new(&cli.global, output.language(), None);
    match &cli.command {
        Command::Readers => readers::list(&station()?, output),
        Command::Watch(arguments) => readers::watch(&station()?, arguments, output),
        Command::Doctor(arguments) => doctor::run(&station()?, arguments, output),
        Command::Info(arguments) => info::run(&station()?, arguments, output),
        Command::Read(arguments) => read::run(&station()?, arguments, output),
        Command::Pin(command) => pin::run(&station()?, command, output),
        Command::Cert(command) => cert::run(&station()?, command, output),
        Command::Sign(command) => sign::run(&station()?, command, output),
        Command::Verify(command) => verify::run(command, archives, output),
        Command::Compare(arguments) => compare::run(&station()?, arguments, output),
        Command::Text(arguments) => {
            let purpose = arguments.purpose_text.as_deref();
            let mut station = Station::new(&cli.global, output.language(), purpose)?;
            station.secure_messaging = arguments.secure;
            records::text(&station, arguments, output)
        }
        Command::Age(arguments) => records::age(&station()?, arguments, output),
        Command::Face(arguments) => records::face(&station()?, arguments, output),
        Command::Genuine(arguments) => records::genuine(&station()?, arguments, output),
        Command::Codes(arguments) => codes::run(arguments, output),
        Command::VirtualCard(arguments) => virtual_card::run(arguments, output),
        Command::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(
                *shell,
                &mut crate::help::unbroken(output.language()),
                "honnin",
                &mut script,
            );
            output.field("script", String::from_utf8_lossy(&script).into_owned());
            output.bytes(script);
            Ok(ResultCode::Ok)
        }
    }
}
