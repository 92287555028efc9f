//! Which language people are spoken to in.

use clap::ValueEnum;

/// A language of the command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Language {
    /// Japanese
    Ja,
    /// English
    En,
}

impl Language {
    /// As the catalogue of texts names it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::Ja => "ja",
            Language::En => "en",
        }
    }

    /// One of two words.
    pub(crate) fn choose<T>(self, ja: T, en: T) -> T {
        match self {
            Language::Ja => ja,
            Language::En => en,
        }
    }
}

/// What was asked for, or else what the machine speaks: Japanese where it does, English elsewhere.
pub(crate) fn of(asked: Option<Language>) -> Language {
    asked.unwrap_or_else(|| match sys_locale::get_locale() {
        Some(locale) if locale.to_ascii_lowercase().starts_with("ja") => Language::Ja,
        _ => Language::En,
    })
}
