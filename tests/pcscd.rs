//! A pcscd of the test's own: in private network and mount namespaces, so that it meets no other reader,
//! no other test and no other daemon. The test runs itself again inside them.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Set inside the namespaces.
const INSIDE: &str = "HONNIN_TEST_INSIDE_NAMESPACE";
/// Set where a missing tool must fail the test instead of skipping it.
const REQUIRED: &str = "HONNIN_TEST_REQUIRE_PEERS";
const SOCKET: &str = "/run/pcscd/pcscd.comm";

/// Runs `body` with a pcscd of its own; `test` is the full name of the test that calls. Without the tools it says
/// so and passes, unless HONNIN_TEST_REQUIRE_PEERS is set.
///
/// # Panics
/// If the test fails inside, or a tool that is required is missing.
pub fn with_own_pcscd(test: &str, tools: &[&str], body: impl FnOnce(&mut Daemon)) {
    if std::env::var_os(INSIDE).is_some() {
        body(&mut Daemon::start());
        return;
    }
    if let Some(missing) = tools.iter().chain(&["pcscd", "unshare", "ip"]).find(|tool| !is_installed(tool)) {
        assert!(std::env::var_os(REQUIRED).is_none(), "{missing} is not installed");
        println!("skipped: {missing} is not installed");
        return;
    }
    let this = std::env::current_exe().expect("a test knows its own file");
    let status = Command::new("unshare")
        .args(["--map-root-user", "--net", "--mount", "--", "sh", "-ec"])
        .arg("ip link set lo up; mount -t tmpfs tmpfs /run; mkdir -m 755 /run/pcscd; exec \"$@\"")
        .arg("sh")
        .arg(this)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .status()
        .expect("unshare runs");
    assert!(status.success(), "{test} failed in its namespaces");
}

/// The running daemon; killed when dropped.
pub struct Daemon(Child);

impl Daemon {
    /// Kills it and starts another, as after a crash or an update.
    pub fn restart(&mut self) {
        self.kill();
        // It does not clean up after itself when killed.
        let _ = std::fs::remove_file(SOCKET);
        *self = Daemon::start();
    }

    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    fn start() -> Daemon {
        let child = Command::new("pcscd")
            .args(["--foreground", "--error"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pcscd starts");
        let daemon = Daemon(child);
        let begun = Instant::now();
        while !Path::new(SOCKET).exists() {
            assert!(begun.elapsed() < Duration::from_secs(10), "pcscd opened no socket");
            sleep(Duration::from_millis(20));
        }
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether a program is on the path.
fn is_installed(tool: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()))
}
