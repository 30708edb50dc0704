//! Lines: at most 100 characters of Rust, no tabs, no space at the end, a newline at the end.

use super::Problem;
use super::tree::{File, Tree};

const CHECKER: &str = "lines";

/// The longest line of a Rust file, in characters: what rustfmt is told as well.
const WIDTH: usize = 100;

/// The files whose lines are held; others are data, or somebody else's format.
const EXTENSIONS: [&str; 4] = ["rs", "toml", "md", "run"];

/// Checks the lines of every file that people write.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let files = tree.files.iter().filter(|file| is_held(file));
    files.flat_map(check_file).collect()
}

fn is_held(file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit('.').next().unwrap_or_default();
    EXTENSIONS.contains(&extension) && !file.path.starts_with("fuzz/corpus/")
}

fn check_file(file: &File) -> Vec<Problem> {
    let is_rust = file.path.ends_with(".rs");
    let problem = |line, what| Problem { path: file.path.clone(), line, checker: CHECKER, what };
    let mut problems = Vec::new();
    for (number, line) in file.text.split_terminator('\n').enumerate() {
        let mut say = |what: String| problems.push(problem(number + 1, what));
        if is_rust && width(line) > WIDTH {
            say(format!("{} characters, more than {WIDTH}", line.chars().count()));
        }
        if line.contains('\t') {
            say("a tab".into());
        }
        if line.ends_with([' ', '\r']) {
            say("a space or a carriage return at the end".into());
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        problems.push(problem(0, "no newline at the end".into()));
    }
    problems
}

/// The characters of a line; an address in it counts nothing, since it cannot be broken.
fn width(line: &str) -> usize {
    let address = |word: &&str| word.contains("https://") || word.contains("http://");
    let addresses: usize = line.split(' ').filter(address).map(|word| word.chars().count()).sum();
    line.chars().count() - addresses
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
    fn what_fits_passes() {
        let line = "x".repeat(100);
        let address = format!("/// See <https://learn.microsoft.com/{line}>.");
        assert!(whats("a.rs", &format!("{line}\n{address}\n\n")).is_empty());
        assert!(whats("a.md", &format!("{line}{line}\n")).is_empty());
        assert!(whats("a.json", "\t \nno newline").is_empty());
        assert!(whats("a.rs", "").is_empty());
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_line() {
        let text = format!("\n{}\n\tx\nx \nx", "é".repeat(101));
        let expected = [
            (2, "101 characters, more than 100"),
            (3, "a tab"),
            (4, "a space or a carriage return at the end"),
            (0, "no newline at the end"),
        ];
        assert_eq!(whats("a.rs", &text), expected.map(|(line, what)| (line, what.to_owned())));
    }
}
