//! The readings of names: kana for the ear.

use super::align::Likeness;
use super::glyph::katakana;
use super::name::Words;
use crate::result::Difference;

/// Compares two readings.
pub(super) fn compare(left: &Words, right: &Words) -> Likeness {
    let (left, right) =
        (left.mapped(katakana, Difference::KanaScript), right.mapped(katakana, Difference::KanaScript));
    let found = left.align(&right);
    if !found.is_different() {
        return found;
    }
    let sounds = sounds(&left).align(&sounds(&right));
    if !sounds.is_different() {
        return sounds.and(Difference::KanaSpelling.into());
    }
    if left.is_part_of(&right) || right.is_part_of(&left) {
        return Likeness::unsure(Difference::PartOmitted);
    }
    found
}

/// The words by their sound, as old machines without small letters and people who write by ear mix them up.
fn sounds(words: &Words) -> Words {
    let mut before = None;
    let by_sound = |kana| {
        let large = large(kana);
        if before.is_some_and(|last| lengthens(last, large)) {
            return 'ー';
        }
        before = Some(large);
        large
    };
    words.mapped(by_sound, Difference::KanaSpelling)
}

fn large(kana: char) -> char {
    match kana {
        'ァ' => 'ア',
        'ィ' | 'ヰ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' | 'ヱ' => 'エ',
        'ォ' | 'ヲ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        other => other,
    }
}

/// Whether a vowel only makes the one before it longer.
fn lengthens(before: char, vowel: char) -> bool {
    const ROWS: [(&str, &str); 5] = [
        ("アカガサザタダナハバパマヤラワ", "アー"),
        ("イキギシジチニヒビピミリ", "イー"),
        ("ウクグスズツヌフブプムユルヴ", "ウー"),
        ("エケゲセゼテデネヘベペメレ", "エイー"),
        ("オコゴソゾトドノホボポモヨロ", "オウー"),
    ];
    ROWS.iter().any(|(row, vowels)| row.contains(before) && vowels.contains(vowel))
}
