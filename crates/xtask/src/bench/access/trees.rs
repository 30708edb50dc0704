//! Fault trees of others, beside SCRAM in the same run.
//!
//! SCRAM (<https://github.com/rakhimov/scram>, Debian's package `scram`) solves each tree in its
//! three modes; the best of them counts, by the time that its report gives for the analysis alone.
//! Ours is the time from the structure in memory to the exact count. Both are the least of several
//! runs, on the clock.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use halligan_bdd::{Analysis, STEPS_MAX};

use crate::repository::Repository;

#[path = "../../../../bdd/examples/open_psa/reader.rs"]
mod reader;

const MODES: [&str; 3] = ["--bdd", "--zbdd", "--mocus"];
/// How long SCRAM may take for one tree in one mode.
const PATIENCE: Duration = Duration::from_secs(30);
/// What takes longer is measured once.
const QUICK: f64 = 1.0;
const RUNS: usize = 5;
/// Trees that take SCRAM's best mode at least so many seconds are counted.
const SLOW: f64 = 0.020;
/// How far behind we may be on any of these.
const BEHIND_MAX: f64 = 3.0;

/// Measures, and prints a Markdown table with every tree; `false` when a `must` is missed or SCRAM
/// is not there.
pub(super) fn run(repository: &Repository) -> Result<bool, String> {
    let folder = repository.data().join("fault-trees");
    let entries = std::fs::read_dir(&folder);
    let entries = entries.map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_tree = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "xml");
    let mut paths: Vec<_> = paths.filter(is_tree).collect();
    paths.sort();
    println!("| tree | cut sets | SCRAM bdd | SCRAM zbdd | SCRAM mocus | Halligan | of the best |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let mut rows = Vec::new();
    for path in paths {
        let row = Row::of(&path)?;
        println!("{}", row.line());
        rows.push(row);
    }
    let slow: Vec<&Row> = rows.iter().filter(|row| row.is_slow()).collect();
    let ahead = slow.iter().filter(|row| row.ratio() < 1.0).count();
    let worst = slow.iter().map(|row| row.ratio()).fold(0.0, f64::max);
    let is_half = ahead * 2 >= slow.len();
    let is_near = worst <= BEHIND_MAX;
    println!();
    println!("Of {} trees that take SCRAM's best mode {SLOW} s or more:", slow.len());
    println!();
    println!("- must, ahead on half: ahead on {ahead}, {}", word(is_half));
    println!(
        "- must, never more than {BEHIND_MAX} × behind: at worst {worst:.2} ×, {}",
        word(is_near)
    );
    println!("- aim, ahead on three quarters: {}", word(ahead * 4 >= slow.len() * 3));
    Ok(is_half && is_near)
}

const fn word(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

/// The times for one tree, in seconds.
struct Row {
    name: String,
    count: String,
    /// In each mode; `None` where it took longer than [`PATIENCE`].
    scram: [Option<f64>; 3],
    ours: f64,
}

impl Row {
    fn of(path: &Path) -> Result<Self, String> {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let (count, ours) = ours(path)?;
        let mut scram = [None; 3];
        for (slot, mode) in scram.iter_mut().zip(MODES) {
            *slot = theirs(path, mode, &count)?;
        }
        Ok(Self { name, count, scram, ours })
    }

    fn best(&self) -> f64 {
        let times = self.scram.iter().flatten().copied();
        times.fold(PATIENCE.as_secs_f64(), f64::min)
    }

    fn is_slow(&self) -> bool {
        self.best() >= SLOW
    }

    /// Our time as a part of SCRAM's best.
    fn ratio(&self) -> f64 {
        self.ours / self.best()
    }

    fn line(&self) -> String {
        let time = |time: &Option<f64>| match time {
            Some(time) => format!("{time:.4}"),
            None => format!("> {}", PATIENCE.as_secs()),
        };
        let [bdd, zbdd, mocus] = &self.scram;
        let sign = if self.scram.iter().all(Option::is_none) { "< " } else { "" };
        format!(
            "| {} | {} | {} | {} | {} | {:.4} | {sign}{:.2} |",
            self.name,
            self.count,
            time(bdd),
            time(zbdd),
            time(mocus),
            self.ours,
            self.ratio()
        )
    }
}

/// Our count and the least time for it.
fn ours(path: &Path) -> Result<(String, f64), String> {
    let at = |error: String| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| at(error.to_string()))?;
    let tree = reader::read(&text, None).map_err(at)?;
    let mut least = f64::INFINITY;
    let mut count = None;
    for _ in 0..RUNS {
        let begun = Instant::now();
        let mut analysis = Analysis::of(&tree.structure, tree.top, STEPS_MAX)
            .map_err(|error| at(error.to_string()))?;
        count = analysis.solutions().map_err(|error| at(error.to_string()))?.count();
        let seconds = begun.elapsed().as_secs_f64();
        least = least.min(seconds);
        if seconds > QUICK {
            break;
        }
    }
    let count = count.ok_or_else(|| at("more cut sets than a u128 counts".into()))?;
    Ok((count.to_string(), least))
}

/// The least time that SCRAM takes for an analysis in a mode; `None` where that is too long.
fn theirs(path: &Path, mode: &str, count: &str) -> Result<Option<f64>, String> {
    let mut least = None;
    for _ in 0..RUNS {
        let Some(head) = report(path, mode)? else { return Ok(least) };
        let seconds =
            between(&head, "<products>", "</products>").and_then(|text| text.parse().ok());
        let found = between(&head, " products=\"", "\"");
        let (Some(seconds), Some(found)) = (seconds, found) else {
            return Err(format!("scram {mode} {}: no time in its report", path.display()));
        };
        if found != count {
            return Err(format!("{}: {count} cut sets, and {found} by scram", path.display()));
        }
        least = Some(least.map_or(seconds, |least: f64| least.min(seconds)));
        if seconds > QUICK {
            break;
        }
    }
    Ok(least)
}

/// The beginning of SCRAM's report up to the number of cut sets; `None` after [`PATIENCE`].
fn report(path: &Path, mode: &str) -> Result<Option<String>, String> {
    let mut child = Command::new("scram")
        .args([mode, "-l", "200", "--no-indent", "-o", "/dev/stdout"])
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("scram, of Debian's package `scram`: {error}"))?;
    let head = head(&mut child);
    // Its answer is there, or it will not come in time: the list that follows is not needed.
    let _ = child.kill();
    let _ = child.wait();
    head
}

fn head(child: &mut Child) -> Result<Option<String>, String> {
    let Some(mut output) = child.stdout.take() else { return Err("scram has no output".into()) };
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = output.read(&mut chunk) {
            text.extend_from_slice(chunk.get(..read).unwrap_or_default());
            let so_far = String::from_utf8_lossy(&text);
            if between(&so_far, " products=\"", "\"").is_some() {
                break;
            }
        }
        send.send(String::from_utf8_lossy(&text).into_owned())
    });
    match receive.recv_timeout(PATIENCE) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Ok(None),
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(scram: [Option<f64>; 3], ours: f64) -> Row {
        Row { name: "x".into(), count: "7".into(), scram, ours }
    }

    #[test]
    fn the_best_mode_counts_and_patience_is_a_bound() {
        let one = row([Some(0.5), None, Some(0.2)], 0.1);
        assert_eq!((one.best(), one.is_slow(), one.ratio()), (0.2, true, 0.5));
        assert_eq!(one.line(), "| x | 7 | 0.5000 | > 30 | 0.2000 | 0.1000 | 0.50 |");
        let never = row([None; 3], 3.0);
        assert_eq!(never.line(), "| x | 7 | > 30 | > 30 | > 30 | 3.0000 | < 0.10 |");
        assert!(!row([Some(0.019), None, None], 0.001).is_slow());
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let head = "<products>0.25</products> <sum-of-products name=\"g\" products=\"46188\"";
        assert_eq!(between(head, "<products>", "</products>"), Some("0.25"));
        assert_eq!(between(head, " products=\"", "\""), Some("46188"));
        assert_eq!(between("products=\"46", " products=\"", "\""), None);
    }
}
