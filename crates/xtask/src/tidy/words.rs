//! Words: a comment that promises work is an issue that nobody can find.

use super::Problem;
use super::tree::Tree;

const CHECKER: &str = "words";

/// The usual marks of unfinished work.
const MARKS: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// Checks the comments of every Rust and TOML file.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &tree.files {
        let start = match file.path.rsplit('.').next() {
            Some("rs") => "//",
            Some("toml") => "#",
            _ => continue,
        };
        for (number, line) in file.text.lines().enumerate() {
            if let Some(mark) = mark_in(line, start) {
                let what = format!("`{mark}` in a comment: do it, or open an issue");
                problems.push(Problem {
                    path: file.path.clone(),
                    line: number + 1,
                    checker: CHECKER,
                    what,
                });
            }
        }
    }
    problems
}

fn mark_in(line: &str, start: &str) -> Option<&'static str> {
    let (_, comment) = line.split_once(start)?;
    let words = || comment.split(|c: char| !c.is_alphanumeric());
    MARKS.into_iter().find(|mark| words().any(|word| word == *mark))
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn marks_are_found_in_comments_only() {
        let [todo, fixme, xxx] = MARKS;
        let text = format!(
            "// {todo}: later\nlet x = \"{todo}\";\nlet y = 1; /// ({fixme})\n// {todo}S and toDo\n"
        );
        let problems = check(&tree_of(&[("a.rs", &text), ("a.md", &text)]));
        let found: Vec<_> = problems.iter().map(|problem| (problem.line, &*problem.what)).collect();
        let expected = [
            (1, "`TODO` in a comment: do it, or open an issue"),
            (3, "`FIXME` in a comment: do it, or open an issue"),
        ];
        assert_eq!(found, expected);
        assert_eq!(check(&tree_of(&[("a.toml", &format!("x = 1 # {xxx}\n"))])).len(), 1);
    }
}
