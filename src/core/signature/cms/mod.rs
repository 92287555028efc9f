//! CMS signatures: SignedData of RFC 5652 with the signed attributes of CAdES (ETSI EN 319 122-1).
//!
//! `envelope` takes a SignedData apart, `certificates` finds the signer's in it, `attributes` reads and writes what is
//! really signed, `algorithms` says which may be used. `signer` judges one signer, `verify` the document; `sign` makes
//! signatures and adds them. Nothing here knows a card: a [`Signer`] signs.

mod algorithms;
mod attributes;
mod certificates;
mod envelope;
mod sign;
mod signer;
mod verify;

pub(crate) use attributes::{Attributes, Binding};
pub(crate) use certificates::Embedded;
pub(crate) use envelope::{SignedData, SignerInfo};
pub use sign::{CmsOptions, SignedDocument, Signer, TimestampFn, Timestamped, add_timestamp, sign, sign_add};
pub(crate) use sign::{Payload, add_timestamps, sign_checked};
pub(crate) use signer::judge;
pub use verify::verify;
pub(crate) use verify::{add_intermediates, for_documents, hashes, judge_signers};

use crate::certificate::pem;
use crate::signature::Hash;
use std::borrow::Cow;
use std::io::Read;

/// The content that a CMS is about.
pub enum Content<'a> {
    /// It is inside the CMS.
    Inside,
    /// It is outside, and here.
    Bytes(&'a [u8]),
    /// It is outside, and read in constant memory.
    Reader(&'a mut dyn Read),
    /// It is outside, and only its digest is here: [`Hash::digest_len`] bytes. Signers that used another algorithm
    /// are judged as if there were no content.
    Digest(Hash, &'a [u8]),
}

/// The bytes of a CMS, which may be in PEM as the openssl command writes it.
fn unpacked(cms: &[u8]) -> Cow<'_, [u8]> {
    let block = |label| pem::decode_block(cms, label);
    match block("CMS").or_else(|| block("PKCS7")) {
        Some(der) => Cow::Owned(der),
        None => Cow::Borrowed(cms),
    }
}

/// Whether bytes are a CMS SignedData whose content is outside.
pub fn is_detached(cms: &[u8]) -> bool {
    SignedData::read(&unpacked(cms)).is_some_and(|signed| signed.content.is_none())
}
