//! Names: as the register writes them, their readings, and names in Latin letters, each with its like only.

use super::align::{Likeness, Nearness, align};
use super::glyph::{Glyph, glyphs, is_han, is_kana, katakana, unfold_iteration};
use super::{latin, reading};
use crate::result::{Difference, Differences};

/// What a name is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// Kanji, or kanji and kana.
    Kanji,
    /// Kana only.
    Kana,
    /// Latin letters.
    Latin,
}

/// The script of some glyphs. What has no letter at all counts as kanji.
pub(super) fn script_of(glyphs: &[Glyph]) -> Script {
    let has = |what: fn(char) -> bool| glyphs.iter().any(|glyph| what(glyph.key));
    let latin = has(|c| c.is_alphabetic() && !is_han(c) && !is_kana(c));
    match (has(is_han), has(|c| is_kana(c) && c != '・' && c != 'ー'), latin) {
        (false, true, false) => Script::Kana,
        (false, false, true) => Script::Latin,
        _ => Script::Kanji,
    }
}

/// Compares two names as they are written. `None`: kana or Latin letters meet another script.
pub(super) fn compare(card: &str, flags: &[bool], registered: &str) -> Option<Likeness> {
    let (card, registered) = (glyphs(card, flags), glyphs(registered, &[]));
    match (Bracketed::find(&card), Bracketed::find(&registered)) {
        (None, None) => alike(&card, &registered),
        (Some(a), None) => a.compare(&registered),
        (None, Some(b)) => b.compare(&card),
        (Some(a), Some(b)) => {
            let whole = alike(&a.base, &b.base)?;
            let inner = alike(&a.inner, &b.inner).unwrap_or(Likeness::different(Difference::Letters));
            Some(match inner.nearness {
                _ if whole.is_different() => whole,
                Nearness::Different => whole.doubted(Difference::BracketOmitted),
                _ if a.shape != b.shape => whole.and(inner).and(Difference::Width.into()),
                _ => whole.and(inner),
            })
        }
    }
}

/// A name with another one in brackets: a former surname (旧氏) behind the family name, or a 通称 behind the name.
struct Bracketed {
    base: Vec<Glyph>,
    inner: Vec<Glyph>,
    /// What stands in `base` behind the brackets begins here.
    at: usize,
    shape: char,
}

impl Bracketed {
    fn find(glyphs: &[Glyph]) -> Option<Bracketed> {
        const PAIRS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('〔', '〕'), ('【', '】'), ('「', '」')];
        let at = glyphs.iter().position(|glyph| PAIRS.iter().any(|(open, _)| glyph.key == *open))?;
        let open = glyphs.get(at)?;
        let (_, close) = PAIRS.iter().find(|(first, _)| *first == open.key)?;
        let rest = glyphs.get(at.checked_add(1)?..)?;
        let length = rest.iter().position(|glyph| glyph.key == *close)?;
        let inner = rest.get(..length)?;
        let mut base = glyphs.get(..at)?.to_vec();
        base.extend_from_slice(rest.get(length.checked_add(1)?..)?);
        let lettered = |glyphs: &[Glyph]| glyphs.iter().any(|glyph| !glyph.is_space());
        (lettered(&base) && lettered(inner)).then(|| Bracketed {
            inner: inner.to_vec(),
            at,
            shape: open.key,
            base,
        })
    }

    /// The other has no brackets.
    fn compare(&self, other: &[Glyph]) -> Option<Likeness> {
        let base = alike(&self.base, other);
        if let Some(base) = base.filter(|base| !base.is_different()) {
            return Some(base.and(Difference::BracketOmitted.into()));
        }
        let mut found = base;
        for (name, because) in self.alternatives() {
            match alike(&name, other) {
                Some(same) if !same.is_different() => return Some(same.and(because.into())),
                Some(different) => found = found.or(Some(different)),
                None => {}
            }
        }
        found
    }

    /// The names that one can read instead, and what they would be.
    fn alternatives(&self) -> Vec<(Vec<Glyph>, Difference)> {
        let inner = without_label(&self.inner);
        let behind = self.base.get(self.at..).unwrap_or(&[]);
        let with_given = |given: &[Glyph]| [inner, given].concat();
        if behind.iter().any(|glyph| !glyph.is_space()) {
            return vec![(with_given(behind), Difference::OldSurname)];
        }
        let given = self.base.iter().position(Glyph::is_space).and_then(|space| self.base.get(space..));
        let mut names = vec![(inner.to_vec(), Difference::Alias)];
        names.extend(given.map(|given| (with_given(given), Difference::OldSurname)));
        names
    }
}

/// What stands in the brackets, without the word that says what it is.
fn without_label(inner: &[Glyph]) -> &[Glyph] {
    for label in ["旧姓", "旧氏", "通称名", "通称"] {
        let length = label.chars().count();
        let here = inner.iter().map(|glyph| glyph.key).take(length).eq(label.chars());
        if let (true, Some(rest)) = (here, inner.get(length..)) {
            let colon = rest.iter().take_while(|glyph| glyph.is_space() || glyph.key == ':').count();
            return rest.get(colon..).filter(|rest| !rest.is_empty()).unwrap_or(inner);
        }
    }
    inner
}

/// Two names without brackets.
fn alike(left: &[Glyph], right: &[Glyph]) -> Option<Likeness> {
    match (script_of(left), script_of(right)) {
        (Script::Latin, Script::Latin) => Some(latin::compare(left, right)),
        (Script::Latin, _) | (_, Script::Latin) => None,
        (Script::Kana, Script::Kanji) | (Script::Kanji, Script::Kana) => {
            // A name in kana may be one of substitutes; nothing but unreadable characters is no script either.
            let flagged = left.iter().chain(right).any(|glyph| glyph.flagged);
            let kanji = left.iter().chain(right).any(|glyph| is_han(glyph.key));
            (flagged || !kanji).then(|| written(left, right))
        }
        _ => Some(written(left, right)),
    }
}

/// Two names in kanji and kana, character by character.
fn written(left: &[Glyph], right: &[Glyph]) -> Likeness {
    let (a, b) = (Words::of(left), Words::of(right));
    let found = a.align(&b);
    if !found.is_different() {
        return found;
    }
    if a.is_part_of(&b) || b.is_part_of(&a) {
        return Likeness::unsure(Difference::PartOmitted);
    }
    // さくら and サクラ are two names in the register, though few people would say so.
    let in_katakana =
        a.mapped(katakana, Difference::KanaScript).align(&b.mapped(katakana, Difference::KanaScript));
    if in_katakana.is_same() {
        return in_katakana.doubted(Difference::KanaScript);
    }
    let with_ke = a.with_ke().align(&b.with_ke());
    if !with_ke.is_different() {
        return with_ke;
    }
    if kana_for_kanji(&a.glyphs, &b.glyphs) {
        return Likeness::unsure(Difference::KanaForKanji);
    }
    found
}

/// Whether the two are one name of which a part stands in kanji here and in kana there.
fn kana_for_kanji(left: &[Glyph], right: &[Glyph]) -> bool {
    let same = |pair: &(&Glyph, &Glyph)| pair.0.key == pair.1.key;
    let head = left.iter().zip(right).take_while(same).count();
    let (Some(left), Some(right)) = (left.get(head..), right.get(head..)) else { return false };
    let tail = left.iter().rev().zip(right.iter().rev()).take_while(same).count();
    let middle = |glyphs: &[Glyph]| -> Vec<char> {
        let length = glyphs.len().saturating_sub(tail);
        glyphs.iter().take(length).map(|glyph| glyph.key).collect()
    };
    let (left, right) = (middle(left), middle(right));
    let all = |text: &[char], what: fn(char) -> bool| !text.is_empty() && text.iter().all(|c| what(*c));
    head.saturating_add(tail) > 0
        && ((all(&left, is_kana) && all(&right, is_han)) || (all(&left, is_han) && all(&right, is_kana)))
}

/// A name without its spaces, and where they were.
pub(super) struct Words {
    pub(super) glyphs: Vec<Glyph>,
    /// Before which glyphs there is a border, and what stands there.
    borders: Vec<(usize, Vec<char>)>,
}

impl Words {
    pub(super) fn of(glyphs: &[Glyph]) -> Words {
        Words::split(glyphs, |glyph| glyph.is_space() || matches!(glyph.key, '・' | '·' | '•'))
    }

    pub(super) fn split(glyphs: &[Glyph], is_border: impl Fn(&Glyph) -> bool) -> Words {
        let mut words = Words { glyphs: Vec::with_capacity(glyphs.len()), borders: Vec::new() };
        let mut border: Vec<char> = Vec::new();
        for glyph in glyphs {
            if is_border(glyph) {
                border.push(glyph.shown());
                continue;
            }
            if !border.is_empty() && !words.glyphs.is_empty() {
                words.borders.push((words.glyphs.len(), core::mem::take(&mut border)));
            }
            border.clear();
            words.glyphs.push(*glyph);
        }
        unfold_iteration(&mut words.glyphs);
        words
    }

    /// The words by themselves.
    pub(super) fn each(&self) -> Vec<&[Glyph]> {
        let starts = core::iter::once(0).chain(self.borders.iter().map(|(at, _)| *at));
        let ends = self.borders.iter().map(|(at, _)| *at).chain([self.glyphs.len()]);
        starts.zip(ends).filter_map(|(start, end)| self.glyphs.get(start..end)).collect()
    }

    /// The same words with other characters to compare by.
    pub(super) fn mapped(&self, mut map: impl FnMut(char) -> char, because: Difference) -> Words {
        let mut glyphs = self.glyphs.clone();
        for glyph in &mut glyphs {
            glyph.read_as(map(glyph.key), because);
        }
        Words { glyphs, borders: self.borders.clone() }
    }

    /// ヶ and ケ between two kanji are one word, and が too where people write by ear.
    fn with_ke(&self) -> Words {
        let mut words = Words { glyphs: self.glyphs.clone(), borders: self.borders.clone() };
        let keys: Vec<char> = words.glyphs.iter().map(|glyph| glyph.key).collect();
        for (place, around) in keys.windows(3).enumerate() {
            let [before, this, after] = around else { continue };
            let because = match this {
                'ヶ' | 'ケ' => Difference::PlaceSpelling,
                'ヵ' | 'が' | 'ガ' | 'か' | 'カ' => Difference::KanaSpelling,
                _ => continue,
            };
            if let (Some(glyph), true, true) =
                (words.glyphs.get_mut(place.saturating_add(1)), is_han(*before), is_han(*after))
            {
                glyph.read_as('ヶ', because);
            }
        }
        words
    }

    /// The characters, and then whether the borders allow it: a name may leave them out, but 林 田中 is not 林田 中.
    pub(super) fn align(&self, other: &Words) -> Likeness {
        let found = align(&self.glyphs, &other.glyphs);
        if found.is_different() || self.glyphs.len() != other.glyphs.len() {
            return found;
        }
        found.and(self.borders_like(other))
    }

    fn borders_like(&self, other: &Words) -> Likeness {
        let places = |words: &Words| words.borders.iter().map(|(at, _)| *at).collect::<Vec<_>>();
        let (ours, theirs) = (places(self), places(other));
        if ours != theirs {
            let within = |a: &[usize], b: &[usize]| a.iter().all(|place| b.contains(place));
            return if within(&ours, &theirs) || within(&theirs, &ours) {
                Difference::Space.into()
            } else {
                Likeness::different(Difference::Letters)
            };
        }
        let mut found = Differences::NONE;
        for ((_, a), (_, b)) in self.borders.iter().zip(&other.borders) {
            if a != b {
                let one_space = |border: &[char]| matches!(border, [' ' | '\u{3000}']);
                found |= if one_space(a) && one_space(b) { Difference::Width } else { Difference::Space };
            }
        }
        Likeness::same(found)
    }

    /// Whether these are some of the words of the other, whole and in order.
    pub(super) fn is_part_of(&self, other: &Words) -> bool {
        let (ours, theirs) = (self.each(), other.each());
        let mut rest = theirs.iter();
        ours.len() < theirs.len()
            && !self.glyphs.is_empty()
            && ours.iter().all(|word| rest.any(|candidate| align(word, candidate).is_same()))
    }
}

/// Compares the reading of a name with another: hiragana or katakana, of any width.
pub(super) fn compare_readings(card: &str, registered: &str) -> Option<Likeness> {
    let (card, registered) = (glyphs(card, &[]), glyphs(registered, &[]));
    let kana = |glyphs: &[Glyph]| script_of(glyphs) == Script::Kana;
    (kana(&card) && kana(&registered)).then(|| reading::compare(&Words::of(&card), &Words::of(&registered)))
}
