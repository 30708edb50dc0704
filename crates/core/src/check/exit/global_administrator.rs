//! HG-EXIT-06: each account is Global Administrator, now and for good.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::ca::Holding;
use crate::check::controls::{cis, itsg, nist, scuba};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY, EMERGENCY, schedule};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GroupId, PrincipalId, UserId};
use crate::register::DeclaredAccount;
use crate::tenant::{AssignmentType, Gap, GapReason, ObjectKind, Part, PartKind, RoleSchedule};
use crate::time::Timestamp;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-06",
    title: "Each account holds Global Administrator: active, permanent, in the whole tenant",
    family: Family::Exit,
    severity: Severity::Critical,
    why: "An eligible account must first activate the role, which may ask for approval or MFA that \
          is out; an assignment with an end is gone on the day after it. What comes through a \
          group goes with the group, and with the membership in it.",
    reads: &[
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::AccountMemberships,
        PartKind::GroupSchedules,
        PartKind::GroupEligibilities,
    ],
    controls: &[
        cis("1.1.2"),
        cis("5.3.1"),
        scuba("MS.AAD.7.4v1"),
        nist("AC-6(5)"),
        itsg("AC-2(7)"),
    ],
    remedy: Remedy {
        action: "Assign Global Administrator as active, permanently, with scope `/`",
        portal: "Entra admin center > ID Governance > Privileged Identity Management > \
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
            through_group(case);
        }),
        Sample::pass("no P2: no schedules, no terms", |case| {
            let licence = GapReason::MissingLicence { code: "P2".into() };
            let gap = |kind| Part::Gap(Gap::new(kind, None, licence.clone()));
            case.snapshot.role_schedules = gap(PartKind::RoleSchedules);
            case.snapshot.role_eligibilities = gap(PartKind::RoleEligibilities);
        }),
        Sample::fail("a member of the group for a while only (PIM for Groups)", |case| {
            through_group(case);
            let (at, end) = (case.now, Some(case.now));
            let value = vec![membership(BRAVO, AssignmentType::Activated, end)];
            case.group_read(|read| read.schedules = Part::Read { at, value });
        }),
        Sample::fail("a member of the group until a day (PIM for Groups)", |case| {
            through_group(case);
            let (at, end) = (case.now, Some(case.now));
            let value = vec![membership(BRAVO, AssignmentType::Assigned, end)];
            case.group_read(|read| read.schedules = Part::Read { at, value });
        }),
        Sample::pass("a member of the group for good, and activated too", |case| {
            through_group(case);
            let (at, end) = (case.now, Some(case.now));
            let value = vec![
                membership(BRAVO, AssignmentType::Activated, end),
                membership(BRAVO, AssignmentType::Assigned, None),
            ];
            case.group_read(|read| read.schedules = Part::Read { at, value });
        }),
        Sample::pass("an owner of the group for a while, and a member for good", |case| {
            through_group(case);
            let (at, end) = (case.now, Some(case.now));
            let mut owner = membership(BRAVO, AssignmentType::Activated, end);
            owner.unknown.insert("accessId".into(), "owner".into());
            case.group_read(|read| read.schedules = Part::Read { at, value: vec![owner] });
        }),
        Sample::fail("only eligible for the group that holds the role", |case| {
            through_group(case);
            let at = case.now;
            case.account(BRAVO, |one| one.memberships = Part::Read { at, value: vec![] });
            let value = vec![schedule(BRAVO, None)];
            case.group_read(|read| read.eligibilities = Part::Read { at, value });
        }),
        Sample::gap("terms of membership cannot be read", |case| {
            through_group(case);
            let gap = Case::denied(PartKind::GroupSchedules);
            case.group_read(|read| read.schedules = Part::Gap(gap));
        }),
        Sample::gap("the group that holds the role was not read", |case| {
            through_group(case);
            case.snapshot.groups.clear();
        }),
        Sample::pass("through the group, and through one of which nothing is known", |case| {
            case.assignments(&[
                (OTHER.into(), ObjectKind::Group),
                (EMERGENCY.into(), ObjectKind::Group),
            ]);
            for id in [ALPHA, BRAVO] {
                case.account(id, |one| {
                    if let Part::Read { value, .. } = &mut one.memberships
                        && let Some(mut other) = value.first().cloned()
                    {
                        other.id = OTHER.into();
                        value.push(other);
                    }
                });
            }
        }),
        Sample::gap("an account was not read, and may be in a group that holds the role", |case| {
            through_group(case);
            case.snapshot.accounts.remove(&ALPHA);
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

const OTHER: GroupId = GroupId::from_u128(0x07e4);

fn through_group(case: &mut Case) {
    case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
}

fn membership(id: UserId, assignment: AssignmentType, end: Option<Timestamp>) -> RoleSchedule {
    RoleSchedule { role: None, scope: None, assignment: Some(assignment), ..schedule(id, end) }
}

fn eligible(case: &mut Case, id: UserId) {
    if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
        value.push(schedule(id, None));
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let mut statements: Vec<Statement> = match context.active_holdings() {
        Ok(holdings) => {
            context.accounts.iter().map(|declared| account(context, declared, &holdings)).collect()
        }
        Err(gap) => context
            .accounts
            .iter()
            .map(|declared| Statement::unknown(context.subject(declared), gap))
            .collect(),
    };
    let azure = "Microsoft Graph does not show Azure: if subscriptions must be recovered too, see \
                 that each account is or can make itself User Access Administrator at the root \
                 (Entra admin center > Entra ID > Overview > Properties)";
    statements.push(Statement::note(Subject::Tenant, azure));
    Judgement::Stated(statements)
}

fn account(
    context: &Context<'_>,
    declared: &DeclaredAccount,
    holdings: &[Holding<'_>],
) -> Statement {
    let subject = context.subject(declared);
    let (groups, mut gap) = groups_of(context, declared);
    let theirs: Vec<_> = holdings
        .iter()
        .filter(|holding| {
            holding.principal.0 == declared.id.0
                || (holding.is_group && groups.contains(&GroupId(holding.principal.0)))
        })
        .collect();
    let permanent = || theirs.iter().filter(|holding| holding.is_permanent());
    if permanent().any(|holding| !holding.is_group) {
        return Statement::holds(subject, "holds the role for good");
    }
    let mut passing = None;
    for holding in permanent() {
        let id = GroupId(holding.principal.0);
        match membership_end(context, id, declared.id.into()) {
            Ok(None) => {
                let text = format!(
                    "holds the role for good, through group {id}: its loss is the loss of the role"
                );
                return Statement::holds(subject, text);
            }
            Ok(Some(when)) => {
                let text = format!("is in group {id}, which holds the role, {when}");
                passing = passing.or(Some(Statement::broken(subject.clone(), text)));
            }
            Err(unread) => gap = gap.or(Some(unread)),
        }
    }
    if let Some(gap) = gap {
        return Statement::unknown(subject, &gap);
    }
    if let Some(statement) = passing {
        return statement;
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
        None if let Some(group) = eligible_group(context, declared, holdings) => {
            let text = format!("is only eligible for group {group}, which holds the role");
            Statement::broken(subject, text)
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
        let kind = PartKind::AccountMemberships;
        return (vec![], Some(Gap::new(kind, Some(declared.id.0), GapReason::NotInSource)));
    };
    match account.memberships.value() {
        Ok(memberships) => {
            let groups = memberships.iter().filter(|m| m.kind == ObjectKind::Group);
            (groups.map(|m| GroupId(m.id.0)).collect(), None)
        }
        Err(gap) => (vec![], Some(gap.clone())),
    }
}

/// Until when a membership lasts that PIM for Groups knows; `None` for good.
fn membership_end(
    context: &Context<'_>,
    group: GroupId,
    account: PrincipalId,
) -> Result<Option<String>, Gap> {
    let Some(read) = context.snapshot.groups.get(&group) else {
        return Err(Gap::new(PartKind::GroupSchedules, Some(group.0), GapReason::NotInSource));
    };
    let all = context.licensed(&read.schedules).map_err(Clone::clone)?;
    let mut terms =
        all.iter().filter(|one| one.principal == account && !one.is_ownership()).peekable();
    let lasts =
        |one: &RoleSchedule| one.end.is_none() && one.assignment != Some(AssignmentType::Activated);
    // A group that PIM does not manage has no schedules: its members stay.
    let Some(first) = terms.peek().copied() else {
        return Ok(None);
    };
    Ok((!terms.any(lasts)).then(|| match first.end {
        Some(end) => format!("until {end} only"),
        None => "by activation only".into(),
    }))
}

/// The first group that holds the role and that the account may activate a membership of.
fn eligible_group(
    context: &Context<'_>,
    declared: &DeclaredAccount,
    holdings: &[Holding<'_>],
) -> Option<GroupId> {
    let groups = holdings.iter().filter(|one| one.is_group).map(|one| GroupId(one.principal.0));
    groups.into_iter().find(|group| {
        let read = context.snapshot.groups.get(group);
        let eligible = read.and_then(|read| read.eligibilities.value().ok());
        eligible.is_some_and(|all| {
            all.iter().any(|one| one.principal == declared.id.into() && !one.is_ownership())
        })
    })
}

fn is_eligible(context: &Context<'_>, declared: &DeclaredAccount) -> bool {
    let eligible = context.eligible_administrators();
    eligible.is_ok_and(|mut all| all.any(|one| one.principal == declared.id.into()))
}
