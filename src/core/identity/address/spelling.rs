//! The small words of place names that everybody writes as they like.

use super::super::glyph::{Glyph, is_han, is_kana};
use super::numeral;
use crate::result::Difference;

/// Reads ヶ, ケ and が, ノ, の and 之, ツ and っ as one each, where they join two words of a place name.
pub(super) fn of_places(glyphs: &mut [Glyph]) {
    let keys: Vec<char> = glyphs.iter().map(|glyph| glyph.key).collect();
    for (around, glyph) in keys.windows(3).zip(glyphs.iter_mut().skip(1)) {
        let [before, this, after] = around else { continue };
        // A number behind it is a number however it is written: 平之十六 is 平之16.
        if !is_han(*after) || numeral::is_kanji_digit(*after) {
            continue;
        }
        let between_kanji = is_han(*before);
        let read = match this {
            'ヶ' | 'ケ' | 'が' if between_kanji || is_kana(*before) => 'ヶ',
            'ヵ' | 'カ' | 'ガ' if between_kanji => 'ヶ',
            'ノ' | 'の' | '之' | '乃' if between_kanji => 'ノ',
            'ツ' | 'ッ' | 'つ' | 'っ' if between_kanji => 'ツ',
            _ => continue,
        };
        glyph.read_as(read, Difference::PlaceSpelling);
    }
}

/// Takes out the words 大字, 小字 and 字, which say only what the word behind them is. Says whether there were any.
pub(super) fn without_aza(glyphs: &[Glyph]) -> (Vec<Glyph>, bool) {
    let mut left = Vec::with_capacity(glyphs.len());
    let mut any = false;
    for (place, glyph) in glyphs.iter().enumerate() {
        let key = |at: Option<usize>| at.and_then(|at| glyphs.get(at)).map(|glyph| glyph.key);
        let (before, after) = (key(place.checked_sub(1)), key(place.checked_add(1)));
        let is_aza = match glyph.key {
            // 文字 and 十字 are words by themselves: 門司区大字大里, 十文字町.
            '字' => {
                after.is_some() && !matches!(before, Some('文' | '十' | '丁' | '習' | '数'))
                    || before == Some('大')
            }
            '大' | '小' => after == Some('字') && key(place.checked_add(2)).is_some(),
            _ => false,
        };
        any |= is_aza;
        if !is_aza {
            left.push(*glyph);
        }
    }
    (left, any)
}
