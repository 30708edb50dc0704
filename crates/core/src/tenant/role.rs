//! Directory roles: definitions, who holds the privileged ones in which way, and on which terms.

use alloc::string::String;
use alloc::vec::Vec;

use super::open::open_enum;
use super::{ObjectKind, Unknown};
use crate::id::{Guid, PrincipalId, RoleTemplateId};
use crate::time::Timestamp;

/// A role definition of the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleDefinition {
    /// The definition's id; for built-in roles the same as the template.
    pub id: Guid,
    /// The template, the same in every tenant.
    pub template: Option<RoleTemplateId>,
    /// Display name.
    pub display_name: String,
    /// Whether Microsoft defines it; Conditional Access matches no other.
    pub is_built_in: bool,
    /// Whether Microsoft marks it as privileged; `None` when not said, as in v1.0 of Graph.
    pub is_privileged: Option<bool>,
    /// Whether it may be assigned; `None` when not said.
    pub is_enabled: Option<bool>,
    /// What it may do, such as `microsoft.directory/users/password/update`; read of custom roles,
    /// and of privileged ones that are in no table of this version.
    pub actions: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// An active role assignment (`unifiedRoleAssignment`): no term is visible here.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleAssignment {
    /// The assignment's id, opaque.
    pub id: String,
    /// The role, by the id of its definition: the template's for built-in roles.
    pub role: Guid,
    /// Who holds the role.
    pub principal: PrincipalId,
    /// What the principal is; `None` when the answer did not expand it.
    pub principal_kind: Option<ObjectKind>,
    /// Where it applies: `/` for the whole tenant.
    pub scope: String,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A scheduled holding: active (`…AssignmentScheduleInstance`) or eligible
/// (`…EligibilityScheduleInstance`), of a role or of a group's membership (PIM for Groups).
#[derive(Clone, Debug, PartialEq)]
pub struct RoleSchedule {
    /// The instance's id, opaque.
    pub id: String,
    /// The role, by the id of its definition; `None` for a group's membership.
    pub role: Option<Guid>,
    /// Who holds it.
    pub principal: PrincipalId,
    /// Where it applies: `/` for the whole tenant; `None` for a group's membership.
    pub scope: Option<String>,
    /// Assigned for good or activated for a while; `None` for eligibilities.
    pub assignment: Option<AssignmentType>,
    /// Held directly or through a group.
    pub member: MemberType,
    /// When it began.
    pub start: Option<Timestamp>,
    /// When it ends; `None` for never.
    pub end: Option<Timestamp>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

impl RoleSchedule {
    /// Whether it has not ended.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.end.is_none_or(|end| end > now)
    }

    /// Whether it is of a group's ownership (PIM for Groups), and not of the membership.
    pub fn is_ownership(&self) -> bool {
        self.group_access() == GroupAccess::Owner
    }

    /// What of a group it holds or may activate: a schedule that does not say is of a membership.
    pub fn group_access(&self) -> GroupAccess {
        let named = self.unknown.get("accessId").and_then(|value| value.as_str());
        named.map_or(GroupAccess::Member, GroupAccess::from_graph)
    }
}

open_enum! {
    /// How an active holding came to be.
    pub enum AssignmentType {
        /// Assigned.
        Assigned = "Assigned",
        /// Activated from an eligibility; it ends within hours.
        Activated = "Activated",
    }

    /// Whether a holding is the principal's own.
    pub enum MemberType {
        /// Its own.
        Direct = "Direct",
        /// Through a group.
        Group = "Group",
        /// Inherited from a wider scope.
        Inherited = "Inherited",
    }
}

/// What activating or assigning a role asks for (`unifiedRoleManagementPolicy`, PIM).
#[derive(Clone, Debug, PartialEq)]
pub struct RolePolicy {
    /// The assignment's id, opaque.
    pub id: String,
    /// The role, by the id of its definition.
    pub role: Guid,
    /// Its rules.
    pub rules: Vec<RoleRule>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// What activating or assigning a group's membership or ownership asks for (PIM for Groups): the
/// same object as [`RolePolicy`], under a scope of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPolicy {
    /// The assignment's id, opaque.
    pub id: String,
    /// Of the membership or the ownership.
    pub access: GroupAccess,
    /// Its rules.
    pub rules: Vec<RoleRule>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// What of a group is held (PIM for Groups).
    pub enum GroupAccess {
        /// Its membership.
        Member = "member",
        /// Its ownership.
        Owner = "owner",
    }
}

/// One rule of a role's policy.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleRule {
    /// Its id, such as `Approval_EndUser_Assignment`: what it asks, of whom, for which holding.
    pub id: String,
    /// What it asks.
    pub demand: RoleDemand,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

impl RoleRule {
    /// Whether the rule concerns an eligible person who activates the role.
    pub fn is_for_activation(&self) -> bool {
        self.id.ends_with("_EndUser_Assignment")
    }

    /// Whether these rules let nobody activate without somebody else's approval; `None` when none
    /// of them says.
    pub fn ask_approval(rules: &[Self]) -> Option<bool> {
        rules.iter().filter(|rule| rule.is_for_activation()).find_map(|rule| match &rule.demand {
            RoleDemand::Approval { is_required, .. } => *is_required,
            _ => None,
        })
    }
}

/// What a rule of a role's policy asks.
#[derive(Clone, Debug, PartialEq)]
pub enum RoleDemand {
    /// Approval by somebody else.
    Approval {
        /// Whether it is asked for.
        is_required: Option<bool>,
        /// Users and groups who may approve; empty leaves it to the administrators.
        approvers: Vec<Approver>,
    },
    /// `MultiFactorAuthentication`, `Justification`, `Ticketing`.
    Enablement(Vec<String>),
    /// How long a holding may last.
    Expiration {
        /// Whether it must end.
        is_required: Option<bool>,
        /// The longest, such as `PT8H`.
        longest: Option<String>,
    },
    /// An authentication context of Conditional Access.
    AuthenticationContext {
        /// Whether it is asked for.
        is_enabled: Option<bool>,
        /// Which one, such as `c1`.
        context: Option<String>,
    },
    /// Mail to somebody.
    Notification,
    /// A kind of rule that this version does not know, by its type.
    Other(String),
}

/// Somebody who may approve an activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approver {
    /// The user's or group's object id; `None` for other kinds, such as the requestor's manager.
    pub id: Option<Guid>,
    /// Its type, such as `#microsoft.graph.singleUser`.
    pub kind: String,
}
