//! The time of day, and whether it can be believed.

use crate::result::{Error, Result, ResultCode};
use std::time::{SystemTime, UNIX_EPOCH};

/// 2026-11-01T00:00:00Z: no machine that runs this version can honestly have an earlier time.
/// Moved forward with every release.
pub const RELEASED: i64 = 1_793_491_200;

/// The present moment in seconds since 1970-01-01T00:00:00Z.
///
/// # Errors
/// CLOCK_IMPLAUSIBLE if the system's time lies before this version was made: a till whose battery has died
/// must not call certificates "not yet valid".
pub fn now() -> Result<i64> {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .filter(|seconds| *seconds >= RELEASED);
    seconds.ok_or_else(|| {
        Error::new(ResultCode::ClockImplausible, "the system time is before this version was made")
    })
}
