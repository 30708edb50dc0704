//! HG-EXIT-08: restricted management administrative units do not freeze the repair.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, nist};
use crate::check::sample::{ALPHA, Case};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::Guid;
use crate::tenant::{
    AdministrativeUnit, Gap, GapReason, Group, GroupRead, Membership, ObjectKind, Part, PartKind,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-08",
    title: "No restricted management unit freezes the emergency group",
    family: Family::Exit,
    severity: Severity::Low,
    why: "The membership of a role-assignable group inside a restricted management administrative \
          unit cannot be changed until the group leaves the unit, and a Global Administrator \
          inside one cannot have the password reset by anybody. Tenant-wide roles and permissions \
          of applications do not count there: a tool that repairs cannot repair.",
    reads: &[
        PartKind::Group,
        PartKind::GroupMemberships,
        PartKind::Account,
        PartKind::AccountMemberships,
        PartKind::AdministrativeUnits,
    ],
    controls: &[cis("1.1.2"), nist("AC-2")],
    remedy: Remedy {
        action: "Take the role-assignable group out of the restricted unit (the group is protected \
                 by being role-assignable), or accept the finding and write the way out into the \
                 runbook",
        portal: "Entra admin center > Entra ID > Roles & admins > Admin units",
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
        Sample::fail("in a unit that only its membership shows", |case| enter(case, true)),
        Sample::pass("in a unit that restricts nothing", |case| enter(case, false)),
        Sample::pass("a plain group in a unit is protected by it", |case| {
            enter(case, true);
            case.group(|group| group.is_assignable_to_role = Some(false));
        }),
        Sample::gap("units cannot be read, and the group is in one", |case| {
            enter(case, false);
            let gap = Case::denied(PartKind::AdministrativeUnits);
            case.snapshot.administrative_units = Part::Gap(gap);
        }),
        Sample::gap("the group is in a unit that is not listed", |case| {
            enter(case, false);
            let at = case.now;
            case.snapshot.administrative_units = Part::Read { at, value: vec![] };
        }),
        Sample::gap("what contains an account cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMemberships);
            case.account(ALPHA, |one| one.memberships = Part::Gap(gap));
        }),
        Sample::pass("what contains an account cannot be read, and it says itself", |case| {
            let gap = Case::denied(PartKind::AccountMemberships);
            case.account(ALPHA, |one| one.memberships = Part::Gap(gap));
            case.user(ALPHA, |user| user.is_management_restricted = Some(false));
        }),
        Sample::gap("what contains the group cannot be read", |case| {
            let gap = Case::denied(PartKind::GroupMemberships);
            case.group_read(|read| read.memberships = Part::Gap(gap));
        }),
        Sample::fail("what contains the group cannot be read, and it says itself", |case| {
            let gap = Case::denied(PartKind::GroupMemberships);
            case.group_read(|read| read.memberships = Part::Gap(gap));
            case.group(|group| group.is_management_restricted = Some(true));
        }),
    ],
};

const UNIT: Guid = Guid::from_u128(0xa0);

fn enter(case: &mut Case, is_restricted: bool) {
    let at = case.now;
    let unit = AdministrativeUnit {
        id: UNIT,
        display_name: Some("Vault".into()),
        is_member_management_restricted: Some(is_restricted),
        unknown: crate::tenant::Unknown::new(),
    };
    case.snapshot.administrative_units = Part::Read { at, value: vec![unit] };
    let membership = Membership {
        id: crate::id::PrincipalId(UNIT),
        kind: ObjectKind::AdministrativeUnit,
        role_template: None,
        display_name: Some("Vault".into()),
        unknown: crate::tenant::Unknown::new(),
    };
    case.group_read(|read| read.memberships = Part::Read { at, value: vec![membership] });
}

fn judge(context: &Context<'_>) -> Judgement {
    let mut statements = context.each_user(|declared, user| {
        let subject = context.subject(declared);
        let unit = match context.account(declared).map(|one| one.memberships.value()) {
            Some(Ok(memberships)) => restricted(context, Some(memberships)),
            Some(Err(gap)) => Err(gap.clone()),
            None => Ok(None),
        };
        let unit = match (unit, user.is_management_restricted) {
            (Err(gap), None) => return vec![Statement::unknown(subject, &gap)],
            (unit, _) => unit.ok().flatten(),
        };
        if user.is_management_restricted != Some(true) && unit.is_none() {
            return vec![Statement::holds(subject, "is in no restricted unit")];
        }
        let text = format!(
            "is in {}: nobody can reset its password until it leaves the unit; {}",
            named(unit),
            administrators(context, unit)
        );
        vec![Statement::note(subject, text)]
    });
    match context.emergency_group() {
        None => {}
        Some(Err(statement)) => statements.push(statement.left_open("HG-LOCK-01")),
        Some(Ok((read, group))) => statements.push(group_statement(context, read, group)),
    }
    Judgement::Stated(statements)
}

fn group_statement(context: &Context<'_>, read: &GroupRead, group: &Group) -> Statement {
    let subject = Subject::Group(read.id);
    if group.is_assignable_to_role != Some(true) {
        return Statement::holds(subject, "is not role-assignable, and a unit only protects it");
    }
    let unit = match read.memberships.value() {
        Ok(memberships) => restricted(context, Some(memberships)),
        Err(gap) => Err(gap.clone()),
    };
    match unit {
        Err(gap) if group.is_management_restricted != Some(true) => {
            Statement::unknown(subject, &gap)
        }
        Ok(None) if group.is_management_restricted != Some(true) => {
            Statement::holds(subject, "its membership can be repaired")
        }
        found => {
            let unit = found.ok().flatten();
            let text = format!(
                "is role-assignable and in {}: frozen until it leaves the unit; {}",
                named(unit),
                administrators(context, unit)
            );
            let statement = Statement::broken(subject, text);
            match unit {
                Some(unit) => statement.with_id("{unit}", unit.id.to_string()),
                None => statement,
            }
        }
    }
}

/// The first restricted unit among `memberships`; a gap where one of them may be restricted.
fn restricted<'a>(
    context: &Context<'a>,
    memberships: Option<&[Membership]>,
) -> Result<Option<&'a AdministrativeUnit>, Gap> {
    let mut inside = memberships
        .into_iter()
        .flatten()
        .filter(|one| one.kind == ObjectKind::AdministrativeUnit)
        .peekable();
    if inside.peek().is_none() {
        return Ok(None);
    }
    let units = context.snapshot.administrative_units.value().map_err(Clone::clone)?;
    let mut missing = None;
    for one in inside {
        match units.iter().find(|unit| unit.id == one.id.0) {
            Some(unit) if unit.is_member_management_restricted == Some(true) => {
                return Ok(Some(unit));
            }
            Some(_) => {}
            // Units can be hidden from those who may not read their members.
            None => missing = Some(one.id),
        }
    }
    missing.map_or(Ok(None), |id| {
        let what = format!("no unit with the id `{id}` is listed");
        Err(Gap::new(PartKind::AdministrativeUnits, None, GapReason::Failed { what }))
    })
}

fn named(unit: Option<&AdministrativeUnit>) -> String {
    match unit {
        None => "a restricted unit".to_string(),
        Some(AdministrativeUnit { id, display_name: None, .. }) => format!("restricted unit {id}"),
        Some(AdministrativeUnit { id, display_name: Some(name), .. }) => {
            format!("restricted unit `{name}` ({id})")
        }
    }
}

/// Who can still act in the unit: those with a role scoped to it, applications included.
fn administrators(context: &Context<'_>, unit: Option<&AdministrativeUnit>) -> String {
    let (Some(unit), Ok(assignments)) = (unit, context.snapshot.role_assignments.value()) else {
        return "only a role scoped to the unit counts there".into();
    };
    let scope = format!("/administrativeUnits/{}", unit.id);
    let scoped = assignments.iter().filter(|one| one.scope.eq_ignore_ascii_case(&scope)).count();
    match scoped {
        0 => "no privileged role is scoped to the unit".into(),
        count => format!("privileged roles scoped to the unit: {count}"),
    }
}
