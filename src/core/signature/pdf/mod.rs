//! PDF signatures: PAdES (ETSI EN 319 142-1) made by incremental update, and verified revision by revision.
//!
//! `object`, `xref` and `file` read a PDF strictly, `inflate` unpacks what they need, and `budget`
//! bounds what a call may cost; `pages` reads the page tree; a `fault` says at which byte a file cannot be read. `fields` finds the
//! signatures by their fields and `range` what each covers. `appended` accounts for each byte behind a
//! signed revision, `changes` judges what became of its objects, with `permissions` for what signatures
//! allow and `marks` for where a page shows something. `verify` brings this together with what `cms`
//! says; `sign` prepares a file, `update` writes behind it and puts a signature there, and `appearance` draws a visible one, with
//! the fonts of `font` and `font_embedded`, which `font_limits` keeps within limits.

mod appearance;
mod appended;
mod budget;
mod changes;
mod fault;
mod fields;
mod file;
mod font;
mod font_embedded;
mod font_limits;
mod inflate;
mod marks;
mod object;
mod pages;
mod permissions;
mod range;
mod sign;
mod update;
mod verify;
mod xref;

pub use font_embedded::MOST_FONT;
pub(crate) use sign::prepare;
pub use sign::{Box, PdfOptions};
pub use verify::verify;
