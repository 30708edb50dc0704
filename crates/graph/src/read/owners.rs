//! Who owns a way in, and how they sign in: an owner holds no role, and can act as what it owns.
//!
//! Owners of groups that hold a followed role and of applications that are followed. Users among
//! them are read like holders of roles, service principals like applications, whose owners are
//! owners once more. Of one object's owners only so many are read; the list itself is whole.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{GroupId, Guid, PrincipalId, UserId};
use halligan_core::tenant::{
    ApplicationRead, Gap, GapReason, GroupRead, Member, Organization, Part, PartKind,
};

use super::applications::{
    APPLICATIONS_MAX, read_each as read_applications, unknown as unknown_application,
};
use super::holders::{HOLDERS_MAX, read_each as read_holders, unknown as unknown_user};
use super::principals::Principals;
use super::{Privileged, Reader};

/// Most owners of one group or application that are read one by one. Graph documents 100 for a
/// group; the others are a gap that names this limit.
pub const OWNERS_READ_MAX: usize = 100;

/// Owners that are still to be read, and what of them is not.
#[derive(Default)]
struct Owners {
    users: BTreeSet<UserId>,
    applications: BTreeSet<PrincipalId>,
    /// Of an unknown kind.
    others: BTreeSet<PrincipalId>,
    over: Vec<Gap>,
}

impl Owners {
    /// Adds the owners of one object.
    fn add(&mut self, owned: Guid, owners: &Part<Vec<Member>>) {
        let all = owners.value().map_or(&[][..], Vec::as_slice);
        for owner in all.iter().take(OWNERS_READ_MAX) {
            if owner.kind.is_user() {
                self.users.insert(UserId(owner.id.0));
            } else if owner.kind.is_application() {
                self.applications.insert(owner.id);
            } else {
                self.others.insert(owner.id);
            }
        }
        if all.len() > OWNERS_READ_MAX {
            let what = format!(
                "it has {} owners, more than OWNERS_READ_MAX ({OWNERS_READ_MAX}) allows to read \
                 one by one",
                all.len()
            );
            let reason = GapReason::Failed { what };
            self.over.push(Gap::new(PartKind::Holder, Some(owned), reason));
        }
    }

    fn of_application(&mut self, read: &ApplicationRead) {
        self.add(read.id.0, &read.owners);
        self.add(read.id.0, &read.registration_owners);
    }

    fn of_groups(&mut self, groups: &BTreeMap<GroupId, GroupRead>, holding: &BTreeSet<GroupId>) {
        for (id, read) in groups.iter().filter(|(id, _)| holding.contains(id)) {
            self.add(id.0, &read.owners);
        }
    }
}

/// Reads the owners of `found`'s ways in into its holders and applications, until nobody is new;
/// gives what is left out. Ways in are the groups in `principals`, and `followed` applications.
pub(super) async fn read(
    reader: &Reader<'_>,
    found: &mut Privileged,
    principals: &mut Principals,
    followed: &BTreeSet<PrincipalId>,
    (declared, organization): (&BTreeSet<UserId>, &Part<Organization>),
) -> Vec<Gap> {
    let mut owners = Owners::default();
    owners.of_groups(&found.groups, &principals.groups);
    let ways_in = found.applications.values().filter(|read| followed.contains(&read.id));
    ways_in.for_each(|read| owners.of_application(read));
    let mut over = Vec::new();
    loop {
        resolve(reader, &mut owners, principals).await;
        over.append(&mut owners.over);
        let is_new = |id: &UserId| !declared.contains(id) && !found.holders.contains_key(id);
        let users: BTreeSet<UserId> = owners.users.iter().copied().filter(is_new).collect();
        let is_new = |id: &PrincipalId| !found.applications.contains_key(id);
        let ids: BTreeSet<PrincipalId> = owners.applications.into_iter().filter(is_new).collect();
        if users.is_empty() && ids.is_empty() {
            break;
        }
        let people_room = HOLDERS_MAX.saturating_sub(found.holders.len());
        let room = APPLICATIONS_MAX.saturating_sub(found.applications.len());
        let (people, applications) = tokio::join!(
            read_holders(reader, users, people_room),
            read_applications(reader, ids, room, organization),
        );
        owners = Owners::default();
        applications.values().for_each(|read| owners.of_application(read));
        found.holders.extend(people);
        found.applications.extend(applications);
    }
    for (id, reason) in &principals.doubtful_users {
        found.holders.entry(*id).or_insert_with(|| unknown_user(reader, *id, reason));
    }
    for (id, reason) in &principals.doubtful_applications {
        let application = || unknown_application(reader, *id, reason);
        found.applications.entry(*id).or_insert_with(application);
    }
    over
}

/// Finds out what owners of an unknown kind are, as far as a look-up tells.
async fn resolve(reader: &Reader<'_>, owners: &mut Owners, principals: &mut Principals) {
    let others = std::mem::take(&mut owners.others);
    principals.resolve(reader, others.clone()).await;
    for id in others {
        if principals.users.contains(&UserId(id.0)) {
            owners.users.insert(UserId(id.0));
        } else if principals.applications.contains(&id) {
            owners.applications.insert(id);
        }
    }
}
