//! Every pointer of a caller that is followed is followed here.
//!
//! The callers of these functions are the exported functions. What they pass on is the promise of the C program, as
//! the conventions at the top of the header demand it: a pointer is NULL, or points to what its type says, for
//! the whole call; lengths are those of the memory; objects were made by this library and not freed.

use core::ffi::{CStr, c_char};
use honnin_core::result::{Error, Result, ResultCode};
use std::ffi::CString;
use std::ptr::NonNull;

/// A struct of the header that a program fills in. Any bytes are a value of it.
///
/// # Safety
/// Made of integers, raw pointers and optional function pointers only, the first field a u32 `struct_size`.
pub(crate) unsafe trait Input: Copy {
    /// Where each field ends. A size that ends within a field does not give that field.
    const ENDS: &'static [usize];
}

/// Says of a struct of the header that it is an [`Input`]: all its fields must be named, in order.
macro_rules! input {
    ($name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        // SAFETY: the fields are the public ones of the header, which are plain by its conventions.
        unsafe impl crate::ffi::Input for $name {
            const ENDS: &'static [usize] =
                &[$(core::mem::offset_of!($name, $field) + size_of::<$type>()),*];
        }
    };
}
pub(crate) use input;

fn invalid(detail: &'static str) -> Error {
    Error::new(ResultCode::InvalidArgument, detail)
}

/// The size that a struct says it has, if a struct can have it.
pub(crate) unsafe fn struct_size<T>(from: *const T) -> Option<usize> {
    // SAFETY: not NULL (the callers see to it), and every struct begins with its size. It need not be aligned.
    let size = unsafe { from.cast::<u32>().read_unaligned() };
    usize::try_from(size).ok().filter(|size| (4..=4096).contains(size))
}

/// Options of the caller: shorter ones are filled with zeros, longer ones may hold nothing that we do not know.
pub(crate) unsafe fn options<T: Input>(from: *const T) -> Result<Option<T>> {
    if from.is_null() {
        return Ok(None);
    }
    // SAFETY: just checked.
    let size = unsafe { struct_size(from) }.ok_or_else(|| invalid("struct_size is not that of a struct"))?;
    let known = T::ENDS.iter().copied().filter(|end| *end <= size).max().unwrap_or(0);
    let mut value = core::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: the caller's struct has `size` bytes, ours has more than `known`, which is no more than `size`.
    // Zeros, and whole fields of the caller's, are a value of an Input.
    let value = unsafe {
        core::ptr::copy_nonoverlapping(from.cast::<u8>(), value.as_mut_ptr().cast::<u8>(), known);
        value.assume_init()
    };
    // Beyond our own struct, padding included, begins what a newer header added.
    let own = size_of::<T>().min(size);
    // SAFETY: own <= size, the struct's extent.
    let tail = unsafe { core::slice::from_raw_parts(from.cast::<u8>().add(own), size.saturating_sub(own)) };
    if tail.iter().any(|byte| *byte != 0) {
        return Err(Error::new(ResultCode::UnsupportedOption, "a newer header's option is set"));
    }
    Ok(Some(value))
}

/// Writes a struct to the caller's, as far as that goes, and zeros behind it.
pub(crate) unsafe fn write_struct<T>(to: *mut T, size: usize, value: &T) {
    let written = size_of::<T>().min(size);
    // SAFETY: `to` has `size` bytes by its own word, and `value` has size_of::<T>(). They do not overlap: `value`
    // is ours. The first four bytes, the caller's struct_size, are not touched.
    unsafe {
        let from = core::ptr::from_ref(value).cast::<u8>();
        let to = to.cast::<u8>();
        core::ptr::copy_nonoverlapping(from.add(4), to.add(4), written.saturating_sub(4));
        core::ptr::write_bytes(to.add(written), 0, size.saturating_sub(written));
    }
}

/// A place for an object that is made for the caller. NULL is in it until something is.
#[derive(Clone, Copy)]
pub(crate) struct Out<T>(Option<NonNull<*mut T>>);

impl<T> Out<T> {
    /// Puts NULL there.
    pub(crate) unsafe fn cleared(place: *mut *mut T) -> Out<T> {
        let place = NonNull::new(place);
        if let Some(place) = place {
            // SAFETY: the caller's pointer, not NULL.
            unsafe { place.write_unaligned(core::ptr::null_mut()) };
        }
        Out(place)
    }

    /// INVALID_ARGUMENT if there is no place.
    pub(crate) fn required(self) -> Result<Place<T>> {
        self.0.map(Place).ok_or_else(|| invalid("the pointer for the result is NULL"))
    }

    /// Puts an object there, if there is a place.
    #[allow(dead_code)]
    pub(crate) fn given(self) -> Option<Place<T>> {
        self.0.map(Place)
    }
}

/// A place that is there.
pub(crate) struct Place<T>(NonNull<*mut T>);

impl<T> Place<T> {
    /// Gives the caller an object, to be freed by the function of its type.
    pub(crate) fn set(self, object: T) {
        self.set_handle(Box::into_raw(Box::new(object)));
    }

    /// Gives the caller a handle, which nobody follows.
    pub(crate) fn set_handle(self, handle: *mut T) {
        // SAFETY: the place came from the caller in the same call, and is not NULL.
        unsafe { self.0.write_unaligned(handle) };
    }
}

/// A place for a number or a borrowed text.
#[derive(Clone, Copy)]
pub(crate) struct Slot<T: Copy>(Option<NonNull<T>>);

impl<T: Copy> Slot<T> {
    /// Puts `nothing` there.
    pub(crate) unsafe fn holding(place: *mut T, nothing: T) -> Slot<T> {
        let slot = Slot(NonNull::new(place));
        slot.set(nothing);
        slot
    }

    /// INVALID_ARGUMENT if there is no place.
    pub(crate) fn required(self) -> Result<Slot<T>> {
        if self.0.is_none() {
            return Err(invalid("the pointer for the result is NULL"));
        }
        Ok(self)
    }

    /// Puts a value there, if there is a place.
    pub(crate) fn set(self, value: T) {
        if let Some(place) = self.0 {
            // SAFETY: the place came from the caller in the same call, and is not NULL.
            unsafe { place.write_unaligned(value) };
        }
    }
}

/// An object of this library that must be there.
pub(crate) unsafe fn object<'a, T>(object: *const T) -> Result<&'a T> {
    // SAFETY: NULL, or an object that this library made and that was not freed.
    unsafe { object.as_ref() }.ok_or_else(|| invalid("an object is NULL"))
}

/// An object of this library, for functions that never fail.
pub(crate) unsafe fn object_or_none<'a, T>(object: *const T) -> Option<&'a T> {
    // SAFETY: NULL, or an object that this library made and that was not freed.
    unsafe { object.as_ref() }
}

/// Takes back an object that [`Place::set`] gave away. NULL is nothing.
pub(crate) unsafe fn free<T>(object: *mut T) {
    if !object.is_null() {
        // SAFETY: made by Box::into_raw in Place::set, and freed once, as the header demands.
        drop(unsafe { Box::from_raw(object) });
    }
}

/// Bytes of the caller. NULL is no bytes, if the length is 0.
pub(crate) unsafe fn bytes<'a>(data: *const u8, size: usize) -> Result<&'a [u8]> {
    if isize::try_from(size).is_err() {
        return Err(invalid("a size that no memory has"));
    }
    match (data.is_null(), size) {
        (true, 0) => Ok(&[]),
        (true, _) => Err(invalid("data is NULL, and its size is not 0")),
        // SAFETY: not NULL, and as long as the caller says.
        (false, _) => Ok(unsafe { core::slice::from_raw_parts(data, size) }),
    }
}

/// A text of the caller: UTF-8, NUL-terminated; `None` is NULL.
pub(crate) unsafe fn text<'a>(text: *const c_char) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and NUL-terminated.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some).map_err(|_| invalid("a text is not UTF-8"))
}

/// The most texts in one list of the caller's: one without an end is found out.
const MAX_TEXTS: usize = 1024;

/// Texts of the caller, ended by NULL; NULL is none.
pub(crate) unsafe fn texts(mut list: *const *const c_char) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    if list.is_null() {
        return Ok(texts);
    }
    loop {
        // SAFETY: not NULL, and ended by NULL, which was not met yet.
        let Some(one) = (unsafe { text(list.read_unaligned()) })? else { return Ok(texts) };
        if texts.len() == MAX_TEXTS {
            return Err(invalid("a list of texts is too long"));
        }
        texts.push(one.to_owned());
        // SAFETY: as above; there is one more.
        list = unsafe { list.add(1) };
    }
}

/// A text of the caller that must be there.
pub(crate) unsafe fn required_text<'a>(from: *const c_char) -> Result<&'a str> {
    // SAFETY: passed on.
    unsafe { text(from) }?.ok_or_else(|| invalid("a text is NULL"))
}

/// The value of an enumeration, or INVALID_ARGUMENT.
pub(crate) fn known<T>(value: Option<T>) -> Result<T> {
    value.ok_or_else(|| invalid("a value that the enumeration does not have"))
}

/// INVALID_ARGUMENT unless a number lies in that range.
pub(crate) fn in_range(value: u32, range: core::ops::RangeInclusive<u32>) -> Result<u32> {
    known(Some(value).filter(|value| range.contains(value)))
}

/// A yes or no of the caller: 0 or 1.
pub(crate) fn flag(value: u32) -> Result<bool> {
    in_range(value, 0..=1).map(|value| value == 1)
}

/// UNSUPPORTED_OPTION unless a reserved field is 0.
pub(crate) fn reserved(value: u32) -> Result<()> {
    if value == 0 {
        Ok(())
    } else {
        Err(Error::new(ResultCode::UnsupportedOption, "a reserved field is set"))
    }
}

/// NOT_FOUND or NOT_SUPPORTED and the like, in one word.
pub(crate) fn fail<T>(code: ResultCode, detail: &'static str) -> Result<T> {
    Err(Error::new(code, detail))
}

/// A text for C. One with NUL or control characters is refused, never cut.
pub(crate) fn text_for_c(text: &str) -> Result<CString> {
    let plain = !text.chars().any(char::is_control);
    CString::new(text)
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| Error::new(ResultCode::CardResponse, "a text with control characters"))
}

/// The pointer of a text that may be missing.
pub(crate) fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(core::ptr::null(), |text| text.as_ptr())
}
