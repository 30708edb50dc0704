//! `halligan custody changed`: a secret was changed, and who knew it knows nothing.

use clap::ArgGroup;
use halligan_core::custody::{Event, Secret};
use halligan_core::id::{ItemId, SplitId};

use super::desk::Desk;
use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

/// What says which secret it is.
const SECRETS: [&str; 4] = ["pin_of", "password_of", "split", "combination_of"];

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("secret").args(SECRETS).required(true))]
pub(super) struct Arguments {
    /// The PIN of this key
    #[arg(long, value_name = "ITEM")]
    pin_of: Option<ItemId>,
    /// The password on this sheet
    #[arg(long, value_name = "ITEM")]
    password_of: Option<ItemId>,
    /// The password that these shares are of
    #[arg(long, value_name = "SPLIT")]
    split: Option<SplitId>,
    /// The combination of this place
    #[arg(long, value_name = "PLACE")]
    combination_of: Option<String>,
    /// Who changed it [default: who types this]
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// Whoever changed it has not seen the new one, such as one that a program made and printed
    #[arg(long)]
    unseen: bool,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let secret = secret(arguments, &desk)?;
    let by = match &arguments.by {
        Some(by) => desk.person(by)?,
        None => arguments.word.operator(&desk)?,
    };
    let change = desk.state().secrets.get(&secret).map_or(0, |one| one.generation) + 1;
    let seen = !arguments.unseen;
    arguments.word.report(&desk, Event::SecretChanged { secret, by, seen, change })
}

fn secret(arguments: &Arguments, desk: &Desk) -> Result<Secret, Failure> {
    let Arguments { pin_of, password_of, split, combination_of, .. } = arguments;
    match (pin_of, password_of, split, combination_of) {
        (Some(key), ..) => Ok(Secret::Pin(key.clone())),
        (_, Some(sheet), ..) => Ok(Secret::Password(sheet.clone())),
        (_, _, Some(split), _) => Ok(Secret::Split(split.clone())),
        (.., Some(place)) => desk.place(place).map(Secret::Combination),
        (None, None, None, None) => {
            Err(Failure::usage("no secret is named", "name it with `--pin-of KEY`"))
        }
    }
}
