//! The owners get in: the accounts, their role, and what stands between them and a sign-in.

pub(super) mod accounts_exist;
pub(super) mod cloud_only;
pub(super) mod exempt_as_declared;
pub(super) mod global_administrator;
pub(super) mod initial_domain;
pub(super) mod not_blocked;
pub(super) mod one_step_away;
pub(super) mod portals;
pub(super) mod restricted_unit;
pub(super) mod role_fate;
pub(super) mod security_defaults;
pub(super) mod sign_in_allowed;
pub(super) mod strength_policy;
pub(super) mod two_accounts;

use super::Link;

/// Microsoft's own page on the subject.
pub(super) const EMERGENCY_ACCESS: Link = Link {
    title: "Manage emergency access accounts in Microsoft Entra ID",
    url: "https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access",
};
