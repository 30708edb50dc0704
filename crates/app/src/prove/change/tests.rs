//! Changes whose effects a person can follow.

use super::super::tests::now;
use super::*;
use halligan_core::ca::OsPlatform;
use halligan_core::ca::Verdict::{Harmed, LockedOut, Proved};
use halligan_core::check::Case;
use halligan_core::check::sample::policy;
use halligan_core::tenant::{
    Conditions, GrantControl, LocationKind, LocationRef, Locations, MethodMode, Platform,
    Platforms, PolicyState, Unknown,
};

/// A policy for everybody, with nobody excluded.
fn for_everybody(id: &str, name: &str, control: GrantControl) -> Policy {
    let mut policy = policy(id, control);
    policy.display_name = name.into();
    policy.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    policy
}

fn compared(case: &Case, policies: Vec<Policy>) -> Result<Comparison, ChangeError> {
    let proposal = Proposal { policies, ..Proposal::default() };
    let Case { register, snapshot, .. } = case;
    let subjects = |snapshot: &Snapshot| super::super::subjects(register, snapshot, now());
    compare(snapshot, &proposal, &register.environment, &subjects, now())
}

#[test]
fn a_helpful_policy_that_locks_out_is_worse() {
    let case = Case::sound();
    let help = for_everybody("help", "help", GrantControl::CompliantDevice);
    let comparison = compared(&case, vec![help]).unwrap();
    assert_eq!(comparison.outcome(), Outcome::Worse);
    let surfaces = case.register.environment.targets.len();
    assert_eq!(comparison.effects.len(), 2 * surfaces);
    let effect = &comparison.effects[0];
    assert_eq!((effect.before, effect.after), (Proved, LockedOut));
    let added = comparison.changes[0].policy;
    assert_eq!(comparison.changes[0].kind, ChangeKind::Added);
    assert_eq!(effect.denials[0].blame, Blame::Policy(added));
    assert!(comparison.touches(added) && !comparison.touches(0));
}

#[test]
fn a_policy_is_replaced_by_id_or_without_one_by_name() {
    let case = Case::sound();
    let old = case.snapshot.policies.value().unwrap()[0].clone();
    let twin = Policy { id: PolicyId::from("policies/mfa"), ..old.clone() };
    let comparison = compared(&case, vec![twin.clone()]).unwrap();
    assert_eq!(comparison.changes, [Change { policy: 0, kind: ChangeKind::Same }]);
    assert_eq!(comparison.after.policies[0].id, old.id, "the tenant's id stays");
    assert_eq!(comparison.outcome(), Outcome::NoWorse);

    let off = Policy { state: PolicyState::Disabled, ..twin };
    let comparison = compared(&case, vec![off]).unwrap();
    assert_eq!(comparison.changes, [Change { policy: 0, kind: ChangeKind::ReplacedByName }]);
    let renamed = Policy { display_name: "other".into(), ..old };
    let comparison = compared(&case, vec![renamed]).unwrap();
    assert_eq!(comparison.changes, [Change { policy: 0, kind: ChangeKind::Replaced }]);
}

#[test]
fn a_name_that_two_have_is_told() {
    let mut case = Case::sound();
    let id = "c0a10000-0000-4000-8000-000000000001";
    for id in [id, "c0a10000-0000-4000-8000-000000000002"] {
        let mut policy = policy(id, GrantControl::Mfa);
        policy.display_name = "twins".into();
        case.add_policy(policy);
    }
    let refused = compared(&case, vec![for_everybody("f", "twins", GrantControl::Mfa)]);
    let refused = refused.unwrap_err();
    assert!(matches!(refused, ChangeError::Ambiguous { .. }));
    assert!(refused.hint().unwrap().contains(id));
}

/// A block for everybody on some platforms.
fn block_on(id: &str, include: &[Platform], exclude: &[Platform]) -> Policy {
    let mut block = for_everybody(id, id, GrantControl::Block);
    let (include, exclude) = (include.to_vec(), exclude.to_vec());
    let unknown = Unknown::default();
    block.conditions.platforms = Some(Platforms { include, exclude, unknown });
    block
}

fn with(policy: Policy) -> Case {
    let mut case = Case::sound();
    case.add_policy(policy);
    case
}

#[test]
fn a_culprit_that_denies_more_is_worse() {
    let case = with(block_on("p", &[Platform::Linux], &[]));
    let wider = block_on("p", &[Platform::All], &[Platform::Windows]);
    let comparison = compared(&case, vec![wider]).unwrap();
    assert_eq!(comparison.outcome(), Outcome::Worse);
    let surfaces = case.register.environment.targets.len();
    assert_eq!(comparison.effects.len(), 2 * surfaces);
    for effect in &comparison.effects {
        assert_eq!((effect.before, effect.after), (Harmed, Harmed));
        let [denial] = &effect.denials[..] else { panic!("{effect:?}") };
        assert_eq!(denial.blame, Blame::Policy(comparison.changes[0].policy));
        let platform = denial.sign_in.platform;
        assert!(![OsPlatform::Linux, OsPlatform::Windows].contains(&platform), "{platform:?}");
    }
}

#[test]
fn a_culprit_that_denies_less_is_no_worse() {
    let case = with(block_on("p", &[Platform::All], &[Platform::Windows]));
    let narrower = block_on("p", &[Platform::Linux, Platform::MacOs], &[]);
    let comparison = compared(&case, vec![narrower]).unwrap();
    let verdicts = |of: &Proving| of.verdict();
    assert_eq!((verdicts(&comparison.before), verdicts(&comparison.after)), (Harmed, Harmed));
    assert_eq!((comparison.outcome(), &comparison.effects[..]), (Outcome::NoWorse, &[][..]));

    let off = Policy {
        state: PolicyState::Disabled,
        ..block_on("p", &[Platform::All], &[Platform::Windows])
    };
    let comparison = compared(&case, vec![off]).unwrap();
    assert_eq!((comparison.effects[0].before, comparison.effects[0].after), (Harmed, Proved));
    assert_eq!(comparison.outcome(), Outcome::NoWorse);
}

#[test]
fn another_culprit_is_worse_where_it_denies_something_else() {
    let case = with(block_on("p", &[Platform::Linux], &[]));
    let off = Policy { state: PolicyState::Disabled, ..block_on("p", &[Platform::Linux], &[]) };
    let twin = block_on("twin", &[Platform::Linux], &[]);
    let comparison = compared(&case, vec![off, twin.clone()]).unwrap();
    assert_eq!(comparison.outcome(), Outcome::NoWorse, "one for the other");
    let comparison = compared(&case, vec![twin]).unwrap();
    assert_eq!(comparison.outcome(), Outcome::NoWorse, "both at once");

    let comparison = compared(&case, vec![block_on("m", &[Platform::MacOs], &[])]).unwrap();
    assert_eq!((comparison.effects[0].before, comparison.effects[0].after), (Harmed, Harmed));
    assert_eq!(comparison.effects[0].denials[0].sign_in.platform, OsPlatform::MacOs);
    assert_eq!(comparison.outcome(), Outcome::Worse);
}

#[test]
fn what_may_deny_more_is_undecided() {
    let case = with(block_on("p", &[Platform::Linux], &[]));
    let mut unclear = block_on("q", &[Platform::MacOs], &[]);
    unclear.conditions.unknown.insert("moonPhase".into(), "full".into());
    let comparison = compared(&case, vec![unclear]).unwrap();
    let effect = &comparison.effects[0];
    assert_eq!((effect.before, effect.after), (Harmed, Harmed));
    assert_eq!(effect.doubts[0].0, Blame::Policy(comparison.changes[0].policy));
    assert!(effect.doubts[0].1.to_string().contains("moonPhase"), "{effect:?}");
    assert_eq!(comparison.outcome(), Outcome::Undecided);
}

#[test]
fn what_was_in_doubt_and_is_denied_is_worse() {
    let mut unclear = block_on("p", &[Platform::MacOs], &[]);
    unclear.conditions.unknown.insert("moonPhase".into(), "full".into());
    let mut case = with(block_on("linux", &[Platform::Linux], &[]));
    case.add_policy(unclear.clone());
    assert_eq!(compared(&case, vec![unclear]).unwrap().outcome(), Outcome::NoWorse);
    let clear = block_on("p", &[Platform::MacOs], &[]);
    let comparison = compared(&case, vec![clear]).unwrap();
    let effect = &comparison.effects[0];
    assert_eq!((effect.before, effect.after), (Harmed, Harmed));
    assert_eq!(effect.denials[0].sign_in.platform, OsPlatform::MacOs);
    assert_eq!(effect.outcome(), Outcome::Worse);
}

/// A named location of some addresses.
fn office(ranges: &[&str], is_trusted: bool) -> NamedLocation {
    NamedLocation {
        id: OFFICE.into(),
        display_name: "Office".into(),
        kind: LocationKind::Ip {
            is_trusted,
            ranges: ranges.iter().map(|range| (*range).into()).collect(),
        },
        unknown: Unknown::default(),
    }
}

const OFFICE: &str = "10ca0000-0000-4000-8000-000000000001";

#[test]
fn a_location_that_changes_as_well_leaves_it_open() {
    let mut outside = for_everybody("outside", "outside", GrantControl::Block);
    outside.conditions.locations = Some(Locations {
        include: vec![LocationRef::All],
        exclude: vec![LocationRef::Id(OFFICE.into())],
        unknown: Unknown::default(),
    });
    let mut case = with(outside.clone());
    let value = vec![office(&["203.0.113.0/24"], false)];
    case.snapshot.locations = Part::Read { at: now(), value };
    let judged = |policies: Vec<Policy>, location: NamedLocation| {
        let proposal = Proposal { policies, locations: vec![location], ..Proposal::default() };
        let Case { register, snapshot, .. } = &case;
        let subjects = |snapshot: &Snapshot| super::super::subjects(register, snapshot, now());
        compare(snapshot, &proposal, &register.environment, &subjects, now()).unwrap()
    };
    let comparison = judged(Vec::new(), office(&["198.51.100.0/24"], false));
    let effect = &comparison.effects[0];
    assert_eq!((effect.before, effect.after), (Harmed, Harmed));
    assert_eq!(comparison.outcome(), Outcome::Undecided);
    assert_eq!(effect.doubts[0].0, Blame::Policy(comparison.before.policies.len() - 1));
    let said = effect.doubts[0].1.to_string();
    assert!(said.starts_with("named location `Office` changes as well"), "{said}");

    // Nobody leans on who is trusted, on another location, or on a name.
    let mut renamed = office(&["203.0.113.0/24"], false);
    renamed.display_name = "Headquarters".into();
    let other = NamedLocation { id: "other".into(), ..office(&["192.0.2.0/24"], true) };
    for location in [renamed, other] {
        assert_eq!(judged(Vec::new(), location).outcome(), Outcome::NoWorse);
    }
    // A policy may shut what the location opened.
    let everywhere = Policy {
        conditions: Conditions { locations: None, ..outside.conditions.clone() },
        ..outside
    };
    let comparison = judged(vec![everywhere], office(&["198.51.100.0/24"], false));
    assert_eq!((comparison.effects[0].before, comparison.effects[0].after), (Harmed, LockedOut));
    assert_eq!(comparison.outcome(), Outcome::Worse);
}

#[test]
fn who_is_trusted_may_change_as_well() {
    let mut outside = for_everybody("outside", "outside", GrantControl::Block);
    outside.conditions.locations = Some(Locations {
        include: vec![LocationRef::All],
        exclude: vec![LocationRef::AllTrusted],
        unknown: Unknown::default(),
    });
    let mut case = with(outside);
    case.snapshot.locations =
        Part::Read { at: now(), value: vec![office(&["203.0.113.0/24"], true)] };
    let judged = |is_trusted: bool| {
        let other = NamedLocation { id: "other".into(), ..office(&["192.0.2.0/24"], is_trusted) };
        let proposal = Proposal { locations: vec![other], ..Proposal::default() };
        let Case { register, snapshot, .. } = &case;
        let subjects = |snapshot: &Snapshot| super::super::subjects(register, snapshot, now());
        compare(snapshot, &proposal, &register.environment, &subjects, now()).unwrap()
    };
    assert_eq!(judged(false).outcome(), Outcome::NoWorse);
    let comparison = judged(true);
    assert_eq!(comparison.outcome(), Outcome::Undecided);
    let said = comparison.effects[0].doubts[0].1.to_string();
    assert!(said.starts_with("the list of trusted locations changes as well"), "{said}");
}

#[test]
fn a_strength_that_changes_as_well_leaves_it_open() {
    let strength = |combinations| Strength {
        id: "57000000-0000-4000-8000-000000000001".into(),
        display_name: Some("Ours".into()),
        kind: None,
        requirements_satisfied: None,
        allowed_combinations: combinations,
        configurations: Vec::new(),
        unknown: Unknown::default(),
    };
    let mut asks = block_on("asks", &[Platform::Linux], &[]);
    let grant = asks.grant.as_mut().unwrap();
    grant.built_in.clear();
    grant.strength = Some(strength(None));
    let mut case = with(asks);
    let value = vec![strength(Some(vec![vec![MethodMode::Sms]]))];
    case.snapshot.strengths = Part::Read { at: now(), value };
    let judged = |mode: MethodMode| {
        let strengths = vec![strength(Some(vec![vec![mode]]))];
        let proposal = Proposal { strengths, ..Proposal::default() };
        let Case { register, snapshot, .. } = &case;
        let subjects = |snapshot: &Snapshot| super::super::subjects(register, snapshot, now());
        compare(snapshot, &proposal, &register.environment, &subjects, now()).unwrap()
    };
    assert_eq!(judged(MethodMode::Sms).outcome(), Outcome::NoWorse);
    let comparison = judged(MethodMode::Voice);
    assert_eq!((comparison.effects[0].before, comparison.effects[0].after), (Harmed, Harmed));
    assert_eq!(comparison.outcome(), Outcome::Undecided);
    let said = comparison.effects[0].doubts[0].1.to_string();
    assert!(said.starts_with("authentication strength `Ours` changes as well"), "{said}");
    let comparison = judged(MethodMode::Fido2);
    assert_eq!((comparison.before.verdict(), comparison.after.verdict()), (Harmed, Proved));
    assert_eq!(comparison.outcome(), Outcome::NoWorse, "what is proved is no worse");
}

#[test]
fn two_versions_of_one_policy_are_no_proposal() {
    let mut proposal = Proposal::default();
    let with = |control| {
        let mut case = Case::sound();
        let value = vec![for_everybody("x", "x", control)];
        case.snapshot.policies = Part::Read { at: now(), value };
        case.snapshot
    };
    proposal.take(with(GrantControl::Mfa)).unwrap();
    proposal.take(with(GrantControl::Mfa)).unwrap();
    assert_eq!(proposal.policies.len(), 1);
    let refused = proposal.take(with(GrantControl::Block)).unwrap_err();
    assert_eq!(refused, ChangeError::Twice(PolicyId::from("x")));
}

#[test]
fn two_new_policies_of_one_name_are_refused_and_not_merged() {
    let mut proposal = Proposal::default();
    let with = |id: &str| {
        let mut case = Case::sound();
        let one = for_everybody(id, "new", GrantControl::Block);
        case.snapshot.policies = Part::Read { at: now(), value: vec![one] };
        case.snapshot
    };
    proposal.take(with("a.json")).unwrap();
    let refused = proposal.take(with("b.json")).unwrap_err();
    assert_eq!(refused, ChangeError::TwiceNamed("new".into()));
    // Those that say which they are may share a name, as they may in a tenant.
    let mut proposal = Proposal::default();
    proposal.take(with("00000000-0000-0000-0000-00000000000a")).unwrap();
    proposal.take(with("00000000-0000-0000-0000-00000000000b")).unwrap();
    assert_eq!(proposal.policies.len(), 2);
}
