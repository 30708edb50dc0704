//! The contestants: each looks at a tenant, and names what it finds wrong with the account's
//! access. It raises an alarm when it finds anything.

use std::collections::BTreeSet;

use halligan_core::ca::{Blame, Verdict};
use halligan_core::check::sample::ALPHA;
use halligan_core::tenant::{GrantControl, GroupRef, Policy, PolicyState, UserRef, Users};

use super::tenant::Tenant;

/// What a contestant finds wrong, in words; empty for no alarm.
pub(super) type Findings = BTreeSet<String>;

/// A program or a rule that says whether an account is locked out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contestant {
    /// What it is called in tables.
    pub(super) name: &'static str,
    /// Its rule, stated as its author would.
    pub(super) rule: &'static str,
    /// What it finds.
    pub(super) find: fn(&Tenant) -> Findings,
}

/// Every contestant, Halligan first.
pub(super) const CONTESTANTS: [Contestant; 4] = [
    Contestant {
        name: "Halligan",
        rule: "The prover (`ca::prove`) in the default environment: alarm unless the verdict is \
               *proved*. It reads policies, named locations, strengths, the methods policy, \
               security defaults, protected actions, the account's transitive memberships, roles, \
               methods and per-user MFA.",
        find: halligan,
    },
    Contestant {
        name: "literal, the account",
        rule: "Alarm for every enabled policy that names neither the account in `excludeUsers` \
               nor, in `excludeGroups`, a group that it is a direct member of. Policies for \
               workload identities are not counted. It reads policies and direct memberships.",
        find: literal,
    },
    Contestant {
        name: "literal, MT.1005",
        rule: "Maester's MT.1005 with the emergency group configured: alarm for every policy, in \
               whatever state, that does not name the configured group in `excludeGroups`. \
               Policies on authentication contexts and for workload identities are not counted. \
               It reads policies alone, and promises no more than that the exclusion is written \
               down in each of them.",
        find: maester,
    },
    Contestant {
        name: "most blocking policies",
        rule: "Alarm unless one and the same user or group is excluded from more than half of the \
               enabled policies that block, or none blocks. It is told nothing about the \
               accounts. (Prowler's rule for emergency access asks the same of all blocking \
               policies, report-only ones included.)",
        find: majority,
    },
];

fn halligan(tenant: &Tenant) -> Findings {
    let proof = match tenant.prove() {
        Ok(proof) => proof,
        Err(error) => return Findings::from([error.to_string()]),
    };
    let names = tenant.policies();
    let name = |blame: &Blame| match blame {
        Blame::Policy(place) | Blame::Position(place) => {
            names.get(*place).map_or_else(String::new, |policy| policy_name(*place, policy))
        }
        Blame::Barrier(barrier) => barrier.to_string(),
        Blame::Unread(gap) => gap.to_string(),
    };
    let mut findings = Findings::new();
    for surface in proof.surfaces.iter().filter(|one| one.verdict != Verdict::Proved) {
        let denied = surface.denials.iter().map(|one| &one.blame);
        let doubted = surface.doubts.iter().map(|(blame, _)| blame);
        let target = surface.target.name();
        findings.extend(denied.chain(doubted).map(|blame| format!("{target}: {}", name(blame))));
        findings.insert(format!("{target}: {}", surface.verdict.name()));
    }
    findings
}

fn literal(tenant: &Tenant) -> Findings {
    let groups = tenant.direct_groups();
    let is_named = |users: &Users| {
        let by_group = |one: &GroupRef| matches!(one, GroupRef::Id(id) if groups.contains(id));
        users.exclude_users.contains(&UserRef::Id(ALPHA))
            || users.exclude_groups.iter().any(by_group)
    };
    missing(tenant, |policy| policy.state == PolicyState::Enabled, is_named)
}

fn maester(tenant: &Tenant) -> Findings {
    let group = GroupRef::Id(tenant.emergency);
    let counts =
        |policy: &Policy| policy.conditions.applications.include_authentication_contexts.is_empty();
    missing(tenant, counts, |users| users.exclude_groups.contains(&group))
}

/// The policies that count and that are not for workload identities, where the exclusion is
/// missing.
fn missing(
    tenant: &Tenant,
    counts: impl Fn(&Policy) -> bool,
    is_named: impl Fn(&Users) -> bool,
) -> Findings {
    let policies = tenant.policies().iter().enumerate();
    policies
        .filter(|(_, policy)| counts(policy) && policy.conditions.client_applications.is_none())
        .filter(|(_, policy)| !policy.conditions.users.as_ref().is_some_and(&is_named))
        .map(|(place, policy)| policy_name(place, policy))
        .collect()
}

fn majority(tenant: &Tenant) -> Findings {
    let blocks = |policy: &&Policy| {
        let grant = policy.grant.as_ref();
        policy.state == PolicyState::Enabled
            && grant.is_some_and(|grant| grant.built_in.contains(&GrantControl::Block))
    };
    let blocking: Vec<BTreeSet<String>> =
        tenant.policies().iter().filter(blocks).map(excluded).collect();
    let all: BTreeSet<&String> = blocking.iter().flatten().collect();
    let is_in_most = |one: &&String| {
        let count = blocking.iter().filter(|set| set.contains(*one)).count();
        2 * count > blocking.len()
    };
    match blocking.is_empty() || all.iter().any(is_in_most) {
        true => Findings::new(),
        false => Findings::from(["nobody is excluded from most blocking policies".into()]),
    }
}

fn excluded(policy: &Policy) -> BTreeSet<String> {
    let users = policy.conditions.users.iter();
    users
        .flat_map(|users| {
            let groups = users.exclude_groups.iter().map(ToString::to_string);
            groups.chain(users.exclude_users.iter().map(ToString::to_string))
        })
        .collect()
}

fn policy_name(place: usize, policy: &Policy) -> String {
    format!("{} (policy {})", policy.display_name, place + 1)
}
