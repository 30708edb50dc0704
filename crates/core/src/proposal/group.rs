//! One group: what speaks for it as the group that policies exclude, and what against.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::candidate::{Candidate, Fact, Fit, Speaks};
use super::evidence::{Evidence, members};
use crate::id::{GroupId, PrincipalId, UserId};
use crate::tenant::{Gap, GapReason, Group, GroupState, GroupType, ObjectKind, PartKind};

/// A group that policies exclude.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupCandidate {
    /// Its object id.
    pub id: GroupId,
    /// Its display name, which proves nothing; `None` when it was not read.
    pub name: Option<String>,
    /// How well it fits.
    pub fit: Fit,
    /// How many policies exclude it.
    pub policies: usize,
    /// The accounts among those looked at that are in it.
    pub accounts: Vec<UserId>,
    /// Why, those for before those against and those left open.
    pub reasons: Vec<GroupReason>,
}

/// A reason, and the id that it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupReason {
    /// What is the case.
    pub fact: GroupFact,
    /// The id of the object whose word it is.
    pub rests_on: String,
}

impl GroupReason {
    /// What it does.
    pub fn speaks(&self) -> Speaks {
        self.fact.speaks()
    }
}

/// What is the case with a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupFact {
    /// Policies exclude it.
    Excluded {
        /// How many do.
        policies: usize,
        /// Of how many in all.
        of: usize,
    },
    /// It holds likely accounts.
    HoldsLikely {
        /// How many.
        accounts: usize,
        /// Of how many likely ones in all.
        of: usize,
    },
    /// It holds none.
    HoldsNone,
    /// It holds others as well, of whom one is an example.
    HoldsOthers {
        /// How many.
        others: usize,
        /// One of them.
        first: PrincipalId,
        /// What speaks most against that one, where it was looked at.
        why: Option<String>,
    },
    /// It may hold directory roles, so that only few can change its members.
    RoleAssignable,
    /// It may not: many roles can change its members.
    NotRoleAssignable,
    /// A rule decides who is in it.
    Dynamic,
    /// It is synchronised from an on-premises directory.
    Synchronised,
    /// It has owners, each of whom can change its members.
    Owned(usize),
    /// It does not exist, or not any more.
    Gone,
    /// Something could not be read.
    Unread(Gap),
}

impl GroupFact {
    /// What the fact does.
    pub fn speaks(&self) -> Speaks {
        match self {
            Self::Excluded { .. } | Self::HoldsLikely { .. } | Self::RoleAssignable => Speaks::For,
            Self::Unread(_) => Speaks::Open,
            _ => Speaks::Against,
        }
    }
}

/// Every group that policies exclude, the likeliest first.
pub(super) fn judge(
    evidence: &Evidence<'_>,
    candidates: &[Candidate],
    likely: &BTreeSet<UserId>,
) -> Vec<GroupCandidate> {
    let of = evidence.policies.as_ref().map_or(0, Vec::len);
    let excluded = evidence.excluded_groups().into_iter();
    let mut groups: Vec<GroupCandidate> = excluded
        .map(|(id, policies)| one(evidence, candidates, likely, id, (policies, of)))
        .collect();
    groups.sort_by_key(|one| (one.fit, core::cmp::Reverse(one.policies), one.id));
    groups
}

fn one(
    evidence: &Evidence<'_>,
    candidates: &[Candidate],
    likely: &BTreeSet<UserId>,
    id: GroupId,
    (policies, of): (usize, usize),
) -> GroupCandidate {
    let mut facts = Vec::from([(GroupFact::Excluded { policies, of }, id.to_string())]);
    let through = |candidate: &&Candidate| {
        let mut facts = candidate.reasons.iter().map(|reason| &reason.fact);
        facts.any(|fact| matches!(fact, Fact::ExcludedThrough { group, .. } if *group == id))
    };
    let mut inside: BTreeSet<PrincipalId> =
        candidates.iter().filter(through).map(|candidate| candidate.id.into()).collect();
    let read = evidence.snapshot.groups.get(&id);
    let people = read.into_iter().flat_map(members).filter(|one| one.kind != ObjectKind::Group);
    inside.extend(people.map(|one| one.id));
    let is_likely = |id: &&PrincipalId| likely.contains(&UserId(id.0));
    let accounts: Vec<UserId> = inside.iter().filter(is_likely).map(|id| UserId(id.0)).collect();
    facts.push(match accounts.len() {
        0 => (GroupFact::HoldsNone, id.to_string()),
        count => (GroupFact::HoldsLikely { accounts: count, of: likely.len() }, id.to_string()),
    });
    let others: Vec<&PrincipalId> = inside.iter().filter(|id| !is_likely(id)).collect();
    if let Some(first) = others.first() {
        let looked = candidates.iter().find(|candidate| PrincipalId::from(candidate.id) == **first);
        let against = looked.and_then(|candidate| {
            candidate.reasons.iter().find(|reason| reason.speaks() == Speaks::Against)
        });
        let why = against.map(|reason| reason.fact.to_string());
        let fact = GroupFact::HoldsOthers { others: others.len(), first: **first, why };
        facts.push((fact, first.to_string()));
    }
    of_object(evidence, id, &mut facts);
    let has = |is_it: fn(&GroupFact) -> bool| facts.iter().any(|(fact, _)| is_it(fact));
    let is_foreign = has(|fact| {
        matches!(fact, GroupFact::Gone | GroupFact::Synchronised | GroupFact::HoldsNone)
    });
    let is_doubtful = has(|fact| {
        matches!(fact, GroupFact::HoldsOthers { .. } | GroupFact::Dynamic | GroupFact::Unread(_))
    });
    let fit = match (is_foreign, is_doubtful || policies * 2 <= of) {
        (true, _) => Fit::Unlikely,
        (false, true) => Fit::Possible,
        (false, false) => Fit::Likely,
    };
    let mut reasons: Vec<GroupReason> =
        facts.into_iter().map(|(fact, rests_on)| GroupReason { fact, rests_on }).collect();
    reasons.sort_by_key(GroupReason::speaks);
    let accounts = candidates.iter().map(|one| one.id).filter(|id| inside.contains(&(*id).into()));
    let accounts = accounts.collect();
    GroupCandidate { id, name: evidence.group_name(id), fit, policies, accounts, reasons }
}

fn of_object(evidence: &Evidence<'_>, id: GroupId, facts: &mut Vec<(GroupFact, String)>) {
    let mut note = |fact| facts.push((fact, id.to_string()));
    let not_read = |kind| GroupFact::Unread(Gap::new(kind, Some(id.0), GapReason::NotInSource));
    let Some(read) = evidence.snapshot.groups.get(&id) else {
        let exists = evidence.snapshot.referenced_groups.value();
        return note(match exists {
            Ok(found) if !found.contains_key(&id) => GroupFact::Gone,
            _ => not_read(PartKind::Group),
        });
    };
    match read.state.value() {
        Ok(GroupState::Present(group)) => of_group(group, &mut note),
        Ok(_) => note(GroupFact::Gone),
        Err(gap) => note(GroupFact::Unread(gap.clone())),
    }
    match read.owners.value() {
        Ok(owners) if owners.is_empty() => {}
        Ok(owners) => note(GroupFact::Owned(owners.len())),
        Err(gap) => note(GroupFact::Unread(gap.clone())),
    }
    if let Err(gap) = read.transitive.value() {
        note(GroupFact::Unread(gap.clone()));
    }
}

fn of_group(group: &Group, note: &mut impl FnMut(GroupFact)) {
    note(match group.is_assignable_to_role {
        Some(true) => GroupFact::RoleAssignable,
        _ => GroupFact::NotRoleAssignable,
    });
    if group.group_types.contains(&GroupType::DynamicMembership) || group.membership_rule.is_some()
    {
        note(GroupFact::Dynamic);
    }
    if group.on_premises_sync_enabled == Some(true) {
        note(GroupFact::Synchronised);
    }
}

impl fmt::Display for GroupFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Excluded { policies, of } if policies == of => {
                write!(f, "is excluded from all {of} policies")
            }
            Self::Excluded { policies, of } => {
                write!(f, "is excluded from {policies} of {of} policies")
            }
            Self::HoldsLikely { accounts, of } => {
                write!(f, "holds {accounts} of {of} likely accounts")
            }
            Self::HoldsNone => f.write_str("holds no account that looks like emergency access"),
            Self::HoldsOthers { others: 1, first, why } => {
                write!(f, "also holds {first}")?;
                why.iter().try_for_each(|why| write!(f, ", which {why}"))
            }
            Self::HoldsOthers { others, first, why } => {
                write!(f, "also holds {others} others, such as {first}")?;
                why.iter().try_for_each(|why| write!(f, ", which {why}"))
            }
            Self::RoleAssignable => f.write_str("is role-assignable: few can change its members"),
            Self::NotRoleAssignable => {
                f.write_str("is not role-assignable: many can change its members")
            }
            Self::Dynamic => f.write_str("is dynamic: a rule decides who is in it"),
            Self::Synchronised => f.write_str("is synchronised from an on-premises directory"),
            Self::Owned(1) => f.write_str("has an owner, who can change its members"),
            Self::Owned(count) => write!(f, "has {count} owners, who can change its members"),
            Self::Gone => f.write_str("does not exist, or not any more"),
            Self::Unread(gap) => write!(f, "{gap}"),
        }
    }
}
