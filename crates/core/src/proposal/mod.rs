//! The proposal: which accounts and which group of a tenant look like its emergency access, with
//! every reason for and against, and the id that each reason rests on.
//!
//! It never decides. Tools that take the most-excluded object for the emergency account find the
//! account of a directory synchronisation as often as not; here being excluded is one reason among
//! others, and a candidate that is not preferred says why. Names count for nothing: they order
//! those who are equal otherwise. What could not be read is an open question, never a reason.
//!
//! `candidate` judges accounts, `group` groups, `shape` how the accounts are meant to get
//! past Conditional Access. A tenant is read twice for it: what names nobody first, then closely
//! those that [`closer`] names.

mod candidate;
mod evidence;
mod group;
mod shape;
#[cfg(test)]
mod tests;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

pub use candidate::{Candidate, Fact, Fit, Reason, Speaks};
pub use group::{GroupCandidate, GroupFact, GroupReason};
pub use shape::{ShapeProposal, ShapeReason, propose_shape};

use crate::id::{GroupId, TenantId, UserId};
use crate::tenant::{Gap, GapReason, PartKind, Snapshot};
use crate::time::Timestamp;
use evidence::Evidence;

/// What a tenant may have of emergency access already.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The tenant's id, when it could be read.
    pub tenant: Option<TenantId>,
    /// The tenant's name, when it could be read.
    pub tenant_name: Option<String>,
    /// When the snapshot was taken.
    pub taken: Timestamp,
    /// Conditional Access policies for users that are on or report only; `None` when not read.
    pub policies: Option<usize>,
    /// Accounts, the likeliest first; at most [`Proposal::CANDIDATES_MAX`].
    pub candidates: Vec<Candidate>,
    /// How many accounts more were looked at.
    pub more_candidates: usize,
    /// Groups that policies exclude, the likeliest first; at most [`Proposal::GROUPS_MAX`].
    pub groups: Vec<GroupCandidate>,
    /// How many groups more there are.
    pub more_groups: usize,
    /// The shape that fits the likely accounts; `None` when none does, or there are none.
    pub shape: Option<ShapeProposal>,
    /// What could not be read and may hide somebody.
    pub gaps: Vec<Gap>,
}

impl Proposal {
    /// Most accounts that are listed.
    pub const CANDIDATES_MAX: usize = 50;
    /// Most groups that are listed.
    pub const GROUPS_MAX: usize = 20;

    /// What `snapshot` shows at the instant `now`.
    pub fn of(snapshot: &Snapshot, now: Timestamp) -> Self {
        let evidence = Evidence::of(snapshot, now);
        let mut candidates: Vec<Candidate> =
            evidence.people().map(|id| candidate::judge(&evidence, id)).collect();
        candidates.sort_by_key(|one| (one.fit, -one.weight(), !one.has_telling_name(), one.id));
        let likely: BTreeSet<UserId> =
            candidates.iter().filter(|one| one.fit == Fit::Likely).map(|one| one.id).collect();
        let mut groups = group::judge(&evidence, &candidates, &likely);
        let shape = propose_shape(snapshot, &likely.iter().copied().collect::<Vec<_>>(), now);
        let more_candidates = candidates.len().saturating_sub(Self::CANDIDATES_MAX);
        candidates.truncate(Self::CANDIDATES_MAX);
        let more_groups = groups.len().saturating_sub(Self::GROUPS_MAX);
        groups.truncate(Self::GROUPS_MAX);
        let organization = snapshot.organization.value().ok();
        Self {
            tenant: snapshot.tenant_id(),
            tenant_name: organization.map(|one| one.display_name.clone()),
            taken: snapshot.taken,
            policies: evidence.policies.as_ref().ok().map(Vec::len),
            candidates,
            more_candidates,
            groups,
            more_groups,
            shape,
            gaps: gaps(snapshot),
        }
    }

    /// The accounts that look like emergency access accounts.
    pub fn likely(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|one| one.fit == Fit::Likely)
    }

    /// The account of this id, when it was looked at and is listed.
    pub fn candidate(&self, id: UserId) -> Option<&Candidate> {
        self.candidates.iter().find(|one| one.id == id)
    }

    /// The group of this id, when some policy excludes it and it is listed.
    pub fn group(&self, id: GroupId) -> Option<&GroupCandidate> {
        self.groups.iter().find(|one| one.id == id)
    }
}

/// What a second reading should look at closely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closer {
    /// Accounts; at most [`Closer::ACCOUNTS_MAX`].
    pub accounts: Vec<UserId>,
    /// Groups, those that most policies exclude first; at most [`Closer::GROUPS_MAX`].
    pub groups: Vec<GroupId>,
    /// How many accounts and groups more there are.
    pub more: usize,
}

impl Closer {
    /// Most accounts: each costs some six requests.
    pub const ACCOUNTS_MAX: usize = 50;
    /// Most groups: each costs some eight requests.
    pub const GROUPS_MAX: usize = 10;
}

/// What a second reading should look at: holders of Global Administrator, users that policies
/// exclude by name, members of the groups that they exclude, and those groups.
pub fn closer(snapshot: &Snapshot, now: Timestamp) -> Closer {
    let evidence = Evidence::of(snapshot, now);
    let mut accounts: Vec<UserId> = evidence.people().collect();
    let mut groups: Vec<(usize, GroupId)> =
        evidence.excluded_groups().into_iter().map(|(id, count)| (count, id)).collect();
    groups.sort_by_key(|(count, id)| (core::cmp::Reverse(*count), *id));
    let more = accounts.len().saturating_sub(Closer::ACCOUNTS_MAX)
        + groups.len().saturating_sub(Closer::GROUPS_MAX);
    // Holders of the role for good come first: those are what is looked for.
    accounts.sort_by_key(|id| (evidence.held(*id).map_or(u8::MAX, |held| held.rank()), *id));
    accounts.truncate(Closer::ACCOUNTS_MAX);
    groups.truncate(Closer::GROUPS_MAX);
    Closer { accounts, groups: groups.into_iter().map(|(_, id)| id).collect(), more }
}

/// Parts whose absence may hide a candidate, or make one look like none.
const READS: [PartKind; 5] = [
    PartKind::Organization,
    PartKind::Domains,
    PartKind::Policies,
    PartKind::RoleAssignments,
    PartKind::RoleSchedules,
];

/// Without those for which the tenant lacks a licence: what it cannot buy it cannot have.
fn gaps(snapshot: &Snapshot) -> Vec<Gap> {
    let is_licence = |gap: &Gap| matches!(gap.reason, GapReason::MissingLicence { .. });
    let hides = |gap: &&Gap| READS.contains(&gap.part.kind) && !is_licence(gap);
    snapshot.gaps().into_iter().filter(hides).cloned().collect()
}
