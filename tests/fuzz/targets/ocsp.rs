//! An OCSP response of a stranger.
#![no_main]

use honnin::certificate::OcspResponse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = OcspResponse::parse(data);
});
