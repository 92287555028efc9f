//! The honnin command.

fn main() {}
