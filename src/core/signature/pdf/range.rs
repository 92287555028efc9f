//! What a signature covers: /ByteRange, held against the place where /Contents really stands.

use super::fields::Value;
use super::object::Object;
use crate::result::ResultCode;
use core::ops::Range;

/// The two pieces of a file that a signature covers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Covered {
    pub(super) before: Range<usize>,
    pub(super) after: Range<usize>,
}

/// Why a byte range is not one: its code, and what is wrong.
pub(super) type Objection = (ResultCode, &'static str);

impl Covered {
    /// Reads /ByteRange: four numbers that are not negative, from the first byte on, with a gap that is exactly the string
    /// of the same dictionary's /Contents.
    pub(super) fn read(value: &Value, size: usize) -> Result<Covered, Objection> {
        let malformed = |text| (ResultCode::SignatureMalformed, text);
        let elsewhere = |text| (ResultCode::ContentChangedAfterSigning, text);
        let dictionary = value
            .dictionary
            .as_ref()
            .ok_or(malformed("the value of the field is no signature dictionary"))?;
        if dictionary.get(b"ByteRange").is_none() {
            return Err(malformed("the signature has no /ByteRange"));
        }
        let Some(Object::Array(numbers)) = dictionary.get(b"ByteRange") else {
            return Err(malformed("/ByteRange is no array"));
        };
        let numbers: Option<Vec<usize>> = numbers
            .iter()
            .map(|number| match number {
                Object::Integer(number) => usize::try_from(*number).ok(),
                _ => None,
            })
            .collect();
        let Some([first, first_length, second, second_length]) = numbers.as_deref() else {
            return Err(malformed("/ByteRange is not four whole numbers from 0 on"));
        };
        let ends = (first.checked_add(*first_length), second.checked_add(*second_length));
        let (Some(first_end), Some(second_end)) = ends else {
            return Err(malformed("/ByteRange has numbers that no file reaches"));
        };
        if second_end > size || first_end > *second {
            return Err(malformed("/ByteRange reaches beyond the file, or its pieces overlap"));
        }
        if *first != 0 {
            return Err(elsewhere("/ByteRange does not begin at the beginning of the file"));
        }
        let contents = value
            .contents
            .clone()
            .ok_or(malformed("the signature has no /Contents that stands in the file"))?;
        if contents != (first_end..*second) {
            return Err(elsewhere("the gap of /ByteRange is not the /Contents of its own dictionary"));
        }
        Ok(Covered { before: *first..first_end, after: *second..second_end })
    }
}
