//! Whom a program trusts.

use crate::boundary;
use crate::constants::*;
use crate::error::honnin_error;
use crate::ffi::{self, Out};
use crate::handles::lock;
use crate::honnin_result;
use honnin_core::Certificate;
use honnin_core::certificate::{CardCaKey, Crl, OcspResponse, Trust};
use honnin_core::result::{Result, ResultCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A set of trust anchors, and what else is given to validations. Once it was used it does not change any more.
pub struct honnin_trust {
    trust: Mutex<Trust>,
    used: AtomicBool,
}

impl honnin_trust {
    /// The anchors, for a validation: from now on they stay as they are.
    pub(crate) fn used(&self) -> Trust {
        self.used.store(true, Ordering::SeqCst);
        lock(&self.trust).clone()
    }

    /// Adds to the set, unless it was used.
    fn change(&self, change: impl FnOnce(&mut Trust)) -> Result<()> {
        let mut trust = lock(&self.trust);
        if self.used.load(Ordering::SeqCst) {
            return ffi::fail(ResultCode::BadState, "the set was used and does not change any more");
        }
        change(&mut trust);
        Ok(())
    }
}

/// Makes a set of trust anchors.
///
/// @param roots HONNIN_TRUST_ROOTS_…
/// @param out to be freed with honnin_trust_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_trust_new(
    roots: u32,
    out: *mut *mut honnin_trust,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("trust_new", err, || {
        let out = out.required()?;
        let trust = match roots {
            HONNIN_TRUST_ROOTS_PRODUCTION => Trust::production(),
            HONNIN_TRUST_ROOTS_PRODUCTION_AND_TEST => Trust::with_test(),
            HONNIN_TRUST_ROOTS_NONE => Trust::added(),
            _ => return ffi::known(None),
        };
        out.set(honnin_trust { trust: Mutex::new(trust), used: AtomicBool::new(false) });
        Ok(())
    })
}

/// Frees a set of trust anchors. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_trust_free(trust: *mut honnin_trust) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    unsafe { ffi::free(trust) };
}

/// Adds to a set that was not used yet. An anchor is trusted, for persons or for time-stamps and
/// never for both; a certificate may be added as each. Intermediates, revocation lists and OCSP
/// responses are not: whose they are, and whether they are fresh, is looked at in each validation.
/// A list is read once, here.
///
/// @param kind HONNIN_TRUST_KIND_…
/// @param data `size` bytes, copied: a certificate or a revocation list in DER or PEM, an OCSP response in DER. A
///        HONNIN_TRUST_KIND_CARD_CA_KEY is the key's identifier (16 bytes), then the objects 90 (exponent) and 91
///        (modulus), as they stand in a card-verifiable certificate
/// @return HONNIN_OK; HONNIN_CERTIFICATE_MALFORMED, whatever of these cannot be read; HONNIN_INVALID_ARGUMENT,
///         also for a key that is none; HONNIN_BAD_STATE once it was used
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_trust_add(
    trust: *mut honnin_trust,
    kind: u32,
    data: *const u8,
    size: usize,
    err: *mut honnin_error,
) -> honnin_result {
    boundary::run("trust_add", err, || {
        // SAFETY: the caller's promise, as in the conventions of the header.
        let (trust, data) = unsafe { (ffi::object(trust)?, ffi::bytes(data, size)?) };
        enum Given {
            Anchor(Certificate),
            Intermediate(Certificate),
            Crl(Crl),
            Ocsp(OcspResponse),
            CardKey(CardCaKey),
            TimestampAnchor(Certificate),
        }
        let given = match ffi::in_range(kind, HONNIN_TRUST_KIND_ANCHOR..=HONNIN_TRUST_KIND_TIMESTAMP_ANCHOR)?
        {
            HONNIN_TRUST_KIND_ANCHOR => Given::Anchor(Certificate::parse(data)?),
            HONNIN_TRUST_KIND_INTERMEDIATE => Given::Intermediate(Certificate::parse(data)?),
            HONNIN_TRUST_KIND_CRL => Given::Crl(Crl::parse(data)?),
            HONNIN_TRUST_KIND_OCSP => Given::Ocsp(OcspResponse::parse(data)?),
            HONNIN_TRUST_KIND_CARD_CA_KEY => Given::CardKey(CardCaKey::parse(data)?),
            _ => Given::TimestampAnchor(Certificate::parse(data)?),
        };
        trust.change(|set| match given {
            Given::Anchor(certificate) => set.add_anchor(certificate),
            Given::Intermediate(certificate) => set.add_intermediate(certificate),
            Given::Crl(crl) => set.add_crl(crl),
            Given::Ocsp(response) => set.add_ocsp(response),
            Given::CardKey(key) => set.add_card_key(key),
            Given::TimestampAnchor(certificate) => set.add_timestamp_anchor(certificate),
        })
    })
}
