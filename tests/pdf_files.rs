//! Files for the tests of PDF signatures, and a virtual card that signs them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs, clippy::missing_panics_doc, clippy::missing_errors_doc)]

use honnin::certificate::{Certificate, Trust, ValidationOptions};
use honnin::result::{Subject, Waiver};
use honnin::signature::pdf::{self, PdfOptions};
use honnin::signature::{LaterChanges, Verification};
use honnin::{
    Card, CertificateKind, Context, ContextOptions, OpenOptions, Pin, PinKind, PinOptions, ResultCode,
    VirtualCard,
};
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex};

// --- a card that has signed in ---

pub static DESK: LazyLock<(VirtualCard, Mutex<Card>)> = LazyLock::new(|| {
    let virtual_card = VirtualCard::new(None).unwrap();
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    context.add_virtual_reader(Arc::new(virtual_card.clone()));
    let mut card = Card::open(&context, None, OpenOptions::default()).unwrap();
    card.pin_verify(PinKind::Signing, Some(&Pin::new(b"ABC123")), &PinOptions::default()).unwrap();
    (virtual_card, Mutex::new(card))
});

pub fn sign_with(file: &[u8], options: PdfOptions) -> Result<Vec<u8>, ResultCode> {
    let mut card = DESK.1.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    card.pdf_sign(file, options).map(|signed| signed.bytes).map_err(|error| error.code)
}

pub fn sign(file: &[u8]) -> Vec<u8> {
    sign_with(file, PdfOptions::default()).unwrap()
}

/// The certificate of the CA that the virtual card's certificate is from, in DER.
pub fn ca() -> Vec<u8> {
    DESK.0.ca(CertificateKind::Signing)
}

pub fn verify(file: &[u8]) -> Verification {
    let mut trust = Trust::added();
    trust.add_anchor(Certificate::parse(&DESK.0.ca(CertificateKind::Signing)).unwrap());
    let waive = vec![Waiver::Revocation, Waiver::TestCard];
    pdf::verify(file, &ValidationOptions { trust, waive, ..ValidationOptions::default() }).unwrap()
}

#[track_caller]
pub fn accepted(file: &[u8], later: &[LaterChanges]) {
    let verified = verify(file);
    assert_eq!(verified.report.result(), ResultCode::Ok, "{:#?}", verified.report.findings());
    let found: Vec<_> = verified.signatures.iter().map(|signature| signature.later_changes).collect();
    assert_eq!(found, later);
}

/// Refused with that result, and exactly these findings count.
#[track_caller]
pub fn refused(file: &[u8], code: ResultCode, counting: &[Subject]) {
    let verified = verify(file);
    let mut found: Vec<Subject> = Vec::new();
    for finding in verified.report.findings().iter().filter(|finding| finding.counts()) {
        if !found.contains(&finding.subject) {
            found.push(finding.subject);
        }
    }
    let findings = verified.report.findings();
    assert_eq!((verified.report.result(), found.as_slice()), (code, counting), "{findings:#?}");
}

pub const CHANGED: ResultCode = ResultCode::ContentChangedAfterSigning;
pub const MALFORMED: ResultCode = ResultCode::SignatureMalformed;
pub const UNCOVERED: &[Subject] =
    &[Subject::Signature, Subject::Content, Subject::Coverage, Subject::Changes];

// --- files ---

/// Objects with their numbers as a file with a cross-reference table.
pub fn file(objects: &[(u32, &str)]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let table = table(&mut out, objects, true);
    let size = objects.iter().map(|(number, _)| number + 1).max().unwrap();
    end(&mut out, &table, &format!("/Size {size} /Root 1 0 R"));
    out
}

/// The same as an update behind a file.
pub fn update(before: &[u8], objects: &[(u32, &str)], trailer: &str) -> Vec<u8> {
    let mut out = before.to_vec();
    let start = last_start(before);
    let table = table(&mut out, objects, false);
    end(&mut out, &table, &format!("/Size 100 /Root 1 0 R /Prev {start} {trailer}"));
    out
}

pub fn table(out: &mut Vec<u8>, objects: &[(u32, &str)], first: bool) -> String {
    let mut table = String::from("xref\n");
    if first {
        table.push_str("0 1\n0000000000 65535 f \n");
    }
    for (number, body) in objects {
        if body.is_empty() {
            writeln!(table, "{number} 1\n0000000000 00001 f ").unwrap();
            continue;
        }
        writeln!(table, "{number} 1\n{:010} 00000 n ", out.len()).unwrap();
        out.extend(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    table
}

pub fn end(out: &mut Vec<u8>, table: &str, trailer: &str) {
    let start = out.len();
    out.extend(format!("{table}trailer\n<<{trailer}>>\nstartxref\n{start}\n%%EOF\n").as_bytes());
}

pub fn last_start(file: &[u8]) -> usize {
    let at = position(file, b"startxref", true) + 10;
    let digits: String =
        file[at..].iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    digits.parse().unwrap()
}

pub fn position(file: &[u8], what: &[u8], last: bool) -> usize {
    let mut found =
        file.windows(what.len()).enumerate().filter(|(_, window)| *window == what).map(|(at, _)| at);
    if last { found.next_back().unwrap() } else { found.next().unwrap() }
}

pub fn stream(data: &str) -> String {
    format!("<</Length {}>>\nstream\n{data}\nendstream", data.len())
}

pub const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";
pub const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
pub const PAGE: &str =
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>";
pub const FONT: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";

pub fn plain() -> Vec<u8> {
    let text = stream("BT /F 24 Tf 72 700 Td (Pay 100) Tj ET");
    file(&[(1, CATALOG), (2, PAGES), (3, PAGE), (4, &text), (5, FONT)])
}
