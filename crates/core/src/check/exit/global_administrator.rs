//! HG-EXIT-06: each account is Global Administrator, now and for good.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::context::Holding;
use crate::check::controls::{cis, nist, scuba};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY, schedule};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::id::{GroupId, UserId};
use crate::register::DeclaredAccount;
use crate::tenant::{AssignmentType, Gap, GapReason, ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-06",
    title: "Each account holds Global Administrator: active, permanent, in the whole tenant",
    family: Family::Exit,
    severity: Severity::Critical,
    why: "An eligible account must first activate the role, which may ask for approval or MFA that \
          is out; an assignment with an end is gone on the day after it.",
    reads: &[
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::AccountMemberships,
    ],
    controls: &[cis("1.1.2"), cis("5.3.1"), scuba("MS.AAD.7.4v1"), nist("AC-6(5)")],
    remedy: Remedy {
        action: "Assign Global Administrator as active, permanently, with scope `/`",
        portal: "Entra admin center > Identity Governance > Privileged Identity Management > \
                 Microsoft Entra roles > Assignments > Add > Active, permanently assigned",
        graph: "POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests \
                {\"action\": \"adminAssign\", \"scheduleInfo\": {\"expiration\": {\"type\": \
                \"noExpiration\"}}}",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("assigned for good", |_| {}),
        Sample::pass("through the group", |case| {
            let group = crate::check::sample::EMERGENCY.into();
            case.assignments(&[(group, ObjectKind::Group)]);
        }),
        Sample::pass("no P2: no schedules, no terms", |case| {
            let licence = GapReason::MissingLicence { code: "P2".into() };
            let gap = |kind| Part::Gap(Gap::new(kind, None, licence.clone()));
            case.snapshot.role_schedules = gap(PartKind::RoleSchedules);
            case.snapshot.role_eligibilities = gap(PartKind::RoleEligibilities);
        }),
        Sample::fail("one ends", |case| {
            let end = Some(case.now);
            case.schedules(|all| {
                all.iter_mut()
                    .filter(|s| s.principal == ALPHA.into())
                    .for_each(|schedule| schedule.end = end)
            });
        }),
        Sample::fail("one is activated for a while", |case| {
            case.schedules(|all| {
                all.iter_mut().for_each(|schedule| {
                    schedule.assignment = Some(AssignmentType::Activated);
                })
            });
        }),
        Sample::fail("one is eligible only", |case| {
            eligible(case, BRAVO);
            case.assignments(&[(ALPHA.into(), ObjectKind::User), (DAILY.into(), ObjectKind::User)]);
        }),
        Sample::fail("scoped to an administrative unit", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
                value.iter_mut().for_each(|a| a.scope = "/administrativeUnits/1".into());
            }
        }),
        Sample::gap("assignments cannot be read", |case| {
            case.snapshot.role_assignments = Part::Gap(Case::denied(PartKind::RoleAssignments));
        }),
        Sample::gap("terms cannot be read", |case| {
            case.snapshot.role_schedules = Part::Gap(Case::denied(PartKind::RoleSchedules));
        }),
    ],
};

fn eligible(case: &mut Case, id: UserId) {
    if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
        value.push(schedule(id, None));
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let statements = match context.active_holdings() {
        Ok(holdings) => {
            context.accounts.iter().map(|declared| account(context, declared, &holdings)).collect()
        }
        Err(gap) => context
            .accounts
            .iter()
            .map(|declared| Statement::unknown(context.subject(declared), gap))
            .collect(),
    };
    Judgement::Stated(statements)
}

fn account(
    context: &Context<'_>,
    declared: &DeclaredAccount,
    holdings: &[Holding<'_>],
) -> Statement {
    let subject = context.subject(declared);
    let (groups, gap) = groups_of(context, declared);
    let theirs: Vec<_> = holdings
        .iter()
        .filter(|holding| {
            holding.principal.0 == declared.id.0
                || (holding.is_group && groups.contains(&GroupId(holding.principal.0)))
        })
        .collect();
    if let Some(holding) = theirs.iter().find(|holding| holding.is_permanent()) {
        let via = if holding.is_group { ", through a group" } else { "" };
        return Statement::holds(subject, format!("holds the role for good{via}"));
    }
    if let Some(gap) = gap {
        return Statement::unknown(subject, &gap);
    }
    if theirs.iter().any(|holding| holding.is_unscheduled && holding.scope == "/") {
        let what = "the assignment is active, and no schedule says until when";
        let reason = GapReason::Failed { what: what.into() };
        return Statement::unknown(subject, &Gap::new(PartKind::RoleSchedules, None, reason));
    }
    match theirs.first() {
        Some(Holding { end: Some(end), .. }) => {
            Statement::broken(subject, format!("holds the role until {end} only"))
        }
        Some(Holding { activated: true, .. }) => {
            Statement::broken(subject, "has activated the role for a while only")
        }
        Some(holding) => {
            Statement::broken(subject, format!("holds the role in `{}` only", holding.scope))
        }
        None if is_eligible(context, declared) => {
            Statement::broken(subject, "is only eligible for the role, and must activate it first")
        }
        None => Statement::broken(subject, "does not hold the role"),
    }
}

/// The groups that an account is in, and why there may be more.
fn groups_of(context: &Context<'_>, declared: &DeclaredAccount) -> (Vec<GroupId>, Option<Gap>) {
    let Some(account) = context.account(declared) else {
        return (vec![], None);
    };
    match account.memberships.value() {
        Ok(memberships) => {
            let groups = memberships.iter().filter(|m| m.kind == ObjectKind::Group);
            (groups.map(|m| GroupId(m.id.0)).collect(), None)
        }
        Err(gap) => (vec![], Some(gap.clone())),
    }
}

fn is_eligible(context: &Context<'_>, declared: &DeclaredAccount) -> bool {
    let eligible = context.eligible_administrators();
    eligible.is_ok_and(|mut all| all.any(|one| one.principal == declared.id.into()))
}
