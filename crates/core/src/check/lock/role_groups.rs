//! HG-LOCK-13: groups that hold roles are role-assignable and have no owners.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::ROLE_ASSIGNABLE;
use super::samples::{eligible, hold};
use crate::check::applications::{open, unless_told};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::powers::Powers;
use crate::check::sample::{Case, DAILY, EMERGENCY, member, schedule};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId};
use crate::tenant::{Gap, GapReason, Group, GroupRead, GroupState, ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-13",
    title: "Groups that hold a role with powers have no owners and cannot be changed by others",
    family: Family::Lock,
    severity: Severity::High,
    why: "An owner of such a group takes the role by adding a member, without holding any role; \
          of a group that is not role-assignable, every administrator of groups is an owner.",
    reads: &[
        PartKind::RoleDefinitions,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::Group,
        PartKind::GroupOwners,
        PartKind::GroupEligibilities,
    ],
    controls: &[cis("1.1.3"), nist("AC-6(5)"), iso("A.8.2"), mitre("T1098.003")],
    remedy: Remedy {
        action: "Remove every owner of the group {group}; the privileged roles can still manage it",
        portal: "Entra admin center > Entra ID > Groups > the group > Owners",
        graph: "GET /v1.0/groups/{group}/owners, then DELETE \
                /v1.0/groups/{group}/owners/{owner}/$ref",
    },
    sources: &[ROLE_ASSIGNABLE],
    judge,
    samples: &[
        Sample::pass("no group holds a role", |_| {}),
        Sample::pass("one in order", other),
        Sample::pass("the emergency group: HG-LOCK-01 and HG-LOCK-03 judge it", |case| {
            hold(case, EMERGENCY.into(), ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
            own(case, EMERGENCY);
        }),
        Sample::fail("with an owner", |case| {
            other(case);
            own(case, OTHER);
        }),
        Sample::fail("eligible, with an owner", |case| {
            add(case);
            eligible(case, OTHER.into(), GLOBAL_ADMINISTRATOR.0);
            own(case, OTHER);
        }),
        Sample::fail("with somebody who may activate its ownership", |case| {
            other(case);
            let mut owner = schedule(DAILY, None);
            owner.unknown.insert("accessId".into(), "owner".into());
            let value = vec![schedule(DAILY, None), owner];
            if let Some(read) = case.snapshot.groups.get_mut(&OTHER) {
                read.eligibilities = Part::Read { at: case.now, value };
            }
        }),
        Sample::pass("with somebody who may activate the membership", |case| {
            other(case);
            let value = vec![schedule(DAILY, None)];
            if let Some(read) = case.snapshot.groups.get_mut(&OTHER) {
                read.eligibilities = Part::Read { at: case.now, value };
            }
        }),
        Sample::fail("not role-assignable", |case| {
            other(case);
            if let Some(read) = case.snapshot.groups.get_mut(&OTHER)
                && let Part::Read { value: GroupState::Present(group), .. } = &mut read.state
            {
                group.is_assignable_to_role = None;
            }
        }),
        Sample::gap("a group was not read", |case| {
            hold(case, OTHER.into(), ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
        }),
        Sample::gap("owners cannot be read", |case| {
            other(case);
            if let Some(read) = case.snapshot.groups.get_mut(&OTHER) {
                read.owners = Part::Gap(Case::denied(PartKind::GroupOwners));
            }
        }),
        Sample::pass("with somebody who could activate its ownership until today", |case| {
            other(case);
            let mut owner = schedule(DAILY, Some(case.now));
            owner.unknown.insert("accessId".into(), "owner".into());
            if let Some(read) = case.snapshot.groups.get_mut(&OTHER) {
                read.eligibilities = Part::Read { at: case.now, value: vec![owner] };
            }
        }),
        Sample::gap("roles cannot be read", |case| {
            case.snapshot.role_assignments = Part::Gap(Case::denied(PartKind::RoleAssignments));
        }),
    ],
};

const OTHER: GroupId = GroupId::from_u128(0x07e4);

fn add(case: &mut Case) {
    let Some(mut read) = case.snapshot.groups.get(&EMERGENCY).cloned() else { return };
    read.id = OTHER;
    if let Part::Read { value: GroupState::Present(group), .. } = &mut read.state {
        group.id = OTHER;
        group.display_name = "administrators".into();
    }
    case.snapshot.groups.insert(OTHER, read);
}

fn other(case: &mut Case) {
    add(case);
    hold(case, OTHER.into(), ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
}

fn own(case: &mut Case, id: GroupId) {
    let value = vec![member(DAILY, ObjectKind::User)];
    if let Some(read) = case.snapshot.groups.get_mut(&id) {
        read.owners = Part::Read { at: case.now, value };
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let powers = Powers::of(context);
    let mut statements = Vec::new();
    let groups = powers.groups.iter().filter(|(id, _)| context.register.group != Some(**id));
    for (id, role) in groups {
        let subject = Subject::Group(*id);
        match context.snapshot.groups.get(id).map(|read| (read, read.state.value())) {
            None => {
                let gap = Gap::new(PartKind::Group, Some(id.0), GapReason::NotInSource);
                statements.push(Statement::unknown(subject, &gap));
            }
            Some((_, Err(gap))) => statements.push(Statement::unknown(subject, gap)),
            Some((read, Ok(GroupState::Present(group)))) => {
                statements.extend(judge_one(context, read, group, role));
            }
            Some((_, Ok(_))) => {
                statements.push(Statement::note(subject, "holds a role and does not exist"));
            }
        }
    }
    statements.extend(open(&powers.gaps));
    unless_told(&mut statements, "no other group holds a role with powers");
    Judgement::Stated(statements)
}

fn judge_one(context: &Context<'_>, read: &GroupRead, group: &Group, role: &str) -> Vec<Statement> {
    let subject = || Subject::Group(read.id);
    let mut statements = Vec::new();
    if group.is_assignable_to_role != Some(true) {
        let text = format!("holds `{role}` and is not role-assignable");
        statements.push(Statement::broken(subject(), text));
    }
    match read.owners.value() {
        Err(gap) => statements.push(Statement::unknown(subject(), gap)),
        Ok(owners) => statements.extend(owners.iter().map(|owner| {
            let text = format!("holds `{role}`, and its owner {} can add members", owner.id);
            Statement::broken(subject(), text).with_id("{owner}", owner.id.to_string())
        })),
    }
    // That the eligibilities could not be read is among the gaps of the powers.
    let eligible = context.licensed(&read.eligibilities).unwrap_or_default();
    let owners = eligible.iter().filter(|one| one.is_ownership() && one.is_live(context.now));
    statements.extend(owners.map(|one| {
        let id = one.principal;
        let text = format!("holds `{role}`, and {id} can activate its ownership and add members");
        Statement::broken(subject(), text)
    }));
    if statements.is_empty() {
        let text = format!("holds `{role}`, is role-assignable and has no owners");
        statements.push(Statement::holds(subject(), text));
    }
    statements
}
