//! The generated pages under `docs/reference`.
//!
//! A generator gives its page as text, so that `tidy` can compare it with the file; only
//! [`run`] writes.

mod ca_policies;
mod checks;
mod cli;
mod permissions;
mod register;

use std::fs;

use crate::repository::{self, Repository};

/// What a generator comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// The whole page.
    Text(String),
    /// The input that is not on this machine.
    Missing(String),
}

/// A generated page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// Where it is, relative to the root.
    pub(crate) path: &'static str,
    /// What makes it.
    pub(crate) make: fn(&Repository) -> Result<Made, String>,
}

/// Every generated page.
pub(crate) const PAGES: [Page; 6] = [
    Page { path: "docs/reference/ca-policies.md", make: ca_policies::make },
    Page { path: "docs/reference/checks.md", make: checks::make },
    Page { path: "docs/reference/cli.md", make: cli::make },
    Page { path: "docs/reference/halligan.schema.json", make: register::make_schema },
    Page { path: "docs/reference/permissions.md", make: permissions::make },
    Page { path: "docs/reference/register.md", make: register::make },
];

/// Whether to write the pages or only to say which are stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write what differs.
    Write,
    /// Write nothing.
    Check,
}

/// Makes every page; `false` when `mode` is [`Mode::Check`] and a page is stale.
pub(crate) fn run(repository: &Repository, mode: Mode) -> Result<bool, String> {
    let mut fresh = true;
    for page in &PAGES {
        let text = match (page.make)(repository)? {
            Made::Text(text) => text,
            Made::Missing(input) => {
                println!("SKIPPED: {}", skip(page, &input));
                fresh &= !repository::in_ci();
                continue;
            }
        };
        if is_there(repository, page, &text) {
            println!("fresh   {}", page.path);
        } else if mode == Mode::Check {
            println!("STALE   {}", page.path);
            fresh = false;
        } else {
            write(repository, page, &text)?;
            println!("written {}", page.path);
        }
    }
    Ok(fresh)
}

/// Whether the file holds exactly this text.
pub(crate) fn is_there(repository: &Repository, page: &Page, text: &str) -> bool {
    fs::read_to_string(repository.root.join(page.path)).is_ok_and(|old| old == text)
}

/// How a page whose input is missing is spoken of.
pub(crate) fn skip(page: &Page, input: &str) -> String {
    format!("`{}` is made from `{input}`, which is missing", page.path)
}

fn write(repository: &Repository, page: &Page, text: &str) -> Result<(), String> {
    let path = repository.root.join(page.path);
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("`{}`: {error}", page.path))
}

/// The comment that begins every page.
fn header(title: &str) -> String {
    format!("<!-- Made by `cargo xtask docs`; edits are lost. -->\n\n# {title}\n\n")
}

/// A cell of a Markdown table: one line, its bars escaped.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page =
        Page { path: "docs/reference/page.md", make: |_| Ok(Made::Text("text\n".into())) };

    #[test]
    fn a_page_is_fresh_when_it_was_written_and_stale_when_it_was_edited() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository { root: folder.path().into() };
        assert!(!is_there(&repository, &PAGE, "text\n"));
        write(&repository, &PAGE, "text\n").unwrap();
        assert!(is_there(&repository, &PAGE, "text\n"));
        fs::write(folder.path().join(PAGE.path), "text and more\n").unwrap();
        assert!(!is_there(&repository, &PAGE, "text\n"));
    }

    #[test]
    fn cells_stay_in_their_row() {
        assert_eq!(cell("a|b\nc"), "a\\|b c");
    }
}
