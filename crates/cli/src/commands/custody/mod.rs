//! `halligan custody`: who holds which key, envelope and sheet, and who says so.
//!
//! Each command that writes makes one event of its arguments ([`desk::Desk`] knows what is declared
//! and written down) and reports it in the operator's name ([`word::Word`]).

mod changed;
mod clock_corrected;
mod confirm;
mod desk;
mod destroy;
mod enroll;
mod hand_over;
mod history;
mod issue;
mod key;
mod left;
mod list;
mod lost;
mod r#return;
mod seal;
mod sign;
mod verify;
mod word;

use crate::exit::Exit;
use crate::failure::Failure;

pub(super) use word::operator_named;

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Begin with:
  halligan custody issue key-1 --serial 4711 --aaguid AAGUID --account alpha --seal S-1 \\
      --to north-safe --opened-by heron --witness wren --as heron
  halligan custody list

Who types is said by `--as PERSON`, or by HALLIGAN_PERSON in the environment.

Exit codes:
  0  it holds, or it was written down
  1  it could not be done
  2  the command line makes no sense
  3  something was found, or it was refused
  4  it cannot be decided with what could be read";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what there is, who holds it, when it was last seen, and what breaks a rule
    List(list::Arguments),
    /// Write down that an item came into the world, and who has it first
    Issue(Box<issue::Arguments>),
    /// Write down that an item changed hands
    HandOver(hand_over::Arguments),
    /// Write down that an item is back in the place that it was taken from
    Return(r#return::Arguments),
    /// Write down that somebody saw an item where it belongs
    Confirm(confirm::Arguments),
    /// Write down that a seal was broken, or found broken
    BreakSeal(seal::BreakArguments),
    /// Write down that an item was closed again, with a new seal
    Reseal(seal::ResealArguments),
    /// Write down that an item is missing
    Lost(lost::Arguments),
    /// Write down that an item was destroyed
    Destroy(destroy::Arguments),
    /// Write down that a PIN, password, split or combination was changed
    Changed(changed::Arguments),
    /// Say what follows when somebody leaves, and write down that they left
    Left(left::Arguments),
    /// Tell what happened to an item, a person or a place
    History(history::Arguments),
    /// Verify what is written down, and print its head for an anchor
    Verify(verify::Arguments),
    /// Write down that somebody's signing key counts from here on
    Enroll(enroll::EnrollArguments),
    /// Write down that somebody's signing key counts no more
    Revoke(enroll::RevokeArguments),
    /// Write down that the clock had run ahead and was set right
    ClockCorrected(clock_corrected::Arguments),
    /// Make a signing key of one's own, or print the public half of one
    Key(key::Arguments),
    /// Show in words what a statement says, and sign it
    Sign(sign::Arguments),
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Command::List(arguments) => list::run(arguments),
        Command::Issue(arguments) => issue::run(arguments),
        Command::HandOver(arguments) => hand_over::run(arguments),
        Command::Return(arguments) => r#return::run(arguments),
        Command::Confirm(arguments) => confirm::run(arguments),
        Command::BreakSeal(arguments) => seal::run_break(arguments),
        Command::Reseal(arguments) => seal::run_reseal(arguments),
        Command::Lost(arguments) => lost::run(arguments),
        Command::Destroy(arguments) => destroy::run(arguments),
        Command::Changed(arguments) => changed::run(arguments),
        Command::Left(arguments) => left::run(arguments),
        Command::History(arguments) => history::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Enroll(arguments) => enroll::run_enroll(arguments),
        Command::Revoke(arguments) => enroll::run_revoke(arguments),
        Command::ClockCorrected(arguments) => clock_corrected::run(arguments),
        Command::Key(arguments) => key::run(arguments),
        Command::Sign(arguments) => sign::run(arguments),
    }
}
