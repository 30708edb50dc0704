//! `halligan custody confirm`: an item was seen where it belongs.

use halligan_core::custody::Event;
use halligan_core::id::{ItemId, SealNumber};

use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The item
    item: ItemId,
    /// Who saw it [default: who types this]
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// The number on its seal, as it was seen; leave it out only where there is none
    #[arg(long, value_name = "SEAL")]
    seal: Option<SealNumber>,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let by = match &arguments.by {
        Some(by) => desk.person(by)?,
        None => arguments.word.operator(&desk)?,
    };
    let (item, seal) = (arguments.item.clone(), arguments.seal.clone());
    arguments.word.report(&desk, Event::ConfirmedPresent { item, by, seal })
}
