//! PDF signatures: PAdES (ETSI EN 319 142-1) made by incremental update, and verified revision by revision.
//!
//! `object`, `xref` and `file` read a PDF strictly, `inflate` unpacks what they need, and `budget`
//! bounds what a call may cost; a `fault` says at which byte a file cannot be read. `fields` finds the
//! signatures by their fields and `range` what each covers. `appended` accounts for each byte behind a
//! signed revision, `changes` judges what became of its objects, with `permissions` for what signatures
//! allow and `marks` for where a page shows something. `verify` brings this together with what `cms`
//! says; `sign` prepares a file and puts a signature into it.

mod appended;
mod budget;
mod changes;
mod fault;
mod fields;
mod file;
mod inflate;
mod marks;
mod object;
mod permissions;
mod range;
mod sign;
mod verify;
mod xref;

pub(crate) use sign::prepare;
pub use sign::{Box, PdfOptions};
pub use verify::verify;
