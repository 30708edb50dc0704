//! What the client library says while it is polled.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError as ClientError, KafkaResult};
use rdkafka::types::{RDKafkaErrorCode as Code, RDKafkaRespErr};
use rdkafka::{Offset, TopicPartitionList};
use zeroize::Zeroizing;

use super::{KafkaTrouble, Options, Partition, server};
use crate::readable::readable;

/// What stands in place of a secret that somebody repeated.
const HIDDEN: &str = "[secret]";

/// What happened behind a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Trouble(KafkaTrouble),
    Assigned(Vec<Partition>),
    Revoked(Vec<Partition>),
}

/// Keeps what the library says until the consumer asks. It is only called while the consumer polls,
/// so that what is kept stays small.
pub(super) struct Context {
    events: Mutex<Vec<Event>>,
    /// Topics that are not there at the moment.
    gone: Mutex<BTreeSet<String>>,
    servers: String,
    topics: Vec<String>,
    /// What must not be shown, whoever says it: a broker's answer may repeat a password.
    secrets: Vec<Zeroizing<String>>,
}

impl Context {
    pub(super) fn new(options: &Options) -> Self {
        let password = options.login.as_ref().map(|login| login.password.as_str());
        Self {
            events: Mutex::default(),
            gone: Mutex::default(),
            servers: server::list(&options.servers),
            topics: options.topics.clone(),
            secrets: password.map(secrets).unwrap_or_default(),
        }
    }

    /// The brokers to begin with, as one text.
    pub(super) fn servers(&self) -> &str {
        &self.servers
    }

    /// What was said since the last call.
    pub(super) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *locked(&self.events))
    }

    fn say(&self, event: Event) {
        if let Event::Trouble(KafkaTrouble::UnknownTopic { topic }) = &event {
            locked(&self.gone).insert(topic.clone());
        }
        locked(&self.events).push(event);
    }

    /// Has a topic that was gone read from its oldest record: it may be a new one of the same name,
    /// in which what the group committed is somewhere in the middle. Too much is told once anyway.
    fn rewind(&self, partitions: &[Partition], list: &mut TopicPartitionList) {
        let mut gone = locked(&self.gone);
        for Partition { topic, number } in partitions.iter().filter(|one| gone.contains(&one.topic))
        {
            // It fails only for a partition that is not in the list.
            let _ = list.set_partition_offset(topic, *number, Offset::Beginning);
        }
        gone.retain(|topic| !partitions.iter().any(|one| one.topic == *topic));
    }

    /// The text without secrets.
    fn without_secrets(&self, text: &str) -> String {
        let hide = |text: String, secret: &Zeroizing<String>| text.replace(&***secret, HIDDEN);
        self.secrets.iter().fold(text.to_owned(), hide)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A password, and the key in it where it is a connection string.
fn secrets(password: &str) -> Vec<Zeroizing<String>> {
    let values = password.split(';').filter_map(|part| part.trim().split_once('='));
    let key = values.filter(|(name, _)| name.trim().eq_ignore_ascii_case("SharedAccessKey"));
    let key = key.map(|(_, value)| value.trim());
    let all = std::iter::once(password).chain(key);
    all.filter(|secret| !secret.is_empty()).map(|secret| secret.to_owned().into()).collect()
}

fn partitions(list: &TopicPartitionList) -> Vec<Partition> {
    let elements = list.elements();
    let all = elements.iter().map(|element| Partition {
        topic: element.topic().to_owned(),
        number: element.partition(),
    });
    all.collect()
}

impl ClientContext for Context {
    /// Of the log only this is taken: what the group committed is not kept any more. Whatever else
    /// matters comes as an error as well.
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        if facility == "OFFSET" && (level as i32) <= (RDKafkaLogLevel::Warning as i32) {
            let what = readable(&self.without_secrets(message));
            self.say(Event::Trouble(KafkaTrouble::Lost { what }));
        }
    }

    fn error(&self, error: ClientError, reason: &str) {
        let code = error.rdkafka_error_code().unwrap_or(Code::Unknown);
        let said = self.without_secrets(reason);
        self.say(Event::Trouble(KafkaTrouble::of(code, &said, &self.servers, &self.topics)));
    }
}

impl ConsumerContext for Context {
    /// Takes over or gives up partitions, all at once (see `partition.assignment.strategy`).
    fn rebalance(
        &self,
        client: &BaseConsumer<Self>,
        kind: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let partitions = partitions(list);
        let (result, event) = match kind {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                self.rewind(&partitions, list);
                (client.assign(list), Event::Assigned(partitions))
            }
            _ => (client.unassign(), Event::Revoked(partitions)),
        };
        self.say(match result {
            Ok(()) => event,
            Err(error) => {
                let what = readable(&self.without_secrets(&error.to_string()));
                Event::Trouble(KafkaTrouble::Group { what })
            }
        });
    }

    fn commit_callback(&self, result: KafkaResult<()>, _: &TopicPartitionList) {
        let Err(error) = result else { return };
        // Nothing was done since the last time; or the group changes at this moment, and whoever
        // has the partition next reads again what was done last.
        let is_usual = matches!(
            error.rdkafka_error_code(),
            Some(
                Code::NoOffset
                    | Code::RebalanceInProgress
                    | Code::IllegalGeneration
                    | Code::UnknownMemberId
            )
        );
        if !is_usual {
            let what = readable(&self.without_secrets(&error.to_string()));
            self.say(Event::Trouble(KafkaTrouble::NotCommitted { what }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OPEN_TIMEOUT, SESSION_TIMEOUT, Trust};
    use super::*;
    use crate::Login;

    #[test]
    fn a_password_that_a_broker_repeats_is_not_shown() {
        let password = "Endpoint=sb://x.y/;SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0=";
        let login = Login { user: "u".into(), password: password.to_owned().into() };
        let context = Context::new(&Options {
            servers: Vec::new(),
            topics: Vec::new(),
            group: "g".into(),
            login: Some(login),
            trust: Trust::System,
            timeout: OPEN_TIMEOUT,
            session: SESSION_TIMEOUT,
        });
        for said in [format!("wrong: {password}"), "wrong: c2VjcmV0=".to_owned()] {
            context.error(ClientError::Global(Code::Authentication), &said);
            context.log(RDKafkaLogLevel::Warning, "OFFSET", &said);
        }
        let events = context.take();
        assert_eq!(events.len(), 4);
        let shown = format!("{events:?}");
        assert!(!shown.contains("c2Vj") && shown.contains("wrong: [secret]"), "{shown}");
        assert_eq!(context.take(), []);
    }
}
