//! The PC/SC service: a context that is established when first needed and again when it was lost, and the list
//! of readers with their states.

use super::codes::{self, During};
use super::properties;
use crate::reader::Reader;
use crate::result::{Error, Result, ResultCode};
use std::ffi::{CStr, CString};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A reader as PC/SC knows it: the name to connect with, which on Windows is not the name to show.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The name as the service gave it.
    pub(crate) raw_name: CString,
    /// What people and programs see.
    pub(crate) reader: Reader,
    /// The state to wait from.
    state: pcsc::State,
    /// How many cards came and went, where the service counts them.
    pub(crate) events: u32,
    /// The answer to reset of the card that was there; empty if there was none.
    pub(super) atr: Vec<u8>,
}

impl Snapshot {
    /// A reader that PC/SC does not know.
    pub(crate) fn outside_pcsc(reader: Reader) -> Snapshot {
        Snapshot {
            raw_name: CString::default(),
            reader,
            state: pcsc::State::UNAWARE,
            events: 0,
            atr: Vec::new(),
        }
    }
}

/// Access to the service. Any thread may use it.
#[derive(Default)]
pub(crate) struct Service {
    context: Mutex<Option<Established>>,
}

/// A context, and the process that established it. A child made by fork shares the connection behind it: it must neither
/// use nor release it, for both would be heard as if the parent had spoken.
struct Established {
    context: Option<pcsc::Context>,
    home: u32,
}

impl Established {
    fn here(context: pcsc::Context) -> Established {
        Established { context: Some(context), home: std::process::id() }
    }
}

impl Drop for Established {
    fn drop(&mut self) {
        if self.home != std::process::id() {
            std::mem::forget(self.context.take());
        }
    }
}

impl Service {
    /// A service that has not been spoken to.
    pub(crate) fn new() -> Service {
        Service::default()
    }

    /// With a context that is established already.
    pub(super) fn of(context: pcsc::Context) -> Service {
        Service { context: Mutex::new(Some(Established::here(context))) }
    }

    /// The readers that there are now, with their states.
    ///
    /// # Errors
    /// READER_SERVICE_UNAVAILABLE with the cause; READER_FAILED.
    pub(crate) fn readers(&self) -> Result<Vec<Snapshot>> {
        self.with_context(list)
    }

    /// Waits until a state differs from the one seen, a reader comes or goes, or the time is over. Returning
    /// early or for nothing is allowed: the caller looks again.
    ///
    /// # Errors
    /// READER_SERVICE_UNAVAILABLE with the cause.
    pub(crate) fn wait(&self, seen: &[Snapshot], time: Duration) -> Result<()> {
        self.with_context(|context| {
            let mut states: Vec<pcsc::ReaderState> = seen
                .iter()
                .map(|snapshot| pcsc::ReaderState::new(snapshot.raw_name.clone(), snapshot.state))
                .collect();
            if states.is_empty() {
                // Windows answers at once when there is nothing to watch.
                pause(time);
                return Ok(());
            }
            match context.get_status_change(time, &mut states) {
                Ok(()) | Err(pcsc::Error::Timeout | pcsc::Error::Cancelled) => Ok(()),
                // A reader left meanwhile: that is a change.
                Err(pcsc::Error::UnknownReader | pcsc::Error::ReaderUnavailable) => Ok(()),
                Err(other) => Err(other),
            }
        })
    }

    /// Runs something with the context; once more with a new one if the old one was lost.
    fn with_context<T>(
        &self,
        run: impl Fn(&pcsc::Context) -> std::result::Result<T, pcsc::Error>,
    ) -> Result<T> {
        let mut held = None;
        for _ in 0..2 {
            let context = match self.held() {
                Some(context) => context,
                None => self.establish()?,
            };
            match run(&context) {
                Ok(value) => return Ok(value),
                Err(code) if codes::is_lost(code) => {
                    self.forget();
                    held = Some(code);
                }
                Err(code) => return Err(codes::error(code, During::List)),
            }
        }
        Err(match held {
            Some(code) => codes::error(code, During::List),
            None => Error::new(ResultCode::Internal, "no attempt was made to reach PC/SC"),
        })
    }

    /// The context, if there is one: a connection that is made next may use it too.
    pub(crate) fn held(&self) -> Option<pcsc::Context> {
        let mut held = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        // In a child the parent's is forgotten, and one of its own is established.
        held.take_if(|established| established.home != std::process::id());
        held.as_ref().and_then(|established| established.context.clone())
    }

    fn establish(&self) -> Result<pcsc::Context> {
        let context = establish()?;
        let established = Established::here(context.clone());
        *self.context.lock().unwrap_or_else(PoisonError::into_inner) = Some(established);
        Ok(context)
    }

    pub(crate) fn forget(&self) {
        *self.context.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// A new context of one's own.
///
/// # Errors
/// READER_SERVICE_UNAVAILABLE with the cause.
pub(super) fn establish() -> Result<pcsc::Context> {
    pcsc::Context::establish(pcsc::Scope::User).map_err(|code| codes::error(code, During::Establish))
}

/// How many cards came and went in that reader; `None` if the service does not say.
pub(super) fn events(context: &pcsc::Context, raw_name: &CStr) -> Option<u32> {
    let mut states = [pcsc::ReaderState::new(raw_name, pcsc::State::UNAWARE)];
    context.get_status_change(Duration::ZERO, &mut states).ok()?;
    states.first().map(pcsc::ReaderState::event_count)
}

/// Whether the card has left since so many had come and gone, given a while for the service to notice.
pub(super) fn has_left(raw_name: &CStr, events: u32, patience: Duration) -> bool {
    let Ok(context) = establish() else { return false };
    let mut states = [pcsc::ReaderState::new(raw_name, pcsc::State::UNAWARE)];
    let begun = Instant::now();
    loop {
        let left = patience.saturating_sub(begun.elapsed());
        match context.get_status_change(left, &mut states) {
            Ok(()) | Err(pcsc::Error::Timeout) => {}
            Err(_) => return false,
        }
        for state in &mut states {
            if state.event_state().contains(pcsc::State::EMPTY) || state.event_count() != events {
                return true;
            }
            state.sync_current_state();
        }
        if left.is_zero() {
            return false;
        }
    }
}

/// Lists the readers and asks for the state of each, without waiting.
fn list(context: &pcsc::Context) -> std::result::Result<Vec<Snapshot>, pcsc::Error> {
    /// A reader may come or go between two calls; that often it is not worth looking again.
    const ATTEMPTS: u32 = 4;
    let mut last = pcsc::Error::UnknownReader;
    for _ in 0..ATTEMPTS {
        match list_once(context) {
            Err(code @ (pcsc::Error::UnknownReader | pcsc::Error::InsufficientBuffer)) => last = code,
            other => return other,
        }
    }
    Err(last)
}

fn list_once(context: &pcsc::Context) -> std::result::Result<Vec<Snapshot>, pcsc::Error> {
    /// Room for the names of as many readers as any machine has; with it the service is asked once.
    const ROOM: usize = 4096;
    let mut room = [0; ROOM];
    let names: Vec<CString> = match context.list_readers(&mut room) {
        Ok(names) => names.map(CStr::to_owned).collect(),
        Err(pcsc::Error::InsufficientBuffer) => context.list_readers_owned()?,
        Err(code) => return Err(code),
    };
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut states: Vec<pcsc::ReaderState> =
        names.into_iter().map(|name| pcsc::ReaderState::new(name, pcsc::State::UNAWARE)).collect();
    match context.get_status_change(Duration::ZERO, &mut states) {
        Ok(()) | Err(pcsc::Error::Timeout) => Ok(states.iter().map(snapshot).collect()),
        Err(code) => Err(code),
    }
}

fn snapshot(state: &pcsc::ReaderState) -> Snapshot {
    let name = decode(state.name());
    let seen = state.event_state();
    let has = |bit| seen.contains(bit);
    let mut reader = Reader::named(name);
    reader.card_present = has(pcsc::State::PRESENT);
    reader.in_use = has(pcsc::State::INUSE) || has(pcsc::State::EXCLUSIVE);
    reader.exclusive = has(pcsc::State::EXCLUSIVE);
    reader.mute = has(pcsc::State::PRESENT) && has(pcsc::State::MUTE);
    if reader.card_present {
        reader.interface = properties::interface(state.atr(), &reader.name);
    }
    Snapshot {
        raw_name: state.name().to_owned(),
        reader,
        state: seen - pcsc::State::CHANGED,
        events: state.event_count(),
        atr: state.atr().to_vec(),
    }
}

/// A reader name as people read it.
pub(super) fn decode(raw: &CStr) -> String {
    pcsc_sys::decode_name(raw.to_bytes())
}

/// Lets time pass where there is nothing to wait on.
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// Whether pcscd is there but its socket is closed to this user. libpcsclite calls that "no service" too.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn socket_refuses() -> bool {
    // Where libpcsclite itself looks; it is asked nothing and told nothing.
    let path = std::env::var_os("PCSCLITE_CSOCK_NAME").unwrap_or_else(|| "/run/pcscd/pcscd.comm".into());
    matches!(
        std::os::unix::net::UnixStream::connect(path),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied
    )
}

/// Whether pcscd is there but closed to this user: elsewhere there is no socket to look at.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(super) fn socket_refuses() -> bool {
    false
}
