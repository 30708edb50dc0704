//! The lockout benchmark: edits of published policy sets that lock an emergency account out, with
//! harmless twins, shown to Halligan and to the rules that other tools check by.
//!
//! ```text
//! ../shared/data/ca-policies ─ sets ─ base ─ edit ─┬─ labels ── compared with the committed list
//!                                    (reading)     ├─ run ───── confirmed one sign-in at a time
//!                                                  └─ contestant ─ score ─ page
//! ```
//!
//! Labels come from [`reading`] and from how edits are made; the list of them is committed and the
//! prover's results cannot move it.

mod base;
mod contestant;
mod edit;
mod labels;
mod page;
mod reading;
mod run;
mod score;
mod sets;
mod tenant;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use super::Lockout;
use crate::repository::{self, Repository};

/// The page.
const PAGE: &str = "docs/reference/lockout-benchmark.md";

/// The list of labels.
const LABELS: &str = "docs/reference/lockout-benchmark-labels.tsv";

/// Runs the benchmark; `false` when a label is contradicted, or what is committed is stale.
pub(super) fn run(repository: &Repository, mode: Lockout) -> Result<bool, String> {
    let Some(sets) = sets::read(&repository.data())? else {
        println!("skipped: no `{}/{}`", Repository::DATA, sets::FOLDER);
        return Ok(!repository::in_ci());
    };
    let cases = run::derive(sets)?;
    let list = repository.root.join(LABELS);
    if mode == Lockout::Labels {
        write(&list, &labels::text(run::named(&cases)))?;
        println!("written {LABELS}: {} edits", run::named(&cases).count());
        return Ok(true);
    }
    let listed = fs::read_to_string(&list).map_err(|error| format!("`{LABELS}`: {error}"))?;
    let mut problems = labels::compare(&listed, run::named(&cases));
    problems.extend(run::confirm(&cases, 1));
    if !problems.is_empty() {
        problems.iter().for_each(|problem| println!("{problem}"));
        return Ok(false);
    }
    let answers = run::ask(&cases);
    let page = repository.root.join(PAGE);
    let text = page::text(&cases, &answers);
    if mode == Lockout::Check {
        let there = fs::read_to_string(&page).map_err(|error| format!("`{PAGE}`: {error}"))?;
        let is_fresh = page::without_times(&there) == page::without_times(&text);
        println!("{} {PAGE}", if is_fresh { "fresh  " } else { "STALE  " });
        return Ok(is_fresh);
    }
    write(&page, &text)?;
    println!("written {PAGE}");
    Ok(true)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("`{}`: {error}", path.display()))
}
