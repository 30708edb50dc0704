//! The daemon: detections become facts that survive a crash before anybody is told that their
//! record was taken.

mod facts;
#[cfg(test)]
mod tests;

pub use facts::{Facts, Kept, RECALL_MONTHS};

use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use halligan_core::stream::APPEND_FACTS_MAX;
use halligan_core::time::Timestamp;
pub use halligan_store::StoreError;

use crate::ingest::Detected;

/// Detections that wait to be written before those who read must wait as well.
pub const WAITING_MAX: usize = 10_000;

/// The first and the longest wait before writing is tried again.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// How often writing is tried once nothing more can come: the daemon is asked to end.
const LAST_TRIES: u32 = 8;

/// A detection on its way to the disk, with the tenant that it is of.
#[derive(Debug)]
pub struct Told {
    /// The tenant: its id, or what it is called.
    pub tenant: String,
    /// The detection.
    pub detected: Detected,
}

/// What the writer says.
#[derive(Debug)]
pub enum Word<'a> {
    /// These are on the disk.
    Kept(&'a [Told], Kept),
    /// These cannot be written down yet; they are kept in memory and tried again.
    NotKept(&'a [Told], &'a StoreError),
    /// The daemon ends, and these are not on the disk.
    GivenUp(&'a [Told], &'a StoreError),
    /// Those that could not be are on the disk at last.
    KeptAtLast(&'a [Told]),
}

/// Writes what comes until nobody can send any more: as much at a time as waits, so that a flush of
/// the disk serves them all. What cannot be written is said at once, and tried until it can be.
pub fn write(
    facts: &mut Facts,
    incoming: &Receiver<Told>,
    clock: impl Fn() -> Timestamp,
    sleep: impl Fn(Duration),
    mut say: impl FnMut(Word<'_>),
) {
    while let Some(mut batch) = next(incoming) {
        let mut wait = RETRY.0;
        let mut is_late = false;
        let mut last_tries = LAST_TRIES;
        loop {
            match facts.append(&batch, clock()) {
                Ok(_) if is_late => {
                    say(Word::KeptAtLast(&batch));
                    break;
                }
                Ok(kept) => {
                    say(Word::Kept(&batch, kept));
                    break;
                }
                Err(error) => {
                    if !is_late {
                        say(Word::NotKept(&batch, &error));
                    }
                    is_late = true;
                    sleep(wait);
                    wait = (wait * 2).min(RETRY.1);
                    // What came meanwhile is said as well, and waits with the others.
                    let room = WAITING_MAX.saturating_sub(batch.len());
                    let (more, is_over) = waiting(incoming, room);
                    if !more.is_empty() {
                        say(Word::NotKept(&more, &error));
                        batch.extend(more);
                    }
                    last_tries -= u32::from(is_over);
                    if last_tries == 0 {
                        say(Word::GivenUp(&batch, &error));
                        return;
                    }
                }
            }
        }
    }
}

/// What waits, at most so much, and whether nobody can send any more.
fn waiting(incoming: &Receiver<Told>, most: usize) -> (Vec<Told>, bool) {
    let mut more = Vec::new();
    while more.len() < most {
        match incoming.try_recv() {
            Ok(one) => more.push(one),
            Err(error) => return (more, error == TryRecvError::Disconnected),
        }
    }
    (more, false)
}

/// What waits, at most what one append takes; `None` when nobody can send any more.
fn next(incoming: &Receiver<Told>) -> Option<Vec<Told>> {
    let mut batch = vec![incoming.recv().ok()?];
    batch.extend(waiting(incoming, APPEND_FACTS_MAX - 1).0);
    Some(batch)
}
