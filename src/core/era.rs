//! Japanese eras (元号): from a year of an era, as printed codes have it, to the calendar and back.

use crate::holder::{PartialDate, days_in_month};

/// An era in which someone who holds a card can have been born.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Era {
    /// The digit that the signing certificate uses for it.
    pub digit: u8,
    /// Its name.
    pub name: &'static str,
    /// Its first day: year, month, day.
    first: (u16, u8, u8),
}

/// 明治 to 令和, with the first day of each.
pub const ERAS: [Era; 5] = [
    Era { digit: b'1', name: "明治", first: (1868, 1, 25) },
    Era { digit: b'2', name: "大正", first: (1912, 7, 30) },
    Era { digit: b'3', name: "昭和", first: (1926, 12, 25) },
    Era { digit: b'4', name: "平成", first: (1989, 1, 8) },
    Era { digit: b'5', name: "令和", first: (2019, 5, 1) },
];

/// Where the present era is taken to end: nobody is born later for as long as this version is in use.
const LATEST: (u16, u8, u8) = (2076, 1, 1);

/// Whether six digits YYMMDD are the birth date of somebody in some era; the codes do not say which.
/// An unknown day, or month and day, is 00.
pub fn is_era_date(digits: &[u8]) -> bool {
    let number = |at: usize| -> Option<u8> {
        let pair = digits.get(at..at.checked_add(2)?)?;
        pair.iter().all(u8::is_ascii_digit).then(|| core::str::from_utf8(pair).ok()?.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(0), number(2), number(4)) else { return false };
    digits.len() == 6 && year > 0 && (0..ERAS.len()).any(|era| holds(era, year, month, day))
}

/// A date as the printed codes have it: YYMMDD in its era, unknown day, or month and day, 00. `None` if the year is
/// unknown, before 明治, or, for lack of a day, in either of two eras.
pub fn era_digits(date: PartialDate) -> Option<String> {
    let mut found = ERAS.iter().enumerate().filter_map(|(place, era)| {
        let year = u8::try_from(date.year().checked_sub(era.first.0)?.checked_add(1)?).ok()?;
        let fits = year <= 99 && holds(place, year, date.month(), date.day());
        fits.then(|| format!("{year:02}{:02}{:02}", date.month(), date.day()))
    });
    found.next().filter(|_| found.next().is_none())
}

/// Whether the era at that place of the table has the day, where the month or the day may be 0 for unknown.
fn holds(era: usize, year_of_era: u8, month: u8, day: u8) -> bool {
    let Some(first) = ERAS.get(era).map(|era| era.first) else { return false };
    let next = era.checked_add(1).and_then(|next| ERAS.get(next)).map_or(LATEST, |era| era.first);
    let year = first.0.saturating_add(u16::from(year_of_era)).saturating_sub(1);
    if PartialDate::new(year, month, day).is_none() {
        return false;
    }
    // With unknown parts the era has the date if it has any day that fits.
    let earliest = (year, month.max(1), day.max(1));
    let last_month = if month == 0 { 12 } else { month };
    let latest = (year, last_month, if day == 0 { days_in_month(year, last_month) } else { day });
    latest >= first && earliest < next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_in_any_era_is_a_date() {
        for good in ["550217", "640107", "010108", "310430", "010501", "450729", "021130", "550200", "550000"]
        {
            assert!(is_era_date(good.as_bytes()), "{good}");
        }
    }

    #[test]
    fn a_date_is_written_in_its_era_or_not_at_all() {
        let written = |text| era_digits(PartialDate::from_text(text).unwrap());
        assert_eq!(written("1980-02-17").as_deref(), Some("550217"));
        assert_eq!(written("1989-01-07").as_deref(), Some("640107"));
        assert_eq!(written("1989-01-08").as_deref(), Some("010108"));
        assert_eq!(written("2019-05-01").as_deref(), Some("010501"));
        assert_eq!(written("1980-02-00").as_deref(), Some("550200"));
        assert_eq!(written("1989-00-00"), None, "昭和64 or 平成1");
        assert_eq!(written("0000-00-00"), None);
        assert_eq!(written("1800-01-01"), None);
    }

    #[test]
    fn a_day_that_no_era_has_is_none() {
        for bad in [
            "551317", "550230", "000101", "990101", "650101", "550431", "55021", "5502170", "55o217",
            "550017",
        ] {
            assert!(!is_era_date(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn the_29th_of_february_counts_only_where_some_era_had_one() {
        assert!(is_era_date(b"550229"), "昭和55 is 1980");
        assert!(!is_era_date(b"570229"), "昭和57 is 1982, and no other era has a 57th year");
    }
}
