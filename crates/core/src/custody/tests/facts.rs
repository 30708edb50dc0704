//! What each fact does to the state, how it is written, and what becomes of facts that nobody here
//! understands or that do not follow.

use std::format;
use std::string::ToString;
use std::vec;

use serde_json::{Value, json};

use super::*;
use crate::stream;

/// One of every kind of event, in an order in which they can happen.
fn one_of_each() -> Vec<Event> {
    vec![
        issued("key", security_key("1"), "@vault", "ada bob"),
        issued("pin", pin_of("key"), "bob", ""),
        issued("sheet", ItemKind::PasswordSheet, "@bank", ""),
        issued("share-1", share(1), "cyd", "").witnessed_by("dan"),
        issued("code", combination("safe"), "dan", ""),
        handed("key", "@vault", "ada", "ada cyd", "cyd"),
        confirmed("key", "ada"),
        broken("pin", Some("bob")),
        changed(Secret::Pin(id("key")), "bob", false, 1),
        resealed("pin", "bob", "s-pin-2"),
        returned("key", "ada", "vault", "ada cyd"),
        lost("sheet"),
        destroyed("share-1", "cyd").witnessed_by("ada"),
        left("dan"),
        revoked("ada"),
    ]
}

impl Event {
    fn witnessed_by(mut self, person: &str) -> Self {
        match &mut self {
            Self::Issued { witness, .. } | Self::Destroyed { witness, .. } => {
                *witness = seen_by(person);
            }
            _ => unreachable!(),
        }
        self
    }
}

#[test]
fn every_kind_of_fact_is_decided_folded_written_and_read() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    for event in one_of_each() {
        let operator = if event == left("dan") || event == revoked("ada") { "bob" } else { "ada" };
        assert_eq!(ledger.write(by(operator, event.clone())), Ok(1), "{event:?}");
    }
    ledger.wait_seconds(-400);
    let last = ledger.state.last.unwrap();
    let corrected = Event::ClockCorrected { last, reason: "battery".into() };
    assert_eq!(ledger.write(by("bob", corrected)), Ok(1));
    let mut kinds = alloc::collections::BTreeSet::new();
    let mut again = State::default();
    for (at, fact) in &ledger.facts {
        let text = serde_json::to_string(fact).unwrap();
        let read: Entry = serde_json::from_str(&text).unwrap();
        assert_eq!(read, *fact, "{text}");
        again = fold(again, &read, *at);
        let value: Value = serde_json::from_str(&text).unwrap();
        kinds.insert(value["kind"].as_str().unwrap().to_string());
    }
    assert_eq!(again, ledger.state);
    assert_eq!(kinds.len(), 14, "{kinds:?}");
}

#[test]
fn facts_have_this_form() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let event = handed("key", "ada", "@vault", "ada bob", "cyd");
    let entry = ledger.signed(event, &["ada"]);
    let signature = entry.record.signed[0].signature.to_string();
    assert_eq!(signature.len(), 128);
    let expected = json!({
        "kind": "handedOver",
        "item": "key",
        "from": { "person": "ada" },
        "to": { "place": "vault" },
        "openedBy": ["ada", "bob"],
        "witness": { "person": "cyd" },
        "operator": "dan",
        "signed": [
            { "person": "ada", "made": "2026-11-23T04:00:00Z", "signature": signature },
        ],
    });
    assert_eq!(serde_json::to_value(entry).unwrap(), expected);
    let issued = serde_json::to_value(&ledger.facts[2].1).unwrap();
    let expected = json!({
        "kind": "issued",
        "issue": {
            "item": "key",
            "kind": { "securityKey": {
                "serial": "1", "aaguid": "ee882879-721c-4913-9775-3dfcce97072a",
            } },
            "accounts": [ALPHA.to_string()],
            "seal": "s-key",
            "to": { "person": "ada" },
        },
        "witness": { "person": "cyd" },
        "operator": "dan",
    });
    assert_eq!(issued, expected);
}

/// A stream of one append for each of these facts.
pub(super) fn records(facts: &[(Timestamp, Value)]) -> Vec<stream::Record> {
    let name = super::stream();
    let mut records: Vec<stream::Record> = Vec::new();
    for (at, fact) in facts {
        let empty = || stream::Head::empty(&name);
        let head = records.last().map_or_else(empty, stream::Record::head);
        let body = stream::Body::from_value(fact).unwrap();
        records.extend(stream::append(&name, &head, *at, vec![body]).unwrap());
    }
    records
}

/// All of a fact is understood or nothing, and nothing is decided while something is not.
#[test]
fn what_is_not_understood_is_unread_and_nothing_is_decided_on_it() {
    let opened = serde_json::to_value(entry(Event::Opened { ledger: id("ledger-1") })).unwrap();
    let whole = serde_json::to_value(entry(lost("key"))).unwrap();
    let with = |name: &str, value: Value| {
        let mut fact = whole.clone();
        fact[name] = value;
        fact
    };
    for (value, why) in [
        (json!({ "kind": "teleported", "item": "key", "operator": "dan" }), "unknown variant"),
        (json!({ "kind": "" }), "unknown variant"),
        (json!({ "operator": "dan" }), "missing field `kind`"),
        (with("zz", json!(1)), "unknown field `zz`"),
        (with("item", json!("Not An Id")), "is no id of an item"),
        (with("operator", Value::Null), "invalid type: null"),
        (with("signed", json!([{ "person": "ada" }])), "missing field `made`"),
        (with("signed", json!([])), "it says more"),
        (with("reason", json!(5)), "invalid type: integer"),
    ] {
        let ledger = Ledger::closed();
        let stream = records(&[(ledger.now, opened.clone()), (ledger.now, value.clone())]);
        let folded = stream::fold::<Keeping>(&stream);
        let [unread] = folded.unread.as_slice() else { panic!("{value} {:?}", folded.unread) };
        assert_eq!((unread.sequence, unread.kind.as_deref()), (2, value["kind"].as_str()));
        assert!(unread.why.contains(why), "{unread}");
        assert_eq!(folded.state.ledger, Some(id("ledger-1")), "what is read counts");
        let declared = Arc::new(declared());
        let command = Command { declared, entry: entry(left("ada")), open_as: None };
        let undecided = stream::decide::<Keeping>(&folded, &command, ledger.now);
        assert_eq!(undecided, Err(stream::Undecided::Unread(unread.clone())));
    }
}

/// The first fact opens the ledger in the same append, and what is refused opens none.
#[test]
fn the_first_fact_opens_the_ledger() {
    let closed = Ledger::closed();
    let declared = Arc::new(closed.declared.clone());
    let first = |event: Event| Command {
        declared: declared.clone(),
        entry: entry(event),
        open_as: Some(id("ledger-7")),
    };
    let issue = issued("key", security_key("1"), "ada", "");
    let facts = decide(&closed.state, &first(issue.clone()), closed.now).unwrap();
    let opened = entry(Event::Opened { ledger: id("ledger-7") });
    assert_eq!(facts, [opened, entry(issue.clone())]);
    let refused = decide(&closed.state, &first(lost("key")), closed.now);
    assert_eq!(refused, Err(Refusal::NoSuchItem(id("key"))));
    assert_eq!(closed.decide(entry(issue.clone())), Err(Refusal::NotOpen));
    let open = Ledger::new();
    let facts = decide(&open.state, &first(issue.clone()), open.now);
    assert_eq!(facts, Ok(vec![entry(issue)]), "an open ledger keeps its id");
}

#[test]
fn movements_change_the_holder_and_keep_the_home() {
    let mut ledger = Ledger::new();
    ledger.give(issued("key", security_key("1"), "@vault", "ada bob"));
    let place = |ledger: &Ledger| {
        let item = ledger.item("key");
        (item.holder.clone(), item.home.as_ref().unwrap().to_string(), item.revision)
    };
    assert_eq!(place(&ledger), (holder("@vault"), "vault".into(), 1));
    ledger.give(handed("key", "@vault", "ada", "ada bob", "cyd"));
    ledger.give(handed("key", "ada", "dan", "", "cyd"));
    assert_eq!(place(&ledger), (holder("dan"), "vault".into(), 3));
    ledger.give(returned("key", "dan", "vault", "bob cyd"));
    assert_eq!(place(&ledger), (holder("@vault"), "vault".into(), 4));
    ledger.give(handed("key", "@vault", "ada", "ada bob", "cyd"));
    ledger.give(handed("key", "ada", "@bank", "", "cyd"));
    assert_eq!(place(&ledger), (holder("@bank"), "bank".into(), 6));
    let people: Vec<_> = ledger.item("key").moved.people.keys().map(ToString::to_string).collect();
    assert_eq!(people, ["ada", "cyd"]);
}

#[test]
fn seals_are_broken_and_replaced() {
    let mut ledger = Ledger::new();
    ledger.give(issued("key", security_key("1"), "ada", ""));
    assert_eq!(ledger.item("key").seal, Seal::Intact(id("s-key")));
    ledger.give(broken("key", None));
    assert_eq!(ledger.item("key").seal, Seal::Broken(id("s-key")));
    ledger.give(resealed("key", "ada", "S-2"));
    assert_eq!(ledger.item("key").seal, Seal::Intact(id("s-2")));
    assert_eq!(ledger.state.seals[&id("s-key")], id("key"));
    assert_eq!(ledger.state.seals.len(), 2);
    assert!(ledger.state.secrets.is_empty(), "a key cannot be read");
}

#[test]
fn what_is_gone_is_held_by_nobody() {
    let mut ledger = Ledger::new();
    ledger.give(issued("key", security_key("1"), "ada", ""));
    ledger.give(issued("sheet", ItemKind::PasswordSheet, "bob", ""));
    ledger.wait_days(1);
    ledger.give_all([lost("key"), destroyed("sheet", "bob")]);
    assert_eq!(ledger.item("key").condition, Condition::Lost(ledger.now));
    assert_eq!(ledger.item("sheet").condition, Condition::Destroyed(ledger.now));
    assert_eq!(ledger.state.live().count(), 0);
}

/// A stream that somebody wrote by hand: what it says counts, and what does not follow is noted.
#[test]
fn facts_that_do_not_follow_are_noted_and_not_lost() {
    let given = |first: &[Event], event: Event| {
        let mut ledger = Ledger::new();
        first.iter().for_each(|one| ledger.append(entry(one.clone())));
        assert!(ledger.state.irregular.is_empty());
        ledger.append(entry(event));
        let notes = ledger.state.irregular.iter().map(|(_, what)| what.clone());
        (notes.collect::<Vec<_>>(), ledger)
    };
    let key = || issued("key", security_key("1"), "ada", "");
    let (notes, _) = given(&[], lost("key"));
    assert_eq!(notes, [Irregularity::NoSuchItem(id("key"))]);
    let (notes, _) = given(&[], confirmed("key", "ada"));
    assert_eq!(notes, [Irregularity::NoSuchItem(id("key"))]);
    let (notes, ledger) = given(&[key()], handed("key", "bob", "dan", "", "cyd"));
    assert_eq!(notes, [Irregularity::NotHeld(id("key"))]);
    assert_eq!(ledger.item("key").holder, holder("dan"), "the last word counts");
    let (notes, ledger) = given(&[key()], issued("key", security_key("1"), "bob", ""));
    assert_eq!(notes, [Irregularity::IssuedTwice(id("key"))]);
    assert_eq!(ledger.item("key").holder, holder("ada"));
    let (notes, _) = given(&[key(), lost("key")], handed("key", "ada", "bob", "", "cyd"));
    assert_eq!(notes, [Irregularity::Gone(id("key"))]);
    let (notes, _) = given(&[key(), broken("key", None)], resealed("key", "ada", "s-key"));
    assert_eq!(notes, [Irregularity::SealUsed(id("s-key"))]);
    let (notes, ledger) = given(&[], Event::Opened { ledger: id("ledger-2") });
    assert_eq!(notes, [Irregularity::OpenedTwice(id("ledger-2"))]);
    assert_eq!(ledger.state.ledger, Some(id("ledger-1")));
    for note in notes {
        assert_eq!(format!("{note}"), "the ledger was opened again as `ledger-2`");
    }
}
