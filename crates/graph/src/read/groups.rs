//! The emergency group, and every group that holds Global Administrator.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{GroupId, PrincipalId};
use halligan_core::tenant::{GapReason, Group, GroupRead, GroupState, ObjectKind, Part, PartKind};

use super::accounts::{another, is_deleted};
use super::operation::{
    DELETED_GROUPS, GROUP, GROUP_ELIGIBILITIES, GROUP_MEMBERS, GROUP_OWNERS,
    GROUP_TRANSITIVE_MEMBERS, Operation,
};
use super::references::named_groups;
use super::roles::Roles;
use super::together::all;
use super::{Reader, reason};
use crate::client::Client;
use crate::problem::Problem;

pub(super) async fn read(
    reader: &Reader<'_>,
    emergency: Option<GroupId>,
    roles: &Roles,
) -> BTreeMap<GroupId, GroupRead> {
    let (known, undecided) = roles.holders();
    let mut ids: BTreeSet<GroupId> = emergency.into_iter().collect();
    let holds = |(id, kind): (&PrincipalId, &ObjectKind)| {
        (*kind == ObjectKind::Group).then_some(GroupId(id.0))
    };
    ids.extend(known.iter().filter_map(holds));
    let mut groups = BTreeMap::new();
    match named_groups(reader.client, undecided.clone()).await {
        Ok(found) => ids.extend(found.into_keys()),
        // Which of them are groups is unknown, so that each may be one whose members hold the role.
        Err(problem) => {
            let reason = reason(&PartKind::ReferencedGroups, &problem);
            let unread = undecided.into_iter().map(|id| GroupId(id.0));
            let unread = unread.filter(|id| !ids.contains(id));
            groups.extend(unread.map(|id| (id, unknown(reader, id, &reason))));
        }
    }
    let read = all(ids.into_iter().map(|id| group(reader, id))).await;
    groups.extend(read.into_iter().map(|group| (group.id, group)));
    groups
}

async fn group(reader: &Reader<'_>, id: GroupId) -> GroupRead {
    let client = reader.client;
    let state = reader.part(GROUP.part, Some(id.0), state(client, id)).await;
    if let Ok(GroupState::SoftDeleted | GroupState::Absent) = state.value() {
        let reason = GapReason::Failed { what: "the group does not exist".into() };
        return unread(reader, id, state, &reason);
    }
    let members = |operation: &Operation| client.list(operation.url(client, Some(&id), None));
    let filter = format!("groupId eq '{id}'");
    let eligibilities = client.list(GROUP_ELIGIBILITIES.url(client, None, Some(&filter)));
    let (members, transitive, owners, eligibilities) = tokio::join!(
        reader.part(GROUP_MEMBERS.part, Some(id.0), members(&GROUP_MEMBERS)),
        reader.part(GROUP_TRANSITIVE_MEMBERS.part, Some(id.0), members(&GROUP_TRANSITIVE_MEMBERS),),
        reader.part(GROUP_OWNERS.part, Some(id.0), members(&GROUP_OWNERS)),
        reader.part(GROUP_ELIGIBILITIES.part, Some(id.0), eligibilities),
    );
    GroupRead {
        state,
        members,
        transitive,
        owners,
        eligibilities,
        ..GroupRead::unread(id, &GapReason::NotInSource)
    }
}

async fn state(client: &Client, id: GroupId) -> Result<GroupState, Problem> {
    match client.object::<Group>(GROUP.url(client, Some(&id), None)).await {
        Ok(group) if group.id == id => Ok(GroupState::Present(group)),
        Ok(group) => Err(another(&group.id)),
        Err(problem) if problem.is_absence() => {
            Ok(match is_deleted(client, &DELETED_GROUPS, &id).await {
                true => GroupState::SoftDeleted,
                false => GroupState::Absent,
            })
        }
        Err(problem) => Err(problem),
    }
}

/// What may be a group, of which nothing is known.
fn unknown(reader: &Reader<'_>, id: GroupId, reason: &GapReason) -> GroupRead {
    let state = reader.gap(GROUP.part, Some(id.0), reason.clone());
    unread(reader, id, state, reason)
}

/// A group of which nothing but its state is known.
fn unread(
    reader: &Reader<'_>,
    id: GroupId,
    state: Part<GroupState>,
    reason: &GapReason,
) -> GroupRead {
    GroupRead {
        id,
        state,
        members: reader.gap(GROUP_MEMBERS.part, Some(id.0), reason.clone()),
        transitive: reader.gap(GROUP_TRANSITIVE_MEMBERS.part, Some(id.0), reason.clone()),
        owners: reader.gap(GROUP_OWNERS.part, Some(id.0), reason.clone()),
        eligibilities: reader.gap(GROUP_ELIGIBILITIES.part, Some(id.0), reason.clone()),
        schedules: reader.gap(PartKind::GroupSchedules, Some(id.0), reason.clone()),
        memberships: reader.gap(PartKind::GroupMemberships, Some(id.0), reason.clone()),
        catalogs: reader.gap(PartKind::GroupCatalogs, Some(id.0), reason.clone()),
    }
}
