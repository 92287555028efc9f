//! Text objects and text showing (ISO 32000-2, 9.4): boxes around lines of glyphs.

use super::content::Run;
use super::fonts::{Axis, Font};
use super::geometry::{Matrix, hull};
use super::lexer::Operand;
use super::state::{Frame, numbers};
use super::{Rectangle, Source};
use std::rc::Rc;

/// A move inside TJ that is wider than this, in thousandths, begins another box.
const WIDE_MOVE: f64 = 2000.0;

/// The text state.
#[derive(Clone)]
pub(super) struct Text {
    character_space: f64,
    word_space: f64,
    /// Horizontal scaling: 1 is normal.
    scale: f64,
    leading: f64,
    rise: f64,
    fills: bool,
    strokes: bool,
    font: Option<Rc<Font>>,
    size: f64,
}

impl Default for Text {
    fn default() -> Text {
        Text {
            character_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            fills: true,
            strokes: false,
            font: None,
            size: 0.0,
        }
    }
}

impl Text {
    pub(super) fn set_font(&mut self, font: Rc<Font>, size: f64) {
        (self.font, self.size) = (Some(font), size);
    }

    /// Whether text inside a glyph would look the same with the state of the beginning.
    fn is_plain(&self) -> bool {
        self.character_space == 0.0
            && self.word_space == 0.0
            && self.scale == 1.0
            && self.leading == 0.0
            && self.rise == 0.0
            && self.fills
            && !self.strokes
    }
}

/// The least and the most that a number can be.
type Range = [f64; 2];

fn sum([low, high]: Range, [low2, high2]: Range) -> Range {
    [low + low2, high + high2]
}

fn times([low, high]: Range, factor: f64) -> Range {
    let (one, other) = (low * factor, high * factor);
    [one.min(other), one.max(other)]
}

/// The range with zero in it.
fn or_zero([low, high]: Range) -> Range {
    [low.min(0.0), high.max(0.0)]
}

/// A text object.
pub(super) struct TextObject {
    /// From the beginning of the line to user space.
    line: Matrix,
    /// Where the pen is on the line.
    x: Range,
    y: Range,
    /// Whether a form inside may have moved the pen.
    pub(super) is_disturbed: bool,
}

impl TextObject {
    fn at(line: Matrix) -> TextObject {
        TextObject { line, x: [0.0; 2], y: [0.0; 2], is_disturbed: false }
    }

    fn moved(&self, x: f64, y: f64) -> Option<TextObject> {
        let moved = TextObject::at(self.line.moved(x, y)?);
        Some(TextObject { is_disturbed: self.is_disturbed, ..moved })
    }
}

impl<S: Source> Run<'_, S> {
    pub(super) fn text_operator(
        &mut self,
        frame: &mut Frame<'_>,
        operator: &[u8],
        operands: &[Operand],
    ) -> Option<()> {
        match (operator, operands) {
            (b"BT", []) => {
                frame.between_paths()?;
                frame.text.is_none().then_some(())?;
                frame.text = Some(TextObject::at(Matrix::IDENTITY));
            }
            (b"ET", []) => {
                frame.between_paths()?;
                frame.text.take()?;
            }
            (b"Tf", [Operand::Name(name), Operand::Number(size) | Operand::Real(size)]) => {
                let font = self.named_font(frame, name)?;
                frame.state.text.set_font(font, *size);
            }
            (b"Td" | b"TD", _) => {
                let [x, y] = numbers(operands)?;
                if operator == b"TD" {
                    frame.state.text.leading = -y;
                }
                frame.move_line(x, y)?;
            }
            (b"Tm", _) => {
                let matrix = Matrix::exact(numbers(operands)?);
                if let Some(text) = &mut frame.text {
                    let is_disturbed = text.is_disturbed;
                    *text = TextObject { is_disturbed, ..TextObject::at(matrix) };
                }
            }
            (b"T*", []) => frame.next_line()?,
            (b"Tj", [Operand::String(string)]) => self.show(frame, &[], string)?,
            (b"TJ", [Operand::Array(items)]) => self.show(frame, items, &[])?,
            (b"'", [Operand::String(string)]) => {
                frame.next_line()?;
                self.show(frame, &[], string)?;
            }
            (
                b"\"",
                [
                    Operand::Number(word) | Operand::Real(word),
                    Operand::Number(character) | Operand::Real(character),
                    Operand::String(string),
                ],
            ) => {
                frame.state.text.word_space = *word;
                frame.state.text.character_space = *character;
                frame.next_line()?;
                self.show(frame, &[], string)?;
            }
            (b"Tc", _) => [frame.state.text.character_space] = numbers(operands)?,
            (b"Tw", _) => [frame.state.text.word_space] = numbers(operands)?,
            (b"TL", _) => [frame.state.text.leading] = numbers(operands)?,
            (b"Ts", _) => [frame.state.text.rise] = numbers(operands)?,
            (b"Tz", _) => {
                let [percent] = numbers(operands)?;
                frame.state.text.scale = percent / 100.0;
            }
            (b"Tr", [Operand::Number(mode)]) => {
                let mode = *mode;
                let text = &mut frame.state.text;
                let is = |modes: &[f64]| modes.contains(&mode);
                text.fills = !is(&[1.0, 3.0, 5.0, 7.0]);
                text.strokes = !is(&[0.0, 3.0, 4.0, 7.0]);
            }
            _ => return None,
        }
        Some(())
    }

    /// Shows the items of TJ, or one string.
    fn show(&mut self, frame: &mut Frame<'_>, items: &[Operand], string: &[u8]) -> Option<()> {
        self.has_shown = true;
        frame.between_paths()?;
        let font = frame.state.text.font.clone()?;
        let mut object = frame.text.take()?;
        (!object.is_disturbed).then_some(())?;
        let mut marked: Option<Rectangle> = None;
        if items.is_empty() {
            self.show_string(frame, &font, &mut object, &mut marked, string)?;
        }
        for item in items {
            match item {
                Operand::String(string) => {
                    self.show_string(frame, &font, &mut object, &mut marked, string)?;
                }
                Operand::Number(back) | Operand::Real(back) => {
                    if back.abs() > WIDE_MOVE {
                        self.mark_line(frame, &font, &object, marked.take())?;
                    }
                    let text = &frame.state.text;
                    let by = -back / 1000.0 * text.size();
                    match font.axis {
                        Axis::Horizontal => object.x = sum(object.x, [by * text.scale; 2]),
                        Axis::Vertical => object.y = sum(object.y, [by; 2]),
                        Axis::Unknown => {
                            object.x = sum(object.x, or_zero([by * text.scale; 2]));
                            object.y = sum(object.y, or_zero([by; 2]));
                        }
                    }
                }
                _ => return None,
            }
        }
        self.mark_line(frame, &font, &object, marked)?;
        frame.text = Some(object);
        Some(())
    }

    /// Moves the pen over a string, and adds the box of its glyphs in the space of the line.
    fn show_string(
        &self,
        frame: &Frame<'_>,
        font: &Font,
        object: &mut TextObject,
        marked: &mut Option<Rectangle>,
        string: &[u8],
    ) -> Option<()> {
        if string.is_empty() {
            return Some(());
        }
        self.source.spend(string.len())?;
        let text = &frame.state.text;
        let size = text.size();
        let (character, word) = ([text.character_space; 2], [text.word_space; 2]);
        let (mut across, mut along) = (object.x, object.y);
        for step in font.steps(string) {
            let mut spaces = if step.is_certain { character } else { or_zero(character) };
            if step.has_space_byte {
                let is_plain = step.is_certain && !font.is_composite();
                spaces = sum(spaces, if is_plain { word } else { or_zero(word) });
            }
            let mut width = times(step.width, size);
            if text.size == 0.0 {
                width = or_zero(width);
            }
            let x = times(sum(width, spaces), text.scale);
            // Viewers differ in the direction of the spaces.
            let y = sum(times(font.advance_down, size), or_zero(spaces));
            let y = sum(y, or_zero(times(spaces, -1.0)));
            match font.axis {
                Axis::Horizontal => object.x = sum(object.x, x),
                Axis::Vertical => object.y = sum(object.y, y),
                Axis::Unknown => {
                    object.x = sum(object.x, or_zero(x));
                    object.y = sum(object.y, or_zero(y));
                }
            }
            across = around(across, object.x);
            along = around(along, object.y);
        }
        let [left, lower, right, upper] = font.ink;
        let [left, right] = sum(across, times([left, right], size * text.scale));
        let [lower, upper] = sum(along, times([lower, upper], size));
        let shown = [left, lower + text.rise, right, upper + text.rise];
        *marked = Some(marked.map_or(shown, |marked| hull(marked, shown)));
        Some(())
    }

    /// Marks a box in the space of a line of text.
    fn mark_line(
        &mut self,
        frame: &Frame<'_>,
        font: &Font,
        object: &TextObject,
        marked: Option<Rectangle>,
    ) -> Option<()> {
        let Some(marked) = marked else { return Some(()) };
        let state = &frame.state;
        let (fills, strokes) = if font.is_type_3() {
            font.allows(state.pen(), state.text.is_plain())?;
            self.has_stroked |= font.strokes();
            // Poppler does not keep a pattern inside the glyphs.
            (!state.has_pattern()).then_some(())?;
            (true, false)
        } else {
            self.marks(frame, state.text.fills, state.text.strokes)
        };
        if !fills && !strokes {
            return Some(());
        }
        (!font.is_missing()).then_some(())?;
        let marked = object.line.then(&state.ctm)?.rectangle(marked)?;
        if strokes { self.mark_stroke(frame, marked, false) } else { self.mark_clipped(state, marked) }
    }
}

fn around([low, high]: Range, [low2, high2]: Range) -> Range {
    [low.min(low2), high.max(high2)]
}

impl Text {
    /// The size of the font. Viewers take 0 for 0 or 1.
    fn size(&self) -> f64 {
        if self.size == 0.0 { 1.0 } else { self.size }
    }
}

impl Frame<'_> {
    fn move_line(&mut self, x: f64, y: f64) -> Option<()> {
        if let Some(text) = &mut self.text {
            *text = text.moved(x, y)?;
        }
        Some(())
    }

    fn next_line(&mut self) -> Option<()> {
        self.move_line(0.0, -self.state.text.leading)
    }
}
