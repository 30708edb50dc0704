//! The owners get in: the accounts, their role, and what stands between them and a sign-in.

pub(super) mod access_reviews;
pub(super) mod accounts_exist;
pub(super) mod approvers;
mod approving;
pub(super) mod cloud_only;
pub(super) mod exempt_as_declared;
pub(super) mod global_administrator;
pub(super) mod initial_domain;
pub(super) mod last_sign_in;
pub(super) mod lifecycle_workflows;
pub(super) mod no_person;
pub(super) mod not_blocked;
pub(super) mod one_step_away;
pub(super) mod per_user_mfa;
pub(super) mod permanent_administrators;
pub(super) mod portals;
pub(super) mod restricted_unit;
pub(super) mod role_fate;
mod rule;
pub(super) mod security_defaults;
pub(super) mod sign_in_allowed;
pub(super) mod strength_policy;
pub(super) mod two_accounts;

use super::Link;

/// The benchmark whose numbers stand against Microsoft's and CISA's.
pub(super) const CIS_BENCHMARK: Link = Link {
    title: "CIS Microsoft 365 Foundations Benchmark",
    url: "https://www.cisecurity.org/benchmark/microsoft_365",
};

/// CISA's baseline.
pub(super) const SCUBA_BASELINE: Link = Link {
    title: "CISA SCuBA baseline for Microsoft Entra ID",
    url: "https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/aad.md",
};

/// Approval, terms and eligibility.
pub(super) const ROLE_SETTINGS: Link = Link {
    title: "Configure Microsoft Entra role settings in Privileged Identity Management",
    url: "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings",
};

/// Microsoft's own page on the subject.
pub(super) const EMERGENCY_ACCESS: Link = Link {
    title: "Manage emergency access accounts in Microsoft Entra ID",
    url: "https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access",
};
