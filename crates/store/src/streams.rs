//! What every engine does.

use std::fmt;
use std::path::PathBuf;

use halligan_core::stream::{Body, Head, Record, StreamName};
use halligan_core::time::Timestamp;

use crate::error::StoreError;

/// An engine that keeps streams.
///
/// An append is durable when it returns, and there as a whole or not at all, whatever happens
/// meanwhile. What is read is verified: a stream whose chain does not hold is an error with the
/// position, never a shorter stream.
pub trait Streams {
    /// A whole stream; one that nobody appended to is empty.
    fn read(&self, stream: &StreamName) -> Result<History, StoreError>;

    /// Appends facts, all of them or none, recorded at `now`, if the stream's head is still
    /// `expected`; another one is a [`StoreError::Conflict`], and nothing is changed.
    fn append(
        &self,
        stream: &StreamName,
        expected: &Head,
        now: Timestamp,
        facts: Vec<Body>,
    ) -> Result<Appended, StoreError>;

    /// The streams that have records, in the order of their names. They are not read.
    fn list(&self) -> Result<Listed, StoreError>;

    /// Where a stream ends, verified as [`Streams::read`] verifies it.
    fn head(&self, stream: &StreamName) -> Result<Head, StoreError> {
        self.read(stream).map(|history| history.head)
    }
}

/// A stream as it was read, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The records in their order; whole appends only.
    pub records: Vec<Record>,
    /// Where they end: what an append expects.
    pub head: Head,
    /// The records that are older than the one before, by sequence: a clock was set back.
    pub set_back: Vec<u64>,
    /// A write that did not finish, behind the last record; the next append removes it.
    pub torn: Option<Torn>,
}

/// What a write left behind that did not finish: the machine stopped within it, and nobody was told
/// that its facts were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The sequence of the first record that it would have written.
    pub position: u64,
    /// How many bytes it left.
    pub bytes: u64,
}

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, bytes } = self;
        write!(f, "a write of record {position} did not finish and left {bytes} bytes")
    }
}

/// What an append did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Where the stream ends with the new records.
    pub head: Head,
    /// What it had to remove first. Somebody should be told: a machine that stops within writes
    /// does so for a reason.
    pub repaired: Option<Repair>,
}

/// A torn write that was taken off the end of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What it was.
    pub torn: Torn,
    /// Where its bytes are kept.
    pub kept: PathBuf,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; they are kept in `{}`", self.torn, self.kept.display())
    }
}

/// What lies in a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The streams with records.
    pub streams: Vec<StreamName>,
    /// What lies among them and is not theirs, by name.
    pub strangers: Vec<String>,
}
