//! HG-LOCK-14: no application holds a permission or role that is a way in.

use alloc::format;
use alloc::string::String;
use alloc::vec;

use super::samples::{APPLICATION, grant, hold, principal, read};
use crate::check::applications::{Applications, Mighty, granted, open};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{Case, EMERGENCY, member};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::GLOBAL_ADMINISTRATOR;
use crate::tenant::{ApplicationState, Gap, GapReason, ObjectKind, Part, PartKind};

/// Where the permissions are described.
pub(super) const PERMISSIONS: Link = Link {
    title: "Microsoft Graph permissions reference",
    url: "https://learn.microsoft.com/graph/permissions-reference",
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-14",
    title: "No unknown application holds a permission or role that is a way in",
    family: Family::Lock,
    severity: Severity::Critical,
    why: "An application signs in without multifactor authentication and past every policy for \
          users. With one of these permissions it makes anybody Global Administrator, issues \
          credentials or grants itself the rest; whoever holds its secret is an administrator.",
    reads: READS,
    controls: &[
        cis("1.1.3"),
        nist("AC-6(5)"),
        iso("A.8.2"),
        mitre("T1098.003"),
        mitre("T1098.001"),
    ],
    remedy: Remedy {
        action: "Remove the permission or role, or list the service principal {principal} under \
                 [known] applications in halligan.toml",
        portal: "Entra admin center > Entra ID > Enterprise apps > the application > Permissions",
        graph: "DELETE /v1.0/servicePrincipals/{principal}/appRoleAssignments/{grant}",
    },
    sources: &[PERMISSIONS],
    judge: |context| judge_those(context, |one| one.is_way_in(), "a way in"),
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::pass("one that only reads", |case| grant(case, "Policy.Read.All")),
        Sample::fail("one that assigns roles", |case| {
            grant(case, "RoleManagement.ReadWrite.Directory");
        }),
        Sample::fail("one that issues Temporary Access Passes", |case| {
            grant(case, "UserAuthMethod-TAP.ReadWrite.All");
        }),
        Sample::fail("one that grants permissions", |case| {
            grant(case, "AppRoleAssignment.ReadWrite.All");
        }),
        Sample::fail("one known by the id of its permission only", |case| {
            grant(case, "Application.ReadWrite.All");
            unnamed(case);
        }),
        Sample::fail("Global Administrator", |case| {
            grant(case, "Policy.Read.All");
            let kind = ObjectKind::ServicePrincipal;
            hold(case, APPLICATION, kind, GLOBAL_ADMINISTRATOR.0, "/");
        }),
        Sample::fail(
            "a member of a group that is Global Administrator, and was not read",
            |case| {
                let group = EMERGENCY.into();
                hold(case, group, ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
                let at = case.now;
                let value = vec![member(APPLICATION, ObjectKind::ServicePrincipal)];
                case.group_read(|read| read.transitive = Part::Read { at, value });
            },
        ),
        Sample::pass("one that is known", |case| {
            grant(case, "RoleManagement.ReadWrite.Directory");
            case.register.known.applications.push(APPLICATION);
        }),
        Sample::pass("one that is disabled", |case| {
            grant(case, "RoleManagement.ReadWrite.Directory");
            principal(case, |principal| principal.account_enabled = Some(false));
        }),
        Sample::pass("one that does not exist", |case| {
            grant(case, "RoleManagement.ReadWrite.Directory");
            let at = case.now;
            read(case, |read| read.state = Part::Read { at, value: ApplicationState::Absent });
        }),
        Sample::fail("one whose service principal cannot be read", |case| {
            grant(case, "RoleManagement.ReadWrite.Directory");
            read(case, |read| read.state = Part::Gap(Case::denied(PartKind::Application)));
        }),
        Sample::gap("a permission that nobody knows", |case| {
            grant(case, "Tribe.ReadWrite.All");
            unnamed(case);
        }),
        Sample::gap("a newer permission of a kind that is a way in", |case| {
            grant(case, "UserAuthMethod-Iris.ReadWrite.All");
        }),
        Sample::pass("a newer permission of that kind that reads", |case| {
            grant(case, "UserAuthMethod-Iris.Read.All");
        }),
        Sample::gap("a permission of that kind that takes away instead of writing", |case| {
            grant(case, "RoleAssignmentSchedule.Remove.Directory");
        }),
        Sample::pass("one of that kind that reads little", |case| {
            grant(case, "PublicKeyInfrastructure.ReadBasic.All");
        }),
        Sample::pass("one that manages roles of another service", |case| {
            grant(case, "RoleManagement.ReadWrite.Exchange");
        }),
        Sample::pass("one that manages applications of its own: HG-LOCK-19 judges those", |case| {
            grant(case, "Application.ReadWrite.OwnedBy");
        }),
        Sample::fail("one that adds certificate authorities", |case| {
            grant(case, "PublicKeyInfrastructure.ReadWrite.All");
        }),
        Sample::fail("one that grants permissions in somebody's name", |case| {
            grant(case, "DelegatedPermissionGrant.ReadWrite.All");
        }),
        Sample::fail("one that updates every application and creates none", |case| {
            grant(case, "Application.ReadUpdate.All");
        }),
        Sample::gap("grants cannot be read", |case| {
            case.snapshot.app_role_grants = Part::Gap(Case::denied(PartKind::AppRoleGrants));
        }),
    ],
};

/// What tells which applications hold powers.
pub(super) const READS: &[PartKind] = &[
    PartKind::AppRoleGrants,
    PartKind::RoleDefinitions,
    PartKind::RoleAssignments,
    PartKind::RoleSchedules,
    PartKind::Application,
];

/// Takes the names of permissions away, as for those that Graph's own list lacks.
pub(super) fn unnamed(case: &mut Case) {
    if let Part::Read { value, .. } = &mut case.snapshot.app_role_grants {
        value.iter_mut().for_each(|grant| grant.permission = None);
    }
}

/// Judges the applications whose powers `concerns` picks.
pub(super) fn judge_those(
    context: &Context<'_>,
    concerns: fn(&Mighty<'_>) -> bool,
    what: &str,
) -> Judgement {
    let applications = Applications::of(context);
    let concerned = applications.found.iter().filter(|one| concerns(one));
    let mut statements: alloc::vec::Vec<_> = concerned.map(|one| judge_one(context, one)).collect();
    if statements.is_empty() && applications.gaps.is_empty() {
        let text = format!("no application holds {what}");
        statements = vec![Statement::holds(Subject::Tenant, text)];
    }
    statements.extend(unnamed_grants(context));
    statements.extend(open(&applications.gaps));
    Judgement::Stated(statements)
}

fn judge_one(context: &Context<'_>, one: &Mighty<'_>) -> Statement {
    let subject = one.subject();
    if context.register.known.applications.contains(&one.id) {
        return Statement::holds(subject, format!("is known, and holds {}", one.words()));
    }
    match one.read.map(|read| read.state.value()) {
        Some(Ok(ApplicationState::Absent)) => {
            return Statement::holds(subject, "does not exist");
        }
        Some(Ok(ApplicationState::Present(principal)))
            if principal.account_enabled == Some(false) =>
        {
            let text = format!("is disabled; enabled, it would hold {}", one.words());
            return Statement::holds(subject, text);
        }
        // Enabled, or not known to be disabled.
        _ => {}
    }
    let can = one.powers.first().map_or("do nothing here", |power| power.can());
    let statement = Statement::broken(subject, format!("holds {}: can {can}", one.words()));
    match grant_of(context, one) {
        Some(grant) => statement.with_id("{grant}", grant),
        None => statement,
    }
}

/// The id of the first grant that gives an application a power; none where a role does.
fn grant_of(context: &Context<'_>, one: &Mighty<'_>) -> Option<String> {
    let grants = context.snapshot.app_role_grants.value().ok()?;
    let mut theirs = grants.iter().filter(|grant| grant.principal == one.id);
    theirs.find(|grant| !granted(grant).1.is_empty()).map(|grant| grant.id.clone())
}

/// Beginnings of the names of permissions that open or close the door. One of them that writes and
/// is in no table may do the same: nobody has said what it does to the door.
const FAMILIES: [&str; 13] = [
    "AppRoleAssignment.",
    "Application.",
    "AuthenticationContext.",
    "DelegatedPermissionGrant.",
    "Domain",
    "OnPremDirectorySynchronization.",
    "Policy.ReadWrite.",
    "Privileged",
    "PublicKeyInfrastructure.",
    "RoleAssignment",
    "RoleEligibility",
    "RoleManagement",
    "UserAuth",
];

/// Permissions of these families that open and close nothing here: roles of other services, their
/// reviews, and applications of one's own, which HG-LOCK-19 judges where one of them is a way in.
///
/// Source: <https://learn.microsoft.com/graph/permissions-reference>.
const HARMLESS: [&str; 6] = [
    "Application.ReadWrite.OwnedBy",
    "Policy.ReadWrite.AccessReview",
    "Policy.ReadWrite.ConsentRequest",
    "RoleManagement.ReadWrite.CloudPC",
    "RoleManagement.ReadWrite.Defender",
    "RoleManagement.ReadWrite.Exchange",
];

/// Whether a permission may do something to the door, by its name alone.
fn may_open(name: &str) -> bool {
    // `Read.All` and `ReadBasic.All` look; `ReadWrite`, `ReadUpdate` and `Remove` do not only.
    let is_reading = matches!(name.split('.').nth(1), Some("Read" | "ReadBasic"));
    let is_of_family = FAMILIES.iter().any(|family| name.starts_with(family));
    is_of_family && !is_reading && !HARMLESS.contains(&name)
}

/// Grants of permissions that no table names and that may be a way in: those without a name may be
/// any.
fn unnamed_grants(context: &Context<'_>) -> impl Iterator<Item = Statement> {
    let grants = context.snapshot.app_role_grants.value().map(alloc::vec::Vec::as_slice);
    let unnamed = grants.unwrap_or_default().iter().filter(|grant| {
        let is_known = context.register.known.applications.contains(&grant.principal);
        let (_, powers) = granted(grant);
        let may = grant.permission.as_deref().is_none_or(may_open);
        !is_known && powers.is_empty() && may
    });
    unnamed.map(|grant| {
        let (name, _) = granted(grant);
        let what = format!("this version does not know the permission `{name}`");
        let reason = GapReason::Failed { what };
        let name = grant.principal_name.clone();
        let subject = Subject::Principal { id: grant.principal, name };
        Statement::unknown(subject, &Gap::new(PartKind::AppRoleGrants, None, reason))
    })
}
