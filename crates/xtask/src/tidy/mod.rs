//! What no compiler holds: each checker is a file here, and all of them share one list of reasoned
//! exceptions, `tidy.toml` in the root. An exception that nothing needs is a problem itself.

mod dependencies;
mod exceptions;
mod generated;
mod lines;
mod manifests;
mod modules;
mod order;
mod paths;
mod size;
mod tokens;
mod tree;
mod words;

use std::fmt;

use crate::repository::Repository;
use exceptions::Exceptions;
use tree::Tree;

/// Something that the house does not allow, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// The file, relative to the root, with `/` between its parts.
    path: String,
    /// The line, from 1; 0 when the problem is the whole file's.
    line: usize,
    /// The checker that found it: the name to write in `tidy.toml`.
    checker: &'static str,
    /// What is wrong, in one line.
    what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {} [{}]", self.what, self.checker)
    }
}

/// What all checkers found, exceptions taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// What is wrong, in the order of the files.
    pub(crate) problems: Vec<Problem>,
    /// What could not be looked at, and why.
    pub(crate) skips: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems.iter().try_for_each(|problem| writeln!(f, "{problem}"))?;
        match self.problems.len() {
            0 => writeln!(f, "tidy"),
            count => writeln!(f, "{count} problems"),
        }
    }
}

/// Checks and prints; `true` when all is tidy.
pub(crate) fn run(repository: &Repository) -> Result<bool, String> {
    let report = check(repository)?;
    print!("{report}");
    report.skips.iter().for_each(|skip| println!("SKIPPED: {skip}"));
    Ok(report.problems.is_empty())
}

/// The checkers that need nothing but the text of the files.
const CHECKERS: [fn(&Tree) -> Vec<Problem>; 7] = [
    lines::check,
    manifests::check,
    modules::check,
    order::check,
    paths::check,
    size::check,
    words::check,
];

/// Runs every checker over the files that git tracks or would track.
pub(crate) fn check(repository: &Repository) -> Result<Report, String> {
    let tree = Tree::read(repository)?;
    let (exceptions, mut problems) = Exceptions::read(&tree);
    let mut found: Vec<_> = CHECKERS.iter().flat_map(|checker| checker(&tree)).collect();
    found.extend(dependencies::check(repository)?);
    let (stale, skips) = generated::check(repository);
    found.extend(stale);
    problems.extend(exceptions.applied_to(found));
    problems.sort();
    Ok(Report { problems, skips })
}
