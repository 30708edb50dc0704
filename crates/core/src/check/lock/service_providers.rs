//! HG-LOCK-24: every service provider of the tenant is known.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::samples::partner;
use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::TenantId;
use crate::tenant::{Part, PartKind, Partner};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-24",
    title: "Every service provider that may act here is known",
    family: Family::Lock,
    severity: Severity::Medium,
    why: "A service provider's people hold roles here through a relationship that this tenant's \
          role assignments do not show. It is a way in, and the way back when everything else has \
          failed: in both cases you must know whom to call.",
    reads: &[PartKind::Partners],
    controls: &[nist("SA-9"), iso("A.5.19"), mitre("T1199")],
    remedy: Remedy {
        action: "Ask the provider for its relationship, roles and end; end what you do not need, \
                 and list tenant {object} under [known] partners in halligan.toml",
        portal: "Microsoft 365 admin center > Settings > Partner relationships",
        graph: "GET /v1.0/policies/crossTenantAccessPolicy/partners/{object}",
    },
    sources: &[Link {
        title: "Introduction to granular delegated admin privileges (GDAP)",
        url: "https://learn.microsoft.com/partner-center/customers/gdap-introduction",
    }],
    judge,
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::fail("one", |case| partner(case, Some(true), None)),
        Sample::pass("one that is known", |case| {
            partner(case, Some(true), None);
            case.register.known.partners.push(TenantId::from_u128(0x9a47));
        }),
        Sample::pass("another organization", |case| partner(case, Some(false), None)),
        Sample::pass("another organization of which nothing is said", |case| {
            partner(case, None, None);
        }),
        Sample::gap("cannot be read", |case| {
            case.snapshot.partners = Part::Gap(Case::denied(PartKind::Partners));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let partners = match context.snapshot.partners.value() {
        Ok(partners) => partners,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    // Graph leaves the member null for organizations that are no providers.
    let providers = partners.iter().filter(|one| one.is_service_provider == Some(true));
    let mut statements: Vec<_> = providers.filter_map(|one| judge_one(context, one)).collect();
    if statements.is_empty() {
        let text = format!("{} settings for other tenants, no service provider", partners.len());
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    Judgement::Stated(statements)
}

fn judge_one(context: &Context<'_>, one: &Partner) -> Option<Statement> {
    let tenant = one.tenant?;
    let subject = Subject::Object { kind: "tenant", id: format!("{tenant}"), name: None };
    Some(match context.register.known.partners.contains(&tenant) {
        true => Statement::holds(subject, "is a service provider that is known"),
        false => {
            Statement::broken(subject, "is a service provider, and its roles show here nowhere")
        }
    })
}
