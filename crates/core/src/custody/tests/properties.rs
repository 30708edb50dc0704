//! Whatever is tried, in whatever order: what is refused does not come about.

use alloc::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::*;

/// Eve is declared by nobody.
const PEOPLE: [&str; 9] = ["ada", "ada", "bob", "bob", "cyd", "cyd", "dan", "dan", "eve"];
const HOLDERS: [&str; 9] =
    ["ada", "bob", "cyd", "dan", "@safe", "@vault", "@bank", "@home", "@cave"];
const ITEMS: [&str; 7] = ["key-1", "key-2", "pin-1", "pin-2", "share-1", "share-2", "share-3"];

/// What every id of an item is, so that what comes together is likely.
fn kind_of(item: &str) -> ItemKind {
    match item {
        "pin-1" => pin_of("key-1"),
        "pin-2" => pin_of("key-2"),
        "share-1" => share(1),
        "share-2" => share(2),
        "share-3" => share(3),
        key => security_key(key),
    }
}

/// An event that may be right. Where somebody has to open a place, all who can do.
fn event() -> impl Strategy<Value = Event> {
    let item = || select(&ITEMS[..]);
    let holder_of = || select(&HOLDERS[..]);
    let person = || select(&PEOPLE[..]);
    let issue = (item(), holder_of(), person()).prop_map(|(item, to, witness)| {
        let Event::Issued { issue, .. } = issued(item, kind_of(item), to, "") else {
            unreachable!()
        };
        Event::Issued { issue, opened_by: openers(&[to]), witness: seen_by(witness) }
    });
    let hand = (item(), holder_of(), holder_of(), person());
    let hand = hand.prop_map(|(item, from, to, witness)| Event::HandedOver {
        item: id(item),
        from: holder(from),
        to: holder(to),
        opened_by: openers(&[from, to]),
        witness: seen_by(witness),
    });
    let back = (item(), person(), select(&["safe", "vault", "bank"][..]));
    let back = back.prop_map(|(item, by, place)| returned(item, by, place, &names_of(place)));
    let change = (item(), person(), any::<bool>(), 0_u64..4)
        .prop_map(|(item, by, seen, change)| changed(Secret::Pin(id(item)), by, seen, change));
    Union::new_weighted(std::vec![
        (40, issue.boxed()),
        (80, hand.boxed()),
        (8, back.boxed()),
        (4, (item(), person()).prop_map(|(item, by)| confirmed(item, by)).boxed()),
        (4, (item(), person()).prop_map(|(item, by)| broken(item, Some(by))).boxed()),
        (1, item().prop_map(|item| broken(item, None)).boxed()),
        (
            2,
            (item(), person(), 0..9)
                .prop_map(|(item, by, n)| { resealed(item, by, &std::format!("n-{n}")) })
                .boxed()
        ),
        (2, change.boxed()),
        (1, item().prop_map(lost).boxed()),
        (1, (item(), person()).prop_map(|(item, by)| destroyed(item, by)).boxed()),
        (1, person().prop_map(left).boxed()),
    ])
}

/// The same hand-over from who has the item, so that most of them get as far as the rules.
fn aimed(ledger: &Ledger, mut event: Event) -> Event {
    if let Event::HandedOver { item, from, to, opened_by, .. } = &mut event
        && let Some(item) = ledger.state.items.get(item)
    {
        *from = item.holder.clone();
        let places = [&*from, &*to].into_iter().filter_map(Holder::place);
        *opened_by = places.flat_map(|place| people(&names_of(place.as_str()))).collect();
    }
    event
}

fn names_of(place: &str) -> std::string::String {
    let declared = declared();
    let place = declared.places.iter().find(|one| one.id.as_str() == place);
    let people = place.into_iter().flat_map(|place| &place.opened_by);
    people.map(|one| std::format!("{one} ")).collect()
}

fn openers(holders: &[&str]) -> Vec<PersonId> {
    let places = holders.iter().filter_map(|one| one.strip_prefix('@'));
    places.flat_map(|place| people(&names_of(place))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100, failure_persistence: None, ..Default::default()
    })]

    /// No sequence of commands gets past a rule, none breaks the ledger, and the same facts always
    /// come to the same state.
    #[test]
    fn no_sequence_of_commands_gets_past_the_rules(events in vec((event(), any::<bool>()), 1..60)) {
        let mut ledger = Ledger::new();
        for (event, is_aimed) in events {
            let event = if is_aimed { aimed(&ledger, event) } else { event };
            ledger.wait_seconds(60);
            let before = ledger.state.clone();
            match ledger.write(entry(event.clone())) {
                Ok(0) | Err(_) => prop_assert_eq!(&ledger.state, &before),
                Ok(_) => {}
            }
            prop_assert_eq!(breaches(&ledger.state, &ledger.declared), [].into());
            prop_assert_eq!(&ledger.state.irregular, &[]);
            for (id, item) in ledger.state.live() {
                let is_declared = match &item.holder {
                    Holder::Person(person) => ledger.declared.person(person).is_some(),
                    Holder::Place(place) => ledger.declared.place(place).is_some(),
                };
                prop_assert!(is_declared, "{} is with {}", id, item.holder);
            }
            let again = ledger.decide(entry(event));
            prop_assert!(again.is_err() || again == Ok(Vec::new()), "the same again: {:?}", again);
        }
        let mut state = State::default();
        for (at, fact) in &ledger.facts {
            let text = serde_json::to_string(fact).unwrap();
            state = fold(state, &serde_json::from_str(&text).unwrap(), *at);
        }
        prop_assert_eq!(state, ledger.state);
    }

    /// Facts in any order, decided by nobody: fold ends, notes what does not follow, and loses no
    /// item.
    #[test]
    fn fold_takes_whatever_a_stream_says(events in vec(event(), 1..60)) {
        let mut ledger = Ledger::new();
        let mut issued = BTreeSet::new();
        for event in events {
            if let Event::Issued { issue, .. } = &event {
                issued.insert(issue.item.clone());
            }
            ledger.append(entry(event));
        }
        let kept: BTreeSet<ItemId> = ledger.state.items.keys().cloned().collect();
        prop_assert_eq!(kept, issued);
        let _ = conflicts(&ledger.state, &ledger.declared);
        let _ = due(&ledger.state, &ledger.declared, ledger.now);
    }
}

/// The sequences above do get somewhere: without that, the rules would hold of nothing.
#[test]
fn the_sequences_reach_what_the_rules_are_about() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut written, mut refused) = (0, 0);
    for _ in 0..30 {
        let mut ledger = Ledger::new();
        let events = vec(event(), 100).new_tree(&mut runner).unwrap().current();
        for event in events {
            match ledger.write(entry(aimed(&ledger, event))) {
                Ok(count) => written += count,
                Err(Refusal::Arrangement(_)) => refused += 1,
                Err(_) => {}
            }
        }
    }
    assert!(written > 200 && refused > 20, "{written} written, {refused} arrangements refused");
}
