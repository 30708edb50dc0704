//! `halligan watch`: what happens at the door, record by record.

mod coverage;
mod subject;
mod test;

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use halligan_app::clock;
use halligan_app::ingest::file::{SourceError, Until, read_file, read_pipe};
use halligan_app::ingest::{Counts, Ingest, Taken};
use halligan_core::watch::detect::Severity;

use super::runtime;
use super::source::counted;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::terminal::{self, say, say_hint, say_warning};
use crate::view::watch::{Format, Tally, render};

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan watch --source file:signins.ndjson --once --account 11111111-…=breakglass1@contoso.com
  tail -F events.ndjson | halligan watch --source - --format json
  halligan watch test
  halligan watch coverage

Exit codes:
  0  nothing was detected
  1  it could not be done
  2  the command line makes no sense
  3  something was detected
  4  nothing was, but some records could not be read or are of another tenant";

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    watching: Watching,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Put the samples of every detection through the whole way that a record takes
    Test(test::Arguments),
    /// List every activity that is watched, and which public rule sets look for it
    Coverage(coverage::Arguments),
}

#[derive(Debug, clap::Args)]
struct Watching {
    /// Where records come from: `file:PATH`, or `-` for standard input; repeat it for each
    #[arg(long, value_name = "SOURCE")]
    source: Vec<Source>,
    /// Read what there is, and end; without this a file is followed as it grows
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    subject: subject::SubjectArguments,
    /// How to print detections
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// Where records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    File(PathBuf),
    Pipe,
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            _ if text == "-" => Ok(Self::Pipe),
            Some(("file", "" | "-")) => Err("`file:` needs a path".into()),
            Some(("file", path)) => Ok(Self::File(path.into())),
            _ if Path::new(text).exists() => Err(format!("a file is `file:{text}`")),
            _ => Err("it is `file:PATH`, or `-` for standard input".into()),
        }
    }
}

impl Source {
    fn name(&self) -> Arc<str> {
        match self {
            Self::File(path) => path.display().to_string().into(),
            Self::Pipe => "-".into(),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(Command::Test(arguments)) => test::run(arguments),
        Some(Command::Coverage(arguments)) => coverage::run(arguments),
        None => watch(&arguments.watching),
    }
}

fn watch(watching: &Watching) -> Result<Exit, Failure> {
    if watching.source.is_empty() {
        return Err(Failure::usage(
            "nothing says where records come from",
            "name it: `--source file:signins.ndjson`, or `--source -` for standard input",
        ));
    }
    if watching.source.iter().filter(|one| **one == Source::Pipe).count() > 1 {
        return Err(Failure::usage("standard input is named twice", "it can be read once"));
    }
    let tenant = watching.subject.read()?;
    let until = if watching.once { Until::End } else { Until::Stopped };
    let work = Arc::new(Work {
        shared: Mutex::new(Shared { ingest: Ingest::new(vec![tenant]), tally: Tally::default() }),
        stop: AtomicBool::new(false),
        format: watching.format,
        until,
    });
    let begun = Instant::now();
    let ended = read_all(&work, &watching.source)?;
    let shared = work.shared.lock().unwrap_or_else(PoisonError::into_inner);
    let (bytes, failures) = ended;
    let counts = shared.ingest.counts();
    if counts.records > 0 || failures.is_empty() {
        say_counts(counts, bytes, &shared.tally, begun);
    }
    if let Some(failure) = failures.into_iter().reduce(Failure::and) {
        return Err(failure);
    }
    Ok(exit(counts, &shared.tally))
}

/// What the threads that read share.
struct Work {
    shared: Mutex<Shared>,
    stop: AtomicBool,
    format: Format,
    until: Until,
}

struct Shared {
    ingest: Ingest,
    tally: Tally,
}

/// Reads every source on a thread of its own, until all have ended or somebody presses Ctrl-C.
fn read_all(work: &Arc<Work>, sources: &[Source]) -> Result<(u64, Vec<Failure>), Failure> {
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let mut readers = tokio::task::JoinSet::new();
        for source in sources {
            let (work, source) = (work.clone(), source.clone());
            readers.spawn_blocking(move || work.read(&source));
        }
        if work.until == Until::Stopped && sources.iter().any(|one| *one != Source::Pipe) {
            say("watching; Ctrl-C ends it");
        }
        let (mut bytes, mut failures) = (0_u64, Vec::new());
        loop {
            tokio::select! {
                ended = readers.join_next() => match ended {
                    None => return Ok((bytes, failures)),
                    Some(Ok(Ok(read))) => bytes = bytes.saturating_add(read),
                    Some(Ok(Err(failure))) => failures.push(failure),
                    Some(Err(error)) => failures.push(Failure::new(error, None)),
                },
                () = interrupt::pressed() => {
                    work.stop.store(true, Ordering::Relaxed);
                    // A pipe that nobody writes to cannot be asked to end.
                    if sources.contains(&Source::Pipe) {
                        readers.detach_all();
                        return Ok((bytes, failures));
                    }
                }
            }
        }
    });
    runtime.shutdown_background();
    ended
}

impl Work {
    fn read(&self, source: &Source) -> Result<u64, Failure> {
        let name = source.name();
        let mut failed = None;
        let mut take = |piece: halligan_app::ingest::Piece<'_>| {
            let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = shared.ingest.piece(piece, &name, clock::exactly_now());
            if let Err(failure) = self.tell(&mut shared, taken) {
                // Whoever reads the detections is gone.
                failed = Some(failure);
                self.stop.store(true, Ordering::Relaxed);
            }
        };
        let read = match source {
            Source::File(path) => read_file(path, self.until, &self.stop, &mut take),
            Source::Pipe => read_pipe(io::stdin(), "standard input", &self.stop, &mut take),
        };
        match (failed, read) {
            (Some(failure), _) => Err(failure),
            (None, read) => Ok(read?),
        }
    }

    fn tell(&self, shared: &mut Shared, taken: Taken) -> Result<(), Failure> {
        if let Some(one) = taken.unreadable {
            let line = one.place.line.map(|line| format!(", line {line}")).unwrap_or_default();
            say_warning(&format!("`{}`{line}: {}", one.place.source, one.flaw));
        }
        for detected in &taken.detected {
            shared.tally.add(detected.fired.severity);
            let Some(tenant) = shared.ingest.tenants().get(detected.tenant) else { continue };
            let text = render(detected, tenant, self.format, terminal::width());
            terminal::print(&text, None)?;
        }
        Ok(())
    }
}

fn say_counts(counts: &Counts, bytes: u64, tally: &Tally, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    let records = usize::try_from(counts.records).unwrap_or(usize::MAX);
    let records = counted(records, "record", "records");
    let megabytes = bytes as f64 / 1e6;
    say(&format!("{records}, {megabytes:.1} MB in {seconds:.1} s: {tally}"));
    if counts.unreadable > 0 {
        let unreadable = usize::try_from(counts.unreadable).unwrap_or(usize::MAX);
        let unreadable = counted(unreadable, "record", "records");
        say_warning(&format!("{unreadable} could not be read: what they told is not known"));
    }
    for (tenant, count) in &counts.foreign {
        say_warning(&format!("{count} records are of tenant {tenant}, which nobody declared"));
    }
    if !counts.foreign.is_empty() {
        say_hint("the source may be of another tenant, or `tenant.id` of the register is wrong");
    }
    if counts.records == 0 {
        say_warning("there was no record at all");
    }
}

fn exit(counts: &Counts, tally: &Tally) -> Exit {
    if tally.worst().is_some_and(|worst| worst > Severity::Evidence) {
        return Exit::Finding;
    }
    let is_whole = counts.unreadable == 0 && counts.foreign.is_empty() && counts.records > 0;
    if is_whole { Exit::Holds } else { Exit::Undecided }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self::new(&error, error.hint())
    }
}
