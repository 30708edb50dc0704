//! A member of a consumer group.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaError as ClientError;
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::client::Client;
use super::context::Event;
use super::progress::Progress;
use super::{KafkaError, KafkaTrouble, Options, Partition, reach, settings};
use crate::readable::readable;

/// How often it is looked whether a trouble that lasts is over.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// A record, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where it came from.
    pub partition: Partition,
    /// Its place there.
    pub offset: i64,
    /// When the broker or the writer says it was written, in milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
    /// What is in it; nothing for a record without a value.
    pub bytes: Vec<u8>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A record.
    Message(Message),
    /// There was nothing in the time that was given.
    Idle,
    /// Something is wrong. What [lasts](KafkaTrouble::lasts) is said once.
    Trouble(KafkaTrouble),
    /// Every trouble that lasted is over.
    Recovered,
    /// These partitions are this member's.
    Assigned(Vec<Partition>),
    /// These are not any more. What of them is not [done](Consumer::done) comes again, and perhaps
    /// the last that is: a group that changes takes no commits.
    Revoked(Vec<Partition>),
}

/// A member of a consumer group. Dropping it leaves the group, and commits what is done.
pub struct Consumer {
    client: Client,
    topics: Vec<String>,
    progress: Progress,
    /// What is said before anything new is asked for.
    waiting: VecDeque<Next>,
    /// The troubles that last, and when it is looked again whether they are over.
    lasting: Vec<KafkaTrouble>,
    look_at: Instant,
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("topics", &self.topics)
            .field("lasting", &self.lasting)
            .finish_non_exhaustive()
    }
}

impl Consumer {
    /// Signs in, looks at every topic, and joins the group.
    ///
    /// # Errors
    ///
    /// Names that cannot be, brokers that cannot be reached in [`Options::timeout`], a certificate
    /// or a password that is refused, topics that are not there or not to be read.
    pub fn open(options: &Options) -> Result<Self, KafkaError> {
        settings::check(options)?;
        let client = Client::new(options)?;
        reach::open(&client, options)?;
        let topics: Vec<&str> = options.topics.iter().map(String::as_str).collect();
        client.subscribe(&topics).map_err(|error| KafkaError::of_client(&error))?;
        Ok(Self {
            client,
            topics: options.topics.clone(),
            progress: Progress::default(),
            waiting: VecDeque::new(),
            lasting: Vec::new(),
            look_at: Instant::now(),
        })
    }

    /// What comes next, within `wait`; about a second later while a trouble lasts. Somebody must
    /// ask at least every [`SILENCE_MAX`](super::SILENCE_MAX).
    ///
    /// # Errors
    ///
    /// The client cannot go on; whoever wants to read more opens a new one.
    pub fn next(&mut self, wait: Duration) -> Result<Next, KafkaError> {
        let begun = Instant::now();
        loop {
            if let Some(next) = self.waiting.pop_front() {
                return Ok(next);
            }
            self.look_whether_over();
            let left = wait.saturating_sub(begun.elapsed());
            let polled = match self.client.poll(left.min(LOOK_EVERY)) {
                Some(Ok(message)) => Some(owned(&message)),
                Some(Err(ClientError::MessageConsumptionFatal(code))) => {
                    return Err(KafkaError::Client { what: readable(&code.to_string()) });
                }
                // What else is an error was said to the context, with its reason.
                Some(Err(_)) | None => None,
            };
            self.collect();
            if let Some(message) = polled {
                self.progress.handed(&message.partition, message.offset);
                self.waiting.push_back(Next::Message(message));
            }
            if self.waiting.is_empty() && begun.elapsed() >= wait {
                return Ok(Next::Idle);
            }
        }
    }

    /// Everything of this partition up to and including this record is safe: the group may forget
    /// it. It is committed within [`COMMIT_EVERY`](super::COMMIT_EVERY), when the partition goes to
    /// another member, and at the end.
    ///
    /// # Errors
    ///
    /// [`KafkaTrouble::NotOurs`] for a record that was not handed over since the partition came to
    /// this member; it comes again where it is.
    pub fn done(&mut self, partition: &Partition, offset: i64) -> Result<(), KafkaTrouble> {
        let not_ours = || KafkaTrouble::NotOurs { partition: partition.clone(), offset };
        match self.progress.done(partition, offset) {
            Err(_) => return Err(not_ours()),
            Ok(false) => return Ok(()),
            Ok(true) => {}
        }
        // What is stored is the record that is read next.
        let next = Offset::Offset(offset.saturating_add(1));
        let mut list = TopicPartitionList::new();
        let added = list.add_partition_offset(&partition.topic, partition.number, next);
        // The partition may be on its way to another member.
        added.and_then(|()| self.client.store_offsets(&list)).map_err(|_| not_ours())
    }

    /// Commits what is done and leaves the group, within [`CLOSE_TIMEOUT`](super::CLOSE_TIMEOUT).
    ///
    /// # Errors
    ///
    /// What is done could not be committed, and comes again.
    pub fn close(self) -> Result<(), KafkaTrouble> {
        self.client.leave()
    }

    /// Takes over what the library said.
    fn collect(&mut self) {
        for event in self.client.context().take() {
            let next = match event {
                Event::Trouble(trouble) if !trouble.lasts() => Next::Trouble(trouble),
                Event::Trouble(trouble) => {
                    if self.is_said(&trouble) {
                        continue;
                    }
                    if self.lasting.is_empty() {
                        self.look_at = Instant::now() + LOOK_EVERY;
                    }
                    self.lasting.push(trouble.clone());
                    Next::Trouble(trouble)
                }
                Event::Assigned(partitions) => {
                    self.lasting.retain(|one| !matches!(one, KafkaTrouble::Group { .. }));
                    Next::Assigned(partitions)
                }
                Event::Revoked(partitions) => {
                    self.progress.forget(&partitions);
                    Next::Revoked(partitions)
                }
            };
            self.waiting.push_back(next);
        }
    }

    /// Whether a trouble that lasts says nothing new.
    fn is_said(&self, trouble: &KafkaTrouble) -> bool {
        // That a broker is away says less than that it refuses us.
        let says_more = |one: &KafkaTrouble| {
            matches!(one, KafkaTrouble::SignIn { .. } | KafkaTrouble::Tls { .. })
        };
        let is_away = matches!(trouble, KafkaTrouble::NotReached { .. });
        self.lasting.iter().any(|one| one.is_same(trouble) || is_away && says_more(one))
    }

    /// Asks the brokers, now and then, whether what lasted is over: the library says when something
    /// breaks, and not when it works again.
    fn look_whether_over(&mut self) {
        let is_group = |one: &KafkaTrouble| matches!(one, KafkaTrouble::Group { .. });
        if self.lasting.iter().all(is_group) || Instant::now() < self.look_at {
            return;
        }
        let is_over = reach::is_well(&self.client, &self.topics);
        self.look_at = Instant::now() + LOOK_EVERY;
        if is_over {
            self.lasting.retain(is_group);
            self.waiting.push_back(Next::Recovered);
        }
    }
}

fn owned(message: &BorrowedMessage<'_>) -> Message {
    Message {
        partition: Partition { topic: message.topic().to_owned(), number: message.partition() },
        offset: message.offset(),
        timestamp_ms: message.timestamp().to_millis(),
        bytes: message.payload().unwrap_or_default().to_vec(),
    }
}
