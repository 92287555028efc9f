//! What reading a card leaves in freed memory, and how much memory a picture from a hostile card takes. Every block that
//! this thread gives back is searched before it goes.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    clippy::print_stdout
)]

use honnin::card::{Card, Face, FaceImage, ImageFormat, OpenOptions, Pin, PinOptions};
use honnin::certificate::Trust;
use honnin::reader::{Connection, Disposition};
use honnin::{Context, ContextOptions, PinKind, Result, ResultCode, VirtualCard};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

const MY_NUMBER: &str = "123456789018";
const CODE_B: &str = "01050720344649";

/// What is looked for is kept with every bit turned, so that it is not found in what looks for it.
type Needles = Vec<Vec<u8>>;

thread_local! {
    static WATCHING: Cell<bool> = const { Cell::new(false) };
    static NEEDLES: RefCell<Needles> = const { RefCell::new(Vec::new()) };
    static FOUND: Cell<usize> = const { Cell::new(0) };
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

struct Watched;

impl Watched {
    fn take(size: usize) {
        let _ = TAKEN.try_with(|taken| {
            taken.set(taken.get().saturating_add(size));
            MOST.with(|most| most.set(most.get().max(taken.get())));
        });
    }

    /// Looks into a block that is about to be given back.
    fn give_back(block: &[u8]) {
        let _ = TAKEN.try_with(|taken| taken.set(taken.get().saturating_sub(block.len())));
        if !WATCHING.try_with(Cell::get).unwrap_or(false) {
            return;
        }
        let _ = NEEDLES.try_with(|needles| {
            let Ok(needles) = needles.try_borrow() else { return };
            let holds = |needle: &Vec<u8>| {
                let same = |bytes: &[u8]| bytes.iter().zip(needle).all(|(byte, turned)| *byte == !*turned);
                block.len() >= needle.len() && block.windows(needle.len()).any(same)
            };
            if needles.iter().any(holds) {
                FOUND.with(|found| found.set(found.get() + 1));
            }
        });
    }
}

// SAFETY: the system's allocator does the work; blocks are read only while they are still held. New ones are zeroed, so
// that what was in a block before is not taken for something of its present owner's.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Watched::take(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise: the block is held, and was zeroed when it was made.
        Watched::give_back(unsafe { std::slice::from_raw_parts(place, layout.size()) });
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(place, layout) }
    }

    // `realloc` is that of the trait: a new block, a copy, and the old one given back by `dealloc`.
}

#[global_allocator]
static ALLOCATOR: Watched = Watched;

/// How many blocks with one of these in them are given back during the work.
fn left_behind(needles: &[&[u8]], work: impl FnOnce()) -> usize {
    let turned = needles.iter().map(|needle| needle.iter().map(|byte| !byte).collect()).collect();
    NEEDLES.with(|held| *held.borrow_mut() = turned);
    FOUND.with(|found| found.set(0));
    WATCHING.with(|watching| watching.set(true));
    work();
    WATCHING.with(|watching| watching.set(false));
    FOUND.with(Cell::get)
}

/// The most bytes held at once during the work, beyond those held before.
fn most_taken(work: impl FnOnce()) -> usize {
    let before = TAKEN.with(Cell::get);
    MOST.with(|most| most.set(before));
    work();
    MOST.with(Cell::get).saturating_sub(before)
}

/// A virtual card is another machine than the one that reads it: its memory is not searched.
struct Apart(Box<dyn Connection>);

impl Connection for Apart {
    fn transmit(&mut self, command: &[u8], response: &mut Vec<u8>, timeout: Duration) -> Result<()> {
        let watching = WATCHING.with(|watching| watching.replace(false));
        let mut answer = Vec::new();
        let sent = self.0.transmit(command, &mut answer, timeout);
        WATCHING.with(|held| held.set(watching));
        response.extend_from_slice(&answer);
        let watching = WATCHING.with(|held| held.replace(false));
        drop(answer);
        WATCHING.with(|held| held.set(watching));
        sent
    }

    fn begin(&mut self, deadline: Instant) -> Result<()> {
        self.0.begin(deadline)
    }

    fn end(&mut self, disposition: Disposition) {
        self.0.end(disposition);
    }

    fn claim(&mut self, deadline: Instant) -> Result<()> {
        self.0.claim(deadline)
    }

    fn is_virtual(&self) -> bool {
        true
    }
}

fn open(virtual_card: &VirtualCard, secure_messaging: bool) -> Card {
    let context = Context::new(ContextOptions {
        no_pcsc: true,
        permit_my_number: true,
        my_number_purpose: Some("tests".into()),
        ..ContextOptions::default()
    })
    .unwrap();
    let options = OpenOptions { secure_messaging, ..OpenOptions::default() };
    Card::open_connection(&context, Box::new(Apart(virtual_card.connect().unwrap())), options).unwrap()
}

fn verify(card: &mut Card, kind: PinKind, value: &str) {
    card.pin_verify(kind, Some(&Pin::from(value)), &PinOptions::default()).unwrap();
}

/// SHA-256 of the file of the 個人番号: an unkeyed hash of twelve digits is as good as they are.
fn digest_of_my_number() -> Vec<u8> {
    let file = [&[0xFF, 0x10, 12][..], MY_NUMBER.as_bytes(), &[0xFF, 0xFF]].concat();
    openssl::sha::sha256(&file).to_vec()
}

#[test]
fn a_block_that_is_not_wiped_is_found() {
    let secret = MY_NUMBER.as_bytes();
    assert_eq!(left_behind(&[secret], || drop(secret.to_vec())), 1);
    let grown = left_behind(&[secret], || {
        let mut bytes = zeroize::Zeroizing::new(secret.to_vec());
        bytes.extend_from_slice(&[0; 100]);
    });
    assert_eq!(grown, 1, "what grows leaves a copy behind");
    assert_eq!(left_behind(&[secret], || drop(zeroize::Zeroizing::new(secret.to_vec()))), 0);
}

#[test]
fn no_copy_of_the_number_or_its_digest_is_left_in_freed_memory() {
    for (profile, secure) in [
        ("{}", false),
        ("{}", true),
        (r#"{"reader": {"extended_length": false}}"#, false),
        (r#"{"reader": {"sfi": false}}"#, false),
        (r#"{"altered": ["my_number"]}"#, false),
    ] {
        let virtual_card = VirtualCard::new(Some(profile)).unwrap();
        let digest = digest_of_my_number();
        let left = left_behind(&[MY_NUMBER.as_bytes(), &digest], || {
            let mut card = open(&virtual_card, secure);
            verify(&mut card, PinKind::Text, "1234");
            card.text_read(Some(&Trust::production())).unwrap();
            let _ = card.my_number_read();
            card.pin_forget().unwrap();
            verify(&mut card, PinKind::TextCodeA, MY_NUMBER);
            let _ = card.my_number_read();
            card.close();
        });
        assert_eq!(left, 0, "{profile}, secure messaging {secure}");
    }
}

#[test]
fn no_copy_of_the_photo_is_left_in_freed_memory() {
    for profile in [r#"{"photo_size": 10240}"#, r#"{"reader": {"extended_length": false}}"#] {
        let virtual_card = VirtualCard::new(Some(profile)).unwrap();
        let mut card = open(&virtual_card, false);
        verify(&mut card, PinKind::FaceCodeB, CODE_B);
        let photo =
            card.face_read(&Trust::production()).unwrap().image(FaceImage::Photo, ImageFormat::AsStored);
        card.pin_forget().unwrap();
        let photo = photo.unwrap();
        // Pieces of it, so that one that crosses a boundary of the reads is found as well.
        let pieces: Vec<&[u8]> = photo[100..1400].chunks_exact(24).step_by(5).collect();
        let left = left_behind(&pieces, || {
            verify(&mut card, PinKind::FaceCodeB, CODE_B);
            let face = card.face_read(&Trust::production()).unwrap();
            face.image(FaceImage::Photo, ImageFormat::AsStored).unwrap();
            drop(face);
            card.close();
        });
        assert_eq!(left, 0, "{profile}");
    }
}

// --- pictures that cost much ---

const ROOM: usize = 10_240;

/// The face of a card whose photo is this, and nothing behind it but filler of the picture's own.
fn with_photo(photo: &[u8]) -> Face {
    let profile = format!(r#"{{"photo_size": {ROOM}}}"#);
    let original = VirtualCard::new(Some(&profile)).unwrap();
    assert!(original.verify_out_of_band(PinKind::FaceCodeB));
    let mut file = Vec::new();
    let read = [0x00, 0xB0, 0x82, 0, 0, 0, 0];
    original.connect().unwrap().transmit(&read, &mut file, Duration::from_secs(5)).unwrap();
    let begin = file.windows(3).position(|tag| tag == [0xDF, 0x27, 0x82]).unwrap() + 5;
    let content = &mut file[begin..begin + ROOM];
    content.fill(0);
    content[..photo.len()].copy_from_slice(photo);
    file.truncate(file.len() - 2);
    let hex: String = file.iter().map(|byte| format!("{byte:02X}")).collect();
    let profile = format!(r#"{{"files": [{{"application": "face", "file": 2, "content": "{hex}"}}]}}"#);
    let mut card = open(&VirtualCard::new(Some(&profile)).unwrap(), false);
    verify(&mut card, PinKind::FaceCodeB, CODE_B);
    card.face_read(&Trust::production()).unwrap()
}

/// What a codestream says of itself.
#[derive(Clone, Copy)]
struct Headers {
    size: (u32, u32),
    tile: (u32, u32),
    components: u16,
    decompositions: u8,
    layers: u16,
    /// As COD has it: the exponent less two.
    blocks: u8,
    /// Exponents of width and height, of each resolution.
    precincts: Option<u8>,
}

const MODEST: Headers = Headers {
    size: (480, 640),
    tile: (480, 640),
    components: 1,
    decompositions: 5,
    layers: 1,
    blocks: 4,
    precincts: None,
};

/// A codestream of these headers, whose data is noise.
fn codestream(headers: Headers) -> Vec<u8> {
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, content].concat()
    };
    let mut siz = vec![0, 0];
    for number in [headers.size.0, headers.size.1, 0, 0, headers.tile.0, headers.tile.1, 0, 0] {
        siz.extend_from_slice(&number.to_be_bytes());
    }
    siz.extend_from_slice(&headers.components.to_be_bytes());
    // As many as fit the segment and the file; a header that lies names more.
    siz.extend([7, 1, 1].repeat(headers.components.min(2000).into()));
    let own = u8::from(headers.precincts.is_some());
    let [high, low] = headers.layers.to_be_bytes();
    let mut cod = vec![own, 0, high, low, 0, headers.decompositions, headers.blocks, headers.blocks, 0, 1];
    if let Some(precinct) = headers.precincts {
        cod.extend(std::iter::repeat_n(precinct, usize::from(headers.decompositions) + 1));
    }
    let qcd = [0x40].into_iter().chain(std::iter::repeat_n(0x48, 97)).collect::<Vec<u8>>();
    let mut noise = 0x9E37_79B9_u32;
    let data = std::iter::repeat_with(move || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(noise >> 25).unwrap()
    });
    let mut bytes =
        [&[0xFF, 0x4F][..], &segment(0x51, &siz), &segment(0x52, &cod), &segment(0x5C, &qcd)].concat();
    bytes.extend(segment(0x90, &[0, 0, 0, 0, 0, 0, 0, 1]));
    bytes.extend([0xFF, 0x93]);
    let rest = ROOM.saturating_sub(bytes.len());
    bytes.extend(data.take(rest));
    bytes.truncate(ROOM);
    bytes
}

/// What is refused, and what is as large as may be and is decoded: both within 64 MB. The time is measured by the
/// benchmark; here it is only kept from running away, for tests are built without optimization and run beside others.
#[test]
fn a_picture_of_a_hostile_card_takes_little_memory_and_no_time() {
    const MOST: usize = 64 << 20;
    let cases = [
        ("huge", Headers { size: (60_000, 60_000), ..MODEST }, false),
        (
            "as wide as can be written",
            Headers { size: (u32::MAX, u32::MAX), tile: (u32::MAX, u32::MAX), ..MODEST },
            false,
        ),
        ("many components", Headers { size: (1, 1), components: 16_384, ..MODEST }, false),
        ("many tiles", Headers { tile: (1, 1), ..MODEST }, false),
        ("tiles of no size", Headers { tile: (0, 0), ..MODEST }, false),
        ("deep", Headers { decompositions: 32, ..MODEST }, false),
        ("many layers", Headers { layers: 65_535, ..MODEST }, false),
        ("small precincts", Headers { precincts: Some(0x11), ..MODEST }, false),
        ("as large as may be", MODEST, true),
        ("as deep as may be", Headers { decompositions: 9, layers: 32, tile: (120, 160), ..MODEST }, true),
        (
            "as small code-blocks as may be",
            Headers { blocks: 2, layers: 32, precincts: Some(0x66), ..MODEST },
            true,
        ),
        ("colours", Headers { size: (320, 320), components: 3, tile: (80, 80), ..MODEST }, true),
    ];
    for (name, headers, may_be_read) in cases {
        let whole = codestream(headers);
        for length in [whole.len(), whole.len() / 2, 200, 60] {
            let face = with_photo(&whole[..length.min(whole.len())]);
            let begun = Instant::now();
            let mut outcome = Ok(());
            let taken = most_taken(|| {
                outcome =
                    face.image(FaceImage::Photo, ImageFormat::Png).map(drop).map_err(|error| error.code);
            });
            assert!(taken < MOST, "{name}, {length} bytes: {taken} bytes of memory");
            assert!(begun.elapsed() < Duration::from_secs(10), "{name}: {:?}", begun.elapsed());
            assert!(may_be_read || outcome == Err(ResultCode::CardResponse), "{name}: {outcome:?}");
            assert!(matches!(outcome, Ok(()) | Err(ResultCode::CardResponse)), "{name}: {outcome:?}");
            if length == whole.len() {
                println!("{name}: {outcome:?}, {} KB, {:?}", taken >> 10, begun.elapsed());
            }
        }
    }
}
