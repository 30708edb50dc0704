//! Time of work in this thread and of other programs, with nothing but the standard library.

use std::fs;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Runs of which the least counts: neighbours only ever add time.
const RUNS: usize = 9;

/// Starts of a program over which its CPU time is averaged: the kernel counts it in hundredths of
/// a second.
const STARTS: u32 = 100;

/// Milliseconds of a tick of `/proc/self/stat` (`USER_HZ`, 100 on every Linux platform).
const TICK_MS: f64 = 10.0;

/// What a piece of work took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// Milliseconds on a CPU; `None` where the system does not tell.
    pub(super) cpu_ms: Option<f64>,
    /// Milliseconds on the clock.
    pub(super) wall_ms: f64,
}

impl Sample {
    /// The time that is compared with a goal.
    pub(super) fn decisive_ms(&self) -> f64 {
        self.cpu_ms.unwrap_or(self.wall_ms)
    }
}

/// The least time of `work` in this thread.
pub(super) fn work<T>(mut work: impl FnMut() -> T) -> Sample {
    let runs = (0..RUNS).map(|_| {
        let cpu = thread_cpu_ms();
        let wall = Instant::now();
        black_box(work());
        let wall_ms = wall.elapsed().as_secs_f64() * 1e3;
        let cpu_ms = cpu.and_then(|before| Some(thread_cpu_ms()? - before));
        Sample { cpu_ms, wall_ms }
    });
    least(runs)
}

/// What `work` comes to, and its time in this thread, once.
pub(super) fn once<T>(work: impl FnOnce() -> T) -> (T, Sample) {
    let cpu = thread_cpu_ms();
    let wall = Instant::now();
    let value = black_box(work());
    let wall_ms = wall.elapsed().as_secs_f64() * 1e3;
    let cpu_ms = cpu.and_then(|before| Some(thread_cpu_ms()? - before));
    (value, Sample { cpu_ms, wall_ms })
}

/// The least time from the start of a program to its end; its CPU time is an average.
pub(super) fn process(program: &str, arguments: &[&str]) -> Result<Sample, String> {
    let start = || {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let before = Instant::now();
        let status = command.status().map_err(|error| format!("`{program}`: {error}"))?;
        let wall_ms = before.elapsed().as_secs_f64() * 1e3;
        if status.success() { Ok(wall_ms) } else { Err(format!("`{program}`: {status}")) }
    };
    let mut wall_ms = f64::INFINITY;
    for _ in 0..RUNS {
        wall_ms = wall_ms.min(start()?);
    }
    let before = children_cpu_ms();
    for _ in 0..STARTS {
        start()?;
    }
    let cpu_ms = before.and_then(|before| Some((children_cpu_ms()? - before) / f64::from(STARTS)));
    Ok(Sample { cpu_ms, wall_ms })
}

fn least(runs: impl Iterator<Item = Sample>) -> Sample {
    let start = Sample { cpu_ms: None, wall_ms: f64::INFINITY };
    runs.fold(start, |least, run| Sample {
        cpu_ms: match (least.cpu_ms, run.cpu_ms) {
            (Some(least), Some(run)) => Some(least.min(run)),
            (least, run) => least.or(run),
        },
        wall_ms: least.wall_ms.min(run.wall_ms),
    })
}

/// CPU time of this thread so far, in milliseconds.
fn thread_cpu_ms() -> Option<f64> {
    // The kernel brings the number up to date at a tick, or when the thread gives up its CPU.
    thread::sleep(Duration::from_micros(1));
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e6)
}

/// CPU time of every child that has ended so far, in milliseconds.
pub(super) fn children_cpu_ms() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    ticks_of_children(&text).map(|ticks| ticks * TICK_MS)
}

/// `cutime` and `cstime` of a `stat` line: the 16th and 17th field; the second is in parentheses
/// and may hold spaces.
fn ticks_of_children(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn childrens_ticks_are_read_behind_the_name() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194304 100 200 0 0 11 12 13 14 20 0 1 0 99";
        assert_eq!(ticks_of_children(stat), Some(27.0));
        assert_eq!(ticks_of_children("42 (x) S 1"), None);
    }

    #[test]
    fn the_least_of_each_time_counts() {
        let sample = |cpu_ms, wall_ms| Sample { cpu_ms, wall_ms };
        let runs = [sample(Some(2.0), 5.0), sample(Some(3.0), 4.0), sample(None, 6.0)];
        assert_eq!(least(runs.into_iter()), sample(Some(2.0), 4.0));
    }

    #[test]
    fn work_takes_time_and_a_failing_program_is_an_error() {
        let sample = work(|| (0..5_000_000_u64).map(black_box).sum::<u64>());
        assert!(sample.decisive_ms() > 0.0 && sample.wall_ms.is_finite(), "{sample:?}");
        assert!(process("no-such-program-anywhere", &[]).is_err());
    }
}
