//! A PDF of a stranger.
#![no_main]

use honnin::certificate::{Trust, ValidationOptions};
use honnin::signature::pdf::verify;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let options = ValidationOptions { trust: Trust::added(), at_time: Some(1_800_000_000), ..Default::default() };
    if let Ok(verified) = verify(data, &options) {
        assert_ne!(verified.report.result(), honnin::ResultCode::Ok, "nobody is trusted");
    }
});
