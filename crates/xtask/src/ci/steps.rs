//! The steps of the gate that run other programs.

use std::fs;
use std::path::PathBuf;

use super::{Outcome, skips};
use crate::repository::{self, Repository};
use crate::{command, fuzz, tidy};

pub(super) const NO_SKIPS: Vec<String> = Vec::new();

/// The data of others, which tests and generated pages read.
pub(super) fn data(repository: &Repository) -> Outcome {
    let missing = format!("`{}` is missing: the tests and pages made from it", Repository::DATA);
    match (repository.data().is_dir(), repository::in_ci()) {
        (true, _) => Ok(NO_SKIPS),
        (false, false) => Ok(vec![missing]),
        (false, true) => Err(missing),
    }
}

/// Formatting, of the workspace and of the fuzz targets outside it.
pub(super) fn fmt(repository: &Repository) -> Outcome {
    cargo(repository, &["fmt", "--all", "--", "--check"])?;
    cargo(repository, &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--", "--check"])
}

/// Lints of the compiler and of clippy, as errors.
pub(super) fn clippy(repository: &Repository) -> Outcome {
    cargo(repository, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Every test, with nextest where it is installed.
pub(super) fn tests(repository: &Repository) -> Outcome {
    if !command::works(&mut repository.command("cargo", &["nextest", "--version"])) {
        println!("cargo-nextest is not installed: running `cargo test`");
        let arguments = ["test", "--workspace", "--all-targets", "--no-fail-fast", "--"];
        let mut command = repository.command("cargo", &arguments);
        let (text, result) = command::show(command.arg("--show-output"));
        return result.map(|()| skips::found_in(&text));
    }
    let report = junit(repository);
    // A report of an earlier run would be counted as this one's.
    let _ = fs::remove_file(&report);
    cargo(repository, &["nextest", "run", "--workspace", "--profile", "default"])?;
    let text = fs::read_to_string(&report);
    let text = text.map_err(|error| format!("nextest left no report of skips: {error}"))?;
    Ok(skips::found_in(&text))
}

/// Where nextest writes its report: in the workspace, wherever cargo's own target folder is.
/// `.config/nextest.toml` gives the last part of the path.
fn junit(repository: &Repository) -> PathBuf {
    repository.root.join("target/nextest/default/junit.xml")
}

/// The examples in doc comments.
pub(super) fn doc_tests(repository: &Repository) -> Outcome {
    cargo(repository, &["test", "--doc", "--workspace", "--quiet"])
}

/// The documentation, private items included, so that links in every comment are held.
pub(super) fn docs(repository: &Repository) -> Outcome {
    let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
    let mut command = repository.command("cargo", &arguments);
    command.env("RUSTDOCFLAGS", "-D warnings -D rustdoc::broken_intra_doc_links");
    command::run(&mut command).map(|()| NO_SKIPS)
}

/// What no compiler holds.
pub(super) fn tidy(repository: &Repository) -> Outcome {
    let report = tidy::check(repository)?;
    print!("{report}");
    match report.problems.len() {
        0 => Ok(report.skips),
        count => Err(format!("{count} problems")),
    }
}

/// Licences, banned crates and sources; advisories where their database can be had.
pub(super) fn deny(repository: &Repository) -> Outcome {
    if !command::works(&mut repository.command("cargo", &["deny", "--version"])) {
        return Ok(vec!["cargo-deny is not installed".into()]);
    }
    cargo(repository, &["deny", "check", "licenses", "bans", "sources"])?;
    if command::works(&mut repository.command("cargo", &["deny", "fetch", "db"])) {
        return cargo(repository, &["deny", "check", "--disable-fetch", "advisories"]);
    }
    Ok(vec!["advisories: their database cannot be fetched".into()])
}

/// Ten seconds of every fuzz target.
pub(super) fn fuzz(repository: &Repository) -> Outcome {
    fuzz::smoke(repository, &fuzz::Plan::default())
}

/// What git sees as changed or new, one line per path.
pub(super) fn tree(repository: &Repository) -> Result<String, String> {
    let arguments = ["status", "--porcelain", "--untracked-files=all"];
    command::read(&mut repository.command("git", &arguments))
}

/// Holds that the gate left no trace in the tree.
pub(super) fn same_tree(before: Result<String, String>, after: Result<String, String>) -> Outcome {
    let (before, after) = (before?, after?);
    let new: Vec<_> =
        after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    let gone: Vec<_> =
        before.lines().filter(|line| !after.lines().any(|now| now == *line)).collect();
    if new.is_empty() && gone.is_empty() {
        return Ok(NO_SKIPS);
    }
    Err(format!("the tree changed while the gate ran: {}", [new, gone].concat().join(", ")))
}

pub(super) fn cargo(repository: &Repository, arguments: &[&str]) -> Outcome {
    command::run(&mut repository.command("cargo", arguments)).map(|()| NO_SKIPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_came_or_went_makes_the_tree_dirty() {
        let tree = |text: &str| Ok(text.to_owned());
        assert_eq!(same_tree(tree(" M a\n"), tree(" M a\n")), Ok(NO_SKIPS));
        let why = same_tree(tree(" M a\n?? b\n"), tree(" M a\n?? c\n"));
        assert_eq!(why, Err("the tree changed while the gate ran: ?? c, ?? b".into()));
        assert_eq!(same_tree(Err("no git".into()), tree("")), Err("no git".into()));
    }
}
