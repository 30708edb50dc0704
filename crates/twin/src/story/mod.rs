//! The demo tenant: Harbour & Pine, a fictional company whose back door has the classic faults.
//!
//! Two emergency access accounts, of which one is good (`alpha`) and one is not (`bravo`); a group
//! that somebody else slipped into; policies that mostly exclude it. What is wrong, in one list:
//!
//! - bravo's user principal name is on the federated domain, whose provider's word on multifactor
//!   authentication is believed; it holds Global Administrator as eligible only, has a phone number
//!   and was never signed in with; neither account has a second key;
//! - the emergency group has an extra member (a daily administrator) and an owner;
//! - two policies forgot the exclusion: [`FORGOTTEN_POLICY`] (enabled; it remembers alpha alone)
//!   and [`REPORT_ONLY_POLICY`]; so did the registration campaign, and the deleted
//!   [`DELETED_POLICY`];
//! - [`DEAD_REFERENCE_POLICY`] excludes a group that was deleted for good;
//! - [`PREVIEW_POLICY`] uses a preview feature, so that v1.0 does not show it;
//! - [`RUNAWAY_APP`] may assign roles, with a secret, and a person without a role owns it;
//! - administrators are too many, permanent, synchronised, and may reset their own passwords;
//!   [`RECOVERY_PROFILE`] gives accounts back to whoever shows an identity document with their
//!   name;
//! - [`REVIEW`] empties the emergency group when nobody answers it;
//! - a synchronised object may take over a cloud object with the same address;
//! - nobody has to approve when an eligible administrator activates Global Administrator;
//! - [`PROVIDER`] may act here, and the log of non-interactive sign-ins goes nowhere.

mod beyond;
mod policies;
pub mod small;

use halligan_core::id::{AppId, GLOBAL_ADMINISTRATOR, GroupId, Guid, TenantId, UserId};
use serde_json::{Value, json};

use crate::app::App;
use crate::directory::objects::{self, object};
use crate::directory::{Directory, Group, Licence, User};

/// The tenant's id.
pub const TENANT: TenantId = TenantId::from_u128(0x7a5e_1f00_4b1d_4c0e_9a2f_10c4_7b0a_7000);
/// The domain that the tenant was created with.
pub const INITIAL_DOMAIN: &str = "harbourpine.onmicrosoft.com";
/// The company's own domain, federated with an identity provider in its cellar.
pub const FEDERATED_DOMAIN: &str = "harbourpine.example";
/// The application that reads the tenant.
pub const WATCHER: AppId = AppId::from_u128(0x7a5e_1f00_4b1d_4c0e_9a2f_10c4_7b0a_7001);
/// The application's secret; it opens nothing but this tenant.
pub const WATCHER_SECRET: &str = "harbour-and-pine-demo";
/// Microsoft Graph Command Line Tools, the public client that persons sign in with.
pub const PUBLIC_CLIENT: AppId = AppId::from_u128(0x14d8_2eec_204b_4c2f_b7e8_296a_70da_b67e);
/// The good emergency access account.
pub const ACCOUNT_ALPHA: UserId = UserId::from_u128(0xa1fa_0000_4b1d_4c0e_9a2f_10c4_7b0a_0001);
/// The emergency access account that would not get in.
pub const ACCOUNT_BRAVO: UserId = UserId::from_u128(0xb2a7_0000_4b1d_4c0e_9a2f_10c4_7b0a_0002);
/// The group that policies exclude.
pub const EMERGENCY_GROUP: GroupId = GroupId::from_u128(0xe6e2_0000_4b1d_4c0e_9a2f_10c4_7b0a_1001);
/// A role-assignable group that holds Global Administrator.
pub const ADMIN_GROUP: GroupId = GroupId::from_u128(0xad31_0000_4b1d_4c0e_9a2f_10c4_7b0a_1002);
/// A group that policies use to pilot changes.
pub const PILOT_GROUP: GroupId = GroupId::from_u128(0x9110_0000_4b1d_4c0e_9a2f_10c4_7b0a_1003);
/// A group in the recycle bin.
pub const DELETED_GROUP: GroupId = GroupId::from_u128(0xde1e_0000_4b1d_4c0e_9a2f_10c4_7b0a_1004);
/// A group that is gone for good, and that a policy still excludes.
pub const MISSING_GROUP: GroupId = GroupId::from_u128(0x6011_0000_4b1d_4c0e_9a2f_10c4_7b0a_1005);
/// The daily administrator who is a member of the emergency group.
pub const EXTRA_MEMBER: UserId = UserId::from_u128(0xda11_0000_4b1d_4c0e_9a2f_10c4_7b0a_0003);
/// The owner of the emergency group.
pub const GROUP_OWNER: UserId = UserId::from_u128(0x0e2e_0000_4b1d_4c0e_9a2f_10c4_7b0a_0004);
/// A Global Administrator with a permanent assignment.
pub const SECOND_ADMIN: UserId = UserId::from_u128(0x5ec0_0000_4b1d_4c0e_9a2f_10c4_7b0a_0005);
/// A Global Administrator whose assignment ends.
pub const ENDING_ADMIN: UserId = UserId::from_u128(0xe4d0_0000_4b1d_4c0e_9a2f_10c4_7b0a_0006);
/// A Global Administrator through [`ADMIN_GROUP`].
pub const GROUP_ADMIN: UserId = UserId::from_u128(0x6209_0000_4b1d_4c0e_9a2f_10c4_7b0a_0007);
/// A person who is eligible for Global Administrator.
pub const ELIGIBLE_ADMIN: UserId = UserId::from_u128(0xe116_0000_4b1d_4c0e_9a2f_10c4_7b0a_0008);
/// A Global Reader, who assesses the tenant.
pub const AUDITOR: UserId = UserId::from_u128(0xa0d1_0000_4b1d_4c0e_9a2f_10c4_7b0a_0010);
/// A user in the recycle bin.
pub const DELETED_USER: UserId = UserId::from_u128(0xde1e_0000_4b1d_4c0e_9a2f_10c4_7b0a_0009);

pub use beyond::{
    DELETED_POLICY, PROVIDER, RECOVERY_PROFILE, REVIEW, RUNAWAY_APP, RUNAWAY_PRINCIPAL,
    RUNAWAY_REGISTRATION, UNIT,
};

/// The role definition of Global Reader.
const GLOBAL_READER: Guid = Guid::from_u128(0xf2ef_992c_3afb_46b9_b7cf_a126_ee74_c451);

pub use policies::{
    BLOCK_LEGACY_POLICY, DEAD_REFERENCE_POLICY, FORGOTTEN_POLICY, OFFICE_LOCATION, PREVIEW_POLICY,
    REPORT_ONLY_POLICY, STRENGTH_POLICY,
};

/// What the watcher may do: read, and nothing else.
///
/// `Directory.Read.All` is not among them: it reads nearly everything else as well, and delegated
/// permissions alone need it.
pub const WATCHER_PERMISSIONS: [&str; 22] = [
    "AccessReview.Read.All",
    "AdministrativeUnit.Read.All",
    "Application.Read.All",
    "AuditLog.Read.All",
    "AuthenticationContext.Read.All",
    "Domain-InternalFederation.Read.All",
    "Domain.Read.All",
    "EntitlementManagement.Read.All",
    "EntraBackup.Read.All",
    "GroupMember.Read.All",
    "LifecycleWorkflows-Workflow.Read.All",
    "OnPremDirectorySynchronization.Read.All",
    "Organization.Read.All",
    "Policy.Read.All",
    "PrivilegedAssignmentSchedule.Read.AzureADGroup",
    "PrivilegedEligibilitySchedule.Read.AzureADGroup",
    "RoleManagement.Read.Directory",
    "RoleManagementPolicy.Read.AzureADGroup",
    "User-LifeCycleInfo.Read.All",
    "User.Read.All",
    "UserAuthenticationMethod.Read.All",
    "VerifiedId-Profile.Read.All",
];

/// The watcher as it is registered in tenants of the twin's own making.
pub(crate) fn watcher() -> App {
    App::new(WATCHER, "Halligan watcher", &WATCHER_PERMISSIONS)
        .with_secret(WATCHER_SECRET)
        .reading_diagnostic_settings()
}

/// What persons read with beyond the watcher: consent is given once for all that may be asked.
const BEYOND_THE_WATCHER: [&str; 2] = ["DelegatedAdminRelationship.Read.All", "Directory.Read.All"];

/// The public client as tenants have it where an administrator consented to reading.
pub fn public_client() -> App {
    let permissions = [&WATCHER_PERMISSIONS[..], &BEYOND_THE_WATCHER[..]].concat();
    App::public(PUBLIC_CLIENT, "Microsoft Graph Command Line Tools", &permissions)
}

impl Directory {
    /// The demo tenant; see [`crate::story`] for what is wrong with it.
    pub fn story() -> Self {
        let mut directory = Self::empty(TENANT, "Harbour & Pine", INITIAL_DOMAIN);
        directory.licence = Licence::P2;
        let federated = objects::domain(FEDERATED_DOMAIN, "Federated", false);
        directory.domains.push(federated);
        directory.register(watcher());
        directory.register(public_client());
        add_people(&mut directory);
        add_groups(&mut directory);
        add_roles(&mut directory);
        directory.policies = policies::all();
        directory.locations = policies::locations();
        beyond::add(&mut directory);
        directory
    }
}

fn add_people(directory: &mut Directory) {
    let initial = |name: &str| format!("{name}@{INITIAL_DOMAIN}");
    let federated = |name: &str| format!("{name}@{FEDERATED_DOMAIN}");
    add_user(directory, ACCOUNT_ALPHA, &initial("sys-maple-31"), "Emergency access alpha");
    add_user(directory, ACCOUNT_BRAVO, &federated("sys-cedar-47"), "Emergency access bravo");
    for (id, name) in [
        (EXTRA_MEMBER, "Rosa Lindqvist"),
        (GROUP_OWNER, "Tomás Vidal"),
        (SECOND_ADMIN, "Ines Halloran"),
        (ENDING_ADMIN, "Jonas Brandt"),
        (GROUP_ADMIN, "Priya Raman"),
        (ELIGIBLE_ADMIN, "Wendel Okafor"),
        (AUDITOR, "Amara Diallo"),
    ] {
        let nickname: String = name
            .chars()
            .map(|letter| if letter == ' ' { '.' } else { letter })
            .filter(|letter| letter.is_ascii())
            .collect();
        add_user(directory, id, &federated(&nickname.to_lowercase()), name);
        let (given, family) = name.split_once(' ').unwrap_or((name, ""));
        if let Some(user) = directory.users.get_mut(&id.0) {
            user.object.insert("givenName".into(), given.into());
            user.object.insert("surname".into(), family.into());
            user.methods.push(objects::authenticator_method(id.0, "Phone"));
            user.object.insert("onPremisesSyncEnabled".into(), true.into());
            let anchor = format!("{:.22}==", id.to_string().replace('-', ""));
            user.object.insert("onPremisesImmutableId".into(), anchor.into());
        }
    }
    for (account, key) in [(ACCOUNT_ALPHA, "alpha-1"), (ACCOUNT_BRAVO, "bravo-1")] {
        let Some(user) = directory.users.get_mut(&account.0) else { continue };
        let id = format!("{}-key", key.to_uppercase());
        // The AAGUID of a YubiKey 5 NFC, firmware 5.4 (FIDO Metadata Service).
        let aaguid = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
        user.methods.push(objects::fido2_method(&id, key, aaguid, "YubiKey 5 NFC"));
        let never = Value::from("DisablePasswordExpiration");
        user.object.insert("passwordPolicies".into(), never);
    }
    if let Some(bravo) = directory.users.get_mut(&ACCOUNT_BRAVO.0) {
        bravo.methods.push(objects::phone_method("+49 15550100"));
    }
    let mut gone = objects::user(DELETED_USER.0, &initial("old-emergency"), "Old emergency");
    gone.insert("deletedDateTime".into(), "2026-11-02T09:30:00Z".into());
    directory.deleted_users.insert(DELETED_USER.0, gone);
}

fn add_user(directory: &mut Directory, id: UserId, principal_name: &str, name: &str) {
    let object = objects::user(id.0, principal_name, name);
    let methods = vec![objects::password_method(objects::CREATED)];
    directory.users.insert(id.0, User { object, methods });
}

fn add_groups(directory: &mut Directory) {
    let mut add = |id: GroupId, name: &str, is_for_roles: bool, members: &[UserId]| {
        let mut object = objects::security_group(id.0, name);
        object.insert("isAssignableToRole".into(), is_for_roles.into());
        let members = members.iter().map(|member| member.0).collect();
        directory.groups.insert(id.0, Group { object, members, owners: Vec::new() });
    };
    let emergency = [ACCOUNT_ALPHA, ACCOUNT_BRAVO, EXTRA_MEMBER];
    add(EMERGENCY_GROUP, "Emergency access exclusions", true, &emergency);
    add(ADMIN_GROUP, "Tenant administrators", true, &[GROUP_ADMIN]);
    add(PILOT_GROUP, "Conditional Access pilot", false, &[SECOND_ADMIN, ENDING_ADMIN]);
    if let Some(group) = directory.groups.get_mut(&EMERGENCY_GROUP.0) {
        group.owners.push(GROUP_OWNER.0);
    }
    let mut gone = objects::security_group(DELETED_GROUP.0, "Old exclusions");
    gone.insert("deletedDateTime".into(), "2026-11-02T09:31:00Z".into());
    directory.deleted_groups.insert(DELETED_GROUP.0, gone);
}

fn add_roles(directory: &mut Directory) {
    let role = GLOBAL_ADMINISTRATOR.0;
    let mut assign = |holder: Guid| {
        let assignment = objects::assignment(holder, role, "/");
        directory.role_assignments.push(assignment.clone());
        assignment
    };
    for holder in [ACCOUNT_ALPHA, EXTRA_MEMBER, SECOND_ADMIN] {
        assign(holder.0);
    }
    assign(ADMIN_GROUP.0);
    let mut ending = objects::permanent_instance(&assign(ENDING_ADMIN.0));
    ending.insert("startDateTime".into(), "2026-10-01T08:00:00Z".into());
    ending.insert("endDateTime".into(), "2027-03-31T08:00:00Z".into());
    directory.assignment_instances.push(ending);
    let reader = objects::assignment(AUDITOR.0, GLOBAL_READER, "/");
    directory.role_assignments.push(reader);
    for holder in [ACCOUNT_BRAVO, ELIGIBLE_ADMIN] {
        directory.eligibility_instances.push(objects::eligibility(holder.0, role, None));
    }
    directory.group_eligibilities.push(object(json!({
        "id": format!("{ADMIN_GROUP}_member_{ELIGIBLE_ADMIN}"),
        "accessId": "member",
        "groupId": ADMIN_GROUP.to_string(),
        "principalId": ELIGIBLE_ADMIN.to_string(),
        "memberType": "direct",
        "startDateTime": objects::CREATED,
        "endDateTime": null,
        "eligibilityScheduleId": format!("{ADMIN_GROUP}_member_{ELIGIBLE_ADMIN}"),
    })));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::text_of;

    #[test]
    fn the_faults_are_there() {
        let story = Directory::story();
        let alpha = &story.users[&ACCOUNT_ALPHA.0];
        assert!(text_of(&alpha.object, "userPrincipalName").ends_with(INITIAL_DOMAIN));
        assert_eq!(alpha.methods.len(), 2);
        let bravo = &story.users[&ACCOUNT_BRAVO.0];
        assert!(text_of(&bravo.object, "userPrincipalName").ends_with(FEDERATED_DOMAIN));
        let holds = |id: UserId| {
            story.role_assignments.iter().any(|one| text_of(one, "principalId") == id.to_string())
        };
        assert!(holds(ACCOUNT_ALPHA) && !holds(ACCOUNT_BRAVO));
        let group = &story.groups[&EMERGENCY_GROUP.0];
        assert_eq!(group.members.len(), 3);
        assert_eq!(group.owners, [GROUP_OWNER.0]);
        assert!(!story.groups.contains_key(&MISSING_GROUP.0));
    }

    #[test]
    fn the_watcher_has_its_secret() {
        let story = Directory::story();
        assert!(story.apps[&WATCHER.0].secret.unwrap().is(WATCHER_SECRET));
    }
}
