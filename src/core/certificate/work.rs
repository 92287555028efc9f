//! How much one call computes at most, over all certificates, signatures and time-stamps that it
//! looks at.
//!
//! A document brings its own certificates and time-stamps, so without a bound a small file could
//! keep a verifier busy for minutes. Work is counted and never timed: the same file gives the same
//! answer on every machine.

use super::PublicKey;
use crate::result::{Finding, ResultCode, Subject};
use core::cell::Cell;

/// The units of work of one call. A unit is about a microsecond of today's machines, so this is
/// about a second. A document with 64 signers and eight time-stamps each, all of them with keys on
/// P-384, stays below it.
const MOST_UNITS: u64 = 1_000_000;

/// What one call has left to compute.
pub(crate) struct Work {
    left: Cell<u64>,
    is_spent: Cell<bool>,
}

impl Work {
    /// For one call of the library.
    pub(crate) fn new() -> Work {
        Work { left: Cell::new(MOST_UNITS), is_spent: Cell::new(false) }
    }

    /// Takes so many units; false if there were not as many, and from then on always.
    pub(crate) fn take(&self, units: u64) -> bool {
        match self.left.get().checked_sub(units) {
            Some(left) if !self.is_spent.get() => self.left.set(left),
            _ => self.is_spent.set(true),
        }
        !self.is_spent.get()
    }

    /// Takes what checking one signature with that key costs.
    pub(crate) fn take_signature(&self, key: &PublicKey) -> bool {
        self.take(key.effort())
    }

    /// Whether something was not computed for want of work.
    pub(crate) fn is_spent(&self) -> bool {
        self.is_spent.get()
    }

    /// The finding about a document as a whole for which the work did not suffice. No waiver
    /// reaches it.
    pub(crate) fn finding(&self) -> Option<Finding> {
        self.is_spent().then(|| {
            let text = "verifying the document takes more work than one call may do";
            Finding::failed(Subject::Signature, ResultCode::SignatureMalformed, text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_is_spent_stays_spent() {
        let work = Work::new();
        assert!(work.take(MOST_UNITS));
        assert!(work.finding().is_none());
        assert!(!work.take(1));
        assert!(!work.take(0));
        let finding = work.finding().unwrap();
        assert!(finding.counts() && !finding.may_be_waived());
    }
}
