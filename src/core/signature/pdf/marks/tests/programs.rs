//! Small font programs, each with one glyph that reaches far out of its font's box.

use super::super::Source;
use super::super::outlines::bounds;
use super::memory::Memory;

/// Where the glyph reaches, in thousandths.
const REACH: [i16; 4] = [-800, -900, 3200, 2500];

fn words(words: &[i16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A TrueType font: glyph 1 is a square, glyph 2 the same by reference, moved.
pub(super) fn truetype() -> Vec<u8> {
    let [left, lower, right, upper] = REACH;
    let mut square = words(&[1, left, lower, right, upper, 3, 0]);
    square.extend([1; 4]);
    square.extend(words(&[left, right - left, 0, left - right, lower, 0, upper - lower, 0]));
    square.resize(square.len().next_multiple_of(4), 0);
    let part = words(&[-1, left, lower, right, upper, 3, 1, 700, 0, 0]);
    let (start, middle) = (i16::try_from(square.len() / 2).unwrap(), i16::try_from(part.len() / 2).unwrap());
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.extend(words(&[0, 0, 1000, 1000, 0, 8, 2, 0, 0]));
    let hhea = words(&[1, 0, 900, -200, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 3]);
    let tables: [(&[u8], Vec<u8>); 7] = [
        (b"glyf", [square, part].concat()),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", words(&[500, 0, 600, left, 700, left])),
        (b"loca", words(&[0, 0, start, start + middle])),
        (b"maxp", words(&[1, 0, 3, 8, 2, 8, 2, 1, 0, 0, 0, 0, 0, 0, 1, 1])),
        (b"post", [words(&[3, 0]), vec![0; 28]].concat()),
    ];
    let mut font = words(&[1, 0, 7, 64, 2, 48]);
    font[0..4].copy_from_slice(&[0, 1, 0, 0]);
    let mut data = Vec::new();
    for (tag, table) in &tables {
        let offset = u32::try_from(12 + 16 * tables.len() + data.len()).unwrap();
        font.extend_from_slice(tag);
        font.extend_from_slice(&[0; 4]);
        font.extend_from_slice(&offset.to_be_bytes());
        font.extend_from_slice(&u32::try_from(table.len()).unwrap().to_be_bytes());
        data.extend_from_slice(table);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    font.extend(data);
    font
}

/// A number of a CFF charstring or dictionary.
fn number(number: i16) -> Vec<u8> {
    [&[28][..], &number.to_be_bytes()].concat()
}

fn index(items: &[&[u8]]) -> Vec<u8> {
    let mut out = u16::try_from(items.len()).unwrap().to_be_bytes().to_vec();
    if items.is_empty() {
        return out;
    }
    out.push(2);
    let mut offset = 1_u16;
    out.extend(offset.to_be_bytes());
    for item in items {
        offset += u16::try_from(item.len()).unwrap();
        out.extend(offset.to_be_bytes());
    }
    out.extend(items.concat());
    out
}

/// A CFF font whose square is drawn by a subroutine.
pub(super) fn cff() -> Vec<u8> {
    let [left, lower, right, upper] = REACH;
    let move_to = [number(left), number(lower), vec![21]].concat();
    let sides = [right - left, upper - lower, left - right].map(number).concat();
    let square = [sides, vec![6, 11]].concat();
    // The first local subroutine has the number -107.
    let glyph = [move_to, number(-107), vec![10, 14]].concat();
    let glyphs = index(&[&[14], &glyph]);
    let subroutines = index(&[&square]);
    let private = [number(4), vec![19]].concat();
    let top = |glyphs: i16, private: i16| {
        let top = [number(glyphs), vec![17], number(4), number(private), vec![18]].concat();
        index(&[&top])
    };
    let mut font = [vec![1, 0, 4, 2], index(&[b"Far"])].concat();
    let rest = 4; // Two empty indexes.
    let place = i16::try_from(font.len() + top(0, 0).len() + rest).unwrap();
    let after = place + i16::try_from(glyphs.len()).unwrap();
    font.extend(top(place, after));
    font.extend([index(&[]), index(&[]), glyphs, private, subroutines].concat());
    font
}

fn encrypted(plain: &[u8], mut key: u16) -> Vec<u8> {
    let plain = [&[0; 4][..], plain].concat();
    plain
        .iter()
        .map(|byte| {
            let secret = byte ^ key.to_be_bytes()[0];
            key = key.wrapping_add(u16::from(secret)).wrapping_mul(52845).wrapping_add(22719);
            secret
        })
        .collect()
}

/// A Type 1 font, and the lengths of its parts.
pub(super) fn type1() -> (Vec<u8>, [usize; 3]) {
    let number = |number: i16| [&[255][..], &i32::from(number).to_be_bytes()].concat();
    let [left, lower, right, upper] = REACH;
    let square = [
        [number(left), number(600), vec![13]].concat(),
        [number(lower), vec![4]].concat(),
        [number(right - left), vec![6], number(upper - lower), vec![7], number(left - right), vec![6]]
            .concat(),
        vec![9, 14],
    ]
    .concat();
    let none = [number(0), number(500), vec![13, 14]].concat();
    let mut private =
        b"dup /Private 8 dict dup begin /RD {string currentfile exch readstring pop} executeonly def \
        /ND {noaccess def} executeonly def /NP {noaccess put} executeonly def /BlueValues [] def \
        /MinFeature {16 16} def /password 5839 def /Subrs 0 array ND 2 index /CharStrings 2 dict dup begin\n"
            .to_vec();
    for (name, charstring) in [(".notdef", none), ("A", square)] {
        let secret = encrypted(&charstring, 4330);
        private.extend(format!("/{name} {} RD ", secret.len()).into_bytes());
        private.extend(secret);
        private.extend(b" ND\n");
    }
    private.extend(b"end end readonly put noaccess put dup/FontName get exch definefont pop mark currentfile closefile\n");
    let clear =
        b"%!PS-AdobeFont-1.0: Far 1.0\n11 dict begin /FontName /Far def /PaintType 0 def /FontType 1 def \
        /FontMatrix [0.001 0 0 0.001 0 0] readonly def /Encoding StandardEncoding def \
        /FontBBox {0 0 1000 1000} readonly def currentdict end currentfile eexec\n"
            .to_vec();
    let secret = encrypted(&private, 55665);
    let zeros = format!("{}\ncleartomark\n", format!("{}\n", "0".repeat(64)).repeat(8)).into_bytes();
    let lengths = [clear.len(), secret.len(), zeros.len()];
    ([clear, secret, zeros].concat(), lengths)
}

#[test]
fn outlines_are_followed_whatever_the_box_of_the_font_says() {
    for (program, right) in [(truetype(), 3.9), (cff(), 3.2), (type1().0, 3.2)] {
        let found = bounds(&Memory::default(), &program).expect("no outlines");
        let expected = [-0.8, -0.9, right, 2.5];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 0.11, "{found} {expected}");
        }
    }
}

#[test]
fn damaged_font_programs_end_within_the_budget() {
    let mut random = super::viewers::Random(7);
    for program in [truetype(), cff(), type1().0] {
        for _ in 0..2000 {
            let mut program = program.clone();
            for _ in 0..random.between(1, 5) {
                let at = usize::try_from(random.below(i32::try_from(program.len()).unwrap())).unwrap();
                program[at] = u8::try_from(random.below(256)).unwrap();
            }
            let mut memory = Memory::default();
            memory.most = Some(1 << 20);
            bounds(&memory, &program);
            assert!(memory.spend(0).is_some() || memory.spent.get() < 2 << 20);
        }
    }
    for program in [&b""[..], b"%!", b"\x80\x01", b"\0\x01\0\0", b"OTTO", b"\x01\0\x04\x01", b"ttcf"] {
        assert_eq!(bounds(&Memory::default(), program), None);
    }
}
