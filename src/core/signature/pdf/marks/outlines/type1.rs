//! The outlines of Type 1 fonts (Adobe Type 1 Font Format, chapters 2 and 7).

use super::super::geometry::Matrix;
use super::super::lexer::{hex_digit, is_regular, is_space};
use super::super::{Rectangle, Source};
use super::charstrings::{Font, Ink};
use std::collections::BTreeMap;

/// More subroutines than any font has.
const MOST_SUBROUTINES: usize = 1 << 16;

/// How many random bytes stand before a charstring, unless the font says another number.
const USUAL_RANDOM: usize = 4;

pub(super) fn bounds(source: &impl Source, program: &[u8]) -> Option<Rectangle> {
    let whole = if program.starts_with(&[0x80]) { segments(program)? } else { program.to_vec() };
    let start = whole.windows(5).position(|part| part == b"eexec")?;
    let clear = whole.get(..start)?;
    let secret = whole.get(start.checked_add(5)?..)?;
    let secret = secret.get(secret.iter().position(|byte| !is_space(*byte))?..)?;
    let is_text = secret.get(..4)?.iter().all(|byte| hex_digit(*byte).is_some());
    let private = if is_text {
        let digits: Vec<u8> = secret.iter().copied().map_while(hex_or_space).flatten().collect();
        let bytes: Vec<u8> =
            digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, half| byte << 4 | half)).collect();
        decrypted(&bytes, 55665, 4)
    } else {
        decrypted(secret, 55665, 4)
    };
    source.spend(private.len())?;
    let charstrings = charstrings(&private)?;
    let most = charstrings.subroutines.keys().next_back().map_or(0, |last| last.saturating_add(1));
    (most <= MOST_SUBROUTINES).then_some(())?;
    let mut local: Vec<&[u8]> = vec![&[]; most];
    for (number, subroutine) in &charstrings.subroutines {
        *local.get_mut(*number)? = subroutine;
    }
    let font = Font { source, is_type_1: true, local: &local, global: &[] };
    let mut ink = Ink::default();
    for glyph in &charstrings.glyphs {
        font.follow(glyph, &mut ink)?;
    }
    let Some([x, y, x2, y2]) = ink.points.bounds else { return Some([0.0; 4]) };
    let [left, lower, right, upper] = ink.accents.bounds.unwrap_or_default();
    let moved = [x + left.min(0.0), y + lower.min(0.0), x2 + right.max(0.0), y2 + upper.max(0.0)];
    Matrix::exact(matrix(clear)?).rectangle(moved)
}

/// Half a byte, or white space.
#[expect(clippy::option_option, reason = "the end and a gap are two things")]
fn hex_or_space(byte: u8) -> Option<Option<u8>> {
    if is_space(byte) { Some(None) } else { hex_digit(byte).map(Some) }
}

/// The data of a font in segments, as files on Windows are.
fn segments(program: &[u8]) -> Option<Vec<u8>> {
    let (mut data, mut rest) = (Vec::new(), program);
    while let [0x80, 1 | 2, a, b, c, d, more @ ..] = rest {
        let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?;
        let (segment, after) = more.split_at_checked(length)?;
        data.extend_from_slice(segment);
        rest = after;
    }
    Some(data)
}

fn decrypted(data: &[u8], mut key: u16, random: usize) -> Vec<u8> {
    let mut plain = Vec::with_capacity(data.len());
    for byte in data {
        let [high, _] = key.to_be_bytes();
        plain.push(byte ^ high);
        key = key.wrapping_add(u16::from(*byte)).wrapping_mul(52845).wrapping_add(22719);
    }
    plain.drain(..random.min(plain.len()));
    plain
}

/// The matrix of a font, which must be there once.
fn matrix(clear: &[u8]) -> Option<[f64; 6]> {
    const KEY: &[u8] = b"/FontMatrix";
    let mut places = clear.windows(KEY.len()).enumerate().filter(|(_, part)| *part == KEY);
    let (place, _) = places.next()?;
    places.next().is_none().then_some(())?;
    let rest = clear.get(place.checked_add(KEY.len())?..)?;
    let start = rest.iter().position(|byte| matches!(byte, b'[' | b'{'))?;
    let end = rest.iter().position(|byte| matches!(byte, b']' | b'}'))?;
    let numbers = core::str::from_utf8(rest.get(start.checked_add(1)?..end)?).ok()?;
    let numbers: Vec<f64> =
        numbers.split_ascii_whitespace().map(|number| number.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

#[derive(Default)]
struct Charstrings {
    subroutines: BTreeMap<usize, Vec<u8>>,
    glyphs: Vec<Vec<u8>>,
}

/// Finds the charstrings: a length, a word such as RD, one space, and so many bytes.
fn charstrings(private: &[u8]) -> Option<Charstrings> {
    let mut found = Charstrings::default();
    let mut random = Some(USUAL_RANDOM);
    let mut words: [&[u8]; 4] = [&[]; 4];
    let mut at: usize = 0;
    while let Some(byte) = private.get(at) {
        if !is_regular(*byte) && *byte != b'/' {
            at = at.checked_add(1)?;
            continue;
        }
        let rest = private.get(at.checked_add(1)?..)?;
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        let end = at.checked_add(length)?.checked_add(1)?;
        words.rotate_left(1);
        *words.last_mut()? = private.get(at..end)?;
        at = end;
        let [before, key, count, word] = words;
        if count == b"/lenIV" {
            random = match word {
                b"-1" => None,
                word => Some(number(word)?),
            };
        }
        let is_reader = matches!(word, b"RD" | b"-|");
        let Some(count) = number(count).filter(|_| is_reader) else { continue };
        let start = at.checked_add(1)?;
        at = start.checked_add(count)?;
        let secret = private.get(start..at)?;
        let plain = match random {
            None => secret.to_vec(),
            Some(random) => decrypted(secret, 4330, random),
        };
        if before == b"dup" {
            // Viewers differ in which of two they take.
            found.subroutines.insert(number(key)?, plain).is_none().then_some(())?;
        } else {
            key.starts_with(b"/").then_some(())?;
            found.glyphs.push(plain);
        }
    }
    (!found.glyphs.is_empty()).then_some(found)
}

fn number(word: &[u8]) -> Option<usize> {
    let is_number = !word.is_empty() && word.len() <= 7 && word.iter().all(u8::is_ascii_digit);
    core::str::from_utf8(word).ok().filter(|_| is_number)?.parse().ok()
}
