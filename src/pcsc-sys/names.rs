//! Reader names as people read them.

/// The text of a reader name as the `…A` functions gave it: the ANSI code page on Windows, UTF-8 elsewhere.
/// For people only: connect with the bytes that were given.
#[cfg(not(target_os = "windows"))]
pub fn decode_name(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).into_owned()
}

/// The text of a reader name as the `…A` functions gave it: the ANSI code page on Windows, UTF-8 elsewhere.
/// For people only: connect with the bytes that were given.
#[cfg(target_os = "windows")]
pub fn decode_name(raw: &[u8]) -> String {
    const CP_ACP: u32 = 0;
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn MultiByteToWideChar(
            page: u32,
            flags: u32,
            text: *const u8,
            size: i32,
            wide: *mut u16,
            room: i32,
        ) -> i32;
    }
    let Ok(size) = i32::try_from(raw.len()) else { return String::new() };
    // A code page never gives more UTF-16 units than it has bytes.
    let mut wide = vec![0u16; raw.len()];
    // SAFETY: both pointers are valid for `size` elements, which is what the function is told.
    let units = unsafe { MultiByteToWideChar(CP_ACP, 0, raw.as_ptr(), size, wide.as_mut_ptr(), size) };
    wide.truncate(usize::try_from(units).unwrap_or(0));
    String::from_utf16_lossy(&wide)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_that_is_no_text_still_has_something_to_show() {
        assert_eq!(super::decode_name(b"Reader 00"), "Reader 00");
        assert!(super::decode_name(b"Reader \xFF").starts_with("Reader "));
    }
}
