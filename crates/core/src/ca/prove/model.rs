//! Policies as boxes of the space: for one account, what each policy reaches and where it fails it.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::super::Device;
use super::super::barrier::{Barrier, barriers};
use super::super::control::{CREDENTIALS_MAX, Losses, Purse, Setting, met};
use super::super::cover::{Layout, Region};
use super::super::evaluate::{Surroundings, is_enforced};
use super::super::sign_in::{Client, Flow, Target};
use super::super::standing::{Hit, Standing};
use super::super::surface::Surface;
use super::super::truth::Truth;
use super::aim::Aims;
use super::compile::{Compiler, Places, Rules, Shared};
use super::space::{Dimension, Space};
use super::{Question, Unprovable};
use crate::register::Environment;
use crate::tenant::{Gap, GrantControls, PartKind, Policy, PolicyState, SessionControls, Snapshot};
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
    Unread(Gap),
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
    pub(crate) fn counts(self, place: usize, policy: &Policy) -> Truth {
        match (self, &policy.state) {
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
    /// Where its conditions match for certain; `None` where it cannot reach the account.
    pub(crate) reach: Option<Reach>,
}

/// Where the conditions of a policy match.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// Whether the user part is certain.
    pub(crate) is_certain: bool,
    /// Points at which they match for certain.
    pub(crate) certain: Region,
    /// Points at which they may match.
    pub(crate) possible: Region,
    /// The same without the condition on locations, where that one asks for a position; whether it
    /// does so for certain.
    pub(crate) position: Option<(bool, Region, Region)>,
}

/// One thing that a sign-in to a surface has to get past, as boxes in which it does not.
#[derive(Clone, Debug)]
pub(crate) struct Obligation<'b> {
    pub(crate) blame: Blame,
    /// What the sign-in is for where it is denied.
    pub(crate) target: &'b Target,
    /// Boxes in which it is denied for certain.
    pub(crate) certain: Cow<'b, [Region]>,
    /// Boxes in which it may be denied, the certain ones among them.
    pub(crate) possible: Cow<'b, [Region]>,
}

/// The boxes in which each policy fails the account, after some losses.
#[derive(Debug)]
pub(crate) struct Failing {
    losses: Losses,
    policies: Vec<Option<Fails>>,
    whole: [Region; 1],
}

#[derive(Debug, Default)]
struct Fails {
    /// For certain; `None` where that is wherever it may.
    certain: Option<Vec<Region>>,
    possible: Vec<Region>,
    /// Because of a position that cannot be given.
    position: Option<(bool, [Region; 1], [Region; 1])>,
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
        let hits: Vec<Hit> = policies.iter().map(|policy| standing.hit(policy)).collect();
        let reaching = || {
            let both = policies.iter().zip(&hits);
            both.filter(|(_, hit)| !matches!(hit, Hit::No(_))).map(|(policy, _)| policy)
        };
        let rules = Rules::of(reaching());
        let places = Places::of(reaching());
        let strengths = surroundings.strengths;
        let purse = Purse { standing, strengths, losses: Losses::default() };
        let space = Space::new(
            environment,
            &places.conditions,
            surroundings.locations,
            &rules.parsed(),
            purse.can_give_position(),
        )
        .map_err(|error| Unprovable(error.0))?;
        let mut compiler = Compiler::new(&space, surroundings, &places, &rules);
        let modelled =
            policies.iter().zip(hits).map(|(policy, hit)| compiler.model(policy, hit)).collect();
        let targets = environment.targets.iter();
        let surfaces: Vec<Surface> =
            targets.map(|target| Surface::of(*target, snapshot, now)).collect();
        let aims = Aims::of(policies, &surfaces);
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

    /// Where each policy fails the account after some losses, whether or not it is enforced.
    pub(crate) fn failing(&self, losses: Losses) -> Failing {
        let purse = self.purse(losses);
        let both = self.policies.iter().zip(&self.modelled);
        let mut shared: Shared<(&Option<GrantControls>, &Option<SessionControls>), Vec<Unmet>> =
            Shared::default();
        let policies = both
            .map(|(policy, modelled)| {
                let reach = modelled.reach.as_ref()?;
                let demands = (&policy.grant, &policy.session);
                let unmet = shared.of(demands, || self.unmet(policy, purse))?;
                Some(self.fails(unmet, reach, purse))
            })
            .collect();
        Failing { losses, policies, whole: [self.space.layout.whole()] }
    }

    /// Everything that a sign-in to a surface has to get past.
    pub(crate) fn obligations<'b>(
        &'b self,
        surface: &'b Surface,
        enforcing: Enforcing,
        failing: &'b Failing,
    ) -> Vec<Obligation<'b>> {
        let mut obligations = self.beside(surface, failing);
        for place in 0..self.policies.len() {
            let counts = |policy: &Policy| enforcing.counts(place, policy);
            self.add_obligations(place, surface, counts, failing, &mut obligations);
        }
        obligations
    }

    /// What one policy denies on a surface, where it counts.
    pub(crate) fn obligations_of<'b>(
        &'b self,
        place: usize,
        surface: &'b Surface,
        counts: impl FnOnce(&Policy) -> Truth,
        failing: &'b Failing,
    ) -> Vec<Obligation<'b>> {
        let mut obligations = Vec::new();
        self.add_obligations(place, surface, counts, failing, &mut obligations);
        obligations
    }

    fn add_obligations<'b>(
        &'b self,
        place: usize,
        surface: &'b Surface,
        counts: impl FnOnce(&Policy) -> Truth,
        failing: &'b Failing,
        obligations: &mut Vec<Obligation<'b>>,
    ) {
        let found = || {
            let policy = self.policies.get(place)?;
            let reach = self.modelled.get(place)?.reach.as_ref()?;
            let fails = failing.policies.get(place)?.as_ref()?;
            let enforced = counts(policy);
            let aimed = if enforced.is_no() { None } else { self.aim(place, surface) };
            aimed.map(|(target, truth)| {
                (target, reach.is_certain && enforced.is_yes() && truth.is_yes(), fails)
            })
        };
        let Some((target, is_certain, fails)) = found() else { return };
        if !fails.possible.is_empty() {
            obligations.push(Obligation {
                blame: Blame::Policy(place),
                target,
                certain: Cow::Borrowed(match &fails.certain {
                    _ if !is_certain => &[],
                    None => &fails.possible,
                    Some(certain) => certain,
                }),
                possible: Cow::Borrowed(&fails.possible),
            });
        }
        if let Some((asks, certain, possible)) = &fails.position {
            obligations.push(Obligation {
                blame: Blame::Position(place),
                target,
                certain: Cow::Borrowed(if is_certain && *asks { certain } else { &[] }),
                possible: Cow::Borrowed(possible),
            });
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
                certain: self.on_devices(bare.fails(), known.fails(), failing),
                possible: self.on_devices(bare.may_fail(), known.may_fail(), failing),
            })
            .collect();
        obligations.extend(self.missing.iter().map(|gap| Obligation {
            blame: Blame::Unread(gap.clone()),
            target,
            certain: Cow::Borrowed(&[]),
            possible: Cow::Borrowed(&failing.whole),
        }));
        obligations
    }

    /// The devices that Entra ID does not know, those that it knows, both or neither.
    fn on_devices<'b>(&self, bare: bool, known: bool, failing: &'b Failing) -> Cow<'b, [Region]> {
        match (bare, known) {
            (true, true) => Cow::Borrowed(&failing.whole),
            (false, false) => Cow::Borrowed(&[]),
            (_, known) => {
                let mut region = self.space.layout.whole();
                self.space.keep(&mut region, Dimension::Device, |at| {
                    let found = self.space.devices.get(at);
                    found.is_some_and(|one| (one.device != Device::Unregistered) == known)
                });
                let is_empty = self.space.layout.is_empty(&region);
                Cow::Owned(if is_empty { Vec::new() } else { vec![region] })
            }
        }
    }

    /// The boxes in which a policy fails the account.
    fn fails(&self, unmet: &[Unmet], reach: &Reach, purse: Purse<'_>) -> Fails {
        let gives = purse.can_give_position();
        let position =
            reach.position.as_ref().filter(|_| !gives).map(|(asks, certain, possible)| {
                let asks = *asks && purse.standing.credentials.is_ok();
                (asks, [certain.clone()], [possible.clone()])
            });
        let within = |reach: &Region, part: &Region| {
            let region = Layout::meet(reach, part);
            (!self.space.layout.is_empty(&region)).then_some(region)
        };
        let is_same = |one: &Unmet| one.certain.as_ref() == Some(&one.possible);
        let is_all_certain = reach.certain == reach.possible && unmet.iter().all(is_same);
        let certain = (!is_all_certain).then(|| {
            unmet.iter().filter_map(|one| within(&reach.certain, one.certain.as_ref()?)).collect()
        });
        let possible = unmet.iter().filter_map(|one| within(&reach.possible, &one.possible));
        Fails { certain, possible: possible.collect(), position }
    }

    /// Where what a policy demands is not met, wherever the policy applies.
    fn unmet(&self, policy: &Policy, purse: Purse<'_>) -> Vec<Unmet> {
        let mut judged: BTreeMap<Setting, (bool, bool)> = BTreeMap::new();
        let mut judge = |setting: Setting| {
            *judged.entry(setting).or_insert_with(|| {
                let met = met(policy, purse, setting);
                (met.fails(), met.may_fail())
            })
        };
        let mut kinds: Vec<Kind> = Vec::new();
        for client in Client::ALL {
            for flow in Flow::ALL {
                let devices: Vec<(bool, bool)> = self
                    .space
                    .devices
                    .iter()
                    .map(|one| judge(Space::setting(*client, *flow, &one.device)))
                    .collect();
                match kinds.iter_mut().find(|kind| kind.devices == devices) {
                    Some(kind) => kind.pairs.push((*client, *flow)),
                    None => kinds.push(Kind { pairs: vec![(*client, *flow)], devices }),
                }
            }
        }
        let may = |kind: &&Kind| kind.devices.iter().any(|(_, may)| *may);
        kinds.iter().filter(may).flat_map(|kind| self.parts(kind)).collect()
    }

    /// The parts of the space with these clients, flows and failing devices.
    fn parts(&self, kind: &Kind) -> Vec<Unmet> {
        let space = &self.space;
        let fails = |at: usize| kind.devices.get(at).is_some_and(|(fails, _)| *fails);
        let may = |at: usize| kind.devices.get(at).is_some_and(|(_, may)| *may);
        let product = |(clients, flows): (Vec<Client>, Vec<Flow>)| {
            let mut base = space.layout.whole();
            space.keep(&mut base, Dimension::Client, |at| {
                Client::ALL.get(at).is_some_and(|one| clients.contains(one))
            });
            space.keep(&mut base, Dimension::Flow, |at| {
                Flow::ALL.get(at).is_some_and(|one| flows.contains(one))
            });
            let mut possible = base.clone();
            space.keep(&mut possible, Dimension::Device, may);
            let certain = kind.devices.iter().any(|(fails, _)| *fails).then(|| {
                space.keep(&mut base, Dimension::Device, fails);
                base
            });
            Unmet { certain, possible }
        };
        kind.products().into_iter().map(product).collect()
    }

    /// What of a surface a policy aims at: the target that is surest.
    pub(crate) fn aim<'s>(
        &'s self,
        place: usize,
        surface: &'s Surface,
    ) -> Option<(&'s Target, &'s Truth)> {
        let number = self.surfaces.iter().position(|one| one.target == surface.target)?;
        let (at, truth) = self.aims.at(place, number)?;
        Some((surface.sign_in_targets.get(at)?, truth))
    }
}

/// A part of the space in which a demand is not met.
#[derive(Debug)]
struct Unmet {
    /// For certain.
    certain: Option<Region>,
    /// Perhaps.
    possible: Region,
}

/// Clients and flows that fail on the same devices.
struct Kind {
    pairs: Vec<(Client, Flow)>,
    devices: Vec<(bool, bool)>,
}

impl Kind {
    /// The pairs as products: clients with the same flows together.
    fn products(&self) -> Vec<(Vec<Client>, Vec<Flow>)> {
        let mut products: Vec<(Vec<Client>, Vec<Flow>)> = Vec::new();
        for client in Client::ALL {
            let pairs = self.pairs.iter().filter(|(one, _)| one == client);
            let flows: Vec<Flow> = pairs.map(|(_, flow)| *flow).collect();
            if flows.is_empty() {
                continue;
            }
            match products.iter_mut().find(|(_, same)| *same == flows) {
                Some((clients, _)) => clients.push(*client),
                None => products.push((vec![*client], flows)),
            }
        }
        products
    }
}
