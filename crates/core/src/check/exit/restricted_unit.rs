//! HG-EXIT-08: restricted management administrative units do not freeze the repair.

use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, nist};
use crate::check::sample::ALPHA;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-08",
    title: "No restricted management unit freezes the emergency group",
    family: Family::Exit,
    severity: Severity::Low,
    why: "The membership of a role-assignable group inside a restricted management administrative \
          unit cannot be changed until the group leaves the unit, and a Global Administrator \
          inside one cannot have the password reset by anybody.",
    reads: &[PartKind::Group, PartKind::Account],
    controls: &[cis("1.1.2"), nist("AC-2")],
    remedy: Remedy {
        action: "Take the role-assignable group out of the restricted unit (the group is protected \
                 by being role-assignable), or accept the finding and write the way out into the \
                 runbook",
        portal: "Entra admin center > Roles & admins > Admin units",
        graph: "DELETE /v1.0/directory/administrativeUnits/{unit}/members/{group}/$ref",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Restricted management administrative units",
            url: "https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management",
        },
    ],
    judge,
    samples: &[
        Sample::pass("no unit", |_| {}),
        Sample::pass("an account in a unit is worth a note", |case| {
            case.user(ALPHA, |user| user.is_management_restricted = Some(true));
        }),
        Sample::fail("the role-assignable group in a unit", |case| {
            case.group(|group| group.is_management_restricted = Some(true));
        }),
        Sample::pass("a plain group in a unit is protected by it", |case| {
            case.group(|group| {
                group.is_management_restricted = Some(true);
                group.is_assignable_to_role = Some(false);
            });
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let mut statements = context.each_user(|declared, user| {
        let subject = context.subject(declared);
        vec![match user.is_management_restricted {
            Some(true) => {
                let text = "is in a restricted unit: nobody can reset its password from outside";
                Statement::note(subject, text)
            }
            _ => Statement::holds(subject, "is in no restricted unit"),
        }]
    });
    match context.emergency_group() {
        None => {}
        Some(Err(statement)) => statements.push(statement.left_open("HG-LOCK-01")),
        Some(Ok((read, group))) => {
            let subject = Subject::Group(read.id);
            let is_restricted = group.is_management_restricted == Some(true);
            statements.push(if is_restricted && group.is_assignable_to_role == Some(true) {
                Statement::broken(subject, "is role-assignable and in a restricted unit: frozen")
            } else {
                Statement::holds(subject, "its membership can be repaired")
            });
        }
    }
    Judgement::Stated(statements)
}
