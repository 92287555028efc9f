//! The street part of addresses in Kyoto: 寺町通御池上る, before the name of the town.

use super::super::glyph::Glyph;
use super::block::begins;
use super::numeral;

/// The last words of a street part, the longest first.
const DIRECTIONS: [&str; 17] = [
    "上がる",
    "下がる",
    "西入る",
    "東入る",
    "西入ル",
    "東入ル",
    "西入り",
    "東入り",
    "上る",
    "上ル",
    "下る",
    "下ル",
    "上ガル",
    "下ガル",
    "西入",
    "東入",
    "入ル",
];

/// How many glyphs the street part takes; 0 if there is none.
pub(super) fn street_length(glyphs: &[Glyph]) -> usize {
    let mut end = 0;
    for place in 0..glyphs.len() {
        if place < end {
            continue;
        }
        if let Some(word) = DIRECTIONS.iter().find(|word| begins(glyphs, place, word)) {
            end = place.saturating_add(word.chars().count());
        }
    }
    // 四条下る二丁目貞安前之町: the count of blocks belongs to the street.
    let count = numeral::at(glyphs, end).filter(|_| end > 0);
    if let Some((_, length)) = count {
        let behind = end.saturating_add(length);
        let town = glyphs.get(behind.saturating_add(2)).is_some_and(|glyph| !numeral::begins(glyph));
        if begins(glyphs, behind, "丁目") && town {
            end = behind.saturating_add(2);
        }
    }
    end
}

/// The letters of a street part that say where, and not how one writes 上る.
pub(super) fn plain(street: &[Glyph]) -> Vec<Glyph> {
    street
        .iter()
        .filter(|glyph| !glyph.is_space() && !matches!(glyph.key, 'る' | 'ル' | 'り' | 'が' | 'ガ' | 'ヶ'))
        .copied()
        .collect()
}
