//! Charstrings of Type 1 (Adobe Type 1 Font Format, chapter 6) and of CFF (Adobe Technical Note
//! 5177): the points that the pen goes through.

use super::super::Source;
use super::Points;

/// How deep subroutines may call each other.
const DEEPEST: usize = 10;

/// More operands than either format allows.
const MOST_OPERANDS: usize = 513;

/// What a charstring needs of its font.
pub(super) struct Font<'a, S> {
    pub(super) source: &'a S,
    pub(super) is_type_1: bool,
    pub(super) local: &'a [&'a [u8]],
    pub(super) global: &'a [&'a [u8]],
}

/// What the charstrings of a font go through.
#[derive(Default)]
pub(super) struct Ink {
    pub(super) points: Points,
    /// Where accents are moved to that are glyphs of their own.
    pub(super) accents: Points,
}

struct Pen<'i> {
    ink: &'i mut Ink,
    x: f64,
    y: f64,
    operands: Vec<f64>,
    /// What a Type 1 font handed to PostScript.
    handed: Vec<f64>,
    hints: usize,
    /// Whether an operator was read that may have had the width before its operands.
    has_width: bool,
    has_ended: bool,
}

impl<S: Source> Font<'_, S> {
    /// Follows one glyph. `None` if viewers could go other ways.
    pub(super) fn follow(&self, charstring: &[u8], ink: &mut Ink) -> Option<()> {
        let mut pen = Pen {
            ink,
            x: 0.0,
            y: 0.0,
            operands: Vec::new(),
            handed: Vec::new(),
            hints: 0,
            has_width: false,
            has_ended: false,
        };
        self.run(charstring, &mut pen, 0)
    }

    fn run(&self, charstring: &[u8], pen: &mut Pen<'_>, depth: usize) -> Option<()> {
        (depth <= DEEPEST).then_some(())?;
        self.source.spend(charstring.len().saturating_add(8))?;
        let mut bytes = charstring.iter().copied();
        while let Some(byte) = bytes.next() {
            if pen.has_ended {
                return Some(());
            }
            let number = match byte {
                32..=246 => f64::from(i16::from(byte) - 139),
                247..=250 => f64::from((i16::from(byte) - 247) * 256 + i16::from(bytes.next()?) + 108),
                251..=254 => f64::from((251 - i16::from(byte)) * 256 - i16::from(bytes.next()?) - 108),
                255 => {
                    let four = [bytes.next()?, bytes.next()?, bytes.next()?, bytes.next()?];
                    let number = f64::from(i32::from_be_bytes(four));
                    if self.is_type_1 { number } else { number / 65536.0 }
                }
                28 if !self.is_type_1 => f64::from(i16::from_be_bytes([bytes.next()?, bytes.next()?])),
                11 => return Some(()),
                10 => {
                    let called = self.called(pen, self.local)?;
                    self.run(called, pen, depth.checked_add(1)?)?;
                    continue;
                }
                29 if !self.is_type_1 => {
                    let called = self.called(pen, self.global)?;
                    self.run(called, pen, depth.checked_add(1)?)?;
                    continue;
                }
                19 | 20 if !self.is_type_1 => {
                    pen.stems()?;
                    for _ in 0..pen.hints.div_ceil(8) {
                        bytes.next()?;
                    }
                    continue;
                }
                12 => {
                    let escaped = bytes.next()?;
                    if self.is_type_1 {
                        pen.escaped_1(escaped)?
                    } else {
                        pen.escaped_2(escaped)?
                    }
                    continue;
                }
                operator => {
                    if self.is_type_1 {
                        pen.operator_1(operator)?
                    } else {
                        pen.operator_2(operator)?
                    }
                    continue;
                }
            };
            (pen.operands.len() < MOST_OPERANDS).then_some(())?;
            pen.operands.push(number);
        }
        Some(())
    }

    fn called<'s>(&self, pen: &mut Pen<'_>, subroutines: &'s [&'s [u8]]) -> Option<&'s [u8]> {
        let number = pen.operands.pop()?;
        let bias = match subroutines.len() {
            _ if self.is_type_1 => 0.0,
            0..1240 => 107.0,
            1240..33900 => 1131.0,
            _ => 32768.0,
        };
        let index = number + bias;
        (index.fract() == 0.0 && (0.0..=65535.0).contains(&index)).then_some(())?;
        let index: usize = format!("{index}").parse().ok()?;
        subroutines.get(index).copied()
    }
}

impl Pen<'_> {
    fn move_by(&mut self, x: f64, y: f64) {
        (self.x, self.y) = (self.x + x, self.y + y);
        self.ink.points.add(self.x, self.y);
    }

    /// A curve: the first direction, what lies between, the last direction.
    fn curve(&mut self, [x, y, x2, y2, x3, y3]: [f64; 6]) {
        self.move_by(x, y);
        self.move_by(x2, y2);
        self.move_by(x3, y3);
    }

    /// The operands, all of them, which an operator takes from the stack.
    fn take(&mut self) -> Vec<f64> {
        core::mem::take(&mut self.operands)
    }

    /// So many operands and no others; the first operator of a glyph may have one before.
    fn exactly<const N: usize>(&mut self) -> Option<[f64; N]> {
        let mut operands = self.take();
        let is_first = !core::mem::replace(&mut self.has_width, true);
        if is_first && operands.len() == N + 1 {
            operands.remove(0);
        }
        operands.try_into().ok()
    }

    fn stems(&mut self) -> Option<()> {
        let count = self.take().len();
        let is_first = !core::mem::replace(&mut self.has_width, true);
        (count.is_multiple_of(2) || is_first).then_some(())?;
        self.hints = self.hints.checked_add(count / 2)?;
        Some(())
    }

    fn lines(&mut self, mut is_across: bool) {
        for by in self.take() {
            if is_across {
                self.move_by(by, 0.0);
            } else {
                self.move_by(0.0, by);
            }
            is_across = !is_across;
        }
    }

    /// Curves that begin and end along the axes by turns.
    fn turning_curves(&mut self, mut is_across: bool) -> Option<()> {
        let operands = self.take();
        let mut rest = operands.as_slice();
        while let [first, x2, y2, last, more @ ..] = rest {
            let (end, more) = match more {
                [end] => (*end, &[][..]),
                more => (0.0, more),
            };
            if is_across {
                self.curve([*first, 0.0, *x2, *y2, end, *last]);
            } else {
                self.curve([0.0, *first, *x2, *y2, *last, end]);
            }
            is_across = !is_across;
            rest = more;
        }
        rest.is_empty().then_some(())
    }

    /// Curves that begin and end along the same axis.
    fn straight_curves(&mut self, is_across: bool) -> Option<()> {
        let operands = self.take();
        let (mut side, mut rest) = match (operands.len() % 4, operands.as_slice()) {
            (1, [side, rest @ ..]) => (*side, rest),
            (0, rest) => (0.0, rest),
            _ => return None,
        };
        while let [first, x2, y2, last, more @ ..] = rest {
            if is_across {
                self.curve([*first, side, *x2, *y2, *last, 0.0]);
            } else {
                self.curve([side, *first, *x2, *y2, 0.0, *last]);
            }
            (side, rest) = (0.0, more);
        }
        Some(())
    }

    fn curves(&mut self, operands: &[f64]) -> Option<()> {
        for curve in operands.chunks(6) {
            self.curve(curve.try_into().ok()?);
        }
        Some(())
    }

    fn pairs(&mut self, operands: &[f64]) -> Option<()> {
        for pair in operands.chunks(2) {
            let [x, y] = pair else { return None };
            self.move_by(*x, *y);
        }
        Some(())
    }

    /// What both formats have.
    fn operator(&mut self, operator: u8) -> Option<()> {
        match operator {
            4 => {
                let [y] = self.exactly()?;
                self.move_by(0.0, y);
            }
            21 => {
                let [x, y] = self.exactly()?;
                self.move_by(x, y);
            }
            22 => {
                let [x] = self.exactly()?;
                self.move_by(x, 0.0);
            }
            5 => {
                let operands = self.take();
                self.pairs(&operands)?;
            }
            6 => self.lines(true),
            7 => self.lines(false),
            8 => {
                let operands = self.take();
                self.curves(&operands)?;
            }
            30 => self.turning_curves(false)?,
            31 => self.turning_curves(true)?,
            _ => return None,
        }
        Some(())
    }

    fn operator_2(&mut self, operator: u8) -> Option<()> {
        match operator {
            1 | 3 | 18 | 23 => self.stems(),
            14 => {
                self.has_ended = true;
                match *self.take().as_slice() {
                    [] | [_] => {}
                    // An accent on a letter.
                    [x, y, _, _] | [_, x, y, _, _] => self.ink.accents.add(x, y),
                    _ => return None,
                }
                Some(())
            }
            24 => {
                let operands = self.take();
                let (curves, line) = operands.split_at_checked(operands.len().checked_sub(2)?)?;
                self.curves(curves)?;
                self.pairs(line)
            }
            25 => {
                let operands = self.take();
                let (lines, curve) = operands.split_at_checked(operands.len().checked_sub(6)?)?;
                self.pairs(lines)?;
                self.curves(curve)
            }
            26 => self.straight_curves(false),
            27 => self.straight_curves(true),
            operator => self.operator(operator),
        }
    }

    fn escaped_2(&mut self, escaped: u8) -> Option<()> {
        let operands = self.take();
        match escaped {
            // An old hint.
            0 => operands.is_empty().then_some(())?,
            34 => {
                let [x, x2, y2, x3, x4, x5, x6] = operands.try_into().ok()?;
                self.curve([x, 0.0, x2, y2, x3, 0.0]);
                self.curve([x4, 0.0, x5, -y2, x6, 0.0]);
            }
            35 => {
                let [first @ .., _] = operands.as_slice() else { return None };
                (first.len() == 12).then_some(())?;
                self.curves(first)?;
            }
            36 => {
                let [x, y, x2, y2, x3, x4, x5, y5, x6] = operands.try_into().ok()?;
                self.curve([x, y, x2, y2, x3, 0.0]);
                self.curve([x4, 0.0, x5, y5, x6, -(y + y2 + y5)]);
            }
            37 => {
                let [x, y, x2, y2, x3, y3, x4, y4, x5, y5, last] = operands.try_into().ok()?;
                let (across, up) = (x + x2 + x3 + x4 + x5, y + y2 + y3 + y4 + y5);
                self.curve([x, y, x2, y2, x3, y3]);
                if across.abs() > up.abs() {
                    self.curve([x4, y4, x5, y5, last, -up]);
                } else {
                    self.curve([x4, y4, x5, y5, -across, last]);
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn operator_1(&mut self, operator: u8) -> Option<()> {
        // A Type 1 glyph has its width in an operator of its own.
        self.has_width = true;
        match operator {
            1 | 3 | 9 => drop(self.take()),
            13 => {
                let [bearing, _] = self.exactly()?;
                (self.x, self.y) = (bearing, 0.0);
            }
            14 => self.has_ended = true,
            5 | 6 | 7 | 8 | 30 | 31 => {
                let count = self.operands.len();
                let most = match operator {
                    5 => 2,
                    6 | 7 => 1,
                    8 => 6,
                    _ => 4,
                };
                (count == most).then_some(())?;
                self.operator(operator)?;
            }
            _ => self.operator(operator)?,
        }
        Some(())
    }

    fn escaped_1(&mut self, escaped: u8) -> Option<()> {
        self.has_width = true;
        match escaped {
            // Hints.
            0..=2 => drop(self.take()),
            6 => {
                let [accent_bearing, x, y, _, _] = self.exactly()?;
                // Viewers differ in which bearings count.
                self.ink.accents.add(x - accent_bearing + self.x, y);
                self.ink.accents.add(x, y);
                self.has_ended = true;
            }
            7 => {
                let [x, y, _, _] = self.exactly()?;
                (self.x, self.y) = (x, y);
            }
            12 => {
                let (divisor, number) = (self.operands.pop()?, self.operands.pop()?);
                (divisor != 0.0).then_some(())?;
                self.operands.push(number / divisor);
            }
            16 => {
                let (number, count) = (self.operands.pop()?, self.operands.pop()?);
                let is_known = [(0.0, 3.0), (1.0, 0.0), (2.0, 0.0), (3.0, 1.0)].contains(&(number, count));
                // Hints in counters have any number of operands.
                if number == 12.0 || number == 13.0 {
                    self.operands.clear();
                    return Some(());
                }
                is_known.then_some(())?;
                self.handed.clear();
                for _ in 0..if number == 3.0 {
                    1
                } else if number == 0.0 {
                    3
                } else {
                    0
                } {
                    let operand = self.operands.pop()?;
                    self.handed.push(operand);
                }
                if number == 0.0 {
                    // The height of the flex does not come back.
                    self.handed.pop();
                }
            }
            17 => {
                let handed = self.handed.pop()?;
                self.operands.push(handed);
            }
            33 => {
                let [x, y] = self.exactly()?;
                // It says where the pen is already.
                ((x - self.x).abs() <= 2.0 && (y - self.y).abs() <= 2.0).then_some(())?;
            }
            _ => return None,
        }
        Some(())
    }
}
