//! The sound tenant, and single steps away from it.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use std::format;
use std::vec;
use std::vec::Vec;

use super::*;
use crate::check::Case;
use crate::check::sample::custody::{issued, item, person, place};
use crate::check::sample::{ALPHA, BRAVO, EMERGENCY, passkey, password};
use crate::custody::{Command, Entry, Event, Holder, ItemKind, Secret, Witness, decide, fold};
use crate::id::PersonId;
use crate::register::{CustodyPlace, Target};
use crate::tenant::Method;
use crate::time::SignedDuration;

fn access(case: &Case) -> Access {
    Access::of(&Question {
        register: &case.register,
        snapshot: &case.snapshot,
        custody: case.custody.as_ref(),
        now: case.now,
    })
}

fn tenant(case: &Case) -> Answer {
    access(case).answer(Scope::Tenant, &BTreeSet::new())
}

fn singles(case: &Case) -> Vec<Thing> {
    tenant(case).singles.into_iter().map(|one| one.what).collect()
}

fn alone(case: &Case) -> Vec<Agent> {
    let access = access(case);
    let found = access.walks_in_alone(&Part::Scope(Scope::Tenant), &case.register);
    found.into_iter().filter(|one| one.standing.is_hole()).map(|one| one.what).collect()
}

#[test]
fn the_sound_tenant_has_no_hole_on_either_side() {
    let case = Case::sound();
    let answer = tenant(&case);
    assert!(answer.gets_in);
    assert_eq!(answer.holes().collect::<Vec<_>>(), Vec::<&Thing>::new(), "{:?}", answer.singles);
    assert!(singles(&case).contains(&Thing::Entra) && singles(&case).contains(&Thing::Tenant));
    assert!(singles(&case).contains(&Thing::Group(EMERGENCY)));
    assert_eq!(alone(&case), vec![]);
    let pairs: BTreeSet<Vec<PersonId>> = answer.coalitions.listed.into_iter().collect();
    let two = |a: &str, b: &str| vec![person(a), person(b)];
    assert_eq!(pairs, [two("ada", "bob"), two("ada", "cyd"), two("bob", "cyd")].into());
    let remarks = access(&case).remarks;
    assert!(!remarks.iter().any(|one| matches!(one, Remark::Undeclared(_))), "{remarks:?}");
}

#[test]
fn everything_with_one_person_is_a_hole_on_both_sides() {
    let mut case = Case::sound();
    case.moved_all("ada");
    assert!(singles(&case).contains(&Thing::Person(person("ada"))));
    assert_eq!(alone(&case), [Agent::Person(person("ada"))]);
    let shared = access(&case).shared();
    let ada = shared.iter().find(|one| one.thing == Thing::Person(person("ada"))).unwrap();
    assert_eq!((ada.accounts.as_slice(), ada.credentials.len()), (&[ALPHA, BRAVO][..], 6));
}

#[test]
fn everything_in_one_safe_that_two_open_together_is_a_hole_in_the_exit_and_for_a_burglar() {
    let mut case = Case::sound();
    for place in &mut case.register.custody.places {
        place.opened_by = ["ada", "bob", "cyd"].map(person).into();
        place.needs = 2;
    }
    case.moved_all("north");
    let holes: Vec<Thing> = tenant(&case).holes().cloned().collect();
    assert_eq!(holes, [Thing::Place(place("north"))]);
    assert_eq!(alone(&case), [Agent::Burglar(place("north"))]);
}

#[test]
fn a_site_takes_every_safe_in_it() {
    let mut case = Case::sound();
    for place in &mut case.register.custody.places {
        place.at = Some("office".into());
        place.opened_by = ["ada", "bob", "cyd"].map(person).into();
    }
    case.moved_all("north");
    for id in ["b-1", "b-2", "pin-b-1"] {
        case.moved(id, "south");
    }
    let holes: Vec<Thing> = tenant(&case).holes().cloned().collect();
    assert_eq!(holes, [Thing::Site("office".into())]);
}

#[test]
fn who_is_not_there_is_not_counted_on() {
    let mut case = Case::sound();
    case.happened(Event::PersonLeft { person: person("ada") });
    let access = access(&case);
    assert!(access.remarks.contains(&Remark::Left(person("ada"))), "{:?}", access.remarks);
    let holes: Vec<Thing> = tenant(&case).holes().cloned().collect();
    assert!(holes.contains(&Thing::Person(person("bob"))), "{holes:?}");
    let mut case = Case::sound();
    case.register.custody.people.retain(|one| one.id != person("cyd"));
    assert!(super::tests::access(&case).remarks.contains(&Remark::Undeclared(person("cyd"))));
}

#[test]
fn knowing_a_pin_counts_on_both_sides() {
    let mut case = Case::sound();
    // Ada has the PIN of `b-1` in her hand, opens it, and is given the key.
    case.broken("pin-b-1", Some("ada"));
    case.moved("pin-b-1", "bob");
    case.moved("b-1", "ada");
    assert_eq!(alone(&case), [Agent::Person(person("ada"))]);
    let mut case = Case::sound();
    case.happened(Event::Lost { item: item("pin-a-1"), reason: "moved office".into() });
    let case_with = alone(&case);
    assert_eq!(case_with, vec![], "the finder of a PIN has no key");
    case.happened(Event::Lost { item: item("a-1"), reason: "moved office".into() });
    let access = access(&case);
    let coalitions = access.coalitions(&Part::Account(ALPHA));
    let finders = [Agent::Finder(item("a-1")), Agent::Finder(item("pin-a-1"))];
    assert!(coalitions.listed.contains(&finders.to_vec()), "{:?}", coalitions.listed);
}

#[test]
fn who_has_read_their_own_share_has_one_and_who_has_read_two_has_the_password() {
    let mut case = Case::sound();
    case.broken("share-a-2", Some("bob"));
    assert_eq!(alone(&case), vec![], "a share in the hand and in the head is one share");
    case.broken("share-a-1", Some("ada"));
    case.moved("share-a-1", "bob");
    case.moved("share-a-1", "ada");
    case.moved("share-a-2", "cyd");
    assert_eq!(alone(&case), [Agent::Person(person("bob")), Agent::Person(person("cyd"))]);
}

#[test]
fn what_somebody_has_read_outlives_the_paper_and_dual_control() {
    let mut case = Case::sound();
    case.happened(issued("sheet", ItemKind::PasswordSheet, vec![ALPHA], "bob"));
    case.broken("sheet", Some("bob"));
    let (item, by) = (item("sheet"), person("bob"));
    let witness = Witness::Person(person("ada"));
    let reason = "split".into();
    case.happened(Event::Destroyed { item, by, reason, witness });
    assert_eq!(alone(&case), [Agent::Person(person("bob"))]);

    let mut case = Case::sound();
    for one in &mut case.register.custody.places {
        one.opened_by = ["ada", "bob"].map(person).into();
        one.needs = 2;
    }
    let combination = ItemKind::Combination { place: place("north") };
    case.happened(issued("c-north", combination, vec![], "ada"));
    case.broken("c-north", Some("ada"));
    case.moved("c-north", "cyd");
    case.moved("pin-a-1", "ada");
    assert!(alone(&case).contains(&Agent::Person(person("ada"))), "{:?}", alone(&case));
}

#[test]
fn a_key_that_nobody_wrote_down_is_its_own_thing() {
    let mut case = Case::sound();
    case.custody = None;
    let access = access(&case);
    assert!(access.remarks.contains(&Remark::NoLedger));
    assert!(
        access.remarks.iter().any(|one| matches!(one, Remark::NotInLedger(id, _) if *id == ALPHA))
    );
    let answer = access.answer(Scope::Account(BRAVO), &BTreeSet::new());
    let is_credential =
        |set: &Vec<Thing>| set.iter().all(|one| matches!(one, Thing::Credential(..)));
    assert!(answer.cuts.listed.iter().any(is_credential), "{:?}", answer.cuts.listed);
    let unknown = access.walks_in_alone(&Part::Account(ALPHA), &case.register);
    assert!(unknown.iter().all(|one| one.standing == Standing::Unknown), "{unknown:?}");
    assert!(!unknown.is_empty());
}

fn named(id: &str, name: &str) -> Method {
    let mut method = passkey(id);
    method.passkey.iter_mut().for_each(|key| key.display_name = Some(name.into()));
    method
}

#[test]
fn a_key_without_a_serial_among_those_with_one_is_somebody_elses() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![password(), named("1", "YubiKey a-2"), named("2", "the other")]);
    let access = access(&case);
    let alpha = access.accounts.iter().find(|one| one.id == ALPHA).unwrap();
    assert_eq!(alpha.keys.get(&1), Some(&item("a-2")));
    assert_eq!(alpha.keys.get(&2), None);
    assert!(access.remarks.contains(&Remark::NotInLedger(ALPHA, 2)), "{:?}", access.remarks);
    let alone = access.walks_in_alone(&Part::Account(ALPHA), &case.register);
    assert!(alone.iter().any(|one| one.what == Agent::Holder(ALPHA, 2)), "{alone:?}");
    case.methods(ALPHA, vec![password(), named("1", "YubiKey a-2")]);
    let remarks = super::tests::access(&case).remarks;
    assert!(remarks.contains(&Remark::NotRegistered(ALPHA, item("a-1"))), "{remarks:?}");
}

#[test]
fn combinations_that_lie_in_one_another_are_a_circle_and_no_hang() {
    let mut case = Case::sound();
    let paper = |id: &str, of: &str, to: &str| {
        issued(id, ItemKind::Combination { place: place(of) }, vec![], to)
    };
    case.happened(paper("c-north", "north", "south"));
    case.happened(paper("c-south", "south", "north"));
    let access = access(&case);
    let circle = Remark::Circle([place("north"), place("south")].into());
    assert!(access.remarks.contains(&circle), "{:?}", access.remarks);
    // Who opens one of the safes has the other, without being declared to: Ada reaches both keys.
    let answer = access.answer(Scope::Tenant, &[Thing::Person(person("bob"))].into());
    assert!(answer.gets_in);
}

#[test]
fn without_something_the_answer_says_what_is_left() {
    let case = Case::sound();
    let access = access(&case);
    for gone in ["ada", "bob", "cyd"] {
        let answer = access.answer(Scope::Tenant, &[Thing::Person(person(gone))].into());
        assert!(answer.gets_in, "{gone}");
        // Each of the two who are left is now a single.
        assert_eq!(
            answer.holes().count(),
            2 + usize::from(gone == "none"),
            "{gone}: {:?}",
            answer.singles
        );
    }
    let both = [person("ada"), person("bob")].map(Thing::Person);
    let answer = access.answer(Scope::Tenant, &both.into());
    assert!(!answer.gets_in);
    assert_eq!(answer.cuts.listed, [Vec::<Thing>::new()]);
}

fn propose(case: &Case) -> Proposal {
    let question = Question {
        register: &case.register,
        snapshot: &case.snapshot,
        custody: case.custody.as_ref(),
        now: case.now,
    };
    Access::of(&question).propose(&question)
}

#[test]
fn what_is_sound_stays_and_one_move_mends_one_hand() {
    let mut case = Case::sound();
    assert_eq!(propose(&case).outcome, Proposed::Sound);
    case.moved("pin-b-2", "bob");
    let Proposal { faults, outcome, .. } = propose(&case);
    assert!(faults.lock.contains(&Agent::Person(person("bob"))), "{faults:?}");
    let Proposed::Changes(changes) = outcome else { panic!("{outcome:?}") };
    assert_eq!(changes.len(), 1, "{changes:?}");
}

/// Reports every fact of the steps as somebody would, and declares what they declare.
fn follow(case: &mut Case, steps: &[Step]) {
    for Step { change, facts } in steps {
        if let Change::Opens { place, opened_by, needs } = change {
            let places = &mut case.register.custody.places;
            let one = places.iter_mut().find(|one| one.id == *place).unwrap();
            (one.opened_by, one.needs) = (opened_by.clone(), *needs);
        }
        for entry in facts {
            let declared = Arc::new(case.register.custody.clone());
            let command = Command { declared, entry: entry.clone(), open_as: None };
            let state = case.custody.take().unwrap();
            let taken = decide(&state, &command, case.now).unwrap_or_else(|refusal| {
                panic!("{:?}: {refusal}", entry.event);
            });
            let fold = |state, fact: &Entry| fold(state, fact, case.now);
            case.custody = Some(taken.iter().fold(state, fold));
        }
    }
}

#[test]
fn all_in_one_safe_of_one_person_is_arranged_anew() {
    let mut case = Case::sound();
    case.moved_all("north");
    let Proposed::Changes(steps) = propose(&case).outcome else { panic!() };
    // Followed step by step, the proposal leaves nothing single.
    follow(&mut case, &steps);
    assert_eq!(alone(&case), vec![], "{steps:?}");
    assert_eq!(tenant(&case).holes().count(), 0, "{steps:?}");
    assert_eq!(propose(&case).outcome, Proposed::Sound);
}

#[test]
fn whatever_is_proposed_custody_takes_and_nothing_single_is_left() {
    let ids = ["a-1", "a-2", "b-1", "b-2", "pin-a-1", "pin-a-2", "pin-b-1", "pin-b-2"];
    let holders = ["ada", "bob", "cyd", "north", "south"];
    let mut seed = 4_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut proposed = 0;
    for _ in 0..40 {
        let mut case = Case::sound();
        for _ in 0..=next(3) {
            case.moved(ids[next(ids.len())], holders[next(holders.len())]);
        }
        if next(3) == 0 {
            case.broken(ids[4 + next(4)], Some(holders[next(3)]));
        }
        if let Proposed::Changes(steps) = propose(&case).outcome {
            proposed += 1;
            follow(&mut case, &steps);
            assert_eq!(alone(&case), vec![], "{steps:?}");
            assert_eq!(tenant(&case).holes().count(), 0, "{steps:?}");
            assert_eq!(propose(&case).outcome, Proposed::Sound, "{steps:?}");
        }
    }
    assert!(proposed > 10, "{proposed}");
}

#[test]
fn what_nobody_knows_the_holder_of_leaves_the_lock_open_and_the_exit_as_it_is() {
    let mut case = Case::sound();
    let asked = |case: &Case| {
        let access = access(case);
        let answer = access.answer(Scope::Tenant, &BTreeSet::new());
        let singles = [ALPHA, BRAVO].map(|id| {
            let alone = access.walks_in_alone(&Part::Account(id), &case.register);
            access.lock(Scope::Account(id), &alone)
        });
        (access.exit(&answer), singles)
    };
    assert_eq!(asked(&case), (Outcome::Holds, [Outcome::Holds; 2]));
    case.broken("pin-a-1", None);
    // Whoever read the PIN may be one of those who have the key.
    assert_eq!(asked(&case), (Outcome::Holds, [Outcome::Undecided, Outcome::Holds]));
    let proposal = propose(&case);
    assert_eq!(proposal.outcome, Proposed::Sound);
    assert_eq!(proposal.unknown, [Agent::Stranger(Secret::Pin(item("a-1")))]);
    case.custody = None;
    assert_eq!(asked(&case), (Outcome::Undecided, [Outcome::Undecided; 2]));
}

#[test]
fn two_people_cannot_and_a_third_holder_is_what_it_takes() {
    let mut case = Case::sound();
    case.register.custody.people.retain(|one| one.id != person("cyd"));
    for id in ["b-1", "pin-a-2", "pin-b-2", "share-a-3", "share-b-3"] {
        case.moved(id, "ada");
    }
    let Proposed::Impossible { why, with } = propose(&case).outcome else { panic!() };
    assert_eq!(why, Impossible::TooFewPeople(2));
    let (additions, changes) = with.unwrap();
    assert_eq!(additions, [Addition::Holder(person("holder-3"))]);
    assert!(!changes.is_empty());
}

#[test]
fn a_key_with_a_leaver_is_to_be_handed_over_and_no_reason_to_give_up() {
    let mut case = Case::sound();
    case.register.custody.people.push(crate::register::Person {
        id: person("dan"),
        name: None,
        reach: Vec::new(),
    });
    for id in ["a-2", "b-1", "b-2", "pin-a-2", "pin-b-1", "pin-b-2", "share-b-3"] {
        case.moved(id, "dan");
    }
    for id in ["share-a-1", "share-a-2", "share-a-3", "share-b-1", "share-b-2"] {
        case.happened(Event::Lost { item: item(id), reason: "moved office".into() });
    }
    case.happened(Event::PersonLeft { person: person("dan") });
    let Proposal { outcome, unknown, .. } = propose(&case);
    assert!(!matches!(outcome, Proposed::Impossible { .. }), "{outcome:?}");
    assert!(!unknown.is_empty(), "shares that were lost");
}

#[test]
fn of_more_keys_than_passkeys_it_may_be_each() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![named("1", "the one")]);
    case.methods(BRAVO, vec![]);
    let access_of = |case: &Case| {
        let access = access(case);
        assert!(access.remarks.contains(&Remark::Unclear(ALPHA, 0)), "{:?}", access.remarks);
        access
    };
    let one = access_of(&case);
    let both = |ids: [&str; 2]| ids.map(|id| Thing::Item(item(id)));
    let holes = |access: &Access| -> BTreeSet<Thing> {
        access.answer(Scope::Tenant, &BTreeSet::new()).holes().cloned().collect()
    };
    assert!(both(["a-1", "a-2"]).iter().all(|one_of| holes(&one).contains(one_of)));
    // One of the two was lost: whoever found it may have the one that opens.
    case.happened(Event::Lost { item: item("a-2"), reason: "gone".into() });
    let lost = access_of(&case);
    assert!(!lost.answer(Scope::Tenant, &BTreeSet::new()).gets_in);
    assert!(lost.others.leaves(&Part::Account(ALPHA)).contains(&Agent::Finder(item("a-2"))));
}

#[test]
fn every_surface_that_counts_has_to_be_reached() {
    let mut case = Case::sound();
    // Since 2024 the portals ask everybody for more than a password.
    case.now = "2026-11-22T00:00:00Z".parse().unwrap();
    for id in ["a-1", "a-2", "b-1", "b-2"] {
        case.happened(Event::Lost { item: item(id), reason: "gone".into() });
    }
    let access = access(&case);
    let answer = access.answer(Scope::Tenant, &BTreeSet::new());
    let reached = access.reached(Scope::Tenant, &BTreeSet::new());
    assert!(!answer.gets_in && access.exit(&answer) == Outcome::Hole);
    assert!(reached.contains(&Target::GraphPowerShell), "paper is left: {reached:?}");
    assert!(!reached.contains(&Target::AzurePortal) && reached.len() < access.targets.len());
}

#[test]
fn nobody_counts_on_what_somebody_read_once() {
    let mut case = Case::sound();
    let held = |case: &Case| case.custody.as_ref().unwrap().items[&item("pin-a-1")].clone();
    let by = match held(&case).holder {
        Holder::Person(person) => person,
        Holder::Place(_) => person("bob"),
    };
    let knows = |case: &Case| {
        let pin = Secret::Pin(item("a-1"));
        case.custody.as_ref().unwrap().secrets.get(&pin).map(|one| one.known_by.clone())
    };
    let (cause, reason) = (crate::custody::Cause::Other, "autumn");
    let (by_whom, reason) = (Some(by.clone()), reason.into());
    case.happened(Event::SealBroken { item: item("pin-a-1"), by: by_whom, cause, reason });
    assert!(knows(&case).unwrap().contains(&by));
    let (reason, witness) = ("worn".into(), Witness::Person(person("cyd")));
    case.happened(Event::Destroyed { item: item("pin-a-1"), by, reason, witness });
    let access = access(&case);
    assert!(access.remarks.contains(&Remark::NoPin(item("a-1"))), "{:?}", access.remarks);
}

#[test]
fn paper_from_before_the_password_was_set_is_old() {
    let mut case = Case::sound();
    let written = case.custody.as_ref().unwrap().items[&item("share-a-1")].written;
    for (hours, is_old) in [(0, false), (SITTING_HOURS_MAX, false), (SITTING_HOURS_MAX + 1, true)] {
        let set = written + SignedDuration::from_hours(hours);
        case.user(ALPHA, |user| user.last_password_change = Some(set));
        let remarks = access(&case).remarks;
        assert_eq!(remarks.contains(&Remark::OutOfDate(item("share-a-1"))), is_old, "{hours}");
        assert!(!remarks.contains(&Remark::OutOfDate(item("share-b-1"))), "{hours}");
    }
}

#[test]
fn an_account_has_one_password_whatever_it_is_written_on() {
    let mut case = Case::sound();
    let accounts = vec![ALPHA];
    let sheet = issued("sheet-a", ItemKind::PasswordSheet, accounts, "south");
    case.happened(sheet);
    case.now += SignedDuration::from_hours(1);
    let secret = Secret::Password(item("sheet-a"));
    let (by, seen) = (person("ada"), false);
    case.happened(Event::SecretChanged { secret, by, change: 1, seen });
    let remarks = access(&case).remarks;
    for id in ["sheet-a", "share-a-1", "share-a-2"] {
        assert!(remarks.contains(&Remark::OutOfDate(item(id))), "{id}: {remarks:?}");
    }
}

#[test]
fn who_is_declared_with_less_is_not_counted_on_more() {
    let mut case = Case::sound();
    for one in &mut case.register.custody.people {
        one.reach = vec!["phone:+15550100".parse().unwrap()];
    }
    assert!(singles(&case).contains(&Thing::PhoneNetwork));
    for one in &mut case.register.custody.people {
        one.reach.clear();
    }
    assert!(singles(&case).contains(&Thing::PhoneNetwork));
    for one in &mut case.register.custody.people {
        one.reach = vec!["other:the chat of the firm".parse().unwrap()];
    }
    let chat = Thing::Channel("the chat of the firm".into());
    assert!(singles(&case).contains(&chat), "{:?}", singles(&case));
}

#[test]
fn one_burglary_takes_all_safes_of_a_site() {
    let mut case = Case::sound();
    case.moved("a-1", "north");
    case.moved("pin-a-1", "south");
    assert!(!alone(&case).contains(&Agent::Intruder("office".into())));
    for one in &mut case.register.custody.places {
        one.at = Some("office".into());
    }
    assert!(alone(&case).contains(&Agent::Intruder("office".into())), "{:?}", alone(&case));
}

#[test]
fn one_key_alone_is_no_matter_of_arrangement() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![named("1", "YubiKey a-1")]);
    case.methods(BRAVO, vec![]);
    let Proposed::Impossible { why, .. } = propose(&case).outcome else { panic!() };
    let only = [Thing::Item(item("a-1"))].into();
    assert_eq!(why, Impossible::OnlyOne(only));
}

#[test]
fn every_path_meets_every_cut() {
    let case = Case::sound();
    let access = access(&case);
    for account in [ALPHA, BRAVO] {
        let answer = access.answer(Scope::Account(account), &BTreeSet::new());
        let part = Part::Scope(Scope::Account(account));
        for cut in &answer.cuts.listed {
            assert!(!access.owners.holds(&part, &|one| !cut.contains(one)), "{cut:?}");
            for one in cut {
                let less = |thing: &Thing| thing == one || !cut.contains(thing);
                assert!(access.owners.holds(&part, &less), "{cut:?} without {one:?}");
            }
        }
        for path in &answer.paths.listed {
            assert!(access.owners.holds(&part, &|one| path.contains(one)), "{path:?}");
        }
        assert!(answer.paths.count.unwrap() > 0 && answer.cuts.bounded.is_none());
    }
}

#[test]
fn a_keeper_hands_out_to_any_of_us_and_mail_of_the_tenant_reaches_nobody() {
    let mut case = Case::sound();
    case.register.custody.places.push(CustodyPlace {
        id: place("bank"),
        name: None,
        kind: crate::register::PlaceKind::Bank,
        opened_by: BTreeSet::new(),
        needs: 1,
        at: None,
    });
    for id in ["b-1", "b-2"] {
        let from = case.custody.as_ref().unwrap().items.get(&item(id)).unwrap().holder.clone();
        let to = Holder::Place(place("bank"));
        let witness = Witness::Person(person("cyd"));
        case.happened(Event::HandedOver { item: item(id), from, to, opened_by: vec![], witness });
    }
    assert!(alone(&case).contains(&Agent::Person(person("ada"))), "the PIN of `b-1` is hers");
    let domain = case.snapshot.domains.value().unwrap().first().unwrap().name.clone();
    for one in &mut case.register.custody.people {
        one.reach =
            vec![format!("mail:x@{domain}").parse().unwrap(), "sms:+31612345678".parse().unwrap()];
    }
    let holes: Vec<Thing> = tenant(&case).holes().cloned().collect();
    assert_eq!(holes, [Thing::PhoneNetwork]);
    case.register.custody.people.iter_mut().for_each(|one| drop(one.reach.pop()));
    let remarks = access(&case).remarks;
    assert!(remarks.contains(&Remark::ReachedInside(person("ada"))), "{remarks:?}");
}
