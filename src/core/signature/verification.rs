//! What verifying a document gives: the report, and whom and what it is about.

use crate::certificate::Certificate;
use crate::result::{Finding, Report};

/// A verified document. Only [`Report::result`] says whether it may be relied upon.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The findings, each with the number of its signer where it is about one.
    pub report: Report,
    /// The certificates of the signers, by their numbers; `None` where a signer's is not there or cannot be read.
    pub signers: Vec<Option<Certificate>>,
    /// For a PDF: its signatures, by their numbers. Empty for a CMS.
    pub signatures: Vec<PdfSignature>,
    /// The content that was inside and that every signer signed: there only if every finding SIGNATURE and CONTENT
    /// passed.
    pub content: Option<Vec<u8>>,
}

/// A signature of a PDF.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PdfSignature {
    /// The full name of its field.
    pub field: String,
    /// Whether it covers the file to its last byte, but for itself.
    pub covers_whole_file: bool,
    /// What was changed after it was made.
    pub later_changes: LaterChanges,
    /// The full names of the fields that were filled in after it, as a certification permits.
    pub filled: Vec<String>,
}

impl PdfSignature {
    /// The signature as an object of JSON, with the findings of `report` about it; `number` is its place
    /// in [`Verification::signatures`].
    pub fn json(&self, number: usize, report: &Report) -> serde_json::Value {
        let number = u32::try_from(number).ok();
        let own = report.findings().iter().filter(|finding| number.is_some() && finding.signer == number);
        serde_json::json!({
            "field": self.field,
            "covers_whole_file": self.covers_whole_file,
            "later_changes": self.later_changes.name(),
            "filled": self.filled,
            "findings": own.map(Finding::json).collect::<Vec<_>>(),
        })
    }
}

/// What was changed in a PDF after a signature was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LaterChanges {
    /// Nothing.
    None,
    /// Only what the signature allows: docs/pdf-changes.md lists it.
    Allowed,
    /// Something else.
    NotAllowed,
    /// It could not be found out.
    Unknown,
}

crate::result::situation::numbered!(LaterChanges {
    None = 1, "none";
    Allowed = 2, "allowed";
    NotAllowed = 3, "not_allowed";
    Unknown = 4, "unknown";
});
