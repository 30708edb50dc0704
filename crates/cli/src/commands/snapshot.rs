//! `halligan snapshot`: the tenant in one file.

use std::path::{Path, PathBuf};

use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::files::must_be_new;
use halligan_app::{clock, live, snapshot_file};
use halligan_core::tenant::{Gap, GapReason, Snapshot};

use super::runtime;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::PartProgress;
use crate::terminal::{print, say, say_hint, say_warning};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The register: which tenant, which accounts, how to sign in
    #[arg(long, value_name = "FILE", default_value = REGISTER_FILE)]
    register: PathBuf,
    /// Where to; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "snapshot.json")]
    output: PathBuf,
    /// Replace the file when it is there already
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.register, clock::now())?;
    let to_stdout = arguments.output == Path::new("-");
    // Before the reading, which takes minutes in a large tenant.
    if !arguments.force && !to_stdout {
        must_be_new(&arguments.output)?;
    }
    let progress = PartProgress::new(verbose);
    let read = runtime()?.block_on(live::read(&config, &progress, &mut |text| {
        say_warning(&text);
    }));
    let (parts, _) = progress.finish();
    let snapshot = read?;
    if to_stdout {
        print(&snapshot_file::text(&snapshot), None)?;
    } else {
        snapshot_file::save(&arguments.output, &snapshot)?;
        let path = arguments.output.display();
        say(&format!("written to `{path}`, for you alone to read"));
    }
    Ok(summary(&snapshot, parts))
}

fn summary(snapshot: &Snapshot, parts: usize) -> Exit {
    let gaps = snapshot.gaps();
    say(&format!("{parts} parts read, {} gaps", gaps.len()));
    // Nothing that the caller can do closes a gap of a licence.
    let is_licence = |gap: &Gap| matches!(gap.reason, GapReason::MissingLicence { .. });
    let is_whole = gaps.iter().all(|gap| is_licence(gap));
    let mut permissions = Vec::new();
    for gap in gaps {
        say(&format!("gap: {gap}"));
        if let GapReason::MissingPermission { permission } = &gap.reason
            && !permissions.contains(&permission.as_str())
        {
            permissions.push(permission);
        }
    }
    if !permissions.is_empty() {
        say_hint(&format!(
            "grant the watcher's application {}, with admin consent",
            permissions.join(", ")
        ));
    }
    if is_whole { Exit::Holds } else { Exit::Undecided }
}
