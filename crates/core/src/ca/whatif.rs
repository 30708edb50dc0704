//! One sign-in, judged against everything: each policy by the reference evaluator, whether or not
//! it is enforced, and what stands beside policies.

use alloc::vec::Vec;

use super::barrier::{Barrier, barriers};
use super::control::{Losses, Met, Purse, Setting};
use super::evaluate::{PolicyResult, Surroundings, is_enforced, judge};
use super::sign_in::{SignIn, Target as SignInTarget};
use super::standing::Standing;
use super::surface::Surface;
use super::truth::{Doubt, Truth};
use crate::register::Target;
use crate::tenant::{PartKind, Policy, Snapshot};
use crate::time::Timestamp;

/// One sign-in, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// Each policy, in their order.
    pub policies: Vec<PolicyWhatIf>,
    /// What stands beside policies, and whether the account gets past it.
    pub beside: Vec<(Barrier, Met)>,
    /// The worst of all that counts: what comes of the sign-in.
    pub outcome: Met,
}

/// What one policy does to the sign-in.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyWhatIf {
    /// Condition by condition.
    pub result: PolicyResult,
    /// Whether the policy is enforced.
    pub is_enforced: Truth,
    /// Whether the sign-in gets past it, were it enforced; [`Met::Nothing`] where it does not
    /// apply.
    pub met: Met,
}

/// Judges one sign-in of an account.
pub fn what_if(
    snapshot: &Snapshot,
    policies: &[Policy],
    standing: &Standing,
    sign_in: &SignIn,
    now: Timestamp,
) -> WhatIf {
    let surroundings = Surroundings::of(snapshot);
    let strengths = surroundings.strengths;
    let purse = Purse { standing, strengths, losses: Losses::default() };
    let each = policies.iter().map(|policy| {
        let result = judge(policy, purse, sign_in, surroundings);
        let met = result.controls().and(result.position(policy, purse, surroundings));
        PolicyWhatIf { result, is_enforced: is_enforced(&policy.state), met }
    });
    let policies: Vec<PolicyWhatIf> = each.collect();
    let surface = surface(&sign_in.target, snapshot, now);
    let setting = Setting::of(sign_in);
    let beside: Vec<(Barrier, Met)> = barriers(&surface)
        .into_iter()
        .map(|one| (one, one.met(&surface, snapshot, purse, setting)))
        .collect();
    let counted = policies.iter().map(|one| one.met.clone().where_made(&one.is_enforced));
    let counted = counted.chain(beside.iter().map(|(_, met)| met.clone()));
    let missing = snapshot.policies.value().err().into_iter().chain(&snapshot.incomplete);
    let missing = missing.filter(|gap| gap.part.kind == PartKind::Policies);
    let missing = missing.map(|gap| Met::Unknown(Doubt::Gap(gap.clone())));
    let outcome = counted.chain(missing).fold(Met::Nothing, Met::and);
    WhatIf { policies, beside, outcome }
}

/// The surface whose first resource the sign-in is for, so that facts about it count; without one
/// only what concerns every sign-in.
fn surface(target: &SignInTarget, snapshot: &Snapshot, now: Timestamp) -> Surface {
    let all = Target::ALL.into_iter().filter(|one| *one != Target::ConditionalAccessRepair);
    let mut surfaces = all.map(|one| Surface::of(one, snapshot, now));
    let is_for = |one: &Surface| one.sign_in_targets.first() == Some(target);
    surfaces.find(is_for).unwrap_or_else(|| {
        let mut other = Surface::of(Target::GraphPowerShell, snapshot, now);
        other.facts.clear();
        other
    })
}
