//! A tenant of the benchmark: a policy set with an emergency account before it.
//!
//! The account is a Global Administrator of a managed domain, holds a password and two passkeys of
//! one model, and is a direct member of the emergency group. A second account is as well, so that
//! edits can move it instead.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::ca::{
    Enforcing, Hit, Proof, Question, Standing, Tally, Unprovable, exhaust, prove,
};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, BRAVO};
use halligan_core::id::{GroupId, PrincipalId};
use halligan_core::register::Environment;
use halligan_core::tenant::{
    Membership, NamedLocation, ObjectKind, Part, Policy, Snapshot, Unknown,
};
use halligan_core::time::Timestamp;

/// The day of the benchmark: facts with dates hold by it.
pub(super) const NOW: &str = "2026-11-22T00:00:00Z";

/// A policy set with its directory.
#[derive(Clone, Debug)]
pub(super) struct Tenant {
    /// Everything but who is in which group.
    pub(super) snapshot: Snapshot,
    /// The groups that users and groups are direct members of.
    pub(super) member_of: BTreeMap<PrincipalId, BTreeSet<GroupId>>,
    /// The emergency group, as it is declared.
    pub(super) emergency: GroupId,
    environment: Environment,
    now: Timestamp,
}

impl Tenant {
    /// The tenant of these policies, whose accounts are in `emergency`.
    pub(super) fn new(
        policies: Vec<Policy>,
        locations: Vec<NamedLocation>,
        emergency: GroupId,
    ) -> Result<Self, String> {
        let now: Timestamp = NOW.parse().map_err(|error| format!("`{NOW}`: {error}"))?;
        let mut snapshot = Case::sound().snapshot;
        snapshot.policies = Part::Read { at: now, value: policies };
        snapshot.locations = Part::Read { at: now, value: locations };
        // Its groups are those of the sample; who is in which is said below.
        snapshot.groups.clear();
        let member_of = [ALPHA, BRAVO].map(|id| (id.into(), BTreeSet::from([emergency])));
        let mut tenant = Self {
            snapshot,
            member_of: BTreeMap::from(member_of),
            emergency,
            environment: Environment::default(),
            now,
        };
        tenant.settle();
        Ok(tenant)
    }

    /// The policies.
    pub(super) fn policies(&self) -> &[Policy] {
        self.snapshot.policies.value().map_or(&[], Vec::as_slice)
    }

    /// The named locations.
    pub(super) fn locations(&self) -> &[NamedLocation] {
        self.snapshot.locations.value().map_or(&[], Vec::as_slice)
    }

    /// The same tenant after a change.
    pub(super) fn after(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut tenant = self.clone();
        change(&mut tenant);
        tenant.settle();
        tenant
    }

    /// Changes every policy.
    pub(super) fn each_policy(&mut self, change: impl FnMut(&mut Policy)) {
        if let Part::Read { value, .. } = &mut self.snapshot.policies {
            value.iter_mut().for_each(change);
        }
    }

    /// Changes one policy.
    pub(super) fn policy(&mut self, place: usize, change: impl FnOnce(&mut Policy)) {
        if let Part::Read { value, .. } = &mut self.snapshot.policies
            && let Some(policy) = value.get_mut(place)
        {
            change(policy);
        }
    }

    /// Adds a policy.
    pub(super) fn add(&mut self, policy: Policy) {
        if let Part::Read { value, .. } = &mut self.snapshot.policies {
            value.push(policy);
        }
    }

    /// Adds a named location.
    pub(super) fn add_location(&mut self, location: NamedLocation) {
        if let Part::Read { value, .. } = &mut self.snapshot.locations {
            value.push(location);
        }
    }

    /// Makes somebody a direct member of these groups and no other.
    pub(super) fn put(&mut self, who: impl Into<PrincipalId>, groups: &[GroupId]) {
        self.member_of.insert(who.into(), groups.iter().copied().collect());
    }

    /// The groups that the account is a direct member of.
    pub(super) fn direct_groups(&self) -> BTreeSet<GroupId> {
        self.member_of.get(&ALPHA.into()).cloned().unwrap_or_default()
    }

    /// The groups that the account is a member of, through any depth.
    pub(super) fn groups(&self) -> BTreeSet<GroupId> {
        let mut found = BTreeSet::new();
        let mut open: Vec<GroupId> = self.direct_groups().into_iter().collect();
        while let Some(group) = open.pop() {
            if found.insert(group) {
                open.extend(self.member_of.get(&PrincipalId(group.0)).into_iter().flatten());
            }
        }
        found
    }

    /// Writes the account's memberships as `transitiveMemberOf` lists them.
    fn settle(&mut self) {
        let membership = |group: GroupId| Membership {
            id: PrincipalId(group.0),
            kind: ObjectKind::Group,
            role_template: None,
            display_name: None,
            unknown: Unknown::new(),
        };
        let value = self.groups().into_iter().map(membership).collect();
        if let Some(account) = self.snapshot.accounts.get_mut(&ALPHA) {
            account.memberships = Part::Read { at: self.now, value };
        }
    }

    /// The account as Halligan reads it.
    fn standing(&self) -> Standing {
        Standing::of(ALPHA, &Case::sound().register, &self.snapshot, self.now)
    }

    /// What the prover says about the account.
    pub(super) fn prove(&self) -> Result<Proof, Unprovable> {
        let standing = self.standing();
        prove(self.question(self.policies(), &standing))
    }

    /// Every sign-in of the environment, judged one by one by the reference evaluator.
    ///
    /// Policies that do not pick the account are left out before: the evaluator itself says that
    /// they do not, and it says the same for every sign-in.
    pub(super) fn exhaust(&self) -> Result<Vec<Tally>, Unprovable> {
        let standing = self.standing();
        let policies = self.picking(&standing);
        exhaust(self.question(&policies, &standing))
    }

    /// The policies that may pick the account.
    fn picking(&self, standing: &Standing) -> Vec<Policy> {
        let is_hit = |policy: &&Policy| !matches!(standing.hit(policy), Hit::No(_));
        self.policies().iter().filter(is_hit).cloned().collect()
    }

    /// Everything that [`Self::exhaust`] looks at, as a text that two tenants share when it is the
    /// same.
    pub(super) fn question_in_words(&self) -> String {
        let standing = self.standing();
        let Snapshot { strengths, locations, security_defaults, protected_actions, .. } =
            &self.snapshot;
        let policies = self.picking(&standing);
        format!(
            "{standing:?} {policies:?} {strengths:?} {locations:?} {security_defaults:?} \
             {protected_actions:?}"
        )
    }

    fn question<'a>(&'a self, policies: &'a [Policy], standing: &'a Standing) -> Question<'a> {
        Question {
            snapshot: &self.snapshot,
            policies,
            standing,
            environment: &self.environment,
            now: self.now,
            enforcing: Enforcing::AsIs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_within_groups_count_and_circles_end() {
        let [one, two, three] = [1, 2, 3].map(GroupId::from_u128);
        let tenant = Tenant::new(Vec::new(), Vec::new(), one).unwrap().after(|tenant| {
            tenant.put(PrincipalId(one.0), &[two]);
            tenant.put(PrincipalId(two.0), &[three]);
            tenant.put(PrincipalId(three.0), &[one]);
        });
        assert_eq!(tenant.direct_groups(), BTreeSet::from([one]));
        assert_eq!(tenant.groups(), BTreeSet::from([one, two, three]));
        assert_eq!(tenant.standing().groups, tenant.groups());
    }
}
