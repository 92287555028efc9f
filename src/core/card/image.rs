//! Pictures of the card as PNG. A picture comes from a card that may be hostile, so before a decoder sees it, its own
//! headers must say that decoding costs little: few dots, few components, few pieces.

use crate::result::{Error, Result, ResultCode, situation::numbered};
use std::io::Cursor;
use zeroize::Zeroizing;

/// In which form a picture is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ImageFormat {
    /// As the card has it: JPEG 2000 or PNG.
    #[default]
    AsStored,
    /// PNG.
    Png,
}

numbered!(ImageFormat {
    AsStored = 1, "AS_STORED";
    Png = 2, "PNG";
});

/// The widest and the highest picture. Those on cards seen so far have some hundred dots a side.
const MOST_DOTS: u32 = 1024;
/// The most samples of JPEG 2000, over all components: what decoding costs grows with them.
const MOST_SAMPLES: u32 = 480 * 640;
/// Offsets in a file have 15 bits, so no picture on a card is longer.
const LONGEST: usize = 32_768;
/// The most bytes that the reader of PNG may use.
const MOST_PNG_MEMORY: usize = 16 << 20;

const JP2: &[u8] = &[0, 0, 0, 0x0C, b'j', b'P', b' ', b' '];
const CODESTREAM: &[u8] = &[0xFF, 0x4F, 0xFF, 0x51];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn unreadable() -> Error {
    Error::new(ResultCode::CardResponse, "a picture of the card that cannot be decoded within the limits")
}

/// Turns a stored picture into PNG.
///
/// # Errors
/// CARD_RESPONSE.
pub(super) fn png(stored: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    if stored.len() > LONGEST {
        return Err(unreadable());
    }
    let picture = if stored.starts_with(JP2) || stored.starts_with(CODESTREAM) {
        from_jpeg_2000(stored)?
    } else if stored.starts_with(PNG) {
        from_png(stored)?
    } else {
        return Err(unreadable());
    };
    picture.to_png()
}

/// A decoded picture, ready to be written as PNG.
struct Picture {
    width: u32,
    height: u32,
    color: png::ColorType,
    depth: png::BitDepth,
    data: Zeroizing<Vec<u8>>,
}

impl Picture {
    fn to_png(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.data.len().saturating_add(4096)));
        let mut encoder = png::Encoder::new(&mut *bytes, self.width, self.height);
        encoder.set_color(self.color);
        encoder.set_depth(self.depth);
        let write = || {
            let mut writer = encoder.write_header()?;
            writer.write_image_data(&self.data)?;
            writer.finish()
        };
        write().map_err(|_| unreadable())?;
        Ok(bytes)
    }
}

fn from_png(stored: &[u8]) -> Result<Picture> {
    let decode = || -> Option<Picture> {
        let mut decoder = png::Decoder::new(Cursor::new(stored));
        decoder.set_limits(png::Limits { bytes: MOST_PNG_MEMORY });
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().ok()?;
        let (width, height) = reader.info().size();
        let fits = (1..=MOST_DOTS).contains(&width) && (1..=MOST_DOTS).contains(&height);
        let size = reader.output_buffer_size().filter(|_| fits)?;
        let mut data = Zeroizing::new(vec![0; size]);
        let frame = reader.next_frame(&mut data).ok()?;
        data.truncate(frame.buffer_size());
        Some(Picture { width, height, color: frame.color_type, depth: frame.bit_depth, data })
    };
    decode().ok_or_else(unreadable)
}

fn from_jpeg_2000(stored: &[u8]) -> Result<Picture> {
    let codestream = codestream(stored).ok_or_else(unreadable)?;
    let size = cheap_to_decode(codestream).ok_or_else(unreadable)?;
    // The decoder has no `unsafe`; should it panic all the same, the card is at fault and not the program.
    let decoded = std::panic::catch_unwind(|| decode(codestream, size));
    decoded.unwrap_or(None).ok_or_else(unreadable)
}

/// Decodes a codestream whose headers have been looked at. The boxes of the file around it (palettes, colour profiles)
/// say nothing that a grey photo needs, so the decoder does not see them.
fn decode(codestream: &[u8], size: Size) -> Option<Picture> {
    let image = hayro_jpeg2000::Image::new(codestream, &hayro_jpeg2000::DecodeSettings::default()).ok()?;
    if (image.width(), image.height()) != (size.width, size.height) {
        return None;
    }
    let data = Zeroizing::new(image.decode().ok()?);
    let dots = usize::try_from(size.width.checked_mul(size.height)?).ok()?;
    let color = match data.len().checked_div(dots)? {
        1 => png::ColorType::Grayscale,
        2 => png::ColorType::GrayscaleAlpha,
        3 => png::ColorType::Rgb,
        _ => return None,
    };
    Some(Picture { width: size.width, height: size.height, color, depth: png::BitDepth::Eight, data })
}

/// The contiguous codestream in a JP2 file, or the file itself if it is one already.
fn codestream(stored: &[u8]) -> Option<&[u8]> {
    const MOST_BOXES: usize = 32;
    if stored.starts_with(CODESTREAM) {
        return Some(stored);
    }
    let mut rest = stored;
    for _ in 0..MOST_BOXES {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let (header, length) = match u32::from_be_bytes(*length) {
            // To the end of the file.
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(*after.first_chunk::<8>()?)).ok()?),
            length => (8, usize::try_from(length).ok()?),
        };
        let content = rest.get(header..length)?;
        if kind == b"jp2c" {
            return content.starts_with(CODESTREAM).then_some(content);
        }
        rest = rest.get(length..)?;
    }
    None
}

#[derive(Clone, Copy)]
struct Size {
    width: u32,
    height: u32,
}

/// Bytes that are read from the front.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_be_bytes)
    }

    fn long(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }
}

/// Reads the headers of a codestream, the main one and those of its tile-parts (ISO/IEC 15444-1, annex A), and gives the
/// size if decoding is sure to be cheap: within the limits on dots, components, tiles, layers, resolutions and
/// precincts, and with nothing that changes them later.
fn cheap_to_decode(codestream: &[u8]) -> Option<Size> {
    const SIZ: u16 = 0xFF51;
    const COD: u16 = 0xFF52;
    const QCD: u16 = 0xFF5C;
    const QCC: u16 = 0xFF5D;
    const COMMENT: u16 = 0xFF64;
    const TLM: u16 = 0xFF55;
    const PLT: u16 = 0xFF58;
    const PLM: u16 = 0xFF57;
    const CRG: u16 = 0xFF63;
    const SOT: u16 = 0xFF90;
    const SOD: u16 = 0xFF93;
    const EOC: u16 = 0xFFD9;
    const MOST_MARKERS: usize = 256;

    let mut bytes = Bytes(codestream.get(2..)?);
    let (mut size, mut style) = (None, false);
    // Of a tile-part: where it ends, counted from the end of the codestream.
    let mut tile_part_end = None;
    for _ in 0..MOST_MARKERS {
        let before = bytes.0.len();
        if before == 0 {
            // A codestream without its end: decoders take what there is.
            return size.filter(|_| style);
        }
        let marker = bytes.short()?;
        match marker {
            EOC => return size.filter(|_| style),
            SOD => {
                let end: usize = tile_part_end.take()?;
                if end == 0 || end > bytes.0.len() {
                    // The last one, or one that was cut off.
                    return size.filter(|_| style);
                }
                bytes = Bytes(bytes.0.get(bytes.0.len().checked_sub(end)?..)?);
                continue;
            }
            _ => {}
        }
        let length = usize::from(bytes.short()?).checked_sub(2)?;
        let (content, rest) = bytes.0.split_at_checked(length)?;
        bytes = Bytes(rest);
        let mut content = Bytes(content);
        let in_tile = tile_part_end.is_some();
        match marker {
            SIZ if size.is_none() && !in_tile => size = Some(modest_size(&mut content)?),
            COD if !style && !in_tile => {
                modest_style(&mut content)?;
                style = true;
            }
            SOT if style && !in_tile => {
                let _tile = content.short()?;
                let part = usize::try_from(content.long()?).ok()?;
                // 0: to the end of the codestream.
                let end = if part == 0 { 0 } else { before.saturating_sub(part) };
                tile_part_end = Some(end);
            }
            QCD | QCC | COMMENT | TLM | PLT | PLM | CRG => {}
            // Another style for one component or tile, other orders, packed headers, regions of interest.
            _ => return None,
        }
    }
    None
}

/// SIZ: at most 480 by 640 samples in at most 1024 columns or rows, one or three components of up to sixteen bits without
/// subsampling, and sixteen tiles.
fn modest_size(siz: &mut Bytes<'_>) -> Option<Size> {
    const MOST_TILES: u32 = 16;
    let _capabilities = siz.short()?;
    let [right, bottom, left, top] = [siz.long()?, siz.long()?, siz.long()?, siz.long()?];
    let [tile_width, tile_height, tile_left, tile_top] = [siz.long()?, siz.long()?, siz.long()?, siz.long()?];
    let components = siz.short()?;
    let size = Size { width: right.checked_sub(left)?, height: bottom.checked_sub(top)? };
    let has_size = |length| (1..=MOST_DOTS).contains(&length);
    let tiles = |length: u32, tile: u32| length.checked_add(tile)?.checked_sub(1)?.checked_div(tile);
    let modest = has_size(size.width)
        && has_size(size.height)
        && [left, top, tile_left, tile_top] == [0; 4]
        && matches!(components, 1 | 3)
        && size.width.checked_mul(size.height)?.checked_mul(components.into())? <= MOST_SAMPLES
        && tiles(size.width, tile_width)?.checked_mul(tiles(size.height, tile_height)?)? <= MOST_TILES;
    for _ in 0..components {
        let [precision, horizontal, vertical] = siz.take()?;
        if !(1..=16).contains(&(precision & 0x7F).saturating_add(1)) || (horizontal, vertical) != (1, 1) {
            return None;
        }
    }
    (modest && siz.0.is_empty()).then_some(size)
}

/// COD: at most 32 layers and 10 resolutions, code-blocks of 16 dots a side or more, precincts of 64 or more.
fn modest_style(cod: &mut Bytes<'_>) -> Option<()> {
    const MOST_LAYERS: u16 = 32;
    const MOST_DECOMPOSITIONS: u8 = 9;
    const OWN_PRECINCTS: u8 = 1;
    let style = cod.byte()?;
    let _progression = cod.byte()?;
    let layers = cod.short()?;
    let _components_transformed = cod.byte()?;
    let decompositions = cod.byte()?;
    let [block_width, block_height, _block_style, _transformation] = cod.take()?;
    // Written as the exponent less two.
    let has_blocks = |exponent: u8| (2..=8).contains(&exponent);
    let modest = (1..=MOST_LAYERS).contains(&layers)
        && decompositions <= MOST_DECOMPOSITIONS
        && has_blocks(block_width)
        && has_blocks(block_height)
        && block_width.saturating_add(block_height) <= 8;
    if style & OWN_PRECINCTS != 0 {
        for _ in 0..=decompositions {
            let exponents = cod.byte()?;
            if exponents & 0x0F < 6 || exponents >> 4 < 6 {
                return None;
            }
        }
    }
    modest.then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 120 by 150 dots, one component; the codestream begins behind 85 bytes of boxes.
    const PHOTO: &[u8] = include_bytes!("../virtual_card/photo.jp2");

    fn find(marker: [u8; 2]) -> usize {
        PHOTO.windows(2).position(|pair| pair == marker).unwrap()
    }

    fn with(at: usize, bytes: &[u8]) -> Vec<u8> {
        let mut changed = PHOTO.to_vec();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    }

    fn refused(stored: &[u8]) {
        assert_eq!(png(stored).unwrap_err().code, ResultCode::CardResponse);
    }

    #[test]
    fn the_photo_becomes_a_png_of_its_size() {
        let made = png(PHOTO).unwrap();
        let reader = png::Decoder::new(Cursor::new(made.as_slice())).read_info().unwrap();
        assert_eq!(reader.info().size(), (120, 150));
        assert_eq!(reader.info().color_type, png::ColorType::Grayscale);
        let raw = &PHOTO[find([0xFF, 0x4F])..];
        assert_eq!(png(raw).unwrap().as_slice(), made.as_slice(), "without the file around it");
        assert_eq!(png(&made).unwrap().as_slice(), made.as_slice(), "a PNG stays one");
    }

    #[test]
    fn a_picture_that_would_cost_much_is_refused_by_its_headers() {
        let siz = find([0xFF, 0x51]);
        let cod = find([0xFF, 0x52]);
        // Width, height, tile width, number of components, subsampling, precision.
        for (at, bytes) in [
            (siz + 6, &60_000_u32.to_be_bytes()[..]),
            (siz + 6, &1_025_u32.to_be_bytes()),
            (siz + 10, &u32::MAX.to_be_bytes()),
            (siz + 14, &200_u32.to_be_bytes()),
            (siz + 22, &1_u32.to_be_bytes()),
            (siz + 22, &0_u32.to_be_bytes()),
            (siz + 38, &16_384_u16.to_be_bytes()),
            (siz + 38, &0_u16.to_be_bytes()),
            (siz + 41, &[255]),
            (siz + 40, &[0x25]),
            (siz + 2, &[0, 4]),
            // Layers, decompositions, code-blocks, precincts of the program's own.
            (cod + 6, &[0xFF, 0xFF]),
            (cod + 9, &[33]),
            (cod + 10, &[9]),
            (cod + 4, &[1]),
        ] {
            refused(&with(at, bytes));
        }
    }

    #[test]
    fn what_changes_the_style_later_is_refused() {
        let (start, sot) = (find([0xFF, 0x4F]), find([0xFF, 0x90]));
        // COC, RGN, POC, PPM and a second COD, in the main header and in that of the tile-part.
        for marker in [0x53, 0x5E, 0x5F, 0x60, 0x52] {
            for at in [sot, sot + 12] {
                let mut changed = PHOTO[start..].to_vec();
                let segment = [0xFF, marker, 0, 12, 0, 0, 0, 1, 0, 5, 4, 4, 0, 1];
                changed.splice(at - start..at - start, segment);
                refused(&changed);
            }
        }
    }

    #[test]
    fn what_is_cut_off_or_no_picture_at_all_is_refused_or_shown_as_far_as_it_goes() {
        for length in 0..PHOTO.len() {
            if let Ok(made) = png(&PHOTO[..length]) {
                assert!(made.starts_with(PNG));
            }
        }
        for bad in [&b""[..], b"GIF89a", b"\xFF\xD8\xFF\xE0", PNG, JP2, CODESTREAM, &[0; 300]] {
            refused(bad);
        }
        refused(&[PHOTO, &[0; 65_536]].concat());
    }

    #[test]
    fn a_png_larger_than_any_card_has_is_refused() {
        for (width, height) in [(1_025, 1), (1, 1_025), (60_000, 60_000)] {
            let mut bytes = Vec::new();
            let mut encoder = png::Encoder::new(&mut bytes, width, height);
            encoder.set_depth(png::BitDepth::One);
            drop(encoder.write_header().unwrap());
            refused(&bytes);
        }
    }

    #[test]
    fn boxes_that_lie_are_no_way_in() {
        for (at, bytes) in [
            (0, &[0, 0, 0, 0, 0, 0, 0, 0][..]),
            (12, &[0xFF; 4]),
            (12, &[0, 0, 0, 1]),
            (12, &[0, 0, 0, 0]),
            (12, &[0, 0, 0, 7]),
        ] {
            refused(&with(at, bytes));
        }
    }
}
