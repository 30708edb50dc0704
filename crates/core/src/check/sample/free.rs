//! The sound tenant without any licence: what a Free tenant can have, and no more.
//!
//! There is no Conditional Access, so that security defaults are on; no role-assignable group, so
//! that each account holds the role itself; no PIM, no reviews, and no sign-in log.

use alloc::vec::Vec;

use super::{ALPHA, BRAVO, Case, DAILY};
use crate::register::Choices;
use crate::tenant::{GapReason, ObjectKind, Part, PartKind};

/// What Graph answers a tenant without P1 or P2, part by part.
///
/// Source: the error codes as public clients report them; the licence that each part needs is in
/// the documentation of its operation.
const REFUSED: [(PartKind, &str); 15] = [
    (PartKind::RoleSchedules, "AadPremiumLicenseRequired"),
    (PartKind::RoleEligibilities, "AadPremiumLicenseRequired"),
    (PartKind::RolePolicies, "AadPremiumLicenseRequired"),
    (PartKind::AccessReviews, "AadPremiumLicenseRequired"),
    (PartKind::LifecycleWorkflows, "InsufficientLicenses"),
    (PartKind::RecoveryProfiles, "AadPremiumLicenseRequired"),
    (PartKind::RecoveryJobs, "AadPremiumLicenseRequired"),
    (PartKind::AuthenticationContexts, "AadPremiumLicenseRequired"),
    (PartKind::GroupEligibilities, "AadPremiumLicenseRequired"),
    (PartKind::GroupSchedules, "AadPremiumLicenseRequired"),
    (PartKind::GroupPolicies, "AadPremiumLicenseRequired"),
    (PartKind::GroupCatalogs, "AadPremiumLicenseRequired"),
    (PartKind::AccountActivity, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
    (PartKind::HolderActivity, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
    (PartKind::DeletedPolicies, "AadPremiumLicenseRequired"),
];

impl Case {
    /// A tenant without a licence whose back door is in order, as far as it can be there.
    pub fn free() -> Self {
        let mut case = Self::sound();
        let at = case.now;
        for (kind, code) in REFUSED {
            case.snapshot.withhold(&kind, &GapReason::MissingLicence { code: code.into() });
        }
        case.snapshot.policies = Part::Read { at, value: Vec::new() };
        case.snapshot.policy_ids_v1 = Part::Read { at, value: Default::default() };
        case.snapshot.referenced_groups = Part::Read { at, value: Default::default() };
        if let Part::Read { value, .. } = &mut case.snapshot.security_defaults {
            value.is_enabled = true;
        }
        case.snapshot.groups.clear();
        for id in [ALPHA, BRAVO] {
            case.account(id, |one| one.memberships = Part::Read { at, value: Vec::new() });
        }
        case.keep_assignments(&[ALPHA, BRAVO, DAILY]);
        case.register.group = None;
        case.register.choices = Choices::DEFAULT;
        case
    }

    /// Leaves these users, and nobody else, as Global Administrators, without terms.
    fn keep_assignments(&mut self, users: &[crate::id::UserId]) {
        let value =
            users.iter().map(|id| super::assignment((*id).into(), ObjectKind::User)).collect();
        self.snapshot.role_assignments = Part::Read { at: self.now, value };
    }
}
