//! What a program asks about a person: whether somebody is old enough.

pub mod age;
