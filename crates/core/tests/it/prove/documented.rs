//! Outcomes that Microsoft's documentation states, transcribed by others into
//! `ca-policies/oracle/documented-cases.json`: each of its ids is a test below.
//!
//! The evaluator judges a full sign-in, where the documentation leaves conditions out. What is left
//! out is represented by the value that stands for "none": no country (`None`), no risk
//! (`Risk::None`), no device (`Device::Unregistered`), the flow `none`, a platform that is not
//! known, and an address in no named location. That is what the What If interface does with
//! what it is not told: a condition on it does not match.

use std::collections::BTreeSet;
use std::path::Path;

use halligan_core::ca::{
    Attribute, AttributeValue, Client, Device, Flow, Hit, InsiderLevel, Met, Network, NotHit,
    OsPlatform, PolicyResult, Registered, Risk, Rule, SignIn, Standing, Target, TrustType, Truth,
    Verdict, evaluate,
};
use halligan_core::check::Case;
use halligan_core::check::sample::{
    ALPHA, EMERGENCY, PHISHING_RESISTANT, method, passkey, password,
};
use halligan_core::id::{GLOBAL_ADMINISTRATOR, RoleTemplateId, UserId};
use halligan_core::tenant::*;

use super::{block_outside_austria, for_everybody, proof};

/// Each id of the file, and what holds it.
const COVERED: &[(&str, fn())] = &[
    ("whatif-table-1", what_if_without_conditions),
    ("whatif-table-2", what_if_with_an_application),
    ("whatif-table-3", what_if_with_a_country),
    ("whatif-table-4", what_if_with_all),
    ("evaluate-ex1", evaluate_example_1),
    ("evaluate-ex2", evaluate_example_2),
    ("evaluate-ex3", evaluate_example_3),
    ("evaluate-ex4", evaluate_example_4),
    ("devicefilter-1", positive_operators_are_false_on_unregistered_devices),
    ("devicefilter-2", negative_operators_are_true_on_unregistered_devices),
    ("devicefilter-3", extension_attributes_want_a_managed_device),
    ("exclude-wins", exclusion_wins),
    ("strength-and", every_strength_must_be_met),
    ("strength-not-registrable", a_strength_that_takes_no_method_of_the_account_blocks),
    ("gps-passwordless", a_position_wants_a_method_with_a_password),
    ("platform-unknown", all_but_the_supported_platforms_are_the_unknown_ones),
    ("legacy-cannot", legacy_clients_meet_no_control),
];

#[test]
fn every_documented_case_holds() {
    for (id, holds) in COVERED {
        println!("{id}");
        holds();
    }
}

#[test]
fn every_case_of_the_file_is_covered() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/ca-policies/oracle/documented-cases.json"
    );
    let Ok(text) = std::fs::read_to_string(Path::new(file)) else {
        assert!(std::env::var_os("CI").is_none(), "the shared data is missing in CI");
        println!("skipped: no documented cases");
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let ids: BTreeSet<&str> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
    let covered: BTreeSet<&str> = COVERED.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, covered);
}

const SHAREPOINT: &str = "00000003-0000-0ff1-ce00-000000000000";
const SOMEBODY: &str = "15dc174b-f34c-4588-ac45-61d6e05dce93";

/// A sign-in of which nothing is said but what it is for.
fn sign_in(target: Target) -> SignIn {
    SignIn {
        target,
        client: Client::Browser,
        platform: OsPlatform::Unknown,
        network: Network {
            address: "192.0.2.1".parse().unwrap(),
            country: None,
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

fn resource(id: &str) -> Target {
    Target::Resource(id.parse().unwrap())
}

fn from(mut sign_in: SignIn, country: &str) -> SignIn {
    sign_in.network.country = Some(country.parse().unwrap());
    sign_in
}

/// The user of the documentation's examples: in no group, with no credentials that were read.
fn somebody() -> Standing {
    let gap = Gap::new(PartKind::AccountMethods, None, GapReason::NotInSource);
    Standing::supposed(SOMEBODY.parse().unwrap(), [], Err(gap))
}

fn judged(case: &Case, policy: &Policy, sign_in: &SignIn) -> PolicyResult {
    let policies = std::slice::from_ref(policy);
    evaluate(&case.snapshot, policies, &somebody(), sign_in).swap_remove(0)
}

fn applies(policy: &Policy, sign_in: &SignIn) -> Truth {
    judged(&Case::sound(), policy, sign_in).applies()
}

/// The table of the What If page: all users, Office 365, the United States, high sign-in risk.
fn what_if(sign_in: &SignIn) -> Truth {
    let mut case = Case::sound();
    let at = case.now;
    let location = NamedLocation {
        id: "us".into(),
        display_name: "United States".into(),
        kind: LocationKind::Country {
            countries: vec!["US".into()],
            include_unknown: false,
            lookup: None,
        },
        unknown: Unknown::new(),
    };
    case.snapshot.locations = Part::Read { at, value: vec![location] };
    let mut policy = for_everybody("what if", GrantControl::Mfa);
    policy.conditions.applications.include = vec![AppRef::Office365];
    policy.conditions.sign_in_risk = vec![RiskLevel::High];
    policy.conditions.locations = Some(Locations {
        include: vec![LocationRef::Id("us".into())],
        exclude: Vec::new(),
        unknown: Unknown::new(),
    });
    judged(&case, &policy, sign_in).applies()
}

fn what_if_without_conditions() {
    // A sign-in is always for something: for what is not said, an application of nobody's.
    let nothing = resource("00000000-0000-0000-0000-000000000abc");
    assert_eq!(what_if(&sign_in(nothing)), Truth::No);
}

fn what_if_with_an_application() {
    assert_eq!(what_if(&sign_in(resource(SHAREPOINT))), Truth::No);
}

fn what_if_with_a_country() {
    assert_eq!(what_if(&from(sign_in(resource(SHAREPOINT)), "US")), Truth::No);
}

fn what_if_with_all() {
    let risky = SignIn { sign_in_risk: Risk::High, ..sign_in(resource(SHAREPOINT)) };
    assert_eq!(what_if(&from(risky.clone(), "US")), Truth::Yes);
    assert_eq!(what_if(&from(risky, "CA")), Truth::No);
}

fn for_all_but_one(id: &str) -> Policy {
    let mut policy = for_everybody(id, GrantControl::Mfa);
    let one: UserId = "f7ca74b0-8562-4083-b66c-0476f942cfd0".parse().unwrap();
    policy.conditions.users.as_mut().unwrap().exclude_users.push(UserRef::Id(one));
    policy
}

fn evaluate_example_1() {
    let sign_in = SignIn {
        platform: OsPlatform::Android,
        sign_in_risk: Risk::High,
        user_risk: Risk::High,
        insider_risk: InsiderLevel::Elevated,
        flow: Flow::DeviceCode,
        device: Device::Registered(Registered::new().with_compliance(true)),
        ..from(sign_in(resource(SHAREPOINT)), "US")
    };
    let mut office = for_all_but_one("df9e6f15-2b60-4e78-b990-b2da33a10886");
    office.conditions.applications.include = vec![AppRef::Office365];
    office.conditions.client_app_types = vec![ClientAppType::All];
    assert_eq!(applies(&office, &sign_in), Truth::Yes);
    let mut risky = for_all_but_one("37d51c45-8c60-4f82-98e0-6e1451cecf7c");
    risky.conditions.user_risk = vec![RiskLevel::High];
    assert_eq!(applies(&risky, &sign_in), Truth::Yes);
    let safe = SignIn { user_risk: Risk::Low, ..sign_in };
    assert_eq!(applies(&risky, &safe), Truth::No);
}

fn evaluate_example_2() {
    let mut policy = for_everybody("e897c693-c0e6-4386-abc3-f46dee5940fb", GrantControl::Mfa);
    let contexts = vec!["c1".into(), "c37".into()];
    policy.conditions.applications =
        Applications { include_authentication_contexts: contexts, ..Applications::default() };
    let context = |name: &str| SignIn {
        platform: OsPlatform::Windows,
        client: Client::MobileAppsAndDesktopClients,
        sign_in_risk: Risk::Medium,
        insider_risk: InsiderLevel::Moderate,
        flow: Flow::AuthenticationTransfer,
        ..from(sign_in(Target::AuthenticationContext(name.into())), "US")
    };
    assert_eq!(applies(&policy, &context("c37")), Truth::Yes);
    assert_eq!(applies(&policy, &context("c2")), Truth::No);
}

fn evaluate_example_3() {
    let sign_in = SignIn {
        platform: OsPlatform::MacOs,
        sign_in_risk: Risk::Low,
        user_risk: Risk::High,
        insider_risk: InsiderLevel::Minor,
        flow: Flow::DeviceCode,
        ..from(sign_in(Target::UserAction("urn:user:registersecurityinfo".into())), "CA")
    };
    let mut all = for_everybody("37d51c45-8c60-4f82-98e0-6e1451cecf7c", GrantControl::Mfa);
    all.conditions.user_risk = vec![RiskLevel::High];
    assert_eq!(applies(&all, &sign_in), Truth::Yes);
    // The user of the example holds one of fourteen roles; ours is a Global Administrator.
    let mut role = for_everybody("4aa7d105-d92b-4c07-9834-0e810ddb89ac", GrantControl::Mfa);
    let roles = vec![RoleRef::Id(GLOBAL_ADMINISTRATOR)];
    role.conditions.users = Some(Users { include_roles: roles, ..Users::default() });
    assert_eq!(applies(&role, &sign_in), Truth::Yes);
    let mut action = for_everybody("11083471-5a50-43ad-90c0-23f1af0869e1", GrantControl::Mfa);
    action.conditions.applications = Applications {
        include_user_actions: vec!["urn:user:registersecurityinfo".into()],
        ..Applications::default()
    };
    assert_eq!(applies(&action, &sign_in), Truth::Yes);
    let joining = Target::UserAction("urn:user:registerdevice".into());
    let joining = SignIn { target: joining, ..sign_in };
    assert_eq!((applies(&all, &joining), applies(&action, &joining)), (Truth::No, Truth::No));
}

/// The example asks about a workload identity, to which the policy applies. Halligan proves users'
/// ways in: to a user such a policy says nothing, in either of the forms that exports have.
fn evaluate_example_4() {
    let mut policy = for_everybody("461478d2-5896-4761-84ba-4d241c396a29", GrantControl::Block);
    let include = vec!["ServicePrincipalsInMyTenant".into()];
    policy.conditions.client_applications = Some(ClientApplications {
        include,
        exclude: Vec::new(),
        filter: None,
        unknown: Unknown::new(),
    });
    policy.conditions.users =
        Some(Users { include_users: vec![UserRef::None], ..Users::default() });
    let from_canada = from(sign_in(resource(SHAREPOINT)), "CA");
    let result = judged(&Case::sound(), &policy, &from_canada);
    assert_eq!(result.hit, Hit::No(NotHit::NotIncluded));
    assert_eq!((result.applies(), result.met), (Truth::No, None));
    policy.conditions.users = None;
    let result = judged(&Case::sound(), &policy, &from_canada);
    assert_eq!(result.hit, Hit::No(NotHit::Workloads));
}

/// Comparisons of the operators of one kind, with every attribute that supports them.
fn comparisons(is_negative: bool) -> Vec<String> {
    use halligan_core::ca::{AttributeKind, Operator};
    let mut all = Vec::new();
    for attribute in Attribute::ALL {
        for operator in Operator::ALL.iter().filter(|one| one.is_negative() == is_negative) {
            if operator.applies_to(*attribute) {
                let value = match (attribute.kind(), operator) {
                    (AttributeKind::Flag, _) => "True",
                    (_, Operator::In | Operator::NotIn) => "[\"a\", \"b\"]",
                    _ if *attribute == Attribute::TrustType => "\"ServerAD\"",
                    _ => "\"a\"",
                };
                all.push(format!("device.{attribute} {operator} {value}"));
            }
        }
    }
    all
}

fn device_filter(rule: &str, mode: FilterMode) -> Policy {
    let mut policy = for_everybody("devices", GrantControl::Block);
    let filter = DeviceFilter { mode, rule: rule.into(), unknown: Unknown::new() };
    policy.conditions.devices = Some(Devices { filter: Some(filter), unknown: Unknown::new() });
    policy
}

fn positive_operators_are_false_on_unregistered_devices() {
    let sign_in = sign_in(resource(SHAREPOINT));
    for rule in comparisons(false) {
        let included = applies(&device_filter(&rule, FilterMode::Include), &sign_in);
        let excluded = applies(&device_filter(&rule, FilterMode::Exclude), &sign_in);
        assert_eq!((included, excluded), (Truth::No, Truth::Yes), "{rule}");
    }
}

fn negative_operators_are_true_on_unregistered_devices() {
    let sign_in = sign_in(resource(SHAREPOINT));
    for rule in comparisons(true) {
        let included = applies(&device_filter(&rule, FilterMode::Include), &sign_in);
        let excluded = applies(&device_filter(&rule, FilterMode::Exclude), &sign_in);
        assert_eq!((included, excluded), (Truth::Yes, Truth::No), "{rule}");
    }
}

fn extension_attributes_want_a_managed_device() {
    let tagged = |registered: Registered| {
        let value = AttributeValue::Text("SAW".into());
        Device::Registered(registered.with(Attribute::ExtensionAttribute3, value).unwrap())
    };
    let rule = Rule::parse("device.extensionAttribute3 -eq \"SAW\"").unwrap();
    for (registered, is_seen) in [
        (Registered::new(), false),
        (Registered::new().with_compliance(false).with_trust(TrustType::AzureAd), false),
        (Registered::new().with_compliance(true), true),
        (Registered::new().with_trust(TrustType::ServerAd), true),
    ] {
        let device = tagged(registered);
        assert_eq!(rule.matches(&device), is_seen, "{device:?}");
        let sign_in = SignIn { device, ..sign_in(resource(SHAREPOINT)) };
        let policy = device_filter("device.extensionAttribute3 -eq \"SAW\"", FilterMode::Include);
        assert_eq!(applies(&policy, &sign_in), is_seen.into());
    }
}

fn exclusion_wins() {
    let now = Case::sound().now;
    let hit = |case: &Case, users: Users| {
        let mut policy = for_everybody("users", GrantControl::Block);
        policy.conditions.users = Some(users);
        Standing::of(ALPHA, &case.register, &case.snapshot, now).hit(&policy)
    };
    let everybody = || Users { include_users: vec![UserRef::All], ..Users::default() };
    let account = vec![UserRef::Id(ALPHA)];
    let both = Users { exclude_users: account.clone(), include_users: account, ..everybody() };
    assert!(matches!(hit(&Case::sound(), both), Hit::No(NotHit::Excluded(_))));
    // Nested groups are in the list of memberships that Graph gives through any depth.
    let group = Users { exclude_groups: vec![GroupRef::Id(EMERGENCY)], ..everybody() };
    assert!(matches!(hit(&Case::sound(), group.clone()), Hit::No(NotHit::Excluded(_))));
    let mut outside = Case::sound();
    outside.account(ALPHA, |account| {
        account.memberships = Part::Read { at: now, value: Vec::new() };
    });
    assert!(matches!(hit(&outside, group), Hit::Yes(_)));
    roles_of_a_part_or_of_the_tenant_s_own_do_not_count(&hit);
}

/// A role that is held in an administrative unit only, and a custom one, match nothing.
fn roles_of_a_part_or_of_the_tenant_s_own_do_not_count(hit: &dyn Fn(&Case, Users) -> Hit) {
    let of_role = |role: RoleTemplateId| Users {
        include_users: vec![UserRef::All],
        exclude_roles: vec![RoleRef::Id(role)],
        ..Users::default()
    };
    let whole = hit(&Case::sound(), of_role(GLOBAL_ADMINISTRATOR));
    assert!(matches!(whole, Hit::No(NotHit::Excluded(_))), "{whole:?}");
    let custom = RoleTemplateId::from_u128(0xc0570);
    let in_a_unit = |case: &mut Case, scope: &str, role: RoleTemplateId| {
        let at = case.now;
        let mut assignments = case.snapshot.role_assignments.value().unwrap().clone();
        let mut schedules = case.snapshot.role_schedules.value().unwrap().clone();
        let its = |principal: &halligan_core::id::PrincipalId| principal.0 == ALPHA.0;
        for one in assignments.iter_mut().filter(|one| its(&one.principal)) {
            one.scope = scope.into();
            one.role = role.0;
        }
        for one in schedules.iter_mut().filter(|one| its(&one.principal)) {
            one.scope = Some(scope.into());
            one.role = Some(role.0);
        }
        case.snapshot.role_assignments = Part::Read { at, value: assignments };
        case.snapshot.role_schedules = Part::Read { at, value: schedules };
    };
    let mut unit = Case::sound();
    in_a_unit(&mut unit, "/administrativeUnits/1", GLOBAL_ADMINISTRATOR);
    assert!(matches!(hit(&unit, of_role(GLOBAL_ADMINISTRATOR)), Hit::Yes(_)));
    // A custom role has a definition of its own, and policies name templates of built-in ones.
    let mut own = Case::sound();
    let at = own.now;
    let mut roles = own.snapshot.role_definitions.value().unwrap().clone();
    roles.push(RoleDefinition {
        id: custom.0,
        template: Some(custom),
        is_built_in: false,
        ..roles[0].clone()
    });
    own.snapshot.role_definitions = Part::Read { at, value: roles };
    in_a_unit(&mut own, "/", custom);
    assert!(matches!(hit(&own, of_role(GLOBAL_ADMINISTRATOR)), Hit::Yes(_)));
}

fn strength_named(id: &str, modes: &[&[MethodMode]]) -> Policy {
    let mut policy = for_everybody(id, GrantControl::Mfa);
    let grant = policy.grant.as_mut().unwrap();
    grant.built_in.clear();
    grant.strength = Some(Strength {
        id: id.into(),
        display_name: None,
        kind: None,
        requirements_satisfied: None,
        allowed_combinations: Some(modes.iter().map(|modes| modes.to_vec()).collect()),
        configurations: Vec::new(),
        unknown: Unknown::new(),
    });
    policy
}

fn every_strength_must_be_met() {
    let keys = || strength_named(PHISHING_RESISTANT, &[&[MethodMode::Fido2]]);
    let passwords = || strength_named("passwords", &[&[MethodMode::Password]]);
    let verdict = |methods: Vec<Method>| {
        let mut case = Case::sound();
        case.methods(ALPHA, methods);
        case.add_policy(keys());
        case.add_policy(passwords());
        proof(&case).verdict()
    };
    assert_eq!(verdict(vec![password(), passkey("key")]), Verdict::Proved);
    assert_eq!(verdict(vec![passkey("key")]), Verdict::LockedOut);
    assert_eq!(verdict(vec![password()]), Verdict::LockedOut);
}

fn a_strength_that_takes_no_method_of_the_account_blocks() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![password(), method(MethodKind::WindowsHello)]);
    case.add_policy(strength_named("keys", &[&[MethodMode::Fido2]]));
    assert_eq!(proof(&case).verdict(), Verdict::LockedOut);
}

fn a_position_wants_a_method_with_a_password() {
    let verdict = |methods: Vec<Method>| {
        let mut case = Case::sound();
        case.methods_policy(|policy| {
            let mut app = policy.configurations[0].clone();
            app.id = "microsoftAuthenticator".into();
            policy.configurations.push(app);
        });
        case.methods(ALPHA, methods);
        block_outside_austria(&mut case);
        proof(&case).verdict()
    };
    assert_eq!(verdict(vec![passkey("key")]), Verdict::LockedOut);
    let app = method(MethodKind::MicrosoftAuthenticator);
    assert_eq!(verdict(vec![password(), app]), Verdict::Harmed, "from Austria it gets in");
}

fn all_but_the_supported_platforms_are_the_unknown_ones() {
    let mut policy = for_everybody("unknown platforms", GrantControl::Block);
    policy.conditions.platforms = Some(Platforms {
        include: vec![Platform::All],
        exclude: vec![
            Platform::Android,
            Platform::Ios,
            Platform::Windows,
            Platform::MacOs,
            Platform::Linux,
        ],
        unknown: Unknown::new(),
    });
    for platform in OsPlatform::ALL {
        let sign_in = SignIn { platform: *platform, ..sign_in(resource(SHAREPOINT)) };
        // Windows Phone is not among what the portal offers to exclude any longer.
        let is_blocked = matches!(platform, OsPlatform::Unknown | OsPlatform::WindowsPhone);
        assert_eq!(applies(&policy, &sign_in), is_blocked.into(), "{platform}");
    }
}

fn legacy_clients_meet_no_control() {
    let case = Case::sound();
    let standing = Standing::of(ALPHA, &case.register, &case.snapshot, case.now);
    let device = Registered::new().with_compliance(true).with_trust(TrustType::ServerAd);
    let controls =
        [GrantControl::Mfa, GrantControl::CompliantDevice, GrantControl::DomainJoinedDevice];
    for client in Client::ALL {
        for control in &controls {
            let policy = for_everybody("legacy", control.clone());
            let sign_in = SignIn {
                client: *client,
                device: Device::Registered(device.clone()),
                ..sign_in(resource(SHAREPOINT))
            };
            let policies = std::slice::from_ref(&policy);
            let result = evaluate(&case.snapshot, policies, &standing, &sign_in).swap_remove(0);
            let met = result.met.unwrap();
            let is_met = matches!(met, Met::By { .. });
            assert_eq!(is_met, client.is_modern(), "{client} {control:?} {met:?}");
            assert!(is_met || matches!(met, Met::No(_)), "{client} {control:?} {met:?}");
        }
    }
}
