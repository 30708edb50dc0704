//! Turns the conditions of policies into regions.
//!
//! Tenants repeat themselves: the same platforms, risks and clients in policy after policy. What a
//! condition holds is worked out once and kept ([`Shared`]), so that a policy costs a few look-ups.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::super::cover::Region;
use super::super::evaluate::{self, Surroundings};
use super::super::filter::Rule;
use super::super::network::{self, needs_position};
use super::super::sign_in::{Client, Flow, InsiderLevel, OsPlatform, Risk};
use super::super::standing::Hit;
use super::super::truth::Truth;
use super::model::{Modelled, Reach};
use super::space::{Dimension, Space};
use crate::tenant::{
    ClientAppType, Conditions, Devices, FilterMode, InsiderRisk, LocationRef, Locations, Platforms,
    Policy, RiskLevel, TransferMethod, said,
};

/// How many different values of one kind are looked through; beyond, each is worked out anew, which
/// is quicker than looking.
const KEPT_MAX: usize = 64;

/// What was worked out for a key, for the next that is equal.
#[derive(Debug)]
pub(super) struct Shared<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
}

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new() }
    }
}

impl<K: PartialEq, V> Shared<K, V> {
    /// The place of what is kept for `key`, worked out where it is not there.
    pub(super) fn place(&mut self, key: K, make: impl FnOnce() -> V) -> usize {
        if let Some(place) = self.keys.iter().position(|one| *one == key) {
            return place;
        }
        if self.keys.len() < KEPT_MAX && self.keys.len() == self.values.len() {
            self.keys.push(key);
        }
        self.values.push(make());
        self.values.len() - 1
    }

    /// What is kept for `key`, worked out where it is not there.
    pub(super) fn of(&mut self, key: K, make: impl FnOnce() -> V) -> Option<&V> {
        let place = self.place(key, make);
        self.values.get(place)
    }

    /// Everything that was worked out.
    pub(super) fn into_values(self) -> Vec<V> {
        self.values
    }
}

/// The rules of device filters, each parsed once; `None` for one that cannot be parsed.
#[derive(Debug)]
pub(super) struct Rules<'p>(BTreeMap<&'p str, Option<Rule>>);

impl<'p> Rules<'p> {
    pub(super) fn of(policies: impl Iterator<Item = &'p Policy>) -> Self {
        let filters = policies.filter_map(|one| one.conditions.devices.as_ref()?.filter.as_ref());
        let mut rules = BTreeMap::new();
        for filter in filters {
            rules.entry(filter.rule.as_str()).or_insert_with(|| Rule::parse(&filter.rule).ok());
        }
        Self(rules)
    }

    /// Those that could be parsed, in their order.
    pub(super) fn parsed(&self) -> Vec<&Rule> {
        self.0.values().filter_map(Option::as_ref).collect()
    }

    /// The place of a rule among those that could be parsed.
    fn place(&self, rule: &str) -> Option<usize> {
        let known = self.0.iter().filter(|(_, parsed)| parsed.is_some());
        known.map(|(text, _)| *text).position(|text| text == rule)
    }
}

/// Conditions on locations, each once.
#[derive(Debug, Default)]
pub(super) struct Places<'p> {
    pub(super) conditions: Vec<&'p Locations>,
    known: BTreeMap<(&'p [LocationRef], &'p [LocationRef]), usize>,
}

impl<'p> Places<'p> {
    pub(super) fn of(policies: impl Iterator<Item = &'p Policy>) -> Self {
        let mut places = Self::default();
        for locations in policies.filter_map(|one| one.conditions.locations.as_ref()) {
            let key = (locations.include.as_slice(), locations.exclude.as_slice());
            // Members that this version does not know leave it in doubt whatever they say.
            if said(&locations.unknown).next().is_some() || !places.known.contains_key(&key) {
                if said(&locations.unknown).next().is_none() {
                    places.known.insert(key, places.conditions.len());
                }
                places.conditions.push(locations);
            }
        }
        places
    }

    fn place(&self, locations: &Locations) -> Option<usize> {
        if said(&locations.unknown).next().is_some() {
            return self.conditions.iter().position(|one| *one == locations);
        }
        let key = (locations.include.as_slice(), locations.exclude.as_slice());
        self.known.get(&key).copied()
    }
}

/// Points at which a condition matches for certain, and those at which it may.
type Both = (Region, Region);

/// Turns the conditions of a policy into regions.
pub(super) struct Compiler<'s, 'a> {
    space: &'s Space,
    places: &'s Places<'a>,
    rules: &'s Rules<'a>,
    platforms: Shared<&'a Option<Platforms>, Both>,
    clients: Shared<&'a [ClientAppType], Both>,
    sign_in_risk: Shared<&'a [RiskLevel], Both>,
    user_risk: Shared<&'a [RiskLevel], Both>,
    insider_risk: Shared<&'a [InsiderRisk], Both>,
    flows: Shared<&'a [TransferMethod], Both>,
    devices: Shared<&'a Option<Devices>, Both>,
    /// For each condition on locations: where it matches, and whether it asks for a position.
    networks: Vec<(Both, Option<bool>)>,
}

impl<'s, 'a> Compiler<'s, 'a> {
    pub(super) fn new(
        space: &'s Space,
        surroundings: Surroundings<'a>,
        places: &'s Places<'a>,
        rules: &'s Rules<'a>,
    ) -> Self {
        let network = |(index, locations): (usize, &&Locations)| {
            let asks = match needs_position(locations, surroundings.locations) {
                Ok(false) => None,
                asks => Some(asks.is_ok()),
            };
            let matches = |at: usize| match space.networks.get(at).map(|one| one.matches.get(index))
            {
                Some(Some(network::Truth::Yes)) => (true, true),
                Some(Some(network::Truth::No)) => (false, false),
                _ => (false, true),
            };
            (keep_at(space, Dimension::Network, matches), asks)
        };
        let networks = places.conditions.iter().enumerate().map(network).collect();
        Self {
            space,
            places,
            rules,
            platforms: Shared::default(),
            clients: Shared::default(),
            sign_in_risk: Shared::default(),
            user_risk: Shared::default(),
            insider_risk: Shared::default(),
            flows: Shared::default(),
            devices: Shared::default(),
            networks,
        }
    }

    /// A policy as regions of the space.
    pub(super) fn model(&mut self, policy: &'a Policy, hit: Hit) -> Modelled {
        let is_certain = match &hit {
            Hit::No(_) => return Modelled { hit, reach: None },
            Hit::Yes(_) => true,
            Hit::Unknown(_) => false,
        };
        let is_certain = is_certain && evaluate::others(&policy.conditions).is_yes();
        let (mut certain, mut possible) = self.conditions(&policy.conditions);
        let Some(locations) = &policy.conditions.locations else {
            let reach = Reach { is_certain, certain, possible, position: None };
            return Modelled { hit, reach: Some(reach) };
        };
        let found = self.places.place(locations).and_then(|place| self.networks.get(place));
        let position = found.and_then(|(_, asks)| *asks);
        let position = position.map(|asks| (asks, certain.clone(), possible.clone()));
        match found {
            Some(((yes, may), _)) => {
                certain.narrow(yes);
                possible.narrow(may);
            }
            // Every condition is among the places; one that is not would be in doubt.
            None => self.space.keep(&mut certain, Dimension::Network, |_| false),
        }
        Modelled { hit, reach: Some(Reach { is_certain, certain, possible, position }) }
    }

    /// Everything but users, resources and locations.
    fn conditions(&mut self, conditions: &'a Conditions) -> Both {
        let space = self.space;
        let whole = space.layout.whole();
        let (mut certain, mut possible) = (whole.clone(), whole);
        let mut narrow = |kept: Option<&Both>| {
            if let Some((yes, may)) = kept {
                certain.narrow(yes);
                possible.narrow(may);
            }
        };
        // A condition that is not set holds everywhere.
        if conditions.platforms.is_some() {
            narrow(self.platforms.of(&conditions.platforms, || {
                keep(space, Dimension::Platform, OsPlatform::ALL, |one| {
                    evaluate::platform(conditions.platforms.as_ref(), *one)
                })
            }));
        }
        if !conditions.client_app_types.is_empty() {
            narrow(self.clients.of(&conditions.client_app_types, || clients(space, conditions)));
        }
        if !conditions.sign_in_risk.is_empty() {
            narrow(self.sign_in_risk.of(&conditions.sign_in_risk, || {
                keep(space, Dimension::SignInRisk, Risk::ALL, |one| {
                    evaluate::risk(&conditions.sign_in_risk, *one)
                })
            }));
        }
        if !conditions.user_risk.is_empty() {
            narrow(self.user_risk.of(&conditions.user_risk, || {
                keep(space, Dimension::UserRisk, Risk::ALL, |one| {
                    evaluate::risk(&conditions.user_risk, *one)
                })
            }));
        }
        if !conditions.insider_risk.is_empty() {
            narrow(self.insider_risk.of(&conditions.insider_risk, || {
                keep(space, Dimension::InsiderRisk, InsiderLevel::ALL, |one| {
                    evaluate::insider_risk(&conditions.insider_risk, *one)
                })
            }));
        }
        if !conditions.transfer_methods.is_empty() {
            narrow(self.flows.of(&conditions.transfer_methods, || {
                keep(space, Dimension::Flow, Flow::ALL, |one| {
                    evaluate::flow(&conditions.transfer_methods, *one)
                })
            }));
        }
        if conditions.devices.is_some() {
            let rules = self.rules;
            narrow(
                self.devices
                    .of(&conditions.devices, || devices(space, rules, conditions.devices.as_ref())),
            );
        }
        (certain, possible)
    }
}

/// Exchange ActiveSync on supported platforms couples client and platform; the others name the
/// client alone.
fn clients(space: &Space, conditions: &Conditions) -> Both {
    keep(space, Dimension::Client, Client::ALL, |one| {
        let on_some = evaluate::client(conditions, *one, OsPlatform::Windows);
        let on_other = evaluate::client(conditions, *one, OsPlatform::Unknown);
        match on_some == on_other {
            true => on_some,
            false => Truth::unclear("Exchange ActiveSync on supported platforms only"),
        }
    })
}

fn devices(space: &Space, rules: &Rules<'_>, devices: Option<&Devices>) -> Both {
    let Some(devices) = devices else { return (space.layout.whole(), space.layout.whole()) };
    let place = devices.filter.as_ref().and_then(|filter| rules.place(&filter.rule));
    let mode = devices.filter.as_ref().map(|filter| &filter.mode);
    let is_plain = said(&devices.unknown).next().is_none();
    keep_at(space, Dimension::Device, |at| {
        let value = space.devices.get(at);
        let matches = place.and_then(|rule| value?.matches.get(rule).copied());
        match (is_plain, mode, matches) {
            (true, None, _) => (true, true),
            (true, Some(FilterMode::Include), Some(matches)) => (matches, matches),
            (true, Some(FilterMode::Exclude), Some(matches)) => (!matches, !matches),
            _ => (false, true),
        }
    })
}

fn keep<T>(space: &Space, dimension: Dimension, all: &[T], truth: impl Fn(&T) -> Truth) -> Both {
    let truths: Vec<(bool, bool)> =
        all.iter().map(truth).map(|one| (one.is_yes(), !one.is_no())).collect();
    keep_at(space, dimension, |at| truths.get(at).copied().unwrap_or((false, true)))
}

fn keep_at(space: &Space, dimension: Dimension, truth: impl Fn(usize) -> (bool, bool)) -> Both {
    let (mut certain, mut possible) = (space.layout.whole(), space.layout.whole());
    space.keep(&mut certain, dimension, |at| truth(at).0);
    space.keep(&mut possible, dimension, |at| truth(at).1);
    (certain, possible)
}
