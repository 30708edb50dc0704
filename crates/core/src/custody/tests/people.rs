//! Signatures and what they weigh; leaving; and a firm of two.

use std::vec;

use super::*;

#[test]
fn a_signature_weighs_for_the_one_who_signed() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada", "bob", "cyd"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    assert_eq!(ledger.item("key").possession(), Weight::Asserted);
    for (signers, bob, whole) in [
        (&[][..], Weight::Asserted, Weight::Asserted),
        (&["ada"], Weight::Asserted, Weight::Asserted),
        (&["bob"], Weight::Confirmed, Weight::Asserted),
        (&["ada", "bob"], Weight::Confirmed, Weight::Asserted),
        (&["ada", "bob", "cyd"], Weight::Confirmed, Weight::Confirmed),
    ] {
        let entry = ledger.signed(handed("key", "ada", "bob", "", "cyd"), signers);
        assert_eq!(ledger.write(entry), Ok(1), "{signers:?}");
        let item = ledger.item("key");
        assert_eq!((item.possession(), item.moved.weight()), (bob, whole), "{signers:?}");
        ledger.give(handed("key", "bob", "ada", "", "cyd"));
    }
}

#[test]
fn who_took_something_can_confirm_it_later() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    ledger.wait_days(1);
    ledger.give(confirmed("key", "ada"));
    assert_eq!(ledger.item("key").possession(), Weight::Asserted, "an operator typed it");
    assert_eq!(
        (ledger.item("key").confirmed, ledger.item("key").asserted),
        (None, Some(ledger.now))
    );
    let entry = ledger.signed(confirmed("key", "ada"), &["ada"]);
    assert_eq!(ledger.write(entry), Ok(1));
    assert_eq!(ledger.item("key").confirmed, Some(ledger.now));
    assert_eq!(ledger.item("key").possession(), Weight::Confirmed);
}

/// A signed hand-over fits once: after it the revision is another.
#[test]
fn a_signature_cannot_be_replayed() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let there = ledger.signed(handed("key", "ada", "bob", "", "cyd"), &["ada"]);
    ledger.write(there.clone()).unwrap();
    assert_eq!(ledger.write(there.clone()), Ok(0), "the same again is nothing new");
    ledger.give(handed("key", "bob", "ada", "", "cyd"));
    assert_eq!(ledger.write(there), Err(Refusal::SignatureWrong(id("ada"))));
}

#[test]
fn a_signature_counts_in_its_ledger_for_its_person_and_its_words() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada", "bob"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let right = ledger.signed(handed("key", "ada", "bob", "", "cyd"), &["ada"]);
    let mut other = Ledger::closed();
    other.give(Event::Opened { ledger: id("ledger-2") });
    other.enrol(&["ada"]);
    other.give(issued("key", security_key("1"), "ada", ""));
    assert_eq!(other.write(right.clone()), Err(Refusal::SignatureWrong(id("ada"))));
    let mut moved = right.clone();
    moved.event = handed("key", "ada", "bob", "", "dan");
    assert_eq!(ledger.decide(moved), Err(Refusal::SignatureWrong(id("ada"))));
    let mut renamed = right.clone();
    renamed.record.signed[0].person = id("bob");
    assert_eq!(ledger.decide(renamed), Err(Refusal::SignatureWrong(id("bob"))));
    let mut dated = right.clone();
    dated.record.signed[0].made = id("2026-11-23T03:59:59Z");
    assert_eq!(ledger.decide(dated), Err(Refusal::SignatureWrong(id("ada"))));
    assert_eq!(ledger.write(right), Ok(1));
}

/// A stream that claims a signature which does not hold gets no more weight for it.
#[test]
fn fold_believes_no_signature_that_does_not_hold() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada", "bob"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let event = handed("key", "ada", "bob", "", "cyd");
    let forged = ledger.signature(&event, "bob", "ada", ledger.now);
    let stranger = ledger.signature(&event, "dan", "dan", ledger.now);
    let record = Record { operator: id("dan"), signed: vec![forged, stranger] };
    ledger.append(Entry { event, record });
    assert_eq!(ledger.item("key").possession(), Weight::Asserted);
    let notes: Vec<_> = ledger.state.irregular.iter().map(|(_, what)| what.clone()).collect();
    let expected = ["bob", "dan"].map(|one| Irregularity::Signature(id(one)));
    assert_eq!(notes, expected);
}

#[test]
fn a_revoked_key_signs_nothing_more_and_what_it_signed_stays() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let entry = ledger.signed(confirmed("key", "ada"), &["ada"]);
    ledger.write(entry).unwrap();
    ledger.give(revoked("ada"));
    let entry = ledger.signed(confirmed("key", "ada"), &["ada"]);
    assert_eq!(ledger.decide(entry), Err(Refusal::NoKey(id("ada"))));
    assert_eq!(ledger.item("key").possession(), Weight::Confirmed);
    let again = ledger.signed(enrolled("ada", "ada"), &["ada"]);
    assert_eq!(ledger.decide(again), Err(Refusal::KeyTaken(id("ada"))), "for good");
    let event =
        Event::KeyEnrolled { person: id("ada"), key: public_key("ada-2"), witness: seen_by("cyd") };
    let signed = vec![ledger.signature(&event, "ada", "ada-2", ledger.now)];
    let entry = Entry { event, record: Record { operator: id("dan"), signed } };
    assert_eq!(ledger.write(entry), Ok(1));
    assert_eq!(ledger.state.key_of(&id("ada")), Some(public_key("ada-2")));
}

#[test]
fn who_left_gives_back_and_nothing_else() {
    let mut ledger = Ledger::new();
    ledger.give(issued("key", security_key("1"), "@vault", "ada bob"));
    ledger.give(handed("key", "@vault", "ada", "ada bob", "cyd"));
    ledger.give(left("ada"));
    let home = entry(returned("key", "ada", "vault", "bob cyd"));
    assert!(ledger.decide(home).is_ok());
    let refused = entry(returned("key", "ada", "vault", "ada bob"));
    assert_eq!(ledger.decide(refused), Err(Refusal::HasLeft(id("ada"))));
    assert_eq!(ledger.decide(entry(confirmed("key", "ada"))), Err(Refusal::HasLeft(id("ada"))));
    // Also when the declaration knows them no more.
    ledger.declared.people.retain(|person| person.id != id("ada"));
    ledger.give(handed("key", "ada", "bob", "", "cyd"));
    assert_eq!(ledger.item("key").holder, holder("bob"));
}

#[test]
fn a_broken_seal_can_be_written_down_of_who_left() {
    let mut ledger = Ledger::new();
    ledger.give(issued("sheet", ItemKind::PasswordSheet, "@bank", ""));
    ledger.give(left("ada"));
    ledger.give(broken("sheet", Some("ada")));
    let known = &ledger.state.secrets[&Secret::Password(id("sheet"))].known_by;
    assert!(known.contains(&id("ada")));
}

/// Two people: every step that the firm needs is possible, and the waiver stays visible.
#[test]
fn a_firm_of_two_is_not_shut_out() {
    let mut ledger = Ledger::closed();
    ledger.declared.people.retain(|person| ["ada", "bob"].map(id).contains(&person.id));
    for place in &mut ledger.declared.places {
        place.needs = 1;
    }
    let mut write = |operator: &str, event: Event| {
        assert_eq!(ledger.write(by(operator, event.clone())), Ok(1), "{event:?}");
    };
    let waived = || Witness::Waived("we are two".into());
    write("ada", Event::Opened { ledger: id("ledger-1") });
    let mut key = issued("key", security_key("1"), "bob", "");
    let Event::Issued { witness, .. } = &mut key else { unreachable!() };
    *witness = waived();
    write("ada", key);
    let (from, to, item) = (holder("bob"), holder("ada"), id("key"));
    let event = Event::HandedOver { item, from, to, opened_by: Vec::new(), witness: waived() };
    write("ada", event);
    write("ada", handed("key", "ada", "@safe", "ada", "bob"));
    write("ada", confirmed("key", "bob"));
    write("bob", lost("key"));
    write("bob", left("ada"));
    let record = Record { operator: id("bob"), signed: Vec::new() };
    let issue = |witness| {
        let Event::Issued { issue, opened_by, .. } =
            issued("sheet", ItemKind::PasswordSheet, "bob", "")
        else {
            unreachable!()
        };
        Entry { event: Event::Issued { issue, opened_by, witness }, record: record.clone() }
    };
    assert_eq!(ledger.decide(issue(seen_by("ada"))), Err(Refusal::HasLeft(id("ada"))));
    let left = [id("ada")].into();
    assert_eq!(ledger.decide(issue(waived())), Err(Refusal::WitnessDeclared { left }));
    ledger.declared.people.retain(|person| person.id == id("bob"));
    assert_eq!(ledger.write(issue(waived())), Ok(1), "one alone is not shut out either");
    let found = conflicts(&ledger.state, &ledger.declared);
    assert!(found.contains(&Conflict::Unwitnessed(id("sheet"))), "{found:?}");
    assert_eq!(ledger.item("sheet").moved.weight(), Weight::Asserted);
}
