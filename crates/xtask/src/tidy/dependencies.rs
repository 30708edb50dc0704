//! Dependencies: which of our crates may know which, and all that core and wire may be built from.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Problem;
use crate::command;
use crate::repository::Repository;

const CHECKER: &str = "dependencies";

const PREFIX: &str = "halligan-";

/// Which of our crates a crate may depend on, in its tests as well. `xtask` may know all.
const EDGES: [(&str, &[&str]); 9] = [
    ("bdd", &[]),
    ("core", &["bdd"]),
    ("wire", &["core"]),
    ("graph", &["wire", "core"]),
    // Never the client: what both knew, the twin could not contradict.
    ("twin", &["wire", "core"]),
    ("relay", &["core"]),
    ("store", &["core"]),
    ("app", &["graph", "twin", "relay", "store", "wire", "core"]),
    ("cli", &["app", "core"]),
];

/// All that core may be built from, on any platform, build-time macros included.
const CORE: &[&str] = &[
    // Decision diagrams, which lean on nothing.
    "halligan-bdd",
    // Digests.
    "sha2",
    "digest",
    "block-buffer",
    "crypto-common",
    "hybrid-array",
    "typenum",
    "cfg-if",
    "cpufeatures",
    "libc",
    // Signatures, which core verifies and never makes.
    "ed25519-dalek",
    "ed25519",
    "signature",
    "curve25519-dalek",
    "curve25519-dalek-derive",
    "fiat-crypto",
    "subtle",
    // Time, without a clock: jiff's feature `std` is off.
    "jiff",
    "jiff-core",
    "jiff-static",
    "portable-atomic",
    "portable-atomic-util",
    // Values of members that no type knows, and facts as they are written.
    "serde_json",
    "serde_core",
    "serde",
    "serde_derive",
    "itoa",
    "memchr",
    "zmij",
    // Vector instructions: the first look at a record.
    "fearless_simd",
    // What the macros above are written with.
    "proc-macro2",
    "quote",
    "syn",
    "unicode-ident",
];

/// What wire may be built from beyond [`CORE`]: the decoder of UTF-16 files.
const WIRE: &[&str] = &[
    "halligan-core",
    "encoding_rs",
    "core_detect",
    "multiversion_no_op",
    "simdutf8",
    "scopeguard",
];

/// Checks the manifests' edges and the whole trees of core and wire.
pub(super) fn check(repository: &Repository) -> Result<Vec<Problem>, String> {
    let mut problems = check_edges(&repository.metadata()?);
    problems.extend(check_tree("core", &built_from(repository, "core")?, &[CORE]));
    problems.extend(check_tree("wire", &built_from(repository, "wire")?, &[CORE, WIRE]));
    Ok(problems)
}

/// The packages that one of our crates is built from, itself left out.
fn built_from(repository: &Repository, short: &str) -> Result<BTreeSet<String>, String> {
    let package = format!("{PREFIX}{short}");
    let arguments = ["tree", "-p", &package, "-e", "normal", "--prefix", "none", "--target", "all"];
    let text = command::read(&mut repository.command("cargo", &arguments))?;
    let names = text.lines().filter_map(|line| line.split(' ').next()).map(String::from);
    Ok(names.filter(|name| !name.is_empty() && *name != package).collect())
}

fn check_tree(short: &str, found: &BTreeSet<String>, allowed: &[&[&str]]) -> Vec<Problem> {
    let allowed: BTreeSet<String> = allowed.concat().into_iter().map(String::from).collect();
    let new = found.difference(&allowed).map(|name| {
        format!("is built from `{name}`, which is not on the list (tidy/dependencies.rs)")
    });
    let gone = allowed.difference(found).map(|name| {
        format!("is not built from `{name}`: take it off the list (tidy/dependencies.rs)")
    });
    new.chain(gone).map(|what| problem(short, what)).collect()
}

fn check_edges(metadata: &Value) -> Vec<Problem> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages.into_iter().flatten().flat_map(check_package).collect()
}

fn check_package(package: &Value) -> Vec<Problem> {
    let Some(own) = short_name(package) else {
        return Vec::new();
    };
    if own == "xtask" {
        return Vec::new();
    }
    let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == own) else {
        return vec![problem(own, "has no place in the list of edges".into())];
    };
    let dependencies = package.get("dependencies").and_then(Value::as_array);
    let ours = dependencies.into_iter().flatten().filter_map(short_name);
    let refused: BTreeSet<_> = ours.filter(|other| !allowed.contains(other)).collect();
    refused.iter().map(|other| problem(own, format!("must not depend on `{other}`"))).collect()
}

/// The name of one of our crates without the prefix; `None` for the crates of others.
fn short_name(package: &Value) -> Option<&str> {
    package.get("name")?.as_str()?.strip_prefix(PREFIX)
}

fn problem(short: &str, what: String) -> Problem {
    let path = format!("crates/{short}/Cargo.toml");
    Problem { path, line: 0, checker: CHECKER, what: format!("`{short}` {what}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn edges(name: &str, dependencies: &[&str]) -> Vec<String> {
        let dependencies: Vec<_> =
            dependencies.iter().map(|name| json!({ "name": name })).collect();
        let package = json!({ "name": format!("{PREFIX}{name}"), "dependencies": dependencies });
        let problems = check_edges(&json!({ "packages": [package] }));
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn allowed_edges_pass() {
        assert!(edges("graph", &["halligan-wire", "halligan-core", "reqwest"]).is_empty());
        assert!(edges("xtask", &["halligan-cli", "halligan-twin"]).is_empty());
    }

    #[test]
    fn other_edges_are_named() {
        assert_eq!(edges("twin", &["halligan-graph"]), ["`twin` must not depend on `graph`"]);
        assert_eq!(edges("cli", &["halligan-wire"]), ["`cli` must not depend on `wire`"]);
        assert_eq!(edges("new", &[]), ["`new` has no place in the list of edges"]);
    }

    #[test]
    fn a_tree_must_be_the_list_exactly() {
        let found = ["a", "c"].map(String::from).into();
        assert!(check_tree("core", &found, &[&["a"], &["c"]]).is_empty());
        let problems = check_tree("core", &found, &[&["a", "b"]]);
        let whats: Vec<_> = problems.into_iter().map(|problem| problem.what).collect();
        let expected = [
            "`core` is built from `c`, which is not on the list (tidy/dependencies.rs)",
            "`core` is not built from `b`: take it off the list (tidy/dependencies.rs)",
        ];
        assert_eq!(whats, expected);
    }
}
