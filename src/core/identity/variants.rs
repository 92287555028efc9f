//! Which kanji are forms of one character: a closed table from Japanese sources (`variants.txt`, decision 0019).

use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: &str = include_str!("variants.txt");

static FIRST: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    groups().flat_map(|(first, others)| others.map(move |(other, _source)| (other, first))).collect()
});

/// The character that stands for all forms of this one.
pub(super) fn first_of(character: char) -> char {
    FIRST.get(&character).copied().unwrap_or(character)
}

/// The groups: the first character, then the others with the letter of their source.
fn groups() -> impl Iterator<Item = (char, impl Iterator<Item = (char, char)>)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split(' ');
        let first = words.next()?.chars().next()?;
        let others = words.filter_map(|word| {
            let mut characters = word.chars();
            Some((characters.next()?, characters.next()?))
        });
        Some((first, others))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn no_character_stands_in_two_groups() {
        let mut seen = HashSet::new();
        let mut count = 0;
        for (first, others) in groups() {
            assert!(seen.insert(first), "{first}");
            let mut any = false;
            for (other, source) in others {
                assert!(seen.insert(other), "{other}");
                assert!("JNHXU".contains(source), "{other}{source}");
                any = true;
            }
            assert!(any, "{first} stands alone");
            count += 1;
        }
        assert!(count > 450, "{count}");
    }

    #[test]
    fn every_line_is_well_formed_and_in_normal_form() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.split(' ').skip(1).all(|word| word.chars().count() == 2), "{line}");
            assert_eq!(line.split(' ').next().unwrap().chars().count(), 1, "{line}");
            assert_eq!(line.nfc().collect::<String>(), line, "a compatibility ideograph in the table");
        }
    }

    #[test]
    fn forms_of_one_character_are_together() {
        for group in [
            "斉齊斊亝",
            "斎齋",
            "辺邊邉",
            "高髙",
            "崎﨑嵜",
            "沢澤",
            "浜濱濵",
            "島嶋嶌",
            "吉𠮷",
            "富冨",
            "桑桒",
            "真眞",
            "恵惠",
            "広廣",
            "国國",
            "竜龍",
            "滝瀧",
            "桜櫻",
            "関關",
            "円圓",
            "亀龜",
            "条條",
            "応應",
            "実實",
            "寿壽",
            "徳德",
            "豊豐",
            "柳栁",
            "橋𣘺",
            "曽曾",
            "塩鹽",
            "蔵藏",
            "弥彌",
            "栄榮",
            "衛衞",
            "槙槇",
            "峰峯",
            "館舘",
            "淵渕渊",
            "鶴靏靍",
            "恒恆",
            "凜凛",
            "穂穗",
            "黒黑",
            "万萬",
            "与與",
            "読讀",
            "郷鄕",
            "瀬瀨",
            "増增",
            "土圡",
            "緑綠",
            "静靜",
            "遥遙",
            "祢禰",
            "桧檜",
            "沖冲",
            "教",
        ] {
            let first = first_of(group.chars().next().unwrap());
            assert!(group.chars().all(|one| first_of(one) == first), "{group}");
        }
    }

    #[test]
    fn names_of_different_people_are_never_merged() {
        for group in [
            "斉斎",
            "齊齋",
            "后後",
            "坂阪",
            "崎埼碕",
            "畑畠",
            "干乾",
            "里裏裡",
            "原源",
            "佑祐",
            "修脩",
            "裕祐",
            "昂昴",
            "岡崗",
            "村邨",
            "柏栢",
            "刈苅",
            "梅楳",
            "太大",
            "末未",
            "土士",
            "己已巳",
            "余餘",
            "予豫",
            "弁辨瓣辯",
            "博愽",
            "藤籐",
            "郎朗",
            "伊井",
            "沼治",
            "折析",
            "荻萩",
            "菅管",
            "部辺",
            "返辺",
            "若苦",
            "雄雅",
            "湧涌",
            "耀燿",
            "映暎",
            "哲徹",
            "弘広",
            "浩宏",
            "嘉喜",
            "亮諒",
            "渡度",
            "小少",
            "礒磯",
            "栗粟",
            "宍肉",
            "連蓮",
            "園苑",
            "藍籃",
            "肇始",
            "穀谷",
            "台大",
            "佐左",
            "川河",
            "久玖",
            "一壱",
            "二弐",
            "三参",
        ] {
            let firsts: HashSet<char> = group.chars().map(first_of).collect();
            assert_eq!(firsts.len(), group.chars().count(), "{group}");
        }
    }
}
