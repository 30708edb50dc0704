//! What is said of one policy and of one sign-in.

use halligan_app::prove::ask::{Said, sign_in};
use halligan_app::prove::{prove_accounts, subjects};
use halligan_core::ca::{Client, Risk, WellKnown, what_if};
use halligan_core::check::Case;
use halligan_core::check::sample::{EMERGENCY, policy};
use halligan_core::id::GLOBAL_ADMINISTRATOR;
use halligan_core::tenant::{
    AppRef, DeviceFilter, Devices, FilterMode, GrantControl, GrantOperator, GroupRef, LocationRef,
    Locations, Platform, Platforms, Policy, PolicyState, RiskLevel, RoleRef, SessionControls,
};
use halligan_core::time::Timestamp;

use super::{Explained, render};
use crate::view::proof::ProofFormat;
use crate::view::whatif;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A policy with something of everything.
fn rich() -> Policy {
    let mut policy = policy("rich", GrantControl::Mfa);
    policy.display_name = "Rich".into();
    let conditions = &mut policy.conditions;
    if let Some(users) = &mut conditions.users {
        users.include_users.clear();
        users.include_roles = vec![RoleRef::Id(GLOBAL_ADMINISTRATOR)];
        users.exclude_groups = vec![GroupRef::Other("breakglass".into())];
    }
    conditions.applications.exclude =
        vec![AppRef::Id(WellKnown::named("exchange-online").unwrap().id)];
    let unknown = Default::default;
    conditions.platforms = Some(Platforms {
        include: vec![Platform::All],
        exclude: vec![Platform::Linux],
        unknown: unknown(),
    });
    conditions.locations = Some(Locations {
        include: vec![LocationRef::All],
        exclude: vec![LocationRef::AllTrusted],
        unknown: unknown(),
    });
    let filter = DeviceFilter {
        mode: FilterMode::Exclude,
        rule: "device.isCompliant -eq True".into(),
        unknown: unknown(),
    };
    conditions.devices = Some(Devices { filter: Some(filter), unknown: unknown() });
    conditions.sign_in_risk = vec![RiskLevel::Medium, RiskLevel::High];
    conditions.unknown.insert("times".into(), serde_json::json!({"a": 1}));
    if let Some(grant) = &mut policy.grant {
        grant.operator = Some(GrantOperator::Or);
        grant.built_in.push(GrantControl::CompliantDevice);
    }
    policy.session =
        Some(SessionControls { secure_sign_in_session: Some(true), ..SessionControls::default() });
    policy
}

fn explained(case: &Case, place: usize) -> String {
    let subjects = subjects(&case.register, &case.snapshot, now());
    let environment = &case.register.environment;
    let proving = prove_accounts(&case.snapshot, environment, subjects, now()).unwrap();
    let explained = Explained { snapshot: &case.snapshot, proving: &proving, place };
    let text = render(&explained, ProofFormat::Plain, 80);
    assert!(!render(&explained, ProofFormat::Human, 80).is_empty());
    serde_json::from_str::<serde_json::Value>(&render(&explained, ProofFormat::Json, 80)).unwrap();
    text
}

#[test]
fn every_condition_is_said_in_plain_words() {
    let mut case = Case::sound();
    case.add_policy(rich());
    let place = case.snapshot.policies.value().unwrap().len() - 1;
    let text = explained(&case, place);
    for line in [
        "who: directory role `Global Administrator` (62e90394-69f5-4237-9190-012177145e10)",
        "but not: group `breakglass`, which is no id",
        "for: all resources",
        "except: Exchange Online (00000002-0000-0ff1-ce00-000000000000)",
        "demands: multifactor authentication or a compliant device",
        "session: token protection",
        "account alpha: cannot be told: ",
    ] {
        assert!(text.lines().any(|one| one.starts_with(line)), "{line}: {text}");
    }
    let when = text.lines().find(|line| line.starts_with("when: ")).unwrap();
    for part in [
        "the platform is all, and it is not linux",
        "the network is any, and it is not any trusted one",
        "the device does not match `device.isCompliant -eq True`",
        "sign-in risk is medium and high",
        "the condition holds that is called `times`, not known here",
    ] {
        assert!(when.contains(part), "{part}: {when}");
    }
}

#[test]
fn an_account_is_told_how_a_policy_picks_it_or_not() {
    let text = explained(&Case::sound(), 0);
    assert!(text.contains("account bravo: not hit; it excludes group"), "{text}");
    assert!(text.contains(&EMERGENCY.to_string()), "{text}");
    let mut case = Case::sound();
    case.add_policy(Policy { session: None, ..hitting() });
    let text = explained(&case, 3);
    let alpha =
        "account alpha: denies sign-ins: it blocks access; it picks the account through all";
    assert!(text.contains(alpha), "{text}");
    assert!(text.contains("\naccount alpha fails: to "), "{text}");
}

fn hitting() -> Policy {
    let mut policy = policy("hit", GrantControl::Block);
    policy.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    policy
}

fn told(case: &Case, said: &Said) -> String {
    let (signing, taken) = sign_in(said).unwrap();
    let subject = subjects(&case.register, &case.snapshot, now()).remove(0);
    let policies = case.snapshot.policies.value().unwrap();
    let what_if = what_if(&case.snapshot, policies, &subject.standing, &signing, now());
    let (subject, sign_in, taken) = (&subject, &signing, &taken[..]);
    let told = whatif::Told { subject, sign_in, taken, policies, what_if };
    assert!(!whatif::render(&told, ProofFormat::Human, 80).is_empty());
    let json = whatif::render(&told, ProofFormat::Json, 80);
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    whatif::render(&told, ProofFormat::Plain, 80)
}

#[test]
fn a_sign_in_is_told_policy_by_policy() {
    let mut case = Case::sound();
    let text = told(&case, &Said::default());
    assert!(text.starts_with("outcome: granted: with "), "{text}");
    assert!(text.contains("not said, and taken: in a browser\n"), "{text}");
    let mut off = hitting();
    off.state = PolicyState::ReportOnly;
    case.add_policy(off);
    let text = told(&case, &Said::default());
    assert!(text.starts_with("outcome: granted"), "report-only does not count: {text}");
    assert!(text.contains("report-only: denies: it blocks access\n"), "{text}");
    let mut narrow = hitting();
    narrow.id = halligan_core::id::PolicyId::from("narrow");
    narrow.conditions.client_app_types = vec![halligan_core::tenant::ClientAppType::Legacy];
    case.add_policy(narrow);
    let text = told(&case, &Said::default());
    assert!(text.contains("does not apply: the sign-in does not match its client apps"), "{text}");
    let legacy = Said { client: Some(Client::Legacy), ..Said::default() };
    let text = told(&case, &legacy);
    assert!(text.starts_with("outcome: denied: by policy `"), "{text}");
}

#[test]
fn what_is_not_known_leaves_a_sign_in_open() {
    let mut case = Case::sound();
    case.add_policy(rich());
    let risky = Said { sign_in_risk: Some(Risk::High), ..Said::default() };
    let text = told(&case, &risky);
    // The key meets what the policy demands, whether or not it applies; token protection it
    // does not.
    assert!(text.starts_with("outcome: undecided: "), "{text}");
    assert!(text.contains("may deny: "), "{text}");
}
