//! Small contents, and what they mark.

use super::super::super::object::Object;
use super::super::{Marks, Rectangle, of_page, paints};
use super::memory::Memory;

/// The box around all marks of a page of such content; `None` if they are unknown, an empty one if
/// there are none.
fn marked_with(resources: &str, content: &str, add: impl FnOnce(&mut Memory)) -> Option<Vec<Rectangle>> {
    let mut memory = Memory::default();
    add(&mut memory);
    let content = memory.add_stream("", content.as_bytes());
    let page = memory.add(&format!("<</Type/Page/Resources<<{resources}>>/Contents {content} 0 R>>"));
    match of_page(&memory, memory.dictionary(page), |_| false) {
        Marks::Inside(boxes) => Some(boxes),
        Marks::Unknown => None,
    }
}

fn marked(content: &str) -> Option<Vec<Rectangle>> {
    marked_with("", content, |_| {})
}

/// Whether there is one box, and each of its edges is at most that far outside the expected one.
#[track_caller]
fn assert_around(boxes: Option<Vec<Rectangle>>, expected: Rectangle, most: f64) {
    let boxes = boxes.expect("unknown");
    let [one] = boxes.as_slice() else { panic!("{boxes:?}") };
    let ([left, lower, right, upper], [left2, lower2, right2, upper2]) = (*one, expected);
    for outside in [left2 - left, lower2 - lower, right - right2, upper - upper2] {
        assert!((0.0..=most).contains(&outside), "{one:?} {expected:?}");
    }
}

#[test]
fn an_empty_page_has_no_marks() {
    assert_eq!(marked(""), Some(vec![]));
    assert_eq!(marked("q 1 0 0 1 5 5 cm 10 20 m 30 40 l n Q BT /F 9 Tf ET"), Some(vec![]));
    let memory = Memory::default();
    assert_eq!(of_page(&memory, &Default::default(), |_| false), Marks::Inside(vec![]));
}

#[test]
fn a_fill_marks_the_box_of_its_path() {
    assert_around(marked("10 20 30 -5 re f"), [10.0, 15.0, 40.0, 20.0], 1.1);
    assert_around(marked("10 20 m 50 60 20 90 30 30 c f"), [10.0, 20.0, 50.0, 90.0], 1.1);
    assert_around(marked("2 0 0 3 100 0 cm 10 20 30 5 re f*"), [120.0, 60.0, 180.0, 75.0], 1.1);
    assert_around(marked("q 0 1 -1 0 0 0 cm 10 20 30 5 re f Q"), [-25.0, 10.0, -20.0, 40.0], 1.1);
}

#[test]
fn a_stroke_marks_its_width_and_its_joins() {
    assert_around(marked("10 w 50 50 m 80 50 l S"), [45.0, 45.0, 85.0, 55.0], 3.2);
    // A miter of the limit, ten times the width.
    assert_around(marked("10 w 50 50 m 80 50 l 50 51 l S"), [0.0, 0.0, 130.0, 101.0], 1.1);
    assert_around(marked("10 w 1 j 50 50 m 80 50 l 50 51 l S"), [45.0, 45.0, 85.0, 56.0], 3.2);
    assert_around(marked("0 w 50 50 m 80 50 l S"), [50.0, 50.0, 80.0, 50.0], 2.0);
    let states = "/ExtGState<</Thick<</LW 20>>>>";
    let boxes = marked_with(states, "/Thick gs 50 50 m 80 50 l S", |_| {});
    assert_around(boxes, [40.0, 40.0, 90.0, 60.0], 5.2);
}

#[test]
fn a_clip_cuts_marks_off_until_the_state_is_restored() {
    let clipped = "q 10 10 20 20 re W n 0 0 500 500 re f Q";
    assert_around(marked(clipped), [10.0, 10.0, 30.0, 30.0], 2.1);
    assert_eq!(marked(&format!("{clipped} 0 0 500 500 re f")).unwrap().len(), 1);
    assert_eq!(marked("10 10 20 20 re W n 100 100 20 20 re f"), Some(vec![]));
    // Viewers differ in a clip without area.
    assert_around(marked("10 10 0 20 re W n 100 100 20 20 re f"), [100.0, 100.0, 120.0, 120.0], 1.1);
}

#[test]
fn white_fills_mark_nothing_and_remove_nothing() {
    for white in ["1 g", "1 1 1 rg", "0 0 0 0 k", "/DeviceRGB cs 1 1 1 sc", "/DeviceCMYK cs 0 0 0 0 scn"] {
        assert_eq!(marked(&format!("{white} 0 0 500 500 re f")), Some(vec![]), "{white}");
        let boxes = marked(&format!("0 g 10 10 20 20 re f {white} 0 0 500 500 re f"));
        assert_around(boxes, [10.0, 10.0, 30.0, 30.0], 1.1);
    }
    for not_white in ["0.99 g", "1 1 rg", "/DeviceCMYK cs", "/Named cs 1 1 1 sc", "/DeviceRGB cs 1 sc"] {
        assert_eq!(marked(&format!("{not_white} 0 0 50 50 re f")).unwrap().len(), 1, "{not_white}");
    }
    for resources in [
        "/ExtGState<</G<</BM/Difference>>>>",
        "/ExtGState<</G<</TR<<>>>>>>",
        "/ExtGState<</G<</SMask<<>>>>>>",
        "/ExtGState<</G<<>>>>/ColorSpace<</DefaultGray[/Separation]>>",
    ] {
        let boxes = marked_with(resources, "/G gs 1 g 0 0 50 50 re f", |_| {});
        assert_eq!(boxes.unwrap().len(), 1, "{resources}");
    }
}

#[test]
fn white_in_a_form_is_blank_only_if_it_is_where_the_form_is_used() {
    let form = |memory: &mut Memory| {
        memory.add_stream("/Subtype/Form/BBox[0 0 9 9]/Resources<<>>", b"1 g 0 0 9 9 re f");
    };
    let resources = "/XObject<</F 1 0 R>>/ExtGState<</G<</BM/Difference>>>>";
    assert_eq!(marked_with(resources, "/F Do", form), Some(vec![]));
    assert_eq!(marked_with(resources, "/G gs /F Do", form).unwrap().len(), 1);
    let group = |memory: &mut Memory| {
        let entries = "/Subtype/Form/BBox[0 0 9 9]/Group<</CS[/ICCBased 9 0 R]>>";
        memory.add_stream(entries, b"1 g 0 0 9 9 re f");
    };
    assert_eq!(marked_with(resources, "/F Do", group).unwrap().len(), 1);
}

const SERIF: &str = "/Font<</F<</Subtype/Type1/BaseFont/Serif/FirstChar 65/LastChar 66/Widths[500 700]\
                     /FontDescriptor<</FontBBox[-100 -300 1900 2000]>>>>>>";

#[test]
fn text_reaches_as_far_as_its_widths_say() {
    let text = |content: &str| marked_with(SERIF, content, |_| {});
    // The pen goes to 100 + 0.5 em + 0.7 em; a glyph reaches from -0.6 em to 1.9 em.
    let expected = [94.0, 194.0, 131.0, 220.0];
    assert_around(text("BT /F 10 Tf 100 200 Td (AB) Tj ET"), expected, 1.2);
    assert_around(text("BT /F 10 Tf 1 0 0 1 100 200 Tm [(A) 0 (B)] TJ ET"), expected, 1.2);
    assert_around(text("BT /F 1 Tf 10 0 0 10 100 200 Tm (AB) ' ET"), expected, 1.2);
    // Unlisted codes may have any width.
    assert_around(text("BT /F 10 Tf 100 200 Td (zz) Tj ET"), [94.0, 194.0, 143.0, 220.0], 1.2);
    // Spaces, scaling, rise.
    let spaced = text("BT /F 10 Tf 5 Tc 200 Tz 3 Ts 100 200 Td (AB) Tj ET");
    assert_around(spaced, [88.0, 197.0, 182.0, 223.0], 1.2);
    // Back by 2 em.
    let back = text("BT /F 10 Tf 100 200 Td [(A) 2000 (A)] TJ ET");
    assert_around(back, [79.0, 194.0, 124.0, 220.0], 1.2);
}

#[test]
fn invisible_text_marks_nothing_but_moves_the_pen() {
    let text = |content: &str| marked_with(SERIF, content, |_| {});
    assert_eq!(text("BT /F 10 Tf 3 Tr (AB) Tj 7 Tr (AB) Tj ET"), Some(vec![]));
    assert_eq!(text("BT /F 10 Tf 1 g (AB) Tj ET"), Some(vec![]));
    let boxes = text("BT /F 10 Tf 3 Tr (AB) Tj 0 Tr (A) Tj ET");
    assert_around(boxes, [6.0, -6.0, 36.0, 20.0], 1.2);
    // Poppler ignores a mode that is not a whole number.
    for mode in ["3.5", "3.0", "3."] {
        assert_eq!(text(&format!("BT /F 10 Tf {mode} Tr (AB) Tj ET")), None, "{mode}");
    }
}

#[test]
fn composite_fonts_have_the_widths_of_their_glyphs() {
    let font = |encoding: &str, more: &str| {
        format!(
            "/Font<</F<</Subtype/Type0/Encoding/{encoding}\
             /DescendantFonts[<</Subtype/CIDFontType2 {more}>>]>>>>"
        )
    };
    let text = |font: &str| marked_with(font, "BT /F 10 Tf 100 200 Td <00050006> Tj ET", |_| {});
    let ordinary = |right: f64| [94.0, 194.0, right, 214.0];
    assert_around(text(&font("Identity-H", "/W[5[500 700]]")), ordinary(128.0), 1.2);
    assert_around(text(&font("Identity-H", "/W[5 6 300]/DW 1")), ordinary(122.0), 1.2);
    assert_around(text(&font("Identity-H", "")), ordinary(136.0), 1.2);
    // A glyph that is listed twice has one of two widths.
    assert_around(text(&font("Identity-H", "/W[5 6 300 6 7 900]/DW 100")), ordinary(134.0), 1.2);
    // Here a glyph may be one byte.
    assert_around(text(&font("90ms-RKSJ-H", "/DW 800")), ordinary(148.0), 1.2);
    let down = text(&font("Identity-V", "")).unwrap();
    assert!(down[0][1] < 180.0 && down[0][0] < 95.0, "{down:?}");
}

#[test]
fn glyphs_of_type_3_are_looked_at_whatever_their_font_says() {
    let glyph = |memory: &mut Memory| {
        memory.add_stream("", b"500 0 0 0 1 1 d1 -2000 0 6000 100 re f");
    };
    let font = "/Font<</F<</Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[.001 0 0 .001 0 0]\
                /CharProcs<</a 1 0 R>>/FirstChar 97/LastChar 97/Widths[500]>>>>";
    // The font has to be an object of its own.
    assert_eq!(marked_with(font, "BT /F 10 Tf 50 50 Td (a) Tj ET", glyph), None);
    let indirect = |memory: &mut Memory| {
        glyph(memory);
        memory.add(font.strip_prefix("/Font<</F").unwrap().strip_suffix(">>").unwrap());
    };
    let boxes = marked_with("/Font<</F 2 0 R>>", "BT /F 10 Tf 50 50 Td (a) Tj ET", indirect);
    assert_around(boxes, [30.0, 50.0, 95.0, 51.0], 1.2);
}

#[test]
fn forms_are_run_in_their_matrix_and_box() {
    let form = |memory: &mut Memory| {
        let entries = "/Subtype/Form/BBox[0 0 10 10]/Matrix[2 0 0 2 100 100]";
        memory.add_stream(entries, b"-500 -500 1000 1000 re f");
    };
    let boxes = marked_with("/XObject<</F 1 0 R>>", "/F Do", form);
    assert_around(boxes, [100.0, 100.0, 120.0, 120.0], 2.1);
}

#[test]
fn images_mark_the_unit_square() {
    let image = |memory: &mut Memory| {
        memory.add_stream("/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", b"0");
    };
    let boxes = marked_with("/XObject<</I 1 0 R>>", "30 0 0 40 100 100 cm /I Do", image);
    assert_around(boxes, [100.0, 100.0, 130.0, 140.0], 1.1);
    let inline = "BI /W 2/H 1/BPC 8/CS/G ID ab EI";
    assert_around(marked(&format!("30 0 0 40 1 1 cm {inline}")), [1.0, 1.0, 31.0, 41.0], 1.1);
}

#[test]
fn masks_with_patterns_are_unknown_and_thin_images_fill_the_clip() {
    let mask = "BI /W 1/H 1/IM true ID a EI";
    assert_eq!(marked(mask).unwrap().len(), 1);
    assert_eq!(marked(&format!("/Pattern cs /Tile scn {mask}")), None);
    let image = "BI /W 1/H 1/BPC 8/CS/G ID a EI";
    assert_around(marked(&format!("50 0 0 .1 9 9 cm {image}")), [9.0, 9.0, 59.0, 9.1], 1.1);
    let turned = format!("0 0 90 90 re W n 50 9 0 .1 9 9 cm {image}");
    assert_around(marked(&turned), [0.0, 0.0, 90.0, 90.0], 1.1);
}

#[test]
fn inline_images_that_could_end_elsewhere_are_unknown() {
    for inline in [
        // The data are shorter or longer than the image.
        "BI /W 2/H 1/BPC 8/CS/G ID aEI",
        "BI /W 2/H 1/BPC 8/CS/G ID abcdef EI",
        "BI /W 9/H 1/BPC 8/CS/G ID ab EI abc EI",
        "BI /W 2/Width 9/H 1/BPC 8/CS/G ID ab EI",
        "BI /W 2/H 1/BPC 8/CS/G/L 1 ID ab EI",
        "BI /W 2/H 1/BPC 8/CS/Named ID ab EI",
        "BI /W 2/H 1/BPC 8/CS/G/F/CCF ID ab EI",
        "BI /W 2/H 1/BPC 8/CS/G/F/AHx ID 00 EI 11> EI",
        "BI /W 2/H 1/BPC 8/CS/G ID ab",
    ] {
        assert_eq!(marked(inline), None, "{inline}");
    }
}

#[test]
fn shadings_mark_what_the_clip_leaves() {
    assert_around(marked("10 10 20 20 re W n /S sh"), [10.0, 10.0, 30.0, 30.0], 1.1);
    assert_around(marked("/S sh"), [-1e9, -1e9, 1e9, 1e9], 0.0);
}

#[test]
fn what_viewers_could_read_differently_is_unknown() {
    for content in [
        "1 2 3 re f",
        "1 2 3 4 5 re f",
        "1 2 3 4 re ff",
        "BX 5 unknown EX",
        "1e5 0 0 1 re f",
        "--1 0 0 1 re f",
        "1 2 3 4 re q f Q",
        "1 2 3 4 re 2 0 0 2 0 0 cm f",
        "10 10 l S",
        "BT q ET Q",
        "BT BT ET",
        "(a) Tj",
        "BT (a) Tj ET",
        "Q 1 1 1 1 re f",
        "1 g Q 1 1 1 1 re f",
        "(a",
        "[1 2",
        "<</A 1",
        "<4G> pop",
        "1 2 3 4 re f }",
        "9999999999 0 0 1 re f",
        "BT /Missing 9 Tf (a) Tj ET",
    ] {
        assert_eq!(marked(content), None, "{content}");
    }
    // A Q too much at the end changes nothing.
    assert_around(marked("1 1 1 1 re f Q Q"), [1.0, 1.0, 2.0, 2.0], 1.1);
}

#[test]
fn resources_are_looked_for_where_all_viewers_look() {
    let forms = |memory: &mut Memory| {
        memory.add_stream("/Subtype/Form/BBox[0 0 9 9]", b"/In Do");
        memory.add_stream("/Subtype/Form/BBox[0 0 9 9]/Resources<<>>", b"/In Do");
        memory.add_stream("/Subtype/Form/BBox[0 0 9 9]/Resources<<>>", b"0 0 5 5 re f");
    };
    let resources = "/XObject<</Bare 1 0 R/Own 2 0 R/In 3 0 R>>";
    assert_around(marked_with(resources, "/Bare Do", forms), [0.0, 0.0, 5.0, 5.0], 1.1);
    assert_eq!(marked_with(resources, "/Own Do", forms), None);
    assert_eq!(marked_with(resources, "/None Do", forms), Some(vec![]));
}

#[test]
fn loops_and_deep_nesting_are_unknown() {
    let itself = |memory: &mut Memory| {
        memory.add_stream("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 1 0 R>>>>", b"/F Do");
    };
    assert_eq!(marked_with("/XObject<</F 1 0 R>>", "/F Do", itself), None);
    let deep = |memory: &mut Memory| {
        memory.add_stream("/Subtype/Form/Resources<<>>", b"0 0 1 1 re f");
        for number in 1..20 {
            let entries = format!("/Subtype/Form/Resources<</XObject<</F {number} 0 R>>>>");
            memory.add_stream(&entries, b"/F Do");
        }
    };
    assert_eq!(marked_with("/XObject<</F 20 0 R>>", "/F Do", deep), None);
    assert_eq!(marked_with("/XObject<</F 8 0 R>>", "/F Do", deep).unwrap().len(), 1);
}

#[test]
fn work_that_multiplies_ends_with_the_budget() {
    let mut memory = Memory::default();
    memory.most = Some(1 << 20);
    memory.add_stream("/Subtype/Form/Resources<<>>", b"0 0 1 1 re f");
    for number in 1..8 {
        let entries = format!("/Subtype/Form/Resources<</XObject<</F {number} 0 R>>>>");
        memory.add_stream(&entries, "/F Do ".repeat(40).as_bytes());
    }
    let content = memory.add_stream("", b"/F Do");
    let page = format!("<</Resources<</XObject<</F 8 0 R>>>>/Contents {content} 0 R>>");
    let page = memory.add(&page);
    assert_eq!(of_page(&memory, memory.dictionary(page), |_| false), Marks::Unknown);
    assert!(memory.spent.get() < 2 << 20);
}

#[test]
fn many_marks_become_one_box() {
    use std::fmt::Write;
    let mut content = String::new();
    for index in 0..70_000 {
        writeln!(content, "{} {} 1 1 re f", index % 500, index % 499).unwrap();
    }
    let boxes = marked(&content).unwrap();
    assert!(boxes.len() < 1 << 16, "{}", boxes.len());
    assert!(boxes[0][2] > 499.0 && boxes[0][0] < 0.0);
}

#[test]
fn streams_are_joined_between_tokens_only() {
    let page = |one: &str, other: &str| {
        let mut memory = Memory::default();
        memory.add_stream("", one.as_bytes());
        memory.add_stream("", other.as_bytes());
        let page = memory.add("<</Contents[1 0 R 2 0 R 9 0 R]>>");
        of_page(&memory, memory.dictionary(page), |_| false)
    };
    assert!(matches!(page("q 1 1 5 5 re", "f Q"), Marks::Inside(boxes) if boxes.len() == 1));
    assert_eq!(page("1 1 5 5", "0 re f"), Marks::Unknown);
    assert_eq!(page("(a", "b) pop"), Marks::Unknown);
}

#[test]
fn content_is_unpacked_and_other_filters_are_unknown() {
    let page = |filter: &str, data: &[u8]| {
        let mut memory = Memory::default();
        memory.add_stream(filter, data);
        let page = memory.add("<</Contents 1 0 R>>");
        match of_page(&memory, memory.dictionary(page), |_| false) {
            Marks::Inside(boxes) => Some(boxes),
            Marks::Unknown => None,
        }
    };
    // "1 1 9 9 re f"
    let square = [1.0, 1.0, 10.0, 10.0];
    assert_around(page("/Filter/ASCIIHexDecode", b"31203120392039207265 2066>"), square, 1.1);
    assert_around(page("/Filter[/AHx/RL]", b"0B31203120392039207265206680>"), square, 1.1);
    assert_around(page("/Filter/RunLengthDecode", b"\x0b1 1 9 9 re f\x80"), square, 1.1);
    assert_around(page("/Filter/A85", b"0d&1n3?U=)Eb-A*~>"), square, 1.1);
    // "1 1 9 9 re f": clear, nine bits each, end.
    let codes = [256, 49, 32, 49, 32, 57, 32, 57, 32, 114, 101, 32, 102, 257];
    assert_around(page("/Filter/LZWDecode", &packed(&codes)), square, 1.1);
    // The strings "1 ", "9 " come from the table.
    let codes = [256, 49, 32, 258, 57, 32, 261, 114, 101, 32, 102, 257];
    assert_around(page("/Filter/LZWDecode/DecodeParms<<>>", &packed(&codes)), square, 1.1);
    assert_eq!(page("/Filter/DCTDecode", b"1 1 9 9 re f"), None);
    assert_eq!(page("/Filter/FlateDecode", b"1 1 9 9 re f"), None);
    assert_eq!(page("/Filter/AHx/DecodeParms<</Predictor 12>>", b"31>"), None);
    assert_eq!(page("/F(other)", b"1 1 9 9 re f"), None);
}

/// Codes of nine bits.
fn packed(codes: &[u32]) -> Vec<u8> {
    let bits: Vec<u8> =
        codes.iter().flat_map(|code| (0..9).rev().map(move |bit| u8::from(code >> bit & 1 == 1))).collect();
    bits.chunks(8)
        .map(|bits| bits.iter().enumerate().fold(0, |byte, (place, bit)| byte | bit << (7 - place)))
        .collect()
}

fn annotated(annotation: &str, add: impl FnOnce(&mut Memory)) -> Option<Vec<Rectangle>> {
    let mut memory = Memory::default();
    add(&mut memory);
    let page = memory.add(&format!("<</Annots[<</Rect[30 40 10 20] {annotation}>>]>>"));
    match of_page(&memory, memory.dictionary(page), |_| false) {
        Marks::Inside(boxes) => Some(boxes),
        Marks::Unknown => None,
    }
}

/// One appearance that paints, and one that does not.
fn looks(memory: &mut Memory) {
    memory.add_stream("/Subtype/Form/BBox[0 0 9 9]", b"1 g 0 0 9 9 re f");
    memory.add_stream("/Subtype/Form/BBox[0 0 0 0]", b"% DSBlank\n");
}

#[test]
fn annotations_mark_their_rectangles() {
    let rectangle = [10.0, 20.0, 30.0, 40.0];
    assert_around(annotated("/Subtype/Stamp/AP<</N 1 0 R>>", looks), rectangle, 1.1);
    assert_around(annotated("/Subtype/Widget/FT/Sig/AP<</N 1 0 R>>", looks), rectangle, 1.1);
    assert_around(annotated("/Subtype/Widget/FT/Btn/AP<</N<</A 1 0 R>>>>", looks), rectangle, 1.1);
    assert_around(annotated("/Subtype/Link", looks), rectangle, 2.1);
    assert_around(annotated("/Subtype/Link/BS<</W 5>>", looks), rectangle, 6.1);
    assert_around(annotated("/Subtype/Stamp/F 8/AP<</N 1 0 R>>", looks), rectangle, 21.1);
    assert_around(annotated("/Subtype/Text", looks), rectangle, 42.0);
    // MuPDF paints a sign into an empty signature field.
    assert_around(annotated("/Subtype/Widget/FT/Sig", looks), rectangle, 1.1);
    assert_around(annotated("/Subtype/Widget/FT/Sig/AP<</N 2 0 R>>", looks), rectangle, 1.1);
    let ink = annotated("/Subtype/Ink/InkList[[100 200 300 20]]", looks);
    assert_around(ink, [10.0, 20.0, 300.0, 200.0], 42.0);
}

#[test]
fn annotations_that_no_viewer_shows_mark_nothing() {
    for annotation in [
        "/Subtype/Link/Border[0 0 0]",
        "/Subtype/Link/BS<</W 0>>",
        "/Subtype/Popup",
        "/Subtype/Stamp/F 2/AP<</N 1 0 R>>",
        "/Subtype/Stamp/F 32/AP<</N 1 0 R>>",
        "/Subtype/Widget/FT/Sig/V<<>>/AP<</N 2 0 R>>",
        "/Subtype/Widget/FT/Sig/Rect[0 0 0 0]/AP<</N 2 0 R>>",
        "/Subtype/Widget/FT/Sig/Rect[0 0 0 0]",
    ] {
        // A later key wins in the dictionaries of the tests.
        assert_eq!(annotated(annotation, looks), Some(vec![]), "{annotation}");
    }
    // Shown on paper, or with a border of its own.
    assert_eq!(annotated("/Subtype/Stamp/F 36/AP<</N 1 0 R>>", looks).unwrap().len(), 1);
    assert_eq!(
        annotated("/Subtype/Widget/FT/Sig/V<<>>/MK<</BC[0]>>/AP<</N 2 0 R>>", looks).unwrap().len(),
        1
    );
    assert_eq!(annotated("/Subtype/Link/Border[0 0 0]/BS<<>>", looks).unwrap().len(), 1);
}

#[test]
fn damaged_annotations_are_unknown() {
    for annotation in [
        "/Subtype/Stamp/Rect[1 2 3]/AP<</N 1 0 R>>",
        "/Subtype/Stamp/F 2.5",
        "/Subtype 5",
        "/Subtype/Stamp/AP 5",
        "/Subtype/Line/LL 500",
    ] {
        assert_eq!(annotated(annotation, looks), None, "{annotation}");
    }
}

#[test]
fn annotations_can_be_left_out() {
    let mut memory = Memory::default();
    let annotation = memory.add("<</Subtype/Link/Rect[0 0 9 9]>>");
    let page = memory.add(&format!("<</Annots[{annotation} 0 R]>>"));
    let reference = |object: &Object| object.reference().is_some_and(|one| one.number == annotation);
    assert_eq!(of_page(&memory, memory.dictionary(page), reference), Marks::Inside(vec![]));
    assert_ne!(of_page(&memory, memory.dictionary(page), |_| false), Marks::Inside(vec![]));
}

#[test]
fn a_form_paints_if_it_covers_anything_even_with_white() {
    let paints = |entries: &str, content: &str| {
        let mut memory = Memory::default();
        memory.add_stream("/Subtype/Form/BBox[0 0 9 9]", b"% nothing");
        let form = memory.add_stream(entries, content.as_bytes());
        paints(&memory, &memory.objects[&form])
    };
    assert!(!paints("/BBox[0 0 9 9]", ""));
    assert!(!paints("/BBox[0 0 9 9]", "% DSBlank\nq Q"));
    assert!(!paints("/BBox[0 0 9 9]/Resources<</XObject<</F 1 0 R>>>>", "q 1 0 0 1 0 0 cm /F Do Q"));
    assert!(paints("/BBox[0 0 9 9]", "1 g 0 0 9 9 re f"));
    assert!(paints("/BBox[0 0 9 9]", "0 g 0 0 9 9 re f"));
    assert!(paints("/BBox[0 0 0 0]", "0 g 0 0 9 9 re f"));
    assert!(paints("/BBox[0 0 9 9]", "unreadable"));
    let memory = Memory::default();
    assert!(super::super::paints(&memory, &Object::Integer(5)));
    assert!(!super::super::paints(&memory, &Object::Null));
}

#[test]
fn a_page_of_no_ordinary_paper_is_unknown() {
    let page = |entries: &str| {
        let mut memory = Memory::default();
        memory.add("<</Type/Pages/MediaBox[0 0 99999 99999]>>");
        memory.add("<</Type/Pages/Parent 2 0 R>>");
        let page = memory.add(&format!("<<{entries}>>"));
        of_page(&memory, memory.dictionary(page), |_| false)
    };
    assert_eq!(page("/MediaBox[0 0 600 800]"), Marks::Inside(vec![]));
    assert_eq!(page("/Parent 1 0 R"), Marks::Unknown);
    assert_eq!(page("/Parent 2 0 R"), Marks::Unknown);
    assert_eq!(page("/UserUnit .001"), Marks::Unknown);
}
