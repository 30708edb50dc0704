//! Directory roles: definitions, and who holds Global Administrator in which way.

use alloc::string::String;

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
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// An active role assignment (`unifiedRoleAssignment`): no term is visible here.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleAssignment {
    /// The assignment's id, opaque.
    pub id: String,
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
