//! The one list of exceptions: `tidy.toml`, an `[[exception]]` each with its reason.

use std::cell::Cell;

use super::Problem;
use super::tree::Tree;

const FILE: &str = "tidy.toml";
const CHECKER: &str = "exceptions";

/// Takes the problems of one checker in one file off the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    checker: String,
    path: String,
    /// Only problems that say this; every problem of the checker in the file when absent.
    says: Option<String>,
    used: Cell<bool>,
}

impl Exception {
    fn covers(&self, problem: &Problem) -> bool {
        let says = self.says.as_ref().is_none_or(|says| problem.what.contains(says));
        self.checker == problem.checker && self.path == problem.path && says
    }
}

/// The exceptions of the repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Exceptions(Vec<Exception>);

impl Exceptions {
    /// Reads the list, and says which of its entries are none.
    pub(super) fn read(tree: &Tree) -> (Self, Vec<Problem>) {
        let Some(file) = tree.file(FILE) else {
            return (Self::default(), Vec::new());
        };
        let entries = match entries(&file.text) {
            Ok(entries) => entries,
            Err(what) => return (Self::default(), vec![problem(what)]),
        };
        let mut exceptions = Vec::new();
        let mut problems = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            match exception(entry) {
                Ok(exception) => exceptions.push(exception),
                Err(what) => problems.push(problem(format!("exception {}: {what}", number + 1))),
            }
        }
        (Self(exceptions), problems)
    }

    /// The problems that no exception covers, and one for each exception that covers none.
    pub(super) fn applied_to(&self, found: Vec<Problem>) -> Vec<Problem> {
        let mut left = Vec::new();
        for problem in found {
            let covering = self.0.iter().filter(|exception| exception.covers(&problem));
            if covering.map(|exception| exception.used.set(true)).count() == 0 {
                left.push(problem);
            }
        }
        let unused = self.0.iter().filter(|exception| !exception.used.get());
        left.extend(unused.map(|Exception { checker, path, says, .. }| {
            let says = says.as_ref().map(|says| format!(" (`{says}`)")).unwrap_or_default();
            problem(format!("nothing needs the exception for {checker} in `{path}`{says}"))
        }));
        left
    }
}

fn entries(text: &str) -> Result<Vec<toml::Table>, String> {
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| format!("not TOML: {}", error.message()))?;
    let mut entries = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::Array(items) if name == "exception" => {
                for item in items {
                    let toml::Value::Table(entry) = item else {
                        return Err("an exception is a table".into());
                    };
                    entries.push(entry);
                }
            }
            _ => return Err(format!("`{name}` is not `[[exception]]`")),
        }
    }
    Ok(entries)
}

fn exception(entry: &toml::Table) -> Result<Exception, String> {
    const KEYS: [&str; 4] = ["checker", "path", "says", "reason"];
    if let Some(key) = entry.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("`{key}` is not one of `{}`", KEYS.join("`, `")));
    }
    let text = |key| match entry.get(key).and_then(toml::Value::as_str).map(str::trim) {
        None | Some("") => Err(format!("`{key}` is missing")),
        Some(text) => Ok(text.to_owned()),
    };
    text("reason")?;
    let says = if entry.contains_key("says") { Some(text("says")?) } else { None };
    Ok(Exception { checker: text("checker")?, path: text("path")?, says, used: Cell::new(false) })
}

fn problem(what: String) -> Problem {
    Problem { path: FILE.into(), line: 0, checker: CHECKER, what }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    fn found(path: &str, what: &str) -> Problem {
        Problem { path: path.into(), line: 3, checker: "size", what: what.into() }
    }

    fn read(text: &str) -> (Exceptions, Vec<String>) {
        let (exceptions, problems) = Exceptions::read(&tree_of(&[(FILE, text)]));
        (exceptions, problems.into_iter().map(|problem| problem.what).collect())
    }

    #[test]
    fn an_exception_covers_its_checker_its_file_and_its_words() {
        let (exceptions, problems) = read(
            "[[exception]]\nchecker = \"size\"\npath = \"a.rs\"\nsays = \"fn x\"\nreason = \"r\"",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let other = [found("a.rs", "fn y is long"), found("b.rs", "fn x is long")];
        let all = [&other[..], &[found("a.rs", "fn x is long")]].concat();
        assert_eq!(exceptions.applied_to(all), other);
    }

    #[test]
    fn an_exception_that_nothing_needs_is_a_problem() {
        let text = "[[exception]]\nchecker = \"size\"\npath = \"a.rs\"\nreason = \"r\"";
        let (exceptions, _) = read(text);
        let left = exceptions.applied_to(Vec::new());
        let what = "nothing needs the exception for size in `a.rs`";
        assert_eq!(left, [problem(what.into())]);
    }

    #[test]
    fn entries_that_say_too_little_or_too_much_are_problems() {
        let entry = |more: &str| format!("[[exception]]\nchecker = \"a\"\npath = \"b\"\n{more}");
        let cases = [
            (entry(""), "exception 1: `reason` is missing"),
            (entry("reason = \" \""), "exception 1: `reason` is missing"),
            (
                entry("reason = \"r\"\nline = 3"),
                "exception 1: `line` is not one of `checker`, `path`, `says`, `reason`",
            ),
            ("exceptions = 1".into(), "`exceptions` is not `[[exception]]`"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(&text).1, [expected], "{text}");
        }
        assert!(read("[[").1.iter().all(|what| what.starts_with("not TOML")));
    }
}
