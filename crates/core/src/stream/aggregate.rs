//! What a stream means: facts fold into a state, and a state with a command decides on facts.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::{Body, BodyError};
use super::record::Record;
use crate::time::Timestamp;

/// The meaning of one kind of stream, as two pure functions. A type without values stands for it.
///
/// Facts are kept for ever, so that their text is a format: an enumeration with
/// `#[serde(tag = "kind")]`, whose members are only ever added, each as an `Option` with
/// `skip_serializing_if`. A fact that does not print as it was read is [unread](UnreadFact).
pub trait Aggregate {
    /// What the facts so far amount to; the default is the state before the first one.
    type State: Default;
    /// What can have happened.
    type Fact: Serialize + DeserializeOwned;
    /// What somebody wants to happen.
    type Command;
    /// Why it must not.
    type Refusal;

    /// The state after `fact`, which was recorded at `at`. A fact has happened: no fold refuses it.
    fn fold(state: Self::State, fact: &Self::Fact, at: Timestamp) -> Self::State;

    /// The facts that `command` makes of `state`, or why there are none. No facts: all that is
    /// wanted is so already.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        now: Timestamp,
    ) -> Result<Vec<Self::Fact>, Self::Refusal>;
}

/// A state, and what of the stream is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded<S> {
    /// What the facts that could be read amount to.
    pub state: S,
    /// The facts that could not, in their order. While there are any, the state is a guess.
    pub unread: Vec<UnreadFact>,
}

/// A fact that this version of Halligan does not know; a later one recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFact {
    /// Its place.
    pub sequence: u64,
    /// What it calls itself, if anything.
    pub kind: Option<String>,
    /// Why it is not known.
    pub why: String,
}

impl fmt::Display for UnreadFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sequence, kind, why } = self;
        match kind {
            Some(kind) => {
                write!(f, "fact {sequence} (`{}`) is unknown: {why}", kind.escape_debug())
            }
            None => write!(f, "fact {sequence} is unknown: {why}"),
        }
    }
}

/// Folds the facts of records, verified before, in their order.
pub fn fold<'r, A: Aggregate>(records: impl IntoIterator<Item = &'r Record>) -> Folded<A::State> {
    let mut folded = Folded { state: A::State::default(), unread: Vec::new() };
    for record in records {
        match record.body.read::<A::Fact>() {
            Ok(fact) => folded.state = A::fold(folded.state, &fact, record.at),
            Err(why) => {
                let (sequence, kind) = (record.sequence, record.body.kind());
                folded.unread.push(UnreadFact { sequence, kind, why });
            }
        }
    }
    folded
}

/// Why a command made no facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided<R> {
    /// It must not happen.
    Refused(R),
    /// The stream holds facts that are not known, so that the state is a guess; the first of them.
    Unread(UnreadFact),
    /// What was decided cannot be written.
    Fact(BodyError),
}

impl<R: fmt::Display> fmt::Display for Undecided<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unread(fact) => {
                write!(f, "nothing is decided on a state that is a guess: {fact}")
            }
            Self::Fact(error) => error.fmt(f),
        }
    }
}

impl<R: fmt::Debug + fmt::Display> core::error::Error for Undecided<R> {}

/// The facts that a command makes of a folded stream, ready to be appended.
pub fn decide<A: Aggregate>(
    folded: &Folded<A::State>,
    command: &A::Command,
    now: Timestamp,
) -> Result<Vec<Body>, Undecided<A::Refusal>> {
    if let Some(first) = folded.unread.first() {
        return Err(Undecided::Unread(first.clone()));
    }
    let facts = A::decide(&folded.state, command, now).map_err(Undecided::Refused)?;
    let bodies: Result<_, _> = facts.iter().map(Body::of).collect();
    bodies.map_err(Undecided::Fact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::string::ToString as _;
    use alloc::vec;

    use serde::Deserialize;

    use crate::stream::{Head, StreamName, append, verify};

    /// Keys that hang on a board.
    struct Board;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "kebab-case")]
    enum Fact {
        Hung {
            key: String,
        },
        Taken {
            key: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            by: Option<String>,
        },
        Weighed {
            kilograms: f64,
        },
    }

    enum Command {
        Hang(&'static str),
        Take(&'static str),
        Weigh,
    }

    impl Aggregate for Board {
        type State = BTreeMap<String, Timestamp>;
        type Fact = Fact;
        type Command = Command;
        type Refusal = &'static str;

        fn fold(mut state: Self::State, fact: &Fact, at: Timestamp) -> Self::State {
            match fact {
                Fact::Hung { key } => drop(state.insert(key.clone(), at)),
                Fact::Taken { key, .. } => drop(state.remove(key)),
                Fact::Weighed { .. } => {}
            }
            state
        }

        fn decide(
            state: &Self::State,
            command: &Command,
            _: Timestamp,
        ) -> Result<Vec<Fact>, &'static str> {
            match *command {
                Command::Hang(key) if state.contains_key(key) => Ok(vec![]),
                Command::Hang(key) => Ok(vec![Fact::Hung { key: key.into() }]),
                Command::Take(key) if state.contains_key(key) => {
                    Ok(vec![Fact::Taken { key: key.into(), by: None }])
                }
                Command::Take(_) => Err("it does not hang there"),
                Command::Weigh => Ok(vec![Fact::Weighed { kilograms: 0.5 }]),
            }
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// A stream of these facts, one a second.
    fn records(facts: &[&str]) -> Vec<Record> {
        let name: StreamName = "board".parse().unwrap();
        let mut head = Head::empty(&name);
        let mut records = Vec::new();
        for (second, fact) in (1..).zip(facts) {
            let body = Body::parse(fact).unwrap();
            records.extend(append(&name, &head, at(second), vec![body]).unwrap());
            head = records.last().unwrap().head();
        }
        assert_eq!(verify(&name, &records).map(|chain| chain.head()), Ok(head));
        records
    }

    const HUNG: &str = r#"{"key":"north","kind":"hung"}"#;
    const TAKEN: &str = r#"{"key":"north","kind":"taken"}"#;

    fn decided(facts: &[&str], command: Command) -> Result<Vec<String>, String> {
        let decided = decide::<Board>(&fold::<Board>(&records(facts)), &command, at(9));
        let texts = |bodies: Vec<Body>| bodies.iter().map(Body::to_string).collect();
        decided.map(texts).map_err(|undecided| undecided.to_string())
    }

    #[test]
    fn given_facts_when_a_command_comes_then_facts_or_a_refusal() {
        let refused = Err("it does not hang there".into());
        for (given, when, then) in [
            (&[][..], Command::Hang("north"), Ok(vec![HUNG.into()])),
            (&[], Command::Take("north"), refused.clone()),
            (&[HUNG], Command::Take("north"), Ok(vec![TAKEN.into()])),
            (&[HUNG], Command::Take("south"), refused.clone()),
            (&[HUNG], Command::Hang("north"), Ok(vec![])),
            (&[HUNG, TAKEN], Command::Take("north"), refused),
            (
                &[],
                Command::Weigh,
                Err("the fact holds `0.5`, a fraction or an integer beyond FACT_INTEGER_MAX \
                     (9007199254740991)"
                    .into()),
            ),
        ] {
            assert_eq!(decided(given, when), then, "{given:?}");
        }
    }

    #[test]
    fn facts_fold_in_their_order_with_their_times() {
        let folded = fold::<Board>(&records(&[HUNG, TAKEN, HUNG]));
        assert_eq!(folded.state, [("north".into(), at(3))].into());
        assert!(folded.unread.is_empty());
    }

    #[test]
    fn what_is_not_known_is_reported_and_nothing_is_decided_on_it() {
        let stolen = r#"{"key":"north","kind":"stolen"}"#;
        let with_member = r#"{"by":"p-1","key":"north","kind":"taken","why":"drill"}"#;
        let without_member = r#"{"kind":"hung"}"#;
        let without_kind = r#"{"key":"north"}"#;
        let more = "it says more than this version of Halligan reads";
        for (fact, kind, why) in [
            (stolen, Some("stolen"), "unknown variant `stolen`"),
            (with_member, Some("taken"), more),
            (without_member, Some("hung"), "missing field `key`"),
            (without_kind, None, "missing field `kind`"),
        ] {
            let folded = fold::<Board>(&records(&[HUNG, fact]));
            assert_eq!(folded.state.len(), 1, "{fact}");
            let [unread] = folded.unread.as_slice() else { panic!("{:?}", folded.unread) };
            assert_eq!((unread.sequence, unread.kind.as_deref()), (2, kind));
            assert!(unread.why.starts_with(why), "{unread}");
            let said = decided(&[HUNG, fact], Command::Take("north")).unwrap_err();
            assert!(said.starts_with("nothing is decided on a state that is a guess: fact 2"));
        }
    }
}
