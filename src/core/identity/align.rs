//! Two runs of glyphs, side by side.

use super::glyph::Glyph;
use crate::result::{Difference, Differences};

/// How near two things are, before anybody says what is acceptable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Nearness {
    /// The same but for the differences told.
    Same,
    /// The machine cannot tell.
    Unsure,
    /// Not the same.
    Different,
}

/// A nearness and what led to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Likeness {
    pub(super) nearness: Nearness,
    pub(super) differences: Differences,
}

impl Likeness {
    pub(super) const SAME: Likeness = Likeness { nearness: Nearness::Same, differences: Differences::NONE };

    pub(super) fn same(differences: impl Into<Differences>) -> Likeness {
        Likeness { nearness: Nearness::Same, differences: differences.into() }
    }

    pub(super) fn unsure(differences: impl Into<Differences>) -> Likeness {
        Likeness { nearness: Nearness::Unsure, differences: differences.into() }
    }

    pub(super) fn different(differences: impl Into<Differences>) -> Likeness {
        Likeness { nearness: Nearness::Different, differences: differences.into() }
    }

    pub(super) fn is_same(&self) -> bool {
        self.nearness == Nearness::Same
    }

    pub(super) fn is_different(&self) -> bool {
        self.nearness == Nearness::Different
    }

    /// Both at once: the worse nearness. Of things that are different only what makes them so is told.
    pub(super) fn and(self, other: Likeness) -> Likeness {
        match (self.is_different(), other.is_different()) {
            (true, false) => self,
            (false, true) => other,
            _ => {
                let unsure = self.nearness == Nearness::Unsure || other.nearness == Nearness::Unsure;
                let nearness = if unsure { Nearness::Unsure } else { self.nearness };
                Likeness { nearness, differences: self.differences | other.differences }
            }
        }
    }

    /// The same, but never better than unsure, for that reason.
    pub(super) fn doubted(self, because: Difference) -> Likeness {
        self.and(Likeness::unsure(because))
    }
}

impl From<Difference> for Likeness {
    fn from(difference: Difference) -> Likeness {
        Likeness::same(difference)
    }
}

/// Compares two runs of glyphs, in which there are no spaces.
///
/// Pair by pair, if they are of one length. A substitute or an unreadable character may stand for any other, and for
/// several: then nobody can tell, as long as everything else is in its place.
pub(super) fn align(left: &[Glyph], right: &[Glyph]) -> Likeness {
    if left.len() == right.len() {
        let pairs = left.iter().zip(right).map(|(a, b)| pair(a, b));
        let whole = pairs.fold(Likeness::SAME, Likeness::and);
        if !whole.is_different() {
            return whole;
        }
    }
    let wild = || left.iter().chain(right).filter(|glyph| glyph.is_wild());
    if wild().next().is_some() && fits(left, right) {
        let because = wild().fold(Differences::NONE, |all, glyph| all | why_wild(glyph));
        return Likeness::unsure(because);
    }
    Likeness::different(Difference::Letters)
}

fn pair(a: &Glyph, b: &Glyph) -> Likeness {
    let unreadable = a.is_unreadable() || b.is_unreadable();
    match a.differences(b) {
        Some(differences) if unreadable => Likeness::unsure(differences | Difference::Unreadable),
        Some(differences) => Likeness::same(differences),
        None if a.is_wild() || b.is_wild() => Likeness::unsure(why_wild(a) | why_wild(b)),
        None => Likeness::different(Difference::Letters),
    }
}

fn why_wild(glyph: &Glyph) -> Differences {
    match (glyph.flagged, glyph.is_unreadable()) {
        (true, _) => Difference::Substituted.into(),
        (_, true) => Difference::Unreadable.into(),
        _ => Differences::NONE,
    }
}

/// Whether the two can be laid side by side so that only wild glyphs meet what is not their like. A run of wild glyphs
/// takes the place of one glyph or more.
fn fits(left: &[Glyph], right: &[Glyph]) -> bool {
    let wild_before = |glyphs: &[Glyph], place: usize| {
        place.checked_sub(1).and_then(|before| glyphs.get(before)).is_some_and(Glyph::is_wild)
    };
    // Whether everything up to the glyph of `left` and each of `right` has found its place.
    let mut above: Option<Vec<bool>> = None;
    for (i, a) in left.iter().enumerate() {
        let mut row: Vec<bool> = Vec::with_capacity(right.len());
        for (j, b) in right.iter().enumerate() {
            let reached = |row: Option<&Vec<bool>>, place: Option<usize>| {
                place.and_then(|place| row?.get(place).copied()).unwrap_or(false)
            };
            let start = i == 0 && j == 0;
            let both = start || reached(above.as_ref(), j.checked_sub(1));
            let further_right = reached(Some(&row), j.checked_sub(1));
            let further_left = reached(above.as_ref(), Some(j));
            let meets = a.is_wild() || b.is_wild() || a.key == b.key;
            row.push(
                (both && meets)
                    || (further_right && (a.is_wild() || (b.is_wild() && wild_before(right, j))))
                    || (further_left && (b.is_wild() || (a.is_wild() && wild_before(left, i)))),
            );
        }
        above = Some(row);
    }
    above.and_then(|row| row.last().copied()).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::super::glyph::{glyphs, of};
    use super::*;

    fn flagged(text: &str, flags: &str) -> Vec<Glyph> {
        glyphs(text, &flags.chars().map(|flag| flag != '0').collect::<Vec<_>>())
    }

    #[test]
    fn a_substitute_in_its_group_passes_and_any_other_is_for_a_person() {
        let same = align(&flagged("高橋", "10"), &of("髙橋"));
        assert!(same.is_same() && same.differences.contains(Difference::Substituted));
        assert_eq!(align(&flagged("高橋", "10"), &of("嵩橋")).nearness, Nearness::Unsure);
        assert_eq!(align(&flagged("高橋", "10"), &of("髙梁")).nearness, Nearness::Different);
        assert_eq!(align(&of("高橋"), &of("嵩橋")).nearness, Nearness::Different);
    }

    #[test]
    fn kana_substitutes_change_the_length_and_nothing_else() {
        assert_eq!(align(&flagged("たか橋一", "1100"), &of("嵩橋一")).nearness, Nearness::Unsure);
        assert_eq!(align(&flagged("たか橋一", "1100"), &of("嵩橋二")).nearness, Nearness::Different);
        assert_eq!(align(&flagged("高一", "10"), &of("〓〓一")).nearness, Nearness::Unsure);
        assert_eq!(align(&of("高橋一"), &of("高〓")).nearness, Nearness::Unsure);
        assert_eq!(align(&of("高橋一"), &of("〓橋二")).nearness, Nearness::Different);
        assert_eq!(align(&flagged("高", "1"), &of("")).nearness, Nearness::Different);
    }
}
