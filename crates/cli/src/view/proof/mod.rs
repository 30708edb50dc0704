//! Views of proofs: one content as a page, as lines, and as JSON.
//!
//! [`words`] says what sign-ins, culprits and doubts mean, and [`story`] what a proof amounts to,
//! once for every format.

mod ahead;
mod change;
mod confirmed;
mod human;
mod json;
mod plain;
mod story;
#[cfg(test)]
mod tests;
pub(super) mod words;

use clap::ValueEnum;
use halligan_app::prove::Proving;
use halligan_app::prove::change::Comparison;

/// How a proof is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProofFormat {
    /// Verdict, table, what is wrong; for a person at a terminal
    #[default]
    Human,
    /// One fact per line, without colour or layout; for screen readers, grep and pipelines
    Plain,
    /// One JSON object
    Json,
}

/// What a view needs to know beside the proof.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Whether every policy is listed for every account.
    pub(crate) all: bool,
    /// Whether the one account is supposed.
    pub(crate) is_supposed: bool,
}

/// Prints a proof.
pub(crate) fn render(proving: &Proving, format: ProofFormat, options: Options) -> String {
    match format {
        ProofFormat::Human => human::render(proving, options),
        ProofFormat::Plain => plain::render(proving, options),
        ProofFormat::Json => json::render(proving, options),
    }
}

/// Prints what a change does.
pub(crate) fn render_change(
    comparison: &Comparison,
    format: ProofFormat,
    options: Options,
) -> String {
    match format {
        ProofFormat::Human => change::human(comparison, options),
        ProofFormat::Plain => change::plain(comparison),
        ProofFormat::Json => change::json(comparison),
    }
}
