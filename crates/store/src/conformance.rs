//! The suite that every engine passes.
//!
//! An engine's tests say how to make an empty store and take the suite over:
//!
//! ```text
//! halligan_store::conformance!(|| Folder(tempfile::tempdir().unwrap()));
//! ```
//!
//! Each rule is a function that panics where the engine breaks it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "only tests call this, and they fail by panicking"
)]

use std::thread;

use halligan_core::stream::{
    APPEND_FACTS_MAX, Anchor, AppendError, Body, FACT_BYTES_MAX, Head, Record, StreamName, verify,
};
use halligan_core::time::Timestamp;

use crate::{Listed, StoreError, Streams};

/// A store that starts empty, and goes away with this value.
pub trait Place {
    /// The engine.
    type Engine: Streams + Send + Sync;

    /// Opens the store; every engine that is opened sees the same streams.
    fn open(&self) -> Self::Engine;
}

/// Makes a test of each rule of the suite, for the stores that the expression makes.
#[macro_export]
macro_rules! conformance {
    ($fresh:expr) => {
        $crate::conformance!($fresh; [
            a_stream_that_nobody_appended_to_is_empty,
            what_is_appended_is_read_as_it_was,
            what_is_appended_is_there_after_opening_again,
            an_append_behind_another_head_is_a_conflict,
            streams_are_apart_and_listed_by_name,
            refused_facts_leave_nothing,
            a_clock_that_is_set_back_costs_no_fact,
            the_largest_append_is_taken,
            readers_see_whole_appends,
            writers_at_once_lose_nothing_and_double_nothing,
        ]);
    };
    ($fresh:expr; [$($rule:ident,)+]) => {$(
        #[test]
        fn $rule() {
            $crate::conformance::$rule(&($fresh)());
        }
    )+};
}

fn name(text: &str) -> StreamName {
    text.parse().unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn fact(text: &str) -> Body {
    Body::parse(text).unwrap()
}

fn numbered(writer: usize, number: usize) -> Body {
    fact(&format!("{{\"number\":{number},\"writer\":{writer}}}"))
}

fn append(engine: &impl Streams, stream: &StreamName, second: i64, facts: &[Body]) -> Head {
    let head = engine.head(stream).unwrap();
    let appended = engine.append(stream, &head, at(second), facts.to_vec()).unwrap();
    assert_eq!(appended.repaired, None);
    appended.head
}

fn bodies(records: &[Record]) -> Vec<Body> {
    records.iter().map(|record| record.body.clone()).collect()
}

/// A stream that nobody appended to is empty, and its head is that of its name.
pub fn a_stream_that_nobody_appended_to_is_empty(place: &impl Place) {
    let engine = place.open();
    let history = engine.read(&name("custody")).unwrap();
    assert_eq!(history.head, Head::empty(&name("custody")));
    assert_eq!((history.records, history.set_back, history.torn), (vec![], vec![], None));
    assert_eq!(engine.list(), Ok(Listed::default()));
}

/// Facts come back to the byte, in their order, with their times, and the chain holds.
pub fn what_is_appended_is_read_as_it_was(place: &impl Place) {
    let (engine, custody) = (place.open(), name("custody"));
    let odd =
        fact("{\"a\":\"\u{e9}\u{1f6d1}\\n\\u0000\\\"\",\"b\":{\"c\":[null,-9007199254740991]}}");
    let first = append(&engine, &custody, 10, &[numbered(1, 1), odd.clone()]);
    let last = append(&engine, &custody, 20, &[numbered(1, 2)]);
    let history = engine.read(&custody).unwrap();
    assert_eq!(bodies(&history.records), [numbered(1, 1), odd, numbered(1, 2)]);
    let times: Vec<_> = history.records.iter().map(|record| record.at).collect();
    assert_eq!(times, [at(10), at(10), at(20)]);
    let following: Vec<_> = history.records.iter().map(|record| record.following).collect();
    assert_eq!(following, [1, 0, 0]);
    assert_eq!((history.head, engine.head(&custody)), (last, Ok(last)));
    assert_eq!(verify(&custody, &history.records).unwrap().head(), last);
    let anchor = Anchor { stream: custody.clone(), head: first };
    assert_eq!(anchor.check(&custody, &history.records), Ok(()));
}

/// A store that is opened again, or twice, has what was appended.
pub fn what_is_appended_is_there_after_opening_again(place: &impl Place) {
    let custody = name("custody");
    let other = place.open();
    let head = append(&place.open(), &custody, 1, &[numbered(1, 1)]);
    assert_eq!(other.head(&custody), Ok(head));
    assert_eq!(place.open().read(&custody).unwrap(), other.read(&custody).unwrap());
    append(&other, &custody, 2, &[numbered(1, 2)]);
    assert_eq!(place.open().read(&custody).unwrap().records.len(), 2);
}

/// Who read something else than what is there must decide again; nothing is changed.
pub fn an_append_behind_another_head_is_a_conflict(place: &impl Place) {
    let (engine, custody) = (place.open(), name("custody"));
    let empty = Head::empty(&custody);
    let first = append(&engine, &custody, 1, &[numbered(1, 1)]);
    let second = append(&engine, &custody, 2, &[numbered(1, 2)]);
    let forged = Head { length: second.length, digest: first.digest };
    let beyond = Head { length: second.length + 1, ..second };
    let foreign = Head::empty(&name("drill"));
    for expected in [empty, first, forged, beyond, foreign] {
        let conflict = StoreError::Conflict { stream: custody.clone(), expected, found: second };
        let appended = engine.append(&custody, &expected, at(3), vec![numbered(1, 3)]);
        assert_eq!(appended, Err(conflict), "{expected}");
    }
    assert_eq!(engine.read(&custody).unwrap().records.len(), 2);
    let absent = engine.append(&name("absent"), &first, at(3), vec![numbered(1, 3)]);
    let found = Head::empty(&name("absent"));
    let conflict = StoreError::Conflict { stream: name("absent"), expected: first, found };
    assert_eq!(absent, Err(conflict));
    assert_eq!(engine.list().unwrap().streams, [custody]);
}

/// Names that look alike are different streams, also where they become names of files.
pub fn streams_are_apart_and_listed_by_name(place: &impl Place) {
    let engine = place.open();
    let long = "x".repeat(halligan_core::stream::STREAM_NAME_BYTES_MAX);
    let mut names = ["incident/1", "incident-1", "incident/1-1", "incident/1/1", "incident", &long]
        .map(name)
        .to_vec();
    for (number, stream) in names.iter().enumerate() {
        append(&engine, stream, 1, &[numbered(1, number)]);
    }
    for (number, stream) in names.iter().enumerate() {
        assert_eq!(bodies(&engine.read(stream).unwrap().records), [numbered(1, number)]);
    }
    names.sort();
    assert_eq!(engine.list(), Ok(Listed { streams: names, strangers: vec![] }));
}

/// What cannot be appended leaves no stream, no record and no trace.
pub fn refused_facts_leave_nothing(place: &impl Place) {
    let (engine, custody) = (place.open(), name("custody"));
    let many = vec![numbered(1, 1); APPEND_FACTS_MAX + 1];
    let refused = |head: Head, facts: Vec<Body>, error| {
        let expected = StoreError::Append { stream: custody.clone(), error };
        assert_eq!(engine.append(&custody, &head, at(1), facts), Err(expected));
    };
    let too_many = AppendError::TooManyFacts { facts: APPEND_FACTS_MAX + 1 };
    refused(Head::empty(&custody), vec![], AppendError::NoFacts);
    refused(Head::empty(&custody), many.clone(), too_many);
    assert_eq!(engine.list(), Ok(Listed::default()));
    let head = append(&engine, &custody, 1, &[numbered(1, 1)]);
    refused(head, vec![], AppendError::NoFacts);
    refused(head, many, too_many);
    assert_eq!(engine.head(&custody), Ok(head));
}

/// A clock that is set back costs no fact; the order is that of the appends, and it is told.
pub fn a_clock_that_is_set_back_costs_no_fact(place: &impl Place) {
    let (engine, custody) = (place.open(), name("custody"));
    for (number, second) in [(1, 4_000_000_000), (2, 100), (3, 101), (4, -1)] {
        append(&engine, &custody, second, &[numbered(1, number)]);
    }
    let history = engine.read(&custody).unwrap();
    assert_eq!(bodies(&history.records), [1, 2, 3, 4].map(|number| numbered(1, number)));
    assert_eq!(history.records[3].at, at(-1));
    assert_eq!(history.set_back, [2, 4]);
}

/// As many facts as an append may have, and one as large as it may be.
pub fn the_largest_append_is_taken(place: &impl Place) {
    let (engine, custody) = (place.open(), name("custody"));
    let text = "x".repeat(FACT_BYTES_MAX - "{\"a\":\"\"}".len());
    let mut facts: Vec<_> = (1..APPEND_FACTS_MAX).map(|number| numbered(1, number)).collect();
    facts.push(fact(&format!("{{\"a\":\"{text}\"}}")));
    append(&engine, &custody, 1, &facts);
    assert_eq!(bodies(&place.open().read(&custody).unwrap().records), facts);
}

/// Whoever reads while another one appends sees every append as a whole or not at all.
pub fn readers_see_whole_appends(place: &impl Place) {
    const APPENDS: usize = 30;
    let (writer, reader, custody) = (place.open(), place.open(), name("custody"));
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..APPENDS {
                let facts = [0, 1, 2].map(|part| numbered(part, number));
                append(&writer, &custody, 1, &facts);
            }
        });
        let mut seen = 0;
        while seen < 3 * APPENDS {
            let history = reader.read(&custody).unwrap();
            let length = history.records.len();
            assert_eq!((history.torn, length % 3), (None, 0));
            assert!(length >= seen, "{seen} records, and then {length}");
            seen = length;
        }
    });
}

/// Two writers that append at once, each until it is done: every fact is there once.
pub fn writers_at_once_lose_nothing_and_double_nothing(place: &impl Place) {
    const FACTS: usize = 25;
    let custody = name("custody");
    thread::scope(|scope| {
        for writer in [1, 2] {
            let (engine, custody) = (place.open(), &custody);
            scope.spawn(move || {
                for number in 0..FACTS {
                    let again = |error| matches!(error, StoreError::Conflict { .. });
                    while engine
                        .append(
                            custody,
                            &engine.head(custody).unwrap(),
                            at(1),
                            vec![numbered(writer, number)],
                        )
                        .map_err(|error| assert!(again(error)))
                        .is_err()
                    {}
                }
            });
        }
    });
    let all = bodies(&place.open().read(&custody).unwrap().records);
    for writer in [1, 2] {
        let mine: Vec<_> = (0..FACTS).map(|number| numbered(writer, number)).collect();
        let found: Vec<_> = all.iter().filter(|body| mine.contains(body)).cloned().collect();
        assert_eq!(found, mine, "those of writer {writer}, in their order");
    }
    assert_eq!(all.len(), 2 * FACTS);
}
