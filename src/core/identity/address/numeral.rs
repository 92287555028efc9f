//! Numbers as addresses have them: １２, 12, 十二, 一二.

use super::super::glyph::Glyph;

/// The number that begins at that place: its digits, without leading zeros, and how many glyphs it takes.
pub(super) fn at(glyphs: &[Glyph], place: usize) -> Option<(String, usize)> {
    let rest = glyphs.get(place..)?;
    let run = |is: fn(&Glyph) -> bool| rest.iter().take_while(|glyph| is(glyph)).count();
    let arabic = run(|glyph| glyph.key.is_ascii_digit());
    if arabic > 0 {
        let digits: String = rest.iter().take(arabic).map(|glyph| glyph.key).collect();
        let short = digits.trim_start_matches('0');
        return Some((if short.is_empty() { "0" } else { short }.to_owned(), arabic));
    }
    let kanji = run(|glyph| is_kanji_digit(glyph.key));
    let digits: Vec<char> = rest.iter().take(kanji).map(|glyph| glyph.key).collect();
    Some((value(&digits)?, kanji))
}

/// Whether a number could begin with that character.
pub(super) fn begins(glyph: &Glyph) -> bool {
    glyph.key.is_ascii_digit() || is_kanji_digit(glyph.key)
}

pub(super) fn is_kanji_digit(character: char) -> bool {
    digit(character).is_some() || unit(character).is_some()
}

fn digit(character: char) -> Option<u32> {
    "〇一二三四五六七八九"
        .chars()
        .position(|one| one == character)
        .and_then(|value| u32::try_from(value).ok())
}

fn unit(character: char) -> Option<u32> {
    match character {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

/// The digits of a number in kanji: 二十三, 一〇五, 百二. `None` if it is no number.
fn value(kanji: &[char]) -> Option<String> {
    if kanji.iter().all(|one| digit(*one).is_some()) {
        // One sign a digit; as many as there are.
        let digits: String = kanji.iter().filter_map(|one| char::from_digit(digit(*one)?, 10)).collect();
        let short = digits.trim_start_matches('0');
        return (!kanji.is_empty()).then(|| if short.is_empty() { "0" } else { short }.to_owned());
    }
    let (mut sum, mut pending, mut smallest) = (0_u32, None, 10_000_u32);
    for one in kanji {
        match (digit(*one), unit(*one)) {
            (Some(value), _) if pending.is_none() && value > 0 => pending = Some(value),
            (_, Some(unit)) if unit < smallest => {
                sum = sum.checked_add(pending.take().unwrap_or(1).checked_mul(unit)?)?;
                smallest = unit;
            }
            _ => return None,
        }
    }
    Some(sum.checked_add(pending.unwrap_or(0))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::super::glyph::of;
    use super::*;

    #[test]
    fn numbers_are_read_in_every_script() {
        for (text, number, length) in [
            ("12番", "12", 2),
            ("１２番", "12", 2),
            ("十二番", "12", 2),
            ("一二番", "12", 2),
            ("二十三番", "23", 3),
            ("百二番", "102", 2),
            ("千二百三十四", "1234", 6),
            ("一〇五", "105", 3),
            ("〇", "0", 1),
            ("007", "7", 3),
            ("十", "10", 1),
        ] {
            assert_eq!(at(&of(text), 0), Some((number.to_owned(), length)), "{text}");
        }
        for text in ["番", "十百", "一十二三", "十十"] {
            assert!(at(&of(text), 0).is_none_or(|(_, length)| length < text.chars().count()), "{text}");
        }
    }
}
