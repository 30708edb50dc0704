//! The chain: facts become records of a stream, and records are held against it.

use alloc::vec::Vec;
use core::fmt;

use super::body::Body;
use super::line::LineError;
use super::name::StreamName;
use super::record::{Head, Record};
use crate::time::Timestamp;

/// The most facts of one append: one decision, not an import.
pub const APPEND_FACTS_MAX: usize = 1_000;

/// The most records of a stream: 2^53 − 1, so that a sequence is an integer to every reader of
/// JSON.
pub const STREAM_RECORDS_MAX: u64 = (1 << 53) - 1;

/// Why facts cannot be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendError {
    /// There are none.
    NoFacts,
    /// There are more than [`APPEND_FACTS_MAX`].
    TooManyFacts {
        /// How many there are.
        facts: usize,
    },
    /// The stream would have more records than [`STREAM_RECORDS_MAX`].
    StreamFull,
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFacts => f.write_str("there are no facts to append"),
            Self::TooManyFacts { facts } => {
                write!(f, "{facts} facts at once, more than APPEND_FACTS_MAX ({APPEND_FACTS_MAX})")
            }
            Self::StreamFull => write!(
                f,
                "the stream would be longer than STREAM_RECORDS_MAX ({STREAM_RECORDS_MAX} records)"
            ),
        }
    }
}

impl core::error::Error for AppendError {}

/// The records that `facts` become, all of one append, behind `head`.
///
/// `now` is recorded as given, also when it lies before the last record: order is by sequence.
pub fn append(
    stream: &StreamName,
    head: &Head,
    now: Timestamp,
    facts: Vec<Body>,
) -> Result<Vec<Record>, AppendError> {
    let count = facts.len();
    if count > APPEND_FACTS_MAX {
        return Err(AppendError::TooManyFacts { facts: count });
    }
    let last = u32::try_from(count).ok().and_then(|count| count.checked_sub(1));
    let last = last.ok_or(AppendError::NoFacts)?;
    if head.length.saturating_add(u64::from(last) + 1) > STREAM_RECORDS_MAX {
        return Err(AppendError::StreamFull);
    }
    let mut tip = *head;
    let mut records = Vec::with_capacity(count);
    for (following, body) in (0..=last).rev().zip(facts) {
        let (sequence, previous) = (tip.length + 1, tip.digest);
        let mut record = Record { sequence, at: now, following, previous, digest: previous, body };
        record.digest = record.digest_in(stream);
        tip = record.head();
        records.push(record);
    }
    Ok(records)
}

/// A stream is not what was appended to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tampered {
    /// The first position at which something is wrong: the sequence that belongs there, which is
    /// also the number of the line.
    pub position: u64,
    /// What is wrong there.
    pub what: Damage,
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Its line is not that of a record.
    Line(LineError),
    /// It says that it stands elsewhere.
    Sequence {
        /// The sequence that it says.
        found: u64,
    },
    /// It does not continue the record before: one of the two was replaced, or belongs elsewhere.
    Previous,
    /// Its digest is not that of its content.
    Digest,
    /// The records of an append do not count down to its last one.
    Following {
        /// What it says.
        found: u32,
    },
    /// The stream ends within an append.
    Unfinished,
}

impl fmt::Display for Tampered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, what } = self;
        write!(f, "record {position}: ")?;
        match what {
            Damage::Line(error) => error.fmt(f),
            Damage::Sequence { found } => write!(f, "record {found} stands in its place"),
            Damage::Previous => f.write_str("it does not continue what stands before it"),
            Damage::Digest => f.write_str("its digest is not that of its content"),
            Damage::Following { found } => {
                write!(f, "`following` is {found}, which does not fit its append")
            }
            Damage::Unfinished => f.write_str("it is missing, and its append began before it"),
        }
    }
}

impl core::error::Error for Tampered {}

/// A stream that is read, record by record.
#[derive(Clone, Debug)]
pub struct Chain {
    stream: StreamName,
    /// The last record of a whole append.
    head: Head,
    /// The last record.
    tip: Head,
    following: u32,
    at: Option<Timestamp>,
    set_back: Vec<u64>,
}

impl Chain {
    /// The empty stream of that name.
    pub fn new(stream: StreamName) -> Self {
        let head = Head::empty(&stream);
        Self { stream, head, tip: head, following: 0, at: None, set_back: Vec::new() }
    }

    /// Takes the next record, if it is the one that continues the stream. After an error the chain
    /// is as it was.
    pub fn accept(&mut self, record: &Record) -> Result<(), Tampered> {
        if let Some(what) = self.damage(record) {
            return Err(self.tampered(what));
        }
        if self.at.is_some_and(|before| record.at < before) {
            self.set_back.push(record.sequence);
        }
        self.at = Some(record.at);
        self.following = record.following;
        self.tip = record.head();
        if record.following == 0 {
            self.head = self.tip;
        }
        Ok(())
    }

    /// The error that says `what` of the next record.
    pub fn tampered(&self, what: Damage) -> Tampered {
        Tampered { position: self.tip.length.saturating_add(1), what }
    }

    /// The head behind the last whole append.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Whether the last record that was taken is not the last one of its append.
    pub fn is_within_append(&self) -> bool {
        self.following > 0
    }

    /// The records whose time lies before that of the record before them, by sequence: the clock
    /// was set back, or theirs was another one.
    pub fn set_back(&self) -> &[u64] {
        &self.set_back
    }

    fn damage(&self, record: &Record) -> Option<Damage> {
        if self.tip.length.checked_add(1) != Some(record.sequence) {
            return Some(Damage::Sequence { found: record.sequence });
        }
        // The content first: a record that was changed is not one that belongs elsewhere.
        if record.digest != record.digest_in(&self.stream) {
            return Some(Damage::Digest);
        }
        if record.previous != self.tip.digest {
            return Some(Damage::Previous);
        }
        let found = record.following;
        let fits = match self.following.checked_sub(1) {
            Some(expected) => found == expected,
            None => usize::try_from(found).is_ok_and(|found| found < APPEND_FACTS_MAX),
        };
        (!fits).then_some(Damage::Following { found })
    }
}

/// Holds all the records of a stream against each other; gives the chain behind the last one.
pub fn verify<'r>(
    stream: &StreamName,
    records: impl IntoIterator<Item = &'r Record>,
) -> Result<Chain, Tampered> {
    let mut chain = Chain::new(stream.clone());
    for record in records {
        chain.accept(record)?;
    }
    if chain.is_within_append() {
        return Err(chain.tampered(Damage::Unfinished));
    }
    Ok(chain)
}

#[cfg(test)]
mod tests;
