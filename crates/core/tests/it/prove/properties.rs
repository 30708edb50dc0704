//! Metamorphic properties: what a change of a random set must do to the verdicts, and must not.
//! `docs/reference/proof-properties.md` lists them, with why each must hold.

use halligan_core::ca::{
    Blame, Credential, CredentialKind, Denial, Enforcing, Hit, Met, NotHit, PolicyVerdict, Proof,
    Question, SignIn, Surface, SurfaceProof, Truth, Usable, Verdict, Worse, exhaust, prove,
    what_if, worse,
};
use halligan_core::id::PolicyId;
use halligan_core::register::Target;
use halligan_core::tenant::{
    Conditions, GroupRef, LocationKind, NamedLocation, Part, Policy, PolicyState, UserRef, Users,
};

use super::dice::Dice;
use super::policy;
use super::set::{Names, Set, verdicts};

/// How many sets each property is held against.
const SETS: u64 = 600;

fn proof(question: Question<'_>) -> Proof {
    prove(question).unwrap()
}

/// Calls `check` with every set and its proof; `check` says whether the change could be made and
/// changed anything that the property speaks of, and some must have.
fn each(name: &str, mut check: impl FnMut(&Set, &Proof) -> bool) {
    let mut bitten = 0_u64;
    for seed in 0..SETS {
        let set = Set::random(seed);
        let before = proof(set.question());
        bitten += u64::from(check(&set, &before));
    }
    println!("{name}: {bitten} of {SETS} sets tell");
    assert!(bitten * 20 > SETS, "{name}: only {bitten} sets tell anything");
}

/// That no surface is better off than before; whether one is worse off.
fn not_better(set: &Set, before: &Proof, after: &Proof) -> bool {
    let (before, after) = (verdicts(before), verdicts(after));
    let all = before.iter().zip(&after).all(|(before, after)| before <= after);
    assert!(all, "HALLIGAN_SEED={}: {before:?} {after:?}", set.seed);
    before != after
}

/// What somebody who reads a proof sees of a surface, by the ids of policies; the sign-ins of
/// witnesses and the choice among several minimal cores may differ.
fn seen(surface: &SurfaceProof, policies: &[Policy]) -> (Verdict, bool, bool, Vec<String>) {
    let blame = |blame: &Blame| match (blame, blame.policy()) {
        (Blame::Position(_), Some(place)) => format!("position {}", policies[place].id),
        (_, Some(place)) => policies[place].id.to_string(),
        (other, None) => format!("{other:?}"),
    };
    let mut blames: Vec<String> = surface.denials.iter().map(|one| blame(&one.blame)).collect();
    blames.extend(surface.doubts.iter().map(|(one, _)| format!("doubt {}", blame(one))));
    blames.sort();
    blames.dedup();
    (surface.verdict, surface.way_in.is_some(), surface.registers, blames)
}

/// That two proofs show the same.
fn same(set: &Set, (before, of): (&Proof, &[Policy]), (after, then): (&Proof, &[Policy])) {
    let of = before.surfaces.iter().map(|one| seen(one, of)).collect::<Vec<_>>();
    let then = after.surfaces.iter().map(|one| seen(one, then)).collect::<Vec<_>>();
    assert_eq!(of, then, "HALLIGAN_SEED={}", set.seed);
}

#[test]
fn adding_a_policy_makes_nothing_better() {
    each("adding a policy", |set, before| {
        let mut policies = set.policies.clone();
        policies.push(set.one_more(set.seed));
        let after = proof(Question { policies: &policies, ..set.question() });
        not_better(set, before, &after)
    });
}

#[test]
fn disabling_a_policy_makes_nothing_worse() {
    each("disabling a policy", |set, before| {
        let mut policies = set.policies.clone();
        policies[0].state = PolicyState::Disabled;
        let after = proof(Question { policies: &policies, ..set.question() });
        not_better(set, &after, before)
    });
}

#[test]
fn a_usable_credential_more_makes_nothing_worse() {
    let kinds = [
        CredentialKind::Passkey,
        CredentialKind::Password,
        CredentialKind::AuthenticatorPush,
        CredentialKind::Sms,
        CredentialKind::PhoneSignIn,
    ];
    each("a usable credential more", |set, before| {
        let Ok(credentials) = &set.standing.credentials else { return false };
        let mut is_better = false;
        for kind in kinds {
            let mut standing = set.standing.clone();
            let mut credentials = credentials.clone();
            credentials.push(Credential {
                kind,
                method: None,
                aaguid: Some(super::account::OTHER_AAGUID),
                name: kind.title().into(),
                use_at_sign_in: Usable::Yes,
            });
            standing.credentials = Ok(credentials);
            let after = proof(Question { standing: &standing, ..set.question() });
            is_better |= not_better(set, &after, before);
        }
        is_better
    });
}

#[test]
fn the_order_of_policies_changes_nothing() {
    each("the order", |set, before| {
        let mut policies = set.policies.clone();
        policies.reverse();
        let after = proof(Question { policies: &policies, ..set.question() });
        same(set, (before, &set.policies), (&after, &policies));
        policies.len() > 1
    });
}

#[test]
fn a_policy_twice_changes_nothing() {
    each("a policy twice", |set, before| {
        let mut policies = set.policies.clone();
        // The same id, so that both are to blame under one name.
        policies.push(policies[0].clone());
        let after = proof(Question { policies: &policies, ..set.question() });
        same(set, (before, &set.policies), (&after, &policies));
        policies[0].state == PolicyState::Enabled
    });
}

#[test]
fn other_ids_change_nothing() {
    each("other ids", |set, before| {
        let other = Set::named(set.seed, Names(0xbeef));
        assert_ne!(other.standing.id, set.standing.id);
        let after = proof(other.question());
        let ids = |policies: &[Policy]| -> Vec<Policy> {
            let renamed = policies.iter().enumerate();
            renamed
                .map(|(n, one)| Policy {
                    id: PolicyId::from(format!("{n}").as_str()),
                    ..one.clone()
                })
                .collect()
        };
        same(set, (before, &ids(&set.policies)), (&after, &ids(&other.policies)));
        let hits = |proof: &Proof| -> Vec<_> {
            proof.policies.iter().map(|one| std::mem::discriminant(&one.hit)).collect()
        };
        assert_eq!(hits(before), hits(&after), "HALLIGAN_SEED={}", set.seed);
        true
    });
}

#[test]
fn other_conditions_do_not_matter_to_who_is_excluded() {
    each("other conditions", |set, _| {
        let mut policies = set.policies.clone();
        let account = UserRef::Id(set.standing.id);
        let users = policies[0].conditions.users.get_or_insert_with(Users::default);
        users.exclude_users.push(account);
        let users = users.clone();
        let first = proof(Question { policies: &policies, ..set.question() });
        let others = policy::conditions(&mut Dice::new(!set.seed), set.names, set.wide);
        policies[0].conditions = others;
        policies[0].conditions.users = Some(users);
        let then = proof(Question { policies: &policies, ..set.question() });
        same(set, (&first, &policies), (&then, &policies));
        for proof in [&first, &then] {
            let answer = &proof.policies[0].verdict;
            let is_excluded = matches!(answer, PolicyVerdict::NotHit(NotHit::Excluded(_)));
            assert!(is_excluded, "HALLIGAN_SEED={}: {answer:?}", set.seed);
        }
        true
    });
}

#[test]
fn halves_of_a_range_are_the_range() {
    each("halves of a range", |set, before| {
        let mut halved = set.case.clone();
        let Part::Read { value: named, .. } = &mut halved.snapshot.locations else { return false };
        let mut is_named = false;
        for location in named.iter_mut() {
            is_named |= halve(location) && names(&set.policies, location);
        }
        let after = proof(Question { snapshot: &halved.snapshot, ..set.question() });
        same(set, (before, &set.policies), (&after, &set.policies));
        is_named
    });
}

fn names(policies: &[Policy], location: &NamedLocation) -> bool {
    let all = policies.iter().filter_map(|one| one.conditions.locations.as_ref());
    let mut named = all.flat_map(|one| one.include.iter().chain(&one.exclude));
    named.any(|one| one.to_string() == location.id.to_string())
}

/// Writes each range of IPv4 addresses as its two halves.
fn halve(location: &mut NamedLocation) -> bool {
    let LocationKind::Ip { ranges, .. } = &mut location.kind else { return false };
    let halves = |range: &String| -> Vec<String> {
        let parts = range.split_once('/').and_then(|(address, bits)| {
            let address: u32 = address.parse::<std::net::Ipv4Addr>().ok()?.into();
            let bits: u32 = bits.parse().ok().filter(|bits| *bits < 32)?;
            let first = std::net::Ipv4Addr::from(address);
            let second = std::net::Ipv4Addr::from(address | 1 << (31 - bits));
            Some(vec![format!("{first}/{}", bits + 1), format!("{second}/{}", bits + 1)])
        });
        parts.unwrap_or_else(|| vec![range.clone()])
    };
    let halved: Vec<String> = ranges.iter().flat_map(halves).collect();
    let is_changed = halved.len() > ranges.len();
    *ranges = halved;
    is_changed
}

#[test]
fn report_only_counts_only_where_it_is_asked_for() {
    each("report-only", |set, before| {
        let mut policies = set.policies.clone();
        policies.push(Policy { state: PolicyState::ReportOnly, ..set.one_more(set.seed) });
        let question = Question { policies: &policies, ..set.question() };
        let after = proof(question);
        same(set, (before, &set.policies), (&after, &policies));
        let too = Question { enforcing: Enforcing::ReportOnlyToo, ..question };
        let reported = proof(too);
        let mut switched = policies.clone();
        let on = switched.iter_mut().filter(|one| one.state == PolicyState::ReportOnly);
        on.for_each(|one| one.state = PolicyState::Enabled);
        let enabled = proof(Question { policies: &switched, ..set.question() });
        same(set, (&reported, &policies), (&enabled, &switched));
        verdicts(&reported) != verdicts(&after)
    });
}

#[test]
fn a_policy_by_itself_does_what_its_verdict_says() {
    each("a policy by itself", |set, before| {
        let mut blocking = false;
        for (place, answer) in before.policies.iter().enumerate() {
            let alone = Question { enforcing: Enforcing::Only(place), ..set.question() };
            let alone = proof(alone);
            let is_its = |blame: &Blame| blame.policy() == Some(place);
            let mut denials = alone.surfaces.iter().flat_map(|one| &one.denials);
            let denies = denials.any(|one| is_its(&one.blame));
            let mut doubts = alone.surfaces.iter().flat_map(|one| &one.doubts);
            let doubted = doubts.any(|(blame, _)| is_its(blame));
            let expected = match answer.verdict {
                PolicyVerdict::Blocking { .. } => denies,
                PolicyVerdict::Indeterminate(_) => !denies && doubted,
                PolicyVerdict::NotHit(_) => !denies && !doubted && matches!(answer.hit, Hit::No(_)),
                _ => !denies && !doubted,
            };
            assert!(expected, "HALLIGAN_SEED={} policy {place}: {answer:?}", set.seed);
            blocking |= denies;
        }
        blocking
    });
}

#[test]
fn a_narrower_environment_denies_nothing_new() {
    each("a narrower environment", |set, before| {
        let mut narrow = set.environment.clone();
        narrow.device_code = false;
        narrow.workstations.truncate(1);
        narrow.places.truncate(1);
        if narrow.workstations[0].platforms.is_empty() {
            let windows = halligan_core::register::Platform::Windows;
            narrow.workstations[0].platforms.push(windows);
        }
        narrow.workstations[0].platforms.truncate(1);
        if narrow.places[0].addresses.is_empty() {
            narrow.places[0].addresses.push("198.51.100.0/25".into());
        }
        let after = proof(Question { environment: &narrow, ..set.question() });
        for (wide, narrow) in before.surfaces.iter().zip(&after.surfaces) {
            let blamed = |blame: &Blame| wide.denials.iter().any(|one| one.blame == *blame);
            let seed = set.seed;
            assert!(narrow.denials.iter().all(|one| blamed(&one.blame)), "HALLIGAN_SEED={seed}");
            if wide.verdict == Verdict::Proved {
                assert_eq!(narrow.verdict, Verdict::Proved, "HALLIGAN_SEED={seed}");
            }
            // Who gets in here gets in there; who gets in nowhere does not get in here.
            let is_kept = narrow.way_in.is_none() || wide.way_in.is_some();
            assert!(is_kept, "HALLIGAN_SEED={seed}");
            // With no sign-in at all left, nothing is said.
            let is_closed = wide.verdict != Verdict::LockedOut
                || matches!(narrow.verdict, Verdict::LockedOut | Verdict::Undecided);
            assert!(is_closed, "HALLIGAN_SEED={seed}: {narrow:?}");
        }
        narrow != set.environment
    });
}

#[test]
fn a_group_of_nobody_excludes_nobody() {
    each("a group of nobody", |set, before| {
        let mut policies = set.policies.clone();
        let nobodies = GroupRef::Id(policy::group_of_nobody(set.names));
        for users in policies.iter_mut().filter_map(|one| one.conditions.users.as_mut()) {
            users.exclude_groups.push(nobodies.clone());
        }
        // Of an account whose groups were not read nobody knows.
        if set.standing.more.is_some() {
            return false;
        }
        let after = proof(Question { policies: &policies, ..set.question() });
        same(set, (before, &set.policies), (&after, &policies));
        true
    });
}

/// What the reference evaluator says about a sign-in, for everything that the surface asks.
fn judged(question: Question<'_>, target: Target, sign_in: &SignIn) -> Met {
    let Question { snapshot, policies, standing, now, .. } = question;
    let surface = Surface::of(target, snapshot, now);
    let targets = surface.sign_in_targets.iter();
    let all = targets.map(|target| {
        let sign_in = SignIn { target: target.clone(), ..sign_in.clone() };
        what_if(snapshot, policies, standing, &sign_in, now).outcome
    });
    // The worst of them.
    all.max_by_key(|met| match met {
        Met::Nothing | Met::By { .. } => 0,
        Met::Unknown(_) => 1,
        Met::No(_) => 2,
    })
    .unwrap()
}

/// That the evaluator judges what is worse as it is told.
fn judged_worse(set: &Set, after: Question<'_>, worse: &Worse) {
    let seed = set.seed;
    let all = worse.denials.iter().chain(&worse.suspected);
    for Denial { sign_in, blame, .. } in all {
        let place = blame.policy().unwrap();
        let Question { snapshot, policies, standing, now, .. } = after;
        let by = what_if(snapshot, policies, standing, sign_in, now).policies.swap_remove(place);
        let denies = matches!(by.met, Met::No(_)) && by.is_enforced == Truth::Yes;
        assert!(denies, "HALLIGAN_SEED={seed}: {by:?} {worse:?}");
    }
    for denial in &worse.denials {
        let met = judged(set.question(), worse.target, &denial.sign_in);
        let got_in = matches!(met, Met::Nothing | Met::By { .. });
        assert!(got_in, "HALLIGAN_SEED={seed}: {met:?} {worse:?}");
    }
    for denial in &worse.suspected {
        let met = judged(set.question(), worse.target, &denial.sign_in);
        assert!(!matches!(met, Met::No(_)), "HALLIGAN_SEED={seed}: {met:?} {worse:?}");
    }
}

/// That what is told to be worse is what the oracle counts. Where both lists count, a sign-in is
/// denied that either denies; policies that are off keep the space as it is.
fn counted_worse(set: &Set, after: &[Policy], found: &[Worse]) {
    let off = |one: &Policy| Policy { state: PolicyState::Disabled, ..one.clone() };
    let before: Vec<Policy> = set.policies.iter().cloned().chain(after.iter().map(off)).collect();
    let both: Vec<Policy> = set.policies.iter().chain(after).cloned().collect();
    let count = |policies| exhaust(Question { policies, ..set.question() }).unwrap();
    let (before, both) = (count(&before), count(&both));
    for ((before, both), worse) in before.iter().zip(&both).zip(found) {
        let denies = !worse.denials.is_empty() || !worse.suspected.is_empty();
        let of = format_args!("{before:?} {both:?} {worse:?}").to_string();
        assert_eq!(denies, both.denied > before.denied, "HALLIGAN_SEED={}: {of}", set.seed);
        let is_worse = denies || !worse.doubts.is_empty();
        assert!(is_worse || both.granted == before.granted, "HALLIGAN_SEED={}: {of}", set.seed);
        let has_got_in = worse.denials.is_empty() || both.granted < before.granted;
        assert!(has_got_in, "HALLIGAN_SEED={}: {of}", set.seed);
    }
}

#[test]
fn what_a_changed_policy_makes_worse_is_what_the_oracle_counts() {
    let (mut denied, mut suspected, mut doubted) = (0_u64, 0_u64, 0_u64);
    each("a changed policy", |set, _| {
        let mut policies = set.policies.clone();
        let more = Policy { state: PolicyState::Enabled, ..set.one_more(set.seed) };
        match set.seed % 3 {
            0 => policies.push(more),
            1 => policies[0] = more,
            _ => {
                let Conditions { platforms, devices, locations, .. } = more.conditions;
                let old = policies[0].conditions.clone();
                policies[0].conditions = Conditions { platforms, devices, locations, ..old };
            }
        }
        let after = Question { policies: &policies, ..set.question() };
        let found = worse(set.question(), after).unwrap();
        found.iter().for_each(|one| judged_worse(set, after, one));
        let says_nothing = |one: &Worse| {
            one.denials.is_empty() && one.suspected.is_empty() && one.doubts.is_empty()
        };
        let is_worse = !found.iter().all(says_nothing);
        // Most sets are no worse; the oracle takes its time.
        if is_worse || set.seed.is_multiple_of(4) {
            counted_worse(set, &policies, &found);
        }
        let any = |of: fn(&Worse) -> bool| u64::from(found.iter().any(of));
        denied += any(|one| !one.denials.is_empty());
        suspected += any(|one| !one.suspected.is_empty());
        doubted += any(|one| !one.doubts.is_empty());
        is_worse
    });
    println!("{denied} denied, {suspected} suspected, {doubted} in doubt");
    assert!(denied > 10 && suspected > 0 && doubted > 0);
}

#[test]
fn a_policy_under_another_id_makes_nothing_worse() {
    each("another id", |set, before| {
        let mut policies = set.policies.clone();
        let old = policies[0].clone();
        policies[0].state = PolicyState::Disabled;
        policies.push(Policy { id: PolicyId::from("another"), ..old });
        let after = Question { policies: &policies, ..set.question() };
        for one in worse(set.question(), after).unwrap() {
            let is_nothing = one.denials.is_empty() && one.suspected.is_empty();
            assert!(is_nothing && one.doubts.is_empty(), "HALLIGAN_SEED={}: {one:?}", set.seed);
        }
        let mut denials = before.surfaces.iter().flat_map(|one| &one.denials);
        denials.any(|one| one.blame == Blame::Policy(0))
    });
}
