//! A generated tenant beyond users, groups, policies and role holders.

use std::collections::BTreeSet;

use halligan_core::id::{AppId, Guid};
use halligan_core::power;

use super::Size;
use crate::directory::applications::{
    app_role_assignment, app_role_id, permission_grant, registration, secret, service_principal,
};
use crate::directory::governance::{
    access_review, catalog_resource, leaver_workflow, recovery_job, recovery_profile, role_policy,
};
use crate::directory::objects::{
    administrative_unit, assignment, group_schedule, sign_in_activity,
};
use crate::directory::settings::{
    authentication_context, deleted, diagnostic_setting, directory_sync, partner,
};
use crate::directory::{Directory, Unit, text_of};
use crate::draft::Draft;
use crate::random::Seeded;

/// Role holders for each application, groups for each unit and for each review.
const HOLDERS_PER_APPLICATION: usize = 10;
const GROUPS_PER_UNIT: usize = 20;
const GROUPS_PER_REVIEW: usize = 50;
/// Applications with a permission that has a power, of a hundred.
const POWERFUL_PERCENT: usize = 15;
/// Members of a unit at most.
const MAX_UNIT_MEMBERS: usize = 6;
/// What applications that only read were granted.
const READING: [&str; 4] =
    ["User.Read.All", "Group.Read.All", "Directory.Read.All", "AuditLog.Read.All"];
/// A role that an application holds: it writes to the directory.
const DIRECTORY_WRITERS: Guid = Guid::from_u128(0x9360feb5_f418_4baa_8175_e2a00bac4301);

pub(super) fn add(
    directory: &mut Directory,
    random: &mut Seeded,
    users: &[Guid],
    groups: &[Guid],
    size: &Size,
) {
    let applications = 1 + size.role_holders / HOLDERS_PER_APPLICATION;
    for number in 0..applications {
        add_application(directory, random, number, users);
    }
    for number in 0..1 + groups.len() / GROUPS_PER_UNIT {
        add_unit(directory, random, number, users, groups);
    }
    for number in 0..1 + groups.len() / GROUPS_PER_REVIEW {
        let Some(group) = random.pick(groups) else { break };
        let query = format!("/v1.0/groups/{group}/transitiveMembers/microsoft.graph.user");
        let name = format!("Review {number}");
        let review = access_review(random.guid(), &name, &query, random.chance(30));
        directory.governance.access_reviews.push(review);
    }
    add_governance(directory, random, users, groups);
    add_settings(directory, random);
    add_activity(directory, random);
}

fn add_application(directory: &mut Directory, random: &mut Seeded, number: usize, users: &[Guid]) {
    let (id, registered, app) = (random.guid(), random.guid(), AppId(random.guid()));
    let (name, home) = (format!("Application {number}"), directory.tenant.to_string());
    let principal = service_principal(id, app, &name, &home);
    directory.service_principals.insert(id, principal);
    let mut object = registration(registered, app, &name);
    let end = if random.chance(20) { "2026-01-31T00:00:00Z" } else { "2027-06-30T00:00:00Z" };
    object.insert("passwordCredentials".into(), secret(random.guid(), end));
    let graph = directory.graph_principal();
    let permission = match random.pick(power::PERMISSIONS) {
        Some(permission) if random.chance(POWERFUL_PERCENT) => permission.name,
        _ => random.pick(&READING).copied().unwrap_or_default(),
    };
    let grant = app_role_assignment(id, &name, app_role_id(permission), graph);
    let owner = random.pick(users).copied().filter(|_| random.chance(50));
    let applications = &mut directory.applications;
    applications.registrations.insert(registered, object);
    applications.app_role_assignments.push(grant);
    if random.chance(50) {
        let consent = permission_grant(id, "openid profile User.Read", graph);
        applications.permission_grants.push(consent);
    }
    if let Some(owner) = owner {
        applications.owners.insert(id, vec![owner]);
        applications.owners.insert(registered, vec![owner]);
    }
    // The first application of a tenant of some size writes to the directory.
    if number == 1 {
        directory.role_assignments.push(assignment(id, DIRECTORY_WRITERS, "/"));
    }
}

fn add_unit(
    directory: &mut Directory,
    random: &mut Seeded,
    number: usize,
    users: &[Guid],
    groups: &[Guid],
) {
    let id = random.guid();
    let is_restricted = random.chance(20);
    let mut members: Vec<Guid> = Vec::new();
    for _ in 0..random.below(MAX_UNIT_MEMBERS + 1) {
        let from = if random.chance(50) { users } else { groups };
        members.extend(random.pick(from));
    }
    members.sort_unstable();
    members.dedup();
    if is_restricted {
        for member in &members {
            let user = directory.users.get_mut(member).map(|user| &mut user.object);
            let group = directory.groups.get_mut(member).map(|group| &mut group.object);
            for object in user.into_iter().chain(group) {
                object.insert("isManagementRestricted".into(), true.into());
            }
        }
    }
    let object = administrative_unit(id, &format!("Unit {number}"), is_restricted);
    directory.administrative_units.insert(id, Unit { object, members });
}

fn add_governance(directory: &mut Directory, random: &mut Seeded, users: &[Guid], groups: &[Guid]) {
    let workflow = leaver_workflow(random.guid(), "Leavers", "(department eq 'Sales')");
    let started = "2026-08-03T09:00:00Z";
    let job = recovery_job(random.guid(), started, "2026-08-03T09:20:00Z");
    let mut profile = recovery_profile(random.guid(), "Account recovery");
    let state = if random.chance(30) { "enabled" } else { "disabled" };
    profile.insert("state".into(), state.into());
    let governance = &mut directory.governance;
    governance.lifecycle_workflows.push(workflow);
    governance.recovery_jobs.push(job);
    governance.recovery_profiles.push(profile);
    if let Some(group) = random.pick(groups) {
        governance.catalog_resources.push(catalog_resource(*group, "A group in a catalog"));
    }
    // Some roles want approval.
    if let Some(approver) = random.pick(users) {
        for role in power::ROLES.iter().filter(|role| !role.powers.is_empty()) {
            if random.chance(20) {
                let policy = role_policy(directory.tenant, role.id.0, &[*approver]);
                governance.role_policies.push(policy);
            }
        }
    }
    for (id, group) in &directory.groups {
        let is_for_roles = group.object.get("isAssignableToRole") == Some(&true.into());
        for member in group.members.iter().filter(|_| is_for_roles) {
            directory.group_schedules.push(group_schedule(*id, *member, None));
        }
    }
}

fn add_settings(directory: &mut Directory, random: &mut Seeded) {
    let tenant = directory.tenant;
    let settings = &mut directory.settings;
    if random.chance(50) {
        settings.directory_sync = Some(directory_sync(tenant, random.chance(50)));
    }
    settings.authentication_contexts.push(authentication_context("c1", "Privileged actions"));
    for _ in 0..random.below(4) {
        let trusts = random.chance(50).then_some(random.chance(50));
        settings.partners.push(partner(random.guid(), random.chance(30), trusts));
    }
    let categories = ["AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs"];
    settings.diagnostic_settings.push(diagnostic_setting("logs", &categories));
    let old = Draft::new(random.guid(), "Old policy").users("includeUsers", &["All"]);
    settings.deleted_policies.push(deleted(old.demands(&["mfa"]).done()));
}

/// Those who hold roles were used; what other users did is nobody's business here.
fn add_activity(directory: &mut Directory, random: &mut Seeded) {
    let held = directory.role_assignments.iter().chain(&directory.eligibility_instances);
    let holders: BTreeSet<Guid> =
        held.filter_map(|one| text_of(one, "principalId").parse().ok()).collect();
    for holder in holders {
        let day = 1 + random.below(20);
        if let Some(user) = directory.users.get_mut(&holder) {
            let last = format!("2026-11-{day:02}T08:00:00Z");
            user.object.insert("signInActivity".into(), sign_in_activity(&last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applications, reviews and units follow holders and groups; users bring nothing of their own.
    #[test]
    fn nothing_grows_with_users() {
        let size = Size { policies: 0, groups: 100, role_holders: 40, users: 60 };
        for users in [60, 600] {
            let directory = Directory::generate(5, &Size { users, ..size });
            assert_eq!(directory.applications.registrations.len(), 1 + 1 + 4);
            assert_eq!(directory.administrative_units.len(), 1 + 5);
            assert_eq!(directory.governance.access_reviews.len(), 1 + 2);
            let used = |id: &Guid| directory.users[id].object.contains_key("signInActivity");
            let used = directory.users.keys().filter(|id| used(id)).count();
            assert!((10..=42).contains(&used), "{used}");
            assert!(directory.per_user_mfa.is_empty());
        }
    }

    #[test]
    fn every_mentioned_object_exists() {
        let size = Size { policies: 4, groups: 60, role_holders: 60, users: 40 };
        for seed in 0..4 {
            let directory = Directory::generate(seed, &size);
            let units = directory.administrative_units.values().flat_map(|unit| &unit.members);
            let owners = directory.applications.owners.values().flatten();
            for id in units.chain(owners) {
                assert!(directory.principal(*id).is_some(), "{id}");
            }
            for grant in directory.every_app_role_assignment() {
                let role: Guid = text_of(&grant, "appRoleId").parse().unwrap();
                assert!(directory.graph_app_roles().contains_key(&role), "{role}");
                let principal: Guid = text_of(&grant, "principalId").parse().unwrap();
                assert!(directory.service_principals.contains_key(&principal));
            }
        }
    }
}
