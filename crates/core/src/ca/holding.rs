//! Who holds which directory role, and on which terms.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::id::{GroupId, Guid, PrincipalId};
use crate::tenant::{
    AssignmentType, Gap, GapReason, MemberType, ObjectKind, RoleSchedule, Snapshot,
};
use crate::time::Timestamp;

/// An active holding of a directory role by a principal, with its term where one is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Holding<'a> {
    /// The role, by the id of its definition: the template's for built-in roles.
    pub(crate) role: Guid,
    /// Who holds it: a user, a group, a service principal.
    pub(crate) principal: PrincipalId,
    /// Whether it is a group.
    pub(crate) is_group: bool,
    /// Where it applies; `/` for the whole tenant.
    pub(crate) scope: &'a str,
    /// When it ends; `None` for never.
    pub(crate) end: Option<Timestamp>,
    /// Whether it was activated from an eligibility.
    pub(crate) activated: bool,
    /// Whether the tenant knows terms and none is stated for this one.
    pub(crate) is_unscheduled: bool,
}

impl Holding<'_> {
    /// Whether it has not ended.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.end.is_none_or(|end| end > now)
    }
}

impl Holding<'_> {
    /// Active for good and in the whole tenant.
    pub(crate) fn is_permanent(&self) -> bool {
        self.scope == "/" && self.end.is_none() && !self.activated && !self.is_unscheduled
    }
}

/// Joins assignments (always there) with schedules (where the tenant has P2).
///
/// Schedules cover every active assignment of a tenant with P2, and a tenant without it knows no
/// terms. Where a principal has several in one scope, the one that lasts longest decides; what it
/// holds through a group is the group's assignment.
pub(crate) fn holdings(snapshot: &Snapshot) -> Result<Vec<Holding<'_>>, &Gap> {
    let assignments = snapshot.role_assignments.value()?;
    let schedules: &[_] = match snapshot.role_schedules.value() {
        Ok(schedules) => schedules,
        Err(Gap { reason: GapReason::MissingLicence { .. }, .. }) => &[],
        Err(gap) => return Err(gap),
    };
    let lasts = |one: &RoleSchedule| {
        let is_assigned = one.assignment != Some(AssignmentType::Activated);
        (is_assigned && one.end.is_none(), one.end)
    };
    let mut terms = BTreeMap::new();
    for schedule in schedules.iter().filter(|one| one.member != MemberType::Group) {
        let scope = schedule.scope.as_deref().unwrap_or("/");
        let held = (schedule.role, schedule.principal, scope);
        let term = terms.entry(held).or_insert(schedule);
        if lasts(schedule) > lasts(term) {
            *term = schedule;
        }
    }
    Ok(assignments
        .iter()
        .map(|assignment| {
            let held = (Some(assignment.role), assignment.principal, assignment.scope.as_str());
            let term = terms.get(&held);
            Holding {
                role: assignment.role,
                principal: assignment.principal,
                is_group: is_group(snapshot, assignment.principal, &assignment.principal_kind),
                scope: &assignment.scope,
                is_unscheduled: term.is_none() && snapshot.role_schedules.value().is_ok(),
                end: term.and_then(|term| term.end),
                activated: term.is_some_and(|t| t.assignment == Some(AssignmentType::Activated)),
            }
        })
        .collect())
}

fn is_group(snapshot: &Snapshot, principal: PrincipalId, kind: &Option<ObjectKind>) -> bool {
    match kind {
        Some(kind) => *kind == ObjectKind::Group,
        None => snapshot.groups.contains_key(&GroupId(principal.0)),
    }
}
