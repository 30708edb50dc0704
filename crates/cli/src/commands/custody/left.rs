//! `halligan custody left`: what follows when somebody leaves.

use halligan_core::custody::{Event, if_leaves};

use super::desk::Desk;
use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say_warning, width};
use crate::view::custody::leaving::{Leaver, render};
use crate::view::custody::{CustodyFormat, unread_warning};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Who leaves, or left
    person: String,
    /// Only say what would follow today
    #[arg(long)]
    dry_run: bool,
    /// How to print what follows
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: CustodyFormat,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if !arguments.dry_run {
        let desk = arguments.word.desk()?;
        let person = desk.person(&arguments.person)?;
        arguments.word.report(&desk, Event::PersonLeft { person })?;
    }
    let desk = Desk::for_reading(&arguments.word.place)?;
    let person = desk.known_person(&arguments.person)?;
    let leaving = if_leaves(desk.state(), &desk.declared, &person);
    let has_left = desk.state().has_left(&person);
    let leaver = Leaver { person: &person, has_left, leaving: &leaving, state: desk.state() };
    print(&render(&leaver, &desk.names(), arguments.format, width()), None)?;
    match desk.ledger.as_ref().and_then(|ledger| unread_warning(&ledger.unread)) {
        Some(warning) => {
            say_warning(&warning);
            Ok(Exit::Undecided)
        }
        None => Ok(Exit::Holds),
    }
}
