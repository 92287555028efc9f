//! What the annotations of a page paint (ISO 32000-2, 12.5).

use super::super::object::{Dictionary, Object};
use super::content::Run;
use super::geometry::{SLACK, grown, has_area, hull, normal, number};
use super::{Rectangle, Source};
use std::rc::Rc;

/// How far outside its rectangle an annotation may be painted that has no appearance: icons have a
/// size of their own.
const ICON: f64 = 30.0;

/// How far up the fields of a form inherit.
const MOST_ANCESTORS: usize = 64;

const HIDDEN: i64 = 1 << 1;
const PRINT: i64 = 1 << 2;
const NO_ZOOM: i64 = 1 << 3;
const NO_ROTATE: i64 = 1 << 4;
const NO_VIEW: i64 = 1 << 5;

/// Marks what the annotations of a page paint.
pub(super) fn mark<S: Source>(
    run: &mut Run<'_, S>,
    page: &Dictionary,
    is_ignored: impl Fn(&Object) -> bool,
) -> Option<()> {
    let listed = run.value(page, b"Annots")?;
    let listed = match &*listed {
        Object::Null => return Some(()),
        Object::Array(listed) => listed,
        _ => return None,
    };
    for entry in listed.iter().filter(|entry| !is_ignored(entry)) {
        let found = run.resolved(entry)?;
        match &*found {
            Object::Null => {}
            Object::Dictionary(annotation) => mark_annotation(run, annotation)?,
            _ => return None,
        }
    }
    Some(())
}

fn mark_annotation<S: Source>(run: &mut Run<'_, S>, annotation: &Dictionary) -> Option<()> {
    let flags = match &*run.value(annotation, b"F")? {
        Object::Null => 0,
        Object::Integer(flags) => *flags,
        _ => return None,
    };
    let is = |flag: i64| flags & flag != 0;
    if is(HIDDEN) || is(NO_VIEW) && !is(PRINT) {
        return Some(());
    }
    let subtype = run.value(annotation, b"Subtype")?;
    let Object::Name(subtype) = &*subtype else { return None };
    let is_signature = subtype == b"Widget" && is_signature(run, annotation)?;
    let look = look(run, annotation)?;
    let is_open = *run.value(annotation, b"Open")? != Object::Null
        && *run.value(annotation, b"Open")? != Object::Boolean(false);
    if subtype == b"Popup" && look == Look::None && !is_open {
        return Some(());
    }
    let rectangle = normal(run.numbers(annotation.get(b"Rect")?)?);
    let [left, lower, right, upper] = rectangle;
    let is_empty = left == right || lower == upper;
    // MuPDF paints a sign into a signature field without a value, whatever its appearance.
    let is_bare = is_signature && look != Look::Paints && !has_frame(run, annotation)?;
    let is_signed = look == Look::Empty && *inherited(run, annotation, b"V")? != Object::Null;
    if is_bare && (is_signed || is_empty) {
        return Some(());
    }
    let size = (right - left).max(upper - lower);
    let marked = match look {
        Look::None if is_signature => rectangle,
        // Some viewers make an appearance of their own for a field that seems to have none.
        Look::None | Look::Empty if subtype == b"Widget" && !is_signature => grown(rectangle, ICON, ICON),
        Look::None if subtype == b"Link" => {
            let width = link_border(run, annotation)?;
            if width == 0.0 {
                return Some(());
            }
            grown(rectangle, width, width)
        }
        Look::None => {
            let border = border(run, annotation)?.unwrap_or(1.0);
            let reach = ICON + 10.0 * border;
            grown(with_points(run, annotation, rectangle)?, reach, reach)
        }
        Look::Empty | Look::Paints => rectangle,
    };
    let more = if is(NO_ZOOM) || is(NO_ROTATE) { size } else { 0.0 };
    run.mark(grown(marked, more + SLACK, more + SLACK))
}

/// The normal appearance of an annotation.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    /// There is none that all viewers use.
    None,
    /// It paints nothing.
    Empty,
    Paints,
}

fn look<S: Source>(run: &mut Run<'_, S>, annotation: &Dictionary) -> Option<Look> {
    let appearance = run.value(annotation, b"AP")?;
    let appearance = match &*appearance {
        Object::Null => return Some(Look::None),
        Object::Dictionary(appearance) => appearance,
        _ => return None,
    };
    let normal = match appearance.get(b"N") {
        Some(normal) => normal.clone(),
        None => return Some(Look::None),
    };
    let found = run.resolved(&normal)?;
    let states: Vec<Object> = match &*found {
        Object::Null => return Some(Look::None),
        Object::Stream(..) => vec![normal],
        Object::Dictionary(states) => {
            // Viewers that find no state to show make an appearance, except for fields.
            if annotation.name(b"Subtype") != Some(b"Widget") {
                return Some(Look::None);
            }
            states.keys().filter_map(|state| states.get(state)).cloned().collect()
        }
        _ => return None,
    };
    let mut look = Look::Empty;
    for state in states {
        if run.appearance_paints(&state)? {
            look = Look::Paints;
            // Its box is what is fitted into the rectangle.
            let form = run.resolved(&state)?;
            let bbox = run.numbers(form.dictionary()?.get(b"BBox")?)?;
            has_area(super::geometry::normal(bbox)).then_some(())?;
        }
    }
    Some(look)
}

/// Whether a widget is that of a signature field.
fn is_signature<S: Source>(run: &Run<'_, S>, annotation: &Dictionary) -> Option<bool> {
    Some(*inherited(run, annotation, b"FT")? == Object::name("Sig"))
}

/// What a field has for a key or inherits; null if it has nothing.
fn inherited<S: Source>(run: &Run<'_, S>, annotation: &Dictionary, key: &[u8]) -> Option<Rc<Object>> {
    let mut field = Rc::new(Object::Dictionary(annotation.clone()));
    for _ in 0..MOST_ANCESTORS {
        let Object::Dictionary(here) = &*field else { return None };
        let found = run.value(here, key)?;
        if *found != Object::Null {
            return Some(found);
        }
        let Some(parent) = here.get(b"Parent") else { return Some(found) };
        let parent = run.resolved(parent)?;
        field = parent;
    }
    None
}

/// Whether a widget has a border or a background of its own.
fn has_frame<S: Source>(run: &Run<'_, S>, annotation: &Dictionary) -> Option<bool> {
    let look = run.value(annotation, b"MK")?;
    Some(match &*look {
        Object::Null => false,
        Object::Dictionary(look) => look.keys().any(|key| key != b"R"),
        _ => true,
    })
}

/// The width of the border of a link: the larger one if it is given twice.
fn link_border<S: Source>(run: &Run<'_, S>, annotation: &Dictionary) -> Option<f64> {
    Some(border(run, annotation)?.unwrap_or(1.0))
}

fn border<S: Source>(run: &Run<'_, S>, annotation: &Dictionary) -> Option<Option<f64>> {
    let mut widths = Vec::new();
    let listed = run.value(annotation, b"Border")?;
    match &*listed {
        Object::Null => {}
        Object::Array(listed) => {
            let width = listed.get(2)?;
            widths.push(number(&*run.resolved(width)?)?.abs());
        }
        _ => return None,
    }
    let style = run.value(annotation, b"BS")?;
    match &*style {
        Object::Null => {}
        Object::Dictionary(style) => match &*run.value(style, b"W")? {
            Object::Null => widths.push(1.0),
            width => widths.push(number(width)?.abs()),
        },
        _ => return None,
    }
    Some(widths.into_iter().reduce(f64::max))
}

/// The rectangle with all points that an annotation names.
fn with_points<S: Source>(
    run: &Run<'_, S>,
    annotation: &Dictionary,
    rectangle: Rectangle,
) -> Option<Rectangle> {
    // Leader lines reach out of the rectangle.
    for key in [&b"LL"[..], b"LLE", b"LLO"] {
        annotation.get(key).is_none().then_some(())?;
    }
    let mut bounds = rectangle;
    let mut open = Vec::new();
    for key in [&b"L"[..], b"Vertices", b"InkList", b"CL", b"QuadPoints", b"Path"] {
        open.push((run.value(annotation, key)?, 0));
    }
    while let Some((points, depth)) = open.pop() {
        let Object::Array(points) = &*points else {
            if *points == Object::Null {
                continue;
            }
            return None;
        };
        let mut numbers = Vec::new();
        for point in points {
            let point = run.resolved(point)?;
            match &*point {
                Object::Array(_) if depth == 0 => open.push((point, 1)),
                point => numbers.push(number(point)?),
            }
        }
        for pair in numbers.chunks(2) {
            let [x, y] = pair else { return None };
            bounds = hull(bounds, [*x, *y, *x, *y]);
        }
    }
    Some(bounds)
}
