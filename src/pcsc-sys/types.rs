//! The names, numbers and structures of PC/SC, as its headers define them on each system.

#![allow(
    missing_docs,
    reason = "defined by the PC/SC specification and the headers of the system, not by us"
)]
#![allow(non_camel_case_types, non_snake_case, reason = "the names of PC/SC")]

use std::ffi::{c_char, c_void};

// On macOS the framework uses 32 bits everywhere; elsewhere a DWORD is an unsigned long.
#[cfg(target_os = "macos")]
mod width {
    pub type DWORD = u32;
    pub type LONG = i32;
}
#[cfg(not(target_os = "macos"))]
mod width {
    pub type DWORD = std::ffi::c_ulong;
    pub type LONG = std::ffi::c_long;
}
pub use width::{DWORD, LONG};
pub type ULONG = DWORD;

#[cfg(target_os = "windows")]
pub type SCARDCONTEXT = usize;
#[cfg(not(target_os = "windows"))]
pub type SCARDCONTEXT = LONG;
pub type SCARDHANDLE = SCARDCONTEXT;

/// Names for numbers of one type, offset from one base.
macro_rules! numbers {
    ($type:ty, $base:literal: $($name:ident = $number:literal,)*) => {
        $(pub const $name: $type = ($base | $number) as $type;)*
    };
}

pub const SCARD_S_SUCCESS: LONG = 0;

// Return codes. They are 32 bits; a LONG of 32 bits shows them as negative.
numbers! { LONG, 0x8010_0000_u32:
    SCARD_F_INTERNAL_ERROR = 0x01,
    SCARD_E_CANCELLED = 0x02,
    SCARD_E_INVALID_HANDLE = 0x03,
    SCARD_E_INVALID_PARAMETER = 0x04,
    SCARD_E_INVALID_TARGET = 0x05,
    SCARD_E_NO_MEMORY = 0x06,
    SCARD_F_WAITED_TOO_LONG = 0x07,
    SCARD_E_INSUFFICIENT_BUFFER = 0x08,
    SCARD_E_UNKNOWN_READER = 0x09,
    SCARD_E_TIMEOUT = 0x0A,
    SCARD_E_SHARING_VIOLATION = 0x0B,
    SCARD_E_NO_SMARTCARD = 0x0C,
    SCARD_E_UNKNOWN_CARD = 0x0D,
    SCARD_E_CANT_DISPOSE = 0x0E,
    SCARD_E_PROTO_MISMATCH = 0x0F,
    SCARD_E_NOT_READY = 0x10,
    SCARD_E_INVALID_VALUE = 0x11,
    SCARD_E_SYSTEM_CANCELLED = 0x12,
    SCARD_F_COMM_ERROR = 0x13,
    SCARD_F_UNKNOWN_ERROR = 0x14,
    SCARD_E_INVALID_ATR = 0x15,
    SCARD_E_NOT_TRANSACTED = 0x16,
    SCARD_E_READER_UNAVAILABLE = 0x17,
    SCARD_P_SHUTDOWN = 0x18,
    SCARD_E_PCI_TOO_SMALL = 0x19,
    SCARD_E_READER_UNSUPPORTED = 0x1A,
    SCARD_E_DUPLICATE_READER = 0x1B,
    SCARD_E_CARD_UNSUPPORTED = 0x1C,
    SCARD_E_NO_SERVICE = 0x1D,
    SCARD_E_SERVICE_STOPPED = 0x1E,
    SCARD_E_UNEXPECTED = 0x1F,
    SCARD_E_ICC_INSTALLATION = 0x20,
    SCARD_E_ICC_CREATEORDER = 0x21,
    SCARD_E_DIR_NOT_FOUND = 0x23,
    SCARD_E_FILE_NOT_FOUND = 0x24,
    SCARD_E_NO_DIR = 0x25,
    SCARD_E_NO_FILE = 0x26,
    SCARD_E_NO_ACCESS = 0x27,
    SCARD_E_WRITE_TOO_MANY = 0x28,
    SCARD_E_BAD_SEEK = 0x29,
    SCARD_E_INVALID_CHV = 0x2A,
    SCARD_E_UNKNOWN_RES_MNG = 0x2B,
    SCARD_E_NO_SUCH_CERTIFICATE = 0x2C,
    SCARD_E_CERTIFICATE_UNAVAILABLE = 0x2D,
    SCARD_E_NO_READERS_AVAILABLE = 0x2E,
    SCARD_E_COMM_DATA_LOST = 0x2F,
    SCARD_E_NO_KEY_CONTAINER = 0x30,
    SCARD_E_SERVER_TOO_BUSY = 0x31,
    SCARD_W_UNSUPPORTED_CARD = 0x65,
    SCARD_W_UNRESPONSIVE_CARD = 0x66,
    SCARD_W_UNPOWERED_CARD = 0x67,
    SCARD_W_RESET_CARD = 0x68,
    SCARD_W_REMOVED_CARD = 0x69,
    SCARD_W_SECURITY_VIOLATION = 0x6A,
    SCARD_W_WRONG_CHV = 0x6B,
    SCARD_W_CHV_BLOCKED = 0x6C,
    SCARD_W_EOF = 0x6D,
    SCARD_W_CANCELLED_BY_USER = 0x6E,
    SCARD_W_CARD_NOT_AUTHENTICATED = 0x6F,
    SCARD_W_CACHE_ITEM_NOT_FOUND = 0x70,
    SCARD_W_CACHE_ITEM_STALE = 0x71,
    SCARD_W_CACHE_ITEM_TOO_BIG = 0x72,
}

// pcsclite has one number for two names, Windows has two.
#[cfg(target_os = "windows")]
numbers! { LONG, 0x8010_0000_u32: SCARD_E_UNSUPPORTED_FEATURE = 0x22, }
#[cfg(not(target_os = "windows"))]
numbers! { LONG, 0x8010_0000_u32: SCARD_E_UNSUPPORTED_FEATURE = 0x1F, }

// Scopes.
numbers! { DWORD, 0x0_u32:
    SCARD_SCOPE_USER = 0x0000,
    SCARD_SCOPE_TERMINAL = 0x0001,
    SCARD_SCOPE_SYSTEM = 0x0002,
    SCARD_SCOPE_GLOBAL = 0x0003,
}

// Protocols.
numbers! { DWORD, 0x0_u32:
    SCARD_PROTOCOL_UNDEFINED = 0x0000_0000,
    SCARD_PROTOCOL_T0 = 0x0000_0001,
    SCARD_PROTOCOL_T1 = 0x0000_0002,
    SCARD_PROTOCOL_T15 = 0x0000_0008,
}

#[cfg(target_os = "windows")]
numbers! { DWORD, 0x0_u32: SCARD_PROTOCOL_RAW = 0x0001_0000, }
#[cfg(not(target_os = "windows"))]
numbers! { DWORD, 0x0_u32: SCARD_PROTOCOL_RAW = 0x0004, }
pub const SCARD_PROTOCOL_UNSET: DWORD = SCARD_PROTOCOL_UNDEFINED;
pub const SCARD_PROTOCOL_ANY: DWORD = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;

// Share modes.
numbers! { DWORD, 0x0_u32:
    SCARD_SHARE_EXCLUSIVE = 0x0001,
    SCARD_SHARE_SHARED = 0x0002,
    SCARD_SHARE_DIRECT = 0x0003,
}

// Dispositions.
numbers! { DWORD, 0x0_u32:
    SCARD_LEAVE_CARD = 0x0000,
    SCARD_RESET_CARD = 0x0001,
    SCARD_UNPOWER_CARD = 0x0002,
    SCARD_EJECT_CARD = 0x0003,
}

// States of a connection: numbered on Windows, bits elsewhere.
#[cfg(target_os = "windows")]
numbers! { DWORD, 0x0_u32:
    SCARD_UNKNOWN = 0,
    SCARD_ABSENT = 1,
    SCARD_PRESENT = 2,
    SCARD_SWALLOWED = 3,
    SCARD_POWERED = 4,
    SCARD_NEGOTIABLE = 5,
    SCARD_SPECIFIC = 6,
}
#[cfg(not(target_os = "windows"))]
numbers! { DWORD, 0x0_u32:
    SCARD_UNKNOWN = 0x01,
    SCARD_ABSENT = 0x02,
    SCARD_PRESENT = 0x04,
    SCARD_SWALLOWED = 0x08,
    SCARD_POWERED = 0x10,
    SCARD_NEGOTIABLE = 0x20,
    SCARD_SPECIFIC = 0x40,
}

// States of a reader.
numbers! { DWORD, 0x0_u32:
    SCARD_STATE_UNAWARE = 0x0000,
    SCARD_STATE_IGNORE = 0x0001,
    SCARD_STATE_CHANGED = 0x0002,
    SCARD_STATE_UNKNOWN = 0x0004,
    SCARD_STATE_UNAVAILABLE = 0x0008,
    SCARD_STATE_EMPTY = 0x0010,
    SCARD_STATE_PRESENT = 0x0020,
    SCARD_STATE_ATRMATCH = 0x0040,
    SCARD_STATE_EXCLUSIVE = 0x0080,
    SCARD_STATE_INUSE = 0x0100,
    SCARD_STATE_MUTE = 0x0200,
    SCARD_STATE_UNPOWERED = 0x0400,
}

pub const SCARD_AUTOALLOCATE: DWORD = !0;
pub const INFINITE: DWORD = 0xFFFF_FFFF;

pub const MAX_ATR_SIZE: usize = 33;
pub const SCARD_ATR_LENGTH: usize = MAX_ATR_SIZE;
pub const MAX_BUFFER_SIZE: usize = 264;
/// Header, extended length, data, expected length and status word of the longest APDUs.
pub const MAX_BUFFER_SIZE_EXTENDED: usize = 4 + 3 + (1 << 16) + 3 + 2;
/// The room for an ATR in a reader state.
pub const ATR_BUFFER_SIZE: usize = if cfg!(target_os = "windows") { 36 } else { MAX_ATR_SIZE };

#[cfg_attr(not(target_os = "macos"), repr(C))]
#[cfg_attr(target_os = "macos", repr(C, packed))]
pub struct SCARD_IO_REQUEST {
    pub dwProtocol: DWORD,
    pub cbPciLength: DWORD,
}

#[cfg_attr(not(target_os = "macos"), repr(C))]
#[cfg_attr(target_os = "macos", repr(C, packed))]
pub struct SCARD_READERSTATE {
    pub szReader: *const c_char,
    pub pvUserData: *mut c_void,
    pub dwCurrentState: DWORD,
    pub dwEventState: DWORD,
    pub cbAtr: DWORD,
    pub rgbAtr: [u8; ATR_BUFFER_SIZE],
}

// Classes of attributes.
numbers! { DWORD, 0x0_u32:
    SCARD_CLASS_VENDOR_INFO = 1,
    SCARD_CLASS_COMMUNICATIONS = 2,
    SCARD_CLASS_PROTOCOL = 3,
    SCARD_CLASS_POWER_MGMT = 4,
    SCARD_CLASS_SECURITY = 5,
    SCARD_CLASS_MECHANICAL = 6,
    SCARD_CLASS_VENDOR_DEFINED = 7,
    SCARD_CLASS_IFD_PROTOCOL = 8,
    SCARD_CLASS_ICC_STATE = 9,
    SCARD_CLASS_SYSTEM = 0,
}

// Attributes: class in the upper half, number in the lower.
numbers! { DWORD, 0x0_u32:
    SCARD_ATTR_VENDOR_NAME = 0x0001_0100,
    SCARD_ATTR_VENDOR_IFD_TYPE = 0x0001_0101,
    SCARD_ATTR_VENDOR_IFD_VERSION = 0x0001_0102,
    SCARD_ATTR_VENDOR_IFD_SERIAL_NO = 0x0001_0103,
    SCARD_ATTR_CHANNEL_ID = 0x0002_0110,
    SCARD_ATTR_ASYNC_PROTOCOL_TYPES = 0x0003_0120,
    SCARD_ATTR_DEFAULT_CLK = 0x0003_0121,
    SCARD_ATTR_MAX_CLK = 0x0003_0122,
    SCARD_ATTR_DEFAULT_DATA_RATE = 0x0003_0123,
    SCARD_ATTR_MAX_DATA_RATE = 0x0003_0124,
    SCARD_ATTR_MAX_IFSD = 0x0003_0125,
    SCARD_ATTR_SYNC_PROTOCOL_TYPES = 0x0003_0126,
    SCARD_ATTR_POWER_MGMT_SUPPORT = 0x0004_0131,
    SCARD_ATTR_USER_TO_CARD_AUTH_DEVICE = 0x0005_0140,
    SCARD_ATTR_USER_AUTH_INPUT_DEVICE = 0x0005_0142,
    SCARD_ATTR_CHARACTERISTICS = 0x0006_0150,
    SCARD_ATTR_CURRENT_PROTOCOL_TYPE = 0x0008_0201,
    SCARD_ATTR_CURRENT_CLK = 0x0008_0202,
    SCARD_ATTR_CURRENT_F = 0x0008_0203,
    SCARD_ATTR_CURRENT_D = 0x0008_0204,
    SCARD_ATTR_CURRENT_N = 0x0008_0205,
    SCARD_ATTR_CURRENT_W = 0x0008_0206,
    SCARD_ATTR_CURRENT_IFSC = 0x0008_0207,
    SCARD_ATTR_CURRENT_IFSD = 0x0008_0208,
    SCARD_ATTR_CURRENT_BWT = 0x0008_0209,
    SCARD_ATTR_CURRENT_CWT = 0x0008_020A,
    SCARD_ATTR_CURRENT_EBC_ENCODING = 0x0008_020B,
    SCARD_ATTR_EXTENDED_BWT = 0x0008_020C,
    SCARD_ATTR_ICC_PRESENCE = 0x0009_0300,
    SCARD_ATTR_ICC_INTERFACE_STATUS = 0x0009_0301,
    SCARD_ATTR_CURRENT_IO_STATE = 0x0009_0302,
    SCARD_ATTR_ATR_STRING = 0x0009_0303,
    SCARD_ATTR_ICC_TYPE_PER_ATR = 0x0009_0304,
    SCARD_ATTR_ESC_RESET = 0x0007_A000,
    SCARD_ATTR_ESC_CANCEL = 0x0007_A003,
    SCARD_ATTR_ESC_AUTHREQUEST = 0x0007_A005,
    SCARD_ATTR_MAXINPUT = 0x0007_A007,
    SCARD_ATTR_DEVICE_UNIT = 0x0000_0001,
    SCARD_ATTR_DEVICE_IN_USE = 0x0000_0002,
    SCARD_ATTR_DEVICE_FRIENDLY_NAME_A = 0x0000_0003,
    SCARD_ATTR_DEVICE_SYSTEM_NAME_A = 0x0000_0004,
    SCARD_ATTR_DEVICE_FRIENDLY_NAME_W = 0x0000_0005,
    SCARD_ATTR_DEVICE_SYSTEM_NAME_W = 0x0000_0006,
    SCARD_ATTR_SUPRESS_T1_IFS_REQUEST = 0x0000_0007,
}

pub const SCARD_ATTR_DEVICE_FRIENDLY_NAME: DWORD = SCARD_ATTR_DEVICE_FRIENDLY_NAME_A;
pub const SCARD_ATTR_DEVICE_SYSTEM_NAME: DWORD = SCARD_ATTR_DEVICE_SYSTEM_NAME_A;

/// The control code of a vendor or Part 10 function.
pub const fn SCARD_CTL_CODE(code: DWORD) -> DWORD {
    if cfg!(target_os = "windows") { 0x0031_0000 | (code << 2) } else { 0x4200_0000 + code }
}
