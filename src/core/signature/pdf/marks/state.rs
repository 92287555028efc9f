//! The state that operators change: the graphics state, the path, and what surrounds them.

use super::Rectangle;
use super::geometry::{EVERYWHERE, Matrix, SLACK, grown, has_area, hull, intersection};
use super::lexer::Operand;
use super::resources::Scope;
use super::text::{Text, TextObject};

/// The least width of a line, in points: viewers widen thinner ones to a pixel.
const HAIRLINE: f64 = 1.0;

/// A colour, as far as it matters.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    space: Space,
    /// Whether it is white in a device colour space.
    pub(super) is_white: bool,
    pub(super) is_pattern: bool,
}

#[derive(Clone, Copy)]
enum Space {
    Gray,
    Rgb,
    Cmyk,
    Other,
}

impl Paint {
    const BLACK: Paint = Paint { space: Space::Gray, is_white: false, is_pattern: false };

    fn of(space: Space, operands: &[Operand]) -> Paint {
        let is = |white: &[f64]| {
            operands.len() == white.len()
                && operands.iter().zip(white).all(|(operand, white)| operand.number() == Some(*white))
        };
        let is_white = match space {
            Space::Gray => is(&[1.0]),
            Space::Rgb => is(&[1.0; 3]),
            Space::Cmyk => is(&[0.0; 4]),
            Space::Other => false,
        };
        let is_pattern = matches!(operands.last(), Some(Operand::Name(_)));
        Paint { space, is_white, is_pattern }
    }
}

/// The graphics state.
#[derive(Clone)]
pub(super) struct State {
    pub(super) ctm: Matrix,
    pub(super) clip: Rectangle,
    pub(super) width: f64,
    pub(super) miter: f64,
    pub(super) is_mitered: bool,
    pub(super) fill: Paint,
    pub(super) stroke: Paint,
    pub(super) is_blend_normal: bool,
    pub(super) is_unmasked: bool,
    /// Whether something else in the state may make marks of white.
    pub(super) is_tainted: bool,
    pub(super) text: Text,
}

impl State {
    pub(super) fn new(ctm: Matrix) -> State {
        State {
            ctm,
            clip: EVERYWHERE,
            width: 1.0,
            miter: 10.0,
            is_mitered: true,
            fill: Paint::BLACK,
            stroke: Paint::BLACK,
            is_blend_normal: true,
            is_unmasked: true,
            is_tainted: false,
            text: Text::default(),
        }
    }

    /// How far a stroke reaches from its path, in user space. `None` if viewers differ.
    pub(super) fn reach_of_stroke(&self, is_simple: bool) -> Option<f64> {
        // Lines in one direction and rectangles have ends and joins of a right angle.
        let diagonal = core::f64::consts::SQRT_2;
        let factor = if is_simple || !self.is_mitered { diagonal } else { self.miter.max(diagonal) };
        let hairline = HAIRLINE / self.ctm.expansion()?;
        Some(self.width.max(hairline) / 2.0 * factor)
    }

    /// The state in which the glyphs of a Type 3 font are run once for all: with a wider pen than
    /// those who use the font have.
    pub(super) fn of_glyph(&self) -> State {
        let mut state = State::new(Matrix::IDENTITY);
        (state.width, state.miter) = (self.width.max(10.0), self.miter.max(100.0));
        state
    }

    /// Whether a pattern is painted.
    pub(super) fn has_pattern(&self) -> bool {
        self.fill.is_pattern || self.stroke.is_pattern
    }

    /// The pen: its width, and the limit of its joins.
    pub(super) fn pen(&self) -> (f64, f64) {
        (self.width, self.miter)
    }
}

/// The path that is being built, in device space.
#[derive(Default)]
pub(super) struct Path {
    pub(super) bounds: Option<Rectangle>,
    /// Whether it has only rectangles and single lines.
    pub(super) is_complex: bool,
    /// Segments since the last m.
    segments: usize,
    has_point: bool,
    pub(super) is_clip: bool,
}

/// What runs with the content of one page, form or glyph.
pub(super) struct Frame<'f> {
    pub(super) scope: &'f Scope,
    /// Whether white, as far as the surroundings go, leaves no mark.
    pub(super) is_white_blank: bool,
    pub(super) stack: Vec<State>,
    pub(super) state: State,
    pub(super) path: Path,
    pub(super) text: Option<TextObject>,
    /// The advance of a Type 3 glyph, as d0 or d1 say.
    pub(super) advance: Option<f64>,
}

impl<'f> Frame<'f> {
    pub(super) fn new(scope: &'f Scope, state: State, is_white_blank: bool) -> Frame<'f> {
        Frame {
            scope,
            is_white_blank,
            stack: Vec::new(),
            state,
            path: Path::default(),
            text: None,
            advance: None,
        }
    }

    /// Viewers differ in what a path under construction becomes when something else comes between.
    pub(super) fn between_paths(&self) -> Option<()> {
        (self.path.bounds.is_none() && !self.path.is_clip).then_some(())
    }

    /// Viewers differ in what the state of a text object is part of.
    pub(super) fn outside_text(&self) -> Option<()> {
        self.text.is_none().then_some(())?;
        self.between_paths()
    }

    /// Adds to the path.
    pub(super) fn build(&mut self, operator: &[u8], operands: &[Operand]) -> Option<()> {
        let path = &mut self.path;
        let points: &[(f64, f64)] = match operator {
            b"m" => {
                let [x, y] = numbers(operands)?;
                (path.has_point, path.segments) = (true, 0);
                &[(x, y)]
            }
            b"re" => {
                let [x, y, width, height] = numbers(operands)?;
                (path.has_point, path.segments) = (true, 0);
                &[(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
            }
            b"h" => {
                let [] = numbers(operands)?;
                path.is_complex |= path.segments > 0;
                return Some(());
            }
            b"l" => {
                let [x, y] = numbers(operands)?;
                path.segments = path.segments.saturating_add(1);
                path.is_complex |= path.segments > 1;
                &[(x, y)]
            }
            b"c" => {
                let [x, y, x2, y2, x3, y3] = numbers(operands)?;
                path.is_complex = true;
                &[(x, y), (x2, y2), (x3, y3)]
            }
            b"v" | b"y" => {
                let [x, y, x2, y2] = numbers(operands)?;
                path.is_complex = true;
                &[(x, y), (x2, y2)]
            }
            _ => return None,
        };
        // A segment from nowhere: viewers differ.
        path.has_point.then_some(())?;
        for (x, y) in points {
            let point = self.state.ctm.point(*x, *y)?;
            path.bounds = Some(path.bounds.map_or(point, |bounds| hull(bounds, point)));
        }
        Some(())
    }
}

impl State {
    /// Clips to a path. A path without area clips differently in different viewers: it is passed
    /// over.
    pub(super) fn clip_to(&mut self, bounds: Rectangle) {
        if !has_area(bounds) {
            return;
        }
        let bounds = grown(bounds, SLACK, SLACK);
        // An empty clip is a point far outside.
        self.clip = intersection(self.clip, bounds).unwrap_or(NOWHERE);
    }
}

/// A clip that nothing passes.
const NOWHERE: Rectangle = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// So many operands, all numbers.
pub(super) fn numbers<const N: usize>(operands: &[Operand]) -> Option<[f64; N]> {
    (operands.len() == N).then_some(())?;
    let mut numbers = [0.0; N];
    for (number, operand) in numbers.iter_mut().zip(operands) {
        *number = operand.number()?;
    }
    Some(numbers)
}

pub(super) fn set_colour(state: &mut State, operator: &[u8], operands: &[Operand]) -> Option<()> {
    let is_stroke = operator.first()?.is_ascii_uppercase();
    let paint = if is_stroke { &mut state.stroke } else { &mut state.fill };
    *paint = match operator {
        b"g" | b"G" => Paint::of(Space::Gray, operands),
        b"rg" | b"RG" => Paint::of(Space::Rgb, operands),
        b"k" | b"K" => Paint::of(Space::Cmyk, operands),
        b"cs" | b"CS" => {
            let space = match operands {
                [Operand::Name(name)] => match name.as_slice() {
                    b"DeviceGray" => Space::Gray,
                    b"DeviceRGB" => Space::Rgb,
                    b"DeviceCMYK" => Space::Cmyk,
                    _ => Space::Other,
                },
                _ => return None,
            };
            Paint { space, is_white: false, is_pattern: false }
        }
        _ => Paint::of(paint.space, operands),
    };
    Some(())
}
