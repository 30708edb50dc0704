//! `halligan custody lost`: an item is missing.

use halligan_core::custody::Event;
use halligan_core::id::ItemId;

use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The item
    item: ItemId,
    /// What is known about it, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let (item, reason) = (arguments.item.clone(), arguments.reason.clone());
    arguments.word.report(&desk, Event::Lost { item, reason })
}
