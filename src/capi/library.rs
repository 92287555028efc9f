//! The library itself, and the words for its results.

use crate::boundary;
use crate::ffi;
use crate::handles::lock;
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::result::{Audience, ResultCode, Traits};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::Mutex;

/// Texts that live as long as the library. Only constants of the library come in, so they are not many.
static CONSTANTS: Mutex<BTreeMap<&'static str, CString>> = Mutex::new(BTreeMap::new());

fn constant(text: &'static str) -> *const c_char {
    lock(&CONSTANTS).entry(text).or_insert_with(|| CString::new(text).unwrap_or_default()).as_ptr()
}

/// The version of the library, "1.2.3".
///
/// @return a constant of the library; never NULL
/// @since 0.1
#[unsafe(no_mangle)]
pub extern "C" fn honnin_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The interface of this library, as HONNIN_ABI_VERSION says it in the header.
const ABI: (u32, u32) = (0, 1);

/// The version of this interface: (major << 16) | minor. Before 1.0 a program works with a library of its own version only;
/// afterwards with every library of its own major version and its own or a later minor version. HONNIN_ABI_FITS compares.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub extern "C" fn honnin_abi_version() -> u32 {
    ABI.0 << 16 | ABI.1
}

/// The name of a result, "PIN_LOCKED"; "UNKNOWN" for one that this version does not know.
///
/// @return a constant of the library; never NULL
/// @since 0.1
#[unsafe(no_mangle)]
pub extern "C" fn honnin_result_name(result: honnin_result) -> *const c_char {
    boundary::quietly(c"UNKNOWN".as_ptr(), || {
        constant(ResultCode::from_number(result).map_or("UNKNOWN", ResultCode::name))
    })
}

/// Who can act on a result, and whether it is ever a pass: HONNIN_TRAIT_… bits. HONNIN_TRAIT_NOT_A_PASS for one that
/// this version does not know.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub extern "C" fn honnin_result_traits(result: honnin_result) -> u32 {
    ResultCode::from_number(result).map_or(Traits::NOT_A_PASS, ResultCode::traits).bits()
}

/// The text for a result that is true for every PIN, card and reader. Where you have a honnin_error,
/// honnin_error_message says more.
///
/// @param audience HONNIN_AUDIENCE_…; any other number is answered as HONNIN_AUDIENCE_CARDHOLDER
/// @param lang "ja", "en", "ja-x-easy" …; NULL and an unknown language are Japanese
/// @return a constant of the library, UTF-8; never NULL
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_result_message(
    result: honnin_result,
    audience: u32,
    lang: *const c_char,
) -> *const c_char {
    boundary::quietly(c"".as_ptr(), || {
        // SAFETY: the caller's promise, as in the conventions of the header.
        let lang = unsafe { ffi::text(lang) }.ok().flatten().unwrap_or("ja");
        let audience = Audience::from_number(audience).unwrap_or(Audience::Cardholder);
        constant(ResultCode::from_number(result).unwrap_or(ResultCode::Internal).message(audience, lang))
    })
}
