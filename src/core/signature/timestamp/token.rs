//! A time-stamp token: a CMS of its own, signed by an authority, over a digest and a moment.

use crate::certificate::fields::{Fields, small_number, tagged, tagged_value, time, whole};
use crate::certificate::{Certificate, Profile, Trust, ValidationOptions, Work, validate_within};
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
pub(super) struct Objection {
    pub(super) text: &'static str,
    /// Whether the token is wrong in itself: it cannot be read, it is about something else, or its
    /// signature does not hold. Such a fault is never waived. All others are about the authority
    /// and the moment.
    is_in_token: bool,
}

impl Objection {
    const fn in_token(text: &'static str) -> Objection {
        Objection { text, is_in_token: true }
    }

    const fn about_authority(text: &'static str) -> Objection {
        Objection { text, is_in_token: false }
    }

    fn finding(&self) -> Finding {
        let finding = Finding::failed(Subject::Timestamp, ResultCode::TimestampInvalid, self.text);
        if self.is_in_token { finding.never_waived() } else { finding }
    }
}

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
    /// The fraction of the moment, in microseconds.
    micros: i64,
    /// By how many microseconds the clock of the authority may be off, as it says itself.
    accuracy: i64,
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
        let (at, micros) = moment(fields.content(Tag::GeneralizedTime)?)?;
        let accuracy = match fields.optional(Tag::Sequence)? {
            Some(content) => accuracy(content)?,
            None => 0,
        };
        fields.optional(Tag::Boolean)?; // ordering
        let nonce = fields.optional(Tag::Integer)?;
        fields.optional(tagged(TagNumber::N0))?; // the authority's name, a hint
        let extensions = fields.optional(tagged(TagNumber::N1))?;
        fields.end()?;
        // None is known here, so none may be critical.
        (!extensions.is_some_and(has_critical)).then_some(())?;
        let hash = Hash::from_digest_identifier(&algorithm);
        Some(Statement { hash, imprint: hashed, at, micros, accuracy, nonce })
    }

    /// Whether the token holds in itself, and is about what has that digest. Returns the certificate of the authority.
    pub(super) fn holds(
        &self,
        said: &Statement<'_>,
        digest_of: impl Fn(Hash) -> Vec<u8>,
        work: &Work,
    ) -> core::result::Result<Certificate, Objection> {
        let Some(hash) = said.hash else {
            return Err(Objection::in_token("the time-stamp is over a digest that proves nothing"));
        };
        if digest_of(hash) != said.imprint {
            return Err(Objection::in_token("the time-stamp is about something else"));
        }
        let content = self.signed.content.as_deref().unwrap_or_default();
        let wanted: Vec<Hash> =
            Hash::from_digest_identifier(&self.signer.digest_algorithm).into_iter().collect();
        let digests = Digests::of(&wanted, content);
        let trust = Trust::added();
        let judged = judge_signer(&self.signed, &self.signer, Binding::OldAllowed, &trust, work, |hash| {
            digests.get(hash)
        });
        if let Some(finding) = judged.first_that_counts() {
            return Err(Objection::in_token(match finding.subject {
                _ if judged.algorithm.counts() => {
                    "the time-stamp is signed with algorithms that prove nothing"
                }
                Subject::Content => "the time-stamp's content is not what its authority signed",
                Subject::Attributes => "the signed attributes of the time-stamp are missing or wrong",
                _ => "the signature of the time-stamp does not hold",
            }));
        }
        let Some(certificate) = judged.certificate else {
            return Err(Objection::in_token("the authority's certificate is missing"));
        };
        if !is_for_timestamps(&certificate) {
            let text = "the certificate of the time-stamp is not one for time-stamps alone";
            return Err(Objection::in_token(text));
        }
        match certificate.check_dates(said.at) {
            Ok(()) => Ok(certificate),
            Err(_) => Err(Objection::about_authority(
                "the certificate of the authority did not hold at the moment of the time-stamp",
            )),
        }
    }
}

impl Statement<'_> {
    /// Whether the moment, less the accuracy that the authority claims, lies behind the last second
    /// that is allowed.
    fn is_later_than(&self, last: i64) -> bool {
        let micros = |seconds: i64, more: i64| i128::from(seconds) * MICROS + i128::from(more);
        let earliest = micros(self.at, self.micros) - i128::from(self.accuracy);
        earliest.div_euclid(MICROS) > i128::from(last)
    }
}

const MICROS: i128 = 1_000_000;

/// The content of an Accuracy, in microseconds: seconds, then [0] milliseconds and [1] microseconds
/// from 1 to 999.
fn accuracy(content: &[u8]) -> Option<i64> {
    let mut fields = Fields::in_content(content)?;
    let seconds = match fields.optional(Tag::Integer)? {
        Some(content) => i64::from(small_number(content)?),
        None => 0,
    };
    let mut part = |number| match fields.optional(tagged_value(number))? {
        Some(content) => small_number(content).filter(|part| (1..=999).contains(part)).map(i64::from),
        None => Some(0),
    };
    let (millis, micros) = (part(TagNumber::N0)?, part(TagNumber::N1)?);
    fields.end()?;
    // Seconds have at most 32 bits here, so this stays far below the largest number.
    Some(seconds.saturating_mul(1_000_000).saturating_add(millis * 1_000).saturating_add(micros))
}

/// A GeneralizedTime that may have a fraction of a second, without zeros at its end (RFC 3161,
/// section 2.4.2): seconds since 1970-01-01T00:00:00Z, and microseconds.
fn moment(content: &[u8]) -> Option<(i64, i64)> {
    let Some(point) = content.iter().position(|byte| *byte == b'.') else {
        return Some((time(Tag::GeneralizedTime, content)?, 0));
    };
    let (seconds, fraction) = content.split_at_checked(point)?;
    let digits = fraction.strip_prefix(b".")?.strip_suffix(b"Z")?;
    let is_fraction =
        digits.iter().all(u8::is_ascii_digit) && digits.last().is_some_and(|last| *last != b'0');
    is_fraction.then_some(())?;
    let micros = digits.iter().copied().chain(core::iter::repeat(b'0')).take(6);
    let micros = micros.fold(0, |sum, digit| sum * 10 + i64::from(digit.wrapping_sub(b'0')));
    Some((time(Tag::GeneralizedTime, &[seconds, b"Z"].concat())?, micros))
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
pub(crate) fn judge(info: &SignerInfo<'_>, options: &ValidationOptions, work: &Work) -> Result<Finding> {
    let tokens = tokens(info);
    if tokens.is_empty() {
        return Ok(Finding::passed(Subject::Timestamp, "there is no time-stamp, and nothing relies on one"));
    }
    if tokens.len() > MOST_TOKENS {
        return Ok(Objection::in_token("there are more time-stamps than are looked at").finding());
    }
    let mut worst = Finding::passed(Subject::Timestamp, "a trusted authority has time-stamped the signature");
    for token in tokens {
        let about = judge_token(token, |hash| digest(hash, info.signature), options, work)?;
        if gravity(&about) > gravity(&worst) {
            worst = about;
        }
    }
    Ok(worst)
}

/// How bad a finding about a token is beside those about others. What is never waived stands before
/// what may be.
fn gravity(finding: &Finding) -> (bool, bool, bool) {
    (finding.counts() && !finding.may_be_waived(), finding.state == State::Failed, finding.counts())
}

/// The finding TIMESTAMP about one token, over what has that digest. If the token itself does not
/// hold (it cannot be read, it is about something else, or its signature is wrong), the finding
/// fails and may not be waived.
pub(crate) fn judge_token(
    token: &[u8],
    digest_of: impl Fn(Hash) -> Vec<u8>,
    options: &ValidationOptions,
    work: &Work,
) -> Result<Finding> {
    let last = options.moment()?.saturating_add(i64::from(options.clock_skew));
    match check(token, digest_of, last, work) {
        Ok((token, certificate)) => authority(&token, &certificate, options, work),
        Err(objection) => Ok(objection.finding()),
    }
}

/// Whether a token holds and is not of a later moment, apart from whom its authority is vouched for
/// by.
fn check<'a>(
    token: &'a [u8],
    digest_of: impl Fn(Hash) -> Vec<u8>,
    last: i64,
    work: &Work,
) -> core::result::Result<(Token<'a>, Certificate), Objection> {
    let unread = Objection::in_token("the time-stamp cannot be read");
    let read = Token::read(token).ok_or(unread)?;
    let said = read.says().ok_or(Objection::in_token("what the time-stamp says cannot be read"))?;
    let certificate = read.holds(&said, digest_of, work)?;
    if said.is_later_than(last) {
        let text = "the time-stamp is of a moment later than the one asked about";
        return Err(Objection::about_authority(text));
    }
    Ok((read, certificate))
}

/// Whether the authority's certificate can be relied upon. Only the anchors for time-stamps vouch
/// for it.
fn authority(
    token: &Token<'_>,
    certificate: &Certificate,
    options: &ValidationOptions,
    work: &Work,
) -> Result<Finding> {
    let mut asked = options.clone();
    (asked.profile, asked.purpose, asked.policies) = (Profile::Rfc5280, None, Vec::new());
    asked.trust = options.trust.for_timestamps();
    add_intermediates(&mut asked, &token.signed);
    let report = validate_within(certificate, &asked, work)?;
    if work.is_spent() {
        let text = "verifying the time-stamp takes more work than one call may do";
        return Ok(Objection::in_token(text).finding());
    }
    let failed = |text| Finding::failed(Subject::Timestamp, ResultCode::TimestampInvalid, text);
    let counting = |finding: &&Finding| finding.counts() && finding.subject != Subject::TestCard;
    Ok(match report.findings().iter().find(counting) {
        None => Finding::passed(Subject::Timestamp, "the authority can be relied upon"),
        Some(finding) => match (finding.subject, finding.code) {
            (Subject::Chain, _) => failed("no trust anchor vouches for the authority of the time-stamp"),
            (Subject::Validity, _) => {
                failed("the moment lies outside the dates of the authority's certificates")
            }
            (Subject::Revocation, ResultCode::CertificateRevoked | ResultCode::CertificateOnHold) => {
                failed("the authority's certificate was revoked or is on hold")
            }
            (Subject::Revocation, code) => Finding::not_checked(
                Subject::Timestamp,
                code,
                "whether the authority's certificate was revoked is not known",
            ),
            _ => failed("the authority's certificate is weak or unsuitable"),
        },
    })
}
