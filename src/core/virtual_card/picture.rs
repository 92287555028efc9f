//! Pictures of what is printed on the virtual card: PNG, one bit a dot. Digits are drawn; for any other character there
//! is a box with a pattern of its own, since no font is at hand.

use crate::result::{Error, Result, ResultCode};

/// Digits are 6 dots wide and 12 high, as on real cards (M); other characters twice as wide.
const HEIGHT: usize = 12;
const NARROW: usize = 6;
const WIDE: usize = 12;
/// The most characters in a line.
const LINE: usize = 20;

/// The ten digits, three dots wide and five high, a row in three bits.
const DIGITS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 3, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 2, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// A line of digits.
pub(super) fn digits(text: &str) -> Result<Vec<u8>> {
    let values: Vec<usize> =
        text.chars().filter_map(|digit| digit.to_digit(10)).filter_map(|d| usize::try_from(d).ok()).collect();
    let is_ink = |x: usize, y: usize| {
        let (column, row) = ((x % NARROW).checked_sub(1)?, y.checked_sub(1)? / 2);
        let rows = DIGITS.get(*values.get(x / NARROW)?)?;
        let bits = rows.get(row)?;
        // Each dot of the font is drawn four dots of the picture high and wide, as far as the cell goes.
        (column < 3).then_some((bits >> (2_usize.checked_sub(column)?)) & 1 == 1)
    };
    draw(values.len().max(1).saturating_mul(NARROW), HEIGHT, is_ink)
}

/// Lines of text.
pub(super) fn label(text: &str) -> Result<Vec<u8>> {
    let characters: Vec<u32> = text.chars().map(u32::from).collect();
    let lines = characters.len().div_ceil(LINE).max(1);
    let columns = characters.len().clamp(1, LINE);
    let is_ink = |x: usize, y: usize| {
        let index = (y / HEIGHT).checked_mul(LINE)?.checked_add(x / WIDE)?;
        let character = *characters.get(index)?;
        let (x, y) = (x % WIDE, y % HEIGHT);
        let is_space = char::from_u32(character).is_some_and(char::is_whitespace);
        let is_frame = matches!(x, 1 | 10) || matches!(y, 1 | 10);
        let in_frame = (1..=10).contains(&x) && (1..=10).contains(&y);
        let bit = (y / 3).checked_mul(4)?.checked_add(x / 3)?;
        let pattern = (3..9).contains(&x) && (3..9).contains(&y) && (character >> (bit % 16)) & 1 == 1;
        Some(!is_space && in_frame && (is_frame || pattern))
    };
    draw(columns.saturating_mul(WIDE), lines.saturating_mul(HEIGHT), is_ink)
}

fn draw(width: usize, height: usize, is_ink: impl Fn(usize, usize) -> Option<bool>) -> Result<Vec<u8>> {
    let mut rows = Vec::new();
    for y in 0..height {
        for first in (0..width).step_by(8) {
            let byte = (0..8).fold(0_u8, |byte, bit| {
                let x = first.saturating_add(bit);
                // White is 1.
                let white = x >= width || is_ink(x, y) != Some(true);
                (byte << 1) | u8::from(white)
            });
            rows.push(byte);
        }
    }
    let small = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, small(width), small(height));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().map_err(internal)?;
    writer.write_image_data(&rows).map_err(internal)?;
    writer.finish().map_err(internal)?;
    Ok(png)
}

fn internal(_: png::EncodingError) -> Error {
    Error::new(ResultCode::Internal, "a picture of the virtual card could not be drawn")
}
