//! Topics of Kafka brokers and of Event Hubs as sources.

use halligan_app::config::KAFKA_GROUP;
use halligan_app::ingest::kafka::{self, KafkaOptionsError, Options};

use super::source::{Source, Topics};
use super::work::{Sink, Work};
use crate::failure::Failure;
use crate::terminal::say_warning;

/// What the group of those who only watch ends with: they take nothing from the daemon.
const WATCHERS: &str = "-watch";

impl Work {
    /// Whom to ask: whom the command line names, or the register.
    pub(super) async fn topics(&self, source: &Source) -> Result<Options, Failure> {
        let declared = self.config.as_ref().and_then(|config| match source {
            Source::EventHubs => config.event_hubs.as_ref(),
            _ => config.kafka.as_ref(),
        });
        let mut options = match (source, declared) {
            (Source::Kafka(Some(Topics { servers, topics })), _) => {
                Options { topics: topics.clone(), ..kafka::plain(servers.clone(), KAFKA_GROUP) }
            }
            (_, Some(declared)) => kafka::options(declared, &mut |notice| say_warning(&notice))
                .await
                .map_err(|error: KafkaOptionsError| Failure::new(&error, error.hint()))?,
            (_, None) => {
                return Err(Failure::usage(
                    format!("the register has no `[{}]`", source.name()),
                    "declare it, or name brokers: `--source kafka:HOST:PORT/TOPIC`",
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
    pub(super) fn read_topics(&self, _: &Source, _: &Options) -> Result<u64, Failure> {
        Err(Failure::usage(
            "this program was built without Kafka",
            "take one of the release packages, or build it with `--features kafka`",
        ))
    }

    /// Reads topics until somebody says stop.
    #[cfg(feature = "kafka")]
    pub(super) fn read_topics(&self, source: &Source, options: &Options) -> Result<u64, Failure> {
        use halligan_app::ingest::kafka::{KafkaError, read_topics};

        let mut hearing = hearing::Hearing::new(self, source);
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
        source: &'w Source,
        /// Since when something lasts.
        since: Option<Timestamp>,
        /// Whoever takes the detections is gone.
        pub(super) failed: Option<Failure>,
    }

    impl<'w> Hearing<'w> {
        pub(super) fn new(work: &'w Work, source: &'w Source) -> Self {
            Self { work, source, since: None, failed: None }
        }

        pub(super) fn hear(&mut self, heard: Heard<'_>) {
            let told = match heard {
                Heard::Record(bytes, place) => {
                    let mut shared = self.work.shared();
                    let now = clock::exactly_now();
                    let taken = shared.ingest.message(bytes, &place, now);
                    shared.came(&self.source.name(), || now);
                    self.work.tell(&mut shared, taken)
                }
                Heard::Trouble(trouble) => {
                    say_warning(&format!("{}: {trouble}", self.source.name()));
                    trouble.hint().into_iter().for_each(say_hint);
                    Ok(())
                }
                Heard::Failing(trouble) => {
                    let since = *self.since.get_or_insert_with(clock::exactly_now);
                    self.work.tell_failing(self.source, &trouble.to_string(), since)
                }
                Heard::Recovered => {
                    self.since = None;
                    say(&format!("{}: the topics can be read again", self.source.name()));
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
