//! The numbers of a block: 一丁目２番３号, 1-2-3, １番地の２. They are a list and are never joined.

use super::super::align::Likeness;
use super::super::glyph::Glyph;
use super::numeral;
use crate::result::{Difference, Differences};

/// What stands behind a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    /// Nothing.
    None,
    /// 丁目, or 丁
    Chome,
    /// 番地
    Banchi,
    /// 番, or 街区
    Ban,
    /// 号
    Go,
    /// Any dash, as it was written.
    Dash(char),
    /// の, between two numbers.
    No,
}

impl Unit {
    fn is_word(self) -> bool {
        matches!(self, Unit::Chome | Unit::Banchi | Unit::Ban | Unit::Go)
    }
}

/// A number, how it is written, and what stands behind it.
#[derive(Clone)]
pub(super) struct Number {
    pub(super) digits: String,
    written: Vec<char>,
    pub(super) unit: Unit,
    unit_written: Vec<char>,
    /// 甲, イ and the like in front of it or behind it.
    branch: Option<char>,
    flagged: bool,
}

/// The numbers of a block, and how many glyphs they take.
pub(super) struct Block {
    pub(super) numbers: Vec<Number>,
    pub(super) length: usize,
}

/// Words that make a number in kanji a number.
const UNITS: [&str; 8] = ["丁目", "番地", "番", "号", "条", "線", "地割", "街区"];

/// The number that is at that place and means to be one: 三番 is, the 三 of 三田 is not. `chained` says that a number stands
/// before it.
pub(super) fn number_at(glyphs: &[Glyph], place: usize, chained: bool) -> Option<(String, usize)> {
    let (digits, length) = numeral::at(glyphs, place)?;
    let after = place.saturating_add(length);
    let first = glyphs.get(place)?;
    if first.key.is_ascii_digit() {
        return Some((digits, length));
    }
    let unit = UNITS.iter().any(|unit| begins(glyphs, after, unit)) || is_cho(glyphs, after);
    let ends = glyphs.get(after).is_none_or(Glyph::is_space);
    let joined = joint(glyphs, after).is_some_and(|(_, length)| {
        let next = after.saturating_add(length);
        glyphs.get(next).is_some_and(numeral::begins)
            && (chained || glyphs.get(next).is_some_and(|glyph| glyph.key.is_ascii_digit()) || {
                // 二の三, 一－二: not 二ノ宮.
                number_end(glyphs, next).is_some_and(|end| {
                    glyphs.get(end).is_none_or(|glyph| glyph.is_space() || !glyph.key.is_alphabetic())
                        || joint(glyphs, end).is_some()
                        || UNITS.iter().any(|unit| begins(glyphs, end, unit))
                })
            })
    });
    (unit || joined || (chained && ends)).then_some((digits, length))
}

fn number_end(glyphs: &[Glyph], place: usize) -> Option<usize> {
    numeral::at(glyphs, place).map(|(_, length)| place.saturating_add(length))
}

/// A dash or の between two numbers: what, and how long.
fn joint(glyphs: &[Glyph], place: usize) -> Option<(Unit, usize)> {
    let spaces = |from: usize| {
        let rest = glyphs.get(from..).unwrap_or(&[]);
        rest.iter().take_while(|glyph| glyph.is_space()).count()
    };
    let before = spaces(place);
    let at = place.saturating_add(before);
    let glyph = glyphs.get(at)?;
    let next = glyphs.get(at.saturating_add(1)).map(|glyph| glyph.key);
    if is_dash(glyph.key) || (glyph.key == '一' && arabic_around(glyphs, at)) {
        let more =
            glyphs.get(at..).unwrap_or(&[]).iter().skip(1).take_while(|glyph| is_dash(glyph.key)).count();
        let end = at.saturating_add(1).saturating_add(more);
        let behind = spaces(end);
        return Some((Unit::Dash(glyph.shown()), end.saturating_add(behind).saturating_sub(place)));
    }
    let number_next = next.is_some_and(|key| key.is_ascii_digit() || numeral::is_kanji_digit(key));
    (matches!(glyph.key, 'の' | 'ノ' | '之') && before == 0 && number_next).then_some((Unit::No, 1))
}

/// Whether a 一 is a dash that a machine or a tired eye has misread: 1一2.
fn arabic_around(glyphs: &[Glyph], place: usize) -> bool {
    let arabic =
        |at: Option<usize>| at.and_then(|at| glyphs.get(at)).is_some_and(|glyph| glyph.key.is_ascii_digit());
    arabic(place.checked_sub(1)) && arabic(place.checked_add(1))
}

pub(super) fn is_dash(key: char) -> bool {
    matches!(
        key,
        '-' | '‐'
            | '‑'
            | '‒'
            | '–'
            | '—'
            | '―'
            | '−'
            | 'ー'
            | '─'
            | '━'
            | '﹣'
            | '－'
            | '➖'
            | '˗'
            | '⁃'
            | '・'
    )
}

pub(super) fn begins(glyphs: &[Glyph], place: usize, word: &str) -> bool {
    glyphs.get(place..).is_some_and(|rest| {
        let length = word.chars().count();
        rest.len() >= length && rest.iter().map(|glyph| glyph.key).take(length).eq(word.chars())
    })
}

/// 丁 without 目, as 堺 and a few others have it.
fn is_cho(glyphs: &[Glyph], place: usize) -> bool {
    let next = glyphs.get(place.saturating_add(1));
    begins(glyphs, place, "丁")
        && next.is_none_or(|glyph| glyph.is_space() || is_dash(glyph.key) || numeral::begins(glyph))
}

/// What stands behind a number, and how many glyphs it takes. A word may stand behind a space, if no name begins with it.
fn unit_at(glyphs: &[Glyph], place: usize) -> (Unit, usize) {
    let spaces = glyphs.get(place..).unwrap_or(&[]).iter().take_while(|glyph| glyph.is_space()).count();
    let (unit, length) = unit_here(glyphs, place.saturating_add(spaces));
    let next = glyphs.get(place.saturating_add(spaces).saturating_add(length));
    let closed = next.is_none_or(|next| next.is_space() || is_dash(next.key) || numeral::begins(next));
    match (unit, length) {
        (unit, length) if spaces > 0 && unit.is_word() && closed => (unit, length.saturating_add(spaces)),
        _ if spaces > 0 => joint(glyphs, place).unwrap_or((Unit::None, 0)),
        found => found,
    }
}

fn unit_here(glyphs: &[Glyph], place: usize) -> (Unit, usize) {
    let next_is = |at: usize, what: &str| glyphs.get(at).is_some_and(|glyph| what.contains(glyph.key));
    let (unit, length) = if begins(glyphs, place, "丁目") {
        (Unit::Chome, 2)
    } else if is_cho(glyphs, place) {
        (Unit::Chome, 1)
    } else if begins(glyphs, place, "番地") && !next_is(place.saturating_add(2), "割") {
        (Unit::Banchi, 2)
    } else if begins(glyphs, place, "番") && !next_is(place.saturating_add(1), "町丁館街屋戸外組神勢通沢川")
    {
        (Unit::Ban, 1)
    } else if begins(glyphs, place, "街区") {
        (Unit::Ban, 2)
    } else if begins(glyphs, place, "号") && !next_is(place.saturating_add(1), "線棟館室車地") {
        (Unit::Go, 1)
    } else {
        return joint(glyphs, place).unwrap_or((Unit::None, 0));
    };
    // 番地の1, 番-1: the word counts.
    let behind = place.saturating_add(length);
    let joined = joint(glyphs, behind).map_or(0, |(_, length)| length);
    let number_next = glyphs.get(behind.saturating_add(joined)).is_some_and(numeral::begins);
    (unit, if number_next { length.saturating_add(joined) } else { length })
}

/// 甲, 乙 or イ, ロ: one sign that tells a lot from its neighbours.
fn branch_at(glyphs: &[Glyph], place: usize) -> Option<char> {
    let sign = glyphs.get(place)?.key;
    "甲乙丙丁戊己庚辛イロハニホヘト".contains(sign).then_some(sign)
}

/// The block that begins at that place. `None` if there is no number.
pub(super) fn block_at(glyphs: &[Glyph], place: usize) -> Option<Block> {
    let mut block = Block { numbers: Vec::new(), length: 0 };
    let mut at = place;
    loop {
        // Before the first number it is the end of the town's name.
        let lead = branch_at(glyphs, at).filter(|_| {
            !block.numbers.is_empty()
                && glyphs.get(at.saturating_add(1)).is_some_and(|glyph| glyph.key.is_ascii_digit())
        });
        let start = at.saturating_add(usize::from(lead.is_some()));
        let Some((digits, length)) = number_at(glyphs, start, !block.numbers.is_empty()) else { break };
        let behind = start.saturating_add(length);
        let written = glyphs.get(start..behind).unwrap_or(&[]);
        let (unit, unit_length) = unit_at(glyphs, behind);
        let mut end = behind.saturating_add(unit_length);
        let unit_written = glyphs.get(behind..end).unwrap_or(&[]).iter().map(Glyph::shown).collect();
        // 123番地甲, 甲 being all that follows or standing before the next number.
        let tail = branch_at(glyphs, end).filter(|_| {
            let next = glyphs.get(end.saturating_add(1));
            lead.is_none()
                && matches!(unit, Unit::Banchi | Unit::Ban | Unit::None)
                && next.is_none_or(|glyph| {
                    glyph.is_space() || is_dash(glyph.key) || matches!(glyph.key, 'の' | '号')
                })
        });
        end = end.saturating_add(usize::from(tail.is_some()));
        let (unit, end) = match (tail, unit_at(glyphs, end)) {
            (Some(_), (Unit::None, _)) | (None, _) => (unit, end),
            (Some(_), (more, length)) if unit == Unit::None => (more, end.saturating_add(length)),
            (Some(_), (_, length)) => (unit, end.saturating_add(length)),
        };
        block.numbers.push(Number {
            digits,
            written: written.iter().map(Glyph::shown).collect(),
            unit,
            unit_written,
            branch: lead.or(tail),
            flagged: written.iter().any(|glyph| glyph.flagged),
        });
        block.length = end.saturating_sub(place);
        // After a word like 番 a space means nothing; after a bare number something else begins.
        let spaces = glyphs.get(end..).unwrap_or(&[]).iter().take_while(|glyph| glyph.is_space()).count();
        at = end.saturating_add(spaces);
        let goes_on =
            unit != Unit::None && (spaces == 0 || matches!(unit, Unit::Chome | Unit::Banchi | Unit::Ban));
        if !goes_on {
            break;
        }
    }
    let last = block.numbers.last_mut()?;
    if matches!(last.unit, Unit::Dash(_) | Unit::No) {
        last.unit = Unit::None;
    }
    Some(block)
}

impl Number {
    /// The same number, or how the two differ.
    pub(super) fn likeness(&self, other: &Number) -> Likeness {
        if self.digits != other.digits {
            return if self.flagged || other.flagged {
                Likeness::unsure(Difference::Substituted)
            } else {
                Likeness::different(Difference::Number)
            };
        }
        let mut found = Likeness::same(if self.written == other.written {
            Differences::NONE
        } else {
            Difference::Numeral.into()
        });
        if self.flagged || other.flagged {
            found = found.and(Difference::Substituted.into());
        }
        found.and(match (self.branch, other.branch) {
            (a, b) if a == b => Likeness::SAME,
            (Some(_), Some(_)) => Likeness::different(Difference::Number),
            _ => Likeness::unsure(Difference::PartOmitted),
        })
    }
}

/// How the words and dashes between the same numbers compare.
pub(super) fn compare_units(left: &[Number], right: &[Number]) -> Likeness {
    let pairs = left.iter().zip(right);
    let found = pairs.fold(Likeness::SAME, |found, (a, b)| found.and(unit_likeness(a, b)));
    let lot = |numbers: &[Number]| numbers.iter().any(|number| number.unit == Unit::Banchi);
    let residence = |numbers: &[Number]| {
        let ban = numbers.iter().position(|number| number.unit == Unit::Ban);
        ban.is_some_and(|ban| numbers.iter().skip(ban).any(|number| number.unit == Unit::Go))
    };
    if (lot(left) && residence(right)) || (residence(left) && lot(right)) {
        return found.doubted(Difference::BlockKind);
    }
    found
}

fn unit_likeness(left: &Number, right: &Number) -> Likeness {
    match (left.unit, right.unit) {
        (Unit::Dash(a), Unit::Dash(b)) if a != b => Difference::Dash.into(),
        (a, b) if a == b && left.unit_written == right.unit_written => Likeness::SAME,
        // 號 for 号 is as long; 番地の for 番地 is not.
        (a, b) if a == b && a.is_word() && left.unit_written.len() == right.unit_written.len() => {
            Difference::KanjiVariant.into()
        }
        (a, b) if a == b && a.is_word() => Difference::BlockStyle.into(),
        (a, b) if a == b => Difference::Space.into(),
        (Unit::Ban, Unit::Banchi) | (Unit::Banchi, Unit::Ban) => Difference::BlockStyle.into(),
        (a, b) if a.is_word() && b.is_word() => Likeness::unsure(Difference::BlockKind),
        _ => Difference::BlockStyle.into(),
    }
}
