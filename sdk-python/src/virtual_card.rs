//! `honnin.VirtualCard`: a My Number Card in software, for programs that are written and tested without one.

use crate::arguments::{Seconds, THIRTY_SECONDS};
use crate::boundary::{Gate, Home, bad_state, brief, run};
use crate::certificate::Certificate;
use crate::enums::{Choice, to_python};
use honnin::certificate::Certificate as CoreCertificate;
use honnin::reader::{Connection, Disposition};
use honnin::virtual_card::{Plugged, plug_into_pcscd};
use honnin::{CertificateKind, PinKind, ResultCode, Timeout, VirtualCard as Core};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A My Number Card in software. `profile` is a dict or the text of a JSON object (docs/virtual-card.md); without one it
/// is 番号 花子, born 1989-05-07, with the signing password ABC123 and 1234 for the other PINs.
#[pyclass(frozen, module = "honnin")]
pub(crate) struct VirtualCard {
    card: Core,
    plugs: Mutex<Vec<Plugged>>,
    home: Home,
}

impl VirtualCard {
    /// The card, unless this is a child of the process that made it: a thread there may have held its lock.
    pub(crate) fn open(&self, py: Python<'_>) -> PyResult<Core> {
        self.home.check(py)?;
        Ok(self.card.clone())
    }

    fn with<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&Core) -> T + Send) -> PyResult<T> {
        self.home.check(py)?;
        brief(py, || Ok(work(&self.card)))
    }

    fn pull(&self) {
        self.plugs.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[pymethods]
impl VirtualCard {
    #[new]
    #[pyo3(signature = (profile=None))]
    fn new(py: Python<'_>, profile: Option<&Bound<'_, PyAny>>) -> PyResult<VirtualCard> {
        let json: Option<String> = match profile {
            None => None,
            Some(profile) if profile.is_instance_of::<PyString>() => Some(profile.extract()?),
            Some(profile) if profile.is_instance_of::<PyDict>() => {
                Some(py.import("json")?.call_method1("dumps", (profile,))?.extract()?)
            }
            Some(_) => return Err(PyTypeError::new_err("a profile is a dict or the text of a JSON object")),
        };
        let card = brief(py, || Core::new(json.as_deref()))?;
        Ok(VirtualCard { card, plugs: Mutex::default(), home: Home::here() })
    }

    /// Puts the card on the reader.
    fn insert(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, Core::insert)
    }

    /// Takes it away: it forgets what was selected and verified.
    fn remove(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, Core::remove)
    }

    /// Whether it is on the reader.
    #[getter]
    fn is_inserted(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, Core::is_inserted)
    }

    /// Takes the card away before the n-th command from now on (1 is the next). Once.
    fn remove_before(&self, py: Python<'_>, nth: u64) -> PyResult<()> {
        self.with(py, |card| card.remove_before(nth))
    }

    /// Takes the card away after the n-th command from now on: its answer is lost. Once.
    fn remove_after(&self, py: Python<'_>, nth: u64) -> PyResult<()> {
        self.with(py, |card| card.remove_after(nth))
    }

    /// Lets the n-th command from now on fail with that code, unseen by the card. Once.
    fn fail_at(&self, py: Python<'_>, nth: u64, code: Choice<ResultCode>) -> PyResult<()> {
        self.with(py, |card| card.fail_at(nth, code.0))
    }

    /// Resets the card as another program would.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, Core::reset)
    }

    /// Every command that the card saw: headers, lengths and status words, never contents.
    fn transcript<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let transcript = self.with(py, Core::transcript)?;
        let class = py.import("honnin._values")?.getattr("Exchange")?;
        let exchange = |one: &honnin::virtual_card::Exchange| {
            let about = PyDict::new(py);
            about.set_item("header", one.header_hex())?;
            about.set_item("data_length", one.data_len)?;
            about.set_item("expected", one.expected)?;
            about.set_item("extended", one.extended)?;
            about.set_item("response_length", one.response_len)?;
            about.set_item("status_word", one.status_word)?;
            class.call((), Some(&about))
        };
        transcript.exchanges.iter().map(exchange).collect()
    }

    /// Forgets the commands seen so far.
    fn clear_transcript(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, Core::clear_transcript)
    }

    /// The certificate of the virtual CA that issued the certificate of that kind.
    #[pyo3(
        signature = (kind=Choice(CertificateKind::Signing)),
        text_signature = "($self, kind=\"signing\")"
    )]
    fn ca(&self, py: Python<'_>, kind: Choice<CertificateKind>) -> PyResult<Certificate> {
        self.home.check(py)?;
        brief(py, || CoreCertificate::parse(&self.card.ca(kind.0))).map(Certificate::of)
    }

    /// The key of the virtual issuer of cards, for `Trust.with_card_keys`.
    fn card_key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.home.check(py)?;
        Ok(PyBytes::new(py, &self.card.card_ca_key()))
    }

    /// A certificate on the card; None for the signing certificate of a card without one.
    #[pyo3(
        signature = (kind=Choice(CertificateKind::Signing)),
        text_signature = "($self, kind=\"signing\")"
    )]
    fn certificate(&self, py: Python<'_>, kind: Choice<CertificateKind>) -> PyResult<Option<Certificate>> {
        self.home.check(py)?;
        let parse = || self.card.certificate(kind.0).map(|der| CoreCertificate::parse(&der)).transpose();
        Ok(brief(py, parse)?.map(Certificate::of))
    }

    /// The revocation list of that CA, in DER.
    #[pyo3(
        signature = (kind=Choice(CertificateKind::Signing)),
        text_signature = "($self, kind=\"signing\")"
    )]
    fn crl<'py>(&self, py: Python<'py>, kind: Choice<CertificateKind>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.with(py, |card| card.crl(kind.0))?))
    }

    /// How many tries of a PIN are left, as the card itself knows; None if it has no such PIN.
    fn tries_left(&self, py: Python<'_>, pin: Choice<PinKind>) -> PyResult<Option<u8>> {
        self.with(py, |card| card.tries_left(pin.0))
    }

    /// Whether the card believes that PIN to be verified.
    fn is_verified(&self, py: Python<'_>, pin: Choice<PinKind>) -> PyResult<bool> {
        self.with(py, |card| card.is_verified(pin.0))
    }

    /// Leaves the card as another program would that verified the PIN and ended.
    fn verify_out_of_band(&self, py: Python<'_>, pin: Choice<PinKind>) -> PyResult<bool> {
        self.with(py, |card| card.verify_out_of_band(pin.0))
    }

    /// Connects as one program among others: the way to wrap a virtual card in a `honnin.Connection` of your own.
    fn connect(&self, py: Python<'_>) -> PyResult<VirtualConnection> {
        self.home.check(py)?;
        let connection = brief(py, || self.card.connect())?;
        Ok(VirtualConnection {
            connection: Mutex::new(Some(connection)),
            gate: Gate::default(),
            home: self.home,
        })
    }

    /// Puts the card into the vsmartcard reader of a real pcscd, until the `with` block of the card ends or `unplug`.
    /// Waits until the reader has it; TIMEOUT if it does not.
    #[pyo3(
        signature = (address=None, timeout=Seconds(Timeout::Millis(5000))),
        text_signature = "($self, address=None, timeout=5.0)"
    )]
    fn plug_into_pcscd(&self, py: Python<'_>, address: Option<&str>, timeout: Seconds) -> PyResult<()> {
        self.home.check(py)?;
        let plugged = brief(py, || plug_into_pcscd(&self.card, address))?;
        let stop = core::sync::atomic::AtomicBool::new(false);
        let deadline = timeout.0.deadline();
        let connected = run(py, &|| stop.store(true, core::sync::atomic::Ordering::SeqCst), || {
            while !plugged.wait_until_connected(core::time::Duration::from_millis(50)) {
                if stop.load(core::sync::atomic::Ordering::SeqCst) || Instant::now() >= deadline {
                    return Err(honnin::Error::new(
                        ResultCode::Timeout,
                        "no vsmartcard reader took the card",
                    ));
                }
            }
            Ok(())
        })
        .settle(py, None);
        if connected.is_ok() {
            self.plugs.lock().unwrap_or_else(PoisonError::into_inner).push(plugged);
        }
        connected
    }

    /// Takes the card out of pcscd.
    fn unplug(&self, py: Python<'_>) -> PyResult<()> {
        self.home.check(py)?;
        py.detach(|| self.pull());
        Ok(())
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_args))]
    fn __exit__(&self, py: Python<'_>, _args: &Bound<'_, PyTuple>) {
        if self.home.is_here() {
            py.detach(|| {
                self.pull();
                self.card.remove();
            });
        }
    }

    fn __repr__(&self) -> &'static str {
        "<honnin.VirtualCard>"
    }
}

impl Drop for VirtualCard {
    fn drop(&mut self) {
        let plugs = core::mem::take(self.plugs.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !self.home.is_here() {
            // Their threads are the parent's.
            core::mem::forget(plugs);
        }
    }
}

/// A connection to a virtual card, for a `honnin.Connection` that wraps it.
#[pyclass(frozen, module = "honnin")]
pub(crate) struct VirtualConnection {
    connection: Mutex<Option<Box<dyn Connection>>>,
    gate: Gate,
    home: Home,
}

impl VirtualConnection {
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut Box<dyn Connection>) -> honnin::Result<T> + Send,
    ) -> PyResult<T> {
        self.home.check(py)?;
        let _pass = self.gate.enter(py)?;
        let mut held = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut() {
            Some(connection) => brief(py, || work(connection)),
            None => Err(bad_state(py, "the connection is closed")),
        }
    }
}

#[pymethods]
impl VirtualConnection {
    /// Sends one command and returns the whole answer.
    #[pyo3(
        signature = (command, timeout=Seconds(Timeout::Millis(20_000))),
        text_signature = "($self, command, timeout=20.0)"
    )]
    fn transmit<'py>(
        &self,
        py: Python<'py>,
        command: crate::arguments::Data,
        timeout: Seconds,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let answer = self.with(py, |connection| {
            let mut answer = Vec::new();
            connection.transmit(command.bytes(), &mut answer, timeout.0.duration())?;
            Ok(answer)
        })?;
        Ok(PyBytes::new(py, &answer))
    }

    /// Begins a transaction.
    #[pyo3(signature = (timeout=THIRTY_SECONDS), text_signature = "($self, timeout=30.0)")]
    fn begin(&self, py: Python<'_>, timeout: Seconds) -> PyResult<()> {
        self.with(py, |connection| connection.begin(timeout.0.deadline()))
    }

    /// Ends the transaction.
    #[pyo3(
        signature = (disposition=Choice(Disposition::Leave)),
        text_signature = "($self, disposition=\"leave\")"
    )]
    fn end(&self, py: Python<'_>, disposition: Choice<Disposition>) -> PyResult<()> {
        self.with(py, |connection| {
            connection.end(disposition.0);
            Ok(())
        })
    }

    /// Makes this connection the only one.
    #[pyo3(signature = (timeout=THIRTY_SECONDS), text_signature = "($self, timeout=30.0)")]
    fn claim(&self, py: Python<'_>, timeout: Seconds) -> PyResult<()> {
        self.with(py, |connection| connection.claim(timeout.0.deadline()))
    }

    /// How the card meets the reader.
    #[getter]
    fn interface<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let interface = self.with(py, |connection| Ok(connection.interface()))?;
        to_python(py, interface)
    }

    /// Hangs up.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.home.check(py)?;
        let _pass = self.gate.enter(py)?;
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(())
    }
}

impl Drop for VirtualConnection {
    fn drop(&mut self) {
        if !self.home.is_here() {
            let held = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner).take();
            core::mem::forget(held);
        }
    }
}
