//! Decoding content streams and inline images (ISO 32000-2, 7.4). Damaged data have no decoding:
//! viewers differ in how much of them they show.

use super::super::object::{Dictionary, Object};
use super::Source;
use super::geometry::number;
use super::lexer::{hex_digit, is_space};
use flate2::{Decompress, FlushDecompress, Status};

/// More filters than any honest stream has one after the other.
const MOST_FILTERS: usize = 4;

/// Decoded data, and how many encoded bytes they were.
pub(super) struct Decoded {
    pub(super) data: Vec<u8>,
    pub(super) used: usize,
}

/// The data of a stream, decoded. `None` if they are damaged, coded in another way or too large.
pub(super) fn decoded(source: &impl Source, stream: &Object) -> Option<Vec<u8>> {
    let Object::Stream(dictionary, _) = stream else { return None };
    dictionary.get(b"F").is_none().then_some(())?;
    let filters = listed(source, dictionary, b"Filter")?;
    let parameters = listed(source, dictionary, b"DecodeParms")?;
    (filters.len() <= MOST_FILTERS && parameters.len() <= filters.len()).then_some(())?;
    // An old name, which some viewers still read.
    dictionary.get(b"DP").is_none().then_some(())?;
    let encoded = source.encoded(stream)?;
    let mut data: Option<Vec<u8>> = None;
    for (index, filter) in filters.iter().enumerate() {
        let Object::Name(name) = filter else { return None };
        let is_early = match parameters.get(index) {
            None | Some(Object::Null) => true,
            Some(Object::Dictionary(parameters)) => is_early_change(source, parameters)?,
            Some(_) => return None,
        };
        let input = data.as_deref().unwrap_or(encoded);
        data = Some(decode(source, name, is_early, input)?.data);
    }
    match data {
        Some(data) => Some(data),
        None => {
            source.spend(encoded.len())?;
            Some(encoded.to_vec())
        }
    }
}

/// The values of a key that has one or an array of them.
fn listed(source: &impl Source, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<Object>> {
    let Some(value) = dictionary.get(key) else { return Some(Vec::new()) };
    match source.resolved(value)? {
        Object::Null => Some(Vec::new()),
        Object::Array(items) => {
            (items.len() <= MOST_FILTERS).then_some(())?;
            items.iter().map(|item| source.resolved(item)).collect()
        }
        one => Some(vec![one]),
    }
}

/// What the parameters say about LZW. `None` if they ask for more, as a predictor is.
fn is_early_change(source: &impl Source, parameters: &Dictionary) -> Option<bool> {
    let value = |key: &[u8], otherwise: f64| match parameters.get(key) {
        None => Some(otherwise),
        Some(value) => number(&source.resolved(value)?),
    };
    (value(b"Predictor", 1.0)? == 1.0).then_some(())?;
    let early = value(b"EarlyChange", 1.0)?;
    (early == 0.0 || early == 1.0).then_some(early == 1.0)
}

/// Undoes one filter.
pub(super) fn decode(source: &impl Source, name: &[u8], is_early: bool, input: &[u8]) -> Option<Decoded> {
    match name {
        b"FlateDecode" | b"Fl" => inflate(source, input),
        b"LZWDecode" | b"LZW" => lzw(source, is_early, input),
        b"ASCII85Decode" | b"A85" => ascii85(source, input),
        b"ASCIIHexDecode" | b"AHx" => ascii_hex(source, input),
        b"RunLengthDecode" | b"RL" => run_length(source, input),
        _ => None,
    }
}

fn inflate(source: &impl Source, input: &[u8]) -> Option<Decoded> {
    const PIECE: usize = 1 << 16;
    let mut inflater = Decompress::new(true);
    let mut data = Vec::new();
    loop {
        let used = usize::try_from(inflater.total_in()).ok()?;
        let before = data.len();
        data.reserve(PIECE);
        let status = inflater.decompress_vec(input.get(used..)?, &mut data, FlushDecompress::None).ok()?;
        source.spend(data.len().checked_sub(before)?)?;
        (data.len() <= source.most_unpacked()).then_some(())?;
        let now = usize::try_from(inflater.total_in()).ok()?;
        match status {
            Status::StreamEnd => return Some(Decoded { data, used: now }),
            _ if data.len() == before && now == used => return None,
            _ => {}
        }
    }
}

fn lzw(source: &impl Source, is_early: bool, input: &[u8]) -> Option<Decoded> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    /// A string of the table lies in the data that were written already: where, and how long.
    type Entry = (usize, usize);
    let mut data: Vec<u8> = Vec::new();
    let mut table: Vec<Entry> = Vec::new();
    let mut previous: Option<Entry> = None;
    let mut at: usize = 0;
    loop {
        let next = table.len().checked_add(258)?.checked_add(usize::from(is_early))?;
        let bits = match next {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        let mut code: usize = 0;
        for _ in 0..bits {
            let byte = *input.get(at / 8)?;
            let bit = byte >> (7 - at % 8) & 1;
            code = code << 1 | usize::from(bit);
            at = at.checked_add(1)?;
        }
        match code {
            END => {
                source.spend(data.len())?;
                return Some(Decoded { data, used: at.div_ceil(8) });
            }
            CLEAR => {
                table.clear();
                previous = None;
                continue;
            }
            _ => {}
        }
        let start = data.len();
        if let Some((from, length)) = previous {
            // The string before, and the first byte of this one, which follows it in the data.
            (table.len() < 4096 - 258).then_some(())?;
            table.push((from, length.checked_add(1)?));
        }
        if code < CLEAR {
            data.push(u8::try_from(code).ok()?);
        } else {
            let (from, length) = *table.get(code.checked_sub(258)?)?;
            source.spend(length)?;
            (data.len() <= source.most_unpacked()).then_some(())?;
            for index in from..from.checked_add(length)? {
                data.push(*data.get(index)?);
            }
        }
        previous = Some((start, data.len().checked_sub(start)?));
    }
}

fn ascii85(source: &impl Source, input: &[u8]) -> Option<Decoded> {
    source.spend(input.len())?;
    let mut data = Vec::new();
    let (mut group, mut count) = (0_u64, 0_usize);
    for (index, byte) in input.iter().enumerate() {
        match byte {
            b'z' if count == 0 => data.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group = group * 85 + u64::from(byte - b'!');
                count += 1;
                if count == 5 {
                    data.extend_from_slice(&u32::try_from(group).ok()?.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            b'~' => {
                (input.get(index.checked_add(1)?) == Some(&b'>')).then_some(())?;
                if count > 0 {
                    (count > 1).then_some(())?;
                    for _ in count..5 {
                        group = group * 85 + 84;
                    }
                    let bytes = u32::try_from(group).ok()?.to_be_bytes();
                    data.extend_from_slice(bytes.get(..count.checked_sub(1)?)?);
                }
                source.spend(data.len())?;
                return Some(Decoded { data, used: index.checked_add(2)? });
            }
            byte if is_space(*byte) => {}
            _ => return None,
        }
    }
    None
}

fn ascii_hex(source: &impl Source, input: &[u8]) -> Option<Decoded> {
    source.spend(input.len())?;
    let mut data = Vec::new();
    let mut high = None;
    let mut used = input.len();
    for (index, byte) in input.iter().enumerate() {
        if *byte == b'>' {
            used = index.checked_add(1)?;
            break;
        }
        if is_space(*byte) {
            continue;
        }
        let digit = hex_digit(*byte)?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => data.push(high << 4 | digit),
        }
    }
    data.extend(high.map(|high| high << 4));
    Some(Decoded { data, used })
}

fn run_length(source: &impl Source, input: &[u8]) -> Option<Decoded> {
    let mut data = Vec::new();
    let mut at: usize = 0;
    while let Some(length) = input.get(at) {
        at = at.checked_add(1)?;
        let length = usize::from(*length);
        source.spend(128)?;
        (data.len() <= source.most_unpacked()).then_some(())?;
        if length < 128 {
            let end = at.checked_add(length)?.checked_add(1)?;
            data.extend_from_slice(input.get(at..end)?);
            at = end;
        } else if length > 128 {
            let byte = *input.get(at)?;
            data.extend(core::iter::repeat_n(byte, 257_usize.checked_sub(length)?));
            at = at.checked_add(1)?;
        } else {
            break;
        }
    }
    Some(Decoded { data, used: at })
}
