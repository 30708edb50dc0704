//! `[sign-in]`: the watcher's application, and where its credential is found.

use std::fmt;
use std::path::{Path, PathBuf};

use halligan_core::id::AppId;
use toml::de::DeValue;

use super::error::Fault;
use super::walk::Table;

const KEYS: &[&str] = &["client_id", "secret", "certificate"];
const REFERENCE_KEYS: &[&str] = &["env", "file", "command"];
const EXAMPLE: &str = "secret = { env = \"HALLIGAN_SECRET\" }";

/// How the watcher signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The application's client id.
    pub client_id: AppId,
    /// Where its credential is.
    pub credential: CredentialReference,
}

/// Which kind of credential, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialReference {
    /// A client secret.
    Secret(SecretReference),
    /// A certificate with its key, in one PEM text.
    Certificate(SecretReference),
}

/// Where a secret is found; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretReference {
    /// In an environment variable.
    Environment(String),
    /// In a file.
    File(PathBuf),
    /// On the standard output of a program: the program and its arguments, without a shell.
    Command(Vec<String>),
}

/// The declared application; `None` when there is none or it is wrong.
pub(super) fn read(root: &Table<'_, '_>, folder: &Path) -> Option<SignIn> {
    let table = root.table("sign-in", "[sign-in]", KEYS)?;
    if !table.has("client_id") {
        table.missing("client_id", "client_id = \"the application (client) id\"");
    }
    let client_id = table.parsed("client_id");
    let credential = credential(&table, folder);
    Some(SignIn { client_id: client_id?, credential: credential? })
}

fn credential(table: &Table<'_, '_>, folder: &Path) -> Option<CredentialReference> {
    let secret = reference(table, "secret", folder);
    let certificate = reference(table, "certificate", folder);
    match (table.has("secret"), table.has("certificate")) {
        (true, true) => {
            let hint = "leave out one of the two; the certificate is the better one".to_owned();
            table.fault("secret", "is given beside `certificate`", Some(hint));
            None
        }
        (false, false) => {
            table.missing("secret", EXAMPLE);
            None
        }
        (true, false) => secret.map(CredentialReference::Secret),
        (false, true) => certificate.map(CredentialReference::Certificate),
    }
}

/// Where the secret under `key` is.
pub(super) fn reference(
    table: &Table<'_, '_>,
    key: &'static str,
    folder: &Path,
) -> Option<SecretReference> {
    if let DeValue::String(_) = table.value(key)?.get_ref() {
        table.note(key, Fault::PlainSecret { key });
        return None;
    }
    let inner = table.table(key, &format!("`{key}`"), REFERENCE_KEYS)?;
    let given: Vec<&str> = REFERENCE_KEYS.iter().copied().filter(|key| inner.has(key)).collect();
    match given.as_slice() {
        ["env"] => {
            let name = inner.required_text("env", "HALLIGAN_SECRET")?;
            if !is_variable(name) {
                // Not repeated: it may be the secret itself, in the wrong place.
                let hint = "give the variable's name, for example `HALLIGAN_SECRET`, and put the \
                            secret into the variable";
                inner.fault("env", "is no name of an environment variable", Some(hint.into()));
                return None;
            }
            Some(SecretReference::Environment(name.into()))
        }
        ["file"] => {
            let path = inner.required_text("file", "watcher.pem")?;
            Some(SecretReference::File(folder.join(path)))
        }
        ["command"] => command(&inner),
        [] => {
            inner.missing("env", EXAMPLE);
            None
        }
        _ => {
            let what = format!("has several of `{}`", given.join("`, `"));
            table.fault(key, what, Some("leave all but one out".into()));
            None
        }
    }
}

/// Whether a text is a name that a variable can have (POSIX: letters, digits, underscores).
fn is_variable(name: &str) -> bool {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn command(table: &Table<'_, '_>) -> Option<SecretReference> {
    let items = table.list("command", "a list of strings");
    let word = |item: &&'_ _| table.text_of("command", item).map(String::from);
    let words: Vec<String> = items.iter().filter_map(word).collect();
    if words.first().is_some_and(|program| !program.is_empty()) {
        return (words.len() == items.len()).then_some(SecretReference::Command(words));
    }
    if items.is_empty() {
        let hint = "for example `command = [\"pass\", \"halligan\"]`".to_owned();
        table.fault("command", "names no program", Some(hint));
    }
    None
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment variable `{name}`"),
            Self::File(path) => write!(f, "file `{}`", path.display()),
            // Arguments may carry what they should not.
            Self::Command(words) => {
                write!(f, "command `{}`", words.first().map_or("", String::as_str))
            }
        }
    }
}
