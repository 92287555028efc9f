//! `sign`: a bare signature by the card, a CMS, or a PDF.

use crate::args::{SignCmsArgs, SignCommand, SignPdfArgs, SignRawArgs};
use crate::output::{Failure, Output};
use crate::station::Station;
use crate::{entry, input, timestamp};
use honnin::signature::cms::{CmsOptions, SignedDocument};
use honnin::signature::pdf::PdfOptions;
use honnin::{KeyKind, ResultCode, signature};
use std::io::{IsTerminal, Read};
use std::path::Path;

pub(super) fn run(
    station: &Station,
    command: &SignCommand,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    match command {
        SignCommand::Raw(arguments) => raw(station, arguments, output),
        SignCommand::Cms(arguments) => cms(station, arguments, output),
        SignCommand::Pdf(arguments) => pdf(station, arguments, output),
    }
}

/// Where a document goes.
fn check_out(out: Option<&Path>, output: &Output) -> Result<(), Failure> {
    if out.is_none() && !output.is_json() && std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "a signature is no text: name a file with --out, or redirect standard output",
        ));
    }
    Ok(())
}

/// Writes a document to its file, or to standard output; with `--json` into the field of that name.
fn hand_out(
    document: SignedDocument,
    out: Option<&Path>,
    field: &str,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    match out.filter(|path| *path != Path::new("-")) {
        Some(path) => input::write(path, &document.bytes)?,
        None => {
            output.field(field, openssl::base64::encode_block(&document.bytes));
            output.bytes(document.bytes.clone());
        }
    }
    timestamp::report(document, output)
}

fn cms(station: &Station, arguments: &SignCmsArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    check_out(arguments.out.as_deref(), output)?;
    let key = arguments.key;
    let source = entry::source(key.pin(), &arguments.pin)?;
    let options = CmsOptions {
        hash: arguments.hash,
        detached: arguments.detached,
        signing_time: arguments.signing_time,
        embed_ca: arguments.embed_ca,
        allow_expired: arguments.allow_expired,
        timestamp: timestamp::fetch(arguments.timestamp.as_deref(), &arguments.pin)?,
    };
    let others = arguments.add_to.as_deref().map(input::read_document).transpose()?;
    // Content of any size is read while the card rests verified only if it need not be kept.
    let mut content = input::open(&arguments.content)?;
    let mut whole = Vec::new();
    if !arguments.detached || others.is_some() {
        content.read_to_end(&mut whole).map_err(|error| input::failed(&arguments.content, &error))?;
    }
    let (document, certificate) = station.with_card(output, |card, _| {
        station.verify(card, key.pin(), &arguments.pin, source)?;
        let certificate = card.certificate_read(key.certificate())?;
        let document = match &others {
            Some(others) => {
                let given = Some(whole.as_slice()).filter(|_| signature::cms::is_detached(others));
                card.cms_sign_add(key, others, given, options)?
            }
            None if arguments.detached => card.cms_sign_reader(key, &mut content, options)?,
            None => card.cms_sign(key, &whole, options)?,
        };
        Ok((document, certificate))
    })?;
    output.field("key", key.name());
    output.field("hash", arguments.hash.name());
    output.field("detached", arguments.detached);
    output.certificate_fields(&certificate);
    hand_out(document, arguments.out.as_deref(), "cms", output)
}

fn pdf(station: &Station, arguments: &SignPdfArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    check_out(arguments.out.as_deref(), output)?;
    let key = KeyKind::Signing;
    let source = entry::source(key.pin(), &arguments.pin)?;
    let options = PdfOptions {
        hash: Some(arguments.hash),
        field: arguments.field.clone(),
        reason: arguments.reason.clone(),
        location: arguments.location.clone(),
        name: arguments.name.clone(),
        visible: arguments.visible,
        font: arguments.font.as_deref().map(input::read_document).transpose()?,
        embed_ca: arguments.embed_ca,
        allow_expired: arguments.allow_expired,
        timestamp: timestamp::fetch(arguments.timestamp.as_deref(), &arguments.pin)?,
    };
    let file = input::read_document(&arguments.file)?;
    let (document, certificate) = station.with_card(output, |card, _| {
        station.verify(card, key.pin(), &arguments.pin, source)?;
        let certificate = card.certificate_read(key.certificate())?;
        Ok((card.pdf_sign(&file, options)?, certificate))
    })?;
    output.field("hash", arguments.hash.name());
    output.certificate_fields(&certificate);
    hand_out(document, arguments.out.as_deref(), "pdf", output)
}

fn raw(station: &Station, arguments: &SignRawArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    check_out(arguments.out.as_deref(), output)?;
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
