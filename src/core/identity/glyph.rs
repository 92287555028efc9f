//! One written character, with every form it has on the way to the one by which it is compared.
//!
//! What was written is kept: a compatibility ideograph or a variation selector that a normal form would swallow is a
//! difference and has to be told.

use super::variants;
use crate::result::{Difference, Differences};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// A written character.
#[derive(Clone, Copy)]
pub(super) struct Glyph {
    /// As written; kana with its marks in one.
    shown: char,
    /// A variation selector behind it.
    selector: Option<char>,
    /// Written as half-width kana with a mark of its own.
    narrow: bool,
    /// Without compatibility ideographs and selectors.
    base: char,
    /// In one width.
    wide: char,
    /// In capital letters.
    upper: char,
    /// The first of its group of variants.
    kin: char,
    /// The form by which it is compared.
    pub(super) key: char,
    /// What the last step, which depends on the neighbours, changed.
    context: Differences,
    /// The card says that it is a substitute.
    pub(super) flagged: bool,
}

impl Glyph {
    fn new(shown: char, selector: Option<char>, narrow: bool, flagged: bool) -> Glyph {
        let base = if is_han(shown) { single(shown, |c| core::iter::once(c).nfc().next()) } else { shown };
        let wide = match base {
            '\u{FF01}'..='\u{FF9F}' | '\u{3000}' => single(base, |c| core::iter::once(c).nfkc().next()),
            '\u{2018}' | '\u{2019}' | '\u{2032}' | '`' | '´' => '\'',
            other => other,
        };
        let upper = single(wide, |c| c.to_uppercase().next().filter(|_| c.to_uppercase().count() == 1));
        let kin = variants::first_of(upper);
        Glyph {
            shown,
            selector,
            narrow,
            base,
            wide,
            upper,
            kin,
            key: kin,
            context: Differences::NONE,
            flagged,
        }
    }

    /// Compares it by another character from here on, for that reason.
    pub(super) fn read_as(&mut self, key: char, because: Difference) {
        if self.key != key {
            self.key = key;
            self.context |= because;
        }
    }

    /// A digit of a number of which this is the first written character.
    pub(super) fn as_digit(&self, digit: char) -> Glyph {
        let shown = self.shown;
        let context = Difference::Numeral.into();
        Glyph { base: shown, wide: shown, upper: shown, kin: shown, key: digit, context, ..*self }
    }

    /// The character as it is written.
    pub(super) fn shown(&self) -> char {
        self.shown
    }

    /// Whether it is white, or nothing to see at all.
    pub(super) fn is_space(&self) -> bool {
        self.wide.is_whitespace()
            || self.wide.is_control()
            || matches!(self.wide, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | 'ㅤ')
    }

    /// Whether it stands for a character that somebody could not write.
    pub(super) fn is_unreadable(&self) -> bool {
        matches!(self.wide,
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{FFFD}' | '\u{2FF0}'..='\u{2FFF}'
            | '〓' | '●' | '○' | '◯' | '□' | '■' | '◆' | '◇' | '△' | '▲' | '?' | '*' | '_' | '※')
    }

    /// Whether it can stand for anything: a substitute, or unreadable.
    pub(super) fn is_wild(&self) -> bool {
        self.flagged || self.is_unreadable()
    }

    /// How the two differ; `None` if they are not the same character at all.
    pub(super) fn differences(&self, other: &Glyph) -> Option<Differences> {
        if self.key != other.key {
            return None;
        }
        let mut found = Differences::NONE;
        let mut step = |kind: Difference, before: bool, changed: (bool, bool), after: bool| {
            if before && (!after || changed.0 != changed.1) {
                found |= kind;
            }
        };
        let plain = |glyph: &Glyph| glyph.base != glyph.shown || glyph.selector.is_some();
        step(
            Difference::KanjiVariant,
            (self.shown, self.selector) != (other.shown, other.selector),
            (plain(self), plain(other)),
            self.base != other.base,
        );
        let widened = |glyph: &Glyph| glyph.wide != glyph.base || glyph.narrow;
        step(
            Difference::Width,
            (self.base, self.narrow) != (other.base, other.narrow),
            (widened(self), widened(other)),
            self.wide != other.wide,
        );
        step(
            Difference::Case,
            self.wide != other.wide,
            (self.upper != self.wide, other.upper != other.wide),
            self.upper != other.upper,
        );
        step(
            Difference::KanjiVariant,
            self.upper != other.upper,
            (self.kin != self.upper, other.kin != other.upper),
            self.kin != other.kin,
        );
        if self.kin != other.kin {
            found |= self.context | other.context;
        }
        if self.flagged || other.flagged {
            found |= Difference::Substituted;
        }
        Some(found)
    }
}

/// A mapping of one character to one.
fn single(character: char, map: impl Fn(char) -> Option<char>) -> char {
    map(character).unwrap_or(character)
}

/// The glyphs of a text, spaces included. `flags` says of each character whether it is a substitute.
pub(super) fn glyphs(text: &str, flags: &[bool]) -> Vec<Glyph> {
    let count = text.chars().count();
    let inked = text.chars().filter(|one| !one.is_whitespace()).count();
    let any = flags.contains(&true);
    let mut places = flags.iter().copied();
    let mut all: Vec<Glyph> = Vec::with_capacity(count);
    for character in text.chars() {
        let flagged = if !any {
            false
        } else if flags.len() == count || (flags.len() == inked && !character.is_whitespace()) {
            places.next().unwrap_or(true)
        } else {
            // Some character is a substitute, and nobody says which.
            flags.len() != inked
        };
        if let Some(last) = all.last_mut() {
            if is_selector(character) {
                *last = Glyph::new(last.shown, Some(character), last.narrow, last.flagged || flagged);
                continue;
            }
            if let Some((joined, narrow)) = join(last, character) {
                *last = Glyph::new(joined, last.selector, narrow, last.flagged || flagged);
                continue;
            }
        }
        all.push(Glyph::new(character, None, false, flagged));
    }
    all
}

/// The glyph and the mark behind it in one character, and whether it was half-width.
fn join(glyph: &Glyph, mark: char) -> Option<(char, bool)> {
    let (mark, narrow) = match mark {
        '\u{FF9E}' => ('\u{3099}', true),
        '\u{FF9F}' => ('\u{309A}', true),
        '゛' => ('\u{3099}', false),
        '゜' => ('\u{309A}', false),
        other if is_combining_mark(other) => (other, false),
        _ => return None,
    };
    let base = if narrow { glyph.wide } else { glyph.shown };
    compose(base, mark).map(|joined| (joined, narrow))
}

fn is_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Kanji, as far as a name or an address has them.
pub(super) fn is_han(character: char) -> bool {
    matches!(character, '々' | '〇' | '〆' | '㐀'..='䶿' | '一'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Hiragana or katakana, with their marks.
pub(super) fn is_kana(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | '゛'..='ゟ' | 'ァ'..='ヺ' | 'ー'..='ヿ' | 'ㇰ'..='ㇿ' | '\u{FF66}'..='\u{FF9F}')
}

/// The katakana of a hiragana.
pub(super) fn katakana(character: char) -> char {
    match character {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => {
            u32::from(character).checked_add(0x60).and_then(char::from_u32).unwrap_or(character)
        }
        other => other,
    }
}

/// Writes out 々 and its kin: the character before it again.
pub(super) fn unfold_iteration(glyphs: &mut [Glyph]) {
    let mut before: Option<char> = None;
    for glyph in glyphs {
        let repeated = match (glyph.key, before) {
            ('々' | '〻', Some(last)) if is_han(last) && last != '々' => Some(last),
            ('ゝ' | 'ヽ', Some(last)) if is_kana(last) => Some(unvoiced(last)),
            ('ゞ' | 'ヾ', Some(last)) if is_kana(last) => compose(unvoiced(last), '\u{3099}'),
            _ => None,
        };
        if let Some(repeated) = repeated {
            glyph.read_as(repeated, Difference::IterationMark);
        }
        before = Some(glyph.key);
    }
}

fn unvoiced(kana: char) -> char {
    core::iter::once(kana).nfd().next().unwrap_or(kana)
}

/// Glyphs of a text that means to be read by people: for tests.
#[cfg(test)]
pub(super) fn of(text: &str) -> Vec<Glyph> {
    glyphs(text, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(a: &str, b: &str) -> Option<Vec<&'static str>> {
        let (a, b) = (of(a), of(b));
        assert_eq!((a.len(), b.len()), (1, 1));
        Some(a[0].differences(&b[0])?.iter().map(Difference::name).collect())
    }

    #[test]
    fn each_step_on_the_way_is_told_and_no_other() {
        assert_eq!(difference("高", "高"), Some(vec![]));
        assert_eq!(difference("高", "髙"), Some(vec!["KANJI_VARIANT"]));
        assert_eq!(difference("神", "\u{FA19}"), Some(vec!["KANJI_VARIANT"]));
        assert_eq!(difference("辻\u{E0100}", "辻"), Some(vec!["KANJI_VARIANT"]));
        assert_eq!(difference("辻\u{E0100}", "辻\u{E0101}"), Some(vec!["KANJI_VARIANT"]));
        assert_eq!(difference("Ａ", "A"), Some(vec!["WIDTH"]));
        assert_eq!(difference("Ａ", "ａ"), Some(vec!["CASE"]));
        assert_eq!(difference("Ａ", "a"), Some(vec!["WIDTH", "CASE"]));
        assert_eq!(difference("ガ", "ｶﾞ"), Some(vec!["WIDTH"]));
        assert_eq!(difference("ガ", "カ\u{3099}"), Some(vec![]));
        assert_eq!(difference("ガ", "カ"), None);
        assert_eq!(difference("斉", "斎"), None);
    }
}
