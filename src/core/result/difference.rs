//! How a person on a card and a person in the books compare: the verdict, and the kinds of difference.
//!
//! The words here are for the staff and for developers. None repeats what stands on either side: neither the
//! customer nor the display at the counter is told what the other has.

use super::situation::numbered;
use core::ops::{BitOr, BitOrAssign};

numbered! {
    /// How near two entries are.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
    pub enum Verdict {
        /// The same, character by character.
        Match = 1, "MATCH";
        /// The same but for differences that the program accepts.
        Equivalent = 2, "EQUIVALENT";
        /// Not the same.
        Mismatch = 3, "MISMATCH";
        /// The machine cannot tell, or the differences are not among those that the program accepts.
        Undecided = 4, "UNDECIDED";
        /// There is nothing to compare with: another script, or no such field.
        NotComparable = 5, "NOT_COMPARABLE";
    }
}

/// What becomes of a difference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Spelling: accepted unless the caller says otherwise.
    Spelling,
    /// May be accepted by a caller who says so.
    OnRequest,
    /// Nobody can accept it: it says why two entries differ or cannot be compared.
    Never,
}

macro_rules! differences {
    ($($variant:ident = $bit:literal, $name:literal, $weight:ident, $ja:literal, $en:literal, $text:literal;)*) => {
        /// A kind of difference between a card and what is registered.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum Difference {
            $(#[doc = $text] $variant,)*
        }

        impl Difference {
            /// Every kind, in the order of the bits.
            pub const ALL: &'static [Difference] = &[$(Difference::$variant),*];

            /// The bit of C's HONNIN_DIFFERENCE_….
            pub const fn bit(self) -> u64 {
                match self { $(Difference::$variant => 1 << $bit,)* }
            }

            /// The name that C, Python and JSON use.
            pub const fn name(self) -> &'static str {
                match self { $(Difference::$variant => $name,)* }
            }

            const fn weight(self) -> Weight {
                match self { $(Difference::$variant => Weight::$weight,)* }
            }

            /// What the staff are told, in Japanese or English: the kind and never the content.
            pub fn staff_text(self, lang: &str) -> &'static str {
                let (ja, en) = match self { $(Difference::$variant => ($ja, $en),)* };
                if lang == "en" { en } else { ja }
            }

            /// One English sentence for developers.
            pub const fn text(self) -> &'static str {
                match self { $(Difference::$variant => $text,)* }
            }
        }
    };
}

// The order of the bits is fixed for ever; new kinds go to the end of their weight or take the next free bit.
differences! {
    Width = 0, "WIDTH", Spelling, "全角と半角", "full width and half width", "Full-width and half-width forms.";
    Space = 1, "SPACE", Spelling, "空白や中点の有無", "spaces or middle dots", "Spaces, and middle dots between words.";
    Case = 2, "CASE", Spelling, "大文字と小文字", "capital and small letters", "Capital and small letters.";
    IterationMark = 3, "ITERATION_MARK", Spelling, "繰り返し記号(々など)", "a repetition mark such as 々", "An iteration mark for a repeated character.";
    KanjiVariant = 4, "KANJI_VARIANT", Spelling, "漢字の字体(新字体・旧字体・異体字)", "forms of a kanji", "Variants of one kanji.";
    Substituted = 5, "SUBSTITUTED", Spelling, "カードの代替文字", "a substitute character on the card", "A character that the certificate cannot spell was substituted.";
    Numeral = 6, "NUMERAL", Spelling, "数字の書き方(漢数字・算用数字)", "the way numbers are written", "Kanji, full-width and ASCII digits.";
    Dash = 7, "DASH", Spelling, "横棒の種類", "kinds of dashes", "Dashes of different kinds.";
    BlockStyle = 8, "BLOCK_STYLE", Spelling, "丁目・番地・号の書き方", "the way 丁目, 番地 and 号 are written", "Words and dashes between the numbers of a block.";
    PrefectureOmitted = 9, "PREFECTURE_OMITTED", Spelling, "都道府県名・郡名の省略", "a prefecture or county left out", "One of the two has no prefecture or no county.";
    PlaceSpelling = 10, "PLACE_SPELLING", Spelling, "地名の書き方(ヶ・ケ・が、大字など)", "the way a place name is written (ヶ, ケ, が; 大字)", "Small words of place names: ヶ, ケ and が, ノ and の, 大字 and 字.";
    KanaScript = 11, "KANA_SCRIPT", Spelling, "ひらがなとカタカナ", "hiragana and katakana", "Hiragana and katakana of one reading.";
    KanaSpelling = 12, "KANA_SPELLING", OnRequest, "かなの書き方(小さい文字、長音など)", "the spelling of kana (small letters, long vowels)", "Small and large kana, long vowels, ヂ and ジ.";
    Punctuation = 13, "PUNCTUATION", OnRequest, "記号(アポストロフィ、ハイフンなど)の有無", "punctuation such as apostrophes and hyphens", "Apostrophes, hyphens, dots and commas of a name in Latin letters.";
    Diacritic = 14, "DIACRITIC", OnRequest, "ローマ字の補助記号", "marks on Latin letters", "Marks on Latin letters that one of the two leaves out or writes out (Ü, U, UE).";
    NameOrder = 15, "NAME_ORDER", OnRequest, "氏と名の順序", "the order of the names", "The same words of a name in another order.";
    OldSurname = 16, "OLD_SURNAME", OnRequest, "旧氏(旧姓)との一致", "agreement with the former surname", "The name agrees only with the former surname (旧氏) in brackets.";
    Alias = 17, "ALIAS", OnRequest, "通称などかっこ内の氏名との一致", "agreement with the name in brackets", "The name agrees only with the name in brackets (通称).";
    BracketOmitted = 18, "BRACKET_OMITTED", OnRequest, "かっこ内(旧氏・通称)の有無", "a name in brackets on one side only", "A former surname or another name in brackets stands on one side only.";
    BuildingOmitted = 19, "BUILDING_OMITTED", OnRequest, "建物名・部屋番号の有無", "a building or room on one side only", "A building or a room stands on one side only.";
    KyotoStreet = 20, "KYOTO_STREET", OnRequest, "京都の通り名の有無", "a Kyoto street direction on one side only", "The street part of a Kyoto address stands on one side only.";
    Ward = 21, "WARD", Never, "政令指定都市の区", "the ward of the city", "The ward of a designated city is missing or differs.";
    PartOmitted = 22, "PART_OMITTED", Never, "一部が片方にしかない", "a part on one side only", "A part stands on one side only: a word of a name, a 小字, a number, a part of a date.";
    BlockKind = 23, "BLOCK_KIND", Never, "地番(番地)と住居表示(番・号)", "a lot number beside a residence number", "A lot number (番地) stands beside a residence number (番, 号), or 丁目 beside 番地.";
    BuildingName = 24, "BUILDING_NAME", Never, "建物名", "the name of the building", "The names of the buildings differ.";
    Unreadable = 25, "UNREADABLE", Never, "読み取れない文字(外字など)", "a character that cannot be read (外字)", "A character is 外字 or stands for one that could not be written.";
    KanaForKanji = 26, "KANA_FOR_KANJI", Never, "漢字とかな", "kana beside kanji", "Kana stand where the other has kanji, or the other kana.";
    Abroad = 27, "ABROAD", Never, "国外転出", "moved abroad", "The address says that the person has moved abroad (国外転出).";
    Letters = 28, "LETTERS", Never, "文字", "characters", "Characters differ.";
    Place = 29, "PLACE", Never, "都道府県・市区町村・町名", "the prefecture, municipality or town", "The prefecture, the municipality or the town differs.";
    Number = 30, "NUMBER", Never, "丁目・番地・号の数字", "the numbers of the block", "The numbers of the block differ.";
    Room = 31, "ROOM", Never, "棟・部屋番号", "the number of the building or room", "The number of the building or the room differs.";
    Script = 32, "SCRIPT", Never, "文字の種類(漢字・かな・ローマ字)", "the script", "The two are in different scripts, or one side lacks the field.";
    Value = 33, "VALUE", Never, "内容", "the value", "The values differ.";
}

/// A set of kinds of difference.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Differences(u64);

impl Differences {
    /// None.
    pub const NONE: Differences = Differences(0);

    /// What may pass as equivalent unless the caller says otherwise: differences of spelling.
    pub const SPELLING: Differences = Differences(Differences::of_weight(true, false));

    /// Everything that a caller can accept.
    pub const ACCEPTABLE: Differences = Differences(Differences::of_weight(true, true));

    const fn of_weight(spelling: bool, on_request: bool) -> u64 {
        let mut bits = 0;
        let mut rest = Difference::ALL;
        while let [first, others @ ..] = rest {
            match first.weight() {
                Weight::Spelling if spelling => bits |= first.bit(),
                Weight::OnRequest if on_request => bits |= first.bit(),
                _ => {}
            }
            rest = others;
        }
        bits
    }

    /// The set with those bits. `None` if a bit has no meaning.
    pub fn from_bits(bits: u64) -> Option<Differences> {
        let known = Difference::ALL.iter().fold(0, |all, one| all | one.bit());
        (bits & !known == 0).then_some(Differences(bits))
    }

    /// The bits of C's HONNIN_DIFFERENCE_….
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether that kind is among them.
    pub const fn contains(self, one: Difference) -> bool {
        self.0 & one.bit() != 0
    }

    /// Whether every one of them is in the other set.
    pub const fn is_within(self, other: Differences) -> bool {
        self.0 & !other.0 == 0
    }

    /// The kinds, in the order of the bits.
    pub fn iter(self) -> impl Iterator<Item = Difference> {
        Difference::ALL.iter().copied().filter(move |one| self.contains(*one))
    }
}

impl From<Difference> for Differences {
    fn from(one: Difference) -> Differences {
        Differences(one.bit())
    }
}

impl<T: Into<Differences>> BitOr<T> for Differences {
    type Output = Differences;
    fn bitor(self, other: T) -> Differences {
        Differences(self.0 | other.into().0)
    }
}

impl<T: Into<Differences>> BitOrAssign<T> for Differences {
    fn bitor_assign(&mut self, other: T) {
        self.0 |= other.into().0;
    }
}

impl core::fmt::Debug for Differences {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.iter().map(Difference::name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_bit_and_a_name_of_its_own() {
        let bits: std::collections::BTreeSet<u64> = Difference::ALL.iter().map(|one| one.bit()).collect();
        let names: std::collections::BTreeSet<&str> = Difference::ALL.iter().map(|one| one.name()).collect();
        assert_eq!(bits.len(), Difference::ALL.len());
        assert_eq!(names.len(), Difference::ALL.len());
    }

    #[test]
    fn what_passes_unasked_is_spelling_and_what_can_never_pass_is_not_acceptable() {
        let default: Vec<&str> = Differences::SPELLING.iter().map(Difference::name).collect();
        assert_eq!(
            default,
            [
                "WIDTH",
                "SPACE",
                "CASE",
                "ITERATION_MARK",
                "KANJI_VARIANT",
                "SUBSTITUTED",
                "NUMERAL",
                "DASH",
                "BLOCK_STYLE",
                "PREFECTURE_OMITTED",
                "PLACE_SPELLING",
                "KANA_SCRIPT",
            ]
        );
        for never in [Difference::Room, Difference::Letters, Difference::Ward, Difference::BlockKind] {
            assert!(!Differences::ACCEPTABLE.contains(never));
        }
        assert!(Differences::ACCEPTABLE.contains(Difference::BuildingOmitted));
        assert!(!Differences::SPELLING.contains(Difference::BuildingOmitted));
        assert_eq!(Differences::from_bits(1 << 60), None);
    }

    #[test]
    fn what_the_staff_read_can_be_shown_by_a_till_of_code_page_932() {
        for one in Difference::ALL {
            let (_, _, replaced) = encoding_rs::SHIFT_JIS.encode(one.staff_text("ja"));
            assert!(!replaced, "{}", one.staff_text("ja"));
            assert!(!one.staff_text("en").is_empty() && one.text().ends_with('.'));
        }
    }
}
