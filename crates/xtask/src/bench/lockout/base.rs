//! From a published set to a tenant that can exist, whose emergency account is proved: the
//! decisions that somebody who adopts the set has to take, taken in one way for every set.
//!
//! - **Placeholders** (`<BreakGlassGroup>`, names of users, groups, roles) become ids, the same
//!   text always the same id. `Company Administrator` is an earlier name of Global Administrator;
//!   a placeholder for an application or a location is one that the environment does not ask for.
//! - **Named locations** that the set does not hold become one of addresses for documentation; the
//!   fixed id of all compliant network locations becomes those.
//! - **The emergency group** is the excluded group whose placeholder says `emergency` or `break`,
//!   else the one that the set excludes most, else (where it excludes none) one of our own.
//! - **States** are those of the set, where it enforces a policy; a set that enforces none is taken
//!   as rolled out, every policy enabled.
//! - **Repair**: what keeps the account from being proved excludes the emergency group; where that
//!   does not help, it is switched off.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::ca::Verdict;
use halligan_core::check::sample::EMERGENCY;
use halligan_core::id::{
    AppId, GLOBAL_ADMINISTRATOR, GroupId, Guid, NamedLocationId, RoleTemplateId, UserId,
};
use halligan_core::tenant::{
    AppRef, GroupRef, LocationKind, LocationRef, NamedLocation, Policy, PolicyState, RoleRef,
    Unknown, UserRef, Users,
};

use super::sets::Set;
use super::tenant::Tenant;

/// The id of the location *All Compliant Network locations*, the same in every tenant.
pub(super) const COMPLIANT_NETWORK: &str = "3d46dbda-8382-466a-856d-eb00cbc6b910";

/// Azure Resource Manager, which one export names in words.
const AZURE_MANAGEMENT: AppId = AppId::from_u128(0x797f4846_ba00_4fd7_ba43_dac1f8f63013);

/// A tenant to edit, and how it was made.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// The tenant; its account is proved.
    pub(super) tenant: Tenant,
    /// How the emergency group was found.
    pub(super) group: String,
    /// Whether the set enforces nothing, and was taken as rolled out.
    pub(super) rolled_out: bool,
    /// Policies that were made to exclude the group.
    pub(super) excluded: Vec<String>,
    /// Policies that were switched off.
    pub(super) switched_off: Vec<String>,
}

/// Makes a set into a tenant whose emergency account is proved.
pub(super) fn base(set: &Set) -> Result<Base, String> {
    let mut policies = set.policies.clone();
    let (emergency, group) = emergency(&policies);
    policies.iter_mut().for_each(resolve);
    let rolled_out = policies.iter().all(|policy| policy.state != PolicyState::Enabled);
    if rolled_out {
        policies.iter_mut().for_each(|policy| policy.state = PolicyState::Enabled);
    }
    let locations = locations(&policies, &set.locations);
    let tenant = Tenant::new(policies, locations, emergency)?;
    let mut base =
        Base { tenant, group, rolled_out, excluded: Vec::new(), switched_off: Vec::new() };
    base.repair().map_err(|what| format!("{}: {what}", set.name))?;
    Ok(base)
}

impl Base {
    fn repair(&mut self) -> Result<(), String> {
        // Every round mends one policy at least, in at most two ways.
        for _ in 0..=2 * self.tenant.policies().len() {
            let proof = self.tenant.prove().map_err(|error| error.to_string())?;
            if proof.verdict() == Verdict::Proved {
                return Ok(());
            }
            let denials = proof.surfaces.iter().flat_map(|one| &one.denials).map(|one| &one.blame);
            let doubts = proof.surfaces.iter().flat_map(|one| &one.doubts).map(|(blame, _)| blame);
            let blamed: BTreeSet<usize> =
                denials.chain(doubts).filter_map(|blame| blame.policy()).collect();
            if blamed.is_empty() {
                break;
            }
            blamed.into_iter().for_each(|place| self.mend(place));
        }
        Err("the unedited account cannot be proved".into())
    }

    fn mend(&mut self, place: usize) {
        let group = GroupRef::Id(self.tenant.emergency);
        let mut excluded = None;
        self.tenant.policy(place, |policy| {
            let users = policy.conditions.users.as_mut();
            let helps = users.filter(|users| !users.exclude_groups.contains(&group));
            excluded = Some((policy.display_name.clone(), helps.is_some()));
            match helps {
                Some(users) => users.exclude_groups.push(group),
                None => policy.state = PolicyState::Disabled,
            }
        });
        match excluded {
            Some((name, true)) => self.excluded.push(name),
            Some((name, false)) => self.switched_off.push(name),
            None => {}
        }
    }
}

/// The emergency group of a set as it was published, and how it was found.
fn emergency(policies: &[Policy]) -> (GroupId, String) {
    let mut counts: Vec<(&GroupRef, usize)> = Vec::new();
    for group in policies.iter().filter_map(users).flat_map(|users| &users.exclude_groups) {
        match counts.iter_mut().find(|(one, _)| *one == group) {
            Some((_, count)) => *count += 1,
            None => counts.push((group, 1)),
        }
    }
    let says = |group: &GroupRef| {
        let text = group.to_string().to_ascii_lowercase();
        matches!(group, GroupRef::Other(_))
            && ["emergency", "break"].iter().any(|w| text.contains(w))
    };
    // Of several with one count the first that the set names.
    let most = |counts: &[(&GroupRef, usize)]| {
        counts.iter().rev().max_by_key(|(_, count)| *count).map(|(group, _)| (*group).clone())
    };
    let named: Vec<_> = counts.iter().copied().filter(|(group, _)| says(group)).collect();
    match (most(&named), most(&counts)) {
        (Some(group), _) => (group_id(&group), format!("`{group}`, by its name")),
        (None, Some(group)) => (group_id(&group), format!("`{group}`, excluded most")),
        (None, None) => (EMERGENCY, "our own: the set excludes none".into()),
    }
}

fn users(policy: &Policy) -> Option<&Users> {
    policy.conditions.users.as_ref()
}

/// An id in the place of a text that is none.
fn stand_in(kind: &str, text: &str) -> Guid {
    // FNV-1a, so that a text has one id on every machine.
    let bytes = kind.bytes().chain([0]).chain(text.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Guid::from_u128(0x5e75_0000_0000_4000_0000_0000_0000_0000 | u128::from(hash))
}

fn group_id(group: &GroupRef) -> GroupId {
    match group {
        GroupRef::Id(id) => *id,
        GroupRef::Other(text) => GroupId(stand_in("group", text)),
    }
}

/// Gives every placeholder of a policy an id.
fn resolve(policy: &mut Policy) {
    let conditions = &mut policy.conditions;
    if let Some(users) = &mut conditions.users {
        for user in users.include_users.iter_mut().chain(&mut users.exclude_users) {
            if let UserRef::Other(text) = user {
                *user = UserRef::Id(UserId(stand_in("user", text)));
            }
        }
        for group in users.include_groups.iter_mut().chain(&mut users.exclude_groups) {
            *group = GroupRef::Id(group_id(group));
        }
        for role in users.include_roles.iter_mut().chain(&mut users.exclude_roles) {
            if let RoleRef::Other(text) = role {
                let id = match text.as_str() {
                    "Company Administrator" | "Global Administrator" => GLOBAL_ADMINISTRATOR,
                    _ => RoleTemplateId(stand_in("role", text)),
                };
                *role = RoleRef::Id(id);
            }
        }
    }
    let applications = &mut conditions.applications;
    for app in applications.include.iter_mut().chain(&mut applications.exclude) {
        if let AppRef::Other(text) = app {
            *app = match text.as_str() {
                "Office 365" => AppRef::Office365,
                "Microsoft Azure Management" => AppRef::Id(AZURE_MANAGEMENT),
                _ => AppRef::Id(AppId(stand_in("application", text))),
            };
        }
    }
    if let Some(locations) = &mut conditions.locations {
        for location in locations.include.iter_mut().chain(&mut locations.exclude) {
            if let LocationRef::Other(text) = location {
                let id = stand_in("location", text).to_string();
                *location = LocationRef::Id(NamedLocationId::from(id));
            }
        }
    }
}

/// The named locations of a set, with one for every id that policies name and it does not hold.
fn locations(policies: &[Policy], own: &[NamedLocation]) -> Vec<NamedLocation> {
    let mut all: BTreeMap<NamedLocationId, NamedLocation> =
        own.iter().map(|one| (one.id.clone(), one.clone())).collect();
    let named = policies.iter().filter_map(|policy| policy.conditions.locations.as_ref());
    for location in named.flat_map(|one| one.include.iter().chain(&one.exclude)) {
        let LocationRef::Id(id) = location else { continue };
        all.entry(id.clone()).or_insert_with(|| {
            let kind = match id.as_str() {
                COMPLIANT_NETWORK => LocationKind::CompliantNetwork,
                _ => LocationKind::Ip { is_trusted: false, ranges: vec!["198.51.100.0/24".into()] },
            };
            location_of(id.as_str(), kind)
        });
    }
    all.into_values().collect()
}

/// A named location.
pub(super) fn location_of(id: &str, kind: LocationKind) -> NamedLocation {
    NamedLocation {
        id: NamedLocationId::from(id),
        display_name: id.into(),
        kind,
        unknown: Unknown::new(),
    }
}

#[cfg(test)]
mod tests {
    use halligan_core::check::sample::policy;
    use halligan_core::tenant::GrantControl;

    use super::*;

    fn excluding(groups: &[&str]) -> Policy {
        let mut policy = policy("p", GrantControl::Block);
        if let Some(users) = &mut policy.conditions.users {
            users.exclude_groups = groups.iter().map(|text| GroupRef::from_graph(text)).collect();
        }
        policy
    }

    #[test]
    fn the_emergency_group_is_found_by_name_then_by_count() {
        let id = "00000000-0000-0000-0000-000000000007";
        let set = [excluding(&["<Temp>", "<BreakGlass>"]), excluding(&["<Temp>"])];
        assert_eq!(emergency(&set).0, group_id(&GroupRef::from_graph("<BreakGlass>")));
        let set = [excluding(&["<Temp>", id]), excluding(&[id])];
        assert_eq!(emergency(&set).0, GroupId::from_u128(7));
        let tie = [excluding(&["first", "second"])];
        assert!(emergency(&tie).1.contains("`first`"));
        assert_eq!(emergency(&[excluding(&[])]).0, EMERGENCY);
    }

    #[test]
    fn a_text_has_one_id_and_another_another() {
        assert_eq!(stand_in("group", "<a>"), stand_in("group", "<a>"));
        assert_ne!(stand_in("group", "<a>"), stand_in("group", "<b>"));
        assert_ne!(stand_in("group", "<a>"), stand_in("user", "<a>"));
    }
}
