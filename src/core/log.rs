//! Where a context writes what it does: lines for developers, without contents, PINs or persons.
//!
//! There is no global logger, and no environment variable raises the level: only the program decides.

use core::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

/// How much a line matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something is odd, and was coped with.
    Warn,
    /// The operations, one line each.
    Info,
    /// Every command and status word.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    /// 1 error … 5 trace; 0 stands for no log at all.
    pub const fn number(self) -> i32 {
        match self {
            Level::Error => 1,
            Level::Warn => 2,
            Level::Info => 3,
            Level::Debug => 4,
            Level::Trace => 5,
        }
    }

    /// The level with that number.
    pub fn from_number(number: i32) -> Option<Level> {
        [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace]
            .into_iter()
            .find(|level| level.number() == number)
    }
}

/// A receiver of log lines: level, module, text.
pub type Sink = dyn Fn(Level, &str, &str) + Send + Sync;

/// A log that goes to one sink, or nowhere.
#[derive(Clone, Default)]
pub struct Log {
    sink: Option<(Arc<AtomicI32>, Arc<Sink>)>,
}

impl Log {
    /// A log that goes nowhere.
    pub fn none() -> Log {
        Log::default()
    }

    /// A log of everything up to `level`.
    pub fn to(level: Level, sink: Arc<Sink>) -> Log {
        Log { sink: Some((Arc::new(AtomicI32::new(level.number())), sink)) }
    }

    /// Changes how much is written, for all clones of this log; `None` is nothing.
    pub fn set_level(&self, level: Option<Level>) {
        if let Some((most, _)) = &self.sink {
            most.store(level.map_or(0, Level::number), Ordering::Relaxed);
        }
    }

    /// Writes a line. The arguments are formatted only if somebody listens.
    pub fn write(&self, level: Level, module: &'static str, text: fmt::Arguments<'_>) {
        if let Some((most, sink)) = &self.sink
            && level.number() <= most.load(Ordering::Relaxed)
        {
            sink(level, module, &text.to_string());
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sink {
            Some((level, _)) => write!(f, "Log({:?})", Level::from_number(level.load(Ordering::Relaxed))),
            None => f.write_str("Log(none)"),
        }
    }
}
