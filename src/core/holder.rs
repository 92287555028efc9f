//! The person a card was issued to: the four basic attributes (基本4情報) and dates with unknown parts.

use core::fmt;
use zeroize::Zeroize;

/// A calendar date of which the month or the day, or all, may be unknown: "1989-05-07", "1989-05-00", "0000-00-00".
/// Ordered as days are, where every part is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: u16,
    month: u8,
    day: u8,
}

impl PartialDate {
    /// A date from its parts, where 0 stands for unknown. `None` if no calendar has such a day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<PartialDate> {
        let plausible = year <= 9999
            && match (year, month, day) {
                (0, 0, 0) => true,
                (0, _, _) => false,
                (_, 0, 0) => true,
                (_, 0, _) => false,
                (_, 1..=12, 0) => true,
                (_, 1..=12, _) => day <= days_in_month(year, month),
                _ => false,
            };
        plausible.then_some(PartialDate { year, month, day })
    }

    /// The date in eight ASCII digits YYYYMMDD, unknown parts 00.
    pub fn from_digits(digits: &[u8]) -> Option<PartialDate> {
        if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = |range| -> Option<u16> { core::str::from_utf8(digits.get(range)?).ok()?.parse().ok() };
        PartialDate::new(number(0..4)?, number(4..6)?.try_into().ok()?, number(6..8)?.try_into().ok()?)
    }

    /// The text "YYYY-MM-DD", unknown parts 00.
    pub fn from_text(text: &str) -> Option<PartialDate> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
            return None;
        }
        let digits: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'-').collect();
        PartialDate::from_digits(&digits)
    }

    /// The year, 0 if unknown.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 0 if unknown.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day, 0 if unknown.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The first day that the date can be; `None` if not even the year is known.
    pub fn earliest(self) -> Option<PartialDate> {
        PartialDate::new(self.year, self.month.max(1), self.day.max(1)).filter(|_| self.year != 0)
    }

    /// The last day that the date can be; `None` if not even the year is known.
    pub fn latest(self) -> Option<PartialDate> {
        let month = if self.month == 0 { 12 } else { self.month };
        let day = if self.day == 0 { days_in_month(self.year, month) } else { self.day };
        PartialDate::new(self.year, month, day).filter(|_| self.year != 0)
    }

    /// Whether every part is known.
    pub fn is_complete(self) -> bool {
        self.day != 0
    }
}

/// The number of days of that month in the Gregorian calendar; 0 for a month outside 1..=12.
pub fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A date belongs to a person: only whether it is complete is shown.
impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartialDate(complete: {})", self.is_complete())
    }
}

/// The sex as the register has it, numbered as in the records of the card.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
    /// Not stated, or not known.
    Unknown,
}

impl Sex {
    /// 1 male, 2 female, 9 unknown.
    pub const fn number(self) -> u32 {
        match self {
            Sex::Male => 1,
            Sex::Female => 2,
            Sex::Unknown => 9,
        }
    }

    /// "MALE", "FEMALE" or "UNKNOWN".
    pub const fn name(self) -> &'static str {
        match self {
            Sex::Male => "MALE",
            Sex::Female => "FEMALE",
            Sex::Unknown => "UNKNOWN",
        }
    }

    /// From the one digit that card records use: '1', '2'; '9' and '0' are unknown.
    pub fn from_digit(digit: u8) -> Option<Sex> {
        match digit {
            b'1' => Some(Sex::Male),
            b'2' => Some(Sex::Female),
            b'9' | b'0' => Some(Sex::Unknown),
            _ => None,
        }
    }
}

/// Where the attributes were read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HolderSource {
    /// The signing certificate.
    Certificate,
    /// The text application.
    Text,
    /// The face application.
    Face,
    /// The age record of the face application: the birth date only.
    Age,
}

/// The four basic attributes of the holder, as far as the source has them.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// 氏名 as the source spells it; `None` where it has none (age record).
    pub name: Option<String>,
    /// The reading of the name, where the source has one.
    pub name_kana: Option<String>,
    /// 住所 as the source spells it.
    pub address: Option<String>,
    /// The birth date, unknown parts 00.
    pub birth_date: PartialDate,
    /// The sex; `None` where the source has none.
    pub sex: Option<Sex>,
    /// Which characters of the name are substitutes (代替文字): one flag a character, empty if none is said.
    pub name_substituted: Vec<bool>,
    /// Which characters of the address are substitutes: one flag a character, empty if none is said.
    pub address_substituted: Vec<bool>,
    /// Where the attributes were read.
    pub source: HolderSource,
}

impl Holder {
    /// Whether any character of the name is a substitute for one the certificate cannot spell.
    pub fn is_name_substituted(&self) -> bool {
        self.name_substituted.contains(&true)
    }

    /// Whether any character of the address is a substitute.
    pub fn is_address_substituted(&self) -> bool {
        self.address_substituted.contains(&true)
    }
}

/// Name, reading, address and birth date. Holders are not wiped by themselves: whoever keeps one decides when.
impl Zeroize for Holder {
    fn zeroize(&mut self) {
        for text in [&mut self.name, &mut self.name_kana, &mut self.address] {
            text.zeroize();
        }
        let PartialDate { year, month, day } = &mut self.birth_date;
        year.zeroize();
        month.zeroize();
        day.zeroize();
        self.sex = None;
    }
}

/// Shows where the attributes come from, and never whose they are.
impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Holder(source: {:?})", self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parts_are_kept_and_impossible_days_refused() {
        assert_eq!(PartialDate::from_digits(b"19890507").unwrap().to_string(), "1989-05-07");
        assert_eq!(PartialDate::from_digits(b"19890500").unwrap().to_string(), "1989-05-00");
        assert_eq!(PartialDate::from_digits(b"19890000").unwrap().to_string(), "1989-00-00");
        assert_eq!(PartialDate::from_text("2000-02-29").unwrap().day(), 29);
        for bad in [&b"19890431"[..], b"19000229", b"19891301", b"1989050", b"1989O507", b"19890007"] {
            assert!(PartialDate::from_digits(bad).is_none());
        }
        for bad in ["1989-5-7", "1989/05/07", "", "19890507", "1989-05-0７"] {
            assert!(PartialDate::from_text(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_person() {
        let holder = Holder {
            name: Some("番号　花子".into()),
            name_kana: None,
            address: Some("東京都".into()),
            birth_date: PartialDate::from_text("1989-05-07").unwrap(),
            sex: Some(Sex::Female),
            name_substituted: vec![],
            address_substituted: vec![],
            source: HolderSource::Certificate,
        };
        let shown = format!("{holder:?} {:?}", holder.birth_date);
        for secret in ["番号", "東京", "1989"] {
            assert!(!shown.contains(secret));
        }
    }
}
