//! `codes`: what each result code says, and to whom.

use crate::args::CodesArgs;
use crate::output::{Failure, Output, messages};
use honnin::result::ReaderInterface;
use honnin::{Audience, CardKind, Reason, ResultCode, Situation};
use serde_json::{Value, json};

pub(super) fn run(arguments: &CodesArgs, output: &mut Output) -> Result<ResultCode, Failure> {
    match &arguments.name {
        None => list(output),
        Some(name) => one(name, arguments, output)?,
    }
    Ok(ResultCode::Ok)
}

fn list(output: &mut Output) {
    let lang = output.language().tag();
    let rows: Vec<Value> = ResultCode::ALL
        .iter()
        .map(|code| json!({"name": code.name(), "number": code.number(), "traits": code.traits().names()}))
        .collect();
    output.field("codes", rows);
    for code in ResultCode::ALL {
        let name = format!("{:>3} {}", code.number(), code.name());
        output.named(name, code.message(Audience::CardholderShort, lang));
    }
}

fn one(name: &str, arguments: &CodesArgs, output: &mut Output) -> Result<(), Failure> {
    let code = name
        .parse()
        .ok()
        .and_then(ResultCode::from_number)
        .or_else(|| ResultCode::from_name(&name.replace('-', "_")))
        .ok_or_else(|| Failure::usage(format!("{name} is no result code; `honnin codes` lists them")))?;
    let mut situation = Situation::of(code);
    situation.reason = named(arguments.reason.as_deref(), Reason::from_name, "reason")?;
    situation.card_kind = named(arguments.card.as_deref(), CardKind::from_name, "kind of card")?;
    situation.reader_interface =
        named(arguments.interface.as_deref(), ReaderInterface::from_name, "interface")?.unwrap_or_default();
    situation.pin = arguments.pin;
    situation.tries_left = arguments.tries;

    let lang = output.language().tag();
    output.field("name", code.name());
    output.field("number", code.number());
    output.field("traits", json!(code.traits().names()));
    output.field("message", messages(&situation));
    let hints = situation.hints(Audience::Cardholder, lang);
    output.field("hints", hints.iter().map(|hint| Value::from(hint.text.clone())).collect::<Value>());
    output.text(format!("{} {} {:?}", code.number(), code.name(), code.traits()));
    output.line("お客様へ", "To the customer", situation.message(Audience::Cardholder, lang));
    output.line("短い表示", "Short", situation.message(Audience::CardholderShort, lang));
    output.line("係員の方へ", "To the staff", situation.message(Audience::Operator, lang));
    output.line("開発者へ", "To developers", situation.message(Audience::Developer, lang));
    for hint in hints {
        output.line("ヒント", "Hint", hint.text);
    }
    Ok(())
}

fn named<T>(name: Option<&str>, find: impl Fn(&str) -> Option<T>, what: &str) -> Result<Option<T>, Failure> {
    name.map(|name| find(name).ok_or_else(|| Failure::usage(format!("{name} is no {what}")))).transpose()
}
