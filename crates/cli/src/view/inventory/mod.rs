//! Views of the inventory: one content as table, lines, JSON, CSV and picture.
//!
//! [`words`] says what paths, sign-ins and remarks mean, once for every format that people read.

mod csv;
mod human;
mod json;
mod picture;
mod plain;
#[cfg(test)]
mod tests;
mod words;

use clap::ValueEnum;
use halligan_core::inventory::Inventory;

/// How an inventory is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum InventoryFormat {
    /// A table with the paths below each row; for a person at a terminal
    #[default]
    Human,
    /// One fact per line, without colour or layout; for screen readers and grep
    Plain,
    /// The whole inventory (format `halligan.inventory`, version 1)
    Json,
    /// One row per path, for spreadsheets
    Csv,
    /// A picture, from those who can on the left to the role on the right
    Svg,
}

/// Prints an inventory.
///
/// A picture travels: it calls those without a code name by the beginning of their id, unless
/// `names` asks for their names.
pub(crate) fn render(
    inventory: &Inventory,
    format: InventoryFormat,
    width: usize,
    names: bool,
) -> String {
    match format {
        InventoryFormat::Human => human::render(inventory, width),
        InventoryFormat::Plain => plain::render(inventory),
        InventoryFormat::Json => json::render(inventory),
        InventoryFormat::Csv => csv::render(inventory),
        InventoryFormat::Svg => picture::render(inventory, names),
    }
}
