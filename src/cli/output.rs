//! All that is printed: one JSON object, or lines for people.

use crate::exit;
use crate::language::Language;
use honnin::holder::Holder;
use honnin::result::{Finding, TrySpent};
use honnin::{Audience, Certificate, CertificateKind, Error, Reason, Report, ResultCode, Situation};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::io::Write;

/// Why a command did not do what was asked.
pub(crate) struct Failure {
    error: Error,
    /// What the constant text of the error cannot say: a path, how to use the command. Never a secret.
    about: Option<String>,
}

impl Failure {
    pub(crate) fn usage(about: impl Into<String>) -> Failure {
        Failure::about(ResultCode::InvalidArgument, about)
    }

    pub(crate) fn about(code: ResultCode, about: impl Into<String>) -> Failure {
        let detail = match code {
            ResultCode::IoError => "a file failed",
            ResultCode::InvalidArgument => "wrong use of the command",
            _ => "see what stands beside",
        };
        Failure { error: Error::new(code, detail), about: Some(about.into()) }
    }
}

impl Failure {
    pub(crate) fn code(&self) -> ResultCode {
        self.error.code
    }

    pub(crate) fn error(&self) -> &Error {
        &self.error
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { error, about: None }
    }
}

/// What a command gathers, and prints at its end.
pub(crate) struct Output {
    json: bool,
    language: Language,
    fields: Map<String, Value>,
    lines: Vec<(String, String)>,
    bytes: Option<Vec<u8>>,
    /// What tells the result of the report apart from others of its code.
    reason: Option<Reason>,
}

impl Output {
    pub(crate) fn new(json: bool, language: Language) -> Output {
        Output { json, language, fields: Map::new(), lines: Vec::new(), bytes: None, reason: None }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A field of the JSON object.
    pub(crate) fn field(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// A line for people: what, and the value.
    pub(crate) fn line(&mut self, ja: &str, en: &str, value: impl Into<String>) {
        self.lines.push((self.language.choose(ja, en).to_owned(), harmless(&value.into())));
    }

    /// Forgets what was gathered.
    pub(crate) fn clear(&mut self) {
        self.fields.clear();
        self.lines.clear();
    }

    /// A line for people whose name is the same in every language.
    pub(crate) fn named(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.lines.push((harmless(&name.into()), harmless(&value.into())));
    }

    /// A line for people without a name.
    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.lines.push((String::new(), harmless(&text.into())));
    }

    /// Bytes for standard output, instead of lines.
    pub(crate) fn bytes(&mut self, bytes: Vec<u8>) {
        self.bytes = Some(bytes);
    }

    /// The holder, in both forms.
    pub(crate) fn holder(&mut self, holder: &Holder) {
        self.field("holder", holder_json(holder));
        if let Some(name) = &holder.name {
            let note = self.language.choose("(代替文字あり)", "(with substitute characters)");
            let note = if holder.is_name_substituted() { format!(" {note}") } else { String::new() };
            self.line("氏名", "Name", format!("{name}{note}"));
        }
        self.line("生年月日", "Birth date", holder.birth_date.to_string());
        if let Some(sex) = holder.sex {
            use honnin::holder::Sex;
            let word = match sex {
                Sex::Male => self.language.choose("男", "male"),
                Sex::Female => self.language.choose("女", "female"),
                Sex::Unknown => self.language.choose("不明", "not stated"),
            };
            self.line("性別", "Sex", word);
        }
        if let Some(address) = &holder.address {
            let note = self.language.choose("(代替文字あり)", "(with substitute characters)");
            let note = if holder.is_address_substituted() { format!(" {note}") } else { String::new() };
            self.line("住所", "Address", format!("{address}{note}"));
        }
    }

    /// What a certificate says, as fields only.
    pub(crate) fn certificate_fields(&mut self, certificate: &Certificate) {
        self.field("certificate", certificate_json(certificate));
    }

    /// What a certificate says, in both forms.
    pub(crate) fn certificate(&mut self, certificate: &Certificate) {
        self.certificate_fields(certificate);
        let from = time_text(certificate.not_before());
        let until = time_text(certificate.not_after());
        self.line(
            "証明書の期間",
            "Certificate",
            self.language.choose(format!("{from} 〜 {until}"), format!("from {from} to {until}")),
        );
        self.line("発行者", "Issued by", certificate.issuer());
    }

    /// The findings of a report, in both forms.
    pub(crate) fn report(&mut self, report: &Report) {
        self.field("findings", findings_json(report));
        self.reason = report.reason();
        for finding in report.findings() {
            let state = finding.state.name().replace('_', " ");
            let code = if finding.code == ResultCode::Ok {
                String::new()
            } else {
                format!(" {}", finding.code.name())
            };
            self.named(finding.subject.name(), format!("{state}{code} — {}", finding.text));
        }
    }

    /// Prints one line now, for a command that goes on.
    pub(crate) fn event(&self, line: &str) {
        let mut out = std::io::stdout().lock();
        let line = if self.json { Cow::Borrowed(line) } else { Cow::Owned(harmless(line)) };
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }

    /// Prints what was gathered, and returns the exit code.
    pub(crate) fn finish(&mut self, outcome: Result<ResultCode, Failure>) -> u8 {
        let failure = match outcome {
            Ok(ResultCode::Ok) => None,
            Ok(code) => {
                let error = Error::new(code, "the report of findings says so");
                let reason = self.reason.filter(|_| code == ResultCode::AttributesInvalid);
                Some(Failure { error: Error { reason, ..error }, about: None })
            }
            Err(failure) => Some(failure),
        };
        let code = failure.as_ref().map_or(ResultCode::Ok, |failure| failure.error.code);
        // Whoever closed the pipe does not want to hear more.
        let _ =
            if self.json { self.print_json(failure.as_ref()) } else { self.print_lines(failure.as_ref()) };
        exit::code_of(code)
    }

    fn print_json(&mut self, failure: Option<&Failure>) -> std::io::Result<()> {
        let code = failure.map_or(ResultCode::Ok, |failure| failure.error.code);
        let mut object = Map::new();
        object.insert("result".into(), code.name().into());
        object.insert("code".into(), code.number().into());
        if let Some(failure) = failure {
            describe(failure, self.language, &mut object);
        }
        object.append(&mut self.fields);
        writeln!(std::io::stdout().lock(), "{}", Value::Object(object))
    }

    fn print_lines(&self, failure: Option<&Failure>) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        if let Some(bytes) = &self.bytes {
            out.write_all(bytes)?;
        }
        let width = self.lines.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
        for (name, value) in &self.lines {
            if name.is_empty() {
                writeln!(out, "{value}")?;
            } else {
                let padding = " ".repeat(width.saturating_sub(columns(name)));
                writeln!(out, "{name}{padding}  {value}")?;
            }
        }
        out.flush()?;
        let Some(failure) = failure else { return Ok(()) };
        let lang = self.language.tag();
        let mut err = std::io::stderr().lock();
        writeln!(
            err,
            "{}: {}",
            failure.error.code.name(),
            failure.error.message(Audience::Cardholder, lang)
        )?;
        for hint in failure.error.hints(Audience::Cardholder, lang) {
            writeln!(err, "  - {hint}")?;
        }
        let staff = self.language.choose("係員の方へ", "For the staff");
        writeln!(err, "{staff}: {}", failure.error.message(Audience::Operator, lang))?;
        for hint in failure.error.hints(Audience::Operator, lang) {
            writeln!(err, "  - {hint}")?;
        }
        match &failure.about {
            Some(about) => writeln!(err, "honnin: {}", harmless(about)),
            None => writeln!(err, "honnin: {}", failure.error.message(Audience::Developer, lang)),
        }
    }
}

/// Everything an error knows, as fields.
fn describe(failure: &Failure, language: Language, object: &mut Map<String, Value>) {
    let error = &failure.error;
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    if let Some(left) = error.tries_left {
        put("tries_left", left.into());
    }
    if error.pin.is_some() {
        put(
            "try_spent",
            match error.try_spent {
                TrySpent::No => Value::Bool(false),
                TrySpent::Yes => Value::Bool(true),
                TrySpent::Unknown => Value::Null,
            },
        );
    }
    let names = [
        ("operation", (!error.operation.is_empty()).then_some(error.operation)),
        ("pin", error.pin.map(|pin| pin.name())),
        ("reason", error.reason.map(|reason| reason.name())),
        ("card_kind", error.card_kind.map(|kind| kind.name())),
    ];
    for (name, value) in names {
        if let Some(value) = value {
            put(name, value.into());
        }
    }
    if let Some(status_word) = error.status_word {
        put("status_word", format!("{status_word:04X}").into());
    }
    if let Some(pcsc_code) = error.pcsc_code {
        put("pcsc_code", format!("0x{pcsc_code:08X}").into());
    }
    put("detail", failure.about.clone().unwrap_or_else(|| error.sentence().into_owned()).into());
    put("message", messages(&Situation::from(error)));
    // What the customer can do comes first, then what only the staff can.
    let mut hints: Vec<Value> = Vec::new();
    for audience in [Audience::Cardholder, Audience::Operator] {
        for hint in error.hints(audience, language.tag()) {
            let text = Value::from(hint.text);
            if !hints.contains(&text) {
                hints.push(text);
            }
        }
    }
    put("hints", hints.into());
}

/// The texts of a situation, for whom and in which language.
pub(crate) fn messages(situation: &Situation) -> Value {
    let both =
        |audience| json!({"ja": situation.message(audience, "ja"), "en": situation.message(audience, "en")});
    json!({
        "cardholder": {
            "ja": situation.message(Audience::Cardholder, "ja"),
            "en": situation.message(Audience::Cardholder, "en"),
            "ja-x-easy": situation.message(Audience::Cardholder, "ja-x-easy"),
        },
        "cardholder_short": both(Audience::CardholderShort),
        "operator": both(Audience::Operator),
        "developer": situation.message(Audience::Developer, "en"),
    })
}

pub(crate) fn holder_json(holder: &Holder) -> Value {
    json!({
        "name": holder.name,
        "name_kana": holder.name_kana,
        "address": holder.address,
        "birth_date": holder.birth_date.to_string(),
        "sex": holder.sex.map(|sex| sex.name()),
        "name_substituted": holder.is_name_substituted(),
        "address_substituted": holder.is_address_substituted(),
        "name_substitutes": flags(&holder.name_substituted),
        "address_substitutes": flags(&holder.address_substituted),
    })
}

/// One digit a character, 1 for a substitute.
fn flags(substituted: &[bool]) -> String {
    substituted.iter().map(|one| if *one { '1' } else { '0' }).collect()
}

fn certificate_json(certificate: &Certificate) -> Value {
    json!({
        "kind": certificate.kind().map(CertificateKind::name),
        "subject": certificate.subject(),
        "issuer": certificate.issuer(),
        "serial": certificate.serial(),
        "fingerprint": certificate.fingerprint(),
        "not_before": time_text(certificate.not_before()),
        "not_after": time_text(certificate.not_after()),
    })
}

pub(crate) fn findings_json(report: &Report) -> Value {
    report.findings().iter().map(Finding::json).collect()
}

/// A moment as 2026-11-01T12:00:00Z.
pub(crate) fn time_text(seconds: i64) -> String {
    crate::validation::moment_text(seconds)
}

/// A text that is not ours, as a terminal may be shown it: from a card, a certificate, a document,
/// a reader or a file system. Characters that control the terminal, break the line or turn the
/// direction of writing are written as `\u{…}`. Every text that the command prints passes through
/// here; JSON has escapes of its own.
pub(crate) fn harmless(text: &str) -> String {
    let turns = |character: char| matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let breaks = |character: char| matches!(character, '\u{2028}' | '\u{2029}' | '\u{FEFF}');
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || turns(character) || breaks(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// How many columns a terminal gives the text: two for what is full width.
fn columns(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_controls_a_terminal_is_written_out_and_all_else_stays() {
        let shown = |text: &str| harmless(text);
        assert_eq!(shown("番号　花子 — Ünïcode 👪"), "番号　花子 — Ünïcode 👪");
        assert_eq!(shown("\u{1b}[31mred\u{7}"), r"\u{1b}[31mred\u{7}");
        assert_eq!(shown("\u{202e}fdp.exe"), r"\u{202e}fdp.exe");
        let harmful = (0..0x20).chain(0x7F..0xA0).chain([0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF]);
        let harmful = harmful.chain(0x202A..0x202F).chain(0x2066..0x206A);
        for character in harmful.filter_map(char::from_u32) {
            assert_eq!(shown(&character.to_string()), character.escape_unicode().to_string());
        }
    }
}
