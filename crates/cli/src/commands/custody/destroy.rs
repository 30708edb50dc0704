//! `halligan custody destroy`: an item is no more.

use halligan_core::custody::Event;
use halligan_core::id::ItemId;

use super::desk::Seen;
use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The item
    item: ItemId,
    /// Who destroyed it [default: who has it]
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// Why, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let (item, reason) = (arguments.item.clone(), arguments.reason.clone());
    let by = desk.by_or_holder(arguments.by.as_deref(), &item)?;
    let witness = desk.witness(&arguments.seen)?;
    arguments.word.report(&desk, Event::Destroyed { item, by, reason, witness })
}
