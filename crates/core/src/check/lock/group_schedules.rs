//! HG-LOCK-07: no membership of the emergency group comes and goes by PIM for Groups.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{group, pim_schedule};
use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::sample::{ALPHA, Case, DAILY};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{AssignmentType, Gap, GapReason, GroupRead, Part, PartKind, RoleSchedule};
use crate::time::Timestamp;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-07",
    title: "Memberships of the emergency group do not come and go (PIM for Groups)",
    family: Family::Lock,
    severity: Severity::High,
    why: "A membership with an end takes an emergency account out of the group on a day that \
          nobody remembers, and an activated one lets somebody in for some hours.",
    reads: &[PartKind::GroupSchedules],
    controls: &[cis("1.1.2"), scuba("MS.AAD.7.6v1"), nist("AC-2(2)"), mitre("T1098"), iso("A.8.2")],
    remedy: Remedy {
        action: "Make the membership of each declared account direct and without an end, and \
                 remove every other scheduled membership and ownership",
        portal: "Entra admin center > ID Governance > Privileged Identity Management > \
                 Groups > the group > Assignments",
        graph: "POST /v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests \
                {\"action\": \"adminRemove\", \"groupId\": \"{group}\", …}",
    },
    sources: &[Link {
        title: "Privileged Identity Management (PIM) for Groups",
        url: "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups",
    }],
    judge,
    samples: &[
        Sample::pass("not managed by PIM", |_| {}),
        Sample::pass("a declared account for good", |case| {
            schedule(case, |case| pim_schedule(ALPHA, AssignmentType::Assigned, None, case.now));
        }),
        Sample::pass("somebody whose membership has ended", |case| {
            schedule(case, |case| {
                pim_schedule(DAILY, AssignmentType::Activated, Some(0), case.now)
            });
        }),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::not_applicable("no P2", |case| {
            let reason = GapReason::MissingLicence { code: "P2".into() };
            let gap = Gap::new(PartKind::GroupSchedules, None, reason);
            case.group_read(|read| read.schedules = Part::Gap(gap));
        }),
        Sample::fail("a declared account whose membership ends", |case| {
            schedule(case, |case| pim_schedule(ALPHA, AssignmentType::Assigned, Some(9), case.now));
        }),
        Sample::fail("a declared account that was activated", |case| {
            schedule(case, |case| pim_schedule(ALPHA, AssignmentType::Activated, None, case.now));
        }),
        Sample::fail("a daily administrator who activated it", |case| {
            schedule(case, |case| {
                pim_schedule(DAILY, AssignmentType::Activated, Some(9), case.now)
            });
        }),
        Sample::fail("an ownership", |case| {
            schedule(case, |case| {
                let mut one = pim_schedule(DAILY, AssignmentType::Assigned, None, case.now);
                one.unknown.insert("accessId".into(), "owner".into());
                one
            });
        }),
        Sample::gap("cannot be read", |case| {
            let gap = Case::denied(PartKind::GroupSchedules);
            case.group_read(|read| read.schedules = Part::Gap(gap));
        }),
        Sample::fail("an ownership of a declared account for good", |case| {
            schedule(case, |case| {
                let mut one = pim_schedule(ALPHA, AssignmentType::Assigned, None, case.now);
                one.unknown.insert("accessId".into(), "owner".into());
                one
            });
        }),
    ],
};

fn schedule(case: &mut Case, one: fn(&Case) -> RoleSchedule) {
    let (at, one) = (case.now, one(case));
    case.group_read(|read| read.schedules = Part::Read { at, value: vec![one] });
}

fn judge(context: &Context<'_>) -> Judgement {
    group(context, |read, _| match read.schedules.value() {
        Err(gap) => vec![Statement::unknown(Subject::Group(read.id), gap)],
        Ok(all) => statements(context, read, all),
    })
}

fn statements(context: &Context<'_>, read: &GroupRead, all: &[RoleSchedule]) -> Vec<Statement> {
    let mut statements: Vec<_> = all
        .iter()
        .filter(|one| one.is_live(context.now))
        .filter_map(|one| finding(context, one))
        .collect();
    if statements.is_empty() {
        let text = "no membership has an end or waits to be activated";
        statements.push(Statement::holds(Subject::Group(read.id), text));
    }
    statements
}

fn finding(context: &Context<'_>, one: &RoleSchedule) -> Option<Statement> {
    let until = one.end.map_or_else(|| "for good".into(), |end: Timestamp| format!("until {end}"));
    let declared = context.accounts.iter().find(|account| account.id.0 == one.principal.0);
    let is_activated = one.assignment == Some(AssignmentType::Activated);
    if let Some(declared) = declared.filter(|_| !one.is_ownership()) {
        let text = match (is_activated, one.end) {
            (true, _) => format!("was activated as a member, {until}"),
            (false, Some(end)) => format!("stops being a member at {end}"),
            (false, None) => return None,
        };
        return Some(Statement::broken(context.subject(declared), text));
    }
    let what = if one.is_ownership() { "owns the group" } else { "is a member" };
    let how = if is_activated { "by activation" } else { "by assignment" };
    let name: Option<String> = crate::check::powers::name_of(context, one.principal);
    let subject = Subject::Principal { id: one.principal, name };
    Some(Statement::broken(subject, format!("{what} {how}, {until}")))
}
