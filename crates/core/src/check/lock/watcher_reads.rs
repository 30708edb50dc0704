//! HG-LOCK-25: the application that looks cannot change anything.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{PrincipalId, UserId};
use crate::power::permission;
use crate::tenant::{Gap, GapReason, Part, PartKind, Watcher};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-25",
    title: "The watcher can only read",
    family: Family::Lock,
    severity: Severity::Critical,
    why: "The watcher runs unattended and its key lies on a machine. With a permission that \
          writes it would be a third way in that nobody keeps in a safe.",
    reads: &[PartKind::Watcher],
    controls: &[nist("AC-6"), iso("A.8.2"), mitre("T1098.003")],
    remedy: Remedy {
        action: "Remove every permission but the reading ones from the watcher's application, and \
                 consent again. Changes are made by a person who signs in for them",
        portal: "Entra admin center > Entra ID > App registrations > the watcher > API permissions",
        graph: "GET /v1.0/servicePrincipals/{watcher}/appRoleAssignments, then DELETE those that \
                write",
    },
    sources: &[Link {
        title: "Microsoft Graph permissions reference",
        url: "https://learn.microsoft.com/graph/permissions-reference",
    }],
    judge,
    samples: &[
        Sample::pass("reading permissions", |_| {}),
        Sample::fail("a permission that is a way in", |case| {
            permit(case, "RoleManagement.ReadWrite.Directory");
        }),
        Sample::fail("a permission that changes policies", |case| {
            permit(case, "Policy.ReadWrite.ConditionalAccess");
        }),
        Sample::fail("a permission that writes elsewhere", |case| {
            permit(case, "Files.ReadWrite.All");
        }),
        Sample::fail("a permission that sends", |case| permit(case, "Mail.Send")),
        Sample::pass("a person signed in, with reading permissions", |case| {
            person(case);
            permit(case, "openid");
            permit(case, "offline_access");
        }),
        Sample::fail("a person signed in, through what may do all that the person may", |case| {
            person(case);
            permit(case, "Directory.AccessAsUser.All");
        }),
        Sample::gap("a token without permissions", |case| {
            change(case, |watcher| watcher.permissions.clear());
        }),
        Sample::gap("unknown", |case| {
            case.snapshot.watcher = Part::Gap(Case::denied(PartKind::Watcher));
        }),
    ],
};

pub(super) fn change(case: &mut Case, change: impl FnOnce(&mut Watcher)) {
    if let Part::Read { value, .. } = &mut case.snapshot.watcher {
        change(value);
    }
}

fn permit(case: &mut Case, name: &str) {
    change(case, |watcher| watcher.permissions.push(name.into()));
}

/// Lets a person sign in instead of the application.
pub(super) fn person(case: &mut Case) {
    change(case, |watcher| {
        watcher.is_delegated = true;
        watcher.principal = Some(UserId::from_u128(0x9e450).into());
    });
}

/// What every sign-in of a person carries, and what changes nothing.
const HARMLESS: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// The subject of everything about the watcher.
pub(super) fn subject(watcher: &Watcher) -> Subject {
    let of_app = watcher.app.map(|app| PrincipalId(app.0));
    match watcher.principal.or(of_app) {
        Some(id) => Subject::Principal { id, name: Some("the watcher".into()) },
        None => Subject::Tenant,
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let watcher = match context.watcher() {
        Ok(watcher) => watcher,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let subject = subject(watcher);
    if watcher.permissions.is_empty() {
        let what = "its access token names no permissions".into();
        let gap = Gap::new(PartKind::Watcher, None, GapReason::Failed { what });
        return Judgement::Stated(vec![Statement::unknown(subject, &gap)]);
    }
    let mut statements: Vec<_> =
        watcher.permissions.iter().filter_map(|name| finding(&subject, name)).collect();
    if statements.is_empty() {
        let text = format!("holds {} permissions, all of which read", watcher.permissions.len());
        statements.push(Statement::holds(subject.clone(), text));
    }
    if watcher.is_delegated {
        let text = "a person signed in: what it reads hangs on that person's roles as well";
        statements.push(Statement::note(subject, text));
    }
    Judgement::Stated(statements)
}

fn finding(subject: &Subject, name: &str) -> Option<Statement> {
    let power = permission(name).and_then(|known| known.powers.first());
    let text = match power {
        Some(power) => format!("holds `{name}`: can {}", power.can()),
        None if reads_only(name) => return None,
        None => format!("holds `{name}`, which does more than read"),
    };
    Some(Statement::broken(subject.clone(), text))
}

/// Graph names what a permission allows in its second part: `Read`, `ReadBasic`, `ReadWrite`, ….
fn reads_only(name: &str) -> bool {
    let mut parts = name.split('.').skip(1);
    let allows = parts.next().unwrap_or_default();
    HARMLESS.contains(&name) || allows == "Read" || allows == "ReadBasic"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_that_a_part_needs_only_reads() {
        for kind in PartKind::ALL {
            let name = kind.permission();
            assert!(name.starts_with('(') || reads_only(name), "{name}");
        }
        for name in ["Mail.Send", "User.ReadWrite.All", "User", "Directory.AccessAsUser.All"] {
            assert!(!reads_only(name), "{name}");
        }
    }
}
