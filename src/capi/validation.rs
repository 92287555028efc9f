//! Validating certificates.

use crate::boundary;
use crate::buffer::honnin_buffer;
use crate::certificate::honnin_certificate;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::honnin_result;
use crate::report::honnin_report;
use crate::trust::honnin_trust;
use core::ffi::c_char;
use honnin_core::certificate::{Profile, Purpose, ValidationOptions, ocsp_request, validate};
use honnin_core::result::{Result, Waiver};

/// What a validation is asked. All zeros: now, for a resident of Japan, for what the certificate was issued, nothing
/// waived.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct honnin_validation_options {
    /// sizeof(honnin_validation_options)
    pub struct_size: u32,
    /// HONNIN_PROFILE_…; 0: HONNIN_PROFILE_JPKI.
    pub profile: u32,
    /// The moment asked about, in seconds since 1970-01-01T00:00:00Z; 0: now.
    pub at_time: i64,
    /// Whom to trust; NULL: the production CAs of JPKI.
    pub trust: *const honnin_trust,
    /// The nonce that an OCSP response must repeat; may be NULL.
    pub nonce: *const u8,
    /// Its size in bytes.
    pub nonce_size: usize,
    /// Policies of which the path must be good for one, as dotted numbers, ended by NULL; may be NULL.
    pub policies: *const *const c_char,
    /// HONNIN_PURPOSE_…; 0: the certificate's own.
    pub purpose: u32,
    /// Findings that shall not count although they failed or were not checked: HONNIN_WAIVE_… bits.
    pub waive: u32,
    /// How many seconds the clocks of others may differ; 0: not at all.
    pub clock_skew_s: u32,
    /// How old a status may be, in seconds; 0: as it says itself.
    pub max_age_s: u32,
    /// How many CAs may stand between, those that issued to themselves not counted; 0: 8.
    /// HONNIN_PROFILE_JPKI allows none.
    pub max_depth: u32,
    /// 0
    pub reserved: u32,
}

ffi::input!(honnin_validation_options {
    struct_size: u32,
    profile: u32,
    at_time: i64,
    trust: *const honnin_trust,
    nonce: *const u8,
    nonce_size: usize,
    policies: *const *const c_char,
    purpose: u32,
    waive: u32,
    clock_skew_s: u32,
    max_age_s: u32,
    max_depth: u32,
    reserved: u32,
});

/// The program's options, as the core wants them.
pub(crate) unsafe fn validation_options(
    options: *const honnin_validation_options,
) -> Result<ValidationOptions> {
    let mut made = ValidationOptions::default();
    // SAFETY: the caller's promise, as in the conventions of the header.
    let Some(given) = unsafe { ffi::options(options) }? else { return Ok(made) };
    ffi::reserved(given.reserved)?;
    if given.profile != 0 {
        made.profile = ffi::known(Profile::from_number(given.profile))?;
    }
    if given.purpose != 0 {
        made.purpose = Some(ffi::known(Purpose::from_number(given.purpose))?);
    }
    let known = Waiver::ALL.iter().fold(0, |bits, waiver| bits | waiver.number());
    ffi::in_range(given.waive & !known, 0..=0)?;
    made.waive = Waiver::ALL.iter().copied().filter(|waiver| given.waive & waiver.number() != 0).collect();
    // SAFETY: as above.
    let nonce = unsafe { ffi::bytes(given.nonce, given.nonce_size) }?;
    made.nonce = (!nonce.is_empty()).then(|| nonce.to_vec());
    made.at_time = (given.at_time != 0).then_some(given.at_time);
    // SAFETY: as above.
    made.policies = unsafe { ffi::texts(given.policies) }?;
    made.clock_skew = given.clock_skew_s;
    made.max_age = (given.max_age_s != 0).then_some(given.max_age_s);
    made.max_depth = (given.max_depth != 0).then_some(given.max_depth);
    // SAFETY: as above.
    if let Some(trust) = unsafe { ffi::object_or_none(given.trust) } {
        made.trust = trust.used();
    }
    Ok(made)
}

/// Validates a certificate: findings about its algorithm, chain, dates, profile, revocation, and whether it is of a test
/// card. What was not checked counts as a failure unless it is waived.
///
/// @param options may be NULL
/// @param out to be freed with honnin_report_free; set whenever a report was made, whatever the result
/// @return the result of the report; without one HONNIN_CLOCK_IMPLAUSIBLE, HONNIN_INVALID_ARGUMENT,
///         HONNIN_UNSUPPORTED_OPTION
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_certificate_validate(
    certificate: *const honnin_certificate,
    options: *const honnin_validation_options,
    out: *mut *mut honnin_report,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("certificate_validate", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let (certificate, options) = unsafe { (ffi::object(certificate)?, validation_options(options)?) };
        let report = validate(&certificate.certificate, &options)?;
        let outcome = report.require();
        out.set(honnin_report::of(report));
        outcome
    })
}

/// The request for an OCSP responder about a certificate, for those whom the CA serves. Nothing is sent: transport is the
/// program's. The response is given to honnin_trust_add, and the nonce to the options of the validation.
///
/// @param issuer the certificate of the CA that issued it
/// @param nonce `nonce_size` bytes, at most 128, that the response must repeat; none may be NULL
/// @param out DER, to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT, also if the issuer has another name than the certificate says
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_ocsp_request(
    certificate: *const honnin_certificate,
    issuer: *const honnin_certificate,
    nonce: *const u8,
    nonce_size: usize,
    out: *mut *mut honnin_buffer,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("ocsp_request", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let (certificate, issuer, nonce) =
            unsafe { (ffi::object(certificate)?, ffi::object(issuer)?, ffi::bytes(nonce, nonce_size)?) };
        let request = ocsp_request(&certificate.certificate, &issuer.certificate, nonce)?;
        out.set(honnin_buffer::of(&request));
        Ok(())
    })
}
