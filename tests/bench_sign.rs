//! `make bench-sign`: what believing a signature costs beyond the mathematics. Each part prints what it measured and its
//! budget; the program fails if one is overrun.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic, clippy::indexing_slicing)]

#[path = "bench_sign/cms.rs"]
mod cms;
#[path = "bench_sign/pdf.rs"]
mod pdf;
#[path = "bench_sign/validation.rs"]
mod validation;

use std::time::{Duration, Instant};

/// The time that one run of `work` takes: the best of many, which a busy machine cannot make shorter.
fn best_of(runs: u32, mut work: impl FnMut()) -> Duration {
    const AT_ONCE: u32 = 50;
    work();
    let round = || {
        let begin = Instant::now();
        (0..AT_ONCE).for_each(|_| work());
        begin.elapsed() / AT_ONCE
    };
    std::iter::repeat_with(round).take(usize::try_from(runs).unwrap()).min().unwrap()
}

fn main() {
    if pdf::is_measured() {
        return;
    }
    let kept = [validation::run(), cms::run(), pdf::run()];
    if kept.contains(&false) {
        std::process::exit(1);
    }
}
