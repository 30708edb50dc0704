//! The prover: on cases that a person can follow, on random ones, and on the documentation's.

mod account;
mod bad;
mod dice;
mod documented;
mod held;
mod policy;
mod properties;
mod random;
mod set;

mod cuts;
mod mend;

mod roles;

use halligan_core::ca::{
    Barrier, Blame, Doubt, Enforcing, PolicyVerdict, Proof, Question, Standing, Verdict,
};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, password, policy as sound_policy, strength_policy};
use halligan_core::register::Target;
use halligan_core::tenant::{
    CountryLookup, GrantControl, LocationKind, LocationRef, Locations, MethodConfiguration,
    NamedLocation, Part, PartKind, Policy, Unknown,
};
use halligan_core::time::Timestamp;

use held::held;

/// When facts with dates hold.
fn now() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

fn standing(case: &Case) -> Standing {
    Standing::of(ALPHA, &case.register, &case.snapshot, now())
}

fn question<'a>(case: &'a Case, standing: &'a Standing) -> Question<'a> {
    Question {
        snapshot: &case.snapshot,
        policies: case.snapshot.policies.value().unwrap(),
        standing,
        environment: &case.register.environment,
        now: now(),
        enforcing: Enforcing::AsIs,
    }
}

/// The proof of account alpha, with every step of it held against the oracle and the checker.
fn proof(case: &Case) -> Proof {
    held(question(case, &standing(case)), &"account alpha")
}

fn for_everybody(id: &str, control: GrantControl) -> Policy {
    let mut policy = sound_policy(id, control);
    policy.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    policy
}

/// A policy that blocks everybody outside Austria, where the Authenticator app says who is there.
fn block_outside_austria(case: &mut Case) {
    let austria = NamedLocation {
        id: "at".into(),
        display_name: "Austria".into(),
        kind: LocationKind::Country {
            countries: vec!["AT".into()],
            include_unknown: false,
            lookup: Some(CountryLookup::AuthenticatorAppGps),
        },
        unknown: Unknown::new(),
    };
    case.snapshot.locations = Part::Read { at: case.now, value: vec![austria] };
    let mut policy = for_everybody("outside Austria", GrantControl::Block);
    policy.conditions.locations = Some(Locations {
        include: vec![LocationRef::All],
        exclude: vec![LocationRef::Id("at".into())],
        unknown: Unknown::new(),
    });
    case.add_policy(policy);
}

#[test]
fn a_sound_tenant_is_proved() {
    let proof = proof(&Case::sound());
    assert_eq!(proof.verdict(), Verdict::Proved);
    assert!(matches!(proof.policies[0].verdict, PolicyVerdict::NotHit(_)));
}

#[test]
fn a_helpful_new_policy_locks_out() {
    let mut case = Case::sound();
    case.add_policy(for_everybody("help", GrantControl::CompliantDevice));
    let proof = proof(&case);
    assert_eq!(proof.verdict(), Verdict::LockedOut);
    let place = proof.policies.len() - 1;
    assert!(proof.surfaces.iter().all(|one| one.core == [Blame::Policy(place)]));
    assert!(matches!(proof.policies[place].verdict, PolicyVerdict::Blocking { .. }));
}

#[test]
fn a_surface_in_doubt_names_what_was_not_read_though_another_asks_for_the_same() {
    let mut case = Case::sound();
    let gap = Case::denied(PartKind::ProtectedActions);
    case.snapshot.protected_actions = Part::Gap(gap.clone());
    let proof = proof(&case);
    for surface in &proof.surfaces {
        // Repair is by Graph PowerShell as well, and changes policies beside.
        let doubts: &[_] = match surface.target {
            Target::ConditionalAccessRepair => {
                &[(Blame::Barrier(Barrier::ProtectedActions), Doubt::Gap(gap.clone()))]
            }
            _ => &[],
        };
        assert_eq!(surface.doubts, doubts, "{:?}", surface.target);
    }
}

#[test]
fn who_is_asked_to_register_gets_in_only_with_what_can_be_registered_there() {
    let on = |id: &str| {
        let mut case = Case::sound();
        case.register.environment.targets = vec![Target::GraphPowerShell];
        case.methods(ALPHA, vec![password()]);
        case.methods_policy(|policy| {
            let keys = policy.configurations[0].clone();
            let text = MethodConfiguration { id: id.into(), fido2: None, ..keys };
            policy.configurations.push(text);
        });
        case
    };
    let registers = |case: &Case| {
        let proof = proof(case);
        assert_eq!(proof.verdict(), Verdict::LockedOut);
        proof.surfaces[0].registers
    };
    let mut case = on("sms");
    assert!(!proof(&case).surfaces[0].registers, "the password suffices");
    case.add_policy(for_everybody("mfa", GrantControl::Mfa));
    assert!(registers(&case), "the policy asks for more, and a number can be registered");

    let mut nothing = on("x509Certificate");
    nothing.add_policy(for_everybody("mfa", GrantControl::Mfa));
    assert!(!registers(&nothing), "no method is on that can be registered there");

    let mut action = case.clone();
    let mut registration = for_everybody("registration", GrantControl::CompliantDevice);
    registration.conditions.applications.include.clear();
    let name = "urn:user:registersecurityinfo".into();
    registration.conditions.applications.include_user_actions = vec![name];
    action.add_policy(registration);
    assert!(!registers(&action), "a policy on the user action shuts the door");

    let mut keys = strength_policy("keys");
    keys.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    case.add_policy(keys);
    assert!(!registers(&case), "a key cannot be registered in the middle of a sign-in");
}

#[test]
fn a_password_alone_reaches_graph_and_not_the_portals() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![password()]);
    let proof = proof(&case);
    assert_eq!(proof.verdict(), Verdict::Harmed);
    let of = |target| proof.surfaces.iter().find(|one| one.target == target).unwrap();
    let portal = of(Target::EntraAdminCenter);
    assert_eq!(portal.verdict, Verdict::LockedOut);
    assert!(matches!(portal.core[..], [Blame::Barrier(Barrier::MandatoryMfa(_))]));
    assert_eq!(of(Target::GraphPowerShell).verdict, Verdict::Proved);
}

#[test]
fn a_strength_is_met_by_a_key() {
    let mut case = Case::sound();
    case.add_policy(strength_policy("keys"));
    assert_eq!(proof(&case).verdict(), Verdict::Proved);
    case.methods(ALPHA, vec![password()]);
    assert_eq!(proof(&case).verdict(), Verdict::LockedOut);
}
