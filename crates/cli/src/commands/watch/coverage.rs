//! `halligan watch coverage`: the activities that are watched, and who else looks for them.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;
use crate::view::watch::{Format, coverage};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Every activity, and not only the numbers of each area
    #[arg(long)]
    all: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let text = coverage::render(arguments.all, arguments.format, terminal::width());
    terminal::print(&text, None)?;
    Ok(Exit::Holds)
}
