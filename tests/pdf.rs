//! PDF signatures attacked in every way that was published (incremental saving, signature wrapping, universal forgery,
//! shadow attacks, certification attacks) and with files made to exhaust a reader. Beside each attack stands a control that
//! passes. What others make of our files, and we of theirs, is in sdk-python/tests/test_pdf.py and tests/viewers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::ResultCode;
use honnin::result::{State, Subject};
use honnin::signature::LaterChanges;
use honnin::signature::pdf::PdfOptions;
use honnin_tests::pdf_files::*;
use std::fmt::Write;

/// The number of the signature object, and where its /ByteRange and /Contents stand.
struct Signed {
    bytes: Vec<u8>,
    number: u32,
    range: std::ops::Range<usize>,
    contents: std::ops::Range<usize>,
}

impl Signed {
    fn new() -> Signed {
        let bytes = sign(&plain());
        let at = position(&bytes, b"/ByteRange ", true) + 11;
        let contents = position(&bytes, b"/Contents <", true) + 10;
        let end = contents + bytes[contents..].iter().position(|byte| *byte == b'>').unwrap() + 1;
        Signed { number: 6, range: at..at + 68, contents: contents..end, bytes }
    }

    /// With another text in the place of /ByteRange.
    fn with_range(&self, text: &str) -> Vec<u8> {
        let mut changed = self.bytes.clone();
        assert!(text.len() <= 68);
        let padded = format!("{text:68}");
        changed[self.range.clone()].copy_from_slice(padded.as_bytes());
        changed
    }

    fn numbers(&self) -> [usize; 4] {
        [0, self.contents.start, self.contents.end, self.bytes.len() - self.contents.end]
    }
}

#[test]
fn the_control_holds_and_what_is_signed_is_signed() {
    let signed = Signed::new();
    accepted(&signed.bytes, &[LaterChanges::None]);
    assert!(
        String::from_utf8_lossy(&signed.bytes).contains(&format!("{} 0 obj\n<</ByteRange", signed.number))
    );
    let [a, b, c, d] = signed.numbers();
    assert_eq!(signed.with_range(&format!("[{a} {b} {c} {d}]")), signed.bytes);
    // Any byte of what is covered.
    let mut changed = signed.bytes.clone();
    let at = position(&changed, b"Pay 100", false);
    changed[at + 4] = b'9';
    refused(&changed, ResultCode::ContentMismatch, &[Subject::Content]);
    // Two signatures, and an appended one over a first that was broken.
    let both = sign(&signed.bytes);
    accepted(&both, &[LaterChanges::Allowed, LaterChanges::None]);
    let both = sign(&changed);
    refused(&both, ResultCode::ContentMismatch, &[Subject::Content]);
}

#[test]
fn a_byte_range_is_four_numbers_around_its_own_contents() {
    let signed = Signed::new();
    let [_, b, c, d] = signed.numbers();
    let size = signed.bytes.len();
    for range in [
        String::from("[]"),
        format!("[0 {b} {c}]"),
        format!("[0 {b} {c} {d} 0 0]"),
        format!("[0 {b} {c} {d} 0]"),
        format!("[-1 {b} {c} {d}]"),
        format!("[0 -{b} {c} {d}]"),
        format!("[0 {b} {c} -1]"),
        format!("[0.0 {b} {c} {d}]"),
        format!("[0 {b} {c} ({d})]"),
        format!("[0 {b} [{c}] {d}]"),
        format!("[0 {b} {c} 1 0 R]"),
        String::from("[0 9223372036854775807 9223372036854775807 1]"),
        format!("[9223372036854775807 9223372036854775807 {c} {d}]"),
        format!("[0 {b} {c} {}]", d + 1),
        format!("[0 {size} 0 {size}]"),
        format!("[0 {} {c} {d}]", c + 1),
        String::from("null"),
        String::from("(all)"),
        format!("<</A {b}>>"),
        String::from("1 0 R"),
        String::from("99 0 R"),
    ] {
        refused(&signed.with_range(&range), MALFORMED, UNCOVERED);
    }
    // Numbers that are ones, around something else.
    for range in [
        format!("[1 {} {c} {d}]", b - 1),
        format!("[0 {} {c} {d}]", b - 1),
        format!("[0 {} {c} {d}]", b + 1),
        format!("[0 {b} {} {}]", c + 1, d - 1),
        format!("[0 {b} {} {}]", c - 1, d + 1),
        format!("[0 10 {c} {d}]"),
        String::from("[0 0 0 0]"),
        format!("[0 {size} {size} 0]"),
        format!("[0 {b} {b} {}]", size - b),
    ] {
        refused(&signed.with_range(&range), CHANGED, UNCOVERED);
    }
    // The second piece ends early: the rest is not covered, and no revision ends there.
    refused(
        &signed.with_range(&format!("[0 {b} {c} {}]", d - 30)),
        MALFORMED,
        &[Subject::Content, Subject::Coverage, Subject::Changes],
    );
}

/// The value of the field, written anew in an update: as an attacker would who cannot sign.
fn with_value(signed: &Signed, value: &str) -> Vec<u8> {
    update(&signed.bytes, &[(signed.number, value)], "")
}

#[test]
fn a_forgery_without_a_signature_is_none() {
    let signed = Signed::new();
    let contents = String::from_utf8(signed.bytes[signed.contents.clone()].to_vec()).unwrap();
    let [_, b, c, d] = signed.numbers();
    let range = format!("/ByteRange[0 {b} {c} {d}]");
    let head = "/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached";
    for value in [
        format!("<<{head}>>"),
        format!("<<{head}{range}>>"),
        format!("<<{head}{range}/Contents null>>"),
        format!("<<{head}{range}/Contents 0>>"),
        format!("<<{head}{range}/Contents[{contents}]>>"),
        format!("<<{head}/Contents {contents}>>"),
        format!("<<{head}/ByteRange null/Contents {contents}>>"),
        format!("<<{head}/ByteRange[]/Contents {contents}>>"),
        String::from("null"),
        String::from("[]"),
        String::from("/Sig"),
    ] {
        refused(&with_value(&signed, &value), MALFORMED, UNCOVERED);
    }
    // A string elsewhere, the same or empty, with the range of the old one: wrapped.
    for value in [
        format!("<<{head}{range}/Contents<>>>"),
        format!("<<{head}{range}/Contents<00>>>"),
        format!("<<{head}{range}/Contents {contents}>>"),
        format!("<<{head}{range}/Contents()>>"),
    ] {
        refused(&with_value(&signed, &value), CHANGED, UNCOVERED);
    }
    // No value at all: nobody has signed.
    let field = "<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/Rect[0 0 0 0]/P 3 0 R>>";
    let emptied = update(&signed.bytes, &[(7, field)], "");
    refused(&emptied, ResultCode::SignatureMissing, &[Subject::Signature]);
    let gone = update(&signed.bytes, &[(1, CATALOG)], "");
    refused(&gone, ResultCode::SignatureMissing, &[Subject::Signature]);
    // A field whose value is an object that is not there.
    let field = "<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/Rect[0 0 0 0]/P 3 0 R/V 77 0 R>>";
    refused(&update(&signed.bytes, &[(7, field)], ""), MALFORMED, UNCOVERED);
}

#[test]
fn contents_are_one_cms_and_zeros() {
    let signed = Signed::new();
    let contents = &signed.bytes[signed.contents.clone()];
    let with = |at: usize, digits: &[u8]| {
        let mut changed = signed.bytes.clone();
        changed[signed.contents.start + at..signed.contents.start + at + digits.len()]
            .copy_from_slice(digits);
        changed
    };
    // The control: the digits may be small.
    accepted(&with(0, &contents.to_ascii_lowercase()), &[LaterChanges::None]);
    refused(&with(contents.len() - 3, b"01"), MALFORMED, &[Subject::Signature]);
    refused(&with(1, b"00"), MALFORMED, &[Subject::Signature]);
    refused(&with(1, &vec![b'0'; contents.len() - 2]), MALFORMED, &[Subject::Signature]);
    // The outer layers may be in indefinite form, as widely used signers write them.
    let cms: Vec<u8> = contents[1..contents.len() - 1]
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let length = usize::from(u16::from_be_bytes([cms[2], cms[3]]));
    let ber = [&[0x30, 0x80][..], &cms[4..4 + length], &[0, 0]].concat();
    let mut digits = String::new();
    for byte in &ber {
        write!(digits, "{byte:02X}").unwrap();
    }
    accepted(&with(1, digits.as_bytes()), &[LaterChanges::None]);
}

#[test]
fn what_follows_a_signature_belongs_to_it_or_is_refused() {
    let signed = Signed::new();
    let later = &[Subject::Changes];
    let text = stream("BT /F 24 Tf 72 700 Td (Pay 999) Tj ET");
    // Incremental saving in its variants: with all that belongs to it, and without.
    refused(&update(&signed.bytes, &[(4, &text)], ""), CHANGED, later);
    let mut bare = signed.bytes.clone();
    bare.extend(format!("4 0 obj\n{text}\nendobj\n").as_bytes());
    refused(&bare, MALFORMED, &[Subject::Signature]);
    bare.extend_from_slice(b"%%EOF\n");
    refused(&bare, MALFORMED, &[Subject::Signature]);
    for behind in ["%comment\n", "startxref\n", "trailer\n<</Root 1 0 R>>\n"] {
        refused(&[&signed.bytes[..], behind.as_bytes()].concat(), MALFORMED, &[Subject::Signature]);
    }
    // White space belongs to nothing and shows nothing.
    for behind in ["\n", " ", "\0", "\r\n\0\0"] {
        accepted(&[&signed.bytes[..], behind.as_bytes()].concat(), &[LaterChanges::Allowed]);
    }
    // The signed cross-references named a second time: no new revision.
    let again = format!("startxref\n{}\n%%EOF\n", last_start(&signed.bytes));
    refused(&[&signed.bytes[..], again.as_bytes()].concat(), CHANGED, later);
    // Objects taken away, put in the place of others, given another catalog.
    refused(&update(&signed.bytes, &[(5, "")], ""), CHANGED, later);
    let two_roots = update(&signed.bytes, &[(20, CATALOG)], "/Root 20 0 R");
    refused(&two_roots, MALFORMED, &[Subject::Signature]);
    let mut other_root = signed.bytes.clone();
    let table = table(&mut other_root, &[(20, CATALOG)], false);
    let start = last_start(&signed.bytes);
    end(&mut other_root, &table, &format!("/Size 100 /Root 20 0 R /Prev {start}"));
    refused(&other_root, ResultCode::SignatureMissing, &[Subject::Signature]);
    let with_form = CATALOG.replace("/Pages", "/AcroForm<</Fields[7 0 R]>>/Pages");
    let mut other_root = signed.bytes.clone();
    let table = self::table(&mut other_root, &[(20, &with_form)], false);
    end(&mut other_root, &table, &format!("/Size 100 /Root 20 0 R /Prev {start}"));
    refused(&other_root, CHANGED, later);
    let with_action = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[7 0 R]/SigFlags 3>>/OpenAction<<>>>>";
    refused(&update(&signed.bytes, &[(1, with_action)], ""), CHANGED, later);
    // An object rewritten as it was does no harm.
    accepted(&update(&signed.bytes, &[(5, FONT)], ""), &[LaterChanges::Allowed]);
    // So does one that nobody refers to.
    accepted(&update(&signed.bytes, &[(30, FONT)], ""), &[LaterChanges::Allowed]);
}

/// The shadow attacks: what is to be shown later lies in the file already when it is signed.
#[test]
fn what_lay_hidden_when_it_was_signed_stays_hidden() {
    let later = &[Subject::Changes];
    let shown = stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET");
    let hidden = stream("BT /F 24 Tf 72 700 Td (Pay 999) Tj ET");
    // Hide: an overlay that is taken away. Replace: another object in its place. Both: another page tree.
    let overlay = "<</Type/Annot/Subtype/Square/Rect[0 0 600 900]/C[1 1 1]>>";
    let page = PAGE.replace("/Contents 4 0 R", "/Contents 4 0 R/Annots[10 0 R]");
    let prepared = sign(&file(&[
        (1, CATALOG),
        (2, PAGES),
        (3, &page),
        (4, &shown),
        (5, FONT),
        (10, overlay),
        (11, &hidden),
        (12, "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
    ]));
    accepted(&prepared, &[LaterChanges::None]);
    refused(&update(&prepared, &[(10, "")], ""), CHANGED, later);
    refused(&update(&prepared, &[(10, "null")], ""), CHANGED, later);
    refused(
        &update(&prepared, &[(10, "<</Type/Annot/Subtype/Square/Rect[0 0 0 0]/C[1 1 1]>>")], ""),
        CHANGED,
        later,
    );
    refused(&update(&prepared, &[(4, &hidden)], ""), CHANGED, later);
    refused(&update(&prepared, &[(3, &PAGE.replace("4 0 R", "11 0 R"))], ""), CHANGED, later);
    refused(&update(&prepared, &[(5, &FONT.replace("Helvetica", "Evil"))], ""), CHANGED, later);
    // Only the cross-references: number 4 leads to the other object that is in the file already.
    let mut moved = prepared.clone();
    let at = position(&prepared, b"11 0 obj", false);
    let start = last_start(&prepared);
    end(
        &mut moved,
        &format!("xref\n4 1\n{:010} 00000 n \n", at + 1),
        &format!("/Size 100 /Root 1 0 R /Prev {start}"),
    );
    let verified = verify(&moved);
    assert_ne!(verified.report.result(), ResultCode::Ok);
    // A place that the signed file kept free: what comes there is shown.
    let awaited = PAGE.replace("/Contents 4 0 R", "/Contents[4 0 R 40 0 R]");
    let base = file(&[(1, CATALOG), (2, PAGES), (3, &awaited), (4, &shown), (5, FONT)]);
    assert_eq!(sign_with(&base, PdfOptions::default()).map(|_| ()), Err(ResultCode::InvalidArgument));
    let awaited = PAGE.replace("/F 5 0 R", "/F 5 0 R/G 40 0 R");
    let prepared = sign(&file(&[(1, CATALOG), (2, PAGES), (3, &awaited), (4, &shown), (5, FONT)]));
    accepted(&prepared, &[LaterChanges::None]);
    refused(&update(&prepared, &[(40, &hidden)], ""), CHANGED, later);
    // What shows is also called metadata or information.
    for trailer in ["/Info 10 0 R", "/Info 4 0 R"] {
        let base =
            file(&[(1, CATALOG), (2, PAGES), (3, &page), (4, &shown), (5, FONT), (10, "<</Title(A)>>")]);
        let signed = sign(&update(&base, &[(30, "<</A 1>>")], trailer));
        accepted(&signed, &[LaterChanges::None]);
        refused(&update(&signed, &[(10, "<</Title(B)>>")], trailer), CHANGED, later);
        refused(&update(&signed, &[(4, &hidden)], trailer), CHANGED, later);
    }
    let metadata = |text: &str| {
        format!("<</Type/Metadata/Subtype/XML/Length {}>>\nstream\n{text}\nendstream", text.len())
    };
    let base = file(&[
        (1, "<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>"),
        (2, PAGES),
        (3, PAGE),
        (4, &metadata("Pay 100")),
        (5, FONT),
    ]);
    refused(&update(&sign(&base), &[(4, &metadata("Pay 999"))], ""), CHANGED, later);
    let base = file(&[
        (1, "<</Type/Catalog/Pages 2 0 R/Metadata 8 0 R>>"),
        (2, PAGES),
        (3, PAGE),
        (4, &shown),
        (5, FONT),
        (8, &metadata("A")),
    ]);
    accepted(&update(&sign(&base), &[(8, &metadata("B"))], ""), &[LaterChanges::Allowed]);
}

#[test]
fn looks_and_forms_stay_as_they_were() {
    let later = &[Subject::Changes];
    let shown = stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET");
    let looks = "<</Type/XObject/Subtype/Form/BBox[0 0 10 10]/Length 1>>\nstream\nq\nendstream";
    let text_field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/V(100)/Rect[0 0 99 20]/AP<</N 11 0 R>>>>";
    let base = file(&[
        (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[10 0 R]>>>>"),
        (2, PAGES),
        (3, &PAGE.replace("/Contents", "/Annots[10 0 R]/Contents")),
        (4, &shown),
        (5, FONT),
        (11, looks),
        (10, text_field),
    ]);
    let signed = sign(&base);
    accepted(&signed, &[LaterChanges::None]);
    accepted(&sign(&signed), &[LaterChanges::Allowed, LaterChanges::None]);
    // A value filled in, a field's looks overridden, an appearance replaced.
    refused(&update(&signed, &[(10, &text_field.replace("100", "999"))], ""), CHANGED, later);
    refused(
        &update(&signed, &[(10, &text_field.replace("11 0 R", "30 0 R")), (30, looks)], ""),
        CHANGED,
        later,
    );
    refused(&update(&signed, &[(11, &looks.replace("\nq\n", "\nQ\n"))], ""), CHANGED, later);
    // A new field that shows something and signs nothing; one that is no signature field.
    let form = |fields: &str| {
        format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[10 0 R 13 0 R {fields}]/SigFlags 3>>>>")
    };
    let field = "<</Type/Annot/Subtype/Widget/FT/Sig/T(New)/Rect[0 0 0 0]/P 3 0 R>>";
    let at = position(&signed, b"\n13 0 obj", true);
    assert!(String::from_utf8_lossy(&signed[at..]).contains("/FT /Sig"));
    accepted(&update(&signed, &[(1, &form("30 0 R")), (30, field)], ""), &[LaterChanges::Allowed]);
    let drawing =
        "<</Type/XObject/Subtype/Form/BBox[0 0 10 10]/Length 14>>\nstream\n0 0 5 5 re f\nq\nendstream";
    let showing = field.replace("/P 3", "/AP<</N 31 0 R>>/P 3");
    let shows = update(&signed, &[(1, &form("30 0 R")), (30, &showing), (31, drawing)], "");
    refused(&shows, CHANGED, later);
    // An appearance that paints nothing shows nothing: other programs write one.
    let showing = field.replace("/P 3", "/AP<</N 11 0 R>>/P 3");
    let shows = update(&signed, &[(1, &form("30 0 R")), (30, &showing)], "");
    accepted(&shows, &[LaterChanges::Allowed]);
    let text = field.replace("/FT/Sig", "/FT/Tx");
    refused(&update(&signed, &[(1, &form("30 0 R")), (30, &text)], ""), CHANGED, later);
    // An old field dropped from the form, or the order changed.
    let dropped = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[13 0 R]/SigFlags 3>>>>";
    refused(&update(&signed, &[(1, dropped)], ""), CHANGED, later);
}

#[test]
fn a_second_signature_that_is_rubbish_spoils_the_first() {
    let signed = Signed::new();
    let both = sign(&signed.bytes);
    accepted(&both, &[LaterChanges::Allowed, LaterChanges::None]);
    let contents = position(&both, b"/Contents <", true) + 11;
    let mut rubbish = both.clone();
    rubbish[contents..contents + 2].copy_from_slice(b"FF");
    refused(&rubbish, MALFORMED, &[Subject::Signature]);
    let states: Vec<_> = verify(&rubbish)
        .report
        .findings()
        .iter()
        .filter(|finding| finding.subject == Subject::Signature)
        .map(|finding| (finding.signer, finding.state))
        .collect();
    assert_eq!(states, [(Some(0), State::Passed), (Some(1), State::Failed)]);
}

#[test]
fn decoys_are_not_signatures_and_do_not_hide_one() {
    let decoy =
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 10 20 30]/Contents<30>>>";
    let text = stream(&format!("{decoy} /ByteRange [0 1 2 3] startxref 0 %%EOF"));
    let base = file(&[(1, CATALOG), (2, PAGES), (3, PAGE), (4, &text), (5, FONT), (9, decoy)]);
    refused(&base, ResultCode::SignatureMissing, &[Subject::Signature]);
    accepted(&sign(&base), &[LaterChanges::None]);
    // Names may be escaped; a key may not be there twice under two spellings.
    let signed = Signed::new();
    let contents = String::from_utf8(signed.bytes[signed.contents.clone()].to_vec()).unwrap();
    let twice = format!("<</Type/Sig/ByteRange[0 1 2 3]/Byte#52ange[0 1 2 3]/Contents{contents}>>");
    refused(&with_value(&signed, &twice), CHANGED, UNCOVERED);
    let two_values = twice.replacen("[0 1 2 3]", "[0 1 2 4]", 1);
    refused(&with_value(&signed, &two_values), MALFORMED, &[Subject::Signature]);
    let escaped = format!("<</Type/Sig/Byte#52ange[0 1 2 3]/#43ontents{contents}>>");
    refused(&with_value(&signed, &escaped), CHANGED, UNCOVERED);
}

#[test]
fn damaged_and_endless_files_end_in_a_finding() {
    let good = plain();
    let text = stream("q");
    let looped = {
        let mut out = good.clone();
        let start = out.len();
        end(&mut out, "xref\n4 0\n", &format!("/Size 9 /Root 1 0 R /Prev {start}"));
        out
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!("{}null{}", "<</A ".repeat(90), ">>".repeat(90));
    for bad in [
        Vec::new(),
        b"%PDF-1.7".to_vec(),
        file(&[(1, &deep)]),
        file(&[(1, &nested)]),
        file(&[
            (1, "<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>"),
            (2, PAGES),
            (6, "<</Fields[7 0 R]>>"),
            (7, "<</T(a)/Kids[7 0 R]>>"),
        ]),
        file(&[(1, "<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>"), (2, PAGES), (6, "6 0 R")]),
        file(&[
            (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields 6 0 R>>>>"),
            (2, PAGES),
            (6, "<</Length 6 0 R>>\nstream\n\nendstream"),
        ]),
        good.replace(b"%%EOF", b"%%EOX"),
        good.replace(b"0000000000 65535", b"0000000000 655x5"),
    ] {
        refused(&bad, MALFORMED, &[Subject::Signature]);
    }
    // What cannot be read is not called unsigned.
    refused(&looped, MALFORMED, &[Subject::Signature]);
    // The page tree is a loop: nothing to sign on.
    let circle = file(&[(1, CATALOG), (2, "<</Type/Pages/Kids[2 0 R]/Count 1>>"), (4, &text)]);
    assert_eq!(sign_with(&circle, PdfOptions::default()), Err(ResultCode::InvalidArgument));
    // Cut at many places.
    let signed = Signed::new().bytes;
    for length in (0..signed.len() - 1).step_by(97) {
        assert_ne!(verify(&signed[..length]).report.result(), ResultCode::Ok);
    }
}

/// A hybrid file as word processors write them: a table of what everybody sees, and behind it an empty one whose
/// cross-reference stream has the same and what is hidden from those who know tables only. `entry` changes the stream's
/// entries, (kind, field, field) by number; `root` is its catalog.
fn hybrid(old: &[(u32, &str)], entry: impl Fn(u32, usize) -> (u8, usize, u8), root: u32) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let places: Vec<(u32, usize)> = old
        .iter()
        .filter(|(_, body)| !body.is_empty())
        .map(|(number, body)| {
            let at = out.len();
            out.extend(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
            (*number, at)
        })
        .collect();
    let hidden = "13 0 <</Hidden true>>";
    let packed = out.len();
    out.extend(
        format!(
            "12 0 obj\n<</Type/ObjStm/N 1/First 5/Length {}>>\nstream\n{hidden}\nendstream\nendobj\n",
            hidden.len()
        )
        .as_bytes(),
    );
    let stream_at = out.len();
    let mut entries = Vec::new();
    let mut index = String::new();
    let shown = places.iter().map(|(number, at)| (*number, entry(*number, *at)));
    for (number, (kind, at, last)) in shown.chain([(12, (1, packed, 0)), (13, (2, 12, 0))]) {
        write!(index, "{number} 1 ").unwrap();
        entries.push(kind);
        entries.extend(u32::try_from(at).unwrap().to_be_bytes());
        entries.push(last);
    }
    let head = format!("14 0 obj\n<</Type/XRef/Size 15/Root {root} 0 R/W[1 4 1]/Index[{index}]");
    out.extend(format!("{head}/Length {}>>\nstream\n", entries.len()).as_bytes());
    out.extend(&entries);
    out.extend(b"\nendstream\nendobj\n");
    let start = out.len();
    let mut table = String::from("xref\n0 1\n0000000000 65535 f \n");
    for (number, at) in &places {
        writeln!(table, "{number} 1\n{at:010} 00000 n ").unwrap();
    }
    for number in 12..15 {
        writeln!(table, "{number} 1\n0000000000 65535 f ").unwrap();
    }
    end(&mut out, &table, "/Size 15 /Root 1 0 R");
    end(&mut out, "xref\n0 0\n", &format!("/Size 15 /Root 1 0 R /Prev {start} /XRefStm {stream_at}"));
    out
}

/// A hybrid file may hide objects from those who know tables only; it may not show them others.
#[test]
fn a_hybrid_file_shows_one_document() {
    let text = stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET");
    let other = stream("BT /F 24 Tf 72 700 Td (Pay 999) Tj ET");
    let objects = [
        (1, CATALOG),
        (2, PAGES),
        (3, PAGE),
        (4, text.as_str()),
        (5, FONT),
        (6, other.as_str()),
        (7, CATALOG),
    ];
    let same = |_, at| (1, at, 0);
    let control = hybrid(&objects, same, 1);
    accepted(&sign(&control), &[LaterChanges::None]);
    // Number 4 is one page for those who know streams, and another for the others; or it is there for one side only.
    let at = position(&control, b"6 0 obj", false);
    let two = hybrid(&objects, |number, here| (1, if number == 4 { at } else { here }, 0), 1);
    let moved = two.windows(7).filter(|window| *window == b"6 0 obj").count();
    assert_eq!(moved, 1, "the object itself stays where it is");
    let gone = hybrid(&objects, |number, here| if number == 4 { (0, 0, 0) } else { (1, here, 0) }, 1);
    let root = hybrid(&objects, same, 7);
    for bad in [two, gone, root] {
        refused(&bad, MALFORMED, &[Subject::Signature]);
        assert_eq!(sign_with(&bad, PdfOptions::default()), Err(ResultCode::InvalidArgument));
    }
    // After the signature: only the stream of an update has the new text, so those who know tables see the old one.
    let signed = sign(&control);
    let before = last_start(&signed);
    let mut later = signed.clone();
    let new = later.len();
    later.extend(format!("4 0 obj\n{other}\nendobj\n").as_bytes());
    let stream_at = later.len();
    let entry = [&[1][..], &u32::try_from(new).unwrap().to_be_bytes(), &[0]].concat();
    later.extend(b"50 0 obj\n<</Type/XRef/Size 51/Root 1 0 R/W[1 4 1]/Index[4 1]/Length 6>>\nstream\n");
    later.extend(entry);
    later.extend(b"\nendstream\nendobj\n");
    end(&mut later, "xref\n0 0\n", &format!("/Size 51 /Root 1 0 R /Prev {before} /XRefStm {stream_at}"));
    refused(&later, MALFORMED, &[Subject::Signature]);
}

trait Replace {
    fn replace(&self, from: &[u8], to: &[u8]) -> Vec<u8>;
}

impl Replace for Vec<u8> {
    fn replace(&self, from: &[u8], to: &[u8]) -> Vec<u8> {
        let at = position(self, from, false);
        [&self[..at], to, &self[at + from.len()..]].concat()
    }
}

/// Zeros that unpack to more than is ever unpacked. The limit is on what comes out, so that 80 MB stand for 10 GB.
#[test]
fn bombs_end_in_a_limit_and_not_in_memory() {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let piece = vec![0_u8; 1 << 20];
    for _ in 0..80 {
        encoder.write_all(&piece).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    // As object stream, in which the form is said to lie; and as cross-reference stream.
    let mut out = b"%PDF-1.7\n".to_vec();
    let object_stream = out.len();
    out.extend(
        format!("6 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {}>>\nstream\n", bomb.len())
            .as_bytes(),
    );
    out.extend(&bomb);
    out.extend(b"\nendstream\nendobj\n");
    let catalog = out.len();
    out.extend(b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R>>\nendobj\n");
    let start = out.len();
    let mut entries = Vec::new();
    for (kind, at, index) in [(1_u8, catalog, 0_u8), (1, object_stream, 0), (2, 6, 0)] {
        entries.push(kind);
        entries.extend(u32::try_from(at).unwrap().to_be_bytes());
        entries.push(index);
    }
    out.extend(
        format!(
            "8 0 obj\n<</Type/XRef/Size 9/Root 1 0 R/W[1 4 1]/Index[1 1 6 2]/Length {}>>\nstream\n",
            entries.len()
        )
        .as_bytes(),
    );
    out.extend(&entries);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    refused(&out, MALFORMED, &[Subject::Signature]);

    let mut out = b"%PDF-1.7\n".to_vec();
    let start = out.len();
    out.extend(
        format!(
            "8 0 obj\n<</Type/XRef/Size 9/Root 1 0 R/W[1 4 1]/Filter/FlateDecode/Length {}>>\nstream\n",
            bomb.len()
        )
        .as_bytes(),
    );
    out.extend(&bomb);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    refused(&out, MALFORMED, &[Subject::Signature]);
}
