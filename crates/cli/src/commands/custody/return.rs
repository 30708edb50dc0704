//! `halligan custody return`: an item is back in its place.

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
    /// Who brings it back [default: who has it]
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// The place that it was taken from [default: as it is written down]
    #[arg(long, value_name = "PLACE")]
    place: Option<String>,
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
    let by = desk.by_or_holder(arguments.by.as_deref(), &item)?;
    let place = match &arguments.place {
        Some(place) => desk.place(place)?,
        None => desk.item(&item)?.home.clone().ok_or_else(|| {
            let hint = "hand it over to the place where it belongs";
            Failure::refused(format!("item `{item}` was taken from no place"), hint)
        })?,
    };
    let opened_by = desk.openers(&arguments.openers)?;
    let witness = desk.witness(&arguments.seen)?;
    arguments.word.report(&desk, Event::Returned { item, by, place, opened_by, witness })
}
