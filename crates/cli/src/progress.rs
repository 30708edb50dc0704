//! Progress of a long read, on standard error.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use halligan_app::live::{PartOutcome, Progress, Waiting};
use halligan_core::id::Guid;
use halligan_core::tenant::{PartKind, PartName};
use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::{is_watched, say};

/// How often the moving sign moves.
const TICK: Duration = Duration::from_millis(120);

/// A wait that is shorter is not worth a line that stays.
const WAIT_SAID_MIN: Duration = Duration::from_secs(5);

/// Counts parts; shows a moving line on a terminal, and a line per part where that is asked for.
pub(crate) struct PartProgress {
    bar: Option<ProgressBar>,
    verbose: bool,
    read: AtomicUsize,
    kept: AtomicUsize,
    gaps: AtomicUsize,
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
        Self { bar, verbose, read: count(), kept: count(), gaps: count() }
    }

    /// How many parts were taken over from an earlier reading.
    pub(crate) fn kept(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }

    /// Takes the moving line away; gives how many parts were read, and how many were not.
    pub(crate) fn finish(&self) -> (usize, usize) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        (self.read.load(Ordering::Relaxed), self.gaps.load(Ordering::Relaxed))
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
            None if waiting.wait >= WAIT_SAID_MIN => say(&waiting.to_string()),
            None => {}
        }
    }
}
