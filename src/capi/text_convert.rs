//! Texts for consoles and displays that do not speak UTF-8.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::constants::{HONNIN_ENCODING_CP932, HONNIN_ENCODING_UTF16};
use crate::error::honnin_error;
use crate::ffi::{self, Out, Slot};
use crate::honnin_result;
use core::ffi::c_char;
use encoding_rs::{EncoderResult, SHIFT_JIS};

/// Converts a text. What CP932 does not have becomes a question mark and is counted.
///
/// @param utf8 the text
/// @param encoding HONNIN_ENCODING_CP932 or HONNIN_ENCODING_UTF16 (in the byte order of this machine)
/// @param out the converted text, to be freed with honnin_buffer_free; its size counts bytes
/// @param replaced how many characters were replaced; may be NULL
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_text_convert(
    utf8: *const c_char,
    encoding: u32,
    out: *mut *mut honnin_buffer,
    replaced: *mut u32,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let (out, replaced) = unsafe { (Out::cleared(out), Slot::holding(replaced, 0)) };
    boundary::run("text_convert", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let text = unsafe { ffi::required_text(utf8) }?;
        let converted = match encoding {
            HONNIN_ENCODING_CP932 => {
                let (converted, lost) = cp932(text);
                replaced.set(lost);
                converted
            }
            HONNIN_ENCODING_UTF16 => text.encode_utf16().flat_map(u16::to_ne_bytes).collect(),
            _ => return ffi::known(None),
        };
        out.set(Buffer::of(&converted));
        Ok(())
    })
}

/// CP932, and how many characters it does not have.
fn cp932(text: &str) -> (Vec<u8>, u32) {
    // The same signs under the code points that Windows gives them.
    let text: String = text
        .chars()
        .map(|character| match character {
            '\u{301C}' => '\u{FF5E}',
            '\u{2016}' => '\u{2225}',
            '\u{2212}' => '\u{FF0D}',
            '\u{2014}' => '\u{2015}',
            '\u{A2}' => '\u{FFE0}',
            '\u{A3}' => '\u{FFE1}',
            '\u{AC}' => '\u{FFE2}',
            '\u{A6}' => '\u{FFE4}',
            other => other,
        })
        .collect();
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut rest = text.as_str();
    let mut lost = 0_u32;
    let mut converted = Vec::with_capacity(text.len().saturating_add(16));
    loop {
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut converted, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return (converted, lost),
            EncoderResult::OutputFull => converted.reserve(rest.len().saturating_add(16)),
            EncoderResult::Unmappable(_) => {
                converted.push(b'?');
                lost = lost.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cp932_has_comes_through_and_what_it_lacks_is_counted() {
        assert_eq!(cp932("氏名"), (vec![0x8E, 0x81, 0x96, 0xBC], 0));
        assert_eq!(cp932("〜−"), (vec![0x81, 0x60, 0x81, 0x7C], 0));
        assert_eq!(cp932("髙﨑").1, 0, "characters of the vendors");
        assert_eq!(cp932("a𠮷b"), (b"a?b".to_vec(), 1));
        assert_eq!(cp932(""), (vec![], 0));
    }
}
