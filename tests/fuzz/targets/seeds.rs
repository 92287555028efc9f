//! Writes what the searches begin with into a folder: documents and certificates of a virtual card, one folder a target.

use honnin::certificate::CertificateKind;
use honnin::signature::cms::CmsOptions;
use honnin::signature::pdf::PdfOptions;
use honnin::{Card, Context, ContextOptions, Hash, KeyKind, OpenOptions, Pin, PinKind, PinOptions, VirtualCard};
use std::path::PathBuf;
use std::sync::Arc;

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
    for kind in CertificateKind::ALL {
        write("certificate", kind.name(), &virtual_card.certificate(*kind).unwrap());
    }
    write("crl", "signing", &virtual_card.crl(CertificateKind::Signing));
    write("ocsp", "none", &[0x30, 3, 0x0A, 1, 6]);
}
