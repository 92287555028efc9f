//! Matrices with their rounding errors, rectangles, and the list of boxes.

use super::super::object::Object;
use super::Rectangle;

/// Coordinates farther out than this are not followed. Viewers with integers of 32 bits still hold
/// it.
pub(super) const FARTHEST: f64 = 1e9;

/// All that is followed.
pub(super) const EVERYWHERE: Rectangle = [-FARTHEST, -FARTHEST, FARTHEST, FARTHEST];

/// The relative error of one operation on coordinates, 2^-22. Viewers have single precision, 2^-24,
/// and round a few times.
const ROUNDING: f64 = 1.0 / 4_194_304.0;

/// How far viewers paint outside the exact outline, in points: they fill whole pixels.
pub(super) const SLACK: f64 = 1.0;

/// More boxes than this become one.
const MOST_BOXES: usize = 1 << 16;

/// A number of a file.
pub(super) fn number(object: &Object) -> Option<f64> {
    let number = match object {
        Object::Integer(number) => f64::from(i32::try_from(*number).ok()?),
        Object::Real(digits) => core::str::from_utf8(digits).ok()?.parse().ok()?,
        _ => return None,
    };
    (number.abs() <= FARTHEST).then_some(number)
}

/// A transformation, and how far viewers may be away from it because they round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix {
    entries: [f64; 6],
    /// The error of a coordinate for each unit of the coordinates that are transformed.
    linear_error: f64,
    shift_error: f64,
}

impl Matrix {
    pub(super) const IDENTITY: Matrix = Matrix::exact([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) const fn exact(entries: [f64; 6]) -> Matrix {
        Matrix { entries, linear_error: 0.0, shift_error: 0.0 }
    }

    /// How far two points move apart, at most, that are one unit apart in both directions.
    fn reach(&self) -> f64 {
        let [a, b, c, d, _, _] = self.entries;
        (a.abs() + c.abs()).max(b.abs() + d.abs())
    }

    fn shift(&self) -> f64 {
        let [_, _, _, _, e, f] = self.entries;
        e.abs().max(f.abs())
    }

    /// This transformation first, then the other. `None` if it leads too far.
    pub(super) fn then(&self, outer: &Matrix) -> Option<Matrix> {
        let [a, b, c, d, e, f] = self.entries;
        let [oa, ob, oc, od, oe, of] = outer.entries;
        let entries = [
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ];
        let (inner_reach, outer_reach) = (self.reach(), outer.reach());
        let outer_most = outer_reach + outer.linear_error;
        let linear_error = outer_most * (inner_reach + self.linear_error) - outer_reach * inner_reach
            + ROUNDING * outer_reach * inner_reach;
        let shift_error = outer_most * (self.shift() + self.shift_error) - outer_reach * self.shift()
            + outer.shift_error
            + ROUNDING * (outer_reach * self.shift() + outer.shift());
        let product = Matrix { entries, linear_error, shift_error };
        // Where single precision has no digits left, viewers differ.
        let is_kept = entries.iter().all(|entry| entry.abs() <= FARTHEST)
            && (product.reach() == 0.0 || product.reach() >= 1e-9)
            && (inner_reach == 0.0 || outer_reach == 0.0 || inner_reach * outer_reach >= 1e-9)
            && linear_error.is_finite()
            && shift_error <= FARTHEST;
        is_kept.then_some(product)
    }

    /// Moves the origin before the transformation.
    pub(super) fn moved(&self, x: f64, y: f64) -> Option<Matrix> {
        Matrix::exact([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }

    /// The box of a point.
    pub(super) fn point(&self, x: f64, y: f64) -> Option<Rectangle> {
        let [a, b, c, d, e, f] = self.entries;
        let (moved_x, moved_y) = (a * x + c * y + e, b * x + d * y + f);
        let far = x.abs().max(y.abs());
        let error =
            (self.linear_error + ROUNDING * self.reach()) * far + self.shift_error + ROUNDING * self.shift();
        let point = [moved_x - error, moved_y - error, moved_x + error, moved_y + error];
        point.iter().all(|edge| edge.abs() <= FARTHEST).then_some(point)
    }

    /// The box of a transformed rectangle.
    pub(super) fn rectangle(&self, [left, lower, right, upper]: Rectangle) -> Option<Rectangle> {
        let one = hull(self.point(left, lower)?, self.point(right, upper)?);
        let other = hull(self.point(left, upper)?, self.point(right, lower)?);
        Some(hull(one, other))
    }

    /// How far a circle of a radius reaches, in each direction.
    pub(super) fn radii(&self, radius: f64) -> (f64, f64) {
        let [a, b, c, d, _, _] = self.entries;
        let error = self.linear_error;
        (radius * (a.abs() + c.abs() + error), radius * (b.abs() + d.abs() + error))
    }

    /// The square root of the area of a transformed unit square: `None` if that is next to nothing
    /// beside its sides.
    pub(super) fn expansion(&self) -> Option<f64> {
        let [a, b, c, d, _, _] = self.entries;
        let expansion = (a * d - b * c).abs().sqrt();
        (expansion > 0.0 && expansion >= 1e-3 * self.reach()).then_some(expansion)
    }

    /// Whether the transformed unit square is thinner than a few pixels and lies askew.
    pub(super) fn is_thin_and_turned(&self) -> bool {
        let [a, b, c, d, _, _] = self.entries;
        let is_small = |entry: f64| entry.abs() < 0.01;
        let is_aligned = is_small(b) && is_small(c) || is_small(a) && is_small(d);
        let longest = a.hypot(b).max(c.hypot(d));
        !is_aligned && (a * d - b * c).abs() < 3.0 * longest
    }

    pub(super) fn entries(&self) -> [f64; 6] {
        self.entries
    }
}

/// The smallest rectangle around both.
pub(super) fn hull(one: Rectangle, other: Rectangle) -> Rectangle {
    let ([left, lower, right, upper], [left2, lower2, right2, upper2]) = (one, other);
    [left.min(left2), lower.min(lower2), right.max(right2), upper.max(upper2)]
}

/// What lies in both.
pub(super) fn intersection(one: Rectangle, other: Rectangle) -> Option<Rectangle> {
    let ([left, lower, right, upper], [left2, lower2, right2, upper2]) = (one, other);
    let both = [left.max(left2), lower.max(lower2), right.min(right2), upper.min(upper2)];
    let [left, lower, right, upper] = both;
    (left <= right && lower <= upper).then_some(both)
}

/// The rectangle with so much more on each side.
pub(super) fn grown([left, lower, right, upper]: Rectangle, x: f64, y: f64) -> Rectangle {
    [left - x, lower - y, right + x, upper + y]
}

/// The rectangle of four numbers, whichever corners they name.
pub(super) fn normal([x, y, x2, y2]: Rectangle) -> Rectangle {
    [x.min(x2), y.min(y2), x.max(x2), y.max(y2)]
}

/// Whether a rectangle has an area that does not come from rounding.
pub(super) fn has_area([left, lower, right, upper]: Rectangle) -> bool {
    right - left > 0.05 && upper - lower > 0.05
}

fn contains(outer: Rectangle, inner: Rectangle) -> bool {
    hull(outer, inner) == outer
}

/// The boxes that were marked so far.
#[derive(Default, Debug)]
pub(super) struct Boxes {
    boxes: Vec<Rectangle>,
}

impl Boxes {
    pub(super) fn mark(&mut self, marked: Rectangle) {
        if let Some(last) = self.boxes.last_mut() {
            if contains(*last, marked) {
                return;
            }
            if contains(marked, *last) {
                *last = marked;
                return;
            }
        }
        if self.boxes.len() >= MOST_BOXES {
            self.boxes = self.bounds().into_iter().collect();
        }
        self.boxes.push(marked);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// The one box around all.
    pub(super) fn bounds(&self) -> Option<Rectangle> {
        self.boxes.iter().copied().reduce(hull)
    }

    pub(super) fn into_vec(self) -> Vec<Rectangle> {
        self.boxes
    }
}
