//! `halligan custody hand-over`: an item changes hands.

use halligan_core::custody::Event;
use halligan_core::id::ItemId;

use super::desk::{Openers, Seen};
use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The item
    item: ItemId,
    /// The person or place that gives it [default: who has it]
    #[arg(long, value_name = "HOLDER")]
    from: Option<String>,
    /// The person or place that takes it
    #[arg(long, value_name = "HOLDER")]
    to: String,
    #[command(flatten)]
    openers: Openers,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let item = arguments.item.clone();
    let from = match &arguments.from {
        Some(from) => desk.holder(from)?,
        None => desk.item(&item)?.holder.clone(),
    };
    let to = desk.holder(&arguments.to)?;
    let opened_by = desk.openers(&arguments.openers)?;
    let witness = desk.witness(&arguments.seen)?;
    arguments.word.report(&desk, Event::HandedOver { item, from, to, opened_by, witness })
}
