//! `permissions.md`: every permission, what it reads, and what becomes a gap without it.

use std::fmt::Write as _;

use halligan_core::id::Guid;
use halligan_core::permission::{EVALUATE, EVALUATE_WIDER, Need, WIDER, ids, needs};
use halligan_core::power::PERMISSIONS;
use halligan_core::tenant::PartKind;

use super::{Made, cell, header};
use crate::repository::Repository;

const REFERENCE: &str = "https://learn.microsoft.com/graph/permissions-reference";

/// What stands before the table.
const INTRODUCTION: &str = "\
Everything is read with the least permission that reads it. Without one, its parts become gaps: the
report names them, nothing else changes, and no check passes on what was not read. `halligan doctor`
compares this table with the permissions that the watcher has.

The same names are application permissions (the watcher signs in by itself) and delegated ones (a
person signs in; Graph then also asks for a directory role of theirs, and Global Reader reads nearly
everything here).
";

/// Makes the page.
pub(super) fn make(_: &Repository) -> Result<Made, String> {
    page(&needs()).map(Made::Text).map_err(|error| error.to_string())
}

fn page(needs: &[Need]) -> Result<String, std::fmt::Error> {
    let mut text = header("Permissions");
    writeln!(text, "{INTRODUCTION}")?;
    writeln!(text, "| permission | without it these are gaps | and these checks cannot decide |")?;
    writeln!(text, "|---|---|---|")?;
    needs.iter().try_for_each(|need| row(&mut text, need))?;
    writeln!(text, "\n`HG-ESTATE-05` reads every part, and is left out above.")?;
    confirming(&mut text)?;
    unusual(&mut text)?;
    identifiers(&mut text, needs)?;
    wider(&mut text)?;
    dangerous(&mut text)?;
    Ok(text)
}

fn row(text: &mut String, need: &Need) -> std::fmt::Result {
    let parts: Vec<&str> = need.parts.iter().map(PartKind::title).collect();
    let checks: Vec<&str> = need.checks().iter().map(|check| check.id).collect();
    let (permission, parts, checks) = (name(need), cell(&parts.join(", ")), checks.join(", "));
    writeln!(text, "| {permission} | {parts} | {checks} |")
}

/// A permission of Graph as code; the words for another as they are.
fn name(need: &Need) -> String {
    match need.is_of_graph() {
        true => format!("`{}`", need.permission),
        false => cell(need.permission.trim_matches(['(', ')'])),
    }
}

/// What is needed to ask Microsoft's own engine, and for nothing else.
fn confirming(text: &mut String) -> std::fmt::Result {
    let wider: Vec<String> = EVALUATE_WIDER.iter().map(|name| format!("`{name}`")).collect();
    writeln!(text, "\n## To confirm a proof\n")?;
    writeln!(
        text,
        "`halligan prove --confirm` asks Microsoft's own engine (What If) about the sign-ins that \
         a proof shows.\nIt takes `{EVALUATE}`; {} do as well. No part and no check needs it.",
        wider.join(" and ")
    )
}

/// What granting the permission alone does not bring.
fn unusual(text: &mut String) -> std::fmt::Result {
    writeln!(text, "\n## What a grant alone does not bring\n")?;
    for (kind, words) in [
        (
            PartKind::DirectorySync,
            "documented for a person who is Global Administrator only. An application is refused, \
             and so is a Global Reader. It is asked for where synchronisation is on or was.",
        ),
        (
            PartKind::AccountLeave,
            "answered as none to whoever lacks the permission, so that it is asked for only with \
             it.",
        ),
        (
            PartKind::DiagnosticSettings,
            "no part of Microsoft Graph. Azure Resource Manager lists them to whoever has an Azure \
             role, such as Reader, at the scope `/providers/microsoft.aadiam`.",
        ),
    ] {
        writeln!(text, "- {}: {words}", kind.title())?;
    }
    Ok(())
}

fn identifiers(text: &mut String, needs: &[Need]) -> std::fmt::Result {
    writeln!(text, "\n## Ids\n")?;
    writeln!(
        text,
        "For manifests and scripts; what is missing is in the [reference]({REFERENCE})."
    )?;
    writeln!(text, "\n| permission | application | delegated |\n|---|---|---|")?;
    let id = |id: Option<Guid>| id.map_or_else(|| "–".into(), |id| format!("`{id}`"));
    let needed = needs.iter().filter(|need| need.is_of_graph()).map(|need| need.permission);
    for permission in needed.chain([EVALUATE]) {
        let known = ids(permission);
        let application = id(known.and_then(|known| known.application));
        let delegated = id(known.and_then(|known| known.delegated));
        writeln!(text, "| `{permission}` | {application} | {delegated} |")?;
    }
    Ok(())
}

fn wider(text: &mut String) -> std::fmt::Result {
    writeln!(text, "\n## Wider permissions that do as well\n\n| instead of | any of |\n|---|---|")?;
    for (permission, wider) in WIDER {
        let wider: Vec<String> = wider.iter().map(|name| format!("`{name}`")).collect();
        writeln!(text, "| `{permission}` | {} |", wider.join(", "))?;
    }
    Ok(())
}

fn dangerous(text: &mut String) -> std::fmt::Result {
    writeln!(text, "\n## Permissions that a watcher must not have\n")?;
    writeln!(text, "Whoever holds one of these can do what stands beside it.\n")?;
    writeln!(text, "| permission | its holder can |\n|---|---|")?;
    for permission in PERMISSIONS {
        let can: Vec<&str> = permission.powers.iter().map(|power| power.can()).collect();
        writeln!(text, "| `{}` | {} |", permission.name, can.join("; "))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::permission::IDS;
    use serde_json::Value;
    use std::path::Path;

    #[test]
    fn every_permission_has_its_row_and_every_part_stands_in_one() {
        let text = page(&needs()).unwrap();
        for need in needs() {
            assert!(text.contains(&format!("\n| {} | ", name(&need))), "{}", need.permission);
        }
        for part in PartKind::ALL.iter().filter(|part| **part != PartKind::Watcher) {
            assert!(text.contains(part.title()), "{part}");
        }
        assert!(text.contains(&format!("\n| `{EVALUATE}` | `37730810-")));
        assert!(text.contains("`7ab1d382-f21e-4acd-a863-ba3e13f7da61`"));
    }

    /// The ids of the code are those of Microsoft's own list, and none of that list is left out.
    #[test]
    fn ids_agree_with_the_list_that_microsoft_publishes() {
        let file = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/graph-openapi/permission-ids.json"
        ));
        if !file.is_file() {
            assert!(std::env::var_os("CI").is_none(), "the list of permission ids is missing");
            println!("skipped: no list of permission ids beside the repository");
            return;
        }
        let list: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let listed = |name: &str| list.iter().find(|one| one["value"] == name);
        let id = |one: &Value, kind: &str| -> Option<Guid> {
            one[kind]["id"].as_str().and_then(|id| id.parse().ok())
        };
        for known in IDS {
            let one = listed(known.name).unwrap_or_else(|| panic!("{} is not listed", known.name));
            assert_eq!(known.application, id(one, "Application"), "{}", known.name);
            assert_eq!(known.delegated, id(one, "DelegatedWork"), "{}", known.name);
        }
        for need in needs() {
            let Some(one) = listed(need.permission) else { continue };
            let has = id(one, "Application").is_some() || id(one, "DelegatedWork").is_some();
            assert_eq!(ids(need.permission).is_some(), has, "{}", need.permission);
        }
    }
}
