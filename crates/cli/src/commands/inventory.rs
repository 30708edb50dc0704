//! `halligan inventory`: who can become Global Administrator, and how.

use std::path::{Path, PathBuf};

use halligan_app::assess::same_tenant;
use halligan_app::clock;
use halligan_core::inventory::Inventory;

use super::reading::Source;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{self, say_warning};
use crate::view::inventory::{InventoryFormat, render};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: InventoryFormat,
    /// Where to; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output file when it is there already
    #[arg(long, requires = "output")]
    force: bool,
    /// Write display names into the picture, which otherwise has code names and ids only
    #[arg(long)]
    names: bool,
}

/// Exits with 4 where something could not be read that may hide somebody.
pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    if let Some(path) = arguments.output.as_deref().filter(|path| *path != Path::new("-"))
        && !arguments.force
    {
        halligan_app::files::must_be_new(path)?;
    }
    let (register, snapshot) = arguments.source.read(verbose)?;
    same_tenant(&register, &snapshot)?;
    let inventory = Inventory::take(&register, &snapshot, clock::now());
    let text = render(&inventory, arguments.format, terminal::width(), arguments.names);
    terminal::print(&text, arguments.output.as_deref())?;
    if inventory.gaps.is_empty() {
        return Ok(Exit::Holds);
    }
    let parts = inventory.gaps.len();
    say_warning(&format!("{parts} parts were not read, and may hide somebody"));
    Ok(Exit::Undecided)
}
