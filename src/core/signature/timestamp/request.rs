//! The question to a time-stamping authority, and whether the reply answers it.

use super::token::Token;
use crate::certificate::Work;
use crate::certificate::fields::Fields;
use crate::result::{Error, Result, ResultCode};
use crate::signature::asn1::{INTEGER, OCTET_STRING, SEQUENCE, object};
use crate::signature::cms::TimestampFn;
use crate::signature::{Hash, digest};
use der::Tag;

/// How many random bytes a nonce has.
const NONCE: usize = 16;

/// The digest that is time-stamped.
const HASH: Hash = Hash::Sha256;

/// Fetches a time-stamp over a signature and checks that it answers the question and holds in itself. Whether the
/// authority is trusted is for verification to say.
pub(crate) fn fetch(signature: &[u8], fetch: &mut TimestampFn) -> Result<Vec<u8>> {
    let imprint = digest(HASH, signature);
    let nonce = nonce()?;
    let reply = fetch(&request(&imprint, &nonce))?;
    let invalid = |detail| Error::new(ResultCode::TimestampInvalid, detail);
    let token = granted(&reply).map_err(invalid)?;
    let read = Token::read(token).ok_or_else(|| invalid("the reply holds no time-stamp that can be read"))?;
    let said = read.says().ok_or_else(|| invalid("what the time-stamp says cannot be read"))?;
    if said.nonce != Some(&nonce) {
        return Err(invalid("the time-stamp repeats another nonce: it answers another request"));
    }
    read.holds(&said, |hash| digest(hash, signature), &Work::new())
        .map_err(|objection| invalid(objection.text))?;
    Ok(token.to_vec())
}

/// A TimeStampReq that wants the authority's certificate.
fn request(imprint: &[u8], nonce: &[u8]) -> Vec<u8> {
    const TRUE: &[u8] = &[0x01, 0x01, 0xFF];
    let imprint = object(SEQUENCE, &[&HASH.digest_identifier(), &object(OCTET_STRING, &[imprint])]);
    object(SEQUENCE, &[&object(INTEGER, &[&[1]]), &imprint, &object(INTEGER, &[nonce]), TRUE])
}

/// The content of a positive INTEGER, in its shortest form.
fn nonce() -> Result<[u8; NONCE]> {
    let mut nonce = [0; NONCE];
    openssl::rand::rand_bytes(&mut nonce)
        .map_err(|_| Error::new(ResultCode::Internal, "OpenSSL has no random numbers"))?;
    if let Some(first) = nonce.first_mut() {
        *first = (*first & 0x7F) | 0x40;
    }
    Ok(nonce)
}

/// The token of a TimeStampResp that grants one.
fn granted(reply: &[u8]) -> core::result::Result<&[u8], &'static str> {
    const UNREADABLE: &str = "the reply of the authority cannot be read";
    let mut fields = Fields::in_sequence(reply).ok_or(UNREADABLE)?;
    let status = fields.content(Tag::Sequence).and_then(Fields::in_content);
    match status.and_then(|mut status| status.content(Tag::Integer)).ok_or(UNREADABLE)? {
        // granted, grantedWithMods
        [0 | 1] => {}
        _ => return Err("the authority refused"),
    }
    let token = fields.whole_object().ok_or("the reply has no time-stamp")?;
    fields.end().ok_or(UNREADABLE)?;
    Ok(token)
}
