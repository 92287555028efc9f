//! The revocation matrix: what each kind of list and of response, good or wrong in one point, says about a certificate.

use super::status_testing::{
    CrlRecipe, OcspRecipe, by_key, by_name, crl_number, delta_of, distribution_point, entry, entry_with,
    full_name, general, key_bits, nonce, point, revoked, unknown,
};
use super::testing::{
    CA_KEY, Key, LEAF_KEY, NOON, OTHER_CA_KEY, Recipe, algorithm, authority_key, extension, key_usage, name,
    object, oid, sequence, utc,
};
use super::{Certificate, Crl, OcspResponse, Profile, Trust, ValidationOptions, ocsp_request, validate};
use crate::result::{ResultCode, State, Subject, Waiver};
use ResultCode::{
    CertificateOnHold as OnHold, CertificateRevoked as Revoked, CertificateStatusNotChecked as NotChecked,
    CertificateStatusStale as Stale, CertificateStatusUnknown as Unknown,
    CertificateStatusUntrusted as Untrusted, Ok as Good,
};
use openssl::hash::MessageDigest;

const CA: &str = "Sample CA";
const SERIAL: &[u8] = &[0x01, 0x02];
const BEFORE: &str = "261001000000Z";

fn ca_name() -> Vec<u8> {
    name(CA, "")
}

fn ca() -> Certificate {
    // Signs certificates and lists.
    Recipe::ca(CA, &CA_KEY, b"ca").sign(&CA_KEY)
}

fn leaf() -> Recipe {
    Recipe::signing(CA)
}

fn trusting() -> Trust {
    let mut trust = Trust::added();
    trust.add_anchor(ca());
    trust
}

fn options(crls: &[Crl], responses: &[OcspResponse]) -> ValidationOptions {
    let mut trust = trusting();
    crls.iter().for_each(|crl| trust.add_crl(crl.clone()));
    responses.iter().for_each(|response| trust.add_ocsp(response.clone()));
    ValidationOptions { at_time: Some(NOON), trust, ..Default::default() }
}

/// What the finding about revocation says, which both profiles must agree upon.
fn status(leaf: &Recipe, options: &ValidationOptions) -> ResultCode {
    let leaf = leaf.sign(&CA_KEY);
    let under = |profile| {
        let report = validate(&leaf, &ValidationOptions { profile, ..options.clone() }).unwrap();
        report.finding(Subject::Revocation).unwrap().code
    };
    let (jpki, general) = (under(Profile::Jpki), under(Profile::Rfc5280));
    assert_eq!(jpki, general);
    jpki
}

fn list() -> CrlRecipe {
    CrlRecipe::of(ca_name())
}

fn listing(reason: Option<u8>) -> CrlRecipe {
    list().and(entry(SERIAL, BEFORE, reason))
}

/// Runs a matrix and shows all that differ at once.
fn run<T>(cases: Vec<(&str, T, ResultCode)>, status: impl Fn(T) -> ResultCode) {
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .into_iter()
        .filter_map(|(name, case, expected)| {
            let found = status(case);
            (found != expected).then(|| format!("{name}: {} and not {}", found.name(), expected.name()))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

struct Lists {
    leaf: Recipe,
    crls: Vec<Crl>,
    change: fn(&mut ValidationOptions),
}

fn of(crls: Vec<Crl>) -> Lists {
    Lists { leaf: leaf(), crls, change: |_| {} }
}

fn one(recipe: CrlRecipe) -> Lists {
    of(vec![recipe.sign(&CA_KEY)])
}

fn changed(recipe: CrlRecipe, change: impl Fn(&mut CrlRecipe)) -> Lists {
    let mut recipe = recipe;
    change(&mut recipe);
    one(recipe)
}

#[test]
fn lists_say_what_they_prove_and_no_more() {
    let partition = name(CA, "Tokyo CRLDP");
    let here =
        |lists: Lists| Lists { leaf: leaf().with(distribution_point(&[full_name(&partition)])), ..lists };
    let with = |lists: Lists, change| Lists { change, ..lists };
    let only = |tag: u8| point(&[object(tag, &[0xFF])]);
    let some_reasons = |bits: &[u8]| point(&[object(0x83, bits)]);
    let issuer = |name: &[u8]| extension("2.5.29.29", true, &sequence(&[object(0xA4, name)]));
    let indirect = || object(0x84, &[0xFF]);
    let other = name("Other CA", "");
    let base = || list().sign(&CA_KEY);
    let delta = |number, from| {
        let mut recipe = list();
        recipe.extensions = vec![crl_number(number), delta_of(from)];
        recipe
    };
    let cut = |mut crl: Vec<u8>| {
        let last = crl.len() - 1;
        crl[last] ^= 1;
        of(vec![Crl::parse(&crl).unwrap()])
    };
    let edited = |from: &[u8], to: &[u8], der: Vec<u8>| {
        let at = der.windows(from.len()).position(|window| window == from).unwrap();
        let mut der = der;
        der[at..at + from.len()].copy_from_slice(to);
        of(vec![Crl::parse(&der).unwrap()])
    };
    let unknown_critical = || extension("1.2.3.4", true, b"x");

    let cases: Vec<(&str, Lists, ResultCode)> = vec![
        ("nothing was given", of(vec![]), NotChecked),
        ("not in the list", one(list()), Good),
        ("another is in the list", one(list().and(entry(&[1, 3], BEFORE, None))), Good),
        ("in the list", one(listing(None)), Revoked),
        ("for a compromised key", one(listing(Some(1))), Revoked),
        ("because its data changed", one(listing(Some(3))), Revoked),
        ("on hold", one(listing(Some(6))), OnHold),
        ("removed, in a list that is complete", one(listing(Some(8))), Revoked),
        (
            "among many",
            one((0..200).fold(listing(None), |l, n| l.and(entry(&[0x20, n], BEFORE, None)))),
            Revoked,
        ),
        ("a serial number that begins alike", one(list().and(entry(&[1, 2, 0], BEFORE, None))), Good),
        ("revoked from tomorrow on", one(list().and(entry(SERIAL, "261102000000Z", None))), Revoked),
        ("stale by a second", changed(list(), |l| l.next_update = Some(utc("261101115959Z"))), Stale),
        ("good in its last second", changed(list(), |l| l.next_update = Some(utc("261101120000Z"))), Good),
        ("stale, and in it", changed(listing(None), |l| l.next_update = Some(utc("261101000000Z"))), Revoked),
        (
            "stale, and on hold in it",
            changed(listing(Some(6)), |l| l.next_update = Some(utc("261101000000Z"))),
            Stale,
        ),
        (
            "stale by less than clocks differ",
            with(changed(list(), |l| l.next_update = Some(utc("261101115959Z"))), |o| o.clock_skew = 1),
            Good,
        ),
        ("good from this second on", changed(list(), |l| l.this_update = utc("261101120000Z")), Good),
        ("made in the future", changed(list(), |l| l.this_update = utc("261101120001Z")), Unknown),
        (
            "made later by less than clocks differ",
            with(changed(list(), |l| l.this_update = utc("261101120001Z")), |o| o.clock_skew = 1),
            Good,
        ),
        (
            "made later, revoked before",
            changed(listing(None), |l| l.this_update = utc("261101130000Z")),
            Revoked,
        ),
        (
            "made later, revoked later",
            changed(list().and(entry(SERIAL, "261101123000Z", None)), |l| {
                l.this_update = utc("261101130000Z")
            }),
            Unknown,
        ),
        ("without a next update", changed(list(), |l| l.next_update = None), Stale),
        (
            "without a next update, made now",
            changed(list(), |l| {
                l.next_update = None;
                l.this_update = utc("261101120000Z")
            }),
            Good,
        ),
        (
            "without a next update, young enough",
            with(changed(list(), |l| l.next_update = None), |o| o.max_age = Some(86_400)),
            Good,
        ),
        ("older than allowed", with(one(list()), |o| o.max_age = Some(86_399)), Stale),
        ("another issuer of the same name", of(vec![list().sign(&OTHER_CA_KEY)]), Untrusted),
        (
            "another issuer of the same name that revokes",
            of(vec![listing(None).sign(&OTHER_CA_KEY)]),
            Untrusted,
        ),
        ("another name", changed(list(), |l| l.issuer = name("Other CA", "")), Unknown),
        ("a changed signature", cut(list().der(&CA_KEY)), Untrusted),
        (
            "an edited serial number",
            edited(&[2, 2, 1, 2, 0x17], &[2, 2, 1, 3, 0x17], listing(None).der(&CA_KEY)),
            Untrusted,
        ),
        ("an edited date", edited(b"261102120000Z", b"361102120000Z", list().der(&CA_KEY)), Untrusted),
        (
            "signed with SHA-1",
            changed(list(), |l| {
                l.algorithm = algorithm("1.2.840.113549.1.1.5");
                l.digest = MessageDigest::sha1()
            }),
            Untrusted,
        ),
        (
            "signed with SHA-512",
            changed(list(), |l| {
                l.algorithm = algorithm("1.2.840.113549.1.1.13");
                l.digest = MessageDigest::sha512()
            }),
            Good,
        ),
        ("with an unknown critical extension", one(list().with(unknown_critical())), Unknown),
        (
            "with an unknown critical extension, and in it",
            one(listing(None).with(unknown_critical())),
            Revoked,
        ),
        ("with an unknown extension", one(list().with(extension("1.2.3.4", false, b"x"))), Good),
        (
            "with an unknown critical extension in another entry",
            one(list().and(entry_with(&[9], BEFORE, &[unknown_critical()]))),
            Unknown,
        ),
        ("the partition of the certificate", here(one(list().with(point(&[full_name(&partition)])))), Good),
        (
            "in the partition of the certificate",
            here(one(listing(None).with(point(&[full_name(&partition)])))),
            Revoked,
        ),
        ("another partition", here(one(list().with(point(&[full_name(&name(CA, "Osaka CRLDP"))])))), Unknown),
        (
            "another partition, and in it",
            here(one(listing(None).with(point(&[full_name(&name(CA, "Osaka CRLDP"))])))),
            Unknown,
        ),
        ("a partition for a certificate without", one(list().with(point(&[full_name(&partition)]))), Unknown),
        ("the whole list for a certificate with a partition", here(one(list())), Good),
        ("only certificates of persons", one(list().with(only(0x81))), Good),
        ("only certificates of CAs", one(list().with(only(0x82))), Unknown),
        ("only attribute certificates", one(list().with(only(0x85))), Unknown),
        ("only some reasons", one(list().with(some_reasons(&[5, 0x60]))), Unknown),
        ("only some reasons, and in it", one(listing(Some(1)).with(some_reasons(&[5, 0x60]))), Revoked),
        (
            "every reason, in two lists",
            of(vec![
                list().with(some_reasons(&[5, 0x60])).sign(&CA_KEY),
                list().with(some_reasons(&[7, 0x1F, 0x80])).sign(&CA_KEY),
            ]),
            Good,
        ),
        (
            "an indirect list of others",
            one(list().with(point(&[indirect()])).and(entry_with(SERIAL, BEFORE, &[issuer(&other)]))),
            Good,
        ),
        (
            "an indirect list with its own",
            one(list()
                .with(point(&[indirect()]))
                .and(entry_with(&[9], BEFORE, &[issuer(&other)]))
                .and(entry_with(SERIAL, BEFORE, &[issuer(&ca_name())]))),
            Revoked,
        ),
        (
            "the issuer of an entry where lists are not indirect",
            one(list().and(entry_with(SERIAL, BEFORE, &[issuer(&other)]))),
            Revoked,
        ),
        ("a delta list alone", one(delta(6, 5)), Unknown),
        ("a delta list alone, and in it", one(delta(6, 5).and(entry(SERIAL, BEFORE, None))), Revoked),
        (
            "added since",
            of(vec![base(), delta(6, 5).and(entry(SERIAL, BEFORE, Some(1))).sign(&CA_KEY)]),
            Revoked,
        ),
        ("nothing new since", of(vec![base(), delta(6, 5).sign(&CA_KEY)]), Good),
        (
            "the hold was lifted since",
            of(vec![
                listing(Some(6)).sign(&CA_KEY),
                delta(6, 5).and(entry(SERIAL, BEFORE, Some(8))).sign(&CA_KEY),
            ]),
            Good,
        ),
        (
            "lifted since another list",
            of(vec![
                listing(Some(6)).sign(&CA_KEY),
                delta(9, 8).and(entry(SERIAL, BEFORE, Some(8))).sign(&CA_KEY),
            ]),
            OnHold,
        ),
        (
            "lifted by a stranger",
            of(vec![
                listing(Some(6)).sign(&CA_KEY),
                delta(6, 5).and(entry(SERIAL, BEFORE, Some(8))).sign(&OTHER_CA_KEY),
            ]),
            OnHold,
        ),
        (
            "a revocation is never lifted",
            of(vec![
                listing(Some(1)).sign(&CA_KEY),
                delta(6, 5).and(entry(SERIAL, BEFORE, Some(8))).sign(&CA_KEY),
            ]),
            Revoked,
        ),
        ("good here and revoked there", of(vec![base(), listing(None).sign(&CA_KEY)]), Revoked),
        ("good here and a stranger there", of(vec![base(), listing(None).sign(&OTHER_CA_KEY)]), Good),
        (
            "stale here and good there",
            of(vec![
                {
                    let mut l = list();
                    l.next_update = Some(utc("261101000000Z"));
                    l.sign(&CA_KEY)
                },
                base(),
            ]),
            Good,
        ),
    ];
    run(cases, |case| {
        let mut options = options(&case.crls, &[]);
        (case.change)(&mut options);
        status(&case.leaf, &options)
    });
}

#[test]
fn what_is_no_list_is_not_read() {
    let refused = |change: &dyn Fn(&mut CrlRecipe)| {
        let mut recipe = listing(None);
        change(&mut recipe);
        Crl::parse(&recipe.der(&CA_KEY)).unwrap_err().code
    };
    let cases: [&dyn Fn(&mut CrlRecipe); 10] = [
        &|l| l.version = Some(0),
        &|l| l.version = Some(2),
        &|l| l.version = None,
        &|l| l.entries.push(l.entries[0].clone()),
        &|l| l.entries.push(entry(&[0, 1], BEFORE, None)),
        &|l| l.entries.push(entry(&[7], BEFORE, Some(7))),
        &|l| l.entries.push(entry(&[7], "261001000000", None)),
        &|l| l.extensions.push(crl_number(5)),
        &|l| l.extensions.push(extension("2.5.29.27", true, &object(0x02, &[0xFF]))),
        &|l| l.this_update = object(0x04, b""),
    ];
    for (number, case) in cases.iter().enumerate() {
        assert_eq!(refused(*case), ResultCode::CertificateMalformed, "case {number}");
    }
    let mut trailing = list().der(&CA_KEY);
    trailing.push(0);
    assert!(Crl::parse(&trailing).is_err() && Crl::parse(b"").is_err());
    let base64 = openssl::base64::encode_block(&list().der(&CA_KEY));
    let pem = format!("-----BEGIN X509 CRL-----\n{base64}\n-----END X509 CRL-----\n");
    assert_eq!(Crl::parse(pem.as_bytes()).unwrap(), list().sign(&CA_KEY));
}

struct Responses {
    responses: Vec<OcspResponse>,
    change: fn(&mut ValidationOptions),
}

/// A response that is good but for a change.
fn but(change: impl Fn(&mut OcspRecipe)) -> Responses {
    by(&CA_KEY, change)
}

fn by(key: &Key, change: impl Fn(&mut OcspRecipe)) -> Responses {
    let mut recipe = OcspRecipe::about(&leaf().sign(&CA_KEY), &ca_name(), &CA_KEY);
    change(&mut recipe);
    Responses { responses: vec![recipe.sign(key)], change: |_| {} }
}

fn ocsp_signing() -> Vec<u8> {
    extension("2.5.29.37", false, &sequence(&[oid("1.3.6.1.5.5.7.3.9")]))
}

/// The certificate of a responder, good but for a change, signed by a CA.
fn delegate_of(ca: &Key, change: impl Fn(Recipe) -> Recipe) -> Vec<u8> {
    let mut recipe = Recipe::signing(CA).without(17).without(32).with(key_usage(0x80)).with(ocsp_signing());
    recipe.subject = name("Responder", "");
    recipe.serial = vec![0x33];
    change(recipe).der(ca)
}

/// A response by a delegate with a key of its own.
fn delegated(certificate: Vec<u8>) -> Responses {
    by(&LEAF_KEY, |r| {
        r.responder = by_name(&name("Responder", ""));
        r.certificates = vec![certificate.clone()];
    })
}

fn delegate(change: impl Fn(Recipe) -> Recipe) -> Responses {
    delegated(delegate_of(&CA_KEY, change))
}

#[test]
fn responses_say_what_they_prove_and_no_more() {
    let with = |responses: Responses, change| Responses { change, ..responses };
    let says = |status: Vec<u8>| but(|r| r.answers[0].status = status.clone());
    let stale = |r: &mut OcspRecipe| {
        r.answers[0].this_update = general("20261031110000Z");
        r.answers[0].next_update = Some(general("20261101115959Z"));
    };
    let critical = || extension("1.2.3.4", true, b"x");
    let ask: fn(&mut ValidationOptions) = |o| o.nonce = Some(b"nonce".to_vec());
    let flip = || {
        let mut der = OcspRecipe::about(&leaf().sign(&CA_KEY), &ca_name(), &CA_KEY).der(&CA_KEY);
        let last = der.len() - 1;
        der[last] ^= 1;
        Responses { responses: vec![OcspResponse::parse(&der).unwrap()], change: |_| {} }
    };
    let edited = || {
        let mut der = OcspRecipe::about(&leaf().sign(&CA_KEY), &ca_name(), &CA_KEY);
        der.answers[0].serial = vec![1, 3];
        let mut der = der.der(&CA_KEY);
        let at = der.windows(4).position(|window| window == [2, 2, 1, 3]).unwrap();
        der[at + 3] = 2;
        Responses { responses: vec![OcspResponse::parse(&der).unwrap()], change: |_| {} }
    };
    let busy = |status: u8| Responses {
        responses: vec![OcspResponse::parse(&sequence(&[object(0x0A, &[status])])).unwrap()],
        change: |_| {},
    };
    let no_check = || extension("1.3.6.1.5.5.7.48.1.5", false, &object(0x05, &[]));
    let and = |mut a: Responses, b: Responses| {
        a.responses.extend(b.responses);
        a
    };

    let cases: Vec<(&str, Responses, ResultCode)> = vec![
        ("good", but(|_| {}), Good),
        ("revoked", says(revoked("20261001000000Z", None)), Revoked),
        ("revoked for a compromised key", says(revoked("20261001000000Z", Some(1))), Revoked),
        ("on hold", says(revoked("20261001000000Z", Some(6))), OnHold),
        ("unknown", says(unknown()), Unknown),
        ("by the key of the CA", but(|r| r.responder = by_key(&CA_KEY)), Good),
        ("by another key, it says", but(|r| r.responder = by_key(&OTHER_CA_KEY)), Untrusted),
        ("by another name, it says", but(|r| r.responder = by_name(&name("Other", ""))), Untrusted),
        ("signed by a stranger", by(&OTHER_CA_KEY, |_| {}), Untrusted),
        ("signed by the certificate asked about", by(&LEAF_KEY, |_| {}), Untrusted),
        (
            "revoked, says a stranger",
            by(&OTHER_CA_KEY, |r| r.answers[0].status = revoked("20261001000000Z", None)),
            Untrusted,
        ),
        ("a changed signature", flip(), Untrusted),
        ("an edited serial number", edited(), Untrusted),
        (
            "signed with SHA-1",
            but(|r| {
                r.algorithm = algorithm("1.2.840.113549.1.1.5");
                r.digest = MessageDigest::sha1()
            }),
            Untrusted,
        ),
        (
            "signed with SHA-384",
            but(|r| {
                r.algorithm = algorithm("1.2.840.113549.1.1.12");
                r.digest = MessageDigest::sha384()
            }),
            Good,
        ),
        (
            "an algorithm without parameters",
            but(|r| r.algorithm = sequence(&[oid("1.2.840.113549.1.1.11")])),
            Untrusted,
        ),
        ("about another serial number", but(|r| r.answers[0].serial = vec![1, 3]), Unknown),
        ("about another name of the issuer", but(|r| r.answers[0].issuer_name = name("Other", "")), Unknown),
        (
            "about another key of the issuer",
            but(|r| r.answers[0].issuer_key = key_bits(&OTHER_CA_KEY)),
            Unknown,
        ),
        (
            "about it by SHA-256",
            but(|r| {
                r.answers[0].hash = MessageDigest::sha256();
                r.answers[0].hash_oid = "2.16.840.1.101.3.4.2.1"
            }),
            Good,
        ),
        (
            "about it by MD5",
            but(|r| {
                r.answers[0].hash = MessageDigest::md5();
                r.answers[0].hash_oid = "1.2.840.113549.2.5"
            }),
            Unknown,
        ),
        ("about nothing", but(|r| r.answers.clear()), Unknown),
        (
            "about another first",
            but(|r| {
                let mut other = r.answers[0].clone();
                other.serial = vec![9];
                other.status = revoked("20261001000000Z", None);
                r.answers.insert(0, other)
            }),
            Good,
        ),
        (
            "good and revoked in one",
            but(|r| {
                let mut other = r.answers[0].clone();
                other.status = revoked("20261001000000Z", None);
                r.answers.push(other)
            }),
            Revoked,
        ),
        ("stale by a second", but(stale), Stale),
        ("stale by less than clocks differ", with(but(stale), |o| o.clock_skew = 1), Good),
        (
            "stale, and revoked",
            but(|r| {
                stale(r);
                r.answers[0].status = revoked("20261001000000Z", None)
            }),
            Revoked,
        ),
        (
            "stale, and on hold",
            but(|r| {
                stale(r);
                r.answers[0].status = revoked("20261001000000Z", Some(6))
            }),
            Stale,
        ),
        ("from the future", but(|r| r.answers[0].this_update = general("20261101120001Z")), Unknown),
        ("signed in the future", but(|r| r.produced_at = general("20261101120001Z")), Unknown),
        (
            "signed in the future, revoked before",
            but(|r| {
                r.produced_at = general("20261101120001Z");
                r.answers[0].status = revoked("20261001000000Z", None)
            }),
            Revoked,
        ),
        (
            "signed in the future, revoked later",
            but(|r| {
                r.produced_at = general("20261101130000Z");
                r.answers[0].status = revoked("20261101123000Z", None)
            }),
            Unknown,
        ),
        ("without a next update", but(|r| r.answers[0].next_update = None), Stale),
        (
            "without a next update, of this second",
            but(|r| {
                r.answers[0].next_update = None;
                r.answers[0].this_update = general("20261101120000Z")
            }),
            Good,
        ),
        (
            "without a next update, young enough",
            with(but(|r| r.answers[0].next_update = None), |o| o.max_age = Some(3600)),
            Good,
        ),
        ("older than allowed", with(but(|_| {}), |o| o.max_age = Some(3599)), Stale),
        ("no nonce and none asked for", but(|_| {}), Good),
        ("a nonce and none asked for", but(|r| r.extensions = vec![nonce(b"any")]), Good),
        ("the nonce that was asked for", with(but(|r| r.extensions = vec![nonce(b"nonce")]), ask), Good),
        (
            "the nonce, not wrapped",
            with(but(|r| r.extensions = vec![extension("1.3.6.1.5.5.7.48.1.2", false, b"nonce")]), ask),
            Good,
        ),
        (
            "another nonce: a response to somebody else",
            with(but(|r| r.extensions = vec![nonce(b"other")]), ask),
            Unknown,
        ),
        ("no nonce, and one was asked for", with(but(|_| {}), ask), Unknown),
        ("revoked, to somebody else", with(says(revoked("20261001000000Z", None)), ask), Revoked),
        ("an unknown critical extension", but(|r| r.extensions = vec![critical()]), Unknown),
        (
            "an unknown critical extension of the answer",
            but(|r| r.answers[0].extensions = vec![critical()]),
            Unknown,
        ),
        ("try again later", busy(3), Unknown),
        ("not for you", busy(6), Unknown),
        ("by a delegate", delegate(|r| r), Good),
        ("by a delegate that need not be asked about", delegate(|r| r.with(no_check())), Good),
        ("by a delegate without the usage", delegate(|r| r.without(37)), Untrusted),
        (
            "by a delegate with any usage",
            delegate(|r| r.with(extension("2.5.29.37", false, &sequence(&[oid("2.5.29.37.0")])))),
            Untrusted,
        ),
        ("by a delegate whose key is for other things", delegate(|r| r.with(key_usage(0x20))), Untrusted),
        ("by a delegate of a stranger", delegated(delegate_of(&OTHER_CA_KEY, |r| r)), Untrusted),
        (
            "by a delegate of another name's CA",
            delegate(|mut r| {
                r.issuer = name("Other", "");
                r
            }),
            Untrusted,
        ),
        (
            "by a delegate that has expired",
            delegate(|mut r| {
                r.not_after = utc("261101115959Z");
                r
            }),
            Untrusted,
        ),
        ("by a delegate with an unknown critical extension", delegate(|r| r.with(critical())), Untrusted),
        (
            "by a delegate that is not sent along",
            by(&LEAF_KEY, |r| r.responder = by_name(&name("Responder", ""))),
            Untrusted,
        ),
        ("a stranger here and good there", and(by(&OTHER_CA_KEY, |_| {}), but(|_| {})), Good),
        ("good here and revoked there", and(but(|_| {}), says(revoked("20261001000000Z", None))), Revoked),
    ];
    run(cases, |case| {
        let mut options = options(&[], &case.responses);
        (case.change)(&mut options);
        status(&leaf(), &options)
    });
}

#[test]
fn the_answer_of_a_revoked_responder_does_not_count() {
    let revoked = CrlRecipe::of(ca_name()).with(point(&[object(0x82, &[0xFF])]));
    assert_eq!(status(&leaf(), &options(&[revoked.sign(&CA_KEY)], &[])), Unknown);
    // A list that says nothing about the certificate itself, and one that says that the responder is revoked.
    let partition = name(CA, "Responders");
    let list = CrlRecipe::of(ca_name())
        .with(point(&[full_name(&partition)]))
        .and(entry(&[0x33], BEFORE, None))
        .sign(&CA_KEY);
    let points = distribution_point(&[full_name(&partition)]);
    let asked = delegate(|r| r.with(points.clone()));
    assert_eq!(status(&leaf(), &options(std::slice::from_ref(&list), &asked.responses)), Untrusted);
    let no_check = extension("1.3.6.1.5.5.7.48.1.5", false, &object(0x05, &[]));
    let not_asked = delegate(|r| r.with(points.clone()).with(no_check.clone()));
    assert_eq!(status(&leaf(), &options(&[list], &not_asked.responses)), Good);
}

#[test]
fn what_is_no_response_is_not_read() {
    let good = || OcspRecipe::about(&leaf().sign(&CA_KEY), &ca_name(), &CA_KEY);
    let refused = |change: &dyn Fn(&mut OcspRecipe)| {
        let mut recipe = good();
        change(&mut recipe);
        OcspResponse::parse(&recipe.der(&CA_KEY)).unwrap_err().code
    };
    let cases: [&dyn Fn(&mut OcspRecipe); 10] = [
        &|r| r.status = 1,
        &|r| r.status = 4,
        &|r| r.kind = "1.2.3",
        &|r| r.version = Some(1),
        &|r| r.responder = object(0xA3, b""),
        &|r| r.produced_at = utc("261101110000Z"),
        &|r| r.answers[0].status = object(0x83, b""),
        &|r| r.answers[0].serial = vec![0, 1],
        &|r| r.extensions = vec![nonce(b"a"), nonce(b"b")],
        &|r| r.answers = vec![r.answers[0].clone(); 257],
    ];
    for (number, case) in cases.iter().enumerate() {
        assert_eq!(refused(*case), ResultCode::CertificateMalformed, "case {number}");
    }
    // Successful, without an answer.
    assert!(OcspResponse::parse(&sequence(&[object(0x0A, &[0])])).is_err());
    let mut trailing = good().der(&CA_KEY);
    trailing.push(0);
    assert!(OcspResponse::parse(&trailing).is_err());
}

#[test]
fn an_answer_to_waive_is_no_answer_at_all_never_a_revocation() {
    let waiving = |crl: Option<CrlRecipe>| {
        let crls: Vec<_> = crl.into_iter().map(|crl| crl.sign(&CA_KEY)).collect();
        let options = ValidationOptions { waive: vec![Waiver::Revocation], ..options(&crls, &[]) };
        let report = validate(&leaf().sign(&CA_KEY), &options).unwrap();
        (report.result(), report.finding(Subject::Revocation).unwrap().state)
    };
    let mut stale = list();
    stale.next_update = Some(utc("261101000000Z"));
    assert_eq!(waiving(None), (Good, State::Waived));
    assert_eq!(waiving(Some(stale)), (Good, State::Waived));
    assert_eq!(waiving(Some(listing(None))), (Revoked, State::Failed));
    assert_eq!(waiving(Some(listing(Some(6)))), (OnHold, State::Failed));
}

#[test]
fn a_request_asks_about_the_certificate_and_carries_the_nonce() {
    let leaf = leaf().sign(&CA_KEY);
    let request = ocsp_request(&leaf, &ca(), b"12345678").unwrap();
    assert!(request.windows(8).any(|window| window == b"12345678"));
    assert!(request.windows(4).any(|window| window == [2, 2, 1, 2]));
    let plain = ocsp_request(&leaf, &ca(), b"").unwrap();
    assert!(plain.len() < request.len());
    openssl::ocsp::OcspRequest::from_der(&request).unwrap();
    openssl::ocsp::OcspRequest::from_der(&plain).unwrap();
    assert_eq!(ocsp_request(&leaf, &ca(), &[0; 129]).unwrap_err().code, ResultCode::InvalidArgument);
    let other = Recipe::ca("Other", &CA_KEY, b"x").sign(&CA_KEY);
    assert_eq!(ocsp_request(&leaf, &other, b"").unwrap_err().code, ResultCode::InvalidArgument);
}

#[test]
fn a_path_is_as_good_as_its_worst_certificate() {
    let between_name = name("Between", "");
    let mut between = Recipe::ca("Between", &OTHER_CA_KEY, b"between").with(authority_key(b"ca"));
    between.issuer = ca_name();
    between.serial = vec![0x55];
    let leaf = Recipe::signing("Between").with(authority_key(b"between")).sign(&OTHER_CA_KEY);
    let of_leaf = || CrlRecipe::of(between_name.clone());
    let result = |lists: &[Crl]| {
        let mut options = options(lists, &[]);
        options.profile = Profile::Rfc5280;
        options.trust.add_intermediate(between.sign(&CA_KEY));
        validate(&leaf, &options).unwrap().result()
    };
    let (about_leaf, about_ca) = (of_leaf().sign(&OTHER_CA_KEY), list().sign(&CA_KEY));
    assert_eq!(result(&[]), NotChecked);
    assert_eq!(result(&[about_leaf.clone(), about_ca.clone()]), Good);
    assert_eq!(result(std::slice::from_ref(&about_leaf)), Unknown);
    assert_eq!(result(std::slice::from_ref(&about_ca)), Unknown);
    let revoked = list().and(entry(&[0x55], BEFORE, None)).sign(&CA_KEY);
    assert_eq!(result(&[about_leaf, revoked]), Revoked);
    let revoked = of_leaf().and(entry(SERIAL, BEFORE, None)).sign(&OTHER_CA_KEY);
    assert_eq!(result(&[revoked, about_ca]), Revoked);
}

#[test]
fn no_change_of_a_byte_and_no_cut_is_believed_or_makes_anything_panic() {
    let leaf = leaf().sign(&CA_KEY);
    let list = list().and(entry(&[9], BEFORE, Some(1))).with(point(&[object(0x81, &[0xFF])])).der(&CA_KEY);
    let response = OcspRecipe::about(&leaf, &ca_name(), &CA_KEY);
    let delegated = OcspRecipe {
        responder: by_key(&LEAF_KEY),
        certificates: vec![delegate_of(&CA_KEY, |r| r)],
        ..response.clone()
    };
    let originals = [(list, true), (response.der(&CA_KEY), false), (delegated.der(&LEAF_KEY), false)];
    let believed = |bytes: &[u8], is_list: bool| {
        let mut trust = trusting();
        match is_list {
            true => Crl::parse(bytes).map(|crl| trust.add_crl(crl)),
            false => OcspResponse::parse(bytes).map(|response| trust.add_ocsp(response)),
        }
        .is_ok_and(|()| {
            let options = ValidationOptions { at_time: Some(NOON), trust, ..Default::default() };
            validate(&leaf, &options).unwrap().finding(Subject::Revocation).unwrap().code == Good
        })
    };
    for (original, is_list) in originals {
        assert!(believed(&original, is_list));
        for at in 0..original.len() {
            assert!(!believed(&original[..at], is_list), "cut at {at}");
            for bits in [0x01, 0x20, 0x80, 0xFF] {
                let mut changed = original.clone();
                changed[at] ^= bits;
                assert!(!believed(&changed, is_list), "byte {at} with {bits:02x}");
            }
        }
    }
}
