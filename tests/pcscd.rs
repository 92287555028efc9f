//! A pcscd of the test's own: in network and mount namespaces of its own, so that it meets no reader of the
//! machine, no other test and no other daemon. The test runs itself again inside them; root is not needed.

use crate::tools::{self, Tool};
use honnin::{Context, ContextOptions};
use std::ffi::OsString;
use std::os::linux::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Set inside the namespaces.
const INSIDE: &str = "HONNIN_TEST_INSIDE_NAMESPACE";
/// Set by a developer who knows that these tests do not run where pcscd or namespaces cannot be had.
const WITHOUT: &str = "HONNIN_TEST_WITHOUT_PCSCD";
/// How the run inside says that the body ran to its end. A run that found no test of that name ends with 0.
const PASSED: i32 = 66;
const SOCKET: &str = "/run/pcscd/pcscd.comm";
/// The vsmartcard reader, as pcscd calls its first slot.
pub const READER: &str = "Virtual PCD 00 00";

/// Runs `body` with a pcscd of its own. To be called by a test first and alone: the test runs again, in
/// namespaces, up to here.
///
/// # Panics
/// If the body fails, or if a tool is missing.
pub fn with_own_pcscd(needed: &[Tool], body: impl FnOnce(&mut Daemon)) {
    with_own_pcscd_and(needed, Vec::new, body);
}

/// As `with_own_pcscd`, with those variables in the environment of the body: found out before it runs.
///
/// # Panics
/// If the body fails, or if a tool is missing.
pub fn with_own_pcscd_and(
    needed: &[Tool],
    variables: impl FnOnce() -> Vec<(&'static str, OsString)>,
    body: impl FnOnce(&mut Daemon),
) {
    if std::env::var_os(INSIDE).is_some() {
        body(&mut Daemon::start());
        std::process::exit(PASSED);
    }
    if std::env::var_os(WITHOUT).is_some() {
        println!("not run, because {WITHOUT} is set");
        return;
    }
    tools::need(needed);
    tools::need(&[tools::PCSCD, tools::VPCD, tools::UNSHARE, tools::IP]);
    let thread = std::thread::current();
    let test = thread.name().expect("the thread of a test has its name");
    // Who is no root becomes it by a namespace of users; who is may be where none can be made, as in a chroot.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.st_uid() == 0);
    let output = Command::new("unshare")
        .args(if is_root { None } else { Some("--map-root-user") })
        .args(["--net", "--mount", "--", "sh", "-ec"])
        .arg("ip link set lo up; mount -t tmpfs tmpfs /run; mkdir -m 755 /run/pcscd; exec \"$@\"")
        .arg("sh")
        .arg(std::env::current_exe().expect("a test knows its own file"))
        .args(["--exact", test, "--nocapture"])
        .envs(variables())
        .env(INSIDE, "1")
        .env("PATH", tools::path())
        .output()
        .expect("unshare runs");
    println!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(PASSED), "{test} did not pass in its namespaces");
}

/// The running daemon; killed when dropped.
pub struct Daemon(Child);

impl Daemon {
    /// Kills it, as a crash does.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// Kills it and starts another, as an update does.
    pub fn restart(&mut self) {
        self.kill();
        // It does not clean up after itself when killed.
        let _ = std::fs::remove_file(SOCKET);
        *self = Daemon::start();
    }

    fn start() -> Daemon {
        let child = Command::new("pcscd")
            .args(["--foreground", "--error"])
            .args(without_polkit())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pcscd starts");
        let daemon = Daemon(child);
        eventually("pcscd has its reader", || {
            let context = Context::new(ContextOptions::default());
            context.and_then(|context| context.readers()).is_ok_and(|readers| !readers.is_empty())
        });
        daemon
    }
}

/// There is no polkit in here to ask. Since Debian 13 pcscd then refuses everybody, unless told not to ask.
fn without_polkit() -> Option<&'static str> {
    const OPTION: &str = "--disable-polkit";
    let help = Command::new("pcscd").arg("--help").output().expect("pcscd runs");
    String::from_utf8_lossy(&help.stdout).contains(OPTION).then_some(OPTION)
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until something is so.
///
/// # Panics
/// If it is not so within ten seconds.
pub fn eventually(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(10), "did not happen: {what}");
        sleep(Duration::from_millis(20));
    }
}
