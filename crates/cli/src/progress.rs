//! Progress of a long read, on standard error.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use halligan_app::live::{PartOutcome, Progress};
use halligan_core::id::Guid;
use halligan_core::tenant::{PartKind, PartName};
use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::{is_watched, say, say_hint};

/// How often the moving sign moves.
const TICK: Duration = Duration::from_millis(120);

/// Counts parts; shows a moving line on a terminal, and a line per part where that is asked for.
pub(crate) struct PartProgress {
    bar: Option<ProgressBar>,
    verbose: bool,
    read: AtomicUsize,
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
        Self { bar, verbose, read: AtomicUsize::new(0), gaps: AtomicUsize::new(0) }
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
            PartOutcome::Gap(reason) => (&self.gaps, reason.to_string()),
        };
        count.fetch_add(1, Ordering::Relaxed);
        let kind = kind.clone();
        let part = PartName { kind, subject };
        if self.verbose {
            say(&format!("{part}: {said}"));
        }
        if let Some(bar) = &self.bar {
            let done = self.read.load(Ordering::Relaxed) + self.gaps.load(Ordering::Relaxed);
            bar.set_message(format!("reading the tenant: {done} parts, last {part}"));
        }
    }
}
