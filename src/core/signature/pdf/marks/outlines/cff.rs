//! The outlines of CFF fonts (Adobe Technical Note 5176).

use super::super::geometry::{Matrix, hull};
use super::super::{Rectangle, Source};
use super::charstrings::{Font, Ink};
use super::word;
use std::collections::BTreeMap;

/// A CFF FontMatrix that makes glyphs smaller than this is not meant to be multiplied.
const LEAST_SCALE: f64 = 1e-4;

/// The operands of a dictionary by operator; those of two bytes are 1200 and more.
type Dict = BTreeMap<u16, Vec<f64>>;

const CHARSTRINGS: u16 = 17;
const PRIVATE: u16 = 18;
const SUBROUTINES: u16 = 19;
const FONT_MATRIX: u16 = 1207;
const CHARSTRING_TYPE: u16 = 1206;
const FONT_DICTS: u16 = 1236;
const FONT_DICT_SELECT: u16 = 1237;

/// The box of all glyphs; `units` are those of the font around, if there is one.
pub(super) fn bounds(source: &impl Source, program: &[u8], units: Option<f64>) -> Option<Rectangle> {
    let (_, at) = index(source, program, usize::from(*program.get(2)?))?;
    let (tops, at) = index(source, program, at)?;
    let (_, at) = index(source, program, at)?;
    let (global, _) = index(source, program, at)?;
    let [top] = tops.as_slice() else { return None };
    let top = dict(top)?;
    let kind = top.get(&CHARSTRING_TYPE);
    kind.is_none_or(|kind| kind.as_slice() == [2.0]).then_some(())?;
    let (glyphs, _) = index(source, program, offset(&top, CHARSTRINGS)?)?;
    let fonts = match top.get(&FONT_DICTS) {
        None => vec![top.clone()],
        Some(_) => {
            let (fonts, _) = index(source, program, offset(&top, FONT_DICTS)?)?;
            fonts.into_iter().map(dict).collect::<Option<_>>()?
        }
    };
    let mut locals = Vec::new();
    for font in &fonts {
        locals.push(subroutines(source, program, font)?);
    }
    let select = match top.get(&FONT_DICT_SELECT) {
        None => None,
        Some(_) => Some(selected(program, offset(&top, FONT_DICT_SELECT)?, glyphs.len())?),
    };
    let mut inks: Vec<Ink> = fonts.iter().map(|_| Ink::default()).collect();
    for (number, glyph) in glyphs.iter().enumerate() {
        let font = match &select {
            None => 0,
            Some(select) => usize::from(*select.get(number)?),
        };
        let (local, global) = (locals.get(font)?, &global);
        Font { source, is_type_1: false, local, global }.follow(glyph, inks.get_mut(font)?)?;
    }
    let mut bounds: Option<Rectangle> = None;
    for (font, ink) in fonts.iter().zip(inks) {
        let Some(points) = ink.points.bounds else { continue };
        let [left, lower, right, upper] = ink.accents.bounds.unwrap_or_default();
        let [x, y, x2, y2] = points;
        let moved = [x + left.min(0.0), y + lower.min(0.0), x2 + right.max(0.0), y2 + upper.max(0.0)];
        for matrix in matrices(&top, font, units)? {
            let ink = Matrix::exact(matrix).rectangle(moved)?;
            bounds = Some(bounds.map_or(ink, |bounds| hull(bounds, ink)));
        }
    }
    Some(bounds.unwrap_or_default())
}

/// What viewers may take for the matrix of a font.
fn matrices(top: &Dict, font: &Dict, units: Option<f64>) -> Option<Vec<[f64; 6]>> {
    let ordinary = |scale: f64| [scale, 0.0, 0.0, scale, 0.0, 0.0];
    let given = |dict: &Dict| match dict.get(&FONT_MATRIX) {
        None => Some(None),
        Some(matrix) => <[f64; 6]>::try_from(matrix.as_slice()).ok().map(Some),
    };
    let is_one = core::ptr::eq(top, font) || top == font;
    let mut matrices = vec![ordinary(units.map_or(0.001, |units| 1.0 / units))];
    match (given(top)?, if is_one { None } else { given(font)? }) {
        (None, None) => {}
        (Some(matrix), None) | (None, Some(matrix)) => matrices.push(matrix),
        (Some(outer), Some(inner)) => {
            let product = Matrix::exact(inner).then(&Matrix::exact(outer))?.entries();
            let [a, _, _, d, _, _] = product;
            if a.abs().max(d.abs()) >= LEAST_SCALE {
                matrices.push(product);
            } else {
                matrices.extend([inner, outer]);
            }
        }
    }
    Some(matrices)
}

/// The local subroutines of a font.
fn subroutines<'a>(source: &impl Source, program: &'a [u8], font: &Dict) -> Option<Vec<&'a [u8]>> {
    let Some(private) = font.get(&PRIVATE) else { return Some(Vec::new()) };
    let [size, start] = *private.as_slice() else { return None };
    let (size, start) = (whole(size)?, whole(start)?);
    let private = dict(program.get(start..start.checked_add(size)?)?)?;
    if !private.contains_key(&SUBROUTINES) {
        return Some(Vec::new());
    }
    let at = start.checked_add(offset(&private, SUBROUTINES)?)?;
    index(source, program, at).map(|(subroutines, _)| subroutines)
}

/// Which font of several each glyph belongs to.
fn selected(program: &[u8], at: usize, glyphs: usize) -> Option<Vec<u8>> {
    let after = at.checked_add(1)?;
    match program.get(at)? {
        0 => Some(program.get(after..after.checked_add(glyphs)?)?.to_vec()),
        3 => {
            let ranges = usize::from(word(program, after)?);
            let mut selected = Vec::with_capacity(glyphs);
            for range in 0..ranges {
                let at = range.checked_mul(3)?.checked_add(after)?.checked_add(2)?;
                let (first, font) = (usize::from(word(program, at)?), program.get(at.checked_add(2)?)?);
                let next = usize::from(word(program, at.checked_add(3)?)?);
                (first == selected.len() && next > first && next <= glyphs).then_some(())?;
                selected.resize(next, *font);
            }
            (selected.len() == glyphs).then_some(selected)
        }
        _ => None,
    }
}

/// An INDEX, and where it ends.
fn index<'a>(source: &impl Source, program: &'a [u8], at: usize) -> Option<(Vec<&'a [u8]>, usize)> {
    let count = usize::from(word(program, at)?);
    let at = at.checked_add(2)?;
    if count == 0 {
        return Some((Vec::new(), at));
    }
    source.spend(count.checked_mul(4)?)?;
    let size = usize::from(*program.get(at)?);
    (1..=4).contains(&size).then_some(())?;
    let at = at.checked_add(1)?;
    let offset = |number: usize| {
        let at = number.checked_mul(size)?.checked_add(at)?;
        let bytes = program.get(at..at.checked_add(size)?)?;
        Some(bytes.iter().fold(0_usize, |offset, byte| offset << 8 | usize::from(*byte)))
    };
    // Offsets count from the byte before the data.
    let data = count.checked_add(1)?.checked_mul(size)?.checked_add(at)?.checked_sub(1)?;
    let mut items = Vec::with_capacity(count);
    for number in 0..count {
        let (start, end) = (offset(number)?, offset(number.checked_add(1)?)?);
        (start >= 1).then_some(())?;
        items.push(program.get(data.checked_add(start)?..data.checked_add(end)?)?);
    }
    Some((items, data.checked_add(offset(count)?)?))
}

/// A dictionary. `None` if it has a key twice.
fn dict(data: &[u8]) -> Option<Dict> {
    let (mut dict, mut operands) = (Dict::new(), Vec::new());
    let mut bytes = data.iter().copied();
    while let Some(byte) = bytes.next() {
        (operands.len() <= 64).then_some(())?;
        match byte {
            0..=21 => {
                let operator = match byte {
                    12 => 1200_u16.checked_add(u16::from(bytes.next()?))?,
                    byte => u16::from(byte),
                };
                dict.insert(operator, core::mem::take(&mut operands)).is_none().then_some(())?;
            }
            28 => operands.push(f64::from(i16::from_be_bytes([bytes.next()?, bytes.next()?]))),
            29 => {
                let four = [bytes.next()?, bytes.next()?, bytes.next()?, bytes.next()?];
                operands.push(f64::from(i32::from_be_bytes(four)));
            }
            30 => {
                let mut text = String::new();
                'number: loop {
                    let byte = bytes.next()?;
                    (text.len() <= 40).then_some(())?;
                    for half in [byte >> 4, byte & 15] {
                        match half {
                            0..=9 => text.push(char::from(b'0' + half)),
                            10 => text.push('.'),
                            11 => text.push('E'),
                            12 => text.push_str("E-"),
                            14 => text.push('-'),
                            15 => break 'number,
                            _ => return None,
                        }
                    }
                }
                operands.push(text.parse().ok()?);
            }
            32..=246 => operands.push(f64::from(i16::from(byte) - 139)),
            247..=250 => {
                operands.push(f64::from((i16::from(byte) - 247) * 256 + i16::from(bytes.next()?) + 108));
            }
            251..=254 => {
                operands.push(f64::from((251 - i16::from(byte)) * 256 - i16::from(bytes.next()?) - 108));
            }
            _ => return None,
        }
    }
    Some(dict)
}

fn offset(dict: &Dict, key: u16) -> Option<usize> {
    let [offset] = *dict.get(&key)?.as_slice() else { return None };
    whole(offset)
}

fn whole(number: f64) -> Option<usize> {
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    is_whole.then(|| format!("{number}"))?.parse().ok()
}
