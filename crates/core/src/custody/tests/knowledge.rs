//! Knowledge outlives possession: who knows what, and until when.

use std::string::String;
use std::string::ToString;

use super::*;

fn pin() -> Secret {
    Secret::Pin(id("key"))
}

/// Who knows a secret, and whether somebody unknown may.
fn knowing(ledger: &Ledger, secret: &Secret) -> (Vec<String>, bool) {
    let state = ledger.state.secrets.get(secret).cloned().unwrap_or_default();
    (state.known_by.iter().map(ToString::to_string).collect(), state.is_exposed)
}

fn given() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.give(issued("key", security_key("1"), "ada", ""));
    ledger.give(issued("pin", pin_of("key"), "bob", ""));
    ledger
}

/// Given a key with Ada and its PIN with Bob, when this happens, then these know the PIN.
#[test]
fn who_knows_a_pin() {
    let open = || broken("pin", Some("bob"));
    let changed = || changed(pin(), "dan", false, 1);
    let seen = || super::changed(pin(), "dan", true, 1);
    let resealed = || resealed("pin", "bob", "s-2");
    let handed_on = || handed("pin", "bob", "dan", "", "cyd");
    let cases: [(&[Event], &[&str], bool); 12] = [
        (&[], &[], false),
        (&[handed_on()], &[], false),
        (&[open()], &["bob"], false),
        (&[broken("pin", Some("dan"))], &["bob", "dan"], false),
        (&[broken("pin", None)], &["bob"], true),
        (&[open(), handed_on()], &["bob", "dan"], false),
        (&[open(), resealed(), handed_on()], &["bob"], false),
        (&[open(), changed()], &[], false),
        (&[open(), seen()], &["dan"], false),
        // Old paper says nothing; new paper is known to who closed it.
        (&[open(), changed(), handed_on()], &[], false),
        (&[open(), changed(), resealed()], &["bob"], false),
        (&[lost("pin")], &[], true),
    ];
    for (events, people, is_exposed) in cases {
        let mut ledger = given();
        ledger.give_all(events.iter().cloned());
        let people: Vec<String> = people.iter().map(|one| (*one).into()).collect();
        assert_eq!(knowing(&ledger, &pin()), (people, is_exposed), "{events:?}");
    }
}

#[test]
fn a_key_teaches_nothing_and_a_share_teaches_the_split() {
    let mut ledger = given();
    ledger.give(broken("key", Some("ada")));
    assert!(!ledger.state.secrets.values().any(|secret| !secret.known_by.is_empty()));
    ledger.give(issued("share-1", share(1), "dan", ""));
    ledger.give(broken("share-1", Some("dan")));
    assert_eq!(knowing(&ledger, &Secret::Split(id("split"))).0, ["dan"]);
    ledger.give(issued("sheet", ItemKind::PasswordSheet, "dan", ""));
    ledger.give(broken("sheet", None));
    assert_eq!(knowing(&ledger, &Secret::Password(id("sheet"))), (std::vec!["dan".into()], true));
}

#[test]
fn whoever_opened_a_place_knows_how_until_it_is_changed() {
    let mut ledger = Ledger::new();
    let safe = Secret::Combination(id("safe"));
    ledger.give(issued("key", security_key("1"), "@safe", "bob"));
    assert_eq!(knowing(&ledger, &safe).0, ["bob"]);
    ledger.give(handed("key", "@safe", "dan", "ada", "cyd"));
    assert_eq!(knowing(&ledger, &safe).0, ["ada", "bob"]);
    ledger.give(changed(safe.clone(), "ada", true, 1));
    assert_eq!(knowing(&ledger, &safe).0, ["ada"]);
    ledger.give(handed("key", "dan", "@bank", "", "cyd"));
    assert_eq!(knowing(&ledger, &Secret::Combination(id("bank"))).0, [""; 0]);
}

#[test]
fn paper_is_out_of_date_until_it_is_written_anew() {
    let mut ledger = given();
    let is_stale = |ledger: &Ledger| {
        conflicts(&ledger.state, &ledger.declared).contains(&Conflict::OutOfDate(id("pin")))
    };
    ledger.give(broken("pin", Some("bob")));
    assert!(!is_stale(&ledger));
    ledger.give(changed(pin(), "dan", false, 1));
    assert!(is_stale(&ledger));
    assert_eq!(ways(&ledger.state, ALPHA, &|_| true), [], "its PIN is nowhere");
    ledger.give(resealed("pin", "bob", "s-2"));
    assert!(!is_stale(&ledger));
    assert_eq!(ways(&ledger.state, ALPHA, &|_| true).len(), 1);
    // A copy that is issued after the change is as new.
    ledger.give(issued("pin-2", pin_of("key"), "@vault", "ada bob"));
    assert_eq!(ledger.item("pin-2").generation, 1);
}
