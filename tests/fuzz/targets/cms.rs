//! A CMS of a stranger.
#![no_main]

use honnin::certificate::{Profile, Trust, ValidationOptions};
use honnin::signature::cms::{Content, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for profile in [Profile::Jpki, Profile::Rfc5280] {
        let options = ValidationOptions { profile, trust: Trust::added(), at_time: Some(1_800_000_000), ..Default::default() };
        for content in [Content::Inside, Content::Bytes(b"order")] {
            let verified = verify(data, content, &options).unwrap();
            assert_ne!(verified.report.result(), honnin::ResultCode::Ok, "nobody is trusted");
        }
    }
});
