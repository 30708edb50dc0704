//! `halligan custody list`: what there is.

use halligan_core::custody::{Holder, conflicts, due, of_account};

use super::desk::{Desk, Where};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say, say_hint, say_warning, width};
use crate::view::custody::list::{Listing, render};
use crate::view::custody::{CustodyFormat, unread_warning};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Where,
    /// Only what this person holds
    #[arg(long, value_name = "PERSON", conflicts_with_all = ["in_place", "account"])]
    person: Option<String>,
    /// Only what lies in this place
    #[arg(long = "place", value_name = "PLACE", conflicts_with = "account")]
    in_place: Option<String>,
    /// Only what belongs to this account, by object id or code name
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: CustodyFormat,
}

/// Exits with 3 where something is overdue or breaks a rule, with 4 where that is a guess.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = Desk::for_reading(&arguments.place)?;
    let (state, declared) = (desk.state(), &desk.declared);
    let holder = match (&arguments.person, &arguments.in_place) {
        (Some(person), _) => Some(Holder::Person(desk.known_person(person)?)),
        (None, Some(place)) => Some(Holder::Place(desk.known_place(place)?)),
        (None, None) => None,
    };
    let account = arguments.account.as_deref().map(|text| desk.account(text)).transpose()?;
    let mut items = due(state, declared, desk.now);
    if let Some(holder) = &holder {
        items.retain(|one| one.holder == *holder);
    }
    if let Some(account) = account {
        let belong = of_account(state, account);
        items.retain(|one| belong.iter().any(|(id, _)| **id == one.item));
    }
    let is_whole = holder.is_none() && account.is_none();
    let conflicts = is_whole.then(|| conflicts(state, declared));
    let listing = Listing { state, items: &items, conflicts: conflicts.as_deref(), now: desk.now };
    let names = desk.names();
    print(&render(&listing, &names, arguments.format, width()), None)?;
    let Some(ledger) = &desk.ledger else {
        say("nothing is written down yet");
        say_hint(
            "begin with `halligan custody issue`, for each key, envelope and sheet that there is",
        );
        return Ok(Exit::Holds);
    };
    if let Some(torn) = &ledger.torn {
        say_warning(&format!("{torn}; the next fact removes it"));
    }
    if let Some(warning) = unread_warning(&ledger.unread) {
        say_warning(&warning);
        return Ok(Exit::Undecided);
    }
    let is_overdue = items.iter().any(halligan_core::custody::Due::is_overdue);
    match is_overdue || conflicts.is_some_and(|found| !found.is_empty()) {
        true => Ok(Exit::Finding),
        false => Ok(Exit::Holds),
    }
}
