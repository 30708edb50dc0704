//! Snapshot files: one JSON object with a head and a list of parts.
//!
//! Each part is what Graph said, with the time at which it was read, or the gap that stands in its
//! place. The file is printed so that two of them can be compared line by line, and it carries a
//! digest of everything else in it: a file that was changed by hand is refused, not believed.
//! A part that a file does not hold is a gap, never an empty list.

mod print;
mod read;
mod write;

use std::fmt;

use halligan_core::digest::Digest;
use halligan_core::tenant::PartName;

use crate::ReadError;
use crate::text::TextError;

pub use read::read;
pub use write::write;

/// The member `format` of every snapshot file.
pub const FORMAT: &str = "halligan.snapshot";

/// The version that is written, and the newest that is read.
pub const VERSION: i64 = 1;

/// A file that is not read as a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// The bytes are no text.
    Encoding(TextError),
    /// The text is no JSON object.
    NotJson(ReadError),
    /// It is JSON, but no snapshot.
    NotASnapshot,
    /// A newer version wrote it.
    Newer {
        /// The version of the file's format.
        version: i64,
    },
    /// Its content is not what its digest was taken of.
    Changed {
        /// The digest that the file carries.
        written: String,
        /// The digest of what it holds.
        found: Digest,
    },
    /// Its head, or the head of one part, is wrong.
    Malformed(ReadError),
    /// A part is not what it should be.
    Part {
        /// The part.
        part: PartName,
        /// The member at fault, from the part's `value` down.
        error: ReadError,
    },
    /// A part is there twice.
    Duplicate(PartName),
    /// A part has no place in a snapshot of this version.
    Misplaced(PartName),
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding(error) => error.fmt(f),
            Self::NotJson(error) | Self::Malformed(error) => error.fmt(f),
            Self::NotASnapshot => write!(
                f,
                "is no snapshot: it has no `format` with the value `{FORMAT}`; exported policies \
                 are read with `--from`"
            ),
            Self::Newer { version } => write!(
                f,
                "has snapshot format {version}, and this version reads up to {VERSION}; upgrade \
                 Halligan to read it"
            ),
            Self::Changed { written, found } => write!(
                f,
                "was changed after it was taken: its digest is {}, its content has `{found}`; \
                 take a new snapshot",
                crate::text::quoted(written)
            ),
            Self::Part { part, error } => write!(f, "part {part}: {error}"),
            Self::Duplicate(part) => write!(f, "part {part} is there twice"),
            Self::Misplaced(part) => write!(
                f,
                "part {part} has no place in a snapshot of format {VERSION}, or lacks the object \
                 that it is about (`subject`)"
            ),
        }
    }
}

impl std::error::Error for SnapshotError {}

impl From<ReadError> for SnapshotError {
    fn from(error: ReadError) -> Self {
        Self::Malformed(error)
    }
}
