//! HG-ESTATE-07: the watcher holds no permission that nothing needs.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{Gap, GapReason, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-07",
    title: "The watcher holds no permission that this assessment does not need",
    family: Family::Estate,
    severity: Severity::Low,
    why: "A permission that nothing uses is still there for whoever gets hold of the watcher's \
          key: mail, files and chats are none of its business.",
    reads: &[PartKind::Watcher],
    controls: &[nist("AC-6"), iso("A.8.2"), mitre("T1528")],
    remedy: Remedy {
        action: "Remove the permissions that are named from the watcher's application, and consent \
                 again",
        portal: "Entra admin center > Entra ID > App registrations > the watcher > API permissions",
        graph: "GET /v1.0/servicePrincipals/{watcher}/appRoleAssignments, then DELETE those that \
                are named",
    },
    sources: &[Link {
        title: "Enhance security with the principle of least privilege",
        url: "https://learn.microsoft.com/entra/identity-platform/secure-least-privileged-access",
    }],
    judge,
    samples: &[
        Sample::pass("what the parts need", |_| {}),
        Sample::pass("what a confirmation by the service needs", |case| {
            permit(case, "Policy.Read.ConditionalAccess");
        }),
        Sample::pass("a person signed in", |case| {
            permit(case, "openid");
            permit(case, "profile");
        }),
        Sample::pass("in other letters", |case| permit(case, "policy.read.all")),
        Sample::fail("mail", |case| permit(case, "Mail.Read")),
        Sample::gap("a token without permissions", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.watcher {
                value.permissions.clear();
            }
        }),
        Sample::gap("unknown", |case| {
            case.snapshot.watcher = Part::Gap(Case::denied(PartKind::Watcher));
        }),
    ],
};

fn permit(case: &mut Case, name: &str) {
    if let Part::Read { value, .. } = &mut case.snapshot.watcher {
        value.permissions.push(name.into());
    }
}

/// Permissions beside those of the parts: what a person's sign-in carries, what the service's own
/// evaluation (What If) takes, and `Directory.Read.All`'s smaller sibling for one's own profile.
const ALSO: [&str; 6] =
    ["openid", "profile", "email", "offline_access", "User.Read", "Policy.Read.ConditionalAccess"];

fn judge(context: &Context<'_>) -> Judgement {
    let watcher = match context.watcher() {
        Ok(watcher) => watcher,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let subject = || match watcher.principal {
        Some(id) => Subject::Principal { id, name: Some("the watcher".into()) },
        None => Subject::Tenant,
    };
    if watcher.permissions.is_empty() {
        let what = "its access token names no permissions".into();
        let gap = Gap::new(PartKind::Watcher, None, GapReason::Failed { what });
        return Judgement::Stated(vec![Statement::unknown(subject(), &gap)]);
    }
    let needed: BTreeSet<_> = PartKind::ALL.iter().map(PartKind::permission).chain(ALSO).collect();
    let is_needed = |name: &str| needed.iter().any(|one| one.eq_ignore_ascii_case(name));
    let mut statements: Vec<_> = watcher
        .permissions
        .iter()
        .filter(|name| !is_needed(name))
        .map(|name| Statement::broken(subject(), format!("holds `{name}`, which no part needs")))
        .collect();
    if statements.is_empty() {
        let text = format!("holds {} permissions, all of them needed", watcher.permissions.len());
        statements.push(Statement::holds(subject(), text));
    }
    Judgement::Stated(statements)
}
