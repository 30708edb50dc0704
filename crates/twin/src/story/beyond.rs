//! The demo tenant beyond accounts, groups and policies: what else opens or closes the door.

use halligan_core::id::{AppId, Guid};

use super::{
    ACCOUNT_ALPHA, ADMIN_GROUP, EMERGENCY_GROUP, ENDING_ADMIN, EXTRA_MEMBER, FEDERATED_DOMAIN,
    GROUP_ADMIN, GROUP_OWNER, PILOT_GROUP, SECOND_ADMIN, TENANT,
};
use crate::directory::applications::{
    app_role_assignment, app_role_id, federated_credential, permission_grant, registration, secret,
    service_principal,
};
use crate::directory::governance::{access_review, catalog_resource, recovery_profile};
use crate::directory::objects::{administrative_unit, group_schedule, sign_in_activity};
use crate::directory::settings::{
    authentication_context, deleted, diagnostic_setting, directory_sync, federation, partner,
};
use crate::directory::{Directory, Unit};
use crate::draft::Draft;

/// An application that may assign roles, and that a person without a role owns.
pub const RUNAWAY_APP: AppId = AppId::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4001);
/// Its service principal.
pub const RUNAWAY_PRINCIPAL: Guid = Guid::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4002);
/// Its registration.
pub const RUNAWAY_REGISTRATION: Guid = Guid::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4003);
/// An access review that empties the emergency group when nobody answers it.
pub const REVIEW: Guid = Guid::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4004);
/// A profile with which accounts are got back by showing an identity document.
pub const RECOVERY_PROFILE: Guid = Guid::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4005);
/// An administrative unit.
pub const UNIT: Guid = Guid::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4006);
/// A policy in the recycle bin.
pub const DELETED_POLICY: Guid = Guid::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4007);
/// The tenant of the company's cloud service provider.
pub const PROVIDER: Guid = Guid::from_u128(0x4ea0_0000_4b1d_4c0e_9a2f_10c4_7b0a_4008);

/// Name, issuer, subject and audience of whoever signs in as it from outside.
const RUNAWAY_TRUST: [&str; 4] = [
    "deployment",
    "https://token.actions.githubusercontent.com",
    "repo:harbourpine/onboarding:ref:refs/heads/main",
    "api://AzureADTokenExchange",
];
/// What the application may do: make anybody Global Administrator.
const RUNAWAY_PERMISSIONS: [&str; 2] = ["RoleManagement.ReadWrite.Directory", "User.Read.All"];

pub(super) fn add(directory: &mut Directory) {
    add_application(directory);
    add_settings(directory);
    add_governance(directory);
    add_activity(directory);
}

fn add_application(directory: &mut Directory) {
    let (name, home) = ("Onboarding automation", TENANT.to_string());
    let credentials = secret(RUNAWAY_PRINCIPAL, "2027-09-01T00:00:00Z");
    let principal = service_principal(RUNAWAY_PRINCIPAL, RUNAWAY_APP, name, &home);
    directory.service_principals.insert(RUNAWAY_PRINCIPAL, principal);
    let mut registration = registration(RUNAWAY_REGISTRATION, RUNAWAY_APP, name);
    registration.insert("passwordCredentials".into(), credentials);
    let graph = directory.graph_principal();
    let applications = &mut directory.applications;
    applications.registrations.insert(RUNAWAY_REGISTRATION, registration);
    let [name_of, issuer, subject, audience] = RUNAWAY_TRUST;
    let trusted = federated_credential(RUNAWAY_REGISTRATION, name_of, issuer, subject, audience);
    applications.federated.insert(RUNAWAY_REGISTRATION, vec![trusted]);
    for owned in [RUNAWAY_PRINCIPAL, RUNAWAY_REGISTRATION] {
        applications.owners.insert(owned, vec![GROUP_OWNER.0]);
    }
    for permission in RUNAWAY_PERMISSIONS {
        let role = app_role_id(permission);
        let grant = app_role_assignment(RUNAWAY_PRINCIPAL, name, role, graph);
        applications.app_role_assignments.push(grant);
    }
    let consent = permission_grant(RUNAWAY_PRINCIPAL, "openid profile User.Read", graph);
    applications.permission_grants.push(consent);
}

fn add_settings(directory: &mut Directory) {
    let settings = &mut directory.settings;
    // Administrators may reset their own passwords, as in every tenant that did not forbid it.
    settings.directory_sync = Some(directory_sync(TENANT, false));
    let trust = federation(FEDERATED_DOMAIN, "acceptIfMfaDoneByFederatedIdp");
    settings.federations.insert(FEDERATED_DOMAIN.into(), vec![trust]);
    settings.authentication_contexts.push(authentication_context("c1", "Privileged actions"));
    settings.partners.push(partner(PROVIDER, true, None));
    let categories = ["AuditLogs", "SignInLogs"];
    settings.diagnostic_settings.push(diagnostic_setting("logs", &categories));
    let old = Draft::new(DELETED_POLICY, "CA000 Old: block everything but the office")
        .users("includeUsers", &["All"])
        .demands(&["block"]);
    settings.deleted_policies.push(deleted(old.done()));
    let object = administrative_unit(UNIT, "Workshop", false);
    directory.administrative_units.insert(UNIT, Unit { object, members: vec![PILOT_GROUP.0] });
    directory.organization.insert("onPremisesSyncEnabled".into(), true.into());
}

fn add_governance(directory: &mut Directory) {
    let query = format!("/v1.0/groups/{EMERGENCY_GROUP}/transitiveMembers/microsoft.graph.user");
    let review = access_review(REVIEW, "Quarterly review of exclusions", &query, true);
    let governance = &mut directory.governance;
    governance.access_reviews.push(review);
    governance.recovery_profiles.push(recovery_profile(RECOVERY_PROFILE, "Account recovery"));
    let pilot = catalog_resource(PILOT_GROUP.0, "Conditional Access pilot");
    governance.catalog_resources.push(pilot);
    directory.group_schedules.push(group_schedule(ADMIN_GROUP.0, GROUP_ADMIN.0, None));
}

/// One account was used in a drill, the other never; people work every day.
fn add_activity(directory: &mut Directory) {
    directory.per_user_mfa.insert(SECOND_ADMIN.0, "enforced".into());
    for (user, last) in [
        (ACCOUNT_ALPHA, "2026-09-30T09:12:00Z"),
        (EXTRA_MEMBER, "2026-11-19T16:40:00Z"),
        (SECOND_ADMIN, "2026-11-20T07:55:00Z"),
        (ENDING_ADMIN, "2026-11-18T10:02:00Z"),
        (GROUP_ADMIN, "2026-05-04T13:30:00Z"),
    ] {
        if let Some(user) = directory.users.get_mut(&user.0) {
            user.object.insert("signInActivity".into(), sign_in_activity(last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::text_of;
    use crate::story::WATCHER_PERMISSIONS;
    use halligan_core::power::{self, Power};
    use halligan_core::tenant::PartKind;

    #[test]
    fn the_watcher_reads_every_part_but_two() {
        let missing: Vec<&str> = PartKind::ALL
            .iter()
            .map(PartKind::permission)
            .filter(|name| !name.starts_with('(') && !WATCHER_PERMISSIONS.contains(name))
            .collect();
        assert_eq!(missing, ["Directory.Read.All", "DelegatedAdminRelationship.Read.All"]);
    }

    #[test]
    fn the_application_can_assign_roles_and_has_a_plain_owner() {
        let story = Directory::story();
        let grants = story.every_app_role_assignment();
        let of_app = grants
            .iter()
            .filter(|grant| text_of(grant, "principalId") == RUNAWAY_PRINCIPAL.to_string());
        let powers: Vec<Power> = of_app
            .filter_map(|grant| power::permission_by_id(text_of(grant, "appRoleId").parse().ok()?))
            .flat_map(|permission| permission.powers.iter().copied())
            .collect();
        assert!(powers.contains(&Power::AssignRoles), "{powers:?}");
        let owner = story.applications.owners[&RUNAWAY_REGISTRATION][0];
        assert!(story.roles_of(&[owner]).is_empty());
    }

    #[test]
    fn the_review_names_the_emergency_group() {
        let story = Directory::story();
        let review = &story.governance.access_reviews[0];
        let query = review["scope"]["query"].as_str().unwrap();
        assert!(query.contains(&EMERGENCY_GROUP.to_string()));
        assert_eq!(review["settings"]["autoApplyDecisionsEnabled"], true);
    }
}
