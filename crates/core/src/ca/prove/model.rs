//! Policies as boxes of the space: for one account, what each policy reaches and where it fails it.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::Device;
use super::super::barrier::{Barrier, barriers};
use super::super::control::{CREDENTIALS_MAX, Losses, Purse, Setting};
use super::super::cover::{Region, Zone};
use super::super::evaluate::{Surroundings, is_enforced, others};
use super::super::sign_in::{Flow, Target};
use super::super::standing::{Hit, Standing};
use super::super::surface::Surface;
use super::super::truth::Truth;
use super::aim::Aims;
use super::compile::Compiler;
use super::failing::{Failing, Fails};
use super::space::Space;
use super::terms::{Demands, Distinct, Terms, Vocabulary};
use super::{Question, Unprovable};
use crate::register::Environment;
use crate::tenant::{Gap, PartKind, Policy, PolicyState, Snapshot};
use crate::time::Timestamp;

/// Whose fault a denied sign-in is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blame {
    /// A policy, by its place in the list.
    Policy(usize),
    /// A policy that asks for a position which no passwordless method gives.
    Position(usize),
    /// Something beside Conditional Access.
    Barrier(Barrier),
    /// Something that was not read.
    Unread(Box<Gap>),
}

impl Blame {
    /// The policy, where it is one's fault.
    pub const fn policy(&self) -> Option<usize> {
        match self {
            Self::Policy(place) | Self::Position(place) => Some(*place),
            Self::Barrier(_) | Self::Unread(_) => None,
        }
    }
}

/// Which policies count as enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enforcing {
    /// Those that are.
    #[default]
    AsIs,
    /// Report-only ones as well, as Microsoft may switch on its own at any day.
    ReportOnlyToo,
    /// One alone, by its place in the list.
    Only(usize),
}

impl Enforcing {
    /// Whether a policy at a place counts as enforced.
    pub(crate) fn counts(self, place: usize, state: &PolicyState) -> Truth {
        match (self, state) {
            (Self::Only(one), _) => (one == place).into(),
            (Self::ReportOnlyToo, PolicyState::ReportOnly) => Truth::Yes,
            (Self::AsIs | Self::ReportOnlyToo, state) => is_enforced(state),
        }
    }
}

/// One policy, as it bears on the account.
#[derive(Clone, Debug)]
pub(crate) struct Modelled {
    /// Whether it picks the account.
    pub(crate) hit: Hit,
    /// Where its conditions hold; `None` where it cannot reach the account.
    pub(crate) reach: Option<Reach>,
}

/// Where the conditions of a policy hold, and what it demands there.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// The policy's state, by its place among states.
    pub(crate) state: usize,
    /// Whether the user part is certain.
    pub(crate) is_certain: bool,
    /// Points at which the others hold.
    pub(crate) zone: Zone,
    /// Where it asks for a position.
    pub(crate) position: Option<Box<Position>>,
    /// What it aims at, by its place among the lists of resources.
    pub(crate) applications: usize,
    /// What it demands, by its place among demands.
    pub(crate) demands: usize,
}

/// Where a policy asks for a position: wherever its conditions hold but that on locations.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    /// Whether it asks for certain.
    pub(crate) is_certain: bool,
    /// Those points.
    pub(crate) zone: Zone,
}

/// One thing that a sign-in to a surface has to get past, as boxes in which it does not.
#[derive(Clone, Debug)]
pub(crate) struct Obligation<'b> {
    pub(crate) blame: Blame,
    /// What the sign-in is for where it is denied.
    pub(crate) target: &'b Target,
    /// Boxes in which it is denied for certain.
    pub(crate) certain: &'b [Region],
    /// Boxes in which it may be denied, the certain ones among them.
    pub(crate) possible: &'b [Region],
}

/// An account before a tenant's policies.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) policies: &'a [Policy],
    pub(crate) standing: &'a Standing,
    pub(crate) environment: &'a Environment,
    pub(crate) now: Timestamp,
    pub(crate) surroundings: Surroundings<'a>,
    pub(crate) surfaces: Vec<Surface>,
    pub(crate) space: Space,
    pub(crate) modelled: Vec<Modelled>,
    /// The states of the policies that may pick the account, each once.
    states: Distinct<&'a PolicyState>,
    /// What they demand, each demand once.
    pub(super) demands: Distinct<Demands<'a>>,
    aims: Aims,
    missing: Vec<Gap>,
}

impl<'a> Model<'a> {
    /// Models what a question is about.
    pub(crate) fn new(question: Question<'a>) -> Result<Self, Unprovable> {
        let Question { snapshot, policies, standing, environment, now, .. } = question;
        let credentials = standing.credentials.as_ref().map_or(0, Vec::len);
        if credentials > CREDENTIALS_MAX {
            return Err(Unprovable(format!(
                "the account has {credentials} credentials, more than CREDENTIALS_MAX \
                 ({CREDENTIALS_MAX})"
            )));
        }
        let surroundings = Surroundings::of(snapshot);
        let mut vocabulary = Vocabulary::default();
        let mut read = |policy: &'a Policy| {
            let hit = standing.hit(policy);
            let is_certain = matches!(hit, Hit::Yes(_)) && others(&policy.conditions).is_yes();
            let is_hit = !matches!(hit, Hit::No(_));
            (hit, is_hit.then(|| (vocabulary.read(policy), is_certain)))
        };
        let said: Vec<(Hit, Option<(Terms, bool)>)> = policies.iter().map(&mut read).collect();
        let rules = vocabulary.rules();
        let strengths = surroundings.strengths;
        let purse = Purse { standing, strengths, losses: Losses::default() };
        let space = Space::new(
            environment,
            &vocabulary.locations.conditions,
            surroundings.locations,
            &rules.parsed(),
            purse.can_give_position(),
        )
        .map_err(|error| Unprovable(error.0))?;
        let compiler = Compiler::new(&space, surroundings, &vocabulary, &rules);
        let modelled = said.into_iter().map(|(hit, said)| {
            let reach = said.map(|(terms, is_certain)| compiler.reach(terms, is_certain));
            Modelled { hit, reach }
        });
        let modelled = modelled.collect();
        let targets = environment.targets.iter();
        let surfaces: Vec<Surface> =
            targets.map(|target| Surface::of(*target, snapshot, now)).collect();
        let aims = Aims::of(&vocabulary.applications, &surfaces);
        let missing = snapshot.policies.value().err().into_iter().chain(&snapshot.incomplete);
        let missing = missing.filter(|gap| gap.part.kind == PartKind::Policies).cloned().collect();
        Ok(Self {
            snapshot,
            policies,
            standing,
            environment,
            now,
            surroundings,
            surfaces,
            modelled,
            states: vocabulary.states,
            demands: vocabulary.demands,
            aims,
            missing,
            space,
        })
    }

    /// Whether every policy was read.
    pub(crate) fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    /// What the account can prove after some losses.
    pub(crate) fn purse(&self, losses: Losses) -> Purse<'a> {
        Purse { standing: self.standing, strengths: self.surroundings.strengths, losses }
    }

    /// Everything that a sign-in to a surface has to get past.
    pub(crate) fn obligations<'b>(
        &'b self,
        surface: &'b Surface,
        enforcing: Enforcing,
        failing: &'b Failing,
    ) -> Vec<Obligation<'b>> {
        let mut obligations = self.beside(surface, failing);
        for fails in &failing.policies {
            let counts = |state: &PolicyState| enforcing.counts(fails.place, state);
            self.add_obligations(fails, surface, counts, failing, &mut obligations);
        }
        obligations
    }

    /// What one policy denies on a surface, where it counts.
    pub(crate) fn obligations_of<'b>(
        &'b self,
        place: usize,
        surface: &'b Surface,
        counts: impl FnOnce(&PolicyState) -> Truth,
        failing: &'b Failing,
    ) -> Vec<Obligation<'b>> {
        let mut obligations = Vec::new();
        let found = failing.policies.binary_search_by_key(&place, |one| one.place);
        if let Some(fails) = found.ok().and_then(|at| failing.policies.get(at)) {
            self.add_obligations(fails, surface, counts, failing, &mut obligations);
        }
        obligations
    }

    fn add_obligations<'b>(
        &'b self,
        fails: &'b Fails,
        surface: &'b Surface,
        counts: impl FnOnce(&PolicyState) -> Truth,
        failing: &'b Failing,
        obligations: &mut Vec<Obligation<'b>>,
    ) {
        let enforced = self.states.get(fails.state).map_or(Truth::No, |state| counts(state));
        if enforced.is_no() {
            return;
        }
        let Some((target, aimed)) = self.aim_of(fails.applications, surface) else { return };
        let is_certain = fails.is_certain && enforced.is_yes() && aimed.is_yes();
        let mut add = |blame, certain: &Range<usize>, possible: &Range<usize>| {
            let boxes = |range: &Range<usize>| failing.boxes.get(range.clone()).unwrap_or_default();
            let certain = if is_certain { boxes(certain) } else { &[] };
            obligations.push(Obligation { blame, target, certain, possible: boxes(possible) });
        };
        if !fails.possible.is_empty() {
            add(Blame::Policy(fails.place), &fails.certain, &fails.possible);
        }
        if let Some((certain, possible)) = &fails.position {
            add(Blame::Position(fails.place), certain, possible);
        }
    }

    /// What stands in the way beside policies: on every computer, or on those that Entra ID knows
    /// or does not know.
    pub(crate) fn beside<'b>(
        &'b self,
        surface: &'b Surface,
        failing: &'b Failing,
    ) -> Vec<Obligation<'b>> {
        let Some(target) = surface.sign_in_targets.first() else { return Vec::new() };
        let bare = Space::setting(surface.client, Flow::None, &Device::Unregistered);
        let purse = self.purse(failing.losses);
        let met = |barrier: Barrier, is_registered: bool| {
            let setting = Setting { is_registered, ..bare };
            barrier.met(surface, self.snapshot, purse, setting)
        };
        let mut obligations: Vec<_> = barriers(surface)
            .into_iter()
            .map(|barrier| (barrier, met(barrier, false), met(barrier, true)))
            .filter(|(_, bare, known)| bare.may_fail() || known.may_fail())
            .map(|(barrier, bare, known)| Obligation {
                blame: Blame::Barrier(barrier),
                target,
                certain: failing.on_devices(bare.fails(), known.fails()),
                possible: failing.on_devices(bare.may_fail(), known.may_fail()),
            })
            .collect();
        obligations.extend(self.missing.iter().map(|gap| Obligation {
            blame: Blame::Unread(Box::new(gap.clone())),
            target,
            certain: &[],
            possible: &failing.whole,
        }));
        obligations
    }

    /// What of a surface a policy aims at: the target that is surest.
    pub(crate) fn aim<'s>(
        &'s self,
        place: usize,
        surface: &'s Surface,
    ) -> Option<(&'s Target, &'s Truth)> {
        let reach = self.modelled.get(place)?.reach.as_ref()?;
        self.aim_of(reach.applications, surface)
    }

    fn aim_of<'s>(
        &'s self,
        applications: usize,
        surface: &'s Surface,
    ) -> Option<(&'s Target, &'s Truth)> {
        let number = self.surfaces.iter().position(|one| one.target == surface.target)?;
        let (at, truth) = self.aims.at(applications, number)?;
        Some((surface.sign_in_targets.get(at)?, truth))
    }
}
