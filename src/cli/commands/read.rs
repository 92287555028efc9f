//! `read`: password, certificate, holder, validation. The main job.

use crate::args::ReadArgs;
use crate::output::{Failure, Output};
use crate::station::Station;
use crate::{entry, validation};
use honnin::certificate::{Purpose, validate};
use honnin::{CertificateKind, PinKind, ResultCode};

pub(super) fn run(
    station: &Station,
    arguments: &ReadArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let mut options = validation::options(&arguments.validation, station.virtual_card.as_ref())?;
    // Whatever a card keeps in the place of the signing certificate is judged as one.
    options.purpose = options.purpose.or(Some(Purpose::DocumentSignature));
    let source = entry::source(PinKind::Signing, &arguments.pin)?;
    let certificate = station.with_card(output, |card, output| {
        output.line("カード", "Card", card.kind().name());
        station.verify(card, PinKind::Signing, &arguments.pin, source)?;
        Ok(card.certificate_read(CertificateKind::Signing)?)
    })?;
    output.certificate(&certificate);
    let holder = certificate.holder();
    if let Ok(holder) = &holder {
        output.holder(holder);
    }
    let report = validate(&certificate, &options)?;
    output.report(&report);
    holder?;
    Ok(report.result())
}
