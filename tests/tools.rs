//! Programs of other people that tests call. A test does not pass because one is missing: it fails and says
//! what to install.

use std::path::Path;

/// A program, and the Debian package that has it.
#[derive(Clone, Copy)]
pub struct Tool {
    name: &'static str,
    package: &'static str,
    /// Where it is if it is no program on the path.
    file: Option<&'static str>,
}

const fn program(name: &'static str, package: &'static str) -> Tool {
    Tool { name, package, file: None }
}

/// The C compiler.
pub const CC: Tool = program("cc", "gcc");
/// Compiles for every target with nothing of theirs.
pub const CLANG: Tool = program("clang", "clang");
/// Makes references of headers.
pub const DOXYGEN: Tool = program("doxygen", "doxygen");
/// Compares the interfaces of libraries.
pub const ABIDIFF: Tool = program("abidiff", "abigail-tools");
/// Watches what a program does with memory.
pub const VALGRIND: Tool = program("valgrind", "valgrind");
/// Builds as many integrators do.
pub const CMAKE: Tool = program("cmake", "cmake");
/// Shows what is in a program.
pub const READELF: Tool = program("readelf", "binutils");
/// Certificates and signatures.
pub const OPENSSL: Tool = program("openssl", "openssl");
/// Fetches what others made to judge programs like this one.
pub const PYTHON_VENV: Tool = Tool {
    name: "the venv module of python3",
    package: "python3-venv",
    file: Some("/usr/lib/python3/dist-packages"),
};
/// Finds the text of a PDF, and where it is on the page.
pub const PDFTOTEXT: Tool = program("pdftotext", "poppler-utils");
/// Lists the fonts of a PDF.
pub const PDFFONTS: Tool = program("pdffonts", "poppler-utils");
/// Asks time-stamping authorities for the command.
pub const CURL: Tool = program("curl", "curl");
/// Reads a card by its files.
pub const PKCS15_TOOL: Tool = program("pkcs15-tool", "opensc");
/// Signs through PKCS#11.
pub const PKCS11_TOOL: Tool = program("pkcs11-tool", "opensc");
/// The PC/SC service.
pub const PCSCD: Tool = program("pcscd", "pcscd");
/// The reader in software that pcscd loads.
pub const VPCD: Tool =
    Tool { name: "vpcd", package: "vsmartcard-vpcd", file: Some("/etc/reader.conf.d/vpcd") };
/// Shows what a program asks of the system.
pub const STRACE: Tool = program("strace", "strace");
/// Makes namespaces.
pub const UNSHARE: Tool = program("unshare", "util-linux");
/// Takes privileges away.
pub const SETPRIV: Tool = program("setpriv", "util-linux");
/// Brings a network up.
pub const IP: Tool = program("ip", "iproute2");

/// Ends the test if one of these is missing.
///
/// # Panics
/// If one is missing.
pub fn need(tools: &[Tool]) {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !tool.is_installed()).collect();
    if let Some(first) = missing.first() {
        let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
        panic!(
            "{} is not installed; this test needs: apt-get install {} (make setup does)",
            first.name,
            packages.join(" ")
        );
    }
}

/// Where distributions put OpenSC's PKCS#11 module.
pub fn pkcs11_module() -> &'static str {
    ["/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so", "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or("/usr/lib/opensc-pkcs11.so")
}

/// The path to look for programs on: the user's, and the folders that only root's has.
pub fn path() -> String {
    std::env::var("PATH").unwrap_or_default() + ":/usr/local/sbin:/usr/sbin:/sbin"
}

/// Sends a signal to a child, as a person's Ctrl-C or a shutdown does. By the shell, which everybody has.
///
/// # Panics
/// If it cannot be sent.
pub fn signal(name: &str, child: &std::process::Child) {
    let id = child.id().to_string();
    let sent = std::process::Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &id]).status();
    assert!(sent.is_ok_and(|status| status.success()), "SIG{name} was sent");
}

impl Tool {
    fn is_installed(&self) -> bool {
        match self.file {
            Some(file) => Path::new(file).exists(),
            None => std::env::split_paths(&path()).any(|folder| folder.join(self.name).is_file()),
        }
    }
}
