//! The same again changes nothing, and a clock that jumps back loses nothing.

use super::*;

#[test]
fn thousands_of_equal_commands_change_nothing() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    let events = [
        issued("key", security_key("1"), "ada", ""),
        issued("pin", pin_of("key"), "bob", ""),
        handed("key", "ada", "dan", "", "cyd"),
        confirmed("key", "dan"),
        confirmed("pin", "bob"),
        broken("pin", Some("bob")),
        changed(Secret::Pin(id("key")), "bob", true, 1),
        resealed("pin", "bob", "s-2"),
        lost("pin"),
        destroyed("key", "dan"),
        left("bob"),
        revoked("ada"),
    ];
    for event in events {
        ledger.give(event.clone());
        let (state, facts) = (ledger.state.clone(), ledger.facts.len());
        for _ in 0..1_000 {
            ledger.wait_seconds(1);
            assert_eq!(ledger.write(entry(event.clone())), Ok(0), "{event:?}");
        }
        assert_eq!((&ledger.state, ledger.facts.len()), (&state, facts), "{event:?}");
    }
    let opened = entry(Event::Opened { ledger: id("ledger-1") });
    assert_eq!(ledger.write(opened), Ok(0));
}

#[test]
fn a_typed_confirmation_counts_once_a_day_and_a_wrong_one_never() {
    let mut ledger = Ledger::new();
    ledger.give(issued("key", security_key("1"), "@safe", "ada"));
    ledger.give(confirmed("key", "ada"));
    ledger.wait_seconds(3_600);
    assert_eq!(ledger.write(entry(confirmed("key", "bob"))), Ok(0));
    let wrong = Event::ConfirmedPresent { item: id("key"), by: id("ada"), seal: Some(id("x")) };
    assert!(matches!(ledger.write(entry(wrong)), Err(Refusal::SealMismatch { .. })));
    ledger.wait_days(1);
    assert_eq!(ledger.write(entry(confirmed("key", "ada"))), Ok(1));
    // Who has it since says something new on the same day.
    ledger.give(handed("key", "@safe", "dan", "ada", "cyd"));
    ledger.wait_seconds(60);
    assert_eq!(ledger.write(entry(confirmed("key", "dan"))), Ok(1));
}

#[test]
fn a_signed_confirmation_counts_once() {
    let mut ledger = Ledger::new();
    ledger.enrol(&["ada"]);
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let entry = ledger.signed(confirmed("key", "ada"), &["ada"]);
    let made = ledger.now;
    assert_eq!(ledger.write(entry.clone()), Ok(1));
    ledger.wait_days(5);
    assert_eq!(ledger.write(entry.clone()), Ok(0), "sent again, it says nothing new");
    assert_eq!(ledger.item("key").confirmed, Some(made));
    ledger.wait_days(5);
    assert!(matches!(ledger.write(entry), Err(Refusal::SignedLongAgo { .. })));
}

#[test]
fn a_small_step_back_is_taken_and_a_jump_is_said() {
    let mut ledger = Ledger::new();
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let last = ledger.now;
    ledger.wait_seconds(-CLOCK_SKEW_SECONDS_MAX);
    ledger.give(handed("key", "ada", "bob", "", "cyd"));
    assert_eq!(ledger.state.last, Some(last), "the time of the ledger never runs back");
    assert_eq!(ledger.state.irregular, [], "two who write at once are no clock trouble");
    ledger.wait_seconds(-1);
    let back = entry(handed("key", "bob", "ada", "", "cyd"));
    let now = ledger.now;
    assert_eq!(ledger.decide(back), Err(Refusal::TimeJumpsBack { last, now }));
}

/// A clock that was a century ahead once does not close the ledger for a century.
#[test]
fn a_clock_that_ran_ahead_can_be_set_right() {
    let mut ledger = Ledger::new();
    let before = ledger.now;
    ledger.now = id("2126-01-01T00:00:00Z");
    ledger.give(issued("key", security_key("1"), "ada", ""));
    let last = ledger.now;
    ledger.now = before;
    let corrected = |last| Event::ClockCorrected { last, reason: "battery".into() };
    let wrong = entry(corrected(before));
    assert!(matches!(ledger.decide(wrong), Err(Refusal::TimeJumpsBack { .. })));
    ledger.give(corrected(last));
    assert_eq!(ledger.write(entry(corrected(last))), Ok(0));
    assert_eq!(ledger.state.last, Some(before));
    assert!(ledger.state.irregular.contains(&(before, Irregularity::ClockCorrected(last))));
    // The time that cannot be believed puts no confirmation off.
    let all = due(&ledger.state, &ledger.declared, ledger.now);
    assert_eq!((all[0].seen, all[0].is_overdue()), (None, true));
    ledger.wait_seconds(1);
    ledger.give(confirmed("key", "ada"));
    let all = due(&ledger.state, &ledger.declared, ledger.now);
    assert_eq!((all[0].seen, all[0].is_overdue()), (Some(ledger.now), false));
}
