//! What policies say, each different thing once.
//!
//! Tenants repeat themselves: the same platforms, risks and clients in policy after policy. Each
//! policy is read once and is from then on a row of numbers ([`Terms`]): the places of what it says
//! among the different things that are said ([`Vocabulary`]). What one of these means is worked out
//! once.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::super::filter::Rule;
use crate::tenant::{
    Applications, ClientAppType, Conditions, Devices, InsiderRisk, LocationRef, Locations,
    Platforms, Policy, PolicyState, RiskLevel, TransferMethod, said,
};

/// How many different things of one kind are looked through. Beyond, each stands for itself, which
/// is quicker than looking.
const LOOKED_THROUGH_MAX: usize = 64;

/// Different things of one kind, each with a place.
#[derive(Debug)]
pub(super) struct Distinct<K>(Vec<K>);

impl<K> Default for Distinct<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K> Distinct<K> {
    /// The one at a place.
    pub(super) fn get(&self, place: usize) -> Option<&K> {
        self.0.get(place)
    }

    /// Them all, by their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = &K> {
        self.0.iter()
    }
}

impl<K: PartialEq> Distinct<K> {
    fn place(&mut self, key: K) -> usize {
        let found = self.0.iter().take(LOOKED_THROUGH_MAX).position(|one| *one == key);
        found.unwrap_or_else(|| {
            self.0.push(key);
            self.0.len() - 1
        })
    }
}

/// A policy as far as what it demands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demands<'p>(pub(super) &'p Policy);

impl PartialEq for Demands<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.grant == other.0.grant && self.0.session == other.0.session
    }
}

/// The different things that policies say.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'p> {
    pub(super) states: Distinct<&'p PolicyState>,
    pub(super) platforms: Distinct<&'p Option<Platforms>>,
    pub(super) clients: Distinct<&'p [ClientAppType]>,
    pub(super) sign_in_risk: Distinct<&'p [RiskLevel]>,
    pub(super) user_risk: Distinct<&'p [RiskLevel]>,
    pub(super) insider_risk: Distinct<&'p [InsiderRisk]>,
    pub(super) flows: Distinct<&'p [TransferMethod]>,
    pub(super) devices: Distinct<&'p Option<Devices>>,
    pub(super) locations: Places<'p>,
    pub(super) applications: Distinct<&'p Applications>,
    pub(super) demands: Distinct<Demands<'p>>,
}

/// What one policy says, as places in a [`Vocabulary`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) state: usize,
    pub(super) platforms: usize,
    pub(super) clients: usize,
    pub(super) sign_in_risk: usize,
    pub(super) user_risk: usize,
    pub(super) insider_risk: usize,
    pub(super) flows: usize,
    pub(super) devices: usize,
    /// `None` where it has no condition on locations.
    pub(super) locations: Option<usize>,
    pub(super) applications: usize,
    pub(super) demands: usize,
}

impl<'p> Vocabulary<'p> {
    /// What a policy says.
    pub(super) fn read(&mut self, policy: &'p Policy) -> Terms {
        let conditions: &'p Conditions = &policy.conditions;
        Terms {
            state: self.states.place(&policy.state),
            platforms: self.platforms.place(&conditions.platforms),
            clients: self.clients.place(&conditions.client_app_types),
            sign_in_risk: self.sign_in_risk.place(&conditions.sign_in_risk),
            user_risk: self.user_risk.place(&conditions.user_risk),
            insider_risk: self.insider_risk.place(&conditions.insider_risk),
            flows: self.flows.place(&conditions.transfer_methods),
            devices: self.devices.place(&conditions.devices),
            locations: conditions.locations.as_ref().map(|one| self.locations.place(one)),
            applications: self.applications.place(&conditions.applications),
            demands: self.demands.place(Demands(policy)),
        }
    }

    /// The rules of device filters.
    pub(super) fn rules(&self) -> Rules<'p> {
        let filters = self.devices.iter().filter_map(|one| one.as_ref()?.filter.as_ref());
        let mut rules = BTreeMap::new();
        for filter in filters {
            rules.entry(filter.rule.as_str()).or_insert_with(|| Rule::parse(&filter.rule).ok());
        }
        Rules(rules)
    }
}

/// The rules of device filters, each parsed once; `None` for one that cannot be parsed.
#[derive(Debug)]
pub(super) struct Rules<'p>(BTreeMap<&'p str, Option<Rule>>);

impl Rules<'_> {
    /// Those that could be parsed, in their order.
    pub(super) fn parsed(&self) -> Vec<&Rule> {
        self.0.values().filter_map(Option::as_ref).collect()
    }

    /// The place of a rule among those that could be parsed.
    pub(super) fn place(&self, rule: &str) -> Option<usize> {
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
    fn place(&mut self, locations: &'p Locations) -> usize {
        let next = self.conditions.len();
        // Members that this version does not know leave it in doubt whatever they say.
        let place = match said(&locations.unknown).next() {
            Some(_) => next,
            None => {
                let key = (locations.include.as_slice(), locations.exclude.as_slice());
                *self.known.entry(key).or_insert(next)
            }
        };
        if place == next {
            self.conditions.push(locations);
        }
        place
    }
}
