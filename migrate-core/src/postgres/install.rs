//! The command that installs PostgreSQL on this system.

use std::fs;

/// The command that installs the PostgreSQL server on this system, of one major version if given.
pub(super) fn install_command(major: Option<u16>) -> String {
    if cfg!(target_os = "macos") {
        return brew(major);
    }
    let os_release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    command_for(&Distribution::parse(&os_release), major)
}

/// What `/etc/os-release` says about the family of a Linux system.
#[derive(Debug, PartialEq, Eq)]
struct Distribution {
    /// `ID` first, then the words of `ID_LIKE`.
    families: Vec<String>,
}

impl Distribution {
    fn parse(os_release: &str) -> Self {
        let value_of = |wanted: &str| {
            os_release
                .lines()
                .filter_map(|line| line.split_once('='))
                .find(|(key, _)| key.trim() == wanted)
                .map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_lowercase())
                .unwrap_or_default()
        };
        let families = format!("{} {}", value_of("ID"), value_of("ID_LIKE"));
        Self { families: families.split_whitespace().map(str::to_owned).collect() }
    }
}

fn command_for(distribution: &Distribution, major: Option<u16>) -> String {
    let family = distribution.families.iter().find_map(|family| match family.as_str() {
        "debian" | "ubuntu" => Some(versioned("apt install postgresql", "-", major)),
        "fedora" | "rhel" | "centos" => Some(fedora(major)),
        "alpine" => Some(versioned("apk add postgresql", "", major)),
        "arch" => Some("pacman -S postgresql".to_owned()),
        "suse" | "opensuse" => Some(versioned("zypper install postgresql", "", major) + "-server"),
        _ => None,
    });
    family.unwrap_or_else(|| versioned("your package manager's postgresql", " ", major))
}

/// Fedora's own package is `postgresql-server`; PostgreSQL's repository numbers it.
fn fedora(major: Option<u16>) -> String {
    match major {
        Some(major) => format!("dnf install postgresql{major}-server"),
        None => "dnf install postgresql-server".to_owned(),
    }
}

/// Homebrew has numbered packages only.
fn brew(major: Option<u16>) -> String {
    format!("brew install postgresql@{}", major.unwrap_or(18))
}

fn versioned(command: &str, separator: &str, major: Option<u16>) -> String {
    match major {
        Some(major) => format!("{command}{separator}{major}"),
        None => command.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(os_release: &str, major: Option<u16>, command: &str) {
        assert_eq!(command_for(&Distribution::parse(os_release), major), command);
    }

    #[test]
    fn the_command_is_that_of_the_distribution() {
        check("ID=debian\n", None, "apt install postgresql");
        check("NAME=Fedora\nID=fedora\n", None, "dnf install postgresql-server");
        check("ID=\"alpine\"\n", Some(17), "apk add postgresql17");
        check("ID=debian\n", Some(16), "apt install postgresql-16");
    }

    #[test]
    fn a_derived_distribution_takes_the_command_of_its_family() {
        check("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", None, "apt install postgresql");
        check(
            "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
            Some(16),
            "dnf install postgresql16-server",
        );
    }

    #[test]
    fn an_unknown_system_still_gets_an_answer() {
        check("", None, "your package manager's postgresql");
    }
}
