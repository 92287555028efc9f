//! How far the outlines of embedded font programs reach (ISO 32000-2, 9.9): what a font says about
//! its own box need not be true. Outlines that cannot be followed have no box.

mod cff;
mod charstrings;
mod truetype;
mod type1;

use super::geometry::hull;
use super::{Rectangle, Source};

/// Hinting moves points by about a pixel, and viewers make some fonts bolder.
const HINTED: f64 = 0.1;

/// A box around all glyphs of a font program, at size 1. It is recognized by its first bytes, as
/// viewers do.
pub(super) fn bounds(source: &impl Source, program: &[u8]) -> Option<Rectangle> {
    source.spend(program.len())?;
    let found = match program {
        [0, 1, 0, 0, ..] | [b't', b'r', b'u', b'e', ..] | [b'O', b'T', b'T', b'O', ..] => {
            truetype::bounds(source, program)?
        }
        [1, 0, ..] => cff::bounds(source, program, None)?,
        [b'%', b'!', ..] | [0x80, 1, ..] => type1::bounds(source, program)?,
        _ => return None,
    };
    let [left, lower, right, upper] = found;
    let finite = found.iter().all(|edge| edge.is_finite());
    finite.then_some([left - HINTED, lower - HINTED, right + HINTED, upper + HINTED])
}

/// The points that outlines go through, in the units of a font.
#[derive(Clone, Copy, Default)]
struct Points {
    bounds: Option<Rectangle>,
}

impl Points {
    fn add(&mut self, x: f64, y: f64) {
        self.join([x, y, x, y]);
    }

    fn join(&mut self, bounds: Rectangle) {
        self.bounds = Some(self.bounds.map_or(bounds, |known| hull(known, bounds)));
    }
}

/// A number of two bytes.
fn word(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

/// A number of two bytes with a sign.
fn short(data: &[u8], at: usize) -> Option<i16> {
    let bytes = data.get(at..at.checked_add(2)?)?;
    Some(i16::from_be_bytes(bytes.try_into().ok()?))
}

/// A number of four bytes.
fn long(data: &[u8], at: usize) -> Option<usize> {
    let bytes = data.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
}
