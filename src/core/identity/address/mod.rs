//! Addresses: the municipality, the town, the numbers of the block, the building; each compared with its like.
//!
//! Nothing is looked up but the names of municipalities: whether an address exists is not asked. What the two write
//! differently and everybody reads as the same is told as a difference of spelling; what only a person can judge
//! is left to a person.

mod block;
mod building;
mod kyoto;
mod municipality;
mod numeral;
mod spelling;

use super::align::{Likeness, align};
use super::glyph::{Glyph, glyphs, is_han, unfold_iteration};
use crate::result::{Difference, Differences};
use block::{Block, Number, Unit};
use building::Building;
use municipality::Head;

/// An address, taken apart.
struct Address {
    head: Head,
    /// Everything behind the prefecture and before the block: for addresses whose municipality is not known.
    above_block: Vec<Glyph>,
    /// The prefecture, the municipality and the ward as they are written.
    head_written: Vec<Glyph>,
    street: Vec<Glyph>,
    town: Vec<Glyph>,
    numbers: Vec<Number>,
    building: Building,
    abroad: bool,
}

/// Compares two addresses.
pub(super) fn compare(card: &str, flags: &[bool], registered: &str) -> Likeness {
    let (left, right) = (written(card, flags), written(registered, &[]));
    let (a, b) = (Address::of(&left), Address::of(&right));
    if a.abroad || b.abroad {
        return Likeness::unsure(Difference::Abroad);
    }
    let found = a.compare(&b);
    if !found.is_same() {
        return found;
    }
    let spaces = |all: &[Glyph]| all.iter().map(Glyph::is_space).collect::<Vec<_>>();
    if found.differences.is_empty() {
        as_written(&left, &right)
    } else if left.len() == right.len() && spaces(&left) == spaces(&right) {
        found
    } else if left.iter().any(Glyph::is_space) != right.iter().any(Glyph::is_space) {
        found.and(Difference::Space.into())
    } else {
        found
    }
}

/// The glyphs of an address, in one reading of its small words, without a postal code in front.
fn written(text: &str, flags: &[bool]) -> Vec<Glyph> {
    let mut all = glyphs(text, flags);
    unfold_iteration(&mut all);
    spelling::of_places(&mut all);
    let inked = |glyph: &&Glyph| !glyph.is_space() && glyph.key != '〒' && !block::is_dash(glyph.key);
    let code: Vec<&Glyph> = all.iter().filter(inked).take(8).collect();
    let is_code = code.len() == 8
        && code.iter().take(7).all(|glyph| glyph.key.is_ascii_digit())
        && code.last().is_some_and(|glyph| is_han(glyph.key));
    if is_code {
        let start = all.iter().position(|glyph| is_han(glyph.key)).unwrap_or(0);
        all.drain(..start);
    }
    all
}

/// What is left to tell of two addresses that agree in every part.
fn as_written(left: &[Glyph], right: &[Glyph]) -> Likeness {
    let plain = |all: &[Glyph]| all.iter().filter(|glyph| !glyph.is_space()).copied().collect::<Vec<_>>();
    let (a, b) = (plain(left), plain(right));
    let spaces = |all: &[Glyph]| all.iter().map(|glyph| glyph.is_space()).collect::<Vec<_>>();
    let shown = |all: &[Glyph]| all.iter().map(Glyph::shown).collect::<Vec<_>>();
    let mut found = Likeness::SAME;
    if a.len() == b.len() {
        for (a, b) in a.iter().zip(&b) {
            found = found.and(Likeness::same(a.differences(b).unwrap_or(Difference::BlockStyle.into())));
        }
    }
    if spaces(left) != spaces(right) {
        found = found.and(Difference::Space.into());
    } else if found.differences.is_empty() && shown(left) != shown(right) {
        found = found.and(Difference::Width.into());
    }
    found
}

impl Address {
    fn of(all: &[Glyph]) -> Address {
        let (front, block, behind) = split(all);
        let plain: Vec<Glyph> = front.iter().filter(|glyph| !glyph.is_space()).copied().collect();
        let head = municipality::head_of(&plain);
        let after = |length: usize| plain.get(length..).unwrap_or(&[]);
        let rest = after(head.length);
        let in_kyoto = head.municipality.is_some_and(|name| name.iter().copied().eq("京都市".chars()));
        let street = if in_kyoto { kyoto::street_length(rest) } else { 0 };
        let (street, town) = rest.split_at_checked(street).unwrap_or((&[], rest));
        let keys: String = all.iter().filter(|glyph| !glyph.is_space()).map(|glyph| glyph.key).collect();
        Address {
            above_block: after(head.after_prefecture).to_vec(),
            head_written: plain.get(..head.length).unwrap_or(&[]).to_vec(),
            street: kyoto::plain(street),
            town: town.to_vec(),
            numbers: block.map(|block| block.numbers).unwrap_or_default(),
            building: Building::of(behind),
            abroad: keys.contains("国外転出") || keys.contains("国外に転出"),
            head,
        }
    }

    fn compare(&self, other: &Address) -> Likeness {
        let place = match self.compare_heads(other) {
            Some(head) => head.and(self.compare_streets(other)).and(compare_towns(&self.town, &other.town)),
            None => self.compare_unknown(other),
        };
        place.and(self.compare_blocks(other))
    }

    /// Prefecture, county, municipality, ward. `None` if one of the municipalities is not known.
    fn compare_heads(&self, other: &Address) -> Option<Likeness> {
        let (a, b) = (&self.head, &other.head);
        if a.municipality? != b.municipality? {
            return Some(Likeness::different(Difference::Place));
        }
        let mut found = Likeness::SAME;
        for (ours, theirs) in [(a.prefecture, b.prefecture), (a.county, b.county)] {
            found = found.and(match (ours, theirs) {
                (Some(ours), Some(theirs)) if ours != theirs => Likeness::different(Difference::Place),
                (Some(_), None) | (None, Some(_)) => Difference::PrefectureOmitted.into(),
                _ => Likeness::SAME,
            });
        }
        // Whichever of the two says less has to say enough.
        if a.prefecture.is_some() != b.prefecture.is_some() {
            let without = if a.prefecture.is_none() { a } else { b };
            if without.prefectures > 1 {
                found = found.doubted(Difference::PrefectureOmitted);
            }
        }
        if a.has_wards && a.ward != b.ward {
            found = found.doubted(Difference::Ward);
        }
        let pairs = self.head_written.iter().rev().zip(other.head_written.iter().rev());
        let writing =
            pairs.filter_map(|(a, b)| a.differences(b)).fold(Differences::NONE, |all, one| all | one);
        Some(found.and(Likeness::same(writing)))
    }

    /// Two addresses of which one begins with no municipality that there is: a village that is none any more, a
    /// substitute character, or no municipality at all.
    fn compare_unknown(&self, other: &Address) -> Likeness {
        let prefecture = match (self.head.prefecture, other.head.prefecture) {
            (Some(ours), Some(theirs)) if ours != theirs => return Likeness::different(Difference::Place),
            (Some(_), Some(_)) | (None, None) => Likeness::SAME,
            _ => Likeness::unsure(Difference::PrefectureOmitted),
        };
        prefecture.and(compare_towns(&self.above_block, &other.above_block))
    }

    fn compare_streets(&self, other: &Address) -> Likeness {
        match (self.street.is_empty(), other.street.is_empty()) {
            (true, true) => Likeness::SAME,
            (false, false) => {
                let found = align(&self.street, &other.street);
                if found.is_different() { Likeness::unsure(Difference::KyotoStreet) } else { found }
            }
            _ => Difference::KyotoStreet.into(),
        }
    }

    /// The word 無番地 or 番外地, where there is one instead of a number.
    fn without_number(&self) -> Option<&'static str> {
        let keys: String = self.town.iter().map(|glyph| glyph.key).collect();
        ["無番地", "番外地"].into_iter().find(|word| keys.contains(word))
    }

    /// The numbers and the building: a number too many may be a room.
    fn compare_blocks(&self, other: &Address) -> Likeness {
        let (ours, theirs) = (&self.numbers, &other.numbers);
        if self.without_number() != other.without_number() {
            return Likeness::different(Difference::Number);
        }
        let common = ours.len().min(theirs.len());
        let pairs = ours.iter().zip(theirs);
        let numbers = pairs.fold(Likeness::SAME, |found, (a, b)| found.and(a.likeness(b)));
        let (Some(ours_common), Some(theirs_common)) = (ours.get(..common), theirs.get(..common)) else {
            return numbers;
        };
        let units = block::compare_units(ours_common, theirs_common);
        match (ours.get(common..).unwrap_or(&[]), theirs.get(common..).unwrap_or(&[])) {
            ([], []) => numbers.and(units).and(self.building.compare(&other.building)),
            ([room], []) => numbers.and(last_may_be_room(ours, room, &self.building, &other.building)),
            ([], [room]) => numbers.and(last_may_be_room(theirs, room, &other.building, &self.building)),
            _ => numbers.doubted(Difference::PartOmitted),
        }
    }
}

/// One side has a number more: 1-2-3-405 beside 1-2-3.
fn last_may_be_room(numbers: &[Number], last: &Number, here: &Building, there: &Building) -> Likeness {
    let block_is_full = numbers.len() > 3;
    let Some(room) = here.with_room(&last.digits) else { return Likeness::unsure(Difference::PartOmitted) };
    match (there.rooms.is_empty(), block_is_full) {
        (_, true) => room.compare(there),
        (false, false) if numbers.len() == 3 && there.rooms.last() == Some(&last.digits) => {
            room.compare(there)
        }
        _ => Likeness::unsure(Difference::PartOmitted),
    }
}

/// The names of towns, with the numbers that are in them, letter by letter.
fn compare_towns(left: &[Glyph], right: &[Glyph]) -> Likeness {
    let ((a, a_had), (b, b_had)) = (spelling::without_aza(left), spelling::without_aza(right));
    let (a, b) = (with_numbers(&a), with_numbers(&b));
    let found = align(&a, &b);
    if !found.is_different() {
        let aza = if a_had == b_had { Differences::NONE } else { Difference::PlaceSpelling.into() };
        return found.and(Likeness::same(aza));
    }
    let same = |pair: (&Glyph, &Glyph)| pair.0.key == pair.1.key;
    let begins = a.iter().zip(&b).all(same);
    let ends = a.iter().rev().zip(b.iter().rev()).all(same);
    if begins || ends {
        // A 小字 that only one side has, or the old village before the name of the town.
        return Likeness::unsure(Difference::PartOmitted);
    }
    Likeness::different(Difference::Place)
}

/// 北１条西 and 北一条西 are the same: numbers in a name become digits.
fn with_numbers(town: &[Glyph]) -> Vec<Glyph> {
    let mut all = Vec::with_capacity(town.len());
    let mut place = 0;
    while let Some(glyph) = town.get(place) {
        match block::number_at(town, place, false) {
            Some((digits, length)) => {
                all.extend(digits.chars().map(|digit| glyph.as_digit(digit)));
                place = place.saturating_add(length);
            }
            None => {
                all.push(*glyph);
                place = place.saturating_add(1);
            }
        }
    }
    all
}

/// Where the block is, and what stands before it and behind it.
fn split(all: &[Glyph]) -> (&[Glyph], Option<Block>, &[Glyph]) {
    let mut place = municipality_end(all);
    while place < all.len() {
        if let Some(block) = block_that_ends_a_place(all, place) {
            let end = place.saturating_add(block.length);
            return (all.get(..place).unwrap_or(&[]), Some(block), all.get(end..).unwrap_or(&[]));
        }
        let number = block::number_at(all, place, false);
        place = place.saturating_add(number.map_or(1, |(_, length)| length));
    }
    // No number at all: what stands behind a space and is no place may be a building, and nobody knows.
    (all, None, &[])
}

/// How many glyphs the municipality takes, spaces among them: 四日市市 has no block in it.
fn municipality_end(all: &[Glyph]) -> usize {
    let plain: Vec<Glyph> = all.iter().filter(|glyph| !glyph.is_space()).copied().collect();
    let head = municipality::head_of(&plain);
    let rest = plain.get(head.length..).unwrap_or(&[]);
    let in_kyoto = head.municipality.is_some_and(|name| name.iter().copied().eq("京都市".chars()));
    let street = if in_kyoto { kyoto::street_length(rest) } else { 0 };
    let mut inked = head.length.saturating_add(street);
    all.iter()
        .position(|glyph| {
            let done = inked == 0;
            if !glyph.is_space() {
                inked = inked.saturating_sub(1);
            }
            done
        })
        .unwrap_or(all.len())
}

/// The block at that place, unless its number belongs to a name: the 1 of 北1条西, the 3 of 3番町.
fn block_that_ends_a_place(all: &[Glyph], place: usize) -> Option<Block> {
    let block = block::block_at(all, place)?;
    let [only] = block.numbers.as_slice() else { return Some(block) };
    let behind = all.get(place.saturating_add(block.length)..).unwrap_or(&[]);
    let next = behind.first().filter(|glyph| !glyph.is_space());
    let goes_on_as_a_place = match (only.unit, next) {
        (_, None) => false,
        (Unit::None, Some(next)) => {
            const NAMES: &str = "条線地番町丁通区軒社筋本方神坂基の";
            NAMES.contains(next.key)
        }
        // 3丁目字上原12, 東10号北7番地: the block comes later, if a number does.
        (Unit::Go, Some(next)) if !"東西南北".contains(next.key) => false,
        (Unit::Chome | Unit::Go, Some(_)) => {
            let start = place.saturating_add(block.length);
            (start..all.len()).any(|later| {
                block::block_at(all, later).is_some_and(|block| {
                    block.numbers.len() > 1 || block.numbers.iter().any(|number| number.unit != Unit::None)
                })
            })
        }
        _ => false,
    };
    (!goes_on_as_a_place).then_some(block)
}
