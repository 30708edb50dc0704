use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::check::Case;
use crate::check::sample::{
    ALPHA, BRAVO, DAILY, EMERGENCY, member, password, schedule, strength_policy,
};
use crate::id::Guid;
use crate::register::Shape;
use crate::tenant::*;

const SYNC: UserId = UserId::from_u128(0x5bc);
const SYNC_GROUP: GroupId = GroupId::from_u128(0x5bc6);

fn of(case: &Case) -> Proposal {
    Proposal::of(&case.snapshot, case.now)
}

/// The sound tenant a year later, so that passwords are old; nobody has told it anything.
fn later() -> Case {
    let mut case = Case::sound();
    case.now = "1971-03-01T00:00:00Z".parse().unwrap();
    case
}

fn reasons(proposal: &Proposal, id: UserId, speaks: Speaks) -> Vec<String> {
    let candidate = proposal.candidate(id).unwrap();
    let reasons = candidate.reasons.iter().filter(|one| one.speaks() == speaks);
    reasons.map(|one| one.fact.to_string()).collect()
}

fn has(proposal: &Proposal, id: UserId, fact: &Fact) -> bool {
    proposal.candidate(id).unwrap().reasons.iter().any(|one| one.fact == *fact)
}

fn fits(proposal: &Proposal) -> Vec<(UserId, Fit)> {
    proposal.candidates.iter().map(|one| (one.id, one.fit)).collect()
}

fn read<T>(case: &Case, value: T) -> Part<T> {
    Part::Read { at: case.now, value }
}

/// A group of a synchronisation account that more policies exclude than the emergency group.
fn with_sync_group(case: &mut Case) {
    let mut state = case.snapshot.groups[&EMERGENCY].state.value().unwrap().clone();
    if let GroupState::Present(group) = &mut state {
        group.id = SYNC_GROUP;
        group.is_assignable_to_role = None;
    }
    let members = vec![member(SYNC, ObjectKind::User)];
    let group = GroupRead {
        id: SYNC_GROUP,
        state: read(case, state),
        members: read(case, members.clone()),
        transitive: read(case, members),
        ..case.snapshot.groups[&EMERGENCY].clone()
    };
    case.snapshot.groups.insert(SYNC_GROUP, group);
    for place in 0..3 {
        case.policy(place, |policy| {
            let users = policy.conditions.users.as_mut().unwrap();
            users.exclude_groups.push(GroupRef::Id(SYNC_GROUP));
        });
    }
    let mut more = crate::check::sample::policy("more", GrantControl::Mfa);
    let users = more.conditions.users.as_mut().unwrap();
    users.exclude_groups = vec![GroupRef::Id(SYNC_GROUP)];
    case.add_policy(more);
    let mut holder = case.snapshot.holders[&DAILY].clone();
    holder.id = SYNC;
    if let Part::Read { value: AccountState::Present(user), .. } = &mut holder.state {
        user.id = SYNC;
        user.on_premises_sync_enabled = Some(true);
        user.display_name = Some("Emergency Sync".into());
    }
    case.snapshot.holders.insert(SYNC, holder);
}

#[test]
fn the_sound_tenant_is_recognised_with_every_reason() {
    let proposal = of(&later());
    assert_eq!(
        fits(&proposal),
        [(ALPHA, Fit::Likely), (BRAVO, Fit::Likely), (DAILY, Fit::Unlikely)]
    );
    assert_eq!(
        reasons(&proposal, ALPHA, Speaks::For),
        [
            "holds Global Administrator for good".to_string(),
            alloc::format!(
                "is excluded from all 3 policies that concern it, through the group {EMERGENCY}"
            ),
            "is cloud-only, in the tenant's initial domain".into(),
            "has 2 device-bound passkeys".into(),
            "has not signed in for 424 days".into(),
            "carries no licence".into(),
            "has a password that is 424 days old".into(),
        ]
    );
    assert_eq!(reasons(&proposal, ALPHA, Speaks::Against), Vec::<String>::new());
    assert_eq!(
        reasons(&proposal, DAILY, Speaks::Against),
        [
            "is subject to all 3 policies that concern it, such as mfa-for-all",
            "has a phone or an app registered, as people do",
        ]
    );
    let group = proposal.group(EMERGENCY).unwrap();
    assert_eq!((group.fit, &group.accounts[..]), (Fit::Likely, &[ALPHA, BRAVO][..]));
    let shape = proposal.shape.clone().unwrap();
    assert_eq!((shape.shape, shape.reason), (Shape::Exempt, ShapeReason::NoneHits));
    assert_eq!(proposal.gaps, []);
}

#[test]
fn every_reason_names_the_id_that_it_rests_on() {
    let mut case = later();
    case.user(ALPHA, |user| user.licences = vec![Guid::from_u128(1)]);
    let proposal = of(&case);
    let candidate = proposal.candidate(ALPHA).unwrap();
    let on = |fact: &Fact| {
        let reason = candidate.reasons.iter().find(|one| one.fact == *fact).unwrap();
        reason.rests_on.clone()
    };
    let excluded = Fact::ExcludedThrough { group: EMERGENCY, policies: 3, of: 3 };
    assert_eq!(on(&excluded), EMERGENCY.to_string());
    assert_eq!(on(&Fact::Licensed(1)), ALPHA.to_string());
    assert_eq!(on(&Fact::InitialDomain), "sound.onmicrosoft.com");
    assert_eq!(on(&Fact::DeviceBoundKeys(2)), "1");
    assert_eq!(on(&Fact::Administrator), crate::id::GLOBAL_ADMINISTRATOR.to_string());
    assert!(candidate.reasons.iter().all(|one| !one.rests_on.is_empty()));
}

#[test]
fn the_most_excluded_group_is_not_preferred_and_says_why() {
    let mut case = later();
    with_sync_group(&mut case);
    let proposal = of(&case);
    let order: Vec<(GroupId, Fit, usize)> =
        proposal.groups.iter().map(|one| (one.id, one.fit, one.policies)).collect();
    assert_eq!(order, [(EMERGENCY, Fit::Likely, 3), (SYNC_GROUP, Fit::Unlikely, 4)]);
    let why: Vec<String> = proposal.groups[1]
        .reasons
        .iter()
        .filter(|one| one.speaks() == Speaks::Against)
        .map(|one| one.fact.to_string())
        .collect();
    assert_eq!(
        why,
        [
            "holds no account that looks like emergency access".to_string(),
            alloc::format!("also holds {SYNC}, which does not hold Global Administrator"),
            "is not role-assignable: many can change its members".into(),
        ]
    );
    assert_eq!(proposal.candidate(SYNC).unwrap().fit, Fit::Unlikely);
    assert!(has(&proposal, SYNC, &Fact::Synchronised));
    assert!(has(&proposal, SYNC, &Fact::TellingName));
}

#[test]
fn a_name_is_never_enough_and_never_needed() {
    let mut case = later();
    let name = "breakglass1@sound.onmicrosoft.com";
    if let Part::Read { value: AccountState::Present(user), .. } =
        &mut case.snapshot.holders.get_mut(&DAILY).unwrap().state
    {
        user.user_principal_name = name.into();
    }
    let named = of(&case);
    assert!(has(&named, DAILY, &Fact::TellingName));
    let fit = |proposal: &Proposal| proposal.candidate(DAILY).unwrap().fit;
    assert_eq!(fit(&named), fit(&of(&later())));
    assert!(!has(&named, ALPHA, &Fact::TellingName));
    assert_eq!(named.likely().count(), 2);
}

#[test]
fn a_role_that_must_be_activated_or_ends_makes_it_no_more_than_possible() {
    for (end, fact) in [(Some("1972-01-01T00:00:00Z".parse().unwrap()), true), (None, false)] {
        let mut case = later();
        let bravo = schedule(BRAVO, end);
        if fact {
            case.schedules(|all| {
                all.retain(|one| one.principal != BRAVO.into());
                all.push(bravo);
            });
        } else {
            case.snapshot.role_eligibilities = read(&case, vec![bravo]);
            let Part::Read { value, .. } = &mut case.snapshot.role_assignments else { panic!() };
            value.retain(|one| one.principal != BRAVO.into());
        }
        let proposal = of(&case);
        let expected = if fact { Fact::AdministratorUntil(end) } else { Fact::OnlyEligible };
        assert!(has(&proposal, BRAVO, &expected));
        let fits = fits(&proposal);
        assert_eq!(fits[..2], [(ALPHA, Fit::Likely), (BRAVO, Fit::Possible)]);
        // One account is likely, and the group holds another that is not.
        assert_eq!(proposal.group(EMERGENCY).unwrap().fit, Fit::Possible);
    }
}

#[test]
fn a_role_held_through_a_group_counts() {
    let mut case = later();
    case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
    let proposal = of(&case);
    assert!(has(&proposal, ALPHA, &Fact::AdministratorThrough(EMERGENCY)));
    assert_eq!(proposal.likely().count(), 2);
    assert!(proposal.candidate(DAILY).is_none(), "it neither holds the role nor is excluded");
}

#[test]
fn what_shows_a_person_at_work_is_against_it() {
    let now = later().now;
    let mut case = later();
    case.account(ALPHA, |account| {
        let used = crate::check::sample::used(now);
        account.activity = Part::Read { at: now, value: used };
    });
    case.user(BRAVO, |user| user.on_premises_sync_enabled = Some(true));
    let proposal = of(&case);
    assert!(has(&proposal, ALPHA, &Fact::InUse(0)));
    assert_eq!(proposal.candidate(ALPHA).unwrap().fit, Fit::Possible);
    assert_eq!(proposal.candidate(BRAVO).unwrap().fit, Fit::Unlikely);
    assert_eq!((proposal.likely().count(), proposal.shape.clone()), (0, None));
    assert!(proposal.groups.iter().all(|group| group.fit == Fit::Unlikely));
}

#[test]
fn other_marks_are_told() {
    let mut case = later();
    case.user(ALPHA, |user| {
        user.user_type = Some(UserType::Guest);
        user.account_enabled = Some(false);
        user.user_principal_name = "k7vd@sound.example".into();
    });
    case.account(BRAVO, |account| {
        let at = "1971-03-01T00:00:00Z".parse().unwrap();
        account.state = Part::Read { at, value: AccountState::Absent };
    });
    let proposal = of(&case);
    for fact in [Fact::Guest, Fact::Disabled, Fact::OtherDomain] {
        assert!(has(&proposal, ALPHA, &fact), "{fact}");
    }
    assert!(has(&proposal, BRAVO, &Fact::Gone));
    let Part::Read { value, .. } = &mut case.snapshot.domains else { panic!() };
    value[1].authentication = AuthenticationType::Federated;
    assert!(has(&of(&case), ALPHA, &Fact::FederatedDomain));
}

#[test]
fn accounts_excluded_one_by_one_need_no_group() {
    let mut case = later();
    for place in 0..3 {
        case.policy(place, |policy| {
            let users = policy.conditions.users.as_mut().unwrap();
            users.exclude_groups.clear();
            users.exclude_users = vec![UserRef::Id(ALPHA), UserRef::Id(BRAVO)];
        });
    }
    let proposal = of(&case);
    assert!(has(&proposal, ALPHA, &Fact::Excluded { policies: 3, of: 3 }));
    assert_eq!((proposal.likely().count(), proposal.groups.len()), (2, 0));
}

#[test]
fn the_shape_follows_the_policies_and_the_keys() {
    let mut case = later();
    case.add_policy(strength_policy("keys"));
    let proposal = of(&case);
    assert!(has(&proposal, ALPHA, &Fact::StrengthPolicy("keys".into())));
    let shape = proposal.shape.clone().unwrap();
    assert_eq!(shape.shape, Shape::ExemptWithStrength { policy: "keys".into() });
    let off = |policy: &mut Policy| policy.state = PolicyState::ReportOnly;
    case.policy(3, off);
    assert_eq!(of(&case).shape.unwrap().shape, Shape::Exempt);
    let mut case = later();
    case.methods(ALPHA, vec![password()]);
    let one = propose_shape(&case.snapshot, &[ALPHA], case.now).unwrap();
    assert_eq!((one.shape, one.reason), (Shape::Paper, ShapeReason::PasswordOnly));
    assert_eq!(propose_shape(&case.snapshot, &[], case.now), None);
    assert_eq!(propose_shape(&case.snapshot, &[DAILY], case.now), None);
    let mut case = later();
    assert_eq!(propose_shape(&case.snapshot, &[ALPHA], case.now).unwrap().shape, Shape::Exempt);
    case.snapshot.withhold(&PartKind::AccountMemberships, &GapReason::NotInSource);
    case.snapshot.groups.clear();
    assert_eq!(propose_shape(&case.snapshot, &[ALPHA], case.now), None, "nobody knows");
}

#[test]
fn what_was_not_read_is_open_and_makes_nobody_likely() {
    for kind in [PartKind::Policies, PartKind::RoleAssignments, PartKind::AccountMemberships] {
        let mut case = later();
        let permission = String::from(kind.permission());
        let reason = GapReason::MissingPermission { permission };
        case.snapshot.withhold(&kind, &reason);
        case.snapshot.groups.clear();
        let proposal = of(&case);
        assert_eq!(proposal.likely().count(), 0, "{kind}");
        let open = reasons(&proposal, ALPHA, Speaks::Open);
        assert!(open.iter().any(|text| text.contains("missing permission")), "{kind}: {open:?}");
    }
}

#[test]
fn a_tenant_without_policies_asks_for_more_marks() {
    let mut case = later();
    case.snapshot.policies = read(&case, Vec::new());
    let proposal = of(&case);
    assert_eq!((proposal.likely().count(), proposal.policies), (2, Some(0)));
    for id in [ALPHA, BRAVO] {
        case.methods(id, vec![password()]);
        case.user(id, |user| user.licences = vec![Guid::from_u128(1)]);
    }
    assert_eq!(of(&case).likely().count(), 0);
}

#[test]
fn a_tenant_without_holders_has_no_candidates() {
    let mut case = later();
    case.assignments(&[]);
    case.snapshot.accounts.clear();
    case.snapshot.holders.clear();
    case.snapshot.groups.clear();
    let proposal = of(&case);
    assert_eq!((proposal.candidates.len(), proposal.shape), (0, None));
    assert_eq!(proposal.groups.len(), 1, "the group that policies exclude is still there");
}

#[test]
fn a_second_reading_looks_at_holders_and_excluded_groups() {
    let mut case = later();
    with_sync_group(&mut case);
    case.snapshot.accounts.clear();
    let closer = closer(&case.snapshot, case.now);
    assert_eq!(closer.accounts.len(), 4);
    assert!(closer.accounts.contains(&SYNC) && closer.accounts.contains(&ALPHA));
    assert_eq!(closer.accounts.last(), Some(&SYNC), "holders come first");
    assert_eq!((closer.groups, closer.more), (vec![SYNC_GROUP, EMERGENCY], 0));
    let many: Vec<_> = (0..60u128)
        .map(|number| (UserId::from_u128(0x1000 + number).into(), ObjectKind::User))
        .collect();
    case.assignments(&many);
    let closer = super::closer(&case.snapshot, case.now);
    assert_eq!(closer.accounts.len(), Closer::ACCOUNTS_MAX);
    assert!(closer.more > 0);
    let proposal = of(&case);
    assert_eq!(proposal.candidates.len(), Proposal::CANDIDATES_MAX);
    assert!(proposal.more_candidates > 0);
}

#[test]
fn holders_without_their_memberships_are_judged_by_the_groups_that_were_read() {
    let mut case = later();
    let accounts = core::mem::take(&mut case.snapshot.accounts);
    for (id, account) in accounts {
        let Account { state, methods, activity, .. } = account;
        case.snapshot.holders.insert(id, Holder { id, state, methods, activity });
    }
    assert_eq!(of(&case).likely().count(), 2);
    case.group_read(|group| {
        group.transitive = Part::Gap(Case::denied(PartKind::GroupTransitiveMembers));
        group.members = Part::Gap(Case::denied(PartKind::GroupMembers));
    });
    assert_eq!(of(&case).likely().count(), 0);
}

#[test]
fn a_crowd_is_counted_and_not_looked_at_one_by_one() {
    let mut case = later();
    with_sync_group(&mut case);
    let crowd: Vec<Member> = (0..20_000u128)
        .map(|number| member(UserId::from_u128(0x10_0000 + number), ObjectKind::User))
        .collect();
    let at = case.now;
    let group = case.snapshot.groups.get_mut(&SYNC_GROUP).unwrap();
    group.transitive = Part::Read { at, value: crowd };
    let proposal = of(&case);
    assert_eq!((proposal.candidates.len(), proposal.more_candidates), (3, 0));
    let text = proposal.group(SYNC_GROUP).unwrap().reasons[2].fact.to_string();
    assert!(text.starts_with("also holds 20001 others, such as "), "{text}");
}

#[test]
fn report_only_policies_count_and_those_that_are_off_do_not() {
    let counted = |state: PolicyState| {
        let mut case = later();
        case.policy(0, |policy| policy.state = state);
        let proposal = of(&case);
        (proposal.policies, has(&proposal, ALPHA, &Fact::NoAdministrator))
    };
    assert_eq!(counted(PolicyState::ReportOnly), (Some(3), false));
    assert_eq!(counted(PolicyState::Disabled), (Some(2), false));
}

#[test]
fn a_group_that_half_of_the_policies_exclude_is_possible_only() {
    let fit = |policies: usize| {
        let mut case = later();
        let mut excluding = 0;
        for place in 0..3 {
            case.policy(place, |policy| policy.state = PolicyState::Disabled);
        }
        for number in 0..4 {
            let mut one =
                crate::check::sample::policy(&alloc::format!("p{number}"), GrantControl::Mfa);
            let users = one.conditions.users.as_mut().unwrap();
            users.exclude_groups.clear();
            users.exclude_users = vec![UserRef::Id(ALPHA), UserRef::Id(BRAVO)];
            if excluding < policies {
                users.exclude_groups.push(GroupRef::Id(EMERGENCY));
                excluding += 1;
            }
            case.add_policy(one);
        }
        of(&case).group(EMERGENCY).map(|group| group.fit)
    };
    assert_eq!(fit(3), Some(Fit::Likely));
    assert_eq!(fit(2), Some(Fit::Possible));
}
