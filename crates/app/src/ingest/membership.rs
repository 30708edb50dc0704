//! What a change of groups does to the memberships of the accounts.

use std::collections::BTreeSet;
use std::time::Duration;

use halligan_core::id::{GroupId, Guid, UserId};
use halligan_core::tenant::{
    GroupRef, GroupState, Member, Membership, ObjectKind, Part, PolicyState, Snapshot, Unknown,
};
use halligan_core::time::Timestamp;
use halligan_core::watch::event::{Audit, Target};
use serde_json::Value;

/// What the clock of the logs may be behind ours: a change no older than a reading by more than
/// this may have been made after it.
pub const CLOCK_SKEW: Duration = Duration::from_secs(300);

/// The property of a member's record that names the group.
const GROUP_ID: &str = "Group.ObjectID";

/// Somebody who was put into a group or taken out, or a group that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Added { member: Guid, group: Guid },
    Removed { member: Guid, group: Guid },
    Deleted { group: Guid },
}

impl Move {
    /// By what a later move of the same is known.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Added { member, group } | Self::Removed { member, group } => {
                format!("{member} in {group}")
            }
            Self::Deleted { group } => format!("group {group}"),
        }
    }
}

/// What a change that was made moves.
///
/// The record has the member as its target and the group in a property: in its value after the
/// change where somebody was added, before it where somebody was removed.
pub(super) fn moves(audit: &Audit) -> Vec<Move> {
    let activity = audit.activity.trim().to_ascii_lowercase();
    let is_added = match activity.as_str() {
        "add member to group" => true,
        "remove member from group" => false,
        "delete group" | "hard delete group" => {
            let of_group = |target: &Target| target.id.trim().parse().ok();
            return audit
                .targets
                .iter()
                .filter_map(of_group)
                .map(|group| Move::Deleted { group })
                .collect();
        }
        _ => return Vec::new(),
    };
    let in_property = audit.targets.iter().find_map(group_of);
    let as_target = || {
        let is_group = |target: &&Target| target.kind.eq_ignore_ascii_case("Group");
        // Of two groups the member comes first.
        let last = audit.targets.iter().skip(1).rfind(is_group)?;
        last.id.trim().parse().ok()
    };
    let Some(group) = in_property.or_else(as_target) else { return Vec::new() };
    let ids = audit.targets.iter().filter_map(|target| target.id.trim().parse().ok());
    let members = ids.filter(|id: &Guid| *id != group);
    let moved = |member| match is_added {
        true => Move::Added { member, group },
        false => Move::Removed { member, group },
    };
    members.map(moved).collect()
}

fn group_of(target: &Target) -> Option<Guid> {
    let is_it = |name: &str| name.trim().eq_ignore_ascii_case(GROUP_ID);
    let change = target.changes.iter().find(|change| is_it(&change.name))?;
    let id = |side: &Option<String>| -> Option<Guid> {
        let text = side.as_deref()?;
        let inner = match serde_json::from_str(text) {
            Ok(Value::String(inner)) => inner,
            _ => text.to_owned(),
        };
        inner.trim().parse().ok()
    };
    id(&change.new).or_else(|| id(&change.old))
}

/// Makes a move in a tenant, where its memberships are not younger; whether an account is in other
/// groups for it.
pub(super) fn apply(moved: Move, snapshot: &mut Snapshot, at: Option<Timestamp>) -> bool {
    let ids: Vec<UserId> = snapshot.accounts.keys().copied().collect();
    let group = match moved {
        Move::Added { group, .. } | Move::Removed { group, .. } | Move::Deleted { group } => group,
    };
    list_member(moved, snapshot);
    let mut is_other = false;
    for id in ids {
        let Some(account) = snapshot.accounts.get(&id) else { continue };
        let Part::Read { at: read, value } = &account.memberships else { continue };
        if at.is_some_and(|at| is_before(at, *read)) {
            continue;
        }
        let is_in = |group: Guid| value.iter().any(|one| one.id.0 == group);
        let is_of = |member: Guid| id.0 == member || is_in(member);
        is_other |= match moved {
            Move::Added { member, .. } if is_of(member) && !is_in(group) => {
                add(snapshot, id, group);
                true
            }
            Move::Removed { member, .. } if is_of(member) && is_in(group) => {
                lose(snapshot, id, group)
            }
            Move::Deleted { .. } if is_in(group) => lose(snapshot, id, group),
            _ => false,
        };
    }
    is_other
}

/// Whether a change is surely older than what was read, by two clocks.
pub(super) fn is_before(change: Timestamp, read: Timestamp) -> bool {
    change.checked_add(CLOCK_SKEW).is_ok_and(|latest| latest < read)
}

/// Whether accounts that were moved may be in or out of other groups for it that policies name,
/// which the snapshot cannot say.
pub(super) fn is_unclear(moved: Move, before: &Snapshot, after: &Snapshot) -> bool {
    let named: BTreeSet<Guid> =
        named_groups(after).into_iter().filter(|group| may_nest_unseen(*group, after)).collect();
    let of = |snapshot: &Snapshot, id: &UserId| -> BTreeSet<Guid> {
        let read = snapshot.accounts.get(id).and_then(|one| one.memberships.value().ok());
        read.into_iter().flatten().map(|one| one.id.0).collect()
    };
    after.accounts.keys().any(|id| {
        let (was, is) = (of(before, id), of(after, id));
        was != is
            && match moved {
                Move::Added { group, .. } => {
                    !is_in_no_other(group, after) && named.iter().any(|one| !is.contains(one))
                }
                Move::Removed { .. } | Move::Deleted { .. } => !named.is_disjoint(&is),
            }
    })
}

/// Groups that policies which are not off name.
fn named_groups(snapshot: &Snapshot) -> Vec<Guid> {
    let policies = snapshot.policies.value().map(Vec::as_slice).unwrap_or_default();
    let on = policies.iter().filter(|one| one.state != PolicyState::Disabled);
    let users = on.flat_map(|one| &one.conditions.users);
    let groups = users.flat_map(|users| users.include_groups.iter().chain(&users.exclude_groups));
    let id = |group: &GroupRef| match group {
        GroupRef::Id(id) => Some(id.0),
        GroupRef::Other(_) => None,
    };
    groups.filter_map(id).collect()
}

/// Whether groups may be in a group without the snapshot saying so. None can be in one that may
/// hold roles.
///
/// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept>.
fn may_nest_unseen(group: Guid, snapshot: &Snapshot) -> bool {
    let Some(read) = snapshot.groups.get(&GroupId(group)) else { return true };
    let is_flat = matches!(
        read.state.value(),
        Ok(GroupState::Present(group)) if group.is_assignable_to_role == Some(true)
    );
    !is_flat && read.members.value().is_err()
}

/// Whether a group is known to be in no other.
fn is_in_no_other(group: Guid, snapshot: &Snapshot) -> bool {
    let read = snapshot.groups.get(&GroupId(group)).and_then(|one| one.memberships.value().ok());
    read.is_some_and(|all| all.iter().all(|one| one.kind != ObjectKind::Group))
}

/// Keeps the members of a group that was read, and the groups that one is in.
fn list_member(moved: Move, snapshot: &mut Snapshot) {
    if let Move::Added { member, group } = moved
        && let Some(inner) = snapshot.groups.get_mut(&GroupId(member))
        && let Part::Read { value, .. } = &mut inner.memberships
    {
        value.push(of_group(group));
    }
    let (Move::Removed { group, .. } | Move::Deleted { group }) = moved else { return };
    let Some(read) = snapshot.groups.get_mut(&GroupId(group)) else { return };
    if let Part::Read { value, .. } = &mut read.members {
        value.retain(|one| match moved {
            Move::Removed { member, .. } => one.id.0 != member,
            _ => false,
        });
    }
}

/// Puts an account into a group, and into those around it as far as they were read.
fn add(snapshot: &mut Snapshot, account: UserId, group: Guid) {
    let Some(read) = snapshot.accounts.get_mut(&account) else { return };
    let Part::Read { value, .. } = &mut read.memberships else { return };
    if value.iter().any(|one| one.id.0 == group) {
        return;
    }
    value.push(of_group(group));
    let holds = |members: &Part<Vec<Member>>| {
        members.value().is_ok_and(|all| all.iter().any(|one| one.id.0 == group))
    };
    let outer = snapshot.groups.iter().filter(|(_, read)| holds(&read.members));
    let mut outer: Vec<Guid> = outer.map(|(id, _)| id.0).collect();
    let named = snapshot.groups.get(&GroupId(group)).and_then(|one| one.memberships.value().ok());
    let named = named.into_iter().flatten().filter(|one| one.kind == ObjectKind::Group);
    outer.extend(named.map(|one| one.id.0));
    outer.into_iter().for_each(|outer| add(snapshot, account, outer));
}

fn of_group(group: Guid) -> Membership {
    Membership {
        id: GroupId(group).into(),
        kind: ObjectKind::Group,
        role_template: None,
        display_name: None,
        unknown: Unknown::new(),
    }
}

/// Takes an account out of a group, and out of those that it was in by that one; `false` where it
/// is in the group by another way. A group whose members were not read holds nobody by another.
fn lose(snapshot: &mut Snapshot, account: UserId, group: Guid) -> bool {
    if is_still_in(snapshot, account, group) {
        return false;
    }
    let Some(read) = snapshot.accounts.get_mut(&account) else { return false };
    let Part::Read { value, .. } = &mut read.memberships else { return false };
    value.retain(|one| one.id.0 != group);
    let others: Vec<Guid> = value.iter().map(|one| one.id.0).collect();
    for outer in others {
        let members = snapshot.groups.get(&GroupId(outer)).map(|read| read.members.value());
        if let Some(Ok(members)) = members
            && members.iter().any(|one| one.id.0 == group)
        {
            lose(snapshot, account, outer);
        }
    }
    true
}

fn is_still_in(snapshot: &Snapshot, account: UserId, group: Guid) -> bool {
    let memberships = snapshot.accounts.get(&account).map(|one| one.memberships.value());
    let members = snapshot.groups.get(&GroupId(group)).map(|read| read.members.value());
    let (Some(Ok(memberships)), Some(Ok(members))) = (memberships, members) else { return false };
    members.iter().any(|one| {
        let member = one.id.0;
        member == account.0
            || member != group && memberships.iter().any(|known| known.id.0 == member)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;
    use halligan_core::check::sample::{ALPHA, BRAVO};
    use halligan_core::watch::event::Modified;

    const INNER: Guid = Guid::from_u128(0x1111);

    /// A record of a member that was added or removed.
    fn record(activity: &str, member: Guid, group: Guid) -> Audit {
        let id = Some(format!("\"{group}\""));
        let (old, new) = if activity.starts_with("Add") { (None, id) } else { (id, None) };
        let change = Modified { name: "Group.ObjectID".into(), old, new };
        let user = Target {
            id: member.to_string(),
            kind: "User".into(),
            changes: vec![change],
            ..Target::default()
        };
        let named = Target { id: group.to_string(), kind: "Group".into(), ..Target::default() };
        Audit { activity: activity.into(), targets: vec![user, named], ..Audit::default() }
    }

    fn groups(snapshot: &Snapshot, account: UserId) -> Vec<Guid> {
        let memberships = snapshot.accounts[&account].memberships.value().unwrap();
        memberships.iter().map(|one| one.id.0).collect()
    }

    fn member(id: Guid, kind: ObjectKind) -> Member {
        Member { id: GroupId(id).into(), kind, display_name: None, unknown: Unknown::new() }
    }

    #[test]
    fn the_group_is_in_a_property_or_beside_the_member() {
        let (member, group) = (ALPHA.0, INNER);
        let added = record("Add member to group", member, group);
        assert_eq!(moves(&added), [Move::Added { member, group }]);
        let mut removed = record("Remove member from group", member, group);
        assert_eq!(moves(&removed), [Move::Removed { member, group }]);
        removed.targets[0].changes.clear();
        assert_eq!(moves(&removed), [Move::Removed { member, group }]);
        removed.targets.truncate(1);
        assert_eq!(moves(&removed), []);
        assert_eq!(moves(&record("Update user", member, group)), []);
        let gone = Audit {
            activity: "Delete group".into(),
            targets: vec![Target { id: group.to_string(), ..Target::default() }],
            ..Audit::default()
        };
        assert_eq!(moves(&gone), [Move::Deleted { group }]);
    }

    #[test]
    fn memberships_follow_also_through_groups_and_not_back_in_time() {
        let Case { register, mut snapshot, .. } = Case::sound();
        let outer = register.group.unwrap().0;
        let before = groups(&snapshot, ALPHA);
        assert!(before.contains(&outer));
        let gone = Move::Removed { member: ALPHA.0, group: outer };
        let Part::Read { at: read, .. } = snapshot.accounts[&ALPHA].memberships else { panic!() };
        let before = |seconds: u64| read.checked_sub(Duration::from_secs(seconds)).ok();
        assert!(!apply(gone, &mut snapshot.clone(), before(301)), "the snapshot is younger");
        assert!(apply(gone, &mut snapshot.clone(), before(300)), "the clocks may differ");
        let mut removed = snapshot.clone();
        assert!(apply(gone, &mut removed, None));
        assert!(
            !groups(&removed, ALPHA).contains(&outer) && groups(&removed, BRAVO).contains(&outer)
        );
        assert!(!apply(gone, &mut removed, None), "it is out already");
        assert!(apply(Move::Added { member: ALPHA.0, group: outer }, &mut removed, None));
        assert!(groups(&removed, ALPHA).contains(&outer));

        // Through a group within the group.
        let mut nested = snapshot.clone();
        assert!(apply(Move::Added { member: ALPHA.0, group: INNER }, &mut nested, None));
        if let Some(Part::Read { value, .. }) =
            nested.groups.get_mut(&GroupId(outer)).map(|read| &mut read.members)
        {
            value.push(member(INNER, ObjectKind::Group));
        }
        assert!(!apply(gone, &mut nested, None), "it is in by the inner one");
        assert!(apply(Move::Removed { member: ALPHA.0, group: INNER }, &mut nested, None));
        assert!(!groups(&nested, ALPHA).contains(&outer), "and by nothing else");
        assert!(apply(Move::Deleted { group: outer }, &mut snapshot, None));
        assert!(!groups(&snapshot, BRAVO).contains(&outer));
    }
}
