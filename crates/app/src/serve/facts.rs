//! The facts of what was detected, in the streams beside the register.

use std::collections::BTreeSet;
use std::path::Path;

use halligan_core::stream::{APPEND_FACTS_MAX, Body, Head, StreamName};
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_core::watch::fact::{Detected as Fact, Found, stream};
use halligan_core::watch::told::Told as Memory;
use halligan_store::file::FileStreams;
use halligan_store::{Repair, StoreError, Streams as _};

use super::Told;
use crate::custody::streams;

/// Months whose facts are remembered at the start, this one included: records come up to thirty
/// days late, which is how long Entra keeps them and how far polling looks back; on the first of
/// March, that is January.
pub const RECALL_MONTHS: usize = 3;

/// Where detections are written down.
#[derive(Debug)]
pub struct Facts {
    streams: FileStreams,
    /// The stream of the month, and where it ends.
    current: Option<(StreamName, Head)>,
    /// What is on the disk: a second daemon may write as well.
    written: Memory,
}

/// What an append did beside writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// A torn write that had to be removed first.
    pub repaired: Option<Repair>,
    /// Those that another daemon had written already, by their places.
    pub known: BTreeSet<usize>,
}

impl Facts {
    /// The facts beside the register at that path.
    pub fn beside(register: &Path) -> Self {
        Self { streams: streams(register), current: None, written: Memory::default() }
    }

    /// Reads what was told in the last months, for whoever must not tell it again; gives how many
    /// facts that were. Facts of later versions are passed over: they were told.
    pub fn recall(
        &mut self,
        now: Timestamp,
        mut told: impl FnMut(&Fact),
    ) -> Result<usize, StoreError> {
        let mut count = 0;
        for name in months(now) {
            let history = self.streams.read(&name)?;
            for fact in history.records.iter().filter_map(|one| Fact::read(&one.body)) {
                remember(&mut self.written, &fact);
                told(&fact);
                count += 1;
            }
        }
        Ok(count)
    }

    /// Writes detections down; durable when it returns. After an error some may be written: they
    /// are known the next time.
    pub fn append(&mut self, batch: &[Told], now: Timestamp) -> Result<Kept, StoreError> {
        let mut kept = Kept::default();
        let Ok(name) = stream(now) else { return Ok(kept) };
        for (number, part) in batch.chunks(APPEND_FACTS_MAX).enumerate() {
            let head = match self.current.take() {
                Some((current, head)) if current == name => head,
                _ => self.look(&name)?,
            };
            let done = self.append_at(&name, head, part, now)?;
            kept.repaired = kept.repaired.or(done.repaired);
            kept.known.extend(done.known.into_iter().map(|at| number * APPEND_FACTS_MAX + at));
        }
        Ok(kept)
    }

    /// Remembers what a stream has, and says where it ends.
    fn look(&mut self, name: &StreamName) -> Result<Head, StoreError> {
        let history = self.streams.read(name)?;
        for fact in history.records.iter().filter_map(|one| Fact::read(&one.body)) {
            remember(&mut self.written, &fact);
        }
        Ok(history.head)
    }

    fn append_at(
        &mut self,
        name: &StreamName,
        mut head: Head,
        batch: &[Told],
        now: Timestamp,
    ) -> Result<Kept, StoreError> {
        let facts: Vec<Fact> = batch.iter().map(fact).collect();
        loop {
            let all = facts.iter().enumerate();
            let (known, fresh): (Vec<_>, Vec<_>) =
                all.partition(|(_, fact)| is_written(&self.written, fact));
            let known = known.into_iter().map(|(place, _)| place).collect();
            let bodies: Vec<Body> = fresh.iter().filter_map(|(_, fact)| fact.body().ok()).collect();
            if bodies.is_empty() {
                self.current = Some((name.clone(), head));
                return Ok(Kept { repaired: None, known });
            }
            match self.streams.append(name, &head, now, bodies) {
                Ok(done) => {
                    for fact in &facts {
                        remember(&mut self.written, fact);
                    }
                    self.current = Some((name.clone(), done.head));
                    return Ok(Kept { repaired: done.repaired, known });
                }
                // Another daemon writes as well: what it wrote is not written again.
                Err(StoreError::Conflict { .. }) => head = self.look(name)?,
                Err(error) => return Err(error),
            }
        }
    }
}

fn fact(told: &Told) -> Fact {
    let Told { tenant, detected } = told;
    Fact::of(Found {
        record: &detected.record,
        event: &detected.event,
        fired: &detected.fired,
        tenant,
        source: &detected.place.source,
        position: detected.place.line.or(detected.place.offset.and_then(|at| at.try_into().ok())),
        seen: detected.seen,
    })
}

/// The key of a record in one tenant.
fn key(fact: &Fact) -> String {
    format!("{}/{}", fact.tenant, fact.record)
}

fn remember(memory: &mut Memory, fact: &Fact) {
    if let Some(severity) = fact.severity() {
        memory.remember(&key(fact), &fact.detection, severity);
    }
}

fn is_written(memory: &Memory, fact: &Fact) -> bool {
    fact.severity().is_some_and(|severity| memory.has(&key(fact), &fact.detection, severity))
}

/// The streams of the last months, the oldest first.
fn months(now: Timestamp) -> Vec<StreamName> {
    let mut names: Vec<StreamName> = Vec::new();
    let mut at = Some(now);
    while names.len() < RECALL_MONTHS {
        let Some(day) = at else { break };
        if let Ok(name) = stream(day)
            && !names.contains(&name)
        {
            names.push(name);
        }
        at = day.checked_sub(SignedDuration::from_hours(24 * 25)).ok();
    }
    names.reverse();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_polling_may_bring_again_is_remembered() {
        let back = SignedDuration::try_from(halligan_graph::poll::LOOK_BACK_MAX).unwrap();
        for now in ["2026-03-01T00:00:01Z", "2026-03-31T12:00:00Z", "2027-01-01T00:00:00Z"] {
            let now: Timestamp = now.parse().unwrap();
            let earliest = now.checked_sub(back).unwrap();
            let names = months(now);
            assert!(names.contains(&stream(earliest).unwrap()), "{now}: {names:?}");
            assert!(names.contains(&stream(now).unwrap()), "{now}");
        }
    }
}
