//! A new register: what a tenant is read for it, and what is written.
//!
//! [`survey`](fn@survey) reads a tenant of which nothing is declared yet, [`Draft`] is what a
//! person chose, and its text explains every key from the table that the reference is made of.
//! Nothing stands in it that nobody chose.

mod survey;
#[cfg(test)]
mod tests;
mod text;

use std::path::{Path, PathBuf};

use halligan_core::id::{GroupId, TenantId};
use halligan_core::register::{DeclaredAccount, Shape};
use halligan_core::time::Timestamp;
use halligan_graph::CLOUDS;
use thiserror::Error;
use toml::{Table, Value};

use crate::config::{Config, ConfigErrors, LoadError, REGISTER_BYTES_MAX};
use crate::files::{FileError, must_be_new, read_limited, write_whole};

pub use survey::{Survey, survey};

/// Where the register's first line says that its schema is, beside it.
pub const SCHEMA_FILE: &str = "halligan.schema.json";

/// Words for accounts that say nothing about them.
const CODE_NAMES: [&str; 12] = [
    "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett",
    "kilo", "lima",
];

/// The word for the account at `place`, the first at 0.
pub fn proposed_code_name(place: usize) -> String {
    let word = CODE_NAMES.get(place).map(|word| (*word).to_owned());
    word.unwrap_or_else(|| format!("account-{}", place + 1))
}

/// A register that somebody chose, before it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// `[tenant]`.
    pub tenant: Table,
    /// `[sign-in]`; empty for a person who is asked at the terminal.
    pub sign_in: Table,
    /// How the accounts get past Conditional Access.
    pub shape: Shape,
    /// The group that policies exclude.
    pub group: Option<GroupId>,
    /// The accounts.
    pub accounts: Vec<DeclaredAccount>,
}

/// Why no register is written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DraftError {
    /// The file is there already, or cannot be written.
    #[error("{0}")]
    File(FileError),
    /// What was chosen makes no register.
    #[error("what was chosen makes no register: {0}")]
    Invalid(ConfigErrors),
}

impl DraftError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Invalid(errors) => errors.errors.first().and_then(|one| one.fault.hint()),
        }
    }
}

impl Draft {
    /// The text: every key with its meaning, those that nobody chose commented out.
    pub fn text(&self) -> String {
        text::text(self)
    }

    /// Reads the draft as it would be read from `path`.
    pub fn config(&self, path: &Path, now: Timestamp) -> Result<Config, DraftError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.display().to_string();
        Config::parse(&name, folder, &self.text(), now).map_err(DraftError::Invalid)
    }

    /// Writes it whole or not at all, for its owner alone to read; over a file only where
    /// `replace` says so.
    pub fn write(&self, path: &Path, replace: bool, now: Timestamp) -> Result<(), DraftError> {
        self.config(path, now)?;
        if !replace {
            must_be_new(path).map_err(DraftError::File)?;
        }
        write_whole(path, self.text().as_bytes()).map_err(DraftError::File)
    }
}

/// `[tenant]` of a tenant in one of Microsoft's clouds.
pub fn tenant_table(id: Option<TenantId>, cloud: Option<&str>) -> Table {
    let id = id.map(|id| ("id".to_owned(), Value::String(id.to_string())));
    let cloud = cloud.map(|cloud| ("cloud".to_owned(), Value::String(cloud.into())));
    id.into_iter().chain(cloud).collect()
}

/// The cloud whose Microsoft Graph answers at `endpoint`; `None` for other addresses.
pub fn cloud_at(endpoint: &str) -> Option<&'static str> {
    CLOUDS.iter().find(|cloud| cloud.graph == endpoint).map(|cloud| cloud.name)
}

/// What another register says of its tenant and its sign-in, for a register at `target`.
#[derive(Clone, Debug, PartialEq)]
pub struct TakenOver {
    /// The other register, as it is read.
    pub config: Config,
    /// Its `[tenant]`.
    pub tenant: Table,
    /// Its `[sign-in]`, a word as the table that means the same.
    pub sign_in: Table,
}

/// Takes `[tenant]` and `[sign-in]` over from the register at `path`.
pub fn take_over(path: &Path, target: &Path, now: Timestamp) -> Result<TakenOver, LoadError> {
    let config = Config::load(path, now)?;
    let bytes = read_limited(path, "REGISTER_BYTES_MAX", REGISTER_BYTES_MAX);
    let bytes = bytes.map_err(LoadError::File)?;
    // It has just been read: what does not parse here has changed in between, and is taken as none.
    let whole: Table = String::from_utf8_lossy(&bytes).parse().unwrap_or_default();
    let move_to = |table: Table| match folder(path) == folder(target) {
        true => table,
        false => relocated(table, &folder(path)),
    };
    let tenant = match whole.get("tenant") {
        Some(Value::Table(table)) => move_to(table.clone()),
        _ => Table::new(),
    };
    let sign_in = match whole.get("sign-in") {
        Some(Value::Table(table)) => move_to(table.clone()),
        Some(Value::String(word)) => sign_in_table(word),
        _ => Table::new(),
    };
    Ok(TakenOver { config, tenant, sign_in })
}

/// `[sign-in]` of a kind that needs nothing further: `browser`, `device-code`, `azure-cli` or
/// `managed-identity`.
pub fn sign_in_table(word: &str) -> Table {
    let value = match word {
        "managed-identity" => Value::String("system".into()),
        _ => Value::Boolean(true),
    };
    Table::from_iter([(word.replace('-', "_"), value)])
}

fn folder(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.into());
    whole.parent().map_or_else(PathBuf::new, Into::into)
}

/// The same table for a register elsewhere: relative paths of files begin at `folder`.
fn relocated(table: Table, folder: &Path) -> Table {
    let moved = |path: &str| Value::String(folder.join(path).display().to_string());
    let relocate = |(key, value): (String, Value)| {
        let value = match (key.as_str(), value) {
            ("trust" | "file", Value::String(path)) => moved(&path),
            (_, Value::Table(inner)) => Value::Table(relocated(inner, folder)),
            (_, other) => other,
        };
        (key, value)
    };
    table.into_iter().map(relocate).collect()
}
