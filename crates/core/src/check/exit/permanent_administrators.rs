//! HG-EXIT-18: no more Global Administrators for good than the register allows.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{CIS_BENCHMARK, ROLE_SETTINGS, SCUBA_BASELINE};
use crate::check::controls::{cis, mitre, nist, scuba};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY, EMERGENCY, member, schedule};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GroupId, PrincipalId, UserId};
use crate::tenant::{AssignmentType, Gap, GapReason, ObjectKind, Part, PartKind, RoleSchedule};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-18",
    title: "Few besides the emergency accounts are Global Administrator for good",
    family: Family::Exit,
    severity: Severity::Medium,
    why: "Standing power is what a thief of a session gets. CIS 5.3.1 allows two permanent Global \
          Administrators in all, and takes them for the emergency accounts; SCuBA 7.4 allows none \
          but the emergency accounts, however many. [bounds] permanent_global_administrators says \
          how many others there may be.",
    reads: &[
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::GroupTransitiveMembers,
        PartKind::GroupSchedules,
    ],
    controls: &[
        cis("5.3.1"),
        scuba("MS.AAD.7.4v1"),
        scuba("MS.AAD.7.5v1"),
        nist("AC-6(5)"),
        mitre("T1078.004"),
        mitre("T1098.003"),
    ],
    remedy: Remedy {
        action: "Make the others eligible for the role (PIM); leave the emergency accounts \
                 permanent and active",
        portal: "Entra admin center > ID Governance > Privileged Identity Management > \
                 Microsoft Entra roles > Assignments > Active assignments",
        graph: "POST /v1.0/roleManagement/directory/roleEligibilityScheduleRequests",
    },
    sources: &[CIS_BENCHMARK, SCUBA_BASELINE, ROLE_SETTINGS],
    judge,
    samples: &[
        Sample::pass("one, and the register allows one", |_| {}),
        Sample::pass("none besides the emergency accounts", |case| {
            case.register.choices.permanent_administrators = 0;
            case.assignments(&[(ALPHA.into(), ObjectKind::User), (BRAVO.into(), ObjectKind::User)]);
        }),
        Sample::pass("the other one ends", |case| {
            case.register.choices.permanent_administrators = 0;
            let end = Some(case.now);
            case.schedules(|all| {
                all.retain(|one| one.principal != DAILY.into());
                all.push(schedule(DAILY, end));
            });
        }),
        Sample::pass("eligible ones are another check's", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
                value.extend([1, 2, 3].map(|id| schedule(UserId::from_u128(id), None)));
            }
        }),
        Sample::fail("one, and the default allows none", |case| {
            case.register.choices.permanent_administrators = 0;
        }),
        Sample::fail("two through a group", |case| {
            case.assignments(&[
                (DAILY.into(), ObjectKind::User),
                (EMERGENCY.into(), ObjectKind::Group),
            ]);
            let at = case.now;
            let value = vec![member(ALPHA, ObjectKind::User), member(SPARE, ObjectKind::User)];
            case.group_read(|read| read.transitive = Part::Read { at, value });
        }),
        Sample::pass("one who activated the membership of such a group", |case| {
            case.register.choices.permanent_administrators = 0;
            activated(case, Some(AssignmentType::Activated));
        }),
        Sample::fail("one whose membership of such a group was assigned for good", |case| {
            case.register.choices.permanent_administrators = 0;
            activated(case, Some(AssignmentType::Assigned));
        }),
        Sample::gap("how long memberships of such a group last cannot be read", |case| {
            activated(case, Some(AssignmentType::Activated));
            let gap = Case::denied(PartKind::GroupSchedules);
            case.group_read(|read| read.schedules = Part::Gap(gap));
        }),
        Sample::gap("no schedule says how long one holds it", |case| {
            case.register.choices.permanent_administrators = 0;
            case.schedules(|all| all.retain(|one| one.principal != DAILY.into()));
        }),
        Sample::fail("an application", |case| {
            case.assignments(&[
                (DAILY.into(), ObjectKind::User),
                (SPARE.into(), ObjectKind::ServicePrincipal),
            ]);
        }),
        Sample::gap("a group's members cannot be read", |case| {
            case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
            let gap = Case::denied(PartKind::GroupTransitiveMembers);
            case.group_read(|read| read.transitive = Part::Gap(gap));
        }),
        Sample::gap("terms cannot be read", |case| {
            case.snapshot.role_schedules = Part::Gap(Case::denied(PartKind::RoleSchedules));
        }),
        Sample::not_applicable("no P2: nobody can be eligible", |case| {
            let reason = GapReason::MissingLicence { code: "P2".into() };
            case.snapshot.withhold(&PartKind::RoleSchedules, &reason);
        }),
        Sample::fail(
            "one whose ownership of such a group ends, and whose membership does not",
            |case| {
                case.register.choices.permanent_administrators = 0;
                activated(case, None);
                case.group_read(|read| {
                    if let Part::Read { value, .. } = &mut read.schedules {
                        for one in value {
                            one.end = Some(crate::time::Timestamp::MAX);
                            one.unknown.insert("accessId".into(), "owner".into());
                        }
                    }
                });
            },
        ),
    ],
};

const SPARE: UserId = UserId::from_u128(0x59a4e);

/// The emergency group holds the role, and a third member holds the membership in this way.
fn activated(case: &mut Case, assignment: Option<AssignmentType>) {
    case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
    let at = case.now;
    let people = [ALPHA, BRAVO, SPARE].map(|id| member(id, ObjectKind::User));
    let mut term = schedule(SPARE, None);
    (term.role, term.assignment) = (None, assignment);
    case.group_read(|read| {
        read.transitive = Part::Read { at, value: people.to_vec() };
        read.schedules = Part::Read { at, value: vec![term] };
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    if let Err(Gap { reason: GapReason::MissingLicence { code }, .. }) =
        context.snapshot.role_schedules.value()
    {
        let why = format!(
            "licence: `{code}`: without PIM every assignment is permanent, and HG-ESTATE-01 counts \
             them"
        );
        return Judgement::NotApplicable(why);
    }
    let holdings = match context.active_holdings() {
        Ok(holdings) => holdings,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut others = BTreeSet::new();
    let mut gaps = Vec::new();
    for holding in holdings.iter().filter(|one| one.scope == "/") {
        match (holding.is_permanent(), holding.is_group) {
            (true, false) => drop(others.insert(holding.principal)),
            (true, true) => match members(context, GroupId(holding.principal.0)) {
                Ok(members) => others.extend(members),
                Err(gap) => gaps.push(gap),
            },
            (false, _) if holding.is_unscheduled && !context.is_declared(holding.principal) => {
                let what = format!("no schedule says how long {} holds it", holding.principal);
                gaps.push(Gap::new(PartKind::RoleSchedules, None, GapReason::Failed { what }));
            }
            (false, _) => {}
        }
    }
    others.retain(|id| !context.accounts.iter().any(|account| account.id == UserId(id.0)));
    let most = context.register.choices.permanent_administrators;
    if others.len() <= most {
        let text = format!("{} besides the emergency accounts, {most} allowed", others.len());
        let mut statements = vec![Statement::holds(Subject::Tenant, text)];
        statements.extend(gaps.iter().map(|gap| Statement::unknown(Subject::Tenant, gap)));
        return Judgement::Stated(statements);
    }
    let text = format!("is Global Administrator for good; {most} besides the accounts are allowed");
    let principal = |id: &PrincipalId| Subject::Principal { id: *id, name: name(context, *id) };
    Judgement::Stated(
        others.iter().map(|id| Statement::broken(principal(id), text.clone())).collect(),
    )
}

/// Everybody who is a member of a group for good.
fn members(context: &Context<'_>, group: GroupId) -> Result<Vec<PrincipalId>, Gap> {
    let Some(read) = context.snapshot.groups.get(&group) else {
        let kind = PartKind::GroupTransitiveMembers;
        return Err(Gap::new(kind, Some(group.0), GapReason::NotInSource));
    };
    let members = read.transitive.value().map_err(Clone::clone)?;
    let terms = context.licensed(&read.schedules).map_err(Clone::clone)?;
    let lasts =
        |one: &RoleSchedule| one.end.is_none() && one.assignment != Some(AssignmentType::Activated);
    // Whoever has activated the membership, or has it until a day, is no member for good.
    let is_passing = |id: PrincipalId| {
        let mut theirs = terms.iter().filter(|one| one.principal == id && !one.is_ownership());
        let first = theirs.next();
        first.is_some_and(|first| !lasts(first) && !theirs.any(lasts))
    };
    let persons = members.iter().filter(|member| member.kind != ObjectKind::Group);
    Ok(persons.map(|member| member.id).filter(|id| !is_passing(*id)).collect())
}

fn name(context: &Context<'_>, id: PrincipalId) -> Option<alloc::string::String> {
    match context.snapshot.holders.get(&UserId(id.0))?.state.value().ok()? {
        crate::tenant::AccountState::Present(user) => user.display_name.clone(),
        _ => None,
    }
}
