//! Whether somebody has reached an age, by a birth date of which parts may be unknown.

use crate::clock;
use crate::holder::{Holder, PartialDate};
use crate::result::{Error, Result, ResultCode};

/// Nobody is known to have lived for longer: a birth date that says so is no birth date.
const OLDEST: u16 = 130;

/// The ages that can be asked about.
pub const YEARS: core::ops::RangeInclusive<u32> = 1..=200;

/// Whether the holder has reached an age on a day, or today in Japan.
///
/// It is reached from 00:00 on the birthday; by somebody born on 29 February, in common years, on 1 March, so that
/// nothing is ever sold a day early. With `count_eve` it is reached on the eve, as procedures count that go by the
/// law on reckoning ages. Where the month or the day of birth is unknown, the answer is given only if every day that
/// it can have been gives the same.
///
/// # Errors
/// AGE_NOT_MET; AGE_UNDECIDED; CARD_RESPONSE for a birth date after that day, or more than 130 years before it;
/// CLOCK_IMPLAUSIBLE; INVALID_ARGUMENT for years outside 1 to 200 and for a day with unknown parts.
pub fn age_check(holder: &Holder, years: u32, on: Option<PartialDate>, count_eve: bool) -> Result<()> {
    let check = || {
        let years = u16::try_from(years).ok().filter(|_| YEARS.contains(&years));
        let years = years.ok_or_else(|| invalid("an age is 1 to 200 years"))?;
        let on = on.map_or_else(clock::today_in_japan, Ok)?;
        if !on.is_complete() {
            return Err(invalid("the day asked about has unknown parts"));
        }
        let Some((earliest, latest)) = plausible(holder.birth_date, on)? else {
            return Err(undecided());
        };
        let met = |birth| is_reached(birth, years, on, count_eve);
        match (met(earliest), met(latest)) {
            (true, true) => Ok(()),
            (false, false) => Err(Error::new(ResultCode::AgeNotMet, "the age is not reached on that day")),
            _ => Err(undecided()),
        }
    };
    check().map_err(|error: Error| error.in_operation("age_check"))
}

/// The first and the last day that a birth date can be; `None` if the year is unknown.
///
/// # Errors
/// CARD_RESPONSE if nobody who was born then can stand at a counter on that day.
pub(crate) fn plausible(birth: PartialDate, on: PartialDate) -> Result<Option<(PartialDate, PartialDate)>> {
    let (Some(earliest), Some(latest)) = (birth.earliest(), birth.latest()) else { return Ok(None) };
    if earliest > on {
        return Err(Error::new(ResultCode::CardResponse, "a birth date in the future"));
    }
    if is_reached(latest, OLDEST.saturating_add(1), on, false) {
        return Err(Error::new(ResultCode::CardResponse, "a birth date more than 130 years ago"));
    }
    Ok(Some((earliest, latest)))
}

/// Whether that many years have passed since a day, of which every part is known.
fn is_reached(birth: PartialDate, years: u16, on: PartialDate, count_eve: bool) -> bool {
    let year = birth.year().saturating_add(years);
    // Born on 29 February, and the year has none.
    let birthday = PartialDate::new(year, birth.month(), birth.day()).or(PartialDate::new(year, 3, 1));
    let on = if count_eve { next_day(on) } else { Some(on) };
    // A year after 9999 is not reached.
    matches!((birthday, on), (Some(birthday), Some(on)) if on >= birthday)
}

fn next_day(day: PartialDate) -> Option<PartialDate> {
    PartialDate::new(day.year(), day.month(), day.day().checked_add(1)?)
        .or_else(|| PartialDate::new(day.year(), day.month().checked_add(1)?, 1))
        .or_else(|| PartialDate::new(day.year().checked_add(1)?, 1, 1))
}

fn undecided() -> Error {
    Error::new(ResultCode::AgeUndecided, "the unknown parts of the birth date decide")
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ResultCode::InvalidArgument, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holder::HolderSource;

    fn date(text: &str) -> PartialDate {
        PartialDate::from_text(text).unwrap()
    }

    fn holder(birth: &str) -> Holder {
        Holder {
            name: None,
            name_kana: None,
            address: None,
            birth_date: date(birth),
            sex: None,
            name_substituted: vec![],
            address_substituted: vec![],
            source: HolderSource::Age,
        }
    }

    fn answer(birth: &str, years: u32, on: &str, count_eve: bool) -> ResultCode {
        age_check(&holder(birth), years, Some(date(on)), count_eve)
            .map_or_else(|error| error.code, |()| ResultCode::Ok)
    }

    const MET: ResultCode = ResultCode::Ok;
    const NOT_MET: ResultCode = ResultCode::AgeNotMet;

    #[test]
    fn an_age_is_reached_on_the_birthday_and_on_the_eve_only_where_days_are_counted() {
        for (birth, on, by_birthday, by_eve) in [
            ("2006-11-01", "2026-10-30", NOT_MET, NOT_MET),
            ("2006-11-01", "2026-10-31", NOT_MET, MET),
            ("2006-11-01", "2026-11-01", MET, MET),
            ("2007-01-01", "2026-12-31", NOT_MET, MET),
            ("2007-03-01", "2027-02-28", NOT_MET, MET),
            ("2004-03-01", "2024-02-28", NOT_MET, NOT_MET),
            ("2004-03-01", "2024-02-29", NOT_MET, MET),
        ] {
            assert_eq!(answer(birth, 20, on, false), by_birthday, "{birth} {on}");
            assert_eq!(answer(birth, 20, on, true), by_eve, "{birth} {on}");
        }
    }

    #[test]
    fn born_on_29_february_one_is_of_age_on_1_march_of_common_years() {
        assert_eq!(answer("2008-02-29", 18, "2026-02-28", false), NOT_MET);
        assert_eq!(answer("2008-02-29", 18, "2026-03-01", false), MET);
        assert_eq!(answer("2008-02-29", 18, "2026-02-27", true), NOT_MET);
        assert_eq!(answer("2008-02-29", 18, "2026-02-28", true), MET);
        assert_eq!(answer("2008-02-29", 20, "2028-02-28", false), NOT_MET);
        assert_eq!(answer("2008-02-29", 20, "2028-02-29", false), MET);
        assert_eq!(answer("1904-02-29", 96, "2000-02-29", false), MET, "2000 was a leap year");
    }

    #[test]
    fn unknown_parts_are_undecided_only_where_they_decide() {
        let undecided = ResultCode::AgeUndecided;
        for (birth, on, expected) in [
            ("2006-11-00", "2026-10-31", NOT_MET),
            ("2006-11-00", "2026-11-01", undecided),
            ("2006-11-00", "2026-11-29", undecided),
            ("2006-11-00", "2026-11-30", MET),
            ("2006-00-00", "2025-12-31", NOT_MET),
            ("2006-00-00", "2026-01-01", undecided),
            ("2006-00-00", "2026-12-31", MET),
            ("2008-02-00", "2028-02-29", MET),
            ("0000-00-00", "2026-11-01", undecided),
        ] {
            assert_eq!(answer(birth, 20, on, false), expected, "{birth} {on}");
        }
    }

    #[test]
    fn a_birth_date_in_the_future_or_of_somebody_older_than_anybody_is_the_cards_fault() {
        let no = ResultCode::CardResponse;
        for (birth, expected) in [
            ("2026-11-02", no),
            ("2027-00-00", no),
            ("2026-11-01", NOT_MET),
            ("1895-11-01", no),
            ("1895-11-02", MET),
            ("1895-00-00", MET),
            ("1894-00-00", no),
        ] {
            assert_eq!(answer(birth, 20, "2026-11-01", false), expected, "{birth}");
        }
    }

    #[test]
    fn a_question_that_makes_no_sense_is_refused() {
        for (years, on) in [(0, "2026-11-01"), (201, "2026-11-01"), (20, "2026-11-00")] {
            assert_eq!(answer("2000-01-01", years, on, false), ResultCode::InvalidArgument);
        }
    }

    #[test]
    fn today_is_the_day_in_japan() {
        age_check(&holder("1989-05-07"), 20, None, false).unwrap();
        let error = age_check(&holder("1989-05-07"), 120, None, false).unwrap_err();
        assert_eq!((error.code, error.operation), (NOT_MET, "age_check"));
    }
}
