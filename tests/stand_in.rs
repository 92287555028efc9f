//! Libraries that stand in for libpcsclite.so.1 (`stand_in/*.c`): compiled here, and found first by the dynamic linker.

use crate::tools;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles a stand-in of `tests/stand_in` into a folder, and gives the folder.
///
/// # Panics
/// If it does not compile.
pub fn build(source: &str, folder: PathBuf, options: &[&str]) -> PathBuf {
    tools::need(&[tools::CC]);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(folder.join("libpcsclite.so.1"))
        .args(options)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("stand_in").join(source))
        .args(["-ldl", "-pthread"])
        .status()
        .expect("cc runs");
    assert!(built.success());
    folder
}

/// What fails next, in a process that runs with `failing.c`. Nothing, once dropped.
pub struct Plan(PathBuf);

impl Plan {
    /// The variable that names the library to pass calls on to.
    pub const REAL: &str = "STAND_IN_REAL";
    /// The variable that names the file of the plan.
    pub const FILE: &str = "STAND_IN_PLAN";

    /// The plan of this process, with those lines.
    ///
    /// # Panics
    /// If the process does not run with the stand-in.
    pub fn new(lines: &str) -> Plan {
        let path = PathBuf::from(std::env::var_os(Plan::FILE).expect("runs with the stand-in"));
        // By a new name: a call meanwhile sees the old plan or the new one.
        let written = path.with_extension("new");
        std::fs::write(&written, lines).expect("the plan can be written");
        std::fs::rename(&written, &path).expect("the plan can be put in place");
        Plan(path)
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        let _ = std::fs::write(&self.0, "");
    }
}
