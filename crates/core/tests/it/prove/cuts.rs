//! P3 against trying every set of failures.

use std::collections::BTreeSet;

use halligan_core::ca::{
    Credential, CredentialKind, Cut, FAILURES_MAX, Failure, Standing, Usable, cuts, prove, ways,
};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, BRAVO, policy, strength_policy};
use halligan_core::id::Guid;
use halligan_core::register::{Target, WorkstationKind};
use halligan_core::tenant::{DeviceFilter, Devices, FilterMode, GrantControl, RiskLevel, Unknown};

use super::{block_outside_austria, for_everybody, question};

const YUBI: Guid = Guid::from_u128(0x1);
const FEITIAN: Guid = Guid::from_u128(0x2);

fn credential(kind: CredentialKind, aaguid: Option<Guid>) -> Credential {
    let name = kind.title().to_owned();
    Credential { kind, method: None, aaguid, name, use_at_sign_in: Usable::Yes }
}

fn keys(models: &[Guid]) -> Vec<Credential> {
    let key = |model: &Guid| credential(CredentialKind::Passkey, Some(*model));
    let password = credential(CredentialKind::Password, None);
    models.iter().map(key).chain([password]).collect()
}

fn standing(case: &Case, id: halligan_core::id::UserId, credentials: Vec<Credential>) -> Standing {
    let mut standing = Standing::of(id, &case.register, &case.snapshot, case.now);
    standing.credentials = Ok(credentials);
    standing
}

fn of(case: &Case, accounts: &[Standing], target: Target) -> Vec<Cut> {
    let questions: Vec<_> = accounts.iter().map(|one| question(case, one)).collect();
    let all = cuts(&questions).unwrap();
    all.into_iter().find(|one| one.target == target).unwrap().cuts
}

/// Failures of credentials, each of which can be played by taking credentials away.
fn universe(accounts: &[Standing]) -> Vec<Failure> {
    let mut all = BTreeSet::new();
    for (account, standing) in accounts.iter().enumerate() {
        for (place, one) in standing.credentials.as_ref().unwrap().iter().enumerate() {
            all.insert(Failure::Credential(account, place));
            all.extend(one.aaguid.map(Failure::Model));
            all.extend(one.kind.configuration().map(Failure::Method));
            if matches!(one.kind, CredentialKind::Sms | CredentialKind::AuthenticatorPush) {
                all.insert(Failure::Service(one.kind));
            }
        }
    }
    all.into_iter().collect()
}

fn takes(failure: &Failure, account: usize, place: usize, one: &Credential) -> bool {
    match failure {
        Failure::Credential(of, lost) => (*of, *lost) == (account, place),
        Failure::Model(model) => one.aaguid == Some(*model),
        Failure::Method(method) => one.kind.configuration() == Some(*method),
        Failure::Service(kind) => one.kind == *kind,
        other => panic!("{other:?} is no failure of a credential"),
    }
}

/// Whether anybody gets in after some failures, by proving again without what they take.
fn gets_in(case: &Case, accounts: &[Standing], failures: &[&Failure], target: Target) -> bool {
    accounts.iter().enumerate().any(|(account, standing)| {
        let mut left = standing.clone();
        let all = standing.credentials.as_ref().unwrap().iter().enumerate();
        let is_lost = |place, one| failures.iter().any(|f| takes(f, account, place, one));
        let kept = all.filter(|(place, one)| !is_lost(*place, *one)).map(|(_, one)| one.clone());
        left.credentials = Ok(kept.collect());
        let proof = prove(question(case, &left)).unwrap();
        proof.surfaces.iter().any(|one| one.target == target && one.way_in.is_some())
    })
}

/// Minimal cuts of at most three failures, by trying every set.
fn brute(case: &Case, accounts: &[Standing], target: Target) -> BTreeSet<Vec<Failure>> {
    let all = universe(accounts);
    let mut found: BTreeSet<Vec<Failure>> = BTreeSet::new();
    let mut sets: Vec<Vec<usize>> = vec![vec![]];
    for size in 0..=FAILURES_MAX {
        let mut next = Vec::new();
        for set in sets {
            let failures: Vec<&Failure> = set.iter().map(|one| &all[*one]).collect();
            if found.iter().any(|cut| cut.iter().all(|one| failures.contains(&one))) {
                continue;
            }
            if !gets_in(case, accounts, &failures, target) {
                found.insert(failures.into_iter().cloned().collect());
            } else if size < FAILURES_MAX {
                let from = set.last().map_or(0, |last| last + 1);
                next.extend((from..all.len()).map(|one| [set.clone(), vec![one]].concat()));
            }
        }
        sets = next;
    }
    found
}

/// Minimal cuts of at most three failures, as the sets that hit every way in.
fn hitting(case: &Case, accounts: &[Standing], target: Target) -> BTreeSet<Vec<Failure>> {
    let questions: Vec<_> = accounts.iter().map(|one| question(case, one)).collect();
    let all = ways(&questions).unwrap();
    let ways = all.into_iter().find(|one| one.target == target).unwrap().ways;
    let mut found: BTreeSet<BTreeSet<Failure>> = BTreeSet::from([BTreeSet::new()]);
    for way in &ways {
        let grown = found.iter().flat_map(|set| {
            let is_hit = way.0.iter().any(|one| set.contains(one));
            let grow = |one: &Failure| set.iter().chain([one]).cloned().collect();
            if is_hit { vec![set.clone()] } else { way.0.iter().map(grow).collect() }
        });
        found = grown.collect();
    }
    let is_minimal = |set: &BTreeSet<Failure>| {
        !found.iter().any(|one| one.is_subset(set) && one.len() < set.len())
    };
    let small = found.iter().filter(|set| set.len() <= FAILURES_MAX && is_minimal(set));
    small.map(|set| set.iter().cloned().collect()).collect()
}

#[test]
fn cuts_are_those_that_trying_every_set_finds() {
    let sms = || vec![credential(CredentialKind::Sms, None)];
    let wallets = [
        keys(&[YUBI]),
        keys(&[YUBI, YUBI]),
        keys(&[YUBI, FEITIAN]),
        [keys(&[]), sms()].concat(),
        [keys(&[YUBI]), sms(), vec![credential(CredentialKind::AuthenticatorPush, None)]].concat(),
        keys(&[]),
    ];
    let mut with_strength = Case::sound();
    with_strength.add_policy(strength_policy("keys"));
    for mut case in [Case::sound(), with_strength] {
        for target in [Target::EntraAdminCenter, Target::GraphPowerShell] {
            case.register.environment.targets = vec![target];
            for (place, first) in wallets.iter().enumerate() {
                for second in &wallets[place..] {
                    let accounts = [
                        standing(&case, ALPHA, first.clone()),
                        standing(&case, BRAVO, second.clone()),
                    ];
                    for accounts in [&accounts[..1], &accounts[..]] {
                        let ours = of(&case, accounts, target).into_iter().map(|cut| cut.0);
                        let ours: BTreeSet<_> = ours.collect();
                        assert_eq!(ours, brute(&case, accounts, target), "{first:?} {second:?}");
                        assert_eq!(ours, hitting(&case, accounts, target), "{first:?} {second:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn two_keys_of_one_model_share_their_fate() {
    let case = Case::sound();
    let cuts =
        |models: &[Guid]| of(&case, &[standing(&case, ALPHA, keys(models))], Target::AzurePortal);
    assert!(cuts(&[YUBI, YUBI]).contains(&Cut(vec![Failure::Model(YUBI)])));
    assert!(
        !cuts(&[YUBI, FEITIAN])
            .iter()
            .any(|cut| cut.0.contains(&Failure::Model(YUBI)) && cut.0.len() == 1)
    );
}

#[test]
fn a_policy_on_risk_makes_the_risk_engine_a_single_point() {
    let mut case = Case::sound();
    let mut risky = policy("risk", GrantControl::Block);
    risky.conditions.sign_in_risk = vec![RiskLevel::High];
    risky.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    case.add_policy(risky);
    let accounts =
        [standing(&case, ALPHA, keys(&[YUBI])), standing(&case, BRAVO, keys(&[FEITIAN]))];
    assert!(of(&case, &accounts, Target::AzurePortal).contains(&Cut(vec![Failure::SignInRisk])));
}

#[test]
fn a_position_that_only_the_phone_gives_makes_its_service_a_single_point() {
    let mut case = Case::sound();
    let phone = [CredentialKind::Sms, CredentialKind::AuthenticatorPush];
    let phone = phone.map(|kind| credential(kind, None)).to_vec();
    let wallet = || [keys(&[]), phone.clone()].concat();
    let single = Cut(vec![Failure::Service(CredentialKind::AuthenticatorPush)]);
    let cuts = |case: &Case| of(case, &[standing(case, ALPHA, wallet())], Target::GraphPowerShell);
    // The password suffices there, and the position alone wants the phone.
    assert!(!cuts(&case).contains(&single));
    block_outside_austria(&mut case);
    assert!(cuts(&case).contains(&single), "{:?}", cuts(&case));
}

#[test]
fn a_filter_on_compliance_makes_intune_a_single_point() {
    let mut case = Case::sound();
    case.register.environment.workstations[0].kind = WorkstationKind::Compliant;
    let single = Cut(vec![Failure::Compliance]);
    let wallet = || keys(&[YUBI, FEITIAN]);
    let cuts = |case: &Case| of(case, &[standing(case, ALPHA, wallet())], Target::AzurePortal);
    assert!(!cuts(&case).contains(&single));
    let mut unless = for_everybody("unless compliant", GrantControl::Block);
    let rule = "device.isCompliant -eq True".into();
    let filter = DeviceFilter { mode: FilterMode::Exclude, rule, unknown: Unknown::new() };
    unless.conditions.devices = Some(Devices { filter: Some(filter), unknown: Unknown::new() });
    case.add_policy(unless);
    assert!(cuts(&case).contains(&single), "{:?}", cuts(&case));
}

#[test]
fn the_one_computer_and_the_one_office_can_be_lost_and_any_computer_anywhere_cannot() {
    let mut case = Case::sound();
    let wallet = || keys(&[YUBI, FEITIAN]);
    let cuts = |case: &Case| of(case, &[standing(case, ALPHA, wallet())], Target::AzurePortal);
    let (computer, office) = (Failure::Workstation(0), Failure::Place(0));
    let lost = |failure: &Failure| Cut(vec![failure.clone()]);
    assert!(!cuts(&case).contains(&lost(&computer)) && !cuts(&case).contains(&lost(&office)));
    case.register.environment.workstations[0].kind = WorkstationKind::Registered;
    assert!(cuts(&case).contains(&lost(&computer)));
    case.register.environment.places[0].addresses = vec!["203.0.113.0/24".into()];
    assert!(cuts(&case).contains(&lost(&office)));
}

#[test]
fn where_no_way_in_is_known_the_cut_is_empty() {
    let case = Case::sound();
    let locked = standing(&case, ALPHA, Vec::new());
    assert_eq!(of(&case, &[locked], Target::AzurePortal), [Cut(Vec::new())]);
}
