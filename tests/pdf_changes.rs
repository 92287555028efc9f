//! What may come after a signature, rule by rule: beside each change that is allowed stand its
//! neighbours that are not. What certifications of other programs allow, and time-stamps over the
//! document, are in sdk-python/tests/test_pdf.py; what viewers show, in tests/viewers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::ResultCode;
use honnin::result::Subject;
use honnin::signature::LaterChanges;
use honnin::signature::pdf::{Box, PdfOptions};
use honnin_tests::pdf_files::*;

const LATER: &[Subject] = &[Subject::Changes];
const SHOWN: &str = "<</Length 37>>\nstream\nBT /F 24 Tf 72 700 Td (Pay 100) Tj ET\nendstream";
const DRAWING: &str =
    "<</Type/XObject/Subtype/Form/BBox[0 0 10 10]/Length 13>>\nstream\n0 0 5 5 re f\nendstream";

/// A document with more objects, and a catalog and a page that have more entries.
fn document(catalog: &str, page: &str, more: &[(u32, &str)]) -> Vec<u8> {
    let catalog = CATALOG.replace(">>", &format!("{catalog}>>"));
    let page = PAGE.replace("/Contents", &format!("{page}/Contents"));
    let mut objects = vec![(1, catalog.as_str()), (2, PAGES), (3, page.as_str()), (4, SHOWN), (5, FONT)];
    objects.extend_from_slice(more);
    file(&objects)
}

/// The number that an object of the last update has whose text has that part.
fn number_of(signed: &[u8], part: &str) -> u32 {
    let text = String::from_utf8_lossy(signed);
    let at = text.rfind(part).unwrap();
    let head = text[..at].rfind(" 0 obj").unwrap();
    let begin = text[..head].rfind('\n').unwrap() + 1;
    text[begin..head].parse().unwrap()
}

/// The last text of an object.
fn text_of(signed: &[u8], number: u32) -> String {
    let text = String::from_utf8_lossy(signed).into_owned();
    let head = format!("\n{number} 0 obj\n");
    let at = text.rfind(&head).unwrap() + head.len();
    text[at..].split("\nendobj").next().unwrap().to_owned()
}

/// A signed document, and updates of its catalog and page in which the form and the page have one
/// field more: object 30.
struct Grown {
    signed: Vec<u8>,
    catalog: String,
    page: String,
}

impl Grown {
    fn new(page: &str, more: &[(u32, &str)]) -> Grown {
        let signed = sign(&document("", page, more));
        let grow = |text: String| text.replacen(" 0 R]", " 0 R 30 0 R]", 1);
        let catalog = grow(text_of(&signed, 1));
        let page = text_of(&signed, 3);
        let at = page.find("/Annots").unwrap();
        let page = format!("{}{}", &page[..at], grow(page[at..].to_owned()));
        Grown { signed, catalog, page }
    }

    fn with(&self, field: &str, more: &[(u32, &str)]) -> Vec<u8> {
        let mut objects = vec![(1, self.catalog.as_str()), (3, self.page.as_str()), (30, field)];
        objects.extend_from_slice(more);
        update(&self.signed, &objects, "")
    }
}

const FIELD: &str = "<</Type/Annot/Subtype/Widget/FT/Sig/T(New)/Rect[300 300 400 350]/P 3 0 R/F 132>>";

#[test]
fn a_new_signature_field_has_a_closed_set_of_keys() {
    let grown = Grown::new("", &[]);
    accepted(&grown.with(FIELD, &[]), &[LaterChanges::Allowed]);
    for good in [
        "/MK<<>>",
        "/TU(Sign here)",
        "/Ff 0",
        "/DA(/Helv 0 Tf)",
        "/AP<<>>",
        "/Lock<</Type/SigFieldLock/Action/All>>",
    ] {
        accepted(
            &grown.with(&FIELD.replace("/F 132", &format!("/F 132{good}")), &[]),
            &[LaterChanges::Allowed],
        );
    }
    for bad in [
        "/A<</S/URI/URI(x)>>",
        "/AA<</PO<</S/JavaScript/JS(x)>>>>",
        "/OC 5 0 R",
        "/Popup 5 0 R",
        "/IC[1 1 1]",
        "/C[1 1 1]",
        "/RC(x)",
        "/QuadPoints[0 0 1 1]",
        "/MK<</BG[1 1 1]>>",
        "/MK<</I 31 0 R>>",
        "/BS<</W 9>>",
        "/Border[0 0 9]",
        "/AP<</N 31 0 R>>",
        "/AP<</D 31 0 R>>",
        "/DV 31 0 R",
        "/X 1",
    ] {
        let field = FIELD.replace("/F 132", &format!("/F 132{bad}"));
        refused(&grown.with(&field, &[(31, DRAWING)]), CHANGED, LATER);
    }
    for (from, to) in [
        ("/Subtype/Widget", "/Subtype/FreeText"),
        ("/Subtype/Widget", "/Subtype/Square"),
        ("/Type/Annot", "/Type/Page"),
        ("/FT/Sig", "/FT/Tx"),
        ("/FT/Sig", "/FT/Btn"),
    ] {
        refused(&grown.with(&FIELD.replace(from, to), &[]), CHANGED, LATER);
    }
}

#[test]
fn a_later_signature_shows_only_where_nothing_was_signed() {
    let visible = |x: f64, y: f64| PdfOptions {
        visible: Some(Box { page: 1, x, y, width: 150.0, height: 40.0 }),
        name: Some(String::from("Test")),
        ..PdfOptions::default()
    };
    let signed = sign(&document("", "", &[]));
    let both = sign_with(&signed, visible(300.0, 100.0)).unwrap();
    accepted(&both, &[LaterChanges::Allowed, LaterChanges::None]);
    // Over the text: signing refuses what verifying would.
    assert_eq!(sign_with(&signed, visible(60.0, 690.0)).map(|_| ()), Err(ResultCode::NotPermitted));
    // The same, made by a program that does not ask: the box of the second signature is moved.
    let text = text_of(&both, number_of(&both, "/FT /Sig"));
    let moved = text.replace("300.000 100.000 450.000 140.000", "60.000 690.000 210.000 730.000");
    assert_ne!(moved, text);
    let moved = update(&both, &[(number_of(&both, "/FT /Sig"), &moved)], "");
    let report = verify(&moved).report;
    assert_eq!(report.result(), CHANGED);
    let said: Vec<&str> = report.findings().iter().map(|finding| finding.text.as_ref()).collect();
    assert!(said.iter().any(|text| text.contains("page 1 in [60 690 210 730]")), "{said:?}");
    // In a field that was empty when the first signed, wherever it is.
    let empty = "<</Type/Annot/Subtype/Widget/FT/Sig/T(Second)/Rect[60 690 210 730]/P 3 0 R/F 132>>";
    let base = document("/AcroForm<</Fields[10 0 R]>>", "/Annots[10 0 R]", &[(10, empty)]);
    let first =
        sign_with(&base, PdfOptions { field: Some("First".into()), ..PdfOptions::default() }).unwrap();
    let options =
        PdfOptions { field: Some("Second".into()), name: Some("Test".into()), ..PdfOptions::default() };
    accepted(&sign_with(&first, options).unwrap(), &[LaterChanges::Allowed, LaterChanges::None]);
    // The field itself stays where it is.
    let wider = empty.replace("[60 690 210 730]", "[0 0 595 842]");
    refused(&update(&first, &[(10, &wider)], ""), CHANGED, LATER);
}

#[test]
fn arrays_grow_only_as_fields_of_the_form_and_annotations_of_a_page() {
    let arrays = [(10, "[]"), (11, "[]")];
    let base = document("/AcroForm<</Fields 10 0 R>>", "/Annots 11 0 R", &arrays);
    let signed = sign(&base);
    accepted(&sign(&signed), &[LaterChanges::Allowed, LaterChanges::None]);
    let number = number_of(&signed, "/FT /Sig");
    let grown = format!("[{number} 0 R 30 0 R]");
    let good = update(&signed, &[(10, &grown), (11, &grown), (30, FIELD)], "");
    accepted(&good, &[LaterChanges::Allowed]);
    // The order, or what was there, is changed.
    let turned = format!("[30 0 R {number} 0 R]");
    refused(&update(&signed, &[(10, &turned), (11, &turned), (30, FIELD)], ""), CHANGED, LATER);
    // One array for the annotations and the pages.
    let base = file(&[
        (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>>>"),
        (2, "<</Type/Pages/Kids 11 0 R/Count 1>>"),
        (3, &PAGE.replace("/Contents", "/Annots 12 0 R/Contents")),
        (4, SHOWN),
        (5, FONT),
        (11, "[3 0 R]"),
        (12, "[]"),
    ]);
    let signed = sign(&base);
    accepted(&signed, &[LaterChanges::None]);
    let page = PAGE.replace("/Contents", "/FT/Sig/T(New)/Contents");
    let pages = "<</Type/Pages/Kids 11 0 R/Count 2>>";
    let grown = [(2, pages), (11, "[3 0 R 30 0 R]"), (30, page.as_str())];
    refused(&update(&signed, &grown, ""), CHANGED, LATER);
    // A page that appears in no tree yet.
    refused(&update(&signed, &[(30, PAGE)], ""), CHANGED, LATER);
}

#[test]
fn material_for_validation_may_lie_in_any_objects_of_its_own() {
    let parts = [
        (20, "<</Certs 22 0 R/VRI 21 0 R>>"),
        (21, "<<>>"),
        (22, "[23 0 R]"),
        (23, "<</Length 1>>\nstream\na\nendstream"),
    ];
    let signed = sign(&document("/DSS 20 0 R", "", &parts));
    let more = [
        (21, "<</AB<</Cert[26 0 R]>>>>"),
        (22, "[23 0 R 26 0 R]"),
        (26, "<</Length 1>>\nstream\nb\nendstream"),
    ];
    accepted(&update(&signed, &more, ""), &[LaterChanges::Allowed]);
    accepted(&update(&signed, &[(20, "<</CRLs[26 0 R]>>"), more[2]], ""), &[LaterChanges::Allowed]);
    // What the page uses too is not material for validation alone, however it is reached.
    for (dss, page) in [("[4 0 R]", ""), ("[3 0 R]", ""), ("[<</A[4 0 R]>>]", "")] {
        let shared = [(20, format!("<</Certs 22 0 R/X{dss}>>")), (22, String::from("[]"))];
        let shared: Vec<(u32, &str)> = shared.iter().map(|(number, text)| (*number, text.as_str())).collect();
        let signed = sign(&document("/DSS 20 0 R", page, &shared));
        refused(&update(&signed, &[(4, &SHOWN.replace("100", "999"))], ""), CHANGED, LATER);
    }
    // New material in the catalog.
    let signed = sign(&document("", "", &[]));
    let catalog = text_of(&signed, 1).replace("/Pages", "/DSS<</Certs[30 0 R]>>/Pages");
    accepted(&update(&signed, &[(1, &catalog), (30, parts[3].1)], ""), &[LaterChanges::Allowed]);
    let catalog = text_of(&signed, 1).replace("/Pages", "/DSS[30 0 R]/Pages");
    refused(&update(&signed, &[(1, &catalog), (30, parts[3].1)], ""), CHANGED, LATER);
}

#[test]
fn defaults_of_the_form_are_used_by_nothing_that_was_signed() {
    let text_field =
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/V(100)/DA(/Helv 12 Tf)/Rect[0 0 99 20]/AP<</N 11 0 R>>>>";
    let drawing = (11, DRAWING);
    let with = |form: &str, fields: &str, annotation: &str| {
        let catalog = format!("/AcroForm<</Fields[{fields}]{form}>>");
        sign(&document(&catalog, "/Annots[10 0 R]", &[(10, annotation), drawing]))
    };
    let fonts = "/DR<</Font<</Helv 30 0 R>>>>";
    let changed = |signed: &[u8], from: &str, to: &str| {
        let catalog = text_of(signed, 1).replacen(from, to, 1);
        assert_ne!(catalog, text_of(signed, 1));
        update(signed, &[(1, &catalog), (30, FONT)], "")
    };
    let gains = |signed: &[u8], entry: &str| changed(signed, "/SigFlags 3", &format!("/SigFlags 3{entry}"));
    // Nothing of the signed file is drawn by them.
    let bare = sign(&document("", "", &[]));
    let drawn = with("", "10 0 R", text_field);
    for signed in [&bare, &drawn] {
        for defaults in [
            "/DA(/Helv 0 Tf 0 g)",
            fonts,
            "/DA(/Helv 0 Tf)/DR<</Font<</Helv 30 0 R>>/XObject<</FRM 30 0 R>>/ProcSet[/PDF]>>",
        ] {
            accepted(&gains(signed, defaults), &[LaterChanges::Allowed]);
        }
        for other in ["/NeedAppearances true", "/XFA[]", "/DR<</ExtGState<</G 30 0 R>>>>", "/Q 1", "/CO[]"] {
            refused(&gains(signed, other), CHANGED, LATER);
        }
        refused(&changed(signed, "/SigFlags 3", "/SigFlags 1"), CHANGED, LATER);
    }
    // Something is: a field without an appearance, in the form or only on the page, and a free text.
    let bare_field = text_field.replace("/AP<</N 11 0 R>>", "");
    let free_text = "<</Type/Annot/Subtype/FreeText/Contents(x)/Rect[0 0 99 20]>>";
    for signed in [
        with("", "10 0 R", &bare_field),
        with("", "10 0 R", &bare_field.replace("/DA(/Helv 12 Tf)", "/DA(/H#65lv 12 Tf)")),
        with("", "", &bare_field.replace("/DA(/Helv 12 Tf)", "")),
        with("", "", &bare_field.replace("/FT/Tx/T(Sum)", "/Parent 12 0 R")),
        with("", "", free_text),
        with("/NeedAppearances true", "10 0 R", text_field),
    ] {
        refused(&gains(&signed, "/DA(/Helv 0 Tf)"), CHANGED, LATER);
        refused(&gains(&signed, fonts), CHANGED, LATER);
    }
    // What is there stays, be it in the form or in objects of its own.
    let signed = with("/DA(/Helv 0 Tf)/DR<</Font<</Helv 5 0 R>>>>", "10 0 R", text_field);
    refused(&changed(&signed, "2F48656C762030205466", "2F48656C762039205466"), CHANGED, LATER);
    refused(&changed(&signed, "/Helv 5 0 R", "/Helv 30 0 R"), CHANGED, LATER);
    accepted(&changed(&signed, "/Helv 5 0 R", "/Helv 5 0 R/Added 30 0 R"), &[LaterChanges::Allowed]);
    let parts = [(10, text_field), drawing, (12, "<</Font 13 0 R>>"), (13, "<</Helv 5 0 R>>")];
    let signed = sign(&document("/AcroForm<</Fields[10 0 R]/DR 12 0 R>>", "/Annots[10 0 R]", &parts));
    let more = "<</Helv 5 0 R/Added 30 0 R>>";
    accepted(&update(&signed, &[(13, more), (30, FONT)], ""), &[LaterChanges::Allowed]);
    refused(&update(&signed, &[(13, "<</Helv 30 0 R>>"), (30, FONT)], ""), CHANGED, LATER);
}

#[test]
fn an_appearance_is_a_form_that_every_viewer_clips_to_its_box() {
    let empty = "<</Type/Annot/Subtype/Widget/FT/Sig/T(Second)/Rect[60 100 210 140]/P 3 0 R/F 132>>";
    let base = document("/AcroForm<</Fields[10 0 R]>>", "/Annots[10 0 R]", &[(10, empty)]);
    let first =
        sign_with(&base, PdfOptions { field: Some("First".into()), ..PdfOptions::default() }).unwrap();
    let options =
        PdfOptions { field: Some("Second".into()), name: Some("Test".into()), ..PdfOptions::default() };
    let both = sign_with(&first, options).unwrap();
    accepted(&both, &[LaterChanges::Allowed, LaterChanges::None]);
    let field = text_of(&both, 10);
    let with = |look: &str| {
        let at = field.find("/AP").unwrap();
        let field = format!("{}/AP<</N 90 0 R>>/F 132{}", &field[..at], &field[field.find("/FT").unwrap()..]);
        let objects = [(10, field.replacen("/F 132", "", 2)), (90, look.to_owned())];
        let objects: Vec<(u32, &str)> =
            objects.iter().map(|(number, text)| (*number, text.as_str())).collect();
        verify(&update(&both, &objects, "")).signatures[0].later_changes
    };
    assert_eq!(with(DRAWING), LaterChanges::Allowed);
    for (from, to) in [
        ("/BBox[0 0 10 10]", ""),
        ("/BBox[0 0 10 10]", "/BBox null"),
        ("/BBox[0 0 10 10]", "/BBox/A"),
        ("/BBox[0 0 10 10]", "/BBox[0 0 10]"),
        ("/BBox[0 0 10 10]", "/BBox 77 0 R"),
        ("/BBox[0 0 10 10]", "/BBox[0 0 10 10]/Matrix[1 0 0 1]"),
        ("/Subtype/Form", "/Subtype/Image"),
        ("/Subtype/Form", ""),
    ] {
        assert_eq!(with(&DRAWING.replace(from, to)), LaterChanges::NotAllowed, "{from} {to}");
    }
}

#[test]
fn a_widget_on_two_pages_shows_nothing_new() {
    let empty = "<</Type/Annot/Subtype/Widget/FT/Sig/T(Second)/Rect[60 100 210 140]/P 3 0 R/F 132>>";
    let page = PAGE.replace("/Contents", "/Annots[10 0 R]/Contents");
    let base = file(&[
        (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[10 0 R]>>>>"),
        (2, "<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>"),
        (3, &page),
        (4, SHOWN),
        (5, FONT),
        (6, &page),
        (10, empty),
    ]);
    let first =
        sign_with(&base, PdfOptions { field: Some("First".into()), ..PdfOptions::default() }).unwrap();
    let options =
        PdfOptions { field: Some("Second".into()), name: Some("Test".into()), ..PdfOptions::default() };
    assert_eq!(sign_with(&first, options).map(|_| ()), Err(ResultCode::NotPermitted));
}

#[test]
fn a_new_field_takes_no_name_and_no_kid_of_the_signed_form() {
    let text_field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/Rect[0 0 99 20]/AP<</N 11 0 R>>>>";
    let signed = sign(&document(
        "/AcroForm<</Fields[10 0 R]>>",
        "/Annots[10 0 R]",
        &[(10, text_field), (11, DRAWING), (12, "<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>")],
    ));
    let grown = |field: &str, more: &[(u32, &str)]| {
        let catalog = text_of(&signed, 1).replacen(" 0 R]", " 0 R 30 0 R]", 1);
        let mut objects = vec![(1, catalog.as_str()), (30, field)];
        objects.extend_from_slice(more);
        update(&signed, &objects, "")
    };
    accepted(&grown(FIELD, &[]), &[LaterChanges::Allowed]);
    refused(&grown(&FIELD.replace("(New)", "(Sum)"), &[]), CHANGED, LATER);
    let kid = FIELD.replace("/T(New)", "/T(New)/Parent 30 0 R");
    accepted(&grown("<</T(Party)/Kids[31 0 R]>>", &[(31, &kid)]), &[LaterChanges::Allowed]);
    refused(&grown("<</T(Party)/Kids[31 0 R 12 0 R]>>", &[(31, &kid)]), CHANGED, LATER);
    refused(&grown(&FIELD.replace("/T(New)", "/T(New)/Parent 5 0 R"), &[]), CHANGED, LATER);
}

#[test]
fn the_catalog_gains_what_no_viewer_shows() {
    let signed = sign(&document("", "", &[]));
    let with = |entry: &str| {
        let catalog = text_of(&signed, 1).replace("/Pages 2 0 R", &format!("/Pages 2 0 R{entry}"));
        let metadata = "<</Type/Metadata/Subtype/XML/Length 1>>\nstream\na\nendstream";
        update(&signed, &[(1, &catalog), (30, metadata)], "")
    };
    for good in [
        "/Version/2.0",
        "/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>>>",
        "/Metadata 30 0 R",
        "/MarkInfo<</Marked true>>",
    ] {
        accepted(&with(good), &[LaterChanges::Allowed]);
    }
    for bad in [
        "/Version(2.0)",
        "/Version/9.9",
        "/Extensions<</A 4 0 R>>",
        "/Metadata 4 0 R",
        "/OpenAction[3 0 R/Fit]",
        "/AA<<>>",
        "/Names<<>>",
        "/OCProperties<<>>",
        "/Perms<</DocMDP 6 0 R>>",
        "/Perms<</UR3 30 0 R>>",
        "/PageMode/UseOutlines",
        "/ViewerPreferences<<>>",
        "/AF[30 0 R]",
        "/Lang(en)",
    ] {
        refused(&with(bad), CHANGED, LATER);
    }
}

#[test]
fn information_becomes_plain_text_and_nothing_else() {
    let base = update(
        &document("", "", &[(10, "<</Title(A)/Producer 11 0 R>>"), (11, "(P)")]),
        &[(12, "<<>>")],
        "/Info 10 0 R",
    );
    let signed = sign(&base);
    let with = |objects: &[(u32, &str)], info: &str| update(&signed, objects, info);
    accepted(
        &with(&[(10, "<</Title(B)/Producer(Q)/ModDate(D:2026)>>")], "/Info 10 0 R"),
        &[LaterChanges::Allowed],
    );
    accepted(&with(&[(30, "<</Title(B)>>")], "/Info 30 0 R"), &[LaterChanges::Allowed]);
    refused(&with(&[(10, "<</Title 4 0 R>>")], "/Info 10 0 R"), CHANGED, LATER);
    refused(&with(&[(30, "<</A 1>>")], "/Info<</Title(B)>>"), CHANGED, LATER);
    refused(&with(&[(30, "<</A 1>>")], "/Info 3 0 R"), CHANGED, LATER);
    refused(&with(&[(30, "<</A 1>>")], "/Info 10 0 R/Other 30 0 R"), CHANGED, LATER);
}

#[test]
fn the_structure_of_a_tagged_file_grows_by_the_new_field() {
    let tree = [
        (10, "<</Type/StructTreeRoot/K 11 0 R/ParentTree 12 0 R/ParentTreeNextKey 1>>"),
        (11, "<</Type/StructElem/S/Document/P 10 0 R/K[13 0 R]>>"),
        (12, "<</Nums[0[13 0 R]]>>"),
        (13, "<</Type/StructElem/S/P/P 11 0 R/Pg 3 0 R/K 0>>"),
    ];
    let signed =
        sign(&document("/StructTreeRoot 10 0 R/MarkInfo<</Marked true>>", "/StructParents 0", &tree));
    let element = "<</Type/StructElem/S/Form/P 11 0 R/K<</Type/OBJR/Obj 7 0 R>>>>";
    let grown = [
        (11, "<</Type/StructElem/S/Document/P 10 0 R/K[13 0 R 30 0 R]>>"),
        (12, "<</Nums[0[13 0 R]1 30 0 R]>>"),
        (10, "<</Type/StructTreeRoot/K 11 0 R/ParentTree 12 0 R/ParentTreeNextKey 2>>"),
        (30, element),
    ];
    accepted(&update(&signed, &grown, ""), &[LaterChanges::Allowed]);
    for bad in [
        (11, "<</Type/StructElem/S/Document/P 10 0 R/K[30 0 R]>>"),
        (11, "<</Type/StructElem/S/Document/P 10 0 R/K[13 0 R 4 0 R]>>"),
        (13, "<</Type/StructElem/S/P/P 11 0 R/Pg 3 0 R/K 0/ActualText(Pay 999)>>"),
        (12, "<</Nums[0[30 0 R]]>>"),
    ] {
        refused(&update(&signed, &[bad, (30, element)], ""), CHANGED, LATER);
    }
}

#[test]
fn fields_that_hold_fields_may_gain_signature_fields() {
    let base = document("/AcroForm<</Fields[10 0 R]>>", "", &[(10, "<</T(Party)/Kids[]>>")]);
    let signed = sign(&base);
    let field = FIELD.replace("/T(New)", "/T(New)/Parent 10 0 R");
    let parent = "<</T(Party)/Kids[30 0 R]>>";
    accepted(&update(&signed, &[(10, parent), (30, &field)], ""), &[LaterChanges::Allowed]);
    refused(&update(&signed, &[(10, parent), (30, &field.replace("/Sig", "/Tx"))], ""), CHANGED, LATER);
    refused(&update(&signed, &[(10, "<</T(Party)/Kids[30 0 R]/AA<<>>>>"), (30, &field)], ""), CHANGED, LATER);
}

/// A document with an empty field of that lock, and another empty field.
fn locked(lock: &str) -> Vec<u8> {
    let empty = |name: &str, lock: &str| {
        format!("<</Type/Annot/Subtype/Widget/FT/Sig/T({name})/Rect[0 0 0 0]/P 3 0 R/F 132{lock}>>")
    };
    let (first, other) = (empty("First", &format!("/Lock<</Type/SigFieldLock{lock}>>")), empty("Other", ""));
    let base = document(
        "/AcroForm<</Fields[10 0 R 11 0 R]>>",
        "/Annots[10 0 R 11 0 R]",
        &[(10, &first), (11, &other)],
    );
    let signed =
        sign_with(&base, PdfOptions { field: Some("First".into()), ..PdfOptions::default() }).unwrap();
    accepted(&signed, &[LaterChanges::None]);
    signed
}

#[test]
fn a_lock_is_obeyed_by_signing_and_by_verifying() {
    let in_field = |signed: &[u8], name: &str| {
        sign_with(signed, PdfOptions { field: Some(name.into()), ..PdfOptions::default() })
    };
    for (lock, may_sign_other, may_sign_new) in [
        ("/Action/All", false, false),
        ("/Action/Include/Fields[(Other)]", false, true),
        ("/Action/Include/Fields[(Oth)]", true, true),
        ("/Action/Exclude/Fields[(Other)]", true, false),
        ("/Action/Exclude/Fields[(Other)(New)]", true, true),
        ("/Action/Exclude/Fields[(First)]", false, false),
        ("/Action/Include/Fields[(First)]/P 1", false, false),
        ("/Action/Include/Fields[(First)]/P 2", true, true),
        ("/Action/Unknown", false, false),
    ] {
        let signed = locked(lock);
        // The signature carries the reference that the lock demands.
        let value = text_of(&signed, number_of(&signed, "/ByteRange"));
        assert!(value.contains("/TransformMethod /FieldMDP"), "{lock}");
        assert_eq!(in_field(&signed, "Other").is_ok(), may_sign_other, "{lock}");
        assert_eq!(in_field(&signed, "New").is_ok(), may_sign_new, "{lock}");
        for (name, may) in [("Other", may_sign_other), ("New", may_sign_new)] {
            let code = in_field(&signed, name).map(|_| ()).err();
            assert_eq!(code, (!may).then_some(ResultCode::NotPermitted), "{lock}");
        }
        // The same done by a program that does not ask.
        let unlocked = locked("/Action/Exclude/Fields[(Other)]");
        let value = text_of(&unlocked, number_of(&unlocked, "/ByteRange"));
        assert!(value.contains("/Exclude"));
        let other = text_of(&signed, 11);
        let filled = other.replace("/F 132", "/F 132/V 30 0 R");
        let rubbish = "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 0 0 0]/Contents<00>>>";
        let later = verify(&update(&signed, &[(11, &filled), (30, rubbish)], "")).signatures;
        let expected = if may_sign_other { LaterChanges::Allowed } else { LaterChanges::NotAllowed };
        assert_eq!(later[0].later_changes, expected, "{lock}");
    }
}

#[test]
fn one_signature_does_not_change_another() {
    let signed = sign(&document("", "", &[]));
    let field = number_of(&signed, "/FT /Sig");
    let text = text_of(&signed, field);
    for (from, to) in [("/F 132", "/F 4"), ("/T <", "/TU(x)/T <"), ("[ 0.000 0.000", "[ 9.000 9.000")] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        refused(&update(&signed, &[(field, &changed)], ""), CHANGED, LATER);
    }
}
