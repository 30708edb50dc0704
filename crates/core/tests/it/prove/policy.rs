//! Random policies, with every kind of condition and control that the model of a tenant knows.

use halligan_core::ca::{Attribute, AttributeKind, Operator, Rule};
use halligan_core::id::{AppId, GroupId, PolicyId};
use halligan_core::tenant::*;
use serde_json::json;

use super::account::{named_strength, role};
use super::dice::Dice;
use super::set::{GROUPS, LOCATIONS, MapString as _, Names, Wide};

/// Microsoft Graph, Azure Resource Manager, the portal, SharePoint Online, one of nobody.
const APPS: [AppId; 5] = [
    AppId::from_u128(0x00000003_0000_0000_c000_000000000000),
    AppId::from_u128(0x797f4846_ba00_4fd7_ba43_dac1f8f63013),
    AppId::from_u128(0xc44b4083_3bb0_49c1_b47d_974e53cbdf3c),
    AppId::from_u128(0x00000003_0000_0ff1_ce00_000000000000),
    AppId::from_u128(0xabc),
];

/// A policy, the `number`th of its set.
pub(crate) fn random(dice: &mut Dice, names: Names, wide: Wide, number: usize) -> Policy {
    let state = match dice.below(12) {
        0 => PolicyState::Disabled,
        1 => PolicyState::ReportOnly,
        2 if dice.one_in(3) => PolicyState::Other("dormant".into()),
        _ => PolicyState::Enabled,
    };
    let conditions = conditions(dice, names, wide);
    let grant = (!dice.one_in(12)).then(|| grant(dice, names));
    let session = dice.one_in(6).then(|| session(dice));
    Policy {
        id: names.policy(number),
        display_name: format!("policy {number}"),
        state,
        template_id: None,
        created: None,
        modified: None,
        conditions,
        grant,
        session,
        unknown: Unknown::new(),
    }
}

/// A member that this version does not know, once in a while.
fn unknown(dice: &mut Dice, once_in: usize) -> Unknown {
    match dice.one_in(once_in) {
        true => Unknown::from([("phase".into(), json!(["waxing"]))]),
        // One that says nothing is none.
        false if dice.one_in(10) => Unknown::from([("phase".into(), json!([]))]),
        false => Unknown::new(),
    }
}

/// The conditions of a policy.
pub(crate) fn conditions(dice: &mut Dice, names: Names, wide: Wide) -> Conditions {
    let mut conditions = Conditions {
        users: (!dice.one_in(40)).then(|| users(dice, names)),
        applications: applications(dice),
        unknown: unknown(dice, 60),
        ..Conditions::default()
    };
    if dice.one_in(3) {
        conditions.client_app_types = clients(dice);
    }
    if dice.one_in(if wide == Wide::Platforms { 2 } else { 6 }) {
        conditions.platforms = Some(platforms(dice));
    }
    if wide == Wide::Networks && !dice.one_in(3) || dice.one_in(12) {
        conditions.locations = Some(locations(dice, names));
    }
    if wide == Wide::Devices && dice.one_in(2) || dice.one_in(12) {
        conditions.devices = Some(devices(dice));
    }
    let levels = [
        RiskLevel::Low,
        RiskLevel::Medium,
        RiskLevel::High,
        RiskLevel::None,
        RiskLevel::Hidden,
        RiskLevel::Other("astronomic".into()),
    ];
    if dice.one_in(5) {
        conditions.sign_in_risk = dice.some(&levels, 3);
    }
    if dice.one_in(5) {
        conditions.user_risk = dice.some(&levels, 3);
    }
    if dice.one_in(20) {
        conditions.service_principal_risk = dice.some(&levels, 1);
        conditions.agent_id_risk = dice.some(&levels, 1);
    }
    if dice.one_in(8) {
        let all = [InsiderRisk::Minor, InsiderRisk::Elevated, InsiderRisk::Other("x".into())];
        conditions.insider_risk = dice.some(&all, 2);
    }
    if dice.one_in(6) {
        let all = [
            TransferMethod::DeviceCodeFlow,
            TransferMethod::AuthenticationTransfer,
            TransferMethod::None,
            TransferMethod::Other("telepathy".into()),
        ];
        conditions.transfer_methods = dice.some(&all, 2);
    }
    conditions
}

fn users(dice: &mut Dice, names: Names) -> Users {
    let mut users = Users { unknown: unknown(dice, 60), ..Users::default() };
    let group = |dice: &mut Dice| match dice.one_in(20) {
        true => GroupRef::Other("<Break-glass group>".into()),
        // The last one is a group of nobody.
        false => GroupRef::Id(names.group(dice.below(GROUPS + 1))),
    };
    match dice.below(10) {
        0..=5 => users.include_users.push(UserRef::All),
        6 => users.include_users.push(UserRef::Id(names.user(dice.below(2)))),
        7 => users.include_groups.push(group(dice)),
        8 => users.include_roles.push(role(dice)),
        _ => match dice.below(4) {
            0 => users.include_users.push(UserRef::None),
            1 => users.include_users.push(UserRef::GuestsOrExternalUsers),
            2 => users.include_users.push(UserRef::Other("<Everybody>".into())),
            _ => users.include_guests = Some(guests(dice)),
        },
    }
    match dice.below(12) {
        0 => users.exclude_users.push(UserRef::Id(names.user(dice.below(3)))),
        1 | 2 => users.exclude_groups.push(group(dice)),
        3 => users.exclude_roles.push(role(dice)),
        4 => match dice.below(3) {
            0 => users.exclude_users.push(UserRef::GuestsOrExternalUsers),
            1 => users.exclude_users.push(UserRef::Other("<Break-glass account>".into())),
            _ => users.exclude_guests = Some(guests(dice)),
        },
        _ => {}
    }
    users
}

fn guests(dice: &mut Dice) -> Guests {
    let kinds = [GuestKind::InternalGuest, GuestKind::B2bCollaborationGuest, GuestKind::None];
    Guests { kinds: dice.some(&kinds, 2), external_tenants: None, unknown: Unknown::new() }
}

fn applications(dice: &mut Dice) -> Applications {
    let one = |dice: &mut Dice| match dice.below(8) {
        0..=4 => AppRef::Id(dice.pick(&APPS)),
        5 => AppRef::Office365,
        6 => AppRef::MicrosoftAdminPortals,
        _ => dice.pick(&[AppRef::None, AppRef::Other("<Salesforce>".into())]),
    };
    let mut applications = Applications { unknown: unknown(dice, 60), ..Applications::default() };
    match dice.below(10) {
        0..=5 => applications.include.push(AppRef::All),
        6 => applications
            .include_user_actions
            .push(dice.pick(&["urn:user:registersecurityinfo", "urn:user:registerdevice"]).into()),
        7 => {
            applications.include_authentication_contexts = dice.some(&["c1", "C2"], 2).map_string()
        }
        _ => applications.include.push(one(dice)),
    }
    if dice.one_in(6) {
        applications.exclude.push(one(dice));
    }
    if dice.one_in(30) {
        applications.filter = Some(DeviceFilter {
            mode: dice.pick(&[FilterMode::Include, FilterMode::Exclude]),
            rule: "CustomSecurityAttribute.A_B -eq \"c\"".into(),
            unknown: Unknown::new(),
        });
    }
    applications
}

fn clients(dice: &mut Dice) -> Vec<ClientAppType> {
    let all = [
        ClientAppType::All,
        ClientAppType::Browser,
        ClientAppType::MobileAppsAndDesktopClients,
        ClientAppType::ExchangeActiveSync,
        ClientAppType::EasSupported,
        ClientAppType::Legacy,
        ClientAppType::Other("carrierPigeon".into()),
    ];
    dice.some(&all, 2)
}

fn platforms(dice: &mut Dice) -> Platforms {
    let all = [
        Platform::Android,
        Platform::Ios,
        Platform::Windows,
        Platform::WindowsPhone,
        Platform::MacOs,
        Platform::Linux,
    ];
    let include = match dice.below(8) {
        0..=3 => vec![Platform::All],
        4 => Vec::new(),
        5 => vec![Platform::Other("haiku".into()), dice.pick(&all)],
        _ => dice.some(&all, 4),
    };
    let exclude = if dice.one_in(2) { dice.some(&all, 6) } else { Vec::new() };
    Platforms { include, exclude, unknown: unknown(dice, 20) }
}

fn locations(dice: &mut Dice, names: Names) -> Locations {
    let one = |dice: &mut Dice| match dice.below(12) {
        0..=7 => LocationRef::Id(names.location(dice.below(LOCATIONS))),
        8 | 9 => LocationRef::AllTrusted,
        10 => LocationRef::from_graph("00000000-0000-0000-0000-000000000000"),
        _ => match dice.one_in(2) {
            // An id of nothing.
            true => LocationRef::Id(names.location(LOCATIONS)),
            false => LocationRef::Other("<Office>".into()),
        },
    };
    let include = match dice.below(8) {
        0..=4 => vec![LocationRef::All],
        5 => Vec::new(),
        _ => (0..=dice.below(2)).map(|_| one(dice)).collect(),
    };
    let exclude = (0..dice.below(3)).map(|_| one(dice)).collect();
    Locations { include, exclude, unknown: unknown(dice, 30) }
}

fn devices(dice: &mut Dice) -> Devices {
    let mode = match dice.below(12) {
        0 => FilterMode::Other("perhaps".into()),
        1..=6 => FilterMode::Include,
        _ => FilterMode::Exclude,
    };
    let filter = DeviceFilter { mode, rule: rule(dice), unknown: Unknown::new() };
    Devices { filter: (!dice.one_in(15)).then_some(filter), unknown: unknown(dice, 20) }
}

/// A rule of a device filter, or once in a while what is none.
fn rule(dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => dice
            .pick(&["device.model =~ \"X.\"", "device.soul -eq \"x\"", "device.isCompliant -eq 1"])
            .into(),
        1 => format!("{} -and {}", comparison(dice), comparison(dice)),
        2 => format!("({}) -or ({})", comparison(dice), comparison(dice)),
        3 => format!("-not ({})", comparison(dice)),
        _ => comparison(dice),
    }
}

/// One comparison, of any operator with an attribute that supports it.
fn comparison(dice: &mut Dice) -> String {
    let attributes = [
        Attribute::Model,
        Attribute::ExtensionAttribute1,
        Attribute::IsCompliant,
        Attribute::TrustType,
        Attribute::SystemLabels,
        Attribute::DeviceId,
    ];
    let attribute = dice.pick(&attributes);
    let fitting: Vec<Operator> =
        Operator::ALL.iter().copied().filter(|one| one.applies_to(attribute)).collect();
    let operator = dice.pick(&fitting);
    let text = match attribute {
        Attribute::TrustType => dice.pick(&["ServerAD", "AzureAD"]),
        Attribute::Model => dice.pick(&["X1", "X"]),
        Attribute::ExtensionAttribute1 => dice.pick(&["SAW", "AW"]),
        _ => "MultiUser",
    };
    let value = match (attribute.kind(), operator) {
        (AttributeKind::Flag, _) => dice.pick(&["True", "False"]).to_owned(),
        (_, Operator::In | Operator::NotIn) => format!("[\"{text}\", \"other\"]"),
        _ => format!("\"{text}\""),
    };
    format!("device.{attribute} {operator} {value}")
}

fn grant(dice: &mut Dice, names: Names) -> GrantControls {
    let controls = [
        GrantControl::Block,
        GrantControl::Mfa,
        GrantControl::Mfa,
        GrantControl::CompliantDevice,
        GrantControl::CompliantDevice,
        GrantControl::DomainJoinedDevice,
        GrantControl::ApprovedApplication,
        GrantControl::CompliantApplication,
        GrantControl::PasswordChange,
        GrantControl::RiskRemediation,
        GrantControl::Other("hope".into()),
    ];
    let mut grant = GrantControls {
        operator: dice.pick(&[Some(GrantOperator::And), Some(GrantOperator::Or), None]),
        built_in: Vec::new(),
        custom: Vec::new(),
        terms_of_use: Vec::new(),
        strength: None,
        unknown: unknown(dice, 40),
    };
    match dice.below(8) {
        0 | 1 => grant.strength = Some(named_strength(dice, names)),
        2 => grant.built_in.extend(dice.some(&controls, 3)),
        3 => {
            grant.built_in.extend(dice.some(&controls, 2));
            grant.strength = Some(named_strength(dice, names));
        }
        _ => grant.built_in.push(dice.pick(&controls)),
    }
    if dice.one_in(20) {
        grant.custom.push("RequireDuoMfa".into());
    }
    if dice.one_in(20) {
        grant.terms_of_use.push("terms".into());
    }
    if dice.one_in(20) {
        grant.operator = Some(GrantOperator::Other("XOR".into()));
    }
    grant
}

fn session(dice: &mut Dice) -> SessionControls {
    let mut session = SessionControls {
        application_enforced_restrictions: dice.pick(&[None, Some(true)]),
        disable_resilience_defaults: dice.pick(&[None, Some(true)]),
        ..SessionControls::default()
    };
    match dice.below(6) {
        0 => session.secure_sign_in_session = Some(true),
        1 => session.continuous_access_evaluation = Some("strictLocation".into()),
        2 => {
            session.sign_in_frequency = Some(SignInFrequency {
                is_enabled: dice.pick(&[Some(true), Some(false), None]),
                value: None,
                unit: None,
                interval: Some(FrequencyInterval::EveryTime),
                authentication: None,
            });
        }
        3 => {
            let browser = PersistentBrowser { is_enabled: Some(true), mode: Some("never".into()) };
            session.persistent_browser = Some(browser);
            let kind = Some("blockDownloads".into());
            session.cloud_app_security = Some(CloudAppSecurity { is_enabled: Some(true), kind });
        }
        4 => session.unknown = unknown(dice, 1),
        _ => {
            let profile = "globalSecureAccessFilteringProfile".into();
            session.unknown = Unknown::from([(profile, json!({"isEnabled": true}))]);
        }
    }
    session
}

/// A policy like another but for the risk: together they are for any, and neither alone is.
pub(crate) fn other_half(policy: &mut Policy, id: PolicyId) -> Policy {
    policy.conditions.sign_in_risk = vec![RiskLevel::None, RiskLevel::Medium];
    let mut other = Policy { id, ..policy.clone() };
    other.conditions.sign_in_risk = vec![RiskLevel::Low, RiskLevel::High];
    other
}

/// A group of nobody, for tests that need one.
pub(crate) fn group_of_nobody(names: Names) -> GroupId {
    names.group(GROUPS)
}

#[test]
fn comparisons_are_rules_and_use_every_operator() {
    let mut dice = Dice::new(1);
    let rules: Vec<String> = (0..500).map(|_| comparison(&mut dice)).collect();
    for rule in &rules {
        assert!(Rule::parse(rule).is_ok(), "{rule}: {:?}", Rule::parse(rule));
    }
    for operator in Operator::ALL {
        let text = format!(" {operator} ");
        assert!(rules.iter().any(|rule| rule.contains(&text)), "{operator}");
    }
}
