//! Manifests: every crate takes the workspace's lints, licence and edition.

use super::Problem;
use super::tree::Tree;

const CHECKER: &str = "manifests";

/// What every crate takes from the workspace: the table, or the root of the manifest, and the key.
const INHERITED: [(&str, &str); 6] = [
    ("lints", "workspace"),
    ("package", "version"),
    ("package", "edition"),
    ("package", "rust-version"),
    ("package", "license"),
    ("package", "publish"),
];

/// Checks the manifest of every crate of the workspace.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &tree.files {
        if !(file.path.starts_with("crates/") && file.path.ends_with("/Cargo.toml")) {
            continue;
        }
        let mut say = |what: String| {
            problems.push(Problem { path: file.path.clone(), line: 0, checker: CHECKER, what });
        };
        match file.text.parse::<toml::Table>() {
            Ok(manifest) => missing(&manifest).into_iter().for_each(say),
            Err(error) => say(format!("not TOML: {}", error.message())),
        }
    }
    problems
}

fn missing(manifest: &toml::Table) -> Vec<String> {
    let inherits = |table: &str, key: &str| {
        let value = manifest.get(table)?.get(key)?;
        value.as_bool().or_else(|| value.get("workspace")?.as_bool())
    };
    let missing = INHERITED.iter().filter(|(table, key)| inherits(table, key) != Some(true));
    missing
        .map(|(table, key)| match *key {
            "workspace" => format!("`[{table}] workspace = true` is missing"),
            _ => format!("`[{table}] {key}.workspace = true` is missing"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\nversion.workspace = true\n\
        edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\
        publish.workspace = true\n[lints]\nworkspace = true\n";

    fn whats(text: &str) -> Vec<String> {
        let problems = check(&tree_of(&[("crates/a/Cargo.toml", text)]));
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn a_manifest_that_takes_everything_passes() {
        assert!(whats(GOOD).is_empty());
        assert!(check(&tree_of(&[("fuzz/Cargo.toml", "")])).is_empty());
    }

    #[test]
    fn what_is_not_taken_is_named() {
        let text =
            GOOD.replace("[lints]\nworkspace = true", "[lints.rust]\nunsafe_code = \"deny\"");
        assert_eq!(whats(&text), ["`[lints] workspace = true` is missing"]);
        let text = GOOD.replace("edition.workspace = true", "edition = \"2021\"");
        assert_eq!(whats(&text), ["`[package] edition.workspace = true` is missing"]);
        assert!(whats("[").iter().all(|what| what.starts_with("not TOML")));
    }
}
