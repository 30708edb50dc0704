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
        /// `GET /domains`.
        Domains = "domains",
        /// `GET /policies/identitySecurityDefaultsEnforcementPolicy`.
        SecurityDefaults = "securityDefaults",
        /// `GET /policies/authenticationMethodsPolicy`.
        MethodsPolicy = "authenticationMethodsPolicy",
        /// `GET /policies/authenticationStrengthPolicies`.
        Strengths = "authenticationStrengths",
        /// `GET /identity/conditionalAccess/policies` of beta: the whole list.
        Policies = "conditionalAccessPolicies",
        /// The same list of v1.0, ids only: it leaves out policies with preview features.
        PolicyIdsV1 = "conditionalAccessPolicyIdsV1",
        /// `GET /identity/conditionalAccess/namedLocations` of beta: v1.0 lacks one kind.
        NamedLocations = "namedLocations",
        /// `GET /roleManagement/directory/roleDefinitions`.
        RoleDefinitions = "roleDefinitions",
        /// `GET /roleManagement/directory/roleAssignments` for Global Administrator.
        RoleAssignments = "roleAssignments",
        /// `GET …/roleAssignmentScheduleInstances` for Global Administrator (needs P2).
        RoleSchedules = "roleAssignmentSchedules",
        /// `GET …/roleEligibilityScheduleInstances` for Global Administrator (needs P2).
        RoleEligibilities = "roleEligibilitySchedules",
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
        /// `GET /groups/{id}`.
        Group = "group",
        /// `GET /groups/{id}/members` of beta: v1.0 leaves applications out.
        GroupMembers = "groupMembers",
        /// `GET /groups/{id}/transitiveMembers` of beta.
        GroupTransitiveMembers = "groupTransitiveMembers",
        /// `GET /groups/{id}/owners` of beta: v1.0 leaves applications out.
        GroupOwners = "groupOwners",
        /// `GET …/privilegedAccess/group/eligibilityScheduleInstances` of a group that holds the
        /// role (PIM for Groups).
        GroupEligibilities = "groupEligibilitySchedules",
    }
}

impl PartKind {
    /// Every kind, in the order in which a snapshot file lists them.
    pub const ALL: [Self; 22] = [
        Self::Organization,
        Self::Domains,
        Self::SecurityDefaults,
        Self::MethodsPolicy,
        Self::Strengths,
        Self::Policies,
        Self::PolicyIdsV1,
        Self::NamedLocations,
        Self::RoleDefinitions,
        Self::RoleAssignments,
        Self::RoleSchedules,
        Self::RoleEligibilities,
        Self::ReferencedUsers,
        Self::ReferencedGroups,
        Self::Account,
        Self::AccountMethods,
        Self::AccountMemberships,
        Self::Group,
        Self::GroupMembers,
        Self::GroupTransitiveMembers,
        Self::GroupOwners,
        Self::GroupEligibilities,
    ];

    /// What people call the part.
    pub fn title(&self) -> &str {
        match self {
            Self::Organization => "organization",
            Self::Domains => "domains",
            Self::SecurityDefaults => "security defaults",
            Self::MethodsPolicy => "authentication methods policy",
            Self::Strengths => "authentication strengths",
            Self::Policies => "Conditional Access policies (beta)",
            Self::PolicyIdsV1 => "Conditional Access policy ids (v1.0)",
            Self::NamedLocations => "named locations",
            Self::RoleDefinitions => "role definitions",
            Self::RoleAssignments => "Global Administrator assignments",
            Self::RoleSchedules => "Global Administrator assignment schedules",
            Self::RoleEligibilities => "Global Administrator eligibilities",
            Self::ReferencedUsers => "users that policies name",
            Self::ReferencedGroups => "groups that policies name",
            Self::Account => "account",
            Self::AccountMethods => "authentication methods",
            Self::AccountMemberships => "group and role memberships",
            Self::Group => "group",
            Self::GroupMembers => "group members",
            Self::GroupTransitiveMembers => "transitive group members",
            Self::GroupOwners => "group owners",
            Self::GroupEligibilities => "PIM for Groups eligibilities",
            Self::Other(text) => text,
        }
    }

    /// The least application permission of Microsoft Graph that reads the part.
    ///
    /// Source: microsoftgraph/microsoft-graph-devx-content, `permissions/new/permissions.json`
    /// at 6cbd6bbd; `Organization.Read.All` and `User.Read.All` from the documentation pages of
    /// `organization` and `user`, because the reads select members beyond the basic ones.
    pub fn permission(&self) -> &'static str {
        match self {
            Self::Organization => "Organization.Read.All",
            Self::Domains => "Domain.Read.All",
            Self::SecurityDefaults
            | Self::Policies
            | Self::PolicyIdsV1
            | Self::NamedLocations
            | Self::MethodsPolicy
            | Self::Strengths => "Policy.Read.All",
            Self::RoleDefinitions
            | Self::RoleAssignments
            | Self::RoleSchedules
            | Self::RoleEligibilities => "RoleManagement.Read.Directory",
            Self::Account | Self::AccountMemberships | Self::ReferencedUsers => "User.Read.All",
            Self::AccountMethods => "UserAuthenticationMethod.Read.All",
            Self::Group
            | Self::GroupMembers
            | Self::GroupTransitiveMembers
            | Self::GroupOwners
            | Self::ReferencedGroups => "GroupMember.Read.All",
            Self::GroupEligibilities => "PrivilegedEligibilitySchedule.Read.AzureADGroup",
            Self::Other(_) => "(unknown)",
        }
    }
}
