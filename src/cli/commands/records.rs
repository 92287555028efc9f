//! `text`, `age`, `face`, `genuine`: the records of the card, and whether it is a genuine one.

use crate::args::{AgeArgs, CardTrustArgs, FaceArgs, GenuineArgs, TextArgs};
use crate::entry::{self, Source};
use crate::input;
use crate::output::{Failure, Output};
use crate::station::Station;
use crate::validation;
use honnin::card::{Card, Face, FaceImage, ImageFormat, What, code_birth_date};
use honnin::identity::age::age_check;
use honnin::result::{Finding, State, Subject};
use honnin::{PinKind, Report, ResultCode};

/// `text`: the four attributes, and the 個人番号 if it is asked for.
pub(super) fn text(
    station: &Station,
    arguments: &TextArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let kind = arguments.pin_kind.unwrap_or(PinKind::Text);
    if !matches!(kind, PinKind::Text | PinKind::TextCodeB) {
        return Err(Failure::usage("the text opens with --pin text or text-code-b"));
    }
    let trust = validation::card_trust(&arguments.trust, station.virtual_card.as_ref())?;
    let source = entry::source(kind, &arguments.pin)?;
    let (reading, number) = station.with_card(output, |card, output| {
        output.line("カード", "Card", card.kind().name());
        station.verify(card, kind, &arguments.pin, source)?;
        let reading = card.text_read(arguments.integrity.then_some(&trust))?;
        let number = if arguments.my_number { Some(card.my_number_read()?) } else { None };
        Ok((reading, number))
    })?;
    output.holder(&reading.holder);
    if let Some(number) = number {
        output.field("my_number", number.as_str());
        output.line("個人番号", "個人番号", number.as_str());
    }
    Ok(reading.integrity.map_or(ResultCode::Ok, |report| judge(report, &arguments.trust, output)))
}

/// `age`: the birth date, or only whether somebody is old enough.
pub(super) fn age(
    station: &Station,
    arguments: &AgeArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let trust = validation::card_trust(&arguments.trust, station.virtual_card.as_ref())?;
    // What is printed may be given as it is printed: a western date is turned into its era.
    let western = |source: Source| match source {
        Source::Given(pin) => core::str::from_utf8(pin.bytes())
            .ok()
            .filter(|text| text.len() == 10)
            .map_or(Ok(Source::Given(pin.clone())), |text| code_birth_date(text).map(Source::Given)),
        other => Ok(other),
    };
    let source = western(entry::find(arguments.pin.pin_env.as_deref(), arguments.pin.pin_fd)?)?;
    entry::check(PinKind::FaceBirthDate, &arguments.pin, &source)?;
    let read = station.with_card(output, |card, output| {
        output.line("カード", "Card", card.kind().name());
        let expiry = What { expiry: true, certificates: false, serial: false, municipality: false };
        card.details_read(expiry)?;
        station.verify(card, PinKind::FaceBirthDate, &arguments.pin, source)?;
        let reading = card.age_read(Some(&trust))?;
        let genuine = if arguments.genuine { Some(card.genuine_check(&trust)?) } else { None };
        Ok((reading, genuine))
    });
    let (reading, genuine) = match read {
        Err(failure) if arguments.answer_only => {
            output.clear();
            return Err(failure);
        }
        other => other?,
    };
    // What is proved wrong always counts: an altered record, an expired card. What was only not proved (an issuer that is
    // not known, a test card) counts where genuineness is asked for.
    let integrity = reading.integrity.unwrap_or_default();
    let mut wrong = Report::new();
    let is_wrong =
        |finding: &&Finding| finding.state == State::Failed && finding.subject != Subject::TestCard;
    integrity.findings().iter().filter(is_wrong).for_each(|finding| wrong.push(finding.clone()));
    let wrong = (!wrong.findings().is_empty()).then(|| wrong.result());
    let genuine = genuine.map(|report| judge(merged(report, &integrity), &arguments.trust, output));
    let Some(years) = arguments.years else {
        output.field("birth_date", reading.holder.birth_date.to_string());
        output.line("生年月日", "Birth date", reading.holder.birth_date.to_string());
        return Ok(genuine.filter(|code| *code != ResultCode::Ok).or(wrong).unwrap_or(ResultCode::Ok));
    };
    let answer = age_check(&reading.holder, years, arguments.on, arguments.count_eve);
    let met = answer.is_ok();
    let passes = met && wrong.is_none() && genuine.is_none_or(|code| code == ResultCode::Ok);
    if arguments.answer_only {
        output.clear();
    } else {
        output.field("years", years);
    }
    output.field("met", passes);
    output.line(
        &format!("{years}歳以上"),
        &format!("{years} or older"),
        if passes {
            output.language().choose("はい", "yes")
        } else {
            output.language().choose("確認できません", "not confirmed")
        },
    );
    if let Some(code) = genuine.filter(|code| *code != ResultCode::Ok).or(wrong) {
        return Ok(code);
    }
    answer?;
    Ok(ResultCode::Ok)
}

/// `face`: what is printed on the card, and its pictures into files.
pub(super) fn face(
    station: &Station,
    arguments: &FaceArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let trust = validation::card_trust(&arguments.trust, station.virtual_card.as_ref())?;
    let source = entry::source(PinKind::FaceCodeB, &arguments.pin)?;
    let (face, genuine) = station.with_card(output, |card, output| {
        output.line("カード", "Card", card.kind().name());
        station.verify(card, PinKind::FaceCodeB, &arguments.pin, source)?;
        let face = card.face_read(&trust)?;
        let genuine = if arguments.genuine { Some(card.genuine_check(&trust)?) } else { None };
        Ok((face, genuine))
    })?;
    output.holder(face.holder());
    output.field("expires", face.expiry().to_string());
    output.line("カードの有効期限", "Card expires", face.expiry().to_string());
    write_pictures(&face, arguments, output)?;
    let report = match genuine {
        Some(genuine) => merged(genuine, face.report()),
        None => face.report().clone(),
    };
    Ok(judge(report, &arguments.trust, output))
}

fn write_pictures(face: &Face, arguments: &FaceArgs, output: &mut Output) -> Result<(), Failure> {
    let format = if arguments.as_stored { ImageFormat::AsStored } else { ImageFormat::Png };
    for (which, path) in [
        (FaceImage::Photo, &arguments.photo),
        (FaceImage::Name, &arguments.name_image),
        (FaceImage::Address, &arguments.address_image),
        (FaceImage::Code, &arguments.code_image),
    ] {
        let Some(path) = path else { continue };
        input::write(path, &face.image(which, format)?)?;
        output.named(which.name(), path.display().to_string());
    }
    Ok(())
}

/// `genuine`: the issuer's word for it, the record's signature, and a challenge.
pub(super) fn genuine(
    station: &Station,
    arguments: &GenuineArgs,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let kind = arguments.pin_kind.unwrap_or(PinKind::FaceBirthDate);
    let trust = validation::card_trust(&arguments.trust, station.virtual_card.as_ref())?;
    let source = entry::source(kind, &arguments.pin)?;
    let report = station.with_card(output, |card: &mut Card, output| {
        output.line("カード", "Card", card.kind().name());
        station.verify(card, kind, &arguments.pin, source)?;
        Ok(card.genuine_check(&trust)?)
    })?;
    Ok(judge(report, &arguments.trust, output))
}

/// A report with the findings of another whose subjects it has not.
fn merged(mut report: Report, other: &Report) -> Report {
    let missing: Vec<Finding> =
        other.findings().iter().filter(|one| report.finding(one.subject).is_none()).cloned().collect();
    missing.into_iter().for_each(|finding| report.push(finding));
    report
}

/// Shows a report, with what is waived, and gives its result.
fn judge(mut report: Report, arguments: &CardTrustArgs, output: &mut Output) -> ResultCode {
    for waiver in validation::waived(&arguments.waive) {
        report.waive(waiver);
    }
    output.report(&report);
    report.result()
}
