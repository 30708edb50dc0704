//! Reading the tenant that a register declares, for every command that does.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use halligan_app::config::Config;
use halligan_app::resume::{RESUME_WITHIN, Resume, age};
use halligan_app::{live, snapshot_file};
use halligan_core::tenant::Snapshot;

use super::person::{SignInArguments, asked};
use super::runtime;
use crate::failure::Failure;
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
    let end = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Then the system ends the whole program, as it would without this.
            std::future::pending().await
        }
    };
    let read = runtime()?.block_on(live::read_until(
        config,
        &asked,
        resume,
        &progress,
        &mut |text| voice.aside(|| say_warning(&text)),
        end,
    ));
    let (parts, _) = progress.finish();
    let kept = progress.kept();
    if kept > 0 {
        say(&format!("{kept} parts were read earlier and still stand"));
    }
    let live::Reading { snapshot, is_interrupted } = read?;
    Ok(Read { snapshot, parts, is_interrupted })
}
