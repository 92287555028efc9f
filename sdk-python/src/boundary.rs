//! The boundary between Python and the core: the GIL is let go, Ctrl-C is heard, panics end here.
//!
//! An operation runs on a thread of its own, so that the calling thread can look for signals meanwhile (only the main
//! thread of Python may). Whatever the operation wants of Python, a callback or a line in the log, is done on the
//! calling thread, where the program expects it.

use crate::errors;
use core::cell::RefCell;
use core::time::Duration;
use honnin::{Error, ResultCode};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Condvar, Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};

/// How often the calling thread looks for signals.
const GLANCE: Duration = Duration::from_millis(40);

/// Something to be done on the calling thread.
type Call = Box<dyn FnOnce(Python<'_>) + Send>;

thread_local! {
    /// On a thread that works for a call: where the calling thread listens.
    static CALLER: RefCell<Option<Sender<Call>>> = const { RefCell::new(None) };
    /// Where the last panic of this thread happened: file and line of the source, nothing of its text.
    static PANICKED_AT: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// What Python callbacks raised while an operation ran, for the end of the operation.
#[derive(Default)]
pub(crate) struct Raised(Mutex<Option<(PyErr, Role)>>);

/// What becomes of an exception that a callback raised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The call raises it.
    Answer,
    /// The call raises its own error, with this one as its cause.
    Cause,
}

impl Raised {
    /// Keeps the first exception. One that is not meant for programs (KeyboardInterrupt) is always the answer.
    pub(crate) fn keep(&self, py: Python<'_>, error: PyErr, role: Role) {
        let role = if error.is_instance_of::<PyException>(py) { role } else { Role::Answer };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|(_, known)| *known == Role::Cause && role == Role::Answer) {
            *kept = Some((error, role));
        }
    }

    fn take(&self) -> Option<(PyErr, Role)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How an operation ended.
pub(crate) struct Ending<T> {
    /// What the core answered.
    pub(crate) result: honnin::Result<T>,
    /// What a signal handler raised meanwhile.
    pub(crate) interrupt: Option<PyErr>,
}

impl<T> Ending<T> {
    /// What the call answers Python. An interruption or an exception of a callback comes first; an error of the
    /// core that it displaces is its cause, so that the outcome of a PIN is never lost.
    pub(crate) fn settle(self, py: Python<'_>, raised: Option<&Raised>) -> PyResult<T> {
        let error = self.result.as_ref().err().map(|error| errors::to_python(py, error));
        let kept = raised.and_then(Raised::take);
        let (answer, cause) = match (self.interrupt, kept, error) {
            (Some(interrupt), _, error) => (interrupt, error),
            (None, Some((answer, Role::Answer)), error) => (answer, error),
            (None, Some((cause, Role::Cause)), Some(error)) => (error, Some(cause)),
            (None, _, Some(error)) => (error, None),
            (None, kept, None) => {
                // What a connection raised where nothing can fail, at the end of a transaction, or what was got over. That
                // a card was lifted and came back needs no telling.
                if let Some((exception, _)) = kept
                    && errors::from_python(py, &exception, "").is_none()
                {
                    exception.write_unraisable(py, None);
                }
                return self.result.map_err(|error| errors::to_python(py, &error));
            }
        };
        if let Some(cause) = cause
            && !cause.value(py).is(answer.value(py))
        {
            answer.set_cause(py, Some(cause));
        }
        Err(answer)
    }
}

/// Runs an operation of the core without the GIL. A signal handler that raises (Ctrl-C) calls `cancel`, and the
/// operation is waited for: it leaves the card before it ends.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    cancel: &(dyn Fn() + Sync),
    work: impl FnOnce() -> honnin::Result<T> + Send,
) -> Ending<T> {
    let (result, interrupt) = py.detach(|| {
        thread::scope(|scope| {
            let (calls, inbox) = mpsc::channel::<Call>();
            let worker = thread::Builder::new().name("honnin".to_owned()).spawn_scoped(scope, move || {
                CALLER.set(Some(calls));
                let result = caught(work);
                CALLER.set(None);
                result
            });
            let Ok(worker) = worker else {
                return (Err(Error::new(ResultCode::OutOfMemory, "no thread could be started")), None);
            };
            let mut interrupt = None;
            loop {
                let call = match inbox.recv_timeout(GLANCE) {
                    Ok(call) => Some(call),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                // Without Python (it is ending) the operation is still waited for; its callbacks get no answer.
                let _ = Python::try_attach(|py| {
                    if let Some(call) = call {
                        call(py);
                    }
                    if interrupt.is_none()
                        && let Err(error) = py.check_signals()
                    {
                        interrupt = Some(error);
                        cancel();
                    }
                });
            }
            // What the worker runs has caught its panics; this arm is for the thread itself.
            let result =
                worker.join().unwrap_or_else(|_| Err(Error::new(ResultCode::Internal, "a thread was lost")));
            (result, interrupt)
        })
    });
    Ending { result, interrupt }
}

/// As [`run`], for an operation that ends by itself and soon: no signal is looked for.
pub(crate) fn brief<T: Send>(py: Python<'_>, work: impl FnOnce() -> honnin::Result<T> + Send) -> PyResult<T> {
    py.detach(|| caught(work)).map_err(|error| errors::to_python(py, &error))
}

/// Does something in Python: on the calling thread, or here if no call is going on. `None` if Python is ending.
pub(crate) fn on_caller<T: Send + 'static>(work: impl FnOnce(Python<'_>) -> T + Send + 'static) -> Option<T> {
    let Some(caller) = CALLER.with_borrow(Clone::clone) else {
        return Python::try_attach(work);
    };
    let (answer, wait) = mpsc::channel();
    let call: Call = Box::new(move |py| {
        // A panic drops the sender, and the operation hears that there is no answer.
        let _ = catch_unwind(AssertUnwindSafe(|| answer.send(work(py))));
    });
    caller.send(call).ok()?;
    drop(caller);
    wait.recv().ok()
}

/// INTERNAL_PANIC instead of a panic.
pub(crate) fn caught<T>(work: impl FnOnce() -> honnin::Result<T>) -> honnin::Result<T> {
    listen_for_panics();
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        if let Some((file, line)) = PANICKED_AT.take() {
            crate::logging::write_panic(&file, line);
        }
        Err(Error::new(ResultCode::InternalPanic, "a panic in the library"))
    })
}

/// Replaces the hook that would print the text of a panic, which may hold anything. Ours alone: the hook belongs
/// to this module's copy of the Rust library.
pub(crate) fn listen_for_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map(|at| (file_name(at.file()), at.line()));
            let _ = PANICKED_AT.try_with(|place| place.replace(at));
        }));
    });
}

/// The end of a path: where it was built is nobody's business.
fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}

/// A handle that belongs to the process that made it. A child made by fork shares the connection but not the right
/// to speak: it could only disturb its parent.
#[derive(Clone, Copy)]
pub(crate) struct Home(u32);

impl Home {
    pub(crate) fn here() -> Home {
        Home(std::process::id())
    }

    pub(crate) fn is_here(self) -> bool {
        self.0 == std::process::id()
    }

    /// BAD_STATE in a child.
    pub(crate) fn check(self, py: Python<'_>) -> PyResult<()> {
        if self.is_here() {
            return Ok(());
        }
        Err(bad_state(py, "the handle belongs to the parent process"))
    }
}

pub(crate) fn bad_state(py: Python<'_>, detail: &'static str) -> PyErr {
    errors::to_python(py, &Error::new(ResultCode::BadState, detail))
}

/// One operation at a time; others wait. A thread that is inside already (in a callback) is refused.
#[derive(Default)]
pub(crate) struct Gate {
    owner: Mutex<Option<ThreadId>>,
    free: Condvar,
    /// Set by a `close` from a callback: takes effect when the operation ends.
    close_wanted: AtomicBool,
}

/// The right to run an operation; given back when dropped.
pub(crate) struct Pass<'a>(&'a Gate);

impl Gate {
    /// Whether this thread is inside.
    pub(crate) fn is_mine(&self) -> bool {
        *self.owner.lock().unwrap_or_else(PoisonError::into_inner) == Some(thread::current().id())
    }

    /// Asks from a callback that the card be closed when the operation ends.
    pub(crate) fn want_close(&self) {
        self.close_wanted.store(true, Ordering::SeqCst);
    }

    pub(crate) fn wants_close(&self) -> bool {
        self.close_wanted.load(Ordering::SeqCst)
    }

    /// Waits for the right to run an operation.
    pub(crate) fn enter(&self, py: Python<'_>) -> PyResult<Pass<'_>> {
        if self.is_mine() {
            return Err(bad_state(py, "used from one of its own callbacks"));
        }
        loop {
            let entered = py.detach(|| {
                let owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
                let (mut owner, _) = self
                    .free
                    .wait_timeout_while(owner, GLANCE, |owner| owner.is_some())
                    .unwrap_or_else(PoisonError::into_inner);
                if owner.is_some() {
                    return false;
                }
                *owner = Some(thread::current().id());
                true
            });
            if entered {
                return Ok(Pass(self));
            }
            py.check_signals()?;
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        *self.0.owner.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.free.notify_one();
    }
}
