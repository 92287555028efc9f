//! Tests: what is marked by small contents, and whether four viewers agree.

mod contents;
mod files;
mod memory;
mod mutations;
mod programs;
mod viewers;
