//! `[[account]]`: the emergency access accounts.

use std::collections::BTreeMap;

use halligan_core::id::{Guid, UserId};
use halligan_core::register::DeclaredAccount;

use super::error::Fault;
use super::walk::Table;

/// The most accounts that a register declares.
pub const ACCOUNTS_MAX: usize = 100;

/// The longest code name, in characters.
const CODE_NAME_CHARACTERS_MAX: usize = 40;

const KEYS: &[&str] = &["id", "code_name"];

/// The accounts in the order of their declaration. One that is declared twice is kept twice: a
/// check says so.
pub(super) fn read(root: &Table<'_, '_>) -> Vec<DeclaredAccount> {
    let tables = root.tables("account", "[[account]]", KEYS);
    if let Some(beyond) = tables.get(ACCOUNTS_MAX) {
        let (limit, value) = ("ACCOUNTS_MAX", ACCOUNTS_MAX);
        beyond.note("", Fault::Limit { limit, value });
    }
    let mut names = BTreeMap::new();
    let mut accounts = Vec::new();
    for (place, table) in tables.iter().enumerate() {
        if !table.has("id") {
            table.missing("id", "id = \"the object id of the user\"");
        }
        let id: Option<UserId> = table.parsed("id");
        let code_name = code_name(table).unwrap_or_else(|| format!("account-{}", place + 1));
        let Some(id) = id else { continue };
        if *names.entry(code_name.clone()).or_insert(id) != id {
            table.note("code_name", Fault::TakenName(code_name.clone()));
        }
        accounts.push(DeclaredAccount { id, code_name });
    }
    accounts
}

fn code_name(table: &Table<'_, '_>) -> Option<String> {
    let name = table.text("code_name")?;
    match check_code_name(name) {
        Ok(()) => Some(name.into()),
        Err(what) => {
            table.fault("code_name", what, Some("for example `alpha`".into()));
            None
        }
    }
}

/// What is wrong with a code name, in words. It stands in reports, on paper and in acceptances, so
/// that it must read the same everywhere and be mistaken for nothing else.
pub fn check_code_name(name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.chars().count() > CODE_NAME_CHARACTERS_MAX {
        Err(format!("must have 1 to {CODE_NAME_CHARACTERS_MAX} characters"))
    } else if !name.chars().all(plain) {
        Err("must be made of letters, digits, `-`, `_` and `.`".into())
    } else if name == "tenant" || name.parse::<Guid>().is_ok() {
        Err(format!("`{name}` means something else in acceptances"))
    } else {
        Ok(())
    }
}
