//! `halligan snapshot`: the tenant in one file.

use std::path::{Path, PathBuf};

use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::files::{READABLE_BY, must_be_new};
use halligan_app::{clock, snapshot_file};
use halligan_core::tenant::{Gap, GapReason, Snapshot};

use super::person::SignInArguments;
use super::reading::{self, Resumed};
use super::source::counted;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say, say_hint};

/// The file that is written where none is named.
const SNAPSHOT_FILE: &str = "snapshot.json";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The register: which tenant, which accounts, how to sign in
    #[arg(long, value_name = "FILE", default_value = REGISTER_FILE)]
    register: PathBuf,
    /// Where to; `-` is standard output [default: the file of `--resume`, or snapshot.json]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file when it is there already, as `--resume` does with the one that it completes
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    sign_in: SignInArguments,
    #[command(flatten)]
    resumed: Resumed,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.register, clock::now())?;
    let resumed = arguments.resumed.resume.as_deref();
    let output = arguments.output.as_deref().or(resumed).unwrap_or(Path::new(SNAPSHOT_FILE));
    let to_stdout = output == Path::new("-");
    // Before the reading, which takes minutes in a large tenant.
    let earlier = arguments.resumed.load()?;
    // A snapshot that is completed takes the place of what it was.
    if !arguments.force && !to_stdout && resumed != Some(output) {
        must_be_new(output)?;
    }
    let reading = reading::read(&config, &arguments.sign_in, earlier, verbose)?;
    let snapshot = reading.snapshot;
    if to_stdout {
        print(&snapshot_file::text(&snapshot), None)?;
    } else {
        snapshot_file::save(output, &snapshot)?;
        let path = output.display();
        say(&format!("written to `{path}`, {READABLE_BY}"));
    }
    let exit = summary(&snapshot, reading.parts);
    let file = (!to_stdout).then_some(output);
    let rest = file.map(|path| {
        format!("`halligan snapshot --resume {}` reads only what is missing", path.display())
    });
    if reading.is_interrupted {
        return Err(Failure::interrupted(": what is missing is a gap", rest));
    }
    let has_failed = |reason: &GapReason| matches!(reason, GapReason::Failed { .. });
    if let Some(rest) = rest
        && snapshot.gaps().iter().any(|gap| has_failed(&gap.reason))
    {
        say_hint(&rest);
    }
    Ok(exit)
}

/// What to do about permissions that are missing.
fn lacking(permissions: &str, is_delegated: bool) -> String {
    match is_delegated {
        true => format!(
            "you signed in yourself: have an administrator consent to the delegated permissions \
             {permissions}, and hold a directory role that reads, such as Global Reader \
             (`halligan doctor` says which you hold)"
        ),
        false => {
            format!("grant the watcher's application {permissions}, with admin consent")
        }
    }
}

fn summary(snapshot: &Snapshot, parts: usize) -> Exit {
    // Nothing that the caller can do closes a gap of a licence.
    let is_licence = |gap: &&Gap| matches!(gap.reason, GapReason::MissingLicence { .. });
    let (unlicensed, gaps): (Vec<_>, Vec<_>) = snapshot.gaps().into_iter().partition(is_licence);
    let also = match unlicensed.len() {
        0 => String::new(),
        count => format!(", {count} not licensed"),
    };
    let count = counted(gaps.len(), "gap", "gaps");
    say(&format!("{parts} parts read, {count}{also}"));
    for gap in unlicensed {
        say(&format!("not licensed: {gap}"));
    }
    let is_whole = gaps.is_empty();
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
        let is_delegated = snapshot.watcher.value().is_ok_and(|watcher| watcher.is_delegated);
        say_hint(&lacking(&permissions.join(", "), is_delegated));
    }
    if is_whole { Exit::Holds } else { Exit::Undecided }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_not_told_to_grant_an_application_something() {
        let person = lacking("Policy.Read.All", true);
        assert!(person.contains("delegated permissions Policy.Read.All"), "{person}");
        assert!(person.contains("Global Reader") && !person.contains("watcher's application"));
        let application = lacking("Policy.Read.All", false);
        assert!(application.starts_with("grant the watcher's application Policy.Read.All,"));
    }
}
