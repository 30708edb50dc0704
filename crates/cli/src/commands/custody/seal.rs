//! `halligan custody break-seal` and `reseal`.

use clap::ArgGroup;
use halligan_core::custody::{Cause, Event};
use halligan_core::id::{ItemId, OccasionId, SealNumber};

use super::desk::Seen;
use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("who").args(["by", "found"]).required(true))]
pub(super) struct BreakArguments {
    /// The item
    item: ItemId,
    /// Who broke it
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// It was found broken: nobody knows who read what is in it
    #[arg(long)]
    found: bool,
    /// The incident that it was broken for
    #[arg(long, value_name = "ID", conflicts_with = "drill")]
    incident: Option<OccasionId>,
    /// The drill that it was broken for
    #[arg(long, value_name = "ID")]
    drill: Option<OccasionId>,
    /// Why, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run_break(arguments: &BreakArguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let by = arguments.by.as_deref().map(|by| desk.person(by)).transpose()?;
    let cause = match (&arguments.incident, &arguments.drill) {
        (Some(id), _) => Cause::Incident(id.clone()),
        (None, Some(id)) => Cause::Drill(id.clone()),
        (None, None) => Cause::Other,
    };
    let (item, reason) = (arguments.item.clone(), arguments.reason.clone());
    arguments.word.report(&desk, Event::SealBroken { item, by, cause, reason })
}

#[derive(Debug, clap::Args)]
pub(super) struct ResealArguments {
    /// The item
    item: ItemId,
    /// The number of the new seal
    #[arg(long, value_name = "SEAL")]
    seal: SealNumber,
    /// Who closed it [default: who has it]
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run_reseal(arguments: &ResealArguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let (item, seal) = (arguments.item.clone(), arguments.seal.clone());
    let by = desk.by_or_holder(arguments.by.as_deref(), &item)?;
    let witness = desk.witness(&arguments.seen)?;
    arguments.word.report(&desk, Event::Resealed { item, by, seal, witness })
}
