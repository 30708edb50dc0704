//! `halligan demo`: the simulated tenant, read over HTTP and assessed.

mod door;
mod safe;

use halligan_app::assess::assess;
use halligan_app::clock;
use halligan_app::simulated::{Origin, Simulated, Throttling, TwinOptions};
use halligan_core::tenant::Snapshot;

use super::{Report, runtime};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::PartProgress;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Show the assessment and end, which is all that it does in this version
    #[arg(long)]
    check: bool,
    /// Show two accounts that hang on one safe and one person instead, and what one change does
    #[arg(long, conflicts_with_all = ["check", "format", "output", "force", "all"])]
    access: bool,
    /// Show what is told, and how soon, when somebody tries the door or locks it from inside
    #[arg(long, conflicts_with_all = ["check", "access", "format", "output", "force", "all"])]
    watch: bool,
    #[command(flatten)]
    report: Report,
}

/// A demo that works is a success, whatever it shows: the tenant's faults are its purpose.
pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    if arguments.access {
        return safe::run(verbose);
    }
    if arguments.watch {
        return door::run(verbose);
    }
    arguments.report.ready()?;
    let assessment = runtime()?.block_on(async {
        let (tenant, snapshot) = read(&Origin::Story, verbose).await?;
        let assessment = assess(tenant.register(), &snapshot, None, clock::now())?;
        tenant.stop().await;
        Ok::<_, Failure>(assessment)
    })?;
    arguments.report.print(&assessment)?;
    let code = Exit::from(assessment.verdict) as u8;
    if arguments.check || code == 0 {
        return Ok(Exit::Holds);
    }
    say(&format!("this was a demo and exits 0; `halligan check` would exit {code}"));
    say("`halligan demo --access` shows what two accounts can hang on, and what one change does");
    say("`halligan demo --watch` shows what is told when somebody tries the door");
    Ok(Exit::Holds)
}

/// Starts a simulated tenant and reads it.
async fn read(origin: &Origin, verbose: bool) -> Result<(Simulated, Snapshot), Failure> {
    // Nobody should wait for the limits of a service that is not there.
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    let tenant = Simulated::start(origin, options).await?;
    let url = tenant.url();
    say(&format!("a simulated tenant answers on {url}; reading it as a real one is read"));
    let progress = PartProgress::new(verbose);
    let snapshot = tenant.read(&progress).await;
    progress.finish();
    Ok((tenant, snapshot?))
}
