//! Inline images (ISO 32000-2, 8.9.7): where they end. Some viewers look for EI, others decode the
//! data; here both must come to the same place.

use super::Source;
use super::filters::decode;
use super::lexer::{Lexer, Operand, Token, is_regular, is_space};

/// More bytes between the data and EI than any producer writes.
const MOST_PADDING: usize = 8;

/// More entries than an inline image has.
const MOST_ENTRIES: usize = 32;

/// Passes over an inline image whose BI was read. Says whether it is a mask.
pub(super) fn skip(source: &impl Source, lexer: &mut Lexer<'_>) -> Option<bool> {
    let mut entries: Vec<Operand> = Vec::new();
    loop {
        match lexer.next()? {
            Token::Operand(operand) => {
                (entries.len() < 2 * MOST_ENTRIES).then_some(())?;
                entries.push(operand);
            }
            Token::Operator(b"ID") => break,
            _ => return None,
        }
    }
    let rest = lexer.rest();
    is_space(*rest.first()?).then_some(())?;
    let data = rest.get(1..)?;
    // Where those stop who look for it.
    let end = data.windows(2).enumerate().position(|(at, pair)| {
        let after = at.checked_add(2).and_then(|after| data.get(after));
        pair == b"EI" && after.is_none_or(|byte| !is_regular(*byte))
    })?;
    source.spend(end)?;
    let image = Image { entries: &entries };
    let used = image.used(source, data, end)?;
    let padding = data.get(used..end)?;
    let is_padding = padding.len() <= MOST_PADDING && padding.iter().all(|byte| is_space(*byte));
    is_padding.then_some(())?;
    lexer.advance(end.checked_add(3)?);
    image.is_mask()
}

struct Image<'a> {
    entries: &'a [Operand],
}

impl Image<'_> {
    /// The value of a key or its abbreviation. Outer `None` if it is there twice.
    #[expect(clippy::option_option, reason = "damage and absence are two things")]
    fn get(&self, short: &[u8], long: &[u8]) -> Option<Option<&Operand>> {
        let mut found = self.entries.chunks(2).filter_map(|entry| match entry {
            [key, value] => key.name().filter(|key| *key == short || *key == long).map(|_| value),
            _ => None,
        });
        let first = found.next();
        found.next().is_none().then_some(first)
    }

    fn whole(&self, short: &[u8], long: &[u8]) -> Option<usize> {
        let number = self.get(short, long)??.number()?;
        let is_whole = number.fract() == 0.0 && (0.0..=1e6).contains(&number);
        is_whole.then(|| format!("{number}"))?.parse().ok()
    }

    /// How many bytes the data are.
    fn used(&self, source: &impl Source, data: &[u8], end: usize) -> Option<usize> {
        let is_even = self.entries.chunks(2).all(|entry| matches!(entry, [Operand::Name(_), _]));
        is_even.then_some(())?;
        if self.get(b"L", b"Length")?.is_some() {
            let length = self.whole(b"L", b"Length")?;
            let padding = data.get(length..end)?;
            padding.iter().all(|byte| is_space(*byte)).then_some(())?;
        }
        let filter = match self.get(b"F", b"Filter")? {
            None => return self.raw_size(),
            Some(Operand::Name(name)) => name.as_slice(),
            Some(Operand::Array(names)) => match names.first() {
                None => return self.raw_size(),
                Some(name) => name.name()?,
            },
            Some(_) => return None,
        };
        match filter {
            b"DCTDecode" | b"DCT" => jpeg_size(data.get(..end)?),
            b"LZWDecode" | b"LZW" if self.get(b"DP", b"DecodeParms")?.is_some() => None,
            _ => Some(decode(source, filter, true, data.get(..end)?)?.used),
        }
    }

    fn is_mask(&self) -> Option<bool> {
        match self.get(b"IM", b"ImageMask")? {
            None | Some(Operand::Boolean(false)) => Some(false),
            Some(Operand::Boolean(true)) => Some(true),
            Some(_) => None,
        }
    }

    /// The size of data that are not encoded.
    fn raw_size(&self) -> Option<usize> {
        let (width, height) = (self.whole(b"W", b"Width")?, self.whole(b"H", b"Height")?);
        let bits = if self.is_mask()? {
            1
        } else {
            let components = match self.get(b"CS", b"ColorSpace")?? {
                Operand::Name(name) => match name.as_slice() {
                    b"G" | b"DeviceGray" => 1,
                    b"RGB" | b"DeviceRGB" => 3,
                    b"CMYK" | b"DeviceCMYK" => 4,
                    _ => return None,
                },
                Operand::Array(space) => match space.first()?.name()? {
                    b"I" | b"Indexed" => 1,
                    _ => return None,
                },
                _ => return None,
            };
            self.whole(b"BPC", b"BitsPerComponent")?.checked_mul(components)?
        };
        width.checked_mul(bits)?.div_ceil(8).checked_mul(height)
    }
}

/// How long a JPEG file is: its segments, and the coded data behind each SOS.
fn jpeg_size(data: &[u8]) -> Option<usize> {
    data.starts_with(&[0xFF, 0xD8]).then_some(())?;
    let mut at: usize = 2;
    loop {
        let [0xFF, marker, ..] = data.get(at..)? else { return None };
        at = at.checked_add(2)?;
        match marker {
            0xD9 => return Some(at),
            // Restarts and filling have no place between segments.
            0x00 | 0x01 | 0xD0..=0xD8 | 0xFF => return None,
            _ => {}
        }
        let [high, low, ..] = data.get(at..)? else { return None };
        let length = u16::from_be_bytes([*high, *low]);
        (length >= 2).then_some(())?;
        at = at.checked_add(usize::from(length))?;
        if *marker == 0xDA {
            let coded = data.get(at..)?;
            let next = coded
                .windows(2)
                .position(|pair| matches!(pair, [0xFF, marker] if !matches!(marker, 0x00 | 0xD0..=0xD7)))?;
            at = at.checked_add(next)?;
        }
    }
}
