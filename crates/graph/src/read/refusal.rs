//! What a refusal means for the snapshot: a missing permission, a missing licence, or neither.
//!
//! Graph says the same words for many causes. What the tenant's plans and the token's permissions
//! say beforehand keeps a gap from naming a permission that the watcher has, and a licence is only
//! named where Graph itself names it and the tenant's plans do not say otherwise.

use halligan_core::id::Guid;
use halligan_core::permission::covering;
use halligan_core::tenant::{GapReason, Organization, Part, PartKind, Watcher};

use crate::problem::Problem;

/// What is known before the parts are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Service plans that are enabled in the tenant; `None` when they could not be read.
    plans: Option<Vec<Guid>>,
    /// Permissions of the token; `None` when it does not say.
    permissions: Option<Vec<String>>,
}

/// A licence that some parts need.
///
/// Source of the ids:
/// <https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    P1,
    P2,
    Governance,
}

const AAD_PREMIUM: Guid = Guid::from_u128(0x41781fb2_bc02_4b7c_bd55_b576c07bb09d);
const AAD_PREMIUM_P2: Guid = Guid::from_u128(0xeec0eb4f_6444_4f95_aba0_50c24d67f998);
const IDENTITY_GOVERNANCE: Guid = Guid::from_u128(0xe866a266_3cff_43a3_acca_0c90a7e00c8b);

impl Plan {
    /// The plan that reading a part of this kind needs.
    fn of(kind: &PartKind) -> Option<Self> {
        match kind {
            PartKind::AccountActivity
            | PartKind::HolderActivity
            | PartKind::Policies
            | PartKind::PolicyIdsV1
            | PartKind::DeletedPolicies
            | PartKind::NamedLocations
            | PartKind::AuthenticationContexts => Some(Self::P1),
            PartKind::RoleSchedules
            | PartKind::RoleEligibilities
            | PartKind::RolePolicies
            | PartKind::GroupEligibilities
            | PartKind::GroupSchedules
            | PartKind::GroupPolicies
            | PartKind::GroupCatalogs
            | PartKind::AccessReviews => Some(Self::P2),
            PartKind::LifecycleWorkflows => Some(Self::Governance),
            _ => None,
        }
    }

    /// Service plans that bring it.
    fn brought_by(self) -> &'static [Guid] {
        match self {
            Self::P1 => &[AAD_PREMIUM, AAD_PREMIUM_P2],
            Self::P2 => &[AAD_PREMIUM_P2, IDENTITY_GOVERNANCE],
            Self::Governance => &[IDENTITY_GOVERNANCE],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::P1 => "Microsoft Entra ID P1",
            Self::P2 => "Microsoft Entra ID P2",
            Self::Governance => "Microsoft Entra ID Governance",
        }
    }
}

impl Known {
    pub(super) fn of(organization: &Part<Organization>, watcher: &Part<Watcher>) -> Self {
        Self {
            plans: organization.value().ok().map(|one| one.enabled_plans.clone()),
            permissions: watcher.value().ok().map(|one| one.permissions.clone()),
        }
    }

    /// Whether the token has a permission, itself or by a wider one; `None` when it does not say.
    pub(super) fn has(&self, permission: &str) -> Option<bool> {
        self.permissions.as_ref().map(|held| covering(held, permission).is_some())
    }

    /// Why a part is missing, in the snapshot's terms.
    pub(super) fn reason(&self, kind: &PartKind, problem: &Problem) -> GapReason {
        if let Problem::Licence { code, .. } = problem {
            return self.licence(kind, code, problem);
        }
        if !problem.is_refusal() {
            return GapReason::Failed { what: problem.to_string() };
        }
        let permission = kind.permission();
        let is_missing = problem.is_permission() && self.has(permission) != Some(true);
        if is_missing {
            return GapReason::MissingPermission { permission: permission.into() };
        }
        if let Some(plan) = self.missing_plan(kind) {
            return GapReason::Failed {
                what: format!("{problem}; the tenant has no {}", plan.name()),
            };
        }
        if !problem.is_permission() {
            return GapReason::Failed { what: problem.to_string() };
        }
        GapReason::Failed {
            what: format!(
                "{problem}; the token has `{permission}`, so that more is missing: a directory \
                 role of whoever signed in, or something that a policy demands"
            ),
        }
    }

    /// What a refusal for want of a licence means. Where the tenant is known to have the plan, the
    /// part is as open as after any other failure: to call it licensed away would leave a check
    /// unjudged that applies.
    fn licence(&self, kind: &PartKind, code: &str, problem: &Problem) -> GapReason {
        match Plan::of(kind) {
            Some(plan) if self.has_plan(plan) == Some(true) => GapReason::Failed {
                what: format!("Graph says that {problem}; yet it has {}", plan.name()),
            },
            _ => GapReason::MissingLicence { code: code.into() },
        }
    }

    /// The plan that the part needs and the tenant lacks, if it is known to lack it.
    fn missing_plan(&self, kind: &PartKind) -> Option<Plan> {
        Plan::of(kind).filter(|plan| self.has_plan(*plan) == Some(false))
    }

    /// Whether the tenant has a plan, by itself or by a wider one; `None` where that is not known.
    fn has_plan(&self, plan: Plan) -> Option<bool> {
        let enabled = self.plans.as_ref()?;
        Some(plan.brought_by().iter().any(|id| enabled.contains(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Trace;

    fn known(plans: &[Guid], permissions: &[&str]) -> Known {
        let permissions = permissions.iter().map(|&name| name.into()).collect();
        Known { plans: Some(plans.to_vec()), permissions: Some(permissions) }
    }

    fn refused(status: u16, code: &str) -> Problem {
        Problem::refused(status, code.into(), "no".into(), Trace::default())
    }

    fn missing(permission: &str) -> GapReason {
        GapReason::MissingPermission { permission: permission.into() }
    }

    #[test]
    fn a_permission_that_the_token_has_is_not_called_missing() {
        let denied = refused(403, "Authorization_RequestDenied");
        for known in [known(&[], &[]), Known::default()] {
            assert_eq!(known.reason(&PartKind::Domains, &denied), missing("Domain.Read.All"));
        }
        let has = known(&[], &["domain.read.all"]);
        let told = has.reason(&PartKind::Domains, &denied).to_string();
        assert!(told.contains("the token has `Domain.Read.All`"), "{told}");
        assert_eq!(has.reason(&PartKind::Strengths, &denied), missing("Policy.Read.All"));
    }

    #[test]
    fn a_licence_is_named_only_by_graph_and_a_missing_plan_is_said() {
        let lacks = known(&[AAD_PREMIUM], &["RoleManagement.Read.Directory"]);
        let licence = refused(400, "AadPremiumLicenseRequired");
        let code = "AadPremiumLicenseRequired".to_owned();
        assert_eq!(
            lacks.reason(&PartKind::RoleSchedules, &licence),
            GapReason::MissingLicence { code }
        );
        for (status, code) in [(400, "SomethingNew"), (403, "Forbidden"), (403, "SomethingNew")] {
            let told = lacks.reason(&PartKind::RoleSchedules, &refused(status, code));
            let GapReason::Failed { what } = told else { panic!("{told:?}") };
            assert!(what.contains(code) && what.ends_with("no Microsoft Entra ID P2"), "{what}");
        }
        // Neither for what the tenant has, nor for what needs no plan, nor for an outage.
        let denied = refused(403, "Forbidden");
        let name = "AuditLog.Read.All";
        assert_eq!(lacks.reason(&PartKind::AccountActivity, &denied), missing(name));
        let domains = lacks.reason(&PartKind::Domains, &refused(400, "SomethingNew")).to_string();
        assert!(!domains.contains("the tenant has no"), "{domains}");
        let outage = Problem::Timeout { host: "h".into(), trace: Trace::default() };
        let what = outage.to_string();
        assert_eq!(lacks.reason(&PartKind::RoleSchedules, &outage), GapReason::Failed { what });
    }

    #[test]
    fn a_licence_that_the_tenant_has_is_not_called_missing() {
        let licence = refused(400, "AadPremiumLicenseRequired");
        let code = "AadPremiumLicenseRequired".to_owned();
        let kind = PartKind::RoleSchedules;
        for plans in [AAD_PREMIUM_P2, IDENTITY_GOVERNANCE] {
            let told = known(&[plans], &[]).reason(&kind, &licence);
            let GapReason::Failed { what } = told else { panic!("{told:?}") };
            assert!(what.contains(&code), "{what}");
            assert!(what.ends_with("yet it has Microsoft Entra ID P2"), "{what}");
        }
        let missing = GapReason::MissingLicence { code };
        assert_eq!(known(&[AAD_PREMIUM], &[]).reason(&kind, &licence), missing);
        assert_eq!(Known::default().reason(&kind, &licence), missing);
        // Which plan brings them is not known.
        assert_eq!(known(&[AAD_PREMIUM_P2], &[]).reason(&PartKind::Domains, &licence), missing);
    }

    #[test]
    fn plans_include_those_below_them() {
        let p2 = known(&[AAD_PREMIUM_P2], &[]);
        assert_eq!(p2.missing_plan(&PartKind::AccountActivity), None);
        assert_eq!(p2.missing_plan(&PartKind::AccessReviews), None);
        assert_eq!(p2.missing_plan(&PartKind::LifecycleWorkflows), Some(Plan::Governance));
        assert_eq!(Known::default().missing_plan(&PartKind::LifecycleWorkflows), None);
    }
}
