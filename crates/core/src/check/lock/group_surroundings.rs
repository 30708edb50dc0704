//! HG-LOCK-09: what contains the emergency group: other groups, administrative units.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{ROLE_ASSIGNABLE, group};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GroupId, Guid, PrincipalId};
use crate::tenant::{
    AdministrativeUnit, Gap, GapReason, Group, Membership, ObjectKind, Part, PartKind, Unknown,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-09",
    title: "The emergency group is in no other group, and in no unit that hands it to others",
    family: Family::Lock,
    severity: Severity::Medium,
    why: "What hits the outer group hits the accounts, and its owners decide about them. \
          Administrators of an ordinary administrative unit change the members of the plain groups \
          in it; a role-assignable group, or a restricted unit, keeps them out.",
    reads: &[PartKind::GroupMemberships, PartKind::AdministrativeUnits, PartKind::Group],
    controls: &[cis("1.1.2"), iso("A.8.2"), mitre("T1098"), nist("AC-2")],
    remedy: Remedy {
        action: "Take the emergency group out of the other group or unit, and give the accounts \
                 what they need by themselves",
        portal: "Entra admin center > Entra ID > Groups > the group > Group memberships, \
                 Administrative units",
        graph: "DELETE /v1.0/groups/{principal}/members/{group}/$ref",
    },
    sources: &[
        ROLE_ASSIGNABLE,
        Link {
            title: "Administrative units in Microsoft Entra ID",
            url: "https://learn.microsoft.com/entra/identity/role-based-access-control/administrative-units",
        },
    ],
    judge,
    samples: &[
        Sample::pass("in nothing", |_| {}),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::fail("in another group", |case| inside(case, ObjectKind::Group)),
        Sample::pass("role-assignable, in a unit", |case| {
            inside(case, ObjectKind::AdministrativeUnit);
            unit(case, None);
        }),
        Sample::pass("role-assignable, in a restricted unit: HG-EXIT-08 speaks of it", |case| {
            inside(case, ObjectKind::AdministrativeUnit);
            unit(case, Some(true));
        }),
        Sample::fail("plain, in a unit", |case| {
            inside(case, ObjectKind::AdministrativeUnit);
            unit(case, Some(false));
            case.group(|group| group.is_assignable_to_role = None);
        }),
        Sample::pass("plain, in a restricted unit", |case| {
            inside(case, ObjectKind::AdministrativeUnit);
            unit(case, Some(true));
            case.group(|group| group.is_assignable_to_role = None);
        }),
        Sample::gap("plain, in a unit that is not listed", |case| {
            inside(case, ObjectKind::AdministrativeUnit);
            case.group(|group| group.is_assignable_to_role = None);
        }),
        Sample::gap("in something that this version does not know", |case| {
            inside(case, ObjectKind::Other("#microsoft.graph.tribe".into()));
        }),
        Sample::gap("cannot be read", |case| {
            let gap = Case::denied(PartKind::GroupMemberships);
            case.group_read(|read| read.memberships = Part::Gap(gap));
        }),
        Sample::fail("plain, in a unit of which nothing says that it is restricted", |case| {
            inside(case, ObjectKind::AdministrativeUnit);
            unit(case, None);
            case.group(|group| group.is_assignable_to_role = None);
        }),
        Sample::fail("plain, in a unit listed after one that is restricted", |case| {
            inside(case, ObjectKind::AdministrativeUnit);
            unit(case, Some(false));
            if let Part::Read { value, .. } = &mut case.snapshot.administrative_units
                && let Some(mut other) = value.first().cloned()
            {
                other.id = Guid::from_u128(0x5afe);
                other.is_member_management_restricted = Some(true);
                value.insert(0, other);
            }
            case.group(|group| group.is_assignable_to_role = None);
        }),
    ],
};

const OUTER: Guid = Guid::from_u128(0x0a7e6);

fn inside(case: &mut Case, kind: ObjectKind) {
    let at = case.now;
    let outer = Membership {
        id: PrincipalId(OUTER),
        kind,
        role_template: None,
        display_name: Some("outer".into()),
        unknown: Unknown::new(),
    };
    case.group_read(|read| read.memberships = Part::Read { at, value: vec![outer] });
}

fn unit(case: &mut Case, is_member_management_restricted: Option<bool>) {
    let unit = AdministrativeUnit {
        id: OUTER,
        display_name: Some("outer".into()),
        is_member_management_restricted,
        unknown: Unknown::new(),
    };
    case.snapshot.administrative_units = Part::Read { at: case.now, value: vec![unit] };
}

fn judge(context: &Context<'_>) -> Judgement {
    group(context, |read, group| match read.memberships.value() {
        Err(gap) => vec![Statement::unknown(Subject::Group(read.id), gap)],
        Ok(all) => {
            let mut statements: Vec<_> =
                all.iter().map(|outer| judge_one(context, group, outer)).collect();
            let text = format!("{} groups and units contain it", all.len());
            statements.push(Statement::holds(Subject::Group(read.id), text));
            statements
        }
    })
}

fn judge_one(context: &Context<'_>, group: &Group, outer: &Membership) -> Statement {
    let subject = Subject::Principal { id: outer.id, name: outer.display_name.clone() };
    match outer.kind {
        ObjectKind::Group => {
            let text = format!("is a group that contains the emergency group {}", group.id);
            Statement::broken(subject, text)
        }
        ObjectKind::DirectoryRole => Statement::note(subject, "is a role that the group holds"),
        ObjectKind::AdministrativeUnit if group.is_assignable_to_role == Some(true) => {
            Statement::note(subject, "is a unit whose administrators cannot change the group")
        }
        ObjectKind::AdministrativeUnit => judge_unit(context, group.id, outer, subject),
        _ => {
            let what = format!("this version does not know what `{}` may do", outer.kind);
            let reason = GapReason::Failed { what };
            let gap = Gap::new(PartKind::GroupMemberships, Some(group.id.0), reason);
            Statement::unknown(subject, &gap)
        }
    }
}

fn judge_unit(
    context: &Context<'_>,
    group: GroupId,
    outer: &Membership,
    subject: Subject,
) -> Statement {
    let units = match context.snapshot.administrative_units.value() {
        Ok(units) => units,
        Err(gap) => return Statement::unknown(subject, gap),
    };
    match units.iter().find(|unit| unit.id == outer.id.0) {
        None => {
            let what = format!("no unit with the id `{}` is listed", outer.id);
            let reason = GapReason::Failed { what };
            Statement::unknown(subject, &Gap::new(PartKind::AdministrativeUnits, None, reason))
        }
        Some(unit) if unit.is_member_management_restricted == Some(true) => {
            Statement::note(subject, "is a restricted unit: only its administrators change members")
        }
        Some(_) => {
            let text = format!("is a unit whose administrators can change the members of {group}");
            Statement::broken(subject, text)
        }
    }
}
