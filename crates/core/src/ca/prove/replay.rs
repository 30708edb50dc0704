//! Witnesses: concrete sign-ins out of regions, judged again by the reference evaluator before
//! anybody sees them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::barrier::barriers;
use super::super::control::{Losses, Met, Purse, Setting};
use super::super::cover::Layout;
use super::super::cover::Region;
use super::super::evaluate::{self, PolicyResult, is_enforced, judge};
use super::super::sign_in::SignIn;
use super::super::standing::Hit;
use super::super::surface::Surface;
use super::super::truth::{Doubt, Truth};
use super::model::{Blame, Enforcing, Model, Obligation};
use super::space::Dimension;
use super::{Denial, WayIn};
use crate::tenant::{Gap, Policy, PolicyState};

/// What an obligation does to the environment.
pub(crate) enum Found {
    /// This sign-in is denied.
    Denied(Box<Denial>),
    /// Some sign-in may be denied.
    Doubted(Doubt),
    /// Nothing.
    Apart,
}

/// A sign-in of the environment that an obligation denies on its surface.
pub(crate) fn denial(
    model: &Model<'_>,
    surface: &Surface,
    obligation: &Obligation<'_>,
    regions: &[Region],
) -> Found {
    let first = |boxes: &[Region]| {
        let pairs = boxes.iter().flat_map(|one| regions.iter().map(move |region| (one, region)));
        let mut met = pairs.filter(|(one, region)| model.space.layout.meets(one, region));
        met.find_map(|(one, region)| {
            model.space.sign_in(&Layout::meet(one, region), obligation.target)
        })
    };
    if let Some(sign_in) = first(obligation.certain) {
        return match why(model, surface, &obligation.blame, &sign_in) {
            Met::No(why) => {
                Found::Denied(Box::new(Denial { sign_in, blame: obligation.blame.clone(), why }))
            }
            Met::Unknown(doubt) => Found::Doubted(doubt),
            Met::Nothing | Met::By { .. } => Found::Doubted(disagreement()),
        };
    }
    match first(obligation.possible) {
        None => Found::Apart,
        Some(sign_in) => Found::Doubted(doubt(model, surface, &obligation.blame, &sign_in)),
    }
}

/// Why it cannot be told whether something denies a sign-in to a surface.
pub(crate) fn doubt(
    model: &Model<'_>,
    surface: &Surface,
    blame: &Blame,
    sign_in: &SignIn,
) -> Doubt {
    match why(model, surface, blame, sign_in) {
        Met::Unknown(doubt) => doubt,
        _ => doubt_of(model, blame, sign_in),
    }
}

/// Should the evaluator ever judge a witness otherwise than the prover, nothing is claimed.
pub(crate) fn disagreement() -> Doubt {
    Doubt::Unclear(
        "the reference evaluator judges the witness otherwise than the prover: please report it"
            .into(),
    )
}

/// What the reference evaluator says about one sign-in to a surface and one that is to blame.
pub(crate) fn why(model: &Model<'_>, surface: &Surface, blame: &Blame, sign_in: &SignIn) -> Met {
    let purse = model.purse(Losses::default());
    match blame {
        Blame::Policy(place) => {
            let judged = judged(model, *place, purse, sign_in);
            judged.map_or(Met::Nothing, |(_, result)| result.controls())
        }
        Blame::Position(place) => {
            let judged = judged(model, *place, purse, sign_in);
            judged.map_or(Met::Nothing, |(policy, result)| {
                result.position(policy, purse, model.surroundings)
            })
        }
        Blame::Barrier(barrier) => {
            barrier.met(surface, model.snapshot, purse, Setting::of(sign_in))
        }
        Blame::Unread(gap) => Met::Unknown(Gap::clone(gap).into()),
    }
}

/// Why a policy only may apply.
fn doubt_of(model: &Model<'_>, blame: &Blame, sign_in: &SignIn) -> Doubt {
    let unclear = || Doubt::Unclear("whether the policy applies cannot be told".into());
    let Some(place) = blame.policy() else { return unclear() };
    let Some(policy) = model.policies.get(place) else { return unclear() };
    if let Truth::Unknown(doubt) = is_enforced(&policy.state) {
        return doubt;
    }
    let judged = judged(model, place, model.purse(Losses::default()), sign_in);
    let unknown = judged.into_iter().flat_map(|(_, result)| result.conditions);
    let mut doubts = unknown.filter_map(|(_, truth)| match truth {
        Truth::Unknown(doubt) => Some(doubt),
        Truth::Yes | Truth::No => None,
    });
    doubts.next().unwrap_or_else(unclear)
}

fn judged<'a>(
    model: &Model<'a>,
    place: usize,
    purse: Purse<'_>,
    sign_in: &SignIn,
) -> Option<(&'a Policy, PolicyResult)> {
    let policy = model.policies.get(place)?;
    Some((policy, judge(policy, purse, sign_in, model.surroundings)))
}

/// A sign-in out of an open region, where the evaluator lets it through for all that the surface
/// asks, with the credentials that it uses.
pub(crate) fn way_in(
    model: &Model<'_>,
    surface: &Surface,
    open: &Region,
    enforcing: Enforcing,
    losses: Losses,
) -> Option<WayIn> {
    let purse = model.purse(losses);
    let counts = |place: usize, state: &PolicyState| enforcing.counts(place, state);
    let mut credentials = Vec::new();
    let mut shown = None;
    for target in &surface.sign_in_targets {
        let sign_in = model.space.sign_in(open, target)?;
        for met in demands(model, surface, &sign_in, counts, purse) {
            match met {
                Met::Nothing => {}
                Met::By { credentials: used, .. } => credentials.extend(used),
                Met::No(_) | Met::Unknown(_) => return None,
            }
        }
        shown = shown.or(Some(sign_in));
    }
    credentials.sort_unstable();
    credentials.dedup();
    let network = model.space.values(open, Dimension::Network).next()?;
    let device = model.space.values(open, Dimension::Device).next()?;
    Some(WayIn {
        sign_in: shown?,
        credentials,
        workstation: model.space.devices.get(device)?.workstation,
        place: model.space.networks.get(network)?.place,
    })
}

/// Everything that is demanded of a sign-in, as the evaluator sees it; `counts` says which policies
/// are enforced.
pub(crate) fn demands(
    model: &Model<'_>,
    surface: &Surface,
    sign_in: &SignIn,
    counts: impl Fn(usize, &PolicyState) -> Truth,
    purse: Purse<'_>,
) -> Vec<Met> {
    let setting = Setting::of(sign_in);
    let barriers = barriers(surface).into_iter();
    let mut demands: Vec<Met> =
        barriers.map(|one| one.met(surface, model.snapshot, purse, setting)).collect();
    for (place, policy) in model.policies.iter().enumerate() {
        let counts = counts(place, &policy.state);
        // Most policies leave the account alone, or are for other resources: no need to look on.
        let is_hit = !matches!(purse.standing.hit(policy), Hit::No(_));
        let applications = &policy.conditions.applications;
        if counts.is_no() || !is_hit || evaluate::target(applications, &sign_in.target).is_no() {
            continue;
        }
        let result = judge(policy, purse, sign_in, model.surroundings);
        let all = result.controls().and(result.position(policy, purse, model.surroundings));
        demands.push(all.where_made(&counts));
    }
    demands
}
