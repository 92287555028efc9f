//! Vectors from outside for RSA PKCS#1 v1.5 (project Wycheproof): every reject is rejected, and every accept is accepted
//! whose key is strong enough to be relied upon. Those of NIST are in sdk-python/tests/test_vectors.py.

#![allow(clippy::unwrap_used, clippy::panic)]

use honnin::{Hash, ResultCode, signature};
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

#[test]
fn wycheproof_agrees_about_rsa_signatures() {
    let (mut accepted, mut rejected) = (0, 0);
    for name in TestName::all() {
        let set = TestSet::load(name).unwrap();
        for group in &set.test_groups {
            // SHA-224, SHA-3 and truncated ones have no name here, so nobody can ask for them.
            let Some(hash) = Hash::from_name(&format!("{:?}", group.hash).replace("Sha2_", "Sha")) else {
                continue;
            };
            for test in &group.tests {
                let verify = |hash| signature::verify_with_key(&group.der, hash, &test.msg, &test.sig);
                let about = format!("{name:?} {} {}", test.tc_id, test.comment);
                match (verify(hash), test.result) {
                    (Ok(()), TestResult::Invalid) => panic!("{about}: a reject was accepted"),
                    (Ok(()), _) => accepted += 1,
                    (Err(error), TestResult::Valid) => {
                        // Keys with a small exponent and under 2048 bits are refused as such.
                        assert_eq!(error.code, ResultCode::AlgorithmNotAllowed, "{about}");
                        let strong = group.key_size >= 2048 && group.asn_key.ends_with(&[2, 3, 1, 0, 1]);
                        assert!(!strong, "{about}: an accept was refused");
                    }
                    (Err(_), _) => rejected += 1,
                }
            }
        }
    }
    assert!(accepted > 50 && rejected > 2000, "{accepted} accepted, {rejected} rejected");
}
