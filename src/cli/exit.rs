//! Exit codes: 0, or one a family of results.

use honnin::ResultCode;
use honnin::result::Family;

pub(crate) const OK: u8 = 0;
pub(crate) const USAGE: u8 = 10;
pub(crate) const INTERRUPTED: u8 = 130;

pub(crate) fn code_of(result: ResultCode) -> u8 {
    match result.family() {
        Family::Success => OK,
        Family::Call => USAGE,
        Family::Reader => 20,
        Family::Card => 30,
        Family::Pin => 40,
        Family::Certificate => 50,
        Family::Signature => 60,
        Family::Identity => 70,
        Family::Internal => 90,
    }
}
