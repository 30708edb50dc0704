//! `halligan doctor`: which permissions the watcher has, lacks, and should not have.

use std::path::PathBuf;

use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::{clock, live};
use halligan_core::permission::{examine, standing};
use halligan_core::tenant::Part;

use super::person::{SignInArguments, asked};
use super::runtime;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::PartProgress;
use crate::terminal::{print, say_warning, width};
use crate::view::doctor::{Diagnosis, Format, render};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The register: which tenant, how to sign in
    #[arg(long, value_name = "FILE", default_value = REGISTER_FILE)]
    register: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    sign_in: SignInArguments,
}

/// Signs in and reads the token's own claims. Nothing is asked of the tenant.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.register, clock::now())?;
    let progress = PartProgress::new(false);
    let (asked, voice) = (asked(&arguments.sign_in, &progress), progress.voice());
    let read = runtime()?.block_on(live::read_token(&config, &asked, &mut |text| {
        voice.aside(|| say_warning(&text));
    }));
    progress.finish();
    let read = read?;
    let watcher = match read.watcher {
        Part::Read { value, .. } => value,
        Part::Gap(gap) => {
            say_warning(&gap.to_string());
            return Ok(Exit::Undecided);
        }
    };
    let examination = examine(&watcher);
    let roles = read.roles.filter(|_| watcher.is_delegated);
    let standing = roles.map(|roles| standing(&watcher, &roles));
    let has_arm = config.endpoints.arm().is_some();
    let standing = standing.as_ref();
    let diagnosis = Diagnosis { watcher: &watcher, examination: &examination, standing, has_arm };
    print(&render(&diagnosis, arguments.format, width()), None)?;
    Ok(diagnosis.exit())
}
