//! The desk's own tools, run as `cargo xtask <command>`.
//!
//! - [`ci`] is the one gate, the same on a desk and in CI;
//! - [`tidy`] holds what no compiler holds: sizes, edges, dependencies, stale pages, paths;
//! - [`docs`] writes the generated pages under `docs/reference`;
//! - [`fuzz`] runs the fuzz targets with a nightly compiler;
//! - [`mod@bench`] measures the figures that the issues promise.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool of the desk: talking to the terminal is its work"
)]

mod bench;
mod ci;
mod command;
mod docs;
mod fuzz;
mod repository;
mod tidy;

use std::process::ExitCode;

use repository::Repository;

const USAGE: &str = "\
usage: cargo xtask <command>

  ci                     the gate: every step, with times and counted skips
  tidy                   sizes, edges, dependencies, stale pages, paths
  docs [--check]         write the generated pages (or say which are stale)
  fuzz [--seconds N] [TARGET]
                         run the fuzz targets, 10 seconds each unless told
  bench foundation       measure the figures of the issue `Foundation`
  bench read             read a large tenant and a thousand small ones (half an hour)
  bench estate           the thousand small ones alone (a minute)
  bench prove            measure the figures of the issue `Prove`
  bench watch            a made log of 500 MB, beside `wc -l` (two minutes)
  bench access           measure diagrams beside SCRAM, where that is installed
  bench lockout [--check | --labels]
                         edits that lock out, and who notices: write the page (or say
                         whether it is stale, or write the list of labels)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&Repository::here(), &arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Stop::Usage(what)) => {
            eprintln!("error: {what}\n\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Stop::Failed(what)) => {
            eprintln!("error: {what}");
            ExitCode::FAILURE
        }
    }
}

/// Why a command did not come to a result.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    /// The command line says nothing that this program knows.
    Usage(String),
    /// The command could not do its work.
    Failed(String),
}

impl From<String> for Stop {
    fn from(what: String) -> Self {
        Self::Failed(what)
    }
}

/// Runs the command; `false` when it ran and found something wrong.
fn dispatch(repository: &Repository, arguments: &[&str]) -> Result<bool, Stop> {
    match arguments {
        ["ci"] => Ok(ci::run(repository)),
        ["tidy"] => Ok(tidy::run(repository)?),
        ["docs"] => Ok(docs::run(repository, docs::Mode::Write)?),
        ["docs", "--check"] => Ok(docs::run(repository, docs::Mode::Check)?),
        ["fuzz", rest @ ..] => Ok(fuzz::run(repository, &fuzz_plan(rest)?)?),
        ["bench", "foundation"] => Ok(bench::run(repository, bench::What::Foundation)?),
        ["bench", "read"] => Ok(bench::run(repository, bench::What::Read)?),
        ["bench", "access"] => Ok(bench::run(repository, bench::What::Access)?),
        ["bench", "watch"] => Ok(bench::run(repository, bench::What::Watch)?),
        ["bench", "prove"] => Ok(bench::run(repository, bench::What::Prove)?),
        ["bench", "lockout"] => {
            Ok(bench::run(repository, bench::What::Lockout(bench::Lockout::Write))?)
        }
        ["bench", "lockout", "--check"] => {
            Ok(bench::run(repository, bench::What::Lockout(bench::Lockout::Check))?)
        }
        ["bench", "lockout", "--labels"] => {
            Ok(bench::run(repository, bench::What::Lockout(bench::Lockout::Labels))?)
        }
        ["bench", "estate"] => Ok(bench::run(repository, bench::What::Estate)?),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        [] => Err(Stop::Usage("no command given".into())),
        other => Err(Stop::Usage(format!("`{}` is not a command", other.join(" ")))),
    }
}

fn fuzz_plan(mut arguments: &[&str]) -> Result<fuzz::Plan, Stop> {
    let mut plan = fuzz::Plan::default();
    loop {
        match arguments {
            [] => return Ok(plan),
            ["--seconds", seconds, rest @ ..] => {
                plan.seconds = seconds
                    .parse()
                    .map_err(|_| Stop::Usage(format!("`{seconds}` is not a number of seconds")))?;
                arguments = rest;
            }
            [target, rest @ ..] if fuzz::TARGETS.contains(target) => {
                plan.only = Some((*target).to_owned());
                arguments = rest;
            }
            [other, ..] => {
                let known = fuzz::TARGETS.join("`, `");
                let what = format!("`{other}` is not a fuzz target (there are `{known}`)");
                return Err(Stop::Usage(what));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_command_is_a_usage_error() {
        let repository = Repository::here();
        for arguments in [&[][..], &["cii"], &["docs", "--chek"], &["bench"], &["ci", "fast"]] {
            let stop = dispatch(&repository, arguments);
            assert!(matches!(stop, Err(Stop::Usage(_))), "{arguments:?}: {stop:?}");
        }
    }

    #[test]
    fn fuzz_takes_seconds_and_a_target_in_any_order() {
        let plan = fuzz_plan(&["policy", "--seconds", "3"]).unwrap();
        assert_eq!((plan.seconds, plan.only.as_deref()), (3, Some("policy")));
        assert_eq!(fuzz_plan(&["--seconds", "3", "policy"]), Ok(plan));
        assert!(fuzz_plan(&["--seconds", "x"]).is_err());
        assert!(fuzz_plan(&["--seconds"]).is_err());
        assert!(fuzz_plan(&["polcy"]).is_err());
    }
}
