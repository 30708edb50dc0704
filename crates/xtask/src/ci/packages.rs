//! Debian packages that steps of the gate need beyond a Rust toolchain and a C compiler.

use std::path::Path;

use super::Outcome;
use crate::command;
use crate::repository::Repository;

/// A program that a step needs, and where Debian has it.
#[derive(Clone, Copy, Debug)]
struct Needed {
    program: &'static str,
    /// Arguments with which it ends well where all of it is there.
    proof: &'static [&'static str],
    package: &'static str,
    why: &'static str,
}

const NEEDED: [Needed; 2] = [
    Needed {
        program: "c++",
        proof: &["--version"],
        package: "g++",
        why: "libFuzzer, the engine of the fuzz targets",
    },
    Needed {
        program: "python3",
        proof: &["-c", "import ensurepip, venv"],
        package: "python3-venv",
        why: "Microsoft's Graph SDK for Python, which a test runs against the twin",
    },
];

/// Installs what is missing, as root on Debian; says what is missing elsewhere.
pub(crate) fn install(repository: &Repository) -> Outcome {
    let missing =
        missing(&NEEDED, |program, proof| command::works(&mut repository.command(program, proof)));
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

fn missing(needed: &[Needed], has: impl Fn(&str, &[&str]) -> bool) -> Vec<Needed> {
    needed.iter().filter(|needed| !has(needed.program, needed.proof)).copied().collect()
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
        assert!(missing(&NEEDED, |_, _| true).is_empty());
        let missing = missing(&NEEDED, |program, _| program != "c++");
        let skips: Vec<_> = missing.iter().map(skip).collect();
        let why = "libFuzzer, the engine of the fuzz targets";
        assert_eq!(skips, [format!("`c++` is missing: {why} (Debian package `g++`)")]);
    }
}
