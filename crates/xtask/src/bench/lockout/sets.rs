//! The policy sets that others published, as whole sets: which files make one, and where they are
//! from. They lie beside the repository and are read where they lie.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use halligan_core::tenant::{NamedLocation, Policy};
use halligan_wire::export::{Item, Refusal, read_file};
use walkdir::WalkDir;

/// The folder of the sets, within the data of others.
pub(super) const FOLDER: &str = "ca-policies";

/// The table of sources within it.
const PROVENANCE: &str = "PROVENANCE.md";

/// One whole set of policies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Set {
    /// What it is called here.
    pub(super) name: String,
    /// Repository and commit.
    pub(super) source: String,
    /// The licence of the repository.
    pub(super) licence: String,
    /// Its policies, in the order of their files.
    pub(super) policies: Vec<Policy>,
    /// Its named locations.
    pub(super) locations: Vec<NamedLocation>,
    /// How many files look like policies and cannot be read.
    pub(super) refused: usize,
}

/// Which files of a folder make a set.
#[derive(Clone, Copy, Debug)]
enum Split {
    /// All of them.
    Folder,
    /// Each file holds one; its name begins with this, which is left out.
    File(&'static str),
    /// Those whose names are the same up to the last `_`, after this beginning; others are parts.
    Prefix(&'static str),
}

/// The folders, with the short name of the repository.
const FOLDERS: [(&str, &str, Split); 9] = [
    ("AlexFilipin+ConditionalAccess", "AlexFilipin", Split::Prefix("PolicySets_")),
    ("Azure-Samples+azure-ad-conditional-access-apis", "Azure-Samples", Split::Folder),
    ("DataGuys+ConditionalAccessAnalyzer", "DataGuys", Split::Folder),
    ("Fortigi+ConditionalAccess", "Fortigi", Split::Folder),
    ("cisagov+ScubaGear", "ScubaGear", Split::File("PowerShell_ScubaGear_")),
    ("jsa2+caOptics", "caOptics", Split::File("demodata_")),
    ("nathanmcnulty+nathanmcnulty", "nathanmcnulty", Split::Folder),
    ("tenants/Clutch2View+nis2-conditional-access-policies", "Clutch2View", Split::Folder),
    ("tenants/j0eyv+ConditionalAccessBaseline", "j0eyv", Split::Folder),
];

/// Reads every set below `data`; `None` where the folder is not there.
///
/// A set whose policies are those of an earlier one is left out.
pub(super) fn read(data: &Path) -> Result<Option<Vec<Set>>, String> {
    let root = data.join(FOLDER);
    if !root.is_dir() {
        return Ok(None);
    }
    let table = text(&root.join(PROVENANCE))?;
    let mut sets: Vec<Set> = Vec::new();
    for (folder, short, split) in FOLDERS {
        let (source, licence) = provenance(&table, folder)
            .ok_or_else(|| format!("`{PROVENANCE}` has no row for `{folder}`"))?;
        for (part, files) in parts(&root.join(folder), split) {
            let name = if part.is_empty() { short.to_owned() } else { format!("{short}: {part}") };
            let mut set = Set {
                name,
                source: source.clone(),
                licence: licence.clone(),
                policies: Vec::new(),
                locations: Vec::new(),
                refused: 0,
            };
            for file in files {
                set.take(&file)?;
            }
            let is_new = sets.iter().all(|one| one.policies != set.policies);
            if is_new && !set.policies.is_empty() {
                sets.push(set);
            }
        }
    }
    Ok(Some(sets))
}

impl Set {
    fn take(&mut self, file: &Path) -> Result<(), String> {
        let bytes = fs::read(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
        match read_file(&file_name(file), &bytes) {
            Ok(items) => items.into_iter().for_each(|item| match item {
                Item::Policy(policy) => self.policies.push(policy),
                Item::NamedLocation(location) => self.locations.push(location),
                Item::Group(_) | Item::Strength(_) | Item::MethodsPolicy(_) => {}
            }),
            Err(Refusal::NotAPolicy { .. }) => {}
            Err(Refusal::Broken { .. }) => self.refused += 1,
        }
        Ok(())
    }
}

/// The files of each set of a folder, by the part of its name; both sorted.
fn parts(folder: &Path, split: Split) -> BTreeMap<String, Vec<PathBuf>> {
    let mut parts: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = entry.into_path();
        if !path.is_file() || path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = file_name(&path);
        let stem = name.trim_end_matches(".json");
        let part = match split {
            Split::Folder => Some(""),
            Split::File(start) => Some(stem.strip_prefix(start).unwrap_or(stem)),
            Split::Prefix(start) => stem
                .strip_prefix(start)
                .and_then(|rest| rest.rsplit_once('_'))
                .map(|(part, _)| part),
        };
        if let Some(part) = part {
            parts.entry(part.to_owned()).or_default().push(path);
        }
    }
    parts
}

/// The source and the licence of a folder, out of the table of sources.
fn provenance(table: &str, folder: &str) -> Option<(String, String)> {
    table.lines().find_map(|line| {
        let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
        let name = cells.next()?;
        let is_it =
            name == folder || name.strip_prefix(folder).is_some_and(|r| r.starts_with(" ("));
        let source = cells.next()?;
        let licence = cells.nth(1)?;
        is_it.then(|| (source.to_owned(), licence.to_owned()))
    })
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_found_by_folder() {
        let table = "| folder | repository | policies | licence |\n|---|---|---|---|\n\
                     | a+b | a/b 12 | 3 | MIT |\n| a+bc (whole) | a/bc 34 | 4 | CC0 |\n";
        let pair = |source: &str, licence: &str| Some((source.into(), licence.into()));
        assert_eq!(provenance(table, "a+b"), pair("a/b 12", "MIT"));
        assert_eq!(provenance(table, "a+bc"), pair("a/bc 34", "CC0"));
        assert_eq!(provenance(table, "a"), None);
    }

    #[test]
    fn files_of_one_folder_make_one_set_or_several() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["S_one_1.json", "S_one_2.json", "S_two_1.json", "other_1.json", "S_x.txt"] {
            fs::write(folder.path().join(name), "{}").unwrap();
        }
        let sizes = |split| -> Vec<(String, usize)> {
            parts(folder.path(), split).into_iter().map(|(part, f)| (part, f.len())).collect()
        };
        assert_eq!(sizes(Split::Folder), [(String::new(), 4)]);
        assert_eq!(sizes(Split::Prefix("S_")), [("one".into(), 2), ("two".into(), 1)]);
        assert_eq!(sizes(Split::File("S_")).len(), 4);
    }
}
