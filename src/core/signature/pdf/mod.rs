//! PDF signatures: PAdES (ETSI EN 319 142-1) made by incremental update, and verified revision by revision.
//!
//! `object` and `file` read a PDF strictly and `inflate` unpacks what they need, within limits; `fields` finds its
//! signatures by their fields; `range` says what a signature covers; `changes` what came after it; `verify` brings them
//! together with what `cms` says. `sign` prepares a file and puts a signature into it; `appearance` draws a visible one, with
//! the fonts of `font` and `font_embedded`, which `font_limits` keeps within limits.

mod appearance;
mod changes;
mod fields;
mod file;
mod font;
mod font_embedded;
mod font_limits;
mod inflate;
mod object;
mod range;
mod sign;
mod verify;

pub use font_embedded::MOST_FONT;
pub(crate) use sign::prepare;
pub use sign::{Box, PdfOptions};
pub use verify::verify;
