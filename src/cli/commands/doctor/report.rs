//! The report that a shop may share: what was asked of a card and how it answered, in lengths, status words and times.
//! No content, no PIN, no number of a card or reader. docs/card-report.md explains each field.

use crate::output::Failure;
use honnin::Error;
use honnin::ResultCode;
use honnin::card::{Certainty, Examination, Fact, Observation, Step};
use honnin::result::ReaderInterface;
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

/// The name and version of the format.
const FORMAT: &str = "honnin-card-report/1";

/// What is asked before anything is written, in both languages: whoever stands there.
const QUESTION: &str = "\
このレポートには、読み取り機の機種名、カードの種類、送った命令の名前と長さ、応答の長さと状態コード、かかった時間、残り回数の
応答が入ります。氏名・住所・番号・暗証番号・証明書・写真など、カードの中身は入りません。暗証番号は求めず、回数も減りません。
カードの持ち主の同意を得て、このレポートを書き出しますか。
This report will have the model of the reader, the kind of card, names and lengths of the commands sent, lengths and status
words of the answers (which tell the tries left), and times. Nothing that is on the card: no name, address, number, PIN,
certificate or photo. No PIN is asked for, and no try is spent. Does the holder of the card agree, and shall it be written?
はい / yes: ";

/// Asks, unless `yes` was said already. Where there is nobody to ask, nothing is written.
pub(super) fn ask_consent(yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Failure::usage("--report needs --yes where there is nobody to ask"));
    }
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "{QUESTION}").and_then(|()| err.flush());
    let mut answer = String::new();
    let _ = std::io::stdin().lock().read_line(&mut answer);
    match answer.trim().to_lowercase().as_str() {
        "はい" | "yes" | "y" => Ok(()),
        _ => Err(Error::new(ResultCode::Cancelled, "the report was not agreed to").into()),
    }
}

/// What is known of the place, beside what the card said.
pub(super) struct Place<'a> {
    pub(super) system: &'a str,
    pub(super) reader: &'a str,
    pub(super) interface: ReaderInterface,
    pub(super) is_virtual: bool,
}

/// The report, as one JSON object. `examined` is an error if the card could not even be opened.
pub(super) fn compose(place: &Place<'_>, examined: Result<&Examination, &Error>) -> Value {
    let failure = match examined {
        Ok(examination) => examination.ended_by.as_ref(),
        Err(error) => Some(error),
    };
    let examination = examined.ok();
    json!({
        "format": FORMAT,
        "honnin": env!("CARGO_PKG_VERSION"),
        "system": place.system,
        "reader": {
            "model": model(place.reader),
            "interface": place.interface.name(),
            "tells_extended_length": examination.and_then(|found| found.reader_extended_length),
            "pin_pad": examination.map(|found| found.pin_pad),
        },
        "card": examination.map(|found| json!({
            "kind": found.kind.name(),
            "label": found.label,
            "answer_to_reset": found.answer_to_reset,
            "extended_length": found.extended_length,
            "virtual": place.is_virtual,
        })),
        "commands": examination.map_or_else(Vec::new, |found| found.steps.iter().map(command).collect::<Vec<_>>()),
        "facts": examination.map_or_else(Vec::new, |found| found.facts.iter().map(fact).collect::<Vec<_>>()),
        "ended_by": failure.map(|error| json!({
            "result": error.code.name(),
            "reason": error.reason.map(|reason| reason.name()),
            "status_word": error.status_word.map(word),
            "pcsc_code": error.pcsc_code.map(|code| format!("0x{code:08X}")),
        })),
    })
}

/// Writes it where it was asked for.
pub(super) fn write(path: &Path, report: &Value) -> Result<(), Failure> {
    let text = format!("{report:#}\n");
    std::fs::write(path, text).map_err(|error| crate::input::failed(path, &error))
}

fn command(step: &Step) -> Value {
    let header: String = step.header.iter().map(|byte| format!("{byte:02X}")).collect();
    json!({
        "name": step.name,
        "header": header,
        "lc": step.data_len,
        "le": step.expected,
        "extended": step.extended,
        "response": step.response_len,
        "sw": step.status_word.map(word),
        "failure": step.failure.map(|code| code.name()),
        // In tenths of a millisecond: fine enough, and too coarse to be mistaken for anything else.
        "ms": (step.duration.as_secs_f64() * 1e4).round() / 10.0,
    })
}

fn fact(fact: &Fact) -> Value {
    let certainty = match fact.certainty {
        Certainty::Measured => "M",
        Certainty::Inferred => "L",
        Certainty::Unknown => "?",
    };
    let (observed, note) = match fact.observation {
        Observation::Holds => ("holds", None),
        Observation::Found(what) => ("found", Some(what)),
        Observation::NotObserved(why) => ("not observed", Some(why)),
    };
    json!({"fact": fact.name, "certainty": certainty, "claim": fact.claim, "observed": observed, "note": note})
}

fn word(word: u16) -> String {
    format!("{word:04X}")
}

/// The name of a reader without what may be its own number: what stands in brackets behind the model, as pcscd puts the
/// USB serial number there, and every run of five or more digits.
fn model(name: &str) -> String {
    let mut shown = String::new();
    let mut depth = 0_u32;
    let mut digits = String::new();
    let flush = |digits: &mut String, shown: &mut String| {
        shown.push_str(if digits.len() < 5 { digits.as_str() } else { "…" });
        digits.clear();
    };
    for character in name.chars() {
        match character {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            digit if digit.is_ascii_hexdigit() && (digit.is_ascii_digit() || !digits.is_empty()) => {
                digits.push(digit);
                continue;
            }
            _ => {}
        }
        flush(&mut digits, &mut shown);
        if depth == 0 && character != ')' {
            shown.push(character);
        }
    }
    flush(&mut digits, &mut shown);
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_reader_is_not_in_its_model() {
        assert_eq!(model("SONY FeliCa RC-S300/P (5331191) 00 00"), "SONY FeliCa RC-S300/P 00 00");
        assert_eq!(
            model("Alcor Micro AU9540 [CCID Interface] 00 00"),
            "Alcor Micro AU9540 [CCID Interface] 00 00"
        );
        assert_eq!(model("Gemalto PC Twin Reader (1E8B2A13) 01 00"), "Gemalto PC Twin Reader 01 00");
        assert_eq!(model("Reader 123456AB 0"), "Reader … 0");
        assert_eq!(model("ACS ACR1252 Dual Reader [PICC] 0"), "ACS ACR1252 Dual Reader [PICC] 0");
    }
}
