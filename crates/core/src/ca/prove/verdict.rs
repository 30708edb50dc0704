//! What each policy does to the account, by itself.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::control::Met;
use super::super::evaluate::Condition;
use super::super::network::{is_trusted, lies_in};
use super::super::sign_in::SignIn;
use super::super::standing::{Hit, NotHit};
use super::super::truth::{Doubt, Truth};
use super::failing::Failing;
use super::model::{Blame, Model};
use super::replay::{self, Found};
use crate::tenant::PolicyState;

/// What a policy does to an account in the environment, whether or not it is enforced.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicyVerdict {
    /// It does not pick the account, and why.
    NotHit(NotHit),
    /// It picks the account, and no sign-in of the environment matches the rest of it.
    OutOfReach(Condition),
    /// It applies to this sign-in, and the account meets what it demands.
    Satisfiable {
        /// What is demanded and by which credentials it is met, in one line.
        by: String,
        /// The sign-in.
        sign_in: SignIn,
    },
    /// It applies to this sign-in and demands nothing that could deny access.
    Harmless {
        /// The sign-in.
        sign_in: SignIn,
    },
    /// It denies this sign-in, and why.
    Blocking {
        /// The sign-in.
        sign_in: SignIn,
        /// Why, in one line.
        why: String,
    },
    /// It cannot be told, and what is unknown.
    Indeterminate(Doubt),
}

impl PolicyVerdict {
    /// The sign-in that shows it, where the policy applies to one.
    pub const fn witness(&self) -> Option<&SignIn> {
        match self {
            Self::Blocking { sign_in, .. }
            | Self::Satisfiable { sign_in, .. }
            | Self::Harmless { sign_in } => Some(sign_in),
            Self::NotHit(_) | Self::OutOfReach(_) | Self::Indeterminate(_) => None,
        }
    }
}

/// The verdict on one policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyAnswer {
    /// The policy, by its place in the list.
    pub policy: usize,
    /// Its state.
    pub state: PolicyState,
    /// Through what it picks the account, where it does.
    pub hit: Hit,
    /// What it does.
    pub verdict: PolicyVerdict,
}

/// The verdict on every policy.
pub(crate) fn answers(model: &Model<'_>, failing: &Failing) -> Vec<PolicyAnswer> {
    (0..model.policies.len()).filter_map(|place| answer(model, failing, place)).collect()
}

fn answer(model: &Model<'_>, failing: &Failing, place: usize) -> Option<PolicyAnswer> {
    let (policy, modelled) = (model.policies.get(place)?, model.modelled.get(place)?);
    let hit = modelled.hit.clone();
    let verdict = match &hit {
        Hit::No(why) => PolicyVerdict::NotHit(why.clone()),
        Hit::Yes(_) | Hit::Unknown(_) => reached(model, failing, place),
    };
    Some(PolicyAnswer { policy: place, state: policy.state.clone(), hit, verdict })
}

/// The worst that a policy does on any surface.
fn reached(model: &Model<'_>, failing: &Failing, place: usize) -> PolicyVerdict {
    let mut doubt = None;
    let mut met: Option<PolicyVerdict> = None;
    let mut apart = Condition::Target;
    let Some(modelled) = model.modelled.get(place) else {
        return PolicyVerdict::OutOfReach(apart);
    };
    for surface in &model.surfaces {
        let Some((target, _)) = model.aim(place, surface) else { continue };
        let regions = model.space.regions(model.environment, surface.client);
        let obligations = model.obligations_of(place, surface, |_| Truth::Yes, failing);
        for obligation in &obligations {
            match replay::denial(model, surface, obligation, &regions) {
                Found::Denied(denial) => {
                    return PolicyVerdict::Blocking { sign_in: denial.sign_in, why: denial.why };
                }
                Found::Doubted(why) => doubt = doubt.or(Some(why)),
                Found::Apart => {}
            }
        }
        let Some(reach) = &modelled.reach else { continue };
        let within =
            regions.iter().find(|one| model.space.layout.meets(one, reach.zone.possible()));
        match within {
            None => apart = apart_by(model, &regions, reach.zone.possible()).unwrap_or(apart),
            Some(region) => {
                let both = super::super::cover::Layout::meet(region, reach.zone.possible());
                let sign_in = model.space.sign_in(&both, target);
                met = met.or(sign_in.map(|sign_in| {
                    match replay::why(model, surface, &Blame::Policy(place), &sign_in) {
                        Met::By { what, credentials } => {
                            let by = by(&what, &credentials, model);
                            PolicyVerdict::Satisfiable { by, sign_in }
                        }
                        Met::Unknown(why) => PolicyVerdict::Indeterminate(why),
                        Met::Nothing | Met::No(_) => PolicyVerdict::Harmless { sign_in },
                    }
                }));
            }
        }
    }
    match (doubt, met) {
        (Some(doubt), _) => PolicyVerdict::Indeterminate(doubt),
        (None, Some(met)) => met,
        (None, None) => PolicyVerdict::OutOfReach(apart),
    }
}

/// What is demanded, and the credentials that meet it.
fn by(what: &str, credentials: &[usize], model: &Model<'_>) -> String {
    let all = model.standing.credentials.as_deref().unwrap_or_default();
    let names: Vec<&str> =
        credentials.iter().filter_map(|place| Some(all.get(*place)?.name.as_str())).collect();
    if names.is_empty() { what.into() } else { format!("{what}, by {}", names.join(" and ")) }
}

/// The condition that keeps a policy out of the environment.
fn apart_by(
    model: &Model<'_>,
    regions: &[super::super::cover::Region],
    reach: &super::super::cover::Region,
) -> Option<Condition> {
    use super::space::Dimension;
    let region = regions.first()?;
    let dimension = Dimension::ALL
        .into_iter()
        .find(|dimension| !model.space.layout.shares(region, reach, dimension.index()))?;
    Some(match dimension {
        Dimension::Client => Condition::ClientApps,
        Dimension::Platform => Condition::Platforms,
        Dimension::SignInRisk => Condition::SignInRisk,
        Dimension::UserRisk => Condition::UserRisk,
        Dimension::InsiderRisk => Condition::InsiderRisk,
        Dimension::Flow => Condition::Flows,
        Dimension::Network => Condition::Locations,
        Dimension::Device => Condition::Devices,
    })
}

impl Model<'_> {
    /// Whether some policy for all resources excludes one.
    pub(crate) fn leans_on_low_scopes(&self) -> bool {
        self.policies.iter().zip(&self.modelled).any(|(policy, modelled)| {
            let applications = &policy.conditions.applications;
            modelled.reach.is_some()
                && applications.include.contains(&crate::tenant::AppRef::All)
                && !applications.exclude.is_empty()
        })
    }

    /// Whether a network is in a trusted named location.
    pub(crate) fn is_trusted(&self, network: &super::super::Network) -> bool {
        let named = self.surroundings.locations.unwrap_or_default();
        named.iter().any(|one| is_trusted(one) == Ok(true) && lies_in(one, network) == Ok(true))
    }

    /// A region without the networks that are MFA trusted addresses.
    pub(crate) fn without_mfa_trusted(
        &self,
        mut region: super::super::cover::Region,
    ) -> super::super::cover::Region {
        self.space.keep(&mut region, super::space::Dimension::Network, |at| {
            self.space.networks.get(at).is_some_and(|one| !one.network.is_mfa_trusted)
        });
        region
    }
}
