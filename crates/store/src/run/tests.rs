use std::cell::Cell;

use halligan_core::stream::{Aggregate, Body, Head, StreamName, Undecided};
use halligan_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::*;
use crate::file::FileStreams;
use crate::{Appended, History, Listed};

/// How many keys lie in a box that holds two.
struct KeyBox;

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Fact {
    Laid {
        keys: u32,
    },
    /// It reads back as something else.
    Forgetful {
        #[serde(skip_deserializing)]
        keys: u32,
    },
}

enum Command {
    Lay(u32),
    Forget,
}

impl Aggregate for KeyBox {
    type State = u32;
    type Fact = Fact;
    type Command = Command;
    type Refusal = String;

    fn fold(state: u32, fact: &Fact, _: Timestamp) -> u32 {
        match fact {
            Fact::Laid { keys } | Fact::Forgetful { keys } => state + keys,
        }
    }

    fn decide(state: &u32, command: &Command, _: Timestamp) -> Result<Vec<Fact>, String> {
        match command {
            Command::Lay(0) => Ok(vec![]),
            Command::Lay(keys) if state + keys > 2 => Err("the box is full".into()),
            Command::Lay(keys) => Ok(vec![Fact::Laid { keys: *keys }]),
            Command::Forget => Ok(vec![Fact::Forgetful { keys: 1 }]),
        }
    }
}

fn name() -> StreamName {
    "box".parse().unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1).unwrap()
}

fn lay(streams: &impl Streams, keys: u32) -> Result<Ran<u32>, RunError<String>> {
    run::<KeyBox>(streams, &name(), &Command::Lay(keys), now())
}

/// Streams to which somebody else appends one key, each of the first times that they are read.
struct Contended {
    streams: FileStreams,
    times: Cell<u32>,
    keys: u32,
}

impl Streams for Contended {
    fn read(&self, stream: &StreamName) -> Result<History, StoreError> {
        let history = self.streams.read(stream)?;
        if let Some(left) = self.times.get().checked_sub(1) {
            self.times.set(left);
            let fact = Body::of(&Fact::Laid { keys: self.keys }).unwrap();
            self.streams.append(stream, &history.head, now(), vec![fact])?;
        }
        Ok(history)
    }

    fn append(
        &self,
        stream: &StreamName,
        expected: &Head,
        now: Timestamp,
        facts: Vec<Body>,
    ) -> Result<Appended, StoreError> {
        self.streams.append(stream, expected, now, facts)
    }

    fn list(&self) -> Result<Listed, StoreError> {
        self.streams.list()
    }
}

fn contended(times: u32, keys: u32) -> (tempfile::TempDir, Contended) {
    let folder = tempfile::tempdir().unwrap();
    let streams = FileStreams::new(folder.path().join("streams"));
    (folder, Contended { streams, times: Cell::new(times), keys })
}

#[test]
fn a_command_becomes_facts_or_a_refusal() {
    let (_folder, streams) = contended(0, 0);
    let ran = lay(&streams, 1).unwrap();
    assert_eq!((ran.state, ran.facts, ran.head.length), (1, 1, 1));
    assert_eq!(streams.head(&name()), Ok(ran.head));
    let refused = Err(RunError::Undecided(Undecided::Refused("the box is full".into())));
    assert_eq!(lay(&streams, 2), refused);
    let none = lay(&streams, 0).unwrap();
    assert_eq!((none.state, none.facts, none.head), (1, 0, ran.head));
    assert_eq!(lay(&streams, 1).unwrap().state, 2);
}

#[test]
fn what_others_append_meanwhile_is_decided_on() {
    let (_folder, streams) = contended(1, 1);
    let ran = lay(&streams, 1).unwrap();
    assert_eq!((ran.state, ran.head.length), (2, 2));
    let (_folder, streams) = contended(1, 1);
    let refused = Err(RunError::Undecided(Undecided::Refused("the box is full".into())));
    assert_eq!(lay(&streams, 2), refused, "it would have fitted, and does not");
}

#[test]
fn who_never_gets_between_gives_up_and_says_so() {
    let (_folder, streams) = contended(RUN_ATTEMPTS_MAX, 0);
    let error = lay(&streams, 1).unwrap_err();
    assert_eq!(error, RunError::Contended { stream: name() });
    assert!(error.to_string().contains("RUN_ATTEMPTS_MAX (8)"), "{error}");
    assert_eq!(streams.head(&name()).unwrap().length, u64::from(RUN_ATTEMPTS_MAX));
    let (_folder, streams) = contended(RUN_ATTEMPTS_MAX - 1, 0);
    assert_eq!(lay(&streams, 1).map(|ran| ran.facts), Ok(1));
}

#[test]
fn nothing_is_decided_on_facts_that_are_not_known() {
    let (_folder, streams) = contended(0, 0);
    let later = Body::parse("{\"keys\":1,\"kind\":\"polished\"}").unwrap();
    streams.append(&name(), &Head::empty(&name()), now(), vec![later]).unwrap();
    let error = lay(&streams, 1).unwrap_err();
    assert!(matches!(&error, RunError::Undecided(Undecided::Unread(fact)) if fact.sequence == 1));
    assert!(error.hint().unwrap().contains("a later version"));
}

#[test]
fn a_fact_that_does_not_read_back_is_not_written() {
    let (_folder, streams) = contended(0, 0);
    let error = run::<KeyBox>(&streams, &name(), &Command::Forget, now()).unwrap_err();
    assert!(matches!(error, RunError::Undecided(Undecided::Unread(_))), "{error}");
    assert_eq!(streams.head(&name()), Ok(Head::empty(&name())));
}
