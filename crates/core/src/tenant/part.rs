//! Parts of a snapshot: each was read at a time of its own, or is a gap that says why not.

use alloc::string::String;
use core::fmt;

use super::open::open_enum;
use crate::id::Guid;
use crate::time::Timestamp;

/// One part of a snapshot: what was read, and when; or why it could not be.
#[derive(Clone, Debug, PartialEq)]
pub enum Part<T> {
    /// The part was read completely.
    Read {
        /// When its last byte arrived.
        at: Timestamp,
        /// What it said.
        value: T,
    },
    /// The part could not be read, or not completely: unknown, which is neither good nor bad.
    Gap(Gap),
}

impl<T> Part<T> {
    /// What was read, or the gap that stands in its place.
    pub fn value(&self) -> Result<&T, &Gap> {
        match self {
            Self::Read { value, .. } => Ok(value),
            Self::Gap(gap) => Err(gap),
        }
    }

    /// The same part with its value seen through `view`.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Read { at, value } => Part::Read { at, value: view(value) },
            Self::Gap(gap) => Part::Gap(gap),
        }
    }
}

/// What could not be read, and what would make it readable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The part that is missing.
    pub part: PartName,
    /// Why it is missing.
    pub reason: GapReason,
}

impl Gap {
    /// A gap for `kind`, about `subject` where the part belongs to one object.
    pub fn new(kind: PartKind, subject: Option<Guid>, reason: GapReason) -> Self {
        Self { part: PartName { kind, subject }, reason }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.reason)
    }
}

/// Why a part is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapReason {
    /// The caller lacks a permission; granting it closes the gap.
    MissingPermission {
        /// The least application permission that reads the part.
        permission: String,
    },
    /// The tenant lacks a licence; nothing that the caller can do closes the gap.
    MissingLicence {
        /// The service's error code.
        code: String,
    },
    /// The source (an exported folder, an older snapshot) does not hold this part.
    NotInSource,
    /// Reading failed for a reason that a later try may not meet.
    Failed {
        /// One line: what happened, with the request id where there is one.
        what: String,
    },
}

impl fmt::Display for GapReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingPermission { permission } => {
                write!(f, "missing permission `{permission}`")
            }
            Self::MissingLicence { code } => write!(f, "the tenant lacks the licence (`{code}`)"),
            Self::NotInSource => f.write_str("not part of what was given"),
            Self::Failed { what } => write!(f, "could not be read: {what}"),
        }
    }
}

/// A part's kind, and the object that it belongs to where there is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartName {
    /// Which part.
    pub kind: PartKind,
    /// The user or group that it is about; `None` for parts of the tenant.
    pub subject: Option<Guid>,
}

impl fmt::Display for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.subject {
            Some(subject) => write!(f, "{} of {subject}", self.kind.title()),
            None => f.write_str(self.kind.title()),
        }
    }
}

open_enum! {
    /// The parts that a snapshot is made of.
    pub enum PartKind {
        /// `GET /organization`.
        Organization = "organization",
        /// The claims of the watcher's own access token.
        Watcher = "watcher",
        /// `GET /domains`.
        Domains = "domains",
        /// `GET /domains/{id}/federationConfiguration` of every federated domain.
        Federations = "federationConfigurations",
        /// `GET /directory/onPremisesSynchronization`.
        DirectorySync = "onPremisesSynchronization",
        /// `GET /policies/identitySecurityDefaultsEnforcementPolicy`.
        SecurityDefaults = "securityDefaults",
        /// `GET /policies/authorizationPolicy`.
        AuthorizationPolicy = "authorizationPolicy",
        /// `GET /policies/authenticationMethodsPolicy`.
        MethodsPolicy = "authenticationMethodsPolicy",
        /// `GET /policies/authenticationStrengthPolicies`.
        Strengths = "authenticationStrengths",
        /// `GET /identity/conditionalAccess/policies` of beta: the whole list.
        Policies = "conditionalAccessPolicies",
        /// The same list of v1.0, ids only: it leaves out policies with preview features.
        PolicyIdsV1 = "conditionalAccessPolicyIdsV1",
        /// `GET /identity/conditionalAccess/deletedItems/policies`.
        DeletedPolicies = "deletedConditionalAccessPolicies",
        /// `GET /identity/conditionalAccess/namedLocations` of beta: v1.0 lacks one kind.
        NamedLocations = "namedLocations",
        /// `GET /identity/conditionalAccess/authenticationContextClassReferences`.
        AuthenticationContexts = "authenticationContexts",
        /// `GET …/resourceNamespaces/microsoft.directory/resourceActions` of beta.
        ProtectedActions = "protectedActions",
        /// `GET /roleManagement/directory/roleDefinitions`.
        RoleDefinitions = "roleDefinitions",
        /// `GET /roleManagement/directory/roleAssignments` for each privileged or custom role.
        RoleAssignments = "roleAssignments",
        /// `GET …/roleAssignmentScheduleInstances` (needs P2).
        RoleSchedules = "roleAssignmentSchedules",
        /// `GET …/roleEligibilityScheduleInstances` (needs P2).
        RoleEligibilities = "roleEligibilitySchedules",
        /// `GET /policies/roleManagementPolicyAssignments` (needs P2).
        RolePolicies = "roleManagementPolicies",
        /// `GET /directory/administrativeUnits`.
        AdministrativeUnits = "administrativeUnits",
        /// `GET /servicePrincipals/{id of Microsoft Graph}/appRoleAssignedTo`.
        AppRoleGrants = "appRoleGrants",
        /// `GET /oauth2PermissionGrants` for Microsoft Graph.
        DelegatedGrants = "delegatedPermissionGrants",
        /// `GET /policies/crossTenantAccessPolicy/default` and `…/partners`.
        Partners = "crossTenantAccess",
        /// `GET /tenantRelationships/delegatedAdminRelationships`.
        DelegatedAdmins = "delegatedAdminRelationships",
        /// `GET /identityGovernance/accessReviews/definitions` (needs P2).
        AccessReviews = "accessReviews",
        /// `GET /identityGovernance/lifecycleWorkflows/workflows` (needs Entra ID Governance).
        LifecycleWorkflows = "lifecycleWorkflows",
        /// `GET /directory/recovery/jobs`.
        RecoveryJobs = "recoveryJobs",
        /// `GET /identity/verifiedId/profiles`.
        RecoveryProfiles = "verifiedIdProfiles",
        /// `GET /providers/microsoft.aadiam/diagnosticSettings` of Azure Resource Manager.
        DiagnosticSettings = "diagnosticSettings",
        /// `GET /users?$filter=id in (…)` for every user that a policy names.
        ReferencedUsers = "referencedUsers",
        /// `GET /groups?$filter=id in (…)` for every group that a policy names.
        ReferencedGroups = "referencedGroups",
        /// `GET /users/{id}` of a declared account.
        Account = "account",
        /// `GET /users/{id}/authentication/methods`.
        AccountMethods = "accountMethods",
        /// `GET /users/{id}/transitiveMemberOf`.
        AccountMemberships = "accountMemberships",
        /// `GET /users/{id}?$select=signInActivity` (needs P1).
        AccountActivity = "accountSignInActivity",
        /// `GET /users/{id}/authentication/requirements` of beta.
        AccountPerUserMfa = "accountPerUserMfa",
        /// `GET /users/{id}?$select=employeeLeaveDateTime`.
        AccountLeave = "accountLeaveDate",
        /// `GET /users/{id}` of another holder of a privileged role.
        Holder = "roleHolder",
        /// `GET /users/{id}/authentication/methods` of one.
        HolderMethods = "roleHolderMethods",
        /// `GET /users/{id}?$select=signInActivity` of one (needs P1).
        HolderActivity = "roleHolderSignInActivity",
        /// `GET /groups/{id}`.
        Group = "group",
        /// `GET /groups/{id}/members` of beta: v1.0 leaves applications out.
        GroupMembers = "groupMembers",
        /// `GET /groups/{id}/transitiveMembers` of beta.
        GroupTransitiveMembers = "groupTransitiveMembers",
        /// `GET /groups/{id}/owners` of beta: v1.0 leaves applications out.
        GroupOwners = "groupOwners",
        /// `GET …/privilegedAccess/group/eligibilityScheduleInstances` of a group that holds a
        /// role (PIM for Groups).
        GroupEligibilities = "groupEligibilitySchedules",
        /// `GET …/privilegedAccess/group/assignmentScheduleInstances` of such a group.
        GroupSchedules = "groupAssignmentSchedules",
        /// `GET /policies/roleManagementPolicyAssignments` of such a group (needs P2).
        GroupPolicies = "groupRoleManagementPolicies",
        /// `GET /groups/{id}/memberOf`.
        GroupMemberships = "groupMemberships",
        /// `GET /identityGovernance/entitlementManagement/resources` for the group (needs P2).
        GroupCatalogs = "groupCatalogs",
        /// `GET /servicePrincipals/{id}`.
        Application = "servicePrincipal",
        /// `GET /servicePrincipals/{id}/owners`.
        ApplicationOwners = "servicePrincipalOwners",
        /// `GET /applications?$filter=appId eq '…'`.
        Registration = "applicationRegistration",
        /// `GET /applications/{id}/owners`.
        RegistrationOwners = "applicationOwners",
        /// `GET /applications/{id}/federatedIdentityCredentials` of beta: v1.0 has no expressions.
        FederatedCredentials = "federatedIdentityCredentials",
    }
}

impl PartKind {
    /// Every kind, in the order in which a snapshot file lists them.
    pub const ALL: [Self; 55] = [
        Self::Organization,
        Self::Watcher,
        Self::Domains,
        Self::Federations,
        Self::DirectorySync,
        Self::SecurityDefaults,
        Self::AuthorizationPolicy,
        Self::MethodsPolicy,
        Self::Strengths,
        Self::Policies,
        Self::PolicyIdsV1,
        Self::DeletedPolicies,
        Self::NamedLocations,
        Self::AuthenticationContexts,
        Self::ProtectedActions,
        Self::RoleDefinitions,
        Self::RoleAssignments,
        Self::RoleSchedules,
        Self::RoleEligibilities,
        Self::RolePolicies,
        Self::AdministrativeUnits,
        Self::AppRoleGrants,
        Self::DelegatedGrants,
        Self::Partners,
        Self::DelegatedAdmins,
        Self::AccessReviews,
        Self::LifecycleWorkflows,
        Self::RecoveryJobs,
        Self::RecoveryProfiles,
        Self::DiagnosticSettings,
        Self::ReferencedUsers,
        Self::ReferencedGroups,
        Self::Account,
        Self::AccountMethods,
        Self::AccountMemberships,
        Self::AccountActivity,
        Self::AccountPerUserMfa,
        Self::AccountLeave,
        Self::Holder,
        Self::HolderMethods,
        Self::HolderActivity,
        Self::Group,
        Self::GroupMembers,
        Self::GroupTransitiveMembers,
        Self::GroupOwners,
        Self::GroupEligibilities,
        Self::GroupSchedules,
        Self::GroupPolicies,
        Self::GroupMemberships,
        Self::GroupCatalogs,
        Self::Application,
        Self::ApplicationOwners,
        Self::Registration,
        Self::RegistrationOwners,
        Self::FederatedCredentials,
    ];

    /// What people call the part.
    pub fn title(&self) -> &str {
        match self {
            Self::Organization => "organization",
            Self::Watcher => "the watcher's own permissions",
            Self::Domains => "domains",
            Self::Federations => "federation of domains",
            Self::DirectorySync => "directory synchronisation",
            Self::SecurityDefaults => "security defaults",
            Self::AuthorizationPolicy => "authorization policy",
            Self::MethodsPolicy => "authentication methods policy",
            Self::Strengths => "authentication strengths",
            Self::Policies => "Conditional Access policies (beta)",
            Self::PolicyIdsV1 => "Conditional Access policy ids (v1.0)",
            Self::DeletedPolicies => "deleted Conditional Access policies",
            Self::NamedLocations => "named locations",
            Self::AuthenticationContexts => "authentication contexts",
            Self::ProtectedActions => "protected actions",
            Self::RoleDefinitions => "role definitions",
            Self::RoleAssignments => "role assignments",
            Self::RoleSchedules => "role assignment schedules",
            Self::RoleEligibilities => "role eligibilities",
            Self::RolePolicies => "role settings (PIM)",
            Self::AdministrativeUnits => "administrative units",
            Self::AppRoleGrants => "application permissions",
            Self::DelegatedGrants => "delegated permissions",
            Self::Partners => "cross-tenant access",
            Self::DelegatedAdmins => "delegated admin relationships",
            Self::AccessReviews => "access reviews",
            Self::LifecycleWorkflows => "lifecycle workflows",
            Self::RecoveryJobs => "backup and recovery jobs",
            Self::RecoveryProfiles => "account recovery profiles",
            Self::DiagnosticSettings => "diagnostic settings",
            Self::ReferencedUsers => "users that policies name",
            Self::ReferencedGroups => "groups that policies name",
            Self::Account => "account",
            Self::AccountMethods => "authentication methods",
            Self::AccountMemberships => "group and role memberships",
            Self::AccountActivity => "sign-in activity",
            Self::AccountPerUserMfa => "per-user MFA",
            Self::AccountLeave => "leave date",
            Self::Holder => "role holder",
            Self::HolderMethods => "authentication methods of a role holder",
            Self::HolderActivity => "sign-in activity of a role holder",
            Self::Group => "group",
            Self::GroupMembers => "group members",
            Self::GroupTransitiveMembers => "transitive group members",
            Self::GroupOwners => "group owners",
            Self::GroupEligibilities => "PIM for Groups eligibilities",
            Self::GroupSchedules => "PIM for Groups assignments",
            Self::GroupPolicies => "PIM for Groups settings",
            Self::GroupMemberships => "units and groups around a group",
            Self::GroupCatalogs => "access package catalogs",
            Self::Application => "service principal",
            Self::ApplicationOwners => "owners of a service principal",
            Self::Registration => "application registration",
            Self::RegistrationOwners => "owners of an application registration",
            Self::FederatedCredentials => "federated credentials of an application registration",
            Self::Other(text) => text,
        }
    }

    /// The least application permission of Microsoft Graph that reads the part.
    ///
    /// Two are in parentheses because no permission of Graph reads them: the watcher's own token
    /// needs none, and diagnostic settings take an action of Azure's roles.
    ///
    /// Source: microsoftgraph/microsoft-graph-devx-content, `permissions/new/permissions.json`
    /// at 6cbd6bbd; for what that file lacks, or gives oddly, the documentation page of the
    /// operation: `organization`, `user` (members beyond the basic ones, `signInActivity`,
    /// `employeeLeaveDateTime`), deleted Conditional Access policies, `appRoleAssignedTo`,
    /// `onPremisesDirectorySynchronization`, federated identity credentials, cross-tenant access,
    /// access reviews, lifecycle workflows, catalogs, recovery jobs, Verified ID profiles and
    /// settings of PIM for Groups.
    pub fn permission(&self) -> &'static str {
        match self {
            Self::Organization => "Organization.Read.All",
            Self::Watcher => "(none)",
            Self::Domains => "Domain.Read.All",
            Self::Federations => "Domain-InternalFederation.Read.All",
            Self::DirectorySync => "OnPremDirectorySynchronization.Read.All",
            Self::SecurityDefaults
            | Self::AuthorizationPolicy
            | Self::Policies
            | Self::PolicyIdsV1
            | Self::DeletedPolicies
            | Self::NamedLocations
            | Self::MethodsPolicy
            | Self::Strengths
            | Self::Partners
            | Self::AccountPerUserMfa => "Policy.Read.All",
            Self::AuthenticationContexts => "AuthenticationContext.Read.All",
            Self::RoleDefinitions
            | Self::RoleAssignments
            | Self::RoleSchedules
            | Self::RoleEligibilities
            | Self::RolePolicies
            | Self::ProtectedActions => "RoleManagement.Read.Directory",
            Self::AdministrativeUnits => "AdministrativeUnit.Read.All",
            Self::AppRoleGrants
            | Self::Application
            | Self::ApplicationOwners
            | Self::Registration
            | Self::RegistrationOwners
            | Self::FederatedCredentials => "Application.Read.All",
            Self::DelegatedGrants => "Directory.Read.All",
            Self::DelegatedAdmins => "DelegatedAdminRelationship.Read.All",
            Self::AccessReviews => "AccessReview.Read.All",
            Self::LifecycleWorkflows => "LifecycleWorkflows-Workflow.Read.All",
            Self::RecoveryJobs => "EntraBackup.Read.All",
            Self::RecoveryProfiles => "VerifiedId-Profile.Read.All",
            Self::DiagnosticSettings => "(Azure: microsoft.aadiam/diagnosticSettings/read)",
            Self::Account | Self::AccountMemberships | Self::Holder | Self::ReferencedUsers => {
                "User.Read.All"
            }
            Self::AccountActivity | Self::HolderActivity => "AuditLog.Read.All",
            Self::AccountLeave => "User-LifeCycleInfo.Read.All",
            Self::AccountMethods | Self::HolderMethods => "UserAuthenticationMethod.Read.All",
            Self::Group
            | Self::GroupMembers
            | Self::GroupTransitiveMembers
            | Self::GroupOwners
            | Self::GroupMemberships
            | Self::ReferencedGroups => "GroupMember.Read.All",
            Self::GroupEligibilities => "PrivilegedEligibilitySchedule.Read.AzureADGroup",
            Self::GroupSchedules => "PrivilegedAssignmentSchedule.Read.AzureADGroup",
            Self::GroupPolicies => "RoleManagementPolicy.Read.AzureADGroup",
            Self::GroupCatalogs => "EntitlementManagement.Read.All",
            Self::Other(_) => "(unknown)",
        }
    }
}
