//! Edges between the modules of core: each module may name those below it and no others.
//!
//! Every path is resolved from the tokens of the file, so that paths in macros, attributes and
//! nested `use` lists count as well. What only tests see is free.

use proc_macro2::{Delimiter, TokenTree};

use super::Problem;
use super::tokens::{group, ident, inside, is_punct, parse, test_item};
use super::tree::{File, Tree};

const CHECKER: &str = "modules";

const SOURCE: &str = "crates/core/src/";

/// The modules of core from the bottom up, each with those that it may name.
const EDGES: [(&str, &[&str]); 17] = [
    ("id", &[]),
    ("time", &[]),
    ("digest", &[]),
    ("stream", &["time", "digest"]),
    ("register", &["id", "time"]),
    ("custody", &["id", "time", "stream", "register"]),
    ("tenant", &["id", "time", "digest"]),
    ("power", &["id"]),
    ("watch", &["id", "time", "digest", "register", "tenant", "power", "stream"]),
    ("ca", &["id", "time", "register", "tenant"]),
    ("inventory", &["id", "time", "register", "tenant", "power"]),
    ("access", &["id", "time", "register", "tenant", "ca", "custody", "inventory"]),
    ("check", &["id", "time", "register", "tenant", "power", "ca", "custody", "access"]),
    ("permission", &["id", "tenant", "power", "check"]),
    ("proposal", &["id", "time", "register", "tenant", "check"]),
    ("report", &["id", "time", "digest", "register", "tenant", "power", "ca", "check"]),
    ("change", &["id", "time", "register", "tenant", "check", "report"]),
];

/// Checks every product file of core.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    tree.product().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Problem> {
    let Some(module) = module_of(&file.path) else {
        return Vec::new();
    };
    let problem = |line, what| Problem { path: file.path.clone(), line, checker: CHECKER, what };
    let Some(own) = module.first() else {
        // lib.rs names every module: that is what it is for.
        return Vec::new();
    };
    let Some((_, allowed)) = EDGES.iter().find(|(name, _)| name == own) else {
        let what = format!("module `{own}` has no place in the list of edges (tidy/modules.rs)");
        return vec![problem(0, what)];
    };
    let tokens = match parse(&file.text) {
        Ok(tokens) => tokens,
        Err((line, what)) => return vec![problem(line, what)],
    };
    let mut edges = Vec::new();
    walk(&tokens, &module, &mut edges);
    edges.retain(|edge| edge.to != *own && !allowed.contains(&edge.to.as_str()));
    edges.into_iter().map(|Edge { to, line }| problem(line, refusal(own, &to))).collect()
}

fn refusal(own: &str, to: &str) -> String {
    match to {
        "*" => format!("`{own}` takes everything of the crate's root"),
        _ => format!("`{own}` must not name `{to}`"),
    }
}

/// The module that a file of core holds: `[]` for the root; `None` for other files.
fn module_of(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix(SOURCE)?.strip_suffix(".rs")?;
    let mut parts: Vec<String> = path.split('/').map(String::from).collect();
    if parts.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib")) {
        parts.pop();
    }
    Some(parts)
}

/// A module that some path names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    /// The module under the crate's root; `*` for the whole root.
    to: String,
    line: usize,
}

fn walk(tokens: &[TokenTree], module: &[String], edges: &mut Vec<Edge>) {
    let mut rest = tokens;
    while let Some((first, after)) = rest.split_first() {
        let skipped = test_item(rest);
        if skipped > 0 {
            rest = rest.get(skipped..).unwrap_or_default();
            continue;
        }
        if let Some((name, body)) = inline_module(rest) {
            walk(&body, &[module, &[name]].concat(), edges);
            rest = rest.get(3..).unwrap_or_default();
            continue;
        }
        if let Some(base) = base_of(rest, module) {
            resolve(after, base, edges);
        }
        if let TokenTree::Group(group) = first {
            walk(&inside(group), module, edges);
        }
        rest = after;
    }
}

fn inline_module(tokens: &[TokenTree]) -> Option<(String, Vec<TokenTree>)> {
    let is_module = ident(tokens.first()).is_some_and(|word| word == "mod");
    let body = group(tokens.get(2), Delimiter::Brace).filter(|_| is_module)?;
    Some((ident(tokens.get(1))?, inside(body)))
}

/// The module that `crate`, `self` or `super` stands for at the beginning of a path.
fn base_of(tokens: &[TokenTree], module: &[String]) -> Option<Vec<String>> {
    let word = ident(tokens.first())?;
    if !(is_punct(tokens.get(1), ':') && is_punct(tokens.get(2), ':')) {
        return None;
    }
    match word.as_str() {
        "crate" => Some(Vec::new()),
        "self" => Some(module.to_vec()),
        "super" => module.split_last().map(|(_, parent)| parent.to_vec()),
        _ => None,
    }
}

/// Follows a path from `base`; `tokens` begin with the `::` behind it.
fn resolve(tokens: &[TokenTree], base: Vec<String>, edges: &mut Vec<Edge>) {
    let Some(token) = tokens.get(2) else {
        return;
    };
    let line = token.span().start().line;
    if let Some(group) = group(Some(token), Delimiter::Brace) {
        let inner = inside(group);
        for entry in inner.split(|token| is_punct(Some(token), ',')) {
            // An entry continues the path as if it stood behind the `::` itself.
            let path: Vec<_> = tokens.iter().take(2).chain(entry).cloned().collect();
            resolve(&path, base.clone(), edges);
        }
        return;
    }
    let to = match ident(Some(token)).as_deref() {
        Some("super") => {
            let parent = base.split_last().map(|(_, parent)| parent.to_vec());
            return resolve(tokens.get(3..).unwrap_or_default(), parent.unwrap_or_default(), edges);
        }
        Some("self") => base.first().cloned().unwrap_or_else(|| "*".into()),
        Some(name) => base.first().cloned().unwrap_or_else(|| name.to_owned()),
        None => base.first().cloned().unwrap_or_else(|| "*".into()),
    };
    edges.push(Edge { to, line });
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<(usize, String)> {
        let problems = check(&tree_of(&[(path, text)]));
        problems.into_iter().map(|problem| (problem.line, problem.what)).collect()
    }

    #[test]
    fn edges_that_point_down_pass() {
        let text = "
            use alloc::vec::Vec;
            use crate::{id::{GroupId, UserId}, time};
            use super::open::open_enum;
            pub(crate) fn x(id: crate::id::GroupId) -> self::Y { super::super::id::f!(id) }
            #[cfg(test)]
            mod tests { use crate::report::Report; }
        ";
        assert!(whats("crates/core/src/tenant/policy.rs", text).is_empty());
        assert!(whats("crates/core/src/lib.rs", "pub use crate::report::Report;").is_empty());
        assert!(whats("crates/wire/src/id.rs", "use crate::report::Report;").is_empty());
    }

    #[test]
    fn edges_that_point_up_are_named_wherever_they_stand() {
        let cases = [
            "use crate::check::Check;",
            "pub use crate::{id::UserId, check::{Check, Outcome}};",
            "fn x() -> crate::check::Check { y() }",
            "some_macro! { a => $crate::check::Check }",
            "mod inner { use super::super::super::check; }",
            "use super::super::{check};",
            "#[attribute(crate::check::x)] struct X;",
            "#[cfg(not(test))] use crate::check::Check;",
        ];
        for text in cases {
            let expected = [(1, "`tenant` must not name `check`".to_owned())];
            assert_eq!(whats("crates/core/src/tenant/policy.rs", text), expected, "{text}");
        }
    }

    #[test]
    fn the_whole_root_and_unknown_modules_are_problems() {
        let expected = [(1, "`id` takes everything of the crate's root".to_owned())];
        assert_eq!(whats("crates/core/src/id.rs", "use super::*;"), expected);
        assert_eq!(whats("crates/core/src/id.rs", "use crate::{self as all};"), expected);
        let what = "module `new` has no place in the list of edges (tidy/modules.rs)";
        assert_eq!(whats("crates/core/src/new/mod.rs", ""), [(0, what.to_owned())]);
    }

    #[test]
    fn the_list_of_edges_points_down() {
        for (place, (name, below)) in EDGES.iter().enumerate() {
            for lower in *below {
                let found = EDGES.iter().position(|(name, _)| name == lower);
                assert!(found.is_some_and(|found| found < place), "{name} -> {lower}");
            }
        }
    }
}
