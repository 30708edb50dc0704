//! One command, carried through a store: read, fold, decide, append.

use halligan_core::stream::{self, Aggregate, Head, StreamName, Undecided};
use halligan_core::time::Timestamp;
use thiserror::Error;

use crate::error::StoreError;
use crate::streams::{Repair, Streams};

/// How often a command is decided anew because somebody else appended meanwhile.
pub const RUN_ATTEMPTS_MAX: u32 = 8;

/// What a command came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran<S> {
    /// The state with the new facts.
    pub state: S,
    /// Where the stream ends.
    pub head: Head,
    /// How many facts it made; 0 when all was so already.
    pub facts: usize,
    /// A torn write that had to be removed first.
    pub repaired: Option<Repair>,
}

/// Why a command came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RunError<R> {
    /// The command was refused, or cannot be decided.
    #[error("{0}")]
    Undecided(Undecided<R>),
    /// The store did not do its part.
    #[error("{0}")]
    Store(StoreError),
    /// Others appended every time between reading and appending.
    #[error(
        "others appended to the stream `{stream}` each of RUN_ATTEMPTS_MAX ({RUN_ATTEMPTS_MAX}) \
         times"
    )]
    Contended {
        /// The stream.
        stream: StreamName,
    },
}

impl<R> RunError<R> {
    /// The next thing to do, where there is one that helps; what to do about a refusal is for
    /// whoever refuses to say.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Undecided(Undecided::Unread(_)) => Some(
                "a later version of Halligan recorded that fact: use that version, or a later one"
                    .into(),
            ),
            Self::Undecided(_) => None,
            Self::Store(error) => error.hint(),
            Self::Contended { .. } => Some("nothing was changed: try again".into()),
        }
    }
}

/// Decides `command` on the stream's facts and appends what it makes. When somebody else appended
/// meanwhile, it is decided again on what they left, with the same `now`.
pub fn run<A: Aggregate>(
    streams: &impl Streams,
    name: &StreamName,
    command: &A::Command,
    now: Timestamp,
) -> Result<Ran<A::State>, RunError<A::Refusal>> {
    for _ in 0..RUN_ATTEMPTS_MAX {
        let history = streams.read(name).map_err(RunError::Store)?;
        let folded = stream::fold::<A>(&history.records);
        let bodies = stream::decide::<A>(&folded, command, now).map_err(RunError::Undecided)?;
        let (facts, head) = (bodies.len(), history.head);
        if bodies.is_empty() {
            return Ok(Ran { state: folded.state, head, facts, repaired: None });
        }
        // The state from what is written, and not from what was meant.
        let state = bodies.iter().try_fold(folded.state, |state, body| {
            let fact = body.read::<A::Fact>();
            fact.map(|fact| A::fold(state, &fact, now))
        });
        let state = state.map_err(|why| RunError::Undecided(unreadable(&head, why)))?;
        match streams.append(name, &head, now, bodies) {
            Ok(done) => {
                return Ok(Ran { state, head: done.head, facts, repaired: done.repaired });
            }
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(RunError::Store(error)),
        }
    }
    Err(RunError::Contended { stream: name.clone() })
}

/// A fact that does not read back as it was written must not be written.
fn unreadable<R>(head: &Head, why: String) -> Undecided<R> {
    let sequence = head.length.saturating_add(1);
    Undecided::Unread(stream::UnreadFact { sequence, kind: None, why })
}

#[cfg(test)]
mod tests;
