//! A font that somebody wants a visible signature to be written in.
#![no_main]

use honnin::signature::pdf::{Box, PdfOptions};
use honnin::{Card, Context, ContextOptions, OpenOptions, Pin, PinKind, PinOptions, ResultCode, VirtualCard};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock, Mutex};

static CARD: LazyLock<Mutex<Card>> = LazyLock::new(|| {
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    context.add_virtual_reader(Arc::new(VirtualCard::new(None).unwrap()));
    let mut card = Card::open(&context, None, OpenOptions::default()).unwrap();
    card.pin_verify(PinKind::Signing, Some(&Pin::new(b"ABC123")), &PinOptions::default()).unwrap();
    Mutex::new(card)
});

fuzz_target!(
    init: {
        // The readers of fonts may give up by a panic, which the library catches: only one that comes out counts.
        std::panic::set_hook(std::boxed::Box::new(|_| {}));
    },
    |data: &[u8]| {
        let options = PdfOptions {
            name: Some("番号　花\u{E0101}子".into()),
            visible: Some(Box { page: 1, x: 9.0, y: 9.0, width: 200.0, height: 60.0 }),
            font: Some(data.to_vec()),
            ..PdfOptions::default()
        };
        match CARD.lock().unwrap().pdf_sign(include_bytes!("../../scenarios/one-page.pdf"), options) {
            Ok(signed) => assert!(signed.bytes.len() < data.len() * 2 + (1 << 18)),
            Err(error) => assert!(
                matches!(error.code, ResultCode::InvalidArgument | ResultCode::NotPermitted),
                "{error}"
            ),
        }
    }
);
