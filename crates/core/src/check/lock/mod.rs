//! Nobody else walks in: the emergency group, and what gives the accounts away.

pub(super) mod group_eligibilities;
pub(super) mod group_kind;
pub(super) mod group_members;
pub(super) mod group_owners;
pub(super) mod group_reach;
pub(super) mod telling_names;

pub(crate) use telling_names::tells;

use super::{Context, Judgement, Link, Statement};
use crate::tenant::{Group, GroupRead};

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
