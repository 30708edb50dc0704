//! The one gate: every step in order, its time, and at the end what failed and what was skipped.
//!
//! A step that fails does not stop the ones after it, so that one run shows everything. A step that
//! cannot run here is skipped and counted; in CI a missing input is a failure.

mod kafka;
mod packages;
mod skips;
mod steps;

use std::time::{Duration, Instant};

use crate::repository::Repository;

/// What a step comes to: what it had to leave out, or why it failed.
type Outcome = Result<Vec<String>, String>;

/// A step of the gate: its name, and its work.
type Step = (&'static str, fn(&Repository) -> Outcome);

/// The steps, in the order in which they run: cheap and frequent faults first.
const STEPS: [Step; 11] = [
    ("packages", packages::install),
    ("data", steps::data),
    ("fmt", steps::fmt),
    ("clippy", steps::clippy),
    ("tests", steps::tests),
    ("kafka", kafka::check),
    ("doc tests", steps::doc_tests),
    ("docs", steps::docs),
    ("tidy", steps::tidy),
    ("deny", steps::deny),
    ("fuzz", steps::fuzz),
];

/// One step that has run.
#[derive(Clone, Debug)]
struct Ran {
    name: &'static str,
    time: Duration,
    outcome: Outcome,
}

/// Runs the gate; `true` when it holds.
pub(crate) fn run(repository: &Repository) -> bool {
    let before = steps::tree(repository);
    let mut ran: Vec<Ran> =
        STEPS.iter().map(|(name, work)| timed(name, || work(repository))).collect();
    ran.push(timed("tree clean", || steps::same_tree(before, steps::tree(repository))));
    print!("{}", summary(&ran));
    ran.iter().all(|step| step.outcome.is_ok())
}

fn timed(name: &'static str, work: impl FnOnce() -> Outcome) -> Ran {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = work();
    let time = start.elapsed();
    match &outcome {
        Ok(skips) => {
            skips.iter().for_each(|skip| println!("SKIPPED: {skip}"));
            println!("== {name}: {:.1} s", time.as_secs_f64());
        }
        Err(why) => println!("== {name}: FAILED after {:.1} s: {why}", time.as_secs_f64()),
    }
    Ran { name, time, outcome }
}

/// The closing table: a line per step, then every skip with its count, then the verdict.
fn summary(ran: &[Ran]) -> String {
    let mut text = String::from("\n== summary\n");
    for Ran { name, time, outcome } in ran {
        let seconds = time.as_secs_f64();
        let (word, note) = match outcome {
            Ok(skips) if skips.is_empty() => ("ok", String::new()),
            Ok(skips) => ("ok", format!("  ({} skipped)", skips.len())),
            Err(why) => ("FAILED", format!("  {why}")),
        };
        text.push_str(&format!("{word:<7}{name:<11}{seconds:>7.1} s{note}\n"));
    }
    let failed = ran.iter().filter(|step| step.outcome.is_err()).count();
    text.push_str(&match failed {
        0 => format!("the gate holds: {} steps\n", ran.len()),
        _ => format!("the gate does NOT hold: {failed} of {} steps failed\n", ran.len()),
    });
    let skips: Vec<_> = ran.iter().flat_map(named_skips).collect();
    text.push_str(&format!("skipped: {}\n", skips.len()));
    for (times, skip) in skips::counted(skips) {
        let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
        text.push_str(&format!("  {skip}{times}\n"));
    }
    text
}

fn named_skips(step: &Ran) -> impl Iterator<Item = String> {
    step.outcome.iter().flatten().map(|skip| format!("{}: {skip}", step.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(name: &'static str, outcome: Outcome) -> Ran {
        Ran { name, time: Duration::from_millis(1250), outcome }
    }

    #[test]
    fn skips_are_counted_and_come_last() {
        let missing = || "no data".to_owned();
        let text = summary(&[
            ran("fmt", Ok(Vec::new())),
            ran("tests", Ok(vec![missing(), missing()])),
            ran("deny", Ok(vec!["not installed".into()])),
        ]);
        let expected = "\n== summary
ok     fmt            1.2 s
ok     tests          1.2 s  (2 skipped)
ok     deny           1.2 s  (1 skipped)
the gate holds: 3 steps
skipped: 3
  deny: not installed
  tests: no data (2 times)
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_failure_is_named_in_the_summary() {
        let text = summary(&[ran("fmt", Err("`cargo fmt`: exit status: 1".into()))]);
        assert!(
            text.contains("FAILED fmt            1.2 s  `cargo fmt`: exit status: 1\n"),
            "{text}"
        );
        assert!(
            text.contains("the gate does NOT hold: 1 of 1 steps failed\nskipped: 0\n"),
            "{text}"
        );
    }
}
