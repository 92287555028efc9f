//! An installed C library to compile programs against, as tools/install.sh lays it down.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The folder of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lie in the project").to_owned()
}

/// A prefix with the library in it, installed once a test program.
pub fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| install("installed", ""))
}

/// Installs the library with those features under a folder of that name, and gives the prefix.
pub fn install(name: &str, features: &str) -> PathBuf {
    /// Builds of different features lie in the same place: one at a time.
    static BUILDING: Mutex<()> = Mutex::new(());
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let prefix = scratch(name);
    let installed = Command::new("sh")
        .arg(root().join("tools/install.sh"))
        .arg(&prefix)
        .env("HONNIN_PROFILE", "dev")
        .env("HONNIN_FEATURES", features)
        .output()
        .expect("sh runs");
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    prefix
}

/// A folder for what a test makes.
pub fn scratch(name: &str) -> PathBuf {
    // The test program lies in target/<profile>/deps; beside that, one folder a test program.
    let program = std::env::current_exe().expect("a test has a path");
    let target = program.ancestors().nth(3).expect("a test lies in the target folder");
    let folder = target.join("tmp/c").join(program.file_stem().expect("a test has a name")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Whether a program of the system is there.
pub fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Compiles a program against a prefix, and gives its path. All warnings are errors.
pub fn compile(compiler: &str, options: &[&str], source: &Path, prefix: &Path, name: &str) -> PathBuf {
    /// Tests run at the same time: no two programs of one name.
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let program = scratch("programs").join(format!("{name}.{number}"));
    let library = prefix.join("lib");
    let output = Command::new(compiler)
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-g", "-D_GNU_SOURCE"])
        .args(options)
        .arg(source)
        .arg("-I")
        .arg(prefix.join("include"))
        .arg("-L")
        .arg(&library)
        .arg(format!("-Wl,-rpath,{}", library.display()))
        .args(["-lhonnin", "-pthread", "-ldl", "-o"])
        .arg(&program)
        .output()
        .expect("the compiler runs");
    assert!(output.status.success(), "{compiler} {options:?}: {}", String::from_utf8_lossy(&output.stderr));
    program
}

/// Runs a program; it must succeed.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
