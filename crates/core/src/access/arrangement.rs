//! Another arrangement of what is at hand, and what is wrong with it.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::Access;
use super::accepted;
use super::build::{Ground, Models};
use super::evaluated::Evaluated;
use super::part::Part;
use super::scope::Scope;
use super::thing::{Agent, Thing};
use crate::custody::{Breach, Condition, Holder, ItemKind, Seal, State, breaches};
use crate::id::{ItemId, PersonId, PlaceId};
use crate::register::{Custody, CustodyPlace, Person, PlaceKind, Register};

/// One change of an arrangement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// An item changes hands.
    Hand {
        /// The item.
        item: ItemId,
        /// Who has it.
        from: Holder,
        /// Who is to have it.
        to: Holder,
    },
    /// A place is opened by others, or by more of them together.
    Opens {
        /// The place.
        place: PlaceId,
        /// Who opens it.
        opened_by: BTreeSet<PersonId>,
        /// How many of them it takes.
        needs: usize,
    },
    /// A second envelope with the same PIN is made.
    SecondEnvelope {
        /// The key.
        key: ItemId,
        /// Who is to have it.
        to: Holder,
    },
}

/// What is wrong with an arrangement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// What locks the owners out alone.
    pub exit: BTreeSet<Thing>,
    /// Who walks in alone.
    pub lock: BTreeSet<Agent>,
    /// What no movement may bring about.
    pub breaches: BTreeSet<Breach>,
    /// Whether nobody gets in at all.
    pub is_shut: bool,
}

impl Faults {
    /// Whether nothing is wrong.
    pub fn is_none(&self) -> bool {
        self.count() == 0
    }

    /// How many there are; more than any other while nobody gets in.
    pub fn count(&self) -> usize {
        let shut = if self.is_shut { 1_000 } else { 0 };
        self.exit.len() + self.lock.len() + self.breaches.len() + shut
    }
}

/// Who holds what, and who opens what.
#[derive(Clone, Debug)]
pub(super) struct Arrangement {
    pub(super) state: State,
    pub(super) custody: Custody,
    pub(super) changes: Vec<Change>,
}

impl Arrangement {
    pub(super) fn with(&self, change: Change) -> Self {
        let mut next = self.clone();
        match &change {
            Change::Hand { item, to, .. } => {
                if let Some(item) = next.state.items.get_mut(item) {
                    item.holder = to.clone();
                }
            }
            Change::Opens { place, opened_by, needs } => {
                let places = next.custody.places.iter_mut();
                for one in places.filter(|one| one.id == *place) {
                    one.opened_by.clone_from(opened_by);
                    one.needs = *needs;
                }
            }
            Change::SecondEnvelope { key, to } => next.second_envelope(key, to),
        }
        next.changes.push(change);
        next
    }

    fn second_envelope(&mut self, key: &ItemId, to: &Holder) {
        let first = self.state.items.values().find(|item| item.kind.is_pin_of(key)).cloned();
        let id = (1..100).find_map(|number| {
            let id: ItemId = alloc::format!("envelope-{number}").parse().ok()?;
            (!self.state.items.contains_key(&id)).then_some(id)
        });
        if let (Some(mut envelope), Some(id)) = (first, id) {
            envelope.holder = to.clone();
            envelope.seal = Seal::None;
            self.state.items.insert(id, envelope);
        }
    }

    /// How many people hold, open and carry.
    pub(super) fn people(&self) -> usize {
        self.present().count()
    }

    /// Adds somebody under an id that nobody has.
    pub(super) fn add_holder(&mut self) -> Option<PersonId> {
        let id = (self.people() + 1..).take(1_000).find_map(|number| {
            let id: PersonId = alloc::format!("holder-{number}").parse().ok()?;
            let is_free =
                self.custody.person(&id).is_none() && !self.state.people.contains_key(&id);
            is_free.then_some(id)
        })?;
        let person = Person { id: id.clone(), name: None, reach: Vec::new() };
        self.custody.people.push(person);
        Some(id)
    }

    /// Adds a place that two open together, under an id that no place has.
    pub(super) fn add_place(&mut self) -> Option<PlaceId> {
        let id = (1..1_000).find_map(|number| {
            let id: PlaceId = alloc::format!("another-place-{number}").parse().ok()?;
            self.custody.place(&id).is_none().then_some(id)
        })?;
        let opened_by = self.present().cloned().collect();
        let (kind, name, at) = (PlaceKind::Safe, None, None);
        let place = CustodyPlace { id: id.clone(), name, kind, opened_by, needs: 2, at };
        self.custody.places.push(place);
        Some(id)
    }

    /// Whether something can be brought out of where it is, or put there.
    fn is_within_reach(&self, holder: &Holder) -> bool {
        let Holder::Place(id) = holder else { return true };
        self.custody.place(id).is_some_and(|place| {
            let present = place.opened_by.iter().filter(|one| !self.state.has_left(one));
            place.opened_by.is_empty() || present.count() >= place.needs.max(1)
        })
    }

    /// Every single change that makes sense; those first that are about what is wrong.
    pub(super) fn next(&self, wrong: &Faults) -> Vec<Change> {
        let people: Vec<&PersonId> = self.present().collect();
        let holders: Vec<Holder> = people
            .iter()
            .map(|id| Holder::Person((*id).clone()))
            .chain(self.custody.places.iter().map(|one| Holder::Place(one.id.clone())))
            .filter(|holder| self.is_within_reach(holder))
            .collect();
        let mut changes = Vec::new();
        for (id, item) in self.state.live() {
            if matches!(item.kind, ItemKind::Combination { .. })
                || !self.is_within_reach(&item.holder)
            {
                continue;
            }
            let others = holders.iter().filter(|to| **to != item.holder);
            changes.extend(others.map(|to| Change::Hand {
                item: id.clone(),
                from: item.holder.clone(),
                to: to.clone(),
            }));
            if let ItemKind::PinEnvelope { key } = &item.kind {
                let others = holders.iter().filter(|to| **to != item.holder);
                changes.extend(
                    others.map(|to| Change::SecondEnvelope { key: key.clone(), to: to.clone() }),
                );
            }
        }
        for place in self.custody.places.iter().filter(|one| !one.opened_by.is_empty()) {
            let opens =
                |opened_by, needs| Change::Opens { place: place.id.clone(), opened_by, needs };
            for person in people.iter().filter(|id| !place.opened_by.contains(**id)) {
                let mut opened_by = place.opened_by.clone();
                opened_by.insert((*person).clone());
                changes.push(opens(opened_by, place.needs));
            }
            if place.opened_by.len() > place.needs.max(1) {
                changes.push(opens(place.opened_by.clone(), place.needs.max(1) + 1));
            }
        }
        changes.sort_by_key(|change| !self.is_about(change, wrong));
        changes
    }

    /// Whether a change takes something out of a hand, a place or a reach that is a fault, or
    /// changes who opens such a place.
    fn is_about(&self, change: &Change, wrong: &Faults) -> bool {
        let is_person = |id: &PersonId| {
            wrong.exit.contains(&Thing::Person(id.clone()))
                || wrong.lock.contains(&Agent::Person(id.clone()))
        };
        let site = |id: &PlaceId| self.custody.place(id).and_then(|place| place.at.clone());
        let is_place = |id: &PlaceId| {
            let is_opened = self
                .custody
                .place(id)
                .is_some_and(|one| one.opened_by.iter().any(is_person) || one.opened_by.is_empty());
            is_opened
                || wrong.exit.contains(&Thing::Place(id.clone()))
                || wrong.lock.contains(&Agent::Burglar(id.clone()))
                || site(id).is_some_and(|site| wrong.lock.contains(&Agent::Intruder(site)))
        };
        let is_holder = |holder: &Holder| match holder {
            Holder::Person(id) => is_person(id),
            Holder::Place(id) => is_place(id),
        };
        match change {
            Change::Hand { item, from, .. } => {
                wrong.exit.contains(&Thing::Item(item.clone())) || is_holder(from)
            }
            Change::Opens { place, .. } => is_place(place),
            Change::SecondEnvelope { key, .. } => {
                let mut envelopes = self.state.live().filter(|(_, item)| item.kind.is_pin_of(key));
                envelopes.any(|(id, item)| {
                    wrong.exit.contains(&Thing::Item(id.clone())) || is_holder(&item.holder)
                })
            }
        }
    }

    /// Arrangements in a round: each key with one person, its PIN with the next (and with the one
    /// after that as well, where `is_doubled`), each share with another one.
    pub(super) fn rounds(&self, is_doubled: bool) -> Vec<Self> {
        let people: Vec<PersonId> = self.present().cloned().collect();
        (0..people.len()).map(|first| self.round(&people, first, is_doubled)).collect()
    }

    fn round(&self, people: &[PersonId], first: usize, is_doubled: bool) -> Self {
        let holder = |place: usize| {
            let person = people.get((first + place) % people.len().max(1));
            person.cloned().map(Holder::Person)
        };
        let keys =
            self.state.live().filter(|(_, item)| matches!(item.kind, ItemKind::SecurityKey { .. }));
        let turns: BTreeMap<&ItemId, usize> =
            keys.zip(0..).map(|((id, _), turn)| (id, turn)).collect();
        let mut wanted: Vec<(ItemId, Option<Holder>)> = Vec::new();
        let mut second: Vec<Change> = Vec::new();
        for (id, item) in self.state.live() {
            let place = match &item.kind {
                ItemKind::SecurityKey { .. } => turns.get(id).copied(),
                ItemKind::PinEnvelope { key } => turns.get(key).map(|turn| turn + 1),
                ItemKind::Share { index, .. } => Some(usize::from(*index)),
                ItemKind::PasswordSheet | ItemKind::Combination { .. } => None,
            };
            wanted.push((id.clone(), place.and_then(holder)));
            if let (ItemKind::PinEnvelope { key }, Some(place), true) =
                (&item.kind, place, is_doubled)
                && let Some(to) = holder(place + 1)
            {
                second.push(Change::SecondEnvelope { key: key.clone(), to });
            }
        }
        let mut next = self.clone();
        for (id, to) in wanted {
            let from = self.state.items.get(&id).map(|item| item.holder.clone());
            if let (Some(from), Some(to)) = (from, to)
                && from != to
            {
                next = next.with(Change::Hand { item: id, from, to });
            }
        }
        second.into_iter().fold(next, |all, one| all.with(one))
    }

    /// Who has what, for telling two arrangements apart.
    pub(super) fn signature(&self) -> Vec<Change> {
        let mut changes = self.changes.clone();
        changes.sort();
        changes
    }
}

impl Access {
    /// What is wrong with the ledger as it is, or as it would be.
    pub(super) fn faults(
        &self,
        register: &Register,
        domains: Option<&BTreeSet<String>>,
        arrangement: &Arrangement,
    ) -> Faults {
        let ground = Ground {
            proved: &self.proved,
            environment: &register.environment,
            inventory: &self.inventory,
            domains,
        };
        let Arrangement { state, custody, .. } = arrangement;
        let models = Models::of(&ground, custody, state);
        let part = Part::Scope(Scope::Tenant);
        let owners = Evaluated::of(&models.owners, &part);
        let is_shut = !owners.holds(&|_| true);
        let exit = owners.leaves().filter(|thing| {
            let standing = accepted::of_thing(thing);
            standing.is_hole() && !owners.holds(&|one| one != *thing)
        });
        let exit = if is_shut { BTreeSet::new() } else { exit.cloned().collect() };
        let mut lock: BTreeSet<Agent> = BTreeSet::new();
        for proved in &self.proved {
            let others = Evaluated::of(&models.others, &Part::Account(proved.declared.id));
            let alone = others.leaves().filter(|agent| {
                !matches!(agent, Agent::Holder(..)) && others.holds(&|one| one == *agent)
            });
            lock.extend(alone.cloned());
        }
        Faults { exit, lock, breaches: breaches(state, custody), is_shut }
    }
}

/// Items that somebody holds.
pub(super) fn has_items(state: &State) -> bool {
    state.items.values().any(|item| item.condition == Condition::Held)
}
