//! Readings of plain policies, one member at a time.

use halligan_core::check::sample::policy;
use halligan_core::tenant::{
    DeviceFilter, GrantControl, Platform, Platforms, RiskLevel, Unknown, Users,
};

use super::super::base::{COMPLIANT_NETWORK, location_of};
use super::super::tenant::Tenant;
use super::*;

const GROUP: GroupId = GroupId::from_u128(1);

fn tenant() -> Tenant {
    let country = |lookup| LocationKind::Country {
        countries: vec!["AQ".into()],
        include_unknown: false,
        lookup: Some(lookup),
    };
    let locations = vec![
        location_of("by-address", country(CountryLookup::ClientIpAddress)),
        location_of("by-position", country(CountryLookup::AuthenticatorAppGps)),
        location_of(COMPLIANT_NETWORK, LocationKind::CompliantNetwork),
    ];
    Tenant::new(Vec::new(), locations, GROUP).unwrap()
}

/// What is read of a policy that blocks everybody everywhere, after a change of it.
fn read(change: impl FnOnce(&mut Policy)) -> Reading {
    let mut policy = policy("p", GrantControl::Block);
    policy.conditions.users = Some(Users { include_users: vec![UserRef::All], ..Users::default() });
    change(&mut policy);
    reading(&policy, &tenant())
}

fn is_apart(change: impl FnOnce(&mut Policy)) -> bool {
    matches!(read(change), Reading::Apart(_))
}

fn denies(change: impl FnOnce(&mut Policy)) -> bool {
    matches!(read(change), Reading::Denies(_))
}

fn is_unclear(change: impl FnOnce(&mut Policy)) -> bool {
    matches!(read(change), Reading::Unclear(_))
}

#[test]
fn users_and_states() {
    let users = |users: Users| move |policy: &mut Policy| policy.conditions.users = Some(users);
    assert!(denies(|_| {}));
    assert!(is_apart(|policy| policy.state = PolicyState::ReportOnly));
    assert!(is_apart(|policy| policy.state = PolicyState::Disabled));
    let group = |id: GroupId| vec![GroupRef::Id(id)];
    let of = |include_groups| Users { include_groups, ..Users::default() };
    assert!(denies(users(of(group(GROUP)))));
    assert!(is_apart(users(of(group(GroupId::from_u128(2))))));
    let include_users = vec![UserRef::All];
    assert!(is_apart(users(Users {
        include_users: include_users.clone(),
        exclude_groups: group(GROUP),
        ..Users::default()
    })));
    let roles = vec![RoleRef::Id(GLOBAL_ADMINISTRATOR)];
    assert!(denies(users(Users { include_roles: roles.clone(), ..Users::default() })));
    assert!(is_apart(users(Users { include_users, exclude_roles: roles, ..Users::default() })));
    assert!(is_unclear(|policy| policy.conditions.users = None));
}

#[test]
fn resources_clients_and_flows() {
    let apps = |include: &[AppRef], exclude: &[AppRef]| {
        let (include, exclude) = (include.to_vec(), exclude.to_vec());
        move |policy: &mut Policy| {
            policy.conditions.applications =
                Applications { include, exclude, ..Applications::default() };
        }
    };
    assert!(denies(apps(&[AppRef::MicrosoftAdminPortals], &[])));
    assert!(is_apart(apps(&[AppRef::Office365], &[])));
    assert!(is_apart(apps(&[AppRef::All], &ASKED.map(AppRef::Id))));
    assert!(denies(apps(&[AppRef::All], &[AppRef::Office365])));
    assert!(is_apart(|p| p.conditions.client_app_types = vec![ClientAppType::Legacy]));
    assert!(denies(|p| p.conditions.client_app_types = vec![ClientAppType::Browser]));
    assert!(is_apart(|p| p.conditions.transfer_methods = vec![TransferMethod::DeviceCodeFlow]));
    assert!(denies(|p| p.conditions.sign_in_risk = vec![RiskLevel::High]));
    let platforms = |include: Platform, exclude: Platform| {
        move |policy: &mut Policy| {
            let (include, exclude) = (vec![include], vec![exclude]);
            policy.conditions.platforms =
                Some(Platforms { include, exclude, unknown: Unknown::new() });
        }
    };
    assert!(denies(platforms(Platform::All, Platform::Windows)));
    assert!(is_unclear(platforms(Platform::Windows, Platform::Windows)));
}

#[test]
fn places() {
    let at = |include: &[&str], exclude: &[&str]| {
        let all = |texts: &[&str]| -> Vec<LocationRef> {
            let named = |text: &str| match LocationRef::from_graph(text) {
                LocationRef::Other(text) => LocationRef::Id(text.as_str().into()),
                known => known,
            };
            texts.iter().map(|text| named(text)).collect()
        };
        let (include, exclude) = (all(include), all(exclude));
        move |policy: &mut Policy| {
            policy.conditions.locations =
                Some(Locations { include, exclude, unknown: Unknown::new() });
        }
    };
    assert!(denies(at(&["All"], &["AllTrusted"])));
    assert!(denies(at(&["All"], &[COMPLIANT_NETWORK])));
    assert!(is_apart(at(&[COMPLIANT_NETWORK], &[])));
    assert!(is_apart(at(&["by-address"], &["All"])));
    assert!(denies(at(&["by-address"], &[])));
    assert!(is_unclear(at(&["AllTrusted"], &[])));
    let gps = |policy: &mut Policy| {
        at(&["All"], &["by-position"])(policy);
        policy.grant = None;
    };
    assert!(denies(gps));
}

#[test]
fn device_filters_on_null() {
    let filter = |mode: FilterMode, rule: &str| {
        let rule = rule.to_owned();
        move |policy: &mut Policy| {
            let filter = DeviceFilter { mode, rule, unknown: Unknown::new() };
            policy.conditions.devices =
                Some(Devices { filter: Some(filter), unknown: Unknown::new() });
        }
    };
    use FilterMode::{Exclude, Include};
    assert!(denies(filter(Include, r#"device.model -ne "X""#)));
    assert!(is_apart(filter(Include, r#"device.model -eq "X""#)));
    assert!(denies(filter(Exclude, r#"device.model -eq "X" -or device.model -in ["Y"]"#)));
    assert!(is_apart(filter(Exclude, r#"device.model -notStartsWith "X""#)));
    assert!(is_unclear(filter(Include, r#"device.model -ne "X" -and device.model -eq "Y""#)));
    assert!(is_unclear(filter(Include, "device.model -eq null")));
}

#[test]
fn demands_of_grant_and_session() {
    let controls = |operator: GrantOperator, all: &[GrantControl]| {
        let all = all.to_vec();
        move |policy: &mut Policy| {
            if let Some(grant) = &mut policy.grant {
                grant.operator = Some(operator);
                grant.built_in = all;
            }
        }
    };
    use GrantControl::{ApprovedApplication, CompliantDevice, Mfa};
    use GrantOperator::{And, Or};
    assert_eq!(read(controls(Or, &[Mfa, CompliantDevice])), Reading::Meets);
    assert!(denies(controls(And, &[Mfa, CompliantDevice])));
    assert_eq!(read(controls(And, &[Mfa, ApprovedApplication])), Reading::Meets);
    assert_eq!(read(controls(Or, &[ApprovedApplication])), Reading::Meets);
    let token_protection = |policy: &mut Policy| {
        policy.grant = None;
        policy.session =
            Some(SessionControls { secure_sign_in_session: Some(true), ..Default::default() });
    };
    assert!(denies(token_protection));
    assert_eq!(read(|policy| policy.grant = None), Reading::Meets);
}
