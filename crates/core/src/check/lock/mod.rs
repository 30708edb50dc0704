//! Nobody else walks in: the emergency group, and what gives the accounts away.

pub(super) mod access_pass;
pub(super) mod administrator_kinds;
pub(super) mod application_credentials;
pub(super) mod application_demands;
pub(super) mod application_owners;
pub(super) mod application_permissions;
pub(super) mod delegated_grants;
pub(super) mod federated_mfa;
pub(super) mod foreign_applications;
pub(super) mod group_catalogs;
pub(super) mod group_eligibilities;
pub(super) mod group_kind;
pub(super) mod group_members;
pub(super) mod group_owners;
pub(super) mod group_reach;
pub(super) mod group_schedules;
pub(super) mod group_surroundings;
pub(super) mod inbound_trust;
pub(super) mod known_administrators;
pub(super) mod look_alikes;
pub(super) mod role_groups;
mod samples;
pub(super) mod service_providers;
pub(super) mod takeover_by_sync;
pub(super) mod telling_names;
pub(super) mod watcher_access;
pub(super) mod watcher_reads;

pub(crate) use telling_names::tells;

use super::{Context, Judgement, Link, Statement};
use crate::id::PrincipalId;
use crate::tenant::{AssignmentType, Group, GroupRead, MemberType, RoleSchedule, Unknown};
use crate::time::Timestamp;

/// How role-assignable groups are protected.
pub(super) const ROLE_ASSIGNABLE: Link = Link {
    title: "Use Microsoft Entra groups to manage role assignments",
    url: "https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept",
};

/// Judges the emergency group by `judge`, when one is declared and exists.
///
/// That it does not exist is HG-LOCK-01's finding; here it leaves the question open, so that nobody
/// is sent to remove members because of a mistyped id.
fn group(
    context: &Context<'_>,
    judge: impl FnOnce(&GroupRead, &Group) -> alloc::vec::Vec<Statement>,
) -> Judgement {
    match context.emergency_group() {
        None => Judgement::NotApplicable("no emergency group is declared".into()),
        Some(Err(statement)) => Judgement::Stated(alloc::vec![statement.left_open("HG-LOCK-01")]),
        Some(Ok((read, group))) => Judgement::Stated(judge(read, group)),
    }
}

/// A sample's schedule of a group's membership, with its end so many seconds from `now`.
pub(super) fn pim_schedule(
    id: impl Into<PrincipalId>,
    assignment: AssignmentType,
    seconds: Option<i64>,
    now: Timestamp,
) -> RoleSchedule {
    let principal = id.into();
    RoleSchedule {
        id: alloc::format!("{principal}_member"),
        role: None,
        principal,
        scope: None,
        assignment: Some(assignment),
        member: MemberType::Direct,
        start: None,
        end: seconds.and_then(|more| Timestamp::from_second(now.as_second() + more).ok()),
        unknown: Unknown::new(),
    }
}
