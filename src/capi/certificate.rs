//! Certificates.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::card::honnin_card;
use crate::constants::{HONNIN_FORMAT_DER, HONNIN_FORMAT_PEM};
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles;
use crate::holder::honnin_holder;
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::result::{Error, Result, ResultCode};
use honnin_core::{Certificate, CertificateKind};
use std::ffi::CString;

/// An X.509 certificate as it was read. It never changes; any number of threads may use it.
pub struct honnin_certificate {
    pub(crate) certificate: Certificate,
    subject: CString,
    issuer: CString,
    serial: CString,
    fingerprint: CString,
}

impl honnin_certificate {
    pub(crate) fn of(certificate: Certificate) -> Result<honnin_certificate> {
        let text = |text: &str| {
            ffi::text_for_c(text)
                .map_err(|_| Error::new(ResultCode::CertificateMalformed, "a name with control characters"))
        };
        Ok(honnin_certificate {
            subject: text(certificate.subject())?,
            issuer: text(certificate.issuer())?,
            serial: text(certificate.serial())?,
            fingerprint: text(certificate.fingerprint())?,
            certificate,
        })
    }
}

/// Reads a certificate of the card. One that was read in this session is not read again.
///
/// @param kind HONNIN_CERTIFICATE_KIND_…
/// @param out to be freed with honnin_certificate_free; it does not need the card any more
/// @return HONNIN_OK; HONNIN_PIN_REQUIRED for the signing certificate without the signing password; HONNIN_CERTIFICATE_ABSENT;
///         HONNIN_CERTIFICATE_MALFORMED; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_read(
    card: *mut honnin_card,
    kind: u32,
    out: *mut *mut honnin_certificate,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("certificate_read", err, || {
        let out = out.required()?;
        handles::not_null(card)?;
        let kind = ffi::known(CertificateKind::from_number(kind))?;
        let certificate = handles::on_card(card, |card| card.certificate_read(kind))?;
        out.set(honnin_certificate::of(certificate)?);
        Ok(())
    })
}

/// Reads a certificate from memory: DER with nothing behind it, or PEM with one block.
///
/// @param der_or_pem `size` bytes
/// @param out to be freed with honnin_certificate_free
/// @return HONNIN_OK; HONNIN_CERTIFICATE_MALFORMED; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_parse(
    der_or_pem: *const u8,
    size: usize,
    out: *mut *mut honnin_certificate,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("certificate_parse", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let bytes = unsafe { ffi::bytes(der_or_pem, size) }?;
        out.set(honnin_certificate::of(Certificate::parse(bytes)?)?);
        Ok(())
    })
}

/// Frees a certificate. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_free(certificate: *mut honnin_certificate) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(certificate) };
}

/// The certificate as a file.
///
/// @param format HONNIN_FORMAT_…
/// @param out to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_export(
    certificate: *const honnin_certificate,
    format: u32,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("certificate_export", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let certificate = &unsafe { ffi::object(certificate) }?.certificate;
        out.set(match format {
            HONNIN_FORMAT_DER => Buffer::of(certificate.der()),
            HONNIN_FORMAT_PEM => Buffer::of(certificate.pem().as_bytes()),
            _ => return ffi::known(None),
        });
        Ok(())
    })
}

unsafe fn borrowed(
    certificate: *const honnin_certificate,
    text: impl Fn(&honnin_certificate) -> &CString,
) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    ffi::pointer(unsafe { ffi::object_or_none(certificate) }.map(text))
}

/// The subject as RFC 4514 writes names; alive as long as the certificate. That of a signing certificate is not the name
/// of the person: honnin_certificate_holder has it. NULL for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_subject(certificate: *const honnin_certificate) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(certificate, |certificate| &certificate.subject) }
}

/// The issuer as RFC 4514 writes names; alive as long as the certificate. NULL for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_issuer(certificate: *const honnin_certificate) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(certificate, |certificate| &certificate.issuer) }
}

/// The serial number in upper-case hexadecimal digits; alive as long as the certificate. NULL for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_serial(certificate: *const honnin_certificate) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(certificate, |certificate| &certificate.serial) }
}

/// SHA-256 over the DER in lower-case hexadecimal digits; alive as long as the certificate. NULL for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_fingerprint(
    certificate: *const honnin_certificate,
) -> *const c_char {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { borrowed(certificate, |certificate| &certificate.fingerprint) }
}

/// The first second in which it holds, since 1970-01-01T00:00:00Z. 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_not_before(certificate: *const honnin_certificate) -> i64 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(certificate) }.map_or(0, |certificate| certificate.certificate.not_before())
}

/// The last second in which it holds, since 1970-01-01T00:00:00Z. 0 for NULL.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_not_after(certificate: *const honnin_certificate) -> i64 {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::object_or_none(certificate) }.map_or(0, |certificate| certificate.certificate.not_after())
}

/// The four attributes of the person, as a signing certificate carries them. Whether they may be believed is for
/// honnin_certificate_validate to say.
///
/// @param out to be freed with honnin_holder_free
/// @return HONNIN_OK; HONNIN_NOT_FOUND if there are none, as in authentication certificates;
///         HONNIN_CERTIFICATE_MALFORMED; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_holder(
    certificate: *const honnin_certificate,
    out: *mut *mut honnin_holder,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("certificate_holder", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let holder = unsafe { ffi::object(certificate) }?.certificate.holder()?;
        out.set(honnin_holder::of(&holder)?);
        Ok(())
    })
}
