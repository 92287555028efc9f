//! What stands behind the block: the name of a building and the numbers in it.

use super::super::align::{Likeness, align};
use super::super::glyph::Glyph;
use super::block::{begins, is_dash};
use super::numeral;
use crate::result::{Difference, Differences};

/// A building, taken apart.
#[derive(Default)]
pub(super) struct Building {
    /// The letters of its name.
    name: Vec<Glyph>,
    /// The numbers and single letters that tell a house, a floor or a room.
    pub(super) rooms: Vec<String>,
    /// As it is written, for telling how the writing differs.
    written: Vec<Glyph>,
}

/// Words behind a number that add nothing to it.
const WORDS: [&str; 10] = ["号棟", "号室", "号館", "番館", "棟", "館", "号", "室", "階", "F"];

impl Building {
    /// From what stands behind the block; spaces and all.
    pub(super) fn of(glyphs: &[Glyph]) -> Building {
        let glyphs: Vec<Glyph> = glyphs.iter().filter(|glyph| !glyph.is_space()).copied().collect();
        let mut building = Building::default();
        let mut place = 0;
        while let Some(glyph) = glyphs.get(place) {
            let after_room = place.checked_sub(1).is_some() && building.ends_in_room(&glyphs, place);
            if let Some((digits, length)) = number_at(&glyphs, place) {
                building.rooms.push(digits);
                place = place.saturating_add(length);
                let word = WORDS.iter().find(|word| is_word_at(&glyphs, place, word));
                place = place.saturating_add(word.map_or(0, |word| word.chars().count()));
            } else if is_room_letter(&glyphs, place) {
                building.rooms.push(glyph.key.to_string());
                place = place.saturating_add(1);
                let word = WORDS.iter().find(|word| is_word_at(&glyphs, place, word) && **word != "F");
                place = place.saturating_add(word.map_or(0, |word| word.chars().count()));
            } else if is_joint(&glyphs, place) || (glyph.key == 'の' && after_room) {
                place = place.saturating_add(1);
            } else {
                if !matches!(glyph.key, '・' | ',' | '、' | '(' | ')') {
                    building.name.push(*glyph);
                }
                place = place.saturating_add(1);
            }
        }
        building.written = glyphs;
        building
    }

    /// The building with a room whose number stands among those of the block. `None` if it has a room already.
    pub(super) fn with_room(&self, digits: &str) -> Option<Building> {
        self.rooms.is_empty().then(|| Building {
            name: self.name.clone(),
            rooms: vec![digits.to_owned()],
            written: self.written.clone(),
        })
    }

    fn ends_in_room(&self, glyphs: &[Glyph], place: usize) -> bool {
        !self.rooms.is_empty()
            && place
                .checked_sub(1)
                .and_then(|before| glyphs.get(before))
                .is_some_and(|glyph| numeral::begins(glyph) || matches!(glyph.key, '号' | '棟' | '階'))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.name.is_empty() && self.rooms.is_empty()
    }

    pub(super) fn compare(&self, other: &Building) -> Likeness {
        match (self.is_empty(), other.is_empty()) {
            (true, true) => return Likeness::SAME,
            (true, false) | (false, true) => return Difference::BuildingOmitted.into(),
            _ => {}
        }
        let rooms = match (self.rooms.as_slice(), other.rooms.as_slice()) {
            (a, b) if a == b => Likeness::SAME,
            (a, b) if is_part(a, b) || is_part(b, a) => Difference::BuildingOmitted.into(),
            _ => return Likeness::different(Difference::Room),
        };
        let names = match (self.name.is_empty(), other.name.is_empty()) {
            (true, true) => Likeness::SAME,
            (true, false) | (false, true) => Difference::BuildingOmitted.into(),
            _ => {
                let found = align(&self.name, &other.name);
                if found.is_different() { Likeness::unsure(Difference::BuildingName) } else { found }
            }
        };
        let found = rooms.and(names);
        let whole_differs = found.is_same() && !found.differences.contains(Difference::BuildingOmitted);
        if whole_differs { found.and(Likeness::same(self.writing(other))) } else { found }
    }

    /// How the writing of the same building differs.
    fn writing(&self, other: &Building) -> Differences {
        let (a, b) = (&self.written, &other.written);
        let mut found = Differences::NONE;
        if a.len() != b.len() {
            let marks = |glyphs: &[Glyph]| glyphs.iter().filter(|glyph| !is_dash(glyph.key)).count();
            found |= if marks(a) == marks(b) { Difference::Dash } else { Difference::BlockStyle };
            return found;
        }
        for (a, b) in a.iter().zip(b) {
            found |= match a.differences(b) {
                Some(differences) => differences,
                None if is_dash(a.key) && is_dash(b.key) => Difference::Dash.into(),
                None if numeral::begins(a) && numeral::begins(b) => Difference::Numeral.into(),
                None => Difference::BlockStyle.into(),
            };
        }
        found
    }
}

/// Whether the one list stands in the other, whole and in one piece.
fn is_part(part: &[String], whole: &[String]) -> bool {
    part.is_empty() || whole.windows(part.len()).any(|window| window == part)
}

/// A number that is one: in digits, behind 第, or before a word like 号室.
fn number_at(glyphs: &[Glyph], place: usize) -> Option<(String, usize)> {
    let (digits, length) = numeral::at(glyphs, place)?;
    let arabic = glyphs.get(place)?.key.is_ascii_digit();
    let ordinal =
        place.checked_sub(1).and_then(|before| glyphs.get(before)).is_some_and(|glyph| glyph.key == '第');
    let word = WORDS.iter().any(|word| is_word_at(glyphs, place.saturating_add(length), word));
    (arabic || ordinal || word).then_some((digits, length))
}

/// Whether a word like 号 stands there as a word: the F of 3F is one, that of 3FIELD is none.
fn is_word_at(glyphs: &[Glyph], place: usize, word: &str) -> bool {
    let end = place.saturating_add(word.chars().count());
    let goes_on = glyphs.get(end).is_some_and(|glyph| glyph.key.is_ascii_alphabetic());
    begins(glyphs, place, word) && !(goes_on && word == "F")
}

/// A single Latin letter beside a number, or before 棟: the A of A101.
fn is_room_letter(glyphs: &[Glyph], place: usize) -> bool {
    let Some(letter) = glyphs.get(place).filter(|glyph| glyph.key.is_ascii_uppercase()) else { return false };
    let at = |at: Option<usize>| at.and_then(|at| glyphs.get(at)).map(|glyph| glyph.key);
    let (before, after) = (at(place.checked_sub(1)), at(place.checked_add(1)));
    let two_on = at(place.checked_add(2));
    let alone = !before.is_some_and(|key| key.is_ascii_alphabetic())
        && !after.is_some_and(|key| key.is_ascii_alphabetic());
    let number = |key: Option<char>| key.is_some_and(|key| key.is_ascii_digit());
    let dashed = after.is_some_and(is_dash) && number(two_on);
    let closing = number(before) || before.is_some_and(is_dash);
    let _ = letter;
    alone
        && (number(after)
            || dashed
            || closing
            || after.is_none()
            || matches!(after, Some('棟' | '号' | '館' | '室')))
}

/// A dash beside a number or a room letter; the ー of コーポ is a letter.
fn is_joint(glyphs: &[Glyph], place: usize) -> bool {
    let Some(dash) = glyphs.get(place).filter(|glyph| is_dash(glyph.key)) else { return false };
    let near = |at: Option<usize>| {
        at.and_then(|at| glyphs.get(at)).is_some_and(|glyph| {
            glyph.key.is_ascii_digit() || glyph.key.is_ascii_uppercase() || "号棟階室".contains(glyph.key)
        })
    };
    if dash.key == 'ー' {
        return near(place.checked_sub(1)) && near(place.checked_add(1));
    }
    near(place.checked_sub(1)) || near(place.checked_add(1)) || place == 0
}
