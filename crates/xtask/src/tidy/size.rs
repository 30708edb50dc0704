//! Sizes: files of at most 800 lines, functions of at most 100, tests apart.

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, Item, ItemFn, ItemMod, Signature, TraitItemFn};

use super::Problem;
use super::tree::{File, Tree};

const CHECKER: &str = "size";

/// The most lines of a product file, its unit tests not counted.
const FILE_LINES: usize = 800;

/// The most lines of a function, from `fn` to its closing brace.
const FUNCTION_LINES: usize = 100;

/// Checks every product file.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    tree.product().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Problem> {
    let problem = |line, what| Problem { path: file.path.clone(), line, checker: CHECKER, what };
    let parsed = match syn::parse_file(&file.text) {
        Ok(parsed) => parsed,
        Err(error) => {
            return vec![problem(error.span().start().line, format!("not Rust: {error}"))];
        }
    };
    let mut functions = Functions::default();
    functions.visit_file(&parsed);
    let long = functions.long.into_iter();
    let mut problems: Vec<_> = long
        .map(|Long { name, line, lines }| {
            let what = format!("fn `{name}` has {lines} lines, more than {FUNCTION_LINES}");
            problem(line, what)
        })
        .collect();
    let lines = file.text.lines().count() - test_lines(&parsed);
    if lines > FILE_LINES {
        let what = format!("{lines} lines without tests, more than {FILE_LINES}");
        problems.push(problem(0, what));
    }
    problems
}

/// The lines of the file's `#[cfg(test)]` modules.
fn test_lines(file: &syn::File) -> usize {
    let tests = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if is_test(&module.attrs) => Some(module),
        _ => None,
    });
    tests.map(|module| lines_of(module.span())).sum()
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("test")
            || list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    })
}

fn lines_of(span: proc_macro2::Span) -> usize {
    span.end().line.saturating_sub(span.start().line) + 1
}

/// A function that is too long.
#[derive(Clone, Debug)]
struct Long {
    name: String,
    line: usize,
    lines: usize,
}

/// Collects the long functions of a file, tests left out.
#[derive(Clone, Debug, Default)]
struct Functions {
    long: Vec<Long>,
}

impl Functions {
    fn measure(&mut self, signature: &Signature, block: &Block) {
        let line = signature.fn_token.span.start().line;
        let lines = block.brace_token.span.close().end().line.saturating_sub(line) + 1;
        if lines > FUNCTION_LINES {
            self.long.push(Long { name: signature.ident.to_string(), line, lines });
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !is_test(&function.attrs) {
            self.measure(&function.sig, &function.block);
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(block) = &function.default {
            self.measure(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    /// A function of so many lines.
    fn function(name: &str, lines: usize) -> String {
        format!("fn {name}() {{\n{}}}\n", "    x();\n".repeat(lines - 2))
    }

    fn whats(text: &str) -> Vec<(usize, String)> {
        let problems = check(&tree_of(&[("crates/a/src/lib.rs", text)]));
        problems.into_iter().map(|problem| (problem.line, problem.what)).collect()
    }

    #[test]
    fn what_is_at_the_limit_passes() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function("long", 400));
        assert!(whats(&format!("{}{tests}", function("x", 100).repeat(8))).is_empty());
    }

    #[test]
    fn long_functions_are_found_wherever_they_stand() {
        let x = function("x", 101);
        let expected = |line| [(line, "fn `x` has 101 lines, more than 100".to_owned())];
        assert_eq!(whats(&x), expected(1));
        assert_eq!(whats(&format!("impl X {{\n{x}}}")), expected(2));
        assert_eq!(whats(&format!("trait X {{\n{x}}}")), expected(2));
        assert_eq!(whats(&format!("mod inner {{\n/// Doc.\n#[inline]\npub {x}}}")), expected(4));
    }

    #[test]
    fn a_long_file_is_found_without_its_tests() {
        let text = format!("{}\n#[cfg(test)]\nmod tests {{\n}}\n", function("x", 100).repeat(8));
        let what = "801 lines without tests, more than 800".to_owned();
        assert_eq!(whats(&text), [(0, what)]);
        assert_eq!(whats("fn x( {").len(), 1);
    }
}
