//! What a run of the command works with: the context, the virtual card if one is asked for, the open card.

use crate::args::{Global, LogLevel, PinArgs};
use crate::entry::{self, Source};
use crate::language::Language;
use crate::output::{Failure, Output, harmless};
use crate::{input, interrupt};
use honnin::card::{Progress, ProgressFn, Stage};
use honnin::log::{Level, Log};
use honnin::{Card, Context, ContextOptions, OpenOptions, PinKind, Reader, Timeout, VirtualCard};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) struct Station {
    pub(crate) context: Context,
    pub(crate) virtual_card: Option<VirtualCard>,
    reader: Option<String>,
    timeout: Timeout,
    grace: Duration,
    language: Language,
    started: Instant,
    /// Whether the text application is read encrypted.
    pub(crate) secure_messaging: bool,
}

impl Station {
    /// With a purpose the 個人番号 and what reveals it may be read.
    pub(crate) fn new(
        global: &Global,
        language: Language,
        purpose: Option<&str>,
    ) -> Result<Station, Failure> {
        let virtual_card = global.r#virtual.as_deref().map(Path::new).map(virtual_card).transpose()?;
        let context = Context::new(ContextOptions {
            log: log(global.log),
            no_pcsc: virtual_card.is_some(),
            permit_my_number: purpose.is_some(),
            my_number_purpose: purpose.map(str::to_owned),
        })?;
        if let Some(card) = &virtual_card {
            context.add_virtual_reader(Arc::new(card.clone()));
        }
        Ok(Station {
            context,
            virtual_card,
            reader: global.reader.clone(),
            timeout: timeout(global.timeout),
            grace: global.grace.map_or(Duration::ZERO, Duration::from_secs_f64),
            language,
            started: Instant::now(),
            secure_messaging: false,
        })
    }

    pub(crate) fn reader(&self) -> Option<&str> {
        self.reader.as_deref()
    }

    /// Opens the card and says which it is. An interruption leaves the card from now on.
    pub(crate) fn open(&self, output: &mut Output) -> Result<Card, Failure> {
        interrupt::guard(&self.context);
        let options = OpenOptions {
            timeout: self.timeout,
            grace: self.grace,
            secure_messaging: self.secure_messaging,
            progress: bar(self.language),
            ..OpenOptions::default()
        };
        let hint = self.what_to_do().map(hint);
        let card = Card::open(&self.context, self.reader(), options);
        drop(hint);
        let card = card?;
        output.field("reader", card.reader());
        output.field("kind", card.kind().name());
        Ok(card)
    }

    /// What a person at the terminal can do so that the card can be opened; `None` if it can be, or nobody looks. What
    /// goes wrong here, opening finds again and tells.
    fn what_to_do(&self) -> Option<&'static str> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let readers = self.context.readers().ok()?;
        let meant = |reader: &&Reader| self.reader().is_none_or(|name| reader.name == name);
        let meant: Vec<&Reader> = readers.iter().filter(meant).collect();
        if meant.iter().any(|reader| reader.exclusive) {
            return Some(self.language.choose(
                "ほかのプログラムがカードを使っています。終わるのを待っています",
                "Another program uses the card: waiting until it is done",
            ));
        }
        let waits = !meant.is_empty() && meant.iter().all(|reader| !reader.card_present);
        waits.then(|| {
            self.language.choose("カードをカードリーダーに置いてください", "Put the card on the card reader")
        })
    }

    /// Verifies a PIN, from wherever it comes.
    pub(crate) fn verify(
        &self,
        card: &mut Card,
        kind: PinKind,
        arguments: &PinArgs,
        source: Source,
    ) -> Result<(), Failure> {
        let options = entry::options(arguments, &source);
        match source {
            Source::Given(pin) => card.pin_verify(kind, Some(&pin), &options)?,
            Source::Prompt => {
                card.set_pin_entry(Some(entry::prompt(self.language, self.context.canceller().watch())));
                let verified = card.pin_verify(kind, None, &options);
                card.set_pin_entry(None);
                verified?;
            }
            Source::Nobody => card.pin_verify(kind, None, &options)?,
        }
        Ok(())
    }

    /// Runs something on an open card and closes it; how many commands it took, and how long, is told in any case.
    pub(crate) fn with_card<T>(
        &self,
        output: &mut Output,
        work: impl FnOnce(&mut Card, &mut Output) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut card = self.open(output)?;
        let outcome = work(&mut card, output);
        output.field("exchanges", card.close());
        output.field("milliseconds", u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX));
        outcome
    }
}

/// The virtual card of a profile; an empty path is the one that is built in.
pub(crate) fn virtual_card(profile: &Path) -> Result<VirtualCard, Failure> {
    if profile.as_os_str().is_empty() {
        return Ok(VirtualCard::new(None)?);
    }
    let bytes = input::read(profile)?;
    let json =
        String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{}: not UTF-8", profile.display())))?;
    Ok(VirtualCard::new(Some(&json))?)
}

fn timeout(seconds: Option<f64>) -> Timeout {
    let Some(seconds) = seconds else { return Timeout::Default };
    let millis = Duration::from_secs_f64(seconds).as_millis();
    match u32::try_from(millis) {
        Ok(0) => Timeout::Poll,
        Ok(millis) => Timeout::Millis(millis),
        Err(_) => Timeout::Forever,
    }
}

fn log(level: Option<LogLevel>) -> Log {
    let level = match level {
        None => return Log::none(),
        Some(LogLevel::Error) => Level::Error,
        Some(LogLevel::Warn) => Level::Warn,
        Some(LogLevel::Info) => Level::Info,
        Some(LogLevel::Debug) => Level::Debug,
        Some(LogLevel::Trace) => Level::Trace,
    };
    Log::to(
        level,
        Arc::new(|level, module, text| {
            let text = harmless(text);
            let _ = writeln!(std::io::stderr().lock(), "{level:?} {module}: {text}");
        }),
    )
}

/// Shows that text on standard error, and that the program is alive, until dropped.
fn hint(text: &'static str) -> Hint {
    let spinner = ProgressBar::new_spinner().with_message(text);
    spinner.enable_steady_tick(Duration::from_millis(120));
    Hint(spinner)
}

struct Hint(ProgressBar);

impl Drop for Hint {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar on standard error while the card is read, if a person looks.
fn bar(language: Language) -> Option<Box<ProgressFn>> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let bar = ProgressBar::hidden();
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:24} {percent:>3}%") {
        bar.set_style(style);
    }
    Some(Box::new(move |progress: Progress| {
        show(&bar, progress, language);
        ControlFlow::Continue(())
    }))
}

fn show(bar: &ProgressBar, progress: Progress, language: Language) {
    match progress.stage {
        Stage::Checking | Stage::Verifying | Stage::Hashing | Stage::Timestamping => return,
        Stage::Entering => {
            let _ = writeln!(
                std::io::stderr().lock(),
                "{}",
                language.choose(
                    "カードリーダーのキーで4桁の暗証番号を入力し、確定キーを押してください。",
                    "Type the 4-digit PIN on the card reader and press its OK key.",
                )
            );
            return;
        }
        Stage::Reading => {
            bar.set_message(language.choose(
                "読み取り中です。カードを動かさないでください",
                "Reading: leave the card where it is",
            ));
        }
        Stage::Signing => {
            bar.set_message(
                language.choose(
                    "署名中です。カードを動かさないでください",
                    "Signing: leave the card where it is",
                ),
            );
        }
    }
    bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
    bar.set_length(progress.total.into());
    bar.set_position(progress.done.into());
    if progress.done >= progress.total {
        bar.finish_and_clear();
    }
}
