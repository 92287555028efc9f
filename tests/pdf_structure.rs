//! The structure of a PDF is read in one way (ISO 32000-2, section 7.5). Each file here either makes a
//! viewer rebuild it or read it differently, and is refused with the byte that is wrong, by verifying
//! and by signing; or it is what a known producer writes, and passes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::ResultCode;
use honnin::result::{State, Subject};
use honnin::signature::LaterChanges;
use honnin::signature::pdf::PdfOptions;
use honnin_tests::pdf_files::*;

const FORGED: &str = "<</Length 37>>\nstream\nBT /F 24 Tf 72 700 Td (Pay 999) Tj ET\nendstream";

/// A signed file with an update behind it: an object 30 that nothing uses, which a table lists. The
/// closure may change the text of the table, the trailer and the end, given the places of both.
fn updated(change: impl Fn(String, usize, usize) -> String) -> Vec<u8> {
    let mut out = sign(&plain());
    let previous = last_start(&out);
    let at = out.len();
    out.extend(b"30 0 obj\n<</A 1>>\nendobj\n");
    let start = out.len();
    let tail = format!(
        "xref\n30 1\n{at:010} 00000 n \ntrailer\n<</Size 31 /Root 1 0 R /Prev {previous}>>\nstartxref\n{start}\n%%EOF\n"
    );
    out.extend(change(tail, at, start).as_bytes());
    out
}

/// The text of the finding about a file that is refused as ambiguous, which names a byte. What shows
/// only beside a signature is a finding CHANGES.
#[track_caller]
fn ambiguous(file: &[u8]) -> String {
    let report = verify(file).report;
    let subject = match report.result() {
        ResultCode::SignatureMalformed => Subject::Signature,
        ResultCode::ContentChangedAfterSigning => Subject::Changes,
        other => panic!("{other:?} {:#?}", report.findings()),
    };
    let finding = report.finding(subject).unwrap();
    assert_eq!(finding.state, State::Failed);
    assert!(finding.text.starts_with("at byte "), "{}", finding.text);
    let signed = sign_with(file, PdfOptions::default()).map(|_| "signed");
    assert_eq!(signed, Err(ResultCode::InvalidArgument));
    finding.text.to_string()
}

#[test]
fn the_control_of_an_update_holds() {
    accepted(&updated(|tail, _, _| tail), &[LaterChanges::Allowed]);
}

#[test]
fn a_cross_reference_table_has_its_fixed_layout() {
    for (from, to) in [
        ("xref\n30", "xref %c\n30"),
        ("xref\n30", "%c\nxref\n30"),
        ("xref\n30", "xref\n%c\n30"),
        ("xref\n30", "xref\n\n30"),
        ("xref\n30", "xref 30"),
        ("30 1\n", "30 %c\n1\n"),
        ("30 1\n", "30 1 %c\n"),
        ("30 1\n", "30 1\n%c\n"),
        ("30 1\n", "30  1\n"),
        ("30 1\n", "+30 1\n"),
        ("30 1\n", "30 2\n"),
        ("30 1\n", "7 0\n30 1\n"),
        ("30 1\n", "30 1\n7 0\n"),
        (" 00000 n \n", " 00000 n\n"),
        (" 00000 n \n", " 00000 n  \n"),
        (" 00000 n \n", " 0000 n \n"),
        (" 00000 n \n", " 0 n \n"),
        (" 00000 n \n", " 00000 N \n"),
        (" 00000 n \n", " 00000\tn \n"),
        (" 00000 n \n", " 99999 n \n"),
        (" 00000 n \n", " 00001 n \n"),
        (" n \ntrailer", " n \n%c\ntrailer"),
        ("trailer\n", "trailer%c\n"),
        ("trailer\n", "trailer\n%c\n"),
        ("0 R /Prev", "0%c\n R /Prev"),
        ("/Root 1 0 R", "/Root 1 0 R /Root 2 0 R"),
        ("/Size 31 ", ""),
        ("/Size 31", "/Size -5"),
        ("/Size 31", "/Size 30"),
        ("/Size 31", "/Size 31.0"),
        ("/Size 31", "/Size 8388609"),
        ("/Prev ", "/Prev -"),
        (">>\nstartxref", ".0>>\nstartxref"),
        ("/Root 1 0 R", "/Root 1 0 R /X 1e5"),
        ("30 1\n", "8388608 1\n"),
        ("30 1\n", "9000000 1\n"),
        ("30 1\n", "4294967290 1\n"),
        ("30 1\n0", "30 1\n9"),
    ] {
        ambiguous(&updated(|tail, _, _| tail.replacen(from, to, 1)));
    }
    // No subsection at all; one object listed twice.
    ambiguous(&updated(|tail, at, _| tail.replace(&format!("30 1\n{at:010} 00000 n \n"), "")));
    let twice = |tail: String, at: usize| {
        let line = format!("{at:010} 00000 n \n");
        tail.replace(&format!("30 1\n{line}"), &format!("30 1\n{line}30 1\n{line}"))
    };
    ambiguous(&updated(|tail, at, _| twice(tail, at)));
    // An offset that leads elsewhere, by one byte or by many.
    for wrong in [-1_i64, 1, 5, -400] {
        ambiguous(&updated(|tail, at, _| {
            let moved = i64::try_from(at).unwrap() + wrong;
            tail.replace(&format!("{at:010}"), &format!("{moved:010}"))
        }));
    }
}

#[test]
fn the_end_of_a_file_has_its_exact_form() {
    for (from, to) in [
        ("startxref\n", "startxref\n\n"),
        ("startxref\n", "startxref%c\n"),
        ("startxref\n", "startxref\n%c\n"),
        ("startxref\n", "startxref\n0"),
        ("startxref\n", "startxref\n+"),
        ("startxref\n", "startxref "),
        ("startxref\n", "startxref\r"),
        ("\n%%EOF", "\n\n%%EOF"),
        ("\n%%EOF", "%%EOF"),
        ("\n%%EOF", ".0\n%%EOF"),
        ("\n%%EOF", "\n%EOF"),
        ("%%EOF\n", "%%EOF\n%%EOF\n"),
        ("%%EOF\n", "%%EOF\nx"),
        ("%%EOF\n", ""),
    ] {
        ambiguous(&updated(|tail, _, _| tail.replacen(from, to, 1)));
    }
    for wrong in [-1_i64, 1, 4] {
        ambiguous(&updated(|tail, _, start| {
            let moved = i64::try_from(start).unwrap() + wrong;
            tail.replace(&format!("startxref\n{start}"), &format!("startxref\n{moved}"))
        }));
    }
}

#[test]
fn every_appended_byte_belongs_to_something_that_is_listed() {
    let with = |text: &str| {
        let mut out = sign(&plain());
        let previous = last_start(&out);
        out.extend(text.as_bytes());
        let at = out.len();
        out.extend(b"30 0 obj\n<</A 1>>\nendobj\n");
        let start = out.len();
        out.extend(
            format!(
                "xref\n30 1\n{at:010} 00000 n \ntrailer\n<</Size 31 /Root 1 0 R /Prev {previous}>>\nstartxref\n{start}\n%%EOF\n"
            )
            .as_bytes(),
        );
        out
    };
    accepted(&with("\n \r\n\0\t"), &[LaterChanges::Allowed]);
    let later = &[Subject::Changes];
    for text in [
        format!("4 0 obj\n{FORGED}\nendobj\n"),
        String::from("%a comment\n"),
        String::from("x"),
        String::from("trailer\n<</Root 1 0 R>>\n"),
        format!("startxref\n{}\n%%EOF\n", last_start(&sign(&plain()))),
    ] {
        refused(&with(&text), CHANGED, later);
    }
}

#[test]
fn appended_strings_and_streams_hold_nothing_that_a_rebuilding_viewer_takes_for_an_object() {
    let signed = sign(&plain());
    let control = stream("BT 4 0 R obj ET");
    accepted(&update(&signed, &[(30, &control)], ""), &[LaterChanges::Allowed]);
    for body in [
        stream("\n4 0 obj\n<</Type/Page>>\nendobj\n"),
        stream("4  0\nobj"),
        stream("44\u{0}0\u{0}obj"),
        String::from("<</A(4 0 obj)>>"),
        String::from("<</A(\ntrailer\n)>>"),
        stream("startxref"),
        String::from("<</A 1>>%4 0 obj\n"),
        String::from("<</Type/XRef/Size 31/W[1 1 1]/Root 1 0 R/Length 0>>\nstream\n\nendstream"),
        String::from("<</A 1e5>>"),
    ] {
        let file = update(&signed, &[(30, &body)], "");
        refused(&file, CHANGED, &[Subject::Changes]);
    }
}

#[test]
fn the_head_and_the_end_of_an_object_have_one_form() {
    let object = |text: &str| {
        let mut out = b"%PDF-1.7\n".to_vec();
        let mut table = String::from("xref\n0 6\n0000000000 65535 f \n");
        let shown = stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET");
        for (number, body) in [(1, CATALOG), (2, PAGES), (3, PAGE), (4, shown.as_str())] {
            table.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.extend(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        }
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(text.as_bytes());
        out.push(b'\n');
        end(&mut out, &table, "/Size 6 /Root 1 0 R");
        out
    };
    for good in [
        "5 0 obj\n<<>>\nendobj",
        "5 0 obj<<>>endobj",
        "5 0 obj\r<<>>\r\nendobj",
        "5 0 obj\n<</A 1 % comment\n>>\nendobj",
        "5 0 obj\n<</A 1/A 1>>\nendobj",
        "5 0 obj\n<</A --1/B 1.2.3/C/D#>>\nendobj",
        "5 0 obj\n<</Length 3>>stream\r\nabcendstream endobj",
        "5 0 obj\n<</Length 3>>\nstream\nabc\r\nendstream\nendobj",
        "5 0 obj\n<</Length 4>>\nstream\nabc\nendstream\nendobj",
    ] {
        accepted(&sign(&object(good)), &[LaterChanges::None]);
    }
    for bad in [
        " 5 0 obj\n<<>>\nendobj",
        "%c\n5 0 obj\n<<>>\nendobj",
        "5 %c\n0 obj\n<<>>\nendobj",
        "6 0 obj\n<<>>\nendobj",
        "5 1 obj\n<<>>\nendobj",
        "5 0 obj\n<<>>\n",
        "5 0 obj\n<<>> 1\nendobj",
        "5 0 obj\n<</A 1/A 2>>\nendobj",
        "5 0 obj\n<</Length 3>>\nstream\rabc\nendstream\nendobj",
        "5 0 obj\n<</Length 3>>\nstream abc\nendstream\nendobj",
        "5 0 obj\n<</Length 3>>\n%c\nstream\nabc\nendstream\nendobj",
        "5 0 obj\n<</Length 2>>\nstream\nabc\nendstream\nendobj",
        "5 0 obj\n<</Length 3>>\nstream\nabc%c\nendstream\nendobj",
        "5 0 obj\n<</Length 3/F(x.bin)>>\nstream\nabc\nendstream\nendobj",
        "5 0 obj\n<</Length 11>>\nstream\na endstream\nendstream\nendobj",
        "5 0 obj\n4 0 R\nendobj",
        "5 0 obj\n<</A 4 1 R>>\nendobj",
        "5 0 obj\n<</Length 9999999999>>\nstream\nabc\nendstream\nendobj",
        "5 0 obj\n<<>>\nstream\nabc\nendstream\nendobj",
    ] {
        ambiguous(&object(bad));
    }
}

#[test]
fn unusual_files_of_known_producers_are_signed_and_pass() {
    let good = plain();
    let with = |from: &str, to: &str| {
        let text = String::from_utf8_lossy(&good).into_owned();
        assert!(text.contains(from), "{from}");
        // The first line has bytes beyond ASCII; the part behind it is changed.
        let at = position(&good, b"1 0 obj", false);
        let rest = String::from_utf8(good[at..].to_vec()).unwrap().replacen(from, to, 1);
        [&good[..at], rest.as_bytes()].concat()
    };
    for file in [
        [&good[..], b"\0"].concat(),
        [&good[..], b"\r\n\r\n"].concat(),
        [&good[..], &[0; 900]].concat(),
        good[..good.len() - 1].to_vec(),
        // Line ends and spaces that producers write.
        with("startxref\n", "startxref\r\n"),
        with("trailer\n<<", "trailer <<"),
        with("\n%%EOF", " \n%%EOF"),
        with("xref\n0 1\n", "xref \n0 1 \n"),
        with(" 65535 f \n", " 65536 f \n"),
        with(" 65535 f \n", " 65535 f\r\n"),
        // An entry in use at byte 0, which nothing uses.
        with("5 1\n", "9 1\n0000000000 00000 n \n5 1\n").replace_size(),
        // A comment between the trailer and startxref.
        with(">>\nstartxref", ">>\n%made by somebody\nstartxref"),
    ] {
        let signed = sign(&file);
        accepted(&signed, &[LaterChanges::None]);
        accepted(&sign(&signed), &[LaterChanges::Allowed, LaterChanges::None]);
    }
    // Too far from the end, some viewers find no startxref.
    ambiguous(&[&good[..], &[0; 2000]].concat());
    // A number in use at byte 0 that something uses.
    let used = with("5 1\n", "9 1\n0000000000 00000 n \n5 1\n").replace_size();
    let text = String::from_utf8_lossy(&used).replace("/F 5 0 R", "/F 9 0 R");
    ambiguous(text.as_bytes());
}

trait ReplaceSize {
    fn replace_size(self) -> Vec<u8>;
}

impl ReplaceSize for Vec<u8> {
    fn replace_size(self) -> Vec<u8> {
        let at = position(&self, b"/Size 6", true);
        [&self[..at], b"/Size 10", &self[at + 7..]].concat()
    }
}

/// The same document with a cross-reference stream, and with objects in an object stream whose head and
/// text the closures may change.
fn streamed(head: &str, packed: &str, entries: &[(u32, [u64; 3])]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut rows: Vec<(u32, [u64; 3])> = Vec::new();
    let shown = stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET");
    for (number, body) in [(3, PAGE), (4, shown.as_str()), (5, FONT)] {
        rows.push((number, [1, u64::try_from(out.len()).unwrap(), 0]));
        out.extend(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    rows.push((6, [1, u64::try_from(out.len()).unwrap(), 0]));
    let data = format!("{head}{packed}");
    let count = head.split_whitespace().count() / 2;
    let first = head.len();
    out.extend(
        format!(
            "6 0 obj\n<</Type/ObjStm/N {count}/First {first}/Length {}>>\nstream\n{data}\nendstream\nendobj\n",
            data.len()
        )
        .as_bytes(),
    );
    rows.extend_from_slice(entries);
    let start = out.len();
    rows.push((7, [1, u64::try_from(start).unwrap(), 0]));
    rows.sort();
    let index: String = rows.iter().map(|(number, _)| format!("{number} 1 ")).collect();
    let mut data = Vec::new();
    for (_, [kind, second, third]) in &rows {
        data.push(u8::try_from(*kind).unwrap());
        data.extend(u32::try_from(*second).unwrap().to_be_bytes());
        data.extend(u16::try_from(*third).unwrap().to_be_bytes());
    }
    out.extend(
        format!(
            "7 0 obj\n<</Type/XRef/Size 9/Root 1 0 R/W[1 4 2]/Index[{index}]/Length {}>>\nstream\n",
            data.len()
        )
        .as_bytes(),
    );
    out.extend(&data);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

#[test]
fn an_object_stream_holds_each_object_once_and_where_it_is_listed() {
    let packed = format!("{CATALOG} {PAGES}");
    let second = CATALOG.len() + 1;
    let entries = [(1, [2, 6, 0]), (2, [2, 6, 1])];
    let control = streamed(&format!("1 0 2 {second} "), &packed, &entries);
    accepted(&sign(&control), &[LaterChanges::None]);
    accepted(&sign(&sign(&control)), &[LaterChanges::Allowed, LaterChanges::None]);
    for bad in [
        streamed(&format!("1 0 1 {second} "), &packed, &entries),
        streamed(&format!("2 {second} 1 0 "), &packed, &entries),
        streamed(&format!("1 0 2 {second} 8 "), &packed, &entries),
        streamed(&format!("1 0 2 {} ", packed.len() * 9), &packed, &entries),
        streamed(&format!("1 0 2 {second} "), &packed, &[(1, [2, 6, 1]), (2, [2, 6, 0])]),
        streamed(&format!("1 0 2 {second} "), &packed, &[(1, [2, 6, 0]), (2, [2, 6, 2])]),
        streamed(&format!("1 0 2 {second} "), &packed, &[(1, [2, 3, 0]), (2, [2, 6, 1])]),
        streamed(&format!("1 0 2 {second} "), &packed, &[(1, [3, 6, 0]), (2, [2, 6, 1])]),
        streamed(&format!("1 0 2 {second} "), &packed, &[(1, [2, 6, 0]), (2, [2, 6, 1]), (2, [1, 9, 0])]),
        streamed(&format!("1 0 2 {second} "), &packed, &[(1, [2, 6, 0]), (2, [2, 6, 1]), (8, [1, 12, 0])]),
    ] {
        ambiguous(&bad);
    }
}

#[test]
fn verifying_and_signing_name_the_byte_that_is_wrong() {
    let file = updated(|tail, _, _| tail.replacen("n \ntrailer", "n\ntrailer", 1));
    let at = position(&file, b"30 1\n", true) + 5;
    assert!(ambiguous(&file).starts_with(&format!("at byte {at}: ")));
}

/// Viewers trust different parts of a damaged page tree.
#[test]
fn the_parts_of_the_page_tree_agree() {
    let with = |pages: &str, page: &str| {
        let resources = "/Resources<</Font<</F 5 0 R>>>>";
        let page = format!("<<{page}/MediaBox[0 0 595 842]{resources}>>");
        let text = stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET");
        let other = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>";
        file(&[(1, CATALOG), (2, pages), (3, &page), (4, &text), (5, FONT), (6, other)])
    };
    let page = "/Type/Page/Parent 2 0 R/Contents 4 0 R";
    accepted(&sign(&with(PAGES, page)), &[LaterChanges::None]);
    accepted(&sign(&with("<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>", page)), &[LaterChanges::None]);
    accepted(&sign(&with("<</Type/Pages/Kids[3 0 R]/Count 2>>", page)), &[LaterChanges::None]);
    for pages in [
        "<</Type/Pages/Kids[3 0 R]/Count 0>>",
        "<</Type/Pages/Kids[3 0 R]>>",
        "<</Type/Pages/Kids[3 0 R 6 0 R]/Count 1>>",
        "<</Type/Pages/Kids[3 0 R null]/Count 1>>",
        "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>",
        "<</Type/Pages/Kids[<</Type/Page/Parent 2 0 R>>]/Count 1>>",
        "<</Type/Page/Kids[3 0 R]/Count 1>>",
        "<</Kids[3 0 R]/Count 1>>",
    ] {
        ambiguous(&with(pages, page));
    }
    for page in [
        "/Type/Page/Contents 4 0 R",
        "/Type/Page/Parent 1 0 R/Contents 4 0 R",
        "/Type/Template/Parent 2 0 R/Contents 4 0 R",
        "/Parent 2 0 R/Contents 4 0 R",
        "/Type/Page/Parent 2 0 R/Kids[6 0 R]/Contents 4 0 R",
        "/Type/Page/Parent 2 0 R/Contents 9 0 R",
        "/Type/Page/Parent 2 0 R/Contents[4 0 R 9 0 R]",
        "/Type/Page/Parent 2 0 R/Contents 4 1 R",
        "/Type/Page/Parent 2 0 R/Contents 4 0 R/Rotate 45",
        "/Type/Page/Parent 2 0 R/Contents 4 0 R/Rotate 90.0",
        "/Type/Page/Parent 2 0 R/Contents 4 0 R/CropBox[0 0 300-3 9]",
        "/Type/Page/Parent 2 0 R/Contents 4 0 R/CropBox[0 0 9]",
        "/Type/Page/Parent 2 0 R/Contents 4 0 R/Hidden True",
    ] {
        ambiguous(&with(PAGES, page));
    }
}
