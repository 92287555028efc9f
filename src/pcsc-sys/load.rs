//! Opens the PC/SC library of the system: at the first call, once, and never closes it.
//!
//! A library that was not there is looked for again at the next call, so that a service need not be restarted
//! when PC/SC has been installed. No environment variable of ours has a say in what is loaded.

use crate::calls::Functions;
use std::sync::OnceLock;

static FUNCTIONS: OnceLock<Functions> = OnceLock::new();

/// The functions of the system's library, or `None` while there is no library that has all of them.
pub(crate) fn functions() -> Option<&'static Functions> {
    if FUNCTIONS.get().is_none()
        && let Some(found) = Functions::find()
    {
        // Another thread may have been faster; both found the same library.
        let _ = FUNCTIONS.set(found);
    }
    FUNCTIONS.get()
}

/// Whether the system has a PC/SC library: tells "not installed" from "the service does not run", which are the
/// same answer of `SCardEstablishContext`.
pub fn library_is_present() -> bool {
    functions().is_some()
}

/// An open library.
#[cfg(not(target_os = "macos"))]
pub(crate) struct Library(std::ptr::NonNull<std::ffi::c_void>);

#[cfg(all(unix, not(target_os = "macos")))]
impl Library {
    /// Opens libpcsclite by its soname, where the dynamic linker looks for everything else.
    pub(crate) fn open() -> Option<Library> {
        // SAFETY: a constant, NUL-terminated name. The initialisers of libpcsclite have no conditions.
        let handle = unsafe { libc::dlopen(c"libpcsclite.so.1".as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        std::ptr::NonNull::new(handle).map(Library)
    }

    /// The address of a function.
    pub(crate) fn symbol(&self, name: &std::ffi::CStr) -> Option<std::ptr::NonNull<std::ffi::c_void>> {
        // SAFETY: the handle came from dlopen and is never closed; the name is NUL-terminated.
        std::ptr::NonNull::new(unsafe { libc::dlsym(self.0.as_ptr(), name.as_ptr()) })
    }
}

#[cfg(target_os = "windows")]
mod kernel {
    use std::ffi::c_void;

    /// Look in the system folder only: a winscard.dll beside the program or in the working folder is not opened.
    pub(super) const LOAD_LIBRARY_SEARCH_SYSTEM32: u32 = 0x0000_0800;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        pub(super) fn LoadLibraryExW(name: *const u16, file: *mut c_void, flags: u32) -> *mut c_void;
        pub(super) fn GetProcAddress(module: *mut c_void, name: *const std::ffi::c_char) -> *mut c_void;
    }
}

#[cfg(target_os = "windows")]
impl Library {
    /// Opens winscard.dll of the system folder.
    pub(crate) fn open() -> Option<Library> {
        let name: Vec<u16> = "winscard.dll\0".encode_utf16().collect();
        // SAFETY: the name is NUL-terminated UTF-16 and outlives the call; no file handle is given.
        let module = unsafe {
            kernel::LoadLibraryExW(name.as_ptr(), std::ptr::null_mut(), kernel::LOAD_LIBRARY_SEARCH_SYSTEM32)
        };
        std::ptr::NonNull::new(module).map(Library)
    }

    /// The address of a function.
    pub(crate) fn symbol(&self, name: &std::ffi::CStr) -> Option<std::ptr::NonNull<std::ffi::c_void>> {
        // SAFETY: the module came from LoadLibraryExW and is never freed; the name is NUL-terminated.
        std::ptr::NonNull::new(unsafe { kernel::GetProcAddress(self.0.as_ptr(), name.as_ptr()) })
    }
}
