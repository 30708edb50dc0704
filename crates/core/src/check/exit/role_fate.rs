//! HG-EXIT-07: the loss of one group does not take the role from every account.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, mitre, nist};
use crate::check::sample::{ALPHA, Case, EMERGENCY};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::GroupId;
use crate::tenant::{Gap, GapReason, ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-07",
    title: "No single group carries the role of every account",
    family: Family::Exit,
    severity: Severity::Medium,
    why: "When all accounts hold Global Administrator through the same group, deleting that group \
          or emptying it takes the role from all of them at once.",
    reads: &[PartKind::RoleAssignments, PartKind::RoleSchedules, PartKind::AccountMemberships],
    controls: &[cis("1.1.2"), nist("AC-6(5)"), mitre("T1531")],
    remedy: Remedy {
        action: "Assign Global Administrator to at least one account directly, active and \
                 permanent",
        portal: "Entra admin center > Entra ID > Roles & admins > Global Administrator > Add \
                 assignments",
        graph: "POST /v1.0/roleManagement/directory/roleAssignments",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("each directly", |_| {}),
        Sample::pass("one directly, one through the group", |case| {
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (EMERGENCY.into(), ObjectKind::Group),
            ]);
        }),
        Sample::fail("all through one group", |case| {
            case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
        }),
        Sample::fail("all through one group, which is listed twice", |case| {
            let group = (EMERGENCY.into(), ObjectKind::Group);
            case.assignments(&[group.clone(), group]);
        }),
        Sample::not_applicable("nobody holds the role for good", |case| case.assignments(&[])),
        Sample::gap("memberships cannot be read", |case| {
            case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
            for account in case.snapshot.accounts.values_mut() {
                account.memberships = Part::Gap(Case::denied(PartKind::AccountMemberships));
            }
        }),
        Sample::gap("assignments cannot be read", |case| {
            case.snapshot.role_assignments = Part::Gap(Case::denied(PartKind::RoleAssignments));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let holdings = match context.active_holdings() {
        Ok(holdings) => holdings,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let permanent = || holdings.iter().filter(|holding| holding.is_permanent());
    let direct = context
        .accounts
        .iter()
        .find(|declared| permanent().any(|h| !h.is_group && h.principal.0 == declared.id.0));
    if let Some(declared) = direct {
        let text = "holds the role directly, whatever happens to a group";
        return Judgement::Stated(vec![Statement::holds(context.subject(declared), text)]);
    }
    if let Some(gap) = context.accounts.iter().find_map(|one| unread(context, one.id)) {
        return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, &gap)]);
    }
    let groups: BTreeSet<GroupId> = permanent()
        .filter(|holding| holding.is_group)
        .map(|holding| GroupId(holding.principal.0))
        .filter(|group| context.accounts.iter().any(|one| is_member(context, one.id, *group)))
        .collect();
    let groups: Vec<GroupId> = groups.into_iter().collect();
    Judgement::Stated(match groups.as_slice() {
        [] => {
            let why = "no account holds the role for good (HG-EXIT-06)";
            return Judgement::NotApplicable(why.into());
        }
        [group] => vec![Statement::broken(
            Subject::Group(*group),
            "carries the role of every account: its loss is the loss of the role",
        )],
        several => {
            let text = format!("the role comes through {} groups", several.len());
            vec![Statement::holds(Subject::Tenant, text)]
        }
    })
}

/// Why it is not known which groups an account is in.
fn unread(context: &Context<'_>, account: crate::id::UserId) -> Option<Gap> {
    match context.snapshot.accounts.get(&account) {
        Some(one) => one.memberships.value().err().cloned(),
        None => {
            let kind = PartKind::AccountMemberships;
            Some(Gap::new(kind, Some(account.0), GapReason::NotInSource))
        }
    }
}

fn is_member(context: &Context<'_>, account: crate::id::UserId, group: GroupId) -> bool {
    let memberships = context.snapshot.accounts.get(&account).map(|one| one.memberships.value());
    memberships.is_some_and(|all| {
        all.is_ok_and(|all| all.iter().any(|membership| membership.id == group.into()))
    })
}
