//! Limits to what a font may ask for, before others read it.
//!
//! The subsetter follows what a font says for as long as it says it: glyphs made of glyphs, and subroutines that call
//! subroutines, can make a small file work for years. What it will do is counted here first, by the same steps.

use std::collections::{BTreeMap, BTreeSet};
use ttf_parser::{RawFace, Tag};

/// More parts of composite glyphs than a signature needs.
const MOST_PARTS: usize = 4096;

/// More instructions than a signature needs: a Japanese glyph has some hundred.
const MOST_INSTRUCTIONS: usize = 1 << 20;

/// More local subroutines than fonts of all of East Asia have.
const MOST_SUBROUTINES: usize = 1 << 17;

/// How deep subroutines call each other (Technical Note 5177, appendix B).
const DEEPEST: usize = 10;

/// More operands than there may be on the stack.
const MOST_OPERANDS: usize = 48;

/// More tables of characters than a font has.
const MOST_MAPS: u16 = 64;

fn bytes<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes(data, at)?))
}

fn u32_at(data: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes(data, at)?)).ok()
}

/// Checks the tables of a font, or of the first one of a collection: each is there once, and together they are not longer
/// than the file.
pub(super) fn check_tables(font: &[u8]) -> Option<()> {
    let start = if font.starts_with(b"ttcf") { u32_at(font, 12)? } else { 0 };
    let count = usize::from(u16_at(font, start.checked_add(4)?)?);
    let (mut last, mut total) = (None, 0_usize);
    for number in 0..count {
        let record = start.checked_add(12)?.checked_add(number.checked_mul(16)?)?;
        let tag: [u8; 4] = bytes(font, record)?;
        (last < Some(tag)).then_some(())?;
        last = Some(tag);
        let (begin, length) = (u32_at(font, record.checked_add(8)?)?, u32_at(font, record.checked_add(12)?)?);
        total = total.checked_add(length)?;
        (begin.checked_add(length)? <= font.len()).then_some(())?;
        if tag == *b"cmap" {
            (u16_at(font, begin.checked_add(2)?)? <= MOST_MAPS).then_some(())?;
        }
    }
    (total <= font.len()).then_some(())
}

/// Checks what the glyphs of these numbers ask for.
pub(super) fn check_glyphs(font: &RawFace<'_>, numbers: &[u16]) -> Option<()> {
    let table = |tag: &[u8; 4]| font.table(Tag::from_bytes(tag));
    match (table(b"glyf"), table(b"CFF ")) {
        (Some(glyphs), _) => check_parts(glyphs, table(b"loca")?, u16_at(table(b"head")?, 50)? != 0, numbers),
        (None, Some(program)) => Outlines::read(program)?.check(numbers),
        (None, None) => None,
    }
}

// --- TrueType ---

fn check_parts(glyphs: &[u8], places: &[u8], is_long: bool, numbers: &[u16]) -> Option<()> {
    let place = |number: usize| {
        if is_long {
            u32_at(places, number.checked_mul(4)?)
        } else {
            usize::from(u16_at(places, number.checked_mul(2)?)?).checked_mul(2)
        }
    };
    let mut open: Vec<u16> = numbers.to_vec();
    let mut seen = BTreeSet::new();
    let mut parts: usize = 0;
    while let Some(number) = open.pop() {
        if !seen.insert(number) {
            continue;
        }
        let number = usize::from(number);
        let glyph = glyphs.get(place(number)?..place(number.checked_add(1)?)?)?;
        let is_composite = u16_at(glyph, 0).is_some_and(|contours| contours & 0x8000 != 0);
        if !is_composite {
            continue;
        }
        let mut at: usize = 10;
        loop {
            parts = parts.checked_add(1).filter(|parts| *parts <= MOST_PARTS)?;
            let flags = u16_at(glyph, at)?;
            open.push(u16_at(glyph, at.checked_add(2)?)?);
            at = at.checked_add(if flags & 0x0001 != 0 { 8 } else { 6 })?;
            at = at.checked_add(match flags & 0x00C8 {
                scale if scale & 0x0008 != 0 => 2,
                scale if scale & 0x0040 != 0 => 4,
                scale if scale & 0x0080 != 0 => 8,
                _ => 0,
            })?;
            if flags & 0x0020 == 0 {
                break;
            }
        }
    }
    Some(())
}

// --- Compact Font Format (Technical Note 5176) ---

/// Objects one behind the other.
#[derive(Clone, Copy, Default)]
struct Index<'a> {
    data: &'a [u8],
    count: usize,
    /// How many bytes an offset has.
    width: usize,
    /// Where offsets count from.
    base: usize,
}

impl<'a> Index<'a> {
    /// The index there, and where it ends.
    fn read(data: &'a [u8], at: usize) -> Option<(Index<'a>, usize)> {
        let count = usize::from(u16_at(data, at)?);
        let begin = at.checked_add(3)?;
        if count == 0 {
            return Some((Index::default(), at.checked_add(2)?));
        }
        let width = usize::from(*data.get(at.checked_add(2)?)?);
        (1..=4).contains(&width).then_some(())?;
        let base = begin.checked_add(count.checked_add(1)?.checked_mul(width)?)?.checked_sub(1)?;
        let index = Index { data: data.get(begin..)?, count, width, base: base.checked_sub(begin)? };
        let end = index.offset(count)?.checked_add(begin)?;
        (end <= data.len()).then_some((index, end))
    }

    fn offset(&self, number: usize) -> Option<usize> {
        let at = number.checked_mul(self.width)?;
        let digits = self.data.get(at..at.checked_add(self.width)?)?;
        let offset = digits.iter().fold(0_usize, |offset, digit| (offset << 8) | usize::from(*digit));
        (offset >= 1).then_some(())?;
        self.base.checked_add(offset)
    }

    fn get(&self, number: usize) -> Option<&'a [u8]> {
        (number < self.count).then_some(())?;
        self.data.get(self.offset(number)?..self.offset(number.checked_add(1)?)?)
    }

    /// The subroutine that a call means.
    fn subroutine(&self, operand: i32) -> Option<&'a [u8]> {
        let bias = match self.count {
            0..1240 => 107,
            1240..33900 => 1131,
            _ => 32768,
        };
        self.get(usize::try_from(operand.checked_add(bias)?).ok()?)
    }
}

/// The entries of a DICT. A number with a fraction is none that leads anywhere: `None`.
fn entries(data: &[u8]) -> Option<BTreeMap<u16, Vec<Option<i32>>>> {
    let mut found = BTreeMap::new();
    let mut operands = Vec::new();
    let mut at: usize = 0;
    while let Some(first) = data.get(at).copied() {
        match first {
            30 => {
                let digits = data.get(at.checked_add(1)?..)?;
                let is_end = |byte: &u8| byte & 0x0F == 0x0F || byte >> 4 == 0x0F;
                at = at.checked_add(2)?.checked_add(digits.iter().position(is_end)?)?;
                operands.push(None);
            }
            28 | 29 | 32..=254 => {
                let (number, length) = match first {
                    29 => (i32::from_be_bytes(bytes(data, at.checked_add(1)?)?), 5),
                    _ => number(data, at)?,
                };
                operands.push(Some(number));
                at = at.checked_add(length)?;
            }
            _ => {
                let mut operator = u16::from(first);
                at = at.checked_add(1)?;
                if first == 12 {
                    operator = 0x0C00 | u16::from(*data.get(at)?);
                    at = at.checked_add(1)?;
                }
                // Of two entries readers take one or the other.
                found.insert(operator, core::mem::take(&mut operands)).is_none().then_some(())?;
            }
        }
        (operands.len() <= MOST_OPERANDS).then_some(())?;
    }
    operands.is_empty().then_some(found)
}

/// A whole number of one to three bytes, and its length.
fn number(data: &[u8], at: usize) -> Option<(i32, usize)> {
    let first = i32::from(*data.get(at)?);
    let second = || Some(i32::from(*data.get(at.checked_add(1)?)?));
    Some(match first {
        28 => (i32::from(i16::from_be_bytes(bytes(data, at.checked_add(1)?)?)), 3),
        32..=246 => (first.checked_sub(139)?, 1),
        247..=250 => {
            ((first.checked_sub(247)?).checked_mul(256)?.checked_add(second()?)?.checked_add(108)?, 2)
        }
        251..=254 => {
            (251_i32.checked_sub(first)?.checked_mul(256)?.checked_sub(second()?)?.checked_sub(108)?, 2)
        }
        _ => return None,
    })
}

fn offset(entries: &BTreeMap<u16, Vec<Option<i32>>>, operator: u16) -> Option<usize> {
    match entries.get(&operator)?.as_slice() {
        [Some(number)] => usize::try_from(*number).ok(),
        _ => None,
    }
}

/// The outlines of a font.
struct Outlines<'a> {
    glyphs: Index<'a>,
    shared: Index<'a>,
    /// The subroutines of each part of the font.
    own: Vec<Index<'a>>,
    /// Which part a glyph belongs to, for a font with parts.
    parts: Option<&'a [u8]>,
}

impl<'a> Outlines<'a> {
    fn read(font: &'a [u8]) -> Option<Outlines<'a>> {
        let (_, at) = Index::read(font, usize::from(*font.get(2)?))?;
        let (top, at) = Index::read(font, at)?;
        let (_, at) = Index::read(font, at)?;
        let (shared, _) = Index::read(font, at)?;
        let top = entries(top.get(0)?)?;
        let (glyphs, _) = Index::read(font, offset(&top, 17)?)?;
        if !top.contains_key(&0x0C1E) {
            return Some(Outlines { glyphs, shared, own: vec![subroutines(font, &top)?], parts: None });
        }
        let (dictionaries, _) = Index::read(font, offset(&top, 0x0C24)?)?;
        (dictionaries.count <= 256).then_some(())?;
        let mut own = Vec::new();
        let mut total: usize = 0;
        for number in 0..dictionaries.count {
            let part = subroutines(font, &entries(dictionaries.get(number)?)?)?;
            total = total.checked_add(part.count).filter(|total| *total <= MOST_SUBROUTINES)?;
            own.push(part);
        }
        let parts = Some(font.get(offset(&top, 0x0C25)?..)?);
        Some(Outlines { glyphs, shared, own, parts })
    }

    /// Which part a glyph belongs to, and how much work it is to find out.
    fn part(&self, glyph: u16) -> Option<(usize, usize)> {
        let Some(parts) = self.parts else { return Some((0, 0)) };
        if *parts.first()? == 0 {
            return Some((usize::from(*parts.get(usize::from(glyph).checked_add(1)?)?), 1));
        }
        (*parts.first()? == 3).then_some(())?;
        let count = usize::from(u16_at(parts, 1)?);
        for number in 0..count {
            let at = number.checked_mul(3)?.checked_add(3)?;
            let (first, next) = (u16_at(parts, at)?, u16_at(parts, at.checked_add(3)?)?);
            if (first..next).contains(&glyph) {
                return Some((usize::from(*parts.get(at.checked_add(2)?)?), count));
            }
        }
        None
    }

    /// Counts the instructions of these glyphs.
    fn check(&self, numbers: &[u16]) -> Option<()> {
        let mut left = MOST_INSTRUCTIONS;
        for number in numbers {
            let (part, work) = self.part(*number)?;
            left = left.checked_sub(work.div_euclid(64))?;
            let own = self.own.get(part)?;
            self.run(self.glyphs.get(usize::from(*number))?, own, &mut left)?;
        }
        Some(())
    }

    /// Follows the instructions of a glyph (Technical Note 5177) without drawing anything.
    fn run(&self, glyph: &[u8], own: &Index<'_>, left: &mut usize) -> Option<()> {
        let mut open: Vec<(&[u8], usize)> = vec![(glyph, 0)];
        let mut operands: Vec<Option<i32>> = Vec::new();
        let (mut hints, mut mask) = (0_usize, 0_usize);
        while let Some((code, at)) = open.pop() {
            *left = left.checked_sub(1)?;
            let Some(first) = code.get(at).copied() else { continue };
            let mut next = at.checked_add(1)?;
            match first {
                28 | 32..=254 => {
                    let (number, length) = number(code, at)?;
                    operands.push(Some(number));
                    next = at.checked_add(length)?;
                }
                255 => {
                    operands.push(None);
                    next = at.checked_add(5)?;
                }
                10 | 29 => {
                    let operand = operands.pop()??;
                    let called = if first == 10 { own } else { &self.shared }.subroutine(operand)?;
                    open.push((code, next));
                    open.push((called, 0));
                    (open.len() <= DEEPEST.saturating_add(1)).then_some(())?;
                    continue;
                }
                11 => continue,
                14 => return Some(()),
                1 | 3 | 18 | 23 => hints = hints.checked_add(core::mem::take(&mut operands).len() / 2)?,
                19 | 20 => {
                    if mask == 0 {
                        hints = hints.checked_add(core::mem::take(&mut operands).len() / 2)?;
                        mask = hints.div_ceil(8);
                    }
                    next = next.checked_add(mask)?;
                }
                12 => {
                    next = next.checked_add(1)?;
                    operands.clear();
                }
                4..=8 | 21 | 22 | 24..=27 | 30 | 31 => operands.clear(),
                _ => return None,
            }
            (operands.len() <= MOST_OPERANDS && next <= code.len()).then_some(())?;
            open.push((code, next));
        }
        Some(())
    }
}

/// The subroutines that a part of a font has for itself.
fn subroutines<'a>(font: &'a [u8], part: &BTreeMap<u16, Vec<Option<i32>>>) -> Option<Index<'a>> {
    let Some(private) = part.get(&18) else { return Some(Index::default()) };
    let [Some(length), Some(begin)] = private.as_slice() else { return None };
    let (length, begin) = (usize::try_from(*length).ok()?, usize::try_from(*begin).ok()?);
    let private = entries(font.get(begin..begin.checked_add(length)?)?)?;
    if !private.contains_key(&19) {
        return Some(Index::default());
    }
    Some(Index::read(font, begin.checked_add(offset(&private, 19)?)?)?.0)
}
