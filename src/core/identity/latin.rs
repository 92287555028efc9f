//! Names in Latin letters, in the order in which the card has them.

use super::align::{Likeness, align};
use super::glyph::Glyph;
use super::name::Words;
use crate::result::Difference;
use unicode_normalization::UnicodeNormalization;

/// Compares two names in Latin letters.
pub(super) fn compare(left: &[Glyph], right: &[Glyph]) -> Likeness {
    let (a, b) = (Words::of(left), Words::of(right));
    let found = a.align(&b);
    if !found.is_different() {
        // LINA may be LI NA, and may be a name by itself.
        let one_word = (a.each().len() == 1) != (b.each().len() == 1);
        return if one_word { found.doubted(Difference::Space) } else { found };
    }
    let plain = |glyphs| {
        Words::split(glyphs, |glyph| glyph.is_space() || is_mark(glyph.key))
            .mapped(letter, Difference::Diacritic)
    };
    let (a, b) = (plain(left), plain(right));
    let punctuated = |glyphs: &[Glyph]| {
        glyphs.iter().map(|glyph| glyph.key).filter(|key| is_mark(*key)).collect::<String>()
    };
    let marks =
        if punctuated(left) == punctuated(right) { Likeness::SAME } else { Difference::Punctuation.into() };
    let found = a.align(&b);
    if !found.is_different() {
        return found.and(marks);
    }
    if transliterated(&plain_words(left)) == transliterated(&plain_words(right)) {
        return Likeness::same(Difference::Diacritic).and(marks);
    }
    if in_any_order(&a, &b) {
        return Likeness::same(Difference::NameOrder).and(marks);
    }
    if a.is_part_of(&b) || b.is_part_of(&a) || with_initials(&a, &b) {
        return Likeness::unsure(Difference::PartOmitted);
    }
    Likeness::different(Difference::Letters)
}

fn is_mark(character: char) -> bool {
    matches!(character, '\'' | '-' | '.' | ',' | '‐' | '‑' | '–' | '・')
}

/// The letters of the words, which spaces and marks part.
fn plain_words(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| if glyph.is_space() || is_mark(glyph.key) { ' ' } else { glyph.key }).collect()
}

/// As passports write letters with marks: MÜLLER as MUELLER (ICAO Doc 9303, part 3).
fn transliterated(words: &str) -> String {
    let letters = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let one = |written: char| match written {
        'Ä' | 'Æ' => "AE".to_owned(),
        'Ö' | 'Ø' | 'Œ' => "OE".to_owned(),
        'Ü' => "UE".to_owned(),
        'Å' => "AA".to_owned(),
        'ß' | 'ẞ' => "SS".to_owned(),
        'Þ' => "TH".to_owned(),
        other => letter(other).to_string(),
    };
    letters.chars().map(one).collect()
}

/// The letter without its marks.
fn letter(character: char) -> char {
    match character {
        'Ø' => 'O',
        'Ł' => 'L',
        'Đ' | 'Ð' => 'D',
        other => core::iter::once(other).nfd().next().unwrap_or(other),
    }
}

fn in_any_order(left: &Words, right: &Words) -> bool {
    let (ours, mut theirs) = (left.each(), right.each());
    ours.len() == theirs.len()
        && ours.iter().all(|word| {
            let place = theirs.iter().position(|other| align(word, other).is_same());
            place.map(|place| theirs.swap_remove(place)).is_some()
        })
}

/// The same words, of which one side has some by their first letter only.
fn with_initials(left: &Words, right: &Words) -> bool {
    let (ours, theirs) = (left.each(), right.each());
    let begins = |short: &[Glyph], long: &[Glyph]| {
        short.len() == 1 && short.first().map(|glyph| glyph.key) == long.first().map(|glyph| glyph.key)
    };
    let mut whole = 0_usize;
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(a, b)| {
            let same = align(a, b).is_same();
            whole = whole.saturating_add(usize::from(same));
            same || begins(a, b) || begins(b, a)
        })
        && whole > 0
}
