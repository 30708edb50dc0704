//! The client library's consumer, as one that ends in time.

use std::ops::Deref;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};

use super::context::{Context, Event};
use super::settings::{self, CLOSE_TIMEOUT};
use super::{KafkaError, KafkaTrouble, Options};

/// How long one look at what comes behind a close takes.
const LOOK: Duration = Duration::from_millis(50);

/// The library's consumer. Dropping one waits for the brokers as long as a session lasts; this one
/// leaves that to a thread of its own where they are away.
pub(super) struct Client(Arc<BaseConsumer<Context>>);

impl Client {
    pub(super) fn new(options: &Options) -> Result<Self, KafkaError> {
        let context = Context::new(options);
        let made = settings::client(options).create_with_context(context);
        made.map(|client| Self(Arc::new(client))).map_err(|error| KafkaError::of_client(&error))
    }

    /// Commits what is stored and leaves the group; says what could not be committed.
    pub(super) fn leave(&self) -> Result<(), KafkaTrouble> {
        if self.0.closed() {
            return Ok(());
        }
        // It fails only for a client that reads no group.
        let _ = self.0.close_queue();
        let begun = Instant::now();
        let mut left = Ok(());
        while !self.0.closed() {
            if begun.elapsed() >= CLOSE_TIMEOUT {
                self.leave_behind();
                let what = "the brokers did not answer within CLOSE_TIMEOUT".to_owned();
                return Err(KafkaTrouble::NotCommitted { what });
            }
            // A record that comes this late is read again by whoever comes next.
            drop(self.0.poll(LOOK));
            for event in self.0.context().take() {
                if let Event::Trouble(trouble @ KafkaTrouble::NotCommitted { .. }) = event {
                    left = Err(trouble);
                }
            }
        }
        left
    }

    /// Lets a thread wait for the end.
    fn leave_behind(&self) {
        let client = Arc::clone(&self.0);
        thread::spawn(move || {
            // Whoever drops it last waits.
            while Arc::strong_count(&client) > 1 {
                thread::sleep(LOOK);
            }
            drop(client);
        });
    }
}

impl Deref for Client {
    type Target = BaseConsumer<Context>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Whoever wants to know what became of it closes.
        if Arc::strong_count(&self.0) == 1 {
            let _ = self.leave();
        }
    }
}
