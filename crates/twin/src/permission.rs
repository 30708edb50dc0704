//! Application permissions, by operation: any one of a list suffices; `A+B` needs both.
//!
//! Source: microsoftgraph/microsoft-graph-devx-content, `permissions/new/permissions.json` at
//! 6cbd6bbd, least privileged first. A test holds them equal to the shared schema. Deleted items
//! are not in that file; theirs are from
//! <https://learn.microsoft.com/graph/api/directory-deleteditems-list#permissions>.

use std::collections::BTreeSet;

/// Whether an application that holds `granted` holds one of `sufficient`.
pub(crate) fn suffice(granted: &BTreeSet<String>, sufficient: &[&str]) -> bool {
    sufficient.iter().any(|one| one.split('+').all(|part| granted.contains(part)))
}

/// Reads every property of every user.
pub(crate) const FULL_USERS: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "User.ReadWrite.CrossCloud",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// Reads when a user last signed in, beside what reads the user.
pub(crate) const SIGN_IN_ACTIVITY: &[&str] = &["AuditLog.Read.All"];
/// `GET /auditLogs/signIns`.
pub(crate) const SIGN_INS: &[&str] = &["AuditLog.Read.All"];
/// `GET /auditLogs/directoryAudits`.
pub(crate) const DIRECTORY_AUDITS: &[&str] = &["AuditLog.Read.All", "Directory.Read.All"];
/// The delegated administration of customers, seen from the partner's tenant.
pub(crate) const DELEGATED_ADMIN: &[&str] =
    &["DelegatedAdminRelationship.Read.All", "DelegatedAdminRelationship.ReadWrite.All"];
/// Reads deleted users.
pub(crate) const DELETED_USERS: &[&str] =
    &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
/// Reads deleted groups.
pub(crate) const DELETED_GROUPS: &[&str] =
    &["Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
/// Reads directory roles.
pub(crate) const DIRECTORY_ROLES: &[&str] = ROLE_ASSIGNMENTS;

/// `GET /organization`.
pub(crate) const ORGANIZATION: &[&str] = &[
    "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    "User.Read.All",
];
/// `GET /domains`.
pub(crate) const DOMAINS: &[&str] =
    &["Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All"];
/// `GET /policies/identitySecurityDefaultsEnforcementPolicy`.
pub(crate) const SECURITY_DEFAULTS: &[&str] =
    &["Policy.Read.All", "Policy.ReadWrite.SecurityDefaults+Policy.Read.All"];
/// `GET /policies/authenticationMethodsPolicy`.
pub(crate) const METHODS_POLICY: &[&str] = &[
    "Policy.Read.AuthenticationMethod",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.Read.All",
];
/// `GET /policies/authenticationStrengthPolicies`.
pub(crate) const STRENGTHS: &[&str] = &[
    "Policy.Read.AuthenticationMethod",
    "Policy.Read.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.ConditionalAccess",
];
/// `GET /identity/conditionalAccess/policies`.
pub(crate) const CONDITIONAL_ACCESS: &[&str] = &["Policy.Read.All"];
/// `POST /identity/conditionalAccess/evaluate`.
pub(crate) const EVALUATE: &[&str] =
    &["Policy.Read.ConditionalAccess", "Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"];
/// `GET /roleManagement/directory/roleDefinitions`.
pub(crate) const ROLE_DEFINITIONS: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "RoleManagement.Read.All",
];
/// `GET /roleManagement/directory/roleAssignments`.
pub(crate) const ROLE_ASSIGNMENTS: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// `GET /roleManagement/directory/roleAssignmentScheduleInstances`.
pub(crate) const ASSIGNMENT_INSTANCES: &[&str] = &[
    "RoleAssignmentSchedule.Read.Directory",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
];
/// `GET /roleManagement/directory/roleEligibilityScheduleInstances`.
pub(crate) const ELIGIBILITY_INSTANCES: &[&str] = &[
    "RoleEligibilitySchedule.Read.Directory",
    "RoleEligibilitySchedule.ReadWrite.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
];
/// `GET /identityGovernance/privilegedAccess/group/eligibilityScheduleInstances`.
pub(crate) const GROUP_ELIGIBILITIES: &[&str] = &[
    "PrivilegedEligibilitySchedule.Read.AzureADGroup",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
];
/// `GET /users`.
pub(crate) const USERS: &[&str] = &[
    "User.ReadBasic.All",
    "User.ReadWrite.All",
    "AgentIdUser.ReadWrite.All",
    "AgentIdUser.ReadWrite.IdentityParentedBy",
    "DeviceManagementApps.Read.All",
    "DeviceManagementApps.ReadWrite.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementManagedDevices.Read.All",
    "DeviceManagementManagedDevices.ReadWrite.All",
    "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "User.Read.All",
    "User.ReadWrite.CrossCloud",
];
/// `GET /users/{user-id}/authentication/methods`.
pub(crate) const METHODS: &[&str] =
    &["UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"];
/// `GET /users/{user-id}/memberOf`.
pub(crate) const MEMBER_OF: &[&str] = &[
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group.ReadBasic.All",
    "GroupMember.ReadBasic.All",
];
/// `GET /users/{user-id}/transitiveMemberOf`.
pub(crate) const TRANSITIVE_MEMBER_OF: &[&str] = &[
    "User.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
    "GroupMember.ReadBasic.All",
];
/// `GET /groups`.
pub(crate) const GROUPS: &[&str] = &[
    "Group-NestingSupport.ReadWrite.All",
    "Group.ReadBasic.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Group.ManageProtection.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
];
/// `GET /groups/{group-id}`.
pub(crate) const GROUP: &[&str] = &[
    "Group-NestingSupport.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Group-XTenantIdentitySync.Read.All",
    "Group.ManageProtection.All",
    "Group.Read.All",
    "Group.ReadBasic.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
];
/// `GET /groups/{group-id}/members`.
pub(crate) const MEMBERS: &[&str] = &[
    "GroupMember.ReadBasic.All",
    "Directory.Read.All",
    "Group.Read.All",
    "Group.ReadBasic.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
];
/// `GET /groups/{group-id}/owners`.
pub(crate) const OWNERS: &[&str] = &[
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Group.Read.All",
    "GroupMember.ReadWrite.All",
];
/// `GET /subscribedSkus`.
pub(crate) const SUBSCRIBED_SKUS: &[&str] = &[
    "LicenseAssignment.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
];
/// `GET /servicePrincipals`.
pub(crate) const SERVICE_PRINCIPALS: &[&str] = &[
    "Application.Read.All",
    "Application.ReadWrite.OwnedBy",
    "Application.ReadWrite.All",
    "Directory.Read.All",
];
/// `GET /servicePrincipals/{servicePrincipal-id}`.
pub(crate) const SERVICE_PRINCIPAL: &[&str] = &[
    "Application.Read.All",
    "Application.ReadWrite.OwnedBy",
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

/// `GET /domains/{domain-id}/federationConfiguration`.
pub(crate) const FEDERATIONS: &[&str] =
    &["Domain-InternalFederation.Read.All", "Domain-InternalFederation.ReadWrite.All"];
/// `GET /directory/onPremisesSynchronization`.
///
/// Source: <https://learn.microsoft.com/graph/api/onpremisesdirectorysynchronization-get>.
pub(crate) const DIRECTORY_SYNC: &[&str] =
    &["OnPremDirectorySynchronization.Read.All", "OnPremDirectorySynchronization.ReadWrite.All"];
/// `GET /policies/authorizationPolicy`.
pub(crate) const AUTHORIZATION_POLICY: &[&str] =
    &["Policy.Read.All", "Policy.ReadWrite.Authorization"];
/// `GET /identity/conditionalAccess/authenticationContextClassReferences`.
pub(crate) const AUTHENTICATION_CONTEXTS: &[&str] = &[
    "AuthenticationContext.Read.All",
    "AuthenticationContext.ReadWrite.All",
    "Policy.Read.ConditionalAccess",
    "Policy.ReadWrite.ConditionalAccess",
];
/// `GET /roleManagement/directory/resourceNamespaces/{id}/resourceActions`.
pub(crate) const RESOURCE_ACTIONS: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.Read.All",
    "RoleManagement.ReadWrite.Directory",
];
/// `GET /policies/roleManagementPolicyAssignments`: settings of roles.
pub(crate) const ROLE_POLICIES: &[&str] = &[
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
];
/// The same: settings of PIM for Groups.
///
/// Source: <https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments>.
pub(crate) const GROUP_POLICIES: &[&str] =
    &["RoleManagementPolicy.Read.AzureADGroup", "RoleManagementPolicy.ReadWrite.AzureADGroup"];
/// The same, before its filter says which of the two it asks for.
pub(crate) const ALL_POLICIES: &[&str] = &[
    "RoleManagement.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "RoleManagementPolicy.Read.AzureADGroup",
    "RoleManagementPolicy.ReadWrite.AzureADGroup",
];
/// `GET /directory/administrativeUnits`.
pub(crate) const ADMINISTRATIVE_UNITS: &[&str] = &[
    "AdministrativeUnit.Read.All",
    "AdministrativeUnit.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// `GET /groups/{group-id}/memberOf`.
pub(crate) const GROUP_MEMBER_OF: &[&str] = &[
    "GroupMember.ReadBasic.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
];
/// `GET /identityGovernance/privilegedAccess/group/assignmentScheduleInstances`.
pub(crate) const GROUP_SCHEDULES: &[&str] = &[
    "PrivilegedAssignmentSchedule.Read.AzureADGroup",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
];
/// `GET /users/{user-id}/authentication/requirements`.
pub(crate) const REQUIREMENTS: &[&str] =
    &["Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"];
/// Reads `employeeLeaveDateTime` of users, beside what reads users; without it, it is `null`.
///
/// Source: <https://learn.microsoft.com/graph/tutorial-lifecycle-workflows-set-employeeleavedatetime>.
pub(crate) const LEAVE_DATE: &[&str] =
    &["User-LifeCycleInfo.Read.All", "User-LifeCycleInfo.ReadWrite.All"];
/// `GET /servicePrincipals/{servicePrincipal-id}/appRoleAssignments`, and `…/appRoleAssignedTo`
/// (<https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto>).
pub(crate) const APP_ROLE_ASSIGNMENTS: &[&str] = &[
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// `GET /servicePrincipals/{servicePrincipal-id}/owners`.
///
/// Source: <https://learn.microsoft.com/graph/api/serviceprincipal-list-owners>.
pub(crate) const PRINCIPAL_OWNERS: &[&str] = &[
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// `GET /applications`.
pub(crate) const APPLICATIONS: &[&str] = SERVICE_PRINCIPALS;
/// `GET /applications/{application-id}` and `…/owners`.
///
/// Sources: <https://learn.microsoft.com/graph/api/application-get>,
/// <https://learn.microsoft.com/graph/api/application-list-owners>.
pub(crate) const APPLICATION: &[&str] = APP_ROLE_ASSIGNMENTS;
/// `GET /applications/{application-id}/federatedIdentityCredentials`.
///
/// Source: <https://learn.microsoft.com/graph/api/application-list-federatedidentitycredentials>.
pub(crate) const FEDERATED_CREDENTIALS: &[&str] =
    &["Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"];
/// `GET /oauth2PermissionGrants`.
pub(crate) const PERMISSION_GRANTS: &[&str] =
    &["Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"];
/// `GET /policies/crossTenantAccessPolicy/default` and `…/partners`.
///
/// Sources: <https://learn.microsoft.com/graph/api/crosstenantaccesspolicyconfigurationdefault-get>,
/// <https://learn.microsoft.com/graph/api/crosstenantaccesspolicy-list-partners>.
pub(crate) const CROSS_TENANT: &[&str] = &["Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess"];
/// `GET /identityGovernance/accessReviews/definitions`.
///
/// Source: <https://learn.microsoft.com/graph/api/accessreviewset-list-definitions>.
pub(crate) const ACCESS_REVIEWS: &[&str] = &["AccessReview.Read.All", "AccessReview.ReadWrite.All"];
/// `GET /identityGovernance/lifecycleWorkflows/workflows`.
///
/// Source:
/// <https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-workflows>.
pub(crate) const WORKFLOWS: &[&str] = &[
    "LifecycleWorkflows-Workflow.Read.All",
    "LifecycleWorkflows-Workflow.ReadWrite.All",
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows.ReadWrite.All",
];
/// `GET /identityGovernance/entitlementManagement/resources`.
///
/// Source: <https://learn.microsoft.com/graph/api/entitlementmanagement-list-resources>.
pub(crate) const CATALOG_RESOURCES: &[&str] =
    &["EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All"];
/// `GET /directory/recovery/jobs`.
///
/// Source: <https://learn.microsoft.com/graph/api/entrarecoveryservices-recovery-list-jobs>.
pub(crate) const RECOVERY_JOBS: &[&str] = &["EntraBackup.Read.All"];
/// `GET /identity/verifiedId/profiles`.
///
/// Source: <https://learn.microsoft.com/graph/api/identityverifiedidroot-list-profiles>.
pub(crate) const RECOVERY_PROFILES: &[&str] = &["VerifiedId-Profile.Read.All"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_permissions_need_all_their_parts() {
        let granted = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let pair = ["X", "Policy.ReadWrite.SecurityDefaults+Policy.Read.All"];
        assert!(suffice(
            &granted(&["Policy.Read.All", "Policy.ReadWrite.SecurityDefaults"]),
            &pair
        ));
        assert!(!suffice(&granted(&["Policy.ReadWrite.SecurityDefaults"]), &pair));
        assert!(suffice(&granted(&["X"]), &pair));
        assert!(!suffice(&granted(&[]), &pair));
    }
}
