//! What one policy does to the emergency account in the default environment, read off its members
//! by rules that a person can follow: the source of labels.
//!
//! It shares no code with the prover or the evaluator, and is blunt on purpose: what is not plain
//! is [`Reading::Unclear`], and no edit is derived from it. The environment: a computer that nobody
//! manages, any platform, anywhere, any level of risk, browser and desktop clients, no device code;
//! the Entra admin center, the Azure portal, Microsoft Graph, Azure Resource Manager.

use std::collections::BTreeSet;

use halligan_core::check::sample::ALPHA;
use halligan_core::id::{AppId, GLOBAL_ADMINISTRATOR, GroupId};
use halligan_core::tenant::{
    AppRef, Applications, ClientAppType, Conditions, CountryLookup, Devices, FilterMode,
    GrantControl, GrantControls, GrantOperator, GroupRef, LocationKind, LocationRef, Locations,
    MethodMode, NamedLocation, Policy, PolicyState, RoleRef, SessionControls, Strength,
    TransferMethod, UserRef, Users, said,
};

use super::tenant::Tenant;

/// What a policy does to the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It denies some sign-in of the environment, and why.
    Denies(String),
    /// It applies, and the account meets it.
    Meets,
    /// It does not reach a sign-in of the account in the environment, and why.
    Apart(&'static str),
    /// It is not plain, and why.
    Unclear(&'static str),
}

/// Whether a condition lets some sign-in of the environment through to the controls.
type Reached = Result<(), Reading>;

/// Reads a policy of a tenant.
pub(super) fn reading(policy: &Policy, tenant: &Tenant) -> Reading {
    let conditions = &policy.conditions;
    let reached = state(policy)
        .and_then(|()| who(conditions, &tenant.groups()))
        .and_then(|()| what(&conditions.applications))
        .and_then(|()| how(conditions))
        .and_then(|()| device(conditions.devices.as_ref()))
        .and_then(|()| location(conditions.locations.as_ref(), tenant.locations()));
    match reached {
        Err(reading) => reading,
        Ok(()) => demands(policy),
    }
}

fn apart(why: &'static str) -> Reached {
    Err(Reading::Apart(why))
}

fn unclear(why: &'static str) -> Reached {
    Err(Reading::Unclear(why))
}

fn state(policy: &Policy) -> Reached {
    match policy.state {
        PolicyState::Enabled => Ok(()),
        PolicyState::Disabled => apart("it is disabled"),
        PolicyState::ReportOnly => apart("it is report-only"),
        PolicyState::Other(_) => unclear("its state is not known"),
    }
}

fn who(conditions: &Conditions, groups: &BTreeSet<GroupId>) -> Reached {
    let Some(users) = &conditions.users else {
        return match conditions.client_applications.is_some() {
            true => apart("it is for workload identities"),
            false => unclear("it names neither users nor workload identities"),
        };
    };
    if said(&users.unknown).next().is_some() {
        return unclear("its users have members that are not known");
    }
    let Users { include_users, include_groups, include_roles, .. } = users;
    let Users { exclude_users, exclude_groups, exclude_roles, .. } = users;
    if picks(exclude_users, exclude_groups, exclude_roles, groups) {
        return apart("it excludes the account");
    }
    match picks(include_users, include_groups, include_roles, groups) {
        true => Ok(()),
        false => apart("it includes only others"),
    }
}

fn picks(
    users: &[UserRef],
    in_groups: &[GroupRef],
    roles: &[RoleRef],
    groups: &BTreeSet<GroupId>,
) -> bool {
    users.iter().any(|user| matches!(user, UserRef::All) || *user == UserRef::Id(ALPHA))
        || in_groups.iter().any(|one| matches!(one, GroupRef::Id(id) if groups.contains(id)))
        || roles.contains(&RoleRef::Id(GLOBAL_ADMINISTRATOR))
}

/// What the surfaces of the environment ask for: the portals, Azure Resource Manager, Microsoft
/// Graph, and Windows Azure Active Directory for low scopes.
const ASKED: [AppId; 4] = [
    AppId::from_u128(0xc44b4083_3bb0_49c1_b47d_974e53cbdf3c),
    AppId::from_u128(0x797f4846_ba00_4fd7_ba43_dac1f8f63013),
    AppId::from_u128(0x00000003_0000_0000_c000_000000000000),
    AppId::from_u128(0x00000002_0000_0000_c000_000000000000),
];

fn what(applications: &Applications) -> Reached {
    if applications.filter.is_some() || said(&applications.unknown).next().is_some() {
        return unclear("its resources are named by a filter or by members that are not known");
    }
    let names = |list: &[AppRef], app: AppId| {
        list.iter().any(|one| match one {
            AppRef::All => true,
            AppRef::Id(id) => *id == app,
            AppRef::MicrosoftAdminPortals => Some(&app) == ASKED.first(),
            AppRef::Office365 | AppRef::None | AppRef::Other(_) => false,
        })
    };
    let is_asked =
        |app: &AppId| names(&applications.include, *app) && !names(&applications.exclude, *app);
    match ASKED.iter().any(is_asked) {
        true => Ok(()),
        false => apart("it is for none of the resources that the environment asks for"),
    }
}

/// Clients, platforms, risk, flows: of risk and platform every level and every one is in the
/// environment.
fn how(conditions: &Conditions) -> Reached {
    if said(&conditions.unknown).next().is_some() {
        return unclear("it has conditions that are not known");
    }
    let is_modern = |one: &ClientAppType| {
        use ClientAppType::{All, Browser, MobileAppsAndDesktopClients};
        matches!(one, All | Browser | MobileAppsAndDesktopClients)
    };
    let clients = &conditions.client_app_types;
    if !clients.is_empty() && !clients.iter().any(is_modern) {
        return apart("it is for legacy clients");
    }
    if let Some(platforms) = &conditions.platforms {
        let is_left = |one| !platforms.exclude.contains(one);
        let is_any = platforms.include.is_empty() && platforms.exclude.is_empty();
        if !is_any && !platforms.include.iter().any(is_left) {
            return unclear("it excludes every platform that it includes");
        }
    }
    let flows = &conditions.transfer_methods;
    if !flows.is_empty() && !flows.contains(&TransferMethod::None) {
        return apart("it is for authentication flows that the environment does not use");
    }
    Ok(())
}

fn location(locations: Option<&Locations>, named: &[NamedLocation]) -> Reached {
    let Some(Locations { include, exclude, unknown }) = locations else { return Ok(()) };
    if said(unknown).next().is_some() {
        return unclear("its locations have members that are not known");
    }
    if include.is_empty() && exclude.is_empty() {
        return Ok(());
    }
    let kind = |location: &LocationRef| match location {
        LocationRef::Id(id) => named.iter().find(|one| one.id == *id).map(|one| &one.kind),
        _ => None,
    };
    let by_position = |one: &LocationRef| {
        let gps = Some(CountryLookup::AuthenticatorAppGps);
        matches!(kind(one), Some(LocationKind::Country { lookup, .. }) if *lookup == gps)
    };
    if include.iter().chain(exclude).any(by_position) {
        return Err(Reading::Denies(
            "it asks for the position of the Authenticator app, which no key gives".into(),
        ));
    }
    if exclude.contains(&LocationRef::All) {
        return apart("it excludes every location");
    }
    if include.contains(&LocationRef::All) {
        // Nobody names every address there is.
        return Ok(());
    }
    let has_addresses = |one: &LocationRef| match kind(one) {
        Some(LocationKind::Ip { ranges, .. }) => !ranges.is_empty(),
        Some(LocationKind::Country { countries, .. }) => !countries.is_empty(),
        _ => false,
    };
    let is_network = |one| matches!(kind(one), Some(LocationKind::CompliantNetwork));
    match include {
        _ if exclude.is_empty() && include.iter().any(has_addresses) => Ok(()),
        _ if include.iter().all(is_network) => apart("it is for the compliant network alone"),
        _ => unclear("which addresses it is for is not plain"),
    }
}

/// Operators that match nothing where the attribute is null, as all are of an unregistered device.
const POSITIVE: [&str; 5] = ["-eq", "-startsWith", "-endsWith", "-contains", "-in"];

/// Operators that match everything there.
const NEGATIVE: [&str; 5] = ["-ne", "-notStartsWith", "-notEndsWith", "-notContains", "-notIn"];

fn device(devices: Option<&Devices>) -> Reached {
    let Some(devices) = devices else { return Ok(()) };
    if said(&devices.unknown).next().is_some() {
        return unclear("its devices have members that are not known");
    }
    let Some(filter) = &devices.filter else { return Ok(()) };
    let is_in = |list: [&str; 5], word: &str| list.iter().any(|one| word.eq_ignore_ascii_case(one));
    let words = || filter.rule.split_whitespace();
    let operators: Vec<&str> =
        words().filter(|word| is_in(POSITIVE, word) || is_in(NEGATIVE, word)).collect();
    let has = |what: &str| words().any(|word| word.eq_ignore_ascii_case(what));
    let matches = match operators.as_slice() {
        [] => return unclear("its device filter is not plain"),
        _ if has("-not") || has("null") => return unclear("its device filter is not plain"),
        all if all.iter().all(|one| is_in(POSITIVE, one)) => false,
        all if all.iter().all(|one| is_in(NEGATIVE, one)) => true,
        _ => return unclear("its device filter mixes positive and negative operators"),
    };
    match (&filter.mode, matches) {
        (FilterMode::Include, true) | (FilterMode::Exclude, false) => Ok(()),
        (FilterMode::Include, false) => {
            apart("its device filter matches no unregistered device: every attribute is null")
        }
        (FilterMode::Exclude, true) => apart("its device filter excludes unregistered devices"),
        (FilterMode::Other(_), _) => unclear("its device filter has a mode that is not known"),
    }
}

/// Whether the account meets what the policy demands: by a key it does multifactor authentication,
/// and it has nothing else.
fn demands(policy: &Policy) -> Reading {
    let parts = [policy.session.as_ref().map(session), policy.grant.as_ref().map(grant)];
    let mut readings = parts.into_iter().flatten();
    let one = readings.next().unwrap_or(Reading::Meets);
    readings.fold(one, |worse, next| match (&worse, &next) {
        (Reading::Denies(_), _) | (_, Reading::Meets) => worse,
        _ => next,
    })
}

fn session(session: &SessionControls) -> Reading {
    let is_known = |name: &&str| *name != "globalSecureAccessFilteringProfile";
    if said(&session.unknown).any(|name| is_known(&name)) {
        return Reading::Unclear("it has session controls that are not known");
    }
    let is_strict = |mode: &String| mode.eq_ignore_ascii_case("strictLocation");
    if session.secure_sign_in_session == Some(true) {
        return Reading::Denies("it demands token protection of an unregistered device".into());
    }
    match session.continuous_access_evaluation.as_ref().is_some_and(is_strict) {
        true => Reading::Denies("it enforces locations strictly".into()),
        false => Reading::Meets,
    }
}

fn grant(grant: &GrantControls) -> Reading {
    if said(&grant.unknown).next().is_some() {
        return Reading::Unclear("it has grant controls that are not known");
    }
    let mut demands: Vec<Result<(), &str>> = Vec::new();
    for control in &grant.built_in {
        demands.push(match control {
            // Not enforced since 2026-06-30, as if it were not selected.
            GrantControl::ApprovedApplication => continue,
            GrantControl::Mfa => Ok(()),
            GrantControl::Block => Err("blocks"),
            GrantControl::CompliantDevice => Err("demands a compliant device"),
            GrantControl::DomainJoinedDevice => Err("demands a hybrid joined device"),
            GrantControl::CompliantApplication => Err("demands an app protection policy"),
            GrantControl::PasswordChange => Err("demands a password change"),
            GrantControl::RiskRemediation => Err("demands risk remediation"),
            GrantControl::Other(_) => return Reading::Unclear("its control is not known"),
        });
    }
    match grant.strength.as_ref().map(strength) {
        None => {}
        Some(Some(true)) => demands.push(Ok(())),
        Some(Some(false)) => demands.push(Err("demands a strength that takes no passkey")),
        Some(None) => return Reading::Unclear("what its strength takes is not plain"),
    }
    if !grant.terms_of_use.is_empty() {
        demands.push(Err("demands terms of use that nobody accepted"));
    }
    if !grant.custom.is_empty() {
        demands.push(Err("demands a custom control"));
    }
    let failed: Vec<&str> = demands.iter().filter_map(|one| one.err()).collect();
    let any_suffices = grant.operator == Some(GrantOperator::Or);
    let is_met = failed.is_empty() || any_suffices && failed.len() < demands.len();
    match is_met {
        true => Reading::Meets,
        false => Reading::Denies(format!("it {}", failed.join(", "))),
    }
}

/// Whether a passkey meets a strength: of the built-in ones it meets each.
fn strength(strength: &Strength) -> Option<bool> {
    let built_in = ["2", "3", "4"].map(|end| format!("00000000-0000-0000-0000-00000000000{end}"));
    if built_in.iter().any(|id| strength.id.as_str() == id) {
        return Some(true);
    }
    let combinations = strength.allowed_combinations.as_ref()?;
    let is_key = |modes: &Vec<MethodMode>| *modes == [MethodMode::Fido2];
    let is_held = |mode: &MethodMode| matches!(mode, MethodMode::Fido2 | MethodMode::Password);
    match combinations.iter().any(is_key) {
        true => strength.configurations.is_empty().then_some(true),
        false if combinations.iter().any(|modes| modes.iter().all(is_held)) => None,
        false => Some(false),
    }
}

#[cfg(test)]
mod tests;
