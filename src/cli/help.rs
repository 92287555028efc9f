//! The help and the complaints about wrong use, in the language of the person: clap speaks English only.
//!
//! The texts are those of `args`; `japanese` has the Japanese for each, as gettext would: found by the English, one
//! paragraph after the other. The tests hold that none is missing and none is left over.

use crate::args::Cli;
use crate::japanese::TEXTS;
use crate::language::Language;
use clap::builder::{StyledStr, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, ValueEnum};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_width::UnicodeWidthStr;

/// No line is longer, however wide the terminal is.
const WIDEST: usize = 100;
/// Below this nothing fits beside what is indented.
const NARROWEST: usize = 40;
/// How far clap indents a text below what it is about.
const INDENT: usize = 10;

/// The command as it describes itself in this language, on this terminal.
pub(crate) fn command(language: Language) -> Command {
    let wide = crossterm::terminal::size().map_or(WIDEST, |(columns, _)| usize::from(columns));
    speaking(language, wide.clamp(NARROWEST, WIDEST))
}

/// The command with each text in one piece, for completion scripts.
pub(crate) fn unbroken(language: Language) -> Command {
    speaking(language, usize::MAX)
}

fn speaking(language: Language, wide: usize) -> Command {
    let command = Cli::command();
    match language {
        Language::En => command,
        Language::Ja => japanese(command, wide),
    }
}

/// The language asked for by arguments that are not parsed yet, for they may be wrong.
pub(crate) fn language(arguments: &[OsString]) -> Language {
    let words: Vec<&str> = arguments.iter().map(|word| word.to_str().unwrap_or("")).collect();
    let options = words.split(|word| *word == "--").next().unwrap_or(&[]);
    let apart = options
        .windows(2)
        .filter(|pair| pair.first() == Some(&"--lang"))
        .filter_map(|pair| pair.get(1).copied());
    let joined = options.iter().filter_map(|word| word.strip_prefix("--lang="));
    let asked = apart.chain(joined).find_map(|word| Language::from_str(word, false).ok());
    crate::language::of(asked)
}

/// Prints what clap stopped for: a help that was asked for, or a complaint.
pub(crate) fn print(error: &clap::Error, language: Language) {
    let whole_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    let _ = if !error.use_stderr() || whole_help {
        error.print()
    } else {
        write!(anstream::stderr(), "{}", wrong_use(error, language).ansi())
    };
}

/// What was wrong with the use of the command, for a person.
pub(crate) fn wrong_use(error: &clap::Error, language: Language) -> StyledStr {
    match language {
        Language::En => error.render(),
        Language::Ja => complaint(error),
    }
}

/// The Japanese for an English text, by paragraphs. One that has none stays as it is, rather than not being said.
fn translated(english: &str) -> String {
    let paragraphs = english.split("\n\n").map(|paragraph| find(paragraph).unwrap_or(paragraph));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn find(english: &str) -> Option<&'static str> {
    let text = english.strip_suffix('.').unwrap_or(english);
    TEXTS.iter().find(|(known, _)| *known == text).map(|(_, japanese)| *japanese)
}

fn japanese(mut command: Command, wide: usize) -> Command {
    // Everything that is shown is there only after this: the help of each command, and what holds everywhere.
    command.build();
    let styles = Styles::styled();
    let heading = styles.get_usage();
    let template = format!("{{about-with-newline}}\n{heading}使い方:{heading:#} {{usage}}\n\n{{all-args}}");
    speak_japanese(command, &template, wide)
}

fn speak_japanese(command: Command, template: &str, wide: usize) -> Command {
    let about = command.get_about().map(|text| translated(&text.to_string()));
    let long = command.get_long_about().map(|text| wrap(&translated(&text.to_string()), wide));
    let mut command = command
        .help_template(template.to_owned())
        .term_width(wide)
        .next_line_help(true)
        .subcommand_help_heading("コマンド")
        .mut_args(|argument| japanese_argument(argument, wide))
        .mut_subcommands(|inner| speak_japanese(inner, template, wide));
    if let Some(about) = about {
        // In the list of commands it is indented; alone above its own help it is short enough for either.
        command = command.about(wrap(&about, wide.saturating_sub(INDENT)));
    }
    if let Some(long) = long {
        command = command.long_about(long);
    }
    command
}

fn japanese_argument(argument: Arg, wide: usize) -> Arg {
    let heading = match argument.get_help_heading() {
        Some(heading) => find(heading).unwrap_or("オプション"),
        None if argument.is_positional() => "引数",
        None => "オプション",
    };
    let mut notes = String::new();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|value| match value.get_help() {
            Some(help) => format!("{}({})", value.get_name(), translated(&help.to_string())),
            None => value.get_name().to_owned(),
        })
        .collect();
    if !values.is_empty() {
        notes = format!(" [次のいずれか: {}]", values.join("、"));
    }
    if let [default] = argument.get_default_values()
        && argument.get_action().takes_values()
    {
        let _ = write!(notes, " [既定値: {}]", default.to_string_lossy());
    }
    let text = |help: String| wrap(&format!("{help}{notes}"), wide.saturating_sub(INDENT));
    let short = argument.get_help().map(|help| text(translated(&help.to_string())));
    let long = argument.get_long_help().map(|help| text(translated(&help.to_string())));
    let mut argument = argument.help_heading(heading).hide_default_value(true).hide_possible_values(true);
    if matches!(argument.get_action(), ArgAction::Help) {
        let about = "短い説明(-h)か、詳しい説明(--help)を表示します";
        return argument.help(about).long_help(about);
    }
    if matches!(argument.get_action(), ArgAction::Version) {
        return argument.help("バージョンを表示します");
    }
    if let Some(short) = short {
        argument = argument.help(short);
    }
    if let Some(long) = long {
        argument = argument.long_help(long);
    }
    argument
}

/// Breaks lines where Japanese may be broken: clap knows spaces only.
fn wrap(text: &str, wide: usize) -> String {
    let mut wrapped = String::new();
    let mut line = String::new();
    let mut start = 0;
    for (end, break_here) in linebreaks(text) {
        // An option stays in one piece.
        if end < text.len() && text.get(..end).is_some_and(|before| before.ends_with('-')) {
            continue;
        }
        let piece = text.get(start..end).unwrap_or_default();
        start = end;
        if !line.is_empty() && line.width().saturating_add(piece.trim_end().width()) > wide {
            wrapped.push_str(line.trim_end());
            wrapped.push('\n');
            line.clear();
        }
        line.push_str(piece);
        // One that stands in the text.
        if break_here == BreakOpportunity::Mandatory {
            wrapped.push_str(&line);
            line.clear();
        }
    }
    wrapped
}

/// What clap complains of, in Japanese.
fn complaint(error: &clap::Error) -> StyledStr {
    let said = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::StyledStrs(texts)) => {
            texts.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let argument = said(ContextKind::InvalidArg);
    let value = said(ContextKind::InvalidValue);
    let about = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("「{}」というコマンドはありません", said(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "コマンドが足りません".to_owned()
        }
        ErrorKind::UnknownArgument => format!("「{argument}」という引数はありません"),
        ErrorKind::InvalidValue if value.is_empty() => format!("「{argument}」には値が必要です"),
        ErrorKind::InvalidValue => format!("「{argument}」に「{value}」は指定できません"),
        ErrorKind::ValueValidation => {
            let why =
                std::error::Error::source(error).map_or_else(String::new, |why| reason(&why.to_string()));
            format!("「{argument}」に「{value}」は指定できません{why}")
        }
        ErrorKind::MissingRequiredArgument => format!("次の引数が必要です: {argument}"),
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            if other.is_empty() || other == argument {
                format!("「{argument}」は1回だけ指定できます")
            } else {
                format!("「{argument}」は「{other}」と同時に指定できません")
            }
        }
        ErrorKind::NoEquals => format!("「{argument}」の値は「=」に続けて指定してください"),
        ErrorKind::TooManyValues => format!("「{argument}」の値「{value}」は余分です"),
        ErrorKind::InvalidUtf8 => "引数がUTF-8ではありません".to_owned(),
        // Not one that this command can bring about; English is better than nothing.
        _ => return error.render(),
    };
    let styles = Styles::styled();
    let (red, bold) = (styles.get_error(), styles.get_usage());
    let mut text = format!("{red}誤り:{red:#} {about}\n");
    for (kind, before) in [
        (ContextKind::ValidSubcommand, "指定できるコマンド"),
        (ContextKind::ValidValue, "指定できる値"),
        (ContextKind::SuggestedValue, "近いもの"),
        (ContextKind::SuggestedSubcommand, "近いもの"),
        (ContextKind::SuggestedArg, "近いもの"),
    ] {
        let given = said(kind);
        if !given.is_empty() {
            let _ = writeln!(text, "  {before}: {given}");
        }
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim_start_matches("Usage: ").trim_start();
        let _ = write!(text, "\n{bold}使い方:{bold:#} {usage}\n");
    }
    let _ = write!(text, "\n詳しくは「--help」をご覧ください。\n");
    text.into()
}

/// Why a value is refused, as the parsers of `args` say it.
fn reason(english: &str) -> String {
    if let Some(names) = english.strip_prefix("one of ") {
        return format!("。次のいずれかです: {names}");
    }
    match find(english) {
        Some(japanese) => format!("。{japanese}"),
        None => format!(": {english}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every text of the command that a person may see in its help.
    fn texts() -> BTreeSet<String> {
        fn add(texts: &mut BTreeSet<String>, text: Option<impl ToString>) {
            let text = text.map(|text| text.to_string()).unwrap_or_default();
            let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.is_empty());
            texts.extend(paragraphs.map(|one| one.strip_suffix('.').unwrap_or(one).to_owned()));
        }
        fn gather(command: &Command, texts: &mut BTreeSet<String>) {
            add(texts, command.get_about());
            add(texts, command.get_long_about());
            for argument in command.get_arguments() {
                if matches!(argument.get_action(), ArgAction::Help | ArgAction::Version) {
                    continue;
                }
                add(texts, argument.get_help());
                add(texts, argument.get_long_help());
                add(texts, argument.get_help_heading());
                // The shells are named alike in every language.
                for value in argument.get_possible_values() {
                    add(texts, value.get_help());
                }
            }
            command.get_subcommands().for_each(|inner| gather(inner, texts));
        }
        let mut texts = BTreeSet::new();
        gather(&Cli::command(), &mut texts);
        texts
    }

    #[test]
    fn every_text_of_the_help_has_its_japanese_and_no_japanese_is_left_over() {
        let texts = texts();
        let missing: Vec<&String> = texts.iter().filter(|text| find(text).is_none()).collect();
        assert!(missing.is_empty(), "src/cli/japanese.rs has none for: {missing:#?}");
        // Those of the parsers begin in lower case; the tests below see them.
        let of_help = |english: &str| {
            !english.starts_with(|first: char| first.is_ascii_lowercase() && !english.starts_with("bash"))
        };
        let unused: Vec<&str> = TEXTS
            .iter()
            .map(|(english, _)| *english)
            .filter(|one| of_help(one) && !texts.contains(*one))
            .collect();
        assert!(unused.is_empty(), "src/cli/japanese.rs has too many: {unused:#?}");
        let different: BTreeSet<&str> = TEXTS.iter().map(|(english, _)| *english).collect();
        assert_eq!(different.len(), TEXTS.len(), "an English text stands twice");
    }

    #[test]
    fn the_japanese_help_has_no_english_sentence_and_no_line_is_too_wide() {
        fn look(mut command: Command, words: &str) {
            for help in [command.render_help().to_string(), command.render_long_help().to_string()] {
                assert!(help.contains("使い方: "), "{words}: {help}");
                for english in
                    ["Usage:", "Options:", "Commands:", "Arguments:", "Print ", "default", "possible"]
                {
                    assert!(!help.contains(english), "{words} says {english}: {help}");
                }
                for line in help.lines() {
                    // What cannot be broken, as a path in an example, may be wider.
                    let breakable = !line.trim_start().contains(' ') || line.contains('。');
                    assert!(!breakable || line.width() <= WIDEST, "{words}: too wide: {line}");
                }
            }
            for inner in command.get_subcommands().cloned().collect::<Vec<_>>() {
                let words = format!("{words} {}", inner.get_name());
                look(inner, &words);
            }
        }
        look(command(Language::Ja), "honnin");
    }

    #[test]
    fn a_line_is_broken_where_japanese_may_be_broken() {
        assert_eq!(wrap("住所を読みます。氏名も", 16), "住所を読みます。\n氏名も");
        // No line begins with a mark that ends a sentence.
        assert_eq!(wrap("住所を読みます。", 14), "住所を読みま\nす。");
        assert_eq!(wrap("use --lang ja", 10), "use --lang\nja");
        assert_eq!(wrap("--allow-last-tryがなければ", 12), "--allow-last-try\nがなければ");
        assert_eq!(wrap("a\n\nb\nc", 10), "a\n\nb\nc");
        assert_eq!(wrap("/a/path/that/is/long", 5).replace('\n', ""), "/a/path/that/is/long");
        assert_eq!(wrap("ends with -", 5), "ends\nwith\n-");
        assert_eq!(wrap("", 10), "");
    }

    #[test]
    fn wrong_use_is_said_in_japanese() {
        let cases: &[(&[&str], &str)] = &[
            (&["nothing"], "「nothing」というコマンドはありません"),
            (&["pin"], "コマンドが足りません"),
            (&["--nothing"], "「--nothing」という引数はありません"),
            (&["info", "more"], "「more」という引数はありません"),
            (&["read", "--pin-env"], "「--pin-env <VAR>」には値が必要です"),
            (&["read", "--waive", "all"], "「--waive <WHAT>」に「all」は指定できません"),
            (&["read", "--timeout", "x"], "0以上の秒数を指定してください"),
            (&["read", "--at", "x"], "のような協定世界時の時刻を指定してください"),
            (&["read", "--nonce", "x"], "「--nonce <HEX>」に「x」は指定できません"),
            (&["sign", "pdf", "x", "--box", "1"], "の5つの数を指定してください"),
            (&["sign", "pdf", "x", "--timestamp", "x"], "時刻認証局のアドレスは"),
            (&["age", "--years", "20", "--on", "x"], "のような日付を指定してください"),
            (&["compare", "--birth-date", "x"], "分からない部分は00としてください"),
            (&["compare", "--sex", "x"], "次のいずれかです: male, female, unknown"),
            (&["verify", "raw", "x"], "次の引数が必要です: --key <CERT_OR_SPKI>、--signature <FILE>"),
            (
                &["read", "--pin-env", "A", "--pin-fd", "3"],
                "「--pin-env <VAR>」は「--pin-fd <N>」と同時に指定できません",
            ),
            (&["read", "--pin-env", "A", "--pin-env", "B"], "「--pin-env <VAR>」は1回だけ指定できます"),
            (&["read", "--fold=yes"], "「--fold」の値「yes」は余分です"),
        ];
        for (arguments, expected) in cases {
            let arguments: Vec<OsString> = ["honnin"].iter().chain(*arguments).map(OsString::from).collect();
            let error = command(Language::Ja).try_get_matches_from(&arguments).unwrap_err();
            let said = wrong_use(&error, Language::Ja).to_string();
            assert!(said.contains(expected), "{arguments:?}: {said}");
            assert!(!said.contains("error:") && !said.contains("Usage:"), "{arguments:?}: {said}");
        }
    }

    #[test]
    fn the_language_is_found_before_anything_is_parsed() {
        let of = |words: &str| language(&words.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of("honnin nothing --lang ja"), Language::Ja);
        assert_eq!(of("honnin --lang=ja --help"), Language::Ja);
        assert_eq!(of("honnin --lang en --help"), Language::En);
        // What stands behind -- is no option.
        assert_eq!(of("honnin --lang en -- --lang ja"), Language::En);
    }
}
