//! `honnin.Card`: an open My Number Card. Each method checks the handle, lets the GIL go and calls the core.

use crate::arguments::{Data, NO_TIME, Seconds, THIRTY_SECONDS, Which};
use crate::boundary::{Gate, Home, Pass, Raised, Role, bad_state, brief, caught, on_caller, run};
use crate::certificate::{Certificate, date, holder_to_python};
use crate::connection::Carrier;
use crate::documents::{PythonFile, Refusal, Source, font_of, hand_out, timestamp_of};
use crate::enums::{self, Choice};
use crate::face::Face;
use crate::trust::{Trust, report_to_python};
use crate::{errors, pin, readers};
use core::ops::ControlFlow;
use honnin::card::{ExtendedLength, PinEntryFn, Progress, ProgressFn, What};
use honnin::reader::Canceller;
use honnin::signature::cms::CmsOptions;
use honnin::signature::pdf::{self, PdfOptions};
use honnin::{
    Card as Core, CertificateKind, ContextOptions, Error, Hash, KeyKind, OpenOptions, PinKind, PinOptions,
    ResultCode,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// An open My Number Card, from `honnin.open_card`. Use it in a `with` block: leaving the block leaves the application,
/// so that nothing stays verified. Any thread may call; calls on one card wait for each other.
#[pyclass(frozen, module = "honnin", weakref)]
pub(crate) struct Card(Arc<Held>);

/// The card and what surrounds it.
struct Held {
    slot: Mutex<Slot>,
    gate: Gate,
    home: Home,
    canceller: Canceller,
    raised: Arc<Raised>,
    kind: honnin::CardKind,
    reader: String,
    interface: honnin::result::ReaderInterface,
    is_virtual: bool,
    exchanges: AtomicU32,
}

enum Slot {
    Open(Box<Core>),
    Closed,
    /// A panic happened inside: nothing is known of its state.
    Poisoned,
}

/// The cards that are open, to be closed when Python ends. Locked only while Python is attached, so that a fork
/// never happens under the lock.
static OPEN: Mutex<Vec<Weak<Held>>> = Mutex::new(Vec::new());

/// Opens the card in the reader, or, without one, in the only reader that has a card.
#[pyfunction]
#[pyo3(
    signature = (
        reader=Which::Any, timeout=THIRTY_SECONDS, *, connection=None, permit_my_number=false,
        my_number_purpose=None, exclusive=false, extended_length=Choice(ExtendedLength::Auto), grace=NO_TIME,
        progress=None, pin_entry=None, secure_messaging=false,
    ),
    text_signature = "(reader=None, timeout=30.0, *, connection=None, permit_my_number=False, \
        my_number_purpose=None, exclusive=False, extended_length=\"auto\", grace=0.0, \
        progress=None, pin_entry=None, secure_messaging=False)"
)]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn open_card(
    py: Python<'_>,
    reader: Which,
    timeout: Seconds,
    connection: Option<&Bound<'_, PyAny>>,
    permit_my_number: bool,
    my_number_purpose: Option<String>,
    exclusive: bool,
    extended_length: Choice<ExtendedLength>,
    grace: Seconds,
    progress: Option<Py<PyAny>>,
    pin_entry: Option<Py<PyAny>>,
    secure_messaging: bool,
) -> PyResult<Card> {
    if connection.is_some() && !matches!(reader, Which::Any) {
        let detail = "a reader and a connection cannot both be given";
        return Err(errors::raise(py, ResultCode::InvalidArgument, detail));
    }
    let options = ContextOptions {
        no_pcsc: connection.is_some(),
        permit_my_number,
        my_number_purpose,
        ..ContextOptions::default()
    };
    let (context, name) = readers::context(py, reader, options)?;
    let raised = Arc::new(Raised::default());
    let options = OpenOptions {
        timeout: timeout.0,
        exclusive,
        extended_length: extended_length.0,
        grace: grace.0.duration(),
        secure_messaging,
        pin_entry: pin_entry.map(|asked| pin_entry_of(asked, Arc::clone(&raised))),
        progress: progress.map(|told| progress_of(told, Arc::clone(&raised))),
    };
    let carrier = connection.map(|object| Carrier::new(object, Arc::clone(&raised))).transpose()?;
    let card = run(py, &|| context.cancel(), || match carrier {
        Some(carrier) => Core::open_connection(&context, Box::new(carrier), options),
        None => Core::open(&context, name.as_deref(), options),
    });
    // An interruption that came too late to stop the opening: the card is closed, not handed out.
    let card = card.settle(py, Some(&raised))?;
    let held = Arc::new(Held {
        gate: Gate::default(),
        home: Home::here(),
        canceller: card.canceller(),
        raised,
        kind: card.kind(),
        reader: card.reader().to_owned(),
        interface: card.reader_interface(),
        is_virtual: card.is_virtual(),
        exchanges: AtomicU32::new(card.exchanges()),
        slot: Mutex::new(Slot::Open(Box::new(card))),
    });
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|other| other.strong_count() > 0);
    open.push(Arc::downgrade(&held));
    Ok(Card(held))
}

/// Closes every card that is still open: called when Python ends.
#[pyfunction]
pub(crate) fn close_all(py: Python<'_>) {
    let open = core::mem::take(&mut *OPEN.lock().unwrap_or_else(PoisonError::into_inner));
    for held in open.iter().filter_map(Weak::upgrade) {
        if let Err(error) = held.shut(py) {
            error.write_unraisable(py, None);
        }
    }
}

impl Held {
    /// Runs an operation on the card.
    fn operate<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut Core) -> honnin::Result<T> + Send,
    ) -> PyResult<T> {
        self.home.check(py)?;
        let pass = self.gate.enter(py)?;
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let card = match &mut *slot {
            Slot::Open(card) => card,
            Slot::Closed => return Err(bad_state(py, "the card is closed")),
            Slot::Poisoned => return Err(bad_state(py, "a panic happened in an earlier operation")),
        };
        let mut ending = run(py, &|| self.canceller.cancel_running(), || work(card));
        if let Err(error) = &mut ending.result {
            error.card_kind = error.card_kind.or(Some(self.kind));
        }
        let (succeeded, poisoned) = match &ending.result {
            Ok(_) => (true, false),
            Err(error) => (false, error.code == ResultCode::InternalPanic),
        };
        let answer = ending.settle(py, Some(&self.raised));
        if succeeded && answer.is_err() {
            // Interrupted too late to stop it. Whatever was verified, nobody is going to use it; a failure to leave
            // has no one to tell.
            let _ = py.detach(|| caught(|| card.pin_forget()));
        }
        self.exchanges.store(card.exchanges(), Ordering::SeqCst);
        if poisoned {
            discard(py, core::mem::replace(&mut *slot, Slot::Poisoned));
        } else if self.gate.wants_close() {
            let closed = core::mem::replace(&mut *slot, Slot::Closed);
            self.close_core(py, closed);
        }
        drop(slot);
        drop(pass);
        answer
    }

    /// Closes: what runs is cancelled and waited for. From a callback it takes effect when the operation ends.
    /// In a child process it does nothing: the card is the parent's.
    fn shut(&self, py: Python<'_>) -> PyResult<()> {
        if !self.home.is_here() {
            return Ok(());
        }
        if self.gate.is_mine() {
            self.gate.want_close();
            self.canceller.cancel_running();
            return Ok(());
        }
        self.canceller.cancel_running();
        let mut interrupted = Ok(());
        let pass: Pass<'_> = loop {
            // Ctrl-C does not leave a card behind: it is raised afterwards.
            match self.gate.enter(py) {
                Ok(pass) => break pass,
                Err(error) => interrupted = Err(error),
            }
        };
        let slot =
            core::mem::replace(&mut *self.slot.lock().unwrap_or_else(PoisonError::into_inner), Slot::Closed);
        self.close_core(py, slot);
        drop(pass);
        interrupted
    }

    fn close_core(&self, py: Python<'_>, slot: Slot) {
        let Slot::Open(card) = slot else { return };
        let closed = py.detach(|| caught(|| Ok(card.close())));
        if let Ok(exchanges) = closed {
            self.exchanges.store(exchanges, Ordering::SeqCst);
        }
    }
}

fn discard(py: Python<'_>, slot: Slot) {
    let _ = py.detach(|| {
        caught(|| {
            drop(slot);
            Ok(())
        })
    });
}

/// A card that nobody refers to any more is closed; in a child process it is the parent's, and not touched.
impl Drop for Held {
    fn drop(&mut self) {
        let slot =
            core::mem::replace(self.slot.get_mut().unwrap_or_else(PoisonError::into_inner), Slot::Closed);
        if !self.home.is_here() {
            core::mem::forget(slot);
            return;
        }
        if let Slot::Open(card) = slot {
            // Without Python (it is ending) the card is closed all the same.
            let mut card = Some(card);
            let closed = Python::try_attach(|py| {
                let card = card.take();
                py.detach(|| {
                    caught(|| {
                        drop(card);
                        Ok(())
                    })
                })
            });
            if closed.is_none() {
                drop(card);
            }
        }
    }
}

fn pin_options(keep_tries: u8, allow_last_try: bool, fold: bool) -> PinOptions {
    PinOptions { keep_tries, allow_last_try, fold }
}

#[pymethods]
impl Card {
    /// What kind of thing answered.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        enums::to_python(py, self.0.kind)
    }

    /// The name of the reader.
    #[getter]
    fn reader(&self) -> &str {
        &self.0.reader
    }

    /// How the card meets the reader.
    #[getter]
    fn reader_interface<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        enums::to_python(py, self.0.interface)
    }

    /// Whether a virtual card answers.
    #[getter]
    fn is_virtual(&self) -> bool {
        self.0.is_virtual
    }

    /// How many commands the session took so far.
    #[getter]
    fn exchanges(&self) -> u32 {
        self.0.exchanges.load(Ordering::SeqCst)
    }

    /// Whether the card has been closed.
    #[getter]
    fn closed(&self, py: Python<'_>) -> PyResult<bool> {
        self.0.home.check(py)?;
        if self.0.gate.is_mine() {
            return Ok(false);
        }
        let _pass = self.0.gate.enter(py)?;
        let slot = self.0.slot.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(!matches!(&*slot, Slot::Open(_)))
    }

    /// What the card tells without a PIN. The serial number and the municipality point at a person: only if asked.
    /// Without `certificates` only the common application is asked: what an age check needs.
    #[pyo3(signature = (*, serial=false, municipality=false, certificates=true))]
    fn info<'py>(
        &self,
        py: Python<'py>,
        serial: bool,
        municipality: bool,
        certificates: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let what = What { expiry: true, certificates, serial, municipality };
        let details = self.0.operate(py, |card| match card.details_read(what) {
            // A phone has no common application; what it has is still worth telling.
            Err(error) if error.code == ResultCode::CardFeatureAbsent && !serial && !municipality => {
                card.details_read(What { expiry: false, ..what })
            }
            other => other,
        })?;
        let about = PyDict::new(py);
        about.set_item("serial", &details.serial)?;
        about.set_item("municipality", &details.municipality)?;
        about.set_item("expires", details.expiry.map(|day| date(py, day)).transpose()?.flatten())?;
        about.set_item("signing_certificate", details.signing_certificate)?;
        about.set_item("authentication_certificate", details.authentication_certificate)?;
        about.set_item("result", enums::to_python(py, details.result())?)?;
        py.import("honnin._values")?.getattr("CardInfo")?.call((), Some(&about))
    }

    /// How many tries a PIN has left, spending none; None while it is verified. PinLocked if there are none.
    fn pin_tries(&self, py: Python<'_>, kind: Choice<PinKind>) -> PyResult<Option<u8>> {
        self.0.operate(py, |card| card.pin_tries(kind.0))
    }

    /// Presents a PIN, once. Without a value a PIN of 4 digits is typed on the reader's own pad, if it has one (progress
    /// says Stage.ENTERING, and the PIN never reaches this machine); else the `pin_entry` of `open_card` is asked.
    #[pyo3(signature = (kind, value=None, *, keep_tries=1, allow_last_try=false, fold=false))]
    fn verify_pin(
        &self,
        py: Python<'_>,
        kind: Choice<PinKind>,
        value: Option<&Bound<'_, PyAny>>,
        keep_tries: u8,
        allow_last_try: bool,
        fold: bool,
    ) -> PyResult<()> {
        let value = value.map(pin::from_python).transpose()?;
        let options = pin_options(keep_tries, allow_last_try, fold);
        self.0.operate(py, |card| card.pin_verify(kind.0, value.as_ref(), &options))
    }

    /// Changes a PIN: presents the old one, then sets the new one. With None for the old one `pin_entry` is asked.
    #[pyo3(signature = (kind, old, new, *, keep_tries=1, allow_last_try=false, fold=false))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn change_pin(
        &self,
        py: Python<'_>,
        kind: Choice<PinKind>,
        old: Option<&Bound<'_, PyAny>>,
        new: &Bound<'_, PyAny>,
        keep_tries: u8,
        allow_last_try: bool,
        fold: bool,
    ) -> PyResult<()> {
        let old = old.map(pin::from_python).transpose()?;
        let new = pin::from_python(new)?;
        let options = pin_options(keep_tries, allow_last_try, fold);
        self.0.operate(py, |card| card.pin_change(kind.0, old.as_ref(), &new, &options))
    }

    /// Ends what a PIN opened. The card can be used on.
    fn forget_pin(&self, py: Python<'_>) -> PyResult<()> {
        self.0.operate(py, Core::pin_forget)
    }

    /// Reads a certificate. One that was read in this session is not read again.
    #[pyo3(
        signature = (kind=Choice(CertificateKind::Signing)),
        text_signature = "($self, kind=\"signing\")"
    )]
    fn certificate(&self, py: Python<'_>, kind: Choice<CertificateKind>) -> PyResult<Certificate> {
        self.0.operate(py, |card| card.certificate_read(kind.0)).map(Certificate::of)
    }

    /// Signs bytes, or all that a binary file gives. The signature is checked before it is handed out.
    #[pyo3(
        signature = (data, key=Choice(KeyKind::Signing), hash=Choice(Hash::Sha256)),
        text_signature = "($self, data, key=\"signing\", hash=\"sha256\")"
    )]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        key: Choice<KeyKind>,
        hash: Choice<Hash>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let signature = if data.hasattr("read")? {
            let digest = digest_file(py, hash.0, data)?;
            self.0.operate(py, |card| card.sign_digest(key.0, hash.0, &digest))?
        } else {
            let data: Data = data.extract()?;
            self.0.operate(py, |card| card.sign(key.0, hash.0, data.bytes()))?
        };
        Ok(PyBytes::new(py, &signature))
    }

    /// Signs a digest that was made elsewhere.
    #[pyo3(
        signature = (digest, key=Choice(KeyKind::Signing), hash=Choice(Hash::Sha256)),
        text_signature = "($self, digest, key=\"signing\", hash=\"sha256\")"
    )]
    fn sign_digest<'py>(
        &self,
        py: Python<'py>,
        digest: Data,
        key: Choice<KeyKind>,
        hash: Choice<Hash>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let signature = self.0.operate(py, |card| card.sign_digest(key.0, hash.0, digest.bytes()))?;
        Ok(PyBytes::new(py, &signature))
    }

    /// Ends what runs on this card, CANCELLED. May be called from any thread and from callbacks.
    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        self.0.home.check(py)?;
        self.0.canceller.cancel_running();
        Ok(())
    }

    /// Leaves the application and lets go of the card. A second close does nothing.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.0.shut(py)
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_args))]
    fn __exit__(&self, py: Python<'_>, _args: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.0.shut(py)
    }

    /// Signs bytes, or all that a binary file gives, as CMS (CAdES-B-B). A file that stays outside may be of any size.
    /// `timestamp` sends a request to an authority and returns its reply (`honnin.fetch_timestamp`); it is called after
    /// the application has been left. Without a time-stamp there is a warning, or with `timestamp_required` an
    /// exception that has the finished signature as `document`.
    #[pyo3(
        signature = (
            data, *, detached=false, key=Choice(KeyKind::Signing), hash=Choice(Hash::Sha256), signing_time=false,
            embed_ca=false, allow_expired=false, timestamp=None, timestamp_required=false,
        ),
        text_signature = "($self, data, *, detached=False, key=\"signing\", hash=\"sha256\", signing_time=False, \
            embed_ca=False, allow_expired=False, timestamp=None, timestamp_required=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn sign_cms<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        detached: bool,
        key: Choice<KeyKind>,
        hash: Choice<Hash>,
        signing_time: bool,
        embed_ca: bool,
        allow_expired: bool,
        timestamp: Option<Py<PyAny>>,
        timestamp_required: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let refusal = self.asked_for(py, timestamp.as_ref(), timestamp_required)?;
        let options = CmsOptions {
            hash: hash.0,
            detached,
            signing_time,
            embed_ca,
            allow_expired,
            timestamp: timestamp.map(|fetch| timestamp_of(fetch, &refusal, Arc::clone(&self.0.raised))),
        };
        let document = match Source::of(data)? {
            Source::Bytes(data) => self.0.operate(py, |card| card.cms_sign(key.0, data.bytes(), options))?,
            Source::File(mut file) if detached => {
                let signed = self.0.operate(py, |card| card.cms_sign_reader(key.0, &mut file, options));
                file.answer(py, signed)?
            }
            source @ Source::File(_) => {
                let data = source.whole(py)?;
                self.0.operate(py, |card| card.cms_sign(key.0, &data, options))?
            }
        };
        hand_out(py, document, timestamp_required, &refusal)
    }

    /// Adds a signature to a CMS; the others stay as they are. `content` is what they signed, if it is outside. The
    /// other arguments are those of `sign_cms`.
    #[pyo3(
        signature = (
            cms, content=None, *, key=Choice(KeyKind::Signing), hash=Choice(Hash::Sha256), signing_time=false,
            embed_ca=false, allow_expired=false, timestamp=None, timestamp_required=false,
        ),
        text_signature = "($self, cms, content=None, *, key=\"signing\", hash=\"sha256\", signing_time=False, \
            embed_ca=False, allow_expired=False, timestamp=None, timestamp_required=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn add_to_cms<'py>(
        &self,
        py: Python<'py>,
        cms: Data,
        content: Option<&Bound<'py, PyAny>>,
        key: Choice<KeyKind>,
        hash: Choice<Hash>,
        signing_time: bool,
        embed_ca: bool,
        allow_expired: bool,
        timestamp: Option<Py<PyAny>>,
        timestamp_required: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let refusal = self.asked_for(py, timestamp.as_ref(), timestamp_required)?;
        let options = CmsOptions {
            hash: hash.0,
            detached: false,
            signing_time,
            embed_ca,
            allow_expired,
            timestamp: timestamp.map(|fetch| timestamp_of(fetch, &refusal, Arc::clone(&self.0.raised))),
        };
        let content = content.map(|data| Source::of(data)?.whole(py)).transpose()?;
        let document =
            self.0.operate(py, |card| card.cms_sign_add(key.0, cms.bytes(), content.as_deref(), options))?;
        hand_out(py, document, timestamp_required, &refusal)
    }

    /// Signs a PDF (PAdES-B-B) with the signing key; what is in it stays, other signatures too. `box` is where it shows:
    /// the page from 1, left and lower edge, width and height in points, before /Rotate turns the page. It shows `name` or
    /// the name in the certificate, date and time in Japan, `reason` and `location`, fitted to the box. `font` is a TrueType
    /// or OpenType font for it, as bytes or a path, of which the glyphs used are embedded; without it the fonts are those of
    /// the viewer. `timestamp` is as in `sign_cms`.
    #[pyo3(
        signature = (
            data, *, hash=Choice(Hash::Sha256), field=None, reason=None, location=None, name=None, r#box=None,
            font=None, embed_ca=false, allow_expired=false, timestamp=None, timestamp_required=false,
        ),
        text_signature = "($self, data, *, hash=\"sha256\", field=None, reason=None, location=None, name=None, \
            box=None, font=None, embed_ca=False, allow_expired=False, timestamp=None, timestamp_required=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn sign_pdf<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        hash: Choice<Hash>,
        field: Option<String>,
        reason: Option<String>,
        location: Option<String>,
        name: Option<String>,
        r#box: Option<(u32, f64, f64, f64, f64)>,
        font: Option<&Bound<'py, PyAny>>,
        embed_ca: bool,
        allow_expired: bool,
        timestamp: Option<Py<PyAny>>,
        timestamp_required: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let refusal = self.asked_for(py, timestamp.as_ref(), timestamp_required)?;
        let visible = r#box.map(|(page, x, y, width, height)| pdf::Box { page, x, y, width, height });
        let options = PdfOptions {
            hash: Some(hash.0),
            field,
            reason,
            location,
            name,
            visible,
            font: font.map(font_of).transpose()?,
            embed_ca,
            allow_expired,
            timestamp: timestamp.map(|fetch| timestamp_of(fetch, &refusal, Arc::clone(&self.0.raised))),
        };
        let data = Source::of(data)?.whole(py)?;
        let document = self.0.operate(py, |card| card.pdf_sign(&data, options))?;
        hand_out(py, document, timestamp_required, &refusal)
    }

    /// The four attributes of the text application, after TEXT or TEXT_CODE_B. With `integrity` the Holder has the findings
    /// about its record, which needs the permit for the 個人番号.
    #[pyo3(signature = (*, integrity=false, trust=None))]
    fn text<'py>(
        &self,
        py: Python<'py>,
        integrity: bool,
        trust: Option<&Bound<'py, Trust>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let trust = trust_of(trust);
        let reading = self.0.operate(py, |card| card.text_read(integrity.then_some(&trust)))?;
        holder_to_python(py, &reading.holder, reading.integrity.as_ref())
    }

    /// The 個人番号, after TEXT or TEXT_CODE_A, if the card was opened with `permit_my_number`.
    fn my_number(&self, py: Python<'_>) -> PyResult<String> {
        self.0.operate(py, |card| card.my_number_read().map(|number| number.as_str().to_owned()))
    }

    /// The birth date of the age record, after FACE_BIRTH_DATE. With `integrity` the Holder has the findings about it.
    #[pyo3(signature = (*, integrity=false, trust=None))]
    fn age_record<'py>(
        &self,
        py: Python<'py>,
        integrity: bool,
        trust: Option<&Bound<'py, Trust>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let trust = trust_of(trust);
        let reading = self.0.operate(py, |card| card.age_read(integrity.then_some(&trust)))?;
        holder_to_python(py, &reading.holder, reading.integrity.as_ref())
    }

    /// The card face, after FACE_CODE_B or FACE_CODE_A.
    #[pyo3(signature = (*, trust=None))]
    fn face(&self, py: Python<'_>, trust: Option<&Bound<'_, Trust>>) -> PyResult<Face> {
        let trust = trust_of(trust);
        self.0.operate(py, |card| card.face_read(&trust)).map(Face::of)
    }

    /// Whether the card is genuine, after a PIN or printed code of the text or face application: a Report.
    #[pyo3(signature = (*, trust=None))]
    fn genuine<'py>(
        &self,
        py: Python<'py>,
        trust: Option<&Bound<'py, Trust>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let trust = trust_of(trust);
        let report = self.0.operate(py, |card| card.genuine_check(&trust))?;
        report_to_python(py, &report, &[], PyDict::new(py))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("an open card is not pickled or copied"))
    }

    fn __repr__(&self) -> String {
        format!("<honnin.Card {}>", honnin::CardKind::name(self.0.kind))
    }
}

impl Card {
    /// Where it shows why a time-stamp failed. One that is required must also be fetched.
    fn asked_for(&self, py: Python<'_>, timestamp: Option<&Py<PyAny>>, required: bool) -> PyResult<Refusal> {
        if required && timestamp.is_none() {
            let detail = "a time-stamp is required, and nothing fetches one";
            return Err(errors::raise(py, ResultCode::InvalidArgument, detail));
        }
        Ok(Refusal::default())
    }
}

/// Whom to trust for cards; the production keys if nothing is said.
fn trust_of(trust: Option<&Bound<'_, Trust>>) -> honnin::certificate::Trust {
    trust.map(|trust| trust.get().core().clone()).unwrap_or_default()
}

/// The callback of the program that hears of progress. False cancels, and so does an exception.
fn progress_of(told: Py<PyAny>, raised: Arc<Raised>) -> Box<ProgressFn> {
    let told = Arc::new(told);
    Box::new(move |progress: Progress| {
        let (told, raised) = (Arc::clone(&told), Arc::clone(&raised));
        let go_on = on_caller(move |py| {
            tell(py, &told, progress).unwrap_or_else(|error| {
                raised.keep(py, error, Role::Answer);
                false
            })
        });
        if go_on == Some(true) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}

fn tell(py: Python<'_>, told: &Py<PyAny>, progress: Progress) -> PyResult<bool> {
    let stage = enums::to_python(py, progress.stage)?;
    let class = py.import("honnin._values")?.getattr("Progress")?;
    let answer = told.bind(py).call1((class.call1((stage, progress.done, progress.total))?,))?;
    Ok(!answer.is(pyo3::types::PyBool::new(py, false)))
}

/// The callback of the program that asks the person for a PIN. None cancels.
fn pin_entry_of(asked: Py<PyAny>, raised: Arc<Raised>) -> Box<PinEntryFn> {
    let asked = Arc::new(asked);
    Box::new(move |kind: PinKind, tries: Option<u8>| {
        let (asked, raised) = (Arc::clone(&asked), Arc::clone(&raised));
        let cancelled = || Error::new(ResultCode::Cancelled, "cancelled at the PIN entry");
        let answer = on_caller(move |py| {
            ask(py, &asked, kind, tries).map_err(|error| {
                let detail = "the PIN entry of the program failed";
                let meant = errors::from_python(py, &error, detail);
                raised.keep(py, error, Role::Answer);
                meant.unwrap_or_else(|| Error::new(ResultCode::Cancelled, detail))
            })
        });
        answer.unwrap_or_else(|| Err(cancelled()))?.ok_or_else(cancelled)
    })
}

fn ask(py: Python<'_>, asked: &Py<PyAny>, kind: PinKind, tries: Option<u8>) -> PyResult<Option<honnin::Pin>> {
    let answer = asked.bind(py).call1((enums::to_python(py, kind)?, tries))?;
    if answer.is_none() {
        return Ok(None);
    }
    pin::from_python(&answer).map(Some)
}

/// The digest of all that a binary file gives, in constant memory.
fn digest_file(py: Python<'_>, hash: Hash, file: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let mut file = PythonFile::new(file);
    let digest = brief(py, || {
        honnin::signature::digest_reader(hash, &mut file)
            .map_err(|_| Error::new(ResultCode::IoError, "the file could not be read").in_operation("sign"))
    });
    file.answer(py, digest)
}
