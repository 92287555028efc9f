//! What the library answers: result codes, errors, reports, and the texts that go with them.
//!
//! `code` is the table of codes, `situation` what surrounds a code, `error` carries both out of an
//! operation, `report` holds the findings of a verification, `difference` the verdicts and reasons of a comparison,
//! `catalogue` the words for people.

mod catalogue;
mod code;
mod difference;
mod error;
mod flags;
mod report;
pub(crate) mod situation;

pub use catalogue::{Audience, Hint, Situation, Tags, languages};
pub use code::{Family, ResultCode, Traits};
pub use difference::{Difference, Differences, Verdict};
pub use error::{Error, Result, TrySpent};
pub use report::{Finding, Report, State, Subject, Waiver};
pub use situation::{CardKind, PinKind, ReaderInterface, Reason};
