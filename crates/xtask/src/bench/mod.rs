//! The figures that the issues promise, measured here and now: `foundation`, `read`, `prove`,
//! `access`, `lockout` and `watch`.
//!
//! Machines are shared: the figure is CPU time where the system tells it (wall time elsewhere), the
//! least of nine runs, beside a calibration row of the same run, so that two machines can be
//! compared by the ratio.

mod access;
mod foundation;
mod lockout;
mod measure;
mod prove;
mod read;
mod watch;

use crate::command;
use crate::repository::Repository;
use measure::Sample;

/// Which figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Checks, parsing, start.
    Foundation,
    /// A large tenant and many small ones, over HTTP.
    Read,
    /// Of these the small ones alone, which take a minute.
    Estate,
    /// Proofs.
    Prove,
    /// Diagrams, beside SCRAM.
    Access,
    /// Edits that lock out, and who notices.
    Lockout(Lockout),
    /// A made log, beside `wc -l`.
    Watch,
}

/// What becomes of the lockout benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lockout {
    /// The page is written.
    Write,
    /// What is committed is compared, and nothing is written.
    Check,
    /// The list of labels is written, and the prover runs on no edit.
    Labels,
}

impl What {
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Foundation => &["foundation"],
            Self::Read => &["read"],
            Self::Estate => &["estate"],
            Self::Lockout(Lockout::Write) => &["lockout"],
            Self::Lockout(Lockout::Check) => &["lockout", "--check"],
            Self::Lockout(Lockout::Labels) => &["lockout", "--labels"],
            Self::Prove => &["prove"],
            Self::Access => &["access"],
            Self::Watch => &["watch"],
        }
    }

    /// Whether it measures times, which an unoptimised build has no part in.
    const fn measures(self) -> bool {
        !matches!(self, Self::Lockout(Lockout::Check | Lockout::Labels))
    }
}

/// What a figure is held to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    /// At most so many milliseconds; above, the bench fails.
    Must(f64),
    /// Nothing: the row says how fast the machine is.
    Calibration,
}

/// A row of the table.
#[derive(Clone, Debug)]
struct Row {
    name: &'static str,
    goal: Goal,
    /// What was measured, or why it could not be.
    figure: Result<Sample, String>,
}

/// Measures and prints a Markdown table; `false` when a `must` is missed or was not measured.
pub(crate) fn run(repository: &Repository, what: What) -> Result<bool, String> {
    if cfg!(debug_assertions) && what.measures() {
        // Figures of an unoptimised build say nothing: this program starts itself again.
        let arguments = ["run", "--quiet", "--release", "-p", "halligan-xtask", "--", "bench"];
        let mut again = repository.command("cargo", &arguments);
        return command::run(again.args(what.words())).map(|()| true);
    }
    match what {
        What::Read => return read::run(repository),
        What::Estate => return read::run_small(),
        What::Lockout(mode) => return lockout::run(repository, mode),
        What::Access => return access::run(repository),
        What::Watch => return watch::run(repository),
        What::Foundation | What::Prove => {}
    }
    let rows = match what {
        What::Prove => prove::measure()?,
        _ => foundation::measure(repository)?,
    };
    print!("{}", table(&rows));
    Ok(rows.iter().all(|row| met(row) != Some(false)))
}

/// Whether a row keeps its goal; `None` for a calibration.
fn met(row: &Row) -> Option<bool> {
    match row.goal {
        Goal::Must(limit) => {
            Some(row.figure.as_ref().is_ok_and(|sample| sample.decisive_ms() < limit))
        }
        Goal::Calibration => None,
    }
}

fn table(rows: &[Row]) -> String {
    let mut text =
        String::from("| figure | goal | CPU ms | wall ms | result |\n|---|---|---:|---:|---|\n");
    for row in rows {
        let goal = match row.goal {
            Goal::Must(limit) => format!("must: under {limit} ms"),
            Goal::Calibration => "calibration".into(),
        };
        let (cpu, wall) = match &row.figure {
            Ok(Sample { cpu_ms, wall_ms }) => {
                let cpu = cpu_ms.map_or("–".into(), |cpu_ms| format!("{cpu_ms:.2}"));
                (cpu, format!("{wall_ms:.2}"))
            }
            Err(_) => ("–".into(), "–".into()),
        };
        let result = match (&row.figure, met(row)) {
            (Err(why), _) => format!("not measured: {why}"),
            (Ok(_), Some(true)) => "met".into(),
            (Ok(_), Some(false)) => "**missed**".into(),
            (Ok(_), None) => String::new(),
        };
        text.push_str(&format!("| {} | {goal} | {cpu} | {wall} | {result} |\n", row.name));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(goal: Goal, figure: Result<Sample, String>) -> Row {
        Row { name: "x", goal, figure }
    }

    #[test]
    fn cpu_time_decides_where_it_is_known() {
        let busy = Sample { cpu_ms: Some(9.0), wall_ms: 30.0 };
        assert_eq!(met(&row(Goal::Must(10.0), Ok(busy))), Some(true));
        let unknown = Sample { cpu_ms: None, wall_ms: 30.0 };
        assert_eq!(met(&row(Goal::Must(10.0), Ok(unknown))), Some(false));
        assert_eq!(met(&row(Goal::Calibration, Ok(unknown))), None);
    }

    #[test]
    fn what_was_not_measured_is_not_met_and_says_so() {
        let rows = [
            row(Goal::Must(10.0), Err("no binary".into())),
            row(Goal::Calibration, Ok(Sample { cpu_ms: None, wall_ms: 0.5 })),
        ];
        assert_eq!(met(&rows[0]), Some(false));
        let text = table(&rows);
        let expected = "| x | must: under 10 ms | – | – | not measured: no binary |";
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("| x | calibration | – | 0.50 |  |"), "{text}");
    }
}
