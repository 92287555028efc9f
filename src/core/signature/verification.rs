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
}

/// What was changed in a PDF after a signature was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LaterChanges {
    /// Nothing.
    None,
    /// Only what the signature allows: further signatures, time-stamps, material for validation, metadata.
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
