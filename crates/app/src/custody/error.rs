//! Why custody cannot be read, or something is not written down.

use std::path::PathBuf;

use halligan_core::custody::{PublicKey, Refusal};
use halligan_core::id::PersonId;
use halligan_core::stream::{Undecided, UnreadFact};
use halligan_store::{RunError, StoreError};
use thiserror::Error;

use super::key::KeyError;

/// Why custody cannot be read, or something is not written down.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CustodyError {
    /// The file of the stream does not do as it should, or was tampered with.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// It is refused, cannot be decided, or cannot be written.
    #[error("{0}")]
    Run(#[from] RunError<Refusal>),
    /// A key's file does not do as it should.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The key is not the one that counts for the person.
    #[error("the key {found} is not the one that is enrolled for `{person}`")]
    OtherKey {
        /// Who signs.
        person: PersonId,
        /// The key that was given.
        found: PublicKey,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// Nothing was ever written down.
    #[error("nothing is written down yet: there is no `{}`", file.display())]
    NoLedger {
        /// Where it would lie.
        file: PathBuf,
    },
}

/// What an error says about the question that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It must not be.
    Refused,
    /// It cannot be decided on what is known.
    Undecided,
    /// The stream was tampered with.
    Tampered,
    /// Something else stands in the way.
    Hindered,
}

impl CustodyError {
    /// A refusal.
    pub(super) fn refused(refusal: Refusal) -> Self {
        Self::Run(RunError::Undecided(Undecided::Refused(refusal)))
    }

    /// A state that is a guess.
    pub(super) fn unread(fact: UnreadFact) -> Self {
        Self::Run(RunError::Undecided(Undecided::Unread(fact)))
    }

    /// What it says about the question.
    pub fn standing(&self) -> Standing {
        match self {
            Self::Run(RunError::Undecided(Undecided::Refused(_))) | Self::OtherKey { .. } => {
                Standing::Refused
            }
            Self::Run(RunError::Undecided(Undecided::Unread(_))) => Standing::Undecided,
            Self::Store(StoreError::Tampered { .. })
            | Self::Run(RunError::Store(StoreError::Tampered { .. })) => Standing::Tampered,
            _ => Standing::Hindered,
        }
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Run(RunError::Undecided(Undecided::Refused(refusal))) => Some(refusal.hint()),
            Self::Run(error) => error.hint(),
            Self::Key(error) => error.hint(),
            Self::OtherKey { .. } => Some(
                "name the file of the enrolled key; where it is lost, revoke it and enroll this one"
                    .into(),
            ),
            Self::NoRandomness => None,
            Self::NoLedger { .. } => Some(
                "begin with `halligan custody issue`, for each key, envelope and sheet that there \
                 is"
                .into(),
            ),
        }
    }
}
