//! Another library in Rust: it panics and catches it, as honnin may.

/// Answers 42 if unwinding works beside another Rust.
#[unsafe(no_mangle)]
pub extern "C" fn neighbour_answer() -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    let caught = std::panic::catch_unwind(|| panic!("on purpose"));
    let threads: Vec<_> = (0..4).map(|n| std::thread::spawn(move || n)).collect();
    let sum: i32 = threads.into_iter().filter_map(|thread| thread.join().ok()).sum();
    if caught.is_err() && sum == 6 { 42 } else { 0 }
}
