//! `halligan access propose`: an arrangement without a single on either side.

use halligan_app::access::Built;
use halligan_app::clock;
use halligan_core::access::{Proposed, Question};

use super::Grounds;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;
use crate::view::access::{AccessFormat, render_proposal};

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan access propose                   with the tenant that halligan.toml declares
  halligan access propose --snapshot FILE   as a snapshot file shows it

Exit codes:
  0  nothing has to change
  1  it could not be done
  2  the command line makes no sense
  3  something has to change: moved, added, or both
  4  it cannot be told: nothing is written down, or not all is known";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    grounds: Grounds,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: AccessFormat,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let ground = arguments.grounds.read(None, verbose)?;
    let Built { access, ledger } = &ground.built;
    let (register, snapshot) = (&ground.register, &ground.snapshot);
    let custody = ledger.as_ref().map(|one| &one.state);
    let question = Question { register, snapshot, custody, now: clock::now() };
    let proposal = access.propose(&question);
    let text = render_proposal(access, &proposal, arguments.format, terminal::width());
    terminal::print(&text, None)?;
    Ok(match proposal.outcome {
        Proposed::Sound if proposal.unknown.is_empty() => Exit::Holds,
        Proposed::Sound | Proposed::NothingAtHand | Proposed::CannotTell(_) => Exit::Undecided,
        Proposed::Changes(_) | Proposed::Impossible { .. } | Proposed::NotFound { .. } => {
            Exit::Finding
        }
    })
}
