//! HG-ESTATE-05: everything that an assessment needs was read.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{iso, nist};
use crate::check::sample::{ALPHA, Case};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{Gap, GapReason, Part, PartKind, Source};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-05",
    title: "Everything that this assessment needs could be read",
    family: Family::Estate,
    severity: Severity::Medium,
    why: "What was not read is unknown: neither in order nor out of order. A green report over a \
          tenant that was half read is worse than none.",
    reads: &PartKind::ALL,
    controls: &[nist("CA-7"), iso("A.8.16")],
    remedy: Remedy {
        action: "Grant the permissions that are named, as application permissions with admin \
                 consent, and read again",
        portal: "Entra admin center > Entra ID > App registrations > the watcher > API permissions",
        graph: "POST /v1.0/servicePrincipals/{watcher}/appRoleAssignments",
    },
    sources: &[Link {
        title: "Microsoft Graph permissions reference",
        url: "https://learn.microsoft.com/graph/permissions-reference",
    }],
    judge,
    samples: &[
        Sample::pass("all of it", |_| {}),
        Sample::pass("without P2, which nothing can mend", |case| {
            let reason = GapReason::MissingLicence { code: "P2".into() };
            case.snapshot.role_schedules =
                Part::Gap(Gap::new(PartKind::RoleSchedules, None, reason));
        }),
        Sample::gap("without the permission for domains", |case| {
            case.snapshot.domains = Part::Gap(Case::denied(PartKind::Domains));
        }),
        Sample::gap("without one account's methods", |case| {
            let gap = Case::denied(PartKind::AccountMethods);
            if let Some(account) = case.snapshot.accounts.values_mut().next() {
                account.methods = Part::Gap(gap);
            }
        }),
        Sample::gap("an account was not asked for", |case| {
            case.snapshot.accounts.remove(&ALPHA);
        }),
        Sample::gap("the group was not asked for", |case| case.snapshot.groups.clear()),
        Sample::pass("policies without a directory, which holds no objects", |case| {
            case.snapshot.source = Source::Files;
            case.snapshot.accounts.clear();
            case.snapshot.groups.clear();
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let absent = absent(context);
    let gaps = context.snapshot.gaps().into_iter().chain(&absent);
    let is_licence = |gap: &&Gap| matches!(gap.reason, GapReason::MissingLicence { .. });
    let (licences, others): (Vec<&Gap>, Vec<&Gap>) = gaps.partition(is_licence);
    let mut statements: Vec<_> =
        others.iter().map(|gap| Statement::unknown(Subject::Part(gap.part.clone()), gap)).collect();
    if statements.is_empty() {
        statements = vec![Statement::holds(Subject::Tenant, "nothing is missing")];
    }
    statements.extend(licences.iter().map(|gap| {
        Statement::note(Subject::Part(gap.part.clone()), format!("not read: {}", gap.reason))
    }));
    Judgement::Stated(statements)
}

/// What the register declares and the snapshot does not know at all: it was read for another
/// register. Exported files hold no objects of the directory, and say so part by part.
fn absent(context: &Context<'_>) -> Vec<Gap> {
    if context.snapshot.source == Source::Files {
        return Vec::new();
    }
    let gap = |kind, id| Gap::new(kind, Some(id), GapReason::NotInSource);
    let accounts = context.accounts.iter().filter(|one| context.account(one).is_none());
    let group = context.register.group.filter(|id| !context.snapshot.groups.contains_key(id));
    let group = group.map(|id| gap(PartKind::Group, id.0));
    accounts.map(|one| gap(PartKind::Account, one.id.0)).chain(group).collect()
}
