//! What verifying a document gives: the report, and whom and what it is about.

use crate::certificate::Certificate;
use crate::result::Report;

/// A verified document. Only [`Report::result`] says whether it may be relied upon.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The findings, each with the number of its signer where it is about one.
    pub report: Report,
    /// The certificates of the signers, by their numbers; `None` where a signer's is not there or cannot be read.
    pub signers: Vec<Option<Certificate>>,
    /// The content that was inside and that every signer signed: there only if every finding SIGNATURE and CONTENT
    /// passed.
    pub content: Option<Vec<u8>>,
}
