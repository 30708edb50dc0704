//! HG-LOCK-18: no application that is a way in is registered in another tenant.

use alloc::format;
use alloc::vec;

use super::application_credentials::BEST_PRACTICES;
use super::samples::{APPLICATION, grant, principal, read};
use crate::check::applications::{Applications, unless_told};
use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::TenantId;
use crate::tenant::{
    ApplicationState, Gap, GapReason, Part, PartKind, ServicePrincipal, ServicePrincipalKind,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-18",
    title: "Applications that are a way in are registered in this tenant",
    family: Family::Lock,
    severity: Severity::High,
    why: "The registration's tenant holds the credentials: whoever administers it there, or breaks \
          in there, signs in here as the application, and nothing in this tenant shows it before.",
    reads: &[
        PartKind::AppRoleGrants,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::Application,
        PartKind::Organization,
    ],
    controls: &[nist("SA-9"), iso("A.5.19"), mitre("T1199")],
    remedy: Remedy {
        action: "Take the permission from the service principal {principal}, give it a narrower \
                 one, or list it under [known] applications in halligan.toml",
        portal: "Entra admin center > Entra ID > Enterprise apps > the application > Properties",
        graph: "GET /v1.0/servicePrincipals/{principal}?$select=appId,appOwnerOrganizationId",
    },
    sources: &[BEST_PRACTICES],
    judge,
    samples: &[
        Sample::pass("no such application", |_| {}),
        Sample::pass("registered here", mighty),
        Sample::fail("registered in another tenant", foreign),
        Sample::pass("registered in another tenant, and known", |case| {
            foreign(case);
            case.register.known.applications.push(APPLICATION);
        }),
        Sample::pass("a managed identity", |case| {
            mighty(case);
            principal(case, |principal| {
                principal.home = None;
                principal.kind = Some(ServicePrincipalKind::ManagedIdentity);
            });
        }),
        Sample::pass("one that does not exist any longer", |case| {
            mighty(case);
            let at = case.now;
            read(case, |read| read.state = Part::Read { at, value: ApplicationState::Absent });
        }),
        Sample::gap("it is not said where it is registered", |case| {
            mighty(case);
            principal(case, |principal| principal.home = None);
        }),
        Sample::gap("the tenant's own id is not known", |case| {
            mighty(case);
            case.snapshot.organization = Part::Gap(Case::denied(PartKind::Organization));
        }),
        Sample::gap("the service principal cannot be read", |case| {
            mighty(case);
            read(case, |read| read.state = Part::Gap(Case::denied(PartKind::Application)));
        }),
    ],
};

fn mighty(case: &mut Case) {
    grant(case, "RoleManagement.ReadWrite.Directory");
}

fn foreign(case: &mut Case) {
    mighty(case);
    principal(case, |principal| principal.home = Some(TenantId::from_u128(2)));
}

fn judge(context: &Context<'_>) -> Judgement {
    let applications = Applications::of(context);
    let mut statements = applications.each_way_in(|one, _, principal| {
        let is_known = context.register.known.applications.contains(&one.id);
        vec![judge_one(context, one.subject(), principal, is_known)]
    });
    unless_told(&mut statements, "no application is a way in");
    Judgement::Stated(statements)
}

fn judge_one(
    context: &Context<'_>,
    subject: Subject,
    principal: &ServicePrincipal,
    is_known: bool,
) -> Statement {
    if principal.kind == Some(ServicePrincipalKind::ManagedIdentity) {
        return Statement::holds(subject, "is a managed identity of an Azure resource");
    }
    let own = match context.snapshot.organization.value() {
        Ok(organization) => organization.id,
        Err(gap) => return Statement::unknown(subject, gap),
    };
    match principal.home {
        None => {
            let what = "the service principal does not say where it is registered".into();
            let kind = PartKind::Application;
            let gap = Gap::new(kind, Some(principal.id.0), GapReason::Failed { what });
            Statement::unknown(subject, &gap)
        }
        Some(home) if home == own => Statement::holds(subject, "is registered here"),
        Some(home) if is_known => {
            Statement::holds(subject, format!("is known, and registered in tenant {home}"))
        }
        Some(home) => Statement::broken(subject, format!("is registered in tenant {home}")),
    }
}
