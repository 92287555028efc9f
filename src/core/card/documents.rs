//! Signed documents: the card signs what `signature` prepared.
//!
//! The order is always the same. The content is read and digested first, while the card is not asked for anything; then
//! one operation reads the certificate (unless this session has) and has one signature made; a time-stamp is fetched
//! last, after the application has been left.

use super::application::KeyKind;
use super::session::Card;
use super::{Progress, Stage};
use crate::certificate::{Certificate, CertificateKind};
use crate::reader::Watch;
use crate::result::{Error, Result, ResultCode};
use crate::signature::Hash;
use crate::signature::cms::{
    CmsOptions, Payload, SignedDocument, Signer, TimestampFn, Timestamped, add_timestamps, sign_add,
    sign_checked,
};
use crate::signature::hash::Digests;
use crate::signature::pdf::{self, PdfOptions};
use std::io::Read;

const MIB: u64 = 1 << 20;

impl Card {
    /// Signs content as CMS SignedData (CAdES-B-B; with a time-stamp B-T).
    ///
    /// Sends: SELECT JPKI if another application is selected, the certificate and that of its CA as far as they are
    /// needed and were not read yet, the signing command; with a time-stamp the SELECT that leaves the application, and
    /// what was verified is not any more.
    ///
    /// # Errors
    /// As [`Card::sign_digest`], and CERTIFICATE_UNTRUSTED if the CA's certificate on the card is not the issuer's.
    /// That no time-stamp could be had is not an error but in the answer.
    pub fn cms_sign(&mut self, key: KeyKind, content: &[u8], options: CmsOptions) -> Result<SignedDocument> {
        let detached = options.detached;
        self.document("cms_sign", key, options, |signer, options| {
            if detached {
                let digest = crate::signature::digest(options.hash, content);
                sign_checked(signer, &Payload::Digest(&digest), options)
            } else {
                sign_checked(signer, &Payload::Inside(content), options)
            }
        })
    }

    /// Signs content of any size, detached, in constant memory. A cancel is heard while it is read.
    ///
    /// Sends: as [`Card::cms_sign`], all of it after the content has been read.
    ///
    /// # Errors
    /// As [`Card::cms_sign`]; IO_ERROR, or the error of this library that the reader carries.
    pub fn cms_sign_reader(
        &mut self,
        key: KeyKind,
        content: &mut dyn Read,
        options: CmsOptions,
    ) -> Result<SignedDocument> {
        let name = "cms_sign_stream";
        let watches = self.begin_watching();
        self.watch_since(watches.clone());
        self.operation(name, |card| card.check_may_sign(key))?;
        let digest =
            self.digest_of(content, options.hash, &watches).map_err(|error| error.in_operation(name))?;
        self.watch_since(watches);
        self.document(name, key, options, |signer, options| {
            sign_checked(signer, &Payload::Digest(&digest), options)
        })
    }

    /// Adds a signature to a CMS SignedData; `content` is what it is about, if that is outside.
    ///
    /// Sends: as [`Card::cms_sign`].
    ///
    /// # Errors
    /// As [`Card::cms_sign`]; SIGNATURE_MALFORMED if the CMS cannot be read; INVALID_ARGUMENT if content is both inside and
    /// given, or neither; CONTENT_MISMATCH if it is not what the others signed.
    pub fn cms_sign_add(
        &mut self,
        key: KeyKind,
        cms: &[u8],
        content: Option<&[u8]>,
        options: CmsOptions,
    ) -> Result<SignedDocument> {
        self.document("cms_sign_add", key, options, |signer, options| sign_add(signer, cms, content, options))
    }

    /// Signs a PDF with the signing key (PAdES-B-B; with a time-stamp B-T), by an incremental update: what was there stays.
    ///
    /// Sends: as [`Card::cms_sign`].
    ///
    /// # Errors
    /// As [`Card::cms_sign`]; INVALID_ARGUMENT for a file that viewers could read in two ways (reason
    /// FILE_AMBIGUOUS, with the byte), a field that is signed already, a page that there is not, a font
    /// that cannot be read, may not be embedded or lacks a character, which the error names;
    /// NOT_SUPPORTED for an encrypted file; NOT_PERMITTED (reason EARLIER_SIGNATURE) if the signature
    /// would break an earlier one.
    pub fn pdf_sign(&mut self, pdf: &[u8], mut options: PdfOptions) -> Result<SignedDocument> {
        let (name, key) = ("pdf_sign", KeyKind::Signing);
        let watches = self.begin_watching();
        self.watch_since(watches.clone());
        self.operation(name, |card| card.check_may_sign(key))?;
        // The certificate is kept for the signature: reading it for its name costs nothing.
        let holder = || {
            self.operation(name, |card| card.certificate_to_sign(key, options.allow_expired))
                .map(|certificate| certificate.holder().ok().and_then(|holder| holder.name))
        };
        let prepared = pdf::prepare(pdf, &options, holder).map_err(|error| error.in_operation(name))?;
        let digest = prepared.digest(options.hash())?;
        self.watch_since(watches);
        let mut options = options.cms();
        let fetch = options.timestamp.take();
        let signed = self.document(name, key, options, |signer, options| {
            sign_checked(signer, &Payload::Digest(&digest), options)
        })?;
        if fetch.is_none() {
            let bytes = prepared.finish(&signed.bytes).map_err(|error| error.in_operation(name))?;
            return Ok(self.timestamped(name, bytes, None, |_, _| Ok(Vec::new())));
        }
        let bytes = prepared.with(&signed.bytes).map_err(|error| error.in_operation(name))?;
        Ok(self.timestamped(name, bytes, fetch, |_, fetch| {
            prepared.with(&add_timestamps(&signed.bytes, fetch)?)
        }))
    }

    /// Makes a signed document in one operation, and has it time-stamped afterwards.
    fn document(
        &mut self,
        name: &'static str,
        key: KeyKind,
        mut options: CmsOptions,
        mut make: impl FnMut(&mut CardSigner<'_>, &CmsOptions) -> Result<Vec<u8>>,
    ) -> Result<SignedDocument> {
        let fetch = options.timestamp.take();
        let bytes = self.operation(name, |card| {
            card.check_may_sign(key)?;
            make(&mut CardSigner { card, key, allow_expired: options.allow_expired }, &options)
        })?;
        Ok(self.timestamped(name, bytes, fetch, |bytes, fetch| add_timestamps(bytes, fetch)))
    }

    /// Leaves the application and fetches a time-stamp, if one is wanted.
    pub(super) fn timestamped(
        &mut self,
        name: &'static str,
        bytes: Vec<u8>,
        fetch: Option<Box<TimestampFn>>,
        add: impl FnOnce(&[u8], &mut TimestampFn) -> Result<Vec<u8>>,
    ) -> SignedDocument {
        let Some(mut fetch) = fetch else {
            return SignedDocument { bytes, timestamp: Timestamped::NotAsked };
        };
        self.shut();
        let told = self.tell(Progress { stage: Stage::Timestamping, done: 0, total: 1 });
        match told.and_then(|()| add(&bytes, &mut *fetch)) {
            Ok(bytes) => SignedDocument { bytes, timestamp: Timestamped::Added },
            Err(error) => SignedDocument { bytes, timestamp: Timestamped::Failed(error.in_operation(name)) },
        }
    }

    fn digest_of(&mut self, content: &mut dyn Read, hash: Hash, watches: &[Watch]) -> Result<Vec<u8>> {
        let mut told = None;
        let digests = Digests::read(&[hash], content, |so_far| {
            let done = u32::try_from(so_far.div_euclid(MIB)).unwrap_or(u32::MAX);
            let mut go_on = watches.iter().try_for_each(Watch::check);
            if go_on.is_ok() && told != Some(done) {
                told = Some(done);
                go_on = self.tell(Progress { stage: Stage::Hashing, done, total: 0 });
            }
            go_on.map_err(std::io::Error::other)
        })?;
        let lost = || Error::new(ResultCode::Internal, "a digest was lost");
        digests.get(hash).map(<[u8]>::to_vec).ok_or_else(lost)
    }
}

/// A key of the card as a signer.
struct CardSigner<'a> {
    card: &'a mut Card,
    key: KeyKind,
    allow_expired: bool,
}

impl Signer for CardSigner<'_> {
    fn certificate(&mut self) -> Result<Certificate> {
        self.card.certificate_to_sign(self.key, self.allow_expired)
    }

    fn issuer(&mut self) -> Result<Certificate> {
        self.card.certificate(match self.key {
            KeyKind::Signing => CertificateKind::SigningCa,
            KeyKind::Authentication => CertificateKind::AuthenticationCa,
        })
    }

    fn sign_digest(&mut self, hash: Hash, digest: &[u8]) -> Result<Vec<u8>> {
        self.card.sign_checked(self.key, hash, digest, self.allow_expired)
    }
}
