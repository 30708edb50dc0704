//! `halligan custody issue`: an item comes into the world.

use clap::ArgGroup;
use halligan_core::custody::{Event, Issue, ItemKind};
use halligan_core::id::{Guid, ItemId, SealNumber, SplitId, UserId};

use super::desk::{Desk, Openers, Seen};
use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

/// What says which kind of item it is.
const KINDS: [&str; 5] = ["serial", "pin_of", "password", "share", "combination_of"];

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("kind").args(KINDS).required(true))]
pub(super) struct Arguments {
    /// An id for it, which no other item ever had
    item: ItemId,
    /// It is a security key with this serial number
    #[arg(long, value_name = "SERIAL", requires = "aaguid", help_heading = "What it is")]
    serial: Option<String>,
    /// The model of the key
    #[arg(long, value_name = "AAGUID", requires = "serial", help_heading = "What it is")]
    aaguid: Option<Guid>,
    /// It is an envelope with the PIN of this key
    #[arg(long, value_name = "ITEM", help_heading = "What it is")]
    pin_of: Option<ItemId>,
    /// It is a sheet with a whole password
    #[arg(long, help_heading = "What it is")]
    password: bool,
    /// It is this share of a password that was split, such as `1/3`
    #[arg(long, value_name = "N/TOTAL", value_parser = share, requires = "split")]
    #[arg(help_heading = "What it is")]
    share: Option<(u8, u8)>,
    /// The split that the share is of
    #[arg(long, value_name = "SPLIT", requires = "share", help_heading = "What it is")]
    split: Option<SplitId>,
    /// How many of its shares give the password
    #[arg(long, value_name = "COUNT", default_value = "2", help_heading = "What it is")]
    needed: u8,
    /// It is an envelope with the combination of this place
    #[arg(long, value_name = "PLACE", help_heading = "What it is")]
    combination_of: Option<String>,
    /// The account that it belongs to, by object id or code name; repeat it for each. A PIN belongs
    /// to those of its key, a combination to none
    #[arg(long, value_name = "ACCOUNT")]
    account: Vec<String>,
    /// The number of the seal that it is closed with; only a key may be without
    #[arg(long, value_name = "SEAL")]
    seal: Option<SealNumber>,
    /// The person or place that has it first
    #[arg(long, value_name = "HOLDER")]
    to: String,
    #[command(flatten)]
    openers: Openers,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    word: Word,
}

fn share(text: &str) -> Result<(u8, u8), String> {
    let parts = text.split_once('/');
    let read = parts.and_then(|(index, total)| Some((index.parse().ok()?, total.parse().ok()?)));
    read.ok_or_else(|| "not of the form `1/3`".into())
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let accounts: Result<Vec<UserId>, Failure> =
        arguments.account.iter().map(|text| desk.account(text)).collect();
    let issue = Issue {
        item: arguments.item.clone(),
        kind: kind(arguments, &desk)?,
        accounts: accounts?,
        seal: arguments.seal.clone(),
        to: desk.holder(&arguments.to)?,
    };
    let opened_by = desk.openers(&arguments.openers)?;
    let witness = desk.witness(&arguments.seen)?;
    arguments.word.report(&desk, Event::Issued { issue, opened_by, witness })
}

fn kind(arguments: &Arguments, desk: &Desk) -> Result<ItemKind, Failure> {
    let Arguments { serial, aaguid, pin_of, share, split, needed, combination_of, .. } = arguments;
    Ok(match (serial, aaguid, pin_of, share, split, combination_of) {
        (Some(serial), Some(aaguid), ..) => {
            ItemKind::SecurityKey { serial: serial.clone(), aaguid: *aaguid }
        }
        (_, _, Some(key), ..) => ItemKind::PinEnvelope { key: key.clone() },
        (_, _, _, Some((index, total)), Some(split), _) => {
            let (index, needed, total) = (*index, *needed, *total);
            ItemKind::Share { split: split.clone(), index, needed, total }
        }
        (.., Some(place)) => ItemKind::Combination { place: desk.place(place)? },
        _ => ItemKind::PasswordSheet,
    })
}
