//! A time-stamp token: a CMS of its own, signed by an authority, over a digest and a moment.

use crate::certificate::fields::{Fields, tagged, time, whole};
use crate::certificate::{Certificate, Profile, Trust, ValidationOptions, validate};
use crate::result::{Finding, Result, ResultCode, State, Subject};
use crate::signature::asn1::{self, AlgorithmIdentifier, SEQUENCE, id, object};
use crate::signature::cms::{
    Binding, Embedded, SignedData, SignerInfo, add_intermediates, judge as judge_signer,
};
use crate::signature::hash::Digests;
use crate::signature::{Hash, digest};
use der::{Tag, TagNumber};

/// More time-stamps than any signature has; each costs two verifications.
const MOST_TOKENS: usize = 8;

/// What keeps a time-stamp from holding.
type Objection = &'static str;

/// A token that was taken apart.
pub(super) struct Token<'a> {
    signed: SignedData<'a>,
    signer: SignerInfo<'a>,
}

/// What TSTInfo says (RFC 3161, section 2.4.2).
pub(super) struct Statement<'a> {
    hash: Option<Hash>,
    imprint: &'a [u8],
    /// The moment, in seconds since 1970-01-01T00:00:00Z; fractions are cut off.
    at: i64,
    /// The content of the INTEGER.
    pub(super) nonce: Option<&'a [u8]>,
}

impl<'a> Token<'a> {
    /// A SignedData around a TSTInfo, with exactly one signer and nothing behind it.
    pub(super) fn read(token: &'a [u8]) -> Option<Token<'a>> {
        let mut signed = SignedData::read(token)?;
        let is_token = signed.trailing.is_empty() && signed.content_type == id::TIMESTAMP_INFO;
        let signer = match (is_token, signed.signers.len()) {
            (true, 1) => signed.signers.pop()??,
            _ => return None,
        };
        Some(Token { signed, signer })
    }

    /// What it says: DER to the last byte.
    pub(super) fn says(&self) -> Option<Statement<'_>> {
        let content = self.signed.content.as_deref()?;
        asn1::is_der(content).then_some(())?;
        let mut fields = Fields::in_sequence(content)?;
        (fields.content(Tag::Integer)? == [1]).then_some(())?;
        fields.content(Tag::ObjectIdentifier)?; // policy
        let mut imprint = Fields::in_content(fields.content(Tag::Sequence)?)?;
        let algorithm = AlgorithmIdentifier::read(imprint.content(Tag::Sequence)?)?;
        let hashed = imprint.content(Tag::OctetString)?;
        imprint.end()?;
        fields.content(Tag::Integer)?; // serial number
        let at = moment(fields.content(Tag::GeneralizedTime)?)?;
        fields.optional(Tag::Sequence)?; // accuracy
        fields.optional(Tag::Boolean)?; // ordering
        let nonce = fields.optional(Tag::Integer)?;
        fields.optional(tagged(TagNumber::N0))?; // the authority's name, a hint
        let extensions = fields.optional(tagged(TagNumber::N1))?;
        fields.end()?;
        // None is known here, so none may be critical.
        (!extensions.is_some_and(has_critical)).then_some(())?;
        Some(Statement { hash: Hash::from_digest_identifier(&algorithm), imprint: hashed, at, nonce })
    }

    /// Whether the token holds in itself, and is about what has that digest. Returns the certificate of the authority.
    pub(super) fn holds(
        &self,
        said: &Statement<'_>,
        digest_of: impl Fn(Hash) -> Vec<u8>,
    ) -> core::result::Result<Certificate, Objection> {
        let Some(hash) = said.hash else { return Err("the time-stamp is over a digest that proves nothing") };
        if digest_of(hash) != said.imprint {
            return Err("the time-stamp is about something else");
        }
        let content = self.signed.content.as_deref().unwrap_or_default();
        let wanted: Vec<Hash> =
            Hash::from_digest_identifier(&self.signer.digest_algorithm).into_iter().collect();
        let digests = Digests::of(&wanted, content);
        let judged = judge_signer(&self.signed, &self.signer, Binding::OldAllowed, &Trust::added(), |hash| {
            digests.get(hash)
        });
        if let Some(finding) = judged.first_that_counts() {
            return Err(match finding.subject {
                Subject::Content => "the time-stamp's content is not what its authority signed",
                Subject::Attributes => "the signed attributes of the time-stamp are missing or wrong",
                Subject::Algorithm => "the time-stamp is signed with algorithms that prove nothing",
                _ => "the signature of the time-stamp does not hold",
            });
        }
        let Some(certificate) = judged.certificate else {
            return Err("the authority's certificate is missing");
        };
        if !is_for_timestamps(&certificate) {
            return Err("the certificate of the time-stamp is not one for time-stamps alone");
        }
        match certificate.check_dates(said.at) {
            Ok(()) => Ok(certificate),
            Err(_) => Err("the certificate of the authority did not hold at the moment of the time-stamp"),
        }
    }
}

/// A GeneralizedTime that may have a fraction of a second, without zeros at its end (RFC 3161, section 2.4.2).
fn moment(content: &[u8]) -> Option<i64> {
    let Some(point) = content.iter().position(|byte| *byte == b'.') else {
        return time(Tag::GeneralizedTime, content);
    };
    let (seconds, fraction) = content.split_at_checked(point)?;
    let digits = fraction.strip_prefix(b".")?.strip_suffix(b"Z")?;
    let is_fraction =
        digits.iter().all(u8::is_ascii_digit) && digits.last().is_some_and(|last| *last != b'0');
    is_fraction.then_some(())?;
    time(Tag::GeneralizedTime, &[seconds, b"Z"].concat())
}

fn has_critical(extensions: &[u8]) -> bool {
    let none_is = || {
        let mut list = Fields::in_content(extensions)?;
        while !list.is_empty() {
            let mut extension = Fields::in_content(list.content(Tag::Sequence)?)?;
            extension.content(Tag::ObjectIdentifier)?;
            if extension.optional(Tag::Boolean)?.is_some() {
                return None;
            }
        }
        Some(())
    };
    none_is().is_none()
}

/// RFC 3161, section 2.3: the extended key usage is there, critical, and timeStamping alone. A key usage, where there is
/// one, allows signatures.
fn is_for_timestamps(certificate: &Certificate) -> bool {
    const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
    const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
    const TIMESTAMPING: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
    let Some(embedded) = Embedded::read(certificate.der()) else { return false };
    let only = object(SEQUENCE, &[&object(asn1::OBJECT_IDENTIFIER, &[TIMESTAMPING])]);
    let signs = match embedded.extension(KEY_USAGE) {
        None => true,
        // The first two bits: digitalSignature and nonRepudiation.
        Some((_, usage)) => {
            whole(usage, Tag::BitString).and_then(|bits| bits.get(1)).is_some_and(|bits| bits & 0xC0 != 0)
        }
    };
    embedded.extension(EXTENDED_KEY_USAGE) == Some((true, &only)) && signs
}

/// The time-stamps over a signature, whole. One that cannot be read stands as an empty token, so that it is judged.
pub(crate) fn tokens<'a>(info: &SignerInfo<'a>) -> Vec<&'a [u8]> {
    let Some(attributes) = info.unsigned_attributes else { return Vec::new() };
    let mut found = Vec::new();
    let mut read = || {
        let mut fields = Fields::in_content(attributes)?;
        while !fields.is_empty() {
            let mut attribute = Fields::in_content(fields.content(Tag::Sequence)?)?;
            let kind = attribute.content(Tag::ObjectIdentifier)?;
            let mut values = Fields::in_content(attribute.content(Tag::Set)?)?;
            attribute.end()?;
            if kind != id::SIGNATURE_TIMESTAMP {
                continue;
            }
            if values.is_empty() {
                return None;
            }
            while !values.is_empty() {
                found.push(values.whole_object()?);
            }
        }
        Some(())
    };
    if read().is_none() {
        found.push(&[]);
    }
    found
}

/// The finding TIMESTAMP about a signature: all its time-stamps must hold. The authority's certificate is judged by
/// RFC 5280 whatever the profile is, since no authority is a card; trust and what is known of revocation are the caller's.
pub(crate) fn judge(info: &SignerInfo<'_>, options: &ValidationOptions) -> Result<Finding> {
    let tokens = tokens(info);
    if tokens.is_empty() {
        return Ok(Finding::passed(Subject::Timestamp, "there is no time-stamp, and nothing relies on one"));
    }
    let failed = |text| Finding::failed(Subject::Timestamp, ResultCode::TimestampInvalid, text);
    if tokens.len() > MOST_TOKENS {
        return Ok(failed("there are more time-stamps than are looked at"));
    }
    let mut finding =
        Finding::passed(Subject::Timestamp, "a trusted authority has time-stamped the signature");
    for token in tokens {
        let about = judge_token(token, |hash| digest(hash, info.signature), options)?;
        if about.state == State::Failed {
            return Ok(about);
        }
        if about.counts() {
            finding = about;
        }
    }
    Ok(finding)
}

/// The finding TIMESTAMP about one token, over what has that digest.
pub(crate) fn judge_token(
    token: &[u8],
    digest_of: impl Fn(Hash) -> Vec<u8>,
    options: &ValidationOptions,
) -> Result<Finding> {
    match check(token, digest_of, options.moment()?) {
        Ok((token, certificate)) => authority(&token, &certificate, options),
        Err(text) => Ok(Finding::failed(Subject::Timestamp, ResultCode::TimestampInvalid, text)),
    }
}

/// Whether a token holds at that moment, apart from whom its authority is vouched for by.
fn check<'a>(
    token: &'a [u8],
    digest_of: impl Fn(Hash) -> Vec<u8>,
    at: i64,
) -> core::result::Result<(Token<'a>, Certificate), Objection> {
    let read = Token::read(token).ok_or("the time-stamp cannot be read")?;
    let said = read.says().ok_or("what the time-stamp says cannot be read")?;
    let certificate = read.holds(&said, digest_of)?;
    if said.at > at {
        return Err("the time-stamp is of a moment later than the one asked about");
    }
    Ok((read, certificate))
}

/// Whether the authority's certificate can be relied upon.
fn authority(token: &Token<'_>, certificate: &Certificate, options: &ValidationOptions) -> Result<Finding> {
    let mut asked = options.clone();
    (asked.profile, asked.purpose, asked.policies) = (Profile::Rfc5280, None, Vec::new());
    add_intermediates(&mut asked, &token.signed);
    let report = validate(certificate, &asked)?;
    let failed = |text| Finding::failed(Subject::Timestamp, ResultCode::TimestampInvalid, text);
    let counting = |finding: &&Finding| finding.counts() && finding.subject != Subject::TestCard;
    Ok(match report.findings().iter().find(counting) {
        None => Finding::passed(Subject::Timestamp, "the authority can be relied upon"),
        Some(finding) => match (finding.subject, finding.state) {
            (Subject::Chain, _) => failed("no trust anchor vouches for the authority of the time-stamp"),
            (Subject::Validity, _) => {
                failed("the moment lies outside the dates of the authority's certificates")
            }
            (Subject::Revocation, State::NotChecked) => Finding::not_checked(
                Subject::Timestamp,
                finding.code,
                "whether the authority's certificate was revoked is not known",
            ),
            (Subject::Revocation, _) => failed("the authority's certificate was revoked"),
            _ => failed("the authority's certificate is weak or unsuitable"),
        },
    })
}
