//! Debian packages that steps of the gate need beyond a Rust toolchain and a C compiler.

use std::path::Path;

use super::Outcome;
use crate::command;
use crate::repository::Repository;

/// A program that a step needs, and where Debian has it.
#[derive(Clone, Copy, Debug)]
struct Needed {
    program: &'static str,
    /// What it is asked to see that it is there.
    ask: &'static [&'static str],
    package: &'static str,
    why: &'static str,
}

const NEEDED: [Needed; 6] = [
    Needed {
        program: "c++",
        ask: &["--version"],
        package: "g++",
        why: "libFuzzer, the engine of the fuzz targets",
    },
    Needed {
        program: "python3",
        ask: &["-c", "import ensurepip, venv"],
        package: "python3-venv",
        why: "Microsoft's Graph SDK for Python, which a test runs against the twin",
    },
    Needed {
        program: "/usr/sbin/postconf",
        ask: &["-d", "mail_version"],
        package: "postfix",
        why: "the mail server that the tests of mail send to",
    },
    Needed {
        program: "/usr/sbin/dovecot",
        ask: &["--version"],
        package: "dovecot-core",
        why: "the sign-in of that mail server",
    },
    Needed {
        program: "pkg-config",
        ask: &["--version"],
        package: "pkg-config",
        why: "how the Kafka client's build finds OpenSSL",
    },
    Needed {
        program: "pkg-config",
        ask: OPENSSL,
        package: "libssl-dev",
        why: "the TLS of the Kafka client",
    },
];

/// Asks `pkg-config` for the OpenSSL that the Kafka client is built with.
pub(super) const OPENSSL: &[&str] = &["--exists", "openssl"];

/// Installs what is missing, as root on Debian; says what is missing elsewhere.
pub(crate) fn install(repository: &Repository) -> Outcome {
    let missing = missing(&NEEDED, |needed| {
        command::works(&mut repository.command(needed.program, needed.ask))
    });
    if missing.is_empty() {
        println!("nothing is missing");
        return Ok(Vec::new());
    }
    if !(is_root(repository) && Path::new("/etc/debian_version").exists()) {
        return Ok(missing.iter().map(skip).collect());
    }
    let packages: Vec<_> = missing.iter().map(|needed| needed.package).collect();
    println!("installing: {}", packages.join(" "));
    apt(repository, &["update"])?;
    apt(repository, &[&["install", "--yes", "--no-install-recommends"], &packages[..]].concat())?;
    Ok(Vec::new())
}

fn missing(needed: &[Needed], has: impl Fn(&Needed) -> bool) -> Vec<Needed> {
    needed.iter().filter(|needed| !has(needed)).copied().collect()
}

fn skip(Needed { program, package, why, .. }: &Needed) -> String {
    format!("`{program}` is missing: {why} (Debian package `{package}`)")
}

fn is_root(repository: &Repository) -> bool {
    let id = command::read(&mut repository.command("id", &["-u"]));
    id.is_ok_and(|id| id.trim() == "0")
}

fn apt(repository: &Repository, arguments: &[&str]) -> Result<(), String> {
    let mut command = repository.command("apt-get", arguments);
    command::run(command.env("DEBIAN_FRONTEND", "noninteractive"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_asked_for_and_says_why() {
        assert!(missing(&NEEDED, |_| true).is_empty());
        let missing = missing(&NEEDED, |needed| needed.program != "c++");
        let skips: Vec<_> = missing.iter().map(skip).collect();
        let why = "libFuzzer, the engine of the fuzz targets";
        assert_eq!(skips, [format!("`c++` is missing: {why} (Debian package `g++`)")]);
    }
}
