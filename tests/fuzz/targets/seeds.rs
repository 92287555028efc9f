//! Writes what the searches begin with into a folder: documents and certificates of a virtual card, one folder a target.

#[path = "../../fonts.rs"]
mod fonts;

use honnin::certificate::{CertificateKind, Trust};
use honnin::reader::{Connection, Disposition};
use honnin::signature::cms::CmsOptions;
use honnin::signature::pdf::PdfOptions;
use honnin::{Card, Context, ContextOptions, Hash, KeyKind, OpenOptions, Pin, PinKind, PinOptions, VirtualCard};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("the folder for the seeds"));
    let write = |target: &str, name: &str, bytes: &[u8]| {
        std::fs::create_dir_all(folder.join(target)).unwrap();
        std::fs::write(folder.join(target).join(name), bytes).unwrap();
    };
    let virtual_card = VirtualCard::new(None).unwrap();
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    context.add_virtual_reader(Arc::new(virtual_card.clone()));
    let mut card = Card::open(&context, None, OpenOptions::default()).unwrap();
    card.pin_verify(PinKind::Signing, Some(&Pin::new(b"ABC123")), &PinOptions::default()).unwrap();
    let mut sign = |options| card.cms_sign(KeyKind::Signing, b"order", options).unwrap().bytes;
    let plain = sign(CmsOptions::default());
    write("cms", "plain", &plain);
    write("cms", "detached", &sign(CmsOptions { detached: true, hash: Hash::Sha512, ..CmsOptions::default() }));
    write("cms", "full", &sign(CmsOptions { signing_time: true, embed_ca: true, ..CmsOptions::default() }));
    let length = u16::try_from(plain.len() + 5).unwrap().to_be_bytes();
    write("timestamp", "granted", &[&[0x30, 0x82][..], &length, &[0x30, 3, 2, 1, 0], &plain].concat());
    let page = include_bytes!("../../scenarios/one-page.pdf");
    let once = card.pdf_sign(page, PdfOptions::default()).unwrap().bytes;
    let twice = card.pdf_sign(&once, PdfOptions::default()).unwrap().bytes;
    for (name, bytes) in [("page", &page[..]), ("once", &once), ("twice", &twice)] {
        write("pdf", name, bytes);
    }
    let characters = || "　番号花子".chars().collect();
    let plain = || fonts::Font { characters: characters(), ..fonts::Font::default() };
    for (name, font) in [
        ("truetype", plain()),
        ("parts", fonts::Font { parts: 2, ..plain() }),
        ("variant", fonts::Font { variant: Some(('花', '\u{E0101}', '子')), is_collection: true, ..plain() }),
        ("cff", fonts::Font { is_cff: true, licence: None, ..plain() }),
        ("calls", fonts::Font { is_cff: true, calls: 1, ..plain() }),
    ] {
        write("font", name, &font.made());
    }
    for kind in CertificateKind::ALL {
        write("certificate", kind.name(), &virtual_card.certificate(*kind).unwrap());
    }
    write("crl", "signing", &virtual_card.crl(CertificateKind::Signing));
    write("ocsp", "none", &[0x30, 3, 0x0A, 1, 6]);
    card.close();
    records(&context, &virtual_card, &write);
}

/// The files that `records` replaces, as the virtual card has them, behind the number of what is read.
fn records(context: &Context, virtual_card: &VirtualCard, write: &dyn Fn(&str, &str, &[u8])) {
    for (number, kind, code) in [
        (0, PinKind::FaceCodeB, "01050720344649"),
        (1, PinKind::TextCodeB, "01050720344649"),
        (2, PinKind::FaceBirthDate, "010507"),
    ] {
        let read = Arc::new(Mutex::new(Vec::new()));
        let listener = Listener { card: virtual_card.connect().unwrap(), read: Arc::clone(&read), is_verified: false };
        let mut card = Card::open_connection(context, Box::new(listener), OpenOptions::default()).unwrap();
        card.pin_verify(kind, Some(&Pin::new(code.as_bytes())), &PinOptions::default()).unwrap();
        let _ = match number {
            0 => card.face_read(&Trust::production()).map(drop),
            1 => card.text_read(None).map(drop),
            _ => card.age_read(None).map(drop),
        };
        card.close();
        let content = read.lock().unwrap().clone();
        write("records", kind.name(), &[&[number][..], &content].concat());
    }
}

/// Listens to what is read once a code was verified.
struct Listener {
    card: Box<dyn Connection>,
    read: Arc<Mutex<Vec<u8>>>,
    is_verified: bool,
}

impl Connection for Listener {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> honnin::Result<()> {
        self.card.transmit(command, response, timeout)?;
        self.is_verified |= command.get(1) == Some(&0x20) && command.len() > 5;
        if self.is_verified && command.get(1) == Some(&0xB0) {
            self.read.lock().unwrap().extend(&response[..response.len() - 2]);
        }
        Ok(())
    }

    fn begin(&mut self, deadline: Instant) -> honnin::Result<()> {
        self.card.begin(deadline)
    }

    fn end(&mut self, disposition: Disposition) {
        self.card.end(disposition);
    }

    fn claim(&mut self, deadline: Instant) -> honnin::Result<()> {
        self.card.claim(deadline)
    }

    fn is_virtual(&self) -> bool {
        true
    }
}
