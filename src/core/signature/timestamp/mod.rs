//! Time-stamps of RFC 3161: asking an authority for one, and judging those that a signature carries.
//!
//! `request` writes the question and checks the reply against it; `token` says what a token says and whether it holds.
//! Nothing here reaches a network: the caller's function does.

mod request;
mod token;

pub(crate) use request::fetch;
pub(crate) use token::{judge, judge_token, tokens};
