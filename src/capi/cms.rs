//! CMS signatures: making them with a card, adding time-stamps, verifying.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::callbacks::{Stream, honnin_read_fn, honnin_timestamp_fn, timestamp};
use crate::card::honnin_card;
use crate::error::honnin_error;
use crate::ffi::{self, Out, Place};
use crate::handles;
use crate::honnin_result;
use crate::report::honnin_report;
use crate::validation::{honnin_validation_options, validation_options};
use core::ffi::c_void;
use honnin_core::certificate::ValidationOptions;
use honnin_core::result::{Error, Result, ResultCode};
use honnin_core::signature::cms::{self, CmsOptions, Content, SignedDocument, Timestamped};
use honnin_core::{Hash, KeyKind};

/// How a CMS signature is made. All zeros: SHA-256, with the content inside, without a time of signing.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_cms_options {
    /// sizeof(honnin_cms_options)
    pub struct_size: u32,
    /// HONNIN_HASH_…; 0: HONNIN_HASH_SHA256.
    pub hash: u32,
    /// 1: the content stays outside.
    pub detached: u32,
    /// 1: with the time of signing, as this machine says.
    pub signing_time: u32,
    /// 1: with the certificate of the CA, read from the card.
    pub embed_ca: u32,
    /// 1: an expired certificate signs all the same.
    pub allow_expired: u32,
    /// 1: without a good time-stamp the result is not HONNIN_OK. The finished signature without one is in *out in any case.
    pub timestamp_required: u32,
    /// 0
    pub reserved: u32,
    /// Fetches a time-stamp; may be NULL. Called after the application has been left.
    pub timestamp: honnin_timestamp_fn,
    /// Given to `timestamp`.
    pub timestamp_user: *mut c_void,
}

ffi::input!(honnin_cms_options {
    struct_size: u32,
    hash: u32,
    detached: u32,
    signing_time: u32,
    embed_ca: u32,
    allow_expired: u32,
    timestamp_required: u32,
    reserved: u32,
    timestamp: honnin_timestamp_fn,
    timestamp_user: *mut c_void,
});

/// The program's options, as the core wants them, and whether a time-stamp is required.
unsafe fn cms_options(options: *const honnin_cms_options) -> Result<(CmsOptions, bool)> {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let Some(given) = unsafe { ffi::options(options) }? else { return Ok((CmsOptions::default(), false)) };
    ffi::reserved(given.reserved)?;
    let required = ffi::flag(given.timestamp_required)?;
    let made = CmsOptions {
        hash: if given.hash == 0 { Hash::Sha256 } else { ffi::known(Hash::from_number(given.hash))? },
        detached: ffi::flag(given.detached)?,
        signing_time: ffi::flag(given.signing_time)?,
        embed_ca: ffi::flag(given.embed_ca)?,
        allow_expired: ffi::flag(given.allow_expired)?,
        timestamp: timestamp(given.timestamp, given.timestamp_user),
    };
    if required && made.timestamp.is_none() {
        return ffi::fail(ResultCode::InvalidArgument, "a time-stamp is required, and nothing fetches one");
    }
    Ok((made, required))
}

/// Gives the caller the signed document in any case, and the failure of a time-stamp that was required.
pub(crate) fn hand_out(document: SignedDocument, required: bool, out: Place<honnin_buffer>) -> Result<()> {
    out.set(Buffer::of(&document.bytes));
    match document.timestamp {
        Timestamped::Failed(error) if required => Err(match error.code {
            ResultCode::TimestampInvalid | ResultCode::IoError => error,
            _ => Error::new(ResultCode::IoError, "the time-stamp was not fetched"),
        }),
        _ => Ok(()),
    }
}

/// Signs content as CMS SignedData, with the signed attributes of CAdES-B-B: content type, digest, certificate, algorithms.
/// One signature of the card. With `timestamp` in the options the application is left and the time-stamp fetched; what
/// was verified is not any more then.
///
/// @param key HONNIN_KEY_KIND_…
/// @param content `size` bytes; may be NULL if `size` is 0
/// @param options may be NULL
/// @param cms DER, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
/// @return HONNIN_OK; HONNIN_PIN_REQUIRED if the key's PIN was not verified in this session; HONNIN_CERTIFICATE_EXPIRED;
///         HONNIN_CERTIFICATE_NOT_YET_VALID; HONNIN_CLOCK_IMPLAUSIBLE; HONNIN_SIGNATURE_NOT_BY_CERTIFICATE;
///         HONNIN_CERTIFICATE_UNTRUSTED if the CA's certificate on the card is not the issuer's; with timestamp_required
///         HONNIN_TIMESTAMP_INVALID or HONNIN_IO_ERROR; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT;
///         HONNIN_UNSUPPORTED_OPTION; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_sign(
    card: *mut honnin_card,
    key: u32,
    content: *const u8,
    size: usize,
    options: *const honnin_cms_options,
    cms: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(cms) };
    boundary::run("cms_sign", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        let key = ffi::known(KeyKind::from_number(key))?;
        // SAFETY: as above.
        let (content, (options, required)) = unsafe { (ffi::bytes(content, size)?, cms_options(options)?) };
        hand_out(handles::on_card(card, |card| card.cms_sign(key, content, options))?, required, out)
    })
}

/// Signs content of any size, detached, in constant memory. It is read to its end before the card is asked.
///
/// @param key HONNIN_KEY_KIND_…
/// @param read gives the content
/// @param user given to `read`
/// @param options may be NULL; `detached` is not looked at
/// @param cms DER, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
/// @return as honnin_cms_sign; what `read` answered if it failed, HONNIN_IO_ERROR for an unknown code
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_sign_stream(
    card: *mut honnin_card,
    key: u32,
    read: honnin_read_fn,
    user: *mut c_void,
    options: *const honnin_cms_options,
    cms: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(cms) };
    boundary::run("cms_sign_stream", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        let key = ffi::known(KeyKind::from_number(key))?;
        ffi::known(read.map(drop))?;
        // SAFETY: as above.
        let (options, required) = unsafe { cms_options(options)? };
        let mut content = Stream::new(read, user);
        let signed = handles::on_card(card, |card| card.cms_sign_reader(key, &mut content, options))?;
        hand_out(signed, required, out)
    })
}

/// Adds a signature to a CMS SignedData. The others stay as they are.
///
/// @param key HONNIN_KEY_KIND_…
/// @param cms DER or PEM, `size` bytes
/// @param content `content_size` bytes, if it is outside; else NULL
/// @param options may be NULL; `detached` is not looked at
/// @param out DER, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
/// @return as honnin_cms_sign; HONNIN_SIGNATURE_MALFORMED if the CMS cannot be read; HONNIN_INVALID_ARGUMENT if content is both
///         inside and given, or neither; HONNIN_CONTENT_MISMATCH if it is not what the others signed
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_sign_add(
    card: *mut honnin_card,
    key: u32,
    cms: *const u8,
    size: usize,
    content: *const u8,
    content_size: usize,
    options: *const honnin_cms_options,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_sign_add", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        let key = ffi::known(KeyKind::from_number(key))?;
        // SAFETY: as above.
        let (cms, content, (options, required)) =
            unsafe { (required(cms, size)?, given(content, content_size)?, cms_options(options)?) };
        let signed = handles::on_card(card, |card| card.cms_sign_add(key, cms, content, options))?;
        hand_out(signed, required, out)
    })
}

/// Adds a time-stamp (RFC 3161) to every signature of a CMS SignedData that has none: CAdES-B-T. It is checked that the
/// time-stamp answers the question and holds in itself; whether its authority is trusted is for honnin_cms_verify to say.
///
/// @param cms DER or PEM, `size` bytes
/// @param timestamp fetches a time-stamp
/// @param user given to `timestamp`
/// @param out DER, to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_TIMESTAMP_INVALID; HONNIN_IO_ERROR if `timestamp` failed; HONNIN_SIGNATURE_MALFORMED;
///         HONNIN_SIGNATURE_MISSING; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_timestamp_add(
    cms: *const u8,
    size: usize,
    timestamp: honnin_timestamp_fn,
    user: *mut c_void,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_timestamp_add", err, || {
        let out = out.required()?;
        let mut fetch = ffi::known(self::timestamp(timestamp, user))?;
        // SAFETY: as above.
        let cms = unsafe { required(cms, size)? };
        out.set(Buffer::of(&cms::add_timestamp(cms, &mut *fetch)?));
        Ok(())
    })
}

/// Verifies a CMS SignedData. For each signer there are findings SIGNATURE, CONTENT, ATTRIBUTES,
/// ALGORITHM, CHAIN, VALIDITY, PROFILE, REVOCATION, TEST_CARD and TIMESTAMP; what is wrong with the
/// whole has no signer's number. Without a purpose in the options the signers must be persons who
/// sign documents. The moment is the one of the options, whatever time-stamps say. All signers and
/// time-stamps together may take about a second of work, which is counted and not timed: a document
/// that takes more has a finding SIGNATURE without a signer's number, HONNIN_SIGNATURE_MALFORMED,
/// which is never waived.
///
/// @param cms DER, BER where RFC 5652 allows it, or PEM, `size` bytes
/// @param content `content_size` bytes, if it is outside; else NULL. Empty content that is outside is not NULL
/// @param options may be NULL
/// @param out to be freed with honnin_report_free; set whenever a report was made, also on a file that is no CMS
/// @return the result of the report; without one HONNIN_CLOCK_IMPLAUSIBLE, HONNIN_NOT_SUPPORTED, HONNIN_INVALID_ARGUMENT,
///         HONNIN_UNSUPPORTED_OPTION
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_verify(
    cms: *const u8,
    size: usize,
    content: *const u8,
    content_size: usize,
    options: *const honnin_validation_options,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_verify", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let (cms, content, options) =
            unsafe { (required(cms, size)?, given(content, content_size)?, validation_options(options)?) };
        report(cms, content.map_or(Content::Inside, Content::Bytes), &options, out)
    })
}

/// Verifies a CMS SignedData over content of any size, which is outside, in constant memory.
///
/// @param cms as honnin_cms_verify
/// @param read gives the content
/// @param user given to `read`
/// @param options may be NULL
/// @param out as honnin_cms_verify
/// @return as honnin_cms_verify; what `read` answered if it failed, HONNIN_IO_ERROR for an unknown code
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_cms_verify_stream(
    cms: *const u8,
    size: usize,
    read: honnin_read_fn,
    user: *mut c_void,
    options: *const honnin_validation_options,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("cms_verify_stream", err, || {
        let out = out.required()?;
        ffi::known(read.map(drop))?;
        // SAFETY: as above.
        let (cms, options) = unsafe { (required(cms, size)?, validation_options(options)?) };
        report(cms, Content::Reader(&mut Stream::new(read, user)), &options, out)
    })
}

/// Verifies, and gives the caller the report whatever it says.
fn report(
    cms: &[u8],
    content: Content<'_>,
    options: &ValidationOptions,
    out: Place<honnin_report>,
) -> Result<()> {
    let verified = cms::verify(cms, content, options)?;
    let outcome = verified.report.require();
    out.set(honnin_report::of_document(verified));
    outcome
}

/// Bytes that need not be there: NULL is none, which is not the same as no bytes.
unsafe fn given<'a>(data: *const u8, size: usize) -> Result<Option<&'a [u8]>> {
    // SAFETY: passed on.
    let bytes = unsafe { ffi::bytes(data, size) }?;
    Ok((!data.is_null()).then_some(bytes))
}

/// Bytes that must be there.
unsafe fn required<'a>(data: *const u8, size: usize) -> Result<&'a [u8]> {
    ffi::known((!data.is_null()).then_some(()))?;
    // SAFETY: passed on.
    unsafe { ffi::bytes(data, size) }
}
