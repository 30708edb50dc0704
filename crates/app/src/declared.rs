//! Drills and emergencies that are declared, in the stream `watch/declared` beside the register.
//!
//! [`record`] writes one down, and [`Declared`] reads them for whoever watches: again whenever the
//! stream has changed, so that a daemon takes them without a restart. A stream that was tampered
//! with, or that holds what this version does not know, declares nothing.

use std::path::Path;

use halligan_core::stream::{Folded, StreamNameError, Undecided, UnreadFact, fold};
use halligan_core::time::Timestamp;
use halligan_core::watch::declaration::{Command, Declaring, Refusal, State, stream};
use halligan_store::file::FileStreams;
use halligan_store::{Ran, RunError, StoreError, Streams as _};
use thiserror::Error;

use crate::custody::streams;
use crate::files::Mark;

/// Why declarations cannot be read, or one is not written down.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeclareError {
    /// The stream does not do as it should, or was tampered with.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// It is refused, or cannot be decided.
    #[error("{0}")]
    Run(#[from] RunError<Refusal>),
    /// The stream cannot be named.
    #[error("{0}")]
    Name(StreamNameError),
    /// A later version of Halligan wrote something.
    #[error("declarations are a guess, and none counts: {0}")]
    Unread(UnreadFact),
}

impl DeclareError {
    /// What is refused, where it is that.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Run(RunError::Undecided(Undecided::Refused(one))) => Some(one),
            _ => None,
        }
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Run(error) => {
                self.refusal().map(|one| one.hint().to_owned()).or_else(|| error.hint())
            }
            Self::Name(_) => None,
            Self::Unread(_) => Some("use that version of Halligan, or a later one".into()),
        }
    }
}

/// All declarations beside the register at that path.
pub fn read(register: &Path) -> Result<State, DeclareError> {
    read_from(&streams(register))
}

/// Writes a declaration, or the end of one, down; durable when it returns.
pub fn record(
    register: &Path,
    command: &Command,
    now: Timestamp,
) -> Result<Ran<State>, DeclareError> {
    let name = stream().map_err(DeclareError::Name)?;
    Ok(halligan_store::run::<Declaring>(&streams(register), &name, command, now)?)
}

fn read_from(streams: &FileStreams) -> Result<State, DeclareError> {
    let name = stream().map_err(DeclareError::Name)?;
    let history = streams.read(&name)?;
    let Folded { state, unread } = fold::<Declaring>(&history.records);
    unread.into_iter().next().map_or(Ok(state), |one| Err(DeclareError::Unread(one)))
}

/// The declarations, read again when they change.
#[derive(Debug)]
pub struct Declared {
    streams: FileStreams,
    mark: Option<Mark>,
}

impl Declared {
    /// The declarations beside the register at that path.
    pub fn beside(register: &Path) -> Self {
        let streams = streams(register);
        let mark = stream().ok().map(|name| Mark::new(streams.path(&name)));
        Self { streams, mark }
    }

    /// What is declared, where that may be other than the last time.
    pub fn changed(&mut self) -> Option<Result<State, DeclareError>> {
        let has_changed = self.mark.as_mut().is_some_and(Mark::has_changed);
        has_changed.then(|| read_from(&self.streams))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::id::UserId;
    use halligan_core::watch::declaration::Declared as One;
    use halligan_core::watch::watched::UseKind;

    fn now() -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    fn emergency() -> Command {
        Command::Declare(One {
            number: 0,
            kind: UseKind::Emergency,
            by: "p-1".parse().unwrap(),
            with: None,
            reason: "phones are down".into(),
            accounts: vec![UserId::from_u128(0xb1)],
            from: now(),
            until: "2026-11-23T14:00:00Z".parse().unwrap(),
        })
    }

    #[test]
    fn what_is_written_is_read_when_it_changes_and_only_then() {
        let folder = tempfile::tempdir().unwrap();
        let register = folder.path().join("halligan.toml");
        let mut declared = Declared::beside(&register);
        assert_eq!(declared.changed().unwrap().unwrap(), State::default());
        assert!(declared.changed().is_none());
        record(&register, &emergency(), now()).unwrap();
        assert_eq!(declared.changed().unwrap().unwrap().uses().len(), 1);
        assert!(declared.changed().is_none());
        assert_eq!(read(&register).unwrap().all.len(), 1);
    }

    #[test]
    fn what_was_tampered_with_declares_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let register = folder.path().join("halligan.toml");
        record(&register, &emergency(), now()).unwrap();
        let file = streams(&register).path(&stream().unwrap());
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("14:00", "23:00")).unwrap();
        let error = Declared::beside(&register).changed().unwrap().unwrap_err();
        assert!(matches!(error, DeclareError::Store(StoreError::Tampered { .. })), "{error}");
    }
}
