use alloc::format;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::*;
use crate::digest::Digest;

fn name(text: &str) -> StreamName {
    text.parse().unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn facts(count: usize) -> Vec<Body> {
    let fact = |number| Body::parse(&format!("{{\"number\":{number}}}")).unwrap();
    (1..=count).map(fact).collect()
}

/// Appends of so many facts each, one append at each of the seconds.
fn stream(name: &StreamName, appends: &[(usize, i64)]) -> Vec<Record> {
    let mut head = Head::empty(name);
    let mut records = Vec::new();
    for (count, second) in appends {
        records.extend(append(name, &head, at(*second), facts(*count)).unwrap());
        head = records.last().unwrap().head();
    }
    records
}

/// Writes the right digest into each record from `first` on, as somebody does who forges a stream.
fn rechain(name: &StreamName, records: &mut [Record], first: usize) {
    for place in first..records.len() {
        records[place].digest = records[place].digest_in(name);
        let digest = records[place].digest;
        if let Some(next) = records.get_mut(place + 1) {
            next.previous = digest;
        }
    }
}

fn found(name: &StreamName, records: &[Record]) -> Option<(u64, Damage)> {
    verify(name, records).err().map(|Tampered { position, what }| (position, what))
}

#[test]
fn facts_become_records_that_count_down_to_the_end_of_their_append() {
    let custody = name("custody");
    let records = stream(&custody, &[(2, 5), (1, 6)]);
    let shape: Vec<_> = records.iter().map(|record| (record.sequence, record.following)).collect();
    assert_eq!(shape, [(1, 1), (2, 0), (3, 0)]);
    assert_eq!(records[0].previous, Head::empty(&custody).digest);
    assert_eq!(records[2].previous, records[1].digest);
    let chain = verify(&custody, &records).unwrap();
    assert_eq!(chain.head(), Head { length: 3, digest: records[2].digest });
    assert_eq!(verify(&custody, []).unwrap().head(), Head::empty(&custody));
}

#[test]
fn limits_of_an_append_are_errors_with_their_names() {
    let custody = name("custody");
    let empty = Head::empty(&custody);
    let try_append = |head: &Head, count| append(&custody, head, at(0), facts(count)).err();
    assert_eq!(try_append(&empty, 0), Some(AppendError::NoFacts));
    assert_eq!(try_append(&empty, APPEND_FACTS_MAX), None);
    let facts = APPEND_FACTS_MAX + 1;
    let error = try_append(&empty, facts).unwrap();
    assert_eq!(error, AppendError::TooManyFacts { facts });
    assert!(error.to_string().contains("APPEND_FACTS_MAX"), "{error}");
    for length in [STREAM_RECORDS_MAX - 1, STREAM_RECORDS_MAX, u64::MAX] {
        assert_eq!(try_append(&Head { length, ..empty }, 2), Some(AppendError::StreamFull));
    }
    assert_eq!(try_append(&Head { length: STREAM_RECORDS_MAX - 2, ..empty }, 2), None);
}

#[test]
fn every_change_is_found_at_its_first_position() {
    type Change = fn(&mut Vec<Record>);
    let custody = name("custody");
    let cases: [(&str, Change, (u64, Damage)); 11] = [
        ("changed fact", |r| r[2].body = Body::parse("{}").unwrap(), (3, Damage::Digest)),
        ("changed time", |r| r[2].at = at(999), (3, Damage::Digest)),
        ("changed digest", |r| r[2].digest = Digest::of(b""), (3, Damage::Digest)),
        ("removed", |r| drop(r.remove(1)), (2, Damage::Sequence { found: 3 })),
        ("removed first", |r| drop(r.remove(0)), (1, Damage::Sequence { found: 2 })),
        ("doubled", |r| r.insert(2, r[1].clone()), (3, Damage::Sequence { found: 2 })),
        ("swapped", |r| r.swap(1, 2), (2, Damage::Sequence { found: 3 })),
        ("renumbered", |r| r[2].sequence = 9, (3, Damage::Sequence { found: 9 })),
        ("cut within an append", |r| r.truncate(4), (5, Damage::Unfinished)),
        (
            "replaced with a right digest",
            |r| {
                r[1].body = Body::parse("{}").unwrap();
                r[1].digest = r[1].digest_in(&name("custody"));
            },
            (3, Damage::Previous),
        ),
        (
            "an append made longer",
            |r| {
                r[2].following = 5;
                rechain(&name("custody"), r, 2);
            },
            (4, Damage::Following { found: 1 }),
        ),
    ];
    for (what, change, expected) in cases {
        let mut records = stream(&custody, &[(1, 1), (1, 2), (1, 3), (2, 4)]);
        assert_eq!(found(&custody, &records), None);
        change(&mut records);
        assert_eq!(found(&custody, &records), Some(expected), "{what}");
    }
}

#[test]
fn what_no_append_writes_is_refused_with_right_digests_too() {
    let custody = name("custody");
    let mut records = stream(&custody, &[(3, 1)]);
    records[1].following = 0;
    rechain(&custody, &mut records, 1);
    assert_eq!(found(&custody, &records), Some((2, Damage::Following { found: 0 })));
    let mut records = stream(&custody, &[(1, 1)]);
    records[0].following = u32::try_from(APPEND_FACTS_MAX).unwrap();
    rechain(&custody, &mut records, 0);
    assert_eq!(found(&custody, &records), Some((1, Damage::Following { found: 1000 })));
}

#[test]
fn records_of_one_stream_are_none_of_another() {
    let records = stream(&name("custody"), &[(1, 1), (2, 2)]);
    assert_eq!(found(&name("drill"), &records), Some((1, Damage::Digest)));
    let mut forged = records;
    rechain(&name("drill"), &mut forged, 0);
    assert_eq!(found(&name("drill"), &forged), Some((1, Damage::Previous)));
}

#[test]
fn a_clock_that_is_set_back_costs_no_fact_and_is_told() {
    let custody = name("custody");
    let records = stream(&custody, &[(1, 100), (2, 40), (1, 41), (1, 200), (1, 200), (1, -5)]);
    let chain = verify(&custody, &records).unwrap();
    assert_eq!(chain.set_back(), [2, 7]);
    let times: Vec<_> = records.iter().map(|record| record.at.as_second()).collect();
    assert_eq!(times, [100, 40, 40, 41, 200, 200, -5]);
}

#[test]
fn after_an_error_the_chain_is_as_it_was() {
    let custody = name("custody");
    let records = stream(&custody, &[(1, 2), (2, 1)]);
    let mut chain = Chain::new(custody.clone());
    chain.accept(&records[0]).unwrap();
    assert!(chain.accept(&records[2]).is_err());
    assert_eq!(chain.head(), records[0].head());
    chain.accept(&records[1]).unwrap();
    assert!(chain.is_within_append());
    assert_eq!(chain.head(), records[0].head(), "half an append is no version");
    chain.accept(&records[2]).unwrap();
    assert_eq!(chain.head(), records[2].head());
}

#[test]
fn messages_say_where_and_what() {
    let said = |what| Tampered { position: 7, what }.to_string();
    assert_eq!(said(Damage::Sequence { found: 9 }), "record 7: record 9 stands in its place");
    assert_eq!(said(Damage::Line(LineError::Empty)), "record 7: the line is empty");
    assert_eq!(
        said(Damage::Following { found: 3 }),
        "record 7: `following` is 3, which does not fit its append"
    );
}
