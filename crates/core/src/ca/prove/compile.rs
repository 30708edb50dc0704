//! Turns the conditions of policies into regions.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::cover::Zone;
use super::super::evaluate::{self, Surroundings};
use super::super::network::{self, needs_position};
use super::super::sign_in::{Client, Flow, InsiderLevel, OsPlatform, Risk};
use super::super::truth::Truth;
use super::model::{Position, Reach};
use super::space::{Dimension, Space};
use super::terms::{Distinct, Rules, Terms, Vocabulary};
use crate::tenant::{ClientAppType, Devices, FilterMode, Locations, RiskLevel, said};

/// Where each condition that policies set holds.
pub(super) struct Compiler {
    whole: Zone,
    platforms: Vec<Zone>,
    clients: Vec<Zone>,
    sign_in_risk: Vec<Zone>,
    user_risk: Vec<Zone>,
    insider_risk: Vec<Zone>,
    flows: Vec<Zone>,
    devices: Vec<Zone>,
    networks: Vec<Zone>,
    /// For each condition on locations whether it asks for a position: for certain, perhaps, or
    /// `None` where it does not.
    asking: Vec<Option<bool>>,
}

impl Compiler {
    pub(super) fn new(
        space: &Space,
        surroundings: Surroundings<'_>,
        vocabulary: &Vocabulary<'_>,
        rules: &Rules<'_>,
    ) -> Self {
        let locations = &vocabulary.locations.conditions;
        let network = |index: usize| {
            zone_at(space, Dimension::Network, |at| {
                match space.networks.get(at).and_then(|one| one.matches.get(index)) {
                    Some(network::Truth::Yes) => (true, true),
                    Some(network::Truth::No) => (false, false),
                    _ => (false, true),
                }
            })
        };
        let asks = |one: &&Locations| match needs_position(one, surroundings.locations) {
            Ok(false) => None,
            asks => Some(asks.is_ok()),
        };
        let at_risk = |said: &&[RiskLevel], at: &Risk| evaluate::risk(said, *at);
        let words = vocabulary;
        Self {
            whole: Zone::sure(space.layout.whole()),
            platforms: zones(
                (space, Dimension::Platform, OsPlatform::ALL),
                &words.platforms,
                |said, at| evaluate::platform(said.as_ref(), *at),
            ),
            clients: zones((space, Dimension::Client, Client::ALL), &words.clients, |said, at| {
                client(said, *at)
            }),
            sign_in_risk: zones(
                (space, Dimension::SignInRisk, Risk::ALL),
                &words.sign_in_risk,
                at_risk,
            ),
            user_risk: zones((space, Dimension::UserRisk, Risk::ALL), &words.user_risk, at_risk),
            insider_risk: zones(
                (space, Dimension::InsiderRisk, InsiderLevel::ALL),
                &words.insider_risk,
                |said, at| evaluate::insider_risk(said, *at),
            ),
            flows: zones((space, Dimension::Flow, Flow::ALL), &words.flows, |said, at| {
                evaluate::flow(said, *at)
            }),
            devices: words.devices.iter().map(|one| devices(space, rules, one.as_ref())).collect(),
            networks: (0..locations.len()).map(network).collect(),
            asking: locations.iter().map(asks).collect(),
        }
    }

    /// Where the conditions of a policy hold; those on users, if `is_certain`, for certain.
    pub(super) fn reach(&self, terms: Terms, is_certain: bool) -> Reach {
        let mut zone = self.whole.clone();
        let conditions = [
            self.platforms.get(terms.platforms),
            self.clients.get(terms.clients),
            self.sign_in_risk.get(terms.sign_in_risk),
            self.user_risk.get(terms.user_risk),
            self.insider_risk.get(terms.insider_risk),
            self.flows.get(terms.flows),
            self.devices.get(terms.devices),
        ];
        conditions.into_iter().flatten().for_each(|one| zone.narrow(one));
        let mut position = None;
        if let Some(locations) = terms.locations {
            let asks = self.asking.get(locations).copied().flatten();
            position = asks.map(|is_certain| Box::new(Position { is_certain, zone: zone.clone() }));
            if let Some(network) = self.networks.get(locations) {
                zone.narrow(network);
            }
        }
        let Terms { state, applications, demands, .. } = terms;
        Reach { state, is_certain, zone, position, applications, demands }
    }
}

/// Exchange ActiveSync on supported platforms couples client and platform; the others name the
/// client alone.
fn client(types: &[ClientAppType], client: Client) -> Truth {
    let on_some = evaluate::client(types, client, OsPlatform::Windows);
    let on_other = evaluate::client(types, client, OsPlatform::Unknown);
    match on_some == on_other {
        true => on_some,
        false => Truth::unclear("Exchange ActiveSync on supported platforms only"),
    }
}

fn devices(space: &Space, rules: &Rules<'_>, devices: Option<&Devices>) -> Zone {
    let Some(devices) = devices else { return Zone::sure(space.layout.whole()) };
    let place = devices.filter.as_ref().and_then(|filter| rules.place(&filter.rule));
    let mode = devices.filter.as_ref().map(|filter| &filter.mode);
    let is_plain = said(&devices.unknown).next().is_none();
    zone_at(space, Dimension::Device, |at| {
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

/// Where each of several conditions on one dimension holds.
fn zones<K, T>(
    (space, dimension, all): (&Space, Dimension, &[T]),
    said: &Distinct<K>,
    holds: impl Fn(&K, &T) -> Truth,
) -> Vec<Zone> {
    let zone = |one: &K| {
        let truths = all.iter().map(|at| holds(one, at));
        let truths: Vec<_> = truths.map(|truth| (truth.is_yes(), !truth.is_no())).collect();
        zone_at(space, dimension, |at| truths.get(at).copied().unwrap_or((false, true)))
    };
    said.iter().map(zone).collect()
}

/// Where a condition on one dimension holds: for certain, and perhaps.
fn zone_at(space: &Space, dimension: Dimension, truth: impl Fn(usize) -> (bool, bool)) -> Zone {
    let (mut certain, mut possible) = (space.layout.whole(), space.layout.whole());
    space.keep(&mut certain, dimension, |at| truth(at).0);
    space.keep(&mut possible, dimension, |at| truth(at).1);
    Zone::new(certain, possible)
}
