//! A certificate of a stranger.
#![no_main]

use honnin::Certificate;
use honnin::certificate::{Profile, Trust, ValidationOptions, validate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(certificate) = Certificate::parse(data) else { return };
    let _ = (certificate.holder(), certificate.kind(), certificate.public_key(), certificate.pem());
    let _ = (certificate.subject(), certificate.issuer(), certificate.fingerprint());
    for profile in [Profile::Jpki, Profile::Rfc5280] {
        let mut trust = Trust::production();
        trust.add_intermediate(certificate.clone());
        let options = ValidationOptions { profile, trust, at_time: Some(1_800_000_000), ..Default::default() };
        assert_ne!(validate(&certificate, &options).unwrap().result(), honnin::ResultCode::Ok, "nobody is trusted");
    }
});
