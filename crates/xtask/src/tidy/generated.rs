//! Generated pages: what `cargo xtask docs` would write is what is there.

use super::Problem;
use crate::docs::{self, Made};
use crate::repository::Repository;

const CHECKER: &str = "generated";

/// Makes every page in memory and compares; pages whose input is missing here are skips.
pub(super) fn check(repository: &Repository) -> (Vec<Problem>, Vec<String>) {
    let mut problems = Vec::new();
    let mut skips = Vec::new();
    for page in &docs::PAGES {
        let say = |what| Problem { path: page.path.into(), line: 0, checker: CHECKER, what };
        match (page.make)(repository) {
            Ok(Made::Text(text)) if docs::is_there(repository, page, &text) => {}
            Ok(Made::Text(_)) => problems.push(say("is stale: run `cargo xtask docs`".into())),
            Ok(Made::Missing(input)) => skips.push(docs::skip(page, &input)),
            Err(what) => problems.push(say(format!("cannot be made: {what}"))),
        }
    }
    (problems, skips)
}
