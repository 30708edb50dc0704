//! Views of an assessment: one content, six formats.
//!
//! [`story`] says what an assessment means, once for every format that people read. Whatever
//! comes from a tenant passes [`clean()`] on its way out: names there are chosen by others.

pub(crate) mod access;
mod catalogue;
mod clean;
pub(crate) mod custody;
pub(crate) mod doctor;
pub(crate) mod explain_policy;
mod human;
pub(crate) mod inventory;
mod json;
mod junit;
mod markdown;
mod page;
mod plain;
pub(crate) mod proof;
pub(crate) mod proposal;
mod sarif;
mod story;
pub(crate) mod watch;
pub(crate) mod whatif;

use clap::ValueEnum;
use halligan_core::report::Assessment;

pub(crate) use catalogue::{CatalogueFormat, explain, list};
pub(crate) use clean::clean;
pub(crate) use story::minute;

/// How an assessment is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Verdict, what to do, detail; for a person at a terminal
    #[default]
    Human,
    /// The same, one fact per line, without colour or layout; for screen readers and grep
    Plain,
    /// The whole assessment (format `halligan.assessment`, version 1)
    Json,
    /// Test suites, for CI servers
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// For a ticket or a wiki
    Markdown,
}

/// What a view needs to know beside the assessment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Whether everything is listed: passes, and every statement of every check.
    pub(crate) all: bool,
}

/// Prints an assessment, with colour codes where the format has them.
pub(crate) fn render(assessment: &Assessment, format: Format, options: Options) -> String {
    match format {
        Format::Human => human::render(assessment, options),
        Format::Plain => plain::render(assessment, options),
        Format::Json => json::render(assessment),
        Format::Junit => junit::render(assessment),
        Format::Sarif => sarif::render(assessment),
        Format::Markdown => markdown::render(assessment, options),
    }
}

#[cfg(test)]
mod tests;
