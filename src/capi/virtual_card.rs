//! Virtual cards: a My Number Card in software.

use crate::boundary;
use crate::buffer::{Buffer, honnin_buffer};
use crate::constants::{
    HONNIN_VIRTUAL_CARD_AUTHENTICATION_CRL, HONNIN_VIRTUAL_CARD_ISSUER, HONNIN_VIRTUAL_CARD_SIGNING_CRL,
};
use crate::context::honnin_context;
use crate::error::honnin_error;
use crate::ffi::{self, Out, Slot};
use crate::handles::{self, lock};
use crate::honnin_result;
use core::ffi::c_char;
use honnin_core::certificate::CertificateKind;
use honnin_core::virtual_card::VirtualCard;
use std::ffi::CString;
use std::sync::Arc;

/// A My Number Card in software, with its reader. Nobody trusts its certificates unless told to.
pub struct honnin_virtual_card {
    card: VirtualCard,
}

/// Makes a virtual card, inserted into a reader of its own.
///
/// @param profile_json the person and the card, see the manual of the virtual card; NULL: 番号 花子, signing password
///        ABC123, other PINs 1234
/// @param out to be freed with honnin_virtual_card_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT: the message says which value
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_virtual_card_new(
    profile_json: *const c_char,
    out: *mut *mut honnin_virtual_card,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(out) };
    boundary::run("virtual_card_new", err, || {
        let out = out.required()?;
        // SAFETY: as above.
        let card = VirtualCard::new(unsafe { ffi::text(profile_json) }?)?;
        out.set(honnin_virtual_card { card });
        Ok(())
    })
}

/// Frees a virtual card. Contexts that it was added to keep their reader, with the card as it lies. NULL is nothing.
///
/// @since 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_virtual_card_free(card: *mut honnin_virtual_card) {
    // SAFETY: the caller's promise, as in the conventions of the header.
    boundary::quietly((), || unsafe { ffi::free(card) });
}

/// Puts the card on its reader.
///
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_virtual_card_insert(card: *mut honnin_virtual_card) -> honnin_result {
    boundary::run("virtual_card_insert", core::ptr::null_mut(), || {
        // SAFETY: the caller's promise, as in the conventions of the header.
        unsafe { ffi::object(card) }?.card.insert();
        Ok(())
    })
}

/// Takes the card away from its reader.
///
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_virtual_card_remove(card: *mut honnin_virtual_card) -> honnin_result {
    boundary::run("virtual_card_remove", core::ptr::null_mut(), || {
        // SAFETY: the caller's promise, as in the conventions of the header.
        unsafe { ffi::object(card) }?.card.remove();
        Ok(())
    })
}

/// Every command that the card saw, as a JSON array of {"header", "lc", "le", "extended", "response", "sw"}. Never data.
///
/// @param json to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_virtual_card_transcript(
    card: *const honnin_virtual_card,
    json: *mut *mut honnin_buffer,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(json) };
    boundary::run("virtual_card_transcript", core::ptr::null_mut(), || {
        // SAFETY: as above.
        let card = unsafe { ffi::object(card) }?;
        out.required()?.set(Buffer::of(card.card.transcript().to_json().as_bytes()));
        Ok(())
    })
}

/// The certificate of the virtual CA, its revocation list, or the key of the virtual issuer of cards: for a honnin_trust of tests.
///
/// @param kind HONNIN_CERTIFICATE_KIND_…: the CA that issued that certificate, or the CA itself; or
///        HONNIN_VIRTUAL_CARD_ISSUER: the key, to be added as HONNIN_TRUST_KIND_CARD_CA_KEY; or
///        HONNIN_VIRTUAL_CARD_SIGNING_CRL, HONNIN_VIRTUAL_CARD_AUTHENTICATION_CRL: for HONNIN_TRUST_KIND_CRL
/// @param der to be freed with honnin_buffer_free
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_virtual_card_ca(
    card: *const honnin_virtual_card,
    kind: u32,
    der: *mut *mut honnin_buffer,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let out = unsafe { Out::cleared(der) };
    boundary::run("virtual_card_ca", core::ptr::null_mut(), || {
        let out = out.required()?;
        // SAFETY: as above.
        let card = unsafe { ffi::object(card) }?;
        out.set(Buffer::of(&match kind {
            HONNIN_VIRTUAL_CARD_ISSUER => card.card.card_ca_key(),
            HONNIN_VIRTUAL_CARD_SIGNING_CRL => card.card.crl(CertificateKind::Signing),
            HONNIN_VIRTUAL_CARD_AUTHENTICATION_CRL => card.card.crl(CertificateKind::Authentication),
            _ => card.card.ca(ffi::known(CertificateKind::from_number(kind))?),
        }));
        Ok(())
    })
}

/// Adds the reader of a virtual card to a context. It is listed in no other.
///
/// @param reader_name the name it is listed under, alive as long as the context; may be NULL
/// @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
/// @since 0.1
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn honnin_context_add_virtual_card(
    context: *mut honnin_context,
    card: *mut honnin_virtual_card,
    reader_name: *mut *const c_char,
    err: *mut honnin_error,
) -> honnin_result {
    // SAFETY: the caller's promise, as in the conventions of the header.
    let name = unsafe { Slot::holding(reader_name, core::ptr::null()) };
    boundary::run("context_add_virtual_card", err, || {
        handles::not_null(context)?;
        // SAFETY: as above.
        let card = unsafe { ffi::object(card) }?.card.clone();
        handles::on_context(context, |context, entry| {
            let added = CString::new(context.add_virtual_reader(Arc::new(card))).unwrap_or_default();
            // The characters of a CString stay where they are when it is moved.
            name.set(added.as_ptr());
            lock(&entry.names).push(added);
            Ok(())
        })
    })
}
