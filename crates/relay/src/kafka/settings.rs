//! The client's settings: what differs from its defaults, and why.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use super::{KafkaError, Options, server};

/// How often what is done is committed. A crash brings these seconds again.
pub const COMMIT_EVERY: Duration = Duration::from_secs(5);

/// How long a connection may be idle before it is closed and opened anew. Azure drops one after
/// 240 s without a word to either side, and advises 180 s for this and for the age of metadata
/// (<https://learn.microsoft.com/azure/event-hubs/apache-kafka-configurations>).
pub const IDLE_MAX: Duration = Duration::from_secs(180);

/// How often it is looked for topics that came or went, and for new partitions: a small question,
/// and the library's own interval is five minutes.
pub const TOPIC_REFRESH: Duration = Duration::from_secs(10);

/// How long a caller may not ask for a record before the partitions go to another member.
pub const SILENCE_MAX: Duration = Duration::from_secs(300);

/// How long a close may take. The library would wait a whole
/// [`SESSION_TIMEOUT`](super::SESSION_TIMEOUT) for brokers that
/// are away, and whoever stops a daemon waits with it.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What one answer of a broker holds of records; one record alone may be larger.
pub const FETCH_BYTES_MAX: usize = 4 << 20;

/// What is read ahead of the caller.
pub const QUEUED_BYTES_MAX: usize = 8 << 20;

/// The largest answer of a broker that is taken, and so the largest record.
pub const RESPONSE_BYTES_MAX: usize = 32 << 20;

/// The longest name of a topic or a group: that of Event Hubs.
pub const NAME_CHARACTERS_MAX: usize = 256;

/// How long one request may take: Microsoft's advice, same page as [`IDLE_MAX`].
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest wait before a broker that is away is tried again.
const RECONNECT_MAX: Duration = Duration::from_secs(10);

/// Refuses what no broker could know. A name that begins with `^` would be a pattern to the client.
pub(super) fn check(options: &Options) -> Result<(), KafkaError> {
    if options.servers.is_empty() {
        return Err(KafkaError::NoServers);
    }
    if options.topics.is_empty() {
        return Err(KafkaError::NoTopics);
    }
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    for topic in &options.topics {
        let length = 1..=NAME_CHARACTERS_MAX;
        if !length.contains(&topic.len()) || !topic.chars().all(is_legal) {
            return Err(KafkaError::Topic { topic: topic.escape_default().to_string() });
        }
    }
    let group = &options.group;
    let length = group.chars().count();
    if !(1..=NAME_CHARACTERS_MAX).contains(&length) || group.chars().any(char::is_control) {
        return Err(KafkaError::Group { group: group.escape_default().to_string() });
    }
    Ok(())
}

/// The settings of the client. They hold the password: they are never shown.
pub(super) fn client(options: &Options) -> ClientConfig {
    let mut config = ClientConfig::new();
    connection(&mut config, options);
    reading(&mut config, options);
    limits(&mut config);
    config
}

/// How brokers are spoken to, and as whom.
fn connection(config: &mut ClientConfig, options: &Options) {
    config.set("bootstrap.servers", server::list(&options.servers));
    config.set("client.id", "halligan");
    config.set(
        "security.protocol",
        match (options.is_private(), &options.login) {
            (true, Some(_)) => "SASL_SSL",
            (true, None) => "SSL",
            (false, Some(_)) => "SASL_PLAINTEXT",
            (false, None) => "PLAINTEXT",
        },
    );
    // Both are defaults of librdkafka; what they protect should not hang on a default.
    config.set("enable.ssl.certificate.verification", "true");
    config.set("ssl.endpoint.identification.algorithm", "https");
    if let Some(pem) = options.trust.pem() {
        config.set("ssl.ca.pem", pem);
    }
    if let Some(login) = &options.login {
        config.set("sasl.mechanism", "PLAIN");
        config.set("sasl.username", &login.user);
        config.set("sasl.password", login.password.as_str());
    }
    config.set("socket.keepalive.enable", "true");
    config.set("connections.max.idle.ms", ms(IDLE_MAX));
    config.set("metadata.max.age.ms", ms(IDLE_MAX));
    config.set("topic.metadata.refresh.interval.ms", ms(TOPIC_REFRESH));
    config.set("socket.timeout.ms", ms(REQUEST_TIMEOUT));
    config.set("reconnect.backoff.max.ms", ms(RECONNECT_MAX));
    // Brokers may ask clients for figures about themselves; these give none.
    config.set("enable.metrics.push", "false");
    config.set_log_level(RDKafkaLogLevel::Warning);
}

/// What is read, from where on, and what the group remembers.
fn reading(config: &mut ClientConfig, options: &Options) {
    config.set("group.id", &options.group);
    // Only what the caller called done is stored, and only what is stored is committed.
    config.set("enable.auto.offset.store", "false");
    config.set("enable.auto.commit", "true");
    config.set("auto.commit.interval.ms", ms(COMMIT_EVERY));
    // A new group begins with the oldest record: what happened before somebody started to watch,
    // or while a group was forgotten, is what an attacker would have left behind. Repeated records
    // are told once anyway.
    config.set("auto.offset.reset", "earliest");
    // All partitions change hands at once: the oldest way, which every broker knows, and under
    // which one callback takes over or gives up.
    config.set("partition.assignment.strategy", "range,roundrobin");
    config.set("session.timeout.ms", ms(options.session));
    config.set("heartbeat.interval.ms", ms(options.session / 10));
    config.set("max.poll.interval.ms", ms(SILENCE_MAX));
    // A topic that is misspelt must not come into being.
    config.set("allow.auto.create.topics", "false");
    // What was damaged on the way must not be taken for a record.
    config.set("check.crcs", "true");
}

fn limits(config: &mut ClientConfig) {
    config.set("fetch.max.bytes", FETCH_BYTES_MAX.to_string());
    config.set("queued.max.messages.kbytes", (QUEUED_BYTES_MAX / 1024).to_string());
    config.set("receive.message.max.bytes", RESPONSE_BYTES_MAX.to_string());
}

fn ms(duration: Duration) -> String {
    duration.as_millis().to_string()
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::super::{Login, OPEN_TIMEOUT, SESSION_TIMEOUT, Trust};
    use super::*;

    fn options(server: &str, topic: &str, group: &str) -> Options {
        Options {
            servers: vec![server.parse().unwrap()],
            topics: vec![topic.to_owned()],
            group: group.to_owned(),
            login: None,
            trust: Trust::System,
            timeout: OPEN_TIMEOUT,
            session: SESSION_TIMEOUT,
        }
    }

    #[test]
    fn names_that_no_broker_could_know_are_refused() {
        let check = |topic: &str, group: &str| check(&options("h:1", topic, group));
        assert_eq!(check("insights-logs_1.x", "$Default"), Ok(()));
        let long = "x".repeat(NAME_CHARACTERS_MAX + 1);
        for topic in ["", "^insights-.*", "a b", "ä", &long] {
            let error = check(topic, "g").unwrap_err();
            assert!(matches!(error, KafkaError::Topic { .. }), "{topic}: {error}");
        }
        for group in ["", "a\nb", &long] {
            let error = check("t", group).unwrap_err();
            assert!(matches!(error, KafkaError::Group { .. }), "{group}: {error}");
        }
        let mut none = options("h:1", "t", "g");
        none.topics.clear();
        assert_eq!(super::check(&none), Err(KafkaError::NoTopics));
        none.servers.clear();
        assert_eq!(super::check(&none), Err(KafkaError::NoServers));
    }

    #[test]
    fn only_loopback_goes_without_tls() {
        let protocol =
            |options: &Options| client(options).get("security.protocol").map(String::from);
        let login = Login { user: "u".into(), password: Zeroizing::new("p".into()) };
        for (server, with_login, expected) in [
            ("broker.example.org:9093", true, "SASL_SSL"),
            ("broker.example.org:9092", false, "SSL"),
            ("127.0.0.1:9092", true, "SASL_PLAINTEXT"),
            ("localhost:9092", false, "PLAINTEXT"),
        ] {
            let mut options = options(server, "t", "g");
            options.login = with_login.then(|| login.clone());
            assert_eq!(protocol(&options).as_deref(), Some(expected), "{server}");
        }
        let mut both = options("127.0.0.1:9092", "t", "g");
        both.servers.push("broker.example.org:9092".parse().unwrap());
        assert_eq!(protocol(&both).as_deref(), Some("SSL"), "one is elsewhere");
    }
}
