//! `halligan custody clock-corrected`: facts may follow that are earlier than the last.

use halligan_core::custody::Event;

use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What was wrong with the clock, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let last = desk.state().last.unwrap_or(desk.now);
    let reason = arguments.reason.clone();
    arguments.word.report(&desk, Event::ClockCorrected { last, reason })
}
