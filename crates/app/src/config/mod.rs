//! `halligan.toml`: the register, and who signs in.
//!
//! The text is strict: an unknown key is an error with the key that was probably meant, and all
//! errors of a file are reported together with line and column. Secrets are only referred to
//! ([`SecretReference`]); one that stands in the file is refused.

mod accepted;
mod access;
mod account;
mod bounds;
mod custody;
mod environment;
mod error;
mod kafka;
pub mod keys;
mod known;
mod notify;
mod push;
pub mod schema;
mod sign_in;
mod tenant;
mod walk;
mod watch;

use std::path::{Path, PathBuf};

use halligan_core::register::Register;
use halligan_core::time::Timestamp;
use halligan_graph::Endpoints;
use halligan_wire::text::{TextError, decode};
use thiserror::Error;
use toml::de::DeTable;

use crate::files::{FileError, read_limited};
use walk::{Table, Walk};

pub use accepted::ACCEPTANCE_DAYS_MAX;
pub use account::{ACCOUNTS_MAX, check_code_name};
pub use custody::{CONTACTS_MAX, CUSTODY_PLACES_MAX, PEOPLE_MAX};
pub use environment::{ADDRESSES_MAX, PLACES_MAX, WORKSTATIONS_MAX};
pub use error::{ConfigError, ConfigErrors, ERRORS_MAX, Fault};
pub use kafka::{Brokers, KAFKA_GROUP, Kafka};
pub use notify::{HEARTBEAT_DAYS_MAX, Notify, RECIPIENTS_MAX, STATE_FILE};
pub use sign_in::{CredentialReference, FederationReference, SecretReference, SignIn};
pub use watch::{Canary, SOURCES_MAX, TENANT_NAME_CHARACTERS_MAX, Watch};

/// The largest register that is read.
pub const REGISTER_BYTES_MAX: u64 = 1 << 20;

/// The name that commands look for where none is given.
pub const REGISTER_FILE: &str = "halligan.toml";

/// What `halligan.toml` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// What is wanted.
    pub register: Register,
    /// Where sign-in and Microsoft Graph are reached.
    pub endpoints: Endpoints,
    /// A PEM file of authorities to trust beside those of the system.
    pub trust: Option<PathBuf>,
    /// Who signs in; `None` for the person at the terminal, and when only files are judged.
    pub sign_in: Option<SignIn>,
    /// Who is told what changed; `None` when nobody is.
    pub notify: Option<Notify>,
    /// The hubs of Event Hubs that bring records, where there are some.
    pub event_hubs: Option<Kafka>,
    /// The topics of Kafka brokers that do.
    pub kafka: Option<Kafka>,
    /// Where the token is that those show who push records.
    pub push: Option<SecretReference>,
    /// What is watched by default, and under which name.
    pub watch: Watch,
}

/// Why a register cannot be used.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{0}")]
    File(FileError),
    /// It is not text.
    #[error("`{}` {error}", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// What is wrong with its bytes.
        error: TextError,
    },
    /// Its text is wrong.
    #[error("{0}")]
    Invalid(ConfigErrors),
    /// It is JSON, and what is in it where that can be told.
    #[error("`{}` is {what}, not a register", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// It declares no account: everything in the group would look like a stranger.
    #[error("`{}` declares no account", path.display())]
    NoAccount {
        /// The file.
        path: PathBuf,
    },
}

impl LoadError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) if error.is_absent() => Some(format!(
                "let `halligan init` write a `{REGISTER_FILE}` for your tenant, name one with \
                 `--register FILE`, or see what one gives with `halligan demo`"
            )),
            Self::File(FileError::TooLarge { .. }) => {
                Some("a register is written by hand; a snapshot is given as `--snapshot`".into())
            }
            Self::File(error) => error.hint(),
            Self::NoAccount { .. } => Some(
                "add an `[[account]]` with `id = \"…\"`, the user's object id, for each emergency \
                 access account"
                    .into(),
            ),
            Self::Json { what, .. } if *what == SNAPSHOT => Some(
                "give it as `--snapshot FILE`, and the register of its tenant as `--register FILE`"
                    .into(),
            ),
            Self::Json { .. } => {
                Some("a register is TOML; examples/register has one to start from".into())
            }
            Self::Encoding { .. } | Self::Invalid(_) => None,
        }
    }
}

impl Config {
    /// Reads the register at `path`; `now` bounds how far ahead acceptances may end.
    pub fn load(path: &Path, now: Timestamp) -> Result<Self, LoadError> {
        let bytes = read_limited(path, "REGISTER_BYTES_MAX", REGISTER_BYTES_MAX)
            .map_err(LoadError::File)?;
        let text =
            decode(&bytes).map_err(|error| LoadError::Encoding { path: path.into(), error })?;
        if let Some(what) = json_kind(&text) {
            return Err(LoadError::Json { path: path.into(), what });
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.display().to_string();
        let config = Self::parse(&name, folder, &text, now).map_err(LoadError::Invalid)?;
        match config.register.accounts.is_empty() {
            true => Err(LoadError::NoAccount { path: path.into() }),
            false => Ok(config),
        }
    }

    /// Reads a register's text. `name` stands in errors; relative paths resolve against `folder`.
    pub fn parse(
        name: &str,
        folder: &Path,
        text: &str,
        now: Timestamp,
    ) -> Result<Self, ConfigErrors> {
        let walk = Walk::new(name, text);
        let (document, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            for error in &errors {
                let at = error.span().map_or(0, |span| span.start);
                walk.note(at, Fault::Syntax(one_line(error.message())));
            }
            return walk.finish(None);
        }
        let root = Table::new(&walk, document.get_ref(), 0, "the file", KEYS);
        let config = read(&root, folder, now);
        walk.finish(config)
    }
}

const KEYS: &[&str] = &[
    "tenant",
    "sign-in",
    "access",
    "account",
    "bounds",
    "known",
    "environment",
    "custody",
    "accepted",
    "notify",
    "event-hubs",
    "kafka",
    "push",
    "watch",
];

/// Everything is read even when an earlier part is wrong, so that all errors come together.
fn read(root: &Table<'_, '_>, folder: &Path, now: Timestamp) -> Option<Config> {
    let tenant = tenant::read(root, folder);
    let sign_in = sign_in::read(root, folder);
    let access = access::read(root);
    let accounts = account::read(root);
    let bounds = bounds::read(root);
    let known = known::read(root);
    let environment = environment::read(root);
    let custody = custody::read(root, &environment);
    let accepted = accepted::read(root, now);
    let notify = notify::read(root, folder);
    let (event_hubs, kafka) = (kafka::event_hubs(root, folder), kafka::kafka(root, folder));
    let push = push::read(root, folder);
    let watch = watch::read(root, folder);
    let (shape, group) = access?;
    let mut register = Register::of(accounts, group, shape);
    register.tenant = tenant.id;
    register.global_administrators = bounds.global_administrators;
    register.allowed_licences = bounds.licences;
    register.choices = bounds.choices;
    register.recovery_job_days = bounds.recovery_job_days;
    register.known = known;
    register.environment = environment;
    register.custody = custody;
    register.accepted = accepted;
    let endpoints = tenant.endpoints?;
    let trust = tenant.trust;
    Some(Config { register, endpoints, trust, sign_in, notify, event_hubs, kafka, push, watch })
}

const SNAPSHOT: &str = "a snapshot";

/// What a text is that is JSON, which no register is: a TOML text cannot begin with a brace.
fn json_kind(text: &str) -> Option<&'static str> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    Some(match value.get("format").and_then(serde_json::Value::as_str) {
        Some("halligan.snapshot") => SNAPSHOT,
        Some("halligan.scenario") => "a scenario of the twin",
        Some("halligan.assessment") => "a report",
        Some("halligan.told") => "the state of `check --notify`",
        _ => "JSON",
    })
}

/// A message of the TOML parser on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
