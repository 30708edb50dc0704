//! Groups: the emergency group, and those that hold privileged roles.

use alloc::string::String;
use alloc::vec::Vec;

use super::open::open_enum;
use super::{CatalogResource, GroupPolicy, Membership, Part, RoleSchedule, Unknown};
use crate::id::{GroupId, PrincipalId};
use crate::time::Timestamp;

/// What could be read about one group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRead {
    /// The object id that was asked for.
    pub id: GroupId,
    /// The group object, or its absence.
    pub state: Part<GroupState>,
    /// Direct members of every kind.
    pub members: Part<Vec<Member>>,
    /// Members through any depth of nesting.
    pub transitive: Part<Vec<Member>>,
    /// Owners, each of whom can change the membership.
    pub owners: Part<Vec<Member>>,
    /// Who may activate a membership (PIM for Groups).
    pub eligibilities: Part<Vec<RoleSchedule>>,
    /// Who holds a membership by assignment or activation, with its term (PIM for Groups).
    pub schedules: Part<Vec<RoleSchedule>>,
    /// What activating its membership or ownership asks for (PIM for Groups); empty where nobody
    /// may activate one.
    pub policies: Part<Vec<GroupPolicy>>,
    /// Groups and administrative units that contain it directly.
    pub memberships: Part<Vec<Membership>>,
    /// Catalogs that can fill it (entitlement management); needs P2.
    pub catalogs: Part<Vec<CatalogResource>>,
}

/// Whether a group with the asked id exists.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every one is present; a box would gain nothing"
)]
pub enum GroupState {
    /// It exists.
    Present(Group),
    /// It is in the recycle bin, where it stays for 30 days.
    SoftDeleted,
    /// The directory knows no group with this id.
    Absent,
}

/// A group object, as far as the checks ask for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Object id.
    pub id: GroupId,
    /// Display name, which proves nothing.
    pub display_name: String,
    /// Whether it can grant access.
    pub security_enabled: Option<bool>,
    /// Whether it has a mailbox or distribution address.
    pub mail_enabled: Option<bool>,
    /// Whether it may hold directory roles; set at creation and immutable.
    pub is_assignable_to_role: Option<bool>,
    /// Dynamic, Microsoft 365, or neither (empty).
    pub group_types: Vec<GroupType>,
    /// The rule of a dynamic group.
    pub membership_rule: Option<String>,
    /// Whether it is synchronised from an on-premises directory.
    pub on_premises_sync_enabled: Option<bool>,
    /// When the expiration policy deletes it.
    pub expiration: Option<Timestamp>,
    /// Whether it is in a restricted management administrative unit.
    pub is_management_restricted: Option<bool>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// What kind of group it is beyond an assigned security group.
    pub enum GroupType {
        /// Membership follows a rule.
        DynamicMembership = "DynamicMembership",
        /// A Microsoft 365 group.
        Unified = "Unified",
    }

    /// The kind of a directory object, from its `@odata.type`.
    pub enum ObjectKind {
        /// A user.
        User = "#microsoft.graph.user",
        /// A group.
        Group = "#microsoft.graph.group",
        /// A service principal.
        ServicePrincipal = "#microsoft.graph.servicePrincipal",
        /// A device.
        Device = "#microsoft.graph.device",
        /// A contact.
        OrgContact = "#microsoft.graph.orgContact",
        /// An activated directory role.
        DirectoryRole = "#microsoft.graph.directoryRole",
        /// An administrative unit.
        AdministrativeUnit = "#microsoft.graph.administrativeUnit",
        /// The account of an AI agent, a service principal of its own kind.
        AgentIdentity = "#microsoft.graph.agentIdentity",
        /// The service principal of an agent blueprint, which signs in for its agents.
        AgentIdentityBlueprintPrincipal = "#microsoft.graph.agentIdentityBlueprintPrincipal",
        /// A user account that belongs to an AI agent.
        AgentUser = "#microsoft.graph.agentUser",
    }
}

impl ObjectKind {
    /// Whether it is a user or a kind of user: `/users/{id}` answers for it.
    ///
    /// Source: <https://learn.microsoft.com/graph/api/resources/agentuser>, which inherits from
    /// `user`.
    pub fn is_user(&self) -> bool {
        matches!(self, Self::User | Self::AgentUser)
    }

    /// Whether it is a service principal or a kind of one: `/servicePrincipals/{id}` answers for
    /// it.
    ///
    /// Sources, both inheriting from `servicePrincipal`:
    /// <https://learn.microsoft.com/graph/api/resources/agentidentity>,
    /// <https://learn.microsoft.com/graph/api/resources/agentidentityblueprintprincipal>.
    pub fn is_application(&self) -> bool {
        matches!(
            self,
            Self::ServicePrincipal | Self::AgentIdentity | Self::AgentIdentityBlueprintPrincipal
        )
    }
}

/// A member or owner of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Object id.
    pub id: PrincipalId,
    /// What it is.
    pub kind: ObjectKind,
    /// Its display name; `None` when the caller may not read it.
    pub display_name: Option<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}
