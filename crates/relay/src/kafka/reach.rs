//! Whether brokers can be reached and have the topics.
//!
//! The library tries for ever and says little while it does, so that a wrong password looks like a
//! quiet topic. Asking for the topics makes it connect, and what it says meanwhile is the answer.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::Metadata;
use rdkafka::types::{RDKafkaErrorCode as Code, RDKafkaRespErr};

use super::context::{Context, Event};
use super::{KafkaError, KafkaTrouble, Options, Server};

/// How long one question may take before it is looked what the library said.
const QUESTION: Duration = Duration::from_millis(500);

/// The longest question on the caller's time.
const GLANCE: Duration = Duration::from_secs(1);

/// What a topic turned out to be.
enum Topic {
    Fine,
    Unknown,
    NotAllowed,
    /// It is there, and cannot be read yet.
    NotYet,
}

/// Waits until every topic can be read, or until it is clear that it will not be.
pub(super) fn open(client: &BaseConsumer<Context>, options: &Options) -> Result<(), KafkaError> {
    let begun = Instant::now();
    let mut last = None;
    for topic in &options.topics {
        loop {
            let left = options.timeout.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(out_of_time(client, options, last));
            }
            let asked = client.fetch_metadata(Some(topic), left.min(QUESTION));
            heard(client, &mut last)?;
            let Ok(metadata) = asked else { continue };
            private(&metadata, options)?;
            match look(&metadata, topic) {
                Topic::Fine => break,
                Topic::Unknown => return Err(KafkaError::UnknownTopic { topic: topic.clone() }),
                Topic::NotAllowed => return Err(KafkaError::NotAllowed { topic: topic.clone() }),
                Topic::NotYet => std::thread::sleep(left.min(QUESTION)),
            }
        }
    }
    Ok(())
}

/// Whether every topic can be read at this moment.
pub(super) fn is_well(client: &BaseConsumer<Context>, topics: &[String]) -> bool {
    topics.iter().all(|topic| {
        let asked = client.fetch_metadata(Some(topic), GLANCE);
        asked.is_ok_and(|metadata| matches!(look(&metadata, topic), Topic::Fine))
    })
}

/// Takes in what the library said. A refusal is the end; a broker that is away may come back.
fn heard(
    client: &BaseConsumer<Context>,
    last: &mut Option<KafkaTrouble>,
) -> Result<(), KafkaError> {
    loop {
        // Before the subscription nothing but words can come.
        let more = client.poll(Duration::from_millis(10)).is_some();
        for event in client.context().take() {
            let Event::Trouble(trouble) = event else { continue };
            if let Some(error) = KafkaError::decisive(&trouble) {
                return Err(error);
            }
            // That all are away says less than why one is.
            if last.is_none()
                || matches!(&trouble, KafkaTrouble::NotReached { server, .. }
                if server != client.context().servers())
            {
                *last = Some(trouble);
            }
        }
        if !more {
            return Ok(());
        }
    }
}

fn out_of_time(
    client: &BaseConsumer<Context>,
    options: &Options,
    last: Option<KafkaTrouble>,
) -> KafkaError {
    match last {
        Some(KafkaTrouble::NotReached { server, what }) => KafkaError::NotReached { server, what },
        _ => KafkaError::TimedOut {
            server: client.context().servers().to_owned(),
            limit: options.timeout,
        },
    }
}

/// Holds that brokers of loopback lead to no other place: the password would go there in the open.
/// The library connects to those that it was led to only once it reads.
fn private(metadata: &Metadata, options: &Options) -> Result<(), KafkaError> {
    if options.is_private() {
        return Ok(());
    }
    for broker in metadata.brokers() {
        let port = u16::try_from(broker.port()).unwrap_or_default();
        let server = Server { host: broker.host().to_ascii_lowercase(), port };
        if !server.is_loopback() {
            return Err(KafkaError::NotPrivate { server: server.to_string() });
        }
    }
    Ok(())
}

fn look(metadata: &Metadata, name: &str) -> Topic {
    let Some(topic) = metadata.topics().iter().find(|topic| topic.name() == name) else {
        return Topic::Unknown;
    };
    match topic.error().map(code) {
        None => {}
        Some(Code::UnknownTopicOrPartition | Code::UnknownTopic) => return Topic::Unknown,
        Some(Code::TopicAuthorizationFailed) => return Topic::NotAllowed,
        Some(_) => return Topic::NotYet,
    }
    let partitions = topic.partitions();
    let has_leader = |leader: i32| leader >= 0;
    match !partitions.is_empty() && partitions.iter().all(|one| has_leader(one.leader())) {
        true => Topic::Fine,
        false => Topic::NotYet,
    }
}

fn code(error: RDKafkaRespErr) -> Code {
    error.into()
}
