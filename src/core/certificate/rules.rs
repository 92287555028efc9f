//! What a path must fulfil (RFC 5280, sections 4.2 and 6.1), beyond the names and signatures that lead along it.
//!
//! The anchor is believed because the program named it. Still it is held to what it says about itself: its dates, how
//! far it lets others go, and for which names. Of what the standard asks of those who *make* certificates, key
//! identifiers may be missing (docs/decisions/0017).

use super::extensions::{Extensions, KeyUsage, NameConstraints};
use super::general_name::{GeneralName, Kind};
use super::path::Path;
use super::policy::Policies;
use super::{Certificate, Purpose, Work};
use crate::result::{Error, ResultCode};

/// How many times names are compared with constraints at most on one path.
const MAX_COMPARISONS: usize = 100_000;

/// Why something is wrong: the code of the finding, and a sentence for developers.
pub(super) type Objection = (ResultCode, &'static str);

const fn unsuitable(text: &'static str) -> Objection {
    (ResultCode::CertificateUnsuitable, text)
}

/// What is wrong with the algorithms and keys of a path.
pub(super) fn algorithm(path: &Path<'_>) -> Option<Objection> {
    path.certificates.iter().find_map(|certificate| {
        if certificate.signature_algorithm().is_none() {
            return Some((
                ResultCode::AlgorithmNotAllowed,
                "a certificate is not signed with SHA-256 or better, or names two algorithms",
            ));
        }
        key_objection(certificate)
    })
}

/// What is wrong with the key of a certificate.
pub(super) fn key_objection(certificate: &Certificate) -> Option<Objection> {
    let checked = certificate.public_key().and_then(|key| key.check_strength());
    checked.err().map(|error: Error| (error.code, error.detail))
}

/// What is wrong with the dates of a path.
pub(super) fn validity(path: &Path<'_>, at: i64) -> Option<Objection> {
    let dates = |certificate: &Certificate| certificate.check_dates(at).err();
    if let Some(error) = dates(path.target()) {
        return Some((error.code, error.detail));
    }
    let others = path.certificates.iter().skip(1).copied().chain([&path.anchor.certificate]);
    others
        .into_iter()
        .find_map(dates)
        .map(|error| (error.code, "the moment lies outside the dates of a CA's certificate"))
}

/// What is wrong with the rest of a path: extensions, usage, names, lengths and policies.
pub(super) fn suitability(
    path: &Path<'_>,
    purpose: Option<Purpose>,
    wanted: &[String],
    work: &Work,
) -> Option<Objection> {
    let own = match path.certificates.is_empty() {
        true => anchor_form(&path.anchor.certificate).or_else(|| usage(path.target(), purpose)),
        false => target(path.target(), purpose),
    };
    own.or_else(|| cas(path)).or_else(|| names(path, work)).or_else(|| policies(path, wanted))
}

/// What is wrong with the certificate asked about, by itself.
pub(super) fn target(certificate: &Certificate, purpose: Option<Purpose>) -> Option<Objection> {
    form(certificate).or_else(|| usage(certificate, purpose))
}

/// What keeps a certificate from that purpose.
fn usage(certificate: &Certificate, purpose: Option<Purpose>) -> Option<Objection> {
    let extensions = certificate.extensions();
    if !extensions.is_ca {
        if extensions.key_usage.is_some_and(|usage| usage.has_any(KeyUsage::KEY_CERT_SIGN)) {
            return Some(unsuitable("its key may sign certificates, and it is not the certificate of a CA"));
        }
        if extensions.name_constraints.is_some() {
            return Some(unsuitable("it constrains names, and it is not the certificate of a CA"));
        }
    }
    match purpose? {
        Purpose::DocumentSignature => {
            let usage = KeyUsage::DIGITAL_SIGNATURE | KeyUsage::NON_REPUDIATION;
            may(extensions, usage, &[DOCUMENT_SIGNING, EMAIL_PROTECTION])
        }
        Purpose::Authentication => may(extensions, KeyUsage::DIGITAL_SIGNATURE, &[CLIENT_AUTHENTICATION]),
    }
}

/// id-kp-clientAuth
const CLIENT_AUTHENTICATION: &str = "1.3.6.1.5.5.7.3.2";
/// id-kp-emailProtection, under which documents were signed before there was a usage for them
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
/// id-kp-documentSigning (RFC 9336)
const DOCUMENT_SIGNING: &str = "1.3.6.1.5.5.7.3.36";
/// anyExtendedKeyUsage
const ANY_USAGE: &str = "2.5.29.37.0";

/// What keeps a key from a use: where usages are named, one of these must be among them.
fn may(extensions: &Extensions, usage: u16, extended: &[&str]) -> Option<Objection> {
    if extensions.key_usage.is_some_and(|own| !own.has_any(usage)) {
        return Some(unsuitable("its key usage does not fit the purpose"));
    }
    let own = &extensions.extended_key_usage;
    let fits = |oid: &String| oid == ANY_USAGE || extended.contains(&oid.as_str());
    (!own.is_empty() && !own.iter().any(fits))
        .then_some(unsuitable("its extended key usage does not fit the purpose"))
}

/// What no certificate may be.
fn form(certificate: &Certificate) -> Option<Objection> {
    let extensions = certificate.extensions();
    if extensions.has_unknown_critical {
        return Some(unsuitable("an unknown extension is marked critical"));
    }
    if extensions.has_wrong_criticality {
        return Some(unsuitable("an extension is critical that must not be, or is not and must be"));
    }
    if extensions.has_unread_alt_name {
        return Some((ResultCode::CertificateMalformed, "an alternative name cannot be read"));
    }
    if certificate.issuer_name().is_empty() {
        return Some(unsuitable("the name of an issuer is empty"));
    }
    if certificate.serial_number() == [0] {
        return Some(unsuitable("a serial number is zero"));
    }
    if certificate.subject_name().is_empty() {
        if extensions.is_ca {
            return Some(unsuitable("the name of a CA is empty"));
        }
        if extensions.alt_names.is_empty() || !extensions.is_alt_name_critical {
            return Some(unsuitable("it has neither a subject nor a critical alternative name"));
        }
    }
    None
}

/// What an anchor may not be. It is taken for its name and its key (RFC 5280, section 6.1.1): how
/// its certificate is numbered, which of its extensions are marked critical, and who issued it does
/// not matter.
fn anchor_form(anchor: &Certificate) -> Option<Objection> {
    let is_unknown = anchor.extensions().has_unknown_critical;
    is_unknown.then_some(unsuitable("an unknown extension is marked critical"))
}

/// What is wrong with the CAs of a path, and with how many they are.
fn cas(path: &Path<'_>) -> Option<Objection> {
    let anchor = &path.anchor.certificate;
    // A certificate of version 1 cannot say that it is a CA; the program says so by naming it.
    if !path.certificates.is_empty()
        && anchor.version() == 3
        && let Some(objection) = anchor_form(anchor).or_else(|| ca_usage(anchor))
    {
        return Some(objection);
    }
    let mut left: Option<u32> = match path.certificates.is_empty() {
        true => None,
        false => anchor.extensions().basic_constraints.and_then(|basic| basic.path_len),
    };
    // From the anchor towards the certificate asked about, which does not count.
    for certificate in path.certificates.iter().skip(1).rev() {
        if let Some(objection) = ca(certificate) {
            return Some(objection);
        }
        if !certificate.is_self_issued() {
            left = match left {
                Some(0) => return Some(unsuitable("more CAs follow than a CA allows")),
                Some(number) => Some(number - 1),
                None => None,
            };
        }
        let own = certificate.extensions().basic_constraints.and_then(|basic| basic.path_len);
        left = match (left, own) {
            (Some(left), Some(own)) => Some(left.min(own)),
            (left, own) => left.or(own),
        };
    }
    None
}

/// What keeps a certificate from being that of a CA.
fn ca(certificate: &Certificate) -> Option<Objection> {
    form(certificate).or_else(|| ca_usage(certificate))
}

/// What keeps a key from signing certificates.
fn ca_usage(certificate: &Certificate) -> Option<Objection> {
    let extensions = certificate.extensions();
    if !extensions.is_ca {
        return Some(unsuitable("a certificate signed another and is not that of a CA"));
    }
    if extensions.key_usage.is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN)) {
        return Some(unsuitable("the key of a CA may not sign certificates"));
    }
    None
}

/// What is wrong with the names of a path.
fn names(path: &Path<'_>, work: &Work) -> Option<Objection> {
    let mut constraints: Vec<&NameConstraints> = Vec::new();
    let mut left = MAX_COMPARISONS;
    constraints.extend(&path.anchor.certificate.extensions().name_constraints);
    for (index, certificate) in path.certificates.iter().enumerate().rev() {
        // A CA that changes its key issues to itself; its name was looked at before.
        if (index == 0 || !certificate.is_self_issued()) && !constraints.is_empty() {
            for name in names_of(certificate) {
                for constraint in &constraints {
                    if let Some(text) = constraint_objection(&name, constraint, &mut left, work) {
                        return Some(unsuitable(text));
                    }
                }
            }
        }
        constraints.extend(&certificate.extensions().name_constraints);
    }
    None
}

/// Every name of a certificate that a constraint may be about.
fn names_of(certificate: &Certificate) -> Vec<GeneralName> {
    let subject = certificate.subject_name();
    let mut names = certificate.extensions().alt_names.clone();
    if names.is_empty() {
        names.extend(subject.email_addresses().map(|address| GeneralName::Email(address.to_owned())));
    }
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    names
}

fn constraint_objection(
    name: &GeneralName,
    constraint: &NameConstraints,
    left: &mut usize,
    work: &Work,
) -> Option<&'static str> {
    const OUTSIDE: &str = "a name lies outside of what a CA may certify";
    fn of_kind(bases: &[GeneralName], kind: Kind) -> Vec<&GeneralName> {
        bases.iter().filter(|base| base.kind() == kind).collect()
    }
    let comparisons = constraint.permitted.len() + constraint.excluded.len() + 1;
    // Long names take longer.
    let units = comparisons.saturating_mul(name.len() / 1024 + 1);
    match left.checked_sub(comparisons) {
        Some(rest) if work.take(u64::try_from(units).unwrap_or(u64::MAX)) => *left = rest,
        _ => return Some("there are too many names and constraints"),
    }
    let kind = name.kind();
    let (permitted, excluded) = (of_kind(&constraint.permitted, kind), of_kind(&constraint.excluded, kind));
    // What cannot be compared counts as outside of the permitted, and inside of the excluded.
    if excluded.iter().any(|base| name.reaches_into(base) != Some(false)) {
        return Some(OUTSIDE);
    }
    if !permitted.is_empty() {
        let mut is_within = false;
        for base in &permitted {
            match name.is_within(base) {
                Some(within) => is_within |= within,
                None => {
                    return Some("a name or a constraint is malformed, or of a kind that nobody compares");
                }
            }
        }
        if !is_within {
            return Some(OUTSIDE);
        }
    }
    None
}

fn policies(path: &Path<'_>, wanted: &[String]) -> Option<Objection> {
    let mut policies = Policies::new(wanted, path.certificates.len());
    for (index, certificate) in path.certificates.iter().enumerate().rev() {
        if !policies.take(certificate.extensions(), certificate.is_self_issued(), index == 0) {
            return Some(unsuitable("the path is good for no policy where one is required"));
        }
    }
    let is_anchor = path.certificates.is_empty() && wanted.is_empty();
    (!is_anchor && !policies.are_met())
        .then_some(unsuitable("the path is good for none of the required policies"))
}
