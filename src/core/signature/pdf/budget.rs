//! What one call may cost: counted work, never clock time.
//!
//! One budget serves a whole call, over every revision, signature and page. It grows with the file, so
//! that honest files of any size are read, and a small file that unpacks to gigabytes is not. A call
//! that spends it ends with the fault [`TOO_MUCH_WORK`](super::fault::TOO_MUCH_WORK), which verifying
//! reports as SIGNATURE_MALFORMED and signing as INVALID_ARGUMENT.

use core::cell::Cell;

/// Bytes that may be read or unpacked for a file of no size.
const WORK: usize = 96 << 20;

/// How many times its size a file may cost beyond that.
const WORK_PER_BYTE: usize = 96;

/// Cross-reference entries that a file of no size may have, and how many bytes allow one more.
const ENTRIES: usize = 1 << 16;
const BYTES_PER_ENTRY: usize = 4;

/// What one stream may unpack to, and what may be kept unpacked at a time.
const UNPACKED: usize = 12 << 20;
const BYTES_PER_UNPACKED: usize = 4;

/// What is left to be spent.
pub(super) struct Budget {
    work: Cell<usize>,
    entries: Cell<usize>,
    unpacked: usize,
}

impl Budget {
    /// For a file of that size.
    pub(super) fn new(size: usize) -> Budget {
        Budget {
            work: Cell::new(size.saturating_mul(WORK_PER_BYTE).saturating_add(WORK)),
            entries: Cell::new((size / BYTES_PER_ENTRY).saturating_add(ENTRIES)),
            unpacked: (size / BYTES_PER_UNPACKED).saturating_add(UNPACKED),
        }
    }

    /// Counts that many bytes read, unpacked or compared. `None` if they were not left.
    pub(super) fn spend(&self, bytes: usize) -> Option<()> {
        self.work.set(self.work.get().checked_sub(bytes)?);
        Some(())
    }

    /// Counts that many entries of cross-references or of object streams.
    pub(super) fn spend_entries(&self, entries: usize) -> Option<()> {
        self.entries.set(self.entries.get().checked_sub(entries)?);
        Some(())
    }

    /// How many bytes of unpacked streams may be in memory.
    pub(super) fn most_unpacked(&self) -> usize {
        self.unpacked
    }
}
