//! Pages at random, painted by poppler, MuPDF and Ghostscript: no mark lies outside the boxes.

use super::super::{Marks, Rectangle, of_page};
use super::memory::Memory;
use super::programs;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The side of a page, in points and in pixels.
const SIDE: i32 = 300;

/// How many files, and pages in each.
const FILES: u64 = 3;
const PAGES: usize = 80;

/// Another seed is another set of pages.
const SEED: &str = "HONNIN_MARKS_SEED";

/// Where the files are left for other judges, with the boxes as JSON beside them.
const KEEP: &str = "HONNIN_MARKS_KEEP";

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: i32) -> i32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i32::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below(high - low)
    }

    fn real(&mut self, low: i32, high: i32) -> f64 {
        f64::from(self.between(low * 100, high * 100)) / 100.0
    }

    pub(super) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[usize::try_from(self.below(i32::try_from(of.len()).unwrap())).unwrap()]
    }

    pub(super) fn chance(&mut self, percent: i32) -> bool {
        self.below(100) < percent
    }
}

/// A file of pages at random.
pub(super) struct Book {
    pub(super) memory: Memory,
    pub(super) pages: Vec<u32>,
    root: u32,
}

/// What the pages share: fonts, pictures, forms, states.
fn resources(memory: &mut Memory) -> String {
    let plain = memory.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    let widths = "500 ".repeat(95);
    let descriptor = memory.add(
        "<</Type/FontDescriptor/FontName/Serif/Flags 34/FontBBox[-200 -300 1200 1000]\
         /ItalicAngle 0/Ascent 900/Descent -250/CapHeight 700/StemV 80>>",
    );
    let wide = memory.add(&format!(
        "<</Type/Font/Subtype/TrueType/BaseFont/Serif/FirstChar 32/LastChar 126/Widths[{widths}]\
         /FontDescriptor {descriptor} 0 R/Encoding/WinAnsiEncoding>>"
    ));
    let composite = |memory: &mut Memory, encoding: &str, more: &str| {
        let descendant = memory.add(&format!(
            "<</Type/Font/Subtype/CIDFontType0/BaseFont/Gothic/CIDSystemInfo<</Registry(Adobe)\
             /Ordering(Japan1)/Supplement 2>>/FontDescriptor {descriptor} 0 R{more}>>"
        ));
        memory.add(&format!(
            "<</Type/Font/Subtype/Type0/BaseFont/Gothic/Encoding/{encoding}\
             /DescendantFonts[{descendant} 0 R]>>"
        ))
    };
    let across = composite(memory, "Identity-H", "/DW 1000/W[34[600 700] 50 80 550]");
    let down = composite(memory, "Identity-V", "/DW2[880 -1000]");
    let kanji = composite(memory, "UniJIS-UTF16-H", "");
    let embedded = |memory: &mut Memory, key: &str, entries: &str, program: &[u8]| {
        let file = memory.add_stream(entries, program);
        let descriptor = memory.add(&format!(
            "<</Type/FontDescriptor/FontName/Far/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0\
             /Ascent 900/Descent -250/CapHeight 700/StemV 80/{key} {file} 0 R>>"
        ));
        let (kind, map) = match key {
            "FontFile2" => ("CIDFontType2", "/CIDToGIDMap/Identity"),
            "FontFile3" => ("CIDFontType0", ""),
            _ => {
                return memory.add(&format!(
                    "<</Type/Font/Subtype/Type1/BaseFont/Far/FirstChar 65/LastChar 65/Widths[600]\
                     /FontDescriptor {descriptor} 0 R>>"
                ));
            }
        };
        let descendant = memory.add(&format!(
            "<</Type/Font/Subtype/{kind}/BaseFont/Far/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)\
             /Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 600{map}>>"
        ));
        memory.add(&format!(
            "<</Type/Font/Subtype/Type0/BaseFont/Far/Encoding/Identity-H\
             /DescendantFonts[{descendant} 0 R]>>"
        ))
    };
    let true_type = embedded(memory, "FontFile2", "", &programs::truetype());
    let compact = embedded(memory, "FontFile3", "/Subtype/CIDFontType0C", &programs::cff());
    let (program, [clear, secret, zeros]) = programs::type1();
    let lengths = format!("/Length1 {clear}/Length2 {secret}/Length3 {zeros}");
    let classic = embedded(memory, "FontFile", &lengths, &program);
    let letter = memory.add_stream("", b"700 0 -900 -300 2400 1500 d1 -900 -300 m 2400 -100 l 600 1500 l f");
    let ring = memory.add_stream(
        "",
        b"900 0 d0 60 w 100 100 600 600 re S q 0 0 300 900 re W n 0 0 1 rg \
        -500 0 2000 2000 re f Q",
    );
    let drawn = memory.add(&format!(
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 750 750]/FontMatrix[.001 0 0 .001 0 0]\
         /CharProcs<</a {letter} 0 R/b {ring} 0 R>>/Encoding<</Type/Encoding/Differences[97/a/b]>>\
         /FirstChar 97/LastChar 98/Widths[650 800]/Resources<<>>>>"
    ));
    let picture = memory.add_stream(
        "/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray",
        &[0, 90, 60, 30],
    );
    let stencil = memory.add_stream(
        "/Type/XObject/Subtype/Image/Width 8/Height 2/BitsPerComponent 1/ImageMask true",
        &[0x55, 0xAA],
    );
    let form = memory.add_stream(
        "/Type/XObject/Subtype/Form/BBox[-10 -10 50 30]/Matrix[1 .3 -.2 .8 5 -5]/Resources<<>>",
        b"1 0 0 rg -40 -40 200 100 re f 0 0 1 RG 6 w 0 0 m 40 20 l S",
    );
    let open = memory.add_stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 90 90]/Matrix[0 .7 -.7 0 40 0]",
        b"q 10 0 0 10 5 5 cm /Picture Do Q /Form Do BT /Plain 20 Tf 10 60 Td (Form) Tj ET",
    );
    let group = memory.add_stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 80 80]/Group<</S/Transparency/CS/DeviceRGB/I true>>\
         /Resources<<>>",
        b"1 g 0 0 80 80 re f 0 1 0 rg 10 10 30 30 re f",
    );
    let shade = "<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 100 0]/Extend[true true]\
         /Function<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1>>>>";
    let tile = memory.add_stream(
        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 8 8]/XStep 8/YStep 8\
         /Resources<<>>",
        b"0 1 1 rg 0 0 5 5 re f",
    );
    format!(
        "<</Font<</Plain {plain} 0 R/Wide {wide} 0 R/Across {across} 0 R/Down {down} 0 R\
         /Kanji {kanji} 0 R/Drawn {drawn} 0 R/TrueType {true_type} 0 R\
         /Compact {compact} 0 R/Classic {classic} 0 R>>\
         /XObject<</Picture {picture} 0 R/Stencil {stencil} 0 R/Form {form} 0 R/Open {open} 0 R\
         /Group {group} 0 R>>/Shading<</Shade {shade}>>/Pattern<</Tile {tile} 0 R>>\
         /ExtGState<</Thick<</LW 9/LJ 0/ML 30>>/Multiply<</BM/Multiply/ca .7>>\
         /Difference<</BM/Difference>>>>>>"
    )
}

impl Book {
    pub(super) fn at(seed: u64) -> Book {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut memory = Memory::default();
        let resources = resources(&mut memory);
        let resources = memory.add(&resources);
        let mut pages = Vec::new();
        for _ in 0..PAGES {
            let mut content = String::new();
            for _ in 0..random.between(1, 4) {
                element(&mut random, &mut content);
            }
            let content = memory.add_stream("", content.as_bytes());
            let annotations =
                if random.chance(25) { annotation(&mut random, &mut memory) } else { String::new() };
            pages.push(memory.add(&format!(
                "<</Type/Page/MediaBox[0 0 {SIDE} {SIDE}]/Resources {resources} 0 R\
                 /Contents {content} 0 R{annotations}>>"
            )));
        }
        let kids: String = pages.iter().map(|page| format!("{page} 0 R ")).collect();
        let tree = memory.add(&format!("<</Type/Pages/Count {}/Kids[{kids}]>>", pages.len()));
        let root = memory.add(&format!("<</Type/Catalog/Pages {tree} 0 R>>"));
        Book { memory, pages, root }
    }
}

fn annotation(random: &mut Random, memory: &mut Memory) -> String {
    let (x, y) = (random.between(10, 200), random.between(10, 200));
    let (x2, y2) = (x + random.between(10, 90), y + random.between(10, 60));
    let look = memory.add_stream(
        "/Type/XObject/Subtype/Form/BBox[-20 -20 80 60]/Matrix[.8 .6 -.6 .8 3 9]/Resources<<>>",
        b".5 g -100 -100 300 300 re f 1 0 0 RG 20 w -20 -20 m 80 60 l S",
    );
    let kind = *random.one(&[
        &"/Subtype/Link/Border[0 0 3]",
        &"/Subtype/Link/BS<</W 4/S/S>>/C[1 0 0]",
        &"/Subtype/Link/Border[0 0 0]",
        &"/Subtype/Stamp/AP<</N LOOK 0 R>>",
        &"/Subtype/Stamp/F 24/AP<</N LOOK 0 R>>",
        &"/Subtype/Square/C[0 0 1]/IC[1 1 0]",
        &"/Subtype/Circle/C[0 0 1]/BS<</W 6>>",
        &"/Subtype/Text/Contents(Note)/Name/Note",
        &"/Subtype/Ink/C[1 0 0]/InkList[[20 20 80 90 40 100]]",
        &"/Subtype/Line/C[1 0 0]/L[40 40 180 120]/LE[/OpenArrow/ClosedArrow]",
        &"/Subtype/Highlight/C[1 1 0]/QuadPoints[30 60 130 60 30 40 130 40]",
        &"/Subtype/FreeText/DA(/Helv 12 Tf 0 g)/Contents(Free text)",
        &"/Subtype/Widget/FT/Sig/T(a)",
        &"/Subtype/Widget/FT/Sig/T(a)/MK<</BC[1 0 0]/BG[0 1 0]>>",
        &"/Subtype/Widget/FT/Tx/T(a)/V(Value)/DA(/Helv 12 Tf 0 g)/MK<</BC[1 0 0]>>",
        &"/Subtype/Widget/FT/Btn/T(a)/AS/On/AP<</N<</On LOOK 0 R>>>>",
        &"/Subtype/Popup/Open true",
        &"/Subtype/Stamp/F 2/AP<</N LOOK 0 R>>",
    ]);
    let kind = kind.replace("LOOK", &look.to_string());
    format!("/Annots[<</Type/Annot/Rect[{x} {y} {x2} {y2}]{kind}>>]")
}

/// Adds something that paints.
fn element(random: &mut Random, out: &mut String) {
    out.push_str("q ");
    if random.chance(50) {
        let (x, y) = (random.real(0, 200), random.real(0, 200));
        match random.below(3) {
            0 => write!(out, "1 0 0 1 {x} {y} cm ").unwrap(),
            1 => write!(out, ".8 {} {} .9 {x} {y} cm ", random.real(-1, 1), random.real(-1, 1)).unwrap(),
            _ => {
                let turn = random.real(0, 6);
                let (sine, cosine) = turn.sin_cos();
                write!(out, "{cosine:.5} {sine:.5} {:.5} {cosine:.5} {x} {y} cm ", -sine).unwrap();
            }
        }
    }
    if random.chance(20) {
        clip(random, out);
    }
    if random.chance(20) {
        write!(out, "/{} gs ", random.one(&["Thick", "Multiply", "Difference"])).unwrap();
    }
    match random.below(9) {
        0..3 => text(random, out),
        3..6 => path(random, out),
        6 => {
            colours(random, out);
            without_pattern(out);
            let object = random.one(&["Picture", "Stencil", "Form", "Open", "Group"]);
            if object == "Picture" || object == "Stencil" {
                let (width, height) = (random.real(-80, 80), random.real(-80, 80));
                write!(out, "{width} {} {} {height} 90 90 cm ", random.real(-9, 9), random.real(-9, 9))
                    .unwrap();
            }
            write!(out, "/{object} Do ").unwrap();
        }
        7 => {
            out.push_str("50 0 0 30 20 20 cm ");
            out.push_str(random.one(&[
                "BI /W 2 /H 2 /BPC 8 /CS /G ID \0\x11\x22\x33\nEI ",
                "BI /W 2 /H 2 /BPC 8 /CS /G /F /AHx ID 00112233>\nEI ",
                "BI /Width 1 /Height 1 /ImageMask true /Filter /A85 ID !<<~>\nEI ",
            ]));
        }
        _ => {
            clip(random, out);
            out.push_str("/Shade sh ");
        }
    }
    out.push_str("Q\n");
}

fn clip(random: &mut Random, out: &mut String) {
    let (x, y) = (random.real(0, 100), random.real(0, 100));
    let (width, height) = (random.real(-60, 120), random.real(-60, 120));
    if random.chance(70) {
        write!(out, "{x} {y} {width} {height} re W n ").unwrap();
    } else {
        write!(out, "{x} {y} m {} {y} {} 90 40 {} c h W* n ", x + 90.0, x + 30.0, y + 80.0).unwrap();
    }
}

/// Poppler paints patterns outside of masks and of Type 3 glyphs: those are unknown.
fn without_pattern(out: &mut String) {
    if out.ends_with("scn ") {
        out.push_str("0 1 0 rg ");
    }
}

fn colours(random: &mut Random, out: &mut String) {
    out.push_str(random.one(&[
        "0 g 0 G ",
        "1 0 0 rg 0 0 1 RG ",
        "1 g 1 G ",
        "0 0 0 0 k .2 .4 0 0 K ",
        "/DeviceRGB cs 1 1 1 sc /DeviceGray CS 0 SC ",
        "/Pattern cs /Tile scn ",
    ]));
}

fn path(random: &mut Random, out: &mut String) {
    colours(random, out);
    write!(out, "{} w ", random.one(&["0", ".1", "1", "3", "14"])).unwrap();
    write!(out, "{} J {} j ", random.below(3), random.below(3)).unwrap();
    if random.chance(20) {
        write!(out, "{} M ", random.one(&["1", "4", "40"])).unwrap();
    }
    if random.chance(15) {
        out.push_str("[9 4 0 4] 3 d ");
    }
    if random.chance(15) {
        write!(out, "{} 0 0 {} 0 0 cm ", random.one(&["9", ".05", "1"]), random.one(&["1", "2", ".1"]))
            .unwrap();
    }
    for _ in 0..random.between(1, 3) {
        if random.chance(30) {
            write!(out, "{} {} ", random.real(0, 200), random.real(0, 200)).unwrap();
            write!(out, "{} {} re ", random.real(-80, 80), random.real(-80, 80)).unwrap();
            continue;
        }
        let (mut x, mut y) = (random.real(0, 200), random.real(0, 200));
        write!(out, "{x} {y} m ").unwrap();
        for _ in 0..random.between(1, 5) {
            let mut points = String::new();
            let operator = random.one(&["l", "l", "l", "c", "v", "y"]);
            for _ in 0..match operator {
                "l" => 1,
                "c" => 3,
                _ => 2,
            } {
                (x, y) = (x + random.real(-40, 40), y + random.real(-40, 40));
                write!(points, "{x:.2} {y:.2} ").unwrap();
            }
            write!(out, "{points}{operator} ").unwrap();
        }
        if random.chance(30) {
            out.push_str("h ");
        }
    }
    write!(out, "{} ", random.one(&["S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"])).unwrap();
}

fn text(random: &mut Random, out: &mut String) {
    colours(random, out);
    let font =
        random.one(&["Plain", "Wide", "Across", "Down", "Kanji", "Drawn", "TrueType", "Compact", "Classic"]);
    if font == "Drawn" {
        without_pattern(out);
    }
    let size = random.real(5, 30);
    write!(out, "BT /{font} {size} Tf ").unwrap();
    for (operator, low, high) in
        [("Tc", -2, 5), ("Tw", -4, 20), ("Tz", 30, 180), ("Ts", -9, 9), ("TL", 5, 40)]
    {
        if random.chance(20) {
            write!(out, "{} {operator} ", random.real(low, high)).unwrap();
        }
    }
    if random.chance(25) {
        write!(out, "{} Tr ", random.below(8)).unwrap();
    }
    match random.below(3) {
        0 => write!(out, "{} {} Td ", random.real(20, 200), random.real(20, 250)).unwrap(),
        1 => write!(out, "{} {} TD ", random.real(20, 200), random.real(20, 250)).unwrap(),
        _ => {
            let (sine, cosine) = random.real(0, 6).sin_cos();
            let (x, y) = (random.real(50, 200), random.real(50, 200));
            write!(out, "{cosine:.4} {sine:.4} {:.4} {cosine:.4} {x} {y} Tm ", -sine).unwrap();
        }
    }
    let string = |random: &mut Random| match font {
        "Across" | "Down" | "Kanji" => {
            random.one(&["<002200230040>", "<0041>", "<00220020002200>", "<30423044>"]).to_owned()
        }
        "TrueType" | "Compact" => random.one(&["<0001>", "<00010002>", "<000100000001>"]).to_owned(),
        "Classic" => random.one(&["(A)", "(A A)", "(xA)"]).to_owned(),
        "Drawn" => random.one(&["(ab)", "(a)", "(b b)", "(xa)"]).to_owned(),
        _ => random.one(&["(Word)", "(Two words)", "(i)", "(M\\(W\\)M)", "(WWW @)"]).to_owned(),
    };
    for _ in 0..random.between(1, 3) {
        match random.below(5) {
            0 | 1 => write!(out, "{} Tj ", string(random)).unwrap(),
            2 => {
                let (one, other) = (string(random), string(random));
                write!(out, "[{one} {} {other} {}] TJ ", random.between(-3000, 900), random.below(500))
                    .unwrap();
            }
            3 => write!(out, "{} ' ", string(random)).unwrap(),
            _ => write!(out, "T* {} {} {} \" ", random.between(-1, 9), random.between(-1, 4), string(random))
                .unwrap(),
        }
    }
    out.push_str("ET ");
}

/// A page as a viewer paints it.
struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Reads a PPM file.
    fn read(path: &Path) -> Option<Picture> {
        let bytes = fs::read(path).ok()?;
        let mut head = bytes.splitn(4, |byte| byte.is_ascii_whitespace());
        assert_eq!(head.next(), Some(&b"P6"[..]), "{}", path.display());
        // Ghostscript writes a comment.
        let mut rest = &bytes[2..];
        let mut numbers = Vec::new();
        while numbers.len() < 3 {
            rest = rest.trim_ascii_start();
            if rest[0] == b'#' {
                rest = &rest[rest.iter().position(|byte| *byte == b'\n')?..];
                continue;
            }
            let end = rest.iter().position(u8::is_ascii_whitespace)?;
            numbers.push(std::str::from_utf8(&rest[..end]).ok()?.parse::<usize>().ok()?);
            rest = &rest[end..];
        }
        Some(Picture { width: numbers[0], pixels: rest[1..].to_vec() })
    }

    /// The first pixel that is not white and lies outside the boxes.
    fn outside(&self, boxes: &[Rectangle]) -> Option<(f64, f64)> {
        for (index, pixel) in self.pixels.chunks(3).enumerate() {
            // MuPDF makes white over white almost white at edges.
            if pixel.iter().all(|value| *value >= 252) {
                continue;
            }
            let count = |number: usize| f64::from(u32::try_from(number).unwrap());
            let (x, y) = (count(index % self.width), f64::from(SIDE) - 1.0 - count(index / self.width));
            // The pixel is one point wide; one more on each side for where a viewer begins it.
            let is_inside = boxes.iter().any(|[left, lower, right, upper]| {
                x + 2.0 >= *left && x - 1.0 <= *right && y + 2.0 >= *lower && y - 1.0 <= *upper
            });
            if !is_inside {
                return Some((x, y));
            }
        }
        None
    }
}

/// Paints all pages of a file into the folder, as `NAME-1.ppm` and so on; false without the viewer.
fn paint(viewer: &str, file: &Path, folder: &Path) -> bool {
    let output = |name: &str| folder.join(name).display().to_string();
    let file = file.display().to_string();
    let mut command = Command::new(viewer);
    match viewer {
        "pdftoppm" => command.args(["-r", "72", &file, &output("pdftoppm")]),
        "mutool" => command.args(["draw", "-q", "-r", "72", "-o", &output("mutool-%d.ppm"), &file]),
        _ => command.args(["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=ppmraw", "-r72"]).args([
            "-dTextAlphaBits=4",
            "-dGraphicsAlphaBits=4",
            &format!("-sOutputFile={}", output("gs-%d.ppm")),
            &file,
        ]),
    };
    command.output().is_ok()
}

#[test]
fn no_viewer_paints_outside_the_boxes() {
    let seed = env::var(SEED).ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let (mut covered, mut compared, mut outside) = (0.0, 0, Vec::new());
    for file in 0..FILES {
        let seed = seed + file;
        let book = Book::at(seed);
        let folder = env::var(KEEP).map_or_else(|_| env::temp_dir(), Into::into);
        let folder = folder.join(format!("honnin-marks-{seed}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("pages.pdf");
        fs::write(&path, book.memory.file(book.root)).unwrap();
        let viewers = ["pdftoppm", "mutool", "gs"].map(|viewer| (viewer, paint(viewer, &path, &folder)));
        let mut json = String::new();
        for (index, page) in book.pages.iter().enumerate() {
            let number = index + 1;
            let Marks::Inside(boxes) = of_page(&book.memory, book.memory.dictionary(*page), |_| false) else {
                panic!("seed {seed}, page {number}: unknown");
            };
            let name = path.display();
            writeln!(json, "{{\"file\":\"{name}\",\"page\":{number},\"spent\":0,\"boxes\":{boxes:?}}}")
                .unwrap();
            covered += share(&boxes);
            for (viewer, _) in viewers.iter().filter(|(_, is_there)| *is_there) {
                let names = [format!("{viewer}-{number}.ppm"), format!("{viewer}-{number:02}.ppm")];
                let picture = names.iter().find_map(|name| Picture::read(&folder.join(name)));
                let picture = picture.unwrap_or_else(|| panic!("{viewer} painted no page {number}"));
                if let Some((x, y)) = picture.outside(&boxes) {
                    let folder = folder.display();
                    outside.push(format!("{folder}, page {number}, {viewer}: at {x}, {y}"));
                }
                compared += 1;
            }
        }
        if env::var(KEEP).is_ok() {
            fs::write(folder.join("boxes.json"), json).unwrap();
        } else if outside.is_empty() {
            fs::remove_dir_all(&folder).unwrap();
        }
    }
    assert!(outside.is_empty(), "seeds from {seed}: {outside:#?}");
    // Boxes as large as the page would always be right.
    let pages = f64::from(u32::try_from(PAGES).unwrap() * u32::try_from(FILES).unwrap());
    assert!(covered / pages < 0.5, "{}", covered / pages);
    println!("{compared} pictures; the boxes cover {:.0} % of a page", covered / pages * 100.0);
}

/// What part of a page the boxes cover.
fn share(boxes: &[Rectangle]) -> f64 {
    let mut covered = 0;
    for x in 0..SIDE / 5 {
        for y in 0..SIDE / 5 {
            let (x, y) = (f64::from(x * 5), f64::from(y * 5));
            covered +=
                i32::from(boxes.iter().any(|[left, lower, right, upper]| {
                    x >= *left && x <= *right && y >= *lower && y <= *upper
                }));
        }
    }
    f64::from(covered) / f64::from((SIDE / 5) * (SIDE / 5))
}
