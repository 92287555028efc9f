//! Which system the remedy is for.

use clap::ValueEnum;
use std::path::Path;

/// A system that remedies are written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum System {
    /// Debian, Raspberry Pi OS
    Debian,
    /// Ubuntu, Linux Mint
    Ubuntu,
    /// Fedora, Red Hat Enterprise Linux
    Fedora,
    /// macOS
    Macos,
    /// Windows
    Windows,
}

impl System {
    pub(super) const ALL: [System; 5] =
        [System::Debian, System::Ubuntu, System::Fedora, System::Macos, System::Windows];

    /// The name on the command line and in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            System::Debian => "debian",
            System::Ubuntu => "ubuntu",
            System::Fedora => "fedora",
            System::Macos => "macos",
            System::Windows => "windows",
        }
    }

    /// The one this runs on. A Linux that is none of these, and no relative of one, gets what Debian gets.
    pub(super) fn here() -> (System, String) {
        if cfg!(windows) {
            return (System::Windows, "windows".to_owned());
        }
        if cfg!(target_os = "macos") {
            return (System::Macos, "macos".to_owned());
        }
        let release = std::fs::read_to_string(Path::new("/etc/os-release")).unwrap_or_default();
        of_release(&release)
    }
}

/// From the text of os-release: the system, and what it calls itself ("debian 12").
fn of_release(release: &str) -> (System, String) {
    let value = |key: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let (id, like) = (value("ID"), value("ID_LIKE"));
    let names: Vec<&str> = std::iter::once(id.as_str()).chain(like.split_whitespace()).collect();
    let is = |wanted: &[&str]| names.iter().any(|name| wanted.contains(name));
    let system = if is(&["ubuntu"]) {
        System::Ubuntu
    } else if is(&["fedora", "rhel"]) {
        System::Fedora
    } else {
        System::Debian
    };
    let known = |text: &str| -> String {
        text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).take(32).collect()
    };
    let id = if id.is_empty() { "linux".to_owned() } else { known(&id) };
    (system, format!("{id} {}", known(&value("VERSION_ID"))).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_known_by_its_name_or_its_relatives() {
        let of = |text: &str| of_release(text);
        assert_eq!(of("ID=debian\nVERSION_ID=\"12\"\n"), (System::Debian, "debian 12".into()));
        assert_eq!(of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), (System::Ubuntu, "linuxmint".into()));
        assert_eq!(of("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"").0, System::Fedora);
        assert_eq!(of("").1, "linux");
    }
}
