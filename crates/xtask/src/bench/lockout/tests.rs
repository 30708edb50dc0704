//! The benchmark on a set of our own, and on those of others where they are there.

use std::collections::BTreeSet;

use halligan_core::check::sample::{ALPHA, policy};
use halligan_core::tenant::{GrantControl, GroupRef, Policy, PolicyState, UserRef, Users};
use halligan_wire::export::{Item, read_file};

use super::contestant::CONTESTANTS;
use super::edit::{KINDS, Label};
use super::run::{Case, ask, confirm, derive, named};
use super::score::{Counting, Score};
use super::sets::Set;
use super::tenant::Tenant;
use super::{LABELS, PAGE, labels, page, run, sets};
use crate::repository::{self, Repository};

/// Four policies as a person would write them: one demand that a key meets, one that it does not,
/// one for others, and one that forgot the emergency group.
const OWN: &str = r#"[
{"displayName": "MFA", "state": "enabled",
 "conditions": {"users": {"includeUsers": ["All"], "excludeGroups": ["<BreakGlass>"]},
                "applications": {"includeApplications": ["All"]}},
 "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}},
{"displayName": "compliant device", "state": "enabled",
 "conditions": {"users": {"includeUsers": ["All"], "excludeGroups": ["<Temp>", "<BreakGlass>"]},
                "applications": {"includeApplications": ["All"]}},
 "grantControls": {"operator": "OR", "builtInControls": ["compliantDevice"]}},
{"displayName": "legacy", "state": "enabled",
 "conditions": {"users": {"includeUsers": ["All"], "excludeGroups": ["<Temp>"]},
                "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["other"]},
 "grantControls": {"operator": "OR", "builtInControls": ["block"]}},
{"displayName": "high risk", "state": "enabled",
 "conditions": {"users": {"includeUsers": ["All"], "excludeGroups": ["<Temp>"]},
                "applications": {"includeApplications": ["All"]}, "signInRiskLevels": ["high"]},
 "grantControls": {"operator": "OR", "builtInControls": ["block"]}}
]"#;

fn own() -> Vec<Case> {
    let policy = |item| match item {
        Item::Policy(policy) => policy,
        other => panic!("a policy, not {other:?}"),
    };
    let items = read_file("own.json", OWN.as_bytes()).unwrap();
    let set = Set {
        name: "own".into(),
        source: "here".into(),
        licence: "none".into(),
        policies: items.into_iter().map(policy).collect(),
        locations: Vec::new(),
        refused: 0,
    };
    derive(vec![set]).unwrap()
}

#[test]
fn a_set_is_repaired_and_every_kind_has_both_labels() {
    let cases = own();
    let base = &cases[0].base;
    assert_eq!(base.excluded, ["high risk"]);
    assert!(base.group.contains("<BreakGlass>") && !base.rolled_out, "{}", base.group);
    for kind in &KINDS {
        for label in [Label::Harmful, Label::Harmless] {
            let mut edits = cases[0].edits.all.iter();
            assert!(edits.any(|e| e.kind == kind.name && e.label == label), "{kind:?} {label:?}");
        }
    }
    let known: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert!(cases[0].edits.all.iter().all(|edit| known.contains(edit.kind)));
}

#[test]
fn labels_are_confirmed_and_a_wrong_one_is_found() {
    let mut cases = own();
    // One of each kind and label: an unoptimised build takes its time.
    let mut seen = BTreeSet::new();
    cases[0].edits.all.retain(|edit| seen.insert((edit.kind, edit.label)));
    assert_eq!(confirm(&cases, 1), Vec::<String>::new());
    cases[0].edits.all.truncate(1);
    let edit = &mut cases[0].edits.all[0];
    edit.label = match edit.label {
        Label::Harmful => Label::Harmless,
        Label::Harmless => Label::Harmful,
    };
    assert_eq!(confirm(&cases, 1).len(), 1);
}

#[test]
fn halligan_is_right_and_the_rules_are_not() {
    let cases = own();
    let answers = ask(&cases);
    let score = |who: usize, counting| {
        let edits = named(&cases).map(|(_, edit)| edit);
        Score::of(edits.zip(&answers.of[who]), counting)
    };
    for counting in [Counting::Alarm, Counting::Change] {
        let halligan = score(0, counting);
        assert_eq!(halligan.caught, halligan.harmful);
        if counting == Counting::Change {
            assert_eq!(halligan.false_alarms, 0);
        }
        for who in 1..CONTESTANTS.len() {
            assert_ne!(score(who, counting).recall(), Some(100.0), "{who} {counting:?}");
        }
    }
    assert!(answers.unedited[0][0].is_empty() && !answers.unedited[1][0].is_empty());
    let text = page::text(&cases, &answers);
    assert!(text.contains("| `nesting` |"), "{text}");
    assert!(page::without_times(&text).iter().all(|line| !line.contains("CPU seconds")));
}

#[test]
fn the_list_of_labels_is_compared_line_by_line() {
    let cases = own();
    let list = labels::text(named(&cases));
    assert_eq!(labels::compare(&list, named(&cases)), Vec::<String>::new());
    let changed = list.replacen("\tharmful\t", "\tharmless\t", 1);
    assert_eq!(labels::compare(&changed, named(&cases)).len(), 2);
    let longer = format!("{list}own\tnesting\tx\t\tharmful\ty\n");
    assert_eq!(labels::compare(&longer, named(&cases)).len(), 1);
    assert!(!labels::compare("", named(&cases)).is_empty());
}

/// A tenant of policies, whose emergency group is the sample's.
fn tenant(policies: Vec<Policy>) -> Tenant {
    Tenant::new(policies, Vec::new(), halligan_core::check::sample::EMERGENCY).unwrap()
}

fn findings(who: usize, tenant: &Tenant) -> usize {
    (CONTESTANTS[who].find)(tenant).len()
}

#[test]
fn the_rules_count_what_they_say() {
    let [halligan, literal, maester, majority] = [0, 1, 2, 3];
    let excluding = || policy("excluding", GrantControl::Block);
    let mut everybody = excluding();
    everybody.conditions.users =
        Some(Users { include_users: vec![UserRef::All], ..Users::default() });
    let all = |tenant: &Tenant| [halligan, literal, maester, majority].map(|w| findings(w, tenant));
    assert_eq!(all(&tenant(vec![excluding()])), [0, 0, 0, 0]);
    let [_, found @ ..] = all(&tenant(vec![excluding(), everybody.clone()]));
    assert_eq!(found, [1, 1, 1], "one of two is not more than half");
    let mut disabled = everybody.clone();
    disabled.state = PolicyState::Disabled;
    assert_eq!(all(&tenant(vec![excluding(), disabled])), [0, 0, 1, 0]);
    let mut on_context = everybody.clone();
    on_context.conditions.applications.include.clear();
    on_context.conditions.applications.include_authentication_contexts = vec!["c1".into()];
    on_context.grant = None;
    assert_eq!(all(&tenant(vec![on_context])), [0, 1, 0, 0]);
    let mut by_user = everybody;
    if let Some(users) = &mut by_user.conditions.users {
        users.exclude_users.push(UserRef::Id(ALPHA));
        users.exclude_groups = vec![GroupRef::Other("x".into())];
    }
    let by_user = tenant(vec![by_user]);
    assert_eq!([literal, maester].map(|who| findings(who, &by_user)), [0, 1]);
}

/// Of how many edits of others' sets one is judged sign-in by sign-in here; `cargo xtask bench
/// lockout --check` judges all.
const EVERY: usize = 60;

#[test]
fn the_committed_labels_and_page_are_those_of_the_sets() {
    let repository = Repository::here();
    let Some(sets) = sets::read(&repository.data()).unwrap() else {
        assert!(!repository::in_ci(), "the policy sets are missing, and this is CI");
        println!("skipped: no `{}/{}`", Repository::DATA, sets::FOLDER);
        return;
    };
    let cases = run::derive(sets).unwrap();
    let list = std::fs::read_to_string(repository.root.join(LABELS)).unwrap();
    assert_eq!(labels::compare(&list, named(&cases)), Vec::<String>::new());
    assert_eq!(confirm(&cases, EVERY), Vec::<String>::new());
    let text = page::text(&cases, &ask(&cases));
    let there = std::fs::read_to_string(repository.root.join(PAGE)).unwrap();
    assert_eq!(page::without_times(&there), page::without_times(&text));
}
