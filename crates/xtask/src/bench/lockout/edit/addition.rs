//! New policies: by role, location, device and platform.

use std::sync::Arc;

use halligan_core::check::sample::{ALPHA, schedule};
use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid, RoleTemplateId};
use halligan_core::tenant::{
    CountryLookup, DeviceFilter, Devices, FilterMode, GrantControl, LocationKind, LocationRef,
    Locations, Part, Platform, Platforms, Policy, RoleAssignment, RoleDefinition, RoleRef, Unknown,
    Users,
};

use super::super::base::{COMPLIANT_NETWORK, location_of};
use super::super::tenant::Tenant;
use super::Label::{Harmful, Harmless};
use super::{Edits, Label, excluding, new_policy};

/// User Administrator.
const USER_ADMINISTRATOR: RoleTemplateId =
    RoleTemplateId::from_u128(0xfe930be7_5e62_47db_91af_98c3a49a38b1);

/// A role that the tenant defined.
const CUSTOM_ROLE: RoleTemplateId = RoleTemplateId::from_u128(0xc057);

/// The name of every new policy.
const NAME: &str = "new policy";

pub(super) fn all(base: &Arc<Tenant>, edits: &mut Edits) {
    roles(base, edits);
    positions(base, edits);
    networks(base, edits);
    devices(base, edits);
    platforms(base, edits);
}

/// Adds the edit that adds a policy to `before`.
fn add(
    kind: (&'static str, &'static str),
    (label, reason): (Label, &str),
    before: &Arc<Tenant>,
    policy: Policy,
    edits: &mut Edits,
) {
    let after = before.after(|tenant| tenant.add(policy));
    edits.add_for(kind, NAME.into(), (label, reason.into()), before, after);
}

fn roles(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "role-included";
    let block = |role: RoleTemplateId| {
        let mut policy = new_policy(NAME, GrantControl::Block);
        policy.conditions.users =
            Some(Users { include_roles: vec![RoleRef::Id(role)], ..Users::default() });
        policy
    };
    let why = "the account is a Global Administrator, which no group membership changes";
    add((KIND, "its own role"), (Harmful, why), base, block(GLOBAL_ADMINISTRATOR), edits);
    let why = "the same, and the emergency group is excluded";
    let policy = excluding(block(GLOBAL_ADMINISTRATOR), base);
    add((KIND, "its own role, group excluded"), (Harmless, why), base, policy, edits);
    let why = "the account does not hold the role";
    add((KIND, "another role"), (Harmless, why), base, block(USER_ADMINISTRATOR), edits);

    let holds = |role: RoleTemplateId, scope: &'static str| {
        Arc::new(base.after(|tenant| assign(tenant, role, scope)))
    };
    let before =
        holds(USER_ADMINISTRATOR, "/administrativeUnits/0000000a-0000-0000-0000-000000000001");
    let why = "it holds the role in an administrative unit, and policies match tenant-wide roles";
    let policy = block(USER_ADMINISTRATOR);
    add((KIND, "a role in an administrative unit"), (Harmless, why), &before, policy, edits);
    let before = holds(USER_ADMINISTRATOR, "/");
    let why = "it holds the role, active and in the whole tenant";
    let policy = block(USER_ADMINISTRATOR);
    add((KIND, "another role that it holds"), (Harmful, why), &before, policy, edits);
    let before = Arc::new(base.after(|tenant| {
        define(tenant, CUSTOM_ROLE);
        assign(tenant, CUSTOM_ROLE, "/");
    }));
    let why = "policies match built-in roles, and not a role that the tenant defined";
    add((KIND, "a custom role"), (Harmless, why), &before, block(CUSTOM_ROLE), edits);
    let before = Arc::new(base.after(|tenant| {
        let mut eligible = schedule(ALPHA, None);
        eligible.role = Some(USER_ADMINISTRATOR.0);
        eligible.assignment = None;
        if let Part::Read { value, .. } = &mut tenant.snapshot.role_eligibilities {
            value.push(eligible);
        }
    }));
    let why = "it may activate the role and has not: policies match active roles";
    let policy = block(USER_ADMINISTRATOR);
    add((KIND, "an eligible role"), (Harmless, why), &before, policy, edits);
}

fn define(tenant: &mut Tenant, role: RoleTemplateId) {
    if let Part::Read { value, .. } = &mut tenant.snapshot.role_definitions {
        value.push(RoleDefinition {
            id: role.0,
            template: Some(role),
            display_name: "Reader of something".into(),
            is_built_in: false,
            is_privileged: None,
            is_enabled: Some(true),
            actions: Vec::new(),
            unknown: Unknown::new(),
        });
    }
}

fn assign(tenant: &mut Tenant, role: RoleTemplateId, scope: &str) {
    if let Part::Read { value, .. } = &mut tenant.snapshot.role_assignments {
        value.push(RoleAssignment {
            id: format!("{role} {scope}"),
            role: role.0,
            principal: ALPHA.into(),
            principal_kind: None,
            scope: scope.into(),
            unknown: Unknown::new(),
        });
    }
    if let Part::Read { value, .. } = &mut tenant.snapshot.role_schedules {
        let mut active = schedule(ALPHA, None);
        active.role = Some(role.0);
        active.scope = Some(scope.into());
        value.push(active);
    }
}

fn at(control: GrantControl, include: LocationRef, exclude: Option<LocationRef>) -> Policy {
    let mut policy = new_policy(NAME, control);
    policy.conditions.locations = Some(Locations {
        include: vec![include],
        exclude: exclude.into_iter().collect(),
        unknown: Unknown::new(),
    });
    policy
}

fn positions(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "gps-location";
    let in_country = |lookup: CountryLookup| {
        let id = Guid::from_u128(0x695).to_string();
        let kind = LocationKind::Country {
            countries: vec!["AQ".into()],
            include_unknown: false,
            lookup: Some(lookup),
        };
        let before = Arc::new(base.after(|tenant| tenant.add_location(location_of(&id, kind))));
        (before, LocationRef::Id(id.as_str().into()))
    };
    let (before, country) = in_country(CountryLookup::AuthenticatorAppGps);
    let why = "every sign-in is asked for a position, which a key does not give";
    let policy = at(GrantControl::Mfa, country.clone(), None);
    add((KIND, "country by GPS"), (Harmful, why), &before, policy, edits);
    let why = "the emergency group is excluded, and so nobody asks";
    let policy = excluding(at(GrantControl::Mfa, country, None), base);
    add((KIND, "country by GPS, group excluded"), (Harmless, why), &before, policy, edits);
    let (before, country) = in_country(CountryLookup::ClientIpAddress);
    let why = "the address says the country, and a key meets the demand";
    let policy = at(GrantControl::Mfa, country, None);
    add((KIND, "country by address"), (Harmless, why), &before, policy, edits);
}

fn networks(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "compliant-network";
    let network = LocationRef::Id(COMPLIANT_NETWORK.into());
    let is_there = base.locations().iter().any(|one| one.id.as_str() == COMPLIANT_NETWORK);
    let before = match is_there {
        true => Arc::clone(base),
        false => Arc::new(base.after(|tenant| {
            let kind = LocationKind::CompliantNetwork;
            tenant.add_location(location_of(COMPLIANT_NETWORK, kind));
        })),
    };
    let outside = at(GrantControl::Block, LocationRef::All, Some(network.clone()));
    let why = "the environment does not come through Global Secure Access";
    add((KIND, "all but it blocked"), (Harmful, why), &before, outside.clone(), edits);
    let why = "the emergency group is excluded";
    let policy = excluding(outside, base);
    add((KIND, "all but it blocked, group excluded"), (Harmless, why), &before, policy, edits);
    let why = "the environment does not come through the network that is blocked";
    let policy = at(GrantControl::Block, network, None);
    add((KIND, "it alone blocked"), (Harmless, why), &before, policy, edits);
}

fn devices(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "device-filter";
    let filtered = |mode: FilterMode, rule: &str| {
        let mut policy = new_policy(NAME, GrantControl::Block);
        let filter = DeviceFilter { mode, rule: rule.into(), unknown: Unknown::new() };
        policy.conditions.devices = Some(Devices { filter: Some(filter), unknown: Unknown::new() });
        policy
    };
    use FilterMode::{Exclude, Include};
    let matched = "the attribute is null, and a negative operator matches null";
    let unmatched = "the attribute is null, and a positive operator does not match null";
    for (variant, label, mode, rule, why) in [
        ("include, negative", Harmful, Include, r#"device.trustType -ne "ServerAD""#, matched),
        ("include, positive", Harmless, Include, r#"device.trustType -eq "Workplace""#, unmatched),
        ("exclude, positive", Harmful, Exclude, "device.isCompliant -eq True", unmatched),
        (
            "exclude, negative",
            Harmless,
            Exclude,
            r#"device.deviceOwnership -ne "Company""#,
            matched,
        ),
    ] {
        add((KIND, variant), (label, why), base, filtered(mode, rule), edits);
    }
    let policy = excluding(filtered(Include, r#"device.trustType -ne "ServerAD""#), base);
    let why = "the emergency group is excluded";
    add((KIND, "include, negative, group excluded"), (Harmless, why), base, policy, edits);
}

fn platforms(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "platform-blocked";
    let on = |control: GrantControl, include: Platform, exclude: Vec<Platform>| {
        let mut policy = new_policy(NAME, control);
        policy.conditions.platforms =
            Some(Platforms { include: vec![include], exclude, unknown: Unknown::new() });
        policy
    };
    use Platform::{All, Android, Ios, Linux, MacOs, Windows, WindowsPhone};
    let known = || vec![Android, Ios, Windows, WindowsPhone, MacOs, Linux];
    let unknown = || on(GrantControl::Block, All, known());
    let why = "a borrowed computer may be of a platform that Entra ID does not know";
    add((KIND, "unknown platforms"), (Harmful, why), base, unknown(), edits);
    let why = "the emergency group is excluded";
    let policy = excluding(unknown(), base);
    add((KIND, "unknown platforms, group excluded"), (Harmless, why), base, policy, edits);
    let why = "a key meets the demand on every platform";
    let policy = on(GrantControl::Mfa, All, known());
    add((KIND, "MFA on unknown platforms"), (Harmless, why), base, policy, edits);
    let why = "the environment is declared as any platform, and this one is among them";
    let policy = on(GrantControl::Block, WindowsPhone, Vec::new());
    add((KIND, "Windows Phone"), (Harmful, why), base, policy, edits);
}
