//! Policies as boxes of the space: for one account, what each policy reaches and where it fails it.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::super::Device;
use super::super::barrier::{Barrier, barriers};
use super::super::control::{Losses, Purse, Setting, met};
use super::super::cover::Region;
use super::super::credentials::{CredentialKind, Usable};
use super::super::evaluate::{self, Surroundings, is_enforced};
use super::super::filter::Rule;
use super::super::network::{self, needs_position};
use super::super::sign_in::{Client, Flow, InsiderLevel, OsPlatform, Risk, Target};
use super::super::standing::{Hit, Standing};
use super::super::surface::Surface;
use super::super::truth::Truth;
use super::space::{Dimension, Space, Unbuildable};
use crate::register::Environment;
use crate::tenant::{FilterMode, Gap, Locations, PartKind, Policy, PolicyState, Snapshot};
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
    pub(crate) certain: &'b [Region],
    /// Boxes in which it may be denied, the certain ones among them.
    pub(crate) possible: &'b [Region],
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
    certain: Vec<Region>,
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
    pub(crate) surroundings: Surroundings<'a>,
    pub(crate) surfaces: Vec<Surface>,
    pub(crate) space: Space,
    pub(crate) modelled: Vec<Modelled>,
    missing: Vec<Gap>,
}

impl<'a> Model<'a> {
    /// Models `policies` for an account.
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        policies: &'a [Policy],
        standing: &'a Standing,
        environment: &'a Environment,
        now: Timestamp,
    ) -> Result<Self, Unbuildable> {
        let surroundings = Surroundings::of(snapshot);
        let hits: Vec<Hit> = policies.iter().map(|policy| standing.hit(policy)).collect();
        let reaching = || {
            let both = policies.iter().zip(&hits);
            both.filter(|(_, hit)| !matches!(hit, Hit::No(_))).map(|(policy, _)| policy)
        };
        let rules = rules(reaching());
        let parsed: Vec<&Rule> = rules.values().filter_map(|rule| rule.as_ref()).collect();
        let mut conditions: Vec<&Locations> = Vec::new();
        for locations in reaching().filter_map(|policy| policy.conditions.locations.as_ref()) {
            if !conditions.contains(&locations) {
                conditions.push(locations);
            }
        }
        let space = Space::new(
            environment,
            &conditions,
            surroundings.locations,
            &parsed,
            can_give_position(standing, Losses::default()),
        )?;
        let compiler = Compiler { space: &space, surroundings, conditions, rules: &rules };
        let modelled =
            policies.iter().zip(hits).map(|(policy, hit)| compiler.model(policy, hit)).collect();
        let surfaces =
            environment.targets.iter().map(|target| Surface::of(*target, snapshot, now)).collect();
        let missing = snapshot.policies.value().err().into_iter().chain(&snapshot.incomplete);
        let missing = missing.filter(|gap| gap.part.kind == PartKind::Policies).cloned().collect();
        Ok(Self {
            snapshot,
            policies,
            standing,
            environment,
            surroundings,
            surfaces,
            modelled,
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
        let policies = both
            .map(|(policy, modelled)| {
                modelled.reach.as_ref().map(|reach| self.fails(policy, reach, purse))
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
            obligations.extend(self.obligations_of(place, surface, counts, failing));
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
        let found = || {
            let policy = self.policies.get(place)?;
            let reach = self.modelled.get(place)?.reach.as_ref()?;
            let fails = failing.policies.get(place)?.as_ref()?;
            let enforced = counts(policy);
            let aimed = if enforced.is_no() { None } else { aim(policy, surface) };
            aimed.map(|(target, truth)| {
                (target, reach.is_certain && enforced.is_yes() && truth.is_yes(), fails)
            })
        };
        let Some((target, is_certain, fails)) = found() else { return Vec::new() };
        let mut obligations = Vec::new();
        if !fails.possible.is_empty() {
            obligations.push(Obligation {
                blame: Blame::Policy(place),
                target,
                certain: if is_certain { &fails.certain } else { &[] },
                possible: &fails.possible,
            });
        }
        if let Some((asks, certain, possible)) = &fails.position {
            obligations.push(Obligation {
                blame: Blame::Position(place),
                target,
                certain: if is_certain && *asks { certain } else { &[] },
                possible,
            });
        }
        obligations
    }

    /// What stands in the way beside policies: everywhere or nowhere.
    fn beside<'b>(&'b self, surface: &'b Surface, failing: &'b Failing) -> Vec<Obligation<'b>> {
        let Some(target) = surface.sign_in_targets.first() else { return Vec::new() };
        let setting = Space::setting(surface.client, Flow::None, &Device::Unregistered);
        let purse = self.purse(failing.losses);
        let whole = |is_in: bool| -> &'b [Region] { if is_in { &failing.whole } else { &[] } };
        let mut obligations: Vec<_> = barriers(surface)
            .into_iter()
            .map(|barrier| (barrier, barrier.met(surface, self.snapshot, purse, setting)))
            .filter(|(_, met)| met.may_fail())
            .map(|(barrier, met)| Obligation {
                blame: Blame::Barrier(barrier),
                target,
                certain: whole(met.fails()),
                possible: whole(true),
            })
            .collect();
        obligations.extend(self.missing.iter().map(|gap| Obligation {
            blame: Blame::Unread(gap.clone()),
            target,
            certain: &[],
            possible: whole(true),
        }));
        obligations
    }

    /// The boxes in which a policy fails the account.
    fn fails(&self, policy: &Policy, reach: &Reach, purse: Purse<'_>) -> Fails {
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
        let boxes = |within: &Region, fails: &dyn Fn(&(bool, bool)) -> bool| -> Vec<Region> {
            kinds.iter().flat_map(|kind| self.boxes(within, kind, fails)).collect()
        };
        let gives = can_give_position(purse.standing, purse.losses);
        let position =
            reach.position.as_ref().filter(|_| !gives).map(|(asks, certain, possible)| {
                let asks = *asks && purse.standing.credentials.is_ok();
                (asks, [certain.clone()], [possible.clone()])
            });
        Fails {
            certain: boxes(&reach.certain, &|(fails, _)| *fails),
            possible: boxes(&reach.possible, &|(_, may)| *may),
            position,
        }
    }

    /// The parts of a region with these clients, flows and failing devices.
    fn boxes(
        &self,
        within: &Region,
        kind: &Kind,
        fails: &dyn Fn(&(bool, bool)) -> bool,
    ) -> Vec<Region> {
        if !kind.devices.iter().any(fails) {
            return Vec::new();
        }
        let mut base = within.clone();
        self.narrow(&mut base, Dimension::Device, |at| kind.devices.get(at).is_some_and(fails));
        kind.products()
            .into_iter()
            .map(|(clients, flows)| {
                let mut region = base.clone();
                self.narrow(&mut region, Dimension::Client, |at| {
                    Client::ALL.get(at).is_some_and(|one| clients.contains(one))
                });
                self.narrow(&mut region, Dimension::Flow, |at| {
                    Flow::ALL.get(at).is_some_and(|one| flows.contains(one))
                });
                region
            })
            .filter(|region| !self.space.layout.is_empty(region))
            .collect()
    }

    fn narrow(&self, region: &mut Region, dimension: Dimension, is_kept: impl Fn(usize) -> bool) {
        narrow(&self.space, region, dimension, is_kept);
    }
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

/// What of a surface a policy aims at: the target that is surest.
pub(crate) fn aim<'s>(policy: &Policy, surface: &'s Surface) -> Option<(&'s Target, Truth)> {
    let applications = &policy.conditions.applications;
    let aims = surface.sign_in_targets.iter().map(|one| (one, evaluate::target(applications, one)));
    let mut found: Option<(&Target, Truth)> = None;
    for (target, truth) in aims {
        match truth {
            Truth::Yes => return Some((target, Truth::Yes)),
            Truth::Unknown(_) if found.is_none() => found = Some((target, truth)),
            Truth::Unknown(_) | Truth::No => {}
        }
    }
    found
}

/// Whether an account can give its position: by the Authenticator app, and not where it signs in
/// without a password.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network>.
pub(crate) fn can_give_position(standing: &Standing, losses: Losses) -> bool {
    let has = |kind: CredentialKind| {
        let all = standing.credentials.iter().flatten().enumerate();
        let left = |place: usize| place < 128 && losses.credentials >> place & 1 == 0;
        all.filter(|(place, _)| left(*place))
            .any(|(_, one)| one.kind == kind && one.use_at_sign_in == Usable::Yes)
    };
    has(CredentialKind::Password) && has(CredentialKind::AuthenticatorPush)
}

/// The rules of device filters, each parsed once; `None` for one that cannot be parsed.
fn rules<'p>(policies: impl Iterator<Item = &'p Policy>) -> BTreeMap<&'p str, Option<Rule>> {
    let filters = policies.filter_map(|one| one.conditions.devices.as_ref()?.filter.as_ref());
    let mut rules = BTreeMap::new();
    for filter in filters {
        rules.entry(filter.rule.as_str()).or_insert_with(|| Rule::parse(&filter.rule).ok());
    }
    rules
}

fn narrow(
    space: &Space,
    region: &mut Region,
    dimension: Dimension,
    is_kept: impl Fn(usize) -> bool,
) {
    let held: Vec<usize> = space.values(region, dimension).filter(|at| is_kept(*at)).collect();
    space.keep(region, dimension, |at| held.binary_search(&at).is_ok());
}

/// Turns the conditions of a policy into regions.
struct Compiler<'s, 'a> {
    space: &'s Space,
    surroundings: Surroundings<'a>,
    conditions: Vec<&'a Locations>,
    rules: &'s BTreeMap<&'a str, Option<Rule>>,
}

impl Compiler<'_, '_> {
    fn model(&self, policy: &Policy, hit: Hit) -> Modelled {
        let is_certain = match &hit {
            Hit::No(_) => return Modelled { hit, reach: None },
            Hit::Yes(_) => true,
            Hit::Unknown(_) => false,
        };
        let whole = self.space.layout.whole();
        let mut both = Both { space: self.space, certain: whole.clone(), possible: whole };
        let conditions = &policy.conditions;
        both.keep(Dimension::Platform, OsPlatform::ALL, |one| {
            evaluate::platform(conditions.platforms.as_ref(), *one)
        });
        // Exchange ActiveSync on supported platforms couples client and platform; the others name
        // the client alone.
        both.keep(Dimension::Client, Client::ALL, |one| {
            let on_some = evaluate::client(conditions, *one, OsPlatform::Windows);
            let on_other = evaluate::client(conditions, *one, OsPlatform::Unknown);
            match on_some == on_other {
                true => on_some,
                false => Truth::unclear("Exchange ActiveSync on supported platforms only"),
            }
        });
        both.keep(Dimension::SignInRisk, Risk::ALL, |one| {
            evaluate::risk(&conditions.sign_in_risk, *one)
        });
        both.keep(Dimension::UserRisk, Risk::ALL, |one| {
            evaluate::risk(&conditions.user_risk, *one)
        });
        both.keep(Dimension::InsiderRisk, InsiderLevel::ALL, |one| {
            evaluate::insider_risk(&conditions.insider_risk, *one)
        });
        both.keep(Dimension::Flow, Flow::ALL, |one| {
            evaluate::flow(&conditions.transfer_methods, *one)
        });
        self.devices(policy, &mut both);
        let others = evaluate::others(conditions).is_yes();
        let Some(locations) = &conditions.locations else {
            let reach = Reach {
                is_certain: is_certain && others,
                certain: both.certain,
                possible: both.possible,
                position: None,
            };
            return Modelled { hit, reach: Some(reach) };
        };
        let position = match needs_position(locations, self.surroundings.locations) {
            Ok(false) => None,
            asks => Some((asks.is_ok(), both.certain.clone(), both.possible.clone())),
        };
        let index = self.conditions.iter().position(|one| *one == locations);
        let verdict = |at: usize| {
            let value = self.space.networks.get(at)?;
            value.matches.get(index?).copied()
        };
        both.keep_at(Dimension::Network, |at| match verdict(at) {
            Some(network::Truth::Yes) => (true, true),
            Some(network::Truth::No) => (false, false),
            Some(network::Truth::Unknown) | None => (false, true),
        });
        let is_certain = is_certain && others;
        let (certain, possible) = (both.certain, both.possible);
        Modelled { hit, reach: Some(Reach { is_certain, certain, possible, position }) }
    }

    fn devices(&self, policy: &Policy, both: &mut Both<'_>) {
        let Some(devices) = &policy.conditions.devices else { return };
        let rule = devices.filter.as_ref().map(|filter| filter.rule.as_str());
        let parsed = rule.and_then(|rule| {
            let known = self.rules.iter().filter(|(_, parsed)| parsed.is_some());
            known.map(|(text, _)| *text).position(|text| text == rule)
        });
        let mode = devices.filter.as_ref().map(|filter| &filter.mode);
        let is_plain = crate::tenant::said(&devices.unknown).next().is_none();
        both.keep_at(Dimension::Device, |at| {
            let value = self.space.devices.get(at);
            let matches = parsed.and_then(|rule| value?.matches.get(rule).copied());
            match (is_plain, mode, matches) {
                (true, None, _) => (true, true),
                (true, Some(FilterMode::Include), Some(matches)) => (matches, matches),
                (true, Some(FilterMode::Exclude), Some(matches)) => (!matches, !matches),
                _ => (false, true),
            }
        });
    }
}

/// Two regions that are narrowed together.
struct Both<'s> {
    space: &'s Space,
    certain: Region,
    possible: Region,
}

impl Both<'_> {
    fn keep<T>(&mut self, dimension: Dimension, all: &[T], truth: impl Fn(&T) -> Truth) {
        let truths: Vec<(bool, bool)> =
            all.iter().map(truth).map(|one| (one.is_yes(), !one.is_no())).collect();
        self.keep_at(dimension, |at| truths.get(at).copied().unwrap_or((false, true)));
    }

    fn keep_at(&mut self, dimension: Dimension, truth: impl Fn(usize) -> (bool, bool)) {
        self.space.keep(&mut self.certain, dimension, |at| truth(at).0);
        self.space.keep(&mut self.possible, dimension, |at| truth(at).1);
    }
}
