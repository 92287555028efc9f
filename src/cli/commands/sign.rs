//! `sign raw`: a bare signature by the card.

use crate::args::{SignCommand, SignRawArgs};
use crate::output::{Failure, Output};
use crate::station::Station;
use crate::{entry, input};
use honnin::{ResultCode, signature};
use std::io::IsTerminal;
use std::path::Path;

pub(super) fn run(
    station: &Station,
    command: &SignCommand,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let SignCommand::Raw(arguments) = command;
    raw(station, arguments, output)
}

fn raw(station: &Station, arguments: &SignRawArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    if arguments.out.is_none() && !output.is_json() && std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "a signature is no text: name a file with --out, or redirect standard output",
        ));
    }
    let source = entry::source(arguments.key.pin(), &arguments.pin)?;
    let digest = digest_of(arguments)?;
    let (signed, certificate) = station.with_card(output, |card, _| {
        station.verify(card, arguments.key.pin(), &arguments.pin, source)?;
        let signed = card.sign_digest(arguments.key, arguments.hash, &digest)?;
        Ok((signed, card.certificate_read(arguments.key.certificate())?))
    })?;
    output.field("key", arguments.key.name());
    output.field("hash", arguments.hash.name());
    output.certificate_fields(&certificate);
    if let Some(path) = &arguments.certificate_out {
        input::write(path, certificate.pem().as_bytes())?;
    }
    if let Some(path) = arguments.out.as_deref().filter(|path| *path != Path::new("-")) {
        input::write(path, &signed)?;
    } else {
        output.field("signature", openssl::base64::encode_block(&signed));
        output.bytes(signed);
    }
    Ok(ResultCode::Ok)
}

/// The digest to sign: of a file of any size, in constant memory, or the file itself.
fn digest_of(arguments: &SignRawArgs) -> Result<Vec<u8>, Failure> {
    let path = &arguments.content;
    if arguments.digest {
        return input::read(path);
    }
    signature::digest_reader(arguments.hash, input::open(path)?).map_err(|error| input::failed(path, &error))
}
