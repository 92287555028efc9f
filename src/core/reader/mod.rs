//! Readers: which there are, waiting for a card, and connections to it. Knows APDUs as bytes only.
//!
//! `context` is what a program holds, and `wait` how it waits, with a
//! `lookout` that outlives a restart of the service. `connection` is the interface to one card; `pcsc`
//! implements it over PC/SC, and a `virtual_reader` over a card in software. `doctor` says why nothing is there.

mod cancel;
mod connection;
mod context;
mod doctor;
mod lookout;
mod pcsc;
mod timeout;
mod virtual_reader;
mod wait;

pub use cancel::{Canceller, Watch};
pub use connection::{Connection, Disposition, PinPadEntry};
pub use context::{Context, ContextOptions, Reader};
pub use doctor::{Diagnosis, ReaderCondition, ServiceCondition, diagnose};
pub use timeout::Timeout;
pub use virtual_reader::VirtualReader;
pub use wait::{Event, WaitOptions};
