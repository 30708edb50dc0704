//! Random tenants, type by type: an account, what policies can name, an environment. Each set is
//! wide in one kind of condition at most, so that the oracle comes to an end.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::ca::{Enforcing, Proof, Question, Standing, Verdict};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, BRAVO, target};
use halligan_core::id::{GroupId, Guid, NamedLocationId, PolicyId, UserId};
use halligan_core::register::{Environment, Place, Platform, Target, Workstation, WorkstationKind};
use halligan_core::tenant::*;
use halligan_core::time::Timestamp;
use serde_json::json;

use super::account;
use super::dice::Dice;
use super::policy;

/// The ids of a set. Those of another family are other ids for the same things.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names(pub(crate) u128);

impl Names {
    fn number(self, kind: u128, number: usize) -> u128 {
        (self.0 << 64) + (kind << 32) + 1 + u128::try_from(number).unwrap()
    }

    pub(crate) fn user(self, number: usize) -> UserId {
        UserId::from_u128(self.number(1, number))
    }

    pub(crate) fn group(self, number: usize) -> GroupId {
        GroupId::from_u128(self.number(2, number))
    }

    pub(crate) fn location(self, number: usize) -> NamedLocationId {
        Guid::from_u128(self.number(3, number)).to_string().into()
    }

    pub(crate) fn policy(self, number: usize) -> PolicyId {
        Guid::from_u128(self.number(4, number)).to_string().into()
    }

    pub(crate) fn strength(self, number: usize) -> String {
        Guid::from_u128(self.number(5, number)).to_string()
    }
}

/// In which kind of condition a set is wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wide {
    Networks,
    Devices,
    Platforms,
    Neither,
}

/// A tenant, an account of it, and an environment.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) seed: u64,
    pub(crate) names: Names,
    pub(crate) wide: Wide,
    pub(crate) case: Case,
    pub(crate) policies: Vec<Policy>,
    pub(crate) standing: Standing,
    pub(crate) environment: Environment,
    pub(crate) now: Timestamp,
}

/// How many groups and how many named locations a set has; policies name two more, of nothing.
pub(crate) const GROUPS: usize = 3;
pub(crate) const LOCATIONS: usize = 5;
/// The strengths of a set; one more is of nothing.
pub(crate) const STRENGTHS: usize = 3;

impl Set {
    /// The set of a seed.
    pub(crate) fn random(seed: u64) -> Self {
        Self::named(seed, Names(0))
    }

    /// The set of a seed, under these ids.
    pub(crate) fn named(seed: u64, names: Names) -> Self {
        let mut dice = Dice::new(seed);
        let wides = [Wide::Networks, Wide::Devices, Wide::Platforms, Wide::Neither, Wide::Neither];
        let wide = dice.pick(&wides);
        // Facts with dates hold.
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let mut case = Case::sound();
        case.snapshot.accounts.remove(&BRAVO);
        let read = case.snapshot.accounts.remove(&ALPHA).unwrap();
        let id = names.user(0);
        case.snapshot.accounts.insert(id, Account { id, ..read });
        account::fill(&mut case, &mut dice, names);
        let at = case.now;
        case.snapshot.locations = Part::Read { at, value: locations(&mut dice, names) };
        if dice.one_in(60) {
            let gap = Case::denied(PartKind::NamedLocations);
            case.snapshot.locations = Part::Gap(gap);
        }
        case.snapshot.strengths = Part::Read { at, value: account::strengths(&mut dice, names) };
        if dice.one_in(60) {
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }
        if dice.one_in(4) {
            case.snapshot.protected_actions = Part::Read { at, value: vec![protected(&mut dice)] };
        } else if dice.one_in(30) {
            let gap = Case::denied(PartKind::ProtectedActions);
            case.snapshot.protected_actions = Part::Gap(gap);
        }
        let count = 1 + dice.below(4);
        let mut policies: Vec<Policy> =
            (0..count).map(|n| policy::random(&mut dice, names, wide, n)).collect();
        if dice.one_in(6) {
            let other = policy::other_half(&mut policies[0], names.policy(count));
            policies.push(other);
        }
        let environment = environment(&mut dice, wide);
        let standing = Standing::of(id, &case.register, &case.snapshot, now);
        Self { seed, names, wide, case, policies, standing, environment, now }
    }

    /// The question of the set.
    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            snapshot: &self.case.snapshot,
            policies: &self.policies,
            standing: &self.standing,
            environment: &self.environment,
            now: self.now,
            enforcing: Enforcing::AsIs,
        }
    }

    /// Another policy for the set.
    pub(crate) fn one_more(&self, seed: u64) -> Policy {
        policy::random(&mut Dice::new(!seed), self.names, self.wide, self.policies.len())
    }
}

/// The verdict on each surface.
pub(crate) fn verdicts(proof: &Proof) -> Vec<Verdict> {
    proof.surfaces.iter().map(|one| one.verdict).collect()
}

const ADDRESSES: [&str; 6] = [
    "198.51.100.0/24",
    "198.51.100.128/25",
    "203.0.113.0/24",
    "203.0.113.7",
    "2001:db8::/32",
    "2001:db8:8000::/33",
];

fn locations(dice: &mut Dice, names: Names) -> Vec<NamedLocation> {
    let location = |number| {
        let id = names.location(number);
        let mut unknown = Unknown::new();
        if dice.one_in(15) {
            unknown.insert("hours".into(), json!("9-17"));
        }
        let kind = kind(dice, &mut unknown);
        NamedLocation { id, display_name: format!("location {number}"), kind, unknown }
    };
    (0..LOCATIONS).map(location).collect()
}

fn kind(dice: &mut Dice, unknown: &mut Unknown) -> LocationKind {
    let countries = |dice: &mut Dice| {
        let mut countries: Vec<String> = dice.some(&["AT", "DE"], 2).map_string();
        if dice.one_in(12) {
            countries.push("Austria".into());
        }
        countries
    };
    match dice.below(9) {
        0..=4 => {
            let mut ranges = dice.some(&ADDRESSES, 2).map_string();
            if dice.one_in(8) {
                let odd = ["nowhere", "203.0.113.9-203.0.113.1", "198.51.100.0/33"];
                ranges.push(dice.pick(&odd).into());
            }
            LocationKind::Ip { is_trusted: dice.one_in(2), ranges }
        }
        5 => LocationKind::Country {
            countries: countries(dice),
            include_unknown: dice.one_in(2),
            lookup: dice.pick(&[None, Some(CountryLookup::ClientIpAddress)]),
        },
        6 => LocationKind::Country {
            countries: countries(dice),
            include_unknown: dice.one_in(2),
            lookup: Some(match dice.one_in(6) {
                true => CountryLookup::Other("stars".into()),
                false => CountryLookup::AuthenticatorAppGps,
            }),
        },
        7 => {
            if dice.one_in(2) {
                unknown.insert("isTrusted".into(), json!(true));
            }
            LocationKind::CompliantNetwork
        }
        _ => match dice.one_in(3) {
            true => LocationKind::Other("#microsoft.graph.satelliteNamedLocation".into()),
            false => LocationKind::Ip { is_trusted: true, ranges: vec!["0.0.0.0/1".into()] },
        },
    }
}

/// Texts as owned ones.
pub(crate) trait MapString {
    fn map_string(self) -> Vec<String>;
}

impl MapString for Vec<&str> {
    fn map_string(self) -> Vec<String> {
        self.into_iter().map(String::from).collect()
    }
}

fn protected(dice: &mut Dice) -> ProtectedAction {
    ProtectedAction {
        id: "update".into(),
        name: "microsoft.directory/conditionalAccessPolicies/basic/update".into(),
        authentication_context: dice.pick(&[Some("c1"), Some("c2"), None]).map(String::from),
        unknown: Unknown::new(),
    }
}

fn environment(dice: &mut Dice, wide: Wide) -> Environment {
    let workstation = |dice: &mut Dice, number: usize| {
        let kind = match wide == Wide::Devices || dice.one_in(3) {
            true => dice.pick(&WorkstationKind::ALL),
            false => WorkstationKind::Unmanaged,
        };
        let mut platforms = dice.some(&Platform::ALL, 1);
        if wide == Wide::Platforms {
            platforms = if dice.one_in(2) { Vec::new() } else { dice.some(&Platform::ALL, 3) };
        }
        let mut attributes = BTreeMap::new();
        if kind != WorkstationKind::Unmanaged && dice.one_in(2) {
            attributes.insert("model".into(), dice.pick(&["X1", "X2"]).into());
        }
        if kind != WorkstationKind::Unmanaged && dice.one_in(3) {
            attributes.insert("extensionAttribute1".into(), dice.pick(&["SAW", "PAW"]).into());
        }
        Workstation { name: format!("computer {number}"), kind, platforms, attributes }
    };
    let place = |dice: &mut Dice, number: usize| Place {
        name: format!("place {number}"),
        addresses: if dice.one_in(2) { Vec::new() } else { dice.some(&ADDRESSES, 2).map_string() },
        countries: if dice.one_in(3) {
            Vec::new()
        } else {
            dice.some(&["AT", "FR"], 1).map_string()
        },
        compliant_network: dice.one_in(6),
    };
    let (workstations, places) = (1 + usize::from(dice.one_in(6)), 1 + usize::from(dice.one_in(6)));
    let mut targets = dice.some(&Target::ALL, 1);
    if dice.one_in(5) {
        targets = dice.some(&Target::ALL, 2);
        targets.sort_unstable();
    }
    Environment {
        workstations: (0..workstations).map(|number| workstation(dice, number)).collect(),
        places: (0..places).map(|number| place(dice, number)).collect(),
        targets,
        device_code: dice.one_in(6),
    }
}

/// A target of a method, for the generator of accounts.
pub(crate) fn method_target(dice: &mut Dice, names: Names) -> MethodTarget {
    match dice.below(5) {
        0 => target(TargetKind::Group, &names.group(dice.below(GROUPS)).to_string()),
        1 => target(TargetKind::User, &names.user(dice.below(2)).to_string()),
        _ => target(TargetKind::Group, "all_users"),
    }
}

#[test]
fn a_seed_gives_one_set_and_another_seed_another() {
    let shown = |seed| format!("{:?}", Set::random(seed));
    assert_eq!(shown(7), shown(7));
    let distinct: BTreeSet<String> = (0..100).map(shown).collect();
    assert_eq!(distinct.len(), 100);
}
