//! Custody as a stream.

use alloc::vec::Vec;

use super::command::Command;
use super::fact::Entry;
use super::refusal::Refusal;
use super::state::State;
use crate::stream::{Aggregate, StreamName};
use crate::time::Timestamp;

/// The meaning of the stream [`stream()`].
#[derive(Clone, Copy, Debug)]
pub enum Keeping {}

/// The name of the stream that custody is written down in.
pub fn stream() -> StreamName {
    StreamName::of_one_word("custody")
}

impl Aggregate for Keeping {
    type State = State;
    type Fact = Entry;
    type Command = Command;
    type Refusal = Refusal;

    fn fold(state: State, fact: &Entry, at: Timestamp) -> State {
        super::fold(state, fact, at)
    }

    fn decide(state: &State, command: &Command, now: Timestamp) -> Result<Vec<Entry>, Refusal> {
        super::decide(state, command, now)
    }
}
