//! Every refusal fires, and something next to it does not.

use alloc::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use super::*;

/// Given what happened, one entry is refused, and its neighbour is not.
struct Case {
    given: fn(&mut Ledger),
    refused: fn(&Ledger) -> Entry,
    expected: Refusal,
    neighbour: fn(&Ledger) -> Entry,
}

fn case(
    given: fn(&mut Ledger),
    refused: fn(&Ledger) -> Entry,
    expected: Refusal,
    neighbour: fn(&Ledger) -> Entry,
) -> Case {
    Case { given, refused, expected, neighbour }
}

/// A key with Ada.
fn key_with_ada(ledger: &mut Ledger) {
    ledger.give(issued("key", security_key("1"), "ada", ""));
}

/// A key with Ada, its PIN with Bob.
fn key_and_pin(ledger: &mut Ledger) {
    key_with_ada(ledger);
    ledger.give(issued("pin", pin_of("key"), "bob", ""));
}

fn edited(mut event: Event, edit: fn(&mut Issue)) -> Entry {
    if let Event::Issued { issue, .. } = &mut event {
        edit(issue);
    }
    entry(event)
}

fn reasoned(reason: &str) -> Entry {
    entry(Event::Lost { item: id("key"), reason: reason.into() })
}

fn waived(item: &str, from: &str, to: &str, reason: &str) -> Entry {
    let (item, from, to) = (id(item), holder(from), holder(to));
    let witness = Witness::Waived(reason.into());
    entry(Event::HandedOver { item, from, to, opened_by: Vec::new(), witness })
}

fn cases() -> Vec<Case> {
    [ledger_cases(), people_cases(), item_cases(), issue_cases(), seal_cases(), movement_cases()]
        .into_iter()
        .chain([arrangement_cases(), secret_cases(), signature_cases()])
        .flatten()
        .collect()
}

fn ledger_cases() -> Vec<Case> {
    fn nothing(_: &mut Ledger) {}
    fn closed(ledger: &mut Ledger) {
        *ledger = Ledger::closed();
    }
    fn late(ledger: &mut Ledger) {
        key_with_ada(ledger);
        ledger.wait_seconds(-CLOCK_SKEW_SECONDS_MAX - 1);
    }
    fn correction(last: &str) -> Entry {
        entry(Event::ClockCorrected { last: id(last), reason: "battery".into() })
    }
    let (last, now) = (id("2026-11-23T04:00:00Z"), id("2026-11-23T03:54:59Z"));
    vec![
        case(
            closed,
            |_| entry(left("ada")),
            Refusal::NotOpen,
            |_| entry(Event::Opened { ledger: id("ledger-1") }),
        ),
        case(
            nothing,
            |_| entry(Event::Opened { ledger: id("ledger-2") }),
            Refusal::OpenAs(id("ledger-1")),
            |_| entry(Event::Opened { ledger: id("ledger-1") }),
        ),
        case(
            late,
            |_| entry(lost("key")),
            Refusal::TimeJumpsBack { last, now },
            |_| correction("2026-11-23T04:00:00Z"),
        ),
        case(
            nothing,
            |_| correction("2026-11-23T04:00:00Z"),
            Refusal::ClockIsFine,
            |_| entry(left("ada")),
        ),
        case(key_with_ada, |_| reasoned(" "), Refusal::ReasonMissing, |_| reasoned("gone")),
        case(key_with_ada, |_| reasoned("a\nb"), Refusal::ReasonUnreadable, |_| reasoned("a b")),
        case(
            key_with_ada,
            |_| reasoned(&"x".repeat(REASON_BYTES_MAX + 1)),
            Refusal::Limit { limit: "REASON_BYTES_MAX", value: REASON_BYTES_MAX },
            |_| reasoned(&"x".repeat(REASON_BYTES_MAX)),
        ),
    ]
}

fn people_cases() -> Vec<Case> {
    fn cyd_left(ledger: &mut Ledger) {
        key_with_ada(ledger);
        ledger.give(left("cyd"));
    }
    /// Two are left, and hand over between themselves.
    fn two_left(ledger: &mut Ledger) {
        cyd_left(ledger);
        ledger.give(left("bob"));
    }
    vec![
        case(
            key_with_ada,
            |_| entry(handed("key", "ada", "eve", "", "cyd")),
            Refusal::Undeclared(id("eve")),
            |_| entry(handed("key", "ada", "bob", "", "cyd")),
        ),
        case(
            key_with_ada,
            |_| by("eve", lost("key")),
            Refusal::Undeclared(id("eve")),
            |_| by("ada", lost("key")),
        ),
        case(
            key_with_ada,
            |_| entry(left("eve")),
            Refusal::Undeclared(id("eve")),
            |_| entry(left("ada")),
        ),
        case(
            cyd_left,
            |_| entry(handed("key", "ada", "bob", "", "cyd")),
            Refusal::HasLeft(id("cyd")),
            |_| entry(handed("key", "ada", "bob", "", "dan")),
        ),
        case(
            cyd_left,
            |_| entry(handed("key", "ada", "cyd", "", "bob")),
            Refusal::HasLeft(id("cyd")),
            |_| entry(left("cyd")),
        ),
        case(
            key_with_ada,
            |_| entry(handed("key", "ada", "bob", "", "bob")),
            Refusal::OwnWitness(id("bob")),
            |_| entry(handed("key", "ada", "bob", "", "dan")),
        ),
        case(
            |_| {},
            |_| by("cyd", issued("key", security_key("1"), "ada", "")),
            Refusal::OwnWitness(id("cyd")),
            |_| by("bob", issued("key", security_key("1"), "ada", "")),
        ),
        case(
            key_with_ada,
            |_| waived("key", "ada", "bob", "in a hurry"),
            Refusal::WitnessNeeded { able: [id("cyd"), id("dan")].into() },
            |_| entry(handed("key", "ada", "bob", "", "cyd")),
        ),
        case(
            two_left,
            |_| waived("key", "ada", "@bank", "in a hurry"),
            Refusal::WitnessNeeded { able: [id("dan")].into() },
            |_| entry(handed("key", "ada", "@bank", "", "dan")),
        ),
        case(
            two_left,
            |_| waived("key", "ada", "dan", "we are two"),
            Refusal::WitnessDeclared { left: [id("bob"), id("cyd")].into() },
            |_| entry(handed("key", "ada", "@bank", "", "dan")),
        ),
    ]
}

fn item_cases() -> Vec<Case> {
    fn key_lost(ledger: &mut Ledger) {
        key_with_ada(ledger);
        ledger.give_all([lost("key"), issued("key-2", security_key("2"), "ada", "")]);
    }
    fn key_destroyed(ledger: &mut Ledger) {
        key_with_ada(ledger);
        let events = [destroyed("key", "ada"), issued("key-2", security_key("2"), "ada", "")];
        ledger.give_all(events);
    }
    fn key_in_safe(ledger: &mut Ledger) {
        ledger.give(issued("key", security_key("1"), "@safe", "ada"));
    }
    let ada = || holder("ada");
    vec![
        case(
            key_with_ada,
            |_| entry(lost("kay")),
            Refusal::NoSuchItem(id("kay")),
            |_| entry(lost("key")),
        ),
        case(
            key_lost,
            |_| entry(confirmed("key", "ada")),
            Refusal::ItemLost(id("key")),
            |_| entry(confirmed("key-2", "ada")),
        ),
        case(
            key_destroyed,
            |_| entry(handed("key", "ada", "bob", "", "cyd")),
            Refusal::ItemDestroyed(id("key")),
            |_| entry(handed("key-2", "ada", "bob", "", "cyd")),
        ),
        case(
            key_with_ada,
            |_| entry(issued("key", security_key("1"), "bob", "")),
            Refusal::ItemExists { item: id("key"), holder: ada() },
            |_| entry(issued("key-2", security_key("2"), "bob", "")),
        ),
        case(
            key_lost,
            |_| entry(issued("key", security_key("3"), "bob", "")),
            Refusal::ItemLost(id("key")),
            |_| entry(issued("key-3", security_key("3"), "bob", "")),
        ),
        case(
            key_with_ada,
            |_| entry(destroyed("key", "bob")),
            Refusal::OutOfReach { item: id("key"), person: id("bob"), holder: ada() },
            |_| entry(destroyed("key", "ada")),
        ),
        case(
            key_in_safe,
            |_| entry(confirmed("key", "dan")),
            Refusal::OutOfReach { item: id("key"), person: id("dan"), holder: holder("@safe") },
            |_| entry(confirmed("key", "bob")),
        ),
    ]
}

fn issue_cases() -> Vec<Case> {
    fn key() -> Event {
        issued("key-2", security_key("2"), "bob", "")
    }
    fn first_share(ledger: &mut Ledger) {
        ledger.give(issued("share-1", share(1), "ada", ""));
    }
    fn numbers(index: u8, needed: u8, total: u8) -> Entry {
        let kind = ItemKind::Share { split: id("split"), index, needed, total };
        entry(issued("share", kind, "bob", ""))
    }
    let impossible = |index, needed, total| Refusal::ShareImpossible { index, needed, total };
    vec![
        case(
            key_with_ada,
            |_| entry(issued("key-2", security_key("1"), "bob", "")),
            Refusal::SerialTaken { serial: "1".into(), item: id("key") },
            |_| entry(key()),
        ),
        case(
            key_with_ada,
            |_| entry(issued("key-2", security_key("1\n2"), "bob", "")),
            Refusal::SerialUnreadable,
            |_| entry(key()),
        ),
        case(
            key_with_ada,
            |_| edited(key(), |issue| issue.accounts.clear()),
            Refusal::AccountMissing(id("key-2")),
            |_| entry(key()),
        ),
        case(
            key_with_ada,
            |_| edited(key(), |issue| issue.accounts = vec![ALPHA; ACCOUNTS_OF_ITEM_MAX + 1]),
            Refusal::Limit { limit: "ACCOUNTS_OF_ITEM_MAX", value: ACCOUNTS_OF_ITEM_MAX },
            |_| edited(key(), |issue| issue.accounts = vec![ALPHA; ACCOUNTS_OF_ITEM_MAX]),
        ),
        case(
            key_with_ada,
            |_| edited(issued("pin", pin_of("key"), "bob", ""), |one| one.accounts = vec![ALPHA]),
            Refusal::AccountsNotItsOwn(id("pin")),
            |_| entry(issued("pin", pin_of("key"), "bob", "")),
        ),
        case(
            key_and_pin,
            |_| entry(issued("pin-2", pin_of("pin"), "bob", "")),
            Refusal::NotAKeyItem(id("pin")),
            |_| entry(issued("pin-2", pin_of("key"), "bob", "")),
        ),
        case(|_| {}, |_| numbers(0, 2, 3), impossible(0, 2, 3), |_| numbers(1, 2, 3)),
        case(|_| {}, |_| numbers(4, 2, 3), impossible(4, 2, 3), |_| numbers(3, 2, 3)),
        case(|_| {}, |_| numbers(1, 1, 3), impossible(1, 1, 3), |_| numbers(1, 3, 3)),
        case(|_| {}, |_| numbers(1, 4, 3), impossible(1, 4, 3), |_| numbers(1, 255, 255)),
        case(
            first_share,
            |_| numbers(2, 2, 4),
            Refusal::ShareDiffers(id("split")),
            |_| numbers(2, 2, 3),
        ),
        case(
            first_share,
            |_| numbers(1, 2, 3),
            Refusal::ShareTaken { split: id("split"), item: id("share-1") },
            |_| numbers(3, 2, 3),
        ),
        case(
            |_| {},
            |_| entry(issued("code", combination("cave"), "ada", "")),
            Refusal::UndeclaredPlace(id("cave")),
            |_| entry(issued("code", combination("home"), "ada", "")),
        ),
    ]
}

fn seal_cases() -> Vec<Case> {
    fn pin_broken(ledger: &mut Ledger) {
        key_and_pin(ledger);
        ledger.give(broken("pin", Some("bob")));
    }
    fn seen(seal: Option<&str>) -> Entry {
        entry(Event::ConfirmedPresent { item: id("pin"), by: id("bob"), seal: seal.map(id) })
    }
    let mismatch = |expected: Option<&str>, seen: Option<&str>| Refusal::SealMismatch {
        item: id("pin"),
        expected: expected.map(id),
        seen: seen.map(id),
    };
    vec![
        case(
            key_with_ada,
            |_| edited(issued("pin", pin_of("key"), "bob", ""), |issue| issue.seal = None),
            Refusal::SealMissing(id("pin")),
            |_| edited(issued("key-2", security_key("2"), "bob", ""), |issue| issue.seal = None),
        ),
        case(
            key_and_pin,
            |_| {
                let event = issued("pin-2", pin_of("key"), "bob", "");
                edited(event, |issue| issue.seal = Some(id("s-pin")))
            },
            Refusal::SealUsed { seal: id("s-pin"), item: id("pin") },
            |_| entry(issued("pin-2", pin_of("key"), "bob", "")),
        ),
        case(
            pin_broken,
            |_| entry(resealed("pin", "bob", "s-pin")),
            Refusal::SealUsed { seal: id("s-pin"), item: id("pin") },
            |_| entry(resealed("pin", "bob", "s-new")),
        ),
        case(
            key_and_pin,
            |_| seen(Some("s-other")),
            mismatch(Some("s-pin"), Some("s-other")),
            |_| seen(Some("S-PIN")),
        ),
        case(key_and_pin, |_| seen(None), mismatch(Some("s-pin"), None), |_| seen(Some("s-pin"))),
        case(pin_broken, |_| seen(Some("s-pin")), mismatch(None, Some("s-pin")), |_| seen(None)),
        case(
            key_and_pin,
            |_| entry(resealed("pin", "bob", "s-new")),
            Refusal::SealIntact(id("pin")),
            |_| entry(broken("pin", None)),
        ),
        case(
            pin_broken,
            |_| entry(broken("pin", Some("ada"))),
            Refusal::NoIntactSeal(id("pin")),
            |_| entry(broken("key", Some("ada"))),
        ),
    ]
}

fn movement_cases() -> Vec<Case> {
    fn key_in_vault(ledger: &mut Ledger) {
        ledger.give(issued("key", security_key("1"), "@vault", "ada bob"));
    }
    fn key_taken_out(ledger: &mut Ledger) {
        key_in_vault(ledger);
        ledger.give(handed("key", "@vault", "ada", "ada bob", "cyd"));
    }
    vec![
        case(
            key_with_ada,
            |_| entry(handed("key", "bob", "dan", "", "cyd")),
            Refusal::NotHeldBy { item: id("key"), said: holder("bob"), holder: holder("ada") },
            |_| entry(handed("key", "ada", "dan", "", "cyd")),
        ),
        case(
            key_with_ada,
            |_| entry(returned("key", "bob", "safe", "bob")),
            Refusal::NotHeldBy { item: id("key"), said: holder("bob"), holder: holder("ada") },
            |_| entry(handed("key", "ada", "@safe", "bob", "cyd")),
        ),
        case(
            key_with_ada,
            |_| entry(handed("key", "ada", "ada", "", "cyd")),
            Refusal::SameHolder(holder("ada")),
            |_| entry(handed("key", "ada", "bob", "", "cyd")),
        ),
        case(
            key_in_vault,
            |_| entry(handed("key", "@vault", "@bank", "ada bob", "cyd")),
            Refusal::NobodyCarries { from: id("vault"), to: id("bank") },
            |_| entry(handed("key", "@vault", "dan", "ada bob", "cyd")),
        ),
        case(
            key_taken_out,
            |_| entry(returned("key", "ada", "safe", "ada")),
            Refusal::NotItsPlace { item: id("key"), home: Some(id("vault")) },
            |_| entry(returned("key", "ada", "vault", "ada bob")),
        ),
        case(
            key_with_ada,
            |_| entry(returned("key", "ada", "bank", "")),
            Refusal::NotItsPlace { item: id("key"), home: None },
            |_| entry(handed("key", "ada", "@bank", "", "cyd")),
        ),
        case(
            key_with_ada,
            |_| entry(handed("key", "ada", "@cave", "", "cyd")),
            Refusal::UndeclaredPlace(id("cave")),
            |_| entry(handed("key", "ada", "@bank", "", "cyd")),
        ),
        case(
            key_with_ada,
            |_| entry(handed("key", "ada", "@safe", "dan", "cyd")),
            Refusal::CannotOpen { place: id("safe"), person: id("dan") },
            |_| entry(handed("key", "ada", "@safe", "ada", "cyd")),
        ),
        case(
            key_in_vault,
            |_| entry(handed("key", "@vault", "dan", "ada ada", "cyd")),
            Refusal::TooFewOpeners { place: id("vault"), needs: 2, named: 1 },
            |_| entry(handed("key", "@vault", "dan", "ada cyd", "cyd")),
        ),
    ]
}

fn arrangement_cases() -> Vec<Case> {
    fn with_pin(hand: Hand) -> Refusal {
        Refusal::Arrangement(Breach::KeyWithPin { key: id("key"), pin: id("pin"), hand })
    }
    fn shares(shares: usize, hand: Hand) -> Refusal {
        Refusal::Arrangement(Breach::Shares { split: id("split"), shares, hand })
    }
    fn pin_at_home(ledger: &mut Ledger) {
        key_with_ada(ledger);
        ledger.give(issued("pin", pin_of("key"), "@home", "cyd"));
    }
    fn pin_in_safe(ledger: &mut Ledger) {
        ledger.give_all([
            issued("key", security_key("1"), "dan", ""),
            issued("pin", pin_of("key"), "@safe", "ada"),
        ]);
    }
    fn two_shares(ledger: &mut Ledger) {
        ledger.give_all([
            issued("share-1", share(1), "ada", ""),
            issued("share-2", share(2), "@vault", "ada bob"),
        ]);
    }
    vec![
        case(
            key_and_pin,
            |_| entry(handed("pin", "bob", "ada", "", "cyd")),
            with_pin(Hand::Person(id("ada"))),
            |_| entry(handed("pin", "bob", "dan", "", "cyd")),
        ),
        case(
            key_with_ada,
            |_| entry(issued("pin", pin_of("key"), "ada", "")),
            with_pin(Hand::Person(id("ada"))),
            |_| entry(issued("pin", pin_of("key"), "bob", "")),
        ),
        case(
            pin_at_home,
            |_| entry(handed("key", "ada", "@home", "cyd", "bob")),
            with_pin(Hand::Place(id("home"))),
            |_| entry(handed("key", "ada", "@vault", "ada bob", "cyd")),
        ),
        // The bank's keeper hands out to any of us, and so to Ada.
        case(
            key_with_ada,
            |_| entry(issued("pin", pin_of("key"), "@bank", "")),
            with_pin(Hand::Reach(id("ada"))),
            |_| entry(issued("pin", pin_of("key"), "@home", "cyd")),
        ),
        // Bob opens the safe alone; the vault takes somebody else as well.
        case(
            pin_in_safe,
            |_| entry(handed("key", "dan", "bob", "", "cyd")),
            with_pin(Hand::Reach(id("bob"))),
            |_| entry(handed("key", "dan", "cyd", "", "ada")),
        ),
        case(
            pin_in_safe,
            |_| entry(handed("key", "dan", "@safe", "ada", "cyd")),
            with_pin(Hand::Place(id("safe"))),
            |_| entry(handed("key", "dan", "@vault", "ada bob", "cyd")),
        ),
        case(
            two_shares,
            |_| entry(handed("share-2", "@vault", "ada", "ada bob", "cyd")),
            shares(2, Hand::Person(id("ada"))),
            |_| entry(handed("share-2", "@vault", "bob", "ada bob", "cyd")),
        ),
        case(
            two_shares,
            |_| entry(issued("share-3", share(3), "@safe", "bob")),
            shares(2, Hand::Reach(id("ada"))),
            |_| entry(issued("share-3", share(3), "@vault", "ada bob")),
        ),
    ]
}

fn secret_cases() -> Vec<Case> {
    let pin = || Secret::Pin(id("key"));
    vec![
        case(
            key_and_pin,
            |_| entry(changed(Secret::Pin(id("kay")), "ada", false, 1)),
            Refusal::NoSuchSecret(Secret::Pin(id("kay"))),
            |_| entry(changed(Secret::Pin(id("key")), "ada", false, 1)),
        ),
        case(
            key_and_pin,
            |_| entry(changed(Secret::Pin(id("key")), "ada", false, 2)),
            Refusal::WrongChange { secret: pin(), next: 1 },
            |_| entry(changed(Secret::Combination(id("safe")), "ada", false, 1)),
        ),
    ]
}

fn signature_cases() -> Vec<Case> {
    fn ada_enrolled(ledger: &mut Ledger) {
        key_with_ada(ledger);
        ledger.enrol(&["ada"]);
    }
    fn at(ledger: &Ledger, signer: &str, seconds: i64) -> Entry {
        let event = confirmed("key", "ada");
        let made = Timestamp::from_second(ledger.now.as_second() + seconds).unwrap();
        let signed = vec![ledger.signature(&event, "ada", signer, made)];
        Entry { event, record: Record { operator: id("dan"), signed } }
    }
    fn right(ledger: &Ledger) -> Entry {
        ledger.signed(confirmed("key", "ada"), &["ada"])
    }
    const DAY: i64 = 86_400;
    let made = |seconds: i64| {
        let now: Timestamp = id("2026-11-23T04:00:00Z");
        Timestamp::from_second(now.as_second() + seconds).unwrap()
    };
    let person = || id("ada");
    vec![
        case(
            ada_enrolled,
            |ledger| ledger.signed(enrolled("ada", "bob"), &["ada"]),
            Refusal::KeyEnrolledAlready(person()),
            |ledger| ledger.signed(enrolled("bob", "bob"), &["bob"]),
        ),
        case(
            ada_enrolled,
            |ledger| ledger.signed(enrolled("bob", "ada"), &["bob"]),
            Refusal::KeyTaken(person()),
            |ledger| ledger.signed(enrolled("bob", "bob"), &["bob"]),
        ),
        case(
            |_| {},
            |_| entry(enrolled("ada", "ada")),
            Refusal::ProofMissing(person()),
            |ledger| ledger.signed(enrolled("ada", "ada"), &["ada"]),
        ),
        case(
            ada_enrolled,
            |_| entry(revoked("bob")),
            Refusal::NoKey(id("bob")),
            |_| entry(revoked("ada")),
        ),
        case(key_with_ada, right, Refusal::NoKey(person()), |_| entry(confirmed("key", "ada"))),
        case(
            ada_enrolled,
            |ledger| ledger.signed(handed("key", "ada", "bob", "", "cyd"), &["dan"]),
            Refusal::NotNamed(id("dan")),
            |ledger| ledger.signed(handed("key", "ada", "bob", "", "cyd"), &["ada"]),
        ),
        case(
            ada_enrolled,
            |ledger| ledger.signed(confirmed("key", "ada"), &["ada", "ada"]),
            Refusal::SignedTwice(person()),
            right,
        ),
        case(
            ada_enrolled,
            |ledger| at(ledger, "bob", 0),
            Refusal::SignatureWrong(person()),
            |ledger| at(ledger, "ada", 0),
        ),
        case(
            ada_enrolled,
            |ledger| at(ledger, "ada", CLOCK_SKEW_SECONDS_MAX + 1),
            Refusal::SignedInFuture { person: person(), made: made(CLOCK_SKEW_SECONDS_MAX + 1) },
            |ledger| at(ledger, "ada", CLOCK_SKEW_SECONDS_MAX),
        ),
        case(
            ada_enrolled,
            |ledger| at(ledger, "ada", -DAY * (STATEMENT_AGE_DAYS_MAX + 1)),
            Refusal::SignedLongAgo {
                person: person(),
                made: made(-DAY * (STATEMENT_AGE_DAYS_MAX + 1)),
            },
            |ledger| at(ledger, "ada", -DAY * STATEMENT_AGE_DAYS_MAX),
        ),
    ]
}

#[test]
fn each_case_is_refused_and_its_neighbour_is_not() {
    for Case { given, refused, expected, neighbour } in cases() {
        let mut ledger = Ledger::new();
        given(&mut ledger);
        let said = format!("{expected:?}");
        assert_eq!(ledger.decide(refused(&ledger)), Err(expected), "{:?}", refused(&ledger));
        let neighbour = neighbour(&ledger);
        assert!(
            ledger.write(neighbour.clone()).is_ok(),
            "beside {said}: {:?}: {neighbour:?}",
            ledger.decide(neighbour.clone())
        );
    }
}

#[test]
fn every_refusal_has_a_case_a_line_and_a_hint() {
    let mut fired = BTreeSet::new();
    for Case { expected, .. } in cases() {
        let debug = format!("{expected:?}");
        let name: String = debug.chars().take_while(|c| c.is_alphanumeric()).collect();
        for text in [expected.to_string(), expected.hint()] {
            assert!(text.len() > 10 && !text.contains('\n') && !text.ends_with('.'), "{text}");
        }
        fired.insert(name);
    }
    let names: BTreeSet<String> = Refusal::NAMES.iter().map(|name| (*name).into()).collect();
    let missing: Vec<_> = names.difference(&fired).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_was_refused_changes_nothing() {
    for Case { given, refused, .. } in cases() {
        let mut ledger = Ledger::new();
        given(&mut ledger);
        let (state, facts) = (ledger.state.clone(), ledger.facts.len());
        assert!(ledger.write(refused(&ledger)).is_err());
        assert_eq!((ledger.state, ledger.facts.len()), (state, facts));
    }
}

#[test]
fn lines_say_what_and_hints_say_what_to_do() {
    let seal = Refusal::SealMismatch { item: id("pin"), expected: Some(id("a")), seen: None };
    assert_eq!(seal.to_string(), "item `pin` was closed with seal `a`, and no seal was seen");
    let able = ["ada", "bob", "cyd", "dan", "eve", "fay"].map(id).into();
    let hint = Refusal::WitnessNeeded { able }.hint();
    assert_eq!(hint, "let one of these see it: `ada`, `bob`, `cyd`, `dan`, `eve` and 1 more");
    let serial = Refusal::SerialTaken { serial: "1\u{1b}[0m".into(), item: id("key") };
    assert!(serial.to_string().starts_with("the key with serial number `1\\u{1b}[0m` is"));
}

#[test]
fn what_a_declaration_brought_together_is_brought_apart_step_by_step() {
    let mut ledger = Ledger::new();
    ledger.give_all([
        issued("share-1", share(1), "@vault", "ada bob"),
        issued("share-2", share(2), "@vault", "ada bob"),
        issued("share-3", share(3), "bob", ""),
        issued("key", security_key("1"), "@vault", "ada bob"),
        issued("pin", pin_of("key"), "@safe", "ada"),
    ]);
    for place in &mut ledger.declared.places {
        place.needs = 1;
    }
    // Bob reaches three shares, and two of them still when one is gone; Ada reaches key and PIN.
    ledger.give(handed("share-1", "@vault", "dan", "ada", "cyd"));
    ledger.give(handed("key", "@vault", "ada", "ada", "cyd"));
    let worse = ledger.write(entry(handed("share-2", "@vault", "dan", "ada", "cyd")));
    assert!(matches!(worse, Err(Refusal::Arrangement(_))), "{worse:?}");
}
