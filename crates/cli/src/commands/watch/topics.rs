//! Topics of Kafka brokers and of Event Hubs as sources.

use halligan_app::ingest::kafka::{self, KafkaOptionsError, Options};

use super::source::Topics;
use super::work::{Sink, Work};
use crate::failure::Failure;
use crate::terminal::say_warning;

/// What the group of those who only watch ends with: they take nothing from the daemon.
const WATCHERS: &str = "-watch";

impl Work {
    /// Whom to ask: whom the command line names, or the register.
    pub(super) async fn topics(&self, named: Option<&Topics>) -> Result<Options, Failure> {
        let mut options = match (named, self.config.as_ref().and_then(|one| one.kafka.as_ref())) {
            (Some(named), _) => Options {
                topics: named.topics.clone(),
                ..kafka::plain(named.servers.clone(), halligan_app::config::KAFKA_GROUP)
            },
            (None, Some(declared)) => kafka::options(declared, &mut |notice| say_warning(&notice))
                .await
                .map_err(|error: KafkaOptionsError| Failure::new(&error, error.hint()))?,
            (None, None) => {
                return Err(Failure::usage(
                    "the register has no `[kafka]`",
                    "declare it: `connection_string = { file = \"…\" }`, or `servers` and \
                     `topics`; or name them: `--source kafka:HOST:PORT/TOPIC`",
                ));
            }
        };
        if matches!(self.shared().sink, Sink::Print(_)) {
            options.group.push_str(WATCHERS);
        }
        Ok(options)
    }

    /// Reads topics until somebody says stop.
    #[cfg(not(feature = "kafka"))]
    pub(super) fn read_topics(&self, _: &Options) -> Result<u64, Failure> {
        Err(Failure::usage(
            "this program was built without Kafka",
            "take one of the release packages, or build it with `--features kafka`",
        ))
    }

    /// Reads topics until somebody says stop.
    #[cfg(feature = "kafka")]
    pub(super) fn read_topics(&self, options: &Options) -> Result<u64, Failure> {
        use halligan_app::ingest::kafka::{KafkaError, read_topics};

        let mut hearing = hearing::Hearing::new(self);
        let mut hear = |heard: kafka::Heard<'_>| hearing.hear(heard);
        let read = read_topics(options, self.until, &self.stop, &self.ledger(), &mut hear);
        let refused = |error: KafkaError| Failure::new(&error, error.hint().map(Into::into));
        match (hearing.failed, read) {
            (Some(failure), _) => Err(failure),
            (None, read) => read.map_err(refused),
        }
    }
}

#[cfg(feature = "kafka")]
mod hearing {
    use halligan_app::clock;
    use halligan_app::ingest::kafka::Heard;
    use halligan_core::time::Timestamp;
    use std::sync::atomic::Ordering;

    use super::super::source::Source;
    use super::Work;
    use crate::failure::Failure;
    use crate::terminal::{say, say_hint, say_warning};

    /// Takes what topics bring.
    pub(super) struct Hearing<'w> {
        work: &'w Work,
        /// Since when something lasts.
        since: Option<Timestamp>,
        /// Whoever takes the detections is gone.
        pub(super) failed: Option<Failure>,
    }

    impl<'w> Hearing<'w> {
        pub(super) fn new(work: &'w Work) -> Self {
            Self { work, since: None, failed: None }
        }

        pub(super) fn hear(&mut self, heard: Heard<'_>) {
            let told = match heard {
                Heard::Record(bytes, place) => {
                    let mut shared = self.work.shared();
                    let taken = shared.ingest.message(bytes, &place, clock::exactly_now());
                    self.work.tell(&mut shared, taken)
                }
                Heard::Trouble(trouble) => {
                    say_warning(&format!("kafka: {trouble}"));
                    trouble.hint().into_iter().for_each(say_hint);
                    Ok(())
                }
                Heard::Failing(trouble) => {
                    let since = *self.since.get_or_insert_with(clock::exactly_now);
                    self.work.tell_failing(&Source::Kafka(None), &trouble.to_string(), since)
                }
                Heard::Recovered => {
                    self.since = None;
                    say("kafka: the topics can be read again");
                    Ok(())
                }
            };
            if let Err(failure) = told {
                self.failed = Some(failure);
                self.work.stop.store(true, Ordering::Relaxed);
            }
        }
    }
}
