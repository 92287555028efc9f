//! PDF files: verifications a second beside pyHanko, and what hostile files of up to a megabyte cost in
//! memory and time. Each hostile file is verified in a process of its own, which says what it took.

use crate::best_of;
use honnin::ResultCode;
use honnin::signature::pdf::{Box, PdfOptions};
use honnin_tests::pdf_files::{self, CATALOG, FONT, PAGE, PAGES, sign, sign_with, stream, verify};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What verifying a file of up to a megabyte may take.
const MOST_TIME: Duration = Duration::from_secs(2);

/// What it may take in memory, beside three times the file.
const MOST_MEMORY: usize = 64 << 20;

/// The variable that makes this program verify one file and say what that took.
const FILE: &str = "HONNIN_BENCH_PDF_FILE";

/// If this process was started to verify one file, does so.
pub fn is_measured() -> bool {
    let Ok(path) = std::env::var(FILE) else { return false };
    // What the program itself takes: a small file first.
    verify(&pdf_files::plain());
    let file = std::fs::read(path).unwrap();
    let before = most_memory();
    let begin = Instant::now();
    let result = verify(&file).report.result();
    let took = begin.elapsed();
    println!("{} {} {}", took.as_micros(), most_memory().saturating_sub(before), result.name());
    true
}

/// The most memory that this process ever had, in bytes.
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

fn packed(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A file with binary objects and a cross-reference table.
fn with_objects(objects: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = String::from("xref\n0 1\n0000000000 65535 f \n");
    for (number, body) in objects {
        write!(table, "{number} 1\n{:010} 00000 n \n", out.len()).unwrap();
        out.extend(format!("{number} 0 obj\n").as_bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    }
    let size = objects.iter().map(|(number, _)| number + 1).max().unwrap();
    pdf_files::end(&mut out, &table, &format!("/Size {size} /Root 1 0 R"));
    out
}

fn data_stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<<{entries}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// A document of one page with that content, and more objects.
fn page_with(content: Vec<u8>, more: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let page = PAGE.replace("/Font<</F 5 0 R>>", "/Font<</F 5 0 R>>/XObject<</X 10 0 R>>");
    let mut objects: Vec<(u32, Vec<u8>)> =
        vec![(1, CATALOG.into()), (2, PAGES.into()), (3, page.into()), (4, content), (5, FONT.into())];
    objects.extend_from_slice(more);
    with_objects(&objects)
}

/// A file whose object stream or cross-reference stream unpacks to that.
fn unpacking(kind: &str, entries: &str, data: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let stream_at = out.len();
    let head = format!("6 0 obj\n<</Type/{kind}{entries}/Filter/FlateDecode");
    let data = packed(data);
    out.extend(format!("{head}/Length {}>>\nstream\n", data.len()).as_bytes());
    out.extend(&data);
    out.extend(b"\nendstream\nendobj\n");
    if kind == "XRef" {
        out.extend(format!("startxref\n{stream_at}\n%%EOF\n").as_bytes());
        return out;
    }
    let mut rows = vec![[1, u32::try_from(stream_at).unwrap(), 0]];
    let start = out.len();
    rows.insert(0, [2, 6, 0]);
    let rows: Vec<u8> = rows
        .iter()
        .flat_map(|[kind, at, index]| {
            let mut row = vec![u8::try_from(*kind).unwrap()];
            row.extend(at.to_be_bytes());
            row.push(u8::try_from(*index).unwrap());
            row
        })
        .collect();
    out.extend(b"8 0 obj\n<</Type/XRef/Size 9/Root 1 0 R/W[1 4 1]/Index[1 1 6 1]/Length 12>>\nstream\n");
    out.extend(&rows);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

/// A signature behind one that shows: the page is looked at, for what it shows there.
fn signed_over(file: &[u8]) -> Vec<u8> {
    let first = sign(file);
    let place = Box { page: 1, x: 400.0, y: 20.0, width: 100.0, height: 30.0 };
    let options = PdfOptions { visible: Some(place), name: Some("Test".into()), ..PdfOptions::default() };
    match sign_with(&first, options) {
        Ok(both) => both,
        // Signing refuses what verifying would: the file is taken as another program would write it.
        Err(code) => {
            assert_eq!(code, ResultCode::NotPermitted);
            let field = "<</Type/Annot/Subtype/Widget/FT/Sig/T(New)/Rect[400 20 500 50]/P 3 0 R/V 900000 0 R\
                         /AP<</N 900001 0 R>>>>";
            let drawing =
                "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 11>>\nstream\n0 0 9 9 re f\nendstream";
            let text = String::from_utf8_lossy(&first).into_owned();
            let last = |number: u32| {
                let head = format!("\n{number} 0 obj\n");
                let at = text.rfind(&head).unwrap() + head.len();
                text[at..].split("\nendobj").next().unwrap().replacen(" 0 R]", " 0 R 900002 0 R]", 1)
            };
            let (catalog, page) = (last(1), last(3));
            let drawing = drawing.replace("/Length 11", "/Length 12");
            let objects = [(1, catalog.as_str()), (3, page.as_str()), (900_001, &drawing), (900_002, field)];
            let mut out = first.clone();
            let start = pdf_files::last_start(&first);
            let table = pdf_files::table(&mut out, &objects, false);
            pdf_files::end(&mut out, &table, &format!("/Size 900003 /Root 1 0 R /Prev {start}"));
            out
        }
    }
}

fn hostile(mut is_bounded: impl FnMut(&str, &[u8])) {
    struct Files<F>(F);
    impl<F: FnMut(&str, &[u8])> Files<F> {
        fn push(&mut self, (name, file): (&str, Vec<u8>)) {
            (self.0)(name, &file);
        }
    }
    let mut files = Files(&mut is_bounded);
    let parts = |count: usize| format!("1 0 [{}]", "0 ".repeat(count));
    files.push((
        "an array of a million parts",
        unpacking("ObjStm", "/N 1/First 4", parts(1_000_000).as_bytes()),
    ));
    files.push((
        "an array of five million parts",
        unpacking("ObjStm", "/N 1/First 4", parts(5_000_000).as_bytes()),
    ));
    let names: String = (0..400_000).map(|number| format!("/A{number} 0 ")).collect();
    files.push((
        "a dictionary of many keys",
        unpacking("ObjStm", "/N 1/First 4", format!("1 0 <<{names}>>").as_bytes()),
    ));
    let heads: String = (0..900_000).map(|number| format!("{number} 0 ")).collect();
    files.push((
        "an object stream of many objects",
        unpacking("ObjStm", &format!("/N 900000/First {}", heads.len()), heads.as_bytes()),
    ));
    files.push((
        "ten million entries",
        unpacking("XRef", "/Size 8000000/Root 1 0 R/W[1 1 1]/Index[0 8000000]", &vec![0; 24_000_000]),
    ));
    files.push((
        "a stream that unpacks to 400 MB",
        unpacking("ObjStm", "/N 1/First 4", &vec![b' '; 400 << 20]),
    ));
    let mut sections = pdf_files::plain();
    while sections.len() < 1_000_000
        && pdf_files::verify(&sections).report.result() == ResultCode::SignatureMissing
        && sections.len() < 120_000
    {
        sections = pdf_files::update(&sections, &[(30, "<</A 1>>")], "");
    }
    files.push(("many sections", sections));
    let mut many = pdf_files::plain();
    for _ in 0..22 {
        many = sign(&many);
    }
    files.push(("twenty-two signatures", many));
    let padding = "% padding\n".repeat(20_000);
    let mut big = page_with(
        stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET").into(),
        &[
            (10, format!("<</A [{}]>>", "1 0 R ".repeat(40_000)).into()),
            (11, format!("{padding}<<>>").into()),
        ],
    );
    while big.len() < 900_000 {
        big = sign(&big);
    }
    files.push(("signatures over many references", big));
    let lines = "0 0 m 9 9 l S ".repeat(60_000);
    files.push(("a page of many strokes", signed_over(&page_with(stream(&lines).into(), &[]))));
    let bomb = data_stream("/Filter/FlateDecode", &packed("0 0 m 9 9 l S ".repeat(20_000_000).as_bytes()));
    files.push(("a page that unpacks to 280 MB", signed_over(&page_with(bomb, &[]))));
    let twice = |inner: u32| {
        let entries =
            format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {inner} 0 R>>>>");
        data_stream(&entries, b"/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do")
    };
    let nested: Vec<(u32, Vec<u8>)> = (10..40).map(|number| (number, twice(number + 1))).collect();
    files.push(("forms in forms", signed_over(&page_with(stream("/X Do").into(), &nested))));
    let deep = "[".repeat(400_000);
    files.push(("a deep array", with_objects(&[(1, CATALOG.into()), (2, PAGES.into()), (9, deep.into())])));
    files.push((
        "a long name",
        with_objects(&[
            (1, CATALOG.into()),
            (2, PAGES.into()),
            (9, format!("/{}", "a".repeat(900_000)).into()),
        ]),
    ));
    let fields: String = (10..20_000).map(|number| format!("{number} 0 R ")).collect();
    let catalog = CATALOG.replace("/Pages", &format!("/AcroForm<</Fields[{fields}]>>/Pages"));
    let mut objects = vec![
        (1, catalog.into_bytes()),
        (2, PAGES.into()),
        (3, PAGE.into()),
        (4, stream("").into()),
        (5, FONT.into()),
    ];
    let contents = "0".repeat(100_000);
    objects.push((9, format!("<</Type/Sig/ByteRange[0 1 2 3]/Contents<{contents}>>>").into_bytes()));
    objects.extend((10..20_000).map(|number| (number, b"<</FT/Sig/V 9 0 R>>".to_vec())));
    files.push(("many fields with one value", with_objects(&objects)));
}

fn is_bounded(name: &str, file: &[u8], folder: &Path) -> bool {
    let path = folder.join("hostile");
    std::fs::write(&path, file).unwrap();
    let this = std::env::current_exe().unwrap();
    let said = Command::new(this).env(FILE, &path).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let mut words = said.split_whitespace();
    let mut number = || words.next().and_then(|word| word.parse::<u64>().ok()).unwrap();
    let (took, memory) = (Duration::from_micros(number()), usize::try_from(number()).unwrap());
    let is_kept = took <= MOST_TIME && memory <= MOST_MEMORY + 3 * file.len();
    let mark = if is_kept { "" } else { "  OVER THE BUDGET" };
    println!(
        "  {name:34} {:7} bytes {:6} ms {:4} MB  {}{mark}",
        file.len(),
        took.as_millis(),
        memory >> 20,
        said.split_whitespace().last().unwrap_or("crashed")
    );
    is_kept
}

pub fn run() -> bool {
    let folder = std::env::temp_dir().join(format!("honnin-bench-pdf-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    println!(
        "PDF: hostile files within {} ms and {} MB beside three times the file",
        MOST_TIME.as_millis(),
        MOST_MEMORY >> 20
    );
    let mut are_kept = true;
    hostile(|name, file| are_kept &= is_bounded(name, file, &folder));
    let _ = std::fs::remove_file(folder.join("hostile"));
    // Two signatures, so that the later one is judged as a change of the first.
    let file = sign(&sign(&pdf_files::plain()));
    assert_eq!(verify(&file).report.result(), ResultCode::Ok);
    let ours = best_of(5, || drop(verify(&file)));
    std::fs::write(folder.join("two.pdf"), &file).unwrap();
    std::fs::write(folder.join("ca.der"), pdf_files::ca()).unwrap();
    println!("PDF: a file of two signatures: {:.0} a second", 1.0 / ours.as_secs_f64());
    if let Ok(python) = std::env::var("HONNIN_BENCH_PYTHON") {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench_sign/pyhanko_pdf.py");
        let said = Command::new(python).arg(script).arg(&folder).output().unwrap();
        let theirs: f64 = String::from_utf8_lossy(&said.stdout).trim().parse().unwrap();
        println!(
            "PDF: pyHanko {:.0} a second: honnin is {:.0} times as fast",
            1.0 / theirs,
            theirs / ours.as_secs_f64()
        );
    }
    std::fs::remove_dir_all(&folder).unwrap();
    are_kept
}
