//! `codes`: what each result code says, and to whom.

use crate::args::CodesArgs;
use crate::output::{Failure, Output, messages};
use honnin::result::{ReaderInterface, languages};
use honnin::{Audience, CardKind, Hint, Reason, ResultCode, Situation, Tags};
use serde_json::{Map, Value, json};

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

    for name in &arguments.offer {
        let tag = named(Some(name), Tags::from_name, "tag of a hint")?;
        situation = situation.offering(tag.unwrap_or_default());
    }

    let lang = output.language().tag();
    output.field("name", code.name());
    output.field("number", code.number());
    output.field("traits", json!(code.traits().names()));
    output.field("meaning", code.meaning());
    output.field("message", messages(&situation));
    output.field(
        "hints",
        all_hints(&situation, lang).map(|(_, hint)| Value::from(hint.text)).collect::<Value>(),
    );
    output.field("tagged_hints", tagged_hints(&situation));
    output.text(format!("{} {} {:?}", code.number(), code.name(), code.traits()));
    output.line("意味", "Meaning", code.meaning());
    output.line("お客様へ", "To the customer", situation.message(Audience::Cardholder, lang));
    output.line("やさしい日本語", "In easy Japanese", situation.message(Audience::Cardholder, "ja-x-easy"));
    output.line("短い表示", "Short", situation.message(Audience::CardholderShort, lang));
    output.line("係員の方へ", "To the staff", situation.message(Audience::Operator, lang));
    output.line("開発者へ", "To developers", situation.message(Audience::Developer, lang));
    for (audience, hint) in all_hints(&situation, lang) {
        let value = format!("{} [{}] {}", hint.name, hint.tags.names().join(" "), hint.text);
        match audience {
            Audience::Cardholder => output.line("ヒント（お客様）", "Hint to the customer", value),
            Audience::Operator => output.line("ヒント（係員）", "Hint to the staff", value),
            _ => output.line("ヒント（開発者）", "Hint to developers", value),
        }
    }
    Ok(())
}

/// The hints of all audiences, each in its order.
fn all_hints(situation: &Situation, lang: &str) -> impl Iterator<Item = (Audience, Hint)> {
    [Audience::Cardholder, Audience::Operator, Audience::Developer].into_iter().flat_map(move |audience| {
        situation.hints(audience, lang).into_iter().map(move |hint| (audience, hint))
    })
}

/// The hints with name, tags and the words in every language of the catalogue.
fn tagged_hints(situation: &Situation) -> Value {
    all_hints(situation, "ja")
        .map(|(audience, hint)| {
            let text: Map<String, Value> = languages()
                .iter()
                .filter_map(|lang| {
                    let same =
                        situation.hints(audience, lang).into_iter().find(|other| other.name == hint.name);
                    Some(((*lang).to_owned(), same?.text.into()))
                })
                .collect();
            json!({"audience": audience.name(), "name": hint.name, "tags": hint.tags.names(), "text": text})
        })
        .collect()
}

fn named<T>(name: Option<&str>, find: impl Fn(&str) -> Option<T>, what: &str) -> Result<Option<T>, Failure> {
    name.map(|name| find(name).ok_or_else(|| Failure::usage(format!("{name} is no {what}")))).transpose()
}
