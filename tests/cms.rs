//! CMS signatures: made with a virtual card, verified by others and by us, and forged in every way we know. Beside each
//! forgery stands a control, made in the same way, that passes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use honnin::certificate::{Certificate, Crl, Profile, Purpose, Trust, ValidationOptions};
use honnin::result::{Audience, Finding, Reason, State, Subject, Waiver};
use honnin::signature::Verification;
use honnin::signature::cms::{self, CmsOptions, Content, Timestamped};
use honnin::{
    Card, CertificateKind, Context, ContextOptions, Error, Hash, KeyKind, OpenOptions, Pin, PinKind,
    PinOptions, ResultCode, VirtualCard,
};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

// --- a card that has signed in ---

struct Desk {
    virtual_card: VirtualCard,
    card: Card,
}

fn open(virtual_card: &VirtualCard) -> Card {
    let context = Context::new(ContextOptions { no_pcsc: true, ..ContextOptions::default() }).unwrap();
    context.add_virtual_reader(Arc::new(virtual_card.clone()));
    Card::open(&context, None, OpenOptions::default()).unwrap()
}

fn verify_pins(card: &mut Card) {
    card.pin_verify(PinKind::Signing, Some(&Pin::new(b"ABC123")), &PinOptions::default()).unwrap();
    card.pin_verify(PinKind::Authentication, Some(&Pin::new(b"1234")), &PinOptions::default()).unwrap();
}

impl Desk {
    fn new() -> Desk {
        let virtual_card = VirtualCard::new(None).unwrap();
        let mut card = open(&virtual_card);
        verify_pins(&mut card);
        Desk { virtual_card, card }
    }

    fn certificate(&self) -> Vec<u8> {
        self.virtual_card.certificate(CertificateKind::Signing).unwrap()
    }

    fn options(&self) -> ValidationOptions {
        let mut trust = Trust::added();
        for kind in [CertificateKind::SigningCa, CertificateKind::AuthenticationCa] {
            trust.add_anchor(Certificate::parse(&self.virtual_card.ca(kind)).unwrap());
        }
        ValidationOptions {
            trust,
            waive: vec![Waiver::Revocation, Waiver::TestCard],
            ..ValidationOptions::default()
        }
    }
}

static DESK: LazyLock<Mutex<Desk>> = LazyLock::new(|| Mutex::new(Desk::new()));

fn desk() -> MutexGuard<'static, Desk> {
    DESK.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

// --- writing DER ---

fn object(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        length @ 0..=0x7F => out.push(u8::try_from(length).unwrap()),
        length @ 0x80..=0xFF => out.extend([0x81, u8::try_from(length).unwrap()]),
        length @ 0x100..=0xFFFF => {
            out.push(0x82);
            out.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            out.push(0x84);
            out.extend(u32::try_from(length).unwrap().to_be_bytes());
            while out[2] == 0 {
                out.remove(2);
                out[1] -= 1;
            }
        }
    }
    out.extend(content);
    out
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    object(0x30, parts)
}

fn oid(text: &str) -> Vec<u8> {
    object(6, &[openssl::asn1::Asn1Object::from_str(text).unwrap().as_slice()])
}

fn algorithm(text: &str) -> Vec<u8> {
    sequence(&[&oid(text)])
}

fn algorithm_with_null(text: &str) -> Vec<u8> {
    sequence(&[&oid(text), &[5, 0]])
}

fn sorted(mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    members.concat()
}

const DATA: &str = "1.2.840.113549.1.7.1";
const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
const PROTECTION: &str = "1.2.840.113549.1.9.52";
const ESS_V1: &str = "1.2.840.113549.1.9.16.2.12";
const ESS_V2: &str = "1.2.840.113549.1.9.16.2.47";
const SHA1: &str = "1.3.14.3.2.26";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const SHA384: &str = "2.16.840.1.101.3.4.2.2";
const RSA: &str = "1.2.840.113549.1.1.1";
const SHA256_RSA: &str = "1.2.840.113549.1.1.11";
const SHA512_RSA: &str = "1.2.840.113549.1.1.13";

fn attribute(kind: &str, values: &[&[u8]]) -> Vec<u8> {
    sequence(&[&oid(kind), &object(0x31, values)])
}

/// The parts of a certificate that identify it: the issuer whole, and the serial number whole.
fn names(certificate: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let parsed = openssl::x509::X509::from_der(certificate).unwrap();
    let serial = parsed.serial_number().to_bn().unwrap().to_vec();
    let padded = if serial[0] & 0x80 != 0 { [&[0][..], &serial].concat() } else { serial };
    (parsed.issuer_name().to_der().unwrap(), object(2, &[&padded]))
}

fn ess_v2(certificate: &[u8], hashed: &[u8]) -> Vec<u8> {
    let (issuer, serial) = names(certificate);
    let hash = object(4, &[&openssl::sha::sha256(hashed)]);
    let name = sequence(&[&sequence(&[&object(0xA4, &[&issuer])]), &serial]);
    sequence(&[&sequence(&[&sequence(&[&hash, &name])])])
}

/// A signature to be forged: everything can be wrong.
#[derive(Clone)]
struct Forged {
    content: Option<Vec<u8>>,
    content_type: &'static str,
    announced: Vec<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
    digest: Vec<u8>,
    signature_algorithm: Vec<u8>,
    identifier: Vec<u8>,
    version: u8,
    /// The content of signedAttrs; `None` for none.
    attributes: Option<Vec<u8>>,
    /// The header of signedAttrs instead of the DER one.
    header: Option<Vec<u8>>,
    unsigned: Vec<u8>,
    hash: Hash,
    /// What signs instead of the card.
    key: Option<PKey<Private>>,
    signature: Option<Vec<u8>>,
}

const ORDER: &[u8] = b"order";

impl Forged {
    /// A good one, of the card.
    fn good(desk: &Desk) -> Forged {
        let certificate = desk.certificate();
        let (issuer, serial) = names(&certificate);
        Forged {
            content: Some(ORDER.to_vec()),
            content_type: DATA,
            announced: vec![algorithm(SHA256)],
            digest: algorithm(SHA256),
            signature_algorithm: algorithm_with_null(SHA256_RSA),
            identifier: sequence(&[&issuer, &serial]),
            version: 1,
            attributes: Some(sorted(good_attributes(&certificate))),
            header: None,
            unsigned: Vec::new(),
            hash: Hash::Sha256,
            key: None,
            signature: None,
            certificates: vec![certificate],
        }
    }

    fn with(self, change: impl FnOnce(&mut Forged)) -> Forged {
        let mut changed = self;
        change(&mut changed);
        changed
    }

    /// The same, signed with another key under another certificate.
    fn by(self, key: &PKey<Private>, certificate: &[u8]) -> Forged {
        let (issuer, serial) = names(certificate);
        self.with(|forged| {
            forged.key = Some(key.clone());
            forged.identifier = sequence(&[&issuer, &serial]);
            forged.certificates = vec![certificate.to_vec()];
            forged.attributes = Some(sorted(good_attributes(certificate)));
        })
    }

    fn signer(&self, desk: &mut Desk) -> Vec<u8> {
        let signed = match &self.attributes {
            Some(attributes) => object(0x31, &[attributes]),
            None => self.content.clone().unwrap(),
        };
        let signature = match (&self.signature, &self.key) {
            (Some(signature), _) => signature.clone(),
            (None, Some(key)) => {
                let md = match self.hash {
                    Hash::Sha256 => MessageDigest::sha256(),
                    Hash::Sha384 => MessageDigest::sha384(),
                    Hash::Sha512 => MessageDigest::sha512(),
                };
                let mut signer = openssl::sign::Signer::new(md, key).unwrap();
                signer.update(&signed).unwrap();
                signer.sign_to_vec().unwrap()
            }
            (None, None) => desk.card.sign(KeyKind::Signing, self.hash, &signed).unwrap(),
        };
        let attributes = match (&self.attributes, &self.header) {
            (None, _) => Vec::new(),
            (Some(attributes), None) => object(0xA0, &[attributes]),
            (Some(attributes), Some(header)) => [header.as_slice(), attributes].concat(),
        };
        let unsigned = if self.unsigned.is_empty() { Vec::new() } else { object(0xA1, &[&self.unsigned]) };
        sequence(&[
            &object(2, &[&[self.version]]),
            &self.identifier,
            &self.digest,
            &attributes,
            &self.signature_algorithm,
            &object(4, &[&signature]),
            &unsigned,
        ])
    }

    fn cms(&self, desk: &mut Desk) -> Vec<u8> {
        let signer = self.signer(desk);
        self.cms_of(vec![signer])
    }

    fn cms_of(&self, signers: Vec<Vec<u8>>) -> Vec<u8> {
        let content = self.content.as_ref().map(|content| object(0xA0, &[&object(4, &[content])]));
        wrapped(&sequence(&[
            &object(2, &[&[1]]),
            &object(0x31, &[&sorted(self.announced.clone())]),
            &sequence(&[&oid(self.content_type), &content.unwrap_or_default()]),
            &object(0xA0, &[&sorted(self.certificates.clone())]),
            &object(0x31, &[&sorted(signers)]),
        ]))
    }
}

fn wrapped(signed_data: &[u8]) -> Vec<u8> {
    sequence(&[&oid(SIGNED_DATA), &object(0xA0, &[signed_data])])
}

fn good_attributes(certificate: &[u8]) -> Vec<Vec<u8>> {
    vec![
        attribute(CONTENT_TYPE, &[&oid(DATA)]),
        attribute(MESSAGE_DIGEST, &[&object(4, &[&openssl::sha::sha256(ORDER)])]),
        attribute(ESS_V2, &[&ess_v2(certificate, certificate)]),
    ]
}

// --- judging ---

fn verify(desk: &Desk, cms: &[u8]) -> Verification {
    cms::verify(cms, Content::Inside, &desk.options()).unwrap()
}

/// The subjects of the findings that failed, and of those that could not be checked, in order and once each.
fn bad(verified: &Verification) -> (Vec<Subject>, Vec<Subject>) {
    let of = |state: State| {
        let mut subjects: Vec<Subject> = Vec::new();
        for finding in verified.report.findings().iter().filter(|finding| finding.state == state) {
            if !subjects.contains(&finding.subject) {
                subjects.push(finding.subject);
            }
        }
        subjects
    };
    (of(State::Failed), of(State::NotChecked))
}

/// The forgery is refused with exactly these findings, and nothing that it says is handed out as signed.
#[track_caller]
fn refused(desk: &mut Desk, forged: &Forged, code: ResultCode, failed: &[Subject], unchecked: &[Subject]) {
    let cms = forged.cms(desk);
    refused_bytes(desk, &cms, code, failed, unchecked);
}

#[track_caller]
fn refused_bytes(desk: &Desk, cms: &[u8], code: ResultCode, failed: &[Subject], unchecked: &[Subject]) {
    let verified = verify(desk, cms);
    let findings = verified.report.findings();
    assert_eq!(verified.report.result(), code, "{findings:#?}");
    assert_eq!(bad(&verified), (failed.to_vec(), unchecked.to_vec()), "{findings:#?}");
    if failed.iter().chain(unchecked).any(|subject| matches!(subject, Subject::Signature | Subject::Content))
    {
        assert_eq!(verified.content, None);
    }
}

#[track_caller]
fn accepted(desk: &mut Desk, forged: &Forged) {
    let cms = forged.cms(desk);
    accepted_bytes(desk, &cms);
}

#[track_caller]
fn accepted_bytes(desk: &Desk, cms: &[u8]) {
    let verified = verify(desk, cms);
    assert_eq!(verified.report.result(), ResultCode::Ok, "{:#?}", verified.report.findings());
    assert_eq!(verified.content.as_deref(), Some(ORDER));
}

use Subject::{Algorithm, Attributes, Chain, Profile as Suitability, Signature, Validity};

/// A key in memory and a certificate for it by the virtual card's rules, but self-signed: everything about the
/// signature can be good, and only CHAIN and what follows from it not.
fn stranger(key: &PKey<Private>, md: MessageDigest) -> Vec<u8> {
    use openssl::asn1::Asn1Time;
    let mut name = openssl::x509::X509NameBuilder::new().unwrap();
    name.append_entry_by_text("O", "somebody").unwrap();
    let name = name.build();
    let mut builder = openssl::x509::X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_str("20200101000000Z").unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_str("20400101000000Z").unwrap()).unwrap();
    builder.set_serial_number(&openssl::bn::BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    let id = openssl::x509::extension::SubjectKeyIdentifier::new();
    let id = id.build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(id).unwrap();
    builder.sign(key, md).unwrap();
    builder.build().to_der().unwrap()
}

fn rsa(bits: u32, exponent: u32) -> PKey<Private> {
    let exponent = openssl::bn::BigNum::from_u32(exponent).unwrap();
    PKey::from_rsa(Rsa::generate_with_e(bits, &exponent).unwrap()).unwrap()
}

// --- the forgeries ---

#[test]
fn what_the_card_signs_holds_and_is_handed_out() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    accepted(&mut desk, &good);
    for hash in Hash::ALL.iter().copied() {
        let options = CmsOptions { hash, ..CmsOptions::default() };
        let signed = desk.card.cms_sign(KeyKind::Signing, ORDER, options).unwrap();
        accepted_bytes(&desk, &signed.bytes);
        assert_eq!(signed.timestamp, Timestamped::NotAsked);
    }
}

#[test]
fn signed_attributes_must_be_there_once_and_right() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let certificate = desk.certificate();
    let all = good_attributes(&certificate);
    let [content_type, message_digest, binding] = [all[0].clone(), all[1].clone(), all[2].clone()];
    let with = |members: Vec<Vec<u8>>| good.clone().with(|forged| forged.attributes = Some(sorted(members)));
    let invalid = ResultCode::AttributesInvalid;

    // The control: any other attribute may stand beside them.
    let harmless = attribute(SIGNING_TIME, &[&object(0x17, &[b"261101120000Z"])]);
    accepted(&mut desk, &with([all.clone(), vec![harmless.clone()]].concat()));
    accepted(&mut desk, &with([all.clone(), vec![attribute("2.999.7", &[&[5, 0]])]].concat()));

    // None at all: the signature is over the content itself.
    let none = good.clone().with(|forged| forged.attributes = None);
    refused(&mut desk, &none, invalid, &[Attributes], &[Subject::Content]);

    for (members, unchecked) in [
        // Missing.
        (vec![message_digest.clone(), binding.clone()], &[][..]),
        (vec![content_type.clone(), binding.clone()], &[Subject::Content]),
        (vec![], &[Subject::Content]),
        // Twice.
        (vec![content_type.clone(), content_type.clone(), message_digest.clone(), binding.clone()], &[]),
        (
            vec![content_type.clone(), message_digest.clone(), message_digest.clone(), binding.clone()],
            &[Subject::Content],
        ),
        (vec![content_type.clone(), message_digest.clone(), binding.clone(), binding.clone()], &[]),
        (
            vec![
                content_type.clone(),
                message_digest.clone(),
                binding.clone(),
                harmless.clone(),
                harmless.clone(),
            ],
            &[],
        ),
        // With two values, or none.
        (
            vec![attribute(CONTENT_TYPE, &[&oid(DATA), &oid(DATA)]), message_digest.clone(), binding.clone()],
            &[],
        ),
        (
            vec![
                content_type.clone(),
                attribute(
                    MESSAGE_DIGEST,
                    &[&object(4, &[&[0; 32]]), &object(4, &[&openssl::sha::sha256(ORDER)])],
                ),
                binding.clone(),
            ],
            &[Subject::Content],
        ),
        (vec![content_type.clone(), attribute(MESSAGE_DIGEST, &[]), binding.clone()], &[Subject::Content]),
        // Of another type.
        (
            vec![
                attribute(CONTENT_TYPE, &[&oid("1.2.840.113549.1.9.16.1.4")]),
                message_digest.clone(),
                binding.clone(),
            ],
            &[],
        ),
        (vec![attribute(CONTENT_TYPE, &[&object(4, &[b"x"])]), message_digest.clone(), binding.clone()], &[]),
        (
            vec![content_type.clone(), attribute(MESSAGE_DIGEST, &[&object(0x0C, &[b"x"])]), binding.clone()],
            &[Subject::Content],
        ),
        // A countersignature and a time-stamp may not be signed.
        ([all.clone(), vec![attribute("1.2.840.113549.1.9.6", &[&[5, 0]])]].concat(), &[]),
        ([all.clone(), vec![attribute("1.2.840.113549.1.9.16.2.14", &[&[5, 0]])]].concat(), &[]),
        // A moment that is none.
        ([all.clone(), vec![attribute(SIGNING_TIME, &[&object(0x17, &[b"261301120000Z"])])]].concat(), &[]),
    ] {
        refused(&mut desk, &with(members), invalid, &[Attributes], unchecked);
    }

    // Another content than the one that was signed.
    let other = good.clone().with(|forged| forged.content = Some(b"0rder".to_vec()));
    refused(&mut desk, &other, ResultCode::ContentMismatch, &[Subject::Content], &[]);
}

#[test]
fn a_signature_that_binds_no_certificate_counts_until_that_is_waived_by_name() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let all = good_attributes(&desk.certificate());
    let with = |members: Vec<Vec<u8>>| good.clone().with(|forged| forged.attributes = Some(sorted(members)));
    let judged = |desk: &mut Desk, forged: &Forged, waivers: &[Waiver]| {
        let mut options = desk.options();
        options.waive.extend(waivers);
        let cms = forged.cms(desk);
        cms::verify(&cms, Content::Inside, &options).unwrap()
    };
    let unbound = with(all[..2].to_vec());
    let invalid = ResultCode::AttributesInvalid;
    refused(&mut desk, &unbound, invalid, &[], &[Attributes]);
    let others: Vec<Waiver> =
        Waiver::ALL.iter().copied().filter(|waiver| *waiver != Waiver::SigningCertificate).collect();
    assert_eq!(judged(&mut desk, &unbound, &others).report.result(), invalid);
    let waived = judged(&mut desk, &unbound, &[Waiver::SigningCertificate]);
    assert_eq!(waived.report.result(), ResultCode::Ok);
    assert_eq!(waived.report.finding(Attributes).unwrap().state, State::Waived);
    assert_eq!(waived.content.as_deref(), Some(ORDER));

    // The words for the staff are others than those for attributes that are wrong.
    let error = judged(&mut desk, &unbound, &[]).report.require().unwrap_err();
    assert_eq!(error.reason, Some(Reason::SigningCertificateAbsent));
    let wrong = Error::new(invalid, "");
    for lang in ["ja", "en"] {
        assert_ne!(error.message(Audience::Operator, lang), wrong.message(Audience::Operator, lang));
    }

    // No other fault of the attributes hides behind the waiver, with or without an attribute that
    // binds.
    let twice = attribute(SIGNING_TIME, &[&object(0x17, &[b"261101120000Z"])]);
    let sha1 = object(4, &[&openssl::sha::sha1(&desk.certificate())]);
    let by_sha1 = attribute(ESS_V1, &[&sequence(&[&sequence(&[&sequence(&[&sha1])])])]);
    let ca = desk.virtual_card.ca(CertificateKind::Signing);
    let other = attribute(ESS_V2, &[&ess_v2(&desk.certificate(), &ca)]);
    let unsigned = unbound.clone().with(|forged| forged.unsigned.clone_from(&twice));
    for forged in [
        with(vec![all[1].clone()]),
        with([&all[..2], &[twice.clone(), twice.clone()]].concat()),
        with([&all[..2], &[by_sha1]].concat()),
        with([&all[..2], &[other]].concat()),
        with([&all[..2], &[attribute(ESS_V2, &[])]].concat()),
        good.clone().with(|forged| forged.attributes = None),
        unsigned,
    ] {
        let verified = judged(&mut desk, &forged, Waiver::ALL);
        assert_eq!(verified.report.result(), invalid);
        assert_eq!(verified.report.finding(Attributes).unwrap().state, State::Failed);
        assert_eq!(verified.report.reason(), None);
    }
}

#[test]
fn attributes_that_must_be_signed_are_refused_among_those_that_are_not() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let with = |unsigned: Vec<u8>| good.clone().with(|forged| forged.unsigned = unsigned);
    // The control: any other.
    accepted(&mut desk, &with(attribute("2.999.7", &[&[5, 0]])));
    let all = good_attributes(&desk.certificate());
    let time = attribute(SIGNING_TIME, &[&object(0x17, &[b"261101120000Z"])]);
    let protection = attribute(PROTECTION, &[&[5, 0]]);
    for unsigned in [all[0].clone(), all[1].clone(), all[2].clone(), time.clone(), protection] {
        refused(&mut desk, &with(unsigned), ResultCode::AttributesInvalid, &[Attributes], &[]);
    }
    let second = [attribute("2.999.7", &[&[5, 0]]), time].concat();
    refused(&mut desk, &with(second), ResultCode::AttributesInvalid, &[Attributes], &[]);
}

#[test]
fn signed_attributes_are_der_to_the_last_byte() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let attributes = good.attributes.clone().unwrap();
    let unchecked = [Signature, Subject::Content];
    let invalid = ResultCode::AttributesInvalid;
    let mut check = |attributes: Vec<u8>, header: Option<Vec<u8>>| {
        let forged = good.clone().with(|forged| {
            forged.attributes = Some(attributes);
            forged.header = header;
        });
        refused(&mut desk, &forged, invalid, &[Attributes], &unchecked);
    };
    let [high, low] = u16::try_from(attributes.len()).unwrap().to_be_bytes();
    // A length that could be shorter; the indefinite form.
    check(attributes.clone(), Some(vec![0xA0, 0x83, 0, high, low]));
    check([&attributes[..], &[0, 0]].concat(), Some(vec![0xA0, 0x80]));
    // Another order.
    let mut members = good_attributes(&good.certificates[0]);
    members.sort();
    members.reverse();
    check(members.concat(), None);
    // A length inside of a value.
    let digest = openssl::sha::sha256(ORDER);
    let value = [&[0x04, 0x81, 32][..], &digest].concat();
    let mut members = good_attributes(&good.certificates[0]);
    members[1] = attribute(MESSAGE_DIGEST, &[&value]);
    check(sorted(members), None);
}

#[test]
fn attributes_and_content_are_not_taken_for_each_other() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    // The signed attributes of an honest signature, presented as content that was signed without any.
    let attributes = object(0x31, &[good.attributes.as_ref().unwrap()]);
    let signature = desk.card.sign(KeyKind::Signing, Hash::Sha256, &attributes).unwrap();
    let confused = good.clone().with(|forged| {
        forged.content = Some(attributes);
        forged.attributes = None;
        forged.signature = Some(signature);
    });
    refused(&mut desk, &confused, ResultCode::AttributesInvalid, &[Attributes], &[Subject::Content]);
}

#[test]
fn the_certificate_is_the_one_that_was_signed_with() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let certificate = desk.certificate();
    let invalid = ResultCode::AttributesInvalid;
    let bound_to = |value: &[u8]| {
        let mut members = good_attributes(&certificate);
        members[2] = attribute(ESS_V2, &[value]);
        good.clone().with(|forged| forged.attributes = Some(sorted(members)))
    };
    // The controls: without issuer and serial number; with the hash named; with a policy behind.
    let hash = object(4, &[&openssl::sha::sha256(&certificate)]);
    accepted(&mut desk, &bound_to(&sequence(&[&sequence(&[&sequence(&[&hash])])])));
    let hash384 = object(4, &[&openssl::sha::sha384(&certificate)]);
    accepted(&mut desk, &bound_to(&sequence(&[&sequence(&[&sequence(&[&algorithm(SHA384), &hash384])])])));
    let policy = sequence(&[&sequence(&[&oid("2.999.1")])]);
    accepted(&mut desk, &bound_to(&sequence(&[&sequence(&[&sequence(&[&hash])]), &policy])));

    // Another certificate's hash, issuer, serial number.
    let ca = desk.virtual_card.ca(CertificateKind::Signing);
    let (issuer, serial) = names(&certificate);
    let (_, other_serial) = names(&ca);
    let other_issuer = sequence(&[&object(0x31, &[&sequence(&[&oid("2.5.4.10"), &object(0x0C, &[b"x"])])])]);
    let named = |issuer: &[u8], serial: &[u8]| {
        let name = sequence(&[&sequence(&[&object(0xA4, &[issuer])]), serial]);
        sequence(&[&sequence(&[&sequence(&[&hash, &name])])])
    };
    accepted(&mut desk, &bound_to(&named(&issuer, &serial)));
    for value in [
        ess_v2(&certificate, &ca),
        named(&other_issuer, &serial),
        named(&issuer, &other_serial),
        // SHA-1, even in the new attribute.
        sequence(&[&sequence(&[&sequence(&[
            &algorithm(SHA1),
            &object(4, &[&openssl::sha::sha1(&certificate)]),
        ])])]),
        // The right certificate, but second.
        sequence(&[&sequence(&[
            &sequence(&[&object(4, &[&openssl::sha::sha256(&ca)])]),
            &sequence(&[&hash]),
        ])]),
        sequence(&[&sequence(&[])]),
        sequence(&[]),
    ] {
        refused(&mut desk, &bound_to(&value), invalid, &[Attributes], &[]);
    }
    // Only the old attribute, by SHA-1.
    let old = sequence(&[&sequence(&[&sequence(&[&object(4, &[&openssl::sha::sha1(&certificate)])])])]);
    let mut members = good_attributes(&certificate);
    members[2] = attribute(ESS_V1, &[&old]);
    let by_sha1 = good.clone().with(|forged| forged.attributes = Some(sorted(members.clone())));
    refused(&mut desk, &by_sha1, invalid, &[Attributes], &[]);
    // Both, of which the old one must hold too.
    let mut both = good_attributes(&certificate);
    both.push(members[2].clone());
    accepted(&mut desk, &good.clone().with(|forged| forged.attributes = Some(sorted(both.clone()))));
    both[3] = attribute(ESS_V1, &[&sequence(&[&sequence(&[&sequence(&[&object(4, &[&[1; 20]])])])])]);
    refused(
        &mut desk,
        &good.clone().with(|forged| forged.attributes = Some(sorted(both))),
        invalid,
        &[Attributes],
        &[],
    );
}

#[test]
fn another_certificate_for_the_same_key_is_refused() {
    let mut desk = desk();
    let key = rsa(2048, 65_537);
    let mine = stranger(&key, MessageDigest::sha256());
    // The control holds but for the chain: nobody issued it.
    let control = Forged::good(&desk).by(&key, &mine);
    refused(&mut desk, &control, ResultCode::CertificateUntrusted, &[Chain, Suitability], &[]);
    // The same names and the same key, in a certificate that says something else.
    let swapped = stranger(&key, MessageDigest::sha512());
    assert_ne!(mine, swapped);
    let forged = control.clone().with(|forged| forged.certificates = vec![swapped.clone()]);
    refused(&mut desk, &forged, ResultCode::AttributesInvalid, &[Attributes, Chain, Suitability], &[]);
    // Beside each other: the one that was signed is taken, wherever it stands.
    let both = control.clone().with(|forged| forged.certificates = vec![mine, swapped]);
    refused(&mut desk, &both, ResultCode::CertificateUntrusted, &[Chain, Suitability], &[]);
    // None at all.
    let none = control.with(|forged| forged.certificates = Vec::new());
    let cms = none.cms(&mut desk);
    let verified = verify(&desk, &cms);
    assert_ne!(verified.report.result(), ResultCode::Ok);
    assert_eq!(verified.report.finding(Signature).unwrap().state, State::NotChecked);
    assert_eq!(verified.signers, [None]);
}

#[test]
fn a_signer_may_be_named_by_key_identifier() {
    let mut desk = desk();
    let key = rsa(2048, 65_537);
    let certificate = stranger(&key, MessageDigest::sha256());
    let id =
        openssl::x509::X509::from_der(&certificate).unwrap().subject_key_id().unwrap().as_slice().to_vec();
    let named = |id: &[u8]| {
        Forged::good(&desk).by(&key, &certificate).with(|forged| {
            forged.version = 3;
            forged.identifier = object(0x80, &[id]);
        })
    };
    let (control, other) = (named(&id), named(b"another"));
    refused(&mut desk, &control, ResultCode::CertificateUntrusted, &[Chain, Suitability], &[]);
    let cms = other.cms(&mut desk);
    assert_eq!(verify(&desk, &cms).report.finding(Signature).unwrap().state, State::NotChecked);
}

#[test]
fn every_signer_counts() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let first = good.signer(&mut desk);
    // The control: two good ones.
    let second = good
        .clone()
        .with(|forged| {
            let mut members = good_attributes(&forged.certificates[0]);
            members.push(attribute(SIGNING_TIME, &[&object(0x17, &[b"261101120000Z"])]));
            forged.attributes = Some(sorted(members));
        })
        .signer(&mut desk);
    let both = good.cms_of(vec![first.clone(), second.clone()]);
    accepted_bytes(&desk, &both);
    assert_eq!(verify(&desk, &both).signers.len(), 2);
    // A second one that is bad: its mathematics, its form.
    let mut broken = second.clone();
    let last = broken.len() - 1;
    broken[last] ^= 1;
    let cms = good.cms_of(vec![first.clone(), broken]);
    refused_bytes(&desk, &cms, ResultCode::SignatureInvalid, &[Signature], &[]);
    let cms = good.cms_of(vec![first.clone(), sequence(&[&object(2, &[&[1]])])]);
    refused_bytes(&desk, &cms, ResultCode::SignatureMalformed, &[Signature], &[]);
    let states: Vec<_> = verify(&desk, &cms)
        .report
        .findings()
        .iter()
        .filter(|finding| finding.subject == Signature)
        .map(|finding| (finding.signer, finding.state))
        .collect();
    assert!(states.contains(&(Some(0), State::Failed)) && states.contains(&(Some(1), State::Passed)));
    // Nobody.
    let cms = good.cms_of(Vec::new());
    refused_bytes(&desk, &cms, ResultCode::SignatureMissing, &[Signature], &[]);
    // More than are looked at.
    let cms = good.cms_of(vec![first; 65]);
    refused_bytes(&desk, &cms, ResultCode::SignatureMalformed, &[Signature], &[]);
}

#[test]
fn weak_and_inconsistent_algorithms_are_refused() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let not_allowed = ResultCode::AlgorithmNotAllowed;
    // The controls: every spelling of the allowed ones.
    for digest in [algorithm(SHA256), algorithm_with_null(SHA256)] {
        for signature in [SHA256_RSA, RSA] {
            for spelt in [algorithm(signature), algorithm_with_null(signature)] {
                accepted(
                    &mut desk,
                    &good.clone().with(|forged| {
                        forged.digest.clone_from(&digest);
                        forged.signature_algorithm = spelt;
                    }),
                );
            }
        }
    }
    // Another digest in the signature algorithm; none that is known; parameters; PSS.
    for signature in [
        algorithm_with_null(SHA512_RSA),
        algorithm_with_null("1.2.840.113549.1.1.5"),
        algorithm_with_null("1.2.840.113549.1.1.4"),
        algorithm_with_null("1.2.840.113549.1.1.10"),
        algorithm("1.2.840.10045.4.3.2"),
        algorithm(SHA256),
        sequence(&[&oid(SHA256_RSA), &sequence(&[])]),
    ] {
        let forged = good.clone().with(|forged| forged.signature_algorithm = signature);
        refused(&mut desk, &forged, not_allowed, &[Algorithm], &[Signature]);
    }
    // SHA-1 and MD5 digests.
    for digest in [SHA1, "1.2.840.113549.2.5", "2.16.840.1.101.3.4.2.4"] {
        let forged = good.clone().with(|forged| {
            forged.digest = algorithm(digest);
            forged.announced = vec![algorithm(digest)];
        });
        refused(&mut desk, &forged, not_allowed, &[Algorithm], &[Signature, Subject::Content]);
    }
    // A digest that is not announced.
    let forged = good.clone().with(|forged| forged.announced = vec![algorithm(SHA384)]);
    refused(&mut desk, &forged, not_allowed, &[Algorithm], &[Signature]);
    // Signed by SHA-384 throughout, but for the digest that is named.
    let forged = good.clone().with(|forged| {
        forged.hash = Hash::Sha384;
        forged.announced = vec![algorithm(SHA256), algorithm(SHA384)];
    });
    refused(&mut desk, &forged, ResultCode::SignatureInvalid, &[Signature], &[]);

    // The algorithm protection names the algorithms, or another.
    let protected = |desk: &Desk, digest: &str, signature: &str| {
        let mut members = good_attributes(&desk.certificate());
        let signature = object(0xA1, &[&oid(signature), &[5, 0]]);
        members.push(attribute(PROTECTION, &[&sequence(&[&algorithm(digest), &signature])]));
        good.clone().with(|forged| forged.attributes = Some(sorted(members)))
    };
    let control = protected(&desk, SHA256, SHA256_RSA);
    accepted(&mut desk, &control);
    for (digest, signature) in [(SHA384, SHA256_RSA), (SHA256, SHA512_RSA)] {
        let forged = protected(&desk, digest, signature);
        refused(&mut desk, &forged, ResultCode::AttributesInvalid, &[Attributes], &[]);
    }
}

#[test]
fn weak_keys_do_not_sign() {
    let mut desk = desk();
    let chain_too = [Algorithm, Chain, Suitability];
    for (bits, exponent) in [(1024, 65_537), (2048, 3), (2048, 17)] {
        let key = rsa(bits, exponent);
        let certificate = stranger(&key, MessageDigest::sha256());
        let forged = Forged::good(&desk).by(&key, &certificate);
        refused(&mut desk, &forged, ResultCode::AlgorithmNotAllowed, &chain_too, &[Signature]);
    }
    // The forgery that exponent 3 allows: no private key is needed. 2^(8·256) has a cube root that begins as the block.
    let key = rsa(2048, 3);
    let certificate = stranger(&key, MessageDigest::sha256());
    let forged =
        Forged::good(&desk).by(&key, &certificate).with(|forged| forged.signature = Some(vec![0x11; 256]));
    refused(&mut desk, &forged, ResultCode::AlgorithmNotAllowed, &chain_too, &[Signature]);
}

#[test]
fn what_stands_around_the_signature_is_not_ignored() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let cms = good.cms(&mut desk);
    accepted_bytes(&desk, &cms);
    // Bytes behind.
    for trailing in [&[0][..], b"more", &cms] {
        let longer = [&cms[..], trailing].concat();
        refused_bytes(&desk, &longer, ResultCode::SignatureMalformed, &[Signature], &[]);
    }
    // Content inside and beside, the same or not.
    for beside in [ORDER, b"0rder"] {
        let verified = cms::verify(&cms, Content::Bytes(beside), &desk.options()).unwrap();
        assert_eq!(verified.report.result(), ResultCode::ContentMismatch);
        assert_eq!(verified.content, None);
    }
    // Outside, given and not given, empty and not.
    let outside = good.clone().with(|forged| forged.content = None).cms(&mut desk);
    let options = desk.options();
    let result = |content: Content<'_>| cms::verify(&outside, content, &options).unwrap().report.result();
    assert_eq!(result(Content::Bytes(ORDER)), ResultCode::Ok);
    assert_eq!(result(Content::Reader(&mut &ORDER[..])), ResultCode::Ok);
    assert_eq!(result(Content::Bytes(b"")), ResultCode::ContentMismatch);
    assert_eq!(result(Content::Inside), ResultCode::ContentMismatch);
    // Cut at every place, and no CMS at all.
    for length in 0..cms.len() {
        assert_eq!(verify(&desk, &cms[..length]).report.result(), ResultCode::SignatureMalformed);
    }
    for other in [&b""[..], b"hello", &[0x30, 0x80], &[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], &[0x30; 100_000]]
    {
        refused_bytes(&desk, other, ResultCode::SignatureMalformed, &[Signature], &[]);
    }
}

#[test]
fn indefinite_lengths_are_read_where_a_stream_has_them_and_nowhere_else() {
    let mut desk = desk();
    let good = Forged::good(&desk);
    let signer = good.signer(&mut desk);
    let indefinite = |tag: u8, parts: &[&[u8]]| [&[tag, 0x80][..], &parts.concat(), &[0, 0]].concat();
    let streamed = |certificates: &[u8], signers: &[u8], pieces: &[u8]| {
        let content = indefinite(0xA0, &[pieces]);
        let signed = indefinite(
            0x30,
            &[
                &object(2, &[&[1]]),
                &object(0x31, &[&algorithm(SHA256)]),
                &indefinite(0x30, &[&oid(DATA), &content]),
                certificates,
                signers,
            ],
        );
        indefinite(0x30, &[&oid(SIGNED_DATA), &indefinite(0xA0, &[&signed])])
    };
    let certificates = object(0xA0, &[&good.certificates[0]]);
    let signers = object(0x31, &[&signer]);
    let pieces = indefinite(0x24, &[&object(4, &[b"or"]), &object(4, &[b"der"])]);
    accepted_bytes(&desk, &streamed(&certificates, &signers, &pieces));
    accepted_bytes(
        &desk,
        &streamed(&indefinite(0xA0, &[&good.certificates[0]]), &signers, &object(4, &[ORDER])),
    );
    let malformed = ResultCode::SignatureMalformed;
    let nested = indefinite(0x24, &[&indefinite(0x24, &[&object(4, &[ORDER])])]);
    for bad in [
        streamed(&certificates, &signers, &nested),
        streamed(&certificates, &indefinite(0x31, &[&signer]), &pieces),
        streamed(&certificates, &signers, &[&pieces[..], &[0, 0]].concat()),
    ] {
        refused_bytes(&desk, &bad, malformed, &[Signature], &[]);
    }
    // A length that could be shorter.
    let mut long = good.cms(&mut desk);
    assert_eq!(long[..2], [0x30, 0x82]);
    long.splice(1..2, [0x83, 0]);
    refused_bytes(&desk, &long, malformed, &[Signature], &[]);
}

#[test]
fn persons_sign_documents_and_the_moment_is_the_callers() {
    let mut desk = desk();
    let signed = desk.card.cms_sign(KeyKind::Authentication, ORDER, CmsOptions::default()).unwrap().bytes;
    refused_bytes(&desk, &signed, ResultCode::CertificateUnsuitable, &[Suitability], &[]);
    let mut options = desk.options();
    options.purpose = Some(Purpose::Authentication);
    assert_eq!(cms::verify(&signed, Content::Inside, &options).unwrap().report.result(), ResultCode::Ok);

    let signed = desk.card.cms_sign(KeyKind::Signing, ORDER, CmsOptions::default()).unwrap().bytes;
    let mut options = desk.options();
    for (at, code) in
        [(2_500_000_000, ResultCode::CertificateExpired), (1_000_000_000, ResultCode::CertificateNotYetValid)]
    {
        options.at_time = Some(at);
        let verified = cms::verify(&signed, Content::Inside, &options).unwrap();
        assert_eq!(verified.report.result(), code);
        assert_eq!(bad(&verified).0, [Validity]);
    }
    options = desk.options();
    options.waive.clear();
    let verified = cms::verify(&signed, Content::Inside, &options).unwrap();
    assert_eq!(bad(&verified), (vec![Subject::TestCard], vec![Subject::Revocation]));
    options.trust = Trust::production();
    let result = cms::verify(&signed, Content::Inside, &options).unwrap().report.result();
    assert_eq!(result, ResultCode::CertificateUntrusted);
}

// --- time-stamps ---

const TIMESTAMP_INFO: &str = "1.2.840.113549.1.9.16.1.4";
const TIMESTAMP_TOKEN: &str = "1.2.840.113549.1.9.16.2.14";
/// 2026-11-01T12:00:00Z
const NOON: i64 = 1_793_534_400;

/// A certificate with these extensions, issued by another key or by its own.
fn issued(
    name: &str,
    key: &PKey<Private>,
    issuer: (&str, &PKey<Private>),
    serial: u32,
    extensions: Vec<openssl::x509::X509Extension>,
) -> Vec<u8> {
    use openssl::asn1::Asn1Time;
    let named = |text: &str| {
        let mut name = openssl::x509::X509NameBuilder::new().unwrap();
        name.append_entry_by_text("O", text).unwrap();
        name.build()
    };
    let mut builder = openssl::x509::X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&named(name)).unwrap();
    builder.set_issuer_name(&named(issuer.0)).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_str("20200101000000Z").unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_str("20400101000000Z").unwrap()).unwrap();
    let serial = openssl::bn::BigNum::from_u32(serial).unwrap();
    builder.set_serial_number(&serial.to_asn1_integer().unwrap()).unwrap();
    for extension in extensions {
        builder.append_extension(extension).unwrap();
    }
    builder.sign(issuer.1, MessageDigest::sha256()).unwrap();
    builder.build().to_der().unwrap()
}

fn for_timestamps() -> Vec<openssl::x509::X509Extension> {
    let usage = openssl::x509::extension::ExtendedKeyUsage::new().critical().time_stamping().build();
    vec![usage.unwrap()]
}

/// An authority, and what its tokens say.
#[derive(Clone)]
struct Authority {
    key: PKey<Private>,
    certificates: Vec<Vec<u8>>,
    time: &'static str,
    /// The content of an Accuracy; empty for none.
    accuracy: Vec<u8>,
}

impl Authority {
    /// One that vouches for itself.
    fn own() -> Authority {
        let key = rsa(2048, 65_537);
        let certificates = vec![issued("Authority", &key, ("Authority", &key), 1, for_timestamps())];
        Authority { key, certificates, time: "20261101120000Z", accuracy: Vec::new() }
    }

    fn info(&self, stamped: &[u8]) -> Vec<u8> {
        let imprint = sequence(&[&algorithm(SHA256), &object(4, &[&openssl::sha::sha256(stamped)])]);
        let accuracy = if self.accuracy.is_empty() { Vec::new() } else { sequence(&[&self.accuracy]) };
        sequence(&[
            &[2, 1, 1],
            &oid("2.999.1"),
            &imprint,
            &[2, 1, 9],
            &object(0x18, &[self.time.as_bytes()]),
            &accuracy,
        ])
    }

    /// A token over that.
    fn token(&self, desk: &mut Desk, stamped: &[u8]) -> Vec<u8> {
        let info = self.info(stamped);
        let certificate = self.certificates[0].clone();
        let forged = Forged::good(desk).by(&self.key, &certificate).with(|forged| {
            forged.attributes = Some(sorted(vec![
                attribute(CONTENT_TYPE, &[&oid(TIMESTAMP_INFO)]),
                attribute(MESSAGE_DIGEST, &[&object(4, &[&openssl::sha::sha256(&info)])]),
                attribute(ESS_V2, &[&ess_v2(&certificate, &certificate)]),
            ]));
            forged.content = Some(info);
            forged.content_type = TIMESTAMP_INFO;
            forged.certificates.clone_from(&self.certificates);
            if self.key.id() == openssl::pkey::Id::EC {
                forged.signature_algorithm = algorithm("1.2.840.10045.4.3.2");
            }
        });
        forged.cms(desk)
    }

    fn certificate(&self) -> Certificate {
        Certificate::parse(&self.certificates[0]).unwrap()
    }
}

/// The unsigned attributes with these tokens.
fn stamps(tokens: &[Vec<u8>]) -> Vec<u8> {
    let tokens: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
    attribute(TIMESTAMP_TOKEN, &tokens)
}

/// A good signature of the card, whose value is known.
fn signed(desk: &mut Desk) -> (Forged, Vec<u8>) {
    let good = Forged::good(desk);
    let attributes = object(0x31, &[good.attributes.as_ref().unwrap()]);
    let signature = desk.card.sign(KeyKind::Signing, Hash::Sha256, &attributes).unwrap();
    (good.with(|forged| forged.signature = Some(signature.clone())), signature)
}

fn stamped(desk: &mut Desk, change: impl Fn(Vec<u8>) -> Vec<u8>, authority: &Authority) -> Vec<u8> {
    let (good, signature) = signed(desk);
    let token = change(authority.token(desk, &signature));
    good.with(|forged| forged.unsigned = stamps(&[token])).cms(desk)
}

fn timestamp(cms: &[u8], options: &ValidationOptions) -> Finding {
    let verified = cms::verify(cms, Content::Inside, options).unwrap();
    for finding in verified.report.findings() {
        assert!(finding.subject == Subject::Timestamp || !finding.counts(), "{finding:?}");
    }
    verified.report.finding(Subject::Timestamp).unwrap().clone()
}

#[test]
fn an_anchor_vouches_for_its_own_use_only() {
    let mut desk = desk();
    let authority = Authority::own();
    let cms = stamped(&mut desk, |token| token, &authority);
    let mut for_stamps = desk.options();
    for_stamps.at_time = Some(NOON);
    let mut for_persons = for_stamps.clone();
    for_stamps.trust.add_timestamp_anchor(authority.certificate());
    for_persons.trust.add_anchor(authority.certificate());
    assert_eq!(timestamp(&cms, &for_stamps).state, State::Passed);
    let finding = timestamp(&cms, &for_persons);
    assert_eq!((finding.state, finding.code), (State::Failed, ResultCode::TimestampInvalid));
    // The built-in anchors do not vouch either.
    for trust in [Trust::production(), Trust::with_test()] {
        assert!(!trust.anchors().is_empty() && trust.timestamp_anchors().is_empty());
    }

    // The other way round: the card's CA as an anchor for time-stamps vouches for no person, under
    // either profile.
    for profile in [Profile::Jpki, Profile::Rfc5280] {
        let mut options = ValidationOptions { profile, ..desk.options() };
        options.trust = Trust::added();
        options.trust.add_timestamp_anchor(
            Certificate::parse(&desk.virtual_card.ca(CertificateKind::Signing)).unwrap(),
        );
        let verified = cms::verify(&cms, Content::Inside, &options).unwrap();
        assert_eq!(verified.report.finding(Chain).unwrap().state, State::Failed);
    }
}

#[test]
fn a_time_stamp_that_is_wrong_in_itself_is_never_waived() {
    let mut desk = desk();
    let authority = Authority::own();
    let (_, signature) = signed(&mut desk);
    let mut trusting = desk.options();
    trusting.at_time = Some(NOON);
    let unknown = trusting.clone();
    trusting.trust.add_timestamp_anchor(authority.certificate());
    let waiving =
        |options: &ValidationOptions| ValidationOptions { waive: Waiver::ALL.to_vec(), ..options.clone() };

    // About the authority or the moment: waived by name.
    let good = stamped(&mut desk, |token| token, &authority);
    assert_eq!(timestamp(&good, &trusting).state, State::Passed);
    assert_eq!(timestamp(&good, &unknown).state, State::Failed);
    assert_eq!(timestamp(&good, &waiving(&unknown)).state, State::Waived);
    let early = ValidationOptions { at_time: Some(NOON - 1), ..trusting.clone() };
    assert_eq!(timestamp(&good, &early).state, State::Failed);
    assert_eq!(timestamp(&good, &waiving(&early)).state, State::Waived);
    let before =
        stamped(&mut desk, |token| token, &Authority { time: "20191231235959Z", ..authority.clone() });
    assert_eq!(timestamp(&before, &waiving(&trusting)).state, State::Waived);

    // In the token itself: its imprint, its signature, its form.
    let find =
        |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).position(|window| window == part).unwrap();
    let imprint = openssl::sha::sha256(&signature);
    let flip = |token: Vec<u8>, at: usize| {
        let mut token = token;
        token[at] ^= 1;
        token
    };
    let other = authority.token(&mut desk, b"another signature");
    let changes: [&dyn Fn(Vec<u8>) -> Vec<u8>; 6] = [
        &|_| other.clone(),
        &|token| {
            let at = find(&token, &imprint);
            flip(token, at)
        },
        &|token| {
            let last = token.len() - 1;
            flip(token, last)
        },
        &|token| {
            let at = find(&token, b"20261101120000Z");
            flip(token, at + 3)
        },
        &|_| vec![5, 0],
        &|token| [&token[..1], &[0x80], &token[4..], &[0, 0]].concat()[..40].to_vec(),
    ];
    for (number, change) in changes.iter().enumerate() {
        // What cannot be read is cut off from what follows by its own length.
        let wrap = |token: Vec<u8>| if number == 5 { object(0x30, &[&token]) } else { token };
        let cms = stamped(&mut desk, |token| wrap(change(token)), &authority);
        for options in [&trusting, &unknown] {
            assert_eq!(timestamp(&cms, &waiving(options)).state, State::Failed, "{number}");
        }
    }
    // Of several tokens the one that is wrong in itself speaks, wherever it stands.
    let (plain, _) = signed(&mut desk);
    let own = authority.token(&mut desk, &signature);
    for tokens in [[own.clone(), other.clone()], [other.clone(), own.clone()]] {
        let cms = plain.clone().with(|forged| forged.unsigned = stamps(&tokens)).cms(&mut desk);
        assert_eq!(timestamp(&cms, &waiving(&unknown)).state, State::Failed);
    }
    // Attributes that cannot be read may have held a token.
    let cms = plain.clone().with(|forged| forged.unsigned = vec![0x30, 2, 2, 0]).cms(&mut desk);
    assert_eq!(timestamp(&cms, &waiving(&trusting)).state, State::Failed);
    // More than are looked at.
    let nine = vec![own; 9];
    let cms = plain.with(|forged| forged.unsigned = stamps(&nine)).cms(&mut desk);
    assert_eq!(timestamp(&cms, &waiving(&trusting)).state, State::Failed);
}

#[test]
fn the_callers_skew_and_the_accuracy_of_a_time_stamp_move_its_moment() {
    let mut desk = desk();
    let own = Authority::own();
    let mut options = desk.options();
    options.trust.add_timestamp_anchor(own.certificate());
    let seconds = |number: u8| object(2, &[&[number]]);
    let millis = |number: u16| object(0x80, &[&number.to_be_bytes()]);
    let micros = |number: u16| object(0x81, &[&number.to_be_bytes()]);
    // What the token says, how many seconds before noon is asked about, the skew, and whether it
    // passes.
    for (time, accuracy, before, skew, passes) in [
        ("20261101120000Z", vec![], 0, 0, true),
        ("20261101120000Z", vec![], 1, 0, false),
        ("20261101120000Z", vec![], 1, 1, true),
        ("20261101120000Z", vec![], 31, 30, false),
        ("20261101120000.999Z", vec![], 0, 0, true),
        ("20261101120001.001Z", vec![], 0, 0, false),
        ("20261101120000Z", seconds(5), 5, 0, true),
        ("20261101120000Z", seconds(5), 6, 0, false),
        ("20261101120000Z", seconds(5), 15, 10, true),
        ("20261101120000Z", seconds(5), 16, 10, false),
        ("20261101120000Z", millis(500), 1, 0, true),
        ("20261101120000.6Z", millis(500), 1, 0, false),
        ("20261101120000.6Z", [millis(599), micros(999)].concat(), 1, 0, false),
        ("20261101120000.5999Z", [millis(599), micros(999)].concat(), 1, 0, true),
    ] {
        let authority = Authority { time, accuracy: accuracy.clone(), ..own.clone() };
        let cms = stamped(&mut desk, |token| token, &authority);
        let asked = ValidationOptions { at_time: Some(NOON - before), clock_skew: skew, ..options.clone() };
        let state = timestamp(&cms, &asked).state;
        assert_eq!(state == State::Passed, passes, "{time} {accuracy:?} -{before} ±{skew}");
    }
    // An accuracy that is none makes the token unreadable.
    for accuracy in [
        object(2, &[&[0xFF]]),
        object(0x80, &[&[0]]),
        millis(1000),
        object(0x81, &[&[0x03, 0xE8]]),
        [micros(1), millis(1)].concat(),
        [seconds(1), seconds(1)].concat(),
    ] {
        let authority = Authority { accuracy, ..own.clone() };
        let cms = stamped(&mut desk, |token| token, &authority);
        let asked = ValidationOptions { at_time: Some(NOON), waive: Waiver::ALL.to_vec(), ..options.clone() };
        assert_eq!(timestamp(&cms, &asked).state, State::Failed);
    }
}

#[test]
fn what_is_not_known_about_an_authority_is_not_called_revoked() {
    let mut desk = desk();
    let (ca_key, key) = (rsa(2048, 65_537), rsa(2048, 65_537));
    let ca_extensions = vec![
        openssl::x509::extension::BasicConstraints::new().critical().ca().build().unwrap(),
        openssl::x509::extension::KeyUsage::new().critical().key_cert_sign().crl_sign().build().unwrap(),
    ];
    let ca = issued("Stamps", &ca_key, ("Stamps", &ca_key), 1, ca_extensions);
    let certificates = vec![issued("Authority", &key, ("Stamps", &ca_key), 7, for_timestamps())];
    let authority = Authority { key, certificates, ..Authority::own() };
    let cms = stamped(&mut desk, |token| token, &authority);
    let mut options = desk.options();
    options.waive = vec![Waiver::TestCard];
    options.trust.add_timestamp_anchor(Certificate::parse(&ca).unwrap());
    // A list of the card's CA, good about the card and silent about the authority.
    options.trust.add_crl(Crl::parse(&desk.virtual_card.crl(CertificateKind::Signing)).unwrap());
    let list = |this: &str, next: &str, revoked: Option<(u8, Option<u8>)>, key: &PKey<Private>| {
        let name = sequence(&[&object(0x31, &[&sequence(&[&oid("2.5.4.10"), &object(0x0C, &[b"Stamps"])])])]);
        let entries = revoked.map_or_else(Vec::new, |(serial, reason)| {
            let reason = reason.map_or_else(Vec::new, |reason| {
                sequence(&[&sequence(&[&oid("2.5.29.21"), &object(4, &[&[0x0A, 1, reason]])])])
            });
            let entry = sequence(&[&[2, 1, serial], &object(0x17, &[b"260101000000Z"]), &reason]);
            sequence(&[&entry])
        });
        let number = sequence(&[&sequence(&[&oid("2.5.29.20"), &object(4, &[&[2, 1, 1]])])]);
        let tbs = sequence(&[
            &[2, 1, 1],
            &algorithm_with_null(SHA256_RSA),
            &name,
            &object(0x17, &[this.as_bytes()]),
            &object(0x17, &[next.as_bytes()]),
            &entries,
            &object(0xA0, &[&number]),
        ]);
        let mut signer = openssl::sign::Signer::new(MessageDigest::sha256(), key).unwrap();
        signer.update(&tbs).unwrap();
        let signature = signer.sign_to_vec().unwrap();
        let der = sequence(&[&tbs, &algorithm_with_null(SHA256_RSA), &object(3, &[&[0], &signature])]);
        Crl::parse(&der).unwrap()
    };
    let fresh = ("200101000000Z", "491231000000Z");
    for (crl, state, code) in [
        (None, State::NotChecked, ResultCode::CertificateStatusUnknown),
        (Some(list(fresh.0, fresh.1, None, &ca_key)), State::Passed, ResultCode::Ok),
        (
            Some(list("200101000000Z", "210101000000Z", None, &ca_key)),
            State::NotChecked,
            ResultCode::CertificateStatusStale,
        ),
        (
            Some(list(fresh.0, fresh.1, None, &authority.key)),
            State::NotChecked,
            ResultCode::CertificateStatusUntrusted,
        ),
        (Some(list(fresh.0, fresh.1, Some((7, None)), &ca_key)), State::Failed, ResultCode::TimestampInvalid),
        (
            Some(list(fresh.0, fresh.1, Some((7, Some(6))), &ca_key)),
            State::Failed,
            ResultCode::TimestampInvalid,
        ),
        (Some(list(fresh.0, fresh.1, Some((8, None)), &ca_key)), State::Passed, ResultCode::Ok),
    ] {
        let mut options = options.clone();
        crl.into_iter().for_each(|crl| options.trust.add_crl(crl));
        let finding = timestamp(&cms, &options);
        assert_eq!((finding.state, finding.code), (state, code), "{}", finding.text);
        assert_eq!(finding.text.contains("was revoked or is on hold"), state == State::Failed);
        // All of this is about the authority, so it may be waived.
        options.waive.push(Waiver::Timestamp);
        assert!(!timestamp(&cms, &options).counts());
    }
}

// --- work ---

fn p384() -> PKey<Private> {
    let group = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::SECP384R1).unwrap();
    PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap()
}

#[test]
fn a_document_that_takes_too_much_work_is_refused_and_cannot_be_waived() {
    let mut desk = desk();
    // An authority under CAs of one name, each of which may have signed each: more ways than
    // anybody can walk.
    let key = rsa(2048, 65_537);
    let ca_extensions =
        || vec![openssl::x509::extension::BasicConstraints::new().critical().ca().build().unwrap()];
    let keys: Vec<PKey<Private>> = (0..31).map(|_| p384()).collect();
    let mut certificates = vec![issued("Authority", &key, ("Loop", &keys[0]), 1, for_timestamps())];
    for (number, own) in keys.iter().enumerate() {
        let issuer = &keys[(number + 1) % keys.len()];
        let serial = u32::try_from(number).unwrap() + 2;
        certificates.push(issued("Loop", own, ("Loop", issuer), serial, ca_extensions()));
    }
    let authority = Authority { key, certificates, ..Authority::own() };
    let (good, signature) = signed(&mut desk);
    let token = authority.token(&mut desk, &signature);
    let with = |desk: &mut Desk, number: usize| {
        let tokens = vec![token.clone(); number];
        let signer = good.clone().with(|forged| forged.unsigned = stamps(&tokens)).signer(desk);
        let signers = vec![signer; number];
        good.cms_of(signers)
    };
    let mut options = desk.options();
    options.at_time = Some(NOON);
    options.waive = Waiver::ALL.to_vec();
    // One costs much and comes to an end: nobody vouches for the authority.
    let one = with(&mut desk, 1);
    assert_eq!(timestamp(&one, &options).state, State::Waived);
    // Many draw on one budget.
    let many = with(&mut desk, 8);
    let verified = cms::verify(&many, Content::Inside, &options).unwrap();
    assert_eq!(verified.report.result(), ResultCode::SignatureMalformed);
    let whole = |finding: &&Finding| finding.signer.is_none();
    let whole: Vec<_> = verified.report.findings().iter().filter(whole).collect();
    assert_eq!(whole.len(), 1);
    assert_eq!((whole[0].subject, whole[0].state), (Signature, State::Failed));
    assert_eq!(verified.content, None);
    // The answer does not depend on the machine.
    let again = cms::verify(&many, Content::Inside, &options).unwrap();
    assert_eq!(again.report, verified.report);
}

#[test]
fn an_honest_document_with_many_signers_and_time_stamps_passes() {
    let mut desk = desk();
    let authority = Authority::own();
    let (good, signature) = signed(&mut desk);
    let tokens = vec![authority.token(&mut desk, &signature); 8];
    let signer = good.clone().with(|forged| forged.unsigned = stamps(&tokens)).signer(&mut desk);
    let cms = good.cms_of(vec![signer; 64]);
    let mut options = desk.options();
    options.at_time = Some(NOON);
    options.trust.add_timestamp_anchor(authority.certificate());
    let verified = cms::verify(&cms, Content::Inside, &options).unwrap();
    assert_eq!(verified.report.result(), ResultCode::Ok, "{:?}", verified.report.findings().last());
    assert_eq!(verified.signers.len(), 64);
}

#[test]
fn an_exponent_as_long_as_the_modulus_is_refused_before_anything_is_computed() {
    let mut desk = desk();
    let long = openssl::bn::BigNum::from_hex_str("10000000000000001").unwrap();
    let allowed = openssl::bn::BigNum::from_hex_str("800000000000000D").unwrap();
    for (exponent, is_allowed) in [(long, false), (allowed, true)] {
        let key = PKey::from_rsa(Rsa::generate_with_e(2048, &exponent).unwrap()).unwrap();
        let certificate = stranger(&key, MessageDigest::sha256());
        let forged = Forged::good(&desk).by(&key, &certificate);
        if is_allowed {
            refused(&mut desk, &forged, ResultCode::CertificateUntrusted, &[Chain, Suitability], &[]);
        } else {
            let failed = [Algorithm, Chain, Suitability];
            refused(&mut desk, &forged, ResultCode::AlgorithmNotAllowed, &failed, &[Signature]);
        }
    }
}

// --- signing ---

#[test]
fn signing_takes_one_signature_of_the_card_and_reads_nothing_twice() {
    let virtual_card = VirtualCard::new(None).unwrap();
    let mut card = open(&virtual_card);
    verify_pins(&mut card);
    virtual_card.clear_transcript();
    let commands = || -> Vec<String> {
        let seen = virtual_card
            .transcript()
            .exchanges
            .iter()
            .map(|exchange| format!("{:02X}{:02X}", exchange.header[0], exchange.header[1]))
            .collect();
        virtual_card.clear_transcript();
        seen
    };
    let first = CmsOptions { embed_ca: true, signing_time: true, ..CmsOptions::default() };
    let _ = card.cms_sign(KeyKind::Signing, ORDER, first).unwrap();
    let seen = commands();
    assert_eq!(seen.iter().filter(|header| *header == "802A").count(), 1, "{seen:?}");
    assert_eq!(seen.last().map(String::as_str), Some("802A"));
    let _ = card.cms_sign(KeyKind::Signing, ORDER, CmsOptions::default()).unwrap();
    assert_eq!(commands(), ["802A"]);
    let _ = card.cms_sign_reader(KeyKind::Signing, &mut &ORDER[..], CmsOptions::default()).unwrap();
    assert_eq!(commands(), ["802A"]);
}

#[test]
fn content_is_read_before_the_card_is_asked_and_its_failures_cost_nothing() {
    struct Broken(Option<Error>);
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(self.0.take().map_or_else(|| std::io::ErrorKind::Other.into(), std::io::Error::other))
        }
    }
    let virtual_card = VirtualCard::new(None).unwrap();
    let mut card = open(&virtual_card);
    let mut content = ORDER;
    let sign = |card: &mut Card, content: &mut dyn std::io::Read| {
        card.cms_sign_reader(KeyKind::Signing, content, CmsOptions::default()).unwrap_err()
    };
    assert_eq!(sign(&mut card, &mut content).code, ResultCode::PinRequired);
    assert_eq!(content.len(), ORDER.len(), "nothing was read");
    verify_pins(&mut card);
    virtual_card.clear_transcript();
    assert_eq!(sign(&mut card, &mut Broken(None)).code, ResultCode::IoError);
    let own = Error::new(ResultCode::NotFound, "no such file");
    assert_eq!(sign(&mut card, &mut Broken(Some(own))).code, ResultCode::NotFound);
    assert!(virtual_card.transcript().exchanges.is_empty());
    // A cancel while it is read.
    struct Cancelling(honnin::reader::Canceller);
    impl std::io::Read for Cancelling {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.cancel_running();
            Ok(buffer.len())
        }
    }
    let canceller = card.canceller();
    assert_eq!(sign(&mut card, &mut Cancelling(canceller)).code, ResultCode::Cancelled);
    assert!(!virtual_card.transcript().exchanges.iter().any(|exchange| exchange.header[1] == 0x2A));
}

#[test]
fn a_signature_is_added_to_what_others_signed() {
    let mut desk = desk();
    let first = desk.card.cms_sign(KeyKind::Signing, ORDER, CmsOptions::default()).unwrap().bytes;
    let options = || CmsOptions { hash: Hash::Sha512, signing_time: true, ..CmsOptions::default() };
    let both = desk.card.cms_sign_add(KeyKind::Signing, &first, None, options()).unwrap().bytes;
    accepted_bytes(&desk, &both);
    let verified = verify(&desk, &both);
    assert_eq!(verified.signers.len(), 2);
    // Another person's card.
    let other = VirtualCard::new(Some(r#"{"holder": {"name": "番号　太郎"}}"#));
    let other = other.unwrap_or_else(|_| VirtualCard::new(None).unwrap());
    let mut other_card = open(&other);
    verify_pins(&mut other_card);
    let three = other_card.cms_sign_add(KeyKind::Signing, &both, None, options()).unwrap().bytes;
    let mut trusting = desk.options();
    trusting.trust.add_anchor(Certificate::parse(&other.ca(CertificateKind::Signing)).unwrap());
    let verified = cms::verify(&three, Content::Inside, &trusting).unwrap();
    assert_eq!(verified.report.result(), ResultCode::Ok, "{:#?}", verified.report.findings());
    assert_eq!(verified.signers.len(), 3);

    let detached = CmsOptions { detached: true, ..CmsOptions::default() };
    let outside = desk.card.cms_sign(KeyKind::Signing, ORDER, detached).unwrap().bytes;
    let mut add = |cms: &[u8], content: Option<&[u8]>| {
        desk.card
            .cms_sign_add(KeyKind::Signing, cms, content, CmsOptions::default())
            .map(|signed| signed.bytes)
    };
    let code = |result: Result<Vec<u8>, Error>| result.unwrap_err().code;
    assert_eq!(code(add(&outside, None)), ResultCode::InvalidArgument);
    assert_eq!(code(add(&first, Some(ORDER))), ResultCode::InvalidArgument);
    assert_eq!(code(add(&outside, Some(b"0rder"))), ResultCode::ContentMismatch);
    assert_eq!(code(add(b"hello", None)), ResultCode::SignatureMalformed);
    assert_eq!(code(add(&[&first[..], &[0]].concat(), None)), ResultCode::SignatureMalformed);
    let both = add(&outside, Some(ORDER)).unwrap();
    let result = cms::verify(&both, Content::Bytes(ORDER), &desk.options()).unwrap().report.result();
    assert_eq!(result, ResultCode::Ok);
}
