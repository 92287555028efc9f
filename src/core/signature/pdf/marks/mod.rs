//! Where a page or a form XObject may paint: boxes that hold every mark (ISO 32000-2, clauses 8, 9
//! and 12.5).
//!
//! A box may be too large, never too small. Content that two viewers could read differently has no
//! boxes at all: it is unknown where it paints. So the interpreter is strict about syntax and
//! generous about extent.
//!
//! `lexer` reads content streams and `filters` unpacks them. `content` runs the operators on a
//! `state`, with `resources` and `geometry`. `text`, `fonts` and `outlines` know how far text
//! reaches, `inline` passes over inline images, and `annotations` adds what annotations paint.

mod annotations;
mod content;
mod filters;
mod fonts;
mod geometry;
mod inline;
mod lexer;
mod outlines;
mod resources;
mod state;
mod text;

#[cfg(test)]
mod tests;

use super::object::{Dictionary, Object};
use content::Run;

/// What the interpreter needs of a file.
pub(super) trait Source {
    /// The object itself, or what its reference leads to; `None` if it is damaged.
    fn resolved(&self, object: &Object) -> Option<Object>;
    /// The bytes of a stream as they stand in the file, still encoded.
    fn encoded(&self, stream: &Object) -> Option<&[u8]>;
    /// Counts work, about a byte read or written each; `None` once the budget of the whole call is
    /// spent.
    fn spend(&self, work: usize) -> Option<()>;
    /// How many bytes of unpacked streams may be in memory.
    fn most_unpacked(&self) -> usize {
        16 << 20
    }
}

/// A rectangle in default user space: left, lower, right, upper.
pub(super) type Rectangle = [f64; 4];

/// Where marks are.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Marks {
    /// Every mark lies inside one of these.
    Inside(Vec<Rectangle>),
    /// It cannot be found out: anything may be marked.
    Unknown,
}

/// Where the content and the annotations of a page may paint something that differs from a white
/// page. `is_ignored` is asked for each entry of /Annots whether it is left out.
pub(super) fn of_page(
    source: &impl Source,
    page: &Dictionary,
    is_ignored: impl Fn(&Object) -> bool,
) -> Marks {
    let mut run = Run::new(source, true);
    let done = run.page(page).and_then(|()| annotations::mark(&mut run, page, is_ignored));
    match done {
        Some(()) => Marks::Inside(run.into_boxes()),
        None => Marks::Unknown,
    }
}

/// Whether a form XObject may paint anything at all, white included: white covers what is below.
pub(super) fn paints(source: &impl Source, form: &Object) -> bool {
    let mut run = Run::new(source, false);
    run.appearance_paints(form).unwrap_or(true)
}
