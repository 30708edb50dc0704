//! `checks.md`: every check, with what a person needs to judge and to mend.

use std::fmt::Write as _;

use halligan_app::catalogue::shown;
use halligan_core::check::{ALL, Check};

use super::{Made, cell, header};
use crate::repository::Repository;

/// Makes the page.
pub(super) fn make(_: &Repository) -> Result<Made, String> {
    page(ALL).map(Made::Text).map_err(|error| error.to_string())
}

fn page(checks: &[&Check]) -> Result<String, std::fmt::Error> {
    let mut text = header("Checks");
    writeln!(text, "What `halligan check` asks of a tenant: {} checks.\n", checks.len())?;
    writeln!(text, "| check | severity | what must hold |\n|---|---|---|")?;
    for check in checks {
        let (id, severity) = (check.id, check.severity.word());
        let anchor = id.to_ascii_lowercase();
        writeln!(text, "| [{id}](#{anchor}) | {severity} | {} |", cell(check.title))?;
    }
    checks.iter().try_for_each(|check| section(&mut text, check))?;
    Ok(text)
}

fn section(text: &mut String, check: &Check) -> std::fmt::Result {
    let reads: Vec<_> = check.reads.iter().map(|part| part.title()).collect();
    let controls: Vec<_> = check.controls.iter().map(ToString::to_string).collect();
    let sources: Vec<_> =
        check.sources.iter().map(|link| format!("[{}]({})", link.title, link.url)).collect();
    writeln!(text, "\n## {}\n\n**{}.** {}\n", check.id, check.title, check.why)?;
    writeln!(text, "- severity: {}, family: {}", check.severity.word(), check.family.word())?;
    writeln!(text, "- reads: {}", reads.join(", "))?;
    writeln!(text, "- remedy: {}", shown(check.remedy.action))?;
    writeln!(text, "- in the portal: {}", check.remedy.portal)?;
    writeln!(text, "- through Microsoft Graph: `{}`", shown(check.remedy.graph))?;
    writeln!(text, "- controls: {}", controls.join(", "))?;
    writeln!(text, "- sources: {}", sources.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_its_row_and_its_section() {
        let text = page(ALL).unwrap();
        for check in ALL {
            let row = format!("| [{}](#{}) |", check.id, check.id.to_ascii_lowercase());
            let section = format!("\n## {}\n\n**{}.**", check.id, check.title);
            assert_eq!(text.matches(&row).count(), 1, "{row}");
            assert_eq!(text.matches(&section).count(), 1, "{section}");
            assert!(text.contains(&shown(check.remedy.graph)), "{}", check.id);
        }
    }
}
