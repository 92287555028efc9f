//! `cert`: get, show, check.

use crate::args::{CertCommand, CertFormat, CertSource};
use crate::output::{Failure, Output};
use crate::station::Station;
use crate::{entry, input, validation};
use honnin::certificate::validate;
use honnin::{CardKind, Certificate, CertificateKind, PinKind, ResultCode};
use std::path::Path;

pub(super) fn run(
    station: &Station,
    command: &CertCommand,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    match command {
        CertCommand::Get { source, out, format } => get(station, source, out, *format, output),
        CertCommand::Show { source } => {
            let certificate = obtain(station, source, output)?;
            show(&certificate, output)?;
            Ok(ResultCode::Ok)
        }
        CertCommand::Check { source, validation } => {
            let options = validation::options(validation, station.virtual_card.as_ref())?;
            let certificate = obtain(station, source, output)?;
            show(&certificate, output)?;
            let report = validate(&certificate, &options)?;
            output.report(&report);
            Ok(report.result())
        }
    }
}

fn get(
    station: &Station,
    source: &CertSource,
    out: &Path,
    format: CertFormat,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let certificate = obtain(station, source, output)?;
    output.certificate_fields(&certificate);
    let bytes = match format {
        CertFormat::Pem => certificate.pem().into_bytes(),
        CertFormat::Der => certificate.der().to_vec(),
    };
    if out.as_os_str() == "-" {
        output.field("pem", certificate.pem());
        output.bytes(bytes);
    } else {
        input::write(out, &bytes)?;
    }
    Ok(ResultCode::Ok)
}

/// From the file, or from the card.
fn obtain(station: &Station, source: &CertSource, output: &mut Output) -> Result<Certificate, Failure> {
    if let Some(path) = &source.file {
        return Ok(Certificate::parse(&input::read(path)?)?);
    }
    let may_need = match source.kind {
        CertificateKind::Signing => PinKind::Signing,
        _ => PinKind::Authentication,
    };
    let pin_source = entry::source(may_need, &source.pin)?;
    station.with_card(output, |card, _| {
        let on_a_phone = card.kind() == CardKind::Android && source.kind == CertificateKind::Authentication;
        if source.kind == CertificateKind::Signing || on_a_phone {
            station.verify(card, may_need, &source.pin, pin_source)?;
        }
        Ok(card.certificate_read(source.kind)?)
    })
}

fn show(certificate: &Certificate, output: &mut Output) -> Result<(), Failure> {
    output.certificate(certificate);
    match certificate.holder() {
        Ok(holder) => output.holder(&holder),
        Err(error) if error.code == ResultCode::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
