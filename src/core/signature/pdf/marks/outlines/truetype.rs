//! The outlines of TrueType fonts (ISO/IEC 14496-22: head, maxp, loca, glyf, hmtx).

use super::super::{Rectangle, Source};
use super::{Points, cff, long, short, word};
use std::collections::BTreeMap;

/// How deep glyphs may be composed of others.
const DEEPEST: usize = 16;

/// More tables than a font has.
const MOST_TABLES: u16 = 256;

pub(super) fn bounds(source: &impl Source, program: &[u8]) -> Option<Rectangle> {
    let count = word(program, 4)?;
    (count <= MOST_TABLES).then_some(())?;
    let mut tables = BTreeMap::new();
    for index in 0..usize::from(count) {
        let at = index.checked_mul(16)?.checked_add(12)?;
        let tag = program.get(at..at.checked_add(4)?)?;
        let (start, length) = (long(program, at.checked_add(8)?)?, long(program, at.checked_add(12)?)?);
        // A table that does not end inside the font ends with it.
        let end = start.checked_add(length)?.min(program.len());
        let table = program.get(start..end).unwrap_or_default();
        // Viewers differ in which of two tables of one name they take.
        tables.insert(tag, table).is_none().then_some(())?;
    }
    let table = |tag: &[u8]| tables.get(tag).copied();
    let head = table(b"head");
    let units = head.and_then(|head| word(head, 18)).map(f64::from).filter(|units| *units >= 16.0);
    match (table(b"glyf"), table(b"CFF "), table(b"CFF2")) {
        (Some(_), None, None) => {}
        (None, Some(program), None) => return cff::bounds(source, program, units),
        _ => return None,
    }
    let units = units?;
    let mut font = Font {
        source,
        glyf: table(b"glyf")?,
        loca: table(b"loca")?,
        is_long: short(head?, 50)? != 0,
        known: BTreeMap::new(),
    };
    let mut points = Points::default();
    let mut shifts = [0.0_f64; 2];
    let entries = font.loca.len() / if font.is_long { 4 } else { 2 };
    let listed = usize::from(word(table(b"maxp")?, 4)?);
    for glyph in 0..entries.min(listed.saturating_add(1)) {
        let Some(bounds) = font.glyph(glyph, 0)? else { continue };
        points.join(bounds);
        // Some viewers move a glyph to where its left bearing says.
        if let Some(bearing) = bearing(table(b"hhea"), table(b"hmtx"), glyph) {
            let shift = bearing - font.left(glyph)?;
            let [low, high] = shifts;
            shifts = [low.min(shift), high.max(shift)];
        }
    }
    let Some([left, lower, right, upper]) = points.bounds else { return Some([0.0; 4]) };
    let [low, high] = shifts;
    Some([left + low, lower, right + high, upper].map(|edge| edge / units))
}

/// The left bearing of a glyph.
fn bearing(hhea: Option<&[u8]>, hmtx: Option<&[u8]>, glyph: usize) -> Option<f64> {
    let full = usize::from(word(hhea?, 34)?);
    let at = if glyph < full {
        glyph.checked_mul(4)?.checked_add(2)?
    } else {
        full.checked_mul(4)?.checked_add(glyph.checked_sub(full)?.checked_mul(2)?)?
    };
    Some(f64::from(short(hmtx?, at)?))
}

struct Font<'a, S> {
    source: &'a S,
    glyf: &'a [u8],
    loca: &'a [u8],
    is_long: bool,
    /// The boxes of glyphs by where they begin; outer `None` while one is being read.
    known: BTreeMap<usize, Option<Option<Rectangle>>>,
}

impl<S: Source> Font<'_, S> {
    fn place(&self, entry: usize) -> Option<usize> {
        if self.is_long {
            long(self.loca, entry.checked_mul(4)?)
        } else {
            usize::from(word(self.loca, entry.checked_mul(2)?)?).checked_mul(2)
        }
    }

    /// What a glyph says is its left edge.
    fn left(&self, glyph: usize) -> Option<f64> {
        Some(f64::from(short(self.glyf, self.place(glyph)?.checked_add(2)?)?))
    }

    /// The box of a glyph. Outer `None` if it cannot be followed, inner if it paints nothing.
    #[expect(clippy::option_option, reason = "damage and absence are two things")]
    fn glyph(&mut self, glyph: usize, depth: usize) -> Option<Option<Rectangle>> {
        (depth <= DEEPEST).then_some(())?;
        let Some(start) = self.place(glyph) else { return Some(None) };
        let end = self.place(glyph.checked_add(1)?);
        if end == Some(start) || start >= self.glyf.len() {
            return Some(None);
        }
        if let Some(known) = self.known.get(&start) {
            // A glyph that is composed of itself has no box.
            return *known;
        }
        self.known.insert(start, None);
        let data = self.glyf.get(start..)?;
        let contours = short(data, 0)?;
        let bounds = match usize::try_from(contours) {
            Ok(0) => None,
            Ok(contours) => Some(self.simple(data, contours)?),
            Err(_) => self.composite(data, depth)?,
        };
        self.known.insert(start, Some(bounds));
        Some(bounds)
    }

    fn simple(&self, data: &[u8], contours: usize) -> Option<Rectangle> {
        let ends = 10;
        let last = word(data, contours.checked_sub(1)?.checked_mul(2)?.checked_add(ends)?)?;
        let count = usize::from(last).checked_add(1)?;
        let at = contours.checked_mul(2)?.checked_add(ends)?;
        let instructions = usize::from(word(data, at)?);
        let mut at = at.checked_add(2)?.checked_add(instructions)?;
        self.source.spend(count.checked_add(at)?)?;
        let mut flags = Vec::with_capacity(count);
        while flags.len() < count {
            let flag = *data.get(at)?;
            at = at.checked_add(1)?;
            let mut repeats = 1;
            if flag & 8 != 0 {
                repeats = usize::from(*data.get(at)?).checked_add(1)?;
                at = at.checked_add(1)?;
            }
            (flags.len().checked_add(repeats)? <= count).then_some(())?;
            flags.extend(core::iter::repeat_n(flag, repeats));
        }
        let (left, right) = coordinates(data, &mut at, &flags, 2, 16)?;
        let (lower, upper) = coordinates(data, &mut at, &flags, 4, 32)?;
        Some([left, lower, right, upper])
    }

    #[expect(clippy::option_option, reason = "damage and absence are two things")]
    fn composite(&mut self, data: &[u8], depth: usize) -> Option<Option<Rectangle>> {
        const WORDS: u16 = 1;
        const OFFSETS: u16 = 2;
        const SCALE: u16 = 8;
        const MORE: u16 = 0x20;
        const TWO_SCALES: u16 = 0x40;
        const MATRIX: u16 = 0x80;
        let mut points = Points::default();
        let mut at = 10;
        loop {
            self.source.spend(16)?;
            let (flags, part) = (word(data, at)?, word(data, at.checked_add(2)?)?);
            at = at.checked_add(4)?;
            let has = |flag: u16| flags & flag != 0;
            // Parts that are placed by their points may be anywhere.
            has(OFFSETS).then_some(())?;
            let (x, y) = if has(WORDS) {
                let offset = (short(data, at)?, short(data, at.checked_add(2)?)?);
                at = at.checked_add(4)?;
                (f64::from(offset.0), f64::from(offset.1))
            } else {
                let [x, y] = *data.get(at..at.checked_add(2)?)? else { return None };
                at = at.checked_add(2)?;
                (f64::from(x.cast_signed()), f64::from(y.cast_signed()))
            };
            let mut fraction = || {
                let fraction = f64::from(short(data, at)?) / 16384.0;
                at = at.checked_add(2)?;
                Some(fraction)
            };
            let [a, b, c, d] = if has(SCALE) {
                let scale = fraction()?;
                [scale, 0.0, 0.0, scale]
            } else if has(TWO_SCALES) {
                [fraction()?, 0.0, 0.0, fraction()?]
            } else if has(MATRIX) {
                [fraction()?, fraction()?, fraction()?, fraction()?]
            } else {
                [1.0, 0.0, 0.0, 1.0]
            };
            if let Some([left, lower, right, upper]) = self.glyph(usize::from(part), depth.checked_add(1)?)? {
                // Viewers differ in whether the offset is scaled.
                let (across, down) = (a.hypot(b), c.hypot(d));
                for (x, y) in [(x, y), (x * across, y * down)] {
                    for (corner_x, corner_y) in [(left, lower), (left, upper), (right, lower), (right, upper)]
                    {
                        points.add(a * corner_x + c * corner_y + x, b * corner_x + d * corner_y + y);
                    }
                }
            }
            if !has(MORE) {
                return Some(points.bounds);
            }
        }
    }
}

/// The least and the most of the coordinates in one direction.
fn coordinates(data: &[u8], at: &mut usize, flags: &[u8], short_bit: u8, same_bit: u8) -> Option<(f64, f64)> {
    let (mut value, mut range) = (0_i32, None::<(i32, i32)>);
    for flag in flags {
        let is_same = flag & same_bit != 0;
        if flag & short_bit != 0 {
            let by = i32::from(*data.get(*at)?);
            *at = at.checked_add(1)?;
            value = value.checked_add(if is_same { by } else { -by })?;
        } else if !is_same {
            value = value.checked_add(i32::from(short(data, *at)?))?;
            *at = at.checked_add(2)?;
        }
        // Viewers keep coordinates in two bytes.
        i16::try_from(value).ok()?;
        range = Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
    }
    range.map(|(low, high)| (f64::from(low), f64::from(high)))
}
