//! A revocation list of a stranger.
#![no_main]

use honnin::certificate::Crl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Crl::parse(data);
});
