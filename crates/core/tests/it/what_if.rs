//! One sign-in judged against everything, and credentials that are supposed.

use std::collections::BTreeSet;

use halligan_core::ca::{
    Barrier, Client, Country, CredentialKind, Device, Flow, InsiderLevel, Met, Network, OsPlatform,
    Risk, SignIn, Standing, Supposed, Target, Usable, WellKnown, WhatIf, supposed_credentials,
    what_if,
};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, EMERGENCY, passkey, password, policy, strength_policy};
use halligan_core::tenant::{
    CountryLookup, Gap, GapReason, GrantControl, LocationKind, LocationRef, Locations,
    NamedLocation, Part, PartKind, PolicyState,
};
use halligan_core::time::Timestamp;

fn now() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

fn sign_in(app: &str, client: Client) -> SignIn {
    SignIn {
        target: Target::Resource(WellKnown::named(app).unwrap().id),
        client,
        platform: OsPlatform::Windows,
        network: Network {
            address: "203.0.113.1".parse().unwrap(),
            country: "NO".parse::<Country>().ok(),
            gps: None,
            is_compliant: false,
            is_mfa_trusted: false,
        },
        device: Device::Unregistered,
        sign_in_risk: Risk::None,
        user_risk: Risk::None,
        insider_risk: InsiderLevel::None,
        flow: Flow::None,
    }
}

fn judged(case: &Case, sign_in: &SignIn) -> WhatIf {
    let standing = Standing::of(ALPHA, &case.register, &case.snapshot, now());
    let policies = case.snapshot.policies.value().map_or(&[][..], Vec::as_slice);
    what_if(&case.snapshot, policies, &standing, sign_in, now())
}

#[test]
fn an_exempt_account_gets_in_and_a_policy_that_hits_denies() {
    let mut case = Case::sound();
    let graph = sign_in("microsoft-graph", Client::Browser);
    assert!(!matches!(judged(&case, &graph).outcome, Met::No(_) | Met::Unknown(_)));
    let mut block = policy("block", GrantControl::Block);
    block.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    block.state = PolicyState::ReportOnly;
    case.add_policy(block.clone());
    let told = judged(&case, &graph);
    assert!(matches!(told.policies.last().unwrap().met, Met::No(_)), "told though not enforced");
    assert!(!matches!(told.outcome, Met::No(_)), "and not counted");
    block.state = PolicyState::Enabled;
    case.add_policy(block);
    assert!(matches!(judged(&case, &graph).outcome, Met::No(_)));
}

#[test]
fn a_legacy_client_knows_a_password_and_no_key() {
    let mut case = Case::sound();
    let legacy = sign_in("exchange-online", Client::Legacy);
    case.methods(ALPHA, vec![passkey("key")]);
    assert!(matches!(judged(&case, &legacy).outcome, Met::No(_)));
    let modern = sign_in("exchange-online", Client::Browser);
    assert!(matches!(judged(&case, &modern).outcome, Met::By { .. }));
    case.methods(ALPHA, vec![passkey("key"), password()]);
    assert!(matches!(judged(&case, &legacy).outcome, Met::By { .. }));
}

#[test]
fn mandatory_mfa_stands_before_the_portal_and_not_before_graph() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![password()]);
    let portal = judged(&case, &sign_in("azure-portal", Client::Browser));
    let is_mandatory = |(barrier, met): &(Barrier, Met)| {
        matches!((barrier, met), (Barrier::MandatoryMfa(_), Met::No(_)))
    };
    assert!(portal.beside.iter().any(is_mandatory), "{:?}", portal.beside);
    assert!(matches!(portal.outcome, Met::No(_)));
    let graph = judged(&case, &sign_in("microsoft-graph", Client::Browser));
    assert!(!matches!(graph.outcome, Met::No(_)), "{:?}", graph.outcome);
    assert!(!graph.beside.iter().any(|(one, _)| matches!(one, Barrier::MandatoryMfa(_))));
}

#[test]
fn a_position_is_asked_of_keys_as_well() {
    let mut case = Case::sound();
    let id = "9a5e1f00-0000-4000-8000-000000000001";
    let location = NamedLocation {
        id: id.into(),
        display_name: "by position".into(),
        kind: LocationKind::Country {
            countries: vec!["DE".into()],
            include_unknown: false,
            lookup: Some(CountryLookup::AuthenticatorAppGps),
        },
        unknown: Default::default(),
    };
    case.snapshot.locations = Part::Read { at: now(), value: vec![location] };
    let mut asks = strength_policy("asks");
    asks.conditions.locations = Some(Locations {
        include: vec![LocationRef::Id(id.into())],
        exclude: Vec::new(),
        unknown: Default::default(),
    });
    case.add_policy(asks);
    let told = judged(&case, &sign_in("microsoft-graph", Client::Browser));
    let Met::No(why) = &told.outcome else { panic!("{:?}", told.outcome) };
    assert!(why.contains("position"), "{why}");
}

#[test]
fn policies_that_were_not_read_leave_everything_open() {
    let mut case = Case::sound();
    let gap = Gap::new(PartKind::Policies, None, GapReason::NotInSource);
    case.snapshot.policies = Part::Gap(gap.clone());
    let told = judged(&case, &sign_in("microsoft-graph", Client::Browser));
    assert_eq!(told.outcome, Met::Unknown(gap.into()));
}

#[test]
fn supposed_credentials_are_what_was_said_and_nothing_more() {
    let gap = Gap::new(PartKind::MethodsPolicy, None, GapReason::NotInSource);
    let groups = BTreeSet::from([EMERGENCY]);
    for kind in [
        CredentialKind::Password,
        CredentialKind::Passkey,
        CredentialKind::CertificateMultiFactor,
        CredentialKind::AuthenticatorPush,
        CredentialKind::Sms,
        CredentialKind::Voice,
        CredentialKind::SoftwareOath,
        CredentialKind::HardwareOath,
    ] {
        let holds = [Supposed { kind, aaguid: None }];
        let found = supposed_credentials(ALPHA, &groups, &holds, Err(&gap));
        let [one] = &found[..] else { panic!("{kind:?} is {} credentials", found.len()) };
        assert_eq!((one.kind, &one.use_at_sign_in), (kind, &Usable::Yes));
    }
    let holds = [Supposed { kind: CredentialKind::WindowsHello, aaguid: None }];
    let found = supposed_credentials(ALPHA, &groups, &holds, Err(&gap));
    assert!(matches!(found[0].use_at_sign_in, Usable::Unknown(_)), "on which computer?");
    let forbidden = GapReason::MissingPermission { permission: "Policy.Read.All".into() };
    let gap = Gap::new(PartKind::MethodsPolicy, None, forbidden);
    let holds = [Supposed { kind: CredentialKind::Passkey, aaguid: None }];
    let found = supposed_credentials(ALPHA, &groups, &holds, Err(&gap));
    assert_eq!(found[0].use_at_sign_in, Usable::Unknown(gap), "unread is not taken as allowed");
}
