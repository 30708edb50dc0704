//! `halligan watch test`: the samples of every detection, as records, through the whole way.

use halligan_app::ingest::rehearsal::{Tried, rehearse};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;
use crate::view::watch::{Format, rehearsal};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let tried = rehearse();
    let text = rehearsal::render(&tried, arguments.format, terminal::width());
    terminal::print(&text, None)?;
    let is_sound = tried.iter().all(Tried::is_as_expected);
    Ok(if is_sound { Exit::Holds } else { Exit::Finding })
}
