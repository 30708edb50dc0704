//! Reading the tenant that a register declares, for every command that does.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::resume::{RESUME_WITHIN, Resume, age};
use halligan_app::{clock, live, snapshot_file};
use halligan_core::register::{Register, Shape};
use halligan_core::tenant::{GapReason, Snapshot};

use super::person::{SIGN_IN, SignInArguments, asked};
use super::runtime;
use super::source::counted;
use crate::failure::Failure;
use crate::interrupt;
use crate::progress::PartProgress;
use crate::terminal::{say, say_hint, say_warning};

/// What an earlier reading left.
#[derive(Clone, Debug, Args)]
pub(super) struct Resumed {
    /// Take from an earlier, incomplete snapshot what is young enough, and read the rest
    #[arg(long, value_name = "FILE")]
    pub(super) resume: Option<PathBuf>,
    /// How old what is taken may be [default: 1h]
    #[arg(long, value_name = "TIME", requires = "resume", value_parser = age)]
    resume_within: Option<Duration>,
}

impl Resumed {
    /// What it left, where there is any.
    pub(super) fn load(&self) -> Result<Option<Resume>, Failure> {
        let Some(path) = &self.resume else { return Ok(None) };
        let within = self.resume_within.unwrap_or(RESUME_WITHIN);
        Ok(Some(Resume { snapshot: snapshot_file::load(path)?, within }))
    }
}

/// A tenant that was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) snapshot: Snapshot,
    /// How many parts were read.
    pub(super) parts: usize,
    /// Whether Ctrl-C came before the end.
    pub(super) is_interrupted: bool,
}

/// Reads the tenant until its end, or until Ctrl-C: what was read by then is kept.
pub(super) fn read(
    config: &Config,
    sign_in: &SignInArguments,
    resume: Option<Resume>,
    verbose: bool,
) -> Result<Read, Failure> {
    let progress = PartProgress::new(verbose);
    let asked = asked(sign_in, &progress);
    let voice = progress.voice();
    let read = runtime()?.block_on(live::read_until(
        config,
        &asked,
        resume,
        &progress,
        &mut |text| voice.aside(|| say_warning(&text)),
        interrupt::pressed(),
    ));
    let (parts, _) = progress.finish();
    let kept = progress.kept();
    if kept > 0 {
        say(&format!("{kept} parts were read earlier and still stand"));
    }
    let live::Reading { snapshot, is_interrupted } = read?;
    Ok(Read { snapshot, parts, is_interrupted })
}

/// A tenant and its register, from Graph or from a snapshot file.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// The register: which tenant, which accounts, how to sign in [default: halligan.toml]
    #[arg(long, value_name = "FILE")]
    register: Option<PathBuf>,
    /// Take a snapshot file instead of reading the tenant
    #[arg(long, value_name = "FILE", conflicts_with = "resume", conflicts_with_all = SIGN_IN)]
    snapshot: Option<PathBuf>,
    #[command(flatten)]
    sign_in: SignInArguments,
    #[command(flatten)]
    resumed: Resumed,
}

impl Source {
    /// Reads both. A snapshot file needs no register: then no account is declared.
    pub(super) fn read(&self, verbose: bool) -> Result<(Register, Snapshot), Failure> {
        let default = Path::new(REGISTER_FILE);
        let path = self.register.as_deref().unwrap_or(default);
        if let Some(file) = &self.snapshot {
            let snapshot = snapshot_file::load(file)?;
            if self.register.is_none() && !default.exists() {
                return Ok((Register::of(Vec::new(), None, Shape::Exempt), snapshot));
            }
            return Ok((Config::load(path, clock::now())?.register, snapshot));
        }
        let config = Config::load(path, clock::now())?;
        let reading = read(&config, &self.sign_in, self.resumed.load()?, verbose)?;
        if reading.is_interrupted {
            return Err(Failure::interrupted("", Some(KEEPS.into())));
        }
        tell_failed(&reading.snapshot);
        Ok((config.register, reading.snapshot))
    }
}

/// Says that parts of a reading failed: what they show is not decided, whatever the verdict is.
pub(super) fn tell_failed(snapshot: &Snapshot) {
    let gaps = snapshot.gaps();
    let mut failed = gaps.iter().filter(|gap| matches!(gap.reason, GapReason::Failed { .. }));
    if let Some(first) = failed.next() {
        let parts = counted(1 + failed.count(), "part", "parts");
        say_warning(&format!("{parts} could not be read, and what they show is open; {first}"));
        say_hint(
            "`halligan snapshot` keeps what it reads, and `halligan snapshot --resume` reads what \
             is missing",
        );
    }
}

/// What to do about an interrupted reading of which nothing is kept.
pub(super) const KEEPS: &str = "`halligan snapshot` keeps what it has read when it is interrupted";
