//! The reply of an authority, in place of the one that was asked for.
#![no_main]

use honnin::signature::cms::{TimestampFn, add_timestamp};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| std::fs::read(std::env::var("HONNIN_FUZZ_CMS").unwrap()).unwrap());

fuzz_target!(|data: &[u8]| {
    let reply = data.to_vec();
    let mut fetch: Box<TimestampFn> = Box::new(move |_| Ok(reply.clone()));
    assert!(add_timestamp(&SIGNED, &mut *fetch).is_err(), "no reply has the nonce that was sent");
});
