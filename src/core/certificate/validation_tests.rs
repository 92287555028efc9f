//! Tests of validation: a certificate as it should be, and every way of not being so, one at a time.

use super::testing::{
    CA_KEY, Key, NOON, OTHER_CA_KEY, Recipe, SHA256_RSA, SIGNING_POLICY, algorithm, alt_names, attribute,
    authority_key, basic_constraints, client_authentication, ec, extension, key_usage, policies, rsa,
    sequence, subject_key, utc,
};
use super::{Anchor, Certificate, Hierarchy, Profile, Purpose, Trust, ValidationOptions, profile, validate};
use crate::result::{Report, ResultCode, State, Subject, Waiver};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;

const CA: &str = "Sample CA";

fn trusting(anchors: &[Certificate]) -> ValidationOptions {
    let mut trust = Trust::added();
    for anchor in anchors {
        trust.add_anchor(anchor.clone());
    }
    ValidationOptions { at_time: Some(NOON), trust, ..Default::default() }
}

fn options() -> ValidationOptions {
    trusting(&[Recipe::ca(CA, &CA_KEY, b"ca").sign(&CA_KEY)])
}

/// What counts against a certificate, apart from revocation.
fn objections(report: &Report) -> Vec<(Subject, ResultCode)> {
    let counting = report.findings().iter().filter(|finding| finding.counts());
    counting
        .map(|finding| (finding.subject, finding.code))
        .filter(|(s, _)| *s != Subject::Revocation)
        .collect()
}

fn check(recipe: &Recipe, options: &ValidationOptions) -> Vec<(Subject, ResultCode)> {
    objections(&validate(&recipe.sign(&CA_KEY), options).unwrap())
}

fn signing() -> Recipe {
    Recipe::signing(CA)
}

fn authentication() -> Recipe {
    Recipe::authentication(CA)
}

const UNSUITABLE: (Subject, ResultCode) = (Subject::Profile, ResultCode::CertificateUnsuitable);
const UNTRUSTED: (Subject, ResultCode) = (Subject::Chain, ResultCode::CertificateUntrusted);
const WEAK: (Subject, ResultCode) = (Subject::Algorithm, ResultCode::AlgorithmNotAllowed);
const EXPIRED: (Subject, ResultCode) = (Subject::Validity, ResultCode::CertificateExpired);
const NOT_YET: (Subject, ResultCode) = (Subject::Validity, ResultCode::CertificateNotYetValid);
const TEST: (Subject, ResultCode) = (Subject::TestCard, ResultCode::CertificateTest);

#[test]
fn a_good_certificate_lacks_only_the_revocation_check() {
    for recipe in [signing(), authentication()] {
        let report = validate(&recipe.sign(&CA_KEY), &options()).unwrap();
        let subjects: Vec<_> = report.findings().iter().map(|finding| finding.subject).collect();
        use Subject as S;
        assert_eq!(subjects, [S::Algorithm, S::Chain, S::Validity, S::Profile, S::Revocation, S::TestCard]);
        assert_eq!(objections(&report), []);
        assert_eq!(report.finding(Subject::Revocation).unwrap().state, State::NotChecked);
        assert_eq!(report.result(), ResultCode::CertificateStatusNotChecked);
    }
}

#[test]
fn a_waiver_by_name_lets_it_pass_and_no_other_waiver_does() {
    let certificate = signing().sign(&CA_KEY);
    let waiving = |waive: &[Waiver]| ValidationOptions { waive: waive.to_vec(), ..options() };
    assert_eq!(validate(&certificate, &waiving(&[Waiver::Revocation])).unwrap().result(), ResultCode::Ok);
    let others = [Waiver::TestCard, Waiver::Timestamp, Waiver::SigningCertificate];
    let other = validate(&certificate, &waiving(&others)).unwrap();
    assert_eq!(other.result(), ResultCode::CertificateStatusNotChecked);
    assert_eq!(other.finding(Subject::TestCard).unwrap().state, State::Passed);
    // All of them together reach no other finding.
    let late = ValidationOptions { at_time: Some(certificate.not_after() + 1), ..waiving(Waiver::ALL) };
    assert_eq!(validate(&certificate, &late).unwrap().result(), ResultCode::CertificateExpired);
    assert_eq!(
        check(&signing(), &ValidationOptions { waive: Waiver::ALL.to_vec(), ..trusting(&[]) }),
        [UNTRUSTED]
    );
}

#[test]
fn both_ends_of_the_dates_count() {
    let recipe = signing();
    let certificate = recipe.sign(&CA_KEY);
    let at = |moment| check(&recipe, &ValidationOptions { at_time: Some(moment), ..options() });
    assert_eq!(at(certificate.not_before()), []);
    assert_eq!(at(certificate.not_after()), []);
    assert_eq!(at(certificate.not_before() - 1), [NOT_YET]);
    assert_eq!(at(certificate.not_after() + 1), [EXPIRED]);
}

#[test]
fn the_dates_of_the_ca_count_too() {
    let mut ca = Recipe::ca(CA, &CA_KEY, b"ca");
    ca.not_after = utc("261101115959Z");
    assert_eq!(check(&signing(), &trusting(&[ca.sign(&CA_KEY)])), [EXPIRED]);
    ca.not_after = utc("261101120000Z");
    assert_eq!(check(&signing(), &trusting(&[ca.sign(&CA_KEY)])), []);
    ca.not_before = utc("261101120001Z");
    assert_eq!(check(&signing(), &trusting(&[ca.sign(&CA_KEY)])), [NOT_YET]);
}

#[test]
fn each_departure_from_the_profile_gives_its_own_finding() {
    let unknown = |critical| extension("1.2.3.4.5", critical, b"x");
    let usage_not_critical = extension("2.5.29.15", false, &[3, 2, 6, 0xC0]);
    let bad = [
        signing().with(key_usage(0x80)),
        signing().with(key_usage(0x40)),
        signing().with(key_usage(0xE0)),
        signing().with(usage_not_critical),
        signing().without(15),
        signing().without(32),
        signing().with(policies(&["1.2.3"])),
        signing().with(policies(&[SIGNING_POLICY, profile::PRODUCTION_AUTHENTICATION_POLICY])),
        signing().with(policies(&[profile::PRODUCTION_AUTHENTICATION_POLICY])),
        signing().with(client_authentication()),
        signing().with(basic_constraints(true)),
        signing().with(unknown(true)),
        signing().with(extension("2.5.29.36", true, &sequence(&[]))),
        authentication().with(key_usage(0xC0)),
        authentication().with(key_usage(0x20)),
        authentication().without(37),
        authentication().with(policies(&[SIGNING_POLICY])),
    ];
    for (number, recipe) in bad.iter().enumerate() {
        assert_eq!(check(recipe, &options()), [UNSUITABLE], "case {number}");
    }
    for good in [
        signing().with(unknown(false)),
        signing().with(basic_constraints(false)),
        signing().with(policies(&["1.2.3", SIGNING_POLICY])),
        signing().without(17),
    ] {
        assert_eq!(check(&good, &options()), []);
    }
    let doubled = signing().with(alt_names(&[attribute(1, "a"), attribute(1, "b")]));
    assert_eq!(check(&doubled, &options()), [(Subject::Profile, ResultCode::CertificateMalformed)]);
}

#[test]
fn an_authentication_certificate_never_signs_a_document_nor_the_other_way_round() {
    let wanting = |purpose| ValidationOptions { purpose: Some(purpose), ..options() };
    let (document, presence) = (wanting(Purpose::DocumentSignature), wanting(Purpose::Authentication));
    assert_eq!(check(&signing(), &document), []);
    assert_eq!(check(&authentication(), &presence), []);
    assert_eq!(check(&signing(), &presence), [UNSUITABLE]);
    assert_eq!(check(&authentication(), &document), [UNSUITABLE]);
}

fn signed_with(id: &str, digest: MessageDigest) -> Recipe {
    let mut recipe = signing();
    (recipe.inner_algorithm, recipe.outer_algorithm, recipe.digest) = (algorithm(id), algorithm(id), digest);
    recipe
}

#[test]
fn weak_algorithms_and_keys_are_told_from_strangers() {
    for (id, digest) in
        [("1.2.840.113549.1.1.5", MessageDigest::sha1()), ("1.2.840.113549.1.1.4", MessageDigest::md5())]
    {
        let found = check(&signed_with(id, digest), &options());
        assert!(found.contains(&WEAK) && found.contains(&UNTRUSTED), "{found:?}");
    }
    assert_eq!(check(&signed_with("1.2.840.113549.1.1.13", MessageDigest::sha512()), &options()), []);

    let mut two_names = signing();
    two_names.inner_algorithm = algorithm("1.2.840.113549.1.1.12");
    assert!(check(&two_names, &options()).contains(&WEAK));
    let mut no_null = signing();
    no_null.inner_algorithm = sequence(&[super::testing::oid(SHA256_RSA)]);
    no_null.outer_algorithm = no_null.inner_algorithm.clone();
    assert!(check(&no_null, &options()).contains(&WEAK));

    let with_key = |key: &Key| {
        let mut recipe = signing();
        recipe.spki = key.public_key_to_der().unwrap();
        check(&recipe, &options())
    };
    assert_eq!(with_key(&rsa(1024)), [WEAK]);
    assert_eq!(with_key(&rsa(2047)), [WEAK]);
    let three = openssl::bn::BigNum::from_u32(3).unwrap();
    let small = openssl::rsa::Rsa::generate_with_e(2048, &three).unwrap();
    assert_eq!(with_key(&openssl::pkey::PKey::from_rsa(small).unwrap()), [WEAK]);
    assert_eq!(with_key(&ec(Nid::SECP224R1)), [WEAK]);
    assert_eq!(with_key(&openssl::pkey::PKey::generate_ed25519().unwrap()), [WEAK]);
    assert_eq!(with_key(&ec(Nid::SECP384R1)), []);
}

#[test]
fn a_weak_ca_is_a_weak_algorithm_and_no_chain() {
    let weak = rsa(1024);
    let ca = Recipe::ca(CA, &weak, b"ca").sign(&weak);
    let report = validate(&signing().sign(&weak), &trusting(&[ca])).unwrap();
    assert_eq!(objections(&report), [WEAK, UNTRUSTED]);
}

#[test]
fn a_ca_with_an_elliptic_curve_is_followed() {
    let key = ec(Nid::SECP384R1);
    let mut ca = Recipe::ca(CA, &key, b"ca");
    let mut leaf = signing();
    for recipe in [&mut ca, &mut leaf] {
        recipe.inner_algorithm = algorithm("1.2.840.10045.4.3.3");
        recipe.outer_algorithm = recipe.inner_algorithm.clone();
        recipe.digest = MessageDigest::sha384();
    }
    let report = validate(&leaf.sign(&key), &trusting(&[ca.sign(&key)])).unwrap();
    assert_eq!(objections(&report), []);
}

#[test]
fn nobody_is_trusted_who_was_not_named() {
    assert_eq!(check(&signing(), &trusting(&[])), [UNTRUSTED]);
    let production = ValidationOptions { at_time: Some(NOON), ..Default::default() };
    assert_eq!(check(&signing(), &production), [UNTRUSTED]);
    let forged = signing().sign(&OTHER_CA_KEY);
    assert_eq!(objections(&validate(&forged, &options()).unwrap()), [UNTRUSTED]);
    assert_eq!(check(&signing().with(authority_key(b"other")), &options()), [UNTRUSTED]);
    assert_eq!(check(&Recipe::signing("sample ca"), &options()), [UNTRUSTED]);
}

#[test]
fn the_name_of_a_production_ca_does_not_make_one() {
    let real = &Trust::production().anchors()[2].certificate.clone();
    let mut recipe = signing();
    recipe.issuer = name_of(real);
    let production = ValidationOptions { at_time: Some(NOON), ..Default::default() };
    for leaf in [recipe.clone(), recipe.clone().without(35)] {
        assert_eq!(leaf.sign(&CA_KEY).issuer(), real.subject());
        assert_eq!(check(&leaf, &production), [UNTRUSTED]);
    }
}

fn name_of(certificate: &Certificate) -> Vec<u8> {
    use der::{Decode, Encode};
    let parsed = x509_cert::Certificate::from_der(certificate.der()).unwrap();
    parsed.tbs_certificate.subject.to_der().unwrap()
}

#[test]
fn what_is_no_ca_vouches_for_nobody() {
    let ca = || Recipe::ca(CA, &CA_KEY, b"ca");
    for anchor in [
        ca().without(19),
        ca().with(basic_constraints(false)),
        ca().with(key_usage(0xC0)),
        ca().with(extension("2.5.29.30", true, &sequence(&[]))),
    ] {
        assert_eq!(check(&signing(), &trusting(&[anchor.sign(&CA_KEY)])), [UNTRUSTED]);
    }
}

#[test]
fn among_generations_of_one_name_the_right_one_is_found() {
    let keys = [rsa(2048), rsa(2048), rsa(2048)];
    let ids: [&[u8]; 3] = [b"2015", b"2019", b"2023"];
    let generations: Vec<_> =
        keys.iter().zip(ids).map(|(key, id)| Recipe::ca(CA, key, id).sign(key)).collect();
    for turn in 0..3 {
        let mut order = generations.clone();
        order.rotate_left(turn);
        let options = trusting(&order);
        for (number, key) in keys.iter().enumerate() {
            let leaf = signing().with(authority_key(ids[number])).sign(key);
            assert_eq!(options.trust.issuer_of(&leaf).unwrap().certificate, generations[number]);
            assert_eq!(objections(&validate(&leaf, &options).unwrap()), []);
            // Without a key identifier the signature alone decides.
            let leaf = signing().without(35).sign(key);
            assert_eq!(options.trust.issuer_of(&leaf).unwrap().certificate, generations[number]);
            // The identifier of another generation is a contradiction.
            let leaf = signing().with(authority_key(ids[(number + 1) % 3])).sign(key);
            assert_eq!(objections(&validate(&leaf, &options).unwrap()), [UNTRUSTED]);
        }
    }
    // Identifiers that coincide are settled by the signature.
    let twins: Vec<_> = keys.iter().map(|key| Recipe::ca(CA, key, b"ca").sign(key)).collect();
    let leaf = signing().sign(&keys[2]);
    assert_eq!(trusting(&twins).trust.issuer_of(&leaf).unwrap().certificate, twins[2]);
}

#[test]
fn a_virtual_card_is_never_taken_for_a_person() {
    let organisation = profile::VIRTUAL_ORGANISATION;
    let ca = Recipe::ca(organisation, &CA_KEY, b"ca").sign(&CA_KEY);
    let leaf = Recipe::signing(organisation).with(policies(&[profile::VIRTUAL_SIGNING_POLICY]));
    let trusted = trusting(std::slice::from_ref(&ca));
    assert_eq!(check(&leaf, &trusted), [TEST]);
    let waived = ValidationOptions { waive: vec![Waiver::TestCard, Waiver::Revocation], ..trusted.clone() };
    let report = validate(&leaf.sign(&CA_KEY), &waived).unwrap();
    assert_eq!(report.result(), ResultCode::Ok);
    assert_eq!(report.finding(Subject::TestCard).unwrap().state, State::Waived);
    // Its CA does not issue production certificates, and it is found out without any trust.
    assert_eq!(check(&Recipe::signing(organisation), &trusted), [UNSUITABLE, TEST]);
    assert_eq!(check(&leaf, &trusting(&[])), [UNTRUSTED, TEST]);
    let elsewhere = signing().with(policies(&[profile::VIRTUAL_SIGNING_POLICY]));
    assert_eq!(check(&elsewhere, &options()), [TEST]);
    assert_eq!(trusted.trust.anchors()[0].hierarchy, Hierarchy::Virtual);
}

#[test]
fn a_test_card_is_told_by_its_policy_whoever_vouches_for_it() {
    for oid in [profile::TEST_SIGNING_POLICY, profile::VIRTUAL_SIGNING_POLICY] {
        assert_eq!(check(&signing().with(policies(&[oid])), &options()), [TEST]);
        // A second policy neither hides the first nor helps.
        let both = signing().with(policies(&[SIGNING_POLICY, oid]));
        assert_eq!(check(&both, &options()), [UNSUITABLE, TEST]);
    }
}

#[test]
fn a_known_anchor_that_is_added_stays_what_it_is() {
    let mut trust = Trust::added();
    for anchor in Anchor::all_known() {
        trust.add_anchor(anchor.certificate.clone());
    }
    for (added, known) in trust.anchors().iter().zip(Anchor::all_known()) {
        assert_eq!((added.hierarchy, added.kind), (known.hierarchy, known.kind));
    }
    // Also under a certificate of another maker: the key is what counts.
    let test_ca = &Anchor::all_known()[6];
    let mut recipe = Recipe::ca("A harmless name", &CA_KEY, b"x");
    recipe.spki = test_ca.certificate.spki_der().to_vec();
    trust.add_anchor(recipe.sign(&CA_KEY));
    assert_eq!(trust.anchors().last().unwrap().hierarchy, Hierarchy::Test);
}

#[test]
fn the_cas_of_jpki_are_trusted_and_are_nobodys_own_certificate() {
    assert_eq!(Trust::production().anchors().len(), 6);
    assert_eq!(Trust::with_test().anchors().len(), 10);
    assert_eq!(Trust::added().anchors().len(), 0);
    assert!(Trust::production().anchors().iter().all(|anchor| anchor.hierarchy == Hierarchy::Production));
    let options = ValidationOptions { at_time: Some(NOON), trust: Trust::with_test(), ..Default::default() };
    for anchor in Anchor::all_known() {
        let found = objections(&validate(&anchor.certificate, &options).unwrap());
        assert!(found.contains(&UNSUITABLE), "{found:?}");
        assert!(!found.contains(&UNTRUSTED) && !found.contains(&WEAK));
        assert_eq!(found.contains(&TEST), anchor.hierarchy == Hierarchy::Test);
        assert_eq!(found.contains(&EXPIRED), anchor.certificate.not_after() < NOON);
    }
    let production = ValidationOptions { at_time: Some(NOON), ..Default::default() };
    let found = objections(&validate(&Anchor::all_known()[7].certificate, &production).unwrap());
    assert!(found.contains(&UNTRUSTED) && found.contains(&TEST));
}

#[test]
fn an_anchor_is_not_counted_twice() {
    let ca = Recipe::ca(CA, &CA_KEY, b"ca").with(subject_key(b"ca")).sign(&CA_KEY);
    assert_eq!(trusting(&[ca.clone(), ca]).trust.anchors().len(), 1);
}

#[test]
fn a_forged_ca_with_the_name_the_serial_number_and_the_key_identifier_of_the_real_one_signs_nothing() {
    let real = Recipe::ca(CA, &CA_KEY, b"ca");
    let mut forged = real.clone();
    forged.spki = OTHER_CA_KEY.public_key_to_der().unwrap();
    let leaf = signing().sign(&OTHER_CA_KEY);
    for profile in [Profile::Jpki, Profile::Rfc5280] {
        let mut options = ValidationOptions { profile, ..trusting(&[real.sign(&CA_KEY)]) };
        assert_eq!(objections(&validate(&leaf, &options).unwrap()), [UNTRUSTED]);
        // Nor if the card, or a document, brings the forged certificate along.
        options.trust.add_intermediate(forged.sign(&OTHER_CA_KEY));
        assert_eq!(objections(&validate(&leaf, &options).unwrap()), [UNTRUSTED]);
    }
}

#[test]
fn a_ca_certificate_that_comes_with_the_card_is_no_anchor() {
    let ca = Recipe::ca(CA, &CA_KEY, b"ca").sign(&CA_KEY);
    for profile in [Profile::Jpki, Profile::Rfc5280] {
        let mut options = ValidationOptions { at_time: Some(NOON), profile, ..Default::default() };
        options.trust.add_intermediate(ca.clone());
        assert_eq!(check(&signing(), &options), [UNTRUSTED]);
        options.trust.add_anchor(ca.clone());
        assert_eq!(check(&signing(), &options), []);
    }
}

#[test]
fn no_ca_stands_between_in_the_profile_of_cards() {
    let between_key = &*OTHER_CA_KEY;
    let mut between = Recipe::ca("Between", between_key, b"between").with(authority_key(b"ca"));
    (between.issuer, between.serial) = (super::testing::name(CA, ""), vec![7]);
    let leaf = Recipe::signing("Between").with(authority_key(b"between")).sign(between_key);
    let mut options = options();
    options.trust.add_intermediate(between.sign(&CA_KEY));
    assert_eq!(objections(&validate(&leaf, &options).unwrap()), [UNTRUSTED]);
    options.profile = Profile::Rfc5280;
    assert_eq!(objections(&validate(&leaf, &options).unwrap()), []);
}

#[test]
fn a_negative_serial_number_is_no_cards() {
    let mut recipe = signing();
    recipe.serial = vec![0xFF];
    assert_eq!(check(&recipe, &options()), [UNSUITABLE]);
}

#[test]
fn a_caller_may_ask_for_a_policy_beyond_the_profile() {
    let wanting = |policy: &str| ValidationOptions { policies: vec![policy.to_owned()], ..options() };
    assert_eq!(check(&signing(), &wanting(SIGNING_POLICY)), []);
    assert_eq!(check(&signing(), &wanting("1.2.3")), [UNSUITABLE]);
}
