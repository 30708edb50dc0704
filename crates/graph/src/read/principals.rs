//! Who holds a role that is followed, and whether they are users, groups or applications.
//!
//! Assignments say it themselves, because they are read with their principals. Schedules do not,
//! so that what they name is looked up, fifteen ids at a time. Where a look-up fails, whoever no
//! other look-up claimed may be of its kind: unknown, never left out.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{GroupId, PrincipalId, UserId};
use halligan_core::tenant::{GapReason, MemberType, ObjectKind};

use super::Reader;
use super::operation::{Operation, PRINCIPALS, REFERENCED_GROUPS, REFERENCED_USERS};
use super::references::{id_of, look_up};
use super::roles::Roles;
use crate::problem::Problem;

/// Holders of followed roles by kind, and those whose kind could not be told.
#[derive(Debug, Default)]
pub(super) struct Principals {
    pub(super) users: BTreeSet<UserId>,
    pub(super) groups: BTreeSet<GroupId>,
    pub(super) applications: BTreeSet<PrincipalId>,
    /// Who may be a user, and why it is not known.
    pub(super) doubtful_users: BTreeMap<UserId, GapReason>,
    /// What may be a group, and why it is not known.
    pub(super) doubtful_groups: BTreeMap<GroupId, GapReason>,
    /// What may be an application, and why it is not known.
    pub(super) doubtful_applications: BTreeMap<PrincipalId, GapReason>,
    seen: BTreeSet<PrincipalId>,
}

impl Principals {
    /// Who holds a followed role in their own right: active, scheduled or eligible.
    pub(super) async fn of(reader: &Reader<'_>, roles: &Roles) -> Self {
        let mut principals = Self::default();
        let assignments = roles.assignments.value().map_or(&[][..], Vec::as_slice);
        for held in assignments {
            if let Some(kind) = &held.principal_kind {
                principals.add(held.principal, kind);
            }
        }
        let scheduled = [&roles.schedules, &roles.eligibilities]
            .into_iter()
            .flat_map(|part| part.value().map_or(&[][..], Vec::as_slice))
            // Whoever holds it through a group is found as the group's member.
            .filter(|held| held.member != MemberType::Group)
            .filter(|held| held.role.is_none_or(|role| roles.follows(role)))
            .map(|held| held.principal);
        let named = assignments.iter().map(|held| held.principal).chain(scheduled).collect();
        principals.resolve(reader, named).await;
        principals
    }

    /// Adds a principal of this kind. One of a kind that this version does not know is left to
    /// [`Self::resolve`]: it may be a kind of user or of service principal. Devices and contacts
    /// hold no roles.
    pub(super) fn add(&mut self, id: PrincipalId, kind: &ObjectKind) {
        match kind {
            ObjectKind::Other(_) => return,
            ObjectKind::Group => drop(self.groups.insert(GroupId(id.0))),
            kind if kind.is_user() => drop(self.users.insert(UserId(id.0))),
            kind if kind.is_application() => drop(self.applications.insert(id)),
            _ => {}
        }
        self.seen.insert(id);
    }

    /// Adds principals whose kind is not known, each once, and finds out what they are.
    pub(super) async fn resolve(&mut self, reader: &Reader<'_>, ids: BTreeSet<PrincipalId>) {
        let ids: BTreeSet<PrincipalId> = ids.difference(&self.seen).copied().collect();
        if ids.is_empty() {
            return;
        }
        self.seen.extend(&ids);
        let (users, groups, applications) = tokio::join!(
            existing(reader, &REFERENCED_USERS, &ids),
            existing(reader, &REFERENCED_GROUPS, &ids),
            existing(reader, &PRINCIPALS, &ids),
        );
        let mut unclaimed = ids;
        for (found, kind) in [
            (&users, ObjectKind::User),
            (&groups, ObjectKind::Group),
            (&applications, ObjectKind::ServicePrincipal),
        ] {
            for id in found.iter().flatten() {
                unclaimed.remove(id);
                self.add(*id, &kind);
            }
        }
        for id in unclaimed {
            if let Err(reason) = &users {
                self.doubtful_users.insert(UserId(id.0), reason.clone());
            }
            if let Err(reason) = &groups {
                self.doubtful_groups.insert(GroupId(id.0), reason.clone());
            }
            if let Err(reason) = &applications {
                self.doubtful_applications.insert(id, reason.clone());
            }
        }
    }
}

/// Those of `ids` that `operation` lists; why it cannot otherwise.
async fn existing(
    reader: &Reader<'_>,
    operation: &Operation,
    ids: &BTreeSet<PrincipalId>,
) -> Result<Vec<PrincipalId>, GapReason> {
    let found = look_up(reader.client, operation, ids.clone()).await;
    let ids = found.and_then(|found| found.iter().map(id_of).collect::<Result<_, Problem>>());
    ids.map_err(|problem| reader.known.reason(&operation.part, &problem))
}
