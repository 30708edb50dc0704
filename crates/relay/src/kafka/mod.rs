//! Kafka topics, and hubs of Azure Event Hubs, read as a member of a consumer group.
//!
//! Records are handed over as bytes, whatever is in them. What the group remembers is only what the
//! caller called done (`Consumer::done`): a record whose facts are not safe comes again, after a
//! crash, to this member or to another. TLS is not optional anywhere but on loopback. Faults at the
//! start are errors; a fault later is told and survived, however long it lasts.
//!
//! `librdkafka` speaks the protocol (`docs/decisions/0015-kafka-client.md`). It keeps the password
//! in its own memory for as long as the consumer is open.

#[cfg(feature = "kafka")]
mod client;
#[cfg(feature = "kafka")]
mod consumer;
#[cfg(feature = "kafka")]
mod context;
#[cfg(feature = "kafka")]
mod error;
mod event_hubs;
#[cfg(feature = "kafka")]
mod progress;
#[cfg(feature = "kafka")]
mod reach;
mod server;
#[cfg(feature = "kafka")]
mod settings;
#[cfg(feature = "kafka")]
mod trouble;

use std::time::Duration;

#[cfg(feature = "kafka")]
pub use consumer::{Consumer, Message, Next};
#[cfg(feature = "kafka")]
pub use error::KafkaError;
pub use event_hubs::ConnectionStringError;
#[cfg(feature = "kafka")]
pub use progress::Partition;
pub use server::{Server, ServerError};
#[cfg(feature = "kafka")]
pub use settings::{
    CLOSE_TIMEOUT, COMMIT_EVERY, FETCH_BYTES_MAX, IDLE_MAX, NAME_CHARACTERS_MAX, QUEUED_BYTES_MAX,
    RESPONSE_BYTES_MAX, SILENCE_MAX, TOPIC_REFRESH,
};
#[cfg(feature = "kafka")]
pub use trouble::KafkaTrouble;

pub use crate::{Login, Trust, TrustError};

/// How long the start may take: a connection, a sign-in and a look at the topics.
pub const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the group waits for a member that is silent: Microsoft's advice
/// (<https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations>).
pub const SESSION_TIMEOUT: Duration = Duration::from_secs(30);

/// What is read, where, and as whom.
#[derive(Clone, Debug)]
pub struct Options {
    /// Brokers to begin with; they name the others.
    pub servers: Vec<Server>,
    /// The topics, or hubs.
    pub topics: Vec<String>,
    /// The consumer group: its members share the partitions, and it remembers how far they are.
    pub group: String,
    /// The name and password that the brokers ask for (SASL PLAIN).
    pub login: Option<Login>,
    /// Whom the brokers' certificates must come from. With [`Trust::System`], brokers that are all
    /// on loopback are spoken to without TLS.
    pub trust: Trust,
    /// How long the start may take: [`OPEN_TIMEOUT`], unless a test waits less.
    pub timeout: Duration,
    /// How long the group waits for a member that is silent: [`SESSION_TIMEOUT`], unless a test
    /// waits less.
    pub session: Duration,
}

#[cfg(feature = "kafka")]
impl Options {
    /// Whether TLS is spoken. On loopback nobody is on the line, unless an authority says that TLS
    /// is wanted there too.
    fn is_private(&self) -> bool {
        !(matches!(self.trust, Trust::System) && self.servers.iter().all(Server::is_loopback))
    }
}
