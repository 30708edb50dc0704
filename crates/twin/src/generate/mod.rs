//! Tenants of any size from a seed: valid, plausible, the same every time.

mod beyond;

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid, TenantId};
use serde_json::json;

use crate::directory::objects;
use crate::directory::{
    BUILT_IN_ROLES, Directory, Group, Object, PHISHING_RESISTANT_STRENGTH, User,
};
use crate::draft::{Draft, sign_in_frequency};
use crate::random::Seeded;
use crate::story;

/// How large a generated tenant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Conditional Access policies.
    pub policies: usize,
    /// Groups beside the emergency group.
    pub groups: usize,
    /// Principals with a directory role beside the emergency accounts.
    pub role_holders: usize,
    /// Users beside the emergency accounts.
    pub users: usize,
}

/// Groups that one group holds at most as members, and users.
const MAX_NESTED: usize = 2;
const MAX_MEMBERS: usize = 12;
/// Groups that hold a role, of a hundred role holders.
const GROUP_HOLDERS_PERCENT: usize = 10;
/// Roles that are eligible instead of active, of a hundred.
const ELIGIBLE_PERCENT: usize = 30;

const GIVEN: [&str; 12] =
    ["Ada", "Bo", "Carla", "Dev", "Elif", "Farid", "Greta", "Hugo", "Ivana", "Jun", "Kofi", "Lena"];
const FAMILY: [&str; 12] = [
    "Abel", "Berg", "Costa", "Dahl", "Eder", "Fuchs", "Gray", "Holm", "Ito", "Jensen", "Kaya",
    "Lund",
];

impl Directory {
    /// A tenant that follows from `seed` and `size`: two good emergency access accounts in a
    /// role-assignable group that every policy excludes, and around them as many users, groups,
    /// policies and role holders as asked, applications, reviews and units in proportion to them
    /// (nothing more for each user). The client application is that of [`story`].
    pub fn generate(seed: u64, size: &Size) -> Self {
        let mut random = Seeded::new(seed);
        let domain = format!("tenant{seed}.onmicrosoft.com");
        let tenant = TenantId(random.guid());
        let mut directory = Self::empty(tenant, &format!("Generated tenant {seed}"), &domain);
        directory.register(story::watcher());
        fill(&mut directory, &mut random, &domain, size);
        directory
    }
}

/// Fills an empty tenant: the emergency access accounts, their group, and everybody else.
pub(crate) fn fill(directory: &mut Directory, random: &mut Seeded, domain: &str, size: &Size) {
    let emergency = add_emergency(directory, random, domain);
    let users = add_users(directory, random, domain, size.users);
    let groups = add_groups(directory, random, &users, size.groups);
    add_role_holders(directory, random, &users, &groups, size.role_holders);
    directory.policies = (0..size.policies)
        .map(|number| policy(random, number, emergency, &users, &groups))
        .collect();
    beyond::add(directory, random, &users, &groups, size);
}

/// Two accounts and their group; gives the group's id.
fn add_emergency(directory: &mut Directory, random: &mut Seeded, domain: &str) -> Guid {
    let mut members = Vec::new();
    for number in 1..=2 {
        let id = random.guid();
        let name = format!("sys-{number}@{domain}");
        let mut object = objects::user(id, &name, &format!("Emergency access {number}"));
        object.insert("passwordPolicies".into(), "DisablePasswordExpiration".into());
        let mut methods = vec![objects::password_method(objects::CREATED)];
        for key in 1..=2 {
            let key_id = format!("key-{number}-{key}");
            let aaguid = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
            methods.push(objects::fido2_method(&key_id, &key_id, aaguid, "YubiKey 5 NFC"));
        }
        directory.users.insert(id, User { object, methods });
        let assignment = objects::assignment(id, GLOBAL_ADMINISTRATOR.0, "/");
        directory.role_assignments.push(assignment);
        members.push(id);
    }
    let id = random.guid();
    let mut object = objects::security_group(id, "Emergency access exclusions");
    object.insert("isAssignableToRole".into(), true.into());
    directory.groups.insert(id, Group { object, members, owners: Vec::new() });
    id
}

fn add_users(
    directory: &mut Directory,
    random: &mut Seeded,
    domain: &str,
    count: usize,
) -> Vec<Guid> {
    let mut ids = Vec::new();
    for number in 0..count {
        let id = random.guid();
        let given = random.pick(&GIVEN).copied().unwrap_or_default();
        let family = random.pick(&FAMILY).copied().unwrap_or_default();
        let principal_name = format!("{given}.{family}{number}@{domain}").to_lowercase();
        let mut object = objects::user(id, &principal_name, &format!("{given} {family}"));
        object.insert("givenName".into(), given.into());
        object.insert("surname".into(), family.into());
        object.insert("accountEnabled".into(), random.chance(95).into());
        if random.chance(5) {
            object.insert("userType".into(), "Guest".into());
        }
        let mut methods = vec![objects::password_method(objects::CREATED)];
        if random.chance(80) {
            methods.push(objects::authenticator_method(random.guid(), "Phone"));
        }
        directory.users.insert(id, User { object, methods });
        ids.push(id);
    }
    ids
}

fn add_groups(
    directory: &mut Directory,
    random: &mut Seeded,
    users: &[Guid],
    count: usize,
) -> Vec<Guid> {
    let mut ids: Vec<Guid> = Vec::new();
    for number in 0..count {
        let id = random.guid();
        let mut object = objects::security_group(id, &format!("Group {number}"));
        let mut members = Vec::new();
        // Only groups without others in them may hold roles.
        if random.chance(10) {
            object.insert("isAssignableToRole".into(), true.into());
        } else {
            for _ in 0..random.below(MAX_NESTED + 1) {
                members.extend(random.pick(&ids));
            }
        }
        for _ in 0..random.below(MAX_MEMBERS + 1) {
            members.extend(random.pick(users));
        }
        members.sort_unstable();
        members.dedup();
        let owners = random.pick(users).copied().into_iter().collect();
        directory.groups.insert(id, Group { object, members, owners });
        ids.push(id);
    }
    ids
}

fn add_role_holders(
    directory: &mut Directory,
    random: &mut Seeded,
    users: &[Guid],
    groups: &[Guid],
    count: usize,
) {
    let for_roles: Vec<Guid> = groups
        .iter()
        .filter(|id| {
            let group = directory.groups.get(id);
            group.is_some_and(|group| group.object.get("isAssignableToRole") == Some(&true.into()))
        })
        .copied()
        .collect();
    for _ in 0..count {
        let is_group = random.chance(GROUP_HOLDERS_PERCENT) && !for_roles.is_empty();
        let holders = if is_group { &for_roles } else { users };
        let Some(holder) = random.pick(holders).copied() else { return };
        let template = random.pick(&BUILT_IN_ROLES).and_then(|(_, template)| template.parse().ok());
        let role = template.unwrap_or(GLOBAL_ADMINISTRATOR.0);
        if random.chance(ELIGIBLE_PERCENT) {
            let end = random.chance(50).then_some("2027-06-30T00:00:00Z");
            push_new(&mut directory.eligibility_instances, objects::eligibility(holder, role, end));
        } else {
            push_new(&mut directory.role_assignments, objects::assignment(holder, role, "/"));
        }
    }
}

/// Adds an object unless one with its id is there: nobody holds a role twice in one scope.
fn push_new(objects: &mut Vec<Object>, object: Object) {
    if !objects.iter().any(|known| known.get("id") == object.get("id")) {
        objects.push(object);
    }
}

fn policy(
    random: &mut Seeded,
    number: usize,
    emergency: Guid,
    users: &[Guid],
    groups: &[Guid],
) -> Object {
    let name = format!("CA{:03} Generated policy", number + 1);
    let emergency = emergency.to_string();
    let mut excluded = vec![emergency.clone()];
    for _ in 0..random.below(3) {
        excluded.extend(random.pick(groups).map(ToString::to_string));
    }
    excluded.dedup();
    let excluded: Vec<&str> = excluded.iter().map(String::as_str).collect();
    let mut draft = Draft::new(random.guid(), &name).users("excludeGroups", &excluded);
    draft = match (random.below(3), random.pick(groups), random.pick(users)) {
        (0, Some(group), _) => draft.users("includeGroups", &[&group.to_string()]),
        (1, _, Some(user)) => draft.users("includeUsers", &[&user.to_string()]),
        _ => draft.users("includeUsers", &["All"]),
    };
    draft = match random.below(6) {
        0 => draft
            .set("/conditions/clientAppTypes", json!(["exchangeActiveSync", "other"]))
            .demands(&["block"]),
        1 => draft.demands(&["compliantDevice", "domainJoinedDevice"]),
        2 => draft.demands_strength(PHISHING_RESISTANT_STRENGTH),
        3 => draft.set("/sessionControls", sign_in_frequency("timeBased", Some(8))),
        4 => draft.set("/conditions/signInRiskLevels", json!(["high", "medium"])).demands(&["mfa"]),
        _ => draft.demands(&["mfa"]),
    };
    draft = match random.below(10) {
        0 => draft.state("disabled"),
        1 => draft.state("enabledForReportingButNotEnforced"),
        _ => draft,
    };
    draft.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { policies: 30, groups: 40, role_holders: 50, users: 60 };

    #[test]
    fn a_seed_makes_one_tenant() {
        assert_eq!(Directory::generate(7, &SIZE), Directory::generate(7, &SIZE));
        assert_ne!(Directory::generate(7, &SIZE), Directory::generate(8, &SIZE));
    }

    #[test]
    fn sizes_are_kept() {
        let directory = Directory::generate(7, &SIZE);
        assert_eq!(directory.policies.len(), SIZE.policies);
        assert_eq!(directory.groups.len(), SIZE.groups + 1);
        assert_eq!(directory.users.len(), SIZE.users + 2);
        let holders = directory.role_assignments.len() + directory.eligibility_instances.len();
        assert!((SIZE.role_holders * 8 / 10..=SIZE.role_holders + 3).contains(&holders));
    }

    #[test]
    fn nothing_is_a_size_too() {
        let nothing = Size { policies: 0, groups: 0, role_holders: 5, users: 0 };
        let directory = Directory::generate(1, &nothing);
        assert_eq!((directory.users.len(), directory.groups.len()), (2, 1));
    }
}
