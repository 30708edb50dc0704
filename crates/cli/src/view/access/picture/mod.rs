//! Access as a picture (SVG): people, places, items, credentials, accounts and surfaces from left
//! to right, an edge from each to what it leads to.
//!
//! [`chart`] finds what leads where, [`layout`] gives everything its place, [`svg`] writes it down.
//! What is enough alone has a thick border and says so in words: nothing is told by colour alone.
//! The picture is for a wall: people and places have their code names, and administrators are
//! counted, never named.

mod chart;
mod layout;
mod svg;

use super::told::Told;

/// Boxes that a column shows before the rest is counted.
pub(super) const ROWS_MAX: usize = 48;

/// Draws an answer.
pub(crate) fn draw(told: &Told<'_>) -> String {
    let mut chart = chart::Chart::of(told);
    layout::arrange(&mut chart);
    svg::write(&chart, told)
}
