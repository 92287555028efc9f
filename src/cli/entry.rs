//! A PIN from a person, a variable or a descriptor. Never from the command line, where others can read it.

use crate::args::PinArgs;
use crate::language::Language;
use crate::output::Failure;
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use honnin::card::{Pin, PinEntryFn, PinOptions, pin_check};
use honnin::reader::Watch;
use honnin::{Error, PinKind, ResultCode};
use std::io::{IsTerminal, Read, Write};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Somebody who has not typed for so long has gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the PIN comes from.
pub(crate) enum Source {
    /// It is here already.
    Given(Pin),
    /// Somebody sits at the terminal.
    Prompt,
    /// There is nobody to ask.
    Nobody,
}

/// How the PIN is presented: one that a person types is folded, one from a program is taken as it is.
pub(crate) fn options(arguments: &PinArgs, source: &Source) -> PinOptions {
    PinOptions {
        keep_tries: arguments.keep_tries,
        allow_last_try: arguments.allow_last_try,
        fold: arguments.fold || matches!(source, Source::Prompt),
    }
}

/// Where the PIN of a command comes from. One that is here already is checked for its form before any card is
/// spoken to.
pub(crate) fn source(kind: PinKind, arguments: &PinArgs) -> Result<Source, Failure> {
    let source = find(arguments.pin_env.as_deref(), arguments.pin_fd)?;
    check(kind, arguments, &source)?;
    Ok(source)
}

/// Checks the form of a PIN that is here already.
pub(crate) fn check(kind: PinKind, arguments: &PinArgs, source: &Source) -> Result<(), Failure> {
    if let Source::Given(pin) = source {
        pin_check(kind, pin, &options(arguments, source))?;
    }
    Ok(())
}

/// Finds out where a PIN comes from, and takes it if it is there.
pub(crate) fn find(variable: Option<&str>, descriptor: Option<u32>) -> Result<Source, Failure> {
    if let Some(name) = variable {
        let value = std::env::var_os(name)
            .ok_or_else(|| Failure::usage(format!("the environment variable {name} is not set")))?;
        return Ok(Source::Given(Pin::new(Zeroizing::new(value.into_encoded_bytes()).as_slice())));
    }
    if let Some(number) = descriptor {
        return from_descriptor(number).map(Source::Given);
    }
    let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    Ok(if terminal { Source::Prompt } else { Source::Nobody })
}

/// The first line of what the descriptor gives.
fn from_descriptor(number: u32) -> Result<Pin, Failure> {
    let path = std::path::PathBuf::from(format!("/dev/fd/{number}"));
    let mut file = std::fs::File::open(&path).map_err(|error| crate::input::failed(&path, &error))?;
    // One buffer that never grows, so that no copy of the PIN stays behind.
    let mut line = Zeroizing::new(Vec::with_capacity(Pin::MOST_BYTES.saturating_add(2)));
    let mut byte = Zeroizing::new([0_u8; 1]);
    loop {
        match file.read(byte.as_mut()) {
            Ok(0) => break,
            Ok(_) if *byte == *b"\n" => break,
            Ok(_) if line.len() > Pin::MOST_BYTES => break,
            Ok(_) => line.extend_from_slice(byte.as_ref()),
            Err(error) => return Err(crate::input::failed(&path, &error)),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Pin::from_buffer(line))
}

/// The callback that asks at the terminal.
pub(crate) fn prompt(language: Language, watch: Watch) -> Box<PinEntryFn> {
    Box::new(move |kind, tries| {
        let name = kind.label(language.tag());
        let note = match kind {
            PinKind::Signing => language.choose(
                "(英数字6〜16文字。4桁の暗証番号ではありません)",
                "(6 to 16 letters and digits, not the 4-digit PIN)",
            ),
            PinKind::FaceBirthDate => language
                .choose("(和暦の年月日6桁。例 平成元年5月7日は010507)", "(six digits YYMMDD, year of the era)"),
            PinKind::TextCodeB | PinKind::FaceCodeB => language.choose(
                "(14桁: 和暦の生年月日6桁、有効期限の西暦4桁、券面の番号4桁)",
                "(14 digits: birth date YYMMDD of the era, western year of expiry, 4 digits printed on the card)",
            ),
            _ => "",
        };
        let left = tries.map_or_else(String::new, |left| {
            language.choose(format!(" あと{left}回入力できます。"), format!(" Tries left: {left}."))
        });
        ask(&format!("{name}{note}{left}"), language, &watch)
    })
}

/// Asks for a new PIN, twice.
pub(crate) fn prompt_new(kind: PinKind, language: Language, watch: &Watch) -> Result<Pin, Failure> {
    let name = kind.label(language.tag());
    let first = ask(&language.choose(format!("新しい{name}"), format!("New {name}")), language, watch)?;
    let again = ask(
        &language.choose(format!("新しい{name}(もう一度)"), format!("New {name}, once more")),
        language,
        watch,
    )?;
    if first.bytes() == again.bytes() {
        return Ok(first);
    }
    Err(Failure::usage(language.choose("2回の入力が一致しません", "the two entries differ")))
}

/// Asks without echo: a dot a character, Backspace, Enter; Ctrl-C and Esc cancel.
fn ask(prompt: &str, language: Language, watch: &Watch) -> honnin::Result<Pin> {
    let failed = |_| Error::new(ResultCode::IoError, "the terminal could not be read");
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "{prompt}: ").and_then(|()| out.flush());
    terminal::enable_raw_mode().map_err(failed)?;
    let typed = read_keys(&mut out, watch).map_err(failed);
    let _ = terminal::disable_raw_mode();
    let _ = writeln!(out);
    match typed? {
        Typed::Pin(pin) => Ok(pin),
        Typed::Cancelled => Err(Error::new(ResultCode::Cancelled, "cancelled at the prompt")),
        Typed::TooLate => {
            let _ = writeln!(
                out,
                "{}",
                language.choose("入力がなかったため、終了します。", "No entry: giving up.")
            );
            Err(Error::new(ResultCode::PinEntryTimeout, "nothing was typed for a minute"))
        }
    }
}

enum Typed {
    Pin(Pin),
    Cancelled,
    TooLate,
}

fn read_keys(out: &mut impl Write, watch: &Watch) -> std::io::Result<Typed> {
    let mut typed = Zeroizing::new(Vec::with_capacity(Pin::MOST_BYTES));
    let mut last = Instant::now();
    loop {
        if watch.is_cancelled() {
            return Ok(Typed::Cancelled);
        }
        if last.elapsed() > PATIENCE {
            return Ok(Typed::TooLate);
        }
        if !event::poll(Duration::from_millis(100))? {
            continue;
        }
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        last = Instant::now();
        match key.code {
            KeyCode::Enter => return Ok(Typed::Pin(Pin::from_buffer(typed))),
            KeyCode::Esc => return Ok(Typed::Cancelled),
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return Ok(Typed::Cancelled);
            }
            KeyCode::Char(character) if !key.modifiers.contains(KeyModifiers::CONTROL) => {
                let mut encoded = Zeroizing::new([0_u8; 4]);
                let bytes = character.encode_utf8(encoded.as_mut()).as_bytes();
                if typed.len().saturating_add(bytes.len()) <= Pin::MOST_BYTES {
                    typed.extend_from_slice(bytes);
                    write!(out, "•")?;
                }
            }
            KeyCode::Backspace => {
                let start = core::str::from_utf8(&typed)
                    .ok()
                    .and_then(|text| text.char_indices().next_back())
                    .map(|(start, _)| start);
                if let Some(start) = start {
                    typed.truncate(start);
                    write!(out, "\u{8} \u{8}")?;
                }
            }
            _ => {}
        }
        out.flush()?;
    }
}
