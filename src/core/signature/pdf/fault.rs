//! Why a PDF is not read: what was found, and at which byte.

use core::fmt;

/// What a strict reader found wrong. Nothing of the file's content is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    /// The byte in the file, counted from 0. Inside an object stream: where that stream begins.
    pub(super) at: usize,
    /// What is wrong there.
    pub(super) found: &'static str,
}

pub(super) type Result<T> = core::result::Result<T, Fault>;

/// The fault that ends a call which would take too much work.
pub(super) const TOO_MUCH_WORK: &str = "the file takes more work to read than its size allows";

impl Fault {
    pub(super) fn new(at: usize, found: &'static str) -> Fault {
        Fault { at, found }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: {}", self.at, self.found)
    }
}
