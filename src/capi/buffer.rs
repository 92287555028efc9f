//! Buffers: bytes and texts that are made for the caller.

use crate::boundary;
use crate::ffi::{self, Out};
use crate::honnin_result;
use zeroize::Zeroizing;

/// Zeros behind the data: enough to end a text of any width.
const TAIL: usize = 4;

/// Bytes or a text, made for the caller. A NUL stands behind the data (for UTF-16, a whole one). Wiped when freed.
pub struct honnin_buffer {
    bytes: Zeroizing<Vec<u8>>,
}

/// The name of the type on our side.
pub(crate) type Buffer = honnin_buffer;

impl honnin_buffer {
    pub(crate) fn of(data: &[u8]) -> Buffer {
        // One allocation of the right size: nothing is left behind by growing.
        let mut bytes = Zeroizing::new(Vec::with_capacity(data.len().saturating_add(TAIL)));
        bytes.extend_from_slice(data);
        bytes.extend_from_slice(&[0; TAIL]);
        honnin_buffer { bytes }
    }

    fn size(&self) -> usize {
        self.bytes.len().saturating_sub(TAIL)
    }

    /// The data, without what stands behind it.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.size()).unwrap_or_default()
    }
}

/// Copies bytes into a new buffer: for callbacks that give one back.
///
/// @param data `size` bytes; may be NULL if `size` is 0
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_buffer_new(
    data: *const u8,
    size: usize,
    out: *mut *mut honnin_buffer,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("buffer_new", core::ptr::null_mut(), || {
        let out = out.required()?;
        // SAFETY: as above.
        out.set(Buffer::of(unsafe { ffi::bytes(data, size) }?));
        Ok(())
    })
}

/// The bytes of a buffer, followed by a NUL; alive as long as the buffer. NULL for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_buffer_data(buffer: *const honnin_buffer) -> *const u8 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(buffer) }.map_or(core::ptr::null(), |buffer| buffer.bytes.as_ptr())
}

/// How many bytes a buffer has, the NUL not counted. 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_buffer_size(buffer: *const honnin_buffer) -> usize {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(buffer) }.map_or(0, Buffer::size)
}

/// Wipes and frees a buffer. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_buffer_free(buffer: *mut honnin_buffer) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(buffer) };
}
