//! Certificates: why a proof holds, in steps that a small checker follows without searching.
//!
//! For a surface that is proved there is one reason per obligation: the policy is not enforced,
//! does not pick the account, aims at nothing of the surface, lies apart from the environment in
//! one dimension, or is met on every client, flow and device that it may match. For one that is
//! locked out there is the tree of splits, each leaf of which lies within what one policy fails for
//! certain.
//!
//! The checker trusts the values of the dimensions ([`super::space`]) and the reference evaluator,
//! and neither the compiler of boxes nor the search.

use alloc::vec::Vec;
use core::fmt;

use super::super::barrier::barriers;
use super::super::control::{Losses, Setting, met};
use super::super::cover::{Region, Tree};
use super::super::evaluate;
use super::super::network::needs_position;
use super::super::sign_in::{Client, Flow, InsiderLevel, OsPlatform, Risk};
use super::super::standing::Hit;
use super::super::surface::Surface;
use super::super::truth::Truth;
use super::model::{Blame, Enforcing, Model, can_give_position};
use super::space::{Dimension, Space};
use super::{Answer, Question, Unprovable, Verdict};
use crate::register::Target;

/// Why a proof holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    enforcing: Enforcing,
    surfaces: Vec<SurfaceCertificate>,
}

/// Why the answer for one surface holds.
#[derive(Clone, Debug, PartialEq)]
struct SurfaceCertificate {
    target: Target,
    claim: Claim,
}

#[derive(Clone, Debug, PartialEq)]
enum Claim {
    /// Nothing harms: one reason per policy, in their order.
    Proved(Vec<Reason>),
    /// Everything is denied: a tree per workstation.
    LockedOut(Vec<Covered>),
    /// What a witness shows needs no certificate.
    Witnessed,
}

/// Why a policy denies no sign-in of a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is not enforced.
    NotEnforced,
    /// It does not pick the account.
    NotHit,
    /// It aims at nothing that the surface asks for.
    OtherTarget,
    /// No sign-in of the environment matches it in the dimension with this number.
    Apart(usize),
    /// What it demands is met on every client, flow and device of the environment that it may
    /// match.
    Met,
}

/// A region that is closed, by boxes of those to blame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Covered {
    pub(crate) tree: Tree,
    pub(crate) boxes: Vec<Region>,
    pub(crate) owners: Vec<Blame>,
}

/// A certificate that does not prove what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refuted {
    /// It is about other surfaces.
    OtherSurfaces,
    /// A surface's proof lacks a reason or has one that does not hold, for this policy.
    Policy {
        /// The surface.
        target: Target,
        /// The policy, by its place in the list.
        policy: usize,
    },
    /// Something beside policies stands in the way of a surface.
    Barrier(Target),
    /// The tree does not close every sign-in of a surface.
    Open(Target),
    /// The question cannot be asked.
    Unprovable(Unprovable),
}

impl fmt::Display for Refuted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherSurfaces => f.write_str("the certificate is about other surfaces"),
            Self::Policy { target, policy } => {
                write!(f, "the reason for policy {policy} on `{target}` does not hold")
            }
            Self::Barrier(target) => {
                write!(f, "something beside policies stands before `{target}`")
            }
            Self::Open(target) => write!(f, "the tree leaves sign-ins to `{target}` open"),
            Self::Unprovable(why) => fmt::Display::fmt(why, f),
        }
    }
}

impl core::error::Error for Refuted {}

impl Certificate {
    pub(super) fn new(enforcing: Enforcing) -> Self {
        Self { enforcing, surfaces: Vec::new() }
    }

    pub(super) fn add(&mut self, model: &Model<'_>, surface: &Surface, answer: &Answer) {
        let claim = match answer.proof.verdict {
            Verdict::Proved => Claim::Proved(reasons(model, surface, self.enforcing)),
            Verdict::LockedOut => Claim::LockedOut(answer.covered.clone()),
            Verdict::Harmed | Verdict::Undecided => Claim::Witnessed,
        };
        self.surfaces.push(SurfaceCertificate { target: surface.target, claim });
    }

    /// Follows the certificate for a question, without searching.
    ///
    /// # Errors
    ///
    /// [`Refuted`] with the first step that does not hold.
    pub fn check(&self, question: Question<'_>) -> Result<(), Refuted> {
        let Question { snapshot, policies, standing, environment, now, .. } = question;
        let model = Model::new(snapshot, policies, standing, environment, now)
            .map_err(|error| Refuted::Unprovable(Unprovable(error.0)))?;
        let targets = self.surfaces.iter().map(|one| one.target);
        if self.enforcing != question.enforcing
            || !targets.eq(model.surfaces.iter().map(|one| one.target))
        {
            return Err(Refuted::OtherSurfaces);
        }
        for (surface, certificate) in model.surfaces.iter().zip(&self.surfaces) {
            let checker = Checker { model: &model, surface, enforcing: self.enforcing };
            match &certificate.claim {
                Claim::Proved(reasons) => checker.proved(reasons)?,
                Claim::LockedOut(covered) => checker.locked_out(covered)?,
                Claim::Witnessed => {}
            }
        }
        Ok(())
    }
}

/// The first reason that holds for each policy.
fn reasons(model: &Model<'_>, surface: &Surface, enforcing: Enforcing) -> Vec<Reason> {
    let checker = Checker { model, surface, enforcing };
    let all = [Reason::NotEnforced, Reason::NotHit, Reason::OtherTarget].into_iter();
    let apart = Dimension::ALL.into_iter().map(|dimension| Reason::Apart(dimension.index()));
    let all: Vec<Reason> = all.chain([Reason::Met]).chain(apart).collect();
    (0..model.policies.len())
        .map(|place| {
            let holds = |reason: &&Reason| checker.holds(place, **reason);
            all.iter().find(holds).copied().unwrap_or(Reason::Met)
        })
        .collect()
}

/// Follows the steps for one surface.
struct Checker<'m, 'a> {
    model: &'m Model<'a>,
    surface: &'m Surface,
    enforcing: Enforcing,
}

impl Checker<'_, '_> {
    fn proved(&self, reasons: &[Reason]) -> Result<(), Refuted> {
        let target = self.surface.target;
        if !self.model.is_whole() || !barriers(self.surface).into_iter().all(|one| self.passes(one))
        {
            return Err(Refuted::Barrier(target));
        }
        for place in 0..self.model.policies.len() {
            let reason = reasons.get(place).copied();
            if !reason.is_some_and(|reason| self.holds(place, reason)) {
                return Err(Refuted::Policy { target, policy: place });
            }
        }
        // Where there is no sign-in at all, nothing harms and nothing gets in.
        let regions = self.model.space.regions(self.model.environment, self.surface.client);
        let is_empty = regions.iter().all(|region| self.model.space.layout.is_empty(region));
        if is_empty { Err(Refuted::Open(target)) } else { Ok(()) }
    }

    fn passes(&self, barrier: super::super::barrier::Barrier) -> bool {
        let setting =
            Space::setting(self.surface.client, Flow::None, &super::super::Device::Unregistered);
        let purse = self.model.purse(Losses::default());
        !barrier.met(self.surface, self.model.snapshot, purse, setting).may_fail()
    }

    /// Whether a reason holds for a policy.
    fn holds(&self, place: usize, reason: Reason) -> bool {
        let Some(policy) = self.model.policies.get(place) else { return false };
        match reason {
            Reason::NotEnforced => self.enforcing.counts(place, policy).is_no(),
            Reason::NotHit => matches!(self.model.standing.hit(policy), Hit::No(_)),
            Reason::OtherTarget => {
                let applications = &policy.conditions.applications;
                let mut targets = self.surface.sign_in_targets.iter();
                targets.all(|one| evaluate::target(applications, one).is_no())
            }
            Reason::Apart(number) => {
                let Some(dimension) = Dimension::ALL.get(number).copied() else { return false };
                // A position is asked for wherever the other conditions match.
                (dimension != Dimension::Network || self.gives_position(place) != Some(false))
                    && self.regions().iter().all(|region| {
                        let mut values = self.model.space.values(region, dimension);
                        values.all(|value| self.matches(place, dimension, value).is_no())
                    })
            }
            Reason::Met => {
                self.gives_position(place) != Some(false)
                    && self.regions().iter().all(|region| {
                        self.settings(region, |at, setting| {
                            let purse = self.model.purse(Losses::default());
                            let is_apart = |(dimension, value): &(Dimension, usize)| {
                                self.matches(place, *dimension, *value).is_no()
                            };
                            !met(policy, purse, setting).may_fail() || at.iter().any(is_apart)
                        })
                    })
            }
        }
    }

    /// Whether the position that a policy asks for can be given; `None` where it asks for none.
    fn gives_position(&self, place: usize) -> Option<bool> {
        let locations = self.model.policies.get(place)?.conditions.locations.as_ref()?;
        match needs_position(locations, self.model.surroundings.locations) {
            Ok(false) => None,
            _ => Some(can_give_position(self.model.standing, Losses::default())),
        }
    }

    fn regions(&self) -> Vec<Region> {
        self.model.space.regions(self.model.environment, self.surface.client)
    }

    /// Whether something holds for every client, flow and device of a region.
    fn settings(
        &self,
        region: &Region,
        holds: impl Fn([(Dimension, usize); 3], Setting) -> bool,
    ) -> bool {
        let space = &self.model.space;
        space.values(region, Dimension::Client).all(|client| {
            space.values(region, Dimension::Flow).all(|flow| {
                space.values(region, Dimension::Device).all(|device| {
                    let found = Client::ALL.get(client).zip(Flow::ALL.get(flow));
                    let found = found.zip(space.devices.get(device));
                    found.is_some_and(|((one, other), found)| {
                        let at = [
                            (Dimension::Client, client),
                            (Dimension::Flow, flow),
                            (Dimension::Device, device),
                        ];
                        holds(at, Space::setting(*one, *other, &found.device))
                    })
                })
            })
        })
    }

    /// Whether a policy's condition matches a value of a dimension, as the evaluator has it.
    fn matches(&self, place: usize, dimension: Dimension, value: usize) -> Truth {
        let unknown = || Truth::unclear("no such value");
        let Some(policy) = self.model.policies.get(place) else { return unknown() };
        let conditions = &policy.conditions;
        let space = &self.model.space;
        match dimension {
            Dimension::Client => Client::ALL.get(value).map_or_else(unknown, |one| {
                let judge = |platform: &OsPlatform| evaluate::client(conditions, *one, *platform);
                let mut all = OsPlatform::ALL.iter().map(judge);
                let first = all.next().unwrap_or_else(unknown);
                if all.all(|other| other == first) { first } else { unknown() }
            }),
            Dimension::Platform => OsPlatform::ALL.get(value).map_or_else(unknown, |one| {
                evaluate::platform(conditions.platforms.as_ref(), *one)
            }),
            Dimension::SignInRisk => Risk::ALL
                .get(value)
                .map_or_else(unknown, |one| evaluate::risk(&conditions.sign_in_risk, *one)),
            Dimension::UserRisk => Risk::ALL
                .get(value)
                .map_or_else(unknown, |one| evaluate::risk(&conditions.user_risk, *one)),
            Dimension::InsiderRisk => InsiderLevel::ALL
                .get(value)
                .map_or_else(unknown, |one| evaluate::insider_risk(&conditions.insider_risk, *one)),
            Dimension::Flow => Flow::ALL
                .get(value)
                .map_or_else(unknown, |one| evaluate::flow(&conditions.transfer_methods, *one)),
            Dimension::Network => space.networks.get(value).map_or_else(unknown, |one| {
                evaluate::location(policy, &one.network, self.model.surroundings)
            }),
            Dimension::Device => space.devices.get(value).map_or_else(unknown, |one| {
                evaluate::device(conditions.devices.as_ref(), &one.device)
            }),
        }
    }

    fn locked_out(&self, covered: &[Covered]) -> Result<(), Refuted> {
        let open = || Refuted::Open(self.surface.target);
        let regions = self.regions();
        if regions.len() != covered.len()
            || regions.iter().all(|region| self.model.space.layout.is_empty(region))
        {
            return Err(open());
        }
        for (region, one) in regions.iter().zip(covered) {
            let within = |region: &Region, by: usize| {
                one.owners.get(by).is_some_and(|blame| self.denies(region, blame))
            };
            let boxes: Vec<&Region> = one.boxes.iter().collect();
            if !self.model.space.layout.check(region, &one.tree, &boxes, within) {
                return Err(open());
            }
        }
        Ok(())
    }

    /// Whether one to blame denies every sign-in of a region for certain.
    fn denies(&self, region: &Region, blame: &Blame) -> bool {
        match blame {
            Blame::Unread(_) => false,
            Blame::Barrier(barrier) => {
                barriers(self.surface).contains(barrier)
                    && self.settings(region, |_, setting| {
                        let purse = self.model.purse(Losses::default());
                        barrier.met(self.surface, self.model.snapshot, purse, setting).fails()
                    })
            }
            Blame::Policy(place) => {
                let Some(policy) = self.model.policies.get(*place) else { return false };
                self.applies(region, *place, &Dimension::ALL)
                    && self.settings(region, |_, setting| {
                        met(policy, self.model.purse(Losses::default()), setting).fails()
                    })
            }
            Blame::Position(place) => {
                let elsewhere: Vec<Dimension> =
                    Dimension::ALL.into_iter().filter(|one| *one != Dimension::Network).collect();
                self.gives_position(*place) == Some(false)
                    && self.applies(region, *place, &elsewhere)
            }
        }
    }

    /// Whether a policy applies for certain to every sign-in of a region.
    fn applies(&self, region: &Region, place: usize, dimensions: &[Dimension]) -> bool {
        let Some(policy) = self.model.policies.get(place) else { return false };
        let applications = &policy.conditions.applications;
        let mut targets = self.surface.sign_in_targets.iter();
        self.enforcing.counts(place, policy).is_yes()
            && matches!(self.model.standing.hit(policy), Hit::Yes(_))
            && targets.any(|one| evaluate::target(applications, one).is_yes())
            && evaluate::others(&policy.conditions).is_yes()
            && dimensions.iter().all(|dimension| {
                let mut values = self.model.space.values(region, *dimension);
                values.all(|value| self.matches(place, *dimension, value).is_yes())
            })
    }
}

#[cfg(test)]
mod tests;
