//! Certificates: why a proof holds, in steps that a small checker follows without searching.
//!
//! For a surface that is proved there is one reason per policy: it is not enforced, does not pick
//! the account, aims at nothing of the surface, or on each workstation lies apart from the
//! environment in one dimension or is met wherever it may match. For one that is locked out there
//! is the tree of splits, each leaf of which lies within what one policy fails for certain.
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
use super::model::{Blame, Enforcing, Model};
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is not enforced.
    NotEnforced,
    /// It does not pick the account.
    NotHit,
    /// It aims at nothing that the surface asks for.
    OtherTarget,
    /// It denies nothing on any workstation: why, one by one in the order of the environment.
    OnEach(Vec<Within>),
}

/// Why a policy denies no sign-in from a workstation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// What it demands is met on every client, flow and device that it may match.
    Met,
    /// No sign-in matches it in the dimension with this number.
    Apart(usize),
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
        let model = Model::new(question).map_err(Refuted::Unprovable)?;
        let targets = self.surfaces.iter().map(|one| one.target);
        if self.enforcing != question.enforcing
            || !targets.eq(model.surfaces.iter().map(|one| one.target))
        {
            return Err(Refuted::OtherSurfaces);
        }
        for (surface, certificate) in model.surfaces.iter().zip(&self.surfaces) {
            let checker = Checker::new(&model, surface, self.enforcing);
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
    let checker = Checker::new(model, surface, enforcing);
    let of_policy = |place: usize| {
        let plain = [Reason::NotEnforced, Reason::NotHit, Reason::OtherTarget];
        let mut plain = plain.into_iter().filter(|reason| checker.holds(place, reason));
        plain.next().unwrap_or_else(|| {
            let each = checker.regions.iter().map(|region| within(&checker, place, region));
            Reason::OnEach(each.collect())
        })
    };
    (0..model.policies.len()).map(of_policy).collect()
}

/// The first reason that holds for a policy on a workstation.
fn within(checker: &Checker<'_, '_>, place: usize, region: &Region) -> Within {
    let apart = Dimension::ALL.into_iter().map(|dimension| Within::Apart(dimension.index()));
    let mut all = [Within::Met].into_iter().chain(apart);
    all.find(|reason| checker.holds_within(place, region, *reason)).unwrap_or(Within::Met)
}

/// Follows the steps for one surface.
struct Checker<'m, 'a> {
    model: &'m Model<'a>,
    surface: &'m Surface,
    enforcing: Enforcing,
    /// What of the space each workstation can be.
    regions: Vec<Region>,
}

impl<'m, 'a> Checker<'m, 'a> {
    fn new(model: &'m Model<'a>, surface: &'m Surface, enforcing: Enforcing) -> Self {
        let regions = model.space.regions(model.environment, surface.client);
        Self { model, surface, enforcing, regions }
    }

    fn proved(&self, reasons: &[Reason]) -> Result<(), Refuted> {
        let target = self.surface.target;
        if !self.model.is_whole() || !barriers(self.surface).into_iter().all(|one| self.passes(one))
        {
            return Err(Refuted::Barrier(target));
        }
        for place in 0..self.model.policies.len() {
            if !reasons.get(place).is_some_and(|reason| self.holds(place, reason)) {
                return Err(Refuted::Policy { target, policy: place });
            }
        }
        // Where there is no sign-in at all, nothing harms and nothing gets in.
        if self.is_empty() { Err(Refuted::Open(target)) } else { Ok(()) }
    }

    fn is_empty(&self) -> bool {
        self.regions.iter().all(|region| self.model.space.layout.is_empty(region))
    }

    fn passes(&self, barrier: super::super::barrier::Barrier) -> bool {
        let purse = self.model.purse(Losses::default());
        self.regions.iter().all(|region| {
            self.settings(region, |_, setting| {
                !barrier.met(self.surface, self.model.snapshot, purse, setting).may_fail()
            })
        })
    }

    /// Whether a reason holds for a policy.
    fn holds(&self, place: usize, reason: &Reason) -> bool {
        let Some(policy) = self.model.policies.get(place) else { return false };
        match reason {
            Reason::NotEnforced => self.enforcing.counts(place, &policy.state).is_no(),
            Reason::NotHit => matches!(self.model.standing.hit(policy), Hit::No(_)),
            Reason::OtherTarget => {
                let applications = &policy.conditions.applications;
                let mut targets = self.surface.sign_in_targets.iter();
                targets.all(|one| evaluate::target(applications, one).is_no())
            }
            Reason::OnEach(each) => {
                let mut both = self.regions.iter().zip(each);
                each.len() == self.regions.len()
                    && both.all(|(region, reason)| self.holds_within(place, region, *reason))
            }
        }
    }

    /// Whether a reason holds for a policy on the workstation of a region.
    fn holds_within(&self, place: usize, region: &Region, reason: Within) -> bool {
        let Some(policy) = self.model.policies.get(place) else { return false };
        let gives_position = || self.gives_position(place) != Some(false);
        let is_apart = |dimension, value| self.matches(place, dimension, value).is_no();
        match reason {
            Within::Apart(number) => Dimension::ALL.get(number).is_some_and(|dimension| {
                let mut values = self.model.space.values(region, *dimension);
                // A position is asked for wherever the other conditions match.
                (*dimension != Dimension::Network || gives_position())
                    && values.all(|value| is_apart(*dimension, value))
            }),
            Within::Met => {
                let purse = self.model.purse(Losses::default());
                gives_position()
                    && self.settings(region, |at, setting| {
                        !met(policy, purse, setting).may_fail()
                            || at.iter().any(|(dimension, value)| is_apart(*dimension, *value))
                    })
            }
        }
    }

    /// Whether the position that a policy asks for can be given; `None` where it asks for none.
    fn gives_position(&self, place: usize) -> Option<bool> {
        let locations = self.model.policies.get(place)?.conditions.locations.as_ref()?;
        match needs_position(locations, self.model.surroundings.locations) {
            Ok(false) => None,
            _ => Some(self.model.purse(Losses::default()).can_give_position()),
        }
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
                let judge = |platform: &OsPlatform| {
                    evaluate::client(&conditions.client_app_types, *one, *platform)
                };
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
        if self.regions.len() != covered.len() || self.is_empty() {
            return Err(open());
        }
        for (region, one) in self.regions.iter().zip(covered) {
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
        self.enforcing.counts(place, &policy.state).is_yes()
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
