//! Hash order: core names no hash map or set, whatever crate it comes from.
//!
//! Clippy bans the ones of the standard library by path; this holds the names.

use proc_macro2::TokenTree;

use super::Problem;
use super::tokens::{inside, parse};
use super::tree::Tree;

const CHECKER: &str = "order";

const BANNED: [&str; 6] =
    ["HashMap", "HashSet", "IndexMap", "AHashMap", "FxHashMap", "RandomState"];

/// Checks core, its tests included: a test in hash order fails now and then.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with("crates/core/")) {
        let mut found = Vec::new();
        match parse(&file.text) {
            Ok(tokens) => walk(&tokens, &mut found),
            Err(error) => found.push(error),
        }
        let problem =
            |(line, what)| Problem { path: file.path.clone(), line, checker: CHECKER, what };
        problems.extend(found.into_iter().map(problem));
    }
    problems
}

fn walk(tokens: &[TokenTree], found: &mut Vec<(usize, String)>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if BANNED.iter().any(|banned| ident == banned) => {
                let what =
                    format!("`{ident}` has no order of its own; use a `BTreeMap` or a `Vec`");
                found.push((ident.span().start().line, what));
            }
            TokenTree::Group(group) => walk(&inside(group), found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn hash_maps_are_found_in_code_and_not_in_words() {
        let text = "// A HashMap would do.\nfn x() { vec![hashbrown::HashMap::<u8, u8>::new()] }";
        let lines: Vec<_> = check(&tree_of(&[("crates/core/src/id.rs", text)]))
            .into_iter()
            .map(|problem| problem.line)
            .collect();
        assert_eq!(lines, [2]);
        assert!(check(&tree_of(&[("crates/wire/src/id.rs", text)])).is_empty());
        assert!(check(&tree_of(&[("crates/core/src/id.rs", "\"HashMap\"")])).is_empty());
    }
}
