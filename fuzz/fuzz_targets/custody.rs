//! Custody: any lines of facts fold into a state, in which every question has an answer; what is
//! read as a fact, a statement or a signature prints as it was read; nothing is confirmed that
//! nobody signed.
#![no_main]

use std::collections::BTreeSet;
use std::sync::Arc;

use halligan_core::custody::{
    Command, Entry, Holder, Keeping, Said, Signed, State, Subject, Weight, breaches, conflicts,
    decide, due, fold, history, if_leaves, if_lost, stream, ways,
};
use halligan_core::register::{Custody, CustodyPlace, Person, PlaceKind};
use halligan_core::stream::{Aggregate, Body, Head, Record, append};
use halligan_core::time::Timestamp;
use libfuzzer_sys::fuzz_target;

fn declared() -> Custody {
    let person = |id: &str| Person { id: id.parse().expect("an id"), name: None, reach: vec![] };
    let place = |id: &str, needs| CustodyPlace {
        id: id.parse().expect("an id"),
        name: None,
        kind: PlaceKind::Safe,
        opened_by: ["ada", "bob"].map(|one| one.parse().expect("an id")).into(),
        needs,
        at: None,
    };
    let people = ["ada", "bob", "cyd"].map(person).into();
    Custody { people, places: vec![place("safe", 1), place("vault", 2)], ..Custody::default() }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (name, declared) = (stream(), Arc::new(declared()));
    let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).expect("a time");
    let mut state = State::default();
    let mut records: Vec<Record> = Vec::new();
    for (line, second) in text.lines().zip(0..) {
        if let Ok(said) = line.replace('\r', "\n").parse::<Said>() {
            assert_eq!(said.statement().to_string().parse(), Ok(said), "a statement changed");
        }
        if let Ok(signed) = line.parse::<Signed>() {
            assert_eq!(signed.to_string().parse(), Ok(signed), "a signature changed");
        }
        let Ok(body) = Body::parse(line) else { continue };
        let head = records.last().map_or_else(|| Head::empty(&name), Record::head);
        let made = append(&name, &head, at(second), vec![body.clone()]).expect("a record");
        records.extend(made);
        let Ok(entry) = body.read::<Entry>() else { continue };
        assert_eq!(Body::of(&entry), Ok(body), "a fact changed by being read");
        let open_as = Some("ledger-9".parse().expect("an id"));
        let command = Command { declared: Arc::clone(&declared), entry: entry.clone(), open_as };
        let before = state.irregular.len();
        let decided = decide(&state, &command, at(second));
        let after = Keeping::fold(state.clone(), &entry, at(second));
        // A ledger may be opened before what is asked, and what is written already is not again.
        if decided.is_ok_and(|facts| facts == [entry.clone()]) {
            assert_eq!(after.irregular.len(), before, "what was decided does not follow");
        }
        if entry.record.signed.is_empty() {
            for item in after.items.values().filter(|item| item.moved.at == at(second)) {
                assert_ne!(item.possession(), Weight::Confirmed, "nobody signed it");
            }
        }
        state = fold(state, &entry, at(second));
        assert_eq!(state, after);
    }
    let places: BTreeSet<_> = declared.places.iter().map(|place| place.id.clone()).collect();
    let _ = (conflicts(&state, &declared), breaches(&state, &declared));
    let _ = (due(&state, &declared, at(0)), if_lost(&state, &places));
    for (id, item) in state.live() {
        history(&records, &Subject::Item(id.clone()));
        item.accounts.iter().for_each(|account| drop(ways(&state, *account, &|_| true)));
        if let Holder::Person(person) = &item.holder {
            let leaving = if_leaves(&state, &declared, person);
            assert!(leaving.items.contains(id), "what they hold is to be handed over");
        }
    }
});
