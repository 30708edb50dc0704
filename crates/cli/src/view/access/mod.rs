//! Views of access: who gets in, what locks the owners out, who walks in, as a page, as lines, as
//! JSON and as a picture.
//!
//! [`told`] holds what was asked and what came out of it, [`words`] says what things, remarks and
//! sets mean, and [`story`] what all of it amounts to, once for every format that people read.

mod explain;
mod human;
mod json;
mod picture;
mod plain;
mod proposal;
mod story;
#[cfg(test)]
mod tests;
mod told;
mod without;
mod words;

use clap::ValueEnum;

pub(crate) use explain::{Explained, render as render_explained};
pub(crate) use picture::draw;
pub(crate) use proposal::render as render_proposal;
pub(crate) use told::{Asked, Told};

/// How an answer about access is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccessFormat {
    /// The verdict, then both sides; for a person at a terminal
    #[default]
    Human,
    /// One fact per line, without colour or layout; for screen readers and grep
    Plain,
    /// One JSON object (format `halligan.access`, version 1)
    Json,
}

/// Which part of the answer is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Show {
    /// All of it.
    #[default]
    All,
    /// What is enough alone.
    Singles,
    /// What is enough in twos.
    Pairs,
}

/// What a view needs to know beside the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Which part is shown.
    pub(crate) show: Show,
    /// Whether everything is listed.
    pub(crate) all: bool,
}

/// Prints an answer.
pub(crate) fn render(told: &Told<'_>, format: AccessFormat, options: Options) -> String {
    match format {
        AccessFormat::Human => human::render(told, options),
        AccessFormat::Plain => plain::render(told, options),
        AccessFormat::Json => json::render(told, options.all),
    }
}
