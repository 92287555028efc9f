//! Decoding streams: Flate with PNG predictors, as cross-reference and object streams have them.

use super::budget::Budget;
use super::object::{Dictionary, Object};
use flate2::{Decompress, FlushDecompress, Status};

/// The data of a stream, decoded. `None` if it is damaged, coded in another way, or beyond the budget.
pub(super) fn decoded(dictionary: &Dictionary, data: &[u8], budget: &Budget) -> Option<Vec<u8>> {
    dictionary.get(b"F").is_none().then_some(())?;
    let filter = match dictionary.get(b"Filter") {
        None => None,
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Array(names)) => match names.as_slice() {
            [] => None,
            [Object::Name(name)] => Some(name.as_slice()),
            _ => return None,
        },
        _ => return None,
    };
    match filter {
        None => {
            budget.spend(data.len())?;
            (data.len() <= budget.most_unpacked()).then_some(())?;
            Some(data.to_vec())
        }
        Some(b"FlateDecode") => {
            let unpacked = inflate(data, budget)?;
            match dictionary.get(b"DecodeParms") {
                None => Some(unpacked),
                Some(Object::Dictionary(parameters)) => unpredicted(unpacked, parameters),
                Some(Object::Array(parameters)) => match parameters.as_slice() {
                    [Object::Dictionary(parameters)] => unpredicted(unpacked, parameters),
                    [Object::Null] | [] => Some(unpacked),
                    _ => None,
                },
                _ => None,
            }
        }
        Some(_) => None,
    }
}

fn inflate(data: &[u8], budget: &Budget) -> Option<Vec<u8>> {
    const PIECE: usize = 1 << 16;
    let mut inflater = Decompress::new(true);
    let mut unpacked = Vec::new();
    loop {
        let used = usize::try_from(inflater.total_in()).ok()?;
        let before = unpacked.len();
        unpacked.reserve(PIECE);
        let rest = data.get(used..)?;
        let status = inflater.decompress_vec(rest, &mut unpacked, FlushDecompress::None).ok()?;
        budget.spend(unpacked.len().checked_sub(before)?)?;
        (unpacked.len() <= budget.most_unpacked()).then_some(())?;
        let stands = unpacked.len() == before && usize::try_from(inflater.total_in()).ok()? == used;
        match status {
            Status::StreamEnd => return Some(unpacked),
            _ if stands => return None,
            _ => {}
        }
    }
}

/// Undoes the PNG predictors (PNG, section 9): each row says by its first byte how it was filtered.
fn unpredicted(data: Vec<u8>, parameters: &Dictionary) -> Option<Vec<u8>> {
    let number = |key: &[u8], otherwise| match parameters.get(key) {
        None => Some(otherwise),
        Some(_) => usize::try_from(parameters.integer(key)?).ok(),
    };
    match number(b"Predictor", 1)? {
        1 => return Some(data),
        10..=15 => {}
        _ => return None,
    }
    let (colours, bits) = (number(b"Colors", 1)?, number(b"BitsPerComponent", 8)?);
    let columns = number(b"Columns", 1)?;
    // Cross-references and objects are bytes, not pictures.
    (colours == 1 && bits == 8 && (1..=1 << 16).contains(&columns)).then_some(())?;
    let mut above = vec![0_u8; columns];
    let mut current = Vec::with_capacity(columns);
    let mut out = Vec::with_capacity(data.len());
    for row in data.chunks(columns.checked_add(1)?) {
        let (kind, row) = row.split_first()?;
        (row.len() == columns).then_some(())?;
        let (mut left, mut corner) = (0_u8, 0_u8);
        current.clear();
        for (byte, up) in row.iter().zip(&above) {
            let predicted = match kind {
                0 => 0,
                1 => left,
                2 => *up,
                3 => u8::try_from(u16::midpoint(u16::from(left), u16::from(*up))).ok()?,
                4 => paeth(left, *up, corner),
                _ => return None,
            };
            left = byte.wrapping_add(predicted);
            corner = *up;
            current.push(left);
        }
        out.extend_from_slice(&current);
        core::mem::swap(&mut above, &mut current);
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (estimate - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}
