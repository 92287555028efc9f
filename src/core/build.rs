//! Turns the texts for people (`result/catalogue/texts/*.toml`) into static Rust tables.
//!
//! Every file of the folder is read and merged, so a language may stand in a file of its own. What is wrong in a file
//! (an unknown key, a text given twice) stops the build with its place; what is missing is found by the tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};
use toml::{Table, Value};

type Done<T> = Result<T, String>;

/// Words by language.
type Words = BTreeMap<String, String>;

const AUDIENCES: [(&str, &str); 4] = [
    ("cardholder", "Cardholder"),
    ("short", "CardholderShort"),
    ("operator", "Operator"),
    ("developer", "Developer"),
];

/// One `[[text]]` for one code.
struct Text {
    code: String,
    when: String,
    words: BTreeMap<&'static str, Words>,
}

/// One `[[hint]]`.
struct Hint {
    name: String,
    codes: Vec<String>,
    audience: &'static str,
    tags: Vec<String>,
    /// Situations whose text says the same already: codes, and what must be known around them.
    unless: Vec<(Vec<String>, String)>,
    words: Words,
}

/// One `[[sheet.section]]`: sentences of the catalogue under a heading.
struct Section {
    heading: Words,
    situation: Option<String>,
    hints: Vec<String>,
}

/// The page for the counter.
#[derive(Default)]
struct Sheet {
    title: Words,
    note: Words,
    sections: Vec<Section>,
}

#[derive(Default)]
struct Catalogue {
    languages: BTreeSet<String>,
    pins: BTreeMap<String, Words>,
    texts: Vec<Text>,
    hints: Vec<Hint>,
    sheet: Sheet,
}

fn main() -> Done<()> {
    let folder = Path::new("result/catalogue/texts");
    rerun_if_changed("build.rs");
    rerun_if_changed("result/catalogue/texts");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    let mut catalogue = Catalogue::default();
    for file in files {
        rerun_if_changed(&file.display().to_string());
        let source = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        source
            .parse::<Table>()
            .map_err(|e| e.to_string())
            .and_then(|table| catalogue.add(table))
            .map_err(|e| format!("{}: {e}", file.display()))?;
    }
    let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
    fs::write(Path::new(&out).join("texts.rs"), catalogue.rust()?).map_err(|e| e.to_string())
}

#[allow(clippy::print_stdout)] // The way a build script talks to cargo.
fn rerun_if_changed(path: &str) {
    println!("cargo::rerun-if-changed={path}");
}

impl Catalogue {
    fn add(&mut self, table: Table) -> Done<()> {
        for (key, value) in table {
            match (key.as_str(), value) {
                ("pin", Value::Table(pins)) => {
                    for (pin, words) in pins {
                        let words = self.words(&pin, words)?;
                        merge(&pin, self.pins.entry(pin.clone()).or_default(), words)?;
                    }
                }
                ("text", Value::Array(texts)) => {
                    texts.into_iter().try_for_each(|text| self.add_text(text))?
                }
                ("hint", Value::Array(hints)) => {
                    hints.into_iter().try_for_each(|hint| self.add_hint(hint))?
                }
                ("sheet", Value::Table(sheet)) => self.add_sheet(sheet)?,
                _ => return Err(format!("{key}: expected [pin], [[text]], [[hint]] or [sheet]")),
            }
        }
        Ok(())
    }

    fn add_text(&mut self, text: Value) -> Done<()> {
        let Value::Table(mut text) = text else { return Err("a text is a table".to_owned()) };
        let codes = names("code", text.remove("code"))?;
        let place = codes.join(", ");
        let when = when_rust(&place, text.remove("when"))?;
        let mut by_audience = BTreeMap::new();
        for (key, value) in text {
            let Some((_, audience)) = AUDIENCES.into_iter().find(|(name, _)| *name == key) else {
                return Err(format!("{place}: unknown key {key}"));
            };
            by_audience.insert(audience, self.words(&place, value)?);
        }
        for code in codes {
            let known = self.texts.iter_mut().find(|text| text.code == code && text.when == when);
            let Some(known) = known else {
                self.texts.push(Text { code, when: when.clone(), words: by_audience.clone() });
                continue;
            };
            for (audience, words) in &by_audience {
                merge(&code, known.words.entry(audience).or_default(), words.clone())?;
            }
        }
        Ok(())
    }

    fn add_hint(&mut self, hint: Value) -> Done<()> {
        let Value::Table(mut hint) = hint else { return Err("a hint is a table".to_owned()) };
        let name = names("name", hint.remove("name"))?.concat();
        let codes = hint.remove("code");
        let audience = hint.remove("audience");
        let tags = hint.remove("tags");
        let unless = unless(&name, hint.remove("unless"))?;
        let words = self.words(&name, Value::Table(hint))?;
        if let Some(known) = self.hints.iter_mut().find(|hint| hint.name == name) {
            if codes.is_some() || audience.is_some() || tags.is_some() || !unless.is_empty() {
                return Err(format!("hint {name} stands twice"));
            }
            return merge(&name, &mut known.words, words);
        }
        let audience = names("audience", audience).map_err(|e| format!("hint {name}: {e}"))?.concat();
        let Some((_, audience)) = AUDIENCES.into_iter().find(|(known, _)| *known == audience) else {
            return Err(format!("hint {name}: unknown audience {audience}"));
        };
        let codes = names("code", codes).map_err(|e| format!("hint {name}: {e}"))?;
        let tags = tags.map_or_else(|| Ok(Vec::new()), |tags| names("tags", Some(tags)))?;
        self.hints.push(Hint { name, codes, audience, tags, unless, words });
        Ok(())
    }

    /// A further language repeats the sections in their order, each with its heading only.
    fn add_sheet(&mut self, sheet: Table) -> Done<()> {
        for (key, value) in sheet {
            match (key.as_str(), value) {
                ("title", words) => {
                    let words = self.words("sheet", words)?;
                    merge("sheet", &mut self.sheet.title, words)?;
                }
                ("note", words) => {
                    let words = self.words("sheet", words)?;
                    merge("sheet", &mut self.sheet.note, words)?;
                }
                ("section", Value::Array(sections)) => {
                    for (at, section) in sections.into_iter().enumerate() {
                        self.add_section(at, section)?;
                    }
                }
                (other, _) => return Err(format!("sheet: unknown key {other}")),
            }
        }
        Ok(())
    }

    fn add_section(&mut self, at: usize, section: Value) -> Done<()> {
        let Value::Table(mut section) = section else { return Err("a section is a table".to_owned()) };
        let heading = section.remove("heading").ok_or("a section has a heading")?;
        let heading = self.words("heading", heading)?;
        let situation = match section.remove("text") {
            None => None,
            Some(code) => {
                let code = names("text", Some(code))?.concat();
                Some(situation_rust(&code, section.remove("when"))?)
            }
        };
        let hints =
            section.remove("hints").map_or_else(|| Ok(Vec::new()), |hints| names("hints", Some(hints)))?;
        if let Some(key) = section.keys().next() {
            return Err(format!("sheet: unknown key {key}"));
        }
        match self.sheet.sections.get_mut(at) {
            Some(known) if situation.is_none() && hints.is_empty() => {
                merge("heading", &mut known.heading, heading)
            }
            Some(_) => Err("a section of the sheet stands twice".to_owned()),
            None => {
                self.sheet.sections.push(Section { heading, situation, hints });
                Ok(())
            }
        }
    }

    fn words(&mut self, place: &str, value: Value) -> Done<Words> {
        let Value::Table(table) = value else {
            return Err(format!("{place}: expected language = \"words\""));
        };
        let mut words = Words::new();
        for (language, text) in table {
            let Value::String(text) = text else {
                return Err(format!("{place}, {language}: expected words"));
            };
            if text.trim().is_empty() || text.trim() != text {
                return Err(format!("{place}, {language}: empty, or space at an end"));
            }
            let language = language.to_ascii_lowercase();
            self.languages.insert(language.clone());
            words.insert(language, text);
        }
        Ok(words)
    }

    fn rust(&self) -> Done<String> {
        let mut out = String::new();
        self.write(&mut out).map_err(|e| e.to_string())?;
        Ok(out)
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let languages: Vec<&String> = self.languages.iter().collect();
        writeln!(out, "pub(super) static LANGUAGES: &[&str] = &{languages:?};")?;
        writeln!(out, "pub(super) static PINS: &[(Option<PinKind>, Words)] = &[")?;
        for (pin, words) in &self.pins {
            let pin =
                if pin == "ANY" { "None".to_owned() } else { format!("Some(PinKind::{})", variant(pin)) };
            writeln!(out, "  ({pin}, {}),", words_rust(words))?;
        }
        writeln!(out, "];\npub(super) static TEXTS: &[Text] = &[")?;
        for text in &self.texts {
            writeln!(
                out,
                "  Text {{ code: ResultCode::{}, when: {}, words: &[",
                variant(&text.code),
                text.when
            )?;
            for (audience, words) in &text.words {
                writeln!(out, "    (Audience::{audience}, {}),", words_rust(words))?;
            }
            writeln!(out, "  ] }},")?;
        }
        writeln!(out, "];\npub(super) static HINTS: &[HintText] = &[")?;
        for hint in &self.hints {
            let tags =
                hint.tags.iter().fold("Tags::NONE".to_owned(), |all, tag| format!("{all}.with(Tags::{tag})"));
            let unless: Vec<String> = hint
                .unless
                .iter()
                .map(|(codes, when)| format!("({}, {when})", list_rust("ResultCode", codes)))
                .collect();
            writeln!(
                out,
                "  HintText {{ name: {:?}, codes: {}, audience: Audience::{}, tags: {tags}, unless: &[{}], words: {} }},",
                hint.name,
                list_rust("ResultCode", &hint.codes),
                hint.audience,
                unless.join(", "),
                words_rust(&hint.words)
            )?;
        }
        writeln!(out, "];\n#[cfg(test)]\npub(super) static SHEET: Sheet = Sheet {{")?;
        let (title, note) = (words_rust(&self.sheet.title), words_rust(&self.sheet.note));
        writeln!(out, "  title: {title}, note: {note}, sections: &[")?;
        for section in &self.sheet.sections {
            let situation = section.situation.as_ref();
            let situation = situation.map_or("None".to_owned(), |situation| format!("Some(|| {situation})"));
            writeln!(
                out,
                "    Section {{ heading: {}, situation: {situation}, hints: &{:?} }},",
                words_rust(&section.heading),
                section.hints
            )?;
        }
        writeln!(out, "  ] }};")
    }
}

/// Adds words that are not there yet; the same language twice is an error.
fn merge(place: &str, into: &mut Words, words: Words) -> Done<()> {
    for (language, text) in words {
        if into.insert(language.clone(), text).is_some() {
            return Err(format!("{place}, {language}: stands twice"));
        }
    }
    Ok(())
}

/// One name or a list of names.
fn names(key: &str, value: Option<Value>) -> Done<Vec<String>> {
    match value {
        Some(Value::String(name)) => Ok(vec![name]),
        Some(Value::Array(list)) => list
            .into_iter()
            .map(|name| name.as_str().map(str::to_owned).ok_or_else(|| format!("{key}: expected names")))
            .collect(),
        _ => Err(format!("{key} is missing or no name")),
    }
}

/// The `unless = [{ … }]` of a hint: a `when` each, with the codes that it is about.
fn unless(place: &str, value: Option<Value>) -> Done<Vec<(Vec<String>, String)>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let Value::Array(situations) = value else { return Err(format!("{place}: unless is a list of tables")) };
    situations
        .into_iter()
        .map(|situation| {
            let Value::Table(mut situation) = situation else {
                return Err(format!("{place}: unless is a list of tables"));
            };
            let codes =
                names("code", situation.remove("code")).map_err(|e| format!("{place}, unless: {e}"))?;
            Ok((codes, when_rust(place, Some(Value::Table(situation)))?))
        })
        .collect()
}

/// The `when = { … }` of a text as a Rust expression.
fn when_rust(place: &str, when: Option<Value>) -> Done<String> {
    let mut when = match when {
        None => Table::new(),
        Some(Value::Table(table)) => table,
        Some(_) => return Err(format!("{place}: when is a table")),
    };
    let mut list = |key: &str, of: &str| -> Done<String> {
        let value = when.remove(key);
        let known = value.as_ref().map_or_else(|| Ok(Vec::new()), |value| names(key, Some(value.clone())))?;
        Ok(list_rust(of, &known))
    };
    let reason = list("reason", "Reason")?;
    let card = list("card", "CardKind")?;
    let interface = list("interface", "ReaderInterface")?;
    let pin = match when.get("pin").and_then(Value::as_str) {
        Some("ANY") => {
            when.remove("pin");
            "Pins::Any".to_owned()
        }
        _ => {
            let pins =
                when.remove("pin").map_or_else(|| Ok(Vec::new()), |value| names("pin", Some(value)))?;
            if pins.is_empty() {
                "Pins::Unasked".to_owned()
            } else {
                format!("Pins::Of({})", list_rust("PinKind", &pins))
            }
        }
    };
    let tries = match when.remove("tries") {
        None => "Tries::Unasked".to_owned(),
        Some(Value::Integer(count)) => format!("Tries::Exactly({count})"),
        Some(Value::String(word)) if word == "KNOWN" => "Tries::Known".to_owned(),
        Some(_) => return Err(format!("{place}: tries is a number or \"KNOWN\"")),
    };
    if let Some(key) = when.keys().next() {
        return Err(format!("{place}: unknown situation {key}"));
    }
    Ok(format!(
        "When {{ reason: {reason}, card: {card}, pin: {pin}, interface: {interface}, tries: {tries} }}"
    ))
}

/// A code and a `when` of single names as the expression of a situation.
fn situation_rust(code: &str, when: Option<Value>) -> Done<String> {
    let mut fields = String::new();
    let when = when.map_or_else(|| Ok(Table::new()), Value::try_into).map_err(|e| e.to_string())?;
    for (key, value) in when {
        let Value::String(name) = value else { return Err(format!("sheet: {key} is no name")) };
        let (field, of) = match key.as_str() {
            "reason" => ("reason", "Reason"),
            "pin" => ("pin", "PinKind"),
            "card" => ("card_kind", "CardKind"),
            other => return Err(format!("sheet: unknown situation {other}")),
        };
        fields += &format!("{field}: Some({of}::{}), ", variant_of(of, &name));
    }
    Ok(format!("Situation {{ {fields}..Situation::of(ResultCode::{}) }}", variant(code)))
}

fn list_rust(of: &str, names: &[String]) -> String {
    let items: Vec<String> = names.iter().map(|name| format!("{of}::{}", variant_of(of, name))).collect();
    format!("&[{}]", items.join(", "))
}

fn words_rust(words: &Words) -> String {
    let items: Vec<String> =
        words.iter().map(|(language, text)| format!("({language:?}, {text:?})")).collect();
    format!("&[{}]", items.join(", "))
}

fn variant_of(of: &str, name: &str) -> String {
    // The one name that says more in Rust than in C, where its prefix already says "reason".
    if of == "Reason" && name == "OTHER" { "OtherCard".to_owned() } else { variant(name) }
}

/// `PIN_LAST_TRY` is `PinLastTry`.
fn variant(name: &str) -> String {
    name.split('_')
        .flat_map(|part| {
            part.chars()
                .enumerate()
                .map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        })
        .collect()
}
