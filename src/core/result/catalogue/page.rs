//! Renders every text for reading: docs/result-codes.md.
