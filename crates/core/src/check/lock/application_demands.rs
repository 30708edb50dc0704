//! HG-LOCK-15: no application can close the door, or prepare a way in.

use super::application_permissions::{PERMISSIONS, READS, judge_those, unnamed};
use super::samples::{APPLICATION, custom_role, grant, hold, principal};
use crate::check::applications::Mighty;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{CA_ADMINISTRATOR, Case};
use crate::check::{Check, Family, Remedy, Sample, Severity};
use crate::tenant::{ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-15",
    title: "No unknown application can change what sign-ins demand, groups or accounts",
    family: Family::Lock,
    severity: Severity::High,
    why: "Policy.ReadWrite.ConditionalAccess locks everybody out in one call; others disable or \
          delete the accounts, empty the groups that policies exclude, or reset the people who own \
          what is a way in.",
    reads: READS,
    controls: &[cis("5.2.2"), nist("AC-6(5)"), iso("A.8.2"), mitre("T1531"), mitre("T1556.009")],
    remedy: Remedy {
        action: "Remove the permission or role, or list the service principal {principal} under \
                 [known] applications in halligan.toml",
        portal: "Entra admin center > Entra ID > Enterprise apps > the application > Permissions",
        graph: "DELETE /v1.0/servicePrincipals/{principal}/appRoleAssignments/{grant}",
    },
    sources: &[PERMISSIONS],
    judge: |context| judge_those(context, closes, "what could close the door"),
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::pass("a way in: HG-LOCK-14 judges it", |case| {
            grant(case, "RoleManagement.ReadWrite.Directory");
        }),
        Sample::fail("one that trusts the word of other tenants", |case| {
            grant(case, "Policy.ReadWrite.CrossTenantAccess");
        }),
        Sample::fail("one that changes policies", |case| {
            grant(case, "Policy.ReadWrite.ConditionalAccess");
        }),
        Sample::fail("one that disables accounts", |case| {
            grant(case, "User.EnableDisableAccount.All");
        }),
        Sample::fail("one that deletes accounts", |case| grant(case, "User.DeleteRestore.All")),
        Sample::fail("one that changes groups", |case| grant(case, "Group.ReadWrite.All")),
        Sample::fail("Conditional Access Administrator", |case| {
            hold(case, APPLICATION, ObjectKind::ServicePrincipal, CA_ADMINISTRATOR.0, "/");
        }),
        Sample::fail("a custom role", |case| {
            grant(case, "Policy.Read.All");
            let actions = ["microsoft.directory/conditionalAccessPolicies/basic/update"];
            custom_role(case, APPLICATION, ObjectKind::ServicePrincipal, &actions);
        }),
        Sample::pass("one that is known", |case| {
            grant(case, "Policy.ReadWrite.ConditionalAccess");
            case.register.known.applications.push(APPLICATION);
        }),
        Sample::pass("one that is disabled", |case| {
            grant(case, "Policy.ReadWrite.ConditionalAccess");
            principal(case, |principal| principal.account_enabled = Some(false));
        }),
        Sample::gap("a permission that nobody knows", |case| {
            grant(case, "Tribe.ReadWrite.All");
            unnamed(case);
        }),
        Sample::gap("grants cannot be read", |case| {
            case.snapshot.app_role_grants = Part::Gap(Case::denied(PartKind::AppRoleGrants));
        }),
    ],
};

/// What is a way in as well is HG-LOCK-14's finding.
fn closes(one: &Mighty<'_>) -> bool {
    !one.is_way_in()
}
