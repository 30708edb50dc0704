//! `halligan custody history`: what happened to an item, a person or a place.

use halligan_core::custody::{Holder, Subject, history};

use super::desk::{Desk, Where};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say, width};
use crate::view::custody::CustodyFormat;
use crate::view::custody::history::render;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// An item, a person or a place; `item:`, `person:` and `place:` say which where one word names
    /// several
    subject: String,
    #[command(flatten)]
    place: Where,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: CustodyFormat,
}

/// Exits with 4 where a fact that this version does not know names the subject.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let desk = Desk::for_reading(&arguments.place)?;
    let subject = subject(&desk, &arguments.subject)?;
    let records = desk.ledger.as_ref().map_or(&[][..], |ledger| &ledger.records);
    let told = history(records, &subject);
    print(&render(&told, &desk.names(), arguments.format, width()), None)?;
    if told.is_empty() {
        say(&format!("nothing is written down about `{}`", arguments.subject));
    }
    match told.iter().all(|one| one.entry.is_some()) {
        true => Ok(Exit::Holds),
        false => Ok(Exit::Undecided),
    }
}

fn subject(desk: &Desk, text: &str) -> Result<Subject, Failure> {
    let item = |text: &str| text.parse().ok().filter(|id| desk.state().items.contains_key(id));
    if let Some(text) = text.strip_prefix("item:") {
        let id = text.parse().map_err(|why| Failure::usage(why, "correct the id"))?;
        return Ok(Subject::Item(id));
    }
    match (item(text), desk.holder(text)) {
        (Some(id), Err(_)) => Ok(Subject::Item(id)),
        (Some(_), Ok(_)) => Err(Failure::usage(
            format!("`{text}` names an item, and a person or a place"),
            &format!("say which: `item:{text}`, `person:{text}` or `place:{text}`"),
        )),
        (None, Ok(Holder::Person(person))) => Ok(Subject::Person(person)),
        (None, Ok(Holder::Place(place))) => Ok(Subject::Place(place)),
        (None, Err(_)) => Err(Failure::refused(
            format!("there is no item, person or place `{text}`"),
            "correct it; for somebody whom the register declares no more say `person:ID`",
        )),
    }
}
