//! Fonts (ISO 32000-2, 9.5 to 9.8): how far their glyphs advance and reach, at size 1.

use super::super::object::{Dictionary, Object};
use super::content::Run;
use super::filters;
use super::geometry::{Boxes, Matrix, hull, normal, number};
use super::lexer::{Lexer, Operand, Token};
use super::outlines;
use super::resources::{Resources, Scope};
use super::state::State;
use super::{Rectangle, Source};

/// What a glyph reaches that viewers take from a font of their own.
const ORDINARY: Rectangle = [-0.6, -0.6, 1.6, 1.4];

/// How far it advances.
const WIDEST: f64 = 1.2;

/// Widths, in thousandths, above which a font is no font of text.
const MOST_WIDTH: f64 = 20_000.0;

/// Some viewers keep widths as whole thousandths.
const INEXACT: f64 = 0.001;

/// In which direction the glyphs follow each other.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Axis {
    Horizontal,
    Vertical,
    Unknown,
}

/// How the bytes of a string are divided into codes.
#[derive(Debug)]
enum Codes {
    /// A byte each; the least and the most of each width.
    Bytes(Box<[[f64; 2]; 256]>),
    /// Two bytes each, which are the number of the glyph. The widths are sorted by number.
    Glyphs { widths: Vec<Widths>, otherwise: f64 },
    /// Two bytes each, any glyph.
    Pairs,
    /// One byte or more each, any glyph.
    Any,
}

/// The first and the last of some glyphs, and their width.
type Widths = (u32, u32, f64);

/// A font.
#[derive(Debug)]
pub(super) struct Font {
    codes: Codes,
    pub(super) axis: Axis,
    /// The widest glyph.
    widest: f64,
    /// The advance of vertical writing.
    pub(super) advance_down: [f64; 2],
    /// A box around all glyphs, from their origins.
    pub(super) ink: Rectangle,
    /// Of a Type 3 font, under which circumstances `ink` is true.
    type_3: Option<Type3>,
    is_missing: bool,
}

/// What the glyphs of a Type 3 font take from where they are shown.
#[derive(Debug)]
struct Type3 {
    /// The pen that its glyphs were run with; `None` if they stroke nothing.
    pen: Option<(f64, f64)>,
    has_text: bool,
}

/// One code of a string.
pub(super) struct Step {
    pub(super) width: [f64; 2],
    /// Whether there is exactly one glyph.
    pub(super) is_certain: bool,
    pub(super) has_space_byte: bool,
}

impl Font {
    /// The font of a name that is none.
    pub(super) fn missing() -> Font {
        Font {
            codes: Codes::Any,
            axis: Axis::Horizontal,
            widest: WIDEST,
            advance_down: [0.0; 2],
            ink: ORDINARY,
            type_3: None,
            is_missing: true,
        }
    }

    pub(super) fn is_missing(&self) -> bool {
        self.is_missing
    }

    pub(super) fn is_composite(&self) -> bool {
        !matches!(self.codes, Codes::Bytes(_))
    }

    pub(super) fn is_type_3(&self) -> bool {
        self.type_3.is_some()
    }

    /// Whether the glyphs of a Type 3 font depend on the pen.
    pub(super) fn strokes(&self) -> bool {
        self.type_3.as_ref().is_some_and(|type_3| type_3.pen.is_some())
    }

    /// Whether the glyphs of a Type 3 font are not larger where the state is this one.
    pub(super) fn allows(&self, (width, miter): (f64, f64), is_text_plain: bool) -> Option<()> {
        let type_3 = self.type_3.as_ref()?;
        if let Some((most_width, most_miter)) = type_3.pen {
            (width <= most_width && miter <= most_miter).then_some(())?;
        }
        (is_text_plain || !type_3.has_text).then_some(())
    }

    /// The codes of a string.
    pub(super) fn steps<'a>(&'a self, string: &'a [u8]) -> impl Iterator<Item = Step> + 'a {
        let length = match self.codes {
            Codes::Bytes(_) | Codes::Any => 1,
            Codes::Glyphs { .. } | Codes::Pairs => 2,
        };
        string.chunks(length).map(|code| {
            let has_space_byte = code.contains(&b' ');
            let (width, is_certain) = match (&self.codes, code) {
                (Codes::Bytes(widths), [byte]) => {
                    (widths.get(usize::from(*byte)).copied().unwrap_or([0.0, self.widest]), true)
                }
                (Codes::Glyphs { widths, otherwise }, [high, low]) => {
                    let glyph = u32::from(*high) << 8 | u32::from(*low);
                    let after = widths.partition_point(|(first, _, _)| *first <= glyph);
                    let found = after.checked_sub(1).and_then(|index| widths.get(index));
                    let width = match found {
                        Some((_, last, width)) if *last >= glyph => *width,
                        _ => *otherwise,
                    };
                    (about(width), true)
                }
                (Codes::Pairs, [_, _]) => ([0.0, self.widest], true),
                _ => ([0.0, self.widest], false),
            };
            Step { width, is_certain, has_space_byte }
        })
    }

    /// Reads a font. `None` if it is damaged, or its glyphs may be anywhere.
    pub(super) fn read<S: Source>(run: &mut Run<'_, S>, object: &Object, state: &State) -> Option<Font> {
        run.source.spend(256)?;
        let found = run.resolved(object)?;
        let Object::Dictionary(font) = &*found else { return None };
        match font.name(b"Subtype")? {
            b"Type1" | b"MMType1" | b"TrueType" => simple(run, font),
            b"Type0" => composite(run, font),
            b"Type3" => {
                // Its glyphs may use fonts, but not itself.
                run.enter(object.reference()?)?;
                let read = type_3(run, font, state);
                run.active.pop();
                read
            }
            _ => None,
        }
    }
}

/// A width that viewers round.
fn about(width: f64) -> [f64; 2] {
    [width - INEXACT, width + INEXACT]
}

/// A width in thousandths.
fn width(object: &Object) -> Option<f64> {
    number(object).filter(|width| (0.0..=MOST_WIDTH).contains(width))
}

fn simple<S: Source>(run: &mut Run<'_, S>, font: &Dictionary) -> Option<Font> {
    let descriptor = run.value(font, b"FontDescriptor")?;
    let descriptor = descriptor.dictionary();
    let missing = match descriptor {
        Some(descriptor) => match &*run.value(descriptor, b"MissingWidth")? {
            Object::Null => 0.0,
            missing => width(missing)?,
        },
        None => 0.0,
    };
    let ink = ink(run, descriptor)?;
    let mut widths = Box::new([[0.0, WIDEST.max(missing / 1000.0)]; 256]);
    // A TrueType font without descriptor may be a Chinese one with two bytes a code.
    let is_uncertain = descriptor.is_none() && font.name(b"Subtype") == Some(b"TrueType");
    listed_widths(run, font, |code, width| {
        let known = about(width / 1000.0);
        let entry = widths.get_mut(code)?;
        *entry = if is_uncertain { [0.0, WIDEST.max(width / 1000.0)] } else { known };
        Some(())
    })?;
    let widest = widths.iter().fold(0.0, |most: f64, [_, width]| most.max(*width));
    Some(Font {
        codes: Codes::Bytes(widths),
        axis: Axis::Horizontal,
        widest,
        advance_down: [0.0; 2],
        ink,
        type_3: None,
        is_missing: false,
    })
}

/// Goes through /Widths of a simple or a Type 3 font.
fn listed_widths<S: Source>(
    run: &Run<'_, S>,
    font: &Dictionary,
    mut each: impl FnMut(usize, f64) -> Option<()>,
) -> Option<()> {
    let listed = run.value(font, b"Widths")?;
    let listed = match &*listed {
        Object::Null => return Some(()),
        Object::Array(listed) => listed,
        _ => return None,
    };
    let first = match &*run.value(font, b"FirstChar")? {
        Object::Integer(first) => usize::try_from(*first).ok()?,
        _ => return None,
    };
    let last = match &*run.value(font, b"LastChar")? {
        Object::Integer(last) => usize::try_from(*last).ok()?,
        _ => return None,
    };
    for (code, listed) in (first..=last.min(255)).zip(listed) {
        each(code, width(&*run.resolved(listed)?)?)?;
    }
    Some(())
}

/// A box around the glyphs of a font that is described, or embedded.
fn ink<S: Source>(run: &Run<'_, S>, descriptor: Option<&Dictionary>) -> Option<Rectangle> {
    let mut ink = ORDINARY;
    let Some(descriptor) = descriptor else { return Some(ink) };
    let mut is_embedded = false;
    for key in [&b"FontFile"[..], b"FontFile2", b"FontFile3"] {
        let file = run.value(descriptor, key)?;
        if *file != Object::Null {
            is_embedded = true;
            let program = filters::decoded(run.source, &file)?;
            ink = hull(ink, outlines::bounds(run.source, &program)?);
        }
    }
    if is_embedded {
        return Some(ink);
    }
    if let Some(bbox) = descriptor.get(b"FontBBox") {
        let bbox: Rectangle = run.numbers(bbox)?;
        ink = hull(ink, normal(bbox).map(|edge| edge / 1000.0));
    }
    for key in [&b"Ascent"[..], b"Descent"] {
        if let Some(height) = descriptor.get(key) {
            let height = number(&*run.resolved(height)?)? / 1000.0;
            ink = hull(ink, [0.0, height, 0.0, height]);
        }
    }
    Some(ink)
}

fn composite<S: Source>(run: &mut Run<'_, S>, font: &Dictionary) -> Option<Font> {
    let descendants = run.value(font, b"DescendantFonts")?;
    let Object::Array(descendants) = &*descendants else { return None };
    let [descendant] = descendants.as_slice() else { return None };
    let descendant = run.resolved(descendant)?;
    let Object::Dictionary(descendant) = &*descendant else { return None };
    let otherwise = match &*run.value(descendant, b"DW")? {
        Object::Null => 1000.0,
        otherwise => width(otherwise)?,
    } / 1000.0;
    let (widths, is_plain) = glyph_widths(run, descendant)?;
    let widest = widths.iter().fold(otherwise, |most, (_, _, width)| most.max(*width)) + INEXACT;
    let encoding = run.value(font, b"Encoding")?;
    let (codes, axis) = match &*encoding {
        Object::Name(name) => {
            let is_vertical = name.ends_with(b"V");
            let axis = if is_vertical { Axis::Vertical } else { Axis::Horizontal };
            let is_unicode = name.windows(4).any(|part| part == b"UCS2");
            match name.as_slice() {
                b"Identity-H" | b"Identity-V" if is_plain => (Codes::Glyphs { widths, otherwise }, axis),
                b"Identity-H" | b"Identity-V" => (Codes::Pairs, axis),
                _ if is_unicode => (Codes::Pairs, axis),
                _ => (Codes::Any, axis),
            }
        }
        Object::Stream(dictionary, _) => character_map(run, &encoding, dictionary)?,
        _ => return None,
    };
    let descriptor = run.value(descendant, b"FontDescriptor")?;
    let mut ink = ink(run, descriptor.dictionary())?;
    let mut advance_down = [0.0; 2];
    if axis != Axis::Horizontal {
        // The origin lies above the glyph, in its middle, or where the font says.
        let most = vertical_metrics(run, descendant)?;
        advance_down = [-most, if most > 1.0 { most } else { 0.0 }];
        ink = hull(ink, {
            let [left, lower, right, upper] = ink;
            [left - most.max(widest), lower - most, right + most, upper + most]
        });
    }
    Some(Font { codes, axis, widest, advance_down, ink, type_3: None, is_missing: false })
}

/// The widths of /W, sorted, and whether each number is there once only.
fn glyph_widths<S: Source>(run: &Run<'_, S>, descendant: &Dictionary) -> Option<(Vec<Widths>, bool)> {
    let mut widths = Vec::new();
    let listed = run.value(descendant, b"W")?;
    let listed = match &*listed {
        Object::Null => return Some((widths, true)),
        Object::Array(listed) => listed,
        _ => return None,
    };
    let glyph = |object: &Object| match object {
        Object::Integer(glyph) => u32::try_from(*glyph).ok(),
        _ => None,
    };
    let mut listed = listed.iter();
    while let Some(first) = listed.next() {
        let first = glyph(&*run.resolved(first)?)?;
        match &*run.resolved(listed.next()?)? {
            Object::Array(items) => {
                for (glyph, item) in (first..=u32::MAX).zip(items) {
                    widths.push((glyph, glyph, width(&*run.resolved(item)?)? / 1000.0));
                }
            }
            last => {
                let last = glyph(last)?;
                let width = width(&*run.resolved(listed.next()?)?)? / 1000.0;
                (last >= first).then_some(())?;
                widths.push((first, last, width));
            }
        }
    }
    widths.sort_by_key(|(first, _, _)| *first);
    let is_plain = widths.windows(2).all(|pair| match pair {
        [(_, last, _), (first, _, _)] => last < first,
        _ => true,
    });
    Some((widths, is_plain))
}

/// The largest number about vertical writing, and at least that of the standard's default.
fn vertical_metrics<S: Source>(run: &Run<'_, S>, descendant: &Dictionary) -> Option<f64> {
    let mut most: f64 = 1000.0;
    let mut open = Vec::new();
    for key in [&b"DW2"[..], b"W2"] {
        open.push((run.value(descendant, key)?, 0));
    }
    while let Some((object, depth)) = open.pop() {
        match &*object {
            Object::Null => {}
            // The first number of an entry is that of a glyph: too much does no harm.
            Object::Array(items) if depth < 2 => {
                for item in items {
                    open.push((run.resolved(item)?, depth + 1));
                }
            }
            other => most = most.max(number(other)?.abs()),
        }
    }
    Some(most / 1000.0)
}

/// How an embedded CMap divides strings and in which direction they go.
fn character_map<S: Source>(
    run: &Run<'_, S>,
    stream: &Object,
    dictionary: &Dictionary,
) -> Option<(Codes, Axis)> {
    let declared = match &*run.value(dictionary, b"WMode")? {
        Object::Null => 0.0,
        mode => number(mode)?,
    };
    let data = filters::decoded(run.source, stream)?;
    run.source.spend(data.len())?;
    let (mut are_pairs, mut is_alone) = (true, dictionary.get(b"UseCMap").is_none());
    let (mut mode, mut has_range) = (0.0, false);
    let mut operands: Vec<Operand> = Vec::new();
    let mut lexer = Lexer::new(&data);
    loop {
        match lexer.next() {
            None => return Some((Codes::Any, Axis::Unknown)),
            Some(Token::End) => break,
            Some(Token::Operand(operand)) => operands.push(operand),
            Some(Token::Operator(operator)) => {
                match (operator, operands.as_slice()) {
                    (b"usecmap", _) => is_alone = false,
                    (b"def", [.., Operand::Name(key), Operand::Number(value) | Operand::Real(value)])
                        if key == b"WMode" =>
                    {
                        mode = *value;
                    }
                    (b"endcodespacerange", ranges) => {
                        has_range = true;
                        are_pairs &= ranges
                            .iter()
                            .all(|range| matches!(range, Operand::String(code) if code.len() == 2));
                    }
                    _ => {}
                }
                operands.clear();
            }
        }
    }
    let axis = if is_alone && mode == declared && mode == 0.0 {
        Axis::Horizontal
    } else if is_alone && mode == declared && mode == 1.0 {
        Axis::Vertical
    } else {
        Axis::Unknown
    };
    let codes = if is_alone && are_pairs && has_range { Codes::Pairs } else { Codes::Any };
    Some((codes, axis))
}

/// Runs all glyphs of a Type 3 font: what it says about their boxes need not be true.
fn type_3<S: Source>(run: &mut Run<'_, S>, font: &Dictionary, state: &State) -> Option<Font> {
    let matrix = Matrix::exact(run.numbers(font.get(b"FontMatrix")?)?);
    let [across, skew, ..] = matrix.entries();
    (skew == 0.0).then_some(())?;
    let resources = match font.get(b"Resources") {
        Some(resources) => Resources::read(run, resources)?,
        None => None,
    };
    let scope = Scope::of_font(resources);
    let glyphs = run.value(font, b"CharProcs")?;
    let glyphs = match &*glyphs {
        Object::Null => &Dictionary::default(),
        Object::Dictionary(glyphs) => glyphs,
        _ => return None,
    };
    let has_shown = core::mem::take(&mut run.has_shown);
    let has_stroked = core::mem::take(&mut run.has_stroked);
    let of_glyph = state.of_glyph();
    let pen = of_glyph.pen();
    let mut advances = [0.0_f64; 2];
    let mut marked = Boxes::default();
    for name in glyphs.keys() {
        let Some(glyph) = glyphs.get(name) else { continue };
        let stream = run.resolved(glyph)?;
        if *stream == Object::Null {
            continue;
        }
        let data = filters::decoded(run.source, &stream)?;
        let boxes = run.apart(|run| {
            if let Some(advance) = run.glyph(&data, &scope, of_glyph.clone())? {
                let [low, high] = advances;
                advances = [low.min(advance), high.max(advance)];
            }
            Some(())
        })?;
        if let Some(bounds) = boxes.bounds() {
            marked.mark(bounds);
        }
    }
    let has_text = core::mem::replace(&mut run.has_shown, has_shown);
    let pen = core::mem::replace(&mut run.has_stroked, has_stroked).then_some(pen);
    let ink = match marked.bounds() {
        Some(bounds) => matrix.rectangle(bounds)?,
        None => [0.0; 4],
    };
    // Where no width is listed, viewers take what the glyph says, or nothing.
    let unlisted = advances.map(|advance| advance * across);
    let [low, high] = unlisted;
    let unlisted = [low.min(high) - INEXACT, low.max(high) + INEXACT];
    let mut widths = Box::new([unlisted; 256]);
    listed_widths(run, font, |code, width| {
        let width = width * across;
        if width != 0.0 {
            *widths.get_mut(code)? = about(width);
        }
        Some(())
    })?;
    Some(Font {
        codes: Codes::Bytes(widths),
        axis: Axis::Horizontal,
        widest: WIDEST,
        advance_down: [0.0; 2],
        ink,
        type_3: Some(Type3 { pen, has_text }),
        is_missing: false,
    })
}
