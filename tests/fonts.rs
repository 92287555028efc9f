//! Fonts made for tests: a frame for each character, in outlines of TrueType or of CFF. Whatever may be wrong with a font
//! can be put into one.

/// A font to be made.
#[derive(Clone, Debug)]
pub struct Font {
    /// What it has glyphs for, besides U+0020 to U+007E.
    pub characters: Vec<char>,
    /// A character, a selector of a variant, and the character whose glyph the variant is.
    pub variant: Option<(char, char, char)>,
    /// Outlines of CFF instead of TrueType.
    pub is_cff: bool,
    /// What its licence allows: fsType of OS/2; `None`: there is no OS/2.
    pub licence: Option<u16>,
    /// Each glyph but the first is made of the ones before it, so many times.
    pub parts: usize,
    /// Each of ten subroutines calls the next one so many times.
    pub calls: usize,
    /// In a collection, where it is the first.
    pub is_collection: bool,
}

impl Default for Font {
    fn default() -> Font {
        Font {
            characters: "　番号花子年月日東京都契約…".chars().collect(),
            variant: None,
            is_cff: false,
            licence: Some(0),
            parts: 0,
            calls: 0,
            is_collection: false,
        }
    }
}

/// The advance of ASCII, and of everything else, in thousandths.
const ADVANCES: (u16, u16) = (600, 1000);

fn words(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes()
}

impl Font {
    /// The characters in the order of their glyphs, which begin with 1.
    fn all(&self) -> Vec<char> {
        let mut all: Vec<char> = (' '..='~').chain(self.characters.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn number(&self, character: char) -> usize {
        self.all().iter().position(|one| *one == character).map_or(0, |at| at + 1)
    }

    /// The file.
    #[must_use]
    pub fn made(&self) -> Vec<u8> {
        let count = self.all().len() + 1;
        let mut tables: Vec<(&[u8; 4], Vec<u8>)> = vec![
            (b"cmap", self.map()),
            (b"head", head()),
            // hhea: version, ascender, descender, gap, and at the end the number of metrics.
            (b"hhea", [words(&[1, 0, 880, 0xFF88, 0, 1000]), vec![0; 22], short(count).to_vec()].concat()),
            (b"hmtx", self.metrics()),
            (b"name", name()),
            (b"post", [words(&[3, 0]), vec![0; 28]].concat()),
        ];
        if self.is_cff {
            tables.push((b"CFF ", self.outlines_of_cff()));
            tables.push((b"maxp", [words(&[0, 0x5000]), short(count).to_vec()].concat()));
        } else {
            let (places, glyphs) = self.outlines();
            tables.push((b"glyf", glyphs));
            tables.push((b"loca", places));
            tables.push((b"maxp", [words(&[1, 0]), short(count).to_vec(), vec![0; 26]].concat()));
        }
        if let Some(licence) = self.licence {
            // Version 4: 96 bytes, fsType is the fifth number.
            tables.push((b"OS/2", [words(&[4, 500, 400, 5, licence]), vec![0; 86]].concat()));
        }
        tables.sort_unstable_by_key(|(tag, _)| **tag);
        let header: Vec<u8> = if self.is_collection {
            [b"ttcf".to_vec(), words(&[1, 0]), long(1).to_vec(), long(16).to_vec()].concat()
        } else {
            Vec::new()
        };
        let mut font = header;
        font.extend_from_slice(if self.is_cff { b"OTTO" } else { &[0, 1, 0, 0] });
        font.extend(words(&[u16::try_from(tables.len()).unwrap_or(0), 0, 0, 0]));
        let mut at = font.len() + tables.len() * 16;
        for (tag, table) in &tables {
            font.extend_from_slice(*tag);
            font.extend([[0; 4], long(at), long(table.len())].concat());
            at += table.len().next_multiple_of(4);
        }
        for (_, table) in tables {
            font.extend_from_slice(&table);
            font.resize(font.len().next_multiple_of(4), 0);
        }
        font
    }

    fn map(&self) -> Vec<u8> {
        let all = self.all();
        let mut groups = [words(&[12, 0]), long(16 + all.len() * 12).to_vec(), vec![0; 4]].concat();
        groups.extend(long(all.len()));
        for (at, character) in all.iter().enumerate() {
            let code = u32::from(*character).to_be_bytes();
            groups.extend([code, code, long(at + 1)].concat());
        }
        let tables: usize = if self.variant.is_some() { 2 } else { 1 };
        let first = 4 + tables * 8;
        let mut map = words(&[0, u16::try_from(tables).unwrap_or(1)]);
        if self.variant.is_some() {
            map.extend([words(&[0, 5]), long(first + groups.len()).to_vec()].concat());
        }
        map.extend([words(&[3, 10]), long(first).to_vec()].concat());
        map.extend(groups);
        if let Some((character, selector, like)) = self.variant {
            map.extend([words(&[14]), long(30).to_vec(), long(1).to_vec()].concat());
            map.extend([&u32::from(selector).to_be_bytes()[1..], &[0; 4], &long(21)].concat());
            map.extend([&long(1)[..], &u32::from(character).to_be_bytes()[1..]].concat());
            map.extend(short(self.number(like)));
        }
        map
    }

    fn metrics(&self) -> Vec<u8> {
        let advance = |one: &char| if one.is_ascii() { ADVANCES.0 } else { ADVANCES.1 };
        let advances = std::iter::once(ADVANCES.1).chain(self.all().iter().map(advance).collect::<Vec<_>>());
        advances.flat_map(|advance| words(&[advance, 50])).collect()
    }

    /// loca and glyf.
    fn outlines(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut places, mut glyphs) = (Vec::new(), Vec::new());
        let all = self.all();
        for number in 0..=all.len() {
            places.extend(long(glyphs.len()));
            let character = number.checked_sub(1).and_then(|at| all.get(at).copied());
            if character == Some(' ') {
                continue;
            }
            if self.parts > 0 && number > 2 {
                glyphs.extend(words(&[0xFFFF, 50, 0, 550, 700]));
                for part in 0..self.parts {
                    let more = if part + 1 < self.parts { 0x20 } else { 0 };
                    glyphs.extend(words(&[0x0003 | more, u16::try_from(number - 1).unwrap_or(0), 0, 0]));
                }
                continue;
            }
            let right = if character.is_some_and(|one| one.is_ascii()) { 500 } else { 900 };
            // One contour of four points, no instructions; then how far each point is from the last one.
            glyphs.extend(words(&[1, 50, 0, 50 + right, 700, 3, 0]));
            glyphs.extend([1; 4]);
            glyphs.extend(words(&[50, right, 0, 0_u16.wrapping_sub(right), 0, 0, 700, 0]));
            glyphs.resize(glyphs.len().next_multiple_of(4), 0);
        }
        places.extend(long(glyphs.len()));
        (places, glyphs)
    }

    fn outlines_of_cff(&self) -> Vec<u8> {
        let number = |value: i16| [vec![28], value.to_be_bytes().to_vec()].concat();
        let frame = |right: i16| {
            [
                number(50),
                number(0),
                vec![21],
                number(right),
                vec![6],
                number(700),
                vec![7],
                number(-right),
                vec![6, 14],
            ]
            .concat()
        };
        let mut glyphs = vec![frame(900)];
        for character in self.all() {
            let mut glyph = if self.calls > 0 { [number(-107), vec![29]].concat() } else { Vec::new() };
            glyph.extend(match character {
                ' ' => vec![14],
                one if one.is_ascii() => frame(500),
                _ => frame(900),
            });
            glyphs.push(glyph);
        }
        let subroutines: Vec<Vec<u8>> = if self.calls == 0 {
            Vec::new()
        } else {
            let call = |which: i16| [number(which - 107), vec![29]].concat();
            (1..=9).map(|next| [call(next).repeat(self.calls), vec![11]].concat()).chain([vec![11]]).collect()
        };
        let before = [vec![1, 0, 4, 1], index(&[b"Frame".to_vec()])].concat();
        let behind = [index(&[]), index(&subroutines)].concat();
        let integer = |value: usize| [vec![29], long(value).to_vec()].concat();
        let top = |glyphs: usize, private: usize| {
            index(&[[integer(glyphs), vec![17], integer(0), integer(private), vec![18]].concat()])
        };
        let at = before.len() + top(0, 0).len() + behind.len();
        let glyphs = index(&glyphs);
        [before, top(at, at + glyphs.len()), behind, glyphs, vec![0]].concat()
    }
}

/// An INDEX of CFF.
fn index(items: &[Vec<u8>]) -> Vec<u8> {
    let mut made = short(items.len()).to_vec();
    if items.is_empty() {
        return made;
    }
    made.push(4);
    let mut at = 1;
    made.extend(long(at));
    for item in items {
        at += item.len();
        made.extend(long(at));
    }
    made.extend(items.concat());
    made
}

fn head() -> Vec<u8> {
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 3, 1000]);
    head.resize(36, 0);
    head.extend(words(&[0, 0, 1000, 880, 0, 8, 2, 1, 0]));
    head
}

fn name() -> Vec<u8> {
    let letters: Vec<u16> = "Frame-Regular".encode_utf16().collect();
    let letters = words(&letters);
    let length = u16::try_from(letters.len()).unwrap_or(0);
    [words(&[0, 1, 18, 3, 1, 0x409, 6, length, 0]), letters].concat()
}
