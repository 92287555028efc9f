//! Paths under the profile RFC5280: what others' suites have in one file each, here one change at a time, and what they
//! do not have: searches made to be endless.

use super::status_testing::point;
use super::testing::{
    CA_KEY, Key, LEAF_KEY, NOON, OTHER_CA_KEY, Recipe, algorithm, alt_names, authority_key,
    client_authentication, ec, extension, key_usage, name, object, oid, policies, rsa, sequence, subject_key,
    utc,
};
use super::{Certificate, Profile, Purpose, Trust, ValidationOptions, Work, validate, validate_within};
use crate::result::{ResultCode, Waiver};
use ResultCode::{
    CertificateExpired as Expired, CertificateMalformed as Malformed, CertificateUnsuitable as Unsuitable,
    CertificateUntrusted as Untrusted, Ok as Good,
};
use openssl::nid::Nid;

/// A root, a CA below it, and a certificate.
#[derive(Clone)]
struct Chain {
    root: Recipe,
    between: Recipe,
    leaf: Recipe,
    purpose: Option<Purpose>,
    max_depth: Option<u32>,
    policies: Vec<String>,
}

fn chain() -> Chain {
    let mut between = Recipe::ca("Between", &OTHER_CA_KEY, b"between").with(authority_key(b"root"));
    between.issuer = name("Root", "");
    Chain {
        root: Recipe::ca("Root", &CA_KEY, b"root"),
        between,
        leaf: Recipe::signing("Between").with(authority_key(b"between")).without(17),
        purpose: None,
        max_depth: None,
        policies: vec![],
    }
}

fn result(chain: &Chain) -> ResultCode {
    let mut trust = Trust::added();
    trust.add_anchor(chain.root.sign(&CA_KEY));
    trust.add_intermediate(chain.between.sign(&CA_KEY));
    let options = ValidationOptions {
        profile: Profile::Rfc5280,
        at_time: Some(NOON),
        trust,
        purpose: chain.purpose,
        max_depth: chain.max_depth,
        policies: chain.policies.clone(),
        waive: vec![Waiver::Revocation],
        ..Default::default()
    };
    validate(&chain.leaf.sign(&OTHER_CA_KEY), &options).unwrap().result()
}

fn constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let trees = |tag, bases: &[Vec<u8>]| {
        let trees: Vec<_> = bases.iter().map(|base| sequence(std::slice::from_ref(base))).collect();
        if trees.is_empty() { vec![] } else { object(tag, &trees.concat()) }
    };
    extension("2.5.29.30", true, &sequence(&[trees(0xA0, permitted), trees(0xA1, excluded)]))
}

fn dns(host: &str) -> Vec<u8> {
    object(0x82, host.as_bytes())
}

fn path_len(number: u8) -> Vec<u8> {
    extension("2.5.29.19", true, &sequence(&[object(0x01, &[0xFF]), object(0x02, &[number])]))
}

fn not_critical(id: &str, value: &[u8]) -> Vec<u8> {
    extension(id, false, value)
}

#[test]
fn one_change_decides_about_a_path() {
    type Change = fn(&mut Chain);
    fn leaf(chain: &mut Chain, extension: Vec<u8>) {
        chain.leaf = chain.leaf.clone().with(extension);
    }
    fn between(chain: &mut Chain, extension: Vec<u8>) {
        chain.between = chain.between.clone().with(extension);
    }
    fn root(chain: &mut Chain, extension: Vec<u8>) {
        chain.root = chain.root.clone().with(extension);
    }
    let cases: &[(&str, Change, ResultCode)] = &[
        ("as it should be", |_| {}, Good),
        // The CA between.
        ("between without basic constraints", |c| c.between = c.between.clone().without(19), Unsuitable),
        ("between that is no CA", |c| between(c, extension("2.5.29.19", true, &sequence(&[]))), Unsuitable),
        (
            "between whose constraints are not critical",
            |c| between(c, not_critical("2.5.29.19", &sequence(&[object(0x01, &[0xFF])]))),
            Good,
        ),
        ("between whose serial number is zero", |c| c.between.serial = vec![0], Unsuitable),
        ("between that may sign lists only", |c| between(c, key_usage(0x02)), Unsuitable),
        ("between without key usage", |c| c.between = c.between.clone().without(15), Good),
        (
            "between with an unknown critical extension",
            |c| between(c, extension("1.2.3.4", true, b"x")),
            Unsuitable,
        ),
        ("between with an unknown extension", |c| between(c, extension("1.2.3.4", false, b"x")), Good),
        (
            "between with a critical subject key identifier",
            |c| between(c, extension("2.5.29.14", true, &object(0x04, b"between"))),
            Unsuitable,
        ),
        ("between without key identifiers", |c| c.between = c.between.clone().without(14).without(35), Good),
        ("between that expired", |c| c.between.not_after = utc("261101115959Z"), Expired),
        ("between to the second", |c| c.between.not_after = utc("261101120000Z"), Good),
        ("between that allows no CA below", |c| between(c, path_len(0)), Good),
        (
            "between without a name",
            |c| {
                c.between.subject = sequence(&[]);
                c.leaf.issuer = sequence(&[]);
            },
            Unsuitable,
        ),
        // The root.
        ("root that allows one CA", |c| root(c, path_len(1)), Good),
        ("root that allows no CA", |c| root(c, path_len(0)), Unsuitable),
        ("root without basic constraints", |c| c.root = c.root.clone().without(19), Unsuitable),
        (
            "root whose constraints are not critical",
            |c| root(c, not_critical("2.5.29.19", &sequence(&[object(0x01, &[0xFF])]))),
            Good,
        ),
        ("root whose serial number is zero", |c| c.root.serial = vec![0], Good),
        ("root whose serial number is negative", |c| c.root.serial = vec![0x80], Good),
        (
            "root with a critical subject key identifier",
            |c| root(c, extension("2.5.29.14", true, &object(0x04, b"root"))),
            Good,
        ),
        ("root by an issuer without a name", |c| c.root.issuer = sequence(&[]), Good),
        ("root that may not sign certificates", |c| root(c, key_usage(0x02)), Unsuitable),
        (
            "root with an unknown critical extension",
            |c| root(c, extension("1.2.3.4", true, b"x")),
            Unsuitable,
        ),
        (
            "root of version 1",
            |c| {
                c.root.version = None;
                c.root.extensions.clear();
            },
            Good,
        ),
        ("root that expired", |c| c.root.not_after = utc("261101115959Z"), Expired),
        // The certificate.
        (
            "the certificate of a CA",
            |c| {
                leaf(c, path_len(0));
                leaf(c, key_usage(0x06));
            },
            Good,
        ),
        ("no CA, and may sign certificates", |c| leaf(c, key_usage(0x84)), Unsuitable),
        ("no CA, and constrains names", |c| leaf(c, constraints(&[dns("example.com")], &[])), Unsuitable),
        ("an unknown critical extension", |c| leaf(c, extension("1.2.3.4", true, b"x")), Unsuitable),
        (
            "critical information about the CA",
            |c| leaf(c, extension("1.3.6.1.5.5.7.1.1", true, &sequence(&[]))),
            Unsuitable,
        ),
        ("no issuer", |c| c.leaf.issuer = sequence(&[]), Untrusted),
        ("a serial number of zero", |c| c.leaf.serial = vec![0], Unsuitable),
        ("a negative serial number", |c| c.leaf.serial = vec![0xFF], Good),
        ("no subject", |c| c.leaf.subject = sequence(&[]), Unsuitable),
        (
            "no subject, and a critical name",
            |c| {
                c.leaf.subject = sequence(&[]);
                leaf(c, extension("2.5.29.17", true, &sequence(&[dns("example.com")])));
            },
            Good,
        ),
        ("a name that cannot be read", |c| leaf(c, not_critical("2.5.29.17", b"example.com")), Malformed),
        ("by a CA of another name", |c| c.leaf.issuer = name("Elsewhere", ""), Untrusted),
        ("by a CA of the name in other letters", |c| c.leaf.issuer = name("BETWEEN", ""), Good),
        // Names.
        (
            "a permitted name",
            |c| {
                between(c, constraints(&[dns("example.com")], &[]));
                leaf(c, alt_names(&[dns("a.example.com")]));
            },
            Good,
        ),
        (
            "a name that is not permitted",
            |c| {
                between(c, constraints(&[dns("example.com")], &[]));
                leaf(c, alt_names(&[dns("example.org")]));
            },
            Unsuitable,
        ),
        (
            "permitted by one and not by the other",
            |c| {
                root(c, constraints(&[dns("example.org")], &[]));
                between(c, constraints(&[dns("example.com")], &[]));
                leaf(c, alt_names(&[dns("a.example.com")]));
            },
            Unsuitable,
        ),
        (
            "an excluded name",
            |c| {
                root(c, constraints(&[], &[dns("example.com")]));
                leaf(c, alt_names(&[dns("x.org"), dns("example.com")]));
            },
            Unsuitable,
        ),
        (
            "a wildcard that may stand for an excluded name",
            |c| {
                root(c, constraints(&[], &[dns("a.example.com")]));
                leaf(c, alt_names(&[dns("*.example.com")]));
            },
            Unsuitable,
        ),
        ("a permitted subject", |c| between(c, constraints(&[object(0xA4, &name("JPKI", ""))], &[])), Good),
        (
            "a subject that is not permitted",
            |c| between(c, constraints(&[object(0xA4, &name("Other", ""))], &[])),
            Unsuitable,
        ),
        (
            "constraints of a kind that no name has",
            |c| between(c, constraints(&[object(0x87, &[0; 8])], &[])),
            Good,
        ),
        (
            "constraints that are not critical",
            |c| {
                between(
                    c,
                    not_critical("2.5.29.30", &sequence(&[object(0xA0, &sequence(&[dns("example.com")]))])),
                )
            },
            Unsuitable,
        ),
        (
            "a constraint of an unknown kind on a name",
            |c| {
                between(c, constraints(&[], &[object(0x88, &[0x2A])]));
                leaf(c, alt_names(&[object(0x88, &[0x2B])]));
            },
            Unsuitable,
        ),
        // Purpose.
        ("to sign a document", |c| c.purpose = Some(Purpose::DocumentSignature), Good),
        (
            "to sign, with a key for encryption",
            |c| {
                c.purpose = Some(Purpose::DocumentSignature);
                leaf(c, key_usage(0x20));
            },
            Unsuitable,
        ),
        (
            "to sign, with a certificate for clients",
            |c| {
                c.purpose = Some(Purpose::DocumentSignature);
                leaf(c, client_authentication());
            },
            Unsuitable,
        ),
        (
            "to authenticate, with a certificate for clients",
            |c| {
                c.purpose = Some(Purpose::Authentication);
                leaf(c, client_authentication());
            },
            Good,
        ),
        ("any, with a certificate for clients", |c| leaf(c, client_authentication()), Good),
        // Depth and policies.
        ("as deep as allowed", |c| c.max_depth = Some(1), Good),
        ("deeper than allowed", |c| c.max_depth = Some(0), Untrusted),
        ("no policy where one is wanted", |c| c.policies = vec!["1.2.3".to_owned()], Unsuitable),
        (
            "the policy that is wanted",
            |c| {
                c.policies = vec!["1.2.3".to_owned()];
                between(c, policies(&["1.2.3"]));
                leaf(c, policies(&["1.2.3"]));
            },
            Good,
        ),
        (
            "the policy by any",
            |c| {
                c.policies = vec!["1.2.3".to_owned()];
                between(c, policies(&["2.5.29.32.0"]));
                leaf(c, policies(&["1.2.3"]));
            },
            Good,
        ),
        (
            "another policy",
            |c| {
                c.policies = vec!["1.2.4".to_owned()];
                between(c, policies(&["1.2.3"]));
                leaf(c, policies(&["1.2.3"]));
            },
            Unsuitable,
        ),
        ("an issuing point is nothing to a path", |c| between(c, not_critical("1.2.3.5", &point(&[]))), Good),
        (
            "an organisation that is one of two parts",
            |c| {
                let both = sequence(&[object(
                    0x31,
                    &[
                        sequence(&[oid("2.5.4.10"), object(0x0C, b"Between")]),
                        sequence(&[oid("2.5.4.3"), object(0x0C, b"x")]),
                    ]
                    .concat(),
                )]);
                c.between.subject = both.clone();
                c.leaf.issuer = both;
            },
            Good,
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(name, change, expected)| {
            let mut chain = chain();
            change(&mut chain);
            let found = result(&chain);
            (found != *expected).then(|| format!("{name}: {} and not {}", found.name(), expected.name()))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn asked(leaf: &Certificate, anchors: &[&Certificate], between: &[Certificate]) -> ResultCode {
    let mut trust = Trust::added();
    anchors.iter().for_each(|anchor| trust.add_anchor((*anchor).clone()));
    between.iter().for_each(|certificate| trust.add_intermediate(certificate.clone()));
    let options = ValidationOptions {
        profile: Profile::Rfc5280,
        at_time: Some(NOON),
        trust,
        waive: vec![Waiver::Revocation],
        ..Default::default()
    };
    validate(leaf, &options).unwrap().result()
}

fn issued(subject: &str, issuer: &str, key: &Key, serial: u8) -> Recipe {
    let mut recipe = Recipe::ca(subject, key, b"any").without(14);
    recipe.issuer = name(issuer, "");
    recipe.serial = vec![serial];
    recipe
}

#[test]
fn a_ca_that_issued_to_itself_adds_nothing_to_the_depth() {
    let root = Recipe::ca("Root", &CA_KEY, b"root").sign(&CA_KEY);
    let old = issued("Between", "Root", &OTHER_CA_KEY, 1).sign(&CA_KEY);
    // The CA changes its key.
    let new_key = rsa(2048);
    let new = issued("Between", "Between", &new_key, 2).sign(&OTHER_CA_KEY);
    let leaf = Recipe::signing("Between").without(35).without(17).sign(&new_key);
    let at_depth = |depth| {
        let mut trust = Trust::added();
        trust.add_anchor(root.clone());
        trust.add_intermediate(old.clone());
        trust.add_intermediate(new.clone());
        let options = ValidationOptions {
            profile: Profile::Rfc5280,
            at_time: Some(NOON),
            trust,
            waive: vec![Waiver::Revocation],
            max_depth: Some(depth),
            ..Default::default()
        };
        validate(&leaf, &options).unwrap().result()
    };
    assert_eq!(at_depth(1), Good);
    assert_eq!(at_depth(0), Untrusted);
}

#[test]
fn a_chain_of_cas_that_issued_to_themselves_has_an_end() {
    let keys: Vec<Key> = (0..34).map(|_| ec(Nid::X9_62_PRIME256V1)).collect();
    let recipe = |issuer: &str, key: &Key| {
        let mut recipe = issued("Loop", issuer, key, 1);
        let ecdsa = algorithm("1.2.840.10045.4.3.2");
        (recipe.inner_algorithm, recipe.outer_algorithm) = (ecdsa.clone(), ecdsa);
        recipe
    };
    let root = recipe("Loop", &keys[33]).sign(&keys[33]);
    let between: Vec<_> = (1..33).map(|at| recipe("Loop", &keys[at]).sign(&keys[at + 1])).collect();
    let leaf = |key: usize| {
        let mut leaf = Recipe::signing("Loop").without(35).without(17);
        let ecdsa = algorithm("1.2.840.10045.4.3.2");
        (leaf.inner_algorithm, leaf.outer_algorithm) = (ecdsa.clone(), ecdsa);
        leaf.sign(&keys[key])
    };
    assert_eq!(asked(&leaf(1), &[&root], &between), Good);
    let more = [&between[..], &[recipe("Loop", &keys[0]).sign(&keys[1])]].concat();
    assert_eq!(asked(&leaf(0), &[&root], &more), Untrusted);
}

#[test]
fn an_anchor_may_be_any_certificate() {
    let chain = chain();
    let (root, between) = (chain.root.sign(&CA_KEY), chain.between.sign(&CA_KEY));
    let leaf = chain.leaf.sign(&OTHER_CA_KEY);
    assert_eq!(asked(&leaf, &[&between], std::slice::from_ref(&root)), Good);
    assert_eq!(asked(&leaf, &[&leaf], &[]), Good);
    assert_eq!(asked(&root, &[&root], &[]), Good);
    assert_eq!(asked(&leaf, &[&root], &[]), Untrusted);
    assert_eq!(asked(&leaf, &[], &[between, root]), Untrusted);
}

#[test]
fn of_several_paths_one_that_is_good_suffices() {
    // The same CA, once by an expired certificate and once by a good one, in either order.
    let chain = chain();
    let root = chain.root.sign(&CA_KEY);
    let good = chain.between.sign(&CA_KEY);
    let mut expired = chain.between.clone();
    expired.not_after = utc("261101000000Z");
    expired.serial = vec![9];
    let expired = expired.sign(&CA_KEY);
    let leaf = chain.leaf.sign(&OTHER_CA_KEY);
    assert_eq!(asked(&leaf, &[&root], &[expired.clone(), good.clone()]), Good);
    assert_eq!(asked(&leaf, &[&root], &[good, expired.clone()]), Good);
    assert_eq!(asked(&leaf, &[&root], &[expired]), Expired);
}

#[test]
fn certificates_that_sign_each_other_lead_nowhere() {
    let root = Recipe::ca("Root", &LEAF_KEY, b"root").sign(&LEAF_KEY);
    let (a, b) = (issued("A", "B", &CA_KEY, 1), issued("B", "A", &OTHER_CA_KEY, 2));
    let between = [a.sign(&OTHER_CA_KEY), b.sign(&CA_KEY)];
    let leaf = Recipe::signing("A").sign(&CA_KEY);
    assert_eq!(asked(&leaf, &[&root], &between), Untrusted);
}

#[test]
fn a_search_that_would_not_end_is_given_up() {
    // Eight CAs, each certified by each: more ways than anybody can walk. None leads to the root.
    let root = Recipe::ca("Root", &LEAF_KEY, b"root").sign(&LEAF_KEY);
    let keys: Vec<Key> = (0..8).map(|_| rsa(2048)).collect();
    let named = |number: usize| format!("CA {number}");
    let mut between = Vec::new();
    for subject in 0..keys.len() {
        for issuer in 0..keys.len() {
            for serial in 1..4 {
                between.push(
                    issued(&named(subject), &named(issuer), &keys[subject], serial).sign(&keys[issuer]),
                );
            }
        }
    }
    let leaf = Recipe::signing(&named(0)).sign(&keys[0]);
    let begin = std::time::Instant::now();
    assert_eq!(asked(&leaf, &[&root], &between), Untrusted);
    // Generous: without a limit it would take years.
    assert!(begin.elapsed().as_secs() < 60);
    // Thousands of certificates of the right name cost no more than the limit, either.
    let strangers: Vec<_> = (0..1000_u32)
        .map(|number| {
            let mut recipe = issued("CA 0", "Root", &keys[1], 1);
            recipe.serial = vec![1, u8::try_from(number / 256).unwrap(), u8::try_from(number % 256).unwrap()];
            recipe.with(subject_key(b"x")).sign(&keys[2])
        })
        .collect();
    assert_eq!(asked(&leaf, &[&root], &strangers), Untrusted);
}

#[test]
fn many_searches_with_long_names_draw_on_one_budget() {
    let keys: Vec<Key> = (0..8).map(|_| ec(Nid::X9_62_PRIME256V1)).collect();
    let ecdsa = algorithm("1.2.840.10045.4.3.2");
    // One name, spelt in two ways, so that it is compared to its last letter.
    let long = |tag: u8| {
        let value = object(tag, &[b'a'; 20_000]);
        sequence(&[object(0x31, &sequence(&[oid("2.5.4.10"), value]))])
    };
    let mut between = Vec::new();
    for subject in 0..keys.len() {
        for issuer in (0..keys.len()).filter(|issuer| *issuer != subject).take(4) {
            let mut recipe = issued("x", "x", &keys[subject], u8::try_from(issuer).unwrap() + 1);
            (recipe.subject, recipe.issuer) = (long(0x0C), long(0x13));
            (recipe.inner_algorithm, recipe.outer_algorithm) = (ecdsa.clone(), ecdsa.clone());
            between.push(recipe.sign(&keys[issuer]));
        }
    }
    let mut leaf = Recipe::signing("x").without(35).without(17);
    leaf.issuer = long(0x13);
    (leaf.inner_algorithm, leaf.outer_algorithm) = (ecdsa.clone(), ecdsa);
    let leaf = leaf.sign(&keys[0]);
    let mut trust = Trust::production();
    between.into_iter().for_each(|certificate| trust.add_intermediate(certificate));
    let options = ValidationOptions {
        profile: Profile::Rfc5280,
        at_time: Some(NOON),
        trust,
        waive: Waiver::ALL.to_vec(),
        max_depth: Some(32),
        ..Default::default()
    };
    let begin = std::time::Instant::now();
    let work = Work::new();
    for _ in 0..64 {
        let report = validate_within(&leaf, &options, &work).unwrap();
        assert_eq!(report.result(), Untrusted);
    }
    assert!(work.is_spent());
    // Generous: without a common budget it takes minutes.
    assert!(begin.elapsed().as_secs() < 60);
}
