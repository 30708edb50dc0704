//! Why topics cannot be read at all.

use std::time::Duration;

use rdkafka::error::KafkaError as ClientError;
use thiserror::Error;

use super::KafkaTrouble;
use crate::readable::readable;

/// Why topics cannot be read. No message holds a password or a connection string.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KafkaError {
    /// No broker is named.
    #[error("no broker is named")]
    NoServers,
    /// No topic is named.
    #[error("no topic is named")]
    NoTopics,
    /// No topic has such a name.
    #[error(
        "`{topic}` is no topic: letters, digits, `.`, `_` and `-`, at most NAME_CHARACTERS_MAX"
    )]
    Topic {
        /// What was named.
        topic: String,
    },
    /// No group has such a name.
    #[error("`{group}` is no consumer group: 1 to NAME_CHARACTERS_MAX printable characters")]
    Group {
        /// What was named.
        group: String,
    },
    /// No connection.
    #[error("`{server}` cannot be reached: {what}")]
    NotReached {
        /// The broker.
        server: String,
        /// What the system says.
        what: String,
    },
    /// It took too long.
    #[error("`{server}` did not answer within OPEN_TIMEOUT ({} s)", limit.as_secs_f32())]
    TimedOut {
        /// The brokers.
        server: String,
        /// The limit.
        limit: Duration,
    },
    /// It is not who it must be, or cannot speak TLS.
    #[error("`{server}`: TLS failed: {what}")]
    Tls {
        /// The broker.
        server: String,
        /// What is wrong.
        what: String,
    },
    /// The name or the password is wrong, or sign-in works otherwise.
    #[error("`{server}` refused the sign-in: {what}")]
    SignIn {
        /// The broker.
        server: String,
        /// Its words.
        what: String,
    },
    /// A broker on loopback leads to one that is elsewhere, where TLS is needed.
    #[error("`{server}` is not on this machine, and is not spoken to without TLS")]
    NotPrivate {
        /// The broker that it leads to.
        server: String,
    },
    /// There is no such topic.
    #[error("there is no topic `{topic}`")]
    UnknownTopic {
        /// The topic.
        topic: String,
    },
    /// The topic may not be read.
    #[error("`{topic}` may not be read with this login")]
    NotAllowed {
        /// The topic.
        topic: String,
    },
    /// The client library refuses to begin, or to go on.
    #[error("the Kafka client cannot be used: {what}")]
    Client {
        /// Its words.
        what: String,
    },
}

impl KafkaError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotReached { .. } | Self::TimedOut { .. } => Some(
                "look at the name and the port, and at firewalls; Event Hubs speaks Kafka on port \
                 9093, from the tier Standard on",
            ),
            Self::Tls { .. } => Some(
                "the certificate must be for the host that is named; for an authority of your own, \
                 give its certificate as `trust`",
            ),
            Self::SignIn { .. } => Some(
                "look at the name and at what the password refers to; for Event Hubs the name is \
                 `$ConnectionString` and the password the whole connection string",
            ),
            Self::NotPrivate { .. } => {
                Some("name the brokers as others reach them, so that TLS is spoken")
            }
            Self::UnknownTopic { .. } => Some(
                "for Event Hubs the topic is the name of the hub; diagnostic settings create \
                 `insights-logs-…` with the first record",
            ),
            Self::NotAllowed { .. } => {
                Some("the login needs to read it; for Event Hubs that is the claim Listen")
            }
            _ => None,
        }
    }

    /// The library's refusal. It would repeat the value of a setting, which may be the password.
    pub(super) fn of_client(error: &ClientError) -> Self {
        let what = match error {
            ClientError::ClientConfig(_, _, name, _) => format!("`{name}` is refused"),
            ClientError::Nul(_) => "a setting has a zero byte in it".to_owned(),
            other => readable(&other.to_string()),
        };
        Self::Client { what }
    }

    /// What keeps a start from succeeding however long one waits.
    pub(super) fn decisive(trouble: &KafkaTrouble) -> Option<Self> {
        Some(match trouble.clone() {
            KafkaTrouble::Tls { server, what } => Self::Tls { server, what },
            KafkaTrouble::SignIn { server, what } => Self::SignIn { server, what },
            _ => return None,
        })
    }
}
