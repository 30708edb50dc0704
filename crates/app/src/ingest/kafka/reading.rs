//! Reading topics until somebody says stop, and telling the group what is safe.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use halligan_relay::kafka::{Consumer, KafkaError, KafkaTrouble, Next, Options, Partition};

use super::super::Place;
use super::super::file::Until;
use super::super::ledger::Ledger;

/// How long nothing may come before a topic that is read once counts as read to its end.
pub const ONCE_IDLE: Duration = Duration::from_secs(10);

/// How long brokers may be away before it is told: they are restarted one by one.
pub const AWAY_FOR: Duration = Duration::from_secs(60);

/// How long is waited for a record before it is looked whether somebody said stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long the end waits for what is on its way to the disk.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// What comes of a topic.
#[derive(Debug)]
pub enum Heard<'a> {
    /// A record's bytes, and where it was.
    Record(&'a [u8], Place),
    /// Something is wrong, and it goes on.
    Trouble(&'a KafkaTrouble),
    /// It is wrong for so long that it has to be told, or will not pass by itself.
    Failing(&'a KafkaTrouble),
    /// Everything is well again.
    Recovered,
}

/// Reads topics until somebody says stop, or to their end; how many bytes there were.
///
/// What is read is [done](Consumer::done) when every detection that was handed on until then is
/// safe by `ledger`, so that a crash brings again what was lost with it.
pub fn read_topics(
    options: &Options,
    until: Until,
    stop: &AtomicBool,
    ledger: &Ledger,
    hear: &mut dyn FnMut(Heard<'_>),
) -> Result<u64, KafkaError> {
    let mut consumer = Consumer::open(options)?;
    let mut waiting = Waiting::default();
    let mut away: Option<(KafkaTrouble, Instant)> = None;
    let mut bytes = 0_u64;
    let mut heard_at = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        match consumer.next(LOOK_EVERY)? {
            Next::Message(message) => {
                heard_at = Instant::now();
                bytes = bytes.saturating_add(message.bytes.len() as u64);
                let Partition { topic, number } = &message.partition;
                let place = Place {
                    source: format!("kafka:{topic}/{number}").into(),
                    line: None,
                    offset: Some(message.offset),
                };
                // A record without a value deletes another of its key: there is nothing in it.
                if !message.bytes.is_empty() {
                    hear(Heard::Record(&message.bytes, place));
                }
                waiting.add(message.partition, message.offset, ledger.handed_on());
            }
            Next::Trouble(trouble) => {
                hear(Heard::Trouble(&trouble));
                match trouble {
                    KafkaTrouble::NotReached { .. } => away = Some((trouble, Instant::now())),
                    trouble if trouble.lasts() => hear(Heard::Failing(&trouble)),
                    _ => {}
                }
            }
            Next::Recovered => {
                away = None;
                hear(Heard::Recovered);
            }
            Next::Assigned(_) => heard_at = Instant::now(),
            Next::Revoked(partitions) => waiting.forget(&partitions),
            Next::Idle => {}
        }
        if let Some((trouble, _)) = away.take_if(|(_, since)| since.elapsed() >= AWAY_FOR) {
            hear(Heard::Failing(&trouble));
        }
        waiting.settle(&mut consumer, ledger);
        if until == Until::End && heard_at.elapsed() >= ONCE_IDLE {
            break;
        }
    }
    let end = Instant::now() + LAST_WAIT;
    while !waiting.settle(&mut consumer, ledger) && Instant::now() < end {
        std::thread::sleep(LOOK_EVERY);
    }
    // What is not committed comes again, and is known.
    if let Err(trouble) = consumer.close() {
        hear(Heard::Trouble(&trouble));
    }
    Ok(bytes)
}

/// Records that were read, in order, each with the count of detections that must be safe first.
#[derive(Debug, Default)]
struct Waiting(VecDeque<(Partition, i64, u64)>);

impl Waiting {
    fn add(&mut self, partition: Partition, offset: i64, mark: u64) {
        // One entry for all that wait for the same.
        match self.0.back_mut() {
            Some((last, at, same)) if *last == partition && *same == mark => *at = offset,
            _ => self.0.push_back((partition, offset, mark)),
        }
    }

    fn forget(&mut self, partitions: &[Partition]) {
        self.0.retain(|(one, ..)| !partitions.contains(one));
    }

    /// Lets the group forget what is safe; whether nothing waits.
    fn settle(&mut self, consumer: &mut Consumer, ledger: &Ledger) -> bool {
        while let Some((partition, offset, mark)) = self.0.front() {
            if !ledger.is_safe(*mark) {
                return false;
            }
            // A record of a partition that went elsewhere comes again there.
            let _ = consumer.done(partition, *offset);
            self.0.pop_front();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(number: i32) -> Partition {
        Partition { topic: "entra".into(), number }
    }

    #[test]
    fn what_waits_for_the_same_is_one_entry() {
        let mut waiting = Waiting::default();
        for offset in 0..1_000 {
            waiting.add(partition(0), offset, 0);
        }
        waiting.add(partition(0), 1_000, 1);
        waiting.add(partition(1), 5, 1);
        let expected = [(partition(0), 999, 0), (partition(0), 1_000, 1), (partition(1), 5, 1)];
        assert_eq!(waiting.0, expected);
        waiting.forget(&[partition(0)]);
        assert_eq!(waiting.0, [(partition(1), 5, 1)]);
    }
}
