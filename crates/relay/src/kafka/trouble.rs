//! What goes wrong while topics are read, and does not end it.

use rdkafka::types::RDKafkaErrorCode as Code;
use thiserror::Error;

use super::Partition;
use crate::readable::readable;

/// What went wrong while topics are read. It is said and survived: reading goes on as soon as it
/// can. No message holds a password or a connection string.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KafkaTrouble {
    /// A broker, or every broker, is away.
    #[error("`{server}` cannot be reached: {what}")]
    NotReached {
        /// The broker, or all of them.
        server: String,
        /// What the system says.
        what: String,
    },
    /// A broker is not who it must be, or cannot speak TLS.
    #[error("`{server}`: TLS failed: {what}")]
    Tls {
        /// The broker.
        server: String,
        /// What is wrong.
        what: String,
    },
    /// The password is refused: it was changed, or its right was taken away.
    #[error("`{server}` refused the sign-in: {what}")]
    SignIn {
        /// The broker.
        server: String,
        /// Its words.
        what: String,
    },
    /// A topic is gone.
    #[error("there is no topic `{topic}` any more")]
    UnknownTopic {
        /// The topic.
        topic: String,
    },
    /// A topic may not be read any more.
    #[error("`{topic}` may not be read with this login")]
    NotAllowed {
        /// The topic.
        topic: String,
    },
    /// The group does not take this member.
    #[error("the consumer group cannot be joined: {what}")]
    Group {
        /// Its words.
        what: String,
    },
    /// Records came that are damaged or cannot be unpacked. They are asked for again; what cannot
    /// be unpacked at all is skipped.
    #[error("records cannot be unpacked: {what}")]
    Unreadable {
        /// Which, and why.
        what: String,
    },
    /// An answer is larger than what is taken; the partition stands still.
    #[error("an answer is larger than RESPONSE_BYTES_MAX: {what}")]
    TooLarge {
        /// Which.
        what: String,
    },
    /// What the group committed is not kept any more: reading goes on from the oldest record.
    #[error("records are gone before they were read: {what}")]
    Lost {
        /// Which.
        what: String,
    },
    /// Nobody asked for a record for too long: the partitions went to another member.
    #[error("nobody asked for a record within SILENCE_MAX: the partitions are given away")]
    Late,
    /// What is done could not be written down: it comes again after a restart.
    #[error("what was read could not be committed: {what}")]
    NotCommitted {
        /// Why.
        what: String,
    },
    /// The record was not handed over since the partition came to this member: whoever has it now
    /// reads it again.
    #[error("record {offset} of `{}` {} is another member's", partition.topic, partition.number)]
    NotOurs {
        /// Its partition.
        partition: Partition,
        /// Its offset.
        offset: i64,
    },
    /// Anything else that the client says.
    #[error("{what}")]
    Other {
        /// Its words.
        what: String,
    },
}

impl KafkaTrouble {
    /// Whether it lasts until [`Next::Recovered`](super::Next::Recovered) or an assignment, and is
    /// said once until then.
    pub fn lasts(&self) -> bool {
        matches!(
            self,
            Self::NotReached { .. }
                | Self::Tls { .. }
                | Self::SignIn { .. }
                | Self::UnknownTopic { .. }
                | Self::NotAllowed { .. }
                | Self::Group { .. }
        )
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::SignIn { .. } => Some("nothing is read until the login is good again"),
            Self::UnknownTopic { .. } => Some("nothing of it is read until somebody creates it"),
            Self::Unreadable { .. } => {
                Some("records packed with zstd cannot be read; let the writer use none or gzip")
            }
            Self::Lost { .. } => Some("read more often, or let the topic keep records longer"),
            _ => None,
        }
    }

    /// Whether saying both would say one thing twice.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::UnknownTopic { .. } | Self::NotAllowed { .. }, _) => self == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// The trouble behind an error of the client. `servers` and `topics` are those of the options.
    pub(super) fn of(code: Code, said: &str, servers: &str, topics: &[String]) -> Self {
        let (server, what) = split(said);
        let server = server.unwrap_or(servers).to_owned();
        // The longest name first: one may begin with another.
        let named = topics.iter().filter(|topic| what.contains(topic.as_str()));
        let named = named.max_by_key(|topic| topic.len()).cloned();
        let what = readable(what);
        match (code, named) {
            (Code::Authentication | Code::SaslAuthenticationFailed, _) => {
                Self::SignIn { server, what }
            }
            (Code::SSL, _) => Self::Tls { server, what },
            (
                Code::BrokerTransportFailure
                | Code::Resolve
                | Code::AllBrokersDown
                | Code::OperationTimedOut,
                _,
            ) => Self::NotReached { server, what },
            (
                Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition,
                Some(topic),
            ) => Self::UnknownTopic { topic },
            (Code::TopicAuthorizationFailed, Some(topic)) => Self::NotAllowed { topic },
            (Code::GroupAuthorizationFailed, _) => Self::Group { what },
            (Code::MessageSizeTooLarge, _) => Self::TooLarge { what },
            (Code::BadMessage, _) if what.contains("receive.message.max.bytes") => {
                Self::TooLarge { what }
            }
            (Code::BadMessage | Code::BadCompression | Code::NotImplemented, _) => {
                Self::Unreadable { what }
            }
            (Code::PollExceeded, _) => Self::Late,
            _ => Self::Other { what },
        }
    }
}

/// The broker that an error of the client begins with, and the error without what is different
/// each time or names a setting that nobody here has:
/// `sasl_ssl://HOST:PORT/bootstrap: WHAT (after 3ms in state AUTH_REQ)`.
fn split(said: &str) -> (Option<&str>, &str) {
    let (server, what) = match said.split_once(": ") {
        Some((name, what)) if name.contains("://") => {
            let (_, server) = name.split_once("://").unwrap_or_default();
            (Some(server.split('/').next().unwrap_or(server)), what)
        }
        _ => (None, said),
    };
    let cut = |text: &'_ str, mark: &str| text.rfind(mark).unwrap_or(text.len());
    let what = what.get(..cut(what, " (after ")).unwrap_or(what);
    let what = what.get(..cut(what, ", verify that ")).unwrap_or(what);
    (server, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: Code, said: &str) -> KafkaTrouble {
        let topics = ["logs".to_owned(), "logs-audit".to_owned()];
        KafkaTrouble::of(code, said, "one:9093,two:9093", &topics)
    }

    #[test]
    fn errors_of_the_client_are_told_apart_and_without_what_changes() {
        let (server, what) = ("two:9093".to_owned(), "SASL authentication error: no".to_owned());
        for said in [
            "sasl_ssl://two:9093/bootstrap: SASL authentication error: no (after 3ms in state UP)",
            "sasl_ssl://two:9093/1: SASL authentication error: no (after 5ms in state AUTH, 2 \
             identical error(s) suppressed)",
        ] {
            let expected = KafkaTrouble::SignIn { server: server.clone(), what: what.clone() };
            assert_eq!(of(Code::Authentication, said), expected);
        }
        let down = of(Code::AllBrokersDown, "2/2 brokers are down");
        assert_eq!(down.to_string(), "`one:9093,two:9093` cannot be reached: 2/2 brokers are down");
        let said = "ssl://two:9093/1: SSL handshake failed: no: broker certificate could not be \
                    verified, verify that ssl.ca.location is right (after 4ms in state SSL)";
        assert_eq!(
            of(Code::SSL, said).to_string(),
            "`two:9093`: TLS failed: SSL handshake failed: no: broker certificate could not be \
             verified"
        );
        let gone = "Subscribed topic not available: logs-audit: Broker: Unknown topic or partition";
        let topic = "logs-audit".to_owned();
        assert_eq!(of(Code::UnknownTopicOrPartition, gone), KafkaTrouble::UnknownTopic { topic });
    }

    #[test]
    fn a_lasting_trouble_is_one_however_it_is_worded() {
        let one = of(Code::Resolve, "ssl://two:9093/1: no such name");
        let other = of(Code::BrokerTransportFailure, "ssl://one:9093/1: refused");
        assert!(one.lasts() && one.is_same(&other));
        let (logs, audit) = ("logs".to_owned(), "logs-audit".to_owned());
        let gone = |topic| KafkaTrouble::UnknownTopic { topic };
        assert!(
            !gone(logs.clone()).is_same(&gone(audit)) && gone(logs.clone()).is_same(&gone(logs))
        );
        assert!(!KafkaTrouble::Late.lasts());
    }
}
