//! Who has what, what is due, what a leaver and a fire bring about, and what breaks a rule.

use alloc::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::vec;

use super::*;

/// Two keys and their PINs, apart; a sheet in the bank; the combination of the safe with Dan.
fn furnished() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.give_all([
        issued("key-1", security_key("1"), "ada", ""),
        issued("pin-1", pin_of("key-1"), "@vault", "ada bob"),
        issued("key-2", security_key("2"), "@safe", "ada"),
        issued("pin-2", pin_of("key-2"), "dan", "").with_witness(),
        issued("sheet", ItemKind::PasswordSheet, "@bank", ""),
        issued("code", combination("safe"), "cyd", "").with_witness(),
    ]);
    ledger
}

impl Event {
    /// Bob sees it instead of Cyd.
    fn with_witness(mut self) -> Self {
        if let Self::Issued { witness, .. } = &mut self {
            *witness = seen_by("bob");
        }
        self
    }
}

fn ids<'a>(items: impl IntoIterator<Item = (&'a ItemId, &'a Item)>) -> Vec<String> {
    items.into_iter().map(|(id, _)| id.to_string()).collect()
}

fn found(ledger: &Ledger) -> Vec<Conflict> {
    conflicts(&ledger.state, &ledger.declared)
}

#[test]
fn holdings_by_person_place_and_account() {
    let ledger = furnished();
    let state = &ledger.state;
    assert_eq!(ids(held_by(state, &holder("ada"))), ["key-1"]);
    assert_eq!(ids(held_by(state, &holder("@vault"))), ["pin-1"]);
    assert_eq!(ids(held_by(state, &holder("eve"))), [""; 0]);
    let all = ["key-1", "key-2", "pin-1", "pin-2", "sheet"];
    assert_eq!(ids(of_account(state, ALPHA)), all);
    assert_eq!(ids(of_account(state, UserId::from_u128(0xb))), [""; 0]);
}

#[test]
fn the_history_of_an_item_a_person_and_a_place() {
    let mut ledger = furnished();
    ledger.give(handed("key-1", "ada", "bob", "", "cyd"));
    ledger.give(changed(Secret::Pin(id("key-1")), "bob", false, 1));
    let values = ledger.facts.iter().map(|(at, fact)| (*at, serde_json::to_value(fact).unwrap()));
    let odd = serde_json::json!({ "kind": "polished", "who": { "person": "ada" } });
    let records = facts::records(&values.chain([(ledger.now, odd)]).collect::<Vec<_>>());
    let places = |subject: Subject| -> Vec<u64> {
        history(&records, &subject).iter().map(|told| told.record.sequence).collect()
    };
    assert_eq!(places(Subject::Item(id("key-1"))), [2, 3, 8, 9]);
    assert_eq!(places(Subject::Person(id("ada"))), [2, 3, 4, 8, 10]);
    assert_eq!(places(Subject::Place(id("vault"))), [3]);
    assert_eq!(places(Subject::Item(id("key-9"))), [0; 0]);
    assert_eq!(places(Subject::Person(id("dan"))), (1..=9).collect::<Vec<_>>(), "he operates");
    let unread = history(&records, &Subject::Person(id("ada")));
    assert_eq!(unread.last().unwrap().entry, None);
    ledger.append(entry(handed("key-1", "ada", "bob", "", "cyd")));
    let values = ledger.facts.iter().map(|(at, fact)| (*at, serde_json::to_value(fact).unwrap()));
    let records = facts::records(&values.collect::<Vec<_>>());
    let told = history(&records, &Subject::Item(id("key-1")));
    let notes: Vec<_> = told.iter().flat_map(|one| &one.notes).collect();
    assert_eq!(notes, [&Irregularity::NotHeld(id("key-1"))], "what does not follow is beside it");
}

#[test]
fn confirmations_fall_due_after_the_term_by_either_weight() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let one = |ledger: &Ledger| {
        let all = due(&ledger.state, &ledger.declared, ledger.now);
        let [one] = all.as_slice() else { panic!("{all:?}") };
        one.clone()
    };
    let days = |ledger: &Ledger| {
        let due = one(ledger);
        (due.days_left, due.days_left_confirmed, due.is_overdue(), due.is_overdue_confirmed())
    };
    assert_eq!(days(&ledger), (Some(90), None, false, true), "typed is not signed");
    ledger.wait_days(90);
    assert_eq!(days(&ledger), (Some(0), None, false, true));
    ledger.wait_days(1);
    assert_eq!((days(&ledger).0, one(&ledger).days_overdue()), (Some(-1), 1));
    ledger.give(confirmed("key", "ada"));
    assert_eq!(days(&ledger), (Some(90), None, false, true));
    let entry = ledger.signed(confirmed("key", "ada"), &["ada"]);
    ledger.write(entry).unwrap();
    assert_eq!(days(&ledger), (Some(90), Some(90), false, false));
    ledger.declared.confirm_days = 10;
    ledger.wait_days(11);
    assert_eq!(days(&ledger), (Some(-1), Some(-1), true, true));
    ledger.give(lost("key"));
    assert_eq!(due(&ledger.state, &ledger.declared, ledger.now), [], "what is lost is not due");
}

#[test]
fn the_most_urgent_comes_first() {
    let mut ledger = furnished();
    ledger.wait_days(30);
    ledger.give(confirmed("key-1", "ada"));
    let all = due(&ledger.state, &ledger.declared, ledger.now);
    assert_eq!(all.last().unwrap().item, id("key-1"));
    assert_eq!(all.len(), 6);
}

#[test]
fn what_follows_when_somebody_leaves() {
    let mut ledger = furnished();
    ledger.enrol(&["ada"]);
    ledger.give(broken("pin-2", Some("ada")));
    let leaving = if_leaves(&ledger.state, &ledger.declared, &id("ada"));
    assert_eq!(leaving.items, [id("key-1")]);
    let combinations = ["safe", "vault"].map(|place| Secret::Combination(id(place)));
    let secrets: BTreeSet<_> = combinations.into_iter().chain([Secret::Pin(id("key-2"))]).collect();
    assert_eq!(leaving.secrets, secrets);
    assert_eq!(leaving.opens, [id("safe"), id("vault")]);
    assert_eq!(leaving.places_below_needs, [], "two are left for the vault");
    assert_eq!((leaving.contacts.len(), leaving.has_key, leaving.people_left), (1, true, 3));
    assert!(!std::format!("{leaving:?}").contains("ada@"), "contacts are masked");
    let bob = if_leaves(&ledger.state, &ledger.declared, &id("bob"));
    assert_eq!(bob.items, [] as [ItemId; 0]);
    ledger.give_all([left("cyd"), handed("key-1", "ada", "dan", "", "bob")]);
    let ada = if_leaves(&ledger.state, &ledger.declared, &id("ada"));
    let vault = PlaceBelowNeeds { place: id("vault"), left: 1, needs: 2 };
    assert_eq!((ada.places_below_needs, ada.people_left), (vec![vault], 2));
}

#[test]
fn nothing_follows_once_all_is_done() {
    let mut ledger = Ledger::new();
    ledger.declared.places.retain(|place| place.id == id("bank"));
    let ada = |ledger: &Ledger| if_leaves(&ledger.state, &ledger.declared, &id("ada"));
    assert!(!ada(&ledger).is_nothing(), "her contacts");
    ledger.declared.people.retain(|person| person.id != id("ada"));
    assert!(ada(&ledger).is_nothing());
}

#[test]
fn what_a_fire_takes_and_what_it_leaves() {
    let ledger = furnished();
    let lost = |places: &[&str]| {
        let places = places.iter().map(|place| id(place)).collect();
        if_lost(&ledger.state, &places)
    };
    let safe = lost(&["safe"]);
    assert_eq!(safe.items, [id("key-2")]);
    let [account] = safe.accounts.as_slice() else { panic!("{safe:?}") };
    assert_eq!((account.account, account.ways_before, account.ways_left.len()), (ALPHA, 3, 2));
    // The vault holds the PIN of the other key: that account is touched through its key.
    let both = lost(&["safe", "vault"]);
    assert_eq!(both.accounts[0].ways_left, [Way::Password { sheet: id("sheet") }]);
    assert_eq!(both.secrets, [Secret::Pin(id("key-1"))].into());
    let all = lost(&["safe", "vault", "bank"]);
    assert!(all.accounts[0].is_locked_out());
    assert_eq!(lost(&["home"]).accounts, []);
    let together = |place: &str| Loss::together(&ledger.declared, &id(place));
    assert_eq!(together("safe"), ["safe", "vault"].map(id).into(), "in one office");
    assert_eq!(together("bank"), ["bank"].map(id).into());
}

#[test]
fn shares_are_a_way_when_there_are_enough() {
    let mut ledger = Ledger::new();
    ledger.give(issued("share-1", share(1), "ada", ""));
    assert_eq!(ways(&ledger.state, ALPHA, &|_| true), []);
    ledger.give(issued("share-2", share(2), "@vault", "ada bob"));
    let shares = ["share-1", "share-2"].map(id).into();
    assert_eq!(ways(&ledger.state, ALPHA, &|_| true), [Way::Split { split: id("split"), shares }]);
    assert_eq!(ways(&ledger.state, ALPHA, &|one| one.place().is_none()), []);
}

#[test]
fn a_sound_ledger_has_no_conflicts() {
    assert_eq!(
        found(&furnished()),
        [
            // Cyd has the combination of a safe that she is not declared to open.
            Conflict::KnowsCombination { place: id("safe"), person: id("cyd") },
        ]
    );
}

/// What happens, or is declared.
type Change = fn(&mut Ledger);

/// Each change brings about its conflict, and no other.
#[test]
fn what_breaks_a_rule_afterwards_is_found() {
    let person = |person: &str| id::<PersonId>(person);
    let cases: [(Change, Vec<Conflict>); 12] = [
        // The safe has key 2; Dan has its PIN, and now opens the safe alone.
        (
            |ledger| ledger.declared.places[0].opened_by.extend([id("dan")]),
            vec![Conflict::Breach(Breach::KeyWithPin {
                key: id("key-2"),
                pin: id("pin-2"),
                hand: Hand::Reach(person("dan")),
            })],
        ),
        // Dual control is given up: Ada has key 1, and reaches its PIN in the vault; and so does
        // everybody who opens the vault reach the PIN, but no key.
        (
            |ledger| ledger.declared.places[1].needs = 1,
            vec![Conflict::Breach(Breach::KeyWithPin {
                key: id("key-1"),
                pin: id("pin-1"),
                hand: Hand::Reach(person("ada")),
            })],
        ),
        (
            |ledger| ledger.give(broken("pin-2", Some("ada"))),
            vec![
                Conflict::KeyWithKnownPin { key: id("key-2"), person: person("ada") },
                Conflict::Open(id("pin-2")),
            ],
        ),
        (
            |ledger| ledger.give(broken("pin-1", None)),
            vec![Conflict::Exposed(Secret::Pin(id("key-1"))), Conflict::Open(id("pin-1"))],
        ),
        (
            |ledger| ledger.declared.people.retain(|one| one.id != id("dan")),
            vec![Conflict::HeldByUndeclared(id("pin-2"))],
        ),
        (|ledger| ledger.give(left("dan")), vec![Conflict::HeldByLeaver(id("pin-2"))]),
        (
            |ledger| ledger.declared.places.retain(|place| place.id != id("bank")),
            vec![Conflict::AtUndeclaredPlace(id("sheet"))],
        ),
        (
            |ledger| ledger.give(left("bob")),
            vec![
                Conflict::KnownByLeaver {
                    secret: Secret::Combination(id("vault")),
                    person: person("bob"),
                },
                Conflict::OpenedByLeaver { place: id("safe"), person: person("bob") },
                Conflict::OpenedByLeaver { place: id("vault"), person: person("bob") },
            ],
        ),
        (
            |ledger| ledger.declared.places[1].needs = 4,
            vec![Conflict::BelowNeeds(PlaceBelowNeeds { place: id("vault"), left: 3, needs: 4 })],
        ),
        (
            |ledger| ledger.give(changed(Secret::Pin(id("key-1")), "bob", false, 1)),
            vec![Conflict::OutOfDate(id("pin-1"))],
        ),
        (
            |ledger| {
                ledger.give(issued("share-1", share(1), "@vault", "ada bob"));
                ledger.give(issued("share-2", share(2), "@vault", "ada bob"));
            },
            vec![Conflict::SharesInPlace { split: id("split"), place: id("vault") }],
        ),
        (
            |ledger| ledger.give(issued("code-2", combination("vault"), "@vault", "ada bob")),
            vec![Conflict::LockedInside(id("code-2"))],
        ),
    ];
    for (change, expected) in cases {
        let mut ledger = furnished();
        let before: BTreeSet<Conflict> = found(&ledger).into_iter().collect();
        change(&mut ledger);
        let new: Vec<_> = found(&ledger).into_iter().filter(|one| !before.contains(one)).collect();
        assert_eq!(new, expected);
        for conflict in new {
            let line = conflict.to_string();
            assert!(line.len() > 20 && !line.contains('\n') && !line.ends_with('.'), "{line}");
        }
    }
}

/// What the declaration made bad can be mended: a step that leaves it no worse is not refused.
#[test]
fn a_bad_arrangement_can_be_mended() {
    let mut ledger = furnished();
    ledger.declared.places[0].opened_by.insert(id("dan"));
    assert_eq!(breaches(&ledger.state, &ledger.declared).len(), 1);
    ledger.give(handed("sheet", "@bank", "cyd", "", "bob"));
    ledger.give(handed("pin-2", "dan", "cyd", "", "bob"));
    assert_eq!(breaches(&ledger.state, &ledger.declared), BTreeSet::new());
}

/// As many items as a ledger may have, and as many people as a register: still answered.
#[test]
fn ten_thousand_items_have_answers() {
    let mut ledger = Ledger::new();
    let person = |number: usize| crate::register::Person {
        id: id(&format!("p-{number}")),
        name: None,
        reach: vec![],
    };
    ledger.declared.people.extend((0..500).map(person));
    for number in 0..ITEMS_MAX {
        let (item, serial) = (format!("k-{number}"), number.to_string());
        ledger.append(entry(issued(&item, security_key(&serial), "@safe", "ada")));
    }
    assert_eq!(due(&ledger.state, &ledger.declared, ledger.now).len(), ITEMS_MAX);
    assert_eq!(conflicts(&ledger.state, &ledger.declared), []);
    let more = ledger.decide(entry(issued("more", security_key("more"), "ada", "")));
    assert_eq!(more, Err(Refusal::Limit { limit: "ITEMS_MAX", value: ITEMS_MAX }));
}
