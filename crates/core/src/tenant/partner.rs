//! Other tenants that can act in this one, and the tenants that this one can act in.

use alloc::string::String;
use alloc::vec::Vec;

use super::Unknown;
use super::open::open_enum;
use crate::id::{Guid, RoleTemplateId, TenantId};
use crate::time::Timestamp;

/// Settings for one tenant, or the defaults for all others (`crossTenantAccessPolicy`).
#[derive(Clone, Debug, PartialEq)]
pub struct Partner {
    /// The other tenant; `None` for the defaults.
    pub tenant: Option<TenantId>,
    /// Whether it is a cloud service provider of this tenant.
    pub is_service_provider: Option<bool>,
    /// What of its sign-ins is believed here; `None` where the defaults say it.
    pub inbound_trust: Option<InboundTrust>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Claims of another tenant that Conditional Access here accepts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InboundTrust {
    /// Multifactor authentication done there counts here.
    pub mfa: bool,
    /// A device that is compliant there counts here.
    pub compliant_device: bool,
    /// A device that is hybrid joined there counts here.
    pub hybrid_joined_device: bool,
}

/// Granular delegated admin privileges, seen from the partner's tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct DelegatedAdmin {
    /// The relationship's id.
    pub id: String,
    /// Its name.
    pub display_name: Option<String>,
    /// The customer's tenant; `None` before the customer approved.
    pub customer: Option<TenantId>,
    /// Whether it counts.
    pub status: RelationshipStatus,
    /// When it ends.
    pub end: Option<Timestamp>,
    /// How long it extends itself, such as `P180D`; `PT0S` or `None` for not at all.
    pub auto_extend: Option<String>,
    /// The directory roles that it may grant in the customer's tenant.
    pub roles: Vec<RoleTemplateId>,
    /// Security groups of the partner that hold roles through it; `None` where they were not read.
    pub groups: Option<Vec<DelegatedGroup>>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A security group of the partner that holds roles in a customer's tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct DelegatedGroup {
    /// The group in the partner's tenant.
    pub group: Option<Guid>,
    /// Whether the assignment counts.
    pub status: Option<RelationshipStatus>,
    /// Its roles.
    pub roles: Vec<RoleTemplateId>,
}

open_enum! {
    /// Where a delegated admin relationship stands.
    pub enum RelationshipStatus {
        /// It counts.
        Active = "active",
        /// The customer has approved it.
        Approved = "approved",
        /// The customer has not answered.
        ApprovalPending = "approvalPending",
        /// It begins to count.
        Activating = "activating",
        /// It was created and not offered.
        Created = "created",
        /// It ran out.
        Expired = "expired",
        /// It is about to run out.
        Expiring = "expiring",
        /// Somebody ended it.
        Terminated = "terminated",
        /// Somebody is ending it.
        Terminating = "terminating",
        /// Somebody asked to end it.
        TerminationRequested = "terminationRequested",
        /// An assignment waits to count.
        Pending = "pending",
        /// An assignment was removed.
        Deleted = "deleted",
        /// An assignment is being removed.
        Deleting = "deleting",
        /// An assignment failed.
        Error = "error",
    }
}
