//! `read`: password, certificate, holder, validation. The main job.

use crate::args::ReadArgs;
use crate::output::{Failure, Output};
use crate::station::Station;
use crate::{entry, validation};
use honnin::certificate::validate;
use honnin::{CertificateKind, PinKind, ResultCode};

pub(super) fn run(
    station: &Station,
    arguments: &ReadArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let options = validation::options(&arguments.validation, station.virtual_card.as_ref())?;
    let source = entry::source(PinKind::Signing, &arguments.pin)?;
    let certificate = station.with_card(output, |card, output| {
        output.line("カード", "Card", card.kind().name());
        station.verify(card, PinKind::Signing, &arguments.pin, source)?;
        Ok(card.certificate_read(CertificateKind::Signing)?)
    })?;
    output.certificate(&certificate);
    output.holder(&certificate.holder()?);
    let report = validate(&certificate, &options)?;
    output.report(&report);
    Ok(report.result())
}
