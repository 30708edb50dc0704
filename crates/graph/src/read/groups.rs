//! The emergency group, and every group that holds a followed role or can come to hold one.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{GroupId, PrincipalId};
use halligan_core::tenant::{
    GapReason, Group, GroupPolicy, GroupRead, GroupState, Member, ObjectKind, Part, PartKind,
    RoleSchedule,
};

use super::Reader;
use super::accounts::{another, is_deleted};
use super::operation::{
    DELETED_GROUPS, GROUP, GROUP_CATALOGS, GROUP_ELIGIBILITIES, GROUP_MEMBERS, GROUP_MEMBERSHIPS,
    GROUP_OWNERS, GROUP_POLICIES, GROUP_SCHEDULES, GROUP_TRANSITIVE_MEMBERS,
};
use super::principals::Principals;
use super::together::{all, at_most, beyond};
use crate::problem::Problem;

/// Most groups that are read one by one: twice what a tenant may have of those that can hold roles.
pub const GROUPS_MAX: usize = 1_000;

/// Most owners of one group or application. Graph documents 100 for a group.
pub const OWNERS_MAX: usize = 50_000;

/// Reads the groups among `principals`, and adds to them whoever holds a role through these.
///
/// A group that may activate a membership (PIM for Groups) is one more, so that this goes on until
/// nobody new is found.
pub(super) async fn read(
    reader: &Reader<'_>,
    emergency: Option<GroupId>,
    principals: &mut Principals,
) -> BTreeMap<GroupId, GroupRead> {
    let mut groups = BTreeMap::new();
    let mut emergency: BTreeSet<GroupId> = emergency.into_iter().collect();
    loop {
        let known = principals.groups.union(&emergency);
        let new = known.filter(|id| !groups.contains_key(*id)).copied().collect::<BTreeSet<_>>();
        if new.is_empty() {
            break;
        }
        let room = GROUPS_MAX.saturating_sub(groups.len());
        let (next, over) = beyond(new, room, ("GROUPS_MAX", GROUPS_MAX));
        let read = all(next.into_iter().map(|id| group(reader, id))).await;
        let holding = read.iter().filter(|group| principals.groups.contains(&group.id));
        let (members, scheduled) = through(holding);
        members.into_iter().for_each(|(id, kind)| principals.add(id, &kind));
        principals.resolve(reader, scheduled).await;
        groups.extend(read.into_iter().map(|group| (group.id, group)));
        groups.extend(over.into_iter().map(|(id, reason)| (id, unknown(reader, id, &reason))));
        emergency.clear();
    }
    for (id, reason) in &principals.doubtful_groups {
        groups.entry(*id).or_insert_with(|| unknown(reader, *id, reason));
    }
    groups
}

/// Who holds a role through these groups: members whose kind is known; and those who hold or may
/// activate a membership, and members of a kind that this version does not know.
fn through<'g>(
    groups: impl Iterator<Item = &'g GroupRead>,
) -> (Vec<(PrincipalId, ObjectKind)>, BTreeSet<PrincipalId>) {
    let (mut members, mut scheduled) = (Vec::new(), BTreeSet::new());
    for group in groups {
        let transitive = group.transitive.value().map_or(&[][..], Vec::as_slice);
        // Nested groups were resolved by Graph; what they contain is among these members.
        for member in transitive.iter().filter(|member| member.kind != ObjectKind::Group) {
            match &member.kind {
                ObjectKind::Other(_) => drop(scheduled.insert(member.id)),
                kind => members.push((member.id, kind.clone())),
            }
        }
        for part in [&group.eligibilities, &group.schedules] {
            let held = part.value().map_or(&[][..], Vec::as_slice);
            scheduled.extend(held.iter().map(|one| one.principal));
        }
    }
    (members, scheduled)
}

async fn group(reader: &Reader<'_>, id: GroupId) -> GroupRead {
    let client = reader.client;
    let state = reader.part(GROUP.part, Some(id.0), state(reader, id)).await;
    if let Ok(GroupState::SoftDeleted | GroupState::Absent) = state.value() {
        let reason = GapReason::Failed { what: "the group does not exist".into() };
        return unread(reader, id, state, &reason);
    }
    let owners = async {
        let owners = client.list::<Member>(GROUP_OWNERS.url(client, Some(&id), None)).await?;
        at_most(owners, OWNERS_MAX, "OWNERS_MAX")
    };
    // PIM and entitlement management name the group in a filter instead of the path.
    let (of_group, of_origin) = (format!("groupId eq '{id}'"), format!("originId eq '{id}'"));
    let subject = Some(id.0);
    let activation = async {
        let listing = client.list(GROUP_ELIGIBILITIES.url(client, None, Some(&of_group)));
        let eligibilities = reader.part(GROUP_ELIGIBILITIES.part, subject, listing).await;
        let policies = policies(reader, id, &eligibilities).await;
        (eligibilities, policies)
    };
    let schedules = client.list(GROUP_SCHEDULES.url(client, None, Some(&of_group)));
    let catalogs = client.list(GROUP_CATALOGS.url(client, None, Some(&of_origin)));
    let (members, transitive, owners, activated, scheduled, around, catalogs) = tokio::join!(
        reader.list_of(&GROUP_MEMBERS, id.0),
        reader.list_of(&GROUP_TRANSITIVE_MEMBERS, id.0),
        reader.part(GROUP_OWNERS.part, subject, owners),
        activation,
        reader.part(GROUP_SCHEDULES.part, subject, schedules),
        reader.list_of(&GROUP_MEMBERSHIPS, id.0),
        reader.part(GROUP_CATALOGS.part, subject, catalogs),
    );
    let (eligibilities, policies) = activated;
    GroupRead {
        id,
        state,
        members,
        transitive,
        owners,
        eligibilities,
        schedules: scheduled,
        policies,
        memberships: around,
        catalogs,
    }
}

/// What activating a membership or the ownership asks for. Where nobody may activate one, there is
/// nothing to ask for; where that is not known, neither is this.
async fn policies(
    reader: &Reader<'_>,
    id: GroupId,
    eligibilities: &Part<Vec<RoleSchedule>>,
) -> Part<Vec<GroupPolicy>> {
    let kind = GROUP_POLICIES.part;
    match eligibilities.value() {
        Err(gap) => reader.gap(kind, Some(id.0), gap.reason.clone()),
        Ok(eligible) if eligible.is_empty() => reader.found(&kind, Some(id.0), Vec::new()),
        Ok(_) => {
            let client = reader.client;
            let of_group = format!("scopeId eq '{id}' and scopeType eq 'Group'");
            let listing = client.list(GROUP_POLICIES.url(client, None, Some(&of_group)));
            reader.part(kind, Some(id.0), listing).await
        }
    }
}

/// The group, or its absence, which is believed when it was seen twice.
async fn state(reader: &Reader<'_>, id: GroupId) -> Result<GroupState, Problem> {
    match state_now(reader, id).await? {
        GroupState::Absent => {
            reader.client.wait_for_replicas().await?;
            state_now(reader, id).await
        }
        state => Ok(state),
    }
}

async fn state_now(reader: &Reader<'_>, id: GroupId) -> Result<GroupState, Problem> {
    let client = reader.client;
    match client.object::<Group>(GROUP.url(client, Some(&id), None)).await {
        Ok(group) if group.id == id => Ok(GroupState::Present(group)),
        Ok(group) => Err(another(&group.id)),
        Err(problem) if problem.is_absence() => {
            Ok(match is_deleted(reader, &GROUP.part, &DELETED_GROUPS, id.0).await {
                true => GroupState::SoftDeleted,
                false => GroupState::Absent,
            })
        }
        Err(problem) => Err(problem),
    }
}

/// What may be a group, or is one, of which nothing is known.
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
        members: reader.gap(PartKind::GroupMembers, Some(id.0), reason.clone()),
        transitive: reader.gap(PartKind::GroupTransitiveMembers, Some(id.0), reason.clone()),
        owners: reader.gap(PartKind::GroupOwners, Some(id.0), reason.clone()),
        eligibilities: reader.gap(PartKind::GroupEligibilities, Some(id.0), reason.clone()),
        schedules: reader.gap(PartKind::GroupSchedules, Some(id.0), reason.clone()),
        policies: reader.gap(PartKind::GroupPolicies, Some(id.0), reason.clone()),
        memberships: reader.gap(PartKind::GroupMemberships, Some(id.0), reason.clone()),
        catalogs: reader.gap(PartKind::GroupCatalogs, Some(id.0), reason.clone()),
    }
}
