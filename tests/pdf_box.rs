//! The box of a visible signature, as poppler reads it: what it says, where the words are on the page, and which fonts are
//! in the file. How four viewers draw it is in sdk-python/tests/test_pdf_box.py.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::certificate::{Certificate, Trust, ValidationOptions};
use honnin::result::Waiver;
use honnin::signature::pdf::{self, Box, PdfOptions};
use honnin::{
    Card, CertificateKind, Context, ContextOptions, Error, OpenOptions, Pin, PinKind, PinOptions, ResultCode,
    VirtualCard,
};
use honnin_tests::fonts::Font;
use honnin_tests::{installed, tools};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

fn card_of(virtual_card: &VirtualCard) -> Card {
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    context.add_virtual_reader(Arc::new(virtual_card.clone()));
    let mut card = Card::open(&context, None, OpenOptions::default()).unwrap();
    card.pin_verify(PinKind::Signing, Some(&Pin::new(b"ABC123")), &PinOptions::default()).unwrap();
    card
}

static DESK: LazyLock<(VirtualCard, Mutex<Card>)> = LazyLock::new(|| {
    let virtual_card = VirtualCard::new(None).unwrap();
    let card = card_of(&virtual_card);
    (virtual_card, Mutex::new(card))
});

/// Signs, and checks that the result verifies.
fn sign(file: &[u8], options: PdfOptions) -> Result<Vec<u8>, Error> {
    let signed = {
        let mut card = DESK.1.lock().unwrap_or_else(PoisonError::into_inner);
        card.pdf_sign(file, options)?.bytes
    };
    let mut trust = Trust::added();
    trust.add_anchor(Certificate::parse(&DESK.0.ca(CertificateKind::Signing)).unwrap());
    let waive = vec![Waiver::Revocation, Waiver::TestCard];
    let verified = pdf::verify(&signed, &ValidationOptions { trust, waive, ..ValidationOptions::default() });
    let report = verified.unwrap().report;
    assert_eq!(report.result(), ResultCode::Ok, "{:#?}", report.findings());
    Ok(signed)
}

const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";

/// A page without text, with these entries.
fn page(entries: &str) -> String {
    format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]{entries}>>")
}

fn file(objects: &[&str]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
    }
    let (start, size) = (out.len(), objects.len() + 1);
    out.extend(table.as_bytes());
    out.extend(format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

fn one_page(pages: &str, page: &str) -> Vec<u8> {
    file(&["<</Type/Catalog/Pages 2 0 R>>", pages, page])
}

fn plain() -> Vec<u8> {
    one_page(PAGES, &page(""))
}

fn visible(x: f64, y: f64, width: f64, height: f64) -> PdfOptions {
    PdfOptions { visible: Some(Box { page: 1, x, y, width, height }), ..PdfOptions::default() }
}

/// What a program of poppler says about a file.
fn poppler(program: &str, options: &[&str], pdf: &[u8]) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    tools::need(&[tools::PDFTOTEXT, tools::PDFFONTS]);
    let path = installed::scratch("pdf_box").join(format!("{}.pdf", NUMBER.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, pdf).unwrap();
    let mut command = Command::new(program);
    command.args(options).arg(&path);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = installed::run(&mut command);
    // It says so of a page without text.
    let said = String::from_utf8_lossy(&output.stderr).replace("no word list\n", "");
    assert_eq!(said, "");
    String::from_utf8(output.stdout).unwrap()
}

/// A word on a page as it is shown, and its sides: left, upper, right, lower, from the upper left corner.
struct Word(String, [f64; 4]);

fn words_of(pdf: &[u8]) -> Vec<Word> {
    let page = poppler("pdftotext", &["-bbox"], pdf);
    let side = |line: &str, name: &str| -> f64 {
        line.split_once(&format!("{name}=\"")).unwrap().1.split_once('"').unwrap().0.parse().unwrap()
    };
    page.lines()
        .filter(|line| line.trim_start().starts_with("<word "))
        .map(|line| {
            let text = line.split_once("\">").unwrap().1.split_once("</word>").unwrap().0;
            Word(text.to_owned(), ["xMin", "yMin", "xMax", "yMax"].map(|name| side(line, name)))
        })
        .collect()
}

/// Checks that all words lie in a box of the page as it is shown, upright, and gives the lines.
#[track_caller]
fn lines_within(pdf: &[u8], [left, upper, right, lower]: [f64; 4]) -> Vec<String> {
    let mut lines: Vec<(f64, Vec<String>)> = Vec::new();
    for Word(text, sides) in words_of(pdf) {
        let is_inside = sides[0] >= left && sides[1] >= upper && sides[2] <= right && sides[3] <= lower;
        assert!(is_inside, "{text} at {sides:?} is outside of {:?}", [left, upper, right, lower]);
        let middle = (sides[1] + sides[3]) / 2.0;
        match lines.iter_mut().find(|(other, _)| (other - middle).abs() < 1.5) {
            Some((_, words)) => words.push(text),
            None => lines.push((middle, vec![text])),
        }
    }
    lines.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    lines.into_iter().map(|(_, words)| words.join(" ")).collect()
}

/// Whether a text is date and time in Japan.
fn is_moment(text: &str) -> bool {
    let form: String = text.chars().map(|one| if one.is_ascii_digit() { '0' } else { one }).collect();
    form == "0000-00-00 00:00:00 +00:00" && text.ends_with(" +09:00")
}

#[test]
fn the_box_shows_holder_moment_reason_and_location() {
    let options = PdfOptions {
        reason: Some("契約".into()),
        location: Some("東京都".into()),
        ..visible(50.0, 50.0, 200.0, 80.0)
    };
    let lines = lines_within(&sign(&plain(), options).unwrap(), [50.0, 170.0, 250.0, 250.0]);
    assert!(
        matches!(&lines[..], [name, moment, reason, location]
        if name == "番号 花子" && is_moment(moment) && reason == "契約" && location == "東京都"),
        "{lines:?}"
    );
    let options = PdfOptions { name: Some("honnin K.K.".into()), ..visible(50.0, 50.0, 200.0, 80.0) };
    let lines = lines_within(&sign(&plain(), options).unwrap(), [50.0, 170.0, 250.0, 250.0]);
    assert!(matches!(&lines[..], [name, moment] if name == "honnin K.K." && is_moment(moment)), "{lines:?}");
}

#[test]
fn the_name_in_the_box_costs_no_exchange_with_the_card() {
    let exchanges = |options: PdfOptions| {
        let mut card = card_of(&VirtualCard::new(None).unwrap());
        let before = card.exchanges();
        let _signed = card.pdf_sign(&plain(), options).unwrap();
        card.exchanges() - before
    };
    let invisible = exchanges(PdfOptions::default());
    assert!(invisible > 1);
    assert_eq!(exchanges(visible(50.0, 50.0, 200.0, 80.0)), invisible);
}

#[test]
fn what_is_wrong_with_the_file_or_the_font_is_said_before_the_card_is_asked() {
    let mut card = card_of(&VirtualCard::new(None).unwrap());
    let before = card.exchanges();
    let box_of = |font: Option<Vec<u8>>| PdfOptions { font, ..visible(50.0, 50.0, 200.0, 80.0) };
    for (file, options) in [
        (b"%PDF-1.7 and nothing else".to_vec(), box_of(None)),
        (one_page(PAGES, &page("/Rotate 45")), box_of(None)),
        (plain(), box_of(Some(b"no font".to_vec()))),
        (
            plain(),
            PdfOptions { visible: Some(Box { page: 2, ..box_of(None).visible.unwrap() }), ..box_of(None) },
        ),
    ] {
        assert_eq!(card.pdf_sign(&file, options).unwrap_err().code, ResultCode::InvalidArgument);
    }
    assert_eq!(card.exchanges(), before);
}

#[test]
fn the_text_is_upright_on_a_page_that_is_turned() {
    // The rectangle is 100 from the left and 40 from below in the coordinates of the page, 200 by 60.
    let seen = |turn: i32| match turn.rem_euclid(360) {
        90 => [40.0, 100.0, 100.0, 300.0],
        180 => [100.0, 40.0, 300.0, 100.0],
        270 => [200.0, 100.0, 260.0, 300.0],
        _ => [100.0, 200.0, 300.0, 260.0],
    };
    for turn in [0, 90, 180, 270, -90, 450] {
        let own = one_page(PAGES, &page(&format!("/Rotate {turn}")));
        let above = one_page(&PAGES.replace(">>", &format!("/Rotate {turn}>>")), &page(""));
        let nearest = one_page(&PAGES.replace(">>", "/Rotate 180>>"), &page(&format!("/Rotate {turn}")));
        let pointed =
            file(&["<</Type/Catalog/Pages 2 0 R>>", PAGES, &page("/Rotate 4 0 R"), &turn.to_string()]);
        for file in [own, above, nearest, pointed] {
            let options = PdfOptions { reason: Some("One Two".into()), ..visible(100.0, 40.0, 200.0, 60.0) };
            let lines = lines_within(&sign(&file, options).unwrap(), seen(turn));
            // In a narrow box a line is broken, but a word never stands on its side.
            let text = lines.join(" ");
            assert!(
                text.starts_with("番号 花子 20") && text.ends_with("+09:00 One Two"),
                "{turn}: {lines:?}"
            );
        }
    }
}

#[test]
fn a_page_that_viewers_may_turn_in_different_ways_is_refused() {
    let refused = |pages: &str, page: &str| {
        let refusal = sign(&one_page(pages, page), visible(10.0, 10.0, 100.0, 50.0)).unwrap_err();
        assert_eq!(refusal.code, ResultCode::InvalidArgument);
        refusal.detail
    };
    assert!(refused(PAGES, &page("/Rotate 45")).contains("quarters"));
    assert!(refused(PAGES, &page("/Rotate 90.0")).contains("quarters"));
    assert!(refused(PAGES, &page("/Rotate/Left")).contains("quarters"));
    assert!(refused(&PAGES.replace(">>", "/Parent 3 0 R>>"), &page("")).contains("page tree"));
    assert!(refused(PAGES, &page("").replace("2 0 R", "9 0 R")).contains("page tree"));
    // Nothing is drawn, and still each viewer shows another page.
    let invisible = sign(&one_page(PAGES, &page("/Rotate 45")), PdfOptions::default()).map(|_| ());
    assert_eq!(invisible.unwrap_err().code, ResultCode::InvalidArgument);
}

#[test]
fn an_empty_field_gives_its_own_rectangle_and_one_without_area_stays_invisible() {
    let with_field = |rectangle: &str, entries: &str| {
        file(&[
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
            PAGES,
            &page("/Rotate 90/Annots[4 0 R]"),
            &format!("<</Type/Annot/Subtype/Widget/FT/Sig/T(Here)/Rect[{rectangle}]/F 132{entries}>>"),
        ])
    };
    let named = || PdfOptions { field: Some("Here".into()), ..visible(1.0, 1.0, 9.0, 9.0) };
    // With the page that it names, and with the page that has it.
    for entries in ["/P 3 0 R", ""] {
        let signed = sign(&with_field("250 220 50 120", entries), named()).unwrap();
        let lines = lines_within(&signed, [120.0, 50.0, 220.0, 250.0]);
        assert_eq!(lines.first().map(String::as_str), Some("番号 花子"));
    }
    for rectangle in ["0 0 0 0", "50 50 50 90"] {
        let signed = sign(&with_field(rectangle, "/P 3 0 R"), named()).unwrap();
        assert!(words_of(&signed).is_empty());
        assert!(!String::from_utf8_lossy(&signed).contains("/AP"));
    }
}

#[test]
fn long_texts_stay_within_small_boxes() {
    for (width, height) in [(200.0, 60.0), (60.0, 60.0), (120.0, 12.0), (13.0, 90.0), (30.0, 6.0), (3.0, 3.0)]
    {
        for font in [None, Some(Font::default().made())] {
            let options = PdfOptions {
                name: Some("番号　花子".repeat(3)),
                reason: Some("契約 and a reason that is much too long, ".repeat(30)),
                font,
                ..visible(40.0, 50.0, width, height)
            };
            let signed = sign(&plain(), options).unwrap();
            let lines = lines_within(&signed, [40.0, 250.0 - height, 40.0 + width, 250.0]);
            assert!(lines.is_empty() == (height < 5.0), "{width} x {height}: {lines:?}");
            assert!(lines.is_empty() || lines.last().unwrap().contains('…'), "{lines:?}");
        }
    }
}

#[test]
fn glyphs_of_a_font_are_embedded_with_what_they_mean() {
    let made = [
        ("CID TrueType", Font::default()),
        ("CID Type 0C", Font { is_cff: true, ..Font::default() }),
        ("CID TrueType", Font { is_collection: true, ..Font::default() }),
        ("CID TrueType", Font { parts: 1, ..Font::default() }),
        ("CID Type 0C", Font { is_cff: true, calls: 1, ..Font::default() }),
        ("CID TrueType", Font { licence: None, ..Font::default() }),
    ];
    for (kind, font) in made {
        let options = PdfOptions {
            reason: Some("契約 AV".into()),
            font: Some(font.made()),
            ..visible(50.0, 50.0, 200.0, 80.0)
        };
        let signed = sign(&plain(), options).unwrap();
        let lines = lines_within(&signed, [50.0, 170.0, 250.0, 250.0]);
        assert!(
            matches!(&lines[..], [name, moment, reason]
            if name == "番号 花子" && is_moment(moment) && reason == "契約 AV"),
            "{lines:?}"
        );
        let fonts = poppler("pdffonts", &[], &signed);
        let listed: Vec<&str> = fonts.lines().skip(2).collect();
        let [listed] = listed[..] else { panic!("{fonts}") };
        assert!(listed.contains("+Frame-Regular") && listed.contains(kind), "{fonts}");
        assert!(listed.contains("Identity-H       yes yes yes"), "{fonts}");
    }
}

#[test]
fn the_update_is_written_as_strict_readers_and_archives_want_it() {
    for font in [None, Some(Font::default().made()), Some(Font { is_cff: true, ..Font::default() }.made())] {
        let is_embedded = font.is_some();
        let before = plain();
        let signed = sign(&before, PdfOptions { font, ..visible(50.0, 50.0, 200.0, 80.0) }).unwrap();
        let update = String::from_utf8_lossy(&signed[before.len()..]).into_owned();
        let streams: Vec<&str> = update.split("\nstream\n").collect();
        for (dictionary, data) in streams.iter().zip(streams.iter().skip(1)) {
            let dictionary = &dictionary[dictionary.rfind(" obj\n").unwrap()..];
            let length = dictionary.split_once("/Length ").unwrap().1.split_once('\n').unwrap().0;
            let length: usize = length.parse().expect("direct");
            let begins = signed
                .windows(data.len().min(12))
                .position(|window| window == &data.as_bytes()[..12.min(data.len())]);
            if data.is_ascii() {
                let begins = begins.unwrap();
                assert!(signed[begins + length..].starts_with(b"\nendstream\nendobj\n"), "{dictionary}");
            }
        }
        assert!(update.contains("/F 132\n"), "printed");
        for transparent in ["/SMask", "/Group", "/CA ", "/ca ", "/BM", "/ExtGState"] {
            assert!(!update.contains(transparent), "{transparent}");
        }
        for key in ["/ToUnicode", "/FontFile", "/CIDSet", "/W [ 0 [", "Identity-H"] {
            assert_eq!(update.contains(key), is_embedded, "{key}");
        }
    }
}

#[test]
fn a_character_that_the_font_lacks_is_named() {
    let refused = |text: &str, font: &Font| {
        let options = PdfOptions {
            name: Some(text.into()),
            font: Some(font.made()),
            ..visible(50.0, 50.0, 200.0, 80.0)
        };
        sign(&plain(), options).map(drop).unwrap_err()
    };
    for is_cff in [false, true] {
        let font = Font { is_cff, ..Font::default() };
        let refusal = refused("番号\u{20BB7}田", &font);
        assert_eq!((refusal.code, refusal.character), (ResultCode::InvalidArgument, Some('\u{20BB7}')));
        assert!(refusal.to_string().contains("[U+20BB7]"), "{refusal}");
    }
    // In the name on the card, too; and in text that would not be shown any more.
    let font = Font { characters: vec!['番', '号'], ..Font::default() };
    let options = PdfOptions { font: Some(font.made()), ..visible(50.0, 50.0, 200.0, 80.0) };
    assert_eq!(sign(&plain(), options).unwrap_err().character, Some('\u{3000}'));
    let refusal = refused(&("a".repeat(10_000) + "é"), &font);
    assert_eq!(refusal.character, Some('é'));
}

#[test]
fn a_variant_is_taken_where_the_font_has_it() {
    let variant = Some(('花', '\u{E0101}', '子'));
    let font = Font { variant, characters: "花子".chars().collect(), ..Font::default() };
    let options = |text: &str| PdfOptions {
        name: Some(text.into()),
        font: Some(font.made()),
        ..visible(50.0, 50.0, 200.0, 80.0)
    };
    let text = |options| poppler("pdftotext", &[], &sign(&plain(), options).unwrap());
    assert!(text(options("花\u{E0101}")).contains("花\u{E0101}"));
    // One that the font does not know is the character itself.
    let plain = text(options("花\u{E0102}"));
    assert!(plain.contains('花') && !plain.contains('\u{E0102}'), "{plain:?}");
}

#[test]
fn a_font_that_may_not_be_embedded_is_refused() {
    let sign_with = |licence: u16| {
        let font = Font { licence: Some(licence), ..Font::default() }.made();
        sign(&plain(), PdfOptions { font: Some(font), ..visible(50.0, 50.0, 200.0, 80.0) })
    };
    for forbids in [0x0002, 0x0100, 0x0200, 0x0108, 0x0202] {
        let refusal = sign_with(forbids).unwrap_err();
        assert_eq!(refusal.code, ResultCode::InvalidArgument, "{forbids:#06x}");
        assert!(refusal.detail.contains("fsType"), "{refusal}");
    }
    for allows in [0x0000, 0x0004, 0x0008, 0x0006, 0x000A] {
        sign_with(allows).unwrap();
    }
}

#[test]
fn a_font_that_would_never_be_finished_with_is_refused_at_once() {
    let begun = Instant::now();
    for font in [
        // A million parts; ten thousand million instructions.
        Font { parts: 200, ..Font::default() },
        Font { is_cff: true, calls: 10, ..Font::default() },
    ] {
        let options = PdfOptions { font: Some(font.made()), ..visible(50.0, 50.0, 200.0, 80.0) };
        assert_eq!(sign(&plain(), options).unwrap_err().code, ResultCode::InvalidArgument);
    }
    let huge = vec![0; (64 << 20) + 1];
    let options = PdfOptions { font: Some(huge), ..visible(50.0, 50.0, 200.0, 80.0) };
    assert!(sign(&plain(), options).unwrap_err().detail.contains("64 MB"));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_damaged_font_is_refused_or_used_and_never_more() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(limit).unwrap()).unwrap()
    };
    let mut refused = 0;
    for turn in 0..600 {
        let mut font = Font {
            is_cff: turn % 2 == 0,
            parts: usize::from(turn % 3 == 0),
            calls: usize::from(turn % 5 == 0),
            variant: (turn % 7 == 0).then_some(('花', '\u{E0101}', '子')),
            is_collection: turn % 11 == 0,
            ..Font::default()
        }
        .made();
        for _ in 0..=below(3) {
            let at = below(font.len());
            font[at] = [0, 1, 0x7F, 0x80, 0xFF, 14, 29][below(7)];
        }
        if turn % 13 == 0 {
            font.truncate(below(font.len()));
        }
        let options = PdfOptions {
            font: Some(font),
            name: Some("花\u{E0101}子".into()),
            ..visible(9.0, 9.0, 90.0, 30.0)
        };
        let mut card = DESK.1.lock().unwrap_or_else(PoisonError::into_inner);
        match card.pdf_sign(&plain(), options) {
            Ok(_) => {}
            Err(error) => {
                assert!(error.code == ResultCode::InvalidArgument, "{error}");
                refused += 1;
            }
        }
    }
    assert!((30..570).contains(&refused), "{refused} of 600");
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_in_c_gives_the_font_in_memory_and_an_older_one_gives_none() {
    let folder = installed::scratch("pdf_font");
    std::fs::write(folder.join("plain.pdf"), plain()).unwrap();
    std::fs::write(folder.join("frame.ttf"), Font::default().made()).unwrap();
    let source = installed::root().join("tests/c/pdf_font.c");
    let program = installed::compile("gcc", &["-std=c99"], &source, installed::prefix(), "pdf_font");
    let output =
        installed::run(Command::new(program).arg(folder.join("plain.pdf")).arg(folder.join("frame.ttf")));
    let said = String::from_utf8(output.stdout).unwrap();
    let invalid = "INVALID_ARGUMENT";
    assert_eq!(said.lines().collect::<Vec<_>>(), [invalid, invalid, invalid, "named", "OK", "1", "OK"]);
}
