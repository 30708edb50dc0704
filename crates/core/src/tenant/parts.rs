//! Every part of a snapshot, one after another, whatever it holds.

use super::{Account, GroupRead, Part, PartKind, Snapshot};
use crate::id::Guid;

/// Is given every part of a snapshot by [`Snapshot::into_parts`].
pub trait TakePart {
    /// One part, with the object that it is about where there is one.
    fn take<T: Send + 'static>(&mut self, kind: PartKind, subject: Option<Guid>, part: Part<T>);
}

impl Snapshot {
    /// Takes the snapshot apart, in the order of its parts.
    pub fn into_parts(self, taker: &mut impl TakePart) {
        use PartKind as Kind;
        taker.take(Kind::Organization, None, self.organization);
        taker.take(Kind::Domains, None, self.domains);
        taker.take(Kind::SecurityDefaults, None, self.security_defaults);
        taker.take(Kind::MethodsPolicy, None, self.methods_policy);
        taker.take(Kind::Strengths, None, self.strengths);
        taker.take(Kind::Policies, None, self.policies);
        taker.take(Kind::PolicyIdsV1, None, self.policy_ids_v1);
        taker.take(Kind::NamedLocations, None, self.locations);
        taker.take(Kind::RoleDefinitions, None, self.role_definitions);
        taker.take(Kind::RoleAssignments, None, self.role_assignments);
        taker.take(Kind::RoleSchedules, None, self.role_schedules);
        taker.take(Kind::RoleEligibilities, None, self.role_eligibilities);
        taker.take(Kind::ReferencedUsers, None, self.referenced_users);
        taker.take(Kind::ReferencedGroups, None, self.referenced_groups);
        for (_, account) in self.accounts {
            take_account(account, taker);
        }
        for (_, group) in self.groups {
            take_group(group, taker);
        }
    }
}

fn take_account(account: Account, taker: &mut impl TakePart) {
    let about = Some(account.id.0);
    taker.take(PartKind::Account, about, account.state);
    taker.take(PartKind::AccountMethods, about, account.methods);
    taker.take(PartKind::AccountMemberships, about, account.memberships);
}

fn take_group(group: GroupRead, taker: &mut impl TakePart) {
    let about = Some(group.id.0);
    taker.take(PartKind::Group, about, group.state);
    taker.take(PartKind::GroupMembers, about, group.members);
    taker.take(PartKind::GroupTransitiveMembers, about, group.transitive);
    taker.take(PartKind::GroupOwners, about, group.owners);
    taker.take(PartKind::GroupEligibilities, about, group.eligibilities);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Case;
    use alloc::collections::BTreeSet;

    #[derive(Default)]
    struct Taken(BTreeSet<PartKind>, usize);

    impl TakePart for Taken {
        fn take<T: Send + 'static>(&mut self, kind: PartKind, about: Option<Guid>, part: Part<T>) {
            if let Err(gap) = part.value() {
                assert_eq!((&gap.part.kind, gap.part.subject), (&kind, about));
                self.1 += 1;
            }
            self.0.insert(kind);
        }
    }

    #[test]
    fn every_part_is_taken_under_its_name() {
        let snapshot = Case::sound().snapshot;
        let gaps = snapshot.gaps().len();
        let mut taken = Taken::default();
        snapshot.into_parts(&mut taken);
        assert_eq!(taken.0, PartKind::ALL.into_iter().collect());
        assert_eq!(taken.1, gaps);
    }

    #[test]
    fn gaps_stand_under_the_name_of_their_part() {
        let mut snapshot = Case::sound().snapshot;
        let reason = super::super::GapReason::NotInSource;
        let source = snapshot.source.clone();
        let unread = Snapshot::unread(snapshot.taken, source, &reason);
        snapshot = Snapshot { accounts: snapshot.accounts, groups: snapshot.groups, ..unread };
        let gaps = snapshot.gaps().len();
        let mut taken = Taken::default();
        snapshot.into_parts(&mut taken);
        assert_eq!((taken.1, gaps >= 14), (gaps, true));
    }
}
