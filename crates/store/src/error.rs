//! Why a stream cannot be read or appended to.

use halligan_core::stream::{AppendError, Damage, Head, StreamName, Tampered};
use thiserror::Error;

use crate::file::FileError;

/// Why an engine did not do what was asked. Nothing was changed, unless the error says so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Somebody else appended, or the caller read another stream.
    #[error(
        "the stream `{stream}` has {} records, and {} were expected",
        found.length,
        whose(expected, found)
    )]
    Conflict {
        /// The stream.
        stream: StreamName,
        /// The head that the caller expected.
        expected: Head,
        /// The head that it has.
        found: Head,
    },
    /// The stream is not what was appended to it. It is not repaired, and nothing is appended to
    /// it.
    #[error("the stream `{stream}` in `{place}` was tampered with or damaged: {tampered}")]
    Tampered {
        /// The stream.
        stream: StreamName,
        /// Where it lies.
        place: String,
        /// At which position, and what.
        tampered: Tampered,
    },
    /// The facts cannot be appended to any stream.
    #[error("nothing was appended to the stream `{stream}`: {error}")]
    Append {
        /// The stream.
        stream: StreamName,
        /// Why.
        error: AppendError,
    },
    /// A file does not do as it should.
    #[error("{0}")]
    File(#[from] FileError),
}

fn whose(expected: &Head, found: &Head) -> String {
    match expected.length == found.length {
        true => format!("{} others", expected.length),
        false => expected.length.to_string(),
    }
}

impl StoreError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Conflict { .. } => Some("read it again, and decide again".into()),
            Self::Tampered { tampered: Tampered { what, .. }, .. } => {
                let known = match what {
                    Damage::Line(error) => error.hint(),
                    _ => None,
                };
                let hint = known.unwrap_or(
                    "keep the file as it is for whoever looks into this; put a copy from before in \
                     its place, and compare its head with the last anchor",
                );
                Some(hint.into())
            }
            Self::Append { .. } => None,
            Self::File(error) => error.hint(),
        }
    }
}
