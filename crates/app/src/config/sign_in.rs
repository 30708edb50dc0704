//! `[sign-in]`: who signs in, and where a credential is found.
//!
//! The key that is given chooses the kind: an application with `secret`, `certificate` or
//! `federation`; an Azure resource with `managed_identity`; whoever Azure CLI knows with
//! `azure_cli`; a person with `browser` or `device_code`. Kinds that need nothing further can be
//! written in one word: `sign-in = "browser"`.

use std::fmt;
use std::path::{Path, PathBuf};

use halligan_core::id::AppId;
use halligan_graph::Flow;
use toml::de::DeValue;

use super::error::Fault;
use super::walk::{Table, nearest};

const KEYS: &[&str] = &[
    "client_id",
    "secret",
    "certificate",
    "federation",
    "managed_identity",
    "azure_cli",
    "browser",
    "device_code",
];
/// The keys of which one is given, and no more.
const KINDS: [&str; 7] = [
    "secret",
    "certificate",
    "federation",
    "managed_identity",
    "azure_cli",
    "browser",
    "device_code",
];
/// The kinds that can be written in one word.
pub(super) const WORDS: &[&str] = &["browser", "device-code", "azure-cli", "managed-identity"];
const REFERENCE_KEYS: &[&str] = &["env", "file", "command"];
const FEDERATION_KEYS: &[&str] = &["file", "file_env", "env", "command"];
const EXAMPLE: &str = "secret = { env = \"HALLIGAN_SECRET\" }";
const FEDERATION_EXAMPLE: &str = "file_env = \"AZURE_FEDERATED_TOKEN_FILE\"";
/// The identity provider that is known by name.
pub(super) const GITHUB_ACTIONS: &str = "github-actions";
/// What `managed_identity` says for the system-assigned or the only one.
pub(super) const SYSTEM: &str = "system";

/// Who signs in, as the register says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// An application of the tenant's own.
    Application {
        /// Its client id.
        client_id: AppId,
        /// Where its credential is.
        credential: CredentialReference,
    },
    /// The managed identity of the Azure resource that this runs on.
    ManagedIdentity {
        /// Which user-assigned one; `None` for the system-assigned or the only one.
        client_id: Option<AppId>,
    },
    /// Whoever is signed in to Azure CLI.
    AzureCli,
    /// A person.
    Person {
        /// How.
        flow: Flow,
        /// A public client of the tenant's own; `None` for Microsoft's.
        client_id: Option<AppId>,
    },
}

/// Which kind of credential, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialReference {
    /// A client secret.
    Secret(SecretReference),
    /// A certificate with its key, in one PEM text.
    Certificate(SecretReference),
    /// An assertion of another identity provider.
    Federation(FederationReference),
}

/// Where assertions of another identity provider are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FederationReference {
    /// Where a secret may be found: the text there is the assertion.
    Place(SecretReference),
    /// In the file whose path is in an environment variable.
    FileNamedBy(String),
    /// From the identity service of GitHub Actions.
    GitHubActions,
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

/// Who is declared to sign in; `None` when nobody is or it is wrong.
pub(super) fn read(root: &Table<'_, '_>, folder: &Path) -> Option<SignIn> {
    if let Some(DeValue::String(_)) = root.value("sign-in").map(|value| value.get_ref()) {
        return word(root);
    }
    let table = root.table("sign-in", "[sign-in]", KEYS)?;
    let given: Vec<&str> = KINDS.iter().copied().filter(|key| table.has(key)).collect();
    match given.as_slice() {
        [kind @ ("secret" | "certificate" | "federation")] => {
            if !table.has("client_id") {
                table.missing("client_id", "client_id = \"the application (client) id\"");
            }
            let client_id = table.parsed("client_id");
            let credential = credential(&table, kind, folder);
            Some(SignIn::Application { client_id: client_id?, credential: credential? })
        }
        ["managed_identity"] => managed_identity(&table),
        ["azure_cli"] => {
            without_client(&table, "`az login` chose the application already");
            is_on(&table, "azure_cli").then_some(SignIn::AzureCli)
        }
        ["browser"] => person(&table, "browser", Flow::Browser),
        ["device_code"] => person(&table, "device_code", Flow::DeviceCode),
        [] => {
            table.missing("secret", EXAMPLE);
            None
        }
        [first, others @ ..] => {
            let what = format!("is given beside `{}`", others.join("`, `"));
            let hint = "leave all but one out; a certificate is better than a secret, and an \
                        identity of the place where this runs is better than both";
            table.fault(first, what, Some(hint.into()));
            None
        }
    }
}

/// `sign-in = "browser"` and its like.
fn word(root: &Table<'_, '_>) -> Option<SignIn> {
    match root.text("sign-in")? {
        "browser" => Some(SignIn::Person { flow: Flow::Browser, client_id: None }),
        "device-code" => Some(SignIn::Person { flow: Flow::DeviceCode, client_id: None }),
        "azure-cli" => Some(SignIn::AzureCli),
        "managed-identity" => Some(SignIn::ManagedIdentity { client_id: None }),
        other => {
            // Not repeated when it looks like nothing that is known: it may be a secret.
            let hint = nearest(other, WORDS).map_or_else(
                || format!("one of `{}`, or a table `[sign-in]`", WORDS.join("`, `")),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            root.fault("sign-in", "is no kind of sign-in in one word", Some(hint));
            None
        }
    }
}

fn person(table: &Table<'_, '_>, key: &'static str, flow: Flow) -> Option<SignIn> {
    let client_id = table.parsed("client_id");
    if table.has("client_id") && client_id.is_none() {
        return None;
    }
    is_on(table, key).then_some(SignIn::Person { flow, client_id })
}

fn managed_identity(table: &Table<'_, '_>) -> Option<SignIn> {
    without_client(table, "name a user-assigned one as `managed_identity = \"its client id\"`");
    if table.text("managed_identity")? == SYSTEM {
        return Some(SignIn::ManagedIdentity { client_id: None });
    }
    let Ok(client_id) = table.text("managed_identity")?.trim().parse() else {
        let hint = format!("`\"{SYSTEM}\"`, or the client id of a user-assigned one");
        table.fault("managed_identity", "names no managed identity", Some(hint));
        return None;
    };
    Some(SignIn::ManagedIdentity { client_id: Some(client_id) })
}

fn without_client(table: &Table<'_, '_>, hint: &str) {
    if table.has("client_id") {
        table.fault("client_id", "does not belong to this kind of sign-in", Some(hint.into()));
    }
}

/// Whether the key says `true`, the one thing that it can say.
fn is_on(table: &Table<'_, '_>, key: &'static str) -> bool {
    let Some(value) = table.value(key) else { return false };
    match value.get_ref() {
        DeValue::Boolean(true) => true,
        DeValue::Boolean(false) => {
            table.fault(key, "is false", Some("leave it out, or say `true`".into()));
            false
        }
        other => {
            table.wrong_type(key, "`true`", other, &value.span());
            false
        }
    }
}

fn credential(table: &Table<'_, '_>, kind: &str, folder: &Path) -> Option<CredentialReference> {
    match kind {
        "secret" => reference(table, "secret", folder).map(CredentialReference::Secret),
        "certificate" => {
            reference(table, "certificate", folder).map(CredentialReference::Certificate)
        }
        _ => federation(table, folder).map(CredentialReference::Federation),
    }
}

fn federation(table: &Table<'_, '_>, folder: &Path) -> Option<FederationReference> {
    if let DeValue::String(text) = table.value("federation")?.get_ref() {
        if text == GITHUB_ACTIONS {
            return Some(FederationReference::GitHubActions);
        }
        let hint = format!("`\"{GITHUB_ACTIONS}\"`, or a place: `{{ {FEDERATION_EXAMPLE} }}`");
        table.fault("federation", "names no identity provider that is known", Some(hint));
        return None;
    }
    let inner = table.table("federation", "`federation`", FEDERATION_KEYS)?;
    if inner.has("file_env") && !REFERENCE_KEYS.iter().any(|key| inner.has(key)) {
        return variable(&inner, "file_env", "AZURE_FEDERATED_TOKEN_FILE", "the file's path")
            .map(FederationReference::FileNamedBy);
    }
    place(table, "federation", &inner, FEDERATION_KEYS, FEDERATION_EXAMPLE, folder)
        .map(FederationReference::Place)
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
    place(table, key, &inner, REFERENCE_KEYS, EXAMPLE, folder)
}

/// The one place that a table of references names.
fn place(
    table: &Table<'_, '_>,
    key: &'static str,
    inner: &Table<'_, '_>,
    keys: &[&'static str],
    example: &'static str,
    folder: &Path,
) -> Option<SecretReference> {
    let given: Vec<&str> = keys.iter().copied().filter(|key| inner.has(key)).collect();
    match given.as_slice() {
        ["env"] => variable(inner, "env", "HALLIGAN_SECRET", "the secret")
            .map(SecretReference::Environment),
        ["file"] => {
            let path = inner.required_text("file", "watcher.pem")?;
            Some(SecretReference::File(folder.join(path)))
        }
        ["command"] => command(inner),
        [] => {
            inner.missing(keys.first().copied().unwrap_or("env"), example);
            None
        }
        _ => {
            let what = format!("has several of `{}`", given.join("`, `"));
            table.fault(key, what, Some("leave all but one out".into()));
            None
        }
    }
}

/// The name of an environment variable that holds `content`.
fn variable(
    table: &Table<'_, '_>,
    key: &'static str,
    example: &'static str,
    content: &str,
) -> Option<String> {
    let name = table.required_text(key, example)?;
    if !is_variable(name) {
        // Not repeated: it may be the secret itself, in the wrong place.
        let hint = format!(
            "give the variable's name, for example `{example}`, and put {content} into the variable"
        );
        table.fault(key, "is no name of an environment variable", Some(hint));
        return None;
    }
    Some(name.into())
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
