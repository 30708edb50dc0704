//! The feature `kafka`: it needs a system library, and no other step builds it.

use super::{Outcome, packages, steps};
use crate::command;
use crate::repository::Repository;

/// Lints and tests of the Kafka consumer, and of the program that has it. Its packages are asked
/// for alone: the rest of the workspace is not built a second time.
pub(super) fn check(repository: &Repository) -> Outcome {
    if !command::works(&mut repository.command("pkg-config", packages::OPENSSL)) {
        return Ok(vec!["OpenSSL is missing: lints and tests of the feature `kafka`".into()]);
    }
    const LAB: [&str; 8] = [
        "--package",
        "halligan-relay",
        "--package",
        "halligan-app",
        "--package",
        "halligan-cli",
        "--features",
        "halligan-relay/kafka-lab,halligan-cli/kafka-lab",
    ];
    let clippy = [&["clippy"], &LAB[..], &["--all-targets", "--", "-D", "warnings"]];
    steps::cargo(repository, &clippy.concat())?;
    if command::works(&mut repository.command("cargo", &["nextest", "--version"])) {
        // They mostly wait, for what takes seconds in a group.
        let tests = ["-E", "test(kafka::) | binary(kafka)", "--test-threads", "8"];
        let tests = [&["nextest", "run"], &LAB[..], &tests[..]];
        return steps::cargo(repository, &tests.concat());
    }
    let tests = [&["test"], &LAB[..], &["--lib", "--tests", "kafka::"]];
    steps::cargo(repository, &tests.concat())
}
