use halligan_core::custody::{Cause, Entry, Event, Holder, Irregularity, Record, Witness};

use super::*;
use crate::view::clean;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

#[test]
fn names_stand_with_their_ids_and_ids_alone() {
    let person = |name: Option<&str>| halligan_core::register::Person {
        id: id("p-1"),
        name: name.map(Into::into),
        reach: Vec::new(),
    };
    for (name, shown) in [(Some("Heron"), "Heron (p-1)"), (None, "p-1"), (Some("p-1"), "p-1")] {
        let custody = Custody { people: vec![person(name)], ..Custody::default() };
        let names = Names { declared: Some(&custody), accounts: &[] };
        assert_eq!(names.person(&id("p-1")), shown);
        assert_eq!(names.person(&id("p-2")), "p-2");
    }
}

#[test]
fn sentences_of_core_have_names_but_for_items() {
    let person = halligan_core::register::Person {
        id: id("p-1"),
        name: Some("Heron".into()),
        reach: Vec::new(),
    };
    let custody = Custody { people: vec![person], ..Custody::default() };
    let names = Names { declared: Some(&custody), accounts: &[] };
    let text = "key `k` is in the hand of `p-1`, not of `p-11`";
    let expected = "key `k` is in the hand of Heron (p-1), not of `p-11`";
    assert_eq!(names.in_words(text, &|_| false), expected);
    assert_eq!(names.in_words(text, &|id| id == "p-1"), text);
}

#[test]
fn a_hostile_reason_stays_one_line() {
    let reason = "gone\u{1b}[2J\n3: `key` is handed over\u{202e}".into();
    let event = Event::SealBroken { item: id("key"), by: None, cause: Cause::Other, reason };
    let names = Names { declared: None, accounts: &[] };
    let said = words::event(&event, &names);
    let shown = clean(&said);
    assert!(!shown.contains(['\n', '\u{1b}', '\u{202e}']), "{shown}");
    assert!(shown.starts_with("the seal of `key` was found broken: gone\\u{1b}[2J"), "{shown}");
}

#[test]
fn a_fact_says_by_whose_word_it_stands() {
    let event = Event::HandedOver {
        item: id("key"),
        from: Holder::Person(id("ada")),
        to: Holder::Place(id("safe")),
        opened_by: vec![id("bob")],
        witness: Witness::Person(id("cyd")),
    };
    let names = Names { declared: None, accounts: &[] };
    let signed = format!("custody-signature ada 2026-11-23T04:00:00Z {}", "0".repeat(128));
    let forged = Irregularity::Signature(id("ada"));
    let asserted = "asserted of ada, bob and cyd; typed by dan";
    let confirmed = "confirmed by ada; asserted of bob and cyd; typed by dan";
    for (signed, notes, expected) in [
        (vec![], vec![], asserted),
        (vec![id(&signed)], vec![], confirmed),
        (vec![id(&signed)], vec![forged], asserted),
    ] {
        let record = Record { operator: id("dan"), signed };
        let entry = Entry { event: event.clone(), record };
        assert_eq!(words::weights(&entry, &notes, &names), expected);
    }
    let said = words::event(&event, &names);
    let expected = "`key` is handed over from ada to safe; opened by bob; seen by cyd";
    assert_eq!(said, expected);
}
