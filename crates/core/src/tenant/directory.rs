//! The tenant itself: its organization object, its domains, its security defaults.

use alloc::string::String;
use alloc::vec::Vec;

use super::Unknown;
use super::open::open_enum;
use crate::id::{Guid, TenantId};

/// The tenant (`organization`).
#[derive(Clone, Debug, PartialEq)]
pub struct Organization {
    /// The tenant's id.
    pub id: TenantId,
    /// Its display name.
    pub display_name: String,
    /// Whether it is synchronised from an on-premises directory; `None` when it never was.
    pub on_premises_sync_enabled: Option<bool>,
    /// Service plans that are enabled for the tenant (`assignedPlans`), by `servicePlanId`.
    pub enabled_plans: Vec<Guid>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A domain of the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// The domain name, in lower case: its id.
    pub name: String,
    /// Whether sign-ins are answered by Entra ID or by a federated identity provider.
    pub authentication: AuthenticationType,
    /// The domain that the tenant was created with (`….onmicrosoft.com`).
    pub is_initial: bool,
    /// The domain that new users get by default.
    pub is_default: bool,
    /// Whether ownership is verified.
    pub is_verified: bool,
    /// Days until a password expires; `None` when not said, 2,147,483,647 for never.
    pub password_validity_days: Option<i64>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// Who answers for the sign-ins of a domain.
    pub enum AuthenticationType {
        /// Entra ID.
        Managed = "Managed",
        /// An identity provider outside.
        Federated = "Federated",
    }
}

/// `identitySecurityDefaultsEnforcementPolicy`.
#[derive(Clone, Debug, PartialEq)]
pub struct SecurityDefaults {
    /// Whether security defaults are on. They know no exclusions.
    pub is_enabled: bool,
    /// Members that this version does not know.
    pub unknown: Unknown,
}
