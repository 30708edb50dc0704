//! Reading the tenant that a register declares, for every command that does.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::resume::{RESUME_WITHIN, Resume, age};
use halligan_app::{clock, live, snapshot_file};
use halligan_core::register::{Register, Shape};
use halligan_core::tenant::Snapshot;

use super::person::{SIGN_IN, SignInArguments, asked};
use super::runtime;
use crate::failure::Failure;
use crate::interrupt;
use crate::progress::PartProgress;
use crate::terminal::{say, say_warning};

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
    resumed: &Resumed,
    verbose: bool,
) -> Result<Read, Failure> {
    let resume = match &resumed.resume {
        Some(path) => {
            let within = resumed.resume_within.unwrap_or(RESUME_WITHIN);
            Some(Resume { snapshot: snapshot_file::load(path)?, within })
        }
        None => None,
    };
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
        let reading = read(&config, &self.sign_in, &self.resumed, verbose)?;
        if reading.is_interrupted {
            return Err(Failure::interrupted("", Some(KEEPS.into())));
        }
        Ok((config.register, reading.snapshot))
    }
}

/// What to do about an interrupted reading of which nothing is kept.
pub(super) const KEEPS: &str = "`halligan snapshot` keeps what it has read when it is interrupted";
