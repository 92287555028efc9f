//! Prefectures, municipalities and wards: who has which name, and whether a name is enough (`municipalities.txt`).

use super::super::glyph::{Glyph, glyphs};
use super::spelling;
use std::sync::LazyLock;

static TABLE: &str = include_str!("municipalities.txt");

/// A municipality.
pub(super) struct Municipality {
    pub(super) prefecture: Vec<char>,
    county: Option<Vec<char>>,
    name: Vec<char>,
    wards: Vec<Vec<char>>,
}

static ALL: LazyLock<Vec<Municipality>> = LazyLock::new(read);

fn read() -> Vec<Municipality> {
    let keys = |name: &str| -> Vec<char> {
        let mut glyphs = glyphs(name, &[]);
        spelling::of_places(&mut glyphs);
        glyphs.iter().map(|glyph| glyph.key).collect()
    };
    let mut all: Vec<Municipality> = Vec::new();
    let mut prefecture = Vec::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        match (words.next(), words.next()) {
            (Some("県"), Some(name)) => prefecture = keys(name),
            (Some("市"), Some(first)) => {
                all.extend(core::iter::once(first).chain(words).map(|name| Municipality {
                    prefecture: prefecture.clone(),
                    county: None,
                    name: keys(name),
                    wards: Vec::new(),
                }));
            }
            (Some("区"), Some(city)) => all.push(Municipality {
                prefecture: prefecture.clone(),
                county: None,
                name: keys(city),
                wards: words.filter(|word| *word != "旧").map(keys).collect(),
            }),
            (Some("郡"), Some(county)) => all.extend(words.map(|name| Municipality {
                prefecture: prefecture.clone(),
                county: Some(keys(county)),
                name: keys(name),
                wards: Vec::new(),
            })),
            _ => {}
        }
    }
    all
}

/// Where an address is, as far as its beginning says so.
#[derive(Default)]
pub(super) struct Head {
    /// The prefecture, if it is written.
    pub(super) prefecture: Option<&'static [char]>,
    /// The county, if it is written.
    pub(super) county: Option<&'static [char]>,
    /// The municipality, if it is one that there is.
    pub(super) municipality: Option<&'static [char]>,
    /// The ward of a designated city, if it is written.
    pub(super) ward: Option<&'static [char]>,
    /// Whether this municipality has wards.
    pub(super) has_wards: bool,
    /// In how many prefectures there is a municipality of that name.
    pub(super) prefectures: usize,
    /// How many glyphs the prefecture has taken.
    pub(super) after_prefecture: usize,
    /// How many glyphs all of them have taken.
    pub(super) length: usize,
}

/// Reads the beginning of an address without spaces.
pub(super) fn head_of(glyphs: &[Glyph]) -> Head {
    let all = &*ALL;
    let mut head = Head::default();
    let begins = |at: usize, name: &[char]| {
        glyphs.get(at..).is_some_and(|rest| {
            rest.len() >= name.len() && rest.iter().zip(name).all(|(glyph, key)| glyph.key == *key)
        })
    };
    if let Some(here) = all.iter().find(|one| begins(0, &one.prefecture)) {
        head.prefecture = Some(&here.prefecture);
        head.after_prefecture = here.prefecture.len();
        head.length = head.after_prefecture;
    }
    let at = head.after_prefecture;
    let mut best: Option<(&Municipality, bool, usize)> = None;
    for one in all {
        if head.prefecture.is_some_and(|prefecture| prefecture != one.prefecture.as_slice()) {
            continue;
        }
        let county = one.county.as_deref().filter(|county| begins(at, county));
        let county_length = county.map_or(0, <[char]>::len);
        let start = at.saturating_add(county_length);
        let length = county_length.saturating_add(one.name.len());
        if begins(start, &one.name) && best.is_none_or(|(_, _, longest)| length > longest) {
            best = Some((one, county.is_some(), length));
        }
    }
    let Some((found, with_county, length)) = best else { return head };
    head.municipality = Some(&found.name);
    head.county = found.county.as_deref().filter(|_| with_county);
    head.has_wards = !found.wards.is_empty();
    head.length = at.saturating_add(length);
    let namesakes =
        all.iter().filter(|one| one.name == found.name && (!with_county || one.county == found.county));
    head.prefectures = namesakes.count();
    let wards = found.wards.iter().filter(|ward| begins(head.length, ward));
    head.ward = wards.max_by_key(|ward| ward.len()).map(Vec::as_slice);
    head.length = head.length.saturating_add(head.ward.map_or(0, <[char]>::len));
    head
}

#[cfg(test)]
mod tests {
    use super::super::super::glyph::of;
    use super::*;

    fn head(text: &str) -> Head {
        let mut glyphs = of(text);
        spelling::of_places(&mut glyphs);
        head_of(&glyphs)
    }

    fn text(name: Option<&[char]>) -> String {
        name.map(|name| name.iter().collect()).unwrap_or_default()
    }

    #[test]
    fn the_table_has_all_of_japan() {
        let prefectures: std::collections::BTreeSet<_> = ALL.iter().map(|one| &one.prefecture).collect();
        assert_eq!(prefectures.len(), 47);
        assert_eq!(ALL.iter().filter(|one| !one.wards.is_empty()).count(), 20, "designated cities");
        // 1,718 cities, towns and villages and 23 special wards; six northern villages have no post.
        assert_eq!(ALL.len(), 1741);
    }

    #[test]
    fn the_longest_name_is_the_municipality() {
        for (address, county, municipality, ward) in [
            ("三重県四日市市諏訪町", "", "四日市市", ""),
            ("東京都町田市森野", "", "町田市", ""),
            ("奈良県大和郡山市北郡山町", "", "大和郡山市", ""),
            ("北海道余市郡余市町黒川町", "余市郡", "余市町", ""),
            ("神奈川県横浜市保土ヶ谷区", "", "横浜市", "保土ヶ谷区"),
            ("茨城県龍ケ崎市", "", "竜ヶ崎市", ""),
            ("東京都八丈島八丈町大賀郷", "八丈島", "八丈町", ""),
        ] {
            let head = head(address);
            assert_eq!(text(head.county), county);
            assert_eq!(text(head.municipality), municipality);
            assert_eq!(text(head.ward), ward);
        }
    }

    #[test]
    fn some_names_are_in_several_prefectures() {
        assert_eq!(head("府中市宮町").prefectures, 2);
        assert_eq!(head("調布市国領町").prefectures, 1);
        assert_eq!(head("池田町").prefectures, 4);
        assert_eq!(head("揖斐郡池田町").prefectures, 1);
    }
}
