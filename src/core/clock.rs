//! The time of day, and whether it can be believed.

use crate::holder::{PartialDate, days_in_month};
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

/// Japan is nine hours ahead of UTC all year round; it has had no summer time since 1951.
pub(crate) const JAPAN: i64 = 9 * 3600;

/// The date in Japan at that moment, given in seconds since 1970-01-01T00:00:00Z. `None` before 1970 and after 9999.
pub fn date_in_japan(seconds: i64) -> Option<PartialDate> {
    let mut days = u32::try_from(seconds.checked_add(JAPAN)?.div_euclid(86_400)).ok()?;
    for year in 1970..=9999_u16 {
        for month in 1..=12 {
            let length = u32::from(days_in_month(year, month));
            if days < length {
                return PartialDate::new(year, month, u8::try_from(days).ok()?.checked_add(1)?);
            }
            days = days.checked_sub(length)?;
        }
    }
    None
}

/// The date in Japan now.
///
/// # Errors
/// CLOCK_IMPLAUSIBLE, as [`now`].
pub fn today_in_japan() -> Result<PartialDate> {
    date_in_japan(now()?)
        .ok_or_else(|| Error::new(ResultCode::ClockImplausible, "the system time lies beyond the calendar"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_in_japan_nine_hours_before_utc() {
        for (seconds, date) in [
            (0, "1970-01-01"),
            (951_750_000 - 1, "2000-02-28"),
            (951_750_000, "2000-02-29"),
            (1_793_458_800, "2026-11-01"),
            (1_793_458_799, "2026-10-31"),
        ] {
            assert_eq!(date_in_japan(seconds).unwrap().to_string(), date, "{seconds}");
        }
        assert_eq!(date_in_japan(i64::MAX), None);
        assert_eq!(date_in_japan(-100_000), None);
    }
}
