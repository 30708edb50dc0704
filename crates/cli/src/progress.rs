//! Progress of a long read, on standard error.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use halligan_app::live::{PartOutcome, Progress, Waiting};
use halligan_core::id::Guid;
use halligan_core::tenant::{PartKind, PartName};
use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::{is_watched, say, say_hint};

/// How often the moving sign moves.
const TICK: Duration = Duration::from_millis(120);

/// A wait that is shorter is not worth a line that stays.
const WAIT_SAID_MIN: Duration = Duration::from_secs(5);

/// Requests wait at the same time: they are told together, no more often than this.
const WAIT_SAID_EVERY: Duration = Duration::from_secs(15);

/// Counts parts; shows a moving line on a terminal, and a line per part where that is asked for.
pub(crate) struct PartProgress {
    bar: Option<ProgressBar>,
    verbose: bool,
    read: AtomicUsize,
    kept: AtomicUsize,
    gaps: AtomicUsize,
    /// When a wait was told last.
    wait_said: Mutex<Option<Instant>>,
}

impl PartProgress {
    pub(crate) fn new(verbose: bool) -> Self {
        let bar = (is_watched() && !verbose).then(|| {
            let style = ProgressStyle::with_template("{spinner} {wide_msg}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style);
            bar.set_message("reading the tenant");
            bar.enable_steady_tick(TICK);
            bar
        });
        let count = || AtomicUsize::new(0);
        let wait_said = Mutex::default();
        Self { bar, verbose, read: count(), kept: count(), gaps: count(), wait_said }
    }

    /// How many parts were taken over from an earlier reading.
    pub(crate) fn kept(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }

    /// What can speak beside the moving line.
    pub(crate) fn voice(&self) -> Voice {
        Voice(self.bar.clone())
    }

    /// Takes the moving line away; gives how many parts were read, and how many were not.
    pub(crate) fn finish(&self) -> (usize, usize) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        (self.read.load(Ordering::Relaxed), self.gaps.load(Ordering::Relaxed))
    }
}

/// Speaks beside the moving line, where there is one, without tearing it.
#[derive(Clone)]
pub(crate) struct Voice(Option<ProgressBar>);

impl Voice {
    /// Runs `speak` while the line stands aside.
    pub(crate) fn aside(&self, speak: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(speak),
            None => speak(),
        }
    }

    /// Says lines and a hint, and lets the moving line say what is waited for.
    pub(crate) fn wait(&self, what: &'static str, lines: &[String], hint: Option<&str>) {
        if let Some(bar) = &self.0 {
            bar.set_message(what);
        }
        self.aside(|| {
            lines.iter().for_each(|line| say(line));
            if let Some(hint) = hint {
                say_hint(hint);
            }
        });
    }
}

impl Progress for PartProgress {
    fn part(&self, kind: &PartKind, subject: Option<Guid>, outcome: PartOutcome<'_>) {
        let (count, said) = match outcome {
            PartOutcome::Read => (&self.read, "read".to_owned()),
            PartOutcome::Kept(at) => (&self.kept, format!("read earlier, at {at}")),
            PartOutcome::Gap(reason) => (&self.gaps, reason.to_string()),
        };
        count.fetch_add(1, Ordering::Relaxed);
        let kind = kind.clone();
        let part = PartName { kind, subject };
        if self.verbose {
            say(&format!("{part}: {said}"));
        }
        if let Some(bar) = &self.bar {
            let counts = [&self.read, &self.kept, &self.gaps];
            let done: usize = counts.iter().map(|count| count.load(Ordering::Relaxed)).sum();
            bar.set_message(format!("reading the tenant: {done} parts, last {part}"));
        }
    }

    fn waiting(&self, waiting: &Waiting) {
        match &self.bar {
            Some(bar) => bar.set_message(format!("reading the tenant: {waiting}")),
            None if waiting.wait >= WAIT_SAID_MIN => {
                let mut said = self.wait_said.lock().unwrap_or_else(PoisonError::into_inner);
                if said.is_none_or(|last| last.elapsed() >= WAIT_SAID_EVERY) {
                    *said = Some(Instant::now());
                    say(&waiting.to_string());
                }
            }
            None => {}
        }
    }
}
