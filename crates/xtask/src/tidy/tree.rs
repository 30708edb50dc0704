//! The files that the checkers look at, read once.

use std::fs;
use std::io::ErrorKind;

use crate::command;
use crate::repository::Repository;

/// A text file of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Relative to the root, with `/` between its parts.
    pub(super) path: String,
    pub(super) text: String,
}

/// Every text file that git tracks, or would track if it were added.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

impl Tree {
    pub(super) fn read(repository: &Repository) -> Result<Self, String> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let list = command::read(&mut repository.command("git", &arguments))?;
        let mut files = Vec::new();
        for path in list.split('\0').filter(|path| !path.is_empty()) {
            match fs::read(repository.root.join(path)) {
                Ok(bytes) => {
                    // What is no text (a fuzz corpus holds such files) has no lines to check.
                    if let Ok(text) = String::from_utf8(bytes) {
                        files.push(File { path: path.to_owned(), text });
                    }
                }
                // Deleted in the tree and not yet in the index.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(format!("`{path}` cannot be read: {error}")),
            }
        }
        Ok(Self { files })
    }

    /// The Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The Rust files of the product: no integration tests, no files of unit tests.
    pub(super) fn product(&self) -> impl Iterator<Item = &File> {
        self.rust().filter(|file| file.is_product())
    }

    /// The file at this path.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl File {
    fn is_product(&self) -> bool {
        !self.path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
    }
}

/// A tree of one file, or of several, for the checkers' tests.
#[cfg(test)]
pub(super) fn tree_of(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
    Tree { files: files.iter().map(file).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_itself_is_read() {
        let tree = Tree::read(&Repository::here()).unwrap();
        assert!(tree.file("Cargo.toml").is_some());
        assert!(tree.rust().any(|file| file.path == "crates/xtask/src/tidy/tree.rs"));
        assert!(!tree.files.iter().any(|file| file.path.starts_with("target/")));
    }

    #[test]
    fn tests_are_not_product() {
        let tree = tree_of(&[
            ("crates/a/src/lib.rs", ""),
            ("crates/a/src/b/tests.rs", ""),
            ("crates/a/tests/it/main.rs", ""),
            ("crates/a/README.md", ""),
        ]);
        let product: Vec<_> = tree.product().map(|file| file.path.as_str()).collect();
        assert_eq!(product, ["crates/a/src/lib.rs"]);
        assert_eq!(tree.rust().count(), 3);
    }
}
