//! A file of the text or face application, as a card that lies would give it: the first byte says what is read, the rest is
//! the content of every file that is read once the code was verified.
#![no_main]

use honnin::card::{FaceImage, ImageFormat};
use honnin::certificate::Trust;
use honnin::reader::{Connection, Disposition};
use honnin::{Card, Context, ContextOptions, OpenOptions, Pin, PinKind, PinOptions, Result, VirtualCard};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static CARD: LazyLock<(Context, VirtualCard)> = LazyLock::new(|| {
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    (context, VirtualCard::new(None).unwrap())
});

/// The virtual card, but for the content of its files.
struct Liar {
    card: Box<dyn Connection>,
    content: Vec<u8>,
    is_verified: bool,
}

impl Connection for Liar {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        self.card.transmit(command, response, timeout)?;
        match *command {
            [_, 0x20, ..] => self.is_verified = true,
            [_, 0xB0, p1, p2, ref rest @ ..] if self.is_verified => {
                // With a short identifier the offset is one byte.
                let offset = if p1 & 0x80 == 0 { usize::from(p1) << 8 | usize::from(p2) } else { usize::from(p2) };
                let most = match *rest {
                    [0] => 256,
                    [le] => usize::from(le),
                    [0, 0, 0] => 65536,
                    [0, high, low] => usize::from(high) << 8 | usize::from(low),
                    _ => 256,
                };
                response.clear();
                response.extend(self.content.iter().skip(offset).take(most));
                response.extend(if offset < self.content.len() { [0x90, 0] } else { [0x6B, 0] });
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, deadline: Instant) -> Result<()> {
        self.card.begin(deadline)
    }

    fn end(&mut self, disposition: Disposition) {
        self.card.end(disposition);
    }

    fn claim(&mut self, deadline: Instant) -> Result<()> {
        self.card.claim(deadline)
    }

    fn is_virtual(&self) -> bool {
        true
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((what, content)) = data.split_first() else { return };
    let (context, virtual_card) = &*CARD;
    virtual_card.clear_transcript();
    let card = virtual_card.connect().unwrap();
    let liar = Liar { card, content: content.to_vec(), is_verified: false };
    let mut card = Card::open_connection(context, Box::new(liar), OpenOptions::default()).unwrap();
    let (kind, code): (_, &[u8]) = match what % 3 {
        0 => (PinKind::FaceCodeB, b"01050720344649"),
        1 => (PinKind::TextCodeB, b"01050720344649"),
        _ => (PinKind::FaceBirthDate, b"010507"),
    };
    card.pin_verify(kind, Some(&Pin::new(code)), &PinOptions::default()).unwrap();
    let trust = Trust::production();
    match kind {
        PinKind::FaceCodeB => {
            if let Ok(face) = card.face_read(&trust) {
                assert_ne!(face.report().result(), honnin::ResultCode::Ok, "nobody is trusted");
                for which in [FaceImage::Photo, FaceImage::Name, FaceImage::Address] {
                    let _ = face.image(which, ImageFormat::Png);
                }
            }
        }
        PinKind::TextCodeB => drop(card.text_read(Some(&trust))),
        _ => drop(card.age_read(Some(&trust))),
    }
    let _ = card.genuine_check(&trust);
    card.close();
});
