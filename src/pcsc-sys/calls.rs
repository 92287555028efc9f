//! The sixteen functions of PC/SC that the `pcsc` crate calls, and what is never passed on to it.

use crate::types::*;
use std::ffi::{c_char, c_void};

/// Declares the functions once: from this come the table of addresses, the search for them, and `raw`, a module
/// of functions that call through the table. The three names are the symbol on Unix, Windows and macOS.
macro_rules! functions {
    ($($name:ident($($argument:ident: $type:ty),*) [$unix:literal, $windows:literal, $macos:literal];)*) => {
        /// The addresses of the library's functions.
        #[allow(non_snake_case, reason = "the names of PC/SC")]
        pub(crate) struct Functions { $($name: unsafe extern "system" fn($($type),*) -> LONG,)* }

        #[cfg(not(target_os = "macos"))]
        impl Functions {
            /// Opens the library and finds every function, or nothing.
            pub(crate) fn find() -> Option<Functions> {
                let library = crate::load::Library::open()?;
                $(
                    #[cfg(unix)]
                    let name = $unix;
                    #[cfg(target_os = "windows")]
                    let name = $windows;
                    let address = library.symbol(name)?;
                    // SAFETY: the symbol is the PC/SC function of that name, whose signature is this one.
                    #[allow(non_snake_case, reason = "the names of PC/SC")]
                    let $name = unsafe {
                        std::mem::transmute::<*mut c_void, unsafe extern "system" fn($($type),*) -> LONG>(
                            address.as_ptr(),
                        )
                    };
                )*
                Some(Functions { $($name),* })
            }
        }

        #[cfg(target_os = "macos")]
        mod framework {
            use super::*;
            #[link(name = "PCSC", kind = "framework")]
            unsafe extern "system" {
                $(#[link_name = $macos] pub(super) fn $name($($argument: $type),*) -> LONG;)*
            }
        }

        #[cfg(target_os = "macos")]
        impl Functions {
            /// The framework is part of the system and is linked.
            pub(crate) fn find() -> Option<Functions> {
                Some(Functions { $($name: framework::$name),* })
            }
        }

        mod raw {
            use super::*;
            $(
                /// Calls the function of that name; `SCARD_E_NO_SERVICE` if there is no library.
                ///
                /// # Safety
                /// The pointers must be what PC/SC asks of this function.
                #[allow(non_snake_case, clippy::too_many_arguments, reason = "the names and arguments of PC/SC")]
                pub unsafe fn $name($($argument: $type),*) -> LONG {
                    match crate::load::functions() {
                        // SAFETY: the caller promises what the function asks for.
                        Some(functions) => known(unsafe { (functions.$name)($($argument),*) }),
                        None => SCARD_E_NO_SERVICE,
                    }
                }
            )*
        }
    };
}

functions! {
    SCardEstablishContext(scope: DWORD, reserved1: *const c_void, reserved2: *const c_void, context: *mut SCARDCONTEXT)
        [c"SCardEstablishContext", c"SCardEstablishContext", "SCardEstablishContext"];
    SCardReleaseContext(context: SCARDCONTEXT)
        [c"SCardReleaseContext", c"SCardReleaseContext", "SCardReleaseContext"];
    SCardIsValidContext(context: SCARDCONTEXT)
        [c"SCardIsValidContext", c"SCardIsValidContext", "SCardIsValidContext"];
    SCardCancel(context: SCARDCONTEXT)
        [c"SCardCancel", c"SCardCancel", "SCardCancel"];
    SCardConnect(context: SCARDCONTEXT, reader: *const c_char, share: DWORD, protocols: DWORD, card: *mut SCARDHANDLE, protocol: *mut DWORD)
        [c"SCardConnect", c"SCardConnectA", "SCardConnect"];
    SCardReconnect(card: SCARDHANDLE, share: DWORD, protocols: DWORD, initialization: DWORD, protocol: *mut DWORD)
        [c"SCardReconnect", c"SCardReconnect", "SCardReconnect"];
    SCardDisconnect(card: SCARDHANDLE, disposition: DWORD)
        [c"SCardDisconnect", c"SCardDisconnect", "SCardDisconnect"];
    SCardGetStatusChange(context: SCARDCONTEXT, timeout: DWORD, states: *mut SCARD_READERSTATE, count: DWORD)
        [c"SCardGetStatusChange", c"SCardGetStatusChangeA", "SCardGetStatusChange"];
    SCardListReaders(context: SCARDCONTEXT, groups: *const c_char, readers: *mut c_char, size: *mut DWORD)
        [c"SCardListReaders", c"SCardListReadersA", "SCardListReaders"];
    SCardBeginTransaction(card: SCARDHANDLE)
        [c"SCardBeginTransaction", c"SCardBeginTransaction", "SCardBeginTransaction"];
    SCardEndTransaction(card: SCARDHANDLE, disposition: DWORD)
        [c"SCardEndTransaction", c"SCardEndTransaction", "SCardEndTransaction"];
    SCardStatus(card: SCARDHANDLE, reader: *mut c_char, reader_size: *mut DWORD, state: *mut DWORD, protocol: *mut DWORD, atr: *mut u8, atr_size: *mut DWORD)
        [c"SCardStatus", c"SCardStatusA", "SCardStatus"];
    SCardGetAttrib(card: SCARDHANDLE, attribute: DWORD, value: *mut u8, size: *mut DWORD)
        [c"SCardGetAttrib", c"SCardGetAttrib", "SCardGetAttrib"];
    SCardSetAttrib(card: SCARDHANDLE, attribute: DWORD, value: *const u8, size: DWORD)
        [c"SCardSetAttrib", c"SCardSetAttrib", "SCardSetAttrib"];
    SCardTransmit(card: SCARDHANDLE, send_pci: *const SCARD_IO_REQUEST, command: *const u8, command_size: DWORD, receive_pci: *mut SCARD_IO_REQUEST, response: *mut u8, response_size: *mut DWORD)
        [c"SCardTransmit", c"SCardTransmit", "SCardTransmit"];
    SCardControl(card: SCARDHANDLE, code: DWORD, input: *const u8, input_size: DWORD, output: *mut u8, output_size: DWORD, returned: *mut DWORD)
        [c"SCardControl", c"SCardControl", "SCardControl132"];
}

pub use raw::{
    SCardBeginTransaction, SCardCancel, SCardControl, SCardDisconnect, SCardEndTransaction,
    SCardEstablishContext, SCardGetAttrib, SCardIsValidContext, SCardListReaders, SCardReleaseContext,
    SCardSetAttrib, SCardTransmit,
};

/// What a protocol control information says: which protocol, and how long it is itself. Ours, because their
/// content is fixed and their address is not looked at.
#[allow(non_upper_case_globals, reason = "the names of PC/SC")]
pub static g_rgSCardT0Pci: SCARD_IO_REQUEST = pci(SCARD_PROTOCOL_T0);
/// As above, for T=1.
#[allow(non_upper_case_globals, reason = "the names of PC/SC")]
pub static g_rgSCardT1Pci: SCARD_IO_REQUEST = pci(SCARD_PROTOCOL_T1);
/// As above, for raw exchange.
#[allow(non_upper_case_globals, reason = "the names of PC/SC")]
pub static g_rgSCardRawPci: SCARD_IO_REQUEST = pci(SCARD_PROTOCOL_RAW);

const fn pci(protocol: DWORD) -> SCARD_IO_REQUEST {
    SCARD_IO_REQUEST { dwProtocol: protocol, cbPciLength: size_of::<SCARD_IO_REQUEST>() as DWORD }
}

/// Connects to a card. A protocol that is none of those asked for is `SCARD_E_PROTO_MISMATCH`.
///
/// # Safety
/// As `SCardConnect` of PC/SC: valid pointers, a NUL-terminated name.
#[allow(non_snake_case, reason = "the name of PC/SC")]
pub unsafe fn SCardConnect(
    context: SCARDCONTEXT,
    reader: *const c_char,
    share: DWORD,
    protocols: DWORD,
    card: *mut SCARDHANDLE,
    protocol: *mut DWORD,
) -> LONG {
    // SAFETY: passed on as given.
    let answer = unsafe { raw::SCardConnect(context, reader, share, protocols, card, protocol) };
    if answer == SCARD_S_SUCCESS {
        // SAFETY: the call succeeded, so both are written.
        let (card, protocol) = unsafe { (*card, *protocol) };
        if !usable(share, protocol) {
            // SAFETY: the handle was just opened and is not passed on.
            let _ = unsafe { raw::SCardDisconnect(card, SCARD_LEAVE_CARD) };
            return SCARD_E_PROTO_MISMATCH;
        }
    }
    answer
}

/// Connects again. A protocol that is none of those asked for is `SCARD_E_PROTO_MISMATCH`.
///
/// # Safety
/// As `SCardReconnect` of PC/SC: valid pointers.
#[allow(non_snake_case, reason = "the name of PC/SC")]
pub unsafe fn SCardReconnect(
    card: SCARDHANDLE,
    share: DWORD,
    protocols: DWORD,
    initialization: DWORD,
    protocol: *mut DWORD,
) -> LONG {
    // SAFETY: passed on as given.
    let answer = unsafe { raw::SCardReconnect(card, share, protocols, initialization, protocol) };
    // SAFETY: read only after success, when it is written.
    if answer == SCARD_S_SUCCESS && !usable(share, unsafe { *protocol }) {
        return SCARD_E_PROTO_MISMATCH;
    }
    answer
}

/// Reads the state of a connection. An unknown protocol is given as none.
///
/// # Safety
/// As `SCardStatus` of PC/SC: pointers valid or null where it allows null.
#[allow(non_snake_case, reason = "the name of PC/SC")]
pub unsafe fn SCardStatus(
    card: SCARDHANDLE,
    reader: *mut c_char,
    reader_size: *mut DWORD,
    state: *mut DWORD,
    protocol: *mut DWORD,
    atr: *mut u8,
    atr_size: *mut DWORD,
) -> LONG {
    // SAFETY: passed on as given.
    let answer = unsafe { raw::SCardStatus(card, reader, reader_size, state, protocol, atr, atr_size) };
    if answer == SCARD_S_SUCCESS && !protocol.is_null() {
        // SAFETY: not null, hence valid as the caller promises.
        let protocol = unsafe { &mut *protocol };
        if !is_one_protocol(*protocol) {
            *protocol = SCARD_PROTOCOL_UNDEFINED;
        }
    }
    answer
}

/// Waits for a change. No ATR is longer than its buffer, whatever the service says.
///
/// # Safety
/// As `SCardGetStatusChange` of PC/SC: `states` valid for `count` elements.
#[allow(non_snake_case, reason = "the name of PC/SC")]
pub unsafe fn SCardGetStatusChange(
    context: SCARDCONTEXT,
    timeout: DWORD,
    states: *mut SCARD_READERSTATE,
    count: DWORD,
) -> LONG {
    // SAFETY: passed on as given.
    let answer = unsafe { raw::SCardGetStatusChange(context, timeout, states, count) };
    for index in 0..if states.is_null() { 0 } else { count as usize } {
        // SAFETY: `states` is valid for `count` elements, as the caller promises; the field may be unaligned.
        unsafe {
            let size = &raw mut (*states.add(index)).cbAtr;
            size.write_unaligned(size.read_unaligned().min(ATR_BUFFER_SIZE as DWORD));
        }
    }
    answer
}

/// Whether a connection of that kind can have that protocol. Only a direct one can do without.
fn usable(share: DWORD, protocol: DWORD) -> bool {
    is_one_protocol(protocol) || (share == SCARD_SHARE_DIRECT && protocol == SCARD_PROTOCOL_UNDEFINED)
}

fn is_one_protocol(protocol: DWORD) -> bool {
    [SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1, SCARD_PROTOCOL_RAW].contains(&protocol)
}

/// A return code that the `pcsc` crate knows; it has undefined behaviour for those between, and panics beyond.
fn known(code: LONG) -> LONG {
    /// Windows hands on errors of its own: a handle of a service that has stopped, …
    const ERROR_INVALID_HANDLE: LONG = 6;
    /// … and a remote session without redirected readers.
    const ERROR_BROKEN_PIPE: LONG = 109;
    /// The number that only Windows has for "unsupported feature".
    const UNSUPPORTED_FEATURE_ON_WINDOWS: LONG = 0x8010_0022_u32 as LONG;

    let unsupported = cfg!(not(target_os = "windows")) && code == UNSUPPORTED_FEATURE_ON_WINDOWS;
    match code {
        SCARD_S_SUCCESS => code,
        ERROR_INVALID_HANDLE => SCARD_E_INVALID_HANDLE,
        ERROR_BROKEN_PIPE => SCARD_E_NO_SERVICE,
        _ if unsupported => SCARD_E_UNSUPPORTED_FEATURE,
        SCARD_F_INTERNAL_ERROR..=SCARD_E_SERVER_TOO_BUSY => code,
        SCARD_W_UNSUPPORTED_CARD..=SCARD_W_CACHE_ITEM_TOO_BIG => code,
        _ => SCARD_F_UNKNOWN_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_from_nowhere_becomes_one_that_is_known() {
        assert_eq!(known(SCARD_S_SUCCESS), SCARD_S_SUCCESS);
        assert_eq!(known(SCARD_W_REMOVED_CARD), SCARD_W_REMOVED_CARD);
        assert_eq!(known(6), SCARD_E_INVALID_HANDLE);
        assert_eq!(known(1), SCARD_F_UNKNOWN_ERROR);
        assert_eq!(known(-1), SCARD_F_UNKNOWN_ERROR);
        assert_eq!(known(0x8010_0050_u32 as LONG), SCARD_F_UNKNOWN_ERROR);
        assert_eq!(known(0x8010_0022_u32 as LONG), SCARD_E_UNSUPPORTED_FEATURE);
    }

    #[test]
    fn only_a_direct_connection_does_without_a_protocol() {
        assert!(usable(SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1));
        assert!(!usable(SCARD_SHARE_SHARED, SCARD_PROTOCOL_UNDEFINED));
        assert!(!usable(SCARD_SHARE_SHARED, SCARD_PROTOCOL_T15));
        assert!(!usable(SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY));
        assert!(usable(SCARD_SHARE_DIRECT, SCARD_PROTOCOL_UNDEFINED));
    }

    #[test]
    fn a_protocol_control_information_says_its_own_length() {
        let pci = &g_rgSCardT1Pci;
        let (protocol, length) = (pci.dwProtocol, pci.cbPciLength);
        assert_eq!(protocol, 2);
        assert_eq!(length as usize, size_of::<SCARD_IO_REQUEST>());
    }
}
