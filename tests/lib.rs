//! Helpers that more than one test needs.
