//! What other policies make worse: sign-ins that got in and are denied.
//!
//! The policies before and those after become boxes of one space. A box of an after-policy that
//! the boxes before leave partly open holds a sign-in that is worse off: it got in and is denied,
//! or it cannot be told any more. A policy that does what one did before is passed over: it denies
//! what that one denied.
//!
//! A named location or an authentication strength has one meaning in a model, that of the tenant
//! after the change. Where a policy before leaned on one that changes, what it denied cannot be
//! told there, and the answer for what it aims at is a doubt.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::control::{Losses, Met};
use super::super::cover::{Coverage, Layout, Region};
use super::super::network::{is_alike, is_mfa_trusted_ips, is_trusted};
use super::super::sign_in::SignIn;
use super::super::surface::Surface;
use super::super::truth::{Doubt, Truth};
use super::failing::Failing;
use super::model::{Blame, Model, Obligation};
use super::{Denial, Question, Unprovable, replay, too_many};
use crate::register::Target;
use crate::tenant::{LocationRef, NamedLocation, Policy, PolicyState, Snapshot, Strength};

/// What is worse for an account on one surface. Those to blame are policies by their places after
/// the change.
#[derive(Clone, Debug, PartialEq)]
pub struct Worse {
    /// The surface.
    pub target: Target,
    /// Sign-ins that got in for certain before and are denied for certain after, one for each that
    /// is to blame.
    pub denials: Vec<Denial>,
    /// Sign-ins of which it could not be told before and that are denied for certain after, one
    /// for each that is to blame for none of `denials`.
    pub suspected: Vec<Denial>,
    /// What may deny sign-ins after that were not denied for certain before.
    pub doubts: Vec<(Blame, Doubt)>,
}

/// What the policies of `after` make worse than those of `before`, surface by surface.
///
/// The two questions are about one account, one environment and one time. Their snapshots differ in
/// policies, named locations and authentication strengths at most; nothing that an account is, is
/// in or holds depends on these, so that the standing of `after` serves both. A policy that is
/// replaced keeps its place.
///
/// # Errors
///
/// [`Unprovable`] as for [`super::prove`].
pub fn worse(before: Question<'_>, after: Question<'_>) -> Result<Vec<Worse>, Unprovable> {
    let changed: Vec<usize> = changed(before, after).collect();
    let new = changed.iter().filter_map(|place| after.policies.get(*place));
    let policies: Vec<Policy> = before.policies.iter().chain(new).cloned().collect();
    let model = Model::new(Question { policies: &policies, ..after })?;
    let altered = before.policies.iter();
    let altered = altered.map(|policy| altered_in(policy, before.snapshot, after.snapshot));
    let joint = Joint {
        failing: model.failing(Losses::default()),
        altered: altered.collect(),
        model: &model,
        before,
        after,
        changed,
    };
    model.surfaces.iter().map(|surface| joint.on(surface)).collect()
}

/// Policies after, by their places, that do not do what one did before.
fn changed<'q>(before: Question<'q>, after: Question<'q>) -> impl Iterator<Item = usize> + 'q {
    let is_old = move |place: usize, policy: &Policy| {
        let counts = after.enforcing.counts(place, &policy.state);
        let mut all = before.policies.iter().enumerate();
        all.any(|(at, old)| {
            old.does_the_same(policy) && before.enforcing.counts(at, &old.state) == counts
        })
    };
    let all = after.policies.iter().enumerate();
    all.filter(move |(place, policy)| !is_old(*place, policy)).map(|(place, _)| place)
}

/// The policies before, and behind them those that are changed, in one space.
struct Joint<'q> {
    model: &'q Model<'q>,
    failing: Failing,
    before: Question<'q>,
    after: Question<'q>,
    /// The places after of the changed policies.
    changed: Vec<usize>,
    /// For each policy before, what it leans on that means something else after.
    altered: Vec<Option<String>>,
}

/// What denied sign-ins to a surface before.
struct Was<'b> {
    certain: Vec<&'b Region>,
    possible: Vec<&'b Region>,
}

impl Joint<'_> {
    fn on(&self, surface: &Surface) -> Result<Worse, Unprovable> {
        let mut worse = Worse {
            target: surface.target,
            denials: Vec::new(),
            suspected: Vec::new(),
            doubts: self.beyond_telling(surface),
        };
        if !worse.doubts.is_empty() {
            return Ok(worse);
        }
        let obligations = self.obligations_before(surface);
        let was = Was {
            certain: obligations.iter().flat_map(|one| one.certain.iter()).collect(),
            possible: obligations.iter().flat_map(|one| one.possible.iter()).collect(),
        };
        let regions = self.model.space.regions(self.model.environment, surface.client);
        for (number, place) in self.changed.iter().enumerate() {
            let counts = |state: &PolicyState| self.after.enforcing.counts(*place, state);
            let at = self.before.policies.len() + number;
            for obligation in self.model.obligations_of(at, surface, counts, &self.failing) {
                self.weigh(surface, &obligation, *place, (&regions, &was), &mut worse)?;
            }
        }
        Ok(worse)
    }

    /// Policies before that counted on a surface and leaned on something that changes as well.
    fn beyond_telling(&self, surface: &Surface) -> Vec<(Blame, Doubt)> {
        let all = self.before.policies.iter().zip(&self.altered).enumerate();
        let leaning = all.filter_map(|(place, (policy, altered))| {
            let altered = altered.as_ref()?;
            self.model.modelled.get(place)?.reach.as_ref()?;
            self.model.aim(place, surface)?;
            let is_off = self.before.enforcing.counts(place, &policy.state).is_no();
            let doubt = Doubt::Unclear(format!(
                "{altered} changes as well, so that it cannot be told whether more sign-ins are \
                 denied than before"
            ));
            (!is_off).then_some((Blame::Policy(place), doubt))
        });
        leaning.collect()
    }

    /// What a sign-in to a surface had to get past. What stands beside policies is the same after.
    fn obligations_before<'b>(&'b self, surface: &'b Surface) -> Vec<Obligation<'b>> {
        let mut obligations = self.model.beside(surface, &self.failing);
        for place in 0..self.before.policies.len() {
            let counts = |state: &PolicyState| self.before.enforcing.counts(place, state);
            obligations.extend(self.model.obligations_of(place, surface, counts, &self.failing));
        }
        obligations
    }

    /// Notes a sign-in that an obligation of the changed policy at `place` makes worse.
    fn weigh(
        &self,
        surface: &Surface,
        obligation: &Obligation<'_>,
        place: usize,
        (regions, was): (&[Region], &Was<'_>),
        worse: &mut Worse,
    ) -> Result<(), Unprovable> {
        let blame = match obligation.blame {
            Blame::Position(_) => Blame::Position(place),
            _ => Blame::Policy(place),
        };
        let open = |boxes: &[Region], closed: &[&Region]| {
            let open = self.open(boxes, regions, closed)?;
            Ok(open.and_then(|open| self.model.space.sign_in(&open, obligation.target)))
        };
        let got_in = open(obligation.certain, &was.possible)?;
        let was_granted = got_in.is_some();
        let sign_in = match got_in {
            Some(sign_in) => Some(sign_in),
            None => open(obligation.certain, &was.certain)?,
        };
        if let Some(sign_in) = sign_in {
            let why = replay::why(self.model, surface, &obligation.blame, &sign_in);
            match (why, self.met_before(surface, &sign_in), was_granted) {
                (Met::No(why), Met::Nothing | Met::By { .. }, true) => {
                    worse.denials.push(Denial { sign_in, blame, why });
                }
                (Met::No(why), Met::Nothing | Met::By { .. } | Met::Unknown(_), false) => {
                    worse.suspected.push(Denial { sign_in, blame, why });
                }
                _ => worse.doubts.push((blame, replay::disagreement())),
            }
        } else if let Some(sign_in) = open(obligation.possible, &was.certain)? {
            let doubt = replay::doubt(self.model, surface, &obligation.blame, &sign_in);
            worse.doubts.push((blame, doubt));
        }
        Ok(())
    }

    /// A part of boxes within the environment that others leave open.
    fn open(
        &self,
        boxes: &[Region],
        regions: &[Region],
        closed: &[&Region],
    ) -> Result<Option<Region>, Unprovable> {
        for one in boxes {
            for region in regions {
                let part = Layout::meet(one, region);
                let coverage = self.model.space.layout.cover(&part, closed).map_err(too_many)?;
                if let Coverage::Open(open) = coverage {
                    return Ok(Some(open));
                }
            }
        }
        Ok(None)
    }

    /// What the reference evaluator says about a sign-in before the change, over all that the
    /// surface asks.
    fn met_before(&self, surface: &Surface, sign_in: &SignIn) -> Met {
        let purse = self.model.purse(Losses::default());
        let counts = |place: usize, state: &PolicyState| match place < self.before.policies.len() {
            true => self.before.enforcing.counts(place, state),
            false => Truth::No,
        };
        surface.sign_in_targets.iter().fold(Met::Nothing, |worst, target| {
            let sign_in = SignIn { target: target.clone(), ..sign_in.clone() };
            let all = replay::demands(self.model, surface, &sign_in, counts, purse);
            all.into_iter().fold(worst, Met::and)
        })
    }
}

/// What a policy names that means something else in another tenant, in words; `None` where
/// everything means the same.
fn altered_in(policy: &Policy, one: &Snapshot, other: &Snapshot) -> Option<String> {
    let locations = policy.conditions.locations.iter();
    let mut refs = locations.flat_map(|one| one.include.iter().chain(&one.exclude));
    refs.find_map(|reference| altered_location(reference, one, other)).or_else(|| {
        let strength = policy.grant.as_ref()?.strength.as_ref()?;
        // A policy that spells its strength out leans on nothing.
        let named = strength.allowed_combinations.is_none().then_some(strength)?;
        let (one, other) = (strength_of(named, one), strength_of(named, other));
        let name = |strength: &Strength| strength.display_name.clone();
        let name = one.and_then(name).or_else(|| other.and_then(name));
        let name = name.unwrap_or_else(|| named.id.as_str().into());
        let is_same = match (one, other) {
            (Some(one), Some(other)) => {
                one.allowed_combinations == other.allowed_combinations
                    && one.configurations == other.configurations
            }
            (one, other) => one.is_none() && other.is_none(),
        };
        (!is_same).then(|| format!("authentication strength `{name}`"))
    })
}

fn strength_of<'s>(named: &Strength, snapshot: &'s Snapshot) -> Option<&'s Strength> {
    snapshot.strengths.value().ok()?.iter().find(|one| one.id == named.id)
}

fn altered_location(reference: &LocationRef, one: &Snapshot, other: &Snapshot) -> Option<String> {
    let parts = (one.locations.value(), other.locations.value());
    let (one, other) = match (reference, parts) {
        (LocationRef::All | LocationRef::Other(_), _) | (_, (Err(_), Err(_))) => return None,
        (LocationRef::Id(id), _) if is_mfa_trusted_ips(id) => return None,
        (_, (Ok(one), Ok(other))) => (one, other),
        _ => return Some("the list of named locations".into()),
    };
    let picked = |all: &'_ [NamedLocation]| -> Vec<NamedLocation> {
        let is_meant = |location: &&NamedLocation| match reference {
            LocationRef::Id(id) => location.id == *id,
            _ => is_trusted(location) != Ok(false),
        };
        all.iter().filter(is_meant).cloned().collect()
    };
    let (one, other) = (picked(one), picked(other));
    let is_same = one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| is_alike(a, b));
    let name = one.iter().chain(&other).map(|location| location.display_name.as_str()).next();
    (!is_same).then(|| match (reference, name) {
        (LocationRef::Id(_), Some(name)) => format!("named location `{name}`"),
        _ => "the list of trusted locations".into(),
    })
}
