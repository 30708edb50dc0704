//! Topics of Kafka brokers and of Event Hubs as sources: what of them is taken, and what the group
//! may forget.

use std::path::PathBuf;

pub use halligan_relay::kafka::{ConnectionStringError, Options, Server};
use halligan_relay::kafka::{OPEN_TIMEOUT, SESSION_TIMEOUT};
use halligan_relay::{Login, Trust, TrustError};
use thiserror::Error;

use crate::config::{Brokers, Kafka};
use crate::files::{FileError, read_limited};
use crate::notify::TRUST_BYTES_MAX;
use crate::secret::{SecretError, fetch_line};

#[cfg(feature = "kafka")]
mod reading;

#[cfg(feature = "kafka")]
pub use halligan_relay::kafka::{KafkaError, KafkaTrouble};
#[cfg(feature = "kafka")]
pub use reading::{AWAY_FOR, Heard, ONCE_IDLE, read_topics};

/// Why it cannot be said whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KafkaOptionsError {
    /// A secret could not be fetched.
    #[error("the login of Kafka: {0}")]
    Secret(SecretError),
    /// What should be a connection string is none.
    #[error("the connection string {0}")]
    ConnectionString(ConnectionStringError),
    /// A connection string of a namespace, and no topic.
    #[error("neither the connection string nor `topics` names a hub")]
    NoTopic,
    /// The file of authorities cannot be read.
    #[error("{0}")]
    File(FileError),
    /// The file of authorities cannot be used.
    #[error("`{}` {error}", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: TrustError,
    },
}

impl KafkaOptionsError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Secret(error) => error.hint(),
            Self::ConnectionString(error) => Some(error.hint().into()),
            Self::NoTopic => Some("name it: `topics = [\"insights-logs-signinlogs\"]`".into()),
            Self::File(error) => error.hint(),
            Self::Trust { .. } => Some("`trust` names a PEM file of certificates".into()),
        }
    }
}

/// Whom to ask, as the register says, with the secrets fetched; `notice` is given warnings about
/// where they are.
pub async fn options(
    config: &Kafka,
    notice: &mut dyn FnMut(String),
) -> Result<Options, KafkaOptionsError> {
    let group = config.group.as_str();
    let mut options = match &config.brokers {
        Brokers::EventHubs(place) => {
            let (text, warning) = fetch_line(place).await.map_err(KafkaOptionsError::Secret)?;
            warning.into_iter().for_each(&mut *notice);
            Options::event_hubs(&text, group).map_err(KafkaOptionsError::ConnectionString)?
        }
        Brokers::Named { servers, login, trust } => {
            let login = match login {
                None => None,
                Some((user, place)) => {
                    let fetched = fetch_line(place).await.map_err(KafkaOptionsError::Secret)?;
                    fetched.1.into_iter().for_each(&mut *notice);
                    Some(Login { user: user.clone(), password: fetched.0 })
                }
            };
            Options { login, trust: trusted(trust.as_ref())?, ..plain(servers.clone(), group) }
        }
    };
    if !config.topics.is_empty() {
        options.topics.clone_from(&config.topics);
    }
    if options.topics.is_empty() {
        return Err(KafkaOptionsError::NoTopic);
    }
    Ok(options)
}

/// Brokers without a login, and no topic yet.
pub fn plain(servers: Vec<Server>, group: &str) -> Options {
    Options {
        servers,
        topics: Vec::new(),
        group: group.into(),
        login: None,
        trust: Trust::System,
        timeout: OPEN_TIMEOUT,
        session: SESSION_TIMEOUT,
    }
}

fn trusted(path: Option<&PathBuf>) -> Result<Trust, KafkaOptionsError> {
    let Some(path) = path else { return Ok(Trust::System) };
    let pem = read_limited(path, "TRUST_BYTES_MAX", TRUST_BYTES_MAX);
    let trust = Trust::from_pem(&pem.map_err(KafkaOptionsError::File)?);
    trust.map_err(|error| KafkaOptionsError::Trust { path: path.clone(), error })
}
