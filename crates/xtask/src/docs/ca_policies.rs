//! `ca-policies.md`: what becomes of every file of the exported policies that others published.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use halligan_wire::export::{Item, Refusal, read_file};
use walkdir::WalkDir;

use super::{Made, cell, header};
use crate::repository::Repository;

const FOLDER: &str = "ca-policies";

/// Files about the policies, by name: neither policies nor refused ones.
const PAPERS: [&str; 2] = ["_PROVENANCE.tsv", "LICENSE"];

/// Makes the page from the folder beside the repository.
pub(super) fn make(repository: &Repository) -> Result<Made, String> {
    let folder = repository.data().join(FOLDER);
    if !folder.is_dir() {
        return Ok(Made::Missing(format!("{}/{FOLDER}", Repository::DATA)));
    }
    let tallies = tallies(&folder)?;
    page(&tallies).map(Made::Text).map_err(|error| error.to_string())
}

/// What became of the files of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tally {
    files: usize,
    policies: usize,
    /// Other objects that exports hold, such as named locations and groups.
    objects: usize,
    /// Files that are no policy, by what they are: how many.
    other: BTreeMap<String, usize>,
    /// Files that look like policies and do not parse: file, reason.
    broken: Vec<(String, String)>,
}

impl Tally {
    fn add(&mut self, name: &str, outcome: Result<Vec<Item>, Refusal>) {
        self.files += 1;
        match outcome {
            Ok(items) => {
                let is_policy = |item: &&Item| matches!(item, Item::Policy(_));
                let policies = items.iter().filter(is_policy).count();
                self.policies += policies;
                self.objects += items.len() - policies;
            }
            Err(Refusal::NotAPolicy { what, .. }) => *self.other.entry(what).or_default() += 1,
            Err(Refusal::Broken { error, .. }) => {
                self.broken.push((name.to_owned(), error.to_string()));
            }
        }
    }
}

/// Reads every file under `folder`, by the folder that a repository of others fills.
fn tallies(folder: &Path) -> Result<BTreeMap<String, Tally>, String> {
    let mut tallies = BTreeMap::<String, Tally>::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| format!("`{FOLDER}`: {error}"))?;
        let name = entry.file_name().to_string_lossy();
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let Some(set) = set_of(path).filter(|_| entry.file_type().is_file()) else {
            continue;
        };
        if PAPERS.contains(&&*name) {
            continue;
        }
        let bytes = fs::read(entry.path()).map_err(|error| format!("`{name}`: {error}"))?;
        tallies.entry(set).or_default().add(&name, read_file(&name, &bytes));
    }
    Ok(tallies)
}

/// The folder whose row a file belongs to: the first, or the first two under `tenants`.
fn set_of(path: &Path) -> Option<String> {
    let parts: Vec<_> = path.parent()?.iter().map(|part| part.to_string_lossy()).collect();
    let depth = if parts.first()? == "tenants" { 2 } else { 1 };
    Some(parts.iter().take(depth).map(|part| &**part).collect::<Vec<_>>().join("/"))
}

fn page(tallies: &BTreeMap<String, Tally>) -> Result<String, std::fmt::Error> {
    let mut text = header("Policies of other tools");
    text.push_str(
        "What `halligan check --from` reads of the Conditional Access policies that others\n\
         published (`../shared/data/ca-policies`, where repositories, commits and licences are\n\
         named). *Objects* are named locations, groups and strengths in the same files; *other\n\
         files* are no policies and say what they are; *refused* files are policies that cannot\n\
         be read.\n\n",
    );
    writeln!(text, "| folder | files | policies | objects | other files | refused |")?;
    writeln!(text, "|---|---:|---:|---:|---:|---:|")?;
    let mut total = Tally::default();
    let mut others = 0;
    for (name, tally) in tallies {
        let other = tally.other.values().sum();
        row(&mut text, name, tally, other)?;
        total.files += tally.files;
        total.policies += tally.policies;
        total.objects += tally.objects;
        total.broken.extend(tally.broken.iter().cloned());
        others += other;
    }
    row(&mut text, "**all**", &total, others)?;
    reasons(&mut text, tallies)?;
    Ok(text)
}

fn row(text: &mut String, name: &str, tally: &Tally, other: usize) -> std::fmt::Result {
    let Tally { files, policies, objects, broken, .. } = tally;
    let refused = broken.len();
    writeln!(text, "| {name} | {files} | {policies} | {objects} | {other} | {refused} |")
}

fn reasons(text: &mut String, tallies: &BTreeMap<String, Tally>) -> std::fmt::Result {
    writeln!(text, "\n## Refused\n")?;
    if tallies.values().all(|tally| tally.broken.is_empty()) {
        writeln!(text, "None.")?;
    } else {
        writeln!(text, "| folder | file | reason |\n|---|---|---|")?;
    }
    for (name, tally) in tallies {
        for (file, why) in &tally.broken {
            writeln!(text, "| {name} | {} | {} |", cell(file), cell(why))?;
        }
    }
    writeln!(text, "\n## Other files\n\n| folder | what they are | files |\n|---|---|---:|")?;
    for (name, tally) in tallies {
        for (what, count) in &tally.other {
            writeln!(text, "| {name} | {} | {count} |", cell(what))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"{"displayName": "One", "state": "enabled",
        "conditions": {"users": {"includeUsers": ["All"]}, "applications": {}},
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}"#;

    #[test]
    fn files_are_counted_by_the_repository_that_they_came_from() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("a/one.json", POLICY),
            ("a/_PROVENANCE.tsv", "file\tcommit"),
            ("tenants/b/deep/two.json", "{"),
            ("tenants/b/three.json", r#"{"answer":42}"#),
            ("PROVENANCE.md", "words"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let tallies = tallies(folder.path()).unwrap();
        let rows: Vec<_> = tallies
            .iter()
            .map(|(name, tally)| {
                (name.as_str(), tally.files, tally.policies, tally.other.len(), tally.broken.len())
            })
            .collect();
        assert_eq!(rows, [("a", 1, 1, 0, 0), ("tenants/b", 2, 0, 1, 1)]);
        let text = page(&tallies).unwrap();
        assert!(text.contains("| **all** | 3 | 1 | 0 | 1 | 1 |\n"), "{text}");
        assert!(text.contains("| tenants/b | two.json | "), "{text}");
    }
}
